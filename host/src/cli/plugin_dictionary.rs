//! `tridem plugin dictionary`: what a plugin can ask for, for whoever writes one or allows one.

use std::path::PathBuf;

use crate::app::{DictionaryFormat, Error, dictionary, replace_file};

use super::Session;
use super::output::width;

/// What to show of the data dictionary.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Only this dataset, such as contacts or cases.
    dataset: Option<String>,
    /// The form.
    #[arg(long, value_enum, default_value_t = FormatArg::Text)]
    format: FormatArg,
    /// Write it to this file instead of printing it.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum FormatArg {
    /// For the terminal.
    Text,
    /// A page to read and print.
    Html,
    /// JSON in both languages, for programs.
    Json,
    /// CSV with one row for each field.
    Csv,
}

impl FormatArg {
    fn get(self) -> DictionaryFormat {
        match self {
            Self::Text => DictionaryFormat::Text,
            Self::Html => DictionaryFormat::Html,
            Self::Json => DictionaryFormat::Json,
            Self::Csv => DictionaryFormat::Csv,
        }
    }
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let width = if args.out.is_none() { width() } else { None };
    let lang = session.out.lang();
    let text = dictionary(args.dataset.as_deref(), args.format.get(), lang, width)?;
    let Some(path) = &args.out else { return session.out.print(&text) };
    replace_file(path, text.as_bytes())?;
    let path = path.display();
    session.out.remark(format!("Geschrieben: {path}"), format!("Written: {path}"));
    Ok(())
}
