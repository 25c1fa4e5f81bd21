//! An aggregate function that takes the rows of a query into blocks of plain numbers.
//!
//! `SELECT tridem_sink(day, kind) FROM ..` calls it for each row, inside of `SQLite`'s own loop. That
//! saves the way out and back for each row and is more than twice as fast as asking for the values
//! of one row after the other; see `benches/columns.rs`.

use std::panic::AssertUnwindSafe;
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::{Null, ValueRef};

use crate::domain::BATCH_ROWS;

/// What stands for a missing value in a [`Block`]. No field can have it: the numbers of the store
/// have at most 32 bits, its keys are not negative, and sets are never missing.
pub(super) const MISSING: i64 = i64::MIN;

/// Some rows, at most [`BATCH_ROWS`]: for each argument of the function one column.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) rows: usize,
    /// Which groups the rows belong to: a group, and the row after its last one.
    pub(super) groups: Vec<(u16, usize)>,
    pub(super) columns: Vec<Vec<i64>>,
}

impl Block {
    /// An empty block with room for a whole batch.
    fn new(columns: usize) -> Self {
        let column = || Vec::with_capacity(BATCH_ROWS);
        Self { rows: 0, groups: Vec::new(), columns: (0..columns).map(|_| column()).collect() }
    }

    /// Says that the rows since the last group belong to `group`.
    pub(super) fn end_group(&mut self, group: u16) {
        if self.groups.last().map_or(0, |(_, end)| *end) < self.rows {
            self.groups.push((group, self.rows));
        }
    }

    fn clear(&mut self) {
        self.rows = 0;
        self.groups.clear();
        self.columns.iter_mut().for_each(Vec::clear);
    }
}

/// The function while it is known to a connection, as `tridem_sink` with any number of arguments.
///
/// Full blocks are sent on; when nobody takes them any more, the query that is running fails.
pub(super) struct Sink<'connection> {
    connection: &'connection Connection,
    filling: Slot,
}

/// Where the state waits between two queries, so that a block can span them.
type Slot = Arc<Mutex<Option<AssertUnwindSafe<Filling>>>>;

struct Filling {
    block: Block,
    group: u16,
    sent: u64,
    full: SyncSender<Block>,
    used: Receiver<Block>,
}

impl<'connection> Sink<'connection> {
    const NAME: &'static str = "tridem_sink";

    /// Makes the function known. Blocks with `columns` columns go to `full`; blocks that come back
    /// by `used` are filled again.
    ///
    /// # Errors
    ///
    /// Those of `SQLite`: above all, no query that uses the function may be running.
    pub(super) fn new(
        connection: &'connection Connection,
        columns: usize,
        full: SyncSender<Block>,
        used: Receiver<Block>,
    ) -> rusqlite::Result<Self> {
        let block = Block::new(columns);
        let filling = Filling { block, group: 0, sent: 0, full, used };
        let sink =
            Self { connection, filling: Arc::new(Mutex::new(Some(AssertUnwindSafe(filling)))) };
        connection.create_aggregate_function(
            Self::NAME,
            -1,
            FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DIRECTONLY,
            Function { filling: Arc::clone(&sink.filling) },
        )?;
        Ok(sink)
    }

    /// Says that the rows of the queries that follow belong to `group`.
    pub(super) fn begin_group(&self, group: u16) {
        if let Some(filling) = lock(&self.filling).as_mut() {
            let before = filling.group;
            filling.block.end_group(before);
            filling.group = group;
        }
    }

    /// Sends the rows that are left and tells how many there were in all.
    pub(super) fn finish(self) -> rusqlite::Result<u64> {
        let AssertUnwindSafe(mut filling) = lock(&self.filling).take().ok_or_else(stopped)?;
        if filling.block.rows > 0 {
            filling.send()?;
        }
        Ok(filling.sent)
    }
}

impl Drop for Sink<'_> {
    /// Forgets the function, and hangs up whatever happens: a taker would wait for ever.
    fn drop(&mut self) {
        lock(&self.filling).take();
        // Where it fails, the next sink takes the function's place.
        let _ = self.connection.remove_function(Self::NAME, -1);
    }
}

impl Filling {
    /// Sends the block and goes on with an empty one.
    fn send(&mut self) -> rusqlite::Result<()> {
        self.block.end_group(self.group);
        let columns = self.block.columns.len();
        let next = self.used.try_recv().map_or_else(
            |_| Block::new(columns),
            |mut block| {
                block.clear();
                block
            },
        );
        let block = std::mem::replace(&mut self.block, next);
        self.sent += block.rows as u64;
        self.full.send(block).map_err(|_| stopped())
    }
}

/// What `SQLite` calls.
struct Function {
    filling: Slot,
}

impl Aggregate<AssertUnwindSafe<Filling>, Null> for Function {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<AssertUnwindSafe<Filling>> {
        lock(&self.filling).take().ok_or_else(stopped)
    }

    fn step(
        &self,
        context: &mut Context<'_>,
        filling: &mut AssertUnwindSafe<Filling>,
    ) -> rusqlite::Result<()> {
        if filling.block.rows == BATCH_ROWS {
            filling.send()?;
        }
        let block = &mut filling.block;
        for (argument, column) in block.columns.iter_mut().enumerate() {
            column.push(match context.get_raw(argument) {
                ValueRef::Integer(value) => value,
                ValueRef::Null => MISSING,
                other => {
                    let found = other.data_type();
                    return Err(rusqlite::Error::InvalidFunctionParameterType(argument, found));
                }
            });
        }
        block.rows += 1;
        Ok(())
    }

    /// Puts the state back. `SQLite` calls this for a query that failed, too.
    fn finalize(
        &self,
        _: &mut Context<'_>,
        filling: Option<AssertUnwindSafe<Filling>>,
    ) -> rusqlite::Result<Null> {
        if filling.is_some() {
            *lock(&self.filling) = filling;
        }
        Ok(Null)
    }
}

/// What the query says where nobody takes its rows any more. Why is told by the one who took them.
fn stopped() -> rusqlite::Error {
    rusqlite::Error::UserFunctionError("the rows are no longer wanted".into())
}

/// A poisoned lock is taken all the same: the state behind it is whole between two rows.
fn lock(slot: &Slot) -> MutexGuard<'_, Option<AssertUnwindSafe<Filling>>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}
