//! Where the rows of `contacts` and `contact_pupils` are.

use super::query::{Query, Source};
use super::{Asked, Error};
use crate::domain::Field;

/// The columns of the index `contact_columns`, last one first; every index ends in the row's key.
const FROM_THE_END: [&str; 13] = [
    "contact.key",
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
pub(super) const KEPT: [&str; 13] = FROM_THE_END;

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

/// Contacts along the index, and for `contact_pupils` from each one to its pupils.
pub(super) fn source(asked: &Asked<'_>) -> Source {
    // `CROSS JOIN` keeps SQLite from turning the loops around: contacts come first.
    let pupils = match asked.dataset.name.as_str() {
        "contact_pupils" if asked.has("grade") || asked.has("birth_day") => {
            "CROSS JOIN contact_pupil ON contact_pupil.contact = contact.key \
             CROSS JOIN pupil ON pupil.key = contact_pupil.pupil"
        }
        "contact_pupils" => "CROSS JOIN contact_pupil ON contact_pupil.contact = contact.key",
        _ => "",
    };
    let rows = format!(
        "FROM contact INDEXED BY contact_columns {pupils} \
         WHERE contact.school = ?1 AND contact.day BETWEEN ?2 AND ?3",
    );
    Source { expression, from_the_end: &FROM_THE_END, rows }
}

/// Where a field's values are. Names in SQL are ours, never a plugin's text: this match is why a
/// query cannot carry SQL in from outside. No note is in it, and none may ever be.
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
        ("contacts", "contact_key") => "contact.key",
        ("contact_pupils", "grade") => "pupil.grade",
        ("contact_pupils", "birth_day") => "pupil.birth_day",
        ("contact_pupils", "pupil" | "pupil_key") => "contact_pupil.pupil",
        _ => return None,
    })
}
