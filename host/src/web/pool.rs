//! Several connections to one folder of records, so that who records does not wait for who reports.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::app::{App, Error, KeySource};

use super::Failure;

/// How long it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    /// A look or a record: some milliseconds.
    Short,
    /// A password, which is checked slowly on purpose, or a list made from all records: up to a second.
    Slow,
    /// A report, an import, a backup: up to minutes.
    Long,
}

/// Connections for one sort of work, and how many of them are busy at once.
struct Lane {
    places: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<App>>>,
}

impl Lane {
    fn of(places: usize) -> Self {
        let idle = Arc::new(Mutex::new(Vec::new()));
        Self { places: Arc::new(Semaphore::new(places)), idle }
    }
}

/// The folder of records, opened as often as it is needed at once.
///
/// Short work goes through one connection. Each look is noted in the audit, and whatever one connection
/// writes makes the others forget the pages that they had deciphered. With six of them in turn, three tenths of
/// the time of all work went into proving the same pages again.
pub(super) struct Pool {
    dir: PathBuf,
    key: KeySource,
    short: Lane,
    slow: Lane,
    long: Lane,
}

impl Pool {
    /// Opens the folder once, so that a wrong key is known before anybody is served.
    ///
    /// # Errors
    ///
    /// Those of [`App::open`].
    pub(super) fn open(dir: &Path, key: KeySource) -> Result<Self, Error> {
        let first = App::open(dir, &key)?;
        let short = Lane::of(1);
        short.idle.lock().unwrap_or_else(PoisonError::into_inner).push(first);
        Ok(Self { dir: dir.to_owned(), key, short, slow: Lane::of(2), long: Lane::of(2) })
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
        let mut idle = self.short.idle.lock().unwrap_or_else(PoisonError::into_inner);
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
        let lane = match work {
            Work::Short => &self.short,
            Work::Slow => &self.slow,
            Work::Long => &self.long,
        };
        let place = Arc::clone(&lane.places).acquire_owned().await;
        let place = place.map_err(|_| Failure::stopping())?;
        let (dir, key, idle) = (self.dir.clone(), self.key.clone(), Arc::clone(&lane.idle));
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
