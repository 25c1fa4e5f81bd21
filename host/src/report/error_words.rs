//! What the counting says in German when something went wrong.

use super::plan::{Error, MOST_CELLS};

impl Error {
    /// The message in German.
    pub fn german(&self) -> String {
        match self {
            Self::Labels { dimensions, counted } => format!(
                "das Plugin hat {dimensions} Gliederungen, aber Merkmale wurden für {counted} gezählt"
            ),
            Self::NoDataset { measure, dataset } => format!(
                "die Kennzahl `{measure}` zählt über den Datenbestand `{dataset}`, den dieser Lauf \
                 nicht liest"
            ),
            Self::NoField { measure } => format!(
                "die Kennzahl `{measure}` zählt nach einem Feld, das nicht zu den Spalten ihres \
                 Datenbestands gehört"
            ),
            Self::NotAPart { measure, other } => format!(
                "die Kennzahl `{measure}` ist aus `{other}` gebildet, das kein Teil davon sein kann"
            ),
            Self::NotAShare { measure } => format!(
                "die Kennzahl `{measure}` ist ein Anteil aus zwei Zahlen, die über verschiedene \
                 Datenbestände zählen"
            ),
            Self::NoValues { measure } => format!(
                "die Kennzahl `{measure}` lässt keinen Wert zu: ihr kleinster ist größer als ihr \
                 größter"
            ),
            Self::SameDimension { table } => {
                format!("die Tabelle `{table}` hat für Zeilen und Spalten dieselbe Gliederung")
            }
            Self::NotOneMeasure { table } => format!(
                "die Tabelle `{table}` ist in Spalten gegliedert und braucht darum genau eine Kennzahl"
            ),
            Self::TooManyCells { cells } => {
                format!("die Tabellen haben {cells} Zellen, erlaubt sind höchstens {MOST_CELLS}")
            }
            Self::Layout { dataset, column } => format!(
                "die Spalte {column} des Datenbestands `{dataset}` enthält nicht die Werte, die \
                 gezählt werden"
            ),
            Self::Divided { dataset, dimension } => format!(
                "die Gliederung `{dimension}` teilt nur einen Teil der Zeilen des Datenbestands \
                 `{dataset}` ein"
            ),
            Self::OtherPlan => {
                "die beiden Zählungen, die zusammengefügt werden sollten, folgen verschiedenen Plänen"
                    .into()
            }
        }
    }

    /// The hint in German, where there is one.
    pub fn german_hint(&self) -> Option<String> {
        match self {
            Self::TooManyCells { .. } => {
                Some("ein kürzerer Zeitraum hat weniger Monate zu zeigen".into())
            }
            Self::NoDataset { dataset, .. } => {
                Some(format!("erlauben Sie dem Plugin ein Feld des Datenbestands `{dataset}`"))
            }
            Self::Labels { .. }
            | Self::NoField { .. }
            | Self::NotAPart { .. }
            | Self::NotAShare { .. }
            | Self::NoValues { .. }
            | Self::SameDimension { .. }
            | Self::NotOneMeasure { .. }
            | Self::Layout { .. }
            | Self::Divided { .. }
            | Self::OtherPlan => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_and_hint_has_its_own_german() {
        let text = || "x".to_owned();
        let samples = [
            Error::Labels { dimensions: 2, counted: 1 },
            Error::NoDataset { measure: text(), dataset: text() },
            Error::NoField { measure: text() },
            Error::NotAPart { measure: text(), other: text() },
            Error::NotAShare { measure: text() },
            Error::NoValues { measure: text() },
            Error::SameDimension { table: text() },
            Error::NotOneMeasure { table: text() },
            Error::TooManyCells { cells: 300_000 },
            Error::Layout { dataset: text(), column: 3 },
            Error::Divided { dataset: text(), dimension: text() },
            Error::OtherPlan,
        ];
        for error in samples {
            assert_ne!(error.german(), error.to_string());
            assert_eq!(error.hint().is_some(), error.german_hint().is_some(), "{error}");
            assert!(error.hint().is_none() || error.hint() != error.german_hint(), "{error}");
        }
    }
}
