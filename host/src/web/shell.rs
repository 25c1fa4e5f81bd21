//! What surrounds every request: which names are answered to, what the browser is told about pages,
//! and how failures look.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Json, Redirect, Response};
use serde::Serialize;
use serde_json::json;
use tower_http::csrf::ProtectionError;

use crate::domain::Text;

use super::Failure;
use super::failure::Told;
use super::form_words::sentence;
use super::site::Site;
use super::visit::Guest;

/// Nothing but what this server itself sends: no script, style, frame or form of anybody else's, and
/// nothing inline. The design system has its icons as `data:` pictures in its style sheet.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
     img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; \
     manifest-src 'self'; worker-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Headers of every answer.
const HEADERS: [(&str, &str); 7] = [
    ("content-security-policy", CONTENT_POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
];

/// Refuses requests under names that are not ours, and changes that do not come from our own pages.
pub(super) async fn refuse_strangers(
    State(site): State<Arc<Site>>,
    request: Request,
    next: Next,
) -> Response {
    if !site.answers_to(request.headers().get(header::HOST)) {
        let what = Text::new(
            "Unter diesem Namen ist der Server nicht zu erreichen",
            "the server is not reached under this name",
        );
        return Failure::new(StatusCode::MISDIRECTED_REQUEST, "wrong-host", what).into_response();
    }
    let headers = request.headers();
    // Browsers say where a form comes from. Programs say who they are by a token and hold no cookie.
    let says_from_where =
        headers.contains_key("sec-fetch-site") || headers.contains_key(header::ORIGIN);
    if !is_safe(request.method())
        && !says_from_where
        && !headers.contains_key(header::AUTHORIZATION)
    {
        let what = Text::new(
            "Es ist nicht zu erkennen, woher das Formular kommt",
            "it cannot be told where the form comes from",
        );
        return Failure::new(StatusCode::FORBIDDEN, "no-origin", what).into_response();
    }
    next.run(request).await
}

/// Refuses whoever asks more often than anybody who works by hand.
pub(super) async fn refuse_floods(
    State(site): State<Arc<Site>>,
    request: Request,
    next: Next,
) -> Response {
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>();
    match address.map(|ConnectInfo(address)| site.limits.asks(address.ip())) {
        Some(Err(failure)) => failure.into_response(),
        _ => next.run(request).await,
    }
}

/// Says why a change from a foreign page was refused.
pub(super) async fn explain_foreign(response: Response) -> Response {
    if response.extensions().get::<ProtectionError>().is_none() {
        return response;
    }
    let what = Text::new(
        "Das Formular kommt von einer fremden Seite; nichts wurde geändert",
        "the form comes from a foreign page; nothing was changed",
    );
    Failure::new(StatusCode::FORBIDDEN, "foreign-page", what).into_response()
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Adds what the browser is told about every answer.
pub(super) async fn add_headers(
    State(site): State<Arc<Site>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        // A page that somebody made without us, such as a report, brings a stricter policy of its own.
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if site.is_secure() {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    response
}

#[derive(Serialize)]
struct FailureView {
    status: u16,
    what: String,
    hint: Option<String>,
    /// Where to sign in, for whoever is not.
    sign_in: Option<String>,
}

/// Makes a page of a failure, or an answer for a program.
pub(super) async fn tell(guest: Guest, request: Request, next: Next) -> Response {
    let is_program = request.uri().path().starts_with("/api/");
    let is_look = is_safe(request.method());
    // Whoever's session ran out in a form comes back to the page of the form.
    let before = referrer(&request);
    let response = next.run(request).await;
    let Some(told) = response.extensions().get::<Told>().cloned() else { return response };
    let (mut parts, _) = response.into_parts();
    let hint = told.hint.as_ref().map(|hint| hint.get(guest.lang).to_owned());
    let what = told.what.get(guest.lang).to_owned();
    if is_program {
        let body = json!({"error": {"code": told.code, "message": what, "hint": hint}});
        if told.status == StatusCode::UNAUTHORIZED {
            parts.headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        return merged(&mut parts, Json(body).into_response());
    }
    let needs_sign_in = told.status == StatusCode::UNAUTHORIZED;
    let back = if is_look { Some(guest.address.clone()) } else { before };
    let address = back.map_or("/sign-in".to_owned(), |back| {
        let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
        format!("/sign-in?back={back}")
    });
    if needs_sign_in && is_look {
        return Redirect::to(&address).into_response();
    }
    let view = FailureView {
        status: told.status.as_u16(),
        what: sentence(&what),
        hint: hint.as_deref().map(sentence),
        sign_in: needs_sign_in.then_some(address),
    };
    match guest.page("failure", &view) {
        Ok(page) => merged(&mut parts, page),
        Err(_) => Response::from_parts(parts, Body::from(told.what.de)),
    }
}

/// The page with the status and the headers of the failure.
fn merged(parts: &mut axum::http::response::Parts, page: Response) -> Response {
    let (mut own, body) = page.into_parts();
    own.status = parts.status;
    own.headers.extend(parts.headers.drain());
    // What the failure's empty body was is not what the page is.
    own.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(own, body)
}

/// The page of ours that somebody comes from, as an address of this server.
fn referrer(request: &Request) -> Option<String> {
    let from = request.headers().get(header::REFERER)?.to_str().ok()?;
    let uri: axum::http::Uri = from.parse().ok()?;
    Some(super::language::own_address(uri.path_and_query()?.as_str()).to_owned())
}
