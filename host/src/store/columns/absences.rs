//! Where the rows of `absences` are.

use super::query::Source;

/// The columns of the index `absence_columns`, last one first; every index ends in the row's key.
const FROM_THE_END: &[&str] = &[
    "absence.key",
    "absence.pupil",
    "absence.amount",
    "absence.unit",
    "absence.status",
    "absence.day",
];

/// Along the index, and for each row to the pupil: whose whereabouts are unknown is absent no more,
/// whatever a school's system goes on to report.
///
/// `CROSS JOIN` keeps `SQLite` from turning the loops around: absences come first.
pub(super) fn source() -> Source {
    let rows = "FROM absence INDEXED BY absence_columns \
                CROSS JOIN pupil ON pupil.key = absence.pupil \
                WHERE absence.school = ?1 AND absence.day BETWEEN ?2 AND ?3 \
                AND (pupil.unknown_from IS NULL OR absence.day < pupil.unknown_from)";
    Source { expression, from_the_end: FROM_THE_END, rows: rows.to_owned() }
}

/// Names in SQL are ours, never a plugin's text.
fn expression(_: &str, field: &str) -> Option<&'static str> {
    Some(match field {
        "day" => "absence.day",
        "status" => "absence.status",
        "unit" => "absence.unit",
        "amount" => "absence.amount",
        "grade" => "pupil.grade",
        "pupil" | "pupil_key" => "absence.pupil",
        "absence_key" => "absence.key",
        _ => return None,
    })
}
