//! Cases, worked out by hand from a printed calendar.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::domain::{BATCH_ROWS, Calendar};

/// The fields whose values the tests compare.
const FIELDS: [&str; 15] = [
    "pupil",
    "form",
    "grade",
    "status",
    "age",
    "accompanied_days",
    "days_since_contact",
    "contacts",
    "attempts",
    "unit",
    "possible_units",
    "missed_unexcused",
    "missed_open",
    "missed_excused",
    "next_due",
];

type CaseRow = BTreeMap<&'static str, Option<i64>>;

/// All cases of a period within a scope.
fn cases_in(connection: &Connection, scope: &Scope, first: &str, last: &str) -> Vec<CaseRow> {
    let fields = [&FIELDS[..], &["whereabouts_unknown", "school"]].concat();
    let request = ColumnsRequest { period: period(first, last), ..request("cases", &fields) };
    let batches = read(connection, scope, &request);
    let columns: Vec<_> = (0..fields.len()).map(|place| column(&batches, place)).collect();
    let row = |row: usize| {
        let values = fields.iter().zip(&columns);
        values.map(|(field, column)| (*field, column[row])).collect()
    };
    (0..columns[0].len()).map(row).collect()
}

fn cases(connection: &Connection, first: &str, last: &str) -> Vec<CaseRow> {
    cases_in(connection, &Scope::municipality(), first, last)
}

/// The one case of the weeks from Monday 1 September 2025 to a day.
fn case(connection: &Connection, last: &str) -> CaseRow {
    let found = cases(connection, "2025-09-01", last);
    assert_eq!(found.len(), 1);
    found.into_iter().next().unwrap()
}

