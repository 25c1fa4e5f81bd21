//! What can go wrong with imports, mappings and rows that wait, and what the person can do about it.

use crate::capture::{Kind, LONGEST_TEXT, MappingError};
use crate::domain::{Form, Lang, Text};
use crate::store::Obstacle;

/// Why nothing was done about an import.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The file is larger than any that is read.
    #[error("the file is larger than {} MiB", .0 / (1024 * 1024))]
    TooLarge(u64),
    /// No import has this number.
    #[error("there is no import `{0}`")]
    NoSuchImport(i64),
    /// It was taken back before.
    #[error("the import `{0}` was taken back already")]
    Undone(i64),
    /// Something stands in the way of taking it back.
    #[error("the import cannot be taken back: {}", say(.0, Lang::En))]
    Stands(Vec<Obstacle>),
    /// The reason is missing or too long.
    #[error("the reason is one line of 1 to {LONGEST_TEXT} characters")]
    BadReason,
    /// No row of this number waits.
    #[error("no row `{0}` is waiting")]
    NoSuchRow(i64),
    /// The row could not be taken in for that pupil.
    #[error("the rows cannot be taken in for this pupil: {}", .0.en)]
    NotTaken(Text),
    /// Who it is about is not what is missing.
    #[error("it is not the pupil that is missing: {}", .0.en)]
    NotAboutWho(Text),
    /// A mapping is neither a file nor the name of a saved one.
    #[error("there is no mapping `{0}`, neither saved nor as a file")]
    NoSuchMapping(String),
    /// A mapping cannot be used.
    #[error("the mapping `{name}` is not right: {error}")]
    Mapping {
        /// Its name or file.
        name: String,
        /// What is wrong.
        error: MappingError,
    },
    /// A mapping's name is no sign.
    #[error("`{0}` is no name for a mapping; use letters, digits, `-`, `_` and `.`")]
    BadMappingName(String),
    /// A bound of a day is no number of lessons.
    #[error("a day has 1 to 24 lessons")]
    BadDay,
}

impl ImportError {
    pub(super) fn german(&self) -> String {
        match self {
            Self::TooLarge(most) => {
                format!("die Datei ist größer als {} MiB", most / (1024 * 1024))
            }
            Self::NoSuchImport(key) => format!("einen Import `{key}` gibt es nicht"),
            Self::Undone(key) => format!("der Import `{key}` ist schon zurückgenommen"),
            Self::Stands(obstacles) => {
                format!("der Import lässt sich nicht zurücknehmen: {}", say(obstacles, Lang::De))
            }
            Self::BadReason => {
                format!("der Grund ist eine Zeile von 1 bis {LONGEST_TEXT} Zeichen")
            }
            Self::NoSuchRow(key) => format!("eine wartende Zeile `{key}` gibt es nicht"),
            Self::NotTaken(why) => {
                format!("die Zeilen lassen sich für dieses Kind nicht übernehmen: {}", why.de)
            }
            Self::NotAboutWho(why) => format!("es fehlt nicht das Kind: {}", why.de),
            Self::NoSuchMapping(name) => {
                format!("eine Zuordnung `{name}` gibt es nicht, weder gespeichert noch als Datei")
            }
            Self::Mapping { name, error } => {
                format!("die Zuordnung `{name}` stimmt nicht: {error}")
            }
            Self::BadMappingName(name) => format!(
                "`{name}` taugt nicht als Name einer Zuordnung; Buchstaben, Ziffern, `-`, `_` und `.`"
            ),
            Self::BadDay => "ein Tag hat 1 bis 24 Stunden".into(),
        }
    }

