//! Tests of the interface for programs, from outside.

use axum::body::Body;
use axum::http::{StatusCode, header};
use serde_json::{Value, json};

use crate::app::{AuditFilter, Reach, UseCase, token_scopes};
use crate::domain::Role;

use super::super::stage::{FOREIGN_SCHOOL, Got, SCHOOL, Stage};

const PASSWORD: &str = "korrekt pferd batterie";

/// Makes a token on the page, as the one of a role does.
fn token(stage: &Stage, role: Role, name: &str, scopes: &[UseCase]) -> String {
    let mut fields = vec![("name", name), ("days", "30"), ("password", PASSWORD)];
    fields.extend(scopes.iter().map(|scope| ("scope", scope.code())));
    let got = stage.post(Some(role), "/account/tokens", &fields);
    let text = got.text();
    let begin = text.find("<code>tridem_").unwrap_or_else(|| panic!("{text}")) + 6;
    text[begin..begin + 7 + 64].to_owned()
}

/// A token for everything that the role may do.
fn wide_token(stage: &Stage, role: Role) -> String {
    let scopes = token_scopes().iter().copied();
    let own: Vec<UseCase> = scopes.filter(|scope| scope.reach(role) != Reach::No).collect();
    token(stage, role, "alles", &own)
}

/// Asks as a program does: with a token, without cookies, and not from a page.
fn ask(stage: &Stage, token: &str, method: &str, path: &str, body: Option<&Value>) -> Got {
    let mut request = stage.request(None, method, path);
    request.headers_mut().unwrap().remove("sec-fetch-site");
    request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    let body = match body {
        Some(body) => {
            request = request.header(header::CONTENT_TYPE, "application/json");
            Body::from(body.to_string())
        }
        None => Body::empty(),
    };
    stage.send(request.body(body).unwrap())
}

fn get(stage: &Stage, token: &str, path: &str) -> Value {
    let got = ask(stage, token, "GET", path, None);
    assert_eq!(got.status, StatusCode::OK, "{path}: {}", got.text());
    serde_json::from_slice(&got.body).unwrap()
}

/// What a refusal says to programs.
fn code(got: &Got) -> String {
    let said: Value = serde_json::from_slice(&got.body).unwrap();
    said["error"]["code"].as_str().unwrap().to_owned()
}

fn contact(number: u32) -> Value {
    json!({
        "submission": format!("00000000-0000-4000-8000-{number:012}"),
        "school": SCHOOL,
        "kind": "phone",
        "pupils": ["kind-hier"],
        "minutes": 10,
        "day": "2026-03-02",
    })
}

#[test]
fn a_contact_is_recorded_once_however_often_it_is_sent() {
    let stage = Stage::new();
    let token = wide_token(&stage, Role::Mediator);
    let first = ask(&stage, &token, "POST", "/api/v1/contacts", Some(&contact(1)));
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text());
    let again = ask(&stage, &token, "POST", "/api/v1/contacts", Some(&contact(1)));
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(first.header("location"), again.header("location"));
    let other = ask(&stage, &token, "POST", "/api/v1/contacts", Some(&contact(2)));
    assert_eq!(other.status, StatusCode::CREATED);
    let all = get(&stage, &token, "/api/v1/contacts");
    assert_eq!(all["contacts"].as_array().unwrap().len(), 2);
    let one = get(&stage, &token, first.header("location"));
    assert_eq!(one["contact"]["kind"], "phone");
    assert_eq!(one["contact"]["participants"][0]["code"], "mediator");
    assert_eq!(one["history"], json!([]));
}

