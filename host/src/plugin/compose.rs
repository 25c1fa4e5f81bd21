//! Runs a reporting plugin: rows in, a document out.

use std::time::Duration;

use super::bindings::{compose, partial};
use super::compose_check::{self, Places};
use super::convert;
use super::describe_composition;
use super::error::{Call, Error};
use super::exports::Interface;
use super::run::{LoadedPlugin, exported};
use super::sandbox::Sandbox;
use crate::domain::{Batch, Composed, Composition, Job, Manifest};

/// Bytes that an instance may save.
const MOST_SAVED: usize = 8 << 20;

/// Bytes of what was saved that bring as much fuel as a row: about what was gathered from one.
pub const BYTES_OF_A_ROW: usize = 64;

impl LoadedPlugin {
    /// Asks a reporting plugin about itself, on an instance that sees no data.
    ///
    /// # Errors
    ///
    /// [`Error::Description`] with all that is wrong in it; [`Error::OtherKind`] for a plugin that
    /// composes nothing; and every way to be stopped.
    pub fn describe_composition(&self, manifest: &Manifest) -> Result<Composition, Error> {
        let mut sandbox = self.composer(manifest)?;
        let found =
            sandbox.call(Call::Describe, |store, guest| guest.compose.call_describe(store))?;
        describe_composition::composition(found, manifest)
    }

    /// Starts a run on a fresh instance and hands it the job. `spent` of the time of the run is over.
    ///
    /// # Errors
    ///
    /// [`Error::Guest`] where the plugin refuses the job, and every way to be stopped.
    pub fn compose(
        &self,
        manifest: &Manifest,
        composition: &Composition,
        job: &Job,
        spent: Duration,
    ) -> Result<ComposeRun, Error> {
        let mut sandbox = self.composer(manifest)?;
        sandbox.has_spent(spent);
        let answer = convert::with_job(job, |job| {
            sandbox.call(Call::Begin, |store, guest| guest.compose.call_begin(store, job))
        })?;
        answer.map_err(|message| sandbox.reported(&message))?;
        let places = Places::new(composition, job);
        let document_bytes = self.limits().document_bytes;
        let has_partial = self.kinds().partial;
        Ok(ComposeRun { sandbox, places, has_partial, document_bytes, is_over: false })
    }

    fn composer(&self, manifest: &Manifest) -> Result<Sandbox<Guest>, Error> {
        let compose = exported(self.exports.compose.as_ref(), manifest, Interface::Compose)?;
        let partial = self.exports.partial.as_ref();
        self.sandbox(manifest, Interface::Compose, |store, instance| {
            Ok(Guest {
                compose: compose.load(&mut *store, instance)?,
                partial: partial.map(|partial| partial.load(store, instance)).transpose()?,
            })
        })
    }
}

/// The functions of an instance.
struct Guest {
    compose: compose::Guest,
    partial: Option<partial::Guest>,
}

/// A run of a reporting plugin.
pub struct ComposeRun {
    sandbox: Sandbox<Guest>,
    places: Places,
    has_partial: bool,
    document_bytes: usize,
    /// Whether it has given its document, or what it gathered.
    is_over: bool,
}

impl std::fmt::Debug for ComposeRun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ComposeRun")
            .field("plugin", &self.sandbox.plugin())
            .field("is_over", &self.is_over)
            .finish_non_exhaustive()
    }
}

impl ComposeRun {
    /// Hands the plugin a batch. `dataset` is a place in the job's datasets.
    ///
    /// # Errors
    ///
    /// [`Error::Guest`] where the plugin gives up, every way to be stopped, [`Error::Ended`] after
    /// any of them, and [`Error::Over`] after [`save`](Self::save) and [`finish`](Self::finish).
    ///
    /// # Panics
    ///
    /// Where the job has no such dataset.
    pub fn push(&mut self, dataset: usize, batch: &Batch) -> Result<(), Error> {
        self.is_not_over()?;
        assert!(self.places.has_dataset(dataset), "the job has no dataset {dataset}");
        self.sandbox
            .push(dataset, batch, |store, guest, batch| guest.compose.call_push(store, batch))
    }

    /// What the instance has gathered, for [`merge`](Self::merge), at most 8 MiB; the last call.
    /// Only where [`super::Kinds`] has `partial`.
    ///
    /// # Errors
    ///
    /// Those of [`push`](Self::push), [`Error::Output`] for more than it may save, and
    /// [`Error::OtherKind`] for a plugin that cannot be run in parts.
    pub fn save(&mut self) -> Result<Vec<u8>, Error> {
        self.is_not_over()?;
        self.can_be_parted()?;
        self.is_over = true;
        let sandbox = &mut self.sandbox;
        let answer = sandbox.call(Call::Save, |store, guest| guest.partial().call_save(store))?;
        let saved = answer.map_err(|message| sandbox.reported(&message))?;
        if saved.len() > MOST_SAVED {
            return Err(sandbox.answered_too_much(Call::Save, MOST_SAVED));
        }
        Ok(saved)
    }

    /// Adds what another instance saved.
    ///
    /// # Errors
    ///
    /// Those of [`push`](Self::push), and [`Error::OtherKind`] for a plugin that cannot be run in
    /// parts.
    pub fn merge(&mut self, saved: &[u8]) -> Result<(), Error> {
        self.is_not_over()?;
        self.can_be_parted()?;
        let sandbox = &mut self.sandbox;
        let as_rows = saved.len().div_ceil(BYTES_OF_A_ROW) as u64;
        sandbox.add_rows(as_rows);
        let answer =
            sandbox.call(Call::Merge, |store, guest| guest.partial().call_merge(store, saved))?;
        answer.map_err(|message| sandbox.reported(&message))
    }

    /// The document; the last call.
    ///
    /// # Errors
    ///
    /// [`Error::Answer`] where it does not fit the interface; those of [`push`](Self::push).
    pub fn finish(&mut self) -> Result<Composed, Error> {
        self.is_not_over()?;
        self.is_over = true;
        let sandbox = &mut self.sandbox;
        sandbox.allow_output(self.document_bytes);
        let answer = sandbox.call(Call::Finish, |store, guest| guest.compose.call_finish(store))?;
        let found = answer.map_err(|message| sandbox.reported(&message))?;
        compose_check::composed(found, &self.places)
            .map_err(|what| sandbox.answered_wrongly(Call::Finish, what))
    }

    /// Fuel used so far.
    pub fn fuel_used(&self) -> u64 {
        self.sandbox.fuel_used()
    }

    /// Time spent in calls so far, in this part of a run and those before it.
    pub fn time_spent(&self) -> Duration {
        self.sandbox.time_spent()
    }

    /// # Errors
    ///
    /// [`Error::Over`] where the last call was made.
    fn is_not_over(&self) -> Result<(), Error> {
        if self.is_over && !self.sandbox.has_failed() {
            return Err(Error::Over { plugin: self.sandbox.plugin().to_owned() });
        }
        Ok(())
    }

    fn can_be_parted(&self) -> Result<(), Error> {
        if self.has_partial {
            return Ok(());
        }
        let plugin = self.sandbox.plugin().to_owned();
        Err(Error::OtherKind { plugin, lacks: Interface::Partial })
    }
}

impl Guest {
    fn partial(&self) -> &partial::Guest {
        self.partial.as_ref().expect("it was asked for before the call")
    }
}
