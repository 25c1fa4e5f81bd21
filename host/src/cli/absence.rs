//! `tridem absence`: record an absence or a late arrival, and look at what was recorded.

use crate::app::{AbsenceFilter, Error, Kind, Value};
use crate::domain::Day;

use super::Session;
use super::lists::{FormatArgs, List};

/// Absences and late arrivals of pupils, and sums of absences that were taken over.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Record an absence or a late arrival.
    Add(AddArgs),
    /// Clear up a pupil's open absence of a day.
    Settle {
        /// The pupil.
        #[arg(long, value_name = "CODE")]
        pupil: String,
        /// The school day.
        #[arg(long, value_name = "DAY")]
        day: Day,
        /// What it was: excused, unexcused, on-leave or school-caused.
        #[arg(long, value_name = "STATUS")]
        status: String,
    },
    /// List absences and late arrivals, newest first.
    List {
        /// Only those at this school.
        #[arg(long, value_name = "NUMBER")]
        school: Option<String>,
        /// Only those of this pupil.
        #[arg(long, value_name = "CODE")]
        pupil: Option<String>,
        /// From this day on.
        #[arg(long, value_name = "DAY")]
        from: Option<Day>,
        /// Up to this day, included.
        #[arg(long, value_name = "DAY")]
        until: Option<Day>,
        /// At most so many.
        #[arg(long, default_value_t = 50, value_name = "COUNT")]
        limit: usize,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// List the sums without days that were taken over from schools' systems. They are never added
    /// to absences, and no rate can be computed from them.
    Totals {
        /// Only those of this school.
        #[arg(long, value_name = "NUMBER")]
        school: Option<String>,
        /// Only those of this pupil.
        #[arg(long, value_name = "CODE")]
        pupil: Option<String>,
        #[command(flatten)]
        format: FormatArgs,
    },
}

/// A new absence, on a day on which the pupil's school records absences.
#[derive(clap::Args)]
pub(super) struct AddArgs {
    /// The pupil.
    #[arg(long, value_name = "CODE")]
    pupil: String,
    /// The school day.
    #[arg(long, value_name = "DAY")]
    day: String,
    /// The status: excused, unexcused, open, on-leave, school-caused or late. Open is not unexcused.
    #[arg(long, value_name = "STATUS")]
    status: String,
    /// How much, in the unit the school counts in; without it, the whole day. With late, the
    /// minutes.
    #[arg(long, default_value = "", value_name = "COUNT")]
    amount: String,
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    let mut app = session.open()?;
    let actor = &session.actor;
    let words = app.words(session.out.lang())?;
    match command {
        Command::Add(args) => {
            let fields = [
                ("pupil", args.pupil.as_str()),
                ("day", &args.day),
                ("status", &args.status),
                ("amount", &args.amount),
            ];
            app.add(actor, Kind::Absences, &fields)?;
            session.out.line("Gespeichert.", "Saved.")
        }
        Command::Settle { pupil, day, status } => {
            app.settle_absence(actor, pupil, *day, status)?;
            session.out.line("Gespeichert.", "Saved.")
        }
        Command::List { school, pupil, from, until, limit, format } => {
            let filter = AbsenceFilter {
                school: school.as_deref(),
                pupil: pupil.as_deref(),
                from: *from,
                until: *until,
                limit: *limit,
            };
            let mut list = List::new(&[
                ("day", "Tag", "day"),
                ("school", "Schule", "school"),
                ("pupil", "Kind", "pupil"),
                ("name", "Name", "name"),
                ("status", "Status", "status"),
                ("amount", "Menge", "amount"),
                ("unit", "Einheit", "unit"),
            ]);
            for view in app.absences(actor, &filter)? {
                list.row([
                    Value::Day(view.absence.day),
                    Value::Text(view.school),
                    Value::Text(view.pupil),
                    Value::Text(view.pupil_name),
                    Value::Code(words.code("absence-status", view.absence.status)),
                    Value::Integer(i64::from(view.absence.amount)),
                    Value::Code(words.code("absence-unit", view.absence.unit)),
                ]);
            }
            session.out.list(&list, format.get())
        }
        Command::Totals { school, pupil, format } => {
            let mut list = List::new(&[
                ("school", "Schule", "school"),
                ("pupil", "Kind", "pupil"),
                ("name", "Name", "name"),
                ("school_year", "Schuljahr", "school year"),
                ("term", "Abschnitt", "term"),
                ("missed", "gefehlt", "missed"),
                ("unexcused", "davon unentschuldigt", "of it unexcused"),
                ("unit", "Einheit", "unit"),
                ("source", "Quelle", "source"),
            ]);
            for view in app.absence_totals(actor, school.as_deref(), pupil.as_deref())? {
                list.row([
                    Value::Text(view.school),
                    Value::Text(view.pupil),
                    Value::Text(view.pupil_name),
                    Value::Text(view.total.year.to_string()),
                    Value::Code(words.code("term", view.total.term)),
                    Value::Integer(i64::from(view.total.missed)),
                    Value::Integer(i64::from(view.total.unexcused)),
                    Value::Code(words.code("absence-unit", view.total.unit)),
                    Value::Text(view.total.source),
                ]);
            }
            session.out.list(&list, format.get())
        }
    }
}
