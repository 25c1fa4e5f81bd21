//! What a workflow plugin says about itself, and what it proposes, in the program's own types.
//!
//! The meaning of each part is written in `schemas/wit/1.0/workflow.wit`. Places have been checked:
//! each is within the list that it points into.

use serde::{Deserialize, Serialize};

use super::day::Day;
use super::words::Text;

/// How long it holds what a person decided about a step of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holds {
    /// For as long as there is the case.
    Always,
    /// Until the school year is over.
    SchoolYear,
    /// Until the half-year of the case's school is over.
    HalfYear,
    /// Until the calendar month is over.
    Month,
}

/// Something that can be done about a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Its permanent id.
    pub id: String,
    /// What is to be done.
    pub label: Text,
    /// How long a decision about it holds.
    pub holds: Holds,
    /// The templates of letters that it may name.
    pub templates: Vec<String>,
}

/// All that a workflow plugin tells about itself, before it sees any data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Workflow {
    /// What can be done, in the usual order.
    pub steps: Vec<Step>,
    /// Every reason for a proposal.
    pub reasons: Vec<Text>,
}

/// What comes first in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Can wait for a free hour.
    Low,
    /// As most are.
    Normal,
    /// Comes before everything else on the list.
    High,
}

/// Something that should now be on the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// The row of the batch whose case it is about.
    pub row: usize,
    /// A place among the steps.
    pub step: usize,
    /// A place among the templates of the step.
    pub template: Option<usize>,
    /// The day by which it should be done.
    pub due: Day,
    /// A place among the reasons.
    pub reason: usize,
    /// The places of fields of the dataset whose values are shown beside the reason.
    pub because: Vec<usize>,
    /// What comes first.
    pub priority: Priority,
}
