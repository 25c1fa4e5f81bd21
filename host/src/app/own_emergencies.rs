//! One's own emergency accesses, for who may open one and may not see those of others.

use crate::domain::Scope;
use crate::store::EmergencyAccess;

use super::workspace::{App, now};
use super::{Actor, Error, UseCase};

impl App {
    /// The emergency accesses of the actor that are open, newest first.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`AccountError::NoAccounts`](super::AccountError::NoAccounts).
    pub fn own_emergencies(&self, actor: &Actor) -> Result<Vec<EmergencyAccess>, Error> {
        self.permit(actor, UseCase::EmergencyOpen)?;
        let code = &actor.present()?.account.code;
        let reader = self.store.read(&Scope::municipality())?;
        let at = reader.highest_moment()?.map_or_else(now, |highest| now().max(highest));
        let mut own = reader.emergency_accesses()?;
        own.retain(|access| access.account == *code && access.is_open(at));
        Ok(own)
    }

    /// Number and name of each school to which an emergency access may be opened: all of them, for they
    /// say nothing about anybody.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`].
    pub fn emergency_schools(&self, actor: &Actor) -> Result<Vec<(String, String)>, Error> {
        self.permit(actor, UseCase::EmergencyOpen)?;
        let directory = self.store.read(&Scope::municipality())?.directory()?;
        let mut schools: Vec<_> =
            directory.schools.into_iter().map(|(number, known)| (number, known.name)).collect();
        schools.sort();
        Ok(schools)
    }
}
