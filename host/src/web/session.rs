//! Signing in and out.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::Serialize;
use serde_json::json;

use crate::app::{AccountError, Error, Passphrase, SignIn, SignedIn};

use super::fields::Fields;
use super::form_words::sentence;
use super::language::own_address;
use super::notice;
use super::pool::Work;
use super::routes::{Guard, Routes};
use super::site::Site;
use super::visit::{Answer, EMERGENCY, Guest, Visit};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/sign-in", Guard::Anyone, form).post("/sign-in", Guard::Anyone, sign_in).post(
        "/sign-out",
        Guard::SignedIn,
        sign_out,
    )
}

/// What the form shows.
#[derive(Serialize, Default)]
struct View {
    back: String,
    code: String,
    /// What is wrong, where the form comes back.
    problem: Option<String>,
    hint: Option<String>,
    asks_one_time_code: bool,
    asks_new_password: bool,
    /// Whether nobody can sign in yet, because nobody has an account.
    is_new: bool,
}

async fn form(guest: Guest, fields: Fields) -> Answer {
    let is_new = !guest.site.pool.run(Work::Short, |app| app.has_accounts()).await?;
    let back = own_address(fields.one("back")).to_owned();
    let view = View { back, is_new, ..View::default() };
    guest.page("sign-in", &view)
}

/// Signs in with code and password, and asks for the one-time code or a new password where they are
/// needed. Nobody learns which of code and password was wrong.
async fn sign_in(guest: Guest, State(site): State<Arc<Site>>, fields: Fields) -> Answer {
    let back = own_address(fields.one("back")).to_owned();
    let code = fields.one("code").to_owned();
    let one_time_code = fields.some("one_time_code").map(str::to_owned);
    let password = Passphrase::new(&raw(&fields, "password"));
    let new_password = Some(raw(&fields, "new_password")).filter(|typed| !typed.is_empty());
    let new_password = new_password.as_deref().map(Passphrase::new);
    guest.site.limits.signs_in(guest.peer, &code)?;
    let (asked, peer, user) = (code.clone(), guest.peer(), site.user.clone());
    let asks = (fields.has("one_time_code"), fields.has("new_password"));
    let signed_in = site.pool.run(Work::Slow, move |app| {
        let signed_in = app.sign_in(SignIn {
            code: &asked,
            password: &password,
            one_time_code: one_time_code.as_deref(),
            new_password: new_password.as_ref(),
            peer: &peer,
        });
        let signed_in = match signed_in {
            Ok(signed_in) => signed_in,
            Err(error) => return Ok(Err(error)),
        };
        // The first of a profession closes its private notes by signing in.
        let actor = app.resume(&user, &signed_in.token)?;
        let lane_key = app.close_open_lane(&actor)?;
        Ok(Ok((signed_in, lane_key)))
    });
    match signed_in.await? {
        Ok((SignedIn { token, spare_codes_left, .. }, lane_key)) => {
            let mut response = match &lane_key {
                Some(key) => shown_once(&guest, key, &back)?,
                None => Redirect::to(&back).into_response(),
            };
            if let Some(left) = spare_codes_left {
                let said = guest.say_with("shell.spare-codes-left", &[left.to_string()]);
                notice::leave(&mut response, &said, site.is_secure());
            }
            let mut cookie = Cookie::new(site.session_cookie(), token.text().as_str().to_owned());
            cookie.set_path("/");
            cookie.set_http_only(true);
            cookie.set_secure(site.is_secure());
            cookie.set_same_site(SameSite::Lax);
            notice::add(&mut response, &cookie);
            // Whoever was here before may have read under one.
            forget_emergency(&mut response);
            Ok(response)
        }
        Err(error) => {
            let is = |wanted: fn(&AccountError) -> bool| matches!(&error, Error::Account(found) if wanted(found));
            let view = View {
                back,
                code,
                asks_one_time_code: asks.0
                    || is(|found| matches!(found, AccountError::SecondFactorNeeded)),
                asks_new_password: asks.1 || is(|found| matches!(found, AccountError::Provisional)),
                problem: Some(sentence(&error.message(guest.lang))),
                // Hints speak of commands, which nobody has here.
                hint: None,
                is_new: is(|found| matches!(found, AccountError::NoAccounts)),
            };
            guest.page_with(StatusCode::UNPROCESSABLE_ENTITY, "sign-in", &view)
        }
    }
}

/// The key on paper of a profession's private notes, in groups. It is shown this once.
pub(super) fn shown_once(guest: &Guest, key: &str, back: &str) -> Answer {
    let groups: Vec<&str> = key.split_whitespace().collect();
    let lines: Vec<String> = groups.chunks(6).map(|line| line.join(" ")).collect();
    guest.page("lane-key", &json!({"lines": lines, "back": back}))
}

/// Ends reading under an emergency access in this browser.
pub(super) fn forget_emergency(response: &mut Response) {
    let mut cookie = Cookie::new(EMERGENCY, "");
    cookie.set_path("/");
    cookie.make_removal();
    notice::add(response, &cookie);
}

/// A password exactly as it was typed.
pub(super) fn raw(fields: &Fields, name: &str) -> String {
    let found = fields.pairs().iter().find(|(found, _)| found == name);
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}

async fn sign_out(visit: Visit, State(site): State<Arc<Site>>) -> Answer {
    visit.ask(|app, actor| app.sign_out(actor, false)).await?;
    Ok(signed_out(&site, visit.actor.name()))
}

/// Takes the browser of `name` to the page for signing in, with nothing of the session left in it, and
/// none of the files that they sent and did not take in left here.
pub(super) fn signed_out(site: &Site, name: &str) -> Response {
    site.uploads.forget_all(name);
    let mut response = Redirect::to("/sign-in").into_response();
    let mut cookie = Cookie::new(site.session_cookie(), "");
    cookie.set_path("/");
    cookie.set_secure(site.is_secure());
    cookie.make_removal();
    notice::add(&mut response, &cookie);
    // Nothing of the records stays in the browser.
    response
        .headers_mut()
        .insert("clear-site-data", axum::http::HeaderValue::from_static("\"cache\", \"storage\""));
    forget_emergency(&mut response);
    response
}
