//! A dot for each school over its size, between limits that chance alone explains.

use crate::domain::{Dot, FunnelLimit, Lang, Number};

use super::super::format;
use super::super::svg::{Anchor, Mark, Point, Svg, SvgWords};
use super::scale::{self, Scale};
use super::{FLAG_RADIUS, LINE, RADIUS, WIDTH, label, with_unit};

const LEFT: f64 = 44.0;
/// To the right of it the lines have their labels.
const RIGHT: f64 = WIDTH - 66.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 246.0;
const HEIGHT: f64 = BOTTOM + 2.0 * LINE + 10.0;

/// What a funnel is drawn from.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Funnel<'a> {
    pub(in super::super) dots: &'a [Dot],
    pub(in super::super) overall: Number,
    pub(in super::super) limits: &'a [FunnelLimit],
    pub(in super::super) size: &'a str,
    pub(in super::super) unit: Option<&'a str>,
}

/// Draws the funnel. Dots carry the number of their school in the list of dots, counted from 1.
pub(in super::super) fn funnel(funnel: Funnel, lang: Lang, words: SvgWords) -> Svg {
    let Funnel { dots, overall, limits, size, unit } = funnel;
    let drawn = || dots.iter().filter(|dot| dot.size.is_some());
    let beside = drawn().filter_map(|dot| dot.limits).map(|limits| limits.high_998);
    let seen: Vec<f64> = drawn()
        .filter_map(|dot| dot.value)
        .chain(beside)
        .chain([overall])
        .map(Number::value)
        .collect();
    let stretch = scale::from_zero(seen.into_iter());
    let up = Scale::new(stretch, (BOTTOM, TOP));
    let sizes = || limits.iter().map(|limit| limit.size.value());
    let sizes = (sizes().fold(f64::INFINITY, f64::min), sizes().fold(0.0, f64::max));
    let right = Scale::new(sizes, (LEFT, RIGHT));

    let mut marks = Vec::new();
    for tick in scale::ticks(stretch) {
        let level = up.at(tick.value());
        marks.push(Mark::line("rule", [(LEFT, level), (RIGHT, level)]));
        marks.push(Mark::label("tick", (LEFT - 5.0, level + 4.5), Anchor::End, tick.text(lang)));
    }
    for tick in scale::ticks(sizes) {
        let place = right.at(tick.value());
        marks.push(Mark::line("rule", [(place, BOTTOM), (place, BOTTOM + 5.0)]));
        let at = (place, BOTTOM + LINE + 3.0);
        marks.push(Mark::label("tick", at, Anchor::Middle, tick.text(lang)));
    }
    if let Some(unit) = unit {
        marks.push(Mark::label("tick", (0.0, 13.0), Anchor::Start, unit));
    }
    let at = (f64::midpoint(LEFT, RIGHT), BOTTOM + 2.0 * LINE + 5.0);
    marks.push(label::fitting("tick", at, Anchor::Middle, size, WIDTH - 20.0));

    marks.extend(lines(limits, &right, &up));
    let middle = up.at(overall.value());
    marks.push(Mark::line("middle", [(LEFT, middle), (RIGHT, middle)]));
    marks.extend(line_labels(limits, overall, unit, &up, lang));
    marks.extend(schools(dots, unit, &right, &up, lang));
    Svg { width: WIDTH, height: HEIGHT, words: Some(words), marks }
}

/// Which of the limits a line shows.
type Side = fn(&FunnelLimit) -> Number;

/// The limits at each side.
const SIDES: [(&str, Side); 4] = [
    ("limit-998", |limit| limit.high_998),
    ("limit-95", |limit| limit.high_95),
    ("limit-95", |limit| limit.low_95),
    ("limit-998", |limit| limit.low_998),
];

