//! `tridem letter`: drafts of letters for tasks.

use std::path::PathBuf;

use crate::app::{Error, LetterOrder, Value};
use crate::domain::Day;

use super::Session;
use super::lists::{FormatArgs, List};

/// Letters: drafted from a plugin's templates for a task. The plugin never sees them, and nothing is
/// sent to anybody.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// List the letters for a task, and the languages that they are there in.
    Show {
        /// The id of the task, as `tridem task list` shows it, or its first characters.
        task: String,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Draft a letter for a task. The history of the task notes it.
    Render {
        /// The id of the task, as `tridem task list` shows it, or its first characters.
        task: String,
        /// The letter; without it, the one that the plugin chose.
        #[arg(long, value_name = "NAME")]
        template: Option<String>,
        /// The language, such as tr; without it the family's, or German where there is none.
        #[arg(long, value_name = "LANGUAGE")]
        language: Option<String>,
        /// By when the family is asked to answer; without it, the day on which the task is due, or one in
        /// two weeks where that is over.
        #[arg(long, value_name = "DAY")]
        by: Option<Day>,
        /// How to write the letter.
        #[arg(long, value_enum, default_value_t = Form::Text)]
        format: Form,
        /// Write it to this file instead of printing it.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Form {
    /// Plain text.
    Text,
    /// A page to read and print.
    Html,
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    let mut app = session.open()?;
    match command {
        Command::Show { task, format } => {
            let mut list = List::new(&[
                ("template", "Brief", "letter"),
                ("chosen", "vorgeschlagen", "proposed"),
                ("languages", "Sprachen", "languages"),
                ("family", "Sprache der Familie", "the family's language"),
                ("language", "würde geschrieben auf", "would be written in"),
            ]);
            let lang = session.out.lang();
            for found in app.letters(&session.actor, task)? {
                let chosen =
                    if found.chosen { lang.pick("ja", "yes") } else { lang.pick("nein", "no") };
                list.row([
                    Value::Text(found.template),
                    Value::Text(chosen.to_owned()),
                    Value::List(found.languages),
                    found.family.map_or(Value::None, Value::Text),
                    Value::Text(found.language),
                ]);
            }
            app.settle_reads()?;
            session.out.list(&list, format.get())
        }
        Command::Render { task, template, language, by, format, out } => {
            let order = LetterOrder {
                task,
                template: template.as_deref(),
                language: language.as_deref(),
                by: *by,
                as_page: *format == Form::Html,
            };
            let drafted = app.draft_letter(&session.actor, &order, session.out.lang())?;
            if let Some(remark) = &drafted.remark {
                session.out.remark(&remark.de, &remark.en);
            }
            let Some(path) = out else { return session.out.print(&drafted.text) };
            session.out.write_file(path, drafted.text.as_bytes())
        }
    }
}
