//! Terms of pupils, worked out by hand from a printed calendar.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::domain::{BATCH_ROWS, Calendar};

/// Fields whose values the tests compare, row by row.
const FIELDS: [&str; 12] = [
    "pupil",
    "school_year",
    "term",
    "unit",
    "enrolled_days",
    "possible_units",
    "missed_excused",
    "missed_unexcused",
    "missed_open",
    "on_leave",
    "school_caused",
    "late_minutes",
];

const YEAR: i64 = 0;
const FIRST: i64 = 1;
const SECOND: i64 = 2;
const DAY: i64 = 0;
const HALF_DAY: i64 = 1;
const LESSON: i64 = 2;

/// The rows of a period, each with the values of [`FIELDS`].
fn rows(connection: &Connection, first: &str, last: &str) -> Vec<[i64; 12]> {
    let request = ColumnsRequest { period: period(first, last), ..request("pupil_terms", &FIELDS) };
    let batches = read(connection, &Scope::municipality(), &request);
    let columns: Vec<Vec<i64>> = (0..FIELDS.len()).map(|place| values(&batches, place)).collect();
    let count = columns[0].len();
    (0..count).map(|row| std::array::from_fn(|field| columns[field][row])).collect()
}

/// A row in which nothing was missed.
fn row(pupil: i64, year: i64, term: i64, unit: i64, days: i64, possible: i64) -> [i64; 12] {
    [pupil, year, term, unit, days, possible, 0, 0, 0, 0, 0, 0]
}

fn enrolled(connection: &Connection, pupil: u8, from: &str, until: &str) {
    let until = (!until.is_empty()).then(|| day(until).0);
    let sql = "UPDATE pupil SET enrolled_from = ?2, enrolled_until = ?3 WHERE key = ?1";
    connection.execute(sql, params![pupil, day(from).0, until]).unwrap();
}

#[test]
fn a_pupil_of_a_school_that_does_not_record_has_no_row() {
    let connection = municipality();
    pupil(&connection, 1, 1);
    pupil(&connection, 2, 2);
    connection.execute("INSERT INTO day_off VALUES (1, 20346, '')", []).unwrap();
    attendance(&connection, 2, "day", 1, ("2026-08-01", ""));
    assert_eq!(rows(&connection, "2025-08-01", "2026-07-31"), [[0; 12]; 0]);
}

/// Until 6 February 3 school days in August, 22, 12, 20, 15, 18 and 5 in the months after it: 95. From
/// the 9th on 15 in February, 20, 14, 17, 21 and 13 in the months after it: 100. Six lessons each.
#[test]
fn a_year_is_the_sum_of_its_halves() {
    let connection = municipality();
    pupil(&connection, 1, 1);
    attendance(&connection, 1, "lesson", 6, ("2024-08-01", ""));
    let found = rows(&connection, "2025-08-01", "2026-07-31");
    let expected = [
        row(0, 2025, YEAR, LESSON, 195, 1170),
        row(0, 2025, FIRST, LESSON, 95, 570),
        row(0, 2025, SECOND, LESSON, 100, 600),
    ];
    assert_eq!(found, expected);
}

/// Acceptance row 3: eight days enrolled, all missed. Whether that is rated is the plugin's to say.
#[test]
fn eight_days_enrolled_are_eight_days() {
    let connection = municipality();
    pupil(&connection, 1, 1);
    attendance(&connection, 1, "day", 1, ("2025-08-01", ""));
    enrolled(&connection, 1, "2025-09-01", "2025-09-10");
    for date in [1, 2, 3, 4, 5, 8, 9, 10] {
        absence(&connection, 1, &format!("2025-09-{date:02}"), ("excused", 1, "day"));
    }
    let found = rows(&connection, "2025-08-01", "2026-07-31");
    let of = |term| [0, 2025, term, DAY, 8, 8, 8, 0, 0, 0, 0, 0];
    assert_eq!(found, [of(YEAR), of(FIRST)]);
}

