//! Runs a reporting plugin: rows in, a document out.

use std::time::Duration;

use super::error::Error;
use super::run::LoadedPlugin;
use crate::domain::{Batch, Composed, Composition, Job, Manifest};

impl LoadedPlugin {
    /// Asks a reporting plugin about itself, on an instance that sees no data.
    ///
    /// # Errors
    ///
    /// [`Error::Description`] with all that is wrong in it; and every way to be stopped.
    pub fn describe_composition(&self, _manifest: &Manifest) -> Result<Composition, Error> {
        todo!()
    }

    /// Starts a run on a fresh instance and hands it the job. `spent` of the time of the run is over.
    ///
    /// # Errors
    ///
    /// [`Error::Guest`] where the plugin refuses the job, and every way to be stopped.
    pub fn compose(
        &self,
        _manifest: &Manifest,
        _composition: &Composition,
        _job: &Job,
        _spent: Duration,
    ) -> Result<ComposeRun, Error> {
        todo!()
    }
}

/// A run of a reporting plugin.
#[derive(Debug)]
pub struct ComposeRun {}

impl ComposeRun {
    /// Hands the plugin a batch. `dataset` is a place in the job's datasets.
    ///
    /// # Errors
    ///
    /// [`Error::Guest`] where the plugin gives up, and every way to be stopped.
    pub fn push(&mut self, _dataset: usize, _batch: &Batch) -> Result<(), Error> {
        todo!()
    }

    /// What the instance has gathered, for [`merge`](Self::merge). Only where [`super::Kinds`] has
    /// `partial`.
    ///
    /// # Errors
    ///
    /// Those of [`push`](Self::push).
    pub fn save(&mut self) -> Result<Vec<u8>, Error> {
        todo!()
    }

    /// Adds what another instance saved.
    ///
    /// # Errors
    ///
    /// Those of [`push`](Self::push).
    pub fn merge(&mut self, _saved: &[u8]) -> Result<(), Error> {
        todo!()
    }

    /// The document; the last call.
    ///
    /// # Errors
    ///
    /// [`Error::Answer`] where it does not fit the interface; those of [`push`](Self::push).
    pub fn finish(&mut self) -> Result<Composed, Error> {
        todo!()
    }

    /// Fuel used so far.
    pub fn fuel_used(&self) -> u64 {
        todo!()
    }

    /// Time spent in calls so far, in this part of a run and those before it.
    pub fn time_spent(&self) -> Duration {
        todo!()
    }
}
