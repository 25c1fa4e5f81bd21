//! What counts as what, on a handful of rows, counted by hand.

use tridem_sdk::testing::{Case, Outcome, Rows};
use tridem_sdk::{Metrics, Result, day};

use crate::HalfYear;

/// A contact as a test writes it: school, month and day of 2025, kind, team form, attempt, topics,
/// minutes, persons, household.
type Contact = (
    &'static str,
    (i32, i32),
    &'static str,
    &'static str,
    bool,
    &'static [&'static str],
    i32,
    i32,
    Option<u32>,
);

const HOME_VISIT: Contact =
    ("100001", (9, 3), "home-visit", "tandem", false, &["attendance", "learning"], 60, 4, Some(0));

fn case() -> Case {
    case_with(10)
}

fn case_with(minimum_days: i64) -> Case {
    Case::new(day(2025, 8, 1), day(2026, 1, 31))
        .integer("minimum_days", minimum_days)
        .integer("persistent_percent", 10)
        .text("unit", "half-day")
}

fn contacts(contacts: &[Contact]) -> Result<Outcome> {
    let of = || contacts.iter();
    case()
        .rows(
            Rows::of("contacts")
                .codes("school", of().map(|it| it.0))
                .integers("day", of().map(|it| day(2025, it.1.0, it.1.1)))
                .codes("kind", of().map(|it| it.2))
                .codes("team_form", of().map(|it| it.3))
                .flags("attempt", of().map(|it| it.4))
                .sets("topics", of().map(|it| it.5.to_vec()))
                .integers("minutes", of().map(|it| it.6))
                .integers("persons", of().map(|it| it.7))
                .indexes("household", of().map(|it| it.8)),
        )
        .run::<HalfYear>()
}

fn figures<const N: usize>(outcome: &Outcome, measures: [&str; N]) -> [Option<f64>; N] {
    measures.map(|measure| outcome.figure(measure, &[]))
}

#[test]
fn a_parameter_that_the_manifest_lacks_is_told() {
    let case = Case::new(day(2025, 8, 1), day(2026, 1, 31)).integer("minimum_days", 10);
    let error = case.run::<HalfYear>().expect_err("one is missing").to_string();
    assert_eq!(error, "the manifest has no parameter `persistent_percent`");
}

#[test]
fn a_home_visit_with_four_people_is_one_contact_four_person_contacts_one_household() -> Result<()> {
    let outcome = contacts(&[HOME_VISIT])?;
    let found = figures(&outcome, ["contacts", "person-contacts", "households", "home-visits"]);
    assert_eq!(found, [1.0, 4.0, 1.0, 1.0].map(Some));
    Ok(())
}

#[test]
fn an_attempt_is_no_contact_no_topic_and_no_family_reached() -> Result<()> {
    let attempt = ("100001", (9, 4), "home-visit", "tandem", true, &["health"][..], 15, 0, Some(1));
    let outcome = contacts(&[HOME_VISIT, attempt, HOME_VISIT])?;
    let found = figures(
        &outcome,
        ["contacts", "attempts", "households", "home-visits", "minutes", "topic-health", "tandem"],
    );
    assert_eq!(found, [2.0, 1.0, 1.0, 2.0, 120.0, 0.0, 2.0].map(Some));
    Ok(())
}

#[test]
fn a_contact_stands_under_each_of_its_topics_and_a_municipality_may_have_its_own() -> Result<()> {
    let own = ("100001", (9, 5), "phone", "solo", false, &["school-bus", "health"][..], 5, 1, None);
    let none = ("100001", (9, 6), "phone", "tridem", false, &[][..], 5, 1, None);
    let outcome = contacts(&[HOME_VISIT, own, none])?;
    let topics = ["topic-attendance", "topic-learning", "topic-health", "topic-another"];
    assert_eq!(figures(&outcome, topics), [1.0; 4].map(Some));
    assert_eq!(figures(&outcome, ["topic-none", "topic-language"]), [1.0, 0.0].map(Some));
    let forms = figures(&outcome, ["solo", "tandem", "tridem", "tridem-share"]);
    assert_eq!(forms, [1.0, 1.0, 1.0, 100.0 / 3.0].map(Some));
    Ok(())
}

#[test]
fn contacts_fall_into_their_school_month_and_kind() -> Result<()> {
    let phone = ("100002", (10, 1), "phone", "solo", false, &[][..], 10, 1, Some(1));
    let outcome = contacts(&[HOME_VISIT, phone])?;
    let contacts = |labels: &[(&str, &str)]| outcome.figure("contacts", labels);
    assert_eq!(contacts(&[("kind", "home-visit"), ("month", "2025-09")]), Some(1.0));
    assert_eq!(contacts(&[("kind", "home-visit"), ("month", "2025-10")]), Some(0.0));
    assert_eq!(contacts(&[("school", "100002"), ("kind", "phone")]), Some(1.0));
    Ok(())
}

#[test]
fn estimated_persons_are_not_counted_ones_and_withheld_ones_are_neither() -> Result<()> {
    let kinds = [None, Some("counted"), Some("estimated"), Some("withheld"), Some("not-collected")];
    let outcome = case()
        .rows(
            Rows::of("group_activities")
                .codes(
                    "school",
                    [Some("100001"), Some("100001"), Some("100001"), Some("100002"), None],
                )
                .integers("minutes", [90, 90, 60, 30, 30])
                .integers("persons", [12, 8, 30, 7, 0])
                .codes("value_kind", kinds),
        )
        .run::<HalfYear>()?;
    let measures = ["activities", "activity-minutes", "activity-counted", "activity-estimated"];
    assert_eq!(figures(&outcome, measures), [5.0, 300.0, 20.0, 30.0].map(Some));
    let of = |school| outcome.figure("activities", &[("school", school)]);
    assert_eq!([of("100001"), of("100002")], [3.0, 1.0].map(Some));
    Ok(())
}

