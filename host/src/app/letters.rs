//! Letters for tasks: which there are, in which languages, and drafts of them.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::domain::{Day, Lang, SeenAs, Text};
use crate::plugin::{LoadedPlugin, OperatorLimits, Package};
use crate::render::{LetterFacts, LetterTemplate, check_letter, letter, letter_name};
use crate::store::{Reader, TaskView};

use super::seen::about_tasks;
use super::tasks::find;
use super::workspace::{App, today};
use super::{Actor, Error, TaskError, UseCase};

/// The language that every letter is there in.
const GERMAN: &str = "de";

/// How long a family has to answer a letter for a task that is overdue, in days.
const DAYS_TO_ANSWER: i32 = 14;

/// A letter that can be drafted for a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterChoice {
    /// What it is called.
    pub template: String,
    /// Whether the plugin chose it for this task.
    pub chosen: bool,
    /// The languages that it is there in.
    pub languages: Vec<String>,
    /// The language that the family wants letters in, where somebody asked.
    pub family: Option<String>,
    /// The language that it would be drafted in.
    pub language: String,
    /// The day that it would name.
    pub by: Day,
}

/// What letter to draft.
#[derive(Debug, Clone, Copy)]
pub struct LetterOrder<'a> {
    /// The task, by its id or how that begins.
    pub task: &'a str,
    /// The letter; `None` for the one that the plugin chose.
    pub template: Option<&'a str>,
    /// The language; `None` for the family's, or German.
    pub language: Option<&'a str>,
    /// By when the family is asked to answer or to come; `None` for the day on which the task is due,
    /// or for one in two weeks where that is over.
    pub by: Option<Day>,
    /// Whether it is to be a page to print, or else plain text.
    pub as_page: bool,
}

/// A letter that was drafted. Nothing was sent to anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    /// The letter.
    pub text: String,
    /// What it is called.
    pub template: String,
    /// Its language.
    pub language: String,
    /// What the person should know about its language.
    pub remark: Option<Text>,
}

impl App {
    /// The letters for a task.
    ///
    /// # Errors
    ///
    /// [`TaskError::NoSuchTask`], [`TaskError::PackageGone`].
    pub fn letters(&self, actor: &Actor, task: &str) -> Result<Vec<LetterChoice>, Error> {
        let scope = self.permit(actor, UseCase::LetterDraft)?;
        let reader = self.store.read(&scope)?;
        let view = find(&reader, task)?;
        if view.task.said.templates.is_empty() {
            return Ok(Vec::new());
        }
        // The language that the family wants letters in is shown as well.
        self.saw(actor, UseCase::LetterDraft, SeenAs::List, about_tasks([&view]))?;
        let package = package(&reader, &view)?;
        let languages = languages(&package);
        let choice = |name: &String| {
            let languages = languages.get(name.as_str()).cloned().unwrap_or_default();
            let theirs = view.language.clone().filter(|language| languages.contains(&**language));
            LetterChoice {
                template: name.clone(),
                chosen: view.task.said.template.as_ref() == Some(name),
                languages: languages.into_iter().map(str::to_owned).collect(),
                family: view.language.clone(),
                language: theirs.unwrap_or_else(|| GERMAN.to_owned()),
                by: proposed_day(view.task.said.due, today()),
            }
        };
        Ok(view.task.said.templates.iter().map(choice).collect())
    }

