//! The second factor: codes of an authenticator that change every half minute, and spare ones.

use sha2::{Digest, Sha256};
use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroizing;

use crate::store;

/// How many spare codes there are.
pub(super) const SPARE_CODES: usize = 10;

/// Characters of spare codes: those of base 32, which nobody mistakes for each other.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// What a person puts into their authenticator.
#[derive(Debug)]
pub struct NewFactor {
    /// The secret in base 32, to be typed.
    pub secret: Zeroizing<String>,
    /// The same as an address, for a picture that is scanned.
    pub address: Zeroizing<String>,
}

/// Six digits every 30 seconds by RFC 6238 with SHA-1: what every authenticator knows. Codes of the
/// step before and after count too, because clocks differ.
fn totp(secret: &[u8; 20]) -> Totp {
    Builder::new()
        .with_secret(*secret)
        .build()
        .expect("20 bytes and the builder's own six digits are allowed")
}

/// What is to be put into an authenticator for the account with this code.
pub(super) fn propose(secret: &[u8; 20], code: &str) -> NewFactor {
    let text = Zeroizing::new(Secret::from(*secret).to_base32());
    // The code of an account has no characters that would have to be written otherwise but this one.
    let label = code.replace('@', "%40");
    let address = format!(
        "otpauth://totp/Tridem:{label}?secret={}&issuer=Tridem&algorithm=SHA1&digits=6&period=30",
        text.as_str()
    );
    NewFactor { secret: text, address: Zeroizing::new(address) }
}

/// A new secret from the system's random numbers.
pub(super) fn new_secret() -> Result<[u8; 20], store::Error> {
    let mut secret = [0; 20];
    getrandom::fill(&mut secret).map_err(store::Error::Random)?;
    Ok(secret)
}

/// The step in which `code` is right, at `now` or half a minute beside it; `None` where it is wrong.
pub(super) fn step_of(secret: &[u8; 20], code: &str, now: i64) -> Option<i64> {
    let digits: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    let step = totp(secret).check(&digits, u64::try_from(now).ok()?)?;
    i64::try_from(step).ok()
}

/// A code to be used once, with 80 random bits, as `abcd-efgh-ijkl-mnop`.
///
/// # Errors
///
/// When the system has no random numbers.
pub fn new_code() -> Result<Zeroizing<String>, super::Error> {
    let mut codes = new_spare_codes()?;
    Ok(codes.swap_remove(0))
}

/// New spare codes, each with 80 random bits, as `abcd-efgh-ijkl-mnop`.
pub(super) fn new_spare_codes() -> Result<Vec<Zeroizing<String>>, store::Error> {
    let code = || {
        let mut bytes = Zeroizing::new([0_u8; 16]);
        getrandom::fill(bytes.as_mut_slice()).map_err(store::Error::Random)?;
        let mut code = Zeroizing::new(String::with_capacity(19));
        for (place, byte) in bytes.iter().enumerate() {
            if place > 0 && place % 4 == 0 {
                code.push('-');
            }
            code.push(char::from(LETTERS[usize::from(byte % 32)]));
        }
        Ok(code)
    };
    (0..SPARE_CODES).map(|_| code()).collect()
}

/// What is kept of a spare code, however it is typed: in capitals, with or without hyphens; `None`
/// where the text cannot be one. It needs no salt and no slow hash: it is random, and long enough.
pub(super) fn spare_digest(code: &str) -> Option<[u8; 32]> {
    let is_kept = |letter: &char| !letter.is_whitespace() && *letter != '-';
    let code = code.chars().filter(is_kept).collect::<String>().to_ascii_lowercase();
    let is_spare = code.len() == 16 && code.bytes().all(|byte| LETTERS.contains(&byte));
    is_spare.then(|| Sha256::digest(code).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    const SECRET: &[u8; 20] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_standard() {
        // Eight digits there; the last six of them are ours.
        for (at, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            assert_eq!(step_of(SECRET, code, at), Some(at / 30), "{at}");
        }
    }

    #[test]
    fn wrong_codes_and_codes_of_another_time_are_refused() {
        for wrong in ["", "287083", "28708", "2870822", "+87082", "２８７０８２", "28708a"] {
            assert_eq!(step_of(SECRET, wrong, 59), None, "{wrong}");
        }
        // Step 1; it counts in steps 0 to 2.
        assert_eq!(step_of(SECRET, "287 082", 0), Some(1));
        assert_eq!(step_of(SECRET, "287082", 89), Some(1));
        assert_eq!(step_of(SECRET, "287082", 90), None);
        assert_eq!(step_of(SECRET, "287082", -1), None);
    }

    #[test]
    fn what_is_shown_fits_an_authenticator() {
        let shown = propose(SECRET, "m1@stadt");
        assert_eq!(*shown.secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(
            *shown.address,
            "otpauth://totp/Tridem:m1%40stadt?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Tridem&algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn spare_codes_differ_and_are_known_however_they_are_typed() {
        let codes = new_spare_codes().unwrap();
        assert_eq!(codes.len(), 10);
        for (place, code) in codes.iter().enumerate() {
            assert!(codes[..place].iter().all(|other| other != code));
            let digest = spare_digest(code).unwrap();
            let capitals = code.to_uppercase().replace('-', " ");
            assert_eq!(spare_digest(&capitals), Some(digest));
        }
        for wrong in ["", "287082", "abcd-efgh-ijkl-mno1", "abcd-efgh-ijkl-mnopq"] {
            assert_eq!(spare_digest(wrong), None, "{wrong}");
        }
    }
}
