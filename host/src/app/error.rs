//! What can go wrong in a use case, and what the person can do about it.

use std::io;
use std::path::PathBuf;

use crate::capture::{LONGEST_TEXT, Mistakes};
use crate::domain::{
    Coarsening, Day, DayError, Lang, LifeRefusal, MOST_FAILURES, Period, PluginState, Text, Verdict,
};
use crate::plugin;
use crate::render;
use crate::report;
use crate::store;

use super::account_error::AccountError;
use super::anchor_error::AnchorError;
use super::authorization::Denied;
use super::entry_error::EntryError;
use super::grant_words;
use super::recovery_error::RecoveryError;
use super::task_error::TaskError;

/// Who can put it right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The person: something they gave or asked for is not right.
    Input,
    /// The program or the machine.
    Internal,
}

/// A line for each thing that is wrong.
fn told(wrong: &[Text]) -> String {
    let mut lines = String::new();
    for text in wrong {
        lines.extend(["\n  ", &text.en]);
    }
    lines
}

/// Why a use case gave no result. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There are no records in the folder.
    #[error("there are no records in `{}`", .0.display())]
    NotThere(PathBuf),
    /// There are records in the folder already.
    #[error("there are records in `{}` already", .0.display())]
    AlreadyThere(PathBuf),
    /// The folder of the demo holds something else.
    #[error("`{}` exists and was not made by the demo", .0.display())]
    NotADemo(PathBuf),
    /// A restored folder must hold nothing else.
    #[error("`{}` is not empty, and a backup is never restored over anything", .0.display())]
    NotEmpty(PathBuf),
    /// A passphrase that opens nothing.
    #[error("the passphrase does not open `{}`, or that is damaged", .0.display())]
    WrongPassphrase(PathBuf),
    /// A passphrase alone makes no key.
    #[error("nothing in `{}` says how to make a key from a passphrase", .0.display())]
    NoDerivation(PathBuf),
    /// Nobody is there to type it.
    #[error("a passphrase is needed, and there is no terminal to ask for it")]
    NoPassphrase(#[source] io::Error),
    /// Typed twice, and not the same.
    #[error("the two passphrases differ")]
    PassphrasesDiffer,
    /// Records are opened with one or the other.
    #[error("a key and a passphrase were given, and records are opened with one of them")]
    TwoKeys,
    /// The doctor found errors.
    #[error("{errors} {} to be put right", if *errors == 1 { "error has" } else { "errors have" })]
    Unsound { errors: usize },
    /// A name is empty.
    #[error("the name is empty")]
    EmptyName,
    /// A period lies wholly in the future.
    #[error("the period begins on {0}, which is still to come")]
    NotBegun(Day),
    /// A period is missing.
    #[error("no period was given")]
    NoPeriod,
    /// A day or a period is wrong.
    #[error(transparent)]
    Day(#[from] DayError),
    /// What was typed or imported is wrong.
    #[error("{}", .0.say(Lang::En))]
    Mistakes(Mistakes),
    /// The same file was imported before.
    #[error(
        "this very file was imported before, on {day}, with {rows} {}",
        if *rows == 1 { "row" } else { "rows" }
    )]
    ImportedBefore { day: String, rows: u64 },
    /// No practitioner has this code.
    #[error("there is no practitioner with the code `{0}`")]
    NoSuchPractitioner(String),
    /// A pupil has no open absence on a day.
    #[error("`{pupil}` has no open absence on {day}")]
    NothingOpen { pupil: String, day: Day },
    /// No absence has this id.
    #[error("there is no absence `{0}` that you may see")]
    NoSuchAbsence(String),
    /// No calendar of that Land comes with the program.
    #[error("no calendar of `{0}` comes with the program")]
    NoSuchLand(String),
    /// A file that is no calendar.
    #[error("the calendar cannot be used:{}", told(.0))]
    BadCalendar(Vec<Text>),
    /// No school has this number.
    #[error("there is no school with the number `{0}` that you may see")]
    NoSuchSchool(String),
    /// No pupil has this code.
    #[error("there is no pupil with the code `{0}` that you may see")]
    NoSuchPupil(String),
    /// No household has this code.
    #[error("there is no household with the code `{0}` that you may see")]
    NoSuchHousehold(String),
    /// No contact has an id that begins so.
    #[error("there is no contact `{0}` that you may see")]
    NoSuchContact(String),
    /// No report has an id that begins so.
    #[error("there is no report `{0}`")]
    NoSuchReport(String),
    /// A file is no report that can be made again.
    #[error("`{}` is not a report in JSON as this version writes it: {reason}", path.display())]
    NotAReport { path: PathBuf, reason: String },
    /// The very package that made a report is not installed.
    #[error(
        "the package that made the report, `{plugin}` with the SHA-256 {sha256}, is not installed"
    )]
    PackageNotInstalled { plugin: String, sha256: String },
    /// A report does not come out again as it is in the file.
    #[error(
        "the report is not what comes out now: {number} {} from it",
        if *number == 1 { "thing differs" } else { "things differ" }
    )]
    ReportDiffers { number: usize },
    /// No code list has this name.
    #[error("there is no code list `{0}`")]
    NoSuchList(String),
    /// The data dictionary has no dataset of this name.
    #[error("there is no dataset `{0}`")]
    NoSuchDataset(String),
    /// A practitioner asked for what concerns all schools.
    #[error("`{0}` acts for their own schools, and this concerns all of them")]
    OperatorOnly(String),
    /// Exact numbers are for those who know the children anyway.
    #[error("`{0}` sees figures and not children, and a working version withholds nothing")]
    NoWorkingVersion(String),
    /// Somebody may not do what they want to do.
    #[error("{}", .0.text().en)]
    NotAllowed(Denied),
    /// A list with names is for the people of one school.
    #[error("the absences of `{0}` by name are for those who work at that school")]
    InsideSchool(String),
    /// A day is somebody's.
    #[error("the sheet tells of one person's day, and nobody was named")]
    NobodysDay,
    /// One of several records clashes with what is stored already. Records count from 1.
    #[error("record {number}: {error}")]
    Record { number: usize, error: Box<store::Error> },
    /// The program itself relies on the list being as it is.
    #[error("the code list `{0}` is fixed")]
    FixedList(String),
    /// What is to be watched for is no word, or its kind is none.
    #[error("`{0}` is no word and no kind of words that notes can be looked through for")]
    NotWatchable(String),
    /// A code is not made as codes are.
    #[error("`{0}` cannot be a code")]
    BadCode(String),
    /// An id was cut so short that several fit.
    #[error("`{0}` fits several ids; give more of it")]
    Ambiguous(String),
    /// A private note needs somebody whose profession it belongs to.
    #[error("a private note belongs to a profession, and nobody was named")]
    NobodysNote,
    /// A private note stays, and nobody of its profession does.
    #[error("there is a private note of `{0}`, so somebody with that role must have taken part")]
    NoteNeedsOne(String),
    /// The reason of a correction is missing or too long.
    #[error("the reason of a correction is one line of 1 to {LONGEST_TEXT} characters")]
    BadReason,
    /// No plugin of that id is installed.
    #[error("there is no plugin `{0}` installed")]
    NoSuchPlugin(String),
    /// Several versions are installed.
    #[error("several versions of `{id}` are installed: {}", versions.join(", "))]
    SeveralVersions { id: String, versions: Vec<String> },
    /// The plugin has neither figures nor a document to give.
    #[error("plugin `{plugin}` makes no reports: it proposes what should be done next")]
    ReportsNothing { plugin: String },
    /// The manifest does not ask for this field.
    #[error("plugin `{plugin}` does not ask for `{field}`")]
    NotRequested { plugin: String, field: String },
    /// The plugin cannot do without fields that were not granted.
    #[error("plugin `{plugin}` needs {}, which nobody has granted", ticked(fields))]
    NotGranted { plugin: String, fields: Vec<String> },
    /// The grants of fields that the plugin cannot do without are over. `never` was granted never,
    /// and `again` is the command that grants the others as far as before.
    #[error("{}", grant_words::expired(plugin, fields, never, Lang::En))]
    GrantExpired {
        plugin: String,
        fields: Vec<(String, Day)>,
        never: Vec<String>,
        again: Option<String>,
    },
    /// A run looks at days for which fields were not granted.
    #[error("{}", grant_words::outside(plugin, fields, (*first, *last), *period, Lang::En))]
    OutsideGrant {
        plugin: String,
        fields: Vec<String>,
        first: Option<Day>,
        last: Option<Day>,
        period: Period,
    },
    /// No school was granted for all that a plugin reads.
    #[error("there is no school of which plugin `{0}` may read all that it was granted")]
    NoSchoolGranted(String),
    /// A field is to be coarser that is not among those to be granted.
    #[error("`{0}` is to be coarser, and is not among the fields to be granted")]
    CoarseNotNamed(String),
    /// A field has no such coarser form.
    #[error("the field `{field}` has no coarser form `{kind}`")]
    NoCoarserForm { field: String, kind: Coarsening, fitting: Vec<Coarsening> },
    /// A grant would be over before it begins.
    #[error("a grant until {0} would be over already")]
    GrantIsOver(Day),
    /// A version of a plugin that does not run.
    #[error("{}", .0.english())]
    NotInService(Box<Resting>),
    /// Something cannot happen to a plugin in its state.
    #[error(
        "nothing was changed about plugin `{id}@{version}`: {refusal}{}",
        in_brackets(&reason.en)
    )]
    Life {
        id: String,
        version: String,
        refusal: LifeRefusal,
        /// Whether somebody wanted to watch it.
        is_monitor: bool,
        reason: Text,
    },
    /// A version lower than the one in service.
    #[error("`{id}` {to} is a lower version than {from}, which is in service")]
    Downgrade { id: String, from: String, to: String },
    /// Two versions that differ in their build metadata alone.
    #[error("`{id}` {version} is the same version as {installed}, which is installed")]
    SameVersion { id: String, version: String, installed: String },
    /// No version was in service before.
    #[error("no version of plugin `{0}` was in service before")]
    NoPrevious(String),
    /// The reason of switching a plugin off is missing or too long.
    #[error("the reason for switching a plugin off is one line of 1 to {LONGEST_TEXT} characters")]
    BadPluginReason,
    /// It failed once too often.
    #[error(
        "{error}\n  it was its failure number {MOST_FAILURES} in a row: `{plugin}` is in quarantine now"
    )]
    Quarantined { id: String, plugin: String, error: Box<Self> },
    /// Two different plugins.
    #[error("`{old}` and `{new}` are not versions of one plugin")]
    OtherPlugin { old: String, new: String },
    /// No run and no report has an id that begins so.
    #[error("there is no run and no report `{0}`")]
    NoSuchRun(String),
    /// A run does not come out again as it was recorded.
    #[error("what was recorded does not come out again")]
    ReplayDiffers,
    /// The package in the store is not the one that was installed.
    #[error("the package of plugin `{0}` is not the one that was installed")]
    PackageChanged(String),
    /// Its signatures do not let a plugin run over these records.
    #[error(
        "plugin `{plugin}` may not run here, {}: {}",
        verdict.status.text().en,
        verdict.flaws_text().en
    )]
    Untrusted { plugin: String, verdict: Box<Verdict>, is_development: bool },
    /// Neither a file with a public key, nor one in base64, nor the number of a trusted one.
    #[error("`{0}` is no public key, and no trusted key has that number")]
    NoSuchKey(String),
    /// A key that was revoked is not trusted again.
    #[error("the key {0} is revoked, and stays so")]
    KeyRevoked(String),
    /// A prefix would hold too much, or nothing.
    #[error("`{0}` is not the beginning of plugin ids")]
    BadPrefix(String),
    /// Nobody is there to type it.
    #[error("the secret key has a password, and there is no terminal to ask for it")]
    NoPassword(#[source] io::Error),
    /// A parameter was given that the plugin does not have, or with a wrong value.
    #[error("parameter `{name}` {}", reason.en)]
    Setting { name: String, reason: Text },
    /// A file could not be read or written; the message names it.
    #[error("{0}")]
    File(io::Error),
    /// The result could not be printed.
    #[error("the result could not be printed")]
    Output(#[source] io::Error),
    /// Nobody can listen at the address of the server.
    #[error("the server cannot listen at its address")]
    Listen(#[source] io::Error),
    /// Another program listens at the port.
    #[error("another program is using port {0}")]
    PortTaken(u16),
    /// Another server serves the same records.
    #[error("these records are being served already: {0}")]
    ServedAlready(String),
    /// A certificate that cannot be made or used.
    #[error("the certificate cannot be used: {0}")]
    Certificate(String),
    /// A name under which nobody can ask a server.
    #[error("`{0}` is neither an address nor a name of a machine")]
    BadHost(String),
    /// Bytes that are no text were to be printed on a terminal.
    #[error("a workbook cannot be shown on a terminal")]
    NotForTerminal,
    /// A document in the store cannot be read.
    #[error("the stored report is damaged")]
    Document(#[source] serde_json::Error),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A dataset.
    #[error(transparent)]
    Columns(#[from] store::ColumnsError),
    /// A plugin.
    #[error(transparent)]
    Plugin(#[from] plugin::Error),
    /// The assembling of a report.
    #[error(transparent)]
    Report(#[from] report::Error),
    /// What a plugin composed.
    #[error(transparent)]
    Compose(#[from] report::ComposeError),
    /// The publishing of a report.
    #[error(transparent)]
    Publish(#[from] super::published::PublishError),
    /// A page.
    #[error(transparent)]
    Render(#[from] render::Error),
    /// The development kit.
    #[error(transparent)]
    Kit(#[from] super::kit::Error),
    /// A record of a form.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// Accounts, signing in, and emergency access.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// An anchor of the audit, or its retention.
    #[error(transparent)]
    Anchor(#[from] AnchorError),
    /// Something was to be shown before the audit knew that it was read. Whoever wrote the command
    /// forgot to settle it.
    #[error("what was read was to be shown before the audit knew of it")]
    Unsettled,
    /// What somebody asked for by right.
    #[error(transparent)]
    Rights(#[from] super::rights_error::RightsError),
    /// A task or a letter.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// A hold, a time of keeping, or an erasure.
    #[error(transparent)]
    Erasure(#[from] super::erasure_error::ErasureError),
    /// Something about backups, keys or open files.
    #[error(transparent)]
    Recovery(#[from] RecoveryError),
    /// A file of another program, or an import.
    #[error(transparent)]
    Import(#[from] super::incoming_error::ImportError),
}

/// A version of a plugin that does not run, and what a person has to know about that.
#[derive(Debug)]
pub struct Resting {
    /// The plugin's id.
    pub id: String,
    /// The version.
    pub version: String,
    /// Its state.
    pub state: PluginState,
    /// Since when.
    pub since: String,
    /// Why; empty where nobody said.
    pub reason: Text,
    /// When the last report of the plugin was made.
    pub last_report: Option<String>,
    /// Whether there is a version to go back to.
    pub rollback: bool,
}

impl Resting {
    fn english(&self) -> String {
        let Self { id, version, since, .. } = self;
        let last = self.last_report.as_ref();
        let last = last.map(|at| format!("; the last report of it, of {at}, stays"));
        format!(
            "plugin `{id}@{version}` does not run: it is {} since {since}{}{}",
            self.state.text().en,
            in_brackets(&self.reason.en),
            last.unwrap_or_default()
        )
    }
}

/// A reason behind what it is the reason for; nothing where there is none.
pub(super) fn in_brackets(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(" ({reason})") }
}

pub(super) fn ticked(words: &[String]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
