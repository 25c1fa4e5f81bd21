//! The programme for programs: schools, code lists, reports and plugins.

use std::collections::BTreeMap;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::{PluginFacts, Ran, ReportFormat, ReportRequest, SchoolFacts};
use crate::domain::{Audience, Lang, Period, Rounding};

use super::super::Failure;
use super::super::visit::{Answer, Visit};
use super::read::{Asked, Named, Sent, day, page_size, part, unfit};
use super::tasks::Words;

/// A school.
#[derive(Serialize, ToSchema)]
struct SchoolData {
    /// The official number: six digits.
    number: String,
    name: String,
    /// A code of the list `school-form`.
    form: String,
    /// A code of the list `school-level`.
    level: String,
}

/// Some schools, by number.
#[derive(Serialize, ToSchema)]
pub(super) struct SchoolPage {
    schools: Vec<SchoolData>,
    /// What to ask for as `after` to get those that come next; null where there are no more.
    next: Option<String>,
}

/// Which part of a list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PartQuery {
    /// Only those that come after this one in the list: the `next` of the part before.
    #[param(min_length = 1)]
    after: Option<String>,
    /// At most so many; 50 without it.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
}

impl PartQuery {
    fn of<T>(
        &self,
        all: Vec<T>,
        key: impl Fn(&T) -> String,
    ) -> Result<(Vec<T>, Option<String>), Failure> {
        part(all, self.after.as_deref(), page_size(self.limit)?, key)
    }
}

/// List schools
///
/// By number. Scope: `school.read`.
#[utoipa::path(get, path = "/api/v1/schools", tag = "programme", params(PartQuery),
    responses((status = 200, description = "Schools in sight", body = SchoolPage)))]
pub(super) async fn list_schools(visit: Visit, Asked(asked): Asked<PartQuery>) -> Answer {
    let found = visit.ask(|app, actor| app.schools(actor)).await?;
    let (found, next) = asked.of(found, |facts| facts.school.number.clone())?;
    let school = |facts: SchoolFacts| SchoolData {
        number: facts.school.number,
        name: facts.school.name,
        form: facts.form.code,
        level: facts.level.code,
    };
    let schools = found.into_iter().map(school).collect();
    Ok(Json(SchoolPage { schools, next }).into_response())
}

/// Which codes.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CodeQuery {
    /// Only those of this list.
    list: Option<String>,
    /// Only those that come after this one: the `next` of the part before.
    #[param(min_length = 1)]
    after: Option<String>,
    /// At most so many; 50 without it.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
}

/// A code of a list, with its words.
#[derive(Serialize, ToSchema)]
struct CodeData {
    /// The name of the list.
    list: String,
    /// The permanent code.
    code: String,
    /// The German word.
    de: String,
    /// The English word.
    en: String,
}

/// Some codes, in the order of their lists.
#[derive(Serialize, ToSchema)]
pub(super) struct CodePage {
    codes: Vec<CodeData>,
    /// What to ask for as `after` to get those that come next; null where there are no more.
    next: Option<String>,
}

/// List codes
///
/// The code lists of the municipality. They say nothing about anybody, and every token may ask for them.
#[utoipa::path(get, path = "/api/v1/codes", tag = "programme", params(CodeQuery),
    responses((status = 200, description = "The codes", body = CodePage)))]
pub(super) async fn list_codes(visit: Visit, Asked(asked): Asked<CodeQuery>) -> Answer {
    let (limit, list) = (page_size(asked.limit)?, asked.list);
    let found = visit.ask(move |app, _| app.codes(list.as_deref())).await?;
    let after = asked.after.as_deref();
    let (found, next) = part(found, after, limit, |(list, code)| format!("{list}/{}", code.code))?;
    let code = |(list, code): (String, crate::domain::Code)| CodeData {
        list,
        code: code.code,
        de: code.de,
        en: code.en,
    };
    Ok(Json(CodePage { codes: found.into_iter().map(code).collect(), next }).into_response())
}

