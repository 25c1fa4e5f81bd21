//! Runs a workflow plugin: rows in, proposals out.

use super::error::Error;
use super::run::LoadedPlugin;
use crate::domain::{Batch, Job, Manifest, Proposal, Workflow};

impl LoadedPlugin {
    /// Asks a workflow plugin about itself, on an instance that sees no data.
    ///
    /// # Errors
    ///
    /// [`Error::Description`] with all that is wrong in it; and every way to be stopped.
    pub fn describe_workflow(&self, _manifest: &Manifest) -> Result<Workflow, Error> {
        todo!()
    }

    /// Starts a run on a fresh instance and hands it the job.
    ///
    /// # Errors
    ///
    /// [`Error::Guest`] where the plugin refuses the job, and every way to be stopped.
    pub fn propose(
        &self,
        _manifest: &Manifest,
        _workflow: &Workflow,
        _job: &Job,
    ) -> Result<ProposeRun, Error> {
        todo!()
    }
}

/// A run of a workflow plugin.
#[derive(Debug)]
pub struct ProposeRun {}

impl ProposeRun {
    /// Hands the plugin a batch and returns what it proposes for its rows. `dataset` is a place in
    /// the job's datasets. For any dataset but `cases` an answer with proposals is refused.
    ///
    /// # Errors
    ///
    /// [`Error::Guest`] where the plugin gives up, [`Error::Answer`] where its answer does not fit
    /// the batch, and every way to be stopped.
    pub fn push(&mut self, _dataset: usize, _batch: &Batch) -> Result<Vec<Proposal>, Error> {
        todo!()
    }

    /// Fuel used so far.
    pub fn fuel_used(&self) -> u64 {
        todo!()
    }
}
