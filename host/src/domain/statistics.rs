//! Confidence intervals for shares and for counts, from the four basic operations and the square root.
//!
//! These five are rounded in the same way on every machine, and no other function of floating-point
//! numbers is. So the same numbers give the same limits everywhere.

/// The standard normal quantile for limits that hold in 95 of 100 cases.
pub const Z_95: f64 = 1.959_963_984_540_054;
/// The standard normal quantile for limits that hold in 998 of 1,000 cases.
pub const Z_998: f64 = 3.090_232_306_167_813;

/// Wilson's score interval for `part` of `whole`, both limits between 0 and 1; `None` for a part of
/// nothing, and for a part that is more than the whole.
///
/// It is method 3 of R. G. Newcombe, "Two-sided confidence intervals for the single proportion",
/// Statistics in Medicine 17 (1998), 857-872, after E. B. Wilson (1927). It holds for units that are
/// independent of each other.
pub fn wilson(part: u64, whole: u64, z: f64) -> Option<(f64, f64)> {
    let rest = whole.checked_sub(part)?;
    if whole == 0 {
        return None;
    }
    let (part_of, rest_of, n) = (float(part), float(rest), float(whole));
    let square = z * z;
    let middle = 2.0 * part_of + square;
    let half = z * (square + 4.0 * part_of * (rest_of / n)).sqrt();
    let below = 2.0 * (n + square);
    // At the ends the limit is the end itself, which rounding must not miss.
    let low = if part == 0 { 0.0 } else { ((middle - half) / below).max(0.0) };
    let high = if rest == 0 { 1.0 } else { ((middle + half) / below).min(1.0) };
    Some((low, high))
}

