//! Partitions: their rows are those of the records, whether their columns are kept or not.

use proptest::prelude::*;
use std::collections::BTreeSet;

use super::super::Asked;
use super::super::chunk::{Chunk, build};
use super::super::contacts::{KEPT, kept};
use super::super::partitions::{Partition, columns_by_partition, partitions, recorded_days, stale};
use super::*;

const STEP: &str = include_str!("../../../../../schemas/sql/0004_partitions.sql");

/// Counts the contacts that are there as changes; the writer does so itself.
fn partitioned(connection: &Connection) {
    connection.execute_batch(STEP).unwrap();
}

fn keep(connection: &Connection, scope: &Scope, period: Period) {
    let stale = stale(connection, scope, period).unwrap();
    for (partition, chunk) in stale.iter().zip(build(connection, &stale, 1 << 40).unwrap()) {
        chunk.keep(connection, partition).unwrap();
    }
}

/// All rows of a request by partition, and the digests of partitions.
fn by_partition(
    connection: &Connection,
    scope: &Scope,
    request: &ColumnsRequest<'_>,
) -> (Vec<Batch>, Vec<[u8; 32]>) {
    let (mut batches, mut digests) = (Vec::new(), Vec::new());
    let partitions = partitions(connection, scope, request.period).unwrap();
    let numbering = &mut Numbering::default();
    columns_by_partition(connection, numbering, request, &partitions, |place, rows| {
        assert_eq!(place, digests.len());
        digests.push(rows.digest());
        let (mut found, expected) = (0, rows.rows());
        rows.batches(|batch| {
            assert!(batch.rows > 0);
            found += batch.rows;
            batches.push(batch);
            Ok::<_, Error>(())
        })?;
        assert_eq!(found, expected);
        Ok::<_, Error>(())
    })
    .unwrap();
    assert_eq!(digests.len(), partitions.len());
    (batches, digests)
}

#[test]
fn every_field_that_may_be_read_is_kept() {
    let fields = readable("contacts");
    let request = request("contacts", &fields);
    let columns: BTreeSet<_> = kept(&Asked::new(&request).unwrap()).unwrap().into_iter().collect();
    assert_eq!(columns, KEPT.into_iter().collect(), "and nothing else is");
}

#[test]
fn only_the_columns_that_were_asked_for_are_taken_from_what_is_kept() {
    let columns =
        |fields: &[&str]| kept(&Asked::new(&request("contacts", fields)).unwrap()).unwrap();
    assert_eq!(columns(&["school"]), [""; 0]);
    assert_eq!(columns(&["school", "minutes"]), ["contact.minutes"]);
    assert_eq!(columns(&["contact_key", "day"]), ["contact.key", "contact.day"]);
}

#[test]
fn contacts_that_were_there_before_are_in_partitions() {
    let connection = municipality();
    for text in ["1969-12-31", "1970-01-01", "2025-09-01", "2025-09-30", "2025-10-01"] {
        contact(&connection, 1, day(text), "");
    }
    contact(&connection, 2, day("1900-01-01"), "");
    partitioned(&connection);
    let always = period("1900-01-01", "2199-12-31");
    let found = partitions(&connection, &Scope::municipality(), always).unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|Partition { school, month, version, .. }| (school.0, month.to_string(), *version))
        .collect();
    let expected = [(2, "1900-01"), (1, "1969-12"), (1, "1970-01"), (1, "2025-09"), (1, "2025-10")];
    assert_eq!(found, expected.map(|(school, month)| (school, month.to_owned(), 1)));
}

#[test]
fn changing_moving_and_deleting_a_contact_is_a_change_of_where_it_was_and_is() {
    let connection = municipality();
    let first = contact(&connection, 1, day("2025-09-15"), "");
    contact(&connection, 2, day("2025-10-15"), "");
    partitioned(&connection);
    let versions = || -> Vec<i64> {
        let all = partitions(&connection, &Scope::municipality(), SchoolYear(2025).period());
        all.unwrap().iter().map(|partition| partition.version).collect()
    };
    assert_eq!(versions(), [1, 1]);
    connection.execute("UPDATE contact SET minutes = 7 WHERE key = ?1", [first]).unwrap();
    assert!(versions()[1] > 1);
    let before = versions();
    let moved = day("2025-10-20").0;
    let sql = "UPDATE contact SET school = 2, day = ?2 WHERE key = ?1";
    connection.execute(sql, params![first, moved]).unwrap();
    assert!(versions().iter().zip(&before).all(|(now, before)| now > before));
    let before = versions();
    connection.execute("DELETE FROM contact WHERE key = ?1", [first]).unwrap();
    assert!(versions()[0] > before[0]);
    assert_eq!(versions()[1], before[1]);
}

