//! Changing the key of the records so that a power cut at any moment leaves records that open.
//!
//! The steps, of which each is on disk before the next begins:
//!
//! 1. Nobody else is let in, and the log is taken in.
//! 2. The new key, or what makes it from the new passphrase, is written beside the old one as `*.new`.
//! 3. All records are copied to `tridem.db.new` under the new key, and the copy is checked whole.
//! 4. The marker `tridem.rotation` appears, by a rename. Until here the old key opens the records and
//!    what lies there as `*.new` means nothing; from here on the new key opens them.
//! 5. Files change their names, as the marker says: database, then key.
//! 6. The old database is written over and removed; the marker goes.
//!
//! Whoever opens a folder with a marker completes steps 5 and 6 first; that needs no key.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use fs_err::{File, OpenOptions};
use serde::{Deserialize, Serialize};

use crate::domain::Scope;
use crate::store::{DatabaseKey, Derivation, KeyChange, KeyGeneration};

use super::backup_schedule::KnownBackup;
use super::keys::{KeySource, Passphrase, derivation_file, key_file};
use super::recovery_error::RecoveryError;
use super::workspace::{App, database};
use super::{Actor, Error, UseCase};

/// The marker: it is there from the moment on from which the new key counts.
const MARKER: &str = "tridem.rotation";

/// What the records are to be opened with.
#[derive(Debug)]
pub enum NewKey {
    /// A new key in a file.
    File,
    /// A new passphrase.
    Passphrase(Passphrase),
}

/// What [`App::rotate_key`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The number of the new key.
    pub generation: u32,
    /// The file of the new key, or the one that is needed besides the passphrase.
    pub file: PathBuf,
    /// Where what opens older backups lies now; `None` where there was no file.
    pub old: Option<PathBuf>,
}

/// What becomes unreadable when the old keys are destroyed.
#[derive(Debug, Clone)]
pub struct Forgetting {
    /// The keys.
    pub keys: Vec<KeyGeneration>,
    /// The backups that only they open.
    pub unreadable: Vec<KnownBackup>,
    /// The files that are destroyed.
    pub files: Vec<PathBuf>,
}

/// What the marker says.
#[derive(Debug, Serialize, Deserialize)]
struct Marker {
    /// The number of the key that opens the records from now on.
    generation: u32,
    moves: Vec<Move>,
}

/// A file that takes the place of another one. Paths in the folder of the records are kept from there,
/// so that the folder may be moved before the change is completed; a key may lie elsewhere.
#[derive(Debug, Serialize, Deserialize)]
struct Move {
    /// Where it lies until then; without it the old one only goes away.
    new: Option<PathBuf>,
    /// Its name.
    name: PathBuf,
    /// Where the old one goes, if there is one.
    old: PathBuf,
    /// Whether the old one is written over and removed.
    destroy: bool,
}

