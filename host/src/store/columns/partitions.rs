//! Contacts by school and month: which there are, and their rows, read in order on one core while
//! they are used on another.

use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use super::chunk::{Chunk, DAY, build, head};
use super::contacts::kept;
use super::convert::Rows;
use super::frames::Decoder;
use super::{Asked, ColumnsRequest, Converter, Error, ListedSchool, Numbering, lists};
use crate::domain::{Batch, Day, Month, Period, SchoolKey, Scope};
use crate::store::restricted::along;

/// The dataset that is kept in partitions.
pub const PARTITIONED: &str = "contacts";

/// The contacts of one school in one calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partition {
    /// The school.
    pub school: SchoolKey,
    /// The month.
    pub month: Month,
    /// Goes up with every change.
    pub version: i64,
    /// The school's code in this run: its place among those in scope.
    pub(super) place: u16,
}

impl Partition {
    /// The number of its first row, so far from those of all other partitions that no two rows
    /// have the same; it depends on the school and the month alone.
    pub fn first_row(&self) -> u64 {
        // Records lie between 1900 and 2199, which are 3,600 months.
        let month = u64::from((self.month.0 - 1900 * 12).cast_unsigned()) & 0xFFF;
        (self.school.0.cast_unsigned() << 12 | month) << 32
    }
}

/// The partitions with a day in `period` whose contacts have ever changed, in the order in which
/// [`columns`](super::columns()) hands out rows: by school number, then by month.
///
/// # Errors
///
/// [`Error::TooManySchools`] and [`Error::Sqlite`].
pub(crate) fn partitions(
    connection: &Connection,
    scope: &Scope,
    period: Period,
) -> Result<Vec<Partition>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT month, version FROM partition WHERE school = ?1 AND month BETWEEN ?2 AND ?3
         ORDER BY month",
    )?;
    let mut found = Vec::new();
    for (place, school) in (0..).zip(lists::schools(connection, scope)?) {
        let ListedSchool { key: school, .. } = school;
        let months = params![school.0, period.first.month().0, period.last.month().0];
        let rows = statement.query_map(months, |row| {
            Ok(Partition { school, month: Month(row.get(0)?), version: row.get(1)?, place })
        })?;
        for row in rows {
            found.push(row?);
        }
    }
    Ok(found)
}

/// Those of them whose columns are not kept, or not as they are now.
///
/// # Errors
///
/// As [`partitions`].
pub(crate) fn stale(
    connection: &Connection,
    scope: &Scope,
    period: Period,
) -> Result<Vec<Partition>, Error> {
    let mut stale = Vec::new();
    for partition in partitions(connection, scope, period)? {
        if head(connection, &partition)?.is_none() {
            stale.push(partition);
        }
    }
    Ok(stale)
}

/// The rows of a partition that lie in the period of a request.
pub struct PartitionRows<'a> {
    chunk: Chunk,
    digest: [u8; 32],
    /// Where the school's rows end, with its place.
    place: u16,
    /// For each field that is read, its column.
    columns: &'a [&'static str],
    converter: &'a Converter,
    numbering: &'a Numbering,
    numbers: &'a mut Vec<Vec<i64>>,
}

impl PartitionRows<'_> {
    /// A digest of the values of the fields that were asked for in all rows. It says so much about
    /// small sets of rows that it must not be shown as it is.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.chunk.rows
    }

    /// Hands the rows to `each`, in batches that are never empty.
    ///
    /// # Errors
    ///
    /// [`Error::BadValue`] for a value that its field cannot have, and the first error of `each`.
    pub fn batches<E: From<Error>>(
        self,
        mut each: impl FnMut(Batch) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut decoders: Vec<Decoder<'_>> =
            self.columns.iter().map(|name| Decoder::new(&self.chunk.columns[name].bytes)).collect();
        for rows in self.chunk.frames() {
            self.numbers.resize_with(decoders.len(), Vec::new);
            for ((decoder, name), numbers) in
                decoders.iter_mut().zip(self.columns).zip(&mut *self.numbers)
            {
                // The chunk was looked over when it was loaded.
                decoder.frame(rows, numbers).ok_or_else(|| Error::BadValue {
                    dataset: PARTITIONED.to_owned(),
                    field: (*name).to_owned(),
                })?;
            }
            let groups = [(self.place, rows)];
            let columns = self.numbers.iter().map(Vec::as_slice).collect();
            each(
                self.converter
                    .convert(&Rows { count: rows, groups: &groups, columns }, self.numbering)?,
            )?;
        }
        Ok(())
    }
}

