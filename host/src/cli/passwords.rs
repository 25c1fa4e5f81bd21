//! Where passwords come from: a file, the environment, or the terminal.

use std::path::{Path, PathBuf};

use crate::app::{AccountError, Error, Passphrase};
use crate::domain::{Lang, SHORTEST_PASSWORD};

/// The variable that may hold the password of the one who acts.
const PRESENT: &str = "TRIDEM_PASSWORD";

/// The variable that may hold a new password.
const NEW: &str = "TRIDEM_NEW_PASSWORD";

/// Where a password comes from that is to be the one that is kept.
#[derive(clap::Args)]
pub(super) struct PresentArgs {
    /// The file with the password, which you alone can read. The variable `TRIDEM_PASSWORD` may hold
    /// the password itself; without either it is asked for.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// Where a new password comes from.
#[derive(clap::Args)]
pub(super) struct NewArgs {
    /// The file with the new password, which you alone can read. The variable `TRIDEM_NEW_PASSWORD`
    /// may hold it itself; without either it is asked for twice.
    #[arg(long, value_name = "FILE")]
    new_password_file: Option<PathBuf>,
}

impl PresentArgs {
    /// The password, which is asked for where nothing else gives it.
    pub(super) fn get(&self, lang: Lang) -> Result<Passphrase, Error> {
        match given(self.password_file.as_deref(), PRESENT)? {
            Some(password) => Ok(password),
            None => ask(lang.pick("Passwort: ", "Password: ")),
        }
    }
}

impl NewArgs {
    /// The new password, where it need not be asked for.
    pub(super) fn given(&self) -> Result<Option<Passphrase>, Error> {
        given(self.new_password_file.as_deref(), NEW)
    }

    /// The new password, which is asked for twice where nothing else gives it.
    pub(super) fn get(&self, lang: Lang) -> Result<Passphrase, Error> {
        if let Some(password) = self.given()? {
            return Ok(password);
        }
        let question = lang.pick(
            format!("Neues Passwort, mindestens {SHORTEST_PASSWORD} Zeichen: "),
            format!("New password, at least {SHORTEST_PASSWORD} characters: "),
        );
        let first = ask(&question)?;
        if ask(lang.pick("Noch einmal: ", "Once more: "))? == first {
            Ok(first)
        } else {
            Err(AccountError::PasswordsDiffer.into())
        }
    }
}

fn given(file: Option<&Path>, variable: &str) -> Result<Option<Passphrase>, Error> {
    if let Some(file) = file {
        return Passphrase::read_file(file).map(Some);
    }
    let text = std::env::var(variable).ok().filter(|text| !text.is_empty());
    Ok(text.map(|text| Passphrase::new(&text)))
}

/// Asks on the terminal, without showing what is typed.
pub(super) fn ask(question: &str) -> Result<Passphrase, Error> {
    let text = rpassword::prompt_password(question).map_err(|_| AccountError::NoPassword)?;
    Ok(Passphrase::new(&text))
}
