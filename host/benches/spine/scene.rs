//! The reference plugin, loaded and ready to run over a million contacts.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use tridem::domain::{
    Batch, Description, Dictionary, Figure, Job, Layout, Manifest, Period, SchoolYear, Scope,
    SettingValue, Shape,
};
use tridem::plugin::{Engine, LoadedPlugin, OperatorLimits, Package, label_counts};
use tridem::report::{Cube, Plan, PlannedDataset, Reducer, Subject};
use tridem::store::{ColumnsError, ColumnsRequest, Numbering, columns, shape};

use crate::timing::on_core;

/// What `tridem report run` has at hand when it begins to read.
pub(crate) struct Scene {
    pub(crate) component: Vec<u8>,
    manifest: Manifest,
    loaded: LoadedPlugin,
    pub(crate) description: Description,
    pub(crate) job: Job,
    labels: Vec<u16>,
}

/// The errors of the modules that a run goes through.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Columns(#[from] ColumnsError),
    #[error(transparent)]
    Plugin(#[from] tridem::plugin::Error),
    #[error(transparent)]
    Reduce(#[from] tridem::report::Error),
}

pub(crate) fn period() -> Period {
    SchoolYear(2025).period()
}

impl Scene {
    pub(crate) fn new(connection: &Connection) -> Self {
        let dist = Path::new("../plugins/dist/school-comparison-1.0.1.tridem");
        let engine = Engine::new(OperatorLimits::default()).expect("an engine for this machine");
        let package = fs_err::read(dist).expect("the package is part of the repository");
        let package = Package::read(&package, engine.limits()).expect("a whole package");
        let loaded = engine.load_component(&package.component).expect("a plugin");
        let description = loaded.describe(&package.manifest).expect("a description");
        let (manifest, component) = (package.manifest, package.component);
        let shape = |dataset: usize| {
            let fields = fields(&manifest, dataset);
            let request = request(&manifest, dataset, &fields);
            shape(connection, &Scope::municipality(), &request).expect("fields of the dictionary")
        };
        let datasets: Vec<Shape> = (0..manifest.requests.len()).map(shape).collect();
        let settings = vec![("written_contacts".to_owned(), SettingValue::Flag(true))];
        let job = Job { as_of: period().last, period: period(), settings, datasets };
        let labels = label_counts(&description, &job);
        Self { component, manifest, loaded, description, job, labels }
    }

    /// Reads a dataset of the plugin, batch by batch.
    pub(crate) fn read(
        &self,
        connection: &Connection,
        numbering: &mut Numbering,
        dataset: usize,
        each: impl FnMut(Batch) -> Result<(), Failure> + Send,
    ) {
        let fields = fields(&self.manifest, dataset);
        let request = request(&self.manifest, dataset, &fields);
        columns(connection, &Scope::municipality(), numbering, &request, each)
            .expect("the database and the plugin are whole");
    }

    /// All contacts in memory.
    pub(crate) fn contacts(&self, connection: &Connection) -> Vec<Batch> {
        let mut batches = Vec::new();
        self.read(connection, &mut Numbering::default(), 0, |batch| {
            batches.push(batch);
            Ok(())
        });
        batches
    }

    /// Begins a run of the plugin.
    pub(crate) fn start(&self) -> tridem::plugin::Run {
        self.loaded
            .start(&self.manifest, &self.description, self.labels.clone(), &self.job)
            .expect("the plugin takes the job")
    }

    pub(crate) fn reducer(&self) -> Reducer {
        Reducer::new(self.plan()).expect("a plan that fits")
    }

    /// The whole run: read, classified by the plugin, counted by the host. Gives also how long the
    /// thread that classifies and counts was on a core.
    pub(crate) fn run(&self, connection: &Connection) -> (Cube, Duration) {
        let (mut run, mut reducer) = (self.start(), self.reducer());
        let (mut numbering, mut used) = (Numbering::default(), Duration::ZERO);
        for dataset in 0..self.manifest.requests.len() {
            let mut on_this = Duration::ZERO;
            self.read(connection, &mut numbering, dataset, |batch| {
                let classified = run.push(dataset, &batch)?;
                reducer.add(dataset, &batch, &classified)?;
                on_this = on_core();
                Ok(())
            });
            // The few schools are handled on the thread that reads, which is measured elsewhere.
            if dataset == 0 {
                used += on_this;
            }
        }
        (reducer.finish(), used)
    }

    /// What the host makes of the description and the shapes before a run.
    fn plan(&self) -> Plan {
        let datasets = self.job.datasets.iter().map(|shape| {
            let dataset = Dictionary::get().dataset(&shape.dataset).expect("a dataset");
            let place = |field: &str| shape.place(field).expect("the plugin reads it");
            let subject = dataset.subject().expect("a dataset about families");
            let subject = match subject.layout {
                Layout::Indexes => Subject::Indexes(place(&subject.name)),
                _ => Subject::Integers(place(&subject.name)),
            };
            let distinct = (0..).zip(&self.description.measures);
            let distinct = distinct.filter_map(|(measure, found)| match &found.figure {
                Figure::Distinct { dataset, field } if *dataset == shape.dataset => {
                    Some((measure, place(field)))
                }
                _ => None,
            });
            PlannedDataset { name: shape.dataset.clone(), subject, distinct: distinct.collect() }
        });
        Plan {
            description: self.description.clone(),
            labels: self.labels.iter().map(|count| usize::from(*count)).collect(),
            datasets: datasets.collect(),
        }
    }
}

fn fields(manifest: &Manifest, dataset: usize) -> Vec<&str> {
    manifest.requests[dataset].all().collect()
}

fn request<'a>(
    manifest: &'a Manifest,
    dataset: usize,
    fields: &'a [&'a str],
) -> ColumnsRequest<'a> {
    let dataset = &manifest.requests[dataset].dataset;
    ColumnsRequest { dataset, fields, period: period(), plugin: &manifest.id }
}
