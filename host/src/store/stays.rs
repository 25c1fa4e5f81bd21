//! Reads the further stays of pupils who left their school and came back.

use std::collections::HashMap;

use rusqlite::Connection;

use super::reader::span;
use super::{Error, Reader};
use crate::domain::{PupilKey, Span};

/// The further stays of all pupils who have some, oldest first.
pub(super) fn stays(connection: &Connection) -> rusqlite::Result<HashMap<PupilKey, Vec<Span>>> {
    let mut stays: HashMap<PupilKey, Vec<Span>> = HashMap::new();
    let mut statement = connection
        .prepare_cached("SELECT pupil, first_day, last_day FROM stay ORDER BY pupil, first_day")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        stays.entry(PupilKey(row.get(0)?)).or_default().push(span(row, 1)?);
    }
    Ok(stays)
}

/// All stays of one pupil, the one that stands with the pupil first; none where there is no such
/// pupil.
pub(super) fn stays_of(connection: &Connection, pupil: PupilKey) -> rusqlite::Result<Vec<Span>> {
    let mut statement = connection.prepare_cached(
        "SELECT enrolled_from AS first_day, enrolled_until AS last_day, 0 AS place
         FROM pupil WHERE key = ?1
         UNION ALL SELECT first_day, last_day, 1 FROM stay WHERE pupil = ?1
         ORDER BY place, first_day",
    )?;
    let found = statement.query_map([pupil.0], |row| span(row, 0))?;
    found.collect()
}

impl Reader<'_> {
    /// The times of a pupil at their school: that of the enrolment, then each return. Nothing for a
    /// pupil of a school outside the scope.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn stays(&self, pupil: PupilKey) -> Result<Vec<Span>, Error> {
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM pupil WHERE key = ?1 AND {})",
            self.in_scope("school")
        );
        let is_seen: bool = self.connection.query_row(&sql, [pupil.0], |row| row.get(0))?;
        Ok(if is_seen { stays_of(self.connection, pupil)? } else { Vec::new() })
    }
}
