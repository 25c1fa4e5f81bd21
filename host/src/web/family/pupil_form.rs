//! Taking a pupil in, changing what is known of one, and their coming and going.

use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::json;

use crate::app::{Kind, PupilDetails};
use crate::domain::Day;

use super::super::Failure;
use super::super::fields::Fields;
use super::super::visit::{Answer, Visit};
use super::once::{once, token};
use super::parts::{Choice, Mistake, filled, refused, segment, today};

/// The columns of a pupil, as they are called in files.
const COLUMNS: [&str; 14] = [
    "code",
    "given_name",
    "family_name",
    "birth_day",
    "household",
    "school",
    "grade",
    "class",
    "status",
    "enrolled_from",
    "enrolled_until",
    "unknown_from",
    "accompanied_from",
    "accompanied_until",
];

fn values(fields: &Fields) -> Vec<(&'static str, &str)> {
    COLUMNS.iter().map(|name| (*name, fields.one(name))).collect()
}

/// The words of a column.
fn title(visit: &Visit, column: &str) -> Option<String> {
    Some(visit.say(match column {
        "code" => "family.code",
        "given_name" => "family.given-name",
        "family_name" => "family.family-name",
        "birth_day" => "family.birth-day",
        "household" => "family.family",
        "school" => "family.school",
        "grade" => "family.grade",
        "class" => "family.class",
        "status" => "family.status",
        "enrolled_from" | "from" => "family.enrolled-from",
        "enrolled_until" | "until" => "family.enrolled-until",
        "unknown_from" => "family.unknown-from",
        "accompanied_from" => "family.accompanied-from",
        "accompanied_until" => "family.accompanied-until",
        _ => return None,
    }))
}

/// The form for a new pupil. What stands in the address is filled in already.
pub(super) async fn new(visit: Visit, fields: Fields) -> Answer {
    form(&visit, None, &fields, Vec::new()).await
}

/// Takes a pupil in.
pub(super) async fn add(visit: Visit, fields: Fields) -> Answer {
    let said = visit.say("family.saved");
    let make = async {
        let asked = fields.clone();
        let added =
            visit.ask(move |app, actor| Ok(app.add(actor, Kind::Pupils, &values(&asked)))).await?;
        match added {
            Ok(()) => Ok(Ok(format!("/pupils/{}", segment(fields.one("code"))))),
            Err(error) => {
                let mistakes = refused(error, &visit, |column| title(&visit, column))?;
                Ok(Err(form(&visit, None, &fields, mistakes).await?))
            }
        }
    };
    once(&visit, fields.one("once"), &said, make).await
}

/// What is known of a pupil, as a form would send it.
fn known(details: &PupilDetails) -> Fields {
    let (facts, pupil) = (&details.facts, &details.facts.pupil);
    let written = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let (accompanied, enrolled) = (pupil.accompanied, pupil.enrolled);
    let all: [(&str, String); 14] = [
        ("code", pupil.code.clone()),
        ("given_name", pupil.given_name.clone()),
        ("family_name", pupil.family_name.clone()),
        ("birth_day", written(pupil.birth_day)),
        ("household", facts.household.clone().unwrap_or_default()),
        ("school", facts.school.clone()),
        ("grade", pupil.grade.clone()),
        ("class", pupil.class.clone()),
        ("status", pupil.status.clone()),
        ("enrolled_from", written(Some(enrolled.from))),
        ("enrolled_until", written(enrolled.until)),
        ("unknown_from", written(pupil.unknown_from)),
        ("accompanied_from", written(accompanied.map(|span| span.from))),
        ("accompanied_until", written(accompanied.and_then(|span| span.until))),
    ];
    filled(all)
}

async fn found(visit: &Visit, code: &str) -> Result<PupilDetails, Failure> {
    let code = code.to_owned();
    visit.ask(move |app, actor| app.pupil(actor, &code, None)).await
}

/// The form with what is known of a pupil.
pub(super) async fn edit(visit: Visit, Path(code): Path<String>) -> Answer {
    let details = found(&visit, &code).await?;
    form(&visit, Some(&code), &known(&details), Vec::new()).await
}

/// Changes what is known of a pupil.
pub(super) async fn change(visit: Visit, Path(code): Path<String>, fields: Fields) -> Answer {
    // What the form does not have is as it was.
    let before = known(&found(&visit, &code).await?);
    let (asked, sign) = (fields.clone(), code.clone());
    let changed = visit
        .ask(move |app, actor| {
            let stays = ["school", "enrolled_from", "enrolled_until", "unknown_from"];
            let all: Vec<(&str, &str)> = COLUMNS
                .iter()
                .map(|name| {
                    let given = if stays.contains(name) { &before } else { &asked };
                    (*name, given.one(name))
                })
                .collect();
            Ok(app.change_pupil(actor, &sign, &all))
        })
        .await?;
    saved(&visit, &code, &fields, changed).await
}

