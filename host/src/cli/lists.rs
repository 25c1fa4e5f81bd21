//! Lists that commands print: headings, rows, and the option that chooses their form.

use std::path::{Path, PathBuf};

use crate::app::{ListFormat, Value};
use crate::domain::Text;

/// The form of a list.
#[derive(clap::Args)]
pub(super) struct FormatArgs {
    /// How to print the list.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Write the list to this file instead of printing it.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    /// A table for reading.
    Table,
    /// JSON, with permanent English keys.
    Json,
    /// CSV that a German spreadsheet program opens as it is.
    Csv,
    /// A workbook (Office Open XML); needs `--out`, or a pipe.
    Xlsx,
}

/// The form of a list and where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ListForm<'a> {
    /// A text, or a workbook.
    pub(super) shape: Shape,
    /// The file to write it to; without one it is printed.
    pub(super) out: Option<&'a Path>,
}

/// What a list is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A text in this form.
    Text(ListFormat),
    /// A workbook.
    Workbook,
}

impl ListForm<'_> {
    /// Whether it is the table for reading.
    pub(super) fn is_table(self) -> bool {
        self.shape == Shape::Text(ListFormat::Table)
    }
}

impl From<ListFormat> for ListForm<'_> {
    fn from(format: ListFormat) -> Self {
        Self { shape: Shape::Text(format), out: None }
    }
}

impl FormatArgs {
    pub(super) fn get(&self) -> ListForm<'_> {
        let shape = match self.format {
            Format::Table => Shape::Text(ListFormat::Table),
            Format::Json => Shape::Text(ListFormat::Json),
            Format::Csv => Shape::Text(ListFormat::Csv),
            Format::Xlsx => Shape::Workbook,
        };
        ListForm { shape, out: self.out.as_deref() }
    }
}

/// A list to print.
pub(super) struct List {
    /// The permanent key and the words of each column.
    pub(super) headers: Vec<(&'static str, Text)>,
    /// The rows, each with a value for every column.
    pub(super) rows: Vec<Vec<Value>>,
}

impl List {
    /// A list with these columns: key, German and English heading.
    pub(super) fn new(columns: &[(&'static str, &str, &str)]) -> Self {
        let headers = columns.iter().map(|(id, de, en)| (*id, Text::new(*de, *en))).collect();
        Self { headers, rows: Vec::new() }
    }

    /// Adds a row.
    pub(super) fn row<const N: usize>(&mut self, values: [Value; N]) {
        debug_assert_eq!(N, self.headers.len(), "a value for every column");
        self.rows.push(values.into());
    }
}