/// Lines through the limits, as far as they are on the scale.
fn lines(limits: &[FunnelLimit], right: &Scale, up: &Scale) -> Vec<Mark> {
    let line = |(class, side): (&str, Side)| {
        let is_seen = |limit: &&FunnelLimit| up.holds(side(limit).value());
        let place =
            |limit: &FunnelLimit| (right.at(limit.size.value()), up.at(side(limit).value()));
        Mark::line(class, limits.iter().filter(is_seen).map(place).collect::<Vec<Point>>())
    };
    SIDES.into_iter().map(line).collect()
}

/// What each line is, at its right end.
fn line_labels(
    limits: &[FunnelLimit],
    overall: Number,
    unit: Option<&str>,
    up: &Scale,
    lang: Lang,
) -> Vec<Mark> {
    let Some(last) = limits.last() else { return Vec::new() };
    let percent = |class: &str| match class {
        "limit-95" => lang.pick("95 %", "95 %").to_owned(),
        _ => lang.pick("99,8 %", "99.8 %").to_owned(),
    };
    let mut texts: Vec<(f64, String)> =
        SIDES.map(|(class, side)| (up.at(side(last).value()), percent(class))).into();
    texts.push((up.at(overall.value()), with_unit(overall, unit, lang)));
    let mut levels: Vec<f64> = texts.iter().map(|(level, _)| *level).collect();
    scale::spread(&mut levels, LINE - 2.0, TOP, BOTTOM);
    let class = |place: usize| if place + 1 == texts.len() { "name" } else { "tick" };
    texts
        .iter()
        .zip(levels)
        .enumerate()
        .map(|(place, ((_, text), level))| {
            let at = (RIGHT + 5.0, level + 4.5);
            label::fitting(class(place), at, Anchor::Start, text, WIDTH - RIGHT - 5.0)
        })
        .collect()
}

/// The dots, each with its number in the list, and with its name where it is flagged.
fn schools(dots: &[Dot], unit: Option<&str>, right: &Scale, up: &Scale, lang: Lang) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut labels: Vec<(Point, String, bool, String)> = Vec::new();
    for (place, dot) in dots.iter().enumerate() {
        let (Some(size), Some(value)) = (dot.size, dot.value) else { continue };
        let at = (right.at(size.value()), up.at(value.value()));
        let number = (place + 1).to_string();
        if dot.is_signal {
            marks.push(Mark::diamond("flag", at, FLAG_RADIUS));
            let name = format::line(dot.label.get(lang));
            labels.push((at, number, true, format!("{name}: {}", with_unit(value, unit, lang))));
        } else {
            marks.push(Mark::dot("dot", at, RADIUS));
            labels.push((at, number, false, String::new()));
        }
    }
    // Labels of dots that lie close together move apart, so that each can be read.
    for place in 0..labels.len() {
        let ((x, y), number, is_signal, name) = &labels[place];
        let is_close = |((other_x, other_y), ..): &&(Point, String, bool, String)| {
            (other_x - x).abs() < 22.0 && (other_y - y).abs() < 13.0
        };
        let before = labels[..place].iter().filter(is_close).count();
        let (level, is_left) = match before {
            0 => (y + 4.5, false),
            1 => (y + 4.5, true),
            _ => (y - 9.0, false),
        };
        let away = if *is_signal { FLAG_RADIUS + 3.0 } else { RADIUS + 3.0 };
        if *is_signal {
            let text = format!("{number} {name}");
            let is_left = x + away + label::width(&text) * label::BOLD > WIDTH && *x > WIDTH / 2.0;
            let (at, anchor, room) = if is_left {
                ((x - away, level), Anchor::End, x - away)
            } else {
                ((x + away, level), Anchor::Start, WIDTH - x - away)
            };
            marks.push(label::fitting("flag-text halo", at, anchor, &text, room));
        } else if is_left {
            marks.push(Mark::label("halo", (x - away, level), Anchor::End, number.clone()));
        } else {
            marks.push(Mark::label("halo", (x + away, level), Anchor::Start, number.clone()));
        }
    }
    marks
}
