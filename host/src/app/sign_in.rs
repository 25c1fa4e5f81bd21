//! Signing in and out: from a password to a session, and from a session to an [`Actor`].

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::domain::{
    AccountState, Action, Author, Day, Id, Lockout, Moment, Scope, Secret, SessionTimes, Tries,
    check_password,
};
use crate::store::{self, AccountSecrets, KeptPair, KeptPassword, SecretKey, Store};

use super::actor::{Present, Way, code_of};
use super::second_factor::{spare_digest, step_of};
use super::workspace::{App, day_of, now};
use super::{AccountError, Actor, Error, Passphrase, SessionToken, UseCase};

/// Where tries from the command line of this machine come from.
pub const LOCAL_PEER: &str = "local";

/// What somebody gives to be signed in.
#[derive(Debug, Clone, Copy)]
pub struct SignIn<'a> {
    /// The code of their account.
    pub code: &'a str,
    /// Their password.
    pub password: &'a Passphrase,
    /// A code of their authenticator, or a spare one.
    pub one_time_code: Option<&'a str>,
    /// The password of their own, where the one they have is to begin with.
    pub new_password: Option<&'a Passphrase>,
    /// Where the try comes from: an address, or [`LOCAL_PEER`].
    pub peer: &'a str,
}

/// Somebody is signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// What they hold from now on.
    pub token: SessionToken,
    /// When the session ends if nothing is done in it, in seconds since 1970-01-01 UTC.
    pub ends_at: i64,
    /// How many spare codes are left, where one was used.
    pub spare_codes_left: Option<u32>,
}

/// A code of the second factor that is right, and not taken yet.
enum Factor {
    None,
    Step(i64),
    Spare([u8; 32]),
}

