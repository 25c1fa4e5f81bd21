//! `tridem demo`: the whole way from an empty folder to reports, with an invented municipality.

use std::path::PathBuf;
use std::time::Instant;

use crate::app::{self, Error, ListFormat, Place, Value};
use crate::domain::{Code, Lang, Period, SchoolYear};

use super::Session;
use super::lists::{List, ListForm};

/// Make an invented municipality with its records, and the reports a programme lead would get.
///
/// It writes the municipality's CSV files, imports them as you would, installs, grants and enables
/// the plugins that fit, and writes their reports and the program's own sheets in every form. The
/// city has a school year of contacts and absences at nine schools and the field around them; the
/// district and the city region work without schools. Nothing leaves this machine.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Which municipality.
    #[arg(long, value_enum, default_value_t = CityArg::Musterstadt, value_name = "NAME")]
    city: CityArg,
    /// The seed: the same number makes the same municipality.
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    seed: u64,
    /// Give it an account for each role, show their codes and passwords, and serve it to browsers on
    /// this machine, until Ctrl+C.
    #[arg(long)]
    serve: bool,
    /// The port to serve it at; 0 for any that is free.
    #[arg(long, default_value_t = super::serve::PORT, requires = "serve", value_name = "PORT")]
    port: u16,
}

/// The invented municipalities.
#[derive(Clone, Copy, clap::ValueEnum)]
enum CityArg {
    /// A city: nine schools, five mediators, and the teams around them.
    Musterstadt,
    /// A district: seven posts over nine towns.
    Wolkenrain,
    /// A city region: consultations at six sites, and a budget for interpreting.
    Laternenbrueck,
}

impl CityArg {
    fn get(self) -> Place {
        match self {
            Self::Musterstadt => Place::Musterstadt,
            Self::Wolkenrain => Place::Wolkenrain,
            Self::Laternenbrueck => Place::Laternenbrueck,
        }
    }
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let start = Instant::now();
    let lang = session.out.lang();
    let dir = session.dir.clone();
    let place = args.city.get();
    let bar = session.out.progress(100, "Beispielkommune", "Example municipality");
    let made = app::demo(&dir, place, args.seed, lang, &mut |percent| bar.set_position(percent));
    bar.finish_and_clear();
    let made = made?;
    let mut lines =
        vec![format!("{}: {}, {}", made.city, place.kind().get(lang), told(made.period, lang))];
    for (kind, rows) in &made.imported {
        lines.push(format!("{rows:>8}  {}", kind.title().get(lang)));
    }
    lines.push(String::new());
    for (title, files) in &made.reports {
        lines.push(
            lang.pick(format!("„{}“ liegt in:", title.de), format!("\"{}\" is in:", title.en)),
        );
        lines.push(format!("  {}", listed(files)));
    }
    let dir = dir.display();
    let seconds = start.elapsed().as_secs_f64();
    if let Some(steps) = made.proposals {
        // Once there are accounts, the command asks who it is; in the browser one is signed in.
        let command = format!("tridem --dir {dir} task list");
        let (de, en) = if args.serve { ("Aufgaben", "Tasks") } else { (&*command, &*command) };
        lines.push(lang.pick(
            format!("Vorgeschlagene nächste Schritte: {steps}; ansehen: {de}"),
            format!("Next steps proposed: {steps}; to see them: {en}"),
        ));
    }
    let more = match place {
        Place::Musterstadt => "contact list --limit 5",
        Place::Wolkenrain | Place::Laternenbrueck => "record list consultations --limit 5",
    };
    if args.serve {
        lines.push(lang.pick(
            format!("Fertig nach {seconds:.1} s. Konten:"),
            format!("Done after {seconds:.1} s. Accounts:"),
        ));
        session.out.print(&(lines.join("\n") + "\n"))?;
        return serve(args.port, session);
    }
    lines.push(String::new());
    lines.push(lang.pick(
        format!("Zum Weiterprobieren: tridem --dir {dir} {more}\nFertig nach {seconds:.1} s."),
        format!("To try more: tridem --dir {dir} {more}\nDone after {seconds:.1} s."),
    ));
    session.out.print(&(lines.join("\n") + "\n"))
}

/// Gives the municipality its accounts, shows them, and serves it.
fn serve(port: u16, session: &mut Session) -> Result<(), Error> {
    let dir = session.dir.clone();
    let accounts = app::demo_people(&dir)?;
    let mut list = List::new(&[
        ("code", "Kürzel", "code"),
        ("password", "Passwort", "password"),
        ("role", "Rolle", "role"),
        ("posts", "Schulen", "schools"),
    ]);
    for account in accounts {
        let role = account.role.text();
        let code = account.role.code().to_owned();
        list.row([
            Value::Text(account.code),
            Value::Text(account.password.to_owned()),
            Value::Code(Code { code, de: role.de, en: role.en }),
            Value::List(account.practitioner.map(|(_, posts)| posts).unwrap_or_default()),
        ]);
    }
    session.out.list(&list, ListForm::from(ListFormat::Table))?;
    let dir = dir.display().to_string();
    session.out.remark(
        format!(
            "\nDie Konten sind nur für erfundene Daten. So, wie sie dann ist, später wieder öffnen: \
             tridem --dir {dir} serve"
        ),
        format!(
            "\nThe accounts are for invented data alone. To open it again later as it is by then: \
             tridem --dir {dir} serve"
        ),
    );
    super::serve::here(port, session)
}

/// Files of one folder in a line: the folder stands before the first.
fn listed(files: &[PathBuf]) -> String {
    let name = |path: &PathBuf| {
        path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let first = files.first().map(|path| path.display().to_string());
    first.into_iter().chain(files.iter().skip(1).map(name)).collect::<Vec<_>>().join(", ")
}

/// A school year by its name, any other period by its days.
fn told(period: Period, lang: Lang) -> String {
    let year = SchoolYear::of(period.first);
    if year.period() == period {
        return lang.pick(format!("Schuljahr {year}"), format!("school year {year}"));
    }
    lang.pick(
        format!("{} bis {}", period.first.german(), period.last.german()),
        format!("{} to {}", period.first, period.last),
    )
}