    pub(super) fn hint(&self, lang: Lang) -> Option<String> {
        let say = |de: &str, en: &str| Some(lang.pick(de, en).to_owned());
        match self {
            Self::NoSuchImport(_) => {
                say("alle zeigt `tridem import list`", "`tridem import list` shows all")
            }
            Self::NoSuchRow(_) => {
                say("alle zeigt `tridem import queue list`", "`tridem import queue list` shows all")
            }
            Self::NoSuchMapping(_) => say(
                "gespeicherte zeigt `tridem import mappings list`",
                "`tridem import mappings list` shows those that are saved",
            ),
            Self::NotAboutWho(_) => say(
                "beheben Sie das und rufen Sie `tridem import queue retry` auf, oder lassen Sie die \
                 Zeile mit `--skip` weg",
                "put that right and run `tridem import queue retry`, or leave the row out with `--skip`",
            ),
            Self::Stands(_) => say(
                "es wurde nichts geändert; nehmen Sie zuerst zurück, was später kam",
                "nothing was changed; first take back what came later",
            ),
            _ => None,
        }
    }
}

/// All obstacles in one line.
fn say(obstacles: &[Obstacle], lang: Lang) -> String {
    let all = obstacles.iter().map(|obstacle| lang.pick(words(obstacle).de, words(obstacle).en));
    all.collect::<Vec<_>>().join("; ")
}

fn words(obstacle: &Obstacle) -> Text {
    match obstacle {
        Obstacle::NotNoted => Text::new(
            "er stammt von einer früheren Version, die nicht vermerkt hat, was daraus wurde",
            "it is of an earlier version, which did not note what came of it",
        ),
        Obstacle::Changed { table } => {
            let title = table_title(table);
            Text::new(
                format!("seither geändert: {}", title.de),
                format!("changed since: {}", title.en),
            )
        }
        Obstacle::Referred { table, by, rows } => {
            let (title, by) = (table_title(table), table_title(by));
            Text::new(
                format!("darauf beziehen sich: {} ({rows}), auf: {}", by.de, title.de),
                format!("referred to by: {} ({rows}), about: {}", by.en, title.en),
            )
        }
        Obstacle::Recorded { rows } => Text::new(
            format!("in dieser Zeit sind Fehlzeiten erfasst ({rows})"),
            format!("absences are recorded in that time ({rows})"),
        ),
    }
}

/// What a table holds, in the words of its kind of file.
fn table_title(table: &str) -> Text {
    let kind = match table {
        "school" => "schools",
        "enrolment" => "enrolments",
        "participation" => "participation",
        "day_off" => "days-off",
        "half_year" => "half-years",
        "attendance" => "attendance",
        "practitioner" => "practitioners",
        "assignment" => "assignments",
        "pairing" | "pairing_member" => "pairings",
        "household" => "households",
        "pupil" => "pupils",
        "absence" => "absences",
        "absence_total" => "absence-totals",
        "stay" => "stays",
        "day_not_taken" => "days-not-taken",
        "contact" | "contact_participant" | "contact_pupil" => "contacts",
        "contact_version" => return Text::new("berichtigte Kontakte", "corrected contacts"),
        "absence_version" => return Text::new("berichtigte Fehlzeiten", "corrected absences"),
        "task" => return Text::new("Aufgaben", "tasks"),
        "external_id" => return Text::new("Kennungen", "ids of other systems"),
        other => {
            let form = Form::all().iter().find(|form| form.table == other);
            return form.map_or_else(|| Text::new(other, other), |form| form.title.clone());
        }
    };
    kind.parse::<Kind>().map_or_else(|_| Text::new(table, table), Kind::title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_obstacle_is_told_in_words_of_the_field() {
        for table in ["school", "pupil", "contact_version", "absence", "pairing_member"] {
            let said = words(&Obstacle::Changed { table: table.into() });
            assert!(!said.de.contains('_') && !said.de.contains(table), "{}", said.de);
        }
        let referred = Obstacle::Referred { table: "pupil".into(), by: "absence".into(), rows: 3 };
        let error = ImportError::Stands(vec![referred, Obstacle::NotNoted]);
        assert!(error.to_string().contains("Absences (3), about: Pupils; it is of an earlier"));
        assert!(error.german().contains("Fehlzeiten (3)"), "{}", error.german());
    }
}
