//! The audit: who did what when, as a chain of hashes in which no link can be exchanged unseen.

use std::str::FromStr;

use sha2::{Digest, Sha256};

use super::id::Id;
use super::words::Text;

/// Goes before everything that is hashed, so that no other data has the same hash.
const ENTRY: &[u8] = b"tridem audit entry 1\0";

/// The same for what the first entry follows.
const START: &[u8] = b"tridem audit start 1\0";

/// By how many seconds time may go back from one entry to the next without being a finding: two
/// writers look at the clock and then wait for each other, at most five seconds.
const PATIENCE: i64 = 5;

/// The one who changes something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// A code and not a name: a practitioner's code, `account:` with an account of this machine, or
    /// `program:` with the program itself.
    pub code: String,
    /// Seconds since 1970-01-01 UTC.
    pub at: i64,
}

impl Author {
    /// Somebody at a time.
    pub fn new(code: impl Into<String>, at: i64) -> Self {
        Self { code: code.into(), at }
    }

    /// The program, for what it does by itself.
    pub fn program(at: i64) -> Self {
        Self::new("program:tridem", at)
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident $code:literal $de:literal $en:literal;)+) => {
        /// What was done. The codes are permanent; new ones are added.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action {
            $($(#[$doc])* $name,)+
        }

        impl Action {
            /// Every action.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Its permanent code.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// Its words.
            pub fn text(self) -> Text {
                match self { $(Self::$name => Text::new($de, $en),)+ }
            }
        }
    };
}

