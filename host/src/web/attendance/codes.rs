//! Code lists: the words for kinds, topics and results, and adding to them.

use axum::http::StatusCode;
use serde::Serialize;

use crate::app::UseCase;
use crate::domain::Code;

use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::visit::{Answer, Visit};
use super::form::{Choice, Field, Form, Wrong, judged};

/// The list that is shown where none was asked for.
const USUAL: &str = "topic";

pub(super) fn routes(routes: Routes) -> Routes {
    let may = Guard::May(UseCase::CodeAdd);
    routes.get("/codes", may, show).post("/codes", may, add)
}

#[derive(Serialize)]
struct View {
    lists: Vec<Choice>,
    list: String,
    /// Code, German and English word of each.
    codes: Vec<[String; 3]>,
    form: Form,
}

async fn show(visit: Visit, fields: Fields) -> Answer {
    let list = fields.some("list").unwrap_or(USUAL).to_owned();
    page(&visit, list, None, StatusCode::OK).await
}

async fn page(
    visit: &Visit,
    list: String,
    refused: Option<(Fields, Vec<Wrong>)>,
    status: StatusCode,
) -> Answer {
    let all = visit.ask(|app, _| app.codes(None)).await?;
    let mut names: Vec<String> = all.iter().map(|(name, _)| name.clone()).collect();
    names.dedup();
    if !names.contains(&list) {
        return Err(super::super::Failure::not_found());
    }
    let lists = names
        .into_iter()
        .map(|name| Choice { chosen: name == list, text: name.clone(), value: name })
        .collect();
    let field = |name, label| Field::new(visit, "code", name, "text", label);
    let form = Form::new(
        "/codes",
        visit.say("attendance.add"),
        vec![
            field("de", "attendance.code-de"),
            field("en", "attendance.code-en"),
            field("code", "attendance.code-code").hint(visit.say("attendance.code-hint")),
        ],
    );
    let form = match refused {
        Some((typed, wrong)) => form.typed(&typed, wrong),
        None => form,
    };
    let view = View {
        lists,
        codes: all
            .into_iter()
            .filter(|(name, _)| *name == list)
            .map(|(_, Code { code, de, en })| [code, de, en])
            .collect(),
        list,
        form: form.done(),
    };
    visit.page_with(status, "attendance-codes", &view)
}

async fn add(visit: Visit, typed: Fields) -> Answer {
    let list = typed.one("list").to_owned();
    let (sent, lang) = (typed.clone(), visit.lang());
    let done = visit
        .ask(move |app, actor| {
            let [list, code, de, en] = ["list", "code", "de", "en"].map(|name| sent.one(name));
            judged(app.add_code(actor, list, code, de, en), lang)
        })
        .await?;
    match done {
        Ok(()) => {
            let list: String = form_urlencoded::byte_serialize(list.as_bytes()).collect();
            visit.done(&format!("/codes?list={list}"), &visit.say("attendance.code-added"))
        }
        Err(wrong) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            page(&visit, list, Some((typed, wrong)), status).await
        }
    }
}
