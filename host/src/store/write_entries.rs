//! Adds and changes records of any form, and keeps each as it was before.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, params, params_from_iter};
use serde_json::json;

use super::entry_sql::bound;
use super::ledger::{Sign, hex};
use super::writer::refusal;
use super::{Error, Writer};
use crate::domain::{Action, Entered, Entry, EntryView, Form, FormField, FormKind, Scope};

/// How messages name it.
const WHAT: &str = "the record";

impl Writer<'_> {
    /// Lets bookings of interpreting go beyond their budget from now on. Somebody has to have said so.
    pub fn allow_over_budget(&mut self) {
        self.over_budget = true;
    }

    /// Adds a record of a form and gives its row. The values have to be those of an importer: of the
    /// types that the form says, in its bounds.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] for its code; [`Error::Dangling`]; [`Error::OverBudget`];
    /// [`Error::Refused`] where it breaks a rule of the form.
    pub fn add_entry(&mut self, entry: &Entry, recorded_at: i64) -> Result<i64, Error> {
        let form = entry.form;
        let over = self.beyond_budget(entry, None)?;
        let columns: Vec<&str> = form.fields.iter().map(FormField::column).collect();
        let places: Vec<String> =
            (1..=columns.len() + 2).map(|place| format!("?{place}")).collect();
        let sql = format!(
            "INSERT INTO {} (id, recorded_at, {}) VALUES ({})",
            form.table,
            columns.join(", "),
            places.join(", ")
        );
        let mut values = vec![entry.id.bytes().to_vec().into(), recorded_at.into()];
        for value in &entry.values {
            values.push(bound(&self.settled(form, value)?));
        }
        self.connection.prepare_cached(&sql)?.execute(params_from_iter(values)).map_err(
            |error| refusal(error, WHAT, || ("a record with the code", entry.code().into())),
        )?;
        let key = self.connection.last_insert_rowid();
        if over > 0 {
            let details = json!({ "form": form.name, "over_budget_cents": over });
            self.note(Action::RecordAdd, entry.id.to_string(), &details);
        } else {
            self.note_record(Action::RecordAdd, &form.name, Sign::Id(entry.id));
        }
        Ok(key)
    }

    /// Makes the record with the id of `changed` what `changed` says, and keeps what it was before
    /// with the reason, which may be empty. Gives the names of the fields that changed.
    ///
    /// # Errors
    ///
    /// [`Error::NothingChanged`], and those of [`Writer::add_entry`]. After an error that comes once
    /// the old version was kept, this writer cannot be committed any more.
    pub fn change_entry(
        &mut self,
        changed: &Entry,
        reason: &str,
    ) -> Result<Vec<&'static str>, Error> {
        let form = changed.form;
        let before = self.entry_of_id(changed)?.ok_or(Error::Dangling { what: WHAT })?;
        let values: Vec<Entered> = changed
            .values
            .iter()
            .map(|value| self.settled(form, value))
            .collect::<Result<_, _>>()?;
        let pairs = form.fields.iter().zip(before.entry.values.iter().zip(&values));
        let differing: Vec<(&FormField, &Entered)> = pairs
            .filter(|(_, (old, new))| old != new)
            .map(|(field, (_, new))| (field, new))
            .collect();
        if differing.is_empty() {
            return Err(Error::NothingChanged);
        }
        let over = self.beyond_budget(changed, Some(&before))?;
        self.written_in_part = true;
        let number = self.keep_entry(&before, reason)?;
        let sets: Vec<String> = differing
            .iter()
            .zip(2..)
            .map(|((field, _), place)| format!("{} = ?{place}", field.column()))
            .collect();
        let sql = format!("UPDATE {} SET {} WHERE key = ?1", form.table, sets.join(", "));
        let mut parameters = vec![before.key.into()];
        parameters.extend(differing.iter().map(|(_, value)| bound(value)));
        self.connection.prepare_cached(&sql)?.execute(params_from_iter(parameters)).map_err(
            |error| refusal(error, WHAT, || ("a record with the code", changed.code().into())),
        )?;
        self.written_in_part = false;
        let names: Vec<&'static str> = form
            .fields
            .iter()
            .filter(|field| differing.iter().any(|(other, _)| other.name == field.name))
            .map(|field| field.name.as_str())
            .collect();
        let mut details = json!({ "form": form.name, "version": number + 1, "fields": names });
        if over > 0 {
            details["over_budget_cents"] = json!(over);
        }
        self.note(Action::RecordChange, changed.id.to_string(), &details);
        Ok(names)
    }

    /// Notes that records of a kind were handed out as a file with that SHA-256.
    pub fn note_export(&mut self, kind: &str, rows: u64, sha256: &[u8; 32]) {
        let details = json!({ "rows": rows, "sha256": hex(sha256) });
        self.note(Action::ExportMake, kind, &details);
    }

    fn entry_of_id(&self, entry: &Entry) -> Result<Option<EntryView>, Error> {
        let sql = format!("SELECT code FROM {} WHERE id = ?1", entry.form.table);
        let code: Option<String> = self
            .connection
            .prepare_cached(&sql)?
            .query_row([entry.id.bytes()], |row| row.get(0))
            .optional()?;
        match code {
            Some(code) => {
                self.read_all(&Scope::municipality()).entry(FormKind::from(entry.form), &code)
            }
            None => Ok(None),
        }
    }

    /// Keeps a record as it is now and gives the number of that version.
    fn keep_entry(&self, view: &EntryView, reason: &str) -> Result<u32, Error> {
        let form = view.entry.form;
        let number: u32 = self
            .connection
            .prepare_cached(
                "SELECT count(*) + 1 FROM entry_version WHERE form = ?1 AND record = ?2",
            )?
            .query_row((&form.name, view.key), |row| row.get(0))?;
        let before: BTreeMap<&str, String> = view.in_file().collect();
        let author = &self.ledger.author;
        self.connection
            .prepare_cached(
                "INSERT INTO entry_version (form, record, number, at, by, reason, before)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                form.name,
                view.key,
                number,
                author.at,
                author.code,
                reason.trim(),
                json!(before).to_string(),
            ])?;
        Ok(number)
    }

    /// A value with the row of a record that has one by now.
    fn settled(&self, form: &Form, value: &Entered) -> Result<Entered, Error> {
        let Entered::Earlier(id) = value else { return Ok(value.clone()) };
        let sql = format!("SELECT key FROM {} WHERE id = ?1", form.table);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let key = statement.query_row([id.bytes()], |row| row.get(0)).optional()?;
        key.map(Entered::Key).ok_or(Error::Dangling { what: WHAT })
    }

    /// By how many cents a booking or a smaller budget goes beyond what there is; 0 where it does not.
    fn beyond_budget(&self, entry: &Entry, before: Option<&EntryView>) -> Result<i64, Error> {
        let is_as_before =
            |name: &str| before.is_some_and(|before| before.entry.value(name) == entry.value(name));
        let own = before.map_or(-1, |before| before.key);
        let (budget, cost, amount) = match entry.form.name.as_str() {
            "interpreting" if !(is_as_before("budget") && is_as_before("cost")) => {
                let (Entered::Key(budget), Entered::Number(cost)) =
                    (entry.value("budget"), entry.value("cost"))
                else {
                    return Ok(0);
                };
                (*budget, *cost, None)
            }
            "interpreter-budgets" if own >= 0 => {
                let Entered::Number(amount) = entry.value("amount") else { return Ok(0) };
                (own, 0, Some(*amount))
            }
            _ => return Ok(0),
        };
        let found = self
            .connection
            .prepare_cached(
                "SELECT code, amount, coalesce(
                   (SELECT sum(cost) FROM interpreting WHERE budget = ?1 AND (?3 OR key <> ?2)), 0)
                 FROM interpreter_budget WHERE key = ?1",
            )?
            .query_row((budget, own, amount.is_some()), |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
            })
            .optional()?;
        let Some((code, granted, booked)) = found else { return Ok(0) };
        let left = amount.unwrap_or(granted) - booked;
        let is_more = amount.is_some_and(|amount| amount >= granted);
        let over = cost - left;
        if over <= 0 || is_more || (amount.is_none() && cost == 0) {
            return Ok(0);
        }
        if self.over_budget {
            return Ok(over);
        }
        Err(Error::OverBudget { budget: code, left, over })
    }
}
