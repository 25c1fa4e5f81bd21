//! What a new plugin begins with: a whole small one, for each language and each kind.

use super::files::File;

/// A language that plugins are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Rust, with the SDK.
    Rust,
    /// JavaScript, by componentize-js.
    JavaScript,
    /// Python, by componentize-py.
    Python,
}

/// What a plugin is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Figures that the host counts.
    Metrics,
    /// A report that the plugin composes.
    Reporting,
    /// Next steps for cases.
    Workflow,
}

impl Language {
    /// Its word on the command line.
    pub fn code(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::JavaScript => "js",
            Self::Python => "python",
        }
    }
}

impl Kind {
    /// Its word on the command line.
    pub fn code(self) -> &'static str {
        match self {
            Self::Metrics => "metrics",
            Self::Reporting => "reporting",
            Self::Workflow => "workflow",
        }
    }
}

/// A plugin to begin with. `@ID@`, `@NAME@` and `@TITLE@` in its files are replaced.
pub(super) struct Template {
    pub(super) language: Language,
    pub(super) kind: Kind,
    pub(super) files: &'static [File],
}

macro_rules! template {
    ($language:ident, $kind:ident, $folder:literal, [$($path:literal),+ $(,)?]) => {
        Template {
            language: Language::$language,
            kind: Kind::$kind,
            files: &[$(($path, include_str!(concat!("templates/", $folder, "/", $path)))),+],
        }
    };
}

/// All there are. Test: `every_file_of_a_template_is_listed`.
const TEMPLATES: &[Template] = &[
    template!(
        Rust,
        Metrics,
        "rust/metrics",
        [
            "Cargo.toml",
            "README.md",
            "plugin.toml",
            "src/lib.rs",
            "tests/visits.golden.json",
            "tests/visits.toml",
        ]
    ),
    template!(
        Rust,
        Reporting,
        "rust/reporting",
        [
            "Cargo.toml",
            "README.md",
            "plugin.toml",
            "src/lib.rs",
            "tests/durations.golden.json",
            "tests/durations.toml",
        ]
    ),
    template!(
        Rust,
        Workflow,
        "rust/workflow",
        [
            "Cargo.toml",
            "README.md",
            "plugin.toml",
            "src/lib.rs",
            "templates/invitation.de.hbs",
            "templates/invitation.en.hbs",
            "tests/families.golden.json",
            "tests/families.toml",
        ]
    ),
    template!(
        JavaScript,
        Metrics,
        "js/metrics",
        [
            "README.md",
            "build.mjs",
            "package.json",
            "plugin.toml",
            "src/plugin.js",
            "tests/visits.golden.json",
            "tests/visits.toml",
        ]
    ),
    template!(
        JavaScript,
        Reporting,
        "js/reporting",
        [
            "README.md",
            "build.mjs",
            "package.json",
            "plugin.toml",
            "src/plugin.js",
            "tests/durations.golden.json",
            "tests/durations.toml",
        ]
    ),
    template!(
        JavaScript,
        Workflow,
        "js/workflow",
        [
            "README.md",
            "build.mjs",
            "package.json",
            "plugin.toml",
            "src/plugin.js",
            "templates/invitation.de.hbs",
            "templates/invitation.en.hbs",
            "tests/families.golden.json",
            "tests/families.toml",
        ]
    ),
    template!(
        Python,
        Metrics,
        "python/metrics",
        [
            "README.md",
            "plugin.py",
            "plugin.toml",
            "pyproject.toml",
            "tests/visits.golden.json",
            "tests/visits.toml",
        ]
    ),
    template!(
        Python,
        Reporting,
        "python/reporting",
        [
            "README.md",
            "plugin.py",
            "plugin.toml",
            "pyproject.toml",
            "tests/durations.golden.json",
            "tests/durations.toml",
        ]
    ),
    template!(
        Python,
        Workflow,
        "python/workflow",
        [
            "README.md",
            "plugin.py",
            "plugin.toml",
            "pyproject.toml",
            "templates/invitation.de.hbs",
            "templates/invitation.en.hbs",
            "tests/families.golden.json",
            "tests/families.toml",
        ]
    ),
];

/// Goes into every folder.
pub(super) const SHARED: &[File] = &[(".gitignore", include_str!("templates/shared/gitignore"))];

/// The template for a language and a kind; `None` where there is none.
pub(super) fn template(language: Language, kind: Kind) -> Option<&'static Template> {
    TEMPLATES.iter().find(|found| found.language == language && found.kind == kind)
}

/// The languages and kinds for which there is a template, as words of the command line.
pub(super) fn offered() -> Vec<String> {
    TEMPLATES
        .iter()
        .map(|found| format!("--language {} --kind {}", found.language.code(), found.kind.code()))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::domain::Manifest;

    #[test]
    fn every_file_of_a_template_is_listed() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/app/kit/templates");
        let mut there = BTreeSet::new();
        let mut open = vec![root.clone()];
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(fs_err::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            } else {
                there.insert(path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned());
            }
        }
        there.remove("shared/gitignore");
        let listed: BTreeSet<String> = TEMPLATES
            .iter()
            .flat_map(|found| {
                let folder = format!("{}/{}", found.language.code(), found.kind.code());
                found.files.iter().map(move |file| format!("{folder}/{}", file.0))
            })
            .collect();
        assert_eq!(there, listed);
    }

    /// The figures, documents and proposals are the same whatever a plugin is written in.
    #[test]
    fn tests_and_letters_are_the_same_in_every_language() {
        let files = |found: &Template| -> Vec<File> {
            let is_shared =
                |file: &&File| file.0.starts_with("tests/") || file.0.starts_with("templates/");
            found.files.iter().filter(is_shared).copied().collect()
        };
        for kind in [Kind::Metrics, Kind::Reporting, Kind::Workflow] {
            let first = files(template(Language::Rust, kind).unwrap());
            for language in [Language::JavaScript, Language::Python] {
                assert_eq!(files(template(language, kind).unwrap()), first);
            }
        }
    }

    #[test]
    fn every_template_has_a_manifest_a_readme_and_a_test() {
        for found in TEMPLATES {
            let names: Vec<&str> = found.files.iter().map(|file| file.0).collect();
            assert!(names.contains(&"README.md"), "{names:?}");
            assert!(names.iter().any(|name| name.ends_with(".golden.json")), "{names:?}");
            let manifest = found.files.iter().find(|file| file.0 == "plugin.toml").unwrap().1;
            let manifest = manifest.replace("@ID@", "org.example.x").replace("@NAME@", "x");
            Manifest::parse(&manifest).unwrap();
        }
    }
}
