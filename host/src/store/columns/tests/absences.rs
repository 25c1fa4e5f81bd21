//! Absences as they were recorded: their order, and those that never count.

use std::sync::mpsc::sync_channel;

use super::super::{Asked, Query};
use super::*;
use crate::store::sink::Sink;

#[test]
fn absences_come_along_their_covering_index_and_nothing_is_sorted() {
    let connection = municipality();
    let plan = |fields: &[&str]| -> Vec<String> {
        let request = request("absences", fields);
        let query = Query::new(&Asked::new(&request).unwrap()).unwrap();
        let (full, _filled) = sync_channel(1);
        let (_give_back, used) = sync_channel(1);
        let _sink = Sink::new(&connection, query.may_miss, full, used).unwrap();
        let sql = format!("EXPLAIN QUERY PLAN {}", query.sql);
        let mut statement = connection.prepare(&sql).unwrap();
        let steps = statement.query_map(params![1, 0, 9], |row| row.get("detail")).unwrap();
        steps.map(Result::unwrap).collect()
    };
    let absences =
        "SEARCH absence USING COVERING INDEX absence_columns (school=? AND day>? AND day<?)";
    let pupil = "SEARCH pupil USING INTEGER PRIMARY KEY (rowid=?)";
    assert_eq!(plan(&readable("absences")), [absences, pupil]);
    assert_eq!(plan(&["school"]), [absences, pupil]);
}

#[test]
fn absences_come_by_school_and_day_with_what_was_recorded() {
    let connection = municipality();
    for (key, school) in [(1, 1), (2, 2), (3, 1)] {
        pupil(&connection, key, school);
    }
    connection.execute("UPDATE pupil SET grade = 7 WHERE key = 3", []).unwrap();
    absence(&connection, 1, "2025-09-16", ("excused", 6, "lesson"));
    absence(&connection, 3, "2025-09-15", ("late", 20, "minute"));
    absence(&connection, 2, "2025-09-17", ("open", 2, "half-day"));
    absence(&connection, 1, "2025-09-30", ("open", 1, "lesson"));
    let fields = ["school", "day", "status", "unit", "amount", "pupil", "grade"];
    let fortnight = ColumnsRequest {
        period: period("2025-09-15", "2025-09-29"),
        ..request("absences", &fields)
    };
    let batches = read(&connection, &Scope::municipality(), &fortnight);
    let days = ["2025-09-17", "2025-09-15", "2025-09-16"].map(|text| i64::from(day(text).0));
    // School 2 has the lowest number.
    let expected: [[i64; 3]; 7] =
        [[0, 1, 1], days, [2, 5, 0], [1, 3, 2], [2, 20, 6], [1, 2, 0], [0, 7, 0]];
    for (place, expected) in expected.into_iter().enumerate() {
        assert_eq!(values(&batches, place), expected, "{}", fields[place]);
    }
}

/// Acceptance row 11: from the day of an unregistered move on, nothing is absence.
#[test]
fn an_absence_of_a_pupil_whose_whereabouts_are_unknown_is_none() {
    let connection = municipality();
    pupil(&connection, 1, 1);
    let unknown = day("2026-01-12").0;
    connection.execute("UPDATE pupil SET unknown_from = ?1", [unknown]).unwrap();
    for text in ["2026-01-09", "2026-01-12", "2026-01-13"] {
        absence(&connection, 1, text, ("unexcused", 1, "day"));
    }
    let batches = read(&connection, &Scope::municipality(), &request("absences", &["day"]));
    assert_eq!(values(&batches, 0), [i64::from(unknown) - 3]);
}
