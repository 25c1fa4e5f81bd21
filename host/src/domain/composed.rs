//! What a reporting plugin says about itself, and the document it composes, in the program's own
//! types.
//!
//! The meaning of each part is written in `schemas/wit/1.0/reporting.wit`. Places have been checked:
//! each is within the list that it points into.

use serde::Serialize;

use super::words::Text;

/// How grave a finding is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing has to be done.
    Note,
    /// Somebody should look at it.
    Warning,
    /// The record cannot be right as it is.
    Mistake,
}

/// Something that a plugin looks for in records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckSpec {
    /// Its id.
    pub id: String,
    /// What is wrong with a record that is found.
    pub title: Text,
    /// How grave that is.
    pub severity: Severity,
}

/// All that a reporting plugin tells about itself, before it sees any data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Composition {
    /// Every heading, sentence, caption and label.
    pub phrases: Vec<Text>,
    /// Longer texts, in the small part of Markdown that is allowed.
    pub passages: Vec<Text>,
    /// What it looks for.
    pub checks: Vec<CheckSpec>,
}

/// Some words of a composed document.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Words {
    /// A place among the phrases.
    Phrase(usize),
    /// A code of a field, to be shown by the municipality's word for it.
    Code {
        /// The place of the dataset in the job.
        dataset: usize,
        /// The place of the field in the dataset.
        field: usize,
        /// The place of the code in the field's list.
        code: u16,
    },
    /// A month, counted from the month of the period's first day.
    Month(u16),
    /// The plugin's own words, one line of at most 200 bytes. They keep the document in the team.
    Own(String),
}

/// An exact number with the persons it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Numeral {
    /// The number without its decimal point.
    pub units: i64,
    /// Digits after the decimal point, 0 to 6.
    pub decimals: u8,
    /// How many different persons or households it rests on; `None` where the plugin did not say.
    pub base: Option<u32>,
}

/// What stands in a composed table where a row meets a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ComposedCell {
    /// A number.
    Number(Numeral),
    /// Words.
    Words(Words),
    /// Nothing was collected; never shown as 0.
    Missing,
}

/// A column of a composed table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComposedColumn {
    /// Its heading.
    pub label: Words,
    /// What its numbers are in.
    pub unit: Option<Text>,
}

/// A row of a composed table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComposedRow {
    /// Its heading.
    pub label: Words,
    /// One for each column.
    pub cells: Vec<ComposedCell>,
}

/// A table that a plugin composed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComposedTable {
    /// What it shows.
    pub caption: Words,
    /// Its columns.
    pub columns: Vec<ComposedColumn>,
    /// Its rows.
    pub rows: Vec<ComposedRow>,
}

/// How a table is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ComposedDrawing {
    /// A bar for each row, from zero.
    Bars,
    /// A line along the rows.
    Line,
}

/// A record that a check has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FoundRecord {
    /// A place among the checks.
    pub check: usize,
    /// The place of the dataset in the job.
    pub dataset: usize,
    /// The place of a field of that dataset, one laid out as keys.
    pub field: usize,
    /// The pseudonym of the record, for this plugin.
    pub key: u64,
}

/// A part of a composed document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ComposedBlock {
    /// The heading of a section, at a level from 1 to 3.
    Heading(u8, Words),
    /// A sentence or several.
    Paragraph(Words),
    /// A place among the passages.
    Passage(usize),
    /// A list with a dot before each entry.
    Entries(Vec<Words>),
    /// A table.
    Table(ComposedTable),
    /// One number that stands for itself.
    Figure {
        /// What it is.
        label: Words,
        /// The number.
        number: Numeral,
        /// What it is in.
        unit: Option<Text>,
    },
    /// A picture of a table before it.
    Picture {
        /// The place of the table among the tables of the document.
        table: usize,
        /// The columns that are drawn.
        columns: Vec<usize>,
        /// How.
        drawing: ComposedDrawing,
    },
    /// Records that were found.
    Findings(Vec<FoundRecord>),
}

/// What a reporting plugin composed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Composed {
    /// Its parts in reading order.
    pub blocks: Vec<ComposedBlock>,
}
