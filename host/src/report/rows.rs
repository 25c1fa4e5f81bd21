//! Where the rows of a batch belong, 64 rows at a time.
//!
//! Batches come school by school and day by day, so that 64 rows in a row mostly belong to one
//! slot. What can be added up for them together is.

use std::ops::Range;

use super::plan::Grid;
use crate::domain::{Classified, LEFT_OUT};

/// Where the rows of a batch belong in a grid.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    /// The slot of each row.
    slots: Vec<u32>,
    /// Which rows belong anywhere, as a bitmap.
    kept: Vec<u64>,
    /// For each word of a bitmap, whether all of its rows have one slot.
    is_one: Vec<bool>,
    /// The rows of all batches since [`Places::forget`] belong to the first of these slots or a
    /// later one, and before the second.
    reached: Option<(u32, u32)>,
}

/// Where the rows of one word of a bitmap belong.
#[derive(Debug, Clone, Copy)]
pub(super) enum Slots<'a> {
    /// All in one slot.
    One(usize),
    /// Each in its own.
    Each(&'a [u32]),
}

impl Slots<'_> {
    /// The slot of the row that has this bit.
    #[inline]
    pub(super) fn of(self, bit: usize) -> usize {
        match self {
            Self::One(slot) => slot,
            Self::Each(slots) => slots[bit] as usize,
        }
    }
}

impl Places {
    /// Finds the places of the rows of a batch.
    pub(super) fn fill(&mut self, grid: Grid, rows: usize, classified: &Classified) {
        let stride = u32::try_from(grid.stride()).expect("fewer slots than MOST_CELLS");
        let every_row = u32::try_from(grid.height).expect("fewer slots than MOST_CELLS");
        let labels = |dimension: usize| {
            classified.labels.get(dimension).filter(|list| !list.is_empty()).map(Vec::as_slice)
        };
        let down = labels(grid.rows);
        let across = grid.across.and_then(labels);
        let every_column = if grid.across.is_some() { stride - 1 } else { 0 };

        self.slots.clear();
        self.kept.clear();
        self.kept.resize(rows.div_ceil(64), u64::MAX);
        if !rows.is_multiple_of(64) {
            self.kept[rows / 64] = (1 << (rows % 64)) - 1;
        }
        // One loop for each shape, so that none asks for each row which shape it is.
        let slot = |row: u16, column: u32| u32::from(row).wrapping_mul(stride).wrapping_add(column);
        match (down, across) {
            (Some(down), Some(across)) => {
                let pairs = down.iter().zip(across);
                self.slots.extend(pairs.map(|(row, column)| slot(*row, u32::from(*column))));
            }
            (Some(down), None) => {
                self.slots.extend(down.iter().map(|row| slot(*row, every_column)));
            }
            (None, Some(across)) => {
                let start = every_row * stride;
                self.slots.extend(across.iter().map(|column| start + u32::from(*column)));
            }
            (None, None) => self.slots.resize(rows, every_row * stride + every_column),
        }
        // Rows that are left out have slots that do not exist.
        let slots = u32::try_from(grid.slots()).expect("fewer slots than MOST_CELLS");
        let least = self.slots.iter().copied().min().unwrap_or(u32::MAX);
        let end_of = |slot: &u32| if *slot < slots { slot + 1 } else { 0 };
        let most = self.slots.iter().map(end_of).max().unwrap_or(0);
        let (first, end) = self.reached.unwrap_or((u32::MAX, 0));
        self.reached = Some((first.min(least), end.max(most)));
        for labels in [down, across].into_iter().flatten() {
            for (kept, labels) in self.kept.iter_mut().zip(labels.chunks(64)) {
                if !labels.contains(&LEFT_OUT) {
                    continue;
                }
                let left_out = labels
                    .iter()
                    .rev()
                    .fold(0, |bits, label| bits << 1 | u64::from(*label == LEFT_OUT));
                *kept &= !left_out;
            }
        }
        // No way out of the loop, so that it looks at several slots at once.
        let is_one = |slots: &[u32]| {
            slots.iter().fold(0, |differing, slot| differing | (slot ^ slots[0])) == 0
        };
        self.is_one.clear();
        self.is_one.extend(self.slots.chunks(64).map(is_one));
    }

    /// The slots between which all rows belonged since the last [`Places::forget`].
    pub(super) fn reached(&self) -> Range<usize> {
        let (first, end) = self.reached.unwrap_or_default();
        first as usize..end as usize
    }

    /// Says that the rows which come are others.
    pub(super) fn forget(&mut self) {
        self.reached = None;
    }

    /// Which rows belong anywhere, as a bitmap.
    pub(super) fn kept(&self) -> &[u64] {
        &self.kept
    }

    /// Calls `each` for every word of a bitmap that is not empty: with the place of the word, the
    /// word, and where its rows belong. The bitmap has no row that is not kept.
    #[inline]
    pub(super) fn each(&self, rows: &[u64], mut each: impl FnMut(usize, u64, Slots<'_>)) {
        let words = rows.iter().zip(&self.is_one).zip(self.slots.chunks(64));
        for (place, ((word, is_one), slots)) in words.enumerate() {
            if *word != 0 {
                let slots =
                    if *is_one { Slots::One(slots[0] as usize) } else { Slots::Each(slots) };
                each(place, *word, slots);
            }
        }
    }
}

/// The numbers of the bits that are set, smallest first.
#[inline]
pub(super) fn bits(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then(|| word.trailing_zeros() as usize)?;
        word &= word - 1;
        Some(bit)
    })
}

