//! `tridem calendar`: which days are school days, and by which calendar.

use std::path::PathBuf;

use crate::app::{App, CalendarChoice, Error, Value};
use crate::domain::{Calendar, Lang, Period, SchoolYear};

use super::Session;
use super::lists::{FormatArgs, List};
use super::school::show;

/// The calendar of school days: holidays, public holidays and half-years of a Land.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Show the calendar that is used: its years, or one of them with all days without school.
    Show {
        /// The school year, such as 2025/26; without it, all years.
        #[arg(long, value_name = "YEAR")]
        year: Option<SchoolYear>,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Look for whatever is wrong with a calendar file. It changes nothing.
    Check {
        /// The file; `schemas/calendars/README.md` describes it.
        file: PathBuf,
    },
    /// Count school days by another calendar from now on, also those of the past.
    Use {
        /// The file, or a Land whose calendar comes with the program: NW or NI.
        file: PathBuf,
    },
    /// Show the school days of a school: how many, which weekdays are free and why, the half-years.
    Days {
        /// The school number.
        number: String,
        /// The school year, such as 2025/26; without it, that of today.
        #[arg(long, value_name = "YEAR")]
        year: Option<SchoolYear>,
    },
}

/// The calendar that a word names: that of a Land, or a file.
pub(super) fn choice(word: &std::path::Path) -> Result<CalendarChoice, Error> {
    let land = word.to_str().filter(|_| !word.exists());
    match land.filter(|land| Calendar::built_in(&land.to_ascii_uppercase()).is_some()) {
        Some(land) => CalendarChoice::of_land(land),
        None => CalendarChoice::of_file(word),
    }
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    match command {
        Command::Show { year, format } => {
            let (calendar, _) = session.open()?.calendar()?;
            let list = match year {
                Some(year) => free_days(&calendar, *year, session.out.lang()),
                None => years(&calendar),
            };
            session.out.list(&list, format.get())
        }
        Command::Check { file } => {
            let calendar = CalendarChoice::of_file(file)?.calendar;
            told(&calendar, session)
        }
        Command::Use { file } => {
            let choice = choice(file)?;
            let mut app = session.open()?;
            app.use_calendar(&session.actor, &choice)?;
            told(&choice.calendar, session)
        }
        Command::Days { number, year } => days(number, *year, session),
    }
}

/// Says where figures cannot rest on school days, because nobody has told the holidays of those days.
pub(super) fn warn_of_unknown_days(
    app: &App,
    period: Period,
    session: &mut Session,
) -> Result<(), Error> {
    for unknown in app.unknown_days(period)? {
        let (first, last) = (unknown.first, unknown.last);
        session.out.remark(
            format!(
                "Achtung: Vom {} bis {} kennt der Kalender keine Ferien; Schultage, Quoten und \
                 Erfassungsgrad sind dort nicht verlässlich.",
                first.german(),
                last.german()
            ),
            format!(
                "Mind: from {first} to {last} the calendar knows no holidays; school days, rates and \
                 coverage cannot be relied on there."
            ),
        );
    }
    Ok(())
}

/// What a calendar holds, and what is still to be compared.
fn told(calendar: &Calendar, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    let to_compare: Vec<String> = calendar
        .years()
        .filter(|(_, facts)| facts.to_compare)
        .map(|(year, _)| year.to_string())
        .collect();
    if !to_compare.is_empty() {
        let years = to_compare.join(", ");
        session.out.remark(
            format!("Noch mit der amtlichen Ferienordnung zu vergleichen: {years}"),
            format!("Still to be compared with the official holiday schedule: {years}"),
        );
    }
    let known = calendar.known();
    let (first, last) = (show(known.first, lang), show(known.last, lang));
    session.out.line(
        format!("In Ordnung: {}, {first} – {last}.", calendar.name().de),
        format!("All right: {}, {first} – {last}.", calendar.name().en),
    )
}

fn years(calendar: &Calendar) -> List {
    let mut list = List::new(&[
        ("school_year", "Schuljahr", "school year"),
        ("land", "Land", "Land"),
        ("days", "Schultage ohne bewegliche", "school days but movable ones"),
        ("second_half_begins", "zweites Halbjahr ab", "second half-year from"),
        ("to_compare", "zu vergleichen", "to be compared"),
    ]);
    for (year, facts) in calendar.years() {
        let days = calendar.school_days(year.period(), &std::collections::BTreeSet::new()).count();
        list.row([
            Value::Text(year.to_string()),
            Value::Text(calendar.land().to_owned()),
            Value::Integer(i64::try_from(days).expect("a year has 366 days at most")),
            Value::Day(facts.second_half_begins),
            Value::Code(super::absence::yes_or_no(facts.to_compare)),
        ]);
    }
    list
}

fn free_days(calendar: &Calendar, year: SchoolYear, lang: Lang) -> List {
    let mut list =
        List::new(&[("first", "von", "from"), ("last", "bis", "until"), ("name", "Name", "name")]);
    let mut found: Vec<_> = calendar
        .holidays_in(year.period())
        .map(|holidays| (holidays.period.first, holidays.period.last, &holidays.name))
        .chain(calendar.public_holidays_in(year.period()).map(|(day, name)| (day, day, name)))
        .collect();
    found.sort_by_key(|(first, ..)| *first);
    for (first, last, name) in found {
        let name = Value::Text(name.get(lang).to_owned());
        list.row([Value::Day(first), Value::Day(last), name]);
    }
    list
}

fn days(number: &str, year: Option<SchoolYear>, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    let (year, found) = session.open()?.school_days(&session.actor, number, year)?;
    let (days, first) = (found.days, found.first_half);
    let (second, begins) = (days - first, show(found.second_half_begins, lang));
    let own = if found.is_own_half {
        lang.pick(" (von der Schule gesetzt)", " (set by the school)")
    } else {
        ""
    };
    let mut lines = vec![lang.pick(
        format!("{year}: {days} Schultage, {first} im ersten und {second} im zweiten Halbjahr"),
        format!("{year}: {days} school days, {first} in the first and {second} in the second half"),
    )];
    let word = lang.pick("zweites Halbjahr ab", "second half-year from");
    lines.push(format!("{word} {begins}{own}"));
    for unknown in &found.unknown {
        let (first, last) = (show(unknown.first, lang), show(unknown.last, lang));
        lines.push(lang.pick(
            format!("{first} – {last}: der Kalender kennt keine Ferien"),
            format!("{first} – {last}: the calendar knows no holidays"),
        ));
    }
    // Weekdays in a row that are free for the same reason stand in one line, weekends between them.
    let mut stretches: Vec<(crate::domain::Day, crate::domain::Day, String)> = Vec::new();
    for (day, why) in &found.free {
        let why = why.get(lang);
        match stretches.last_mut() {
            Some((_, last, name)) if name == why && day.0 - last.0 <= 3 => *last = *day,
            _ => stretches.push((*day, *day, why.to_owned())),
        }
    }
    for (first, last, why) in stretches {
        let days = if first == last {
            show(first, lang)
        } else {
            format!("{} – {}", show(first, lang), show(last, lang))
        };
        lines.push(format!("{days} {why}"));
    }
    session.out.print(&(lines.join("\n") + "\n"))
}
