//! One task: why it is there, what happened to it, and what can be decided about it.

use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::json;

use crate::app::{ContactFilter, TaskDetails, moment};
use crate::domain::{ChangedField, Day, Lang, TaskBucket, TaskEvent, TaskState, Text};

use super::super::fields::Fields;
use super::super::visit::{Answer, Visit};
use super::parts::{Choice, Mistake, address, day, name, segment, today};

/// How many of the last contacts with a pupil are offered as the one that did the task.
const CONTACTS: usize = 8;

pub(super) async fn page(visit: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    show(&visit, &id, &fields, Vec::new()).await
}

/// The page, with what went wrong and what was typed where something did.
pub(super) async fn show(
    visit: &Visit,
    id: &str,
    typed: &Fields,
    mistakes: Vec<Mistake>,
) -> Answer {
    let lang = visit.lang();
    let id = id.to_owned();
    let (found, contacts, words, next) = visit
        .ask(move |app, actor| {
            let found = app.task(actor, &id, lang)?;
            let pupil = found.facts.view.pupil.clone();
            let filter =
                ContactFilter { pupil: Some(&pupil), limit: CONTACTS, ..ContactFilter::default() };
            let contacts = app.contacts(actor, &filter)?;
            let next = app.next_school_days(actor, today().plus(1))?;
            Ok((found, contacts, app.words(lang)?, next))
        })
        .await?;
    let TaskDetails { facts, because, history } = &found;
    let (view, task, said) = (&facts.view, &facts.view.task, &facts.view.task.said);
    let id = task.id.to_string();
    let contacts: Vec<Choice> = contacts
        .iter()
        .map(|found| {
            let contact = &found.contact;
            let (kind, result) = (words.kind(contact), words.result(contact));
            let shown =
                format!("{}, {}, {}", day(contact.day, lang), kind.word(lang), result.word(lang));
            Choice::new(&contact.id.to_string(), shown, typed.one("contact"))
        })
        .collect();
    let history: Vec<_> = history
        .iter()
        .map(|entry| {
            let what = happened(&entry.event, lang);
            json!({ "at": moment(entry.at), "by": entry.by, "what": what })
        })
        .collect();
    let because: Vec<_> =
        because.iter().map(|(field, value)| json!({ "field": field, "value": value })).collect();
    let next = next.get(&view.school).map(ToString::to_string).unwrap_or_default();
    let typed_until = typed.some("until").map_or(next, str::to_owned);
    let page = json!({
        "mistakes": mistakes,
        "id": id,
        "label": said.label.get(lang),
        "pupil": format!("{} ({})", name(&view.given_name, &view.family_name), view.pupil),
        "pupil_address": format!("/pupils/{}", segment(&view.pupil)),
        "class": view.class,
        "school": view.school_name,
        "state": state(task.state, facts.bucket, lang),
        "due": day(said.due, lang),
        "priority": said.priority.text().get(lang),
        "owner": view.owner.as_ref().map(|(code, name)| format!("{name} ({code})")),
        "holds": task.state.decided_on().map(|_| said.holds.text().get(lang).to_owned()),
        "reason": said.reason.get(lang),
        "because": because,
        "plugin": format!("{}@{}", task.plugin, said.version),
        "proposed": day(task.proposed_on, lang),
        "history": history,
        "is_open": facts.bucket.is_open(),
        "is_closed": matches!(facts.bucket, TaskBucket::Done | TaskBucket::Dismissed),
        "contacts": contacts,
        "contact": address("/contacts/new", &[
            ("task", &id), ("pupil", &view.pupil), ("school", &view.school),
        ]),
        "letters": (!said.templates.is_empty())
            .then(|| format!("/pupils/{}/letters", segment(&view.pupil))),
        "until": typed_until,
        "why_not": typed.one("reason"),
        "missing": view.missing,
        "missing_typed": typed.one("missing"),
        "at": typed.one("at"),
    });
    let status =
        if mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    visit.page_with(status, "family-task", &page)
}

/// Where a task stands, in words.
fn state(state: TaskState, bucket: TaskBucket, lang: Lang) -> String {
    let words = bucket.text();
    let words = words.get(lang);
    match state {
        TaskState::Waiting { until } if bucket == TaskBucket::Waiting => {
            format!("{words} {} {}", lang.pick("bis", "until"), day(until, lang))
        }
        TaskState::Open | TaskState::Waiting { .. } => words.to_owned(),
        TaskState::Done { on, .. } | TaskState::Dismissed { on } | TaskState::Lapsed { on } => {
            format!("{words}, {}", day(on, lang))
        }
    }
}

/// What happened to a task, in words.
fn happened(event: &TaskEvent, lang: Lang) -> String {
    let day = |of: &Day| day(*of, lang);
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
        TaskEvent::Done { contact, .. } => match contact {
            Some(_) => lang.pick("erledigt mit einem Kontakt", "done by a contact").to_owned(),
            None => lang.pick("erledigt", "done").to_owned(),
        },
        TaskEvent::Dismissed { reason, .. } => {
            format!("{}: {reason}", lang.pick("verworfen", "dismissed"))
        }
        TaskEvent::Snoozed { until, .. } => {
            format!("{} {}", lang.pick("zurückgestellt bis", "put off until"), day(until))
        }
        TaskEvent::Lacking { missing, .. } => {
            format!("{}: {missing}", lang.pick("angesehen, es fehlt", "looked at, missing"))
        }
        TaskEvent::Assigned { before, after } => {
            let nobody = || lang.pick("niemand", "nobody").to_owned();
            let (from, to) =
                (before.clone().unwrap_or_else(nobody), after.clone().unwrap_or_else(nobody));
            lang.pick(format!("übergeben: {from} → {to}"), format!("handed over: {from} → {to}"))
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
            (lang.pick("fällig", "due"), day(*before, lang), day(*after, lang))
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
