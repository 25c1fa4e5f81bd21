//! How each kind of contact usually goes: how often, how long, with whom, how often in vain.

use crate::domain::Level;

/// Whom a contact concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Concern {
    /// One pupil.
    One,
    /// Two or three siblings.
    Siblings,
    /// A household, without naming a pupil.
    Household,
    /// Neither: a talk with a teacher, a whole class, a group of parents.
    Nobody,
}

/// The concerns in the order of [`Kind::concerns`].
pub(super) const CONCERNS: [Concern; 4] =
    [Concern::One, Concern::Siblings, Concern::Household, Concern::Nobody];

/// Who works together, in the order of [`Kind::teams`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Team {
    Solo,
    Tandem,
    Tridem,
}

/// The teams in the order of [`Kind::teams`].
pub(super) const TEAMS: [Team; 3] = [Team::Solo, Team::Tandem, Team::Tridem];

/// One kind of contact. Weights are relative to the other numbers of their list.
#[derive(Debug)]
pub(super) struct Kind {
    /// The code in `contact-kind`.
    pub(super) code: &'static str,
    primary: u16,
    secondary: u16,
    /// Weight on days without a mediator, when teachers and social workers are on their own.
    alone: u16,
    /// Shortest and longest, in steps of five minutes.
    pub(super) minutes: (u16, u16),
    /// How many of 100 reach somebody.
    pub(super) reached: u32,
    pub(super) teams: [u16; 3],
    pub(super) concerns: [u16; 4],
    /// Earliest and latest beginning, in minutes after midnight.
    pub(super) begins: (u16, u16),
    /// Fewest and most people of the family or group who are present.
    pub(super) persons: (u16, u16),
    /// Whether it can be a consultation.
    pub(super) is_advice: bool,
}

impl Kind {
    /// How often it happens at a school of a level, relative to the other kinds.
    pub(super) fn weight(&self, level: Level, is_mediator_there: bool) -> u16 {
        match (is_mediator_there, level) {
            (false, _) => self.alone,
            (true, Level::Primary) => self.primary,
            (true, Level::Secondary) => self.secondary,
        }
    }
}

const fn at(hour: u16, minute: u16) -> u16 {
    hour * 60 + minute
}

/// Every kind of contact. The parent café has no weight: it has its own days.
#[rustfmt::skip]
pub(super) const KINDS: [Kind; 14] = [
    Kind { code: "home-visit", primary: 60, secondary: 35, alone: 0, minutes: (30, 75), reached: 76, teams: [10, 60, 30],
           concerns: [44, 26, 30, 0], begins: (at(14, 0), at(17, 15)), persons: (1, 5), is_advice: true },
    Kind { code: "parent-talk", primary: 200, secondary: 130, alone: 25, minutes: (20, 45), reached: 80, teams: [11, 65, 24],
           concerns: [63, 14, 15, 8], begins: (at(8, 0), at(15, 30)), persons: (1, 3), is_advice: true },
    Kind { code: "phone", primary: 140, secondary: 220, alone: 35, minutes: (5, 20), reached: 62, teams: [24, 63, 13],
           concerns: [50, 10, 22, 18], begins: (at(8, 0), at(16, 0)), persons: (1, 1), is_advice: true },
    Kind { code: "message", primary: 120, secondary: 130, alone: 25, minutes: (5, 10), reached: 70, teams: [28, 61, 11],
           concerns: [52, 10, 22, 16], begins: (at(8, 0), at(16, 30)), persons: (1, 1), is_advice: false },
    Kind { code: "letter", primary: 15, secondary: 25, alone: 0, minutes: (10, 20), reached: 94, teams: [28, 57, 15],
           concerns: [60, 10, 30, 0], begins: (at(8, 0), at(14, 0)), persons: (1, 2), is_advice: false },
    Kind { code: "accompaniment", primary: 25, secondary: 25, alone: 0, minutes: (45, 120), reached: 86, teams: [25, 55, 20],
           concerns: [64, 16, 20, 0], begins: (at(8, 30), at(14, 0)), persons: (1, 4), is_advice: true },
    Kind { code: "class", primary: 130, secondary: 60, alone: 0, minutes: (45, 45), reached: 97, teams: [8, 84, 8],
           concerns: [48, 0, 0, 52], begins: (at(8, 0), at(12, 0)), persons: (1, 6), is_advice: false },
    Kind { code: "break", primary: 80, secondary: 45, alone: 0, minutes: (15, 20), reached: 98, teams: [15, 72, 13],
           concerns: [45, 3, 0, 52], begins: (at(9, 30), at(11, 30)), persons: (1, 6), is_advice: false },
    Kind { code: "interpreting", primary: 30, secondary: 30, alone: 0, minutes: (20, 60), reached: 88, teams: [30, 55, 15],
           concerns: [64, 12, 24, 0], begins: (at(8, 0), at(15, 0)), persons: (1, 3), is_advice: false },
    Kind { code: "pupil-talk", primary: 110, secondary: 140, alone: 30, minutes: (10, 30), reached: 88, teams: [20, 55, 25],
           concerns: [88, 12, 0, 0], begins: (at(8, 0), at(13, 30)), persons: (1, 1), is_advice: false },
    Kind { code: "conference", primary: 25, secondary: 60, alone: 0, minutes: (30, 60), reached: 92, teams: [0, 25, 75],
           concerns: [74, 10, 0, 16], begins: (at(12, 30), at(15, 30)), persons: (1, 4), is_advice: false },
    Kind { code: "parent-cafe", primary: 0, secondary: 0, alone: 0, minutes: (90, 120), reached: 100, teams: [5, 55, 40],
           concerns: [0, 0, 0, 1], begins: (at(14, 30), at(15, 0)), persons: (5, 20), is_advice: false },
    Kind { code: "form-help", primary: 40, secondary: 40, alone: 5, minutes: (20, 45), reached: 86, teams: [30, 50, 20],
           concerns: [46, 12, 42, 0], begins: (at(8, 0), at(15, 0)), persons: (1, 2), is_advice: true },
    Kind { code: "conflict", primary: 25, secondary: 60, alone: 0, minutes: (20, 45), reached: 88, teams: [10, 40, 50],
           concerns: [64, 6, 8, 22], begins: (at(8, 0), at(14, 0)), persons: (1, 4), is_advice: false },
];

