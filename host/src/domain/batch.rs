//! Rows of a dataset, column by column.

use std::sync::Arc;

use super::code::CodeList;
use super::dictionary::Layout;

/// Most rows in one batch. With eleven columns of at most 8 bytes a batch stays under 1.5 MiB.
pub const BATCH_ROWS: usize = 16_384;

/// The values of one field, one for each row; a missing value's place holds 0 or an empty text.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Places in a code list.
    Codes(Vec<u16>),
    /// 0 for no, 1 for yes.
    Flags(Vec<u8>),
    /// Whole numbers and days.
    Integers(Vec<i32>),
    /// Large whole numbers.
    Longs(Vec<i64>),
    /// Floating point.
    Decimals(Vec<f64>),
    /// Sets over a code list.
    Sets(Vec<u64>),
    /// Persons or households numbered for one run.
    Indexes(Vec<u32>),
    /// Pseudonyms of persons or households.
    Keys(Vec<u64>),
    /// Text.
    Texts(Vec<String>),
}

impl Values {
    /// No values of that layout, with room for `rows`.
    pub fn with_capacity(layout: Layout, rows: usize) -> Self {
        match layout {
            Layout::Codes => Self::Codes(Vec::with_capacity(rows)),
            Layout::Flags => Self::Flags(Vec::with_capacity(rows)),
            Layout::Integers => Self::Integers(Vec::with_capacity(rows)),
            Layout::Longs => Self::Longs(Vec::with_capacity(rows)),
            Layout::Decimals => Self::Decimals(Vec::with_capacity(rows)),
            Layout::Sets => Self::Sets(Vec::with_capacity(rows)),
            Layout::Indexes => Self::Indexes(Vec::with_capacity(rows)),
            Layout::Keys => Self::Keys(Vec::with_capacity(rows)),
            Layout::Texts => Self::Texts(Vec::with_capacity(rows)),
        }
    }

    /// How many there are.
    #[expect(
        clippy::match_same_arms,
        reason = "the arms hold different types that look the same here"
    )]
    pub fn len(&self) -> usize {
        match self {
            Self::Codes(values) => values.len(),
            Self::Flags(values) => values.len(),
            Self::Integers(values) => values.len(),
            Self::Longs(values) => values.len(),
            Self::Decimals(values) => values.len(),
            Self::Sets(values) => values.len(),
            Self::Indexes(values) => values.len(),
            Self::Keys(values) => values.len(),
            Self::Texts(values) => values.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One field of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// One value for each row.
    pub values: Values,
    /// Which rows have one; see [`is_set`].
    pub present: Vec<u64>,
}

impl Column {
    /// Whether row `row` has a value.
    pub fn is_present(&self, row: usize) -> bool {
        is_set(&self.present, row)
    }
}

/// Whether bit `row` of a bitmap is set. An empty bitmap stands for all rows.
pub fn is_set(bitmap: &[u64], row: usize) -> bool {
    bitmap.is_empty() || bitmap.get(row / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
}

/// Some rows of one dataset, ordered by school, then day; never empty, at most [`BATCH_ROWS`].
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// How many rows.
    pub rows: usize,
    /// One column for each field of the [`Shape`], in its order.
    pub columns: Vec<Column>,
}

/// A field of a [`Shape`].
#[derive(Debug, Clone)]
pub struct ShapeField {
    /// Its name in the dictionary.
    pub name: String,
    /// Its codes, for codes and sets; empty otherwise.
    pub codes: Arc<CodeList>,
    /// How many persons there are, for indexes; 0 otherwise.
    pub size: u32,
}

/// A dataset with the fields that a reader asked for: what the columns of its batches are.
#[derive(Debug, Clone)]
pub struct Shape {
    /// The dataset's name.
    pub dataset: String,
    /// Its fields in order.
    pub fields: Vec<ShapeField>,
}

impl Shape {
    /// The place of a field among the columns.
    pub fn place(&self, field: &str) -> Option<usize> {
        self.fields.iter().position(|found| found.name == field)
    }
}
