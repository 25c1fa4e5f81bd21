//! Makes and opens the encrypted file.

use std::cell::Cell;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::time::Duration;

use fs_err::File;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, params};
use serde_json::json;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::ledger::append_one;
use super::note_reads::Reads;
use super::notes::make_lanes;
use super::part::{Part, refuse_existing, remove_database};
use super::reader::KnownCodes;
use super::{DatabaseKey, Error, migrate};
use crate::domain::{Action, Author, CodeLists, Id};

/// What `SQLite` writes at the beginning of a file that is not encrypted.
const PLAIN_HEADER: &[u8; 16] = b"SQLite format 3\0";

/// Marks a file as ours: the letters `TRDM`.
pub(super) const APPLICATION: i32 = i32::from_be_bytes(*b"TRDM");

/// How long to wait for another process that is writing. An import of 100,000 contacts takes less.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Bytes in a page. Large, because each is encrypted and authenticated with the same overhead
/// whatever its size, and reports read long runs of them.
pub(super) const PAGE: i32 = 16_384;

/// Memory for pages, in KiB. An import of 100,000 contacts changes about 40 MiB of pages; with
/// less, some of them would be encrypted, written and decrypted again before it ends.
const CACHE_KIB: i32 = 65_536;

/// Statements kept prepared: there are about sixty, and a second scope has some of its own.
const STATEMENTS: usize = 128;

/// The records of one municipality, in one file encrypted with `SQLCipher`.
///
/// Records are read through [`Store::read`], which asks for a scope, and changed through
/// [`Store::write`]. Nothing else reaches the file.
#[derive(Debug)]
pub struct Store {
    pub(super) connection: Connection,
    /// Readers that live now; the snapshot lasts as long as the last of them.
    pub(super) readers: Cell<usize>,
    /// Reads that wait to be noted in the audit.
    pub(super) reads: Reads,
    /// The code lists as they were last read.
    pub(super) codes: KnownCodes,
}

impl Store {
    /// Makes a new database with the seed's code lists and without any record.
    ///
    /// That `author` made it is the first entry of the audit.
    ///
    /// # Errors
    ///
    /// [`Error::FileExists`], the file untouched. After any other error no file is left behind.
    pub fn create(
        path: &Path,
        key: &DatabaseKey,
        municipality: &str,
        author: &Author,
    ) -> Result<Self, Error> {
        Self::make(path, key, municipality, author, false)
    }

    /// The same, for invented data alone: unsigned plugins may run over it. It stays so for ever.
    ///
    /// # Errors
    ///
    /// As [`Store::create`].
    pub fn create_for_development(
        path: &Path,
        key: &DatabaseKey,
        municipality: &str,
        author: &Author,
    ) -> Result<Self, Error> {
        Self::make(path, key, municipality, author, true)
    }

    fn make(
        path: &Path,
        key: &DatabaseKey,
        municipality: &str,
        author: &Author,
        is_development: bool,
    ) -> Result<Self, Error> {
        if municipality.trim().is_empty() {
            return Err(Error::Empty { what: "the name of the municipality" });
        }
        refuse_existing(path)?;
        let part = Part::begin(path)?;
        Self::fill(&part.path, key, municipality.trim(), author, is_development)?.settle()?;
        part.finish_new()?;
        // Whoever is told that it failed takes the key away, and nothing must need it then.
        Self::open(path, key).inspect_err(|_| remove_database(path))
    }

    fn fill(
        path: &Path,
        key: &DatabaseKey,
        name: &str,
        author: &Author,
        is_development: bool,
    ) -> Result<Self, Error> {
        let mut connection = connect(path, key)?;
        connection.pragma_update(None, "application_id", APPLICATION)?;
        migrate::run(&mut connection)?;
        let mut pseudonym_key = [0u8; 32];
        getrandom::fill(&mut pseudonym_key).map_err(Error::Random)?;
        let id = Id(Uuid::now_v7());
        let transaction = connection.transaction()?;
        transaction.execute(
            "INSERT INTO municipality (key, id, name, pseudonym_key, created_at)
             VALUES (1, ?1, ?2, ?3, ?4)",
            params![id.bytes(), name, pseudonym_key, author.at],
        )?;
        for (list, codes) in CodeLists::seed() {
            for (code, place) in codes.codes().iter().zip(0i64..) {
                transaction.execute(
                    "INSERT INTO code (list, place, code, de, en) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![list, place, code.code, code.de, code.en],
                )?;
            }
        }
        make_lanes(&transaction)?;
        // Before the first entry of the audit: afterwards the schema refuses it.
        let details = if is_development {
            transaction.execute("INSERT INTO development (only) VALUES (1)", [])?;
            json!({ "development": true })
        } else {
            json!({})
        };
        append_one(&transaction, author, Action::StoreCreate, id.to_string(), &details)?;
        transaction.commit()?;
        Self::ready(connection)
    }

