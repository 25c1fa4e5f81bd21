//! What can go wrong with a plugin, and what the operator or its author can do about it.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::exports::Interface;
use super::package::{DIFFERENT, GONE, UNLISTED};
use crate::domain::ManifestError;
pub(super) use crate::domain::is_unprintable;

/// Most characters of a plugin's own words that are shown.
const MOST_WORDS: usize = 500;

/// What a plugin was doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Starting up, before any of its functions was called.
    Start,
    /// Telling about itself.
    Describe,
    /// Taking the job.
    Begin,
    /// Answering a batch.
    Push,
    /// Giving what it has gathered to another instance.
    Save,
    /// Taking what another instance has gathered.
    Merge,
    /// Writing its document.
    Finish,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Start => "its start",
            Self::Describe => "`describe`",
            Self::Begin => "`begin`",
            Self::Push => "`push`",
            Self::Save => "`save`",
            Self::Merge => "`merge`",
            Self::Finish => "`finish`",
        })
    }
}

/// Why a compiled plugin cannot be used. The component it came from still can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusable {
    /// There is no such file.
    Missing,
    /// It cannot be read.
    Unreadable(String),
    /// It is not the file that was written.
    Changed,
    /// It was compiled by another version or for another machine.
    OtherEngine(String),
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("it is missing"),
            Self::Unreadable(reason) => write!(f, "it cannot be read: {reason}"),
            Self::Changed => f.write_str("it was changed since it was written"),
            Self::OtherEngine(reason) => write!(f, "it is not for this engine: {reason}"),
        }
    }
}

