//! Imports: which rows came from which file, ids by which other systems know pupils, and mappings.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Error, Reader, Writer};
use crate::domain::{Action, Day, ExternalId, Form, PupilKey, Recorded, SchoolYear, Waiting};

/// Tables without keys of their own, of which an import remembers the rows themselves.
const WITHOUT_KEYS: [&str; 9] = [
    "enrolment",
    "participation",
    "day_off",
    "assignment",
    "attendance",
    "half_year",
    "absence_total",
    "stay",
    "day_not_taken",
];

/// Tables with keys besides those of forms.
const WITH_KEYS: [&str; 7] =
    ["school", "practitioner", "pairing", "household", "pupil", "absence", "contact"];

/// An import as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptImport {
    /// Its number.
    pub key: i64,
    /// What the file held.
    pub kind: String,
    /// The source; empty for a file of one kind.
    pub source: String,
    /// The name of the file.
    pub name: String,
    /// How many rows it had.
    pub rows: u64,
    /// When it was taken in.
    pub imported_at: i64,
    /// By whom, as in the audit; empty for an import of an earlier version.
    pub taken_by: String,
    /// Rows that wait for a decision.
    pub waiting: u64,
    /// When it was taken back, and why.
    pub undone: Option<(i64, String)>,
}

/// Where the tables ended before an import.
#[derive(Debug)]
pub struct ImportMarks(Vec<(&'static str, i64)>);

/// A row that waits, or that was decided about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingRow {
    /// Its number.
    pub key: i64,
    /// The import it is of.
    pub import: i64,
    /// The system whose ids the file has.
    pub system: String,
    /// What is known of it.
    pub row: Waiting,
}

/// The tables with keys that an import can fill.
pub(super) fn keyed_tables() -> impl Iterator<Item = &'static str> {
    WITH_KEYS.into_iter().chain(Form::all().iter().map(|form| form.table.as_str()))
}

