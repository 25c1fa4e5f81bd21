//! A plugin under development and its runs: over any rows, in any cut, with all that it said.

use std::path::Path;
use std::time::{Duration, Instant};

use super::project::Project;
use super::said::{Said, Used, Worth};
use super::sheet::Sheet;
use crate::app::granted::Wanted;
use crate::app::runs::{plan, setting_values, settings};
use crate::app::{self, App};
use crate::domain::{
    Audience, BATCH_ROWS, Batch, CodeLists, Composition, Day, Description, Job, LEFT_OUT, Passport,
    Period, Proposal, Report, Rounding, SettingValue, Workflow,
};
use crate::plugin::{Descriptions, Engine, LoadedPlugin, label_counts};
use crate::report::{Cube, Facts, Reducer, SchoolFacts, assemble};

/// The dataset that the host hands over school by school and month by month, each part to an
/// instance of its own.
const PARTED: &str = "contacts";

/// A plugin with all that it says about itself.
pub(super) struct Subject {
    pub(super) project: Project,
    pub(super) engine: Engine,
    pub(super) loaded: LoadedPlugin,
    pub(super) description: Option<Description>,
    pub(super) composition: Option<Composition>,
    pub(super) workflow: Option<Workflow>,
}

/// What a run is about.
#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) as_of: Day,
    pub(super) period: Period,
    pub(super) settings: Vec<(String, SettingValue)>,
    pub(super) sheets: Vec<Sheet>,
}

impl Task {
    /// What the plugin is told of it.
    pub(super) fn job(&self) -> Job {
        Job {
            as_of: self.as_of,
            period: self.period,
            settings: self.settings.clone(),
            datasets: self.sheets.iter().map(Sheet::seen).collect(),
        }
    }
}

/// How the rows of a run are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// As the host does: contacts by school and month, full batches.
    Host,
    /// Each dataset as one part, in batches of at most so many rows.
    Rows(usize),
}

impl Subject {
    /// Opens a folder or a package and asks the plugin about itself.
    ///
    /// # Errors
    ///
    /// Everything for which a package would be refused at installation.
    pub(super) fn open(path: &Path) -> Result<Self, app::Error> {
        let engine = App::engine()?;
        let project = Project::open(path, &engine)?;
        let loaded = project.load(&engine)?;
        Self::new(project, engine, loaded)
    }

    pub(super) fn new(
        project: Project,
        engine: Engine,
        loaded: LoadedPlugin,
    ) -> Result<Self, app::Error> {
        let Descriptions { metrics: description, composition, workflow } =
            loaded.describe_all(&project.manifest)?;
        Ok(Self { project, engine, loaded, description, composition, workflow })
    }

    /// The parameters of a run: those given as NAME=VALUE, and defaults for the rest.
    ///
    /// # Errors
    ///
    /// [`app::Error::Setting`].
    pub(super) fn settings(
        &self,
        given: &[String],
    ) -> Result<Vec<(String, SettingValue)>, app::Error> {
        let manifest = &self.project.manifest;
        Ok(setting_values(manifest, &settings(manifest, given)?))
    }

    /// Runs all that the plugin can do over the same rows. With `keeps`, what each row was worth is
    /// kept.
    ///
    /// # Errors
    ///
    /// Those of the plugin, and of counting.
    pub(super) fn run(&self, task: &Task, cut: Cut, keeps: bool) -> Result<Said, app::Error> {
        let job = task.job();
        let mut said = Said {
            cube: None,
            worth: Vec::new(),
            composed: None,
            proposals: None,
            used: Used::default(),
        };
        if let Some(description) = &self.description {
            self.classify(description, &job, task, cut, keeps, &mut said)?;
        }
        if let Some(composition) = &self.composition {
            self.compose(composition, &job, task, cut, &mut said)?;
        }
        if let Some(workflow) = &self.workflow {
            self.propose(workflow, &job, task, cut, &mut said)?;
        }
        Ok(said)
    }

