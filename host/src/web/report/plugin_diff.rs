//! Two versions of a plugin held against each other on recorded data, cell by cell, before one takes the
//! other's place.

use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::app::{
    Change, DiffRequest, DiffSide, Difference, DocumentPart, InstalledFacts, PluginDiff, UseCase,
    YearParts,
};
use crate::domain::{Audience, Lang};
use crate::web::fields::Fields;
use crate::web::routes::{Guard, Routes};
use crate::web::visit::{Answer, Visit};

use super::{run, told};

/// How many differences are listed. More than these nobody reads; all are counted.
const MOST_LINES: usize = 500;

pub(super) fn routes(routes: Routes) -> Routes {
    let compare = Guard::May(UseCase::PluginCompare);
    routes.get("/plugins/{id}/diff", compare, choose).post("/plugins/{id}/diff", compare, hold)
}

async fn installed(
    visit: &Visit,
    id: &str,
) -> Result<(Vec<InstalledFacts>, Vec<YearParts>), crate::web::Failure> {
    let asked = id.to_owned();
    visit
        .ask_long(move |app, actor| {
            let mut all = app.catalogue(actor)?;
            all.retain(|it| it.id == asked);
            if all.is_empty() {
                return Err(crate::app::Error::NoSuchPlugin(asked));
            }
            all.sort_by_key(|it| it.installed_at);
            Ok((all, app.school_years()?))
        })
        .await
}

async fn choose(visit: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let known = installed(&visit, &id).await?;
    shown(&visit, &id, &fields, &known, (Value::Null, Value::Null), StatusCode::OK)
}

fn shown(
    visit: &Visit,
    id: &str,
    fields: &Fields,
    (versions, years): &(Vec<InstalledFacts>, Vec<YearParts>),
    (result, mistakes): (Value, Value),
    status: StatusCode,
) -> Answer {
    let serving = versions.iter().find(|it| it.standing.is_current).or(versions.first());
    let old = fields.some("old").map(str::to_owned);
    let old = old.or_else(|| serving.map(|it| it.version.clone())).unwrap_or_default();
    let newest = versions.iter().rev().find(|it| it.version != old);
    let new = fields.some("new").map(str::to_owned);
    let new = new.or_else(|| newest.map(|it| it.version.clone())).unwrap_or_default();
    let period = fields.some("period").map(str::to_owned);
    let period = period.or_else(|| run::last_year(years).map(|year| format!("year:{}", year.0)));
    let lang = visit.lang();
    let number = |version: &str| {
        let found = versions.iter().find(|it| it.version == version);
        found.and_then(|it| it.facts.as_ref()).map(|facts| &facts.manifest.version)
    };
    let title = versions.iter().find_map(|it| it.facts.as_ref());
    let view = json!({
        "id": id,
        "title": title.map_or(id, |facts| facts.manifest.title.get(lang)),
        "versions": versions.iter().map(|it| &it.version).collect::<Vec<_>>(),
        "is_alone": versions.len() < 2,
        // Going back to an older version is decided on the page of the plugin.
        "is_older": number(&new) < number(&old),
        "old": old,
        "new": new,
        "periods": told::period_choices(visit, years),
        "period": period,
        "from": fields.one("from"),
        "until": fields.one("until"),
        "result": result,
        "mistakes": mistakes,
        "may_manage": visit.may(UseCase::PluginManage),
    });
    visit.page_with(status, "plugin-diff", &view)
}

/// Runs both. The two runs are kept, so it is no mere look; it can be repeated without harm.
async fn hold(visit: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let known = installed(&visit, &id).await?;
    let refused = |mistakes| {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        shown(&visit, &id, &fields, &known, (Value::Null, mistakes), status)
    };
    let is_known = |field: &str| known.0.iter().any(|it| it.version == fields.one(field));
    for field in ["old", "new"] {
        if !is_known(field) {
            return refused(told::mistake(&visit, "plugin.wrong-version", field));
        }
    }
    let period = match told::chosen_period(&visit, &fields, &known.1) {
        Ok(period) => period,
        Err(mistakes) => return refused(mistakes),
    };
    let [old, new] = ["old", "new"].map(|field| format!("{id}@{}", fields.one(field)));
    let found = visit
        .ask_long(move |app, actor| {
            let audience = Audience::Work;
            let request = DiffRequest { old: &old, new: &new, period, settings: &[], audience };
            app.diff(actor, &request)
        })
        .await;
    match found {
        Ok(found) => {
            let result = told_differences(&found, &visit);
            shown(&visit, &id, &fields, &known, (result, Value::Null), StatusCode::OK)
        }
        Err(failure) => refused(told::mistakes(&visit, failure)?),
    }
}

fn told_differences(found: &PluginDiff, visit: &Visit) -> Value {
    let lang = visit.lang();
    let side = |side: &DiffSide| json!({ "version": side.version, "work": told::work(Some(side.work), lang) });
    let line = |one: &Difference| {
        json!({
            "change": one.change.code().word(lang),
            "part": one.part.code().word(lang),
            "place": one.place,
            "old": one.then.get(lang),
            "new": one.now.get(lang),
        })
    };
    json!({
        "old": side(&found.old),
        "new": side(&found.new),
        "period": told::period(visit, found.period),
        "missing": found.missing,
        "cells": told::whole(found.cells as u64, lang),
        "changed": told::whole(found.count(DocumentPart::Cell, Change::Changed) as u64, lang),
        "counts": counts(found, lang),
        "is_same": found.differences.is_empty(),
        "lines": found.differences.iter().take(MOST_LINES).map(line).collect::<Vec<_>>(),
        "all": found.differences.len(),
        "is_cut": found.differences.len() > MOST_LINES,
        "shown": MOST_LINES.min(found.differences.len()),
    })
}

/// As `Zelle anders: 12`.
fn counts(found: &PluginDiff, lang: Lang) -> Vec<String> {
    let mut counts = Vec::new();
    for part in DocumentPart::ALL {
        for change in [Change::Changed, Change::Added, Change::Removed] {
            let number = found.count(part, change);
            if number > 0 {
                let (part, change) = (part.code(), change.code());
                counts.push(format!("{} {}: {number}", part.word(lang), change.word(lang)));
            }
        }
    }
    counts
}