/// The columns of a table, in order.
pub(super) fn columns(connection: &Connection, table: &str) -> Result<Vec<String>, Error> {
    let mut statement = connection.prepare_cached("SELECT name FROM pragma_table_info(?1)")?;
    let names = statement.query_map([table], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

/// Names of columns for a statement. They are the schema's own, never a person's text.
fn quoted(columns: &[String], before: &str) -> String {
    let quoted = columns.iter().map(|column| format!("{before}\"{column}\""));
    quoted.collect::<Vec<_>>().join(", ")
}

/// A digest over the rows of a table with keys from `first` to `last`.
pub(super) fn digest(
    connection: &Connection,
    table: &str,
    columns: &[String],
    first: i64,
    last: i64,
) -> Result<[u8; 32], Error> {
    let sql = format!(
        "SELECT {} FROM \"{table}\" WHERE key BETWEEN ?1 AND ?2 ORDER BY key",
        quoted(columns, "")
    );
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query((first, last))?;
    let mut hasher = Sha256::new();
    while let Some(row) = rows.next()? {
        for place in 0..columns.len() {
            let (tag, bytes): (u8, &[u8]) = match row.get_ref(place)? {
                ValueRef::Null => (0, &[]),
                ValueRef::Integer(number) => {
                    hasher.update([1]);
                    hasher.update(number.to_le_bytes());
                    continue;
                }
                ValueRef::Real(number) => {
                    hasher.update([2]);
                    hasher.update(number.to_le_bytes());
                    continue;
                }
                ValueRef::Text(text) => (3, text),
                ValueRef::Blob(blob) => (4, blob),
            };
            hasher.update([tag]);
            hasher.update((bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        }
    }
    Ok(hasher.finalize().into())
}

/// A row of a table without keys as JSON. `before` says whose columns they are in a trigger.
pub(super) fn row_json(columns: &[String], before: &str) -> String {
    format!("json_array({})", quoted(columns, before))
}

impl Writer<'_> {
    /// Notes where the tables end, before the rows of an import are written.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn begin_import(&mut self) -> Result<ImportMarks, Error> {
        let mut marks = Vec::new();
        for table in keyed_tables() {
            let sql = format!("SELECT coalesce(max(key), 0) FROM \"{table}\"");
            marks.push((table, self.connection.query_row(&sql, [], |row| row.get(0))?));
        }
        self.connection.execute_batch(
            "CREATE TEMP TABLE IF NOT EXISTS imported (name TEXT, row TEXT); DELETE FROM imported;",
        )?;
        for table in WITHOUT_KEYS {
            let row = row_json(&columns(self.connection, table)?, "NEW.");
            self.connection.execute_batch(&format!(
                "CREATE TEMP TRIGGER \"imported_{table}\" AFTER INSERT ON main.\"{table}\" BEGIN
                   INSERT INTO imported VALUES ('{table}', {row});
                 END;"
            ))?;
        }
        self.exempt(super::ledger::Exempt::Cache);
        Ok(ImportMarks(marks))
    }

    /// Remembers all rows that were added since `marks` as those of an import, so that it can be
    /// taken back as a whole. More of the same import may follow later.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn end_import(&mut self, import: i64, marks: &ImportMarks) -> Result<(), Error> {
        for (table, mark) in &marks.0 {
            let sql = format!("SELECT min(key), max(key) FROM \"{table}\" WHERE key > ?1");
            let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
            let found: (Option<i64>, Option<i64>) =
                self.connection.query_row(&sql, [mark], read)?;
            let (Some(first), Some(last)) = found else { continue };
            let columns = columns(self.connection, table)?;
            let sha256 = digest(self.connection, table, &columns, first, last)?;
            self.connection.execute(
                "INSERT INTO import_range (import, name, first, last, columns, sha256)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![import, table, first, last, json!(columns).to_string(), sha256],
            )?;
        }
        self.connection.execute(
            "INSERT INTO import_row (import, name, row) SELECT ?1, name, row FROM temp.imported",
            [import],
        )?;
        for table in WITHOUT_KEYS {
            self.connection.execute_batch(&format!("DROP TRIGGER temp.\"imported_{table}\""))?;
        }
        self.connection.execute_batch("DROP TABLE temp.imported")?;
        let by = self.ledger.author.code.clone();
        self.connection
            .execute("UPDATE import SET taken_by = ?2 WHERE key = ?1", params![import, by])?;
        // The rows themselves and the file have their entries.
        self.exempt(super::ledger::Exempt::Cache);
        Ok(())
    }

    /// Says which source a file was of.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn set_import_source(&mut self, import: i64, source: &str) -> Result<(), Error> {
        let sql = "UPDATE import SET source = ?2 WHERE key = ?1";
        self.connection.execute(sql, params![import, source])?;
        self.exempt(super::ledger::Exempt::Cache);
        Ok(())
    }

    /// Saves what other systems know pupils by: system, id and code of the pupil. What is saved
    /// already stays.
    ///
    /// # Errors
    ///
    /// [`Error::Dangling`] for a code that is nobody's.
    pub fn save_ids(&mut self, import: i64, ids: &[(&str, &str, &str)]) -> Result<(), Error> {
        for (system, value, code) in ids {
            let sql = "SELECT key FROM pupil WHERE code = ?1";
            let pupil: Option<i64> = self
                .connection
                .prepare_cached(sql)?
                .query_row([code], |row| row.get(0))
                .optional()?;
            let pupil = pupil.ok_or(Error::Dangling { what: "the id of another system" })?;
            self.connection
                .prepare_cached(
                    "INSERT INTO external_id (system, value, pupil, import)
                     VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                )?
                .execute(params![system, value, pupil, import])?;
        }
        if !ids.is_empty() {
            let details = json!({ "ids": ids.len() });
            self.note(Action::ImportDecide, import.to_string(), &details);
        }
        Ok(())
    }

    /// Remembers which open absences of a pupil and day an import is about to clear up.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownCode`]; [`Error::Sqlite`].
    pub fn settle_by_import(
        &mut self,
        import: i64,
        (pupil, day, status): (PupilKey, Day, u16),
    ) -> Result<(), Error> {
        let open = self.place("absence-status", "open")?;
        self.connection
            .prepare_cached(
                "INSERT INTO import_change (import, absence, before, after)
                 SELECT ?1, key, ?4, ?5 FROM absence
                 WHERE pupil = ?2 AND day = ?3 AND status = ?4",
            )?
            .execute(params![import, pupil.0, day.0, open, status])?;
        self.settle_absence(pupil, day, status)?;
        // Where nothing was open any more, nothing was remembered either.
        self.exempt(super::ledger::Exempt::Cache);
        Ok(())
    }

    /// Saves how a table is to be read; one of that name is replaced.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn save_mapping(&mut self, name: &str, text: &str, now: i64) -> Result<(), Error> {
        let by = self.ledger.author.code.clone();
        self.connection.execute(
            "INSERT INTO import_mapping (name, text, saved_at, saved_by) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (name) DO UPDATE
             SET text = excluded.text, saved_at = excluded.saved_at, saved_by = excluded.saved_by",
            params![name, text, now, by],
        )?;
        let sha256 = super::ledger::hex(&Sha256::digest(text));
        self.note(Action::MappingSave, "", &json!({ "sha256": sha256 }));
        Ok(())
    }

    /// Removes a mapping; `false` where there is none of that name.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn remove_mapping(&mut self, name: &str) -> Result<bool, Error> {
        let sql = "DELETE FROM import_mapping WHERE name = ?1";
        let removed = self.connection.execute(sql, [name])?;
        if removed > 0 {
            self.note(Action::MappingRemove, "", &json!({}));
        }
        Ok(removed > 0)
    }
}