actions! {
    /// The database was made.
    StoreCreate "store.create" "Daten angelegt" "records made";
    /// The database was brought to a newer schema.
    StoreMigrate "store.migrate" "Datenbank auf neuen Stand gebracht" "records brought up to date";
    /// The records were copied into a backup.
    BackupMake "backup.make" "Sicherung geschrieben" "backup made";
    /// The records were brought back from a backup.
    StoreRestore "store.restore" "Daten zurückgespielt" "records restored";
    /// The schedule of backups was set or switched off.
    BackupSchedule "backup.schedule" "Plan der Sicherungen geändert" "schedule of backups changed";
    /// A backup was read back whole.
    BackupVerify "backup.verify" "Sicherung geprüft" "backup verified";
    /// Old backups were removed by the schedule's rule.
    BackupThin "backup.thin" "alte Sicherungen entfernt" "old backups removed";
    /// The records were encrypted under a new key.
    KeyRotate "key.rotate" "Schlüssel gewechselt" "key changed";
    /// What was left of an old key was destroyed.
    KeyForget "key.forget" "alter Schlüssel vernichtet" "old key destroyed";
    /// A copy of the key was tried and opens the records.
    KeyCheck "key.check" "Kopie des Schlüssels geprüft" "copy of the key checked";
    /// All records were written to open files.
    OpenExport "open.export" "alle Daten in offenen Formaten ausgegeben" "all records exported in open formats";
    /// Records were made from open files.
    OpenImport "open.import" "Daten aus offenen Formaten angelegt" "records made from open formats";
    /// A code was added to a list.
    CodeAdd "code.add" "Code ergänzt" "code added";
    /// A file was imported.
    ImportFile "import.file" "Datei eingelesen" "file imported";
    /// A whole import was taken back.
    ImportUndo "import.undo" "Einlesen zurückgenommen" "import taken back";
    /// It was decided about rows of a file that were waiting.
    ImportDecide "import.decide" "Wartende Zeilen entschieden" "waiting rows decided";
    /// A description of a table to import was saved.
    MappingSave "mapping.save" "Zuordnung gespeichert" "mapping saved";
    /// A description of a table to import was removed.
    MappingRemove "mapping.remove" "Zuordnung entfernt" "mapping removed";
    /// An account was added.
    AccountAdd "account.add" "Konto angelegt" "account added";
    /// An account was closed.
    AccountClose "account.close" "Konto geschlossen" "account closed";
    /// An account became one of another role.
    AccountRole "account.role" "Rolle eines Kontos geändert" "role of an account changed";
    /// Somebody changed their own password.
    AccountPassword "account.password" "Eigenes Passwort geändert" "own password changed";
    /// An account got a password to begin with from an administrator.
    AccountReset "account.reset" "Passwort eines Kontos zurückgesetzt" "password of an account reset";
    /// An administrator's account was got back with the key of the records.
    AccountRecover "account.recover" "Verwaltungskonto mit dem Schlüssel der Daten zurückgeholt" "administrator's account recovered with the key of the records";
    /// Somebody signs in with a second factor from now on.
    AccountTotp "account.totp" "Zweiten Faktor eingerichtet" "second factor set up";
    /// A second factor was taken away.
    AccountTotpOff "account.totp-off" "Zweiten Faktor entfernt" "second factor removed";
    /// After failed tries nobody can sign in to an account for a while.
    AccountLock "account.lock" "Konto nach Fehlversuchen gesperrt" "account locked after failed tries";
    /// Failed tries were forgotten.
    AccountUnlock "account.unlock" "Sperre nach Fehlversuchen aufgehoben" "lock after failed tries lifted";
    /// Somebody signed in.
    SignIn "account.sign-in" "Angemeldet" "signed in";
    /// Somebody tried to sign in to an account in vain.
    SignInFail "account.sign-in-fail" "Anmeldung fehlgeschlagen" "sign-in failed";
    /// Somebody signed out.
    SignOut "account.sign-out" "Abgemeldet" "signed out";
    /// All sessions were ended because the clock was set back.
    SessionsEnd "account.sessions-end" "Alle Anmeldungen beendet, weil die Uhr zurückgestellt wurde" "all sessions ended because the clock was set back";
    /// Somebody opened an emergency access to a school.
    EmergencyOpen "emergency.open" "Notfallzugriff geöffnet" "emergency access opened";
    /// Somebody used an emergency access.
    EmergencyUse "emergency.use" "Notfallzugriff genutzt" "emergency access used";
    /// An emergency access was closed before its end.
    EmergencyClose "emergency.close" "Notfallzugriff geschlossen" "emergency access closed";
    /// A word was added that notes are looked through for.
    WordAdd "word.add" "Wort für die Durchsicht ergänzt" "watched word added";
    /// A word was taken out of those that notes are looked through for.
    WordRemove "word.remove" "Wort aus der Durchsicht genommen" "watched word removed";
    /// A school was added.
    SchoolAdd "school.add" "Schule aufgenommen" "school added";
    /// It was said when a school records absences, and in what.
    AttendanceAdd "attendance.add" "Erfassung von Fehlzeiten festgehalten" "recording of absences set";
    /// A school's own second half-year was set.
    HalfYearSet "half-year.set" "Halbjahreswechsel festgehalten" "half-year set";
    /// An absence was recorded.
    AbsenceAdd "absence.add" "Fehlzeit aufgenommen" "absence recorded";
    /// An open absence was cleared up.
    AbsenceSettle "absence.settle" "Offene Fehlzeit geklärt" "open absence cleared up";
    /// An absence was corrected.
    AbsenceCorrect "absence.correct" "Fehlzeit berichtigt" "absence corrected";
    /// An absence was removed.
    AbsenceRemove "absence.remove" "Fehlzeit entfernt" "absence removed";
    /// A school records absences only until a day.
    AttendanceEnd "attendance.end" "Erfassung von Fehlzeiten beendet" "recording of absences ended";
    /// It was noted that a register was not kept on a day.
    DayNotTaken "day-not-taken.add" "Tag ohne Erfassung festgehalten" "day not taken noted";
    /// The calendar of school days was chosen.
    CalendarUse "calendar.use" "Kalender gewählt" "calendar chosen";
    /// A sum of absences was taken over.
    AbsenceTotalAdd "absence-total.add" "Fehlzeitensumme übernommen" "sum of absences taken over";
    /// A number of pupils was set.
    EnrolmentSet "enrolment.set" "Schülerzahl festgehalten" "number of pupils set";
    /// A time in the programme was added.
    ParticipationAdd "participation.add" "Teilnahme festgehalten" "participation added";
    /// A day off was added.
    DayOffAdd "day-off.add" "freier Tag festgehalten" "day off added";
    /// A practitioner was added.
    PractitionerAdd "practitioner.add" "Fachkraft aufgenommen" "practitioner added";
    /// A practitioner was assigned to a school.
    AssignmentAdd "assignment.add" "Fachkraft zugewiesen" "practitioner assigned";
    /// A tandem or tridem was made.
    PairingAdd "pairing.add" "Team gebildet" "team made";
    /// A household was added.
    HouseholdAdd "household.add" "Haushalt aufgenommen" "household added";
    /// A pupil was added.
    PupilAdd "pupil.add" "Kind aufgenommen" "pupil added";
    /// A pupil came back to the school.
    PupilStay "pupil.stay" "Rückkehr eines Kindes festgehalten" "pupil's return noted";
    /// A pupil left the school.
    PupilLeave "pupil.leave" "Abgang eines Kindes festgehalten" "pupil's leaving noted";
    /// It was noted that a pupil's whereabouts are unknown, or known again.
    PupilWhereabouts "pupil.whereabouts" "Verbleib eines Kindes festgehalten" "pupil's whereabouts set";
    /// The time was set in which a pupil is accompanied.
    PupilAccompany "pupil.accompany" "Begleitung geändert" "accompaniment changed";
    /// A contact was recorded.
    ContactAdd "contact.add" "Kontakt festgehalten" "contact recorded";
    /// A contact was corrected.
    ContactCorrect "contact.correct" "Kontakt berichtigt" "contact corrected";
    /// A record of a form was added.
    RecordAdd "record.add" "Eintrag aufgenommen" "record added";
    /// A record of a form was changed.
    RecordChange "record.change" "Eintrag geändert" "record changed";
    /// Records were handed out as a file.
    ExportMake "export.make" "Daten ausgegeben" "records exported";
    /// A plugin was installed.
    PluginInstall "plugin.install" "Plugin installiert" "plugin installed";
    /// A plugin was removed.
    PluginRemove "plugin.remove" "Plugin entfernt" "plugin removed";
    /// A plugin was allowed to read a field.
    PluginGrant "plugin.grant" "Feld erlaubt" "field granted";
    /// What another version of a plugin was allowed was carried over.
    PluginGrantCarry "plugin.grant-carry" "Erlaubnis übernommen" "grant carried over";
    /// What a plugin was allowed was taken back.
    PluginRevoke "plugin.revoke" "Erlaubnis zurückgenommen" "grant taken back";
    /// A plugin was switched on.
    PluginEnable "plugin.enable" "Plugin eingeschaltet" "plugin enabled";
    /// A plugin runs to be watched.
    PluginMonitor "plugin.monitor" "Plugin in den Probelauf genommen" "plugin put in monitor";
    /// A plugin was switched off.
    PluginDisable "plugin.disable" "Plugin ausgeschaltet" "plugin disabled";
    /// A plugin failed too often.
    PluginQuarantine "plugin.quarantine" "Plugin in Quarantäne genommen" "plugin quarantined";
    /// The version before was switched on again.
    PluginRollback "plugin.rollback" "Plugin zurückgesetzt" "plugin rolled back";
    /// A plugin ran, and no report was kept of it.
    PluginRun "plugin.run" "Plugin ohne Bericht gelaufen" "plugin run without a report";
    /// A key for signatures of packages was trusted.
    TrustAdd "trust.add" "Signaturschlüssel anerkannt" "signing key trusted";
    /// A key for signatures of packages was taken out of those trusted.
    TrustRemove "trust.remove" "Signaturschlüssel entfernt" "signing key removed";
    /// A key or a package was revoked for good.
    TrustRevoke "trust.revoke" "Signaturschlüssel oder Paket widerrufen" "signing key or package revoked";
    /// It was said whether packages have to be signed with two keys.
    TrustSignatures "trust.signatures" "Zahl der nötigen Signaturen festgelegt" "number of signatures needed set";
    /// The language of letters to a household was set.
    HouseholdLanguage "household.language" "Sprache für Briefe festgehalten" "language of letters set";
    /// A workflow plugin was run, and the list of tasks brought to what it says.
    TaskPropose "task.propose" "Aufgaben vorgeschlagen" "tasks proposed";
    /// A task came onto the list.
    TaskAdd "task.add" "Aufgabe aufgenommen" "task added";
    /// A plugin said something else about a task.
    TaskChange "task.change" "Aufgabe geändert" "task changed";
    /// A task that had lapsed came back.
    TaskReopen "task.reopen" "Aufgabe wieder aufgenommen" "task back on the list";
    /// A task was not proposed any more.
    TaskLapse "task.lapse" "Aufgabe entfallen" "task lapsed";
    /// A task was done.
    TaskDone "task.done" "Aufgabe erledigt" "task done";
    /// A task was dismissed.
    TaskDismiss "task.dismiss" "Aufgabe verworfen" "task dismissed";
    /// A task was put off.
    TaskSnooze "task.snooze" "Aufgabe zurückgestellt" "task put off";
    /// A task was given to somebody.
    TaskAssign "task.assign" "Aufgabe übergeben" "task handed over";
    /// A decision about a task was taken back.
    TaskUndo "task.undo" "Entscheidung zurückgenommen" "decision taken back";
    /// A letter was drafted.
    LetterRender "letter.render" "Brief entworfen" "letter drafted";
    /// A report was run and kept.
    ReportRun "report.run" "Bericht erstellt" "report run";
}

