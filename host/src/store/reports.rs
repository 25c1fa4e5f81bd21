//! Keeps finished reports, and remembers which files were imported.

use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::ledger::hex;
use super::reader::id;
use super::{Error, Reader, Writer};
use crate::domain::{Action, Audience, Day, Id, Period};

/// A report that was run, without its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportEntry {
    /// Its permanent id.
    pub id: Id,
    /// The id of the plugin that made it.
    pub plugin: String,
    /// The version of that plugin.
    pub version: String,
    /// The days it looks at.
    pub period: Period,
    /// For whom it is.
    pub audience: Audience,
    /// Who ran it.
    pub run_by: String,
    /// When, in seconds since 1970-01-01 UTC.
    pub run_at: i64,
}

/// A report that was run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReport {
    /// What it is.
    pub entry: ReportEntry,
    /// The document as JSON; see `schemas/json/report-1.1.json` and `report-1.2.json`.
    pub document: String,
    /// What it was made from; `None` for a report of an earlier version.
    pub run: Option<ReportRun>,
}

/// What a report was made from, as far as its document must not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportRun {
    /// A digest of all rows that were read, which only this municipality can make.
    pub data: [u8; 32],
    /// The fuel that the plugin used.
    pub fuel: u64,
}

/// A file that was imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The kind of records in it, such as `contacts`.
    pub kind: String,
    /// The name it had.
    pub name: String,
    /// How many records came from it.
    pub rows: u64,
    /// When, in seconds since 1970-01-01 UTC.
    pub imported_at: i64,
}

/// Reports and imports are the municipality's, so the scope changes nothing about them. A report
/// holds only what may be shown.
impl Reader<'_> {
    /// The reports, newest first.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read); so are those of every function below.
    pub fn reports(&self) -> Result<Vec<ReportEntry>, Error> {
        self.rows(
            "SELECT id, plugin, version, first_day, last_day, audience, run_by, run_at
             FROM report ORDER BY run_at DESC, key DESC",
            entry,
        )
    }

    /// The report with this id, if there is one.
    ///
    /// # Errors
    ///
    /// As [`Reader::reports`].
    pub fn report(&self, id: Id) -> Result<Option<StoredReport>, Error> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT id, plugin, version, first_day, last_day, audience, run_by, run_at,
                   report.document, data, fuel
                 FROM report LEFT JOIN report_run ON report_run.report = report.key WHERE id = ?1",
            )?
            .query_row([id.bytes()], |row| {
                let data: Option<[u8; 32]> = row.get(9)?;
                let fuel: Option<i64> = row.get(10)?;
                let run = data.zip(fuel);
                let run = run.map(|(data, fuel)| ReportRun { data, fuel: fuel.unsigned_abs() });
                Ok(StoredReport { entry: entry(row)?, document: row.get(8)?, run })
            })
            .optional()?)
    }

    /// What the newest report with exactly this document was made from, if there is one.
    ///
    /// # Errors
    ///
    /// As [`Reader::reports`].
    pub fn run_of_document(&self, document: &str) -> Result<Option<ReportRun>, Error> {
        let digest: [u8; 32] = Sha256::digest(document).into();
        Ok(self
            .connection
            .prepare_cached(
                "SELECT data, fuel FROM report_run WHERE document = ?1 ORDER BY report DESC LIMIT 1",
            )?
            .query_row([digest], |row| {
                let fuel: i64 = row.get(1)?;
                Ok(ReportRun { data: row.get(0)?, fuel: fuel.unsigned_abs() })
            })
            .optional()?)
    }

    /// When the file with this SHA-256 was imported last; `None` where it never was, or was taken
    /// back.
    ///
    /// # Errors
    ///
    /// As [`Reader::reports`].
    pub fn find_import(&self, sha256: &[u8; 32]) -> Result<Option<Import>, Error> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT kind, name, rows, imported_at FROM import
                 WHERE sha256 = ?1 AND undone_at IS NULL ORDER BY key DESC LIMIT 1",
            )?
            .query_row([sha256], |row| {
                Ok(Import {
                    kind: row.get(0)?,
                    name: row.get(1)?,
                    rows: row.get::<_, i64>(2)?.unsigned_abs(),
                    imported_at: row.get(3)?,
                })
            })
            .optional()?)
    }
}

