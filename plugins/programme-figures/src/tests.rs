//! What counts as what, on a handful of rows, added up by hand.

use tridem_sdk::testing::{Case, Composed, Rows};
use tridem_sdk::{Result, day};

use crate::ProgrammeFigures;

fn case() -> Case {
    Case::new(day(2025, 1, 1), day(2025, 12, 31))
}

/// A post as a test writes it: team, building block, hundredths, state, heads, from, until.
type Post = (&'static str, Option<&'static str>, i32, &'static str, i32, i32, Option<i32>);

fn posts(posts: &[Post]) -> Rows {
    let of = || posts.iter();
    Rows::of("posts")
        .codes("team", of().map(|it| it.0))
        .codes("building_block", of().map(|it| it.1))
        .integers("fte", of().map(|it| it.2))
        .codes("state", of().map(|it| it.3))
        .integers("heads", of().map(|it| it.4))
        .integers("from", of().map(|it| it.5))
        .integers("until", of().map(|it| it.6))
}

/// A consultation as a test writes it: service, site, kind, topics, persons, value kind, target.
type Consultation = (
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
    &'static [&'static str],
    i32,
    Option<&'static str>,
    Option<&'static str>,
);

fn consultations(consultations: &[Consultation]) -> Rows {
    let of = || consultations.iter();
    Rows::of("consultations")
        .codes("service", of().map(|it| it.0))
        .codes("site", of().map(|it| it.1))
        .codes("kind", of().map(|it| it.2))
        .sets("topics", of().map(|it| it.3.to_vec()))
        .integers("persons", of().map(|it| it.4))
        .codes("value_kind", of().map(|it| it.5))
        .codes("referred_to", of().map(|it| it.6))
        .codes("eligibility", of().map(|_| None::<&str>))
}

/// Every dataset of the manifest is granted, also one without a row.
fn compose(case: &Case) -> Result<Composed> {
    case.compose::<ProgrammeFigures>()
}

#[test]
fn nine_shares_of_posts_are_seven_posts_exactly() -> Result<()> {
    let shares = [30, 75, 75, 100, 50, 65, 65, 65, 175];
    let from = day(2024, 1, 1);
    let rows: Vec<Post> =
        shares.map(|share| ("towns", Some("2"), share, "filled", 1, from, None)).into();
    let composed = compose(&case().rows(posts(&rows)))?;
    let cell = |column| composed.cell("by-block", "2", column);
    assert_eq!([cell("filled"), cell("together"), cell("heads")], [7.0, 7.0, 9.0].map(Some));
    assert_eq!([cell("planned"), cell("vacant")], [Some(0.0); 2]);
    Ok(())
}

#[test]
fn posts_are_those_of_the_last_day() -> Result<()> {
    let (before, last) = (day(2024, 1, 1), day(2025, 12, 31));
    let rows = [
        ("a", Some("1"), 100, "filled", 2, before, Some(last)),
        // The one that ended in summer was followed by the one that began then.
        ("a", Some("1"), 50, "filled", 1, before, Some(day(2025, 6, 30))),
        ("a", Some("1"), 50, "vacant", 0, day(2025, 7, 1), None),
        ("b", None, 25, "planned", 0, last, None),
        ("b", None, 25, "planned", 0, last + 1, None),
    ];
    let composed = compose(&case().rows(posts(&rows)))?;
    let cell = |table, row, column| composed.cell(table, row, column);
    assert_eq!(cell("by-block", "1", "filled"), Some(1.0));
    assert_eq!(cell("by-block", "1", "vacant"), Some(0.5));
    assert_eq!(cell("by-block", "1", "together"), Some(1.5));
    assert_eq!(cell("by-block", "1", "heads"), Some(2.0));
    assert_eq!(cell("by-team", "a", "together"), Some(1.5));
    assert_eq!(cell("by-team", "b", "together"), Some(0.25));
    Ok(())
}

#[test]
fn counted_and_estimated_persons_stand_apart_and_what_nobody_collected_is_no_zero() -> Result<()> {
    let of = |kind, persons, value_kind| {
        Consultation::from((
            "case-management",
            Some("s"),
            kind,
            &["housing"],
            persons,
            value_kind,
            None,
        ))
    };
    let rows = [
        of(Some("first"), 3, None),
        of(Some("first"), 4, Some("counted")),
        of(Some("first"), 5, Some("estimated")),
        of(None, 2, Some("estimated")),
        of(Some("follow-up"), 9, Some("not-collected")),
        of(Some("follow-up"), 9, Some("withheld")),
    ];
    let composed = compose(&case().rows(consultations(&rows)))?;
    let row = |row| {
        ["consultations", "counted", "estimated"]
            .map(|column| composed.cell("by-kind", row, column))
    };
    assert_eq!(row("first"), [3.0, 7.0, 5.0].map(Some));
    assert_eq!(row("appointment"), [1.0, 0.0, 2.0].map(Some));
    assert_eq!(row("follow-up"), [Some(2.0), None, None]);
    assert_eq!(row("all"), [6.0, 7.0, 7.0].map(Some));
    Ok(())
}

#[test]
fn a_consultation_stands_under_each_of_its_topics_and_once_at_its_site() -> Result<()> {
    let rows = [
        (
            "neighbourhood",
            Some("north"),
            None,
            &["housing", "work"][..],
            2,
            None,
            Some("job-centre"),
        ),
        ("neighbourhood", None, None, &["work"][..], 3, None, Some("job-centre")),
        ("neighbourhood", Some("north"), None, &[][..], 1, None, None),
    ];
    let composed = compose(&case().rows(consultations(&rows)))?;
    let count = |table, row| composed.cell(table, row, "consultations");
    assert_eq!([count("by-topic", "housing"), count("by-topic", "work")], [1.0, 2.0].map(Some));
    assert_eq!(count("by-topic", "no-topic"), Some(1.0));
    assert_eq!([count("by-site", "north"), count("by-site", "no-site")], [2.0, 1.0].map(Some));
    assert_eq!(count("by-target", "job-centre"), Some(2.0));
    assert_eq!(composed.cell("by-target", "job-centre", "counted"), Some(5.0));
    Ok(())
}

