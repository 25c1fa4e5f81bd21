//! `tridem plugin enable`, `monitor`, `disable`, `rollback`, `runs` and `diff`: the life of plugins.

use crate::app::{
    Change, DiffRequest, DocumentPart, Error, ListFormat, NextStep, PluginDiff, PluginRun,
    PluginStanding, RunWork, Switched, Value, moment,
};
use crate::domain::{Code, Lang, PluginState, Text};

use super::Session;
use super::lists::{FormatArgs, List, ListForm};
use super::output::counted;
use super::period::PeriodArgs;
use super::report::AudienceArg;

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Switch a version on: from now on it is what runs under the plugin's id.
    Enable {
        /// The plugin's id, with @VERSION where several are installed.
        plugin: String,
        /// Also after a quarantine.
        #[arg(long)]
        again: bool,
        /// Also where a higher version is in service.
        #[arg(long)]
        downgrade: bool,
    },
    /// Let a version run and be watched: its runs are recorded, and nothing of it is published.
    Monitor {
        /// The plugin's id, with @VERSION where several are installed.
        plugin: String,
        /// Also after a quarantine.
        #[arg(long)]
        again: bool,
    },
    /// Switch a plugin off. Its reports stay.
    Disable {
        /// The plugin's id, with @VERSION for another than the one in service.
        plugin: String,
        /// Why, in one line without names.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Switch the version on that was in service before, with what it was granted.
    Rollback {
        /// The plugin's id.
        plugin: String,
    },
    /// List the runs, newest first: what each read, the work it used of the work allowed, and what
    /// came of it.
    Runs {
        /// Only those of the plugin with this id.
        plugin: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 50, value_name = "COUNT")]
        limit: u32,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Hold two versions against each other on recorded data, cell by cell, before one takes the
    /// other's place. Nothing is kept but the two runs.
    Diff(Box<DiffArgs>),
}

