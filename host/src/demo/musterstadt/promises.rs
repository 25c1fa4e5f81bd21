//! Tests of what the city promises about its field, read from its files alone.

use std::collections::BTreeMap;

use crate::demo::reading::{Read, at, day, holds, hundredths, posts};
use crate::demo::{City, Place};

fn cities() -> &'static [(u64, Read)] {
    Read::places(Place::Musterstadt)
}

#[test]
fn the_nine_schools_come_first_and_unchanged() {
    let schools = City::generate(3).files;
    let files = Place::Musterstadt.generate(3).files;
    assert_eq!(files[..schools.len()], schools);
    assert_eq!(files[schools.len()].name, "practitioners-of-the-field.csv");
}

#[test]
fn every_working_day_has_15_to_20_appointments_of_language_and_culture_mediation() {
    for (seed, city) in cities() {
        let mut days: BTreeMap<&str, usize> = BTreeMap::new();
        for row in city.rows("consultations", "service", "culture-mediation") {
            *days.entry(at(row, "day")).or_default() += 1;
            assert_eq!(row["kind"], "", "an appointment is no first or follow-up consultation");
        }
        // 365 days, less 104 of weekends (52 each) and public holidays on weekdays: 3 October, 25 and
        // 26 December, 1 January, 3 and 6 April, 1, 14 and 25 May, 4 June; 1 November is a Saturday.
        assert_eq!(days.len(), 365 - 104 - 10, "seed {seed}");
        assert!(days.values().all(|number| (15..=20).contains(number)), "seed {seed}");
        assert!(days.values().any(|number| *number == 15), "seed {seed}");
        assert!(days.values().any(|number| *number == 20), "seed {seed}");
    }
}

#[test]
fn posts_are_the_same_before_and_after_the_funding_changes() {
    for (_, city) in cities() {
        for on in ["2025-12-31", "2026-01-01"] {
            assert_eq!(posts(city, "KO", on), (250, 3), "2.5 posts of building block I");
            assert_eq!(posts(city, "CM", on), (600, 7), "seven people on six posts");
            let passed: Vec<(i64, i64)> =
                ["CM1", "CM2", "CM3"].map(|team| posts(city, team, on)).into();
            assert_eq!(passed.iter().map(|(shares, _)| shares).sum::<i64>(), 400);
            assert_eq!(posts(city, "SK", on).1, 4, "four language and culture mediators");
            assert_eq!(posts(city, "BM", on), (500, 5), "five education mediators");
        }
    }
}

#[test]
fn one_funding_ends_on_31_december_and_the_next_begins_on_the_day_after() {
    let (_, city) = &cities()[0];
    let fundings = city.by("fundings", "code");
    assert_eq!(
        (at(fundings["F25"], "until"), at(fundings["F26"], "from")),
        ("2025-12-31", "2026-01-01")
    );
    for post in &city["posts"] {
        let funding = fundings[at(post, "funding")];
        assert!(holds(funding, at(post, "from")), "{post:?}");
        assert!(post["until"].is_empty() || holds(funding, at(post, "until")), "{post:?}");
    }
}

#[test]
fn two_coordinators_bear_one_name() {
    for (seed, city) in cities() {
        let coordinators = city.rows("practitioners", "role", "coordination");
        assert_eq!(coordinators.len(), 3);
        assert_eq!(coordinators[0]["name"], coordinators[1]["name"], "seed {seed}");
        assert_ne!(coordinators[0]["code"], coordinators[1]["code"]);
        assert_ne!(coordinators[0]["name"], coordinators[2]["name"]);
    }
}

#[test]
fn the_conflict_project_led_37_interviews() {
    for (seed, city) in cities() {
        let interviews = city.rows("group-activities", "kind", "interview");
        assert_eq!(interviews.len(), 37, "seed {seed}");
        assert!(interviews.iter().all(|row| row["service"] == "conflict" && row["team"] == "KF"));
    }
}

#[test]
fn interpreting_stays_within_its_budget_and_belongs_to_open_cases() {
    for (seed, city) in cities() {
        let cases = city.by("support-cases", "code");
        for budget in &city["interpreter-budgets"] {
            let booked = city.rows("interpreting", "budget", at(budget, "code"));
            let spent: i64 = booked.iter().map(|row| hundredths(at(row, "cost"))).sum();
            assert!(spent > 0 && spent <= hundredths(at(budget, "amount")), "seed {seed}: {spent}");
            assert!(booked.iter().all(|row| holds(budget, at(row, "day"))), "seed {seed}");
        }
        for row in &city["interpreting"] {
            let case = cases[at(row, "support_case")];
            let is_open = case["opened"] <= row["day"]
                && (case["closed"].is_empty() || row["day"] <= case["closed"]);
            assert!(is_open, "seed {seed}: {row:?}");
            assert_eq!(row["minutes"] == "0", row["outcome"] != "took-place", "{row:?}");
        }
    }
}

