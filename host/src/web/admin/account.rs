//! One's own account: password, second factor, and where one is signed in.

use std::sync::Arc;

use axum::extract::State;

use crate::app::{App, Passphrase, UseCase};

use super::super::Failure;
use super::super::connect::qr_picture;
use super::super::fields::Fields;
use super::super::notice;
use super::super::routes::{Guard, Routes};
use super::super::session::{raw, signed_out};
use super::super::site::Site;
use super::super::visit::{Answer, Visit};
use super::shown::{Form, Page, moment, problem};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/account", Guard::May(UseCase::AccountOwn), account)
        .get("/account/password", Guard::May(UseCase::AccountOwn), password_form)
        .post("/account/password", Guard::May(UseCase::AccountOwn), change_password)
        .post("/account/sign-out-everywhere", Guard::May(UseCase::AccountOwn), sign_out)
        .get("/account/second-factor", Guard::May(UseCase::AccountOwn), factor)
        .get("/account/second-factor.svg", Guard::May(UseCase::AccountOwn), factor_picture)
        .post("/account/second-factor/begin", Guard::May(UseCase::AccountOwn), begin_factor)
        .post("/account/second-factor/confirm", Guard::May(UseCase::AccountOwn), confirm_factor)
        .post("/account/second-factor/remove", Guard::May(UseCase::AccountOwn), remove_factor)
}

async fn account(visit: Visit) -> Answer {
    let facts = visit.ask(|app, actor| app.own_account(actor)).await?;
    let lang = visit.lang();
    let has_factor = facts.view.has_second_factor;
    let yes = |is: bool| if is { visit.say("admin.yes") } else { visit.say("admin.no") };
    let ends = visit.actor.session_ends_at().map(|at| moment(at, lang)).unwrap_or_default();
    let mut told = vec![
        (visit.say("admin.account-code"), facts.view.account.code.clone()),
        (visit.say("admin.role"), visit.role.text().get(lang).to_owned()),
        (visit.say("admin.practitioner"), facts.view.practitioner.clone().unwrap_or("–".into())),
        (visit.say("admin.second-factor"), yes(has_factor)),
        (visit.say("admin.session-ends"), ends),
        (visit.say("admin.sessions"), facts.sessions.to_string()),
    ];
    if has_factor {
        told.push((visit.say("admin.spare-codes"), facts.spare_codes.to_string()));
    }
    let mut links = vec![
        ("/account/password".to_owned(), visit.say("admin.change-password")),
        ("/account/second-factor".to_owned(), visit.say("admin.second-factor")),
    ];
    if visit.may(UseCase::LaneRead) {
        links.push(("/lanes".to_owned(), visit.say("admin.lanes")));
    }
    let everywhere = "/account/sign-out-everywhere";
    Page::new(visit.say("admin.account"))
        .facts(told)
        .links(links)
        .form(
            Form::post("everywhere", everywhere, visit.say("admin.sign-out-everywhere"))
                .heading(visit.say("admin.sign-out-everywhere"))
                .note(visit.say("admin.sign-out-everywhere-why"))
                .quiet(),
        )
        .show(&visit)
}

async fn password_form(visit: Visit) -> Answer {
    password_page(&visit, None).show(&visit)
}

fn password_page(visit: &Visit, wrong: Option<(&str, &str)>) -> Page {
    let mut page = Page::new(visit.say("admin.change-password"));
    if let Some((what, field)) = wrong {
        page = page.mistake(what, Some(field));
    }
    page.text(visit.say("admin.change-password-why")).form(
        Form::post("own", "/account/password", visit.say("admin.save"))
            .password("old", visit.say("admin.old-password"), false)
            .password("new", visit.say("admin.new-password"), true)
            .hint(visit.say("admin.password-hint"))
            .password("again", visit.say("admin.password-again"), true),
    )
}

async fn change_password(visit: Visit, State(site): State<Arc<Site>>, fields: Fields) -> Answer {
    site.limits.signs_in(visit.guest.peer, visit.actor.name())?;
    let (old, new) = (raw(&fields, "old"), raw(&fields, "new"));
    if new != raw(&fields, "again") {
        let what = visit.say("admin.passwords-differ");
        return password_page(&visit, Some((&what, "own-again"))).show(&visit);
    }
    let peer = visit.guest.peer();
    let changed = visit.ask(move |app, actor| {
        app.change_own_password(actor, &Passphrase::new(&old), &Passphrase::new(&new), &peer)
    });
    match changed.await {
        Ok(()) => {
            let mut response = signed_out(&site);
            notice::leave(&mut response, &visit.say("admin.password-changed"), site.is_secure());
            Ok(response)
        }
        Err(failure) => {
            let what = problem(&visit, failure)?;
            password_page(&visit, Some((&what, "own-old"))).show(&visit)
        }
    }
}