/// Why a package, a component or a run was refused.
///
/// Messages of a run name the plugin, because a report may run several. Words of a plugin are kept
/// to one line of 500 characters without control characters.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The engine cannot work on this machine.
    #[error("the plugin engine cannot start: {0}")]
    Engine(String),

    /// A package or component has too many bytes.
    #[error("{what} has more than the {limit} bytes allowed")]
    TooLarge { what: &'static str, limit: u64 },

    /// Machine code, which no sandbox can hold.
    #[error("this is compiled machine code, not a plugin; machine code is never taken")]
    Precompiled,

    /// A core module where a component is expected.
    #[error("this is a core WebAssembly module, not a component")]
    CoreModule,

    /// Not a component at all.
    #[error("this is not a valid WebAssembly component: {0}")]
    Invalid(String),

    /// It expects the host to give it code.
    #[error("the plugin imports code, and plugins get none: `{}`", .imports.join("`, `"))]
    Imports { imports: Vec<String> },

    /// It does not offer what the host calls.
    #[error(
        "the plugin does not export {}; it exports {}",
        one_of(expected, "or"),
        if exports.is_empty() { "nothing".to_owned() } else { format!("`{}`", exports.join("`, `")) }
    )]
    NoExport { expected: &'static [Interface], exports: Vec<String> },

    /// It offers what this host does not know how to call.
    #[error("the plugin exports what this program does not know: `{}`", .exports.join("`, `"))]
    LaterInterface { exports: Vec<String> },

    /// It is a plugin of another kind.
    #[error("plugin `{plugin}` cannot do this: it does not export `{}`", lacks.name())]
    OtherKind { plugin: String, lacks: Interface },

    /// It offers something of the same name and another shape.
    #[error("`{function}` of the plugin does not have the type that the interface says: {reason}")]
    WrongType { function: String, reason: String },

    /// It would need more than it may have before it does anything.
    #[error("the plugin needs {needed} of {what} to start; {limit} are allowed")]
    NeedsTooMuch { what: &'static str, needed: u64, limit: u64 },

    /// A compiled plugin that must be compiled again.
    #[error("the compiled plugin `{}` cannot be used: {reason}", path.display())]
    Compiled { path: PathBuf, reason: Unusable },

    /// A core module that does not say which interface it is for.
    #[error("the module does not say which plugin interface it was built for")]
    NoWorld,

    /// A core module that does not fit its interface.
    #[error("the module cannot be made a component: {0}")]
    Encode(String),

    /// Not a zip archive.
    #[error("the package cannot be read: {0}")]
    NotAPackage(String),

    /// Too many files in a package.
    #[error("the package has {found} entries; at most {most} are allowed")]
    TooManyFiles { found: usize, most: usize },

    /// A name of a file in a package that is not allowed.
    #[error("the package has an entry `{name}`, {reason}")]
    FileName { name: String, reason: &'static str },

    /// Two files of the same name, or of names that differ in case alone.
    #[error(
        "the package has two files of the same name{}",
        name.as_ref().map_or_else(String::new, |name| format!(", `{name}`"))
    )]
    FileTwice { name: Option<String> },

    /// A file that is not what the manifest says.
    #[error("the file `{name}` of the package {reason}")]
    File { name: String, reason: &'static str },

    /// Bytes that belong to no file, or an archive of another form.
    #[error(
        "the package is not written as `tridem plugin pack` writes it, or has bytes of no file"
    )]
    OtherForm,

    /// Only the second of two signatures.
    #[error("the package has a second signature and no first one")]
    SecondFirst,

    /// A text that is not the key it should be.
    #[error("this is not {what} of the tool `minisign`")]
    NotAKey { what: &'static str },

    /// A secret key that does not open.
    #[error("the password does not open the secret key, or that is damaged")]
    WrongPassword,

    /// Keys or a signature could not be made.
    #[error("this could not be signed: {0}")]
    Signing(String),

    /// The manifest cannot be used.
    #[error(transparent)]
    Manifest(#[from] ManifestError),

    /// It describes itself wrongly. Every mistake is in the list.
    #[error("plugin `{plugin}` describes itself wrongly:\n  - {}", .mistakes.join("\n  - "))]
    Description { plugin: String, interface: Interface, mistakes: Vec<String> },

    /// Its work took more steps than it may.
    #[error("plugin `{plugin}` was stopped in {call}: it used all of its {limit} units of work")]
    OutOfFuel { plugin: String, call: Call, limit: u64 },

    /// It took too long.
    #[error("plugin `{plugin}` was stopped in {call} after {} s", limit.as_secs_f32())]
    TooSlow { plugin: String, call: Call, limit: Duration },

    /// It asked for more memory than it may have.
    #[error("plugin `{plugin}` was stopped in {call}: it needs more than {} MiB of memory", limit >> 20)]
    Memory { plugin: String, call: Call, limit: u64 },

    /// Its calls were nested too deeply.
    #[error("plugin `{plugin}` was stopped in {call}: its calls were nested too deeply")]
    StackOverflow { plugin: String, call: Call },

    /// It crashed.
    #[error("plugin `{plugin}` crashed in {call}: {what}")]
    Crash { plugin: String, call: Call, what: String },

    /// It returned too many bytes.
    #[error("plugin `{plugin}` returned more than {limit} bytes from {call}")]
    Output { plugin: String, call: Call, interface: Interface, limit: usize },

    /// It returned what the interface does not allow.
    #[error("plugin `{plugin}` gave a wrong answer to {call}: {what}")]
    Answer { plugin: String, call: Call, interface: Interface, what: String },

    /// It answered with an error of its own.
    #[error("plugin `{plugin}` reported: {message}")]
    Guest { plugin: String, message: String },

    /// It failed before in this run.
    #[error("plugin `{plugin}` has failed and takes no more rows in this run")]
    Ended { plugin: String },

    /// It has given its document, or what it had gathered for one.
    #[error("plugin `{plugin}` has done its part of this run and takes nothing more")]
    Over { plugin: String },
}

impl Error {
    /// One thing the operator can do next; `None` where only the plugin's author can.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Compiled { .. } => Some("it is compiled again from its package".into()),
            Self::NotAPackage(_) => {
                Some("a plugin package is a file that ends in `.tridem`".into())
            }
            Self::File { .. } => {
                Some("the package was damaged or changed; get it again from its author".into())
            }
            Self::OtherForm => {
                Some("it was changed, or made by another program; get it from its author".into())
            }
            Self::SecondFirst => Some("sign it without `--second`".into()),
            Self::NotAKey { .. } => {
                Some("`tridem plugin keygen --out NAME` makes both, NAME.key and NAME.pub".into())
            }
            Self::OutOfFuel { .. } | Self::TooSlow { .. } => {
                Some("a shorter period gives it less to read".into())
            }
            Self::LaterInterface { .. } => {
                Some("it was built for a later version of this program".into())
            }
            _ => None,
        }
    }

    /// One thing the plugin's author can do; `None` where nothing is wrong with the plugin.
    pub fn for_author(&self) -> Option<String> {
        let text = match self {
            Self::Output { interface, .. } | Self::Answer { interface, .. } => {
                return Some(format!("`{}` says what an answer may hold", interface.file()));
            }
            Self::Description { interface, .. } => {
                return Some(format!("`{}` says what a description may hold", interface.file()));
            }
            Self::CoreModule => {
                "a core module becomes a component with `tridem plugin build`, \
                 or with `wasm-tools component new`"
            }
            Self::Precompiled => "ship the component, not what a compiler cache made of it",
            Self::Imports { .. } => {
                "build it so that it imports no functions: in Rust for `wasm32-unknown-unknown`, \
                 in JavaScript with all features disabled, in Python with `--stub-wasi`"
            }
            Self::NoExport { .. } | Self::WrongType { .. } | Self::LaterInterface { .. } => {
                "build it for a world in `schemas/wit/1.0`: `metrics-plugin`, `reporting-plugin`, \
                 `partial-reporting-plugin` or `workflow-plugin`"
            }
            Self::NoWorld => {
                "generate its bindings from `schemas/wit/1.0` with `wit-bindgen`, as the SDK does"
            }
            Self::Encode(_) => {
                "a Rust plugin is built for `wasm32-unknown-unknown`, with every function of the \
                 interface exported"
            }
            Self::OutOfFuel { .. } | Self::TooSlow { .. } => {
                "do the work that is the same for every row once, in `begin`"
            }
            Self::Memory { .. } | Self::NeedsTooMuch { .. } => {
                "keep no rows from one batch to the next, only what is counted of them"
            }
            Self::StackOverflow { .. } => "replace recursion by a loop",
            Self::Crash { .. } => {
                "a panic or failed assertion; run its tests, and return an error text instead"
            }
            Self::OtherForm => {
                "make it with `tridem plugin pack`; other zip programs add bytes of their own"
            }
            _ => return None,
        };
        Some(text.into())
    }

    /// Whether the plugin failed in a run, and not the machine, its package or whoever runs it.
    pub fn is_failure_of_the_plugin(&self) -> bool {
        matches!(
            self,
            Self::Description { .. }
                | Self::OutOfFuel { .. }
                | Self::TooSlow { .. }
                | Self::Memory { .. }
                | Self::StackOverflow { .. }
                | Self::Crash { .. }
                | Self::Output { .. }
                | Self::Answer { .. }
                | Self::Guest { .. }
                | Self::Ended { .. }
        )
    }

    /// Whether a package is not the one that its manifest describes.
    pub fn is_modified_package(&self) -> bool {
        match self {
            Self::OtherForm => true,
            Self::File { reason, .. } => [GONE, UNLISTED, DIFFERENT].contains(reason),
            _ => false,
        }
    }

    /// Whether the plugin only has to be compiled again.
    pub fn wants_recompiling(&self) -> bool {
        matches!(self, Self::Compiled { .. })
    }
}

