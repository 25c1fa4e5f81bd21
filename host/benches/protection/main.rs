//! What protection costs: one contact read by its key, with its notes in the audit, with the scope of
//! whoever reads and from an encrypted file, against the plain rows of the same contact; and a file of
//! contacts taken in, against their bare rows in a plain file.
//!
//! `cargo bench --bench protection`. All ways are measured in one run, each in turn with the others.

#[path = "../spine/contacts.rs"]
mod contacts;
mod import;
#[path = "../spine/timing.rs"]
mod timing;

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};
use tridem::app::{Actor, App, ContactFilter, ImportOptions, KeySource};
use tridem::demo::City;
use tridem::domain::{Id, Scope};
use tridem::store::{DatabaseKey, Store};

use timing::{in_turn, say, tell, tell_ratio};

/// Reads in one measurement: several times as many as wait in memory before they are written.
const READS: usize = 1_000;

const ROUNDS: u32 = 21;

fn main() {
    if !std::env::args().any(|argument| argument == "--bench") {
        // `cargo test --all-targets` starts it too, in a profile whose times say nothing.
        return;
    }
    single();
    import::measure();
}

/// One contact by its id.
fn single() {
    let folder = tempfile::tempdir().expect("there is room");
    let dir = folder.path().join("records");
    let (key, operator) =
        (KeySource::File(dir.join("tridem.key")), Actor::new("bench".into(), None));
    fill(&dir, &key, &operator);
    let plain = folder.path().join("plain.db");
    decrypt(&dir, &plain);

    let app = App::open(&dir, &key).expect("the folder just made");
    // Somebody with schools of their own, so that the scope is one, and their own contacts, so that
    // each is found and noted.
    let newest = ContactFilter { limit: 1, ..ContactFilter::default() };
    let code = app.contacts(&operator, &newest).expect("records")[0].participants[0].0.clone();
    let theirs = Some(code.as_str());
    let filter = ContactFilter { limit: READS, practitioner: theirs, ..ContactFilter::default() };
    let found = app.contacts(&operator, &filter).expect("records");
    let ids: Vec<Id> = found.iter().map(|view| view.contact.id).collect();
    let texts: Vec<String> = ids.iter().map(Id::to_string).collect();
    let practitioner = Actor::new("bench".into(), Some(code.clone()));
    assert_eq!(ids.len(), READS, "enough contacts of one practitioner");
    app.settle_reads().expect("there is room");

    let raw_key = DatabaseKey::read_file(&dir.join("tridem.key")).expect("a key");
    let store = Store::open(&dir.join("tridem.db"), &raw_key).expect("a database");
    let (bare, encrypted) = (
        Connection::open(&plain).expect("a database"),
        open(&dir.join("tridem.db"), &dir.join("tridem.key")),
    );
    for connection in [&bare, &encrypted] {
        // As the program has it. Without a log each statement would look for a journal to undo, and with
        // a smaller cache pages would be fetched from the system again and again.
        let set_up = "PRAGMA journal_mode = WAL; PRAGMA cache_size = -65536";
        connection.execute_batch(set_up).expect("pragmas that it has");
    }

    let mut audited = || {
        for id in &texts {
            app.contact(&practitioner, id).expect("a contact of their own");
        }
        app.settle_reads().expect("there is room");
        Duration::ZERO
    };
    let mut by_operator = || {
        for id in &texts {
            app.contact(&operator, id).expect("a contact");
        }
        app.settle_reads().expect("there is room");
        Duration::ZERO
    };
    let mut by_store = || {
        for id in &ids {
            let reader = store.read(&Scope::municipality()).expect("records");
            reader.contact(*id).expect("records").expect("a contact");
        }
        Duration::ZERO
    };
    let mut rows = || {
        for id in &ids {
            by_sql(&encrypted, *id);
        }
        Duration::ZERO
    };
    let mut plain_rows = || {
        for id in &ids {
            by_sql(&bare, *id);
        }
        Duration::ZERO
    };
    say(&format!("protection: {READS} contacts, one after the other by their ids"));
    let [audited, by_operator, by_store, rows, plain_rows] = in_turn(
        ROUNDS,
        [&mut audited, &mut by_operator, &mut by_store, &mut rows, &mut plain_rows],
    );
    tell("by a practitioner, audited", audited);
    tell("by the operator, audited", by_operator);
    tell("by the store, not audited", by_store);
    tell("as SQL, encrypted", rows);
    tell("as SQL, plain", plain_rows);
    tell_ratio("operator to store", by_operator, by_store, "none");
    tell_ratio("all protection to plain rows", audited, plain_rows, "at most 2.0");
}

/// The invented city, all of it.
fn fill(dir: &Path, key: &KeySource, actor: &Actor) {
    let city = City::generate(1);
    App::init(actor, dir, key, &city.name).expect("a new folder");
    let mut app = App::open(dir, key).expect("the folder just made");
    for file in &city.files {
        let path = dir.with_file_name(&file.name);
        fs_err::write(&path, &file.text).expect("there is room");
        let kind = file.kind.parse().expect("a kind");
        app.import(actor, kind, &path, ImportOptions::default(), &mut |_| {})
            .expect("the demo's files are right");
    }
}

fn open(file: &Path, key: &Path) -> Connection {
    let key = fs_err::read_to_string(key).expect("a key");
    let connection = Connection::open(file).expect("a database");
    connection.pragma_update(None, "key", format!("x'{}'", key.trim())).expect("a raw key");
    connection.execute_batch("PRAGMA cipher_page_size = 16384").expect("a pragma that it has");
    connection
}

/// Copies the records into a file without encryption.
fn decrypt(dir: &Path, plain: &Path) {
    let connection = open(&dir.join("tridem.db"), &dir.join("tridem.key"));
    let attach = format!("ATTACH DATABASE '{}' AS plain KEY ''", plain.display());
    connection.execute_batch(&attach).expect("a new file");
    let export = "SELECT sqlcipher_export('plain')";
    let done = connection.query_row(export, [], |_| Ok(())).optional();
    done.expect("there is room");
}

/// The rows of a contact that the program shows: itself, its school, who took part, the pupils, the
/// household, and the notes.
fn by_sql(connection: &Connection, id: Id) {
    let read = || -> rusqlite::Result<i64> {
        let key: i64 = connection
            .prepare_cached(
                "SELECT c.key, c.day, c.time, c.kind, c.result, c.attempt, c.topics, c.minutes,
                   c.persons, c.consultation, c.language, c.interpreter, c.next_due, c.next_step,
                   c.shared_note, s.number, s.name, h.code
                 FROM contact AS c JOIN school AS s ON s.key = c.school
                 LEFT JOIN household AS h ON h.key = c.household WHERE c.id = ?1",
            )?
            .query_row([id.bytes()], |row| row.get(0))?;
        for sql in [
            "SELECT p.code, p.name, c.role FROM contact_participant AS c
             JOIN practitioner AS p ON p.key = c.practitioner WHERE c.contact = ?1",
            "SELECT p.code, p.given_name, p.family_name FROM contact_pupil AS c
             JOIN pupil AS p ON p.key = c.pupil WHERE c.contact = ?1",
            "SELECT profession, 1, 1 FROM private_note WHERE contact = ?1",
        ] {
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([key])?;
            while let Some(row) = rows.next()? {
                std::hint::black_box(row.get_ref(0)?);
            }
        }
        Ok(key)
    };
    std::hint::black_box(read().expect("a contact"));
}
