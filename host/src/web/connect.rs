//! How tablets get here: the address to type or to photograph, who vouches for it, and whether the
//! server is well.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use qrcode::QrCode;
use qrcode::render::{svg, unicode};
use serde_json::json;

use super::Failure;
use super::pool::Work;
use super::routes::{Guard, Routes};
use super::site::Site;
use super::visit::{Answer, Guest};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/connect", Guard::Anyone, connect)
        .get("/connect.svg", Guard::Anyone, picture)
        .get("/ca", Guard::Anyone, authority)
        .get("/ca.crt", Guard::Anyone, certificate)
        .get("/health", Guard::Anyone, async || Json(json!({"status": "ok"})))
        .get("/ready", Guard::Anyone, ready)
}

async fn connect(guest: Guest) -> Answer {
    let site = &guest.site.reachable;
    let view = json!({
        "address": site.address,
        "is_network": site.is_secure,
        "has_authority": site.authority.is_some(),
    });
    guest.page("connect", &view)
}

async fn picture(State(site): State<Arc<Site>>) -> Answer {
    qr_picture(&site.reachable.address)
}

/// A text as a picture that a camera reads.
pub(super) fn qr_picture(text: &str) -> Answer {
    let code = QrCode::new(text).map_err(|error| Failure::internal(&error))?;
    let picture = code.render::<svg::Color<'_>>().min_dimensions(240, 240).build();
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], picture).into_response())
}

/// The same for a terminal; nothing where it does not fit.
pub fn qr_lines(text: &str) -> String {
    QrCode::new(text).map_or_else(
        |_| String::new(),
        |code| {
            // Terminals are dark more often than not: what is dark in the picture is light there.
            code.render::<unicode::Dense1x2>()
                .dark_color(unicode::Dense1x2::Light)
                .light_color(unicode::Dense1x2::Dark)
                .build()
        },
    )
}

async fn authority(guest: Guest) -> Answer {
    let authority = guest.site.reachable.authority.as_ref();
    let view = json!({"fingerprint": authority.map(|authority| &authority.fingerprint)});
    guest.page("authority", &view)
}

/// The certificate of the authority, in the form in which tablets offer to trust it.
async fn certificate(State(site): State<Arc<Site>>) -> Answer {
    let authority = site.reachable.authority.as_ref().ok_or_else(Failure::not_found)?;
    let headers = [
        (header::CONTENT_TYPE, "application/x-x509-ca-cert"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"tridem-ca.crt\""),
    ];
    Ok((headers, authority.pem.clone()).into_response())
}

/// Whether the records can be asked.
async fn ready(State(site): State<Arc<Site>>) -> Response {
    match site.pool.run(Work::Short, |app| app.has_accounts()).await {
        Ok(true) => Json(json!({"status": "ready"})).into_response(),
        Ok(false) => Json(json!({"status": "without-accounts"})).into_response(),
        Err(_) => {
            let body = Json(json!({"status": "not-ready"}));
            (StatusCode::SERVICE_UNAVAILABLE, body).into_response()
        }
    }
}
