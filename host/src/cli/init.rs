//! `tridem init`: makes an empty, encrypted folder of records.

use std::path::PathBuf;

use crate::app::{App, CalendarChoice, Error};

use super::Session;

/// Make a new, empty folder of records and the key that opens it.
///
/// The key is written to `tridem.key` in the folder, readable by you alone. Who has the folder and
/// the key can read everything; without the key nobody can, and nobody can bring it back. Keep a
/// copy of the key in a safe place, apart from the records.
///
/// With `--passphrase` there is no key file: who knows the passphrase and has the folder can read
/// everything, on any machine.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The name of the municipality.
    #[arg(long, value_name = "NAME")]
    municipality: String,
    /// Open the records with a passphrase, which is asked for twice, instead of a key file.
    #[arg(long)]
    passphrase: bool,
    /// For invented data alone: plugins that nobody signed may run over it, which they may over no
    /// other. This cannot be changed later.
    #[arg(long)]
    development: bool,
    /// The Land whose school calendar is used: NW or NI; without it NW.
    #[arg(long, value_name = "LAND", conflicts_with = "calendar")]
    land: Option<String>,
    /// A calendar file of your own; `schemas/calendars/README.md` describes it.
    #[arg(long, value_name = "FILE")]
    calendar: Option<PathBuf>,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    // What is wrong with the calendar is told before anything is made.
    let choice = match (&args.land, &args.calendar) {
        (Some(land), _) => Some(CalendarChoice::of_land(land)?),
        (None, Some(file)) => Some(CalendarChoice::of_file(file)?),
        (None, None) => None,
    };
    let key = session.keys.make(&session.dir, session.out.lang(), args.passphrase)?;
    let init = if args.development { App::init_for_development } else { App::init };
    let made = init(&session.actor, &session.dir, &key, &args.municipality)?;
    if let Some(choice) = choice.filter(|choice| !choice.is_default()) {
        App::open(&session.dir, &key)?.use_calendar(&session.actor, &choice)?;
    }
    let dir = session.dir.display();
    if args.development {
        session.out.remark(
            "Nur für erfundene Daten: hier laufen auch Plugins, die niemand signiert hat.",
            "For invented data alone: plugins that nobody signed run here too.",
        );
    }
    session.out.line(format!("Angelegt: {dir}"), format!("Made: {dir}"))?;
    if let Some(file) = made.derivation_file {
        let file = file.display();
        return session.out.line(
            format!(
                "Es öffnet sie Ihre Passphrase, zusammen mit {file}\nDie Passphrase steht nirgends: \
                 ohne sie sind die Daten verloren, und ohne diese Datei auch."
            ),
            format!(
                "Your passphrase opens it, together with {file}\nThe passphrase is kept nowhere: \
                 without it the records are lost, and without that file too."
            ),
        );
    }
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
