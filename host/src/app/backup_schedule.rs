//! Backups by a schedule: making one when it is due, reading it back, and thinning out old ones.

use std::path::{Path, PathBuf};

use chrono::{Local, NaiveDateTime, TimeZone};

use crate::domain::{
    Action, Author, Every, Keep, PlannedBackup, Scope, Thinning, is_due, thin_out,
};
use crate::store::{
    self, BackupSchedule, FoundBackup, KeptBackup, NewBackup, Proof, Store, backups_in, file_digest,
};

use super::backup::BackupSummary;
use super::keys::KeySource;
use super::recovery_error::RecoveryError;
use super::workspace::{App, day_of, now, today};
use super::{Actor, Error, UseCase};

/// What [`App::backup_due`] did.
#[derive(Debug, Clone)]
pub struct DueDone {
    /// The backup that was made and verified; `None` where none was due.
    pub made: Option<(PathBuf, BackupSummary)>,
    /// The newest sound one there is, in seconds since 1970-01-01 UTC.
    pub newest: Option<i64>,
    /// How many were removed.
    pub removed: usize,
    /// How many of the schedule are there.
    pub kept: usize,
    /// Whether nothing was removed because the clock is not to be believed.
    pub clock_in_doubt: bool,
}

/// A backup that is remembered, and whether its file is where it was written to.
#[derive(Debug, Clone)]
pub struct KnownBackup {
    /// What is remembered.
    pub kept: KeptBackup,
    /// Whether there is a file of that name and size.
    pub is_there: bool,
}

/// A backup that was chosen by time, and what was passed over.
#[derive(Debug, Clone)]
pub struct ChosenBackup {
    /// The one that is taken.
    pub backup: FoundBackup,
    /// Newer ones that cannot be used, with the reason.
    pub unusable: Vec<(PathBuf, String)>,
    /// The next one after the moment, which would hold more.
    pub next: Option<i64>,
}

/// How often backups are made, as it is written on the command line: `day`, or hours as in `6h`.
///
/// # Errors
///
/// [`RecoveryError::BadInterval`].
pub fn parse_every(text: &str) -> Result<Every, Error> {
    if text == "day" {
        return Ok(Every::Day);
    }
    let hours = text.strip_suffix('h').unwrap_or(text).parse().ok();
    match hours {
        Some(hours @ 1..=24) => Ok(Every::Hours(hours)),
        _ => Err(RecoveryError::BadInterval(text.to_owned()).into()),
    }
}

/// A moment where the person sits, as `2026-11-20 12:00`, in seconds since 1970-01-01 UTC. A day alone
/// means its end. Where the clock was put back that night, the later of the two moments is meant.
///
/// # Errors
///
/// [`RecoveryError::BadMoment`].
pub fn parse_moment(text: &str) -> Result<i64, Error> {
    let bad = || Error::from(RecoveryError::BadMoment(text.to_owned()));
    let full = if text.len() == 10 { format!("{text} 23:59") } else { text.replace('T', " ") };
    let full = if full.len() == 16 { format!("{full}:59") } else { full };
    let moment = NaiveDateTime::parse_from_str(&full, "%Y-%m-%d %H:%M:%S").map_err(|_| bad())?;
    Local.from_local_datetime(&moment).latest().map(|moment| moment.timestamp()).ok_or_else(bad)
}

impl App {
    /// Sets the schedule, or switches it off.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`RecoveryError::FolderGone`]; [`RecoveryError::FolderOfRecords`].
    pub fn set_backup_schedule(
        &mut self,
        actor: &Actor,
        schedule: Option<(&Path, Every, Keep)>,
    ) -> Result<(), Error> {
        self.permit(actor, UseCase::BackupPlan)?;
        let schedule = match schedule {
            None => None,
            Some((folder, every, keep)) => {
                let real = |path: &Path| fs_err::canonicalize(path).map_err(Error::File);
                if !folder.is_dir() {
                    return Err(RecoveryError::FolderGone(folder.to_owned()).into());
                }
                let real_folder = real(folder)?;
                if real_folder.starts_with(real(&self.dir)?) {
                    return Err(RecoveryError::FolderOfRecords(folder.to_owned()).into());
                }
                let folder = real_folder.to_string_lossy().into_owned();
                Some(BackupSchedule { folder, every, keep, set_at: now() })
            }
        };
        let mut writer = self.store.write(&actor.author())?;
        writer.set_backup_schedule(schedule.as_ref())?;
        Ok(writer.commit()?)
    }

