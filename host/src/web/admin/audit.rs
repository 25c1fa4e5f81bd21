//! The audit: looked through, checked, anchored and pruned.

use crate::app::{AuditFilter, AuditHash, UseCase, hex};
use crate::domain::{Action, AuditEntry};

use super::super::Failure;
use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::visit::{Answer, Visit};
use super::shown::{Cell, Form, Page, Table, day, moment, problem, typed_day};

/// Entries on a page.
const A_PAGE: usize = 100;

/// The last page that can be turned to; further back the days lead.
const LAST_PAGE: usize = 50;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/audit", Guard::May(UseCase::AuditRead), list)
        .get("/audit/check", Guard::May(UseCase::AuditRead), check)
        .post("/audit/anchor", Guard::May(UseCase::AuditAnchor), anchor)
        .get("/audit/prune", Guard::May(UseCase::AuditPrune), preview)
        .post("/audit/prune", Guard::May(UseCase::AuditPrune), prune)
}

async fn list(visit: Visit, fields: Fields) -> Answer {
    let page = fields.one("page").parse().unwrap_or(1_usize).clamp(1, LAST_PAGE);
    let asked = fields.clone();
    let found = async {
        let (from, until) = (typed_day(&asked, "from")?, typed_day(&asked, "until")?);
        let found = visit.ask_slow(move |app, actor| {
            let filter = AuditFilter {
                from,
                until,
                actor: asked.some("actor"),
                action: asked.some("action").and_then(|action| action.parse().ok()),
                without_reads: asked.has("without_reads"),
                limit: page * A_PAGE + 1,
            };
            app.audit(actor, &filter)
        });
        found.await
    };
    let (found, wrong) = match found.await {
        Ok(found) => (found, None),
        Err(failure) => (Vec::new(), Some(problem(&visit, failure)?)),
    };
    let lang = visit.lang();
    let has_more = found.len() > page * A_PAGE;
    let shown = found.into_iter().skip((page - 1) * A_PAGE).take(A_PAGE);
    let row = |entry: AuditEntry| {
        let action = entry.action.parse().ok().map(Action::text);
        let what = action.map_or(entry.action, |text| text.get(lang).to_owned());
        vec![
            Cell::number(entry.seq),
            Cell::text(moment(entry.at, lang)),
            Cell::text(entry.actor),
            Cell::text(what),
            Cell::text(entry.subject),
            Cell::text(if entry.details == "{}" { String::new() } else { entry.details }),
        ]
    };
    let table = Table {
        caption: visit.say("admin.audit-entries"),
        heads: vec![
            visit.say("admin.number"),
            visit.say("admin.time"),
            visit.say("admin.who"),
            visit.say("admin.what"),
            visit.say("admin.to-what"),
            visit.say("admin.details"),
        ],
        rows: shown.map(row).collect(),
        none: visit.say("admin.audit-none"),
    };
    let any = (String::new(), visit.say("admin.any"));
    let mut actions: Vec<_> =
        Action::ALL.iter().map(|it| (it.code().into(), it.text().get(lang).to_owned())).collect();
    actions.sort_by(|one: &(String, String), other| one.1.cmp(&other.1));
    let actions = std::iter::once(any).chain(actions);
    let without = if fields.has("without_reads") { "yes" } else { "" };
    Page::new(visit.say("admin.audit"))
        .refused(wrong.as_deref())
        .links(vec![("/audit/check".to_owned(), visit.say("admin.audit-check"))])
        .form(
            Form::filter("filter", "/audit", visit.say("admin.search"))
                .field("from", "date", visit.say("admin.from"))
                .typed(&fields)
                .field("until", "date", visit.say("admin.until"))
                .typed(&fields)
                .field("actor", "text", visit.say("admin.who"))
                .typed(&fields)
                .select("action", visit.say("admin.what"), actions, fields.one("action"))
                .check("without_reads", visit.say("admin.without-reads"))
                .value(without),
        )
        .table(table)
        .links(turning(&visit, &fields, page, has_more))
        .show(&visit)
}

/// Links to the pages before and after, with the same filters.
fn turning(visit: &Visit, fields: &Fields, page: usize, has_more: bool) -> Vec<(String, String)> {
    let to = |page: usize| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in fields.pairs().iter().filter(|(name, _)| name != "page") {
            query.append_pair(name, value);
        }
        query.append_pair("page", &page.to_string());
        format!("/audit?{}", query.finish())
    };
    let mut links = Vec::new();
    if page > 1 {
        links.push((to(page - 1), visit.say("admin.newer")));
    }
    if has_more && page < LAST_PAGE {
        links.push((to(page + 1), visit.say("admin.older")));
    }
    links
}

