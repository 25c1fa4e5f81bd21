//! `tridem plugin new`, `build`, `check`, `test`, `run`, `watch`, `bench` and `pack`: for the authors of
//! plugins. Each command ends with the next one.

use std::path::{Path, PathBuf};

use crate::app::kit::{self, Verdict};
use crate::app::{self, Error};

use super::Session;

/// What the author of a plugin does.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Begin a plugin: a folder with a small one that works, with a test and all it is built with.
    New(NewArgs),
    /// Compile the plugin in a folder and check that it may run.
    Build(FolderArgs),
    /// Run the tests in a plugin's folder against the compiled plugin.
    Test(TestArgs),
    /// Make a package of a plugin's folder and its compiled module.
    Pack(PackArgs),
}

#[derive(clap::Args)]
pub(super) struct NewArgs {
    /// The folder, which is made. Nothing that is there is overwritten.
    folder: PathBuf,
    /// The language it is written in.
    #[arg(long, value_enum, default_value_t = Language::Rust)]
    language: Language,
    /// What it is for.
    #[arg(long, value_enum, default_value_t = Kind::Metrics)]
    kind: Kind,
    /// Its permanent name in reverse-domain form; without it, one that begins with `org.example`.
    #[arg(long)]
    id: Option<String>,
    /// What it is called.
    #[arg(long)]
    title: Option<String>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Language {
    /// Rust, with the SDK.
    Rust,
    /// JavaScript, by componentize-js.
    Js,
    /// Python, by componentize-py.
    Python,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Kind {
    /// Figures that the host counts and withholds where they are too small.
    Metrics,
    /// A report of its own: checks on records, its own tables and words.
    Reporting,
    /// Next steps for cases, such as a talk with parents.
    Workflow,
}

#[derive(clap::Args)]
pub(super) struct FolderArgs {
    /// The plugin's folder.
    #[arg(default_value = ".")]
    folder: PathBuf,
}

#[derive(clap::Args)]
pub(super) struct TestArgs {
    /// The plugin's folder.
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Write down what comes out as what is expected.
    #[arg(long)]
    update: bool,
}

#[derive(clap::Args)]
pub(super) struct PackArgs {
    /// The folder with `plugin.toml`.
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// The WebAssembly: a component, or a core module that carries the plugin interface. Without it,
    /// what `plugin build` made.
    #[arg(long, value_name = "FILE")]
    module: Option<PathBuf>,
    /// Where to write the package; without it, into the folder `build` under its id and version.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    match command {
        Command::New(args) => new(args, session),
        Command::Build(args) => build(&args.folder, session),
        Command::Test(args) => test(args, session),
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
