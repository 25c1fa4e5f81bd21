//! A report with every kind of picture for tests, with long names and with gaps.

use super::sample::{column, row, shown, small};
use crate::domain::{
    Backing, Cell, Coverage, Dot, Drawing, FunnelLimit, History, Interval, IntervalMethod, Number,
    NumberPassport, Panel, Picture, Report, Row, Section, Table, Text, share_limits,
};
use crate::domain::{TAIL_95, TAIL_998, Towards};

const PRIMARY: [&str; 6] = [
    "Gemeinschaftsgrundschule am Anger",
    "GGS Birkenweg",
    "Katholische Grundschule St. Elisabeth an der Alten Mühle <b>",
    "Lindenschule",
    "Grundschule Tannenstraße",
    "Waldschule",
];
const SECONDARY: [&str; 3] = ["Gesamtschule Nord", "Realschule am Markt", "Sekundarschule Süd"];

fn number(units: i64, decimals: u8) -> Number {
    Number { units, decimals }
}

fn rounded(value: f64, rounding: Towards) -> Number {
    Number::rounded(value, 1, rounding).expect("a small number")
}

/// A share with a roughly right interval, and what it was made from.
fn share(part: i64, whole: i64) -> (Cell, Backing) {
    let value = number(1000 * part / whole, 1);
    let reach = 600 / whole.max(1) + 40;
    let interval = Interval {
        low: number((value.units - reach).max(0), 1),
        high: number((value.units + reach).min(1000), 1),
        method: IntervalMethod::Wilson,
    };
    let backing = Backing {
        numerator: number(part, 0),
        denominator: number(whole, 0),
        interval: Some(interval),
    };
    (Cell::Shown(value), backing)
}

fn share_row(name: &str, part: i64, whole: i64, recorded: Option<u32>) -> Row {
    let (cell, backing) = share(part, whole);
    let mut row = row(name, Text::same(name), vec![shown(whole, 0), cell]);
    row.backing = vec![None, Some(backing)];
    row.coverage = Some(Coverage { recorded, possible: 78 });
    row
}

fn shares(id: &str, rows: Vec<Row>) -> Table {
    let passport = NumberPassport {
        numerator: Text::new("Tandem-Kontakte", "Tandem contacts"),
        denominator: Some(Text::new("Kontakte", "Contacts")),
        source: "contacts".into(),
        denominator_source: None,
        exclusions: vec![Text::new("Versuche", "Attempts")],
        definition: "org.example.contacts@1.2.0#tandem-share".into(),
    };
    let mut columns = vec![
        column("contacts", Text::new("Kontakte", "Contacts"), None),
        column("tandem", Text::new("Anteil Tandem", "Tandem share"), Some(Text::same("%"))),
    ];
    columns[1].passport = Some(passport);
    Table {
        id: id.into(),
        caption: Text::new("Verhältniszahlen", "Rates"),
        corner: Text::new("Schule", "School"),
        columns,
        rows,
        notes: Vec::new(),
    }
}

fn dot(row: &Row) -> Dot {
    let backing = row.backing[1].expect("made with one");
    let interval = backing.interval.expect("made with one");
    let Cell::Shown(value) = row.cells[1] else { panic!("made with a number") };
    Dot {
        label: row.label.clone(),
        value: Some(value),
        low: Some(interval.low),
        high: Some(interval.high),
        size: None,
        limits: None,
        is_signal: false,
    }
}

/// The dot of a school whose number is withheld.
fn no_dot(row: &Row) -> Dot {
    let label = row.label.clone();
    Dot { label, value: None, low: None, high: None, size: None, limits: None, is_signal: false }
}

fn limits(percent: f64, size: u32) -> FunnelLimit {
    let [inner, outer] = [TAIL_95, TAIL_998]
        .map(|tail| share_limits(percent / 100.0, size, tail).expect("a small school"));
    let of = |cases: f64, rounding| rounded(cases / f64::from(size) * 100.0, rounding);
    FunnelLimit {
        size: number(size.into(), 0),
        low_95: of(inner.low, Towards::Down),
        high_95: of(inner.high, Towards::Up),
        low_998: of(outer.low, Towards::Down),
        high_998: of(outer.high, Towards::Up),
    }
}

fn picture(id: &str, table: &str, title: Text, unit: Option<Text>, drawing: Drawing) -> Picture {
    Picture {
        id: id.into(),
        title,
        description: Text::new("Was man sieht, in Sätzen.", "What is seen, in sentences."),
        table: table.into(),
        unit,
        drawing,
        notes: vec![Text::new("Wie es entsteht.", "How it is made.")],
    }
}

/// Parts and wholes of the primary schools; the second lies outside the limits.
const SHARES: [(i64, u32); 6] = [(61, 180), (171, 400), (80, 260), (96, 330), (30, 95), (88, 262)];

