//! Checks what a workflow plugin proposes for the rows of a batch.

use std::collections::HashSet;

use super::bindings::propose;
use super::rules::place;
use crate::domain::{Day, Priority, Proposal};

/// Most fields that are shown beside a reason.
const MOST_BECAUSE: usize = 8;

/// What an answer to a batch of one dataset may point at.
#[derive(Debug)]
pub(super) struct Expected<'a> {
    /// For each step, how many templates it has.
    pub(super) steps: &'a [usize],
    pub(super) reasons: usize,
    /// The rows of the batch.
    pub(super) rows: usize,
    /// The fields of its dataset.
    pub(super) fields: usize,
    /// Whether its rows are cases.
    pub(super) is_of_cases: bool,
}

/// Checks an answer and takes it over.
///
/// # Errors
///
/// The end of a sentence that says what is wrong.
pub(super) fn proposals(
    found: Vec<propose::Proposal>,
    expected: &Expected<'_>,
) -> Result<Vec<Proposal>, String> {
    if !found.is_empty() && !expected.is_of_cases {
        return Err("proposals for rows of a dataset that is not `cases`".into());
    }
    let mut seen = HashSet::new();
    let mut all = Vec::with_capacity(found.len());
    for (number, found) in found.into_iter().enumerate() {
        let proposal = proposal(found, expected)
            .map_err(|mistake| format!("proposal {number}, counted from 0, has {mistake}"))?;
        if !seen.insert((proposal.row, proposal.step)) {
            let (row, step) = (proposal.row, proposal.step);
            return Err(format!("two proposals for row {row} with step {step}, counted from 0"));
        }
        all.push(proposal);
    }
    Ok(all)
}

fn proposal(found: propose::Proposal, expected: &Expected<'_>) -> Result<Proposal, String> {
    let row = place("row", found.row, expected.rows)?;
    let step = place("step", found.step, expected.steps.len())?;
    let template = found.template.map(|at| place("template", at, expected.steps[step]));
    let template = template.transpose()?;
    let due = Day::of_number(found.due)
        .ok_or_else(|| format!("the due day {}, outside the years 1900 to 2199", found.due))?;
    let reason = place("reason", found.reason, expected.reasons)?;
    if found.because.len() > MOST_BECAUSE {
        return Err(format!("{} fields in `because`; at most {MOST_BECAUSE}", found.because.len()));
    }
    let mut because = Vec::with_capacity(found.because.len());
    for at in found.because {
        let field = place("field", at, expected.fields)?;
        if because.contains(&field) {
            return Err(format!("field {field} twice in `because`"));
        }
        because.push(field);
    }
    let priority = match found.priority {
        propose::Priority::Low => Priority::Low,
        propose::Priority::Normal => Priority::Normal,
        propose::Priority::High => Priority::High,
    };
    Ok(Proposal { row, step, template, due, reason, because, priority })
}
