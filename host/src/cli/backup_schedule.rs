//! `tridem backup schedule`, `due`, `list` and `verify`: backups that are made by themselves.

use std::path::PathBuf;

use crate::app::{self, App, DueDone, Error, KnownBackup, Value, moment};
use crate::domain::{Every, Keep};

use super::Session;
use super::backup::{checked, summarise};
use super::lists::{FormatArgs, List};

/// Backups by a schedule.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Say when backups are made and how long they are kept.
    #[command(subcommand)]
    Schedule(Schedule),
    /// Make a backup if one is due, read it back, and remove old ones by the schedule's rule.
    ///
    /// For cron or a timer: call it every hour. It prints one line that a monitor can read, in English
    /// whatever the language is. Exit code 0: all is well, whether one was due or not.
    Due,
    /// List the backups that were made of these records.
    List {
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Read a backup back whole, in memory: nothing of it is written anywhere.
    Verify {
        /// The backup.
        file: PathBuf,
    },
}

/// The schedule.
#[derive(clap::Subcommand)]
pub(super) enum Schedule {
    /// Set the schedule.
    Set {
        /// The folder for backups, best on another disk; it must be there.
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
        /// How often: `day`, or hours such as `6h`.
        #[arg(long, default_value = "day", value_name = "INTERVAL")]
        every: String,
        /// Of how many days the last backup is kept.
        #[arg(long, default_value_t = 7, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
        keep_daily: u32,
        /// Of how many weeks.
        #[arg(long, default_value_t = 4, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=1000))]
        keep_weekly: u32,
        /// Of how many months.
        #[arg(long, default_value_t = 12, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=1000))]
        keep_monthly: u32,
    },
    /// Show the schedule.
    Show,
    /// Switch the schedule off. Backups that were made stay.
    Off,
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    match command {
        Command::Schedule(command) => schedule(command, session),
        Command::Due => due(session),
        Command::List { format } => {
            let backups = session.open()?.backups(&session.actor)?;
            session.out.list(&listed(backups), format.get())
        }
        Command::Verify { file } => {
            let lang = session.out.lang();
            let mut app = session.open()?;
            let bar = session.out.progress(100, "Prüfen", "Verifying");
            let read = app.verify_backup(&session.actor, file, &mut |percent| {
                bar.set_position(percent);
            });
            bar.finish_and_clear();
            let (summary, proof) = read?;
            let file = file.display();
            let mut lines =
                vec![lang.pick(format!("Unversehrt: {file}"), format!("Sound: {file}"))];
            lines.extend(summarise(&summary, lang));
            lines.push(String::new());
            lines.extend(proof.checks.iter().map(|check| checked(*check, lang)));
            session.out.print(&(lines.join("\n") + "\n"))
        }
    }
}

fn schedule(command: &Schedule, session: &mut Session) -> Result<(), Error> {
    let mut app = session.open()?;
    match command {
        Schedule::Set { to, every, keep_daily, keep_weekly, keep_monthly } => {
            let every = app::parse_every(every)?;
            let keep = Keep { daily: *keep_daily, weekly: *keep_weekly, monthly: *keep_monthly };
            app.set_backup_schedule(&session.actor, Some((to, every, keep)))?;
            show(&app, session)?;
            session.out.remark(
                "Damit es geschieht, muss `tridem backup due` stündlich aufgerufen werden, von cron \
                 oder einem Zeitgeber.",
                "For it to happen, `tridem backup due` has to be called every hour, by cron or a \
                 timer.",
            );
            Ok(())
        }
        Schedule::Show => show(&app, session),
        Schedule::Off => {
            app.set_backup_schedule(&session.actor, None)?;
            session.out.line(
                "Der Plan ist ausgeschaltet. Die Sicherungen bleiben, wo sie sind.",
                "The schedule is off. The backups stay where they are.",
            )
        }
    }
}

