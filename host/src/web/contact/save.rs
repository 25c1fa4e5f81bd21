//! Sending the form for a contact: saved once, kept as a draft, or shown again with everything in it.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use zeroize::Zeroizing;

use crate::app::{Actor, App, DraftAbout, Error, ErrorKind, PersonKind};
use crate::domain::{FoundWord, Id, Lang};

use super::dates::now;
use super::entry::{Entry, new_submission, place};
use super::form::{self, Remarks, Wrong};
use crate::web::Failure;
use crate::web::fields::Fields;
use crate::web::form_words::in_a_form;
use crate::web::visit::{Answer, Guest, Visit};

/// What became of what was sent.
enum Sent {
    /// It is there, now or since it was sent for the first time; whether its task could be closed.
    Saved { is_new: bool, task: Option<bool> },
    /// Something else was sent under the same mark.
    Another,
    /// Words of it may not belong in a note.
    Words(Vec<FoundWord>),
    /// It is wrong.
    Wrong(Vec<Wrong>),
}

/// `POST /contacts/new`. What its buttons do is in `do`.
pub(super) async fn save(visit: Result<Visit, Failure>, guest: Guest, fields: Fields) -> Answer {
    let visit = match visit {
        Ok(visit) => visit,
        // What was typed goes on with whoever has to sign in first.
        Err(failure) if failure.status() == StatusCode::UNAUTHORIZED => {
            let kept: Vec<_> = fields
                .pairs()
                .iter()
                .map(|(name, value)| json!({ "name": name, "value": value }))
                .collect();
            let status = StatusCode::UNAUTHORIZED;
            return guest.page_with(status, "contact-again", &json!({ "kept": kept }));
        }
        Err(failure) => return Err(failure),
    };
    let mut entry = Entry::read(&fields);
    let wish = fields.one("do").to_owned();
    match wish.as_str() {
        "later" => {
            keep_entry(&visit, entry).await?;
            return visit.done("/", &visit.say("contact.kept"));
        }
        "search" => return form::again(&visit, entry, Remarks::default(), false).await,
        _ => {}
    }
    if wish == "school" || entry.school != entry.school_before {
        let school = entry.school.clone();
        let desk =
            visit.ask(move |app, actor| app.contact_desk(actor, Some(school.as_str()))).await?;
        entry.with = form::own_team(&desk);
        let remark = (wish != "school").then(|| visit.say("contact.school-changed"));
        return form::again(&visit, entry, Remarks { remark, ..Remarks::default() }, false).await;
    }
    let is_sure = wish.ends_with("-anyway");
    let goes_on = wish.starts_with("next");
    let (typed, lang) = (entry.clone(), visit.lang());
    match visit.ask(move |app, actor| send(app, actor, &typed, is_sure, lang)).await? {
        Sent::Saved { is_new, task } => {
            let said = match (is_new, task) {
                (false, _) => visit.say("contact.saved-before"),
                (true, Some(true)) => visit.say("contact.saved-task"),
                (true, Some(false)) => visit.say("contact.saved-task-open"),
                (true, None) => visit.say("contact.saved"),
            };
            let to = if goes_on { next_address(&entry) } else { "/contacts".to_owned() };
            visit.done(&to, &said)
        }
        Sent::Another => {
            entry.submission = new_submission();
            let remark = Some(visit.say("contact.another"));
            form::again(&visit, entry, Remarks { remark, ..Remarks::default() }, true).await
        }
        Sent::Words(words) => {
            let anyway = if goes_on { "next-anyway" } else { "save-anyway" };
            form::again(&visit, entry, Remarks { words, anyway, ..Remarks::default() }, true).await
        }
        Sent::Wrong(mistakes) => {
            form::again(&visit, entry, Remarks { mistakes, ..Remarks::default() }, true).await
        }
    }
}

/// Where "save and next" goes: school, kind, topics and team stay; people and notes never do.
fn next_address(entry: &Entry) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("school", &entry.school).append_pair("kind", &entry.kind);
    query.append_pair("team", "1");
    for topic in &entry.topics {
        query.append_pair("topic", topic);
    }
    for code in &entry.with {
        query.append_pair("with", code);
    }
    format!("/contacts/new?{}", query.finish())
}

