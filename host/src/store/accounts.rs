//! Keeps who may sign in, and with what.

use rusqlite::{OptionalExtension, Row, params};
use serde_json::json;

use super::ledger::Exempt;
use super::passwords::{KeptPassword, PasswordCost};
use super::{Error, Reader, SealKey, Writer};
use crate::domain::{Account, AccountKey, Action, Day, Id, PractitionerKey, Role, Span};

/// An account as lists show it: nothing of what it signs in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountView {
    /// Its row.
    pub key: AccountKey,
    /// The account.
    pub account: Account,
    /// The code of the practitioner it belongs to.
    pub practitioner: Option<String>,
    /// When it was added, in seconds since 1970-01-01 UTC.
    pub added_at: i64,
    /// When it was last got back with the key of the records.
    pub recovered_at: Option<i64>,
    /// Whether it needs a second factor.
    pub has_second_factor: bool,
    /// Whether its password is one that an administrator knows.
    pub is_provisional: bool,
    /// What is sealed to this, its owner alone can open; `None` until they have a password of their own.
    pub seal_key: Option<SealKey>,
}

/// An account with what it signs in with.
#[derive(Debug, Clone)]
pub struct AccountSecrets {
    /// What lists show.
    pub view: AccountView,
    /// The password.
    pub password: KeptPassword,
    /// The secret half of the key pair, wrapped under a key that the password makes.
    pub secret_key: Option<Vec<u8>>,
    /// What the codes of the second factor are made from.
    pub totp_secret: Option<[u8; 20]>,
    /// The same, shown and not confirmed yet.
    pub totp_proposed: Option<[u8; 20]>,
    /// The step of the last code that was taken.
    pub totp_step: Option<i64>,
}

/// A key pair to be kept: the public half, and the other one wrapped.
#[derive(Debug, Clone)]
pub struct KeptPair {
    /// The public half.
    pub seal_key: SealKey,
    /// The secret half, wrapped under a key that the password makes.
    pub wrapped: Vec<u8>,
}

const COLUMNS: &str = "account.key, account.id, account.code, account.role, account.practitioner,
    account.first_day, account.last_day, account.added_at, account.closed_at, account.recovered_at,
    account.provisional, account.public_key, account.totp_secret, practitioner.code";

const FROM: &str = "FROM account LEFT JOIN practitioner ON practitioner.key = account.practitioner";

/// Accounts are the municipality's, so the scope changes nothing about them.
impl Reader<'_> {
    /// Whether there is any account. From then on nobody works here without signing in.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn has_accounts(&self) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM account)";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }

    /// All accounts, also closed ones, by code.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn accounts(&self) -> Result<Vec<AccountView>, Error> {
        self.rows(&format!("SELECT {COLUMNS} {FROM} ORDER BY account.code"), view)
    }

    /// The account of a code, with what it signs in with.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn account_secrets(&self, code: &str) -> Result<Option<AccountSecrets>, Error> {
        let sql = format!(
            "SELECT {COLUMNS}, account.password, account.password_salt, account.key_salt,
                    account.memory_kib, account.passes, account.lanes, account.secret_key,
                    account.totp_proposed, account.totp_step
             {FROM} WHERE account.code = ?1"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement.query_row([code], |row| {
            Ok(AccountSecrets {
                view: view(row)?,
                password: KeptPassword {
                    hash: row.get(14)?,
                    salt: row.get(15)?,
                    key_salt: row.get(16)?,
                    cost: PasswordCost {
                        memory_kib: row.get(17)?,
                        passes: row.get(18)?,
                        lanes: row.get(19)?,
                    },
                },
                secret_key: row.get(20)?,
                totp_secret: row.get(12)?,
                totp_proposed: row.get(21)?,
                totp_step: row.get(22)?,
            })
        });
        Ok(found.optional()?)
    }

    /// The public half of the key pair of a practitioner who has an open account and a password of their
    /// own: what is sealed to it, they alone can open.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn seal_key_of(&self, practitioner: PractitionerKey) -> Result<Option<SealKey>, Error> {
        let sql = "SELECT public_key FROM account
                   WHERE practitioner = ?1 AND closed_at IS NULL AND public_key IS NOT NULL";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_row([practitioner.0], |row| row.get(0)).optional()?;
        Ok(found.map(SealKey::from_bytes))
    }

    /// How many spare codes an account has left.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn spare_codes(&self, account: AccountKey) -> Result<u32, Error> {
        let sql = "SELECT count(*) FROM account_spare_code WHERE account = ?1";
        Ok(self.connection.prepare_cached(sql)?.query_row([account.0], |row| row.get(0))?)
    }
}

