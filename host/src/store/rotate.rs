//! Copies the records under another key, while nobody else has them open.

use std::path::Path;

use fs_err::{File, OpenOptions};

use super::backup::compare;
use super::part::sync_folder_of;
use super::{DatabaseKey, Error, Store};
use crate::domain::{Author, Scope};

/// Both keys, each with whether it is made from a passphrase.
#[derive(Debug, Clone, Copy)]
pub struct KeyChange<'a> {
    /// What opens the records now.
    pub old: (&'a DatabaseKey, bool),
    /// What is to open the copy.
    pub new: (&'a DatabaseKey, bool),
}

impl Store {
    /// Takes in the log and keeps everybody else out until this is dropped: whoever had the file open
    /// when it is exchanged would go on writing to one that is gone.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`] where another process has the records open.
    pub fn hold(&self) -> Result<(), Error> {
        self.connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        let sql = "PRAGMA journal_mode = DELETE";
        let mode: String = self.connection.query_row(sql, [], |row| row.get(0))?;
        if mode != "delete" {
            return Err(Error::Busy);
        }
        // The lock that this takes is kept in that mode of locking.
        Ok(self.connection.execute_batch("BEGIN EXCLUSIVE; COMMIT")?)
    }

    /// Writes all records to the new file `path` under the new key, checks the copy whole, writes the
    /// change of the key into it and waits until it is on disk. Gives the number of the new key.
    ///
    /// # Errors
    ///
    /// [`Error::FileExists`]; [`Error::Full`]; [`Error::Damaged`] where the records are. The records
    /// themselves are not touched; what there is of the copy is for the caller to remove.
    pub fn copy_under(
        &self,
        path: &Path,
        keys: KeyChange<'_>,
        author: &Author,
        progress: &mut dyn FnMut(u64),
    ) -> Result<u32, Error> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path)?;
        let copied = self.copy_to(keys.new.0, path, progress)?;
        progress(75);
        compare(path, keys.new.0, &copied)?;
        progress(90);
        let mut copy = Self::open(path, keys.new.0)?;
        let mut writer = copy.write(author)?;
        writer.note_first_key(keys.old.0, keys.old.1)?;
        let generation = writer.read(&Scope::municipality()).key_generation()? + 1;
        writer.note_new_key(generation, keys.new.0, keys.new.1)?;
        writer.commit()?;
        // One file is left, which gets its name without anything beside it.
        copy.settle()?;
        File::open(path)?.sync_all()?;
        sync_folder_of(path)?;
        progress(100);
        Ok(generation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{City, author, key};

    #[test]
    fn records_that_somebody_else_has_open_are_not_held() {
        let city = City::new();
        let other = Store::open(&city.path(), &key()).unwrap();
        city.store.connection.busy_timeout(std::time::Duration::ZERO).unwrap();
        assert!(matches!(city.store.hold(), Err(Error::Busy)));
        drop(other);
        city.store.hold().unwrap();
        let options = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let other = rusqlite::Connection::open_with_flags(city.path(), options).unwrap();
        other.busy_timeout(std::time::Duration::ZERO).unwrap();
        let key = crate::store::fixture::key();
        other
            .execute_batch(&format!(
                "PRAGMA key = \"x'{}'\"; PRAGMA cipher_page_size = 16384",
                *key.hex()
            ))
            .unwrap();
        assert!(other.query_row("SELECT count(*) FROM pupil", [], |_| Ok(())).is_err());
    }

    #[test]
    fn the_copy_opens_with_the_new_key_alone_and_knows_both() {
        let city = City::new();
        city.store.hold().unwrap();
        let path = city.folder.path().join("copy");
        let new = DatabaseKey::generate().unwrap();
        let keys = KeyChange { old: (&key(), false), new: (&new, true) };
        let generation = city.store.copy_under(&path, keys, &author(), &mut |_| {}).unwrap();
        assert_eq!(generation, 2);
        assert!(matches!(Store::open(&path, &key()), Err(Error::WrongKey { .. })));
        let copy = Store::open(&path, &new).unwrap();
        let reader = copy.read(&Scope::municipality()).unwrap();
        let known = reader.key_generations().unwrap();
        assert_eq!(known.len(), 2);
        assert_eq!((known[0].fingerprint, known[0].is_passphrase), (key().fingerprint(), false));
        assert_eq!((known[1].fingerprint, known[1].is_passphrase), (new.fingerprint(), true));
        drop(reader);
        copy.prove().unwrap();
        let error = city.store.copy_under(&path, keys, &author(), &mut |_| {});
        assert!(error.is_err(), "nothing is written over");
    }
}
