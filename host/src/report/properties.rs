//! Properties that hold for any rows: how they are cut does not matter, and nothing small gets out.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::fixture::{
    Contact, OF_CONTACTS, batch, contact, cube, facts, many_tables, passport, plan,
};
use super::{Reducer, assemble};
use crate::domain::{Audience, Cell, Level, Report, RowKind, Text};

const SECONDARY: [(&str, Level); 3] =
    [("Birken", Level::Secondary), ("Ahorn", Level::Secondary), ("Zeder", Level::Secondary)];

fn any_contact(schools: u16, months: u16, households: u32) -> impl Strategy<Value = Contact> {
    let household = prop::option::weighted(0.9, 0..households);
    let label = |count: u16| prop_oneof![20 => 0..count, 1 => Just(u16::MAX)];
    (0..schools, label(months), label(3), household, 0u32..5, -10i64..600, any::<bool>()).prop_map(
        |(school, month, kind, household, guest, minutes, is_visit)| Contact {
            month,
            kind,
            household,
            guest,
            minutes,
            is_visit,
            ..contact(school, 0)
        },
    )
}

/// What tables print, as a reader sees it: one variable for each number, by school (or all) and by
/// the column's dimension and id (or all).
#[derive(Debug, Default)]
struct Reader {
    cells: BTreeMap<(String, String), Cell>,
    sums: Vec<Vec<(String, String)>>,
}

const ALL: &str = "total";

impl Reader {
    /// Reads the number of contacts wherever it is printed for one level. The first of a sum is the
    /// total.
    fn read(report: &Report, level: &str) -> Self {
        let mut reader = Self::default();
        let tables = report.sections.iter().flat_map(|section| &section.tables);
        for table in tables {
            let Some(id) = table.id.strip_suffix(&format!("-{level}")) else { continue };
            let name = |column: &str| match id {
                "overview" => (column == "contacts").then(|| ALL.to_owned()),
                "months" if column == ALL => Some("any month".to_owned()),
                "kinds" if column == ALL => Some("any kind".to_owned()),
                "months" | "kinds" => Some(format!("{id} {column}")),
                _ => None,
            };
            for (place, column) in table.columns.iter().enumerate() {
                let Some(column) = name(&column.id) else { continue };
                for row in &table.rows {
                    reader.cells.insert((row.id.clone(), column.clone()), row.cells[place]);
                }
                let total = table.rows.iter().find(|row| row.kind == RowKind::Total).unwrap();
                let parts = table.rows.iter().filter(|row| row.kind == RowKind::Part);
                let rows = [total].into_iter().chain(parts);
                reader.sums.push(rows.map(|row| (row.id.clone(), column.clone())).collect());
            }
            if table.columns.last().is_some_and(|column| column.total) {
                for row in &table.rows {
                    let columns = table.columns.iter().rev().filter_map(|column| name(&column.id));
                    reader.sums.push(columns.map(|column| (row.id.clone(), column)).collect());
                }
            }
        }
        reader
    }

    /// The range of every number, by taking each sum and each of its numbers in turn until nothing
    /// more can be concluded. It knows that withheld numbers are at least 1.
    fn ranges(&self) -> BTreeMap<(String, String), (i64, i64)> {
        const NO_LIMIT: i64 = 1_000_000;
        let range = |cell: &Cell| match cell {
            Cell::Shown(number) => (number.units, number.units),
            _ => (1, NO_LIMIT),
        };
        let mut ranges: BTreeMap<_, _> =
            self.cells.iter().map(|(key, cell)| (key.clone(), range(cell))).collect();
        loop {
            let before = ranges.clone();
            for sum in &self.sums {
                let (total, parts) = sum.split_first().unwrap();
                for part in parts {
                    let others = parts.iter().filter(|other| *other != part);
                    let (low, high) = others
                        .fold((0, 0), |(low, high), key| {
                            (low + ranges[key].0, high + ranges[key].1)
                        });
                    let (total_low, total_high) = ranges[total];
                    let range = ranges.get_mut(part).unwrap();
                    *range = (range.0.max(total_low - high), range.1.min(total_high - low));
                }
                let low = parts.iter().map(|key| ranges[key].0).sum();
                let high = parts.iter().map(|key| ranges[key].1).sum();
                let range = ranges.get_mut(total).unwrap();
                *range = (range.0.max(low), range.1.min(high));
            }
            if ranges == before {
                return ranges;
            }
        }
    }

