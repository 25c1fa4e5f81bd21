//! How much absence is persistent and how much is severe, in integer arithmetic.

use crate::domain::Number;

/// From which share of absence on a pupil is marked, and from which enrolment on they are rated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// Per cent of the possible units: persistent from it on.
    pub persistent: u8,
    /// Per cent of the possible units: severe from it on.
    pub severe: u8,
    /// Pupils who were there for fewer days are not rated.
    pub least_days: u16,
}

/// What the absences of a pupil amount to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rating {
    /// Below both thresholds.
    Below,
    /// At the first threshold or above.
    Persistent,
    /// At the second threshold or above.
    Severe,
    /// There too short to be rated.
    TooShort,
}

impl Thresholds {
    /// Rates `missed` of `possible` units on `days` days. Excused absence counts, and so does open.
    pub fn rate(self, missed: i64, possible: i64, days: i64) -> Rating {
        let reaches = |per_cent: u8| 100 * missed >= i64::from(per_cent) * possible;
        if days < i64::from(self.least_days) || possible <= 0 {
            Rating::TooShort
        } else if reaches(self.severe) {
            Rating::Severe
        } else if reaches(self.persistent) {
            Rating::Persistent
        } else {
            Rating::Below
        }
    }
}

/// The share in per cent with one digit, rounded down: so it reaches a threshold just where the exact
/// share does. `None` where nothing was possible.
pub(super) fn share(part: i64, whole: i64) -> Option<Number> {
    (whole > 0).then(|| Number { units: 1000 * part / whole, decimals: 1 })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const USUAL: Thresholds = Thresholds { persistent: 10, severe: 50, least_days: 10 };

    #[test]
    fn a_tenth_is_persistent_and_a_half_is_severe() {
        for (missed, possible, days, rating) in [
            (37, 380, 190, Rating::Below),
            (38, 380, 190, Rating::Persistent),
            (189, 380, 190, Rating::Persistent),
            (190, 380, 190, Rating::Severe),
            (19, 192, 192, Rating::Below),
            (20, 192, 192, Rating::Persistent),
            (8, 8, 8, Rating::TooShort),
            (9, 9, 9, Rating::TooShort),
            (0, 10, 10, Rating::Below),
            (1, 10, 10, Rating::Persistent),
            (0, 0, 0, Rating::TooShort),
        ] {
            assert_eq!(USUAL.rate(missed, possible, days), rating, "{missed} of {possible}");
        }
    }

    #[test]
    fn a_share_is_never_rounded_up() {
        assert_eq!(share(37, 380), Some(Number { units: 97, decimals: 1 }));
        assert_eq!(share(3799, 38_000), Some(Number { units: 99, decimals: 1 }));
        assert_eq!(share(38, 380), Some(Number { units: 100, decimals: 1 }));
        assert_eq!(share(1, 0), None);
    }

    proptest! {
        #[test]
        fn a_share_shows_a_threshold_just_where_it_is_reached(
            missed in 0..2000_i64,
            more in 0..2000_i64,
            persistent in 1..100_u8,
        ) {
            let possible = missed + more + 1;
            let thresholds = Thresholds { persistent, severe: 100, least_days: 0 };
            let is_marked = thresholds.rate(missed, possible, 10) != Rating::Below;
            let shown = share(missed, possible).unwrap().units;
            prop_assert_eq!(is_marked, shown >= 10 * i64::from(persistent));
        }
    }
}
