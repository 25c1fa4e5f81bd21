//! Choosing German or English.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::cookie::{Cookie, SameSite};

use crate::domain::Lang;

use super::fields::Fields;
use super::site::Site;
use super::visit::{Answer, LANGUAGE};
use super::{Failure, notice};

/// `/language?to=en&back=/contacts`: keeps the choice in a cookie and goes back.
pub(super) async fn choose(State(site): State<Arc<Site>>, fields: Fields) -> Answer {
    let to: Lang = fields.one("to").parse().map_err(|_| Failure::not_found())?;
    let mut response = Redirect::to(own_address(fields.one("back"))).into_response();
    let mut cookie = Cookie::new(LANGUAGE, to.tag());
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_secure(site.is_secure());
    cookie.set_same_site(SameSite::Lax);
    cookie.make_permanent();
    notice::add(&mut response, &cookie);
    Ok(response)
}

/// An address of this server that a link or a form names; the start page for any other, so that
/// nobody can be led elsewhere.
pub(super) fn own_address(asked: &str) -> &str {
    let is_own = asked.starts_with('/')
        && !asked.starts_with("//")
        && !asked.contains('\\')
        && !asked.chars().any(char::is_control);
    if is_own { asked } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::own_address;

    #[test]
    fn nobody_is_led_elsewhere() {
        for foreign in
            ["", "//evil.example", "https://evil.example", "/\\evil", "javascript:1", "/a\nb"]
        {
            assert_eq!(own_address(foreign), "/", "{foreign}");
        }
        assert_eq!(own_address("/contacts?from=2026-01-01"), "/contacts?from=2026-01-01");
    }
}
