//! `tridem emergency`: access to the records of a school for those who have none, in sight of all.

use crate::app::{EmergencyOrder, Error, Value, moment};
use crate::domain::Code;

use super::Session;
use super::lists::{FormatArgs, List};

/// Emergency access: reading the records of a school where you have no role, for some hours.
///
/// It is noted when it is opened, each time it is used, and when it is closed. Those who work at the
/// school, coordinators and data protection officers see it with its reason. Private notes stay closed.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Open an emergency access. To read under it, add `--emergency NUMBER` to a command.
    Open {
        /// The school number.
        #[arg(long, value_name = "NUMBER")]
        school: String,
        /// Why, one line. Everybody who works at the school can read it.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// For how many hours, 72 at most.
        #[arg(long, value_name = "HOURS")]
        hours: u16,
    },
    /// List the emergency accesses to schools that you may know of, newest first.
    List(FormatArgs),
    /// Close your own emergency access before its end.
    Close {
        /// Its id, as it was shown when it was opened, or its first characters.
        id: String,
    },
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    let mut app = session.open()?;
    let actor = &session.actor;
    match command {
        Command::Open { school, reason, hours } => {
            let opened =
                app.open_emergency(actor, EmergencyOrder { school, reason, hours: *hours })?;
            let (id, until) = (opened.access.id, moment(opened.access.ends_at));
            session
                .out
                .line(format!("Geöffnet bis {until}: {id}"), format!("Open until {until}: {id}"))?;
            session.out.remark(
                format!(
                    "Lesen mit `--emergency {school}`. Alle, die an der Schule arbeiten, die \
                     Koordination und der Datenschutz sehen den Zugriff mit seinem Grund."
                ),
                format!(
                    "Read with `--emergency {school}`. All who work at the school, coordinators and \
                     data protection officers see the access with its reason."
                ),
            );
            Ok(())
        }
        Command::List(format) => {
            let mut list = List::new(&[
                ("id", "Id", "id"),
                ("account", "Konto", "account"),
                ("school", "Schule", "school"),
                ("opened", "geöffnet", "opened"),
                ("ends", "Ende", "ends"),
                ("state", "Stand", "state"),
                ("reason", "Grund", "reason"),
            ]);
            for facts in app.emergencies(actor)? {
                let access = facts.access;
                let (code, de, en) = if facts.is_open {
                    ("open", "offen", "open")
                } else {
                    ("over", "beendet", "over")
                };
                list.row([
                    Value::Text(access.id.to_string()),
                    Value::Text(access.account),
                    Value::Text(access.school_number),
                    Value::Text(moment(access.opened_at)),
                    Value::Text(moment(access.closed_at.unwrap_or(access.ends_at))),
                    Value::Code(Code { code: code.into(), de: de.into(), en: en.into() }),
                    Value::Text(access.reason),
                ]);
            }
            session.out.list(&list, format.get())
        }
        Command::Close { id } => {
            app.close_emergency(actor, id)?;
            session.out.line("Geschlossen.", "Closed.")
        }
    }
}
