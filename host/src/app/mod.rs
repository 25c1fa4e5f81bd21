//! The use cases: one function for each, which takes an [`Actor`] and asks the layers below.

mod absences;
mod access;
mod account_error;
mod accounts;
mod actor;
#[cfg(test)]
mod again;
mod anchor_error;
mod attendance;
mod audit;
mod audit_keeping;
mod authorization;
#[cfg(test)]
mod authorization_tests;
mod backup;
mod backup_schedule;
mod calendars;
mod catalogue;
mod choices;
mod compare;
mod comparison;
mod compiled;
mod composed;
mod composed_parts;
#[cfg(test)]
mod composed_tests;
mod consent_gate;
mod contact_desk;
mod corrections;
mod day_of_class;
mod demo;
mod demo_offers;
mod demo_people;
mod dictionary;
mod diff;
mod doctor;
mod doctor_files;
mod doctor_keys;
mod drafts;
mod emergency;
mod entries;
mod entry_error;
mod entry_remarks;
mod erasure;
mod erasure_error;
mod error;
mod error_hints;
mod error_words;
mod export;
mod families;
mod find_subjects;
mod grant_words;
mod granted;
mod grants;
mod history;
mod import;
mod incoming;
mod incoming_error;
mod incoming_queue;
mod incoming_undo;
mod key_sheet;
mod keys;
pub mod kit;
mod lanes;
mod letters;
mod life;
mod lookups;
mod note_words;
mod offline;
mod open_absences;
mod open_export;
mod own_emergencies;
mod own_sessions;
mod packages;
mod parts;
mod people_changes;
mod plugins;
mod propose;
mod proposed_factor;
mod published;
mod receipt_sheet;
mod records;
mod recovery_error;
mod replay;
mod reports;
mod retention;
mod rights_error;
mod rotation;
mod runs;
mod second_factor;
mod seen;
mod session_token;
mod sheets;
mod shelf;
mod sign_in;
#[cfg(test)]
mod sign_in_tests;
mod signing;
mod staff;
mod steps;
mod subject;
mod subject_export;
mod subject_values;
mod subject_words;
mod take_class;
mod task_error;
mod tasks;
mod tokens;
mod trust;
mod unseen;
mod uploaded;
mod verify;
mod words;
mod workspace;

