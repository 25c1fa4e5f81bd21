//! `tridem code`: the code lists, which are data that a municipality can add to.

use crate::app::{Error, Value};

use super::Session;
use super::lists::{FormatArgs, List};

/// Code lists: the words for kinds, topics, results and so on.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// List the codes of one list, or of all.
    List {
        /// The list, such as contact-kind or topic.
        list: Option<String>,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Add a code at the end of a list. It cannot be taken back, since records may use it.
    Add {
        /// The list, such as topic.
        list: String,
        /// The permanent code, such as school-garden.
        code: String,
        /// The German word.
        #[arg(long, value_name = "WORD")]
        de: String,
        /// The English word.
        #[arg(long, value_name = "WORD")]
        en: String,
    },
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    let mut app = session.open()?;
    match command {
        Command::List { list: wanted, format } => {
            let mut list = List::new(&[
                ("list", "Liste", "list"),
                ("code", "Code", "code"),
                ("de", "Deutsch", "German"),
                ("en", "Englisch", "English"),
            ]);
            for (name, code) in app.codes(wanted.as_deref())? {
                list.row([name, code.code, code.de, code.en].map(Value::Text));
            }
            session.out.list(&list, format.get())
        }
        Command::Add { list, code, de, en } => {
            app.add_code(&session.actor, list, code, de, en)?;
            session.out.line("Gespeichert.", "Saved.")
        }
    }
}
