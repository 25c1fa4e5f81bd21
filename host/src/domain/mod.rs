//! Plain types of the field: no clock, no file, no SQL, no WebAssembly.

mod absence;
mod absence_conflict;
mod account;
mod attendance_figures;
mod audit;
mod audit_anchor;
mod audit_chain;
mod backup_plan;
mod batch;
mod block;
mod calendar;
mod calendar_file;
mod coarsening;
mod code;
mod composed;
mod consent;
mod contact;
mod control;
mod correction;
mod day;
mod dictionary;
mod directory;
mod document;
mod entry_view;
mod form;
mod form_dataset;
mod form_kind;
mod grant;
mod hex;
mod id;
mod incoming;
mod ladder;
mod life;
mod lockout;
mod manifest;
mod manifest_texts;
mod metrics;
mod number;
mod password;
mod people;
mod picture;
mod proposal;
mod receipt;
mod record;
mod register;
mod release;
mod restriction;
mod retention;
mod role;
mod school;
mod scope;
mod secret;
mod session;
mod sheet;
mod sighting;
mod statistics;
mod stay;
mod task;
mod term;
mod trust;
mod trust_words;
mod watched;
mod words;

pub use absence::{
    Absence, AbsenceCodes, AbsenceRefusal, AbsenceTotal, AbsenceTotalView, AbsenceView, Attendance,
    HalfYear, MOST_LATE_MINUTES, MOST_UNITS,
};
pub use absence_conflict::{AbsenceConflict, DayUnits};
pub use account::{Account, AccountState, Belongs, LONGEST_ACCOUNT_CODE, MOST_EMERGENCY_HOURS};
pub use attendance_figures::{AttendanceFigures, LEAST_DAYS};
pub use audit::{
    AUDIT_YEARS, Action, AuditEntry, Author, Cover, READ_INDEX_YEARS, UnknownAction, commitment,
};
pub use audit_anchor::{Anchor, AnchorFlaw};
pub use audit_chain::{
    ChainBreak, ChainSummary, ChainWalk, Checkpoint, ClockSetBack, EmptiedLists, numbers_digest,
};
pub use backup_plan::{Every, Keep, PlannedBackup, Thinning, is_due, thin_out};
pub use batch::{BATCH_ROWS, Batch, Column, Shape, ShapeField, Values, is_set};
pub use block::{Block, BlockCell, BlockColumn, BlockRow, BlockTable, CheckFindings, FoundEntry};
pub use calendar::{Calendar, CalendarYear, HolidayRule, Holidays, PublicHoliday, easter_sunday};
pub use coarsening::{Coarsening, UnknownCoarsening};
pub use code::{Code, CodeList, CodeLists, MOST_CODES};
pub use composed::{
    CheckSpec, Composed, ComposedBlock, ComposedCell, ComposedColumn, ComposedDrawing, ComposedRow,
    ComposedTable, Composition, FoundRecord, Numeral, Severity, Words,
};
pub use consent::{Consent, ConsentState, NoConsent, gate};
pub use contact::{
    Contact, ContactView, LONGEST_NOTE, MOST_MINUTES, MOST_PERSONS, NextStep, PrivateNote,
    TeamForm, TeamRoles,
};
pub use control::{
    ControlLimits, Expected, LEAST_POINTS, TAIL_95, TAIL_998, own_history, rate_limits,
    share_limits,
};
pub use correction::{ContactField, ContactHistory, ContactVersion};
pub use day::{Day, DayError, Month, Period, SchoolYear, Span};
pub use dictionary::{Dataset, Dictionary, Field, Layout, Sensitivity};
pub use directory::{Directory, KnownPractitioner, KnownPupil, KnownSchool};
pub use document::{
    Audience, Backing, COMPOSED_RULE, Cell, Column as TableColumn, Coverage, Interval,
    IntervalMethod, Number, NumberPassport, Passport, RULES, Report, Rounding, Row, RowKind,
    SCHEMA, SCHEMA_COMPOSED, Section, Setting, Source, Table,
};
pub use entry_view::{EntryVersion, EntryView, Shown};
pub use form::{Check, Entered, Entry, Form, FormField, FormType, Rule, Visible};
pub use form_kind::{FormKind, UnknownForm};
pub use grant::{
    Grant, GrantTerms, GrantedSchools, Lacking, grant_lines, lacking, needs_no_more,
    schools_of_all, widened,
};
pub use hex::hex;
pub use id::{AccountKey, ContactKey, HouseholdKey, Id, PractitionerKey, PupilKey, SchoolKey};
pub use incoming::{ExternalId, Match, NoMatch, Recorded, Roster, RosterPupil, Waiting, Who};
pub use ladder::{authority_of, has_to_be_heard};
pub use life::{
    ApiRefusal, LifeEvent, LifeRefusal, MOST_FAILURES, PluginState, RunKind, VersionStep, fits,
};
pub use lockout::{Lockout, Tries};
pub use manifest::{
    API, Limits, Manifest, ManifestError, Parameter, ParameterType, Request, is_plugin_id,
};
pub use metrics::{
    Classified, Description, Dimension, Figure, Job, LEFT_OUT, Labels, Measure, Measured,
    SettingValue, TableSpec,
};
pub use number::Towards;
pub use password::{LONGEST_PASSWORD, PasswordRefusal, SHORTEST_PASSWORD, check_password};
pub use people::{Assignment, Household, Pairing, Practitioner, Pupil};
pub use picture::{Dot, Drawing, FunnelLimit, History, Panel, Picture};
pub use proposal::{Holds, Priority, Proposal, Step, Workflow};
pub use receipt::{OldBackup, RECEIPT, Receipt};
pub use record::{Found, RecordKind};
pub use register::{NotTaken, Register};
pub use release::{Lane, Release, ReleaseGround};
pub use restriction::{RestrictionReason, UnknownReason};
pub use retention::{
    KEPT_YEARS, Keeping, MOST_KEPT_YEARS, RetentionClass, UnknownClass, kept_until, schooling_ends,
};
pub use role::{Role, UnknownRole};
pub use school::{DayOff, Enrolment, Level, Participation, School};
pub use scope::{Schools, Scope};
pub use secret::Secret;
pub use session::{Moment, SESSION_IDLE, SESSION_LONGEST, SessionTimes};
pub use sheet::{Sheet, SheetCell, SheetColumn, SheetTable};
pub use sighting::{About, Seen, SeenAs, Sighting};
pub use statistics::{Z_95, Z_998, byar, wilson};
pub use stay::{DayNotTaken, Stay};
pub use task::{
    ChangedField, Decision, Fact, FactValue, Said, Suggestion, Task, TaskBucket, TaskChange,
    TaskEntry, TaskEvent, TaskRefusal, TaskRun, TaskState, Undo, reconcile,
};
pub use term::{Term, Terms};
pub use trust::{
    Flaw, FoundSignature, IdPrefix, PublicKey, Revocation, RevokedThing, Seal, SignatureStatus,
    TrustPolicy, TrustedKey, Verdict, key_number,
};
pub use watched::{FoundWord, WatchedKind, WatchedWords, is_watchable, watched_kinds};
pub use words::{Lang, Text, is_unprintable};
