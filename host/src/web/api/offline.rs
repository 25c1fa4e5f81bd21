//! Recording a contact without a network: the page for it, what it works with, and what makes it a page
//! that stays on the device.

use std::sync::Arc;

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::{Actor, App, Error, Reach, UseCase, hex, today_here};
use crate::domain::{Code, Text};

use super::super::Failure;
use super::super::assets::Assets;
use super::super::contact::usual_minutes;
use super::super::family::initials;
use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::site::Site;
use super::super::visit::{Answer, Guest, Visit};
use super::read::Asked;

/// The program of the browser that answers where the network does not.
const WORKER: &str = include_str!("../assets/offline-worker.js");

pub(super) fn routes(routes: Routes) -> Routes {
    let record = Guard::May(UseCase::ContactAdd);
    routes
        .get("/sw.js", Guard::Anyone, worker)
        .get("/manifest.webmanifest", Guard::Anyone, manifest)
        .get("/offline", Guard::Anyone, kept_page)
        .get("/offline/new", record, page)
        .get("/api/v1/offline/key", record, key)
        .get("/api/v1/offline/lists", record, lists)
}

/// The page as it stays on the device: it holds nothing of the records and names nobody.
async fn kept_page(mut guest: Guest, fields: Fields) -> Answer {
    // The device keeps it in both languages, and asks for each without its cookies.
    if let Ok(lang) = fields.one("lang").parse() {
        guest.lang = lang;
    }
    guest.page("offline", &json!({"is_kept": true}))
}

/// The same while there is a network.
async fn page(visit: Visit) -> Answer {
    visit.page("offline", &json!({"is_kept": false}))
}

/// What the device keeps: the style sheets, scripts and pictures of this version, and the page.
async fn worker(State(site): State<Arc<Site>>) -> Response {
    let folder = site.assets.folder();
    let files: Vec<String> = Assets::names().map(|name| format!("{folder}/{name}")).collect();
    let kept = json!({"folder": folder, "files": files});
    let script = format!("\"use strict\";\nconst KEPT = {kept};\n{WORKER}");
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], script).into_response()
}

async fn manifest(guest: Guest) -> Answer {
    let folder = guest.site.assets.folder();
    // One drawing in any size: browsers that install a page take it.
    let icon = json!({"src": format!("{folder}/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"});
    let manifest = json!({
        "id": "/",
        "name": format!("Tridem {}", guest.site.municipality),
        "short_name": "Tridem",
        "lang": guest.lang.tag(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#171a2b",
        "icons": [icon],
        "shortcuts": [{"name": guest.say("offline.title"), "url": "/offline/new"}],
    });
    Ok(([(header::CONTENT_TYPE, "application/manifest+json")], manifest.to_string())
        .into_response())
}

/// Which device asks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Device {
    /// 32 hexadecimal digits that the device made up.
    device: String,
}

/// The key of whoever is signed in for this device. Scripts of other sites cannot read the answer, and
/// nothing keeps it on its way.
async fn key(visit: Visit, Asked(asked): Asked<Device>) -> Answer {
    let device = device(&asked.device).ok_or_else(|| super::read::unfit("device", "…"))?;
    let key = visit.ask(move |app, actor| app.offline_key(actor, &device)).await?;
    let told = json!({"key": hex(&key.key[..]), "owner": key.owner, "until": key.until});
    Ok(Json(told).into_response())
}

/// Whose contact it is that waited on a device, as the device says. Somebody else may have signed in there
/// since, even between two of its requests: then nothing is recorded under their name.
pub(super) struct Waited(Option<([u8; 16], String)>);

/// The header with which a device says it: its own number, and the `owner` that came with the key.
const WAITED: &str = "tridem-offline";

impl<S: Send + Sync> FromRequestParts<S> for Waited {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let Some(said) = parts.headers.get(WAITED) else { return Ok(Self(None)) };
        let said = said.to_str().ok().and_then(|said| said.split_once(' '));
        let said = said.and_then(|(text, owner)| Some((device(text)?, owner.to_owned())));
        let unreadable = || {
            Failure::bad_request(
                format!("So kann der Kopf `{WAITED}` nicht gelesen werden"),
                format!("the header `{WAITED}` cannot be read like this"),
            )
        };
        said.ok_or_else(unreadable).map(|said| Self(Some(said)))
    }
}

impl Waited {
    /// Refuses what waited for somebody else than who is signed in now.
    pub(super) fn check(self, app: &App, actor: &Actor) -> Result<Result<(), Failure>, Error> {
        let Some((device, owner)) = self.0 else { return Ok(Ok(())) };
        if app.offline_key(actor, &device)?.owner == owner {
            return Ok(Ok(()));
        }
        let what = Text::new(
            "Auf diesem Gerät hat das jemand anderes festgehalten; nichts wurde gespeichert",
            "somebody else has recorded this on the device; nothing was saved",
        );
        Ok(Err(Failure::new(StatusCode::CONFLICT, "other-owner", what)))
    }
}

fn device(text: &str) -> Option<[u8; 16]> {
    let is_hex = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = is_hex.then(|| u128::from_str_radix(text, 16).ok())??;
    Some(number.to_be_bytes())
}

/// What the form offers: schools, codes with their words, and the children of one's own schools, by
/// sign, initials and class alone. Names do not go onto the device.
async fn lists(visit: Visit) -> Answer {
    if visit.actor.is_program() {
        let what = Text::new(
            "Das ist für Geräte von Menschen, die angemeldet sind",
            "this is for devices of people who are signed in",
        );
        return Err(Failure::new(StatusCode::FORBIDDEN, "outside-token", what));
    }
    // Whoever sees every child of the city has none of their own: they type signs.
    let has_own = UseCase::PupilRead.reach(visit.role) == Reach::Own;
    let lists = visit.ask(move |app, actor| {
        let desk = app.contact_desk(actor, None)?;
        let pupils: Vec<Value> = if has_own {
            let found = app.pupils(actor, None, Some(today_here()))?.into_iter();
            let pupil = |facts: crate::app::PupilFacts| {
                json!({
                    "code": facts.pupil.code,
                    "initials": initials(&facts.pupil.given_name, &facts.pupil.family_name),
                    "class": facts.pupil.class,
                    "school": facts.school,
                })
            };
            found.map(pupil).collect()
        } else {
            Vec::new()
        };
        let schools: Vec<Value> = desk
            .schools
            .iter()
            .map(|(number, name)| json!({"number": number, "name": name}))
            .collect();
        Ok(json!({
            "schools": schools,
            "school": desk.school,
            "kind": desk.last_kind,
            "kinds": codes(app, "contact-kind")?,
            "results": codes(app, "result")?,
            "topics": codes(app, "topic")?,
            "pupils": pupils,
        }))
    });
    Ok(Json(lists.await?).into_response())
}

fn codes(app: &App, list: &str) -> Result<Vec<Value>, Error> {
    let code = |(_, Code { code, de, en }): (String, Code)| json!({"minutes": usual_minutes(&code), "code": code, "de": de, "en": en});
    Ok(app.codes(Some(list))?.into_iter().map(code).collect())
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn a_device_is_known_by_sixteen_bytes() {
        assert_eq!(device(&"0".repeat(32)), Some([0; 16]));
        assert_eq!(device("000000000000000000000000000000ff").unwrap()[15], 255);
        for wrong in ["", "0", &"0".repeat(31), &"g".repeat(32), &"+".repeat(32), &"ä".repeat(16)]
        {
            assert_eq!(device(wrong), None, "{wrong}");
        }
    }
}
