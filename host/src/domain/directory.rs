//! Who and what the store knows: for turning the words of a file or a form into keys.

use std::collections::HashMap;

use super::code::CodeLists;
use super::day::Span;
use super::id::{HouseholdKey, PractitionerKey, PupilKey, SchoolKey};
use super::register::Register;

/// A school as the directory knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownSchool {
    /// Its row.
    pub key: SchoolKey,
    /// Its name.
    pub name: String,
    /// The school form key.
    pub form: String,
}

/// A practitioner as the directory knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPractitioner {
    /// Their row.
    pub key: PractitionerKey,
    /// Their name.
    pub name: String,
    /// Their role: a place in the code list `role`.
    pub role: u16,
}

/// A pupil as the directory knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPupil {
    /// Their row.
    pub key: PupilKey,
    /// Their household, where known.
    pub household: Option<HouseholdKey>,
    /// Their school.
    pub school: SchoolKey,
    /// When they were enrolled at it first.
    pub enrolled: Span,
    /// When they came back to it, oldest first; empty for almost all.
    pub further: Vec<Span>,
    /// Their class; may be empty.
    pub class: String,
}

impl KnownPupil {
    /// All times at the school.
    pub fn stays(&self) -> Vec<Span> {
        let mut stays = vec![self.enrolled];
        stays.extend(&self.further);
        stays
    }
}

/// Everything that records refer to, by the short sign people write. It holds what the reader's
/// scope allows and nothing else.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// Schools by number.
    pub schools: HashMap<String, KnownSchool>,
    /// Practitioners by code.
    pub practitioners: HashMap<String, KnownPractitioner>,
    /// Pupils by code.
    pub pupils: HashMap<String, KnownPupil>,
    /// Households by code.
    pub households: HashMap<String, HouseholdKey>,
    /// How schools record absences; none for a school that does not.
    pub registers: HashMap<SchoolKey, Register>,
    /// The rows of records by form and code; none of a form that nobody asked for.
    pub entries: HashMap<&'static str, HashMap<String, i64>>,
    /// What is left of interpreter budgets, in cents, by their row. One that is not here is not
    /// checked.
    pub budgets_left: HashMap<i64, i64>,
    /// The code lists.
    pub codes: CodeLists,
}
