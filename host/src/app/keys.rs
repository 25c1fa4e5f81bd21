//! Where the key of the records comes from: a file, the environment, or a passphrase.

use std::fmt;
use std::path::{Path, PathBuf};

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::store::{self, DatabaseKey, Derivation};

use super::Error;

/// The file of the key, where the folder has one.
const KEY: &str = "tridem.key";

/// The file that says how the key is made from the passphrase.
const DERIVATION: &str = "tridem.kdf";

/// Words that a person keeps in their head. They are never printed; dropped, they are overwritten.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Passphrase(String);

impl Passphrase {
    /// A passphrase as it was typed; the end of the line does not belong to it.
    pub fn new(text: &str) -> Self {
        Self(text.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// The first line of a file that its owner alone may read.
    ///
    /// # Errors
    ///
    /// Where there is no such file, others may read it, or it holds no text.
    pub fn read_file(path: &Path) -> Result<Self, Error> {
        Ok(Self(store::read_secret(path)?))
    }

    /// The words, for what is protected with them.
    pub(super) fn words(&self) -> &str {
        &self.0
    }

    /// Refuses one that is too short to make records with.
    ///
    /// # Errors
    ///
    /// Says how long it has to be.
    pub fn refuse_short(&self) -> Result<(), Error> {
        Ok(store::refuse_short(&self.0)?)
    }
}

impl PartialEq for Passphrase {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}

/// Where the key comes from.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// 64 hexadecimal digits, from the environment.
    Text(String),
    /// A file that its owner alone may read.
    File(PathBuf),
    /// A passphrase, and the file in the folder that says how to make a key of it.
    Passphrase(Passphrase),
}

/// A key, and how it was made where that was from a passphrase.
pub(super) struct Lock {
    pub(super) key: DatabaseKey,
    pub(super) derivation: Option<Derivation>,
}

impl KeySource {
    /// A file named by the person comes first, then the environment, then the folder's own file.
    pub fn new(file: Option<PathBuf>, environment: Option<String>, dir: &Path) -> Self {
        match (file, environment) {
            (Some(file), _) => Self::File(file),
            (None, Some(text)) => Self::Text(text),
            (None, None) => Self::File(key_file(dir)),
        }
    }

    /// The key to the records in `dir`.
    pub(super) fn read(&self, dir: &Path) -> Result<Lock, Error> {
        self.read_with(|| {
            let path = derivation_file(dir);
            Derivation::read_file(&path)?.ok_or(Error::NoDerivation(path))
        })
    }

    /// The key, made as `derivation` says where it comes from a passphrase.
    pub(super) fn read_with(
        &self,
        derivation: impl FnOnce() -> Result<Derivation, Error>,
    ) -> Result<Lock, Error> {
        let key = match self {
            Self::Text(text) => DatabaseKey::from_hex(text.trim())?,
            Self::File(path) => DatabaseKey::read_file(path)?,
            Self::Passphrase(passphrase) => {
                let derivation = derivation()?;
                let key = derivation.key(&passphrase.0)?;
                return Ok(Lock { key, derivation: Some(derivation) });
            }
        };
        Ok(Lock { key, derivation: None })
    }
}

impl Lock {
    /// Says of a key that does not fit what the person gave: a passphrase, not a key file.
    pub(super) fn explain(&self, error: store::Error) -> Error {
        match error {
            store::Error::WrongKey { path } if self.derivation.is_some() => {
                Error::WrongPassphrase(path)
            }
            error => Error::Store(error),
        }
    }
}

/// Whether the records in `dir` are opened with a passphrase.
pub fn needs_passphrase(dir: &Path) -> bool {
    derivation_file(dir).exists()
}

pub(super) fn key_file(dir: &Path) -> PathBuf {
    dir.join(KEY)
}

pub(super) fn derivation_file(dir: &Path) -> PathBuf {
    dir.join(DERIVATION)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_is_never_shown() {
        let source = KeySource::Passphrase(Passphrase::new("korrekt pferd batterie"));
        assert!(!format!("{source:?}").contains("pferd"));
    }

    #[test]
    fn the_end_of_a_line_is_no_part_of_a_passphrase_and_blanks_are() {
        assert!(Passphrase::new("ein zwei drei\r\n") == Passphrase::new("ein zwei drei"));
        assert!(Passphrase::new("ein zwei drei ") != Passphrase::new("ein zwei drei"));
    }

    #[test]
    fn what_the_person_names_comes_before_the_environment_and_the_folder() {
        let dir = Path::new("d");
        let source = KeySource::new(Some("k".into()), Some("t".into()), dir);
        assert!(matches!(source, KeySource::File(path) if path == Path::new("k")));
        let source = KeySource::new(None, Some("t".into()), dir);
        assert!(matches!(source, KeySource::Text(text) if text == "t"));
        let source = KeySource::new(None, None, dir);
        assert!(matches!(source, KeySource::File(path) if path == Path::new("d/tridem.key")));
    }
}
