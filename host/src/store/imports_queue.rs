//! Rows of files that wait until a person has decided about them.

use rusqlite::{Row, params};
use serde_json::json;

use super::{Error, Reader, WaitingRow, Writer};
use crate::domain::{Action, Day, Text, Waiting, Who};

/// What was decided about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitingDecision<'a> {
    /// It was taken in.
    Taken,
    /// It is not taken in, for this reason.
    Skipped(&'a str),
}

impl Writer<'_> {
    /// Keeps rows that could not be taken in.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn add_waiting(
        &mut self,
        import: i64,
        system: &str,
        rows: &[Waiting],
    ) -> Result<(), Error> {
        for waiting in rows {
            let Waiting { line, who, kind, fields, reason, is_about_who } = waiting;
            self.connection
                .prepare_cached(
                    "INSERT INTO import_waiting (import, line, system, kind, external, family,
                       given, birth, class, fields, reason_de, reason_en, about_who, state)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 'open')",
                )?
                .execute(params![
                    import,
                    i64::try_from(*line).unwrap_or(i64::MAX),
                    system,
                    kind,
                    who.external,
                    who.family,
                    who.given,
                    who.birth.map(|day| day.0),
                    who.class,
                    json!(fields).to_string(),
                    reason.de,
                    reason.en,
                    is_about_who,
                ])?;
        }
        // The entry of the file says how many rows it had, and each decision has its own.
        self.exempt(super::ledger::Exempt::Cache);
        Ok(())
    }

    /// Ends the waiting of rows. What stood in them is forgotten.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn decide_waiting(
        &mut self,
        keys: &[i64],
        decision: WaitingDecision<'_>,
        now: i64,
    ) -> Result<(), Error> {
        let (state, reason) = match decision {
            WaitingDecision::Taken => ("taken", None),
            WaitingDecision::Skipped(reason) => ("skipped", Some(reason)),
        };
        let by = self.ledger.author.code.clone();
        for key in keys {
            self.connection
                .prepare_cached(
                    "UPDATE import_waiting SET state = ?2, decision = ?3, decided_at = ?4,
                       decided_by = ?5, external = '', family = '', given = '', birth = NULL,
                       class = '', fields = '[]'
                     WHERE key = ?1 AND state = 'open'",
                )?
                .execute(params![key, state, reason, now, by])?;
        }
        if let (Some(first), Some(last)) = (keys.first(), keys.last()) {
            let details = json!({ "rows": keys.len(), "first": first, "last": last });
            self.note(Action::ImportDecide, state, &details);
        }
        Ok(())
    }

    /// Says anew what is missing in a row that still waits.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn keep_waiting(&mut self, key: i64, reason: &Text, about_who: bool) -> Result<(), Error> {
        let sql = "UPDATE import_waiting SET reason_de = ?2, reason_en = ?3, about_who = ?4
                   WHERE key = ?1";
        self.connection
            .prepare_cached(sql)?
            .execute(params![key, reason.de, reason.en, about_who])?;
        self.exempt(super::ledger::Exempt::Cache);
        Ok(())
    }
}

impl Reader<'_> {
    /// The rows that wait, of one import or of all, in the order in which they came.
    ///
    /// # Errors
    ///
    /// As [`Reader::reports`].
    pub fn waiting(&self, import: Option<i64>) -> Result<Vec<WaitingRow>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT key, import, system, line, kind, external, family, given, birth, class, fields,
               reason_de, reason_en, about_who
             FROM import_waiting WHERE state = 'open' AND (?1 IS NULL OR import = ?1) ORDER BY key",
        )?;
        let rows = statement.query_map([import], waiting_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn waiting_row(row: &Row<'_>) -> rusqlite::Result<WaitingRow> {
    let fields: String = row.get(10)?;
    let birth: Option<i32> = row.get(8)?;
    Ok(WaitingRow {
        key: row.get(0)?,
        import: row.get(1)?,
        system: row.get(2)?,
        row: Waiting {
            line: row.get::<_, i64>(3)?.unsigned_abs(),
            kind: row.get(4)?,
            who: Who {
                external: row.get(5)?,
                family: row.get(6)?,
                given: row.get(7)?,
                birth: birth.map(Day),
                class: row.get(9)?,
            },
            fields: serde_json::from_str(&fields).unwrap_or_default(),
            reason: Text::new(row.get::<_, String>(11)?, row.get::<_, String>(12)?),
            is_about_who: row.get(13)?,
        },
    })
}
