//! The promise of interface 1.0: packages built for it are kept, and run unchanged.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};
use snapbox::{assert_data_eq, str};
use tridem::plugin::{OperatorLimits, Package};

use crate::support::{Workspace, root};

/// The released packages, each with the SHA-256 of its `plugin.wasm`. Packages may be signed or packed
/// anew; what runs stays what it was.
///
/// Lines are added here, with every version that is released, and never changed: whoever has a report
/// made with a version must be able to make it again.
const RELEASED: [(&str, &str); 2] = [
    ("attendance-1.0.0", "6519e85f807104291fcdacb22a9e51c8914f34643341a845636406756e606b21"),
    ("school-comparison-1.0.0", "bd7ce7e999b8b608b191a809de3a250ddabace68e55931f6b5265952da317b9e"),
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
    let run =
        [&run[..], if name.starts_with("attendance") { &["--set", "unit=lesson"] } else { &[] }];
    let report = workspace.run(&run.concat()).success().stdout;
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
        text += &format!("{}\n", columns.join(" | "));
        for row in list(&table, "rows") {
            let cells = list(&row, "cells");
            let cells = cells.iter().map(|cell| match cell["units"].as_i64() {
                Some(units) => format!("{units}e-{}", cell["decimals"]),
                None => cell["state"].as_str().unwrap().to_owned(),
            });
            text += &format!("  {}: {}\n", label(&row), cells.collect::<Vec<_>>().join(" | "));
        }
    }
    text
}

#[test]
fn the_first_attendance_says_what_it_said() {
    assert_data_eq!(figures("attendance-1.0.0"), str![[""]]);
}

#[test]
fn the_first_comparison_says_what_it_said() {
    assert_data_eq!(figures("school-comparison-1.0.0"), str![[""]]);
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