/// For whom a report is, and so from which number of persons on a figure is shown.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ReportAudience {
    /// Anybody outside the administration: 1 to 4 persons are withheld.
    Public,
    /// Inside the administration: 1 and 2 persons are withheld.
    Administration,
    /// Inside the team: nothing is withheld.
    Work,
}

/// A report that is kept.
#[derive(Serialize, ToSchema)]
struct ReportData {
    /// Its permanent id.
    #[schema(format = "uuid")]
    id: String,
    /// The plugin that made it.
    plugin: String,
    /// The version of that plugin.
    version: String,
    /// The first day that it looks at.
    #[schema(format = Date)]
    from: String,
    /// The last one, included.
    #[schema(format = Date)]
    until: String,
    audience: ReportAudience,
    /// Who ran it, by code.
    run_by: String,
    /// When, in seconds since 1970-01-01 UTC.
    run_at: i64,
}

/// Some reports, newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct ReportPage {
    reports: Vec<ReportData>,
    /// What to ask for as `after` to get those that come next; null where there are no more.
    #[schema(format = "uuid")]
    next: Option<String>,
}

/// List reports
///
/// Newest first, those meant for somebody in one's role. Scope: `report.read`.
#[utoipa::path(get, path = "/api/v1/reports", tag = "reports", params(PartQuery),
    responses((status = 200, description = "Reports in sight", body = ReportPage)))]
pub(super) async fn list_reports(visit: Visit, Asked(asked): Asked<PartQuery>) -> Answer {
    let found = visit.ask(|app, actor| app.reports(actor)).await?;
    let (found, next) = asked.of(found, |entry| entry.id.to_string())?;
    let reports = found.into_iter().map(|entry| ReportData {
        id: entry.id.to_string(),
        plugin: entry.plugin,
        version: entry.version,
        from: entry.period.first.to_string(),
        until: entry.period.last.to_string(),
        audience: match entry.audience {
            Audience::Public => ReportAudience::Public,
            Audience::Administration => ReportAudience::Administration,
            Audience::Work => ReportAudience::Work,
        },
        run_by: entry.run_by,
        run_at: entry.run_at,
    });
    Ok(Json(ReportPage { reports: reports.collect(), next }).into_response())
}

/// Get a report
///
/// As a document that programs read; its shape has a schema of its own, in `schemas/json`. Scope: `report.read`.
#[utoipa::path(get, path = "/api/v1/reports/{id}", tag = "reports",
    params(("id" = String, Path, format = "uuid", description = "Its id")),
    responses((status = 200, description = "The document", body = Object)))]
pub(super) async fn get_report(visit: Visit, named: Named) -> Answer {
    let id = named.id()?;
    let format = ReportFormat::Json;
    let document = visit
        .ask(move |app, actor| app.report(actor, &id.to_string(), format, Lang::En, None))
        .await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], document).into_response())
}

/// A report to be run.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReportOrder {
    /// The plugin, as `ID` or `ID@VERSION`.
    plugin: String,
    /// The first day it looks at.
    #[schema(format = Date)]
    from: String,
    /// The last one, included.
    #[schema(format = Date)]
    until: String,
    audience: ReportAudience,
    /// Whether numbers are rounded to the nearest multiple of 5.
    #[serde(default)]
    rounded: bool,
    /// Parameters of the plugin: texts, numbers, and yes or no.
    #[serde(default)]
    settings: BTreeMap<String, Setting>,
}

/// The value of a parameter.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
enum Setting {
    YesOrNo(bool),
    Number(i64),
    Text(String),
}

/// What came of running a report.
#[derive(Serialize, ToSchema)]
pub(super) struct RanReport {
    /// The id of the report that is kept; null where the plugin is only being watched, and nothing is.
    #[schema(format = "uuid")]
    id: Option<String>,
}

