//! How often each value occurred, from which a median can be taken after parts are put together.

use std::collections::BTreeMap;

/// Widest range of values that is counted in an array: 2,048 counts of 8 bytes are 16 KiB a cell.
/// A contact's minutes, 0 to 1440, fit.
const NARROW: u64 = 2_048;

/// How often each value occurred in one cell. Values are told as their distance from the smallest
/// value that the measure allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tally {
    /// The count of each distance, up to the largest that occurred.
    Narrow(Vec<u64>),
    /// The distances that occurred.
    Wide(BTreeMap<u64, u64>),
}

impl Tally {
    /// An empty tally for values from `least` to `most`.
    pub(super) fn new(least: i64, most: i64) -> Self {
        if most.abs_diff(least) < NARROW {
            Self::Narrow(Vec::new())
        } else {
            Self::Wide(BTreeMap::new())
        }
    }

    /// Whether both are kept in one way, so that they can be put together.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Narrow(_), Self::Narrow(counts)) => {
                u64::try_from(counts.len()).is_ok_and(|count| count <= NARROW)
            }
            (Self::Wide(_), Self::Wide(_)) => true,
            _ => false,
        }
    }

    /// The values that occurred, as distances, with how often each did.
    pub(super) fn counts(&self) -> Vec<(u64, u64)> {
        match self {
            Self::Narrow(counts) => {
                (0..).zip(counts.iter().copied()).filter(|(_, times)| *times > 0).collect()
            }
            Self::Wide(counts) => counts.iter().map(|(value, times)| (*value, *times)).collect(),
        }
    }

    /// An empty tally that is kept as `is_narrow` says.
    pub(super) fn empty(is_narrow: bool) -> Self {
        if is_narrow { Self::Narrow(Vec::new()) } else { Self::Wide(BTreeMap::new()) }
    }

    /// Counts a value at a distance so many times; `None` where it has no place.
    pub(super) fn try_add(&mut self, distance: u64, times: u64) -> Option<()> {
        if matches!(self, Self::Narrow(_)) && distance >= NARROW {
            return None;
        }
        self.add_many(distance, times);
        Some(())
    }

    /// Whether it is kept in an array.
    pub(super) fn is_narrow(&self) -> bool {
        matches!(self, Self::Narrow(_))
    }

    /// Counts a value at `distance` from the smallest.
    #[inline]
    pub(super) fn add(&mut self, distance: u64) {
        self.add_many(distance, 1);
    }

    #[inline]
    fn add_many(&mut self, distance: u64, times: u64) {
        match self {
            Self::Narrow(counts) => {
                let place = usize::try_from(distance).expect("smaller than NARROW");
                if place >= counts.len() {
                    counts.resize(place + 1, 0);
                }
                counts[place] += times;
            }
            Self::Wide(counts) => *counts.entry(distance).or_default() += times,
        }
    }

    /// Counts all that another tally of the same measure has counted.
    pub(super) fn merge(&mut self, other: &Self) {
        match other {
            Self::Narrow(counts) => {
                for (distance, times) in (0..).zip(counts).filter(|(_, times)| **times > 0) {
                    self.add_many(distance, *times);
                }
            }
            Self::Wide(counts) => {
                for (distance, times) in counts {
                    self.add_many(*distance, *times);
                }
            }
        }
    }

    /// The two values in the middle, as distances: twice the same where their number is odd;
    /// `None` where there are none.
    pub(super) fn middle(&self) -> Option<(u64, u64)> {
        match self {
            Self::Narrow(counts) => middle(|| (0..).zip(counts.iter().copied())),
            Self::Wide(counts) => middle(|| counts.iter().map(|(value, times)| (*value, *times))),
        }
    }
}

fn middle<I: Iterator<Item = (u64, u64)>>(counts: impl Fn() -> I) -> Option<(u64, u64)> {
    let total: u64 = counts().map(|(_, times)| times).sum();
    let nth = |place: u64| {
        let mut before = 0;
        counts().find_map(|(value, times)| {
            before += times;
            (before > place).then_some(value)
        })
    };
    Some((nth(total.checked_sub(1)? / 2)?, nth(total / 2)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_has_no_middle() {
        assert_eq!(Tally::new(0, 10).middle(), None);
        assert_eq!(Tally::new(i64::MIN, i64::MAX).middle(), None);
    }

    #[test]
    fn odd_and_even_numbers_of_values_have_a_middle() {
        for most in [100, 1_000_000] {
            let mut tally = Tally::new(0, most);
            for value in [30, 5, 60] {
                tally.add(value);
            }
            assert_eq!(tally.middle(), Some((30, 30)));
            let mut other = Tally::new(0, most);
            other.add(45);
            other.merge(&tally);
            assert_eq!(other.middle(), Some((30, 45)));
        }
    }
}
