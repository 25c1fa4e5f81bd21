//! Signatures of packages, as the tool `minisign` makes and checks them: over the manifest, which pins
//! every other file by its digest.

use std::io::Cursor;

use minisign::{KeyPair, SecretKeyBox, SignatureBox};

use super::error::Error;
use crate::domain::{FoundSignature, PublicKey};

/// Most bytes of a signature file. The tool's own comments have at most 1 KiB and 8 KiB.
const SIGNATURE_BYTES: usize = 12 * 1024;

/// Most bytes of a file with a key.
const KEY_BYTES: usize = 4 * 1024;

/// How the lines of a signature begin.
const UNTRUSTED: &str = "untrusted comment: ";
const TRUSTED: &str = "trusted comment: ";

/// Bytes of what stands in base64: algorithm, number and signature; the signature of the comment.
const SIGNATURE: usize = 2 + 8 + 64;
const COMMENT_SIGNATURE: usize = 64;

/// Where a secret key says how it is protected, and what stands there when it is not.
const PROTECTION: std::ops::Range<usize> = 2..4;
const UNPROTECTED: [u8; 2] = [0, 0];

/// A key that signs. It is never printed.
pub struct SecretKey(minisign::SecretKey);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

/// A pair of keys that was just made, as the texts of its two files.
#[derive(Clone)]
pub struct NewKeys {
    /// What others check signatures with.
    pub key: PublicKey,
    /// The file of the public key.
    pub public: String,
    /// The file of the secret key.
    pub secret: String,
}

impl std::fmt::Debug for NewKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewKeys({}, ..)", self.key)
    }
}

/// Makes a pair of keys. With a password the secret key is encrypted with what scrypt makes of it.
///
/// # Errors
///
/// [`Error::Signing`] where the machine gives no random numbers or too little memory.
pub fn generate_keys(password: Option<&str>) -> Result<NewKeys, Error> {
    let (pair, comment) = match password {
        Some(password) => (
            KeyPair::generate_encrypted_keypair(Some(password.to_owned())),
            "minisign encrypted secret key",
        ),
        None => (KeyPair::generate_unencrypted_keypair(), "minisign secret key without a password"),
    };
    let pair = pair.map_err(|error| signing(&error))?;
    let public = pair.pk.to_box().map_err(|error| signing(&error))?.into_string();
    let secret = pair.sk.to_box(Some(comment)).map_err(|error| signing(&error))?.into_string();
    Ok(NewKeys { key: read_public_key(&public)?, public, secret })
}

/// Reads a public key: the text of its file, or the line in base64 alone.
///
/// # Errors
///
/// [`Error::NotAKey`].
pub fn read_public_key(text: &str) -> Result<PublicKey, Error> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let line = match lines.as_slice() {
        _ if text.len() > KEY_BYTES => None,
        [line] => Some(*line),
        [comment, line] if comment.starts_with(UNTRUSTED.trim_end()) => Some(*line),
        _ => None,
    };
    let bytes = line.and_then(base64).filter(|bytes| bytes.starts_with(b"Ed"));
    let key = bytes.and_then(|bytes| {
        let (number, key) = (bytes.get(2..10)?, bytes.get(10..)?);
        Some(PublicKey { number: number.try_into().ok()?, bytes: key.try_into().ok()? })
    });
    key.ok_or(Error::NotAKey { what: "a public key" })
}

/// Whether a secret key is protected by a password.
///
/// # Errors
///
/// [`Error::NotAKey`].
pub fn needs_password(secret: &str) -> Result<bool, Error> {
    Ok(secret_bytes(secret)?[PROTECTION] != UNPROTECTED)
}

/// Reads a secret key, with its password where it has one.
///
/// # Errors
///
/// [`Error::NotAKey`], [`Error::WrongPassword`], [`Error::Signing`].
pub fn read_secret_key(secret: &str, password: Option<&str>) -> Result<SecretKey, Error> {
    let bytes = secret_bytes(secret)?;
    if bytes[PROTECTION] == UNPROTECTED {
        // Not by the crate: the tool writes no checksum into such a key. Signing proves it.
        let key = minisign::SecretKey::from_bytes(&bytes);
        return key.map(SecretKey).map_err(|_| Error::NotAKey { what: "a secret key" });
    }
    let Some(password) = password else { return Err(Error::WrongPassword) };
    let file = SecretKeyBox::from(secret.to_owned());
    let key = file.into_secret_key(Some(password.to_owned()));
    key.map(SecretKey).map_err(|_| Error::WrongPassword)
}

