//! Several connections to one folder of records, so that who reads does not wait for who reports.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::app::{App, Error, KeySource};

use super::Failure;

/// How many use cases are carried out at once for people who wait for a page. Readers of the database
/// do not hinder each other; each of them holds a page cache of a few megabytes.
const AT_ONCE: usize = 6;

/// How many reports, imports and backups are worked on at once. They compute, and the machine has few
/// cores.
const LONG_AT_ONCE: usize = 2;

/// How long it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    /// A look or a record.
    Short,
    /// A report, an import, a backup: others must not wait behind it.
    Long,
}

/// The folder of records, opened as often as it is needed at once.
pub(super) struct Pool {
    dir: PathBuf,
    key: KeySource,
    idle: Arc<Mutex<Vec<App>>>,
    short: Arc<Semaphore>,
    long: Arc<Semaphore>,
}

impl Pool {
    /// Opens the folder once, so that a wrong key is known before anybody is served.
    ///
    /// # Errors
    ///
    /// Those of [`App::open`].
    pub(super) fn open(dir: &Path, key: KeySource) -> Result<Self, Error> {
        let first = App::open(dir, &key)?;
        Ok(Self {
            dir: dir.to_owned(),
            key,
            idle: Arc::new(Mutex::new(vec![first])),
            short: Arc::new(Semaphore::new(AT_ONCE)),
            long: Arc::new(Semaphore::new(LONG_AT_ONCE)),
        })
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Asks a connection that nobody uses yet.
    ///
    /// # Errors
    ///
    /// Those of what is asked.
    pub(super) fn with_first<T>(
        &self,
        ask: impl FnOnce(&mut App) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        match idle.first_mut() {
            Some(app) => ask(app),
            None => ask(&mut App::open(&self.dir, &self.key)?),
        }
    }

    /// Carries something out on a thread that may wait. What it read is in the audit before the result
    /// is given out; where that fails, the result is not.
    ///
    /// # Errors
    ///
    /// Those of the work itself, and of the audit.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: Work,
        act: impl FnOnce(&mut App) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Failure> {
        let gate = if work == Work::Long { &self.long } else { &self.short };
        let place = Arc::clone(gate).acquire_owned().await.map_err(|_| Failure::stopping())?;
        let (dir, key, idle) = (self.dir.clone(), self.key.clone(), Arc::clone(&self.idle));
        let done = spawn_blocking(move || {
            let _place = place;
            let waiting = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut app = match waiting {
                Some(app) => app,
                None => App::open(&dir, &key)?,
            };
            let done = act(&mut app);
            let settled = app.settle_reads();
            // One whose reads could not be noted is closed: its next user must not stand for them.
            if settled.is_ok() {
                idle.lock().unwrap_or_else(PoisonError::into_inner).push(app);
            }
            settled.and(done)
        });
        match done.await {
            Ok(result) => Ok(result?),
            Err(panicked) => Err(Failure::internal(&panicked)),
        }
    }
}
