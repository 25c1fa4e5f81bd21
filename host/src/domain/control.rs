//! Limits that chance alone explains: of a share or a rate at its size, and of a school's own history.
//!
//! Sources: D. J. Spiegelhalter, "Funnel plots for comparing institutional performance",
//! *Statistics in Medicine* 24 (2005), 1185-1202, appendix A.1; W. A. Shewhart, *Economic Control of
//! Quality of Manufactured Product* (1931), and D. J. Wheeler, *Understanding Variation* (1993), for
//! the chart of individuals and moving ranges that NHS England's "Making Data Count" recommends.
//!
//! The limits of shares and rates are not approximated: those of an approximation that stays above
//! zero, as Wilson's and Byar's do, would call a small school without a single case unusual.
//! Every result is made with `+ - * /` alone, in one order, so it is the same on every machine.

/// One side of 95 % limits: beyond it lies 1 case in 40.
pub const TAIL_95: f64 = 0.025;

/// One side of 99.8 % limits: beyond it lies 1 case in 1,000.
pub const TAIL_998: f64 = 0.001;

/// So many standard deviations from the mean lies 1 case in 1,000 of a normal distribution.
const Z_998: f64 = 3.090_232_306_167_813;

/// From so many points on a history says what to expect.
pub const LEAST_POINTS: usize = 10;

/// The mean of the range of two values of a normal distribution with standard deviation 1 (Shewhart's
/// d2 for two values).
const D2: f64 = 1.128;

/// Larger numbers of cases are not looked at; their weights would fill megabytes.
const MOST_CASES: f64 = 1e7;

/// What is less likely than this, measured by the likeliest number, is taken for impossible. It is far
/// below what could move a limit at 1 in 1,000.
const NEGLIGIBLE: f64 = 1e-20;

/// Between which numbers of cases chance alone leads.
///
/// They lie between whole numbers, so that lines drawn through them are smooth: a number of cases lies
/// below `low` exactly where so few or fewer are less likely than the tail asked for, and above
/// `high` where so many or more are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ControlLimits {
    /// The lower limit, not below 0.
    pub low: f64,
    /// The upper limit.
    pub high: f64,
}

/// What a school's own numbers let expect of one more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// Their mean.
    pub mean: f64,
    /// The lower limit at 99.8 %, not below 0.
    pub low: f64,
    /// The upper limit at 99.8 %.
    pub high: f64,
}

/// The limits for a number of cases among `whole`, where each is one with the probability `share`:
/// those of the binomial distribution, with Spiegelhalter's interpolation.
///
/// `tail` is the probability on each side. `None` for a share outside 0 to 1 and for more than ten
/// million.
///
/// ```
/// # use tridem::domain::{TAIL_998, share_limits};
/// // Among ten, where every second is a case, none at all is less likely than 1 in 1,000.
/// let limits = share_limits(0.5, 10, TAIL_998).unwrap();
/// assert!(0.0 < limits.low && limits.low < 1.0);
/// ```
pub fn share_limits(share: f64, whole: u32, tail: f64) -> Option<ControlLimits> {
    let many = f64::from(whole);
    if !(0.0..=1.0).contains(&share) || many > MOST_CASES {
        return None;
    }
    let mode = whole_part((many + 1.0) * share).min(whole);
    let odds = share / (1.0 - share);
    let step = |cases: u32| (many - f64::from(cases)) / f64::from(cases + 1) * odds;
    let found = Weights::around(mode, whole, step).limits(tail);
    Some(ControlLimits { high: found.high.min(many), ..found })
}

/// The limits for a number of cases of which `expected` are to be expected: those of the Poisson
/// distribution, with Spiegelhalter's interpolation.
///
/// `tail` is the probability on each side. `None` for a negative number and for more than ten
/// million.
pub fn rate_limits(expected: f64, tail: f64) -> Option<ControlLimits> {
    if !(0.0..=MOST_CASES).contains(&expected) {
        return None;
    }
    let step = |cases: u32| expected / f64::from(cases + 1);
    Some(Weights::around(whole_part(expected), u32::MAX - 1, step).limits(tail))
}

/// Mean and limits of a chart of individuals: the standard deviation is the mean moving range
/// divided by 1.128, the limits lie 3.09 of them from the mean.
///
/// `None` for fewer than [`LEAST_POINTS`] points. Ranges are those of points that follow each other,
/// whether or not one is missing between them.
pub fn own_history(points: &[f64]) -> Option<Expected> {
    if points.len() < LEAST_POINTS {
        return None;
    }
    let mean = mean(points.iter().copied())?;
    let range = mean_moving_range(points)?;
    let reach = Z_998 * range / D2;
    Some(Expected { mean, low: (mean - reach).max(0.0), high: mean + reach })
}

