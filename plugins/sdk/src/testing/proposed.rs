//! The proposals of a test run, to be asked by the ids of steps.

use crate::Day;
use crate::bindings::workflow::exports::tridem::plugin::propose::Proposal;
use crate::workflow::Steps;

/// The proposals that came out of a [`Case`](super::Case). Rows are those of the case, from 0.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposedSteps {
    steps: Vec<String>,
    reasons: Vec<String>,
    made: Vec<Proposal>,
}

impl ProposedSteps {
    pub(super) fn new(steps: &Steps, mut made: Vec<Proposal>) -> Self {
        let (steps, reasons) = steps.ids();
        made.sort_by_key(|proposal| (proposal.row, proposal.step));
        Self { steps, reasons, made }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.made.len()
    }

    /// Whether nothing is proposed.
    pub fn is_empty(&self) -> bool {
        self.made.is_empty()
    }

    /// The rows for which a step is proposed.
    ///
    /// # Panics
    ///
    /// There is no such step.
    #[track_caller]
    pub fn rows_with(&self, step: &str) -> Vec<usize> {
        let place = self.step(step);
        let with = self.made.iter().filter(|proposal| proposal.step as usize == place);
        with.map(|proposal| proposal.row as usize).collect()
    }

    /// The reason for which a step is proposed for a row; `None` where it is not.
    ///
    /// # Panics
    ///
    /// There is no such step.
    #[track_caller]
    pub fn reason(&self, row: usize, step: &str) -> Option<&str> {
        let proposal = self.get(row, step)?;
        self.reasons.get(proposal.reason as usize).map(String::as_str)
    }

    /// The day by which a step is due for a row; `None` where it is not proposed.
    ///
    /// # Panics
    ///
    /// There is no such step.
    #[track_caller]
    pub fn due(&self, row: usize, step: &str) -> Option<Day> {
        self.get(row, step).map(|proposal| proposal.due)
    }

    #[track_caller]
    fn get(&self, row: usize, step: &str) -> Option<&Proposal> {
        let place = self.step(step);
        self.made.iter().find(|made| made.row as usize == row && made.step as usize == place)
    }

    #[track_caller]
    fn step(&self, id: &str) -> usize {
        let place = self.steps.iter().position(|found| found == id);
        let Some(place) = place else { panic!("there is no step `{id}`") };
        place
    }
}
