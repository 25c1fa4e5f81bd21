//! Successive reports: what is published later gives nothing away together with what was before.

use super::fixture::{
    CONTACTS, Contact, HOUSEHOLDS, MINUTES, contact, contacts, cube, facts, passport, plan,
};
use super::{Before, Published, assemble_beside};
use crate::domain::{Audience, Cell, Day, Level, Passport, Period, Report, Text};

/// Reports that follow each other, as the host keeps them.
#[derive(Default)]
struct Shelf {
    published: Vec<Published>,
}

impl Shelf {
    /// Publishes a table of contacts, households and minutes of three schools over a period.
    fn publish(&mut self, period: Period, audience: Audience, rows: &[Contact]) -> Report {
        let mut plan = plan(3);
        plan.description.tables[0].measures = vec![CONTACTS, HOUSEHOLDS, MINUTES];
        let mut facts = facts(&[
            ("Ahorn", Level::Primary),
            ("Birken", Level::Primary),
            ("Zeder", Level::Primary),
        ]);
        facts.period = period;
        let passport = Passport { period, audience, ..passport() };
        let before = Before::Weigh(self.published.clone());
        let (title, municipality) = (Text::same("Test"), "Musterstadt".to_owned());
        let made = assemble_beside(
            &cube(plan, &[], rows),
            &facts,
            passport.clone(),
            title.clone(),
            municipality.clone(),
            &before,
        )
        .unwrap();
        // What is kept is read back, and a replay comes to the same.
        let text = serde_json::to_string(&made.published).unwrap();
        let kept: Published = serde_json::from_str(&text).unwrap();
        assert_eq!(kept.numbers(), made.published.numbers());
        self.published.push(kept);
        made.report
    }
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn period(first: &str, last: &str) -> Period {
    Period::new(day(first), day(last)).unwrap()
}

fn first_half() -> Period {
    period("2025-08-01", "2026-01-31")
}

fn second_half() -> Period {
    period("2026-02-01", "2026-07-31")
}

fn year() -> Period {
    period("2025-08-01", "2026-07-31")
}

/// Contacts as `x` where they are withheld: the schools, and all together.
fn cells(report: &Report) -> Vec<String> {
    column(report, 0)
}

fn column(report: &Report, column: usize) -> Vec<String> {
    let cell = |cell: Cell| match cell {
        Cell::Shown(number) => number.units.to_string(),
        Cell::Withheld => "x".into(),
        other => format!("{other:?}"),
    };
    report.sections[0].tables[0].rows.iter().map(|row| cell(row.cells[column])).collect()
}

fn notes(report: &Report) -> String {
    let notes = report.sections[0].tables[0].notes.iter();
    notes.flat_map(|note| [note.de.as_str(), " ", &note.en]).collect()
}

/// Twenty families each at three schools.
fn sixty() -> Vec<Contact> {
    [contacts(0, 20), contacts(1, 20), contacts(2, 20)].concat()
}

#[test]
fn a_year_does_not_give_away_the_small_second_half() {
    let mut shelf = Shelf::default();
    assert_eq!(
        cells(&shelf.publish(first_half(), Audience::Public, &sixty())),
        ["20", "20", "20", "60"]
    );
    // Two more contacts at the first school in the second half, and many at the others: the year less
    // the first half would tell of these two. The total goes along with another school.
    let more: Vec<Contact> = (0..2).map(|many| contact(0, many)).collect();
    let others: Vec<Contact> =
        (0..20).flat_map(|it| [contact(1, 1_000 + it), contact(2, 2_000 + it)]).collect();
    let rows = [sixty(), more, others].concat();
    let report = shelf.publish(year(), Audience::Public, &rows);
    assert_eq!(cells(&report), ["x", "x", "40", "102"]);
    assert!(notes(&report).contains("früher veröffentlichten Bericht"), "{}", notes(&report));
    assert!(notes(&report).contains("report published earlier"), "{}", notes(&report));
    // Had nothing been published before, all of it could be shown.
    let alone = Shelf::default().publish(year(), Audience::Public, &rows);
    assert_eq!(cells(&alone), ["22", "40", "40", "102"]);
    assert!(!notes(&alone).contains("früher"));
}

#[test]
fn six_more_contacts_of_one_family_are_as_few_as_one() {
    let mut shelf = Shelf::default();
    shelf.publish(first_half(), Audience::Public, &sixty());
    let rows = [sixty(), vec![contact(0, 7); 6]].concat();
    let report = shelf.publish(year(), Audience::Public, &rows);
    // 26 of the year less 20 of the first half rest on one family. Nothing else was recorded in the
    // second half, so no other school hides it and the total goes.
    assert_eq!(cells(&report)[0], "x");
    assert_eq!(cells(&report)[3], "x");
}

#[test]
fn what_the_first_half_withheld_stays_withheld_when_the_second_and_the_year_come() {
    let mut shelf = Shelf::default();
    let first = [contacts(0, 2), contacts(1, 9), contacts(2, 14)].concat();
    assert_eq!(
        cells(&shelf.publish(first_half(), Audience::Public, &first)),
        ["x", "x", "14", "25"]
    );
    let second = sixty();
    assert_eq!(
        cells(&shelf.publish(second_half(), Audience::Public, &second)),
        ["20", "20", "20", "60"]
    );
    let report = shelf.publish(year(), Audience::Public, &[first, second].concat());
    // 22 less 20 would be the 2 of the first half, and 29 less 20 the 9 beside them.
    assert_eq!(cells(&report), ["x", "x", "34", "85"]);
}

#[test]
fn one_more_record_between_two_runs_does_not_show() {
    let mut shelf = Shelf::default();
    let first = shelf.publish(year(), Audience::Public, &sixty());
    // The same once more, as often as somebody tries: nothing changes.
    for _ in 0..3 {
        assert_eq!(shelf.publish(year(), Audience::Public, &sixty()), first);
    }
    let rows = [sixty(), contacts(1, 1)].concat();
    let report = shelf.publish(year(), Audience::Public, &rows);
    assert_eq!(cells(&report)[1], "x", "21 less 20 is the one");
    assert_eq!(cells(&report)[3], "x", "61 less 60 as well");
    // Eight more of eight families do no harm.
    let rows = [sixty(), (0..8).map(|it| contact(1, 5_000 + it)).collect()].concat();
    let report =
        Shelf { published: shelf.published[..1].to_vec() }.publish(year(), Audience::Public, &rows);
    assert_eq!(cells(&report), ["20", "28", "20", "68"]);
}

#[test]
fn a_record_that_is_gone_does_not_show_either() {
    let mut shelf = Shelf::default();
    shelf.publish(year(), Audience::Public, &sixty());
    let rows = [contacts(0, 19), contacts(1, 20), contacts(2, 20)].concat();
    let report = shelf.publish(year(), Audience::Public, &rows);
    assert_eq!((cells(&report)[0].as_str(), cells(&report)[3].as_str()), ("x", "x"));
}

#[test]
fn people_in_the_administration_have_both_reports_and_others_one() {
    let rows = [contacts(0, 4), contacts(1, 20), contacts(2, 20)].concat();
    let mut shelf = Shelf::default();
    let inside = shelf.publish(year(), Audience::Administration, &rows);
    assert_eq!(cells(&inside), ["4", "20", "20", "44"]);
    // What is withheld for the public is no secret inside, so nothing more has to go.
    let outside = shelf.publish(year(), Audience::Public, &rows);
    assert_eq!(cells(&outside), ["x", "x", "20", "44"]);
    // But a report for the public must not tell people inside what theirs withheld.
    let mut shelf = Shelf::default();
    let first = [contacts(0, 2), contacts(1, 20), contacts(2, 20)].concat();
    shelf.publish(first_half(), Audience::Administration, &first);
    shelf.publish(second_half(), Audience::Administration, &sixty());
    let report = shelf.publish(year(), Audience::Public, &[first, sixty()].concat());
    assert_eq!(cells(&report)[..2], ["x", "x"], "22 less 20 are 2");
}

#[test]
fn few_new_families_do_not_show_while_contacts_do() {
    let mut shelf = Shelf::default();
    shelf.publish(first_half(), Audience::Public, &sixty());
    // Twenty more contacts of the same families, and two families more with five contacts each.
    let more: Vec<Contact> =
        (0..20).chain([500, 501, 500, 501, 500, 501]).map(|many| contact(0, many)).collect();
    let report = shelf.publish(year(), Audience::Public, &[sixty(), more].concat());
    assert_eq!(cells(&report), ["46", "20", "20", "86"]);
    assert_eq!(column(&report, 1)[0], "x", "22 families less 20 are two");
}

#[test]
fn a_plugin_that_moves_one_family_from_cell_to_cell_tells_nothing_by_it() {
    let mut shelf = Shelf::default();
    shelf.publish(year(), Audience::Public, &sixty());
    // The secret of a family is told by the cell that it stands in when the report is run again.
    let mut rows = sixty();
    rows[7].school = 1;
    let report = shelf.publish(year(), Audience::Public, &rows);
    assert_eq!(cells(&report), ["x", "x", "20", "60"]);
}

#[test]
fn a_plugin_that_writes_into_the_last_digits_of_a_sum_tells_nothing_about_few() {
    let mut shelf = Shelf::default();
    let first = shelf.publish(year(), Audience::Public, &sixty());
    assert_eq!(column(&first, 2), ["600", "600", "600", "1800"]);
    let mut rows = sixty();
    rows[7].minutes = 31;
    let report = shelf.publish(year(), Audience::Public, &rows);
    assert_eq!(column(&report, 2), ["x", "600", "600", "x"]);
    assert_eq!(cells(&report), ["20", "20", "20", "60"], "the contacts are those of before");
}

/// What a plugin can still tell: one bit with each group that is large enough to be shown. Nobody can
/// see from figures that a group stands in another cell than an honest plugin would put it into.
#[test]
fn a_group_that_is_large_enough_still_tells_one_bit_by_its_cell() {
    let told = |secret: bool| {
        let moved = u16::from(secret);
        let group: Vec<Contact> = (0..5).map(|it| contact(moved, 5_000 + it)).collect();
        let rows = [sixty(), group].concat();
        cells(&Shelf::default().publish(year(), Audience::Public, &rows))
    };
    assert_eq!(told(false), ["25", "20", "20", "65"]);
    assert_eq!(told(true), ["20", "25", "20", "65"]);
}

#[test]
fn what_was_decided_comes_out_again() {
    let mut shelf = Shelf::default();
    shelf.publish(first_half(), Audience::Public, &sixty());
    let rows = [sixty(), vec![contact(0, 7); 6]].concat();
    let mut plan = plan(3);
    plan.description.tables[0].measures = vec![CONTACTS, HOUSEHOLDS];
    let mut facts =
        facts(&[("Ahorn", Level::Primary), ("Birken", Level::Primary), ("Zeder", Level::Primary)]);
    facts.period = year();
    let passport = Passport { audience: Audience::Public, period: year(), ..passport() };
    let make = |before: &Before| {
        let cube = cube(plan.clone(), &[], &rows);
        let title = Text::same("Test");
        assemble_beside(&cube, &facts, passport.clone(), title, "Musterstadt".into(), before)
            .unwrap()
    };
    let then = make(&Before::Weigh(shelf.published.clone()));
    assert!(then.weighed.numbers() > 0);
    let text = serde_json::to_string(&then.weighed).unwrap();
    let again = make(&Before::Weighed(serde_json::from_str(&text).unwrap()));
    assert_eq!(again.report, then.report);
}

#[test]
fn parts_of_a_period_are_put_together_and_too_many_are_refused() {
    let month = |month: u32| {
        let first = Day::of(2025, month, 1).unwrap();
        Period::new(first, first.plus(27)).unwrap()
    };
    let periods: Vec<Period> =
        [period("2025-01-01", "2025-12-31")].into_iter().chain((1..=12).map(month)).collect();
    let found = super::beside::ways(&periods).unwrap();
    assert!(found.contains(&(1..=12).collect::<Vec<_>>()), "all months together");
    assert_eq!(found.len(), 13, "and each alone");
    // Each month twice, with changes in between: more than anybody can look at.
    let twice: Vec<Period> = periods.iter().copied().chain(periods[1..].iter().copied()).collect();
    assert!(super::beside::ways(&twice).is_err());
    // Two that overlap, and the year that both make.
    let overlapping =
        [year(), period("2025-08-01", "2026-03-31"), period("2026-01-01", "2026-07-31")];
    assert!(super::beside::ways(&overlapping).unwrap().contains(&vec![1, 2]));
}
