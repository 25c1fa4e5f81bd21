//! `plugin check`: everything that an operator or a reviewer would complain about, found beforehand.

use std::path::{Path, PathBuf};

use super::error::Error;
use super::hostile::{Ordeal, ordeals, plain};
use super::lines::Lines;
use super::probe::unused;
use super::project::manifest_text;
use super::said::Used;
use super::trial::{Cut, Subject, Task};
use crate::app::{self, Level};
use crate::domain::{ManifestError, Text};
use crate::plugin;

/// Above this part of the work allowed, in percent, the check warns.
const MUCH_WORK: u64 = 25;

/// What the check has to say about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// How much it matters.
    pub level: Level,
    /// The file and the line it is about, where they are known.
    pub place: Option<(PathBuf, Option<usize>)>,
    /// For the operator.
    pub operator: Text,
    /// For the author, in English, the language of all messages about code; empty where nothing
    /// has to be done.
    pub author: String,
}

/// What the check found.
#[derive(Debug, Clone)]
pub struct Checked {
    /// Everything that was looked into.
    pub found: Vec<Found>,
    /// Work used for a batch of 16,384 rows, and work allowed.
    pub work: Option<(u64, u64)>,
}

impl Checked {
    /// How many errors there are.
    pub fn errors(&self) -> usize {
        self.found.iter().filter(|found| found.level == Level::Error).count()
    }
}

/// Checks a plugin's folder or package.
///
/// # Errors
///
/// [`Error::NotAPlugin`], [`Error::NotBuilt`], and files that cannot be read. All that is wrong with
/// the plugin itself is in the result.
pub fn check(path: &Path) -> Result<Checked, app::Error> {
    let mut check = Check { path, file: None, lines: None, found: Vec::new(), work: None };
    if !path.is_file() {
        let text = manifest_text(path)?;
        check.file = Some(path.join("plugin.toml"));
        check.lines = Some(Lines::of(&text));
    }
    match Subject::open(path) {
        Ok(subject) => {
            check.lines = Some(Lines::of(&subject.project.manifest_text));
            check.subject(&subject);
        }
        Err(app::Error::Plugin(error)) => check.refused(&error),
        Err(error) => return Err(error),
    }
    check.found.sort_by_key(|found| std::cmp::Reverse(found.level));
    Ok(Checked { found: check.found, work: check.work })
}

struct Check<'a> {
    path: &'a Path,
    /// The manifest, where it is a file of its own.
    file: Option<PathBuf>,
    lines: Option<Lines>,
    found: Vec<Found>,
    work: Option<(u64, u64)>,
}

