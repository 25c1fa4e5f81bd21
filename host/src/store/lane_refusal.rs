//! Why a lane does not do what was asked, and what the person can do about it.

use crate::domain::{Lang, Text};

/// Why something about private notes was refused. Professions are named by their codes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LaneRefusal {
    /// The lane is closed, and its key is not at hand.
    Closed(String),
    /// The lane is open, so there is nothing to admit to.
    Open(String),
    /// The lane is closed already.
    ClosedAlready(String),
    /// Nobody could open it once it is closed.
    Nobody(String),
    /// Somebody has no account with a password of their own yet, so nothing can be sealed to them.
    NoKey(String),
    /// Somebody is a member already.
    Member { role: String, code: String },
    /// Somebody is no member.
    NoMember { role: String, code: String },
    /// The last member can't be dismissed.
    LastMember(String),
    /// Somebody has another profession.
    OtherProfession { role: String, code: String },
    /// A text is no recovery key, or has a typing error.
    RecoveryForm,
    /// A recovery key is of another lane, or of this one in earlier years.
    RecoveryOther(String),
    /// The contact has no note of the profession.
    NoNote(String),
    /// A note is released to its own profession.
    Own(String),
    /// The note is released to that profession already.
    Released(String),
    /// The consent does not carry the release.
    Consent { code: String, flaw: ConsentFlaw },
    /// The release has ended already.
    Ended,
}

/// What a consent lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentFlaw {
    /// It was refused, or says nothing yet.
    NotGranted,
    /// It has not begun yet.
    NotYet,
    /// It has run out.
    Expired,
    /// It was withdrawn.
    Withdrawn,
    /// It is of a family that the contact is not about.
    OtherFamily,
    /// It names other recipients.
    OtherRecipient,
    /// It was given for something else.
    OtherPurpose,
}

impl ConsentFlaw {
    fn text(self) -> Text {
        match self {
            Self::NotGranted => Text::new("ist nicht erteilt", "is not granted"),
            Self::NotYet => Text::new("gilt noch nicht", "does not hold yet"),
            Self::Expired => Text::new("ist abgelaufen", "has run out"),
            Self::Withdrawn => Text::new("ist widerrufen", "was withdrawn"),
            Self::OtherFamily => Text::new(
                "ist von einer Familie, um die es in dem Kontakt nicht geht",
                "is of a family that the contact is not about",
            ),
            Self::OtherRecipient => Text::new("nennt andere Empfänger", "names other recipients"),
            Self::OtherPurpose => {
                Text::new("ist für einen anderen Zweck erteilt", "was given for another purpose")
            }
        }
    }
}

impl LaneRefusal {
    /// The message.
    pub fn text(&self) -> Text {
        let both = |de: String, en: String| Text { de, en };
        match self {
            Self::Closed(role) => both(
                format!("die vertraulichen Notizen von `{role}` sind verschlossen"),
                format!("the private notes of `{role}` are closed"),
            ),
            Self::Open(role) => both(
                format!("die vertraulichen Notizen von `{role}` sind noch nicht verschlossen"),
                format!("the private notes of `{role}` are not closed yet"),
            ),
            Self::ClosedAlready(role) => both(
                format!("die vertraulichen Notizen von `{role}` sind schon verschlossen"),
                format!("the private notes of `{role}` are closed already"),
            ),
            Self::Nobody(role) => both(
                format!("niemand mit der Rolle `{role}` hat ein Konto, das sie öffnen könnte"),
                format!("nobody of the role `{role}` has an account that could open them"),
            ),
            Self::NoKey(code) => both(
                format!("`{code}` hat noch kein Konto mit einem eigenen Passwort"),
                format!("`{code}` has no account with a password of their own yet"),
            ),
            Self::Member { role, code } => both(
                format!("`{code}` kann die vertraulichen Notizen von `{role}` schon öffnen"),
                format!("`{code}` can open the private notes of `{role}` already"),
            ),
            Self::NoMember { role, code } => both(
                format!("`{code}` kann die vertraulichen Notizen von `{role}` nicht öffnen"),
                format!("`{code}` cannot open the private notes of `{role}`"),
            ),
            Self::LastMember(role) => both(
                format!("danach könnte niemand mehr die Notizen von `{role}` öffnen"),
                format!("nobody could open the notes of `{role}` after that"),
            ),
            Self::OtherProfession { role, code } => both(
                format!("`{code}` hat nicht die Rolle `{role}`"),
                format!("`{code}` does not have the role `{role}`"),
            ),
            Self::RecoveryForm => Text::new(
                "das ist kein Wiederherstellungsschlüssel, oder er enthält einen Tippfehler",
                "this is no recovery key, or it has a typing error",
            ),
            Self::RecoveryOther(role) => both(
                format!("dieser Wiederherstellungsschlüssel öffnet nicht die Notizen von `{role}`"),
                format!("this recovery key does not open the notes of `{role}`"),
            ),
            Self::NoNote(role) => both(
                format!("der Kontakt hat keine vertrauliche Notiz von `{role}`"),
                format!("the contact has no private note of `{role}`"),
            ),
            Self::Own(role) => both(
                format!("`{role}` liest die eigenen Notizen ohnehin"),
                format!("`{role}` reads its own notes anyway"),
            ),
            Self::Released(role) => both(
                format!("die Notiz ist für `{role}` schon freigegeben"),
                format!("the note is released to `{role}` already"),
            ),
            Self::Consent { code, flaw } => {
                let flaw = flaw.text();
                both(
                    format!("die Einwilligung `{code}` {}", flaw.de),
                    format!("the consent `{code}` {}", flaw.en),
                )
            }
            Self::Ended => {
                Text::new("die Freigabe ist schon beendet", "the release has ended already")
            }
        }
    }

    /// What the person can do next.
    pub fn hint(&self, lang: Lang) -> Option<String> {
        let (de, en) = match self {
            Self::Closed(_) => (
                "jemand, der sie lesen kann, gibt Ihnen mit `tridem lane admit` Zugang",
                "somebody who can read them gives you access with `tridem lane admit`",
            ),
            Self::Nobody(_) => (
                "legen Sie zuerst ein Konto für jemanden mit dieser Rolle an",
                "make an account for somebody of that role first",
            ),
            Self::LastMember(_) => (
                "nehmen Sie zuerst jemand anderen mit `tridem lane admit` auf",
                "admit somebody else first, with `tridem lane admit`",
            ),
            Self::RecoveryForm => (
                "er besteht aus 18 Gruppen zu je vier Zeichen und steht auf dem Ausdruck",
                "it has 18 groups of four characters each, as printed",
            ),
            Self::Consent { .. } => (
                "holen Sie eine Einwilligung ein, oder nennen Sie mit `--ground` die gesetzliche Grundlage",
                "ask for a consent, or name the legal ground with `--ground`",
            ),
            _ => return None,
        };
        Some(lang.pick(de, en).to_owned())
    }
}

impl std::fmt::Display for LaneRefusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for LaneRefusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_and_hints_are_in_both_languages() {
        let refusal = LaneRefusal::Closed("social-work".into());
        assert_eq!(refusal.to_string(), "the private notes of `social-work` are closed");
        assert!(refusal.text().de.contains("verschlossen"));
        let hint = |lang| refusal.hint(lang).unwrap();
        assert_ne!(hint(Lang::De), hint(Lang::En));
        assert!(hint(Lang::En).contains("tridem lane admit"));
        let flaw = LaneRefusal::Consent { code: "e7".into(), flaw: ConsentFlaw::Withdrawn };
        assert_eq!(flaw.text().de, "die Einwilligung `e7` ist widerrufen");
    }
}
