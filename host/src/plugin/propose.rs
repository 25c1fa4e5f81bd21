//! Runs a workflow plugin: rows in, proposals out.

use std::time::Duration;

use super::bindings::propose;
use super::convert;
use super::describe_workflow;
use super::error::{Call, Error};
use super::exports::Interface;
use super::propose_check::{self, Expected};
use super::run::{LoadedPlugin, exported};
use super::sandbox::Sandbox;
use crate::domain::{Batch, Job, Manifest, Proposal, Workflow};

/// The dataset whose rows are cases.
const CASES: &str = "cases";

impl LoadedPlugin {
    /// Asks a workflow plugin about itself, on an instance that sees no data.
    ///
    /// # Errors
    ///
    /// [`Error::Description`] with all that is wrong in it; [`Error::OtherKind`] for a plugin that
    /// proposes nothing; and every way to be stopped.
    pub fn describe_workflow(&self, manifest: &Manifest) -> Result<Workflow, Error> {
        let mut sandbox = self.proposer(manifest)?;
        let found = sandbox.call(Call::Describe, |store, guest| guest.call_describe(store))?;
        describe_workflow::workflow(found, manifest)
    }

    /// Starts a run on a fresh instance and hands it the job.
    ///
    /// # Errors
    ///
    /// [`Error::Guest`] where the plugin refuses the job, and every way to be stopped.
    pub fn propose(
        &self,
        manifest: &Manifest,
        workflow: &Workflow,
        job: &Job,
    ) -> Result<ProposeRun, Error> {
        let mut sandbox = self.proposer(manifest)?;
        let answer = convert::with_job(job, |job| {
            sandbox.call(Call::Begin, |store, guest| guest.call_begin(store, job))
        })?;
        answer.map_err(|message| sandbox.reported(&message))?;
        Ok(ProposeRun {
            sandbox,
            steps: workflow.steps.iter().map(|step| step.templates.len()).collect(),
            reasons: workflow.reasons.len(),
            datasets: job
                .datasets
                .iter()
                .map(|shape| (shape.dataset == CASES, shape.fields.len()))
                .collect(),
        })
    }

    fn proposer(&self, manifest: &Manifest) -> Result<Sandbox<propose::Guest>, Error> {
        let propose = exported(self.exports.propose.as_ref(), manifest, Interface::Propose)?;
        self.sandbox(manifest, Interface::Propose, |store, instance| propose.load(store, instance))
    }
}

/// A run of a workflow plugin.
pub struct ProposeRun {
    sandbox: Sandbox<propose::Guest>,
    /// For each step, how many templates it has.
    steps: Vec<usize>,
    reasons: usize,
    /// For each dataset of the job, whether its rows are cases, and how many fields it has.
    datasets: Vec<(bool, usize)>,
}

impl std::fmt::Debug for ProposeRun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProposeRun").field("plugin", &self.sandbox.plugin()).finish_non_exhaustive()
    }
}

impl ProposeRun {
    /// Hands the plugin a batch and returns what it proposes for its rows. `dataset` is a place in
    /// the job's datasets. For any dataset but `cases` an answer with proposals is refused.
    ///
    /// # Errors
    ///
    /// [`Error::Guest`] where the plugin gives up, [`Error::Answer`] where its answer does not fit
    /// the batch, every way to be stopped, and [`Error::Ended`] after any of them.
    ///
    /// # Panics
    ///
    /// Where the job has no such dataset.
    pub fn push(&mut self, dataset: usize, batch: &Batch) -> Result<Vec<Proposal>, Error> {
        let (is_of_cases, fields) = self.datasets[dataset];
        let (steps, reasons, rows) = (&self.steps, self.reasons, batch.rows);
        let expected = Expected { steps, reasons, rows, fields, is_of_cases };
        let sandbox = &mut self.sandbox;
        let found =
            sandbox.push(dataset, batch, |store, guest, batch| guest.call_push(store, batch))?;
        propose_check::proposals(found, &expected)
            .map_err(|what| sandbox.answered_wrongly(Call::Push, what))
    }

    /// Time spent in the plugin so far.
    pub fn time_spent(&self) -> Duration {
        self.sandbox.time_spent()
    }

    /// Fuel used so far.
    pub fn fuel_used(&self) -> u64 {
        self.sandbox.fuel_used()
    }
}
