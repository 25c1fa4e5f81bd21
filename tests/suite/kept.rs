//! The promise of interface 1.0: packages built for it are kept, and run unchanged.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};
use snapbox::{assert_data_eq, str};
use tridem::domain::{
    Batch, Code, CodeList, Column, Job, SchoolYear, SettingValue, Shape, ShapeField, Values, is_set,
};
use tridem::plugin::{Engine, OperatorLimits, Package, label_counts};

use crate::support::{Workspace, root};

/// The released packages, each with the SHA-256 of its `plugin.wasm`. Packages may be signed or packed
/// anew; what runs stays what it was.
///
/// Lines are added here, with every version that is released, and never changed: whoever has a report
/// made with a version must be able to make it again.
const RELEASED: [(&str, &str); 10] = [
    ("attendance-1.0.0", "6519e85f807104291fcdacb22a9e51c8914f34643341a845636406756e606b21"),
    ("attendance-1.0.1", "0708e0c579b85f7fae911d29559320f15a1a2059c697962df5d2d6cde39f3d95"),
    ("attendance-ladder-1.0.0", "b8ae91c6809557cb9e5b2d8f510bd231b3b2cc8fea0bfcdd5fc791de84453d08"),
    ("half-year-1.0.0", "895c4a1eb14ca90a4ca8f87c5691fc1c34a60b5cb1eb38ce27d075ca5e1ce9fb"),
    ("interpreting-1.0.0", "4f34299641d498964e58690d6e1aac1b0f8cda0ab87322c28528152d21d66dc6"),
    ("parent-contact-1.0.0", "b8a16a603d8db0c9443fe889c69ce387797c0c1d94e9e1fef233ac766bfc6924"),
    ("programme-figures-1.0.0", "25eb666d66dbb4d65ab8fbdf9f41dc7becd9b8bf992dbd0a2629f3d417040dc9"),
    ("record-check-1.0.0", "a78e66ccbe1520bacd84f53067d68c4e8cd58ba90d56507155c613311d4d8f13"),
    ("school-comparison-1.0.1", "e46bab1d6b2efe88212e4b3cb469aa61e7dd69473b551cbf35db2e5b9af60a9d"),
    ("transition-1.0.0", "ba0f948b2054057a6bad11ce1d9a11b93ae337f5e1cc8a0b0193e53911ae3588"),
];

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// All packages in `plugins/dist`, by name.
pub(crate) fn kept() -> BTreeMap<String, Vec<u8>> {
    let folder = fs_err::read_dir(root().join("plugins/dist")).unwrap();
    folder
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "tridem"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, fs_err::read(&path).unwrap())
        })
        .collect()
}

#[test]
fn every_released_package_is_there_and_nobody_built_it_again() {
    let found: Vec<(String, String)> = kept()
        .into_iter()
        .map(|(name, bytes)| {
            let package = Package::read(&bytes, &OperatorLimits::default()).unwrap();
            assert_eq!(package.manifest.api, "1.0", "{name}");
            (name, hex(&package.component))
        })
        .collect();
    let released = RELEASED.map(|(name, component)| (name.to_owned(), component.to_owned()));
    assert_eq!(found, released, "add a line for a new version; never change one");
}

/// The figures of a released package over the pupils and contacts of the small example.
fn figures(name: &str) -> String {
    let workspace = Workspace::example();
    let file = workspace.file("kept.tridem", &kept()[name]);
    workspace.run(&["plugin", "install", &file]).success();
    let plugin = workspace.list("plugin list").remove(0);
    let id = plugin["id"].as_str().unwrap();
    workspace.run(&["plugin", "grant", id, "--all"]).success();
    workspace.run(&["plugin", "enable", id]).success();
    let run = ["report", "run", id, "--year", "2025/26", "--audience", "work", "--format", "json"];
    let report = workspace.run(&run).success().stdout;
    written(&serde_json::from_str(&report).unwrap())
}

/// The cells of all tables with the labels of their rows and columns: what a plugin is asked for. How
/// the host words everything else may change.
fn written(report: &Value) -> String {
    let list = |value: &Value, name: &str| value[name].as_array().unwrap().clone();
    let label = |value: &Value| value["label"]["en"].as_str().unwrap().to_owned();
    let mut text = String::new();
    for table in list(report, "sections").iter().flat_map(|section| list(section, "tables")) {
        let columns: Vec<String> = list(&table, "columns").iter().map(label).collect();
        writeln!(text, "{}", columns.join(" | ")).unwrap();
        for row in list(&table, "rows") {
            let cells = list(&row, "cells");
            let cells = cells.iter().map(|cell| match cell["units"].as_i64() {
                Some(units) => format!("{units}e-{}", cell["decimals"]),
                None => cell["state"].as_str().unwrap().to_owned(),
            });
            writeln!(text, "  {}: {}", label(&row), cells.collect::<Vec<_>>().join(" | ")).unwrap();
        }
    }
    text
}

