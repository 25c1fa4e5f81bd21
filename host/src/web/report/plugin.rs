//! `/plugins`: what is installed, how it stands, what each may read, what it never can, and its runs.

use axum::extract::Path;
use serde_json::{Value, json};

use crate::app::{
    AccessField, App, DatasetAccess, InstalledFacts, MOST_NUMBERS, MOST_NUMBERS_A_YEAR,
    PluginAccess, PluginFacts, PluginRun, UseCase,
};
use crate::domain::{
    Grant, GrantedSchools, Lang, MOST_FAILURES, PluginState, SignatureStatus, Verdict,
};
use crate::web::Failure;
use crate::web::fields::Fields;
use crate::web::routes::{Guard, Routes};
use crate::web::visit::{Answer, Visit};

use super::told;

/// How many runs a page shows.
const RUNS: u32 = 200;

pub(super) fn routes(routes: Routes) -> Routes {
    let see = Guard::May(UseCase::PluginRuns);
    routes
        .get("/plugins", see, list)
        .get("/plugins/capabilities", Guard::SignedIn, capabilities)
        .get("/plugins/{id}", see, details)
        .get("/plugins/{id}/runs", see, runs)
}

/// The mark of a status: an icon of the design system and the word beside it, never a colour alone.
fn badge(kind: &str, word: &str) -> Value {
    json!({ "kind": kind, "word": word })
}

fn state(state: PluginState, lang: Lang) -> Value {
    let kind = match state {
        PluginState::Enabled => "success",
        PluginState::Quarantined => "danger",
        PluginState::Monitor => "warning",
        _ => "info",
    };
    badge(kind, state.text().get(lang))
}

pub(super) fn signature(verdict: Option<&Verdict>, visit: &Visit) -> Value {
    let Some(verdict) = verdict else {
        return badge("danger", &visit.say("plugin.unreadable"));
    };
    let kind = match verdict.status {
        SignatureStatus::Signed => "success",
        SignatureStatus::Unsigned => "warning",
        _ => "danger",
    };
    badge(kind, verdict.status.text().get(visit.lang()))
}

/// The status of a package's signatures in plain words: what it means, by whom, and what is wrong.
pub(super) fn judged(verdict: &Verdict, visit: &Visit) -> Value {
    let lang = visit.lang();
    let signer = |it: &crate::domain::TrustedKey| {
        let (key, owner) = (it.key.to_string(), it.owner.clone());
        visit.say_with("plugin.signed-by", &[owner, key, it.prefix.as_str().to_owned()])
    };
    json!({
        "badge": signature(Some(verdict), visit),
        "means": verdict.status.explanation().get(lang),
        "signers": verdict.signers.iter().map(signer).collect::<Vec<_>>(),
        "flaws": verdict.flaws.iter().map(|it| it.text().get(lang).to_owned()).collect::<Vec<_>>(),
    })
}

/// One installed version, for the list and the page of its plugin.
fn version(found: &InstalledFacts, all: &[InstalledFacts], visit: &Visit) -> Value {
    let lang = visit.lang();
    let standing = &found.standing;
    let fields = found.facts.as_ref().map_or(&[][..], |facts| &facts.fields);
    let granted = fields.iter().filter(|field| field.granted.is_some()).count();
    let lacks = fields.iter().any(|field| field.granted.is_none() && !field.optional);
    let serving = all.iter().find(|it| it.id == found.id && it.standing.is_current);
    let number = |it: &InstalledFacts| it.facts.as_ref().map(|it| it.manifest.version.clone());
    let is_older = serving.is_some_and(|serving| number(found) < number(serving));
    let is = |wanted: PluginState| standing.state == wanted;
    let can_run = found.problem.is_none() && !lacks;
    let reason = standing.reason.get(lang);
    json!({
        "id": found.id,
        "version": found.version,
        "title": title(found.facts.as_ref(), &found.id, lang),
        "state": state(standing.state, lang),
        "since": told::moment(visit, standing.since),
        "reason": if reason.is_empty() { None } else { Some(reason) },
        "failures": standing.failures,
        "is_current": standing.is_current,
        "signature": signature(found.verdict.as_ref(), visit),
        "problem": found.problem.as_ref().map(|it| it.get(lang)),
        "granted": granted,
        "asked": fields.len(),
        "lacks": lacks,
        "sha256": found.sha256,
        "installed": told::moment(visit, found.installed_at),
        "rollback": found.rollback,
        "is_older": is_older,
        // What the version in service is held against.
        "instead_of": serving.filter(|it| it.version != found.version).map(|it| &it.version),
        "needs_again": is(PluginState::Quarantined),
        "can_enable": can_run && (!is(PluginState::Enabled) || !standing.is_current),
        "can_watch": can_run && !is(PluginState::Monitor) && !is(PluginState::Enabled),
        "can_disable": is(PluginState::Enabled) || is(PluginState::Monitor),
        "can_remove": !standing.is_current,
    })
}

