//! Receipts of erasures, the signs by which the erased are known again, and old pages of the file.

use std::collections::{BTreeMap, HashSet};

use hmac::{Hmac, KeyInit, Mac};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::erase::{Doomed, Erased, doomed};
use super::ledger::hex;
use super::{Error, Reader, Writer};
use crate::domain::{Action, HouseholdKey, Id, PupilKey, SchoolYear};

/// Goes before everything that is hashed for a sign, so that no pseudonym is ever the same.
const SIGN: &[u8] = b"tridem erased 1\0";

/// Tables whose rows are known again by their ids.
const SIGNED: [&str; 8] = [
    "pupil",
    "household",
    "support_case",
    "contact",
    "ladder_event",
    "transition",
    "consent",
    "task",
];

/// A receipt as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptReceipt {
    /// The id of the erasure.
    pub id: Id,
    /// `demand`, `retention` or `again`.
    pub kind: String,
    /// When, in seconds since 1970-01-01 UTC.
    pub at: i64,
    /// By whom, as in the audit.
    pub by: String,
    /// The receipt, as JSON.
    pub receipt: String,
    /// The SHA-256 of that text.
    pub sha256: [u8; 32],
    /// When the last old page of the file was overwritten; `None` while that has still to be done.
    pub wiped_at: Option<i64>,
}

/// Whom a code may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundSubject {
    /// `pupil`, `household` or `support_case`.
    pub table: &'static str,
    /// The row.
    pub key: i64,
}

impl Reader<'_> {
    /// The receipts, oldest first.
    ///
    /// # Errors
    ///
    /// As [`super::Store::read`]; so are those of every other function here.
    pub fn receipts(&self) -> Result<Vec<KeptReceipt>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT id, kind, at, by, receipt, sha256, wiped_at FROM erasure ORDER BY key",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(KeptReceipt {
                id: Id::from_bytes(row.get(0)?),
                kind: row.get(1)?,
                at: row.get(2)?,
                by: row.get(3)?,
                receipt: row.get(4)?,
                sha256: row.get(5)?,
                wiped_at: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whom a code means: a pupil, a household, a support case, or several of them.
    ///
    /// # Errors
    ///
    /// As [`super::Store::read`].
    pub fn subjects_of(&self, code: &str) -> Result<Vec<FoundSubject>, Error> {
        let mut found = Vec::new();
        for table in ["pupil", "household", "support_case"] {
            let sql = format!("SELECT key FROM main.{table} WHERE code = ?1");
            let mut statement = self.connection.prepare_cached(&sql)?;
            let key: Option<i64> = statement.query_row([code], |row| row.get(0)).optional()?;
            found.extend(key.map(|key| FoundSubject { table, key }));
        }
        Ok(found)
    }

    /// The pupils of a household.
    ///
    /// # Errors
    ///
    /// As [`super::Store::read`].
    pub fn pupils_of(&self, household: HouseholdKey) -> Result<Vec<PupilKey>, Error> {
        let sql = "SELECT key FROM main.pupil WHERE household = ?1 ORDER BY key";
        let mut statement = self.connection.prepare_cached(sql)?;
        let keys = statement.query_map([household.0], |row| row.get(0).map(PupilKey))?;
        Ok(keys.collect::<Result<_, _>>()?)
    }

    /// Whether an open case is about these pupils or this household.
    ///
    /// # Errors
    ///
    /// As [`super::Store::read`].
    pub fn open_cases(&self, doomed: &Doomed) -> Result<u64, Error> {
        let list =
            |keys: Vec<i64>| keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT count(*) FROM main.support_case WHERE closed IS NULL
               AND (pupil IN ({}) OR (pupil IS NULL AND household IN ({})))",
            list(doomed.pupils.iter().map(|key| key.0).collect()),
            list(doomed.households.iter().map(|key| key.0).collect())
        );
        Ok(self.connection.query_row(&sql, [], |row| row.get::<_, u32>(0))?.into())
    }

    /// What is there although it was erased once: records that have one of these signs.
    ///
    /// # Errors
    ///
    /// As [`super::Store::read`].
    pub fn came_back(&self, signs: &HashSet<[u8; 32]>) -> Result<Doomed, Error> {
        let mut found = Doomed { is_again: true, ..Doomed::default() };
        if signs.is_empty() {
            return Ok(found);
        }
        let signer = Signer::read(self.connection)?;
        for table in SIGNED {
            let sql = format!("SELECT key, id FROM main.{table}");
            let mut statement = self.connection.prepare(&sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let key: i64 = row.get(0)?;
                if !signs.contains(&signer.of_row(table, row.get(1)?)) {
                    continue;
                }
                match table {
                    "pupil" => found.pupils.push(PupilKey(key)),
                    "household" => found.households.push(HouseholdKey(key)),
                    _ => found.records.push((table, key, 0)),
                }
            }
        }
        for (pupil, id, year) in years_of_absence(self.connection)? {
            if signs.contains(&signer.of_absences(id, year)) {
                found.records.push(("absence", pupil, year));
            }
        }
        // A household goes with its pupils, also with those who came into the backup later.
        for household in found.households.clone() {
            for pupil in self.pupils_of(household)? {
                if !found.pupils.contains(&pupil) {
                    found.pupils.push(pupil);
                }
            }
        }
        Ok(found)
    }
}