/// A text that is not the code of an action.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an action; use one of {all}", all = Action::codes())]
pub struct UnknownAction(pub String);

impl Action {
    /// All codes, for messages.
    pub fn codes() -> String {
        let codes: Vec<String> =
            Self::ALL.iter().map(|action| format!("`{}`", action.code())).collect();
        codes.join(", ")
    }
}

impl FromStr for Action {
    type Err = UnknownAction;

    fn from_str(code: &str) -> Result<Self, UnknownAction> {
        let found = Self::ALL.iter().copied().find(|action| action.code() == code);
        found.ok_or_else(|| UnknownAction(code.to_owned()))
    }
}

/// One entry of the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its number, from 1 without gaps.
    pub seq: u64,
    /// When, in seconds since 1970-01-01 UTC, as the clock stood.
    pub at: i64,
    /// Who: see [`Author::code`].
    pub actor: String,
    /// What: the code of an [`Action`], perhaps of a later version.
    pub action: String,
    /// To what: an id, a school number, a plugin's id.
    pub subject: String,
    /// More about it, as a JSON object. The bytes of this text are hashed.
    pub details: String,
    /// The hash of the entry before it.
    pub previous: [u8; 32],
    /// Its own hash.
    pub hash: [u8; 32],
}

impl AuditEntry {
    /// The hash that the entry must have. Each part goes in with its length, so that moving a letter
    /// from one to the next changes it.
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = Sha256::new_with_prefix(ENTRY);
        hasher.update(self.previous);
        hasher.update(self.seq.to_be_bytes());
        hasher.update(self.at.to_be_bytes());
        for part in [&self.actor, &self.action, &self.subject, &self.details] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        hasher.finalize().into()
    }

    /// What the first entry of a municipality follows, so that nobody can put in the audit of another
    /// one.
    pub fn start(municipality: Id) -> [u8; 32] {
        Sha256::new_with_prefix(START).chain_update(municipality.bytes()).finalize().into()
    }
}

