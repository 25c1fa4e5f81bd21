//! `tridem consent`: who agreed to what, and whether it holds.

use crate::app::{ConsentStanding, Error, Value, moment};
use crate::domain::{Day, Lang};

use super::Session;
use super::lists::{FormatArgs, List};

/// Consents: whether data of a family may go to another office.
///
/// They are recorded with `tridem record add consents`. Work inside the programme needs none.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// List consents and say of each whether it holds today.
    List {
        /// Only those of this pupil or household, by its code.
        #[arg(long, value_name = "CODE")]
        about: Option<String>,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Show one consent, and what was handed on under it.
    Show {
        /// The code of the consent.
        code: String,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Note that a consent was withdrawn: nothing is handed on under it any more.
    ///
    /// Lists what was handed on before, so that those who have it can be told.
    Withdraw {
        /// The code of the consent.
        code: String,
        /// The day of the withdrawal; without it, today.
        #[arg(long, value_name = "DAY")]
        on: Option<Day>,
        /// Why, in one line, where the family said so. It need not give a reason.
        #[arg(long, default_value = "", value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Say whether something may be handed on; where not, why not. The exit code is 1 then.
    Check {
        /// The code of the pupil or household.
        about: String,
        /// What for; `tridem code list consent-purpose` has all.
        #[arg(long, value_name = "PURPOSE")]
        purpose: String,
        /// To which office.
        #[arg(long = "for", value_name = "RECIPIENT")]
        recipient: String,
        /// On which day; without it, today.
        #[arg(long, value_name = "DAY")]
        on: Option<Day>,
    },
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    let mut app = session.open()?;
    let lang = session.out.lang();
    match command {
        Command::List { about, format } => {
            let all = app.consents(&session.actor, about.as_deref())?;
            app.settle_reads()?;
            session.out.list(&standings(&all, lang), format.get())
        }
        Command::Show { code, format } => {
            let found = app.consent(&session.actor, code)?;
            app.settle_reads()?;
            if format.get().is_table() {
                session.out.list(&standings(std::slice::from_ref(&found), lang), format.get())?;
            }
            session.out.list(&shared(&found.shared), format.get())
        }
        Command::Withdraw { code, on, reason, format } => {
            let before = app.withdraw_consent(&session.actor, code, *on, reason)?;
            session.out.remark(
                format!("Widerrufen: `{code}`. Ab jetzt wird auf Grund dieser Einwilligung nichts mehr weitergegeben."),
                format!("Withdrawn: `{code}`. Nothing is handed on under this consent any more."),
            );
            if before.is_empty() {
                session.out.remark(
                    "Unter ihr wurde nichts weitergegeben.",
                    "Nothing was handed on under it.",
                );
            }
            session.out.list(&shared(&before), format.get())
        }
        Command::Check { about, purpose, recipient, on } => {
            let consent = app.check_consent(&session.actor, about, purpose, recipient, *on)?;
            app.settle_reads()?;
            session.out.line(
                format!("ja: Einwilligung `{}` vom {}", consent.code, consent.given.german()),
                format!("yes: consent `{}` of {}", consent.code, consent.given),
            )
        }
    }
}

fn standings(all: &[ConsentStanding], lang: Lang) -> List {
    let mut list = List::new(&[
        ("code", "Kürzel", "code"),
        ("purpose", "Zweck", "purpose"),
        ("recipient", "Empfänger", "recipient"),
        ("given", "vom", "of"),
        ("expires", "gilt bis", "valid until"),
        ("withdrawn", "widerrufen", "withdrawn"),
        ("holds", "gilt heute", "holds today"),
        ("handed_on", "weitergegeben", "handed on"),
    ]);
    let day = |day: Option<Day>| day.map_or(Value::None, Value::Day);
    for standing in all {
        let consent = &standing.consent;
        let holds = match &standing.rests {
            None => lang.pick("ja", "yes").to_owned(),
            Some(why) => format!("{}: {}", lang.pick("nein", "no"), why.word(lang)),
        };
        list.row([
            Value::Text(consent.code.clone()),
            Value::Text(consent.purpose.clone()),
            Value::Text(consent.recipient.clone()),
            Value::Day(consent.given),
            day(consent.expires),
            day(consent.withdrawn),
            Value::Text(holds),
            Value::Integer(i64::try_from(standing.shared.len()).unwrap_or(i64::MAX)),
        ]);
    }
    list
}

/// What was handed to others.
pub(super) fn shared(all: &[crate::app::Sharing]) -> List {
    let mut list = List::new(&[
        ("at", "am", "on"),
        ("what", "was", "what"),
        ("record", "Eintrag", "record"),
        ("recipient", "an", "to"),
        ("purpose", "Zweck", "purpose"),
        ("consent", "Einwilligung", "consent"),
    ]);
    for sharing in all {
        list.row([
            Value::Text(moment(sharing.at)),
            Value::Text(sharing.what.clone()),
            Value::Text(sharing.record.clone()),
            Value::Text(sharing.recipient.clone()),
            Value::Text(sharing.purpose.clone()),
            Value::Text(sharing.consent.1.clone()),
        ]);
    }
    list
}
