//! Holds two documents against each other and tells every difference by its place.

use serde_json::Value;

use crate::domain::{Cell, Code, Lang, Number, Text};
use crate::render;

/// Whether something is new, gone or another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// It is in both, and not the same.
    Changed,
    /// It is in the later document alone.
    Added,
    /// It is in the earlier document alone.
    Removed,
}

impl Change {
    /// The permanent code and the words.
    pub fn code(self) -> Code {
        let (code, de, en) = match self {
            Self::Changed => ("changed", "anders", "changed"),
            Self::Added => ("added", "neu", "added"),
            Self::Removed => ("removed", "entfallen", "removed"),
        };
        Code { code: code.into(), de: de.into(), en: en.into() }
    }
}

/// What part of a document something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DocumentPart {
    /// A section.
    Section,
    /// A table.
    Table,
    /// A column of a table.
    Column,
    /// A row of a table.
    Row,
    /// One value of a table.
    Cell,
    /// A part of a document that a plugin composed.
    Block,
    /// Anything else: a heading, a note, an entry of the passport.
    Detail,
}

impl DocumentPart {
    /// Every part, the largest first.
    pub const ALL: [Self; 7] = [
        Self::Section,
        Self::Table,
        Self::Column,
        Self::Row,
        Self::Cell,
        Self::Block,
        Self::Detail,
    ];

    /// The permanent code and the words.
    pub fn code(self) -> Code {
        let (code, de, en) = match self {
            Self::Section => ("section", "Abschnitt", "section"),
            Self::Table => ("table", "Tabelle", "table"),
            Self::Column => ("column", "Spalte", "column"),
            Self::Row => ("row", "Zeile", "row"),
            Self::Cell => ("cell", "Zelle", "cell"),
            Self::Block => ("block", "Baustein", "block"),
            Self::Detail => ("detail", "Angabe", "detail"),
        };
        Code { code: code.into(), de: de.into(), en: en.into() }
    }
}

/// Something that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where in the document: ids of section, table, row and column, or the entry of the passport.
    pub place: String,
    /// What part of the document it is.
    pub part: DocumentPart,
    /// Whether it is new, gone or another.
    pub change: Change,
    /// What the earlier document says.
    pub then: Text,
    /// What the later one says.
    pub now: Text,
}

/// Every difference between two documents, in the order of the document.
pub(super) fn differences(then: &Value, now: &Value) -> Vec<Difference> {
    let mut walk = Walk::default();
    walk.value(&by_column(then.clone()), &by_column(now.clone()));
    walk.found
}

/// The document with the cells of each row under the ids of their columns, so that a difference can
/// be told by name.
fn by_column(mut document: Value) -> Value {
    let list = |value: &mut Value, name: &str| {
        value.get_mut(name).and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default()
    };
    let mut sections = list(&mut document, "sections");
    for section in &mut sections {
        let mut tables = list(section, "tables");
        for table in &mut tables {
            let ids: Vec<String> = table["columns"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|column| column["id"].as_str().unwrap_or_default().to_owned())
                .collect();
            let mut rows = list(table, "rows");
            for row in &mut rows {
                for name in ["cells", "backing"] {
                    // More or fewer cells than columns are compared as they stand.
                    if row.get(name).and_then(Value::as_array).map(Vec::len) == Some(ids.len()) {
                        let cells = list(row, name);
                        row[name] = ids.iter().cloned().zip(cells).collect();
                    }
                }
            }
            table["rows"] = rows.into();
        }
        section["tables"] = tables.into();
    }
    document["sections"] = sections.into();
    document
}

/// A walk through two documents at once.
#[derive(Default)]
struct Walk {
    /// Where it is, in ids and numbers.
    place: Vec<String>,
    /// Through which entries of objects it came here.
    names: Vec<String>,
    found: Vec<Difference>,
}

impl Walk {
    /// Notes every value that differs.
    fn value(&mut self, then: &Value, now: &Value) {
        match (then, now) {
            (Value::Object(one), Value::Object(other)) if !is_value(then) && !is_value(now) => {
                let names = one.keys().chain(other.keys().filter(|name| !one.contains_key(*name)));
                for name in names {
                    // Ids of what is below say enough.
                    let is_plain = ["sections", "tables", "rows", "cells", "columns", "blocks"]
                        .contains(&name.as_str());
                    if !is_plain {
                        self.place.push(name.clone());
                    }
                    self.names.push(name.clone());
                    let [then, now] =
                        [one, other].map(|object| object.get(name).unwrap_or(&Value::Null));
                    self.value(then, now);
                    self.names.pop();
                    if !is_plain {
                        self.place.pop();
                    }
                }
            }
            (Value::Array(one), Value::Array(other)) => self.list(one, other),
            _ if then != now => self.note(then, now),
            _ => {}
        }
    }

