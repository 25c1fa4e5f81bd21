//! Keeps what can be made again: in short transactions, and not at all where that is not possible.

use std::collections::BTreeSet;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use super::open::PATIENCE;
use super::{Error, Store};
use super::{columns, restricted};
use crate::domain::{Period, Scope};

/// Rows that are read before their columns are written: at about 15 bytes a row 8 MiB.
const ROWS_AT_ONCE: u64 = 500_000;

impl Store {
    /// Keeps the columns of all partitions that a run over `period` reads and that have changed
    /// since they were kept, so that the run is quick. Without it, everything still works.
    ///
    /// Columns are read in one snapshot and written in a transaction of their own, again and again,
    /// so that it takes no more memory for more contacts and nobody waits for long.
    ///
    /// Where the file cannot be written, or somebody else is writing, nothing is kept.
    ///
    /// # Errors
    ///
    /// [`Error::Columns`], [`Error::Damaged`] and [`Error::Sqlite`].
    pub fn keep_columns(&mut self, scope: &Scope, period: Period) -> Result<(), Error> {
        let mut seen = BTreeSet::new();
        loop {
            let (stale, chunks) = {
                let snapshot = self.connection.transaction()?;
                restricted::hide(&snapshot)?;
                let mut stale = columns::stale(&snapshot, scope, period)?;
                // Once is enough: somebody who writes all the time must not keep us here.
                stale.retain(|partition| !seen.contains(&(partition.school, partition.month)));
                if stale.is_empty() {
                    return Ok(());
                }
                let chunks = columns::build(&snapshot, &stale, ROWS_AT_ONCE)?;
                (stale, chunks)
            };
            let pairs = stale.iter().zip(&chunks);
            seen.extend(pairs.clone().map(|(partition, _)| (partition.school, partition.month)));
            let is_kept = self.keep(|connection| {
                pairs
                    .into_iter()
                    .try_for_each(|(partition, chunk)| chunk.keep(connection, partition))
            })?;
            if !is_kept {
                return Ok(());
            }
        }
    }

    /// Writes something that can be made again, all of it or nothing. Gives whether it was written:
    /// it is not where that would mean waiting, or there is no room or no permission.
    ///
    /// What was written may be gone after the machine has lost power; records may not.
    pub(super) fn keep(
        &mut self,
        write: impl FnOnce(&Connection) -> rusqlite::Result<()>,
    ) -> Result<bool, Error> {
        self.connection.pragma_update(None, "synchronous", "NORMAL")?;
        self.connection.busy_timeout(Duration::ZERO)?;
        let written = self.keep_now(write);
        self.connection.busy_timeout(PATIENCE)?;
        self.connection.pragma_update(None, "synchronous", "FULL")?;
        match written {
            Ok(()) => Ok(true),
            Err(error) => match error.sqlite_error_code() {
                Some(
                    ErrorCode::DatabaseBusy
                    | ErrorCode::DatabaseLocked
                    | ErrorCode::ReadOnly
                    | ErrorCode::DiskFull
                    | ErrorCode::CannotOpen
                    | ErrorCode::SystemIoFailure,
                ) => Ok(false),
                _ => Err(error.into()),
            },
        }
    }

    fn keep_now(
        &mut self,
        write: impl FnOnce(&Connection) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let transaction = Transaction::new(&mut self.connection, TransactionBehavior::Immediate)?;
        write(&transaction)?;
        transaction.commit()
    }
}

/// What only tests do with what is kept.
#[cfg(test)]
impl Store {
    /// Forgets all that can be made again.
    pub(crate) fn forget_kept(&mut self) {
        let sql = "DELETE FROM chunk; DELETE FROM chunk_column; DELETE FROM partial";
        self.connection.execute_batch(sql).unwrap();
    }

    /// Turns a bit of every column and of every partial result that is kept.
    pub(crate) fn damage_kept(&mut self, bit: usize) {
        for table in ["chunk_column", "partial"] {
            let read = format!("SELECT rowid, bytes FROM {table} WHERE length(bytes) > 0");
            let rows: Vec<(i64, Vec<u8>)> = {
                let mut statement = self.connection.prepare(&read).unwrap();
                let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
                rows.map(Result::unwrap).collect()
            };
            for (key, mut bytes) in rows {
                let place = bit / 8 % bytes.len();
                bytes[place] ^= 1 << (bit % 8);
                let write = format!("UPDATE {table} SET bytes = ?2 WHERE rowid = ?1");
                self.connection.execute(&write, rusqlite::params![key, bytes]).unwrap();
            }
        }
    }
}
