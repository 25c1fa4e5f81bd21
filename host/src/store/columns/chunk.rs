//! The columns of one school's contacts in one month: read from the records, kept, and read back.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::contacts::{KEPT, every_column};
use super::frames::{Decoder, Encoder, LAYOUT};
use super::{Error, Partition};
use crate::domain::{BATCH_ROWS, Month, Period};
use crate::store::restricted::along;
use crate::store::sink::{Block, Sink};

/// The name that a column of days has.
pub(super) const DAY: &str = "contact.day";

/// The columns of a partition, or some of them, with the order that all readers see: by day, and
/// in the end by the contact's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chunk {
    pub(super) rows: usize,
    /// The days of the month that have a contact: bit 0 is its first.
    pub(super) days: u32,
    pub(super) columns: BTreeMap<&'static str, KeptColumn>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeptColumn {
    pub(super) bytes: Vec<u8>,
    /// Of the bytes.
    pub(super) digest: [u8; 32],
}

impl KeptColumn {
    fn new(bytes: Vec<u8>) -> Self {
        Self { digest: Self::digest(&bytes), bytes }
    }

    fn digest(bytes: &[u8]) -> [u8; 32] {
        Sha256::digest(bytes).into()
    }
}

/// A chunk that is being written.
#[derive(Debug, Default)]
struct Building {
    rows: usize,
    days: u32,
    columns: [Encoder; KEPT.len()],
}

impl Building {
    /// Adds the rows of a block from `first` to before `end`.
    fn add(&mut self, month: Month, block: &Block, first: usize, end: usize) {
        self.rows += end - first;
        for (place, (name, encoder)) in KEPT.iter().zip(&mut self.columns).enumerate() {
            let numbers = &block.column(place)[first..end];
            encoder.push(numbers);
            if *name == DAY {
                self.days |= days(month, numbers);
            }
        }
    }

    fn finish(self) -> Chunk {
        let columns = KEPT.into_iter().zip(self.columns);
        let columns = columns.map(|(name, encoder)| (name, KeptColumn::new(encoder.finish())));
        Chunk { rows: self.rows, days: self.days, columns: columns.collect() }
    }
}

/// A bit for each day of `month` that is among `days`.
fn days(month: Month, days: &[i64]) -> u32 {
    let first = i64::from(month.period().first.0);
    let bit = |day: &i64| u32::try_from(day - first).map_or(0, |bit| 1u32.unbounded_shl(bit));
    days.iter().fold(0, |bits, day| bits | bit(day))
}

