//! `tridem pupil` and `tridem household`: the children and families the work is about.

use crate::app::{Error, Kind, PupilDetails, Value, Words};
use crate::domain::{Day, Lang, SchoolYear, Span};

use super::lists::{FormatArgs, List};
use super::school::show;
use super::{Session, pupil_figures};

/// Pupils.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Add a pupil.
    Add(Box<AddArgs>),
    /// List pupils.
    List {
        /// Only those of this school.
        #[arg(long, value_name = "NUMBER")]
        school: Option<String>,
        /// Only those whom the programme accompanies on this day.
        #[arg(long, value_name = "DAY")]
        accompanied_on: Option<Day>,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Note that nobody knows where a pupil is, or that they are back.
    #[command(group = clap::ArgGroup::new("when").required(true))]
    Unknown {
        /// The pupil's code.
        code: String,
        /// The day from which nobody knows; nothing counts from then on.
        #[arg(long, value_name = "DAY", group = "when")]
        from: Option<Day>,
        /// They are back, and active again.
        #[arg(long, group = "when")]
        found: bool,
    },
    /// Say that a pupil left the school.
    Leave {
        /// The pupil's code.
        code: String,
        /// The last day at the school.
        #[arg(long, value_name = "DAY")]
        last: Day,
    },
    /// Say that a pupil who had left the school came back to it.
    Return {
        /// The pupil's code.
        code: String,
        /// The first day back.
        #[arg(long, value_name = "DAY")]
        from: String,
        /// The last day; without it, until further notice.
        #[arg(long, default_value = "", value_name = "DAY")]
        until: String,
    },
    /// Show one pupil, with what they missed in a school year and the sums that were taken over.
    Show {
        /// The pupil's code.
        code: String,
        /// The school year, such as 2025/26; without it, that of today.
        #[arg(long, value_name = "YEAR")]
        year: Option<SchoolYear>,
    },
}

/// A new pupil.
#[derive(clap::Args)]
pub(super) struct AddArgs {
    /// A short sign, unique in the municipality.
    code: String,
    /// Given name.
    #[arg(long, value_name = "NAME")]
    given_name: String,
    /// Family name.
    #[arg(long, value_name = "NAME")]
    family_name: String,
    /// The school number.
    #[arg(long, value_name = "NUMBER")]
    school: String,
    /// The grade: E1, E2, E3, 03 to 10, EF, Q1 or Q2.
    #[arg(long, value_name = "GRADE")]
    grade: String,
    /// The class, such as 3b.
    #[arg(long, default_value = "", value_name = "CLASS")]
    class: String,
    /// Day of birth.
    #[arg(long, default_value = "", value_name = "DAY")]
    birth_day: String,
    /// The household's code.
    #[arg(long, default_value = "", value_name = "CODE")]
    household: String,
    /// The pupil's status.
    #[arg(long, default_value = "active", value_name = "STATUS")]
    status: String,
    /// First day at the school.
    #[arg(long, value_name = "DAY")]
    enrolled_from: String,
    /// Last day at the school; without it, until further notice.
    #[arg(long, default_value = "", value_name = "DAY")]
    enrolled_until: String,
    /// The day from which nobody knows where the pupil is; nothing counts from then on.
    #[arg(long, default_value = "", value_name = "DAY")]
    unknown_from: String,
    /// First day on which the programme accompanies the pupil; without it, it does not.
    #[arg(long, default_value = "", value_name = "DAY")]
    accompanied_from: String,
    /// Last day on which the programme accompanies the pupil.
    #[arg(long, default_value = "", value_name = "DAY")]
    accompanied_until: String,
}

/// Households: families that are visited and counted as one.
#[derive(clap::Subcommand)]
pub(super) enum HouseholdCommand {
    /// Add a household.
    Add {
        /// A short sign, unique in the municipality.
        code: String,
        /// What the team calls it.
        #[arg(default_value = "")]
        name: String,
        /// The language that the family wants letters in, such as tr.
        #[arg(long, default_value = "", value_name = "LANGUAGE")]
        language: String,
    },
    /// Set the language that a family wants letters in.
    Language {
        /// The household's code.
        code: String,
        /// The language, such as tr; without it, nobody knows.
        #[arg(default_value = "")]
        language: String,
    },
    /// List the households.
    List(FormatArgs),
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    let mut app = session.open()?;
    let actor = &session.actor;
    match command {
        Command::Add(args) => {
            let fields = [
                ("code", args.code.as_str()),
                ("given_name", &args.given_name),
                ("family_name", &args.family_name),
                ("birth_day", &args.birth_day),
                ("household", &args.household),
                ("school", &args.school),
                ("grade", &args.grade),
                ("class", &args.class),
                ("status", &args.status),
                ("enrolled_from", &args.enrolled_from),
                ("enrolled_until", &args.enrolled_until),
                ("unknown_from", &args.unknown_from),
                ("accompanied_from", &args.accompanied_from),
                ("accompanied_until", &args.accompanied_until),
            ];
            app.add(actor, Kind::Pupils, &fields)?;
            session.out.line("Gespeichert.", "Saved.")
        }
        Command::List { school, accompanied_on, format } => {
            let mut list = List::new(&[
                ("code", "Kürzel", "code"),
                ("name", "Name", "name"),
                ("school", "Schule", "school"),
                ("class", "Klasse", "class"),
                ("grade", "Jahrgang", "grade"),
                ("household", "Haushalt", "household"),
                ("status", "Status", "status"),
                ("accompanied_from", "begleitet seit", "accompanied since"),
                ("accompanied_until", "bis", "until"),
            ]);
            for found in app.pupils(actor, school.as_deref(), *accompanied_on)? {
                let pupil = found.pupil;
                list.row([
                    Value::Text(pupil.code),
                    Value::Text(format!("{} {}", pupil.given_name, pupil.family_name)),
                    Value::Text(found.school),
                    Value::Text(pupil.class),
                    Value::Code(found.grade),
                    found.household.map_or(Value::None, Value::Text),
                    Value::Code(found.status),
                    pupil.accompanied.map_or(Value::None, |span| Value::Day(span.from)),
                    pupil.accompanied.and_then(|span| span.until).map_or(Value::None, Value::Day),
                ]);
            }
            app.settle_reads()?;
            session.out.list(&list, format.get())
        }
        // One of the two was given: either a day, or that they are back.
        Command::Unknown { code, from, found: _ } => {
            app.set_unknown(actor, code, *from)?;
            session.out.line("Gespeichert.", "Saved.")
        }
        Command::Leave { code, last } => {
            app.end_stay(actor, code, *last)?;
            session.out.line("Gespeichert.", "Saved.")
        }
        Command::Return { code, from, until } => {
            app.add_stay(actor, code, from, until)?;
            session.out.line("Gespeichert.", "Saved.")
        }
        Command::Show { code, year } => {
            let lang = session.out.lang();
            let found = app.pupil(actor, code, *year)?;
            app.settle_reads()?;
            let text = describe(&found, &app.words(lang)?, lang);
            session.out.print(&text)
        }
    }
}