/// Hands `each` the rows of each of `partitions`, with its place among them and in their order, also
/// where a partition has no row in the period.
///
/// The rows and their order are those of [`columns`](super::columns()), which cuts them into
/// batches elsewhere. What is kept of a partition is used where it is of the partition's version,
/// and the records are read where it is not; so all rows are of the transaction that `connection`
/// is in.
///
/// `each` runs on a thread of its own, so that reading goes on while it works.
///
/// # Errors
///
/// The first error of `each`, unchanged, after which no partition follows; and those of
/// [`columns`](super::columns()).
///
/// # Panics
///
/// Where `each` does, with its panic; and where the request is not for `contacts`.
pub fn columns_by_partition<E: From<Error> + Send>(
    connection: &Connection,
    numbering: &mut Numbering,
    request: &ColumnsRequest<'_>,
    partitions: &[Partition],
    mut each: impl FnMut(usize, PartitionRows<'_>) -> Result<(), E> + Send,
) -> Result<(), E> {
    assert_eq!(request.dataset, PARTITIONED, "other datasets have no partitions");
    let asked = Asked::new(request)?;
    let converter = Converter::new(connection, &asked)?;
    numbering.prepare(connection, &asked)?;
    let numbering = &*numbering;
    let columns = kept(&asked).map_err(E::from)?;
    let (columns, converter) = (&columns, &converter);
    thread::scope(|scope| {
        // One that waits, one that is used, one that is read: at 100,000 rows with 15 bytes each
        // that is 5 MiB.
        let (send, loaded) = sync_channel::<Chunk>(1);
        let consumer = scope.spawn(move || -> Result<(), E> {
            let mut numbers = Vec::new();
            for (number, (chunk, partition)) in loaded.into_iter().zip(partitions).enumerate() {
                let digest = digest(&chunk, columns);
                let numbers = &mut numbers;
                let place = partition.place;
                let rows =
                    PartitionRows { chunk, digest, place, columns, converter, numbering, numbers };
                each(number, rows)?;
            }
            Ok(())
        });
        let read = load(connection, columns, asked.period, partitions, &send);
        // Or who takes them would wait for more.
        drop(send);
        match consumer.join() {
            Ok(answer) => answer?,
            Err(panic) => resume_unwind(panic),
        }
        Ok(read?)
    })
}

/// Sends what has to be read of each partition, until nobody takes it any more.
fn load(
    connection: &Connection,
    columns: &[&'static str],
    period: Period,
    partitions: &[Partition],
    send: &SyncSender<Chunk>,
) -> Result<(), Error> {
    for partition in partitions {
        let days = partition.month.period();
        let is_cut = period.overlap(days) != Some(days);
        let mut names = columns.to_vec();
        if is_cut && !names.contains(&DAY) {
            names.push(DAY);
        }
        let whole = match Chunk::load(connection, partition, &names)? {
            Some(chunk) => chunk,
            None => from_records(connection, partition)?,
        };
        let chunk = if is_cut {
            // The chunk was looked over when it was loaded.
            whole.clip(partition.month, period).ok_or_else(|| Error::BadValue {
                dataset: PARTITIONED.to_owned(),
                field: "day".to_owned(),
            })?
        } else {
            whole
        };
        if send.send(chunk).is_err() {
            break;
        }
    }
    Ok(())
}

fn from_records(connection: &Connection, partition: &Partition) -> Result<Chunk, Error> {
    let mut chunks = build(connection, std::slice::from_ref(partition), 0)?;
    Ok(chunks.pop().expect("one partition makes one chunk"))
}

/// A digest of the values of `columns` in all rows.
fn digest(chunk: &Chunk, columns: &[&'static str]) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update((chunk.rows as u64).to_le_bytes());
    for name in columns {
        digest.update(chunk.columns[name].digest);
    }
    digest.finalize().into()
}

/// The days of a period on which each school in scope has at least one contact.
///
/// # Errors
///
/// [`Error::TooManySchools`] and [`Error::Sqlite`].
pub(crate) fn recorded_days(
    connection: &Connection,
    scope: &Scope,
    period: Period,
) -> Result<Vec<(SchoolKey, BTreeSet<Day>)>, Error> {
    let schools = lists::schools(connection, scope)?;
    let mut all: Vec<_> = schools.iter().map(|school| (school.key, BTreeSet::new())).collect();
    let read = "SELECT DISTINCT day FROM contact INDEXED BY contact_columns
                WHERE school = ?1 AND day BETWEEN ?2 AND ?3";
    let mut read = connection.prepare_cached(&along(connection, read)?)?;
    for partition in partitions(connection, scope, period)? {
        let month = partition.month.period();
        let Some(part) = period.overlap(month) else { continue };
        let recorded = &mut all[usize::from(partition.place)].1;
        if let Some((_, days)) = head(connection, &partition)? {
            let is_set = |day: &Day| u64::from(days) >> day.0.abs_diff(month.first.0) & 1 == 1;
            recorded.extend(part.days().filter(is_set));
        } else {
            let bounds = params![partition.school.0, part.first.0, part.last.0];
            let days = read.query_map(bounds, |row| row.get(0).map(Day))?;
            for day in days {
                recorded.insert(day?);
            }
        }
    }
    Ok(all)
}
