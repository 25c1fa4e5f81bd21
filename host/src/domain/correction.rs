//! What differs between two versions of a contact, field by field.

use super::contact::{Contact, ContactView, NextStep, PrivateNote};
use super::day::Day;
use super::words::Text;

/// A field of a contact that can be corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContactField {
    /// Where.
    School,
    /// When.
    Day,
    /// At what time.
    Time,
    /// How long.
    Minutes,
    /// What kind.
    Kind,
    /// How it ended.
    Result,
    /// Whether it was an attempt.
    Attempt,
    /// Who took part, with their roles.
    Participants,
    /// Whom it was about.
    Pupils,
    /// Which household it was about.
    Household,
    /// How many were present.
    Persons,
    /// What it was about.
    Topics,
    /// What kind of consultation.
    Consultation,
    /// In what language.
    Language,
    /// Whether an interpreter helped.
    Interpreter,
    /// By when the next step is due.
    NextDue,
    /// The next step.
    NextStep,
    /// The note for the team.
    SharedNote,
    /// The note of a profession: a place in the code list `role`.
    PrivateNote(u16),
}

impl ContactField {
    /// Its permanent name, the same as of the column in a file of contacts. A private note's is that
    /// of all of them; the role's code belongs behind it.
    pub fn name(self) -> &'static str {
        match self {
            Self::School => "school",
            Self::Day => "day",
            Self::Time => "time",
            Self::Minutes => "minutes",
            Self::Kind => "kind",
            Self::Result => "result",
            Self::Attempt => "attempt",
            Self::Participants => "participants",
            Self::Pupils => "pupils",
            Self::Household => "household",
            Self::Persons => "persons",
            Self::Topics => "topics",
            Self::Consultation => "consultation",
            Self::Language => "language",
            Self::Interpreter => "interpreter",
            Self::NextDue => "next_due",
            Self::NextStep => "next_step",
            Self::SharedNote => "shared_note",
            Self::PrivateNote(_) => "private_note",
        }
    }

    /// Its words.
    pub fn title(self) -> Text {
        match self {
            Self::School => Text::new("Schule", "School"),
            Self::Day => Text::new("Tag", "Day"),
            Self::Time => Text::new("Uhrzeit", "Time"),
            Self::Minutes => Text::new("Minuten", "Minutes"),
            Self::Kind => Text::new("Art", "Kind"),
            Self::Result => Text::new("Ergebnis", "Result"),
            Self::Attempt => Text::new("Versuch", "Attempt"),
            Self::Participants => Text::new("Beteiligte", "Participants"),
            Self::Pupils => Text::new("Kinder", "Pupils"),
            Self::Household => Text::new("Haushalt", "Household"),
            Self::Persons => Text::new("Anwesende", "Persons present"),
            Self::Topics => Text::new("Themen", "Topics"),
            Self::Consultation => Text::new("Beratung", "Consultation"),
            Self::Language => Text::new("Sprache", "Language"),
            Self::Interpreter => Text::new("Dolmetschung", "Interpreter"),
            Self::NextDue => Text::new("Nächster Schritt bis", "Next step due"),
            Self::NextStep => Text::new("Nächster Schritt", "Next step"),
            Self::SharedNote => Text::new("Notiz", "Note"),
            Self::PrivateNote(_) => Text::new("Vertrauliche Notiz", "Private note"),
        }
    }
}

/// A contact as it was before a correction, as one who may see the contact sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactVersion {
    /// Its number, from 1.
    pub version: u32,
    /// When it was replaced, in seconds since 1970-01-01 UTC.
    pub replaced_at: i64,
    /// By whom: see [`Author::code`](super::Author).
    pub replaced_by: String,
    /// Why; `None` where the reader may see nothing of what was changed.
    pub reason: Option<String>,
    /// What it was; `None` where it belonged to a school that the reader may not see.
    pub view: Option<ContactView>,
    /// The fields in which the next version differs.
    pub changed: Vec<ContactField>,
    /// Professions (places in `role`) whose private note the next version has changed, and which the
    /// reader may not read.
    pub closed_changes: Vec<u16>,
}

/// A contact with what it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactHistory {
    /// The contact.
    pub now: ContactView,
    /// What it was, oldest first; empty for a contact that was never corrected.
    pub versions: Vec<ContactVersion>,
}

