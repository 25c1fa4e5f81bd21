//! Tests that every invented city has the cases that reports get wrong.

use std::collections::HashSet;

use super::reading::{Read, Row, at, list};
use super::rhythm::QUIET_CONTACTS;

#[test]
fn two_mediators_bear_one_name() {
    for (seed, city) in Read::all() {
        let mut names = city.column("practitioners", "name");
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all - 1, "seed {seed}");
        let mediators = city["practitioners"].iter().filter(|row| row["role"] == "mediation");
        let of_mediators: HashSet<&str> = mediators.map(|row| at(row, "name")).collect();
        assert_eq!(of_mediators.len(), 4, "seed {seed}");
    }
}

#[test]
fn small_cells_and_true_zeros_are_there() {
    for (seed, city) in Read::all() {
        let visits = city.reached("990019", "home-visit");
        let households: HashSet<&str> = visits.iter().map(|row| at(row, "household")).collect();
        assert_eq!((visits.len(), households.len()), (3, 2), "seed {seed}");
        assert_eq!(city.reached("990013", "letter").len(), 2, "seed {seed}");
        for kind in ["interpreting", "conflict"] {
            let of_kind = city.contacts().iter().filter(|row| row["kind"] == kind);
            let schools: HashSet<&str> = of_kind.map(|row| at(row, "school")).collect();
            assert!(!schools.contains("990015"), "seed {seed}");
            assert_eq!(schools.len(), 8, "seed {seed}: {kind}");
        }
    }
}

#[test]
fn the_late_joiner_has_nothing_before_february() {
    for (seed, city) in Read::all() {
        let joined = city.by("participation", "school")["990016"]["from"].clone();
        assert_eq!(joined, "2026-02-01");
        let contacts = city.contacts().iter().filter(|row| row["school"] == "990016");
        let first = contacts.map(|row| at(row, "day")).min().unwrap();
        assert!(("2026-02-02"..="2026-02-20").contains(&first), "seed {seed}: {first}");
        let pupils = city["pupils"].iter().filter(|row| row["school"] == "990016");
        let since = pupils.map(|row| at(row, "accompanied_from")).filter(|from| !from.is_empty());
        assert!(since.clone().count() > 25 && since.min().unwrap() >= joined.as_str());
    }
}

#[test]
fn july_is_quiet_at_one_school() {
    for (seed, city) in Read::all() {
        let july = |school: &str| {
            let fits = |row: &&Row| row["school"] == school && row["day"].starts_with("2026-07");
            city.contacts().iter().filter(fits).count()
        };
        assert_eq!(july("990014"), QUIET_CONTACTS, "seed {seed}");
        assert!(july("990011") > 30, "seed {seed}");
    }
}

#[test]
fn one_home_visit_meets_four_people() {
    for (seed, city) in Read::all() {
        let mut visits = city.reached("990011", "home-visit").into_iter();
        let full = visits.find(|row| row["persons"] == "4" && !row["household"].is_empty());
        assert!(full.is_some(), "seed {seed}");
    }
}

#[test]
fn one_family_is_missed_five_times_in_a_row() {
    for (seed, city) in Read::all() {
        let pupil = city["pupils"].iter().find(|row| {
            row["school"] == "990012"
                && row["status"] == "whereabouts-unknown"
                && row["enrolled_until"] == "2026-02-06"
                && !row["household"].is_empty()
        });
        let code = at(pupil.unwrap(), "code");
        let theirs =
            city.contacts().iter().filter(|row| list(row, "pupils").any(|own| own == code));
        let results: Vec<&str> = theirs.map(|row| at(row, "result")).collect();
        let missed = "not-reached";
        assert_eq!(
            results,
            ["reached", "reached", missed, missed, missed, missed, "moved-away"],
            "seed {seed}"
        );
    }
}
