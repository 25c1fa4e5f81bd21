//! Holds two versions of a plugin against each other on recorded data, before one takes the other's place.

use std::collections::HashSet;
use std::path::Path;

use serde_json::Value;

use crate::domain::{Audience, Grant, Period, Report, Rounding, RunKind, Scope};
use crate::plugin::Package;
use crate::report::Before;
use crate::store::RunWork;

use super::compare::{Change, Difference, DocumentPart, differences};
use super::history::{begun, ended};
use super::plugins::{Ready, hex};
use super::reports::{Wanted, until};
use super::runs::settings;
use super::workspace::today;
use super::{Actor, App, Error, UseCase};

/// What to hold against what.
#[derive(Debug, Clone, Copy)]
pub struct DiffRequest<'a> {
    /// The version that there is, as `ID` or `ID@VERSION`.
    pub old: &'a str,
    /// The version that may come, in the same way, or a package file that need not be installed.
    pub new: &'a str,
    /// The days looked at.
    pub period: Period,
    /// Parameters, each as NAME=VALUE, for whichever of the two has them.
    pub settings: &'a [String],
    /// For whom the documents are that are compared.
    pub audience: Audience,
}

/// One of the two.
#[derive(Debug, Clone)]
pub struct DiffSide {
    /// The plugin's id.
    pub id: String,
    /// The version.
    pub version: String,
    /// SHA-256 of the package, in hexadecimal.
    pub sha256: String,
    /// What it took.
    pub work: RunWork,
}

/// How two versions differ.
#[derive(Debug, Clone)]
pub struct PluginDiff {
    /// The version that there is.
    pub old: DiffSide,
    /// The version that may come.
    pub new: DiffSide,
    /// The days looked at.
    pub period: Period,
    /// Fields that the new version makes use of and that nobody granted to either.
    pub missing: Vec<String>,
    /// How many cells the tables of the old version have.
    pub cells: usize,
    /// Every difference, in the order of the document.
    pub differences: Vec<Difference>,
}

impl PluginDiff {
    /// How often something of this part has changed in this way.
    pub fn count(&self, part: DocumentPart, change: Change) -> usize {
        let fits = |found: &&Difference| found.part == part && found.change == change;
        self.differences.iter().filter(fits).count()
    }
}

impl App {
    /// Runs two versions of a plugin over the same records and compares what comes out. Nothing of it
    /// is kept but the two runs.
    ///
    /// The new version reads what it was granted and, besides, what the old one was granted, as far as
    /// it asks for it: whoever compares lets it.
    ///
    /// # Errors
    ///
    /// [`Error::OtherPlugin`] where they are not versions of one plugin; [`Error::NotGranted`] where
    /// the new one cannot do without a field that nobody granted to either; and those of
    /// [`App::run_report`].
    pub fn diff(&mut self, actor: &Actor, request: &DiffRequest<'_>) -> Result<PluginDiff, Error> {
        self.permit(actor, UseCase::PluginCompare)?;
        let period = until(request.period, today())?;
        let old = self.side(request.old)?;
        let mut new = self.side(request.new)?;
        if old.manifest.id != new.manifest.id {
            return Err(Error::OtherPlugin {
                old: old.manifest.id.clone(),
                new: new.manifest.id.clone(),
            });
        }
        let borrowed = borrowed(&new, &old.grants);
        new.grants.extend(borrowed);
        let missing = missing(&new);
        let (report, old) = self.run_side(actor, &old, &new, period, request)?;
        let then = content(&report)?;
        let (report, new) = self.run_side(actor, &new, &new, period, request)?;
        let now = content(&report)?;
        let cells = cells(&then);
        let differences = without_echoes(differences(&then, &now));
        Ok(PluginDiff { old, new, period, missing, cells, differences })
    }

