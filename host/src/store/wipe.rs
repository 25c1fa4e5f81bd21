//! Writing the file anew, so that nothing of what was taken out is left between its pages or in its log.

use rusqlite::Connection;

use super::{Error, Store};

impl Store {
    /// Overwrites what is left in old pages of what was erased or sealed: the file is built anew from
    /// what there is, and the log is emptied. Gives whether that could be done; where another process
    /// reads or writes, it is tried again when the records are opened the next time.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`] where the file cannot be written.
    pub fn wipe(&self) -> Result<bool, Error> {
        let connection = &self.connection;
        let anew = connection
            .execute_batch("VACUUM")
            .and_then(|()| truncate_log(connection))
            .and_then(|is_empty| {
                if !is_empty {
                    return Ok(false);
                }
                connection.execute_batch(
                    "BEGIN;
                     UPDATE erasure SET wiped_at = unixepoch() WHERE wiped_at IS NULL;
                     DELETE FROM upkeep WHERE task = 'vacuum';
                     COMMIT;",
                )?;
                truncate_log(connection)
            });
        match anew.map_err(Error::from) {
            Err(Error::Busy) => Ok(false),
            wiped => wiped,
        }
    }

    /// Does so where it is due: notes were sealed, or an erasure was interrupted before it came to
    /// that. Whatever keeps it from being done now leaves it due: somebody who reads or writes at the
    /// same time, a full disk, or a damaged page, which whoever needs it is told of.
    pub fn sweep(&self) {
        let sql = "SELECT EXISTS (SELECT 1 FROM upkeep WHERE task = 'vacuum')
                       OR EXISTS (SELECT 1 FROM erasure WHERE wiped_at IS NULL)";
        if self.connection.query_row(sql, [], |row| row.get(0)).unwrap_or(false) {
            let _ = self.wipe();
        }
    }
}

/// Takes the log into the file and cuts it to nothing. Gives whether it is empty.
fn truncate_log(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
        row.get::<_, i64>(0).map(|is_busy| is_busy == 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Author;
    use crate::store::DatabaseKey;

    const DUE: &str = "INSERT INTO upkeep VALUES ('vacuum')";

    /// How much is due, and whether what is deleted is overwritten.
    fn state(store: &Store) -> (i64, i64) {
        let number = |sql| store.connection.query_row(sql, [], |row| row.get(0)).unwrap();
        (number("SELECT count(*) FROM upkeep"), number("PRAGMA secure_delete"))
    }

    #[test]
    fn what_is_due_is_done_on_opening_but_not_while_another_process_reads() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tridem.db");
        let key = DatabaseKey::generate().unwrap();
        let store = Store::create(&path, &key, "Musterstadt", &Author::new("tester", 0)).unwrap();
        store.connection.execute(DUE, []).unwrap();
        let other = Store::open(&path, &key).unwrap();
        assert_eq!(state(&store), (0, 1));

        store.connection.execute(DUE, []).unwrap();
        other.connection.execute_batch("BEGIN; SELECT count(*) FROM school").unwrap();
        assert!(!store.wipe().unwrap(), "the log has what somebody still reads");
        assert_eq!(state(&store), (1, 1));
        other.connection.execute_batch("COMMIT").unwrap();
        store.sweep();
        assert_eq!(state(&store), (0, 1));
    }
}
