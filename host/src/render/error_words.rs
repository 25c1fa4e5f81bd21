//! What the making of pages says in German when something went wrong.

use super::Error;

impl Error {
    /// The message in German. What a template's own line does wrong is said in English, which is
    /// the language that templates are written in.
    pub fn german(&self) -> String {
        match self {
            Self::Read(_) => "der Ordner mit den Vorlagen konnte nicht gelesen werden".into(),
            Self::UnknownName { file, name } => {
                format!(
                    "eine Vorlage namens `{name}` gibt es nicht, `{file}` würde also nie benutzt"
                )
            }
            Self::Template { file, line, reason } | Self::Render { file, line, reason } => {
                format!("Vorlage `{file}`, Zeile {line}: {reason}")
            }
            Self::Circle(names) => {
                format!(
                    "die Vorlagen binden einander im Kreis ein: `{}`",
                    names.join("` bindet ein: `")
                )
            }
            Self::Letter { file, line, reason } => {
                format!("Briefvorlage `{file}`, Zeile {line}: {reason}")
            }
            Self::Json(_) => "der Bericht lässt sich nicht als JSON schreiben".into(),
            Self::TooManyRows { rows } => {
                format!(
                    "eine Tabelle hat {rows} Zeilen, mehr als ein Tabellenblatt fasst (1.048.576)"
                )
            }
            Self::Workbook(_) => "die Arbeitsmappe lässt sich nicht schreiben".into(),
        }
    }

    /// The hint in German, where there is one.
    pub fn german_hint(&self) -> Option<String> {
        match self {
            Self::UnknownName { .. } => Some(format!(
                "benennen Sie die Datei um in eine von `{}`, oder nehmen Sie sie aus dem Ordner",
                super::templates::NAMES.join("`, `")
            )),
            Self::Template { file, .. } | Self::Render { file, .. } => Some(format!(
                "berichtigen Sie die Zeile, oder nehmen Sie `{file}` aus dem Ordner, dann gilt die \
                 eingebaute Vorlage"
            )),
            Self::Circle(_) => Some("nehmen Sie eine dieser Einbindungen heraus".into()),
            Self::Letter { .. } => Some("das muss berichtigen, wer das Plugin gemacht hat".into()),
            Self::TooManyRows { .. } => {
                Some("wählen Sie weniger aus, oder schreiben Sie CSV mit `--format csv`".into())
            }
            Self::Read(_) | Self::Json(_) | Self::Workbook(_) => None,
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
            Error::Read(fs_err::read("no/such/file").unwrap_err()),
            Error::UnknownName { file: text(), name: text() },
            Error::Template { file: text(), line: 2, reason: text() },
            Error::Circle(vec![text(), text()]),
            Error::Render { file: text(), line: 2, reason: text() },
            Error::Letter { file: text(), line: 2, reason: text() },
            Error::Json(serde_json::from_str::<u8>("x").unwrap_err()),
            Error::TooManyRows { rows: 2_000_000 },
            Error::Workbook(rust_xlsxwriter::XlsxError::RowColumnLimitError),
        ];
        for error in samples {
            assert_ne!(error.german(), error.to_string());
            assert_eq!(error.hint().is_some(), error.german_hint().is_some(), "{error}");
            assert!(error.hint().is_none() || error.hint() != error.german_hint(), "{error}");
        }
    }
}
