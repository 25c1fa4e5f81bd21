//! Writes a table as comma-separated text.

use std::fmt::{Display, Write as _};

/// A CSV text that grows cell by cell: UTF-8, comma, lines end in a line feed.
///
/// Written out here rather than with a library, because which cells a library puts into quotes is
/// its own affair and may change, and the city's files must stay the same byte for byte.
#[derive(Debug)]
pub(super) struct Sheet {
    text: String,
    columns: usize,
    filled: usize,
}

impl Sheet {
    /// A sheet with its header line.
    pub(super) fn new(header: &[&str]) -> Self {
        let mut sheet = Self { text: String::new(), columns: header.len(), filled: 0 };
        for name in header {
            sheet.cell(name);
        }
        sheet.end();
        sheet
    }

    /// Adds a cell, in quotes where its text needs them.
    pub(super) fn cell(&mut self, text: &str) -> &mut Self {
        self.separate();
        if text.contains([',', '"', '\n', '\r']) {
            self.text.push('"');
            self.text.push_str(&text.replace('"', "\"\""));
            self.text.push('"');
        } else {
            self.text.push_str(text);
        }
        self
    }

    /// Adds a cell of something that never needs quotes: a number or a day.
    pub(super) fn plain(&mut self, value: impl Display) -> &mut Self {
        self.separate();
        write!(self.text, "{value}").expect("a string takes every text");
        self
    }

    /// Adds a cell that is empty where there is no value.
    pub(super) fn maybe(&mut self, value: Option<impl Display>) -> &mut Self {
        match value {
            Some(value) => self.plain(value),
            None => self.cell(""),
        }
    }

    /// Adds a cell with a list, separated by `|`.
    pub(super) fn list(&mut self, values: impl IntoIterator<Item = impl Display>) -> &mut Self {
        self.separate();
        for (place, value) in values.into_iter().enumerate() {
            let bar = if place == 0 { "" } else { "|" };
            write!(self.text, "{bar}{value}").expect("a string takes every text");
        }
        self
    }

    /// Ends the row, which must have as many cells as the header.
    pub(super) fn end(&mut self) {
        debug_assert_eq!(self.filled, self.columns, "a row has as many cells as the header");
        self.text.push('\n');
        self.filled = 0;
    }

    /// The whole text.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    fn separate(&mut self) {
        if self.filled > 0 {
            self.text.push(',');
        }
        self.filled += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What another reader of CSV makes of it is what went in.
    #[test]
    fn awkward_cells_come_back_unchanged() {
        let awkward = ["a,b", "say \"yes\"", "two\nlines", "semi;colon", "Übergang", ""];
        let mut sheet = Sheet::new(&["1", "2", "3", "4", "5", "6"]);
        for text in awkward {
            sheet.cell(text);
        }
        sheet.end();
        let text = sheet.into_text();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let record = reader.records().next().unwrap().unwrap();
        assert_eq!(record.iter().collect::<Vec<_>>(), awkward);
    }

    #[test]
    fn lists_and_missing_values_have_their_cells() {
        let mut sheet = Sheet::new(&["a", "b", "c"]);
        sheet.list([1, 2]).maybe(None::<u16>).maybe(Some(7)).end();
        assert_eq!(sheet.into_text(), "a,b,c\n1|2,,7\n");
    }
}
