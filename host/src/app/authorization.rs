//! Who may do what: one table of use cases and roles, and the one place where it is asked.
//!
//! Every use case that an [`Actor`] carries out begins with [`App::permit`], which refuses it or says
//! what may be seen in it. Nothing else decides about permissions. `tridem roles` prints the table.

use crate::capture::Kind;
use crate::domain::{About, Day, FormKind, Role, Scope, SeenAs, Sighting, Text, Visible};
use crate::store::Reader;

use super::emergency::permit_in_emergency;
use super::workspace::{App, today};
use super::{AccountError, Actor, Error};

/// How far a role reaches in a use case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Not at all.
    No,
    /// The schools that somebody is assigned to on the day, and what their own teams there do.
    Own,
    /// Every school.
    All,
}

impl Reach {
    /// The letter that stands for it in the table.
    fn of(letter: u8) -> Self {
        match letter {
            b'a' => Self::All,
            b'o' => Self::Own,
            _ => Self::No,
        }
    }

    /// Its words.
    pub fn text(self) -> Text {
        match self {
            Self::No => Text::new("nein", "no"),
            Self::Own => Text::new("eigene Schulen", "own schools"),
            Self::All => Text::new("alle Schulen", "all schools"),
        }
    }
}

macro_rules! use_cases {
    ($($(#[$doc:meta])* $name:ident $code:literal $de:literal $en:literal $reach:literal;)+) => {
        /// What somebody may want to do. The codes are permanent; new ones are added.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum UseCase {
            $(#[doc = $en] $(#[$doc])* $name,)+
        }

        impl UseCase {
            /// Every use case.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Its permanent code.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// Its words.
            pub fn text(self) -> Text {
                match self { $(Self::$name => Text::new($de, $en),)+ }
            }

            /// A letter for each role, in the order of [`Role::ALL`]: `a` all schools, `o` the own
            /// ones, `-` not at all.
            fn letters(self) -> &'static [u8; 8] {
                match self { $(Self::$name => $reach,)+ }
            }
        }
    };
}

use_cases! {
    // The letters: mediator, teacher, social worker, head, coordinator, lead, administrator, data
    // protection officer.
    SchoolRead "school.read" "Schulen und ihre Kalender ansehen" "look at schools and their calendars" b"ooooaaaa";
    SchoolChange "school.change" "Schulen und ihre Erfassung ändern" "change schools and what they record" b"----a-a-";
    StaffRead "staff.read" "Fachkräfte und Teams ansehen" "look at practitioners and teams" b"ooooaaaa";
    StaffChange "staff.change" "Fachkräfte, Zuweisungen und Teams ändern" "change practitioners, assignments and teams" b"----a-a-";
    CodeAdd "code.add" "Codelisten ergänzen" "add to code lists" b"----a-a-";
    WordChange "word.change" "festlegen, auf welche Wörter Notizen durchgesehen werden" "say which words notes are looked through for" b"----a--a";
    CalendarUse "calendar.use" "Kalender wählen" "choose the calendar" b"----a-a-";
    PupilRead "pupil.read" "Kinder ansehen" "look at pupils" b"ooooa---";
    PupilChange "pupil.change" "Kinder aufnehmen und ändern" "add and change pupils" b"ooooa---";
    HouseholdRead "household.read" "Familien ansehen" "look at families" b"ooo-a---";
    HouseholdChange "household.change" "Familien aufnehmen und ändern" "add and change families" b"ooo-a---";
    ContactRead "contact.read" "Kontakte ansehen" "look at contacts" b"ooo-a---";
    ContactAdd "contact.add" "Kontakte festhalten" "record contacts" b"ooo-a---";
    ContactCorrect "contact.correct" "Kontakte berichtigen" "correct contacts" b"ooo-a---";
    LaneRead "lane.read" "sehen, wer vertrauliche Notizen öffnen kann" "see who can open private notes" b"ooooaaaa";
    LaneChange "lane.change" "den Zugang zu Notizen der eigenen Profession regeln" "say who of one's own profession can open its notes" b"ooo-a---";
    NoteRelease "note.release" "eigene vertrauliche Notizen freigeben" "release one's own private notes" b"ooo-a---";
    AbsenceRead "absence.read" "Fehlzeiten ansehen" "look at absences" b"ooooa---";
    AbsenceChange "absence.change" "Fehlzeiten festhalten und ändern" "record and change absences" b"ooooa---";
    FamilyRecordRead "record.read" "Einträge zu Familien ansehen" "look at records about families" b"ooo-a---";
    FamilyRecordChange "record.change" "Einträge zu Familien aufnehmen und ändern" "add and change records about families" b"ooo-a---";
    ProgrammeRecordRead "programme-record.read" "Einträge zum Programm ansehen" "look at records about the programme" b"ooooaa-a";
    ProgrammeRecordChange "programme-record.change" "Einträge zum Programm aufnehmen und ändern" "add and change records about the programme" b"ooo-aa--";
    Export "export" "Daten als Datei ausgeben" "hand records out as a file" b"o-o-a---";
    ImportFile "import.file" "Tabellen einlesen" "import tables" b"ooooa-a-";
    ImportSource "import.source" "Dateien anderer Programme einlesen" "import files of other programs" b"ooooa---";
    ImportManage "import.manage" "über eingelesene Dateien entscheiden" "decide about imported files" b"----a---";
    MappingChange "mapping.change" "Zuordnungen für Dateien ändern" "change mappings of files" b"----a-a-";
    TaskRead "task.read" "Aufgaben ansehen" "look at tasks" b"ooo-a---";
    TaskDecide "task.decide" "über Aufgaben entscheiden" "decide about tasks" b"ooo-a---";
    TaskPropose "task.propose" "Aufgaben vorschlagen lassen" "have tasks proposed" b"----a---";
    LetterDraft "letter.draft" "Briefe entwerfen" "draft letters" b"ooo-a---";
    SheetDay "sheet.day" "Blatt zum eigenen Tag" "the sheet of one's own day" b"ooo-a---";
    SheetFamily "sheet.family" "Blatt zu einer Familie" "the sheet about a family" b"ooo-a---";
    SheetAbsences "sheet.absences" "Blatt zu Fehlzeiten mit Namen" "the sheet of absences by name" b"ooooa---";
    SheetProgramme "sheet.programme" "Blätter zu Lücken und Zahlen" "the sheets about gaps and figures" b"ooooaa-a";
    SheetPosts "sheet.posts" "Blatt zu Stellen" "the sheet about posts" b"ooooaa-a";
    SheetProtection "sheet.protection" "Blatt zum Datenschutz" "the data protection sheet" b"----aaaa";
    ReportRun "report.run" "Berichte erstellen" "run reports" b"---oaa--";
    ReportWithdraw "report.withdraw" "Berichte zurückziehen" "withdraw reports" b"----aa--";
    ReportPublished "report.published" "ansehen, was veröffentlicht wurde" "see what was published" b"---aaa-a";
    ReportRead "report.read" "Berichte ansehen" "look at reports" b"ooooaaaa";
    ReportProve "report.prove" "Berichte nachrechnen" "check how reports came about" b"----aa-a";
    PluginRuns "plugin.runs" "Läufe von Plugins ansehen" "look at runs of plugins" b"----aaaa";
    PluginManage "plugin.manage" "Plugins installieren und schalten" "install plugins and switch them" b"----a-a-";
    PluginCompare "plugin.compare" "Versionen von Plugins vergleichen" "compare versions of plugins" b"----a-a-";
    PluginGrant "plugin.grant" "Plugins Felder erlauben" "grant fields to plugins" b"----a-a-";
    TrustChange "trust.change" "festlegen, welchen Signaturen vertraut wird" "say whose signatures are trusted" b"------a-";
    AuditRead "audit.read" "Protokoll ansehen und prüfen" "look at the audit and check it" b"------aa";
    AccountManage "account.manage" "Konten verwalten" "manage accounts" b"------a-";
    AccountList "account.list" "Konten ansehen" "look at accounts" b"------aa";
    AccountOwn "account.own" "eigenes Konto" "one's own account" b"aaaaaaaa";
    EmergencyOpen "emergency.open" "Notfallzugriff öffnen" "open an emergency access" b"a-aa-aa-";
    EmergencyRead "emergency.read" "Notfallzugriffe ansehen" "look at emergency accesses" b"ooooa--a";
    ErasureRead "erasure.read" "Fristen, Sperren und Löschbelege ansehen" "look at times of keeping, holds and receipts of erasures" b"----a--a";
    Erase "erasure.erase" "Daten von Menschen löschen und dem Archiv anbieten" "erase the data of people and offer them to the archive" b"----a---";
    HoldChange "hold.change" "Löschungen sperren und wieder zulassen" "hold erasures and release them" b"----a--a";
    RetentionChange "retention.change" "Aufbewahrungsfristen festlegen" "set times of keeping" b"----a---";
    AuditSeen "audit.seen" "ansehen, wer Einträge zu jemandem gesehen hat" "see who has seen entries about somebody" b"----a--a";
    AuditPrune "audit.prune" "altes Protokoll löschen" "prune old audit" b"------a-";
    AuditAnchor "audit.anchor" "Protokoll verankern" "anchor the audit" b"------aa";
    ConsentRead "consent.read" "Einwilligungen ansehen und prüfen" "look at consents and check them" b"ooo-a--a";
    ConsentWithdraw "consent.withdraw" "Einwilligungen widerrufen" "withdraw consents" b"ooo-a--a";
    SubjectRead "subject.read" "sehen, was zu einer Person aufbewahrt wird" "see what is kept about a person" b"----a--a";
    SubjectRestrict "subject.restrict" "Verarbeitung einschränken" "restrict processing" b"----a--a";
    SubjectExport "subject.export" "Auskunft über eigene Daten erteilen" "give people their own data" b"----a--a";
    BackupMake "backup.make" "Sicherungen schreiben" "make backups" b"------a-";
    BackupList "backup.list" "Sicherungen und ihren Plan ansehen" "look at backups and their schedule" b"------aa";
    BackupPlan "backup.plan" "Sicherungen planen und alte entfernen" "schedule backups and remove old ones" b"------a-";
    KeyChange "key.change" "Schlüssel der Daten wechseln, drucken und vernichten" "change, print and destroy keys of the records" b"------a-";
    ExportAll "export.all" "alle Daten in offenen Formaten ausgeben" "export all records in open formats" b"----a---";
}

impl UseCase {
    /// What adding or importing records of a kind is.
    pub(super) fn adding(kind: Kind) -> Self {
        match kind {
            Kind::Schools
            | Kind::Enrolments
            | Kind::Participation
            | Kind::DaysOff
            | Kind::HalfYears
            | Kind::Attendance => Self::SchoolChange,
            Kind::Practitioners | Kind::Assignments | Kind::Pairings => Self::StaffChange,
            Kind::Households => Self::HouseholdChange,
            Kind::Pupils | Kind::Stays => Self::PupilChange,
            Kind::DaysNotTaken | Kind::Absences | Kind::AbsenceTotals => Self::AbsenceChange,
            Kind::Contacts => Self::ContactAdd,
            Kind::Form(form) => Self::changing(form),
        }
    }

    /// What handing out records of a kind reads.
    pub(super) fn reading(kind: Kind) -> Self {
        match Self::adding(kind) {
            Self::SchoolChange => Self::SchoolRead,
            Self::StaffChange => Self::StaffRead,
            Self::HouseholdChange => Self::HouseholdRead,
            Self::PupilChange => Self::PupilRead,
            Self::AbsenceChange => Self::AbsenceRead,
            Self::ContactAdd => Self::ContactRead,
            Self::ProgrammeRecordChange => Self::ProgrammeRecordRead,
            _ => Self::FamilyRecordRead,
        }
    }

    /// What adding or changing a record of a form is.
    pub(super) fn changing(form: FormKind) -> Self {
        match form.visible {
            Visible::Open => Self::ProgrammeRecordChange,
            Visible::Programme => Self::FamilyRecordChange,
        }
    }

    /// How far a role reaches in it.
    pub fn reach(self, role: Role) -> Reach {
        Reach::of(self.letters()[role as usize])
    }

    /// The roles that may do it.
    pub fn roles(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.reach(*role) != Reach::No)
    }
}

