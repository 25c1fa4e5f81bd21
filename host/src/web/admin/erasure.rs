//! Erasing somebody's data: a preview, a second confirmation, and the receipt.

use axum::extract::Path;

use crate::app::{EraseOrder, UseCase};

use super::super::Failure;
use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::visit::{Answer, Visit};
use super::shown::{Cell, Form, Page, Table, moment, problem};
use super::subjects::address;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/subjects/{code}/erase", Guard::May(UseCase::ErasureRead), preview)
        .post("/subjects/{code}/erase", Guard::May(UseCase::Erase), erase)
        .get("/receipts", Guard::May(UseCase::ErasureRead), receipts)
        .get("/receipts/{id}", Guard::May(UseCase::ErasureRead), receipt)
        .get("/holds", Guard::May(UseCase::ErasureRead), holds)
}

/// The grounds to choose from: those of a demand.
async fn grounds(visit: &Visit) -> Result<Vec<(String, String)>, Failure> {
    let lang = visit.lang();
    let codes = visit.ask(|app, _| app.codes(Some("erasure-ground"))).await?;
    // That a time is over is what the programme sees by itself.
    let codes = codes.into_iter().filter(|(_, code)| code.code != "time-over");
    Ok(codes.map(|(_, code)| (code.code.clone(), code.word(lang).to_owned())).collect())
}

async fn preview(visit: Visit, Path(code): Path<String>, fields: Fields) -> Answer {
    page(&visit, &code, &fields, None).await?.show(&visit)
}

async fn page(
    visit: &Visit,
    code: &str,
    fields: &Fields,
    wrong: Option<(&str, Option<&str>)>,
) -> Result<Page, Failure> {
    let grounds = grounds(visit).await?;
    let first = grounds.first().map(|(code, _)| code.clone()).unwrap_or_default();
    let ground = fields.some("ground").unwrap_or(&first).to_owned();
    let (asked, chosen) = (code.to_owned(), ground.clone());
    let seen = visit.ask(move |app, actor| {
        let (subject, ground) = (asked.as_str(), chosen.as_str());
        app.erase_subject(
            actor,
            &EraseOrder { subject, ground, confirmed_by: None, is_preview: true },
        )
    });
    let mut page = Page::new(visit.say_with("admin.erase-of", &[code.to_owned()]));
    if let Some((what, field)) = wrong {
        page = page.mistake(what, field);
    }
    let back = vec![(address(code), visit.say("admin.back-to-person"))];
    let done = match seen.await {
        Ok(done) => done,
        Err(failure) => {
            let what = problem(visit, failure)?;
            return Ok(page.mistake(&what, None).links(back));
        }
    };
    page = page
        .links(back)
        .warning(visit.say("admin.preview-only"))
        .sheet(&done.sheet(), visit.lang());
    let to = || format!("{}/erase", address(code));
    page = page.form(
        Form::filter("ground", to(), visit.say("admin.preview-again"))
            .heading(visit.say("admin.erase-ground"))
            .select("ground", visit.say("admin.erase-ground"), grounds, &ground),
    );
    if !visit.may(UseCase::Erase) {
        return Ok(page.text(visit.say("admin.erase-by-coordination")));
    }
    Ok(page.form(
        Form::post("erase", to(), visit.say("admin.erase-now"))
            .heading(visit.say("admin.erase-now"))
            .note(visit.say("admin.erase-why"))
            .hidden("ground", ground)
            .field("again", "text", visit.say("admin.erase-again"))
            .hint(visit.say_with("admin.erase-again-hint", &[code.to_owned()]))
            .required()
            .typed(fields)
            .field("confirmed_by", "text", visit.say("admin.confirmed-by"))
            .hint(visit.say("admin.confirmed-by-hint"))
            .typed(fields)
            .danger(),
    ))
}

