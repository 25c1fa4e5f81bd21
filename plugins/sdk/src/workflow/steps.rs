//! What a workflow plugin says about itself before it sees any row.

use crate::bindings::workflow::exports::tridem::plugin::propose;
use crate::description::Text;
use crate::problems::{check_ids, check_line};

/// How long it holds what a person decided about a step of a case. Afterwards the step may come
/// onto the list once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
#[derive(Debug, Clone)]
pub struct Step {
    label: Text,
    holds: Holds,
    templates: Vec<String>,
}

impl Step {
    /// A step without a letter. The label says what is to be done, as a person would say it.
    pub fn new(label: impl Into<Text>, holds: Holds) -> Self {
        Self { label: label.into(), holds, templates: Vec::new() }
    }

    /// Adds a letter that the host can draft for the step: a template of the package, by its name
    /// without folder, language and extension. The first one is the one that
    /// [`with_letter`](super::Proposed::with_letter) names.
    #[must_use]
    pub fn letter(mut self, template: &str) -> Self {
        self.templates.push(template.to_owned());
        self
    }
}

/// All that a workflow plugin says about itself: what can be done, and every reason for it.
#[derive(Debug, Clone)]
#[expect(clippy::struct_field_names, reason = "the steps are steps")]
pub struct Steps {
    id: String,
    version: String,
    pub(super) steps: Vec<(String, Step)>,
    pub(super) reasons: Vec<(String, Text)>,
}

impl Steps {
    /// Steps of the plugin with the id and version of the manifest; none yet.
    pub fn new(id: &str, version: &str) -> Self {
        Self {
            id: id.to_owned(),
            version: version.to_owned(),
            steps: Vec::new(),
            reasons: Vec::new(),
        }
    }

    /// Adds a step, in the order in which they usually follow each other. What was decided about a
    /// step is kept under its id, so it never changes. At most 64.
    #[must_use]
    pub fn step(mut self, id: &str, step: Step) -> Self {
        self.steps.push((id.to_owned(), step));
        self
    }

    /// Adds a reason for a proposal, one sentence. At most 256.
    #[must_use]
    pub fn reason(mut self, id: &str, text: impl Into<Text>) -> Self {
        self.reasons.push((id.to_owned(), text.into()));
        self
    }

    /// Every mistake in it, in words; empty where there is none.
    ///
    /// Call it in a test: [`testing::Case::propose`](crate::testing::Case::propose) does.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        check_ids("step", 64, self.steps.iter().map(|(id, _)| id.as_str()), &mut problems);
        check_ids("reason", 256, self.reasons.iter().map(|(id, _)| id.as_str()), &mut problems);
        for (id, step) in &self.steps {
            check_line(id, &step.label.de, &step.label.en, &mut problems);
        }
        for (id, text) in &self.reasons {
            check_line(id, &text.de, &text.en, &mut problems);
        }
        problems
    }

    /// The ids of steps and of reasons, each in its order.
    pub(crate) fn ids(&self) -> (Vec<String>, Vec<String>) {
        let steps = self.steps.iter().map(|(id, _)| id.clone()).collect();
        (steps, self.reasons.iter().map(|(id, _)| id.clone()).collect())
    }

    /// The place of a step.
    pub(super) fn place(&self, id: &str) -> Option<usize> {
        self.steps.iter().position(|(found, _)| found == id)
    }

    pub(super) fn templates(&self, step: usize) -> &[String] {
        self.steps.get(step).map_or(&[], |(_, step)| &step.templates)
    }

    /// The description as the host reads it.
    pub(crate) fn into_description(self) -> propose::Description {
        let step = |(id, step): (String, Step)| propose::Step {
            id,
            label: step.label.into(),
            holds: match step.holds {
                Holds::Always => propose::Holds::Always,
                Holds::SchoolYear => propose::Holds::SchoolYear,
                Holds::HalfYear => propose::Holds::HalfYear,
                Holds::Month => propose::Holds::Month,
            },
            templates: step.templates,
        };
        propose::Description {
            id: self.id,
            version: self.version,
            steps: self.steps.into_iter().map(step).collect(),
            reasons: self.reasons.into_iter().map(|(_, text)| text.into()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_mistakes_are_told_at_once() {
        let problems = Steps::new("org.example.wrong", "1.0.0")
            .step("Call", Step::new(("anrufen", ""), Holds::Always))
            .step("write", Step::new("write", Holds::Month))
            .step("write", Step::new("write", Holds::Month))
            .reason("late", "two\nlines")
            .problems();
        for part in ["step id `Call`", "of `Call`", "two steps with the id `write`", "of `late`"] {
            assert!(problems.iter().any(|found| found.contains(part)), "{part} in {problems:#?}");
        }
        assert_eq!(problems.len(), 5, "{problems:#?}");
    }
}
