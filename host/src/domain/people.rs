//! People: practitioners with their assignments and pairings, pupils and their households.

use super::day::{Day, Span};
use super::id::{HouseholdKey, Id, PractitionerKey, SchoolKey};

/// Somebody who works with pupils and families: a mediator, a teacher, a social worker and so on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Practitioner {
    /// Their permanent id.
    pub id: Id,
    /// The short sign that files and commands name them by, unique in the municipality.
    pub code: String,
    /// Their name. Two practitioners may bear the same one.
    pub name: String,
    /// A code of the list `role`.
    pub role: String,
}

/// A practitioner's post at a school, dated, with weekly hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assignment {
    /// Who.
    pub practitioner: PractitionerKey,
    /// Where.
    pub school: SchoolKey,
    /// Minutes a week, so that a quarter of an hour stays exact.
    pub weekly_minutes: u32,
    /// From when until when.
    pub span: Span,
}

/// People of one school who work together as a tandem or a tridem, dated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairing {
    /// Its permanent id.
    pub id: Id,
    /// Where.
    pub school: SchoolKey,
    /// Who; at least two. The team form follows from their roles.
    pub members: Vec<PractitionerKey>,
    /// From when until when.
    pub span: Span,
}

/// A family that is visited and counted as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Household {
    /// Its permanent id.
    pub id: Id,
    /// The short sign that files and commands name it by.
    pub code: String,
    /// What the team calls it; may be empty.
    pub name: String,
    /// The language that the family wants letters in: a code of the list `language`.
    pub language: Option<String>,
}

/// A pupil. There is no field for ethnicity, religion or nationality, and there will be none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pupil {
    /// Their permanent id.
    pub id: Id,
    /// The short sign that files and commands name them by.
    pub code: String,
    /// Given names.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Day of birth, where it is known.
    pub birth_day: Option<Day>,
    /// The household they live in, where it is known.
    pub household: Option<HouseholdKey>,
    /// The school they go to.
    pub school: SchoolKey,
    /// A code of the list `grade`.
    pub grade: String,
    /// The class, such as `3b`; may be empty.
    pub class: String,
    /// A code of the list `pupil-status`.
    pub status: String,
    /// When they were enrolled at the school.
    pub enrolled: Span,
    /// From when on nobody knows where they are: no day counts for them any more. `None` where their
    /// whereabouts are known, or nobody noted the day.
    pub unknown_from: Option<Day>,
    /// When the programme accompanied them; `None` for a pupil who is not in it.
    pub accompanied: Option<Span>,
}
