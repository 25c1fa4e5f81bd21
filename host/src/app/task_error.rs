//! What can go wrong with tasks and letters, and what the person can do about it.

use crate::capture::LONGEST_TEXT;
use crate::domain::{Day, Lang};

use super::plugins::hex;

/// Why nothing was done about a task.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TaskError {
    /// No task has an id that begins so.
    #[error("there is no task `{0}` that you may see")]
    NoSuchTask(String),
    /// The plugin is of another kind.
    #[error("plugin `{0}` proposes no tasks")]
    NotAWorkflow(String),
    /// The plugin does not read cases, so there is nothing that it could propose anything for.
    #[error("plugin `{0}` asks for no field of `cases`, so it can propose nothing")]
    NoCases(String),
    /// The plugin proposes the same step of a case more than once.
    #[error("plugin `{plugin}` proposes the step `{step}` twice for one case")]
    ProposedTwice {
        /// Its id.
        plugin: String,
        /// The step.
        step: String,
    },
    /// The reason of a dismissal is missing or too long.
    #[error("the reason why a task is dismissed is one line of 1 to {LONGEST_TEXT} characters")]
    BadReason,
    /// A task is put off until a day that is not to come.
    #[error("the task cannot be put off until {0}, which is not to come")]
    NotToCome(Day),
    /// A task is put off until a day on which the school is closed.
    #[error("{day} is no school day at school `{school}`")]
    NoSchoolDay {
        /// The day.
        day: Day,
        /// The school's number.
        school: String,
    },
    /// A contact is named that was about somebody else.
    #[error("the contact `{0}` was not about this pupil or the household")]
    OtherCase(String),
    /// The new owner would not see the task.
    #[error("`{code}` has no post at school `{school}` today, and would not see the task")]
    NoPost {
        /// The practitioner's code.
        code: String,
        /// The school's number.
        school: String,
    },
    /// A letter is to ask for an answer by a day that is over.
    #[error("the letter cannot ask for an answer by {0}, which is over")]
    AnswerIsOver(Day),
    /// The step has no letters.
    #[error("the step `{0}` has no letter")]
    NoLetter(String),
    /// The step has several letters and the plugin chose none.
    #[error("the step has several letters: `{}`", .0.join("`, `"))]
    WhichTemplate(Vec<String>),
    /// The step has no such letter.
    #[error("the step has no letter `{template}`; it has `{}`", known.join("`, `"))]
    NoSuchTemplate {
        /// What was asked for.
        template: String,
        /// What there is.
        known: Vec<String>,
    },
    /// The letter is not there in a language.
    #[error("the letter `{template}` is not there in `{language}`, but in `{}`", known.join("`, `"))]
    NoSuchLanguage {
        /// The letter.
        template: String,
        /// What was asked for.
        language: String,
        /// What there is.
        known: Vec<String>,
    },
    /// The package that has the letters was removed.
    #[error(
        "the package that has the letters, `{plugin}` with the SHA-256 {}, is not installed",
        hex(sha256)
    )]
    PackageGone {
        /// The plugin as `ID@VERSION`.
        plugin: String,
        /// The digest of the package.
        sha256: [u8; 32],
    },
    /// A file of a package among the templates is none.
    #[error("the file `{0}` of the package is not called as a letter is")]
    TemplateName(String),
    /// A step of a plugin names a letter that its package does not have.
    #[error(
        "the step `{step}` names the letter `{template}`, and the package has no `templates/{template}.de.hbs`"
    )]
    NoTemplateFile {
        /// The step.
        step: String,
        /// The letter.
        template: String,
    },
}

impl TaskError {
    /// The message in German.
    pub fn german(&self) -> String {
        match self {
            Self::NoSuchTask(id) => {
                format!("eine Aufgabe `{id}` gibt es nicht oder Sie dürfen sie nicht sehen")
            }
            Self::NotAWorkflow(id) => format!("das Plugin `{id}` schlägt keine Aufgaben vor"),
            Self::NoCases(id) => format!(
                "das Plugin `{id}` bittet um kein Feld von `cases`, also kann es nichts vorschlagen"
            ),
            Self::ProposedTwice { plugin, step } => {
                format!(
                    "das Plugin `{plugin}` schlägt den Schritt `{step}` für einen Fall zweimal vor"
                )
            }
            Self::BadReason => format!(
                "der Grund, warum eine Aufgabe verworfen wird, ist eine Zeile aus 1 bis \
                 {LONGEST_TEXT} Zeichen"
            ),
            Self::NotToCome(day) => format!(
                "die Aufgabe lässt sich nicht bis zum {} zurückstellen, denn der Tag kommt nicht mehr",
                day.german()
            ),
            Self::AnswerIsOver(day) => format!(
                "der Brief kann nicht um Antwort bis zum {} bitten, denn der Tag ist vorbei",
                day.german()
            ),
            Self::NoSchoolDay { day, school } => {
                format!("der {} ist an der Schule `{school}` kein Schultag", day.german())
            }
            Self::OtherCase(id) => {
                format!("bei dem Kontakt `{id}` ging es nicht um dieses Kind oder seinen Haushalt")
            }
            Self::NoPost { code, school } => format!(
                "`{code}` ist heute nicht an der Schule `{school}` eingesetzt und sähe die Aufgabe \
                 nicht"
            ),
            Self::NoLetter(step) => format!("zum Schritt `{step}` gibt es keinen Brief"),
            Self::WhichTemplate(known) => {
                format!("zum Schritt gibt es mehrere Briefe: `{}`", known.join("`, `"))
            }
            Self::NoSuchTemplate { template, known } => format!(
                "zum Schritt gibt es keinen Brief `{template}`, aber `{}`",
                known.join("`, `")
            ),
            Self::NoSuchLanguage { template, language, known } => format!(
                "den Brief `{template}` gibt es nicht in `{language}`, aber in `{}`",
                known.join("`, `")
            ),
            Self::PackageGone { plugin, sha256 } => format!(
                "das Paket mit den Briefen, `{plugin}` mit der SHA-256 {}, ist nicht installiert",
                hex(sha256)
            ),
            Self::TemplateName(file) => {
                format!("die Datei `{file}` des Pakets heißt nicht, wie ein Brief heißt")
            }
            Self::NoTemplateFile { step, template } => format!(
                "der Schritt `{step}` nennt den Brief `{template}`, und im Paket gibt es kein \
                 `templates/{template}.de.hbs`"
            ),
        }
    }