fn title(facts: Option<&PluginFacts>, id: &str, lang: Lang) -> String {
    facts.map_or_else(|| id.to_owned(), |facts| facts.manifest.title.get(lang).to_owned())
}

async fn list(visit: Visit) -> Answer {
    let mut all = visit.ask_long(App::catalogue).await?;
    let lang = visit.lang();
    // By title; of one plugin the version in service first, then the newest.
    all.sort_by_cached_key(|it| {
        let title = title(it.facts.as_ref(), &it.id, lang).to_lowercase();
        (title, it.id.clone(), !it.standing.is_current, std::cmp::Reverse(it.installed_at))
    });
    let view = json!({
        "plugins": all.iter().map(|it| version(it, &all, &visit)).collect::<Vec<_>>(),
        "may_manage": visit.may(UseCase::PluginManage),
    });
    visit.page("plugin-list", &view)
}

async fn details(visit: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let wanted = fields.one("version").to_owned();
    let asked = id.clone();
    let (mut versions, access, runs, chosen) = visit
        .ask_long(move |app, actor| {
            let mut all = app.catalogue(actor)?;
            all.retain(|it| it.id == id);
            let named = all.iter().find(|it| it.version == wanted);
            let chosen = named
                .or_else(|| all.iter().find(|it| it.standing.is_current))
                .or_else(|| all.iter().max_by_key(|it| it.installed_at));
            let Some(chosen) = chosen.cloned() else {
                return Err(crate::app::Error::NoSuchPlugin(id));
            };
            // One that may not run any more cannot be asked; its page says why.
            let access = app.plugin_access(&format!("{id}@{}", chosen.version)).ok();
            let runs = app.plugin_runs(actor, Some(&id), 5)?;
            Ok((all, access, runs, chosen))
        })
        .await?;
    versions.sort_by_key(|it| (!it.standing.is_current, std::cmp::Reverse(it.installed_at)));
    let lang = visit.lang();
    let facts = chosen.facts.as_ref();
    let view = json!({
        "id": asked,
        "title": title(facts, &asked, lang),
        "description": facts.map(|it| it.manifest.description.get(lang)),
        "licence": facts.map(|it| &it.manifest.licence),
        "authors": facts.map(|it| it.manifest.authors.join(", ")),
        "shown": version(&chosen, &versions, &visit),
        "versions": versions.iter().map(|it| version(it, &versions, &visit)).collect::<Vec<_>>(),
        "verdict": chosen.verdict.as_ref().map(|it| judged(it, &visit)),
        "makes": facts.map(|it| makes(it, lang)),
        "access": access.as_ref().map(|it| may_read(it, &visit)),
        "evidence": access.as_ref().map(evidence),
        "runs": runs.iter().map(|it| run(it, &visit)).collect::<Vec<_>>(),
        "most": told::whole(MOST_NUMBERS, lang),
        "most_a_year": told::whole(MOST_NUMBERS_A_YEAR, lang),
        "most_failures": MOST_FAILURES,
        "may_manage": visit.may(UseCase::PluginManage),
        "may_grant": visit.may(UseCase::PluginGrant),
        "may_compare": visit.may(UseCase::PluginCompare),
        "may_run": visit.may(UseCase::ReportRun) && facts.is_some_and(|it| it.kinds.metrics || it.kinds.reporting),
    });
    visit.page("plugin-details", &view)
}

/// What comes out of a plugin: tables, checks, steps.
pub(super) fn makes(facts: &PluginFacts, lang: Lang) -> Value {
    let said = &facts.descriptions;
    let tables = said.metrics.iter().flat_map(|description| {
        description.tables.iter().map(|table| {
            let label = |place: &usize| description.measures[*place].label.get(lang);
            let measures: Vec<&str> = table.measures.iter().map(label).collect();
            format!("{}: {}", table.title.get(lang), measures.join(", "))
        })
    });
    let checks = said.composition.iter().flat_map(|it| &it.checks);
    let steps = said.workflow.iter().flat_map(|it| &it.steps);
    json!({
        "tables": tables.collect::<Vec<_>>(),
        "checks": checks.map(|it| it.title.get(lang)).collect::<Vec<_>>(),
        "steps": steps.map(|it| it.label.get(lang)).collect::<Vec<_>>(),
        "composes": said.composition.is_some(),
    })
}