impl Contact {
    /// The fields in which `other` differs, in the order of [`ContactField`]. In what order people
    /// are named makes no difference.
    pub fn differences(&self, other: &Self) -> Vec<ContactField> {
        use ContactField as Field;
        let step = |contact: &Self| -> (Option<Day>, String) {
            let NextStep { due, text } =
                contact.next_step.clone().unwrap_or(NextStep { due: None, text: String::new() });
            (due, text)
        };
        let ((due, text), (other_due, other_text)) = (step(self), step(other));
        let fields = [
            (Field::School, self.school != other.school),
            (Field::Day, self.day != other.day),
            (Field::Time, self.time != other.time),
            (Field::Minutes, self.minutes != other.minutes),
            (Field::Kind, self.kind != other.kind),
            (Field::Result, self.result != other.result),
            (Field::Attempt, self.attempt != other.attempt),
            (Field::Participants, sorted(&self.participants) != sorted(&other.participants)),
            (Field::Pupils, sorted(&self.pupils) != sorted(&other.pupils)),
            (Field::Household, self.household != other.household),
            (Field::Persons, self.persons != other.persons),
            (Field::Topics, self.topics != other.topics),
            (Field::Consultation, self.consultation != other.consultation),
            (Field::Language, self.language != other.language),
            (Field::Interpreter, self.interpreter != other.interpreter),
            (Field::NextDue, due != other_due),
            (Field::NextStep, text != other_text),
            (Field::SharedNote, self.shared_note != other.shared_note),
        ];
        let mut found: Vec<Field> =
            fields.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect();
        let mut professions: Vec<u16> = self
            .private_notes
            .iter()
            .chain(&other.private_notes)
            .map(|note| note.profession)
            .collect();
        professions.sort_unstable();
        professions.dedup();
        let differs = |profession: &u16| self.note_of(*profession) != other.note_of(*profession);
        found.extend(professions.into_iter().filter(differs).map(Field::PrivateNote));
        found
    }

    /// The private note of a profession.
    pub fn note_of(&self, profession: u16) -> Option<&str> {
        let is_theirs = |note: &&PrivateNote| note.profession == profession;
        self.private_notes.iter().find(is_theirs).map(|note| note.text.as_str())
    }
}

fn sorted<T: Ord + Copy>(items: &[T]) -> Vec<T> {
    let mut items = items.to_vec();
    items.sort_unstable();
    items
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{HouseholdKey, Id, PractitionerKey, PupilKey, SchoolKey};

    fn contact() -> Contact {
        Contact {
            id: Id(uuid::Uuid::from_u128(1)),
            school: SchoolKey(1),
            day: Day(1),
            time: None,
            minutes: 30,
            kind: 0,
            result: 0,
            attempt: false,
            consultation: None,
            language: None,
            interpreter: false,
            topics: 0,
            persons: 1,
            household: None,
            pupils: vec![PupilKey(1), PupilKey(2)],
            participants: vec![(PractitionerKey(1), 0), (PractitionerKey(2), 1)],
            next_step: None,
            shared_note: None,
            private_notes: Vec::new(),
        }
    }

    #[test]
    fn every_field_that_changes_is_named_and_no_other() {
        type Change = fn(&mut Contact);
        let note = |profession, text: &str| PrivateNote { profession, text: text.into() };
        let changes: [(ContactField, Change); 18] = [
            (ContactField::School, |contact| contact.school = SchoolKey(2)),
            (ContactField::Day, |contact| contact.day = Day(2)),
            (ContactField::Time, |contact| contact.time = Some(0)),
            (ContactField::Minutes, |contact| contact.minutes = 31),
            (ContactField::Kind, |contact| contact.kind = 1),
            (ContactField::Result, |contact| contact.result = 1),
            (ContactField::Attempt, |contact| contact.attempt = true),
            (ContactField::Participants, |contact| contact.participants[1].1 = 2),
            (ContactField::Pupils, |contact| contact.pupils.truncate(1)),
            (ContactField::Household, |contact| contact.household = Some(HouseholdKey(1))),
            (ContactField::Persons, |contact| contact.persons = 2),
            (ContactField::Topics, |contact| contact.topics = 1),
            (ContactField::Consultation, |contact| contact.consultation = Some(0)),
            (ContactField::Language, |contact| contact.language = Some(0)),
            (ContactField::Interpreter, |contact| contact.interpreter = true),
            (ContactField::NextDue, |contact| {
                contact.next_step = Some(NextStep { due: Some(Day(9)), text: String::new() });
            }),
            (ContactField::NextStep, |contact| {
                contact.next_step = Some(NextStep { due: None, text: "x".into() });
            }),
            (ContactField::SharedNote, |contact| contact.shared_note = Some("x".into())),
        ];
        for (field, change) in changes {
            let mut other = contact();
            change(&mut other);
            assert_eq!(contact().differences(&other), [field]);
            assert_eq!(other.differences(&contact()), [field]);
        }
        let mut one = contact();
        one.private_notes = vec![note(2, "a"), note(0, "b")];
        let mut other = contact();
        other.private_notes = vec![note(0, "b"), note(2, "c"), note(1, "d")];
        let expected = [1, 2].map(ContactField::PrivateNote);
        assert_eq!(one.differences(&other), expected);
    }

    #[test]
    fn the_order_of_people_is_no_difference() {
        let mut other = contact();
        other.pupils.reverse();
        other.participants.reverse();
        other.next_step = Some(NextStep { due: None, text: String::new() });
        assert_eq!(contact().differences(&other), []);
    }
}
