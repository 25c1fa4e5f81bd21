//! Rows and batches: their order, their size, what is missing, and when reading stops.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::sync_channel;

use proptest::prelude::*;

use super::super::{Asked, Query};
use super::*;
use crate::domain::BATCH_ROWS;
use crate::store::sink::Sink;

#[test]
fn rows_come_along_the_covering_index_and_nothing_is_sorted() {
    let connection = municipality();
    let plan = |dataset: &str, fields: &[&str]| -> Vec<String> {
        let request = request(dataset, fields);
        let query = Query::new(&Asked::new(&request).unwrap()).unwrap();
        let (full, _filled) = sync_channel(1);
        let (_give_back, used) = sync_channel(1);
        let _sink = Sink::new(&connection, query.may_miss, full, used).unwrap();
        let sql = format!("EXPLAIN QUERY PLAN {}", query.sql);
        let mut statement = connection.prepare(&sql).unwrap();
        let steps = statement.query_map(params![1, 0, 9], |row| row.get("detail")).unwrap();
        steps.map(Result::unwrap).collect()
    };
    let contacts =
        "SEARCH contact USING COVERING INDEX contact_columns (school=? AND day>? AND day<?)";
    let pupils = "SEARCH contact_pupil USING PRIMARY KEY (contact=?)";
    let pupil = "SEARCH pupil USING INTEGER PRIMARY KEY (rowid=?)";
    assert_eq!(plan("contacts", &readable("contacts")), [contacts]);
    assert_eq!(plan("contacts", &["school"]), [contacts]);
    assert_eq!(plan("contact_pupils", &readable("contact_pupils")), [contacts, pupils, pupil]);
    assert_eq!(plan("contact_pupils", &["pupil"]), [contacts, pupils]);
}

#[test]
fn every_field_that_may_be_read_comes_in_its_layout() {
    let connection = municipality();
    household(&connection, 1);
    pupil(&connection, 1, 1);
    let contact = contact(&connection, 1, day("2025-09-15"), "household = 1");
    about(&connection, contact, 1);
    attendance(&connection, 1, "lesson", 6, ("2025-09-15", "2025-09-15"));
    absence(&connection, 1, "2025-09-15", ("open", 2, "lesson"));
    connection.execute("INSERT INTO participation VALUES (1, 0, NULL)", []).unwrap();
    connection.execute("UPDATE pupil SET accompanied_from = 0", []).unwrap();
    // Those of forms: test `every_field_of_every_form_is_read_back_as_it_was_stored`.
    for dataset in Dictionary::get().datasets.iter().filter(|dataset| dataset.form().is_none()) {
        let fields = readable(&dataset.name);
        let request = request(&dataset.name, &fields);
        let shape = shape(&connection, &Scope::municipality(), &request).unwrap();
        let batch = &read(&connection, &Scope::municipality(), &request)[0];
        assert_eq!(batch.columns.len(), fields.len());
        for (place, name) in fields.iter().enumerate() {
            let field = dataset.field(name).unwrap();
            assert_eq!(shape.place(name), Some(place));
            let layout = Values::with_capacity(field.layout, 0);
            let found = &batch.columns[place].values;
            assert_eq!(std::mem::discriminant(found), std::mem::discriminant(&layout), "{name}");
            // A day lies in a half-year and in the whole year.
            let rows = if dataset.name == "pupil_terms" { 2 } else { 1 };
            assert_eq!(found.len(), rows, "{name}");
            let shaped = &shape.fields[place];
            assert_eq!(field.codes.is_some(), !shaped.codes.codes().is_empty(), "{name}");
            assert_eq!(matches!(found, Values::Indexes(_)), shaped.size == 1, "{name}");
        }
    }
}

#[test]
fn columns_come_in_the_order_of_the_request() {
    let connection = municipality();
    contact(&connection, 1, day("2025-09-15"), "minutes = 40, persons = 3");
    let batches = read(
        &connection,
        &Scope::municipality(),
        &request("contacts", &["persons", "school", "minutes"]),
    );
    assert_eq!([0, 1, 2].map(|place| values(&batches, place)[0]), [3, 1, 40]);
}

