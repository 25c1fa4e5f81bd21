//! `/reports/new`: runs a plugin over a period, for the team or for others.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::app::{App, OfferedReports, PluginFacts, Ran, ReportFormat, ReportRequest, UseCase};
use crate::domain::{
    Audience, Parameter, ParameterType, Period, PluginState, Role, Rounding, SchoolYear,
};
use crate::web::fields::Fields;
use crate::web::routes::{Guard, Routes};
use crate::web::visit::{Answer, Visit};

use super::{alone, once, told};

pub(super) fn routes(routes: Routes) -> Routes {
    let run = Guard::May(UseCase::ReportRun);
    routes.get("/reports/new", run, choose).post("/reports/new", run, run_report).post(
        "/reports/draft",
        run,
        draft,
    )
}

/// For whom somebody may make reports, the most careful first.
fn audiences(role: Role) -> &'static [Audience] {
    match role {
        // The school's own report: exact, and for nobody outside.
        Role::Head => &[Audience::Work],
        Role::Lead => &[Audience::Administration, Audience::Public],
        _ => &[Audience::Work, Audience::Administration, Audience::Public],
    }
}

/// The name under which a plugin is run.
fn name(facts: &PluginFacts) -> String {
    format!("{}@{}", facts.manifest.id, facts.manifest.version)
}

async fn choose(visit: Visit, fields: Fields) -> Answer {
    let offered = visit.ask(App::offered_reports).await?;
    shown(&visit, &fields, &offered, Value::Null, StatusCode::OK)
}

/// The plugins to choose among, or the form of the one that was chosen.
#[expect(clippy::needless_pass_by_value, reason = "it is made for this call")]
fn shown(
    visit: &Visit,
    fields: &Fields,
    offered: &OfferedReports,
    mistakes: Value,
    status: StatusCode,
) -> Answer {
    let wanted = fields.one("plugin");
    let fits = |facts: &&PluginFacts| name(facts) == wanted || facts.manifest.id == wanted;
    let chosen = offered.plugins.iter().find(fits);
    let lang = visit.lang();
    let is_watched = |facts: &PluginFacts| {
        let state = facts.standing.as_ref().map(|standing| standing.state);
        state == Some(PluginState::Monitor)
    };
    let plugin = |facts: &PluginFacts| {
        json!({
            "name": name(facts),
            "title": facts.manifest.title.get(lang),
            "description": facts.manifest.description.get(lang),
            "version": facts.manifest.version.to_string(),
            "is_watched": is_watched(facts),
        })
    };
    let form = chosen.map(|facts| {
        // The last school year that is over: a year just begun has little to tell.
        let latest = last_year(&offered.years);
        let period = fields.some("period").map(str::to_owned);
        let period = period.or_else(|| latest.map(|year| format!("year:{}", year.0)));
        let allowed = audiences(visit.role);
        let audience = told::audience_of(fields.one("audience"))
            .filter(|audience| allowed.contains(audience))
            .or(allowed.first().copied());
        let choice = |audience: &Audience| {
            json!({
                "code": told::audience_code(*audience),
                "title": told::audience(visit, *audience),
                "hint": visit.say(match audience {
                    Audience::Work => "report.hint-work",
                    Audience::Administration => "report.hint-administration",
                    Audience::Public => "report.hint-public",
                }),
            })
        };
        let parameters = facts.manifest.parameters.iter();
        json!({
            "plugin": plugin(facts),
            "key": fields.some("key").map_or_else(once::new_key, str::to_owned),
            "periods": told::period_choices(visit, &offered.years),
            "period": period,
            "from": fields.one("from"),
            "until": fields.one("until"),
            "audiences": allowed.iter().map(choice).collect::<Vec<_>>(),
            "audience": audience.map(told::audience_code),
            "is_only_own": visit.role == Role::Head,
            "is_rounded": fields.has("round"),
            "parameters": parameters
                .map(|(name, parameter)| parameter_field(visit, fields, name, parameter))
                .collect::<Vec<_>>(),
        })
    });
    let view = json!({
        "form": form,
        "plugins": offered.plugins.iter().map(plugin).collect::<Vec<_>>(),
        "may_manage": visit.may(UseCase::PluginManage),
        "mistakes": mistakes,
    });
    visit.page_with(status, "report-new", &view)
}

