//! What numbers of different tables and measures have to do with each other.
//!
//! A reader puts together whatever is about the same rows: a total that only another table prints,
//! the contacts of a month that stand below the line of a rate, the rows that a mean and a sum give
//! away together. So every number is related to those of its kind, whichever measure and table they
//! belong to, and totals that no table prints are added as numbers that a reader has to guess.

use std::collections::{BTreeMap, BTreeSet};

use super::cube::Quantity;
use super::disclose::Node;
use super::frame::Common;
use super::plan::Base;
use super::publish::{Sheet, Weaver, weight};

/// What a number is about. Dimensions that are not named are not asked about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    dataset: usize,
    common: Vec<Common>,
}

/// The numbers of one kind: for each base those of different tables, which need not have left out
/// the same rows. None for a base that is 0 there.
type Kinds = BTreeMap<Kind, BTreeMap<Base, Vec<Rows>>>;

/// A set of rows behind a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rows {
    node: usize,
    many: u64,
    fingerprint: u128,
}

impl Weaver<'_> {
    /// Relates the numbers of all tables with each other.
    pub(super) fn relate_tables(&mut self, sheets: &[Sheet]) {
        let mut kinds = Kinds::new();
        for sheet in sheets {
            self.collect(sheet, &mut kinds);
        }
        self.relate_same(&kinds);
        self.relate_levels(&mut kinds);
        self.relate_measures(&kinds, &crossing(sheets));
    }

    /// Sorts the numbers of a table by their kind. A table divided by columns that have no total,
    /// such as one of rates, gets the total of what its rates are made from.
    fn collect(&mut self, sheet: &Sheet, kinds: &mut Kinds) {
        let frame = &sheet.frame;
        let has_total = frame.columns.iter().any(|column| column.is_total);
        let is_divided = self.cube.plan.grid(frame.table).across.is_some();
        let every_column: Vec<usize> = (0..self.cube.plan.grid(frame.table).width).collect();
        for count in &sheet.counts {
            let dataset = self.cube.plan.dataset_of(count.base);
            let mut add = |common: &[Common], found: Option<Rows>| {
                let is_something = |common: &&Common| **common != Common::Nothing;
                let mut common: Vec<Common> = common.iter().filter(is_something).copied().collect();
                common.sort_unstable();
                let kind = kinds.entry(Kind { dataset, common }).or_default();
                let known = kind.entry(count.base).or_default();
                if let Some(found) = found.filter(|found| !known.contains(found)) {
                    known.push(found);
                }
            };
            for (place, row) in frame.rows.iter().enumerate() {
                let columns = place * frame.columns.len()..(place + 1) * frame.columns.len();
                for (column, place) in frame.columns.iter().zip(columns.clone()) {
                    let (node, quantity) = (count.nodes[place], &count.quantities[place]);
                    let found = node.map(|node| rows(node, quantity));
                    add(&[row.common, column.common], found);
                }
                if is_divided && !has_total {
                    let table = frame.table;
                    let all = self.cube.quantity(table, count.base, &row.labels, &every_column);
                    let total = self.unprinted(dataset, &all);
                    add(&[row.common], total);
                    if let Some(total) = total {
                        let parts = count.nodes[columns].iter().flatten().copied().collect();
                        self.relate_with_rest(total.node, parts);
                    }
                }
            }
        }
    }

    /// The set of rows of a number that no table need print; `None` for a true zero.
    fn unprinted(&mut self, dataset: usize, quantity: &Quantity) -> Option<Rows> {
        let weight = weight(quantity);
        let key = (dataset, quantity.fingerprint, quantity.rows);
        let net = &mut self.net;
        (weight > 0).then(|| {
            let node =
                *self.known.entry(key).or_insert_with(|| net.add(Node::unprinted(weight, 0)));
            rows(node, quantity)
        })
    }

    /// Numbers of the same kind and base differ by the rows that one of the tables leaves out.
    fn relate_same(&mut self, kinds: &Kinds) {
        for found in kinds.values().flat_map(BTreeMap::values) {
            let Some(largest) = self.largest(found) else { continue };
            for rows in found {
                self.relate_with_rest(largest.node, vec![rows.node]);
            }
        }
    }

    /// A number that is not divided by level is the sum over the levels, and of schools that are not
    /// shown.
    fn relate_levels(&mut self, kinds: &mut Kinds) {
        let mut over_levels: BTreeMap<(Kind, Base), Vec<Rows>> = BTreeMap::new();
        for (kind, bases) in &*kinds {
            let is_level = |common: &Common| matches!(common, Common::Level { .. });
            if kind.common.iter().any(is_level) {
                let mut undivided = kind.clone();
                undivided.common.retain(|common| !is_level(common));
                for (base, found) in bases {
                    let levels = over_levels.entry((undivided.clone(), *base)).or_default();
                    levels.extend(self.largest(found));
                }
            }
        }
        for ((kind, base), levels) in over_levels {
            let mut parts: Vec<usize> = levels.iter().map(|rows| rows.node).collect();
            parts.sort_unstable();
            let found = kinds.entry(kind.clone()).or_default().entry(base).or_default();
            if let Some(largest) = self.largest(found) {
                self.relate_with_rest(largest.node, parts);
                continue;
            }
            let weight = parts.iter().map(|part| self.net.weight(*part)).sum();
            if weight == 0 {
                continue;
            }
            let sum = |one: u128, rows: &Rows| one.wrapping_add(rows.fingerprint);
            let fingerprint = levels.iter().fold(0, sum);
            let many = levels.iter().map(|rows| rows.many).sum();
            let net = &mut self.net;
            let node = *self
                .known
                .entry((kind.dataset, fingerprint, many))
                .or_insert_with(|| net.add(Node::unprinted(weight, 0)));
            self.net.relate(node, parts);
            found.push(Rows { node, many, fingerprint });
        }
    }

    /// Of two numbers of the same kind, the smaller may be a part of the larger: home visits are
    /// contacts, contacts with a household are contacts. The host cannot know what the words of a
    /// plugin mean, and a reader does; so every measure that is nowhere larger than another is taken
    /// for a part of it.
    fn relate_measures(&mut self, kinds: &Kinds, crossing: &BTreeSet<(Base, Base)>) {
        for bases in kinds.values() {
            let mut sets: BTreeMap<usize, Vec<Base>> = BTreeMap::new();
            for (base, found) in bases {
                if let (Base::Measure(_), Some(largest)) = (base, self.largest(found)) {
                    sets.entry(largest.node).or_default().push(*base);
                }
            }
            let sets: Vec<(usize, u64, Vec<Base>)> = sets
                .into_iter()
                .map(|(node, bases)| (node, self.net.weight(node), bases))
                .collect();
            let is_part = |part: &(usize, u64, Vec<Base>), whole: &(usize, u64, Vec<Base>)| {
                let (is_other, is_less) = (part.0 != whole.0, part.1 <= whole.1);
                let mut pairs =
                    part.2.iter().flat_map(|one| whole.2.iter().map(|other| (*one, *other)));
                is_other && is_less && pairs.any(|pair| !crossing.contains(&pair))
            };
            for (part, whole) in sets.iter().flat_map(|part| sets.iter().map(move |it| (part, it)))
            {
                // What follows from two steps need not be said. Equal numbers would go in circles.
                let is_between = |other: &(usize, u64, Vec<Base>)| {
                    part.1 < other.1
                        && other.1 < whole.1
                        && is_part(part, other)
                        && is_part(other, whole)
                };
                if is_part(part, whole) && !sets.iter().any(is_between) {
                    // Nobody need protect this rest: no share tells that it is one.
                    let weight = whole.1 - part.1;
                    let rest = self.net.add(Node::unprinted(weight, 0));
                    self.net.relate(whole.0, vec![part.0, rest]);
                }
            }
        }
    }

    fn largest(&self, found: &[Rows]) -> Option<Rows> {
        found.iter().copied().max_by_key(|rows| self.net.weight(rows.node))
    }

    /// Says that `total` is the sum of `parts` and of rows that stand in no table. How many persons
    /// are behind these is not known; they count as small by their number.
    fn relate_with_rest(&mut self, total: usize, mut parts: Vec<usize>) {
        let sum: u64 = parts.iter().map(|part| self.net.weight(*part)).sum();
        let Some(weight) = self.net.weight(total).checked_sub(sum) else { return };
        if weight > 0 {
            parts.push(self.net.add(Node::unprinted(weight, weight)));
        }
        self.net.relate(total, parts);
    }
}

fn rows(node: usize, quantity: &Quantity) -> Rows {
    Rows { node, many: quantity.rows, fingerprint: quantity.fingerprint }
}

/// The pairs of bases of which the first is larger than the second in some cell of some table, and
/// so no part of it.
fn crossing(sheets: &[Sheet]) -> BTreeSet<(Base, Base)> {
    let mut crossing = BTreeSet::new();
    for sheet in sheets {
        for one in &sheet.counts {
            for other in &sheet.counts {
                let mut cells = one.quantities.iter().zip(&other.quantities);
                if cells.any(|(one, other)| one.rows > other.rows) {
                    crossing.insert((one.base, other.base));
                }
            }
        }
    }
    crossing
}
