//! Which numbers of a composed document are withheld.
//!
//! A number is small when it rests on 1 to `smallest - 1` persons: by its base, or by itself where it
//! is a plain whole number with a base of persons. What else must go so that small numbers cannot be
//! worked out depends on what adds up to what, which only the plugin knows. So the host assumes the
//! worst of each row and each column of a table, and looks for the rest:
//!
//! - In a row or column of which no number is the sum of all others, somebody is taken to know the
//!   sum of all. In one that has its total, totals and subtotals are found by adding up.
//! - A number is taken to be the same as one of another block with the same value and base, where both
//!   share the words of a row or column, or one of them is a figure.
//! - A number is taken to be the sum of a row or column of another table where it has that value.
//!
//! Then, as with figures that the host counts, no such sum keeps a single gap, and more numbers go
//! until each small one could be 1 as well as `smallest` or more for all that can be worked out from
//! these sums together. What goes first is what rests on the fewest persons. A zero is never withheld
//! for the sake of another number.
//!
//! Numbers are treated as if they were their bases, whatever they count. Sums over parts of rows that
//! are not next to each other, over several tables, or with other factors than 1 are not looked for;
//! a share over a known whole gives its part away where the plugin gave the whole as its base. The
//! base of a share should therefore be the smaller of the part and the rest.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::super::attack::{Equation, Question, too_narrow};
use super::totals::sums;
use crate::domain::{Composed, ComposedBlock, ComposedCell, ComposedTable, Numeral, Text, Words};

/// More withheld numbers that hang together are not looked at one by one: every number of their
/// tables is withheld.
const MOST_UNKNOWN: usize = 300;

/// Where a number stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    pub(super) block: usize,
    pub(super) row: usize,
    pub(super) column: usize,
}

impl Place {
    /// That of a figure.
    pub(super) fn figure(block: usize) -> Self {
        Self { block, row: 0, column: 0 }
    }
}

/// The numbers that are withheld where those from `smallest` persons on are shown, and those in `also`
/// must not be.
pub(super) fn withheld(
    composed: &Composed,
    smallest: u64,
    also: &HashSet<Place>,
) -> HashSet<Place> {
    let mut net = Net::new(composed);
    net.relate(smallest);
    let hidden = net.withhold(smallest, also);
    net.numbers
        .iter()
        .zip(hidden)
        .filter_map(|(number, is_hidden)| is_hidden.then_some(number.place))
        .collect()
}

/// A number that rests on persons.
#[derive(Debug)]
struct Known<'a> {
    place: Place,
    /// In millionths, so that all numbers can be added.
    value: i128,
    /// On how many persons it rests, at most.
    persons: u64,
    /// The words of its row and column; none for a figure.
    labels: Vec<&'a Words>,
}

/// A sum that somebody may know: of some numbers less one, or of some numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Relation {
    parts: Vec<usize>,
    total: Option<usize>,
}

impl Relation {
    fn members(&self) -> impl Iterator<Item = usize> {
        self.parts.iter().copied().chain(self.total)
    }
}

/// Withheld numbers that hang together, and the places of the sums that have one of them.
#[derive(Debug, Default)]
struct Group {
    numbers: Vec<usize>,
    relations: Vec<usize>,
}

struct Net<'a> {
    numbers: Vec<Known<'a>>,
    /// Numbers of one row or column of a table.
    lines: Vec<Vec<usize>>,
    by_value: HashMap<i128, Vec<usize>>,
    relations: Vec<Relation>,
}

impl<'a> Net<'a> {
    fn new(composed: &'a Composed) -> Self {
        let mut net = Self {
            numbers: Vec::new(),
            lines: Vec::new(),
            by_value: HashMap::new(),
            relations: Vec::new(),
        };
        for (block, found) in composed.blocks.iter().enumerate() {
            match found {
                ComposedBlock::Table(table) => net.table(block, table),
                ComposedBlock::Figure { number, unit, .. } => {
                    net.add(Place::figure(block), *number, unit.as_ref(), Vec::new());
                }
                _ => {}
            }
        }
        net
    }