impl Writer<'_> {
    /// Keeps a report.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] where the id is taken.
    pub fn add_report(&mut self, report: &StoredReport) -> Result<(), Error> {
        let entry = &report.entry;
        let digest: [u8; 32] = Sha256::digest(&report.document).into();
        let key = self.insert(
            "INSERT INTO report (id, plugin, version, first_day, last_day, audience, run_by,
               run_at, document)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                entry.id.bytes(),
                entry.plugin,
                entry.version,
                entry.period.first.0,
                entry.period.last.0,
                audience_word(entry.audience),
                entry.run_by,
                entry.run_at,
                report.document,
            ],
            "the report",
            || ("a report with the id", entry.id.to_string()),
        )?;
        if let Some(run) = &report.run {
            let fuel = i64::try_from(run.fuel).unwrap_or(i64::MAX);
            self.insert(
                "INSERT INTO report_run (report, document, data, fuel) VALUES (?1, ?2, ?3, ?4)",
                (key, digest, run.data, fuel),
                "the report",
                || ("a report with the id", entry.id.to_string()),
            )?;
        }
        let details = json!({
            "plugin": entry.plugin,
            "version": entry.version,
            "from": entry.period.first.to_string(),
            "until": entry.period.last.to_string(),
            "audience": audience_word(entry.audience),
            "sha256": hex(&digest),
        });
        self.note(Action::ReportRun, entry.id.to_string(), &details);
        Ok(())
    }

    /// Remembers a file that is being imported, and gives its number. `now` is in seconds since 1970-01-01 UTC.
    ///
    /// The same file may be recorded again: whether it may be imported again is for the caller to
    /// ask with [`Reader::find_import`].
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`] where the file cannot be written.
    pub fn record_import(
        &mut self,
        kind: &str,
        sha256: &[u8; 32],
        name: &str,
        rows: u64,
        now: i64,
    ) -> Result<i64, Error> {
        let key = self.insert(
            "INSERT INTO import (kind, sha256, name, rows, imported_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![kind, sha256, name, i64::try_from(rows).unwrap_or(i64::MAX), now],
            "the import",
            || ("an import of", name.to_owned()),
        )?;
        // Not the file's name: people call files after people.
        let details = json!({ "rows": rows, "sha256": hex(sha256) });
        self.note(Action::ImportFile, kind, &details);
        Ok(key)
    }
}

pub(super) fn entry(row: &Row<'_>) -> rusqlite::Result<ReportEntry> {
    let word: String = row.get(5)?;
    let audience = Audience::ALL
        .into_iter()
        .find(|audience| audience_word(*audience) == word)
        .ok_or_else(|| rusqlite::Error::InvalidColumnType(5, "audience".into(), Type::Text))?;
    Ok(ReportEntry {
        id: id(row, 0)?,
        plugin: row.get(1)?,
        version: row.get(2)?,
        period: Period { first: Day(row.get(3)?), last: Day(row.get(4)?) },
        audience,
        run_by: row.get(6)?,
        run_at: row.get(7)?,
    })
}

/// The word in the file; the same as in the document.
pub(super) fn audience_word(audience: Audience) -> &'static str {
    match audience {
        Audience::Public => "public",
        Audience::Administration => "administration",
        Audience::Work => "work",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{City, NOW, author, day, new_id};

    fn report(audience: Audience, run_at: i64) -> StoredReport {
        let period = Period::new(day("2025-08-01"), day("2026-07-31")).unwrap();
        let (plugin, version) = ("org.example.comparison".into(), "1.2.0".into());
        let run_by = "koordination".into();
        let entry = ReportEntry { id: new_id(), plugin, version, period, audience, run_by, run_at };
        StoredReport {
            entry,
            document: "{}".into(),
            run: Some(ReportRun { data: [7; 32], fuel: 12 }),
        }
    }

    #[test]
    fn reports_come_back_newest_first() {
        let mut city = City::new();
        let old = report(Audience::Public, NOW);
        let new = report(Audience::Administration, NOW + 1);
        let mut writer = city.store.write(&author()).unwrap();
        writer.add_report(&new).unwrap();
        writer.add_report(&old).unwrap();
        assert!(matches!(writer.add_report(&old), Err(Error::Exists { .. })));
        writer.commit().unwrap();
        let reader = city.only(0);
        assert_eq!(reader.reports().unwrap(), [new.entry.clone(), old.entry.clone()]);
        assert_eq!(reader.report(new.entry.id).unwrap(), Some(new));
        assert_eq!(reader.report(new_id()).unwrap(), None);
    }

    #[test]
    fn the_word_for_an_audience_is_that_of_the_document() {
        for audience in Audience::ALL {
            let word = serde_json::to_value(audience).unwrap();
            assert_eq!(word, audience_word(audience));
        }
    }

    #[test]
    fn a_file_is_known_by_its_digest() {
        let mut city = City::new();
        let mut writer = city.store.write(&author()).unwrap();
        writer.record_import("contacts", &[1; 32], "a.csv", 100_000, NOW).unwrap();
        writer.record_import("contacts", &[1; 32], "b.csv", 100_000, NOW + 5).unwrap();
        writer.commit().unwrap();
        let reader = city.all();
        assert_eq!(reader.find_import(&[2; 32]).unwrap(), None);
        let expected = Import {
            kind: "contacts".into(),
            name: "b.csv".into(),
            rows: 100_000,
            imported_at: NOW + 5,
        };
        assert_eq!(reader.find_import(&[1; 32]).unwrap(), Some(expected));
    }
}