/// The names of interfaces as a sentence lists them, with `last` before the last one.
pub(super) fn one_of(interfaces: &[Interface], last: &str) -> String {
    let names: Vec<String> = interfaces.iter().map(|found| format!("`{}`", found.name())).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// A plugin's words for a message: one line of at most 500 characters, without control characters.
pub(super) fn words(text: &str) -> String {
    let mut line = String::new();
    for part in text.split(|c: char| c.is_whitespace() || is_unprintable(c)) {
        if !part.is_empty() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(part);
        }
        // A character has at most four bytes; past this nothing can be among the first 500.
        if line.len() > 4 * MOST_WORDS {
            break;
        }
    }
    match line.char_indices().nth(MOST_WORDS) {
        None => line,
        Some((end, _)) => {
            line.truncate(end);
            line.pop();
            line.push('…');
            line
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_plugin_are_one_short_line() {
        assert_eq!(words("\u{1b}[31mred\nnext\u{7}\u{202e}line "), "[31mred next line");
        assert_eq!(words("\u{0}\n"), "");
        let long = words(&"ä".repeat(10_000));
        assert_eq!(long.chars().count(), 500);
        assert!(long.ends_with('…'));
        assert_eq!(words(&"ä".repeat(500)), "ä".repeat(500));
    }
}
