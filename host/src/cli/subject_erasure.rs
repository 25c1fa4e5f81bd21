//! `tridem subject erase` and what belongs to it: holds, and the receipts of erasures.

use std::path::PathBuf;

use crate::app::{App, EraseOrder, ErasureDone, Error, Value, moment};

use super::Session;
use super::lists::{FormatArgs, List};
use super::output::{counted, width};
use super::report::OutputArgs;

/// Erasure at a demand (Art. 17 GDPR).
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Erase a pupil, or a household with all its pupils, and print the receipt.
    ///
    /// Everything about them goes, in one step or not at all: records, notes, earlier versions, what
    /// waits from imported files. Contacts and support cases stay as facts about nobody, so that
    /// figures of past years stay. Backups made before still hold the data; the receipt lists them.
    #[command(group = clap::ArgGroup::new("what").required(true).args(["subject", "again"]))]
    Erase {
        /// The code of a pupil or household; `pupil:CODE` or `household:CODE` where both have it.
        #[arg(value_name = "CODE", requires = "ground")]
        subject: Option<String>,
        /// The ground: a code of the list `erasure-ground`.
        #[arg(long, value_name = "GROUND", conflicts_with = "again")]
        ground: Option<String>,
        /// Only show what would go, and what stands in the way.
        #[arg(long, conflicts_with = "again")]
        preview: bool,
        /// The code of a second practitioner who confirms it.
        #[arg(long, value_name = "CODE", conflicts_with = "again")]
        confirmed_by: Option<String>,
        /// Erase again what came back with an old backup: a receipt, or a folder of receipts.
        #[arg(long, value_name = "FILE")]
        again: Option<PathBuf>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Hold a pupil, a household or a support case: nothing of it is erased until that is taken away.
    Hold {
        /// Its code; `pupil:`, `household:` or `case:` before it where several have it.
        #[arg(value_name = "CODE")]
        subject: String,
        /// Why, in one line.
        #[arg(long, value_name = "REASON")]
        reason: String,
    },
    /// Take a hold away.
    ReleaseHold {
        /// The code that is held.
        #[arg(value_name = "CODE")]
        subject: String,
    },
    /// List what is held, since when, by whom and why.
    Holds(FormatArgs),
    /// List the receipts of erasures, or write them into a folder beside your backups.
    Receipts {
        /// Write every receipt as a file into this folder.
        #[arg(long, value_name = "FOLDER")]
        into: Option<PathBuf>,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Show the receipt of an erasure, to be printed for the person.
    Receipt {
        /// Its id, as the list shows it, or the first characters of it.
        id: String,
        #[command(flatten)]
        output: OutputArgs,
    },
}

pub(super) fn run(command: &Command, app: &mut App, session: &mut Session) -> Result<(), Error> {
    let actor = session.actor.clone();
    match command {
        Command::Erase { again: Some(path), output, .. } => match app.erase_again(&actor, path)? {
            None => session.out.line("Nichts davon ist wieder da.", "Nothing of it is back."),
            Some(done) => show(app, &done, output, session),
        },
        Command::Erase { subject, ground, preview, confirmed_by, output, .. } => {
            let order = EraseOrder {
                subject: subject.as_deref().unwrap_or_default(),
                ground: ground.as_deref().unwrap_or_default(),
                confirmed_by: confirmed_by.as_deref(),
                is_preview: *preview,
            };
            let done = app.erase_subject(&actor, &order)?;
            show(app, &done, output, session)
        }
        Command::Hold { subject, reason } => {
            app.hold(&actor, subject, reason)?;
            session.out.line("Gesperrt.", "Held.")
        }
        Command::ReleaseHold { subject } => {
            app.release_hold(&actor, subject)?;
            session.out.line("Nicht mehr gesperrt.", "Not held any more.")
        }
        Command::Holds(format) => {
            let mut list = List::new(&[
                ("kind", "Art", "kind"),
                ("code", "Kürzel", "code"),
                ("reason", "Grund", "reason"),
                ("at", "seit", "since"),
                ("by", "durch", "by"),
            ]);
            for hold in app.holds(&actor)? {
                let kind = match hold.kind {
                    "pupil" => ("Kind", "pupil"),
                    "household" => ("Haushalt", "household"),
                    _ => ("Fallbegleitung", "support case"),
                };
                let kind = session.out.lang().pick(kind.0, kind.1);
                list.row([
                    Value::Text(kind.into()),
                    Value::Text(hold.code),
                    Value::Text(hold.reason),
                    Value::Text(moment(hold.at)),
                    Value::Text(hold.by),
                ]);
            }
            app.settle_reads()?;
            session.out.list(&list, format.get())
        }
        Command::Receipts { into: Some(folder), .. } => {
            let written = app.export_receipts(&actor, folder)?;
            session.out.line(
                format!("Geschrieben: {}.", counted(written, "Beleg", "Belege")),
                format!("Written: {}.", counted(written, "receipt", "receipts")),
            )
        }
        Command::Receipts { format, .. } => {
            let mut list = List::new(&[
                ("id", "Id", "id"),
                ("at", "gelöscht am", "erased on"),
                ("kind", "Anlass", "occasion"),
                ("ground", "Grund", "ground"),
                ("pupils", "Kinder", "pupils"),
                ("rows", "Einträge", "entries"),
                ("by", "durch", "by"),
            ]);
            let lang = session.out.lang();
            for (kept, receipt) in app.receipts(&actor)? {
                let occasion = match kept.kind.as_str() {
                    "demand" => ("Verlangen", "demand"),
                    "retention" => ("Fristablauf", "time over"),
                    _ => ("alte Sicherung", "old backup"),
                };
                let rows: u64 = receipt.removed.values().chain(receipt.emptied.values()).sum();
                let number =
                    |number: u64| Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
                list.row([
                    Value::Text(kept.id.to_string()),
                    Value::Text(moment(kept.at)),
                    Value::Text(lang.pick(occasion.0, occasion.1).into()),
                    Value::Text(receipt.ground_text.get(lang).to_owned()),
                    number(receipt.pupils),
                    number(rows),
                    Value::Text(kept.by),
                ]);
            }
            session.out.list(&list, format.get())
        }
        Command::Receipt { id, output } => {
            let done = app.receipt(&actor, id)?;
            show(app, &done, output, session)
        }
    }
}

/// Prints a receipt or a preview, and says where the receipt lies beside the backups.
pub(super) fn show(
    app: &App,
    done: &ErasureDone,
    output: &OutputArgs,
    session: &mut Session,
) -> Result<(), Error> {
    let lang = session.out.lang();
    let bytes = app.write_sheet(&done.sheet(), output.format(), lang, width())?;
    output.put(&bytes, session)?;
    if let Some(path) = &done.beside {
        let path = path.display();
        session.out.remark(
            format!("Der Beleg liegt auch bei der letzten Sicherung: {path}"),
            format!("The receipt lies beside the last backup, too: {path}"),
        );
    }
    Ok(())
}