    fn table(&mut self, block: usize, table: &'a ComposedTable) {
        let mut columns = vec![Vec::new(); table.columns.len()];
        for (row, found) in table.rows.iter().enumerate() {
            let mut line = Vec::new();
            for (column, cell) in found.cells.iter().enumerate() {
                let ComposedCell::Number(number) = cell else { continue };
                let head = &table.columns[column];
                let labels = vec![&found.label, &head.label];
                let place = Place { block, row, column };
                if let Some(added) = self.add(place, *number, head.unit.as_ref(), labels) {
                    line.push(added);
                    columns[column].push(added);
                }
            }
            self.lines.push(line);
        }
        self.lines.extend(columns);
        self.lines.retain(|line| !line.is_empty());
    }

    /// Adds a number, unless it rests on nobody and so is always shown.
    fn add(
        &mut self,
        place: Place,
        number: Numeral,
        unit: Option<&Text>,
        labels: Vec<&'a Words>,
    ) -> Option<usize> {
        let persons = persons(number, unit).filter(|persons| *persons > 0)?;
        let decimals = u32::from(6_u8.saturating_sub(number.decimals));
        let value = i128::from(number.units) * 10_i128.pow(decimals);
        let added = self.numbers.len();
        self.by_value.entry(value).or_default().push(added);
        self.numbers.push(Known { place, value, persons, labels });
        Some(added)
    }

    /// Finds out which sums somebody may know.
    fn relate(&mut self, smallest: u64) {
        let mut found = BTreeSet::new();
        for line in &self.lines {
            // A zero adds nothing, and would only make the same sum look like several.
            let there: Vec<usize> =
                line.iter().copied().filter(|number| self.numbers[*number].value != 0).collect();
            let values: Vec<i128> =
                there.iter().map(|number| self.numbers[*number].value).collect();
            let mut is_whole = false;
            for sum in sums(&values) {
                let total = there[sum.total];
                // Two small numbers side by side are often equal by chance. Where one is the only
                // part of the other, both go anyway.
                if sum.parts.len() == 1 && self.numbers[total].persons < smallest {
                    continue;
                }
                let parts = if sum.parts.len() + 1 == there.len() {
                    is_whole = true;
                    line.iter().copied().filter(|number| *number != total).collect()
                } else {
                    sum.parts.iter().map(|part| there[*part]).collect()
                };
                let relation = Relation { parts, total: Some(total) };
                found.extend(self.elsewhere(&relation.parts));
                found.insert(relation);
            }
            if !is_whole && line.len() > 1 {
                found.extend(self.elsewhere(line));
                found.insert(Relation { parts: line.clone(), total: None });
            }
        }
        found.extend(self.same());
        self.relations = found.into_iter().collect();
    }

    /// Numbers of other blocks that are taken to be the sum of some numbers of one line.
    fn elsewhere(&self, parts: &[usize]) -> Vec<Relation> {
        let sum: i128 = parts.iter().map(|number| self.numbers[*number].value).sum();
        let block = self.numbers[parts[0]].place.block;
        let others = self.by_value.get(&sum).into_iter().flatten();
        let others =
            others.filter(|other| parts.len() > 1 && self.numbers[**other].place.block != block);
        others.map(|total| Relation { parts: parts.to_vec(), total: Some(*total) }).collect()
    }

    /// Numbers of different blocks that are taken to be the same.
    fn same(&self) -> Vec<Relation> {
        let mut groups: BTreeMap<(i128, u64), Vec<usize>> = BTreeMap::new();
        for (place, number) in self.numbers.iter().enumerate() {
            groups.entry((number.value, number.persons)).or_default().push(place);
        }
        let mut found = Vec::new();
        for group in groups.into_values() {
            let has_figure = group.iter().any(|number| self.numbers[*number].labels.is_empty());
            if has_figure {
                self.chain(&group, &mut found);
                continue;
            }
            let mut by_label: HashMap<&Words, Vec<usize>> = HashMap::new();
            for number in group {
                for label in &self.numbers[number].labels {
                    by_label.entry(label).or_default().push(number);
                }
            }
            for group in by_label.values() {
                self.chain(group, &mut found);
            }
        }
        found
    }