    /// Drafts a letter for a task; its history and the audit note it.
    ///
    /// # Errors
    ///
    /// [`TaskError::NoSuchTask`], [`TaskError::NoLetter`], [`TaskError::WhichTemplate`],
    /// [`TaskError::NoSuchTemplate`], [`TaskError::NoSuchLanguage`], [`TaskError::PackageGone`],
    /// [`TaskError::AnswerIsOver`], and [`Error::Render`] where the letter says what the proposal does not.
    pub fn draft_letter(
        &mut self,
        actor: &Actor,
        order: &LetterOrder<'_>,
        lang: Lang,
    ) -> Result<Drafted, Error> {
        let scope = self.permit(actor, UseCase::LetterDraft)?;
        let now = today();
        if let Some(by) = order.by.filter(|by| *by < now) {
            return Err(TaskError::AnswerIsOver(by).into());
        }
        let (task, drafted) = {
            let reader = self.store.read(&scope)?;
            let view = find(&reader, order.task)?;
            let name = template(&view, order.template)?;
            let package = package(&reader, &view)?;
            let languages = languages(&package).remove(name).unwrap_or_default();
            let (language, remark) = language(&view, name, order.language, &languages, &reader)?;
            let file = format!("templates/{name}.{language}.hbs");
            let source = package.files.get(&file).map(Vec::as_slice).unwrap_or_default();
            let source = String::from_utf8_lossy(source);
            let template =
                LetterTemplate { file: &file, name, language: &language, source: &source };
            let said = &view.task.said;
            let facts = LetterFacts {
                given_name: view.given_name.clone(),
                family_name: view.family_name.clone(),
                class: view.class.clone(),
                school: view.school_name.clone(),
                household: view.household_name.clone(),
                municipality: reader.municipality_name()?,
                practitioner: view.owner.clone().map(|(_, name)| name).unwrap_or_default(),
                date: now,
                due: order.by.unwrap_or_else(|| proposed_day(said.due, now)),
                reason: said.reason.clone(),
                because: said.because.clone(),
            };
            let letter = letter(&template, &facts, lang)?;
            self.saw(actor, UseCase::LetterDraft, SeenAs::Letter, about_tasks([&view]))?;
            let text = if order.as_page { letter.html } else { letter.text };
            let template = name.to_owned();
            (view.task.id, Drafted { text, template, language, remark })
        };
        let sha256 = Sha256::digest(&drafted.text).into();
        let mut writer = self.store.write(&actor.author())?;
        writer.note_letter(task, &drafted.template, &drafted.language, &sha256)?;
        writer.commit()?;
        Ok(drafted)
    }
}

/// The day that a letter of `now` names: the one on which its task is due. Nobody can answer by a day that
/// is over.
fn proposed_day(due: Day, now: Day) -> Day {
    if due >= now { due } else { now.plus(DAYS_TO_ANSWER) }
}

/// Checks the templates of a package.
///
/// # Errors
///
/// [`TaskError::TemplateName`], and [`Error::Render`] with file and line of what is wrong in one.
pub(super) fn check_templates(package: &Package) -> Result<(), Error> {
    for (file, source) in &package.files {
        if !file.starts_with("templates/") {
            continue;
        }
        let (name, language) =
            letter_name(file).ok_or_else(|| TaskError::TemplateName(file.clone()))?;
        let source = std::str::from_utf8(source).map_err(|error| {
            // What can be read ends in the line that cannot.
            let readable = String::from_utf8_lossy(&source[..error.valid_up_to()]);
            let line = 1 + readable.matches('\n').count();
            let reason = "this is not UTF-8 text".to_owned();
            crate::render::Error::Letter { file: file.clone(), line, reason }
        })?;
        check_letter(&LetterTemplate { file, name, language, source })?;
    }
    Ok(())
}

/// Checks the templates of a package, and that it has all that the plugin's steps name.
///
/// # Errors
///
/// Those of [`check_templates`]; [`TaskError::NoTemplateFile`].
pub(super) fn check_letters(package: &Package, loaded: &LoadedPlugin) -> Result<(), Error> {
    check_templates(package)?;
    if !loaded.kinds().workflow {
        return Ok(());
    }
    let languages = languages(package);
    for step in loaded.describe_workflow(&package.manifest)?.steps {
        let is_there = |name: &str| languages.get(name).is_some_and(|all| all.contains(GERMAN));
        if let Some(missing) = step.templates.iter().find(|name| !is_there(name)) {
            let (step, template) = (step.id, missing.clone());
            return Err(TaskError::NoTemplateFile { step, template }.into());
        }
    }
    Ok(())
}

