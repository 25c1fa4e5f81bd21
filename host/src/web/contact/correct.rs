//! Correcting a contact: what it said stays, with the reason for the change.

use axum::extract::Path;
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::app::{Actor, App, CorrectionForm, Error, PersonKind};
use crate::domain::{ContactView, Lang};

use super::choices::{Choices, codes_of};
use super::dates::{Side, in_field, minute_in_words, now, parse_day, parse_time};
use super::entry::parse_person;
use super::form::Wrong;
use super::save::told;
use crate::web::fields::Fields;
use crate::web::visit::{Answer, Visit};

/// What stands in the fields: as the contact says it, or as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
struct Typed {
    school: String,
    day: String,
    time: String,
    minutes: String,
    kind: String,
    result: String,
    with: Vec<String>,
    who: Vec<String>,
    persons: String,
    topics: Vec<String>,
    consultation: String,
    language: String,
    interpreter: bool,
    next_day: String,
    next_step: String,
    shared_note: String,
    private_note: String,
    reason: String,
    find: String,
}

#[derive(Debug, Serialize)]
struct View {
    id: String,
    typed: Typed,
    choices: Choices,
    schools: Vec<Json>,
    people: Vec<Json>,
    mates: Vec<Json>,
    profession: Option<String>,
    found_nobody: bool,
    mistakes: Vec<Wrong>,
    warnings: Vec<String>,
}

/// `GET /contacts/{id}/correct`.
pub(super) async fn page(visit: Visit, Path(id): Path<String>) -> Answer {
    let lang = visit.lang();
    let view = visit
        .ask(move |app, actor| {
            let before = app.contact(actor, &id)?;
            let typed = typed_of(app, &before, lang)?;
            view(app, actor, &id, typed, Vec::new(), Vec::new(), lang)
        })
        .await?;
    visit.page("contact-correct", &view)
}

