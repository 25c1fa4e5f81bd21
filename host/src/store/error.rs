//! What can go wrong in the store, and what the person can do about it.

use std::io;
use std::path::PathBuf;

use rusqlite::ErrorCode;
use rusqlite::ffi::{
    SQLITE_IOERR_DIR_FSYNC as IOERR_DIR_FSYNC, SQLITE_IOERR_FSYNC as IOERR_FSYNC,
    SQLITE_IOERR_SHMSIZE as IOERR_SHMSIZE, SQLITE_IOERR_TRUNCATE as IOERR_TRUNCATE,
    SQLITE_IOERR_WRITE as IOERR_WRITE,
};

use super::passphrase::SHORTEST_PASSPHRASE;
use super::restricted::REFUSAL;
use crate::domain::{
    AbsenceRefusal, ChainBreak, Day, Lang, MOST_CODES, Number, SchoolYear, TaskRefusal,
};

/// Why the store could not do what was asked.
///
/// No message tells a database key, a name of a person or the text of a note.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database is missing.
    #[error("there is no database at `{}`", path.display())]
    NotFound { path: PathBuf },

    /// A file that was to be made is there already.
    #[error("there is already a file at `{}`", path.display())]
    FileExists { path: PathBuf },

    /// A file that anybody could read, where an encrypted one belongs.
    #[error("`{}` is a plain SQLite file, not an encrypted database", path.display())]
    Plain { path: PathBuf },

    /// The file cannot be decrypted.
    #[error("`{}` was encrypted with another key, or it is damaged", path.display())]
    WrongKey { path: PathBuf },

    /// It can be decrypted, but holds something else.
    #[error("`{}` is encrypted with this key, but it is no database of Tridem", path.display())]
    Foreign { path: PathBuf },

    /// A newer Tridem wrote it.
    #[error("the database has version {found}, and this Tridem knows versions up to {known}")]
    TooNew { found: u32, known: u32 },

    /// Another process held the write lock for longer than a person waits.
    #[error("another program is writing to the database")]
    Busy,

    /// The file cannot be trusted any more.
    #[error("the database is damaged: {0}")]
    Damaged(String),

    /// The key file is missing.
    #[error("there is no database key at `{}`", path.display())]
    KeyNotFound { path: PathBuf },

    /// The key file has a mode that lets others in.
    #[error("the database key `{}` can be read by others (mode {mode:03o})", path.display())]
    KeyOpen { path: PathBuf, mode: u32 },

    /// A text that is not a key.
    #[error("a database key is 64 hexadecimal digits, and this is something else")]
    KeyForm,

    /// A file that does not hold a key.
    #[error("`{}` does not hold a database key, which is 64 hexadecimal digits", path.display())]
    KeyFile { path: PathBuf },

    /// What makes a key from a passphrase was written by somebody else.
    #[error("`{}` does not say how the key is made from the passphrase", path.display())]
    DerivationForm { path: PathBuf },

    /// Somebody made guessing the passphrase cheaper.
    #[error("`{}` asks for less work than a safe key takes", path.display())]
    DerivationWeak { path: PathBuf },

    /// The machine could not make the key.
    #[error("the key could not be made from the passphrase: {0}")]
    DerivationFailed(String),

    /// A new passphrase is too easy to guess.
    #[error(
        "a passphrase has at least {SHORTEST_PASSPHRASE} characters, and this one has {length}"
    )]
    PassphraseShort { length: usize },

    /// Somebody has left a log behind, and only opening the records takes it in.
    #[error("beside `{}` lies a log that was not taken in yet", path.display())]
    LogLeft { path: PathBuf },

    /// A backup of that name is there already.
    #[error("there is already a file at `{}`", path.display())]
    BackupExists { path: PathBuf },

    /// Another process is writing a backup, or new records, of that name.
    #[error("another program is writing `{}`", path.display())]
    BackupBusy { path: PathBuf },

    /// A file that does not end as a backup does.
    #[error("`{}` is no backup of Tridem, or its end is missing", path.display())]
    NotABackup { path: PathBuf },

    /// A backup that is not as it was written.
    #[error("the backup `{}` is damaged: it is not as it was written", path.display())]
    BackupDamaged { path: PathBuf },

    /// An open file that is missing, changed, or does not fit.
    #[error("`{file}` of the open files cannot be taken in: {reason}")]
    OpenFiles { file: String, reason: String },

    /// No room on the disk.
    #[error("there is no room left on the disk")]
    Full,

    /// The disk took only some of what was written, or none: a quota, a limit, or a failing disk.
    #[error("the disk did not take what was to be written")]
    NotWritten,

    /// The disk failed when what was written was to be made lasting.
    #[error("the disk did not confirm what was written")]
    Unconfirmed,

    /// The folder or the file belongs to somebody else, or the disk is protected.
    #[error("the database, or the folder it lies in, cannot be written to")]
    NotWritable,

    /// The system gave no random bytes.
    #[error("the system gave no random numbers for a new key")]
    Random(#[source] getrandom::Error),

    /// A sealed text does not open: another key, another record, or it was changed.
    #[error("a sealed text cannot be opened: the key does not fit, or it was changed")]
    NotOpened,

    /// A text could not be sealed, because what should be a public key is none.
    #[error("a text could not be sealed: the public key is damaged")]
    NotSealed,

    /// A file could not be read or written; the message names it.
    #[error(transparent)]
    File(io::Error),

    /// A record of that sign is there already. `what` ends where the sign follows.
    #[error("there is already {what} `{code}`")]
    Exists { what: &'static str, code: String },

    /// A record that was named is not there.
    #[error("there is no {what} `{code}`")]
    NoSuch { what: &'static str, code: String },

    /// A school's times in the programme must not overlap.
    #[error("the school already takes part from {from}{}", end_of(*until))]
    Overlap { from: Day, until: Option<Day> },

    /// A school's times of recording absences must not overlap.
    #[error("the school already records absences from {from}{}", end_of(*until))]
    AttendanceOverlap { from: Day, until: Option<Day> },

    /// A pupil is at the school at that time already.
    #[error("the pupil is at the school already from {from}{}", end_of(*until))]
    StayOverlap { from: Day, until: Option<Day> },

    /// A pupil has left already.
    #[error("the pupil has left the school already, on {on}")]
    StayEnded { on: Day },

    /// A school's recording that was to be ended and does not run.
    #[error("the school records no absences after {day}")]
    NotRecording { day: Day },

    /// A second half-year that does not lie in its school year.
    #[error("the second half of {year} cannot begin on {begins}")]
    HalfYear { year: SchoolYear, begins: Day },

    /// An absence that cannot be, or not besides the others of the day.
    #[error(transparent)]
    Absence(#[from] AbsenceRefusal),

    /// A decision that a task does not allow.
    #[error(transparent)]
    Task(#[from] TaskRefusal),

    /// Something about private notes.
    #[error(transparent)]
    Lane(#[from] super::lanes::LaneRefusal),

    /// A code that its list does not have.
    #[error("the code list `{list}` has no code `{code}`")]
    UnknownCode { list: String, code: String },

    /// A place that its list does not have.
    #[error("the code list `{list}` has no place {place}")]
    UnknownPlace { list: &'static str, place: u16 },

    /// No code list has that name.
    #[error("there is no code list `{list}`")]
    UnknownList { list: String },

    /// The list has as many codes as a set can hold.
    #[error("the code list `{list}` is full: it has {MOST_CODES} codes")]
    ListFull { list: String },

    /// One record names something twice that it may name once.
    #[error("{what} is named twice in one record")]
    Twice { what: &'static str },

    /// One record lacks something it must have.
    #[error("{what} must not be empty")]
    Empty { what: &'static str },

    /// A booking would cost more than is left. Cents.
    #[error(
        "the budget `{budget}` has {} EUR left, and this would go {} EUR beyond it",
        euros(*left, Lang::En),
        euros(*over, Lang::En)
    )]
    OverBudget { budget: String, left: i64, over: i64 },

    /// A record refers to another one that is not there.
    #[error("{what} refers to a record that does not exist")]
    Dangling { what: &'static str },

    /// A rule of the schema was broken. The reason names columns, never values.
    #[error("{what} breaks a rule of the database: {reason}")]
    Refused { what: &'static str, reason: String },

    /// Somebody's data are kept and not used.
    #[error("the data of this person may be kept and not used at present")]
    Restricted,

    /// A record was written in part before an error, so nothing may be kept.
    #[error("a record was written only in part, so none of these changes can be kept")]
    WrittenInPart,

    /// Something was changed that nobody noted down.
    #[error("something was changed without an entry in the audit, so none of it can be kept")]
    Unaudited,

    /// Nobody reads unseen: what was read could not be noted, so it is not shown.
    #[error("what was to be shown is not shown, because the audit could not note it: {0}")]
    ReadUnaudited(Box<Error>),

    /// The audit is not as it was written.
    #[error(transparent)]
    Chain(#[from] ChainBreak),

    /// Something must not be erased.
    #[error("{holds} {} in the way of erasing", if *holds == 1 { "hold stands" } else { "holds stand" })]
    Held { holds: u64 },

    /// A correction that leaves everything as it is.
    #[error("the correction changes nothing")]
    NothingChanged,

    /// A dataset could not be read for a plugin.
    #[error(transparent)]
    Columns(#[from] super::columns::Error),

    /// Anything else that SQLite says.
    #[error("the database could not be read or written")]
    Sqlite(#[source] rusqlite::Error),
}

impl Error {
    /// Whether the program or the machine is at fault, and not what the person asked for.
    pub fn is_internal(&self) -> bool {
        if let Self::ReadUnaudited(cause) = self {
            return cause.is_internal();
        }
        matches!(
            self,
            Self::Damaged(_)
                | Self::Random(_)
                | Self::Dangling { .. }
                | Self::Refused { .. }
                | Self::WrittenInPart
                | Self::Unaudited
                | Self::NotOpened
                | Self::NotSealed
                | Self::Columns(_)
                | Self::DerivationFailed(_)
                | Self::Full
                | Self::NotWritten
                | Self::Unconfirmed
                | Self::Sqlite(_)
        ) || matches!(self, Self::File(error) if is_of_the_disk(error))
    }

    /// One thing the person can do next, where there is one.
    #[expect(clippy::too_many_lines, reason = "one line for each thing that can go wrong")]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotFound { .. } => {
                Some("check the path, or make a new database with `tridem init`".into())
            }
            Self::FileExists { .. } => {
                Some("nothing is ever overwritten; choose another path, or move it away".into())
            }
            Self::Plain { path } => Some(format!(
                "records are never kept unencrypted; if `{}` holds any, move it to a safe place",
                path.display()
            )),
            Self::WrongKey { .. } => {
                Some("check which key file belongs to it, or restore a backup".into())
            }
            Self::TooNew { .. } => Some("install the newer version of Tridem".into()),
            Self::Busy => Some("wait until it has finished, then try again".into()),
            Self::Damaged(_) => {
                Some("bring the last backup back into a new folder with `tridem restore`".into())
            }
            Self::KeyNotFound { .. } => {
                Some("without its key a database cannot be opened; look for the backup".into())
            }
            Self::KeyOpen { path, .. } => {
                Some(format!("to keep it to yourself, run `chmod 600 {}`", path.display()))
            }
            Self::DerivationForm { .. } | Self::DerivationWeak { .. } => Some(
                "it is not the file that was written; every backup carries the right one".into(),
            ),
            Self::DerivationFailed(_) => Some("it takes 64 MiB of memory; close a program".into()),
            Self::PassphraseShort { .. } => {
                Some("four or five words that do not belong together are easy to remember".into())
            }
            Self::LogLeft { .. } => Some(
                "the next command that opens the records takes it in, such as `tridem code list`"
                    .into(),
            ),
            Self::BackupExists { .. } => {
                Some("choose another name, or replace the old backup with `--replace`".into())
            }
            Self::BackupBusy { .. } => Some("wait until it has finished".into()),
            Self::NotABackup { .. } => {
                Some("name a file that `tridem backup` wrote, copied as a whole".into())
            }
            Self::OpenFiles { .. } => {
                Some("copy the folder once more as a whole, or export the records anew".into())
            }
            Self::BackupDamaged { .. } => {
                Some("copy it once more from where it was kept, or take an older one".into())
            }
            Self::Full => Some("nothing was changed; make room, then try again".into()),
            Self::NotWritten => Some(
                "nothing was changed; the disk may be failing, or your share of it used up: see \
                 `tridem doctor`"
                    .into(),
            ),
            Self::Unconfirmed => Some(
                "it is there whole or not at all: look before you do it once more, and move to \
                 another disk, as this one may be failing"
                    .into(),
            ),
            Self::NotWritable => {
                Some("look whom the folder belongs to; `tridem doctor` shows it".into())
            }
            Self::Overlap { .. } | Self::AttendanceOverlap { .. } => {
                Some("end the earlier time before the new one begins".into())
            }
            Self::StayOverlap { .. } => Some("end the earlier stay with `tridem pupil leave`".into()),
            Self::UnknownCode { list, .. } => {
                Some(format!("to see its codes, run `tridem code list {list}`"))
            }
            Self::ReadUnaudited(cause) => cause.hint(),
            Self::Chain(ChainBreak::Pruned { .. }) => Some(
                "an anchor has the number of its entry as well: see `tridem audit verify --anchors`"
                    .into(),
            ),
            Self::Chain(ChainBreak::Unexpected { .. }) => Some(
                "entries were cut off, the audit was written anew, or the hash is of other records; \
                 compare with a backup"
                    .into(),
            ),
            Self::Chain(_) => Some(
                "somebody has changed the records past this program, or they are damaged; keep them \
                 as they are and compare with a backup"
                    .into(),
            ),
            Self::OverBudget { .. } => Some(
                "correct the amount, or confirm with `--over-budget` that it may be exceeded".into(),
            ),
            Self::Held { .. } => {
                Some("nothing was erased; `tridem subject holds` shows who is held and why".into())
            }
            Self::Lane(refusal) => refusal.hint(Lang::En),
            Self::Restricted => Some(
                "processing is restricted (Art. 18 GDPR): ask the coordination or the data \
                 protection officer"
                    .into(),
            ),
            Self::NothingChanged => {
                Some("give a value that is not what is recorded already".into())
            }
            _ => None,
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull => Self::Full,
            _ => Self::File(error),
        }
    }
}

/// Whether a file could not be read or written since the disk is full or fails, which is nothing that
/// a person did.
pub fn is_of_the_disk(error: &io::Error) -> bool {
    /// EIO has no kind with a name; the others are ENOSPC, EDQUOT and EFBIG.
    const NUMBERS: [i32; 4] = [5, 28, 122, 27];
    NUMBERS.iter().any(|number| io::Error::from_raw_os_error(*number).kind() == error.kind())
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        if matches!(&error, rusqlite::Error::SqliteFailure(_, Some(said)) if said == REFUSAL) {
            return Self::Restricted;
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged(error.to_string())
            }
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::SystemIoFailure) => {
                match error.sqlite_error().map(|code| code.extended_code) {
                    // The index of the log is made longer by one byte a page, and there is no room.
                    Some(IOERR_SHMSIZE) => Self::Full,
                    Some(IOERR_WRITE | IOERR_TRUNCATE) => Self::NotWritten,
                    Some(IOERR_FSYNC | IOERR_DIR_FSYNC) => Self::Unconfirmed,
                    _ => Self::Sqlite(error),
                }
            }
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::NotWritable
            }
            _ => Self::Sqlite(error),
        }
    }
}

fn end_of(last: Option<Day>) -> String {
    last.map_or_else(|| " until further notice".into(), |last| format!(" to {last}"))
}

/// Cents as euros, in the writing of a language.
pub(super) fn euros(units: i64, lang: Lang) -> String {
    Number { units, decimals: 2 }.text(lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_thing_and_hints_say_what_to_do() {
        let error = Error::Exists { what: "a practitioner with the code", code: "mk".into() };
        assert_eq!(error.to_string(), "there is already a practitioner with the code `mk`");
        let error = Error::KeyOpen { path: "k.key".into(), mode: 0o40 };
        assert_eq!(error.to_string(), "the database key `k.key` can be read by others (mode 040)");
        assert!(error.hint().unwrap().contains("chmod 600 k.key"));
        let from = Day::of(2025, 8, 1).unwrap();
        let error = Error::Overlap { from, until: None };
        assert_eq!(
            error.to_string(),
            "the school already takes part from 2025-08-01 until further notice"
        );
    }

    #[test]
    fn what_a_disk_does_not_take_is_told_apart_from_one_that_is_full() {
        let error = |code| {
            let error = rusqlite::ffi::Error::new(code);
            Error::from(rusqlite::Error::SqliteFailure(error, None))
        };
        for code in [rusqlite::ffi::SQLITE_FULL, IOERR_SHMSIZE] {
            assert!(matches!(error(code), Error::Full), "{code}");
        }
        for code in [IOERR_WRITE, IOERR_TRUNCATE] {
            assert!(matches!(error(code), Error::NotWritten), "{code}");
        }
        for code in [IOERR_FSYNC, IOERR_DIR_FSYNC] {
            assert!(matches!(error(code), Error::Unconfirmed), "{code}");
        }
        assert!(matches!(error(rusqlite::ffi::SQLITE_IOERR_READ), Error::Sqlite(_)));
    }
}
