//! A run to try a plugin with.

use super::{Outcome, Rows};
use crate::Day;
use crate::bindings::tridem::plugin::types;
use crate::error::{Error, Result};
use crate::metrics::{Metrics, Running};

/// A run to try a plugin with: a period, parameters and rows.
///
/// All code fields of a case share one list of codes, in the order in which the test first
/// mentions them.
#[derive(Debug, Clone)]
pub struct Case {
    as_of: Day,
    period: types::Period,
    parameters: Vec<types::Parameter>,
    rows: Vec<Rows>,
}

impl Case {
    /// A run over the days from `first` to `last`, both included; the last day is today.
    pub fn new(first: Day, last: Day) -> Self {
        let period = types::Period { first, last };
        Self { as_of: last, period, parameters: Vec::new(), rows: Vec::new() }
    }

    /// Sets the day that counts as today.
    #[must_use]
    pub fn as_of(mut self, day: Day) -> Self {
        self.as_of = day;
        self
    }

    /// Sets a parameter of the type `boolean`.
    #[must_use]
    pub fn flag(self, name: &str, value: bool) -> Self {
        self.parameter(name, types::Setting::Flag(value))
    }

    /// Sets a parameter of the type `integer`.
    #[must_use]
    pub fn integer(self, name: &str, value: i64) -> Self {
        self.parameter(name, types::Setting::Integer(value))
    }

    /// Sets a parameter of the type `number`.
    #[must_use]
    pub fn number(self, name: &str, value: f64) -> Self {
        self.parameter(name, types::Setting::Number(value))
    }

    /// Sets a parameter of the type `string`.
    #[must_use]
    pub fn text(self, name: &str, value: &str) -> Self {
        self.parameter(name, types::Setting::Text(value.to_owned()))
    }

    /// Adds a dataset, after those already there.
    #[must_use]
    pub fn rows(mut self, rows: Rows) -> Self {
        self.rows.push(rows);
        self
    }

    /// Runs a plugin, with all rows of a dataset in one batch, and again one row at a time.
    ///
    /// # Errors
    ///
    /// The description has [problems](crate::Description::problems), the plugin gave an error, an
    /// answer was incomplete, or the figures hang on how the rows were cut into batches.
    pub fn run<T: Metrics>(&self) -> Result<Outcome> {
        let description = T::describe();
        let problems = description.problems();
        if !problems.is_empty() {
            return Err(Error::new(problems.join("; ")));
        }
        let codes = self.codes();
        let mut outcomes = Vec::with_capacity(2);
        for most in [usize::MAX, 1] {
            let mut outcome = Outcome::new(&description, &codes, self.period.first);
            let mut plugin = Running::<T>::begin(self.job(&codes))?;
            for (place, rows) in (0..).zip(&self.rows) {
                for batch in rows.batches(place, &codes, most)? {
                    let answer = plugin.push(batch.clone())?;
                    outcome.add(rows, &batch, &answer)?;
                }
            }
            outcomes.push(outcome);
        }
        let single = outcomes.pop();
        match outcomes.pop() {
            Some(whole) if Some(&whole) == single.as_ref() => Ok(whole),
            _ => Err("the answers hang on how the rows are cut into batches".into()),
        }
    }

    fn parameter(mut self, name: &str, value: types::Setting) -> Self {
        self.parameters.push(types::Parameter { name: name.to_owned(), value });
        self
    }

    /// Every code that a field mentions, once.
    fn codes(&self) -> Vec<String> {
        let mut codes: Vec<String> = Vec::new();
        for code in self.rows.iter().flat_map(Rows::codes_used) {
            if !codes.contains(code) {
                codes.push(code.clone());
            }
        }
        codes
    }

    fn job(&self, codes: &[String]) -> types::Job {
        types::Job {
            as_of: self.as_of,
            period: self.period,
            parameters: self.parameters.clone(),
            datasets: self.rows.iter().map(|rows| rows.dataset(codes)).collect(),
        }
    }
}
