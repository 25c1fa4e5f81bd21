//! What can go wrong with records of forms, in both languages.

use crate::domain::{FormKind, Lang};

/// Why there is no record, or none was changed.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// No record has this code, or none that one may see.
    #[error("there is no record `{code}` among `{}` that you may see", kind.name)]
    NoSuch { kind: FormKind, code: String },
    /// A form has no such field.
    #[error("`{}` have no field `{field}`", kind.name)]
    NoField { kind: FormKind, field: String },
    /// A sign is given once.
    #[error("the code of a record stays as it is")]
    CodeStays,
    /// A value without the name of its field.
    #[error("`{0}` does not say which field it is for")]
    NoName(String),
}

impl EntryError {
    /// The message in `lang`.
    pub fn message(&self, lang: Lang) -> String {
        if lang == Lang::En {
            return self.to_string();
        }
        match self {
            Self::NoSuch { kind, code } => format!(
                "einen Eintrag `{code}` unter `{}` gibt es nicht, oder Sie dürfen ihn nicht sehen",
                kind.name
            ),
            Self::NoField { kind, field } => {
                format!("`{}` haben kein Feld `{field}`", kind.name)
            }
            Self::CodeStays => "das Kürzel eines Eintrags bleibt, wie es ist".into(),
            Self::NoName(text) => format!("bei `{text}` fehlt, für welches Feld es gilt"),
        }
    }

    /// What the person can do.
    pub fn hint(&self, lang: Lang) -> Option<String> {
        Some(match self {
            Self::NoSuch { kind, .. } => lang.pick(
                format!("die Kürzel zeigt `tridem record list {}`", kind.name),
                format!("`tridem record list {}` shows the codes", kind.name),
            ),
            Self::NoField { kind, .. } => lang.pick(
                format!("alle Felder zeigt `tridem record fields {}`", kind.name),
                format!("`tridem record fields {}` shows all fields", kind.name),
            ),
            Self::CodeStays => lang
                .pick(
                    "legen Sie einen neuen Eintrag an, wenn dieser ein anderer ist",
                    "add a new record if this is another one",
                )
                .into(),
            Self::NoName(_) => lang.pick("schreiben Sie FELD=WERT", "write FIELD=VALUE").into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_and_hint_has_its_own_german() {
        let kind = FormKind::of_name("goals").unwrap();
        let text = || "x".to_owned();
        for error in [
            EntryError::NoSuch { kind, code: text() },
            EntryError::NoField { kind, field: text() },
            EntryError::CodeStays,
            EntryError::NoName(text()),
        ] {
            assert_ne!(error.message(Lang::De), error.message(Lang::En));
            assert_ne!(error.hint(Lang::De), error.hint(Lang::En));
            assert!(!error.message(Lang::De).ends_with('.'), "{error}");
        }
    }
}