/// Acceptance row 4: open 6, unexcused 2. What is no absence stands apart.
#[test]
fn every_status_is_counted_by_itself() {
    let connection = municipality();
    pupil(&connection, 1, 1);
    attendance(&connection, 1, "lesson", 6, ("2025-08-01", ""));
    absence(&connection, 1, "2025-09-01", ("open", 6, "lesson"));
    absence(&connection, 1, "2025-09-02", ("unexcused", 2, "lesson"));
    absence(&connection, 1, "2025-09-02", ("excused", 1, "lesson"));
    absence(&connection, 1, "2025-09-02", ("late", 15, "minute"));
    absence(&connection, 1, "2025-09-03", ("on-leave", 4, "lesson"));
    absence(&connection, 1, "2025-09-04", ("school-caused", 6, "lesson"));
    absence(&connection, 1, "2025-09-05", ("late", 5, "minute"));
    let found = rows(&connection, "2025-09-01", "2025-09-05");
    let of = |term| [0, 2025, term, LESSON, 5, 30, 1, 2, 6, 4, 6, 20];
    assert_eq!(found, [of(YEAR), of(FIRST)]);
}

/// Acceptance row 11: school begins on 7 January; the 7th, 8th and 9th are left.
#[test]
fn an_unregistered_move_ends_what_is_possible_and_is_not_unexcused() {
    let connection = municipality();
    pupil(&connection, 1, 1);
    pupil(&connection, 2, 1);
    attendance(&connection, 1, "half-day", 2, ("2025-08-01", ""));
    absence(&connection, 1, "2026-01-09", ("excused", 1, "half-day"));
    for text in ["2026-01-12", "2026-01-13", "2026-01-30"] {
        absence(&connection, 1, text, ("unexcused", 2, "half-day"));
        absence(&connection, 1, text, ("late", 9, "minute"));
    }
    let unknown = day("2026-01-12").0;
    connection.execute("UPDATE pupil SET unknown_from = ?1 WHERE key = 1", [unknown]).unwrap();
    // A pupil who was never seen at all is nowhere.
    connection.execute("UPDATE pupil SET unknown_from = 0 WHERE key = 2", []).unwrap();
    let found = rows(&connection, "2026-01-01", "2026-01-31");
    let of = |term| [0, 2025, term, HALF_DAY, 3, 6, 1, 0, 0, 0, 0, 0];
    assert_eq!(found, [of(YEAR), of(FIRST)]);
}

/// From Monday 9 March: 15 days in March, 14 in April, 17 in May, 21 in June, 13 in July.
#[test]
fn who_comes_in_the_middle_of_the_year_counts_from_then_on() {
    let connection = municipality();
    pupil(&connection, 1, 1);
    attendance(&connection, 1, "day", 1, ("2025-08-01", ""));
    enrolled(&connection, 1, "2026-03-09", "");
    absence(&connection, 1, "2026-03-06", ("excused", 1, "day"));
    let found = rows(&connection, "2025-08-01", "2026-07-31");
    let expected = [row(0, 2025, YEAR, DAY, 80, 80), row(0, 2025, SECOND, DAY, 80, 80)];
    assert_eq!(found, expected);
}

/// The first two weeks of February. The Land's second half begins on the 9th, school 2 has its own
/// on the 2nd, and school 3 on the 11th.
#[test]
fn a_half_year_ends_where_the_school_says_or_else_the_land() {
    let connection = municipality();
    for school in 1..=3 {
        pupil(&connection, school, school);
        attendance(&connection, school, "day", 1, ("2025-08-01", ""));
        absence(&connection, school, "2026-02-09", ("open", 1, "day"));
    }
    for (school, text) in [(2, "2026-02-02"), (3, "2026-02-11")] {
        let row = params![school, day(text).0];
        connection.execute("INSERT INTO half_year VALUES (?1, 2025, ?2)", row).unwrap();
    }
    let of = |pupil, term, days, open| [pupil, 2025, term, DAY, days, days, 0, 0, open, 0, 0, 0];
    let expected = [
        // School 2 has the lowest number.
        of(1, YEAR, 10, 1),
        of(1, SECOND, 10, 1),
        of(0, YEAR, 10, 1),
        of(0, FIRST, 5, 0),
        of(0, SECOND, 5, 1),
        of(2, YEAR, 10, 1),
        of(2, FIRST, 7, 1),
        of(2, SECOND, 3, 0),
    ];
    assert_eq!(rows(&connection, "2026-02-01", "2026-02-15"), expected);
}

