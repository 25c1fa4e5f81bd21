//! Seals texts to a public key, so that its secret half alone opens them, and secrets under a key.
//!
//! Nothing here is invented: sealing is HPKE in base mode (RFC 9180: X25519, HKDF-SHA256,
//! ChaCha20-Poly1305), wrapping is ChaCha20-Poly1305 (RFC 8439) under a random nonce. Each takes a
//! context, which is not kept: whoever opens names it again, so that what was sealed for one
//! record cannot be put into another.

use std::fmt;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, Nonce};
use hpke::aead::ChaCha20Poly1305 as SealCipher;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable, single_shot_open, single_shot_seal,
};
use zeroize::Zeroizing;

use super::Error;
use crate::domain::Secret;

/// What every sealed or wrapped text begins with: the writing that this module reads.
const FORM: u8 = 1;
/// The public half that a sender makes anew for each sealed text.
const ENCAPSULATED: usize = 32;
const NONCE: usize = 12;

/// The half of a key pair that opens what was sealed to the other. It is overwritten when it is
/// no longer needed, and `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey(Secret);

/// The half of a key pair that everybody may know: whoever has it can seal, and open nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealKey([u8; 32]);

/// A key of 256 bits that keeps secrets: what wraps also unwraps.
#[derive(Clone)]
pub struct WrapKey(Secret);

impl SecretKey {
    /// A new key from the system's random numbers.
    ///
    /// # Errors
    ///
    /// [`Error::Random`] when the system has none.
    pub fn generate() -> Result<Self, Error> {
        random_secret().map(Self)
    }

    /// The key that these bytes are.
    pub fn from_secret(secret: Secret) -> Self {
        Self(secret)
    }

    /// The bytes, to be wrapped or sealed and kept.
    pub fn secret(&self) -> &Secret {
        &self.0
    }

    /// The public half.
    pub fn seal_key(&self) -> SealKey {
        SealKey(X25519HkdfSha256::sk_to_pk(&self.private()).to_bytes().into())
    }

    /// The text that was sealed to this key in `context`.
    ///
    /// # Errors
    ///
    /// [`Error::NotOpened`] where it was sealed to another key or in another context, or where a
    /// single bit of it was changed; nothing tells which.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let (encapsulated, text) = split::<ENCAPSULATED>(sealed)?;
        let encapsulated = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(encapsulated)
            .map_err(|_| Error::NotOpened)?;
        single_shot_open::<SealCipher, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &self.private(),
            &encapsulated,
            &info(context),
            text,
            &[],
        )
        .map(Zeroizing::new)
        .map_err(|_| Error::NotOpened)
    }

    fn private(&self) -> <X25519HkdfSha256 as Kem>::PrivateKey {
        <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(self.0.bytes())
            .expect("any 32 bytes are a private key")
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

impl SealKey {
    /// The key that these bytes are. Whether somebody has its other half cannot be seen from it.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, to be kept.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals `text` so that the secret half of this key alone opens it, and only in the same
    /// `context`. The same text sealed twice is never the same bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Random`] when the system has no random numbers; [`Error::NotSealed`] when this is
    /// no public key at all.
    pub fn seal(&self, context: &[u8], text: &[u8]) -> Result<Vec<u8>, Error> {
        // HPKE would panic where the system gives no random numbers, so they are asked for first.
        getrandom::fill(&mut [0; 1]).map_err(Error::Random)?;
        let public = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(&self.0)
            .map_err(|_| Error::NotSealed)?;
        let (encapsulated, sealed) = single_shot_seal::<SealCipher, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &public,
            &info(context),
            text,
            &[],
        )
        .map_err(|_| Error::NotSealed)?;
        Ok([&[FORM], encapsulated.to_bytes().as_slice(), &sealed].concat())
    }
}

impl WrapKey {
    /// A new key from the system's random numbers.
    ///
    /// # Errors
    ///
    /// [`Error::Random`] when the system has none.
    pub fn generate() -> Result<Self, Error> {
        random_secret().map(Self)
    }