    /// One thing the person can do next, where there is one.
    pub fn hint(&self, lang: Lang) -> Option<String> {
        let say = |de: &str, en: &str| Some(lang.pick(de, en).to_owned());
        match self {
            Self::NoSuchTask(_) => {
                say("die Ids zeigt `tridem task list`", "`tridem task list` shows the ids")
            }
            Self::NotAWorkflow(id) => Some(lang.pick(
                format!("was es kann, zeigt `tridem plugin inspect {id}`"),
                format!("`tridem plugin inspect {id}` shows what it does"),
            )),
            Self::OtherCase(_) => say(
                "die Ids zeigt `tridem contact list --pupil KÜRZEL`",
                "`tridem contact list --pupil CODE` shows the ids",
            ),
            Self::NoPost { code, school } => Some(lang.pick(
                format!("zuweisen mit `tridem person assign {code} {school} --hours STUNDEN --from TAG`"),
                format!("to assign them, run `tridem person assign {code} {school} --hours HOURS --from DAY`"),
            )),
            Self::WhichTemplate(_) => {
                say("wählen Sie einen mit `--template`", "choose one with `--template`")
            }
            Self::PackageGone { .. } => say(
                "installieren Sie das Paket wieder, oder lassen Sie mit `tridem task propose` eine \
                 neuere Version laufen",
                "install the package again, or run a newer version with `tridem task propose`",
            ),
            Self::TemplateName(_) => say(
                "Briefe heißen `templates/NAME.SPRACHE.hbs`, zum Beispiel `templates/einladung.tr.hbs`",
                "letters are called `templates/NAME.LANGUAGE.hbs`, such as `templates/invitation.tr.hbs`",
            ),
            Self::NoTemplateFile { .. } => say(
                "jeden Brief muss es wenigstens auf Deutsch geben",
                "every letter has to be there in German at least",
            ),
            Self::NotToCome(_) | Self::NoSchoolDay { .. } => say(
                "nennen Sie einen Schultag nach heute",
                "name a school day after today",
            ),
            Self::AnswerIsOver(_) => say("nennen Sie heute oder einen Tag danach", "name today or a day after it"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_and_hint_has_its_own_german() {
        let text = || "x".to_owned();
        let day = Day(20_000);
        let known = || vec!["a".to_owned(), "b".to_owned()];
        for error in [
            TaskError::NoSuchTask(text()),
            TaskError::NotAWorkflow(text()),
            TaskError::NoCases(text()),
            TaskError::ProposedTwice { plugin: text(), step: text() },
            TaskError::BadReason,
            TaskError::NotToCome(day),
            TaskError::AnswerIsOver(day),
            TaskError::NoSchoolDay { day, school: text() },
            TaskError::OtherCase(text()),
            TaskError::NoPost { code: text(), school: text() },
            TaskError::NoLetter(text()),
            TaskError::WhichTemplate(known()),
            TaskError::NoSuchTemplate { template: text(), known: known() },
            TaskError::NoSuchLanguage { template: text(), language: text(), known: known() },
            TaskError::PackageGone { plugin: text(), sha256: [1; 32] },
            TaskError::TemplateName(text()),
            TaskError::NoTemplateFile { step: text(), template: text() },
        ] {
            assert_ne!(error.german(), error.to_string());
            assert!(!error.german().ends_with('.') && !error.to_string().ends_with('.'));
            let (german, english) = (error.hint(Lang::De), error.hint(Lang::En));
            assert_eq!(german.is_some(), english.is_some(), "{error}");
            assert!(german.is_none() || german != english, "{error}");
        }
    }
}
