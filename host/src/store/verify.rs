//! Reads a backup back without restoring it: every page is decrypted, and nothing is written anywhere.
//!
//! Pages go through memory one after the other, at most the 64 MiB that any connection may keep, so a
//! backup may be larger than the machine's memory. No plain text touches the disk: what a check has to
//! sort is sorted in memory.

use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};
use sha2::{Digest, Sha256};

use super::backup::Footer;
use super::ledger::hex;
use super::open::{refuse_foreign, refuse_plain, refuse_wrong_key, unlock};
use super::prove::{newest_schema, prove_rows, unchanging};
use super::{BackupFacts, DatabaseKey, Error, Proof, Store};

/// Bytes read between two reports of progress.
const STEP: usize = 1 << 20;

/// A file that ends as a backup does. Whether it is sound is not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundBackup {
    /// Where it lies.
    pub path: PathBuf,
    /// When it was made, in seconds since 1970-01-01 UTC.
    pub made_at: i64,
    /// Whether a passphrase opens it, and not a key.
    pub needs_passphrase: bool,
}

/// The backups that lie in a folder itself, newest first. Whatever else is there is passed over.
///
/// # Errors
///
/// [`Error::File`] where the folder cannot be read.
pub fn backups_in(folder: &Path) -> Result<Vec<FoundBackup>, Error> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        if !path.is_file() {
            continue;
        }
        if let Ok((footer, _)) = Footer::read(&path) {
            let needs_passphrase = footer.passphrase.is_some();
            found.push(FoundBackup { path, made_at: footer.made_at, needs_passphrase });
        }
    }
    found.sort_by(|one, other| (other.made_at, &one.path).cmp(&(one.made_at, &other.path)));
    Ok(found)
}

