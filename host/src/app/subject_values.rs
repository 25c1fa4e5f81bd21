//! What is kept about a person, value by value, for that person to read: words for codes, days for numbers,
//! and nobody else by name.

use serde_json::{Map, Value};

use crate::domain::{
    Action, Code, CodeLists, Day, Form, FormType, Number, SheetCell, SheetColumn, SheetTable, Text,
};
use crate::store::{KeptTable, Person, Raw, Reader, Whose};

use super::sheets::{use_case_words, words};
use super::subject::day_of;
use super::subject_words::{Column, Described, Means, described};
use super::{Error, RightsError};

/// The words of a table.
///
/// # Errors
///
/// [`RightsError::NoWords`] for a table that nobody has described; a test keeps that from happening.
pub(super) fn words_of(table: &str) -> Result<Described, Error> {
    Ok(described(table).ok_or_else(|| RightsError::NoWords(table.to_owned()))?)
}

/// What values are read with: the codes, and who the person is.
pub(super) struct Own<'r> {
    reader: &'r Reader<'r>,
    codes: &'r CodeLists,
    person: &'r Person,
    /// The signs of the children and the household.
    signs: Vec<String>,
}

impl<'r> Own<'r> {
    pub(super) fn new(reader: &'r Reader<'r>, person: &'r Person, kept: &[KeptTable]) -> Self {
        let mut signs = vec![person.code.clone()];
        for table in kept.iter().filter(|table| ["pupil", "household"].contains(&table.table)) {
            signs.extend(table.column("code").filter_map(|raw| match raw {
                Raw::Text(code) => Some(code.clone()),
                _ => None,
            }));
        }
        Self { reader, codes: reader.code_lists(), person, signs }
    }

    pub(super) fn table(&self, kept: &KeptTable) -> Result<SheetTable, Error> {
        let described = words_of(kept.table)?;
        let shown: Vec<(usize, &Column)> = described
            .columns
            .iter()
            .filter(|column| column.means != Means::Nothing)
            .filter_map(|column| {
                Some((kept.columns.iter().position(|name| name == column.name)?, column))
            })
            .collect();
        let form = kept.columns.iter().position(|name| name == "form");
        let mut rows = Vec::new();
        for row in &kept.rows {
            let form = form.and_then(|place| match &row[place] {
                Raw::Text(form) => Some(form.as_str()),
                _ => None,
            });
            let cells = shown.iter().map(|(place, column)| self.cell(&row[*place], column, form));
            rows.push(cells.collect::<Result<Vec<_>, Error>>()?);
        }
        let columns = shown
            .iter()
            .map(|(_, column)| SheetColumn {
                name: column.name,
                title: column.title.clone(),
                unit: None,
            })
            .collect();
        Ok(SheetTable {
            id: kept.table,
            title: described.title,
            columns,
            rows,
            none: Text::new("nichts", "nothing"),
        })
    }

    fn cell(&self, raw: &Raw, column: &Column, form: Option<&str>) -> Result<SheetCell, Error> {
        Ok(match (column.means, raw) {
            (_, Raw::Nothing | Raw::Bytes(_)) | (Means::Nothing, _) => SheetCell::Empty,
            (Means::Day, Raw::Number(day)) => {
                i32::try_from(*day).map_or(SheetCell::Empty, |day| SheetCell::Day(Day(day)))
            }
            (Means::Moment, Raw::Number(at)) => {
                day_of(*at).map_or(SheetCell::Empty, SheetCell::Day)
            }
            (Means::Clock, Raw::Number(minutes)) => {
                SheetCell::Text(format!("{:02}:{:02}", minutes / 60, minutes % 60))
            }
            (Means::Hundredths, Raw::Number(units)) => {
                SheetCell::Number(Number { units: *units, decimals: 2 })
            }
            (Means::Flag, Raw::Number(yes)) => match yes {
                0 => words("nein", "no"),
                _ => words("ja", "yes"),
            },
            (Means::Code(list), Raw::Number(place)) => {
                let place = u16::try_from(*place).unwrap_or(u16::MAX);
                let list = self.codes.list(list);
                list.at(place).map_or(SheetCell::Empty, |code| SheetCell::Words(code.text()))
            }
            (Means::Set(list), Raw::Number(set)) => {
                let list = self.codes.list(list);
                let words: Vec<Text> = (0..64u16)
                    .filter(|place| set >> place & 1 == 1)
                    .filter_map(|place| list.at(place).map(Code::text))
                    .collect();
                let (de, en): (Vec<_>, Vec<_>) =
                    words.into_iter().map(|text| (text.de, text.en)).unzip();
                SheetCell::Words(Text::new(de.join(", "), en.join(", ")))
            }
            (Means::Pupil, Raw::Number(key)) => {
                if self.person.pupils.iter().any(|own| own.0 == *key) {
                    self.child(*key)?
                } else {
                    words("ein anderes Kind", "another child")
                }
            }
            (Means::Household, Raw::Number(key)) => {
                if self.person.household.is_some_and(|own| own.0 == *key) {
                    words("dieser Haushalt", "this household")
                } else {
                    words("ein anderer Haushalt", "another household")
                }
            }
            (Means::Staff | Means::StaffCode, raw) => self.staff(raw)?,
            (Means::Record(table), Raw::Number(key)) => {
                self.reader.called(table, *key)?.map_or(SheetCell::Empty, SheetCell::Text)
            }
            (Means::UseCase, Raw::Text(code)) => use_case_words(code),
            (Means::Action, Raw::Text(code)) => {
                let known = Action::ALL.iter().find(|action| action.code() == code);
                SheetCell::Words(known.map_or_else(|| Text::same(code), |action| action.text()))
            }
            (Means::Json, Raw::Text(text)) => SheetCell::Text(flat(text)),
            (Means::Before, Raw::Text(text)) => self.before(text, form)?,
            (_, Raw::Number(units)) => SheetCell::Number(Number { units: *units, decimals: 0 }),
            (_, Raw::Text(text)) if text.is_empty() => SheetCell::Empty,
            (_, Raw::Text(text)) => SheetCell::Text(text.clone()),
        })
    }