/// Some fields of a case, in the order of their names.
fn picked<const N: usize>(case: &CaseRow, fields: [&'static str; N]) -> [Option<i64>; N] {
    fields.map(|field| case[field])
}

/// A pupil of a school who has been accompanied since a day.
fn accompanied(connection: &Connection, key: u8, school: u8, from: &str) {
    pupil(connection, key, school);
    set(connection, key, &format!("accompanied_from = {}", day(from).0));
}

fn set(connection: &Connection, pupil: u8, facts: &str) {
    connection.execute(&format!("UPDATE pupil SET {facts} WHERE key = {pupil}"), []).unwrap();
}

fn met(connection: &Connection, pupil: u8, text: &str, facts: &str) -> i64 {
    let school = connection
        .query_row("SELECT school FROM pupil WHERE key = ?1", [pupil], |row| row.get(0))
        .unwrap();
    let key = contact(connection, school, day(text), facts);
    about(connection, key, pupil);
    key
}

fn on(text: &str) -> i64 {
    i64::from(day(text).0)
}

#[test]
fn nobody_is_a_case_who_is_not_accompanied_on_the_last_day() {
    let connection = municipality();
    for key in 1..=5 {
        pupil(&connection, key, 1);
    }
    let (monday, friday) = (day("2025-09-15").0, day("2025-09-19").0);
    set(&connection, 1, &format!("accompanied_from = {monday}"));
    set(&connection, 2, &format!("accompanied_from = {monday}, accompanied_until = {friday}"));
    set(&connection, 3, &format!("accompanied_from = {friday}"));
    // Left school before, and nobody ended the accompaniment: the team has to see it.
    set(&connection, 4, &format!("accompanied_from = {monday}, enrolled_until = {monday}"));
    let pupils = |last| -> Vec<_> {
        cases(&connection, "2025-09-01", last).iter().map(|case| case["pupil"].unwrap()).collect()
    };
    assert_eq!(pupils("2025-09-14"), [0; 0]);
    assert_eq!(pupils("2025-09-15"), [0, 1, 3]);
    assert_eq!(pupils("2025-09-19"), [0, 1, 2, 3]);
    assert_eq!(pupils("2025-09-20"), [0, 2, 3]);
}

#[test]
fn cases_come_by_school_then_pupil_with_what_stands_in_their_row() {
    let connection = municipality();
    for (key, school) in [(1, 1), (2, 2), (3, 1), (4, 3)] {
        accompanied(&connection, key, school, "2025-09-01");
    }
    set(&connection, 3, "grade = 7, status = 2");
    let found = cases(&connection, "2025-09-01", "2025-09-30");
    let fields = ["school", "pupil", "grade", "status"];
    let some = |numbers: [i64; 4]| numbers.map(Some);
    let rows: Vec<_> = found.iter().map(|case| picked(case, fields)).collect();
    // School 2 has the lowest number.
    assert_eq!(rows, [[0, 1, 0, 0], [1, 0, 0, 0], [1, 2, 7, 2], [2, 3, 0, 0]].map(some));
    let form = |code| Some(i64::from(place(&connection, "school-form", code)));
    let forms: Vec<_> = found.iter().map(|case| case["form"]).collect();
    assert_eq!(forms, ["02", "10", "10", "20"].map(form));
}

#[test]
fn an_age_is_in_whole_years_and_missing_without_a_birthday() {
    let connection = municipality();
    accompanied(&connection, 1, 1, "2025-09-01");
    let age = |last| case(&connection, last)["age"];
    assert_eq!(age("2026-02-28"), None);
    let born = |text| set(&connection, 1, &format!("birth_day = {}", day(text).0));
    born("2016-02-29");
    assert_eq!(age("2026-02-28"), Some(9));
    assert_eq!(age("2026-03-01"), Some(10));
    born("2015-09-15");
    assert_eq!(age("2025-09-14"), Some(9));
    assert_eq!(age("2025-09-15"), Some(10));
    born("2025-09-16");
    assert_eq!(age("2025-09-15"), None, "a birthday that is still to come is a mistake");
}

/// September 2025 has 22 school days, and the school set the 8th free. Before it there are 3 days of
/// August, and 8 days of October follow, of which the 3rd is a public holiday.
#[test]
fn days_of_accompaniment_are_school_days_and_the_first_counts() {
    let connection = municipality();
    accompanied(&connection, 1, 1, "2025-09-15");
    let off = "INSERT INTO day_off VALUES (1, ?1, ''), (2, ?1 + 8, '')";
    connection.execute(off, [day("2025-09-08").0]).unwrap();
    let days = |last| case(&connection, last)["accompanied_days"];
    assert_eq!(days("2025-09-15"), Some(1));
    assert_eq!(days("2025-09-19"), Some(5));
    assert_eq!(days("2025-09-21"), Some(5));
    assert_eq!(days("2025-10-12"), Some(12 + 7));
    set(&connection, 1, &format!("accompanied_from = {}", day("2025-08-01").0));
    assert_eq!(days("2025-09-30"), Some(3 + 21), "from before the period, less the day off");
    set(&connection, 1, &format!("accompanied_from = {}", day("2025-09-20").0));
    assert_eq!(days("2025-09-21"), Some(0), "a weekend");
}

/// 19 September 2025 is a Friday.
#[test]
fn days_since_a_contact_are_school_days_of_the_pupils_school() {
    let connection = municipality();
    accompanied(&connection, 1, 1, "2025-08-27");
    let off = "INSERT INTO day_off VALUES (1, ?1, ''), (2, ?1 + 1, '')";
    connection.execute(off, [day("2025-09-22").0]).unwrap();
    let days = |last| case(&connection, last)["days_since_contact"];
    assert_eq!(days("2025-09-30"), None, "there was none");
    met(&connection, 1, "2025-09-19", "");
    assert_eq!(days("2025-09-18"), None, "it is still to come");
    assert_eq!(days("2025-09-19"), Some(0));
    assert_eq!(days("2025-09-21"), Some(0), "a weekend");
    assert_eq!(days("2025-09-22"), Some(0), "a day off");
    assert_eq!(days("2025-09-24"), Some(2));
    // A Saturday counts as the day on which it was.
    met(&connection, 1, "2025-09-27", "");
    assert_eq!(days("2025-09-29"), Some(1));
}

#[test]
fn a_contact_before_the_period_is_known_and_not_counted() {
    let connection = municipality();
    for key in 1..=2 {
        accompanied(&connection, key, 1, "2025-08-27");
    }
    met(&connection, 1, "2025-08-28", "");
    met(&connection, 1, "2025-08-27", "");
    met(&connection, 1, "2025-08-28", "attempt = 1");
    met(&connection, 1, "2025-08-29", "attempt = 1");
    met(&connection, 2, "2025-08-28", "");
    met(&connection, 2, "2025-09-01", "");
    met(&connection, 2, "2025-08-29", "attempt = 1");
    let fields = ["days_since_contact", "contacts", "attempts"];
    let found = cases(&connection, "2025-09-01", "2025-09-01");
    // The second attempt of the day came after the contact.
    assert_eq!(picked(&found[0], fields), [Some(2), Some(0), Some(2)]);
    assert_eq!(picked(&found[1], fields), [Some(0), Some(1), Some(0)]);
    // Who asks for the contacts of the period alone gets the same.
    let alone = ColumnsRequest {
        period: period("2025-09-01", "2025-09-01"),
        ..request("cases", &["contacts"])
    };
    assert_eq!(values(&read(&connection, &Scope::municipality(), &alone), 0), [0, 1]);
}

#[test]
fn an_attempt_is_no_contact_and_counts_until_the_next_one() {
    let connection = municipality();
    accompanied(&connection, 1, 1, "2025-08-27");
    let fields = ["days_since_contact", "contacts", "attempts"];
    let state = || picked(&case(&connection, "2025-09-30"), fields);
    met(&connection, 1, "2025-09-01", "attempt = 1");
    met(&connection, 1, "2025-09-02", "attempt = 1");
    assert_eq!(state(), [None, Some(0), Some(2)]);
    met(&connection, 1, "2025-09-03", "time = 600");
    assert_eq!(state(), [Some(19), Some(1), Some(0)]);
    met(&connection, 1, "2025-09-03", "attempt = 1, time = 540");
    assert_eq!(state(), [Some(19), Some(1), Some(0)], "in the morning before");
    met(&connection, 1, "2025-09-03", "attempt = 1, time = 700");
    let late = met(&connection, 1, "2025-09-24", "attempt = 1");
    met(&connection, 1, "2025-10-01", "attempt = 1");
    met(&connection, 1, "2025-10-01", "");
    assert_eq!(state(), [Some(19), Some(1), Some(2)], "October is still to come");
    // Somebody corrects the attempt: it was a contact, and on another day.
    let corrected =
        format!("UPDATE contact SET attempt = 0, day = {} WHERE key = ?1", { day("2025-09-23").0 });
    connection.execute(&corrected, [late]).unwrap();
    assert_eq!(state(), [Some(5), Some(2), Some(0)]);
}

#[test]
fn a_contact_with_the_household_is_one_with_each_child_of_it() {
    let connection = municipality();
    household(&connection, 1);
    household(&connection, 2);
    // Two siblings at two schools, a third child of another household, a fourth of none.
    for (key, school) in [(1, 1), (2, 2), (3, 1), (4, 1)] {
        accompanied(&connection, key, school, "2025-08-27");
    }
    set(&connection, 1, "household = 1");
    set(&connection, 2, "household = 1");
    set(&connection, 3, "household = 2");
    contact(&connection, 1, day("2025-09-01"), "household = 1");
    // About one of the siblings alone, and nobody named the household.
    met(&connection, 2, "2025-09-02", "");
    // Named three ways, and one contact all the same.
    let both = contact(&connection, 2, day("2025-09-03"), "household = 1");
    about(&connection, both, 1);
    about(&connection, both, 2);
    // A talk at school about no one, and one about a child of another school.
    contact(&connection, 1, day("2025-09-04"), "");
    let elsewhere = contact(&connection, 3, day("2025-09-05"), "");
    about(&connection, elsewhere, 3);
    let counts = |scope: &Scope| -> Vec<_> {
        let found = cases_in(&connection, scope, "2025-09-01", "2025-09-30");
        found.iter().map(|case| (case["pupil"].unwrap(), case["contacts"].unwrap())).collect()
    };
    // School 2 comes first.
    assert_eq!(counts(&Scope::municipality()), [(1, 3), (0, 2), (2, 1), (3, 0)]);
    // What was done at a school outside the scope does not exist.
    let one = Scope::of_schools([SchoolKey(1)]);
    assert_eq!(counts(&one), [(0, 1), (2, 0), (3, 0)]);
    assert_eq!(counts(&Scope::of_schools([SchoolKey(2)])), [(1, 2)]);
    assert_eq!(counts(&Scope::of_schools([])), []);
}

#[test]
fn a_step_is_due_until_a_later_contact() {
    let connection = municipality();
    accompanied(&connection, 1, 1, "2025-08-27");
    let due = || case(&connection, "2025-09-30")["next_due"];
    let agreed = |text: &str, more: &str| format!("next_due = {}{more}", day(text).0);
    met(&connection, 1, "2025-08-29", &agreed("2025-09-05", ""));
    assert_eq!(due(), None, "agreed before the period");
    met(&connection, 1, "2025-09-01", &agreed("2025-09-12", ", time = 600"));
    assert_eq!(due(), Some(on("2025-09-12")));
    met(&connection, 1, "2025-09-02", &agreed("2025-09-26", ", attempt = 1"));
    assert_eq!(due(), Some(on("2025-09-12")), "the earlier one");
    met(&connection, 1, "2025-09-03", &agreed("2025-09-09", ", attempt = 1"));
    assert_eq!(due(), Some(on("2025-09-09")));
    met(&connection, 1, "2025-09-04", "attempt = 1");
    assert_eq!(due(), Some(on("2025-09-12")), "tried again: what was agreed is still open");
    met(&connection, 1, "2025-10-01", "");
    assert_eq!(due(), Some(on("2025-09-12")), "October is still to come");
    met(&connection, 1, "2025-09-05", &agreed("2025-10-31", ""));
    assert_eq!(due(), Some(on("2025-10-31")), "it may lie after the period");
    met(&connection, 1, "2025-09-05", "time = 700");
    assert_eq!(due(), None, "a contact later on the day");
}

/// The second half-year of the Land begins on 9 February 2026: ten school days until the 20th, less
/// Carnival Monday, which the school has set free.
#[test]
fn absences_are_those_of_the_half_year_up_to_the_last_day() {
    let connection = municipality();
    accompanied(&connection, 1, 1, "2025-08-27");
    let state = |last| picked(&case(&connection, last), OF_TERM);
    absence(&connection, 1, "2026-02-10", ("unexcused", 1, "lesson"));
    assert_eq!(state("2026-02-20"), [None; 5], "the school does not record");
    connection.execute("INSERT INTO day_off VALUES (1, ?1, '')", [day("2026-02-16").0]).unwrap();
    assert_eq!(state("2026-02-20"), [None; 5], "nor does it with a day off");
    attendance(&connection, 1, "lesson", 6, ("2025-08-01", ""));
    for (text, status, amount) in [
        ("2026-02-06", "unexcused", 6),
        ("2026-02-09", "unexcused", 2),
        ("2026-02-09", "excused", 1),
        ("2026-02-11", "open", 6),
        ("2026-02-12", "on-leave", 6),
        ("2026-02-13", "school-caused", 6),
        ("2026-02-16", "unexcused", 6),
        ("2026-02-20", "excused", 3),
        ("2026-02-23", "unexcused", 6),
    ] {
        absence(&connection, 1, text, (status, amount, "lesson"));
    }
    absence(&connection, 1, "2026-02-17", ("unexcused", 1, "day"));
    absence(&connection, 1, "2026-02-17", ("late", 30, "minute"));
    assert_eq!(state("2026-02-20"), [2, 54, 3, 6, 4].map(Some));
    assert_eq!(state("2026-02-08"), [2, 570, 6, 0, 0].map(Some), "the first half, to its end");
    // Its own second half-year begins on the 16th.
    let row = params![day("2026-02-16").0];
    connection.execute("INSERT INTO half_year VALUES (1, 2025, ?1)", row).unwrap();
    assert_eq!(state("2026-02-20"), [2, 24, 0, 0, 3].map(Some));
}

#[test]
fn nothing_is_possible_of_which_nothing_could_be_missed() {
    let connection = municipality();
    accompanied(&connection, 1, 1, "2025-08-27");
    attendance(&connection, 1, "half-day", 2, ("2025-08-01", ""));
    let fields = ["unit", "possible_units", "missed_unexcused", "whereabouts_unknown"];
    let state = |last| picked(&case(&connection, last), fields);
    absence(&connection, 1, "2025-09-02", ("unexcused", 2, "half-day"));
    absence(&connection, 1, "2025-09-04", ("unexcused", 2, "half-day"));
    // Since 27 August, a Wednesday.
    assert_eq!(state("2025-09-05"), [1, 16, 4, 0].map(Some));
    let unknown = |text| set(&connection, 1, &format!("unknown_from = {}", day(text).0));
    unknown("2025-09-04");
    assert_eq!(state("2025-09-03"), [1, 12, 2, 0].map(Some), "nobody missed them yet");
    assert_eq!(state("2025-09-05"), [1, 12, 2, 1].map(Some));
    unknown("2025-08-01");
    assert_eq!(state("2025-09-05"), [1, 0, 0, 1].map(Some));
    // The status alone says so where nobody noted the day.
    set(&connection, 1, "unknown_from = NULL, status = 3");
    assert_eq!(place(&connection, "pupil-status", "whereabouts-unknown"), 3);
    assert_eq!(state("2025-09-05"), [1, 16, 4, 1].map(Some));
    set(&connection, 1, &format!("status = 0, enrolled_from = {}", day("2025-09-04").0));
    assert_eq!(state("2025-09-05"), [1, 4, 2, 0].map(Some), "on two days");
}

#[test]
fn different_units_are_never_added() {
    let connection = municipality();
    for key in 1..=2 {
        accompanied(&connection, key, 1, "2025-08-27");
        absence(&connection, key, "2025-09-09", ("open", 1, "half-day"));
    }
    attendance(&connection, 1, "day", 1, ("2025-08-01", "2025-09-05"));
    attendance(&connection, 1, "half-day", 2, ("2025-09-08", "2025-09-10"));
    set(&connection, 2, &format!("enrolled_from = {}", day("2025-09-09").0));
    let fields = ["unit", "possible_units", "missed_open"];
    let states = |last| -> Vec<_> {
        cases(&connection, "2025-09-01", last).iter().map(|case| picked(case, fields)).collect()
    };
    // Pupil 2 came when everything was counted in half-days.
    assert_eq!(states("2025-09-12"), [[None; 3], [1, 4, 1].map(Some)]);
    assert_eq!(states("2025-09-05"), [[0, 8, 0].map(Some), [0, 0, 0].map(Some)]);
    // Of the summer holidays it is known what the school will record in.
    let holidays = cases(&connection, "2025-08-01", "2025-08-26");
    assert!(holidays.is_empty());
    set(&connection, 1, &format!("accompanied_from = {}", day("2025-08-01").0));
    let holidays = cases(&connection, "2025-08-01", "2025-08-26");
    assert_eq!(picked(&holidays[0], fields), [0, 0, 0].map(Some));
}

#[test]
fn cases_fill_their_batches() {
    let connection = municipality();
    let sql = "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number LIMIT ?1)
               INSERT INTO pupil (key, id, code, given_name, family_name, school, grade, class,
                   status, enrolled_from, accompanied_from)
               SELECT n, randomblob(16), 'p' || n, 'G', 'F', 1 + n % 2, 0, '', 0, 0, 20000
               FROM number";
    connection.execute(sql, [i64::try_from(BATCH_ROWS + 3).unwrap()]).unwrap();
    let fields = ["school", "pupil", "pupil_key", "attempts"];
    let batches = read(&connection, &Scope::municipality(), &request("cases", &fields));
    let sizes: Vec<_> = batches.iter().map(|batch| batch.rows).collect();
    assert_eq!(sizes, [BATCH_ROWS, 3]);
    assert!(values(&batches, 0).is_sorted());
    assert_eq!(values(&batches, 1)[..3], [0, 2, 4], "the pupils of school 2");
}

#[test]
fn a_pupil_has_the_same_number_and_pseudonym_as_in_every_other_dataset() {
    let connection = municipality();
    for key in [7, 3, 5] {
        accompanied(&connection, key, 1, "2025-08-27");
    }
    attendance(&connection, 1, "day", 1, ("2025-09-01", ""));
    let scope = Scope::municipality();
    let mut run = Numbering::default();
    let fields = ["pupil", "pupil_key"];
    let week = period("2025-09-01", "2025-09-05");
    let mut people = |dataset| {
        let request = ColumnsRequest { period: week, ..request(dataset, &fields) };
        let batches = read_on(&connection, &scope, &mut run, &request).unwrap();
        let mut found: Vec<_> = values(&batches, 0).into_iter().zip(values(&batches, 1)).collect();
        found.dedup();
        found
    };
    let cases = people("cases");
    assert_eq!(cases.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(people("pupil_terms"), cases);
}

/// A contact or an attempt in February 2026, in days after the 1st.
#[derive(Debug, Clone, Copy)]
struct Met {
    /// A pupil from 1 to 3, or household 4.
    who: u8,
    day: i32,
    time: Option<u16>,
    is_attempt: bool,
    /// The days until the next step.
    due: Option<i32>,
}

/// What is recorded of three pupils of a school in February 2026, in days after the 1st. Pupils 1
/// and 2 live in household 4.
#[derive(Debug, Clone)]
struct Facts {
    days_off: Vec<i32>,
    second_half: Option<i32>,
    /// In the order in which they were recorded.
    contacts: Vec<Met>,
    /// Pupil, day, status and amount.
    absences: Vec<(u8, i32, u16, i64)>,
    /// Of each pupil: the first and, in days after it, the last day enrolled.
    enrolled: Vec<(i32, i32)>,
    first: i32,
    last: i32,
}

fn at(offset: i32) -> Day {
    day("2026-02-01").plus(offset)
}

fn any_contact() -> impl Strategy<Value = Met> {
    let time = proptest::option::of(0..3u16);
    let due = proptest::option::of(0..20_i32);
    (1..=4u8, 0..28_i32, time, any::<bool>(), due)
        .prop_map(|(who, day, time, is_attempt, due)| Met { who, day, time, is_attempt, due })
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let february = || 0..28_i32;
    let absence = (1..=3u8, february(), 0..6u16, 1..3i64);
    (
        proptest::collection::vec(february(), 0..3),
        proptest::option::of(1..28),
        proptest::collection::vec(any_contact(), 0..25),
        proptest::collection::vec(absence, 0..25),
        proptest::collection::vec((0..20, february()), 3),
        february(),
        february(),
    )
        .prop_map(|(days_off, second_half, contacts, absences, enrolled, one, other)| Facts {
            days_off,
            second_half,
            contacts,
            absences,
            enrolled,
            first: one.min(other),
            last: one.max(other),
        })
}

/// Writes the facts into a school.
fn write(connection: &Connection, facts: &Facts) {
    household(connection, 4);
    for (key, (from, length)) in (1..).zip(&facts.enrolled) {
        accompanied(connection, key, 1, "2025-08-27");
        let (from, until) = (at(*from).0, at(from + length).0);
        set(connection, key, &format!("enrolled_from = {from}, enrolled_until = {until}"));
        if key < 3 {
            set(connection, key, "household = 4");
        }
    }
    for off in &facts.days_off {
        let sql = "INSERT OR IGNORE INTO day_off VALUES (1, ?1, '')";
        connection.execute(sql, [at(*off).0]).unwrap();
    }
    attendance(connection, 1, "half-day", 2, ("2025-08-01", ""));
    if let Some(begins) = facts.second_half {
        let row = params![at(begins).0];
        connection.execute("INSERT INTO half_year VALUES (1, 2025, ?1)", row).unwrap();
    }
    for (pupil, offset, status, amount) in &facts.absences {
        let sql = "INSERT INTO absence (id, pupil, school, day, unit, amount, status, recorded_at)
                   VALUES (randomblob(16), ?1, 1, ?2, 1, ?3, ?4, 0)";
        connection.execute(sql, params![pupil, at(*offset).0, amount, status]).unwrap();
    }
    for met in &facts.contacts {
        let key = contact(connection, 1, at(met.day), "");
        let due = met.due.map(|due| at(met.day + due).0);
        let household = (met.who == 4).then_some(4);
        let sql = "UPDATE contact SET attempt = ?2, time = ?3, next_due = ?4, household = ?5
                   WHERE key = ?1";
        connection.execute(sql, params![key, met.is_attempt, met.time, due, household]).unwrap();
        if met.who < 4 {
            about(connection, key, met.who);
        }
    }
}

/// Days since the last contact, contacts, attempts and the day of the next step, counted as simply
/// as possible.
fn expected_contacts(facts: &Facts, pupil: u8) -> [Option<i64>; 4] {
    let is_own = |met: &Met| met.who == pupil || met.who == 4 && pupil < 3;
    let own = facts.contacts.iter().copied().filter(|met| is_own(met) && met.day <= facts.last);
    let mut own: Vec<Met> = own.collect();
    // A stable sort leaves those of one time in the order in which they were recorded.
    own.sort_by_key(|met| (met.day, met.time));
    let last = own.iter().rposition(|met| !met.is_attempt);
    let is_school_day =
        |offset: &i32| Calendar::nrw().is_open(at(*offset)) && !facts.days_off.contains(offset);
    let since = last.map(|place| (own[place].day + 1..=facts.last).filter(is_school_day).count());
    let contacts = own.iter().filter(|met| !met.is_attempt && met.day >= facts.first).count();
    let attempts = own.len() - last.map_or(0, |place| place + 1);
    let due = own.iter().enumerate().filter_map(|(place, met)| {
        let mut later = own[place + 1..].iter();
        let is_done = later.any(|other| met.is_attempt || !other.is_attempt);
        let due = met.due.filter(|_| !is_done && met.day >= facts.first)?;
        Some(i64::from(at(met.day + due).0))
    });
    let number = |count: usize| i64::try_from(count).unwrap();
    [since.map(number), Some(number(contacts)), Some(number(attempts)), due.min()]
}

const OF_TERM: [&str; 5] =
    ["unit", "possible_units", "missed_unexcused", "missed_open", "missed_excused"];

/// What `pupil_terms` says of the half-year that the last day lies in, up to that day: of each pupil
/// the values of [`OF_TERM`].
fn expected_terms(connection: &Connection, facts: &Facts) -> Vec<[Option<i64>; 5]> {
    let second = facts.second_half.unwrap_or(8);
    let (term, first) = if facts.last >= second { (2, at(second)) } else { (1, day("2025-08-01")) };
    let fields = [&["pupil", "term"], &OF_TERM[..]].concat();
    let period = Period { first, last: at(facts.last) };
    let terms = ColumnsRequest { period, ..request("pupil_terms", &fields) };
    let batches = read(connection, &Scope::municipality(), &terms);
    let columns: Vec<Vec<i64>> = (0..fields.len()).map(|place| values(&batches, place)).collect();
    // A pupil without a row could miss nothing, at a school that counts half-days.
    let mut expected = vec![[1, 0, 0, 0, 0].map(Some); facts.enrolled.len()];
    for row in (0..columns[0].len()).filter(|row| columns[1][*row] == term) {
        let pupil = usize::try_from(columns[0][row]).unwrap();
        expected[pupil] = std::array::from_fn(|field| Some(columns[field + 2][row]));
    }
    expected
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Whatever was recorded: contacts are what going through them one by one gives, and absences
    /// are those of the pupil's half-year in `pupil_terms`.
    #[test]
    fn cases_are_what_counting_one_by_one_gives(facts in any_facts()) {
        let connection = municipality();
        write(&connection, &facts);
        let [first, last] = [facts.first, facts.last].map(|offset| at(offset).to_string());
        let found = cases(&connection, &first, &last);
        prop_assert_eq!(found.len(), 3);
        let terms = expected_terms(&connection, &facts);
        for ((pupil, case), term) in (1..).zip(&found).zip(terms) {
            let done = ["days_since_contact", "contacts", "attempts", "next_due"];
            prop_assert_eq!(picked(case, done), expected_contacts(&facts, pupil));
            prop_assert_eq!(picked(case, OF_TERM), term);
        }
    }
}
