//! Thirty-two bytes that nobody may see: the opened half of a key.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

/// Thirty-two secret bytes. They are overwritten when they are no longer needed, `Debug` shows
/// none of them, and comparing them takes as long whether they are alike or not.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret([u8; 32]);

impl Secret {
    /// These bytes. The caller's own copy stays the caller's to overwrite.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the one place that computes with them.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        // Every pair is looked at, so the time says nothing about where two secrets part.
        let differ = self.0.iter().zip(&other.0).fold(0, |all, (one, other)| all | (one ^ other));
        std::hint::black_box(differ) == 0
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_nothing_and_equals_only_itself() {
        let secret = Secret::new([0xab; 32]);
        for place in 0..32 {
            let mut bytes = [0xab; 32];
            bytes[place] ^= 1;
            assert_ne!(secret, Secret::new(bytes));
        }
        assert_eq!(secret, secret.clone());
        assert_eq!(format!("{secret:?}"), "Secret(..)");
    }

    #[test]
    fn a_secret_that_is_wiped_holds_zeros() {
        let mut secret = Secret::new([7; 32]);
        secret.zeroize();
        assert_eq!(secret.bytes(), &[0; 32]);
    }
}
