//! What should now be on the list, put together by the ids of steps and reasons.

use std::rc::Rc;

use super::steps::Steps;
use crate::Day;
use crate::bindings::tridem::plugin::types;
use crate::bindings::workflow::exports::tridem::plugin::propose;
use crate::error::{Error, Result};

/// What comes first in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// Can wait for a free hour.
    Low,
    /// As most are.
    Normal,
    /// Comes before everything else.
    High,
}

/// The proposals for the cases of a batch.
///
/// An id that is not among the [`Steps`], a field that was not granted and a row that is not there
/// end the run with an error that names all of them; these methods themselves never fail.
#[derive(Debug)]
pub struct Proposals {
    steps: Rc<Steps>,
    /// What the fields of the batch's dataset are called.
    fields: Vec<String>,
    as_of: Day,
    made: Vec<propose::Proposal>,
    wrong: Vec<String>,
}

/// One proposal, to be filled in. Without more it is due today, normal, and has no letter.
#[derive(Debug)]
pub struct Proposed<'list> {
    list: &'list mut Proposals,
    place: usize,
    /// The step's id.
    step: String,
    has_reason: bool,
}

impl Proposals {
    pub(super) fn new(steps: Rc<Steps>, dataset: Option<&types::Dataset>, as_of: Day) -> Self {
        let fields = dataset.map_or(Vec::new(), |dataset| {
            dataset.fields.iter().map(|field| field.name.clone()).collect()
        });
        Self { steps, fields, as_of, made: Vec::new(), wrong: Vec::new() }
    }

    /// Proposes a step for the case in a row of the batch. Each step at most once for each row, and
    /// each with a reason: say it with [`because`](Proposed::because).
    pub fn propose(&mut self, row: usize, step: &str) -> Proposed<'_> {
        let found = self.steps.place(step);
        if found.is_none() {
            self.wrong.push(["there is no step `", step, "`"].concat());
        }
        self.made.push(propose::Proposal {
            row: place(row),
            step: place(found.unwrap_or(0)),
            template: None,
            due: self.as_of,
            reason: 0,
            because: Vec::new(),
            priority: propose::Priority::Normal,
        });
        let made = self.made.len() - 1;
        Proposed { list: self, place: made, step: step.to_owned(), has_reason: false }
    }

    /// The proposals as the host reads them.
    pub(super) fn finish(mut self) -> Result<Vec<propose::Proposal>> {
        if self.wrong.is_empty() {
            return Ok(self.made);
        }
        self.wrong.dedup();
        Err(Error::new(["the proposals are wrong: ", &self.wrong.join("; ")].concat()))
    }
}

impl Proposed<'_> {
    /// Says why, by the id of a reason.
    pub fn because(&mut self, reason: &str) -> &mut Self {
        match self.list.steps.reasons.iter().position(|(id, _)| id == reason) {
            Some(found) => {
                self.made().reason = place(found);
                self.has_reason = true;
            }
            None => self.complain(&["there is no reason `", reason, "`"]),
        }
        self
    }

    /// Names fields, at most 8, whose values in this row the host shows beside the reason.
    pub fn showing<'id>(&mut self, fields: impl IntoIterator<Item = &'id str>) -> &mut Self {
        for field in fields {
            match self.list.fields.iter().position(|found| found == field) {
                Some(found) => self.made().because.push(place(found)),
                None => self.complain(&["field `", field, "` was not granted"]),
            }
        }
        self
    }

    /// Says by which day it should be done. A day before today is overdue.
    pub fn due(&mut self, day: Day) -> &mut Self {
        self.made().due = day;
        self
    }

    /// Says that it can wait, or that it comes first.
    pub fn priority(&mut self, priority: Priority) -> &mut Self {
        self.made().priority = match priority {
            Priority::Low => propose::Priority::Low,
            Priority::Normal => propose::Priority::Normal,
            Priority::High => propose::Priority::High,
        };
        self
    }

    /// Has the host offer a draft of the step's letter `template`.
    pub fn with_letter(&mut self, template: &str) -> &mut Self {
        let step = self.list.made[self.place].step as usize;
        let found = self.list.steps.templates(step).iter().position(|name| name == template);
        match found {
            Some(found) => self.made().template = Some(place(found)),
            None => self.complain(&["the step has no letter `", template, "`"]),
        }
        self
    }

    fn made(&mut self) -> &mut propose::Proposal {
        &mut self.list.made[self.place]
    }

    fn complain(&mut self, words: &[&str]) {
        self.list.wrong.push(words.concat());
    }
}

impl Drop for Proposed<'_> {
    fn drop(&mut self) {
        if !self.has_reason {
            self.list.wrong.push(["step `", &self.step, "` is proposed without a reason"].concat());
        }
    }
}

/// A place as the host counts; nothing of a plugin has more than it.
fn place(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
