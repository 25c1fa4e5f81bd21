//! Offers to the archive: what was handed out to choose from, and what the archive said.

use std::collections::BTreeSet;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};
use serde_json::{Map, Value, json};

use super::ledger::hex;
use super::{Error, Reader, RetentionItem, Writer};
use crate::domain::{Action, Day, Id, SchoolYear};

/// An offer as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveOffer {
    /// Its permanent id.
    pub id: Id,
    /// What was due on this day was offered.
    pub until: Day,
    /// When, in seconds since 1970-01-01 UTC.
    pub at: i64,
    /// How many records.
    pub records: u64,
    /// What the archive said: `taken` or `declined`, and on which day.
    pub answer: Option<(String, Day)>,
}

/// Rows that belong to an offered one and are handed out with it: the table, the part, and a condition
/// with the row (`?1`) and the school year's first and last day (`?2`, `?3`).
///
/// Private notes are not among them: they are for one profession, which decides about them.
const PARTS: [(&str, &str, &str); 12] = [
    ("support_case", "goal", "support_case = ?1"),
    ("support_case", "case_action", "support_case = ?1"),
    ("support_case", "referral", "support_case = ?1"),
    ("support_case", "interpreting", "support_case = ?1"),
    ("contact", "contact_participant", "contact = ?1"),
    ("contact", "contact_pupil", "contact = ?1"),
    ("absence", "absence", "pupil = ?1 AND day BETWEEN ?2 AND ?3"),
    (
        "absence",
        "absence_total",
        "pupil = ?1 AND unixepoch(school_year || '-08-01') / 86400 BETWEEN ?2 AND ?3",
    ),
    ("task", "task_event", "task = ?1"),
    ("pupil", "stay", "pupil = ?1"),
    ("pupil", "external_id", "pupil = ?1"),
    ("household", "pupil", "household = ?1"),
];

impl Reader<'_> {
    /// The offers, oldest first.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read); so are those of every other function here.
    pub fn archive_offers(&self) -> Result<Vec<ArchiveOffer>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, until, at, records, answer, answered_on FROM archive_offer ORDER BY key",
        )?;
        let rows = statement.query_map([], |row| {
            let answer: Option<String> = row.get(4)?;
            let day: Option<i32> = row.get(5)?;
            Ok(ArchiveOffer {
                id: Id::from_bytes(row.get(0)?),
                until: Day(row.get(1)?),
                at: row.get(2)?,
                records: row.get::<_, u32>(3)?.into(),
                answer: answer.zip(day.map(Day)),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The records about which the archive has been asked, and has answered or kept silent since
    /// before `silent_since`, a moment; `None` where it has to answer.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn archive_is_done_with(
        &self,
        silent_since: Option<i64>,
    ) -> Result<BTreeSet<(String, i64, i32)>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT DISTINCT d.name, d.record, d.part FROM main.archive_offered AS d
             JOIN main.archive_offer AS o ON o.key = d.offer
             WHERE o.answer IS NOT NULL OR o.at <= ?1",
        )?;
        let rows = statement
            .query_map([silent_since], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The rows of a record and of all that belongs to it, each with the name of its table, as they
    /// stand in the database: codes are places in their lists, days count from 1970-01-01.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn archive_rows(&self, item: &RetentionItem) -> Result<Vec<(String, Value)>, Error> {
        let days = (item.part != 0).then(|| SchoolYear(item.part).period());
        let bounds = days.map(|days| (days.first.0, days.last.0)).unzip();
        let mut found = Vec::new();
        if item.part == 0 {
            rows(self.connection, item.table, "key = ?1", (item.key, bounds), &mut found)?;
        }
        for (_, table, condition) in PARTS.iter().filter(|(whole, ..)| *whole == item.table) {
            rows(self.connection, table, condition, (item.key, bounds), &mut found)?;
        }
        Ok(found)
    }
}

type Asked = (i64, (Option<i32>, Option<i32>));

fn rows(
    connection: &Connection,
    table: &str,
    condition: &str,
    (key, (first, last)): Asked,
    found: &mut Vec<(String, Value)>,
) -> Result<(), Error> {
    // All three are named, because every statement gets all three.
    let sql =
        format!("SELECT * FROM main.{table} WHERE {condition} AND (?2 IS NULL OR ?3 IS NOT NULL)");
    let mut statement = connection.prepare_cached(&sql)?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query(params![key, first, last])?;
    while let Some(row) = rows.next()? {
        let mut values = Map::new();
        for (place, column) in columns.iter().enumerate() {
            let value = match row.get_ref(place)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => json!(number),
                ValueRef::Real(number) => json!(number),
                ValueRef::Text(text) => json!(String::from_utf8_lossy(text)),
                ValueRef::Blob(bytes) => json!(hex(bytes)),
            };
            values.insert(column.clone(), value);
        }
        found.push((table.to_owned(), Value::Object(values)));
    }
    Ok(())
}

impl Writer<'_> {
    /// Notes that records were offered to the archive.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn add_archive_offer(
        &mut self,
        id: Id,
        until: Day,
        items: &[RetentionItem],
        sha256: &[u8; 32],
    ) -> Result<(), Error> {
        let (at, by) = (self.ledger.author.at, self.ledger.author.code.clone());
        self.connection.execute(
            "INSERT INTO archive_offer (id, until, at, by, records, sha256)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                id.bytes(),
                until.0,
                at,
                by,
                i64::try_from(items.len()).unwrap_or(i64::MAX),
                sha256
            ],
        )?;
        let offer = self.connection.last_insert_rowid();
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO archive_offered (offer, name, record, part) VALUES (?1, ?2, ?3, ?4)",
        )?;
        for item in items {
            insert.execute(params![offer, item.table, item.key, item.part])?;
        }
        drop(insert);
        let details = json!({ "records": items.len(), "sha256": hex(sha256) });
        self.note(Action::ArchiveOffer, id.to_string(), &details);
        Ok(())
    }

    /// Notes what the archive said to the offers that it has not answered yet. Gives how many.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn answer_archive_offers(
        &mut self,
        answer: &str,
        on: Day,
        only: Option<Id>,
    ) -> Result<u64, Error> {
        let answered = self.connection.execute(
            "UPDATE archive_offer SET answer = ?1, answered_on = ?2
             WHERE answer IS NULL AND (?3 IS NULL OR id = ?3)",
            params![answer, on.0, only.as_ref().map(Id::bytes)],
        )?;
        let details = json!({ "answer": answer, "offers": answered });
        self.note(Action::ArchiveAnswer, "", &details);
        Ok(answered as u64)
    }
}
