//! What the fields of a contact offer: codes with their words.

use serde::Serialize;

use crate::app::{App, Error};
use crate::domain::{ContactView, Lang};

use super::entry::{Codes, usual_minutes};

/// How many topics are chips with digits.
const CHIPS: usize = 9;

/// Results that are asked first.
const FIRST_RESULTS: [&str; 3] = ["reached", "not-reached", "postponed"];

/// A code to choose.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Choice {
    pub(super) code: String,
    pub(super) word: String,
    /// The digit that chooses it, or how many minutes it usually takes.
    number: u16,
    /// For elements of the page.
    id: String,
}

/// All that is offered.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Choices {
    pub(super) kinds: Vec<Choice>,
    pub(super) results: Vec<Choice>,
    pub(super) more_results: Vec<Choice>,
    pub(super) topics: Vec<Choice>,
    pub(super) more_topics: Vec<Choice>,
    pub(super) consultations: Vec<Choice>,
    pub(super) languages: Vec<Choice>,
}

/// The codes of a list.
pub(super) fn list(app: &App, name: &str, lang: Lang) -> Result<Vec<Choice>, Error> {
    let codes = app.codes(Some(name))?.into_iter();
    Ok(codes
        .zip(1..)
        .map(|((_, code), number)| Choice {
            id: format!("{name}-{}", code.code),
            word: code.word(lang).to_owned(),
            code: code.code,
            number,
        })
        .collect())
}

impl Choices {
    /// Reads them.
    pub(super) fn read(app: &App, lang: Lang) -> Result<Self, Error> {
        let mut kinds = list(app, "contact-kind", lang)?;
        for kind in &mut kinds {
            kind.number = usual_minutes(&kind.code);
        }
        let (results, more_results) = list(app, "result", lang)?
            .into_iter()
            .partition(|result| FIRST_RESULTS.contains(&result.code.as_str()));
        // The first ones of the list, always the same: hands learn where they are.
        let mut topics = list(app, "topic", lang)?;
        let more_topics = topics.split_off(CHIPS.min(topics.len()));
        Ok(Self {
            kinds,
            results,
            more_results,
            topics,
            more_topics,
            consultations: list(app, "consultation", lang)?,
            languages: list(app, "language", lang)?,
        })
    }
}

/// The codes that a contact has.
pub(super) fn codes_of(app: &App, view: &ContactView) -> Result<Codes, Error> {
    let contact = &view.contact;
    let at = |name: &str, place: Option<u16>| -> Result<String, Error> {
        let Some(place) = place else { return Ok(String::new()) };
        let codes = app.codes(Some(name))?;
        Ok(codes.get(usize::from(place)).map(|(_, code)| code.code.clone()).unwrap_or_default())
    };
    let topics = app.codes(Some("topic"))?.into_iter().zip(0..64);
    Ok(Codes {
        kind: at("contact-kind", Some(contact.kind))?,
        result: at("result", Some(contact.result))?,
        topics: topics
            .filter(|(_, place)| contact.topics >> place & 1 == 1)
            .map(|((_, code), _)| code.code)
            .collect(),
        consultation: at("consultation", contact.consultation)?,
        language: at("language", contact.language)?,
    })
}

/// The place of a code in a list.
pub(super) fn place(app: &App, name: &str, code: &str) -> Result<Option<u16>, Error> {
    let found = app.codes(Some(name))?.iter().position(|(_, found)| found.code == code);
    Ok(found.and_then(|place| u16::try_from(place).ok()))
}
