//! `tridem backup` and `tridem restore`: the records in one file, and back.

use std::path::PathBuf;

use crate::app::{App, BackupSummary, Check, Error, moment};
use crate::domain::Lang;

use super::Session;

/// Write all records to one encrypted file, while others go on working.
///
/// The file opens with the same key or passphrase as the records. It is checked whole before it gets
/// its name. The key is not in it: keep a copy of the key, apart from the backup. With a passphrase
/// the file is all that is needed besides.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The file to write, best on another disk.
    file: PathBuf,
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
    file: PathBuf,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Result<(), Error> {
    let mut app = session.open()?;
    let bar = session.out.progress(100, "Sichern", "Backing up");
    let made = app.backup(&session.actor, &args.file, args.replace, &mut |percent| {
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
    let file = args.file.display();
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
    let key = session.keys.restore(&args.file, &session.dir, lang)?;
    let bar = session.out.progress(100, "Zurückspielen", "Restoring");
    let restored = App::restore(&session.actor, &args.file, &session.dir, &key, &mut |percent| {
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

/// What a backup holds, line by line.
fn summarise(summary: &BackupSummary, lang: Lang) -> Vec<String> {
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
fn checked(check: Check, lang: Lang) -> String {
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
