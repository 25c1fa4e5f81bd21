//! Tests that notes of an earlier version are sealed, all or none, and that nothing of them is left.

use std::cell::Cell;
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::fixture::{City, NOW, SOCIAL_WORK, TEACHER, author, key};
use super::note_reads::Reads;
use super::pages::{has, in_the_clear};
use super::reader::KnownCodes;
use super::{DatabaseKey, Error, Store, migrate, open};
use crate::domain::{Contact, Scope};

const KEY: [u8; 32] = [0x5a; 32];
const OLD: &str = "Kanarienvogel von frueher";
const NOW_TEXT: &str = "Kanarienvogel von heute";
const GONE: &str = "Kanarienvogel ist fort";

/// Takes a database back to the schema before notes were sealed, with a contact whose note was
/// corrected, one whose note was not, and one whose note was deleted.
fn old_database() -> (City, [Contact; 3]) {
    let mut city = City::new();
    let contacts = [0, 1, 0].map(|school| city.contact_with_note(school, "x"));
    city.add(&contacts);
    let mut corrected = contacts[0].clone();
    for (minutes, text) in [(46, "x"), (47, "y"), (48, "y")] {
        corrected.minutes = minutes;
        corrected.private_notes[0].text = text.into();
        let mut writer = city.store.write(&author()).unwrap();
        let scope = Scope::municipality().with_lane(SOCIAL_WORK);
        writer.correct_contact(&corrected, &scope, "x").unwrap();
        writer.commit().unwrap();
    }
    let path = city.path();
    let old = fill_old(&city, &path.with_file_name("old.db"));
    let sql = |sql: &str| old.execute_batch(sql).unwrap();
    sql(&format!(
        "PRAGMA secure_delete = OFF;
         UPDATE private_note SET text = '{NOW_TEXT}';
         UPDATE private_note_version
           SET text = CASE WHEN version < 3 THEN '{OLD}' ELSE '{NOW_TEXT}' END;
         UPDATE private_note SET text = replace(hex(zeroblob(60000)), '00', '{GONE} ') WHERE contact = 3;
         DELETE FROM private_note WHERE contact = 3;
         PRAGMA wal_checkpoint(TRUNCATE);"
    ));
    old.close().unwrap();
    // It takes the place of the new one, whose connection must be closed before.
    city.store = raw(Connection::open_in_memory().unwrap());
    fs_err::rename(path.with_file_name("old.db"), &path).unwrap();
    city.store = raw(open::connect(&path, &key()).unwrap());
    (city, contacts)
}

fn raw(connection: Connection) -> Store {
    Store {
        connection,
        readers: Cell::new(0),
        reads: Reads::default(),
        codes: KnownCodes::default(),
    }
}

/// A database of step 13 with everything that fits of what a city holds.
fn fill_old(city: &City, path: &Path) -> Connection {
    fs_err::File::create(path).unwrap();
    let mut old = open::connect(path, &key()).unwrap();
    old.pragma_update(None, "application_id", i32::from_be_bytes(*b"TRDM")).unwrap();
    migrate::run_first(&mut old, 13).unwrap();
    let names = |sql: &str| -> Vec<String> {
        let mut statement = old.prepare(sql).unwrap();
        let names = statement.query_map([], |row| row.get(0)).unwrap();
        names.collect::<Result<_, _>>().unwrap()
    };
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    for table in names(tables) {
        let columns = names(&format!("SELECT name FROM pragma_table_info('{table}')"));
        // What is sealed now was a text then.
        let of = |column: &String| if column == "text" { "sealed" } else { column }.to_owned();
        let wanted: Vec<String> = if table.starts_with("private_note") {
            columns.iter().map(of).collect()
        } else {
            columns.iter().map(|column| format!("\"{column}\"")).collect()
        };
        let select = format!("SELECT {} FROM main.\"{table}\"", wanted.join(", "));
        let marks = vec!["?"; columns.len()].join(", ");
        // Some tables begin with rows.
        old.execute(&format!("DELETE FROM \"{table}\""), []).unwrap();
        let mut write = old.prepare(&format!("INSERT INTO \"{table}\" VALUES ({marks})")).unwrap();
        let mut read = city.store.connection.prepare(&select).unwrap();
        let mut rows = read.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let value = |place| match row.get_unwrap::<_, Value>(place) {
                Value::Blob(_) if table.starts_with("private_note") => Value::Text("x".to_owned()),
                value => value,
            };
            let values: Vec<Value> = (0..columns.len()).map(value).collect();
            write.execute(params_from_iter(values)).unwrap();
        }
    }
    // Lists of codes that came later.
    old.execute_batch("DELETE FROM code WHERE list IN ('release-ground', 'erasure-ground')")
        .unwrap();
    old
}

fn texts(store: &Store, contact: &Contact) -> Vec<Option<String>> {
    let scope = Scope::municipality().with_lane(SOCIAL_WORK);
    let history = store.read(&scope).unwrap().contact_history(contact.id).unwrap().unwrap();
    let versions = history.versions.iter().map(|version| &version.view.as_ref().unwrap().contact);
    let all = versions.chain([&history.now.contact]);
    all.map(|contact| contact.note_of(SOCIAL_WORK).map(str::to_owned)).collect()
}

