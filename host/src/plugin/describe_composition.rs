//! Checks what a reporting plugin tells about itself.

use super::bindings::compose;
use super::error::Error;
use super::exports::Interface;
use super::passage::check_passage;
use super::rules::Mistakes;
use crate::domain::{CheckSpec, Composition, Manifest, Severity, Text};

/// Limits of `schemas/wit/1.0/reporting.wit`.
const MOST_PHRASES: usize = 1_000;
const MOST_PASSAGES: usize = 100;
const MOST_CHECKS: usize = 64;

/// Converts a description and checks all of it against the interface and the manifest.
///
/// # Errors
///
/// [`Error::Description`], with every mistake that was found, up to twenty.
pub(super) fn composition(
    found: compose::Description,
    manifest: &Manifest,
) -> Result<Composition, Error> {
    let mut mistakes = Mistakes::default();
    mistakes.itself(&found.id, &found.version, manifest);
    mistakes.count("phrases", found.phrases.len(), MOST_PHRASES);
    mistakes.count("passages", found.passages.len(), MOST_PASSAGES);
    mistakes.count("checks", found.checks.len(), MOST_CHECKS);
    // With a list too long, reading on would only repeat it.
    mistakes.finish(manifest, Interface::Compose)?;
    mistakes.ids("check", found.checks.iter().map(|check| &*check.id));
    let phrases = found.phrases.into_iter().enumerate();
    let phrases = phrases
        .map(|(place, phrase)| mistakes.text(&format!("phrase {place}"), "its text", phrase))
        .collect();
    let passages = found.passages.into_iter().enumerate();
    let passages = passages.map(|(place, found)| passage(place, found, &mut mistakes)).collect();
    let checks = found.checks.into_iter().map(|found| check(found, &mut mistakes)).collect();
    mistakes.finish(manifest, Interface::Compose)?;
    Ok(Composition { phrases, passages, checks })
}

fn passage(place: usize, found: compose::Passage, mistakes: &mut Mistakes) -> Text {
    for (text, language) in [(&found.de, "German"), (&found.en, "English")] {
        if let Err(mistake) = check_passage(text) {
            mistakes.wrong(format!("passage {place}: its text in {language} {mistake}"));
        }
    }
    Text::new(found.de, found.en)
}

fn check(found: compose::Check, mistakes: &mut Mistakes) -> CheckSpec {
    let place = format!("check `{}`", super::error::words(&found.id));
    let severity = match found.severity {
        compose::Severity::Note => Severity::Note,
        compose::Severity::Warning => Severity::Warning,
        compose::Severity::Mistake => Severity::Mistake,
    };
    CheckSpec { title: mistakes.text(&place, "title", found.title), id: found.id, severity }
}
