//! Exact numbers: a figure is worked out in whole numbers and rounded once.

use crate::domain::Number;

/// A fraction of whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fraction {
    /// Above the line.
    pub(super) above: i128,
    /// Below the line; 0 for a number that does not exist.
    pub(super) below: i128,
}

impl Fraction {
    /// A whole number of units, each of which is one divided by ten to the power of `scale`.
    pub(super) fn scaled(units: i128, scale: u8) -> Option<Self> {
        Some(Self { above: units, below: power(scale)? })
    }

    /// This fraction divided by another and multiplied by a whole number; `None` where it does not
    /// fit, or the other is 0.
    pub(super) fn per(self, other: Self, times: i128) -> Option<Self> {
        let above = self.above.checked_mul(other.below)?.checked_mul(times)?;
        let below = self.below.checked_mul(other.above)?;
        (below != 0).then_some(Self { above, below })
    }

    /// The number with so many digits after the decimal point, rounded half away from zero; `None`
    /// where there is no such number or it does not fit.
    pub(super) fn round(self, decimals: u8) -> Option<Number> {
        let (above, below) =
            if self.below < 0 { (-self.above, -self.below) } else { (self.above, self.below) };
        let above = above.checked_mul(power(decimals)?)?;
        let whole = above.checked_div(below)?;
        // The remainder is compared with what is missing from it, so that nothing has to be doubled.
        let remainder = (above % below).abs();
        let units = if remainder >= below - remainder { whole + above.signum() } else { whole };
        Some(Number { units: i64::try_from(units).ok()?, decimals })
    }
}

fn power(exponent: u8) -> Option<i128> {
    10i128.checked_pow(u32::from(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounded(above: i128, below: i128, decimals: u8) -> Option<i64> {
        Fraction { above, below }.round(decimals).map(|number| number.units)
    }

    #[test]
    fn what_does_not_exist_or_fit_is_no_number() {
        assert_eq!(rounded(5, 0, 1), None);
        assert_eq!(rounded(0, 0, 1), None);
        assert_eq!(rounded(i128::MAX, 1, 1), None);
        assert_eq!(rounded(i128::from(i64::MAX) + 1, 1, 0), None);
        let (five, nothing) = (Fraction { above: 5, below: 1 }, Fraction { above: 0, below: 1 });
        assert_eq!(five.per(nothing, 100), None);
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        assert_eq!(rounded(5, 2, 0), Some(3));
        assert_eq!(rounded(-5, 2, 0), Some(-3));
        assert_eq!(rounded(5, -2, 0), Some(-3));
        assert_eq!(rounded(249, 100, 0), Some(2));
        assert_eq!(rounded(1, 8, 2), Some(13));
        assert_eq!(rounded(1, 3, 3), Some(333));
        assert_eq!(rounded(2, 3, 0), Some(1));
        assert_eq!(rounded(-1, 3, 0), Some(0));
    }

    #[test]
    fn scales_are_taken_into_account() {
        // 30,000.00 in cents, shown without cents; 7 for every 100 of 4.00.
        assert_eq!(Fraction::scaled(3_000_050, 2).unwrap().round(0).unwrap().units, 30_001);
        let seven = Fraction::scaled(7, 0).unwrap();
        let four = Fraction::scaled(400, 2).unwrap();
        assert_eq!(seven.per(four, 100).unwrap().round(1).unwrap().units, 1_750);
    }
}