#[test]
fn notes_of_an_earlier_version_are_sealed_and_nothing_of_them_is_left() {
    let (city, contacts) = old_database();
    let path = city.path();
    let City { folder, store, .. } = city;
    drop(store);
    let before = in_the_clear(&path, KEY);
    for text in [OLD, NOW_TEXT, GONE, "CREATE TABLE private_note"] {
        assert!(has(&before, text), "the test finds `{text}` before");
    }

    let store = Store::open(&path, &key()).unwrap();
    let after = in_the_clear(&path, KEY);
    assert!(
        has(&after, "CREATE TABLE \"private_note\"") || has(&after, "CREATE TABLE private_note")
    );
    for text in [OLD, NOW_TEXT, GONE] {
        assert!(!has(&after, text), "`{text}` is left between the pages");
    }
    let (old, new) = (Some(OLD.to_owned()), Some(NOW_TEXT.to_owned()));
    assert_eq!(texts(&store, &contacts[0]), [old.clone(), old, new.clone(), new.clone()]);
    assert_eq!(texts(&store, &contacts[1]), [new]);
    assert_eq!(texts(&store, &contacts[2]), [None]);

    // What others see of it is what they saw before: that a note changed, and when.
    let others = store.read(&Scope::municipality().with_lane(TEACHER)).unwrap();
    let history = others.contact_history(contacts[0].id).unwrap().unwrap();
    let changes: Vec<&[u16]> =
        history.versions.iter().map(|version| &version.closed_changes[..]).collect();
    assert_eq!(changes, [&[][..], &[SOCIAL_WORK], &[]]);
    drop((others, folder));
}

/// The power fails at the worst moments: before the commit nothing has changed, after it the file
/// is written anew when it is opened next.
#[test]
fn a_migration_that_is_cut_short_leaves_the_old_notes_or_the_sealed_ones() {
    let (city, contacts) = old_database();
    let path = city.path();
    let City { folder, store, .. } = city;
    drop(store);
    let mut connection = open::connect(&path, &key()).unwrap();
    {
        // Everything but the commit.
        let transaction = connection.transaction().unwrap();
        transaction.execute_batch(migrate::step(14)).unwrap();
        super::reseal::seal_plain_notes(&transaction).unwrap();
        let sealed: i64 = transaction
            .query_row("SELECT count(*) FROM private_note", [], |row| row.get(0))
            .unwrap();
        assert_eq!(sealed, 2);
    }
    let text: String = connection
        .query_row("SELECT text FROM private_note WHERE contact = 1", [], |row| row.get(0))
        .unwrap();
    assert_eq!(text, NOW_TEXT);

    // Committed, and killed before the file was written anew.
    migrate::run(&mut connection).unwrap();
    drop(connection);
    assert!(has(&in_the_clear(&path, KEY), GONE), "free pages still hold what was deleted earlier");
    let store = Store::open(&path, &key()).unwrap();
    for text in [OLD, NOW_TEXT, GONE] {
        assert!(!has(&in_the_clear(&path, KEY), text), "{text}");
    }
    assert_eq!(texts(&store, &contacts[1]), [Some(NOW_TEXT.to_owned())]);
    drop(folder);
}

#[test]
fn a_note_that_belongs_to_no_contact_stops_the_migration() {
    let (city, _) = old_database();
    let path = city.path();
    let City { folder, store, .. } = city;
    store.connection.execute("INSERT INTO private_note VALUES (99, 2, 'x')", []).unwrap();
    drop(store);
    for _ in 0..2 {
        let error = Store::open(&path, &key()).unwrap_err();
        assert!(matches!(error, Error::Damaged(_)), "{error}");
    }
    drop(folder);
}

/// Nobody can write in the meantime who would bring the pages back.
#[test]
fn a_file_that_cannot_be_written_anew_now_is_later() {
    let (city, _) = old_database();
    let path = city.path();
    let City { folder, store, .. } = city;
    drop(store);
    drop(Store::open(&path, &key()).unwrap());
    let store = Store::open(&path, &key()).unwrap();
    store.connection.execute("INSERT INTO upkeep VALUES ('vacuum')", []).unwrap();
    let due = |store: &Store| -> i64 {
        store.connection.query_row("SELECT count(*) FROM upkeep", [], |row| row.get(0)).unwrap()
    };
    let reader = store.read(&Scope::municipality()).unwrap();
    store.sweep();
    assert_eq!(due(&store), 1, "a reader of the same process is in the way");
    drop(reader);
    store.sweep();
    assert_eq!(due(&store), 0);
    drop(folder);
}

#[test]
fn what_a_closed_lane_took_out_of_the_database_is_gone_from_its_pages() {
    let mut city = City::new();
    let secret: [u8; 32] = city
        .store
        .connection
        .query_row("SELECT secret FROM lane WHERE profession = 2", [], |row| row.get(0))
        .unwrap();
    let path = city.path();
    let contains =
        |path: &std::path::Path| in_the_clear(path, KEY).windows(32).any(|found| found == secret);
    assert!(contains(&path));
    let member = super::SecretKey::generate().unwrap();
    let mut writer = city.store.write(&crate::domain::Author::new("sw", NOW)).unwrap();
    writer.close_lane(SOCIAL_WORK, &[(city.social_worker, member.seal_key())]).unwrap();
    writer.commit().unwrap();
    city.store.sweep();
    assert!(!contains(&path), "the secret is left in a page or in the log");
    let City { folder, store, social_worker, .. } = city;
    drop(store);
    assert!(!contains(&path));
    let store = Store::open(&path, &DatabaseKey::from_hex(&"5a".repeat(32)).unwrap()).unwrap();
    let reader = store.read(&Scope::municipality()).unwrap();
    let opened = reader.lane_secret(SOCIAL_WORK, social_worker, &member).unwrap().unwrap();
    assert_eq!(opened.bytes(), &secret);
    drop((reader, folder));
}
