//! `tridem export`: hands out records as the files that `tridem import` takes in.

use std::path::PathBuf;

use crate::app::{App, Error, Kind};

use super::Session;
use super::output::counted;

/// Hand out records of a kind as the CSV file that `tridem import` takes in, as far as you may see
/// them. Private notes are left out.
///
/// The file holds personal data where the records do, and it is not encrypted. The audit notes who
/// made it.
#[derive(clap::Args)]
pub(super) struct Args {
    /// What to hand out: a kind of file that `tridem import` takes in.
    kind: Kind,
    /// Write it into this file, which must not exist yet, instead of printing it.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let export = session.open()?.export(&session.actor, args.kind)?;
    let Some(path) = &args.out else { return session.out.print(&export.text) };
    App::write_export(&export, path)?;
    let title = args.kind.title();
    let (de, en) = (counted(export.rows, "Zeile", "Zeilen"), counted(export.rows, "row", "rows"));
    let file = path.display();
    session.out.line(
        format!("Geschrieben: {file} mit {de} ({}).", title.de),
        format!("Written: {file} with {en} ({}).", title.en),
    )
}
