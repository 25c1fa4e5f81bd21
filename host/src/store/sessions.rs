//! Keeps who is signed in, what time it was at the latest, and which tries to sign in failed.

use rusqlite::OptionalExtension;
use serde_json::json;

use super::ledger::Exempt;
use super::{AccountView, Error, Reader, Writer};
use crate::domain::{AccountKey, Action, Id, Lockout, Moment, Role, SessionTimes, Tries};

/// Somebody who is signed in, as it is kept.
#[derive(Debug, Clone)]
pub struct KeptSession {
    /// The code of the account.
    pub account: String,
    /// Its moments.
    pub times: SessionTimes,
    /// The secret half of the account's key pair, wrapped under a key that the token makes.
    pub secret_key: Vec<u8>,
}

impl Reader<'_> {
    /// The session of a token, by the token's SHA-256.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn session(&self, token: &[u8; 32]) -> Result<Option<KeptSession>, Error> {
        let sql = "SELECT account.code, started_at, seen_at, session.secret_key
                   FROM session JOIN account ON account.key = session.account WHERE token = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_row([token], |row| {
            Ok(KeptSession {
                account: row.get(0)?,
                times: SessionTimes { started_at: row.get(1)?, seen_at: row.get(2)? },
                secret_key: row.get(3)?,
            })
        });
        Ok(found.optional()?)
    }

    /// Whether a session is still there, and its account still what it was when it was opened.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn stands(&self, token: &[u8; 32], account: Id, role: Role) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (
                     SELECT 1 FROM session JOIN account ON account.key = session.account
                     WHERE token = ?1 AND account.id = ?2 AND role = ?3 AND closed_at IS NULL)";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row((token, account.bytes(), role.code()), |row| row.get(0))?)
    }

    /// The highest moment that was seen; `None` before anybody has ever signed in.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn highest_moment(&self) -> Result<Option<i64>, Error> {
        let mut statement = self.connection.prepare_cached("SELECT highest FROM moment_seen")?;
        Ok(statement.query_row([], |row| row.get(0)).optional()?)
    }

    /// How many sessions an account has.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn sessions_of(&self, account: AccountKey) -> Result<u32, Error> {
        let sql = "SELECT count(*) FROM session WHERE account = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([account.0], |row| row.get(0))?)
    }

    /// The sessions of an account by the SHA-256 of their tokens, the one seen last first.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn session_times(
        &self,
        account: AccountKey,
    ) -> Result<Vec<([u8; 32], SessionTimes)>, Error> {
        let sql = "SELECT token, started_at, seen_at FROM session WHERE account = ?1
                   ORDER BY seen_at DESC, started_at DESC, token";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_map([account.0], |row| {
            let times = SessionTimes { started_at: row.get(1)?, seen_at: row.get(2)? };
            Ok((row.get(0)?, times))
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// What failed so far under a sign, as it is kept.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn lockout(&self, tries: Tries, sign: &[u8; 32], now: i64) -> Result<Lockout, Error> {
        let sql = "SELECT failures, last_at FROM sign_in_try WHERE kind = ?1 AND sign = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_row((tries.code(), sign), |row| {
            Ok(Lockout { failures: row.get(0)?, last_at: row.get(1)? })
        });
        Ok(found.optional()?.unwrap_or(Lockout::none(now)))
    }
}

