//! `tridem absence`: record an absence or a late arrival, and look at what was recorded.

use crate::app::{AbsenceFilter, AbsenceForm, Error, Kind, Value, Words};
use crate::domain::{AbsenceConflict, AbsenceTotalView, Code, Day, Lang};

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
    /// Correct an absence or a late arrival. What it said before is kept, with the reason.
    Correct {
        /// Its id, as the list shows it.
        id: String,
        /// Why, in one line.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// The school day.
        #[arg(long, value_name = "DAY")]
        day: Option<Day>,
        /// The status: excused, unexcused, open, on-leave, school-caused or late.
        #[arg(long, value_name = "STATUS")]
        status: Option<String>,
        /// How much, in the unit the school counts in; with late, the minutes.
        #[arg(long, value_name = "COUNT")]
        amount: Option<u16>,
    },
    /// Remove an absence that never was. What it said is kept, with the reason.
    Remove {
        /// Its id, as the list shows it.
        id: String,
        /// Why, in one line.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// List the days on which what was recorded cannot all be true, with what is counted of it.
    ///
    /// A day never counts with more than it has, and in doubt for the child: first what was for the
    /// school's own reasons, then on leave, excused, open, and unexcused last.
    Conflicts {
        #[command(flatten)]
        which: WhichArgs,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// List absences and late arrivals, newest first.
    List {
        #[command(flatten)]
        which: WhichArgs,
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

/// Which absences are looked at.
#[derive(clap::Args)]
pub(super) struct WhichArgs {
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
}

impl WhichArgs {
    fn filter(&self) -> AbsenceFilter<'_> {
        AbsenceFilter {
            school: self.school.as_deref(),
            pupil: self.pupil.as_deref(),
            from: self.from,
            until: self.until,
            after: None,
            limit: self.limit,
        }
    }
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
        Command::Correct { id, reason, day, status, amount } => {
            let form = AbsenceForm { day: *day, status: status.as_deref(), amount: *amount };
            app.correct_absence(actor, id, &form, reason)?;
            session.out.line("Berichtigt.", "Corrected.")
        }
        Command::Remove { id, reason } => {
            app.remove_absence(actor, id, reason)?;
            session.out.line("Entfernt.", "Removed.")
        }
        Command::Conflicts { which, format } => {
            let found = app.absence_conflicts(actor, &which.filter())?;
            app.settle_reads()?;
            let lang = session.out.lang();
            let list = conflicts(found, &words, lang);
            session.out.list(&list, format.get())
        }
        Command::List { which, format } => {
            let mut list = List::new(&[
                ("day", "Tag", "day"),
                ("school", "Schule", "school"),
                ("pupil", "Kind", "pupil"),
                ("name", "Name", "name"),
                ("status", "Status", "status"),
                ("amount", "Menge", "amount"),
                ("unit", "Einheit", "unit"),
                ("id", "Id", "id"),
            ]);
            for view in app.absences(actor, &which.filter())? {
                list.row([
                    Value::Day(view.absence.day),
                    Value::Text(view.school),
                    Value::Text(view.pupil),
                    Value::Text(view.pupil_name),
                    Value::Code(words.code("absence-status", view.absence.status)),
                    Value::Integer(i64::from(view.absence.amount)),
                    Value::Code(words.code("absence-unit", view.absence.unit)),
                    Value::Text(view.absence.id.to_string()),
                ]);
            }
            app.settle_reads()?;
            session.out.list(&list, format.get())
        }
        Command::Totals { school, pupil, format } => {
            let found = app.absence_totals(actor, school.as_deref(), pupil.as_deref())?;
            app.settle_reads()?;
            session.out.list(&totals(found, &words), format.get())
        }
    }
}

/// A row for each sum that was taken over.
fn totals(found: Vec<AbsenceTotalView>, words: &Words) -> List {
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
        ("excused", "davon entschuldigt", "of it excused"),
        ("adds_up", "Summe geht auf", "adds up"),
    ]);
    for view in found {
        let (yes, excused) = (view.total.adds_up(), view.total.excused);
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
            excused.map_or(Value::None, |units| Value::Integer(i64::from(units))),
            Value::Code(yes_or_no(yes)),
        ]);
    }
    list
}

/// Yes or no, as a code that scripts can rely on.
pub(super) fn yes_or_no(yes: bool) -> Code {
    let (code, de, en) = if yes { ("yes", "ja", "yes") } else { ("no", "nein", "no") };
    Code { code: code.into(), de: de.into(), en: en.into() }
}

/// A row for each day that contradicts itself.
fn conflicts(found: Vec<AbsenceConflict>, words: &Words, lang: Lang) -> List {
    let mut list = List::new(&[
        ("day", "Tag", "day"),
        ("school", "Schule", "school"),
        ("pupil", "Kind", "pupil"),
        ("name", "Name", "name"),
        ("recorded", "eingetragen", "recorded"),
        ("why", "Widerspruch", "contradiction"),
        ("excused", "gezählt: entschuldigt", "counted: excused"),
        ("unexcused", "unentschuldigt", "unexcused"),
        ("open", "offen", "open"),
        ("on_leave", "beurlaubt", "on leave"),
        ("school_caused", "schulisch bedingt", "school-caused"),
    ]);
    for conflict in found {
        let entries = conflict.entries.iter().map(|entry| {
            let status = words.code("absence-status", entry.status);
            let unit = words.code("absence-unit", entry.unit);
            format!("{} {} × {}", status.word(lang), entry.amount, unit.word(lang))
        });
        let entries = entries.collect::<Vec<_>>().join(", ");
        let counted = conflict.counted;
        list.row([
            Value::Day(conflict.day),
            Value::Text(conflict.school),
            Value::Text(conflict.pupil),
            Value::Text(conflict.pupil_name),
            Value::Text(entries),
            Value::Text(conflict.why.get(lang).to_owned()),
            Value::Integer(counted.excused),
            Value::Integer(counted.unexcused),
            Value::Integer(counted.open),
            Value::Integer(counted.on_leave),
            Value::Integer(counted.school_caused),
        ]);
    }
    list
}
