//! Verifying a report: makes it again from the records and says what differs, and why.

use std::path::Path;

use serde_json::Value;

use crate::domain::{Report, SCHEMA, SCHEMA_COMPOSED, Scope, Text};

use super::compare::{Difference, differences};
use super::reports::Made;
use super::{Actor, App, Error, UseCase};

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
        self.permit(actor, UseCase::ReportProve)?;
        let bytes = fs_err::read(path).map_err(Error::File)?;
        let not_a_report = |reason: String| Error::NotAReport { path: path.to_owned(), reason };
        let file: Value =
            serde_json::from_slice(&bytes).map_err(|error| not_a_report(error.to_string()))?;
        let schema = file.get("schema").and_then(Value::as_str);
        if ![Some(SCHEMA), Some(SCHEMA_COMPOSED)].contains(&schema) {
            return Err(not_a_report(format!(
                "its form is neither `{SCHEMA}` nor `{SCHEMA_COMPOSED}`"
            )));
        }
        let then: Report = serde_json::from_value(file.clone())
            .map_err(|error| not_a_report(error.to_string()))?;
        let document = serde_json::to_string(&then).map_err(Error::Document)?;
        let entry = self.store.read(&Scope::municipality())?.published_document(&document)?;
        let before = Self::weighed(entry.as_ref())?;
        let Made { report: now, run, .. } = self.remake(actor, &then.passport, &before)?;
        let kept = self.store.read(&Scope::municipality())?.run_of_document(&document)?;
        let records_changed = kept.map(|kept| kept.data != run.data);
        let now = serde_json::to_value(&now).map_err(Error::Document)?;
        let differences = differences(&file, &now);
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
