//! The list of imports, and taking one back as a whole.

use crate::capture::LONGEST_TEXT;
use crate::domain::{Scope, is_unprintable};
use crate::store::KeptImport;

use super::incoming_error::ImportError;
use super::workspace::{App, now};
use super::{Actor, Error, UseCase};

impl App {
    /// All imports, newest first.
    ///
    /// # Errors
    ///
    /// [`Error::OperatorOnly`]; those of the store.
    pub fn imports(&self, actor: &Actor) -> Result<Vec<KeptImport>, Error> {
        self.permit(actor, UseCase::ImportManage)?;
        Ok(self.store.read(&Scope::municipality())?.imports()?)
    }

    /// Takes an import back: everything that it made is removed, where nothing refers to it and
    /// nothing of it was changed. Gives how many records were removed.
    ///
    /// # Errors
    ///
    /// [`Error::OperatorOnly`]; [`ImportError`] with everything that stands in the way.
    pub fn undo_import(&mut self, actor: &Actor, import: i64, reason: &str) -> Result<u64, Error> {
        self.permit(actor, UseCase::ImportManage)?;
        let reason = check_reason(reason)?;
        let mut writer = self.store.write(&actor.author())?;
        let imports = writer.read(&Scope::municipality()).imports()?;
        match imports.into_iter().find(|kept| kept.key == import) {
            None => return Err(ImportError::NoSuchImport(import).into()),
            Some(kept) if kept.undone.is_some() => return Err(ImportError::Undone(import).into()),
            Some(_) => {}
        }
        let obstacles = writer.undo_obstacles(import)?;
        if !obstacles.is_empty() {
            return Err(ImportError::Stands(obstacles).into());
        }
        let removed = writer.undo_import(import, reason, now())?;
        writer.commit()?;
        Ok(removed)
    }
}

/// One line of text that says why.
pub(super) fn check_reason(reason: &str) -> Result<&str, Error> {
    let reason = reason.trim();
    let fits = (1..=LONGEST_TEXT).contains(&reason.chars().count());
    if fits && !reason.chars().any(is_unprintable) {
        Ok(reason)
    } else {
        Err(ImportError::BadReason.into())
    }
}
