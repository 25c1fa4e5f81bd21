//! `tridem plugin new`, `build`, `check`, `test`, `run`, `watch`, `bench` and `pack`: for the authors of
//! plugins. Each command ends with the next one.

use std::path::Path;

use crate::app::kit::{self, Verdict};
use crate::app::{self, Error};

use super::Session;
use super::plugin_kit_args::{BenchArgs, Kind, Language, NewArgs, PackArgs, RunArgs, TestArgs};

pub(super) use super::plugin_kit_args::Command;

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    match command {
        Command::New(args) => new(args, session),
        Command::Build(args) => build(&args.folder, session),
        Command::Check(args) => check(&args.plugin, session),
        Command::Test(args) => test(args, session),
        Command::Run(args) => rehearse(args, session),
        Command::Watch(args) => watch(&args.folder, session),
        Command::Bench(args) => bench(args, session),
        Command::Pack(args) => pack(args, session),
    }
}

fn new(args: &NewArgs, session: &mut Session) -> Result<(), Error> {
    let wanted = kit::NewPlugin {
        folder: &args.folder,
        language: match args.language {
            Language::Rust => kit::Language::Rust,
            Language::Js => kit::Language::JavaScript,
            Language::Python => kit::Language::Python,
        },
        kind: match args.kind {
            Kind::Metrics => kit::Kind::Metrics,
            Kind::Reporting => kit::Kind::Reporting,
            Kind::Workflow => kit::Kind::Workflow,
        },
        id: args.id.as_deref(),
        title: args.title.as_deref(),
    };
    let made = kit::new(&wanted)?;
    session.out.line(format!("Begonnen: {}", made.id), format!("Begun: {}", made.id))?;
    for file in &made.files {
        session.out.print(&format!("  {}\n", file.display()))?;
    }
    next(session, "build", &args.folder);
    Ok(())
}

fn build(folder: &Path, session: &mut Session) -> Result<(), Error> {
    session.out.remark(
        "Wird gebaut; beim ersten Mal dauert das eine Minute.",
        "Building; the first time this takes a minute.",
    );
    let built = kit::build(folder)?;
    if !built.remarks.is_empty() {
        session.out.remark(&built.remarks, &built.remarks);
    }
    let (path, size) = (built.path.display(), built.bytes);
    session.out.line(
        format!("Gebaut und zugelassen: {path} ({size} Bytes)"),
        format!("Built and admitted: {path} ({size} bytes)"),
    )?;
    next(session, "check", folder);
    Ok(())
}

fn test(args: &TestArgs, session: &mut Session) -> Result<(), Error> {
    let tested = kit::test(&args.folder, args.update)?;
    print_tests(&tested, session)?;
    let (failed, all) = (tested.failed(), tested.runs.len());
    if failed > 0 {
        return Err(kit::Error::TestsFailed { failed, all }.into());
    }
    next(session, "pack", &args.folder);
    Ok(())
}

/// Most differences of one test that are shown.
const MOST_SHOWN: usize = 20;

fn print_tests(tested: &kit::Tested, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    if let Some(path) = &tested.stale {
        let path = path.display();
        session.out.remark(
            format!("`{path}` ist neuer als das gebaute Plugin: erst `tridem plugin build`."),
            format!("`{path}` is newer than the built plugin: run `tridem plugin build` first."),
        );
    }
    for run in &tested.runs {
        let verdict = match &run.verdict {
            Verdict::Passed => lang.pick("bestanden", "passed"),
            Verdict::Failed(_) => lang.pick("fehlgeschlagen", "failed"),
            Verdict::NothingExpected => lang.pick(
                "ohne Erwartung; `--update` schreibt auf, was herauskommt",
                "nothing expected; `--update` writes down what comes out",
            ),
            Verdict::Written => lang.pick("aufgeschrieben", "written down"),
        };
        session.out.print(&format!("{}: {verdict}\n", run.name))?;
        let Verdict::Failed(differences) = &run.verdict else { continue };
        for (place, expected, found) in differences.iter().take(MOST_SHOWN) {
            session.out.line(
                format!("  {place}: erwartet {expected}, gefunden {found}"),
                format!("  {place}: expected {expected}, found {found}"),
            )?;
        }
        if let Some(more) = differences.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
            session.out.line(format!("  und {more} weitere"), format!("  and {more} more"))?;
        }
    }
    Ok(())
}

fn pack(args: &PackArgs, session: &mut Session) -> Result<(), Error> {
    let packed = app::pack_folder(&args.folder, args.module.as_deref(), args.out.as_deref())?;
    let (path, bytes, sha256) = (packed.path.display(), packed.bytes, &packed.sha256);
    session.out.line(
        format!("Gepackt: {path} ({bytes} Bytes, SHA-256 {sha256})"),
        format!("Packed: {path} ({bytes} bytes, SHA-256 {sha256})"),
    )?;
    let path = packed.path.clone();
    next(session, "sign", &path);
    Ok(())
}

