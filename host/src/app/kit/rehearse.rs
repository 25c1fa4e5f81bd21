//! `plugin run`: a plugin over made-up rows, or over the records of a demo city that is made for it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::chance::{fields, lists};
use super::golden::Writer;
use super::hostile::{YEAR, ordinary};
use super::plain;
use super::said::Said;
use super::sheet::{Filling, Sheet, layout, value};
use super::trial::{Cut, Subject, Task, facts};
use crate::app::import::ImportOptions;
use crate::app::keys::KeySource;
use crate::app::workspace::new_id;
use crate::app::{self, Actor, App};
use crate::capture::Kind;
use crate::demo::City;
use crate::domain::{Dictionary, Lang, Level, Scope, ShapeField, Text};
use crate::render;
use crate::report::Facts;
use crate::store::{ColumnsRequest, Numbering};

/// The rows that a plugin is run over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// Those of a demo city.
    Sample,
    /// Made up from a seed, so many for each dataset.
    Generated { rows: usize, seed: u64 },
}

/// A run of a plugin that nobody keeps.
#[derive(Debug, Clone)]
pub struct Rehearsal {
    /// What came out, in both languages.
    pub text: Text,
    /// Work used, in units of about one instruction.
    pub fuel: u64,
    /// Work that it may do over so many rows.
    pub allowed: u64,
    /// How many rows it saw, at most, for one thing it can do.
    pub rows: u64,
    /// Time in calls of the plugin.
    pub time: Duration,
}

/// Runs a plugin's folder or package over rows of a school year, with parameters as NAME=VALUE.
///
/// The demo city is made in a folder of its own below the system's folder for temporary files, and
/// removed again.
///
/// # Errors
///
/// Everything for which the plugin would be refused or stopped, and [`app::Error::Setting`].
pub fn run(
    path: &Path,
    rows: Rows,
    given: &[String],
    width: Option<usize>,
) -> Result<Rehearsal, app::Error> {
    let subject = Subject::open(path)?;
    let settings = subject.settings(given)?;
    let (task, facts, place) = match rows {
        Rows::Generated { rows, seed } => {
            let task = ordinary(&subject, YEAR.period(), rows, seed);
            // Every third school is a secondary school.
            let level = |place: usize, _: &str| {
                if place % 3 == 2 { Level::Secondary } else { Level::Primary }
            };
            (task, facts(YEAR.period(), lists(), level), "Musterstadt".to_owned())
        }
        Rows::Sample => sample(&subject)?,
    };
    let task = Task { settings, ..task };
    let said = subject.run(&task, Cut::Host, false)?;
    let text = |lang| tell(&subject, &task, &facts, &place, &said, lang, width);
    let text = Text::new(text(Lang::De), text(Lang::En));
    let used = said.used;
    let (fuel, allowed, rows, time) = (used.fuel, used.allowed, used.rows, used.time);
    Ok(Rehearsal { text, fuel, allowed, rows, time })
}

/// All that a plugin said, for a terminal.
fn tell(
    subject: &Subject,
    task: &Task,
    facts: &Facts,
    place: &str,
    said: &Said,
    lang: Lang,
    width: Option<usize>,
) -> String {
    let mut text = String::new();
    if let Some(cube) = &said.cube {
        let report = subject.report(cube, facts, task, place);
        text.push_str(&render::text(&report, lang, width, false));
    }
    let nobody = HashMap::new();
    let writer = Writer { subject, task, job: task.job(), facts, persons: &nobody };
    text.push_str(&plain::text(&writer.write(&Said { cube: None, ..said.clone() }), lang));
    text
}

/// The records of a demo city, as far as the plugin asks for them, and what is known of its schools.
fn sample(subject: &Subject) -> Result<(Task, Facts, String), app::Error> {
    let home = Home(std::env::temp_dir().join(format!("tridem-sample-{}", new_id())));
    let actor = Actor::new("kit".into(), None);
    let key = KeySource::File(home.0.join("tridem.key"));
    let city = City::generate(1);
    App::init(&actor, &home.0, &key, &city.name)?;
    let mut app = App::open(&home.0, &key)?;
    for file in &city.files {
        let path = home.0.join(&file.name);
        fs_err::write(&path, &file.text).map_err(app::Error::File)?;
        let kind: Kind =
            file.kind.parse().expect("the demo names kinds that exist; its test imports all");
        app.import(&actor, kind, &path, ImportOptions::default(), &mut |_| {})?;
    }
    let period = YEAR.period();
    let facts = app.report_facts(&Scope::municipality(), period)?;
    let manifest = &subject.project.manifest;
    let reader = app.store.read(&Scope::municipality())?;
    let mut numbering = Numbering::default();
    let mut sheets = Vec::new();
    for request in &manifest.requests {
        let Some(dataset) = Dictionary::get().dataset(&request.dataset) else { continue };
        let (all, granted) = fields(dataset, request, reader.code_lists(), 0);
        let names: Vec<&str> = all
            .iter()
            .filter_map(|field: &ShapeField| dataset.field(&field.name))
            .map(|field| field.name.as_str())
            .collect();
        let wanted =
            ColumnsRequest { dataset: &dataset.name, fields: &names, period, plugin: &manifest.id };
        let shape = reader.shape(&wanted)?;
        let mut sheet = Sheet::empty(dataset, shape.fields, granted);
        let mut columns: Vec<Filling> =
            sheet.columns.iter().map(|column| Filling::new(layout(&column.values))).collect();
        reader.columns(&mut numbering, &wanted, |batch| -> Result<(), app::Error> {
            for (filling, column) in columns.iter_mut().zip(&batch.columns) {
                (0..batch.rows).for_each(|row| filling.push(value(column, row)));
            }
            sheet.rows += batch.rows;
            Ok(())
        })?;
        sheet.columns = columns.into_iter().map(Filling::finish).collect();
        sheet.numbers = (0..sheet.rows).collect();
        sheets.push(sheet);
    }
    let task = Task { as_of: period.last, period, settings: Vec::new(), sheets };
    Ok((task, facts, city.name))
}

/// A folder that is gone when the work is done.
struct Home(PathBuf);

impl Drop for Home {
    fn drop(&mut self) {
        // Nobody is left to tell it to; the system tidies up its temporary files.
        let _ = fs_err::remove_dir_all(&self.0);
    }
}
