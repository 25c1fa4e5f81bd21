//! `tridem import`: takes in a CSV file, all of it or nothing.

use std::path::{Path, PathBuf};

use crate::app::{App, Error, ImportOptions, Kind};

use super::Session;
use super::import_source;
use super::output::counted;

/// Take in a CSV file: all of it, or nothing where anything in it is wrong.
///
/// Every mistake is told at once, with its line, field and reason. The columns of each kind are
/// described in `schemas/json/import`. Import schools first, then people, then absences and
/// contacts, then the records that `tridem record kinds` lists, in its order.
///
/// Files of WebUntis, of SchILD-NRW and tables of one's own are looked at with `preview` and taken in
/// with `take`.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<import_source::Command>,
    /// What the file holds: schools, enrolments, participation, days-off, half-years, attendance,
    /// days-not-taken, practitioners, assignments, pairings, households, pupils, stays, absences,
    /// absence-totals, contacts, or a kind that `tridem record kinds` lists.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    kind: Option<Kind>,
    /// The file.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    file: Option<PathBuf>,
    /// Make new records, in the new folder that `--dir` names, of everything in this folder, which
    /// `tridem export --all` wrote.
    #[arg(long, value_name = "DIR")]
    all: Option<PathBuf>,
    /// Only check the file and say what would be taken in.
    #[arg(long)]
    dry_run: bool,
    /// Take the file in although the very same file was imported before.
    #[arg(long)]
    again: bool,
    /// Let bookings of interpreting go beyond their budget.
    #[arg(long)]
    over_budget: bool,
    /// Take in absences that contradict each other, as a school's own system may tell them. They are
    /// kept, counted with no more than the day has, and listed by `tridem absence conflicts`.
    #[arg(long)]
    keep_conflicts: bool,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    if let Some(from) = &args.all {
        return all(from, session);
    }
    let (kind, file) = match (&args.command, args.kind, &args.file) {
        (Some(command), ..) => return import_source::run(command, session),
        (None, Some(kind), Some(file)) => (kind, file),
        // Both are required where there is no command.
        (None, ..) => return Ok(()),
    };
    let mut app = session.open()?;
    let options = ImportOptions {
        dry_run: args.dry_run,
        again: args.again,
        over_budget: args.over_budget,
        keep_conflicts: args.keep_conflicts,
    };
    let bar = session.out.progress(100, "Einlesen", "Importing");
    let rows = app.import(&session.actor, kind, file, options, &mut |percent| {
        bar.set_position(percent);
    });
    bar.finish_and_clear();
    let rows = rows?;
    let title = kind.title();
    let (de, en) = (counted(rows, "Zeile", "Zeilen"), counted(rows, "row", "rows"));
    if args.dry_run {
        session.out.line(
            format!("In Ordnung: {de} ({}). Es wurde nichts gespeichert.", title.de),
            format!("All right: {en} ({}). Nothing was saved.", title.en),
        )
    } else {
        session.out.line(
            format!("Gespeichert: {de} ({}).", title.de),
            format!("Saved: {en} ({}).", title.en),
        )
    }
}

/// Makes new records of open files.
fn all(from: &Path, session: &mut Session) -> Result<(), Error> {
    let key = session.keys.make(&session.dir, session.out.lang(), false)?;
    let bar = session.out.progress(100, "Einlesen", "Importing");
    let done = App::import_all(&session.actor, from, &session.dir, &key, &mut |percent| {
        bar.set_position(percent);
    });
    bar.finish_and_clear();
    let (made, manifest) = done?;
    let rows: u64 = manifest.files.iter().map(|file| file.rows).sum();
    let dir = session.dir.display();
    session.out.line(
        format!("Angelegt: {dir} mit {rows} Zeilen."),
        format!("Made: {dir} with {rows} lines."),
    )?;
    if let Some(file) = made.key_file {
        let file = file.display();
        session.out.line(
            format!("Schlüssel: {file}. Bewahren Sie eine Kopie getrennt von den Daten auf."),
            format!("Key: {file}. Keep a copy apart from the records."),
        )?;
    }
    Ok(())
}