/// The kind of a code of this list.
pub(super) fn kind(code: &str) -> &'static Kind {
    let found = KINDS.iter().find(|kind| kind.code == code);
    found.expect("test: kinds_are_those_of_the_code_list")
}

/// Topics with their weights at primary and at secondary schools.
pub(super) const TOPICS: [(&str, u16, u16); 18] = [
    ("attendance", 14, 22),
    ("learning", 26, 20),
    ("language", 12, 8),
    ("transition", 4, 5),
    ("enrolment", 3, 1),
    ("behaviour", 12, 16),
    ("discrimination", 1, 2),
    ("health", 7, 5),
    ("participation", 10, 5),
    ("benefits", 9, 7),
    ("housing", 3, 3),
    ("residence", 2, 3),
    ("family-reunion", 1, 1),
    ("work", 2, 4),
    ("social-inclusion", 4, 4),
    ("german", 4, 4),
    ("recognition", 1, 1),
    ("benefit-change", 1, 1),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CodeList, CodeLists};

    fn seed(name: &str) -> CodeList {
        CodeLists::seed().into_iter().find(|(found, _)| found == name).unwrap().1
    }

    #[test]
    fn kinds_are_those_of_the_code_list() {
        let list = seed("contact-kind");
        assert_eq!(list.codes().len(), KINDS.len());
        for code in list.codes() {
            assert_eq!(kind(&code.code).code, code.code);
        }
    }

    #[test]
    fn topics_are_those_of_the_code_list() {
        let codes: Vec<String> =
            seed("topic").codes().iter().map(|code| code.code.clone()).collect();
        assert_eq!(TOPICS.map(|(code, _, _)| code).to_vec(), codes);
    }

    #[test]
    fn what_a_kind_says_of_itself_is_in_order() {
        for kind in &KINDS {
            assert!(kind.minutes.0 % 5 == 0 && kind.minutes.1 % 5 == 0, "{}", kind.code);
            assert!(kind.minutes.0 <= kind.minutes.1 && kind.begins.0 <= kind.begins.1);
            assert!(kind.persons.0 >= 1 && kind.persons.0 <= kind.persons.1);
            assert_eq!(kind.teams.iter().sum::<u16>(), 100, "{}", kind.code);
        }
    }
}
