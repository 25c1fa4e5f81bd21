//! A bar for each row of a table, under each other in its order.

use crate::domain::{Lang, Number};

use super::super::svg::{Anchor, Mark, Svg, SvgWords};
use super::super::words::Words;
use super::scale::{self, Scale};
use super::{LINE, WIDTH, label, with_unit};

const LEFT: f64 = 4.0;
const RIGHT: f64 = WIDTH - 18.0;

/// From one row to the next: a line with its name and number, and its bar.
const ROW: f64 = 38.0;
const THICK: f64 = 10.0;

/// Draws bars from zero. A row without a number has none, and says so.
pub(in super::super) fn bars(
    rows: &[(String, Option<Number>)],
    unit: Option<&str>,
    lang: Lang,
    words: SvgWords,
) -> Svg {
    let values: Vec<f64> = rows.iter().filter_map(|(_, value)| *value).map(Number::value).collect();
    let stretch = scale::from_zero(values.into_iter());
    let right = Scale::new(stretch, (LEFT, RIGHT));
    let bottom = rows.iter().fold(0.0, |level, _| level + ROW) + 4.0;
    let mut marks = Vec::new();
    for tick in scale::ticks(stretch) {
        let place = right.at(tick.value());
        marks.push(Mark::line("rule", [(place, 0.0), (place, bottom)]));
        marks.push(Mark::label("tick", (place, bottom + LINE), Anchor::Middle, tick.text(lang)));
    }
    let zero = right.at(0.0);
    marks.push(Mark::line("middle", [(zero, 0.0), (zero, bottom)]));
    let mut level = 0.0;
    for (name, value) in rows {
        let text = match value {
            Some(value) => with_unit(*value, unit, lang),
            None => Words::of(lang).not_shown.to_owned(),
        };
        let room = WIDTH - label::width(&text) - 8.0;
        let names = level + 15.0;
        marks.push(label::fitting("name halo", (0.0, names), Anchor::Start, name, room));
        marks.push(Mark::label("halo", (WIDTH, names), Anchor::End, text));
        if let Some(value) = value {
            let end = right.at(value.value());
            let at = (zero.min(end), level + 21.0);
            let width = (end - zero).abs();
            marks.push(Mark::Area { class: "bar".into(), at, width, height: THICK });
        }
        level += ROW;
    }
    Svg { width: WIDTH, height: bottom + LINE + 6.0, words: Some(words), marks }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(values: &[Option<i64>]) -> Vec<Mark> {
        let row = |value: &Option<i64>| {
            ("A".to_owned(), value.map(|units| Number { units, decimals: 0 }))
        };
        let rows: Vec<_> = values.iter().map(row).collect();
        let words = SvgWords { id: "a".into(), title: "T".into(), description: "D".into() };
        bars(&rows, None, Lang::De, words).marks
    }

    fn widths(values: &[Option<i64>]) -> Vec<f64> {
        let width = |mark: Mark| match mark {
            Mark::Area { width, .. } => Some(width),
            _ => None,
        };
        drawn(values).into_iter().filter_map(width).collect()
    }

    #[test]
    fn a_row_without_a_number_has_no_bar_and_says_so() {
        assert_eq!(widths(&[None]).len(), 0);
        let says =
            |mark: &Mark| matches!(mark, Mark::Label { text, .. } if text == "nicht gezeigt");
        assert!(drawn(&[None]).iter().any(says));
        assert!(!drawn(&[Some(3)]).iter().any(says));
    }

    #[test]
    fn bars_are_as_long_as_their_numbers_on_either_side_of_zero() {
        let found = widths(&[Some(40), Some(10), Some(0), Some(-20)]);
        assert!((found[0] - 4.0 * found[1]).abs() < 1e-6, "{found:?}");
        assert!(found[2].abs() < 1e-6);
        assert!((found[3] - 2.0 * found[1]).abs() < 1e-6, "{found:?}");
    }
}
