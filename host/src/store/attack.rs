//! Attacks on the audit past the program, by somebody who has the key and a database tool.

use rusqlite::Connection;

use super::fixture::{City, author, day, practitioner};
use super::read_audit::check_chain;
use super::{AuditFilter, Error};
use crate::domain::{
    About, AuditEntry, Author, ChainBreak, ClockSetBack, Cover, Id, SeenAs, Sighting, commitment,
};

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
    match check_chain(&city.store.connection, None) {
        Err(Error::Chain(found)) => assert_eq!(found, expected),
        other => panic!("{other:?}"),
    }
}

/// Writes an entry's content, and the commitment and the hash that fit it.
fn forge(connection: &Connection, entry: &AuditEntry) {
    let Cover::Sealed { salt, .. } = entry.cover else { panic!("{entry:?}") };
    let commitment = commitment(&salt, &entry.subject, &entry.details);
    let entry = AuditEntry { cover: Cover::Sealed { salt, commitment }, ..entry.clone() };
    let sql = "UPDATE audit SET actor = ?2, details = ?3, previous = ?4, hash = ?5, commitment = ?6
               WHERE seq = ?1";
    let seq = entry.seq.cast_signed();
    let values = (seq, &entry.actor, &entry.details, entry.previous, entry.digest(), commitment);
    assert_eq!(connection.execute(sql, values).unwrap(), 1);
}