/// Why a chain is not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainBreak {
    /// There is no entry at all.
    #[error("the audit is empty, although the making of the records is its first entry")]
    Empty,
    /// Entries are missing before this one.
    #[error("the audit breaks at entry {found}: entry {expected} should come here and is missing")]
    Gap { expected: u64, found: u64 },
    /// The entry does not follow the one before it.
    #[error("the audit breaks at entry {seq}: it does not follow the entry before it")]
    Link { seq: u64 },
    /// The entry says something else than when it was written.
    #[error("the audit breaks at entry {seq}: its content is not what was written")]
    Content { seq: u64 },
    /// The hash that somebody kept is that of no entry.
    #[error(
        "no entry of the audit has the hash that was expected, though its {entries} are in order"
    )]
    Unexpected { entries: u64 },
}

/// A place where time goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockSetBack {
    /// The entry that is earlier than the one before it.
    pub seq: u64,
    /// By how many seconds.
    pub seconds: u64,
}

/// What there is to say of an audit that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainSummary {
    /// How many entries there are.
    pub entries: u64,
    /// When the first one was written, in seconds since 1970-01-01 UTC.
    pub first_at: i64,
    /// When the last one was written.
    pub last_at: i64,
    /// The hash of the last one. Who keeps it elsewhere can tell later that nothing before it was
    /// changed or cut off.
    pub head: [u8; 32],
    /// The entry whose hash was expected.
    pub expected: Option<u64>,
    /// Where time goes back. That is no break: the clock may have been wrong before.
    pub clock: Vec<ClockSetBack>,
}