/// Somebody was refused something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// Who, as the audit names them.
    pub who: String,
    /// What they are.
    pub role: Role,
    /// What they wanted.
    pub use_case: UseCase,
}

impl Denied {
    /// What is refused, as a sentence.
    pub(super) fn text(&self) -> Text {
        let Self { who, role, use_case } = self;
        let (role, use_case) = (role.text(), use_case.text());
        Text::new(
            format!("`{who}` ({}) darf das nicht: {}", role.de, use_case.de),
            format!("`{who}` ({}) may not do this: {}", role.en, use_case.en),
        )
    }

    /// Who may do it.
    pub(super) fn hint(&self) -> Text {
        let roles: Vec<Text> = self.use_case.roles().map(Role::text).collect();
        let list = |pick: fn(&Text) -> &str| roles.iter().map(pick).collect::<Vec<_>>().join(", ");
        Text::new(
            format!("das dürfen: {}; ohne Konten lassen Sie `--as` weg", list(|role| &role.de)),
            format!("these may: {}; without accounts, leave `--as` out", list(|role| &role.en)),
        )
    }
}

impl App {
    /// Says what `actor` may see in a use case, today. It is the first thing that every use case asks.
    /// A refusal is noted in the audit.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`AccountError::OutsideToken`]; [`Error::NoSuchPractitioner`] where the code is nobody's; and errors of
    /// the store.
    pub fn permit(&self, actor: &Actor, use_case: UseCase) -> Result<Scope, Error> {
        let found = permit_by(&self.store.read(&Scope::municipality())?, actor, use_case, today());
        let refused = match &found {
            Err(Error::NotAllowed(denied)) => Some(denied.role),
            Err(Error::Account(AccountError::OutsideToken(_))) => {
                actor.account().map(|account| account.role)
            }
            _ => None,
        };
        if let Some(role) = refused {
            self.store.note_read(Sighting {
                author: actor.author(),
                role: role.code().to_owned(),
                use_case: use_case.code(),
                kind: SeenAs::Refused,
                emergency: actor.emergency().is_some(),
                about: About::default(),
            });
        }
        found
    }
}

