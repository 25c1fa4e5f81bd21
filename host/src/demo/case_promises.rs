//! Tests of what the invented city promises about its cases, read from its files alone: on any day
//! somebody who works through a list of cases finds each thing that such a list is for.

use std::collections::HashMap;

use super::reading::{Read, Row, at, day, list};
use crate::domain::Day;

/// The state of an accompanied pupil on a day.
struct Case {
    /// Calendar days since the last contact with them or their household; `None` without one.
    since: Option<i32>,
    /// Attempts on later days than the last contact.
    attempts: usize,
    /// Whether what was agreed at the last contact should have been done.
    is_overdue: bool,
    /// Days with an unexcused absence in the half-year.
    unexcused: usize,
    is_lost: bool,
}

/// The first days of the half-years that [`cases`] knows.
const HALF_YEARS: [&str; 2] = ["2025-08-01", "2026-02-09"];

/// The cases of a day.
fn cases(city: &'static Read, on: Day) -> Vec<Case> {
    let pupils = city.by("pupils", "code");
    let mut of_household: HashMap<&str, Vec<&Row>> = HashMap::new();
    let mut of_pupil: HashMap<&str, Vec<&Row>> = HashMap::new();
    for row in city.contacts().iter().filter(|row| day(at(row, "day")) <= on) {
        let mut households: Vec<&str> =
            list(row, "pupils").map(|pupil| at(pupils[pupil], "household")).collect();
        households.push(at(row, "household"));
        households.sort_unstable();
        households.dedup();
        // A file may leave the household to be found from the pupils.
        for household in households.into_iter().filter(|household| !household.is_empty()) {
            of_household.entry(household).or_default().push(row);
        }
    }
    let begins = HALF_YEARS.map(day).into_iter().rfind(|begins| *begins <= on).unwrap();
    for row in &city["absences"] {
        if (begins..=on).contains(&day(at(row, "day"))) && at(row, "status") == "unexcused" {
            of_pupil.entry(at(row, "pupil")).or_default().push(row);
        }
    }
    let maybe = |row: &Row, column| Some(at(row, column)).filter(|text| !text.is_empty()).map(day);
    let is_case = |row: &&Row| {
        maybe(row, "accompanied_from").is_some_and(|from| from <= on)
            && maybe(row, "accompanied_until").is_none_or(|last| last >= on)
    };
    let case = |row: &Row| {
        let contacts = of_household.get(at(row, "household")).map_or(&[][..], Vec::as_slice);
        let reached = contacts.iter().filter(|row| at(row, "attempt") == "no");
        let last = reached.max_by_key(|row| day(at(row, "day")));
        let last_day = last.map(|row| day(at(row, "day")));
        let is_since = |row: &&&Row| last_day.is_none_or(|last| day(at(row, "day")) > last);
        let attempts = contacts.iter().filter(|row| at(row, "attempt") == "yes");
        Case {
            since: last_day.map(|last| on.0 - last.0),
            attempts: attempts.filter(is_since).count(),
            is_overdue: last.and_then(|row| maybe(row, "next_due")).is_some_and(|due| due < on),
            unexcused: of_pupil.get(at(row, "code")).map_or(0, Vec::len),
            is_lost: maybe(row, "unknown_from").is_some_and(|from| from <= on),
        }
    };
    city["pupils"].iter().filter(is_case).map(case).collect()
}

#[test]
fn every_day_has_cases_that_wait_and_cases_that_do_not() {
    for (seed, city) in Read::all() {
        for text in ["2025-10-10", "2025-12-05", "2026-03-13", "2026-05-08", "2026-07-10"] {
            let cases = cases(city, day(text));
            let count = |fits: fn(&Case) -> bool| cases.iter().filter(|case| fits(case)).count();
            let place = format!("seed {seed} on {text}");
            assert!((250..=420).contains(&cases.len()), "{place}: {}", cases.len());
            let recent = count(|case| case.since.is_some_and(|since| since <= 7));
            assert!(3 * recent >= cases.len(), "{place}: {recent} reached within a week");
            assert!(count(|case| case.since.is_none_or(|since| since > 30)) >= 10, "{place}");
            assert!(count(|case| case.attempts >= 1) >= 20, "{place}");
            assert!(count(|case| case.attempts >= 2) >= 1, "{place}");
            assert!(count(|case| case.is_overdue) >= 10, "{place}");
            assert!(count(|case| case.unexcused >= 5) >= 1, "{place}");
        }
    }
}

/// On the day on which the school finds out, the family is still on the list.
#[test]
fn a_family_that_vanished_is_a_case_with_five_attempts() {
    for (seed, city) in Read::all() {
        let cases = cases(city, day("2026-02-06"));
        let lost: Vec<&Case> = cases.iter().filter(|case| case.is_lost).collect();
        assert!(lost.iter().any(|case| case.attempts == 5), "seed {seed}");
        assert!(lost.len() <= 3, "seed {seed}: {}", lost.len());
    }
}
