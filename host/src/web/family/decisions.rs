//! What is decided in the inbox: done, put off, dismissed, given to somebody, and taken back.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};

use crate::app::{Actor, App, CorrectionForm, Error, Value};
use crate::domain::{Day, TaskBucket};

use super::super::Failure;
use super::super::fields::Fields;
use super::super::visit::{Answer, Visit};
use super::inbox::{At, show};
use super::parts::{Mistake, refused};
use super::task;

/// A day that somebody typed.
fn until(fields: &Fields) -> Option<Day> {
    fields.some("until").and_then(|text| text.parse().ok())
}

/// Leads back to where the decision was made, and offers there to take it back.
fn back(fields: &Fields, sign: &str, page: &str) -> Response {
    let undo = if page.is_empty() { "" } else { sign };
    let to = match fields.some("to") {
        Some("details") if sign.starts_with("task-") => {
            format!("/inbox/tasks/{}", sign.trim_start_matches("task-"))
        }
        _ => At::read(fields.one("at")).address(undo),
    };
    Redirect::to(&to).into_response()
}

/// Decides about a task.
pub(super) async fn of_task(
    visit: Visit,
    Path((id, what)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let (task, asked) = (id.clone(), fields.clone());
    let decided = match what.as_str() {
        "done" => {
            let contact = fields.some("contact").map(str::to_owned);
            visit.ask(move |app, actor| Ok(app.task_done(actor, &task, contact.as_deref()))).await?
        }
        "dismiss" => {
            visit
                .ask(move |app, actor| Ok(app.dismiss_task(actor, &task, asked.one("reason"))))
                .await?
        }
        "snooze" => {
            let Some(until) = until(&fields) else {
                let mistakes = vec![Mistake::new(visit.say("family.no-day"), Some("until"))];
                return task::show(&visit, &id, &fields, mistakes).await;
            };
            visit.ask(move |app, actor| Ok(app.snooze_task(actor, &task, until))).await?
        }
        "lacks" => {
            visit
                .ask(move |app, actor| Ok(app.task_lacks(actor, &task, asked.one("missing"))))
                .await?
        }
        "undo" => visit.ask(move |app, actor| Ok(app.undo_task(actor, &task))).await?,
        _ => return Err(Failure::not_found()),
    };
    match decided {
        Ok(task) => {
            let shown = if what == "undo" { "" } else { "undo" };
            Ok(back(&fields, &format!("task-{task}"), shown))
        }
        Err(error) => {
            let mistakes = refused(error, &visit, |_| None)?;
            if is_so_already(&visit, &id, &what).await? {
                return Ok(back(&fields, &format!("task-{id}"), "undo"));
            }
            task::show(&visit, &id, &fields, mistakes).await
        }
    }
}

/// Whether a task stands where a decision would have put it: who presses a button twice has done it once.
async fn is_so_already(visit: &Visit, id: &str, what: &str) -> Result<bool, Failure> {
    let (id, lang) = (id.to_owned(), visit.lang());
    let bucket = visit.ask(move |app, actor| Ok(app.task(actor, &id, lang)?.facts.bucket)).await?;
    Ok(matches!((what, bucket), ("done", TaskBucket::Done) | ("dismiss", TaskBucket::Dismissed)))
}

/// Decides about a next step that was agreed in a contact. The contact is corrected: what it said before
/// stays in its history, from where it is taken back.
pub(super) async fn of_step(
    visit: Visit,
    Path((id, what)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let contact = id.clone();
    let lang = visit.lang();
    let corrected = match what.as_str() {
        "done" => {
            let reason = visit.say("family.reason-done");
            form_result(&visit, move |app, actor| {
                let form = CorrectionForm {
                    next_due: Some(""),
                    next_step: Some(""),
                    ..CorrectionForm::default()
                };
                app.correct_contact(actor, &contact, &form, &reason)
            })
            .await?
        }
        "snooze" => {
            let Some(until) = until(&fields) else {
                let mistakes = vec![Mistake::new(visit.say("family.no-day"), None)];
                return show(&visit, &At::read(fields.one("at")), "", mistakes).await;
            };
            let (reason, until) = (visit.say("family.reason-snoozed"), until.to_string());
            form_result(&visit, move |app, actor| {
                let form = CorrectionForm { next_due: Some(&until), ..CorrectionForm::default() };
                app.correct_contact(actor, &contact, &form, &reason)
            })
            .await?
        }
        "undo" => {
            let reason = visit.say("family.reason-undone");
            form_result(&visit, move |app, actor| {
                let words = app.words(lang)?;
                let rows = app.contact_history(actor, &contact, &words)?;
                let last = rows.iter().map(|row| row.number).max();
                let before = |field: &str| {
                    let mut of_last = rows.iter().filter(|row| Some(row.number) == last);
                    of_last.find(|row| row.field.code == field).map(|row| match &row.before {
                        Value::Day(day) => day.to_string(),
                        Value::Text(text) => text.clone(),
                        _ => String::new(),
                    })
                };
                let (due, step) = (before("next_due"), before("next_step"));
                let form = CorrectionForm {
                    next_due: due.as_deref(),
                    next_step: step.as_deref(),
                    ..CorrectionForm::default()
                };
                app.correct_contact(actor, &contact, &form, &reason)
            })
            .await?
        }
        _ => return Err(Failure::not_found()),
    };
    match corrected {
        Ok(_) => {
            let shown = if what == "undo" { "" } else { "undo" };
            Ok(back(&fields, &format!("step-{id}"), shown))
        }
        Err(error) => {
            let mistakes = refused(error, &visit, |_| None)?;
            show(&visit, &At::read(fields.one("at")), "", mistakes).await
        }
    }
}

async fn form_result<T: Send + 'static>(
    visit: &Visit,
    act: impl FnOnce(&mut App, &Actor) -> Result<T, Error> + Send + 'static,
) -> Result<Result<T, Error>, Failure> {
    visit.ask(move |app, actor| Ok(act(app, actor))).await
}

/// Gives many tasks to somebody at once: those that were picked, or all open ones of somebody.
pub(super) async fn assign(visit: Visit, fields: Fields) -> Answer {
    let at = At::read(fields.one("at"));
    let (to, from) = (fields.one("owner").to_owned(), fields.some("from").map(str::to_owned));
    let ids = fields.all("id");
    if to.is_empty() || (ids.is_empty() && from.is_none()) {
        let said = if to.is_empty() { "family.nobody-chosen" } else { "family.nothing-picked" };
        let mistakes = vec![Mistake::new(visit.say(said), Some("owner"))];
        return show(&visit, &at, "", mistakes).await;
    }
    let assigned = visit
        .ask(move |app, actor| Ok(app.assign_tasks(actor, &to, &ids, from.as_deref())))
        .await?;
    match assigned {
        Ok(number) => {
            let said = visit.say_with("family.assigned", &[number.to_string()]);
            visit.done(&at.address(""), &said)
        }
        Err(error) => {
            let mistakes = refused(error, &visit, |_| None)?;
            show(&visit, &at, "", mistakes).await
        }
    }
}
