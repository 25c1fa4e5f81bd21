//! What a reader finds in the finished report.

use super::*;
use crate::domain::{
    Backing, Interval, IntervalMethod, Level, Month, NumberPassport, RowKind, Span,
};
use crate::report::fixture::{
    Contact, contact, contacts, cube, facts, many_tables, passport, period, plan,
};
use crate::report::{Plan, SchoolFacts};

const P: Level = Level::Primary;
const S: Level = Level::Secondary;

fn report_of(
    plan: Plan,
    facts: &Facts,
    accompanied: &[i32],
    rows: &[Contact],
    audience: Audience,
) -> Report {
    let cube = cube(plan, accompanied, rows);
    let passport = Passport { audience, ..passport() };
    assemble(&cube, facts, passport, Text::same("Test"), "Musterstadt".into())
}

/// The table as a reader sees it: row id, then its cells.
fn printed(report: &Report, id: &str) -> Vec<String> {
    let table = report
        .sections
        .iter()
        .flat_map(|section| &section.tables)
        .find(|table| table.id == id)
        .unwrap_or_else(|| panic!("no table {id}"));
    let cell = |cell: &Cell| match cell {
        Cell::Shown(Number { units, decimals: 0 }) => units.to_string(),
        Cell::Shown(Number { units, decimals: 1 }) => format!("{}.{}", units / 10, units % 10),
        Cell::Shown(number) => format!("{number:?}"),
        Cell::RoundsToZero => "~0".into(),
        Cell::Withheld => "x".into(),
        Cell::NotCollected => "-".into(),
        Cell::Undefined => "?".into(),
    };
    let row = |row: &Row| {
        let cells: Vec<String> = row.cells.iter().map(cell).collect();
        format!("{} {}", row.label.de, cells.join(" "))
    };
    table.rows.iter().map(row).collect()
}

#[test]
fn three_schools_with_two_nine_and_fourteen_contacts_hide_two_of_them() {
    let facts = facts(&[("Ahorn", S), ("Birken", S), ("Zeder", S)]);
    let rows = [contacts(0, 2), contacts(1, 9), contacts(2, 14)].concat();
    let mut plan = plan(3);
    plan.description.tables[0].measures = vec![0];
    let report = report_of(plan, &facts, &[40; 3], &rows, Audience::Administration);
    assert_eq!(
        printed(&report, "overview-secondary"),
        ["Ahorn x", "Birken x", "Zeder 14", "Weiterführende Schulen zusammen 25"]
    );
    assert_eq!(report.passport.smallest_shown, 3);
    assert_eq!(report.passport.audience, Audience::Administration);
}

/// Ten contacts with ten households and guests: visits 0 to 5, minutes 10, 20, ... 100.
fn ten(school: u16) -> Vec<Contact> {
    let row = |place: u32| Contact {
        is_visit: place < 6,
        minutes: i64::from(place + 1) * 10,
        guest: place,
        ..contact(school, u32::from(school) * 1_000 + place)
    };
    (0..10).map(row).collect()
}

#[test]
fn each_figure_is_worked_out_exactly() {
    let facts = facts(&[("Birken", P), ("Ahorn", P)]);
    let rows = [ten(0), contacts(1, 11)].concat();
    let mut plan = plan(2);
    // Without the visits themselves, which the second school has none of.
    plan.description.tables[0].measures = vec![0, 1, 2, 3, 4, 5, 6, 7, 8];
    let report = report_of(plan, &facts, &[30, 90], &rows, Audience::Administration);
    // Ahorn: 11 contacts of 30 minutes; no visit; 11 for every 100 of 90 is 12.2.
    // Birken: 6 visits of 10 contacts; 550 minutes, mean and median 55; 10 for every 100 of 30.
    // Both: 880 minutes in 21 contacts are 41.9; the eleventh value of 21 is 30; 6 of 21 is
    // 28.6 %; 21 for every 100 of 120 is 17.5.
    assert_eq!(
        printed(&report, "overview-primary"),
        [
            "Ahorn 11 0 11 330 30.0 30.0 0.0 90 12.2",
            "Birken 10 6 10 550 55.0 55.0 60.0 30 33.3",
            "Grundschulen zusammen 21 6 21 880 41.9 30.0 28.6 120 17.5",
        ]
    );
    let table = &report.sections[0].tables[0];
    assert_eq!(table.columns[6].unit, Some(Text::same("%")));
    assert_eq!(table.rows.last().map(|row| row.kind), Some(RowKind::Total));
}

