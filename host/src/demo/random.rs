//! A small source of chance that gives the same numbers for a seed on every machine and for ever.

/// `SplitMix64`: a counter and a mixing of its bits.
///
/// Source: Steele, Lea and Flood, *Fast Splittable Pseudorandom Number Generators* (OOPSLA 2014),
/// with the constants of Vigna's public-domain `splitmix64.c`. It is written out here because a
/// library may change its numbers with a new version, and the invented city must not change.
/// It is no source of secrets.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The stream of a seed with a number of its own: what is drawn from one stream does not move
    /// what is drawn from another.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut first = Self(seed);
        Self(first.next() ^ stream.wrapping_mul(0xD1B5_4A32_D192_ED03))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, but not including, `bound`; 0 where `bound` is 0.
    ///
    /// The upper 32 bits are scaled, which favours some numbers by less than one in a million for
    /// the bounds used here (below 4,000).
    #[expect(clippy::missing_panics_doc, reason = "a scaled 32-bit number has 32 bits")]
    pub fn below(&mut self, bound: u32) -> u32 {
        let scaled = ((self.next() >> 32) * u64::from(bound)) >> 32;
        u32::try_from(scaled).expect("a scaled 32-bit number has 32 bits")
    }

    /// A number from `least` to `most`, both included.
    pub(super) fn between(&mut self, least: u16, most: u16) -> u16 {
        let drawn = self.below(u32::from(most.saturating_sub(least)) + 1);
        least + u16::try_from(drawn).expect("drawn below a 16-bit bound")
    }

    /// True in `percent` of 100 cases.
    pub(super) fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// A place in a list of `length` entries, which must not be empty.
    pub(super) fn place(&mut self, length: usize) -> usize {
        let bound = u32::try_from(length).expect("lists here have a few thousand entries");
        self.below(bound) as usize
    }

    /// One entry of a list, which must not be empty.
    pub(super) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.place(list.len())]
    }

    /// A place in `weights`, each as likely as its weight; their sum must not be 0.
    pub(super) fn weighted(&mut self, weights: &[u16]) -> usize {
        let sum = weights.iter().map(|weight| u32::from(*weight)).sum();
        let mut drawn = self.below(sum);
        for (place, weight) in weights.iter().enumerate() {
            let weight = u32::from(*weight);
            if drawn < weight {
                return place;
            }
            drawn -= weight;
        }
        unreachable!("a number below the sum falls into one of the weights")
    }

    /// Puts a list into another order (Fisher and Yates).
    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            let other = self.place(last + 1);
            list.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first outputs of `splitmix64.c` for the seed 1234567, as its users publish them.
    #[test]
    fn gives_the_published_numbers() {
        let mut random = Random(1_234_567);
        let numbers = [random.next(), random.next(), random.next()];
        assert_eq!(
            numbers,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn streams_of_one_seed_differ() {
        assert_ne!(Random::new(1, 1).next(), Random::new(1, 2).next());
        assert_ne!(Random::new(1, 1).next(), Random::new(2, 1).next());
        assert_eq!(Random::new(1, 1).next(), Random::new(1, 1).next());
    }

    #[test]
    fn draws_stay_within_their_bounds_and_reach_them() {
        let mut random = Random::new(7, 0);
        let mut seen = [0; 4];
        for _ in 0..1000 {
            seen[usize::from(random.between(3, 6)) - 3] += 1;
        }
        assert!(seen.iter().all(|count| (190..310).contains(count)), "{seen:?}");
        assert!((0..1000).all(|_| random.weighted(&[0, 5, 0, 1]) % 2 == 1));
        assert_eq!(random.below(0), 0);
    }

    #[test]
    fn a_shuffled_list_keeps_its_entries() {
        let mut list: Vec<u32> = (0..50).collect();
        Random::new(3, 0).shuffle(&mut list);
        assert_ne!(list, (0..50).collect::<Vec<_>>());
        list.sort_unstable();
        assert_eq!(list, (0..50).collect::<Vec<_>>());
    }
}
