//! `tridem school`: schools, their time in the programme, their size and their free days.

use crate::app::{AttendanceFacts, Error, Kind, SchoolDetails, Value};
use crate::domain::{Calendar, Day, Lang};

use super::Session;
use super::lists::{FormatArgs, List};

/// Schools, their time in the programme, their size and their free days.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Add a school.
    Add {
        /// The official school number, six digits.
        number: String,
        /// The name.
        name: String,
        /// The school form: 02 primary, 04, 10, 14, 15 or 20 secondary.
        #[arg(long, value_name = "FORM")]
        form: String,
        /// First day in the programme; without it the school is added, but takes no part yet.
        #[arg(long, value_name = "DAY")]
        joined: Option<String>,
    },
    /// Say from when until when a school takes part in the programme.
    Join {
        /// The school number.
        number: String,
        /// First day.
        #[arg(long, value_name = "DAY")]
        from: String,
        /// Last day; without it, until further notice.
        #[arg(long, value_name = "DAY")]
        until: Option<String>,
    },
    /// Say how many pupils a school has in a school year.
    Enrol {
        /// The school number.
        number: String,
        /// The school year, such as 2025/26.
        year: String,
        /// All pupils of the school.
        pupils: String,
    },
    /// Add a day without lessons that the school has set itself.
    DayOff {
        /// The school number.
        number: String,
        /// The day.
        day: Day,
        /// Why.
        #[arg(long, default_value = "", value_name = "TEXT")]
        reason: String,
    },
    /// Say that a school, or a class of it, did not take absences on a school day.
    NotTaken {
        /// The school number.
        number: String,
        /// The day.
        day: Day,
        /// The class, as it stands with the pupils; without it, the whole school.
        #[arg(long, default_value = "", value_name = "CLASS")]
        class: String,
    },
    /// Say from when until when a school records absences, and in what; with `--until` alone, end
    /// the recording that runs.
    Attendance {
        /// The school number.
        number: String,
        /// What it counts in: day, half-day or lesson.
        #[arg(long, value_name = "UNIT", requires_all = ["per_day", "from"])]
        unit: Option<String>,
        /// How many of them a school day has: 1 day, 2 half-days, or 1 to 12 lessons.
        #[arg(long, value_name = "COUNT", requires = "unit")]
        per_day: Option<String>,
        /// First day.
        #[arg(long, value_name = "DAY", requires = "unit")]
        from: Option<String>,
        /// Last day; without it, until further notice.
        #[arg(long, value_name = "DAY", required_unless_present = "unit")]
        until: Option<Day>,
    },
    /// Say on which day a school begins its second half-year, where it is not the Land's.
    HalfYear {
        /// The school number.
        number: String,
        /// The school year, such as 2025/26.
        year: String,
        /// The first day of its second half.
        day: Day,
    },
    /// List the schools.
    List(FormatArgs),
    /// Show one school.
    Show {
        /// The school number.
        number: String,
    },
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    let mut app = session.open()?;
    let actor = &session.actor;
    match command {
        Command::Add { number, name, form, joined } => {
            app.add(actor, Kind::Schools, &[("number", number), ("name", name), ("form", form)])?;
            if let Some(from) = joined {
                app.add(actor, Kind::Participation, &[("school", number), ("from", from)])?;
            }
        }
        Command::Join { number, from, until } => {
            let until = until.as_deref().unwrap_or_default();
            let fields = [("school", number.as_str()), ("from", from), ("until", until)];
            app.add(actor, Kind::Participation, &fields)?;
        }
        Command::Enrol { number, year, pupils } => {
            let fields = [("school", number.as_str()), ("school_year", year), ("pupils", pupils)];
            app.add(actor, Kind::Enrolments, &fields)?;
        }
        Command::DayOff { number, day, reason } => {
            let day = day.to_string();
            let fields = [("school", number.as_str()), ("day", &day), ("reason", reason)];
            app.add(actor, Kind::DaysOff, &fields)?;
        }
        Command::Attendance { number, unit, per_day, from, until } => {
            let until_text = until.map(|day| day.to_string()).unwrap_or_default();
            let given = |text: &Option<String>| text.clone().unwrap_or_default();
            if let (None, Some(last)) = (unit, until) {
                app.end_attendance(actor, number, *last)?;
            } else {
                // Without an end alone, the command line demands the others.
                let (unit, per_day, from) = (given(unit), given(per_day), given(from));
                let fields = [
                    ("school", number.as_str()),
                    ("unit", &unit),
                    ("units_per_day", &per_day),
                    ("from", &from),
                    ("until", &until_text),
                ];
                app.add(actor, Kind::Attendance, &fields)?;
            }
        }
        Command::NotTaken { number, day, class } => {
            let day = day.to_string();
            let fields = [("school", number.as_str()), ("day", &day), ("class", class)];
            app.add(actor, Kind::DaysNotTaken, &fields)?;
        }
        Command::HalfYear { number, year, day } => {
            let day = day.to_string();
            let fields =
                [("school", number.as_str()), ("school_year", year), ("second_half_begins", &day)];
            app.add(actor, Kind::HalfYears, &fields)?;
        }
        Command::List(format) => {
            let mut list = List::new(&[
                ("number", "Nummer", "number"),
                ("name", "Name", "name"),
                ("form", "Schulform", "form"),
                ("level", "Stufe", "level"),
                ("joined", "im Programm seit", "in the programme since"),
                ("left", "bis", "until"),
            ]);
            for found in app.schools(actor)? {
                let joined = found.participation.first().map(|span| span.from);
                let left = found.participation.last().and_then(|span| span.until);
                list.row([
                    Value::Text(found.school.number.clone()),
                    Value::Text(found.school.name.clone()),
                    Value::Code(found.form.clone()),
                    Value::Code(found.level.clone()),
                    joined.map_or(Value::None, Value::Day),
                    left.map_or(Value::None, Value::Day),
                ]);
            }
            return session.out.list(&list, format.get());
        }
        Command::Show { number } => {
            let found = app.school(actor, number)?;
            let (calendar, _) = app.calendar()?;
            let text = describe(&found, &calendar, session.out.lang());
            return session.out.print(&text);
        }
    }
    session.out.line("Gespeichert.", "Saved.")
}

