//! The queries behind `contacts` and `contact_pupils`: one school at a time, along the covering index.

use super::{Asked, Error};

/// A query over the contacts of one school (`?1`) from one day (`?2`) to another (`?3`).
#[derive(Debug)]
pub(super) struct Query {
    pub(super) sql: String,
    /// How many values it takes from a row.
    pub(super) columns: usize,
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
        let expression = |field: &str| {
            expression(dataset, field).ok_or_else(|| Error::NoSuchField {
                dataset: dataset.to_owned(),
                field: field.to_owned(),
            })
        };
        let expressions = asked
            .read_fields()
            .map(|field| expression(&field.name))
            .collect::<Result<Vec<_>, _>>()?;
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
        Ok(Self { sql, columns: expressions.len() })
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
