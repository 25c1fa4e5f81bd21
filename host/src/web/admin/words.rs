//! The words that shared notes are looked through for.

use crate::app::UseCase;
use crate::domain::watched_kinds;

use super::super::Failure;
use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::visit::{Answer, Visit};
use super::shown::{Cell, Form, Page, Table, problem};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/words", Guard::May(UseCase::WordChange), list)
        .post("/words/add", Guard::May(UseCase::WordChange), add)
        .post("/words/remove", Guard::May(UseCase::WordChange), remove)
}

async fn list(visit: Visit) -> Answer {
    page(&visit, &Fields::default(), None).await?.show(&visit)
}

async fn page(visit: &Visit, fields: &Fields, wrong: Option<&str>) -> Result<Page, Failure> {
    let lang = visit.lang();
    let words = visit.ask(|app, _| app.watched_words()).await?;
    let kinds =
        watched_kinds().iter().map(|kind| (kind.code.clone(), kind.title.get(lang).to_owned()));
    let all = words.iter().map(|(word, _)| (word.to_owned(), word.to_owned()));
    let all: Vec<_> = all.collect();
    let mut page = Page::new(visit.say("admin.words"))
        .refused(wrong)
        .text(visit.say("admin.words-why"))
        .form(
            Form::post("add", "/words/add", visit.say("admin.word-add"))
                .heading(visit.say("admin.word-add"))
                .field("word", "text", visit.say("admin.word"))
                .hint(visit.say("admin.word-hint"))
                .required()
                .typed(fields)
                .select("kind", visit.say("admin.word-kind"), kinds, fields.one("kind"))
                .quiet(),
        )
        .form_if(!all.is_empty(), || {
            Form::post("remove", "/words/remove", visit.say("admin.word-remove"))
                .heading(visit.say("admin.word-remove"))
                .select("word", visit.say("admin.word"), all, "")
                .quiet()
        });
    for kind in watched_kinds() {
        let of_kind = words.iter().filter(|(_, its)| its.code == kind.code);
        page = page.table(Table {
            caption: kind.title.get(lang).to_owned(),
            heads: vec![visit.say("admin.word"), visit.say("admin.word-reason")],
            rows: of_kind
                .map(|(word, its)| vec![Cell::text(word), Cell::text(its.reason.get(lang))])
                .collect(),
            none: visit.say("admin.none"),
        });
    }
    Ok(page)
}

async fn settled(visit: &Visit, fields: &Fields, done: Result<(), Failure>) -> Answer {
    match done {
        Ok(()) => visit.done("/words", &visit.say("admin.saved")),
        Err(failure) => {
            let what = problem(visit, failure)?;
            page(visit, fields, Some(&what)).await?.show(visit)
        }
    }
}

async fn add(visit: Visit, fields: Fields) -> Answer {
    let (word, kind) = (fields.one("word").to_owned(), fields.one("kind").to_owned());
    let done = visit.ask(move |app, actor| app.watch_word(actor, &word, &kind)).await;
    settled(&visit, &fields, done).await
}

async fn remove(visit: Visit, fields: Fields) -> Answer {
    let word = fields.one("word").to_owned();
    let done = visit.ask(move |app, actor| app.forget_word(actor, &word)).await;
    settled(&visit, &fields, done).await
}
