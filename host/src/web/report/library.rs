//! `/reports`: the reports that were run, each with where it comes from, to look at and to keep.

use axum::extract::Path;
use serde_json::{Value, json};

use crate::app::{
    Difference, MOST_NUMBERS, MOST_NUMBERS_A_YEAR, PublishedEntry, Replay, ReportEntry,
    ReportFormat, ReportProof, ShelfEntry, UseCase, report_view,
};
use crate::domain::{Audience, Id, Lang, Rounding, SchoolYear};
use crate::web::fields::Fields;
use crate::web::routes::{Guard, Routes};
use crate::web::visit::{Answer, Visit};

use super::{alone, told};

/// How wide a text file is.
const TEXT_WIDTH: usize = 100;

pub(super) fn routes(routes: Routes) -> Routes {
    let read = Guard::May(UseCase::ReportRead);
    let mut routes = routes
        .get("/reports", read, library)
        .get("/reports/published", Guard::May(UseCase::ReportPublished), published)
        .get("/reports/{id}", read, details)
        .get("/reports/{id}/view", read, view)
        .post("/reports/{id}/withdraw", Guard::May(UseCase::ReportWithdraw), withdraw)
        .post("/reports/{id}/replay", Guard::May(UseCase::ReportProve), replay);
    for (path, format) in [
        ("/reports/{id}/file.html", ReportFormat::Html),
        ("/reports/{id}/file.xlsx", ReportFormat::Xlsx),
        ("/reports/{id}/file.csv", ReportFormat::Csv),
        ("/reports/{id}/file.json", ReportFormat::Json),
        ("/reports/{id}/file.txt", ReportFormat::Text),
    ] {
        let file = async move |visit: Visit, id: Path<String>| file(visit, id, format).await;
        routes = routes.get(path, read, file);
    }
    routes
}

fn line(visit: &Visit, shelf: &ShelfEntry) -> Value {
    let entry = &shelf.entry;
    json!({
        "id": entry.id.to_string(),
        "title": shelf.title.get(visit.lang()),
        "plugin": entry.plugin,
        "version": entry.version,
        "period": told::period(visit, entry.period),
        "audience": told::audience(visit, entry.audience),
        "is_work": entry.audience == Audience::Work,
        "made": told::moment(visit, entry.run_at),
        "by": entry.run_by,
        "withdrawn": shelf.withdrawn.as_ref().map(|it| json!({
            "at": told::moment(visit, it.at),
            "by": it.by,
            "reason": it.reason,
        })),
    })
}

async fn library(visit: Visit, fields: Fields) -> Answer {
    let shelf = visit.ask(|app, actor| app.shelf(actor)).await?;
    let mut plugins: Vec<(String, String)> = Vec::new();
    let mut years: Vec<SchoolYear> = Vec::new();
    for found in &shelf {
        let plugin = (found.entry.plugin.clone(), found.title.get(visit.lang()).to_owned());
        if !plugins.iter().any(|(id, _)| *id == plugin.0) {
            plugins.push(plugin);
        }
        years.push(SchoolYear::of(found.entry.period.first));
    }
    plugins.sort_by(|one, other| one.1.cmp(&other.1));
    years.sort_unstable();
    years.dedup();
    years.reverse();
    let (plugin, audience, year) =
        (fields.one("plugin"), fields.one("audience"), fields.one("year"));
    let fits = |found: &&ShelfEntry| {
        let entry = &found.entry;
        (plugin.is_empty() || entry.plugin == plugin)
            && (audience.is_empty() || told::audience_code(entry.audience) == audience)
            && (year.is_empty() || SchoolYear::of(entry.period.first).to_string() == year)
    };
    let reports: Vec<Value> = shelf.iter().filter(fits).map(|found| line(&visit, found)).collect();
    let choice = |id: String, title: String| json!({ "id": id, "title": title });
    let audiences = Audience::ALL
        .map(|it| choice(told::audience_code(it).to_owned(), told::audience(&visit, it)));
    let view = json!({
        "reports": reports,
        "all": shelf.len(),
        "found": reports.len(),
        "is_filtered": !(plugin.is_empty() && audience.is_empty() && year.is_empty()),
        "plugins": plugins.into_iter().map(|(id, title)| choice(id, title)).collect::<Vec<_>>(),
        "years": years.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "audiences": audiences,
        "plugin": plugin,
        "audience": audience,
        "year": year,
        "may_run": visit.may(UseCase::ReportRun),
        "may_see_published": visit.may(UseCase::ReportPublished),
    });
    visit.page("report-library", &view)
}

async fn details(visit: Visit, Path(id): Path<String>) -> Answer {
    let proves = visit.may(UseCase::ReportProve);
    let (opened, proof) = visit
        .ask(move |app, actor| {
            let opened = app.opened_report(actor, &id)?;
            let id = opened.shelf.entry.id.to_string();
            let proof = if proves { Some(app.report_proof(actor, &id)?) } else { None };
            Ok((opened, proof))
        })
        .await?;
    let lang = visit.lang();
    let document = opened.document.as_ref().map(|report| {
        let view = report_view(report, lang);
        json!({
            "passport": view["passport"],
            "legend": view["legend"],
            "is_rounded": report.passport.rounding != Rounding::None,
            "title": report.title.get(lang),
        })
    });
    let can_withdraw = opened.is_published && opened.shelf.withdrawn.is_none();
    let view = json!({
        "report": line(&visit, &opened.shelf),
        "document": document,
        "is_published": opened.is_published,
        "compares": opened.shelf.compares_schools && opened.shelf.withdrawn.is_none(),
        "files": alone::FORMATS.map(|(_, ending)| ending),
        "proof": proof.map(|proof| proven(&proof, lang)),
        "may_withdraw": can_withdraw && visit.may(UseCase::ReportWithdraw),
        "mistakes": null,
        "reason": "",
    });
    visit.page("report-details", &view)
}

