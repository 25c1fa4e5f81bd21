//! Tests from outside: every address and every role, and what no browser may be made to do.

use axum::body::Body;
use axum::http::{StatusCode, header};

use crate::app::Reach;
use crate::domain::Role;

use super::routes::{Guard, Route, all};
use super::stage::{HOST, Stage};

/// The address of a route with something in each place that belongs to nothing.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { "nichts" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn ask(stage: &Stage, role: Option<Role>, route: &Route) -> super::stage::Got {
    let path = filled(route.path);
    match route.method {
        "GET" => stage.get(role, &path),
        "POST" => stage.post(role, &path, &[]),
        method => {
            let request = stage.request(role, method, &path);
            let kind = "application/json";
            let request = request.header(header::CONTENT_TYPE, kind).body(Body::from("{}"));
            stage.send(request.unwrap())
        }
    }
}

#[test]
fn every_address_and_every_role_is_as_the_table_of_roles_says() {
    let mut stage = Stage::new();
    let (_, table) = all().split();
    assert!(table.len() > 5);
    let mut wrong = Vec::new();
    for route in &table {
        for role in Role::ALL {
            // Some addresses end a session.
            stage.renew(role);
            let status = ask(&stage, Some(role), route).status;
            let is_refused = status == StatusCode::FORBIDDEN;
            let is_right = match route.guard {
                Guard::May(use_case) => is_refused == (use_case.reach(role) == Reach::No),
                // What else is asked for depends on what the address names.
                Guard::Anyone | Guard::SignedIn => true,
            };
            let signed_out = status == StatusCode::UNAUTHORIZED && route.path != "/sign-in";
            if !is_right || signed_out || status.is_server_error() {
                let Route { method, path, guard } = route;
                wrong.push(format!("{method} {path} {guard:?}: {role:?} got {status}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn whoever_is_not_signed_in_gets_nothing() {
    let stage = Stage::new();
    let (_, table) = all().split();
    for route in table.iter().filter(|route| route.guard != Guard::Anyone) {
        let got = ask(&stage, None, route);
        let is_page = route.method == "GET" && !route.path.starts_with("/api/");
        if is_page {
            assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", route.path);
            assert!(got.header("location").starts_with("/sign-in?back="), "{}", route.path);
        } else {
            assert_eq!(got.status, StatusCode::UNAUTHORIZED, "{} {}", route.method, route.path);
        }
    }
}

#[test]
fn a_change_from_a_foreign_page_or_from_nowhere_is_refused() {
    let stage = Stage::new();
    let (_, table) = all().split();
    for route in table.iter().filter(|route| route.method != "GET") {
        let path = filled(route.path);
        let sent = |name: Option<(&str, &str)>| {
            let mut request = stage.request(Some(Role::Coordinator), route.method, &path);
            request.headers_mut().unwrap().remove("sec-fetch-site");
            if let Some((name, value)) = name {
                request = request.header(name, value);
            }
            stage.send(request.body(Body::empty()).unwrap()).status
        };
        for foreign in [
            None,
            Some(("sec-fetch-site", "cross-site")),
            Some(("sec-fetch-site", "same-site")),
            Some(("origin", "https://evil.example")),
            Some(("origin", "null")),
        ] {
            assert_eq!(sent(foreign), StatusCode::FORBIDDEN, "{path} {foreign:?}");
        }
    }
    // Nobody was signed out by any of these.
    assert_eq!(stage.get(Some(Role::Coordinator), "/").status, StatusCode::OK);
}

#[test]
fn the_server_answers_under_its_own_names_alone() {
    let stage = Stage::new();
    for foreign in ["evil.example", "localhost", "localhost:7424", ""] {
        let mut request = stage.request(Some(Role::Mediator), "GET", "/");
        request.headers_mut().unwrap().insert(header::HOST, foreign.parse().unwrap());
        let got = stage.send(request.body(Body::empty()).unwrap());
        assert_eq!(got.status, StatusCode::MISDIRECTED_REQUEST, "{foreign}");
    }
    assert_eq!(stage.get(Some(Role::Mediator), "/").status, StatusCode::OK);
    assert_eq!(HOST, "localhost:7423");
}

#[test]
fn every_answer_forbids_what_no_page_needs() {
    let stage = Stage::new();
    for (role, path) in [
        (None, "/sign-in"),
        (None, "/nothing-there"),
        (Some(Role::Mediator), "/"),
        (Some(Role::Mediator), "/nothing-there"),
    ] {
        let got = stage.get(role, path);
        let policy = got.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}");
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{path}: {policy}");
        assert_eq!(got.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(got.header("cache-control"), "no-store", "{path}");
        let text = got.text();
        for inline in ["<script>", "<style", " style=\"", " onclick=", "javascript:"] {
            assert!(!text.contains(inline), "{path} has {inline}");
        }
    }
}

#[test]
fn the_cookie_of_a_session_is_for_this_server_and_no_script() {
    let stage = Stage::new();
    let fields = [("code", "lead"), ("password", "korrekt pferd batterie"), ("back", "//evil")];
    let got = stage.post(None, "/sign-in", &fields);
    assert_eq!((got.status, got.header("location")), (StatusCode::SEE_OTHER, "/"));
    let cookie = got.header("set-cookie");
    assert!(cookie.starts_with("tridem_session=") && cookie.contains("HttpOnly"));
    assert!(cookie.contains("SameSite=Lax") && cookie.contains("Path=/"));
    let wrong = stage.post(None, "/sign-in", &[("code", "lead"), ("password", "falsch")]);
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.headers.get("set-cookie").is_none());
}
