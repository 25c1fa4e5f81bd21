//! What every field says that is kept about a person, in plain words: for giving people their data.

use crate::domain::{Form, FormField, FormType, Text};

/// How a value is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Means {
    /// As it stands.
    Text,
    /// A day.
    Day,
    /// Seconds since 1970-01-01 UTC.
    Moment,
    /// Minutes after midnight.
    Clock,
    /// A number.
    Number,
    /// In hundredths.
    Hundredths,
    /// Yes or no.
    Flag,
    /// A place in a code list, or several as bits.
    Code(&'static str),
    Set(&'static str),
    /// The key of a child or a household: those of the person themselves, or others, who are not named.
    Pupil,
    Household,
    /// The key, or the code, of somebody who works in the programme: their profession is told.
    Staff,
    StaffCode,
    /// The key of a row of this table.
    Record(&'static str),
    /// What was done, as the audit calls it.
    Action,
    /// In what use case it was, by its code.
    UseCase,
    /// Values as JSON.
    Json,
    /// The values of a record before it was changed, as JSON; the form stands in `form`.
    Before,
    /// It says nothing about a person: ids, digests, and what the program needs for itself.
    Nothing,
}

/// A column.
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) title: Text,
    pub(super) means: Means,
}

/// A table in plain words.
pub(super) struct Described {
    pub(super) title: Text,
    pub(super) columns: Vec<Column>,
}

