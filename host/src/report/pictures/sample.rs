//! Invented tables for the tests of pictures.

use std::sync::Arc;

use super::super::fixture;
use super::super::frame::{Facts, SchoolFacts};
use crate::domain::{
    Backing, Cell, CodeLists, Day, Description, Interval, IntervalMethod, Level, Number, Period,
    Row, RowKind, Span, Table, TableColumn, Text,
};

pub(super) const NAMES: [&str; 6] = ["Ahorn", "Birken", "Eiben", "Linden", "Tannen", "Zeder"];

pub(super) fn number(units: i64, decimals: u8) -> Number {
    Number { units, decimals }
}

/// Nine schools, of which the first six are primary, in the school year 2025/26.
pub(super) fn facts() -> Facts {
    let first = Day::of(2025, 8, 1).unwrap();
    let last = Day::of(2026, 7, 31).unwrap();
    let names = NAMES.into_iter().chain(["Anger", "Bach", "Carl"]);
    let school = |(place, name): (usize, &str)| SchoolFacts {
        number: format!("{}", 100_001 + place),
        name: name.into(),
        level: if place < 6 { Level::Primary } else { Level::Secondary },
        spans: vec![Span::new(first, None).unwrap()],
        coverage: None,
        attendance: None,
    };
    Facts {
        period: Period::new(first, last).unwrap(),
        schools: names.enumerate().map(school).collect(),
        lists: CodeLists::new(CodeLists::seed()),
        calendar: Arc::clone(crate::domain::Calendar::nrw()),
    }
}

/// What the plugin says where no measure matters.
pub(super) fn no_description() -> Description {
    Description {
        id: String::new(),
        version: String::new(),
        dimensions: Vec::new(),
        measures: Vec::new(),
        tables: Vec::new(),
    }
}

/// The measures of the fixture, among them the share `visit-share` and the rate `rate` for 100.
pub(super) fn description() -> Description {
    fixture::plan(6).description
}

fn row(name: &str, cells: Vec<Cell>) -> Row {
    let school = facts().schools.into_iter().find(|school| school.name == name);
    let (id, kind) = match school {
        Some(school) => (school.number, RowKind::Part),
        None => ("total".into(), RowKind::Total),
    };
    Row { id, label: Text::same(name), kind, cells, backing: Vec::new(), coverage: None }
}

fn column(id: &str, label: Text, unit: Option<Text>, total: bool) -> TableColumn {
    TableColumn { id: id.into(), label, unit, total, passport: None }
}

/// Contacts of schools by month from August to July, with their total.
pub(super) fn months_table(schools: &[(&str, &[i64; 12])]) -> Table {
    let german = "Aug Sep Okt Nov Dez Jan Feb Mär Apr Mai Jun Jul".split(' ');
    let english = "Aug Sep Oct Nov Dec Jan Feb Mar Apr May Jun Jul".split(' ');
    let months = facts().period.months().zip(german.zip(english));
    let mut columns: Vec<TableColumn> = months
        .map(|(month, (de, en))| {
            let year = month.year();
            let label = Text::new(format!("{de} {year}"), format!("{en} {year}"));
            column(&month.to_string(), label, None, false)
        })
        .collect();
    columns.push(column("total", Text::new("Gesamt", "Total"), None, true));
    let cells = |values: &[i64; 12]| -> Vec<Cell> {
        let all = values.iter().copied().chain([values.iter().sum()]);
        all.map(|value| Cell::Shown(number(value, 0))).collect()
    };
    Table {
        id: "months-primary".into(),
        caption: Text::new("Kontakte nach Monat", "Contacts by month"),
        corner: Text::new("Schule", "School"),
        columns,
        rows: schools.iter().map(|(name, values)| row(name, cells(values))).collect(),
        notes: Vec::new(),
    }
}

/// A share (`visit-share`) or rate for 100 (`rate`) of schools and their total, as parts of wholes.
pub(super) fn rates_table(measure: &str, schools: &[(&str, i64, i64)]) -> Table {
    let method = if measure == "rate" { IntervalMethod::Byar } else { IntervalMethod::Wilson };
    let line = |(name, part, whole): &(&str, i64, i64)| {
        let value = number(1000 * part / whole, 1);
        // Any interval will do: pictures only hand it on.
        let (low, high) = (number(value.units / 2, 1), number(value.units * 2, 1));
        let mut row = row(name, vec![Cell::Shown(value)]);
        row.backing = vec![Some(Backing {
            numerator: number(*part, 0),
            denominator: number(*whole, 0),
            interval: Some(Interval { low, high, method }),
        })];
        row
    };
    Table {
        id: "rates-primary".into(),
        caption: Text::new("Verhältniszahlen", "Rates"),
        corner: Text::new("Schule", "School"),
        columns: vec![column(measure, Text::new("Quote", "Quota"), Some(Text::same("%")), false)],
        rows: schools.iter().map(line).collect(),
        notes: Vec::new(),
    }
}