impl App {
    /// Encrypts all records under a new key. `source` is where the key came from that opened them.
    /// `progress` is told per cent. Backups that were made before still need the old key.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; a passphrase that is too short; where another process has the records
    /// open or the disk is full. Then the old key opens them, and nothing new is left behind.
    pub fn rotate_key(
        self,
        actor: &Actor,
        source: &KeySource,
        to: &NewKey,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Rotated, Error> {
        self.permit(actor, UseCase::KeyChange)?;
        if let NewKey::Passphrase(passphrase) = to {
            passphrase.refuse_short()?;
        }
        self.store.hold()?;
        let current = self.store.read(&Scope::municipality())?.key_generation()?;
        let dir = std::path::absolute(&self.dir).map_err(Error::File)?;
        let own_key = match source {
            KeySource::File(path) => std::path::absolute(path).map_err(Error::File)?,
            KeySource::Text(_) | KeySource::Passphrase(_) => key_file(&dir),
        };
        let (name, other) = match to {
            NewKey::File => (own_key, derivation_file(&dir)),
            NewKey::Passphrase(_) => (derivation_file(&dir), own_key),
        };
        let new_database = with(&database(&dir), ".new");
        let new_file = with(&name, ".new");
        // Without a marker they were never anything.
        remove_copy(&new_database);
        remove(&new_file)?;
        let prepare = |progress: &mut dyn FnMut(u64)| -> Result<u32, Error> {
            let (key, is_passphrase) = match to {
                NewKey::File => {
                    let key = DatabaseKey::generate()?;
                    key.write_file(&new_file)?;
                    (key, false)
                }
                NewKey::Passphrase(passphrase) => {
                    let derivation = Derivation::generate()?;
                    derivation.write_file(&new_file)?;
                    (derivation.key(passphrase.words())?, true)
                }
            };
            let keys = KeyChange {
                old: (&self.lock.key, self.lock.derivation.is_some()),
                new: (&key, is_passphrase),
            };
            Ok(self.store.copy_under(&new_database, keys, &actor.author(), progress)?)
        };
        let undo = || {
            remove_copy(&new_database);
            // The first error is the one to tell.
            let _ = fs_err::remove_file(&new_file);
        };
        let generation = prepare(progress).inspect_err(|_| undo())?;
        let kept = |path: &Path| free_name(path, current);
        let mut moves = vec![
            Move {
                new: Some(new_database.clone()),
                name: database(&dir),
                old: with(&database(&dir), ".old"),
                destroy: true,
            },
            Move {
                new: Some(new_file.clone()),
                name: name.clone(),
                old: kept(&name),
                destroy: false,
            },
        ];
        if self.lock.derivation.is_some() != matches!(to, NewKey::Passphrase(_)) {
            moves.push(Move { new: None, name: other.clone(), old: kept(&other), destroy: false });
        }
        let old = moves[1..].iter().find(|it| it.name.exists()).map(|it| it.old.clone());
        let marker = Marker { generation, moves: moves.iter().map(|it| it.from(&dir)).collect() };
        let file = marker.write(&dir).inspect_err(|_| undo())?;
        // Elsewhere a file that is open keeps its name; there nobody can exchange it unseen either.
        #[cfg(windows)]
        drop(self.store);
        marker.carry_out(&dir)?;
        drop(file);
        Ok(Rotated { generation, file: name, old })
    }

    /// The keys that the records have had since the first change, oldest first; the last is the one of
    /// now. Empty where it was never changed.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`], and those of the store.
    pub fn key_generations(&self, actor: &Actor) -> Result<Vec<KeyGeneration>, Error> {
        self.permit(actor, UseCase::BackupList)?;
        Ok(self.store.read(&Scope::municipality())?.key_generations()?)
    }

    /// What would become unreadable if all older keys were destroyed.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`RecoveryError::NoOldKey`].
    pub fn forgetting(&self, actor: &Actor, source: &KeySource) -> Result<Forgetting, Error> {
        self.permit(actor, UseCase::KeyChange)?;
        let reader = self.store.read(&Scope::municipality())?;
        let current = reader.key_generation()?;
        let mut keys = reader.key_generations()?;
        keys.retain(|key| key.generation < current && key.forgotten_at.is_none());
        if keys.is_empty() {
            return Err(RecoveryError::NoOldKey.into());
        }
        let mut unreadable = self.backups(actor)?;
        unreadable
            .retain(|backup| backup.kept.removed_at.is_none() && backup.kept.generation < current);
        let mut files = Vec::new();
        let mut places = vec![key_file(&self.dir), derivation_file(&self.dir)];
        if let KeySource::File(path) = source
            && !places.contains(path)
        {
            places.push(path.clone());
        }
        for place in places {
            for path in old_files_of(&place)? {
                let is_known = |key: &DatabaseKey| {
                    keys.iter().any(|known| known.fingerprint == key.fingerprint())
                };
                let is_derivation = place == derivation_file(&self.dir);
                if is_derivation || DatabaseKey::read_file(&path).is_ok_and(|key| is_known(&key)) {
                    files.push(path);
                }
            }
        }
        Ok(Forgetting { keys, unreadable, files })
    }

    /// Destroys the files of all older keys, so that no backup from before the last change can be read
    /// any more, by anybody who has no copy of them. On flash memory writing over a file does not
    /// promise that its former content is gone.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`RecoveryError::NoOldKey`]; [`RecoveryError::NoBackupUnderKey`] where
    /// no verified backup under the key of now is there; [`RecoveryError::NotConfirmed`].
    pub fn forget_old_keys(
        &mut self,
        actor: &Actor,
        source: &KeySource,
        is_confirmed: bool,
    ) -> Result<Forgetting, Error> {
        self.permit(actor, UseCase::KeyChange)?;
        let forgetting = self.forgetting(actor, source)?;
        let current = self.store.read(&Scope::municipality())?.key_generation()?;
        let is_safe = |backup: &KnownBackup| {
            backup.is_there && backup.kept.is_verified() && backup.kept.generation == current
        };
        if !self.backups(actor)?.iter().any(is_safe) {
            return Err(RecoveryError::NoBackupUnderKey.into());
        }
        if !is_confirmed {
            return Err(RecoveryError::NotConfirmed(forgetting.unreadable.len()).into());
        }
        for file in &forgetting.files {
            destroy(file)?;
        }
        let mut writer = self.store.write(&actor.author())?;
        writer.note_forgotten(current)?;
        writer.commit()?;
        Ok(forgetting)
    }
}

/// Completes a change of the key that was interrupted after its marker was written; gives the number
/// of the key that opens the records since then. Nothing is done where there is no marker.
///
/// # Errors
///
/// [`RecoveryError::Rotating`] where a process is at it; [`Error::File`].
pub(super) fn complete(dir: &Path) -> Result<Option<u32>, Error> {
    let dir = std::path::absolute(dir).map_err(Error::File)?;
    let path = dir.join(MARKER);
    let file = match File::open(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        file => file.map_err(Error::File)?,
    };
    if file.file().try_lock().is_err() {
        return Err(RecoveryError::Rotating.into());
    }
    // Another process may have completed it before the lock was ours.
    let text = match fs_err::read_to_string(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        text => text.map_err(Error::File)?,
    };
    let marker: Marker =
        toml::from_str(&text).map_err(|error| Error::File(std::io::Error::other(error)))?;
    marker.carry_out(&dir)?;
    Ok(Some(marker.generation))
}

/// Whether a change of the key was interrupted, or is going on.
pub(super) fn is_marked(dir: &Path) -> bool {
    dir.join(MARKER).exists()
}

impl Marker {
    /// Writes the marker in one step. Its file stays locked as long as it is open.
    fn write(&self, dir: &Path) -> Result<File, Error> {
        let text = toml::to_string(self).expect("numbers and paths of this program make TOML");
        let part = dir.join(format!("{MARKER}.part"));
        let write = || -> std::io::Result<File> {
            let mut file =
                OpenOptions::new().write(true).create(true).truncate(true).open(&part)?;
            file.file().try_lock().map_err(std::io::Error::other)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs_err::rename(&part, dir.join(MARKER))?;
            Ok(file)
        };
        let file = write().map_err(Error::File).inspect_err(|_| {
            let _ = fs_err::remove_file(&part);
        })?;
        sync(dir);
        Ok(file)
    }