    /// Compares lists: by id where the things in them have one, else by place.
    fn list(&mut self, one: &[Value], other: &[Value]) {
        let id = |value: &Value| value.get("id").and_then(Value::as_str).map(str::to_owned);
        let has_ids = !one.is_empty() && one.iter().chain(other).all(|value| id(value).is_some());
        if has_ids {
            let ids: Vec<_> = one.iter().filter_map(id).collect();
            let added = other.iter().filter_map(id).filter(|id| !ids.contains(id));
            for wanted in ids.iter().cloned().chain(added) {
                let [then, now] = [one, other].map(|list| {
                    list.iter()
                        .find(|value| id(value).as_deref() == Some(wanted.as_str()))
                        .unwrap_or(&Value::Null)
                });
                self.place.push(wanted);
                self.value(then, now);
                self.place.pop();
            }
            // The same things in another order are not the same.
            let order: Vec<_> = other.iter().filter_map(id).collect();
            if ids.len() == order.len() && ids != order && ids.iter().all(|id| order.contains(id)) {
                self.found.push(Difference {
                    place: self.place.join(" / "),
                    part: DocumentPart::Detail,
                    change: Change::Changed,
                    then: Text::same(ids.join(", ")),
                    now: Text::same(order.join(", ")),
                });
            }
            return;
        }
        // Something that was put in shifts all that follows: what is equal at both ends is left out.
        let both = || one.iter().zip(other);
        let begin = both().take_while(|(then, now)| then == now).count();
        let most = one.len().min(other.len()) - begin;
        let ends = one.iter().rev().zip(other.iter().rev());
        let end = ends.take(most).take_while(|(then, now)| then == now).count();
        for number in begin..one.len().max(other.len()) - end {
            let [then, now] = [one, other]
                .map(|list| if number < list.len() - end { &list[number] } else { &Value::Null });
            self.place.push((number + 1).to_string());
            self.value(then, now);
            self.place.pop();
        }
    }

    fn note(&mut self, then: &Value, now: &Value) {
        let change = match (then, now) {
            (Value::Null, _) => Change::Added,
            (_, Value::Null) => Change::Removed,
            _ => Change::Changed,
        };
        self.found.push(Difference {
            place: self.place.join(" / "),
            part: self.part(),
            change,
            then: words(then),
            now: words(now),
        });
    }

    fn part(&self) -> DocumentPart {
        let mut names = self.names.iter().rev().map(String::as_str);
        match (names.next(), names.next()) {
            (Some("cells"), _) | (_, Some("cells")) => DocumentPart::Cell,
            (Some("sections"), _) => DocumentPart::Section,
            (Some("tables"), _) => DocumentPart::Table,
            (Some("columns"), _) => DocumentPart::Column,
            (Some("rows"), _) => DocumentPart::Row,
            (Some("blocks"), _) => DocumentPart::Block,
            _ => DocumentPart::Detail,
        }
    }
}

/// Whether an object is one value of a table, a number or a text in two languages.
fn is_value(value: &Value) -> bool {
    let has = |name| value.get(name).is_some();
    has("state") || has("units") || (has("de") && has("en"))
}

