//! Pictures of a report: what is drawn, from numbers that its tables show anyway.

use serde::{Deserialize, Serialize};

use super::document::Number;
use super::words::Text;

/// A picture of a table. It holds no number that the table does not show, and what was worked out
/// from shown numbers alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// A short name, unique in the report.
    pub id: String,
    /// What it shows.
    pub title: Text,
    /// The same in sentences, for somebody who cannot see it.
    pub description: Text,
    /// The id of the table that has its numbers.
    pub table: String,
    /// What its numbers are in.
    pub unit: Option<Text>,
    /// What is drawn.
    pub drawing: Drawing,
    /// What a reader has to know about it, such as how limits were calculated.
    pub notes: Vec<Text>,
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Drawing {
    /// A small panel for each school with its own history, all on one scale.
    SmallMultiples {
        /// The panels, in the order of the table's rows.
        panels: Vec<Panel>,
        /// The labels of the points along the bottom, the same for all panels.
        labels: Vec<Text>,
        /// Which of them lie wholly or mostly in holidays, and are drawn on grey.
        greyed: Vec<bool>,
    },
    /// A dot with its interval for each school.
    IntervalDots {
        /// The dots, in the order of the table's rows.
        dots: Vec<Dot>,
        /// The number of all schools together, where it is shown.
        overall: Option<Number>,
    },
    /// A dot for each school over its size, between limits that chance alone explains.
    Funnel {
        /// The dots, in the order of the table's rows.
        dots: Vec<Dot>,
        /// The number of all schools together.
        overall: Number,
        /// Limits at growing sizes, to be joined by lines.
        limits: Vec<FunnelLimit>,
        /// What the size is.
        size: Text,
    },
}

/// The history of one school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Panel {
    /// The school's name.
    pub label: Text,
    /// One value for each label; `None` where none is shown in the table.
    pub values: Vec<Option<Number>>,
    /// Its own mean and limits, from ten points on.
    pub history: Option<History>,
}

/// What a school's own earlier numbers let expect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The mean of the points.
    pub mean: Number,
    /// The lower limit at 99.8 %.
    pub low: Number,
    /// The upper limit at 99.8 %.
    pub high: Number,
    /// The places of the points outside the limits.
    pub signals: Vec<usize>,
}

/// One school in a picture of dots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dot {
    /// The school's name.
    pub label: Text,
    /// Its number; `None` where the table does not show it.
    pub value: Option<Number>,
    /// The lower limit of its 95 % interval.
    pub low: Option<Number>,
    /// The upper limit of its 95 % interval.
    pub high: Option<Number>,
    /// The size that its number is divided by, in a funnel.
    pub size: Option<Number>,
    /// The limits at that size, in a funnel.
    pub limits: Option<FunnelLimit>,
    /// Whether it lies outside the limits at 99.8 %.
    pub is_signal: bool,
}

/// The limits of a funnel at one size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunnelLimit {
    /// The size.
    pub size: Number,
    /// The lower limit at 95 %.
    pub low_95: Number,
    /// The upper limit at 95 %.
    pub high_95: Number,
    /// The lower limit at 99.8 %.
    pub low_998: Number,
    /// The upper limit at 99.8 %.
    pub high_998: Number,
}
