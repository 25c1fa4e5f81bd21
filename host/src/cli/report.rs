//! `tridem report`: runs a plugin over a period and shows what came out.

use std::path::{Path, PathBuf};

use crate::app::{Difference, Error, ListFormat, Ran, ReportFormat, ReportRequest, Value, moment};
use crate::domain::{Audience, Code, Rounding};

use super::Session;
use super::lists::{FormatArgs, List};
use super::output::width;
use super::period::PeriodArgs;
use super::plugin_life;

/// Reports: what a plugin makes of the records, with small numbers withheld.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Run a plugin over a period and keep the report.
    Run(Box<RunArgs>),
    /// List the reports that were run.
    List(FormatArgs),
    /// Make a report in a JSON file again and say whether it comes out the same, or what differs and
    /// why. Nothing is kept.
    Verify {
        /// The report, as `--format json` wrote it.
        file: PathBuf,
    },
    /// Run again exactly what was recorded, and say whether the same comes out, or what differs and why.
    /// Nothing is kept but the run.
    Replay {
        /// The id of a run or of a report, or the first characters of it.
        id: String,
    },
    /// Tell what a report was made from and its document must not say: a digest of the records that
    /// were read, and the work the plugin did.
    Proof {
        /// Its id, as the list shows it, or the first characters of it.
        id: String,
    },
    /// List what was published to whom: reports that later ones are weighed against, so that they
    /// cannot be held against each other.
    Published(PublishedArgs),
    /// Declare that a published report was handed to nobody: it is not shown any more, and later reports
    /// are not weighed against it.
    Withdraw {
        /// Its id, as the list shows it, or the first characters of it.
        id: String,
        /// Why, in one line.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Show a report again.
    Show {
        /// Its id, as the list shows it, or the first characters of it.
        id: String,
        #[command(flatten)]
        output: OutputArgs,
    },
}

/// What to run.
#[derive(clap::Args)]
pub(super) struct RunArgs {
    /// The plugin's id, with @VERSION where several are installed.
    plugin: String,
    #[command(flatten)]
    period: PeriodArgs,
    /// A parameter of the plugin; may be given several times.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    settings: Vec<String>,
    /// For whom it is: fewer than 5 persons are withheld outside the administration, fewer than 3
    /// inside, and nothing in the working version.
    #[arg(long, value_enum, default_value_t = AudienceArg::Public)]
    audience: AudienceArg,
    /// Round numbers and sums that are shown to multiples of 5.
    #[arg(long)]
    round: bool,
    /// Only look at it: it is made as if it were published, and neither kept nor remembered.
    #[arg(long)]
    draft: bool,
    #[command(flatten)]
    output: OutputArgs,
}

/// What was published.
#[derive(clap::Args)]
pub(super) struct PublishedArgs {
    /// Only what was published to these.
    #[arg(long, value_enum)]
    audience: Option<AudienceArg>,
    #[command(flatten)]
    format: FormatArgs,
}

/// In which form and where to.
#[derive(clap::Args)]
pub(super) struct OutputArgs {
    /// The form of the report.
    #[arg(long, value_enum, default_value_t = FormatArg::Text)]
    format: FormatArg,
    /// Write it to this file instead of printing it.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl OutputArgs {
    /// The form.
    pub(super) fn format(&self) -> ReportFormat {
        self.format.get()
    }