impl App {
    /// Whether anybody has an account here. From the first one on, nothing is done without a session.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn has_accounts(&self) -> Result<bool, Error> {
        Ok(self.store.read(&Scope::municipality())?.has_accounts()?)
    }

    /// Signs somebody in.
    ///
    /// A code that no account has, a closed account and a wrong password take as long as each other and
    /// give the same answer. Failures are counted by what was typed as the code, and by where they came
    /// from, before anything else is looked at.
    ///
    /// # Errors
    ///
    /// [`AccountError::Wait`], [`AccountError::WrongSignIn`], [`AccountError::SecondFactorNeeded`],
    /// [`AccountError::WrongOneTimeCode`], [`AccountError::Provisional`] and
    /// [`AccountError::Password`]; [`AccountError::NoAccounts`].
    pub fn sign_in(&mut self, asked: SignIn<'_>) -> Result<SignedIn, Error> {
        self.sign_in_at(asked, now())
    }

    pub(super) fn sign_in_at(&mut self, asked: SignIn<'_>, clock: i64) -> Result<SignedIn, Error> {
        if !self.has_accounts()? {
            return Err(AccountError::NoAccounts.into());
        }
        let now = self.begin_try(asked.code, asked.peer, clock)?;
        let found = self.store.read(&Scope::municipality())?.account_secrets(asked.code)?;
        let on = day_of(now);
        let Some(found) = self.proven(asked, found, on, now)? else {
            return Err(AccountError::WrongSignIn.into());
        };
        let factor = match (&found.totp_secret, asked.one_time_code) {
            (None, _) => Factor::None,
            (Some(_), None) => {
                self.take_try_back(asked.code, asked.peer, now)?;
                return Err(AccountError::SecondFactorNeeded.into());
            }
            (Some(secret), Some(code)) => match (step_of(secret, code, now), spare_digest(code)) {
                (Some(step), _) => Factor::Step(step),
                (None, Some(digest)) => Factor::Spare(digest),
                (None, None) => {
                    self.note_failure(asked.code, &found, now)?;
                    return Err(AccountError::WrongOneTimeCode.into());
                }
            },
        };
        let kept = match kept_after(&self.store, asked, &found) {
            Ok(kept) => kept,
            Err(error) => {
                self.take_try_back(asked.code, asked.peer, now)?;
                return Err(error);
            }
        };
        self.open_session(asked, &found, &factor, kept, now)
    }

    /// The account, where it is open and the password is its own. A failure is noted.
    fn proven(
        &mut self,
        asked: SignIn<'_>,
        found: Option<AccountSecrets>,
        on: Day,
        now: i64,
    ) -> Result<Option<AccountSecrets>, Error> {
        let is_right = match &found {
            Some(found) => found.password.is(asked.password.words())?,
            None => KeptPassword::is_nobodys(asked.password.words())?,
        };
        let Some(found) = found else { return Ok(None) };
        if is_right && found.view.account.state(on) == AccountState::Open {
            return Ok(Some(found));
        }
        self.note_failure(asked.code, &found, now)?;
        Ok(None)
    }

    /// Begins the session, all in one transaction: what was looked at before may have changed since.
    fn open_session(
        &mut self,
        asked: SignIn<'_>,
        found: &AccountSecrets,
        factor: &Factor,
        (secret, kept): (SecretKey, Option<(KeptPassword, KeptPair)>),
        now: i64,
    ) -> Result<SignedIn, Error> {
        let view = &found.view;
        let token = SessionToken::generate()?;
        let digest = token.digest();
        let context = session_context(&digest);
        let wrapped = token.wrap_key().wrap(&context, secret.secret().bytes())?;
        let author = Author::new(code_of(&view.account, view.practitioner.as_deref()), now);
        let signs = self.signs(asked.code, asked.peer)?;
        let mut writer = self.store.write(&author)?;
        let (again, peer) = {
            let reader = writer.read(&Scope::municipality());
            let peer = reader.lockout(Tries::OfPeer, &signs.1, now)?;
            (reader.account_secrets(asked.code)?, peer)
        };
        let is_same = again.is_some_and(|again| {
            again.password == found.password && again.view.account == view.account
        });
        if !is_same {
            return Err(AccountError::WrongSignIn.into());
        }
        let (is_taken, with) = match factor {
            Factor::None => (true, "password"),
            Factor::Step(step) => (writer.take_totp_step(view.key, *step)?, "one-time-code"),
            Factor::Spare(digest) => (writer.take_spare_code(view.key, digest)?, "spare-code"),
        };
        if !is_taken {
            drop(writer);
            self.note_failure(asked.code, found, now)?;
            return Err(AccountError::WrongOneTimeCode.into());
        }
        match &kept {
            Some((password, pair)) if view.is_provisional => {
                writer.change_password(view, password, Some(pair), Action::AccountPassword)?;
            }
            Some((password, pair)) => writer.rewrap_password(view.key, password, pair)?,
            None => {}
        }
        writer.tidy_sessions(now)?;
        writer.begin_session(view, &digest, now, &wrapped, with)?;
        writer.forget_lockout(Tries::OfAccount, &signs.0)?;
        // Other accounts may be tried from the same place, so only this try is taken back.
        writer.keep_lockout(Tries::OfPeer, &signs.1, peer.taken_back())?;
        writer.commit()?;
        let spare_codes_left = match factor {
            Factor::Spare(_) => {
                Some(self.store.read(&Scope::municipality())?.spare_codes(view.key)?)
            }
            _ => None,
        };
        let ends_at = SessionTimes::beginning(now).ends_at();
        Ok(SignedIn { token, ends_at, spare_codes_left })
    }

    /// The one who holds a token. What they do from now on keeps the session alive.
    ///
    /// # Errors
    ///
    /// [`AccountError::SessionOver`], whatever ended it, and also where there never was one.
    pub fn resume(&mut self, user: &str, token: &SessionToken) -> Result<Actor, Error> {
        self.resume_at(user, token, now())
    }

    pub(super) fn resume_at(
        &mut self,
        user: &str,
        token: &SessionToken,
        clock: i64,
    ) -> Result<Actor, Error> {
        let digest = token.digest();
        let over = || Error::from(AccountError::SessionOver);
        let (session, highest) = {
            let reader = self.store.read(&Scope::municipality())?;
            (reader.session(&digest)?.ok_or_else(over)?, reader.highest_moment()?)
        };
        let moment = Moment::of(clock, highest.unwrap_or(clock));
        let is_back = matches!(moment, Moment::SetBack(_));
        let mut now = moment.seconds();
        if is_back || session.times.is_to_be_noted(now) || session.times.is_over(now) {
            let mut writer = self.store.write(&Author::program(clock))?;
            now = writer.look_at_clock()?;
            if is_back || session.times.is_over(now) {
                writer.end_session(&digest)?;
            } else {
                writer.see_session(&digest, now)?;
            }
            writer.commit()?;
        }
        if is_back || session.times.is_over(now) {
            return Err(over());
        }
        let found = self.store.read(&Scope::municipality())?.account_secrets(&session.account)?;
        let view = found.ok_or_else(over)?.view;
        if view.account.state(day_of(now)) != AccountState::Open {
            return Err(over());
        }
        let secret = unwrap(&token.wrap_key(), &session_context(&digest), &session.secret_key)?;
        let present = Present {
            key: view.key,
            account: view.account,
            token: digest,
            way: Way::SignedIn(secret),
            ends_at: session.times.ends_at(),
            ends_at_latest: session.times.ends_at_latest(),
        };
        Ok(Actor::signed_in(user.to_owned(), Arc::new(present), view.practitioner))
    }

    /// Ends the session of an actor, or all that their account has. Gives how many.
    ///
    /// # Errors
    ///
    /// [`AccountError::NoAccounts`] for who is not signed in.
    pub fn sign_out(&mut self, actor: &Actor, everywhere: bool) -> Result<usize, Error> {
        self.permit(actor, UseCase::AccountOwn)?;
        let present = actor.present()?;
        let mut writer = self.store.write(&actor.author())?;
        let token = (!everywhere).then_some(&present.token);
        let ended = writer.sign_out(present.account.id, token)?;
        writer.commit()?;
        Ok(ended)
    }

    /// Counts a try as failed before it is looked at, and gives the moment to count with.
    pub(super) fn begin_try(&mut self, code: &str, peer: &str, clock: i64) -> Result<i64, Error> {
        let signs = self.signs(code, peer)?;
        let mut writer = self.store.write(&Author::program(clock))?;
        let now = writer.look_at_clock()?;
        let (of_account, of_peer) = {
            let reader = writer.read(&Scope::municipality());
            let of_account = reader.lockout(Tries::OfAccount, &signs.0, now)?;
            (of_account, reader.lockout(Tries::OfPeer, &signs.1, now)?)
        };
        let wait = of_account.wait(Tries::OfAccount, now).max(of_peer.wait(Tries::OfPeer, now));
        let (of_account, of_peer) = if wait > 0 {
            // Kept as they count now, so that a clock that was wrong locks nobody out for long.
            (of_account.seen_at(now), of_peer.seen_at(now))
        } else {
            (of_account.with_failure(now), of_peer.with_failure(now))
        };
        writer.keep_lockout(Tries::OfAccount, &signs.0, of_account)?;
        writer.keep_lockout(Tries::OfPeer, &signs.1, of_peer)?;
        writer.commit()?;
        if wait > 0 { Err(AccountError::Wait(wait).into()) } else { Ok(now) }
    }

    /// Says that a try was none: the password was right, and something else is missing.
    pub(super) fn take_try_back(&mut self, code: &str, peer: &str, now: i64) -> Result<(), Error> {
        let signs = self.signs(code, peer)?;
        let mut writer = self.store.write(&Author::program(now))?;
        for (tries, sign) in [(Tries::OfAccount, signs.0), (Tries::OfPeer, signs.1)] {
            let kept: Lockout = writer.read(&Scope::municipality()).lockout(tries, &sign, now)?;
            writer.keep_lockout(tries, &sign, kept.taken_back())?;
        }
        Ok(writer.commit()?)
    }

    /// Notes a failure of an account that is there, and whether it is locked by it.
    pub(super) fn note_failure(
        &mut self,
        code: &str,
        found: &AccountSecrets,
        now: i64,
    ) -> Result<(), Error> {
        let (sign, _) = self.signs(code, LOCAL_PEER)?;
        let mut writer = self.store.write(&Author::program(now))?;
        let kept = writer.read(&Scope::municipality()).lockout(Tries::OfAccount, &sign, now)?;
        let is_locked = kept.begins_waiting(Tries::OfAccount);
        writer.note_failure(found.view.account.id, kept.failures, is_locked);
        Ok(writer.commit()?)
    }

    /// What failures are counted under: digests, so that nothing that was typed is kept, and of this
    /// municipality alone.
    pub(super) fn signs(&self, code: &str, peer: &str) -> Result<([u8; 32], [u8; 32]), Error> {
        let municipality = self.store.read(&Scope::municipality())?.municipality_id()?;
        let sign = |tries: Tries, text: &str| {
            Sha256::new_with_prefix(b"tridem sign-in try 1\0")
                .chain_update(municipality.bytes())
                .chain_update(tries.code())
                .chain_update([0])
                .chain_update(text)
                .finalize()
                .into()
        };
        Ok((sign(Tries::OfAccount, code), sign(Tries::OfPeer, peer)))
    }
}

