//! The use cases: one function for each, which takes an [`Actor`] and asks the layers below.

mod actor;
#[cfg(test)]
mod again;
mod compiled;
mod demo;
mod error;
mod error_words;
mod import;
mod lookups;
mod packages;
mod parts;
mod plugins;
mod records;
mod reports;
mod runs;
mod words;
mod workspace;

pub use actor::Actor;
pub use demo::{DemoCity, demo};
pub use error::{Error, ErrorKind};
pub use import::ImportOptions;
pub use lookups::{
    ContactFilter, PairingFacts, PractitionerFacts, PupilFacts, SchoolDetails, SchoolFacts,
};
pub use packages::{PackedFile, inspect_package, pack};
pub use plugins::{PluginFacts, PluginField};
pub use records::ContactForm;
pub use reports::{Rehearsal, ReportFormat, ReportRequest};
pub use words::Words;
pub use workspace::{App, KeySource, Made, moment};

pub use crate::capture::Kind;
pub use crate::render::{ListFormat, Value, list as format_list};
pub use crate::store::ReportEntry;