/// An absence on a day that was set free only afterwards is no absence any more.
#[test]
fn a_day_off_counts_for_nothing() {
    let connection = municipality();
    pupil(&connection, 1, 1);
    attendance(&connection, 1, "day", 1, ("2025-08-01", ""));
    for text in ["2026-02-13", "2026-02-16"] {
        absence(&connection, 1, text, ("unexcused", 1, "day"));
        absence(&connection, 1, text, ("late", 7, "minute"));
    }
    let monday = day("2026-02-16").0;
    connection.execute("INSERT INTO day_off VALUES (1, ?1, '')", [monday]).unwrap();
    connection.execute("INSERT INTO day_off VALUES (2, ?1 - 3, '')", [monday]).unwrap();
    let of = |term| [0, 2025, term, DAY, 9, 9, 0, 1, 0, 0, 0, 7];
    assert_eq!(rows(&connection, "2026-02-09", "2026-02-20"), [of(YEAR), of(SECOND)]);
}

#[test]
fn the_period_cuts_a_term_on_both_sides() {
    let connection = municipality();
    pupil(&connection, 1, 1);
    attendance(&connection, 1, "day", 1, ("2025-08-01", ""));
    for text in ["2026-02-03", "2026-02-04", "2026-02-10", "2026-02-11"] {
        absence(&connection, 1, text, ("excused", 1, "day"));
    }
    let of = |term, days, excused| [0, 2025, term, DAY, days, days, excused, 0, 0, 0, 0, 0];
    let expected = [of(YEAR, 5, 2), of(FIRST, 3, 1), of(SECOND, 2, 1)];
    assert_eq!(rows(&connection, "2026-02-04", "2026-02-10"), expected);
    assert_eq!(rows(&connection, "2026-02-07", "2026-02-08"), [[0; 12]; 0], "a weekend");
}

/// The last week before the summer holidays and the three days after them.
#[test]
fn a_period_over_two_school_years_has_rows_for_both() {
    let connection = municipality();
    pupil(&connection, 1, 1);
    attendance(&connection, 1, "day", 1, ("2025-08-01", ""));
    let expected = [
        row(0, 2025, YEAR, DAY, 5, 5),
        row(0, 2025, SECOND, DAY, 5, 5),
        row(0, 2026, YEAR, DAY, 3, 3),
        row(0, 2026, FIRST, DAY, 3, 3),
    ];
    assert_eq!(rows(&connection, "2026-07-13", "2026-09-04"), expected);
}

/// The school begins on Wednesday the 4th, and stops after the 10th.
#[test]
fn days_on_which_nobody_recorded_do_not_count() {
    let connection = municipality();
    pupil(&connection, 1, 1);
    attendance(&connection, 1, "day", 1, ("2026-02-04", "2026-02-10"));
    for text in ["2026-02-03", "2026-02-04", "2026-02-11"] {
        absence(&connection, 1, text, ("unexcused", 1, "day"));
    }
    let of = |term, days, unexcused| [0, 2025, term, DAY, days, days, 0, unexcused, 0, 0, 0, 0];
    let expected = [of(YEAR, 5, 1), of(FIRST, 3, 1), of(SECOND, 2, 0)];
    assert_eq!(rows(&connection, "2026-01-26", "2026-02-20"), expected);
}

/// Half-days in the week of 2 February, five lessons in the next and six in the one after: the halves
/// can be told, the year cannot.
#[test]
fn a_term_in_which_the_unit_changed_has_no_row() {
    let connection = municipality();
    pupil(&connection, 1, 1);
    attendance(&connection, 1, "half-day", 2, ("2026-02-02", "2026-02-06"));
    attendance(&connection, 1, "lesson", 5, ("2026-02-09", "2026-02-13"));
    attendance(&connection, 1, "lesson", 6, ("2026-02-16", ""));
    absence(&connection, 1, "2026-02-06", ("excused", 1, "half-day"));
    absence(&connection, 1, "2026-02-06", ("late", 3, "minute"));
    absence(&connection, 1, "2026-02-09", ("excused", 4, "lesson"));
    // The wrong unit for its day: no writer lets it in, and it counts for nothing.
    absence(&connection, 1, "2026-02-10", ("excused", 1, "half-day"));
    let half = |term| [0, 2025, term, HALF_DAY, 5, 10, 1, 0, 0, 0, 0, 3];
    let lessons = |term| [0, 2025, term, LESSON, 10, 55, 4, 0, 0, 0, 0, 0];
    let expected = [half(FIRST), lessons(SECOND)];
    assert_eq!(rows(&connection, "2026-02-01", "2026-02-22"), expected);
}