    /// Opens a database and brings it to the newest schema.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`]; [`Error::Plain`] where the file is not encrypted; [`Error::WrongKey`]
    /// where it cannot be decrypted, for whatever reason; [`Error::Foreign`]; [`Error::TooNew`];
    /// [`Error::Busy`] where it has to be migrated and another process is writing.
    pub fn open(path: &Path, key: &DatabaseKey) -> Result<Self, Error> {
        refuse_plain(path)?;
        let mut connection = connect(path, key)?;
        refuse_foreign(&connection, path)?;
        migrate::run(&mut connection)?;
        let store = Self::ready(connection)?;
        store.sweep();
        Ok(store)
    }

    /// Takes in all of the log and closes the file, which then holds everything by itself and may be
    /// renamed. Closing alone tells nobody that the disk did not take what was in the log.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`] where another process has it open; those of the disk.
    pub(super) fn settle(self) -> Result<(), Error> {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let is_busy: bool = self.connection.query_row(sql, [], |row| row.get(0))?;
        if is_busy {
            return Err(Error::Busy);
        }
        Ok(self.connection.close().map_err(|(_, error)| error)?)
    }

    /// Foreign keys come last, because migrations need them off.
    pub(super) fn ready(connection: Connection) -> Result<Self, Error> {
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(Self {
            connection,
            readers: Cell::new(0),
            reads: Reads::default(),
            codes: KnownCodes::default(),
        })
    }
}

/// Refuses a file that is missing, empty or not encrypted, without opening it as a database.
pub(super) fn refuse_plain(path: &Path) -> Result<(), Error> {
    let mut header = Vec::new();
    File::open(path)
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound => Error::NotFound { path: path.into() },
            _ => Error::File(error),
        })?
        .take(PLAIN_HEADER.len() as u64)
        .read_to_end(&mut header)?;
    if header == PLAIN_HEADER {
        return Err(Error::Plain { path: path.into() });
    }
    // SQLite would take an empty file, and one of a single byte, for a new database.
    if header.len() < PLAIN_HEADER.len() {
        return Err(Error::WrongKey { path: path.into() });
    }
    Ok(())
}

/// Refuses what is encrypted with this key, but is no database of ours.
pub(super) fn refuse_foreign(connection: &Connection, path: &Path) -> Result<(), Error> {
    let found: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if found == APPLICATION { Ok(()) } else { Err(Error::Foreign { path: path.into() }) }
}