    /// A child of the person.
    fn child(&self, key: i64) -> Result<SheetCell, Error> {
        Ok(match self.person.whose {
            Whose::Pupil(_) => SheetCell::Text(self.person.code.clone()),
            Whose::Household(_) => {
                self.reader.called("pupil", key)?.map_or(SheetCell::Empty, SheetCell::Text)
            }
        })
    }

    /// Somebody who works in the programme, by profession.
    fn staff(&self, raw: &Raw) -> Result<SheetCell, Error> {
        if let Some(place) = self.reader.profession(raw)? {
            let roles = self.codes.list("role");
            return Ok(roles
                .at(place)
                .map_or(SheetCell::Empty, |code| SheetCell::Words(code.text())));
        }
        Ok(match raw {
            Raw::Text(code) if code.starts_with("program:") => words("das Programm", "the program"),
            _ => words("Verwaltung des Programms", "administration of the programme"),
        })
    }

    /// What a record said before: the fields by their names. Others than the person are not named.
    fn before(&self, text: &str, form: Option<&str>) -> Result<SheetCell, Error> {
        let values: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
        let Some(form) = form.and_then(Form::of_name) else { return Ok(SheetCell::Empty) };
        let (mut de, mut en) = (Vec::new(), Vec::new());
        for field in &form.fields {
            let value = values.get(&field.name).and_then(Value::as_str).unwrap_or_default();
            if value.is_empty() {
                continue;
            }
            let said = match field.kind {
                FormType::Pupil | FormType::Household
                    if !self.signs.iter().any(|own| own == value) =>
                {
                    Text::new("jemand anderes", "somebody else")
                }
                FormType::Practitioner => match self.staff(&Raw::Text(value.to_owned()))? {
                    SheetCell::Words(words) => words,
                    _ => continue,
                },
                FormType::Code => {
                    let list = self.codes.list(&field.codes);
                    let code = list.codes().iter().find(|code| code.code == value);
                    code.map_or_else(|| Text::same(value), Code::text)
                }
                _ => Text::same(value),
            };
            de.push(format!("{}: {}", field.title.de, said.de));
            en.push(format!("{}: {}", field.title.en, said.en));
        }
        Ok(words(de.join("; "), en.join("; ")))
    }
}

/// Values of JSON in a line, without what names staff or is a digest.
fn flat(text: &str) -> String {
    fn put(name: &str, value: &Value, parts: &mut Vec<String>) {
        const LEFT_OUT: [&str; 6] = ["to", "from", "before_owner", "sha256", "version", "id"];
        match value {
            Value::Null => {}
            Value::Object(map) => {
                for (name, value) in map.iter().filter(|(n, _)| !LEFT_OUT.contains(&n.as_str())) {
                    put(name, value, parts);
                }
            }
            Value::Array(list) => list.iter().for_each(|value| put(name, value, parts)),
            Value::String(text) if text.is_empty() => {}
            Value::String(text) if name.is_empty() => parts.push(text.clone()),
            Value::String(text) => parts.push(format!("{name}: {text}")),
            other if name.is_empty() => parts.push(other.to_string()),
            other => parts.push(format!("{name}: {other}")),
        }
    }
    let mut parts = Vec::new();
    let value = serde_json::from_str(text).unwrap_or(Value::String(text.to_owned()));
    put("", &value, &mut parts);
    parts.join(", ")
}