impl Writer<'_> {
    /// Looks at the clock: notes the moment, and ends every session where the clock was set back.
    /// Gives the moment to count with.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`]; so of the others.
    pub fn look_at_clock(&mut self) -> Result<i64, Error> {
        let clock = self.ledger.author.at;
        let seen = "SELECT highest FROM moment_seen";
        let highest: Option<i64> =
            self.connection.prepare_cached(seen)?.query_row([], |row| row.get(0)).optional()?;
        let moment = Moment::of(clock, highest.unwrap_or(clock));
        let sql = "INSERT INTO moment_seen (only, highest) VALUES (1, ?1)
                   ON CONFLICT (only) DO UPDATE SET highest = ?1";
        self.connection.prepare_cached(sql)?.execute([moment.seconds()])?;
        self.exempt(Exempt::SignedIn);
        if let (Moment::SetBack(_), Some(highest)) = (moment, highest) {
            let ended = self.connection.execute("DELETE FROM session", [])?;
            let details = json!({ "sessions": ended, "seconds": highest - clock });
            self.note(Action::SessionsEnd, "", &details);
        }
        Ok(moment.seconds())
    }

    /// Forgets sessions that are over and failures that do not count any more.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn tidy_sessions(&mut self, now: i64) -> Result<(), Error> {
        self.forget_old_drafts(now)?;
        let sql = "SELECT token, started_at, seen_at FROM session";
        let over: Vec<[u8; 32]> = {
            let mut statement = self.connection.prepare_cached(sql)?;
            let rows = statement.query_map([], |row| {
                let times = SessionTimes { started_at: row.get(1)?, seen_at: row.get(2)? };
                Ok(times.is_over(now).then_some(row.get(0)?))
            })?;
            rows.filter_map(Result::transpose).collect::<Result<_, _>>()?
        };
        for token in over {
            self.end_session(&token)?;
        }
        let old: Vec<(String, [u8; 32])> = {
            let sql = "SELECT kind, sign, failures, last_at FROM sign_in_try";
            let mut statement = self.connection.prepare_cached(sql)?;
            let rows = statement.query_map([], |row| {
                let kept = Lockout { failures: row.get(2)?, last_at: row.get(3)? };
                let counts = kept.seen_at(now).failures > 0;
                Ok((!counts).then_some((row.get(0)?, row.get(1)?)))
            })?;
            rows.filter_map(Result::transpose).collect::<Result<_, _>>()?
        };
        for (kind, sign) in old {
            let sql = "DELETE FROM sign_in_try WHERE kind = ?1 AND sign = ?2";
            self.connection.prepare_cached(sql)?.execute((kind, sign))?;
        }
        self.exempt(Exempt::SignedIn);
        Ok(())
    }

    /// Keeps what failed under a sign.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn keep_lockout(
        &mut self,
        tries: Tries,
        sign: &[u8; 32],
        lockout: Lockout,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO sign_in_try (kind, sign, failures, last_at) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (kind, sign) DO UPDATE SET failures = ?3, last_at = ?4";
        let Lockout { failures, last_at } = lockout;
        let kept = (tries.code(), sign, failures, last_at);
        self.connection.prepare_cached(sql)?.execute(kept)?;
        self.exempt(Exempt::SignedIn);
        Ok(())
    }

    /// Forgets what failed under a sign. Gives whether anything had.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn forget_lockout(&mut self, tries: Tries, sign: &[u8; 32]) -> Result<bool, Error> {
        let sql = "DELETE FROM sign_in_try WHERE kind = ?1 AND sign = ?2";
        let gone = self.connection.prepare_cached(sql)?.execute((tries.code(), sign))?;
        self.exempt(Exempt::SignedIn);
        Ok(gone > 0)
    }

    /// Notes that failures of an account were forgotten on purpose. `None`: those from a place.
    pub fn note_unlock(&mut self, account: Option<Id>) {
        let subject = account.map(|id| id.to_string()).unwrap_or_default();
        let what = if account.is_some() { Tries::OfAccount } else { Tries::OfPeer };
        self.note(Action::AccountUnlock, subject, &json!({ "failures_of": what.code() }));
    }

    /// Notes that somebody tried to sign in to an account in vain, and whether it is locked now.
    pub fn note_failure(&mut self, account: Id, failures: u32, is_locked: bool) {
        let details = json!({ "failures": failures });
        self.note(Action::SignInFail, account.to_string(), &details);
        if is_locked {
            self.note(Action::AccountLock, account.to_string(), &details);
        }
    }

    /// Keeps that somebody has signed in.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn begin_session(
        &mut self,
        view: &AccountView,
        token: &[u8; 32],
        now: i64,
        secret_key: &[u8],
        with: &'static str,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO session (token, account, started_at, seen_at, secret_key)
                   VALUES (?1, ?2, ?3, ?3, ?4)";
        self.connection.prepare_cached(sql)?.execute((token, view.key.0, now, secret_key))?;
        self.note(Action::SignIn, view.account.id.to_string(), &json!({ "with": with }));
        Ok(())
    }

    /// Notes that something was done in a session.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn see_session(&mut self, token: &[u8; 32], now: i64) -> Result<(), Error> {
        let sql = "UPDATE session SET seen_at = max(seen_at, ?2) WHERE token = ?1";
        self.connection.prepare_cached(sql)?.execute((token, now))?;
        self.exempt(Exempt::SignedIn);
        Ok(())
    }

    /// Ends a session that is over by itself.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn end_session(&mut self, token: &[u8; 32]) -> Result<(), Error> {
        self.connection.prepare_cached("DELETE FROM session WHERE token = ?1")?.execute([token])?;
        self.exempt(Exempt::SignedIn);
        Ok(())
    }

    /// Ends the session of a token, or all of an account, because its owner signs out. Gives how many.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn sign_out(&mut self, account: Id, token: Option<&[u8; 32]>) -> Result<usize, Error> {
        let ended = if let Some(token) = token {
            let sql = "DELETE FROM session WHERE token = ?1";
            self.connection.prepare_cached(sql)?.execute([token])?
        } else {
            let sql = "DELETE FROM session
                       WHERE account = (SELECT key FROM account WHERE id = ?1)";
            self.connection.prepare_cached(sql)?.execute([account.bytes()])?
        };
        self.note(Action::SignOut, account.to_string(), &json!({ "sessions": ended }));
        Ok(ended)
    }
}
