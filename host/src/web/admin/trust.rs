//! Whose signatures on plugins count, and what is revoked.

use crate::app::{UseCase, hex};
use crate::domain::RevokedThing;

use super::super::Failure;
use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::visit::{Answer, Visit};
use super::shown::{Cell, Form, Page, Table, day, problem, typed_day};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/trust", Guard::May(UseCase::TrustChange), policy)
        .post("/trust/add", Guard::May(UseCase::TrustChange), add)
        .post("/trust/remove", Guard::May(UseCase::TrustChange), remove)
        .post("/trust/revoke", Guard::May(UseCase::TrustChange), revoke)
        .post("/trust/two", Guard::May(UseCase::TrustChange), two)
}

async fn policy(visit: Visit) -> Answer {
    page(&visit, &Fields::default(), None).await?.show(&visit)
}

#[expect(clippy::too_many_lines, reason = "one line for each thing on the page")]
async fn page(visit: &Visit, fields: &Fields, wrong: Option<&str>) -> Result<Page, Failure> {
    let lang = visit.lang();
    let policy = visit.ask(|app, _| app.trust()).await?;
    let rows = policy.keys.iter().map(|trusted| {
        vec![
            Cell::text(trusted.key.to_string()),
            Cell::text(trusted.owner.clone()),
            Cell::text(trusted.prefix.as_str()),
            Cell::text(day(trusted.until, lang)),
        ]
    });
    let keys = Table {
        caption: visit.say("admin.trusted"),
        heads: vec![
            visit.say("admin.trust-key"),
            visit.say("admin.trust-owner"),
            visit.say("admin.trust-prefix"),
            visit.say("admin.until"),
        ],
        rows: rows.collect(),
        none: visit.say("admin.trusted-none"),
    };
    let rows = policy.revocations.iter().map(|revocation| {
        let (kind, name) = match revocation.thing {
            RevokedThing::Key(key) => ("admin.trust-key", key.to_string()),
            RevokedThing::Digest(digest) => ("admin.trust-package", hex(&digest)),
        };
        vec![
            Cell::text(visit.say(kind)),
            Cell::text(name),
            Cell::text(day(revocation.since, lang)),
            Cell::text(revocation.reason.clone()),
        ]
    });
    let revoked = Table {
        caption: visit.say("admin.revoked"),
        heads: vec![
            visit.say("admin.kind"),
            visit.say("admin.trust-what"),
            visit.say("admin.since"),
            visit.say("admin.reason"),
        ],
        rows: rows.collect(),
        none: visit.say("admin.revoked-none"),
    };
    let mut page =
        Page::new(visit.say("admin.trust")).refused(wrong).text(visit.say("admin.trust-why"));
    if policy.is_development {
        page = page.warning(visit.say("admin.trust-development"));
    }
    let known = policy.keys.iter().map(|trusted| {
        let number = trusted.key.to_string();
        (number.clone(), format!("{number} – {}", trusted.owner))
    });
    let mut known: Vec<_> = known.collect();
    known.dedup();
    let (state, to, button) = if policy.needs_two {
        ("admin.two-on", "off", visit.say("admin.two-switch-off"))
    } else {
        ("admin.two-off", "on", visit.say("admin.two-switch-on"))
    };
    Ok(page
        .table(keys)
        .form(
            Form::post("add", "/trust/add", visit.say("admin.trust-add"))
                .heading(visit.say("admin.trust-add"))
                .field("key", "area", visit.say("admin.trust-key-public"))
                .hint(visit.say("admin.trust-key-hint"))
                .required()
                .typed(fields)
                .field("owner", "text", visit.say("admin.trust-owner"))
                .required()
                .typed(fields)
                .field("prefix", "text", visit.say("admin.trust-prefix"))
                .hint(visit.say("admin.trust-prefix-hint"))
                .required()
                .typed(fields)
                .field("until", "date", visit.say("admin.trust-until"))
                .hint(visit.say("admin.trust-until-hint"))
                .required()
                .typed(fields)
                .quiet(),
        )
        .form_if(!known.is_empty(), || {
            Form::post("remove", "/trust/remove", visit.say("admin.trust-remove"))
                .heading(visit.say("admin.trust-remove"))
                .note(visit.say("admin.trust-remove-why"))
                .select("key", visit.say("admin.trust-key"), known, "")
                .danger()
        })
        .form(
            Form::post("two", "/trust/two", button)
                .heading(visit.say("admin.two"))
                .note(visit.say(state))
                .hidden("two", to)
                .quiet(),
        )
        .table(revoked)
        .form(
            Form::post("revoke", "/trust/revoke", visit.say("admin.revoke"))
                .heading(visit.say("admin.revoke"))
                .note(visit.say("admin.revoke-why"))
                .field("what", "text", visit.say("admin.trust-what"))
                .hint(visit.say("admin.trust-what-hint"))
                .required()
                .typed(fields)
                .field("reason", "text", visit.say("admin.reason"))
                .required()
                .typed(fields)
                .check("sure", visit.say("admin.sure"))
                .required()
                .danger(),
        ))
}

async fn settled(visit: &Visit, fields: &Fields, done: Result<(), Failure>) -> Answer {
    match done {
        Ok(()) => visit.done("/trust", &visit.say("admin.saved")),
        Err(failure) => {
            let what = problem(visit, failure)?;
            page(visit, fields, Some(&what)).await?.show(visit)
        }
    }
}

/// The line with the key in what somebody pasted: the whole file has a comment before it.
fn key_line(pasted: &str) -> String {
    let line = pasted.lines().map(str::trim).rfind(|line| !line.is_empty());
    // The name of a file of this machine is no key here.
    let is_key = |line: &&str| {
        line.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
    };
    line.filter(is_key).unwrap_or_default().to_owned()
}

async fn add(visit: Visit, fields: Fields) -> Answer {
    let asked = fields.clone();
    let done = async {
        let until = typed_day(&asked, "until")?.ok_or_else(Failure::not_found)?;
        let act = move |app: &mut crate::app::App, actor: &crate::app::Actor| {
            let (owner, prefix) = (asked.one("owner"), asked.one("prefix"));
            app.trust_key(actor, &key_line(asked.one("key")), owner, prefix, until).map(drop)
        };
        visit.ask(act).await
    };
    let done = done.await;
    settled(&visit, &fields, done).await
}

async fn remove(visit: Visit, fields: Fields) -> Answer {
    let key = key_line(fields.one("key"));
    let done = visit.ask(move |app, actor| app.distrust_key(actor, &key).map(drop)).await;
    settled(&visit, &fields, done).await
}

async fn revoke(visit: Visit, fields: Fields) -> Answer {
    if !fields.has("sure") {
        let what = visit.say("admin.tick-sure");
        return page(&visit, &fields, Some(&what)).await?.show(&visit);
    }
    let (what, reason) = (key_line(fields.one("what")), fields.one("reason").to_owned());
    let done = visit.ask(move |app, actor| app.revoke_trust(actor, &what, &reason).map(drop)).await;
    settled(&visit, &fields, done).await
}

async fn two(visit: Visit, fields: Fields) -> Answer {
    let is_on = fields.one("two") == "on";
    let done = visit.ask(move |app, actor| app.need_two_signatures(actor, is_on).map(drop)).await;
    settled(&visit, &fields, done).await
}