/// Byar's approximation to the exact limits of a Poisson count.
///
/// It is that of N. E. Breslow and N. E. Day, "Statistical Methods in Cancer Research" II (1987),
/// 69, and of the Association of Public Health Observatories, Technical Briefing 3 (2008). For a
/// rate, both limits are divided by what the count is divided by, which has to be known exactly.
pub fn byar(count: u64, z: f64) -> (f64, f64) {
    let cube = |root: f64| root * root * root;
    let limit = |count: f64, z: f64| {
        let root = 1.0 - 1.0 / (9.0 * count) + z / (3.0 * count.sqrt());
        (count * cube(root)).max(0.0)
    };
    let low = if count == 0 { 0.0 } else { limit(float(count), -z) };
    (low, limit(float(count) + 1.0, z))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts are far below 2^53, up to which they are exact"
)]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use statrs::distribution::{ChiSquared, ContinuousCDF, Normal};

    use super::*;

    fn is_close(one: f64, other: f64, tolerance: f64) -> bool {
        (one - other).abs() <= tolerance
    }

    #[test]
    fn a_part_of_nothing_or_more_than_the_whole_has_no_interval() {
        assert_eq!(wilson(0, 0, Z_95), None);
        assert_eq!(wilson(3, 2, Z_95), None);
    }

    #[test]
    fn the_quantiles_are_those_of_the_normal_distribution() {
        let normal = Normal::new(0.0, 1.0).unwrap();
        assert!(is_close(normal.cdf(Z_95), 0.975, 1e-9));
        assert!(is_close(normal.cdf(Z_998), 0.999, 1e-9));
    }

    #[test]
    fn wilson_agrees_with_the_table_of_newcombe() {
        // Table I of Newcombe (1998), method 3.
        for (part, whole, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let found = wilson(part, whole, Z_95).unwrap();
            assert!(is_close(found.0, low, 5e-5), "{part} of {whole}: {found:?}");
            assert!(is_close(found.1, high, 5e-5), "{part} of {whole}: {found:?}");
        }
    }

    #[test]
    fn nothing_and_everything_reach_the_ends_exactly() {
        assert_eq!(wilson(0, 7, Z_998).unwrap().0.to_bits(), 0.0_f64.to_bits());
        assert_eq!(wilson(7, 7, Z_998).unwrap().1.to_bits(), 1.0_f64.to_bits());
        assert_eq!(byar(0, Z_95).0.to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn byar_agrees_with_limits_worked_out_by_hand() {
        // 10 (1 - 1/90 - 1.96/(3 sqrt 10))^3 = 10 x 0.78229^3 and
        // 11 (1 - 1/99 + 1.96/(3 sqrt 11))^3 = 11 x 1.18688^3;
        // 1 x (1 - 1/9 + 1.96/3)^3 = 1.54221^3.
        let (low, high) = byar(10, Z_95);
        assert!(is_close(low, 4.787, 0.001) && is_close(high, 18.391, 0.001), "{low} {high}");
        assert!(is_close(byar(0, Z_95).1, 3.668, 0.001));
        // A lower limit is never negative, where the formula would be.
        assert_eq!(byar(1, Z_998).0.to_bits(), 0.0_f64.to_bits());
    }

    /// Where the score equation |part/whole - p| = z sqrt(p (1 - p) / whole) holds, by bisection
    /// between the estimate and an end.
    fn score_limit(part: f64, whole: f64, z: f64, end: f64) -> f64 {
        let estimate = part / whole;
        let is_inside = |p: f64| (estimate - p).abs() <= z * (p * (1.0 - p) / whole).sqrt();
        let (mut inside, mut outside) = (estimate, end);
        for _ in 0..200 {
            let middle = f64::midpoint(inside, outside);
            if is_inside(middle) { inside = middle } else { outside = middle }
        }
        inside
    }

    /// The exact limits of a Poisson count (Garwood 1936), from the chi-squared distribution.
    fn exact(count: u64, z: f64) -> (f64, f64) {
        let tail = 1.0 - Normal::new(0.0, 1.0).unwrap().cdf(z);
        let quantile = |twice: f64, at: f64| {
            let chi = ChiSquared::new(twice).unwrap();
            let (mut low, mut high) = (0.0, 10.0 * twice + 100.0);
            for _ in 0..200 {
                let middle = f64::midpoint(low, high);
                if chi.cdf(middle) < at { low = middle } else { high = middle }
            }
            low / 2.0
        };
        let low = if count == 0 { 0.0 } else { quantile(2.0 * float(count), tail) };
        (low, quantile(2.0 * float(count) + 2.0, 1.0 - tail))
    }

    #[test]
    fn byar_is_near_the_exact_limits() {
        // The largest differences are those of the smallest counts.
        for (z, from, tolerance) in [(Z_95, 1, 0.05), (Z_95, 10, 0.02), (Z_998, 5, 0.15)] {
            for count in from..120 {
                let (found, exact) = (byar(count, z), exact(count, z));
                let is_near =
                    is_close(found.0, exact.0, tolerance) && is_close(found.1, exact.1, tolerance);
                assert!(is_near, "{count} at {z}: {found:?} {exact:?}");
            }
        }
    }

    fn part_of_whole() -> impl Strategy<Value = (u64, u64)> {
        (1u64..5_000).prop_flat_map(|whole| (0..=whole, Just(whole)))
    }

    proptest! {
        #[test]
        fn wilson_solves_the_score_equation((part, whole) in part_of_whole(), is_wide: bool) {
            let z = if is_wide { Z_998 } else { Z_95 };
            let (low, high) = wilson(part, whole, z).unwrap();
            let limit = |end| score_limit(float(part), float(whole), z, end);
            prop_assert!(is_close(low, limit(0.0), 1e-9), "{} {}", low, limit(0.0));
            prop_assert!(is_close(high, limit(1.0), 1e-9), "{} {}", high, limit(1.0));
        }

        #[test]
        fn a_share_lies_in_its_interval_and_moves_it((part, whole) in part_of_whole()) {
            let (low, high) = wilson(part, whole, Z_95).unwrap();
            let share = float(part) / float(whole);
            prop_assert!(0.0 <= low && low <= share && share <= high && high <= 1.0);
            prop_assert!(low < high);
            let wide = wilson(part, whole, Z_998).unwrap();
            prop_assert!(wide.0 <= low && high <= wide.1);
            if part < whole {
                let more = wilson(part + 1, whole, Z_95).unwrap();
                prop_assert!(low < more.0 && high < more.1);
            }
        }

        #[test]
        fn a_count_lies_in_its_limits_and_moves_them(count in 0u64..1_000_000) {
            let (low, high) = byar(count, Z_95);
            prop_assert!(0.0 <= low && low <= float(count) && float(count) < high);
            let more = byar(count + 1, Z_95);
            prop_assert!(low < more.0 && high < more.1);
            let wide = byar(count, Z_998);
            prop_assert!(wide.0 <= low && high < wide.1);
        }
    }
}