    fn classify(
        &self,
        description: &Description,
        job: &Job,
        task: &Task,
        cut: Cut,
        keeps: bool,
        said: &mut Said,
    ) -> Result<(), app::Error> {
        let labels = label_counts(description, job);
        let wanted: Vec<Wanted> = task.sheets.iter().map(wanted).collect();
        let shapes: Vec<_> = task.sheets.iter().map(whole).collect();
        let mut reducer = Reducer::new(plan(description, &labels, &wanted, &shapes))?;
        let manifest = &self.project.manifest;
        let (mut spent, mut fuel, mut all_rows) = (Duration::ZERO, 0, 0);
        for (place, sheet) in task.sheets.iter().enumerate() {
            let mut worth = Worth::default();
            for part in parts(sheet, cut) {
                let begun = Instant::now();
                let mut run =
                    self.loaded.start_after(manifest, description, labels.clone(), job, spent)?;
                said.used.time += begun.elapsed();
                for mut batch in part.batches(most(cut)) {
                    let hidden = batch.columns.split_off(sheet.granted);
                    let begun = Instant::now();
                    let classified = run.push(place, &batch)?;
                    said.used.time += begun.elapsed();
                    batch.columns.extend(hidden);
                    reducer.add(place, &batch, &classified)?;
                    if keeps {
                        worth.add(&batch, &classified);
                    }
                }
                spent = run.time_spent();
                fuel += run.fuel_used();
                all_rows += part.rows as u64;
            }
            said.worth.push(worth);
        }
        self.loaded.check_fuel(manifest, fuel, all_rows)?;
        self.add_used(&mut said.used, fuel, all_rows);
        said.cube = Some(reducer.finish());
        Ok(())
    }

    fn compose(
        &self,
        composition: &Composition,
        job: &Job,
        task: &Task,
        cut: Cut,
        said: &mut Said,
    ) -> Result<(), app::Error> {
        let begun = Instant::now();
        let manifest = &self.project.manifest;
        let mut run = self.loaded.compose(manifest, composition, job, Duration::ZERO)?;
        said.used.time += begun.elapsed();
        let mut rows = 0;
        for (place, batch) in seen_batches(task, cut) {
            let begun = Instant::now();
            run.push(place, &batch)?;
            said.used.time += begun.elapsed();
            rows += batch.rows as u64;
        }
        let begun = Instant::now();
        said.composed = Some(run.finish()?);
        said.used.time += begun.elapsed();
        self.add_used(&mut said.used, run.fuel_used(), rows);
        Ok(())
    }

    fn propose(
        &self,
        workflow: &Workflow,
        job: &Job,
        task: &Task,
        cut: Cut,
        said: &mut Said,
    ) -> Result<(), app::Error> {
        let begun = Instant::now();
        let mut run = self.loaded.propose(&self.project.manifest, workflow, job)?;
        said.used.time += begun.elapsed();
        let mut rows_before = vec![0; task.sheets.len()];
        let mut proposals = Vec::new();
        for (place, batch) in seen_batches(task, cut) {
            let begun = Instant::now();
            let found = run.push(place, &batch)?;
            said.used.time += begun.elapsed();
            let first: usize = rows_before[place];
            let moved = |proposal: Proposal| Proposal { row: proposal.row + first, ..proposal };
            let mut found: Vec<_> = found.into_iter().map(|one| (place, moved(one))).collect();
            // In which order a batch's proposals come tells nothing.
            found.sort_by_key(|(place, one)| (*place, one.row, one.step));
            proposals.extend(found);
            rows_before[place] += batch.rows;
        }
        self.add_used(&mut said.used, run.fuel_used(), rows_before.iter().sum::<usize>() as u64);
        said.proposals = Some(proposals);
        Ok(())
    }

    fn add_used(&self, used: &mut Used, fuel: u64, rows: u64) {
        let limits = self.engine.limits();
        used.fuel += fuel;
        used.allowed += limits.fuel.saturating_add(limits.fuel_per_row.saturating_mul(rows));
        used.rows = used.rows.max(rows);
    }

