//! Files that get their name when they are whole and on disk: until then they have another one.
//!
//! Killed at any moment, or without power, the program leaves behind the file that was there before,
//! or the new one, and at most one that ends in `.part`, which the next attempt takes over.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use fs_err::{File, OpenOptions};

use super::Error;

/// What `SQLite` puts beside a database.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A file before it has its name. One process at a time has it. Dropped, it is gone.
pub(super) struct Part {
    pub(super) path: PathBuf,
    pub(super) file: File,
    target: PathBuf,
    is_finished: bool,
}

impl Part {
    /// Makes it for its owner alone, or takes over one that was left behind by an interruption.
    ///
    /// # Errors
    ///
    /// [`Error::BackupBusy`] where another process has it; [`Error::File`].
    pub(super) fn begin(target: &Path) -> Result<Self, Error> {
        Self::begin_with(target, 0o600)
    }

    fn begin_with(target: &Path, mode: u32) -> Result<Self, Error> {
        let path = with_suffix(target, ".part");
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        // Elsewhere a lock would keep SQLite out as well, so what is there has to be taken away.
        #[cfg(unix)]
        options.create(true);
        #[cfg(unix)]
        fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
        #[cfg(not(unix))]
        options.create_new(true);
        #[cfg(not(unix))]
        let _ = mode;
        let busy = || Error::BackupBusy { path: target.into() };
        loop {
            let file = options.open(&path).map_err(|error| match error.kind() {
                ErrorKind::AlreadyExists => busy(),
                _ => Error::File(error),
            })?;
            #[cfg(unix)]
            if file.file().try_lock().is_err() {
                return Err(busy());
            }
            // Between the two lines above another process may have finished: then this is its file
            // under its name, and must not be emptied.
            if !is_named(&file, &path) {
                continue;
            }
            // A log of one that was interrupted would be taken for this one's.
            remove_beside(&path);
            file.set_len(0)?;
            return Ok(Self { path, file, target: target.into(), is_finished: false });
        }
    }

    /// Gives it its name, for good, in place of what may have had it. Its content has to be on disk.
    ///
    /// # Errors
    ///
    /// [`Error::File`], also where it has its name and it is not certain that it keeps it.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        fs_err::rename(&self.path, &self.target)?;
        self.is_finished = true;
        sync_folder_of(&self.target)
    }

    /// The same where nothing has that name.
    ///
    /// # Errors
    ///
    /// [`Error::FileExists`]; [`Error::File`], after which nothing has that name.
    pub(super) fn finish_new(mut self) -> Result<(), Error> {
        refuse_existing(&self.target)?;
        fs_err::rename(&self.path, &self.target)?;
        self.is_finished = true;
        sync_folder_of(&self.target).inspect_err(|_| remove_database(&self.target))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.is_finished {
            remove_database(&self.path);
        }
    }
}

/// Writes a new file for its owner alone, whole and on disk.
///
/// # Errors
///
/// [`Error::FileExists`]; [`Error::BackupBusy`]; [`Error::File`], after which there is no such file.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    refuse_existing(path)?;
    let mut part = Part::begin(path)?;
    part.file.write_all(bytes)?;
    part.file.sync_all()?;
    part.finish_new()
}

/// Writes a file, whole and on disk, in place of one that may be there, which is as it was after any
/// error. A pipe or a device is written to as it is.
///
/// # Errors
///
/// [`Error::BackupBusy`] where another process is writing it; [`Error::File`].
pub fn replace_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let found = path.symlink_metadata();
    if found.as_ref().is_ok_and(|found| !found.is_file()) {
        return Ok(fs_err::write(path, bytes)?);
    }
    let mut part = match Part::begin_with(path, 0o666) {
        // A file that may be written in a folder that may not.
        Err(Error::File(error)) if found.is_ok() && error.kind() == ErrorKind::PermissionDenied => {
            return Ok(fs_err::write(path, bytes)?);
        }
        part => part?,
    };
    if let Ok(found) = found {
        part.file.set_permissions(found.permissions())?;
    }
    part.file.write_all(bytes)?;
    part.file.sync_all()?;
    part.finish()
}

/// Makes the names in a folder as lasting as the files. Some file systems cannot, and some users may
/// not, which is no error: the file itself is safe then.
///
/// # Errors
///
/// [`Error::File`] where the disk failed.
pub fn sync_folder_of(path: &Path) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) else { return Ok(()) };
    match folder.sync_all() {
        Err(error)
            if !matches!(
                error.kind(),
                ErrorKind::InvalidInput | ErrorKind::Unsupported | ErrorKind::PermissionDenied
            ) =>
        {
            Err(Error::File(error))
        }
        _ => Ok(()),
    }
}

pub(super) fn refuse_existing(path: &Path) -> Result<(), Error> {
    if path.symlink_metadata().is_ok() {
        return Err(Error::FileExists { path: path.into() });
    }
    Ok(())
}

/// Takes away a file that is worthless, with what SQLite may have put beside it. The error that made
/// it so is the one to tell.
pub(super) fn remove_database(path: &Path) {
    remove_beside(path);
    let _ = fs_err::remove_file(path);
}

fn remove_beside(path: &Path) {
    for suffix in BESIDE {
        // Most of them are not there.
        let _ = fs_err::remove_file(with_suffix(path, suffix));
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Whether an open file is still the one of that name.
#[cfg(unix)]
fn is_named(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let which = |found: std::fs::Metadata| (found.dev(), found.ino());
    match (file.metadata(), fs_err::metadata(path)) {
        (Ok(open), Ok(named)) => which(open) == which(named),
        _ => false,
    }
}

/// Elsewhere it was made by this process.
#[cfg(not(unix))]
fn is_named(_: &File, _: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs_err::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_that_got_its_name_in_between_is_not_the_part_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("b");
        let part = Part::begin(&target).unwrap();
        let (path, seen) = (part.path.clone(), File::open(&part.path).unwrap());
        assert!(is_named(&seen, &path));
        part.finish().unwrap();
        assert!(!is_named(&seen, &path), "it would be emptied under its name");
        assert!(is_named(&seen, &target));
        fs_err::write(&path, "another").unwrap();
        assert!(!is_named(&seen, &path));
    }

    #[test]
    fn what_was_left_behind_is_taken_over_with_its_log() {
        let folder = tempfile::tempdir().unwrap();
        for left in ["b.part", "b.part-wal", "b.part-shm", "b-wal"] {
            fs_err::write(folder.path().join(left), "left").unwrap();
        }
        write_new(&folder.path().join("b"), b"whole").unwrap();
        assert_eq!(names(folder.path()), ["b", "b-wal"]);
        let error = write_new(&folder.path().join("b"), b"again").unwrap_err();
        assert!(matches!(error, Error::FileExists { .. }), "{error}");
        assert_eq!(fs_err::read(folder.path().join("b")).unwrap(), b"whole");
    }

    #[test]
    fn a_file_is_replaced_by_one_with_its_rights_and_a_device_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.txt");
        replace_file(&path, b"first").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = || fs_err::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_ne!(mode(), 0o600, "a report is for others to read");
            fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
            replace_file(&path, b"second").unwrap();
            assert_eq!(mode(), 0o640);
            replace_file(Path::new("/dev/null"), b"gone").unwrap();
            let link = folder.path().join("link");
            std::os::unix::fs::symlink(&path, &link).unwrap();
            replace_file(&link, b"through").unwrap();
            assert!(link.is_symlink());
        }
        replace_file(&path, b"third").unwrap();
        assert_eq!(fs_err::read(&path).unwrap(), b"third");
    }
}
