//! One contact with its notes and its history, and the showing of a private note to others.

use axum::extract::Path;
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::app::{Actor, App, Error, ReleaseBy, UseCase, Value, Words};
use crate::domain::{ContactView, Lang, Release, ReleaseGround};

use super::choices::{self, Choice};
use super::dates::{clock, in_words, minute_in_words};
use super::form::Wrong;
use super::save::told;
use crate::web::fields::Fields;
use crate::web::visit::{Answer, Visit};

#[derive(Debug, Serialize)]
struct Named {
    code: String,
    name: String,
}

#[derive(Debug, Serialize)]
struct Step {
    number: u32,
    at: String,
    by: String,
    reason: String,
    field: String,
    before: String,
    after: String,
}

#[derive(Debug, Serialize)]
struct Released {
    id: String,
    what: String,
    text: Option<String>,
    can_revoke: bool,
    is_over: bool,
}

#[derive(Debug, Serialize)]
struct View {
    id: String,
    title: String,
    /// Facts, each with its word.
    facts: Vec<(String, String)>,
    pupils: Vec<Named>,
    household: Option<String>,
    shared_note: Option<String>,
    private_notes: Vec<(String, String)>,
    closed: Vec<String>,
    releases: Vec<Released>,
    history: Vec<Step>,
    may_correct: bool,
    may_add: bool,
    may_release: bool,
    roles: Vec<Choice>,
    grounds: Vec<Choice>,
    typed: Json,
    mistakes: Vec<Wrong>,
}

/// `GET /contacts/{id}`.
pub(super) async fn page(visit: Visit, Path(id): Path<String>) -> Answer {
    show(&visit, id, Vec::new(), Fields::default()).await
}

async fn show(visit: &Visit, id: String, mistakes: Vec<Wrong>, typed: Fields) -> Answer {
    let lang = visit.lang();
    let may = |use_case| visit.may(use_case);
    let (may_correct, may_add, may_release) =
        (may(UseCase::ContactCorrect), may(UseCase::ContactAdd), may(UseCase::NoteRelease));
    let status =
        if mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = visit
        .ask(move |app, actor| {
            let found = app.contact(actor, &id)?;
            let words = app.words(lang)?;
            let has_own = !found.contact.private_notes.is_empty();
            let own: Vec<u16> =
                found.contact.private_notes.iter().map(|note| note.profession).collect();
            let contact = &found.contact;
            Ok(View {
                title: format!(
                    "{}, {}",
                    words.kind(contact).word(lang),
                    in_words(contact.day, lang)
                ),
                facts: facts(&found, &words, lang),
                pupils: found
                    .pupils
                    .iter()
                    .map(|(code, name)| Named { code: code.clone(), name: name.clone() })
                    .collect(),
                household: found.household.clone(),
                shared_note: contact.shared_note.clone(),
                private_notes: contact
                    .private_notes
                    .iter()
                    .map(|note| (words.role(note.profession), note.text.clone()))
                    .collect(),
                closed: found.closed_lanes.iter().map(|place| words.role(*place)).collect(),
                releases: found
                    .releases
                    .iter()
                    .map(|release| released(release, &words, &own, lang))
                    .collect(),
                history: history(app, actor, &id, &words, lang)?,
                may_correct,
                may_add,
                may_release: may_release && has_own,
                roles: choices::list(app, "role", lang)?,
                grounds: choices::list(app, "release-ground", lang)?,
                typed: json!({
                    "to": typed.one("to"),
                    "consent": typed.one("consent"),
                    "ground": typed.one("ground"),
                    "reason": typed.one("reason"),
                    "is_open": typed.has("to"),
                }),
                mistakes,
                id,
            })
        })
        .await?;
    visit.page_with(status, "contact", &view)
}

fn facts(view: &ContactView, words: &Words, lang: Lang) -> Vec<(String, String)> {
    let contact = &view.contact;
    let time = contact.time.map(minute_in_words).unwrap_or_default();
    let team: Vec<String> =
        view.participants.iter().map(|(code, name)| format!("{name} ({code})")).collect();
    let step = contact.next_step.as_ref().map(|step| {
        let due = step.due.map(|due| in_words(due, lang)).unwrap_or_default();
        format!("{due} {}", step.text).trim().to_owned()
    });
    let yes = lang.pick("ja", "yes").to_owned();
    let minutes = format!("{} {}", contact.minutes, lang.pick("Minuten", "minutes"));
    let persons = contact.persons.to_string();
    let all = [
        ("contact.when", format!("{} {time}", in_words(contact.day, lang)).trim().to_owned()),
        ("contact.school", format!("{} ({})", view.school_name, view.school)),
        ("contact.result", words.result(contact).word(lang).to_owned()),
        ("contact.topics", words.topics(contact)),
        ("contact.minutes", if contact.minutes > 0 { minutes } else { String::new() }),
        ("contact.persons", if contact.attempt { String::new() } else { persons }),
        ("contact.team", format!("{} ({})", team.join(", "), words.team_form(contact).word(lang))),
        ("contact.next", step.unwrap_or_default()),
        ("contact.consultation", words.consultation(contact)),
        ("contact.language", words.language(contact)),
        ("contact.interpreter", if contact.interpreter { yes } else { String::new() }),
    ];
    let word = |key: &str| crate::web::words::say(key, lang, &[]).unwrap_or_default();
    let said = all.into_iter().filter(|(_, value)| !value.is_empty());
    said.map(|(key, value)| (word(key), value)).collect()
}