#[test]
fn what_was_agreed_lies_within_the_case() {
    for (seed, city) in cities() {
        let cases = city.by("support-cases", "code");
        assert_eq!(cases.len(), 98, "seed {seed}");
        for (kind, column) in [("goals", "agreed"), ("actions", "agreed"), ("referrals", "day")] {
            assert!(city[kind].len() > 40, "seed {seed}: {kind}");
            for row in &city[kind] {
                let case = cases[at(row, "support_case")];
                let on = at(row, column);
                assert!(at(case, "opened") <= on, "seed {seed}: {row:?}");
                assert!(case["closed"].is_empty() || on <= at(case, "closed"), "{seed}: {row:?}");
            }
        }
    }
}

/// A referral passes a family's data on, so it has a consent of the very day.
#[test]
fn no_family_is_referred_without_consent() {
    for (seed, city) in cities() {
        let cases = city.by("support-cases", "code");
        for row in &city["referrals"] {
            let case = cases[at(row, "support_case")];
            let consent = city["consents"].iter().find(|consent| {
                consent["household"] == case["household"]
                    && consent["purpose"] == "referral"
                    && consent["given"] == row["day"]
            });
            assert!(consent.is_some(), "seed {seed}: {row:?}");
        }
        let states = ["granted", "withdrawn", "refused"];
        for state in states {
            assert!(!city.rows("consents", "state", state).is_empty(), "seed {seed}: {state}");
        }
    }
}

#[test]
fn schools_take_the_steps_of_the_ladder_in_their_order() {
    let order = [
        "information",
        "educational-measure",
        "disciplinary-measure",
        "written-demand",
        "hearing",
        "absence-report",
        "fine",
    ];
    for (seed, city) in cities() {
        let (pupils, schools) = (city.by("pupils", "code"), city.by("schools", "number"));
        let mut taken: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
        for row in &city["ladder-events"] {
            taken.entry(at(row, "pupil")).or_default().push((at(row, "step"), at(row, "day")));
            let pupil = pupils[at(row, "pupil")];
            let age = day(at(row, "day")).years_since(day(at(pupil, "birth_day"))).unwrap();
            let heard = if row["step"] != "hearing" {
                ""
            } else if age < 14 {
                "no"
            } else {
                "yes"
            };
            assert_eq!(row["pupil_heard"], heard, "seed {seed}: {age}");
            let form = at(schools[at(pupil, "school")], "form");
            let expected = match (at(row, "step"), form) {
                ("absence-report" | "fine", "02" | "04") => "school-office",
                ("absence-report" | "fine", _) => "district-government",
                _ => "",
            };
            assert_eq!(row["authority"], expected, "seed {seed}: {form}");
        }
        assert!(taken.len() > 8, "seed {seed}: {}", taken.len());
        for steps in taken.values() {
            let named: Vec<&str> = steps.iter().map(|(step, _)| *step).collect();
            assert_eq!(named, order[..named.len()], "seed {seed}: no step is left out");
            assert!(steps.windows(2).all(|pair| pair[0].1 <= pair[1].1), "seed {seed}");
        }
    }
}

#[test]
fn transitions_are_of_classes_4_5_and_6() {
    for (seed, city) in cities() {
        let pupils = city.by("pupils", "code");
        let mut grades: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for row in &city["transitions"] {
            let pupil = pupils[at(row, "pupil")];
            *grades.entry((at(row, "leaving"), at(pupil, "grade"))).or_default() += 1;
            assert!(!pupil["accompanied_from"].is_empty());
            if row["leaving"] != "2026-07-17" {
                assert_eq!(row["target_school"], pupil["school"], "seed {seed}");
                assert_ne!(row["after_05"], "", "seed {seed}");
            }
        }
        let expected = [("2024-07-05", "06"), ("2025-07-11", "05"), ("2026-07-17", "04")];
        assert_eq!(grades.keys().copied().collect::<Vec<_>>(), expected, "seed {seed}");
        assert!(grades.values().all(|number| *number >= 10), "seed {seed}: {grades:?}");
    }
}

#[test]
fn decisions_were_made_in_a_steering_group() {
    let (_, city) = &cities()[0];
    for gap in &city["gaps"] {
        let is_decided = ["decided", "fixed", "not-feasible"].contains(&at(gap, "status"));
        assert_eq!(is_decided, !gap["decision"].is_empty(), "{gap:?}");
        assert!(!is_decided || !gap["steering_day"].is_empty(), "{gap:?}");
    }
    assert_eq!(city["gaps"].len(), 12);
}
