//! Reads what sheets show besides the lists: records of forms with what they belong to, the last
//! contact with each pupil, and how much of each class of records is kept.

use std::collections::HashMap;

use rusqlite::{Row, params};

use super::reader::{day, id};
use super::{Error, Reader};
use crate::domain::{
    Day, Entered, Entry, Form, FormField, FormType, PupilKey, Schools, Visible,
};

/// A record of a form with its row, to which other records refer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRecord {
    /// Its row.
    pub key: i64,
    /// What stands in it.
    pub entry: Entry,
}

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
    /// The records of a form in the order in which they were recorded, as far as the scope allows: a
    /// record about a pupil, a household, a school or a support case is seen by whoever may see all of
    /// these that it names, and one about nobody in particular as [`Form::visible`] says.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read); so are those of every function below.
    pub fn sheet_records(&self, form: &'static Form) -> Result<Vec<SheetRecord>, Error> {
        let columns: Vec<String> =
            form.fields.iter().map(|field| format!("t.{}", field.column())).collect();
        let sql = format!(
            "SELECT t.key, t.id, {} FROM {} AS t WHERE {} ORDER BY t.key",
            columns.join(", "),
            form.table,
            self.form_in_scope(form)
        );
        self.rows(&sql, |row| {
            let values = form.fields.iter().zip(2..).map(|(field, place)| entered(row, place, field));
            let values = values.collect::<Result<_, _>>()?;
            Ok(SheetRecord { key: row.get(0)?, entry: Entry { id: id(row, 1)?, form, values } })
        })
    }

    /// A condition that holds where a record `t` of the form may be seen. It is made of our own words
    /// and of numbers.
    fn form_in_scope(&self, form: &Form) -> String {
        if self.scope.schools == Schools::All {
            return "TRUE".to_owned();
        }
        let mut conditions = Vec::new();
        let mut owners = Vec::new();
        for field in &form.fields {
            let condition = match field.kind {
                FormType::Pupil => self.pupil_condition("t.pupil"),
                FormType::Household => self.household_in_scope("t.household"),
                FormType::School => self.in_scope("t.school"),
                FormType::Record if field.record == "support-cases" => format!(
                    "t.support_case IN (SELECT c.key FROM support_case AS c
                      WHERE (c.pupil IS NULL OR {}) AND (c.household IS NULL OR {}))",
                    self.pupil_condition("c.pupil"),
                    self.household_in_scope("c.household")
                ),
                _ => continue,
            };
            let column = field.column();
            conditions.push(format!("(t.{column} IS NULL OR {condition})"));
            owners.push(format!("t.{column} IS NOT NULL"));
        }
        if form.visible == Visible::Programme {
            let is_owned = if owners.is_empty() { "FALSE".to_owned() } else { owners.join(" OR ") };
            conditions.push(format!("({is_owned})"));
        }
        if conditions.is_empty() { "TRUE".to_owned() } else { conditions.join(" AND ") }
    }

    fn pupil_condition(&self, column: &'static str) -> String {
        format!(
            "EXISTS (SELECT 1 FROM pupil AS one WHERE one.key = {column} AND {})",
            self.in_scope("one.school")
        )
    }

    /// The day of the last contact with each pupil or with their household, up to `until`; attempts
    /// are none. Pupils whom nobody has talked to are not in it.
    ///
    /// # Errors
    ///
    /// As [`Reader::sheet_records`].
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
        let found = statement.query_map(params![until.0], |row| {
            Ok((PupilKey(row.get(0)?), Day(row.get(1)?)))
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// How much is kept of each class of records, and then of each form, with the oldest and the
    /// newest day. It is the whole municipality's, whatever the scope.
    ///
    /// # Errors
    ///
    /// As [`Reader::sheet_records`].
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

/// What stands in a column of a form's table.
fn entered(row: &Row<'_>, place: usize, field: &FormField) -> rusqlite::Result<Entered> {
    let whole = || row.get::<_, Option<i64>>(place);
    let small = |value: i64| u16::try_from(value).unwrap_or(u16::MAX);
    Ok(match field.kind {
        FormType::Sign | FormType::Text => {
            row.get::<_, Option<String>>(place)?.map_or(Entered::Missing, Entered::Text)
        }
        FormType::Day => day(row, place)?.map_or(Entered::Missing, Entered::Day),
        FormType::Flag => whole()?.map_or(Entered::Missing, |flag| Entered::Flag(flag != 0)),
        FormType::Code => whole()?.map_or(Entered::Missing, |code| Entered::Code(small(code))),
        FormType::Set => whole()?.map_or(Entered::Missing, |set| Entered::Set(set.cast_unsigned())),
        FormType::Number | FormType::Hundredths | FormType::Cents => {
            whole()?.map_or(Entered::Missing, Entered::Number)
        }
        FormType::School
        | FormType::Practitioner
        | FormType::Pupil
        | FormType::Household
        | FormType::Record => whole()?.map_or(Entered::Missing, Entered::Key),
    })
}
