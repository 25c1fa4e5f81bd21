//! Proves that records are whole: every page, every reference, and what there is of each kind.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest, Sha256};

use super::calendars::calendar;
use super::ledger::hex;
use super::log::{self, pages_in_log};
use super::open::{refuse_foreign, refuse_plain, refuse_wrong_key, unlock};
use super::read_audit::check_chain;
use super::{DatabaseKey, Error, Store, migrate};
use crate::domain::Calendar;

/// How many rows each table has, and when the newest of them was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdings {
    /// The number of steps that the schema has had.
    pub schema: u32,
    /// The rows of each table, by its name.
    pub tables: BTreeMap<String, u64>,
    /// The latest moment that anything in the records carries, in seconds since 1970-01-01 UTC.
    pub last_change: Option<i64>,
}

impl Holdings {
    /// A digest of how many rows each table has.
    pub(super) fn digest(&self) -> String {
        let mut digest = Sha256::new();
        for (table, rows) in &self.tables {
            digest.update(format!("{table}={rows}\n"));
        }
        hex(&digest.finalize())
    }
}

/// One thing that was looked into and found whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// So many pages were decrypted, and each is as it was written.
    Pages(u64),
    /// Tables and indexes fit together.
    Structure,
    /// Every reference leads to a record.
    References,
    /// The audit is an unbroken chain of so many entries.
    Audit(u64),
}

/// What [`Store::prove`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Everything that was looked into, in that order.
    pub checks: Vec<Check>,
    /// What there is.
    pub holdings: Holdings,
}

/// A database that was looked at without changing it.
#[derive(Debug)]
pub struct Examination {
    /// How many steps its schema has had; fewer than [`newest_schema`] are no fault.
    pub schema: u32,
    /// Whether it is whole.
    pub proof: Result<Proof, Error>,
    /// The digests that compiled plugins must have.
    pub compiled: Vec<[u8; 32]>,
    /// The calendar of school days; `None` where it cannot be read.
    pub calendar: Option<Arc<Calendar>>,
    /// When somebody last made sure of a copy of the key of now, and when a backup was last read back;
    /// `None` where that cannot be read.
    pub confirmed: Option<(Option<i64>, Option<i64>)>,
    /// When the audit was anchored last, or when it begins where it never was, in seconds since
    /// 1970-01-01 UTC; `None` where it cannot be read.
    pub anchored: Option<Anchored>,
}

/// Since when nobody outside can tell whether the audit was rewritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchored {
    /// It was anchored last at this moment.
    At(i64),
    /// It never was, and begins at this moment.
    Never(i64),
}

/// The newest schema that this program knows.
pub fn newest_schema() -> u32 {
    migrate::known()
}

impl Store {
    /// Looks at every page and every row. It takes about as long as reading the file.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] with the first thing that is not as it should be.
    pub fn prove(&self) -> Result<Proof, Error> {
        prove(&self.connection)
    }

    /// Looks at a database, also one that cannot be opened or has another version, and changes no
    /// record: nothing is migrated, and nobody's log is taken in.
    ///
    /// # Errors
    ///
    /// As [`Store::open`], except that an older version is none; [`Error::LogLeft`] where a log
    /// lies beside it that nobody has open, so that the file alone does not tell.
    pub fn examine(path: &Path, key: &DatabaseKey) -> Result<Examination, Error> {
        refuse_plain(path)?;
        let connection = look(path, key)?;
        refuse_wrong_key(&connection, path)?;
        refuse_foreign(&connection, path)?;
        let schema = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if schema > newest_schema() {
            return Err(Error::TooNew { found: schema, known: newest_schema() });
        }
        let compiled = connection
            .prepare("SELECT artifact FROM compiled")
            .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect());
        // Damage there is found, and told, by the proof.
        Ok(Examination {
            schema,
            proof: prove(&connection),
            compiled: compiled.unwrap_or_default(),
            // Records of an earlier schema have chosen none.
            confirmed: if schema < newest_schema() { None } else { confirmed(&connection).ok() },
            calendar: if schema < newest_schema() { None } else { calendar(&connection).ok() },
            anchored: anchored(&connection).ok().flatten(),
        })
    }
}

fn anchored(connection: &Connection) -> rusqlite::Result<Option<Anchored>> {
    let sql = "SELECT max(at) FILTER (WHERE action = 'audit.anchor'), min(at) FROM audit";
    connection.query_row(sql, [], |row| {
        let (last, first): (Option<i64>, Option<i64>) = (row.get(0)?, row.get(1)?);
        Ok(last.map(Anchored::At).or(first.map(Anchored::Never)))
    })
}

