//! Where one is signed in oneself, and ending that elsewhere.

use crate::domain::{Id, Scope, SessionTimes, hex};

use super::workspace::{App, now};
use super::{Actor, Error, UseCase};

/// How much of a session's sign is told: enough to tell one's own apart, and nobody signs in with it.
const SIGN_BYTES: usize = 8;

/// The SHA-256 of a session's token, and its moments.
type Kept = ([u8; 32], SessionTimes);

/// A session of one's own.
#[derive(Debug, Clone)]
pub struct OwnSession {
    /// What it is called when it is to be ended.
    pub sign: String,
    /// When it began and when something was last done in it.
    pub times: SessionTimes,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

impl App {
    /// Where one is signed in, the one last used first. From which device is not kept.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`AccountError::NoAccounts`](super::AccountError::NoAccounts) for who is not
    /// signed in.
    pub fn own_sessions(&self, actor: &Actor) -> Result<Vec<OwnSession>, Error> {
        self.permit(actor, UseCase::AccountOwn)?;
        let this = actor.present()?.token;
        let (_, kept) = self.kept_sessions(actor)?;
        let own =
            |(token, times): Kept| OwnSession { sign: sign(&token), times, is_this: token == this };
        Ok(kept.into_iter().map(own).collect())
    }

    /// Ends one of one's own sessions by its sign, or without one all but the one that asks. Gives how
    /// many; one that is over by now is none.
    ///
    /// # Errors
    ///
    /// As [`App::own_sessions`].
    pub fn end_own_sessions(&mut self, actor: &Actor, ended: Option<&str>) -> Result<usize, Error> {
        self.permit(actor, UseCase::AccountOwn)?;
        let this = actor.present()?.token;
        let (account, kept) = self.kept_sessions(actor)?;
        let mut writer = self.store.write(&actor.author())?;
        let mut count = 0;
        for (token, _) in kept {
            if token != this && ended.is_none_or(|ended| sign(&token) == ended) {
                count += writer.sign_out(account, Some(&token))?;
            }
        }
        writer.commit()?;
        Ok(count)
    }

    fn kept_sessions(&self, actor: &Actor) -> Result<(Id, Vec<Kept>), Error> {
        let present = actor.present()?;
        let reader = self.store.read(&Scope::municipality())?;
        let at = reader.highest_moment()?.map_or_else(now, |highest| highest.max(now()));
        let mut kept = reader.session_times(present.key)?;
        kept.retain(|(_, times)| !times.is_over(at));
        Ok((present.account.id, kept))
    }
}

fn sign(token: &[u8; 32]) -> String {
    hex(&token[..SIGN_BYTES])
}
