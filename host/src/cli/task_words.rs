//! A task in words: why it is there, where it came from, and what happened to it.

use std::fmt::Write as _;

use crate::app::{TaskDetails, TaskFacts, moment};
use crate::domain::{ChangedField, Day, Lang, TaskBucket, TaskEvent, TaskState, Text};

use super::school::show as show_day;

/// One task as lines of text.
pub(super) fn describe(found: &TaskDetails, lang: Lang) -> String {
    let TaskFacts { view, bucket } = &found.facts;
    let (task, said) = (&view.task, &view.task.said);
    let mut text = format!("{} {}\n", task.id, said.label.get(lang));
    let mut line = |de: &str, en: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "{} {value}", lang.pick(de, en));
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
    let _ = writeln!(text, "\n{}", lang.pick("Warum sehe ich das?", "Why do I see this?"));
    let _ = writeln!(text, "  {}", said.reason.get(lang));
    for (field, value) in &found.because {
        let _ = writeln!(text, "  - {field}: {value}");
    }
    let on = show_day(task.proposed_on, lang);
    let (plugin, version) = (&task.plugin, &said.version);
    text += &lang.pick(
        format!("  Vorgeschlagen von {plugin}@{version}, zuerst am {on}\n"),
        format!("  Proposed by {plugin}@{version}, first on {on}\n"),
    );
    let _ = writeln!(text, "\n{}", lang.pick("Was geschah", "What happened"));
    for entry in &found.history {
        let what = happened(&entry.event, lang);
        let _ = writeln!(text, "  {} {}: {what}", moment(entry.at), entry.by);
    }
    text
}

/// Where a task stands, in words.
fn state(state: TaskState, bucket: TaskBucket, lang: Lang) -> String {
    let words = bucket.text();
    let words = words.get(lang);
    match state {
        TaskState::Waiting { until } if bucket == TaskBucket::Waiting => {
            let until = show_day(until, lang);
            format!("{words} {}", lang.pick(format!("bis {until}"), format!("until {until}")))
        }
        TaskState::Open | TaskState::Waiting { .. } => words.to_owned(),
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
        TaskEvent::Lacking { missing, .. } => {
            format!("{}: {missing}", lang.pick("angesehen, es fehlt", "looked at, missing"))
        }
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