fn funnel() -> (Table, Picture) {
    let rows = PRIMARY.iter().zip(SHARES).enumerate();
    let mut rows: Vec<Row> = rows
        .map(|(place, (name, (part, whole)))| {
            share_row(name, part, whole.into(), (place != 3).then_some(61))
        })
        .collect();
    let dots = rows.iter().zip(SHARES).enumerate();
    let dots = dots
        .map(|(place, (row, (_, whole)))| Dot {
            size: Some(number(whole.into(), 0)),
            limits: Some(limits(31.0, whole)),
            is_signal: place == 1,
            ..dot(row)
        })
        .collect();
    let mut total = share_row("total", 526, 1527, None);
    total.label = Text::new("Grundschulen zusammen", "All primary schools");
    total.coverage = None;
    rows.push(total);
    let drawing = Drawing::Funnel {
        dots,
        overall: number(310, 1),
        limits: (0..=24).map(|step| limits(31.0, 80 + step * 15)).collect(),
        size: Text::new("Kontakte", "Contacts"),
    };
    let title = Text::new("Verhältniszahlen: Anteil Tandem", "Rates: Tandem share");
    let unit = Some(Text::same("%"));
    (shares("rates-primary", rows), picture("tandem", "rates-primary", title, unit, drawing))
}

fn interval_dots() -> (Table, Picture) {
    let mut rows: Vec<Row> = SECONDARY
        .iter()
        .zip([(20, 80), (44, 120), (30, 64)])
        .map(|(name, (part, whole))| share_row(name, part, whole, Some(70)))
        .collect();
    let dots = vec![dot(&rows[0]), no_dot(&rows[1]), dot(&rows[2])];
    rows[1].cells = vec![Cell::Withheld; 2];
    rows[1].backing = Vec::new();
    let drawing = Drawing::IntervalDots { dots, overall: Some(number(355, 1)) };
    let title = Text::new("Verhältniszahlen: Anteil Tandem", "Rates: Tandem share");
    let unit = Some(Text::same("%"));
    (shares("rates-secondary", rows), picture("dots", "rates-secondary", title, unit, drawing))
}

const GERMAN: [&str; 12] =
    ["Aug", "Sep", "Okt", "Nov", "Dez", "Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul"];
const ENGLISH: [&str; 12] =
    ["Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul"];

fn months() -> (Table, Picture) {
    let labels: Vec<Text> = (0..12)
        .map(|place| {
            let year = if place < 5 { 2025 } else { 2026 };
            Text::new(format!("{} {year}", GERMAN[place]), format!("{} {year}", ENGLISH[place]))
        })
        .collect();
    let value = |school: i64, month: i64| match (school, month) {
        (1, 9) => Some(61),
        (2, 3..=6) | (5, _) => None,
        (_, 0) => Some(2),
        _ => Some(18 + school * 3 + (month * 7 + school * 5) % 9),
    };
    let values = |school: i64| -> Vec<Option<Number>> {
        (0..12).map(|month| value(school, month).map(|value| number(value, 0))).collect()
    };
    let rows = (0..).zip(PRIMARY).map(|(school, name)| {
        let cells =
            values(school).into_iter().map(|value| value.map_or(Cell::Withheld, Cell::Shown));
        row(name, Text::same(name), cells.collect())
    });
    let panels = (0..).zip(PRIMARY).map(|(school, name)| {
        let mean = 220 + school * 30;
        let history = History {
            mean: number(mean, 1),
            low: number(mean - 140, 1),
            high: number(mean + 140, 1),
            signals: if school == 1 { vec![9] } else { Vec::new() },
        };
        let history = (school != 2 && school != 5).then_some(history);
        Panel { label: Text::same(name), values: values(school), history }
    });
    let table = Table {
        id: "months-primary".into(),
        caption: Text::new("Kontakte nach Monat", "Contacts by month"),
        corner: Text::new("Schule", "School"),
        columns: labels.iter().map(|label| column("m", label.clone(), None)).collect(),
        rows: rows.collect(),
        notes: Vec::new(),
    };
    let greyed = (0..12).map(|month| month == 0).collect();
    let drawing = Drawing::SmallMultiples { panels: panels.collect(), labels, greyed };
    let title = Text::new(
        "Kontakte nach Monat: jede Schule mit ihrer eigenen Entwicklung",
        "Contacts by month: each school with its own history",
    );
    (table, picture("months", "months-primary", title, None, drawing))
}

/// A funnel and months of six primary schools, and dots of three secondary ones.
pub(super) fn pictured() -> Report {
    let (rates, funnel) = funnel();
    let (by_month, months) = months();
    let (others, dots) = interval_dots();
    let section = |id: &str, title: Text, tables, pictures| Section {
        id: id.into(),
        title,
        tables,
        pictures,
    };
    let primary = Text::new("Grundschulen", "Primary schools");
    let secondary = Text::new("Weiterführende Schulen", "Secondary schools");
    let sections = vec![
        section("primary", primary, vec![rates, by_month], vec![funnel, months]),
        section("secondary", secondary, vec![others], vec![dots]),
    ];
    Report { sections, ..small() }
}
