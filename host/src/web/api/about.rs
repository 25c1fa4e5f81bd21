//! Who asks, whether the server answers, and what it can be asked.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{IntoResponse, Json, Response};
use serde::Serialize;
use std::sync::Arc;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, Ref, RefOr, ResponseBuilder};
use utoipa::{Modify, OpenApi, ToSchema};

use crate::app::{Reach, UseCase, token_scopes};

use super::super::pool::Work;
use super::super::site::Site;
use super::super::visit::{Answer, Visit};
use super::{absences, contacts, people, programme, tasks};

/// Whoever asks.
#[derive(Serialize, ToSchema)]
pub(super) struct WhoAmI {
    /// The code of the account.
    account: String,
    /// The code of the practitioner it belongs to; null where it belongs to none.
    practitioner: Option<String>,
    /// The role.
    role: &'static str,
    /// Whether a program asks with a token.
    is_program: bool,
    /// What may be asked for here: codes of use cases, as tokens name them.
    scopes: Vec<&'static str>,
    /// When the session or the token ends, in seconds since 1970-01-01 UTC.
    ends_at: Option<i64>,
}

/// Who asks
///
/// Every token may ask for this.
#[utoipa::path(get, path = "/api/v1/whoami", tag = "about",
    responses((status = 200, description = "The account", body = WhoAmI)))]
pub(super) async fn whoami(visit: Visit) -> Answer {
    let named = |scope: &UseCase| scope.reach(visit.role) != Reach::No && visit.actor.names(*scope);
    let account = visit.actor.account();
    let who = WhoAmI {
        account: account.map(|account| account.code.clone()).unwrap_or_default(),
        practitioner: visit.actor.practitioner().map(str::to_owned),
        role: visit.role.code(),
        is_program: visit.actor.is_program(),
        scopes: token_scopes().iter().filter(|it| named(it)).map(|it| it.code()).collect(),
        ends_at: visit.actor.session_ends_at(),
    };
    Ok(Json(who).into_response())
}

/// How the server is.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok` where the records can be asked.
    status: &'static str,
}

/// Whether the server answers
///
/// Whether the records can be asked. Anybody may ask.
#[utoipa::path(get, path = "/api/v1/health", tag = "about", security(()),
    responses((status = 200, description = "They can", body = Health)))]
pub(super) async fn health(State(site): State<Arc<Site>>) -> Answer {
    site.pool.run(Work::Short, |app| app.has_accounts()).await?;
    Ok(Json(Health { status: "ok" }).into_response())
}

/// What can be asked, as `OpenAPI`.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tridem",
        description = "Records of school mediation for programs of people who have an account.\n\n\
            A token is made under `/account/tokens` or with `tridem account token add`. It can do what \
            its scopes name, as far as the role of its owner may do it on the day, and never opens \
            private notes. Days are `2026-11-22`, moments are seconds since 1970-01-01 UTC, durations \
            are whole minutes, absences are counted in the unit that stands beside them. Fields that \
            are not described are refused. What is read and changed stands in the audit as by the owner.",
        license(name = "EUPL-1.2", identifier = "EUPL-1.2"),
    ),
    paths(
        contacts::list_contacts, contacts::get_contact, contacts::add_contact,
        contacts::correct_contact, people::find_people, people::list_pupils,
        absences::list_absences, absences::add_absence, tasks::list_tasks, tasks::decide_task,
        programme::list_schools, programme::list_codes, programme::list_reports,
        programme::get_report, programme::run_report, programme::list_plugins, whoami, health,
    ),
    components(schemas(Refusal, RefusalText)),
    security(("token" = []), ("session" = [])),
    modifiers(&Shared),
    tags(
        (name = "contacts", description = "Contacts with children and families, and attempts at them"),
        (name = "people", description = "Children, households and colleagues"),
        (name = "absences", description = "What children missed"),
        (name = "tasks", description = "What is to be done"),
        (name = "programme", description = "Schools, code lists and plugins"),
        (name = "reports", description = "Reports: run, listed, as documents"),
        (name = "about", description = "Who asks, and whether the server answers"),
    ),
)]
struct Document;

/// Why a request was refused.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the answer is made for pages and programs alike; this describes it")]
struct Refusal {
    error: RefusalText,
}

