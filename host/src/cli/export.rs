//! `tridem export`: hands out records as the files that `tridem import` takes in.

use std::path::{Path, PathBuf};

use crate::app::{App, Error, Kind};

use super::Session;
use super::output::counted;

/// Hand out records of a kind as the CSV file that `tridem import` takes in, as far as you may see
/// them. Private notes are left out.
///
/// The file holds personal data where the records do, and it is not encrypted. The audit notes who
/// made it.
///
/// With `--all` everything is written to a new folder: JSON lines, one file for each table, with a JSON
/// schema for each and a manifest with counts and digests. `tridem import --all` makes new records of it.
#[derive(clap::Args)]
pub(super) struct Args {
    /// What to hand out: a kind of file that `tridem import` takes in.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    kind: Option<Kind>,
    /// Everything, in open formats; needs `--out`.
    #[arg(long, requires = "out")]
    all: bool,
    /// Write it into this file, which must not exist yet, instead of printing it; with `--all` a
    /// folder.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let kind = match (args.kind, &args.out) {
        (Some(kind), _) => kind,
        (None, Some(folder)) => return all(folder, session),
        // One of them is required.
        (None, None) => return Ok(()),
    };
    let export = session.open()?.export(&session.actor, kind)?;
    let Some(path) = &args.out else { return session.out.print(&export.text) };
    App::write_export(&export, path)?;
    let title = kind.title();
    let (de, en) = (counted(export.rows, "Zeile", "Zeilen"), counted(export.rows, "row", "rows"));
    let file = path.display();
    session.out.line(
        format!("Geschrieben: {file} mit {de} ({}).", title.de),
        format!("Written: {file} with {en} ({}).", title.en),
    )
}

/// Writes everything to a folder of open files.
fn all(folder: &Path, session: &mut Session) -> Result<(), Error> {
    let mut app = session.open()?;
    let bar = session.out.progress(100, "Ausgeben", "Exporting");
    let written = app.export_all(&session.actor, folder, &mut |percent| bar.set_position(percent));
    bar.finish_and_clear();
    let manifest = written?;
    let lang = session.out.lang();
    for left in manifest.left_out.iter().filter(|left| left.rows > 0) {
        let (what, rows, reason) =
            (&left.what, left.rows, lang.pick(&left.reason_de, &left.reason_en));
        session.out.remark(
            format!("Nicht dabei: {what} ({rows}): {reason}"),
            format!("Left out: {what} ({rows}): {reason}"),
        );
    }
    let rows: u64 = manifest.files.iter().map(|file| file.rows).sum();
    let (folder, files) = (folder.display(), manifest.files.len());
    session.out.remark(
        "Diese Dateien sind nicht verschlüsselt und enthalten alles, was die Daten über Familien sagen.",
        "These files are not encrypted and hold all that the records say about families.",
    );
    session.out.line(
        format!("Geschrieben: {folder} mit {files} Dateien und {rows} Zeilen."),
        format!("Written: {folder} with {files} files and {rows} lines."),
    )
}
