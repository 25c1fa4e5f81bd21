//! One contact, on disk when the call returns: by the store's writer, and as the same rows in SQL.

use std::cell::RefCell;
use std::path::PathBuf;
use std::time::Duration;

use criterion::Criterion;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use tridem::domain::{Author, Contact, Id, Scope};
use tridem::store::{ContactFilter, DatabaseKey, Store};

use crate::contacts::{Prepared, insert};
use crate::timing::{in_turn, say, tell, tell_ratio};

/// Enough for each way to write its log back into the file several times.
const ROUNDS: u32 = 1_501;

/// As the program opens its file.
const SET_UP: &str = "PRAGMA cipher_page_size = 16384; PRAGMA temp_store = MEMORY;
    PRAGMA mmap_size = 0; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    PRAGMA cache_size = -65536; PRAGMA foreign_keys = ON;";

/// The same records twice, and contacts that both get.
struct Scene {
    folder: tempfile::TempDir,
    contacts: Vec<Contact>,
}

const STORE: &str = "tridem.db";
const BARE: &str = "bare.db";

impl Scene {
    /// A file with 100,000 contacts, with participants, pupils and notes, and its copy.
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("there is room for the records");
        let prepared = Prepared::new(folder.path());
        for name in [STORE, "tridem.key"] {
            fs_err::copy(prepared.dir.join(name), folder.path().join(name)).expect("there is room");
        }
        prepared.fill(folder.path());
        // The last one who closed the file has written all of the log into it.
        fs_err::copy(folder.path().join(STORE), folder.path().join(BARE)).expect("there is room");
        let mut scene = Self { folder, contacts: Vec::new() };
        let store = scene.store();
        let reader = store.read(&Scope::municipality()).expect("records");
        let filter = ContactFilter { limit: Some(1_000), ..ContactFilter::default() };
        let views = reader.contacts(&filter).expect("records");
        scene.contacts = views.into_iter().map(|view| view.contact).collect();
        drop(reader);
        scene
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn store(&self) -> Store {
        let key = DatabaseKey::read_file(&self.path("tridem.key")).expect("a key");
        Store::open(&self.path(STORE), &key).expect("a database")
    }

    fn bare(&self, name: &str) -> Connection {
        let key = fs_err::read_to_string(self.path("tridem.key")).expect("a key");
        let connection = Connection::open(self.path(name)).expect("a database");
        connection.pragma_update(None, "key", format!("x'{}'", key.trim())).expect("a raw key");
        connection.execute_batch(SET_UP).expect("pragmas that it has");
        connection
    }

    /// The contact that is written as the `number`th, with an id behind all others, as new ids are.
    fn contact(&self, number: usize) -> Contact {
        let id = Id::from_bytes((u128::MAX - (1 << 64) + number as u128).to_be_bytes());
        Contact { id, ..self.contacts[number % self.contacts.len()].clone() }
    }

    /// How many rows a file has of what both write.
    fn rows(&self, name: &str) -> [i64; 4] {
        let connection = self.bare(name);
        ["contact", "contact_participant", "contact_pupil", "private_note"].map(|table| {
            let sql = format!("SELECT count(*) FROM {table}");
            connection.query_row(&sql, [], |row| row.get(0)).expect("a table of the schema")
        })
    }
}

fn by_store(store: &mut Store, contact: &Contact) {
    let mut writer = store.write(&Author::new("bench", 0)).expect("nobody else writes");
    writer.add_contact(contact, 0).expect("a contact that fits");
    writer.commit().expect("there is room");
}

/// The rows of the contact and nothing else: nothing is checked, no audit, no version.
fn by_sql(connection: &Connection, contact: &Contact) -> rusqlite::Result<()> {
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    insert(connection, contact)?;
    transaction.commit()
}

pub(crate) fn measure(criterion: &mut Criterion) {
    let scene = Scene::new();
    assert_eq!(scene.rows(STORE), scene.rows(BARE), "both begin with the same");
    let (mut store, bare) = (scene.store(), scene.bare(BARE));
    // Each way has a contact that is made before the clock runs, and both have the same ones.
    let next = RefCell::new([0usize; 2]);
    let contacts: Vec<Contact> = (0..100_000).map(|number| scene.contact(number)).collect();
    let take = |way: usize| {
        let number = &mut next.borrow_mut()[way];
        *number += 1;
        &contacts[*number - 1]
    };
    let mut writer = || {
        by_store(&mut store, take(0));
        Duration::ZERO
    };
    let mut sql = || {
        by_sql(&bare, take(1)).expect("a contact that fits");
        Duration::ZERO
    };
    say("single: one contact, on disk, in a file with 100,000 others");
    let [by_writer, by_sql] = in_turn(ROUNDS, [&mut writer, &mut sql]);
    tell("by the store, audited", by_writer);
    tell("as SQL, nothing else", by_sql);
    tell_ratio("store to SQL", by_writer, by_sql, "at most 1.5");

    let mut group = criterion.benchmark_group("single");
    group.bench_function("by the store, audited", |bench| bench.iter(&mut writer));
    group.bench_function("as SQL, nothing else", |bench| bench.iter(&mut sql));
    group.finish();
}
