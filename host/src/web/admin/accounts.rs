//! Accounts of others, and the table of who may do what.

use axum::extract::Path;

use crate::app::{AccountFacts, NewAccount, Passphrase, RoleChange, UseCase, new_code};
use crate::domain::{AccountState, Lang, Role};

use super::super::Failure;
use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::visit::{Answer, Visit};
use super::shown::{Cell, Form, Page, Table, day, moment, part_of_address, problem, typed_day};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/accounts", Guard::May(UseCase::AccountList), list)
        .get("/accounts/new", Guard::May(UseCase::AccountManage), form)
        .post("/accounts/new", Guard::May(UseCase::AccountManage), add)
        .get("/accounts/{code}", Guard::May(UseCase::AccountList), account)
        .post("/accounts/{code}/role", Guard::May(UseCase::AccountManage), change_role)
        .post("/accounts/{code}/password", Guard::May(UseCase::AccountManage), new_password)
        .post("/accounts/{code}/unlock", Guard::May(UseCase::AccountManage), unlock)
        .post("/accounts/{code}/second-factor", Guard::May(UseCase::AccountManage), remove_factor)
        .post("/accounts/{code}/close", Guard::May(UseCase::AccountManage), close)
        .get("/roles", Guard::SignedIn, roles)
}

fn state(visit: &Visit, facts: &AccountFacts) -> String {
    if facts.locked_for > 0 {
        return visit.say("admin.account-locked");
    }
    visit.say(match facts.state {
        AccountState::Coming => "admin.account-coming",
        AccountState::Open => "admin.account-open",
        AccountState::Over => "admin.account-over",
        AccountState::Closed => "admin.account-closed",
    })
}

fn address(code: &str) -> String {
    format!("/accounts/{}", part_of_address(code))
}

async fn list(visit: Visit) -> Answer {
    let lang = visit.lang();
    let accounts = visit.ask(|app, actor| app.accounts(actor)).await?;
    let yes = |is: bool| visit.say(if is { "admin.yes" } else { "admin.no" });
    let rows = accounts.iter().map(|facts| {
        let view = &facts.view;
        let password =
            if view.is_provisional { "admin.password-first" } else { "admin.password-own" };
        vec![
            Cell::link(view.account.code.clone(), address(&view.account.code)),
            Cell::text(view.account.role.text().get(lang)),
            Cell::text(view.practitioner.clone().unwrap_or_default()),
            Cell::text(state(&visit, facts)),
            Cell::text(visit.say(password)),
            Cell::text(yes(view.has_second_factor)),
            Cell::number(facts.sessions),
        ]
    });
    let table = Table {
        caption: visit.say("admin.accounts"),
        heads: vec![
            visit.say("admin.account-code"),
            visit.say("admin.role"),
            visit.say("admin.practitioner"),
            visit.say("admin.state"),
            visit.say("admin.password"),
            visit.say("admin.second-factor"),
            visit.say("admin.session-count"),
        ],
        rows: rows.collect(),
        none: visit.say("admin.none"),
    };
    let mut links = Vec::new();
    if visit.may(UseCase::AccountManage) {
        links.push(("/accounts/new".to_owned(), visit.say("admin.account-new")));
        links.push(("/setup/steps".to_owned(), visit.say("admin.steps")));
    }
    links.push(("/roles".to_owned(), visit.say("admin.roles")));
    Page::new(visit.say("admin.accounts")).links(links).table(table).show(&visit)
}

fn role_options(lang: Lang) -> impl Iterator<Item = (String, String)> {
    Role::ALL.into_iter().map(move |role| (role.code().into(), role.text().get(lang).to_owned()))
}

/// The practitioners to choose from, with nobody before them.
async fn staff(visit: &Visit) -> Result<Vec<(String, String)>, Failure> {
    let lang = visit.lang();
    let staff = visit.ask(|app, actor| app.practitioners(actor)).await?;
    let nobody = (String::new(), visit.say("admin.nobody"));
    let person = |known: crate::app::PractitionerFacts| {
        let label = format!("{} – {}, {}", known.code, known.name, known.role.word(lang));
        (known.code, label)
    };
    Ok(std::iter::once(nobody).chain(staff.into_iter().map(person)).collect())
}

async fn form(visit: Visit) -> Answer {
    new_page(&visit, &Fields::default(), None).await?.show(&visit)
}

