//! What can go wrong when somebody asks for their rights, in both languages.

use std::path::PathBuf;

use crate::domain::{Lang, NoConsent, Text};

/// Why nothing was done, or nothing was handed out.
#[derive(Debug, thiserror::Error)]
pub enum RightsError {
    /// There is nobody with this code, or nobody one may see.
    #[error("there is no pupil and no household `{0}` that you may see")]
    NoSuchSubject(String),
    /// There is no consent with this code, or none one may see.
    #[error("there is no consent `{0}` that you may see")]
    NoSuchConsent(String),
    /// The list of purposes has no such code.
    #[error("there is no purpose `{0}`")]
    NoSuchPurpose(String),
    /// Nothing may be handed on.
    #[error("nothing may be handed to {recipient} for the purpose `{purpose}`: {}", why.word(Lang::En))]
    NoConsent {
        /// The purpose, a code.
        purpose: String,
        /// The office.
        recipient: String,
        /// Why.
        why: NoConsent,
    },
    /// A file is where one is to be written.
    #[error("in `{}` there is something already", .0.display())]
    NotEmpty(PathBuf),
    /// A table that nobody has described.
    #[error("the table `{0}` has no words for those whose data are in it")]
    NoWords(String),
}

impl RightsError {
    /// The message in `lang`.
    pub fn message(&self, lang: Lang) -> String {
        if lang == Lang::En {
            return self.to_string();
        }
        match self {
            Self::NoSuchSubject(code) => format!(
                "ein Kind oder einen Haushalt `{code}` gibt es nicht, oder Sie dürfen die Daten nicht \
                 sehen"
            ),
            Self::NoSuchConsent(code) => {
                format!("eine Einwilligung `{code}` gibt es nicht, oder Sie dürfen sie nicht sehen")
            }
            Self::NoSuchPurpose(code) => format!("einen Zweck `{code}` gibt es nicht"),
            Self::NoConsent { purpose, recipient, why } => format!(
                "an {recipient} darf zum Zweck `{purpose}` nichts weitergegeben werden: {}",
                why.word(Lang::De)
            ),
            Self::NotEmpty(path) => format!("in `{}` liegt schon etwas", path.display()),
            Self::NoWords(table) => {
                format!("für die Tabelle `{table}` fehlen Worte für die, deren Daten in ihr stehen")
            }
        }
    }

    /// What the person can do.
    pub fn hint(&self, lang: Lang) -> Option<String> {
        let text = match self {
            Self::NoSuchSubject(_) => Text::new(
                "die Kürzel zeigen `tridem pupil list` und `tridem household list`; was \
                 eingeschränkt ist, sehen nur Koordination und Datenschutz",
                "`tridem pupil list` and `tridem household list` show the codes; what is restricted is \
                 seen by coordinators and data protection officers alone",
            ),
            Self::NoSuchConsent(_) => Text::new(
                "die Kürzel zeigt `tridem consent list`",
                "`tridem consent list` shows the codes",
            ),
            Self::NoSuchPurpose(_) => Text::new(
                "die Zwecke zeigt `tridem code list consent-purpose`",
                "`tridem code list consent-purpose` shows the purposes",
            ),
            Self::NoConsent { .. } => Text::new(
                "fragen Sie die Familie, und halten Sie ihre Antwort mit `tridem record add consents` \
                 fest",
                "ask the family, and record their answer with `tridem record add consents`",
            ),
            Self::NotEmpty(_) => {
                Text::new("nennen Sie einen anderen Ordner", "name another folder")
            }
            Self::NoWords(_) => return None,
        };
        Some(text.get(lang).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_and_hint_has_its_own_german() {
        let text = || "x".to_owned();
        for error in [
            RightsError::NoSuchSubject(text()),
            RightsError::NoSuchConsent(text()),
            RightsError::NoSuchPurpose(text()),
            RightsError::NoConsent { purpose: text(), recipient: text(), why: NoConsent::Missing },
            RightsError::NotEmpty("x".into()),
        ] {
            assert_ne!(error.message(Lang::De), error.message(Lang::En));
            assert_ne!(error.hint(Lang::De), error.hint(Lang::En));
            assert!(!error.message(Lang::De).ends_with('.'), "{error}");
        }
    }
}
