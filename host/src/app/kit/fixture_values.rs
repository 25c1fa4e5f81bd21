//! Values as a test writes them down: codes and persons by word, days by date, what is missing as "".

use super::fixture::{Reading, is_day, key_of};
use super::sheet::{Filling, Value};
use crate::domain::{Dataset, Field, Layout, ShapeField};

impl Reading {
    pub(super) fn column(
        &mut self,
        dataset: &Dataset,
        field: &Field,
        shape: &ShapeField,
        values: &[toml::Value],
    ) -> Filling {
        let mut column = Filling::new(field.layout);
        for (row, value) in values.iter().enumerate() {
            let place = format!("rows.{}.{}, row {}", dataset.name, field.name, row + 1);
            let is_missing = value.as_str().is_some_and(str::is_empty);
            if is_missing && !field.missing {
                self.wrong(format!("{place}: this field is never missing"));
            }
            let value = if is_missing { None } else { self.value(&place, field, shape, value) };
            column.push(value);
        }
        column
    }

    /// One value, written as its field has it.
    fn value(
        &mut self,
        place: &str,
        field: &Field,
        shape: &ShapeField,
        value: &toml::Value,
    ) -> Option<Value> {
        let text = value.as_str();
        let found = match field.layout {
            Layout::Codes => {
                let code = text.map_or_else(|| value.to_string(), str::to_owned);
                return self.code(place, field, shape, &code).map(Value::Code);
            }
            Layout::Sets => {
                let Some(codes) = value.as_array() else {
                    self.wrong(format!("{place} must be a list of codes"));
                    return None;
                };
                let mut set = 0;
                for code in codes {
                    let code = self.code(place, field, shape, code.as_str().unwrap_or_default())?;
                    set |= 1_u64.checked_shl(code.into()).unwrap_or(0);
                }
                return Some(Value::Set(set));
            }
            Layout::Integers if is_day(field) => {
                return self.day(place, value).map(|day| Value::Integer(day.0));
            }
            Layout::Flags => value.as_bool().map(Value::Flag),
            Layout::Integers => {
                value.as_integer().and_then(|it| i32::try_from(it).ok()).map(Value::Integer)
            }
            Layout::Longs => value.as_integer().map(Value::Long),
            Layout::Decimals => {
                let whole = value.as_integer().and_then(|it| i32::try_from(it).ok());
                value.as_float().or(whole.map(f64::from)).map(Value::Decimal)
            }
            Layout::Indexes | Layout::Keys => {
                let word = text.map_or_else(|| value.to_string(), str::to_owned);
                let number = self.person(&field.name, word);
                Some(match field.layout {
                    Layout::Indexes => Value::Index(number),
                    // No plugin may read anything into a pseudonym, so it looks like one.
                    _ => Value::Key(key_of(number)),
                })
            }
            Layout::Texts => text.map(|text| Value::Text(text.to_owned())),
        };
        if found.is_none() {
            let what = match field.layout {
                Layout::Flags => "true or false",
                Layout::Integers | Layout::Longs => "a whole number",
                Layout::Decimals => "a number",
                _ => "a text",
            };
            self.wrong(format!("{place} must be {what}, or \"\" where it is missing"));
        }
        found
    }

    fn code(&mut self, place: &str, field: &Field, shape: &ShapeField, code: &str) -> Option<u16> {
        let found = shape.codes.place(code);
        if found.is_none() {
            let list = field.codes.as_deref().unwrap_or_default();
            self.wrong(format!(
                "{place}: the code list `{list}` has no `{code}`; `.tridem/codes.toml` has those of \
                 a new municipality, and `[codes]` in this file others: {list} = [\"{code}\", ..]"
            ));
        }
        found
    }

    /// The number of a person or a record, by the word that stands for it.
    pub(super) fn person(&mut self, field: &str, word: String) -> u32 {
        let known = self.persons.entry(field.to_owned()).or_default();
        let place = known.iter().position(|found| *found == word).unwrap_or_else(|| {
            known.push(word);
            known.len() - 1
        });
        u32::try_from(place).unwrap_or(u32::MAX)
    }
}
