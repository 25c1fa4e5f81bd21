//! What counts as what, on a handful of rows.

use tridem_sdk::testing::{Case, Outcome, Rows};
use tridem_sdk::{Metrics, Result, day};

use crate::Attendance;

/// A pupil and term as a test writes it.
#[derive(Clone, Copy)]
struct Row {
    school: &'static str,
    term: &'static str,
    grade: &'static str,
    unit: &'static str,
    days: i32,
    possible: i32,
    excused: i32,
    unexcused: i32,
    open: i32,
}

/// A pupil with 190 days of two half-days who was never away.
const PUPIL: Row = Row {
    school: "100001",
    term: "year",
    grade: "03",
    unit: "half-day",
    days: 190,
    possible: 380,
    excused: 0,
    unexcused: 0,
    open: 0,
};

/// A year of 192 days at a school that counts days.
const DAYS: Row = Row { unit: "day", days: 192, possible: 192, ..PUPIL };

fn case(rows: &[Row]) -> Case {
    let of = || rows.iter();
    Case::new(day(2025, 8, 1), day(2026, 7, 31))
        .integer("minimum_days", 10)
        .integer("persistent_percent", 10)
        .rows(
            Rows::of("pupil_terms")
                .codes("school", of().map(|row| row.school))
                .codes("term", of().map(|row| row.term))
                .codes("grade", of().map(|row| row.grade))
                .codes("unit", of().map(|row| row.unit))
                .integers("enrolled_days", of().map(|row| row.days))
                .integers("possible_units", of().map(|row| row.possible))
                .integers("missed_excused", of().map(|row| row.excused))
                .integers("missed_unexcused", of().map(|row| row.unexcused))
                .integers("missed_open", of().map(|row| row.open)),
        )
}

fn run(rows: &[Row]) -> Result<Outcome> {
    case(rows).integer("severe_percent", 50).text("unit", "half-day").run::<Attendance>()
}

/// Figures over all rows.
fn figures<const N: usize>(outcome: &Outcome, measures: [&str; N]) -> [Option<f64>; N] {
    measures.map(|measure| outcome.figure(measure, &[]))
}

/// How many of the pupils are persistently and how many severely absent.
fn absent(rows: &[Row]) -> Result<[Option<f64>; 2]> {
    Ok(figures(&run(rows)?, ["persistent", "severe"]))
}

#[test]
fn thresholds_the_wrong_way_round_are_refused() {
    let wrong = case(&[PUPIL]).integer("severe_percent", 9).text("unit", "day");
    let error = wrong.run::<Attendance>().expect_err("9 is less than 10").to_string();
    assert!(error.starts_with("`persistent_percent` must be at least 1 and at most"), "{error}");
}

#[test]
fn the_parameters_must_be_in_the_manifest() {
    let error = case(&[PUPIL]).run::<Attendance>().expect_err("one is not set").to_string();
    assert_eq!(error, "the manifest has no parameter `severe_percent`");
}

#[test]
fn of_380_half_days_38_are_persistent_37_are_not_and_190_are_severe() -> Result<()> {
    let missing = |excused| [Row { excused, ..PUPIL }];
    assert_eq!(absent(&missing(37))?, [0.0, 0.0].map(Some));
    assert_eq!(absent(&missing(38))?, [1.0, 0.0].map(Some));
    assert_eq!(absent(&missing(189))?, [1.0, 0.0].map(Some));
    assert_eq!(absent(&missing(190))?, [1.0, 1.0].map(Some));
    Ok(())
}

#[test]
fn of_192_days_19_are_not_persistent_and_20_are() -> Result<()> {
    let missing = |excused| [Row { excused, ..DAYS }];
    assert_eq!(absent(&missing(19))?, [0.0, 0.0].map(Some));
    assert_eq!(absent(&missing(20))?, [1.0, 0.0].map(Some));
    Ok(())
}

#[test]
fn excused_unexcused_and_open_absence_add_up_to_what_was_missed() -> Result<()> {
    let mixed = Row { excused: 20, unexcused: 10, open: 8, ..PUPIL };
    assert_eq!(absent(&[mixed])?, [1.0, 0.0].map(Some));
    assert_eq!(absent(&[Row { open: 7, ..mixed }])?, [0.0, 0.0].map(Some));
    Ok(())
}

#[test]
fn a_pupil_of_8_days_who_missed_all_of_them_is_not_rated() -> Result<()> {
    let short = Row { days: 8, possible: 16, unexcused: 16, ..PUPIL };
    let outcome = run(&[short])?;
    let found = figures(&outcome, ["pupils", "too-short", "persistent", "severe", "missed"]);
    assert_eq!(found, [0.0, 1.0, 0.0, 0.0, 0.0].map(Some));
    let none = figures(&outcome, ["absence-rate", "persistent-share", "severe-share"]);
    assert_eq!(none, [None; 3]);
    // The tenth day makes the difference.
    let shorter = Row { days: 9, possible: 18, ..short };
    let enough = Row { days: 10, possible: 20, ..short };
    assert_eq!(figures(&run(&[shorter, enough])?, ["pupils", "too-short"]), [1.0, 1.0].map(Some));
    Ok(())
}

#[test]
fn a_pupil_without_a_day_that_counts_is_nowhere() -> Result<()> {
    let outcome = run(&[Row { days: 0, possible: 0, ..PUPIL }, PUPIL])?;
    assert_eq!(figures(&outcome, ["pupils", "too-short", "persistent"]), [1.0, 0.0, 0.0].map(Some));
    Ok(())
}

