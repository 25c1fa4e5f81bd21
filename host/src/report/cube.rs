//! What was counted: for each table and measure one cell for each pair of labels.

use std::ops::Range;

use super::plan::{Base, Grid, Plan, Subject};
use super::set::{Crowd, Set};
use super::spread::Spread;
use super::tally::Tally;
use crate::domain::Figure;

/// Everything that a run has counted, and nothing about single rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cube {
    pub(super) plan: Plan,
    /// The different ways in which tables divide rows.
    pub(super) grids: Vec<Grid>,
    /// One for each grid and each base that a table of this grid needs.
    pub(super) blocks: Vec<Block>,
}

/// The cells of one base in one grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) base: Base,
    pub(super) grid: usize,
    pub(super) dataset: usize,
    /// Whether rows carry values, and between which limits.
    pub(super) has_values: bool,
    pub(super) least: i64,
    pub(super) most: i64,
    /// The column by which persons are counted; `None` where nobody stands behind the rows.
    pub(super) subject: Option<usize>,
    pub(super) totals: Vec<Totals>,
    pub(super) persons: Persons,
    /// For a `distinct` measure by another field than that of the persons: its column and its sets.
    pub(super) different: Option<(usize, Vec<Set>)>,
    /// For a median; empty for other figures.
    pub(super) tallies: Vec<Tally>,
    /// The values by share of all persons, where rows carry values and it is known whose; else empty.
    pub(super) amounts: Vec<Spread>,
}

/// What is added up for one slot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) rows: u64,
    /// The sum of the marks of the rows: the same for the same rows.
    pub(super) fingerprint: u128,
    pub(super) sum: i128,
}

/// The persons behind the rows of each slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Persons {
    /// Who they are.
    Different(Vec<Crowd>),
    /// How many they are: 0 for rows that nobody stands behind.
    Number(Vec<u64>),
}

/// What is known about the rows of one or several cells together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quantity {
    /// How many rows.
    pub(super) rows: u64,
    /// How many persons are behind them.
    pub(super) persons: u64,
    /// Whether the persons are a number in the rows, so that the rows themselves are no records
    /// about persons.
    pub(super) is_number: bool,
    /// The same for the same rows of the same dataset.
    pub(super) fingerprint: u128,
    /// How many different values the field of a `distinct` measure has; for other figures, the
    /// persons.
    pub(super) different: u64,
    /// The sum of the values.
    pub(super) sum: i128,
    /// The two values in the middle, for a median.
    pub(super) middle: Option<(i128, i128)>,
    /// The rows by share of all persons; `None` where it is not known who stands behind them.
    pub(super) spread: Option<Spread>,
    /// The values by share of all persons; nothing where there are none.
    pub(super) amounts: Spread,
}

impl Cube {
    /// A cube in which nothing is counted yet. The plan has been checked.
    pub(super) fn new(plan: Plan) -> Self {
        let mut grids = Vec::new();
        let mut blocks: Vec<Block> = Vec::new();
        for table in 0..plan.description.tables.len() {
            let grid = plan.grid(table);
            let place = grids.iter().position(|known| *known == grid).unwrap_or_else(|| {
                grids.push(grid);
                grids.len() - 1
            });
            for base in plan.bases(table) {
                if !blocks.iter().any(|block| block.grid == place && block.base == base) {
                    blocks.push(Block::new(&plan, base, place, grid.slots()));
                }
            }
        }
        Self { plan, grids, blocks }
    }

    /// The same figures without the marks of the rows, which depend on how rows are numbered.
    #[cfg(test)]
    pub(crate) fn without_marks(mut self) -> Self {
        for block in &mut self.blocks {
            block.totals.iter_mut().for_each(|totals| totals.fingerprint = 0);
        }
        self
    }

    fn block(&self, table: usize, base: Base) -> &Block {
        let grid = self.plan.grid(table);
        let is_it = |block: &&Block| self.grids[block.grid] == grid && block.base == base;
        self.blocks.iter().find(is_it).expect("a block for each base of each table")
    }

    /// The rows of a base that stand in any of the `rows` and any of the `columns` of a table. A
    /// row counts once, also one that stands in every label.
    pub(super) fn quantity(
        &self,
        table: usize,
        base: Base,
        rows: &[usize],
        columns: &[usize],
    ) -> Quantity {
        let grid = self.plan.grid(table);
        let every_column = grid.across.is_some().then_some(grid.width);
        let slots: Vec<usize> = rows
            .iter()
            .copied()
            .chain([grid.height])
            .flat_map(|row| {
                let columns = columns.iter().copied().chain(every_column);
                columns.map(move |column| row * grid.stride() + column)
            })
            .collect();
        self.block(table, base).quantity(&slots)
    }

    /// Whether any base of the table has a row in `rows` and `columns` by its own label, and not
    /// only because it stands in every label.
    pub(super) fn has_rows(&self, table: usize, rows: &[usize], columns: &[usize]) -> bool {
        let stride = self.plan.grid(table).stride();
        self.plan.bases(table).into_iter().any(|base| {
            let totals = &self.block(table, base).totals;
            rows.iter()
                .any(|row| columns.iter().any(|column| totals[row * stride + column].rows > 0))
        })
    }
}