impl Store {
    /// Reads a backup back whole: its digest, every page, tables, references, the chain of the audit,
    /// and the number of rows that its footer tells. `progress` is told per cent.
    ///
    /// # Errors
    ///
    /// [`Error::NotABackup`]; [`Error::BackupDamaged`]; [`Error::WrongKey`]; [`Error::TooNew`];
    /// [`Error::Damaged`]; [`Error::File`].
    pub fn verify_backup(
        path: &Path,
        key: &DatabaseKey,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(BackupFacts, Proof), Error> {
        let damaged = || Error::BackupDamaged { path: path.into() };
        let (footer, mut file) = Footer::read(path)?;
        let (mut database, mut whole) = (Sha256::new(), Sha256::new());
        let (mut left, mut step) = (footer.database_bytes, vec![0; STEP]);
        file.seek(SeekFrom::Start(0))?;
        while left > 0 {
            let wanted = usize::try_from(left).unwrap_or(STEP).min(STEP);
            file.read_exact(&mut step[..wanted])?;
            database.update(&step[..wanted]);
            whole.update(&step[..wanted]);
            left -= wanted as u64;
            progress((footer.database_bytes - left) * 40 / footer.database_bytes.max(1));
        }
        if hex(&database.finalize()) != footer.database_sha256 {
            return Err(damaged());
        }
        let mut end = Vec::new();
        file.read_to_end(&mut end)?;
        whole.update(&end);
        refuse_plain(path)?;
        // The footer lies behind the last page, where the database does not look.
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        let uri = unchanging(&std::path::absolute(path)?);
        let connection = unlock(Connection::open_with_flags(uri, flags)?, key)?;
        refuse_wrong_key(&connection, path)?;
        refuse_foreign(&connection, path)?;
        let schema: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if schema > newest_schema() {
            return Err(Error::TooNew { found: schema, known: newest_schema() });
        }
        progress(45);
        // Each page that is read is authenticated; those that hold nothing are in the digest above.
        let proof = prove_rows(&connection)?;
        let rows: u64 = proof.holdings.tables.values().sum();
        let is_other = footer.rows.is_some_and(|told| told != rows)
            || footer.counts.is_some_and(|told| told != proof.holdings.digest());
        if is_other {
            return Err(damaged());
        }
        progress(100);
        let facts = BackupFacts {
            made_at: footer.made_at,
            bytes: footer.database_bytes + end.len() as u64,
            sha256: whole.finalize().into(),
            holdings: proof.holdings.clone(),
        };
        Ok((facts, proof))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{City, NOW, key};

    fn back_up(city: &City) -> PathBuf {
        let path = city.folder.path().join("b");
        city.store.backup(&key(), None, &path, false, NOW + 60, &mut |_| {}).unwrap();
        path
    }

    fn verify(path: &Path) -> Result<Proof, Error> {
        Store::verify_backup(path, &key(), &mut |_| {}).map(|(_, proof)| proof)
    }

    #[test]
    fn a_changed_byte_anywhere_is_found_and_nothing_is_written() {
        let city = City::new();
        let path = back_up(&city);
        let whole = fs_err::read(&path).unwrap();
        let names = || fs_err::read_dir(city.folder.path()).unwrap().count();
        let before = names();
        for place in (0..whole.len() - 1024).step_by(9_973).chain([whole.len() - 1024]) {
            let mut bytes = whole.clone();
            bytes[place] ^= 1;
            fs_err::write(&path, bytes).unwrap();
            verify(&path).expect_err("the changed byte was not seen");
        }
        fs_err::write(&path, &whole[..whole.len() - 20_000]).unwrap();
        assert!(matches!(verify(&path), Err(Error::NotABackup { .. })));
        assert_eq!(names(), before);
    }

    /// Whoever changes the digests as well is stopped by the encryption, page by page.
    #[test]
    fn a_forged_digest_and_a_forged_number_of_rows_do_not_help() {
        let city = City::new();
        let path = back_up(&city);
        let whole = fs_err::read(&path).unwrap();
        let end = whole.len() - 1024;
        let footer = std::str::from_utf8(&whole[end..]).unwrap();
        let mut bytes = whole[..end].to_vec();
        bytes[end - 5_000] ^= 1;
        let digest = |bytes: &[u8]| hex(&Sha256::digest(bytes));
        let forged = footer.replace(&digest(&whole[..end]), &digest(&bytes));
        bytes.extend(forged.bytes());
        fs_err::write(&path, bytes).unwrap();
        assert!(matches!(verify(&path), Err(Error::Damaged(_))));

        let rows: u64 = city.store.prove().unwrap().holdings.tables.values().sum();
        let forged = footer.replace(&format!("rows = {rows}"), &format!("rows = {}", rows + 1));
        assert_ne!(forged, footer);
        let mut bytes = whole[..end].to_vec();
        bytes.extend(forged.bytes().take(1024));
        fs_err::write(&path, bytes).unwrap();
        assert!(matches!(verify(&path), Err(Error::BackupDamaged { .. })));
    }

    #[test]
    fn another_key_opens_nothing() {
        let city = City::new();
        let path = back_up(&city);
        let other = DatabaseKey::generate().unwrap();
        let error = Store::verify_backup(&path, &other, &mut |_| {}).unwrap_err();
        assert!(matches!(error, Error::WrongKey { .. }), "{error}");
    }

    #[test]
    fn a_sound_backup_is_what_was_there_and_stays_as_it_is() {
        let city = City::new();
        let path = back_up(&city);
        let before = fs_err::read(&path).unwrap();
        let (facts, proof) = Store::verify_backup(&path, &key(), &mut |_| {}).unwrap();
        assert_eq!(proof.holdings, city.store.prove().unwrap().holdings);
        assert_eq!(facts.sha256, <[u8; 32]>::from(Sha256::digest(&before)));
        assert_eq!(fs_err::read(&path).unwrap(), before);
        fs_err::write(city.folder.path().join("letter.txt"), vec![7; 40_000]).unwrap();
        let found = backups_in(city.folder.path()).unwrap();
        assert_eq!(found, [FoundBackup { path, made_at: NOW + 60, needs_passphrase: false }]);
    }
}