async fn check(visit: Visit, fields: Fields) -> Answer {
    let expected = match fields.some("expect").map(str::parse::<AuditHash>) {
        Some(Ok(hash)) => Ok(Some(hash)),
        Some(Err(_)) => Err(visit.say("admin.audit-no-hash")),
        None => Ok(None),
    };
    let mut page = Page::new(visit.say("admin.audit-check"));
    match expected {
        Err(wrong) => page = page.mistake(&wrong, Some("check-expect")),
        Ok(expected) => {
            let checked = visit.ask_long(move |app, actor| app.check_audit(actor, expected)).await;
            page = match checked {
                Ok(chain) => page.text(visit.say("admin.audit-sound")).facts(told(&visit, &chain)),
                Err(failure) if failure.status().is_client_error() => {
                    let what = problem(&visit, failure)?;
                    page.mistake(&what, None)
                }
                // A chain that does not hold is no failure of the page: it is what was asked.
                Err(failure) if failure.told().code == "internal" => {
                    page.mistake(&visit.say("admin.audit-broken"), None)
                }
                Err(failure) => return Err(failure),
            };
        }
    }
    let may_anchor = visit.may(UseCase::AuditAnchor);
    let mut links = vec![("/audit".to_owned(), visit.say("admin.audit"))];
    if visit.may(UseCase::AuditPrune) {
        links.push(("/audit/prune".to_owned(), visit.say("admin.audit-prune")));
    }
    page.form(
        Form::filter("check", "/audit/check", visit.say("admin.audit-check-again"))
            .field("expect", "text", visit.say("admin.audit-expect"))
            .typed(&fields),
    )
    .form_if(may_anchor, || {
        Form::post("anchor", "/audit/anchor", visit.say("admin.audit-anchor"))
            .heading(visit.say("admin.audit-anchor"))
            .note(visit.say("admin.audit-anchor-why"))
            .quiet()
    })
    .links(links)
    .show(&visit)
}

fn told(visit: &Visit, chain: &crate::domain::ChainSummary) -> Vec<(String, String)> {
    let lang = visit.lang();
    let mut facts = vec![
        (visit.say("admin.audit-count"), chain.entries.to_string()),
        (visit.say("admin.audit-first"), moment(chain.first_at, lang)),
        (visit.say("admin.audit-last"), moment(chain.last_at, lang)),
        (visit.say("admin.audit-head"), hex(&chain.head)),
    ];
    let mut more = |key: String, number: u64| {
        if number > 0 {
            facts.push((key, number.to_string()));
        }
    };
    more(visit.say("admin.audit-pruned"), chain.pruned);
    more(visit.say("admin.audit-emptied"), chain.emptied);
    more(visit.say("admin.audit-unindexed"), chain.unindexed);
    if let Some(seq) = chain.expected {
        let after = (chain.last - seq).to_string();
        let said = visit.say_with("admin.audit-expected-at", &[seq.to_string(), after]);
        facts.push((visit.say("admin.audit-expect"), said));
    }
    for back in &chain.clock {
        let said = visit
            .say_with("admin.audit-clock-at", &[back.seq.to_string(), back.seconds.to_string()]);
        facts.push((visit.say("admin.audit-clock"), said));
    }
    facts
}

async fn anchor(visit: Visit) -> Answer {
    let anchor = visit.ask_long(|app, actor| app.anchor_audit(actor, None)).await?;
    Page::new(visit.say("admin.audit-anchor"))
        .text(visit.say("admin.audit-anchor-keep"))
        .lines(vec![anchor.to_string()])
        .links(vec![("/audit/check".to_owned(), visit.say("admin.audit-check"))])
        .show(&visit)
}

async fn preview(visit: Visit) -> Answer {
    prune_page(&visit, None).await?.show(&visit)
}

async fn prune_page(visit: &Visit, wrong: Option<&str>) -> Result<Page, Failure> {
    let lang = visit.lang();
    let found = visit.ask_slow(|app, actor| app.prune_audit(actor, None, true)).await?;
    let page = Page::new(visit.say("admin.audit-prune"))
        .refused(wrong)
        .text(visit.say("admin.audit-prune-why"))
        .facts(vec![
            (
                visit.say_with("admin.audit-prune-entries", &[day(found.before, lang)]),
                found.found.entries.to_string(),
            ),
            (
                visit.say_with("admin.audit-prune-index", &[day(found.index_before, lang)]),
                found.found.index.to_string(),
            ),
        ]);
    Ok(page.form_if(!found.found.is_nothing(), || {
        Form::post("prune", "/audit/prune", visit.say("admin.audit-prune"))
            .check("sure", visit.say("admin.sure"))
            .required()
            .danger()
    }))
}

async fn prune(visit: Visit, fields: Fields) -> Answer {
    if !fields.has("sure") {
        let what = visit.say("admin.tick-sure");
        return prune_page(&visit, Some(&what)).await?.show(&visit);
    }
    visit.ask_long(|app, actor| app.prune_audit(actor, None, false)).await?;
    visit.done("/audit/prune", &visit.say("admin.audit-pruned-now"))
}
