//! Backups: making one while others work, remembering that, and bringing one back.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::{Action, Author, Text};
use crate::store::{self, BackupFacts, Derivation, Proof, Store};

use super::backup_schedule::{remember, to_remember};
use super::erasure::erase_after_restore;
use super::keys::{KeySource, derivation_file, key_file};
use super::workspace::{App, database, make_private, now};
use super::{Actor, Error, UseCase};

/// The file in the folder that remembers the last backup, for `tridem doctor`.
const REMEMBERED: &str = "last-backup.toml";

/// The tables that a person knows by name; the rows of all others are told as one number.
const KINDS: &[(&str, &str, &str)] = &[
    ("school", "Schulen", "schools"),
    ("practitioner", "Fachkräfte", "practitioners"),
    ("pairing", "Teams", "teams"),
    ("household", "Haushalte", "households"),
    ("pupil", "Schülerinnen und Schüler", "pupils"),
    ("contact", "Kontakte", "contacts"),
    ("private_note", "vertrauliche Notizen", "private notes"),
    ("plugin", "Plugins", "plugins"),
    ("report", "Berichte", "reports"),
];

/// What a backup holds, with words.
#[derive(Debug, Clone)]
pub struct BackupSummary {
    /// When it was made, in seconds since 1970-01-01 UTC.
    pub made_at: i64,
    /// The bytes of the file.
    pub bytes: u64,
    /// The SHA-256 of the file in hexadecimal.
    pub sha256: String,
    /// When anything in it was last changed.
    pub last_change: Option<i64>,
    /// How many records there are of each kind; the last kind is all the rest.
    pub records: Vec<(Text, u64)>,
    /// Whether a passphrase opens it, and not a key.
    pub needs_passphrase: bool,
}

/// What was brought back.
#[derive(Debug, Clone)]
pub struct Restored {
    /// What it holds.
    pub backup: BackupSummary,
    /// What was looked into before the records got their name.
    pub proof: Proof,
    /// The file of the key, where it lies outside the new folder.
    pub key_elsewhere: Option<PathBuf>,
    /// How much was in it that had been erased since, by the receipts beside it, and was erased again.
    pub erased_again: u64,
    /// Files beside the receipts that are none.
    pub no_receipts: Vec<PathBuf>,
}

/// The last backup of a folder, as it is remembered there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Remembered {
    pub(super) made_at: i64,
    pub(super) file: PathBuf,
    sha256: String,
}