    /// Whether the withheld numbers can be filled in so that every sum is right and `asked` lies in
    /// `range`: a plain search, number by number, up to a bound.
    fn can_be(&self, asked: &(String, String), range: (i64, i64), most: i64) -> bool {
        let is_total = |key: &(String, String)| self.sums.iter().any(|sum| sum.first() == Some(key));
        let choice = |key: &(String, String)| match self.cells[key] {
            Cell::Shown(number) => (number.units, number.units),
            _ if key == asked => range,
            _ if is_total(key) => (1, i64::MAX),
            _ => (1, most),
        };
        let inner: Vec<_> = self.cells.keys().filter(|key| !is_total(key)).cloned().collect();
        let choices: BTreeMap<_, _> =
            self.cells.keys().map(|key| (key.clone(), choice(key))).collect();
        search(&inner, &self.sums, &choices, &mut BTreeMap::new())
    }
}

/// Fills in the first of `inner` with each number it may be, then the rest. Totals of totals are
/// summed up from what they stand for.
fn search(
    inner: &[(String, String)],
    sums: &[Vec<(String, String)>],
    choices: &BTreeMap<(String, String), (i64, i64)>,
    filled: &mut BTreeMap<(String, String), i64>,
) -> bool {
    // A sum all of whose parts are filled in must give a total that may be.
    let mut known = filled.clone();
    loop {
        let mut has_grown = false;
        for sum in sums {
            let (total, parts) = sum.split_first().unwrap();
            let Some(value) = parts.iter().map(|part| known.get(part)).sum::<Option<i64>>() else {
                let lowest: i64 = parts
                    .iter()
                    .map(|part| known.get(part).copied().unwrap_or(choices[part].0))
                    .sum();
                if lowest > choices[total].1 {
                    return false;
                }
                continue;
            };
            let (low, high) = choices[total];
            if value < low || value > high || known.get(total).is_some_and(|other| *other != value)
            {
                return false;
            }
            has_grown |= known.insert(total.clone(), value).is_none();
        }
        if !has_grown {
            break;
        }
    }
    let Some((first, rest)) = inner.split_first() else { return true };
    let (low, high) = choices[first];
    (low..=high).any(|value| {
        filled.insert(first.clone(), value);
        let is_found = search(rest, sums, choices, filled);
        filled.remove(first);
        is_found
    })
}

/// The number of contacts and of households for each cell, counted anew from the rows.
fn truth(rows: &[Contact], key: &(String, String)) -> (u64, u64) {
    let is_in = |row: &&Contact| {
        let school = format!("{}", 100_001 + u32::from(row.school));
        let kinds = ["home-visit", "parent-talk", "phone"];
        let is_school = key.0 == ALL || key.0 == school;
        let month = format!("months 2025-{:02}", 9 + u32::from(row.month));
        let kind = kinds.get(usize::from(row.kind)).map(|kind| format!("kinds {kind}"));
        let is_column = match key.1.as_str() {
            ALL => true,
            "any month" => row.month != u16::MAX,
            "any kind" => kind.is_some(),
            column => column == month || kind.as_deref() == Some(column),
        };
        is_school && is_column
    };
    let rows: Vec<&Contact> = rows.iter().filter(is_in).collect();
    let households: BTreeSet<u32> = rows.iter().filter_map(|row| row.household).collect();
    (rows.len() as u64, households.len() as u64)
}

