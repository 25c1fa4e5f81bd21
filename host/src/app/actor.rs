//! Who acts: the operator of this machine, a practitioner with what they may see, or whoever signed in.

use std::collections::BTreeSet;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::domain::{
    Account, AccountKey, Author, Day, Id, KnownPractitioner, PractitionerKey, Role, Schools, Scope,
};
use crate::store::{Reader, SecretKey};

use super::plugins::hex;
use super::workspace::now;
use super::{AccountError, Error, UseCase};

/// Who a use case is carried out for.
///
/// Where the records have no accounts, without a practitioner it is the operator, who works with all
/// schools and reads nobody's private notes; as a practitioner one sees the schools one is assigned to
/// today, and the private notes of one's own profession. Who holds the key of such records can be
/// anybody, so the key is what has to be protected.
///
/// Where there are accounts it is somebody who signed in, with the role and the practitioner of their
/// account, and nobody else may do anything.
#[derive(Debug, Clone)]
pub struct Actor {
    user: String,
    practitioner: Option<String>,
    present: Option<Arc<Present>>,
    emergency: Option<Id>,
}

/// Somebody who is signed in.
#[derive(Debug)]
pub(super) struct Present {
    pub(super) key: AccountKey,
    pub(super) account: Account,
    /// The SHA-256 of their token.
    pub(super) token: [u8; 32],
    /// How they got in.
    pub(super) way: Way,
    /// When the session ends if nothing more is done in it.
    pub(super) ends_at: i64,
    /// When it ends whatever is done in it.
    pub(super) ends_at_latest: i64,
}

/// How somebody got in.
#[derive(Debug)]
pub(super) enum Way {
    /// They signed in, and this opens what was sealed to them.
    SignedIn(SecretKey),
    /// A program of theirs brought a token. It may do these things and opens nothing: the key of the
    /// account is wrapped under passwords and sessions, and a token is neither.
    Program(BTreeSet<UseCase>),
}

impl Present {
    /// What opens what was sealed to them.
    ///
    /// # Errors
    ///
    /// [`AccountError::NotByProgram`] for a program.
    pub(super) fn secret(&self) -> Result<&SecretKey, AccountError> {
        match &self.way {
            Way::SignedIn(secret) => Ok(secret),
            Way::Program(_) => Err(AccountError::NotByProgram),
        }
    }
}

impl Actor {
    /// The user of this machine, acting as a practitioner where one is named by their code.
    pub fn new(user: String, practitioner: Option<String>) -> Self {
        Self { user, practitioner, present: None, emergency: None }
    }

    /// Somebody who signed in.
    pub(super) fn signed_in(
        user: String,
        present: Arc<Present>,
        practitioner: Option<String>,
    ) -> Self {
        Self { user, practitioner, present: Some(present), emergency: None }
    }

    /// The same one, reading under an emergency access.
    pub(super) fn under_emergency(&self, access: Id) -> Self {
        Self { emergency: Some(access), ..self.clone() }
    }

    /// What is noted down as who did it.
    pub fn name(&self) -> &str {
        let account = self.present.as_ref().map(|present| present.account.code.as_str());
        self.practitioner.as_deref().or(account).unwrap_or(&self.user)
    }

    /// The account that they signed in to.
    pub fn account(&self) -> Option<&Account> {
        self.present.as_ref().map(|present| &present.account)
    }

    /// When their session ends if nothing more is done in it, in seconds since 1970-01-01 UTC.
    pub fn session_ends_at(&self) -> Option<i64> {
        self.present.as_ref().map(|present| present.ends_at)
    }

    /// What opens what was sealed to their account. Not under an emergency access: private notes are
    /// never read under one.
    pub fn secret_key(&self) -> Option<&SecretKey> {
        let present = self.present.as_ref().filter(|_| self.emergency.is_none());
        present.and_then(|present| present.secret().ok())
    }

    /// Whether it is a program that brought a token.
    pub fn is_program(&self) -> bool {
        let present = self.present.as_ref();
        present.is_some_and(|present| matches!(present.way, Way::Program(_)))
    }

    /// Whether a token names this; for whoever brought none, `true`.
    pub fn names(&self, use_case: UseCase) -> bool {
        self.within_token(use_case).is_ok()
    }

    /// Refuses what the token of a program does not name.
    ///
    /// # Errors
    ///
    /// [`AccountError::OutsideToken`].
    pub(super) fn within_token(&self, use_case: UseCase) -> Result<(), AccountError> {
        match self.present.as_ref().map(|present| &present.way) {
            Some(Way::Program(scopes)) if !scopes.contains(&use_case) => {
                Err(AccountError::OutsideToken(use_case.text()))
            }
            _ => Ok(()),
        }
    }

    /// The emergency access under which they read.
    pub fn emergency(&self) -> Option<Id> {
        self.emergency
    }

