//! Pictures of a report as a page shows them: drawings with their words, their numbers and their marks.

use serde::Serialize;

use crate::domain::{ComposedDrawing, Dot, Drawing, Lang, Number, Panel, Picture, Text};

use super::drawing::{self, Look, MonthsFrame};
use super::drawn::Drawn;
use super::format;
use super::svg::{Svg, SvgWords};
use super::words::{self, Words};

/// What `_picture.hbs` gets.
#[derive(Debug, Serialize)]
pub(super) struct PictureView {
    anchor: String,
    /// The anchor of its section: pictures of two sections may be called the same.
    section: String,
    /// The anchor of the table that has its numbers, and what the link to it says.
    table_anchor: String,
    numbers: String,
    title: String,
    /// `months`, `dots` or `funnel`.
    kind: &'static str,
    drawings: Vec<Svg>,
    /// The schools by the numbers that stand at their dots, counted from 1.
    key: Vec<String>,
    marks: Vec<MarkView>,
    description: String,
    notes: Vec<String>,
    limits: Option<LimitsView>,
}

/// A mark with what it means.
#[derive(Debug, Serialize)]
struct MarkView {
    sample: Svg,
    meaning: &'static str,
}

/// The limits of a picture as a table, since no other table has them.
#[derive(Debug, Serialize)]
struct LimitsView {
    caption: String,
    columns: Vec<String>,
    rows: Vec<LimitsRow>,
}

#[derive(Debug, Serialize)]
struct LimitsRow {
    label: String,
    cells: Vec<String>,
}

impl PictureView {
    /// A picture under `anchor` in a section, whose numbers stand in the table `caption` under
    /// `table_anchor`.
    pub(super) fn of(
        picture: &Picture,
        anchor: String,
        (section, table_anchor): (&str, &str),
        caption: &Text,
        lang: Lang,
    ) -> Self {
        let title = format::line(picture.title.get(lang));
        let description = format::line(picture.description.get(lang));
        let unit = picture.unit.as_ref().map(|unit| format::line(unit.get(lang)));
        let unit = unit.as_deref().filter(|unit| !unit.is_empty());
        let words = || SvgWords {
            id: format!("{anchor}-drawing"),
            title: title.clone(),
            description: description.clone(),
        };
        let (kind, drawings, key, limits) = match &picture.drawing {
            Drawing::SmallMultiples { panels, labels, greyed } => {
                let frame = MonthsFrame::new(panels, labels, greyed, lang);
                let panel = |(place, panel): (usize, &Panel)| {
                    drawing::panel(panel, &frame, format!("{anchor}-panel-{}", place + 1))
                };
                let drawings = panels.iter().enumerate().map(panel).collect();
                ("months", drawings, Vec::new(), panel_limits(panels, &title, lang))
            }
            Drawing::IntervalDots { dots, overall } => {
                let drawing = drawing::dots(dots, *overall, unit, lang, words());
                ("dots", vec![drawing], Vec::new(), None)
            }
            Drawing::Funnel { dots, overall, limits, size } => {
                let size = format::line(size.get(lang));
                let funnel = drawing::Funnel { dots, overall: *overall, limits, size: &size, unit };
                let key = dots.iter().map(|dot| keyed(dot, unit, lang)).collect();
                let drawing = drawing::funnel(funnel, lang, words());
                ("funnel", vec![drawing], key, funnel_limits(dots, &size, &title, lang))
            }
        };
        let is_of_all = !matches!(picture.drawing, Drawing::SmallMultiples { .. });
        let mark = |look: Look| MarkView {
            sample: look.sample(),
            meaning: words::look(look, is_of_all, lang),
        };
        Self {
            section: section.to_owned(),
            table_anchor: table_anchor.to_owned(),
            numbers: words::numbers_in(&format::line(caption.get(lang)), lang),
            title,
            kind,
            drawings,
            key,
            marks: looks(&picture.drawing).into_iter().map(mark).collect(),
            description,
            notes: picture.notes.iter().map(|note| format::line(note.get(lang))).collect(),
            limits,
            anchor,
        }
    }
}

