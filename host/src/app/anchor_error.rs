//! What can go wrong with anchors and the retention of the audit, in both languages.

use std::path::PathBuf;

use crate::domain::{AnchorFlaw, Day, Lang};

/// Why an audit does not fit its anchors, or was not anchored or pruned.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    /// A line is no anchor.
    #[error("line {line}: {flaw}")]
    Line { line: usize, flaw: AnchorFlaw },
    /// A file without an anchor.
    #[error("there is no anchor in this file")]
    NoAnchors,
    /// An anchor of other records.
    #[error("line {line}: this anchor is of another municipality's records")]
    Other { line: usize },
    /// An entry has another hash than when it was anchored.
    #[error(
        "line {line}: the audit was rewritten: entry {seq} is not the one that was anchored on {day}{}",
        since(*before, Lang::En)
    )]
    Rewritten { line: usize, seq: u64, day: Day, before: Option<u64> },
    /// An entry that was anchored is not there.
    #[error(
        "line {line}: the end of the audit was cut off: entry {seq} was anchored on {day}, and the last \
         one is {last}"
    )]
    CutOff { line: usize, seq: u64, day: Day, last: u64 },
    /// The anchor would lie where whoever changes the records can change it.
    #[error("`{}` lies among the records, where an anchor is worth nothing", .0.display())]
    Inside(PathBuf),
    /// Entries that are still to be kept.
    #[error(
        "the audit is kept for three years, so only entries from before {latest} can be pruned"
    )]
    TooYoung { latest: Day },
}

/// Up to where the audit is as it was.
fn since(before: Option<u64>, lang: Lang) -> String {
    match before {
        Some(seq) => lang.pick(
            format!("; bis Eintrag {seq} stimmt es"),
            format!("; up to entry {seq} it is as it was"),
        ),
        None => String::new(),
    }
}

impl AnchorError {
    /// The message in German.
    pub fn german(&self) -> String {
        match self {
            Self::Line { line, flaw: AnchorFlaw::Form } => format!(
                "Zeile {line}: das ist kein Anker; einer beginnt mit `tridem-anchor` und hat sechs Teile"
            ),
            Self::Line { line, flaw: AnchorFlaw::Check } => format!(
                "Zeile {line}: ein Zeichen ist falsch, denn die Prüfziffern am Ende passen nicht dazu"
            ),
            Self::NoAnchors => "in dieser Datei steht kein Anker".into(),
            Self::Other { line } => {
                format!("Zeile {line}: dieser Anker gehört zu den Daten einer anderen Kommune")
            }
            Self::Rewritten { line, seq, day, before } => format!(
                "Zeile {line}: das Protokoll wurde umgeschrieben: Eintrag {seq} ist nicht der, der am {} \
                 verankert wurde{}",
                day.german(),
                since(*before, Lang::De)
            ),
            Self::CutOff { line, seq, day, last } => format!(
                "Zeile {line}: das Ende des Protokolls wurde abgeschnitten: am {} wurde Eintrag {seq} \
                 verankert, und der letzte ist {last}",
                day.german()
            ),
            Self::Inside(path) => format!(
                "`{}` liegt bei den Daten, und dort ist ein Anker nichts wert",
                path.display()
            ),
            Self::TooYoung { latest } => format!(
                "das Protokoll wird drei Jahre aufbewahrt; löschen lässt sich nur, was vor dem {} \
                 geschrieben wurde",
                latest.german()
            ),
        }
    }

    /// What the person can do.
    pub fn hint(&self, lang: Lang) -> Option<String> {
        let (de, en) = match self {
            Self::Line { flaw: AnchorFlaw::Check, .. } => (
                "vergleichen Sie die Zeile mit dem Ausdruck; l und 1, O und 0 sehen sich ähnlich",
                "compare the line with what was printed; l and 1, O and 0 look alike",
            ),
            Self::Rewritten { .. } | Self::CutOff { .. } => (
                "lassen Sie die Daten, wie sie sind, und vergleichen Sie mit einer Sicherung von vorher; \
                 auch eine alte Sicherung, die zurückgespielt wurde, sieht so aus",
                "keep the records as they are and compare with a backup of before; an old backup that \
                 was restored looks the same",
            ),
            Self::Inside(_) => (
                "nehmen Sie einen anderen Datenträger, oder drucken oder mailen Sie die Zeile",
                "take another disk, or print or mail the line",
            ),
            Self::Line { .. } | Self::NoAnchors | Self::Other { .. } => (
                "ein Anker ist die Zeile, die `tridem audit anchor` ausgibt",
                "an anchor is the line that `tridem audit anchor` prints",
            ),
            Self::TooYoung { .. } => return None,
        };
        Some(lang.pick(de, en).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_and_hint_has_its_own_german() {
        let day = Day::of(2026, 1, 5).unwrap();
        for error in [
            AnchorError::Line { line: 1, flaw: AnchorFlaw::Form },
            AnchorError::Line { line: 1, flaw: AnchorFlaw::Check },
            AnchorError::NoAnchors,
            AnchorError::Other { line: 1 },
            AnchorError::Rewritten { line: 1, seq: 2, day, before: Some(1) },
            AnchorError::Rewritten { line: 1, seq: 2, day, before: None },
            AnchorError::CutOff { line: 1, seq: 2, day, last: 1 },
            AnchorError::Inside("a".into()),
            AnchorError::TooYoung { latest: day },
        ] {
            assert_ne!(error.german(), error.to_string());
            assert!(!error.german().ends_with('.'), "{error}");
            let hints = [Lang::De, Lang::En].map(|lang| error.hint(lang));
            assert!(hints[0].is_none() && hints[1].is_none() || hints[0] != hints[1], "{error}");
        }
    }
}
