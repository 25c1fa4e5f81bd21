//! `tridem completions` and `tridem man`: what shells and `man` want to know of the commands.

use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::app::Error;
use crate::domain::Lang;

use super::{Cli, Session, help};

/// Print the completions of a shell, for its own folder of them.
#[derive(clap::Args)]
pub(super) struct CompletionsArgs {
    /// The shell.
    shell: Shell,
}

/// Write a manual page for each command, in the language of this one.
#[derive(clap::Args)]
pub(super) struct ManArgs {
    /// The folder to write them to; it is made where it is not there.
    folder: PathBuf,
}

pub(super) fn completions(args: &CompletionsArgs, session: &mut Session) -> Result<(), Error> {
    let mut command = help::speaking(Cli::command(), session.out.lang());
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "tridem", &mut script);
    session.out.print_bytes(&script)
}

pub(super) fn man(args: &ManArgs, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    let dir = &args.folder;
    fs_err::create_dir_all(dir).map_err(Error::File)?;
    let mut pages = 0;
    write(help::speaking(Cli::command(), lang), dir, lang, &mut pages)?;
    let dir = dir.display();
    session.out.line(
        format!("{pages} Handbuchseiten geschrieben: {dir}"),
        format!("{pages} manual pages written: {dir}"),
    )
}

/// Writes the page of a command and those of the commands below it.
fn write(command: Command, dir: &Path, lang: Lang, pages: &mut usize) -> Result<(), Error> {
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        write(inner.clone(), dir, lang, pages)?;
    }
    let page = Man::new(command).manual("Tridem");
    let mut text = Vec::new();
    page.render(&mut text).map_err(Error::File)?;
    let text = String::from_utf8_lossy(&text);
    let text = if lang == Lang::De { german(&text) } else { text.into_owned() };
    fs_err::write(dir.join(page.get_filename()), text).map_err(Error::File)?;
    *pages += 1;
    Ok(())
}

/// The headings that `clap_mangen` writes, in the words of German manual pages.
fn german(page: &str) -> String {
    let lines = page.lines().map(|line| match line {
        ".SH NAME" => ".SH BEZEICHNUNG",
        ".SH SYNOPSIS" => ".SH ÜBERSICHT",
        ".SH DESCRIPTION" => ".SH BESCHREIBUNG",
        ".SH OPTIONS" => ".SH OPTIONEN",
        ".SH SUBCOMMANDS" => ".SH BEFEHLE",
        line => line,
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}