/// A value in words.
fn words(value: &Value) -> Text {
    let say = |cell: Cell, lang: Lang| match cell {
        Cell::Shown(number) => render::number(number, lang),
        Cell::RoundsToZero => lang.pick("gerundet 0", "rounded to 0").to_owned(),
        Cell::Withheld => lang.pick("unterdrückt", "withheld").to_owned(),
        Cell::NotCollected => lang.pick("nicht erhoben", "not collected").to_owned(),
        Cell::Undefined => lang.pick("nicht definiert", "undefined").to_owned(),
    };
    let cell = serde_json::from_value(value.clone())
        .or_else(|_| serde_json::from_value::<Number>(value.clone()).map(Cell::Shown));
    if let Ok(cell) = cell {
        return Text::new(say(cell, Lang::De), say(cell, Lang::En));
    }
    if let Ok(text) = serde_json::from_value::<Text>(value.clone()) {
        return text;
    }
    // Something larger is told by its heading.
    let heading = ["title", "caption", "label"].into_iter().find_map(|name| value.get(name));
    if let Some(heading) = heading.and_then(|it| serde_json::from_value(it.clone()).ok()) {
        return heading;
    }
    match value {
        Value::Null => Text::new("fehlt", "missing"),
        Value::String(text) => Text::same(text),
        other => Text::same(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(then: &Value, now: &Value) -> Vec<(String, DocumentPart, Change, String, String)> {
        let found = differences(then, now).into_iter();
        found.map(|one| (one.place, one.part, one.change, one.then.en, one.now.en)).collect()
    }

    fn report(cell: &Value) -> Value {
        json!({
            "sections": [{ "id": "primary", "tables": [{
                "id": "rates", "caption": { "de": "a", "en": "b" },
                "columns": [{ "id": "visits" }, { "id": "share", "label": { "de": "x", "en": "y" } }],
                "rows": [{ "id": "990001", "cells": [{ "state": "withheld" }, cell] }],
            }]}],
            "passport": { "software": "Tridem 1" },
        })
    }

    #[test]
    fn equal_documents_have_no_difference() {
        let one = report(&json!({ "state": "shown", "units": 12, "decimals": 1 }));
        assert_eq!(found(&one, &one.clone()), []);
    }

    #[test]
    fn a_changed_cell_is_named_with_its_place() {
        let then = report(&json!({ "state": "shown", "units": 12, "decimals": 1 }));
        let now = report(&json!({ "state": "withheld" }));
        let place = "primary / rates / 990001 / share".to_owned();
        let expected =
            (place, DocumentPart::Cell, Change::Changed, "1.2".into(), "withheld".into());
        assert_eq!(found(&then, &now), [expected]);
    }

    #[test]
    fn tables_rows_and_columns_that_come_and_go_are_named_by_what_they_are() {
        let then = report(&json!({ "state": "withheld" }));
        let mut now = then.clone();
        now["sections"][0]["tables"][0]["columns"].as_array_mut().unwrap().pop();
        now["sections"][0]["tables"][0]["rows"][0]["cells"].as_array_mut().unwrap().pop();
        let place = "primary / rates / share".to_owned();
        let missing = || "missing".to_owned();
        let column =
            (place.clone(), DocumentPart::Column, Change::Removed, "y".to_owned(), missing());
        assert!(found(&then, &now).contains(&column));
        let column = (place, DocumentPart::Column, Change::Added, missing(), "y".to_owned());
        assert!(found(&now, &then).contains(&column));

        let mut now = then.clone();
        now["sections"][0]["tables"][0]["rows"][0]["id"] = json!("990002");
        let parts: Vec<_> = found(&then, &now)
            .into_iter()
            .map(|(place, part, change, ..)| (place, part, change))
            .collect();
        let row = |id: &str| format!("primary / rates / {id}");
        assert_eq!(
            parts,
            [
                (row("990001"), DocumentPart::Row, Change::Removed),
                (row("990002"), DocumentPart::Row, Change::Added)
            ]
        );
    }

    #[test]
    fn a_block_that_was_put_in_shifts_nothing() {
        let blocks = |texts: &[&str]| json!({ "blocks": texts });
        let then = blocks(&["a", "b", "c"]);
        let expected =
            ("2".to_owned(), DocumentPart::Block, Change::Added, "missing".into(), "x".into());
        assert_eq!(found(&then, &blocks(&["a", "x", "b", "c"])), [expected]);
        let expected =
            ("2".to_owned(), DocumentPart::Block, Change::Removed, "b".into(), "missing".into());
        assert_eq!(found(&then, &blocks(&["a", "c"])), [expected]);
        let expected =
            ("3".to_owned(), DocumentPart::Block, Change::Changed, "c".into(), "d".into());
        assert_eq!(found(&then, &blocks(&["a", "b", "d"])), [expected]);
    }

    #[test]
    fn whatever_is_missing_added_or_moved_is_found() {
        let then = json!({ "tables": [{ "id": "a", "n": 1 }, { "id": "b", "n": 2 }] });
        for now in [
            json!({ "tables": [{ "id": "a", "n": 1 }] }),
            json!({ "tables": [{ "id": "b", "n": 2 }, { "id": "a", "n": 1 }] }),
            json!({ "tables": [{ "id": "a", "n": 1 }, { "id": "b", "n": 2 }, { "id": "c" }] }),
            json!({ "tables": [{ "id": "a", "n": 1 }, { "id": "b", "n": 2, "m": 0 }] }),
            json!({ "tables": [] }),
            json!({}),
        ] {
            assert!(!found(&then, &now).is_empty(), "{now}");
            assert!(!found(&now, &then).is_empty(), "{now}");
        }
        for (one, other) in [("aab", "ab"), ("abab", "ab"), ("a", ""), ("abc", "cba")] {
            let list =
                |text: &str| json!({ "l": text.chars().map(String::from).collect::<Vec<_>>() });
            assert!(!found(&list(one), &list(other)).is_empty(), "{one} {other}");
            assert!(!found(&list(other), &list(one)).is_empty(), "{other} {one}");
        }
    }
}
