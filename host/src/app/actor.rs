//! Who acts: the operator of this machine, or a practitioner with what they may see.

use std::collections::BTreeSet;

use crate::domain::{Day, SchoolKey, Schools, Scope};
use crate::store::Store;

use super::Error;

/// Who a use case is carried out for.
///
/// Without a practitioner it is the operator, who works with all schools and reads nobody's private
/// notes. As a practitioner one sees the schools one is assigned to today, and the private notes of
/// one's own profession. There is no password yet: who holds the key of the records can be anybody,
/// so the key is what has to be protected.
#[derive(Debug, Clone)]
pub struct Actor {
    user: String,
    practitioner: Option<String>,
}

impl Actor {
    /// The user of this machine, acting as a practitioner where one is named by their code.
    pub fn new(user: String, practitioner: Option<String>) -> Self {
        Self { user, practitioner }
    }

    /// What is noted down as who did it.
    pub fn name(&self) -> &str {
        self.practitioner.as_deref().unwrap_or(&self.user)
    }

    /// The practitioner's code, where they act as one.
    pub fn practitioner(&self) -> Option<&str> {
        self.practitioner.as_deref()
    }

    /// Refuses a practitioner what is done for the municipality as a whole: a report over some schools
    /// only, held against the one over all, would give away numbers that each of them withholds; and
    /// what a plugin may read is not for one school to say.
    ///
    /// # Errors
    ///
    /// [`Error::OperatorOnly`].
    pub(super) fn for_all_schools(&self) -> Result<(), Error> {
        match &self.practitioner {
            None => Ok(()),
            Some(code) => Err(Error::OperatorOnly(code.clone())),
        }
    }

    /// What they may see on `today`.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPractitioner`] where the code is nobody's, and errors of the store.
    pub(super) fn scope(&self, store: &Store, today: Day) -> Result<Scope, Error> {
        let all = Scope::municipality();
        let Some(code) = &self.practitioner else { return Ok(all) };
        let reader = store.read(&all)?;
        let directory = reader.directory()?;
        let known = directory
            .practitioners
            .get(code)
            .ok_or_else(|| Error::NoSuchPractitioner(code.clone()))?;
        let schools: BTreeSet<SchoolKey> = reader
            .assignments()?
            .into_iter()
            .map(|view| view.assignment)
            .filter(|assignment| assignment.practitioner == known.key)
            .filter(|assignment| assignment.span.contains(today))
            .map(|assignment| assignment.school)
            .collect();
        Ok(Scope { schools: Schools::Only(schools), lanes: BTreeSet::new() }.with_lane(known.role))
    }
}
