//! What counts as what, on a handful of rows.

use tridem_sdk::testing::{Case, Outcome, Rows};
use tridem_sdk::{Metrics, Result, day};

use crate::SchoolComparison;

/// A contact as a test writes it: school, day of 2025, kind, team form, attempt, minutes,
/// persons, household.
type Contact = (&'static str, (i32, i32), &'static str, &'static str, bool, i32, i32, Option<u32>);

const HOME_VISIT: Contact = ("100001", (9, 3), "home-visit", "tandem", false, 60, 4, Some(0));

fn case(contacts: &[Contact]) -> Case {
    let rows = || contacts.iter();
    Case::new(day(2025, 8, 1), day(2026, 7, 31)).rows(
        Rows::of("contacts")
            .codes("school", rows().map(|it| it.0))
            .integers("day", rows().map(|it| day(2025, it.1.0, it.1.1)))
            .codes("kind", rows().map(|it| it.2))
            .codes("team_form", rows().map(|it| it.3))
            .flags("attempt", rows().map(|it| it.4))
            .integers("minutes", rows().map(|it| it.5))
            .integers("persons", rows().map(|it| it.6))
            .indexes("household", rows().map(|it| it.7)),
    )
}

fn run(contacts: &[Contact]) -> Result<Outcome> {
    case(contacts).flag("written_contacts", true).run::<SchoolComparison>()
}

/// Figures over all rows.
fn figures<const N: usize>(outcome: &Outcome, measures: [&str; N]) -> [Option<f64>; N] {
    measures.map(|measure| outcome.figure(measure, &[]))
}

#[test]
fn the_parameter_must_be_in_the_manifest() {
    let error = case(&[HOME_VISIT]).run::<SchoolComparison>().expect_err("no parameter is set");
    assert_eq!(error.to_string(), "the manifest has no parameter `written_contacts`");
}

#[test]
fn a_home_visit_with_four_people_is_one_contact_four_person_contacts_one_household() -> Result<()> {
    let outcome = run(&[HOME_VISIT])?;
    let found = figures(&outcome, ["contacts", "person-contacts", "households", "home-visits"]);
    assert_eq!(found, [1.0, 4.0, 1.0, 1.0].map(Some));
    Ok(())
}

#[test]
fn an_attempt_is_no_contact() -> Result<()> {
    let attempt = ("100001", (9, 2), "home-visit", "tandem", true, 15, 0, Some(1));
    let outcome = run(&[attempt, HOME_VISIT])?;
    let found = figures(&outcome, ["attempts", "contacts", "home-visits", "households", "minutes"]);
    assert_eq!(found, [1.0, 1.0, 1.0, 1.0, 60.0].map(Some));
    Ok(())
}

#[test]
fn a_household_visited_twice_is_reached_once_and_a_talk_without_one_counts() -> Result<()> {
    let talk = ("100001", (9, 4), "conference", "tridem", false, 30, 2, None);
    let outcome = run(&[HOME_VISIT, HOME_VISIT, talk])?;
    let found = figures(&outcome, ["contacts", "households", "tandem", "tridem"]);
    assert_eq!(found, [3.0, 1.0, 2.0, 1.0].map(Some));
    let shares = figures(&outcome, ["tandem-share", "tridem-share"]);
    assert_eq!(shares, [200.0 / 3.0, 100.0 / 3.0].map(Some));
    Ok(())
}

#[test]
fn messages_and_letters_can_be_left_out_of_everything() -> Result<()> {
    let contacts = [
        HOME_VISIT,
        ("100001", (9, 5), "message", "tandem", false, 5, 1, Some(1)),
        ("100001", (9, 6), "letter", "solo", true, 5, 0, Some(2)),
    ];
    let measures = ["contacts", "attempts", "households", "minutes"];
    assert_eq!(figures(&run(&contacts)?, measures), [2.0, 1.0, 2.0, 65.0].map(Some));
    let spoken = case(&contacts).flag("written_contacts", false).run::<SchoolComparison>()?;
    assert_eq!(figures(&spoken, measures), [1.0, 0.0, 1.0, 60.0].map(Some));
    Ok(())
}

#[test]
fn contacts_fall_into_their_school_month_and_kind() -> Result<()> {
    let phone = ("100002", (10, 1), "phone", "solo", false, 10, 1, Some(1));
    let outcome = run(&[HOME_VISIT, phone])?;
    let contacts = |labels: &[(&str, &str)]| outcome.figure("contacts", labels);
    assert_eq!(contacts(&[("school", "100001"), ("month", "2025-09")]), Some(1.0));
    assert_eq!(contacts(&[("school", "100001"), ("month", "2025-10")]), Some(0.0));
    assert_eq!(contacts(&[("school", "100002"), ("kind", "phone")]), Some(1.0));
    assert_eq!(contacts(&[("school", "100002"), ("kind", "home-visit")]), Some(0.0));
    Ok(())
}

#[test]
fn rates_are_per_hundred_pupils_and_per_hour() -> Result<()> {
    let schools = Rows::of("schools")
        .codes("school", ["100001", "100002"])
        .integers("accompanied", [25, 40])
        .integers("mediator_minutes", [120, 0]);
    let phone = ("100001", (10, 1), "phone", "solo", false, 10, 1, Some(1));
    let outcome = case(&[HOME_VISIT, phone, phone])
        .flag("written_contacts", true)
        .rows(schools)
        .run::<SchoolComparison>()?;
    let rate = |measure, school| outcome.figure(measure, &[("school", school)]);
    assert_eq!(rate("contacts-per-100", "100001"), Some(12.0));
    assert_eq!(rate("home-visits-per-100", "100001"), Some(4.0));
    assert_eq!(rate("contacts-per-hour", "100001"), Some(1.5));
    assert_eq!(rate("contacts-per-100", "100002"), Some(0.0));
    assert_eq!(rate("contacts-per-hour", "100002"), None, "nobody was assigned");
    // Pupils do not belong to a month, so they stand in each.
    let months = [("school", "100001"), ("month", "2025-10")];
    assert_eq!(outcome.figure("contacts-per-100", &months), Some(8.0));
    Ok(())
}

#[test]
fn one_mistyped_row_cannot_stand_out() -> Result<()> {
    let long = ("100001", (9, 3), "class", "solo", false, 60_000, 9_000, None);
    assert_eq!(figures(&run(&[long])?, ["minutes", "person-contacts"]), [1440.0, 500.0].map(Some));
    Ok(())
}

#[test]
fn a_municipality_without_these_codes_gets_its_contacts_counted() -> Result<()> {
    let unknown = ("100001", (9, 3), "garden-day", "quartet", false, 60, 9, None);
    let outcome = run(&[unknown])?;
    let found = figures(&outcome, ["contacts", "home-visits", "tandem", "tridem"]);
    assert_eq!(found, [1.0, 0.0, 0.0, 0.0].map(Some));
    assert_eq!(outcome.figure("contacts", &[("kind", "garden-day")]), Some(1.0));
    Ok(())
}

#[test]
fn the_description_agrees_with_the_manifest() {
    let manifest = include_str!("../plugin.toml");
    assert!(manifest.contains("id = \"org.tridem.school-comparison\""));
    assert!(manifest.contains(concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"")));
    assert_eq!(SchoolComparison::describe().problems(), [""; 0]);
}
