//! An invented plugin and invented rows for the tests of this module.

use std::sync::Arc;

use super::{Cube, Facts, Plan, PlannedDataset, Reducer, SchoolFacts, Subject};
use crate::domain::{
    Batch, Classified, CodeLists, Column, Day, Description, Dimension, Figure, LEFT_OUT, Labels,
    Level, Measure, Measured, Passport, Period, Rounding, Span, TableSpec, Text, Values,
};

/// The measures, by their place.
pub(super) const CONTACTS: usize = 0;
pub(super) const VISITS: usize = 1;
pub(super) const HOUSEHOLDS: usize = 2;
pub(super) const MINUTES: usize = 3;
pub(super) const MEAN: usize = 4;
pub(super) const MEDIAN: usize = 5;
pub(super) const VISIT_SHARE: usize = 6;
pub(super) const PUPILS: usize = 7;
pub(super) const RATE: usize = 8;
pub(super) const GUESTS: usize = 9;

/// The places of the datasets.
pub(super) const OF_SCHOOLS: usize = 0;
pub(super) const OF_CONTACTS: usize = 1;

/// One contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Contact {
    pub(super) school: u16,
    pub(super) month: u16,
    pub(super) kind: u16,
    pub(super) household: Option<u32>,
    pub(super) guest: u32,
    pub(super) minutes: i64,
    pub(super) is_visit: bool,
}

/// A contact in the first month, of the first kind, that lasted half an hour, with one guest for
/// each household.
pub(super) fn contact(school: u16, household: u32) -> Contact {
    let guest = household;
    let household = Some(household);
    Contact { school, month: 0, kind: 0, household, guest, minutes: 30, is_visit: false }
}

/// So many contacts of a school, each with a household of its own.
pub(super) fn contacts(school: u16, many: u32) -> Vec<Contact> {
    let first = u32::from(school) * 1_000;
    (first..first + many).map(|household| contact(school, household)).collect()
}

fn table(id: &str, rows: usize, across: Option<usize>, measures: &[usize]) -> TableSpec {
    TableSpec { id: id.into(), title: Text::same(id), rows, across, measures: measures.to_vec() }
}

/// A plan with one table by school that shows every measure.
pub(super) fn plan(schools: usize) -> Plan {
    let over = || "contacts".to_owned();
    let figures = [
        ("contacts", Figure::Count { dataset: over() }),
        ("visits", Figure::Count { dataset: over() }),
        ("households", Figure::Distinct { dataset: over(), field: "household".into() }),
        ("minutes", Figure::Sum { dataset: over() }),
        ("mean", Figure::Mean { dataset: over() }),
        ("median", Figure::Median { dataset: over() }),
        ("visit-share", Figure::Share { part: VISITS, whole: CONTACTS }),
        ("pupils", Figure::Sum { dataset: "schools".into() }),
        ("rate", Figure::Ratio { numerator: CONTACTS, denominator: PUPILS, per: 100 }),
        ("guests", Figure::Distinct { dataset: over(), field: "guest".into() }),
    ];
    let measure = |(place, (id, figure)): (usize, (&str, Figure))| Measure {
        id: id.into(),
        label: Text::same(id),
        unit: None,
        figure,
        scale: 0,
        decimals: u8::from([MEAN, MEDIAN, VISIT_SHARE, RATE].contains(&place)),
        least: 0,
        most: if place == PUPILS { 10_000 } else { 480 },
    };
    let dimension =
        |id: &str, labels: Labels| Dimension { id: id.into(), label: Text::same(id), labels };
    Plan {
        description: Description {
            id: "org.example.test".into(),
            version: "1.0.0".into(),
            dimensions: vec![
                dimension("school", Labels::Codes("school".into())),
                dimension("month", Labels::Months),
                dimension("kind", Labels::Codes("contact-kind".into())),
            ],
            measures: figures.into_iter().enumerate().map(measure).collect(),
            tables: vec![table("overview", 0, None, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9])],
        },
        labels: vec![schools, 4, 14],
        datasets: vec![
            PlannedDataset {
                name: "schools".into(),
                subject: Subject::Integers(0),
                distinct: Vec::new(),
            },
            PlannedDataset {
                name: "contacts".into(),
                subject: Subject::Indexes(0),
                distinct: vec![(HOUSEHOLDS, 0), (GUESTS, 1)],
            },
        ],
    }
}

