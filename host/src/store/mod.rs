//! The records in one encrypted file: the only home of SQL.

mod accounts;
mod archive;
mod backup;
mod backups;
mod calendars;
mod class_days;
mod columns;
mod contact_desk;
mod coverage;
mod datasets;
mod drafts;
mod emergency;
mod entry_sql;
mod erase;
mod erase_texts;
mod erasures;
mod error;
mod error_words;
mod find_people;
mod grants;
mod imports;
mod imports_queue;
mod imports_undo;
mod keep;
mod kept_rows;
mod key;
mod lane_refusal;
mod lanes;
mod ledger;
mod life;
mod log;
mod migrate;
mod note_reads;
mod notes;
mod open;
mod open_files;
mod part;
mod partials;
mod passphrase;
mod passwords;
mod personal;
mod plugins;
mod prove;
mod published;
mod read_about;
mod read_absences;
mod read_audit;
mod read_conflicts;
mod read_contacts;
mod read_entries;
mod read_people;
mod read_place;
mod read_seen;
mod read_sheets;
mod read_steps;
mod read_tasks;
mod read_versions;
mod reader;
mod redact;
mod registers;
mod releases;
mod reports;
mod reseal;
mod resolve;
mod restore;
mod restricted;
mod retention;
mod rights;
mod rotate;
mod runs;
mod sealing;
mod sessions;
mod sink;
mod stays;
mod tokens;
mod trust;
mod verify;
mod wipe;
mod words;
mod write_absence_changes;
mod write_absences;
mod write_attendance;
mod write_contacts;
mod write_corrections;
mod write_entries;
mod write_people;
mod write_people_changes;
mod write_schools;
mod write_tasks;
mod write_team_ends;
mod writer;

#[cfg(test)]
mod attack;
#[cfg(test)]
mod entry_tests;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod guarantees;
#[cfg(test)]
mod lane_cost;
#[cfg(test)]
mod lane_tests;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod personal_tests;
#[cfg(test)]
mod release_tests;
#[cfg(test)]
mod reseal_tests;
#[cfg(test)]
mod restricted_tests;

pub use accounts::{AccountSecrets, AccountView, KeptPair};
pub use archive::ArchiveOffer;
pub use backup::{BackupFacts, backup_derivation, file_digest};
pub use backups::{BackupSchedule, KeptBackup, KeyGeneration, NewBackup};
pub use class_days::ClassDayTaken;
pub use columns::{
    ColumnsRequest, Error as ColumnsError, Numbering, PARTITIONED, Partition, PartitionRows,
    RowsOf, columns, columns_by_partition, shape,
};
pub use contact_desk::{ContactSearch, Usual};
pub use drafts::KeptDraft;
pub use emergency::EmergencyAccess;
pub use erase::{Doomed, Erased};
pub use erasures::{FoundSubject, KeptReceipt};
pub use error::{Error, is_of_the_disk};
pub use find_people::FoundPerson;
pub use grants::KeptGrant;
pub use imports::{ImportMarks, KeptImport, WaitingRow};
pub use imports_queue::WaitingDecision;
pub use imports_undo::Obstacle;
pub use kept_rows::{KeptTable, Raw};
pub use key::{DatabaseKey, read_secret};
pub use lanes::{ConsentFlaw, LaneRefusal, RecoveryKey};
pub use life::{PluginLife, PluginService};
pub use open::Store;
pub use open_files::{LeftOut, OpenFile, OpenImport, OpenManifest};
pub use part::{replace_file, sync_folder_of};
pub use partials::{KeptPartial, MOST_BYTES};
pub use passphrase::{Derivation, SHORTEST_PASSPHRASE, refuse_short};
pub use passwords::{KeptPassword, PasswordCost};
pub use personal::Subject;
pub use plugins::InstalledPlugin;
pub use prove::{Anchored, Check, Examination, Holdings, Proof, newest_schema};
pub use published::{PublishedEntry, PublishedReport, Withdrawal};
pub use read_absences::AbsenceFilter;
pub use read_audit::AuditFilter;
pub use read_contacts::ContactFilter;
pub use read_entries::EntryFilter;
pub use read_people::{AssignmentView, PairingView, PupilFilter, PupilView};
pub use read_sheets::Kept;
pub use read_steps::StepsAsked;
pub use read_tasks::{TaskFilter, TaskView};
pub use reader::Reader;
pub use redact::{Prunable, Redacted};
pub use releases::ReleaseBy;
pub use reports::{Import, ReportEntry, ReportRun, StoredReport};
pub use retention::{HeldThing, LegalHold, RetentionItem};
pub use rights::{Person, Restriction, Sharing, Whose};
pub use rotate::KeyChange;
pub use runs::{PluginRun, RunFailure, RunWork};
pub use sealing::{SealKey, SecretKey, WrapKey};
pub use sessions::KeptSession;
pub use tokens::KeptToken;
pub use verify::{FoundBackup, backups_in};
pub use write_tasks::TaskTally;
pub use writer::Writer;
