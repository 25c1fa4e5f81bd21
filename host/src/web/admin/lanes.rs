//! Private notes: who of a profession can open them.

use crate::app::{App, UseCase};

use super::super::Failure;
use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::session::shown_once;
use super::super::visit::{Answer, Visit};
use super::shown::{Cell, Form, Page, Table, moment, problem};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/lanes", Guard::May(UseCase::LaneRead), lanes)
        .post("/lanes/close", Guard::May(UseCase::LaneChange), close)
        .post("/lanes/admit", Guard::May(UseCase::LaneChange), admit)
        .post("/lanes/dismiss", Guard::May(UseCase::LaneChange), dismiss)
        .post("/lanes/recover", Guard::May(UseCase::LaneChange), recover)
}

async fn lanes(visit: Visit) -> Answer {
    page(&visit, None).await?.show(&visit)
}

async fn page(visit: &Visit, problem: Option<&str>) -> Result<Page, Failure> {
    let lang = visit.lang();
    let lanes = visit.ask(|app, actor| app.lanes(actor)).await?;
    // What is offered follows from how the notes of one's own profession stand.
    let own = lanes.iter().find(|lane| lane.is_readable).map(|lane| lane.closed_at.is_some());
    let rows = lanes.iter().map(|lane| {
        let closed = match lane.closed_at {
            Some(at) => moment(at, lang),
            None => visit.say("admin.lane-open"),
        };
        let readable = if lane.is_readable { "admin.yes" } else { "admin.no" };
        vec![
            Cell::text(lane.role.word(lang)),
            Cell::text(closed),
            Cell::text(lane.members.join(", ")),
            Cell::number(lane.notes),
            Cell::text(visit.say(readable)),
        ]
    });
    let table = Table {
        caption: visit.say("admin.lanes"),
        heads: vec![
            visit.say("admin.profession"),
            visit.say("admin.lane-closed"),
            visit.say("admin.lane-members"),
            visit.say("admin.lane-notes"),
            visit.say("admin.lane-readable"),
        ],
        rows: rows.collect(),
        none: visit.say("admin.none"),
    };
    let page = Page::new(visit.say("admin.lanes"))
        .refused(problem)
        .text(visit.say("admin.lanes-why"))
        .table(table);
    if !visit.may(UseCase::LaneChange) || visit.actor.practitioner().is_none() {
        return Ok(page);
    }
    let code = || visit.say("admin.practitioner-code");
    Ok(page
        .form_if(own == Some(false), || {
            Form::post("close", "/lanes/close", visit.say("admin.lane-close"))
                .heading(visit.say("admin.lane-close"))
                .note(visit.say("admin.lane-close-why"))
                .quiet()
        })
        .form_if(own == Some(true), || {
            Form::post("admit", "/lanes/admit", visit.say("admin.lane-admit"))
                .heading(visit.say("admin.lane-admit"))
                .note(visit.say("admin.lane-admit-why"))
                .field("code", "text", code())
                .required()
                .quiet()
        })
        .form_if(own == Some(true), || {
            Form::post("dismiss", "/lanes/dismiss", visit.say("admin.lane-dismiss"))
                .heading(visit.say("admin.lane-dismiss"))
                .note(visit.say("admin.lane-dismiss-why"))
                .field("code", "text", code())
                .required()
                .danger()
        })
        .form_if(own.is_none(), || {
            Form::post("recover", "/lanes/recover", visit.say("admin.lane-recover"))
                .heading(visit.say("admin.lane-recover"))
                .note(visit.say("admin.lane-recover-why"))
                .field("key", "area", visit.say("admin.lane-key"))
                .required()
                .quiet()
        }))
}

async fn settled(visit: &Visit, done: Result<(), Failure>, said: String) -> Answer {
    match done {
        Ok(()) => visit.done("/lanes", &said),
        Err(failure) => {
            let what = problem(visit, failure)?;
            page(visit, Some(&what)).await?.show(visit)
        }
    }
}

async fn close(visit: Visit) -> Answer {
    match visit.ask_long(App::close_lane).await {
        Ok(key) => shown_once(&visit.guest, &key, "/lanes"),
        Err(failure) => settled(&visit, Err(failure), String::new()).await,
    }
}

async fn admit(visit: Visit, fields: Fields) -> Answer {
    let code = fields.one("code").to_owned();
    let done = visit.ask(move |app, actor| app.admit_to_lane(actor, &code)).await;
    settled(&visit, done, visit.say("admin.lane-admitted")).await
}

async fn dismiss(visit: Visit, fields: Fields) -> Answer {
    let code = fields.one("code").to_owned();
    let done =
        visit.ask_long(move |app, actor| app.dismiss_from_lane(actor, &code).map(drop)).await;
    settled(&visit, done, visit.say("admin.lane-dismissed")).await
}

async fn recover(visit: Visit, fields: Fields) -> Answer {
    visit.guest.site.limits.signs_in(visit.guest.peer, visit.actor.name())?;
    let key = fields.one("key").to_owned();
    let done = visit.ask(move |app, actor| app.recover_lane(actor, &key)).await;
    settled(&visit, done, visit.say("admin.lane-recovered")).await
}