impl App {
    /// Writes all records to one encrypted file that the same key or passphrase opens, while others
    /// go on working. `progress` is told per cent.
    ///
    /// Whether it could also be noted in the folder that there is a backup is the second value;
    /// the backup is good without.
    ///
    /// # Errors
    ///
    /// [`Error::OperatorOnly`]; where there is a file of that name, unless it is a backup and
    /// `replace`; where the records are damaged, the disk is full, or the backup cannot be noted in
    /// the records. Then there is no new file.
    pub fn backup(
        &mut self,
        actor: &Actor,
        path: &Path,
        replace: bool,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(BackupSummary, bool), Error> {
        self.permit(actor, UseCase::BackupMake)?;
        let (summary, facts) = self.make_backup(&actor.author(), path, replace, false, progress)?;
        let remembered = Remembered {
            made_at: facts.made_at,
            file: std::path::absolute(path).map_err(Error::File)?,
            sha256: summary.sha256.clone(),
        };
        Ok((summary, remembered.write(&self.dir).is_ok()))
    }

    /// Makes a backup and remembers it in the records, so that receipts of what was erased can name it.
    pub(super) fn make_backup(
        &mut self,
        author: &Author,
        path: &Path,
        replace: bool,
        is_scheduled: bool,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(BackupSummary, BackupFacts), Error> {
        let (lock, now) = (&self.lock, now());
        let derivation = lock.derivation.as_ref();
        let is_new = path.symlink_metadata().is_err();
        let facts = self.store.backup(&lock.key, derivation, path, replace, now, progress)?;
        let summary = BackupSummary::of(&facts, derivation);
        let absolute = std::path::absolute(path).map_err(Error::File)?;
        let absolute = absolute.to_string_lossy();
        let made = to_remember(&facts, &absolute, is_scheduled);
        remember(&mut self.store, author, Action::BackupMake, &made).inspect_err(|_| {
            // No receipt of an erasure could name it. What replaced a backup stays: it is a good one.
            if is_new {
                let _ = fs_err::remove_file(path);
            }
        })?;
        if is_scheduled {
            let file = PathBuf::from(absolute.as_ref());
            let sha256 = summary.sha256.clone();
            // It only helps the doctor of records that cannot be opened.
            let _ = Remembered { made_at: now, file, sha256 }.write(&self.dir);
        }
        Ok((summary, facts))
    }

    /// Brings a backup back as the records of a new folder, `dir`, which must be empty but for a
    /// key. `progress` is told per cent.
    ///
    /// # Errors
    ///
    /// [`Error::OperatorOnly`]; [`Error::NotEmpty`], where what an interrupted restore left does not
    /// count; where the file is no backup or damaged, the key or passphrase does not open it, it is of
    /// a newer version, or anything in it is not whole. Then nothing of it is left behind.
    pub fn restore(
        actor: &Actor,
        backup: &Path,
        dir: &Path,
        key: &KeySource,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Restored, Error> {
        actor.for_all_schools()?;
        let own_key = key_file(dir);
        if dir.exists() {
            for entry in fs_err::read_dir(dir).map_err(Error::File)? {
                let path = entry.map_err(Error::File)?.path();
                if path != own_key && !is_of_interrupted_restore(&path, dir) {
                    return Err(Error::NotEmpty(dir.to_owned()));
                }
            }
        }
        let written = store::backup_derivation(backup)?;
        let none = || Error::NoDerivation(backup.to_owned());
        let lock = key.read_with(|| written.clone().ok_or_else(none))?;
        let from = std::path::absolute(backup).map_err(Error::File)?;
        let from = from.to_string_lossy();
        let made = make_private(dir)?;
        let (mut has_written, mut erased) = (false, (0, Vec::new()));
        let mut restore = || {
            if let Some(derivation) = &lock.derivation {
                let file = derivation_file(dir);
                // It may be there from a restore of this backup that was interrupted.
                if Derivation::read_file(&file)?.as_ref() != Some(derivation) {
                    derivation.write_file(&file)?;
                    has_written = true;
                }
            }
            // All of it before the records get their name: an interruption must leave nobody in them
            // who was erased.
            let complete = &mut |store: &mut Store, facts: &BackupFacts| -> Result<(), Error> {
                let known = to_remember(facts, &from, false);
                remember(store, &actor.author(), Action::StoreRestore, &known)?;
                erased = erase_after_restore(store, actor, backup)?;
                Ok(())
            };
            let restored = Store::restore(backup, &database(dir), &lock.key, complete, progress);
            restored.map_err(|error| match error {
                Error::Store(error) => lock.explain(error),
                error => error,
            })
        };
        let restored = restore();
        let (facts, proof) = restored.inspect_err(|_| {
            // The first error is the one to tell.
            if has_written {
                let _ = fs_err::remove_file(derivation_file(dir));
            }
            for folder in made.iter().rev() {
                let _ = fs_err::remove_dir(folder);
            }
        })?;
        let (erased_again, no_receipts) = erased;
        let key_elsewhere = match key {
            KeySource::File(path) if *path != own_key => Some(path.clone()),
            _ => None,
        };
        let backup = BackupSummary::of(&facts, lock.derivation.as_ref());
        Ok(Restored { backup, proof, key_elsewhere, erased_again, no_receipts })
    }
}

/// Whether a file is what a restore into `dir` leaves when it is interrupted: records that have no
/// name yet, or the way to their key, which is used only where it is this backup's as well.
fn is_of_interrupted_restore(path: &Path, dir: &Path) -> bool {
    let (records, derivation) = (database(dir), derivation_file(dir));
    let part = |of: &Path, end: &str| {
        path.as_os_str().as_encoded_bytes()
            == [of.as_os_str().as_encoded_bytes(), end.as_bytes()].concat()
    };
    path == derivation
        || part(&derivation, ".part")
        || ["", "-wal", "-shm", "-journal"].iter().any(|end| part(&records, &format!(".part{end}")))
}

/// Whether a backup is opened with a passphrase.
///
/// # Errors
///
/// Where the file is missing or no backup.
pub fn backup_needs_passphrase(path: &Path) -> Result<bool, Error> {
    Ok(store::backup_derivation(path)?.is_some())
}

impl BackupSummary {
    pub(super) fn of(facts: &BackupFacts, derivation: Option<&Derivation>) -> Self {
        Self {
            made_at: facts.made_at,
            bytes: facts.bytes,
            sha256: super::plugins::hex(&facts.sha256),
            last_change: facts.holdings.last_change,
            records: records(&facts.holdings),
            needs_passphrase: derivation.is_some(),
        }
    }
}

/// How many records there are of each kind that a person knows, and of all the rest.
pub(super) fn records(holdings: &store::Holdings) -> Vec<(Text, u64)> {
    let rows = |table: &str| holdings.tables.get(table).copied().unwrap_or(0);
    let known: u64 = KINDS.iter().map(|(table, ..)| rows(table)).sum();
    let all: u64 = holdings.tables.values().sum();
    let kinds = KINDS.iter().map(|(table, de, en)| (Text::new(*de, *en), rows(table)));
    let rest = (Text::new("weitere Einträge", "other entries"), all - known);
    kinds.chain([rest]).collect()
}

impl Remembered {
    /// What is remembered in `dir`; `None` where nothing is, or nothing that can be read.
    pub(super) fn read(dir: &Path) -> Option<Self> {
        toml::from_str(&fs_err::read_to_string(dir.join(REMEMBERED)).ok()?).ok()
    }

    /// Replaces what was remembered, in one step.
    fn write(&self, dir: &Path) -> Result<(), Error> {
        let text =
            toml::to_string(self).map_err(|error| Error::File(std::io::Error::other(error)))?;
        Ok(store::replace_file(&dir.join(REMEMBERED), text.as_bytes())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_that_is_told_is_a_table_and_none_is_told_twice() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("records");
        let key = KeySource::new(None, Some("5a".repeat(32)), &dir);
        App::init(&Actor::new("tester".into(), None), &dir, &key, "Musterstadt").unwrap();
        let app = App::open(&dir, &key).unwrap();
        let holdings = app.store.prove().unwrap().holdings;
        for (table, ..) in KINDS {
            assert!(holdings.tables.contains_key(*table), "{table}");
        }
        let told: u64 = records(&holdings).iter().map(|(_, rows)| rows).sum();
        assert_eq!(told, holdings.tables.values().sum::<u64>());
        assert!(told > 100, "the seed has more codes than that");
    }
}
