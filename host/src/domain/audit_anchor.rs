//! An anchor: number and hash of an entry of the audit, on one line that is kept outside the records.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use super::day::Day;
use super::hex::hex;
use super::id::Id;

/// What an anchor begins with.
const WORD: &str = "tridem-anchor";

/// Who keeps it can tell later whether anything up to that entry was changed, taken out or written
/// anew, also by somebody who has the key of the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// Whose audit it is.
    pub municipality: Id,
    /// The number of the entry.
    pub seq: u64,
    /// Its hash.
    pub hash: [u8; 32],
    /// The day on which the anchor was made.
    pub day: Day,
}

/// Why a line is no anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnchorFlaw {
    /// It is something else.
    #[error("this is no anchor: one begins with `{WORD}` and has six parts")]
    Form,
    /// The check at its end does not fit: a letter is wrong.
    #[error("a letter of it is wrong: the check at its end does not fit")]
    Check,
}

impl Anchor {
    /// The line without its check: the hash in groups of eight, so that it can be read out and typed.
    fn unchecked(&self) -> String {
        let groups: Vec<String> = self.hash.chunks(4).map(hex).collect();
        format!("{WORD} {} {} {} {}", self.municipality, self.seq, groups.join("-"), self.day)
    }
}

/// Eight digits that a wrong letter changes.
fn check(text: &str) -> String {
    let digest = Sha256::digest(text);
    format!("{:02x}{:02x}-{:02x}{:02x}", digest[0], digest[1], digest[2], digest[3])
}

impl fmt::Display for Anchor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.unchecked();
        write!(formatter, "{text} {}", check(&text))
    }
}

impl FromStr for Anchor {
    type Err = AnchorFlaw;

    /// Reads a line however it is spaced, and in capitals as well.
    fn from_str(line: &str) -> Result<Self, AnchorFlaw> {
        let line = line.to_ascii_lowercase();
        let parts: Vec<&str> = line.split_whitespace().collect();
        let [WORD, municipality, seq, hash, day, found] = parts[..] else {
            return Err(AnchorFlaw::Form);
        };
        // The check comes first: a line with a letter wrong is one that was mistyped.
        if check(&parts[..5].join(" ")) != found {
            return Err(AnchorFlaw::Check);
        }
        let digits: String = hash.chars().filter(|letter| *letter != '-').collect();
        if digits.len() != 64 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(AnchorFlaw::Form);
        }
        let mut hash = [0; 32];
        for (place, byte) in hash.iter_mut().enumerate() {
            let pair = &digits[2 * place..][..2];
            *byte = u8::from_str_radix(pair, 16).map_err(|_| AnchorFlaw::Form)?;
        }
        Ok(Self {
            municipality: municipality.parse().map_err(|_| AnchorFlaw::Form)?,
            seq: seq.parse().map_err(|_| AnchorFlaw::Form)?,
            hash,
            day: day.parse().map_err(|_| AnchorFlaw::Form)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchor() -> Anchor {
        Anchor {
            municipality: Id(uuid::Uuid::from_u128(7)),
            seq: 1_234,
            hash: std::array::from_fn(|place| u8::try_from(place).unwrap()),
            day: Day::of(2026, 11, 22).unwrap(),
        }
    }

    #[test]
    fn a_letter_that_was_mistyped_is_found() {
        let line = anchor().to_string();
        for (place, letter) in line.char_indices().filter(|(_, letter)| *letter != ' ') {
            let other = if letter == '3' { '8' } else { '3' };
            let mut wrong = line.clone();
            wrong.replace_range(place..=place, &other.to_string());
            assert!(wrong.parse::<Anchor>().is_err(), "{wrong}");
        }
        for wrong in ["", "tridem-anchor", &line[1..], &line[..line.len() - 1], &line.repeat(2)] {
            assert!(wrong.parse::<Anchor>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_was_printed_can_be_typed_again() {
        let line = anchor().to_string();
        let start = "tridem-anchor 00000000-0000-0000-0000-000000000007 1234 \
                     00010203-04050607-08090a0b-0c0d0e0f-10111213-14151617-18191a1b-1c1d1e1f 2026-11-22 ";
        assert_eq!(&line[..start.len()], start);
        assert_eq!(line.len(), start.len() + 9);
        let typed = format!("  {}\t\r\n", line.replace(' ', "   ").to_uppercase());
        assert_eq!(typed.parse(), Ok(anchor()));
    }
}
