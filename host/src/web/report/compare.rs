//! `/compare`: nine schools at a glance, from the numbers of a report and nothing else.

use serde_json::{Value, json};

use crate::app::{Compared, Comparison, ComparisonWish, UseCase};
use crate::domain::Audience;
use crate::web::fields::Fields;
use crate::web::routes::{Guard, Routes};
use crate::web::visit::{Answer, Visit};

use super::told;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/compare", Guard::May(UseCase::ReportRead), compare)
}

async fn compare(visit: Visit, fields: Fields) -> Answer {
    let asked = fields.clone();
    let found = visit
        .ask(move |app, actor| {
            let wish = ComparisonWish {
                report: asked.some("report"),
                measure: asked.some("measure"),
                is_by_size: asked.one("order") == "size",
            };
            app.comparison(actor, wish)
        })
        .await?;
    let shown = found.shown.as_ref().map_or(Value::Null, |shown| panels(&visit, shown));
    let view = json!({
        "may_run": visit.may(UseCase::ReportRun),
        "may_manage": visit.may(UseCase::PluginRuns),
        "reports": reports(&visit, &found),
        "report": found.shown_id().map(|id| id.to_string()),
        "is_by_size": fields.one("order") == "size",
        "shown": shown,
    });
    visit.page("report-compare", &view)
}

/// The reports to choose among.
fn reports(visit: &Visit, found: &Comparison) -> Vec<Value> {
    let lang = visit.lang();
    let line = |shelf: &crate::app::ShelfEntry| {
        let entry = &shelf.entry;
        let title = shelf.title.get(lang).to_owned();
        let period = told::period(visit, entry.period);
        let audience = told::audience(visit, entry.audience);
        json!({ "id": entry.id.to_string(), "title": format!("{title} · {period} · {audience}") })
    };
    found.reports.iter().map(line).collect()
}

/// The panels: each level of schools has its own, with axes of its own.
fn panels(visit: &Visit, shown: &Compared) -> Value {
    let lang = visit.lang();
    let view = shown.view(lang);
    let panel = |section: &Value| {
        let tables = &section["tables"];
        let dots = |pictures: &Value, is_history: bool| -> Vec<Value> {
            let all = pictures.as_array().into_iter().flatten();
            all.filter(|it| (it["kind"] == "months") == is_history).cloned().collect()
        };
        json!({
            "anchor": section["anchor"],
            "title": section["title"],
            "coverage": tables[0],
            "numbers": tables[1],
            "pictures": dots(&tables[1]["pictures"], false),
            "history": tables[2],
            "histories": dots(&tables[2]["pictures"], true),
        })
    };
    let sections = view["sections"].as_array();
    let panels: Vec<Value> = sections.into_iter().flatten().map(panel).collect();
    let mut groups: Vec<(String, Vec<Value>)> = Vec::new();
    for choice in &shown.measures {
        let table = choice.table.get(lang);
        let line = json!({ "id": choice.id, "title": choice.title.get(lang) });
        match groups.last_mut() {
            Some((title, lines)) if title == table => lines.push(line),
            _ => groups.push((table.to_owned(), vec![line])),
        }
    }
    let group =
        |(title, measures): (String, Vec<Value>)| json!({ "title": title, "measures": measures });
    let entry = &shown.shelf.entry;
    json!({
        "id": entry.id.to_string(),
        "title": shown.shelf.title.get(lang),
        "period": told::period(visit, entry.period),
        "made": told::moment(visit, entry.run_at),
        "audience": told::audience(visit, entry.audience),
        "is_work": entry.audience == Audience::Work,
        "smallest": entry.audience.smallest_shown(),
        "measure": shown.measure.id,
        "measure_title": shown.measure.title.get(lang),
        "groups": groups.into_iter().map(group).collect::<Vec<_>>(),
        "has_histories": panels.iter().any(|panel| !panel["history"].is_null()),
        "panels": panels,
        "legend": view["legend"],
        "words": view["words"],
        "passport": view["passport"],
    })
}
