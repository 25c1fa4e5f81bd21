//! What a run is about: its day, its period, its settings and the datasets granted.

use std::rc::Rc;

use crate::Day;
use crate::bindings::tridem::plugin::types;
use crate::error::{Error, Result};

/// The days that a run looks at, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub first: Day,
    /// The last day; never before the first.
    pub last: Day,
}

/// All that a plugin may know besides the rows.
///
/// There is no clock and no file: the same job and the same rows give the same answer for ever.
#[derive(Debug, Clone)]
pub struct Job {
    as_of: Day,
    period: Period,
    parameters: Vec<types::Parameter>,
    datasets: Rc<[types::Dataset]>,
}

impl Job {
    pub(crate) fn new(job: types::Job) -> Self {
        Self {
            as_of: job.as_of,
            period: Period { first: job.period.first, last: job.period.last },
            parameters: job.parameters,
            datasets: job.datasets.into(),
        }
    }

    /// The day that counts as today.
    pub fn as_of(&self) -> Day {
        self.as_of
    }

    /// The days looked at.
    pub fn period(&self) -> Period {
        self.period
    }

    /// The value of a parameter of the type `boolean`.
    ///
    /// # Errors
    ///
    /// The manifest has no such parameter, or one of another type.
    pub fn flag(&self, name: &str) -> Result<bool> {
        match self.setting(name)? {
            types::Setting::Flag(value) => Ok(*value),
            _ => Err(of_another_type(name, "boolean")),
        }
    }

    /// The value of a parameter of the type `integer`.
    ///
    /// # Errors
    ///
    /// The manifest has no such parameter, or one of another type.
    pub fn integer(&self, name: &str) -> Result<i64> {
        match self.setting(name)? {
            types::Setting::Integer(value) => Ok(*value),
            _ => Err(of_another_type(name, "integer")),
        }
    }

    /// The value of a parameter of the type `number`.
    ///
    /// # Errors
    ///
    /// The manifest has no such parameter, or one of another type.
    pub fn number(&self, name: &str) -> Result<f64> {
        match self.setting(name)? {
            types::Setting::Number(value) => Ok(*value),
            _ => Err(of_another_type(name, "number")),
        }
    }

    /// The value of a parameter of the type `string`.
    ///
    /// # Errors
    ///
    /// The manifest has no such parameter, or one of another type.
    pub fn text(&self, name: &str) -> Result<&str> {
        match self.setting(name)? {
            types::Setting::Text(value) => Ok(value),
            _ => Err(of_another_type(name, "string")),
        }
    }

    /// Whether a field was granted. Fields that the manifest cannot do without always are.
    pub fn is_granted(&self, dataset: &str, field: &str) -> bool {
        self.field(dataset, field).is_some()
    }

    /// The codes of a field by their index; empty for a field without codes or not granted.
    ///
    /// Codes are data: a municipality may have some that you do not know.
    pub fn codes(&self, dataset: &str, field: &str) -> &[String] {
        self.field(dataset, field).map_or(&[], |field| &field.codes)
    }

    /// The index of a code; `None` where this municipality does not have it.
    ///
    /// Hand it on as it is: [`Column::is`](crate::Column::is) takes `None` for "no row".
    pub fn code(&self, dataset: &str, field: &str, code: &str) -> Option<u16> {
        let place = self.codes(dataset, field).iter().position(|found| found == code)?;
        u16::try_from(place).ok()
    }

    /// How many persons or households a field with the layout `indexes` tells apart: each index
    /// is smaller. 0 for every other field.
    pub fn size(&self, dataset: &str, field: &str) -> u32 {
        self.field(dataset, field).map_or(0, |field| field.size)
    }

    pub(crate) fn datasets(&self) -> &Rc<[types::Dataset]> {
        &self.datasets
    }

    fn field(&self, dataset: &str, field: &str) -> Option<&types::Field> {
        let dataset = self.datasets.iter().find(|found| found.name == dataset)?;
        dataset.fields.iter().find(|found| found.name == field)
    }

    fn setting(&self, name: &str) -> Result<&types::Setting> {
        let found = self.parameters.iter().find(|parameter| parameter.name == name);
        found
            .map(|parameter| &parameter.value)
            .ok_or_else(|| Error::new(["the manifest has no parameter `", name, "`"].concat()))
    }
}

fn of_another_type(name: &str, wanted: &str) -> Error {
    let words = ["parameter `", name, "` is not of the type `", wanted, "` in the manifest"];
    Error::new(words.concat())
}