#[test]
fn removing_or_renumbering_a_person_ends_an_epoch_and_adding_one_does_not() {
    let connection = municipality();
    partitioned(&connection);
    let epoch = || -> i64 {
        connection.query_row("SELECT epoch FROM numbering", [], |row| row.get(0)).unwrap()
    };
    for key in [3, 5, 6] {
        household(&connection, key);
        pupil(&connection, key, 1);
    }
    assert_eq!(epoch(), 0);
    household(&connection, 4);
    pupil(&connection, 4, 1);
    assert_eq!(epoch(), 2, "not the last one");
    for (sql, expected) in [
        ("UPDATE pupil SET key = 9 WHERE key = 4", 3),
        ("UPDATE household SET key = 9 WHERE key = 4", 4),
        ("DELETE FROM pupil WHERE key = 3", 5),
        ("DELETE FROM household WHERE key = 3", 6),
        ("UPDATE pupil SET class = '4a'", 6),
    ] {
        connection.execute(sql, []).unwrap();
        assert_eq!(epoch(), expected, "{sql}");
    }
}

#[test]
fn columns_of_another_version_or_layout_and_damaged_ones_are_not_used() {
    let connection = municipality();
    contact(&connection, 1, day("2025-09-15"), "minutes = 40");
    partitioned(&connection);
    let (all, year) = (Scope::municipality(), SchoolYear(2025).period());
    let load = || {
        let partition = partitions(&connection, &all, year).unwrap()[0];
        Chunk::load(&connection, &partition, &["contact.minutes", "contact.day"]).unwrap()
    };
    assert_eq!(load(), None);
    for change in [
        "UPDATE partition SET version = version + 1",
        "UPDATE chunk SET layout = 0",
        "UPDATE chunk SET rows = 2",
        "UPDATE chunk_column SET bytes = CAST(bytes || x'00' AS BLOB) WHERE name = 'contact.minutes'",
        "UPDATE chunk_column SET digest = zeroblob(32) WHERE name = 'contact.day'",
        "DELETE FROM chunk_column WHERE name = 'contact.day'",
    ] {
        connection.execute("DELETE FROM chunk", []).unwrap();
        keep(&connection, &all, year);
        assert!(load().is_some());
        connection.execute(change, []).unwrap();
        assert_eq!(load(), None, "{change}");
        let request = request("contacts", &["minutes", "day"]);
        let (batches, _) = by_partition(&connection, &all, &request);
        assert_eq!(values(&batches, 0), [40], "the records are read: {change}");
    }
}

#[test]
fn more_rows_than_a_batch_come_in_several() {
    let connection = municipality();
    many_contacts(&connection, 1, day("2025-09-15"), 40_000);
    many_contacts(&connection, 1, day("2025-09-16"), 3);
    partitioned(&connection);
    let (all, request) = (Scope::municipality(), request("contacts", &["minutes", "day"]));
    let plain = read(&connection, &all, &request);
    for _ in 0..2 {
        let (batches, _) = by_partition(&connection, &all, &request);
        assert_eq!(
            batches.iter().map(|batch| batch.rows).collect::<Vec<_>>(),
            [16_384, 16_384, 7_235]
        );
        assert_eq!(values(&batches, 0), values(&plain, 0));
        keep(&connection, &all, request.period);
    }
    let cut = ColumnsRequest { period: period("2025-09-16", "2025-09-16"), ..request };
    let (batches, _) = by_partition(&connection, &all, &cut);
    assert_eq!(values(&batches, 0), [0, 1, 2]);
}

#[test]
fn columns_are_built_in_pieces_of_at_least_one_partition() {
    let connection = municipality();
    for month in ["2025-09-15", "2025-10-15", "2025-11-15"] {
        many_contacts(&connection, 1, day(month), 20_000);
    }
    partitioned(&connection);
    let all = partitions(&connection, &Scope::municipality(), SchoolYear(2025).period()).unwrap();
    let built = build(&connection, &all, 0).unwrap();
    assert!(!built.is_empty());
    assert!(built.iter().all(|chunk| chunk.rows == 20_000));
    assert_eq!(build(&connection, &all, u64::MAX).unwrap().len(), 3);
    let one = build(&connection, &all[1..2], 0).unwrap();
    assert_eq!(one[0], build(&connection, &all, u64::MAX).unwrap()[1]);
}

