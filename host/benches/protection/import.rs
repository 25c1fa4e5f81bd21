//! A file of 100,000 contacts taken in by the program, and the same rows written into a plain file.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use tridem::domain::{Contact, Scope};
use tridem::store::{ContactFilter, DatabaseKey, Store};

use crate::contacts::{Prepared, ROWS, insert};
use crate::timing::{in_turn, say, tell, tell_ratio};

const ROUNDS: u32 = 5;

pub(crate) fn measure() {
    let folder = tempfile::tempdir().expect("there is room");
    let prepared = Prepared::new(folder.path());
    let plain = folder.path().join("plain.db");
    crate::decrypt(&prepared.dir, &plain);
    let contacts = taken_in(&prepared);

    let mut by_program = || {
        prepared.run();
        Duration::ZERO
    };
    let into_copy_of = |file: &Path, open: &dyn Fn(&Path) -> Connection| {
        let copy = tempfile::tempdir().expect("there is room");
        let name = copy.path().join("copy.db");
        fs_err::copy(file, &name).expect("there is room");
        write(open(&name), &prepared.contacts, &contacts).expect("contacts that fit");
        Duration::ZERO
    };
    let key = prepared.dir.join("tridem.key");
    let mut encrypted =
        || into_copy_of(&prepared.dir.join("tridem.db"), &|file| crate::open(file, &key));
    let mut bare =
        || into_copy_of(&plain, &|file| Connection::open(file).expect("the file just copied"));
    say(&format!("protection: a file of {ROWS} contacts taken in"));
    let [by_program, encrypted, bare] =
        in_turn(ROUNDS, [&mut by_program, &mut encrypted, &mut bare]);
    tell("by the program: checked, encrypted, audited", by_program);
    tell("read as CSV, written as SQL into an encrypted file", encrypted);
    tell("read as CSV, written as SQL into a plain file", bare);
    tell_ratio("import to bare rows", by_program, bare, "at most 2.0");
}

/// The contacts of the file, as the program understands them.
fn taken_in(prepared: &Prepared) -> Vec<Contact> {
    let copy = tempfile::tempdir().expect("there is room");
    for name in ["tridem.db", "tridem.key"] {
        fs_err::copy(prepared.dir.join(name), copy.path().join(name)).expect("there is room");
    }
    prepared.fill(copy.path());
    let key = DatabaseKey::read_file(&copy.path().join("tridem.key")).expect("a key");
    let store = Store::open(&copy.path().join("tridem.db"), &key).expect("a database");
    let reader = store.read(&Scope::municipality()).expect("records");
    let filter = ContactFilter { limit: None, ..ContactFilter::default() };
    let views = reader.contacts(&filter).expect("records");
    // In the order of the file, which is the one of their ids.
    let mut contacts: Vec<Contact> = views.into_iter().map(|view| view.contact).collect();
    contacts.sort_unstable_by_key(|contact| contact.id);
    assert_eq!(contacts.len(), ROWS);
    contacts
}

/// Reads the file without looking anything up, and writes the rows of its contacts in one transaction:
/// nothing is checked, sealed, encrypted or audited, and no version is kept.
fn write(mut connection: Connection, csv: &Path, contacts: &[Contact]) -> rusqlite::Result<()> {
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;
         PRAGMA foreign_keys = ON;",
    )?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut rows = csv::Reader::from_path(csv).expect("the file just written").into_records();
    for contact in contacts {
        let row = rows.next().expect("as many rows").expect("a row");
        std::hint::black_box(&row);
        insert(&transaction, contact)?;
    }
    transaction.commit()
}
