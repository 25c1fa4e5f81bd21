//! An aggregate function that takes the rows of a query into blocks of plain numbers.
//!
//! `SELECT tridem_sink(day, kind) FROM ..` calls it for each row, inside of `SQLite`'s own loop.
//! That saves the way out and back for each row and each value. With rusqlite's safe interface for
//! such functions, which asks every value for its type, it was measured at 1.6 times the speed of
//! reading rows; with `SQLite`'s own, as here, at 2.1 times. See `benches/columns`.
#![expect(unsafe_code, reason = "reads the arguments of an SQL function where SQLite has them")]

use std::cell::RefCell;
use std::ffi::{CStr, c_int, c_void};
use std::hint;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::slice;
use std::sync::mpsc::{Receiver, SyncSender};

use rusqlite::{Connection, ffi};

use crate::domain::BATCH_ROWS;

/// What stands for a missing value in a [`Block`]. No field can have it: the numbers of the store
/// have at most 32 bits, its amounts of money and keys are not negative, and sets are never missing.
pub(super) const MISSING: i64 = i64::MIN;

/// Some rows, at most [`BATCH_ROWS`], column by column.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) rows: usize,
    /// Which groups the rows belong to: a group, and the row after its last one.
    pub(super) groups: Vec<(u16, usize)>,
    /// Room for [`BATCH_ROWS`] numbers for each argument of the function.
    numbers: Vec<i64>,
}

impl Block {
    /// An empty block with room for a whole batch.
    pub(super) fn new(columns: usize) -> Self {
        Self { rows: 0, groups: Vec::new(), numbers: vec![0; columns * BATCH_ROWS] }
    }

    /// The numbers of a column.
    pub(super) fn column(&self, place: usize) -> &[i64] {
        &self.numbers[place * BATCH_ROWS..][..self.rows]
    }

    /// Replaces the numbers of a column, of which there are as many as rows.
    pub(super) fn set_column(&mut self, place: usize, numbers: &[i64]) {
        self.numbers[place * BATCH_ROWS..][..self.rows].copy_from_slice(numbers);
    }

    /// Says that the rows since the last group belong to `group`.
    fn end_group(&mut self, group: u16) {
        if self.groups.last().map_or(0, |(_, end)| *end) < self.rows {
            self.groups.push((group, self.rows));
        }
    }
}

/// The function while it is known to a connection, as `tridem_sink`.
///
/// Full blocks are sent on; when nobody takes them any more, the query that is running fails.
pub(super) struct Sink<'connection> {
    connection: &'connection Connection,
    filling: Rc<RefCell<Filling>>,
}

/// The block being filled, which may span queries, and where it goes.
struct Filling {
    block: Block,
    may_miss: Vec<bool>,
    /// The group of the rows that come.
    group: u16,
    /// Rows sent so far.
    sent: u64,
    /// `None` after hanging up.
    full: Option<SyncSender<Block>>,
    used: Receiver<Block>,
}

/// Nobody takes the blocks any more. Why is told by the one who took them.
struct Stopped;

impl<'connection> Sink<'connection> {
    const NAME: &'static CStr = c"tridem_sink";

    /// Makes the function known, with an argument for each of `may_miss`, which says whether the
    /// argument may be null. Arguments must be integers: they come from columns of `STRICT` tables.
    /// Blocks go to `full`; those that come back by `used` are filled again.
    ///
    /// # Errors
    ///
    /// Those of `SQLite`: above all, no query that uses the function may be running.
    pub(super) fn new(
        connection: &'connection Connection,
        may_miss: Vec<bool>,
        full: SyncSender<Block>,
        used: Receiver<Block>,
    ) -> rusqlite::Result<Self> {
        let arguments = c_int::try_from(may_miss.len()).unwrap_or(c_int::MAX);
        let block = Block::new(may_miss.len());
        let full = Some(full);
        let filling =
            Rc::new(RefCell::new(Filling { block, may_miss, group: 0, sent: 0, full, used }));
        let shared = Rc::into_raw(Rc::clone(&filling)).cast_mut().cast::<c_void>();
        let sink = Self { connection, filling };
        // SAFETY: the connection is open as long as it is borrowed, and borrowed by one thread, so
        // the functions are called on this one. `shared` is a count of `filling`; SQLite owns it
        // from here on, also where this fails, and gives it to `release` exactly once.
        let code = unsafe {
            ffi::sqlite3_create_function_v2(
                connection.handle(),
                Self::NAME.as_ptr(),
                arguments,
                ffi::SQLITE_UTF8 | ffi::SQLITE_DIRECTONLY,
                shared,
                None,
                Some(step),
                Some(finalize),
                Some(release),
            )
        };
        if code == ffi::SQLITE_OK { Ok(sink) } else { Err(failure(code)) }
    }