impl Writer<'_> {
    /// Keeps the receipt of what this writer has erased, with the signs, and notes it in the audit.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn keep_receipt(
        &mut self,
        id: Id,
        kind: &str,
        receipt: &str,
        erased: &Erased,
    ) -> Result<(), Error> {
        let (at, by) = (self.ledger.author.at, self.ledger.author.code.clone());
        let sha256: [u8; 32] = Sha256::digest(receipt).into();
        self.connection.execute(
            "INSERT INTO erasure (id, kind, at, by, receipt, sha256) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![id.bytes(), kind, at, by, receipt, sha256],
        )?;
        let key = self.connection.last_insert_rowid();
        let mut sign = self
            .connection
            .prepare_cached("INSERT INTO erased VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
        for bytes in &erased.signs {
            sign.execute(params![bytes, key])?;
        }
        drop(sign);
        let action = match kind {
            "demand" => Action::SubjectErase,
            "retention" => Action::RetentionErase,
            _ => Action::ErasureRepeat,
        };
        let rows = |counts: &BTreeMap<String, u64>| counts.values().sum::<u64>();
        let details = json!({
            "removed": rows(&erased.removed),
            "emptied": rows(&erased.emptied),
            "receipt": hex(&sha256),
        });
        self.note(action, id.to_string(), &details);
        Ok(())
    }
}

/// Makes signs with the key of the municipality.
struct Signer(Hmac<Sha256>);

impl Signer {
    fn read(connection: &Connection) -> Result<Self, Error> {
        let sql = "SELECT pseudonym_key FROM municipality";
        let secret: [u8; 32] = connection.query_row(sql, [], |row| row.get(0))?;
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&secret).expect("HMAC takes keys of any length");
        mac.update(SIGN);
        Ok(Self(mac))
    }

    fn of_row(&self, table: &str, id: [u8; 16]) -> [u8; 32] {
        let mac = self.0.clone().chain_update(table).chain_update([0]).chain_update(id);
        mac.finalize().into_bytes().into()
    }

    /// Of all absences of a pupil in a school year, which have one sign together.
    fn of_absences(&self, pupil: [u8; 16], year: i32) -> [u8; 32] {
        let mac = self.0.clone().chain_update("absences\0").chain_update(pupil);
        mac.chain_update(year.to_be_bytes()).finalize().into_bytes().into()
    }
}

/// The signs of all that is in the list of what goes.
pub(super) fn signs_of_gone(connection: &Connection) -> Result<Vec<[u8; 32]>, Error> {
    let signer = Signer::read(connection)?;
    let mut signs = Vec::new();
    for table in SIGNED {
        let sql = format!("SELECT t.id FROM main.{table} AS t WHERE {}", doomed(table, "t"));
        let mut statement = connection.prepare(&sql)?;
        for id in statement.query_map([], |row| row.get(0))? {
            signs.push(signer.of_row(table, id?));
        }
    }
    let mut statement = connection.prepare(
        "SELECT p.id, g.part FROM temp.gone AS g JOIN main.pupil AS p ON p.key = g.key
         WHERE g.kind = 'absence'",
    )?;
    for found in statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
        let (id, year) = found?;
        signs.push(signer.of_absences(id, year));
    }
    Ok(signs)
}

/// The pupils with the school years of which there are absences.
fn years_of_absence(connection: &Connection) -> Result<Vec<(i64, [u8; 16], i32)>, Error> {
    let mut statement = connection.prepare(
        "SELECT p.key, p.id, a.day FROM main.pupil AS p JOIN (
           SELECT DISTINCT pupil, day FROM main.absence
           UNION SELECT DISTINCT pupil, day FROM main.absence_version
           UNION SELECT pupil, CAST(unixepoch(school_year || '-08-01') / 86400 AS INTEGER)
             FROM main.absence_total
         ) AS a ON a.pupil = p.key",
    )?;
    let rows = statement.query_map([], |row| {
        let year = SchoolYear::of(crate::domain::Day(row.get(2)?));
        Ok((row.get(0)?, row.get(1)?, year.0))
    })?;
    let mut found: Vec<(i64, [u8; 16], i32)> = rows.collect::<Result<_, _>>()?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