    /// Says of numbers that each is the same as the next one of another block.
    fn chain(&self, group: &[usize], found: &mut Vec<Relation>) {
        let mut last_of_block: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for number in group {
            last_of_block.entry(self.numbers[*number].place.block).or_default().push(*number);
        }
        let blocks: Vec<&Vec<usize>> = last_of_block.values().collect();
        for pair in blocks.windows(2) {
            // One of the first block with all of the second, and one of the second with all of the
            // first: whichever of them is withheld, all of the other block are.
            for (one, all) in [(pair[0], pair[1]), (pair[1], pair[0])] {
                let same =
                    |number: &usize| Relation { parts: vec![*number], total: one.first().copied() };
                found.extend(all.iter().map(same));
            }
        }
    }

    fn withhold(&self, smallest: u64, also: &HashSet<Place>) -> Vec<bool> {
        let is_small = |number: &Known<'_>| number.persons < smallest;
        let must_go = |number: &Known<'_>| is_small(number) || also.contains(&number.place);
        let mut hidden: Vec<bool> = self.numbers.iter().map(must_go).collect();
        let mut given_up = BTreeSet::new();
        loop {
            while self.close_gaps(&mut hidden) {}
            let mut has_changed = false;
            for Group { numbers: group, relations } in self.groups(&hidden) {
                if !group.iter().any(|number| is_small(&self.numbers[*number])) {
                    continue;
                }
                if group.len() > MOST_UNKNOWN {
                    has_changed |= self.close_tables(&group, &mut hidden);
                    continue;
                }
                for number in self.exposed(&group, &relations, &hidden, smallest) {
                    if given_up.contains(&number) {
                        continue;
                    }
                    match self.complement_near(number, &hidden) {
                        // One more gap may protect every number of the group, so these wait for the
                        // next look.
                        Some(complement) => {
                            hidden[complement] = true;
                            has_changed = true;
                            break;
                        }
                        // Everything around it is withheld already.
                        None => drop(given_up.insert(number)),
                    }
                }
            }
            if !has_changed {
                return hidden;
            }
        }
    }

    /// Withholds a second number wherever a sum has a single gap.
    fn close_gaps(&self, hidden: &mut [bool]) -> bool {
        let mut has_changed = false;
        for relation in &self.relations {
            let mut gaps = relation.members().filter(|number| hidden[*number]);
            if gaps.next().is_some()
                && gaps.next().is_none()
                && let Some((.., complement)) = self.complement(relation, hidden)
            {
                hidden[complement] = true;
                has_changed = true;
            }
        }
        has_changed
    }

    /// The best number of a sum to withhold next: the part that rests on the fewest persons, else the
    /// total.
    fn complement(&self, relation: &Relation, hidden: &[bool]) -> Option<(bool, u64, usize)> {
        let shown = relation.members().filter(|number| !hidden[*number]);
        let rank =
            |number: usize| (Some(number) == relation.total, self.numbers[number].persons, number);
        shown.map(rank).min()
    }

    /// The best number to withhold for the sake of another: from its own sums, else from those that
    /// have numbers in common with them, and so on.
    fn complement_near(&self, number: usize, hidden: &[bool]) -> Option<usize> {
        let mut reached = BTreeSet::from([number]);
        loop {
            let near = || {
                let touches =
                    |relation: &&Relation| relation.members().any(|it| reached.contains(&it));
                self.relations.iter().filter(touches)
            };
            let best = near().filter_map(|relation| self.complement(relation, hidden)).min();
            if let Some((.., complement)) = best {
                return Some(complement);
            }
            let further: BTreeSet<usize> = near().flat_map(Relation::members).collect();
            if further.is_subset(&reached) {
                return None;
            }
            reached.extend(further);
        }
    }

