//! A reader of published reports who writes down all that they say, for the tests.
//!
//! It knows a report as it is published, the plugin's description, and what measures are called. It
//! shares nothing with the code that withholds.

use std::collections::{BTreeMap, BTreeSet};

use super::fixture::{CONTACTS, HOUSEHOLDS, MINUTES, PUPILS, VISITS};
use crate::domain::{Cell, Description, Figure, Number, Report, Rounding, RowKind};

/// The dimensions of the invented plugin, by their place.
pub(super) const SCHOOL: usize = 0;
pub(super) const MONTH: usize = 1;
pub(super) const KIND: usize = 2;

/// No number of a test is larger.
pub(super) const MOST: f64 = 1_000_000.0;

/// Whose rows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    All,
    Level(String),
    School(String),
}

/// Which of them by one dimension.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cut {
    /// It is not asked about.
    Free,
    /// Those with any label.
    Any,
    /// Those with this label.
    One(String),
}

/// A number that a report is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct What {
    pub(super) measure: usize,
    pub(super) who: Who,
    pub(super) month: Cut,
    pub(super) kind: Cut,
}

impl What {
    /// The same rows by another measure. Pupils are counted by school alone.
    pub(super) fn by(&self, measure: usize) -> Self {
        let who = self.who.clone();
        if measure == PUPILS {
            Self { measure, who, month: Cut::Free, kind: Cut::Free }
        } else {
            Self { measure, ..self.clone() }
        }
    }
}

/// One number lies between two multiples of another.
#[derive(Debug, Clone)]
pub(super) struct Between {
    pub(super) above: What,
    pub(super) below: What,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// All that a report says.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// What each number lies between.
    pub(super) ranges: BTreeMap<What, (f64, f64)>,
    /// Each total, its parts, and whether there may be more rows in the total.
    pub(super) sums: BTreeSet<(What, Vec<What>, bool)>,
    pub(super) between: Vec<Between>,
    /// The schools of each level.
    pub(super) schools: BTreeMap<String, BTreeSet<String>>,
    /// Numbers that are withheld, or go into a share or rate that is.
    pub(super) withheld: BTreeSet<What>,
    /// Numbers that can be read off.
    pub(super) exact: BTreeMap<What, i64>,
    /// For each school the days on which it recorded anything.
    pub(super) recorded: BTreeMap<String, f64>,
    pub(super) tables: usize,
    /// Whether every row is known to have all labels.
    pub(super) is_complete: bool,
    is_rounded: bool,
}

impl Reader {
    pub(super) fn read(report: &Report, description: &Description, is_complete: bool) -> Self {
        let is_rounded = report.passport.rounding == Rounding::Five;
        let mut reader = Self { is_complete, is_rounded, ..Self::default() };
        let parts: Vec<Part<'_>> = report
            .sections
            .iter()
            .flat_map(|section| section.tables.iter().map(move |table| (section, table)))
            .map(|(section, table)| {
                let level = (section.id != "all").then_some(section.id.as_str());
                let id = level.and_then(|level| table.id.strip_suffix(&format!("-{level}")));
                let id = id.unwrap_or(&table.id);
                let spec = description.tables.iter().find(|spec| spec.id == id).unwrap();
                Part { level, table, rows: spec.rows, across: spec.across, spec }
            })
            .collect();
        for part in &parts {
            if let Some(level) = part.level {
                let ids = part.labels(SCHOOL);
                reader.schools.entry(level.to_owned()).or_default().extend(ids);
            }
        }
        let kinds: BTreeSet<String> = parts.iter().flat_map(|part| part.labels(KIND)).collect();
        for part in &parts {
            reader.table(part, description, &kinds);
        }
        reader.levels();
        reader
    }

    /// What somebody would know who is told which numbers are 0, and nothing else.
    pub(super) fn told_zeros(&self) -> Self {
        let told = |(low, high): (f64, f64)| match (low, high) {
            (low, _) if low >= 1.0 => (1.0, MOST),
            (_, high) if high <= 0.0 => (0.0, 0.0),
            _ => (0.0, MOST),
        };
        let ranges = self.ranges.iter().map(|(what, range)| (what.clone(), told(*range)));
        Self {
            ranges: ranges.collect(),
            sums: self.sums.clone(),
            schools: self.schools.clone(),
            is_complete: self.is_complete,
            ..Self::default()
        }
    }