impl SecretKey {
    /// The key that its signatures are checked with.
    ///
    /// # Errors
    ///
    /// [`Error::NotAKey`].
    pub fn public(&self) -> Result<PublicKey, Error> {
        let wrong = |_| Error::NotAKey { what: "a secret key" };
        let key = minisign::PublicKey::from_secret_key(&self.0).map_err(wrong)?;
        read_public_key(&key.to_base64())
    }

    /// Signs a manifest and gives the text of the signature file. The comment is signed as well.
    ///
    /// Two signatures of the same are not the same bytes: random numbers go in, so that a fault of
    /// the machine cannot give the key away.
    ///
    /// # Errors
    ///
    /// [`Error::Signing`], also where the key is damaged.
    pub fn sign(&self, manifest: &[u8], comment: &str) -> Result<String, Error> {
        let key = minisign::PublicKey::from_secret_key(&self.0).map_err(|error| signing(&error))?;
        let untrusted = Some("signature of a Tridem plugin");
        // With the public key at hand the crate checks what it has signed.
        let signed = minisign::sign(Some(&key), &self.0, manifest, Some(comment), untrusted);
        Ok(signed.map_err(|error| signing(&error))?.into_string())
    }
}

/// Finds out which of `keys` made a signature of this manifest.
pub fn check_signature(manifest: &[u8], signature: &str, keys: &[PublicKey]) -> FoundSignature {
    let Some(signature) = parse(signature) else { return FoundSignature::Unreadable };
    let Ok(number) = <[u8; 8]>::try_from(signature.keynum()) else {
        return FoundSignature::Unreadable;
    };
    // Several keys may have the same number: whoever makes a key can choose it.
    let mut named = keys.iter().filter(|key| key.number == number).peekable();
    if named.peek().is_none() {
        return FoundSignature::Unknown(number);
    }
    let is_by = |key: &&PublicKey| {
        let bytes = [&b"Ed"[..], &key.number, &key.bytes].concat();
        minisign::PublicKey::from_bytes(&bytes).is_ok_and(|key| {
            minisign::verify(&key, &signature, Cursor::new(manifest), true, false, true).is_ok()
        })
    };
    named.find(is_by).map_or(FoundSignature::Broken(number), |key| FoundSignature::By(*key))
}

/// The number of the key that a signature names, and its signed comment. That says nothing about
/// whether the signature is good. `None` for what is no signature.
pub fn read_signature(signature: &str) -> Option<([u8; 8], String)> {
    let signature = parse(signature)?;
    Some((signature.keynum().try_into().ok()?, signature.trusted_comment().ok()?))
}

/// Reads a signature that is exactly as the tool writes one, so that nothing can hide in it.
fn parse(text: &str) -> Option<SignatureBox> {
    if text.len() > SIGNATURE_BYTES || text.contains('\r') {
        return None;
    }
    let lines: Vec<&str> = text.strip_suffix('\n')?.split('\n').collect();
    let [comment, signature, trusted, comment_signature] = lines.as_slice() else { return None };
    let is_whole = comment.starts_with(UNTRUSTED)
        && trusted.starts_with(TRUSTED)
        // The crate looks into both without asking how long they are.
        && base64(signature)?.len() == SIGNATURE
        && base64(comment_signature)?.len() == COMMENT_SIGNATURE;
    if !is_whole {
        return None;
    }
    SignatureBox::from_string(text).ok().filter(|signature| signature.to_string() == text)
}

/// The bytes of a secret key, protected or not: algorithm, protection, checksum's algorithm, salt, two
/// limits, number, key and checksum.
fn secret_bytes(text: &str) -> Result<Vec<u8>, Error> {
    let wrong = || Error::NotAKey { what: "a secret key" };
    if text.len() > KEY_BYTES {
        return Err(wrong());
    }
    let bytes = text.lines().nth(1).and_then(|line| base64(line.trim())).ok_or_else(wrong)?;
    if bytes.len() == 2 + 2 + 2 + 32 + 8 + 8 + 8 + 64 + 32 && bytes.starts_with(b"Ed") {
        Ok(bytes)
    } else {
        Err(wrong())
    }
}

/// The bytes that a text in base64 stands for; `None` where it is not written as it has to be.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let fill = text.len() - digits.len();
    if text.is_empty() || !text.len().is_multiple_of(4) || fill > 2 {
        return None;
    }
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::with_capacity(text.len() / 4 * 3));
    for digit in digits.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        (bits, count) = (bits << 6 | u32::from(value), count + 6);
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count).to_be_bytes()[3]);
            bits &= (1 << count) - 1;
        }
    }
    // What is left over of the last digit must be nothing.
    (bits == 0).then_some(bytes)
}

fn signing(error: &minisign::PError) -> Error {
    Error::Signing(super::error::words(&error.to_string()))
}

#[cfg(test)]
mod tests;