fn released(release: &Release, words: &Words, own: &[u16], lang: Lang) -> Released {
    let (from, to) = (words.role(release.profession), words.role(release.recipient));
    let ground = match &release.ground {
        ReleaseGround::Consent(code) => {
            lang.pick(format!("Einwilligung {code}"), format!("consent {code}"))
        }
        ReleaseGround::Law(place) => words.code("release-ground", *place).word(lang).to_owned(),
    };
    let at = clock(release.released_at, lang);
    let by = &release.released_by;
    let mut what = lang.pick(
        format!("{from} an {to}, {at}, von {by}. {ground}: {}", release.reason),
        format!("{from} to {to}, {at}, by {by}. {ground}: {}", release.reason),
    );
    if let Some((at, by)) = &release.ended {
        let at = clock(*at, lang);
        what += &lang.pick(format!(" (beendet {at}, {by})"), format!(" (ended {at}, {by})"));
    } else if !release.is_active {
        what += lang.pick(" (Einwilligung abgelaufen)", " (consent has run out)");
    }
    Released {
        id: release.id.to_string(),
        what,
        text: release.text.clone(),
        can_revoke: release.ended.is_none() && own.contains(&release.profession),
        is_over: release.ended.is_some(),
    }
}

fn history(
    app: &App,
    actor: &Actor,
    id: &str,
    words: &Words,
    lang: Lang,
) -> Result<Vec<Step>, Error> {
    let said = |value: &Value| match value {
        Value::None => "–".to_owned(),
        Value::Text(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Day(day) => in_words(*day, lang),
        Value::Code(code) => code.word(lang).to_owned(),
        Value::List(list) if list.is_empty() => "–".to_owned(),
        Value::List(list) => list.join(", "),
        // No field of a contact is one.
        Value::Number(_) => String::new(),
    };
    let rows = app.contact_history(actor, id, words)?;
    Ok(rows
        .iter()
        .map(|row| Step {
            number: row.number,
            at: clock(row.at, lang),
            by: row.by.clone(),
            reason: row.reason.clone().unwrap_or_default(),
            field: row.field.word(lang).to_owned(),
            before: said(&row.before),
            after: said(&row.after),
        })
        .collect())
}

/// `POST /contacts/{id}/release`: shows one's own private note to another profession.
pub(super) async fn release(visit: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let (asked, typed, lang) = (id.clone(), fields.clone(), visit.lang());
    let wrong = visit
        .ask(move |app, actor| {
            // Whoever may not see the contact is told that there is none.
            app.contact(actor, &asked)?;
            let by = match fields.some("consent") {
                Some(code) => ReleaseBy::Consent(code),
                None => ReleaseBy::Law(fields.one("ground")),
            };
            let done = app.release_note(actor, &asked, fields.one("to"), by, fields.one("reason"));
            match done {
                Ok(_) => Ok(Vec::new()),
                Err(error) => told(error, lang),
            }
        })
        .await?;
    if !wrong.is_empty() {
        return show(&visit, id, wrong, typed).await;
    }
    visit.done(&format!("/contacts/{id}"), &visit.say("contact.released"))
}

/// `POST /contacts/{id}/revoke`: takes a release back.
pub(super) async fn revoke(visit: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let (asked, lang) = (id.clone(), visit.lang());
    let wrong = visit
        .ask(move |app, actor| {
            app.contact(actor, &asked)?;
            match app.revoke_release(actor, fields.one("release")) {
                Ok(()) => Ok(Vec::new()),
                Err(error) => told(error, lang),
            }
        })
        .await?;
    if !wrong.is_empty() {
        return show(&visit, id, wrong, Fields::default()).await;
    }
    visit.done(&format!("/contacts/{id}"), &visit.say("contact.revoked"))
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use crate::domain::Role;
    use crate::web::stage::{SCHOOL, Stage};

    #[test]
    fn a_private_note_is_shown_to_one_profession_and_hidden_again() {
        let stage = Stage::new();
        let (owner, reader) = (Some(Role::SocialWorker), Some(Role::Mediator));
        let fields = [
            ("submission", "0198c5a0-0000-7000-8000-000000000002"),
            ("school", SCHOOL),
            ("school_before", SCHOOL),
            ("who", "pupil:kind-hier"),
            ("with", Role::Mediator.code()),
            ("kind", "phone"),
            ("result", "reached"),
            ("day", "2025-11-03"),
            ("private_note", "nur unter uns"),
            ("do", "save"),
        ];
        let saved = stage.post(owner, "/contacts/new", &fields);
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
        let path = {
            let mut app = stage.app();
            let actor = stage.actor(&mut app, Role::SocialWorker);
            let id = app.last_contacts(&actor, 1).unwrap()[0].contact.id;
            format!("/contacts/{id}")
        };
        let sees = || stage.get(reader, &path).text().contains("nur unter uns");
        assert!(!sees());
        let release = format!("{path}/release");
        let wrong = stage.post(owner, &release, &[("to", "mediation"), ("reason", "x")]);
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!sees());
        let fields =
            [("to", "mediation"), ("ground", "danger-to-child"), ("reason", "Absprache im Team")];
        // Whoever cannot read the note cannot show it.
        assert_ne!(stage.post(reader, &release, &fields).status, StatusCode::SEE_OTHER);
        assert!(!sees());
        let released = stage.post(owner, &release, &fields);
        assert_eq!(released.status, StatusCode::SEE_OTHER, "{}", released.text());
        assert!(sees());
        let page = stage.get(owner, &path).text();
        let sign = page.split("name=\"release\" value=\"").nth(1).unwrap();
        let sign = sign.split('"').next().unwrap();
        let revoked = stage.post(owner, &format!("{path}/revoke"), &[("release", sign)]);
        assert_eq!(revoked.status, StatusCode::SEE_OTHER, "{}", revoked.text());
        assert!(!sees());
    }
}