/// The same with tables of contacts by month and by kind, of the rate by month, and by kind alone.
pub(super) fn many_tables(schools: usize) -> Plan {
    let mut plan = plan(schools);
    plan.description.tables.extend([
        table("months", 0, Some(1), &[CONTACTS]),
        table("kinds", 0, Some(2), &[CONTACTS]),
        table("rates", 0, Some(1), &[RATE]),
        table("by-kind", 2, None, &[CONTACTS, HOUSEHOLDS]),
    ]);
    plan
}

/// A batch of contacts with its answer.
pub(super) fn batch(rows: &[Contact]) -> (Batch, Classified) {
    let bits = |is_set: &dyn Fn(&Contact) -> bool| {
        let word = |rows: &[Contact]| {
            rows.iter().rev().fold(0, |word, row| word << 1 | u64::from(is_set(row)))
        };
        rows.chunks(64).map(word).collect::<Vec<u64>>()
    };
    let households = rows.iter().map(|row| row.household.unwrap_or(0)).collect();
    let guests = rows.iter().map(|row| row.guest).collect();
    let columns = vec![
        Column {
            values: Values::Indexes(households),
            present: bits(&|row| row.household.is_some()),
        },
        Column { values: Values::Indexes(guests), present: Vec::new() },
    ];
    let all = Measured::default;
    let values =
        || Measured { values: rows.iter().map(|row| row.minutes).collect(), ..Measured::default() };
    let visits = Measured { counted: bits(&|row| row.is_visit), ..Measured::default() };
    let labels = |label: fn(&Contact) -> u16| rows.iter().map(label).collect::<Vec<u16>>();
    let classified = Classified {
        labels: vec![labels(|row| row.school), labels(|row| row.month), labels(|row| row.kind)],
        measures: vec![all(), visits, all(), values(), values(), values(), all()],
    };
    (Batch { rows: rows.len(), columns }, classified)
}

/// The batch of schools with their accompanied pupils; it is divided by school alone.
pub(super) fn schools(accompanied: &[i32]) -> (Batch, Classified) {
    let values = Values::Integers(accompanied.to_vec());
    let columns = vec![Column { values, present: Vec::new() }];
    let pupils = accompanied.iter().map(|pupils| i64::from(*pupils)).collect();
    let labels = (0..).take(accompanied.len()).collect();
    let classified = Classified {
        labels: vec![labels, Vec::new(), Vec::new()],
        measures: vec![Measured { counted: Vec::new(), values: pupils }],
    };
    (Batch { rows: accompanied.len(), columns }, classified)
}

/// What was counted of these rows.
pub(super) fn cube(plan: Plan, accompanied: &[i32], rows: &[Contact]) -> Cube {
    let mut reducer = Reducer::new(plan).unwrap();
    if !accompanied.is_empty() {
        let (batch, classified) = schools(accompanied);
        reducer.add(OF_SCHOOLS, &batch, &classified).unwrap();
    }
    if !rows.is_empty() {
        let (batch, classified) = batch(rows);
        reducer.add(OF_CONTACTS, &batch, &classified).unwrap();
    }
    reducer.finish()
}

/// A month that leaves a contact out.
pub(super) const NO_MONTH: u16 = LEFT_OUT;

/// September to December 2025.
pub(super) fn period() -> Period {
    let day = |text: &str| text.parse::<Day>().unwrap();
    Period::new(day("2025-09-01"), day("2025-12-31")).unwrap()
}

/// Schools in the programme for the whole period, named by the caller.
pub(super) fn facts(schools: &[(&str, Level)]) -> Facts {
    let span = Span::new(period().first, None).unwrap();
    let school = |(place, (name, level)): (usize, &(&str, Level))| SchoolFacts {
        number: format!("{}", 100_001 + place),
        name: (*name).into(),
        level: *level,
        spans: vec![span],
        coverage: None,
        attendance: None,
    };
    Facts {
        period: period(),
        schools: schools.iter().enumerate().map(school).collect(),
        lists: CodeLists::new(CodeLists::seed()),
        calendar: Arc::clone(crate::domain::Calendar::nrw()),
    }
}

/// A passport without any history.
pub(super) fn passport() -> Passport {
    Passport {
        period: period(),
        as_of: period().last,
        plugin: "org.example.test".into(),
        plugin_title: Text::same("Test"),
        plugin_version: "1.0.0".into(),
        package_sha256: String::new(),
        sources: Vec::new(),
        settings: Vec::new(),
        audience: crate::domain::Audience::Public,
        smallest_shown: 5,
        rounding: Rounding::None,
        rules: Vec::new(),
        data_digest: None,
        grant_digest: None,
        limits: Vec::new(),
        fuel: None,
        software: "0.1.0".into(),
        engine: "none".into(),
    }
}
