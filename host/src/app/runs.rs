//! One run of a plugin: granted columns in, classified rows reduced, figures out.

use std::collections::HashMap;

use crate::domain::{
    Description, Dictionary, Figure, Job, Layout, Manifest, Parameter, ParameterType, Period,
    Scope, SettingValue, Shape, Source, Text,
};
use crate::plugin::label_counts;
use crate::report::{Cube, Plan, PlannedDataset, Subject};
use crate::store::{ColumnsRequest, KeptPartial, PARTITIONED, Reader, RunWork};

use super::granted::{Permit, Wanted};
use super::parts::Parts;
use super::plugins::Ready;
use super::{App, Error};

/// What came out of a run.
pub(super) struct Outcome {
    pub(super) cube: Cube,
    pub(super) sources: Vec<Source>,
    /// What the run took in all, in this run or in an earlier one that had counted rows already.
    pub(super) work: RunWork,
    /// A digest of all rows that were read; the same rows of the same fields and days give the same.
    /// Only this municipality can make it.
    pub(super) data: [u8; 32],
    /// The schools that were read.
    pub(super) scope: Scope,
    /// What is missing from the figures or inexact because of the grants.
    pub(super) limits: Vec<Text>,
}

impl App {
    /// Runs a plugin over a period. What was counted in an earlier run of the same kind, over
    /// contacts that have not changed since, is not counted again.
    pub(super) fn run_plugin(
        &mut self,
        plugin: &Ready,
        scope: &Scope,
        period: Period,
        settings: Vec<(String, SettingValue)>,
    ) -> Result<Outcome, Error> {
        let permit = self.granted_to(plugin, scope, period)?;
        if permit.wanted.iter().any(|want| want.dataset == PARTITIONED) {
            self.store.keep_columns(&permit.scope, period)?;
        }
        let (outcome, kept) = {
            let reader = self.store.read(&permit.scope)?;
            run(&reader, plugin, &permit, period, settings, true)?
        };
        for (job, partials) in kept {
            self.store.keep_partials(&job, &partials)?;
        }
        Ok(outcome)
    }
}

/// New partial results, each with the digest of the job that they belong to.
type Kept = Vec<([u8; 32], Vec<KeptPartial>)>;

/// Runs a plugin within one snapshot, part by part: each partition of the contacts, and every other
/// dataset as a whole. Without `may_reuse` nothing that was kept of earlier runs is looked at.
///
/// `reader` has the scope of the permit.
pub(super) fn run(
    reader: &Reader<'_>,
    plugin: &Ready,
    permit: &Permit,
    period: Period,
    settings: Vec<(String, SettingValue)>,
    may_reuse: bool,
) -> Result<(Outcome, Kept), Error> {
    let wanted = &permit.wanted;
    let Prepared { description, job, plan } = prepare(reader, plugin, wanted, period, settings)?;
    let labels = label_counts(&description, &job);
    let mut parts = Parts::new(reader, plugin, &description, labels, &job, plan)?;
    let mut kept = Vec::new();
    for (place, want) in wanted.iter().enumerate() {
        let request = columns_request(&plugin.manifest, want, period);
        if want.dataset == PARTITIONED {
            kept.push(parts.partitions(place, want, &request, may_reuse)?);
        } else {
            parts.dataset(place, want, &request)?;
        }
    }
    let (cube, work, data) = parts.finish()?;
    let sources = wanted.iter().map(source).collect();
    let (scope, limits) = (permit.scope.clone(), permit.limits.clone());
    Ok((Outcome { cube, sources, work, data, scope, limits }, kept))
}

/// What is known of a run before the first row.
pub(super) struct Prepared {
    pub(super) description: Description,
    pub(super) job: Job,
    pub(super) plan: Plan,
}

/// Finds out what a run is about.
pub(super) fn prepare(
    reader: &Reader<'_>,
    plugin: &Ready,
    wanted: &[Wanted],
    period: Period,
    settings: Vec<(String, SettingValue)>,
) -> Result<Prepared, Error> {
    let manifest = &plugin.manifest;
    let shapes = shapes(reader, manifest, wanted, period)?;
    let description = plugin.loaded.describe(manifest)?;
    let seen = shapes.iter().zip(wanted).map(|(shape, want)| seen(shape, want.granted));
    let job = Job { as_of: period.last, period, settings, datasets: seen.collect() };
    let labels = label_counts(&description, &job);
    let plan = plan(&description, &labels, wanted, &shapes);
    Ok(Prepared { description, job, plan })
}

pub(super) fn columns_request<'a>(
    manifest: &'a Manifest,
    want: &'a Wanted,
    period: Period,
) -> ColumnsRequest<'a> {
    ColumnsRequest { dataset: &want.dataset, fields: &want.fields, period, plugin: &manifest.id }
}

/// What the columns of each dataset will be.
pub(super) fn shapes(
    reader: &Reader<'_>,
    manifest: &Manifest,
    wanted: &[Wanted],
    period: Period,
) -> Result<Vec<Shape>, Error> {
    let shape = |want| Ok(reader.shape(&columns_request(manifest, want, period))?);
    wanted.iter().map(shape).collect()
}

