//! Checks what a workflow plugin tells about itself.

use super::bindings::propose;
use super::error::{Error, words};
use super::exports::Interface;
use super::rules::{Mistakes, is_id};
use crate::domain::{Holds, Manifest, Step, Workflow};

/// Limits of `schemas/wit/1.0/workflow.wit`.
const MOST_STEPS: usize = 64;
const MOST_REASONS: usize = 256;
const MOST_TEMPLATES: usize = 16;

/// Converts a description and checks all of it against the interface and the manifest.
///
/// Whether the package has the templates is not known here: a component knows nothing of the package
/// that it came in.
///
/// # Errors
///
/// [`Error::Description`], with every mistake that was found, up to twenty.
pub(super) fn workflow(
    found: propose::Description,
    manifest: &Manifest,
) -> Result<Workflow, Error> {
    let mut mistakes = Mistakes::default();
    mistakes.itself(&found.id, &found.version, manifest);
    mistakes.count("steps", found.steps.len(), MOST_STEPS);
    mistakes.count("reasons", found.reasons.len(), MOST_REASONS);
    // With a list too long, reading on would only repeat it.
    mistakes.finish(manifest, Interface::Propose)?;
    mistakes.ids("step", found.steps.iter().map(|step| &*step.id));
    let steps = found.steps.into_iter().map(|found| step(found, &mut mistakes)).collect();
    let reasons = found.reasons.into_iter().enumerate();
    let reasons = reasons
        .map(|(place, reason)| mistakes.text(&format!("reason {place}"), "its text", reason))
        .collect();
    mistakes.finish(manifest, Interface::Propose)?;
    Ok(Workflow { steps, reasons })
}

fn step(found: propose::Step, mistakes: &mut Mistakes) -> Step {
    let place = format!("step `{}`", words(&found.id));
    mistakes.count(&format!("templates of {place}"), found.templates.len(), MOST_TEMPLATES);
    for (at, name) in found.templates.iter().enumerate().take(MOST_TEMPLATES) {
        if !is_id(name) {
            mistakes.wrong(format!(
                "{place}: the template `{}` must be named without folder and extension, by 1 to 40 \
                 lower-case letters, digits and hyphens",
                words(name)
            ));
        } else if found.templates[..at].contains(name) {
            mistakes.wrong(format!("{place} names the template `{name}` twice"));
        }
    }
    let holds = match found.holds {
        propose::Holds::Always => Holds::Always,
        propose::Holds::SchoolYear => Holds::SchoolYear,
        propose::Holds::HalfYear => Holds::HalfYear,
        propose::Holds::Month => Holds::Month,
    };
    let label = mistakes.text(&place, "label", found.label);
    Step { id: found.id, label, holds, templates: found.templates }
}