/// What to hold against what.
#[derive(clap::Args)]
pub(super) struct DiffArgs {
    /// The version that there is: the plugin's id, with @VERSION for another than the one in service.
    old: String,
    /// The version that may come: in the same way, or a package file, which is not installed.
    new: String,
    #[command(flatten)]
    period: PeriodArgs,
    /// A parameter of either version; may be given several times.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    settings: Vec<String>,
    /// For whom the documents are that are compared: exact numbers without this option.
    #[arg(long, value_enum, default_value_t = AudienceArg::Work)]
    audience: AudienceArg,
    /// How to print the differences.
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    format: DiffFormat,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum DiffFormat {
    /// A table and a summary for reading.
    Text,
    /// JSON, with permanent English keys.
    Json,
    /// CSV that a German spreadsheet program opens as it is.
    Csv,
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    match command {
        Command::Enable { plugin, again, downgrade } => {
            let done = session.open()?.enable(&session.actor, plugin, *again, *downgrade)?;
            switched(&done, "Eingeschaltet", "Enabled", session)
        }
        Command::Rollback { plugin } => {
            let done = session.open()?.rollback(&session.actor, plugin)?;
            switched(&done, "Zurückgesetzt", "Rolled back", session)
        }
        Command::Monitor { plugin, again } => {
            let (id, version) = session.open()?.monitor(&session.actor, plugin, *again)?;
            session.out.line(
                format!("Im Probelauf: {id} {version}"),
                format!("In monitor: {id} {version}"),
            )?;
            session.out.remark(
                format!("Läufe werden aufgezeichnet und nichts veröffentlicht: `tridem report run {id}@{version} --year JAHR`"),
                format!("Runs are recorded and nothing is published: `tridem report run {id}@{version} --year YEAR`"),
            );
            Ok(())
        }
        Command::Disable { plugin, reason } => {
            let (id, version) = session.open()?.disable(&session.actor, plugin, reason)?;
            session
                .out
                .line(format!("Ausgeschaltet: {id} {version}"), format!("Disabled: {id} {version}"))
        }
        Command::Runs { plugin, limit, format } => {
            let runs = session.open()?.plugin_runs(&session.actor, plugin.as_deref(), *limit)?;
            runs_list(&runs, format.get(), session)
        }
        Command::Diff(args) => {
            let request = DiffRequest {
                old: &args.old,
                new: &args.new,
                period: args.period.get()?,
                settings: &args.settings,
                audience: args.audience.get(),
            };
            let found = session.open()?.diff(&session.actor, &request)?;
            diff(&found, args.format, session)
        }
    }
}

fn switched(done: &Switched, de: &str, en: &str, session: &mut Session) -> Result<(), Error> {
    let Switched { id, version, replaced } = done;
    let before = |words: &str| {
        replaced.as_ref().map_or_else(String::new, |replaced| format!(" ({words} {replaced})"))
    };
    session.out.line(
        format!("{de}: {id} {version}{}", before("statt")),
        format!("{en}: {id} {version}{}", before("in place of")),
    )?;
    session.out.remark(
        format!("Als Nächstes: `tridem report run {id} --year JAHR`"),
        format!("Next: `tridem report run {id} --year YEAR`"),
    );
    Ok(())
}

/// Says after a grant what comes next.
pub(super) fn say_next(plugin: &str, session: &mut Session) -> Result<(), Error> {
    if session.open()?.next_step(plugin)? == NextStep::Enable {
        session.out.remark(
            format!("Als Nächstes: `tridem plugin enable {plugin}`, oder erst ansehen mit `tridem plugin monitor {plugin}`"),
            format!("Next: `tridem plugin enable {plugin}`, or watch it first with `tridem plugin monitor {plugin}`"),
        );
    }
    Ok(())
}

/// Says after an installation what to do where another version is in service.
pub(super) fn say_upgrade(id: &str, version: &str, session: &mut Session) -> Result<(), Error> {
    if let Some(old) = session.open()?.version_in_service(id, version)? {
        session.out.remark(
            format!("Im Dienst bleibt {old}. Vergleichen: `tridem plugin diff {id}@{old} {id}@{version} --year JAHR`; danach: `tridem plugin enable {id}@{version}`"),
            format!("{old} stays in service. Compare: `tridem plugin diff {id}@{old} {id}@{version} --year YEAR`; then: `tridem plugin enable {id}@{version}`"),
        );
    }
    Ok(())
}

/// The state of a plugin as a value of a list.
pub(super) fn state(standing: Option<&PluginStanding>) -> Value {
    standing.map_or(Value::None, |standing| {
        let (code, text) = (standing.state.code(), standing.state.text());
        Value::Code(Code { code: code.into(), de: text.de, en: text.en })
    })
}

/// How a plugin stands, as a line.
pub(super) fn standing(standing: &PluginStanding, lang: Lang) -> String {
    let mut line = format!(
        "{} {}, {} {}",
        lang.pick("Zustand:  ", "State:    "),
        standing.state.text().get(lang),
        lang.pick("seit", "since"),
        moment(standing.since)
    );
    let reason = standing.reason.get(lang);
    if !reason.is_empty() {
        line = format!("{line} ({reason})");
    }
    if standing.failures > 0 {
        let failures = standing.failures as usize;
        line += "; ";
        line += &lang.pick(
            counted(failures, "Fehlschlag", "Fehlschläge") + " hintereinander",
            counted(failures, "failure", "failures") + " in a row",
        );
    }
    if standing.is_current && standing.state != PluginState::Enabled {
        line += lang.pick("; diese Version ist im Dienst", "; this version is in service");
    }
    line
}

/// What a run in monitor would have given.
pub(super) fn monitored(run: &PluginRun, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    let hex = |digest: Option<[u8; 32]>| digest.map(|digest| crate::app::hex(&digest));
    let none = || "–".to_owned();
    let work = run.work.map_or_else(none, |work| {
        format!("{} {} {}", work.fuel, lang.pick("von", "of"), work.allowed)
    });
    let rows = run.work.map_or_else(none, |work| work.rows.to_string());
    let lines = [
        ("Lauf", "Run", run.id.to_string()),
        ("SHA-256 des Dokuments", "SHA-256 of the document", hex(run.output).unwrap_or_else(none)),
        ("Prüfzahl der Daten", "Digest of the records", hex(run.data).unwrap_or_else(none)),
        ("Arbeit (Fuel)", "Work (fuel)", work),
        ("Zeilen", "Rows", rows),
    ];
    session.out.line(
        "Probelauf: Es wurde nichts veröffentlicht und kein Bericht behalten.",
        "In monitor: nothing was published, and no report was kept.",
    )?;
    let line = |(de, en, value): (&str, &str, String)| {
        format!("{:25}{value}\n", format!("{}:", lang.pick(de, en)))
    };
    session.out.print(&lines.map(line).concat())
}

fn runs_list(runs: &[PluginRun], format: ListForm<'_>, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    let mut columns = vec![
        ("id", "Id", "id"),
        ("run_at", "gelaufen", "run"),
        ("plugin", "Plugin", "plugin"),
        ("version", "Version", "version"),
        ("kind", "wofür", "for"),
        ("from", "von", "from"),
        ("until", "bis", "until"),
        ("outcome", "Ausgang", "outcome"),
        ("fuel", "Arbeit", "work"),
        ("fuel_allowed", "erlaubt", "allowed"),
        ("rows", "Zeilen", "rows"),
        ("fuel_per_thousand_rows", "Arbeit je 1000 Zeilen", "work per 1,000 rows"),
        ("milliseconds", "ms", "ms"),
        ("message", "Meldung", "message"),
    ];
    // What only a program or an auditor needs would make the table too wide to read.
    let is_whole = !format.is_table();
    if is_whole {
        columns.extend([
            ("for_author", "für die Plugin-Autorin oder den -Autor", "for its author"),
            ("run_by", "durch", "by"),
            ("audience", "Adressat", "audience"),
            ("report", "Bericht", "report"),
            ("package", "Paket", "package"),
            ("interface", "Schnittstelle", "interface"),
            ("grant", "Freigabe", "grant"),
            ("parameters", "Parameter", "parameters"),
            ("data", "Daten", "data"),
            ("output", "Ergebnis", "output"),
            ("software", "Programm", "software"),
            ("engine", "Laufzeit", "engine"),
        ]);
    }
    let mut list = List::new(&columns);
    for run in runs {
        list.rows.push(run_row(run, is_whole, lang));
    }
    session.out.list(&list, format)
}

