//! `tridem retention`: how long records are kept, the offer to the archive, and erasing after it.

use std::path::PathBuf;

use crate::app::{Error, Value, moment};
use crate::domain::Day;

use super::Session;
use super::lists::{FormatArgs, List};
use super::output::{counted, width};
use super::report::OutputArgs;
use super::subject_erasure::show;

/// Times of keeping: what is due, the offer to the archive, and the erasure.
///
/// Records are kept until 31 December of the year in which they are closed and compulsory schooling
/// ends, the later of the two, plus the years of their class. What is due is offered to the archive, and
/// erased after its answer.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Show what is due: the rule, by class, and by pupil.
    List {
        /// The day; without it, today.
        #[arg(long, value_name = "DAY")]
        on: Option<Day>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// List the classes of records with their years.
    Classes(FormatArgs),
    /// Set how many years a class is kept.
    Set {
        /// The class, such as case.
        #[arg(value_name = "KIND")]
        class: String,
        /// The years beyond the end of school; the school rule has 50, 20, 10, 5 and 1.
        years: u16,
    },
    /// Set after how many days without an answer of the archive records may be erased.
    ArchiveTerm {
        /// The days; 0: an answer has to be waited for.
        days: u16,
    },
    /// Show what would be erased of what is due on a day, whatever the archive says.
    Preview {
        /// The day.
        #[arg(long, value_name = "DAY")]
        until: Day,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Write what is due for the archive: a list, and the records as JSON lines. Private notes are not
    /// among them.
    ///
    /// The files hold personal data and are not encrypted. That they were written is in the audit.
    Offer {
        /// The folder to write to; it holds no offer yet.
        #[arg(long, value_name = "FOLDER")]
        out: PathBuf,
        /// What is due on this day; without it, today.
        #[arg(long, value_name = "DAY")]
        until: Option<Day>,
    },
    /// List the offers to the archive with its answers.
    Offers(FormatArgs),
    /// Note the answer of the archive to the offers that wait for one.
    Offered {
        /// What it said: `taken` or `declined`.
        #[arg(long, value_name = "ANSWER")]
        answer: String,
        /// The day of the answer; without it, today.
        #[arg(long, value_name = "DAY")]
        date: Option<Day>,
    },
    /// Erase what is due on a day and was offered to the archive, and print the receipt.
    Erase {
        /// The day, not after today.
        #[arg(long, value_name = "DAY")]
        until: Day,
        /// The code of a second practitioner who confirms it.
        #[arg(long, value_name = "CODE")]
        confirmed_by: Option<String>,
        #[command(flatten)]
        output: OutputArgs,
    },
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    let mut app = session.open()?;
    let actor = session.actor.clone();
    let lang = session.out.lang();
    match command {
        Command::List { on, output } => {
            let sheet = app.retention_sheet(&actor, *on)?;
            app.settle_reads()?;
            let bytes = app.write_sheet(&sheet, output.format(), lang, width())?;
            output.put(&bytes, session)
        }
        Command::Classes(format) => {
            let mut list = List::new(&[
                ("class", "Art", "class"),
                ("records", "Daten", "records"),
                ("years", "Jahre", "years"),
                ("chosen", "selbst gewählt", "chosen here"),
                ("closed", "abgeschlossen", "closed"),
            ]);
            for facts in app.retention_classes(&actor, None)? {
                let chosen = if facts.is_chosen { ("ja", "yes") } else { ("nein", "no") };
                list.row([
                    Value::Text(facts.class.code().into()),
                    Value::Text(facts.class.text().get(lang).to_owned()),
                    Value::Integer(facts.years.into()),
                    Value::Text(lang.pick(chosen.0, chosen.1).into()),
                    Value::Text(facts.class.closing().get(lang).to_owned()),
                ]);
            }
            session.out.list(&list, format.get())
        }
        Command::Set { class, years } => {
            app.set_retention(&actor, class, *years)?;
            session.out.line("Gespeichert.", "Saved.")
        }
        Command::ArchiveTerm { days } => {
            app.set_archive_term(&actor, *days)?;
            session.out.line("Gespeichert.", "Saved.")
        }
        Command::Preview { until, output } => {
            let done = app.erase_due(&actor, *until, None, true)?;
            show(&app, &done, output, session)
        }
        Command::Offer { out, until } => {
            let offered = app.offer_to_archive(&actor, *until, out)?;
            let (records, sha256) = (offered.records, offered.sha256);
            session.out.line(
                format!("Angeboten: {records} Einträge in {}, SHA-256 {sha256}", out.display()),
                format!("Offered: {records} records in {}, SHA-256 {sha256}", out.display()),
            )
        }
        Command::Offers(format) => offers(&app, &actor, format, session),
        Command::Offered { answer, date } => {
            let answered = app.archive_answered(&actor, answer, *date)?;
            let answered = usize::try_from(answered).unwrap_or(usize::MAX);
            session.out.line(
                format!("Beantwortet: {}.", counted(answered, "Angebot", "Angebote")),
                format!("Answered: {}.", counted(answered, "offer", "offers")),
            )
        }
        Command::Erase { until, confirmed_by, output } => {
            let done = app.erase_due(&actor, *until, confirmed_by.as_deref(), false)?;
            show(&app, &done, output, session)
        }
    }
}

fn offers(
    app: &crate::app::App,
    actor: &crate::app::Actor,
    format: &FormatArgs,
    session: &mut Session,
) -> Result<(), Error> {
    let mut list = List::new(&[
        ("id", "Id", "id"),
        ("at", "angeboten am", "offered on"),
        ("until", "fällig am", "due on"),
        ("records", "Einträge", "records"),
        ("answer", "Antwort", "answer"),
        ("answered_on", "beantwortet am", "answered on"),
    ]);
    let lang = session.out.lang();
    let (offers, term) = app.archive_offers(actor)?;
    for offer in offers {
        let (answer, on) = offer.answer.unzip();
        let answer = answer.map(|answer| match answer.as_str() {
            "taken" => lang.pick("übernommen", "taken"),
            _ => lang.pick("abgelehnt", "declined"),
        });
        list.row([
            Value::Text(offer.id.to_string()),
            Value::Text(moment(offer.at)),
            Value::Day(offer.until),
            Value::Integer(i64::try_from(offer.records).unwrap_or(i64::MAX)),
            answer.map_or(Value::None, |answer| Value::Text(answer.into())),
            on.map_or(Value::None, Value::Day),
        ]);
    }
    session.out.list(&list, format.get())?;
    if let (true, Some(days)) = (format.get().is_table(), term) {
        session.out.remark(
            format!("Ohne Antwort darf nach {days} Tagen gelöscht werden."),
            format!("Without an answer records may be erased after {days} days."),
        );
    }
    Ok(())
}
