//! The datasets of forms: one query for each, made from what the form says of its fields.
//!
//! All names in a query are those of `schemas/records.toml` and our own, never a plugin's text.

use std::collections::HashMap;

use rusqlite::{Connection, Row, params};

use super::filling::Filling;
use super::{Asked, Error, ListedSchool};
use crate::domain::{Field, Form, FormType, Period};
use crate::store::sink::{Block, MISSING};

/// What stands for the school of a row without one. Schools have smaller places; see
/// [`lists::schools`](super::lists::schools).
pub(super) const NO_SCHOOL: u16 = u16::MAX;

/// Which records are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct See {
    /// Those that belong to a school.
    pub(super) schools: bool,
    /// Those that belong to none.
    pub(super) schoolless: bool,
}

/// Hands `take` blocks of at most [`BATCH_ROWS`](crate::domain::BATCH_ROWS) rows, never empty: one
/// for each record of the form whose days touch the request's period, and which belongs to one of
/// `schools`, or to none where that may be seen.
///
/// Rows come by school, in the order of `schools`, those without a school last; then by the day that
/// the form names, then in the order in which they were recorded.
///
/// Returns the number of rows.
pub(super) fn read<E: From<Error>>(
    connection: &Connection,
    form: &Form,
    schools: &[ListedSchool],
    see: See,
    asked: &Asked<'_>,
    take: impl FnMut(&Block) -> Result<(), E>,
) -> Result<u64, E> {
    let values: Vec<Value> = asked
        .read_fields()
        .map(|field| Value::of(connection, form, asked, field))
        .collect::<Result<_, Error>>()?;
    let places: HashMap<i64, u16> =
        (0..).zip(schools).map(|(place, school)| (school.key.0, place)).collect();
    let sql = sql(form, &values);
    let mut statement = connection.prepare(&sql).map_err(Error::from)?;
    let Period { first, last } = asked.period;
    let mut rows = statement.query(params![first.0, last.0]).map_err(Error::from)?;
    let mut out = Filling::new(values.len(), take);
    let mut numbers = Vec::with_capacity(values.len());
    while let Some(row) = rows.next().map_err(Error::from)? {
        let school: Option<i64> = row.get(0).map_err(Error::from)?;
        let place = match school {
            None if see.schoolless => NO_SCHOOL,
            None => continue,
            Some(key) => match places.get(&key) {
                Some(place) if see.schools => *place,
                _ => continue,
            },
        };
        numbers.clear();
        for (column, value) in (1..).zip(&values) {
            numbers.push(value.read(row, column).map_err(Error::from)?);
        }
        out.add(place, numbers.iter().copied())?;
    }
    out.finish()
}

/// How a field's number is taken from a row.
struct Value {
    expression: String,
    /// For a reference to a record that is a code: its place by its key.
    codes: Option<HashMap<i64, i64>>,
}

impl Value {
    fn of(
        connection: &Connection,
        form: &Form,
        asked: &Asked<'_>,
        field: &Field,
    ) -> Result<Self, Error> {
        let unknown = || Error::NoSuchField {
            dataset: asked.dataset.name.clone(),
            field: field.name.clone(),
        };
        let plain = |expression: String| Ok(Self { expression, codes: None });
        if field.name == form.table {
            return plain(own_number(form));
        }
        match field.name.as_str() {
            "form" if has_pupil(form) => return plain("school.form".into()),
            "grade" if has_pupil(form) => return plain("whose.grade".into()),
            "pupil_key" => return plain("entry.pupil".into()),
            "household_key" => return plain("entry.household".into()),
            _ => {}
        }
        if field.codes.as_ref() == Some(&form.name) {
            // The record itself, as those name it that refer to it.
            return Ok(Self {
                expression: "entry.key".into(),
                codes: Some(places(connection, form)?),
            });
        }
        let own = form.field(&field.name).ok_or_else(unknown)?;
        let expression = format!("entry.{}", own.column());
        let is_listed = own.kind == FormType::Record && field.codes.is_some();
        let listed = Form::of_name(&own.record).filter(|_| is_listed);
        let codes = listed.map(|form| places(connection, form)).transpose()?;
        Ok(Self { expression, codes })
    }

    fn read(&self, row: &Row<'_>, column: usize) -> rusqlite::Result<i64> {
        let Some(number) = row.get::<_, Option<i64>>(column)? else { return Ok(MISSING) };
        // A record that is in no list is damage, which the converter finds by a place past the last.
        let place = |codes: &HashMap<i64, i64>| codes.get(&number).copied().unwrap_or(i64::MAX);
        Ok(self.codes.as_ref().map_or(number, place))
    }
}

fn has_pupil(form: &Form) -> bool {
    form.field("pupil").is_some_and(|field| field.kind == FormType::Pupil)
}

/// By what the records of a form are numbered: each by its own key, but consents by the first one
/// that is about the same pupil, or about the same household and no pupil.
fn own_number(form: &Form) -> String {
    if form.table != "consent" {
        return "entry.key".into();
    }
    let first = |condition: &str| {
        format!("(SELECT min(other.key) FROM consent AS other WHERE {condition})")
    };
    format!(
        "coalesce({}, {})",
        first("other.pupil = entry.pupil"),
        first("other.pupil IS NULL AND other.household = entry.household")
    )
}

/// The places of a form's records by their keys, as [`lists::codes`](super::lists::codes) has them.
fn places(connection: &Connection, form: &Form) -> Result<HashMap<i64, i64>, Error> {
    let sql = format!("SELECT key FROM {} ORDER BY key", form.table);
    let mut statement = connection.prepare_cached(&sql)?;
    let keys = statement.query_map([], |row| row.get(0))?;
    let keys: Vec<i64> = keys.collect::<Result<_, _>>()?;
    Ok(keys.into_iter().zip(0..).collect())
}

/// The query, with the first (`?1`) and the last day (`?2`) of the period. Its first value is the
/// key of the school.
fn sql(form: &Form, values: &[Value]) -> String {
    // From a record to its school: its own, or that of its pupil, or of its support case's pupil.
    let (joins, school) = if has_pupil(form) {
        ("LEFT JOIN pupil AS whose ON whose.key = entry.pupil", "whose.school")
    } else if form.field("support_case").is_some() {
        (
            "LEFT JOIN support_case AS of_case ON of_case.key = entry.support_case \
             LEFT JOIN pupil AS whose ON whose.key = of_case.pupil",
            "whose.school",
        )
    } else if form.field("school").is_some() {
        ("", "entry.school")
    } else {
        ("", "NULL")
    };
    let day = |name: &str| form.field(name).map(|field| format!("entry.{}", field.column()));
    let first = day(&form.when).unwrap_or_default();
    let touches = match form.last_day().and_then(|field| day(&field.name)) {
        Some(last) => format!("{first} <= ?2 AND ({last} IS NULL OR {last} >= ?1)"),
        None => format!("{first} BETWEEN ?1 AND ?2"),
    };
    let values: Vec<&str> = values.iter().map(|value| value.expression.as_str()).collect();
    let values = [&["school.key"], &values[..]].concat().join(", ");
    format!(
        "SELECT {values} FROM {} AS entry {joins} \
         LEFT JOIN school ON school.key = {school} WHERE {touches} \
         ORDER BY school.number IS NULL, school.number, {first}, entry.key",
        form.table
    )
}