/// The secret key of an account whose password was right, and the password and key pair to keep
/// from now on where that is not what is kept: one of their own instead of the one to begin with,
/// or the same at a higher cost.
fn kept_after(
    store: &Store,
    asked: SignIn<'_>,
    found: &AccountSecrets,
) -> Result<(SecretKey, Option<(KeptPassword, KeptPair)>), Error> {
    let context = key_context(found);
    let Some(wrapped) = &found.secret_key else {
        let new = asked.new_password.ok_or(AccountError::Provisional)?;
        refuse_weak(store, new, asked.code)?;
        if new == asked.password {
            return Err(AccountError::SamePassword.into());
        }
        let (kept, secret, pair) = new_pair(new, &context)?;
        return Ok((secret, Some((kept, pair))));
    };
    let words = asked.password.words();
    let secret = unwrap(&found.password.wrap_key(words)?, &context, wrapped)?;
    if !found.password.is_outdated() {
        return Ok((secret, None));
    }
    let kept = KeptPassword::new(words)?;
    let pair = wrap(&kept, words, &context, &secret)?;
    Ok((secret, Some((kept, pair))))
}

/// Refuses a new password that is easy to guess, here and for the account of that code.
pub(super) fn refuse_weak(store: &Store, password: &Passphrase, code: &str) -> Result<(), Error> {
    let municipality = store.read(&Scope::municipality())?.municipality_name()?;
    let around: Vec<&str> = municipality.split_whitespace().chain([code]).collect();
    Ok(check_password(password.words(), &around).map_err(AccountError::Password)?)
}