fn mean_moving_range(points: &[f64]) -> Option<f64> {
    mean(points.windows(2).map(|pair| (pair[1] - pair[0]).abs()))
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, many) = values.fold((0.0, 0_u32), |(sum, many), value| (sum + value, many + 1));
    (many > 0).then(|| sum / f64::from(many))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "called with numbers from 0 to ten million"
)]
fn whole_part(value: f64) -> u32 {
    value as u32
}

/// How likely each number of cases is, up to a common factor.
#[derive(Debug)]
struct Weights {
    /// The number of cases of the first weight.
    first: u32,
    weights: Vec<f64>,
}

impl Weights {
    /// Goes from the likeliest number both ways, where `step(k)` says how much likelier `k + 1`
    /// cases are than `k`. Starting there, nothing overflows, and what underflows does not count.
    fn around(mode: u32, most: u32, step: impl Fn(u32) -> f64) -> Self {
        let mut weights = Vec::new();
        let mut first = mode;
        let mut weight = 1.0;
        while first > 0 {
            weight /= step(first - 1);
            if weight < NEGLIGIBLE {
                break;
            }
            weights.push(weight);
            first -= 1;
        }
        weights.reverse();
        let mut last = mode;
        weight = 1.0;
        while weight >= NEGLIGIBLE {
            weights.push(weight);
            if last == most {
                break;
            }
            weight *= step(last);
            last += 1;
        }
        Self { first, weights }
    }

    fn limits(&self, tail: f64) -> ControlLimits {
        let total: f64 = self.weights.iter().sum();
        let from_below = inset(self.weights.iter().map(|weight| weight / total), tail);
        let from_above = inset(self.weights.iter().rev().map(|weight| weight / total), tail);
        let first = f64::from(self.first);
        let last = self.weights.iter().skip(1).fold(first, |last, _| last + 1.0);
        ControlLimits { low: (first + from_below).max(0.0), high: last - from_above }
    }
}

