//! Restriction of processing (Art. 18 GDPR): data that are kept and not used.

use std::str::FromStr;

use super::words::Text;

/// Why data may only be kept: the four cases of Art. 18(1) GDPR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestrictionReason {
    /// The person contests that they are right, for the time it takes to check that (a).
    Accuracy,
    /// They are processed unlawfully, and the person does not want them erased (b).
    Unlawful,
    /// Nobody needs them any more but the person, for legal claims (c).
    Claims,
    /// The person has objected, and it is not decided yet (d).
    Objection,
}

/// A text that is no reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a reason; use one of `accuracy`, `unlawful`, `claims`, `objection`")]
pub struct UnknownReason(pub String);

impl RestrictionReason {
    /// All of them, as the article has them.
    pub const ALL: [Self; 4] = [Self::Accuracy, Self::Unlawful, Self::Claims, Self::Objection];

    /// Its permanent code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Accuracy => "accuracy",
            Self::Unlawful => "unlawful",
            Self::Claims => "claims",
            Self::Objection => "objection",
        }
    }

    /// Its words.
    pub fn text(self) -> Text {
        match self {
            Self::Accuracy => Text::new(
                "die Richtigkeit ist bestritten und wird geprüft",
                "the person says that they are wrong, and that is being checked",
            ),
            Self::Unlawful => Text::new(
                "die Verarbeitung war unrechtmäßig, gelöscht werden sollen sie nicht",
                "they were processed unlawfully, and are not to be erased",
            ),
            Self::Claims => Text::new(
                "die Person braucht sie für Rechtsansprüche",
                "the person needs them for legal claims",
            ),
            Self::Objection => Text::new(
                "die Person hat widersprochen, und darüber ist noch nicht entschieden",
                "the person has objected, and that is not decided yet",
            ),
        }
    }
}

impl FromStr for RestrictionReason {
    type Err = UnknownReason;

    fn from_str(text: &str) -> Result<Self, UnknownReason> {
        let found = Self::ALL.into_iter().find(|reason| reason.code() == text);
        found.ok_or_else(|| UnknownReason(text.to_owned()))
    }
}
