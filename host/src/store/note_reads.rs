//! Notes reads in the audit: they wait in memory and are written together, but never too late.

use std::cell::{Cell, Ref, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::ledger::{ChainEnd, hex};
use super::reader::{code_at, code_lists};
use super::{Error, Store, Writer};
use crate::domain::{Action, SeenAs, Sighting};

/// Most reads that wait. One more waits only while a snapshot is open, in which nothing can be
/// written.
const MOST_WAITING: usize = 64;

/// How long a read may wait before the next one has to write it.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Reads that are not in the audit yet.
#[derive(Debug, Default)]
pub(super) struct Reads {
    waiting: RefCell<Vec<Sighting>>,
    /// When the oldest of them came.
    since: Cell<Option<Instant>>,
    /// How many they are, for whoever must not show anything before they are written.
    count: Arc<AtomicUsize>,
}

impl Reads {
    fn add(&self, sighting: Sighting) {
        if self.since.get().is_none() {
            self.since.set(Some(Instant::now()));
        }
        self.waiting.borrow_mut().push(sighting);
        self.count.fetch_add(1, Ordering::Release);
    }

    /// Those that wait, oldest first.
    pub(super) fn waiting(&self) -> Ref<'_, [Sighting]> {
        Ref::map(self.waiting.borrow(), Vec::as_slice)
    }

    /// Forgets them, since they are written.
    pub(super) fn forget(&self) {
        self.waiting.borrow_mut().clear();
        self.since.set(None);
        self.count.store(0, Ordering::Release);
    }

    fn is_due(&self) -> bool {
        self.waiting.borrow().len() >= MOST_WAITING
            || self.since.get().is_some_and(|since| since.elapsed() >= LONGEST_WAIT)
    }
}

impl Store {
    /// Notes that records were read. It waits in memory until [`Store::settle_reads`], until the next
    /// write, or until 64 wait or one has waited for a second and somebody reads again.
    pub fn note_read(&self, sighting: Sighting) {
        self.reads.add(sighting);
    }

    /// Writes the reads that wait. What was read must not be shown to anybody before that.
    ///
    /// # Errors
    ///
    /// [`Error::ReadUnaudited`] where they cannot be written, or while a snapshot is open.
    pub fn settle_reads(&self) -> Result<(), Error> {
        if self.reads.waiting().is_empty() {
            return Ok(());
        }
        self.try_settle().map_err(|error| Error::ReadUnaudited(Box::new(error)))
    }

    /// The number of reads that wait, for whoever shows what was read: it has to be zero.
    pub fn waiting_reads(&self) -> Arc<AtomicUsize> {
        Arc::clone(&self.reads.count)
    }

    pub(super) fn settle_reads_if_due(&self) -> Result<(), Error> {
        if self.reads.is_due() { self.settle_reads() } else { Ok(()) }
    }

    fn try_settle(&self) -> Result<(), Error> {
        // A snapshot that was begun for reading may be too old to be written on.
        if self.readers.get() > 0 {
            return Err(Error::Busy);
        }
        let transaction =
            Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        write(&mut ChainEnd::new(&transaction)?, &self.reads.waiting())?;
        transaction.commit()?;
        self.reads.forget();
        Ok(())
    }
}

impl Writer<'_> {
    /// Notes that records were read while writing, such as an export. It is written with the changes.
    pub fn note_read(&self, sighting: Sighting) {
        self.reads.add(sighting);
    }
}

/// Writes an entry for each read, and whom it was about.
pub(super) fn write(chain: &mut ChainEnd<'_>, reads: &[Sighting]) -> Result<(), Error> {
    for read in reads {
        let connection = chain.connection;
        let about = &read.about;
        let pupils = ids(connection, "SELECT id FROM main.pupil WHERE key = ?1", {
            about.pupils.iter().map(|pupil| pupil.0)
        })?;
        let households = ids(connection, "SELECT id FROM main.household WHERE key = ?1", {
            about.households.iter().map(|household| household.0)
        })?;
        let details = details(connection, read, &pupils, &households)?;
        let action = if read.kind == SeenAs::Refused { Action::AccessRefuse } else { Action::Read };
        let seq = chain.add(&read.author, action, read.use_case, &details.to_string())?;
        let mut insert = connection.prepare_cached("INSERT INTO seen_pupil VALUES (?1, ?2)")?;
        for (_, pupil) in &pupils {
            insert.execute((pupil, seq))?;
        }
        let mut insert = connection.prepare_cached("INSERT INTO seen_household VALUES (?1, ?2)")?;
        for (_, household) in &households {
            insert.execute((household, seq))?;
        }
    }
    Ok(())
}

/// The permanent ids behind keys, each with its key. Who is gone meanwhile is left out.
fn ids(
    connection: &Connection,
    sql: &'static str,
    keys: impl Iterator<Item = i64>,
) -> Result<BTreeSet<([u8; 16], i64)>, Error> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut found = BTreeSet::new();
    for key in keys {
        let id = statement.query_row([key], |row| row.get(0)).optional()?;
        found.extend(id.map(|id| (id, key)));
    }
    Ok(found)
}

