//! Which pages of a database are newer in the log beside it.
//!
//! What is in the log counts, and what the file has in its place may be old, or torn where the power
//! went or the program was killed while the log was taken in. The check of all pages reads the file
//! alone, so what it says of such pages means nothing; they are read through the log afterwards.

use std::collections::BTreeSet;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use fs_err::File;

use super::open::PAGE;

/// Bytes at the beginning of a log, and before each of its pages.
const HEAD: usize = 32;
const FRAME_HEAD: usize = 24;

/// The numbers of the pages in the log of the database at `path`, from 1; none where there is no log.
///
/// A page that was written and never became part of a transaction is among them. It is no loss to
/// leave it out of the check of the file: what reads the records reads every page that is in use.
pub(super) fn pages_in_log(path: &Path) -> BTreeSet<u32> {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    // Without a log, or one that cannot be read, the file has to stand for itself.
    File::open(PathBuf::from(name)).ok().and_then(|log| read(log).ok()).unwrap_or_default()
}

fn read(mut log: File) -> std::io::Result<BTreeSet<u32>> {
    let mut pages = BTreeSet::new();
    let (mut head, mut frame) = ([0; HEAD], [0; FRAME_HEAD]);
    if log.metadata()?.len() < HEAD as u64 {
        return Ok(pages);
    }
    log.read_exact(&mut head)?;
    // Frames of an earlier round carry other numbers than the head.
    while log.read_exact(&mut frame).is_ok() && frame[8..16] == head[16..24] {
        let [one, two, three, four, ..] = frame;
        pages.insert(u32::from_be_bytes([one, two, three, four]));
        log.seek(SeekFrom::Current(i64::from(PAGE)))?;
    }
    Ok(pages)
}

/// Whether what the check of the file says is about a page that is newer in the log.
pub(super) fn is_of(said: &str, pages: &BTreeSet<u32>) -> bool {
    let number = said.split("page ").nth(1).map(|rest| rest.split(' ').next().unwrap_or(rest));
    number.and_then(|number| number.parse().ok()).is_some_and(|page| pages.contains(&page))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Error;
    use crate::store::fixture::City;

    /// Spoils the file of a city that is open, in the middle of a page.
    fn spoil(path: &Path, page: u32) {
        let mut bytes = fs_err::read(path).unwrap();
        let place = (page as usize - 1) * 16_384 + 8_000;
        bytes[place] ^= 1;
        fs_err::write(path, bytes).unwrap();
    }

    #[test]
    fn a_page_that_is_torn_in_the_file_and_whole_in_the_log_is_no_damage_and_any_other_is() {
        let mut city = City::new();
        let path = city.path();
        city.store.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        assert_eq!(pages_in_log(&path), BTreeSet::new());
        let contact = city.contact(0);
        city.add(std::slice::from_ref(&contact));
        let pages = pages_in_log(&path);
        let newer = *pages.iter().find(|page| **page > 1).unwrap();
        spoil(&path, newer);
        city.store.prove().unwrap();

        let last = u32::try_from(fs_err::metadata(&path).unwrap().len() / 16_384).unwrap();
        let older = (2..=last).find(|page| !pages.contains(page)).unwrap();
        spoil(&path, older);
        let error = city.store.prove().unwrap_err();
        assert!(matches!(&error, Error::Damaged(said) if said.contains(&format!("page {older}"))));
        spoil(&path, older);
        // Taken in, the log mends what was torn.
        city.store.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        assert_eq!(pages_in_log(&path), BTreeSet::new());
        city.store.prove().unwrap();
    }

    #[test]
    fn what_the_check_says_is_told_by_the_number_of_the_page() {
        let pages = BTreeSet::from([26, 7]);
        assert!(is_of("HMAC verification failed for page 26", &pages));
        assert!(is_of("page 7 has an invalid size of 100 bytes (expected 16384 bytes)", &pages));
        assert!(!is_of("HMAC verification failed for page 2", &pages));
        assert!(!is_of("HMAC verification failed for page 267", &pages));
        assert!(!is_of("malformed", &pages));
    }
}
