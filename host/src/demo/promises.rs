//! Tests of what the invented city promises, read from its files alone, as an importer would.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::City;
use super::reading::{Read, Row, at, day, list, per_mille};
use crate::domain::{CodeLists, TeamForm, TeamRoles};

#[test]
fn another_seed_gives_another_city() {
    let (one, other) = (City::generate(1), City::generate(2));
    for kind in ["practitioners", "households", "pupils", "absences", "absence-totals", "contacts"]
    {
        let text =
            |city: &City| city.files.iter().find(|file| file.kind == kind).unwrap().text.clone();
        assert_ne!(text(&one), text(&other), "{kind}");
    }
}

#[test]
fn one_seed_gives_one_city() {
    assert_eq!(City::generate(7), City::generate(7));
}

/// Reports, screenshots and other people's tests are made from this city. Whoever changes this
/// digest changes all of them.
#[test]
fn the_city_of_a_seed_stays_the_same_for_ever() {
    let mut digest = Sha256::new();
    for file in City::generate(2025).files {
        digest.update(file.name);
        digest.update(file.text);
    }
    let mut hex = String::new();
    for byte in digest.finalize() {
        write!(hex, "{byte:02x}").unwrap();
    }
    assert_eq!(hex, "b7c9787caaec86b8e0c6e45fda4f0722d154f0cab57844398769335d845561d7");
}

#[test]
fn files_come_in_the_order_of_their_import() {
    let city = City::generate(1);
    let kinds: Vec<&str> = city.files.iter().map(|file| file.kind).collect();
    assert_eq!(
        kinds,
        [
            "schools",
            "enrolments",
            "participation",
            "days-off",
            "half-years",
            "attendance",
            "practitioners",
            "assignments",
            "pairings",
            "households",
            "pupils",
            "absences",
            "absence-totals",
            "contacts"
        ]
    );
    for file in &city.files {
        assert_eq!(file.name, format!("{}.csv", file.kind));
        assert!(file.text.ends_with('\n') && !file.text.contains('\r'));
    }
}

#[test]
fn sizes_are_as_promised() {
    for (seed, city) in Read::all() {
        let forms = city.column("schools", "form");
        let roles = city.column("practitioners", "role");
        let count =
            |list: &[&str], value: &str| list.iter().filter(|other| **other == value).count();
        assert_eq!((forms.len(), count(&forms, "02")), (9, 6));
        assert_eq!((count(&roles, "mediation"), count(&roles, "social-work")), (5, 5));

        let accompanied = city.column("pupils", "accompanied_from");
        let accompanied = accompanied.iter().filter(|from| !from.is_empty()).count();
        assert!((1_900..=2_100).contains(&city["pupils"].len()), "seed {seed}");
        assert!((380..=420).contains(&accompanied), "seed {seed}: {accompanied}");
        assert!((270..=330).contains(&city["households"].len()), "seed {seed}");
        assert!((11_500..=12_500).contains(&city.contacts().len()), "seed {seed}");
    }
}

#[test]
fn enrolments_agree_with_the_pupils() {
    let city = Read::one();
    for row in &city["enrolments"] {
        let pupils = city
            .column("pupils", "school")
            .iter()
            .filter(|school| **school == row["school"])
            .count();
        assert_eq!(row["pupils"], pupils.to_string());
        assert_eq!(row["school_year"], "2025/26");
    }
    assert_eq!(city["enrolments"].len(), 9);
}

#[test]
fn contacts_are_on_school_days_of_schools_that_take_part() {
    for (seed, city) in Read::all() {
        let days = city.school_days();
        for row in city.contacts() {
            let open = &days[at(row, "school")];
            assert!(open.contains(&day(&row["day"])), "seed {seed}: {row:?}");
            let due = at(row, "next_due");
            assert!(due.is_empty() || due > at(row, "day") && open.contains(&day(due)), "{row:?}");
        }
    }
}