#[test]
fn a_share_is_withheld_with_its_part_and_with_its_rest() {
    let facts = facts(&[("Ahorn", P), ("Birken", P), ("Zeder", P)]);
    let visits = |school: u16, of: u32, many: u32| -> Vec<Contact> {
        let rows = contacts(school, of).into_iter().zip(0..);
        rows.map(|(row, place)| Contact { is_visit: place < many, ..row }).collect()
    };
    let rows = [visits(0, 20, 2), visits(1, 20, 18), visits(2, 20, 10)].concat();
    let mut plan = plan(3);
    plan.description.tables[0].measures = vec![0, 6];
    let report = report_of(plan, &facts, &[40; 3], &rows, Audience::Public);
    assert_eq!(
        printed(&report, "overview-primary"),
        ["Ahorn 20 x", "Birken 20 x", "Zeder 20 50.0", "Grundschulen zusammen 60 50.0"]
    );
}

#[test]
fn nothing_divided_by_nothing_is_undefined_and_a_zero_is_a_zero() {
    let facts = facts(&[("Ahorn", P), ("Birken", P)]);
    let report = report_of(plan(2), &facts, &[0, 50], &contacts(1, 10), Audience::Public);
    assert_eq!(
        printed(&report, "overview-primary")[..2],
        ["Ahorn 0 0 0 0 ? ? ? 0 ? 0", "Birken 10 0 10 300 30.0 30.0 0.0 50 20.0 10"]
    );
}

#[test]
fn few_households_withhold_many_contacts() {
    let facts = facts(&[("Ahorn", P), ("Birken", P), ("Zeder", P)]);
    let mut rows: Vec<Contact> = (0..40).map(|place| contact(0, place % 4)).collect();
    rows.extend([contacts(1, 50), contacts(2, 60)].concat());
    let mut plan = plan(3);
    plan.description.tables[0].measures = vec![0, 2, 4];
    let report = |audience| report_of(plan.clone(), &facts, &[40; 3], &rows, audience);
    assert_eq!(
        printed(&report(Audience::Public), "overview-primary"),
        ["Ahorn x x x", "Birken x x x", "Zeder 60 60 30.0", "Grundschulen zusammen 150 114 30.0"]
    );
    assert_eq!(
        printed(&report(Audience::Administration), "overview-primary")[0],
        "Ahorn 40 4 30.0"
    );
}

#[test]
fn levels_stand_apart_in_the_order_of_names_and_absent_schools_do_not_appear() {
    let mut facts = facts(&[("Zeder", P), ("Ähre", P), ("Ufer", S), ("Ahorn", P), ("Ähre", P)]);
    facts.schools[3].spans = vec![Span::new(period().last.plus(1), None).unwrap()];
    facts.schools[4].number = "100000".into();
    let rows: Vec<Contact> = (0..5).flat_map(|school| contacts(school, 9)).collect();
    let report = report_of(many_tables(5), &facts, &[40; 5], &rows, Audience::Public);
    let sections: Vec<&str> =
        report.sections.iter().map(|section| section.title.de.as_str()).collect();
    assert_eq!(sections, ["Grundschulen", "Weiterführende Schulen", "Gesamtüberblick"]);
    let ids =
        |table: &Table| table.rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>().join(" ");
    assert_eq!(ids(&report.sections[0].tables[0]), "100000 100002 100001 total");
    assert_eq!(ids(&report.sections[1].tables[0]), "100003 total");
    assert_eq!(report.sections[2].tables[0].id, "by-kind");
    assert_eq!(printed(&report, "by-kind"), ["Hausbesuch 45 45", "Gesamt 45 45"]);
    assert_eq!(
        printed(&report, "kinds-primary"),
        ["Ähre 9 9", "Ähre 9 9", "Zeder 9 9", "Grundschulen zusammen 27 27"]
    );
}

