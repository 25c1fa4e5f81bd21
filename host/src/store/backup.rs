//! Copies the records, while others go on working with them, into one file that can be restored.
//!
//! A backup is a `SQLCipher` database as it stands, followed by a footer of text: how to make its
//! key where that comes from a passphrase, and a digest that tells a damaged copy without any key.
//! So one file, and the key or the passphrase, are all that a restore needs.

use std::io::{ErrorKind, Read, Seek, SeekFrom, Write as _};
use std::path::Path;

use fs_err::File;
use rusqlite::backup::StepResult;
use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::ledger::hex;
use super::open::{PAGE, refuse_foreign, refuse_plain, refuse_wrong_key, unlock};
use super::part::Part;
use super::passphrase::WrittenDerivation;
use super::prove::{holdings, prove};
use super::{DatabaseKey, Derivation, Error, Holdings, Store, Writer};
use crate::domain::{Action, Scope};

/// The first line of the footer. The number changes when an older Tridem could not read it.
const MAGIC: &str = "# tridem backup 1\n";

/// Explains the file to whoever looks at its end.
const REMARK: &str =
    "# Above this line is an SQLCipher database; `tridem restore` opens the whole.\n";

/// Bytes of the footer. It is always as long, so that it is found from the end of the file.
const FOOTER: usize = 1024;

/// Pages copied between two reports of progress: 1 MiB.
const STEP: i32 = 64;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupFacts {
    /// When it was made, in seconds since 1970-01-01 UTC.
    pub made_at: i64,
    /// The bytes of the whole file.
    pub bytes: u64,
    /// The SHA-256 of the whole file, as `sha256sum` prints it.
    pub sha256: [u8; 32],
    /// What is in it.
    pub holdings: Holdings,
}

/// The text at the end of a backup.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Footer {
    pub(super) made_at: i64,
    tridem: String,
    pub(super) database_bytes: u64,
    pub(super) database_sha256: String,
    /// The rows of all tables, and a digest of how many each has. Backups of earlier versions lack
    /// this and what follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rows: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) counts: Option<String>,
    /// What tells the key from others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<String>,
    pub(super) passphrase: Option<WrittenDerivation>,
}

impl Store {
    /// Writes a backup to `path`, which opens with the same `key`, and `derivation` into it where
    /// that key came from a passphrase.
    ///
    /// Others may read and write meanwhile: it holds what was there when it began. It is written
    /// under another name, flushed to disk, opened, checked whole and compared with what was
    /// copied; only then does it get its name. `progress` is told per cent.
    ///
    /// # Errors
    ///
    /// [`Error::BackupExists`] unless `replace`; [`Error::NotABackup`] where what would be replaced
    /// is something else; [`Error::BackupBusy`]; [`Error::Damaged`] where the records are;
    /// [`Error::Full`]; [`Error::File`]. Then there is no new file, and an older one is as it was.
    pub fn backup(
        &self,
        key: &DatabaseKey,
        derivation: Option<&Derivation>,
        path: &Path,
        replace: bool,
        now: i64,
        progress: &mut dyn FnMut(u64),
    ) -> Result<BackupFacts, Error> {
        if path.symlink_metadata().is_ok() {
            if !replace {
                return Err(Error::BackupExists { path: path.into() });
            }
            // Whatever else lies there, the records themselves above all, is never replaced.
            Footer::read(path)?;
        }
        let mut part = Part::begin(path)?;
        let copied = self.copy_to(key, &part.path, progress)?;
        progress(70);
        compare(&part.path, key, &copied)?;
        progress(90);
        let footer = Footer::of(&mut part.file, (key, &copied), derivation, now)?;
        let (bytes, sha256) = footer.append(&mut part.file)?;
        part.finish()?;
        progress(100);
        Ok(BackupFacts { made_at: now, bytes, sha256, holdings: copied })
    }

