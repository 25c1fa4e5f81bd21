//! `tridem backup` and `tridem restore`: the records in one file, and back.

use std::path::{Path, PathBuf};

use crate::app::{self, App, BackupSummary, Check, Error, KeySource, moment};
use crate::domain::Lang;

use super::Session;
use super::backup_schedule;

/// Write all records to one encrypted file, while others go on working.
///
/// The file opens with the same key or passphrase as the records. It is checked whole before it gets
/// its name. The key is not in it: keep a copy of the key, apart from the backup. With a passphrase
/// the file is all that is needed besides.
///
/// `schedule` says when backups are made by themselves and how long they are kept, `due` makes one when
/// it is time, `list` shows which there are, and `verify` reads one back.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<backup_schedule::Command>,
    /// The file to write, best on another disk.
    #[arg(required = true)]
    file: Option<PathBuf>,
    /// Replace an older backup of that name. Anything else is never replaced.
    #[arg(long)]
    replace: bool,
}

/// Bring a backup back into a new folder, named with `--dir`, and prove that it is whole.
///
/// It is never restored over anything: the folder must be empty or not be there. Only the key,
/// `tridem.key`, may lie in it already; or name it with `--key-file`.
#[derive(clap::Args)]
pub(super) struct RestoreArgs {
    /// The backup.
    #[arg(required_unless_present = "from", conflicts_with = "from")]
    file: Option<PathBuf>,
    /// Take the newest sound backup in this folder.
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    /// Take one that was made at this time or before it, such as `2026-11-20 12:00`.
    #[arg(long, value_name = "MOMENT", requires = "from")]
    at: Option<String>,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let file = match (&args.command, &args.file) {
        (Some(command), _) => return backup_schedule::run(command, session),
        (None, Some(file)) => file,
        // It is required where there is no command.
        (None, None) => return Ok(()),
    };
    let mut app = session.open()?;
    let bar = session.out.progress(100, "Sichern", "Backing up");
    let made = app.backup(&session.actor, file, args.replace, &mut |percent| {
        bar.set_position(percent);
    });
    bar.finish_and_clear();
    let (summary, is_remembered) = made?;
    if !is_remembered {
        session.out.remark(
            "Im Datenordner ließ sich nicht vermerken, dass es diese Sicherung gibt.",
            "It could not be noted in the folder that there is this backup.",
        );
    }
    let lang = session.out.lang();
    let file = file.display();
    let mut lines = vec![lang.pick(format!("Gesichert: {file}"), format!("Backed up: {file}"))];
    lines.extend(summarise(&summary, lang));
    lines.push(String::new());
    lines.push(if summary.needs_passphrase {
        lang.pick(
            "Es öffnet sie dieselbe Passphrase, und sonst braucht es nichts.".into(),
            "The same passphrase opens it, and nothing else is needed.".into(),
        )
    } else {
        lang.pick(
            "Es öffnet sie nur der Schlüssel der Daten, und der ist nicht darin.".into(),
            "Only the key of the records opens it, and that is not in it.".into(),
        )
    });
    session.out.print(&(lines.join("\n") + "\n"))
}

pub(super) fn run_restore(args: &RestoreArgs, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    let (file, key) = match (&args.file, &args.from) {
        (Some(file), _) => (file.clone(), session.keys.restore(file, &session.dir, lang)?),
        (None, Some(from)) => choose(from, args.at.as_deref(), session)?,
        // One of them is required.
        (None, None) => return Ok(()),
    };
    let bar = session.out.progress(100, "Zurückspielen", "Restoring");
    let restored = App::restore(&session.actor, &file, &session.dir, &key, &mut |percent| {
        bar.set_position(percent);
    });
    bar.finish_and_clear();
    let restored = restored?;
    let dir = session.dir.display();
    let mut lines = vec![lang.pick(format!("Zurückgespielt: {dir}"), format!("Restored: {dir}"))];
    lines.extend(summarise(&restored.backup, lang));
    lines.push(String::new());
    lines.extend(restored.proof.checks.iter().map(|check| checked(*check, lang)));
    if restored.erased_again > 0 {
        let again = restored.erased_again;
        lines.push(String::new());
        lines.push(lang.pick(
            format!("Noch einmal gelöscht, nach den Belegen bei der Sicherung: {again}."),
            format!("Erased again, by the receipts beside the backup: {again}."),
        ));
    }
    for other in &restored.no_receipts {
        let path = other.display();
        session.out.remark(
            format!("Das ist kein Löschbeleg und wurde übergangen: {path}"),
            format!("This is no receipt of an erasure and was passed over: {path}"),
        );
    }
    if let Some(key) = restored.key_elsewhere {
        let key = key.display();
        lines.push(String::new());
        lines.push(lang.pick(
            format!(
                "Der Schlüssel bleibt, wo er ist: nennen Sie ihn weiter mit `--key-file {key}`, oder \
                 kopieren Sie ihn als `tridem.key` in den Ordner."
            ),
            format!(
                "The key stays where it is: go on naming it with `--key-file {key}`, or copy it into \
                 the folder as `tridem.key`."
            ),
        ));
    }
    session.out.print(&(lines.join("\n") + "\n"))
}

