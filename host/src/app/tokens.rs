//! Tokens: with them programs of people who have an account ask for records.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::domain::{Account, AccountState, Author, Moment, Scope};
use crate::store::{KeptToken, WrapKey};

use super::actor::{Present, Way};
use super::plugins::hex;
use super::workspace::{App, day_of, new_id, now};
use super::{AccountError, Actor, Error, Passphrase, Reach, UseCase};

/// What every token begins with, so that it is known for one where it is found by accident.
const PREFIX: &str = "tridem_";

/// The most days that a token lasts.
pub const MOST_TOKEN_DAYS: u32 = 366;

/// The most tokens of an account that are not revoked.
pub(super) const MOST_TOKENS: usize = 20;

/// The use of a token is noted once in so many seconds.
const NOTED_EVERY: i64 = 3600;

const DAY: i64 = 86_400;

/// What a token can be for: what programs are offered, and nothing about accounts, keys, private notes
/// or emergency accesses, for which somebody has to be there themselves.
const OFFERED: &[UseCase] = &[
    UseCase::ContactRead,
    UseCase::ContactAdd,
    UseCase::ContactCorrect,
    UseCase::PupilRead,
    UseCase::AbsenceRead,
    UseCase::AbsenceChange,
    UseCase::TaskRead,
    UseCase::TaskDecide,
    UseCase::SchoolRead,
    UseCase::ReportRead,
    UseCase::ReportRun,
    UseCase::PluginRuns,
];

/// What tokens can be for.
pub fn token_scopes() -> &'static [UseCase] {
    OFFERED
}

/// A token as a program holds it. Whoever has it is taken for the program.
#[derive(Clone, PartialEq, Eq)]
pub struct ProgramToken(Zeroizing<String>);

impl ProgramToken {
    fn generate() -> Result<Self, Error> {
        let bytes = WrapKey::generate()?;
        Ok(Self(Zeroizing::new(format!("{PREFIX}{}", hex(bytes.secret().bytes())))))
    }

    /// The text, for the one who made it.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl FromStr for ProgramToken {
    type Err = super::NotAToken;

    fn from_str(text: &str) -> Result<Self, super::NotAToken> {
        let digits = text.strip_prefix(PREFIX).ok_or(super::NotAToken)?;
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if digits.len() == 64 && digits.bytes().all(is_hex) {
            Ok(Self(Zeroizing::new(text.to_owned())))
        } else {
            Err(super::NotAToken)
        }
    }
}

impl fmt::Debug for ProgramToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProgramToken(..)")
    }
}

/// A token that is to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewToken<'a> {
    /// What it is called: letters, digits and `. _ - @`.
    pub name: &'a str,
    /// Codes of use cases.
    pub scopes: &'a [String],
    /// How long it lasts.
    pub days: u32,
}

/// What is told of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenFacts {
    /// The token.
    pub kept: KeptToken,
    /// Whether it does anything today.
    pub is_open: bool,
}

impl App {
    /// Makes a token of one's own account; the password shows that it is oneself who sits there. The
    /// token is not kept and never shown again.
    ///
    /// # Errors
    ///
    /// [`AccountError::BadTokenName`], [`AccountError::NoScope`], [`AccountError::NoSuchScope`],
    /// [`AccountError::ScopeTooWide`], [`AccountError::BadTokenDays`], [`AccountError::TooManyTokens`],
    /// [`AccountError::TokenExists`]; [`AccountError::Wait`] and [`AccountError::WrongSignIn`] for the
    /// password.
    pub fn make_token(
        &mut self,
        actor: &Actor,
        new: NewToken<'_>,
        password: &Passphrase,
        peer: &str,
    ) -> Result<ProgramToken, Error> {
        self.permit(actor, UseCase::AccountOwn)?;
        let present = actor.present()?;
        if !Account::is_code(new.name) {
            return Err(AccountError::BadTokenName(new.name.to_owned()).into());
        }
        let scopes = scopes(new.scopes)?;
        let too_wide = scopes.iter().find(|scope| scope.reach(present.account.role) == Reach::No);
        if let Some(scope) = too_wide {
            return Err(AccountError::ScopeTooWide(scope.text()).into());
        }
        if !(1..=MOST_TOKEN_DAYS).contains(&new.days) {
            return Err(AccountError::BadTokenDays.into());
        }
        self.prove_own(actor, password, peer)?;
        let token = ProgramToken::generate()?;
        let mut writer = self.store.write(&actor.author())?;
        let now = writer.look_at_clock()?;
        let open = writer.read(&Scope::municipality()).tokens_of(present.key)?;
        let mut open = open.into_iter().filter(|kept| kept.revoked_at.is_none());
        if open.clone().count() >= MOST_TOKENS {
            return Err(AccountError::TooManyTokens.into());
        }
        if open.any(|kept| kept.name == new.name) {
            return Err(AccountError::TokenExists(new.name.to_owned()).into());
        }
        let kept = KeptToken {
            id: new_id(),
            account: present.account.code.clone(),
            name: new.name.to_owned(),
            scopes: scopes.into_iter().map(|scope| scope.code().to_owned()).collect(),
            made_at: now,
            expires_at: now + i64::from(new.days) * DAY,
            used_at: None,
            revoked_at: None,
        };
        writer.add_token(present.key, &token.digest(), &kept)?;
        writer.commit()?;
        Ok(token)
    }

