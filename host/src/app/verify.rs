//! Verifying a report: makes it again from the records and says what differs, and why.

use std::path::Path;

use serde_json::Value;

use crate::domain::{Cell, Lang, Number, Report, SCHEMA, Scope, Text};
use crate::render;

use super::reports::Made;
use super::{Actor, App, Error};

/// Something that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where in the document: ids of section, table, row and column, or the entry of the passport.
    pub place: String,
    /// What the file says.
    pub then: Text,
    /// What comes out now.
    pub now: Text,
}

/// What came of making a report again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The report's title.
    pub title: Text,
    /// Why figures may differ, as sentences; empty where nothing that they come from has changed.
    pub causes: Vec<Text>,
    /// Every difference, in the order of the document.
    pub differences: Vec<Difference>,
    /// Whether other rows are read now than when the report was made; `None` where that is not
    /// known, because no report with exactly this content was made here.
    pub records_changed: Option<bool>,
}

impl Verification {
    /// Whether the report came out again, letter for letter.
    pub fn is_equal(&self) -> bool {
        self.differences.is_empty()
    }
}

impl App {
    /// Makes the report in a JSON file again, with the plugin, period, parameters and rules that its
    /// passport names, and compares. Nothing is kept.
    ///
    /// # Errors
    ///
    /// [`Error::NotAReport`] where the file holds none, or one of an earlier form;
    /// [`Error::PackageNotInstalled`] where the very package that made it is not there; and those of
    /// [`App::run_report`].
    pub fn verify_report(&mut self, actor: &Actor, path: &Path) -> Result<Verification, Error> {
        let bytes = fs_err::read(path).map_err(Error::File)?;
        let not_a_report = |reason: String| Error::NotAReport { path: path.to_owned(), reason };
        let file: Value =
            serde_json::from_slice(&bytes).map_err(|error| not_a_report(error.to_string()))?;
        if file.get("schema").and_then(Value::as_str) != Some(SCHEMA) {
            return Err(not_a_report(format!("its form is not `{SCHEMA}`")));
        }
        let then: Report = serde_json::from_value(file.clone())
            .map_err(|error| not_a_report(error.to_string()))?;
        let Made { report: now, run } = self.remake(actor, &then.passport)?;
        let document = serde_json::to_string(&then).map_err(Error::Document)?;
        let kept = self.store.read(&Scope::municipality())?.run_of_document(&document)?;
        let records_changed = kept.map(|kept| kept.data != run.data);
        let now = serde_json::to_value(&now).map_err(Error::Document)?;
        let mut differences = Vec::new();
        compare(
            &mut Vec::new(),
            &by_column(file.clone()),
            &by_column(now.clone()),
            &mut differences,
        );
        let causes =
            if differences.is_empty() { Vec::new() } else { causes(&file, &now, records_changed) };
        Ok(Verification { title: then.title, causes, differences, records_changed })
    }
}