#[test]
fn open_absence_is_not_unexcused() -> Result<()> {
    let outcome = run(&[Row { unexcused: 2, open: 6, ..PUPIL }])?;
    let found = figures(&outcome, ["unexcused", "open", "missed", "open-share"]);
    assert_eq!(found, [2.0, 6.0, 8.0, 75.0].map(Some));
    let rates = figures(&outcome, ["absence-rate", "unexcused-rate"]);
    assert_eq!(rates, [800.0 / 380.0, 200.0 / 380.0].map(Some));
    assert_eq!(run(&[PUPIL])?.figure("open-share", &[]), None, "nothing was missed");
    Ok(())
}

#[test]
fn rates_are_ratios_of_sums_not_means_of_rates() -> Result<()> {
    // 40 of 380 and 10 of 20 are 50 of 400.
    let newcomer = Row { days: 10, possible: 20, unexcused: 10, ..PUPIL };
    let outcome = run(&[Row { excused: 40, ..PUPIL }, newcomer])?;
    assert_eq!(figures(&outcome, ["absence-rate", "unexcused-rate"]), [12.5, 2.5].map(Some));
    Ok(())
}

#[test]
fn different_units_are_never_added_up() -> Result<()> {
    let pupils = [
        Row { excused: 38, ..PUPIL },
        Row { excused: 96, ..DAYS },
        Row { unit: "lesson", days: 191, possible: 1146, open: 115, ..PUPIL },
    ];
    let half_days = run(&pupils)?;
    assert_eq!(figures(&half_days, ["possible", "missed", "open"]), [380.0, 38.0, 0.0].map(Some));
    // Everybody is compared with themselves, so pupils of all units are counted.
    let shares = figures(&half_days, ["pupils", "persistent", "severe"]);
    assert_eq!(shares, [3.0, 3.0, 1.0].map(Some));
    let lessons =
        case(&pupils).integer("severe_percent", 50).text("unit", "lesson").run::<Attendance>()?;
    assert_eq!(figures(&lessons, ["possible", "missed", "open"]), [1146.0, 115.0, 115.0].map(Some));
    assert_eq!(lessons.figure("pupils", &[]), Some(3.0));
    Ok(())
}

#[test]
fn a_unit_that_nobody_uses_gives_no_rate_but_counts_pupils() -> Result<()> {
    let outcome = run(&[Row { excused: 20, ..DAYS }])?;
    assert_eq!(figures(&outcome, ["absence-rate", "open-share"]), [None; 2]);
    assert_eq!(figures(&outcome, ["pupils", "persistent-share"]), [1.0, 100.0].map(Some));
    Ok(())
}

#[test]
fn the_year_and_its_half_years_stand_in_different_tables() -> Result<()> {
    // 30 of 190 in the first half, 8 of 190 in the second: 38 of 380 in the year.
    let half = |term, excused| Row { term, excused, days: 95, possible: 190, ..PUPIL };
    let pupil = [Row { excused: 38, ..PUPIL }, half("first-half", 30), half("second-half", 8)];
    let outcome = run(&pupil)?;
    let figure = |measure, labels: &[(&str, &str)]| outcome.figure(measure, labels);
    assert_eq!(figure("pupils", &[("school", "100001")]), Some(1.0));
    assert_eq!(figure("missed", &[("school", "100001")]), Some(38.0));
    assert_eq!(figure("possible", &[("grade-primary", "03")]), Some(380.0));
    let share = |term| figure("persistent-share", &[("school-term", "100001"), ("term", term)]);
    assert_eq!(share("first-half"), Some(100.0));
    assert_eq!(share("second-half"), Some(0.0));
    assert_eq!(share("year"), None, "the year has no place in a table by half-year");
    Ok(())
}

#[test]
fn grades_of_primary_and_secondary_schools_are_kept_apart() -> Result<()> {
    let pupils = [
        PUPIL,
        Row { school: "100002", grade: "05", ..PUPIL },
        Row { school: "100002", grade: "Q2", ..PUPIL },
        Row { school: "100003", grade: "guest", ..PUPIL },
    ];
    let outcome = run(&pupils)?;
    let pupils = |dimension, label| outcome.figure("pupils", &[(dimension, label)]);
    assert_eq!(pupils("grade-primary", "03"), Some(1.0));
    assert_eq!(pupils("grade-primary", "05"), Some(0.0));
    assert_eq!(pupils("grade-secondary", "05"), Some(1.0));
    assert_eq!(pupils("grade-secondary", "Q2"), Some(1.0));
    assert_eq!(pupils("grade-secondary", "03"), Some(0.0));
    // A grade of the municipality's own belongs to neither, and the pupil still to their school.
    assert_eq!(pupils("grade-primary", "guest"), Some(0.0));
    assert_eq!(pupils("grade-secondary", "guest"), Some(0.0));
    assert_eq!(pupils("school", "100003"), Some(1.0));
    Ok(())
}

#[test]
fn the_description_agrees_with_the_manifest() {
    let manifest = include_str!("../plugin.toml");
    assert!(manifest.contains("id = \"org.tridem.attendance\""));
    assert!(manifest.contains(concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"")));
    assert_eq!(Attendance::describe().problems(), [""; 0]);
}