    /// An installed version, or one in a package file.
    fn side(&mut self, name: &str) -> Result<Ready, Error> {
        let path = Path::new(name);
        if !path.is_file() {
            let name = self.full_name(name)?;
            return self.ready(&name);
        }
        let bytes = fs_err::read(path).map_err(Error::File)?;
        let engine = Self::engine()?;
        let package = Package::read(&bytes, engine.limits())?;
        self.admit(&package, today())?;
        let loaded = engine.load_component(&package.component)?;
        let (sha256, manifest) = (package.sha256, package.manifest);
        Ok(Ready {
            sha256,
            manifest,
            loaded,
            engine: engine.name().to_owned(),
            grants: Vec::new(),
            expired: Vec::new(),
        })
    }

    /// Runs one of the two. What is set for the other alone is left out.
    fn run_side(
        &mut self,
        actor: &Actor,
        plugin: &Ready,
        other: &Ready,
        period: Period,
        request: &DiffRequest<'_>,
    ) -> Result<(Report, DiffSide), Error> {
        let is_for = |text: &&String, plugin: &Ready| {
            let name = text.split('=').next().unwrap_or_default();
            plugin.manifest.parameters.contains_key(name)
        };
        let given: Vec<String> = request
            .settings
            .iter()
            .filter(|text| is_for(text, plugin) || !is_for(text, other))
            .cloned()
            .collect();
        let wanted = Wanted {
            period,
            audience: request.audience,
            rounding: Rounding::None,
            settings: settings(&plugin.manifest, &given)?,
        };
        let run = begun(actor, plugin, &wanted.order(RunKind::Diff));
        let made = match self.make(&Scope::municipality(), plugin, wanted, &Before::Nothing) {
            Ok(made) => made,
            Err(error) => return Err(self.keep_failure(actor, run, error)),
        };
        self.keep_run(actor, &ended(run, &made)?)?;
        let side = DiffSide {
            id: plugin.manifest.id.clone(),
            version: plugin.manifest.version.to_string(),
            sha256: hex(&plugin.sha256),
            work: made.work,
        };
        Ok((made.report, side))
    }
}

/// What a version asks for, was not granted itself, and an earlier version was.
fn borrowed(new: &Ready, old: &[Grant]) -> Vec<Grant> {
    let has = |grants: &[Grant], dataset: &str, field: &str| {
        grants.iter().any(|grant| grant.dataset == dataset && grant.field == field)
    };
    let is_asked = |grant: &&Grant| {
        let request = new.manifest.request(&grant.dataset);
        request.is_some_and(|request| request.all().any(|field| field == grant.field))
    };
    old.iter()
        .filter(is_asked)
        .filter(|grant| !has(&new.grants, &grant.dataset, &grant.field))
        .cloned()
        .collect()
}

/// The fields that a version makes use of and may not read.
fn missing(plugin: &Ready) -> Vec<String> {
    let mut missing = Vec::new();
    for request in &plugin.manifest.requests {
        for field in request.all() {
            let is_granted = plugin
                .grants
                .iter()
                .any(|grant| grant.dataset == request.dataset && grant.field == field);
            if !is_granted {
                missing.push(format!("{}.{field}", request.dataset));
            }
        }
    }
    missing
}

/// What the plugin has a part in: not the passport, which names the version, and no pictures, which
/// show the tables once more.
fn content(report: &Report) -> Result<Value, Error> {
    let mut document = serde_json::to_value(report).map_err(Error::Document)?;
    let passport = document.get_mut("passport").map(Value::take).unwrap_or_default();
    if let Some(all) = document.as_object_mut() {
        all.remove("passport");
        all.insert("settings".into(), passport["settings"].clone());
        all.insert("sources".into(), passport["sources"].clone());
    }
    for section in list(&mut document, "sections") {
        if let Some(section) = section.as_object_mut() {
            section.remove("pictures");
        }
        for table in list(section, "tables") {
            for column in list(table, "columns") {
                // `ID@VERSION#MEASURE`, of which the version differs anyway.
                if let Some(definition) = column.pointer_mut("/passport/definition") {
                    let measure = definition.as_str().and_then(|text| text.split('#').nth(1));
                    *definition = measure.unwrap_or_default().into();
                }
            }
        }
    }
    Ok(document)
}

