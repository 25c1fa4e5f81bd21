//! Keeps passwords as what Argon2id makes of them, and makes of them the keys that wrap secrets.

use argon2::{Algorithm, Argon2, Params, Version};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{Error, WrapKey};
use crate::domain::Secret;

/// What one try at a password costs. It is kept with every password, so that it can grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    pub(super) memory_kib: u32,
    pub(super) passes: u32,
    pub(super) lanes: u32,
}

/// What is kept of a password. Nothing of it opens anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPassword {
    pub(super) cost: PasswordCost,
    pub(super) salt: [u8; 16],
    pub(super) key_salt: [u8; 16],
    pub(super) hash: [u8; 32],
}

impl PasswordCost {
    /// What new passwords cost: 64 MiB three times over, well above what OWASP asks for at least
    /// (19 MiB twice), because the secret keys hang on them too.
    #[cfg(not(test))]
    pub fn now() -> Self {
        Self { memory_kib: 65_536, passes: 3, lanes: 1 }
    }

    /// In tests next to nothing, so that they need not wait.
    #[cfg(test)]
    pub fn now() -> Self {
        Self { memory_kib: 64, passes: 1, lanes: 1 }
    }

    fn is_less_than(self, other: Self) -> bool {
        self.memory_kib < other.memory_kib || self.passes < other.passes
    }
}

impl KeptPassword {
    /// What is to be kept of a new password.
    ///
    /// # Errors
    ///
    /// [`Error::Random`]; [`Error::DerivationFailed`] where the machine has not got the memory.
    pub fn new(password: &str) -> Result<Self, Error> {
        Self::with_cost(password, PasswordCost::now())
    }

    fn with_cost(password: &str, cost: PasswordCost) -> Result<Self, Error> {
        let (mut salt, mut key_salt) = ([0; 16], [0; 16]);
        getrandom::fill(&mut salt).map_err(Error::Random)?;
        getrandom::fill(&mut key_salt).map_err(Error::Random)?;
        let hash = *derive(password, b"password", &salt, cost)?;
        Ok(Self { cost, salt, key_salt, hash })
    }

    /// Whether it is this password. It takes as long whether it is or not.
    ///
    /// # Errors
    ///
    /// [`Error::DerivationFailed`].
    pub fn is(&self, password: &str) -> Result<bool, Error> {
        let hash = derive(password, b"password", &self.salt, self.cost)?;
        Ok(hash.ct_eq(&self.hash).into())
    }

    /// Takes as long as [`is`](Self::is) does, for an account that is not there, and says no.
    ///
    /// # Errors
    ///
    /// As [`is`](Self::is), so that they tell nothing either.
    pub fn is_nobodys(password: &str) -> Result<bool, Error> {
        let nobodys =
            Self { cost: PasswordCost::now(), salt: [0; 16], key_salt: [0; 16], hash: [0; 32] };
        // Whoever found a password with this hash would still not have an account.
        nobodys.is(password).map(|_| false)
    }

    /// The key that the password makes, for wrapping secrets. It has nothing to do with what is kept.
    ///
    /// # Errors
    ///
    /// [`Error::DerivationFailed`].
    pub fn wrap_key(&self, password: &str) -> Result<WrapKey, Error> {
        let key = derive(password, b"key", &self.key_salt, self.cost)?;
        Ok(WrapKey::from_secret(Secret::new(*key)))
    }

    /// Whether a new password would cost more to guess.
    pub fn is_outdated(&self) -> bool {
        self.cost.is_less_than(PasswordCost::now())
    }
}

/// Argon2id, version 19, with 32 bytes of output. `label` says what for, so that one output can never
/// be taken for another, not even where two salts were the same.
fn derive(
    password: &str,
    label: &[u8],
    salt: &[u8; 16],
    cost: PasswordCost,
) -> Result<Zeroizing<[u8; 32]>, Error> {
    let failed = |error: argon2::Error| Error::DerivationFailed(error.to_string());
    let mut out = Zeroizing::new([0; 32]);
    let params =
        Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(out.len())).map_err(failed)?;
    let salt = [b"tridem account 1 ", label, b" ", salt].concat();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), &salt, out.as_mut_slice())
        .map_err(failed)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "korrekt pferd batterie";

    #[test]
    fn only_the_password_itself_is_it() {
        let kept = KeptPassword::new(PASSWORD).unwrap();
        for wrong in ["", "korrekt pferd batteriE", "korrekt pferd batterie "] {
            assert!(!kept.is(wrong).unwrap(), "{wrong}");
        }
        assert!(kept.is(PASSWORD).unwrap());
        assert!(!KeptPassword::is_nobodys(PASSWORD).unwrap());
        // Two people with one password cannot be told by what is kept.
        let other = KeptPassword::new(PASSWORD).unwrap();
        assert_ne!((kept.hash, kept.salt), (other.hash, other.salt));
    }

    #[test]
    fn what_is_kept_does_not_make_the_key() {
        let kept = KeptPassword::new(PASSWORD).unwrap();
        let key = kept.wrap_key(PASSWORD).unwrap();
        assert_ne!(key.secret().bytes(), &kept.hash);
        let same_salts = KeptPassword { key_salt: kept.salt, ..kept.clone() };
        assert_ne!(same_salts.wrap_key(PASSWORD).unwrap().secret().bytes(), &kept.hash);
        let again = kept.wrap_key(PASSWORD).unwrap();
        assert!(key.secret() == again.secret());
        assert!(kept.wrap_key("korrekt pferd batteriE").unwrap().secret() != key.secret());
    }

    #[test]
    fn an_old_cost_is_known_as_such_and_still_counts() {
        let old = PasswordCost { memory_kib: 32, passes: 1, lanes: 1 };
        let kept = KeptPassword::with_cost(PASSWORD, old).unwrap();
        assert!(kept.is(PASSWORD).unwrap() && kept.is_outdated());
        assert!(!KeptPassword::new(PASSWORD).unwrap().is_outdated());
    }
}
