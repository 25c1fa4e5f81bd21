//! A run for a report: what the host counts of what a plugin classifies, and what a plugin composes
//! itself.

use std::collections::{HashMap, HashSet};
use std::num::NonZero;
use std::thread::available_parallelism;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::domain::{
    Audience, Composed, ComposedBlock, Composition, FoundEntry, Job, Period, RecordKind, Rounding,
    Scope, SettingValue, Source, Text, Values,
};
use crate::report::{
    self, Bar, Before, ComposeError, ComposedBeside, Composing, Cube, FoundRecords,
};
use crate::store::{ColumnsError, ColumnsRequest, Numbering, PARTITIONED, Reader, RunWork};

use super::composed_parts::in_parts;
use super::granted::Wanted;
use super::parts::{digest_batch, put, put_request};
use super::plugins::Ready;
use super::runs::{self, Outcome, columns_request, seen, shapes, source};
use super::{App, Error};

/// What came out of a run for a report.
pub(super) struct Ran {
    /// What the host counted, for a plugin that classifies.
    pub(super) cube: Option<Cube>,
    /// What the plugin composed, for one that does.
    pub(super) document: Option<Document>,
    pub(super) sources: Vec<Source>,
    pub(super) work: RunWork,
    pub(super) data: [u8; 32],
    /// The rows that were looked at.
    pub(super) scope: Scope,
    /// What is missing or inexact because of the grants.
    pub(super) limits: Vec<Text>,
}

/// What a plugin composed, with all that it takes to make a report of it.
pub(super) struct Document {
    composition: Composition,
    composed: Composed,
    job: Job,
    found: FoundRecords,
}

impl Document {
    /// The parts of the report.
    ///
    /// # Errors
    ///
    /// [`Error::Compose`].
    pub(super) fn blocks(
        &self,
        plugin: &Ready,
        audience: Audience,
        rounding: Rounding,
        before: &Before,
    ) -> Result<ComposedBeside, Error> {
        let composing = Composing {
            plugin: &plugin.manifest.id,
            composition: &self.composition,
            composed: &self.composed,
            shapes: &self.job.datasets,
            period: self.job.period,
            audience,
            rounding,
            found: &self.found,
        };
        Ok(report::compose_beside(composing, before)?)
    }
}

/// What a plugin made of the rows, and what that took.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) composed: Composed,
    pub(super) fuel: u64,
    /// The rows that were handed out.
    pub(super) rows: u64,
    /// What the digest of the data is made from.
    pub(super) transcript: Vec<u8>,
}

/// What a run of a plugin that composes is about.
#[derive(Clone, Copy)]
pub(super) struct Task<'a> {
    pub(super) plugin: &'a Ready,
    pub(super) composition: &'a Composition,
    pub(super) job: &'a Job,
    pub(super) wanted: &'a [Wanted],
    pub(super) scope: &'a Scope,
}

impl Task<'_> {
    pub(super) fn request<'a>(&'a self, want: &'a Wanted) -> ColumnsRequest<'a> {
        columns_request(&self.plugin.manifest, want, self.job.period)
    }

    /// What the digest of the data of every run begins with.
    pub(super) fn transcript(&self) -> Vec<u8> {
        let mut transcript = Vec::new();
        put(&mut transcript, &self.job.period.first.0.to_le_bytes());
        put(&mut transcript, &self.job.period.last.0.to_le_bytes());
        transcript
    }
}

/// Refuses what a plugin that classifies and composes must not make: there, what is withheld in the
/// figures that the host counted could be worked out from what the plugin composed.
pub(super) fn check_audience(plugin: &Ready, audience: Audience) -> Result<(), Error> {
    let kinds = plugin.loaded.kinds();
    if kinds.metrics && kinds.reporting && audience != Audience::Work {
        let (plugin, bars) = (plugin.manifest.id.clone(), vec![Bar::BesideFigures]);
        return Err(ComposeError::StaysInside { plugin, audience, bars }.into());
    }
    Ok(())
}