/// What happened, for programs and for people.
#[derive(ToSchema)]
#[expect(dead_code, reason = "as above")]
struct RefusalText {
    /// A word that programs can tell refusals apart by.
    code: String,
    /// What happened, in German or in English as `Accept-Language` asks for.
    message: String,
    /// What can be done about it, where there is something.
    hint: Option<String>,
}

/// What every request shares: how programs say who they are, and how they are refused.
struct Shared;

/// A status, and what it means.
type Meaning = (&'static str, &'static str);

/// Refusals of every request.
const REFUSALS: [Meaning; 4] = [
    ("408", "It took too long"),
    ("429", "Too many requests; `Retry-After` says in how many seconds to try again"),
    ("500", "Something of the server's broke; the message has a number that stands in its log"),
    ("503", "The server is being stopped; nothing was saved"),
];

/// Those of requests by somebody.
const OWN_REFUSALS: [Meaning; 2] = [
    ("401", "Nobody is signed in, or the token is none, expired or revoked"),
    ("403", "The role or the token may not do this, or the request comes from a foreign page"),
];

/// Those of requests that say more than an address.
const ASKED_REFUSALS: [Meaning; 3] = [
    ("400", "The request cannot be read: an unknown field, or text where a number is expected"),
    ("404", "There is no such thing, or nothing that one may see"),
    ("422", "Something in the request does not fit; nothing was saved"),
];

/// Those of requests with a body.
const BODY_REFUSALS: [Meaning; 2] =
    [("413", "The request is too large"), ("415", "The request is not JSON")];

impl Modify for Shared {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let mut token = Http::new(HttpAuthScheme::Bearer);
        token.bearer_format = Some("tridem_ and 64 hexadecimal digits".to_owned());
        token.description = Some("A token of an account, with scopes".to_owned());
        components.add_security_scheme("token", SecurityScheme::Http(token));
        let cookie = ApiKeyValue::with_description(
            "tridem_session",
            "The session of a browser; over TLS its name begins with `__Host-`. Requests that change \
             something must come from a page of this server",
        );
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        let paths: &mut BTreeMap<String, PathItem> = &mut document.paths.paths;
        for item in paths.values_mut() {
            for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
                add_refusals(operation);
            }
        }
    }
}

fn add_refusals(operation: &mut Operation) {
    let is_for_anyone = operation.security.is_some();
    let has_body = operation.request_body.is_some();
    let asks = has_body || operation.parameters.as_ref().is_some_and(|all| !all.is_empty());
    let mut refusals = REFUSALS.to_vec();
    if !is_for_anyone {
        refusals.extend(OWN_REFUSALS);
    }
    if asks {
        refusals.extend(ASKED_REFUSALS);
    }
    if has_body {
        refusals.extend(BODY_REFUSALS);
    }
    for (status, meaning) in refusals {
        let refusal = RefOr::Ref(Ref::from_schema_name("Refusal"));
        let response = ResponseBuilder::new()
            .description(meaning)
            .content("application/json", Content::new(Some(refusal)))
            .build();
        let all = &mut operation.responses.responses;
        all.entry(status.to_owned()).or_insert(RefOr::T(response));
    }
}

/// `GET /api/v1/openapi.json`.
pub(super) async fn document() -> Response {
    Json(Document::openapi()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every address of the interface is described, and nothing is that is not there.
    #[test]
    fn what_is_described_is_what_is_there() {
        let document = Document::openapi();
        let mut described: Vec<(String, String)> = Vec::new();
        for (path, item) in &document.paths.paths {
            for (method, operation) in [("GET", &item.get), ("POST", &item.post)] {
                let Some(operation) = operation else { continue };
                described.push((method.to_owned(), path.clone()));
                assert!(operation.summary.is_some() && operation.description.is_some(), "{path}");
                assert!(operation.responses.responses.contains_key("429"), "{path}");
                let is_open = path == "/api/v1/health";
                let asks_who = operation.responses.responses.contains_key("401");
                assert_eq!(asks_who, !is_open, "{path}");
            }
        }
        described.sort();
        let (_, table) = super::super::super::routes::all().split();
        let mut there: Vec<(String, String)> = table
            .iter()
            .filter(|route| route.path.starts_with("/api/v1/"))
            .filter(|route| {
                !route.path.contains("/offline/") && route.path != "/api/v1/openapi.json"
            })
            .map(|route| (route.method.to_owned(), route.path.to_owned()))
            .collect();
        there.sort();
        assert_eq!(described, there);
    }
}