    /// The one who is signed in.
    ///
    /// # Errors
    ///
    /// [`AccountError::NoAccounts`] for the machine, which gets here only where there are none.
    pub(super) fn present(&self) -> Result<&Present, AccountError> {
        self.present.as_deref().ok_or(AccountError::NoAccounts)
    }

    /// Refuses whoever is not signed in where there are accounts, and whoever is so no more.
    ///
    /// # Errors
    ///
    /// [`AccountError::SignInNeeded`], [`AccountError::NotAs`], [`AccountError::SessionOver`].
    pub(super) fn admit(&self, reader: &Reader<'_>) -> Result<(), Error> {
        match &self.present {
            Some(present) => {
                let Present { token, account, way, .. } = &**present;
                let stands = match way {
                    Way::SignedIn(_) => reader.stands(token, account.id, account.role)?,
                    Way::Program(_) => reader.token_stands(token, account.id, account.role)?,
                };
                if stands { Ok(()) } else { Err(AccountError::SessionOver.into()) }
            }
            None if !reader.has_accounts()? => Ok(()),
            None if self.practitioner.is_some() => Err(AccountError::NotAs.into()),
            None => Err(AccountError::SignInNeeded.into()),
        }
    }

    /// The one whom the audit names for what is done now.
    pub(super) fn author(&self) -> Author {
        Author::new(self.code(), now())
    }

    /// Who it is, as the audit has it: a code, and never a person's name.
    ///
    /// A practitioner is their code, which the municipality gave them, and an account of nobody who is
    /// one is `login:` with its code. Whoever works without either is
    /// `account:` with the account of this machine, which its administrator gave them. Some systems
    /// let people call an account `Mia Muster`; a name with anything but letters, digits and
    /// `. _ - @ \` in it is replaced by the beginning of its SHA-256, which tells two accounts apart
    /// and can be made again from the account that is asked about.
    fn code(&self) -> String {
        let is_code = |account: &str| {
            account.len() <= 64
                && account.bytes().all(|byte| {
                    byte.is_ascii_alphanumeric()
                        || matches!(byte, b'.' | b'_' | b'-' | b'@' | b'\\')
                })
        };
        if let Some(present) = &self.present {
            return code_of(&present.account, self.practitioner.as_deref());
        }
        match &self.practitioner {
            Some(code) => code.clone(),
            None if is_code(&self.user) => format!("account:{}", self.user),
            None => format!("account:#{}", hex(&Sha256::digest(&self.user)[..6])),
        }
    }

    /// The practitioner's code, where they act as one.
    pub fn practitioner(&self) -> Option<&str> {
        self.practitioner.as_deref()
    }

    /// Refuses a practitioner what is done where there are no records yet.
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

    /// What they are to the records; `None` for the operator of a folder without accounts.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPractitioner`] where the code is nobody's, and errors of the store.
    pub(super) fn role(&self, reader: &Reader<'_>) -> Result<Option<Role>, Error> {
        if let Some(present) = &self.present {
            return Ok(Some(present.account.role));
        }
        Ok(self.role_of(reader, self.practitioner_row(reader)?.as_ref()))
    }

    /// All schools, and the private notes of their own profession.
    ///
    /// # Errors
    ///
    /// As [`Actor::role`].
    pub(super) fn everywhere(&self, reader: &Reader<'_>) -> Result<Scope, Error> {
        let me = self.practitioner_row(reader)?;
        self.lanes_of(reader, me.as_ref())
    }

    /// All schools, and the private notes of the profession of `me`.
    fn lanes_of(
        &self,
        reader: &Reader<'_>,
        me: Option<&KnownPractitioner>,
    ) -> Result<Scope, Error> {
        // Nobody reads private notes under an emergency access, also not those of their profession.
        // Nor does a program with a token read any, whatever it was made for.
        let me = me.filter(|_| self.emergency.is_none() && !self.is_program());
        let Some(KnownPractitioner { key, role: lane, .. }) = me else {
            return Ok(Scope::municipality());
        };
        let scope = Scope::municipality().with_lane(*lane);
        // Where the lane is closed, it takes the key that was sealed to their account.
        let Some(own) = self.secret_key() else { return Ok(scope) };
        Ok(match reader.lane_secret(*lane, *key, own)? {
            Some(secret) => scope.with_key(*lane, secret),
            None => scope,
        })
    }

    /// The practitioner they act as.
    ///
    /// # Errors
    ///
    /// Errors of the store.
    pub(super) fn practitioner_key(
        &self,
        reader: &Reader<'_>,
    ) -> Result<Option<PractitionerKey>, Error> {
        let Some(code) = &self.practitioner else { return Ok(None) };
        Ok(reader.practitioner(code)?.map(|known| known.key))
    }