/// Six pupils and terms: school, term, grade, unit, days enrolled, units possible, and missed with an
/// excuse, without one, and not yet known.
const PUPILS: [([u16; 4], [i32; 5]); 6] = [
    ([0, 2, 0, 1], [190, 380, 0, 0, 0]),
    ([0, 2, 1, 1], [190, 380, 20, 10, 8]),
    ([0, 0, 1, 1], [95, 190, 100, 0, 0]),
    ([1, 1, 2, 1], [8, 16, 0, 16, 0]),
    ([1, 2, 3, 0], [192, 192, 0, 20, 0]),
    ([1, 2, 3, 2], [190, 950, 0, 0, 95]),
];

/// The rows of `PUPILS` as the plugin gets them, and what it makes of each.
fn classified(name: &str) -> String {
    let engine = Engine::new(OperatorLimits::default()).unwrap();
    let Package { manifest, component, .. } =
        Package::read(&kept()[name], &OperatorLimits::default()).unwrap();
    let plugin = engine.load_component(&component).unwrap();
    let description = plugin.describe(&manifest).unwrap();
    let code = |code: &str| Code { code: code.into(), de: code.into(), en: code.into() };
    let field = |name: &String| {
        let codes: &[&str] = match name.as_str() {
            "school" => &["990001", "990002"],
            "term" => &["first-half", "second-half", "year"],
            "grade" => &["01", "02", "03", "04"],
            "unit" => &["day", "half-day", "lesson"],
            _ => &[],
        };
        let codes = CodeList::new(codes.iter().copied().map(code).collect());
        ShapeField { name: name.clone(), codes: Arc::new(codes), size: 0 }
    };
    let request = &manifest.requests[0];
    let shape = Shape {
        dataset: request.dataset.clone(),
        fields: request.fields.iter().map(field).collect(),
    };
    let number = |name: &str, number| (name.to_owned(), SettingValue::Integer(number));
    let settings = vec![
        number("minimum_days", 10),
        number("persistent_percent", 10),
        number("severe_percent", 50),
        ("unit".to_owned(), SettingValue::Text("half-day".to_owned())),
    ];
    let period = SchoolYear(2025).period();
    let job = Job { as_of: period.last, period, settings, datasets: vec![shape] };
    let column = |values| Column { values, present: Vec::new() };
    let codes = (0..4).map(|at| Values::Codes(PUPILS.map(|(codes, _)| codes[at]).into()));
    let numbers = (0..5).map(|at| Values::Integers(PUPILS.map(|(_, numbers)| numbers[at]).into()));
    let batch = Batch { rows: PUPILS.len(), columns: codes.chain(numbers).map(column).collect() };

    let labels = label_counts(&description, &job);
    let mut run = plugin.start(&manifest, &description, labels, &job).unwrap();
    let found = run.push(0, &batch).unwrap();
    let mut text = String::new();
    for (dimension, labels) in description.dimensions.iter().zip(&found.labels) {
        writeln!(text, "{}: {labels:?}", dimension.id).unwrap();
    }
    let measures = description.counted_over(&job.datasets[0].dataset);
    for (place, measured) in measures.into_iter().zip(&found.measures) {
        let counted = (0..batch.rows)
            .map(|row| u8::from(measured.counted.is_empty() || is_set(&measured.counted, row)));
        let (id, values) = (&description.measures[place].id, &measured.values);
        writeln!(text, "{id}: {:?} {values:?}", counted.collect::<Vec<_>>()).unwrap();
    }
    text
}

#[test]
fn a_version_that_was_only_built_anew_says_the_same() {
    assert_eq!(classified("attendance-1.0.1"), classified("attendance-1.0.0"));
}

