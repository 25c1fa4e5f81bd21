//! One's own account: password, second factor, and where one is signed in.

use std::sync::Arc;

use axum::extract::State;

use crate::app::{App, OwnSession, Passphrase, UseCase};

use super::super::Failure;
use super::super::connect::qr_picture;
use super::super::fields::Fields;
use super::super::notice;
use super::super::routes::{Guard, Routes};
use super::super::session::{raw, signed_out};
use super::super::site::Site;
use super::super::visit::{Answer, Visit};
use super::shown::{Cell, Form, Page, Table, moment, problem};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/account", Guard::May(UseCase::AccountOwn), account)
        .get("/account/password", Guard::May(UseCase::AccountOwn), password_form)
        .post("/account/password", Guard::May(UseCase::AccountOwn), change_password)
        .post("/account/sign-out-everywhere", Guard::May(UseCase::AccountOwn), sign_out)
        .post("/account/sessions/end", Guard::May(UseCase::AccountOwn), end_sessions)
        .get("/account/second-factor", Guard::May(UseCase::AccountOwn), factor)
        .get("/account/second-factor.svg", Guard::May(UseCase::AccountOwn), factor_picture)
        .post("/account/second-factor/begin", Guard::May(UseCase::AccountOwn), begin_factor)
        .post("/account/second-factor/confirm", Guard::May(UseCase::AccountOwn), confirm_factor)
        .post("/account/second-factor/remove", Guard::May(UseCase::AccountOwn), remove_factor)
}

async fn account(visit: Visit) -> Answer {
    let (facts, sessions) =
        visit.ask(|app, actor| Ok((app.own_account(actor)?, app.own_sessions(actor)?))).await?;
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
    ];
    if has_factor {
        told.push((visit.say("admin.spare-codes"), facts.spare_codes.to_string()));
    }
    let mut links = vec![
        ("/account/password".to_owned(), visit.say("admin.change-password")),
        ("/account/second-factor".to_owned(), visit.say("admin.second-factor")),
    ];
    links.push(("/account/tokens".to_owned(), visit.say("offline.tokens")));
    if visit.may(UseCase::LaneRead) {
        links.push(("/lanes".to_owned(), visit.say("admin.lanes")));
    }
    let everywhere = "/account/sign-out-everywhere";
    let others: Vec<(String, String)> = sessions
        .iter()
        .filter(|session| !session.is_this)
        .map(|session| {
            let times = [session.times.started_at, session.times.seen_at];
            let times = times.map(|at| moment(at, lang));
            (session.sign.clone(), visit.say_with("admin.session-times", &times))
        })
        .collect();
    let all = others.len() > 1;
    let all = all.then(|| ("all".to_owned(), visit.say("admin.sessions-all-others")));
    Page::new(visit.say("admin.account"))
        .facts(told)
        .links(links)
        .table(session_table(&visit, &sessions))
        .form_if(!others.is_empty(), || {
            Form::post("sessions", "/account/sessions/end", visit.say("admin.session-end"))
                .heading(visit.say("admin.sessions-elsewhere"))
                .select("session", visit.say("admin.session"), all.into_iter().chain(others), "")
                .quiet()
        })
        .form(
            Form::post("everywhere", everywhere, visit.say("admin.sign-out-everywhere"))
                .heading(visit.say("admin.sign-out-everywhere"))
                .note(visit.say("admin.sign-out-everywhere-why"))
                .quiet(),
        )
        .show(&visit)
}

/// Where one is signed in. Devices and addresses are not kept, so only times tell sessions apart.
fn session_table(visit: &Visit, sessions: &[OwnSession]) -> Table {
    let lang = visit.lang();
    let row = |session: &OwnSession| {
        let key = if session.is_this { "admin.session-this" } else { "admin.session-other" };
        vec![
            Cell::text(visit.say(key)),
            Cell::text(moment(session.times.started_at, lang)),
            Cell::text(moment(session.times.seen_at, lang)),
            Cell::text(moment(session.times.ends_at(), lang)),
        ]
    };
    Table {
        caption: visit.say("admin.sessions"),
        heads: vec![
            visit.say("admin.session"),
            visit.say("admin.session-began"),
            visit.say("admin.session-seen"),
            visit.say("admin.session-until"),
        ],
        rows: sessions.iter().map(row).collect(),
        none: visit.say("admin.none"),
    }
}

/// Ends one of the other sessions, or all of them. One that is over by now needs no ending.
async fn end_sessions(visit: Visit, fields: Fields) -> Answer {
    let asked = fields.some("session").ok_or_else(Failure::not_found)?.to_owned();
    let ended = visit
        .ask(move |app, actor| {
            let one = Some(asked.as_str()).filter(|asked| *asked != "all");
            app.end_own_sessions(actor, one)
        })
        .await?;
    visit.done("/account", &visit.say_with("admin.sessions-ended", &[ended.to_string()]))
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
    let changed = visit.ask_slow(move |app, actor| {
        app.change_own_password(actor, &Passphrase::new(&old), &Passphrase::new(&new), &peer)
    });
    match changed.await {
        Ok(()) => {
            let mut response = signed_out(&site, visit.actor.name());
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
    Ok(signed_out(&site, visit.actor.name()))
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
    let removed = visit.ask_slow(move |app, actor| {
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

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::super::super::stage::Stage;
    use crate::domain::Role;

    #[test]
    fn one_sees_ones_other_sessions_and_ends_them_one_by_one_or_together() {
        let stage = Stage::new();
        let lead = Some(Role::Lead);
        let sign_in = || {
            let fields = [("code", "lead"), ("password", "korrekt pferd batterie")];
            assert_eq!(stage.post(None, "/sign-in", &fields).status, StatusCode::SEE_OTHER);
        };
        let others = || {
            let mut app = stage.app();
            let actor = stage.actor(&mut app, Role::Lead);
            let mut own = app.own_sessions(&actor).unwrap();
            own.retain(|session| !session.is_this);
            own.into_iter().map(|session| session.sign).collect::<Vec<_>>()
        };
        assert!(!stage.get(lead, "/account").text().contains("/account/sessions/end"));
        for _ in 0..3 {
            sign_in();
        }
        let found = others();
        assert_eq!(found.len(), 3);
        let page = stage.get(lead, "/account").text();
        assert!(found.iter().all(|sign| page.contains(&format!("value=\"{sign}\""))), "{page}");
        let end = |session: &str| {
            let got = stage.post(lead, "/account/sessions/end", &[("session", session)]);
            assert_eq!(got.header("location"), "/account", "{}", got.text());
        };
        end(&found[1]);
        assert_eq!(others(), [found[0].clone(), found[2].clone()]);
        // Somebody else's session is none of ours.
        end("0011223344556677");
        assert_eq!(others().len(), 2);
        end("all");
        assert_eq!(others().len(), 0);
        assert_eq!(stage.get(lead, "/account").status, StatusCode::OK);
    }
}