fn report(rows: &[Contact], audience: Audience, tables: &[&str]) -> Report {
    let mut plan = if tables.is_empty() { plan(3) } else { many_tables(3) };
    plan.description.tables.retain(|table| tables.contains(&table.id.as_str()));
    let cube = cube(plan, &[40, 40, 40], rows);
    let title = Text::same("Test");
    assemble(&cube, &facts(&SECONDARY), audience, passport(), title, "Musterstadt".into())
}

fn audience() -> impl Strategy<Value = Audience> {
    prop_oneof![Just(Audience::Public), Just(Audience::Administration)]
}

/// That nothing small is shown, that zeros are, and which numbers had to be withheld for themselves.
fn small_ones(reader: &Reader, rows: &[Contact], smallest: u64) -> Vec<(String, String)> {
    let mut small = Vec::new();
    for (key, cell) in &reader.cells {
        let (contacts, households) = truth(rows, key);
        let few = 1..smallest;
        if contacts == 0 {
            assert!(matches!(cell, Cell::Shown(number) if number.units == 0), "{key:?} {cell:?}");
        } else if few.contains(&contacts) || few.contains(&households) {
            assert_eq!(*cell, Cell::Withheld, "{key:?}: {contacts} contacts, {households} households");
            small.push(key.clone());
        } else if let Cell::Shown(number) = cell {
            assert_eq!(number.units.unsigned_abs(), contacts, "{key:?}");
        }
    }
    small
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn how_rows_are_cut_into_batches_does_not_matter(
        rows in prop::collection::vec(any_contact(3, 4, 3_000), 1..300),
        cuts in prop::collection::vec(0usize..300, 0..4),
    ) {
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(rows.len())).collect();
        cuts.extend([0, rows.len()]);
        cuts.sort_unstable();
        let mut reducer = Reducer::new(many_tables(3)).unwrap();
        let mut merged = Reducer::new(many_tables(3)).unwrap();
        for cut in cuts.windows(2).filter(|cut| cut[0] < cut[1]) {
            let (batch, classified) = batch(&rows[cut[0]..cut[1]]);
            reducer.add(OF_CONTACTS, &batch, &classified).unwrap();
            let mut part = Reducer::new(many_tables(3)).unwrap();
            part.start_at(OF_CONTACTS, cut[0] as u64);
            part.add(OF_CONTACTS, &batch, &classified).unwrap();
            part.merge(&merged).unwrap();
            merged = part;
        }
        let whole = cube(many_tables(3), &[], &rows);
        prop_assert_eq!(&reducer.finish(), &whole);
        prop_assert_eq!(&merged.finish(), &whole);
    }

    #[test]
    fn no_small_number_can_be_narrowed_down(
        rows in prop::collection::vec(any_contact(3, 4, 40), 0..120), audience in audience(),
    ) {
        let smallest = audience.smallest_shown();
        let report = report(&rows, audience, &["overview", "months", "kinds", "by-kind"]);
        let reader = Reader::read(&report, "secondary");
        let small = small_ones(&reader, &rows, smallest);
        let ranges = reader.ranges();
        for key in small {
            let (low, high) = ranges[&key];
            prop_assert!(low < high, "{:?} is exactly {}", key, low);
            prop_assert!(high >= smallest.cast_signed(), "{:?} is at most {}", key, high);
        }
    }

    #[test]
    fn every_small_number_could_be_another(
        rows in prop::collection::vec(any_contact(3, 3, 1_000), 0..35),
    ) {
        let rows: Vec<Contact> =
            rows.into_iter().filter(|row| row.month != u16::MAX && row.household.is_some()).collect();
        let report = report(&rows, Audience::Administration, &["months"]);
        let reader = Reader::read(&report, "secondary");
        for key in small_ones(&reader, &rows, 3) {
            prop_assert!(reader.can_be(&key, (3, 20), 20), "{:?} must be small: {:?}", key, reader);
            let lowest = reader.ranges()[&key].0;
            prop_assert!(reader.can_be(&key, (lowest, lowest.max(2)), 20), "{:?}", key);
        }
    }
}