    /// The schedule, where there is one.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`], and those of the store.
    pub fn backup_schedule(&self, actor: &Actor) -> Result<Option<BackupSchedule>, Error> {
        self.permit(actor, UseCase::BackupList)?;
        Ok(self.store.read(&Scope::municipality())?.backup_schedule()?)
    }

    /// Every backup that was made of these records, oldest first.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`], and those of the store.
    pub fn backups(&self, actor: &Actor) -> Result<Vec<KnownBackup>, Error> {
        self.permit(actor, UseCase::BackupList)?;
        let kept = self.store.read(&Scope::municipality())?.backups()?;
        Ok(kept.into_iter().map(KnownBackup::of).collect())
    }

    /// Reads a backup back whole, and remembers whether it is sound where it is one of these records.
    /// `progress` is told per cent.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; where the file is no backup, is damaged, or is of another key.
    pub fn verify_backup(
        &mut self,
        actor: &Actor,
        file: &Path,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(BackupSummary, Proof), Error> {
        self.permit(actor, UseCase::BackupMake)?;
        let checked = Store::verify_backup(file, &self.lock.key, progress);
        let mut writer = self.store.write(&actor.author())?;
        if let Ok((facts, _)) = &checked {
            writer.note_verified(&facts.sha256, true)?;
        } else {
            let path = std::path::absolute(file).map_err(Error::File)?;
            let kept = writer.read(&Scope::municipality()).backups()?;
            let is_it = |backup: &&KeptBackup| {
                backup.removed_at.is_none() && Path::new(&backup.path) == path
            };
            if let Some(backup) = kept.iter().rev().find(is_it) {
                writer.note_failed(backup.key)?;
            }
        }
        writer.commit()?;
        let (facts, proof) = checked.map_err(|error| self.lock.explain(error))?;
        Ok((BackupSummary::of(&facts, self.lock.derivation.as_ref()), proof))
    }

    /// Makes a backup if one is due, reads it back, and then removes old ones by the schedule's rule:
    /// only files that the schedule made, and only while they are byte for byte what was written.
    ///
    /// It is the program that does it, not a person: somebody who may has set the schedule, and what a
    /// timer calls cannot sign in. It shows nothing of the records.
    ///
    /// # Errors
    ///
    /// [`RecoveryError::NoSchedule`]; [`RecoveryError::FolderGone`];
    /// [`RecoveryError::NotSound`], after which nothing is removed; those of [`App::backup`].
    pub fn backup_due(&mut self, progress: &mut dyn FnMut(u64)) -> Result<DueDone, Error> {
        let author = Author::program(now());
        let schedule = self.backup_schedule_inner()?.ok_or(RecoveryError::NoSchedule)?;
        let folder = PathBuf::from(&schedule.folder);
        if !folder.is_dir() {
            return Err(RecoveryError::FolderGone(folder).into());
        }
        let mut made = None;
        if is_due(schedule.every, &planned(&self.scheduled()?), now(), today()) {
            let path = free_name(&folder, now());
            let mut half = |percent| progress(percent / 2);
            let (summary, facts) = self.make_backup(&author, &path, false, true, &mut half)?;
            let mut rest = |percent| progress(50 + percent / 2);
            let read = Store::verify_backup(&path, &self.lock.key, &mut rest);
            let is_sound = read.as_ref().is_ok_and(|(found, _)| found.sha256 == facts.sha256);
            let mut writer = self.store.write(&author)?;
            writer.note_verified(&facts.sha256, is_sound)?;
            writer.commit()?;
            if !is_sound {
                let reason = read.err().map_or_else(|| "SHA-256".to_owned(), |it| it.to_string());
                return Err(RecoveryError::NotSound { path, reason }.into());
            }
            made = Some((path, summary));
        }
        let (removed, clock_in_doubt) = self.thin_out(&author, schedule.keep)?;
        let left = planned(&self.scheduled()?);
        let sound = left.iter().filter(|backup| backup.is_verified);
        Ok(DueDone {
            made,
            newest: sound.map(|backup| backup.made_at).max(),
            removed,
            kept: left.len(),
            clock_in_doubt,
        })
    }

    fn backup_schedule_inner(&self) -> Result<Option<BackupSchedule>, Error> {
        Ok(self.store.read(&Scope::municipality())?.backup_schedule()?)
    }

    /// The backups of the schedule whose files are there.
    fn scheduled(&self) -> Result<Vec<KeptBackup>, Error> {
        let kept = self.store.read(&Scope::municipality())?.backups()?.into_iter();
        let known = kept.map(KnownBackup::of).filter(|known| known.is_there);
        Ok(known.map(|known| known.kept).filter(|kept| kept.is_scheduled).collect())
    }

    /// Removes what may go, and says how many went and whether the clock is in doubt.
    fn thin_out(&mut self, author: &Author, keep: Keep) -> Result<(usize, bool), Error> {
        let there = self.scheduled()?;
        let Thinning::Remove(keys) = thin_out(keep, &planned(&there), now()) else {
            return Ok((0, true));
        };
        let (mut removed, mut strange, mut failed) = (Vec::new(), Vec::new(), None);
        for backup in there.iter().filter(|backup| keys.contains(&backup.key)) {
            let path = Path::new(&backup.path);
            // Somebody else's file, or a damaged one, is never removed, whatever its name is.
            match file_digest(path) {
                Ok(found) if found == backup.sha256 => match fs_err::remove_file(path) {
                    Ok(()) => removed.push(backup.key),
                    Err(error) => failed = Some(error),
                },
                _ => strange.push(backup.key),
            }
        }
        if !(removed.is_empty() && strange.is_empty()) {
            let mut writer = self.store.write(author)?;
            for key in strange {
                writer.note_failed(key)?;
            }
            if !removed.is_empty() {
                writer.note_removed(&removed)?;
            }
            writer.commit()?;
        }
        match failed {
            None => Ok((removed.len(), false)),
            Some(error) => Err(Error::File(error)),
        }
    }

    /// The newest backup in a folder that was made not later than a moment, opens with the key and is
    /// sound. `progress` is told per cent, anew for each that is tried.
    ///
    /// # Errors
    ///
    /// [`Error::OperatorOnly`]; [`RecoveryError::FolderGone`]; [`RecoveryError::NoneBefore`].
    pub fn choose_backup(
        actor: &Actor,
        folder: &Path,
        at: i64,
        key: &KeySource,
        progress: &mut dyn FnMut(u64),
    ) -> Result<ChosenBackup, Error> {
        actor.for_all_schools()?;
        let found = backups_in_folder(folder)?;
        let next = found.iter().filter(|backup| backup.made_at > at).map(|it| it.made_at).min();
        let mut unusable = Vec::new();
        for backup in found.into_iter().filter(|backup| backup.made_at <= at) {
            let none = || Error::NoDerivation(backup.path.clone());
            let derivation = store::backup_derivation(&backup.path)?;
            let checked = key
                .read_with(|| derivation.ok_or_else(none))
                .and_then(|lock| Ok(Store::verify_backup(&backup.path, &lock.key, progress)?));
            match checked {
                Ok(_) => return Ok(ChosenBackup { backup, unusable, next }),
                Err(error) => unusable.push((backup.path, error.to_string())),
            }
        }
        Err(RecoveryError::NoneBefore(folder.to_owned()).into())
    }
}

/// The backups in a folder, newest first.
///
/// # Errors
///
/// [`RecoveryError::FolderGone`], and where it cannot be read.
pub fn backups_in_folder(folder: &Path) -> Result<Vec<FoundBackup>, Error> {
    if !folder.is_dir() {
        return Err(RecoveryError::FolderGone(folder.to_owned()).into());
    }
    Ok(backups_in(folder)?)
}

impl KnownBackup {
    fn of(kept: KeptBackup) -> Self {
        let is_there = kept.removed_at.is_none()
            && fs_err::metadata(&kept.path).is_ok_and(|found| found.len() == kept.bytes);
        Self { kept, is_there }
    }
}

fn planned(kept: &[KeptBackup]) -> Vec<PlannedBackup> {
    let plan = |backup: &KeptBackup| PlannedBackup {
        key: backup.key,
        made_at: backup.made_at,
        day: day_of(backup.made_at),
        is_verified: backup.is_verified(),
    };
    kept.iter().map(plan).collect()
}

/// A name that nothing has yet, also where the clock shows a time for the second time.
fn free_name(folder: &Path, at: i64) -> PathBuf {
    let stamp = chrono::DateTime::from_timestamp(at, 0)
        .map_or_else(|| at.to_string(), |moment| moment.format("%Y%m%dT%H%M%SZ").to_string());
    let name = |number: u32| match number {
        1 => folder.join(format!("tridem-{stamp}.backup")),
        _ => folder.join(format!("tridem-{stamp}-{number}.backup")),
    };
    (1..=u32::MAX)
        .map(name)
        .find(|path| path.symlink_metadata().is_err())
        .expect("no folder has so many files")
}

/// What the store is to remember of a backup at `path`.
pub(super) fn to_remember<'a>(
    facts: &'a store::BackupFacts,
    path: &'a str,
    is_scheduled: bool,
) -> NewBackup<'a> {
    NewBackup {
        made_at: facts.made_at,
        path,
        bytes: facts.bytes,
        sha256: &facts.sha256,
        last_change: facts.holdings.last_change,
        is_scheduled,
    }
}