async fn new_page(visit: &Visit, fields: &Fields, problem: Option<&str>) -> Result<Page, Failure> {
    let lang = visit.lang();
    let staff = staff(visit).await?;
    Ok(Page::new(visit.say("admin.account-new"))
        .refused(problem)
        .text(visit.say("admin.account-new-why"))
        .form(
            Form::post("new", "/accounts/new", visit.say("admin.account-add"))
                .field("code", "text", visit.say("admin.account-code"))
                .hint(visit.say("admin.account-code-hint"))
                .required()
                .typed(fields)
                .select("role", visit.say("admin.role"), role_options(lang), fields.one("role"))
                .select(
                    "practitioner",
                    visit.say("admin.practitioner"),
                    staff,
                    fields.one("practitioner"),
                )
                .hint(visit.say("admin.practitioner-hint"))
                .field("from", "date", visit.say("admin.account-from"))
                .hint(visit.say("admin.account-from-hint"))
                .typed(fields)
                .field("until", "date", visit.say("admin.account-until"))
                .hint(visit.say("admin.account-until-hint"))
                .typed(fields),
        ))
}

async fn add(visit: Visit, fields: Fields) -> Answer {
    let asked = fields.clone();
    let added = async {
        let (from, until) = (typed_day(&asked, "from")?, typed_day(&asked, "until")?);
        let role: Role = asked.one("role").parse().map_err(|_| Failure::not_found())?;
        visit
            .ask_slow(move |app, actor| {
                let password = new_code()?;
                let code = asked.one("code");
                let new = NewAccount {
                    code,
                    role,
                    practitioner: asked.some("practitioner"),
                    from,
                    until,
                    password: &Passphrase::new(&password),
                };
                app.add_account(actor, new)?;
                Ok((code.to_owned(), password))
            })
            .await
    };
    match added.await {
        Ok((code, password)) => first_password(&visit, &code, &password),
        Err(failure) => {
            let what = problem(&visit, failure)?;
            new_page(&visit, &fields, Some(&what)).await?.show(&visit)
        }
    }
}

/// The password to begin with. It is shown once, and its owner chooses another at once.
fn first_password(visit: &Visit, code: &str, password: &str) -> Answer {
    Page::new(visit.say_with("admin.password-for", &[code.to_owned()]))
        .warning(visit.say("admin.password-once"))
        .lines(vec![code.to_owned(), password.to_owned()])
        .text(visit.say("admin.password-hand-over"))
        .links(vec![
            (address(code), visit.say("admin.account-show")),
            ("/accounts/new".to_owned(), visit.say("admin.account-next")),
        ])
        .show(visit)
}

async fn account(visit: Visit, Path(code): Path<String>) -> Answer {
    account_page(&visit, &code, None).await?.show(&visit)
}

async fn account_page(visit: &Visit, code: &str, problem: Option<&str>) -> Result<Page, Failure> {
    let lang = visit.lang();
    let asked = code.to_owned();
    let facts = visit.ask(move |app, actor| app.account(actor, &asked)).await;
    // Whether there is such an account is all that a wrong address could mean.
    let facts = facts.map_err(|failure| match failure.status().as_u16() {
        422 => Failure::not_found(),
        _ => failure,
    })?;
    let view = &facts.view;
    let at = |at: Option<i64>| at.map_or_else(|| "–".to_owned(), |at| moment(at, lang));
    let until = view.account.span.until;
    let mut told = vec![
        (visit.say("admin.role"), view.account.role.text().get(lang).to_owned()),
        (visit.say("admin.practitioner"), view.practitioner.clone().unwrap_or("–".into())),
        (visit.say("admin.state"), state(visit, &facts)),
        (visit.say("admin.account-from"), day(view.account.span.from, lang)),
        (
            visit.say("admin.account-until"),
            until.map_or_else(|| visit.say("admin.further-notice"), |until| day(until, lang)),
        ),
        (visit.say("admin.account-added"), moment(view.added_at, lang)),
        (
            visit.say("admin.password"),
            visit.say(if view.is_provisional {
                "admin.password-first"
            } else {
                "admin.password-own"
            }),
        ),
        (
            visit.say("admin.second-factor"),
            visit.say(if view.has_second_factor { "admin.yes" } else { "admin.no" }),
        ),
        (visit.say("admin.session-count"), facts.sessions.to_string()),
    ];
    if view.recovered_at.is_some() {
        told.push((visit.say("admin.account-recovered"), at(view.recovered_at)));
    }
    if view.account.closed_at.is_some() {
        told.push((visit.say("admin.account-closed"), at(view.account.closed_at)));
    }
    let page = Page::new(visit.say_with("admin.account-of", &[code.to_owned()]))
        .refused(problem)
        .facts(told);
    let is_closed = view.account.closed_at.is_some();
    if is_closed || !visit.may(UseCase::AccountManage) {
        return Ok(page.links(vec![("/accounts".to_owned(), visit.say("admin.accounts"))]));
    }
    let to = |end: &str| format!("{}/{end}", address(code));
    let role = view.account.role.code();
    let person = view.practitioner.clone().unwrap_or_default();
    Ok(page
        .form_if(facts.locked_for > 0, || {
            Form::post("unlock", to("unlock"), visit.say("admin.account-unlock"))
                .heading(visit.say("admin.account-unlock"))
        })
        .form(
            Form::post("password", to("password"), visit.say("admin.password-new"))
                .heading(visit.say("admin.password-new"))
                .note(visit.say("admin.password-new-why"))
                .quiet(),
        )
        .form_if(view.has_second_factor, || {
            Form::post("factor", to("second-factor"), visit.say("admin.second-factor-remove"))
                .heading(visit.say("admin.second-factor-remove"))
                .note(visit.say("admin.second-factor-remove-why"))
                .quiet()
        })
        .form(
            Form::post("role", to("role"), visit.say("admin.role-change"))
                .heading(visit.say("admin.role-change"))
                .note(visit.say("admin.role-change-why"))
                .select("role", visit.say("admin.role"), role_options(lang), role)
                .select(
                    "practitioner",
                    visit.say("admin.practitioner"),
                    staff(visit).await?,
                    &person,
                )
                .quiet(),
        )
        .form(
            Form::post("close", to("close"), visit.say("admin.account-close"))
                .heading(visit.say("admin.account-close"))
                .note(visit.say("admin.account-close-why"))
                .check("sure", visit.say("admin.sure"))
                .required()
                .danger(),
        ))
}

