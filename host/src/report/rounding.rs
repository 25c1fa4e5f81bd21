//! Rounds numbers that are shown to multiples of 5.

use crate::domain::{Cell, Number};

/// A cell with the nearest multiple of 5, halves away from zero. A number that is 0 only by that is
/// told apart from a true zero. `None` where it does not fit.
pub(super) fn to_five(number: Number) -> Option<Cell> {
    let rounded = nearest(number)?;
    let is_lost = rounded.units == 0 && number.units != 0;
    Some(if is_lost { Cell::RoundsToZero } else { Cell::Shown(rounded) })
}

/// The nearest multiple of 5, written with as many decimals.
pub(super) fn nearest(number: Number) -> Option<Number> {
    let step = 10i128.checked_pow(number.decimals.into())?.checked_mul(5)?;
    let units = i128::from(number.units);
    let steps = (units.abs() + step / 2) / step;
    let units = i64::try_from(units.signum() * steps * step).ok()?;
    Some(Number { units, ..number })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(units: i64) -> Number {
        Number { units, decimals: 0 }
    }

    #[test]
    fn numbers_are_rounded_to_the_nearest_multiple_of_five() {
        let rounded = |units| nearest(whole(units)).map(|number| number.units);
        assert_eq!(
            [0, 1, 2, 3, 7, 8, -2, -3, 1_000_003].map(rounded),
            [0, 0, 0, 5, 5, 10, 0, -5, 1_000_005].map(Some)
        );
        assert_eq!(rounded(i64::MAX), Some(i64::MAX - 2));
        assert_eq!(rounded(i64::MAX - 1), Some(i64::MAX - 2));
        assert_eq!(rounded(i64::MIN), None, "the multiple of 5 below it does not fit");
    }

    #[test]
    fn decimals_are_rounded_to_whole_multiples_of_five() {
        let rounded = |units| nearest(Number { units, decimals: 1 }).map(|number| number.units);
        assert_eq!([24, 25, 74, 75, -25].map(rounded), [0, 50, 50, 100, -50].map(Some));
    }

    #[test]
    fn a_true_zero_is_told_apart_from_one_by_rounding() {
        assert_eq!(to_five(whole(0)), Some(Cell::Shown(whole(0))));
        assert_eq!(to_five(whole(2)), Some(Cell::RoundsToZero));
        assert_eq!(to_five(whole(3)), Some(Cell::Shown(whole(5))));
    }
}