/// Remembers a backup that was just made, or that the records were brought back from.
pub(super) fn remember(
    store: &mut Store,
    author: &Author,
    action: Action,
    made: &NewBackup<'_>,
) -> Result<(), store::Error> {
    let mut writer = store.write(author)?;
    writer.remember_backup(action, made)?;
    if action == Action::StoreRestore {
        writer.note_verified(made.sha256, true)?;
    }
    writer.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_a_day_or_hours_and_nothing_else() {
        for wrong in ["", "0", "25h", "week", "-1", "h", "6 h"] {
            assert!(parse_every(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse_every("day").unwrap(), Every::Day);
        assert_eq!(parse_every("6h").unwrap(), Every::Hours(6));
        assert_eq!(parse_every("24").unwrap(), Every::Hours(24));
    }

    #[test]
    fn a_moment_is_a_minute_or_the_end_of_a_day() {
        for wrong in ["", "2026-13-01", "12:00", "2026-11-20 25:00", "yesterday"] {
            assert!(parse_moment(wrong).is_err(), "{wrong}");
        }
        let end = parse_moment("2026-11-20").unwrap();
        assert_eq!(end, parse_moment("2026-11-20 23:59").unwrap());
        assert_eq!(end - parse_moment("2026-11-20T12:00").unwrap(), 43_140);
    }

    #[test]
    fn a_name_that_is_taken_is_not_taken_again() {
        let folder = tempfile::tempdir().unwrap();
        let first = free_name(folder.path(), 0);
        assert!(first.ends_with("tridem-19700101T000000Z.backup"));
        fs_err::write(&first, "x").unwrap();
        assert!(free_name(folder.path(), 0).ends_with("tridem-19700101T000000Z-2.backup"));
    }
}
