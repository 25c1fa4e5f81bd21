//! The queries behind `contacts` and `contact_pupils`: one school at a time, along the covering index.

use super::{Asked, Error};
use crate::domain::Field;

/// The columns of the index `contact_columns`, last one first.
///
/// `SQLite` finds its way through the columns of a row up to the one that is asked for and then
/// knows it for those before, so a query that begins with the last is a tenth faster.
const FROM_THE_END: [&str; 12] = [
    "contact.household",
    "contact.interpreter",
    "contact.language",
    "contact.consultation",
    "contact.persons",
    "contact.minutes",
    "contact.topics",
    "contact.roles",
    "contact.attempt",
    "contact.result",
    "contact.kind",
    "contact.day",
];

/// Which of them may be missing.
const MAY_MISS: [&str; 3] = ["contact.household", "contact.language", "contact.consultation"];

/// The columns of `contact` that a chunk keeps, in the order of [`every_column`]'s values.
pub(super) const KEPT: [&str; 12] = FROM_THE_END;

/// The query that reads all that a chunk keeps; see [`Query::new`].
pub(super) fn every_column() -> Query {
    Query {
        sql: format!(
            "SELECT tridem_sink({}) FROM contact INDEXED BY contact_columns \
             WHERE contact.school = ?1 AND contact.day BETWEEN ?2 AND ?3",
            KEPT.join(", "),
        ),
        may_miss: KEPT.iter().map(|column| MAY_MISS.contains(column)).collect(),
        places: (0..KEPT.len()).collect(),
    }
}

/// The columns of a chunk that hold the values of [`Asked::read_fields`] of `contacts`.
///
/// # Errors
///
/// [`Error::NoSuchField`] for a field that no column holds.
pub(super) fn kept(asked: &Asked<'_>) -> Result<Vec<&'static str>, Error> {
    let column = |field: &'static Field| {
        let column = expression("contacts", &field.name).filter(|found| KEPT.contains(found));
        column.ok_or_else(|| Error::NoSuchField {
            dataset: asked.dataset.name.clone(),
            field: field.name.clone(),
        })
    };
    asked.read_fields().map(column).collect()
}

/// A query over the contacts of one school (`?1`) from one day (`?2`) to another (`?3`).
#[derive(Debug)]
pub(super) struct Query {
    pub(super) sql: String,
    /// For each value that it takes from a row, whether it may be missing.
    pub(super) may_miss: Vec<bool>,
    /// For each of [`Asked::read_fields`], the place of its value among them.
    pub(super) places: Vec<usize>,
}

impl Query {
    /// The query for a request for `contacts` or `contact_pupils`.
    ///
    /// It says nothing about order, since `SQLite` has no order for the rows of an aggregate but the
    /// one in which it finds them. `INDEXED BY` settles where that is. Test:
    /// `rows_come_along_the_covering_index_and_nothing_is_sorted`.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchField`] for a field that no column of the store holds.
    pub(super) fn new(asked: &Asked<'_>) -> Result<Self, Error> {
        let dataset = asked.dataset.name.as_str();
        let source = |field: &'static Field| {
            let expression = expression(dataset, &field.name).ok_or_else(|| {
                Error::NoSuchField { dataset: dataset.to_owned(), field: field.name.clone() }
            })?;
            Ok((expression, field.missing))
        };
        let sources = asked.read_fields().map(source).collect::<Result<Vec<_>, Error>>()?;
        let mut taken = sources.clone();
        let place = |expression| FROM_THE_END.iter().position(|other| *other == expression);
        taken.sort_by_key(|(expression, _)| (place(*expression), *expression));
        taken.dedup();
        let place = |source| taken.iter().position(|other| other == source);
        let places = sources.iter().filter_map(place).collect();
        let (expressions, may_miss): (Vec<_>, _) = taken.into_iter().unzip();

        // `CROSS JOIN` keeps SQLite from turning the loops around: contacts come first.
        let pupils = match dataset {
            "contact_pupils" if asked.has("grade") || asked.has("birth_day") => {
                "CROSS JOIN contact_pupil ON contact_pupil.contact = contact.key \
                 CROSS JOIN pupil ON pupil.key = contact_pupil.pupil"
            }
            "contact_pupils" => "CROSS JOIN contact_pupil ON contact_pupil.contact = contact.key",
            _ => "",
        };
        let sql = format!(
            "SELECT tridem_sink({}) FROM contact INDEXED BY contact_columns {pupils} \
             WHERE contact.school = ?1 AND contact.day BETWEEN ?2 AND ?3",
            expressions.join(", "),
        );
        Ok(Self { sql, may_miss, places })
    }
}

/// Where a field's values are. Names in SQL are ours, never a plugin's text: this match is why the
/// `format!` above cannot carry SQL in from outside. No note is in it, and none may ever be.
fn expression(dataset: &str, field: &str) -> Option<&'static str> {
    Some(match (dataset, field) {
        (_, "day") => "contact.day",
        (_, "kind") => "contact.kind",
        (_, "team_form") => "contact.roles",
        (_, "attempt") => "contact.attempt",
        (_, "topics") => "contact.topics",
        (_, "minutes") => "contact.minutes",
        ("contacts", "result") => "contact.result",
        ("contacts", "persons") => "contact.persons",
        ("contacts", "consultation") => "contact.consultation",
        ("contacts", "language") => "contact.language",
        ("contacts", "interpreter") => "contact.interpreter",
        ("contacts", "household" | "household_key") => "contact.household",
        ("contact_pupils", "grade") => "pupil.grade",
        ("contact_pupils", "birth_day") => "pupil.birth_day",
        ("contact_pupils", "pupil" | "pupil_key") => "contact_pupil.pupil",
        _ => return None,
    })
}
