//! What a reporting plugin says about itself before it sees any row.

use crate::bindings::reporting::exports::tridem::plugin::compose;
use crate::description::Text;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Worth knowing; nothing has to be done.
    Note,
    /// Somebody should look at it.
    Warning,
    /// The record cannot be right as it is.
    Mistake,
}

impl From<Severity> for compose::Severity {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Note => Self::Note,
            Severity::Warning => Self::Warning,
            Severity::Mistake => Self::Mistake,
        }
    }
}

/// All that a reporting plugin says about itself: every word of its documents, and what it looks
/// for in records.
///
/// Phrases, passages and checks have ids, by which a [`Document`](super::Document) uses them. The
/// ids of checks are seen by the host: lower-case letters, digits and hyphens, at most 40.
///
/// ```
/// use tridem_sdk::reporting::{Composition, Severity};
///
/// let composition = Composition::new("org.example.checks", "1.0.0")
///     .phrase("title", ("Prüfung", "Checks"))
///     .passage("about", ("Was hier *nicht* steht, fehlt.", "What is *not* here is missing."))
///     .check("no-time", ("Ein Kontakt hat keine Dauer", "A contact took no time"), Severity::Mistake);
/// assert!(composition.problems().is_empty());
/// ```
#[derive(Debug, Clone)]
pub struct Composition {
    pub(super) id: String,
    pub(super) version: String,
    pub(super) phrases: Vec<(String, Text)>,
    pub(super) passages: Vec<(String, Text)>,
    pub(super) checks: Vec<(String, Text, Severity)>,
}

impl Composition {
    /// A composition with the id and version of the manifest, and no words yet.
    pub fn new(id: &str, version: &str) -> Self {
        Self {
            id: id.to_owned(),
            version: version.to_owned(),
            phrases: Vec::new(),
            passages: Vec::new(),
            checks: Vec::new(),
        }
    }

    /// Adds a heading, sentence, caption or label: one line of at most 200 bytes. At most 1,000.
    #[must_use]
    pub fn phrase(mut self, id: &str, text: impl Into<Text>) -> Self {
        self.phrases.push((id.to_owned(), text.into()));
        self
    }

    /// Adds a longer text of at most 4,000 bytes: paragraphs, lists that begin with `-` or `1.`,
    /// `*emphasis*`, `**strong emphasis**` and `code`. At most 100.
    #[must_use]
    pub fn passage(mut self, id: &str, text: impl Into<Text>) -> Self {
        self.passages.push((id.to_owned(), text.into()));
        self
    }

    /// Adds something that the plugin looks for in records. The text says what is wrong with a
    /// record that is found, in one sentence. At most 64.
    #[must_use]
    pub fn check(mut self, id: &str, title: impl Into<Text>, severity: Severity) -> Self {
        self.checks.push((id.to_owned(), title.into(), severity));
        self
    }

    /// The ids of phrases and of checks, each in its order.
    pub(crate) fn ids(&self) -> (Vec<String>, Vec<String>) {
        let phrases = self.phrases.iter().map(|(id, _)| id.clone()).collect();
        (phrases, self.checks.iter().map(|(id, ..)| id.clone()).collect())
    }

    /// The description as the host reads it.
    pub(crate) fn into_description(self) -> compose::Description {
        let text = |(_, text): (String, Text)| text.into();
        let passage = |(_, text): (String, Text)| compose::Passage { de: text.de, en: text.en };
        compose::Description {
            id: self.id,
            version: self.version,
            phrases: self.phrases.into_iter().map(text).collect(),
            passages: self.passages.into_iter().map(passage).collect(),
            checks: self
                .checks
                .into_iter()
                .map(|(id, title, severity)| compose::Check {
                    id,
                    title: title.into(),
                    severity: severity.into(),
                })
                .collect(),
        }
    }
}