fn show(app: &App, session: &mut Session) -> Result<(), Error> {
    let Some(schedule) = app.backup_schedule(&session.actor)? else {
        return session.out.line("Es gibt keinen Plan.", "There is no schedule.");
    };
    let (de, en) = match schedule.every {
        Every::Day => ("täglich".to_owned(), "every day".to_owned()),
        Every::Hours(1) => ("stündlich".to_owned(), "every hour".to_owned()),
        Every::Hours(hours) => (format!("alle {hours} Stunden"), format!("every {hours} hours")),
    };
    let Keep { daily, weekly, monthly } = schedule.keep;
    let folder = schedule.folder;
    session.out.line(
        format!(
            "Gesichert wird {de} nach {folder}. Es bleibt je die letzte Sicherung von {daily} Tagen, \
             {weekly} Wochen und {monthly} Monaten."
        ),
        format!(
            "Backups are made {en} in {folder}. The last backup of each of {daily} days, {weekly} \
             weeks and {monthly} months is kept."
        ),
    )
}

fn due(session: &mut Session) -> Result<(), Error> {
    // Nobody is there to sign in when a timer calls it.
    let mut app = session.open_unsigned()?;
    let bar = session.out.progress(100, "Sichern", "Backing up");
    let done = app.backup_due(&mut |percent| bar.set_position(percent));
    bar.finish_and_clear();
    let done = done?;
    if done.clock_in_doubt {
        session.out.remark(
            "Die Uhr passt nicht zu den Sicherungen, die es gibt. Entfernt wurde nichts; stellen Sie \
             die Uhr dieses Rechners.",
            "The clock does not fit the backups there are. Nothing was removed; set this machine's \
             clock.",
        );
    }
    session.out.print(&line_of(&done))
}

/// One line with permanent words.
fn line_of(done: &DueDone) -> String {
    let newest = done.newest.map_or_else(|| "none".into(), |at| moment(at).replace(' ', "_"));
    let clock = if done.clock_in_doubt { "doubtful" } else { "ok" };
    let state = match &done.made {
        Some((path, summary)) => format!(
            "made=yes verified=yes file={} bytes={} sha256={}",
            path.display(),
            summary.bytes,
            summary.sha256
        ),
        None => "made=no".into(),
    };
    let (kept, removed) = (done.kept, done.removed);
    format!("ok {state} newest={newest} kept={kept} removed={removed} clock={clock}\n")
}

fn listed(backups: Vec<KnownBackup>) -> List {
    let mut list = List::new(&[
        ("made_at", "Gemacht", "made"),
        ("file", "Datei", "file"),
        ("bytes", "Bytes", "bytes"),
        ("verified_at", "Geprüft", "verified"),
        ("state", "Stand", "state"),
        ("key", "Schlüssel", "key"),
        ("scheduled", "Nach Plan", "scheduled"),
        ("last_change", "Letzte Änderung", "last change"),
        ("sha256", "SHA-256", "SHA-256"),
    ]);
    let at = |seconds: Option<i64>| seconds.map_or(Value::None, |at| Value::Text(moment(at)));
    for KnownBackup { kept, is_there } in backups {
        let is_verified = kept.is_verified();
        let (code, de, en) = match (kept.removed_at, is_there, kept.failed_at) {
            (Some(_), ..) => ("removed", "entfernt", "removed"),
            (None, false, _) => ("gone", "nicht mehr da", "not there any more"),
            (None, true, Some(_)) if !is_verified => ("damaged", "beschädigt", "damaged"),
            (None, true, _) => ("there", "vorhanden", "there"),
        };
        let state = crate::domain::Code { code: code.into(), de: de.into(), en: en.into() };
        list.row([
            at(Some(kept.made_at)),
            Value::Text(kept.path),
            Value::Text(kept.bytes.to_string()),
            at(kept.verified_at.filter(|_| is_verified)),
            Value::Code(state),
            Value::Text(kept.generation.to_string()),
            Value::Text(if kept.is_scheduled { "✓" } else { "" }.into()),
            at(kept.last_change),
            Value::Text(app::hex(&kept.sha256)),
        ]);
    }
    list
}
