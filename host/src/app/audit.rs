//! The audit: listed and checked by those who work for the municipality as a whole.

use std::str::FromStr;

use crate::domain::{Action, AuditEntry, ChainSummary, Day, Scope};
use crate::store;

use super::{Actor, App, Error, UseCase};

const SECONDS_A_DAY: i64 = 86_400;

/// Which entries of the audit to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct AuditFilter<'a> {
    /// From this day on, in UTC.
    pub from: Option<Day>,
    /// Up to this day, included, in UTC.
    pub until: Option<Day>,
    /// Only those of this actor, as the audit names them.
    pub actor: Option<&'a str>,
    /// Only those of this action.
    pub action: Option<Action>,
    /// Only what was done, and not what was looked at.
    pub without_reads: bool,
    /// At most so many, newest first.
    pub limit: usize,
}

/// The hash of an entry, as somebody wrote it down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditHash(pub [u8; 32]);

/// A text that is not a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a hash is 64 hexadecimal digits")]
pub struct NotAHash;

impl FromStr for AuditHash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let text = text.trim();
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(NotAHash);
        }
        let mut hash = [0; 32];
        for (place, byte) in hash.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * place..][..2], 16).map_err(|_| NotAHash)?;
        }
        Ok(Self(hash))
    }
}

impl App {
    /// Entries of the audit, newest first.
    ///
    /// # Errors
    ///
    /// [`Error::OperatorOnly`] for a practitioner.
    pub fn audit(&self, actor: &Actor, filter: &AuditFilter<'_>) -> Result<Vec<AuditEntry>, Error> {
        self.permit(actor, UseCase::AuditRead)?;
        let begin = |day: Day| i64::from(day.0) * SECONDS_A_DAY;
        let filter = store::AuditFilter {
            from: filter.from.map(begin),
            before: filter.until.map(|day| begin(day.plus(1))),
            actor: filter.actor.map(str::to_owned),
            action: filter.action.map(|action| action.code().to_owned()),
            without_reads: filter.without_reads,
            limit: Some(filter.limit),
        };
        Ok(self.store.read(&Scope::municipality())?.audit(&filter)?)
    }

    /// Walks the chain of the audit. `expected` is a hash that one of its entries must have.
    ///
    /// # Errors
    ///
    /// [`Error::OperatorOnly`] for a practitioner; [`Error::Store`] with the first place where the
    /// chain does not hold.
    pub fn check_audit(
        &self,
        actor: &Actor,
        expected: Option<AuditHash>,
    ) -> Result<ChainSummary, Error> {
        self.permit(actor, UseCase::AuditRead)?;
        let reader = self.store.read(&Scope::municipality())?;
        Ok(reader.check_audit(expected.map(|hash| hash.0))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_64_hexadecimal_digits() {
        for wrong in ["", "12", &"g".repeat(64), &"a".repeat(63), &"ü".repeat(32)] {
            assert!(wrong.parse::<AuditHash>().is_err(), "{wrong}");
        }
        let hash: AuditHash = format!(" {}0F ", "00".repeat(31)).parse().unwrap();
        assert_eq!((hash.0[30], hash.0[31]), (0, 15));
    }
}
