//! One sentence that a page leaves for the next one: what was done. It is read once.

use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};

/// The cookie with the sentence. It must name nobody: cookies lie on the tablet.
const NOTICE: &str = "tridem_said";

/// Leaves a sentence.
pub(super) fn leave(response: &mut Response, said: &str, is_secure: bool) {
    let text: String = form_urlencoded::byte_serialize(said.as_bytes()).collect();
    let mut cookie = Cookie::new(NOTICE, text);
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_secure(is_secure);
    cookie.set_same_site(SameSite::Lax);
    add(response, &cookie);
}

/// The sentence that was left, if any.
pub(super) fn read(jar: &CookieJar) -> Option<String> {
    let text = jar.get(NOTICE)?.value().to_owned();
    let (said, _) = form_urlencoded::parse(text.as_bytes()).next()?;
    Some(said.into_owned())
}

/// Takes it away after it was shown.
pub(super) fn forget(response: &mut Response) {
    let mut cookie = Cookie::new(NOTICE, "");
    cookie.set_path("/");
    cookie.make_removal();
    add(response, &cookie);
}

/// Adds a cookie to an answer.
pub(super) fn add(response: &mut Response, cookie: &Cookie<'_>) {
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
