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
    let bottom = dots.iter().fold(top, |level, _| level + ROW) + 4.0;
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
    for dot in dots {
        let text = match dot.value {
            Some(_) => said(dot, unit, lang),
            None => Words::of(lang).not_shown.to_owned(),
        };
        let room = WIDTH - label::width(&text) - 8.0;
        let name = format::line(dot.label.get(lang));
        let names = level + 15.0;
        marks.push(label::fitting("name halo", (0.0, names), Anchor::Start, &name, room));
        marks.push(Mark::label("halo", (WIDTH, names), Anchor::End, text));
        let line = level + 28.0;
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
        level += ROW;
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
