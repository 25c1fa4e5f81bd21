//! Taking in whole files: checked completely first, then saved in one transaction.

use std::path::Path;

use chrono::DateTime;
use sha2::{Digest, Sha256};

use crate::capture::{self, Kind, Records};
use crate::domain::Scope;

use super::records::{directory_for, write};
use super::workspace::{App, new_id, now};
use super::{Actor, Error, UseCase};

/// How to import.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct ImportOptions {
    /// Only check.
    pub dry_run: bool,
    /// Also take in a file that was imported before.
    pub again: bool,
    /// Let bookings of interpreting go beyond their budget.
    pub over_budget: bool,
    /// Take in absences that contradict each other, and keep them as conflicts. For files that a
    /// school's own system has made.
    pub keep_conflicts: bool,
}

impl App {
    /// Imports a file and gives the number of its rows. `progress` is told per cent.
    ///
    /// # Errors
    ///
    /// [`Error::Mistakes`] with everything that is wrong, [`Error::ImportedBefore`] for the very
    /// same bytes a second time, [`Error::File`]; nothing is saved then.
    pub fn import(
        &mut self,
        actor: &Actor,
        kind: Kind,
        path: &Path,
        options: ImportOptions,
        progress: &mut dyn FnMut(u64),
    ) -> Result<usize, Error> {
        self.permit(actor, UseCase::ImportFile)?;
        self.permit(actor, UseCase::adding(kind))?;
        let bytes = fs_err::read(path).map_err(Error::File)?;
        let name =
            path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        self.import_bytes(actor, kind, &bytes, &name, options, progress)
    }

    /// Imports the bytes of a file of that name.
    pub(super) fn import_bytes(
        &mut self,
        actor: &Actor,
        kind: Kind,
        bytes: &[u8],
        name: &str,
        options: ImportOptions,
        progress: &mut dyn FnMut(u64),
    ) -> Result<usize, Error> {
        let digest: [u8; 32] = Sha256::digest(bytes).into();
        if !options.again
            && let Some(before) = self.store.read(&Scope::municipality())?.find_import(&digest)?
        {
            let day = DateTime::from_timestamp(before.imported_at, 0)
                .map_or_else(String::new, |moment| moment.format("%Y-%m-%d").to_string());
            return Err(Error::ImportedBefore { day, rows: before.rows });
        }
        let records = self.check(actor, kind, bytes, options, progress)?;
        let rows = records.len();
        if options.dry_run {
            return Ok(rows);
        }
        let mut writer = self.store.write(&actor.author())?;
        if options.over_budget {
            writer.allow_over_budget();
        }
        let marks = writer.begin_import()?;
        match &records {
            Records::Absences(absences) if options.keep_conflicts => {
                for absence in absences {
                    writer.add_absence_as_told(absence, now())?;
                }
            }
            records => write(&mut writer, records, &mut |done| progress(50 + share(done, rows)))?,
        }
        let import = writer.record_import(&kind.to_string(), &digest, name, rows as u64, now())?;
        writer.end_import(import, &marks)?;
        writer.commit()?;
        progress(100);
        Ok(rows)
    }

    /// Reads records out of bytes without saving them.
    fn check(
        &self,
        actor: &Actor,
        kind: Kind,
        bytes: &[u8],
        options: ImportOptions,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Records, Error> {
        let scope = self.permit(actor, UseCase::adding(kind))?;
        let mut directory = directory_for(&self.store.read(&scope)?, kind)?;
        if options.over_budget {
            directory.budgets_left.clear();
        }
        let mut read = |done| progress(share(done, bytes.len()));
        let records = if options.keep_conflicts && kind == Kind::Absences {
            capture::read_with_conflicts(bytes, &directory, &mut new_id, &mut read)
        } else {
            capture::read(kind, bytes, &directory, &mut new_id, &mut read)
        };
        records.map_err(Error::Mistakes)
    }
}

/// `done` of `all` in half per cents: reading and saving are half of the work each.
fn share(done: usize, all: usize) -> u64 {
    (done * 50).checked_div(all).unwrap_or(50) as u64
}
