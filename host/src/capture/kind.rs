//! The kinds of files that can be imported, their columns, and the records they become.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use crate::domain::{
    Absence, AbsenceTotal, Assignment, Attendance, Contact, DayNotTaken, DayOff, Enrolment, Entry,
    FormField, FormKind, FormType, HalfYear, Household, Pairing, Participation, Practitioner,
    Pupil, School, Stay, Text,
};

/// What the rows of a file are.
///
/// [`Kind::all`] has them in the order in which a new municipality imports them: each kind refers
/// to earlier ones only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Schools.
    Schools,
    /// Pupils of a school in a school year, as counted by the official statistics.
    Enrolments,
    /// When schools take part in the programme.
    Participation,
    /// Days that schools have set free themselves.
    DaysOff,
    /// Own first days of second half-years.
    HalfYears,
    /// When schools record absences, and in what.
    Attendance,
    /// School days on which a register was not kept.
    DaysNotTaken,
    /// People who work with pupils and families.
    Practitioners,
    /// Who works at which school, with weekly hours.
    Assignments,
    /// Tandems and tridems.
    Pairings,
    /// Households.
    Households,
    /// Pupils.
    Pupils,
    /// Further times of pupils who left their school and came back.
    Stays,
    /// Absences and late arrivals, day by day.
    Absences,
    /// Sums of absences without days, as a school's system gives them.
    AbsenceTotals,
    /// Contacts and attempts.
    Contacts,
    /// Records of a form.
    Form(FormKind),
}

/// One column of a kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in the header line.
    pub name: &'static str,
    /// Whether the column and a value in each row must be there. A column that is not required may
    /// be left out.
    pub required: bool,
}

/// The beginning of the name of a column of private notes; the code of a role follows.
pub(super) const PRIVATE_NOTE: &str = "private_note:";

const fn must(name: &'static str) -> Column {
    Column { name, required: true }
}

const fn may(name: &'static str) -> Column {
    Column { name, required: false }
}

impl Kind {
    /// The kinds that are no forms.
    const PLAIN: [Self; 16] = [
        Self::Schools,
        Self::Enrolments,
        Self::Participation,
        Self::DaysOff,
        Self::HalfYears,
        Self::Attendance,
        Self::DaysNotTaken,
        Self::Practitioners,
        Self::Assignments,
        Self::Pairings,
        Self::Households,
        Self::Pupils,
        Self::Stays,
        Self::Absences,
        Self::AbsenceTotals,
        Self::Contacts,
    ];

