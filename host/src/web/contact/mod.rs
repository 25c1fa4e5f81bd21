//! Recording contacts and finding them again.

mod choices;
mod correct;
mod dates;
mod entry;
mod form;
mod list;
mod save;
mod show;

use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::cookie::{Cookie, SameSite};

use crate::app::UseCase;

use super::fields::Fields;
use super::language::own_address;
use super::notice;
use super::routes::{Guard, Routes};
use super::visit::{Answer, Visit};

pub(super) use dates::clock;
pub(super) use entry::usual_minutes;
pub(super) use form::{KeptDraft, draft_link, warnings};
pub(super) use list::{Row, rows};

/// The templates of this part.
pub(super) const TEMPLATES: &[(&str, &str)] = super::pages::templates![
    "contact-form",
    "contact-again",
    "contact-list",
    "_contact-rows",
    "contact",
    "contact-correct",
];

/// The cookie that says that letters and digits are no shortcuts. The script reads it.
const KEYS: &str = "tridem_keys";

/// The addresses of this part.
pub(super) fn routes(routes: Routes) -> Routes {
    use Guard::May;
    routes
        .get("/contacts", May(UseCase::ContactRead), list::page)
        .post("/contacts", May(UseCase::ContactRead), list::find)
        .get("/contacts/new", May(UseCase::ContactAdd), form::page)
        .post("/contacts/new", May(UseCase::ContactAdd), save::save)
        .post("/contacts/draft", May(UseCase::ContactAdd), save::keep)
        .post("/contacts/draft/end", May(UseCase::ContactAdd), save::discard)
        .get("/contacts/people", May(UseCase::ContactAdd), form::people)
        .post("/contacts/keys", Guard::SignedIn, keys)
        .get("/contacts/{id}", May(UseCase::ContactRead), show::page)
        .get("/contacts/{id}/correct", May(UseCase::ContactCorrect), correct::page)
        .post("/contacts/{id}/correct", May(UseCase::ContactCorrect), correct::save)
        .post("/contacts/{id}/release", May(UseCase::NoteRelease), show::release)
        .post("/contacts/{id}/revoke", May(UseCase::NoteRelease), show::revoke)
}

/// Switches shortcuts of a single key off or on, for this browser: whoever dictates or has a shaking
/// hand must not record anything by accident.
async fn keys(visit: Visit, fields: Fields) -> Answer {
    let is_on = fields.one("keys") == "on";
    let mut cookie = Cookie::new(KEYS, if is_on { "on" } else { "off" });
    cookie.set_path("/");
    cookie.set_secure(visit.guest.site.is_secure());
    cookie.set_same_site(SameSite::Lax);
    cookie.make_permanent();
    let said = if is_on { visit.say("contact.keys-on") } else { visit.say("contact.keys-off") };
    let mut response = Redirect::to(own_address(fields.one("back"))).into_response();
    notice::leave(&mut response, &said, visit.guest.site.is_secure());
    notice::add(&mut response, &cookie);
    Ok(response)
}