/// Opens the file, hands over the key and sets what holds for every connection to the records.
pub(super) fn connect(path: &Path, key: &DatabaseKey) -> Result<Connection, Error> {
    // Absolute, because SQLite takes a name that begins with `file:` for a URI.
    let connection = unlock(
        Connection::open_with_flags(
            std::path::absolute(path)?,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?,
        key,
    )?;
    refuse_wrong_key(&connection, path)?;
    connection.execute_batch(&format!(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA secure_delete = ON;
         PRAGMA cache_size = -{CACHE_KIB};
         PRAGMA foreign_keys = OFF;"
    ))?;
    Ok(connection)
}

/// Hands the key to a connection that has not read anything yet.
pub(super) fn unlock(connection: Connection, key: &DatabaseKey) -> Result<Connection, Error> {
    connection.busy_timeout(PATIENCE)?;
    // SQLCipher would write to standard error by itself, which only `cli` does.
    connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
    // The key is 256 random bits, so nothing has to be derived from it. The cause of a failure is
    // dropped on purpose: it would carry the statement, and with it the key.
    connection
        .execute_batch(&Zeroizing::new(format!("PRAGMA key = \"x'{}'\"", *key.hex())))
        .map_err(|_| Error::Damaged("its key was not accepted".into()))?;
    connection.execute_batch(&format!(
        "PRAGMA cipher_page_size = {PAGE};
         PRAGMA temp_store = MEMORY;
         PRAGMA mmap_size = 0;"
    ))?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    Ok(connection)
}

/// The first statement that reads the file. It fails with a wrong key, so it comes before the first
/// that writes. A first page that cannot be authenticated looks like a wrong key; one that can,
/// with other pages missing, is damage.
pub(super) fn refuse_wrong_key(connection: &Connection, path: &Path) -> Result<(), Error> {
    let read = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()));
    read.map_err(|error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => Error::WrongKey { path: path.into() },
        _ => error.into(),
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::store::fixture::{author, key};

    fn scene() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("city.tridem");
        (folder, path)
    }

    #[test]
    fn a_missing_file_is_not_made() {
        let (_folder, path) = scene();
        let error = Store::open(&path, &key()).unwrap_err();
        assert!(matches!(error, Error::NotFound { .. }), "{error}");
        assert!(!path.exists());
    }

    #[test]
    fn a_plain_file_is_told_apart_and_left_alone() {
        let (_folder, path) = scene();
        let plain = Connection::open(&path).unwrap();
        plain.execute_batch("CREATE TABLE a (b)").unwrap();
        drop(plain);
        let before = fs_err::read(&path).unwrap();
        let error = Store::open(&path, &key()).unwrap_err();
        assert!(matches!(error, Error::Plain { .. }), "{error}");
        assert_eq!(fs_err::read(&path).unwrap(), before);
    }

    #[test]
    fn a_wrong_key_or_a_damaged_file_opens_nothing() {
        let (_folder, path) = scene();
        drop(Store::create(&path, &key(), "Musterstadt", &author()).unwrap());
        let bytes = fs_err::read(&path).unwrap();
        let error = Store::open(&path, &DatabaseKey::generate().unwrap()).unwrap_err();
        assert!(matches!(error, Error::WrongKey { .. }), "{error}");
        assert_eq!(fs_err::read(&path).unwrap(), bytes, "a wrong key changes nothing");

        let mut damaged = bytes.clone();
        damaged[100] ^= 1;
        for wrong in [&damaged[..], &[], b"short", &bytes[..4000]] {
            fs_err::write(&path, wrong).unwrap();
            let error = Store::open(&path, &key()).unwrap_err();
            assert!(matches!(error, Error::WrongKey { .. }), "{} bytes: {error}", wrong.len());
        }
        fs_err::write(&path, bytes).unwrap();
        Store::open(&path, &key()).unwrap();
    }

    #[test]
    fn a_damaged_page_is_told_and_not_taken_for_data() {
        let (_folder, path) = scene();
        drop(Store::create(&path, &key(), "Musterstadt", &author()).unwrap());
        let mut bytes = fs_err::read(&path).unwrap();
        let page = usize::try_from(PAGE).unwrap();
        for middle in (page + page / 2..bytes.len()).step_by(page) {
            bytes[middle] ^= 1;
        }
        fs_err::write(&path, bytes).unwrap();
        // Opening may need one of the damaged pages already.
        let error = Store::open(&path, &key())
            .and_then(|store| store.read(&crate::domain::Scope::municipality()).map(|_| ()));
        assert!(matches!(error, Err(Error::Damaged(_))), "{error:?}");
    }

    #[test]
    fn what_is_encrypted_but_not_ours_is_refused() {
        let (_folder, path) = scene();
        let store = Store::create(&path, &key(), "Musterstadt", &author()).unwrap();
        store.connection.pragma_update(None, "application_id", 7).unwrap();
        drop(store);
        let error = Store::open(&path, &key()).unwrap_err();
        assert!(matches!(error, Error::Foreign { .. }), "{error}");
    }

    #[test]
    fn a_newer_database_is_refused() {
        let (_folder, path) = scene();
        let store = Store::create(&path, &key(), "Musterstadt", &author()).unwrap();
        store.connection.pragma_update(None, "user_version", 99).unwrap();
        drop(store);
        let error = Store::open(&path, &key()).unwrap_err();
        assert!(matches!(error, Error::TooNew { found: 99, .. }), "{error}");
    }

    #[test]
    fn an_existing_file_is_never_overwritten() {
        let (_folder, path) = scene();
        fs_err::write(&path, "something").unwrap();
        let error = Store::create(&path, &key(), "Musterstadt", &author()).unwrap_err();
        assert!(matches!(error, Error::FileExists { .. }), "{error}");
        assert_eq!(fs_err::read_to_string(&path).unwrap(), "something");
    }

    #[test]
    fn a_failed_start_leaves_nothing_behind() {
        let (folder, path) = scene();
        assert!(matches!(Store::create(&path, &key(), "  ", &author()), Err(Error::Empty { .. })));
        // A folder where SQLite wants its log: the file is made, and cannot be filled.
        fs_err::create_dir(folder.path().join("city.tridem-wal")).unwrap();
        assert!(Store::create(&path, &key(), "Musterstadt", &author()).is_err());
        let left: Vec<_> = fs_err::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["city.tridem-wal"]);
    }

    #[test]
    fn the_file_is_for_its_owner_alone_and_set_up_as_documented() {
        let (_folder, path) = scene();
        let store = Store::create(&path, &key(), "Musterstadt", &author()).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            for suffix in ["tridem", "tridem-wal"] {
                let found = fs_err::metadata(path.with_extension(suffix)).unwrap();
                assert_eq!(found.permissions().mode() & 0o777, 0o600, "{suffix}");
            }
        }
        let pragma = |name: &str| -> String {
            let value = store
                .connection
                .pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0));
            match value.unwrap() {
                rusqlite::types::Value::Integer(number) => number.to_string(),
                rusqlite::types::Value::Text(text) => text,
                other => format!("{other:?}"),
            }
        };
        for (name, value) in [
            ("page_size", "16384"),
            ("journal_mode", "wal"),
            ("synchronous", "2"),
            ("temp_store", "2"),
            ("mmap_size", "0"),
            ("foreign_keys", "1"),
            ("trusted_schema", "0"),
            ("secure_delete", "1"),
            ("cipher_use_hmac", "1"),
        ] {
            assert_eq!(pragma(name), value, "{name}");
        }
    }

    #[test]
    fn a_name_that_looks_like_a_uri_is_a_name() {
        let (folder, _) = scene();
        let path = folder.path().join("file:a?mode=memory");
        drop(Store::create(&path, &key(), "Musterstadt", &author()).unwrap());
        assert!(fs_err::metadata(&path).unwrap().len() > 16_384);
    }
}