impl PictureView {
    /// A picture of columns of a composed table, under `anchor` in a section.
    pub(super) fn composed(
        drawn: &[Drawn],
        drawing: ComposedDrawing,
        anchor: String,
        (section, table_anchor): (&str, &str),
        caption: &Text,
        lang: Lang,
    ) -> Self {
        let svg = |(place, column): (usize, &Drawn)| {
            column.svg(format!("{anchor}-drawing-{}", place + 1), lang)
        };
        let look = match drawing {
            ComposedDrawing::Bars => Look::Bar,
            ComposedDrawing::Line => Look::Dot,
        };
        let sentence = |column: &Drawn| format!("{}: {}", column.title, column.description);
        let caption = format::line(caption.get(lang));
        Self {
            section: section.to_owned(),
            table_anchor: table_anchor.to_owned(),
            numbers: words::numbers_in(&caption, lang),
            title: caption,
            kind: "months",
            drawings: drawn.iter().enumerate().map(svg).collect(),
            key: Vec::new(),
            marks: vec![MarkView { sample: look.sample(), meaning: words::look(look, true, lang) }],
            description: drawn.iter().map(sentence).collect::<Vec<_>>().join(" "),
            notes: Vec::new(),
            limits: None,
            anchor,
        }
    }
}

/// The marks that occur in a drawing.
fn looks(drawing: &Drawing) -> Vec<Look> {
    match drawing {
        Drawing::SmallMultiples { panels, greyed, .. } => {
            let histories = || panels.iter().filter_map(|panel| panel.history.as_ref());
            let mut looks = vec![Look::Dot];
            if histories().next().is_some() {
                looks.extend([Look::Middle, Look::Limit998]);
            }
            if histories().any(|history| !history.signals.is_empty()) {
                looks.push(Look::Flag);
            }
            if greyed.contains(&true) {
                looks.push(Look::Grey);
            }
            looks
        }
        Drawing::IntervalDots { overall, .. } => {
            let middle = overall.map(|_| Look::Middle);
            [Look::Dot, Look::Interval].into_iter().chain(middle).collect()
        }
        Drawing::Funnel { dots, .. } => {
            let flag = dots.iter().any(|dot| dot.is_signal).then_some(Look::Flag);
            let lines = [Look::Middle, Look::Limit95, Look::Limit998];
            [Look::Dot].into_iter().chain(flag).chain(lines).collect()
        }
    }
}

/// As `Schule am Anger: 28,6 %`.
fn keyed(dot: &Dot, unit: Option<&str>, lang: Lang) -> String {
    let name = format::line(dot.label.get(lang));
    let value = match (dot.value, unit) {
        (Some(value), Some(unit)) => format!("{}\u{a0}{unit}", value.text(lang)),
        (Some(value), None) => value.text(lang),
        (None, _) => Words::of(lang).not_shown.to_owned(),
    };
    format!("{name}: {value}")
}

fn panel_limits(panels: &[Panel], title: &str, lang: Lang) -> Option<LimitsView> {
    let words = Words::of(lang);
    let row = |panel: &Panel| {
        let history = panel.history.as_ref()?;
        let cells = [history.low, history.mean, history.high];
        Some(LimitsRow {
            label: format::line(panel.label.get(lang)),
            cells: cells.map(|number| number.text(lang)).into(),
        })
    };
    let rows: Vec<LimitsRow> = panels.iter().filter_map(row).collect();
    let columns = [words.lower_limit, words.mean, words.upper_limit];
    (!rows.is_empty()).then(|| LimitsView {
        caption: words::limits_of(title, lang),
        columns: columns.map(str::to_owned).into(),
        rows,
    })
}

fn funnel_limits(dots: &[Dot], size: &str, title: &str, lang: Lang) -> Option<LimitsView> {
    let row = |dot: &Dot| {
        let limits = dot.limits?;
        let pair = |low: Number, high: Number| format!("{}–{}", low.text(lang), high.text(lang));
        Some(LimitsRow {
            label: format::line(dot.label.get(lang)),
            cells: vec![
                limits.size.text(lang),
                pair(limits.low_95, limits.high_95),
                pair(limits.low_998, limits.high_998),
            ],
        })
    };
    let rows: Vec<LimitsRow> = dots.iter().filter_map(row).collect();
    let limits =
        |percent: &str| lang.pick(format!("{percent}-%-Grenzen"), format!("{percent} % limits"));
    (!rows.is_empty()).then(|| LimitsView {
        caption: words::limits_of(title, lang),
        columns: vec![size.to_owned(), limits("95"), limits(lang.pick("99,8", "99.8"))],
        rows,
    })
}
