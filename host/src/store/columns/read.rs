//! Runs the query of a request on one core while its batches are used on another.

use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use rusqlite::{Connection, params};

use super::forms::See;
use super::{
    Asked, ColumnsRequest, Converter, Error, ListedSchool, Numbering, Query, Rows, RowsOf,
};
use super::{cases, forms, lists, pupil_terms, schools};
use crate::domain::{Batch, Period, Schools, Scope, Visible};
use crate::store::restricted::along;
use crate::store::sink::{Block, Sink};

/// Blocks that wait between reading and using. With the one being filled and the one being used
/// that makes four, of at most 16,384 rows with 8 bytes a field: 6 MiB for eleven fields.
const WAITING: usize = 2;

/// Hands `each` the fields of a request for every row in `scope`, in batches of at most
/// [`BATCH_ROWS`](crate::domain::BATCH_ROWS) rows that are never empty.
///
/// Rows come school by school, in the order of the codes that [`shape`](super::shape()) gives the
/// field `school`, and within a school by day; a batch may go from one school into the next. Every
/// column of a batch belongs to a field that was asked for, in the request's order. All rows are
/// of the transaction that `connection` is in.
///
/// `pupil_terms` comes school by school too, and within a school by pupil, year, term and unit.
///
/// `cases` comes school by school as well, and within a school by pupil. What was done for a pupil
/// is looked for at all schools in `scope`, and at no other.
///
/// `schools` has one row for each school that took part in the programme on at least one day of
/// the period, school day or not.
///
/// The datasets of forms come school by school, and within a school by the day that the form names
/// and in the order in which they were recorded. Rows without a school stand after those of all
/// schools; who may not see all schools sees them only where the form is open to everybody.
///
/// `each` runs on a thread of its own, so that reading goes on while it works. Of `numbering` there
/// is one for each run.
///
/// Returns the number of rows, which is 0 where the period has none; then `each` is never called.
///
/// # Errors
///
/// The first error of `each`, unchanged, after which no batch follows. [`Error::NoSuchDataset`],
/// [`Error::NoSuchField`] and [`Error::PrivateText`] where the request asks for what is not there
/// or not to be had, [`Error::TooManySchools`], [`Error::BadValue`] and [`Error::Sqlite`].
///
/// # Panics
///
/// Where `each` does, with its panic.
pub fn columns<E: From<Error> + Send>(
    connection: &Connection,
    scope: &Scope,
    numbering: &mut Numbering,
    request: &ColumnsRequest<'_>,
    each: impl FnMut(Batch) -> Result<(), E> + Send,
) -> Result<u64, E> {
    columns_of(connection, scope, numbering, request, RowsOf::All, each)
}

/// Hands `each` some of the rows that [`columns`] hands over: those of schools, or those of none. Rows
/// of datasets that are no form always belong to a school.
///
/// # Errors
///
/// As [`columns`].
///
/// # Panics
///
/// As [`columns`].
pub(in crate::store) fn columns_of<E: From<Error> + Send>(
    connection: &Connection,
    scope: &Scope,
    numbering: &mut Numbering,
    request: &ColumnsRequest<'_>,
    rows: RowsOf,
    mut each: impl FnMut(Batch) -> Result<(), E> + Send,
) -> Result<u64, E> {
    let asked = Asked::new(request)?;
    if rows == RowsOf::NoSchool && asked.dataset.form().is_none() {
        return Ok(0);
    }
    let listed = lists::schools(connection, scope)?;
    let converter = Converter::new(connection, &asked)?;
    numbering.prepare(connection, &asked)?;
    let mut take = |block: &Block, places: &[usize]| {
        each(converter.convert(&Rows::of_block(block, places), numbering)?)
    };

    let places: Vec<_> = (0..asked.read_fields().count()).collect();
    if asked.dataset.name == "pupil_terms" {
        return pupil_terms::read(connection, &listed, &asked, |block| take(block, &places));
    }
    if asked.dataset.name == "cases" {
        return cases::read(connection, &listed, &asked, |block| take(block, &places));
    }
    if let Some(form) = asked.dataset.form() {
        let sees_all = matches!(scope.schools, Schools::All);
        let open = sees_all || form.visible == Visible::Open;
        let see = match rows {
            RowsOf::All => See { schools: true, schoolless: open },
            RowsOf::Schools => See { schools: true, schoolless: false },
            RowsOf::NoSchool => See { schools: false, schoolless: open },
        };
        return forms::read(connection, form, &listed, see, &asked, |block| take(block, &places));
    }
    if asked.dataset.name == "schools" {
        let mut rows = 0;
        for block in schools::blocks(connection, &listed, &asked)? {
            take(&block, &places)?;
            rows += block.rows as u64;
        }
        return Ok(rows);
    }
    let query = Query::new(&asked)?;
    let places = &query.places;
    thread::scope(|scope| {
        let (full, filled) = sync_channel::<Block>(WAITING);
        let (give_back, used) = sync_channel::<Block>(WAITING);
        let consumer = scope.spawn(move || -> Result<(), E> {
            for block in filled {
                take(&block, places)?;
                // Where nobody fills it again, it is dropped.
                let _ = give_back.try_send(block);
            }
            Ok(())
        });
        let read = fill(connection, &query, &listed, asked.period, full, used);
        // What stopped the consumer stopped the query too, so it is the consumer who knows why.
        match consumer.join() {
            Ok(answer) => answer?,
            Err(panic) => resume_unwind(panic),
        }
        Ok(read?)
    })
}

/// Runs the query for each school and sends its rows to `full`. Returns how many there were.
fn fill(
    connection: &Connection,
    query: &Query,
    schools: &[ListedSchool],
    period: Period,
    full: SyncSender<Block>,
    used: Receiver<Block>,
) -> Result<u64, Error> {
    let sink = Sink::new(connection, query.may_miss.clone(), full, used)?;
    {
        let mut statement = connection.prepare(&along(connection, &query.sql)?)?;
        for (place, school) in (0..).zip(schools) {
            sink.begin_group(place);
            let bounds = params![school.key.0, period.first.0, period.last.0];
            statement.query_row(bounds, |_| Ok(()))?;
        }
    }
    Ok(sink.finish()?)
}
