//! `tridem demo`: the whole way from an empty folder to a report, with an invented city.

use std::time::Instant;

use crate::app::{self, Error};

use super::Session;

/// Make an invented city with a school year of contacts and absences, and the reports a programme
/// lead would get.
///
/// It writes the city's CSV files, imports them as you would, installs, grants and enables the plugins
/// that compare schools, tell absences, check records and propose next steps, and writes their reports
/// in every form. Nothing leaves this machine.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The seed: the same number makes the same city.
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    seed: u64,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let start = Instant::now();
    let lang = session.out.lang();
    let dir = session.dir.clone();
    let bar = session.out.progress(100, "Beispielstadt", "Example city");
    let made = app::demo(&dir, args.seed, lang, &mut |percent| bar.set_position(percent));
    bar.finish_and_clear();
    let made = made?;
    let mut lines = vec![lang.pick(
        format!("{}: eine erfundene Stadt, Schuljahr {}", made.city, made.year),
        format!("{}: an invented city, school year {}", made.city, made.year),
    )];
    for (kind, rows) in &made.imported {
        lines.push(format!("{rows:>8}  {}", kind.title().get(lang)));
    }
    lines.push(String::new());
    for (title, files) in &made.reports {
        lines.push(lang.pick(
            format!("Der Bericht „{}“ liegt in:", title.de),
            format!("The report \"{}\" is in:", title.en),
        ));
        lines.extend(files.iter().map(|path| format!("  {}", path.display())));
    }
    let dir = dir.display();
    let (steps, seconds) = (made.proposals, start.elapsed().as_secs_f64());
    lines.push(lang.pick(
        format!("Vorgeschlagene nächste Schritte: {steps}; ansehen: tridem --dir {dir} task list"),
        format!("Next steps proposed: {steps}; to see them: tridem --dir {dir} task list"),
    ));
    lines.push(String::new());
    lines.push(lang.pick(
        format!(
            "Zum Weiterprobieren: tridem --dir {dir} contact list --limit 5\n\
             Fertig nach {seconds:.1} s.",
        ),
        format!(
            "To try more: tridem --dir {dir} contact list --limit 5\nDone after {seconds:.1} s.",
        ),
    ));
    session.out.print(&(lines.join("\n") + "\n"))
}