    /// The tokens of one's own account, also those that are over, the newest first.
    ///
    /// # Errors
    ///
    /// [`AccountError::NoAccounts`] where there are none.
    pub fn tokens(&self, actor: &Actor) -> Result<Vec<TokenFacts>, Error> {
        self.permit(actor, UseCase::AccountOwn)?;
        let found = self.store.read(&Scope::municipality())?.tokens_of(actor.present()?.key)?;
        let now = now();
        let facts = |kept: KeptToken| TokenFacts {
            is_open: kept.revoked_at.is_none() && now < kept.expires_at,
            kept,
        };
        Ok(found.into_iter().map(facts).collect())
    }

    /// Revokes a token of one's own account, by its name. It does nothing any more at once.
    ///
    /// # Errors
    ///
    /// [`AccountError::NoSuchToken`].
    pub fn revoke_token(&mut self, actor: &Actor, name: &str) -> Result<(), Error> {
        self.permit(actor, UseCase::AccountOwn)?;
        let mut writer = self.store.write(&actor.author())?;
        let found = writer.read(&Scope::municipality()).tokens_of(actor.present()?.key)?;
        let open = |kept: &KeptToken| kept.revoked_at.is_none() && kept.name == name;
        let found = found.into_iter().find(open);
        let found = found.ok_or_else(|| AccountError::NoSuchToken(name.to_owned()))?;
        writer.revoke_token(found.id)?;
        Ok(writer.commit()?)
    }

    /// The program that holds a token, acting for its owner.
    ///
    /// # Errors
    ///
    /// [`AccountError::SessionOver`], whatever ended it, and also where there never was one.
    pub fn resume_token(&mut self, user: &str, token: &ProgramToken) -> Result<Actor, Error> {
        self.resume_token_at(user, token, now())
    }

    pub(super) fn resume_token_at(
        &mut self,
        user: &str,
        token: &ProgramToken,
        clock: i64,
    ) -> Result<Actor, Error> {
        let over = || Error::from(AccountError::SessionOver);
        let digest = token.digest();
        let (kept, highest, found) = {
            let reader = self.store.read(&Scope::municipality())?;
            let kept = reader.token(&digest)?.ok_or_else(over)?;
            let found = reader.account_secrets(&kept.account)?.ok_or_else(over)?;
            (kept, reader.highest_moment()?, found)
        };
        // Where the clock was set back nobody knows whether its time is over.
        let Moment::Now(now) = Moment::of(clock, highest.unwrap_or(clock)) else {
            return Err(over());
        };
        let view = found.view;
        let is_open = kept.revoked_at.is_none()
            && now < kept.expires_at
            && view.account.state(day_of(now)) == AccountState::Open;
        if !is_open {
            return Err(over());
        }
        let scopes = kept.scopes.iter().filter_map(|code| scope(code)).collect();
        let ends_at = kept.expires_at;
        let account = view.account;
        let way = Way::Program(scopes);
        let present = Present {
            key: view.key,
            account,
            token: digest,
            way,
            ends_at,
            ends_at_latest: ends_at,
        };
        let actor = Actor::signed_in(user.to_owned(), Arc::new(present), view.practitioner);
        if kept.used_at.is_none_or(|used| now - used >= NOTED_EVERY || now < used) {
            let author = Author { at: clock, ..actor.author() };
            let mut writer = self.store.write(&author)?;
            writer.see_token(&kept, now)?;
            writer.commit()?;
        }
        Ok(actor)
    }
}

fn scope(code: &str) -> Option<UseCase> {
    OFFERED.iter().copied().find(|offered| offered.code() == code)
}

