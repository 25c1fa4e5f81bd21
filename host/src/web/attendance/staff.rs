//! Practitioners: who they are, where they work by date, and ending a post.

use axum::extract::Path;
use axum::http::StatusCode;
use serde::Serialize;

use crate::app::{AssignmentFacts, Kind, SchoolFacts, TeamFacts, UseCase};
use crate::domain::{Day, Lang};

use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::visit::{Answer, Visit};
use super::form::{Field, Form, Mistake, Wrong, judged, of_codes};
use super::schools::{FormView, codes};
use super::shown::{address, sentence, span, today};

pub(super) fn routes(routes: Routes) -> Routes {
    let (read, change) = (Guard::May(UseCase::StaffRead), Guard::May(UseCase::StaffChange));
    routes
        .get("/staff", read, list)
        .get("/staff/new", change, new)
        .post("/staff/new", change, add)
        .get("/staff/{code}", read, one)
        .post("/staff/{code}/assign", change, assign)
        .post("/staff/{code}/end", change, end)
}

#[derive(Serialize)]
struct ListView {
    people: Vec<Person>,
    teams: Vec<Team>,
    changes: bool,
}

#[derive(Serialize)]
struct Person {
    code: String,
    name: String,
    address: String,
    role: String,
    posts: String,
}

/// A tandem or tridem as it is listed.
#[derive(Serialize)]
pub(super) struct Team {
    id: String,
    form: String,
    school: String,
    members: Vec<(String, String, String)>,
    span: String,
    is_over: bool,
    end: String,
    runs: bool,
}

pub(super) fn team(found: &TeamFacts, visit: &Visit) -> Team {
    let id = found.id.to_string();
    let member =
        |(code, name): &(String, String)| (code.clone(), name.clone(), address(&["staff", code]));
    Team {
        form: found.form.word(visit.lang()).to_owned(),
        school: format!("{} ({})", found.school_name, found.school),
        members: found.members.iter().map(member).collect(),
        span: span(found.span, visit),
        is_over: found.span.until.is_some_and(|until| until < today()),
        runs: found.span.until.is_none(),
        end: address(&["staff", "teams", &id, "end"]),
        id,
    }
}

async fn list(visit: Visit) -> Answer {
    let (people, teams) =
        visit.ask(|app, actor| Ok((app.practitioners(actor)?, app.teams(actor)?))).await?;
    let lang = visit.lang();
    let people = people.into_iter().map(|facts| {
        let posts = facts.posts.join(", ");
        Person {
            address: address(&["staff", &facts.code]),
            role: facts.role.word(lang).to_owned(),
            posts: lang.pick(posts.replace('.', ","), posts),
            code: facts.code,
            name: facts.name,
        }
    });
    let view = ListView {
        people: people.collect(),
        teams: teams.iter().map(|found| team(found, &visit)).collect(),
        changes: visit.may(UseCase::StaffChange),
    };
    visit.page("attendance-staff", &view)
}

async fn new_form(visit: &Visit) -> Result<FormView, super::super::Failure> {
    let roles = codes(visit, "role").await?;
    let field = |name, kind, label| Field::new(visit, "person", name, kind, label);
    let fields = vec![
        field("name", "text", "attendance.person-name"),
        field("code", "text", "attendance.person-code")
            .hint(visit.say("attendance.person-code-hint")),
        field("role", "select", "attendance.person-role").choices(of_codes(&roles, visit.lang())),
    ];
    Ok(FormView {
        title: visit.say("attendance.person-new"),
        back: "/staff".to_owned(),
        back_text: visit.say("attendance.staff"),
        form: Form::new("/staff/new", visit.say("attendance.save"), fields),
    })
}

async fn new(visit: Visit) -> Answer {
    let mut view = new_form(&visit).await?;
    view.form = view.form.done();
    visit.page("attendance-new", &view)
}

async fn add(visit: Visit, typed: Fields) -> Answer {
    let (sent, lang) = (typed.clone(), visit.lang());
    let done = visit
        .ask(move |app, actor| {
            let fields = ["code", "name", "role"].map(|name| (name, sent.one(name)));
            judged(app.add(actor, Kind::Practitioners, &fields), lang)
        })
        .await?;
    match done {
        Ok(()) => visit
            .done(&address(&["staff", typed.one("code")]), &visit.say("attendance.person-added")),
        Err(wrong) => {
            let mut view = new_form(&visit).await?;
            view.form = view.form.typed(&typed, wrong).done();
            visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, "attendance-new", &view)
        }
    }
}

#[derive(Serialize)]
struct View {
    code: String,
    name: String,
    role: String,
    posts: Vec<Post>,
    teams: Vec<Team>,
    form: Option<Form>,
    changes: bool,
    end: String,
    mistakes: Vec<Mistake>,
}

#[derive(Serialize)]
struct Post {
    place: usize,
    school: String,
    number: String,
    hours: String,
    span: String,
    from: String,
    runs: bool,
    is_over: bool,
}

