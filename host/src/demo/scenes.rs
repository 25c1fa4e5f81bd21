//! What must happen in every invented city, whatever its seed: the cases that reports get wrong.

use super::contacts::Contact;
use super::kinds::kind;
use super::people::{People, VANISHING};
use super::plan::{day, present};
use crate::domain::Day;

/// Place of the secondary school with three home visits to two households in the year.
pub(super) const FEW_VISITS: usize = 8;

/// Place of the school that wrote two letters in the year.
pub(super) const TWO_LETTERS: usize = 2;

/// Place of the school with a home visit at which four people were present.
pub(super) const FULL_HOUSE: usize = 0;

/// Every staged contact, in no particular order.
pub(super) fn all(people: &People, days: &[Vec<Day>]) -> Vec<Contact> {
    let stage = Stage { people, days };
    let mut scenes = Vec::with_capacity(12);

    // Three contacts but two households: too few to print, counted either way.
    for (from, family, persons) in
        [("2025-10-06", 0, 2), ("2026-01-19", 0, 3), ("2026-04-20", 1, 2)]
    {
        let visit = stage.scene(FEW_VISITS, from, "home-visit", family);
        scenes.push(Contact { persons, minutes: 50, topics: vec!["attendance"], ..visit });
    }

    for (from, family) in [("2025-11-10", 0), ("2026-05-18", 1)] {
        let letter = stage.scene(TWO_LETTERS, from, "letter", family);
        scenes.push(Contact { minutes: 15, topics: vec!["learning"], ..letter });
    }

    // One contact, one household, four person-contacts.
    let visit = stage.scene(FULL_HOUSE, "2025-09-17", "home-visit", 0);
    scenes.push(Contact { persons: 4, minutes: 60, topics: vec!["participation"], ..visit });

    // A family is reached twice in autumn, then five times in a row no more. It has moved away,
    // and nobody knows where to.
    let (school, last) = VANISHING;
    for (from, name) in [("2025-09-23", "parent-talk"), ("2025-11-11", "phone")] {
        let talk = stage.scene(school, from, name, 0);
        scenes.push(Contact { minutes: 20, topics: vec!["learning"], ..talk });
    }
    let attempts = [
        ("2026-02-02", "phone", "not-reached", "Mailbox, um Rückruf gebeten."),
        ("2026-02-03", "phone", "not-reached", ""),
        ("2026-02-04", "message", "not-reached", "Nachricht nicht zugestellt."),
        ("2026-02-05", "home-visit", "not-reached", "Niemand angetroffen."),
        (last, "home-visit", "moved-away", "Der Name steht nicht mehr am Briefkasten."),
    ];
    for (from, name, result, shared_note) in attempts {
        let attempt = stage.scene(school, from, name, 0);
        let topics = vec!["attendance"];
        let (persons, minutes, language) = (0, 10, "");
        scenes.push(Contact { minutes, result, persons, topics, language, shared_note, ..attempt });
    }
    scenes
}

/// What scenes are set on.
struct Stage<'a> {
    people: &'a People,
    days: &'a [Vec<Day>],
}

impl Stage<'_> {
    /// A contact with a steady family by a mediator and a teacher, on the first school day from
    /// `from` on; by the teacher alone where no mediator is at the school.
    fn scene(&self, school: usize, from: &str, name: &str, family: usize) -> Contact {
        let days = &self.days[school];
        let date = days[days.partition_point(|other| *other < day(from))];
        let household = self.people.steady[school][family];
        let team =
            ["mediation", "teacher"].iter().filter_map(|role| present(school, role, date).next());
        let kind = kind(name);
        Contact {
            school,
            day: date,
            time: Some(kind.begins.0),
            minutes: kind.minutes.0,
            kind,
            result: "reached",
            participants: team.collect(),
            pupils: self.people.households[household].pupils.clone(),
            household: Some(household),
            persons: 1,
            topics: Vec::new(),
            consultation: "",
            language: "de",
            interpreter: false,
            next_due: None,
            next_step: "",
            shared_note: "",
            private_note: "",
        }
    }
}
