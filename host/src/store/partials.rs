//! What runs have counted in single partitions, so that only what has changed is counted again.

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::columns::Partition;
use super::{Error, Reader, Store};

/// Most bytes of partial results in the file. The oldest go when there are more.
pub const MOST_BYTES: u64 = 256 << 20;

/// What a run has counted in one partition.
#[derive(Debug, Clone)]
pub struct KeptPartial {
    /// Where, and at which version of it.
    pub partition: Partition,
    /// The figures, in a form that the store does not know.
    pub bytes: Vec<u8>,
}

impl Reader<'_> {
    /// Changes whenever households or pupils are numbered differently; see
    /// [`Numbering`](super::Numbering).
    ///
    /// # Errors
    ///
    /// As [`Store::read`].
    pub fn numbering_epoch(&self) -> Result<i64, Error> {
        Ok(self.connection.query_row("SELECT epoch FROM numbering", [], |row| row.get(0))?)
    }

    /// What was kept for a job in a partition, if it is of the partition's version and just what
    /// was written.
    ///
    /// `job` is a digest of all that the figures depend on besides the partition.
    ///
    /// # Errors
    ///
    /// As [`Store::read`].
    pub fn partial(&self, job: &[u8; 32], partition: &Partition) -> Result<Option<Vec<u8>>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT digest, bytes FROM partial
             WHERE job = ?1 AND school = ?2 AND month = ?3 AND version = ?4",
        )?;
        let place = params![job, partition.school.0, partition.month.0, partition.version];
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, [u8; 32]>(0)?, row.get(1)?));
        let found = statement.query_row(place, read).optional()?;
        let is_whole = |(kept, bytes): &([u8; 32], Vec<u8>)| *kept == digest(job, partition, bytes);
        Ok(found.filter(is_whole).map(|(_, bytes)| bytes))
    }
}

impl Store {
    /// Keeps what was counted for a job, in place of what was kept for it before. What is left of
    /// older versions of these partitions goes, and so do the oldest of all above [`MOST_BYTES`].
    ///
    /// Where the file cannot be written, or somebody else is writing, nothing is kept.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] and [`Error::Sqlite`].
    pub fn keep_partials(
        &mut self,
        job: &[u8; 32],
        partials: &[KeptPartial],
    ) -> Result<(), Error> {
        self.keep_partials_up_to(job, partials, MOST_BYTES)
    }

    fn keep_partials_up_to(
        &mut self,
        job: &[u8; 32],
        partials: &[KeptPartial],
        most: u64,
    ) -> Result<(), Error> {
        if partials.is_empty() {
            return Ok(());
        }
        self.keep(|connection| {
            write(connection, job, partials)?;
            make_room(connection, most)
        })?;
        Ok(())
    }
}

fn write(
    connection: &Connection,
    job: &[u8; 32],
    partials: &[KeptPartial],
) -> rusqlite::Result<()> {
    let mut forget = connection.prepare_cached(
        "DELETE FROM partial WHERE school = ?1 AND month = ?2 AND version < ?3",
    )?;
    let mut insert = connection.prepare_cached(
        "INSERT OR REPLACE INTO partial (job, school, month, version, size, digest, bytes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for KeptPartial { partition, bytes } in partials {
        let (school, month, version) = (partition.school.0, partition.month.0, partition.version);
        forget.execute(params![school, month, version])?;
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let digest = digest(job, partition, bytes);
        insert.execute(params![job, school, month, version, size, digest, bytes])?;
    }
    Ok(())
}

/// Forgets the oldest partial results until those that are left have at most so many bytes.
fn make_room(connection: &Connection, most: u64) -> rusqlite::Result<()> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut size = connection.prepare_cached("SELECT coalesce(sum(size), 0) FROM partial")?;
    let mut forget = connection.prepare_cached(
        "DELETE FROM partial WHERE key IN (SELECT key FROM partial ORDER BY key LIMIT 64)",
    )?;
    while size.query_row([], |row| row.get::<_, i64>(0))? > most {
        forget.execute([])?;
    }
    Ok(())
}

/// A digest of the bytes and of where they belong.
fn digest(job: &[u8; 32], partition: &Partition, bytes: &[u8]) -> [u8; 32] {
    let place = [partition.school.0, partition.month.0.into(), partition.version];
    let mut digest = Sha256::new_with_prefix(job);
    place.iter().for_each(|number| digest.update(number.to_le_bytes()));
    digest.chain_update(bytes).finalize().into()
}
