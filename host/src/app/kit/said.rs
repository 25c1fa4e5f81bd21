//! What a plugin said in a run, in a form that does not hang on how the rows were cut.

use std::time::Duration;

use crate::domain::{Batch, Classified, Composed, Proposal, is_set};
use crate::report::Cube;

/// All that came out of a run.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) cube: Option<Cube>,
    /// What each row was worth; without it where a run was too long to keep it.
    pub(super) worth: Vec<Worth>,
    pub(super) composed: Option<Composed>,
    /// Each with the place of its dataset; the row is that of the sheet.
    pub(super) proposals: Option<Vec<(usize, Proposal)>>,
    pub(super) used: Used,
}

/// What the rows of a dataset were worth, however they were cut.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Worth {
    /// For each dimension, for each row; none where it does not divide the rows.
    labels: Vec<Vec<Option<u16>>>,
    /// For each measure, for each row that counts, its value.
    values: Vec<Vec<Option<i64>>>,
}

/// What a run took.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Used {
    pub(super) fuel: u64,
    /// What the limits allow for so many rows.
    pub(super) allowed: u64,
    pub(super) rows: u64,
    /// In calls of the plugin, with what it takes to hand rows over.
    pub(super) time: Duration,
}

impl Said {
    /// Whether two runs said the same.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.worth == other.worth
            && self.composed == other.composed
            && self.proposals == other.proposals
    }
}

impl Worth {
    pub(super) fn add(&mut self, batch: &Batch, classified: &Classified) {
        self.labels.resize(classified.labels.len(), Vec::new());
        for (all, labels) in self.labels.iter_mut().zip(&classified.labels) {
            if labels.is_empty() {
                all.extend(std::iter::repeat_n(None, batch.rows));
            } else {
                all.extend(labels.iter().map(|label| Some(*label)));
            }
        }
        self.values.resize(classified.measures.len(), Vec::new());
        for (all, measured) in self.values.iter_mut().zip(&classified.measures) {
            let value = |row: usize| {
                let value = measured.values.get(row).copied().unwrap_or(1);
                is_set(&measured.counted, row).then_some(value)
            };
            all.extend((0..batch.rows).map(value));
        }
    }
}