    /// Writes the bytes to where they were asked for.
    pub(super) fn put(&self, bytes: &[u8], session: &mut Session) -> Result<(), Error> {
        match &self.out {
            None if self.format() == ReportFormat::Xlsx => session.out.workbook(bytes, None),
            None => session.out.print_bytes(bytes),
            Some(path) => session.out.write_file(path, bytes),
        }
    }
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub(super) enum AudienceArg {
    /// Anybody outside the administration.
    Public,
    /// Inside the administration.
    Administration,
    /// Inside the team that may see the records: exact numbers, not to be passed on.
    Work,
}

impl AudienceArg {
    pub(super) fn get(self) -> Audience {
        match self {
            Self::Public => Audience::Public,
            Self::Administration => Audience::Administration,
            Self::Work => Audience::Work,
        }
    }
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum FormatArg {
    /// For the terminal.
    Text,
    /// A page to read and print.
    Html,
    /// For a spreadsheet.
    Csv,
    /// A workbook for a spreadsheet (Office Open XML); needs `--out`, or a pipe.
    Xlsx,
    /// For programs; `schemas/json` describes it, with `report-1.1.json` and `report-1.2.json` for
    /// reports and `sheet-1.0.json` for sheets.
    Json,
}

impl FormatArg {
    fn get(self) -> ReportFormat {
        match self {
            Self::Text => ReportFormat::Text,
            Self::Html => ReportFormat::Html,
            Self::Csv => ReportFormat::Csv,
            Self::Xlsx => ReportFormat::Xlsx,
            Self::Json => ReportFormat::Json,
        }
    }
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    match command {
        Command::Run(args) => {
            let request = ReportRequest {
                plugin: &args.plugin,
                period: args.period.get()?,
                settings: &args.settings,
                audience: args.audience.get(),
                rounding: if args.round { Rounding::Five } else { Rounding::None },
                is_draft: args.draft,
            };
            let mut app = session.open()?;
            super::calendar::warn_of_unknown_days(&app, request.period, session)?;
            let id = match app.run_report(&session.actor, &request)? {
                Ran::Kept(id) => id,
                Ran::Monitored(run) => return plugin_life::monitored(&run, session),
                Ran::Draft(report) => {
                    session.out.remark(
                        "Entwurf: nicht behalten, nicht veröffentlicht und nicht zur Weitergabe.",
                        "Draft: neither kept nor published, and not to be passed on.",
                    );
                    let (format, lang) = (args.output.format(), session.out.lang());
                    let bytes = app.draft(&report, format, lang, width())?;
                    return args.output.put(&bytes, session);
                }
            };
            session.out.remark(format!("Bericht {id}"), format!("report {id}"));
            write(&app, &id.to_string(), &args.output, session)
        }
        Command::List(format) => {
            let mut list = List::new(&[
                ("id", "Id", "id"),
                ("plugin", "Plugin", "plugin"),
                ("version", "Version", "version"),
                ("from", "von", "from"),
                ("until", "bis", "until"),
                ("audience", "für", "for"),
                ("run_at", "erstellt", "made"),
                ("run_by", "durch", "by"),
            ]);
            for found in session.open()?.reports(&session.actor)? {
                list.row([
                    Value::Text(found.id.to_string()),
                    Value::Text(found.plugin),
                    Value::Text(found.version),
                    Value::Day(found.period.first),
                    Value::Day(found.period.last),
                    Value::Code(audience(found.audience)),
                    Value::Text(moment(found.run_at)),
                    Value::Text(found.run_by),
                ]);
            }
            session.out.list(&list, format.get())
        }
        Command::Verify { file } => verify(file, session),
        Command::Replay { id } => replay(id, session),
        Command::Proof { id } => {
            let proof = session.open()?.report_proof(&session.actor, id)?;
            let (none, lang) = (String::from("–"), session.out.lang());
            let (data, fuel) = match proof.run {
                Some((data, fuel)) => (data, fuel.to_string()),
                None => (none.clone(), none),
            };
            let made = format!("{}, {}", moment(proof.entry.run_at), proof.entry.run_by);
            let lines = [
                ("Bericht", "Report", proof.entry.id.to_string()),
                ("Erstellt", "Made", made),
                ("SHA-256 des Dokuments", "SHA-256 of the document", proof.document),
                ("Prüfzahl der Daten", "Digest of the records", data),
                ("Arbeit (Fuel)", "Work (fuel)", fuel),
            ];
            let line = |(de, en, value): (&str, &str, String)| {
                format!("{:24}{value}\n", format!("{}:", lang.pick(de, en)))
            };
            session.out.print(&lines.map(line).concat())
        }
        Command::Published(args) => published(args, session),
        Command::Withdraw { id, reason } => {
            let id = session.open()?.withdraw_report(&session.actor, id, reason)?;
            session
                .out
                .line(format!("Zurückgezogen: Bericht {id}"), format!("Withdrawn: report {id}"))
        }
        Command::Show { id, output } => {
            let app = session.open()?;
            write(&app, id, output, session)
        }
    }
}

/// Lists what was published.
fn published(args: &PublishedArgs, session: &mut Session) -> Result<(), Error> {
    let mut list = List::new(&[
        ("id", "Id", "id"),
        ("plugin", "Plugin", "plugin"),
        ("from", "von", "from"),
        ("until", "bis", "until"),
        ("audience", "für", "for"),
        ("made", "erstellt", "made"),
        ("by", "durch", "by"),
        ("numbers", "Zahlen", "numbers"),
        ("fresh", "davon neue", "of them new"),
        ("withdrawn", "zurückgezogen", "withdrawn"),
    ]);
    let audience_wanted = args.audience.map(AudienceArg::get);
    for found in session.open()?.published(&session.actor, audience_wanted)? {
        let withdrawn = found.withdrawn.map(|it| format!("{}: {}", moment(it.at), it.reason));
        let number = |number: u64| Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
        list.row([
            Value::Text(found.report.id.to_string()),
            Value::Text(found.report.plugin),
            Value::Day(found.report.period.first),
            Value::Day(found.report.period.last),
            Value::Code(audience(found.report.audience)),
            Value::Text(moment(found.report.run_at)),
            Value::Text(found.report.run_by),
            number(found.published.numbers),
            number(found.published.fresh),
            Value::Text(withdrawn.unwrap_or_default()),
        ]);
    }
    session.out.list(&list, args.format.get())
}

/// Says whether a report comes out again.
fn verify(file: &Path, session: &mut Session) -> Result<(), Error> {
    let found = session.open()?.verify_report(&session.actor, file)?;
    let lang = session.out.lang();
    let title = found.title.get(lang);
    if found.is_equal() {
        session.out.line(
            format!("Gleich: „{title}“ kommt Zeichen für Zeichen wieder so heraus."),
            format!("Equal: “{title}” comes out again, letter for letter."),
        )?;
        return match found.records_changed {
            Some(false) => session.out.line(
                "Auch die gelesenen Daten sind dieselben.",
                "The records that were read are the same, too.",
            ),
            Some(true) => session.out.line(
                "Gelesene Daten haben sich geändert, aber nichts, was der Bericht zeigt.",
                "Records that are read have changed, but nothing that the report shows.",
            ),
            None => Ok(()),
        };
    }
    for cause in &found.causes {
        session.out.line(&cause.de, &cause.en)?;
    }
    print_differences(&found.differences, ("in der Datei", "in the file"), session)?;
    Err(Error::ReportDiffers { number: found.differences.len() })
}

/// Says whether what was recorded comes out again.
fn replay(id: &str, session: &mut Session) -> Result<(), Error> {
    let found = session.open()?.replay(&session.actor, id)?;
    let recorded = &found.recorded;
    let (plugin, version, at) = (&recorded.plugin, &recorded.version, moment(recorded.run_at));
    session.out.line(
        format!("{plugin} {version}, damals gelaufen am {at}, jetzt als Lauf {}", found.run.id),
        format!("{plugin} {version}, run then on {at}, now as run {}", found.run.id),
    )?;
    if found.is_output_same && recorded.failure.is_some() {
        session.out.line(
            "Gleich: Der Lauf schlägt mit denselben Worten fehl wie damals.",
            "Equal: the run fails in the same words as then.",
        )?;
    } else if found.is_output_same {
        session.out.line(
            "Gleich: Das Ergebnis ist Zeichen für Zeichen das von damals.",
            "Equal: the result is letter for letter that of then.",
        )?;
    }
    if found.is_input_same == Some(true) {
        session.out.line(
            "Auch die gelesenen Daten sind dieselben.",
            "The records that were read are the same, too.",
        )?;
    }
    for cause in &found.causes {
        session.out.line(&cause.de, &cause.en)?;
    }
    if found.is_output_same {
        return Ok(());
    }
    print_differences(&found.differences, ("damals", "then"), session)?;
    Err(Error::ReplayDiffers)
}

/// Prints what differs, place by place.
fn print_differences(
    differences: &[Difference],
    then: (&str, &str),
    session: &mut Session,
) -> Result<(), Error> {
    if differences.is_empty() {
        return Ok(());
    }
    let lang = session.out.lang();
    session.out.print("\n")?;
    let mut list = List::new(&[
        ("place", "Stelle", "place"),
        ("then", then.0, then.1),
        ("now", "jetzt", "now"),
    ]);
    for difference in differences {
        list.row([
            Value::Text(difference.place.clone()),
            Value::Text(difference.then.get(lang).to_owned()),
            Value::Text(difference.now.get(lang).to_owned()),
        ]);
    }
    session.out.list(&list, ListFormat::Table)
}

/// The word for an audience.
pub(super) fn audience(audience: Audience) -> Code {
    let code =
        |code: &str, de: &str, en: &str| Code { code: code.into(), de: de.into(), en: en.into() };
    match audience {
        Audience::Public => code("public", "Öffentlichkeit", "the public"),
        Audience::Administration => code("administration", "Verwaltung", "the administration"),
        Audience::Work => code("work", "Team (Arbeitsfassung)", "the team (working version)"),
    }
}

/// Writes a report in the form and to the place that were asked for.
fn write(
    app: &crate::app::App,
    id: &str,
    output: &OutputArgs,
    session: &mut Session,
) -> Result<(), Error> {
    let lang = session.out.lang();
    let bytes = app.report(&session.actor, id, output.format(), lang, width())?;
    output.put(&bytes, session)
}