impl App {
    /// Runs a plugin over a period: it classifies, or it composes, or one after the other over the
    /// same snapshot. Each of both is held to the limits of a run.
    pub(super) fn run_for_report(
        &mut self,
        plugin: &Ready,
        scope: &Scope,
        period: Period,
        settings: Vec<(String, SettingValue)>,
    ) -> Result<Ran, Error> {
        let kinds = plugin.loaded.kinds();
        if !kinds.reporting {
            let Outcome { cube, sources, work, data, scope, limits, .. } =
                self.run_plugin(plugin, scope, period, settings)?;
            return Ok(Ran {
                cube: Some(cube),
                document: None,
                sources,
                work,
                data,
                scope,
                limits,
            });
        }
        let permit = self.granted_to(plugin, scope, period)?;
        let (wanted, scope) = (&permit.wanted, &permit.scope);
        if kinds.metrics && wanted.iter().any(|want| want.dataset == PARTITIONED) {
            self.store.keep_columns(scope, period)?;
        }
        let (ran, kept) = {
            let reader = self.store.read(scope)?;
            let counted = if kinds.metrics {
                Some(runs::run(&reader, plugin, &permit, period, settings.clone(), true)?)
            } else {
                None
            };
            let manifest = &plugin.manifest;
            let composition = plugin.loaded.describe_composition(manifest)?;
            let shapes = shapes(&reader, manifest, wanted, period)?;
            let seen = shapes.iter().zip(wanted).map(|(shape, want)| seen(shape, want.granted));
            let job = Job { as_of: period.last, period, settings, datasets: seen.collect() };
            let task = Task { plugin, composition: &composition, job: &job, wanted, scope };
            let (Written { composed, fuel, rows, transcript }, time) = if kinds.partial {
                let threads = available_parallelism().map_or(1, NonZero::get);
                in_parts(&self.store, &reader, task, threads)?
            } else {
                whole(&reader, task)?
            };
            let mut data = reader.seal(&transcript)?;
            let found = found(&reader, task, &composed)?;
            let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
            let allowed = plugin.loaded.allowed_fuel(rows);
            let mut work = RunWork { fuel, allowed, rows, ms };
            let (cube, kept) = match counted {
                Some((outcome, kept)) => {
                    work = work.and(outcome.work);
                    data = reader.seal(&[outcome.data, data].concat())?;
                    (Some(outcome.cube), kept)
                }
                None => (None, Vec::new()),
            };
            let document = Some(Document { composition, composed, job, found });
            let sources = wanted.iter().map(source).collect();
            let (scope, limits) = (scope.clone(), permit.limits.clone());
            (Ran { cube, document, sources, work, data, scope, limits }, kept)
        };
        for (job, partials) in kept {
            self.store.keep_partials(&job, &partials)?;
        }
        Ok(ran)
    }
}

/// Runs one instance over all rows, dataset by dataset.
pub(super) fn whole(reader: &Reader<'_>, task: Task<'_>) -> Result<(Written, Duration), Error> {
    let Task { plugin, composition, job, wanted, .. } = task;
    let manifest = &plugin.manifest;
    let mut run = plugin.loaded.compose(manifest, composition, job, Duration::ZERO)?;
    let (mut transcript, mut numbering) = (task.transcript(), Numbering::default());
    let mut rows = 0;
    for (place, want) in wanted.iter().enumerate() {
        let request = task.request(want);
        let mut data = Sha256::new();
        rows += reader.columns(&mut numbering, &request, |mut batch| {
            digest_batch(&mut data, &batch);
            want.narrow(&mut batch);
            Ok::<_, Error>(run.push(place, &batch)?)
        })?;
        put_request(&mut transcript, &request);
        put(&mut transcript, &data.finalize());
    }
    let composed = run.finish()?;
    let fuel = run.fuel_used();
    plugin.loaded.check_fuel(manifest, fuel, rows)?;
    Ok((Written { composed, fuel, rows, transcript }, run.time_spent()))
}

/// The records that findings point at, as far as the plugin has seen them: their datasets are read
/// once more for that, so that nothing has to be remembered of all the others.
fn found(reader: &Reader<'_>, task: Task<'_>, composed: &Composed) -> Result<FoundRecords, Error> {
    let mut pointed: HashMap<(usize, usize), HashSet<u64>> = HashMap::new();
    for block in &composed.blocks {
        let ComposedBlock::Findings(records) = block else { continue };
        for record in records {
            pointed.entry((record.dataset, record.field)).or_default().insert(record.key);
        }
    }
    let mut found = FoundRecords::new();
    for ((dataset, field), keys) in pointed {
        let want = &task.wanted[dataset];
        let name = want.fields[field];
        let Some(kind) = RecordKind::of_field(name) else { continue };
        let mut given = HashSet::new();
        let request = ColumnsRequest { fields: &[name], ..task.request(want) };
        reader.columns(&mut Numbering::default(), &request, |batch| {
            for column in &batch.columns {
                if let Values::Keys(values) = &column.values {
                    let known =
                        |(row, key): &(usize, &u64)| column.is_present(*row) && keys.contains(*key);
                    given.extend(values.iter().enumerate().filter(known).map(|(_, key)| *key));
                }
            }
            Ok::<_, ColumnsError>(())
        })?;
        for (key, record) in reader.resolve(&task.plugin.manifest.id, kind, &given)? {
            found.insert((dataset, field, key), FoundEntry::of(&want.dataset, &record));
        }
    }
    Ok(found)
}
