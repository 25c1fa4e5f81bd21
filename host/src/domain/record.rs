//! Records that a plugin can point at: of which kinds, and what a person needs to find one.

use serde::{Deserialize, Serialize};

use super::day::Day;
use super::id::Id;

/// What a pseudonym stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordKind {
    /// A household.
    Household,
    /// A pupil.
    Pupil,
    /// A contact or an attempt at one.
    Contact,
    /// An absence or a late arrival.
    Absence,
}

impl RecordKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Household, Self::Pupil, Self::Contact, Self::Absence];

    /// What the pseudonyms of a field of the data dictionary stand for; `None` for a field that is
    /// not laid out as keys. Test: `every_field_laid_out_as_keys_names_a_kind_of_record`.
    pub fn of_field(field: &str) -> Option<Self> {
        match field {
            "household_key" => Some(Self::Household),
            "pupil_key" => Some(Self::Pupil),
            "contact_key" => Some(Self::Contact),
            "absence_key" => Some(Self::Absence),
            _ => None,
        }
    }
}

/// A record that a pseudonym stands for, by what a person needs to find it. There is no name in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A household.
    Household {
        /// Its short sign.
        code: String,
        /// The numbers of the schools in scope that a pupil of it goes to, sorted; often one.
        schools: Vec<String>,
    },
    /// A pupil.
    Pupil {
        /// Their short sign.
        code: String,
        /// The number of their school.
        school: String,
    },
    /// A contact or an attempt at one.
    Contact {
        /// Its id, as lists of contacts show it.
        id: Id,
        /// When it was.
        day: Day,
        /// The number of the school at which or for which it was.
        school: String,
    },
    /// An absence or a late arrival.
    Absence {
        /// Its id.
        id: Id,
        /// When it was.
        day: Day,
        /// The pupil's short sign.
        pupil: String,
        /// The number of the school.
        school: String,
    },
}

impl Found {
    /// Of which kind it is.
    pub fn kind(&self) -> RecordKind {
        match self {
            Self::Household { .. } => RecordKind::Household,
            Self::Pupil { .. } => RecordKind::Pupil,
            Self::Contact { .. } => RecordKind::Contact,
            Self::Absence { .. } => RecordKind::Absence,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Dictionary, Layout};

    #[test]
    fn every_field_laid_out_as_keys_names_a_kind_of_record() {
        let mut found = Vec::new();
        for dataset in &Dictionary::get().datasets {
            for field in &dataset.fields {
                let kind = RecordKind::of_field(&field.name);
                let place = format!("{}.{}", dataset.name, field.name);
                assert_eq!(kind.is_some(), field.layout == Layout::Keys, "{place}");
                found.extend(kind);
            }
        }
        for kind in RecordKind::ALL {
            assert!(found.contains(&kind), "{kind:?} has a field");
        }
    }
}
