//! The two languages of the program, and texts that exist in both.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A language of the interface and of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// German, the users' own.
    #[default]
    De,
    /// English.
    En,
}

impl Lang {
    /// The language tag, `de` or `en`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
        }
    }

    /// The one of two texts that is in this language.
    pub fn pick<T>(self, de: T, en: T) -> T {
        match self {
            Self::De => de,
            Self::En => en,
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl FromStr for Lang {
    type Err = String;

    /// Takes a tag or a locale: `de`, `de_DE.UTF-8`, `en-GB`.
    fn from_str(text: &str) -> Result<Self, String> {
        let tag = text.split(['_', '-', '.', '@']).next().unwrap_or_default();
        match tag.to_ascii_lowercase().as_str() {
            "de" => Ok(Self::De),
            "en" => Ok(Self::En),
            _ => Err(format!("`{text}` is not a language Tridem speaks; use `de` or `en`")),
        }
    }
}

/// Whether a character does not belong in a line of text: it controls the terminal, breaks the
/// line, or turns the direction of the text around it.
pub fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// German.
    pub de: String,
    /// English.
    pub en: String,
}

impl Text {
    /// A text from its two versions.
    pub fn new(de: impl Into<String>, en: impl Into<String>) -> Self {
        Self { de: de.into(), en: en.into() }
    }

    /// A text that is the same in both languages, such as a name.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { de: text.clone(), en: text }
    }

    /// The version in `lang`.
    pub fn get(&self, lang: Lang) -> &str {
        lang.pick(&self.de, &self.en)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_tags_and_locales_and_nothing_else() {
        for wrong in ["", "d", "delta", "english", "fr", "C.UTF-8"] {
            assert!(wrong.parse::<Lang>().is_err(), "{wrong}");
        }
        for german in ["de", "DE", "de_DE.UTF-8", "de-AT", "de.UTF-8"] {
            assert_eq!(german.parse(), Ok(Lang::De), "{german}");
        }
        assert_eq!("en-GB".parse(), Ok(Lang::En));
    }
}