/// What a plugin may read and what it asked for, dataset by dataset, in the words of the dictionary.
pub(super) fn may_read(access: &PluginAccess, visit: &Visit) -> Value {
    let lang = visit.lang();
    let dataset = |dataset: &DatasetAccess| {
        json!({
            "name": dataset.name,
            "title": dataset.title.get(lang),
            "meaning": dataset.meaning.get(lang),
            "purpose": dataset.purpose.get(lang),
            "fields": dataset.fields.iter().map(|it| field(dataset, it, visit)).collect::<Vec<_>>(),
        })
    };
    access.datasets.iter().map(dataset).collect()
}

fn field(dataset: &DatasetAccess, field: &AccessField, visit: &Visit) -> Value {
    let lang = visit.lang();
    let sensitivity = field.sensitivity.text();
    json!({
        "name": format!("{}.{}", dataset.name, field.name),
        "title": field.title.get(lang),
        "meaning": field.meaning.get(lang),
        "sensitivity": sensitivity.get(lang),
        "is_optional": field.optional,
        "is_allowed": field.is_allowed,
        "was_asked": field.grant.is_some(),
        "terms": field.grant.as_ref().map(|grant| terms(grant, visit)),
    })
}

/// How far a grant goes and who gave it, as sentences.
fn terms(grant: &Grant, visit: &Visit) -> Vec<String> {
    let (lang, it) = (visit.lang(), &grant.terms);
    let mut terms = Vec::new();
    if let GrantedSchools::Only(numbers) = &it.schools {
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        terms.push(visit.say_with("plugin.only-schools", &[numbers.join(", ")]));
    }
    let day = |day| told::day(day, lang);
    match (it.first, it.last) {
        (None, None) => {}
        (Some(first), None) => terms.push(visit.say_with("plugin.days-from", &[day(first)])),
        (None, Some(last)) => terms.push(visit.say_with("plugin.days-until", &[day(last)])),
        (Some(first), Some(last)) => {
            terms.push(visit.say_with("plugin.days-between", &[day(first), day(last)]));
        }
    }
    if let Some(kind) = it.coarsening {
        terms.push(visit.say_with("plugin.values", &[kind.text().get(lang).to_owned()]));
    }
    if let Some(until) = it.until {
        terms.push(visit.say_with("plugin.holds-until", &[day(until)]));
    }
    let at = told::moment(visit, grant.granted_at);
    terms.push(visit.say_with("plugin.granted-by", &[grant.granted_by.clone(), at]));
    if let Some(version) = &grant.carried_from {
        terms.push(visit.say_with("plugin.carried-from", std::slice::from_ref(version)));
    }
    terms
}

fn evidence(access: &PluginAccess) -> Value {
    json!({
        "imports": access.imports,
        "engine": access.engine,
        "component": access.component,
        "package": access.sha256,
    })
}

fn run(run: &PluginRun, visit: &Visit) -> Value {
    let lang = visit.lang();
    let failure = run.failure.as_ref();
    json!({
        "id": run.id.to_string(),
        "at": told::moment(visit, run.run_at),
        "by": run.run_by,
        "version": run.version,
        "kind": run.kind.text().get(lang),
        "period": told::period(visit, run.period),
        "audience": told::audience(visit, run.audience),
        "is_failed": failure.is_some(),
        "message": failure.map(|it| it.operator.get(lang)),
        "for_author": failure.and_then(|it| it.author.as_ref()),
        "work": told::work(run.work, lang),
        "report": run.report.map(|id| id.to_string()),
    })
}

async fn runs(visit: Visit, Path(id): Path<String>) -> Answer {
    let asked = id.clone();
    let found = visit.ask(move |app, actor| app.plugin_runs(actor, Some(&asked), RUNS)).await?;
    let view = json!({
        "id": id,
        "runs": found.iter().map(|it| run(it, &visit)).collect::<Vec<_>>(),
        "most": RUNS,
        "is_cut": found.len() >= RUNS as usize,
        "may_read": visit.may(UseCase::ReportRead),
        "most_failures": MOST_FAILURES,
    });
    visit.page("plugin-runs", &view)
}

async fn capabilities(visit: Visit) -> Result<axum::response::Response, Failure> {
    let lang = visit.lang();
    let view = json!({
        "may_see": visit.may(UseCase::PluginRuns),
        "most": told::whole(MOST_NUMBERS, lang),
        "most_a_year": told::whole(MOST_NUMBERS_A_YEAR, lang),
        "most_failures": MOST_FAILURES,
    });
    visit.page("plugin-capabilities", &view)
}
