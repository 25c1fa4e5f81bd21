//! Where the key comes from, in words of the command line; asks for a passphrase where it has to.

use std::path::{Path, PathBuf};

use crate::app::{self, Error, KeySource, Passphrase};
use crate::domain::Lang;

/// The variable that may hold a passphrase.
const VARIABLE: &str = "TRIDEM_PASSPHRASE";

/// What the person gave that may open records. Nothing is asked before a command needs it.
pub(super) struct Keys {
    /// A file with a key.
    pub(super) file: Option<PathBuf>,
    /// A file with a passphrase.
    pub(super) passphrase_file: Option<PathBuf>,
}

impl Keys {
    /// What opens the records in `dir`.
    pub(super) fn open(&self, dir: &Path, lang: Lang) -> Result<KeySource, Error> {
        self.source(dir, lang, app::needs_passphrase(dir))
    }

    /// What opens a backup that is to become the records in `dir`.
    pub(super) fn restore(
        &self,
        backup: &Path,
        dir: &Path,
        lang: Lang,
    ) -> Result<KeySource, Error> {
        self.source(dir, lang, app::backup_needs_passphrase(backup)?)
    }

    /// What opens the backups in a folder, one of which is to become the records in `dir`.
    pub(super) fn restore_from(
        &self,
        found: &[app::FoundBackup],
        dir: &Path,
        lang: Lang,
    ) -> Result<KeySource, Error> {
        self.source(dir, lang, found.iter().any(|backup| backup.needs_passphrase))
    }

    /// What is to open new records in `dir`; a passphrase is typed twice.
    pub(super) fn make(
        &self,
        dir: &Path,
        lang: Lang,
        with_passphrase: bool,
    ) -> Result<KeySource, Error> {
        if !with_passphrase && self.passphrase_file.is_none() {
            return Ok(KeySource::new(self.file.clone(), key_variable(), dir));
        }
        if self.file.is_some() || key_variable().is_some() {
            return Err(Error::TwoKeys);
        }
        if let Some(passphrase) = self.given()? {
            return Ok(KeySource::Passphrase(passphrase));
        }
        Ok(KeySource::Passphrase(ask_twice(lang)?))
    }

    /// A passphrase that takes the place of another one, which is what the usual variable holds.
    #[expect(clippy::unused_self, reason = "it is one of the ways to a key")]
    pub(super) fn new_passphrase(
        &self,
        file: Option<&Path>,
        lang: Lang,
    ) -> Result<Passphrase, Error> {
        if let Some(file) = file {
            return Passphrase::read_file(file);
        }
        match std::env::var("TRIDEM_NEW_PASSPHRASE").ok().filter(|text| !text.is_empty()) {
            Some(text) => Ok(Passphrase::new(&text)),
            None => ask_twice(lang),
        }
    }

    /// A key that was named comes first; then a passphrase, where one was named or is needed.
    fn source(&self, dir: &Path, lang: Lang, needs_passphrase: bool) -> Result<KeySource, Error> {
        let has_key = self.file.is_some() || key_variable().is_some();
        if has_key || !(needs_passphrase || self.passphrase_file.is_some()) {
            return Ok(KeySource::new(self.file.clone(), key_variable(), dir));
        }
        let passphrase = match self.given()? {
            Some(passphrase) => passphrase,
            None => ask(lang.pick("Passphrase: ", "Passphrase: "))?,
        };
        Ok(KeySource::Passphrase(passphrase))
    }

    /// A passphrase from a file or from the environment.
    fn given(&self) -> Result<Option<Passphrase>, Error> {
        if let Some(file) = &self.passphrase_file {
            return Passphrase::read_file(file).map(Some);
        }
        let variable = std::env::var(VARIABLE).ok().filter(|text| !text.is_empty());
        Ok(variable.map(|text| Passphrase::new(&text)))
    }
}

/// A new passphrase, typed twice.
fn ask_twice(lang: Lang) -> Result<Passphrase, Error> {
    let first = ask(lang.pick("Neue Passphrase: ", "New passphrase: "))?;
    // Before it is typed once more, and not after.
    first.refuse_short()?;
    if ask(lang.pick("Noch einmal: ", "Once more: "))? != first {
        return Err(Error::PassphrasesDiffer);
    }
    Ok(first)
}

/// The key itself, from the environment.
fn key_variable() -> Option<String> {
    std::env::var("TRIDEM_KEY").ok()
}

/// Asks on the terminal, without showing what is typed.
fn ask(question: &str) -> Result<Passphrase, Error> {
    let text = rpassword::prompt_password(question).map_err(Error::NoPassphrase)?;
    Ok(Passphrase::new(&text))
}
