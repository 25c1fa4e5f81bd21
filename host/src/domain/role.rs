//! What people are to the records: the roles that decide who may do what.

use std::str::FromStr;

use super::words::Text;

/// What somebody is to the records. Not the profession of a practitioner, which is a code of the list
/// `role` that a municipality may add to, but what follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Accompanies families: education mediators, language and culture mediators, case managers.
    Mediator,
    /// The teacher of a tandem or tridem.
    Teacher,
    /// The school social worker of a tridem, bound to secrecy by § 203 StGB.
    SocialWorker,
    /// Leads a school.
    Head,
    /// Coordinates the work at all schools.
    Coordinator,
    /// Answers for the programme: sees figures, not children.
    Lead,
    /// Operates the program, and reads no records.
    Administrator,
    /// Watches over data protection.
    ProtectionOfficer,
}

/// A text that is no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a role; use one of {all}", all = Role::codes())]
pub struct UnknownRole(pub String);

impl Role {
    /// All roles, in the order of the columns of the table of use cases.
    pub const ALL: [Self; 8] = [
        Self::Mediator,
        Self::Teacher,
        Self::SocialWorker,
        Self::Head,
        Self::Coordinator,
        Self::Lead,
        Self::Administrator,
        Self::ProtectionOfficer,
    ];

    /// Its permanent code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Mediator => "mediator",
            Self::Teacher => "teacher",
            Self::SocialWorker => "social-worker",
            Self::Head => "head",
            Self::Coordinator => "coordinator",
            Self::Lead => "lead",
            Self::Administrator => "administrator",
            Self::ProtectionOfficer => "protection-officer",
        }
    }

    /// Its words.
    pub fn text(self) -> Text {
        match self {
            Self::Mediator => Text::new("Mediation", "mediator"),
            Self::Teacher => Text::new("Lehrkraft", "teacher"),
            Self::SocialWorker => Text::new("Schulsozialarbeit", "school social worker"),
            Self::Head => Text::new("Schulleitung", "school head"),
            Self::Coordinator => Text::new("Koordination", "coordinator"),
            Self::Lead => Text::new("Programmleitung", "programme lead"),
            Self::Administrator => Text::new("Systemverwaltung", "administrator"),
            Self::ProtectionOfficer => Text::new("Datenschutz", "data protection officer"),
        }
    }

    /// The role of a practitioner whose profession has this code in the list `role`. A profession that
    /// a municipality has added sees what a teacher sees: that is the least.
    pub fn of_profession(code: &str) -> Self {
        match code {
            "mediation" | "culture-mediation" | "case-management" => Self::Mediator,
            "social-work" => Self::SocialWorker,
            "head" => Self::Head,
            "coordination" => Self::Coordinator,
            "admin" => Self::Administrator,
            _ => Self::Teacher,
        }
    }

    fn codes() -> String {
        Self::ALL.map(|role| format!("`{}`", role.code())).join(", ")
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(code: &str) -> Result<Self, UnknownRole> {
        let found = Self::ALL.into_iter().find(|role| role.code() == code);
        found.ok_or_else(|| UnknownRole(code.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CodeLists;

    #[test]
    fn every_profession_of_the_seed_has_a_role_and_an_unknown_one_has_the_least() {
        let lists = CodeLists::new(CodeLists::seed());
        let roles: Vec<_> = lists
            .list("role")
            .codes()
            .iter()
            .map(|code| (code.code.as_str(), Role::of_profession(&code.code).code()))
            .map(|(profession, role)| format!("{profession} {role}"))
            .collect();
        assert_eq!(
            roles.join(", "),
            "mediation mediator, teacher teacher, social-work social-worker, head head, coordination \
             coordinator, culture-mediation mediator, case-management mediator, admin administrator"
        );
        assert_eq!(Role::of_profession("family-centre"), Role::Teacher);
    }

    #[test]
    fn roles_are_known_by_their_codes() {
        assert!("operator".parse::<Role>().is_err());
        for role in Role::ALL {
            assert_eq!(role.code().parse(), Ok(role));
        }
    }
}
