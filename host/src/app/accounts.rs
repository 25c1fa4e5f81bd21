//! Accounts: added, listed, closed and mended by administrators, and one's own.

use zeroize::Zeroizing;

use crate::domain::{
    Account, AccountState, Action, Day, Id, PractitionerKey, Role, Scope, Span, Tries,
};
use crate::store::{AccountSecrets, AccountView, KeptPassword};

use super::account_error::check_belongs;
use super::second_factor::{self, NewFactor, new_spare_codes, spare_digest, step_of};
use super::sign_in::{context_of, key_context, new_pair, refuse_weak, wrap};
use super::workspace::{App, new_id, now, today};
use super::{AccountError, Actor, Error, Passphrase, UseCase};

/// An account that is to be added.
#[derive(Debug, Clone, Copy)]
pub struct NewAccount<'a> {
    /// What they sign in with.
    pub code: &'a str,
    /// What they are.
    pub role: Role,
    /// The code of the practitioner they are.
    pub practitioner: Option<&'a str>,
    /// The first day on which they may sign in; today without one.
    pub from: Option<Day>,
    /// The last day; until further notice without one.
    pub until: Option<Day>,
    /// What they sign in with the first time, or for the first account its owner's own password.
    pub password: &'a Passphrase,
}

/// Another role for an account.
#[derive(Debug, Clone, Copy)]
pub struct RoleChange<'a> {
    /// The role.
    pub role: Role,
    /// The code of the practitioner they are from now on.
    pub practitioner: Option<&'a str>,
}

/// What is told of an account.
#[derive(Debug, Clone)]
pub struct AccountFacts {
    /// The account.
    pub view: AccountView,
    /// How it stands today.
    pub state: AccountState,
    /// How often they are signed in.
    pub sessions: u32,
    /// How many spare codes are left.
    pub spare_codes: u32,
    /// For how many more seconds nobody can sign in to it; 0 where they can.
    pub locked_for: i64,
}