/// Weekly hours as a language writes them.
fn hours(minutes: u32, lang: Lang) -> String {
    let hours = (f64::from(minutes) / 60.0).to_string();
    lang.pick(hours.replace('.', ","), hours)
}

fn post(place: usize, found: &AssignmentFacts, visit: &Visit) -> Post {
    Post {
        place,
        school: found.school_name.clone(),
        number: found.school.clone(),
        hours: hours(found.weekly_minutes, visit.lang()),
        span: span(found.span, visit),
        from: found.span.from.to_string(),
        runs: found.span.until.is_none(),
        is_over: found.span.until.is_some_and(|until| until < today()),
    }
}

async fn one(visit: Visit, Path(code): Path<String>) -> Answer {
    show(&visit, code, StatusCode::OK, None, Vec::new()).await
}

async fn show(
    visit: &Visit,
    code: String,
    status: StatusCode,
    refused: Option<(Fields, Vec<Wrong>)>,
    mistakes: Vec<Mistake>,
) -> Answer {
    let asked = code.clone();
    let (found, schools) = visit
        .ask(move |app, actor| Ok((app.practitioner(actor, &asked)?, app.schools(actor)?)))
        .await?;
    let changes = visit.may(UseCase::StaffChange);
    let field = |name, kind, label| Field::new(visit, "assign", name, kind, label);
    let form = Form::new(
        address(&["staff", &code, "assign"]),
        visit.say("attendance.assign"),
        vec![
            field("school", "select", "attendance.school").choices(school_choices(&schools)),
            field("weekly_hours", "text", "attendance.weekly-hours")
                .hint(visit.say("attendance.weekly-hours-hint")),
            field("from", "date", "attendance.from"),
            field("until", "date", "attendance.until").optional(),
        ],
    );
    let form = match refused {
        Some((typed, wrong)) => form.typed(&typed, wrong),
        None => form,
    };
    let posts = found.assignments.iter().enumerate();
    let view = View {
        end: address(&["staff", &code, "end"]),
        code: found.facts.code,
        name: found.facts.name,
        role: found.facts.role.word(visit.lang()).to_owned(),
        posts: posts.map(|(place, found)| post(place, found, visit)).collect(),
        teams: found.teams.iter().map(|found| team(found, visit)).collect(),
        form: changes.then(|| form.done()),
        changes,
        mistakes,
    };
    visit.page_with(status, "attendance-person", &view)
}

/// Schools as choices.
pub(super) fn school_choices(schools: &[SchoolFacts]) -> Vec<(String, String)> {
    let choice = |facts: &SchoolFacts| {
        let school = &facts.school;
        (school.number.clone(), format!("{} ({})", school.name, school.number))
    };
    schools.iter().map(choice).collect()
}

async fn assign(visit: Visit, Path(code): Path<String>, typed: Fields) -> Answer {
    let (asked, sent, lang) = (code.clone(), typed.clone(), visit.lang());
    let done = visit
        .ask(move |app, actor| {
            app.practitioner(actor, &asked)?;
            // German hours have a comma, the records a point.
            let hours = sent.one("weekly_hours").replace(',', ".");
            let fields = [
                ("practitioner", asked.as_str()),
                ("school", sent.one("school")),
                ("weekly_hours", &hours),
                ("from", sent.one("from")),
                ("until", sent.one("until")),
            ];
            judged(app.add(actor, Kind::Assignments, &fields), lang)
        })
        .await?;
    match done {
        Ok(()) => visit.done(&address(&["staff", &code]), &visit.say("attendance.saved-plain")),
        Err(wrong) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            show(&visit, code, status, Some((typed, wrong)), Vec::new()).await
        }
    }
}

/// Ends a post: `school`, `from` as it began, and its last day.
async fn end(visit: Visit, Path(code): Path<String>, typed: Fields) -> Answer {
    let (asked, sent, lang) = (code.clone(), typed.clone(), visit.lang());
    let done = visit
        .ask(move |app, actor| {
            app.practitioner(actor, &asked)?;
            let days = sent
                .one("from")
                .parse::<Day>()
                .and_then(|from| sent.one("last").parse::<Day>().map(|last| (from, last)));
            let ended = days.map_err(Into::into).and_then(|(from, last)| {
                app.end_assignment(actor, &asked, sent.one("school"), from, last)
            });
            judged(ended, lang)
        })
        .await?;
    match done {
        Ok(true) => visit.done(&address(&["staff", &code]), &visit.say("attendance.saved-plain")),
        Ok(false) => Err(super::super::Failure::not_found()),
        Err(wrong) => {
            let mistakes = wrong.into_iter().map(|wrong| Mistake {
                what: sentence(&wrong.what),
                field: Some(format!("last-{}", typed.one("place"))),
            });
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            show(&visit, code, status, None, mistakes.collect()).await
        }
    }
}
