//! Tests that notes of an earlier version are sealed, all or none, and that nothing of them is left.

use rusqlite::Connection;

use super::fixture::{City, NOW, SOCIAL_WORK, TEACHER, author, key};
use super::pages::{has, in_the_clear};
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
    let connection = &city.store.connection;
    let sql = |sql: &str| connection.execute_batch(sql).unwrap();
    sql("PRAGMA foreign_keys = OFF; PRAGMA secure_delete = OFF;
         DROP TRIGGER note_release_withdrawn; DROP TRIGGER note_release_consent_gone;
         DROP TABLE note_release; DROP TABLE lane_member; DROP TABLE upkeep;
         DELETE FROM code WHERE list = 'release-ground';
         CREATE TABLE plain AS SELECT contact, profession FROM private_note;
         CREATE TABLE plain_version AS SELECT contact, version, profession FROM private_note_version;
         DROP TABLE private_note; DROP TABLE private_note_version; DROP TABLE lane;
         CREATE TABLE private_note (
           contact INTEGER NOT NULL REFERENCES contact (key), profession INTEGER NOT NULL,
           text TEXT NOT NULL CHECK (text <> ''), PRIMARY KEY (contact, profession)
         ) STRICT, WITHOUT ROWID;
         CREATE TABLE private_note_version (
           contact INTEGER NOT NULL, version INTEGER NOT NULL, profession INTEGER NOT NULL,
           text TEXT NOT NULL CHECK (text <> ''), PRIMARY KEY (contact, version, profession),
           FOREIGN KEY (contact, version) REFERENCES contact_version (contact, version)
         ) STRICT, WITHOUT ROWID;");
    sql(&format!(
        "INSERT INTO private_note SELECT contact, profession, '{NOW_TEXT}' FROM plain;
         INSERT INTO private_note_version SELECT contact, version, profession,
           CASE WHEN version < 3 THEN '{OLD}' ELSE '{NOW_TEXT}' END FROM plain_version;
         UPDATE private_note SET text = replace(hex(zeroblob(60000)), '00', '{GONE} ') WHERE contact = 3;
         DELETE FROM private_note WHERE contact = 3;
         DROP TABLE plain; DROP TABLE plain_version;"
    ));
    // The steps after it belong to others; what they made is taken away, as far as it is there.
    let steps: Vec<String> = later_tables(connection);
    for table in steps {
        sql(&format!("DROP TABLE IF EXISTS \"{table}\";"));
    }
    sql("PRAGMA user_version = 13; PRAGMA wal_checkpoint(TRUNCATE);");
    (city, contacts)
}

/// The tables that a database of step 13 does not have.
fn later_tables(connection: &Connection) -> Vec<String> {
    let mut earlier = Connection::open_in_memory().unwrap();
    migrate::run_first(&mut earlier, 13).unwrap();
    let tables = |connection: &Connection| -> Vec<String> {
        let sql =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let mut statement = connection.prepare(sql).unwrap();
        let names = statement.query_map([], |row| row.get(0)).unwrap();
        names.collect::<Result<_, _>>().unwrap()
    };
    let known = tables(&earlier);
    let mut later = tables(connection);
    later.retain(|table| !known.contains(table));
    later
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
    super::reseal::sweep(&store.connection);
    assert_eq!(due(&store), 1, "a reader of the same process is in the way");
    drop(reader);
    super::reseal::sweep(&store.connection);
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