/// One school as lines of text.
fn describe(found: &SchoolDetails, calendar: &Calendar, lang: Lang) -> String {
    let mut lines = vec![
        format!("{} {}", found.facts.school.number, found.facts.school.name),
        format!("{} ({})", found.facts.form.word(lang), found.facts.level.word(lang)),
    ];
    for span in &found.facts.participation {
        let from = show(span.from, lang);
        let word = lang.pick("im Programm:", "in the programme:");
        lines.push(match span.until {
            Some(until) => format!("{word} {from} – {}", show(until, lang)),
            None => format!("{word} {} {from}", lang.pick("seit", "since")),
        });
    }
    for (year, pupils) in &found.enrolments {
        lines.push(format!("{year}: {pupils} {}", lang.pick("Schülerinnen und Schüler", "pupils")));
    }
    let (word, last) = (lang.pick("Kalender:", "calendar:"), show(calendar.known().last, lang));
    let until = lang.pick("bekannt bis", "known until");
    lines.push(format!("{word} {}, {until} {last}", calendar.name().get(lang)));
    for time in &found.attendance {
        lines.push(recording(time, lang));
    }
    if found.attendance.is_empty() {
        lines.push(
            lang.pick(
                "Fehlzeiten werden nicht erfasst: niemand wird bewertet",
                "absences are not recorded: nobody is rated",
            )
            .to_owned(),
        );
    }
    for half in &found.half_years {
        let word = lang.pick("zweites Halbjahr ab", "second half-year from");
        lines.push(format!("{}: {word} {}", half.year, show(half.second_begins, lang)));
    }
    for (day, reason) in &found.days_off {
        let word = lang.pick("beweglicher Ferientag:", "movable day off:");
        lines.push(format!("{word} {} {reason}", show(*day, lang)).trim_end().to_owned());
    }
    lines.join("\n") + "\n"
}

/// A time in which a school records absences.
fn recording(time: &AttendanceFacts, lang: Lang) -> String {
    let word = lang.pick("Fehlzeiten erfasst:", "absences recorded:");
    let (units, unit) = (time.units_per_day, time.unit.word(lang));
    let per_day =
        lang.pick(format!("{units} × {unit} je Schultag"), format!("{units} × {unit} a day"));
    let from = show(time.span.from, lang);
    match time.span.until {
        Some(until) => format!("{word} {per_day}, {from} – {}", show(until, lang)),
        None => format!("{word} {per_day}, {} {from}", lang.pick("seit", "since")),
    }
}

/// A day as the language writes it.
pub(super) fn show(day: Day, lang: Lang) -> String {
    lang.pick(day.german(), day.to_string())
}