    /// The same with their name and profession, and an error where the code is nobody's.
    fn practitioner_row(&self, reader: &Reader<'_>) -> Result<Option<KnownPractitioner>, Error> {
        let Some(code) = &self.practitioner else { return Ok(None) };
        let known = reader.practitioner(code)?;
        known.map(Some).ok_or_else(|| Error::NoSuchPractitioner(code.clone()))
    }

    /// The schools they are assigned to on `today` or where they are in a tandem or tridem, and the
    /// private notes of their own profession. A
    /// teacher sees the contacts of their own tandems and tridems there, and no others.
    ///
    /// # Errors
    ///
    /// As [`Actor::role`].
    pub(super) fn own_scope(&self, reader: &Reader<'_>, today: Day) -> Result<Scope, Error> {
        let me = self.practitioner_row(reader)?;
        let everywhere = self.lanes_of(reader, me.as_ref())?;
        let Some(me) = me else {
            // An account of nobody who is assigned anywhere has no schools of its own.
            let none = Scope { schools: Schools::Only(BTreeSet::new()), ..everywhere.clone() };
            return Ok(if self.present.is_some() { none } else { everywhere });
        };
        let schools = Schools::Only(reader.schools_of(me.key, today)?);
        let scope = Scope { schools, ..everywhere };
        // Who is in no team yet has contacts of their own all the same.
        Ok(match self.role_of(reader, Some(&me)) {
            Some(Role::Teacher) => scope.of_team(reader.team_of(me.key, today)?),
            _ => scope,
        })
    }

    /// What the account is to the records, or else what the profession of `me` is.
    fn role_of(&self, reader: &Reader<'_>, me: Option<&KnownPractitioner>) -> Option<Role> {
        if let Some(present) = &self.present {
            return Some(present.account.role);
        }
        let professions = reader.code_lists().list("role");
        let profession = |me: &KnownPractitioner| professions.at(me.role);
        // A profession that is in no list may do the least.
        me.map(|me| Role::of_profession(profession(me).map_or("", |known| &known.code)))
    }
}

/// Who an account is in the audit: the practitioner it belongs to, or itself.
pub(super) fn code_of(account: &Account, practitioner: Option<&str>) -> String {
    practitioner.map_or_else(|| format!("login:{}", account.code), str::to_owned)
}

#[cfg(test)]
impl Actor {
    /// Somebody new of a role, signed in.
    pub(super) fn acting(app: &mut super::App, role: Role) -> Self {
        use super::{NewAccount, Passphrase, SignIn};
        use crate::capture::Kind;
        let first = Passphrase::new("zettel von der verwaltung");
        let own = Passphrase::new("korrekt pferd batterie");
        let new = |code, role, practitioner| NewAccount {
            code,
            role,
            practitioner,
            from: None,
            until: None,
            password: &first,
        };
        let professions = [
            (Role::Mediator, "mediation"),
            (Role::Teacher, "teacher"),
            (Role::SocialWorker, "social-work"),
            (Role::Head, "head"),
            (Role::Coordinator, "coordination"),
        ];
        let operator = Self::new("tester".into(), None);
        if !app.has_accounts().unwrap() {
            for (role, profession) in professions {
                let fields = [("code", role.code()), ("name", "Jemand"), ("role", profession)];
                app.add(&operator, Kind::Practitioners, &fields).unwrap();
            }
            app.add_account(&operator, new("chief", Role::Administrator, None)).unwrap();
        }
        let sign_in = |app: &mut super::App, code: &str, new_password| {
            let (password, peer) = (&first, "test");
            let asked = SignIn { code, password, one_time_code: None, new_password, peer };
            let token = app.sign_in(asked).unwrap().token;
            app.resume("tester", &token).unwrap()
        };
        let chief = sign_in(app, "chief", None);
        let practitioner = professions.iter().any(|(of, _)| *of == role).then_some(role.code());
        app.add_account(&chief, new(role.code(), role, practitioner)).unwrap();
        sign_in(app, role.code(), Some(&own))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audit_names_codes_and_no_people() {
        let code = |user: &str, practitioner: Option<&str>| {
            Actor::new(user.into(), practitioner.map(str::to_owned)).author().code
        };
        for name in ["Mia Muster", "Jörg", "a\tb", &"x".repeat(65)] {
            let found = code(name, None);
            assert!(found.starts_with("account:#") && found.len() == 21, "{found}");
            assert!(!found.contains(name), "{found}");
        }
        assert_ne!(code("Mia Muster", None), code("Max Muster", None));
        assert_eq!(code("Mia Muster", Some("bm1")), "bm1");
        assert_eq!(code("koordination", None), "account:koordination");
        assert_eq!(code(r"STADT\x.y-1", None), r"account:STADT\x.y-1");
    }
}
