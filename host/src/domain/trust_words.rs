//! What is said of the signatures of a package, in both languages.

use super::trust::{Flaw, SignatureStatus, Verdict, key_number};
use super::words::Text;

impl SignatureStatus {
    /// Every status.
    pub const ALL: [Self; 5] =
        [Self::Signed, Self::Unsigned, Self::Modified, Self::Invalid, Self::Revoked];

    /// Its permanent code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Unsigned => "unsigned",
            Self::Modified => "modified",
            Self::Invalid => "invalid",
            Self::Revoked => "revoked",
        }
    }

    /// Its word.
    pub fn text(self) -> Text {
        match self {
            Self::Signed => Text::new("signiert", "signed"),
            Self::Unsigned => Text::new("nicht signiert", "unsigned"),
            Self::Modified => Text::new("verändert", "modified"),
            Self::Invalid => Text::new("ungültig signiert", "invalid signature"),
            Self::Revoked => Text::new("widerrufen", "revoked"),
        }
    }

    /// What it means, in a sentence or two.
    pub fn explanation(self) -> Text {
        match self {
            Self::Signed => Text::new(
                "Wer dieses Plugin signieren darf, hat es getan, und seither ist kein Byte anders.",
                "Those who may sign this plugin did, and no byte has changed since.",
            ),
            Self::Unsigned => Text::new(
                "Niemand steht mit einer Signatur für dieses Paket ein. Es läuft nur über erfundene \
                 Daten.",
                "Nobody vouches for this package with a signature. It runs over invented data only.",
            ),
            Self::Modified => Text::new(
                "Das Paket ist nicht das, das signiert wurde. Es läuft nirgends.",
                "The package is not the one that was signed. It runs nowhere.",
            ),
            Self::Invalid => Text::new(
                "Das Paket trägt eine Signatur, und hier zählt sie nicht.",
                "The package carries a signature, and that does not count here.",
            ),
            Self::Revoked => Text::new(
                "Das Paket oder ein Schlüssel, der es signiert hat, ist widerrufen. Es läuft nirgends.",
                "The package or a key that signed it is revoked. It runs nowhere.",
            ),
        }
    }
}

impl Flaw {
    /// What is wrong, as a clause without a full stop.
    pub fn text(&self) -> Text {
        match self {
            Self::NoSignature => Text::new("es hat keine Signatur", "it has no signature"),
            Self::ChangedFile => Text::new(
                "eine Datei ist nicht die, die im Manifest steht",
                "a file is not the one that the manifest lists",
            ),
            Self::ChangedManifest { key } => {
                let key = key_number(*key);
                Text::new(
                    format!("die Signatur mit dem Schlüssel {key} gilt einem anderen Manifest"),
                    format!("the signature with the key {key} is one of another manifest"),
                )
            }
            Self::Unreadable => Text::new(
                "eine der Signaturen lässt sich nicht lesen",
                "one of the signatures cannot be read",
            ),
            Self::UnknownKey { key } => {
                let key = key_number(*key);
                Text::new(
                    format!("den Schlüssel {key} kennt hier niemand"),
                    format!("nobody here knows the key {key}"),
                )
            }
            Self::OtherPrefix { owner, prefixes } => {
                let prefixes = prefixes.join("`, `");
                Text::new(
                    format!(
                        "der Schlüssel von {owner} darf nur signieren, was mit `{prefixes}` beginnt"
                    ),
                    format!("the key of {owner} may sign only what begins with `{prefixes}`"),
                )
            }
            Self::Expired { owner, until } => Text::new(
                format!("der Schlüssel von {owner} galt nur bis zum {}", until.german()),
                format!("the key of {owner} was good until {until} only"),
            ),
            Self::OnlyOne => Text::new(
                "es braucht zwei Signaturen mit verschiedenen Schlüsseln, und nur eine zählt",
                "two signatures with different keys are needed, and only one counts",
            ),
            Self::RevokedKey { key, since, reason } => {
                let key = key_number(*key);
                Text::new(
                    format!(
                        "der Schlüssel {key} ist seit dem {} widerrufen: {reason}",
                        since.german()
                    ),
                    format!("the key {key} has been revoked since {since}: {reason}"),
                )
            }
            Self::RevokedPackage { since, reason } => Text::new(
                format!("das Paket ist seit dem {} widerrufen: {reason}", since.german()),
                format!("the package has been revoked since {since}: {reason}"),
            ),
        }
    }
}

impl Verdict {
    /// What is wrong, all of it in one line.
    pub fn flaws_text(&self) -> Text {
        let texts: Vec<Text> = self.flaws.iter().map(Flaw::text).collect();
        let join = |part: fn(&Text) -> &String| {
            texts.iter().map(|text| part(text).as_str()).collect::<Vec<_>>().join("; ")
        };
        Text::new(join(|text| &text.de), join(|text| &text.en))
    }
}