    fn table(&mut self, part: &Part<'_>, description: &Description, kinds: &BTreeSet<String>) {
        self.tables += 1;
        let table = part.table;
        for row in &table.rows {
            for (place, column) in table.columns.iter().enumerate() {
                let measure = part.spec.measures[if part.across.is_some() { 0 } else { place }];
                let what = self.what(part, measure, &row.id, &column.id);
                let backing = row.backing.get(place).copied().flatten();
                let backing = backing.map(|it| (it.numerator, it.denominator));
                self.cell(description, &what, row.cells[place], backing);
            }
            let recorded = row.coverage.and_then(|coverage| coverage.recorded);
            if let Some(recorded) = recorded {
                self.recorded.insert(row.id.clone(), recorded.into());
            }
        }
        // A code that stands in no row or column occurs nowhere in this table.
        let (rows, across) = (part.rows, part.across);
        if rows == KIND || across == Some(KIND) {
            for kind in kinds.difference(&part.labels(KIND)) {
                for measure in &part.spec.measures {
                    let what = if rows == KIND {
                        self.what(part, *measure, kind, "total")
                    } else {
                        self.what(part, *measure, "total", kind)
                    };
                    let zero = Cell::Shown(Number { units: 0, decimals: 0 });
                    if is_counted(description, *measure) {
                        self.cell(description, &what, zero, None);
                    }
                }
            }
        }
        // Each total is the sum of its parts, also where only shares and rates of them are printed,
        // and where the total is printed in another table.
        let rows = table.rows.iter().filter(|row| row.kind == RowKind::Part);
        let rows: Vec<&str> = rows.map(|row| row.id.as_str()).collect();
        let columns = table.columns.iter().filter(|column| !column.total);
        let columns: Vec<&str> = columns.map(|column| column.id.as_str()).collect();
        for measure in &part.spec.measures {
            let measures = match description.measures[*measure].figure {
                Figure::Share { part, whole } => vec![part, whole],
                Figure::Ratio { numerator, denominator, .. } => vec![numerator, denominator],
                Figure::Mean { .. } => vec![MINUTES, CONTACTS],
                _ => vec![*measure],
            };
            for measure in measures {
                let is_divided = |dimension: usize| measure != PUPILS || dimension == SCHOOL;
                let what = |row: &str, column: &str| self.what(part, measure, row, column);
                let mut sums = Vec::new();
                if is_divided(part.rows) {
                    for column in table.columns.iter().map(|column| column.id.as_str()) {
                        let parts = rows.iter().map(|row| what(row, column)).collect();
                        sums.push((what("total", column), parts, false));
                    }
                }
                if part.across.is_some_and(is_divided) {
                    for row in table.rows.iter().map(|row| row.id.as_str()) {
                        let parts = columns.iter().map(|column| what(row, column)).collect();
                        sums.push((what(row, "total"), parts, false));
                    }
                }
                self.sums.extend(sums);
            }
        }
    }

    /// Numbers of all schools are at least those of the levels together.
    fn levels(&mut self) {
        let all: Vec<What> =
            self.ranges.keys().filter(|what| what.who == Who::All).cloned().collect();
        for what in all {
            if what.measure == HOUSEHOLDS || what.measure == PUPILS {
                continue;
            }
            let level = |level: &String| What { who: Who::Level(level.clone()), ..what.clone() };
            let parts: Vec<What> = self.schools.keys().map(level).collect();
            let is_known = parts.iter().any(|part| self.ranges.contains_key(part));
            if is_known {
                self.sums.insert((what.clone(), parts, !self.is_complete));
            }
        }
    }

    /// What a cell is about, by the ids of its row and column.
    fn what(&self, part: &Part<'_>, measure: usize, row: &str, column: &str) -> What {
        let cut = |dimension: usize| {
            let id = if part.rows == dimension {
                row
            } else if part.across == Some(dimension) {
                column
            } else {
                return Cut::Free;
            };
            match id {
                "total" if self.is_complete => Cut::Free,
                "total" => Cut::Any,
                id => Cut::One(id.to_owned()),
            }
        };
        let who = match (part.level, cut(SCHOOL)) {
            (_, Cut::One(school)) => Who::School(school),
            (Some(level), _) => Who::Level(level.to_owned()),
            (None, _) => Who::All,
        };
        What { measure, who, month: cut(MONTH), kind: cut(KIND) }.by(measure)
    }

