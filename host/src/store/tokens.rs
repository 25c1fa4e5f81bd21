//! Keeps the tokens of programs.

use rusqlite::{OptionalExtension, Row};
use serde_json::json;

use super::ledger::Exempt;
use super::{Error, Reader, Writer};
use crate::domain::{AccountKey, Action, Id, Role};

/// A token as it is kept. The token itself is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptToken {
    /// Its permanent id.
    pub id: Id,
    /// The code of the account.
    pub account: String,
    /// What it is called.
    pub name: String,
    /// Codes of use cases.
    pub scopes: Vec<String>,
    /// When it was made, in seconds since 1970-01-01 UTC; so are the others.
    pub made_at: i64,
    /// From when on it does nothing any more.
    pub expires_at: i64,
    /// When it was last used, to the hour.
    pub used_at: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
}

const COLUMNS: &str = "token.id, account.code, token.name, token.scopes, token.made_at,
    token.expires_at, token.used_at, token.revoked_at";

impl Reader<'_> {
    /// A token by its SHA-256.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read); so of the others.
    pub fn token(&self, sha256: &[u8; 32]) -> Result<Option<KeptToken>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM token JOIN account ON account.key = token.account
             WHERE token.sha256 = ?1"
        );
        Ok(self.connection.prepare_cached(&sql)?.query_row([sha256], kept).optional()?)
    }

    /// The tokens of an account, also those that are over, the newest first.
    ///
    /// # Errors
    ///
    /// As [`Reader::token`].
    pub fn tokens_of(&self, account: AccountKey) -> Result<Vec<KeptToken>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM token JOIN account ON account.key = token.account
             WHERE token.account = ?1 ORDER BY token.key DESC"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement.query_map([account.0], kept)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Whether a token is not revoked, and its account still what it was when it was brought.
    ///
    /// # Errors
    ///
    /// As [`Reader::token`].
    pub fn token_stands(&self, sha256: &[u8; 32], account: Id, role: Role) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (
                     SELECT 1 FROM token JOIN account ON account.key = token.account
                     WHERE sha256 = ?1 AND revoked_at IS NULL
                       AND account.id = ?2 AND role = ?3 AND closed_at IS NULL)";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row((sha256, account.bytes(), role.code()), |row| row.get(0))?)
    }
}

fn kept(row: &Row<'_>) -> rusqlite::Result<KeptToken> {
    let scopes: String = row.get(3)?;
    Ok(KeptToken {
        id: Id::from_bytes(row.get(0)?),
        account: row.get(1)?,
        name: row.get(2)?,
        scopes: scopes.split(' ').map(str::to_owned).collect(),
        made_at: row.get(4)?,
        expires_at: row.get(5)?,
        used_at: row.get(6)?,
        revoked_at: row.get(7)?,
    })
}

impl Writer<'_> {
    /// Keeps a new token.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`]; so of the others.
    pub fn add_token(
        &mut self,
        account: AccountKey,
        sha256: &[u8; 32],
        token: &KeptToken,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO token (id, sha256, account, name, scopes, made_at, expires_at)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        self.connection.prepare_cached(sql)?.execute((
            token.id.bytes(),
            sha256,
            account.0,
            &token.name,
            token.scopes.join(" "),
            token.made_at,
            token.expires_at,
        ))?;
        let details = json!({ "scopes": token.scopes, "expires_at": token.expires_at });
        self.note(Action::TokenAdd, token.id.to_string(), &details);
        Ok(())
    }

    /// Notes that a token was used. What was done with it stands in the audit as done by its owner;
    /// this entry says that it was by way of a program.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn see_token(&mut self, token: &KeptToken, now: i64) -> Result<(), Error> {
        let sql = "UPDATE token SET used_at = ?2 WHERE id = ?1";
        self.connection.prepare_cached(sql)?.execute((token.id.bytes(), now))?;
        self.note(Action::TokenUse, token.id.to_string(), &json!({ "account": token.account }));
        Ok(())
    }

    /// Revokes a token.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn revoke_token(&mut self, token: Id) -> Result<(), Error> {
        let sql = "UPDATE token SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL";
        let at = self.ledger.author.at;
        self.connection.prepare_cached(sql)?.execute((token.bytes(), at))?;
        self.note(Action::TokenRevoke, token.to_string(), &json!({}));
        Ok(())
    }

    /// Revokes every token of an account whose password or role changes; that change has its entry.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub(super) fn end_tokens_of(&mut self, account: AccountKey) -> Result<(), Error> {
        let sql = "UPDATE token SET revoked_at = ?2 WHERE account = ?1 AND revoked_at IS NULL";
        let at = self.ledger.author.at;
        self.connection.prepare_cached(sql)?.execute((account.0, at))?;
        self.exempt(Exempt::SignedIn);
        Ok(())
    }
}
