//! Accounts: who may sign in, as what, and from when until when.

use super::day::{Day, Span};
use super::id::{Id, PractitionerKey};
use super::role::Role;

/// Most characters of the code of an account.
pub const LONGEST_ACCOUNT_CODE: usize = 64;

/// Most hours for which an emergency access is opened.
pub const MOST_EMERGENCY_HOURS: u16 = 72;

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its permanent id.
    pub id: Id,
    /// What they sign in with, unique in the municipality and never given to somebody else.
    pub code: String,
    /// What they are.
    pub role: Role,
    /// The practitioner they are, where they are one.
    pub practitioner: Option<PractitionerKey>,
    /// The days on which they may sign in.
    pub span: Span,
    /// When it was closed, in seconds since 1970-01-01 UTC.
    pub closed_at: Option<i64>,
}

/// Whether somebody may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    /// Not yet: it begins later.
    Coming,
    /// Yes.
    Open,
    /// No more: its last day is over.
    Over,
    /// No more: somebody has closed it.
    Closed,
}

/// Whether an account of a role belongs to a practitioner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belongs {
    /// Always: what they see follows from where they are assigned.
    Always,
    /// It may.
    Maybe,
    /// Never: they work with no families.
    Never,
}

impl Account {
    /// How it stands on a day.
    pub fn state(&self, on: Day) -> AccountState {
        match () {
            () if self.closed_at.is_some() => AccountState::Closed,
            () if on < self.span.from => AccountState::Coming,
            () if self.span.contains(on) => AccountState::Open,
            () => AccountState::Over,
        }
    }

    /// Whether a text can be the code of an account: letters, digits and `. _ - @`.
    pub fn is_code(text: &str) -> bool {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-@".contains(&byte);
        !text.is_empty() && text.len() <= LONGEST_ACCOUNT_CODE && text.bytes().all(fits)
    }
}

impl AccountState {
    /// Its permanent code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Coming => "coming",
            Self::Open => "open",
            Self::Over => "over",
            Self::Closed => "closed",
        }
    }
}

impl Belongs {
    /// Whether an account of `role` does.
    pub fn of(role: Role) -> Self {
        match role {
            Role::Mediator | Role::Teacher | Role::SocialWorker | Role::Head => Self::Always,
            Role::Coordinator => Self::Maybe,
            Role::Lead | Role::Administrator | Role::ProtectionOfficer => Self::Never,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_account_is_open_on_its_days_until_it_is_closed() {
        let (from, until) = (Day(100), Day(110));
        let span = Span::new(from, Some(until)).unwrap();
        let mut account = Account {
            id: Id(Uuid::from_u128(1)),
            code: "m1".into(),
            role: Role::Mediator,
            practitioner: None,
            span,
            closed_at: None,
        };
        for (day, state) in [
            (99, AccountState::Coming),
            (100, AccountState::Open),
            (110, AccountState::Open),
            (111, AccountState::Over),
        ] {
            assert_eq!(account.state(Day(day)), state, "{day}");
        }
        account.closed_at = Some(0);
        assert_eq!(account.state(Day(105)), AccountState::Closed);
    }

    #[test]
    fn a_code_has_no_spaces_and_cannot_be_mistaken() {
        for wrong in ["", "mia muster", "jörg", "a/b", "account:x", "a\n", &"x".repeat(65)] {
            assert!(!Account::is_code(wrong), "{wrong}");
        }
        assert!(Account::is_code("m.muster@stadt-1_x"));
    }
}
