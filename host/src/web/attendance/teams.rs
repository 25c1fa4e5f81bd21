//! Tandems and tridems: forming one by date, and ending one.

use axum::extract::Path;
use axum::http::StatusCode;
use serde::Serialize;

use crate::app::{Kind, UseCase};
use crate::domain::{Day, Id};

use super::super::Failure;
use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::visit::{Answer, Visit};
use super::form::{Choice, Field, Form, Wrong, judged};
use super::shown::sentence;
use super::staff::school_choices;

pub(super) fn routes(routes: Routes) -> Routes {
    let change = Guard::May(UseCase::StaffChange);
    routes.get("/staff/teams", change, new).post("/staff/teams", change, add).post(
        "/staff/teams/{id}/end",
        change,
        end,
    )
}

#[derive(Serialize)]
struct View {
    title: String,
    back: String,
    back_text: String,
    form: Form,
    /// Who can be a member; for this form alone.
    members: Vec<Choice>,
}

async fn new(visit: Visit) -> Answer {
    show(&visit, &Fields::default(), Vec::new(), StatusCode::OK).await
}

async fn show(visit: &Visit, typed: &Fields, wrong: Vec<Wrong>, status: StatusCode) -> Answer {
    let (people, schools) =
        visit.ask(|app, actor| Ok((app.practitioners(actor)?, app.schools(actor)?))).await?;
    let field = |name, kind, label| Field::new(visit, "team", name, kind, label);
    let fields = vec![
        field("school", "select", "attendance.school").choices(school_choices(&schools)),
        field("from", "date", "attendance.from"),
        field("until", "date", "attendance.until").optional(),
    ];
    let chosen = typed.all("members");
    let member = |facts: crate::app::PractitionerFacts| Choice {
        chosen: chosen.contains(&facts.code),
        text: format!("{} ({}), {}", facts.name, facts.code, facts.role.word(visit.lang())),
        value: facts.code,
    };
    let view = View {
        title: visit.say("attendance.team-new"),
        back: "/staff".to_owned(),
        back_text: visit.say("attendance.staff"),
        form: Form::new("/staff/teams", visit.say("attendance.save"), fields)
            .typed(typed, wrong)
            .done(),
        members: people.into_iter().map(member).collect(),
    };
    visit.page_with(status, "attendance-new", &view)
}

async fn add(visit: Visit, typed: Fields) -> Answer {
    let (sent, lang) = (typed.clone(), visit.lang());
    let done = visit
        .ask(move |app, actor| {
            let members = sent.all("members").join("|");
            let fields = [
                ("school", sent.one("school")),
                ("members", &members),
                ("from", sent.one("from")),
                ("until", sent.one("until")),
            ];
            // Pressed twice, it is one team: the same people at the same school from the same day.
            let school = sent.one("school");
            let mut wanted = sent.all("members");
            wanted.sort_unstable();
            let is_there = app.teams(actor)?.iter().any(|team| {
                let mut members: Vec<&String> = team.members.iter().map(|(code, _)| code).collect();
                members.sort_unstable();
                team.school == school
                    && team.span.from.to_string() == sent.one("from")
                    && members.into_iter().eq(&wanted)
            });
            if is_there {
                return Ok(Ok(()));
            }
            judged(app.add(actor, Kind::Pairings, &fields), lang)
        })
        .await?;
    match done {
        Ok(()) => visit.done("/staff", &visit.say("attendance.saved-plain")),
        Err(wrong) => show(&visit, &typed, wrong, StatusCode::UNPROCESSABLE_ENTITY).await,
    }
}

async fn end(visit: Visit, Path(id): Path<String>, typed: Fields) -> Answer {
    let id: Id = id.parse().map_err(|_| Failure::not_found())?;
    let (last, lang) = (typed.one("last").to_owned(), visit.lang());
    let done = visit
        .ask(move |app, actor| {
            let last: Result<Day, _> = last.parse();
            let ended = last.map_err(Into::into).and_then(|last| app.end_pairing(actor, id, last));
            judged(ended, lang)
        })
        .await?;
    let said = match done {
        Ok(true) => visit.say("attendance.saved-plain"),
        Ok(false) => return Err(Failure::not_found()),
        Err(wrong) => {
            let what = wrong.into_iter().map(|wrong| sentence(&wrong.what));
            visit.say_with("attendance.refused", &[what.collect::<Vec<_>>().join("; ")])
        }
    };
    visit.done("/staff", &said)
}
