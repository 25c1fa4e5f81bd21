//! `tridem person`: practitioners, where they work and with whom.

use crate::app::{Error, Kind, Value};
use crate::domain::Lang;

use super::Session;
use super::lists::{FormatArgs, List};

/// Practitioners: mediators, teachers, social workers and others, where they work and with whom.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Add a practitioner.
    Add {
        /// A short sign, unique in the municipality; two people may bear one name, but not one sign.
        code: String,
        /// The name.
        name: String,
        /// The role, such as mediation, teacher or social-work; `tridem code list role` has them all.
        #[arg(long, value_name = "ROLE")]
        role: String,
    },
    /// Assign a practitioner to a school.
    Assign {
        /// Who.
        code: String,
        /// The school number.
        school: String,
        /// Hours a week, such as 12.5.
        #[arg(long, value_name = "HOURS")]
        hours: String,
        /// First day.
        #[arg(long, value_name = "DAY")]
        from: String,
        /// Last day; without it, until further notice.
        #[arg(long, value_name = "DAY")]
        until: Option<String>,
    },
    /// Make a tandem or a tridem of people at a school.
    Pair {
        /// The school number.
        school: String,
        /// Who; at least two.
        #[arg(required = true, num_args = 2..)]
        codes: Vec<String>,
        /// First day.
        #[arg(long, value_name = "DAY")]
        from: String,
        /// Last day; without it, until further notice.
        #[arg(long, value_name = "DAY")]
        until: Option<String>,
    },
    /// List the practitioners with their schools.
    List(FormatArgs),
    /// List the tandems and tridems.
    Pairs(FormatArgs),
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    let mut app = session.open()?;
    let actor = &session.actor;
    let lang = session.out.lang();
    match command {
        Command::Add { code, name, role } => {
            app.add(actor, Kind::Practitioners, &[("code", code), ("name", name), ("role", role)])?;
        }
        Command::Assign { code, school, hours, from, until } => {
            let fields = [
                ("practitioner", code.as_str()),
                ("school", school),
                ("weekly_hours", hours),
                ("from", from),
                ("until", until.as_deref().unwrap_or_default()),
            ];
            app.add(actor, Kind::Assignments, &fields)?;
        }
        Command::Pair { school, codes, from, until } => {
            let members = codes.join("|");
            let fields = [
                ("school", school.as_str()),
                ("members", &members),
                ("from", from),
                ("until", until.as_deref().unwrap_or_default()),
            ];
            app.add(actor, Kind::Pairings, &fields)?;
        }
        Command::List(format) => {
            let mut list = List::new(&[
                ("code", "Kürzel", "code"),
                ("name", "Name", "name"),
                ("role", "Rolle", "role"),
                ("schools", "Schulen", "schools"),
            ]);
            for found in app.practitioners(actor)? {
                list.row([
                    Value::Text(found.code),
                    Value::Text(found.name),
                    Value::Code(found.role),
                    Value::Text(posts(&found.posts, lang)),
                ]);
            }
            return session.out.list(&list, format.get());
        }
        Command::Pairs(format) => {
            let mut list = List::new(&[
                ("school", "Schule", "school"),
                ("form", "Teamform", "team form"),
                ("members", "Mitglieder", "members"),
                ("from", "seit", "since"),
                ("until", "bis", "until"),
            ]);
            for found in app.pairings(actor)? {
                list.row([
                    Value::Text(found.school),
                    Value::Code(found.form),
                    Value::List(found.members),
                    Value::Day(found.span.from),
                    found.span.until.map_or(Value::None, Value::Day),
                ]);
            }
            return session.out.list(&list, format.get());
        }
    }
    session.out.line("Gespeichert.", "Saved.")
}

/// Where somebody works, with a decimal comma in German.
fn posts(posts: &[String], lang: Lang) -> String {
    let posts = posts.join(", ");
    lang.pick(posts.replace('.', ","), posts)
}