#[test]
fn a_token_does_what_it_names_and_its_owner_may() {
    let stage = Stage::new();
    let reads = token(&stage, Role::Mediator, "lesen", &[UseCase::ContactRead]);
    get(&stage, &reads, "/api/v1/contacts");
    let who = get(&stage, &reads, "/api/v1/whoami");
    assert_eq!((&who["account"], &who["scopes"]), (&json!("mediator"), &json!(["contact.read"])));
    assert_eq!(who["is_program"], true);
    for (method, path) in [
        ("POST", "/api/v1/contacts"),
        ("GET", "/api/v1/pupils"),
        ("GET", "/api/v1/offline/lists"),
        ("GET", "/api/v1/offline/key?device=00000000000000000000000000000000"),
    ] {
        let got = ask(&stage, &reads, method, path, Some(&contact(1)));
        assert_eq!((got.status, &*code(&got)), (StatusCode::FORBIDDEN, "outside-token"), "{path}");
    }
    // Nobody makes a token for what they may not do: a report is run by others.
    let fields = [("name", "x"), ("days", "30"), ("password", PASSWORD), ("scope", "report.run")];
    let got = stage.post(Some(Role::Mediator), "/account/tokens", &fields);
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    // It opens no page and changes no account.
    for path in ["/", "/contacts", "/account/tokens"] {
        let got = ask(&stage, &reads, "GET", path, None);
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{path}");
    }
    let got = ask(&stage, &reads, "POST", "/account/tokens", None);
    assert_eq!(got.status, StatusCode::UNAUTHORIZED);
}

#[test]
fn a_program_gets_no_key_and_no_lists_of_a_device_whatever_its_token_names() {
    let stage = Stage::new();
    let token = wide_token(&stage, Role::Mediator);
    for path in
        ["/api/v1/offline/lists", "/api/v1/offline/key?device=00000000000000000000000000000000"]
    {
        let got = ask(&stage, &token, "GET", path, None);
        assert_eq!((got.status, &*code(&got)), (StatusCode::FORBIDDEN, "outside-token"), "{path}");
    }
}

#[test]
fn a_token_ends_when_it_is_revoked() {
    let stage = Stage::new();
    let token = wide_token(&stage, Role::Mediator);
    get(&stage, &token, "/api/v1/whoami");
    let page = stage.get(Some(Role::Mediator), "/account/tokens").text();
    assert!(page.contains("alles") && !page.contains(&token));
    let revoke = |role| stage.post(Some(role), "/account/tokens/revoke", &[("name", "alles")]);
    // Nobody revokes somebody else's, and nobody learns whether they have one.
    assert_eq!(revoke(Role::Teacher).status, StatusCode::SEE_OTHER);
    get(&stage, &token, "/api/v1/whoami");
    assert_eq!(revoke(Role::Mediator).status, StatusCode::SEE_OTHER);
    let got = ask(&stage, &token, "GET", "/api/v1/whoami", None);
    assert_eq!((got.status, &*code(&got)), (StatusCode::UNAUTHORIZED, "sign-in-needed"));
    assert_eq!(got.header("www-authenticate"), "Bearer");
}

