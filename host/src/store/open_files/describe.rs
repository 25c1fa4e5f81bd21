//! What each column is, as `schemas/open.toml` says, held against the schema of the database.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde_json::{Value as Json, json};

use crate::domain::Text;
use crate::store::Error;

/// The description of all tables.
const DESCRIPTION: &str = include_str!("../../../../schemas/open.toml");

/// What a column holds, and how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Flag,
    Day,
    Moment,
    Id,
    Bytes,
    Code(String),
    Set(String),
    /// A row of another table; whether that has permanent ids.
    Ref(String, bool),
    Package,
    New,
}

/// A table that is written, with its columns in the order of the schema.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<(String, Kind)>,
    /// The columns by which rows are sorted.
    pub(super) order: Vec<String>,
}

/// Everything.
#[derive(Debug)]
pub(super) struct Description {
    pub(super) tables: Vec<Table>,
    pub(super) left_out: Vec<(String, Text)>,
}

type Written = BTreeMap<String, BTreeMap<String, toml::Value>>;

impl Description {
    /// The description, held against the schema of this database.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] with every table and column that one has and the other has not, so that
    /// nothing is ever left out unseen.
    pub(super) fn of(connection: &Connection) -> Result<Self, Error> {
        let mut written: Written = toml::from_str(DESCRIPTION).expect("a test reads it");
        let has_id: Vec<String> = written
            .iter()
            .filter(|(_, columns)| columns.contains_key("id") && columns.contains_key("key"))
            .map(|(name, _)| name.clone())
            .collect();
        let (mut tables, mut left_out, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
        let names = connection
            .prepare(
                "SELECT name FROM sqlite_schema
                 WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid",
            )?
            .query_map([], |row| row.get(0))?
            .collect::<Result<Vec<String>, _>>()?;
        for name in names {
            let Some(mut kinds) = written.remove(&name) else {
                wrong.push(format!("the table `{name}` is not described"));
                continue;
            };
            if let Some(reason) = kinds.get("left_out").and_then(toml::Value::as_array) {
                let part = |place: usize| reason.get(place).and_then(toml::Value::as_str);
                let text = Text::new(part(0).unwrap_or_default(), part(1).unwrap_or_default());
                left_out.push((name, text));
                continue;
            }
            let (mut columns, mut order) = (Vec::new(), Vec::new());
            let mut statement =
                connection.prepare("SELECT name, pk FROM pragma_table_info(?1) ORDER BY cid")?;
            let rows = statement.query_map([&name], |row| Ok((row.get(0)?, row.get(1)?)))?;
            for row in rows {
                let (column, place): (String, i64) = row?;
                let kind = kinds.remove(&column);
                match kind
                    .as_ref()
                    .and_then(toml::Value::as_str)
                    .and_then(|it| kind_of(it, &has_id))
                {
                    Some(kind) => columns.push((column.clone(), kind)),
                    None => wrong.push(format!("the column `{name}.{column}` is not described")),
                }
                if place > 0 {
                    order.push((place, column));
                }
            }
            wrong.extend(kinds.keys().map(|it| format!("there is no column `{name}.{it}`")));
            order.sort();
            let order = order.into_iter().map(|(_, column)| column).collect();
            tables.push(Table { name, columns, order });
        }
        wrong.extend(written.keys().map(|name| format!("there is no table `{name}`")));
        if wrong.is_empty() {
            Ok(Self { tables, left_out })
        } else {
            Err(Error::Damaged(format!("`schemas/open.toml`: {}", wrong.join("; "))))
        }
    }
}

fn kind_of(text: &str, has_id: &[String]) -> Option<Kind> {
    Some(match text.split_once(' ') {
        Some(("code", list)) => Kind::Code(list.into()),
        Some(("set", list)) => Kind::Set(list.into()),
        Some(("ref", table)) => Kind::Ref(table.into(), has_id.iter().any(|it| it == table)),
        Some(_) => return None,
        None => match text {
            "text" => Kind::Text,
            "number" => Kind::Number,
            "flag" => Kind::Flag,
            "day" => Kind::Day,
            "moment" => Kind::Moment,
            "id" => Kind::Id,
            "bytes" => Kind::Bytes,
            "package" => Kind::Package,
            "new" => Kind::New,
            _ => return None,
        },
    })
}

impl Table {
    /// The JSON schema of a line of the file.
    pub(super) fn schema(&self) -> Json {
        let mut properties = serde_json::Map::new();
        let mut required = Vec::new();
        for (column, kind) in self.columns.iter().filter(|(_, kind)| *kind != Kind::New) {
            properties.insert(column.clone(), kind.schema());
            required.push(column.clone());
        }
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.name,
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        })
    }
}

impl Kind {
    /// The schema of a value; any may be null where the database allows it.
    fn schema(&self) -> Json {
        match self {
            Self::Text | Self::Package => json!({ "type": ["string", "null"] }),
            Self::Number | Self::Ref(_, false) => json!({ "type": ["integer", "null"] }),
            Self::Flag => json!({ "type": ["boolean", "null"] }),
            Self::Day => {
                json!({ "type": ["string", "null"], "pattern": "^-?[0-9]{4,}-[0-9]{2}-[0-9]{2}$" })
            }
            Self::Moment => json!({
                "type": ["string", "null"],
                "pattern": "^[+-]?[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
            }),
            Self::Id | Self::Ref(_, true) => {
                json!({ "type": ["string", "null"], "pattern": "^[0-9a-f-]{36}$" })
            }
            Self::Bytes | Self::New => {
                json!({ "type": ["string", "null"], "pattern": "^([0-9a-f]{2})*$" })
            }
            Self::Code(list) => {
                json!({ "type": ["string", "null"], "description": format!("a code of `{list}`") })
            }
            Self::Set(list) => json!({
                "type": ["array", "null"],
                "items": { "type": "string" },
                "description": format!("codes of `{list}`"),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::City;

    #[test]
    fn no_table_and_no_column_is_missing_from_the_description() {
        let city = City::new();
        let description = Description::of(&city.store.connection).unwrap();
        assert!(description.tables.len() > 50);
        let lists = crate::domain::CodeLists::seed();
        let known: Vec<&str> = lists.iter().map(|(name, _)| &**name).collect();
        for table in &description.tables {
            assert!(!table.order.is_empty(), "{} has no order", table.name);
            for (column, kind) in &table.columns {
                if let Kind::Code(list) | Kind::Set(list) = kind {
                    assert!(known.contains(&&**list), "{}.{column}: {list}", table.name);
                }
            }
        }
    }

    #[test]
    fn a_new_table_and_a_new_column_are_named() {
        let city = City::new();
        city.store
            .connection
            .execute_batch("CREATE TABLE letter (a TEXT); ALTER TABLE pupil ADD COLUMN shoe TEXT")
            .unwrap();
        let error = Description::of(&city.store.connection).unwrap_err().to_string();
        assert!(error.contains("`letter`") && error.contains("`pupil.shoe`"), "{error}");
    }
}
