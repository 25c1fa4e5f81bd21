//! Adds the rows of a batch to the cells of a block.

use super::cube::{Block, Persons};
use super::rows::{Marks, Places, Slots, bits};
use super::set::{Crowd, Set};
use super::spread::Shares;
use crate::domain::{Column, Values};

impl Block {
    /// Counts rows, and their values where there are any.
    pub(super) fn count(
        &mut self,
        places: &Places,
        counted: &[u64],
        marks: &Marks,
        values: &[i64],
    ) {
        let (least, most) = (self.least, self.most);
        let (totals, tallies, has_values) = (&mut self.totals, &mut self.tallies, self.has_values);
        places.each(counted, |place, word, slots| match slots {
            Slots::One(slot) => {
                let totals = &mut totals[slot];
                totals.rows += u64::from(word.count_ones());
                totals.fingerprint = totals.fingerprint.wrapping_add(marks.sum(place, word));
                if has_values {
                    totals.sum += sum(word, &values[place * 64..], least, most);
                }
            }
            Slots::Each(slots) => {
                for bit in bits(word) {
                    let totals = &mut totals[slots[bit] as usize];
                    totals.rows += 1;
                    let mark = marks.sum(place, 1 << bit);
                    totals.fingerprint = totals.fingerprint.wrapping_add(mark);
                    if has_values {
                        totals.sum += i128::from(values[place * 64 + bit].clamp(least, most));
                    }
                }
            }
        });
        if !tallies.is_empty() {
            places.each(counted, |place, word, slots| {
                for bit in bits(word) {
                    let distance = values[place * 64 + bit].clamp(least, most).abs_diff(least);
                    tallies[slots.of(bit)].add(distance);
                }
            });
        }
    }

    /// Counts the persons behind rows that have one.
    pub(super) fn count_persons(
        &mut self,
        places: &Places,
        personal: &[u64],
        column: &Column,
        shares: &Shares,
    ) {
        match (&mut self.persons, &column.values) {
            (Persons::Different(crowds), Values::Indexes(indexes)) => {
                gather(crowds, places, personal, indexes, shares);
            }
            (Persons::Number(numbers), Values::Integers(values)) => {
                places.each(personal, |place, word, slots| {
                    for bit in bits(word) {
                        let persons = values[place * 64 + bit].max(0).unsigned_abs();
                        numbers[slots.of(bit)] += u64::from(persons);
                    }
                });
            }
            _ => unreachable!("the layout was checked"),
        }
    }
}

impl Block {
    /// Adds the values of rows that have a person to the share of that person.
    pub(super) fn spread(
        &mut self,
        places: &Places,
        personal: &[u64],
        column: &Column,
        values: &[i64],
        shares: &Shares,
    ) {
        let (least, most) = (self.least, self.most);
        if self.amounts.is_empty() {
            return;
        }
        let Values::Indexes(indexes) = &column.values else {
            unreachable!("the layout was checked");
        };
        places.each(personal, |place, word, slots| {
            for bit in bits(word) {
                let row = place * 64 + bit;
                let amount = values[row].clamp(least, most);
                self.amounts[slots.of(bit)].add(shares.of(indexes[row]), amount);
            }
        });
    }
}

/// Adds the persons of rows that have one to the crowds of their slots.
fn gather(crowds: &mut [Crowd], places: &Places, rows: &[u64], indexes: &[u32], shares: &Shares) {
    places.each(rows, |place, word, slots| {
        for bit in bits(word) {
            let index = indexes[place * 64 + bit];
            crowds[slots.of(bit)].insert(index, shares.of(index));
        }
    });
}

/// Adds the values of rows that have one to the sets of their slots.
pub(super) fn insert(sets: &mut [Set], places: &Places, rows: &[u64], column: &Column) {
    let Values::Indexes(indexes) = &column.values else {
        unreachable!("the layout was checked");
    };
    places.each(rows, |place, word, slots| {
        let indexes = &indexes[place * 64..];
        match slots {
            Slots::One(slot) => {
                let set = &mut sets[slot];
                bits(word).for_each(|bit| set.insert(indexes[bit]));
            }
            Slots::Each(slots) => {
                bits(word).for_each(|bit| sets[slots[bit] as usize].insert(indexes[bit]));
            }
        }
    });
}

/// The sum of the values of up to 64 rows, each within its limits, of which those in `word` count.
fn sum(word: u64, values: &[i64], least: i64, most: i64) -> i128 {
    let values = values.iter().take(64).enumerate();
    // A value that does not count is taken as 0: that is faster than to step over it.
    let counts = |bit: usize| word >> bit & 1 == 1;
    values
        .map(|(bit, value)| i128::from(if counts(bit) { (*value).clamp(least, most) } else { 0 }))
        .sum()
}
