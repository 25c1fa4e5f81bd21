//! Contacts: what a tandem or tridem did with whom, and who took part.

use super::code::CodeList;
use super::day::Day;
use super::id::{ContactKey, HouseholdKey, Id, PractitionerKey, PupilKey, SchoolKey};
use super::release::Release;

/// The longest a contact can take: a day, in minutes.
pub const MOST_MINUTES: u16 = 1440;

/// The most people that can be present at one contact.
pub const MOST_PERSONS: u16 = 500;

/// The longest note, in bytes of UTF-8.
pub const LONGEST_NOTE: usize = 20_000;

/// Who worked together in a contact. It follows from the roles of those who took part and is
/// never typed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum TeamForm {
    /// Anything that is neither a tandem nor a tridem.
    Solo = 0,
    /// A mediator and a teacher.
    Tandem = 1,
    /// A mediator, a teacher and a school social worker.
    Tridem = 2,
}

impl TeamForm {
    /// Its code in the list `team-form`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Solo => "solo",
            Self::Tandem => "tandem",
            Self::Tridem => "tridem",
        }
    }

    /// Its place in the code list `team-form`. Test: `team_forms_stand_where_the_code_list_has_them`.
    pub fn place(self) -> u16 {
        self as u16
    }
}

/// The three roles that make a tandem or a tridem, as bits of a set of the code list `role`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TeamRoles {
    mediation: u64,
    teacher: u64,
    social_work: u64,
}

impl TeamRoles {
    /// Finds the three roles in a municipality's list. A role the list lacks is nobody's.
    pub fn new(roles: &CodeList) -> Self {
        let bit = |code| roles.place(code).map_or(0, |place| 1u64 << place);
        Self {
            mediation: bit("mediation"),
            teacher: bit("teacher"),
            social_work: bit("social-work"),
        }
    }

    /// The team form of a set of roles.
    pub fn form(self, present: u64) -> TeamForm {
        let has = |role: u64| present & role != 0;
        match (has(self.mediation) && has(self.teacher), has(self.social_work)) {
            (true, true) => TeamForm::Tridem,
            (true, false) => TeamForm::Tandem,
            (false, _) => TeamForm::Solo,
        }
    }
}

/// What is to happen after a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextStep {
    /// By when; `None` without a date.
    pub due: Option<Day>,
    /// What, in a few words; may be empty.
    pub text: String,
}

/// A note that one profession alone may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateNote {
    /// The profession: a place in the code list `role`.
    pub profession: u16,
    /// The note.
    pub text: String,
}

/// One contact, or one attempt at one. Codes are places in their code lists.
///
/// A contact without a pupil and without a household is normal: a talk with a teacher, a parent café.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its permanent id.
    pub id: Id,
    /// Where, or for which school.
    pub school: SchoolKey,
    /// When.
    pub day: Day,
    /// At what time, in minutes after midnight; `None` where nobody noted it.
    pub time: Option<u16>,
    /// How long, in minutes, 0 to 1440.
    pub minutes: u16,
    /// Place in `contact-kind`.
    pub kind: u16,
    /// Place in `result`.
    pub result: u16,
    /// Nobody was reached: this is an attempt, not a contact.
    pub attempt: bool,
    /// Place in `consultation`; `None` where it was none.
    pub consultation: Option<u16>,
    /// Place in `language`; `None` where nobody noted it.
    pub language: Option<u16>,
    /// Whether an interpreter helped.
    pub interpreter: bool,
    /// A set over `topic`.
    pub topics: u64,
    /// How many people of the family or group were present, the team not counted; 0 at an attempt.
    pub persons: u16,
    /// The household, where it was about one.
    pub household: Option<HouseholdKey>,
    /// The pupils it was about, each once.
    pub pupils: Vec<PupilKey>,
    /// Who took part, each once, with the role they had then (a place in `role`). Never empty.
    pub participants: Vec<(PractitionerKey, u16)>,
    /// What is to happen next.
    pub next_step: Option<NextStep>,
    /// The note that everybody of the team may read.
    pub shared_note: Option<String>,
    /// At most one note for each profession.
    pub private_notes: Vec<PrivateNote>,
}

impl Contact {
    /// The roles of those who took part, as a set over the code list `role`.
    pub fn roles(&self) -> u64 {
        self.participants.iter().fold(0, |set, (_, role)| set | 1 << role)
    }
}

/// A contact as one who may see it sees it: with names in place of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactView {
    /// Its row.
    pub key: ContactKey,
    /// The contact. Private notes outside the reader's lanes are not in it.
    pub contact: Contact,
    /// The school's number.
    pub school: String,
    /// The school's name.
    pub school_name: String,
    /// Code and name of each participant, in the order of `contact.participants`.
    pub participants: Vec<(String, String)>,
    /// Code and name of each pupil, in the order of `contact.pupils`.
    pub pupils: Vec<(String, String)>,
    /// The household's code.
    pub household: Option<String>,
    /// Professions (places in `role`) that have a private note here which the reader may not read.
    pub closed_lanes: Vec<u16>,
    /// Private notes that were shown to another profession, as far as one of the two is the
    /// reader's; oldest first.
    pub releases: Vec<Release>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::code::CodeLists;

    fn seed(name: &str) -> CodeList {
        CodeLists::seed().into_iter().find(|(found, _)| found == name).unwrap().1
    }

    fn form(codes: &[&str]) -> TeamForm {
        let roles = seed("role");
        let set = codes.iter().fold(0, |set, code| set | 1 << roles.place(code).unwrap());
        TeamRoles::new(&roles).form(set)
    }

    #[test]
    fn a_team_is_what_its_members_are() {
        assert_eq!(form(&["mediation", "teacher"]), TeamForm::Tandem);
        assert_eq!(form(&["mediation", "teacher", "social-work"]), TeamForm::Tridem);
        assert_eq!(form(&["mediation", "teacher", "head"]), TeamForm::Tandem);
        for solo in
            [&["mediation"][..], &["teacher", "social-work"], &["mediation", "social-work"], &[]]
        {
            assert_eq!(form(solo), TeamForm::Solo, "{solo:?}");
        }
    }

    #[test]
    fn team_forms_stand_where_the_code_list_has_them() {
        let list = seed("team-form");
        for (form, code) in
            [(TeamForm::Solo, "solo"), (TeamForm::Tandem, "tandem"), (TeamForm::Tridem, "tridem")]
        {
            assert_eq!(list.place(code), Some(form.place()));
        }
    }
}
