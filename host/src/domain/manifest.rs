//! The manifest of a plugin package: who made it, what it asks for and why.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::dictionary::{Dictionary, Sensitivity};
use super::life::fits;
use super::manifest_texts::{check_texts, told};
use super::words::Text;

/// The version of the plugin interface that this program offers.
pub const API: &str = "1.0";

/// Most parameters of one plugin.
const MOST_PARAMETERS: usize = 32;

/// Most mistakes told at once.
const MOST_MISTAKES: usize = 20;

/// The manifest, as `plugin.toml` holds it; `schemas/json/manifest-1.0.json` describes it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The permanent name, in reverse-domain form: `org.example.my-report`.
    pub id: String,
    /// The plugin's own version.
    pub version: semver::Version,
    /// The version of the interface it was built for.
    pub api: String,
    /// What it is called.
    pub title: Text,
    /// What it does, in a sentence or two.
    pub description: Text,
    /// An SPDX licence expression.
    pub licence: String,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Where its source can be found; empty where nowhere.
    #[serde(default)]
    pub source: String,
    /// The programming language, for information.
    #[serde(default)]
    pub language: String,
    /// What it asks to read.
    #[serde(rename = "request")]
    pub requests: Vec<Request>,
    /// What a person can set, by name.
    #[serde(default)]
    pub parameters: BTreeMap<String, Parameter>,
    /// Limits below those of the operator.
    #[serde(default)]
    pub limits: Limits,
    /// SHA-256 of every other file of the package, in hexadecimal; written when it is packed.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
}

/// The fields of one dataset that a plugin asks for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The dataset.
    pub dataset: String,
    /// Fields it cannot do without.
    pub fields: Vec<String>,
    /// Fields it makes use of when granted.
    #[serde(default)]
    pub optional: Vec<String>,
    /// Must be true to ask for a field that is sensitive as `identity`.
    #[serde(default)]
    pub identity: bool,
    /// What for.
    pub purpose: Text,
}

impl Request {
    /// Every field asked for, the necessary ones first.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().chain(&self.optional).map(String::as_str)
    }
}

/// What kind of value a parameter takes: words of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ParameterType {
    /// Yes or no.
    Boolean,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// A text.
    String,
}

/// Something that a person can set for a run.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// What kind of value it takes.
    #[serde(rename = "type")]
    pub kind: ParameterType,
    /// Its word.
    pub title: Text,
    /// The value where nobody sets one.
    pub default: serde_json::Value,
    /// The smallest number allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<f64>,
    /// The largest number allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<f64>,
    /// The texts allowed; empty for any.
    #[serde(default, rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
}

/// Limits that a plugin sets itself. They may only be below the operator's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Memory in MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_mib: Option<u32>,
    /// Seconds for a whole run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_seconds: Option<u32>,
}

/// A manifest that cannot be used. Every mistake is in the list.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// Not TOML, an unknown key, a missing one, or a value of the wrong type.
    #[error("the manifest `plugin.toml` cannot be read: {0}")]
    Toml(String),
    /// Well-formed, but wrong.
    #[error("the manifest `plugin.toml` is wrong:\n  - {}", .0.join("\n  - "))]
    Wrong(Vec<String>),
}

impl ManifestError {
    /// Mistakes as they may be told: not too many, and without what a line of text cannot have.
    fn wrong(mut mistakes: Vec<String>) -> Self {
        if mistakes.len() > MOST_MISTAKES {
            let more = mistakes.len() - MOST_MISTAKES;
            mistakes.truncate(MOST_MISTAKES);
            mistakes.push(format!("and {more} more"));
        }
        Self::Wrong(mistakes.iter().map(|mistake| told(mistake)).collect())
    }
}

impl Manifest {
    /// Reads and checks a manifest.
    ///
    /// # Errors
    ///
    /// [`ManifestError`], with every mistake that was found.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        let manifest: Self =
            toml::from_str(text).map_err(|error| ManifestError::Toml(told(&error.to_string())))?;
        let mut wrong = Vec::new();
        manifest.check(Dictionary::get(), &mut wrong);
        check_texts(&manifest, &mut wrong);
        if wrong.is_empty() { Ok(manifest) } else { Err(ManifestError::wrong(wrong)) }
    }

    fn check(&self, dictionary: &Dictionary, wrong: &mut Vec<String>) {
        if !is_plugin_id(&self.id) {
            wrong.push(format!(
                "id `{}` must be in reverse-domain form, such as `org.example.my-report`",
                self.id
            ));
        }
        if let Err(refusal) = fits(API, &self.api) {
            wrong.push(refusal.to_string());
        }
        if self.requests.is_empty() {
            wrong.push("no [[request]]: a plugin that reads nothing has nothing to report".into());
        }
        let mut seen = HashSet::new();
        for request in &self.requests {
            if !seen.insert(&request.dataset) {
                wrong.push(format!("dataset `{}` is requested twice", request.dataset));
            }
            request.check(dictionary, wrong);
        }
        if self.parameters.len() > MOST_PARAMETERS {
            wrong.push(format!("more than {MOST_PARAMETERS} parameters"));
        }
        for (name, parameter) in &self.parameters {
            if let Err(reason) = parameter.accepts(&parameter.default) {
                wrong.push(format!("the default of parameter `{name}` {}", reason.en));
            }
        }
        for name in ["title", "description"] {
            let text = if name == "title" { &self.title } else { &self.description };
            if text.de.trim().is_empty() || text.en.trim().is_empty() {
                wrong.push(format!("{name} must be given in German and in English"));
            }
        }
    }

    /// The request for a dataset.
    pub fn request(&self, dataset: &str) -> Option<&Request> {
        self.requests.iter().find(|request| request.dataset == dataset)
    }
}