type Words = (&'static str, &'static str, &'static str, Means);

/// The tables that are no forms: name, German and English title, columns.
const TABLES: &[(&str, &str, &str, &[Words])] = {
    use Means::{
        Action, Before, Clock, Code, Day, Flag, Household, Json, Moment, Nothing, Number, Pupil,
        Record, Set, Staff, StaffCode, Text, UseCase,
    };
    &[
        (
            "pupil",
            "Kinder",
            "Children",
            &[
                ("code", "Kürzel", "Code", Text),
                ("given_name", "Vorname", "Given name", Text),
                ("family_name", "Nachname", "Family name", Text),
                ("birth_day", "Geburtstag", "Day of birth", Day),
                ("household", "Haushalt", "Household", Household),
                ("school", "Schule", "School", Record("school")),
                ("grade", "Jahrgang", "Grade", Code("grade")),
                ("class", "Klasse", "Class", Text),
                ("status", "Status", "Status", Code("pupil-status")),
                ("enrolled_from", "An der Schule seit", "At the school since", Day),
                ("enrolled_until", "An der Schule bis", "At the school until", Day),
                ("accompanied_from", "Begleitet seit", "Accompanied since", Day),
                ("accompanied_until", "Begleitet bis", "Accompanied until", Day),
                ("unknown_from", "Verbleib unbekannt seit", "Whereabouts unknown since", Day),
                ("key", "", "", Nothing),
                ("id", "", "", Nothing),
            ],
        ),
        (
            "household",
            "Haushalt",
            "Household",
            &[
                ("code", "Kürzel", "Code", Text),
                ("name", "Name", "Name", Text),
                ("language", "Sprache für Briefe", "Language for letters", Code("language")),
                ("key", "", "", Nothing),
                ("id", "", "", Nothing),
            ],
        ),
        (
            "stay",
            "Spätere Zeiten an der Schule",
            "Later times at the school",
            &[
                ("pupil", "Kind", "Child", Pupil),
                ("first_day", "Von", "From", Day),
                ("last_day", "Bis", "Until", Day),
            ],
        ),
        (
            "external_id",
            "Kennungen in anderen Programmen",
            "Ids in other programs",
            &[
                ("system", "Programm", "Program", Text),
                ("value", "Kennung", "Id", Text),
                ("pupil", "Kind", "Child", Pupil),
                ("import", "", "", Nothing),
            ],
        ),
        (
            "contact",
            "Kontakte",
            "Contacts",
            &[
                ("day", "Tag", "Day", Day),
                ("time", "Uhrzeit", "Time", Clock),
                ("school", "Schule", "School", Record("school")),
                ("kind", "Art", "Kind", Code("contact-kind")),
                ("result", "Ergebnis", "Result", Code("result")),
                ("attempt", "Nur ein Versuch", "An attempt only", Flag),
                ("roles", "Beteiligt", "Took part", Set("role")),
                ("topics", "Themen", "Topics", Set("topic")),
                ("minutes", "Minuten", "Minutes", Number),
                ("persons", "Anwesende der Familie", "Present of the family", Number),
                ("consultation", "Art der Beratung", "Consultation", Code("consultation")),
                ("language", "Sprache des Gesprächs", "Language of the talk", Code("language")),
                ("interpreter", "Mit Dolmetschung", "With an interpreter", Flag),
                ("household", "Haushalt", "Household", Household),
                ("others", "Weitere Kinder dabei", "Other children with it", Number),
                ("next_due", "Nächster Schritt bis", "Next step by", Day),
                ("next_step", "Nächster Schritt", "Next step", Text),
                ("shared_note", "Notiz des Teams", "The team's note", Text),
                ("recorded_at", "Festgehalten am", "Recorded on", Moment),
                ("key", "", "", Nothing),
                ("id", "", "", Nothing),
            ],
        ),
        (
            "contact_pupil",
            "Mit welchem Kind ein Kontakt war",
            "With which child a contact was",
            &[
                ("contact", "Kontakt am", "Contact on", Record("contact")),
                ("pupil", "Kind", "Child", Pupil),
            ],
        ),
        (
            "contact_participant",
            "Wer vom Team an einem Kontakt beteiligt war",
            "Who of the team took part in a contact",
            &[
                ("contact", "Kontakt am", "Contact on", Record("contact")),
                ("role", "Als", "As", Code("role")),
                ("practitioner", "", "", Nothing),
            ],
        ),
        (
            "private_note",
            "Vertrauliche Notizen (nur dass es sie gibt)",
            "Private notes (only that there are some)",
            &[
                ("contact", "Kontakt am", "Contact on", Record("contact")),
                ("profession", "Von der Profession", "By the profession", Code("role")),
            ],
        ),
        (
            "draft",
            "Begonnene Einträge, die noch nicht abgeschickt sind (nur dass es sie gibt)",
            "Records begun and not sent yet (only that there are some)",
            &[
                ("saved_at", "Zuletzt geschrieben am", "Last written on", Moment),
                ("place", "", "", Nothing),
            ],
        ),
        (
            "draft_about",
            "Um wen es in begonnenen Einträgen geht",
            "Whom records that were begun are about",
            &[
                ("pupil", "Kind", "Child", Pupil),
                ("household", "Haushalt", "Household", Household),
                ("key", "", "", Nothing),
                ("account", "", "", Nothing),
                ("place", "", "", Nothing),
            ],
        ),
        (
            "submission",
            "Wann Kontakte abgeschickt wurden",
            "When contacts were sent",
            &[
                ("at", "Abgeschickt am", "Sent on", Moment),
                ("by", "Von", "By", StaffCode),
                ("contact", "Kontakt am", "Contact on", Record("contact")),
                ("mark", "", "", Nothing),
            ],
        ),
        (
            "note_release",
            "Vertrauliche Notizen, die einer anderen Profession gezeigt wurden",
            "Private notes that were shown to another profession",
            &[
                ("contact", "Kontakt am", "Contact on", Record("contact")),
                ("profession", "Von der Profession", "By the profession", Code("role")),
                ("recipient", "An die Profession", "To the profession", Code("role")),
                ("ground", "Gesetzliche Grundlage", "Legal ground", Code("release-ground")),
                ("released_at", "Gezeigt am", "Shown on", Moment),
                ("released_by", "Von", "By", StaffCode),
                ("ended_at", "Beendet am", "Ended on", Moment),
            ],
        ),
        (
            "contact_version",
            "Kontakte, wie sie vor einer Berichtigung waren",
            "Contacts as they were before a correction",
            &[
                ("contact", "Kontakt am", "Contact on", Record("contact")),
                ("version", "Fassung", "Version", Number),
                ("replaced_at", "Berichtigt am", "Corrected on", Moment),
                ("replaced_by", "Von", "By", StaffCode),
                ("reason", "Grund", "Reason", Text),
                ("day", "Tag", "Day", Day),
                ("time", "Uhrzeit", "Time", Clock),
                ("school", "Schule", "School", Record("school")),
                ("kind", "Art", "Kind", Code("contact-kind")),
                ("result", "Ergebnis", "Result", Code("result")),
                ("attempt", "Nur ein Versuch", "An attempt only", Flag),
                ("roles", "Beteiligt", "Took part", Set("role")),
                ("topics", "Themen", "Topics", Set("topic")),
                ("minutes", "Minuten", "Minutes", Number),
                ("persons", "Anwesende der Familie", "Present of the family", Number),
                ("consultation", "Art der Beratung", "Consultation", Code("consultation")),
                ("language", "Sprache des Gesprächs", "Language of the talk", Code("language")),
                ("interpreter", "Mit Dolmetschung", "With an interpreter", Flag),
                ("household", "Haushalt", "Household", Household),
                ("next_due", "Nächster Schritt bis", "Next step by", Day),
                ("next_step", "Nächster Schritt", "Next step", Text),
                ("shared_note", "Notiz des Teams", "The team's note", Text),
                ("recorded_at", "Festgehalten am", "Recorded on", Moment),
            ],
        ),
        (
            "contact_version_pupil",
            "Mit welchem Kind ein Kontakt vor einer Berichtigung war",
            "With which child a contact was before a correction",
            &[
                ("contact", "Kontakt am", "Contact on", Record("contact")),
                ("version", "Fassung", "Version", Number),
                ("pupil", "Kind", "Child", Pupil),
            ],
        ),
        (
            "contact_version_participant",
            "Wer vor einer Berichtigung als beteiligt galt",
            "Who was recorded as having taken part before a correction",
            &[
                ("contact", "Kontakt am", "Contact on", Record("contact")),
                ("version", "Fassung", "Version", Number),
                ("role", "Als", "As", Code("role")),
                ("practitioner", "", "", Nothing),
            ],
        ),
        (
            "private_note_version",
            "Frühere vertrauliche Notizen (nur dass es sie gibt)",
            "Earlier private notes (only that there are some)",
            &[
                ("contact", "Kontakt am", "Contact on", Record("contact")),
                ("version", "Fassung", "Version", Number),
                ("profession", "Von der Profession", "By the profession", Code("role")),
            ],
        ),
        (
            "absence",
            "Fehlzeiten",
            "Absences",
            &[
                ("pupil", "Kind", "Child", Pupil),
                ("school", "Schule", "School", Record("school")),
                ("day", "Tag", "Day", Day),
                ("amount", "Wie viel", "How much", Number),
                ("unit", "Einheit", "Unit", Code("absence-unit")),
                ("status", "Stand", "State", Code("absence-status")),
                ("recorded_at", "Festgehalten am", "Recorded on", Moment),
                ("key", "", "", Nothing),
                ("id", "", "", Nothing),
            ],
        ),
        (
            "absence_total",
            "Fehlzeitensummen der Schule",
            "Sums of absences from the school",
            &[
                ("pupil", "Kind", "Child", Pupil),
                ("school_year", "Schuljahr, das beginnt", "School year that begins in", Number),
                ("term", "Zeitraum", "Term", Code("term")),
                ("unit", "Einheit", "Unit", Code("absence-unit")),
                ("missed", "Gefehlt", "Missed", Number),
                ("unexcused", "Davon unentschuldigt", "Of these unexcused", Number),
                ("excused", "Davon entschuldigt", "Of these excused", Number),
                ("source", "Herkunft", "Source", Text),
                ("recorded_at", "Festgehalten am", "Recorded on", Moment),
            ],
        ),
        (
            "absence_version",
            "Fehlzeiten, wie sie vor einer Berichtigung waren",
            "Absences as they were before a correction",
            &[
                ("pupil", "Kind", "Child", Pupil),
                ("school", "Schule", "School", Record("school")),
                ("day", "Tag", "Day", Day),
                ("amount", "Wie viel", "How much", Number),
                ("unit", "Einheit", "Unit", Code("absence-unit")),
                ("status", "Stand", "State", Code("absence-status")),
                ("version", "Fassung", "Version", Number),
                ("replaced_at", "Berichtigt am", "Corrected on", Moment),
                ("replaced_by", "Von", "By", StaffCode),
                ("reason", "Grund", "Reason", Text),
                ("removed", "Entfernt", "Removed", Flag),
                ("recorded_at", "Festgehalten am", "Recorded on", Moment),
                ("absence", "", "", Nothing),
                ("id", "", "", Nothing),
            ],
        ),
        (
            "restriction",
            "Einschränkungen der Verarbeitung",
            "Restrictions of processing",
            &[
                ("pupil", "Kind", "Child", Pupil),
                ("household", "Haushalt", "Household", Household),
                ("ground", "Grund", "Reason", Text),
                ("since", "Seit", "Since", Moment),
                ("by", "Von", "By", StaffCode),
                ("lifted_at", "Aufgehoben am", "Lifted on", Moment),
                ("lifted_by", "Von (Aufhebung)", "By (lifting)", StaffCode),
                ("key", "", "", Nothing),
                ("id", "", "", Nothing),
            ],
        ),
        (
            "sharing",
            "An wen Daten weitergegeben wurden",
            "To whom data were handed on",
            &[
                ("at", "Am", "On", Moment),
                ("recipient", "An", "To", Text),
                ("what", "Was", "What", Text),
                ("record", "Eintrag", "Record", Text),
                ("purpose", "Zweck", "Purpose", Code("consent-purpose")),
                ("consent", "Einwilligung", "Consent", Record("consent")),
                ("pupil", "Kind", "Child", Pupil),
                ("household", "Haushalt", "Household", Household),
                ("by", "Von", "By", StaffCode),
                ("key", "", "", Nothing),
                ("id", "", "", Nothing),
            ],
        ),
        (
            "task",
            "Aufgaben",
            "Tasks",
            &[
                ("pupil", "Kind", "Child", Pupil),
                ("label_de", "Aufgabe", "Task (German)", Text),
                ("label_en", "Aufgabe (englisch)", "Task", Text),
                ("reason_de", "Warum", "Why (German)", Text),
                ("reason_en", "Warum (englisch)", "Why", Text),
                ("because", "Woraus das folgt", "What that follows from", Json),
                ("proposed_on", "Vorgeschlagen am", "Proposed on", Day),
                ("due", "Fällig", "Due", Day),
                ("state", "Stand", "State", Text),
                ("state_day", "Stand vom", "State of", Day),
                (
                    "contact",
                    "Erledigt mit dem Kontakt am",
                    "Done by the contact on",
                    Record("contact"),
                ),
                ("owner", "Bei", "With", Staff),
                ("plugin", "Regel", "Rule", Text),
                ("version", "Fassung der Regel", "Version of the rule", Text),
                ("priority", "", "", Nothing),
                ("key", "", "", Nothing),
                ("id", "", "", Nothing),
                ("step", "", "", Nothing),
                ("package", "", "", Nothing),
                ("holds", "", "", Nothing),
                ("templates", "", "", Nothing),
                ("template", "", "", Nothing),
            ],
        ),
        (
            "task_event",
            "Was mit Aufgaben geschah",
            "What happened to tasks",
            &[
                ("task", "Aufgabe", "Task", Record("task")),
                ("at", "Am", "On", Moment),
                ("by", "Von", "By", StaffCode),
                ("event", "Was", "What", Json),
                ("number", "", "", Nothing),
            ],
        ),
        (
            "entry_version",
            "Einträge, wie sie vor einer Änderung waren",
            "Records as they were before a change",
            &[
                ("at", "Geändert am", "Changed on", Moment),
                ("by", "Von", "By", StaffCode),
                ("reason", "Grund", "Reason", Text),
                ("before", "Vorher", "Before", Before),
                ("form", "", "", Nothing),
                ("record", "", "", Nothing),
                ("number", "", "", Nothing),
            ],
        ),
        (
            "import_waiting",
            "Zeilen aus Dateien, über die noch nicht entschieden war",
            "Rows of files that were waiting for a decision",
            &[
                ("family", "Nachname", "Family name", Text),
                ("given", "Vorname", "Given name", Text),
                ("birth", "Geburtstag", "Day of birth", Day),
                ("class", "Klasse", "Class", Text),
                ("system", "Programm", "Program", Text),
                ("external", "Kennung", "Id", Text),
                ("fields", "Angaben", "Values", Json),
                ("reason_de", "Warum sie wartet", "Why it waits (German)", Text),
                ("reason_en", "Warum sie wartet (englisch)", "Why it waits", Text),
                ("state", "Stand", "State", Text),
                ("decided_at", "Entschieden am", "Decided on", Moment),
                ("decided_by", "Von", "By", StaffCode),
                ("decision", "Grund", "Reason", Text),
                ("key", "", "", Nothing),
                ("import", "", "", Nothing),
                ("line", "", "", Nothing),
                ("kind", "", "", Nothing),
                ("about_who", "", "", Nothing),
            ],
        ),
        (
            "import_row",
            "Zeilen, die mit einer Datei kamen",
            "Rows that came with a file",
            &[
                ("row", "Angaben", "Values", Json),
                ("name", "", "", Nothing),
                ("import", "", "", Nothing),
            ],
        ),
        (
            "import_change",
            "Fehlzeiten, die eine Datei geklärt hat",
            "Absences that a file has cleared up",
            &[
                ("absence", "Fehlzeit am", "Absence on", Record("absence")),
                ("before", "Vorher", "Before", Code("absence-status")),
                ("after", "Nachher", "After", Code("absence-status")),
                ("import", "", "", Nothing),
            ],
        ),
        (
            "legal_hold",
            "Löschsperren",
            "Legal holds",
            &[
                ("pupil", "Kind", "Child", Pupil),
                ("household", "Haushalt", "Household", Household),
                ("support_case", "Fallbegleitung", "Support case", Record("support_case")),
                ("reason", "Grund", "Reason", Text),
                ("at", "Seit", "Since", Moment),
                ("by", "Von", "By", StaffCode),
                ("key", "", "", Nothing),
                ("id", "", "", Nothing),
            ],
        ),
        (
            "archive_offered",
            "Was dem Archiv angeboten wurde",
            "What was offered to the archive",
            &[
                ("offer", "Am", "On", Record("archive_offer")),
                ("part", "", "", Nothing),
                ("name", "", "", Nothing),
                ("record", "", "", Nothing),
            ],
        ),
        (
            "audit",
            "Protokoll: was mit diesen Daten getan wurde",
            "The audit: what was done with these data",
            &[
                ("at", "Am", "On", Moment),
                ("actor", "Von", "By", StaffCode),
                ("action", "Was", "What", Action),
                ("seq", "", "", Nothing),
                ("subject", "", "", Nothing),
                ("details", "", "", Nothing),
                ("previous", "", "", Nothing),
                ("format", "", "", Nothing),
                ("salt", "", "", Nothing),
                ("commitment", "", "", Nothing),
                ("hash", "", "", Nothing),
            ],
        ),
        (
            "seen_pupil",
            "Wer Einträge zum Kind gesehen hat, im letzten Jahr",
            "Who has seen entries about the child, in the last year",
            &[
                ("at", "Am", "On", Moment),
                ("actor", "Von", "By", StaffCode),
                ("subject", "Wobei", "In what", UseCase),
                ("pupil", "", "", Nothing),
                ("read", "", "", Nothing),
            ],
        ),
        (
            "seen_household",
            "Wer Einträge zum Haushalt gesehen hat, im letzten Jahr",
            "Who has seen entries about the household, in the last year",
            &[
                ("at", "Am", "On", Moment),
                ("actor", "Von", "By", StaffCode),
                ("subject", "Wobei", "In what", UseCase),
                ("household", "", "", Nothing),
                ("read", "", "", Nothing),
            ],
        ),
    ]
};

fn column((name, de, en, means): &Words) -> Column {
    Column { name, title: Text::new(*de, *en), means: *means }
}

/// What a table says; `None` for one that nobody has described yet.
pub(super) fn described(table: &str) -> Option<Described> {
    if let Some((_, de, en, columns)) = TABLES.iter().find(|(name, ..)| *name == table) {
        let columns = columns.iter().map(column).collect();
        return Some(Described { title: Text::new(*de, *en), columns });
    }
    let form = Form::all().iter().find(|form| form.table == table)?;
    let mut columns: Vec<Column> = form.fields.iter().map(of_field).collect();
    columns.extend(
        [
            ("recorded_at", "Festgehalten am", "Recorded on", Means::Moment),
            ("key", "", "", Means::Nothing),
            ("id", "", "", Means::Nothing),
        ]
        .iter()
        .map(column),
    );
    Some(Described { title: form.title.clone(), columns })
}

fn of_field(field: &'static FormField) -> Column {
    let means = match field.kind {
        FormType::Sign | FormType::Text => Means::Text,
        FormType::Day => Means::Day,
        FormType::Flag => Means::Flag,
        FormType::Code => Means::Code(&field.codes),
        FormType::Set => Means::Set(&field.codes),
        FormType::Number => Means::Number,
        FormType::Hundredths | FormType::Cents => Means::Hundredths,
        FormType::School => Means::Record("school"),
        FormType::Practitioner => Means::Staff,
        FormType::Pupil => Means::Pupil,
        FormType::Household => Means::Household,
        FormType::Record => {
            Form::of_name(&field.record).map_or(Means::Nothing, |form| Means::Record(&form.table))
        }
    };
    Column { name: field.column(), title: field.title.clone(), means }
}