    /// Steps 5 and 6. Done in part before, it is completed; done wholly before, nothing changes.
    fn carry_out(&self, dir: &Path) -> Result<(), Error> {
        for step in &self.moves {
            step.carry_out(dir).map_err(Error::File)?;
        }
        for step in self.moves.iter().filter(|step| step.destroy) {
            destroy(&dir.join(&step.old))?;
        }
        remove(&dir.join(MARKER))?;
        sync(dir);
        Ok(())
    }
}

impl Move {
    /// The same, seen from a folder.
    fn from(&self, dir: &Path) -> Self {
        let inside = |path: &PathBuf| path.strip_prefix(dir).unwrap_or(path).to_owned();
        Self {
            new: self.new.as_ref().map(inside),
            name: inside(&self.name),
            old: inside(&self.old),
            destroy: self.destroy,
        }
    }

    fn carry_out(&self, dir: &Path) -> std::io::Result<()> {
        let (name, old) = (dir.join(&self.name), dir.join(&self.old));
        let folder = name.parent().unwrap_or(Path::new("."));
        // A key on a stick that is not there now: the marker stays until it is.
        fs_err::metadata(folder)?;
        match self.new.as_ref().map(|new| dir.join(new)) {
            // As long as the new one waits, what bears the name is the old one.
            Some(new) if new.exists() => {
                if name.exists() {
                    fs_err::rename(&name, &old)?;
                    sync(folder);
                }
                fs_err::rename(new, &name)?;
            }
            // Neither is here: the marker, which knows where they belong, has to stay.
            Some(_) => {
                fs_err::metadata(&name)?;
            }
            None if name.exists() && !old.exists() => fs_err::rename(&name, &old)?,
            None => {}
        }
        sync(folder);
        Ok(())
    }
}

/// The path with something behind its name.
fn with(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Where the old file goes: its name and the number of its key, and nothing lies there yet.
fn free_name(path: &Path, generation: u32) -> PathBuf {
    let name = |again: u32| match again {
        1 => with(path, &format!(".{generation}")),
        _ => with(path, &format!(".{generation}-{again}")),
    };
    (1..=u32::MAX)
        .map(name)
        .find(|path| path.symlink_metadata().is_err())
        .expect("no folder has so many files")
}

/// The files beside `path` that bear its name and a number behind it.
fn old_files_of(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut found = Vec::new();
    for entry in fs_err::read_dir(folder).map_err(Error::File)? {
        let entry = entry.map_err(Error::File)?;
        let other = entry.file_name().to_string_lossy().into_owned();
        let number = other.strip_prefix(&name).and_then(|rest| rest.strip_prefix('.'));
        let is_number = |text: &str| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
        };
        if number.is_some_and(is_number) {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Writes over a file and removes it; nothing where it is not there.
fn destroy(path: &Path) -> Result<(), Error> {
    let write = || -> std::io::Result<()> {
        let mut file = match OpenOptions::new().write(true).open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            file => file?,
        };
        let mut left = file.metadata()?.len();
        let nothing = vec![0; 1 << 20];
        while left > 0 {
            let step = usize::try_from(left).unwrap_or(nothing.len()).min(nothing.len());
            file.write_all(&nothing[..step])?;
            left -= step as u64;
        }
        file.sync_all()?;
        drop(file);
        fs_err::remove_file(path)
    };
    write().map_err(Error::File)?;
    sync(path.parent().unwrap_or(Path::new(".")));
    Ok(())
}

/// Removes a file that may not be there.
fn remove(path: &Path) -> Result<(), Error> {
    match fs_err::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::File(error)),
        _ => Ok(()),
    }
}

/// Removes a copy of the database and what SQLite may have left beside it.
fn remove_copy(path: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        // Most of them are not there.
        let _ = fs_err::remove_file(with(path, suffix));
    }
}

/// Makes names in a folder as lasting as files. Some file systems cannot.
fn sync(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
#[path = "rotation_tests.rs"]
mod tests;
