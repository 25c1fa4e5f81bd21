//! Keeps emergency accesses: who, which school, why, and from when until when.

use rusqlite::{OptionalExtension, Row, params};
use serde_json::json;

use super::{Error, Reader, Writer};
use crate::domain::{AccountKey, Action, Id, SchoolKey};

/// Access to the records of a school for somebody who has none otherwise. Moments in seconds since
/// 1970-01-01 UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmergencyAccess {
    /// Its permanent id.
    pub id: Id,
    /// The code of the account that has it.
    pub account: String,
    /// The school.
    pub school: SchoolKey,
    /// Its number.
    pub school_number: String,
    /// Why, as they wrote it.
    pub reason: String,
    /// From when.
    pub opened_at: i64,
    /// Until when, not included.
    pub ends_at: i64,
    /// When it was closed before its end.
    pub closed_at: Option<i64>,
}

impl EmergencyAccess {
    /// Whether it gives access.
    pub fn is_open(&self, now: i64) -> bool {
        self.closed_at.is_none() && (self.opened_at..self.ends_at).contains(&now)
    }
}

const SELECT: &str =
    "SELECT emergency_access.id, account.code, emergency_access.school, school.number,
        reason, opened_at, ends_at, emergency_access.closed_at
    FROM emergency_access
    JOIN account ON account.key = emergency_access.account
    JOIN school ON school.key = emergency_access.school";

impl Reader<'_> {
    /// The emergency accesses to schools in the scope, newest first.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn emergency_accesses(&self) -> Result<Vec<EmergencyAccess>, Error> {
        let scope = self.in_scope("emergency_access.school");
        let sql =
            format!("{SELECT} WHERE {scope} ORDER BY opened_at DESC, emergency_access.key DESC");
        self.rows(&sql, access)
    }

    /// One of them, wherever its school is.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn emergency_access(&self, id: Id) -> Result<Option<EmergencyAccess>, Error> {
        let sql = format!("{SELECT} WHERE emergency_access.id = ?1");
        let mut statement = self.connection.prepare_cached(&sql)?;
        Ok(statement.query_row([id.bytes()], access).optional()?)
    }
}

fn access(row: &Row<'_>) -> rusqlite::Result<EmergencyAccess> {
    Ok(EmergencyAccess {
        id: Id::from_bytes(row.get(0)?),
        account: row.get(1)?,
        school: SchoolKey(row.get(2)?),
        school_number: row.get(3)?,
        reason: row.get(4)?,
        opened_at: row.get(5)?,
        ends_at: row.get(6)?,
        closed_at: row.get(7)?,
    })
}

impl Writer<'_> {
    /// Opens an emergency access of an account to a school.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] for more than 72 hours or without a reason; [`Error::Dangling`].
    pub fn open_emergency(
        &mut self,
        account: AccountKey,
        access: &EmergencyAccess,
    ) -> Result<(), Error> {
        self.insert(
            "INSERT INTO emergency_access (id, account, school, reason, opened_at, ends_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                access.id.bytes(),
                account.0,
                access.school.0,
                access.reason,
                access.opened_at,
                access.ends_at,
            ],
            "the emergency access",
            || ("an emergency access with the id", access.id.to_string()),
        )?;
        // What people wrote stays in its table.
        let hours = (access.ends_at - access.opened_at) / 3600;
        let details = json!({ "school": access.school_number, "hours": hours });
        self.note(Action::EmergencyOpen, access.id.to_string(), &details);
        Ok(())
    }

    /// Notes that something is read under an emergency access.
    pub fn note_emergency_use(&mut self, access: &EmergencyAccess) {
        let details = json!({ "school": access.school_number });
        self.note(Action::EmergencyUse, access.id.to_string(), &details);
    }

    /// Closes an emergency access before its end.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn close_emergency(&mut self, access: &EmergencyAccess, now: i64) -> Result<(), Error> {
        let sql = "UPDATE emergency_access SET closed_at = ?2 WHERE id = ?1 AND closed_at IS NULL";
        self.connection.prepare_cached(sql)?.execute((access.id.bytes(), now))?;
        let details = json!({ "school": access.school_number });
        self.note(Action::EmergencyClose, access.id.to_string(), &details);
        Ok(())
    }
}
