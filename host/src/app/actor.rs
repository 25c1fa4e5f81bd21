//! Who acts: the operator of this machine, or a practitioner with what they may see.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::domain::{Author, Day, Pairing, PractitionerKey, Role, SchoolKey, Schools, Scope};
use crate::store::Reader;

use super::Error;
use super::plugins::hex;
use super::workspace::now;

/// Who a use case is carried out for.
///
/// Without a practitioner it is the operator, who works with all schools and reads nobody's private
/// notes. As a practitioner one sees the schools one is assigned to today, and the private notes of
/// one's own profession. There is no password yet: who holds the key of the records can be anybody,
/// so the key is what has to be protected.
#[derive(Debug, Clone)]
pub struct Actor {
    user: String,
    practitioner: Option<String>,
}

impl Actor {
    /// The user of this machine, acting as a practitioner where one is named by their code.
    pub fn new(user: String, practitioner: Option<String>) -> Self {
        Self { user, practitioner }
    }

    /// What is noted down as who did it.
    pub fn name(&self) -> &str {
        self.practitioner.as_deref().unwrap_or(&self.user)
    }

    /// The one whom the audit names for what is done now.
    pub(super) fn author(&self) -> Author {
        Author::new(self.code(), now())
    }

    /// Who it is, as the audit has it: a code, and never a person's name.
    ///
    /// A practitioner is their code, which the municipality gave them. Whoever works without one is
    /// `account:` with the account of this machine, which its administrator gave them. Some systems
    /// let people call an account `Mia Muster`; a name with anything but letters, digits and
    /// `. _ - @ \` in it is replaced by the beginning of its SHA-256, which tells two accounts apart
    /// and can be made again from the account that is asked about.
    fn code(&self) -> String {
        let is_code = |account: &str| {
            account.len() <= 64
                && account.bytes().all(|byte| {
                    byte.is_ascii_alphanumeric()
                        || matches!(byte, b'.' | b'_' | b'-' | b'@' | b'\\')
                })
        };
        match &self.practitioner {
            Some(code) => code.clone(),
            None if is_code(&self.user) => format!("account:{}", self.user),
            None => format!("account:#{}", hex(&Sha256::digest(&self.user)[..6])),
        }
    }

    /// The practitioner's code, where they act as one.
    pub fn practitioner(&self) -> Option<&str> {
        self.practitioner.as_deref()
    }

    /// Refuses a practitioner what is done where there are no records yet.
    ///
    /// # Errors
    ///
    /// [`Error::OperatorOnly`].
    pub(super) fn for_all_schools(&self) -> Result<(), Error> {
        match &self.practitioner {
            None => Ok(()),
            Some(code) => Err(Error::OperatorOnly(code.clone())),
        }
    }

    /// What they are to the records; `None` for the operator of a folder without accounts.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchPractitioner`] where the code is nobody's, and errors of the store.
    pub(super) fn role(&self, reader: &Reader<'_>) -> Result<Option<Role>, Error> {
        let profession = self.profession(reader)?;
        Ok(profession.map(|profession| Role::of_profession(&profession)))
    }

    /// All schools, and the private notes of their own profession.
    ///
    /// # Errors
    ///
    /// As [`Actor::role`].
    pub(super) fn everywhere(&self, reader: &Reader<'_>) -> Result<Scope, Error> {
        let profession = self.profession(reader)?;
        let lane = profession.and_then(|code| reader.code_lists().list("role").place(&code));
        let scope = Scope::municipality();
        Ok(if let Some(lane) = lane { scope.with_lane(lane) } else { scope })
    }

    /// The schools they are assigned to on `today` or where they are in a tandem or tridem, and the
    /// private notes of their own profession. A
    /// teacher sees the contacts of their own tandems and tridems there, and no others.
    ///
    /// # Errors
    ///
    /// As [`Actor::role`].
    pub(super) fn own_scope(&self, reader: &Reader<'_>, today: Day) -> Result<Scope, Error> {
        let everywhere = self.everywhere(reader)?;
        let Some(code) = &self.practitioner else { return Ok(everywhere) };
        let pairings: Vec<Pairing> = reader
            .pairings()?
            .into_iter()
            .filter(|view| view.members.iter().any(|(member, _)| member == code))
            .map(|view| view.pairing)
            .filter(|pairing| pairing.span.contains(today))
            .collect();
        let schools: BTreeSet<SchoolKey> = reader
            .assignments()?
            .into_iter()
            .filter(|view| view.practitioner == *code && view.assignment.span.contains(today))
            .map(|view| view.assignment.school)
            .chain(pairings.iter().map(|pairing| pairing.school))
            .collect();
        let scope = Scope { schools: Schools::Only(schools), ..everywhere };
        if self.role(reader)? != Some(Role::Teacher) {
            return Ok(scope);
        }
        let mut team: BTreeSet<PractitionerKey> =
            pairings.into_iter().flat_map(|pairing| pairing.members).collect();
        // Who is in no team yet has contacts of their own all the same.
        team.extend(reader.directory()?.practitioners.get(code).map(|known| known.key));
        Ok(scope.of_team(team))
    }

    /// The code of their profession in the list `role`; `None` for who is no practitioner.
    fn profession(&self, reader: &Reader<'_>) -> Result<Option<String>, Error> {
        let Some(code) = &self.practitioner else { return Ok(None) };
        let known = reader.practitioners()?.into_iter().find(|known| known.code == *code);
        let known = known.ok_or_else(|| Error::NoSuchPractitioner(code.clone()))?;
        Ok(Some(known.role))
    }
}

#[cfg(test)]
impl Actor {
    /// Somebody new of a role.
    pub(super) fn acting(app: &mut super::App, role: Role) -> Option<Self> {
        let profession = match role {
            Role::Mediator => "mediation",
            Role::Teacher => "teacher",
            Role::SocialWorker => "social-work",
            Role::Head => "head",
            Role::Coordinator => "coordination",
            Role::Administrator => "admin",
            Role::Lead | Role::ProtectionOfficer => return None,
        };
        let code = role.code();
        let fields = [("code", code), ("name", "Jemand"), ("role", profession)];
        let operator = Self::new("tester".into(), None);
        app.add(&operator, crate::capture::Kind::Practitioners, &fields).unwrap();
        Some(Self::new("tester".into(), Some(code.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audit_names_codes_and_no_people() {
        let code = |user: &str, practitioner: Option<&str>| {
            Actor::new(user.into(), practitioner.map(str::to_owned)).author().code
        };
        for name in ["Mia Muster", "Jörg", "a\tb", &"x".repeat(65)] {
            let found = code(name, None);
            assert!(found.starts_with("account:#") && found.len() == 21, "{found}");
            assert!(!found.contains(name), "{found}");
        }
        assert_ne!(code("Mia Muster", None), code("Max Muster", None));
        assert_eq!(code("Mia Muster", Some("bm1")), "bm1");
        assert_eq!(code("koordination", None), "account:koordination");
        assert_eq!(code(r"STADT\x.y-1", None), r"account:STADT\x.y-1");
    }
}