    /// Says that the rows of the queries that follow belong to `group`.
    pub(super) fn begin_group(&self, group: u16) {
        let filling = &mut *self.filling.borrow_mut();
        filling.block.end_group(filling.group);
        filling.group = group;
    }

    /// Sends the rows that are left and tells how many there were in all.
    ///
    /// # Errors
    ///
    /// An error without more to say where nobody takes the blocks any more.
    pub(super) fn finish(self) -> rusqlite::Result<u64> {
        let filling = &mut *self.filling.borrow_mut();
        if filling.block.rows > 0 {
            filling.send().map_err(|Stopped| failure(ffi::SQLITE_INTERRUPT))?;
        }
        Ok(filling.sent)
    }
}

impl Drop for Sink<'_> {
    /// Hangs up, or who takes the blocks would wait for ever, and forgets the function.
    fn drop(&mut self) {
        let arguments = {
            let filling = &mut *self.filling.borrow_mut();
            filling.full = None;
            c_int::try_from(filling.may_miss.len()).unwrap_or(c_int::MAX)
        };
        // Where this fails, the function stays: it has hung up, and the next sink takes its place.
        let _ = self.connection.remove_function(Self::NAME, arguments);
    }
}

impl Filling {
    /// Sends the block and goes on with an empty one.
    fn send(&mut self) -> Result<(), Stopped> {
        self.block.end_group(self.group);
        let mut next = self.used.try_recv().unwrap_or_else(|_| Block::new(self.may_miss.len()));
        next.rows = 0;
        next.groups.clear();
        let block = std::mem::replace(&mut self.block, next);
        self.sent += block.rows as u64;
        self.full.as_ref().ok_or(Stopped)?.send(block).map_err(|_| Stopped)
    }

    /// Adds a row.
    ///
    /// # Safety
    ///
    /// `arguments` are values that `SQLite` has just handed to a function, on this thread.
    unsafe fn add(&mut self, arguments: &[*mut ffi::sqlite3_value]) -> Result<(), Stopped> {
        if self.block.rows == BATCH_ROWS {
            self.send()?;
        }
        let row = self.block.rows;
        let columns = self.block.numbers.chunks_exact_mut(BATCH_ROWS).zip(&self.may_miss);
        for ((column, may_miss), argument) in columns.zip(arguments) {
            // SAFETY: the caller's.
            let mut number = unsafe { ffi::sqlite3_value_int64(*argument) };
            if *may_miss {
                // SAFETY: the caller's.
                let kind = unsafe { ffi::sqlite3_value_type(*argument) };
                number = hint::select_unpredictable(kind == ffi::SQLITE_NULL, MISSING, number);
            }
            column[row] = number;
        }
        self.block.rows = row + 1;
        Ok(())
    }
}

/// What `SQLite` calls for each row.
unsafe extern "C" fn step(
    context: *mut ffi::sqlite3_context,
    count: c_int,
    values: *mut *mut ffi::sqlite3_value,
) {
    // A panic must not run through SQLite's frames. The state that it may leave behind is dropped:
    // the query fails, and with it the whole read.
    let added = catch_unwind(AssertUnwindSafe(|| {
        let count = usize::try_from(count).unwrap_or(0);
        let arguments = if count == 0 {
            // Without any values the pointer may be null.
            &[]
        } else {
            // SAFETY: SQLite gives `count` values, which live until this returns.
            unsafe { slice::from_raw_parts(values, count) }
        };
        // SAFETY: the pointer is that of `Sink::new`, whose count SQLite holds until `release`.
        let filling = unsafe { &*ffi::sqlite3_user_data(context).cast::<RefCell<Filling>>() };
        // SAFETY: these are the values of this call.
        unsafe { filling.borrow_mut().add(arguments) }
    }));
    if !matches!(added, Ok(Ok(()))) {
        // SAFETY: the context of this call.
        unsafe { ffi::sqlite3_result_error_code(context, ffi::SQLITE_INTERRUPT) };
    }
}

/// What `SQLite` calls after the last row of a query. The result stays null: blocks span queries.
unsafe extern "C" fn finalize(_: *mut ffi::sqlite3_context) {}

/// What `SQLite` calls when it forgets the function.
unsafe extern "C" fn release(shared: *mut c_void) {
    // SAFETY: the count that `Sink::new` handed over; SQLite gives it back once.
    drop(unsafe { Rc::from_raw(shared.cast_const().cast::<RefCell<Filling>>()) });
}

fn failure(code: c_int) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)
}