/// What the entry says: in what form and role, how many, and a digest of whom. Ids themselves are not
/// in it, so that it tells nothing when the index is gone.
fn details(
    connection: &Connection,
    read: &Sighting,
    pupils: &BTreeSet<([u8; 16], i64)>,
    households: &BTreeSet<([u8; 16], i64)>,
) -> Result<Value, Error> {
    let mut details = json!({ "as": read.kind.code(), "records": read.about.records });
    if !read.role.is_empty() {
        details["role"] = json!(read.role);
    }
    if read.emergency {
        details["emergency"] = json!(true);
    }
    if !pupils.is_empty() || !households.is_empty() {
        let ids = pupils.iter().chain(households).map(|(id, _)| id);
        details["pupils"] = json!(pupils.len());
        details["households"] = json!(households.len());
        details["sha256"] = json!(ids_digest(ids));
    }
    if !read.about.lanes.is_empty() {
        let roles = code_lists(connection)?.list("role");
        let lanes: Vec<String> =
            read.about.lanes.iter().map(|lane| code_at(&roles, *lane)).collect();
        details["lanes"] = json!(lanes);
    }
    Ok(details)
}

/// SHA-256 over ids, one a line, first those of pupils and then those of households, each sorted.
pub(super) fn ids_digest<'a>(ids: impl Iterator<Item = &'a [u8; 16]>) -> String {
    let mut hasher = Sha256::new();
    for id in ids {
        hasher.update(format!("{}\n", uuid::Uuid::from_bytes(*id)));
    }
    hex(&hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{About, Author, Scope, SeenAs};
    use crate::store::fixture::{City, NOW, author, key, practitioner};
    use crate::store::{AuditFilter, Store};

    fn sighting(city: &City, school: usize) -> Sighting {
        let [first, second] = city.pupils[school];
        let home = Some(city.households[school]);
        Sighting {
            author: Author::new("m0", NOW),
            role: "mediator".into(),
            use_case: "pupil.read",
            kind: SeenAs::List,
            emergency: false,
            about: About::pupils([(first, home), (second, home)]),
        }
    }

    fn reads(city: &City) -> Vec<String> {
        let filter = AuditFilter { action: Some("read".into()), ..AuditFilter::default() };
        city.all().audit(&filter).unwrap().into_iter().map(|entry| entry.details).collect()
    }

    #[test]
    fn a_read_waits_and_is_written_with_whom_it_was_about() {
        let city = City::new();
        city.store.note_read(sighting(&city, 0));
        assert_eq!(city.store.waiting_reads().load(Ordering::Acquire), 1);
        assert_eq!(reads(&city), [""; 0]);
        city.store.settle_reads().unwrap();
        city.store.settle_reads().unwrap();
        assert_eq!(city.store.waiting_reads().load(Ordering::Acquire), 0);
        let found = reads(&city);
        let found: Value = serde_json::from_str(&found[0]).unwrap();
        let digest = |sql: &str| -> [u8; 16] {
            city.store.connection.query_row(sql, [], |row| row.get(0)).unwrap()
        };
        let ids = ["p00", "p01"]
            .map(|code| digest(&format!("SELECT id FROM main.pupil WHERE code = '{code}'")));
        let home = digest("SELECT id FROM main.household WHERE code = 'h0'");
        let lines: String = ids.iter().chain([&home]).fold(String::new(), |lines, id| {
            lines + &uuid::Uuid::from_bytes(*id).to_string() + "\n"
        });
        let expected = json!({
            "as": "list", "role": "mediator", "records": 2, "pupils": 2, "households": 1,
            "sha256": hex(&Sha256::digest(lines)),
        });
        assert_eq!(found, expected);
        city.all().check_audit(None).unwrap();
    }

    #[test]
    fn sixty_four_reads_are_written_when_somebody_reads_again_and_a_snapshot_is_waited_for() {
        let city = City::new();
        let reader = city.all();
        for _ in 0..70 {
            city.store.note_read(sighting(&city, 0));
        }
        let error = city.store.settle_reads().unwrap_err();
        assert!(matches!(error, Error::ReadUnaudited(_)), "{error}");
        drop(city.all());
        assert_eq!(city.store.waiting_reads().load(Ordering::Acquire), 70, "a snapshot is open");
        drop(reader);
        drop(city.all());
        assert_eq!(city.store.waiting_reads().load(Ordering::Acquire), 0);
        assert_eq!(reads(&city).len(), 70);
    }

    #[test]
    fn a_write_takes_the_reads_along_and_a_dropped_one_leaves_them() {
        let mut city = City::new();
        city.store.note_read(sighting(&city, 0));
        let mut writer = city.store.write(&author()).unwrap();
        writer.add_practitioner(&practitioner("x", "head")).unwrap();
        drop(writer);
        assert_eq!(city.store.waiting_reads().load(Ordering::Acquire), 1);
        let mut writer = city.store.write(&author()).unwrap();
        writer.add_practitioner(&practitioner("x", "head")).unwrap();
        writer.commit().unwrap();
        assert_eq!(city.store.waiting_reads().load(Ordering::Acquire), 0);
        let entries = city.all().audit(&AuditFilter::default()).unwrap();
        let actions: Vec<&str> = entries.iter().map(|entry| &*entry.action).collect();
        assert_eq!(actions[..2], ["practitioner.add", "read"], "what was read came first");
    }

    #[test]
    fn what_cannot_be_noted_refuses_the_read() {
        let city = City::new();
        let mut other = Store::open(&city.path(), &key()).unwrap();
        city.store.connection.busy_timeout(Duration::ZERO).unwrap();
        let writer = other.write(&author()).unwrap();
        for _ in 0..MOST_WAITING {
            city.store.note_read(sighting(&city, 1));
        }
        for error in [
            city.store.settle_reads().unwrap_err(),
            city.store.read(&Scope::municipality()).map(drop).unwrap_err(),
        ] {
            let Error::ReadUnaudited(cause) = error else { panic!("{error}") };
            assert!(matches!(*cause, Error::Busy), "{cause}");
        }
        drop(writer);
        city.store.settle_reads().unwrap();
        assert_eq!(reads(&city).len(), MOST_WAITING);
    }
}
