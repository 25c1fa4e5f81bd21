//! A finished report: what may be shown, and where it comes from. Withheld numbers are not in it.

use serde::{Deserialize, Serialize};

use super::block::Block;
use super::day::{Day, Period};
use super::picture::Picture;
use super::words::Text;

/// The name of this form of document; `schemas/json/report-1.1.json` describes it.
///
/// Documents of the form before, `tridem-report/1.0`, are read as well, and written again as they
/// were: all that 1.1 added is left out where it says nothing.
pub const SCHEMA: &str = "tridem-report/1.1";

/// The form of a report that has parts which a plugin composed; `schemas/json/report-1.2.json`
/// describes it.
///
/// It is 1.1 with [`Report::blocks`]. A report that the host counted has none and is still written
/// as 1.1, so that whoever reads those need not know of 1.2.
pub const SCHEMA_COMPOSED: &str = "tridem-report/1.2";

/// The rule by which numbers are withheld, and the methods by which intervals are calculated. A
/// change of either that can change a document changes its number.
pub const RULES: [&str; 2] = ["disclosure/1", "wilson+byar/1"];

/// The rule by which numbers of a composed document are withheld; see
/// [`compose`](crate::report::compose).
pub const COMPOSED_RULE: &str = "composed/1";

/// An exact decimal number: `units` divided by ten to the power of `decimals`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Number {
    /// The number without its decimal point.
    pub units: i64,
    /// Digits after the decimal point.
    pub decimals: u8,
}

/// One value of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Cell {
    /// A number that may be shown. 0 is a true zero.
    Shown(Number),
    /// A number that may be shown and is 0 only because numbers are rounded to multiples of 5.
    RoundsToZero,
    /// A number that rests on too few persons, or would give one away that does.
    Withheld,
    /// Nothing was recorded for this cell: the school was not in the programme.
    NotCollected,
    /// There is no such number, for example a share of nothing.
    Undefined,
}

/// What a row of a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RowKind {
    /// One label.
    Part,
    /// All rows above it together.
    Total,
}

/// A column of a table, past the one with the row labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// What it shows: a measure's id, or the code or month of a label.
    pub id: String,
    /// Its heading.
    pub label: Text,
    /// What its numbers are in.
    pub unit: Option<Text>,
    /// Whether it adds up the columns before it.
    pub total: bool,
    /// How its numbers come about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passport: Option<NumberPassport>,
}

/// How the numbers of a column come about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberPassport {
    /// What is counted, or the part or what stands above the line.
    pub numerator: Text,
    /// The whole, or what stands below the line; `None` for a number that is no share or rate.
    pub denominator: Option<Text>,
    /// The dataset that the numerator comes from.
    pub source: String,
    /// The dataset that the denominator comes from, where it is another one.
    pub denominator_source: Option<String>,
    /// What is left out.
    pub exclusions: Vec<Text>,
    /// The plugin and version that define it, with the measure's id: `ID@VERSION#MEASURE`.
    pub definition: String,
}

/// What a share or rate that is shown was made from. Both may be shown, or it would not be.
///
/// In a report whose numbers are rounded, these are as well; the interval is always that of the true
/// ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backing {
    /// The part, or what stands above the line.
    pub numerator: Number,
    /// The whole, or what stands below the line, before it is multiplied.
    pub denominator: Number,
    /// Between which numbers the true one lies in 95 of 100 cases, had only chance been at work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
}

/// A confidence interval, in the unit and with the decimals of the number that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower limit, rounded down.
    pub low: Number,
    /// The upper limit, rounded up.
    pub high: Number,
    /// How it was calculated.
    pub method: IntervalMethod,
}

/// How an interval was calculated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IntervalMethod {
    /// Wilson's score interval, for a share of counted persons or records.
    Wilson,
    /// Byar's approximation to the exact Poisson limits, for a count divided by what is known.
    Byar,
}