/// The last check of the key of now, and the last backup that was found sound.
fn confirmed(connection: &Connection) -> Result<(Option<i64>, Option<i64>), Error> {
    let sql = "SELECT
        (SELECT max(checked_at) FROM key_check
         WHERE generation = (SELECT coalesce(max(generation), 1) FROM key_generation)),
        (SELECT max(verified_at) FROM backup)";
    Ok(connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Opens for looking alone. Without a log the file is all there is, and is read as one that never
/// changes; with a log that another process has open, that log is read as well and left to it.
fn look(path: &Path, key: &DatabaseKey) -> Result<Connection, Error> {
    let path = std::path::absolute(path)?;
    let beside = |suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    let has_log = fs_err::metadata(beside("-wal")).is_ok_and(|found| found.len() > 0);
    if has_log && !beside("-shm").exists() || beside("-journal").exists() {
        return Err(Error::LogLeft { path });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = if has_log {
        Connection::open_with_flags(&path, flags)?
    } else {
        Connection::open_with_flags(unchanging(&path), flags | OpenFlags::SQLITE_OPEN_URI)?
    };
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    unlock(connection, key)
}

/// The path as a URI that tells SQLite to take no locks and to look for no log.
pub(super) fn unchanging(path: &Path) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                uri.push(char::from(*byte));
            }
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri + "?immutable=1"
}

/// Runs all checks.
pub(super) fn prove(connection: &Connection) -> Result<Proof, Error> {
    // Before and after, since another process may take its log in meanwhile.
    let path = connection.path().map(PathBuf::from).unwrap_or_default();
    let mut newer = pages_in_log(&path);
    let said = all_said(connection, "PRAGMA cipher_integrity_check")?;
    newer.extend(pages_in_log(&path));
    refuse(said.iter().filter(|said| !log::is_of(said, &newer)))?;
    prove_rows(connection)
}

/// The same without asking `SQLCipher` about the file, which may have something behind its last page.
pub(super) fn prove_rows(connection: &Connection) -> Result<Proof, Error> {
    let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
    refuse_any(connection, "SELECT * FROM pragma_integrity_check WHERE integrity_check <> 'ok'")?;
    refuse_any(
        connection,
        "SELECT 'a row of the table `' || \"table\" || '` refers to one that does not exist'
         FROM pragma_foreign_key_check LIMIT 1",
    )?;
    let mut checks = vec![Check::Pages(pages.unsigned_abs()), Check::Structure, Check::References];
    // Records of an older version have no audit yet.
    if connection.table_exists(None, "audit")? {
        checks.push(Check::Audit(check_chain(connection, None)?.entries));
    }
    Ok(Proof { checks, holdings: holdings(connection)? })
}

/// Refuses when the statement says anything.
fn refuse_any(connection: &Connection, sql: &str) -> Result<(), Error> {
    refuse(all_said(connection, sql)?.iter())
}

/// Everything that a statement says, line by line: SQLite tells some findings with a heading.
fn all_said(connection: &Connection, sql: &str) -> Result<Vec<String>, Error> {
    let mut statement = connection.prepare(sql)?;
    let said = statement.query_map([], |row| row.get::<_, String>(0))?;
    let said = said.collect::<Result<Vec<_>, _>>()?;
    Ok(said.iter().flat_map(|text| text.lines()).map(str::to_owned).collect())
}

fn refuse<'a>(said: impl Iterator<Item = &'a String>) -> Result<(), Error> {
    let said: Vec<&str> = said.take(3).map(String::as_str).collect();
    if said.is_empty() { Ok(()) } else { Err(Error::Damaged(said.join("; "))) }
}

/// What a snapshot holds. Tables and columns are asked of the schema, which is in the same
/// authenticated file, so a later step of it is counted without a line here.
pub(super) fn holdings(connection: &Connection) -> Result<Holdings, Error> {
    let names = connection
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%'
             ESCAPE '\\'",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<Result<Vec<String>, _>>()?;
    let mut tables = BTreeMap::new();
    let mut last_change = None;
    for table in names {
        let rows: i64 = connection.query_row(
            &format!("SELECT count(*) FROM {}", quoted(&table)),
            [],
            |row| row.get(0),
        )?;
        let moments = connection
            .prepare(
                "SELECT name FROM pragma_table_info(?1)
                 WHERE type = 'INTEGER' AND (name = 'at' OR name LIKE '%\\_at' ESCAPE '\\')",
            )?
            .query_map([&table], |row| row.get(0))?
            .collect::<Result<Vec<String>, _>>()?;
        // Who only looks changes nothing.
        let changes = if table == "audit" { " WHERE action <> 'read'" } else { "" };
        for moment in moments {
            let (moment, table) = (quoted(&moment), quoted(&table));
            let sql = format!("SELECT max({moment}) FROM {table}{changes}");
            last_change = last_change.max(connection.query_row(&sql, [], |row| row.get(0))?);
        }
        tables.insert(table, rows.unsigned_abs());
    }
    let schema = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(Holdings { schema, tables, last_change })
}

