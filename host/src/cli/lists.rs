//! Lists that commands print: headings, rows, and the option that chooses their form.

use crate::app::{ListFormat, Value};
use crate::domain::Text;

/// The form of a list.
#[derive(clap::Args)]
pub(super) struct FormatArgs {
    /// How to print the list.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    /// A table for reading.
    Table,
    /// JSON, with permanent English keys.
    Json,
    /// CSV that a German spreadsheet program opens as it is.
    Csv,
}

impl FormatArgs {
    pub(super) fn get(&self) -> ListFormat {
        match self.format {
            Format::Table => ListFormat::Table,
            Format::Json => ListFormat::Json,
            Format::Csv => ListFormat::Csv,
        }
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
