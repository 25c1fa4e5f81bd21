//! Figures over records that are about no family, such as posts: never withheld, and no way around
//! what is withheld of others.

use super::fixture::{Contact, batch, contacts, facts, passport, plan};
use super::{Plan, PlannedDataset, Reducer, Subject, assemble};
use crate::domain::{
    Audience, Batch, Cell, Classified, Figure, Level, Measure, Measured, Passport, Report, Text,
};

/// The places of the measures that are added.
const POSTS: usize = 10;
const PER_POST: usize = 11;
const POSTS_PER: usize = 12;
const FTE: usize = 13;

const OF_POSTS: usize = 2;

/// The plan of all tests with posts beside, and one table by school that shows `measures`.
fn with_posts(measures: &[usize]) -> Plan {
    let mut plan = plan(3);
    let measure = |id: &str, figure, decimals| Measure {
        id: id.into(),
        label: Text::same(id),
        unit: None,
        figure,
        scale: 0,
        decimals,
        least: 0,
        most: 5_000,
    };
    let over = || "posts".to_owned();
    let ratio = |numerator, denominator| Figure::Ratio { numerator, denominator, per: 1 };
    plan.description.measures.extend([
        measure("posts", Figure::Count { dataset: over() }, 0),
        measure("per-post", ratio(super::fixture::CONTACTS, POSTS), 1),
        measure("posts-per", ratio(POSTS, super::fixture::CONTACTS), 1),
        measure("fte", Figure::Sum { dataset: over() }, 0),
    ]);
    plan.description.tables[0].measures = measures.to_vec();
    plan.datasets.push(PlannedDataset {
        name: over(),
        subject: Subject::Nobody,
        distinct: Vec::new(),
    });
    plan
}

/// Posts at schools, each of a share of its own. The batch has no column: nobody is counted by one.
fn posts(schools: &[u16]) -> (Batch, Classified) {
    let values = (1..).take(schools.len()).collect();
    let classified = Classified {
        labels: vec![schools.to_vec(), Vec::new(), Vec::new()],
        measures: vec![Measured::default(), Measured { values, ..Measured::default() }],
    };
    (Batch { rows: schools.len(), columns: Vec::new() }, classified)
}

fn report(measures: &[usize], of_posts: &[u16], of_contacts: &[Contact]) -> Report {
    let mut reducer = Reducer::new(with_posts(measures)).unwrap();
    if !of_posts.is_empty() {
        let (rows, answer) = posts(of_posts);
        reducer.add(OF_POSTS, &rows, &answer).unwrap();
    }
    if !of_contacts.is_empty() {
        let (rows, answer) = batch(of_contacts);
        reducer.add(super::fixture::OF_CONTACTS, &rows, &answer).unwrap();
    }
    let facts =
        facts(&[("Ahorn", Level::Primary), ("Birken", Level::Primary), ("Zeder", Level::Primary)]);
    let passport = Passport { audience: Audience::Administration, ..passport() };
    assemble(&reducer.finish(), &facts, passport, Text::same("Test"), "Musterstadt".into())
}

/// The cells of each row, in units of their last digit; `x` for what is withheld.
fn cells(report: &Report) -> Vec<Vec<String>> {
    let cell = |cell: &Cell| match cell {
        Cell::Shown(number) => number.units.to_string(),
        Cell::Withheld => "x".into(),
        other => format!("{other:?}"),
    };
    let rows = &report.sections[0].tables[0].rows;
    rows.iter().map(|row| row.cells.iter().map(cell).collect()).collect()
}

fn notes(report: &Report) -> String {
    let notes = report.sections[0].tables[0].notes.iter();
    notes.flat_map(|note| [note.de.as_str(), &note.en]).collect::<Vec<_>>().join("\n")
}

/// Two, nine and fourteen contacts, each with a household of its own.
fn two_nine_fourteen() -> Vec<Contact> {
    [contacts(0, 2), contacts(1, 9), contacts(2, 14)].concat()
}

#[test]
fn one_post_is_shown_and_the_report_says_why() {
    let report = report(&[POSTS, FTE], &[0, 1, 1], &[]);
    assert_eq!(cells(&report), [["1", "1"], ["2", "5"], ["0", "0"], ["3", "6"]]);
    let notes = notes(&report);
    assert!(notes.contains("Einträge unter „Stellen“ betreffen keine Familie"), "{notes}");
    assert!(notes.contains("Records of “Posts” are about no family"), "{notes}");
    assert!(!notes.contains("Unterdrückt"), "{notes}");
}

#[test]
fn a_rate_of_families_by_posts_is_withheld_as_the_families_are_whichever_way_it_is_turned() {
    // Of 2, 9 and 14 contacts two have to go, as they do without any posts.
    let per_post = report(&[PER_POST], &[0, 1, 2], &two_nine_fourteen());
    assert_eq!(cells(&per_post), [["x"], ["x"], ["140"], ["83"]]);
    assert!(notes(&per_post).contains("Unterdrückt"));
    assert!(notes(&per_post).contains("keine Familie"));
    let posts_per = report(&[POSTS_PER], &[0, 1, 2], &two_nine_fourteen());
    assert_eq!(cells(&posts_per), [["x"], ["x"], ["1"], ["1"]]);
    let rows = &posts_per.sections[0].tables[0].rows;
    assert!(rows[0].backing.iter().all(Option::is_none), "nothing backs what is withheld");
    // Where the rate is withheld the posts are not: they are nobody's secret.
    let both = report(&[POSTS, PER_POST], &[0, 1, 2], &two_nine_fourteen());
    assert_eq!(cells(&both), [["1", "x"], ["1", "x"], ["1", "140"], ["3", "83"]]);
}

#[test]
fn no_family_is_shown_or_hidden_because_posts_stand_beside() {
    let contacts = super::fixture::CONTACTS;
    let alone = report(&[contacts], &[], &two_nine_fourteen());
    assert_eq!(cells(&alone), [["x"], ["x"], ["14"], ["25"]]);
    // Also where there are as many posts as contacts, which then seem to be the same numbers.
    for of_posts in [vec![0, 0, 1, 2], vec![0; 2], [vec![0; 2], vec![1; 9], vec![2; 14]].concat()] {
        let beside = report(&[contacts, POSTS], &of_posts, &two_nine_fourteen());
        let first: Vec<_> = cells(&beside).into_iter().map(|mut row| vec![row.remove(0)]).collect();
        assert_eq!(first, cells(&alone), "{of_posts:?}");
        let shown = cells(&beside).into_iter().all(|row| row[1] != "x");
        assert!(shown, "{of_posts:?}");
    }
}

#[test]
fn posts_that_are_counted_in_parts_come_to_the_same() {
    let whole = report(&[POSTS, FTE], &[0, 1, 1], &[]);
    let mut reducer = Reducer::new(with_posts(&[POSTS, FTE])).unwrap();
    let (rows, answer) = posts(&[0, 1, 1]);
    reducer.add(OF_POSTS, &rows, &answer).unwrap();
    let part = reducer.take(OF_POSTS);
    let mut all = Reducer::new(with_posts(&[POSTS, FTE])).unwrap();
    all.absorb(&part).unwrap();
    let mut direct = Reducer::new(with_posts(&[POSTS, FTE])).unwrap();
    direct.add(OF_POSTS, &rows, &answer).unwrap();
    assert_eq!(all.finish(), direct.finish());
    assert_eq!(cells(&whole)[3], ["3", "6"]);
}
