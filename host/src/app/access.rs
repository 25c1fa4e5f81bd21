//! What a plugin may read and what it can never do, with the evidence.

use sha2::{Digest, Sha256};

use crate::domain::{Day, Dictionary, Grant, Sensitivity, Text};

use super::Error;
use super::plugins::{Ready, hex};
use super::workspace::{App, today};

/// A field that a plugin asks for, and what it was granted of it.
#[derive(Debug, Clone)]
pub struct AccessField {
    /// Its name in the data dictionary.
    pub name: String,
    /// Its word.
    pub title: Text,
    /// What it means.
    pub meaning: Text,
    /// How much it tells about one person.
    pub sensitivity: Sensitivity,
    /// Whether the plugin can do without it.
    pub optional: bool,
    /// What was granted, also where it is over; `None` where nobody did.
    pub grant: Option<Grant>,
    /// Whether it may be read today.
    pub is_allowed: bool,
}

/// A dataset that a plugin asks for.
#[derive(Debug, Clone)]
pub struct DatasetAccess {
    /// Its name in the data dictionary.
    pub name: String,
    /// Its word.
    pub title: Text,
    /// What one row is.
    pub meaning: Text,
    /// What for, in the plugin's words.
    pub purpose: Text,
    /// Its fields, the necessary ones first.
    pub fields: Vec<AccessField>,
}

/// What a plugin may read.
#[derive(Debug, Clone)]
pub struct PluginAccess {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// What it is called.
    pub title: Text,
    /// The SHA-256 of its package, to which the grants are bound, in hexadecimal.
    pub sha256: String,
    /// The day for which this holds.
    pub today: Day,
    /// What it asks for, in the order of its manifest.
    pub datasets: Vec<DatasetAccess>,
    /// All that its component imports besides types, as the engine finds it; none, or it would not
    /// have been admitted.
    pub imports: Vec<String>,
    /// The SHA-256 of the component whose imports these are, in hexadecimal.
    pub component: String,
    /// The engine that looked.
    pub engine: String,
}

impl App {
    /// What an installed plugin may read today, what it asked for and may not, and what its component
    /// imports.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPlugin`], [`Error::SeveralVersions`].
    pub fn plugin_access(&mut self, name: &str) -> Result<PluginAccess, Error> {
        let installed = self.find(name)?;
        let component = Sha256::digest(&self.package(&installed)?.component);
        let plugin = self.ready(&format!("{}@{}", installed.id, installed.version))?;
        let dataset = |request: &crate::domain::Request| {
            // A manifest that was read names known datasets and fields only.
            let known = Dictionary::get().dataset(&request.dataset)?;
            let field = |(place, name): (usize, &str)| {
                let field = known.field(name)?;
                let (grant, is_allowed) = grant(&plugin, &known.name, name);
                Some(AccessField {
                    name: field.name.clone(),
                    title: field.title.clone(),
                    meaning: field.meaning.clone(),
                    sensitivity: field.sensitivity,
                    optional: place >= request.fields.len(),
                    grant,
                    is_allowed,
                })
            };
            Some(DatasetAccess {
                name: known.name.clone(),
                title: known.title.clone(),
                meaning: known.meaning.clone(),
                purpose: request.purpose.clone(),
                fields: request.all().enumerate().filter_map(field).collect(),
            })
        };
        Ok(PluginAccess {
            datasets: plugin.manifest.requests.iter().filter_map(dataset).collect(),
            id: installed.id,
            version: installed.version,
            title: plugin.manifest.title.clone(),
            sha256: hex(&plugin.sha256),
            today: today(),
            imports: plugin.loaded.imports(),
            component: hex(&component),
            engine: plugin.engine,
        })
    }
}

/// The grant of a field, and whether it holds today.
fn grant(plugin: &Ready, dataset: &str, field: &str) -> (Option<Grant>, bool) {
    let find = |grants: &[Grant]| grants.iter().find(|it| it.is_for(dataset, field)).cloned();
    match find(&plugin.grants) {
        Some(grant) => (Some(grant), true),
        None => (find(&plugin.expired), false),
    }
}