#[test]
fn months_before_a_school_joined_are_not_collected() {
    let mut facts = facts(&[("Ahorn", P), ("Birken", P)]);
    let november = Month(period().first.month().0 + 2);
    facts.schools[0].spans = vec![Span::new(november.period().first, None).unwrap()];
    let mut rows = contacts(1, 20);
    rows.extend(contacts(0, 8).into_iter().map(|row| Contact { month: 2, ..row }));
    let report = report_of(many_tables(2), &facts, &[50, 50], &rows, Audience::Public);
    assert_eq!(
        printed(&report, "months-primary"),
        ["Ahorn - - 8 0 8", "Birken 20 0 0 0 20", "Grundschulen zusammen 20 0 8 0 28"]
    );
    assert_eq!(
        printed(&report, "rates-primary"),
        ["Ahorn - - 16.0 0.0", "Birken 40.0 0.0 0.0 0.0", "Grundschulen zusammen 20.0 0.0 8.0 0.0"],
        "the pupils of a school stand in each month, and a rate has no total column"
    );
    let table = report.sections[0].tables.iter().find(|table| table.id == "months-primary");
    let table = table.unwrap();
    assert_eq!(table.columns[0].id, "2025-09");
    assert_eq!(table.columns[3].label, Text::new("Dez 2025", "Dec 2025"));
    assert!(table.columns[4].total);
    let notes: Vec<&str> = table.notes.iter().map(|note| note.de.as_str()).collect();
    assert_eq!(
        notes,
        ["Nicht erhoben: Die Schule nahm in diesem Monat nicht am Programm teil. Das ist \
          keine Null."]
    );
}

#[test]
fn a_number_withheld_in_one_table_is_withheld_in_every_other() {
    let facts = facts(&[("Ahorn", P), ("Birken", P), ("Zeder", P)]);
    let rows = [contacts(0, 3), contacts(1, 20), contacts(2, 30)].concat();
    let report = report_of(many_tables(3), &facts, &[40; 3], &rows, Audience::Public);
    let cells = |id: &str, column: usize| -> Vec<String> {
        let cell = |row: &String| row.split(' ').nth(column + 1).map(str::to_owned);
        printed(&report, id).iter().take(3).filter_map(cell).collect()
    };
    assert_eq!(cells("overview-primary", 0), ["x", "x", "30"]);
    // All contacts lie in the first month and are of one kind: the totals and the only column.
    assert_eq!(cells("months-primary", 0), ["x", "x", "30"]);
    assert_eq!(cells("months-primary", 4), ["x", "x", "30"]);
    assert_eq!(cells("kinds-primary", 0), ["x", "x", "30"]);
    assert_eq!(cells("rates-primary", 0), ["x", "x", "75.0"]);
}

#[test]
fn a_school_without_facts_is_not_shown() {
    let facts = Facts { schools: Vec::<SchoolFacts>::new(), ..facts(&[]) };
    let report = report_of(plan(2), &facts, &[1, 2], &contacts(0, 9), Audience::Public);
    assert!(report.sections.is_empty());
}

/// 12 visits of 20 contacts at one school, none of 2 at the next, 9 of 30 at the last; with 50
/// accompanied pupils each.
fn visited() -> Vec<Contact> {
    let visits = |school: u16, of: u32, many: u32| {
        let rows = contacts(school, of).into_iter().zip(0..);
        rows.map(move |(row, place)| Contact { is_visit: place < many, ..row })
    };
    visits(0, 20, 12).chain(visits(1, 2, 0)).chain(visits(2, 30, 9)).collect()
}

fn visited_report(audience: Audience, rounding: Rounding, facts: &Facts) -> Report {
    let mut plan = plan(3);
    plan.description.tables[0].measures = vec![0, 1, 3, 6, 8];
    plan.description.measures[6].decimals = 1;
    let cube = cube(plan, &[50; 3], &visited());
    let passport = Passport { audience, rounding, ..passport() };
    assemble(&cube, facts, passport, Text::same("Test"), "Musterstadt".into())
}

fn backing(numerator: i64, denominator: i64, limits: (i64, i64, IntervalMethod)) -> Backing {
    let number = |units, decimals| Number { units, decimals };
    let (low, high, method) = limits;
    let interval = Interval { low: number(low, 1), high: number(high, 1), method };
    let (numerator, denominator) = (number(numerator, 0), number(denominator, 0));
    Backing { numerator, denominator, interval: Some(interval) }
}

#[test]
fn shares_and_rates_are_backed_by_what_they_were_made_from() {
    let facts = facts(&[("Ahorn", P), ("Birken", P), ("Zeder", P)]);
    let report = visited_report(Audience::Public, Rounding::None, &facts);
    assert_eq!(
        printed(&report, "overview-primary"),
        [
            "Ahorn x 12 x x x",
            "Birken x 0 x x x",
            "Zeder 30 9 900 30.0 60.0",
            "Grundschulen zusammen 52 21 1560 40.4 34.7"
        ]
    );
    let rows = &report.sections[0].tables[0].rows;
    assert_eq!((rows[0].backing.len(), rows[1].backing.len()), (0, 0));
    // Wilson: 9 of 30 is 16.66 to 47.88 %. Byar: 30 is 20.24 to 42.83, for every 100 of 50.
    let (wilson, byar) = (IntervalMethod::Wilson, IntervalMethod::Byar);
    assert_eq!(rows[2].backing[..3], [None; 3]);
    assert_eq!(rows[2].backing[3], Some(backing(9, 30, (166, 479, wilson))));
    assert_eq!(rows[2].backing[4], Some(backing(30, 50, (404, 857, byar))));
}

