//! Rows of files that wait for a decision: whom they are about, or why they are left out.

use axum::extract::Path;
use axum::http::StatusCode;
use serde::Serialize;

use crate::app::{App, QueueDecision, QueuePerson, UseCase};

use super::super::Failure;
use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::visit::{Answer, Visit};
use super::form::{Choice, Mistake, judged};
use super::shown::{address, day, sentence};

/// How many groups of rows a page shows.
const SHOWN: usize = 200;

pub(super) fn routes(routes: Routes) -> Routes {
    let may = Guard::May(UseCase::ImportManage);
    routes
        .get("/imports/queue", may, list)
        .post("/imports/queue/retry", may, retry)
        .get("/imports/queue/{row}", may, row)
        .post("/imports/queue/{row}", may, decide)
}

#[derive(Serialize)]
struct ListView {
    rows: Vec<Row>,
    all: usize,
    is_cut: bool,
}

#[derive(Serialize)]
struct Row {
    address: String,
    import: i64,
    line: u64,
    rows: usize,
    who: String,
    reason: String,
}

async fn list(visit: Visit) -> Answer {
    let found = visit.ask(|app, actor| app.queue(actor, None)).await?;
    let lang = visit.lang();
    let row = |person: &QueuePerson| Row {
        address: address(&["imports", "queue", &person.row.to_string()]),
        import: person.import,
        line: person.line,
        rows: person.rows,
        who: person.who.shown(),
        reason: person.reason.get(lang).to_owned(),
    };
    let view = ListView {
        rows: found.iter().take(SHOWN).map(row).collect(),
        all: found.len(),
        is_cut: found.len() > SHOWN,
    };
    visit.page("attendance-queue", &view)
}

/// Tries all rows again.
async fn retry(visit: Visit) -> Answer {
    let done = visit.ask_long(App::retry_queue).await?;
    let values = [done.decided.to_string(), done.records.to_string()];
    visit.done("/imports/queue", &visit.say_with("attendance.queue-done", &values))
}

#[derive(Serialize)]
struct RowView {
    action: String,
    line: u64,
    import: i64,
    about: String,
    born: Option<String>,
    reason: String,
    fields: Vec<(String, String)>,
    is_about_who: bool,
    /// Pupils whom it may be about, those with a similar name first.
    pupils: Vec<Choice>,
    pupil: String,
    why: String,
    mistakes: Vec<Mistake>,
}

async fn row(visit: Visit, Path(row): Path<String>) -> Answer {
    show(&visit, number(&row)?, StatusCode::OK, Fields::default(), Vec::new()).await
}

fn number(text: &str) -> Result<i64, Failure> {
    text.parse().map_err(|_| Failure::not_found())
}

async fn show(
    visit: &Visit,
    number: i64,
    status: StatusCode,
    typed: Fields,
    mistakes: Vec<Mistake>,
) -> Answer {
    let lang = visit.lang();
    let found = visit
        .ask(move |app, actor| {
            // A number that waits no more is no page of its own.
            let Ok(found) = judged(app.queue_row(actor, number), lang)? else { return Ok(None) };
            Ok(Some((found, app.pupils(actor, None, None)?)))
        })
        .await?;
    let Some((found, pupils)) = found else { return Err(Failure::not_found()) };
    let who = &found.row.who;
    let alike = |name: &str| {
        let name = name.to_lowercase();
        let wanted = format!("{} {}", who.family, who.given).to_lowercase();
        let parts = wanted.split_whitespace().filter(|part| part.chars().count() > 2);
        usize::MAX - parts.filter(|part| name.contains(part)).count()
    };
    let mut choices: Vec<(usize, String, Choice)> = pupils
        .iter()
        .map(|facts| {
            let pupil = &facts.pupil;
            let name = format!("{}, {}", pupil.family_name, pupil.given_name);
            let born = pupil.birth_day.map(|born| day(born, lang)).unwrap_or_default();
            let text =
                format!("{name} · {} · {} · {born} ({})", facts.school, pupil.class, pupil.code);
            let chosen = typed.one("pupil") == pupil.code;
            (alike(&name), name, Choice { value: pupil.code.clone(), text, chosen })
        })
        .collect();
    choices.sort_by(|left, right| (left.0, &left.1).cmp(&(right.0, &right.1)));
    let view = RowView {
        action: address(&["imports", "queue", &number.to_string()]),
        line: found.row.line,
        import: found.import,
        about: who.shown(),
        born: who.birth.map(|born| day(born, lang)),
        reason: sentence(found.row.reason.get(lang)),
        fields: found.row.fields.clone(),
        is_about_who: found.row.is_about_who,
        pupils: choices.into_iter().map(|(.., choice)| choice).collect(),
        pupil: typed.one("pupil").to_owned(),
        why: typed.one("reason").to_owned(),
        mistakes,
    };
    visit.page_with(status, "attendance-row", &view)
}

/// Decides about a row and all others about the same person.
async fn decide(visit: Visit, Path(row): Path<String>, fields: Fields) -> Answer {
    let (key, lang) = (number(&row)?, visit.lang());
    let is_skip = fields.has("skip");
    let (pupil, reason) = (fields.one("pupil").to_owned(), fields.one("reason").to_owned());
    let done = visit
        .ask_long(move |app, actor| {
            let decision =
                if is_skip { QueueDecision::Skip(&reason) } else { QueueDecision::Pupil(&pupil) };
            judged(app.decide_row(actor, key, decision), lang)
        })
        .await?;
    match done {
        Ok(done) => {
            let values = [done.decided.to_string(), done.records.to_string()];
            visit.done("/imports/queue", &visit.say_with("attendance.queue-done", &values))
        }
        Err(wrong) => {
            let field = if is_skip { "reason" } else { "pupil" };
            let mistakes = wrong.into_iter().map(|wrong| Mistake {
                what: sentence(&wrong.what),
                field: Some(field.to_owned()),
            });
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            show(&visit, key, status, fields, mistakes.collect()).await
        }
    }
}
