//! The shape of the host: who may import whom.

use std::path::Path;

use crate::support::root;

/// Bottom to top. A module may name modules of lower lines only: not those above it, and not its
/// neighbours.
const LAYERS: &[&[&str]] = &[
    &["domain"],
    &["capture", "store", "plugin", "report", "render", "demo"],
    &["app"],
    &["web"],
    &["cli"],
];

/// Each of these crates has its home, or two; no other module may name it.
const HOMES: &[(&str, &str)] = &[
    ("rusqlite", "store"),
    ("wasmtime", "plugin"),
    ("wit_component", "plugin"),
    ("minisign", "plugin"),
    ("zip", "plugin"),
    ("zip", "render"),
    ("zip", "capture"),
    // Several files as one download.
    ("zip", "web"),
    ("rust_xlsxwriter", "render"),
    // Its tests make the spreadsheets that it reads.
    ("rust_xlsxwriter", "capture"),
    ("handlebars", "render"),
    ("handlebars", "web"),
    ("axum", "web"),
    ("tokio", "web"),
    ("comfy_table", "render"),
    ("clap", "cli"),
    ("clap_complete", "cli"),
    ("clap_mangen", "cli"),
    ("rpassword", "cli"),
    ("argon2", "store"),
    ("rustix", "app"),
    ("indicatif", "cli"),
    ("notify", "app"),
];

#[test]
fn modules_import_only_from_lower_layers() {
    let mut wrong = Vec::new();
    for module in LAYERS.concat() {
        for (file, text) in sources(module) {
            wrong.extend(violations(module, &file, &text));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Every module of the host has a place in the layers, so none can escape the test above.
#[test]
fn every_module_has_a_layer() {
    let lib = fs_err::read_to_string(root().join("host/src/lib.rs")).unwrap();
    let modules: Vec<&str> =
        lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(modules.len() > 5);
    for module in modules {
        assert!(LAYERS.concat().contains(&module), "`{module}` has no layer");
    }
}

#[test]
fn planted_violations_are_found() {
    let planted = [
        ("domain", "use rusqlite::Connection;", "rusqlite"),
        ("domain", "let x = crate::store::Store::open();", "store"),
        ("render", "use crate::store::Store;", "store"),
        ("store", "use crate::app::App;", "app"),
        ("store", "use zip::ZipArchive;", "zip"),
        ("report", "fn f() -> wasmtime::Engine { todo() }", "wasmtime"),
        ("cli", "use crate::{app, domain};", "groups"),
        ("cli", "use crate::store::Store;", "skips"),
    ];
    for (module, line, word) in planted {
        let found = violations(module, "planted.rs", line);
        assert!(found.iter().any(|text| text.contains(word)), "{module}: {line}");
    }
    assert!(violations("store", "fine.rs", "use crate::domain::Day;\n// crate::app").is_empty());
    assert!(violations("cli", "fine.rs", "use crate::app::App;").is_empty());
}

/// What is wrong with the imports of one file.
fn violations(module: &str, file: &str, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let level = LAYERS.iter().position(|layer| layer.contains(&module)).unwrap();
    if text.contains("use crate::{") {
        wrong.push(format!("{file} groups `use crate::{{…}}`; one line for each module"));
    }
    for other in LAYERS[level..].concat() {
        if other != module && names(text, &format!("crate::{other}")) {
            wrong.push(format!("{file} names `{other}`"));
        }
    }
    // What people use talks to the use cases and shares the words of the domain.
    if matches!(module, "cli" | "web") {
        for other in LAYERS[1] {
            if names(text, &format!("crate::{other}")) {
                wrong.push(format!("{file} skips `app` and names `{other}`"));
            }
        }
    }
    let is_home = |name: &str| HOMES.contains(&(name, module));
    for (name, home) in HOMES.iter().filter(|(name, _)| !is_home(name)) {
        if names(text, &format!("{name}::")) {
            wrong.push(format!("{file} names `{name}`, whose home is `{home}`"));
        }
    }
    wrong
}

/// Whether a line of code in `text` begins a path with `path`.
fn names(text: &str, path: &str) -> bool {
    let code = |line: &&str| !line.trim_start().starts_with("//");
    text.lines().filter(code).any(|line| {
        line.match_indices(path).any(|(start, _)| {
            let before = line[..start].chars().next_back();
            let after = line[start + path.len()..].chars().next();
            let is_word = |letter: Option<char>| {
                letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
            };
            let begins = !is_word(before) && (path.starts_with("crate") || before != Some(':'));
            begins && (path.ends_with(':') || !is_word(after))
        })
    })
}

/// Every Rust file of a module, with its text.
fn sources(module: &str) -> Vec<(String, String)> {
    let src = root().join("host/src");
    let mut open = vec![src.join(module), src.join(format!("{module}.rs"))];
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs_err::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") && path.exists() {
            found.push((short(&path), fs_err::read_to_string(&path).unwrap()));
        }
    }
    assert!(!found.is_empty(), "module `{module}` has no source");
    found
}

fn short(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