/// What the figures come from and is not the same any more.
fn causes(then: &Value, now: &Value, records_changed: Option<bool>) -> Vec<Text> {
    let differs = |name: &str| then["passport"].get(name) != now["passport"].get(name);
    let both = |name: &str| {
        [then, now].map(|report| report["passport"][name].as_str().unwrap_or_default().to_owned())
    };
    let mut causes = Vec::new();
    if records_changed == Some(true) {
        causes.push(Text::new(
            "Die Daten haben sich seither geändert: Aus denselben Feldern desselben Zeitraums wird \
             jetzt anderes gelesen.",
            "The records have changed since: the same fields of the same period now read \
             differently.",
        ));
    }
    if differs("grant_digest") {
        causes.push(Text::new(
            "Dem Plugin sind jetzt andere Felder erlaubt, oder dieselben von anderen Schulen, für andere \
             Tage oder in anderer Genauigkeit.",
            "Other fields are granted to the plugin now, or the same of other schools, for other days \
             or in another exactness.",
        ));
    }
    for (name, de, en) in
        [("software", "Das Programm", "the program"), ("engine", "Die Laufzeit", "the engine")]
    {
        if differs(name) {
            let [then, now] = both(name);
            causes.push(Text::new(
                format!("{de} ist eine andere Version: damals {then}, jetzt {now}."),
                format!("Another version of {en}: {then} then, {now} now."),
            ));
        }
    }
    if differs("rules") {
        causes.push(Text::new(
            "Die Regeln für kleine Zahlen oder die Formeln sind andere als damals.",
            "The rules for small numbers or the formulas are not those of then.",
        ));
    }
    if records_changed.is_none() {
        causes.push(Text::new(
            "Ein Bericht mit genau diesem Inhalt wurde hier nicht gemacht: Die Datei wurde geändert, \
             nachdem sie geschrieben war, oder sie stammt aus anderen Daten.",
            "No report with exactly this content was made here: the file was changed after it was \
             written, or it comes from other records.",
        ));
    } else if causes.is_empty() {
        causes.push(Text::new(
            "Gelesene Daten, Plugin, Freigabe, Parameter, Regeln und Programm sind dieselben: Geändert \
             haben sich Angaben, die der Bericht daneben nennt, etwa Namen oder Codelisten.",
            "The records read, plugin, grant, parameters, rules and program are the same: what has \
             changed is told beside the figures, such as names or code lists.",
        ));
    }
    causes
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

/// Walks through two documents and notes every value that differs.
fn compare(place: &mut Vec<String>, then: &Value, now: &Value, found: &mut Vec<Difference>) {
    match (then, now) {
        (Value::Object(one), Value::Object(other)) if !is_value(then) && !is_value(now) => {
            let names = one.keys().chain(other.keys().filter(|name| !one.contains_key(*name)));
            for name in names {
                // Ids of what is below say enough.
                let is_plain =
                    ["sections", "tables", "rows", "cells", "columns"].contains(&name.as_str());
                if !is_plain {
                    place.push(name.clone());
                }
                let missing = Value::Null;
                let [then, now] = [one, other].map(|object| object.get(name).unwrap_or(&missing));
                compare(place, then, now, found);
                if !is_plain {
                    place.pop();
                }
            }
        }
        (Value::Array(_), Value::Array(_)) => compare_list(place, then, now, found),
        _ if then != now => {
            found.push(Difference { place: place.join(" / "), then: words(then), now: words(now) });
        }
        _ => {}
    }
}

/// Compares lists: by id where the things in them have one, else by place.
fn compare_list(place: &mut Vec<String>, then: &Value, now: &Value, found: &mut Vec<Difference>) {
    let empty = Vec::new();
    let [one, other] = [then, now].map(|list| list.as_array().unwrap_or(&empty));
    let id = |value: &Value| value.get("id").and_then(Value::as_str).map(str::to_owned);
    let has_ids = !one.is_empty() && one.iter().chain(other).all(|value| id(value).is_some());
    let missing = Value::Null;
    if has_ids {
        let ids: Vec<_> = one.iter().filter_map(id).collect();
        let added = other.iter().filter_map(id).filter(|id| !ids.contains(id));
        for wanted in ids.iter().cloned().chain(added) {
            let [then, now] = [one, other].map(|list| {
                list.iter()
                    .find(|value| id(value).as_deref() == Some(wanted.as_str()))
                    .unwrap_or(&missing)
            });
            place.push(wanted);
            compare(place, then, now, found);
            place.pop();
        }
        // The same things in another order are not the same.
        let order: Vec<_> = other.iter().filter_map(id).collect();
        if ids.len() == order.len() && ids != order && ids.iter().all(|id| order.contains(id)) {
            found.push(Difference {
                place: place.join(" / "),
                then: Text::same(ids.join(", ")),
                now: Text::same(order.join(", ")),
            });
        }
        return;
    }
    for number in 0..one.len().max(other.len()) {
        let [then, now] = [one, other].map(|list| list.get(number).unwrap_or(&missing));
        place.push((number + 1).to_string());
        compare(place, then, now, found);
        place.pop();
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

    fn differences(then: &Value, now: &Value) -> Vec<(String, String, String)> {
        let mut found = Vec::new();
        compare(&mut Vec::new(), &by_column(then.clone()), &by_column(now.clone()), &mut found);
        found.into_iter().map(|found| (found.place, found.then.en, found.now.en)).collect()
    }

    fn report(cell: &Value) -> Value {
        json!({
            "sections": [{ "id": "primary", "tables": [{
                "id": "rates", "caption": { "de": "a", "en": "b" },
                "columns": [{ "id": "visits" }, { "id": "share" }],
                "rows": [{ "id": "990001", "cells": [{ "state": "withheld" }, cell] }],
            }]}],
            "passport": { "software": "Tridem 1" },
        })
    }

    #[test]
    fn equal_documents_have_no_difference() {
        let one = report(&json!({ "state": "shown", "units": 12, "decimals": 1 }));
        assert_eq!(differences(&one, &one.clone()), []);
    }

    #[test]
    fn a_changed_cell_is_named_with_its_place() {
        let then = report(&json!({ "state": "shown", "units": 12, "decimals": 1 }));
        let now = report(&json!({ "state": "withheld" }));
        let expected = ("primary / rates / 990001 / share", "1.2", "withheld");
        let found = differences(&then, &now);
        assert_eq!(found, [(expected.0.into(), expected.1.into(), expected.2.into())]);
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
            assert!(!differences(&then, &now).is_empty(), "{now}");
            assert!(!differences(&now, &then).is_empty(), "{now}");
        }
    }

    #[test]
    fn a_file_that_was_edited_is_told_from_records_that_were() {
        let then = report(&json!({ "state": "withheld" }));
        let sentence = &causes(&then, &then.clone(), None)[0];
        assert!(sentence.en.contains("the file was changed"), "{sentence:?}");
        let sentence = &causes(&then, &then.clone(), Some(false))[0];
        assert!(sentence.en.contains("such as names"), "{sentence:?}");
        let mut now = then.clone();
        now["passport"]["software"] = json!("Tridem 2");
        let found = causes(&then, &now, Some(true));
        let found: Vec<String> = found.into_iter().map(|text| text.en).collect();
        assert_eq!(found.len(), 2);
        assert!(found[0].contains("records have changed"), "{found:?}");
        assert!(found[1].contains("Tridem 1 then, Tridem 2 now"), "{found:?}");
    }
}
