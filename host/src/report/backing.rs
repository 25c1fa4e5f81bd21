//! What a share or rate was made from, and how far chance alone could move it.

use super::assemble::Writer;
use super::publish::Sheet;
use super::rounding::nearest;
use crate::domain::{
    Backing, Cell, Figure, Interval, IntervalMethod, Number, Rounding, Z_95, byar, wilson,
};

/// Up to here every whole number is a floating-point number of its own.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Writer<'_> {
    /// What the number of a cell was made from; `None` where it is no share or rate, or not shown.
    ///
    /// Both numbers may be shown. A share is withheld together with its part, its whole and its
    /// rest, and a rate together with what is above and below the line; and where one of these is
    /// not withheld, the rule has taken it as known to the reader already, in every table, whether
    /// or not a column prints it. So nothing is given away here that was not weighed there.
    /// Test: `what_backs_a_share_is_never_withheld_elsewhere`.
    pub(super) fn backing(
        &self,
        sheet: &Sheet,
        place: usize,
        row: usize,
        column: usize,
        cell: Cell,
    ) -> Option<Backing> {
        if !matches!(cell, Cell::Shown(_)) {
            return None;
        }
        let (above, below) = match self.measure(place).figure {
            Figure::Share { part, whole } => (part, whole),
            Figure::Ratio { numerator, denominator, .. } => (numerator, denominator),
            _ => return None,
        };
        let exact = |place| self.exact(sheet, place, row, column);
        let (numerator, denominator) = (exact(above)?, exact(below)?);
        let interval = self.interval(place, numerator, denominator);
        let shown = |number| match self.rounding {
            Rounding::None => Some(number),
            Rounding::Five => nearest(number),
        };
        Some(Backing { numerator: shown(numerator)?, denominator: shown(denominator)?, interval })
    }

    /// The exact number of a measure that can be a part or a whole.
    fn exact(&self, sheet: &Sheet, place: usize, row: usize, column: usize) -> Option<Number> {
        let measure = self.measure(place);
        let quantity = sheet.quantity(place, row, column);
        let (units, decimals) = match measure.figure {
            Figure::Count { .. } => (quantity.rows.into(), 0),
            Figure::Distinct { .. } => (quantity.different.into(), 0),
            Figure::Sum { .. } => (quantity.sum, measure.scale),
            _ => return None,
        };
        Some(Number { units: i64::try_from(units).ok()?, decimals })
    }

    /// Between which numbers the true one lies in 95 of 100 cases, rounded outwards to the decimals
    /// of the measure.
    ///
    /// Only for what is counted: a share of rows, and a number of rows or persons divided by what is
    /// known. The units of a sum, such as minutes, are not independent of each other.
    fn interval(&self, place: usize, numerator: Number, denominator: Number) -> Option<Interval> {
        let measure = self.measure(place);
        let count = |number: Number| u64::try_from(number.units).ok();
        let (method, (low, high), times) = match measure.figure {
            Figure::Share { .. } => {
                let limits = wilson(count(numerator)?, count(denominator)?, Z_95)?;
                (IntervalMethod::Wilson, limits, 100.0)
            }
            Figure::Ratio { numerator: above, per, .. } if self.is_counted(above) => {
                let base = float(denominator.units)? / power(denominator.decimals);
                if base <= 0.0 {
                    return None;
                }
                (IntervalMethod::Byar, byar(count(numerator)?, Z_95), f64::from(per) / base)
            }
            _ => return None,
        };
        let times = times * power(measure.decimals);
        let limit = |units: f64| Some(Number { units: whole(units)?, decimals: measure.decimals });
        Some(Interval {
            low: limit((low * times).floor())?,
            high: limit((high * times).ceil())?,
            method,
        })
    }

    /// Whether a measure counts rows or persons, so that a rate of it has an interval.
    pub(super) fn is_counted(&self, place: usize) -> bool {
        matches!(self.measure(place).figure, Figure::Count { .. } | Figure::Distinct { .. })
    }
}

/// Ten to the power of some digits, exactly.
fn power(digits: u8) -> f64 {
    (0..digits).fold(1.0, |power, _| power * 10.0)
}

#[expect(clippy::cast_precision_loss, reason = "nothing is given where it would be lost")]
fn float(units: i64) -> Option<f64> {
    let float = units as f64;
    (float.abs() < EXACT).then_some(float)
}

#[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53 fits")]
fn whole(units: f64) -> Option<i64> {
    (units.abs() < EXACT).then_some(units as i64)
}
