//! The audit: who did what when, as a chain of hashes in which no link can be exchanged unseen.

use std::str::FromStr;

use sha2::{Digest, Sha256};

use super::id::Id;
use super::words::Text;

/// Goes before everything that is hashed, so that no other data has the same hash.
const ENTRY: &[u8] = b"tridem audit entry 1\0";

/// The same for an entry whose hash covers a commitment to its content.
const SEALED_ENTRY: &[u8] = b"tridem audit entry 2\0";

/// The same for that commitment.
const CONTENT: &[u8] = b"tridem audit content 2\0";

/// The same for what the first entry follows.
const START: &[u8] = b"tridem audit start 1\0";

/// Years that an entry of the audit is kept.
pub const AUDIT_YEARS: i32 = 3;

/// Years that it is kept whom a read was about. Who asks who has seen entries about their child is told
/// as far back as that.
pub const READ_INDEX_YEARS: i32 = 1;

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
    /// Somebody made a token for a program.
    TokenAdd "account.token-add" "Zugangsschlüssel für ein Programm gemacht" "token for a program made";
    /// A program used a token: once for each hour in which it did.
    TokenUse "account.token-use" "Zugangsschlüssel genutzt" "token used";
    /// A token was revoked.
    TokenRevoke "account.token-revoke" "Zugangsschlüssel widerrufen" "token revoked";
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
    /// The register of a class was kept on a day.
    AttendanceTake "attendance.take" "Tag einer Klasse erfasst" "day of a class taken";
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
    /// The time of a practitioner at a school was ended.
    AssignmentEnd "assignment.end" "Zuweisung beendet" "assignment ended";
    /// A tandem or tridem was ended.
    PairingEnd "pairing.end" "Team beendet" "team ended";
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
    /// The private notes of a profession were closed to all but its members.
    LaneClose "lane.close" "Vertrauliche Notizen verschlossen" "private notes closed";
    /// Somebody was let into the private notes of their profession.
    LaneAdmit "lane.admit" "Zugang zu vertraulichen Notizen gegeben" "access to private notes given";
    /// The private notes of a profession were taken away from somebody.
    LaneDismiss "lane.dismiss" "Zugang zu vertraulichen Notizen entzogen" "access to private notes taken away";
    /// Somebody was let in with the key on paper.
    LaneRecover "lane.recover" "Vertrauliche Notizen mit Papierschlüssel geöffnet" "private notes opened with the paper key";
    /// A private note was shown to another profession.
    NoteRelease "note.release" "Vertrauliche Notiz freigegeben" "private note released";
    /// A private note is not shown to another profession any more.
    NoteReleaseEnd "note.release-end" "Freigabe zurückgenommen" "release taken back";
    /// A record of a form was added.
    RecordAdd "record.add" "Eintrag aufgenommen" "record added";
    /// A record of a form was changed.
    RecordChange "record.change" "Eintrag geändert" "record changed";
    /// Somebody's records were erased at a demand.
    SubjectErase "subject.erase" "Daten eines Menschen gelöscht" "data of a person erased";
    /// Records that are not to be erased were named.
    HoldSet "hold.set" "Löschung ausgesetzt" "erasure held";
    /// They may be erased again.
    HoldRelease "hold.release" "Löschung wieder möglich" "erasure released";
    /// It was said how long a class of records is kept.
    RetentionSet "retention.set" "Aufbewahrungsfrist festgelegt" "time of keeping set";
    /// Records whose time is over were offered to the archive.
    ArchiveOffer "archive.offer" "Dem Archiv angeboten" "offered to the archive";
    /// The archive took them or not.
    ArchiveAnswer "archive.answer" "Antwort des Archivs festgehalten" "answer of the archive noted";
    /// Records whose time is over were erased.
    RetentionErase "retention.erase" "Nach Fristablauf gelöscht" "erased as their time was over";
    /// What had been erased came back with an old backup and was erased again.
    ErasureRepeat "erasure.repeat" "Löschung wiederholt" "erasure repeated";
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
    /// What is known of a pupil was changed.
    PupilChange "pupil.change" "Angaben zu einem Kind geändert" "pupil changed";
    /// What is known of a household was changed.
    HouseholdChange "household.change" "Angaben zu einem Haushalt geändert" "household changed";
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
    /// Somebody looked at a task and something is missing for it.
    TaskLack "task.lack" "Aufgabe angesehen, Information fehlt" "task looked at, information missing";
    /// A task was given to somebody.
    TaskAssign "task.assign" "Aufgabe übergeben" "task handed over";
    /// A decision about a task was taken back.
    TaskUndo "task.undo" "Entscheidung zurückgenommen" "decision taken back";
    /// A letter was drafted.
    LetterRender "letter.render" "Brief entworfen" "letter drafted";
    /// A report was run and kept.
    ReportRun "report.run" "Bericht erstellt" "report run";
    /// The processing of a person's data was restricted.
    SubjectRestrict "subject.restrict" "Verarbeitung eingeschränkt" "processing restricted";
    /// A restriction was lifted.
    SubjectUnrestrict "subject.unrestrict" "Einschränkung aufgehoben" "restriction lifted";
    /// A person was given their own data.
    SubjectExport "subject.export" "Auskunft erteilt" "own data given out";
    /// Data were handed to another office.
    DataShare "data.share" "Daten weitergegeben" "data handed on";
    /// Somebody was refused what their role may not do.
    AccessRefuse "access.refuse" "Vorgang verweigert" "use case refused";
    /// Somebody looked at records about people.
    Read "read" "Einträge angesehen" "records looked at";
    /// The content of entries of the audit was taken out.
    AuditRedact "audit.redact" "Protokolleinträge geleert" "entries of the audit emptied";
    /// The oldest entries of the audit were removed, their time being over.
    AuditPrune "audit.prune" "Altes Protokoll gelöscht" "old audit pruned";
    /// The newest hash was written down outside the records.
    AuditAnchor "audit.anchor" "Protokoll verankert" "audit anchored";
    /// A report for others than the team was made, and counts as published.
    ReportPublish "report.publish" "Bericht veröffentlicht" "report published";
    /// A report was declared to have been handed to nobody.
    ReportWithdraw "report.withdraw" "Bericht zurückgezogen" "report withdrawn";
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

