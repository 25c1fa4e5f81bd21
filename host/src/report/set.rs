//! Sets of persons: one bit each, so that the same person counts once however often they occur.

use super::spread::Spread;

/// A set grows in steps of this many words: 1,024 persons, one or two cache lines' worth of pages.
const STEP: usize = 16;

/// A set of small numbers.
///
/// It holds a bit for every number between its smallest and its largest, rounded out to whole
/// steps. So two sets with the same members are equal, whatever the order they came in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Set {
    first: usize,
    words: Vec<u64>,
}

impl Set {
    /// Adds a number.
    #[inline]
    pub(super) fn insert(&mut self, number: u32) {
        let word = number as usize / 64;
        if let Some(found) = self.words.get_mut(word.wrapping_sub(self.first)) {
            *found |= 1 << (number % 64);
        } else {
            self.reach(word, word);
            self.words[word - self.first] |= 1 << (number % 64);
        }
    }

    /// Makes room for the words from `low` to `high`, both included.
    #[cold]
    fn reach(&mut self, low: usize, high: usize) {
        let low = low / STEP * STEP;
        let end = (high / STEP + 1) * STEP;
        if self.words.is_empty() {
            self.first = low;
        }
        if low < self.first {
            self.words.splice(0..0, std::iter::repeat_n(0, self.first - low));
            self.first = low;
        }
        if end > self.first + self.words.len() {
            self.words.resize(end - self.first, 0);
        }
    }

    /// Adds every number of another set.
    pub(super) fn unite(&mut self, other: &Self) {
        if other.words.is_empty() {
            return;
        }
        self.reach(other.first, other.first + other.words.len() - 1);
        let shift = other.first - self.first;
        for (mine, theirs) in self.words[shift..].iter_mut().zip(&other.words) {
            *mine |= theirs;
        }
    }

    /// Whether there is none in it.
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Its numbers, smallest first.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        let first = u32::try_from(self.first * 64).expect("it holds numbers of 32 bits");
        let each = |(base, word): (u32, &u64)| {
            let bits = super::rows::bits(*word);
            bits.map(move |bit| base + u32::try_from(bit).expect("less than 64"))
        };
        (first..).step_by(64).zip(&self.words).flat_map(each)
    }

    /// The words that hold a bit for each number, and the place of the first among all words.
    pub(super) fn words(&self) -> (usize, &[u64]) {
        (self.first, &self.words)
    }

    /// The set that has these words; `None` where no set has.
    pub(super) fn of_words(first: usize, words: Vec<u64>) -> Option<Self> {
        let set = Self { first, words };
        let end = first.checked_add(set.words.len())?;
        let is_whole = first.is_multiple_of(STEP) && end.is_multiple_of(STEP);
        let (low, high) = (set.words.first_chunk::<STEP>(), set.words.last_chunk::<STEP>());
        let has_ends = [low, high]
            .iter()
            .all(|step| step.is_none_or(|step: &[u64; STEP]| step.iter().any(|word| *word != 0)));
        (is_whole && has_ends).then_some(set)
    }

    /// How many numbers are in it.
    pub(super) fn len(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// How many different numbers several sets have together.
    pub(super) fn len_of_union<'a>(sets: impl Iterator<Item = &'a Self>) -> u64 {
        let mut sets = sets.filter(|set| !set.words.is_empty());
        let Some(first) = sets.next() else { return 0 };
        let Some(second) = sets.next() else { return first.len() };
        let mut union = first.clone();
        union.unite(second);
        sets.for_each(|set| union.unite(set));
        union.len()
    }
}

/// The persons behind rows, and how many of the rows each share of all persons has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Crowd {
    pub(super) set: Set,
    pub(super) rows: Spread,
}

impl Crowd {
    /// Adds a row of a person.
    #[inline]
    pub(super) fn insert(&mut self, index: u32, share: u8) {
        self.set.insert(index);
        self.rows.add(share, 1);
    }

    /// Adds what another one has of other rows.
    pub(super) fn unite(&mut self, other: &Self) {
        self.set.unite(&other.set);
        self.rows.add_all(&other.rows, 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn set(numbers: &[u32]) -> Set {
        let mut set = Set::default();
        for number in numbers {
            set.insert(*number);
        }
        set
    }

    #[test]
    fn a_number_counts_once() {
        assert_eq!(set(&[]).len(), 0);
        assert_eq!(set(&[7, 7, 5_000, 7, 63, 64]).len(), 4);
        assert_eq!(Set::len_of_union([set(&[1, 2]), set(&[]), set(&[2, 90_000])].iter()), 3);
    }

    proptest! {
        #[test]
        fn order_and_parts_do_not_matter(
            numbers in prop::collection::vec(0u32..200_000, 0..40), cut in 0usize..40,
        ) {
            let whole = set(&numbers);
            let (one, other) = numbers.split_at(cut.min(numbers.len()));
            let mut united = set(other);
            united.unite(&set(one));
            prop_assert_eq!(&united, &whole);
            prop_assert_eq!(whole.len(), numbers.iter().collect::<BTreeSet<_>>().len() as u64);
        }
    }
}
