//! Runs a plugin: what it says about itself, and what it makes of batches of rows.

use std::time::Duration;

use wasmtime::Store;
use wasmtime::component::{Instance, InstancePre};

use super::bindings::answers;
use super::convert::{self, Expected};
use super::describe;
use super::engine::Engine;
use super::error::{Call, Error};
use super::exports::{Exports, Interface};
use super::limits::OperatorLimits;
use super::sandbox::{Guard, Sandbox};
use crate::domain::{Batch, Classified, Composition, Description, Job, Manifest, Workflow};

/// What a plugin can do: which interfaces its component exports. At least one of the first three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "one for each interface, in any mix")]
pub struct Kinds {
    /// It sorts rows into figures: `classify`.
    pub metrics: bool,
    /// It composes a document: `compose`.
    pub reporting: bool,
    /// Its document can be composed in parts: `partial`, beside `compose`.
    pub partial: bool,
    /// It proposes next steps: `propose`.
    pub workflow: bool,
}

/// All that a plugin says about itself: one description for each thing it can do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Descriptions {
    /// Of its figures.
    pub metrics: Option<Description>,
    /// Of the document that it composes.
    pub composition: Option<Composition>,
    /// Of the steps that it proposes.
    pub workflow: Option<Workflow>,
}

/// A plugin that is compiled and admitted. Clones share the machine code.
#[derive(Clone)]
pub struct LoadedPlugin {
    engine: Engine,
    pre: InstancePre<Guard>,
    pub(super) exports: Exports,
}

impl std::fmt::Debug for LoadedPlugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoadedPlugin").field("kinds", &self.kinds()).finish_non_exhaustive()
    }
}

impl LoadedPlugin {
    pub(super) fn new(engine: Engine, pre: InstancePre<Guard>, exports: Exports) -> Self {
        Self { engine, pre, exports }
    }

    /// What the plugin can do.
    pub fn kinds(&self) -> Kinds {
        let Exports { classify, compose, partial, propose } = &self.exports;
        Kinds {
            metrics: classify.is_some(),
            reporting: compose.is_some(),
            partial: partial.is_some(),
            workflow: propose.is_some(),
        }
    }

    /// Asks the plugin about everything that it can do.
    ///
    /// # Errors
    ///
    /// Those of [`LoadedPlugin::describe`].
    pub fn describe_all(&self, manifest: &Manifest) -> Result<Descriptions, Error> {
        let kinds = self.kinds();
        Ok(Descriptions {
            metrics: kinds.metrics.then(|| self.describe(manifest)).transpose()?,
            composition: kinds
                .reporting
                .then(|| self.describe_composition(manifest))
                .transpose()?,
            workflow: kinds.workflow.then(|| self.describe_workflow(manifest)).transpose()?,
        })
    }

    /// Everything that its component imports besides types, looked for now, with the interfaces it
    /// is in. It is empty: whatever imports code is not admitted.
    pub fn imports(&self) -> Vec<String> {
        let component = self.pre.component();
        self.engine.imports(&component.component_type())
    }

    /// Asks a metrics plugin about itself, on an instance that sees no data.
    ///
    /// # Errors
    ///
    /// [`Error::Description`] with all that is wrong in it, also where it does not fit the
    /// manifest; [`Error::OtherKind`] for a plugin that is none; and every way to be stopped.
    pub fn describe(&self, manifest: &Manifest) -> Result<Description, Error> {
        let mut sandbox = self.classifier(manifest)?;
        let description =
            sandbox.call(Call::Describe, |store, guest| guest.call_describe(store))?;
        describe::description(description, manifest)
    }

    /// Starts a run on a fresh instance and hands it the job.
    ///
    /// `description` is what [`LoadedPlugin::describe`] returned, and `label_counts` the number
    /// of labels of each of its dimensions, as [`label_counts`](convert::label_counts) finds it.
    ///
    /// # Errors
    ///
    /// [`Error::Guest`] where the plugin refuses the job, and every way to be stopped.
    ///
    /// # Panics
    ///
    /// Where there are more or fewer label counts than dimensions.
    pub fn start(
        &self,
        manifest: &Manifest,
        description: &Description,
        label_counts: Vec<u16>,
        job: &Job,
    ) -> Result<Run, Error> {
        self.start_after(manifest, description, label_counts, job, Duration::ZERO)
    }

