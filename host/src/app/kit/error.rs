//! What can go wrong while a plugin is developed, and what its author does next.

use std::path::PathBuf;

use crate::domain::Lang;

/// Why the kit gave no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A new plugin gets a folder of its own.
    #[error("`{}` is not empty, and nothing is ever overwritten", .0.display())]
    Occupied(PathBuf),
    /// There is no template.
    #[error("there is no template for that; there is {}", offered.join(", "))]
    NoTemplate { offered: Vec<String> },
    /// An id that no manifest takes.
    #[error("`{0}` cannot be the id of a plugin")]
    BadId(String),
    /// A title that no manifest takes.
    #[error("the title must be one line of 1 to 200 bytes")]
    BadTitle,
    /// No manifest.
    #[error("there is no `plugin.toml` in `{}`", .0.display())]
    NotAPlugin(PathBuf),
    /// Not built yet.
    #[error("the plugin in `{}` has not been built", .0.display())]
    NotBuilt(PathBuf),
    /// Nothing tells what it is written in.
    #[error("nothing in `{}` tells how to build it", .0.display())]
    NoLanguage(PathBuf),
    /// A compiler or another tool is missing.
    #[error("{tool} is missing, without which a plugin in {language} cannot be built")]
    NoTool { tool: &'static str, language: &'static str, advice: Advice },
    /// A tool could not be started.
    #[error("`{tool}` cannot be started")]
    Start { tool: String, source: std::io::Error },
    /// The compiler found mistakes.
    #[error("the plugin in `{}` could not be built:\n\n{}", folder.display(), output.trim_end())]
    Compiler { folder: PathBuf, output: String },
    /// The compiler was content and left nothing.
    #[error("building in `{}` gave no WebAssembly", .0.display())]
    NothingBuilt(PathBuf),
    /// A test that cannot be run. Every mistake is in the list.
    #[error("the test `{}` is wrong:\n  - {}", path.display(), mistakes.join("\n  - "))]
    Fixture { path: PathBuf, mistakes: Vec<String> },
    /// No tests.
    #[error("there are no tests in `{}`", .0.display())]
    NoTests(PathBuf),
    /// Only a folder has tests that can be run and rewritten.
    #[error("`{}` is a package; tests are run in the folder that it is made from", .0.display())]
    NotAFolder(PathBuf),
    /// Tests failed.
    #[error("{failed} of {all} {} failed", if *all == 1 { "test" } else { "tests" })]
    TestsFailed { failed: usize, all: usize },
    /// The check found errors.
    #[error("{errors} {} to be put right", if *errors == 1 { "error has" } else { "errors have" })]
    Unsound { errors: usize },
    /// Rows that the kit cannot make up.
    #[error("there are no rows of dataset `{0}`")]
    NoRows(String),
    /// The folder cannot be watched.
    #[error("`{}` cannot be watched: {reason}", folder.display())]
    Watch { folder: PathBuf, reason: String },
}

/// How to get a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// A Rust compiler for WebAssembly.
    Rust,
    /// A linker for it.
    Linker,
    /// Node and npm.
    Node,
    /// The packages that the plugin's `package.json` names.
    NodeModules,
    /// componentize-py.
    Python,
}

impl Error {
    /// The error as a German sentence.
    pub(in crate::app) fn german(&self) -> String {
        match self {
            Self::Occupied(path) => {
                format!("`{}` ist nicht leer, und nie wird etwas überschrieben", path.display())
            }
            Self::NoTemplate { offered } => {
                format!("dafür gibt es keine Vorlage; es gibt {}", offered.join(", "))
            }
            Self::BadId(id) => format!("`{id}` kann nicht die Id eines Plugins sein"),
            Self::BadTitle => "der Titel muss eine Zeile von 1 bis 200 Bytes sein".into(),
            Self::NotAPlugin(folder) => {
                format!("in `{}` liegt keine `plugin.toml`", folder.display())
            }
            Self::NotBuilt(folder) => {
                format!("das Plugin in `{}` ist noch nicht gebaut", folder.display())
            }
            Self::NoLanguage(folder) => {
                format!("in `{}` sagt nichts, wie es zu bauen ist", folder.display())
            }
            Self::NoTool { tool, language, .. } => {
                format!("{tool} fehlt, und ohne lässt sich kein Plugin in {language} bauen")
            }
            Self::Start { tool, .. } => format!("`{tool}` lässt sich nicht starten"),
            Self::Compiler { folder, output } => format!(
                "das Plugin in `{}` ließ sich nicht bauen:\n\n{}",
                folder.display(),
                output.trim_end()
            ),
            Self::NothingBuilt(folder) => {
                format!("das Bauen in `{}` ergab kein WebAssembly", folder.display())
            }
            Self::Fixture { path, mistakes } => {
                format!(
                    "der Test `{}` ist falsch:\n  - {}",
                    path.display(),
                    mistakes.join("\n  - ")
                )
            }
            Self::NoTests(folder) => format!("in `{}` gibt es keine Tests", folder.display()),
            Self::NotAFolder(path) => format!(
                "`{}` ist ein Paket; Tests laufen in dem Ordner, aus dem es gemacht ist",
                path.display()
            ),
            Self::TestsFailed { failed, all } => {
                format!("{failed} von {all} Tests sind fehlgeschlagen")
            }
            Self::Unsound { errors } if *errors == 1 => "ein Fehler ist zu beheben".into(),
            Self::Unsound { errors } => format!("{errors} Fehler sind zu beheben"),
            Self::NoRows(dataset) => {
                format!("für den Datenbestand `{dataset}` gibt es keine Zeilen")
            }
            Self::Watch { folder, reason } => {
                format!("`{}` lässt sich nicht beobachten: {reason}", folder.display())
            }
        }
    }

