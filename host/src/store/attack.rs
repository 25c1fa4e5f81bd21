//! Attacks on the audit past the program, by somebody who has the key and a database tool.

use rusqlite::Connection;

use super::fixture::{City, author, practitioner};
use super::{AuditFilter, Error};
use crate::domain::{AuditEntry, Author, ChainBreak, ClockSetBack};

/// A city with ten entries more than it begins with, and no trigger to protect them.
fn city() -> (City, u64) {
    let mut city = City::new();
    for place in 0..10 {
        let mut writer = city.store.write(&author()).unwrap();
        writer.add_practitioner(&practitioner(&format!("x{place}"), "head")).unwrap();
        writer.commit().unwrap();
    }
    let entries = city.all().check_audit(None).unwrap().entries;
    (city, entries)
}

fn unprotected(city: &City) -> &Connection {
    let connection = &city.store.connection;
    let triggers = ["audit_is_not_changed", "audit_is_not_shortened", "audit_grows_at_its_end"];
    for trigger in triggers {
        connection.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    connection
}

#[track_caller]
fn found(city: &City, expected: ChainBreak) {
    match city.all().check_audit(None) {
        Err(Error::Chain(found)) => assert_eq!(found, expected),
        other => panic!("{other:?}"),
    }
}

/// Writes an entry's content and the hash that fits it.
fn forge(connection: &Connection, entry: &AuditEntry) {
    let sql = "UPDATE audit SET actor = ?2, details = ?3, previous = ?4, hash = ?5 WHERE seq = ?1";
    let seq = entry.seq.cast_signed();
    let values = (seq, &entry.actor, &entry.details, entry.previous, entry.digest());
    assert_eq!(connection.execute(sql, values).unwrap(), 1);
}

#[test]
fn the_database_refuses_to_change_remove_replace_or_insert_in_between() {
    let (city, last) = city();
    let row = "'a', 'b', 'c', '{}', zeroblob(32), zeroblob(32)";
    for (sql, said) in [
        ("UPDATE audit SET details = '{}' WHERE seq = 2".to_owned(), "cannot be changed"),
        ("DELETE FROM audit WHERE seq = 2".to_owned(), "cannot be removed"),
        ("DELETE FROM audit".to_owned(), "cannot be removed"),
        (format!("INSERT OR REPLACE INTO audit VALUES (2, 0, {row})"), "comes after the last one"),
        (format!("INSERT INTO audit VALUES ({}, 0, {row})", last + 2), "comes after the last one"),
    ] {
        let error = city.store.connection.execute(&sql, []).unwrap_err();
        assert!(error.to_string().contains(said), "{sql}: {error}");
    }
    assert_eq!(city.all().check_audit(None).unwrap().entries, last);
}

#[test]
fn a_changed_payload_is_found() {
    let columns = [
        "at = at + 1",
        "actor = 'account:other'",
        "action = 'school.add'",
        "subject = 'x'",
        "details = '{\"rows\":1}'",
    ];
    for column in columns {
        let (city, _) = city();
        let sql = format!("UPDATE audit SET {column} WHERE seq = 5");
        unprotected(&city).execute(&sql, []).unwrap();
        found(&city, ChainBreak::Content { seq: 5 });
    }
}

#[test]
fn a_hash_that_was_made_anew_is_found_at_the_next_entry() {
    let (city, last) = city();
    let mut entry = city.all().audit(&AuditFilter::default()).unwrap().remove(5);
    let seq = entry.seq;
    assert!(seq < last);
    entry.actor = "account:other".into();
    forge(unprotected(&city), &entry);
    found(&city, ChainBreak::Link { seq: seq + 1 });
}

#[test]
fn removed_entries_are_found_at_the_beginning_in_the_middle_and_at_the_end() {
    for seq in [1, 5] {
        let (city, _) = city();
        unprotected(&city).execute("DELETE FROM audit WHERE seq = ?1", [seq]).unwrap();
        let expected = u64::try_from(seq).unwrap();
        found(&city, ChainBreak::Gap { expected, found: expected + 1 });
        // Nor does it help to close the gap.
        let close = "UPDATE audit SET seq = seq - 1 WHERE seq > ?1";
        city.store.connection.execute(close, [seq]).unwrap();
        found(&city, ChainBreak::Link { seq: expected });
    }
    let (city, last) = city();
    let head = city.all().check_audit(None).unwrap().head;
    unprotected(&city).execute("DELETE FROM audit WHERE seq = ?1", [last.cast_signed()]).unwrap();
    assert_eq!(city.all().check_audit(None).unwrap().entries, last - 1, "the chain alone is whole");
    let error = city.all().check_audit(Some(head)).unwrap_err();
    assert!(
        matches!(error, Error::Chain(ChainBreak::Unexpected { entries }) if entries == last - 1)
    );
    city.store.connection.execute("DELETE FROM audit", []).unwrap();
    found(&city, ChainBreak::Empty);
}

#[test]
fn two_entries_that_changed_places_are_found() {
    let (city, _) = city();
    let sql = "UPDATE audit SET seq = -seq WHERE seq IN (5, 6);
               UPDATE audit SET seq = 6 WHERE seq = -5;
               UPDATE audit SET seq = 5 WHERE seq = -6;";
    let connection = unprotected(&city);
    connection.pragma_update(None, "ignore_check_constraints", true).unwrap();
    connection.execute_batch(sql).unwrap();
    found(&city, ChainBreak::Link { seq: 5 });
}

#[test]
fn an_entry_that_was_put_in_is_found() {
    let (city, last) = city();
    let entries = city.all().audit(&AuditFilter::default()).unwrap();
    let before = entries.iter().find(|entry| entry.seq == 4).unwrap();
    let connection = unprotected(&city);
    // Room for a fifth one, which follows the fourth as it should.
    for seq in (5..=last.cast_signed()).rev() {
        connection.execute("UPDATE audit SET seq = seq + 1 WHERE seq = ?1", [seq]).unwrap();
    }
    let copy = "INSERT INTO audit SELECT 5, at, actor, action, subject, details, previous, hash
                FROM audit WHERE seq = 4";
    connection.execute(copy, []).unwrap();
    forge(connection, &AuditEntry { seq: 5, previous: before.hash, ..before.clone() });
    found(&city, ChainBreak::Link { seq: 6 });
}

#[test]
fn a_chain_that_was_written_anew_shows_only_against_a_hash_that_was_kept() {
    let (city, last) = city();
    let kept = city.all().check_audit(None).unwrap().head;
    let mut entries = city.all().audit(&AuditFilter::default()).unwrap();
    entries.reverse();
    let connection = unprotected(&city);
    let mut previous = entries[0].previous;
    for entry in &mut entries {
        entry.previous = previous;
        entry.actor = "account:other".into();
        forge(connection, entry);
        previous = entry.digest();
    }
    assert_eq!(city.all().check_audit(None).unwrap().entries, last);
    let error = city.all().check_audit(Some(kept)).unwrap_err();
    assert!(matches!(error, Error::Chain(ChainBreak::Unexpected { .. })), "{error}");
}

#[test]
fn the_audit_of_another_city_is_found_out() {
    let (city, _) = city();
    let sql = "UPDATE municipality SET id = randomblob(16)";
    unprotected(&city).execute(sql, []).unwrap();
    found(&city, ChainBreak::Link { seq: 1 });
}

#[test]
fn a_clock_that_was_set_back_loses_nothing_and_is_told() {
    let (mut city, last) = city();
    let now = author().at;
    for at in [now + 100, now - 3_600, now + 101] {
        let mut writer = city.store.write(&Author::new("bm1", at)).unwrap();
        writer.add_practitioner(&practitioner(&format!("y{at}"), "head")).unwrap();
        writer.commit().unwrap();
    }
    let summary = city.all().check_audit(None).unwrap();
    assert_eq!(summary.entries, last + 3);
    assert_eq!(summary.clock, [ClockSetBack { seq: last + 2, seconds: 3_700 }]);
}
