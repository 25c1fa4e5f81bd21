//! One server for a folder: a second one is told where the first is.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use crate::app::Error;

/// The file that a running server holds.
const NAME: &str = "tridem.serving";

/// As long as this lives, nobody else serves the folder. When the process ends, however it ends, the
/// system lets go of the file.
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the folder.
    ///
    /// # Errors
    ///
    /// [`Error::ServedAlready`] with the address of the server that has it; [`Error::File`].
    pub(super) fn take(dir: &Path) -> Result<Self, Error> {
        let path = dir.join(NAME);
        let mut options = fs_err::OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let (mut file, _) = options.open(&path).map_err(Error::File)?.into_parts();
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => {
                let mut address = String::new();
                let read = file.read_to_string(&mut address);
                let is_told = read.is_ok() && !address.trim().is_empty();
                let dir = || dir.display().to_string();
                Err(Error::ServedAlready(if is_told { address.trim().to_owned() } else { dir() }))
            }
            Err(TryLockError::Error(error)) => Err(Error::File(error)),
        }
    }

    /// Says where the server is to be found.
    ///
    /// # Errors
    ///
    /// [`Error::File`].
    pub(super) fn tell(&self, address: &str) -> Result<(), Error> {
        let mut file = &self.file;
        let written = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(format!("{address}\n").as_bytes()));
        written.map_err(Error::File)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_server_is_told_where_the_first_one_is() {
        let dir = tempfile::tempdir().unwrap();
        let first = Lock::take(dir.path()).unwrap();
        first.tell("http://localhost:7423/").unwrap();
        let refused = Lock::take(dir.path()).err().unwrap();
        assert!(matches!(refused, Error::ServedAlready(at) if at == "http://localhost:7423/"));
        drop(first);
        Lock::take(dir.path()).unwrap();
    }
}