#[test]
fn a_rate_of_a_sum_has_no_interval_and_a_note_says_so() {
    let facts = facts(&[("Ahorn", P), ("Zeder", P)]);
    let mut plan = plan(2);
    plan.description.measures[8].figure = Figure::Ratio { numerator: 3, denominator: 7, per: 1 };
    plan.description.tables[0].measures = vec![8];
    let rows = [contacts(0, 10), contacts(1, 20)].concat();
    let report = report_of(plan, &facts, &[50; 2], &rows, Audience::Public);
    let table = &report.sections[0].tables[0];
    let found = table.rows[0].backing[0].unwrap();
    assert_eq!((found.numerator.units, found.denominator.units), (300, 50));
    assert_eq!(found.interval, None);
    assert!(table.notes.iter().any(|note| note.de.starts_with("Für Raten aus Summen")));
    assert!(!table.notes.iter().any(|note| note.de.starts_with("Grenzen")));
}

#[test]
fn what_backs_a_share_is_never_withheld_elsewhere() {
    // The kinds of the first school are shown as shares of visits, its contacts by month.
    let facts = facts(&[("Ahorn", P), ("Birken", P), ("Zeder", P)]);
    let mut plan = many_tables(3);
    plan.description.tables[2].measures = vec![6];
    let row = |place: u32| Contact {
        kind: u16::from(place >= 12),
        is_visit: place.is_multiple_of(2),
        ..contact(0, place)
    };
    let rows: Vec<Contact> =
        (0..14).map(row).chain(contacts(1, 20)).chain(contacts(2, 30)).collect();
    let report = report_of(plan, &facts, &[40; 3], &rows, Audience::Public);
    let kinds = printed(&report, "kinds-primary");
    let months = printed(&report, "months-primary");
    // Two contacts of the second kind would be what 14 contacts and 12 of the first leave.
    assert_eq!(months[0], "Ahorn 14 0 0 0 14");
    assert_eq!(kinds[0], "Ahorn x x");
    assert_eq!(report.sections[0].tables[2].rows[0].backing.len(), 0);
}

#[test]
fn each_column_says_how_its_numbers_come_about() {
    let facts = facts(&[("Ahorn", P), ("Birken", P), ("Zeder", P)]);
    let report = visited_report(Audience::Public, Rounding::None, &facts);
    let passports: Vec<&NumberPassport> = report.sections[0].tables[0]
        .columns
        .iter()
        .filter_map(|column| column.passport.as_ref())
        .collect();
    assert_eq!(passports.len(), 5);
    let share = passports[3];
    assert_eq!(share.definition, "org.example.test@1.0.0#visit-share");
    assert_eq!(share.numerator.de, "visits (Anzahl der Einträge)");
    assert_eq!(share.denominator.as_ref().unwrap().en, "contacts (number of records)");
    assert_eq!((share.source.as_str(), &share.denominator_source), ("contacts", &None));
    let rate = passports[4];
    assert_eq!(rate.denominator_source.as_deref(), Some("schools"));
    assert_eq!(rate.denominator.as_ref().unwrap().de, "pupils (Summe)");
    let minutes: Vec<&str> = passports[2].exclusions.iter().map(|text| text.en.as_str()).collect();
    assert_eq!(
        minutes,
        [
            "Records outside the period",
            "Records that the plugin does not count, such as attempts; which these are, it \
             decides itself",
            "Records that the plugin puts into no row or column of “school”",
            "Of each single value, what is below 0 or above 480",
        ]
    );
    assert_eq!(passports[2].denominator, None);
}

#[test]
fn the_working_version_shows_everything_and_says_what_it_is() {
    let facts = facts(&[("Ahorn", P), ("Birken", P), ("Zeder", P)]);
    let report = visited_report(Audience::Work, Rounding::None, &facts);
    assert_eq!(
        printed(&report, "overview-primary")[..2],
        ["Ahorn 20 12 600 60.0 40.0", "Birken 2 0 60 0.0 4.0"]
    );
    assert_eq!(report.title, Text::new("Test (Arbeitsfassung)", "Test (working version)"));
    assert_eq!(report.passport.smallest_shown, 1);
    assert_eq!(report.passport.rules, ["disclosure/1", "wilson+byar/1"]);
    let report = visited_report(Audience::Administration, Rounding::None, &facts);
    assert_eq!(report.title, Text::same("Test"));
}

