//! Tests of which steps are open, against a reading of all contacts one by one.

use std::collections::HashMap;

use proptest::prelude::*;

use super::{HOUSEHOLDS, NEWEST_FIRST, PUPILS, StepsAsked};
use crate::domain::{Contact, Day, NextStep, Scope};
use crate::store::Reader;
use crate::store::fixture::{City, TEACHER, day};

const FIRST: &str = "2025-10-06";

/// Everything from the first contact of the tests to 30 days after it.
fn asked() -> StepsAsked {
    let from = day(FIRST);
    StepsAsked { from, until: from.plus(30), due_from: from, undated_from: from }
}

/// A contact so many days after the first of them, with a step or without one.
fn met(city: &City, after: i32, step: &str, attempt: bool) -> Contact {
    let mut found = city.contact(0);
    found.day = day(FIRST).plus(after);
    found.pupils = vec![city.pupils[0][0]];
    found.attempt = attempt;
    found.persons = u16::from(!attempt);
    found.next_step = (!step.is_empty()).then(|| NextStep { due: None, text: step.to_owned() });
    found
}

#[test]
fn a_step_is_open_until_something_follows_it() {
    let mut city = City::new();
    let open = |city: &City| -> Vec<String> {
        let found = city.all().open_steps(asked()).unwrap();
        found.into_iter().filter_map(|view| Some(view.contact.next_step?.text)).collect()
    };
    let [step, attempt, again, talk] = [
        met(&city, 0, "first", false),
        met(&city, 1, "", true),
        met(&city, 2, "second", true),
        met(&city, 3, "", false),
    ];
    city.add(&[step, attempt]);
    assert_eq!(open(&city), ["first"], "an attempt has done nothing yet");
    city.add(&[again]);
    assert_eq!(open(&city), ["second"], "an attempt with a step of its own has replaced it");
    city.add(&[talk]);
    assert!(open(&city).is_empty());
}

#[test]
fn a_step_of_nobody_is_asked_for_by_its_day() {
    let mut city = City::new();
    let mut dated = met(&city, 0, "dated", false);
    dated.next_step.as_mut().unwrap().due = Some(day(FIRST).plus(5));
    let mut contacts = [dated, met(&city, 0, "undated", false)];
    for contact in &mut contacts {
        (contact.household, contact.pupils) = (None, Vec::new());
    }
    city.add(&contacts);
    let open = |due: i32, undated: i32| -> Vec<String> {
        let first = day(FIRST);
        let (due_from, undated_from) = (first.plus(due), first.plus(undated));
        let found =
            city.all().open_steps(StepsAsked { due_from, undated_from, ..asked() }).unwrap();
        found.into_iter().filter_map(|view| Some(view.contact.next_step?.text)).collect()
    };
    assert_eq!(open(6, 1), [""; 0]);
    assert_eq!(open(5, 1), ["dated"]);
    assert_eq!(open(6, 0), ["undated"]);
}

/// A contact: its key, its day, whether it follows, whether it has a step, its household, its pupils.
type Row = (i64, i32, bool, bool, Option<String>, Option<String>);

/// The contacts by the rule of [`Reader::open_steps`], without a place where anything was looked up.
fn by_reading_all(reader: &Reader<'_>) -> Vec<i64> {
    let sql = format!(
        "SELECT c.key, c.day,
                NOT c.attempt OR c.next_step IS NOT NULL OR EXISTS (
                  SELECT 1 FROM contact_version AS v
                  WHERE v.contact = c.key AND v.next_step IS NOT NULL),
                c.next_step IS NOT NULL, 'h' || c.household,
                (SELECT group_concat('p' || cp.pupil) FROM contact_pupil AS cp
                 WHERE cp.contact = c.key)
         FROM contact AS c WHERE {} AND c.day BETWEEN {} AND {} {NEWEST_FIRST}",
        reader.contact_in_scope(["c.school", "c.key"]),
        asked().from.0,
        asked().until.0,
    );
    let mut rows: Vec<Row> = reader
        .rows(&sql, |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
        })
        .unwrap();
    let whom = |row: &Row| -> Vec<String> {
        let both = [row.4.clone(), row.5.clone()].into_iter().flatten();
        both.flat_map(|text| text.split(',').map(str::to_owned).collect::<Vec<_>>()).collect()
    };
    let mut last: HashMap<String, (i32, i64)> = HashMap::new();
    for row in rows.iter().filter(|row| row.2) {
        for whom in whom(row) {
            let at = last.entry(whom).or_default();
            *at = (row.1, row.0).max(*at);
        }
    }
    rows.retain(|row| {
        row.3 && whom(row).iter().all(|whom| last.get(whom).is_none_or(|at| *at <= (row.1, row.0)))
    });
    rows.into_iter().map(|row| row.0).collect()
}

