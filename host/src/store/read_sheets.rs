//! Reads what sheets show besides the lists: the last contact with each pupil, and how much of each
//! class of records is kept.

use std::collections::HashMap;

use rusqlite::params;

use super::reader::day;
use super::{Error, Reader};
use crate::domain::{Day, Form, PupilKey};

/// How much of a class of records is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its permanent name: a table of the store.
    pub class: &'static str,
    /// How many.
    pub records: i64,
    /// The oldest and the newest day, where its records have one.
    pub days: Option<(Day, Day)>,
}

/// The classes of records that are about people, each with the SQL of its day; no form is among them.
const CLASSES: [(&str, Option<&str>); 13] = [
    ("school", None),
    ("practitioner", None),
    ("household", None),
    ("pupil", Some("enrolled_from")),
    ("contact", Some("day")),
    ("private_note", Some("(SELECT c.day FROM contact AS c WHERE c.key = contact)")),
    ("absence", Some("day")),
    ("absence_total", None),
    ("task", Some("proposed_on")),
    ("contact_version", None),
    ("report", Some("run_at / 86400")),
    ("plugin_run", Some("run_at / 86400")),
    ("audit", Some("at / 86400")),
];

impl Reader<'_> {
    /// The day of the last contact with each pupil or with their household, up to `until`; attempts
    /// are none. Pupils whom nobody has talked to are not in it.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn last_contacts(&self, until: Day) -> Result<HashMap<PupilKey, Day>, Error> {
        let sql = format!(
            "SELECT p.key, max(d.day) FROM pupil AS p JOIN (
               SELECT cp.pupil AS pupil, c.day AS day
               FROM contact_pupil AS cp JOIN contact AS c ON c.key = cp.contact
               WHERE NOT c.attempt AND c.day <= ?1 AND {0}
               UNION ALL
               SELECT k.key, c.day FROM contact AS c JOIN pupil AS k ON k.household = c.household
               WHERE NOT c.attempt AND c.day <= ?1 AND {0}
             ) AS d ON d.pupil = p.key
             WHERE {1} GROUP BY p.key",
            self.in_scope("c.school"),
            self.in_scope("p.school")
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement
            .query_map(params![until.0], |row| Ok((PupilKey(row.get(0)?), Day(row.get(1)?))))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// How much is kept of each class of records, and then of each form, with the oldest and the
    /// newest day. It is the whole municipality's, whatever the scope.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn kept(&self) -> Result<Vec<Kept>, Error> {
        let classes = CLASSES.into_iter().map(|(class, day)| (class, day.map(str::to_owned)));
        let forms = Form::all().iter().map(|form| {
            let when = form.field(&form.when).map(|field| field.column().to_owned());
            (form.table.as_str(), when)
        });
        let mut found = Vec::new();
        for (class, when) in classes.chain(forms) {
            let when = when.unwrap_or_else(|| "NULL".to_owned());
            let sql = format!("SELECT count(*), min({when}), max({when}) FROM {class}");
            let kept = self.connection.query_row(&sql, [], |row| {
                let days = day(row, 1)?.zip(day(row, 2)?);
                Ok(Kept { class, records: row.get(0)?, days })
            })?;
            found.push(kept);
        }
        Ok(found)
    }
}
