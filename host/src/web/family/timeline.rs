//! What happened, newest first: contacts and records side by side.

use serde::Serialize;

use crate::app::Words;
use crate::domain::{ContactView, Day, FormType};

use super::super::visit::Visit;
use super::about::Records;
use super::parts::{day, segment};

/// One thing that happened.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Item {
    #[serde(skip)]
    at: (Day, u16),
    day: String,
    /// What it was: a contact, or the kind of a record.
    what: String,
    title: String,
    lines: Vec<String>,
    address: String,
}

/// The newest first.
pub(super) fn sorted(mut items: Vec<Item>) -> Vec<Item> {
    items.sort_by_key(|item| std::cmp::Reverse(item.at));
    items
}

/// Contacts. A private note of another profession stands there as that it is there, and nothing more.
pub(super) fn of_contacts(visit: &Visit, all: &[ContactView], words: &Words) -> Vec<Item> {
    let lang = visit.lang();
    let item = |view: &ContactView| {
        let contact = &view.contact;
        let mut lines = Vec::new();
        let mut line = |text: String| {
            if !text.is_empty() {
                lines.push(text);
            }
        };
        line(words.topics(contact));
        line(contact.shared_note.clone().unwrap_or_default());
        if let Some(step) = &contact.next_step {
            let due = step.due.map(|due| day(due, lang)).unwrap_or_default();
            line(visit.say_with("family.next-step", &[step.text.clone(), due]));
        }
        for note in &contact.private_notes {
            let role = words.role(note.profession);
            line(visit.say_with("family.private-note", &[role, note.text.clone()]));
        }
        for profession in &view.closed_lanes {
            line(visit.say_with("family.closed-note", &[words.role(*profession)]));
        }
        let people: Vec<&str> = view.participants.iter().map(|(code, _)| code.as_str()).collect();
        line(visit.say_with("family.took-part", &[people.join(", ")]));
        let (kind, result) = (words.kind(contact), words.result(contact));
        Item {
            at: (contact.day, contact.time.unwrap_or(0)),
            day: day(contact.day, lang),
            what: visit.say("family.contact"),
            title: format!("{}, {}", kind.word(lang), result.word(lang)),
            lines,
            address: format!("/contacts/{}", contact.id),
        }
    };
    all.iter().map(item).collect()
}

/// Records of forms, with what stands in their fields.
pub(super) fn of_records(visit: &Visit, records: &Records) -> Vec<Item> {
    let lang = visit.lang();
    let mut items = Vec::new();
    for (kind, view) in &records.others {
        let Some(at) = view.day(&kind.when) else { continue };
        let is_shown = |field: &crate::domain::FormField| {
            let is_head = [FormType::Sign, FormType::Pupil].contains(&field.kind);
            !is_head && field.name != kind.when && field.name != "title"
        };
        let fields = kind.fields.iter().zip(&view.said).filter(|(field, _)| is_shown(field));
        let said: Vec<String> = fields
            .map(|(field, said)| (field.title.get(lang), said.word(lang)))
            .filter(|(_, word)| !word.is_empty())
            .map(|(title, word)| format!("{title}: {word}"))
            .collect();
        let title = view.said("title").word(lang);
        items.push(Item {
            at: (at, 0),
            day: day(at, lang),
            what: kind.title.get(lang).to_owned(),
            title: if title.is_empty() { view.code().to_owned() } else { title },
            lines: vec![said.join(" · ")],
            address: format!("/records/{}/{}", kind.name, segment(view.code())),
        });
    }
    items
}