    /// Every kind, in the order in which to import them: forms come last.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::PLAIN.into_iter().chain(FormKind::all().map(Self::Form))
    }

    /// Its permanent name in commands and file names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Schools => "schools",
            Self::Enrolments => "enrolments",
            Self::Participation => "participation",
            Self::DaysOff => "days-off",
            Self::HalfYears => "half-years",
            Self::Attendance => "attendance",
            Self::DaysNotTaken => "days-not-taken",
            Self::Stays => "stays",
            Self::Practitioners => "practitioners",
            Self::Assignments => "assignments",
            Self::Pairings => "pairings",
            Self::Households => "households",
            Self::Pupils => "pupils",
            Self::Absences => "absences",
            Self::AbsenceTotals => "absence-totals",
            Self::Contacts => "contacts",
            Self::Form(kind) => &kind.form().name,
        }
    }

    /// Its words in the interface.
    pub fn title(self) -> Text {
        match self {
            Self::Schools => Text::new("Schulen", "Schools"),
            Self::Enrolments => Text::new("Schülerzahlen", "Enrolments"),
            Self::Participation => Text::new("Teilnahme am Programm", "Programme participation"),
            Self::DaysOff => Text::new("Freie Tage der Schulen", "Days off set by schools"),
            Self::HalfYears => {
                Text::new("Halbjahreswechsel der Schulen", "Half-years set by schools")
            }
            Self::Attendance => Text::new("Erfassung von Fehlzeiten", "Recording of absences"),
            Self::DaysNotTaken => Text::new("Tage ohne Erfassung", "Days not taken"),
            Self::Stays => Text::new("Rückkehr an die Schule", "Returns to the school"),
            Self::Practitioners => Text::new("Fachkräfte", "Practitioners"),
            Self::Assignments => Text::new("Zuweisungen", "Assignments"),
            Self::Pairings => Text::new("Tandems und Tridems", "Tandems and tridems"),
            Self::Households => Text::new("Haushalte", "Households"),
            Self::Pupils => Text::new("Schülerinnen und Schüler", "Pupils"),
            Self::Absences => Text::new("Fehlzeiten", "Absences"),
            Self::AbsenceTotals => Text::new("Summen von Fehlzeiten", "Sums of absences"),
            Self::Contacts => Text::new("Kontakte", "Contacts"),
            Self::Form(kind) => kind.title.clone(),
        }
    }

    /// Its columns. Contacts can also have a column `private_note:ROLE` for each role.
    ///
    /// `schemas/json/import` describes what may stand in them. Test:
    /// `schemas_and_importer_have_the_same_columns`.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Schools => const { &[must("number"), must("name"), must("form")] },
            Self::Enrolments => const { &[must("school"), must("school_year"), must("pupils")] },
            Self::Participation => const { &[must("school"), must("from"), may("until")] },
            Self::DaysOff => const { &[must("school"), must("day"), may("reason")] },
            Self::HalfYears => {
                const { &[must("school"), must("school_year"), must("second_half_begins")] }
            }
            Self::Attendance => {
                const {
                    &[
                        must("school"),
                        must("unit"),
                        must("units_per_day"),
                        must("from"),
                        may("until"),
                    ]
                }
            }
            Self::DaysNotTaken => const { &[must("school"), must("day"), may("class")] },
            Self::Stays => const { &[must("pupil"), must("from"), may("until")] },
            Self::Practitioners => const { &[must("code"), must("name"), must("role")] },
            Self::Assignments => {
                const {
                    &[
                        must("practitioner"),
                        must("school"),
                        must("weekly_hours"),
                        must("from"),
                        may("until"),
                    ]
                }
            }
            Self::Pairings => {
                const { &[must("school"), must("members"), must("from"), may("until")] }
            }
            Self::Households => const { &[must("code"), may("name"), may("language")] },
            Self::Pupils => PUPILS,
            Self::Absences => {
                const { &[must("pupil"), must("day"), must("status"), may("unit"), may("amount")] }
            }
            Self::AbsenceTotals => ABSENCE_TOTALS,
            Self::Contacts => CONTACTS,
            Self::Form(kind) => form_columns(kind),
        }
    }
}

/// The columns of a form: its fields, those that every record has being required. A set may be empty
/// whatever the form says, so its column may be left out.
fn form_columns(kind: FormKind) -> &'static [Column] {
    static COLUMNS: OnceLock<HashMap<FormKind, Vec<Column>>> = OnceLock::new();
    let all = COLUMNS.get_or_init(|| {
        let columns = |kind: FormKind| {
            let column = |field: &'static FormField| Column {
                name: &field.name,
                required: field.required && field.kind != FormType::Set,
            };
            (kind, kind.form().fields.iter().map(column).collect())
        };
        FormKind::all().map(columns).collect()
    });
    all.get(&kind).map_or(&[], Vec::as_slice)
}

/// People with a single name exist, so each of the two names may be empty, but not both.
const PUPILS: &[Column] = &[
    must("code"),
    may("given_name"),
    may("family_name"),
    may("birth_day"),
    may("household"),
    must("school"),
    must("grade"),
    may("class"),
    must("status"),
    must("enrolled_from"),
    may("enrolled_until"),
    may("unknown_from"),
    may("accompanied_from"),
    may("accompanied_until"),
];

const ABSENCE_TOTALS: &[Column] = &[
    must("pupil"),
    must("school_year"),
    must("term"),
    must("unit"),
    must("missed"),
    must("unexcused"),
    may("excused"),
    may("source"),
];

const CONTACTS: &[Column] = &[
    must("school"),
    must("day"),
    may("time"),
    must("minutes"),
    must("kind"),
    must("result"),
    may("attempt"),
    must("participants"),
    may("pupils"),
    may("household"),
    may("persons"),
    may("topics"),
    may("consultation"),
    may("language"),
    may("interpreter"),
    may("next_due"),
    may("next_step"),
    may("shared_note"),
];

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A text that is not the name of a kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a kind of file; use one of {all}", all = names())]
pub struct UnknownKind(pub String);

