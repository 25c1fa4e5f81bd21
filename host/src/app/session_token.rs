//! The token that somebody who is signed in holds, and what is made of it.

use std::fmt;
use std::io::Write;
use std::path::Path;
use std::str::FromStr;

use fs_err::OpenOptions;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::domain::Secret;
use crate::store::{self, WrapKey};

use super::plugins::hex;
use super::workspace::make_private;
use super::{AccountError, Error};

/// 256 random bits that only the one who signed in has: what is kept is their SHA-256. Whoever has
/// them is taken for that person, so they are never printed unless somebody asks for that.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(Secret);

/// A text that is no token. It is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a session token is 64 hexadecimal digits, and this is something else")]
pub struct NotAToken;

impl SessionToken {
    /// A new one from the system's random numbers.
    ///
    /// # Errors
    ///
    /// When the system has none.
    pub(super) fn generate() -> Result<Self, store::Error> {
        Ok(Self(WrapKey::generate()?.secret().clone()))
    }

    /// The 64 digits, for the one who signed in.
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(hex(self.0.bytes()))
    }

    /// The token in a file that its owner alone may read; `None` where there is no such file.
    ///
    /// # Errors
    ///
    /// [`AccountError::OpenToken`] where others may read it; [`AccountError::SessionOver`] where
    /// something else is in it.
    pub fn read_file(path: &Path) -> Result<Option<Self>, Error> {
        match store::read_secret(path) {
            Ok(text) => match Zeroizing::new(text).parse() {
                Ok(token) => Ok(Some(token)),
                Err(NotAToken) => Err(AccountError::SessionOver.into()),
            },
            Err(store::Error::KeyNotFound { .. }) => Ok(None),
            Err(store::Error::KeyOpen { path, .. }) => {
                Err(AccountError::OpenToken(path.display().to_string()).into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the token to a file for its owner alone, in place of one that is there, in a folder that
    /// nobody else looks into.
    ///
    /// # Errors
    ///
    /// [`Error::File`].
    pub fn write_file(&self, path: &Path) -> Result<(), Error> {
        if let Some(folder) = path.parent() {
            make_private(folder)?;
        }
        // Beside it first, so that there is never half a token, and never one that others can read.
        let beside = path.with_extension("new");
        let _ = fs_err::remove_file(&beside);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside).map_err(Error::File)?;
        let written = file.write_all(self.text().as_bytes()).and_then(|()| file.sync_all());
        written.map_err(Error::File)?;
        drop(file);
        fs_err::rename(&beside, path).map_err(Error::File)
    }

    /// What is kept of it.
    pub(super) fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0.bytes()).into()
    }

    /// The key that wraps the secret key of the account in the session. What is kept does not make it.
    pub(super) fn wrap_key(&self) -> WrapKey {
        let key = Sha256::new_with_prefix(b"tridem session key 1\0").chain_update(self.0.bytes());
        WrapKey::from_secret(Secret::new(key.finalize().into()))
    }
}

impl FromStr for SessionToken {
    type Err = NotAToken;

    fn from_str(text: &str) -> Result<Self, NotAToken> {
        let digits = text.trim().as_bytes();
        let mut bytes = Zeroizing::new([0; 32]);
        if digits.len() != 2 * bytes.len() {
            return Err(NotAToken);
        }
        let value = |digit: u8| char::from(digit).to_digit(16).ok_or(NotAToken);
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let number = value(pair[0])? << 4 | value(pair[1])?;
            *byte = u8::try_from(number).map_err(|_| NotAToken)?;
        }
        Ok(Self(Secret::new(*bytes)))
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_token_is_refused_and_not_repeated() {
        for wrong in ["", "12", &"g".repeat(64), &"a".repeat(63), &"é".repeat(32)] {
            let error = wrong.parse::<SessionToken>().unwrap_err();
            assert!(wrong.len() < 10 || !error.to_string().contains(wrong));
        }
    }

    #[test]
    fn what_is_kept_is_neither_the_token_nor_its_key() {
        let token: SessionToken = "00".repeat(32).parse().unwrap();
        assert_eq!(
            hex(&token.digest()),
            // printf of 32 zero bytes into sha256sum.
            "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"
        );
        assert_ne!(token.wrap_key().secret().bytes(), &token.digest());
        assert_eq!(format!("{token:?}"), "SessionToken(..)");
        assert_eq!(token.text().parse(), Ok(token));
    }

    #[cfg(unix)]
    #[test]
    fn a_token_in_a_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tridem/city/session");
        assert!(SessionToken::read_file(&path).unwrap().is_none());
        let token = SessionToken::generate().unwrap();
        SessionToken::generate().unwrap().write_file(&path).unwrap();
        token.write_file(&path).unwrap();
        let mode = |path: &Path| fs_err::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        assert_eq!(SessionToken::read_file(&path).unwrap(), Some(token));
        fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let error = SessionToken::read_file(&path).unwrap_err();
        assert!(matches!(error, Error::Account(AccountError::OpenToken(_))), "{error}");
        fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        fs_err::write(&path, "something else").unwrap();
        let error = SessionToken::read_file(&path).unwrap_err();
        assert!(matches!(error, Error::Account(AccountError::SessionOver)), "{error}");
    }

    #[test]
    fn new_tokens_differ() {
        assert_ne!(SessionToken::generate().unwrap(), SessionToken::generate().unwrap());
    }
}