async fn sign_out(visit: Visit, State(site): State<Arc<Site>>) -> Answer {
    visit.ask(|app, actor| app.sign_out(actor, true)).await?;
    Ok(signed_out(&site))
}

async fn factor(visit: Visit) -> Answer {
    factor_page(&visit, None).await?.show(&visit)
}

async fn factor_page(visit: &Visit, wrong: Option<(&str, &str)>) -> Result<Page, Failure> {
    let (facts, proposed) = visit
        .ask(|app, actor| Ok((app.own_account(actor)?, app.proposed_second_factor(actor)?)))
        .await?;
    let mut page = Page::new(visit.say("admin.second-factor"));
    if let Some((what, field)) = wrong {
        page = page.mistake(what, Some(field));
    }
    page = page.text(visit.say("admin.second-factor-why"));
    if facts.view.has_second_factor {
        let left = visit.say_with("admin.second-factor-on", &[facts.spare_codes.to_string()]);
        return Ok(page.text(left).form(
            Form::post("remove", "/account/second-factor/remove", visit.say("admin.remove"))
                .heading(visit.say("admin.second-factor-remove"))
                .password("password", visit.say("admin.old-password"), false)
                .danger(),
        ));
    }
    let Some(proposed) = proposed else {
        let begin = "/account/second-factor/begin";
        return Ok(page.form(Form::post("begin", begin, visit.say("admin.second-factor-begin"))));
    };
    let groups: Vec<String> = proposed
        .secret
        .as_bytes()
        .chunks(4)
        .map(|group| String::from_utf8_lossy(group).into_owned())
        .collect();
    let confirm = "/account/second-factor/confirm";
    Ok(page
        .text(visit.say("admin.second-factor-scan"))
        .picture("/account/second-factor.svg", visit.say("admin.second-factor-picture"))
        .text(visit.say("admin.second-factor-type"))
        .lines(vec![groups.join(" ")])
        .form(
            Form::post("confirm", confirm, visit.say("admin.second-factor-confirm"))
                .field("digits", "text", visit.say("admin.second-factor-digits"))
                .required(),
        ))
}

async fn factor_picture(visit: Visit) -> Answer {
    let proposed = visit.ask(|app, actor| app.proposed_second_factor(actor)).await?;
    qr_picture(&proposed.ok_or_else(Failure::not_found)?.address)
}

async fn begin_factor(visit: Visit) -> Answer {
    // Twice is not wrong: the later secret counts.
    drop(visit.ask(App::begin_second_factor).await?);
    visit.done("/account/second-factor", &visit.say("admin.second-factor-begun"))
}

async fn confirm_factor(visit: Visit, State(site): State<Arc<Site>>, fields: Fields) -> Answer {
    site.limits.signs_in(visit.guest.peer, visit.actor.name())?;
    let digits = fields.one("digits").to_owned();
    let codes = visit.ask(move |app, actor| app.confirm_second_factor(actor, &digits)).await;
    match codes {
        Ok(codes) => {
            let codes = codes.iter().map(|code| code.as_str().to_owned()).collect();
            Page::new(visit.say("admin.spare-codes"))
                .warning(visit.say("admin.spare-codes-once"))
                .lines(codes)
                .links(vec![("/account".to_owned(), visit.say("admin.printed-go-on"))])
                .show(&visit)
        }
        Err(failure) => {
            let what = problem(&visit, failure)?;
            factor_page(&visit, Some((&what, "confirm-digits"))).await?.show(&visit)
        }
    }
}

async fn remove_factor(visit: Visit, State(site): State<Arc<Site>>, fields: Fields) -> Answer {
    site.limits.signs_in(visit.guest.peer, visit.actor.name())?;
    let (password, peer) = (raw(&fields, "password"), visit.guest.peer());
    let removed = visit.ask(move |app, actor| {
        app.remove_own_second_factor(actor, &Passphrase::new(&password), &peer)
    });
    match removed.await {
        Ok(()) => visit.done("/account/second-factor", &visit.say("admin.removed")),
        Err(failure) => {
            let what = problem(&visit, failure)?;
            factor_page(&visit, Some((&what, "remove-password"))).await?.show(&visit)
        }
    }
}
