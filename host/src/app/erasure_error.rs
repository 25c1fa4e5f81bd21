//! What can go wrong with holds, times of keeping and erasures, and what the person can do about it.

use std::path::PathBuf;

use crate::capture::LONGEST_TEXT;
use crate::domain::{Day, Lang, MOST_KEPT_YEARS, UnknownClass};

/// Why nothing was held, set or erased.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErasureError {
    /// The code is that of no pupil, household or support case.
    #[error("nobody has the code `{0}`: no pupil, no household and no support case")]
    NoSuchSubject(String),
    /// The code is that of several.
    #[error("`{0}` is the code of a pupil and of a household or case; say which")]
    SeveralSubjects(String),
    /// A case is not a person.
    #[error("`{0}` is a support case, and erased are people")]
    NotAPerson(String),
    /// The ground is no code of the list.
    #[error("the code list `erasure-ground` has no code `{0}`")]
    NoSuchGround(String),
    /// Who confirms is nobody, or the one who erases.
    #[error("`{0}` cannot confirm it: it has to be another practitioner who is known here")]
    BadConfirmation(String),
    /// The reason of a hold is missing or too long.
    #[error("the reason of a hold is one line of 1 to {LONGEST_TEXT} characters")]
    BadReason,
    /// Nothing is held there.
    #[error("there is no hold on `{0}`")]
    NoSuchHold(String),
    /// Not a class of records.
    #[error(transparent)]
    NoSuchClass(#[from] UnknownClass),
    /// More years than can be chosen.
    #[error("records are kept 0 to {MOST_KEPT_YEARS} years beyond the end of school, not {0}")]
    BadYears(u16),
    /// The day is to come.
    #[error("nothing is erased or offered as of {0}, which is still to come")]
    NotYet(Day),
    /// Nothing is due.
    #[error("nothing is past its time on {0}")]
    NothingDue(Day),
    /// Nothing that is due was offered.
    #[error(
        "{records} records are past their time, and the archive has not been done with any of them"
    )]
    NotOffered {
        /// How many are due.
        records: u64,
    },
    /// No offer waits for an answer.
    #[error("no offer to the archive waits for an answer")]
    NothingOffered,
    /// Not what an archive answers.
    #[error("`{0}` is no answer of the archive; use `taken` or `declined`")]
    BadAnswer(String),
    /// A file is not a receipt of these records.
    #[error("`{}` is no receipt of an erasure in these records", .0.display())]
    NotAReceipt(PathBuf),
    /// No receipt has an id that begins so.
    #[error("there is no receipt `{0}`")]
    NoSuchReceipt(String),
    /// A file is there already.
    #[error("there is something at `{}` already", .0.display())]
    Exists(PathBuf),
}

impl ErasureError {
    pub(super) fn german(&self) -> String {
        match self {
            Self::NoSuchSubject(code) => format!(
                "das Kürzel `{code}` hat niemand: kein Kind, kein Haushalt und keine Fallbegleitung"
            ),
            Self::SeveralSubjects(code) => format!(
                "`{code}` ist das Kürzel eines Kindes und eines Haushalts oder einer Fallbegleitung"
            ),
            Self::NotAPerson(code) => {
                format!("`{code}` ist eine Fallbegleitung, gelöscht werden Menschen")
            }
            Self::NoSuchGround(code) => {
                format!("die Codeliste `erasure-ground` hat keinen Code `{code}`")
            }
            Self::BadConfirmation(code) => format!(
                "`{code}` kann das nicht bestätigen: es muss eine andere Fachkraft sein, die hier bekannt ist"
            ),
            Self::BadReason => {
                format!("der Grund einer Sperre ist eine Zeile von 1 bis {LONGEST_TEXT} Zeichen")
            }
            Self::NoSuchHold(code) => format!("`{code}` ist nicht gesperrt"),
            Self::NoSuchClass(UnknownClass(class)) => {
                format!("`{class}` ist keine Art von Daten mit einer Aufbewahrungsfrist")
            }
            Self::BadYears(years) => format!(
                "aufbewahrt wird 0 bis {MOST_KEPT_YEARS} Jahre über das Ende der Schulzeit hinaus, nicht {years}"
            ),
            Self::NotYet(day) => format!(
                "zum {}, der erst noch kommt, wird nichts gelöscht oder angeboten",
                day.german()
            ),
            Self::NothingDue(day) => {
                format!("am {} ist nichts über seine Frist hinaus", day.german())
            }
            Self::NotOffered { records } => format!(
                "{records} Einträge sind über ihre Frist hinaus, und zu keinem hat sich das Archiv geäußert"
            ),
            Self::NothingOffered => "kein Angebot an das Archiv wartet auf eine Antwort".into(),
            Self::BadAnswer(answer) => {
                format!(
                    "`{answer}` ist keine Antwort des Archivs; möglich sind `taken` und `declined`"
                )
            }
            Self::NotAReceipt(path) => {
                format!("`{}` ist kein Löschbeleg dieser Daten", path.display())
            }
            Self::NoSuchReceipt(id) => format!("einen Löschbeleg `{id}` gibt es nicht"),
            Self::Exists(path) => format!("an `{}` liegt schon etwas", path.display()),
        }
    }

    pub(super) fn hint(&self, lang: Lang) -> Option<String> {
        let say = |de: &str, en: &str| Some(lang.pick(de, en).to_owned());
        match self {
            Self::SeveralSubjects(code) => Some(lang.pick(
                format!("schreiben Sie `pupil:{code}`, `household:{code}` oder `case:{code}`"),
                format!("write `pupil:{code}`, `household:{code}` or `case:{code}`"),
            )),
            Self::NoSuchGround(_) => say(
                "alle zeigt `tridem code list erasure-ground`",
                "`tridem code list erasure-ground` shows all",
            ),
            Self::NoSuchHold(_) => {
                say("alle zeigt `tridem subject holds`", "`tridem subject holds` shows all")
            }
            Self::NoSuchClass(_) => {
                say("alle zeigt `tridem retention classes`", "`tridem retention classes` shows all")
            }
            Self::NotOffered { .. } => say(
                "bieten Sie sie mit `tridem retention offer` an und halten Sie die Antwort mit \
                 `tridem retention offered` fest",
                "offer them with `tridem retention offer`, and note the answer with \
                 `tridem retention offered`",
            ),
            Self::NoSuchReceipt(_) => {
                say("alle zeigt `tridem subject receipts`", "`tridem subject receipts` shows all")
            }
            _ => None,
        }
    }
}
