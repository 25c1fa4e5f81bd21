//! What was typed into the form for a contact: read from the form, kept as a draft, made a contact.

use serde::{Deserialize, Serialize};

use crate::app::{ContactForm, PersonKind};
use crate::domain::{ContactView, Day, Id, Lang};

use super::dates::{Side, parse_day, parse_time};
use crate::web::fields::Fields;

/// What stands in the fields, right or wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Entry {
    /// What makes sending it twice harmless.
    pub(super) submission: String,
    pub(super) school: String,
    /// The school for which the page was made: people and team fit that one.
    pub(super) school_before: String,
    /// `pupil:CODE`, `household:CODE`, `staff:CODE`.
    pub(super) who: Vec<String>,
    /// Those who are shown besides, not chosen.
    pub(super) shown: Vec<String>,
    /// A group of which nobody is named.
    pub(super) group: bool,
    /// What was searched for.
    pub(super) find: String,
    pub(super) kind: String,
    pub(super) result: String,
    pub(super) topics: Vec<String>,
    /// `5`, `15`, `30`, `60`; empty for what is usual.
    pub(super) minutes: String,
    /// Any other number.
    pub(super) other_minutes: String,
    /// `none`, `tomorrow`, `week`, `date`; empty where nothing was chosen.
    pub(super) next: String,
    pub(super) next_day: String,
    pub(super) next_step: String,
    /// Codes of colleagues.
    pub(super) with: Vec<String>,
    pub(super) day: String,
    pub(super) time: String,
    pub(super) persons: String,
    pub(super) consultation: String,
    pub(super) language: String,
    pub(super) interpreter: bool,
    pub(super) shared_note: String,
    pub(super) private_note: String,
    /// The task that the contact does.
    pub(super) task: String,
}

/// Kinds in which children are those who are there.
const WITH_CHILDREN: [&str; 4] = ["class", "break", "pupil-talk", "conflict"];

/// The draft that a form is kept in.
pub(super) fn place(submission: &str) -> String {
    format!("contact:{submission}")
}

/// How long a contact of a kind usually lasts, in minutes. A municipality's own kinds last half an hour.
pub(in crate::web) fn usual_minutes(kind: &str) -> u16 {
    match kind {
        "phone" | "message" => 5,
        "letter" | "break" | "pupil-talk" => 15,
        "home-visit" | "accompaniment" | "class" | "conference" | "parent-cafe" => 60,
        _ => 30,
    }
}

/// A new mark for a form.
pub(super) fn new_submission() -> String {
    uuid::Uuid::now_v7().to_string()
}

impl Entry {
    /// What a form sent.
    pub(super) fn read(fields: &Fields) -> Self {
        let text = |name: &str| fields.one(name).to_owned();
        let submission = text("submission");
        let is_mark = submission.parse::<Id>().is_ok();
        Self {
            submission: if is_mark { submission } else { new_submission() },
            school: text("school"),
            school_before: text("school_before"),
            who: once(fields.all("who")),
            shown: once(fields.all("shown")),
            group: fields.has("group"),
            find: text("find"),
            kind: text("kind"),
            result: text("result"),
            topics: once(fields.all("topic")),
            minutes: text("minutes"),
            other_minutes: text("other_minutes"),
            next: text("next"),
            next_day: text("next_day"),
            next_step: text("next_step"),
            with: once(fields.all("with")),
            day: text("day"),
            time: text("time"),
            persons: text("persons"),
            consultation: text("consultation"),
            language: text("language"),
            interpreter: fields.has("interpreter"),
            shared_note: text("shared_note"),
            private_note: text("private_note"),
            task: text("task"),
        }
    }

    /// The same contact once more: everything but who it was with, when, and what was noted.
    pub(super) fn again(view: &ContactView, words: &Codes) -> Self {
        let contact = &view.contact;
        Self {
            school: view.school.clone(),
            kind: words.kind.clone(),
            result: words.result.clone(),
            topics: words.topics.clone(),
            other_minutes: contact.minutes.to_string(),
            minutes: "other".to_owned(),
            with: view.participants.iter().map(|(code, _)| code.clone()).collect(),
            consultation: words.consultation.clone(),
            language: words.language.clone(),
            interpreter: contact.interpreter,
            ..Self::default()
        }
    }

    /// Those who were chosen, with what they are.
    pub(super) fn people(&self) -> Vec<(PersonKind, String)> {
        self.who.iter().filter_map(|who| parse_person(who)).collect()
    }

    /// The codes of the chosen ones of a kind.
    pub(super) fn codes_of(&self, kind: PersonKind) -> Vec<String> {
        let people = self.people().into_iter();
        people.filter(|(found, _)| *found == kind).map(|(_, code)| code).collect()
    }

    /// Whether anything was typed that is worth keeping.
    pub(super) fn has_anything(&self) -> bool {
        !self.who.is_empty()
            || self.group
            || [&self.result, &self.next_step, &self.shared_note, &self.private_note, &self.find]
                .iter()
                .any(|text| !text.is_empty())
            || !self.topics.is_empty()
    }

    fn is_attempt(&self) -> bool {
        self.result != "reached"
    }