impl Request {
    fn check(&self, dictionary: &Dictionary, wrong: &mut Vec<String>) {
        let name = &self.dataset;
        let Some(dataset) = dictionary.dataset(name) else {
            wrong.push(format!("there is no dataset `{name}`"));
            return;
        };
        if self.fields.is_empty() {
            wrong.push(format!("the request for `{name}` names no field it cannot do without"));
        }
        if self.purpose.de.trim().is_empty() || self.purpose.en.trim().is_empty() {
            wrong.push(format!(
                "the request for `{name}` must say in German and in English what for"
            ));
        }
        let mut seen = HashSet::new();
        for field in self.all() {
            if !seen.insert(field) {
                wrong.push(format!("field `{name}.{field}` is requested twice"));
            }
            match dataset.field(field).map(|field| field.sensitivity) {
                None => wrong.push(format!("there is no field `{name}.{field}`")),
                Some(Sensitivity::PrivateText) => wrong.push(format!(
                    "field `{name}.{field}` is private text, which is never handed to a plugin"
                )),
                Some(Sensitivity::Identity) if !self.identity => wrong.push(format!(
                    "field `{name}.{field}` could tell who somebody is; \
                     the request must say `identity = true`"
                )),
                Some(_) => {}
            }
        }
    }
}

impl Parameter {
    /// Whether `value` may be set.
    ///
    /// # Errors
    ///
    /// The end of a sentence that says what is wrong, such as "must be a whole number".
    pub fn accepts(&self, value: &serde_json::Value) -> Result<(), Text> {
        let number = match self.kind {
            ParameterType::Boolean if value.is_boolean() => return Ok(()),
            ParameterType::Boolean => {
                return Err(Text::new(
                    "muss `true` oder `false` sein",
                    "must be `true` or `false`",
                ));
            }
            ParameterType::String => {
                let Some(text) = value.as_str() else {
                    return Err(Text::new("muss ein Text sein", "must be a text"));
                };
                if self.choices.is_empty() || self.choices.iter().any(|choice| choice == text) {
                    return Ok(());
                }
                let choices = self.choices.join("`, `");
                return Err(Text::new(
                    format!("muss eines davon sein: `{choices}`"),
                    format!("must be one of `{choices}`"),
                ));
            }
            ParameterType::Integer => {
                if value.as_i64().is_none() {
                    return Err(Text::new("muss eine ganze Zahl sein", "must be a whole number"));
                }
                value.as_f64()
            }
            ParameterType::Number => value.as_f64(),
        };
        let Some(number) = number else {
            return Err(Text::new("muss eine Zahl sein", "must be a number"));
        };
        match (self.minimum, self.maximum) {
            (Some(minimum), _) if number < minimum => Err(Text::new(
                format!("muss mindestens {minimum} sein"),
                format!("must be at least {minimum}"),
            )),
            (_, Some(maximum)) if number > maximum => Err(Text::new(
                format!("darf höchstens {maximum} sein"),
                format!("must be at most {maximum}"),
            )),
            _ => Ok(()),
        }
    }
}

/// Whether `text` is the id of a plugin, in reverse-domain form with at least three parts.
pub fn is_plugin_id(text: &str) -> bool {
    has_id_parts(text, 3)
}

/// Whether `text` is at least so many parts of lower-case letters, digits and inner hyphens, each
/// beginning with a letter, with dots between them and at most 100 bytes in all.
pub(super) fn has_id_parts(text: &str, least: usize) -> bool {
    let is_part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_lowercase())
            && !part.ends_with('-')
            && part.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    };
    text.len() <= 100 && text.split('.').count() >= least && text.split('.').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        id = "org.example.visits"
        version = "1.2.3"
        api = "1.0"
        title = { de = "Besuche", en = "Visits" }
        description = { de = "Zählt Besuche.", en = "Counts visits." }
        licence = "Apache-2.0"
        authors = ["Example"]

        [[request]]
        dataset = "contacts"
        fields = ["school", "kind"]
        purpose = { de = "Zählen", en = "Counting" }

        [parameters.days]
        type = "integer"
        default = 10
        minimum = 1
        maximum = 365
        title = { de = "Tage", en = "Days" }
    "#;

    fn complaint(text: &str) -> String {
        Manifest::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn private_text_is_refused_and_identity_has_to_be_asked_for() {
        let private = GOOD.replace("\"kind\"", "\"shared_note\"");
        assert!(complaint(&private).contains("never handed to a plugin"));
        let identity = GOOD.replace("\"kind\"", "\"language\"");
        assert!(complaint(&identity).contains("identity = true"));
        let asked = identity.replace("purpose", "identity = true\npurpose");
        assert!(Manifest::parse(&asked).is_ok());
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let text = GOOD
            .replace("org.example.visits", "Visits")
            .replace("api = \"1.0\"", "api = \"2.0\"")
            .replace("\"kind\"", "\"kind\", \"colour\"")
            .replace("default = 10", "default = 0");
        let complaint = complaint(&text);
        for part in ["reverse-domain", "api `2.0`", "contacts.colour", "must be at least 1"] {
            assert!(complaint.contains(part), "{part} in {complaint}");
        }
    }

    #[test]
    fn unknown_keys_are_mistakes() {
        assert!(complaint(&format!("colour = 1\n{GOOD}")).contains("colour"));
    }

    #[test]
    fn a_manifest_prints_and_reads_back() {
        let manifest = Manifest::parse(GOOD).unwrap();
        let printed = toml::to_string(&manifest).unwrap();
        assert_eq!(Manifest::parse(&printed).unwrap(), manifest);
    }
}
