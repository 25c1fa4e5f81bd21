//! What every new plugin folder gets along: the SDK for Rust, the interface, the dictionary, the codes.
//!
//! They are built into the program, so that a plugin can be written with nothing else at hand, and
//! for exactly the interface that this program offers.

/// A file with its path and its text.
pub(super) type File = (&'static str, &'static str);

macro_rules! files {
    ($root:literal, [$($path:literal),+ $(,)?]) => {
        &[$(($path, include_str!(concat!("../../../../", $root, "/", $path)))),+]
    };
}

/// The SDK. Test: `no_file_of_the_sdk_or_the_interface_is_missing`.
const SDK: &[File] = files!(
    "plugins/sdk",
    [
        "Cargo.toml",
        "LICENSE",
        "src/answer.rs",
        "src/batch.rs",
        "src/bindings.rs",
        "src/description.rs",
        "src/error.rs",
        "src/fields.rs",
        "src/job.rs",
        "src/lib.rs",
        "src/mask.rs",
        "src/metrics.rs",
        "src/months.rs",
        "src/problems.rs",
        "src/reporting/composition.rs",
        "src/reporting/document.rs",
        "src/reporting/mod.rs",
        "src/reporting/problems.rs",
        "src/reporting/run.rs",
        "src/reporting/table.rs",
        "src/reporting/words.rs",
        "src/testing/case.rs",
        "src/testing/composed.rs",
        "src/testing/mod.rs",
        "src/testing/outcome.rs",
        "src/testing/proposed.rs",
        "src/testing/rows.rs",
        "src/testing/tests.rs",
        "src/workflow/mod.rs",
        "src/workflow/proposals.rs",
        "src/workflow/run.rs",
        "src/workflow/steps.rs",
    ]
);

/// The interface.
const WIT: &[File] =
    files!("schemas/wit/1.0", ["metrics.wit", "reporting.wit", "types.wit", "workflow.wit"]);

/// What an author looks things up in.
const WORDS: &[File] = files!("schemas", ["dictionary.toml", "records.toml", "codes.toml"]);

/// Where the SDK finds the interface in this repository, and where in a plugin's folder.
const WIT_HERE: &str = "../../schemas/wit/1.0";
const WIT_THERE: &str = "../wit/1.0";

/// What the SDK's manifest takes over from this repository's, written out.
const INHERITED: [(&str, &str); 3] = [
    ("edition.workspace = true", "edition = \"2024\""),
    (
        "rust-version.workspace = true",
        concat!("rust-version = \"", env!("CARGO_PKG_RUST_VERSION"), "\""),
    ),
    ("\n[lints]\nworkspace = true\n", ""),
];

/// The files of the folder `.tridem`, for a plugin in Rust with the SDK.
pub(super) fn kit(with_sdk: bool) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for (path, text) in WIT {
        files.push((format!(".tridem/wit/1.0/{path}"), (*text).to_owned()));
    }
    for (path, text) in WORDS {
        files.push((format!(".tridem/{path}"), (*text).to_owned()));
    }
    for (path, text) in SDK.iter().filter(|_| with_sdk) {
        files.push((format!(".tridem/sdk/{path}"), moved(path, text)));
    }
    files
}

/// A file of the SDK as it has to be where the SDK lies in a plugin's folder.
fn moved(path: &str, text: &str) -> String {
    if path == "Cargo.toml" {
        return INHERITED.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
    }
    text.replace(WIT_HERE, WIT_THERE)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// Every file below a folder of this repository that is under version control.
    fn below(root: &str, within: &str) -> BTreeSet<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(root);
        let mut found = BTreeSet::new();
        let mut open = vec![root.join(within)];
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(fs_err::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            } else {
                found.insert(path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned());
            }
        }
        found
    }

    fn listed(files: &[File], end: &str) -> BTreeSet<String> {
        files.iter().map(|file| file.0.to_owned()).filter(|path| path.ends_with(end)).collect()
    }

    #[test]
    fn no_file_of_the_sdk_or_the_interface_is_missing() {
        assert_eq!(listed(SDK, ".rs"), below("plugins/sdk", "src"));
        let mut wit = below("schemas/wit/1.0", "");
        wit.remove("SHA256SUMS");
        assert_eq!(listed(WIT, ".wit"), wit);
    }

    #[test]
    fn the_sdk_stands_on_its_own_where_it_is_written_to() {
        for (path, text) in kit(true) {
            assert!(!text.contains("../.."), "{path} looks outside of the folder");
            if path.ends_with("Cargo.toml") {
                assert!(!text.contains("workspace"), "{path} belongs to no workspace:\n{text}");
            }
        }
        let bindings = kit(true).into_iter().find(|(path, _)| path.ends_with("bindings.rs"));
        assert!(bindings.unwrap().1.contains(&format!("\"{WIT_THERE}\"")));
    }
}