    /// The figures as the working version of a report, in which nothing is withheld.
    pub(super) fn report(&self, cube: &Cube, facts: &Facts, task: &Task, place: &str) -> Report {
        let manifest = &self.project.manifest;
        let passport = Passport {
            period: task.period,
            as_of: task.as_of,
            plugin: manifest.id.clone(),
            plugin_title: manifest.title.clone(),
            plugin_version: manifest.version.to_string(),
            package_sha256: String::new(),
            sources: Vec::new(),
            settings: Vec::new(),
            audience: Audience::Work,
            smallest_shown: Audience::Work.smallest_shown(),
            rounding: Rounding::None,
            rules: Vec::new(),
            limits: Vec::new(),
            data_digest: None,
            grant_digest: None,
            fuel: None,
            software: format!("Tridem {}", env!("CARGO_PKG_VERSION")),
            engine: self.engine.name().to_owned(),
        };
        assemble(cube, facts, passport, manifest.title.clone(), place.to_owned())
    }
}

/// What the host reads of a dataset, for the plan.
fn wanted(sheet: &Sheet) -> Wanted {
    let field = |name: &str| sheet.dataset.field(name).map(|field| field.name.as_str());
    Wanted {
        dataset: sheet.dataset.name.clone(),
        fields: sheet.fields.iter().filter_map(|shape| field(&shape.name)).collect(),
        granted: sheet.granted,
        coarse: Vec::new(),
    }
}

/// All columns of a dataset, also those that only the host sees.
fn whole(sheet: &Sheet) -> crate::domain::Shape {
    crate::domain::Shape { dataset: sheet.dataset.name.clone(), fields: sheet.fields.clone() }
}

fn most(cut: Cut) -> usize {
    match cut {
        Cut::Host => BATCH_ROWS,
        Cut::Rows(rows) => rows,
    }
}

/// The parts of a dataset, each of which gets an instance of its own.
fn parts(sheet: &Sheet, cut: Cut) -> Vec<Sheet> {
    let places = (sheet.place("school"), sheet.place("day"));
    let (Cut::Host, PARTED, (Some(school), Some(day))) = (cut, sheet.dataset.name.as_str(), places)
    else {
        return vec![sheet.clone()];
    };
    let of = |row: usize| {
        let month = match sheet.value(day, row) {
            Some(super::sheet::Value::Integer(day)) => Day(day).month(),
            _ => Day(0).month(),
        };
        let school = match sheet.value(school, row) {
            Some(super::sheet::Value::Code(code)) => code,
            _ => LEFT_OUT,
        };
        (school, month)
    };
    let mut parts: Vec<Vec<usize>> = Vec::new();
    for row in 0..sheet.rows {
        match parts.last_mut() {
            Some(part) if of(part[0]) == of(row) => part.push(row),
            _ => parts.push(vec![row]),
        }
    }
    if parts.is_empty() {
        // A plugin is told of the job also where there is nothing to count.
        return vec![sheet.clone()];
    }
    parts.iter().map(|rows| sheet.pick(rows)).collect()
}

/// All batches of all datasets, with the columns that the plugin sees.
fn seen_batches(task: &Task, cut: Cut) -> impl Iterator<Item = (usize, Batch)> {
    task.sheets.iter().enumerate().flat_map(move |(place, sheet)| {
        sheet.batches(most(cut)).into_iter().map(move |mut batch| {
            batch.columns.truncate(sheet.granted);
            (place, batch)
        })
    })
}

/// What a report has to know about made-up schools: all took part all the time.
pub(super) fn facts(
    period: Period,
    lists: CodeLists,
    level: impl Fn(usize, &str) -> crate::domain::Level,
) -> Facts {
    let schools = lists.list("school");
    let schools = schools.codes().iter().enumerate().map(|(place, code)| SchoolFacts {
        number: code.code.clone(),
        name: code.de.clone(),
        level: level(place, &code.code),
        spans: crate::domain::Span::new(period.first, None).into_iter().collect(),
        coverage: None,
        attendance: None,
    });
    let calendar = std::sync::Arc::clone(crate::domain::Calendar::nrw());
    Facts { period, schools: schools.collect(), lists, calendar }
}