/// Goes along a chain, entry by entry.
#[derive(Debug)]
pub struct ChainWalk {
    previous: [u8; 32],
    wanted: Option<[u8; 32]>,
    summary: ChainSummary,
}

impl ChainWalk {
    /// Begins before the first entry. `wanted` is a hash that one of the entries must have.
    pub fn new(municipality: Id, wanted: Option<[u8; 32]>) -> Self {
        let previous = AuditEntry::start(municipality);
        let summary = ChainSummary {
            entries: 0,
            first_at: 0,
            last_at: 0,
            head: previous,
            expected: None,
            clock: Vec::new(),
        };
        Self { previous, wanted, summary }
    }

    /// Takes the next entry.
    ///
    /// # Errors
    ///
    /// The first thing that is not in order; the walk is over then.
    pub fn step(&mut self, entry: &AuditEntry) -> Result<(), ChainBreak> {
        let (seq, expected) = (entry.seq, self.summary.entries + 1);
        if seq != expected {
            return Err(ChainBreak::Gap { expected, found: seq });
        }
        if entry.previous != self.previous {
            return Err(ChainBreak::Link { seq });
        }
        if entry.digest() != entry.hash {
            return Err(ChainBreak::Content { seq });
        }
        let summary = &mut self.summary;
        if seq == 1 {
            summary.first_at = entry.at;
        } else if entry.at.saturating_add(PATIENCE) < summary.last_at {
            summary.clock.push(ClockSetBack { seq, seconds: summary.last_at.abs_diff(entry.at) });
        }
        if self.wanted == Some(entry.hash) {
            summary.expected = Some(seq);
        }
        (summary.entries, summary.last_at, summary.head) = (seq, entry.at, entry.hash);
        self.previous = entry.hash;
        Ok(())
    }