impl Check<'_> {
    fn add(&mut self, level: Level, word: Option<&str>, operator: Text, author: impl Into<String>) {
        let line = word.and_then(|word| {
            let lines = self.lines.as_ref()?;
            lines.line(word).or_else(|| lines.about(word))
        });
        let file = self.file.clone().unwrap_or_else(|| self.path.to_owned());
        let place = word.map(|_| (file, line));
        self.found.push(Found { level, place, operator, author: author.into() });
    }

    fn fine(&mut self, de: impl Into<String>, en: impl Into<String>) {
        self.add(Level::Ok, None, Text::new(de, en), "");
    }

    /// A plugin that cannot be installed, and why.
    fn refused(&mut self, error: &plugin::Error) {
        let mistakes: Vec<String> = match error {
            plugin::Error::Description { mistakes, .. }
            | plugin::Error::Manifest(ManifestError::Wrong(mistakes)) => mistakes.clone(),
            error => vec![error.to_string()],
        };
        let operator = Text::new(
            "Das Plugin würde nicht angenommen.",
            "The plugin would be refused at installation.",
        );
        let advice = error.for_author().map(|advice| format!(" ({advice})")).unwrap_or_default();
        for mistake in mistakes {
            let author = format!("{mistake}{advice}");
            self.add(Level::Error, Some(&mistake), operator.clone(), author);
        }
    }

    fn subject(&mut self, subject: &Subject) {
        self.fine(
            "Es importiert keinen Code und bietet die Schnittstelle an.",
            "It imports no code and offers the interface.",
        );
        if let Some(path) = subject.project.changed_since_build() {
            let operator = Text::new(
                "Das gebaute Plugin ist älter als seine Quellen.",
                "The built plugin is older than its sources.",
            );
            let author = format!("`{}` is newer: run `tridem plugin build`", path.display());
            self.add(Level::Warning, None, operator, author);
        }
        self.words(subject);
        self.files(subject);
        self.ordeals(subject);
        self.steadiness(subject);
        self.fields(subject);
    }

    /// Words that a person reads in either language.
    fn words(&mut self, subject: &Subject) {
        let mut same = Vec::new();
        let mut look = |what: String, text: &Text| {
            if text.de.trim().is_empty() || text.en.trim().is_empty() {
                same.push((Level::Error, format!("{what} lacks a language")));
            } else if text.de == text.en && text.de.contains(' ') {
                same.push((
                    Level::Note,
                    format!("{what} is the same in German and English: `{}`", text.de),
                ));
            }
        };
        look("the title".into(), &subject.project.manifest.title);
        if let Some(description) = &subject.description {
            description
                .dimensions
                .iter()
                .for_each(|it| look(format!("dimension `{}`", it.id), &it.label));
            description
                .measures
                .iter()
                .for_each(|it| look(format!("measure `{}`", it.id), &it.label));
            description.tables.iter().for_each(|it| look(format!("table `{}`", it.id), &it.title));
        }
        if let Some(composition) = &subject.composition {
            composition.phrases.iter().for_each(|it| look("a phrase".into(), it));
            composition.checks.iter().for_each(|it| look(format!("check `{}`", it.id), &it.title));
        }
        if let Some(workflow) = &subject.workflow {
            workflow.steps.iter().for_each(|it| look(format!("step `{}`", it.id), &it.label));
            workflow.reasons.iter().for_each(|it| look("a reason".into(), it));
        }
        for (level, author) in same {
            let operator = Text::new(
                "Ein Text liest sich nicht in beiden Sprachen.",
                "A text does not read in both languages.",
            );
            let word = author.starts_with("the title").then_some("title");
            self.add(level, word, operator, author);
        }
    }

    /// Files that people look for, and letters that steps name.
    fn files(&mut self, subject: &Subject) {
        let there = subject.project.templates();
        let mut named = std::collections::BTreeSet::new();
        for step in subject.workflow.iter().flat_map(|workflow| &workflow.steps) {
            for template in &step.templates {
                named.insert(template.clone());
                if !there.contains(template) {
                    let operator = Text::new(
                        "Ein Brief, den ein Schritt nennt, fehlt im Paket.",
                        "A letter that a step names is missing from the package.",
                    );
                    let author = format!(
                        "step `{}` names the letter `{template}`; write templates/{template}.de.hbs",
                        step.id
                    );
                    self.add(Level::Error, None, operator, author);
                }
            }
        }
        for template in there.difference(&named) {
            let operator = Text::new(
                "Das Paket enthält einen Brief, den niemand nennt.",
                "A letter in the package is named by no step.",
            );
            self.add(
                Level::Warning,
                None,
                operator,
                format!("no step names the letter `{template}`"),
            );
        }
        for (name, de, en) in [
            ("README.md", "Das Paket erklärt sich nicht.", "The package does not explain itself."),
            (
                "LICENSE",
                "Dem Paket fehlt der Text seiner Lizenz.",
                "The package lacks the text of its licence.",
            ),
        ] {
            if !subject.project.files.contains_key(name) {
                let author =
                    format!("put a file `{name}` beside `plugin.toml`; it is packed with the rest");
                self.add(Level::Note, None, Text::new(de, en), author);
            }
        }
    }

    /// Rows that a plugin has to bear.
    fn ordeals(&mut self, subject: &Subject) {
        let all = ordeals(subject);
        let many = all.len();
        let before = self.found.len();
        for Ordeal { name, task, is_ordinary } in all {
            match subject.run(&task, Cut::Host, false) {
                Ok(said) => self.worked(&said.used),
                Err(error) => self.failed(&name, &error, is_ordinary),
            }
        }
        if self.found.len() == before {
            self.fine(
                format!("Es hält {many} Sorten schwieriger Zeilen aus."),
                format!("It bears {many} kinds of difficult rows."),
            );
        }
        if let Some((used, allowed)) = self.work {
            let percent = used.saturating_mul(100) / allowed.max(1);
            let operator = Text::new(
                format!("Es braucht {percent} % der Arbeit, die es tun darf."),
                format!("It uses {percent} % of the work it may do."),
            );
            let (level, author) = if percent >= MUCH_WORK {
                (Level::Warning, "do what is the same for every row once, in `begin`")
            } else {
                (Level::Ok, "")
            };
            self.add(level, None, operator, author);
        }
    }

    fn worked(&mut self, used: &Used) {
        let share =
            |(fuel, allowed): (u64, u64)| u128::from(fuel) * 1_000_000 / u128::from(allowed.max(1));
        let new = (used.fuel, used.allowed);
        if self.work.is_none_or(|old| share(new) > share(old)) {
            self.work = Some(new);
        }
    }

    fn failed(&mut self, name: &Text, error: &app::Error, is_ordinary: bool) {
        // What a plugin refuses in its own words it has thought of.
        let is_own = matches!(error, app::Error::Plugin(plugin::Error::Guest { .. }));
        let level = match (is_own, is_ordinary) {
            (true, false) => Level::Note,
            (true, true) => Level::Warning,
            (false, _) => Level::Error,
        };
        let operator = Text::new(
            format!("Mit {} gibt es kein Ergebnis.", name.de),
            format!("With {} it gives no result.", name.en),
        );
        let advice = error.for_author().map(|advice| format!(" ({advice})")).unwrap_or_default();
        self.add(level, None, operator, format!("with {}: {error}{advice}", name.en));
    }

    /// Whether the same rows always give the same answer, however they are cut.
    fn steadiness(&mut self, subject: &Subject) {
        let task = plain(subject, 700);
        let Ok(first) = subject.run(&task, Cut::Host, true) else { return };
        let before = self.found.len();
        let mut compare = |cut: Cut, task: &Task, de: &str, en: &str, author: &str| {
            let is_same = subject.run(task, cut, true).is_ok_and(|said| said.is_like(&first));
            if !is_same {
                let operator = Text::new(
                    format!("Dieselben Zeilen geben {de} ein anderes Ergebnis."),
                    format!("The same rows give another result {en}."),
                );
                self.add(Level::Error, None, operator, author);
            }
        };
        compare(
            Cut::Host,
            &task,
            "beim zweiten Mal",
            "the second time",
            "a result may depend on the job and the rows alone: no addresses, no order of a hash map",
        );
        let cut_author = "how rows are cut into batches must not matter; keep what you need between \
                          calls of `push` in the plugin";
        compare(Cut::Rows(1), &task, "Zeile für Zeile", "row by row", cut_author);
        compare(Cut::Rows(97), &task, "in kleinen Stapeln", "in small batches", cut_author);
        if self.found.len() == before {
            self.fine(
                "Dieselben Zeilen geben dasselbe Ergebnis, wie auch immer sie kommen.",
                "The same rows give the same result, however they come.",
            );
        }
    }

    /// Fields that are asked for and change nothing.
    fn fields(&mut self, subject: &Subject) {
        for (field, rows) in unused(subject) {
            let operator = Text::new(
                format!("Es bittet um `{field}` und macht anscheinend nichts daraus."),
                format!("It asks for `{field}` and seems to make nothing of it."),
            );
            let author = format!(
                "in {rows} made-up rows the result was the same with other values of `{field}`; \
                 leave the field out of the request if it is not needed"
            );
            self.add(Level::Warning, Some(&field), operator, author);
        }
    }
}

/// Turns errors of a check into the error that the command ends with.
///
/// # Errors
///
/// [`Error::Unsound`] where there are errors.
pub fn verdict(checked: &Checked) -> Result<(), app::Error> {
    match checked.errors() {
        0 => Ok(()),
        errors => Err(Error::Unsound { errors }.into()),
    }
}
