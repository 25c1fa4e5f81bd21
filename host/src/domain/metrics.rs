//! What a metrics plugin says about itself and about rows, in the program's own types.
//!
//! The meaning of each part is written in `schemas/wit/1.0/metrics.wit`.

use super::batch::Shape;
use super::day::{Day, Period};
use super::words::Text;

/// The label index that leaves a row out.
pub const LEFT_OUT: u16 = u16::MAX;

/// Which labels a dimension has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Labels {
    /// The plugin's own.
    Own(Vec<Text>),
    /// A code list of the municipality.
    Codes(String),
    /// The months of the period.
    Months,
}

/// A way to divide rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// Its id.
    pub id: String,
    /// Its word.
    pub label: Text,
    /// Its labels.
    pub labels: Labels,
}

/// How a figure comes about. Measures are named by their place in the description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Figure {
    /// The number of rows of a dataset.
    Count { dataset: String },
    /// The number of different persons or households in a field.
    Distinct { dataset: String, field: String },
    /// The sum of values.
    Sum { dataset: String },
    /// Their arithmetic mean.
    Mean { dataset: String },
    /// Their median.
    Median { dataset: String },
    /// A part of a whole, as a percentage.
    Share { part: usize, whole: usize },
    /// One figure for every `per` of another.
    Ratio { numerator: usize, denominator: usize, per: u32 },
}

impl Figure {
    /// The dataset whose rows it counts; `None` for one made from other figures.
    pub fn dataset(&self) -> Option<&str> {
        match self {
            Self::Count { dataset }
            | Self::Distinct { dataset, .. }
            | Self::Sum { dataset }
            | Self::Mean { dataset }
            | Self::Median { dataset } => Some(dataset),
            Self::Share { .. } | Self::Ratio { .. } => None,
        }
    }

    /// Whether each row counted carries a value.
    pub fn has_values(&self) -> bool {
        matches!(self, Self::Sum { .. } | Self::Mean { .. } | Self::Median { .. })
    }
}

/// Something to be counted or measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// Its id.
    pub id: String,
    /// Its word.
    pub label: Text,
    /// What its numbers are in.
    pub unit: Option<Text>,
    /// How it comes about.
    pub figure: Figure,
    /// Values are whole multiples of the unit divided by ten to this power.
    pub scale: u8,
    /// Digits shown after the decimal point.
    pub decimals: u8,
    /// Smallest value of a row.
    pub least: i64,
    /// Largest value of a row.
    pub most: i64,
}

/// A table of the report. Dimensions and measures are named by their place in the description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSpec {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// The dimension that makes the rows.
    pub rows: usize,
    /// The dimension that makes the columns; then there is exactly one measure.
    pub across: Option<usize>,
    /// The measures, in the order they are shown.
    pub measures: Vec<usize>,
}

/// All that a metrics plugin tells about itself. Checked: every place it names exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// The plugin's id.
    pub id: String,
    /// The plugin's version.
    pub version: String,
    /// Its dimensions.
    pub dimensions: Vec<Dimension>,
    /// Its measures.
    pub measures: Vec<Measure>,
    /// Its tables.
    pub tables: Vec<TableSpec>,
}

impl Description {
    /// The measures that count rows of `dataset`, by their places, in order: what a plugin answers
    /// for each batch of it.
    pub fn counted_over(&self, dataset: &str) -> Vec<usize> {
        let is_over = |place: &usize| self.measures[*place].figure.dataset() == Some(dataset);
        (0..self.measures.len()).filter(is_over).collect()
    }
}

/// What the rows of a batch are worth for one measure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Measured {
    /// Which rows are counted, as a bitmap; empty for all of them.
    pub counted: Vec<u64>,
    /// One value for each row, where the figure has values.
    pub values: Vec<i64>,
}

/// A plugin's answer to a batch. Checked: every list is as long as it has to be, spare bits of
/// bitmaps are 0, and every label index stands for a label or is [`LEFT_OUT`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Classified {
    /// For each dimension one label index for each row, or none where it does not divide the rows.
    pub labels: Vec<Vec<u16>>,
    /// For each measure over the dataset, in the order of [`Description::counted_over`].
    pub measures: Vec<Measured>,
}

/// The value of a parameter of a run.
#[derive(Debug, Clone, PartialEq)]
pub enum SettingValue {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// Any number.
    Number(f64),
    /// A text.
    Text(String),
}

/// What a run is about: all that a plugin may know besides the rows.
#[derive(Debug, Clone)]
pub struct Job {
    /// The day that counts as today.
    pub as_of: Day,
    /// The days looked at.
    pub period: Period,
    /// Every parameter of the manifest, in its order, with its value.
    pub settings: Vec<(String, SettingValue)>,
    /// The datasets of the manifest, in its order, with the fields that were granted.
    pub datasets: Vec<Shape>,
}