/// How far from the end of a distribution the limit lies, beyond which there is less than `tail`:
/// r - a, where r is the first number with more than that up to and with it, and a the part of its
/// probability that is too much.
fn inset(probabilities: impl Iterator<Item = f64>, tail: f64) -> f64 {
    let (mut sum, mut place) = (0.0, 0.0);
    for probability in probabilities {
        sum += probability;
        if sum > tail {
            return place - (sum - tail) / probability;
        }
        place += 1.0;
    }
    place
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use statrs::distribution::{Binomial, ContinuousCDF, DiscreteCDF, Normal, Poisson};

    use super::*;

    fn near(found: f64, expected: f64, tolerance: f64) {
        assert!((found - expected).abs() <= tolerance, "{found} is not {expected}");
    }

    #[test]
    fn what_is_no_probability_or_too_large_has_no_limits() {
        for share in [-0.1, 1.1, f64::NAN] {
            assert_eq!(share_limits(share, 10, TAIL_95), None);
        }
        for expected in [-1.0, f64::NAN, f64::INFINITY, 1.1e7] {
            assert_eq!(rate_limits(expected, TAIL_95), None);
        }
        assert_eq!(share_limits(0.5, 20_000_000, TAIL_95), None);
    }

    /// Among ten with one half: none 1 in 1,024, one 10 in 1,024, two 45, three 120. For 0.001 the
    /// first number with more is one (11 in 1,024), of which (11/1024 - 0.001) / (10/1024) = 0.9976
    /// is too much. For 0.025 it is two (56 in 1,024), too much is (56/1024 - 0.025) / (45/1024).
    #[test]
    fn the_limits_of_ten_tosses_are_those_worked_out_by_hand() {
        let limits = share_limits(0.5, 10, TAIL_998).unwrap();
        near(limits.low, 0.0024, 1e-9);
        near(limits.high, 9.9976, 1e-9);
        let limits = share_limits(0.5, 10, TAIL_95).unwrap();
        near(limits.low, 2.0 - (56.0 - 25.6) / 45.0, 1e-9);
        near(limits.high, 8.0 + (56.0 - 25.6) / 45.0, 1e-9);
    }

    /// Where one is expected, none has the probability 1/e = 0.3679, so no number is too low. Four or
    /// more have 0.01899, three or more 0.08030 of which three has 0.06131: the limit at 0.025 lies
    /// (0.08030 - 0.025) / 0.06131 = 0.902 above three.
    #[test]
    fn the_limits_where_one_case_is_expected_are_those_worked_out_by_hand() {
        let limits = rate_limits(1.0, TAIL_95).unwrap();
        near(limits.low, 0.0, 0.0);
        near(limits.high, 3.902, 5e-4);
    }

    #[test]
    fn a_small_school_without_a_case_is_not_unusual() {
        // Among 20 with 10 % none at all has the probability 0.12; where 2.4 are expected, 0.09.
        near(share_limits(0.1, 20, TAIL_998).unwrap().low, 0.0, 0.0);
        near(rate_limits(2.4, TAIL_998).unwrap().low, 0.0, 0.0);
    }

    #[test]
    fn what_is_certain_has_no_room_for_chance() {
        for whole in [0, 1, 50] {
            assert!(share_limits(0.0, whole, TAIL_998).unwrap().high < 1.0);
            let limits = share_limits(1.0, whole, TAIL_998).unwrap();
            assert!(limits.low > f64::from(whole) - 1.0 && limits.high <= f64::from(whole));
        }
        assert!(rate_limits(0.0, TAIL_998).unwrap().high < 1.0);
    }

    #[test]
    fn large_numbers_come_close_to_the_normal_distribution() {
        let normal = Normal::new(0.0, 1.0).unwrap();
        near(Z_998, normal.inverse_cdf(1.0 - TAIL_998), 1e-9);
        let limits = share_limits(0.3, 1_000_000, TAIL_998).unwrap();
        let deviation = (1_000_000.0_f64 * 0.3 * 0.7).sqrt();
        near((limits.high - 300_000.0) / deviation, Z_998, 0.01);
        near((300_000.0 - limits.low) / deviation, Z_998, 0.01);
        let limits = rate_limits(1_000_000.0, TAIL_95).unwrap();
        near((limits.high - 1_000_000.0) / 1_000.0, normal.inverse_cdf(0.975), 0.01);
    }

    #[test]
    fn a_chart_of_individuals_is_that_worked_out_by_hand() {
        assert_eq!(own_history(&[10.0; 9]), None);
        // Mean 11, every moving range 2: standard deviation 2 / 1.128 = 1.7730.
        let points = [10.0, 12.0, 10.0, 12.0, 10.0, 12.0, 10.0, 12.0, 10.0, 12.0];
        let expected = own_history(&points).unwrap();
        near(expected.mean, 11.0, 1e-12);
        near(expected.high, 11.0 + 3.090_232 * 1.773_05, 1e-4);
        near(expected.low, 11.0 - 3.090_232 * 1.773_05, 1e-4);
        // Mean 1, ranges 2: the lower limit would be negative.
        let points = [0.0, 2.0, 0.0, 2.0, 0.0, 2.0, 0.0, 2.0, 0.0, 2.0];
        near(own_history(&points).unwrap().low, 0.0, 0.0);
        let still = own_history(&[7.0; 12]).unwrap();
        near(still.low, 7.0, 0.0);
        near(still.high, 7.0, 0.0);
    }

    /// Another implementation says how likely so few or so many cases are. At the edge of a tail the
    /// two may differ by rounding.
    fn agrees(limits: ControlLimits, cases: u32, up_to: f64, from_on: f64, tail: f64) {
        let count = f64::from(cases);
        let is_near = |probability: f64| (probability - tail).abs() < 1e-9;
        assert!(is_near(up_to) || (count < limits.low) == (up_to < tail), "{cases} in {limits:?}");
        assert!(
            is_near(from_on) || (count > limits.high) == (from_on < tail),
            "{cases} in {limits:?}"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_share_is_outside_exactly_where_chance_leads_too_seldom(
            share in 0.001..0.999_f64, whole in 1..600_u32,
        ) {
            let binomial = Binomial::new(share, whole.into()).unwrap();
            for tail in [TAIL_95, TAIL_998] {
                let limits = share_limits(share, whole, tail).unwrap();
                prop_assert!(0.0 <= limits.low && limits.low <= limits.high);
                prop_assert!(limits.high <= f64::from(whole));
                for cases in 0..=whole {
                    let below = if cases == 0 { 1.0 } else { binomial.sf(u64::from(cases) - 1) };
                    agrees(limits, cases, binomial.cdf(cases.into()), below, tail);
                }
            }
        }

        #[test]
        fn a_rate_is_outside_exactly_where_chance_leads_too_seldom(expected in 0.01..900.0_f64) {
            let poisson = Poisson::new(expected).unwrap();
            for tail in [TAIL_95, TAIL_998] {
                let limits = rate_limits(expected, tail).unwrap();
                for cases in 0..=whole_part(expected * 2.0 + 20.0) {
                    let below = if cases == 0 { 1.0 } else { poisson.sf(u64::from(cases) - 1) };
                    agrees(limits, cases, poisson.cdf(cases.into()), below, tail);
                }
            }
        }
    }
}