/// A name of the schema as a name in SQL.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{City, NOW, author, key};

    /// A city in one file, with its log taken in.
    fn closed() -> (tempfile::TempDir, PathBuf) {
        let City { folder, store, .. } = City::new();
        drop(store);
        let path = folder.path().join("city.tridem");
        (folder, path)
    }

    fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        let paths = fs_err::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        paths.map(|path| (path.clone(), fs_err::read(path).unwrap())).collect()
    }

    /// One bit in the middle of each page, and in each part of the first two.
    #[test]
    fn a_changed_bit_anywhere_is_found_and_nothing_is_touched() {
        let (folder, path) = closed();
        let whole = fs_err::read(&path).unwrap();
        let middles = (8_000..whole.len()).step_by(16_384);
        let parts = [0, 15, 16, 99, 16_303, 16_304, 16_320, 16_383, 16_384, 32_767];
        for place in middles.chain(parts) {
            let mut bytes = whole.clone();
            bytes[place] ^= 0x10;
            fs_err::write(&path, &bytes).unwrap();
            let before = files(folder.path());
            let found = Store::examine(&path, &key()).and_then(|found| found.proof);
            let error = found.expect_err("the changed bit was not seen");
            if place < 16_384 {
                assert!(matches!(error, Error::WrongKey { .. }), "{place}: {error}");
            } else {
                assert!(matches!(error, Error::Damaged(_)), "{place}: {error}");
            }
            assert_eq!(files(folder.path()), before, "looking changed something, {place}");
        }
        fs_err::write(&path, &whole).unwrap();
        Store::examine(&path, &key()).unwrap().proof.unwrap();
    }

    #[test]
    fn a_reference_to_nothing_and_a_broken_index_are_found() {
        let city = City::new();
        let connection = &city.store.connection;
        city.store.prove().unwrap();
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        connection.execute_batch("BEGIN; UPDATE pupil SET school = 4711").unwrap();
        let error = city.store.prove().unwrap_err();
        assert!(error.to_string().contains("table `pupil`"), "{error}");
        connection.execute_batch("ROLLBACK").unwrap();

        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false).unwrap();
        connection
            .execute_batch(
                "PRAGMA writable_schema = ON;
                 UPDATE sqlite_schema SET sql = 'CREATE INDEX pupil_school ON pupil (accompanied_from, school)'
                 WHERE name = 'pupil_school'",
            )
            .unwrap();
        drop(city.store);
        let path = city.folder.path().join("city.tridem");
        let found = Store::examine(&path, &key()).unwrap().proof;
        assert!(matches!(found, Err(Error::Damaged(_))), "{found:?}");
    }

    #[test]
    fn a_log_that_nobody_has_open_is_left_alone() {
        let (folder, path) = closed();
        fs_err::write(folder.path().join("city.tridem-wal"), [7; 100]).unwrap();
        let before = files(folder.path());
        let error = Store::examine(&path, &key()).unwrap_err();
        assert!(matches!(error, Error::LogLeft { .. }), "{error}");
        assert_eq!(files(folder.path()), before);
    }

    #[test]
    fn looking_sees_what_another_process_has_only_in_its_log_and_leaves_it_there() {
        let city = City::new();
        let path = city.path();
        let log = || fs_err::read(path.with_extension("tridem-wal")).unwrap();
        let before = (fs_err::read(&path).unwrap(), log());
        assert!(!before.1.is_empty());
        let proof = Store::examine(&path, &key()).unwrap().proof.unwrap();
        assert_eq!(proof.holdings.tables["school"], 2);
        assert_eq!((fs_err::read(&path).unwrap(), log()), before);
    }

    #[test]
    fn what_there_is_is_counted_and_the_last_change_is_the_latest_moment() {
        let mut city = City::new();
        let proof = city.store.prove().unwrap();
        assert_eq!(proof.checks.len(), 4);
        let count = |proof: &Proof, table: &str| proof.holdings.tables[table];
        assert_eq!(count(&proof, "school"), 2);
        assert_eq!(count(&proof, "practitioner"), 5);
        assert_eq!(count(&proof, "pupil"), 4);
        assert_eq!(count(&proof, "import"), 0);
        assert_eq!(proof.holdings.schema, newest_schema());
        assert_eq!(proof.holdings.last_change, Some(NOW));

        let mut writer = city.store.write(&author()).unwrap();
        writer.record_import("schools", &[1; 32], "schools.csv", 2, NOW + 7).unwrap();
        writer.commit().unwrap();
        let proof = city.store.prove().unwrap();
        assert_eq!((count(&proof, "import"), proof.holdings.last_change), (1, Some(NOW + 7)));
    }
}
