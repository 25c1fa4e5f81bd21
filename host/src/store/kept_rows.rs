//! All rows that belong to a person, as they are kept: for giving them to that person.

use rusqlite::OptionalExtension;
use rusqlite::types::ValueRef;

use super::personal::{Sets, belonging, key_columns, of_families};
use super::rights::{Person, Whose};
use super::{Error, Reader};

/// A value as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Raw {
    /// Nothing.
    Nothing,
    /// A number: a day, a code, a key, an amount.
    Number(i64),
    /// A text.
    Text(String),
    /// An id or a digest.
    Bytes(Vec<u8>),
}

/// The rows of a table that belong to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptTable {
    /// The table.
    pub table: &'static str,
    /// Its columns.
    pub columns: Vec<String>,
    /// Its rows, in the order of their keys.
    pub rows: Vec<Vec<Raw>>,
    /// The columns in which people wrote what they wanted.
    pub texts: &'static [&'static str],
}

impl KeptTable {
    /// The values of a column; none where the table has no such column.
    pub fn column(&self, name: &str) -> impl Iterator<Item = &Raw> {
        let place = self.columns.iter().position(|column| column == name);
        self.rows.iter().filter_map(move |row| row.get(place?))
    }
}

/// Tables of which only these columns are handed out here: what is in the others is under the secrecy
/// of a profession.
const SECRET: &[(&str, &[&str])] = &[
    ("private_note", &["contact", "profession"]),
    ("draft", &["place", "saved_at"]),
    ("private_note_version", &["contact", "version", "profession"]),
    (
        "note_release",
        &["contact", "profession", "recipient", "ground", "released_at", "released_by", "ended_at"],
    ),
];

impl Reader<'_> {
    /// Every table with rows of families, and of each the rows that belong to a person, restricted or
    /// not. To a child belong the rows of its household as a whole too, and no row of a sibling alone.
    ///
    /// A contact has one column more, `others`: with how many children it was besides these.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn kept_of(&self, person: &Person) -> Result<Vec<KeptTable>, Error> {
        let own = person.subject().sets();
        let household = person.household.map_or("()".to_owned(), |key| format!("({})", key.0));
        let family = Sets { pupils: "()".into(), households: household };
        let siblings = Sets {
            pupils: format!("(SELECT key FROM main.pupil WHERE key NOT IN {})", own.pupils),
            households: "()".into(),
        };
        let mut tables = Vec::new();
        for personal in of_families() {
            let table = personal.table;
            let condition = match person.whose {
                Whose::Household(_) => belonging(table, "t", &own),
                Whose::Pupil(_) => format!(
                    "({} OR {} AND {} IS NOT TRUE)",
                    belonging(table, "t", &own),
                    belonging(table, "t", &family),
                    belonging(table, "t", &siblings),
                ),
            };
            let secret = SECRET.iter().find(|(name, _)| *name == table);
            let mut columns = match secret {
                Some((_, columns)) => columns.iter().map(|name| (*name).to_owned()).collect(),
                None => super::imports::columns(self.connection, table)?,
            };
            let mut selected: Vec<String> =
                columns.iter().map(|column| format!("t.\"{column}\"")).collect();
            if table == "contact" {
                selected.push(format!(
                    "(SELECT count(*) FROM main.contact_pupil AS cp
                      WHERE cp.contact = t.key AND cp.pupil NOT IN {})",
                    own.pupils
                ));
                columns.push("others".to_owned());
            }
            if ["seen_pupil", "seen_household"].contains(&table) {
                for column in ["at", "actor", "subject"] {
                    selected.push(format!("(SELECT {column} FROM audit WHERE seq = t.read)"));
                    columns.push(column.to_owned());
                }
            }
            let order = key_columns(self.connection, table)?.join(", ");
            let sql = format!(
                "SELECT {} FROM main.{table} AS t WHERE {condition} ORDER BY {order}",
                selected.join(", ")
            );
            let mut statement = self.connection.prepare(&sql)?;
            let rows = statement.query_map([], |row| {
                let raw = |place| {
                    Ok(match row.get_ref(place)? {
                        ValueRef::Null => Raw::Nothing,
                        ValueRef::Integer(number) => Raw::Number(number),
                        // There is no real number in the schema.
                        ValueRef::Real(number) => Raw::Text(number.to_string()),
                        ValueRef::Text(text) => Raw::Text(String::from_utf8_lossy(text).into()),
                        ValueRef::Blob(bytes) => Raw::Bytes(bytes.to_vec()),
                    })
                };
                (0..columns.len()).map(raw).collect::<rusqlite::Result<Vec<_>>>()
            })?;
            let rows = rows.collect::<Result<_, _>>()?;
            let texts = if secret.is_some() { &[][..] } else { personal.texts };
            tables.push(KeptTable { table, columns, rows, texts });
        }
        Ok(tables)
    }

    /// How a record is called that a row refers to: the short sign, the number and name of a school,
    /// the day of a contact or an absence. `None` where there is no such record, or it has no name that
    /// can be told.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn called(&self, table: &str, key: i64) -> Result<Option<String>, Error> {
        let (table, name) = match table {
            "school" => ("school", "number || ' ' || name"),
            "contact" => ("contact", "date(day * 86400, 'unixepoch')"),
            "absence" => ("absence", "date(day * 86400, 'unixepoch')"),
            "pupil" => ("pupil", "code"),
            "team" => ("team", "name"),
            "site" => ("site", "name"),
            "interpreter_budget" => ("interpreter_budget", "code"),
            "support_case" => ("support_case", "code"),
            "goal" => ("goal", "code"),
            "consent" => ("consent", "code"),
            "task" => ("task", "label_de"),
            "audit" => ("audit", "date(at, 'unixepoch')"),
            "archive_offer" => ("archive_offer", "date(at, 'unixepoch')"),
            _ => return Ok(None),
        };
        let key_column = if table == "audit" { "seq" } else { "key" };
        let sql = format!("SELECT {name} FROM main.{table} WHERE {key_column} = ?1");
        Ok(self.connection.prepare_cached(&sql)?.query_row([key], |row| row.get(0)).optional()?)
    }

    /// The profession of somebody who works in the programme, by their key or their code: a place in
    /// the list `role`.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn profession(&self, who: &Raw) -> Result<Option<u16>, Error> {
        let (key, code) = match who {
            Raw::Number(key) => (Some(*key), None),
            Raw::Text(code) => (None, Some(code.as_str())),
            Raw::Nothing | Raw::Bytes(_) => return Ok(None),
        };
        let sql = "SELECT role FROM practitioner WHERE key = ?1 OR code = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row((key, code), |row| row.get(0)).optional()?)
    }
}
