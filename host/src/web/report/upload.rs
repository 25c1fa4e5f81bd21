//! `/plugins/upload`: a package is handed in, checked, and installed only after somebody read the result.

use std::collections::VecDeque;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{DefaultBodyLimit, Multipart, Path};
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::{Value, json};

use crate::app::{App, PluginField, UploadCheck, UseCase};
use crate::domain::{Dictionary, Request};
use crate::web::Failure;
use crate::web::routes::{Guard, Routes};
use crate::web::visit::{Answer, Visit};

use super::{plugin, told};

/// How many packages wait at once for somebody to read what was found out about them. Each has at most
/// 32 MiB.
const WAITING: usize = 4;

/// How long a package waits.
const PATIENCE: Duration = Duration::from_mins(30);

/// A package between its upload and its installation. It lies in memory alone: one that nobody installs
/// leaves nothing behind.
struct Waiting {
    token: String,
    who: String,
    bytes: Vec<u8>,
    since: Instant,
}

static PACKAGES: LazyLock<Mutex<VecDeque<Waiting>>> = LazyLock::new(Mutex::default);

pub(super) fn routes(routes: Routes) -> Routes {
    let manage = Guard::May(UseCase::PluginManage);
    let most = usize::try_from(App::largest_package()).unwrap_or(usize::MAX);
    // Around the file there are some lines of the form.
    let limit = DefaultBodyLimit::max(most.saturating_add(16 * 1024));
    routes
        .get("/plugins/upload", manage, form)
        .add("POST", "/plugins/upload", manage, post(upload).layer(limit))
        .get("/plugins/uploads/{token}", manage, checked)
        .post("/plugins/uploads/{token}", manage, install)
}

async fn form(visit: Visit) -> Answer {
    shown(&visit, Value::Null, StatusCode::OK)
}

#[expect(clippy::needless_pass_by_value, reason = "it is made for this call")]
fn shown(visit: &Visit, mistakes: Value, status: StatusCode) -> Answer {
    let most = App::largest_package() / (1024 * 1024);
    visit.page_with(status, "plugin-upload", &json!({ "mistakes": mistakes, "most": most }))
}

async fn upload(visit: Visit, mut form: Multipart) -> Answer {
    let mut bytes = Vec::new();
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(_) => {
                return shown(&visit, told::mistake(&visit, "plugin.too-large", "file"), status);
            }
        };
        if field.name() == Some("file") {
            let Ok(found) = field.bytes().await else {
                let mistake = told::mistake(&visit, "plugin.too-large", "file");
                return shown(&visit, mistake, status);
            };
            bytes = found.to_vec();
        }
    }
    if bytes.is_empty() {
        return shown(&visit, told::mistake(&visit, "plugin.no-file", "file"), status);
    }
    // What is no package at all is said here, beside the field.
    let (looked, kept) = (bytes.clone(), bytes);
    let check = visit.ask_long(move |app, actor| app.check_upload(actor, &looked)).await;
    if let Err(failure) = check {
        return shown(&visit, told::mistakes(&visit, failure)?, status);
    }
    let token = wait(visit.actor.name(), kept);
    Ok(axum::response::IntoResponse::into_response(axum::response::Redirect::to(&format!(
        "/plugins/uploads/{token}"
    ))))
}

/// Keeps a package until somebody decides about it, and gives its token.
fn wait(who: &str, bytes: Vec<u8>) -> String {
    let token = uuid::Uuid::now_v7().simple().to_string();
    let mut packages = PACKAGES.lock().unwrap_or_else(PoisonError::into_inner);
    packages.retain(|it| it.since.elapsed() < PATIENCE);
    if packages.len() == WAITING {
        packages.pop_front();
    }
    let since = Instant::now();
    packages.push_back(Waiting { token: token.clone(), who: who.to_owned(), bytes, since });
    token
}

