//! A dot with its interval for each school, under each other in the order of the table.

use crate::domain::{Dot, Lang, Number};

use super::super::format;
use super::super::svg::{Anchor, Mark, Svg, SvgWords};
use super::super::words::{self, Words};
use super::scale::{self, Scale};
use super::{LINE, RADIUS, WIDTH, label, with_unit};

const LEFT: f64 = 10.0;
const RIGHT: f64 = WIDTH - 18.0;

/// From one school to the next: a line with its name and number, and one with its dot.
const ROW: f64 = 42.0;

/// What is written of a school.
struct Row {
    name: String,
    said: String,
    /// The name is so long that the number stands below it, and not at its end.
    is_long: bool,
}

impl Row {
    fn of(dot: &Dot, unit: Option<&str>, lang: Lang) -> Self {
        let said = match dot.value {
            Some(_) => said(dot, unit, lang),
            None => Words::of(lang).not_shown.to_owned(),
        };
        let name = format::line(dot.label.get(lang));
        let is_long = label::width(&name) * label::BOLD + 8.0 + label::width(&said) > WIDTH;
        Self { name, said, is_long }
    }

    fn height(&self) -> f64 {
        if self.is_long { ROW + LINE } else { ROW }
    }
}

/// Draws the dots. `overall` is the number of all together.
pub(in super::super) fn dots(
    dots: &[Dot],
    overall: Option<Number>,
    unit: Option<&str>,
    lang: Lang,
    words: SvgWords,
) -> Svg {
    let numbers = dots.iter().flat_map(|dot| [dot.value, dot.low, dot.high]).chain([overall]);
    let values: Vec<f64> = numbers.flatten().map(Number::value).collect();
    let stretch = scale::from_zero(values.into_iter());
    let right = Scale::new(stretch, (LEFT, RIGHT));
    let top = if overall.is_some() { LINE + 6.0 } else { 0.0 };
    let rows: Vec<Row> = dots.iter().map(|dot| Row::of(dot, unit, lang)).collect();
    let bottom = rows.iter().fold(top, |level, row| level + row.height()) + 4.0;
    let mut marks = Vec::new();
    for tick in scale::ticks(stretch) {
        let place = right.at(tick.value());
        marks.push(Mark::line("rule", [(place, top), (place, bottom)]));
        marks.push(Mark::label("tick", (place, bottom + LINE), Anchor::Middle, tick.text(lang)));
    }
    if let Some(overall) = overall {
        let place = right.at(overall.value());
        let text = words::all_together(&with_unit(overall, unit, lang), lang);
        marks.push(Mark::line("middle", [(place, top), (place, bottom)]));
        let half = label::width(&text) / 2.0;
        let middle = place.clamp(half.min(WIDTH / 2.0), (WIDTH - half).max(WIDTH / 2.0));
        marks.push(Mark::label("tick", (middle, 13.0), Anchor::Middle, text));
    }
    let mut level = top;
    for (dot, row) in dots.iter().zip(rows) {
        let names = level + 15.0;
        level += row.height();
        let line = level - 14.0;
        let (room, numbers) = if row.is_long {
            (WIDTH, names + LINE)
        } else {
            (WIDTH - label::width(&row.said) - 8.0, names)
        };
        marks.push(label::fitting("name halo", (0.0, names), Anchor::Start, &row.name, room));
        marks.push(Mark::label("halo", (WIDTH, numbers), Anchor::End, row.said));
        if let (Some(low), Some(high)) = (dot.low, dot.high) {
            let (low, high) = (right.at(low.value()), right.at(high.value()));
            marks.push(Mark::line("interval-line", [(low, line), (high, line)]));
            for end in [low, high] {
                marks.push(Mark::line("interval-line", [(end, line - 4.0), (end, line + 4.0)]));
            }
        }
        if let Some(value) = dot.value {
            marks.push(Mark::dot("dot", (right.at(value.value()), line), RADIUS));
        }
    }
    let mut height = bottom + LINE + 6.0;
    if let Some(unit) = unit {
        marks.push(Mark::label("tick", (WIDTH, height + 11.0), Anchor::End, unit));
        height += LINE;
    }
    Svg { width: WIDTH, height, words: Some(words), marks }
}

/// As `28,6 % (21,3–37,2)`.
fn said(dot: &Dot, unit: Option<&str>, lang: Lang) -> String {
    let value = dot.value.map(|value| with_unit(value, unit, lang)).unwrap_or_default();
    match (dot.low, dot.high) {
        (Some(low), Some(high)) => {
            format!("{value} ({}–{})", low.text(lang), high.text(lang))
        }
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Text;

    #[test]
    fn a_long_name_stands_above_its_number_and_is_whole() {
        let number = |units| Some(Number { units, decimals: 1 });
        let dot = |name| Dot {
            label: Text::same(name),
            value: number(66),
            low: number(21),
            high: number(100),
            size: None,
            limits: None,
            is_signal: false,
        };
        let name = "Gesamtschule an der Drehbrücke";
        let all = [dot(name), dot("Schule am See")];
        let words = SvgWords { id: "i".into(), title: "t".into(), description: "d".into() };
        let drawn = super::dots(&all, None, Some("%"), Lang::De, words);
        let label = |wanted: &str| {
            let found = drawn.marks.iter().find_map(|mark| match mark {
                Mark::Label { at, text, full, .. } if text.starts_with(wanted) => {
                    Some((*at, full.clone()))
                }
                _ => None,
            });
            found.unwrap_or_else(|| panic!("no {wanted}"))
        };
        let (long, full) = label(name);
        assert_eq!(full, None);
        let (number, _) = label("6,6");
        assert!((number.1 - long.1 - LINE).abs() < 1e-9, "{number:?} {long:?}");
        assert!((label("Schule am See").0.1 - long.1 - ROW - LINE).abs() < 1e-9);
    }
}
