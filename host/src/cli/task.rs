//! `tridem task`: what should be done next about cases, and what people decide about it.

use crate::app::{Error, ProposeRequest, TaskFacts, TaskFilter, TaskTally, Value};
use crate::domain::{Code, Day, Period, SchoolYear, TaskBucket, Text};

use super::Session;
use super::lists::{FormatArgs, List};
use super::output::counted;
use super::task_words::describe;

/// Tasks: steps that workflow plugins propose about cases. A plugin proposes, people decide.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Run a workflow plugin and bring the list to what it proposes. What people decided stays.
    Propose {
        /// The plugin's id, with @VERSION where several are installed.
        plugin: String,
        /// The school year, such as 2025/26; without a period, this one up to today.
        #[arg(long, value_name = "YEAR", conflicts_with_all = ["from", "until"])]
        year: Option<SchoolYear>,
        /// First day.
        #[arg(long, value_name = "DAY", requires = "until")]
        from: Option<Day>,
        /// Last day, included, which counts as today for the plugin.
        #[arg(long, value_name = "DAY", requires = "from")]
        until: Option<Day>,
        /// A parameter of the plugin; may be given several times.
        #[arg(long = "set", value_name = "NAME=VALUE")]
        settings: Vec<String>,
    },
    /// List the tasks, what is urgent first, then by the day they are due.
    List {
        /// Only those of pupils at this school.
        #[arg(long, value_name = "NUMBER")]
        school: Option<String>,
        /// Only those of this pupil.
        #[arg(long, value_name = "CODE")]
        pupil: Option<String>,
        /// Only those of this practitioner.
        #[arg(long, value_name = "CODE")]
        owner: Option<String>,
        /// Only those that stand here; without it, all that are on the list.
        #[arg(long, value_enum, value_name = "STATE")]
        state: Option<State>,
        /// Only those of this plugin.
        #[arg(long, value_name = "PLUGIN")]
        plugin: Option<String>,
        #[command(flatten)]
        format: FormatArgs,
    },
    /// Show one task: why it is there, where it came from, and what happened to it.
    Show {
        /// Its id, as the list shows it, or its first characters.
        id: String,
    },
    /// Note that a task was done.
    Done {
        /// Its id, as the list shows it, or its first characters.
        id: String,
        /// The contact that did it.
        #[arg(long, value_name = "ID")]
        contact: Option<String>,
    },
    /// Dismiss a task: it is not to be done.
    Dismiss {
        /// Its id, as the list shows it, or its first characters.
        id: String,
        /// Why, one line. Everybody who sees the task can read it.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Put a task off until a school day.
    Snooze {
        /// Its id, as the list shows it, or its first characters.
        id: String,
        /// The first day on which it is to be done again.
        #[arg(long, value_name = "DAY")]
        until: Day,
    },
    /// Give tasks to a practitioner: those named, or with `--from` all open ones of somebody who is ill.
    Assign {
        /// The code of the practitioner whose they become.
        to: String,
        /// The ids of tasks, as the list shows them, or their first characters.
        #[arg(required_unless_present = "from", value_name = "ID")]
        ids: Vec<String>,
        /// The code of the practitioner all of whose open tasks go over.
        #[arg(long, value_name = "CODE")]
        from: Option<String>,
    },
    /// Take the last decision about a task back.
    Undo {
        /// Its id, as the list shows it, or its first characters.
        id: String,
    },
}

/// Where a task stands.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(super) enum State {
    /// It should have been done before.
    Overdue,
    /// It is due today.
    Today,
    /// It is due later in this week.
    ThisWeek,
    /// It is due after this week.
    Later,
    /// It was put off until a later day.
    Waiting,
    /// It was done.
    Done,
    /// It was dismissed.
    Dismissed,
    /// It was not proposed any more.
    Lapsed,
}

impl State {
    fn bucket(self) -> TaskBucket {
        match self {
            Self::Overdue => TaskBucket::Overdue,
            Self::Today => TaskBucket::Today,
            Self::ThisWeek => TaskBucket::ThisWeek,
            Self::Later => TaskBucket::Later,
            Self::Waiting => TaskBucket::Waiting,
            Self::Done => TaskBucket::Done,
            Self::Dismissed => TaskBucket::Dismissed,
            Self::Lapsed => TaskBucket::Lapsed,
        }
    }
}