/// Chooses a backup by time, and says which it is and what will not be in it.
fn choose(
    from: &Path,
    at: Option<&str>,
    session: &mut Session,
) -> Result<(PathBuf, KeySource), Error> {
    let lang = session.out.lang();
    let at = at.map_or(Ok(i64::MAX), app::parse_moment)?;
    let found = app::backups_in_folder(from)?;
    let key = session.keys.restore_from(&found, &session.dir, lang)?;
    let bar = session.out.progress(100, "Prüfen", "Verifying");
    let chosen = App::choose_backup(&session.actor, from, at, &key, &mut |percent| {
        bar.set_position(percent);
    });
    bar.finish_and_clear();
    let chosen = chosen?;
    for (path, reason) in &chosen.unusable {
        let path = path.display();
        session.out.remark(
            format!("Übergangen: {path} ({reason})"),
            format!("Passed over: {path} ({reason})"),
        );
    }
    let (file, made) = (chosen.backup.path.display(), moment(chosen.backup.made_at));
    session.out.remark(
        format!("Genommen wird {file} vom {made}. Was danach festgehalten wurde, ist nicht darin."),
        format!("Taking {file} of {made}. What was recorded after that is not in it."),
    );
    if let Some(next) = chosen.next {
        let next = moment(next);
        session.out.remark(
            format!("Die nächste spätere Sicherung ist vom {next}."),
            format!("The next later backup is of {next}."),
        );
    }
    Ok((chosen.backup.path, key))
}

/// What a backup holds, line by line.
pub(super) fn summarise(summary: &BackupSummary, lang: Lang) -> Vec<String> {
    let told = summary.records.iter().filter(|(_, rows)| *rows > 0);
    let mut lines: Vec<String> =
        told.map(|(kind, rows)| format!("{rows:>8}  {}", kind.get(lang))).collect();
    let mut say = |de: &str, en: &str, value: &str| {
        lines.push(format!("{} {value}", lang.pick(de, en)));
    };
    say("Gesichert am:    ", "Backed up:       ", &moment(summary.made_at));
    if let Some(last) = summary.last_change {
        say("Zuletzt geändert:", "Last change:     ", &moment(last));
    }
    say("Bytes:           ", "Bytes:           ", &summary.bytes.to_string());
    say("SHA-256:         ", "SHA-256:         ", &summary.sha256);
    lines
}

/// What was looked into, in one line.
pub(super) fn checked(check: Check, lang: Lang) -> String {
    match check {
        Check::Pages(pages) => lang.pick(
            format!("Geprüft: {pages} Seiten, jede so, wie sie geschrieben wurde."),
            format!("Checked: {pages} pages, each as it was written."),
        ),
        Check::Structure => lang.pick(
            "Geprüft: Tabellen und Verzeichnisse passen zusammen.".into(),
            "Checked: tables and indexes fit together.".into(),
        ),
        Check::References => lang.pick(
            "Geprüft: jeder Verweis führt zu einem Datensatz.".into(),
            "Checked: every reference leads to a record.".into(),
        ),
        Check::Audit(entries) => lang.pick(
            format!("Geprüft: das Protokoll, {entries} Einträge ohne Bruch."),
            format!("Checked: the audit, {entries} entries, unbroken."),
        ),
    }
}
