//! `tridem pupil` and `tridem household`: the children and families the work is about.

use crate::app::{Error, Kind, Value};
use crate::domain::Day;

use super::Session;
use super::lists::{FormatArgs, List};

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
            session.out.list(&list, format.get())
        }
    }
}

pub(super) fn run_household(
    command: &HouseholdCommand,
    session: &mut Session,
) -> Result<(), Error> {
    let mut app = session.open()?;
    match command {
        HouseholdCommand::Add { code, name } => {
            app.add(&session.actor, Kind::Households, &[("code", code), ("name", name)])?;
            session.out.line("Gespeichert.", "Saved.")
        }
        HouseholdCommand::List(format) => {
            let mut list = List::new(&[("code", "Kürzel", "code"), ("name", "Name", "name")]);
            for household in app.households(&session.actor)? {
                list.row([Value::Text(household.code), Value::Text(household.name)]);
            }
            session.out.list(&list, format.get())
        }
    }
}
