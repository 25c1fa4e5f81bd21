//! `tridem key`: changing the key of the records, a sheet of it for the safe, and checking copies.

use std::io::{IsTerminal, Read as _, Write as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::app::{self, App, Error, NewKey, SheetForm, Value, moment};

use super::Session;
use super::lists::{FormatArgs, List};

/// The key of the records: change it, print it for the safe, check copies of it.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Encrypt all records under a new key or a new passphrase.
    ///
    /// A power cut at any moment leaves records that open. Backups from before still need the old key,
    /// which stays beside the new one until `forget-old`. Nobody else may be working meanwhile. The
    /// old file is written over; on flash memory that does not promise that its content is gone.
    Rotate {
        /// What opens the records afterwards; without it, the same as now.
        #[arg(long, value_enum, value_name = "KIND")]
        to: Option<Kind>,
        /// A file with the new passphrase. The variable `TRIDEM_NEW_PASSPHRASE` may hold it as well;
        /// without either it is asked for.
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Destroy what is left here of older keys, so that no older backup can be read any more.
    ///
    /// It says first which backups that are, and asks for a verified backup under the key of now.
    ForgetOld {
        /// Do it. Without it, only say what would become unreadable.
        #[arg(long)]
        confirm: bool,
    },
    /// List the keys that the records have had.
    List {
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Print the sheet for the safe: the key in groups with check digits, and how to use it.
    Print {
        /// What to write.
        #[arg(long, value_enum, default_value_t = Form::Text)]
        format: Form,
        /// Write it into this new file, which its owner alone may read, instead of printing it.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Check whether a copy of the key opens the records, and remember that somebody has looked.
    Check {
        /// The file with the copy.
        #[arg(required_unless_present = "typed", conflicts_with = "typed")]
        file: Option<PathBuf>,
        /// Type the groups of the sheet, or have them read from standard input.
        #[arg(long)]
        typed: bool,
    },
    /// Make the file of a key from the groups of the sheet.
    Type {
        /// The new file.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// What opens records.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(super) enum Kind {
    /// A passphrase.
    Passphrase,
    /// A key in a file.
    File,
}

/// What the sheet is written as.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(super) enum Form {
    /// Text.
    Text,
    /// A page for printing.
    Html,
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    match command {
        Command::Rotate { to, new_passphrase_file } => {
            rotate(*to, new_passphrase_file.as_deref(), session)
        }
        Command::ForgetOld { confirm } => forget(*confirm, session),
        Command::List { format } => list(format, session),
        Command::Print { format, out } => print(*format, out.as_deref(), session),
        Command::Check { file, .. } => {
            let mut app = session.open()?;
            match file {
                Some(file) => app.check_key_file(&session.actor, file)?,
                None => app.check_typed_key(&session.actor, &typed(session)?)?,
            }
            session.out.line(
                "Diese Kopie des Schlüssels öffnet die Daten. Das ist vermerkt.",
                "This copy of the key opens the records. That is noted.",
            )
        }
        Command::Type { out } => {
            App::write_typed_key(&typed(session)?, out)?;
            let out = out.display();
            session.out.line(format!("Geschrieben: {out}"), format!("Written: {out}"))
        }
    }
}

fn rotate(
    to: Option<Kind>,
    new_passphrase_file: Option<&Path>,
    session: &mut Session,
) -> Result<(), Error> {
    let lang = session.out.lang();
    let source = session.keys.open(&session.dir, lang)?;
    let app = session.admit(App::open(&session.dir, &source)?)?;
    let is_passphrase = match to {
        Some(kind) => matches!(kind, Kind::Passphrase),
        None => app::needs_passphrase(&session.dir),
    };
    let new = if is_passphrase {
        NewKey::Passphrase(session.keys.new_passphrase(new_passphrase_file, lang)?)
    } else {
        NewKey::File
    };
    let bar = session.out.progress(100, "Neu verschlüsseln", "Encrypting anew");
    let done = app.rotate_key(&session.actor, &source, &new, &mut |percent| {
        bar.set_position(percent);
    });
    bar.finish_and_clear();
    let done = done?;
    let (number, file) = (done.generation, done.file.display());
    session.out.line(
        format!("Die Daten öffnet jetzt Schlüssel Nr. {number}: {file}"),
        format!("The records are now opened with key no. {number}: {file}"),
    )?;
    if let Some(old) = done.old {
        let old = old.display();
        session.out.line(
            format!("Ältere Sicherungen öffnet weiter der alte, der jetzt hier liegt: {old}"),
            format!("Older backups still need the old one, which now lies here: {old}"),
        )?;
    }
    session.out.remark(
        "Machen Sie jetzt eine Sicherung, und legen Sie mit `tridem key print` ein neues Blatt in den \
         Tresor.",
        "Make a backup now, and put a new sheet into the safe with `tridem key print`.",
    );
    Ok(())
}

fn forget(confirm: bool, session: &mut Session) -> Result<(), Error> {
    let source = session.keys.open(&session.dir, session.out.lang())?;
    let mut app = session.admit(App::open(&session.dir, &source)?)?;
    let forgetting = app.forgetting(&session.actor, &source)?;
    for backup in &forgetting.unreadable {
        let (path, made) = (&backup.kept.path, moment(backup.kept.made_at));
        session.out.remark(
            format!("Wird unlesbar: {path} vom {made}"),
            format!("Becomes unreadable: {path} of {made}"),
        );
    }
    let has_passphrase = forgetting.keys.iter().any(|key| key.is_passphrase);
    let done = app.forget_old_keys(&session.actor, &source, confirm)?;
    for file in &done.files {
        let file = file.display();
        session.out.line(format!("Vernichtet: {file}"), format!("Destroyed: {file}"))?;
    }
    if has_passphrase {
        session.out.remark(
            "Wer eine alte Passphrase noch weiß, kann die Sicherungen von damals weiter öffnen: \
             löschen Sie auch diese Dateien.",
            "Whoever still knows an old passphrase can go on opening the backups of then: delete \
             those files as well.",
        );
    }
    session.out.remark(
        "Kopien des alten Schlüssels, die Sie anderswo haben, vernichten Sie selbst, auch auf Papier.",
        "Copies of the old key that you have elsewhere are for you to destroy, on paper too.",
    );
    Ok(())
}

fn list(format: &FormatArgs, session: &mut Session) -> Result<(), Error> {
    let keys = session.open()?.key_generations(&session.actor)?;
    let mut list = List::new(&[
        ("generation", "Nr.", "no."),
        ("kind", "Art", "kind"),
        ("since", "Seit", "since"),
        ("fingerprint", "Kennung", "fingerprint"),
        ("destroyed_at", "Vernichtet", "destroyed"),
    ]);
    let lang = session.out.lang();
    for key in keys {
        let (de, en) =
            if key.is_passphrase { ("Passphrase", "passphrase") } else { ("Datei", "file") };
        list.row([
            Value::Integer(key.generation.into()),
            Value::Text(lang.pick(de, en).into()),
            Value::Text(moment(key.since_at)),
            Value::Text(app::hex(&key.fingerprint)),
            key.forgotten_at.map_or(Value::None, |at| Value::Text(moment(at))),
        ]);
    }
    session.out.list(&list, format.get())
}

fn print(form: Form, out: Option<&Path>, session: &mut Session) -> Result<(), Error> {
    let form = match form {
        Form::Text => SheetForm::Text,
        Form::Html => SheetForm::Html,
    };
    let sheet = session.open()?.key_sheet(&session.actor, form, session.out.lang())?;
    let Some(path) = out else { return session.out.print(&sheet.text) };
    app::write_private(path, &sheet.text)?;
    let path = path.display();
    session.out.remark(
        format!(
            "Geschrieben: {path}. Darin steht der Schlüssel: drucken Sie es und löschen Sie es."
        ),
        format!("Written: {path}. It holds the key: print it and delete it."),
    );
    Ok(())
}

/// The groups as somebody types them, not shown on a terminal.
fn typed(session: &Session) -> Result<Zeroizing<String>, Error> {
    let mut text = Zeroizing::new(String::new());
    if std::io::stdin().is_terminal() {
        let lang = session.out.lang();
        // Four lines, as on the sheet.
        for line in 1..=4 {
            let question = lang.pick(format!("Zeile {line}: "), format!("Line {line}: "));
            let typed = rpassword::prompt_password(question).map_err(Error::NoPassphrase)?;
            let typed = Zeroizing::new(typed);
            text.push_str(&typed);
            text.push(' ');
        }
        let _ = std::io::stderr().flush();
    } else {
        std::io::stdin().take(4_096).read_to_string(&mut text).map_err(Error::File)?;
    }
    Ok(text)
}