    fn cell(
        &mut self,
        description: &Description,
        what: &What,
        cell: Cell,
        backing: Option<(Number, Number)>,
    ) {
        let half = |number: Number| 0.5 / 10f64.powi(number.decimals.into());
        let value = |number: Number| {
            f64::from(i32::try_from(number.units).unwrap()) / 10f64.powi(number.decimals.into())
        };
        let pair = match description.measures[what.measure].figure {
            Figure::Share { part, whole } => Some((part, whole, 100.0)),
            Figure::Ratio { numerator, denominator, per } => {
                Some((numerator, denominator, f64::from(per)))
            }
            Figure::Mean { .. } => Some((MINUTES, CONTACTS, 1.0)),
            Figure::Median { .. } => return,
            _ => None,
        };
        let Some((above, below, per)) = pair else {
            if cell == Cell::Withheld {
                self.withheld.insert(what.clone());
            }
            if let (Cell::Shown(number), false) = (cell, self.is_rounded) {
                self.exact.insert(what.clone(), number.units);
            }
            let can_be_zero = [HOUSEHOLDS, MINUTES].contains(&what.measure);
            let range = self.range(cell, can_be_zero);
            self.limit(what, range);
            return;
        };
        let (above, below) = (what.by(above), what.by(below));
        match cell {
            Cell::Shown(number) => {
                let (value, half) = (value(number), half(number));
                let (low, high) = ((value - half).max(0.0) / per, (value + half) / per);
                self.limit(&below, (1.0, MOST));
                self.between.push(Between {
                    above: above.clone(),
                    below: below.clone(),
                    low,
                    high,
                });
                if let Some((numerator, denominator)) = backing {
                    for (what, number) in [(&above, numerator), (&below, denominator)] {
                        let range = match (self.is_rounded, number.units) {
                            (true, 0) => (0.0, 2.0),
                            _ => self.range(Cell::Shown(number), false),
                        };
                        self.limit(what, range);
                        if !self.is_rounded {
                            self.exact.insert(what.clone(), number.units);
                        }
                    }
                }
            }
            // A withheld mean or rate says nothing: its base may be 0 as well.
            Cell::Withheld if above.measure == VISITS => {
                self.limit(&below, (1.0, MOST));
            }
            Cell::Undefined | Cell::NotCollected if below.measure == CONTACTS => {
                self.limit(&below, (0.0, 0.0));
            }
            _ => {}
        }
    }

    /// What a number can be behind a cell.
    fn range(&self, cell: Cell, can_be_zero: bool) -> (f64, f64) {
        match cell {
            Cell::Shown(number) => {
                assert_eq!(number.decimals, 0);
                let units = f64::from(i32::try_from(number.units).unwrap());
                let is_vague = self.is_rounded && number.units != 0;
                if is_vague { (units - 2.0, units + 2.0) } else { (units, units) }
            }
            Cell::RoundsToZero => (1.0, 2.0),
            Cell::Withheld if can_be_zero => (0.0, MOST),
            Cell::Withheld => (1.0, MOST),
            Cell::NotCollected => (0.0, 0.0),
            Cell::Undefined => (0.0, MOST),
        }
    }

    fn limit(&mut self, what: &What, (low, high): (f64, f64)) {
        let range = self.ranges.entry(what.clone()).or_insert((0.0, MOST));
        *range = (range.0.max(low), range.1.min(high));
        assert!(range.0 <= range.1, "{what:?} is printed twice in different ways");
    }
}

/// One table of the report.
struct Part<'a> {
    level: Option<&'a str>,
    table: &'a crate::domain::Table,
    spec: &'a crate::domain::TableSpec,
    rows: usize,
    across: Option<usize>,
}

impl Part<'_> {
    /// The ids of its rows or columns, where they are the labels of a dimension.
    fn labels(&self, dimension: usize) -> BTreeSet<String> {
        let rows = self.table.rows.iter().map(|row| &row.id);
        let columns = self.table.columns.iter().map(|column| &column.id);
        let ids: Vec<&String> = if self.rows == dimension {
            rows.collect()
        } else if self.across == Some(dimension) {
            columns.collect()
        } else {
            Vec::new()
        };
        ids.into_iter().filter(|id| *id != "total").cloned().collect()
    }
}

fn is_counted(description: &Description, measure: usize) -> bool {
    let figure = &description.measures[measure].figure;
    matches!(figure, Figure::Count { .. } | Figure::Distinct { .. })
}
