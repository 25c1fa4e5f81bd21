//! Reads the audit: some of its entries, or the whole chain to see whether it holds.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use super::ledger::municipality;
use super::read_people::sql_limit;
use super::reader::id;
use super::{Error, Reader, read_seen};
use crate::domain::{Action, AuditEntry, ChainSummary, ChainWalk, Checkpoint, Cover, EmptiedLists};

/// Which entries to list; the default is all. Everything that is set has to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only those from this moment on, in seconds since 1970-01-01 UTC.
    pub from: Option<i64>,
    /// Only those before this moment.
    pub before: Option<i64>,
    /// Only those of this actor.
    pub actor: Option<String>,
    /// Only those of this action, by its code.
    pub action: Option<String>,
    /// Only what was done, and not what was looked at.
    pub without_reads: bool,
    /// At most so many, the newest.
    pub limit: Option<usize>,
}

const COLUMNS: &str =
    "seq, at, actor, action, subject, details, previous, hash, format, salt, commitment";

/// The same of records that were not brought to the schema that has the last three.
const EARLIER_COLUMNS: &str =
    "seq, at, actor, action, subject, details, previous, hash, 1, NULL, NULL";

/// The audit is the municipality's, so the scope changes nothing about it. Who may read it is for
/// the use case to ask.
impl Reader<'_> {
    /// Entries of the audit, newest first.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn audit(&self, filter: &AuditFilter) -> Result<Vec<AuditEntry>, Error> {
        let mut conditions = "TRUE".to_owned();
        let mut values: Vec<Value> = Vec::new();
        let mut only = |condition: &str, value: Option<Value>| {
            if let Some(value) = value {
                conditions.push_str(condition);
                values.push(value);
            }
        };
        only(" AND at >= ?", filter.from.map(Value::from));
        only(" AND at < ?", filter.before.map(Value::from));
        only(" AND actor = ?", filter.actor.clone().map(Value::from));
        only(" AND action = ?", filter.action.clone().map(Value::from));
        let read = Value::from(Action::Read.code().to_owned());
        only(" AND action <> ?", filter.without_reads.then_some(read));
        values.push(sql_limit(filter.limit).into());
        let sql =
            format!("SELECT {COLUMNS} FROM audit WHERE {conditions} ORDER BY seq DESC LIMIT ?");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement.query_map(params_from_iter(values), entry)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Walks the chain from its first entry to its last. `wanted` is a hash that one of them must
    /// have.
    ///
    /// # Errors
    ///
    /// [`Error::Chain`] with the first thing that is not in order.
    pub fn check_audit(&self, wanted: Option<[u8; 32]>) -> Result<ChainSummary, Error> {
        check_chain(self.connection, wanted)
    }

    /// The hash of an entry; `None` where there is no such entry, any more or yet.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn audit_hash(&self, seq: u64) -> Result<Option<[u8; 32]>, Error> {
        if let Some(point) = checkpoint(self.connection)?.filter(|point| point.seq == seq) {
            return Ok(Some(point.hash));
        }
        let mut statement =
            self.connection.prepare_cached("SELECT hash FROM audit WHERE seq = ?1")?;
        Ok(statement.query_row([seq.cast_signed()], |row| row.get(0)).optional()?)
    }
}

/// Walks through the chain of a database.
pub(super) fn check_chain(
    connection: &Connection,
    wanted: Option<[u8; 32]>,
) -> Result<ChainSummary, Error> {
    let mut walk = ChainWalk::new(municipality(connection)?, wanted);
    let is_newer = connection.column_exists(None, "audit", "commitment")?;
    if is_newer {
        walk = walk.behind(checkpoint(connection)?).with_lists(lists(connection)?);
    }
    let columns = if is_newer { COLUMNS } else { EARLIER_COLUMNS };
    let mut statement = connection.prepare(&format!("SELECT {columns} FROM audit ORDER BY seq"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        walk.step(&entry(row)?)?;
    }
    let mut summary = walk.finish()?;
    if is_newer {
        summary.unindexed = read_seen::check(connection)?;
    }
    Ok(summary)
}

/// Where the chain begins, when its old end was pruned.
pub(super) fn checkpoint(connection: &Connection) -> Result<Option<Checkpoint>, Error> {
    let point = |row: &Row<'_>| {
        Ok(Checkpoint { seq: row.get::<_, i64>(0)?.unsigned_abs(), hash: row.get(1)? })
    };
    let mut statement = connection.prepare_cached("SELECT seq, hash FROM audit_checkpoint")?;
    Ok(statement.query_row([], point).optional()?)
}