#[test]
fn contacts_refer_to_people_who_were_there() {
    for (_, city) in Read::all() {
        let schools = city.by("schools", "number");
        let staff = city.by("practitioners", "code");
        let pupils = city.by("pupils", "code");
        let households = city.by("households", "code");
        let mut posts: HashMap<(&str, &str), Vec<&Row>> = HashMap::new();
        for row in &city["assignments"] {
            posts.entry((at(row, "practitioner"), at(row, "school"))).or_default().push(row);
        }
        let covers = |row: &Row, from: &str, until: &str, date: &str| {
            row[from].as_str() <= date && (row[until].is_empty() || date <= row[until].as_str())
        };
        for row in city.contacts() {
            let (date, school) = (at(row, "day"), at(row, "school"));
            assert!(schools.contains_key(school));
            let members: Vec<&str> = list(row, "participants").collect();
            assert!(!members.is_empty());
            assert_eq!(members.iter().collect::<HashSet<_>>().len(), members.len(), "{row:?}");
            for who in members {
                assert!(staff.contains_key(who));
                let held = posts.get(&(who, school)).is_some_and(|posts| {
                    posts.iter().any(|post| covers(post, "from", "until", date))
                });
                assert!(held, "{who} has no post at {school} on {date}");
            }
            for code in list(row, "pupils") {
                let pupil = pupils[code];
                assert_eq!(pupil["school"], school, "{row:?}");
                assert!(covers(pupil, "enrolled_from", "enrolled_until", date), "{row:?}");
                assert!(covers(pupil, "accompanied_from", "accompanied_until", date), "{row:?}");
                let household = at(row, "household");
                assert!(household.is_empty() || pupil["household"] == household);
            }
            let household = at(row, "household");
            assert!(household.is_empty() || households.contains_key(household));
        }
    }
}

#[test]
fn codes_are_those_of_the_code_lists() {
    let city = Read::one();
    let codes = CodeLists::new(CodeLists::seed());
    let columns = [
        ("schools", "form", "school-form"),
        ("practitioners", "role", "role"),
        ("pupils", "grade", "grade"),
        ("pupils", "status", "pupil-status"),
        ("contacts", "kind", "contact-kind"),
        ("contacts", "result", "result"),
        ("contacts", "topics", "topic"),
        ("contacts", "consultation", "consultation"),
        ("contacts", "language", "language"),
        ("attendance", "unit", "absence-unit"),
        ("absences", "status", "absence-status"),
        ("absences", "unit", "absence-unit"),
        ("absence-totals", "term", "term"),
        ("absence-totals", "unit", "absence-unit"),
    ];
    for (kind, column, name) in columns {
        let known = codes.list(name);
        let mut seen = 0;
        for code in city[kind].iter().flat_map(|row| list(row, column)) {
            assert!(known.place(code).is_some(), "`{code}` is not in `{name}`");
            seen += 1;
        }
        assert!(seen > 0, "{column}");
    }
}

#[test]
fn attempts_have_nobody_and_contacts_have_somebody() {
    for row in Read::one().contacts() {
        let persons: u16 = row["persons"].parse().unwrap();
        let minutes: u16 = row["minutes"].parse().unwrap();
        assert_eq!(row["attempt"] == "yes", row["result"] != "reached");
        assert_eq!(row["attempt"] == "yes", persons == 0, "{row:?}");
        assert!((5..=120).contains(&minutes));
        if row["kind"] == "parent-cafe" {
            assert!((5..=20).contains(&persons));
            assert!(row["pupils"].is_empty() && row["household"].is_empty());
        } else {
            assert!(persons <= 6, "{row:?}");
        }
        assert!(list(row, "topics").count() <= 3);
    }
}

#[test]
fn shares_are_plausible() {
    let codes = CodeLists::new(CodeLists::seed());
    let team_roles = TeamRoles::new(&codes.list("role"));
    for (seed, city) in Read::all() {
        let rows = city.contacts();
        let form = |form| per_mille(&city.roles(&codes), |roles| team_roles.form(*roles) == form);
        let reached = per_mille(rows, |row| row["attempt"] == "no");
        let one = per_mille(rows, |row| list(row, "pupils").count() == 1);
        let several = per_mille(rows, |row| list(row, "pupils").count() > 1);
        let nobody = per_mille(rows, |row| row["pupils"].is_empty() && row["household"].is_empty());
        let untimed = per_mille(rows, |row| row["time"].is_empty());
        let shares = [
            (form(TeamForm::Tandem), 500..=600),
            (form(TeamForm::Tridem), 150..=200),
            (reached, 800..=840),
            (one, 570..=640),
            (several, 30..=100),
            (nobody, 100..=220),
            (untimed, 1..=40),
        ];
        assert!(shares.iter().all(|(share, range)| range.contains(share)), "{seed}: {shares:?}");
    }
}

#[test]
fn schools_differ_but_not_wildly() {
    for (seed, city) in Read::all() {
        for (form_is_primary, range) in [(true, 600..=900), (false, 350..=600)] {
            let schools =
                city["schools"].iter().filter(|row| (row["form"] == "02") == form_is_primary);
            // The late joiner has half a year.
            for school in schools.filter(|row| row["number"] != "990016") {
                let number = at(school, "number");
                let contacts = city
                    .column("contacts", "school")
                    .iter()
                    .filter(|other| **other == number)
                    .count();
                let pupils = city
                    .column("pupils", "school")
                    .iter()
                    .filter(|other| **other == number)
                    .count();
                let rate = contacts * 100 / pupils;
                assert!(range.contains(&rate), "seed {seed}: {number} has {rate} of 100");
            }
        }
    }
}