impl Block {
    fn new(plan: &Plan, base: Base, grid: usize, slots: usize) -> Self {
        let dataset = plan.dataset_of(base);
        let planned = &plan.datasets[dataset];
        let measure = &plan.description.measures[base.measure()];
        let is_own = matches!(base, Base::Measure(_));
        let by_persons = matches!(planned.subject, Subject::Indexes(_));
        let subject = planned.subject.column();
        // Rows that nobody stands behind are rows with 0 persons: like every figure that rests on
        // none, they have no weight in what is withheld, and neither hide nor are hidden.
        let persons = if by_persons {
            Persons::Different(vec![Crowd::default(); slots])
        } else {
            Persons::Number(vec![0; slots])
        };
        let field = planned.distinct.iter().find(|(place, _)| *place == base.measure());
        let different = field
            .filter(|(_, column)| is_own && !(by_persons && Some(*column) == subject))
            .map(|(_, column)| (*column, vec![Set::default(); slots]));
        let is_median = is_own && matches!(measure.figure, Figure::Median { .. });
        let tally = Tally::new(measure.least, measure.most);
        let has_values = is_own && measure.figure.has_values();
        let spreads = if has_values && by_persons { slots } else { 0 };
        Self {
            base,
            grid,
            dataset,
            has_values,
            least: measure.least,
            most: measure.most,
            subject,
            totals: vec![Totals::default(); slots],
            persons,
            different,
            tallies: if is_median { vec![tally; slots] } else { Vec::new() },
            amounts: vec![Spread::default(); spreads],
        }
    }

    /// Adds what another block of the same plan has counted.
    pub(super) fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.totals.iter_mut().zip(&other.totals) {
            mine.add(*theirs);
        }
        match (&mut self.persons, &other.persons) {
            (Persons::Different(mine), Persons::Different(theirs)) => {
                mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| mine.unite(theirs));
            }
            (Persons::Number(mine), Persons::Number(theirs)) => {
                mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
            }
            _ => unreachable!("blocks of one plan count persons in one way"),
        }
        if let (Some((_, mine)), Some((_, theirs))) = (&mut self.different, &other.different) {
            unite(mine, theirs);
        }
        for (mine, theirs) in self.tallies.iter_mut().zip(&other.tallies) {
            mine.merge(theirs);
        }
        for (mine, theirs) in self.amounts.iter_mut().zip(&other.amounts) {
            mine.add_all(theirs, 1);
        }
    }

    fn quantity(&self, slots: &[usize]) -> Quantity {
        let mut totals = Totals::default();
        for slot in slots {
            totals.add(self.totals[*slot]);
        }
        let len = |sets: &[Set]| Set::len_of_union(slots.iter().map(|slot| &sets[*slot]));
        let together = |spreads: &mut dyn Iterator<Item = &Spread>| {
            spreads.fold(Spread::default(), |mut all, spread| {
                all.add_all(spread, 1);
                all
            })
        };
        let (persons, spread) = match &self.persons {
            Persons::Different(crowds) => {
                let persons = Set::len_of_union(slots.iter().map(|slot| &crowds[*slot].set));
                let spread = together(&mut slots.iter().map(|slot| &crowds[*slot].rows));
                (persons, Some(spread))
            }
            Persons::Number(numbers) => (slots.iter().map(|slot| numbers[*slot]).sum(), None),
        };
        let amounts = together(&mut slots.iter().filter_map(|slot| self.amounts.get(*slot)));
        let tally = slots.iter().filter_map(|slot| self.tallies.get(*slot)).fold(
            Tally::new(self.least, self.most),
            |mut all, tally| {
                all.merge(tally);
                all
            },
        );
        let value = |distance: u64| i128::from(self.least) + i128::from(distance);
        Quantity {
            rows: totals.rows,
            persons,
            is_number: spread.is_none(),
            fingerprint: totals.fingerprint,
            different: self.different.as_ref().map_or(persons, |(_, sets)| len(sets)),
            sum: totals.sum,
            middle: tally.middle().map(|(low, high)| (value(low), value(high))),
            spread,
            amounts,
        }
    }
}

impl Persons {
    /// Takes over what another one has between two slots; it has nothing elsewhere.
    pub(super) fn copy(&mut self, other: &Self, slots: Range<usize>) {
        match (self, other) {
            (Self::Different(mine), Self::Different(theirs)) => {
                mine[slots.clone()].clone_from_slice(&theirs[slots]);
            }
            (Self::Number(mine), Self::Number(theirs)) => {
                mine[slots.clone()].copy_from_slice(&theirs[slots]);
            }
            _ => unreachable!("blocks of one dataset count persons in one way"),
        }
    }
}

impl Totals {
    pub(super) fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.fingerprint = self.fingerprint.wrapping_add(other.fingerprint);
        self.sum += other.sum;
    }
}

fn unite(mine: &mut [Set], theirs: &[Set]) {
    mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| mine.unite(theirs));
}