/// The part of a shape that the plugin sees.
pub(super) fn seen(shape: &Shape, granted: usize) -> Shape {
    Shape { dataset: shape.dataset.clone(), fields: shape.fields[..granted].to_vec() }
}

/// What the reducer has to know about the columns of each dataset.
pub(super) fn plan(
    description: &Description,
    labels: &[u16],
    wanted: &[Wanted],
    shapes: &[Shape],
) -> Plan {
    let datasets = wanted.iter().zip(shapes).map(|(want, shape)| {
        let dataset = Dictionary::get().dataset(&want.dataset);
        let dataset = dataset.expect("the manifest names datasets of the dictionary alone");
        let place = |name: &str| shape.place(name).expect("every field wanted is in the shape");
        let subject = dataset.subject().map_or(Subject::Nobody, |field| match field.layout {
            Layout::Indexes => Subject::Indexes(place(&field.name)),
            _ => Subject::Integers(place(&field.name)),
        });
        let distinct: Vec<(usize, usize)> = description
            .measures
            .iter()
            .enumerate()
            .filter_map(|(measure, found)| match &found.figure {
                Figure::Distinct { dataset, field } if *dataset == want.dataset => {
                    shape.place(field).map(|column| (measure, column))
                }
                _ => None,
            })
            .collect();
        PlannedDataset { name: want.dataset.clone(), subject, distinct }
    });
    Plan {
        description: description.clone(),
        labels: labels.iter().map(|count| usize::from(*count)).collect(),
        datasets: datasets.collect(),
    }
}

pub(super) fn source(want: &Wanted) -> Source {
    let dataset = Dictionary::get().dataset(&want.dataset).expect("the dataset was just read");
    let granted = &want.fields[..want.granted];
    Source {
        dataset: want.dataset.clone(),
        title: dataset.title.clone(),
        fields: granted.iter().map(|field| (*field).to_owned()).collect(),
        field_titles: granted
            .iter()
            .filter_map(|name| dataset.field(name).map(|field| field.title.clone()))
            .collect(),
    }
}

/// The parameters of a run: what was set as NAME=VALUE, and defaults for the rest.
///
/// # Errors
///
/// [`Error::Setting`] for a name the plugin does not have or a value it does not take.
pub(super) fn settings(
    manifest: &Manifest,
    given: &[String],
) -> Result<Vec<(String, serde_json::Value)>, Error> {
    let mut values: HashMap<&str, serde_json::Value> = HashMap::new();
    for text in given {
        let wrong = |name: &str, reason: Text| Error::Setting { name: name.to_owned(), reason };
        let (name, value) = text.split_once('=').ok_or_else(|| {
            wrong(
                text,
                Text::new(
                    "hat keinen Wert; schreiben Sie NAME=WERT",
                    "has no value; write it as NAME=VALUE",
                ),
            )
        })?;
        let parameter = manifest.parameters.get(name).ok_or_else(|| {
            let known: Vec<String> =
                manifest.parameters.keys().map(|name| format!("`{name}`")).collect();
            let known = known.join(", ");
            wrong(
                name,
                Text::new(
                    format!("gehört nicht zum Plugin; es kennt {known}"),
                    format!("is not one of the plugin's: {known}"),
                ),
            )
        })?;
        let value = parse(parameter, value);
        parameter.accepts(&value).map_err(|reason| wrong(name, reason))?;
        values.insert(name, value);
    }
    let value = |(name, parameter): (&String, &Parameter)| {
        let value = values.remove(name.as_str()).unwrap_or_else(|| parameter.default.clone());
        (name.clone(), value)
    };
    Ok(manifest.parameters.iter().map(value).collect())
}

/// A text as a value of the parameter's type, and as a text where it is not one.
fn parse(parameter: &Parameter, text: &str) -> serde_json::Value {
    let text_value = || serde_json::Value::String(text.to_owned());
    match parameter.kind {
        ParameterType::String => text_value(),
        _ => serde_json::from_str(text).unwrap_or_else(|_| text_value()),
    }
}

/// Checked values of parameters as the plugin gets them.
pub(super) fn setting_values(
    manifest: &Manifest,
    given: &[(String, serde_json::Value)],
) -> Vec<(String, SettingValue)> {
    let value = |(name, value): &(String, serde_json::Value)| {
        (name.clone(), setting_value(&manifest.parameters[name], value))
    };
    given.iter().map(value).collect()
}

/// A checked value as the plugin gets it.
fn setting_value(parameter: &Parameter, value: &serde_json::Value) -> SettingValue {
    match parameter.kind {
        ParameterType::Boolean => SettingValue::Flag(value.as_bool().unwrap_or_default()),
        ParameterType::Integer => SettingValue::Integer(value.as_i64().unwrap_or_default()),
        ParameterType::Number => SettingValue::Number(value.as_f64().unwrap_or_default()),
        ParameterType::String => SettingValue::Text(value.as_str().unwrap_or_default().to_owned()),
    }
}