#[test]
fn a_panic_of_the_user_of_partitions_comes_back_and_an_error_stops_the_reading() {
    let connection = municipality();
    for month in ["2025-09-15", "2025-10-15", "2025-11-15", "2025-12-15"] {
        contact(&connection, 1, day(month), "");
    }
    partitioned(&connection);
    let request = request("contacts", &["day"]);
    let all = partitions(&connection, &Scope::municipality(), request.period).unwrap();
    let mut seen = 0;
    let numbering = &mut Numbering::default();
    let stopped = columns_by_partition(&connection, numbering, &request, &all, |place, _| {
        seen += 1;
        if place == 1 {
            let (dataset, field) = ("mine".to_owned(), "mine".to_owned());
            return Err(Error::BadValue { dataset, field });
        }
        Ok(())
    });
    assert!(matches!(stopped, Err(Error::BadValue { dataset, .. }) if dataset == "mine"));
    assert_eq!(seen, 2);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        columns_by_partition(&connection, numbering, &request, &all, |_, _| -> Result<(), Error> {
            panic!("mine")
        })
    }));
    assert_eq!(panicked.unwrap_err().downcast_ref::<&str>(), Some(&"mine"));
}

type Facts = (u8, i32, u16, Option<u16>, Option<u8>);

fn any_facts() -> impl Strategy<Value = Facts> {
    (1u8..=3, 0i32..70, 0u16..14, prop::option::of(0u16..3), prop::option::of(1u8..=4))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn partitions_have_the_rows_of_the_records_in_their_order(
        contacts in prop::collection::vec(any_facts(), 0..60),
        more in prop::collection::vec(any_facts(), 0..6),
        cut in (0i32..70, 0i32..70), only in prop::option::of(1i64..=3),
    ) {
        let connection = municipality();
        (1..=4).for_each(|key| household(&connection, key));
        let first = day("2025-08-20");
        let add = |(school, offset, kind, consultation, household): &Facts| {
            let text = |value: Option<u16>| value.map_or("NULL".to_owned(), |value| value.to_string());
            let facts = format!(
                "kind = {kind}, consultation = {}, household = {}",
                text(*consultation),
                text(household.map(u16::from)),
            );
            contact(&connection, *school, first.plus(*offset), &facts);
        };
        contacts.iter().for_each(add);
        partitioned(&connection);
        let scope = only.map_or(Scope::municipality(), |key| Scope::of_schools([SchoolKey(key)]));
        keep(&connection, &scope, period("2025-08-01", "2025-09-30"));
        // The trigger counts it as a change, because it changes the contact just added.
        more.iter().for_each(add);

        let fields = readable("contacts");
        for period in [
            SchoolYear(2025).period(),
            Period { first: first.plus(cut.0), last: first.plus(cut.0 + cut.1) },
        ] {
            let request = ColumnsRequest { period, ..request("contacts", &fields) };
            let plain = read(&connection, &scope, &request);
            let (batches, digests) = by_partition(&connection, &scope, &request);
            for place in 0..fields.len() {
                prop_assert_eq!(column(&batches, place), column(&plain, place));
            }
            let mut days: Vec<(i64, BTreeSet<i64>)> =
                [2, 1, 3].map(|school| (school, BTreeSet::new())).to_vec();
            days.retain(|(school, _)| only.is_none_or(|only| only == *school));
            let [school, at] = ["school", "day"].map(|name| fields.iter().position(|field| *field == name).unwrap());
            for (place, day) in values(&plain, school).into_iter().zip(values(&plain, at)) {
                days[usize::try_from(place).unwrap()].1.insert(day);
            }
            let expected: Vec<_> = days
                .iter()
                .map(|(school, days)| (SchoolKey(*school), days.iter().map(|day| Day(i32::try_from(*day).unwrap())).collect()))
                .collect();
            let recorded = recorded_days(&connection, &scope, period).unwrap();
            prop_assert_eq!(&recorded, &expected);

            // The same with all columns kept, and with none.
            for sql in ["", "DELETE FROM chunk"] {
                if sql.is_empty() {
                    keep(&connection, &scope, period);
                } else {
                    connection.execute_batch(sql).unwrap();
                }
                let (again, same) = by_partition(&connection, &scope, &request);
                prop_assert_eq!(&again, &batches);
                prop_assert_eq!(&same, &digests);
                prop_assert_eq!(recorded_days(&connection, &scope, period).unwrap(), expected.clone());
            }
        }

    }
}
