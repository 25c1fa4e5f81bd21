//! `tridem import preview` and what follows: files of other programs, the rows that wait, mappings,
//! and taking back a whole import.

use std::path::PathBuf;

use crate::app::{Error, QueueDecision, Source, SourceOrder, SourceOutcome, Value, moment};

use super::Session;
use super::lists::{FormatArgs, List};
use super::output::counted;

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Say what a file of another program would come to, and change nothing.
    Preview(FileArgs),
    /// Take in a file of another program. What cannot be taken in waits for a decision.
    Take {
        #[command(flatten)]
        file: FileArgs,
        /// Take the file in although the very same file was imported before.
        #[arg(long)]
        again: bool,
    },
    /// List what was imported, newest first.
    List {
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Take back a whole import, where nothing refers to it and nothing of it was changed.
    Undo {
        /// The number of the import.
        import: i64,
        /// Why, in one line.
        #[arg(long)]
        reason: String,
    },
    /// Rows that wait for a decision.
    #[command(subcommand)]
    Queue(Queue),
    /// Saved descriptions of tables.
    #[command(subcommand)]
    Mappings(Mappings),
}

/// A file of another program.
#[derive(clap::Args)]
pub(super) struct FileArgs {
    /// The program: webuntis, schild-terms, schild-pupils or table.
    source: Source,
    /// The file.
    file: PathBuf,
    /// The number of the school whose file it is.
    #[arg(long, value_name = "NUMBER")]
    school: Option<String>,
    /// The saved mapping of a table, or a file with one.
    #[arg(long, value_name = "MAPPING")]
    mapping: Option<String>,
    /// The most lessons that count for a day.
    #[arg(long, default_value_t = 8, value_name = "LESSONS")]
    cap: u16,
    /// How many lessons make a whole day at a school that counts days or half-days.
    #[arg(long, default_value_t = 6, value_name = "LESSONS")]
    lessons_per_day: u16,
    /// Take an empty sum for 0.
    #[arg(long)]
    empty_is_zero: bool,
}

#[derive(clap::Subcommand)]
pub(super) enum Queue {
    /// List what waits, one line for each person.
    List {
        /// Only rows of this import.
        #[arg(long, value_name = "NUMBER")]
        import: Option<i64>,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Show a row with all that was read of it.
    Show {
        /// The number of the row.
        row: i64,
    },
    /// Decide about a row, and about all rows of the same file about the same person.
    Decide {
        /// The number of the row.
        row: i64,
        /// The code of the pupil whom it is about.
        #[arg(
            long,
            value_name = "CODE",
            required_unless_present = "skip",
            conflicts_with = "skip"
        )]
        pupil: Option<String>,
        /// Leave it out.
        #[arg(long, requires = "reason")]
        skip: bool,
        /// Why it is left out, in one line.
        #[arg(long)]
        reason: Option<String>,
    },
    /// Try all waiting rows again, after what was missing has been recorded.
    Retry,
}