fn run_row(run: &PluginRun, is_whole: bool, lang: Lang) -> Vec<Value> {
    let code = |code: &str, text: Text| {
        Value::Code(Code { code: code.to_owned(), de: text.de, en: text.en })
    };
    let number = |number: Option<u64>| {
        number.map_or(Value::None, |it| Value::Integer(i64::try_from(it).unwrap_or(i64::MAX)))
    };
    let text = |text: Option<String>| text.map_or(Value::None, Value::Text);
    let outcome = match run.failure {
        None => code("ok", Text::new("gut", "ok")),
        Some(_) => code("failed", Text::new("fehlgeschlagen", "failed")),
    };
    let work = run.work;
    let message = run.failure.as_ref().map(|failure| failure.operator.get(lang).to_owned());
    let mut row = vec![
        Value::Text(run.id.to_string()),
        Value::Text(moment(run.run_at)),
        Value::Text(run.plugin.clone()),
        Value::Text(run.version.clone()),
        code(run.kind.code(), run.kind.text()),
        Value::Day(run.period.first),
        Value::Day(run.period.last),
        outcome,
        number(work.map(|work| work.fuel)),
        number(work.map(|work| work.allowed)),
        number(work.map(|work| work.rows)),
        number(work.and_then(RunWork::fuel_per_thousand_rows)),
        number(work.map(|work| work.ms)),
        text(message),
    ];
    if is_whole {
        let hex = |digest: &[u8; 32]| crate::app::hex(digest);
        row.extend([
            text(run.failure.as_ref().and_then(|failure| failure.author.clone())),
            Value::Text(run.run_by.clone()),
            Value::Code(super::report::audience(run.audience)),
            text(run.report.map(|id| id.to_string())),
            Value::Text(hex(&run.package)),
            Value::Text(hex(&run.interface)),
            Value::Text(hex(&run.grant_digest())),
            Value::Text(hex(&run.parameter_digest())),
            text(run.data.as_ref().map(hex)),
            text(run.output.as_ref().map(hex)),
            Value::Text(run.software.clone()),
            Value::Text(run.engine.clone()),
        ]);
    }
    row
}