/// The names of all kinds, for a message.
fn names() -> String {
    Kind::all().map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(", ")
}

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        let found = Self::all().find(|kind| kind.name() == text);
        found.ok_or_else(|| UnknownKind(text.to_owned()))
    }
}

/// What a file held, in the order of its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Records {
    /// Schools.
    Schools(Vec<School>),
    /// Enrolments.
    Enrolments(Vec<Enrolment>),
    /// Participations.
    Participation(Vec<Participation>),
    /// Days off.
    DaysOff(Vec<DayOff>),
    /// Own first days of second half-years.
    HalfYears(Vec<HalfYear>),
    /// Times of recording absences.
    Attendance(Vec<Attendance>),
    /// Days not taken.
    DaysNotTaken(Vec<DayNotTaken>),
    /// Further stays.
    Stays(Vec<Stay>),
    /// Practitioners.
    Practitioners(Vec<Practitioner>),
    /// Assignments.
    Assignments(Vec<Assignment>),
    /// Pairings.
    Pairings(Vec<Pairing>),
    /// Households.
    Households(Vec<Household>),
    /// Pupils.
    Pupils(Vec<Pupil>),
    /// Absences and late arrivals.
    Absences(Vec<Absence>),
    /// Sums of absences.
    AbsenceTotals(Vec<AbsenceTotal>),
    /// Contacts.
    Contacts(Vec<Contact>),
    /// Records of a form.
    Entries(FormKind, Vec<Entry>),
}

impl Records {
    /// What they are.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Schools(_) => Kind::Schools,
            Self::Enrolments(_) => Kind::Enrolments,
            Self::Participation(_) => Kind::Participation,
            Self::DaysOff(_) => Kind::DaysOff,
            Self::HalfYears(_) => Kind::HalfYears,
            Self::Attendance(_) => Kind::Attendance,
            Self::DaysNotTaken(_) => Kind::DaysNotTaken,
            Self::Stays(_) => Kind::Stays,
            Self::Practitioners(_) => Kind::Practitioners,
            Self::Assignments(_) => Kind::Assignments,
            Self::Pairings(_) => Kind::Pairings,
            Self::Households(_) => Kind::Households,
            Self::Pupils(_) => Kind::Pupils,
            Self::Absences(_) => Kind::Absences,
            Self::AbsenceTotals(_) => Kind::AbsenceTotals,
            Self::Contacts(_) => Kind::Contacts,
            Self::Entries(kind, _) => Kind::Form(*kind),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Schools(records) => records.len(),
            Self::Enrolments(records) => records.len(),
            Self::Participation(records) => records.len(),
            Self::DaysOff(records) => records.len(),
            Self::HalfYears(records) => records.len(),
            Self::Attendance(records) => records.len(),
            Self::DaysNotTaken(records) => records.len(),
            Self::Stays(records) => records.len(),
            Self::Practitioners(records) => records.len(),
            Self::Assignments(records) => records.len(),
            Self::Pairings(records) => records.len(),
            Self::Households(records) => records.len(),
            Self::Pupils(records) => records.len(),
            Self::Absences(records) => records.len(),
            Self::AbsenceTotals(records) => records.len(),
            Self::Contacts(records) => records.len(),
            Self::Entries(_, records) => records.len(),
        }
    }

    /// Whether there are none: the file had a header line and nothing else.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_parse_back_and_others_are_refused() {
        assert!("Schools".parse::<Kind>().is_err());
        let message = "pupil".parse::<Kind>().unwrap_err().to_string();
        assert!(message.starts_with("`pupil` is not a kind of file; use one of `schools`, "));
        for kind in Kind::all() {
            assert_eq!(kind.to_string().parse(), Ok(kind));
        }
    }

    #[test]
    fn no_column_tells_ethnicity_religion_or_nationality() {
        for column in Kind::all().flat_map(Kind::columns) {
            for word in ["ethnic", "religion", "national", "origin", "citizen"] {
                assert!(!column.name.contains(word), "{}", column.name);
            }
        }
    }
}
