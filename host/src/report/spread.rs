//! How rows and their values are spread over the persons behind them, as shares of all persons.
//!
//! Each person belongs to one of 64 shares, always the same one. Rows are counted by share beside
//! every number, so that a difference of two numbers can be told apart by what it rests on: rows of so
//! many shares are rows of at least as many persons. What is counted by share adds up as rows do, over
//! any sum or difference of numbers, of the same report or of different ones, and says nothing about
//! who the persons are. It errs on the safe side: two persons of one share look like one.

use serde::{Deserialize, Serialize};

/// How many shares there are. Five persons are in five of them in 85 of 100 cases, and eight in five or
/// more in all but one of 2,000.
const SHARES: usize = 64;

/// The share of the person with this key in the records.
pub fn share_of(key: u64) -> u8 {
    let mut mixed = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed >> 58).to_le_bytes()[0]
}

/// The share of each person, by their index in a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shares(Vec<u8>);

impl Shares {
    pub(super) fn new(shares: Vec<u8>) -> Self {
        Self(shares)
    }

    /// The share of an index. As long as nobody was removed, keys count from 1 and indexes from 0.
    #[inline]
    pub(super) fn of(&self, index: u32) -> u8 {
        self.0.get(index as usize).copied().unwrap_or_else(|| share_of(u64::from(index) + 1))
    }
}

/// A number for each share.
#[derive(Debug, Clone, Default, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<(u8, i64)>", into = "Vec<(u8, i64)>")]
pub(super) struct Spread(Vec<i64>);

impl PartialEq for Spread {
    fn eq(&self, other: &Self) -> bool {
        self.entries().eq(other.entries())
    }
}

impl From<Vec<(u8, i64)>> for Spread {
    fn from(entries: Vec<(u8, i64)>) -> Self {
        let mut spread = Self::default();
        for (share, amount) in entries {
            spread.add(share, amount);
        }
        spread
    }
}

impl From<Spread> for Vec<(u8, i64)> {
    fn from(spread: Spread) -> Self {
        spread.entries().collect()
    }
}

impl Spread {
    /// Adds to a share.
    #[inline]
    pub(super) fn add(&mut self, share: u8, amount: i64) {
        if self.0.is_empty() {
            if amount == 0 {
                return;
            }
            self.0 = vec![0; SHARES];
        }
        let place = usize::from(share) % SHARES;
        self.0[place] = self.0[place].saturating_add(amount);
    }

    /// Adds all of another one, as often as said.
    pub(super) fn add_all(&mut self, other: &Self, times: i64) {
        other.entries().for_each(|(share, amount)| self.add(share, amount.saturating_mul(times)));
    }

    /// The shares that have anything, with what they have.
    pub(super) fn entries(&self) -> impl Iterator<Item = (u8, i64)> {
        (0..)
            .zip(&self.0)
            .filter(|(_, amount)| **amount != 0)
            .map(|(share, amount)| (share, *amount))
    }

    /// On how many persons it rests at least.
    pub(super) fn persons(&self) -> u64 {
        self.entries().count() as u64
    }

    /// The largest and the second largest share, and all together, by their size without a sign.
    pub(super) fn largest(&self) -> (u64, u64, u64) {
        let mut sizes: Vec<u64> = self.0.iter().map(|amount| amount.unsigned_abs()).collect();
        sizes.sort_unstable_by(|one, other| other.cmp(one));
        let at = |place: usize| sizes.get(place).copied().unwrap_or(0);
        (at(0), at(1), sizes.iter().fold(0, |sum, size| sum.saturating_add(*size)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_never_tells_of_more_persons_than_there_are() {
        for many in 1..200u64 {
            let mut spread = Spread::default();
            for _ in 0..3 {
                (1..=many).for_each(|key| spread.add(share_of(key), 1));
            }
            assert!((1..=many).contains(&spread.persons()), "{many}");
        }
        let five = |first: u64| {
            let mut spread = Spread::default();
            (first..first + 5).for_each(|key| spread.add(share_of(key), 1));
            spread.persons() == 5
        };
        let enough = (0..1_000).filter(|block| five(block * 5 + 1)).count();
        assert!((800..900).contains(&enough), "{enough} of 1000");
    }

    #[test]
    fn a_difference_shows_how_many_changed() {
        let (mut old, mut new) = (Spread::default(), Spread::default());
        (1..40).for_each(|key| old.add(share_of(key), 1));
        (1..40).for_each(|key| new.add(share_of(key), 1));
        // Six more contacts of one family.
        new.add(share_of(7), 6);
        new.add_all(&old, -1);
        assert_eq!(new.persons(), 1);
        assert_eq!(new.largest(), (6, 0, 6));
        assert_eq!(Spread::from(Vec::from(new.clone())), new);
    }
}
