//! The first start: the first administrator's account, and what is to be done after it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};

use crate::app::{Actor, NewAccount, Passphrase, UseCase};
use crate::domain::Role;

use super::super::fields::Fields;
use super::super::notice;
use super::super::pool::Work;
use super::super::routes::{Guard, Routes};
use super::super::session::raw;
use super::super::site::Site;
use super::super::visit::{Answer, Guest, Visit};
use super::shown::{Form, Page, Step};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/setup", Guard::Anyone, form).post("/setup", Guard::Anyone, begin).get(
        "/setup/steps",
        Guard::May(UseCase::AccountManage),
        steps,
    )
}

/// Whoever started the server has the code; nobody else makes the first account.
async fn form(guest: Guest, fields: Fields) -> Answer {
    if guest.site.pool.run(Work::Short, |app| app.has_accounts()).await? {
        return Ok(Redirect::to("/sign-in?back=/setup/steps").into_response());
    }
    page(&guest, &fields, None).show_guest(&guest)
}

fn page(guest: &Guest, fields: &Fields, wrong: Option<(&str, &str)>) -> Page {
    let mut page = Page::new(guest.say("admin.setup"));
    if let Some((what, field)) = wrong {
        page = page.mistake(what, Some(field));
    }
    let municipality = guest.site.municipality.clone();
    let mut form = Form::post("setup", "/setup", guest.say("admin.setup-begin"))
        .field("code", "text", guest.say("admin.setup-code"))
        .hint(guest.say("admin.setup-code-hint"))
        .required();
    form = form.typed(fields);
    page.text(guest.say_with("admin.setup-why", &[municipality])).form(
        form.field("account", "text", guest.say("admin.account-code"))
            .hint(guest.say("admin.account-code-hint"))
            .required()
            .typed(fields)
            .password("password", guest.say("admin.new-password"), true)
            .hint(guest.say("admin.password-hint"))
            .password("again", guest.say("admin.password-again"), true),
    )
}

async fn begin(guest: Guest, State(site): State<Arc<Site>>, fields: Fields) -> Answer {
    site.limits.signs_in(guest.peer, "setup")?;
    let refuse = |what: &str, field| page(&guest, &fields, Some((what, field))).show_guest(&guest);
    if !site.is_setup_code(fields.one("code")) {
        return refuse(&guest.say("admin.setup-wrong-code"), "setup-code");
    }
    let (password, again) = (raw(&fields, "password"), raw(&fields, "again"));
    if password != again {
        return refuse(&guest.say("admin.passwords-differ"), "setup-again");
    }
    let (user, account) = (site.user.clone(), fields.one("account").to_owned());
    let added = site.pool.run(Work::Slow, move |app| {
        let password = Passphrase::new(&password);
        let first = NewAccount {
            code: &account,
            role: Role::Administrator,
            practitioner: None,
            from: None,
            until: None,
            password: &password,
        };
        app.add_account(&Actor::new(user, None), first)
    });
    match added.await {
        Ok(_) => {
            site.end_setup();
            let mut response = Redirect::to("/sign-in?back=/setup/steps").into_response();
            notice::leave(&mut response, &guest.say("admin.setup-done"), site.is_secure());
            Ok(response)
        }
        Err(failure) if failure.status().is_client_error() => {
            let what = failure.told().what.get(guest.lang).to_owned();
            refuse(&what, "setup-password")
        }
        Err(failure) => Err(failure),
    }
}

/// What has to be there before people can work, and what is there already.
async fn steps(visit: Visit) -> Answer {
    let found = visit.ask(|app, actor| {
        let schools = app.schools(actor)?.len();
        let staff = app.practitioners(actor)?.len();
        let accounts = app.accounts(actor)?.len();
        let has_plan = app.backup_schedule(actor)?.is_some();
        let has_backup = app.backups(actor)?.iter().any(|backup| backup.kept.is_verified());
        Ok((schools, staff, accounts, has_plan, has_backup))
    });
    let (schools, staff, accounts, has_plan, has_backup) = found.await?;
    let step = |address: &str, title: String, note: String, is_done: bool| {
        let address = address.to_owned();
        Step { address, title, note, is_done: Some(is_done) }
    };
    let there = |number: usize| visit.say_with("admin.step-there", &[number.to_string()]);
    let steps = vec![
        step(
            "/account/second-factor",
            visit.say("admin.step-factor"),
            visit.say("admin.step-factor-why"),
            visit.ask(|app, actor| app.own_account(actor)).await?.view.has_second_factor,
        ),
        Step {
            is_done: None,
            ..step(
                "/key-sheet",
                visit.say("admin.step-key"),
                visit.say("admin.step-key-why"),
                false,
            )
        },
        step(
            "/backups",
            visit.say("admin.step-backup"),
            visit.say("admin.step-backup-why"),
            has_plan && has_backup,
        ),
        step("/schools", visit.say("admin.step-schools"), there(schools), schools > 0),
        step("/staff", visit.say("admin.step-staff"), there(staff), staff > 0),
        step("/accounts", visit.say("admin.step-accounts"), there(accounts), accounts > 2),
    ];
    Page::new(visit.say("admin.steps")).text(visit.say("admin.steps-why")).steps(steps).show(&visit)
}