#[test]
fn the_database_refuses_to_change_remove_replace_or_insert_in_between() {
    let (city, last) = city();
    let row = "'a', 'b', 'c', '{}', zeroblob(32), zeroblob(32), 1, NULL, NULL";
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
    let copy = "INSERT INTO audit SELECT 5, at, actor, action, subject, details, previous, hash,
                  format, salt, commitment FROM audit WHERE seq = 4";
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

/// Everything that the schema lets through in the right way, in a wrong one.
#[test]
fn the_database_refuses_to_empty_or_to_prune_other_than_it_may() {
    let (mut city, last) = city();
    let mut writer = city.store.write(&author()).unwrap();
    writer.note_anchor(last);
    writer.commit().unwrap();
    let anchored = last + 1;
    let listed = "INSERT INTO audit_emptied VALUES (5, zeroblob(16));";
    let listed_anchor = format!("INSERT INTO audit_emptied VALUES ({anchored}, zeroblob(16));");
    let empty = "UPDATE audit SET subject = '', details = '{}', salt = NULL";
    let here = "INSERT INTO audit_checkpoint SELECT 1, seq, hash FROM audit WHERE seq = 5;";
    for (sql, said) in [
        (format!("{empty} WHERE seq = 5"), "cannot be changed"),
        (format!("{listed} {empty} WHERE seq = 6"), "cannot be changed"),
        (format!("{listed} {empty}, actor = 'x' WHERE seq = 5"), "cannot be changed"),
        (format!("{listed} {empty}, at = 0 WHERE seq = 5"), "cannot be changed"),
        (format!("{listed} {empty}, hash = zeroblob(32) WHERE seq = 5"), "cannot be changed"),
        (format!("{listed} {empty}, previous = zeroblob(32) WHERE seq = 5"), "cannot be changed"),
        (format!("{listed} {empty}, commitment = zeroblob(32) WHERE seq = 5"), "cannot be changed"),
        (format!("{listed} {empty}, commitment = NULL, format = 1 WHERE seq = 5"), "be changed"),
        (format!("{listed} UPDATE audit SET salt = NULL WHERE seq = 5"), "cannot be changed"),
        (format!("{listed} UPDATE audit SET subject = '' WHERE seq = 5"), "cannot be changed"),
        (format!("{listed_anchor} {empty} WHERE seq = {anchored}"), "cannot be changed"),
        (format!("{listed} UPDATE audit_emptied SET entry = 6"), "cannot be changed"),
        (format!("{listed} DELETE FROM audit_emptied"), "cannot be shortened"),
        ("DELETE FROM audit WHERE seq = 1".into(), "cannot be removed"),
        (format!("{here} DELETE FROM audit WHERE seq = 2"), "cannot be removed"),
        (format!("{here} DELETE FROM audit WHERE seq <= 6"), "cannot be removed"),
        ("INSERT INTO audit_checkpoint VALUES (1, 5, zeroblob(32))".into(), "is an entry"),
        (format!("{here} UPDATE audit_checkpoint SET seq = 6"), "is an entry"),
        (format!("{here} DELETE FROM audit_checkpoint"), "cannot be removed"),
    ] {
        let connection = &city.store.connection;
        connection.execute_batch("BEGIN").unwrap();
        let error = connection.execute_batch(&sql).unwrap_err();
        assert!(error.to_string().contains(said), "{sql}: {error}");
        connection.execute_batch("ROLLBACK").unwrap();
    }
    // What is right goes through, and the chain tells that no entry says why.
    let connection = &city.store.connection;
    connection.execute_batch("BEGIN").unwrap();
    connection.execute_batch(&format!("{listed} {empty} WHERE seq = 5")).unwrap();
    found(&city, ChainBreak::Emptied { seq: 5 });
    connection.execute_batch("ROLLBACK; BEGIN").unwrap();
    connection.execute_batch(&format!("{here} DELETE FROM audit WHERE seq <= 5")).unwrap();
    found(&city, ChainBreak::Unpruned { first: 6 });
    connection.execute_batch("ROLLBACK").unwrap();
    assert_eq!(city.all().check_audit(None).unwrap().entries, anchored);
}

/// The ids of the practitioners that the city was given, whose entries are the last ones.
fn ids(city: &City, codes: &[&str]) -> Vec<Id> {
    let all = city.all().practitioners().unwrap();
    let one = |code: &&str| all.iter().find(|found| found.code == *code).unwrap().id;
    codes.iter().map(one).collect()
}

fn redact(city: &mut City, codes: &[&str]) -> u64 {
    let ids = ids(city, codes);
    let mut writer = city.store.write(&author()).unwrap();
    let redacted = writer.redact_audit(&ids).unwrap();
    writer.commit().unwrap();
    redacted.emptied
}

#[test]
fn entries_that_were_emptied_past_the_program_are_found() {
    let (mut city, last) = city();
    assert_eq!(redact(&mut city, &["x3", "x4"]), 2);
    let empty = |seq: u64| {
        let sql = "UPDATE audit SET subject = '', details = '{}', salt = NULL WHERE seq = ?1";
        city.store.connection.execute(sql, [seq.cast_signed()]).unwrap();
    };
    let connection = unprotected(&city);
    let trigger = "DROP TRIGGER audit_emptied_is_not_changed;
                   DROP TRIGGER audit_emptied_is_not_shortened;";
    connection.execute_batch(trigger).unwrap();
    assert_eq!(city.all().check_audit(None).unwrap().emptied, 2);

    // One more, on no list; on a list of its own that no entry tells of; on the list that there is.
    connection.execute_batch("BEGIN").unwrap();
    empty(last - 1);
    found(&city, ChainBreak::Emptied { seq: last - 1 });
    let sql = format!("INSERT INTO audit_emptied VALUES ({}, zeroblob(16))", last - 1);
    connection.execute_batch(&sql).unwrap();
    found(&city, ChainBreak::Emptied { seq: last - 1 });
    let join = "UPDATE audit_emptied SET redaction =
                  (SELECT redaction FROM audit_emptied WHERE redaction <> zeroblob(16) LIMIT 1)";
    connection.execute_batch(join).unwrap();
    found(&city, ChainBreak::List { seq: last + 1 });
    connection.execute_batch("ROLLBACK; BEGIN").unwrap();
    // A list that was cut, and the entry itself emptied.
    connection.execute_batch("DELETE FROM audit_emptied").unwrap();
    found(&city, ChainBreak::List { seq: last + 1 });
    connection.execute_batch("ROLLBACK; BEGIN").unwrap();
    empty(last + 1);
    found(&city, ChainBreak::Emptied { seq: last - 6 });
    connection.execute_batch("ROLLBACK").unwrap();
    // Something else in place of what was emptied.
    let put = "UPDATE audit SET subject = 'x' WHERE salt IS NULL";
    connection.execute_batch(put).unwrap();
    found(&city, ChainBreak::Content { seq: last - 6 });
}

#[test]
fn a_beginning_that_was_cut_off_past_the_program_is_found() {
    let (mut city, last) = city();
    // The entries of the fixture are of one moment: a later one ends what can be pruned.
    let later = Author::new("bm1", day("2026-03-01").0.into());
    let later = Author { at: later.at * 86_400, ..later };
    let mut writer = city.store.write(&later).unwrap();
    writer.add_practitioner(&practitioner("y", "head")).unwrap();
    writer.commit().unwrap();
    let mut writer = city.store.write(&later).unwrap();
    let pruned = writer.prune_audit(day("2026-01-01"), day("2026-01-01")).unwrap();
    writer.commit().unwrap();
    assert_eq!((pruned.until, pruned.entries), (last, last));
    let summary = city.all().check_audit(None).unwrap();
    assert_eq!((summary.entries, summary.pruned, summary.last), (2, last, last + 2));

    let connection = unprotected(&city);
    let more = format!(
        "BEGIN;
         UPDATE audit_checkpoint SET (seq, hash) = (SELECT seq, hash FROM audit WHERE seq = {seq});
         DELETE FROM audit WHERE seq = {seq}",
        seq = last + 1
    );
    connection.execute_batch(&more).unwrap();
    found(&city, ChainBreak::Unpruned { first: last + 2 });
    connection.execute_batch("ROLLBACK").unwrap();
    let forget = "DROP TRIGGER audit_checkpoint_stays; DELETE FROM audit_checkpoint";
    connection.execute_batch(forget).unwrap();
    found(&city, ChainBreak::Gap { expected: 1, found: last + 1 });
}

#[test]
fn what_was_taken_from_or_put_into_the_index_of_reads_is_found() {
    let (city, last) = city();
    let home = Some(city.households[0]);
    city.store.note_read(Sighting {
        author: author(),
        role: "mediator".into(),
        use_case: "pupil.read",
        kind: SeenAs::List,
        emergency: false,
        about: About::pupils([(city.pupils[0][0], home), (city.pupils[0][1], home)]),
    });
    city.store.settle_reads().unwrap();
    let (read, other) = (last + 1, city.pupils[1][0].0);
    city.all().check_audit(None).unwrap();
    let connection = &city.store.connection;
    for (sql, seq) in [
        (format!("DELETE FROM seen_pupil WHERE pupil = {}", city.pupils[0][0].0), read),
        ("DELETE FROM seen_pupil; DELETE FROM seen_household".to_owned(), read),
        (format!("INSERT INTO seen_pupil VALUES ({other}, {read})"), read),
        (
            format!("UPDATE seen_pupil SET pupil = {other} WHERE pupil = {}", city.pupils[0][1].0),
            read,
        ),
        (format!("INSERT INTO seen_pupil VALUES ({other}, 3)"), read),
        (format!("INSERT INTO seen_pupil VALUES ({other}, 999)"), 999),
    ] {
        connection.execute_batch("BEGIN").unwrap();
        connection.execute_batch(&sql).unwrap();
        match check_chain(connection, None) {
            Err(Error::Chain(ChainBreak::Seen { seq: told })) => assert_eq!(told, seq, "{sql}"),
            other => panic!("{sql}: {other:?}"),
        }
        connection.execute_batch("ROLLBACK").unwrap();
    }
}