/// The same, asked of a reader who sees everything.
pub(super) fn permit_by(
    reader: &Reader<'_>,
    actor: &Actor,
    use_case: UseCase,
    today: Day,
) -> Result<Scope, Error> {
    actor.admit(reader)?;
    actor.within_token(use_case)?;
    if let Some(access) = actor.emergency() {
        return permit_in_emergency(reader, actor, use_case, access);
    }
    // Without accounts, whoever has the key of the records answers for all of them.
    let Some(role) = actor.role(reader)? else { return Ok(Scope::municipality()) };
    match use_case.reach(role) {
        Reach::All => actor.everywhere(reader),
        Reach::Own => actor.own_scope(reader, today),
        Reach::No => {
            let who = actor.name().to_owned();
            Err(Error::NotAllowed(Denied { who, role, use_case }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_use_case_has_a_code_words_and_somebody_who_may_do_it() {
        let mut codes: Vec<_> = UseCase::ALL.iter().map(|use_case| use_case.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), UseCase::ALL.len());
        for use_case in UseCase::ALL {
            assert!(use_case.roles().next().is_some(), "{}", use_case.code());
            assert!(use_case.letters().iter().all(|letter| b"ao-".contains(letter)));
            let text = use_case.text();
            assert!(!text.de.is_empty() && !text.en.is_empty());
        }
    }

    #[test]
    fn who_operates_reads_no_records_and_who_leads_sees_no_children() {
        use UseCase as U;
        let about_people = [
            U::PupilRead,
            U::HouseholdRead,
            U::ContactRead,
            U::AbsenceRead,
            U::FamilyRecordRead,
            U::Export,
            U::TaskRead,
            U::LetterDraft,
            U::SheetDay,
            U::SheetFamily,
            U::SheetAbsences,
            U::ImportSource,
            U::ImportManage,
        ];
        for use_case in about_people {
            for role in [Role::Administrator, Role::Lead, Role::ProtectionOfficer] {
                assert_eq!(use_case.reach(role), Reach::No, "{} {role:?}", use_case.code());
            }
        }
    }
}
