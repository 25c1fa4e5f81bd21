//! The families of the city: whose case is supported, and whose child changes school.

use crate::demo::city::{CityFile, Schools, household_code, pupil_code};
use crate::demo::consulting::pick;
use crate::demo::forms::{Records, or_empty};
use crate::demo::people::Pupil;
use crate::demo::plan::{POSTS, SCHOOLS, STAFF};
use crate::demo::random::Random;
use crate::demo::support::{Case, Family};
use crate::domain::{Day, Level};

use super::{FIELD_STAFF, day};

/// Cases of education mediation and of case management. They are of different families.
const AT_SCHOOLS: usize = 46;
const IN_TOWN: usize = 52;

/// The last school day of three years: this one and the two before it.
const LAST_DAYS: [&str; 3] = ["2026-07-17", "2025-07-11", "2024-07-05"];

/// Opens the cases of the year.
pub(super) fn open_cases(random: &mut Random, schools: &Schools) -> Vec<Case> {
    let people = &schools.people;
    let mut order: Vec<usize> = (0..people.households.len()).collect();
    random.shuffle(&mut order);
    let mut cases = Vec::with_capacity(AT_SCHOOLS + IN_TOWN);
    for household in order {
        let number = cases.len() + 1;
        if number > AT_SCHOOLS + IN_TOWN {
            break;
        }
        let place = people.households[household].pupils[0];
        let pupil = &people.pupils[place];
        let Some(accompanied) = pupil.accompanied else { continue };
        let until = accompanied.until.or(pupil.enrolled.until);
        let days: Vec<Day> = schools.days[pupil.school]
            .iter()
            .copied()
            .filter(|day| accompanied.from <= *day && until.is_none_or(|last| *day <= last))
            .collect();
        // Six weeks of school and some more, so that a case can end as well as begin.
        if days.len() < 60 {
            continue;
        }
        let is_at_school = number <= AT_SCHOOLS;
        let lead =
            if is_at_school { mediator(pupil.school) } else { FIELD_STAFF[3 + number % 7].0 };
        let family = Family {
            pupil: is_at_school.then(|| pupil_code(place)),
            household: household_code(household),
            team: if is_at_school { "BM" } else { "CM" },
            lead,
            language: people.households[household].language,
        };
        cases.push(Case::open(random, number, family, &days));
    }
    cases
}

/// The mediator who works at a school all through the year.
fn mediator(school: usize) -> &'static str {
    let is_mediator =
        |who: &str| STAFF.iter().any(|(code, role)| *code == who && *role == "mediation");
    let post = POSTS
        .iter()
        .find(|post| post.school == school && post.until.is_empty() && is_mediator(post.who));
    post.expect("test: files_name_forms_and_their_columns").who
}

/// Changes of school: accompanied pupils of class 4 who leave this summer, and those of classes 5 and
/// 6 who left one and two years ago, with what became of them.
pub(super) fn transitions(random: &mut Random, schools: &Schools) -> CityFile {
    let mut records = Records::of("transitions");
    let mut number = 0;
    for (place, pupil) in schools.people.pupils.iter().enumerate() {
        let Some(years_ago) = years_since_leaving(pupil) else { continue };
        number += 1;
        let target = target(random, pupil, years_ago);
        let after = |years: usize| if years_ago >= years { still_there(pupil) } else { "" };
        records.add(&[
            ("code", &format_args!("U{number:03}")),
            ("pupil", &pupil_code(place)),
            ("leaving", &LAST_DAYS[years_ago]),
            ("recommendation", &recommendation(random)),
            ("state", &target.state),
            ("target_form", &or_empty(target.school.map(|school| SCHOOLS[school].form))),
            ("target_school", &or_empty(target.school.map(|school| SCHOOLS[school].number))),
            ("after_05", &after(1)),
            ("after_06", &after(2)),
        ]);
    }
    records.file()
}

/// How many summers ago an accompanied pupil left class 4; `None` for all others.
fn years_since_leaving(pupil: &Pupil) -> Option<usize> {
    pupil.accompanied?;
    let is_primary = SCHOOLS[pupil.school].level() == Level::Primary;
    match (is_primary, pupil.grade) {
        (true, "04") if pupil.enrolled.until.is_none() => Some(0),
        // Who came to the school in the middle of a year did not come from class 4.
        (false, "05") if pupil.enrolled.from == day("2025-08-01") => Some(1),
        (false, "06") if pupil.enrolled.from == day("2024-08-01") => Some(2),
        _ => None,
    }
}

/// Where a pupil goes, and how certain that is.
struct Target {
    state: &'static str,
    school: Option<usize>,
}

fn target(random: &mut Random, pupil: &Pupil, years_ago: usize) -> Target {
    if years_ago > 0 {
        return Target { state: "confirmed", school: Some(pupil.school) };
    }
    let states =
        [("confirmed", 78), ("applied", 10), ("open", 6), ("refused", 4), ("left-town", 2)];
    let state = pick(random, &states);
    let school = matches!(state, "confirmed" | "applied" | "refused").then(|| 6 + random.place(3));
    Target { state, school }
}

fn recommendation(random: &mut Random) -> &'static str {
    let codes = [
        ("hauptschule", 30),
        ("realschule", 34),
        ("realschule-limited", 14),
        ("gymnasium", 18),
        ("none", 4),
    ];
    pick(random, &codes)
}

/// Whether a pupil is still at the school that took them in.
fn still_there(pupil: &Pupil) -> &'static str {
    match (pupil.unknown_from, pupil.enrolled.until) {
        (Some(_), _) => "unknown",
        (None, Some(_)) => "no",
        (None, None) => "yes",
    }
}