/// What is to be kept of a new password, with a new key pair wrapped under it.
pub(super) fn new_pair(
    password: &Passphrase,
    context: &[u8],
) -> Result<(KeptPassword, SecretKey, KeptPair), store::Error> {
    let kept = KeptPassword::new(password.words())?;
    let secret = SecretKey::generate()?;
    let pair = wrap(&kept, password.words(), context, &secret)?;
    Ok((kept, secret, pair))
}

/// A secret key wrapped under what a password makes.
pub(super) fn wrap(
    kept: &KeptPassword,
    password: &str,
    context: &[u8],
    secret: &SecretKey,
) -> Result<KeptPair, store::Error> {
    let wrapped = kept.wrap_key(password)?.wrap(context, secret.secret().bytes())?;
    Ok(KeptPair { seal_key: secret.seal_key(), wrapped })
}

fn unwrap(
    under: &store::WrapKey,
    context: &[u8],
    wrapped: &[u8],
) -> Result<SecretKey, store::Error> {
    let bytes = under.unwrap(context, wrapped)?;
    let bytes: [u8; 32] = bytes[..].try_into().map_err(|_| store::Error::NotOpened)?;
    Ok(SecretKey::from_secret(Secret::new(bytes)))
}

/// What the secret key of an account is wrapped for: that account, and no other row.
pub(super) fn key_context(found: &AccountSecrets) -> Vec<u8> {
    context_of(found.view.account.id)
}

/// The same, of an account that is not there yet.
pub(super) fn context_of(id: Id) -> Vec<u8> {
    [b"account key 1\0", &id.bytes()[..]].concat()
}

fn session_context(token: &[u8; 32]) -> Vec<u8> {
    [b"session key 1\0", &token[..]].concat()
}