/// A parameter as a field of the form.
fn parameter_field(visit: &Visit, fields: &Fields, name: &str, parameter: &Parameter) -> Value {
    let id = format!("set-{name}");
    let was_sent = fields.has("key");
    let default = match &parameter.default {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let value = if was_sent { fields.one(&id).to_owned() } else { default };
    json!({
        "id": id,
        "title": parameter.title.get(visit.lang()),
        "is_yes_no": parameter.kind == ParameterType::Boolean,
        "is_yes": value == "true",
        "is_number": matches!(parameter.kind, ParameterType::Integer | ParameterType::Number),
        "step": if parameter.kind == ParameterType::Integer { "1" } else { "any" },
        "minimum": parameter.minimum,
        "maximum": parameter.maximum,
        "choices": parameter.choices,
        "value": value,
    })
}

/// What a form asks for.
struct Asked {
    plugin: String,
    period: Period,
    settings: Vec<String>,
    audience: Audience,
    rounding: Rounding,
}

fn asked(visit: &Visit, fields: &Fields, offered: &OfferedReports) -> Result<Asked, Value> {
    let wanted = fields.one("plugin");
    let found = offered.plugins.iter().find(|facts| name(facts) == wanted);
    let facts = found.ok_or_else(|| told::mistake(visit, "report.wrong-plugin", "plugin"))?;
    let period = told::chosen_period(visit, fields, &offered.years)?;
    let audience = told::audience_of(fields.one("audience"));
    let audience = audience.filter(|it| audiences(visit.role).contains(it));
    let audience =
        audience.ok_or_else(|| told::mistake(visit, "report.wrong-audience", "audience"))?;
    let setting = |(name, parameter): (&String, &Parameter)| {
        let id = format!("set-{name}");
        match parameter.kind {
            ParameterType::Boolean => {
                Some(format!("{name}={}", if fields.has(&id) { "true" } else { "false" }))
            }
            _ => fields.some(&id).map(|value| format!("{name}={value}")),
        }
    };
    Ok(Asked {
        plugin: wanted.to_owned(),
        period,
        settings: facts.manifest.parameters.iter().filter_map(setting).collect(),
        audience,
        rounding: if fields.has("round") { Rounding::Five } else { Rounding::None },
    })
}

async fn run_report(visit: Visit, fields: Fields) -> Answer {
    let offered = visit.ask(App::offered_reports).await?;
    let asked = match asked(&visit, &fields, &offered) {
        Ok(asked) => asked,
        Err(mistakes) => return refused(&visit, &fields, &offered, mistakes),
    };
    let (worker, plugin) = (visit.clone(), asked.plugin.clone());
    let work =
        async move { worker.ask_long(move |app, actor| made(app, actor, &asked, false)).await };
    let work = async move {
        Ok(match work.await? {
            Ran::Kept(id) => format!("/reports/{id}"),
            Ran::Monitored(_) | Ran::Draft(_) => {
                let id = plugin.split('@').next().unwrap_or_default();
                format!("/plugins/{id}/runs")
            }
        })
    };
    match once::once(visit.actor.name(), fields.one("key"), work).await {
        Ok(to) if to.starts_with("/reports/") => visit.done(&to, &visit.say("report.made-now")),
        // Whoever may not see runs is told on the list of reports.
        Ok(to) => {
            let to = if visit.may(UseCase::PluginRuns) { to } else { "/reports".to_owned() };
            visit.done(&to, &visit.say("report.watched-now"))
        }
        Err(failure) => {
            let mistakes = told::mistakes(&visit, failure)?;
            refused(&visit, &fields, &offered, mistakes)
        }
    }
}

fn made(
    app: &mut crate::app::App,
    actor: &crate::app::Actor,
    asked: &Asked,
    is_draft: bool,
) -> Result<Ran, crate::app::Error> {
    let request = ReportRequest {
        plugin: &asked.plugin,
        period: asked.period,
        settings: &asked.settings,
        audience: asked.audience,
        rounding: asked.rounding,
        is_draft,
    };
    app.run_report(actor, &request)
}

fn refused(visit: &Visit, fields: &Fields, offered: &OfferedReports, mistakes: Value) -> Answer {
    shown(visit, fields, offered, mistakes, StatusCode::UNPROCESSABLE_ENTITY)
}

/// Shows what would be published. Nothing of it is kept.
async fn draft(visit: Visit, fields: Fields) -> Answer {
    let offered = visit.ask(App::offered_reports).await?;
    let asked = match asked(&visit, &fields, &offered) {
        Ok(asked) => asked,
        Err(mistakes) => return refused(&visit, &fields, &offered, mistakes),
    };
    let lang = visit.lang();
    let html = visit.ask_long(move |app, actor| match made(app, actor, &asked, true)? {
        Ran::Draft(report) => app.draft(&report, ReportFormat::Html, lang, None).map(Some),
        Ran::Kept(_) | Ran::Monitored(_) => Ok(None),
    });
    match html.await {
        Ok(Some(html)) => Ok(alone::page(html)),
        Ok(None) => visit.done("/reports", &visit.say("report.watched-now")),
        Err(failure) => {
            let mistakes = told::mistakes(&visit, failure)?;
            refused(&visit, &fields, &offered, mistakes)
        }
    }
}

/// The school year that reports and comparisons begin with where nobody says another.
pub(super) fn last_year(years: &[crate::app::YearParts]) -> Option<SchoolYear> {
    years.get(1).or(years.first()).map(|parts| parts.year)
}