/// One pupil as lines of text.
fn describe(found: &PupilDetails, words: &Words, lang: Lang) -> String {
    let (facts, pupil) = (&found.facts, &found.facts.pupil);
    let name = format!("{} {}", pupil.given_name, pupil.family_name);
    let mut lines = vec![format!("{} {}", pupil.code, name.trim())];
    let mut line = |de: &str, en: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("{} {value}", lang.pick(de, en)));
        }
    };
    let span = |span: Span| {
        let from = show(span.from, lang);
        match span.until {
            Some(until) => format!("{from} – {}", show(until, lang)),
            None => format!("{} {from}", lang.pick("seit", "since")),
        }
    };
    line("Schule:", "school:", facts.school.clone());
    line("Jahrgang:", "grade:", facts.grade.word(lang).to_owned());
    line("Klasse:", "class:", pupil.class.clone());
    line("Haushalt:", "household:", facts.household.clone().unwrap_or_default());
    line("Status:", "status:", facts.status.word(lang).to_owned());
    for stay in &found.stays {
        line("an der Schule:", "at the school:", span(*stay));
    }
    let unknown = pupil.unknown_from.map(|day| show(day, lang)).unwrap_or_default();
    line("Verbleib ungeklärt seit:", "whereabouts unknown since:", unknown);
    line("begleitet:", "accompanied:", pupil.accompanied.map(span).unwrap_or_default());
    let year = found.year;
    if found.absences.is_empty() {
        line(
            &format!("Fehlzeiten {year}:"),
            &format!("absences {year}:"),
            lang.pick("keine eingetragen", "none recorded").to_owned(),
        );
    }
    for sum in &found.absences {
        let (status, unit) = (sum.status.word(lang), sum.unit.word(lang));
        line(
            &format!("Fehlzeiten {year}, {status}:"),
            &format!("absences {year}, {status}:"),
            format!("{} × {unit}", sum.amount),
        );
    }
    for (de, en, value) in pupil_figures::lines(found, words, lang) {
        line(&de, &en, value);
    }
    for view in &found.totals {
        let total = &view.total;
        let term = words.code("term", total.term);
        let unit = words.code("absence-unit", total.unit);
        let (missed, unexcused) = (total.missed, total.unexcused);
        let numbers = lang.pick(
            format!("{missed} × {}, davon unentschuldigt {unexcused}", unit.de),
            format!("{missed} × {}, of it unexcused {unexcused}", unit.en),
        );
        let source =
            if total.source.is_empty() { String::new() } else { format!(" ({})", total.source) };
        let wrong = match total.excused.filter(|_| !total.adds_up()) {
            Some(excused) => lang.pick(
                format!("; entschuldigt {excused}: die Summe geht nicht auf"),
                format!("; excused {excused}: it does not add up"),
            ),
            None => String::new(),
        };
        line(
            &format!("übernommene Summe {}, {}:", total.year, term.de),
            &format!("sum taken over {}, {}:", total.year, term.en),
            numbers + &wrong + &source,
        );
    }
    lines.join("\n") + "\n"
}

pub(super) fn run_household(
    command: &HouseholdCommand,
    session: &mut Session,
) -> Result<(), Error> {
    let mut app = session.open()?;
    match command {
        HouseholdCommand::Add { code, name, language } => {
            let fields = [("code", code.as_str()), ("name", name), ("language", language)];
            app.add(&session.actor, Kind::Households, &fields)?;
            session.out.line("Gespeichert.", "Saved.")
        }
        HouseholdCommand::Language { code, language } => {
            app.set_household_language(&session.actor, code, language)?;
            session.out.line("Gespeichert.", "Saved.")
        }
        HouseholdCommand::List(format) => {
            let mut list = List::new(&[
                ("code", "Kürzel", "code"),
                ("name", "Name", "name"),
                ("language", "Sprache", "language"),
            ]);
            for household in app.households(&session.actor)? {
                list.row([
                    Value::Text(household.code),
                    Value::Text(household.name),
                    household.language.map_or(Value::None, Value::Text),
                ]);
            }
            app.settle_reads()?;
            session.out.list(&list, format.get())
        }
    }
}