#[test]
fn the_first_attendance_says_what_it_said() {
    assert!(figures("attendance-1.0.0").contains("Pupils rated"));
    assert_data_eq!(
        classified("attendance-1.0.0"),
        str![[r"
school: [0, 0, 65535, 65535, 1, 1]
grade-primary: [0, 1, 65535, 65535, 3, 3]
grade-secondary: [65535, 65535, 65535, 65535, 65535, 65535]
school-term: [65535, 65535, 0, 1, 65535, 65535]
term: [65535, 65535, 0, 1, 65535, 65535]
pupils: [1, 1, 1, 0, 1, 1] []
too-short: [0, 0, 0, 1, 0, 0] []
possible: [1, 1, 1, 0, 0, 0] [380, 380, 190, 16, 192, 950]
missed: [0, 1, 1, 0, 0, 0] [0, 38, 100, 16, 20, 95]
unexcused: [0, 1, 0, 0, 0, 0] [0, 10, 0, 16, 20, 0]
open: [0, 1, 0, 0, 0, 0] [0, 8, 0, 0, 0, 95]
persistent: [0, 1, 1, 0, 1, 1] []
severe: [0, 0, 1, 0, 0, 0] []

"]]
    );
}

#[test]
fn the_first_comparison_says_what_it_said() {
    assert_data_eq!(
        figures("school-comparison-1.0.1"),
        str![[r"
Contacts | Attempts | Person-contacts | Households reached | Contact time | Home visits
  Grundschule Musterstadt: 6e-0 | 2e-0 | 23e-0 | 2e-0 | 335e-0 | 1e-0
  All primary schools: 6e-0 | 2e-0 | 23e-0 | 2e-0 | 335e-0 | 1e-0
Accompanied pupils | Contacts per 100 accompanied pupils | Home visits per 100 accompanied pupils | Contacts per mediator hour | Tandem share | Tridem share
  Grundschule Musterstadt: 3e-0 | 2000e-1 | 333e-1 | 1e-2 | 167e-1 | 333e-1
  All primary schools: 3e-0 | 2000e-1 | 333e-1 | 1e-2 | 167e-1 | 333e-1
Aug 2025 | Sep 2025 | Oct 2025 | Nov 2025 | Dec 2025 | Jan 2026 | Feb 2026 | Mar 2026 | Apr 2026 | May 2026 | Jun 2026 | Jul 2026 | Total
  Grundschule Musterstadt: 0e-0 | 2e-0 | 1e-0 | 1e-0 | 1e-0 | 1e-0 | 0e-0 | 0e-0 | 0e-0 | 0e-0 | 0e-0 | 0e-0 | 6e-0
  All primary schools: 0e-0 | 2e-0 | 1e-0 | 1e-0 | 1e-0 | 1e-0 | 0e-0 | 0e-0 | 0e-0 | 0e-0 | 0e-0 | 0e-0 | 6e-0
home visit | parent talk | message | accompaniment | case conference | parent café | Total
  Grundschule Musterstadt: 1e-0 | 1e-0 | 1e-0 | 1e-0 | 1e-0 | 1e-0 | 6e-0
  All primary schools: 1e-0 | 1e-0 | 1e-0 | 1e-0 | 1e-0 | 1e-0 | 6e-0

"]]
    );
}

#[test]
#[cfg(unix)]
fn an_edited_interface_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let check = || {
        let script = folder.path().join("check.sh");
        std::process::Command::new("bash").arg(script).output().unwrap()
    };
    let copy = |name: &str| {
        let from = root().join("schemas/wit").join(name);
        fs_err::copy(from, folder.path().join(name)).unwrap();
    };
    fs_err::create_dir(folder.path().join("1.0")).unwrap();
    for entry in fs_err::read_dir(root().join("schemas/wit/1.0")).unwrap() {
        copy(&format!("1.0/{}", entry.unwrap().file_name().to_str().unwrap()));
    }
    copy("check.sh");
    let unchanged = check();
    assert!(unchanged.status.success(), "{}", String::from_utf8_lossy(&unchanged.stderr));

    for file in ["types.wit", "metrics.wit", "reporting.wit", "workflow.wit"] {
        let path = folder.path().join("1.0").join(file);
        let text = fs_err::read_to_string(&path).unwrap();
        fs_err::write(&path, format!("{text}\n")).unwrap();
        let changed = check();
        let said = String::from_utf8_lossy(&changed.stderr).into_owned();
        assert!(!changed.status.success() && said.contains("schemas/wit/1.0"), "{file}: {said}");
        fs_err::write(&path, text).unwrap();
    }
    assert!(check().status.success());
    fs_err::remove_file(folder.path().join("1.0/types.wit")).unwrap();
    assert!(!check().status.success(), "a file is gone");
}