    /// One thing to do next.
    pub(in crate::app) fn hint(&self, lang: Lang) -> Option<String> {
        Some(match self {
            Self::Occupied(_) => lang
                .pick("nennen Sie einen neuen Ordner", "name a folder that is not there yet")
                .into(),
            Self::BadId(_) => lang
                .pick(
                    "mindestens drei Teile aus kleinen Buchstaben, Ziffern und Bindestrichen: \
                     --id org.example.besuche",
                    "at least three parts of lower-case letters, digits and hyphens: \
                     --id org.example.visits",
                )
                .into(),
            Self::NotAPlugin(_) => lang
                .pick(
                    "ein neues Plugin beginnt mit `tridem plugin new ORDNER --language rust --kind metrics`",
                    "a new plugin begins with `tridem plugin new FOLDER --language rust --kind metrics`",
                )
                .into(),
            Self::NotBuilt(folder) => format!("`tridem plugin build {}`", folder.display()),
            Self::NoLanguage(_) => lang
                .pick(
                    "`Cargo.toml` steht für Rust, `package.json` für JavaScript, `pyproject.toml` \
                     für Python; was sonst einen Bestandteil macht, nimmt `tridem plugin pack \
                     ORDNER --module DATEI`",
                    "`Cargo.toml` stands for Rust, `package.json` for JavaScript, `pyproject.toml` \
                     for Python; what else makes a component is taken by `tridem plugin pack \
                     FOLDER --module FILE`",
                )
                .into(),
            Self::NoTool { advice, .. } => advice.text(lang).into(),
            Self::TestsFailed { .. } => lang
                .pick(
                    "ist die Änderung gewollt, schreibt `tridem plugin test --update` sie als \
                     erwartet auf",
                    "where the change is meant, `tridem plugin test --update` writes it down as \
                     expected",
                )
                .into(),
            Self::NoTests(_) => lang
                .pick(
                    "legen Sie eine Datei `tests/NAME.toml` mit Zeilen an; \
                     `tridem plugin test --update` schreibt auf, was herauskommt",
                    "write a file `tests/NAME.toml` with rows; `tridem plugin test --update` \
                     writes down what comes out",
                )
                .into(),
            _ => return None,
        })
    }
}

impl Advice {
    fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Rust => lang.pick(
                "mit rustup: `rustup target add wasm32-unknown-unknown`; \
                 unter Debian: `apt-get install rustc-web cargo-web rust-web-src lld`",
                "with rustup: `rustup target add wasm32-unknown-unknown`; \
                 on Debian: `apt-get install rustc-web cargo-web rust-web-src lld`",
            ),
            Self::Linker => lang.pick(
                "unter Debian hat ihn das Paket `lld`: `apt-get install lld`",
                "on Debian the package `lld` has it: `apt-get install lld`",
            ),
            Self::Node => lang.pick(
                "installieren Sie Node.js 20 oder neuer: https://nodejs.org",
                "install Node.js 20 or later: https://nodejs.org",
            ),
            Self::NodeModules => lang.pick(
                "`npm install` im Ordner des Plugins holt sie",
                "`npm install` in the plugin's folder gets them",
            ),
            Self::Python => lang.pick(
                "im Ordner des Plugins: `python3 -m venv .venv && .venv/bin/pip install \
                 componentize-py`",
                "in the plugin's folder: `python3 -m venv .venv && .venv/bin/pip install \
                 componentize-py`",
            ),
        }
    }
}
