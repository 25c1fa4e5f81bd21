//! A run to try a plugin with.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::{Composed, Outcome, ProposedSteps, Rows};
use crate::Day;
use crate::bindings::tridem::plugin::types;
use crate::error::{Error, Result};
use crate::metrics::{Metrics, Running};
use crate::reporting::{self, Compose, Partial, Parts, Reporting};
use crate::workflow::{self, Propose, Workflow};

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
        refuse(&description.problems())?;
        let codes = self.codes();
        twice(|most| {
            let mut outcome = Outcome::new(&description, &codes, self.period.first);
            let mut plugin = Running::<T>::begin(self.job(&codes))?;
            for (place, rows) in (0..).zip(&self.rows) {
                for batch in rows.batches(place, &codes, most)? {
                    let answer = plugin.push(batch.clone())?;
                    outcome.add(rows, &batch, &answer)?;
                }
            }
            Ok(outcome)
        })
    }

    /// Has a reporting plugin compose its document, with all rows of a dataset in one batch, and
    /// again one row at a time.
    ///
    /// # Errors
    ///
    /// The composition has [problems](reporting::Composition::problems), the plugin gave an error,
    /// the document is wrong, or it hangs on how the rows were cut into batches.
    pub fn compose<T: Reporting>(&self) -> Result<Composed> {
        let composition = T::describe();
        refuse(&composition.problems())?;
        let codes = self.codes();
        twice(|most| {
            let mut plugin = reporting::Running::<T>::begin(self.job(&codes))?;
            for batch in self.batches(&codes, most)? {
                plugin.push(batch)?;
            }
            Ok(Composed::new(&composition, &codes, plugin.finish()?))
        })
    }

    /// Has a reporting plugin compose its document whole, and again in parts: the rows of each school
    /// are given to a value of their own, and another one puts together what these saved. Rows of a
    /// dataset without a field `school` are a part for themselves.
    ///
    /// # Errors
    ///
    /// Those of [`compose`](Self::compose), and that the two documents differ.
    pub fn compose_in_parts<T: Partial>(&self) -> Result<Composed> {
        let composition = T::describe();
        let whole = self.compose::<T>()?;
        let codes = self.codes();
        let mut parts = BTreeMap::new();
        for batch in self.batches(&codes, 1)? {
            let part = match parts.entry(self.school(&batch)) {
                Entry::Occupied(part) => part.into_mut(),
                Entry::Vacant(none) => {
                    none.insert(reporting::Running::<T>::begin(self.job(&codes))?)
                }
            };
            part.push(batch)?;
        }
        let mut last = reporting::Running::<T>::begin(self.job(&codes))?;
        for mut part in parts.into_values() {
            last.merge(&part.save()?)?;
        }
        if Composed::new(&composition, &codes, last.finish()?) == whole {
            Ok(whole)
        } else {
            Err("the document hangs on how the schools are shared out".into())
        }
    }

    /// The school of a batch of one row, by the index of its code.
    fn school(&self, batch: &types::Batch) -> Option<u16> {
        let column = self.rows.get(batch.dataset as usize)?.place("school")?;
        match &batch.columns.get(column)?.values {
            types::Values::Codes(codes) => codes.first().copied(),
            _ => None,
        }
    }

    /// Asks a workflow plugin for its proposals, with all rows of a dataset in one batch, and again
    /// one row at a time. Proposals are for the rows of the dataset `cases`.
    ///
    /// # Errors
    ///
    /// The steps have [problems](workflow::Steps::problems), the plugin gave an error, the proposals
    /// are wrong, or they hang on how the rows were cut into batches.
    pub fn propose<T: Workflow>(&self) -> Result<ProposedSteps> {
        let steps = T::describe();
        refuse(&steps.problems())?;
        let codes = self.codes();
        twice(|most| {
            let mut plugin = workflow::Running::<T>::begin(self.job(&codes))?;
            let (mut made, mut first, mut dataset) = (Vec::new(), 0, 0);
            for batch in self.batches(&codes, most)? {
                if batch.dataset != dataset {
                    (first, dataset) = (0, batch.dataset);
                }
                let rows = batch.rows;
                for mut proposal in plugin.push(batch)? {
                    if proposal.row >= rows {
                        return Err("a proposal is for a row that is not in the batch".into());
                    }
                    proposal.row += first;
                    made.push(proposal);
                }
                first += rows;
            }
            Ok(ProposedSteps::new(&steps, made))
        })
    }

    /// The rows of all datasets, in batches of at most `most`.
    fn batches(&self, codes: &[String], most: usize) -> Result<Vec<types::Batch>> {
        let mut batches = Vec::new();
        for (place, rows) in (0..).zip(&self.rows) {
            batches.extend(rows.batches(place, codes, most)?);
        }
        Ok(batches)
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

/// Ends a run with every problem of a description.
fn refuse(problems: &[String]) -> Result<()> {
    if problems.is_empty() { Ok(()) } else { Err(Error::new(problems.join("; "))) }
}

/// Runs with whole datasets and with single rows, and compares.
fn twice<R: PartialEq>(run: impl Fn(usize) -> Result<R>) -> Result<R> {
    let whole = run(usize::MAX)?;
    if run(1)? == whole {
        Ok(whole)
    } else {
        Err("the answers hang on how the rows are cut into batches".into())
    }
}