fn list<'a>(value: &'a mut Value, name: &str) -> impl Iterator<Item = &'a mut Value> {
    value.get_mut(name).and_then(Value::as_array_mut).into_iter().flatten()
}

/// How many values the tables have.
fn cells(document: &Value) -> usize {
    match document {
        Value::Object(entries) => {
            let here = entries.get("cells").and_then(Value::as_array).map_or(0, Vec::len);
            here + entries.values().map(cells).sum::<usize>()
        }
        Value::Array(values) => values.iter().map(cells).sum(),
        _ => 0,
    }
}

/// Without what follows from a difference that is told anyway: the cells of a new column, and the
/// numbers behind a share that is another.
fn without_echoes(mut found: Vec<Difference>) -> Vec<Difference> {
    let top = |place: &str| place.split(" / ").take(2).collect::<Vec<_>>().join(" / ");
    let is = |one: &&Difference, part: DocumentPart| one.part == part;
    let cells: HashSet<String> = found
        .iter()
        .filter(|one| is(one, DocumentPart::Cell))
        .map(|one| one.place.clone())
        .collect();
    let columns: HashSet<String> = found
        .iter()
        .filter(|one| is(one, DocumentPart::Column) && one.change != Change::Changed)
        .map(|one| top(&one.place))
        .collect();
    found.retain(|one| {
        if let Some((row, column)) = one.place.split_once(" / backing / ") {
            let column = column.split(" / ").next().unwrap_or_default();
            return !cells.contains(&format!("{row} / {column}"));
        }
        let is_echo = one.part == DocumentPart::Cell
            && one.change != Change::Changed
            && columns.contains(&top(&one.place));
        !is_echo
    });
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn table(columns: &Value, cells: &Value, backing: &Value) -> Value {
        json!({ "sections": [{ "id": "s", "tables": [{
            "id": "t", "columns": columns,
            "rows": [{ "id": "r", "cells": cells, "backing": backing }],
        }]}]})
    }

    fn shown(units: i64) -> Value {
        json!({ "state": "shown", "units": units, "decimals": 0 })
    }

    fn places(then: &Value, now: &Value) -> Vec<String> {
        let found = without_echoes(differences(then, now));
        found.into_iter().map(|one| format!("{} {}", one.change.code().code, one.place)).collect()
    }

    #[test]
    fn a_new_column_is_told_once_and_the_cells_beside_it_one_by_one() {
        let one = json!([{ "id": "a" }]);
        let two = json!([{ "id": "a" }, { "id": "b" }]);
        let none = json!([null, null]);
        let then = table(&one, &json!([shown(1)]), &json!([null]));
        let now = table(&two, &json!([shown(2), shown(3)]), &none);
        assert_eq!(places(&then, &now), ["added s / t / b", "changed s / t / r / a"]);
        assert_eq!(places(&now, &then), ["removed s / t / b", "changed s / t / r / a"]);
        assert_eq!(cells(&now), 2);
    }

    #[test]
    fn what_stands_behind_a_share_is_told_where_the_share_is_the_same() {
        let columns = json!([{ "id": "a" }]);
        let backing = |part: i64| json!([{ "numerator": { "units": part, "decimals": 0 } }]);
        let then = table(&columns, &json!([shown(50)]), &backing(1));
        let same = table(&columns, &json!([shown(50)]), &backing(2));
        assert_eq!(places(&then, &same), ["changed s / t / r / backing / a / numerator"]);
        let other = table(&columns, &json!([shown(60)]), &backing(2));
        assert_eq!(places(&then, &other), ["changed s / t / r / a"]);
    }
}
