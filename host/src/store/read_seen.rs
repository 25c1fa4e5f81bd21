//! Reads who has seen entries about whom, and checks that nobody took any of it out.

use rusqlite::{Connection, Row};
use serde_json::Value;

use super::note_reads::ids_digest;
use super::{Error, Reader};
use crate::domain::{Action, ChainBreak, HouseholdKey, PupilKey, Seen, SeenAs};

/// What is read of a look, in the order that [`seen`] takes it.
const COLUMNS: &str = "a.seq, a.at, a.actor, a.subject, a.details";

/// The index of reads is the municipality's, so the scope changes nothing about it. Who may read it is
/// for the use case to ask.
impl Reader<'_> {
    /// Who has seen entries about a pupil, or about the household they live in now, newest first, as
    /// far back as the index is kept.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn seen_of_pupil(&self, pupil: PupilKey) -> Result<Vec<Seen>, Error> {
        let sql = format!(
            "SELECT {COLUMNS}, max(about.of_pupil) FROM (
               SELECT read, 1 AS of_pupil FROM seen_pupil WHERE pupil = ?1
               UNION ALL
               SELECT read, 0 FROM seen_household
               WHERE household = (SELECT household FROM main.pupil WHERE key = ?1)) AS about
             JOIN audit AS a ON a.seq = about.read GROUP BY a.seq ORDER BY a.seq DESC"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        Ok(statement.query_map([pupil.0], seen)?.collect::<Result<_, _>>()?)
    }

    /// Who has seen entries about a household or about pupils who live in it now, newest first.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn seen_of_household(&self, household: HouseholdKey) -> Result<Vec<Seen>, Error> {
        let sql = format!(
            "SELECT {COLUMNS}, min(about.of_pupil) FROM (
               SELECT read, 0 AS of_pupil FROM seen_household WHERE household = ?1
               UNION ALL
               SELECT read, 1 FROM seen_pupil
               WHERE pupil IN (SELECT key FROM main.pupil WHERE household = ?1)) AS about
             JOIN audit AS a ON a.seq = about.read GROUP BY a.seq ORDER BY a.seq DESC"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        Ok(statement.query_map([household.0], seen)?.collect::<Result<_, _>>()?)
    }
}

fn seen(row: &Row<'_>) -> rusqlite::Result<Seen> {
    let details: String = row.get(4)?;
    let details: Value = serde_json::from_str(&details).unwrap_or_default();
    let text = |name: &str| details[name].as_str().unwrap_or_default().to_owned();
    Ok(Seen {
        seq: row.get::<_, i64>(0)?.unsigned_abs(),
        at: row.get(1)?,
        actor: row.get(2)?,
        role: text("role"),
        use_case: row.get(3)?,
        kind: SeenAs::of_code(&text("as")),
        emergency: details["emergency"].as_bool().unwrap_or_default(),
        of_pupil: row.get(5)?,
    })
}

/// The number of the last entry whose reads were taken out of the index, their time being over.
pub(super) fn horizon(connection: &Connection) -> Result<i64, Error> {
    let sql =
        "SELECT coalesce(max(json_extract(details, '$.seen')), 0) FROM audit WHERE action = ?1";
    Ok(connection.query_row(sql, [Action::AuditPrune.code()], |row| row.get(0))?)
}

/// Holds the index against the entries of the reads, and gives how many of these were also about
/// people who are gone. An entry says how many people it was about and has the digest of their ids: a
/// row too many, or another one, is found; so is a row that was taken out as long as nobody was erased.
pub(super) fn check(connection: &Connection) -> Result<u64, Error> {
    let horizon = horizon(connection)?;
    let mut index = connection.prepare(
        "SELECT seen_pupil.read, 0, known.id FROM seen_pupil JOIN main.pupil AS known ON known.key = pupil
         UNION ALL
         SELECT seen_household.read, 1, known.id
         FROM seen_household JOIN main.household AS known ON known.key = household
         ORDER BY 1, 2, 3",
    )?;
    let mut rows = index.query([])?;
    let mut take = || -> Result<Option<(i64, [u8; 16])>, Error> {
        rows.next()?.map(|row| Ok((row.get(0)?, row.get(2)?))).transpose()
    };
    let mut next = take()?;
    let is_erased: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM audit WHERE action IN ('audit.redact', 'import.undo'))",
        [],
        |row| row.get(0),
    )?;
    let mut unindexed = 0;
    let mut entries =
        connection.prepare("SELECT seq, details FROM audit WHERE action = ?1 ORDER BY seq")?;
    let mut reads = entries.query([Action::Read.code()])?;
    while let Some(read) = reads.next()? {
        let seq: i64 = read.get(0)?;
        let wrong = ChainBreak::Seen { seq: seq.unsigned_abs() };
        let details: String = read.get(1)?;
        let details: Value = serde_json::from_str(&details).unwrap_or_default();
        let mut ids: Vec<[u8; 16]> = Vec::new();
        while let Some((of, id)) = next.filter(|(of, _)| *of <= seq) {
            // Rows of an entry that is no read.
            if of < seq {
                return Err(wrong.into());
            }
            ids.push(id);
            next = take()?;
        }
        let number = |name: &str| details[name].as_u64().unwrap_or_default();
        let stated = number("pupils") + number("households");
        let found = ids.len() as u64;
        if found == stated {
            let is_that = details["sha256"].as_str() == Some(&*ids_digest(ids.iter()));
            if stated > 0 && !is_that {
                return Err(wrong.into());
            }
        } else if found > stated || (seq > horizon && !is_erased) {
            return Err(wrong.into());
        } else if seq > horizon {
            unindexed += 1;
        }
    }
    match next {
        Some((of, _)) => Err(ChainBreak::Seen { seq: of.unsigned_abs() }.into()),
        None => Ok(unindexed),
    }
}