    /// Ends behind the last entry.
    ///
    /// # Errors
    ///
    /// [`ChainBreak::Empty`], [`ChainBreak::Unexpected`].
    pub fn finish(self) -> Result<ChainSummary, ChainBreak> {
        let entries = self.summary.entries;
        if entries == 0 {
            return Err(ChainBreak::Empty);
        }
        if self.wanted.is_some() && self.summary.expected.is_none() {
            return Err(ChainBreak::Unexpected { entries });
        }
        Ok(self.summary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CITY: Id = Id(uuid::Uuid::from_u128(7));

    fn chain(times: &[i64]) -> Vec<AuditEntry> {
        let mut previous = AuditEntry::start(CITY);
        let entry = |(seq, at): (u64, &i64)| {
            let mut entry = AuditEntry {
                seq,
                at: *at,
                actor: "bm1".into(),
                action: "contact.add".into(),
                subject: format!("subject {seq}"),
                details: "{}".into(),
                previous,
                hash: [0; 32],
            };
            entry.hash = entry.digest();
            previous = entry.hash;
            entry
        };
        (1..).zip(times).map(entry).collect()
    }

    fn walk(entries: &[AuditEntry], wanted: Option<[u8; 32]>) -> Result<ChainSummary, ChainBreak> {
        let mut walk = ChainWalk::new(CITY, wanted);
        entries.iter().try_for_each(|entry| walk.step(entry))?;
        walk.finish()
    }

    #[test]
    fn whatever_is_changed_in_an_entry_breaks_the_chain_there() {
        let whole = chain(&[10, 20, 30]);
        let changes: [fn(&mut AuditEntry); 7] = [
            |entry| entry.at += 1,
            |entry| entry.actor.push('x'),
            |entry| entry.action = "contact.correct".into(),
            |entry| entry.subject.clear(),
            |entry| entry.details = "{ }".into(),
            // The letters of two parts together stay the same.
            |entry| (entry.actor, entry.action) = ("bm1c".into(), "ontact.add".into()),
            |entry| entry.hash[31] ^= 1,
        ];
        for change in changes {
            let mut entries = whole.clone();
            change(&mut entries[1]);
            assert_eq!(walk(&entries, None), Err(ChainBreak::Content { seq: 2 }));
        }
        let mut entries = whole.clone();
        entries[1].previous[0] ^= 1;
        entries[1].hash = entries[1].digest();
        assert_eq!(walk(&entries, None), Err(ChainBreak::Link { seq: 2 }));
        let mut entries = whole;
        entries[1].details = "{ }".into();
        entries[1].hash = entries[1].digest();
        assert_eq!(walk(&entries, None), Err(ChainBreak::Link { seq: 3 }), "one hash made anew");
    }

    #[test]
    fn missing_moved_and_foreign_entries_break_the_chain() {
        let whole = chain(&[10, 20, 30]);
        assert_eq!(walk(&[], None), Err(ChainBreak::Empty));
        let gap = |expected, found| Err(ChainBreak::Gap { expected, found });
        assert_eq!(walk(&whole[1..], None), gap(1, 2));
        assert_eq!(walk(&[whole[0].clone(), whole[2].clone()], None), gap(2, 3));
        let mut swapped = whole.clone();
        swapped.swap(1, 2);
        (swapped[1].seq, swapped[2].seq) = (2, 3);
        assert_eq!(walk(&swapped, None), Err(ChainBreak::Link { seq: 2 }));
        let mut walk = ChainWalk::new(Id(uuid::Uuid::from_u128(8)), None);
        assert_eq!(walk.step(&whole[0]), Err(ChainBreak::Link { seq: 1 }), "of another city");
    }

    #[test]
    fn a_cut_end_shows_only_against_a_hash_that_was_kept() {
        let whole = chain(&[10, 20, 30]);
        let cut = &whole[..2];
        let head = whole[2].hash;
        assert_eq!(walk(cut, None).unwrap().entries, 2);
        assert_eq!(walk(cut, Some(head)), Err(ChainBreak::Unexpected { entries: 2 }));
        let summary = walk(&whole, Some(whole[1].hash)).unwrap();
        assert_eq!((summary.entries, summary.head, summary.expected), (3, head, Some(2)));
        assert_eq!((summary.first_at, summary.last_at), (10, 30));
    }

    #[test]
    fn a_clock_that_was_set_back_is_a_finding_and_no_break() {
        let summary = walk(&chain(&[100, 95, 89, 200]), None).unwrap();
        assert_eq!(summary.clock, [ClockSetBack { seq: 3, seconds: 6 }]);
    }

    #[test]
    fn every_action_has_its_own_code_and_words_in_both_languages() {
        for (place, action) in Action::ALL.iter().enumerate() {
            assert_eq!(action.code().parse(), Ok(*action));
            let text = action.text();
            assert_ne!(text.de, text.en);
            assert!(Action::ALL[..place].iter().all(|other| other.text() != text), "{action:?}");
        }
        let error = "contact.forget".parse::<Action>().unwrap_err().to_string();
        assert!(
            error.starts_with("`contact.forget` is not an action; use one of `store.create`, ")
        );
    }
}