fn scopes(codes: &[String]) -> Result<BTreeSet<UseCase>, AccountError> {
    let found = codes.iter().map(|code| {
        scope(code).ok_or_else(|| AccountError::NoSuchScope(code.chars().take(64).collect()))
    });
    let found: BTreeSet<UseCase> = found.collect::<Result<_, _>>()?;
    if found.is_empty() { Err(AccountError::NoScope) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::KeySource;
    use crate::domain::Role;

    fn town() -> (tempfile::TempDir, App) {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("records");
        let key = KeySource::new(None, Some("5a".repeat(32)), &dir);
        App::init(&Actor::new("tester".into(), None), &dir, &key, "Musterstadt").unwrap();
        let app = App::open(&dir, &key).unwrap();
        (folder, app)
    }

    fn make(app: &mut App, actor: &Actor, scopes: &[UseCase]) -> Result<ProgramToken, Error> {
        let scopes: Vec<String> = scopes.iter().map(|scope| scope.code().to_owned()).collect();
        let new = NewToken { name: "tabelle", scopes: &scopes, days: 30 };
        app.make_token(actor, new, &Passphrase::new("korrekt pferd batterie"), "test")
    }

    #[test]
    fn a_token_does_what_it_names_and_opens_nothing() {
        let (_folder, mut app) = town();
        let owner = Actor::acting(&mut app, Role::Mediator);
        let token = make(&mut app, &owner, &[UseCase::ContactRead]).unwrap();
        let program = app.resume_token("tester", &token).unwrap();
        assert!(program.is_program() && program.secret_key().is_none());
        assert_eq!(program.name(), owner.name());
        app.permit(&program, UseCase::ContactRead).unwrap();
        for outside in UseCase::ALL.iter().filter(|case| **case != UseCase::ContactRead) {
            let error = app.permit(&program, *outside).unwrap_err();
            let is_outside = matches!(error, Error::Account(AccountError::OutsideToken(_)));
            assert!(is_outside, "{}: {error}", outside.code());
        }
        app.revoke_token(&owner, "tabelle").unwrap();
        let over = |found: Result<Actor, Error>| {
            assert!(matches!(found, Err(Error::Account(AccountError::SessionOver))));
        };
        over(app.resume_token("tester", &token));
        assert!(app.permit(&program, UseCase::ContactRead).is_err());
        over(app.resume_token("tester", &format!("{PREFIX}{}", "0".repeat(64)).parse().unwrap()));
    }

    #[test]
    fn a_token_ends_with_its_time_and_with_the_password() {
        let (_folder, mut app) = town();
        let owner = Actor::acting(&mut app, Role::Mediator);
        let token = make(&mut app, &owner, &[UseCase::ContactRead]).unwrap();
        let later = now() + 30 * DAY;
        assert!(app.resume_token_at("tester", &token, later - 60).is_ok());
        assert!(app.resume_token_at("tester", &token, later + 1).is_err());
        let old = Passphrase::new("korrekt pferd batterie");
        let new = Passphrase::new("anderes pferd im garten");
        app.change_own_password(&owner, &old, &new, "test").unwrap();
        assert!(app.resume_token("tester", &token).is_err());
    }

    #[test]
    fn nobody_makes_a_token_for_what_they_may_not_do_themselves_or_for_their_account() {
        let (_folder, mut app) = town();
        let owner = Actor::acting(&mut app, Role::Mediator);
        let refused = make(&mut app, &owner, &[UseCase::ReportRun]).unwrap_err();
        assert!(matches!(refused, Error::Account(AccountError::ScopeTooWide(_))));
        for secret in [UseCase::AccountOwn, UseCase::LaneChange, UseCase::EmergencyOpen] {
            let refused = make(&mut app, &owner, &[secret]).unwrap_err();
            assert!(matches!(refused, Error::Account(AccountError::NoSuchScope(_))));
        }
        assert!(matches!(
            make(&mut app, &owner, &[]).unwrap_err(),
            Error::Account(AccountError::NoScope)
        ));
        make(&mut app, &owner, &[UseCase::TaskRead]).unwrap();
        let twice = make(&mut app, &owner, &[UseCase::TaskRead]).unwrap_err();
        assert!(matches!(twice, Error::Account(AccountError::TokenExists(_))));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let digits = "a".repeat(64);
        for wrong in ["", "tridem_", &digits, &format!("tridem_{}", "A".repeat(64))] {
            assert!(wrong.parse::<ProgramToken>().is_err(), "{wrong}");
        }
        let token: ProgramToken = format!("tridem_{digits}").parse().unwrap();
        assert_eq!(format!("{token:?}"), "ProgramToken(..)");
    }
}