async fn settled(visit: &Visit, code: &str, done: Result<String, Failure>) -> Answer {
    match done {
        Ok(said) => visit.done(&address(code), &said),
        Err(failure) => {
            let what = problem(visit, failure)?;
            account_page(visit, code, Some(&what)).await?.show(visit)
        }
    }
}

async fn change_role(visit: Visit, Path(code): Path<String>, fields: Fields) -> Answer {
    let role: Role = fields.one("role").parse().map_err(|_| Failure::not_found())?;
    let (asked, practitioner) = (code.clone(), fields.some("practitioner").map(str::to_owned));
    let done = visit.ask(move |app, actor| {
        let change = RoleChange { role, practitioner: practitioner.as_deref() };
        app.change_role(actor, &asked, change)
    });
    let done = done.await.map(|()| visit.say("admin.saved"));
    settled(&visit, &code, done).await
}

async fn new_password(visit: Visit, Path(code): Path<String>) -> Answer {
    let asked = code.clone();
    let done = visit.ask_slow(move |app, actor| {
        let password = new_code()?;
        app.reset_password(actor, &asked, &Passphrase::new(&password))?;
        Ok(password)
    });
    match done.await {
        Ok(password) => first_password(&visit, &code, &password),
        Err(failure) => settled(&visit, &code, Err(failure)).await,
    }
}

async fn unlock(visit: Visit, Path(code): Path<String>) -> Answer {
    let asked = code.clone();
    let done = visit.ask(move |app, actor| app.unlock(actor, Some(&asked), None)).await;
    let done = done.map(|_| visit.say("admin.account-unlocked"));
    settled(&visit, &code, done).await
}

async fn remove_factor(visit: Visit, Path(code): Path<String>) -> Answer {
    let asked = code.clone();
    let done = visit.ask(move |app, actor| app.remove_second_factor(actor, &asked)).await;
    settled(&visit, &code, done.map(|()| visit.say("admin.removed"))).await
}

async fn close(visit: Visit, Path(code): Path<String>, fields: Fields) -> Answer {
    if !fields.has("sure") {
        let what = visit.say("admin.tick-sure");
        return account_page(&visit, &code, Some(&what)).await?.show(&visit);
    }
    let asked = code.clone();
    let done = visit.ask(move |app, actor| app.close_account(actor, &asked)).await;
    settled(&visit, &code, done.map(|()| visit.say("admin.account-is-closed"))).await
}

/// The very table that decides.
async fn roles(visit: Visit) -> Answer {
    let lang = visit.lang();
    let row = |use_case: &UseCase| {
        let reach = |role: Role| Cell::text(use_case.reach(role).text().get(lang));
        std::iter::once(Cell::text(use_case.text().get(lang)))
            .chain(Role::ALL.into_iter().map(reach))
            .collect()
    };
    let heads = std::iter::once(visit.say("admin.use-case"))
        .chain(Role::ALL.into_iter().map(|role| role.text().get(lang).to_owned()));
    let table = Table {
        caption: visit.say("admin.roles-table"),
        heads: heads.collect(),
        rows: UseCase::ALL.iter().map(row).collect(),
        none: visit.say("admin.none"),
    };
    Page::new(visit.say("admin.roles")).text(visit.say("admin.roles-why")).table(table).show(&visit)
}
