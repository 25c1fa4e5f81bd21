//! Files between their preview and the confirmation: in the memory of the server and nowhere else.
//!
//! A file of a school names children, so it is never written to a disk before somebody has confirmed
//! it; then its rows are in the encrypted records, and the file itself is kept nowhere. Each belongs to
//! the account that sent it and is wiped after half an hour, when it was taken in or put aside, when its
//! owner signs out, or when the server stops.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::app::{Kind, Source};

/// How long a file waits for its confirmation.
pub(super) const PATIENCE: Duration = Duration::from_mins(30);

/// The most that all files together may hold: ten of the largest.
const MOST: usize = 200 * 1024 * 1024;

/// How many one account may have waiting; the oldest makes room.
const MOST_EACH: usize = 3;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A file of another program.
    Source(Source),
    /// A table in the shape of the records.
    Own(Kind),
}

/// How it is to be read.
#[derive(Debug, Clone)]
pub(super) struct Options {
    pub(super) what: What,
    /// The number of the school whose file it is.
    pub(super) school: Option<String>,
    /// A saved mapping.
    pub(super) mapping: Option<String>,
    /// The most lessons of a day.
    pub(super) cap: u16,
    /// How many lessons make a day.
    pub(super) lessons_per_day: u16,
    /// Whether an empty sum is 0.
    pub(super) empty_is_zero: bool,
    /// Whether contradictions are kept as such.
    pub(super) keep_conflicts: bool,
}

/// A file that waits.
#[derive(Debug, Clone)]
pub(super) struct Upload {
    /// Its name, as the browser said it. It is shown and kept, and never a path.
    pub(super) name: String,
    pub(super) bytes: Arc<Zeroizing<Vec<u8>>>,
    pub(super) options: Options,
    owner: String,
    since: Instant,
}

/// All files that wait.
#[derive(Debug, Default)]
pub(in super::super) struct Uploads(Mutex<HashMap<String, Upload>>);

impl Uploads {
    /// Keeps a file and gives the sign by which its owner finds it again; `None` where there is no
    /// room for it.
    pub(super) fn keep(
        &self,
        owner: &str,
        name: String,
        bytes: Zeroizing<Vec<u8>>,
        options: Options,
    ) -> Option<String> {
        let mut all = self.current();
        let mut own: Vec<(Instant, String)> = all
            .iter()
            .filter(|(_, upload)| upload.owner == owner)
            .map(|(sign, upload)| (upload.since, sign.clone()))
            .collect();
        own.sort();
        while own.len() >= MOST_EACH {
            all.remove(&own.remove(0).1);
        }
        let held: usize = all.values().map(|upload| upload.bytes.len()).sum();
        if held + bytes.len() > MOST {
            return None;
        }
        let sign = uuid::Uuid::now_v7().simple().to_string();
        let (owner, bytes) = (owner.to_owned(), Arc::new(bytes));
        let upload = Upload { name, bytes, options, owner, since: Instant::now() };
        all.insert(sign.clone(), upload);
        Some(sign)
    }

    /// A file of this owner.
    pub(super) fn find(&self, owner: &str, sign: &str) -> Option<Upload> {
        self.current().get(sign).filter(|upload| upload.owner == owner).cloned()
    }

    /// Forgets a file of this owner.
    pub(super) fn forget(&self, owner: &str, sign: &str) {
        let mut all = self.current();
        if all.get(sign).is_some_and(|upload| upload.owner == owner) {
            all.remove(sign);
        }
    }

    /// Forgets all files of this owner.
    pub(in super::super) fn forget_all(&self, owner: &str) {
        self.current().retain(|_, upload| upload.owner != owner);
    }

    /// Wipes what has waited too long.
    pub(super) fn tidy(&self) {
        drop(self.current());
    }

    fn current(&self) -> MutexGuard<'_, HashMap<String, Upload>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, upload| upload.since.elapsed() < PATIENCE);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Options {
        Options {
            what: What::Own(Kind::Pupils),
            school: None,
            mapping: None,
            cap: 8,
            lessons_per_day: 6,
            empty_is_zero: false,
            keep_conflicts: false,
        }
    }

    #[test]
    fn a_file_is_its_owners_and_the_oldest_makes_room() {
        let uploads = Uploads::default();
        let keep = |owner: &str, size: usize| {
            uploads.keep(owner, "x.csv".into(), vec![1; size].into(), options())
        };
        let first = keep("lk01", 1).unwrap();
        assert!(uploads.find("lk01", &first).is_some());
        assert!(uploads.find("ko01", &first).is_none());
        uploads.forget("ko01", &first);
        let [_, second, _] = [1, 2, 3].map(|size| keep("lk01", size).unwrap());
        assert!(uploads.find("lk01", &first).is_none());
        assert_eq!(uploads.find("lk01", &second).unwrap().bytes.len(), 2);
        uploads.forget("lk01", &second);
        assert!(uploads.find("lk01", &second).is_none());
        assert!(keep("ko01", MOST).is_none());
        let others = keep("ko01", 1).unwrap();
        let own = keep("lk01", 1).unwrap();
        uploads.forget_all("lk01");
        assert!(uploads.find("lk01", &own).is_none() && uploads.find("ko01", &others).is_some());
    }
}
