//! The second factor that somebody has begun and not confirmed yet.

use super::second_factor::{self, NewFactor};
use super::workspace::App;
use super::{Actor, Error, UseCase};

impl App {
    /// What is to be put into the authenticator, as long as no code has confirmed it; `None` where
    /// nothing was begun.
    ///
    /// # Errors
    ///
    /// [`AccountError::NoAccounts`](super::AccountError::NoAccounts).
    pub fn proposed_second_factor(&self, actor: &Actor) -> Result<Option<NewFactor>, Error> {
        self.permit(actor, UseCase::AccountOwn)?;
        let found = self.known_account(&actor.present()?.account.code)?;
        let proposed = found.totp_proposed.filter(|_| !found.view.has_second_factor);
        Ok(proposed.map(|secret| second_factor::propose(&secret, &found.view.account.code)))
    }
}