    /// The key that these bytes are, as those that were made from a passphrase.
    pub fn from_secret(secret: Secret) -> Self {
        Self(secret)
    }

    /// The bytes, to be shown to a person once or kept under another key.
    pub fn secret(&self) -> &Secret {
        &self.0
    }

    /// `text` under this key, to be unwrapped only in the same `context`.
    ///
    /// # Errors
    ///
    /// [`Error::Random`] when the system has no random numbers; [`Error::NotSealed`] when the text
    /// is longer than the cipher takes (256 GiB).
    pub fn wrap(&self, context: &[u8], text: &[u8]) -> Result<Vec<u8>, Error> {
        // Random, not counted: a key wraps a few secrets, far from the 2^32 where chance bites.
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(Error::Random)?;
        let payload = Payload { msg: text, aad: &info(context) };
        let wrapped =
            self.cipher().encrypt(&Nonce::from(nonce), payload).map_err(|_| Error::NotSealed)?;
        Ok([&[FORM], &nonce[..], &wrapped].concat())
    }

    /// What was wrapped under this key in `context`.
    ///
    /// # Errors
    ///
    /// [`Error::NotOpened`], for every reason alike.
    pub fn unwrap(&self, context: &[u8], wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let (nonce, text) = split::<NONCE>(wrapped)?;
        let payload = Payload { msg: text, aad: &info(context) };
        self.cipher()
            .decrypt(&Nonce::from(*nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| Error::NotOpened)
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new(self.0.bytes().into())
    }
}

impl fmt::Debug for WrapKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WrapKey(..)")
    }
}

fn random_secret() -> Result<Secret, Error> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut_slice()).map_err(Error::Random)?;
    Ok(Secret::new(*bytes))
}

/// The context, kept apart from those of other programs and of later writings.
fn info(context: &[u8]) -> Vec<u8> {
    [b"tridem sealing 1\0", context].concat()
}

