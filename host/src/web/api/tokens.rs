//! `/account/tokens`: the tokens of one's own account, which are made, listed and revoked.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::app::{NewToken, Passphrase, TokenFacts, UseCase, token_scopes};

use super::super::Failure;
use super::super::contact::clock;
use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::session::raw;
use super::super::visit::{Answer, Visit};

/// For how many days a token can be made on the page.
const DAYS: [u32; 4] = [30, 90, 180, 366];

pub(super) fn routes(routes: Routes) -> Routes {
    let own = Guard::May(UseCase::AccountOwn);
    routes.get("/account/tokens", own, page).post("/account/tokens", own, make).post(
        "/account/tokens/revoke",
        own,
        revoke,
    )
}

async fn page(visit: Visit) -> Answer {
    show(&visit, &Fields::default(), &json!([]), StatusCode::OK).await
}

async fn show(visit: &Visit, fields: &Fields, mistakes: &Value, status: StatusCode) -> Answer {
    let lang = visit.lang();
    let found = visit.ask(|app, actor| app.tokens(actor)).await?;
    let chosen = fields.all("scope");
    let scopes: Vec<Value> = token_scopes()
        .iter()
        .filter(|scope| visit.may(**scope))
        .map(|scope| {
            json!({
                "code": scope.code(),
                "title": scope.text().get(lang),
                "is_chosen": chosen.iter().any(|code| code == scope.code()),
            })
        })
        .collect();
    let word = |code: &String| {
        let scope = token_scopes().iter().find(|scope| scope.code() == code);
        scope.map_or(code.clone(), |scope| scope.text().get(lang).to_owned())
    };
    let row = |facts: &TokenFacts| {
        let kept = &facts.kept;
        let state = match (facts.is_open, kept.revoked_at) {
            (true, _) => visit.say("offline.token-open"),
            (false, Some(_)) => visit.say("offline.token-revoked"),
            (false, None) => visit.say("offline.token-over"),
        };
        json!({
            "name": kept.name,
            "scopes": kept.scopes.iter().map(word).collect::<Vec<_>>().join(", "),
            "made": clock(kept.made_at, lang),
            "ends": clock(kept.expires_at, lang),
            "used": kept.used_at.map(|at| clock(at, lang)),
            "state": state,
            "may_revoke": kept.revoked_at.is_none(),
        })
    };
    let days = fields.one("days").parse().unwrap_or(DAYS[1]);
    let view = json!({
        "tokens": found.iter().map(row).collect::<Vec<_>>(),
        "scopes": scopes,
        "name": fields.one("name"),
        "days": DAYS.map(|number| json!({"number": number, "is_chosen": number == days})),
        "mistakes": mistakes,
    });
    visit.page_with(status, "api-tokens", &view)
}

/// Makes a token and shows it, this once.
async fn make(visit: Visit, fields: Fields) -> Answer {
    let password = Passphrase::new(&raw(&fields, "password"));
    let name = fields.one("name").to_owned();
    let scopes = fields.all("scope");
    let days = fields.one("days").parse().unwrap_or(0);
    let peer = visit.guest.peer();
    visit.guest.site.limits.signs_in(visit.guest.peer, visit.actor.name())?;
    let made = visit.ask_slow(move |app, actor| {
        let new = NewToken { name: &name, scopes: &scopes, days };
        app.make_token(actor, new, &password, &peer)
    });
    match made.await {
        Ok(token) => {
            let view = json!({"token": token.text(), "name": fields.one("name")});
            visit.page("api-token", &view)
        }
        Err(failure) if failure.status() == StatusCode::UNPROCESSABLE_ENTITY => {
            let what = failure.told().what.get(visit.lang()).to_owned();
            let mistakes = json!([{"what": what, "field": Value::Null}]);
            show(&visit, &fields, &mistakes, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(failure) => Err(failure),
    }
}

async fn revoke(visit: Visit, fields: Fields) -> Answer {
    let name = fields.one("name").to_owned();
    match visit.ask(move |app, actor| app.revoke_token(actor, &name)).await {
        Ok(()) => visit.done("/account/tokens", &visit.say("offline.token-was-revoked")),
        // It was revoked in another window: what was wanted is so.
        Err(failure) if failure.status() == StatusCode::UNPROCESSABLE_ENTITY => {
            visit.done("/account/tokens", &visit.say("offline.token-none"))
        }
        Err(failure) => Err::<_, Failure>(failure),
    }
}