/// The lists of emptied entries.
fn lists(connection: &Connection) -> Result<EmptiedLists, Error> {
    let mut lists = EmptiedLists::new();
    let mut statement = connection.prepare("SELECT redaction, entry FROM audit_emptied")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let entry = row.get::<_, i64>(1)?.unsigned_abs();
        lists.entry(id(row, 0)?.to_string()).or_default().insert(entry);
    }
    Ok(lists)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    let cover = match (row.get(9)?, row.get(10)?) {
        (_, None) => Cover::Direct,
        (None, Some(commitment)) => Cover::Emptied { commitment },
        (Some(salt), Some(commitment)) => Cover::Sealed { salt, commitment },
    };
    Ok(AuditEntry {
        seq: row.get::<_, i64>(0)?.unsigned_abs(),
        at: row.get(1)?,
        actor: row.get(2)?,
        action: row.get(3)?,
        subject: row.get(4)?,
        details: row.get(5)?,
        cover,
        previous: row.get(6)?,
        hash: row.get(7)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Author;
    use crate::store::fixture::{City, NOW, author, practitioner};

    #[test]
    fn entries_are_chosen_by_time_actor_and_action() {
        let mut city = City::new();
        for (code, at) in [("bm1", NOW + 10), ("account:koordination", NOW + 20)] {
            let contact = city.contact(0);
            let mut writer = city.store.write(&Author::new(code, at)).unwrap();
            writer.add_practitioner(&practitioner(&format!("p{at}"), "head")).unwrap();
            writer.add_contact(&contact, at).unwrap();
            writer.commit().unwrap();
        }
        let found = |filter: AuditFilter| -> Vec<(String, String)> {
            let entries = city.all().audit(&filter).unwrap();
            entries.into_iter().map(|entry| (entry.actor, entry.action)).collect()
        };
        let pair = |actor: &str, action: &str| (actor.to_owned(), action.to_owned());
        let later = AuditFilter { from: Some(NOW + 10), ..AuditFilter::default() };
        let (first, second) = ("bm1", "account:koordination");
        let (contact, person) = ("contact.add", "practitioner.add");
        let expected = [
            pair(second, contact),
            pair(second, person),
            pair(first, contact),
            pair(first, person),
        ];
        assert_eq!(found(later.clone()), expected);
        assert_eq!(found(AuditFilter { before: Some(NOW + 20), ..later.clone() }), expected[2..]);
        assert_eq!(
            found(AuditFilter { actor: Some(first.into()), ..later.clone() }),
            expected[2..]
        );
        let by_action = AuditFilter { action: Some(contact.into()), ..later.clone() };
        assert_eq!(found(by_action), [expected[0].clone(), expected[2].clone()]);
        assert_eq!(found(AuditFilter { limit: Some(1), ..later }), expected[..1]);
    }

    #[test]
    fn the_making_of_the_records_is_the_first_entry() {
        let city = City::new();
        let entries = city.all().audit(&AuditFilter::default()).unwrap();
        let first = entries.last().unwrap();
        assert_eq!((first.seq, &*first.action, first.at), (1, "store.create", NOW));
        assert_eq!(first.actor, author().code);
        let summary = city.all().check_audit(None).unwrap();
        assert_eq!(summary.entries, entries.len() as u64);
        assert_eq!(summary.head, entries[0].hash);
    }
}