    /// Starts a part of a run on a fresh instance, as [`LoadedPlugin::start`] does, of whose time
    /// `spent` is over. Fuel is that of the part; see [`LoadedPlugin::check_fuel`].
    ///
    /// # Errors
    ///
    /// Those of [`LoadedPlugin::start`].
    ///
    /// # Panics
    ///
    /// Where there are more or fewer label counts than dimensions.
    pub fn start_after(
        &self,
        manifest: &Manifest,
        description: &Description,
        label_counts: Vec<u16>,
        job: &Job,
        spent: Duration,
    ) -> Result<Run, Error> {
        assert_eq!(label_counts.len(), description.dimensions.len(), "one count a dimension");
        let mut sandbox = self.classifier(manifest)?;
        sandbox.has_spent(spent);
        let answer = convert::with_job(job, |job| {
            sandbox.call(Call::Begin, |store, guest| guest.call_begin(store, job))
        })?;
        if let Err(message) = answer {
            return Err(sandbox.reported(&message));
        }
        let has_values = |dataset: &str| {
            let counted = description.counted_over(dataset).into_iter();
            counted.map(|place| description.measures[place].figure.has_values()).collect()
        };
        let has_values = job.datasets.iter().map(|shape| has_values(&shape.dataset)).collect();
        Ok(Run { sandbox, label_counts, has_values })
    }

    /// Holds a whole run to the limit that each of its parts was held to.
    ///
    /// It is looked at when all parts are done, so that the answer does not depend on their order
    /// nor on which of them were done in an earlier run. Until then, the clock bounds a run.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfFuel`] where all parts together have used more than a run over so many rows may.
    pub fn check_fuel(&self, manifest: &Manifest, fuel: u64, rows: u64) -> Result<(), Error> {
        let limit = self.allowed_fuel(rows);
        if fuel <= limit {
            return Ok(());
        }
        Err(Error::OutOfFuel { plugin: manifest.id.clone(), call: Call::Push, limit })
    }

    /// The fuel that a whole run over so many rows may use.
    pub fn allowed_fuel(&self, rows: u64) -> u64 {
        let limits = self.engine.limits();
        limits.fuel.saturating_add(limits.fuel_per_row.saturating_mul(rows))
    }

    /// The operator's limits.
    pub(super) fn limits(&self) -> &OperatorLimits {
        self.engine.limits()
    }

    fn classifier(&self, manifest: &Manifest) -> Result<Sandbox<answers::Guest>, Error> {
        let classify = exported(self.exports.classify.as_ref(), manifest, Interface::Classify)?;
        self.sandbox(manifest, Interface::Classify, |store, instance| {
            classify.load(store, instance)
        })
    }

    /// A fresh instance whose functions `load` finds.
    pub(super) fn sandbox<Guest>(
        &self,
        manifest: &Manifest,
        interface: Interface,
        load: impl FnOnce(&mut Store<Guard>, &Instance) -> wasmtime::Result<Guest>,
    ) -> Result<Sandbox<Guest>, Error> {
        let limits = self.engine.limits().lowered_by(&manifest.limits);
        Sandbox::new(&self.engine, &self.pre, (&manifest.id, interface), limits, load)
    }
}

/// A run of a plugin, which takes batch after batch.
pub struct Run {
    sandbox: Sandbox<answers::Guest>,
    label_counts: Vec<u16>,
    /// For each dataset of the job, for each measure over it, whether it has values.
    has_values: Vec<Vec<bool>>,
}

impl std::fmt::Debug for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Run").field("plugin", &self.sandbox.plugin()).finish_non_exhaustive()
    }
}

impl Run {
    /// Hands the plugin a batch and returns where its rows belong and what they are worth.
    ///
    /// `dataset` is a place in the job's datasets, and the columns are those of its shape. Batches
    /// come dataset by dataset, in the order of the job.
    ///
    /// # Errors
    ///
    /// [`Error::Guest`] where the plugin gives up, [`Error::Answer`] where its answer does not fit
    /// the batch, every way to be stopped, and [`Error::Ended`] after any of them.
    ///
    /// # Panics
    ///
    /// Where the job has no such dataset.
    pub fn push(&mut self, dataset: usize, batch: &Batch) -> Result<Classified, Error> {
        let expected = Expected {
            label_counts: &self.label_counts,
            has_values: &self.has_values[dataset],
            rows: batch.rows,
        };
        debug_assert!(batch.columns.iter().all(|column| column.values.len() == batch.rows));
        let sandbox = &mut self.sandbox;
        let found =
            sandbox.push(dataset, batch, |store, guest, batch| guest.call_push(store, batch))?;
        convert::classified(found, &expected)
            .map_err(|what| sandbox.answered_wrongly(Call::Push, what))
    }

    /// Fuel used so far, from `begin` on: about one unit for each instruction. The same plugin
    /// with the same job and batches uses the same.
    pub fn fuel_used(&self) -> u64 {
        self.sandbox.fuel_used()
    }

    /// Time spent in calls so far, in this part of a run and those before it.
    pub fn time_spent(&self) -> Duration {
        self.sandbox.time_spent()
    }
}

/// The functions of an interface that a plugin may not export.
///
/// # Errors
///
/// [`Error::OtherKind`] where it does not.
pub(super) fn exported<'a, T>(
    functions: Option<&'a T>,
    manifest: &Manifest,
    interface: Interface,
) -> Result<&'a T, Error> {
    functions.ok_or_else(|| Error::OtherKind { plugin: manifest.id.clone(), lacks: interface })
}