    /// Withheld numbers in groups that no sum joins, each with the sums about it.
    fn groups(&self, hidden: &[bool]) -> Vec<Group> {
        let mut group: Vec<usize> = (0..self.numbers.len()).collect();
        for relation in &self.relations {
            let gaps: Vec<usize> = relation.members().filter(|number| hidden[*number]).collect();
            for pair in gaps.windows(2) {
                let (one, other) = (leader(&mut group, pair[0]), leader(&mut group, pair[1]));
                group[one.max(other)] = one.min(other);
            }
        }
        let mut found: BTreeMap<usize, Group> = BTreeMap::new();
        for number in (0..self.numbers.len()).filter(|number| hidden[*number]) {
            found.entry(leader(&mut group, number)).or_default().numbers.push(number);
        }
        for (place, relation) in self.relations.iter().enumerate() {
            let Some(gap) = relation.members().find(|number| hidden[*number]) else { continue };
            found.entry(leader(&mut group, gap)).or_default().relations.push(place);
        }
        found.into_values().collect()
    }

    /// Withholds every number of the blocks that these numbers stand in.
    fn close_tables(&self, group: &[usize], hidden: &mut [bool]) -> bool {
        let blocks: BTreeSet<usize> =
            group.iter().map(|number| self.numbers[*number].place.block).collect();
        let mut has_changed = false;
        for (number, is_hidden) in self.numbers.iter().zip(hidden) {
            if blocks.contains(&number.place.block) && !*is_hidden {
                *is_hidden = true;
                has_changed = true;
            }
        }
        has_changed
    }

    /// The small numbers of a group of which too much could be worked out.
    #[expect(
        clippy::cast_precision_loss,
        reason = "numbers of persons are far below 2^53, up to which they are exact"
    )]
    fn exposed(
        &self,
        group: &[usize],
        relations: &[usize],
        hidden: &[bool],
        smallest: u64,
    ) -> Vec<usize> {
        let place = |number: usize| group.binary_search(&number).ok();
        let persons = |number: usize| self.numbers[number].persons as f64;
        let mut equations = Vec::new();
        let mut totals = BTreeSet::new();
        for relation in relations.iter().map(|place| &self.relations[*place]) {
            let parts = relation.parts.iter().filter(|number| hidden[**number]);
            let mut terms: Vec<(usize, f64)> =
                parts.filter_map(|number| Some((place(*number)?, 1.0))).collect();
            let total = relation.total.filter(|number| hidden[*number]).and_then(place);
            if let Some(total) = total {
                if !terms.is_empty() {
                    totals.insert(total);
                }
                terms.push((total, -1.0));
            }
            let equals = terms.iter().map(|(term, times)| times * persons(group[*term])).sum();
            if !terms.is_empty() {
                equations.push(Equation { terms, equals });
            }
        }
        // That a number is withheld tells that it is not 0. A total of withheld parts is at least
        // what these are, so it is not asked to look like 1.
        let least = vec![1.0; group.len()];
        let is_small = |number: &usize| self.numbers[*number].persons < smallest;
        let questions: Vec<Question> = (0..group.len())
            .filter(|unknown| is_small(&group[*unknown]))
            .map(|unknown| {
                let low = (!totals.contains(&unknown)).then_some(1.0);
                Question { unknown, high: smallest as f64, low }
            })
            .collect();
        let narrow = too_narrow(&least, &equations, &questions);
        narrow.into_iter().map(|found| group[questions[found].unknown]).collect()
    }
}

/// On how many persons a number rests at most; `None` where that is not said.
fn persons(number: Numeral, unit: Option<&Text>) -> Option<u64> {
    let base = u64::from(number.base?);
    let is_count = unit.is_none() && number.decimals == 0 && number.units != 0;
    Some(if is_count { base.min(number.units.unsigned_abs()) } else { base })
}

/// The number that stands for the group of a number.
fn leader(group: &mut [usize], mut number: usize) -> usize {
    while group[number] != number {
        group[number] = group[group[number]];
        number = group[number];
    }
    number
}

#[cfg(test)]
mod tests;
