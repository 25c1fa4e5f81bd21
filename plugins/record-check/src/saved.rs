//! What a part has gathered, as bytes: numbers one after the other, the lowest byte first.

use std::collections::BTreeMap;

use tridem_sdk::{Error, Result};

use crate::Seen;
use crate::findings::{Check, Findings};

/// Writes what was seen and found.
pub(crate) fn write(seen: &BTreeMap<u16, Seen>, findings: &Findings) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut put = |number: u64| bytes.extend(number.to_le_bytes());
    put(seen.len() as u64);
    for (school, seen) in seen {
        put(u64::from(*school));
        put(seen.contacts.cast_unsigned());
        put(seen.terms.cast_unsigned());
    }
    for (check, school, keys) in findings.groups() {
        put(u64::from(check));
        put(u64::from(school));
        put(keys.len() as u64);
        for key in keys {
            put(*key);
        }
    }
    bytes
}

/// Reads what [`write()`] wrote.
///
/// # Errors
///
/// Bytes that it cannot have written.
pub(crate) fn read(bytes: &[u8]) -> Result<(BTreeMap<u16, Seen>, Findings)> {
    let wrong = || Error::new("what a part of the run saved cannot be read");
    let (words, []) = bytes.as_chunks::<8>() else { return Err(wrong()) };
    let mut numbers = words.iter().map(|word| u64::from_le_bytes(*word));
    let schools = numbers.next().ok_or_else(wrong)?;
    let mut seen = BTreeMap::new();
    for _ in 0..schools {
        let school = numbers.next().and_then(|school| u16::try_from(school).ok());
        let (contacts, terms) = (numbers.next(), numbers.next());
        let (Some(school), Some(contacts), Some(terms)) = (school, contacts, terms) else {
            return Err(wrong());
        };
        let (contacts, terms) = (contacts.cast_signed(), terms.cast_signed());
        seen.insert(school, Seen { contacts, terms });
    }
    let mut findings = Findings::default();
    while let Some(check) = numbers.next() {
        let check = usize::try_from(check).ok().and_then(|place| Check::ALL.get(place).copied());
        let school = numbers.next().and_then(|school| u16::try_from(school).ok());
        let (Some(check), Some(school), Some(count)) = (check, school, numbers.next()) else {
            return Err(wrong());
        };
        for _ in 0..count {
            findings.add(school, check, numbers.next().ok_or_else(wrong)?);
        }
    }
    Ok((seen, findings))
}
