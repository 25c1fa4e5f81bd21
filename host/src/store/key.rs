//! The key that a database is encrypted with, and the file it is kept in.

use std::fmt;
use std::fmt::Write as _;
use std::io::{ErrorKind, Read};
use std::path::Path;

use fs_err::File;
use zeroize::{Zeroize, Zeroizing};

use super::Error;
use super::part::write_new;

/// 256 random bits that open one database. They are never printed; `Debug` shows none of them. Dropped,
/// they are overwritten.
pub struct DatabaseKey([u8; 32]);

impl DatabaseKey {
    /// A new key from the system's random numbers.
    ///
    /// # Errors
    ///
    /// [`Error::Random`] when the system has none.
    pub fn generate() -> Result<Self, Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(Error::Random)?;
        Ok(Self(bytes))
    }

    /// A key from its 64 hexadecimal digits; white space around them does not matter.
    ///
    /// # Errors
    ///
    /// [`Error::KeyForm`], which does not repeat the text.
    pub fn from_hex(text: &str) -> Result<Self, Error> {
        let digits = text.trim().as_bytes();
        let mut bytes = [0; 32];
        if digits.len() != 2 * bytes.len() {
            return Err(Error::KeyForm);
        }
        let value = |digit: u8| char::from(digit).to_digit(16).ok_or(Error::KeyForm);
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let number = value(pair[0])? << 4 | value(pair[1])?;
            *byte = u8::try_from(number).map_err(|_| Error::KeyForm)?;
        }
        Ok(Self(bytes))
    }

    /// Reads a key that [`write_file`](Self::write_file) wrote.
    ///
    /// # Errors
    ///
    /// [`Error::KeyNotFound`]; [`Error::KeyOpen`] where the file's mode lets its group or anybody
    /// else read or write it; [`Error::KeyFile`] where something else is in it; [`Error::File`]
    /// where it could not be read.
    pub fn read_file(path: &Path) -> Result<Self, Error> {
        let wrong = || Error::KeyFile { path: path.into() };
        let text = Zeroizing::new(read_private(path)?.ok_or_else(wrong)?);
        Self::from_hex(&text).map_err(|_| wrong())
    }

    /// Writes the key to a new file that the owner alone may read, and waits until it is on disk.
    ///
    /// # Errors
    ///
    /// [`Error::FileExists`]; [`Error::BackupBusy`]; [`Error::File`], after which no file is left
    /// behind.
    pub fn write_file(&self, path: &Path) -> Result<(), Error> {
        let mut line = self.hex();
        line.push('\n');
        // With room for the end of the line, so that no copy of the digits is left behind by growing.
        write_new(path, line.as_bytes())
    }

    /// A key that was worked out from something else.
    pub(super) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes themselves, for what is made from them.
    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The 64 digits, for the statement that hands them to `SQLCipher`, and for a sheet of paper.
    pub fn hex(&self) -> Zeroizing<String> {
        let text = self.0.iter().fold(String::with_capacity(65), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        Zeroizing::new(text)
    }
}

impl Drop for DatabaseKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Clone for DatabaseKey {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseKey(..)")
    }
}

/// The first line of a file that its owner alone may read, without the end of the line.
///
/// # Errors
///
/// [`Error::KeyNotFound`]; [`Error::KeyOpen`]; [`Error::KeyFile`] where it is no text; and
/// [`Error::File`].
pub fn read_secret(path: &Path) -> Result<String, Error> {
    let text = read_private(path)?.ok_or_else(|| Error::KeyFile { path: path.into() })?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// What a short file holds that its owner alone may read; `None` where that is no text.
fn read_private(path: &Path) -> Result<Option<String>, Error> {
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Error::KeyNotFound { path: path.into() },
        _ => Error::File(error),
    })?;
    refuse_open_mode(&file, path)?;
    // A key is 65 bytes long; whatever is much longer is not read to its end.
    let mut text = String::new();
    match file.take(1024).read_to_string(&mut text) {
        Err(error) if error.kind() == ErrorKind::InvalidData => Ok(None),
        read => Ok(Some(read.map(|_| text)?)),
    }
}

/// Asks the open file, not the path, so that nobody can put another file there in between.
#[cfg(unix)]
fn refuse_open_mode(file: &File, path: &Path) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata()?.permissions().mode() & 0o777;
    let others = mode & 0o077;
    if others == 0 { Ok(()) } else { Err(Error::KeyOpen { path: path.into(), mode }) }
}

/// Elsewhere the folder of the user keeps others out.
#[cfg(not(unix))]
fn refuse_open_mode(_: &File, _: &Path) -> Result<(), Error> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_key_is_refused_and_not_repeated() {
        let digits = "0123456789abcdef".repeat(4);
        for wrong in ["", "00", &digits[1..], &format!("{digits}0"), &digits.replace('f', "g")] {
            let error = DatabaseKey::from_hex(wrong).unwrap_err();
            assert!(matches!(error, Error::KeyForm));
            assert!(wrong.len() < 10 || !format!("{error} {error:?}").contains(wrong));
        }
        // Two bytes of UTF-8 that count as digits in no base.
        assert!(DatabaseKey::from_hex(&"é".repeat(32)).is_err());
    }

    #[test]
    fn a_key_is_what_its_digits_say() {
        let digits = "0123456789abcdef".repeat(4);
        let key = DatabaseKey::from_hex(&format!(" {}\r\n", digits.to_uppercase())).unwrap();
        assert_eq!(*key.hex(), digits);
        assert_eq!(key.0[..3], [0x01, 0x23, 0x45]);
    }

    #[test]
    fn new_keys_differ_and_show_nothing() {
        let (one, other) = (DatabaseKey::generate().unwrap(), DatabaseKey::generate().unwrap());
        assert_ne!(one.hex(), other.hex());
        assert_eq!(format!("{one:?}"), "DatabaseKey(..)");
    }

    #[test]
    fn a_key_file_is_missing_or_something_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("city.key");
        let missing = DatabaseKey::read_file(&path).unwrap_err();
        assert!(matches!(missing, Error::KeyNotFound { .. }), "{missing}");
        for wrong in [&b"not a key"[..], b"", &[0xff; 64]] {
            let _ = fs_err::remove_file(&path);
            DatabaseKey([7; 32]).write_file(&path).unwrap();
            fs_err::write(&path, wrong).unwrap();
            let error = DatabaseKey::read_file(&path).unwrap_err();
            assert!(matches!(error, Error::KeyFile { .. }), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_refused_with_a_hint() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("city.key");
        DatabaseKey([7; 32]).write_file(&path).unwrap();
        for mode in [0o640, 0o604, 0o620, 0o777] {
            fs_err::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let error = DatabaseKey::read_file(&path).unwrap_err();
            assert!(matches!(error, Error::KeyOpen { mode: found, .. } if found == mode));
            assert!(error.hint().unwrap().contains("chmod 600 "));
        }
    }

    #[test]
    fn a_key_file_is_written_once_for_the_owner_alone_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("city.key");
        let key = DatabaseKey::generate().unwrap();
        key.write_file(&path).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs_err::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(fs_err::read_to_string(&path).unwrap(), format!("{}\n", *key.hex()));
        assert_eq!(DatabaseKey::read_file(&path).unwrap().hex(), key.hex());

        let again = DatabaseKey::generate().unwrap().write_file(&path).unwrap_err();
        assert!(matches!(again, Error::FileExists { .. }));
        assert_eq!(DatabaseKey::read_file(&path).unwrap().hex(), key.hex());
    }
}
