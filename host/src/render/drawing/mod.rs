//! Draws the pictures of a report: where each dot, line and label stands.
//!
//! All drawings are [`WIDTH`] units wide and have texts of [`TEXT`] units, so that a phone of 390
//! pixels shows them at 12 pixels at least. Nothing is told by colour: what is flagged has another
//! shape and a label, and lines differ in their dashes.

mod bars;
mod dots;
mod funnel;
mod label;
mod months;
mod scale;

pub(super) use bars::bars;
pub(super) use dots::dots;
pub(super) use funnel::{Funnel, funnel};
pub(super) use months::{MonthsFrame, panel};

use crate::domain::{Lang, Number};

use super::svg::{Mark, Svg};

/// How wide every drawing is.
pub(super) const WIDTH: f64 = 350.0;

/// The height of texts, as the style sheet has it.
const TEXT: f64 = 13.0;

/// From one line of text to the next.
const LINE: f64 = 16.0;

/// The radius of a dot, and of a flagged one.
const RADIUS: f64 = 4.0;
const FLAG_RADIUS: f64 = 6.5;

/// Looks of the marks, for the line under a picture that explains them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Bar,
    Dot,
    Flag,
    Interval,
    Middle,
    Limit95,
    Limit998,
    Grey,
}

impl Look {
    /// A small drawing of the mark alone.
    pub(super) fn sample(self) -> Svg {
        let (width, height) = (28.0, 16.0);
        let (middle, level) = (width / 2.0, height / 2.0);
        let across = |class: &str| vec![Mark::line(class, [(0.0, level), (width, level)])];
        let marks = match self {
            Self::Bar => {
                let at = (0.0, level - 5.0);
                vec![Mark::Area { class: "bar".into(), at, width, height: 10.0 }]
            }
            Self::Dot => vec![Mark::dot("dot", (middle, level), RADIUS)],
            Self::Flag => vec![Mark::diamond("flag", (middle, level), FLAG_RADIUS)],
            Self::Interval => across("interval-line"),
            Self::Middle => across("middle"),
            Self::Limit95 => across("limit-95"),
            Self::Limit998 => across("limit-998"),
            Self::Grey => {
                vec![Mark::Area { class: "grey".into(), at: (0.0, 0.0), width, height }]
            }
        };
        Svg { width, height, words: None, marks }
    }
}

/// A number with its unit, as it stands beside a mark.
fn with_unit(number: Number, unit: Option<&str>, lang: Lang) -> String {
    let number = number.text(lang);
    match unit {
        Some(unit) => format!("{number}\u{a0}{unit}"),
        None => number,
    }
}