fn send(
    app: &mut App,
    actor: &Actor,
    entry: &Entry,
    is_sure: bool,
    lang: Lang,
) -> Result<Sent, Error> {
    let missing = missing(entry, lang);
    if !missing.is_empty() {
        return Ok(Sent::Wrong(missing));
    }
    let desk = app.contact_desk(actor, Some(entry.school.as_str()))?;
    let done = entry.finish(now().0, desk.next_school_day, lang);
    if !is_sure {
        let words =
            app.watched_words()?.find(&format!("{}\n{}", entry.shared_note, done.next_step));
        if !words.is_empty() {
            return Ok(Sent::Words(words));
        }
    }
    let Ok(mark) = entry.submission.parse::<Id>() else {
        return Ok(Sent::Another);
    };
    let (id, is_new) = match app.add_contact_once(actor, mark, &done.form(entry)) {
        Ok(saved) => saved,
        Err(error) => return told(error, lang).map(Sent::Wrong),
    };
    if !is_new && !is_same(app, actor, id, entry)? {
        return Ok(Sent::Another);
    }
    app.end_draft(actor, &place(&entry.submission))?;
    let task = Some(&entry.task).filter(|task| is_new && !task.is_empty());
    let task = task.map(|task| app.task_done(actor, task, Some(&id.to_string())).is_ok());
    Ok(Sent::Saved { is_new, task })
}

/// Whether a contact is the one that was typed: a form that was open in two windows may say two things.
fn is_same(app: &App, actor: &Actor, id: Id, entry: &Entry) -> Result<bool, Error> {
    let view = match app.contact(actor, &id.to_string()) {
        Ok(view) => view,
        // Out of sight by now.
        Err(Error::NoSuchContact(_)) => return Ok(true),
        Err(error) => return Err(error),
    };
    let pupils = entry.codes_of(PersonKind::Pupil);
    let is_about = view.pupils.len() == pupils.len()
        && view.pupils.iter().all(|(code, _)| pupils.contains(code));
    let note = view.contact.shared_note.as_deref().unwrap_or_default();
    Ok(is_about && view.school == entry.school && note == entry.shared_note)
}

/// What has to be chosen and was not.
fn missing(entry: &Entry, lang: Lang) -> Vec<Wrong> {
    let words = |key: &str| crate::web::words::say(key, lang, &[]).unwrap_or_default();
    let mut mistakes = Vec::new();
    let mut ask = |is_missing: bool, field: &str, what: String| {
        if is_missing {
            mistakes.push(Wrong { what, field: Some(field.to_owned()) });
        }
    };
    ask(entry.people().is_empty() && !entry.group, "who", words("contact.who-missing"));
    let homes = entry.codes_of(PersonKind::Household);
    ask(homes.len() > 1, "who", words("contact.one-family"));
    ask(entry.kind.is_empty(), "kind", words("contact.kind-missing"));
    ask(entry.result.is_empty(), "result", words("contact.result-missing"));
    mistakes
}

/// What is wrong as the form says it; the error itself where it is not the person's.
pub(super) fn told(error: Error, lang: Lang) -> Result<Vec<Wrong>, Error> {
    match error {
        Error::Mistakes(mistakes) => Ok(mistakes
            .list
            .iter()
            .map(|mistake| Wrong {
                what: in_a_form(&mistake.reason, lang),
                field: mistake.field.as_deref().map(element),
            })
            .collect()),
        Error::NotAllowed(_) | Error::Account(_) => Err(error),
        error if error.kind() == ErrorKind::Internal => Err(error),
        error => Ok(vec![Wrong { what: error.message(lang), field: None }]),
    }
}

/// The element of the form for a column of contacts.
fn element(column: &str) -> String {
    match column.split(':').next().unwrap_or_default() {
        "pupils" | "household" => "who",
        "participants" => "team",
        "attempt" => "result",
        "minutes" => "other_minutes",
        "next_due" => "next_day",
        "topics" => "topics",
        other => other,
    }
    .to_owned()
}

async fn keep_entry(visit: &Visit, entry: Entry) -> Result<(), Failure> {
    visit.ask(move |app, actor| keep_now(app, actor, &entry)).await
}

fn keep_now(app: &mut App, actor: &Actor, entry: &Entry) -> Result<(), Error> {
    let text = Zeroizing::new(serde_json::to_string(entry).unwrap_or_default());
    let (pupils, households) =
        (entry.codes_of(PersonKind::Pupil), entry.codes_of(PersonKind::Household));
    let about = DraftAbout { pupils: &pupils, households: &households };
    app.keep_draft(actor, &place(&entry.submission), &text, about)
}

/// `POST /contacts/draft`: every few seconds, from the script. An empty form is no draft.
pub(super) async fn keep(visit: Visit, fields: Fields) -> Answer {
    let entry = Entry::read(&fields);
    if entry.has_anything() {
        keep_entry(&visit, entry).await?;
    }
    Ok(no_content())
}

fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// `POST /contacts/draft/end`: throws a draft away.
pub(super) async fn discard(visit: Visit, fields: Fields) -> Answer {
    let place = place(&Entry::read(&fields).submission);
    visit.ask(move |app, actor| app.end_draft(actor, &place)).await?;
    visit.done("/contacts/new?empty=1", &visit.say("contact.discarded"))
}