/// Run a report
///
/// It takes seconds, and for large cities minutes. A report for others than the team counts as
/// published. Scope: `report.run`.
#[utoipa::path(post, path = "/api/v1/reports", tag = "reports", request_body = ReportOrder,
    responses((status = 201, description = "The report is kept", body = RanReport),
        (status = 200, description = "The plugin is only being watched", body = RanReport)))]
pub(super) async fn run_report(visit: Visit, Sent(order): Sent<ReportOrder>) -> Answer {
    let first = day("from", Some(&order.from))?.ok_or_else(|| unfit("from", &order.from))?;
    let last = day("until", Some(&order.until))?.ok_or_else(|| unfit("until", &order.until))?;
    let period = Period::new(first, last).map_err(crate::app::Error::from)?;
    let setting = |(name, value): (String, Setting)| match value {
        Setting::YesOrNo(value) => format!("{name}={value}"),
        Setting::Number(value) => format!("{name}={value}"),
        Setting::Text(value) => format!("{name}={value}"),
    };
    let settings: Vec<String> = order.settings.into_iter().map(setting).collect();
    let ran = visit.ask_long(move |app, actor| {
        let request = ReportRequest {
            plugin: &order.plugin,
            period,
            settings: &settings,
            audience: match order.audience {
                ReportAudience::Public => Audience::Public,
                ReportAudience::Administration => Audience::Administration,
                ReportAudience::Work => Audience::Work,
            },
            rounding: if order.rounded { Rounding::Five } else { Rounding::None },
            is_draft: false,
        };
        app.run_report(actor, &request)
    });
    Ok(match ran.await? {
        Ran::Kept(id) => {
            let place = [(header::LOCATION, format!("/api/v1/reports/{id}"))];
            let body = Json(RanReport { id: Some(id.to_string()) });
            (StatusCode::CREATED, place, body).into_response()
        }
        Ran::Monitored(_) | Ran::Draft(_) => Json(RanReport { id: None }).into_response(),
    })
}

/// An installed plugin.
#[derive(Serialize, ToSchema)]
struct PluginData {
    id: String,
    version: String,
    title: Words,
    /// The SHA-256 of its package, in hexadecimal.
    sha256: String,
    /// Its state: `installed`, `granted`, `monitor`, `enabled`, `disabled` or `quarantined`.
    state: Option<&'static str>,
    /// Whether it is what runs when the plugin is named without a version.
    is_current: bool,
    /// How often it has failed in a row, up to now.
    failures: u32,
}

/// Some plugins.
#[derive(Serialize, ToSchema)]
pub(super) struct PluginPage {
    plugins: Vec<PluginData>,
    /// What to ask for as `after` to get those that come next; null where there are no more.
    next: Option<String>,
}

/// List plugins
///
/// Scope: `plugin.runs`.
#[utoipa::path(get, path = "/api/v1/plugins", tag = "programme", params(PartQuery),
    responses((status = 200, description = "Installed plugins", body = PluginPage)))]
pub(super) async fn list_plugins(visit: Visit, Asked(asked): Asked<PartQuery>) -> Answer {
    let found = visit.ask(|app, _| app.plugins()).await?;
    let key = |facts: &PluginFacts| format!("{}@{}", facts.manifest.id, facts.manifest.version);
    let (found, next) = asked.of(found, key)?;
    let plugin = |facts: PluginFacts| PluginData {
        id: facts.manifest.id,
        version: facts.manifest.version.to_string(),
        title: facts.manifest.title.into(),
        sha256: facts.sha256,
        state: facts.standing.as_ref().map(|standing| standing.state.code()),
        is_current: facts.standing.as_ref().is_some_and(|standing| standing.is_current),
        failures: facts.standing.map_or(0, |standing| standing.failures),
    };
    Ok(Json(PluginPage { plugins: found.into_iter().map(plugin).collect(), next }).into_response())
}
