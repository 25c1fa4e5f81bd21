//! What was imported, taking an import back, and the form for a new file.

use axum::extract::Path;
use axum::http::StatusCode;
use serde::Serialize;

use crate::app::{KeptImport, Kind, Source, UseCase};

use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::visit::{Answer, Visit};
use super::form::{Choice, Mistake, judged};
use super::shown::{moment, sentence};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/imports", Guard::May(UseCase::ImportFile), list).post(
        "/imports/{import}/undo",
        Guard::May(UseCase::ImportManage),
        undo,
    )
}

/// What the page shows, also where a file was no use.
#[derive(Serialize)]
struct View {
    sources: Vec<Choice>,
    kinds: Vec<Choice>,
    schools: Vec<Choice>,
    mappings: Vec<String>,
    manages: bool,
    imports: Vec<Row>,
    waiting: u64,
    mistakes: Vec<Mistake>,
    /// What was typed as the reason of taking one back, and which.
    undo: Option<(i64, String)>,
}

#[derive(Serialize)]
struct Row {
    number: i64,
    at: String,
    kind: String,
    name: String,
    rows: u64,
    waiting: u64,
    by: String,
    undone: Option<String>,
}

/// The word for what an import held.
fn kind_word(found: &KeptImport, visit: &Visit) -> String {
    let lang = visit.lang();
    let source = Source::ALL.into_iter().find(|source| source.name() == found.source);
    if let Some(source) = source {
        return sentence(source.title().get(lang));
    }
    let kind = found.kind.parse::<Kind>();
    kind.map_or_else(|_| found.kind.clone(), |kind| kind.title().get(lang).to_owned())
}

async fn list(visit: Visit) -> Answer {
    page(&visit, StatusCode::OK, Vec::new(), None).await
}

/// The page with what is wrong.
pub(super) async fn page(
    visit: &Visit,
    status: StatusCode,
    mistakes: Vec<Mistake>,
    undo: Option<(i64, String)>,
) -> Answer {
    let lang = visit.lang();
    let manages = visit.may(UseCase::ImportManage);
    let reads_sources = visit.may(UseCase::ImportSource);
    let (schools, mappings, imports) = visit
        .ask(move |app, actor| {
            let imports = if manages { app.imports(actor)? } else { Vec::new() };
            let mappings = if reads_sources { app.mappings()? } else { Vec::new() };
            Ok((app.schools(actor)?, mappings, imports))
        })
        .await?;
    let choice = |value: String, text: String| Choice { value, text, chosen: false };
    let sources = Source::ALL.into_iter().filter(|_| reads_sources);
    let kinds = Kind::all().filter(|kind| visit.may(kind.use_case()));
    let row = |found: KeptImport| Row {
        number: found.key,
        at: moment(found.imported_at, None, lang).0,
        kind: kind_word(&found, visit),
        undone: found.undone.map(|(at, why)| {
            visit.say_with("attendance.import-undone", &[moment(at, None, lang).0, why])
        }),
        name: found.name,
        rows: found.rows,
        waiting: found.waiting,
        by: found.taken_by,
    };
    let imports: Vec<Row> = imports.into_iter().map(row).collect();
    let view = View {
        sources: sources
            .map(|source| {
                choice(format!("source:{}", source.name()), sentence(source.title().get(lang)))
            })
            .collect(),
        kinds: kinds
            .map(|kind| choice(format!("kind:{kind}"), kind.title().get(lang).to_owned()))
            .collect(),
        schools: schools
            .into_iter()
            .map(|facts| choice(facts.school.number, facts.school.name))
            .collect(),
        mappings: mappings.into_iter().map(|(name, _)| name).collect(),
        manages,
        waiting: imports.iter().map(|row| row.waiting).sum(),
        imports,
        mistakes,
        undo,
    };
    visit.page_with(status, "attendance-imports", &view)
}

/// Takes an import back as a whole.
async fn undo(visit: Visit, Path(import): Path<String>, fields: Fields) -> Answer {
    let number: i64 = import.parse().map_err(|_| super::super::Failure::not_found())?;
    let (reason, lang) = (fields.one("reason").to_owned(), visit.lang());
    let given = reason.clone();
    let done = visit
        .ask_long(move |app, actor| judged(app.undo_import(actor, number, &given), lang))
        .await?;
    match done {
        Ok(removed) => {
            let values = [number.to_string(), removed.to_string()];
            visit.done("/imports", &visit.say_with("attendance.import-undo-done", &values))
        }
        Err(wrong) => {
            let field = format!("undo-{number}");
            let mistakes = wrong
                .into_iter()
                .map(|wrong| Mistake { what: sentence(&wrong.what), field: Some(field.clone()) });
            let undo = Some((number, reason));
            page(&visit, StatusCode::UNPROCESSABLE_ENTITY, mistakes.collect(), undo).await
        }
    }
}
