//! Runs a plugin that composes in parts: an instance for each school and one for what belongs to no
//! school, on as many threads as there are, and one that puts together what they gathered.
//!
//! Rows are read by one thread, from one snapshot, school by school; only plugins run beside each
//! other. What is held in memory is what waits for them, [`WAITING`] batches each, and what they
//! have saved. What comes out, and the fuel used for it, is the same for any number of threads.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::domain::{Batch, Dictionary, Schools, Scope, Values};
use crate::plugin::{self, BYTES_OF_A_ROW, Call, Interface};
use crate::store::{ColumnsError, Numbering, Reader, RowsOf, Store};

use super::Error;
use super::composed::{Task, Written};
use super::granted::Wanted;
use super::parts::{digest_batch, put, put_request};

/// Batches that wait for one instance, of at most 1.5 MiB each.
const WAITING: usize = 2;

/// Bytes that all instances together may save: all schools of a large city at the most that one may.
const MOST_SAVED: usize = 512 << 20;

/// What the reading thread sends to one that runs a plugin. It ends with the school's rows.
enum Message {
    /// The place of the school that the rows to come belong to.
    School(usize),
    /// A batch of a dataset.
    Rows(usize, Batch),
}

/// What an instance has gathered from the rows of a school.
struct Part {
    saved: Vec<u8>,
    fuel: u64,
}

/// What the threads share.
struct Shared<'a> {
    task: Task<'a>,
    /// Time spent by the instances that are done.
    spent: Mutex<Duration>,
    /// Bytes saved so far.
    saved: Mutex<usize>,
    /// Whether one of them failed, so that reading on is of no use.
    has_failed: AtomicBool,
    parts: Mutex<Vec<Option<Result<Part, Error>>>>,
}

/// Why reading stopped before the end.
enum Stop {
    /// An instance has failed, and says why itself.
    Failed,
    Columns(ColumnsError),
}

impl From<ColumnsError> for Stop {
    fn from(error: ColumnsError) -> Self {
        Self::Columns(error)
    }
}

/// Runs an instance for each school on `threads` threads, and puts together what they saved.
///
/// `reader` is one of `store`, and sees all that `task` may. Where several instances fail, the first
/// school's failure is told: all before it have run to their end.
pub(super) fn in_parts(
    store: &Store,
    reader: &Reader<'_>,
    task: Task<'_>,
    threads: usize,
) -> Result<(Written, Duration), Error> {
    let schools = reader.schools()?;
    let shared = Shared {
        task,
        spent: Mutex::default(),
        saved: Mutex::default(),
        has_failed: AtomicBool::new(false),
        // One more for what belongs to no school.
        parts: Mutex::new((0..=schools.len()).map(|_| None).collect()),
    };
    let mut transcript = task.transcript();
    let mut rows = 0;
    thread::scope(|scope| {
        let (idle, next_idle) = channel();
        for _ in 0..threads.clamp(1, schools.len().max(1)) {
            let (idle, shared) = (idle.clone(), &shared);
            scope.spawn(move || shared.work(&idle));
        }
        drop(idle);
        let mut numbering = Numbering::default();
        for (place, (key, school, _)) in schools.iter().enumerate() {
            // Threads end without being asked only where one of them has panicked.
            let Ok(sender) = next_idle.recv() else { break };
            if shared.has_failed.load(Ordering::Relaxed) {
                break;
            }
            let _ = sender.send(Message::School(place));
            let scope =
                Scope { schools: Schools::Only(BTreeSet::from([*key])), ..task.scope.clone() };
            let narrow = store.read(&scope)?;
            put(&mut transcript, school.number.as_bytes());
            let whose = Whose::School(place);
            let read = read_part(&narrow, &shared, whose, &sender, &mut numbering, &mut transcript);
            match read {
                Ok(read) => rows += read,
                Err(Stop::Failed) => return Ok(()),
                Err(Stop::Columns(error)) => return Err(Error::from(error)),
            }
        }
        // A run without records of forms has nothing that belongs to no school.
        let is_of_form = |want: &Wanted| {
            Dictionary::get().dataset(&want.dataset).is_some_and(|known| known.form().is_some())
        };
        if task.wanted.iter().any(is_of_form)
            && !shared.has_failed.load(Ordering::Relaxed)
            && let Ok(sender) = next_idle.recv()
        {
            let _ = sender.send(Message::School(schools.len()));
            let whose = Whose::Nobody;
            match read_part(reader, &shared, whose, &sender, &mut numbering, &mut transcript) {
                Ok(read) => rows += read,
                Err(Stop::Failed) => {}
                Err(Stop::Columns(error)) => return Err(Error::from(error)),
            }
        }
        Ok(())
    })?;
    merge(shared, transcript, rows)
}

