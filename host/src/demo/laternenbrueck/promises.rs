//! Tests of what the city region promises, read from its files alone.

use crate::demo::Place;
use crate::demo::reading::{Read, Row, at, hundredths, posts};

fn regions() -> &'static [(u64, Read)] {
    Read::places(Place::Laternenbrueck)
}

#[test]
fn there_are_about_650_consultations_of_two_to_five_estimated_people() {
    for (seed, region) in regions() {
        let rows = region.rows("consultations", "service", "case-management");
        assert_eq!(rows.len(), 648, "seed {seed}");
        let number = |row: &&Row| row["persons"].parse::<i64>().unwrap();
        assert!(rows.iter().all(|row| (2..=5).contains(&number(row))), "seed {seed}");
        assert!(rows.iter().all(|row| row["value_kind"] == "estimated"), "seed {seed}");
        let persons: i64 = rows.iter().map(number).sum();
        assert!((1_300..=3_250).contains(&persons), "seed {seed}: {persons}");
        let days: Vec<&str> = rows.iter().map(|row| at(row, "day")).collect();
        assert!(days.iter().all(|on| ("2026-03-01"..="2026-08-15").contains(on)), "seed {seed}");
        for (kind, expected) in [("first", 281), ("follow-up", 297), ("referral", 70)] {
            let found = rows.iter().filter(|row| row["kind"] == kind).count();
            assert_eq!(found, expected, "seed {seed}: {kind}");
        }
    }
}

#[test]
fn school_entry_is_a_service_of_its_own() {
    for (seed, region) in regions() {
        let rows = region.rows("consultations", "service", "school-entry");
        assert_eq!(rows.len(), 503, "seed {seed}");
        assert!(rows.iter().all(|row| row["team"] == "SE" && row["value_kind"] == "counted"));
        assert_eq!(region["consultations"].len(), 648 + 503, "and nothing else");
    }
}

#[test]
fn sites_differ_in_who_comes_and_one_has_a_true_zero() {
    for (seed, region) in regions() {
        let shares = ["LP", "UT", "SB", "WR"].map(|site| {
            let rows = region.rows("consultations", "site", site);
            let comparable = rows.iter().filter(|row| row["eligibility"] == "comparable").count();
            (comparable, rows.len())
        });
        assert_eq!(shares, [(93, 232), (121, 187), (28, 141), (0, 88)], "seed {seed}");
    }
}

#[test]
fn six_posts_have_seven_people_and_end_with_the_year() {
    let (_, region) = &regions()[0];
    assert_eq!(posts(region, "CM", "2026-03-01"), (600, 7));
    assert_eq!(posts(region, "CM", "2026-12-31"), (600, 7));
    assert_eq!(posts(region, "CM", "2027-01-01"), (0, 0));
}

#[test]
fn interpreting_stays_below_30_000_euros() {
    for (seed, region) in regions() {
        assert_eq!(region.column("interpreter-budgets", "amount"), ["30000.00"]);
        let spent: i64 = region["interpreting"].iter().map(|row| hundredths(at(row, "cost"))).sum();
        assert!((1_000_000..3_000_000).contains(&spent), "seed {seed}: {spent}");
    }
}

#[test]
fn published_figures_say_that_they_are_estimates() {
    let (_, region) = &regions()[0];
    let figures = region.by("reported-figures", "code");
    let told = |code: &str| {
        let row = figures[code];
        [at(row, "unit"), at(row, "low"), at(row, "high"), at(row, "value_kind")]
    };
    assert_eq!(told("Z1"), ["consultations", "650", "", "estimated"]);
    assert_eq!(told("Z2"), ["person-contacts", "1300", "3250", "estimated"]);
    assert_eq!(told("Z3"), ["consultations", "500", "", "estimated"]);
}