#[test]
fn a_case_closed_on_the_last_day_is_closed_and_one_closed_later_still_runs() -> Result<()> {
    let closed = [None, Some(day(2025, 11, 5)), Some(day(2026, 1, 31)), Some(day(2026, 2, 1))];
    let outcome = case()
        .rows(
            Rows::of("support_cases")
                .codes("school", ["100001"; 4])
                .integers(
                    "opened",
                    [(7, 31), (8, 1), (9, 1), (9, 1)].map(|(month, date)| day(2025, month, date)),
                )
                .integers("closed", closed),
        )
        .rows(
            Rows::of("goals")
                .codes("school", [Some("100001"), Some("100001"), None])
                .codes("state", ["reached", "open", "open"]),
        )
        .rows(
            Rows::of("transitions")
                .codes("school", ["100001", "100001"])
                .codes("state", ["confirmed", "applied"]),
        )
        .run::<HalfYear>()?;
    let cases = figures(&outcome, ["cases", "cases-begun", "cases-running", "cases-closed"]);
    assert_eq!(cases, [4.0, 3.0, 2.0, 2.0].map(Some));
    let goals = |state| outcome.figure("goals", &[("school", "100001"), ("goal-state", state)]);
    assert_eq!([goals("reached"), goals("open")], [1.0, 1.0].map(Some));
    let confirmed = [("school", "100001"), ("transition-state", "confirmed")];
    assert_eq!(outcome.figure("transitions", &confirmed), Some(1.0));
    Ok(())
}

/// A pupil and term as a test writes it: term, unit, days, possible, excused, unexcused, open, pupil.
type Term = (&'static str, &'static str, i32, i32, i32, i32, i32, u32);

fn terms(terms: &[Term], minimum_days: i64) -> Result<Outcome> {
    let of = || terms.iter();
    case_with(minimum_days)
        .rows(
            Rows::of("pupil_terms")
                .codes("school", of().map(|_| "100001"))
                .codes("term", of().map(|it| it.0))
                .codes("unit", of().map(|it| it.1))
                .integers("enrolled_days", of().map(|it| it.2))
                .integers("possible_units", of().map(|it| it.3))
                .integers("missed_excused", of().map(|it| it.4))
                .integers("missed_unexcused", of().map(|it| it.5))
                .integers("missed_open", of().map(|it| it.6))
                .indexes("pupil", of().map(|it| it.7)),
        )
        .run::<HalfYear>()
}

#[test]
fn thirty_eight_of_380_half_days_are_persistent_and_37_are_not() -> Result<()> {
    let missing = |excused| terms(&[("first-half", "half-day", 190, 380, excused, 0, 0, 0)], 10);
    assert_eq!(missing(38)?.figure("persistent", &[]), Some(1.0));
    assert_eq!(missing(37)?.figure("persistent", &[]), Some(0.0));
    Ok(())
}

#[test]
fn the_year_is_left_out_and_a_pupil_of_both_halves_is_one_pupil() -> Result<()> {
    let half = |term, excused| Term::from((term, "half-day", 95, 190, excused, 2, 6, 7));
    let year = ("year", "half-day", 190, 380, 40, 4, 12, 7);
    let outcome = terms(&[half("first-half", 12), half("second-half", 2), year], 10)?;
    assert_eq!(figures(&outcome, ["pupils", "rated", "missed"]), [1.0, 2.0, 30.0].map(Some));
    let of = |measure, term| outcome.figure(measure, &[("school", "100001"), ("term", term)]);
    // 20 of 190 and 10 of 190; 6 of 20 and 6 of 10 open; open is not unexcused.
    assert_eq!(of("missed-rate", "first-half"), Some(2000.0 / 190.0));
    assert_eq!(of("missed-rate", "second-half"), Some(1000.0 / 190.0));
    assert_eq!(of("open-share", "first-half"), Some(30.0));
    assert_eq!(of("open-share", "second-half"), Some(60.0));
    assert_eq!(of("unexcused-rate", "second-half"), Some(200.0 / 190.0));
    assert_eq!(of("persistent-share", "first-half"), Some(100.0));
    assert_eq!(of("persistent-share", "second-half"), Some(0.0));
    Ok(())
}

#[test]
fn eight_days_are_too_short_to_be_rated_and_no_day_is_not_even_that() -> Result<()> {
    let pupils = [
        ("first-half", "half-day", 8, 16, 0, 16, 0, 1),
        ("first-half", "half-day", 0, 0, 0, 0, 0, 2),
        ("first-half", "day", 90, 90, 9, 0, 0, 3),
    ];
    let outcome = terms(&pupils, 10)?;
    // The third is at a school that counts days: rated, and in no rate of half-days.
    let found = figures(&outcome, ["pupils", "too-short", "persistent", "missed"]);
    assert_eq!(found, [1.0, 1.0, 1.0, 0.0].map(Some));
    assert_eq!(outcome.figure("missed-rate", &[]), None);
    assert_eq!(terms(&pupils, 8)?.figure("pupils", &[]), Some(2.0));
    Ok(())
}

#[test]
fn the_description_agrees_with_the_manifest() {
    let manifest = include_str!("../plugin.toml");
    assert!(manifest.contains("id = \"org.tridem.half-year\""));
    assert!(manifest.contains(concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"")));
    assert_eq!(HalfYear::describe().problems(), [""; 0]);
}
