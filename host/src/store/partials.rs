//! What runs have counted in single partitions, so that only what has changed is counted again.

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::columns::Partition;
use super::{ColumnsError, Error, Reader, Store};

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

    /// The keys behind the numbers that a field holds, in their order, by which the same person is
    /// known in every run; `None` where they count from 1 without a gap.
    ///
    /// # Errors
    ///
    /// As [`Reader::numbering_epoch`].
    pub fn keys_behind(&self, field: &str) -> Result<Option<Vec<i64>>, ColumnsError> {
        super::columns::keys(self.connection, field)
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
    pub fn keep_partials(&mut self, job: &[u8; 32], partials: &[KeptPartial]) -> Result<(), Error> {
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
    let mut forget = connection
        .prepare_cached("DELETE FROM partial WHERE school = ?1 AND month = ?2 AND version < ?3")?;
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
    for number in place {
        digest.update(number.to_le_bytes());
    }
    digest.chain_update(bytes).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{SchoolYear, Scope};
    use crate::store::fixture::{City, author, day};

    const JOB: [u8; 32] = [1; 32];
    const OTHER: [u8; 32] = [2; 32];

    /// A city with contacts in four partitions.
    fn city() -> City {
        let mut city = City::new();
        for school in 0..2 {
            for month in ["2025-10-06", "2025-11-03"] {
                let mut contact = city.contact(school);
                contact.day = day(month);
                city.add(&[contact]);
            }
        }
        city
    }

    fn partitions(city: &City) -> Vec<Partition> {
        city.all().partitions(SchoolYear(2025).period()).unwrap()
    }

    fn partials(city: &City, text: &str) -> Vec<KeptPartial> {
        let partial = |partition| KeptPartial { partition, bytes: text.as_bytes().to_vec() };
        partitions(city).into_iter().map(partial).collect()
    }

    fn found(city: &City, job: &[u8; 32]) -> Vec<Option<Vec<u8>>> {
        let reader = city.all();
        let all = partitions(city);
        all.iter().map(|partition| reader.partial(job, partition).unwrap()).collect()
    }

    #[test]
    fn no_way_of_adding_a_contact_leaves_its_version() {
        let mut city = city();
        let before = partitions(&city);
        assert_eq!(before.len(), 4);
        let mut dropped = city.contact(0);
        dropped.day = day("2026-02-03");
        city.store.write(&author()).unwrap().add_contact(&dropped, 0).unwrap();
        assert_eq!(partitions(&city), before, "a dropped writer has changed nothing");
        let two = [city.contact(1), city.contact(1)];
        city.add(&two);
        let after = partitions(&city);
        let is_touched = |partition: &Partition| {
            partition.school == two[0].school && partition.month == two[0].day.month()
        };
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(after.version > before.version, is_touched(before), "{before:?}");
        }
        let mut writer = city.store.write(&author()).unwrap();
        writer.touch(two[0].school, day("2026-05-01"));
        writer.touch(two[0].school, day("2026-05-31"));
        writer.commit().unwrap();
        assert_eq!(partitions(&city).len(), 5);

        // There is one statement that adds contacts, and the one who runs it says so.
        let sources = [include_str!("write_contacts.rs"), include_str!("writer.rs")].concat();
        let adds = sources.matches("INSERT INTO contact (").count();
        assert_eq!((adds, sources.matches("self.touch(").count()), (1, 1));
        for entry in fs_err::read_dir("src/store").unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("partials.rs") {
                let is_here = fs_err::read_to_string(&path).unwrap().contains("INTO contact (");
                assert_eq!(is_here, path.ends_with("write_contacts.rs"), "{}", path.display());
            }
        }
    }

    #[test]
    fn what_was_kept_is_found_for_its_job_and_version_alone() {
        let mut city = city();
        assert_eq!(found(&city, &JOB), [None, None, None, None]);
        let kept = partials(&city, "one");
        city.store.keep_partials(&JOB, &kept).unwrap();
        assert_eq!(found(&city, &JOB), vec![Some(b"one".to_vec()); 4]);
        assert_eq!(found(&city, &OTHER), [None, None, None, None]);
        city.store.keep_partials(&JOB, &partials(&city, "two")[..1]).unwrap();
        assert_eq!(found(&city, &JOB)[0], Some(b"two".to_vec()));
        assert_eq!(found(&city, &JOB)[1], Some(b"one".to_vec()));

        let contact = city.contact(0);
        city.add(&[contact]);
        assert_eq!(found(&city, &JOB).iter().filter(|found| found.is_none()).count(), 1);
    }

    #[test]
    fn a_partial_result_that_was_changed_or_moved_is_not_found() {
        let mut city = city();
        let kept = partials(&city, "one");
        for change in [
            "UPDATE partial SET bytes = x'6f6e66'",
            "UPDATE partial SET digest = zeroblob(32)",
            "DELETE FROM partial WHERE month = 24309; UPDATE partial SET month = 24309",
            "UPDATE partial SET job = x'0202020202020202020202020202020202020202020202020202020202020202'",
        ] {
            city.store.keep_partials(&JOB, &kept).unwrap();
            assert!(found(&city, &JOB).iter().all(Option::is_some));
            city.store.connection.execute_batch(change).unwrap();
            assert_eq!(found(&city, &JOB), [None, None, None, None], "{change}");
            assert_eq!(found(&city, &OTHER), [None, None, None, None], "{change}");
            city.store.forget_kept();
        }
    }

    #[test]
    fn what_is_left_of_older_versions_goes_and_so_do_the_oldest() {
        let mut city = city();
        let count = |city: &City| -> i64 {
            let sql = "SELECT count(*) FROM partial";
            city.store.connection.query_row(sql, [], |row| row.get(0)).unwrap()
        };
        for job in [JOB, OTHER] {
            let kept = partials(&city, "one");
            city.store.keep_partials(&job, &kept).unwrap();
        }
        assert_eq!(count(&city), 8);
        let contact = city.contact(0);
        city.add(&[contact]);
        let kept = partials(&city, "two");
        city.store.keep_partials(&JOB, &kept).unwrap();
        assert_eq!(count(&city), 7, "the other job's of that partition went");

        let mut old = kept[0].clone();
        old.bytes = vec![7; 500];
        for number in 0..100 {
            let job = [100 + number; 32];
            city.store.keep_partials_up_to(&job, std::slice::from_ref(&old), 20_000).unwrap();
        }
        let sql = "SELECT sum(size) FROM partial";
        let size: i64 = city.store.connection.query_row(sql, [], |row| row.get(0)).unwrap();
        assert!((500..=20_000).contains(&size), "{size}");
        assert!(found(&city, &[199; 32])[0].is_some(), "the newest is there");
        assert_eq!(found(&city, &JOB), [None, None, None, None]);
    }

    #[test]
    fn a_seal_is_the_same_for_ever_and_another_in_every_municipality() {
        let (one, other) = (City::new(), City::new());
        let seal = |city: &City, text: &[u8]| city.all().seal(text).unwrap();
        assert_eq!(seal(&one, b"text"), seal(&one, b"text"));
        assert_ne!(seal(&one, b"text"), seal(&one, b"texts"));
        assert_ne!(seal(&one, b"text"), seal(&other, b"text"));
    }

    #[test]
    fn columns_are_kept_once_for_each_version_and_not_while_another_writes() {
        let mut city = city();
        let year = SchoolYear(2025).period();
        let all = Scope::municipality();
        let chunks = |city: &City| -> i64 {
            let sql = "SELECT count(*) FROM chunk JOIN partition USING (school, month, version)";
            city.store.connection.query_row(sql, [], |row| row.get(0)).unwrap()
        };
        let mut other = Store::open(&city.path(), &crate::store::fixture::key()).unwrap();
        let writer = other.write(&author()).unwrap();
        city.store.keep_columns(&all, year).unwrap();
        assert_eq!(chunks(&city), 0);
        drop(writer);
        city.store.keep_columns(&Scope::of_schools([city.schools[0]]), year).unwrap();
        assert_eq!(chunks(&city), 2);
        city.store.keep_columns(&all, year).unwrap();
        assert_eq!(chunks(&city), 4);
        let contact = city.contact(0);
        city.add(&[contact]);
        assert_eq!(chunks(&city), 3);
        city.store.keep_columns(&all, year).unwrap();
        assert_eq!(chunks(&city), 4);
        let full: i64 = city
            .store
            .connection
            .pragma_query_value(None, "synchronous", |row| row.get(0))
            .unwrap();
        assert_eq!(full, 2, "records are written as carefully as before");
    }
}