/// Checks the first byte and takes the next `N` from the rest.
fn split<const N: usize>(sealed: &[u8]) -> Result<(&[u8; N], &[u8]), Error> {
    match sealed.split_first() {
        Some((&FORM, rest)) => rest.split_first_chunk().ok_or(Error::NotOpened),
        _ => Err(Error::NotOpened),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = "Gespräch über die Wohnung".as_bytes();

    /// Every byte flipped, every shorter length, and one byte more.
    fn spoiled(sealed: &[u8]) -> Vec<Vec<u8>> {
        let flipped = (0..sealed.len()).map(|place| {
            let mut wrong = sealed.to_vec();
            wrong[place] ^= 0x80;
            wrong
        });
        let cut = (0..sealed.len()).map(|length| sealed[..length].to_vec());
        flipped.chain(cut).chain([[sealed, &[0]].concat()]).collect()
    }

    #[test]
    fn a_sealed_text_that_was_changed_in_any_byte_is_not_opened() {
        let key = SecretKey::generate().unwrap();
        let sealed = key.seal_key().seal(b"contact 1", TEXT).unwrap();
        for wrong in spoiled(&sealed) {
            assert!(matches!(key.open(b"contact 1", &wrong), Err(Error::NotOpened)));
        }
        assert_eq!(*key.open(b"contact 1", &sealed).unwrap(), TEXT);
    }

    #[test]
    fn neither_another_key_nor_another_context_opens_a_sealed_text() {
        let (key, other) = (SecretKey::generate().unwrap(), SecretKey::generate().unwrap());
        let sealed = key.seal_key().seal(b"contact 1", TEXT).unwrap();
        assert!(matches!(other.open(b"contact 1", &sealed), Err(Error::NotOpened)));
        for context in [&b"contact 2"[..], b"contact 1 ", b"contact ", b""] {
            assert!(matches!(key.open(context, &sealed), Err(Error::NotOpened)));
        }
        // What is public opens nothing, even where it is taken for a secret.
        let public = SecretKey::from_secret(Secret::new(*key.seal_key().bytes()));
        assert!(public.open(b"contact 1", &sealed).is_err());
    }

    #[test]
    fn a_text_sealed_twice_differs_and_shows_nothing_of_itself() {
        let key = SecretKey::generate().unwrap();
        let one = key.seal_key().seal(b"", TEXT).unwrap();
        assert_ne!(one, key.seal_key().seal(b"", TEXT).unwrap());
        assert!(TEXT.windows(4).all(|part| !one.windows(4).any(|found| found == part)));
        assert_eq!(one.len(), 1 + 32 + TEXT.len() + 16);
        assert_eq!(*key.open(b"", &key.seal_key().seal(b"", b"").unwrap()).unwrap(), b"");
    }

    /// A point of small order would give everybody the same secret.
    #[test]
    fn nothing_is_sealed_to_a_key_that_is_none() {
        let zero = SealKey::from_bytes([0; 32]);
        assert!(matches!(zero.seal(b"", TEXT), Err(Error::NotSealed)));
    }

    fn bytes(hex: &str) -> Vec<u8> {
        let pairs = (0..hex.len()).step_by(2);
        pairs.map(|place| u8::from_str_radix(&hex[place..place + 2], 16).unwrap()).collect()
    }

    /// Alice's key pair in RFC 7748, section 6.1.
    #[test]
    fn the_public_half_is_the_one_of_the_standard() {
        let secret = bytes("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
        let public = bytes("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
        let key = SecretKey::from_secret(Secret::new(secret.try_into().unwrap()));
        assert_eq!(key.seal_key().bytes()[..], public);
    }

    /// Sealed by a second implementation, written after RFC 9180 in another language: suite
    /// 0x0020, 0x0001, 0x0003, the sender's secret being the bytes 32 to 63.
    #[test]
    fn a_text_that_another_program_sealed_by_the_standard_is_opened() {
        let secret = std::array::from_fn(|place| u8::try_from(place).unwrap());
        let key = SecretKey::from_secret(Secret::new(secret));
        let sealed = bytes(
            "01358072d6365880d1aeea329adf9121383851ed21a28e3b75e965d0d2cd166254495cad7db86ac26ad0\
             e297da8b1207b188e4a4d758ac",
        );
        assert_eq!(*key.open(b"contact 1", &sealed).unwrap(), b"a note");
    }

    #[test]
    fn a_wrapped_secret_that_was_changed_in_any_byte_is_not_unwrapped() {
        let key = WrapKey::generate().unwrap();
        let wrapped = key.wrap(b"account 1", TEXT).unwrap();
        for wrong in spoiled(&wrapped) {
            assert!(matches!(key.unwrap(b"account 1", &wrong), Err(Error::NotOpened)));
        }
        assert!(key.unwrap(b"account 2", &wrapped).is_err());
        assert!(WrapKey::generate().unwrap().unwrap(b"account 1", &wrapped).is_err());
        assert_ne!(wrapped, key.wrap(b"account 1", TEXT).unwrap());
        assert_eq!(*key.unwrap(b"account 1", &wrapped).unwrap(), TEXT);
    }

    #[test]
    fn keys_show_nothing_of_themselves() {
        let secret = Secret::new([0xab; 32]);
        let shown = format!(
            "{:?} {:?}",
            SecretKey::from_secret(secret.clone()),
            WrapKey::from_secret(secret)
        );
        assert_eq!(shown, "SecretKey(..) WrapKey(..)");
    }

    #[test]
    fn a_key_that_was_kept_opens_what_it_opened_before() {
        let key = SecretKey::generate().unwrap();
        let sealed = key.seal_key().seal(b"c", TEXT).unwrap();
        let under = WrapKey::generate().unwrap();
        let kept = under.wrap(b"k", key.secret().bytes()).unwrap();
        let bytes: [u8; 32] = under.unwrap(b"k", &kept).unwrap()[..].try_into().unwrap();
        let again = SecretKey::from_secret(Secret::new(bytes));
        assert_eq!(again.seal_key(), key.seal_key());
        assert_eq!(*again.open(b"c", &sealed).unwrap(), TEXT);
    }
}