/// The package that said the task.
fn package(reader: &Reader<'_>, view: &TaskView) -> Result<Package, Error> {
    let said = &view.task.said;
    let is_there = reader.plugins()?.iter().any(|plugin| plugin.sha256 == said.package);
    if !is_there {
        let plugin = format!("{}@{}", view.task.plugin, said.version);
        return Err(TaskError::PackageGone { plugin, sha256: said.package }.into());
    }
    let bytes = reader.plugin_package(&said.package)?;
    let package = Package::read(&bytes, &OperatorLimits::default())?;
    if package.sha256 == said.package {
        Ok(package)
    } else {
        Err(Error::PackageChanged(view.task.plugin.clone()))
    }
}

/// The languages of each letter of a package.
fn languages(package: &Package) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut languages: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, language) in package.files.keys().filter_map(|file| letter_name(file)) {
        languages.entry(name).or_default().insert(language);
    }
    languages
}

/// The letter asked for, the one that the plugin chose, or the only one.
fn template<'a>(view: &'a TaskView, asked: Option<&str>) -> Result<&'a str, TaskError> {
    let said = &view.task.said;
    let known = &said.templates;
    if let Some(asked) = asked {
        let missing =
            || TaskError::NoSuchTemplate { template: asked.to_owned(), known: known.clone() };
        return match known.iter().find(|name| *name == asked) {
            Some(name) => Ok(name),
            None if known.is_empty() => Err(TaskError::NoLetter(view.task.step.clone())),
            None => Err(missing()),
        };
    }
    match (&said.template, &known[..]) {
        (Some(chosen), _) => Ok(chosen),
        (None, [only]) => Ok(only),
        (None, []) => Err(TaskError::NoLetter(view.task.step.clone())),
        (None, _) => Err(TaskError::WhichTemplate(known.clone())),
    }
}

/// The language of a letter: the one asked for, the family's, or German.
fn language(
    view: &TaskView,
    name: &str,
    asked: Option<&str>,
    known: &BTreeSet<&str>,
    reader: &Reader<'_>,
) -> Result<(String, Option<Text>), Error> {
    let missing = |language: &str| TaskError::NoSuchLanguage {
        template: name.to_owned(),
        language: language.to_owned(),
        known: known.iter().map(|&language| language.to_owned()).collect(),
    };
    let theirs = view.language.as_deref();
    match asked.or(theirs) {
        Some(language) if known.contains(language) => Ok((language.to_owned(), None)),
        Some(language) if asked.is_some() || !known.contains(GERMAN) => {
            Err(missing(language).into())
        }
        Some(language) => {
            let word = |lang| reader.code_lists().word("language", language, lang);
            let remark = Text::new(
                format!(
                    "Die Familie möchte Briefe auf {}; den Brief gibt es nicht in dieser Sprache, also auf Deutsch.",
                    word(Lang::De)
                ),
                format!(
                    "The family wants letters in {}; the letter is not there in that language, so it is in German.",
                    word(Lang::En)
                ),
            );
            Ok((GERMAN.to_owned(), Some(remark)))
        }
        None if !known.contains(GERMAN) => Err(missing(GERMAN).into()),
        None => {
            let remark = Text::new(
                "In welcher Sprache die Familie Briefe möchte, ist nicht festgehalten; der Brief ist auf Deutsch.",
                "Nobody noted in which language the family wants letters; the letter is in German.",
            );
            Ok((GERMAN.to_owned(), Some(remark)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_names_no_day_that_is_over() {
        let now = Day(20_000);
        assert_eq!(proposed_day(now.plus(1), now), now.plus(1));
        assert_eq!(proposed_day(now, now), now);
        assert_eq!(proposed_day(now.plus(-1), now), now.plus(14));
    }
}