#[test]
fn batches_are_full_across_schools_and_never_empty() {
    let fields = ["school", "minutes"];
    let sizes = |connection: &Connection| -> Vec<usize> {
        let batches = read(connection, &Scope::municipality(), &request("contacts", &fields));
        batches.iter().map(|batch| batch.rows).collect()
    };
    let connection = municipality();
    many_contacts(&connection, 1, day("2025-09-15"), BATCH_ROWS);
    assert_eq!(sizes(&connection), [16_384]);
    contact(&connection, 1, day("2025-09-16"), "");
    assert_eq!(sizes(&connection), [16_384, 1]);

    // School 2 comes first, school 3 last.
    many_contacts(&connection, 2, day("2025-09-15"), 16_380);
    many_contacts(&connection, 3, day("2025-09-15"), 7);
    assert_eq!(sizes(&connection), [16_384, 16_384, 4]);
    let batches = read(&connection, &Scope::municipality(), &request("contacts", &fields));
    let schools = values(&batches, 0);
    assert!(schools.is_sorted());
    for (school, count) in [(0, 16_380), (1, 16_385), (2, 7)] {
        assert_eq!(schools.iter().filter(|found| **found == school).count(), count);
    }
    let last_of_school_2: Vec<_> = values(&batches, 1)[16_378..16_382].to_vec();
    assert_eq!(last_of_school_2, [999, 999, 0, 0]);
}

#[test]
fn missing_values_are_told_from_zero() {
    let connection = municipality();
    // The index has nulls first, so each contact gets a day of its own.
    let is_missing = |row: i32| row % 3 == 0;
    for row in 0..130 {
        let facts = if is_missing(row) { "" } else { "consultation = 0" };
        contact(&connection, 1, day("2025-09-15").plus(row), facts);
    }
    let fields = ["consultation", "minutes"];
    let batches = read(&connection, &Scope::municipality(), &request("contacts", &fields));
    let expected: Vec<_> = (0..130).map(|row| (!is_missing(row)).then_some(0)).collect();
    assert_eq!(column(&batches, 0), expected);
    let present = &batches[0].columns[0].present;
    assert_eq!(present.len(), 3);
    assert_eq!(present[2], 0b01, "row 128 is there, row 129 is not, and spare bits are 0");
    assert_eq!(
        batches[0].columns[1].present, [0; 0],
        "a field that is never missing has no bitmap"
    );

    connection.execute("UPDATE contact SET consultation = 2", []).unwrap();
    let batches = read(&connection, &Scope::municipality(), &request("contacts", &fields));
    assert_eq!(batches[0].columns[0].present, [0; 0], "nothing is missing in this batch");
}

#[test]
fn a_period_without_contacts_gives_no_batch() {
    let connection = municipality();
    contact(&connection, 1, day("2025-09-15"), "");
    let fields = ["day"];
    for period in [
        period("2025-09-16", "2025-09-30"),
        Period { first: Day(9_999_999), last: Day(-9_999_999) },
    ] {
        for dataset in ["contacts", "contact_pupils"] {
            let request = ColumnsRequest { period, ..request(dataset, &fields) };
            let numbering = &mut Numbering::default();
            let rows = columns(&connection, &Scope::municipality(), numbering, &request, |_| {
                panic!("there is no row to hand over")
            });
            assert_eq!(rows.map_err(|error: Error| error.to_string()), Ok(0));
        }
    }
}

#[test]
fn the_first_and_the_last_day_of_the_period_are_in_it() {
    let connection = municipality();
    for text in ["2025-09-14", "2025-09-15", "2025-09-16", "2025-09-17"] {
        contact(&connection, 1, day(text), "");
    }
    let request = ColumnsRequest {
        period: period("2025-09-15", "2025-09-16"),
        ..request("contacts", &["day"])
    };
    let days = values(&read(&connection, &Scope::municipality(), &request), 0);
    assert_eq!(days, [day("2025-09-15"), day("2025-09-16")].map(|day| i64::from(day.0)));
}

/// An error of the one who uses the batches.
#[derive(Debug)]
enum Mine {
    Enough(usize),
    Store,
}

impl From<Error> for Mine {
    fn from(_: Error) -> Self {
        Self::Store
    }
}

#[test]
fn an_error_of_the_user_stops_the_reading_and_comes_back_unchanged() {
    let connection = municipality();
    many_contacts(&connection, 1, day("2025-09-15"), 8 * BATCH_ROWS);
    let request = request("contacts", &["school", "day"]);
    for enough in 1..=8 {
        let mut calls = 0;
        let numbering = &mut Numbering::default();
        let stopped = columns(&connection, &Scope::municipality(), numbering, &request, |_| {
            calls += 1;
            if calls == enough { Err(Mine::Enough(calls)) } else { Ok(()) }
        });
        assert!(matches!(stopped, Err(Mine::Enough(found)) if found == enough));
        assert_eq!(calls, enough);
    }
    let rows: usize =
        read(&connection, &Scope::municipality(), &request).iter().map(|batch| batch.rows).sum();
    assert_eq!(rows, 8 * BATCH_ROWS, "the next read starts afresh");
}

