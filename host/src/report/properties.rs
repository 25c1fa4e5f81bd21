//! Properties that hold for any rows: how they are cut does not matter, and nothing small gets out.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::fixture::{
    Contact, OF_CONTACTS, batch, contact, cube, facts, many_tables, passport, plan,
};
use super::{Part, Reducer, assemble};
use crate::domain::{Audience, Cell, Level, Passport, Report, RowKind, Text};

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
    cells: BTreeMap<Key, Cell>,
    sums: Vec<Vec<Key>>,
}

type Key = (String, String);
type Ranges = BTreeMap<Key, (i64, i64)>;

const ALL: &str = "total";

impl Reader {
    /// Reads the number of contacts wherever it is printed for one level. The first of a sum is the
    /// total. Where no row is left out of any table (`is_complete`), all tables have the same totals.
    fn read(report: &Report, level: &str, is_complete: bool) -> Self {
        let mut reader = Self::default();
        let tables = report.sections.iter().flat_map(|section| &section.tables);
        for table in tables {
            let Some(id) = table.id.strip_suffix(&format!("-{level}")) else { continue };
            let name = |column: &str| match id {
                _ if column == ALL && is_complete => Some(ALL.to_owned()),
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

    /// The range of every number before any sum is looked at. Withheld numbers are at least 1.
    fn first_ranges(&self, most: i64) -> Ranges {
        let range = |cell: &Cell| match cell {
            Cell::Shown(number) => (number.units, number.units),
            _ => (1, most),
        };
        self.cells.iter().map(|(key, cell)| (key.clone(), range(cell))).collect()
    }

    /// Takes each sum and each of its numbers in turn until nothing more can be concluded; `None`
    /// where the sums contradict each other.
    fn narrow(&self, mut ranges: Ranges) -> Option<Ranges> {
        loop {
            let mut has_changed = false;
            let mut limit = |ranges: &mut Ranges, key: &Key, low: i64, high: i64| {
                let range = ranges.get_mut(key).unwrap();
                let narrowed = (range.0.max(low), range.1.min(high));
                has_changed |= narrowed != *range;
                *range = narrowed;
                narrowed.0 <= narrowed.1
            };
            for sum in &self.sums {
                let (total, parts) = sum.split_first().unwrap();
                let low: i64 = parts.iter().map(|key| ranges[key].0).sum();
                let high: i64 = parts.iter().map(|key| ranges[key].1).sum();
                let (total_low, total_high) = ranges[total];
                if !limit(&mut ranges, total, low, high) {
                    return None;
                }
                for part in parts {
                    let (mine_low, mine_high) = ranges[part];
                    let others = (low - mine_low, high - mine_high);
                    let is_possible =
                        limit(&mut ranges, part, total_low - others.1, total_high - others.0);
                    if !is_possible {
                        return None;
                    }
                }
            }
            if !has_changed {
                return Some(ranges);
            }
        }
    }

    /// The range of every number.
    fn ranges(&self) -> Ranges {
        self.narrow(self.first_ranges(1_000_000)).expect("the truth is possible")
    }

    /// Whether the withheld numbers can be filled in so that every sum is right and `asked` lies
    /// in `range`: a search, number by number.
    fn can_be(&self, asked: &Key, range: (i64, i64)) -> bool {
        let mut ranges = self.first_ranges(1_000);
        ranges.insert(asked.clone(), range);
        self.can_be_filled(ranges)
    }

    fn can_be_filled(&self, ranges: Ranges) -> bool {
        let Some(ranges) = self.narrow(ranges) else { return false };
        let open = ranges.iter().find(|(_, (low, high))| low < high);
        let Some((key, (low, high))) = open.map(|(key, range)| (key.clone(), *range)) else {
            return true;
        };
        (low..=high).any(|value| {
            let mut filled = ranges.clone();
            filled.insert(key.clone(), (value, value));
            self.can_be_filled(filled)
        })
    }
}

/// The number of contacts and of households for each cell, counted anew from the rows.
fn truth(rows: &[Contact], key: &Key) -> (u64, u64) {
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
    let passport = Passport { audience, ..passport() };
    assemble(&cube, &facts(&SECONDARY), passport, title, "Musterstadt".into())
}

fn audience() -> impl Strategy<Value = Audience> {
    prop_oneof![Just(Audience::Public), Just(Audience::Administration)]
}

/// That nothing small is shown, that zeros are, and which numbers had to be withheld for themselves.
fn small_ones(reader: &Reader, rows: &[Contact], smallest: u64) -> Vec<Key> {
    let mut small = Vec::new();
    for (key, cell) in &reader.cells {
        let (contacts, households) = truth(rows, key);
        let few = 1..smallest;
        if contacts == 0 {
            assert!(matches!(cell, Cell::Shown(number) if number.units == 0), "{key:?} {cell:?}");
        } else if few.contains(&contacts) || few.contains(&households) {
            assert_eq!(
                *cell,
                Cell::Withheld,
                "{key:?}: {contacts} contacts, {households} households"
            );
            small.push(key.clone());
        } else if let Cell::Shown(number) = cell {
            assert_eq!(number.units.unsigned_abs(), contacts, "{key:?}");
        }
    }
    small
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

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
        let mut absorbing = Reducer::new(many_tables(3)).unwrap();
        let mut taken = Reducer::new(many_tables(3)).unwrap();
        for cut in cuts.windows(2).filter(|cut| cut[0] < cut[1]) {
            let (batch, classified) = batch(&rows[cut[0]..cut[1]]);
            reducer.add(OF_CONTACTS, &batch, &classified).unwrap();
            let mut part = Reducer::new(many_tables(3)).unwrap();
            part.start_at(OF_CONTACTS, cut[0] as u64);
            part.add(OF_CONTACTS, &batch, &classified).unwrap();
            part.merge(&merged).unwrap();
            merged = part;
            taken.start_at(OF_CONTACTS, cut[0] as u64);
            taken.add(OF_CONTACTS, &batch, &classified).unwrap();
            let bytes = taken.take(OF_CONTACTS).to_bytes();
            absorbing.absorb(&Part::from_bytes(&bytes).unwrap()).unwrap();
        }
        let whole = cube(many_tables(3), &[], &rows);
        prop_assert_eq!(&reducer.finish(), &whole);
        prop_assert_eq!(&merged.finish(), &whole);
        prop_assert_eq!(&absorbing.finish(), &whole);
        prop_assert_eq!(taken.finish(), Reducer::new(many_tables(3)).unwrap().finish());
    }

    #[test]
    fn no_small_number_can_be_narrowed_down(
        rows in prop::collection::vec(any_contact(3, 4, 40), 0..120), audience in audience(),
    ) {
        let smallest = audience.smallest_shown();
        let report = report(&rows, audience, &["overview", "months", "kinds", "by-kind"]);
        let reader = Reader::read(&report, "secondary", false);
        let small = small_ones(&reader, &rows, smallest);
        let ranges = reader.ranges();
        for key in small {
            let (low, high) = ranges[&key];
            prop_assert!(low < high, "{:?} is exactly {}", key, low);
            prop_assert!(high >= smallest.cast_signed(), "{:?} is at most {}", key, high);
        }
    }
}

proptest! {
    // Each case searches through all that withheld numbers could be.
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn every_small_number_could_be_another(
        rows in prop::collection::vec(any_contact(3, 3, 1_000), 0..30),
    ) {
        let is_in_every_table =
            |row: &Contact| row.month != u16::MAX && row.kind != u16::MAX;
        let rows: Vec<Contact> = rows.into_iter().filter(is_in_every_table).collect();
        let report = report(&rows, Audience::Administration, &["overview", "months", "kinds"]);
        let reader = Reader::read(&report, "secondary", true);
        for key in small_ones(&reader, &rows, 3) {
            prop_assert!(reader.can_be(&key, (3, 1_000)), "{:?} must be small: {:?}", key, reader);
            // A total of withheld numbers is at least 2, and so is the only number of a total.
            let is_total = reader.sums.iter().any(|sum| {
                let (total, parts) = sum.split_first().unwrap();
                let is_zero = |part: &Key| reader.ranges()[part] == (0, 0);
                let is_alone = parts.iter().all(|part| (*part == key) != is_zero(part));
                *total == key || is_alone
            });
            prop_assert!(is_total || reader.can_be(&key, (1, 1)), "{:?}: {:?}", key, reader);
        }
    }
}