impl Reader<'_> {
    /// All imports, newest first.
    ///
    /// # Errors
    ///
    /// As [`Reader::reports`].
    pub fn imports(&self) -> Result<Vec<KeptImport>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT i.key, i.kind, i.source, i.name, i.rows, i.imported_at, i.taken_by,
               (SELECT count(*) FROM import_waiting AS w WHERE w.import = i.key AND w.state = 'open'),
               i.undone_at, i.undo_reason
             FROM import AS i ORDER BY i.key DESC",
        )?;
        let imports = statement.query_map([], |row| {
            let undone: Option<i64> = row.get(8)?;
            let reason: Option<String> = row.get(9)?;
            Ok(KeptImport {
                key: row.get(0)?,
                kind: row.get(1)?,
                source: row.get(2)?,
                name: row.get(3)?,
                rows: row.get::<_, i64>(4)?.unsigned_abs(),
                imported_at: row.get(5)?,
                taken_by: row.get(6)?,
                waiting: row.get::<_, i64>(7)?.unsigned_abs(),
                undone: undone.map(|at| (at, reason.unwrap_or_default())),
            })
        })?;
        Ok(imports.collect::<Result<_, _>>()?)
    }

    /// What other systems know pupils by.
    ///
    /// # Errors
    ///
    /// As [`Reader::reports`].
    pub fn external_ids(&self) -> Result<Vec<ExternalId>, Error> {
        let sql = format!(
            "SELECT e.system, e.value, e.pupil FROM external_id AS e
             JOIN pupil AS p ON p.key = e.pupil WHERE {}",
            self.in_scope("p.school")
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let ids = statement.query_map([], |row| {
            let pupil = PupilKey(row.get(2)?);
            Ok(ExternalId { system: row.get(0)?, value: row.get(1)?, pupil })
        })?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Absences and sums that are recorded, to hold a file against.
    ///
    /// # Errors
    ///
    /// As [`Reader::reports`].
    pub fn recorded(&self) -> Result<Recorded, Error> {
        let mut recorded = Recorded::default();
        let sql = format!(
            "SELECT pupil, day, status, unit, amount FROM absence WHERE {}",
            self.in_scope("school")
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let key = (PupilKey(row.get(0)?), Day(row.get(1)?));
            let entry = (row.get(2)?, row.get(3)?, row.get(4)?);
            recorded.absences.entry(key).or_default().push(entry);
        }
        let sql = format!(
            "SELECT t.pupil, t.school_year, t.term, t.unit, t.missed, t.unexcused
             FROM absence_total AS t JOIN pupil AS p ON p.key = t.pupil WHERE {}",
            self.in_scope("p.school")
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let year = SchoolYear(row.get(1)?);
            let key = (PupilKey(row.get(0)?), year, row.get(2)?, row.get(3)?);
            recorded.totals.insert(key, (row.get(4)?, row.get(5)?));
        }
        Ok(recorded)
    }

    /// The names of mappings with their texts, by name.
    ///
    /// # Errors
    ///
    /// As [`Reader::reports`].
    pub fn mappings(&self) -> Result<Vec<(String, String)>, Error> {
        let sql = "SELECT name, text FROM import_mapping ORDER BY name";
        let mut statement = self.connection.prepare_cached(sql)?;
        let all = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(all.collect::<Result<_, _>>()?)
    }
}