/// The rows that are in both bitmaps. An empty `other` stands for all rows.
pub(super) fn both(rows: &[u64], other: &[u64], found: &mut Vec<u64>) {
    found.clear();
    if other.is_empty() {
        found.extend_from_slice(rows);
    } else {
        found.extend(rows.iter().zip(other).map(|(one, other)| one & other));
    }
}

/// Takes the rows of `part` out. An empty `part` stands for all rows.
pub(super) fn without(rows: &mut [u64], part: &[u64]) {
    if part.is_empty() {
        rows.fill(0);
    } else {
        rows.iter_mut().zip(part).for_each(|(word, part)| *word &= !part);
    }
}

/// From what the marks of the rows of a batch are made.
///
/// Each row of a dataset has a mark of its own, and the marks of a set of rows are added up:
/// different rows, different sums. The mark of row 64k + i is the k-th key shifted by i bits, so
/// that the sum for 64 rows is their bitmap times the key. At least 65 random bits are left of a
/// key, and so the sums of two different sets are the same by chance once in 2^65 times.
#[derive(Debug, Clone, Default)]
pub(super) struct Marks {
    keys: Vec<u128>,
    /// How far the batch begins into the rows of its first key.
    shift: u32,
}

impl Marks {
    /// Makes the keys of `rows` rows from row `first` on.
    pub(super) fn fill(&mut self, first: u64, rows: usize) {
        let (number, shift) = (first / 64, first % 64);
        self.shift = u32::try_from(shift).expect("less than 64");
        let key = |place: u64| {
            let number = number.wrapping_add(place).wrapping_mul(2);
            u128::from(mixed(number)) << 64 | u128::from(mixed(number.wrapping_add(1)))
        };
        self.keys.clear();
        self.keys.extend((0..=rows.div_ceil(64) as u64).map(key));
    }

    /// The sum of the marks of the rows of one word of a bitmap.
    #[inline]
    pub(super) fn sum(&self, place: usize, word: u64) -> u128 {
        let (low, high) = (word << self.shift, word.unbounded_shr(64 - self.shift));
        let low = self.keys[place].wrapping_mul(u128::from(low));
        low.wrapping_add(self.keys[place + 1].wrapping_mul(u128::from(high)))
    }
}

/// Spreads a number over 64 bits. This is the last step of the generator `SplitMix64` (Steele, Lea
/// and Flood, 2014).
fn mixed(number: u64) -> u64 {
    let mixed = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ mixed >> 31
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn marks(first: u64, rows: usize) -> Marks {
        let mut marks = Marks::default();
        marks.fill(first, rows);
        marks
    }

    #[test]
    fn every_row_has_a_mark_of_its_own() {
        let marks = marks(7, 6_400);
        let all: BTreeSet<u128> =
            (0..6_400).map(|row| marks.sum(row / 64, 1 << (row % 64))).collect();
        assert_eq!(all.len(), 6_400);
    }

    #[test]
    fn rows_belong_together_where_all_labels_of_a_word_are_the_same() {
        let mut labels = vec![4; 64];
        labels.extend([5; 63]);
        labels.extend([6; 70]);
        labels[2] = LEFT_OUT;
        let classified = Classified { labels: vec![labels], measures: Vec::new() };
        let grid = Grid { rows: 0, across: None, height: 9, width: 1 };
        let mut places = Places::default();
        places.fill(grid, 197, &classified);
        let mut found = Vec::new();
        places.each(&[u64::MAX ^ 0b100, 1 << 63, 0, 0b11], |place, word, slots| {
            found.push((place, word.count_ones(), matches!(slots, Slots::One(6))));
            if let Slots::Each(slots) = slots {
                assert_eq!(slots[63], if place == 0 { 4 } else { 6 });
            }
        });
        assert_eq!(found, [(0, 63, false), (1, 1, false), (3, 2, true)]);
        assert_eq!(places.kept(), [u64::MAX ^ 0b100, u64::MAX, u64::MAX, 0b1_1111]);
    }

    proptest! {
        #[test]
        fn the_marks_of_rows_do_not_depend_on_where_a_batch_begins(
            words in prop::collection::vec(any::<u64>(), 1..4), first in 0_u64..200, cut in 0_u64..64,
        ) {
            let sum = |marks: &Marks, words: &[u64]| {
                let sums = words.iter().enumerate().map(|(place, word)| marks.sum(place, *word));
                sums.fold(0_u128, u128::wrapping_add)
            };
            let whole = sum(&marks(first, words.len() * 64), &words);
            // The same rows from `cut` rows earlier on.
            let wide = words.iter().flat_map(|word| (0..64).map(move |bit| word >> bit & 1));
            let later: Vec<u64> = std::iter::repeat_n(0, usize::try_from(cut).unwrap()).chain(wide).collect();
            let moved: Vec<u64> = later
                .chunks(64)
                .map(|bits| bits.iter().rev().fold(0, |word, bit| word << 1 | bit))
                .collect();
            let earlier = marks((first + 1_000) - cut, moved.len() * 64);
            prop_assert_eq!(
                sum(&earlier, &moved),
                sum(&marks(first + 1_000, words.len() * 64), &words)
            );
            prop_assert!(words.iter().all(|word| *word == 0) || whole != 0);
        }
    }
}