#[derive(clap::Subcommand)]
pub(super) enum Mappings {
    /// List the saved mappings.
    List {
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Show a saved mapping.
    Show {
        /// Its name.
        name: String,
    },
    /// Save a mapping; one of that name is replaced.
    Save {
        /// Its name.
        name: String,
        /// The file with the mapping, in TOML.
        file: PathBuf,
    },
    /// Remove a saved mapping.
    Remove {
        /// Its name.
        name: String,
    },
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    match command {
        Command::Preview(file) => incoming(file, false, false, session),
        Command::Take { file, again } => incoming(file, true, *again, session),
        Command::List { format } => list(format, session),
        Command::Undo { import, reason } => {
            let removed = session.open()?.undo_import(&session.actor, *import, reason)?;
            let removed = usize::try_from(removed).unwrap_or(usize::MAX);
            let de = counted(removed, "Datensatz", "Datensätze");
            let en = counted(removed, "record", "records");
            session.out.line(
                format!("Import {import} zurückgenommen: {de} entfernt."),
                format!("Import {import} taken back: {en} removed."),
            )
        }
        Command::Queue(command) => queue(command, session),
        Command::Mappings(command) => mappings(command, session),
    }
}

fn incoming(file: &FileArgs, take: bool, again: bool, session: &mut Session) -> Result<(), Error> {
    let order = SourceOrder {
        source: file.source,
        path: &file.file,
        school: file.school.as_deref(),
        cap: file.cap,
        lessons_per_day: file.lessons_per_day,
        empty_is_zero: file.empty_is_zero,
        mapping: file.mapping.as_deref(),
        again,
    };
    let outcome = session.open()?.incoming(&session.actor, &order, take)?;
    tell(&outcome, session)
}

/// Says what a file came to or would come to, the numbers first.
fn tell(outcome: &SourceOutcome, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    let mut lines = Vec::new();
    let mut number = |de: &str, en: &str, number: usize| {
        if number > 0 {
            lines.push(format!("{number:>8}  {}", lang.pick(de, en)));
        }
    };
    number("Zeilen in der Datei", "rows in the file", outcome.rows);
    number("Kinder gefunden", "pupils found", outcome.matched);
    number("neue Datensätze", "new records", outcome.records);
    number("offene Fehlzeiten geklärt", "open absences cleared up", outcome.settled);
    number("Kennungen gemerkt", "ids saved", outcome.ids);
    for (why, rows) in &outcome.left_out {
        number(&format!("weggelassen: {}", why.de), &format!("left out: {}", why.en), *rows);
    }
    number("warten auf eine Entscheidung", "wait for a decision", outcome.waiting);
    for (line, who, why) in &outcome.examples {
        let line = format!("{} {line}", lang.pick("Zeile", "line"));
        let who = if who.is_empty() { String::new() } else { format!(", {who}") };
        lines.push(format!("          {line}{who}: {}", why.get(lang)));
    }
    if outcome.waiting > outcome.examples.len() {
        lines.push(format!("          {}", lang.pick("…", "…")));
    }
    for (code, what) in &outcome.differing {
        let word = lang.pick("anders in der Datei, nicht geändert", "differs, not changed");
        lines.push(format!("          {word}: {code}, {}", what.get(lang)));
    }
    if !outcome.ignored.is_empty() {
        let word = lang.pick("nicht gelesene Spalten", "columns not read");
        lines.push(format!("{word}: {}", outcome.ignored.join(", ")));
    }
    session.out.print(&(lines.join("\n") + "\n"))?;
    if let (Some((day, _)), None) = (&outcome.before, outcome.import) {
        session.out.line(
            format!("Genau diese Datei wurde schon am {day} eingelesen."),
            format!("This very file was imported before, on {day}."),
        )?;
    }
    match outcome.import {
        Some(import) => session.out.line(format!("Import {import}."), format!("Import {import}.")),
        None => session.out.line("Es wurde nichts gespeichert.", "Nothing was saved."),
    }
}

fn list(format: &FormatArgs, session: &mut Session) -> Result<(), Error> {
    let mut list = List::new(&[
        ("import", "Import", "import"),
        ("at", "Zeitpunkt", "at"),
        ("source", "Quelle", "source"),
        ("kind", "Art", "kind"),
        ("file", "Datei", "file"),
        ("rows", "Zeilen", "rows"),
        ("waiting", "wartend", "waiting"),
        ("by", "von", "by"),
        ("undone", "zurückgenommen", "taken back"),
    ]);
    let text = |number: u64| Value::Text(number.to_string());
    for kept in session.open()?.imports(&session.actor)? {
        let undone = kept.undone.map(|(at, why)| format!("{}: {why}", moment(at)));
        list.row([
            Value::Text(kept.key.to_string()),
            Value::Text(moment(kept.imported_at)),
            Value::Text(kept.source),
            Value::Text(kept.kind),
            Value::Text(kept.name),
            text(kept.rows),
            text(kept.waiting),
            Value::Text(kept.taken_by),
            Value::Text(undone.unwrap_or_default()),
        ]);
    }
    session.out.list(&list, format.get())
}

fn queue(command: &Queue, session: &mut Session) -> Result<(), Error> {
    let mut app = session.open()?;
    let lang = session.out.lang();
    match command {
        Queue::List { import, format } => {
            let mut list = List::new(&[
                ("row", "Zeile Nr.", "row"),
                ("import", "Import", "import"),
                ("line", "in der Datei", "line"),
                ("rows", "Zeilen", "rows"),
                ("who", "wer", "who"),
                ("reason", "was fehlt", "missing"),
            ]);
            for person in app.queue(&session.actor, *import)? {
                list.row([
                    Value::Text(person.row.to_string()),
                    Value::Text(person.import.to_string()),
                    Value::Text(person.line.to_string()),
                    Value::Text(person.rows.to_string()),
                    Value::Text(person.who.shown()),
                    Value::Text(person.reason.get(lang).to_owned()),
                ]);
            }
            app.settle_reads()?;
            session.out.list(&list, format.get())
        }
        Queue::Show { row } => {
            let found = app.queue_row(&session.actor, *row)?;
            app.settle_reads()?;
            let word = lang.pick("Zeile", "line");
            let mut lines = vec![format!("{word} {}: {}", found.row.line, found.row.who.shown())];
            if let Some(birth) = found.row.who.birth {
                lines.push(format!("  {}: {birth}", lang.pick("geboren", "born")));
            }
            lines.extend(found.row.fields.iter().map(|(name, value)| format!("  {name}: {value}")));
            let missing = lang.pick("es fehlt", "missing");
            lines.push(format!("{missing}: {}\n", found.row.reason.get(lang)));
            session.out.print(&lines.join("\n"))
        }
        Queue::Decide { row, pupil, reason, .. } => {
            let reason = reason.as_deref().unwrap_or("");
            let decision =
                pupil.as_deref().map_or(QueueDecision::Skip(reason), QueueDecision::Pupil);
            let done = app.decide_row(&session.actor, *row, decision)?;
            tell_done(done, session)
        }
        Queue::Retry => {
            let done = app.retry_queue(&session.actor)?;
            tell_done(done, session)
        }
    }
}

fn tell_done(done: crate::app::QueueDone, session: &mut Session) -> Result<(), Error> {
    let rows = (counted(done.decided, "Zeile", "Zeilen"), counted(done.decided, "row", "rows"));
    let made = (
        counted(done.records, "neuer Datensatz", "neue Datensätze"),
        counted(done.records, "new record", "new records"),
    );
    let ids = (
        counted(done.ids, "Kennung gemerkt", "Kennungen gemerkt"),
        counted(done.ids, "id saved", "ids saved"),
    );
    session.out.line(
        format!("Entschieden: {}; {}; {}.", rows.0, made.0, ids.0),
        format!("Decided: {}; {}; {}.", rows.1, made.1, ids.1),
    )
}

fn mappings(command: &Mappings, session: &mut Session) -> Result<(), Error> {
    let mut app = session.open()?;
    match command {
        Mappings::List { format } => {
            let mut list = List::new(&[("name", "Name", "name")]);
            for (name, _) in app.mappings()? {
                list.row([Value::Text(name)]);
            }
            session.out.list(&list, format.get())
        }
        Mappings::Show { name } => {
            let found = app.mappings()?.into_iter().find(|(saved, _)| saved == name);
            let missing = || crate::app::ImportError::NoSuchMapping(name.clone());
            let (_, text) = found.ok_or_else(missing)?;
            session.out.print(&text)
        }
        Mappings::Save { name, file } => {
            app.save_mapping(&session.actor, name, file)?;
            session.out.line("Gespeichert.", "Saved.")
        }
        Mappings::Remove { name } => {
            app.remove_mapping(&session.actor, name)?;
            session.out.line("Entfernt.", "Removed.")
        }
    }
}