    /// The contact that it says. `next_school_day` is when somebody who was not reached is tried again.
    pub(super) fn finish(&self, today: Day, next_school_day: Option<Day>, lang: Lang) -> Finished {
        let pupils = self.codes_of(PersonKind::Pupil);
        let mut participants = self.with.clone();
        for code in self.codes_of(PersonKind::Staff) {
            if !participants.contains(&code) {
                participants.push(code);
            }
        }
        // A day that means none goes on as it was typed, and is refused with everything else.
        let iso = |text: &str, side| {
            parse_day(text, today, side).map_or_else(|| text.to_owned(), |day| day.to_string())
        };
        let minutes = match (self.minutes.as_str(), self.other_minutes.as_str()) {
            ("" | "other", "") if self.is_attempt() => "0".to_owned(),
            ("" | "other", "") => usual_minutes(&self.kind).to_string(),
            ("" | "other", other) => other.to_owned(),
            (chosen, _) => chosen.to_owned(),
        };
        let persons = match self.persons.as_str() {
            _ if self.is_attempt() => None,
            "" if pupils.len() > 1 && WITH_CHILDREN.contains(&self.kind.as_str()) => {
                Some(pupils.len().to_string())
            }
            "" => None,
            typed => Some(typed.to_owned()),
        };
        let mut next_step = self.next_step.clone();
        let next_due = match self.next.as_str() {
            "none" => {
                next_step.clear();
                String::new()
            }
            "tomorrow" => today.plus(1).to_string(),
            "week" => today.plus(7).to_string(),
            "" if self.next_day.is_empty() && self.result == "not-reached" => {
                next_school_day.map(|day| day.to_string()).unwrap_or_default()
            }
            _ if self.next_day.is_empty() => String::new(),
            _ => iso(&self.next_day, Side::Future),
        };
        if next_step.is_empty() && !next_due.is_empty() && self.result == "not-reached" {
            lang.pick("erneut versuchen", "try again").clone_into(&mut next_step);
        }
        Finished {
            day: if self.day.is_empty() { today.to_string() } else { iso(&self.day, Side::Past) },
            time: parse_time(&self.time),
            minutes,
            participants,
            pupils,
            household: self.codes_of(PersonKind::Household).into_iter().next().unwrap_or_default(),
            persons,
            next_due,
            next_step,
        }
    }
}

/// What follows from what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finished {
    day: String,
    time: String,
    minutes: String,
    participants: Vec<String>,
    pupils: Vec<String>,
    household: String,
    persons: Option<String>,
    next_due: String,
    pub(super) next_step: String,
}

impl Finished {
    /// What the use case takes.
    pub(super) fn form<'a>(&'a self, entry: &'a Entry) -> ContactForm<'a> {
        ContactForm {
            school: &entry.school,
            day: Some(&self.day),
            time: &self.time,
            minutes: &self.minutes,
            kind: &entry.kind,
            result: &entry.result,
            participants: &self.participants,
            pupils: &self.pupils,
            household: &self.household,
            persons: self.persons.as_deref(),
            topics: &entry.topics,
            consultation: &entry.consultation,
            language: &entry.language,
            interpreter: entry.interpreter,
            next_due: &self.next_due,
            next_step: &self.next_step,
            shared_note: &entry.shared_note,
            private_note: &entry.private_note,
        }
    }
}

/// The codes of a contact that is there.
#[derive(Debug, Clone, Default)]
pub(super) struct Codes {
    pub(super) kind: String,
    pub(super) result: String,
    pub(super) topics: Vec<String>,
    pub(super) consultation: String,
    pub(super) language: String,
}

/// `pupil:CODE` and the like.
pub(super) fn parse_person(text: &str) -> Option<(PersonKind, String)> {
    let (kind, code) = text.split_once(':')?;
    Some((PersonKind::of(kind)?, code.to_owned())).filter(|(_, code)| !code.is_empty())
}

/// Each value once, in the order in which they came.
fn once(values: Vec<String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for value in values {
        if !found.contains(&value) {
            found.push(value);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> Entry {
        Entry::read(&Fields::parse(text.as_bytes()))
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn who_was_not_reached_is_tried_again_on_the_next_school_day_and_nothing_is_asked() {
        let entry = entry("school=1&kind=phone&result=not-reached&who=pupil:a&persons=3");
        let done = entry.finish(day("2026-11-20"), Some(day("2026-11-23")), Lang::De);
        assert_eq!((done.minutes.as_str(), done.persons.as_deref()), ("0", None));
        assert_eq!((done.next_due.as_str(), &*done.next_step), ("2026-11-23", "erneut versuchen"));
        let mut own = entry.clone();
        own.next = "none".into();
        assert_eq!(own.finish(day("2026-11-20"), None, Lang::De).next_due, "");
    }

    #[test]
    fn defaults_follow_from_the_kind() {
        let done = entry("kind=home-visit&result=reached&who=household:h&day=g&time=1430").finish(
            day("2026-11-20"),
            None,
            Lang::De,
        );
        assert_eq!((done.minutes.as_str(), done.day.as_str()), ("60", "2026-11-19"));
        assert_eq!((done.time.as_str(), done.household.as_str()), ("14:30", "h"));
        let group =
            entry("kind=class&result=reached&who=pupil:a&who=pupil:b&who=pupil:a&who=staff:l")
                .finish(day("2026-11-20"), None, Lang::De);
        assert_eq!((group.persons.as_deref(), group.pupils.len()), (Some("2"), 2));
        assert_eq!(group.participants, ["l"]);
    }

    #[test]
    fn a_draft_comes_back_as_it_was_typed() {
        let typed =
            entry("school=1&who=pupil:a&next=date&next_day=mo&shared_note=1%0D%0A2&group=1");
        let text = serde_json::to_string(&typed).unwrap();
        assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), typed);
        // One of an earlier version of the program, with fewer fields.
        assert_eq!(serde_json::from_str::<Entry>("{\"kind\":\"phone\"}").unwrap().kind, "phone");
    }

    #[test]
    fn a_mark_that_is_none_is_replaced() {
        let made = entry("submission=%27;--").submission;
        assert!(made.parse::<Id>().is_ok());
        assert!(parse_person("pupil:").is_none() && parse_person("admin:x").is_none());
    }
}