/// One contact of somebody is looked at, from the newest on, and not all of them.
#[test]
fn the_last_contact_of_somebody_is_found_in_an_index() {
    let city = City::new();
    let reader = city.store.read(&Scope::of_schools(city.schools)).unwrap();
    let scope = reader.contact_in_scope(["c.school", "c.key"]);
    for (met, key) in [
        (PUPILS, "pupil_met USING PRIMARY KEY (school=? AND pupil"),
        (HOUSEHOLDS, "contact USING COVERING INDEX contact_household (school=? AND household"),
    ] {
        for sql in [met.next(), met.newest(&scope)] {
            let sql =
                ["?1", "?2", "?3", "?4"].iter().fold(sql, |sql, value| sql.replace(value, "1"));
            let sql = format!("EXPLAIN QUERY PLAN {sql}");
            let plan = reader.rows(&sql, |row| row.get::<_, String>(3)).unwrap().join("\n");
            assert!(plan.contains(key), "{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        }
    }
}

/// Fails where the place that is looked into is not what the contacts say.
fn is_in_step(city: &City) {
    let [there, said] = [
        "SELECT school, pupil, day, contact FROM pupil_met",
        "SELECT c.school, cp.pupil, c.day, c.key
         FROM contact_pupil AS cp JOIN contact AS c ON c.key = cp.contact",
    ];
    for (left, right) in [(there, said), (said, there)] {
        let sql = format!("SELECT count(*) FROM ({left} EXCEPT {right})");
        let differing: i64 = city.store.connection.query_row(&sql, [], |row| row.get(0)).unwrap();
        assert_eq!(differing, 0, "{left} without {right}");
    }
}

fn agree(city: &City) {
    is_in_step(city);
    let both = city.schools;
    let team = |teacher: usize| Scope::of_schools(both).of_team([city.teachers[teacher]]);
    for scope in [
        Scope::municipality(),
        Scope::of_schools(both),
        Scope::of_schools([both[0]]),
        Scope::of_schools([]),
        team(0),
        team(1),
    ] {
        let reader = city.store.read(&scope).unwrap();
        let found: Vec<i64> =
            reader.open_steps(asked()).unwrap().iter().map(|view| view.key.0).collect();
        assert_eq!(found, by_reading_all(&reader), "{scope:?}");
    }
}

/// A contact: days after the first one, school, the pupils it was with, whether with the household,
/// whether an attempt, with a step, by a team of the other teacher as well.
type Made = (i32, usize, u8, bool, bool, bool, bool);

fn contact(city: &City, made: Made) -> Contact {
    let (after, school, pupils, household, attempt, step, other) = made;
    let mut found = met(city, after, if step { "step" } else { "" }, attempt);
    found.school = city.schools[school];
    found.household = household.then(|| city.households[school]);
    let all = city.pupils.concat();
    found.pupils =
        (0..4).filter(|place| pupils & (1 << place) != 0).map(|place| all[place]).collect();
    found.participants = vec![(city.mediators[school], 0)];
    if other {
        found.participants.push((city.teachers[1 - school], TEACHER));
    }
    found.participants.sort_unstable();
    found
}

fn made() -> impl Strategy<Value = Made> {
    let flag = any::<bool>;
    (-2..33_i32, 0..2_usize, 0..16_u8, flag(), flag(), flag(), flag())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn open_steps_are_those_that_a_reading_of_all_contacts_finds(
        first in prop::collection::vec(made(), 1..24),
        corrected in prop::collection::vec((any::<prop::sample::Index>(), made()), 0..6),
        gone in any::<prop::sample::Index>(),
    ) {
        let mut city = City::new();
        let mut contacts: Vec<Contact> =
            first.into_iter().map(|made| contact(&city, made)).collect();
        city.add(&contacts);
        agree(&city);
        for (which, made) in corrected {
            let place = which.index(contacts.len());
            let id = contacts[place].id;
            contacts[place] = Contact { id, ..contact(&city, made) };
            let mut writer = city.writer();
            let done = writer.correct_contact(&contacts[place], &Scope::municipality(), "error");
            if done.is_ok() {
                writer.commit().unwrap();
            }
        }
        agree(&city);
        city.restrict(["p00", "p10", "h0"][gone.index(3)]);
        agree(&city);
    }
}

#[test]
fn what_a_contact_leaves_behind_goes_with_it() {
    let mut city = City::new();
    let mut contact = met(&city, 0, "step", false);
    city.add(std::slice::from_ref(&contact));
    contact.day = Day(contact.day.0 + 1);
    contact.school = city.schools[1];
    let mut writer = city.writer();
    writer.correct_contact(&contact, &Scope::municipality(), "error").unwrap();
    writer.commit().unwrap();
    is_in_step(&city);
    let all = |city: &City| -> i64 {
        let sql = "SELECT count(*) FROM pupil_met";
        city.store.connection.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    assert_eq!(all(&city), 1);
    city.store.connection.execute("DELETE FROM contact_pupil", []).unwrap();
    assert_eq!(all(&city), 0);
}