/// Whose rows an instance gets.
#[derive(Debug, Clone, Copy)]
enum Whose {
    /// Those of the school at a place, which is the only one that the reader knows.
    School(usize),
    /// Those that belong to no school.
    Nobody,
}

/// Sends the rows of a school, or those of none, dataset by dataset. Gives how many there were.
fn read_part(
    reader: &Reader<'_>,
    shared: &Shared<'_>,
    whose: Whose,
    sender: &SyncSender<Message>,
    numbering: &mut Numbering,
    transcript: &mut Vec<u8>,
) -> Result<u64, Stop> {
    let mut rows = 0;
    let (of, code) = match whose {
        // The reader knows one school and calls it 0.
        Whose::School(place) => (
            RowsOf::Schools,
            u16::try_from(place).expect("a list of schools has fewer than 65,534"),
        ),
        Whose::Nobody => (RowsOf::NoSchool, 0),
    };
    for (place, want) in shared.task.wanted.iter().enumerate() {
        let request = shared.task.request(want);
        let schools: Vec<bool> = want.fields.iter().map(|field| *field == "school").collect();
        let mut data = Sha256::new();
        rows += reader.columns_of(of, numbering, &request, |mut batch| {
            for (column, _) in batch.columns.iter_mut().zip(&schools).filter(|(_, is_it)| **is_it) {
                if let Values::Codes(codes) = &mut column.values {
                    codes.fill(code);
                }
            }
            digest_batch(&mut data, &batch);
            want.narrow(&mut batch);
            let is_over = shared.has_failed.load(Ordering::Relaxed)
                || sender.send(Message::Rows(place, batch)).is_err();
            if is_over { Err(Stop::Failed) } else { Ok(()) }
        })?;
        put_request(transcript, &request);
        put(transcript, &data.finalize());
    }
    Ok(rows)
}

impl Shared<'_> {
    /// Runs instances, one school after the other, until there are no more.
    fn work(&self, idle: &Sender<SyncSender<Message>>) {
        loop {
            let (sender, messages) = sync_channel(WAITING);
            if idle.send(sender).is_err() {
                return;
            }
            let Ok(Message::School(place)) = messages.recv() else { return };
            let part = self.part(messages);
            if part.is_err() {
                self.has_failed.store(true, Ordering::Relaxed);
            }
            self.parts.lock().unwrap_or_else(PoisonError::into_inner)[place] = Some(part);
        }
    }

    /// Runs an instance over the rows of one school.
    fn part(&self, messages: Receiver<Message>) -> Result<Part, Error> {
        let Task { plugin, composition, job, .. } = self.task;
        let before = *self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let mut run = plugin.loaded.compose(&plugin.manifest, composition, job, before)?;
        for message in messages {
            if let Message::Rows(dataset, batch) = message {
                run.push(dataset, &batch)?;
            }
        }
        let saved = run.save()?;
        let spent = run.time_spent().saturating_sub(before);
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner) += spent;
        let mut all = self.saved.lock().unwrap_or_else(PoisonError::into_inner);
        *all += saved.len();
        if *all > MOST_SAVED {
            let (plugin, limit) = (plugin.manifest.id.clone(), MOST_SAVED);
            let (call, interface) = (Call::Save, Interface::Partial);
            return Err(plugin::Error::Output { plugin, call, interface, limit }.into());
        }
        Ok(Part { saved, fuel: run.fuel_used() })
    }
}

/// Puts together what the instances saved, in the order of the schools, on one that sees no rows.
fn merge(shared: Shared<'_>, transcript: Vec<u8>, rows: u64) -> Result<(Written, Duration), Error> {
    let Task { plugin, composition, job, .. } = shared.task;
    let spent = shared.spent.into_inner().unwrap_or_else(PoisonError::into_inner);
    let parts = shared.parts.into_inner().unwrap_or_else(PoisonError::into_inner);
    let parts = parts.into_iter().flatten().collect::<Result<Vec<Part>, Error>>()?;
    let mut run = plugin.loaded.compose(&plugin.manifest, composition, job, spent)?;
    let (mut fuel, mut counted) = (0_u64, rows);
    for part in parts {
        run.merge(&part.saved)?;
        // What was gathered brings fuel as rows do, so it counts as some here as well.
        counted += part.saved.len().div_ceil(BYTES_OF_A_ROW) as u64;
        fuel = fuel.saturating_add(part.fuel);
    }
    let composed = run.finish()?;
    fuel = fuel.saturating_add(run.fuel_used());
    plugin.loaded.check_fuel(&plugin.manifest, fuel, counted)?;
    Ok((Written { composed, fuel, rows, transcript }, run.time_spent()))
}
