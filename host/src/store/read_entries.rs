//! Reads records of any form, with signs and words in place of keys and codes.

use std::collections::HashMap;
use std::fmt::Write as _;

use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};

use super::entry_sql::{bound, ended_by, named, visible};
use super::read_people::sql_limit;
use super::reader::id;
use super::{Error, Reader};
use crate::domain::{
    Code, CodeLists, Day, Directory, Entered, Entry, EntryVersion, EntryView, FormField, FormKind,
    FormType, Period, Shown,
};

/// Which records to list; the default is all that the scope allows. Everything that is set has to
/// hold.
#[derive(Debug, Clone, Default)]
pub struct EntryFilter {
    /// Only those of this period: whose day lies in it, or one of whose days does where the form has
    /// a field `until`.
    pub period: Option<Period>,
    /// Only the one with this code.
    pub code: Option<String>,
    /// Only those with these values, by the place of the field. Of a set, each code has to be there.
    pub equal: Vec<(usize, Entered)>,
    /// At most so many, the newest.
    pub limit: Option<usize>,
}

impl Reader<'_> {
    /// Records of a form, newest first.
    ///
    /// A record about a pupil, a household, a school or a support case is there for those who may
    /// see that one, and for nobody else; the form says who sees the others.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read); so are those of every function below.
    pub fn entries(&self, kind: FormKind, filter: &EntryFilter) -> Result<Vec<EntryView>, Error> {
        let form = kind.form();
        let mut sql = format!("SELECT {} FROM {} AS t WHERE ", columns(kind), form.table);
        sql.push_str(&visible(self, kind, "t"));
        let mut values: Vec<Value> = Vec::new();
        let mut only = |condition: &str, value: Value| {
            values.push(value);
            let _ = write!(sql, " AND {condition}");
        };
        let when = form.field(&form.when).map_or("recorded_at", FormField::column);
        if let Some(period) = filter.period {
            only(&format!("t.{when} <= ?"), period.last.0.into());
            match ended_by(kind) {
                Some(until) => {
                    let condition = format!("(t.{until} IS NULL OR t.{until} >= ?)");
                    only(&condition, period.first.0.into());
                }
                None => only(&format!("t.{when} >= ?"), period.first.0.into()),
            }
        }
        if let Some(code) = &filter.code {
            only("t.code = ?", code.clone().into());
        }
        for (place, value) in &filter.equal {
            let column = form.fields.get(*place).map_or("code", FormField::column);
            let condition = match value {
                Entered::Missing => format!("t.{column} IS ?"),
                Entered::Set(set) if *set > 0 => {
                    format!("t.{column} & {set} = ?", set = set.cast_signed())
                }
                _ => format!("t.{column} = ?"),
            };
            only(&condition, bound(value));
        }
        let _ = write!(sql, " ORDER BY t.{when} DESC, t.key DESC LIMIT ?");
        values.push(sql_limit(filter.limit).into());
        let mut statement = self.connection.prepare_cached(&sql)?;
        let codes = self.code_lists();
        let rows = statement.query_map(params_from_iter(values), |row| view(row, kind, codes))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The record with this code; `None` also where it may not be seen.
    ///
    /// # Errors
    ///
    /// As [`Reader::entries`].
    pub fn entry(&self, kind: FormKind, code: &str) -> Result<Option<EntryView>, Error> {
        let filter = EntryFilter { code: Some(code.to_owned()), ..EntryFilter::default() };
        Ok(self.entries(kind, &filter)?.pop())
    }

    /// What a record was before each of its changes, oldest first. Whether the record may be seen has
    /// to be asked before; what it was then may have been about somebody else.
    ///
    /// # Errors
    ///
    /// As [`Reader::entries`].
    pub fn entry_versions(&self, view: &EntryView) -> Result<Vec<EntryVersion>, Error> {
        let form = view.entry.form;
        let mut statement = self.connection.prepare_cached(
            "SELECT number, at, by, reason, before FROM entry_version
             WHERE form = ?1 AND record = ?2 ORDER BY number",
        )?;
        let rows = statement.query_map((&form.name, view.key), |row| {
            let before: String = row.get(4)?;
            let before: HashMap<String, String> = serde_json::from_str(&before).unwrap_or_default();
            // A field that came later was not there then.
            let value = |field: &FormField| before.get(&field.name).cloned().unwrap_or_default();
            Ok(EntryVersion {
                number: row.get(0)?,
                at: row.get(1)?,
                by: row.get(2)?,
                reason: row.get(3)?,
                before: form.fields.iter().map(value).collect(),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Everything that records of a form may refer to, besides what every record may.
    ///
    /// # Errors
    ///
    /// As [`Reader::entries`].
    pub fn directory_for(&self, kind: FormKind) -> Result<Directory, Error> {
        let mut directory = self.directory()?;
        let referred =
            kind.form().fields.iter().filter_map(|field| FormKind::of_name(&field.record));
        for kind in referred.chain([kind]) {
            let sql = format!(
                "SELECT t.code, t.key FROM {} AS t WHERE {}",
                kind.table,
                visible(self, kind, "t")
            );
            let known = self.rows(&sql, |row| Ok((row.get(0)?, row.get(1)?)))?;
            directory.entries.insert(&kind.form().name, known.into_iter().collect());
        }
        if kind.name == "interpreting" {
            directory.budgets_left = self.budgets_left()?;
        }
        Ok(directory)
    }

    /// What is left of each interpreter budget, in cents. All bookings count, also those for cases
    /// that may not be seen: money that is gone is gone.
    fn budgets_left(&self) -> Result<HashMap<i64, i64>, Error> {
        let left = self.rows(
            "SELECT key, amount - coalesce(
               (SELECT sum(cost) FROM interpreting WHERE budget = interpreter_budget.key), 0)
             FROM interpreter_budget",
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(left.into_iter().collect())
    }

    /// The short sign for a new record of a form: its prefix with the number after the highest one
    /// that was given, seen or not.
    ///
    /// # Errors
    ///
    /// As [`Reader::entries`].
    pub fn next_sign(&self, kind: FormKind) -> Result<String, Error> {
        let prefix = kind.prefix();
        let sql = format!("SELECT code FROM {} WHERE code GLOB '{prefix}-[0-9]*'", kind.table);
        let codes = self.rows(&sql, |row| row.get::<_, String>(0))?;
        let number = |code: &String| code.get(prefix.len() + 1..)?.parse::<u64>().ok();
        let last = codes.iter().filter_map(number).filter(|number| *number < 1_000_000_000).max();
        Ok(format!("{prefix}-{}", last.unwrap_or(0) + 1))
    }

    /// The days of birth of the pupils that a support case is about: the pupil, or those of the
    /// household. `None` for each that is not known. The case has to be in the scope.
    ///
    /// # Errors
    ///
    /// As [`Reader::entries`].
    pub fn births_of(&self, case: &EntryView) -> Result<Vec<Option<Day>>, Error> {
        let (column, key) = match (case.entry.value("pupil"), case.entry.value("household")) {
            (Entered::Key(pupil), _) => ("key", *pupil),
            (_, Entered::Key(household)) => ("household", *household),
            _ => return Ok(Vec::new()),
        };
        let sql = format!("SELECT birth_day FROM pupil WHERE {column} = ?1 ORDER BY key");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let days = statement.query_map([key], |row| Ok(row.get::<_, Option<i32>>(0)?.map(Day)))?;
        Ok(days.collect::<Result<_, _>>()?)
    }
}

/// The columns of a record, then for each field that refers to something its sign and its name.
fn columns(kind: FormKind) -> String {
    let mut sql = String::from("t.key, t.id, t.recorded_at");
    for field in &kind.form().fields {
        let _ = write!(sql, ", t.{}", field.column());
        if let Some(named) = named(field) {
            let (table, sign, name) = (named.table, named.sign, named.name);
            let column = field.column();
            for said in [sign, name.as_str()] {
                let _ = write!(sql, ", (SELECT {said} FROM {table} WHERE key = t.{column})");
            }
        }
    }
    sql
}

fn view(row: &Row<'_>, kind: FormKind, codes: &CodeLists) -> rusqlite::Result<EntryView> {
    let form = kind.form();
    let mut place = 3;
    let mut values = Vec::with_capacity(form.fields.len());
    let mut said = Vec::with_capacity(form.fields.len());
    for field in &form.fields {
        let (value, words) = value(row, place, field, codes)?;
        place += if named(field).is_some() { 3 } else { 1 };
        values.push(value);
        said.push(words);
    }
    let entry = Entry { id: id(row, 1)?, form, values };
    Ok(EntryView { key: row.get(0)?, entry, said, recorded_at: row.get(2)? })
}

fn value(
    row: &Row<'_>,
    place: usize,
    field: &FormField,
    codes: &CodeLists,
) -> rusqlite::Result<(Entered, Shown)> {
    let missing = (Entered::Missing, Shown::Missing);
    let number = |row: &Row<'_>| row.get::<_, Option<i64>>(place);
    Ok(match field.kind {
        FormType::Sign | FormType::Text => match row.get::<_, Option<String>>(place)? {
            Some(text) => (Entered::Text(text.clone()), Shown::Text(text)),
            None => missing,
        },
        FormType::Day => match row.get::<_, Option<i32>>(place)? {
            Some(day) => (Entered::Day(Day(day)), Shown::Day(Day(day))),
            None => missing,
        },
        FormType::Flag => match row.get::<_, Option<bool>>(place)? {
            Some(flag) => (Entered::Flag(flag), Shown::Flag(flag)),
            None => missing,
        },
        FormType::Code => match row.get::<_, Option<u16>>(place)? {
            Some(code) => {
                let word = code_at(codes, &field.codes, code);
                (Entered::Code(code), Shown::Code(word))
            }
            None => missing,
        },
        FormType::Set => {
            let set = number(row)?.unwrap_or(0).cast_unsigned();
            let list = codes.list(&field.codes);
            let is_in = |place: &u16| set.checked_shr(u32::from(*place)).unwrap_or(0) & 1 == 1;
            let places = (0..list.codes().len()).filter_map(|place| u16::try_from(place).ok());
            let words = places.filter(is_in).map(|place| code_at(codes, &field.codes, place));
            (Entered::Set(set), Shown::Set(words.collect()))
        }
        FormType::Number | FormType::Hundredths | FormType::Cents => match number(row)? {
            Some(units) => {
                let said = match field.kind {
                    FormType::Hundredths => Shown::Hundredths(units),
                    FormType::Cents => Shown::Cents(units),
                    _ => Shown::Number(units),
                };
                (Entered::Number(units), said)
            }
            None => missing,
        },
        FormType::School
        | FormType::Practitioner
        | FormType::Pupil
        | FormType::Household
        | FormType::Record => match number(row)? {
            Some(key) => {
                let name: Option<String> = row.get(place + 2)?;
                let sign =
                    Shown::Sign { code: row.get(place + 1)?, name: name.unwrap_or_default() };
                (Entered::Key(key), sign)
            }
            None => missing,
        },
    })
}

/// The code at a place with its words; with the place where the list does not have it.
fn code_at(codes: &CodeLists, list: &str, place: u16) -> Code {
    let unknown = || Code { code: place.to_string(), de: "?".into(), en: "?".into() };
    codes.list(list).at(place).cloned().unwrap_or_else(unknown)
}
