//! Tables of a composed document, and the numbers in them.

use super::words::Words;

/// An exact number, with the persons it rests on.
///
/// ```
/// use tridem_sdk::reporting::Number;
///
/// let visits = Number::of(12).resting_on(7);        // 12 visits to 7 households
/// let share = Number::scaled(583, 1).resting_on(12); // 58.3
/// let days = Number::of(190).about_nobody();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    pub(super) value: i64,
    pub(super) scale: u8,
    pub(super) base: Option<u32>,
}

impl Number {
    /// A whole number. Until its base is said, it keeps the document inside the team.
    pub fn of(value: i64) -> Self {
        Self::scaled(value, 0)
    }

    /// `value` divided by ten to the power of `scale`, which is 0 to 6.
    pub fn scaled(value: i64, scale: u8) -> Self {
        Self { value, scale, base: None }
    }

    /// Says how many different persons or households the number rests on. The host withholds it
    /// where they are too few.
    #[must_use]
    pub fn resting_on(self, persons: u32) -> Self {
        Self { base: Some(persons), ..self }
    }

    /// Says that the number is about no person, such as a number of school days.
    #[must_use]
    pub fn about_nobody(self) -> Self {
        Self { base: Some(0), ..self }
    }
}

/// What stands in a table where a row meets a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A number.
    Number(Number),
    /// Words.
    Words(Words),
    /// Nothing was collected here. It is never shown as 0.
    Missing,
}

impl From<Number> for Cell {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

impl From<Words> for Cell {
    fn from(words: Words) -> Self {
        Self::Words(words)
    }
}

impl From<Option<Number>> for Cell {
    fn from(number: Option<Number>) -> Self {
        number.map_or(Self::Missing, Self::Number)
    }
}

/// A table, in the order a person should read it.
///
/// ```
/// use tridem_sdk::reporting::{Number, Table, Words};
///
/// let table = Table::new("by-school")
///     .column("visits")
///     .column_in("time", "min")
///     .row(
///         Words::code("contacts", "school", 0),
///         [Number::of(12).resting_on(7), Number::of(340).resting_on(7)],
///     );
/// ```
#[derive(Debug, Clone)]
pub struct Table {
    pub(super) caption: Words,
    /// The label of each column, and the phrase that is its unit.
    pub(super) columns: Vec<(Words, Option<String>)>,
    pub(super) rows: Vec<(Words, Vec<Cell>)>,
}

impl Table {
    /// A table with a caption, and nothing in it yet.
    pub fn new(caption: impl Into<Words>) -> Self {
        Self { caption: caption.into(), columns: Vec::new(), rows: Vec::new() }
    }

    /// Adds a column of plain numbers or of words. At most 32.
    #[must_use]
    pub fn column(mut self, label: impl Into<Words>) -> Self {
        self.columns.push((label.into(), None));
        self
    }

    /// Adds a column of numbers in a unit: the id of a phrase such as `min` or `%`.
    #[must_use]
    pub fn column_in(mut self, label: impl Into<Words>, unit: &str) -> Self {
        self.columns.push((label.into(), Some(unit.to_owned())));
        self
    }

    /// Adds a row with one cell for each column. At most 10,000.
    #[must_use]
    pub fn row<C: Into<Cell>>(
        mut self,
        label: impl Into<Words>,
        cells: impl IntoIterator<Item = C>,
    ) -> Self {
        self.push(label, cells);
        self
    }

    /// Adds a row, as [`row`](Self::row) does, to a table that is being filled.
    pub fn push<C: Into<Cell>>(
        &mut self,
        label: impl Into<Words>,
        cells: impl IntoIterator<Item = C>,
    ) {
        self.rows.push((label.into(), cells.into_iter().map(Into::into).collect()));
    }
}

/// How the host draws a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawing {
    /// A bar for each row, from zero.
    Bars,
    /// A line along the rows, which are months or other steps of time in order.
    Line,
}