/// How the hash of an entry covers its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// The hash covers subject and details themselves, as those of the first versions do.
    Direct,
    /// The hash covers a commitment to them, and they are there.
    Sealed {
        /// What makes the commitment impossible to guess.
        salt: [u8; 16],
        /// See [`commitment`].
        commitment: [u8; 32],
    },
    /// They were taken out, with the salt. Only an entry `audit.redact` allows that.
    Emptied {
        /// What is left of them.
        commitment: [u8; 32],
    },
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
    /// To what: an id, a school number, a plugin's id. Empty where it was taken out.
    pub subject: String,
    /// More about it, as a JSON object; `{}` where it was taken out.
    pub details: String,
    /// How the hash covers subject and details.
    pub cover: Cover,
    /// The hash of the entry before it.
    pub previous: [u8; 32],
    /// Its own hash.
    pub hash: [u8; 32],
}

impl AuditEntry {
    /// The hash that the entry must have. Each part goes in with its length, so that moving a letter
    /// from one to the next changes it.
    pub fn digest(&self) -> [u8; 32] {
        let label = if self.cover == Cover::Direct { ENTRY } else { SEALED_ENTRY };
        let mut hasher = Sha256::new_with_prefix(label);
        hasher.update(self.previous);
        hasher.update(self.seq.to_be_bytes());
        hasher.update(self.at.to_be_bytes());
        add(&mut hasher, &[&self.actor, &self.action]);
        match self.cover {
            Cover::Direct => add(&mut hasher, &[&self.subject, &self.details]),
            Cover::Sealed { commitment, .. } | Cover::Emptied { commitment } => {
                hasher.update(commitment);
            }
        }
        hasher.finalize().into()
    }

    /// Whether subject and details are those that the commitment was made for, or properly gone.
    pub fn is_as_committed(&self) -> bool {
        match self.cover {
            Cover::Direct => true,
            Cover::Sealed { salt, commitment: found } => {
                commitment(&salt, &self.subject, &self.details) == found
            }
            Cover::Emptied { .. } => self.subject.is_empty() && self.details == "{}",
        }
    }

    /// What the first entry of a municipality follows, so that nobody can put in the audit of another
    /// one.
    pub fn start(municipality: Id) -> [u8; 32] {
        Sha256::new_with_prefix(START).chain_update(municipality.bytes()).finalize().into()
    }
}

/// What stands for subject and details in the hash of an entry: SHA-256 over a label, the salt, and
/// both parts, each with its length.
pub fn commitment(salt: &[u8; 16], subject: &str, details: &str) -> [u8; 32] {
    let mut hasher = Sha256::new_with_prefix(CONTENT);
    hasher.update(salt);
    add(&mut hasher, &[subject, details]);
    hasher.finalize().into()
}

fn add(hasher: &mut Sha256, parts: &[&str]) {
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