/// Notes that a pupil left, came back, or that nobody knows where they are.
pub(super) async fn stay(
    visit: Visit,
    Path((code, what)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let day = fields.some("day").map(str::to_owned);
    let parsed: Option<Day> = day.as_deref().and_then(|day| day.parse().ok());
    let sign = code.clone();
    let needs_day = ["leave", "return", "unknown"].contains(&what.as_str());
    if needs_day && parsed.is_none() {
        let mistakes = vec![Mistake::new(visit.say("family.no-day"), Some(&format!("day-{what}")))];
        let details = found(&visit, &code).await?;
        return form(&visit, Some(&code), &known(&details), mistakes).await;
    }
    let day = day.unwrap_or_default();
    let changed = match (what.as_str(), parsed) {
        ("leave", Some(last)) => {
            visit.ask(move |app, actor| Ok(app.end_stay(actor, &sign, last))).await?
        }
        ("return", Some(_)) => {
            visit.ask(move |app, actor| Ok(app.add_stay(actor, &sign, &day, ""))).await?
        }
        ("unknown", Some(from)) => {
            visit.ask(move |app, actor| Ok(app.set_unknown(actor, &sign, Some(from)))).await?
        }
        ("known", _) => {
            visit.ask(move |app, actor| Ok(app.set_unknown(actor, &sign, None))).await?
        }
        _ => return Err(Failure::not_found()),
    };
    let before = known(&found(&visit, &code).await?);
    saved(&visit, &code, &before, changed).await
}

async fn saved(
    visit: &Visit,
    code: &str,
    fields: &Fields,
    changed: Result<(), crate::app::Error>,
) -> Answer {
    match changed {
        Ok(()) => visit.done(&format!("/pupils/{}", segment(code)), &visit.say("family.saved")),
        Err(error) => {
            let mistakes = refused(error, visit, |column| title(visit, column))?;
            form(visit, Some(code), fields, mistakes).await
        }
    }
}

async fn form(visit: &Visit, code: Option<&str>, typed: &Fields, mistakes: Vec<Mistake>) -> Answer {
    let lang = visit.lang();
    let (schools, grades, statuses) = visit
        .ask(|app, actor| {
            Ok((app.schools(actor)?, app.codes(Some("grade"))?, app.codes(Some("pupil-status"))?))
        })
        .await?;
    let codes = |all: &[(String, crate::domain::Code)], chosen: &str| -> Vec<Choice> {
        all.iter().map(|(_, code)| Choice::new(&code.code, code.word(lang), chosen)).collect()
    };
    let is_only = schools.len() == 1;
    let schools: Vec<Choice> = schools
        .iter()
        .map(|found| {
            let chosen = if is_only { &*found.school.number } else { typed.one("school") };
            Choice::new(&found.school.number, &*found.school.name, chosen)
        })
        .collect();
    let default = |name: &str, or: &str| {
        if code.is_none() && !typed.has(name) { or.to_owned() } else { typed.one(name).to_owned() }
    };
    let today = today().to_string();
    let status_chosen = default("status", "active");
    let sign = code.map(segment).unwrap_or_default();
    let view = json!({
        "is_new": code.is_none(),
        "sign": sign,
        "action": if code.is_none() { "/pupils/new".to_owned() }
            else { format!("/pupils/{sign}/change") },
        "back": if code.is_none() { "/pupils".to_owned() } else { format!("/pupils/{sign}") },
        "once": typed.some("once").map_or_else(token, str::to_owned),
        "code": code.unwrap_or(typed.one("code")),
        "given_name": typed.one("given_name"),
        "family_name": typed.one("family_name"),
        "birth_day": typed.one("birth_day"),
        "household": typed.one("household"),
        "schools": schools,
        "grades": codes(&grades, typed.one("grade")),
        "class": typed.one("class"),
        "statuses": codes(&statuses, &status_chosen),
        "enrolled_from": default("enrolled_from", &today),
        "enrolled_until": typed.one("enrolled_until"),
        "unknown_from": typed.one("unknown_from"),
        "accompanied_from": typed.one("accompanied_from"),
        "accompanied_until": typed.one("accompanied_until"),
        "today": today,
        "mistakes": mistakes,
    });
    let status = if view["mistakes"] == json!([]) {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    visit.page_with(status, "family-pupil-form", &view)
}