pub(super) fn run(command: &Command, session: &mut Session) -> Result<(), Error> {
    let mut app = session.open()?;
    let actor = &session.actor;
    match command {
        Command::Propose { plugin, year, from, until, settings } => {
            let period = match (year, from, until) {
                (Some(year), _, _) => Some(year.period()),
                (None, Some(from), Some(until)) => Some(Period::new(*from, *until)?),
                _ => None,
            };
            let done = app.propose(actor, &ProposeRequest { plugin, period, settings })?;
            let day = done.as_of;
            session.out.remark(
                format!("{}@{}, Stand {}", done.plugin, done.version, day.german()),
                format!("{}@{}, as of {day}", done.plugin, done.version),
            );
            let german = [
                counted(done.cases, "Fall", "Fälle"),
                counted(done.proposals, "Vorschlag", "Vorschläge"),
            ];
            let english = [
                counted(done.cases, "case", "cases"),
                counted(done.proposals, "proposal", "proposals"),
            ];
            let (german, english) = (german.join(", "), english.join(", "));
            let Some(TaskTally { added, changed, reopened, lapsed }) = done.changed else {
                return session.out.line(
                    format!("{german}. Das Plugin läuft zur Probe, die Liste bleibt, wie sie war."),
                    format!("{english}. The plugin is being watched; the list stays as it was."),
                );
            };
            session.out.line(
                format!(
                    "{german}: {added} neu, {changed} geändert, {reopened} wieder da, {lapsed} \
                     entfallen."
                ),
                format!(
                    "{english}: {added} new, {changed} changed, {reopened} back, {lapsed} lapsed."
                ),
            )
        }
        Command::List { school, pupil, owner, state, plugin, format } => {
            let filter = TaskFilter {
                school: school.as_deref(),
                pupil: pupil.as_deref(),
                owner: owner.as_deref(),
                plugin: plugin.as_deref(),
                bucket: state.map(State::bucket),
            };
            let list = list(app.tasks(actor, &filter)?);
            app.settle_reads()?;
            session.out.list(&list, format.get())
        }
        Command::Show { id } => {
            let lang = session.out.lang();
            let text = describe(&app.task(actor, id, lang)?, lang);
            app.settle_reads()?;
            session.out.print(&text)
        }
        Command::Done { id, contact } => {
            app.task_done(actor, id, contact.as_deref())?;
            session.out.line("Erledigt.", "Done.")
        }
        Command::Dismiss { id, reason } => {
            app.dismiss_task(actor, id, reason)?;
            session.out.line("Verworfen.", "Dismissed.")
        }
        Command::Snooze { id, until } => {
            app.snooze_task(actor, id, *until)?;
            session.out.line(
                format!("Zurückgestellt bis {}.", until.german()),
                format!("Put off until {until}."),
            )
        }
        Command::Assign { to, ids, from } => {
            let number = app.assign_tasks(actor, to, ids, from.as_deref())?;
            session.out.line(
                format!("{} an {to} übergeben.", counted(number, "Aufgabe", "Aufgaben")),
                format!("{} given to {to}.", counted(number, "task", "tasks")),
            )
        }
        Command::Undo { id } => {
            app.undo_task(actor, id)?;
            session.out.line("Zurückgenommen.", "Taken back.")
        }
    }
}

fn list(tasks: Vec<TaskFacts>) -> List {
    let mut list = List::new(&[
        ("id", "Id", "id"),
        ("task", "Aufgabe", "task"),
        ("pupil", "Kind", "pupil"),
        ("school", "Schule", "school"),
        ("due", "fällig", "due"),
        ("priority", "Dringlichkeit", "priority"),
        ("state", "Stand", "state"),
        ("owner", "bei", "with"),
        ("plugin", "Plugin", "plugin"),
    ]);
    for TaskFacts { view, bucket } in tasks {
        let said = &view.task.said;
        list.row([
            Value::Text(view.task.id.to_string()),
            Value::Code(coded(&view.task.step, &said.label)),
            Value::Text(view.pupil),
            Value::Text(view.school),
            Value::Day(said.due),
            Value::Code(coded(said.priority.code(), &said.priority.text())),
            Value::Code(coded(bucket.code(), &bucket.text())),
            view.owner.map_or(Value::None, |(code, _)| Value::Text(code)),
            Value::Text(view.task.plugin),
        ]);
    }
    list
}

fn coded(code: &str, text: &Text) -> Code {
    Code { code: code.to_owned(), de: text.de.clone(), en: text.en.clone() }
}
