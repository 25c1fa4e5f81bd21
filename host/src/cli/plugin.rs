//! `tridem plugin`: looks at plugin packages, installs them, and says what each may read.

use std::path::PathBuf;

use crate::app::{self, Error, MOST_NUMBERS, MOST_NUMBERS_A_YEAR, PluginFacts, Value};
use crate::domain::Lang;

use super::Session;
use super::lists::{FormatArgs, List};
use super::output::counted;
use super::plugin_access::{self, AccessArgs, LimitArgs};
use super::plugin_dictionary;
use super::plugin_kinds;
use super::plugin_kit;
use super::plugin_life;
use super::plugin_trust;

/// Plugins: rules written by a municipality, run in a sandbox over granted fields alone.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Show what a package or an installed plugin is, asks for and would report.
    Inspect {
        /// A package file, or the id of an installed plugin.
        plugin: String,
    },
    /// Check a package, compile it and keep it. It may read nothing until fields are granted.
    Install {
        /// The package, a file ending in `.tridem`.
        file: PathBuf,
    },
    /// List the installed plugins.
    List(FormatArgs),
    /// Allow a plugin to read fields. Without `--all`, name each as DATASET.FIELD.
    ///
    /// What was granted of a field before is replaced. A run reads those schools alone for which
    /// every field is granted, and no days beyond those of any.
    Grant {
        /// The plugin's id, with @VERSION where several are installed.
        plugin: String,
        /// The fields, such as contacts.minutes.
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        fields: Vec<String>,
        /// Every field it asks for.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        limits: LimitArgs,
    },
    /// Show what a plugin may read, why, who allowed it, and what it can never do.
    Access(AccessArgs),
    /// Take back what a plugin may read.
    Revoke {
        /// The plugin's id, with @VERSION where several are installed.
        plugin: String,
        /// The fields, such as contacts.minutes.
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        fields: Vec<String>,
        /// Every field.
        #[arg(long)]
        all: bool,
    },
    #[command(flatten)]
    Life(plugin_life::Command),
    /// Remove a plugin with its grants. Reports it made stay.
    Remove {
        /// The plugin's id, with @VERSION where several are installed.
        plugin: String,
    },
    /// Show what a plugin can ask for: every dataset and field with its meaning. It needs no records.
    Dictionary(plugin_dictionary::Args),
    Keygen(plugin_trust::KeygenArgs),
    Sign(plugin_trust::SignArgs),
    Verify(plugin_trust::VerifyArgs),
    #[command(subcommand)]
    Trust(plugin_trust::Command),
    #[command(flatten)]
    Kit(plugin_kit::Command),
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    let lang = session.out.lang();
    match command {
        Command::Inspect { plugin } => {
            let path = PathBuf::from(plugin);
            let (facts, seal) = if path.is_file() {
                (app::inspect_package(&path)?, plugin_trust::claimed(&path, lang)?)
            } else {
                let mut app = session.open()?;
                let facts = app.inspect(plugin)?;
                let seal = plugin_trust::found(&app, &facts.sha256, lang)?;
                (facts, seal)
            };
            session.out.print(&(describe(&facts, lang) + &seal))
        }
        Command::Install { file } => {
            let facts = session.open()?.install(&session.actor, file)?;
            let id = facts.manifest.id.clone();
            session.out.line(
                format!("Installiert: {id} {}", facts.manifest.version),
                format!("Installed: {id} {}", facts.manifest.version),
            )?;
            plugin_access::remark_installed(&facts, session);
            plugin_life::say_upgrade(&id, &facts.manifest.version.to_string(), session)
        }
        Command::List(format) => {
            let mut list = List::new(&[
                ("id", "Id", "id"),
                ("version", "Version", "version"),
                ("state", "Zustand", "state"),
                ("title", "Titel", "title"),
                ("fields_granted", "erlaubte Felder", "fields granted"),
                ("fields_requested", "erbetene Felder", "fields requested"),
                ("sha256", "SHA-256", "SHA-256"),
                ("signature", "Signatur", "signature"),
            ]);
            let mut app = session.open()?;
            let signatures = app.signatures()?;
            for facts in app.plugins()? {
                list.row([
                    Value::Text(facts.manifest.id.clone()),
                    Value::Text(facts.manifest.version.to_string()),
                    plugin_life::state(facts.standing.as_ref()),
                    Value::Text(facts.manifest.title.get(lang).to_owned()),
                    Value::Integer(count(
                        facts.fields.iter().filter(|field| field.granted.is_some()).count(),
                    )),
                    Value::Integer(count(facts.fields.len())),
                    Value::Text(facts.sha256.clone()),
                    plugin_trust::status(&signatures, &facts.sha256),
                ]);
            }
            session.out.list(&list, format.get())
        }
        Command::Grant { plugin, fields, all, limits } => {
            let fields = if *all { None } else { Some(fields.as_slice()) };
            let wish = limits.wish();
            let granted = session.open()?.grant_within(&session.actor, plugin, fields, &wish)?;
            session.out.line(
                format!("Erlaubt: {}.", counted(granted.fields, "Feld", "Felder")),
                format!("Granted: {}.", counted(granted.fields, "field", "fields")),
            )?;
            plugin_access::remark(&granted, &wish, session);
            plugin_life::say_next(plugin, session)
        }
        Command::Access(args) => plugin_access::run(args, session),
        Command::Revoke { plugin, fields, all } => {
            let fields = if *all { None } else { Some(fields.as_slice()) };
            let number = session.open()?.revoke(&session.actor, plugin, fields)?;
            session.out.line(
                format!("Zurückgenommen: {}.", counted(number, "Feld", "Felder")),
                format!("Revoked: {}.", counted(number, "field", "fields")),
            )
        }
        Command::Life(command) => plugin_life::run(command, session),
        Command::Remove { plugin } => {
            let (id, version) = session.open()?.remove(&session.actor, plugin)?;
            session
                .out
                .line(format!("Entfernt: {id} {version}"), format!("Removed: {id} {version}"))
        }
        Command::Dictionary(args) => plugin_dictionary::run(args, session),
        Command::Keygen(args) => plugin_trust::keygen(args, session),
        Command::Sign(args) => plugin_trust::sign(args, session),
        Command::Verify(args) => plugin_trust::verify(args, session),
        Command::Trust(command) => plugin_trust::run(command, session),
        Command::Kit(command) => plugin_kit::run(command, session),
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// What a plugin is, as lines of text.
fn describe(facts: &PluginFacts, lang: Lang) -> String {
    let manifest = &facts.manifest;
    let mut lines = vec![
        format!("{} {}", manifest.id, manifest.version),
        manifest.title.get(lang).to_owned(),
        manifest.description.get(lang).to_owned(),
        String::new(),
        format!("{} {}", lang.pick("Lizenz:   ", "Licence:  "), manifest.licence),
        format!("{} {}", lang.pick("Von:      ", "By:       "), manifest.authors.join(", ")),
        format!("SHA-256:   {}", facts.sha256),
        format!(
            "{} {}",
            lang.pick("Importe:  ", "Imports:  "),
            lang.pick(
                "keine. Es kann nichts als rechnen: kein Netz, keine Dateien, keine Uhr, kein Zufall.",
                "none. It can do nothing but compute: no network, no files, no clock, no random numbers.",
            )
        ),
    ];
    lines.push(lang.pick(
        format!(
            "Höchstens: {MOST_NUMBERS} Zahlen je Bericht und {MOST_NUMBERS_A_YEAR} neue im Jahr, die das \
             Team verlassen"
        ),
        format!(
            "At most:   {MOST_NUMBERS} numbers a report and {MOST_NUMBERS_A_YEAR} new ones a year that \
             leave the team"
        ),
    ));
    lines.extend(facts.standing.as_ref().map(|standing| plugin_life::standing(standing, lang)));
    for request in &manifest.requests {
        lines.push(String::new());
        lines.push(format!(
            "{} {}: {}",
            lang.pick("Liest", "Reads"),
            request.dataset,
            request.purpose.get(lang)
        ));
        for field in facts.fields.iter().filter(|field| field.dataset == request.dataset) {
            let mark = if field.granted.is_some() { "[x]" } else { "[ ]" };
            let optional =
                if field.optional { lang.pick(", freiwillig", ", optional") } else { "" };
            lines.push(format!(
                "  {mark} {}.{}: {} ({}{optional})",
                field.dataset,
                field.name,
                field.title.get(lang),
                field.sensitivity.get(lang),
            ));
        }
    }
    if !manifest.parameters.is_empty() {
        lines.push(String::new());
        lines.push(lang.pick("Einstellungen", "Parameters").to_owned());
        for (name, parameter) in &manifest.parameters {
            let title = parameter.title.get(lang);
            let default = lang.pick("Vorgabe", "default");
            lines.push(format!("  {name}: {title} ({default}: {})", parameter.default));
        }
    }
    lines.extend(plugin_kinds::lines(&facts.descriptions, lang));
    lines.join("\n") + "\n"
}
