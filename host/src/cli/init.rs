//! `tridem init`: makes an empty, encrypted folder of records.

use crate::app::{App, Error};

use super::Session;

/// Make a new, empty folder of records and the key that opens it.
///
/// The key is written to `tridem.key` in the folder, readable by you alone. Who has the folder and
/// the key can read everything; without the key nobody can, and nobody can bring it back. Keep a
/// copy of the key in a safe place, apart from the records.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The name of the municipality.
    #[arg(long, value_name = "NAME")]
    municipality: String,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let made = App::init(&session.actor, &session.dir, &session.key, &args.municipality)?;
    let dir = session.dir.display();
    session.out.line(format!("Angelegt: {dir}"), format!("Made: {dir}"))?;
    let Some(key) = made.key_file else {
        return session.out.line(
            "Der Schlüssel kommt aus der Umgebungsvariablen TRIDEM_KEY.",
            "The key comes from the variable TRIDEM_KEY.",
        );
    };
    let key = key.display();
    session.out.line(
        format!(
            "Schlüssel: {key}\nBewahren Sie eine Kopie des Schlüssels getrennt von den Daten auf: \
             ohne ihn sind die Daten verloren."
        ),
        format!(
            "Key: {key}\nKeep a copy of the key apart from the records: without it they are lost."
        ),
    )
}