/// Ten lessons on a day of six, as a school's own system may tell them: on leave comes before the
/// excused, the open and the unexcused.
#[test]
fn no_day_has_more_than_it_has() {
    let connection = municipality();
    pupil(&connection, 1, 1);
    attendance(&connection, 1, "lesson", 6, ("2025-08-01", ""));
    let day = "2025-09-01";
    for (status, amount) in [("open", 4), ("unexcused", 3), ("excused", 2), ("on-leave", 1)] {
        absence(&connection, 1, day, (status, amount, "lesson"));
    }
    let of = |term| [0, 2025, term, LESSON, 1, 6, 2, 0, 3, 1, 0, 0];
    assert_eq!(rows(&connection, day, day), [of(YEAR), of(FIRST)]);
}

#[test]
fn rows_come_by_school_then_pupil_and_fill_their_batches() {
    let connection = municipality();
    for school in 1..=2 {
        attendance(&connection, school, "day", 1, ("2025-08-01", ""));
    }
    // Two rows each, the pupils of school 2 first.
    let pupils = BATCH_ROWS / 2 + 1;
    let sql = "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number LIMIT ?1)
               INSERT INTO pupil (key, id, code, given_name, family_name, school, grade, class,
                   status, enrolled_from)
               SELECT n, randomblob(16), 'p' || n, 'G', 'F', 1 + n % 2, 0, '', 0, 0 FROM number";
    connection.execute(sql, [i64::try_from(pupils).unwrap()]).unwrap();
    let fields = ["school", "pupil_key", "pupil", "term"];
    let request = ColumnsRequest {
        period: period("2025-09-01", "2025-09-05"),
        ..request("pupil_terms", &fields)
    };
    let batches = read(&connection, &Scope::municipality(), &request);
    let sizes: Vec<_> = batches.iter().map(|batch| batch.rows).collect();
    assert_eq!(sizes, [BATCH_ROWS, 2]);
    let schools = values(&batches, 0);
    assert!(schools.is_sorted());
    assert_eq!(schools.iter().filter(|school| **school == 0).count(), pupils / 2 * 2 + 2);
    let numbers = values(&batches, 2);
    assert!(numbers.chunks(2).all(|rows| rows[0] == rows[1]), "a pupil's rows stand together");
    assert_eq!(numbers.iter().max(), Some(&(i64::try_from(pupils).unwrap() - 1)));
    assert_eq!(values(&batches, 3)[..4], [YEAR, FIRST, YEAR, FIRST]);
}

#[test]
fn an_error_of_the_user_ends_the_reading_of_terms() {
    let connection = municipality();
    pupil(&connection, 1, 1);
    attendance(&connection, 1, "day", 1, ("2025-08-01", ""));
    let request = request("pupil_terms", &["term"]);
    let refused =
        columns(&connection, &Scope::municipality(), &mut Numbering::default(), &request, |_| {
            Err(Error::TooManySchools { count: 7 })
        });
    assert!(matches!(refused, Err(Error::TooManySchools { count: 7 })));
}

/// What is recorded of a school in February 2026, in days after the 1st.
#[derive(Debug, Clone)]
struct Facts {
    /// The last day of half-days; lessons follow, two days later.
    change: i32,
    second_half: Option<i32>,
    days_off: Vec<i32>,
    /// First day, days until the last, and the day from which whereabouts are unknown.
    pupils: Vec<(i32, i32, Option<i32>)>,
    /// Pupil, day, status, unit and amount.
    absences: Vec<(usize, i32, u16, u16, i64)>,
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let pupil = (0..20, 0..28, proptest::option::of(0..28));
    let absence = (0..3usize, 0..28, 0..6u16, 1..3u16, 1..5i64);
    let february = || 0..28;
    (
        february(),
        proptest::option::of(february()),
        proptest::collection::vec(february(), 0..3),
        proptest::collection::vec(pupil, 3),
        proptest::collection::vec(absence, 0..40),
    )
        .prop_map(|(change, second_half, days_off, pupils, absences)| Facts {
            change,
            second_half,
            days_off,
            pupils,
            absences,
        })
}

