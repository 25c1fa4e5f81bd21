//! The query behind a dataset that is read row by row: one school at a time, along a covering index.

use super::{Asked, Error, absences, contacts};
use crate::domain::Field;

/// Where the rows of a dataset are. All names in it are our own.
pub(super) struct Source {
    /// Where a field's values are.
    pub(super) expression: fn(dataset: &str, field: &str) -> Option<&'static str>,
    /// The columns of the index, last one first.
    ///
    /// `SQLite` finds its way through the columns of a row up to the one that is asked for and then
    /// knows it for those before, so a query that begins with the last is a tenth faster.
    pub(super) from_the_end: &'static [&'static str],
    /// The tables and the condition, for one school (`?1`) from one day (`?2`) to another (`?3`).
    pub(super) rows: String,
}

/// A query over the rows of one school (`?1`) from one day (`?2`) to another (`?3`).
#[derive(Debug)]
pub(super) struct Query {
    pub(super) sql: String,
    /// For each value that it takes from a row, whether it may be missing.
    pub(super) may_miss: Vec<bool>,
    /// For each of [`Asked::read_fields`], the place of its value among them.
    pub(super) places: Vec<usize>,
}

impl Query {
    /// The query for a request for `contacts`, `contact_pupils` or `absences`.
    ///
    /// It says nothing about order, since `SQLite` has no order for the rows of an aggregate but the
    /// one in which it finds them. `INDEXED BY` settles where that is. Tests:
    /// `rows_come_along_the_covering_index_and_nothing_is_sorted` and
    /// `absences_come_along_their_covering_index_and_nothing_is_sorted`.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchField`] for a field that no column of the store holds.
    pub(super) fn new(asked: &Asked<'_>) -> Result<Self, Error> {
        let dataset = asked.dataset.name.as_str();
        let source = match dataset {
            "absences" => absences::source(),
            _ => contacts::source(asked),
        };
        let value = |field: &'static Field| {
            let expression = (source.expression)(dataset, &field.name).ok_or_else(|| {
                Error::NoSuchField { dataset: dataset.to_owned(), field: field.name.clone() }
            })?;
            Ok((expression, field.missing))
        };
        let values = asked.read_fields().map(value).collect::<Result<Vec<_>, Error>>()?;
        let mut taken = values.clone();
        let place = |expression| source.from_the_end.iter().position(|other| *other == expression);
        taken.sort_by_key(|(expression, _)| (place(*expression), *expression));
        taken.dedup();
        let place = |value| taken.iter().position(|other| other == value);
        let places = values.iter().filter_map(place).collect();
        let (expressions, may_miss): (Vec<_>, _) = taken.into_iter().unzip();
        let sql = format!("SELECT tridem_sink({}) {}", expressions.join(", "), source.rows);
        Ok(Self { sql, may_miss, places })
    }
}
