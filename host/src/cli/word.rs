//! `tridem word`: words that shared notes are looked through for, and what is said when one is found.

use crate::app::{App, Error, Value};
use crate::domain::FoundWord;

use super::Session;
use super::lists::{FormatArgs, List};

/// Words that shared notes are looked through for: origin, health and offences. Nothing is refused, and
/// nothing leaves this machine.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// List the words.
    List {
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Look for a further word.
    Add {
        /// The word; `*` at its end stands for all words that begin so.
        word: String,
        /// What it tells: origin, health or crime.
        #[arg(long, value_name = "KIND")]
        kind: String,
    },
    /// Do not look for a word any more.
    Remove {
        /// The word as the list has it.
        word: String,
    },
    /// List the notes that are there already and have such words in them.
    Find {
        #[command(flatten)]
        format: FormatArgs,
    },
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    let mut app = session.open()?;
    match command {
        Command::List { format } => {
            let mut list = List::new(&[
                ("word", "Wort", "word"),
                ("kind", "Art", "kind"),
                ("title", "was es verrät", "what it tells"),
            ]);
            for (word, kind) in app.watched_words()?.iter() {
                let title = kind.title.get(lang).to_owned();
                list.row([word.to_owned(), kind.code.clone(), title].map(Value::Text));
            }
            session.out.list(&list, format.get())
        }
        Command::Add { word, kind } => {
            app.watch_word(&session.actor, word, kind)?;
            session.out.line("Gespeichert.", "Saved.")
        }
        Command::Remove { word } => {
            app.forget_word(&session.actor, word)?;
            session.out.line("Gespeichert.", "Saved.")
        }
        Command::Find { format } => {
            let mut list = List::new(&[
                ("id", "Kennung", "id"),
                ("day", "Tag", "day"),
                ("school", "Schule", "school"),
                ("words", "Wörter", "words"),
                ("kinds", "was sie verraten", "what they tell"),
            ]);
            for note in app.notes_with_words(&session.actor)? {
                let words = note.words.iter().map(|found| found.word.clone()).collect();
                let mut kinds: Vec<String> =
                    note.words.iter().map(|it| it.kind.title.get(lang).to_owned()).collect();
                kinds.dedup();
                let contact = &note.contact.contact;
                list.row([
                    Value::Text(contact.id.to_string()),
                    Value::Day(contact.day),
                    Value::Text(note.contact.school.clone()),
                    Value::List(words),
                    Value::List(kinds),
                ]);
            }
            app.settle_reads()?;
            session.out.list(&list, format.get())
        }
    }
}

/// Tells which words of texts that were just saved may not belong there, and why.
pub(super) fn warn(app: &App, texts: &[&str], session: &mut Session) -> Result<(), Error> {
    let mut found: Vec<FoundWord> = app.watched_words()?.find(&texts.join("\n"));
    while let Some(first) = found.first() {
        let kind = first.kind;
        let of_kind: Vec<String> = found
            .iter()
            .filter(|it| it.kind.code == kind.code)
            .map(|it| format!("`{}`", it.word))
            .collect();
        let words = of_kind.join(", ");
        session.out.remark(
            format!("Bitte prüfen: {words} ({}). {}", kind.title.de, kind.reason.de),
            format!("Please look again: {words} ({}). {}", kind.title.en, kind.reason.en),
        );
        found.retain(|it| it.kind.code != kind.code);
    }
    Ok(())
}
