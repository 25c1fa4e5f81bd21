//! The history of one school as a line through its months.

use crate::domain::{History, Lang, Number, Panel, Text};

use super::super::format;
use super::super::svg::{Anchor, Mark, Point, Svg, SvgWords};
use super::super::words::Words;
use super::scale::{self, Scale};
use super::{FLAG_RADIUS, LINE, RADIUS, WIDTH, label};

/// Where the months begin and end, and the highest and lowest number lie.
const LEFT: f64 = 44.0;
const RIGHT: f64 = WIDTH - 10.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 120.0;
const HEIGHT: f64 = BOTTOM + LINE + 6.0;

/// What all panels of a picture have in common.
#[derive(Debug)]
pub(in super::super) struct MonthsFrame<'a> {
    stretch: (f64, f64),
    labels: &'a [Text],
    greyed: &'a [bool],
    lang: Lang,
}

impl<'a> MonthsFrame<'a> {
    /// One scale for the numbers and limits of every panel.
    pub(in super::super) fn new(
        panels: &[Panel],
        labels: &'a [Text],
        greyed: &'a [bool],
        lang: Lang,
    ) -> Self {
        let limits = |panel: &Panel| {
            let history = panel.history.as_ref();
            history.map(|history| [history.low, history.high]).into_iter().flatten()
        };
        let values: Vec<f64> = panels
            .iter()
            .flat_map(|panel| panel.values.iter().flatten().copied().chain(limits(panel)))
            .map(Number::value)
            .collect();
        Self { stretch: scale::from_zero(values.into_iter()), labels, greyed, lang }
    }

    fn label(&self, place: usize) -> String {
        self.labels.get(place).map(|label| format::line(label.get(self.lang))).unwrap_or_default()
    }

    /// Where a month lies: in the middle of its own strip.
    fn month(&self, place: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a few hundred months at most")]
        let (place, many) = (place as f64, self.labels.len().max(1) as f64);
        LEFT + (RIGHT - LEFT) * (place + 0.5) / many
    }
}

/// The panel of a school, with the id `id`.
pub(in super::super) fn panel(panel: &Panel, frame: &MonthsFrame, id: String) -> Svg {
    let lang = frame.lang;
    let up = Scale::new(frame.stretch, (BOTTOM, TOP));
    let mut marks = Vec::new();
    let half = frame.month(0) - LEFT;
    for (place, _) in frame.greyed.iter().enumerate().filter(|(_, is_grey)| **is_grey) {
        let at = (frame.month(place) - half, TOP);
        let (width, height) = (2.0 * half, BOTTOM - TOP);
        marks.push(Mark::Area { class: "grey".into(), at, width, height });
    }
    let ticks = scale::ticks(frame.stretch);
    let ends = [ticks.first(), ticks.get(ticks.len() / 2), ticks.last()];
    for tick in ends.into_iter().flatten() {
        let level = up.at(tick.value());
        marks.push(Mark::line("rule", [(LEFT, level), (RIGHT, level)]));
        let at = (LEFT - 5.0, level + 4.5);
        marks.push(Mark::label("tick", at, Anchor::End, tick.text(lang)));
    }
    if let Some(history) = &panel.history {
        let across = |class: &str, number: Number| {
            let level = up.at(number.value());
            Mark::line(class, [(LEFT, level), (RIGHT, level)])
        };
        marks.push(across("limit-998", history.low));
        marks.push(across("limit-998", history.high));
        marks.push(across("middle", history.mean));
    }
    for stretch in stretches(panel, frame, &up) {
        marks.push(Mark::line("history", stretch));
    }
    let signals = panel.history.as_ref().map(|history| history.signals.as_slice());
    for (place, number) in panel.values.iter().enumerate() {
        let Some(number) = number else { continue };
        let at = (frame.month(place), up.at(number.value()));
        if signals.unwrap_or_default().contains(&place) {
            marks.push(Mark::diamond("flag", at, FLAG_RADIUS));
            marks.push(flag_label(at, &format!("{}: {}", frame.label(place), number.text(lang))));
        } else {
            marks.push(Mark::dot("dot", at, RADIUS - 1.0));
        }
    }
    if panel.values.iter().all(Option::is_none) {
        let at = (f64::midpoint(LEFT, RIGHT), f64::midpoint(TOP, BOTTOM) - 8.0);
        let text = Words::of(lang).not_shown;
        marks.push(Mark::label("tick halo", at, Anchor::Middle, text));
    }
    let name = format::line(panel.label.get(lang));
    marks.push(label::fitting("name", (0.0, 13.0), Anchor::Start, &name, WIDTH));
    let last = frame.labels.len().saturating_sub(1);
    let level = BOTTOM + LINE;
    marks.push(Mark::label("tick", (LEFT, level), Anchor::Start, frame.label(0)));
    marks.push(Mark::label("tick", (RIGHT, level), Anchor::End, frame.label(last)));
    let words = SvgWords { id, title: name, description: description(panel, frame) };
    Svg { width: WIDTH, height: HEIGHT, words: Some(words), marks }
}

/// The label of a flagged month stands beside it, on the side where there is room.
fn flag_label((x, y): Point, text: &str) -> Mark {
    let away = FLAG_RADIUS + 4.0;
    let level = y.clamp(TOP + 5.0, BOTTOM - 4.0) + 4.5;
    if x + away + label::width(text) * label::BOLD <= WIDTH {
        Mark::label("flag-text", (x + away, level), Anchor::Start, text)
    } else {
        Mark::label("flag-text", (x - away, level), Anchor::End, text)
    }
}

/// Months that follow each other without a gap.
fn stretches(panel: &Panel, frame: &MonthsFrame, up: &Scale) -> Vec<Vec<Point>> {
    let mut stretches = vec![Vec::new()];
    for (place, number) in panel.values.iter().enumerate() {
        match (number, stretches.last_mut()) {
            (Some(number), Some(open)) => {
                open.push((frame.month(place), up.at(number.value())));
            }
            _ => stretches.push(Vec::new()),
        }
    }
    stretches.retain(|stretch| stretch.len() > 1);
    stretches
}

/// What the panel shows, in sentences.
fn description(panel: &Panel, frame: &MonthsFrame) -> String {
    let lang = frame.lang;
    let words = Words::of(lang);
    let values: Vec<String> = panel
        .values
        .iter()
        .enumerate()
        .map(|(place, number)| {
            let number = number.map_or(words.not_shown.to_owned(), |number| number.text(lang));
            format!("{} {number}", frame.label(place))
        })
        .collect();
    let mut text = format!("{}.", values.join("; "));
    if let Some(history) = &panel.history {
        let History { mean, low, high, signals } = history;
        let (mean, low, high) = (mean.text(lang), low.text(lang), high.text(lang));
        text += &lang.pick(
            format!(" Mittelwert {mean}, Grenzen {low} bis {high}."),
            format!(" Mean {mean}, limits {low} to {high}."),
        );
        let outside: Vec<String> = signals.iter().map(|place| frame.label(*place)).collect();
        if !outside.is_empty() {
            let outside = outside.join(", ");
            text += &lang.pick(
                format!(" Außerhalb der Grenzen: {outside}."),
                format!(" Outside the limits: {outside}."),
            );
        }
    }
    text
}
