//! `tridem sheet`: reports that are the same for every municipality, made by the program itself.

use crate::app::{AbsenceSheet, DaySheet, Error, FigureSheet, GapSheet, PostSheet, Thresholds};
use crate::domain::{Day, Period, SchoolYear, Sheet};

use super::Session;
use super::output::width;
use super::report::{AudienceArg, OutputArgs};

/// Sheets: reports that are the same everywhere and need no plugin.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// What you have to do on a day and in the rest of its week; needs `--as`.
    MyDay {
        /// The day; without it, today.
        #[arg(long, value_name = "DAY")]
        day: Option<Day>,
        /// List pupils of the programme without a contact for so many school days.
        #[arg(long, default_value_t = 20, value_name = "COUNT")]
        unseen: u16,
        /// Tell of consents that expire within so many days.
        #[arg(long, default_value_t = 30, value_name = "COUNT")]
        warn: u16,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// One family: children, contacts, tasks, and what was agreed and arranged.
    Family {
        /// The code of the household.
        household: String,
        /// For another office: without private notes and tasks, marked with the consent it rests on,
        /// and only where the family has agreed.
        #[arg(long = "for", value_name = "RECIPIENT", requires = "purpose")]
        recipient: Option<String>,
        /// What the office gets it for; `tridem code list consent-purpose` has all.
        #[arg(long, value_name = "PURPOSE", requires = "recipient")]
        purpose: Option<String>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Who missed how much at a school, by name. Only for those who work there; needs `--as`.
    Absences(Box<AbsenceArgs>),
    /// The gaps that were found in the system, for the steering group.
    Gaps {
        #[command(flatten)]
        period: SomePeriodArgs,
        /// The day of the last meeting; without it, the last one noted at a gap.
        #[arg(long, value_name = "DAY")]
        since: Option<Day>,
        /// For whom it is: fewer than 5 cases are withheld outside the administration, fewer than 3
        /// inside.
        #[arg(long, value_enum, default_value_t = AudienceArg::Public)]
        audience: AudienceArg,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Posts by building block, team and service, fundings, and what ends soon.
    Posts {
        /// The day; without it, today.
        #[arg(long, value_name = "DAY")]
        day: Option<Day>,
        /// Tell of posts that end within so many days.
        #[arg(long, default_value_t = 90, value_name = "COUNT")]
        warn: u16,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Figures that others reported, with their ranges, and what contradicts what.
    Figures {
        #[command(flatten)]
        period: SomePeriodArgs,
        /// Estimate person-contacts: so many people are at least at a consultation.
        #[arg(long, value_name = "COUNT", requires = "most")]
        least: Option<u16>,
        /// Estimate person-contacts: so many people are at most at a consultation.
        #[arg(long, value_name = "COUNT", requires = "least")]
        most: Option<u16>,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// What is kept and of whom, what plugins may read, what left, and what is past its time.
    DataProtection {
        #[command(flatten)]
        output: OutputArgs,
    },
}

/// Which absences to list.
#[derive(clap::Args)]
pub(super) struct AbsenceArgs {
    /// The school number.
    #[arg(long, value_name = "NUMBER")]
    school: String,
    #[command(flatten)]
    period: SomePeriodArgs,
    /// From so many per cent of the possible units on, absence is called persistent.
    #[arg(long, default_value_t = 10, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(1..=100))]
    persistent: u8,
    /// From so many per cent of the possible units on, absence is called severe.
    #[arg(long, default_value_t = 50, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(1..=100))]
    severe: u8,
    /// Pupils who were there for fewer days are not rated.
    #[arg(long, default_value_t = 10, value_name = "COUNT")]
    least_days: u16,
    #[command(flatten)]
    output: OutputArgs,
}

/// A period that may be left out.
#[derive(clap::Args)]
pub(super) struct SomePeriodArgs {
    /// The school year, such as 2025/26.
    #[arg(long, value_name = "YEAR", conflicts_with_all = ["from", "until"])]
    year: Option<SchoolYear>,
    /// First day.
    #[arg(long, value_name = "DAY", requires = "until")]
    from: Option<Day>,
    /// Last day, included.
    #[arg(long, value_name = "DAY", requires = "from")]
    until: Option<Day>,
}

impl SomePeriodArgs {
    fn get(&self) -> Result<Option<Period>, Error> {
        match (self.year, self.from, self.until) {
            (Some(year), ..) => Ok(Some(year.period())),
            (None, Some(first), Some(last)) => Ok(Some(Period::new(first, last)?)),
            _ => Ok(None),
        }
    }
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    let mut app = session.open()?;
    let actor = &session.actor;
    let (sheet, output): (Sheet, &OutputArgs) = match command {
        Command::MyDay { day, unseen, warn, output } => {
            let asked = DaySheet { day: *day, unseen: *unseen, warn: *warn };
            (app.my_day(actor, asked)?, output)
        }
        Command::Family { household, recipient, purpose, output } => {
            let sheet = match (recipient, purpose) {
                (Some(recipient), Some(purpose)) => {
                    app.family_sheet_for(actor, household, recipient, purpose)?
                }
                _ => app.family_sheet(actor, household)?,
            };
            (sheet, output)
        }
        Command::Absences(args) => {
            let AbsenceArgs { persistent, severe, least_days, .. } = **args;
            let asked = AbsenceSheet {
                school: &args.school,
                period: args.period.get()?,
                thresholds: Thresholds { persistent, severe, least_days },
            };
            (app.absence_sheet(actor, &asked)?, &args.output)
        }
        Command::Gaps { period, since, audience, output } => {
            let asked = GapSheet { period: period.get()?, since: *since, audience: audience.get() };
            (app.gap_sheet(actor, asked)?, output)
        }
        Command::Posts { day, warn, output } => {
            (app.post_sheet(actor, PostSheet { day: *day, warn: *warn })?, output)
        }
        Command::Figures { period, least, most, output } => {
            let persons = least.zip(*most).map(|(one, other)| (one.min(other), one.max(other)));
            (app.figure_sheet(actor, FigureSheet { period: period.get()?, persons })?, output)
        }
        Command::DataProtection { output } => (app.protection_sheet(actor)?, output),
    };
    app.settle_reads()?;
    let lang = session.out.lang();
    let bytes = app.write_sheet(&sheet, output.format(), lang, width())?;
    output.put(&bytes, session)
}
