//! Brings a backup back as new records, proved whole before they get their name.

use std::io::{Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::backup::Footer;
use super::ledger::hex;
use super::part::{Part, refuse_existing};
use super::{BackupFacts, DatabaseKey, Error, Proof, Store};

/// What is done with records before they get their name.
type Complete<'call, E> = dyn FnMut(&mut Store, &BackupFacts) -> Result<(), E> + 'call;

/// Bytes copied between two reports of progress.
const STEP: usize = 1 << 20;

impl Store {
    /// Writes the database of `backup` to the new file `path`, brings it to the newest schema, and
    /// proves it. `complete` does with it what has to be done before anybody may open it. It has another
    /// name until all of that is done. `progress` is told per cent.
    ///
    /// # Errors
    ///
    /// [`Error::FileExists`]; [`Error::NotABackup`]; [`Error::BackupDamaged`]; those of
    /// [`Store::open`] and [`Store::prove`]; [`Error::File`]; and those of `complete`. Then no file is
    /// left behind.
    pub fn restore<E: From<Error>>(
        backup: &Path,
        path: &Path,
        key: &DatabaseKey,
        complete: &mut Complete<'_, E>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(BackupFacts, Proof), E> {
        refuse_existing(path)?;
        let mut part = Part::begin(path)?;
        let (mut store, facts, proof) = unpack(backup, &mut part, key, progress)?;
        complete(&mut store, &facts)?;
        store.settle()?;
        part.finish_new()?;
        progress(100);
        Ok((facts, proof))
    }
}

/// Copies the database out of a backup, opens it and proves it.
fn unpack(
    backup: &Path,
    part: &mut Part,
    key: &DatabaseKey,
    progress: &mut dyn FnMut(u64),
) -> Result<(Store, BackupFacts, Proof), Error> {
    let (footer, mut file) = Footer::read(backup)?;
    let (mut database, mut whole) = (Sha256::new(), Sha256::new());
    let (mut left, mut step) = (footer.database_bytes, vec![0; STEP]);
    while left > 0 {
        let wanted = usize::try_from(left).unwrap_or(STEP).min(STEP);
        file.read_exact(&mut step[..wanted])?;
        part.file.write_all(&step[..wanted])?;
        database.update(&step[..wanted]);
        whole.update(&step[..wanted]);
        left -= wanted as u64;
        progress((footer.database_bytes - left) * 50 / footer.database_bytes.max(1));
    }
    if hex(&database.finalize()) != footer.database_sha256 {
        return Err(Error::BackupDamaged { path: backup.into() });
    }
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    whole.update(&end);
    part.file.sync_all()?;
    let store = Store::open(&part.path, key).map_err(|error| match error {
        // The person knows the backup, not the file that it is unpacked to.
        Error::WrongKey { .. } => Error::WrongKey { path: backup.into() },
        error => error,
    })?;
    progress(60);
    let proof = store.prove()?;
    progress(95);
    let facts = BackupFacts {
        made_at: footer.made_at,
        bytes: footer.database_bytes + end.len() as u64,
        sha256: whole.finalize().into(),
        holdings: proof.holdings.clone(),
    };
    Ok((store, facts, proof))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use rusqlite::Connection;

    use super::*;
    use crate::domain::Scope;
    use crate::store::fixture::{City, NOW, key};
    use crate::store::{ContactFilter, Derivation, PupilFilter, backup_derivation, newest_schema};

    fn back_up(city: &City, derivation: Option<&Derivation>) -> PathBuf {
        let path = city.folder.path().join("b");
        city.store.backup(&key(), derivation, &path, false, NOW + 60, &mut |_| {}).unwrap();
        path
    }

    fn restore(backup: &Path, key: &DatabaseKey) -> (Vec<String>, Result<Proof, Error>) {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("tridem.db");
        let restored =
            Store::restore(backup, &to, key, &mut |_, _| Ok::<_, Error>(()), &mut |_| {});
        let names = fs_err::read_dir(folder.path()).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        (names.collect(), restored.map(|(_, proof)| proof))
    }

    #[test]
    fn a_backup_that_is_cut_off_or_changed_restores_nothing() {
        let city = City::new();
        let path = back_up(&city, None);
        let whole = fs_err::read(&path).unwrap();
        let refuse = |bytes: &[u8], what: &str| {
            fs_err::write(&path, bytes).unwrap();
            let (left, result) = restore(&path, &key());
            let error = result.expect_err(what);
            let is_told = matches!(error, Error::NotABackup { .. } | Error::BackupDamaged { .. });
            assert!(is_told, "{what}: {error}");
            assert_eq!(left, Vec::<String>::new(), "{what}");
        };
        for length in [0, 1, 1023, 1024, 16_384, whole.len() - 1024, whole.len() - 1] {
            refuse(&whole[..length], &format!("cut to {length} bytes"));
        }
        refuse(&whole[16_384..], "without its beginning");
        refuse(&[&whole[..], b"\n"].concat(), "with a byte behind its end");
        for place in [0, 100, 16_383, 30_000, whole.len() - 1025, whole.len() - 1024] {
            let mut bytes = whole.clone();
            bytes[place] ^= 1;
            refuse(&bytes, &format!("with another byte {place}"));
        }
    }

    /// Whoever changes the digest as well is stopped by the encryption.
    #[test]
    fn a_forged_digest_does_not_help() {
        let city = City::new();
        let path = back_up(&city, None);
        let mut bytes = fs_err::read(&path).unwrap();
        let end = bytes.len() - 1024;
        let before = hex(&Sha256::digest(&bytes[..end]));
        bytes[end - 5_000] ^= 1;
        let after = hex(&Sha256::digest(&bytes[..end]));
        let footer = String::from_utf8(bytes.split_off(end)).unwrap();
        bytes.extend(footer.replace(&before, &after).bytes());
        fs_err::write(&path, bytes).unwrap();
        let (left, result) = restore(&path, &key());
        assert!(matches!(result, Err(Error::Damaged(_))), "{result:?}");
        assert_eq!(left, Vec::<String>::new());
    }

    #[test]
    fn a_wrong_key_and_a_newer_schema_leave_nothing_behind() {
        let city = City::new();
        let path = back_up(&city, None);
        let (left, result) = restore(&path, &DatabaseKey::generate().unwrap());
        assert!(matches!(&result, Err(Error::WrongKey { path: named }) if *named == path));
        assert_eq!(left, Vec::<String>::new());

        city.store.connection.pragma_update(None, "user_version", 99).unwrap();
        fs_err::remove_file(&path).unwrap();
        let path = back_up(&city, None);
        let (left, result) = restore(&path, &key());
        assert!(matches!(result, Err(Error::TooNew { found: 99, .. })), "{result:?}");
        assert_eq!(left, Vec::<String>::new());
    }

    #[test]
    fn records_are_never_restored_over() {
        let city = City::new();
        let path = back_up(&city, None);
        let before = fs_err::read(city.path()).unwrap();
        let error = Store::restore(
            &path,
            &city.path(),
            &key(),
            &mut |_, _| Ok::<_, Error>(()),
            &mut |_| {},
        )
        .unwrap_err();
        assert!(matches!(error, Error::FileExists { .. }), "{error}");
        assert_eq!(fs_err::read(city.path()).unwrap(), before);
    }

    #[test]
    fn what_is_restored_is_what_was_there() {
        let city = City::new();
        let path = back_up(&city, None);
        let to = city.folder.path().join("again.tridem");
        let (facts, proof) =
            Store::restore(&path, &to, &key(), &mut |_, _| Ok::<_, Error>(()), &mut |_| {})
                .unwrap();
        assert_eq!(proof, city.store.prove().unwrap());
        assert_eq!(facts.made_at, NOW + 60);
        assert_eq!(facts.sha256, <[u8; 32]>::from(Sha256::digest(fs_err::read(&path).unwrap())));
        let again = Store::open(&to, &key()).unwrap();
        let seen = |store: &Store| {
            let reader = store.read(&Scope::municipality()).unwrap();
            let contacts = reader.contacts(&ContactFilter::default()).unwrap();
            format!("{:?} {contacts:?}", reader.pupils(&PupilFilter::default()).unwrap())
        };
        assert_eq!(seen(&again), seen(&city.store));
    }

    #[test]
    fn one_file_and_the_passphrase_are_enough() {
        let city = City::new();
        let derivation = Derivation::generate().unwrap();
        let path = back_up(&city, Some(&derivation));
        assert_eq!(backup_derivation(&path).unwrap(), Some(derivation));
        fs_err::remove_file(&path).unwrap();
        assert_eq!(backup_derivation(&back_up(&city, None)).unwrap(), None);
        // A backup that was made weaker than any that is written.
        fs_err::remove_file(&path).unwrap();
        let path = back_up(&city, Some(&Derivation::cheap()));
        let error = backup_derivation(&path).unwrap_err();
        assert!(matches!(error, Error::DerivationWeak { .. }), "{error}");
    }

    /// The oldest schema there was, with what `Store::create` puts into it.
    #[test]
    fn an_older_backup_is_brought_to_the_newest_schema() {
        const FIRST: &str = include_str!("../../../schemas/sql/0001_records.sql");
        let city = City::new();
        let connection: &Connection = &city.store.connection;
        let names: Vec<String> = connection
            .prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        let town = "SELECT id, name, pseudonym_key, created_at FROM municipality";
        connection.execute_batch(&format!("CREATE TEMP TABLE town AS {town}")).unwrap();
        for name in names.iter().filter(|name| !name.starts_with("sqlite_")) {
            let kind = if connection.execute_batch(&format!("DROP TABLE {name}")).is_ok() {
                continue;
            } else {
                "VIEW"
            };
            connection.execute_batch(&format!("DROP {kind} {name}")).unwrap();
        }
        connection
            .execute_batch(&format!(
                "{FIRST}; PRAGMA user_version = 1;
                 INSERT INTO municipality SELECT 1, id, name, pseudonym_key, created_at FROM town"
            ))
            .unwrap();
        let (_, proof) = restore(&back_up(&city, None), &key());
        assert_eq!(proof.unwrap().holdings.schema, newest_schema());
    }
}