#[test]
fn numbers_are_rounded_and_shares_are_those_of_the_true_ones() {
    let facts = facts(&[("Ahorn", P), ("Birken", P), ("Zeder", P)]);
    let report = visited_report(Audience::Work, Rounding::Five, &facts);
    assert_eq!(
        printed(&report, "overview-primary"),
        [
            "Ahorn 20 10 600 60.0 40.0",
            "Birken ~0 0 60 0.0 4.0",
            "Zeder 30 10 900 30.0 60.0",
            // 52 and 21, each rounded for itself.
            "Grundschulen zusammen 50 20 1560 40.4 34.7"
        ]
    );
    let table = &report.sections[0].tables[0];
    let wilson = IntervalMethod::Wilson;
    assert_eq!(table.rows[2].backing[3], Some(backing(10, 30, (166, 479, wilson))));
    assert!(table.notes.iter().any(|note| note.en.starts_with("Numbers and sums are rounded")));
    let report = visited_report(Audience::Public, Rounding::Five, &facts);
    assert_eq!(printed(&report, "overview-primary")[1], "Birken x 0 x x x");
}

#[test]
fn recorded_days_do_not_bound_a_withheld_number() {
    let mut facts = facts(&[("Ahorn", P), ("Birken", P), ("Zeder", P), ("Eibe", P)]);
    for (school, recorded) in facts.schools.iter_mut().zip([4, 18, 40, 2]) {
        school.coverage = Some((recorded, 78));
    }
    let rows = |school, many, month| {
        contacts(school, many).into_iter().map(move |row| Contact { month, ..row })
    };
    // The first school has 4 contacts in all; the second 2 in a month with 19 in another.
    let rows: Vec<Contact> = rows(0, 4, 0)
        .chain(rows(1, 19, 0))
        .chain(rows(1, 21, 1).skip(19))
        .chain(rows(2, 60, 0))
        .chain(rows(3, 9, 0))
        .collect();
    let told = |audience, tables: &[&str]| {
        let mut plan = many_tables(4);
        plan.description.tables.retain(|table| tables.contains(&table.id.as_str()));
        plan.description.tables[0].measures = vec![0];
        let report = report_of(plan, &facts, &[40; 4], &rows, audience);
        let table = &report.sections[0].tables[0];
        assert_eq!(table.rows.last().unwrap().coverage, None, "a total is about no school");
        let told = table.rows.iter().filter_map(|row| Some((&row.label.de, row.coverage?)));
        told.map(|(school, found)| {
            assert_eq!(found.possible, 78);
            format!("{school} {:?}", found.recorded)
        })
        .collect::<Vec<_>>()
    };
    // The overview withholds the first school, and with it the smallest of the others. That the
    // second one recorded on 18 days bounds none of its numbers there.
    assert_eq!(
        told(Audience::Public, &["overview"]),
        ["Ahorn None", "Birken Some(18)", "Eibe None", "Zeder Some(40)"]
    );
    // By month, it would: 18 days, of which the first month has at most 23.
    assert_eq!(
        told(Audience::Public, &["overview", "months"])[1],
        "Birken None",
        "withheld in another table"
    );
    assert_eq!(
        told(Audience::Work, &["overview", "months"]),
        ["Ahorn Some(4)", "Birken Some(18)", "Eibe Some(2)", "Zeder Some(40)"]
    );
}

#[test]
fn rounding_shows_nothing_that_the_exact_report_does_not() {
    // Each rounded cell follows from the exact cell alone. So whoever could work out a withheld
    // number from the rounded report could do it from the exact one.
    let facts = facts(&[("Ahorn", P), ("Birken", P), ("Zeder", P)]);
    let exact = visited_report(Audience::Administration, Rounding::None, &facts);
    let rounded = visited_report(Audience::Administration, Rounding::Five, &facts);
    for (exact, rounded) in
        exact.sections[0].tables[0].rows.iter().zip(&rounded.sections[0].tables[0].rows)
    {
        for (place, (cell, other)) in exact.cells.iter().zip(&rounded.cells).enumerate() {
            let expected = match cell {
                Cell::Shown(number) if place < 3 => to_five(*number).unwrap(),
                other => *other,
            };
            assert_eq!(*other, expected);
        }
        let intervals = |row: &Row| -> Vec<_> {
            row.backing.iter().flatten().map(|backing| backing.interval).collect()
        };
        assert_eq!(intervals(exact), intervals(rounded));
    }
}