async fn erase(visit: Visit, Path(code): Path<String>, fields: Fields) -> Answer {
    if fields.one("again") != code {
        let what = visit.say("admin.erase-not-same");
        return page(&visit, &code, &fields, Some((&what, Some("erase-again"))))
            .await?
            .show(&visit);
    }
    let (asked, sent) = (code.clone(), fields.clone());
    let done = visit.ask_long(move |app, actor| {
        let order = EraseOrder {
            subject: &asked,
            ground: sent.one("ground"),
            confirmed_by: sent.some("confirmed_by"),
            is_preview: false,
        };
        app.erase_subject(actor, &order)
    });
    match done.await {
        Ok(done) => {
            let to = format!("/receipts/{}", done.receipt.id);
            visit.done(&to, &visit.say("admin.erased"))
        }
        Err(failure) => {
            let what = problem(&visit, failure)?;
            page(&visit, &code, &fields, Some((&what, None))).await?.show(&visit)
        }
    }
}

async fn receipts(visit: Visit) -> Answer {
    let lang = visit.lang();
    let found = visit.ask(|app, actor| app.receipts(actor)).await?;
    let rows = found.into_iter().rev().map(|(kept, receipt)| {
        let occasion = match kept.kind.as_str() {
            "demand" => "admin.occasion-demand",
            "retention" => "admin.occasion-retention",
            _ => "admin.occasion-again",
        };
        let rows: u64 = receipt.removed.values().chain(receipt.emptied.values()).sum();
        vec![
            Cell::link(moment(kept.at, lang), format!("/receipts/{}", kept.id)),
            Cell::text(visit.say(occasion)),
            Cell::text(receipt.ground_text.get(lang)),
            Cell::number(receipt.pupils),
            Cell::number(rows),
            Cell::text(kept.by),
        ]
    });
    let table = Table {
        caption: visit.say("admin.receipts"),
        heads: vec![
            visit.say("admin.time"),
            visit.say("admin.occasion"),
            visit.say("admin.erase-ground"),
            visit.say("admin.pupils"),
            visit.say("admin.entries"),
            visit.say("admin.who"),
        ],
        rows: rows.collect(),
        none: visit.say("admin.receipts-none"),
    };
    Page::new(visit.say("admin.receipts")).table(table).show(&visit)
}

async fn receipt(visit: Visit, Path(id): Path<String>) -> Answer {
    let found = visit.ask(move |app, actor| app.receipt(actor, &id)).await;
    let done = found.map_err(|failure| match failure.status().as_u16() {
        422 => Failure::not_found(),
        _ => failure,
    })?;
    let sheet = done.sheet();
    Page::new(sheet.title.get(visit.lang()))
        .sheet(&sheet, visit.lang())
        .links(vec![("/receipts".to_owned(), visit.say("admin.receipts"))])
        .show(&visit)
}

async fn holds(visit: Visit) -> Answer {
    let lang = visit.lang();
    let found = visit.ask(|app, actor| app.holds(actor)).await?;
    let may_open = visit.may(UseCase::SubjectRead);
    let rows = found.into_iter().map(|hold| {
        let kind = match hold.kind {
            "pupil" => "admin.pupil",
            "household" => "admin.household",
            _ => "admin.case",
        };
        let code = if may_open && hold.kind != "case" {
            Cell::link(hold.code.clone(), address(&hold.code))
        } else {
            Cell::text(hold.code.clone())
        };
        vec![
            code,
            Cell::text(visit.say(kind)),
            Cell::text(hold.reason),
            Cell::text(moment(hold.at, lang)),
            Cell::text(hold.by),
        ]
    });
    let table = Table {
        caption: visit.say("admin.holds"),
        heads: vec![
            visit.say("admin.code"),
            visit.say("admin.kind"),
            visit.say("admin.reason"),
            visit.say("admin.since"),
            visit.say("admin.who"),
        ],
        rows: rows.collect(),
        none: visit.say("admin.holds-none"),
    };
    Page::new(visit.say("admin.holds")).table(table).show(&visit)
}
