//! What was counted in a part of the rows, with the cells alone that have any.

use std::ops::Range;

use super::cube::{Block, Persons, Totals};
use super::set::{Crowd, Set};
use super::spread::Spread;
use super::tally::Tally;

/// What a reducer has counted in some rows of one dataset; see
/// [`Reducer::take`](super::Reducer::take).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The place of the dataset.
    pub(super) dataset: usize,
    /// For each dimension: whether it divides the rows, once that is known.
    pub(super) divides: Vec<Option<bool>>,
    /// One for each block of the dataset, in their order.
    pub(super) blocks: Vec<PartBlock>,
}

/// The cells of a block that have a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PartBlock {
    /// The block that has the persons of this one: itself, or one before it with the same persons.
    pub(super) persons_of: usize,
    /// Where they are, in ascending order, and what was added up.
    pub(super) totals: Vec<(usize, Totals)>,
    /// The persons behind cells; none for a block that shares those of another.
    pub(super) persons: Vec<(usize, Counted)>,
    /// The values of a `distinct` measure by another field.
    pub(super) different: Vec<(usize, Set)>,
    /// The values for a median.
    pub(super) tallies: Vec<(usize, Tally)>,
    /// The values by share of all persons.
    pub(super) amounts: Vec<(usize, Spread)>,
}

/// The persons behind a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Counted {
    /// Who they are.
    Different(Crowd),
    /// How many they are.
    Number(u64),
}

impl PartBlock {
    /// Whether it can be added to a block.
    pub(super) fn fits(&self, block: &Block, all: &[Block]) -> bool {
        let slots = block.totals.len();
        let is_in = |slot: usize| slot < slots;
        let counts_alike = |(_, counted): &(usize, Counted)| {
            matches!(
                (counted, &block.persons),
                (Counted::Different(_), Persons::Different(_))
                    | (Counted::Number(_), Persons::Number(_))
            )
        };
        let is_alike = |(_, tally): &(usize, Tally)| {
            block.tallies.first().is_some_and(|known| known.is_like(tally))
        };
        let owner = all.get(self.persons_of);
        owner.is_some_and(|owner| (owner.grid, owner.dataset) == (block.grid, block.dataset))
            && self.totals.iter().all(|(slot, _)| is_in(*slot))
            && self.persons.iter().all(|(slot, _)| is_in(*slot))
            && self.different.iter().all(|(slot, _)| is_in(*slot))
            && self.tallies.iter().all(|(slot, _)| is_in(*slot))
            && self.persons.iter().all(counts_alike)
            && self.tallies.iter().all(is_alike)
            && self.amounts.iter().all(|(slot, _)| *slot < block.amounts.len())
            && (self.different.is_empty() || block.different.is_some())
    }
}

impl Block {
    /// Takes out what was counted between two slots, where all of it is.
    pub(super) fn take(&mut self, reached: Range<usize>, persons_of: usize) -> PartBlock {
        let mut part = PartBlock { persons_of, ..PartBlock::default() };
        let empty = Tally::new(self.least, self.most);
        for slot in reached {
            if self.totals[slot].rows > 0 {
                part.totals.push((slot, std::mem::take(&mut self.totals[slot])));
            }
            match &mut self.persons {
                Persons::Different(sets) if !sets[slot].set.is_empty() => {
                    let set = std::mem::take(&mut sets[slot]);
                    part.persons.push((slot, Counted::Different(set)));
                }
                Persons::Number(numbers) if numbers[slot] > 0 => {
                    part.persons.push((slot, Counted::Number(std::mem::take(&mut numbers[slot]))));
                }
                _ => {}
            }
            if let Some((_, sets)) = &mut self.different
                && !sets[slot].is_empty()
            {
                part.different.push((slot, std::mem::take(&mut sets[slot])));
            }
            if let Some(tally) = self.tallies.get_mut(slot)
                && *tally != empty
            {
                part.tallies.push((slot, std::mem::replace(tally, empty.clone())));
            }
            if let Some(spread) = self.amounts.get_mut(slot)
                && *spread != Spread::default()
            {
                part.amounts.push((slot, std::mem::take(spread)));
            }
        }
        part
    }

    /// Adds what was taken out of a block of the same plan, with the persons behind its cells.
    pub(super) fn absorb(&mut self, part: &PartBlock, persons: Option<&Vec<(usize, Counted)>>) {
        for (slot, totals) in &part.totals {
            self.totals[*slot].add(*totals);
        }
        for (slot, counted) in persons.into_iter().flatten() {
            match (&mut self.persons, counted) {
                (Persons::Different(sets), Counted::Different(set)) => sets[*slot].unite(set),
                (Persons::Number(numbers), Counted::Number(number)) => numbers[*slot] += number,
                _ => unreachable!("it was checked that they count alike"),
            }
        }
        if let Some((_, sets)) = &mut self.different {
            part.different.iter().for_each(|(slot, set)| sets[*slot].unite(set));
        }
        for (slot, tally) in &part.tallies {
            self.tallies[*slot].merge(tally);
        }
        for (slot, spread) in &part.amounts {
            self.amounts[*slot].add_all(spread, 1);
        }
    }
}