/// Posts of no building block belong to different services: no row adds them up.
#[test]
fn posts_of_no_building_block_stand_with_their_teams_alone() -> Result<()> {
    let from = day(2024, 1, 1);
    let rows = [
        ("a", Some("1"), 100, "filled", 1, from, None),
        ("b", None, 75, "filled", 1, from, None),
        ("c", None, 50, "filled", 1, from, None),
    ];
    let composed = compose(&case().rows(posts(&rows)))?;
    let shown = |team| composed.cell("by-team", team, "together");
    assert_eq!(["a", "b", "c"].map(shown), [1.0, 0.75, 0.5].map(Some));
    assert_eq!(composed.cell("by-block", "1", "together"), Some(1.0));
    let together = std::panic::catch_unwind(|| composed.cell("by-block", "no-block", "together"));
    assert!(together.is_err());
    Ok(())
}

#[test]
fn nobody_of_a_group_at_a_site_is_a_true_zero() -> Result<()> {
    let rows = Rows::of("consultations")
        .codes("service", ["case-management"; 5])
        .codes("site", ["north", "north", "south", "south", "south"])
        .codes("kind", ["first"; 5])
        .sets("topics", vec![vec!["work"]; 5])
        .integers("persons", [2; 5])
        .codes("value_kind", [None::<&str>; 5])
        .codes("referred_to", [None::<&str>; 5])
        .codes(
            "eligibility",
            [Some("newly-arrived"), Some("newly-arrived"), Some("comparable"), None, Some("own")],
        );
    let composed = compose(&case().rows(rows))?;
    let row = |site| {
        ["newly-arrived", "comparable", "not-stated"]
            .map(|column| composed.cell("by-eligibility", site, column))
    };
    assert_eq!(row("north"), [2.0, 0.0, 0.0].map(Some));
    assert_eq!(row("south"), [0.0, 1.0, 2.0].map(Some));
    Ok(())
}

#[test]
fn services_stand_under_each_other_without_a_total() -> Result<()> {
    let of = |service| Consultation::from((service, None, None, &[], 3, None, None));
    let rows = [of("case-management"), of("culture-mediation"), of("culture-mediation")];
    let composed = compose(&case().rows(consultations(&rows)))?;
    let count = |service| composed.cell("services", service, "consultations");
    assert_eq!([count("case-management"), count("culture-mediation")], [1.0, 2.0].map(Some));
    let total = std::panic::catch_unwind(|| composed.cell("services", "all", "consultations"));
    assert!(total.is_err(), "no row adds services up");
    // Title; heading, passage and table of the services; a heading and three tables for each.
    assert_eq!(composed.blocks(), 1 + 3 + 2 * 4);
    Ok(())
}

#[test]
fn activities_have_their_persons_and_their_time() -> Result<()> {
    let rows = Rows::of("group_activities")
        .codes("service", ["school-mediation"; 3])
        .codes("kind", ["parent-cafe", "parent-cafe", "training"])
        .integers("minutes", [90, 60, 120])
        .integers("persons", [12, 20, 8])
        .codes("value_kind", [None, Some("estimated"), None]);
    let composed = compose(&case().rows(consultations(&[])).rows(rows))?;
    let cell = |row, column| composed.cell("activities", row, column);
    let cafe = ["activities", "minutes", "counted", "estimated"].map(|it| cell("parent-cafe", it));
    assert_eq!(cafe, [2.0, 150.0, 12.0, 20.0].map(Some));
    assert_eq!(cell("training", "counted"), Some(8.0));
    Ok(())
}

#[test]
fn what_remains_of_thirty_thousand_euros_is_exact_and_not_told_of_an_older_budget() -> Result<()> {
    let budgets = Rows::of("interpreter_budgets")
        .codes("budget", ["b-new", "b-old", "b-unused"])
        .codes("service", ["case-management"; 3])
        .longs("amount", [3_000_000_i64, 1_000_000, 50_001])
        .integers("from", [day(2025, 1, 1), day(2024, 7, 1), day(2025, 8, 1)]);
    let bookings = Rows::of("interpreting")
        .codes("budget", ["b-new", "b-new", "b-old"])
        .longs("cost", [6_055_i64, 1, 10_000])
        .indexes("support_case", [0, 0, 1]);
    let composed = compose(&case().rows(consultations(&[])).rows(budgets).rows(bookings))?;
    let row =
        |row| ["granted", "spent", "remaining"].map(|column| composed.cell("budgets", row, column));
    assert_eq!(row("b-new"), [30_000.0, 60.56, 29_939.44].map(Some));
    assert_eq!(row("b-old"), [Some(10_000.0), Some(100.0), None]);
    assert_eq!(row("b-unused"), [500.01, 0.0, 500.01].map(Some));
    Ok(())
}

#[test]
fn nothing_on_record_is_said_in_words() -> Result<()> {
    assert_eq!(compose(&case())?.blocks(), 2);
    Ok(())
}

#[test]
fn the_composition_agrees_with_the_manifest() {
    let manifest = include_str!("../plugin.toml");
    assert!(manifest.contains("id = \"org.tridem.programme-figures\""));
    assert!(manifest.contains(concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"")));
    assert_eq!(crate::words::composition().problems(), [""; 0]);
}