/// The package with a token, for whoever handed it in.
fn waiting(who: &str, token: &str) -> Option<Vec<u8>> {
    let packages = PACKAGES.lock().unwrap_or_else(PoisonError::into_inner);
    let found = packages.iter().find(|it| it.token == token && it.who == who);
    found.filter(|it| it.since.elapsed() < PATIENCE).map(|it| it.bytes.clone())
}

fn forget(token: &str) {
    PACKAGES.lock().unwrap_or_else(PoisonError::into_inner).retain(|it| it.token != token);
}

async fn checked(visit: Visit, Path(token): Path<String>) -> Answer {
    let bytes = waiting(visit.actor.name(), &token).ok_or_else(Failure::not_found)?;
    let check = visit.ask_long(move |app, actor| app.check_upload(actor, &bytes)).await?;
    result(&visit, &token, &check, Value::Null, StatusCode::OK)
}

/// What was found out, in plain words.
#[expect(clippy::needless_pass_by_value, reason = "it is made for this call")]
fn result(
    visit: &Visit,
    token: &str,
    check: &UploadCheck,
    mistakes: Value,
    status: StatusCode,
) -> Answer {
    let lang = visit.lang();
    let facts = check.facts.as_ref().ok();
    let request = |request: &Request| {
        let fields = facts.map_or(&[][..], |facts| &facts.fields);
        let of = fields.iter().filter(|field| field.dataset == request.dataset);
        let field = |field: &PluginField| {
            json!({
                "title": field.title.get(lang),
                "sensitivity": field.sensitivity.get(lang),
                "is_optional": field.optional,
            })
        };
        let known = Dictionary::get().dataset(&request.dataset);
        json!({
            "name": request.dataset,
            "title": known.map_or(request.dataset.as_str(), |known| known.title.get(lang)),
            "purpose": request.purpose.get(lang),
            "fields": of.map(field).collect::<Vec<_>>(),
        })
    };
    let view = json!({
        "token": token,
        "mistakes": mistakes,
        "verdict": plugin::judged(&check.proof.verdict, visit),
        "claims": check.proof.claims.iter().map(|(key, comment)| {
            visit.say_with("plugin.claims", &[key.clone(), comment.clone()])
        }).collect::<Vec<_>>(),
        "sha256": check.proof.sha256,
        "may_run": check.proof.may_run,
        "refusal": check.facts.as_ref().err().map(|text| text.get(lang)),
        "plugin": facts.map(|facts| json!({
            "id": facts.manifest.id,
            "version": facts.manifest.version.to_string(),
            "title": facts.manifest.title.get(lang),
            "description": facts.manifest.description.get(lang),
            "licence": facts.manifest.licence,
            "authors": facts.manifest.authors.join(", "),
            "requests": facts.manifest.requests.iter().map(request).collect::<Vec<_>>(),
            "makes": plugin::makes(facts, lang),
        })),
        "in_service": check.in_service,
        "is_installed": check.is_installed,
        "can_install": check.proof.may_run && facts.is_some() && !check.is_installed,
    });
    visit.page_with(status, "plugin-checked", &view)
}

async fn install(visit: Visit, Path(token): Path<String>) -> Answer {
    let bytes = waiting(visit.actor.name(), &token).ok_or_else(Failure::not_found)?;
    let installed = bytes.clone();
    match visit.ask_long(move |app, actor| app.install_upload(actor, &installed)).await {
        Ok(facts) => {
            forget(&token);
            let (id, version) = (&facts.manifest.id, &facts.manifest.version);
            let carried = facts.fields.iter().filter(|field| field.granted.is_some()).count();
            let said = match carried {
                0 => visit.say("plugin.installed-now"),
                some => visit.say_with("plugin.installed-carried", &[some.to_string()]),
            };
            let to = if visit.may(UseCase::PluginGrant) {
                format!("/plugins/{id}/{version}/grants")
            } else {
                format!("/plugins/{id}?version={version}")
            };
            visit.done(&to, &said)
        }
        Err(failure) => {
            let mistakes = told::mistakes(&visit, failure)?;
            let check = visit.ask_long(move |app, actor| app.check_upload(actor, &bytes)).await?;
            result(&visit, &token, &check, mistakes, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}
