//! A small report for tests, with every kind of cell.

use crate::domain::{
    Audience, Backing, Cell, Coverage, Day, Interval, IntervalMethod, Number, NumberPassport,
    Passport, Period, Report, Rounding, Row, RowKind, SCHEMA, Section, Setting, Source, Table,
    TableColumn, Text,
};

/// A number that may be shown.
pub(super) fn shown(units: i64, decimals: u8) -> Cell {
    Cell::Shown(Number { units, decimals })
}

pub(super) fn column(id: &str, label: Text, unit: Option<Text>) -> TableColumn {
    let passport = NumberPassport {
        numerator: label.clone(),
        denominator: None,
        source: "contacts".into(),
        denominator_source: None,
        exclusions: Vec::new(),
        definition: format!("org.example.contacts@1.2.0#{id}"),
    };
    TableColumn { id: id.into(), label, unit, total: false, passport: Some(passport) }
}

pub(super) fn row(id: &str, label: Text, cells: Vec<Cell>) -> Row {
    let kind = if id == "total" { RowKind::Total } else { RowKind::Part };
    Row { id: id.into(), label, kind, cells, backing: Vec::new(), coverage: None }
}

/// Three primary schools with contacts, minutes and a share.
pub(super) fn small() -> Report {
    let table = Table {
        id: "contacts".into(),
        caption: Text::new("Kontakte nach Schule", "Contacts by school"),
        corner: Text::new("Schule", "School"),
        columns: vec![
            column("contacts", Text::new("Kontakte", "Contacts"), None),
            column("minutes", Text::new("Dauer", "Time"), Some(Text::same("min"))),
            column("reached", Text::new("Erreicht", "Reached"), Some(Text::same("%"))),
        ],
        rows: vec![
            Row {
                backing: vec![None, None, Some(backing())],
                coverage: Some(Coverage { recorded: Some(61), possible: 78 }),
                ..row(
                    "100001",
                    Text::same("Schule am Anger"),
                    vec![shown(1_200, 0), shown(36_125, 1), shown(805, 1)],
                )
            },
            row("100002", Text::same("Ufer; Nord"), vec![Cell::Withheld; 3]),
            row(
                "100003",
                Text::same("=Waldschule"),
                vec![shown(0, 0), Cell::NotCollected, Cell::Undefined],
            ),
            row(
                "total",
                Text::new("Gesamt", "Total"),
                vec![shown(1_234, 0), shown(-15, 1), Cell::Withheld],
            ),
        ],
        notes: vec![Text::new("Versuche zählen nicht.", "Attempts do not count.")],
    };
    Report {
        schema: SCHEMA.into(),
        title: Text::new("Kontakte der Schulen", "Contacts of the schools"),
        municipality: "Beispielstadt".into(),
        sections: vec![Section {
            id: "primary".into(),
            title: Text::new("Primarstufe", "Primary"),
            tables: vec![table],
            pictures: Vec::new(),
        }],
        blocks: Vec::new(),
        passport: passport(),
    }
}

/// 966 of 1,200 contacts reached somebody: 80.5 %, by Wilson's interval 78.1 to 82.7.
fn backing() -> Backing {
    let number = |units, decimals| Number { units, decimals };
    let interval =
        Interval { low: number(781, 1), high: number(827, 1), method: IntervalMethod::Wilson };
    Backing { numerator: number(966, 0), denominator: number(1_200, 0), interval: Some(interval) }
}

fn passport() -> Passport {
    let first = Day::of(2025, 8, 1).expect("a day of the calendar");
    let last = Day::of(2026, 7, 31).expect("a day of the calendar");
    Passport {
        period: Period { first, last },
        as_of: last.plus(1),
        plugin: "org.example.contacts".into(),
        plugin_title: Text::new("Kontakte zählen", "Count contacts"),
        plugin_version: "1.2.0".into(),
        package_sha256: "0123456789abcdef".repeat(4),
        sources: vec![Source {
            dataset: "contacts".into(),
            title: Text::new("Kontakte", "Contacts"),
            fields: vec!["school".into(), "kind".into()],
            field_titles: vec![Text::new("Schule", "School"), Text::new("Art", "Kind")],
        }],
        settings: vec![Setting {
            name: "least-minutes".into(),
            title: Text::new("Mindestdauer", "Shortest time"),
            value: 10.into(),
        }],
        audience: Audience::Public,
        smallest_shown: 5,
        rounding: Rounding::None,
        rules: Vec::new(),
        data_digest: None,
        grant_digest: None,
        limits: Vec::new(),
        fuel: None,
        software: "0.1.0".into(),
        engine: "wasmtime 48.0.8".into(),
    }
}