fn proven(proof: &ReportProof, lang: Lang) -> Value {
    json!({
        "document": proof.document,
        "data": proof.run.as_ref().map(|(data, _)| data),
        "fuel": proof.run.as_ref().map(|(_, fuel)| told::whole(*fuel, lang)),
    })
}

/// The page of a report, as it is printed and handed on.
async fn view(visit: Visit, Path(id): Path<String>) -> Answer {
    let lang = visit.lang();
    let html = move |app: &mut crate::app::App, actor: &crate::app::Actor| {
        app.report(actor, &id, ReportFormat::Html, lang, None)
    };
    Ok(alone::page(visit.ask(html).await?))
}

async fn file(visit: Visit, Path(id): Path<String>, format: ReportFormat) -> Answer {
    let lang = visit.lang();
    let (entry, bytes) = visit
        .ask(move |app, actor| {
            let entry = app.opened_report(actor, &id)?.shelf.entry;
            let id = entry.id.to_string();
            Ok((entry, app.report(actor, &id, format, lang, Some(TEXT_WIDTH))?))
        })
        .await?;
    Ok(alone::file(bytes, format, &file_name(&entry)))
}

/// As `school-comparison-2025-08-01-2026-07-31-public`.
fn file_name(entry: &ReportEntry) -> String {
    let plugin = entry.plugin.rsplit('.').next().unwrap_or_default();
    let audience = told::audience_code(entry.audience);
    format!("{plugin}-{}-{}-{audience}", entry.period.first, entry.period.last)
}

async fn withdraw(visit: Visit, Path(id): Path<String>, fields: Fields) -> Answer {
    let to = format!("/reports/{id}");
    let reason = fields.one("reason").to_owned();
    let done = visit.ask(move |app, actor| app.withdraw_report(actor, &id, &reason)).await;
    match done {
        Ok(_) => visit.done(&to, &visit.say("report.withdrawn-now")),
        Err(failure) => Err(failure),
    }
}

async fn published(visit: Visit, fields: Fields) -> Answer {
    let wanted = told::audience_of(fields.one("audience"));
    let may_read = visit.may(UseCase::ReportRead);
    let (found, shelf) = visit
        .ask(move |app, actor| {
            let shelf = if may_read { app.shelf(actor)? } else { Vec::new() };
            Ok((app.published(actor, wanted)?, shelf))
        })
        .await?;
    let lang = visit.lang();
    // Whoever may not read reports knows them by their plugin.
    let title = |id: Id| {
        let known = shelf.iter().find(|found| found.entry.id == id);
        known.map(|found| found.title.get(lang).to_owned())
    };
    let row = |entry: &PublishedEntry| {
        let report = &entry.report;
        json!({
            "id": report.id.to_string(),
            "title": title(report.id),
            "plugin": report.plugin,
            "version": report.version,
            "period": told::period(&visit, report.period),
            "audience": told::audience(&visit, report.audience),
            "made": told::moment(&visit, report.run_at),
            "by": report.run_by,
            "numbers": told::whole(entry.published.numbers, lang),
            "fresh": told::whole(entry.published.fresh, lang),
            "withdrawn": entry.withdrawn.as_ref().map(|it| json!({
                "at": told::moment(&visit, it.at),
                "reason": it.reason,
            })),
        })
    };
    let view = json!({
        "reports": found.iter().map(row).collect::<Vec<_>>(),
        "most": told::whole(MOST_NUMBERS, lang),
        "most_a_year": told::whole(MOST_NUMBERS_A_YEAR, lang),
        "may_withdraw": visit.may(UseCase::ReportWithdraw),
    });
    visit.page("report-published", &view)
}

/// Runs once more what was recorded, and says whether the same comes out. The run is kept, so it is no
/// mere look; it can be repeated without harm.
async fn replay(visit: Visit, Path(id): Path<String>) -> Answer {
    let back = id.clone();
    let found = visit.ask_long(move |app, actor| app.replay(actor, &id)).await?;
    let lang = visit.lang();
    let view = json!({
        "report": back,
        "plugin": found.recorded.plugin,
        "version": found.recorded.version,
        "then": told::moment(&visit, found.recorded.run_at),
        "run": found.run.id.to_string(),
        "is_same": found.is_output_same,
        "is_input_same": found.is_input_same == Some(true),
        "causes": found.causes.iter().map(|cause| cause.get(lang)).collect::<Vec<_>>(),
        "differences": differences(&found, lang),
    });
    visit.page("report-replay", &view)
}

fn differences(found: &Replay, lang: Lang) -> Vec<Value> {
    let line = |one: &Difference| json!({ "place": one.place, "then": one.then.get(lang), "now": one.now.get(lang) });
    found.differences.iter().map(line).collect()
}