    /// Copies one snapshot, page by page, and says what is in it.
    pub(super) fn copy_to(
        &self,
        key: &DatabaseKey,
        path: &Path,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Holdings, Error> {
        // The reader holds the snapshot, so that no change of another process begins the copy anew.
        let snapshot = self.read_all(&Scope::municipality())?;
        let copied = holdings(snapshot.connection)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut copy =
            unlock(Connection::open_with_flags(std::path::absolute(path)?, flags)?, key)?;
        // Half a copy is worth nothing, so nothing has to be kept for undoing it.
        copy.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")?;
        {
            let backup = rusqlite::backup::Backup::new(snapshot.connection, &mut copy)?;
            loop {
                match backup.step(STEP)? {
                    StepResult::Done => break,
                    StepResult::More => {}
                    _ => return Err(Error::Busy),
                }
                let (all, left) = (backup.progress().pagecount, backup.progress().remaining);
                let percent = i64::from(all - left) * 70 / i64::from(all.max(1));
                progress(u64::try_from(percent).unwrap_or(0));
            }
        }
        // One file, without a log beside it.
        copy.execute_batch("PRAGMA journal_mode = DELETE")?;
        copy.close().map_err(|(_, error)| error)?;
        Ok(copied)
    }
}

/// Opens a copy, checks all of it, and holds it against what was copied.
pub(super) fn compare(path: &Path, key: &DatabaseKey, copied: &Holdings) -> Result<(), Error> {
    refuse_plain(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let copy = unlock(Connection::open_with_flags(std::path::absolute(path)?, flags)?, key)?;
    refuse_wrong_key(&copy, path)?;
    refuse_foreign(&copy, path)?;
    if prove(&copy)?.holdings == *copied {
        Ok(())
    } else {
        Err(Error::Damaged("the copy does not hold what was copied".into()))
    }
}

/// How the key of a backup is made from a passphrase; `None` where it is not.
///
/// # Errors
///
/// [`Error::NotABackup`]; those of [`Derivation::read_file`].
pub fn backup_derivation(path: &Path) -> Result<Option<Derivation>, Error> {
    let (footer, _) = Footer::read(path)?;
    footer.passphrase.map(|written| Derivation::check(&written, path)).transpose()
}

impl Footer {
    /// The footer for the database in `file`.
    fn of(
        file: &mut File,
        (key, copied): (&DatabaseKey, &Holdings),
        derivation: Option<&Derivation>,
        now: i64,
    ) -> Result<Self, Error> {
        let (bytes, sha256) = digest(file)?;
        Ok(Self {
            made_at: now,
            tridem: env!("CARGO_PKG_VERSION").into(),
            database_bytes: bytes,
            database_sha256: hex(&sha256),
            rows: Some(copied.tables.values().sum()),
            counts: Some(copied.digest()),
            key: Some(hex(&key.fingerprint())),
            passphrase: derivation.map(Derivation::written),
        })
    }

    /// Writes it behind the database, waits until all is on disk, and gives the size and the
    /// digest of the whole file.
    fn append(&self, file: &mut File) -> Result<(u64, [u8; 32]), Error> {
        let text = toml::to_string(self).expect("numbers and texts make TOML");
        let mut text = format!("{MAGIC}{REMARK}{text}").into_bytes();
        assert!(text.len() <= FOOTER, "every field has a bound, and a test writes them all");
        text.resize(FOOTER, b'\n');
        file.seek(SeekFrom::End(0))?;
        file.write_all(&text)?;
        file.sync_all()?;
        digest(file)
    }

    /// Reads the footer of a backup, whose file is then at its beginning.
    pub(super) fn read(path: &Path) -> Result<(Self, File), Error> {
        let none = || Error::NotABackup { path: path.into() };
        let mut file = File::open(path)?;
        let page = u64::from(PAGE.unsigned_abs());
        let length = file.metadata()?.len();
        let database = length.checked_sub(FOOTER as u64).ok_or_else(none)?;
        file.seek(SeekFrom::Start(database))?;
        let mut text = String::new();
        match (&mut file).take(FOOTER as u64).read_to_string(&mut text) {
            Err(error) if error.kind() == ErrorKind::InvalidData => return Err(none()),
            read => read?,
        };
        if !text.starts_with(MAGIC) || database < page {
            return Err(none());
        }
        let footer: Self = toml::from_str(&text).map_err(|_| none())?;
        if footer.database_bytes != database {
            return Err(Error::BackupDamaged { path: path.into() });
        }
        file.seek(SeekFrom::Start(0))?;
        Ok((footer, file))
    }
}

/// The SHA-256 of a whole file.
///
/// # Errors
///
/// [`Error::File`].
pub fn file_digest(path: &Path) -> Result<[u8; 32], Error> {
    Ok(digest(&mut File::open(path)?)?.1)
}

/// The size and the digest of a file, read from its beginning.
fn digest(file: &mut File) -> Result<(u64, [u8; 32]), Error> {
    file.seek(SeekFrom::Start(0))?;
    let (mut digest, mut bytes, mut part) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        match file.read(&mut part)? {
            0 => return Ok((bytes, digest.finalize().into())),
            read => {
                digest.update(&part[..read]);
                bytes += read as u64;
            }
        }
    }
}

impl Writer<'_> {
    /// Notes in the audit that the records were copied into a backup or brought back from one,
    /// which was made at `made_at` and has this SHA-256.
    pub fn note_backup(&mut self, action: Action, made_at: i64, sha256: &[u8; 32]) {
        self.note(action, hex(sha256), &json!({ "made_at": made_at }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{City, NOW, author, key};

    fn back_up(city: &City, path: &Path, replace: bool) -> Result<BackupFacts, Error> {
        city.store.backup(&key(), None, path, replace, NOW + 60, &mut |_| {})
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs_err::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn an_existing_file_is_refused_and_only_a_backup_is_ever_replaced() {
        let city = City::new();
        let away = tempfile::tempdir().unwrap();
        let path = away.path().join("monday.backup");
        back_up(&city, &path, false).unwrap();
        let first = fs_err::read(&path).unwrap();
        let error = back_up(&city, &path, false).unwrap_err();
        assert!(matches!(error, Error::BackupExists { .. }), "{error}");
        assert_eq!(fs_err::read(&path).unwrap(), first);

        let records = fs_err::read(city.path()).unwrap();
        let error = back_up(&city, &city.path(), true).unwrap_err();
        assert!(matches!(error, Error::NotABackup { .. }), "{error}");
        assert_eq!(fs_err::read(city.path()).unwrap(), records);

        back_up(&city, &path, true).unwrap();
        assert_ne!(fs_err::read(&path).unwrap(), first, "each copy is encrypted anew");
        assert_eq!(names(away.path()), ["monday.backup"]);
    }

    #[test]
    fn two_backups_to_one_name_do_not_mix_and_an_interrupted_one_is_taken_over() {
        let city = City::new();
        let away = tempfile::tempdir().unwrap();
        let path = away.path().join("b");
        let other = Part::begin(&path).unwrap();
        let error = back_up(&city, &path, false).unwrap_err();
        assert!(matches!(error, Error::BackupBusy { .. }), "{error}");
        assert_eq!(names(away.path()), ["b.part"]);
        drop(other);
        fs_err::write(away.path().join("b.part"), vec![1; 50_000]).unwrap();
        back_up(&city, &path, false).unwrap();
        assert_eq!(names(away.path()), ["b"]);
    }

    #[test]
    fn damaged_records_make_no_backup() {
        let City { folder, store, .. } = City::new();
        drop(store);
        let path = folder.path().join("city.tridem");
        let mut bytes = fs_err::read(&path).unwrap();
        let last = bytes.len() - 9_000;
        bytes[last] ^= 1;
        fs_err::write(&path, bytes).unwrap();
        let store = Store::open(&path, &key()).unwrap();
        let away = tempfile::tempdir().unwrap();
        let to = away.path().join("b");
        let error = store.backup(&key(), None, &to, false, NOW, &mut |_| {}).unwrap_err();
        assert!(matches!(error, Error::Damaged(_)), "{error}");
        assert_eq!(names(away.path()), Vec::<String>::new());
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let city = City::new();
        let error = back_up(&city, Path::new("no/such/folder/b"), false).unwrap_err();
        assert!(error.to_string().contains("no/such/folder/b"), "{error}");
    }

    #[test]
    fn a_backup_is_encrypted_in_large_pages_and_carries_its_digests() {
        let city = City::new();
        let away = tempfile::tempdir().unwrap();
        let path = away.path().join("b");
        let facts = back_up(&city, &path, false).unwrap();
        let bytes = fs_err::read(&path).unwrap();
        assert_eq!(facts.bytes, bytes.len() as u64);
        assert_eq!(facts.sha256, <[u8; 32]>::from(Sha256::digest(&bytes)));
        let (database, footer) = bytes.split_at(bytes.len() - FOOTER);
        assert_eq!(database.len() % 16_384, 0);
        let footer = std::str::from_utf8(footer).unwrap();
        assert!(footer.contains(&hex(&Sha256::digest(database))), "{footer}");
        assert!(footer.contains("made_at = 1760000060\n") && !footer.contains("passphrase]"));
        // Encrypted: neither SQLite's words nor ours, and every byte about as often as any other.
        for word in [&b"SQLite"[..], b"CREATE TABLE", b"Musterstadt", b"contact"] {
            assert!(!database.windows(word.len()).any(|part| part == word));
        }
        let mut counts = [0u32; 256];
        for byte in database {
            counts[usize::from(*byte)] += 1;
        }
        let mean = u32::try_from(database.len()).unwrap() / 256;
        assert!(counts.iter().all(|count| count.abs_diff(mean) < mean / 3), "{counts:?}");
        // The salt of each file is its own, and the pages with it.
        assert_ne!(database[..16], fs_err::read(city.path()).unwrap()[..16]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs_err::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn others_write_while_a_backup_runs_and_it_holds_what_was_there_at_its_beginning() {
        let mut city = City::new();
        // More than is copied in one step.
        let mut writer = city.store.write(&author()).unwrap();
        writer.record_import("schools", &[0; 32], &"long ".repeat(1_000_000), 1, NOW).unwrap();
        writer.commit().unwrap();
        let mut other = Store::open(&city.path(), &key()).unwrap();
        let away = tempfile::tempdir().unwrap();
        let path = away.path().join("b");
        let mut written = 0;
        let facts = city
            .store
            .backup(&key(), None, &path, false, NOW, &mut |percent| {
                if percent < 70 && written < 3 {
                    written += 1;
                    let mut writer = other.write(&author()).unwrap();
                    writer.record_import("schools", &[written; 32], "s.csv", 1, NOW).unwrap();
                    writer.commit().unwrap();
                }
            })
            .unwrap();
        assert!(written > 0, "all was copied in one step, so nothing was tried");
        assert_eq!(facts.holdings.tables["import"], 1);
        let now = city.store.prove().unwrap().holdings;
        assert_eq!(now.tables["import"], 1 + u64::from(written));
    }

    #[test]
    fn the_footer_has_room_for_the_longest_of_everything() {
        let footer = Footer {
            made_at: i64::MIN,
            tridem: "1".repeat(40),
            database_bytes: u64::from(u32::MAX) * 65_536,
            database_sha256: "f".repeat(64),
            rows: Some(u64::MAX >> 1),
            counts: Some("f".repeat(64)),
            key: Some("f".repeat(16)),
            passphrase: Some(Derivation::generate().unwrap().written()),
        };
        let away = tempfile::tempdir().unwrap();
        let mut part = Part::begin(&away.path().join("b")).unwrap();
        footer.append(&mut part.file).unwrap();
    }
}
