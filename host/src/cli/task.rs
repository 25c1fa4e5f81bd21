//! `tridem task`: what should be done next about cases, and what people decide about it.

use crate::app::{Error, ProposeRequest, TaskDetails, TaskFacts, TaskFilter, Value, moment};
use crate::domain::{
    ChangedField, Code, Day, Lang, Period, SchoolYear, TaskBucket, TaskEvent, TaskState, Text,
};

use super::Session;
use super::lists::{FormatArgs, List};
use super::output::counted;
use super::school::show as show_day;

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
            let (day, tally) = (done.as_of, done.tally);
            session.out.remark(
                format!("{}@{}, Stand {}", done.plugin, done.version, day.german()),
                format!("{}@{}, as of {day}", done.plugin, done.version),
            );
            session.out.line(
                format!(
                    "{}, {}: {} neu, {} geändert, {} wieder da, {} entfallen.",
                    counted(done.cases, "Fall", "Fälle"),
                    counted(done.proposals, "Vorschlag", "Vorschläge"),
                    tally.added,
                    tally.changed,
                    tally.reopened,
                    tally.lapsed
                ),
                format!(
                    "{}, {}: {} new, {} changed, {} back, {} lapsed.",
                    counted(done.cases, "case", "cases"),
                    counted(done.proposals, "proposal", "proposals"),
                    tally.added,
                    tally.changed,
                    tally.reopened,
                    tally.lapsed
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
            session.out.list(&list, format.get())
        }
        Command::Show { id } => {
            let lang = session.out.lang();
            let text = describe(&app.task(actor, id, lang)?, lang);
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

/// One task as lines of text.
fn describe(found: &TaskDetails, lang: Lang) -> String {
    let TaskFacts { view, bucket } = &found.facts;
    let (task, said) = (&view.task, &view.task.said);
    let mut text = format!("{} {}\n", task.id, said.label.get(lang));
    let mut line = |de: &str, en: &str, value: &str| {
        if !value.is_empty() {
            text += &format!("{} {value}\n", lang.pick(de, en));
        }
    };
    let name = format!("{} {} {}", view.pupil, view.given_name, view.family_name);
    line("Kind:", "pupil:", name.trim());
    line("Schule:", "school:", &format!("{} {}", view.school, view.school_name));
    line("Stand:", "state:", &state(task.state, *bucket, lang));
    line("fällig:", "due:", &show_day(said.due, lang));
    line("Dringlichkeit:", "priority:", said.priority.text().get(lang));
    let owner = view.owner.as_ref().map(|(code, name)| format!("{code} {name}"));
    line("bei:", "with:", &owner.unwrap_or_default());
    if matches!(task.state, TaskState::Done { .. } | TaskState::Dismissed { .. }) {
        line("Die Entscheidung gilt:", "the decision holds:", said.holds.text().get(lang));
    }
    line("Briefe:", "letters:", &said.templates.join(", "));
    text += &format!("\n{}\n", lang.pick("Warum sehe ich das?", "Why do I see this?"));
    text += &format!("  {}\n", said.reason.get(lang));
    for (field, value) in &found.because {
        text += &format!("  - {field}: {value}\n");
    }
    let on = show_day(task.proposed_on, lang);
    let (plugin, version) = (&task.plugin, &said.version);
    text += &lang.pick(
        format!("  Vorgeschlagen von {plugin}@{version}, zuerst am {on}\n"),
        format!("  Proposed by {plugin}@{version}, first on {on}\n"),
    );
    text += &format!("\n{}\n", lang.pick("Was geschah", "What happened"));
    for entry in &found.history {
        let what = happened(&entry.event, lang);
        text += &format!("  {} {}: {what}\n", moment(entry.at), entry.by);
    }
    text
}

/// Where a task stands, in words.
fn state(state: TaskState, bucket: TaskBucket, lang: Lang) -> String {
    let words = bucket.text();
    let words = words.get(lang);
    match state {
        TaskState::Open => words.to_owned(),
        TaskState::Waiting { until } if bucket == TaskBucket::Waiting => {
            let until = show_day(until, lang);
            format!("{words} {}", lang.pick(format!("bis {until}"), format!("until {until}")))
        }
        TaskState::Waiting { .. } => words.to_owned(),
        TaskState::Done { on, contact } => {
            let contact = contact
                .map(|id| lang.pick(format!(" mit Kontakt {id}"), format!(" by contact {id}")));
            format!("{words}, {}{}", show_day(on, lang), contact.unwrap_or_default())
        }
        TaskState::Dismissed { on } | TaskState::Lapsed { on } => {
            format!("{words}, {}", show_day(on, lang))
        }
    }
}

/// What happened to a task, in words.
fn happened(event: &TaskEvent, lang: Lang) -> String {
    let day = |day: &Day| show_day(*day, lang);
    let nobody = || lang.pick("niemand", "nobody").to_owned();
    match event {
        TaskEvent::Proposed { on, version } => lang.pick(
            format!("vorgeschlagen zum {}, Version {version}", day(on)),
            format!("proposed as of {}, version {version}", day(on)),
        ),
        TaskEvent::Changed { on, fields } => {
            let fields: Vec<String> = fields.iter().map(|field| changed(field, lang)).collect();
            lang.pick(
                format!("geändert zum {}: {}", day(on), fields.join("; ")),
                format!("changed as of {}: {}", day(on), fields.join("; ")),
            )
        }
        TaskEvent::Lapsed { on } => lang.pick(
            format!("entfallen, zum {} nicht mehr vorgeschlagen", day(on)),
            format!("lapsed, not proposed any more as of {}", day(on)),
        ),
        TaskEvent::Reopened { on, version } => lang.pick(
            format!("wieder vorgeschlagen zum {}, Version {version}", day(on)),
            format!("proposed again as of {}, version {version}", day(on)),
        ),
        TaskEvent::Done { contact: Some(contact), .. } => lang
            .pick(format!("erledigt mit Kontakt {contact}"), format!("done by contact {contact}")),
        TaskEvent::Done { contact: None, .. } => lang.pick("erledigt", "done").to_owned(),
        TaskEvent::Dismissed { reason, .. } => {
            format!("{}: {reason}", lang.pick("verworfen", "dismissed"))
        }
        TaskEvent::Snoozed { until, .. } => lang.pick(
            format!("zurückgestellt bis {}", day(until)),
            format!("put off until {}", day(until)),
        ),
        TaskEvent::Assigned { before, after } => {
            let name = |code: &Option<String>| code.clone().unwrap_or_else(nobody);
            let (from, to) = (name(before), name(after));
            lang.pick(format!("übergeben von {from} an {to}"), format!("given by {from} to {to}"))
        }
        TaskEvent::Undone => lang
            .pick("letzte Entscheidung zurückgenommen", "the last decision taken back")
            .to_owned(),
        TaskEvent::Letter { template, language, .. } => lang.pick(
            format!("Brief {template} ({language}) entworfen"),
            format!("letter {template} ({language}) drafted"),
        ),
    }
}

/// What is different in what a plugin says, in words.
fn changed(field: &ChangedField, lang: Lang) -> String {
    let (name, before, after) = match field {
        ChangedField::Due { before, after } => {
            (lang.pick("fällig", "due"), show_day(*before, lang), show_day(*after, lang))
        }
        ChangedField::Priority { before, after } => {
            let words = |text: Text| text.get(lang).to_owned();
            (lang.pick("Dringlichkeit", "priority"), words(before.text()), words(after.text()))
        }
        ChangedField::Reason { before, after } => {
            let words = |text: &Text| format!("„{}“", text.get(lang));
            (lang.pick("Grund", "reason"), words(before), words(after))
        }
        ChangedField::Version { before, after } => {
            (lang.pick("Version", "version"), before.clone(), after.clone())
        }
    };
    lang.pick(format!("{name} {after} statt {before}"), format!("{name} {after}, was {before}"))
}