fn view(row: &Row<'_>) -> rusqlite::Result<AccountView> {
    let role: String = row.get(3)?;
    // The schema has the same eight roles, so the least of them is never taken for another one.
    let role = role.parse().unwrap_or(Role::Teacher);
    Ok(AccountView {
        key: AccountKey(row.get(0)?),
        account: Account {
            id: Id::from_bytes(row.get(1)?),
            code: row.get(2)?,
            role,
            practitioner: row.get::<_, Option<i64>>(4)?.map(PractitionerKey),
            span: Span { from: Day(row.get(5)?), until: row.get::<_, Option<i32>>(6)?.map(Day) },
            closed_at: row.get(8)?,
        },
        practitioner: row.get(13)?,
        added_at: row.get(7)?,
        recovered_at: row.get(9)?,
        is_provisional: row.get(10)?,
        seal_key: row.get::<_, Option<[u8; 32]>>(11)?.map(SealKey::from_bytes),
        has_second_factor: row.get::<_, Option<[u8; 20]>>(12)?.is_some(),
    })
}

impl Writer<'_> {
    /// Adds an account. Without a key pair its password is one to begin with, which its owner has to
    /// change before they can work.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] where the code is taken, also by a closed account, or the practitioner has an
    /// open account; [`Error::Dangling`].
    pub fn add_account(
        &mut self,
        account: &Account,
        password: &KeptPassword,
        pair: Option<&KeptPair>,
    ) -> Result<AccountKey, Error> {
        if let Some(practitioner) = account.practitioner {
            let sql = "SELECT EXISTS (SELECT 1 FROM account
                       WHERE practitioner = ?1 AND closed_at IS NULL)";
            let taken = |row: &Row<'_>| row.get::<_, bool>(0);
            if self.connection.prepare_cached(sql)?.query_row([practitioner.0], taken)? {
                let code = account.code.clone();
                return Err(Error::Exists { what: "an open account of the practitioner of", code });
            }
        }
        let key = self.insert(
            "INSERT INTO account (id, code, role, practitioner, first_day, last_day, added_at,
                                  provisional, password, password_salt, key_salt, memory_kib, passes,
                                  lanes, public_key, secret_key)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            params![
                account.id.bytes(),
                account.code,
                account.role.code(),
                account.practitioner.map(|key| key.0),
                account.span.from.0,
                account.span.until.map(|day| day.0),
                self.ledger.author.at,
                pair.is_none(),
                password.hash,
                password.salt,
                password.key_salt,
                password.cost.memory_kib,
                password.cost.passes,
                password.cost.lanes,
                pair.map(|pair| pair.seal_key.bytes()),
                pair.map(|pair| &pair.wrapped),
            ],
            "the account",
            || ("an account with the code", account.code.clone()),
        )?;
        let details = json!({ "role": account.role.code() });
        self.note(Action::AccountAdd, account.id.to_string(), &details);
        Ok(AccountKey(key))
    }

    /// Closes an account for good and ends its sessions.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`] where the file cannot be written; so of the others without their own.
    pub fn close_account(&mut self, view: &AccountView) -> Result<(), Error> {
        let sql = "UPDATE account SET closed_at = ?2, public_key = NULL, secret_key = NULL,
                                      totp_secret = NULL, totp_proposed = NULL
                   WHERE key = ?1 AND closed_at IS NULL";
        let at = self.ledger.author.at;
        self.connection.prepare_cached(sql)?.execute((view.key.0, at))?;
        self.forget_spare_codes(view.key)?;
        self.end_sessions_of(view.key)?;
        self.end_drafts_of(view.key)?;
        self.note(Action::AccountClose, view.account.id.to_string(), &json!({}));
        Ok(())
    }

    /// Gives an account another role, with the practitioner that goes with it, and ends its sessions.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] where the practitioner has an open account.
    pub fn change_role(
        &mut self,
        view: &AccountView,
        role: Role,
        practitioner: Option<PractitionerKey>,
    ) -> Result<(), Error> {
        let sql = "UPDATE account SET role = ?2, practitioner = ?3 WHERE key = ?1";
        let changed = self.connection.prepare_cached(sql)?.execute((
            view.key.0,
            role.code(),
            practitioner.map(|key| key.0),
        ));
        changed.map_err(|error| {
            super::writer::refusal(error, "the account", || {
                ("an open account of the practitioner of", view.account.code.clone())
            })
        })?;
        self.end_sessions_of(view.key)?;
        let details = json!({ "from": view.account.role.code(), "to": role.code() });
        self.note(Action::AccountRole, view.account.id.to_string(), &details);
        Ok(())
    }

    /// Keeps another password. With a key pair it is its owner's own; without one it is to begin with,
    /// and what was sealed to the account before can be opened by nobody any more. Sessions end.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn change_password(
        &mut self,
        view: &AccountView,
        password: &KeptPassword,
        pair: Option<&KeptPair>,
        action: Action,
    ) -> Result<(), Error> {
        self.keep_password(view.key, password, pair)?;
        self.end_sessions_of(view.key)?;
        self.note(action, view.account.id.to_string(), &json!({}));
        Ok(())
    }

    /// Keeps the same password at a higher cost.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn rewrap_password(
        &mut self,
        account: AccountKey,
        password: &KeptPassword,
        pair: &KeptPair,
    ) -> Result<(), Error> {
        self.keep_password(account, password, Some(pair))?;
        self.exempt(Exempt::SignedIn);
        Ok(())
    }

    fn keep_password(
        &self,
        account: AccountKey,
        password: &KeptPassword,
        pair: Option<&KeptPair>,
    ) -> Result<(), Error> {
        let sql = "UPDATE account SET password = ?2, password_salt = ?3, key_salt = ?4,
                          memory_kib = ?5, passes = ?6, lanes = ?7, provisional = ?8,
                          public_key = ?9, secret_key = ?10
                   WHERE key = ?1";
        self.connection.prepare_cached(sql)?.execute(params![
            account.0,
            password.hash,
            password.salt,
            password.key_salt,
            password.cost.memory_kib,
            password.cost.passes,
            password.cost.lanes,
            pair.is_none(),
            pair.map(|pair| pair.seal_key.bytes()),
            pair.map(|pair| &pair.wrapped),
        ])?;
        Ok(())
    }

    /// Opens an administrator's account again, whatever became of it: without a second factor, from
    /// `from` on, with another password.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn recover_account(
        &mut self,
        view: &AccountView,
        from: Day,
        password: &KeptPassword,
        pair: &KeptPair,
    ) -> Result<(), Error> {
        self.keep_password(view.key, password, Some(pair))?;
        let sql = "UPDATE account SET closed_at = NULL, last_day = NULL, recovered_at = ?2,
                          first_day = min(first_day, ?3), totp_secret = NULL, totp_proposed = NULL
                   WHERE key = ?1";
        let at = self.ledger.author.at;
        self.connection.prepare_cached(sql)?.execute((view.key.0, at, from.0))?;
        self.forget_spare_codes(view.key)?;
        self.end_sessions_of(view.key)?;
        self.note(Action::AccountRecover, view.account.id.to_string(), &json!({}));
        Ok(())
    }

    /// Keeps what codes may be made from, until a first code confirms it.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn propose_totp(&mut self, account: AccountKey, secret: &[u8; 20]) -> Result<(), Error> {
        let sql = "UPDATE account SET totp_proposed = ?2 WHERE key = ?1";
        self.connection.prepare_cached(sql)?.execute((account.0, secret))?;
        // Nothing signs in with it yet.
        self.exempt(Exempt::SignedIn);
        Ok(())
    }

    /// Makes what was proposed the second factor, and keeps the digests of new spare codes.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn confirm_totp(
        &mut self,
        view: &AccountView,
        step: i64,
        spare: &[[u8; 32]],
    ) -> Result<(), Error> {
        let sql = "UPDATE account SET totp_secret = totp_proposed, totp_proposed = NULL,
                          totp_step = max(ifnull(totp_step, 0), ?2)
                   WHERE key = ?1 AND totp_proposed IS NOT NULL";
        self.connection.prepare_cached(sql)?.execute((view.key.0, step))?;
        self.forget_spare_codes(view.key)?;
        let sql = "INSERT INTO account_spare_code (account, sha256) VALUES (?1, ?2)";
        for digest in spare {
            self.connection.prepare_cached(sql)?.execute((view.key.0, digest))?;
        }
        let details = json!({ "spare_codes": spare.len() });
        self.note(Action::AccountTotp, view.account.id.to_string(), &details);
        Ok(())
    }

    /// Takes the second factor away.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn remove_totp(&mut self, view: &AccountView) -> Result<(), Error> {
        let sql = "UPDATE account SET totp_secret = NULL, totp_proposed = NULL WHERE key = ?1";
        self.connection.prepare_cached(sql)?.execute([view.key.0])?;
        self.forget_spare_codes(view.key)?;
        self.note(Action::AccountTotpOff, view.account.id.to_string(), &json!({}));
        Ok(())
    }

    /// Takes a code of the second factor, by its step. `false`: it, or a later one, was taken before.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn take_totp_step(&mut self, account: AccountKey, step: i64) -> Result<bool, Error> {
        let sql = "UPDATE account SET totp_step = ?2
                   WHERE key = ?1 AND (totp_step IS NULL OR totp_step < ?2)";
        let taken = self.connection.prepare_cached(sql)?.execute((account.0, step))?;
        self.exempt(Exempt::SignedIn);
        Ok(taken > 0)
    }

    /// Takes a spare code, by its digest. `false`: there is none, or no more.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn take_spare_code(
        &mut self,
        account: AccountKey,
        digest: &[u8; 32],
    ) -> Result<bool, Error> {
        let sql = "DELETE FROM account_spare_code WHERE account = ?1 AND sha256 = ?2";
        let taken = self.connection.prepare_cached(sql)?.execute((account.0, digest))?;
        self.exempt(Exempt::SignedIn);
        Ok(taken > 0)
    }

    fn forget_spare_codes(&self, account: AccountKey) -> Result<(), Error> {
        let sql = "DELETE FROM account_spare_code WHERE account = ?1";
        self.connection.prepare_cached(sql)?.execute([account.0])?;
        Ok(())
    }

    fn end_sessions_of(&mut self, account: AccountKey) -> Result<(), Error> {
        let sql = "DELETE FROM session WHERE account = ?1";
        self.connection.prepare_cached(sql)?.execute([account.0])?;
        // Whoever had the password or the role may have made tokens with it.
        self.end_tokens_of(account)
    }
}