impl App {
    /// The permanent id of the municipality whose records these are.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn municipality_id(&self) -> Result<Id, Error> {
        Ok(self.store.read(&Scope::municipality())?.municipality_id()?)
    }

    /// Adds an account, and gives whether it is the first one: from then on nobody works here without
    /// signing in. The first is an administrator's, with a password of their own; the others get one
    /// to begin with, and choose their own when they first sign in.
    ///
    /// # Errors
    ///
    /// [`AccountError::BadCode`], [`AccountError::FirstIsAdministrator`], [`AccountError::Password`],
    /// [`AccountError::NeedsPractitioner`], [`AccountError::HasNoPractitioner`],
    /// [`AccountError::OtherRole`]; [`Error::NoSuchPractitioner`]; [`Error::Day`]; and [`Error::Store`]
    /// where the code is taken or the practitioner has an account.
    pub fn add_account(&mut self, actor: &Actor, new: NewAccount<'_>) -> Result<bool, Error> {
        self.permit(actor, UseCase::AccountManage)?;
        if !Account::is_code(new.code) {
            return Err(AccountError::BadCode(new.code.to_owned()).into());
        }
        let is_first = !self.has_accounts()?;
        if is_first && new.role != Role::Administrator {
            return Err(AccountError::FirstIsAdministrator.into());
        }
        let practitioner = self.fitting(new.role, new.practitioner)?;
        refuse_weak(&self.store, new.password, new.code)?;
        let account = Account {
            id: new_id(),
            code: new.code.to_owned(),
            role: new.role,
            practitioner,
            span: Span::new(new.from.unwrap_or_else(today), new.until)?,
            closed_at: None,
        };
        let (password, pair) = if is_first {
            let (kept, _, pair) = new_pair(new.password, &context_of(account.id))?;
            (kept, Some(pair))
        } else {
            (KeptPassword::new(new.password.words())?, None)
        };
        let mut writer = self.store.write(&actor.author())?;
        writer.add_account(&account, &password, pair.as_ref())?;
        writer.commit()?;
        Ok(is_first)
    }

    /// All accounts, also closed ones, by code.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`].
    pub fn accounts(&self, actor: &Actor) -> Result<Vec<AccountFacts>, Error> {
        self.permit(actor, UseCase::AccountList)?;
        let views = self.store.read(&Scope::municipality())?.accounts()?;
        views.into_iter().map(|view| self.account_facts(view)).collect()
    }

    /// One account.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`AccountError::NoSuchAccount`].
    pub fn account(&self, actor: &Actor, code: &str) -> Result<AccountFacts, Error> {
        self.permit(actor, UseCase::AccountList)?;
        let view = self.known_account(code)?.view;
        self.account_facts(view)
    }

    /// One's own account.
    ///
    /// # Errors
    ///
    /// [`AccountError::NoAccounts`] where there are none.
    pub fn own_account(&self, actor: &Actor) -> Result<AccountFacts, Error> {
        self.permit(actor, UseCase::AccountOwn)?;
        let view = self.known_account(&actor.present()?.account.code)?.view;
        self.account_facts(view)
    }

    /// Closes an account for good. Its owner is signed out at once, and what was sealed to them can be
    /// opened by nobody with it any more.
    ///
    /// # Errors
    ///
    /// [`AccountError::NoSuchAccount`], [`AccountError::Closed`], [`AccountError::LastAdministrator`].
    pub fn close_account(&mut self, actor: &Actor, code: &str) -> Result<(), Error> {
        self.permit(actor, UseCase::AccountManage)?;
        let view = self.open_account(code)?.view;
        self.keep_an_administrator(&view)?;
        let mut writer = self.store.write(&actor.author())?;
        writer.close_account(&view)?;
        Ok(writer.commit()?)
    }

    /// Gives an account another role. Its owner is signed out at once.
    ///
    /// # Errors
    ///
    /// Those of closing it and of adding one; [`AccountError::SameRole`].
    pub fn change_role(
        &mut self,
        actor: &Actor,
        code: &str,
        change: RoleChange<'_>,
    ) -> Result<(), Error> {
        self.permit(actor, UseCase::AccountManage)?;
        let view = self.open_account(code)?.view;
        let practitioner = self.fitting(change.role, change.practitioner)?;
        if (change.role, practitioner) == (view.account.role, view.account.practitioner) {
            return Err(AccountError::SameRole(code.to_owned()).into());
        }
        if change.role != Role::Administrator {
            self.keep_an_administrator(&view)?;
        }
        let mut writer = self.store.write(&actor.author())?;
        writer.change_role(&view, change.role, practitioner)?;
        Ok(writer.commit()?)
    }

    /// Gives an account a password to begin with, because its owner has lost theirs. They choose their
    /// own when they next sign in, and get a new key pair then: lanes have to be given to them again.
    ///
    /// # Errors
    ///
    /// [`AccountError::NoSuchAccount`], [`AccountError::Closed`], [`AccountError::Password`].
    pub fn reset_password(
        &mut self,
        actor: &Actor,
        code: &str,
        password: &Passphrase,
    ) -> Result<(), Error> {
        self.permit(actor, UseCase::AccountManage)?;
        let view = self.open_account(code)?.view;
        refuse_weak(&self.store, password, code)?;
        let kept = KeptPassword::new(password.words())?;
        let mut writer = self.store.write(&actor.author())?;
        writer.change_password(&view, &kept, None, Action::AccountReset)?;
        Ok(writer.commit()?)
    }

    /// Changes one's own password. The key pair stays; every session of the account ends, this one too.
    ///
    /// # Errors
    ///
    /// [`AccountError::Wait`] and [`AccountError::WrongSignIn`] for the old one;
    /// [`AccountError::SamePassword`] and [`AccountError::Password`] for the new one.
    pub fn change_own_password(
        &mut self,
        actor: &Actor,
        old: &Passphrase,
        new: &Passphrase,
        peer: &str,
    ) -> Result<(), Error> {
        self.permit(actor, UseCase::AccountOwn)?;
        let found = self.prove_own(actor, old, peer)?;
        let code = &found.view.account.code;
        refuse_weak(&self.store, new, code)?;
        if old == new {
            return Err(AccountError::SamePassword.into());
        }
        let kept = KeptPassword::new(new.words())?;
        let secret = actor.present()?.secret()?;
        let pair = wrap(&kept, new.words(), &key_context(&found), secret)?;
        let mut writer = self.store.write(&actor.author())?;
        writer.change_password(&found.view, &kept, Some(&pair), Action::AccountPassword)?;
        Ok(writer.commit()?)
    }

    /// Begins a second factor for one's own account. It does not count before a first code confirms it.
    ///
    /// # Errors
    ///
    /// [`AccountError::HasSecondFactor`].
    pub fn begin_second_factor(&mut self, actor: &Actor) -> Result<NewFactor, Error> {
        self.permit(actor, UseCase::AccountOwn)?;
        let view = self.known_account(&actor.present()?.account.code)?.view;
        if view.has_second_factor {
            return Err(AccountError::HasSecondFactor.into());
        }
        let secret = Zeroizing::new(second_factor::new_secret()?);
        let mut writer = self.store.write(&actor.author())?;
        writer.propose_totp(view.key, &secret)?;
        writer.commit()?;
        Ok(second_factor::propose(&secret, &view.account.code))
    }

    /// Confirms the second factor with a first code, and gives the spare codes, which are not kept and
    /// never shown again.
    ///
    /// # Errors
    ///
    /// [`AccountError::NothingToConfirm`]; [`AccountError::WrongOneTimeCode`].
    pub fn confirm_second_factor(
        &mut self,
        actor: &Actor,
        code: &str,
    ) -> Result<Vec<Zeroizing<String>>, Error> {
        self.permit(actor, UseCase::AccountOwn)?;
        let found = self.known_account(&actor.present()?.account.code)?;
        let proposed = found.totp_proposed.ok_or(AccountError::NothingToConfirm)?;
        let is_new = |step: &i64| found.totp_step.is_none_or(|last| last < *step);
        let step = step_of(&proposed, code, now()).filter(is_new);
        let step = step.ok_or(AccountError::WrongOneTimeCode)?;
        let codes = new_spare_codes()?;
        let digests: Vec<[u8; 32]> = codes.iter().filter_map(|code| spare_digest(code)).collect();
        let mut writer = self.store.write(&actor.author())?;
        writer.confirm_totp(&found.view, step, &digests)?;
        writer.commit()?;
        Ok(codes)
    }

    /// Takes one's own second factor away; the password shows that it is oneself.
    ///
    /// # Errors
    ///
    /// [`AccountError::NoSecondFactor`], [`AccountError::Wait`], [`AccountError::WrongSignIn`].
    pub fn remove_own_second_factor(
        &mut self,
        actor: &Actor,
        password: &Passphrase,
        peer: &str,
    ) -> Result<(), Error> {
        self.permit(actor, UseCase::AccountOwn)?;
        let found = self.prove_own(actor, password, peer)?;
        self.take_second_factor(actor, &found.view)
    }

    /// Takes the second factor of somebody away who has lost the device and the spare codes.
    ///
    /// # Errors
    ///
    /// [`AccountError::NoSuchAccount`], [`AccountError::Closed`], [`AccountError::NoSecondFactor`].
    pub fn remove_second_factor(&mut self, actor: &Actor, code: &str) -> Result<(), Error> {
        self.permit(actor, UseCase::AccountManage)?;
        let view = self.open_account(code)?.view;
        self.take_second_factor(actor, &view)
    }

    fn take_second_factor(&mut self, actor: &Actor, view: &AccountView) -> Result<(), Error> {
        if !view.has_second_factor {
            return Err(AccountError::NoSecondFactor(view.account.code.clone()).into());
        }
        let mut writer = self.store.write(&actor.author())?;
        writer.remove_totp(view)?;
        Ok(writer.commit()?)
    }

    /// Forgets failed tries, of an account or from a place. Gives whether any counted.
    ///
    /// # Errors
    ///
    /// [`AccountError::NoSuchAccount`]; [`AccountError::UnlockWhat`] where neither is named.
    pub fn unlock(
        &mut self,
        actor: &Actor,
        code: Option<&str>,
        peer: Option<&str>,
    ) -> Result<bool, Error> {
        self.permit(actor, UseCase::AccountManage)?;
        if code.is_none() && peer.is_none() {
            return Err(AccountError::UnlockWhat.into());
        }
        let id = code.map(|code| self.known_account(code)).transpose()?;
        let id = id.map(|found| found.view.account.id);
        let signs = self.signs(code.unwrap_or_default(), peer.unwrap_or_default())?;
        let mut writer = self.store.write(&actor.author())?;
        let mut counted = false;
        if id.is_some() {
            counted |= writer.forget_lockout(Tries::OfAccount, &signs.0)?;
            writer.note_unlock(id);
        }
        if peer.is_some() {
            counted |= writer.forget_lockout(Tries::OfPeer, &signs.1)?;
            writer.note_unlock(None);
        }
        writer.commit()?;
        Ok(counted)
    }

    /// Gives an administrator's account another password, opens it where it is closed, and takes its
    /// second factor away. This is the way back in when nobody can manage accounts any more. It is no
    /// question of roles: whoever has the key of the records, as `user` of this machine, may do it, and
    /// it stands in the audit and in the list of accounts for good.
    ///
    /// # Errors
    ///
    /// [`AccountError::NoSuchAccount`], [`AccountError::NotAnAdministrator`],
    /// [`AccountError::Password`].
    pub fn recover_account(
        &mut self,
        user: &str,
        code: &str,
        password: &Passphrase,
    ) -> Result<(), Error> {
        let found = self.known_account(code)?;
        if found.view.account.role != Role::Administrator {
            return Err(AccountError::NotAnAdministrator.into());
        }
        refuse_weak(&self.store, password, code)?;
        let (kept, _, pair) = new_pair(password, &key_context(&found))?;
        let (sign, _) = self.signs(code, "")?;
        let machine = Actor::new(user.to_owned(), None);
        let mut writer = self.store.write(&machine.author())?;
        writer.recover_account(&found.view, today(), &kept, &pair)?;
        writer.forget_lockout(Tries::OfAccount, &sign)?;
        Ok(writer.commit()?)
    }

    /// One's own account, once the password has shown that it is oneself who sits there. Tries count as
    /// those of signing in do, so that a session that was left open gives no more guesses.
    pub(super) fn prove_own(
        &mut self,
        actor: &Actor,
        password: &Passphrase,
        peer: &str,
    ) -> Result<AccountSecrets, Error> {
        let code = actor.present()?.account.code.clone();
        let at = self.begin_try(&code, peer, now())?;
        let found = self.known_account(&code)?;
        if !found.password.is(password.words())? {
            self.note_failure(&code, &found, at)?;
            return Err(AccountError::WrongSignIn.into());
        }
        self.take_try_back(&code, peer, at)?;
        Ok(found)
    }

    pub(super) fn known_account(&self, code: &str) -> Result<AccountSecrets, Error> {
        let found = self.store.read(&Scope::municipality())?.account_secrets(code)?;
        Ok(found.ok_or_else(|| AccountError::NoSuchAccount(code.to_owned()))?)
    }

    fn open_account(&self, code: &str) -> Result<AccountSecrets, Error> {
        let found = self.known_account(code)?;
        if found.view.account.closed_at.is_some() {
            return Err(AccountError::Closed(code.to_owned()).into());
        }
        Ok(found)
    }

    /// Refuses to take the last administrator away who can sign in today.
    fn keep_an_administrator(&self, view: &AccountView) -> Result<(), Error> {
        let others = self.store.read(&Scope::municipality())?.accounts()?;
        let can_manage = |other: &AccountView| {
            other.key != view.key
                && other.account.role == Role::Administrator
                && other.account.state(today()) == AccountState::Open
        };
        if view.account.role != Role::Administrator || others.iter().any(can_manage) {
            return Ok(());
        }
        Err(AccountError::LastAdministrator(view.account.code.clone()).into())
    }

    /// The practitioner that an account of a role is to belong to.
    fn fitting(
        &self,
        role: Role,
        practitioner: Option<&str>,
    ) -> Result<Option<PractitionerKey>, Error> {
        let Some(code) = practitioner else {
            check_belongs(role, None)?;
            return Ok(None);
        };
        let reader = self.store.read(&Scope::municipality())?;
        let none = || Error::NoSuchPractitioner(code.to_owned());
        let known = reader.practitioners()?.into_iter().find(|known| known.code == code);
        let profession = known.ok_or_else(none)?.role;
        check_belongs(role, Some((code, &profession)))?;
        let directory = reader.directory()?;
        Ok(Some(directory.practitioners.get(code).ok_or_else(none)?.key))
    }

    fn account_facts(&self, view: AccountView) -> Result<AccountFacts, Error> {
        let (sign, _) = self.signs(&view.account.code, "")?;
        let reader = self.store.read(&Scope::municipality())?;
        let at = now();
        Ok(AccountFacts {
            state: view.account.state(today()),
            sessions: reader.sessions_of(view.key)?,
            spare_codes: reader.spare_codes(view.key)?,
            locked_for: reader.lockout(Tries::OfAccount, &sign, at)?.wait(Tries::OfAccount, at),
            view,
        })
    }
}
