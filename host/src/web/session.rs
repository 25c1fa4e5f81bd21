//! Signing in and out.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::Serialize;

use crate::app::{AccountError, Error, Passphrase, SignIn, SignedIn};

use super::fields::Fields;
use super::language::own_address;
use super::notice;
use super::pool::Work;
use super::routes::{Guard, Routes};
use super::site::Site;
use super::visit::{Answer, Guest, Visit};

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
}

async fn form(guest: Guest, fields: Fields) -> Answer {
    let view = View { back: own_address(fields.one("back")).to_owned(), ..View::default() };
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
    let asked = code.clone();
    let asks = (fields.has("one_time_code"), fields.has("new_password"));
    let signed_in = site.pool.run(Work::Short, move |app| {
        Ok(app.sign_in(SignIn {
            code: &asked,
            password: &password,
            one_time_code: one_time_code.as_deref(),
            new_password: new_password.as_ref(),
            peer: "web",
        }))
    });
    match signed_in.await? {
        Ok(SignedIn { token, .. }) => {
            let mut response = Redirect::to(&back).into_response();
            let mut cookie = Cookie::new(site.session_cookie(), token.text().as_str().to_owned());
            cookie.set_path("/");
            cookie.set_http_only(true);
            cookie.set_secure(site.is_secure());
            cookie.set_same_site(SameSite::Lax);
            notice::add(&mut response, &cookie);
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
                problem: Some(error.message(guest.lang)),
                hint: error.hint(guest.lang),
            };
            guest.page_with(StatusCode::UNPROCESSABLE_ENTITY, "sign-in", &view)
        }
    }
}

/// A password exactly as it was typed.
fn raw(fields: &Fields, name: &str) -> String {
    let found = fields.pairs().iter().find(|(found, _)| found == name);
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}

async fn sign_out(visit: Visit, State(site): State<Arc<Site>>) -> Answer {
    visit.ask(|app, actor| app.sign_out(actor, false)).await?;
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
    Ok(response)
}