#[test]
fn no_query_can_call_the_function_after_a_read() {
    let connection = municipality();
    many_contacts(&connection, 1, day("2025-09-15"), 4 * BATCH_ROWS);
    let request = request("contacts", &["day"]);
    for is_stopped in [false, true] {
        let numbering = &mut Numbering::default();
        let answer = || if is_stopped { Err(Mine::Enough(1)) } else { Ok(()) };
        let rows = columns(&connection, &Scope::municipality(), numbering, &request, |_| answer());
        assert_eq!(rows.is_err(), is_stopped);
        let refused = connection.prepare("SELECT tridem_sink(1)").unwrap_err().to_string();
        assert!(refused.contains("tridem_sink"), "{refused}");
    }
}

#[test]
fn a_panic_of_the_user_comes_back_and_nothing_hangs() {
    let connection = municipality();
    many_contacts(&connection, 1, day("2025-09-15"), 8 * BATCH_ROWS);
    let request = request("contacts", &["day"]);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let numbering = &mut Numbering::default();
        columns(
            &connection,
            &Scope::municipality(),
            numbering,
            &request,
            |_| -> Result<(), Error> { panic!("the user's own") },
        )
    }));
    let panic = panicked.unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"the user's own"));
    assert_eq!(read(&connection, &Scope::municipality(), &request).len(), 8);
}

#[test]
fn a_value_that_its_field_cannot_have_is_an_error_not_a_number() {
    for (field, facts) in [
        ("kind", "kind = 14"),
        ("kind", "kind = -1"),
        ("topics", "topics = 1 << 18"),
        ("topics", "topics = -1"),
        ("consultation", "consultation = 70000"),
        ("day", "day = 1 << 40"),
    ] {
        let connection = municipality();
        contact(&connection, 1, day("2025-09-15"), facts);
        let fields = [field];
        let period = Period { first: Day(0), last: Day(i32::MAX) };
        let mut request = ColumnsRequest { period, ..request("contacts", &fields) };
        let numbering = &mut Numbering::default();
        let read = read_on(&connection, &Scope::municipality(), numbering, &request);
        if field == "day" {
            // No period reaches that day, so it is in no batch.
            assert_eq!(read.unwrap(), []);
            continue;
        }
        assert!(matches!(read, Err(Error::BadValue { .. })), "{facts}");
        request.fields = &["minutes"];
        let read = read_on(&connection, &Scope::municipality(), numbering, &request);
        assert_eq!(read.unwrap().len(), 1, "who does not read the field is not troubled by it");
    }
}

/// School, day, kind, consultation and household of a contact.
type Facts = (u8, i32, u16, Option<u16>, Option<u8>);

fn any_facts() -> impl Strategy<Value = Facts> {
    (1..=3u8, 0..4, 0..3u16, proptest::option::of(0..3u16), proptest::option::of(1..=4u8))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Whatever was recorded in whatever order, it comes sorted, complete and unchanged.
    #[test]
    fn the_columns_are_the_sorted_records(
        mut contacts in proptest::collection::vec(any_facts(), 0..60),
    ) {
        let connection = municipality();
        (1..=4).for_each(|key| household(&connection, key));
        let first = day("2025-09-15");
        for (school, offset, kind, consultation, household) in &contacts {
            let text = |value: Option<u16>| value.map_or("NULL".to_owned(), |value| value.to_string());
            let facts = format!(
                "kind = {kind}, consultation = {}, household = {}",
                text(*consultation),
                text(household.map(u16::from)),
            );
            contact(&connection, *school, first.plus(*offset), &facts);
        }
        // School 2 has the lowest number; nulls come first, as in the derived order of `Option`.
        let place = |school: u8| [1, 0, 2][usize::from(school) - 1];
        contacts.sort_by_key(|(school, offset, kind, consultation, household)| {
            (place(*school), *offset, *kind, *consultation, *household)
        });
        // Households have the keys 1 to 4, so that their places begin at 0.
        let number = |household: u8| i64::from(household) - 1;
        let households: Vec<Option<i64>> =
            contacts.iter().map(|facts| facts.4.map(number)).collect();

        let fields = ["school", "day", "kind", "consultation", "household"];
        let batches = read(&connection, &Scope::municipality(), &request("contacts", &fields));
        let all = |value: fn(&Facts) -> i64| -> Vec<_> {
            contacts.iter().map(|facts| Some(value(facts))).collect()
        };
        prop_assert_eq!(column(&batches, 0), all(|facts| [1, 0, 2][usize::from(facts.0) - 1]));
        prop_assert_eq!(column(&batches, 1), all(|facts| i64::from(day("2025-09-15").0 + facts.1)));
        prop_assert_eq!(column(&batches, 2), all(|facts| i64::from(facts.2)));
        let consultations: Vec<_> = contacts.iter().map(|facts| facts.3.map(i64::from)).collect();
        prop_assert_eq!(column(&batches, 3), consultations);
        prop_assert_eq!(column(&batches, 4), households);
    }
}