fn check(path: &Path, session: &mut Session) -> Result<(), Error> {
    let checked = kit::check(path)?;
    let lang = session.out.lang();
    for found in &checked.found {
        let place = found.place.as_ref().map(|(path, line)| match line {
            Some(line) => format!("{}:{line}: ", path.display()),
            None => format!("{}: ", path.display()),
        });
        let (level, place) = (found.level.code(), place.unwrap_or_default());
        session.out.print(&format!("{:<10} {}\n", level.word(lang), found.operator.get(lang)))?;
        if !found.author.is_empty() {
            session.out.line(
                format!("           für den Autor des Plugins: {place}{}", found.author),
                format!("           for its author: {place}{}", found.author),
            )?;
        }
    }
    kit::verdict(&checked)?;
    next(session, if path.is_file() { "sign" } else { "test" }, path);
    Ok(())
}

fn rehearse(args: &RunArgs, session: &mut Session) -> Result<(), Error> {
    let rows = if args.sample {
        session.out.remark("Eine Beispielstadt wird angelegt …", "Making a demo city …");
        kit::Rows::Sample
    } else {
        kit::Rows::Generated { rows: args.rows, seed: args.seed }
    };
    let ran = kit::run(&args.plugin, rows, &args.settings, super::output::width())?;
    session.out.print(ran.text.get(session.out.lang()))?;
    let (fuel, allowed, rows) = (ran.fuel, ran.allowed, ran.rows);
    let each = fuel.saturating_mul(1_000) / rows.max(1);
    let time = ran.time.as_secs_f64() * 1_000.0;
    session.out.remark(
        format!(
            "\n{rows} Zeilen, {fuel} von {allowed} Einheiten Arbeit, {each} je tausend Zeilen, \
             {time:.1} ms im Plugin"
        ),
        format!(
            "\n{rows} rows, {fuel} of {allowed} units of work, {each} per thousand rows, \
             {time:.1} ms in the plugin"
        ),
    );
    let command = if args.plugin.is_file() { "check" } else { "test" };
    next(session, command, &args.plugin);
    Ok(())
}

fn watch(folder: &Path, session: &mut Session) -> Result<(), Error> {
    kit::watch(folder, &mut |changed| {
        if let Some(path) = changed {
            let path = path.display();
            session.out.remark(format!("\n— {path} geändert —"), format!("\n— {path} changed —"));
        }
        let outcome = kit::build(folder)
            .and_then(|_| kit::test(folder, false))
            .and_then(|tested| print_tests(&tested, session).map(|()| tested.failed()));
        match outcome {
            Ok(0) => session.out.remark("Alles in Ordnung.", "All is well."),
            Ok(_) => {}
            Err(error) => session.out.complain(&error),
        }
        session
            .out
            .remark("Warte auf Änderungen; Ctrl-C beendet.", "Waiting for changes; Ctrl-C ends.");
        true
    })
}

fn bench(args: &BenchArgs, session: &mut Session) -> Result<(), Error> {
    session.out.remark(
        "Gemessen wird auf diesem Rechner; was er sonst tut, verändert die Zahlen.",
        "Measured on this machine; what else it does changes the numbers.",
    );
    let measured = kit::bench(&args.plugin, args.rows)?;
    let lang = session.out.lang();
    let (slowest, fastest) = (measured.speeds.first(), measured.speeds.last());
    let of = |speed: Option<&f64>| speed.copied().unwrap_or_default();
    let lines = [
        (
            lang.pick("Millionen Zeilen je Sekunde", "million rows a second"),
            format!("{:.2} ({:.2} – {:.2})", measured.median(), of(slowest), of(fastest)),
        ),
        (lang.pick("Zeilen je Lauf", "rows in a run"), measured.rows.to_string()),
        (lang.pick("Läufe", "runs"), measured.speeds.len().to_string()),
        (lang.pick("Arbeit je Zeile", "work for a row"), format!("{:.1}", measured.fuel_per_row)),
        (
            lang.pick("Start einer Instanz", "start of an instance"),
            format!("{:.3} ms", measured.start.as_secs_f64() * 1_000.0),
        ),
        (
            lang.pick("Übersetzen beim Installieren", "compiling at installation"),
            format!("{:.0} ms", measured.compile.as_secs_f64() * 1_000.0),
        ),
        (lang.pick("Größe", "size"), format!("{} Bytes", measured.bytes)),
    ];
    for (name, value) in lines {
        session.out.print(&format!("{name:<30} {value}\n"))?;
    }
    next(session, if args.plugin.is_file() { "check" } else { "pack" }, &args.plugin);
    Ok(())
}

/// Names the next command, on standard error.
fn next(session: &mut Session, command: &str, path: &Path) {
    let path = shell_word(path);
    let line = format!("tridem plugin {command} {path}");
    session.out.remark(format!("Weiter: {line}"), format!("Next: {line}"));
}

/// A path as one types it in a shell.
fn shell_word(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |letter: char| letter.is_alphanumeric() || "/._-+@~".contains(letter);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_in_a_shell() {
        assert_eq!(shell_word(Path::new("plugins/visits")), "plugins/visits");
        assert_eq!(shell_word(Path::new("Home Visits")), "'Home Visits'");
        assert_eq!(shell_word(Path::new("a'b; rm")), "'a'\\''b; rm'");
    }
}
