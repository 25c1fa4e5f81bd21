//! What a reader may see: which schools, and which professions' private notes.

use std::collections::{BTreeMap, BTreeSet};

use super::id::{PractitionerKey, SchoolKey};
use super::secret::Secret;

/// The schools that a reader may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schools {
    /// Every school of the municipality, also those added later.
    All,
    /// These alone; none where the set is empty.
    Only(BTreeSet<SchoolKey>),
}

impl Schools {
    /// Whether `school` is among them.
    pub fn contains(&self, school: SchoolKey) -> bool {
        match self {
            Self::All => true,
            Self::Only(schools) => schools.contains(&school),
        }
    }
}

/// A permission to read. Every query of the store takes one, so none can forget it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Which schools.
    pub schools: Schools,
    /// The professions whose private notes may be read: places in the code list `role`.
    pub lanes: BTreeSet<u16>,
    /// The keys of those lanes that are closed, where the reader has them. Without its key, a closed
    /// lane stays closed.
    pub opened: BTreeMap<u16, Secret>,
    /// Where it is set, only contacts in which one of these took part.
    pub team: Option<BTreeSet<PractitionerKey>>,
}

impl Scope {
    /// All schools, nobody's private notes.
    pub fn municipality() -> Self {
        Self { schools: Schools::All, lanes: BTreeSet::new(), opened: BTreeMap::new(), team: None }
    }

    /// These schools, nobody's private notes.
    pub fn of_schools(schools: impl IntoIterator<Item = SchoolKey>) -> Self {
        Self { schools: Schools::Only(schools.into_iter().collect()), ..Self::municipality() }
    }

    /// The same with the contacts of these alone.
    #[must_use]
    pub fn of_team(mut self, team: impl IntoIterator<Item = PractitionerKey>) -> Self {
        self.team = Some(team.into_iter().collect());
        self
    }

    /// The same schools with the private notes of one profession.
    #[must_use]
    pub fn with_lane(mut self, profession: u16) -> Self {
        self.lanes.insert(profession);
        self
    }

    /// The same with the key of a closed lane. It opens nothing where the lane is not among those
    /// that may be read.
    #[must_use]
    pub fn with_key(mut self, profession: u16, key: Secret) -> Self {
        self.opened.insert(profession, key);
        self
    }
}