/// On how many of the school days in the programme anything was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Days with at least one record; `None` where the number would give a withheld one away.
    pub recorded: Option<u32>,
    /// School days of the period on which the school was in the programme.
    pub possible: u32,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What it shows: the code or month of a label, or `total`.
    pub id: String,
    /// Its heading.
    pub label: Text,
    /// One label, or all together.
    pub kind: RowKind,
    /// One cell for each column.
    pub cells: Vec<Cell>,
    /// For each column what its number was made from, where it is a share or rate that is shown.
    /// Empty where none is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub backing: Vec<Option<Backing>>,
    /// How completely the school of the row recorded; `None` where the row is about no one school.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Coverage>,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The plugin's id for it, with the school level where it was divided by that.
    pub id: String,
    /// What it shows.
    pub caption: Text,
    /// The heading of the column with the row labels.
    pub corner: Text,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
    /// What a reader has to know about it.
    pub notes: Vec<Text>,
}

/// A part of a report with its own heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// A short name, such as `primary`.
    pub id: String,
    /// Its heading.
    pub title: Text,
    /// Its tables.
    pub tables: Vec<Table>,
    /// Pictures of its tables; each has a table with the same numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<Picture>,
}

/// For whom a report is, and so from which number of persons on a figure is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Anybody outside the administration: 1 to 4 persons are withheld.
    #[default]
    Public,
    /// Inside the administration: 1 and 2 persons are withheld.
    Administration,
    /// Inside the team, for those who may see the records anyway: nothing is withheld.
    Work,
}

impl Audience {
    /// Every audience, the widest first.
    pub const ALL: [Self; 3] = [Self::Public, Self::Administration, Self::Work];

    /// The smallest number of persons that is shown, besides 0.
    pub fn smallest_shown(self) -> u64 {
        match self {
            Self::Public => 5,
            Self::Administration => 3,
            Self::Work => 1,
        }
    }
}

/// To what numbers are rounded.
///
/// Rounded are numbers of rows and persons and sums, each for itself; shares, rates, means and
/// medians are those of the true numbers, and what is withheld stays withheld. Nothing but what is
/// shown is rounded, so a reader of the rounded report knows nothing that a reader of the exact one
/// does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rounding {
    /// They are exact.
    #[default]
    None,
    /// To the nearest multiple of 5.
    Five,
}

impl Rounding {
    /// Whether numbers are exact.
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }
}

/// A dataset that a run read, with the fields the plugin was granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The dataset's name.
    pub dataset: String,
    /// The dataset's word.
    pub title: Text,
    /// The granted fields by name.
    pub fields: Vec<String>,
    /// The granted fields in words.
    pub field_titles: Vec<Text>,
}

/// A parameter of a run, with its value as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// Its name in the manifest.
    pub name: String,
    /// Its word.
    pub title: Text,
    /// The value as JSON.
    pub value: serde_json::Value,
}

/// Where a report comes from.
///
/// Where anything may be withheld, nothing in it was counted, neither the rows that were read nor the
/// work they made: from such a number a withheld figure could be worked out, and a plugin could tell
/// one by working longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passport {
    /// The days looked at.
    pub period: Period,
    /// The day that counted as today.
    pub as_of: Day,
    /// The plugin's id.
    pub plugin: String,
    /// The plugin's title.
    pub plugin_title: Text,
    /// The plugin's version.
    pub plugin_version: String,
    /// SHA-256 of the plugin's package, in hexadecimal.
    pub package_sha256: String,
    /// What was read.
    pub sources: Vec<Source>,
    /// The parameters of the run.
    pub settings: Vec<Setting>,
    /// For whom it is.
    pub audience: Audience,
    /// The smallest number of persons that is shown, besides 0; 1 where nothing is withheld.
    pub smallest_shown: u64,
    /// To what numbers are rounded.
    #[serde(default, skip_serializing_if = "Rounding::is_none")]
    pub rounding: Rounding,
    /// The rules that the report was made by, such as `disclosure/1`; see [`RULES`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// HMAC of all that was read, in hexadecimal, under a key that stays with the records: it tells
    /// whether they are the same as those of another report, and nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_digest: Option<String>,
    /// SHA-256 of what the plugin was granted, in hexadecimal: a line `DATASET.FIELD` for each field,
    /// with what limits it, sorted; see [`grant_lines`](super::grant_lines).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_digest: Option<String>,
    /// What is missing from the figures or inexact because the plugin was granted no more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<Text>,
    /// The work that the plugin made, in the engine's units, where nothing is withheld.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fuel: Option<u64>,
    /// The version of Tridem.
    pub software: String,
    /// The engine that ran the plugin, with its version.
    pub engine: String,
}