fn diff(found: &PluginDiff, format: DiffFormat, session: &mut Session) -> Result<(), Error> {
    if let DiffFormat::Json = format {
        return session.out.print(&(diff_json(found).to_string() + "\n"));
    }
    let lang = session.out.lang();
    if !found.missing.is_empty() {
        let missing = found.missing.join(", ");
        session.out.remark(
            format!("{} kann auch {missing} benutzen; das hat niemand erlaubt.", found.new.version),
            format!(
                "{} can make use of {missing} as well, which nobody has granted.",
                found.new.version
            ),
        );
    }
    let mut list = List::new(&[
        ("change", "Änderung", "change"),
        ("part", "was", "what"),
        ("place", "Stelle", "place"),
        ("old", "bisher", "old"),
        ("new", "neu", "new"),
    ]);
    for difference in &found.differences {
        list.row([
            Value::Code(difference.change.code()),
            Value::Code(difference.part.code()),
            Value::Text(difference.place.clone()),
            Value::Text(difference.then.get(lang).to_owned()),
            Value::Text(difference.now.get(lang).to_owned()),
        ]);
    }
    if let DiffFormat::Csv = format {
        return session.out.list(&list, ListFormat::Csv);
    }
    let (id, old, new) = (&found.old.id, &found.old.version, &found.new.version);
    let (from, until) = (found.period.first, found.period.last);
    session.out.line(
        format!("{id}: {old} und {new} vom {} bis {}", from.german(), until.german()),
        format!("{id}: {old} and {new}, {from} to {until}"),
    )?;
    if !list.rows.is_empty() {
        session.out.list(&list, ListFormat::Table)?;
    }
    let changed = found.count(DocumentPart::Cell, Change::Changed);
    session.out.line(
        format!("{changed} von {} anders.", counted(found.cells, "Zelle", "Zellen")),
        format!("{changed} of {} changed.", counted(found.cells, "cell", "cells")),
    )?;
    for part in DocumentPart::ALL {
        for change in [Change::Changed, Change::Added, Change::Removed] {
            let number = found.count(part, change);
            let is_told = part == DocumentPart::Cell && change == Change::Changed;
            if number > 0 && !is_told {
                let (part, change) = (part.code(), change.code());
                session.out.line(
                    format!("{} {}: {number}", part.de, change.de),
                    format!("{} {}: {number}", part.en, change.en),
                )?;
            }
        }
    }
    Ok(())
}

fn diff_json(found: &PluginDiff) -> serde_json::Value {
    let side = |side: &crate::app::DiffSide| {
        serde_json::json!({
            "id": side.id,
            "version": side.version,
            "package_sha256": side.sha256,
            "fuel": side.work.fuel,
            "fuel_allowed": side.work.allowed,
            "rows": side.work.rows,
        })
    };
    let text = |text: &Text| serde_json::json!({ "de": text.de, "en": text.en });
    let changes: Vec<serde_json::Value> = found
        .differences
        .iter()
        .map(|one| {
            serde_json::json!({
                "change": one.change.code().code,
                "part": one.part.code().code,
                "place": one.place,
                "old": text(&one.then),
                "new": text(&one.now),
            })
        })
        .collect();
    serde_json::json!({
        "old": side(&found.old),
        "new": side(&found.new),
        "from": found.period.first.to_string(),
        "until": found.period.last.to_string(),
        "missing_fields": found.missing,
        "cells": found.cells,
        "cells_changed": found.count(DocumentPart::Cell, Change::Changed),
        "changes": changes,
    })
}
