//! The promise of interface 1.0: packages built for it are kept, and run unchanged.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use tridem::plugin::{OperatorLimits, Package};

use crate::support::{Workspace, root};

/// A released package: its component, and its report over the example.
struct Released {
    name: &'static str,
    /// SHA-256 of `plugin.wasm`. Packages may be signed or packed anew; what runs stays what it was.
    component: &'static str,
    /// SHA-256 of all tables of its report for the school year 2025/26.
    tables: &'static str,
}

/// Lines are added here, with every version that is released, and never changed: whoever has a report
/// made with a version must be able to make it again.
const RELEASED: [Released; 2] = [
    Released {
        name: "attendance-1.0.0",
        component: "?",
        tables: "?",
    },
    Released {
        name: "school-comparison-1.0.0",
        component: "?",
        tables: "?",
    },
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
    let released = RELEASED.map(|one| (one.name.to_owned(), one.component.to_owned()));
    assert_eq!(found, released, "add a line for a new version; never change one");
}

#[test]
fn every_released_package_runs_unchanged() {
    let packages = kept();
    for released in &RELEASED {
        let workspace = Workspace::example();
        let file = workspace.file("kept.tridem", &packages[released.name]);
        workspace.run(&["plugin", "install", &file]).success();
        let plugin = workspace.list("plugin list").remove(0);
        let id = plugin["id"].as_str().unwrap().to_owned();
        workspace.run(&["plugin", "grant", &id, "--all"]).success();
        let run = ["report", "run", &id, "--year", "2025/26", "--audience", "work"];
        let report = workspace.run(&[&run[..], &["--format", "json"]].concat()).success().stdout;
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        let figures = figures(&report);
        assert!(figures.contains("shown"), "{}: no figures in {figures}", released.name);
        let tables = hex(figures.as_bytes());
        assert_eq!(tables, released.tables, "{} says now: {figures}", released.name);
    }
}

/// The cells of all tables with the labels of their rows and columns: what a plugin is asked for. How the
/// host words everything else may change.
fn figures(report: &serde_json::Value) -> String {
    let mut text = String::new();
    let lists = |value: &serde_json::Value, name: &str| value[name].as_array().unwrap().clone();
    for table in lists(report, "sections").iter().flat_map(|section| lists(section, "tables")) {
        let labels: Vec<_> = lists(&table, "columns").iter().map(|c| c["label"].clone()).collect();
        text += &format!("{}\n", serde_json::Value::from(labels));
        for row in lists(&table, "rows") {
            text += &format!("{} {}\n", row["label"], row["cells"]);
        }
    }
    text
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
