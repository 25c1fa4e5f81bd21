//! Sheets: reports that are the same for every municipality and that the program makes itself.
//!
//! A sheet is for those who may see the records it tells of; what leaves the team is withheld before
//! it gets here, and then its cell says so.

use super::day::Day;
use super::document::Number;
use super::words::Text;

/// One sheet, ready to be written in any form and language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its permanent id, such as `my-day`: the beginning of file names.
    pub id: &'static str,
    /// Its title.
    pub title: Text,
    /// Lines at its head, each with its word: for whom, which period, which school.
    pub facts: Vec<(Text, SheetCell)>,
    /// Sentences that a reader must know before the tables.
    pub remarks: Vec<Text>,
    /// Its tables, in order.
    pub tables: Vec<SheetTable>,
}

/// A table of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetTable {
    /// Its permanent id.
    pub id: &'static str,
    /// Its title.
    pub title: Text,
    /// Its columns.
    pub columns: Vec<SheetColumn>,
    /// Its rows; each has as many cells as there are columns.
    pub rows: Vec<Vec<SheetCell>>,
    /// What to say in place of rows where there are none.
    pub none: Text,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetColumn {
    /// Its permanent name, as JSON has it.
    pub name: &'static str,
    /// Its title.
    pub title: Text,
    /// What its numbers are in.
    pub unit: Option<Text>,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetCell {
    /// Nothing is known, or nothing applies.
    Empty,
    /// As it was written down, in whatever language.
    Text(String),
    /// Words of the program.
    Words(Text),
    /// A number.
    Number(Number),
    /// A day.
    Day(Day),
    /// A number that must not be shown.
    Withheld,
    /// Nobody collected it: that is not 0.
    NotCollected,
}