#[test]
fn nobody_is_in_two_places_at_once() {
    let minutes = |text: &str| {
        let (hours, minutes) = text.split_once(':').unwrap();
        hours.parse::<u16>().unwrap() * 60 + minutes.parse::<u16>().unwrap()
    };
    let city = Read::one();
    let mut diary: HashMap<(&str, &str), Vec<(u16, u16)>> = HashMap::new();
    for row in city.contacts().iter().filter(|row| !row["time"].is_empty()) {
        let begin = minutes(&row["time"]);
        let end = begin + row["minutes"].parse::<u16>().unwrap();
        assert!(begin >= 8 * 60 && end <= 19 * 60, "{row:?}");
        for who in list(row, "participants") {
            diary.entry((who, at(row, "day"))).or_default().push((begin, end));
        }
    }
    for ((who, date), mut entries) in diary {
        entries.sort_unstable();
        assert!(entries.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{who} on {date}");
    }
}

#[test]
fn the_first_consultation_of_a_household_is_its_only_first() {
    let city = Read::one();
    let pupils = city.by("pupils", "code");
    let mut advised = HashSet::new();
    let mut firsts = 0;
    for row in city.contacts().iter().filter(|row| !row["consultation"].is_empty()) {
        let of_pupil = list(row, "pupils").next().map_or("", |code| &pupils[code]["household"]);
        let household = [at(row, "household"), of_pupil].into_iter().max().unwrap();
        if row["consultation"] == "first" {
            assert!(advised.insert(household), "{row:?}");
            firsts += 1;
        }
    }
    assert!(firsts > 200);
}

#[test]
fn a_household_bears_one_name_and_siblings_differ() {
    let city = Read::one();
    let households = city.by("households", "code");
    let mut siblings: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for pupil in &city["pupils"] {
        assert_eq!(pupil["household"].is_empty(), pupil["accompanied_from"].is_empty());
        if let Some(household) = households.get(at(pupil, "household")) {
            assert_eq!(household["name"], format!("Familie {}", pupil["family_name"]));
            siblings.entry(at(pupil, "household")).or_default().push(pupil);
        }
    }
    assert_eq!(siblings.len(), households.len(), "every household has a child");
    assert!(siblings.values().any(|children| children.len() > 2));
    let schools = |children: &Vec<&Row>| {
        children.iter().map(|child| at(child, "school")).collect::<HashSet<_>>().len()
    };
    assert!(siblings.values().any(|children| schools(children) > 1));
    for children in siblings.values() {
        let names: HashSet<&str> = children.iter().map(|child| at(child, "given_name")).collect();
        assert_eq!(names.len(), children.len());
    }
}

#[test]
fn pupils_have_the_age_of_their_grade() {
    for pupil in &Read::one()["pupils"] {
        let lived = day("2025-09-30").0 - day(&pupil["birth_day"]).0;
        let grades = ["E1", "E2", "03", "04", "05", "06", "07", "08", "09", "10", "EF", "Q1", "Q2"];
        let grade = if pupil["grade"] == "E3" { "E2" } else { at(pupil, "grade") };
        let usual =
            6 + i32::try_from(grades.iter().position(|other| *other == grade).unwrap()).unwrap();
        let age = lived * 4 / 1461;
        assert!((usual..=usual + 1).contains(&age), "{age} in {}", pupil["grade"]);
        let (from, until) = (at(pupil, "enrolled_from"), at(pupil, "enrolled_until"));
        assert!(until.is_empty() || from <= until);
        let (from, until) = (at(pupil, "accompanied_from"), at(pupil, "accompanied_until"));
        assert!(until.is_empty() || from <= until);
        assert!(from.is_empty() || from >= at(pupil, "enrolled_from"));
    }
}

/// Transition is a matter of the fourth grade above all.
#[test]
fn transition_is_a_topic_of_the_fourth_grade() {
    let city = Read::one();
    let pupils = city.by("pupils", "code");
    let share = |grade: &str| {
        let rows: Vec<&Row> = city
            .contacts()
            .iter()
            .filter(|row| list(row, "pupils").any(|code| pupils[code]["grade"] == grade))
            .collect();
        per_mille(&rows, |row| list(row, "topics").any(|topic| topic == "transition"))
    };
    assert!(share("04") > 3 * share("03"));
}

/// Notes that one profession alone may read stand only where that profession took part.
#[test]
fn private_notes_are_by_social_workers_who_took_part() {
    let city = Read::one();
    let mut notes = 0;
    for row in city.contacts().iter().filter(|row| !row["private_note:social-work"].is_empty()) {
        assert!(list(row, "participants").any(|who| who.starts_with("SA")), "{row:?}");
        notes += 1;
    }
    assert!(notes > 300);
}
