//! Where the rows of `contacts` and `contact_pupils` are.

use super::Asked;
use super::query::Source;

/// The columns of the index `contact_columns`, last one first.
const FROM_THE_END: &[&str] = &[
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
    Source { expression, from_the_end: FROM_THE_END, rows }
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
        ("contact_pupils", "grade") => "pupil.grade",
        ("contact_pupils", "birth_day") => "pupil.birth_day",
        ("contact_pupils", "pupil" | "pupil_key") => "contact_pupil.pupil",
        _ => return None,
    })
}