/// Reads partitions from the records, in their order, until there are none left or more than
/// `most_rows` rows have been read. Gives the chunks of those that were read, at least of one.
///
/// # Errors
///
/// [`Error::Sqlite`].
pub(crate) fn build(
    connection: &Connection,
    partitions: &[Partition],
    most_rows: u64,
) -> Result<Vec<Chunk>, Error> {
    let query = every_column();
    // The groups of the sink are places in the list.
    let partitions = &partitions[..partitions.len().min(usize::from(u16::MAX))];
    let taken = &AtomicU64::new(0);
    thread::scope(|scope| {
        let (full, filled) = sync_channel::<Block>(2);
        let (give_back, used) = sync_channel::<Block>(2);
        let consumer = scope.spawn(move || {
            let mut building: BTreeMap<usize, Building> = BTreeMap::new();
            let mut chunks = BTreeMap::new();
            for block in filled {
                let mut first = 0;
                for (group, end) in &block.groups {
                    let place = usize::from(*group);
                    // The partitions before it are whole.
                    let whole = std::mem::take(&mut building);
                    for (known, found) in whole {
                        if known == place {
                            building.insert(known, found);
                        } else {
                            chunks.insert(known, found.finish());
                        }
                    }
                    let month = partitions[place].month;
                    building.entry(place).or_default().add(month, &block, first, *end);
                    first = *end;
                }
                taken.fetch_add(block.rows as u64, Ordering::Relaxed);
                let _ = give_back.try_send(block);
            }
            chunks.extend(building.into_iter().map(|(known, found)| (known, found.finish())));
            chunks
        });
        let read = || -> Result<usize, Error> {
            let sink = Sink::new(connection, query.may_miss.clone(), full, used)?;
            let mut statement = connection.prepare_cached(&along(connection, &query.sql)?)?;
            let mut read = 0;
            for (place, partition) in (0u16..).zip(partitions) {
                sink.begin_group(place);
                let days = partition.month.period();
                let bounds = params![partition.school.0, days.first.0, days.last.0];
                statement.query_row(bounds, |_| Ok(()))?;
                read += 1;
                if taken.load(Ordering::Relaxed) > most_rows {
                    break;
                }
            }
            drop(statement);
            sink.finish()?;
            Ok(read)
        };
        let read = read();
        let mut chunks = match consumer.join() {
            Ok(chunks) => chunks,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        let empty = || Building::default().finish();
        Ok((0..read?).map(|place| chunks.remove(&place).unwrap_or_else(empty)).collect())
    })
}

impl Chunk {
    /// The kept columns of a partition that are called `names`; `None` where they are not those of
    /// its version, or not what was written.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub(super) fn load(
        connection: &Connection,
        partition: &Partition,
        names: &[&'static str],
    ) -> Result<Option<Self>, Error> {
        let Some((rows, days)) = head(connection, partition)? else { return Ok(None) };
        let mut statement = connection.prepare_cached(
            "SELECT digest, bytes FROM chunk_column WHERE school = ?1 AND month = ?2 AND name = ?3",
        )?;
        let mut columns = BTreeMap::new();
        for name in names {
            let place = params![partition.school.0, partition.month.0, name];
            let read = |row: &rusqlite::Row<'_>| {
                Ok(KeptColumn { digest: row.get(0)?, bytes: row.get(1)? })
            };
            let Some(column) = statement.query_row(place, read).optional()? else {
                return Ok(None);
            };
            // The file is encrypted and its pages are authenticated, so this finds mistakes of a
            // program rather than of a disk.
            if KeptColumn::digest(&column.bytes) != column.digest {
                return Ok(None);
            }
            columns.insert(*name, column);
        }
        let chunk = Self { rows, days, columns };
        Ok(chunk.is_sound().then_some(chunk))
    }

    /// Keeps the chunk as that of its partition's version.
    ///
    /// # Errors
    ///
    /// Those of `SQLite`.
    pub(crate) fn keep(
        &self,
        connection: &Connection,
        partition: &Partition,
    ) -> rusqlite::Result<()> {
        let (school, month) = (partition.school.0, partition.month.0);
        connection
            .prepare_cached("DELETE FROM chunk_column WHERE school = ?1 AND month = ?2")?
            .execute(params![school, month])?;
        let rows = i64::try_from(self.rows).unwrap_or(i64::MAX);
        connection
            .prepare_cached("INSERT OR REPLACE INTO chunk VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute(params![school, month, LAYOUT, partition.version, rows, self.days])?;
        let mut insert =
            connection.prepare_cached("INSERT INTO chunk_column VALUES (?1, ?2, ?3, ?4, ?5)")?;
        for (name, column) in &self.columns {
            insert.execute(params![school, month, name, column.digest, column.bytes])?;
        }
        Ok(())
    }

    /// The rows of some days alone, or `None` where the chunk cannot be read.
    pub(super) fn clip(&self, month: Month, period: Period) -> Option<Self> {
        let day = self.numbers(DAY)?;
        let first = day.partition_point(|day| *day < i64::from(period.first.0));
        let end = day.partition_point(|day| *day <= i64::from(period.last.0));
        let range = first..end.max(first);
        let mut columns = BTreeMap::new();
        for name in self.columns.keys() {
            let mut encoder = Encoder::default();
            encoder.push(&self.numbers(name)?[range.clone()]);
            columns.insert(*name, KeptColumn::new(encoder.finish()));
        }
        Some(Self { rows: range.len(), days: days(month, &day[range]), columns })
    }

    fn numbers(&self, name: &str) -> Option<Vec<i64>> {
        let mut decoder = Decoder::new(&self.columns.get(name)?.bytes);
        let (mut all, mut frame) = (Vec::with_capacity(self.rows), Vec::new());
        for rows in self.frames() {
            decoder.frame(rows, &mut frame)?;
            all.extend_from_slice(&frame);
        }
        decoder.is_done().then_some(all)
    }

    /// Whether every column has as many numbers as there are rows.
    fn is_sound(&self) -> bool {
        self.columns.values().all(|column| {
            let mut decoder = Decoder::new(&column.bytes);
            let frames = self.frames().all(|rows| decoder.skip(rows).is_some());
            frames && decoder.is_done()
        })
    }

    /// The number of rows of each frame.
    pub(super) fn frames(&self) -> impl Iterator<Item = usize> + use<> {
        let rows = self.rows;
        (0..rows).step_by(BATCH_ROWS).map(move |first| (rows - first).min(BATCH_ROWS))
    }
}

/// The number of rows of a kept chunk, and the days of the month that have one; `None` where
/// there is none of this version.
///
/// # Errors
///
/// [`Error::Sqlite`].
pub(super) fn head(
    connection: &Connection,
    partition: &Partition,
) -> Result<Option<(usize, u32)>, Error> {
    let mut statement = connection.prepare_cached(
        "SELECT rows, days FROM chunk
         WHERE school = ?1 AND month = ?2 AND layout = ?3 AND version = ?4",
    )?;
    let place = params![partition.school.0, partition.month.0, LAYOUT, partition.version];
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, u32>(0)?, row.get(1)?));
    let found = statement.query_row(place, read).optional()?;
    Ok(found.map(|(rows, days)| (rows as usize, days)))
}