/// `POST /contacts/{id}/correct`.
pub(super) async fn save(visit: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let lang = visit.lang();
    let typed = read(&fields);
    let is_search = fields.one("do") == "search";
    let is_sure = fields.one("do") == "save-anyway";
    let asked = id.clone();
    let back = visit
        .ask(move |app, actor| {
            let before = app.contact(actor, &asked)?;
            if is_search {
                return view(app, actor, &asked, typed, Vec::new(), Vec::new(), lang).map(Some);
            }
            let warnings = if is_sure { Vec::new() } else { watched(app, &before, &typed, lang)? };
            if !warnings.is_empty() {
                return view(app, actor, &asked, typed, Vec::new(), warnings, lang).map(Some);
            }
            match correct(app, actor, &asked, &before, &typed, lang) {
                Ok(()) => Ok(None),
                Err(error) => {
                    let wrong = told(error, lang)?;
                    view(app, actor, &asked, typed, wrong, Vec::new(), lang).map(Some)
                }
            }
        })
        .await?;
    match back {
        Some(view) => {
            let status = if is_search { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            visit.page_with(status, "contact-correct", &view)
        }
        None => visit.done(&format!("/contacts/{id}"), &visit.say("contact.corrected")),
    }
}

fn read(fields: &Fields) -> Typed {
    let text = |name: &str| fields.one(name).to_owned();
    Typed {
        school: text("school"),
        day: text("day"),
        time: text("time"),
        minutes: text("minutes"),
        kind: text("kind"),
        result: text("result"),
        with: fields.all("with"),
        who: fields.all("who"),
        persons: text("persons"),
        topics: fields.all("topic"),
        consultation: text("consultation"),
        language: text("language"),
        interpreter: fields.has("interpreter"),
        next_day: text("next_day"),
        next_step: text("next_step"),
        shared_note: text("shared_note"),
        private_note: text("private_note"),
        reason: text("reason"),
        find: text("find"),
    }
}

/// What a contact says, as it would be typed.
fn typed_of(app: &App, view: &ContactView, lang: Lang) -> Result<Typed, Error> {
    let contact = &view.contact;
    let codes = codes_of(app, view)?;
    let step = contact.next_step.as_ref();
    // Where the pupils share a household, it follows from them.
    let home = view.household.iter().filter(|_| view.pupils.is_empty());
    let who = view.pupils.iter().map(|(code, _)| format!("pupil:{code}"));
    Ok(Typed {
        school: view.school.clone(),
        day: in_field(contact.day, lang),
        time: contact.time.map(minute_in_words).unwrap_or_default(),
        minutes: contact.minutes.to_string(),
        kind: codes.kind,
        result: codes.result,
        with: view.participants.iter().map(|(code, _)| code.clone()).collect(),
        who: who.chain(home.map(|code| format!("household:{code}"))).collect(),
        persons: contact.persons.to_string(),
        topics: codes.topics,
        consultation: codes.consultation,
        language: codes.language,
        interpreter: contact.interpreter,
        next_day: step.and_then(|step| step.due).map(|day| in_field(day, lang)).unwrap_or_default(),
        next_step: step.map(|step| step.text.clone()).unwrap_or_default(),
        shared_note: contact.shared_note.clone().unwrap_or_default(),
        private_note: own_note(view),
        ..Typed::default()
    })
}

/// The private note of the profession of who looks.
fn own_note(view: &ContactView) -> String {
    view.contact.private_notes.first().map(|note| note.text.clone()).unwrap_or_default()
}

/// Sends on what differs, and nothing else: what somebody did not touch needs no reason.
fn correct(
    app: &mut App,
    actor: &Actor,
    id: &str,
    before: &ContactView,
    typed: &Typed,
    lang: Lang,
) -> Result<(), Error> {
    let old = typed_of(app, before, lang)?;
    let iso = |text: &str, side| {
        parse_day(text, now().0, side).map_or_else(|| text.to_owned(), |day| day.to_string())
    };
    let (day, due) = (iso(&typed.day, Side::Past), iso(&typed.next_day, Side::Future));
    let time = parse_time(&typed.time);
    let of_kind = |typed: &Typed, kind: PersonKind| -> Vec<String> {
        let people = typed.who.iter().filter_map(|who| parse_person(who));
        people.filter(|(found, _)| *found == kind).map(|(_, code)| code).collect()
    };
    let pupils = of_kind(typed, PersonKind::Pupil);
    let household = of_kind(typed, PersonKind::Household).into_iter().next().unwrap_or_default();
    let is_other_home =
        of_kind(&old, PersonKind::Household) != of_kind(typed, PersonKind::Household);
    let differs = |left: &[String], right: &[String]| {
        left.len() != right.len() || left.iter().any(|one| !right.contains(one))
    };
    let text = |new: &str, old: &str| new != old;
    // Whether somebody was there follows from the result, unless somebody says more.
    let says_persons = text(&typed.persons, &old.persons);
    let form = CorrectionForm {
        school: text(&typed.school, &old.school).then_some(typed.school.as_str()),
        day: text(&typed.day, &old.day).then_some(day.as_str()),
        time: text(&typed.time, &old.time).then_some(time.as_str()),
        minutes: text(&typed.minutes, &old.minutes).then_some(typed.minutes.as_str()),
        kind: text(&typed.kind, &old.kind).then_some(typed.kind.as_str()),
        result: text(&typed.result, &old.result).then_some(typed.result.as_str()),
        participants: differs(&typed.with, &old.with).then_some(typed.with.as_slice()),
        pupils: differs(&pupils, &of_kind(&old, PersonKind::Pupil)).then_some(pupils.as_slice()),
        household: is_other_home.then_some(household.as_str()),
        persons: says_persons.then_some(typed.persons.as_str()),
        topics: differs(&typed.topics, &old.topics).then_some(typed.topics.as_slice()),
        consultation: text(&typed.consultation, &old.consultation)
            .then_some(typed.consultation.as_str()),
        language: text(&typed.language, &old.language).then_some(typed.language.as_str()),
        interpreter: (typed.interpreter != old.interpreter).then_some(if typed.interpreter {
            "yes"
        } else {
            "no"
        }),
        next_due: text(&typed.next_day, &old.next_day).then_some(due.as_str()),
        next_step: text(&typed.next_step, &old.next_step).then_some(typed.next_step.as_str()),
        shared_note: text(&typed.shared_note, &old.shared_note)
            .then_some(typed.shared_note.as_str()),
        private_note: text(&typed.private_note, &old.private_note)
            .then_some(typed.private_note.as_str()),
    };
    app.correct_contact(actor, id, &form, &typed.reason).map(drop)
}

/// Words in what is new that may not belong in a note.
fn watched(
    app: &App,
    before: &ContactView,
    typed: &Typed,
    lang: Lang,
) -> Result<Vec<String>, Error> {
    let old = before.contact.shared_note.as_deref().unwrap_or_default();
    if typed.shared_note == old {
        return Ok(Vec::new());
    }
    let found = app.watched_words()?.find(&typed.shared_note);
    let told = found.iter().map(|it| {
        format!("{} ({}). {}", it.word, it.kind.title.get(lang), it.kind.reason.get(lang))
    });
    Ok(told.collect())
}

fn view(
    app: &App,
    actor: &Actor,
    id: &str,
    mut typed: Typed,
    mistakes: Vec<Wrong>,
    warnings: Vec<String>,
    lang: Lang,
) -> Result<View, Error> {
    let desk = app.contact_desk(actor, Some(typed.school.as_str()))?;
    let found = app.find_people(actor, None, &typed.find)?;
    let found_nobody = !typed.find.is_empty() && found.is_empty();
    if !found.is_empty() {
        typed.find.clear();
    }
    let asked: Vec<_> = typed.who.iter().filter_map(|who| parse_person(who)).collect();
    let named = app.name_people(actor, &asked)?;
    let mut people: Vec<Json> = Vec::new();
    for person in named.iter().chain(&found).filter(|it| it.kind != PersonKind::Staff) {
        let value = format!("{}:{}", person.kind.code(), person.code);
        let is_chosen = typed.who.contains(&value);
        if people.iter().all(|known| known["value"] != json!(value)) {
            let detail = person.detail.word(lang);
            let (place, name) = (people.len(), &person.name);
            people.push(json!({
                "value": value, "name": name, "detail": detail, "is_chosen": is_chosen,
                "id": format!("who-{place}"),
            }));
        }
    }
    let me = desk.me.iter();
    let mut mates: Vec<Json> = Vec::new();
    for mate in me.chain(&desk.colleagues) {
        let (code, name, role) = (&mate.code, &mate.name, mate.role.word(lang));
        let is_there = typed.with.contains(code);
        mates.push(json!({ "code": code, "name": name, "role": role, "is_there": is_there }));
    }
    for code in &typed.with {
        if mates.iter().all(|mate| mate["code"] != json!(code)) {
            mates.push(json!({ "code": code, "name": code, "role": "", "is_there": true }));
        }
    }
    let school = |(number, name): &(String, String)| json!({ "number": number, "name": name });
    Ok(View {
        id: id.to_owned(),
        choices: Choices::read(app, lang)?,
        schools: desk.schools.iter().map(school).collect(),
        people,
        mates,
        profession: desk.me.map(|me| me.role.word(lang).to_owned()),
        found_nobody,
        mistakes,
        warnings,
        typed,
    })
}
