//! From numbers to places in a drawing, with round numbers along the edge.

use crate::domain::{Number, Towards};

/// A stretch of numbers and the stretch of a drawing on which they lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    least: f64,
    most: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// Puts `least` to `from` and `most` to `to`; numbers that are all the same get some room.
    pub(super) fn new((least, most): (f64, f64), (from, to): (f64, f64)) -> Self {
        let least = if least.is_finite() { least } else { 0.0 };
        let most = if most > least && most.is_finite() { most } else { least + 1.0 };
        Self { least, most, from, to }
    }

    /// Where a number lies. Numbers outside of the stretch lie at its end.
    pub(super) fn at(&self, value: f64) -> f64 {
        let part = ((value - self.least) / (self.most - self.least)).clamp(0.0, 1.0);
        self.from + (self.to - self.from) * part
    }

    /// Whether a number lies on it.
    pub(super) fn holds(&self, value: f64) -> bool {
        (self.least..=self.most).contains(&value)
    }
}

/// From 0, or below it where there are negative numbers, to a round number that is at least as large
/// as each of them; with round numbers between.
pub(super) fn from_zero(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let least = values.clone().fold(0.0, f64::min);
    let most = values.fold(0.0, f64::max);
    let step = step(most - least);
    let (least, most) = ((least / step).floor() * step, (most / step).ceil() * step);
    if most > least { (least, most) } else { (least, least + step) }
}

/// Round numbers on a stretch, three to seven.
pub(super) fn ticks((least, most): (f64, f64)) -> Vec<Number> {
    let step = step(most - least);
    let decimals = decimals(step);
    let first = (least / step - 1e-9).ceil();
    (0..8_u8)
        .map(|place| (first + f64::from(place)) * step)
        .filter(|value| *value <= most + step * 1e-9)
        .filter_map(|value| Number::rounded(value, decimals, Towards::Nearest))
        .collect()
}

/// 1, 2 or 5 times a power of ten, of which three to six make up a stretch.
fn step(stretch: f64) -> f64 {
    if !(stretch.is_finite() && stretch > 0.0) {
        return 1.0;
    }
    let mut power = 1.0;
    while power * 10.0 <= stretch / 3.0 && power < 1e15 {
        power *= 10.0;
    }
    while power > stretch / 3.0 && power > 1e-6 {
        power /= 10.0;
    }
    let fits = |times: &&f64| power * **times <= stretch / 3.0 + power * 1e-9;
    power * [5.0, 2.0, 1.0].iter().find(fits).unwrap_or(&1.0)
}

fn decimals(step: f64) -> u8 {
    let mut scaled = step;
    let mut decimals = 0;
    while scaled < 1.0 - 1e-9 && decimals < 6 {
        scaled *= 10.0;
        decimals += 1;
    }
    decimals
}

/// Moves places that are closer than `gap` apart, in the order given, and keeps them between `least`
/// and `most` where there is room.
pub(super) fn spread(places: &mut [f64], gap: f64, least: f64, most: f64) {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|a, b| places[*a].total_cmp(&places[*b]));
    let mut floor = least;
    for place in &order {
        places[*place] = places[*place].max(floor);
        floor = places[*place] + gap;
    }
    let mut ceiling = most;
    for place in order.iter().rev() {
        places[*place] = places[*place].min(ceiling);
        ceiling = places[*place] - gap;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Lang;

    fn texts(stretch: (f64, f64)) -> Vec<String> {
        ticks(stretch).into_iter().map(|tick| tick.text(Lang::De)).collect()
    }

    #[test]
    fn edges_have_round_numbers() {
        for (values, expected) in [
            (vec![], vec!["0,0", "0,2", "0,4", "0,6", "0,8", "1,0"]),
            (vec![0.0], vec!["0,0", "0,2", "0,4", "0,6", "0,8", "1,0"]),
            (vec![1.0], vec!["0,0", "0,2", "0,4", "0,6", "0,8", "1,0"]),
            (vec![37.0, 4.0], vec!["0", "10", "20", "30", "40"]),
            (vec![101.0], vec!["0", "20", "40", "60", "80", "100", "120"]),
            (vec![4_100.0], vec!["0", "1.000", "2.000", "3.000", "4.000", "5.000"]),
            (vec![-3.0, 5.0], vec!["-4", "-2", "0", "2", "4", "6"]),
        ] {
            assert_eq!(texts(from_zero(values.iter().copied())), expected, "{values:?}");
        }
        assert_eq!(texts((17.0, 52.0)), ["20", "30", "40", "50"]);
    }

    #[test]
    fn numbers_outside_stay_at_the_end() {
        let scale = Scale::new((0.0, 10.0), (100.0, 0.0));
        for (value, place) in [(-5.0, 100.0), (0.0, 100.0), (2.5, 75.0), (10.0, 0.0), (99.0, 0.0)] {
            assert!((scale.at(value) - place).abs() < 1e-9);
        }
        assert!((Scale::new((3.0, 3.0), (0.0, 10.0)).at(3.0)).abs() < 1e-9);
    }

    #[test]
    fn labels_move_apart_and_keep_their_order() {
        let mut places = [50.0, 50.0, 0.0, 98.0];
        spread(&mut places, 10.0, 0.0, 100.0);
        assert_eq!(places.map(|place| place.to_string()), ["50", "60", "0", "98"]);
        let mut places = [98.0, 100.0, 96.0];
        spread(&mut places, 10.0, 0.0, 100.0);
        assert_eq!(places.map(|place| place.to_string()), ["90", "100", "80"]);
    }
}
