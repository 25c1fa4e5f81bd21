//! `tridem audit`: who did what when, and whether nobody has meddled with it.

use crate::app::{AuditFilter, AuditHash, Error, Value, hex, moment};
use crate::domain::{Action, ChainSummary, Code, Day, Lang};

use super::Session;
use super::lists::{FormatArgs, List};
use super::output::counted;

/// The audit: who did what when, with ids and codes and without names, as a chain of hashes.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Check that no entry was changed, removed, put in or moved, and say the newest hash.
    ///
    /// Write the hash down, print it or mail it to somebody who cannot write to the records. With
    /// `--expect` it shows later whether the end was cut off or everything was written anew, which
    /// the chain alone cannot tell. The exit code is 1 where the chain does not hold.
    Verify {
        /// A hash that was written down earlier: it must be that of an entry.
        #[arg(long, value_name = "HASH")]
        expect: Option<AuditHash>,
    },
    /// List entries, newest first.
    List {
        /// From this day on (UTC).
        #[arg(long, value_name = "DAY")]
        from: Option<Day>,
        /// Up to this day, included (UTC).
        #[arg(long, alias = "to", value_name = "DAY")]
        until: Option<Day>,
        /// Only those of this actor: a practitioner's code, or such as account:NAME.
        #[arg(long, value_name = "ACTOR")]
        actor: Option<String>,
        /// Only those of this action, such as contact.add.
        #[arg(long, value_name = "ACTION")]
        action: Option<Action>,
        /// At most so many.
        #[arg(long, default_value_t = 50, value_name = "COUNT")]
        limit: usize,
        #[command(flatten)]
        format: FormatArgs,
    },
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    let app = session.open()?;
    match command {
        Command::Verify { expect } => {
            let summary = app.check_audit(&session.actor, *expect)?;
            let text = describe(&summary, session.out.lang());
            session.out.print(&text)
        }
        Command::List { from, until, actor, action, limit, format } => {
            let filter = AuditFilter {
                from: *from,
                until: *until,
                actor: actor.as_deref(),
                action: *action,
                limit: *limit,
            };
            let mut list = List::new(&[
                ("seq", "Nr.", "no."),
                ("at", "Zeit", "time"),
                ("actor", "Wer", "who"),
                ("action", "Was", "what"),
                ("subject", "Woran", "to what"),
                ("details", "Näheres", "details"),
            ]);
            for entry in app.audit(&session.actor, &filter)? {
                list.row([
                    Value::Integer(i64::try_from(entry.seq).unwrap_or(i64::MAX)),
                    Value::Text(moment(entry.at)),
                    Value::Text(entry.actor),
                    Value::Code(words(&entry.action)),
                    Value::Text(entry.subject),
                    Value::Text(if entry.details == "{}" { String::new() } else { entry.details }),
                ]);
            }
            session.out.list(&list, format.get())
        }
    }
}

/// An action with its words; with its code where it is one of a later version.
fn words(action: &str) -> Code {
    let known = action.parse().ok().map(Action::text);
    let (de, en) = known.map_or_else(|| (action.into(), action.into()), |text| (text.de, text.en));
    Code { code: action.to_owned(), de, en }
}

/// What there is to say of a chain that holds.
fn describe(summary: &ChainSummary, lang: Lang) -> String {
    let entries = usize::try_from(summary.entries).unwrap_or(usize::MAX);
    let (first, last) = (moment(summary.first_at), moment(summary.last_at));
    let mut lines = vec![lang.pick(
        format!("{}, ungebrochen, {first} bis {last}", counted(entries, "Eintrag", "Einträge")),
        format!("{}, unbroken, {first} to {last}", counted(entries, "entry", "entries")),
    )];
    if let Some(seq) = summary.expected {
        let after = summary.entries - seq;
        lines.push(lang.pick(
            format!("Der erwartete Hashwert ist der von Eintrag {seq}; danach kamen {after}."),
            format!("The expected hash is that of entry {seq}; {after} came after it."),
        ));
    }
    for found in &summary.clock {
        let (seq, seconds) = (found.seq, found.seconds);
        lines.push(lang.pick(
            format!("Vor Eintrag {seq} wurde die Uhr um {seconds} s zurückgestellt."),
            format!("Before entry {seq} the clock was set back by {seconds} s."),
        ));
    }
    let head = hex(&summary.head);
    lines.push(lang.pick(format!("Hashwert: {head}"), format!("Head: {head}")));
    lines.join("\n") + "\n"
}
