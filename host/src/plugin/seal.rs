//! The signature files of a package: putting them in, and finding out whose they are.

use super::error::Error;
use super::pack::write;
use super::package::Package;
use super::sign::check_signature;
use crate::domain::{PublicKey, Seal};

/// The signature of the manifest, and that of a second signer.
pub(super) const SIGNATURES: [&str; 2] = ["plugin.toml.minisig", "plugin.toml.2.minisig"];

/// Which of the two signature files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signer {
    /// Who signs first, or alone.
    First,
    /// Who signs besides.
    Second,
}

impl Package {
    /// What is known of its signatures, of which `keys` made some.
    pub fn seal(&self, keys: &[PublicKey]) -> Seal<'_> {
        let manifest = self.manifest_text.as_bytes();
        let found = |text: &String| check_signature(manifest, text, keys);
        Seal {
            id: &self.manifest.id,
            package: self.sha256,
            manifest: self.manifest_sha256,
            is_changed: false,
            signatures: self.signatures.iter().map(found).collect(),
        }
    }

    /// The bytes of this package with a signature in place of what that signer had signed before.
    ///
    /// # Errors
    ///
    /// [`Error::SecondFirst`] for a second signature where there is no first one.
    pub fn with_signature(&self, signer: Signer, signature: String) -> Result<Vec<u8>, Error> {
        let mut signatures = self.signatures.clone();
        match signer {
            Signer::First => signatures.splice(..signatures.len().min(1), [signature]),
            Signer::Second if signatures.is_empty() => return Err(Error::SecondFirst),
            Signer::Second => signatures.splice(1.., [signature]),
        };
        let mut files = self.files.clone();
        files.insert(super::package::COMPONENT.to_owned(), self.component.clone());
        Ok(write(&self.manifest_text, &signatures, &files))
    }
}