/// A finished report. The same records, plugin, grant and parameters give the same document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`], or [`SCHEMA_COMPOSED`] where a plugin composed a part of it.
    pub schema: String,
    /// Its title.
    pub title: Text,
    /// The municipality's name.
    pub municipality: String,
    /// Its parts, in reading order.
    pub sections: Vec<Section>,
    /// What a plugin composed, in reading order after the sections.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<Block>,
    /// Where it comes from.
    pub passport: Passport,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A document as the form before this one wrote it.
    const BEFORE: &str = r#"{
  "schema": "tridem-report/1.0",
  "title": { "de": "Schulvergleich", "en": "School comparison" },
  "municipality": "Musterstadt",
  "sections": [{
    "id": "primary",
    "title": { "de": "Grundschulen", "en": "Primary schools" },
    "tables": [{
      "id": "overview-primary",
      "caption": { "de": "Überblick", "en": "Overview" },
      "corner": { "de": "Schule", "en": "School" },
      "columns": [
        { "id": "contacts", "label": { "de": "Kontakte", "en": "Contacts" }, "unit": null, "total": false }
      ],
      "rows": [
        { "id": "100001", "label": { "de": "Ahorn", "en": "Ahorn" }, "kind": "part",
          "cells": [{ "state": "shown", "units": 12, "decimals": 0 }] },
        { "id": "total", "label": { "de": "Gesamt", "en": "Total" }, "kind": "total",
          "cells": [{ "state": "withheld" }] }
      ],
      "notes": []
    }]
  }],
  "passport": {
    "period": { "first": "2025-08-01", "last": "2026-07-31" },
    "as_of": "2026-07-31",
    "plugin": "org.tridem.school-comparison",
    "plugin_title": { "de": "Schulvergleich", "en": "School comparison" },
    "plugin_version": "1.0.0",
    "package_sha256": "0000000000000000000000000000000000000000000000000000000000000000",
    "sources": [{
      "dataset": "contacts",
      "title": { "de": "Kontakte", "en": "Contacts" },
      "fields": ["school"],
      "field_titles": [{ "de": "Schule", "en": "School" }]
    }],
    "settings": [],
    "audience": "administration",
    "smallest_shown": 3,
    "software": "Tridem 0.1.0",
    "engine": "wasmtime 48.0.8"
  }
}"#;

    #[test]
    fn a_document_of_the_form_before_is_read_and_written_as_it_was() {
        let report: Report = serde_json::from_str(BEFORE).unwrap();
        assert_eq!(report.passport.audience, Audience::Administration);
        assert_eq!(report.passport.rounding, Rounding::None);
        assert_eq!(report.passport.rules, [""; 0]);
        let rows = &report.sections[0].tables[0].rows;
        assert_eq!(rows[0].cells, [Cell::Shown(Number { units: 12, decimals: 0 })]);
        assert_eq!((rows[0].backing.len(), rows[0].coverage), (0, None));
        let schema = include_str!("../../../schemas/json/report-1.0.json");
        let schema = jsonschema::draft202012::new(&serde_json::from_str(schema).unwrap()).unwrap();
        let before: serde_json::Value = serde_json::from_str(BEFORE).unwrap();
        assert!(schema.is_valid(&before));
        assert_eq!(serde_json::to_value(&report).unwrap(), before);
    }

    #[test]
    fn a_document_without_blocks_is_written_as_before_there_were_any() {
        let mut report: Report = serde_json::from_str(BEFORE).unwrap();
        report.schema = SCHEMA.into();
        let written = serde_json::to_value(&report).unwrap();
        assert_eq!(written["schema"], "tridem-report/1.1");
        assert!(written.get("blocks").is_none());
        // Keys come in the order that they always had.
        let text = serde_json::to_string(&report).unwrap();
        let places = ["schema", "title", "municipality", "sections", "passport"]
            .map(|key| text.find(&format!("\"{key}\":")).unwrap());
        assert!(places.is_sorted(), "{places:?}");
        assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
    }

    #[test]
    fn only_the_working_version_shows_numbers_below_three() {
        let smallest: Vec<u64> = Audience::ALL.into_iter().map(Audience::smallest_shown).collect();
        assert_eq!(smallest, [5, 3, 1]);
    }
}