#[test]
fn what_is_at_another_school_is_not_there() {
    let stage = Stage::new();
    let all = wide_token(&stage, Role::Coordinator);
    let mut foreign = contact(1);
    foreign["school"] = json!(FOREIGN_SCHOOL);
    foreign["pupils"] = json!(["kind-dort"]);
    let made = ask(&stage, &all, "POST", "/api/v1/contacts", Some(&foreign));
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let place = made.header("location").to_owned();
    get(&stage, &all, &place);
    let own = wide_token(&stage, Role::Mediator);
    assert_eq!(ask(&stage, &own, "GET", &place, None).status, StatusCode::NOT_FOUND);
    let correction = json!({"reason": "x", "minutes": 20});
    let corrections = format!("{place}/corrections");
    let got = ask(&stage, &own, "POST", &corrections, Some(&correction));
    assert_eq!(got.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&stage, &own, "/api/v1/contacts")["contacts"], json!([]));
    let pupils = get(&stage, &own, "/api/v1/pupils");
    assert_eq!(pupils["pupils"].as_array().unwrap().len(), 1);
    // Its id is no place in a list, so the list does not tell when it was.
    let id = place.rsplit('/').next().unwrap();
    let got = ask(&stage, &own, "GET", &format!("/api/v1/contacts?after={id}"), None);
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut named = contact(2);
    named["pupils"] = json!(["kind-dort"]);
    let absent = json!({"pupil": "kind-dort", "day": "2026-03-02", "status": "excused"});
    for (path, body) in [("/api/v1/contacts", &named), ("/api/v1/absences", &absent)] {
        let got = ask(&stage, &own, "POST", path, Some(body));
        assert!(matches!(got.status.as_u16(), 404 | 422), "{path}: {}", got.status);
    }
    for path in [
        format!("/api/v1/absences?school={FOREIGN_SCHOOL}"),
        "/api/v1/absences?pupil=kind-dort".into(),
    ] {
        let got = ask(&stage, &own, "GET", &path, None);
        assert_eq!(got.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[test]
fn what_is_not_described_is_refused_in_words() {
    let stage = Stage::new();
    let token = wide_token(&stage, Role::Mediator);
    let mut unknown = contact(1);
    unknown["private_note"] = json!("nur für mich");
    let got = ask(&stage, &token, "POST", "/api/v1/contacts", Some(&unknown));
    assert_eq!((got.status, &*code(&got)), (StatusCode::BAD_REQUEST, "bad-request"));
    let got = ask(&stage, &token, "GET", "/api/v1/contacts?nothing=1", None);
    assert_eq!(got.status, StatusCode::BAD_REQUEST);
    for path in ["/api/v1/contacts?limit=201", "/api/v1/contacts?kind=x", "/api/v1/tasks?bucket=x"]
    {
        let got = ask(&stage, &token, "GET", path, None);
        assert_eq!(
            (got.status, &*code(&got)),
            (StatusCode::UNPROCESSABLE_ENTITY, "unfit"),
            "{path}"
        );
    }
    let mut wrong = contact(1);
    wrong["kind"] = json!("nothing");
    let got = ask(&stage, &token, "POST", "/api/v1/contacts", Some(&wrong));
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut long = contact(1);
    long["shared_note"] = json!("x".repeat(70_000));
    let got = ask(&stage, &token, "POST", "/api/v1/contacts", Some(&long));
    assert_eq!((got.status, &*code(&got)), (StatusCode::PAYLOAD_TOO_LARGE, "too-large"));
    let request = stage.request(None, "POST", "/api/v1/contacts");
    let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    let got = stage.send(request.body(Body::from("school=1")).unwrap());
    assert_eq!((got.status, &*code(&got)), (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json"));
}

#[test]
fn lists_come_in_parts() {
    let stage = Stage::new();
    let token = wide_token(&stage, Role::Coordinator);
    for number in 1..=5 {
        ask(&stage, &token, "POST", "/api/v1/contacts", Some(&contact(number)));
    }
    for (path, list, key, count) in [
        ("/api/v1/contacts", "contacts", "id", 5),
        ("/api/v1/pupils", "pupils", "code", 2),
        ("/api/v1/schools", "schools", "number", 2),
    ] {
        let mut seen = Vec::new();
        let mut next = Value::Null;
        loop {
            let after = next.as_str().map(|next| format!("&after={next}")).unwrap_or_default();
            let page = get(&stage, &token, &format!("{path}?limit=1{after}"));
            seen.extend(page[list].as_array().unwrap().iter().map(|one| one[key].clone()));
            next = page["next"].clone();
            if next.is_null() {
                break;
            }
        }
        assert_eq!(seen.len(), count, "{path}");
        let whole = get(&stage, &token, path);
        let whole: Vec<Value> =
            whole[list].as_array().unwrap().iter().map(|one| one[key].clone()).collect();
        assert_eq!(seen, whole, "{path}");
        let got = ask(&stage, &token, "GET", &format!("{path}?after=nichts"), None);
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    }
}

/// What the page on a tablet sends: with the session of whoever is signed in there now.
fn send_waiting(stage: &Stage, role: Role, owner: &str, number: u32) -> Got {
    let request = stage.request(Some(role), "POST", "/api/v1/contacts");
    let request = request
        .header(header::CONTENT_TYPE, "application/json")
        .header("tridem-offline", format!("{DEVICE} {owner}"));
    stage.send(request.body(Body::from(contact(number).to_string())).unwrap())
}

const DEVICE: &str = "000102030405060708090a0b0c0d0e0f";

fn owner(stage: &Stage, role: Role) -> String {
    let got = stage.get(Some(role), &format!("/api/v1/offline/key?device={DEVICE}"));
    assert_eq!(got.status, StatusCode::OK, "{}", got.text());
    assert_eq!(got.header("cache-control"), "no-store");
    let said: Value = serde_json::from_slice(&got.body).unwrap();
    assert_eq!(said["key"].as_str().unwrap().len(), 64);
    said["owner"].as_str().unwrap().to_owned()
}

#[test]
fn what_waited_on_a_tablet_is_never_sent_by_who_signs_in_next() {
    let stage = Stage::new();
    let mine = owner(&stage, Role::Mediator);
    let theirs = owner(&stage, Role::SocialWorker);
    assert_ne!(mine, theirs);
    for wrong in [&*theirs, "", "0000000000000000"] {
        let got = send_waiting(&stage, Role::Mediator, wrong, 1);
        assert_eq!((got.status, &*code(&got)), (StatusCode::CONFLICT, "other-owner"), "{wrong}");
    }
    let got = send_waiting(&stage, Role::SocialWorker, &mine, 1);
    assert_eq!(got.status, StatusCode::CONFLICT);
    let token = wide_token(&stage, Role::Coordinator);
    assert_eq!(get(&stage, &token, "/api/v1/contacts")["contacts"], json!([]));
    assert_eq!(send_waiting(&stage, Role::Mediator, &mine, 1).status, StatusCode::CREATED);
    assert_eq!(send_waiting(&stage, Role::Mediator, &mine, 1).status, StatusCode::OK);
    // A colleague has written the same meeting down: both stay.
    assert_eq!(send_waiting(&stage, Role::SocialWorker, &theirs, 2).status, StatusCode::CREATED);
    let all = get(&stage, &token, "/api/v1/contacts");
    assert_eq!(all["contacts"].as_array().unwrap().len(), 2);
}

#[test]
fn what_a_device_keeps_has_no_names_in_it() {
    let stage = Stage::new();
    let got = stage.get(Some(Role::Mediator), "/api/v1/offline/lists");
    let text = got.text();
    assert!(text.contains("kind-hier") && !text.contains("kind-dort"), "{text}");
    assert!(!text.contains("Ahornweg") && !text.contains("Mila"));
    for path in ["/offline?lang=de", "/offline?lang=en", "/sw.js", "/manifest.webmanifest"] {
        let got = stage.get(Some(Role::Mediator), path);
        assert_eq!(got.status, StatusCode::OK, "{path}");
        assert!(!got.text().contains("mediator") && !got.text().contains("kind-hier"), "{path}");
    }
}

#[test]
fn programs_are_bounded_by_account() {
    let stage = Stage::new();
    let token = wide_token(&stage, Role::Mediator);
    let tried = (0..700).map(|_| ask(&stage, &token, "POST", "/api/v1/people/find", None));
    let stopped = tried.into_iter().find(|got| got.status == StatusCode::TOO_MANY_REQUESTS);
    let stopped = stopped.expect("somebody who never stops is stopped");
    assert!(!stopped.header("retry-after").is_empty());
    assert_eq!(code(&stopped), "too-often");
    // It is one account, whichever way it comes, and nobody else's.
    let fields = [("name", "x")];
    let got = stage.post(Some(Role::Mediator), "/account/tokens/revoke", &fields);
    assert_eq!(got.status, StatusCode::TOO_MANY_REQUESTS);
    let got = stage.post(Some(Role::Teacher), "/account/tokens/revoke", &fields);
    assert_eq!(got.status, StatusCode::SEE_OTHER);
}

#[test]
fn what_a_program_does_stands_in_the_audit_under_its_owner() {
    let stage = Stage::new();
    let token = wide_token(&stage, Role::Mediator);
    ask(&stage, &token, "POST", "/api/v1/contacts", Some(&contact(1)));
    let page = stage.get(Some(Role::Administrator), "/admin/audit").text();
    assert!(!page.contains(&token[7..]), "a token is in no entry");
    let mut app = stage.app();
    let chief = stage.actor(&mut app, Role::Administrator);
    let filter = AuditFilter { limit: 100, ..AuditFilter::default() };
    let found = app.audit(&chief, &filter).unwrap();
    for action in ["account.token-add", "account.token-use", "contact.add"] {
        let entry = found.iter().find(|entry| entry.action == action);
        let entry = entry.unwrap_or_else(|| panic!("{action}: {found:?}"));
        assert!(entry.actor.contains("mediator"), "{entry:?}");
    }
}