pub use absences::{AbsenceFilter, AbsenceSum, PupilDetails};
pub use access::{AccessField, DatasetAccess, PluginAccess};
pub use account_error::AccountError;
pub use accounts::{AccountFacts, NewAccount, RoleChange};
pub use actor::Actor;
pub use anchor_error::AnchorError;
pub use attendance::AbsenceForm;
pub use audit::{AuditFilter, AuditHash, NotAHash};
pub use audit_keeping::{AnchorCheck, AuditPruning};
pub use authorization::{Denied, Reach, UseCase};
pub use backup::{BackupSummary, Restored, backup_needs_passphrase};
pub use backup_schedule::{
    ChosenBackup, DueDone, KnownBackup, backups_in_folder, parse_every, parse_moment,
};
pub use calendars::{CalendarChoice, SchoolDays};
pub use catalogue::{InstalledFacts, OfferedReports, UploadCheck, YearParts};
pub use choices::Choice;
pub use compare::{Change, Difference, DocumentPart};
pub use comparison::{Compared, Comparison, ComparisonWish, MeasureChoice};
pub use consent_gate::{ConsentStanding, consents_in_force};
pub use contact_desk::{Colleague, ContactDesk, Person, PersonKind};
pub use corrections::{CorrectionForm, HistoryRow};
pub use day_of_class::{
    BeforeDay, ClassDay, ClassList, ClassOf, ClassTaken, DayEntry, DayState, PupilDay,
};
pub use demo::{DemoCity, Place, demo};
pub use demo_people::{DemoAccount, demo_people};
pub use dictionary::dictionary;
pub use diff::{DiffRequest, DiffSide, PluginDiff};
pub use doctor::{Finding, Level, doctor};
pub use drafts::DraftAbout;
pub use emergency::{EmergencyFacts, EmergencyOrder};
pub use entries::{EntryDetails, EntryQuery, Recorded};
pub use entry_error::EntryError;
pub use entry_remarks::Kept;
pub use erasure::{EraseOrder, ErasureDone};
pub use erasure_error::ErasureError;
pub use error::{Error, ErrorKind, Resting};
pub use export::Export;
pub use families::{HouseholdFacts, PageOf, PupilSearch};
pub use grants::{GrantWish, Granted};
pub use import::ImportOptions;
pub use incoming::{SourceOrder, SourceOutcome};
pub use incoming_error::ImportError;
pub use incoming_queue::{QueueDecision, QueueDone, QueuePerson};
pub use key_sheet::{KeySheet, SheetForm};
pub use keys::{KeySource, Passphrase, needs_passphrase};
pub use lanes::LaneFacts;
pub use letters::{Drafted, LetterChoice, LetterOrder};
pub use life::{NextStep, PluginStanding, Switched};
pub use lookups::{
    AttendanceFacts, ContactFilter, PairingFacts, PractitionerFacts, PupilFacts, SchoolDetails,
    SchoolFacts,
};
pub use note_words::FoundNote;
pub use offline::OfflineKey;
pub use own_sessions::OwnSession;
pub use packages::{PackedFile, inspect_package, pack_folder};
pub use plugins::{PluginFacts, PluginField, hex};
pub use propose::{ProposeRequest, Proposed};
pub use published::{MOST_NUMBERS, MOST_NUMBERS_A_YEAR, PublishError};
pub use records::ContactForm;
pub use recovery_error::RecoveryError;
pub use replay::Replay;
pub use reports::{Ran, ReportFormat, ReportProof, ReportRequest};
pub use retention::{ClassFacts, Offered};
pub use rights_error::RightsError;
pub use rotation::{Forgetting, NewKey, Rotated};
pub use second_factor::{NewFactor, new_code};
pub use seen::{SeenByRole, seen_by_role};
pub use session_token::{NotAToken, SessionToken};
pub use sheets::{
    AbsenceSheet, DaySheet, FigureSheet, GapSheet, PostSheet, Rating, SeenOf, Thresholds,
};
pub use shelf::{OpenedReport, ShelfEntry};
pub use sign_in::{LOCAL_PEER, SignIn, SignedIn};
pub use signing::{
    KeyFiles, PackageProof, SignRequest, SignedFile, generate_key_files, package_claims,
    prove_package, sign_package, write_private,
};
pub use staff::{AssignmentFacts, PractitionerDetails, TeamFacts};
pub use steps::StepFacts;
pub use subject::SubjectFacts;
pub use subject_export::{SubjectCopy, TextToRead};
pub use take_class::{ClassLine, Mark, TakeOrder, TakeOutcome};
pub use task_error::TaskError;
pub use tasks::{TaskDetails, TaskFacts, TaskFilter};
pub use tokens::{MOST_TOKEN_DAYS, NewToken, ProgramToken, TokenFacts, token_scopes};
pub use unseen::UnseenPupil;
pub use uploaded::LARGEST_UPLOAD;
pub use verify::Verification;
pub use words::Words;
pub use workspace::{App, Made, local_moment, moment, today_here};

pub use crate::capture::{Kind, Mistake, Mistakes, Source};
pub use crate::plugin::{Descriptions, Kinds};
pub use crate::render::line as one_line;
pub use crate::render::list_xlsx as list_workbook;
pub use crate::render::sheet_cell;
pub use crate::render::{DictionaryFormat, ListFormat, Value, list as format_list};
pub use crate::render::{drawing_markup, report_view};
pub use crate::store::replace_file;
pub use crate::store::{
    BackupSchedule, Check, ContactSearch, FoundBackup, KeptDraft, KeptImport, KeyGeneration,
    PluginRun, PublishedEntry, ReleaseBy, ReportEntry, ReportRun, RunFailure, RunWork, Sharing,
    TaskTally, WaitingRow,
};