/// Writes the facts into a school, and works them out again, day by day and as simply as possible.
fn expected(connection: &Connection, facts: &Facts) -> Vec<[i64; 12]> {
    let first = day("2026-02-01");
    let on = |offset: i32| first.plus(offset);
    attendance(connection, 1, "half-day", 2, ("2026-01-01", &on(facts.change).to_string()));
    attendance(connection, 1, "lesson", 6, (&on(facts.change + 2).to_string(), ""));
    if let Some(begins) = facts.second_half {
        let row = params![on(begins).0];
        connection.execute("INSERT INTO half_year VALUES (1, 2025, ?1)", row).unwrap();
    }
    for off in &facts.days_off {
        let sql = "INSERT OR IGNORE INTO day_off VALUES (1, ?1, '')";
        connection.execute(sql, [on(*off).0]).unwrap();
    }
    for (key, (from, length, unknown)) in (1..).zip(&facts.pupils) {
        pupil(connection, key, 1);
        let sql = "UPDATE pupil SET enrolled_from = ?2, enrolled_until = ?3, unknown_from = ?4
                   WHERE key = ?1";
        let unknown = unknown.map(|unknown| on(unknown.max(*from)).0);
        connection.execute(sql, params![key, on(*from).0, on(from + length).0, unknown]).unwrap();
    }
    for (pupil, offset, status, unit, amount) in &facts.absences {
        let sql = "INSERT INTO absence (id, pupil, school, day, unit, amount, status, recorded_at)
                   VALUES (randomblob(16), ?1, 1, ?2, ?3, ?4, ?5, 0)";
        connection
            .execute(
                sql,
                params![i64::try_from(pupil + 1).unwrap(), on(*offset).0, unit, amount, status],
            )
            .unwrap();
    }

    let mut found: BTreeMap<[i64; 3], [i64; 8]> = BTreeMap::new();
    for (key, (from, length, unknown)) in facts.pupils.iter().enumerate() {
        for offset in 0..28 {
            let is_lessons = offset >= facts.change + 2;
            let counts = (is_lessons || offset <= facts.change)
                && Calendar::nrw().is_open(on(offset))
                && !facts.days_off.contains(&offset)
                && (*from..=from + length).contains(&offset)
                && unknown.is_none_or(|unknown| offset < unknown.max(*from));
            if !counts {
                continue;
            }
            let (unit, units) = if is_lessons { (LESSON, 6) } else { (HALF_DAY, 2) };
            let sum = |status: u16| -> i64 {
                let theirs = facts.absences.iter().filter(|absence| {
                    (absence.0, absence.1, absence.2) == (key, offset, status)
                        && (status == 5 || i64::from(absence.3) == unit)
                });
                theirs.map(|absence| absence.4).sum()
            };
            let mut left = units;
            let mut day = [1, units, 0, 0, 0, 0, 0, sum(5)];
            for status in [4u16, 3, 0, 2, 1] {
                let part = sum(status).min(left);
                left -= part;
                day[2 + usize::from(status)] = part;
            }
            let second = offset >= facts.second_half.unwrap_or(8);
            for term in [YEAR, if second { SECOND } else { FIRST }] {
                let row = found.entry([i64::try_from(key).unwrap(), term, unit]).or_default();
                row.iter_mut().zip(day).for_each(|(sum, part)| *sum += part);
            }
        }
    }
    // Pupils are numbered by their keys, which begin at 1 and have no gaps, as places begin at 0.
    let row = |([place, term, unit], values): ([i64; 3], [i64; 8])| {
        let head = [place, 2025, term, unit];
        std::array::from_fn(|field| {
            head.get(field).copied().unwrap_or_else(|| values[field - head.len()])
        })
    };
    let others = |[place, term, unit]: [i64; 3]| {
        let other = if unit == LESSON { HALF_DAY } else { LESSON };
        found.contains_key(&[place, term, other])
    };
    let told = found.iter().filter(|(key, _)| !others(**key));
    told.map(|(key, values)| row((*key, *values))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Whatever was recorded, the rows are what counting day by day gives.
    #[test]
    fn terms_are_what_counting_day_by_day_gives(facts in any_facts()) {
        let connection = municipality();
        let expected = expected(&connection, &facts);
        prop_assert_eq!(rows(&connection, "2026-02-01", "2026-02-28"), expected);
    }
}
