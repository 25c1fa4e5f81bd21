//! Remembers what was published to whom.

use rusqlite::{OptionalExtension, Row, params};
use serde_json::json;

use super::reports::{ReportEntry, entry};
use super::{Error, Reader, Writer};
use crate::domain::{Action, Id};

/// What is remembered of a report from the moment it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedReport {
    /// How many numbers it shows.
    pub numbers: u64,
    /// How many of them nothing before it showed.
    pub fresh: u64,
    /// Its numbers, as JSON.
    pub cells: String,
    /// What was withheld because of earlier reports, as JSON.
    pub weighed: String,
}

/// That a report was handed to nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// When it was declared, in seconds since 1970-01-01 UTC.
    pub at: i64,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// A published report in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedEntry {
    /// The report.
    pub report: ReportEntry,
    /// What is remembered of it.
    pub published: PublishedReport,
    /// Whether it was withdrawn.
    pub withdrawn: Option<Withdrawal>,
}

const COLUMNS: &str = "id, plugin, version, first_day, last_day, audience, run_by, run_at, numbers, \
     fresh, cells, weighed, withdrawn_at, withdrawn_by, reason";

/// Reports are the municipality's, so the scope changes nothing about them.
impl Reader<'_> {
    /// What was published, oldest first; of one plugin where it is named.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read); so are those of every function below.
    pub fn published(&self, plugin: Option<&str>) -> Result<Vec<PublishedEntry>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM published JOIN report ON report.key = published.report
             WHERE ?1 IS NULL OR plugin = ?1 ORDER BY report.key"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map([plugin], found)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What is remembered of a report; `None` where it was not published.
    ///
    /// # Errors
    ///
    /// As [`Reader::published`].
    pub fn published_report(&self, report: Id) -> Result<Option<PublishedEntry>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM published JOIN report ON report.key = published.report WHERE id = ?1"
        );
        Ok(self.connection.prepare_cached(&sql)?.query_row([report.bytes()], found).optional()?)
    }

    /// What is remembered of the newest report with exactly this document.
    ///
    /// # Errors
    ///
    /// As [`Reader::published`].
    pub fn published_document(&self, document: &str) -> Result<Option<PublishedEntry>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM published JOIN report ON report.key = published.report
             WHERE document = ?1 ORDER BY report.key DESC LIMIT 1"
        );
        Ok(self.connection.prepare_cached(&sql)?.query_row([document], found).optional()?)
    }
}

impl Writer<'_> {
    /// How many reports of a plugin are published now, to be sure that none has been added.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`] where the file cannot be read.
    pub fn count_published(&self, plugin: &str) -> Result<u64, Error> {
        let sql = "SELECT count(*) FROM published JOIN report ON report.key = published.report
             WHERE plugin = ?1 AND withdrawn_at IS NULL";
        let count: i64 = self.connection.query_row(sql, [plugin], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// Notes that a report was published.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] where it was already; [`Error::Sqlite`].
    pub fn publish(&mut self, report: Id, published: &PublishedReport) -> Result<(), Error> {
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        self.insert(
            "INSERT INTO published (report, numbers, fresh, cells, weighed)
             VALUES ((SELECT key FROM report WHERE id = ?1), ?2, ?3, ?4, ?5)",
            params![
                report.bytes(),
                number(published.numbers),
                number(published.fresh),
                published.cells,
                published.weighed
            ],
            "the report",
            || ("a published report with the id", report.to_string()),
        )?;
        let details = json!({ "numbers": published.numbers, "fresh": published.fresh });
        self.note(Action::ReportPublish, report.to_string(), &details);
        Ok(())
    }

    /// Notes that a published report was handed to nobody. Gives whether there is one that was not
    /// withdrawn before. The reason, which people type, does not get into the audit.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`] where the file cannot be written.
    pub fn withdraw(&mut self, report: Id, withdrawal: &Withdrawal) -> Result<bool, Error> {
        let changed = self.connection.execute(
            "UPDATE published SET withdrawn_at = ?2, withdrawn_by = ?3, reason = ?4
             WHERE report = (SELECT key FROM report WHERE id = ?1) AND withdrawn_at IS NULL",
            params![report.bytes(), withdrawal.at, withdrawal.by, withdrawal.reason],
        )?;
        if changed > 0 {
            self.note(Action::ReportWithdraw, report.to_string(), &json!({}));
        }
        Ok(changed > 0)
    }
}

fn found(row: &Row<'_>) -> rusqlite::Result<PublishedEntry> {
    let at: Option<i64> = row.get(12)?;
    let withdrawn = match at {
        Some(at) => Some(Withdrawal { at, by: row.get(13)?, reason: row.get(14)? }),
        None => None,
    };
    Ok(PublishedEntry {
        report: entry(row)?,
        published: PublishedReport {
            numbers: row.get::<_, i64>(8)?.unsigned_abs(),
            fresh: row.get::<_, i64>(9)?.unsigned_abs(),
            cells: row.get(10)?,
            weighed: row.get(11)?,
        },
        withdrawn,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Audience, Period};
    use crate::store::fixture::{City, NOW, author, day, new_id};
    use crate::store::{ReportRun, StoredReport};

    #[test]
    fn what_is_withdrawn_is_counted_no_more_and_withdrawn_once() {
        let mut city = City::new();
        let period = Period::new(day("2025-08-01"), day("2026-07-31")).unwrap();
        let entry = ReportEntry {
            id: new_id(),
            plugin: "org.example.comparison".into(),
            version: "1.2.0".into(),
            period,
            audience: Audience::Public,
            run_by: "koordination".into(),
            run_at: NOW,
        };
        let run = Some(ReportRun { data: [7; 32], fuel: 12 });
        let stored = StoredReport { entry: entry.clone(), document: "{}".into(), run };
        let published =
            PublishedReport { numbers: 12, fresh: 7, cells: "[]".into(), weighed: "{}".into() };
        let mut writer = city.store.write(&author()).unwrap();
        writer.add_report(&stored).unwrap();
        assert_eq!(writer.count_published(&entry.plugin).unwrap(), 0);
        writer.publish(entry.id, &published).unwrap();
        assert!(writer.publish(entry.id, &published).is_err());
        assert_eq!(writer.count_published(&entry.plugin).unwrap(), 1);
        assert_eq!(writer.count_published("org.example.other").unwrap(), 0);
        writer.commit().unwrap();
        let expected = PublishedEntry { report: entry.clone(), published, withdrawn: None };
        assert_eq!(city.all().published(None).unwrap(), std::slice::from_ref(&expected));
        assert_eq!(city.all().published_document("{}").unwrap(), Some(expected));
        assert_eq!(city.all().published(Some("org.example.other")).unwrap(), []);

        let withdrawal =
            Withdrawal { at: NOW, by: "leitung".into(), reason: "nur probiert".into() };
        let mut writer = city.store.write(&author()).unwrap();
        assert!(!writer.withdraw(new_id(), &withdrawal).unwrap());
        assert!(writer.withdraw(entry.id, &withdrawal).unwrap());
        assert!(!writer.withdraw(entry.id, &withdrawal).unwrap(), "once");
        assert_eq!(writer.count_published(&entry.plugin).unwrap(), 0);
        writer.commit().unwrap();
        let found = city.all().published_report(entry.id).unwrap().unwrap();
        assert_eq!(found.withdrawn, Some(withdrawal));
    }
}
