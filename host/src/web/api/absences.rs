//! Absences for programs: listed and recorded.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::{AbsenceFilter, Kind};
use crate::domain::Lang;

use super::super::visit::{Answer, Visit};
use super::read::{Asked, Sent, day, id, page_size, unfit};

/// Which absences.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct AbsenceQuery {
    /// Only those at the school with this number.
    school: Option<String>,
    /// Only those of this child, by code.
    pupil: Option<String>,
    /// From this day on.
    #[param(format = Date)]
    from: Option<String>,
    /// Up to this day, included.
    #[param(format = Date)]
    until: Option<String>,
    /// Only those that come after the absence with this id in the list.
    #[param(format = "uuid")]
    after: Option<String>,
    /// At most so many; 50 without it.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
}

/// An absence.
#[derive(Serialize, ToSchema)]
struct AbsenceData {
    /// Its permanent id.
    #[schema(format = "uuid")]
    id: String,
    /// The child, by code.
    pupil: String,
    /// The school number.
    school: String,
    /// The day.
    #[schema(format = Date)]
    day: String,
    /// A code of the list `absence-status`.
    status: String,
    /// In what the amount is counted: a code of the list `absence-unit`.
    unit: String,
    /// How much, in that unit.
    amount: u16,
}

/// Some absences, newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct AbsencePage {
    absences: Vec<AbsenceData>,
    /// What to ask for as `after` to get those that come next; null where there are no more.
    #[schema(format = "uuid")]
    next: Option<String>,
}

/// An absence to be recorded.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewAbsence {
    /// The child, by code.
    pupil: String,
    /// The day.
    #[schema(format = Date)]
    day: String,
    /// A code of the list `absence-status`.
    status: String,
    /// In what the amount is counted; without it, in what the school counts.
    unit: Option<String>,
    /// How much, in that unit; without it, the whole school day. Minutes of a late arrival.
    #[schema(minimum = 1, maximum = 65535)]
    amount: Option<u16>,
}

/// An absence is recorded.
#[derive(Serialize, ToSchema)]
pub(super) struct RecordedAbsence {
    /// The child, by code.
    pupil: String,
    /// The day.
    #[schema(format = Date)]
    day: String,
}

/// List absences
///
/// Newest first. Scope: `absence.read`.
#[utoipa::path(get, path = "/api/v1/absences", tag = "absences", params(AbsenceQuery),
    responses((status = 200, description = "Absences in sight that fit", body = AbsencePage)))]
pub(super) async fn list_absences(visit: Visit, Asked(asked): Asked<AbsenceQuery>) -> Answer {
    let limit = page_size(asked.limit)?;
    let (from, until) =
        (day("from", asked.from.as_deref())?, day("until", asked.until.as_deref())?);
    let after = id("after", asked.after.as_deref())?;
    let found = visit.ask(move |app, actor| {
        let (school, pupil) = (asked.school.as_deref(), asked.pupil.as_deref());
        let filter = AbsenceFilter { school, pupil, from, until, after, limit: limit + 1 };
        Ok((app.absences(actor, &filter)?, app.words(Lang::En)?))
    });
    let (mut found, words) = found.await?;
    if let Some(after) = after.filter(|_| found.is_empty()) {
        return Err(unfit("after", &after.to_string()));
    }
    let has_more = found.len() > limit;
    found.truncate(limit);
    let absence = |view: crate::domain::AbsenceView| AbsenceData {
        id: view.absence.id.to_string(),
        pupil: view.pupil,
        school: view.school,
        day: view.absence.day.to_string(),
        status: words.code("absence-status", view.absence.status).code,
        unit: words.code("absence-unit", view.absence.unit).code,
        amount: view.absence.amount,
    };
    let absences: Vec<AbsenceData> = found.into_iter().map(absence).collect();
    let next = absences.last().filter(|_| has_more).map(|last| last.id.clone());
    Ok(Json(AbsencePage { absences, next }).into_response())
}

/// Record an absence
///
/// A day that is missed already cannot be missed once more: sending the same twice is refused and
/// changes nothing. Scope: `absence.change`.
#[utoipa::path(post, path = "/api/v1/absences", tag = "absences", request_body = NewAbsence,
    responses((status = 201, description = "It is recorded", body = RecordedAbsence)))]
pub(super) async fn add_absence(visit: Visit, Sent(new): Sent<NewAbsence>) -> Answer {
    let recorded = RecordedAbsence { pupil: new.pupil.clone(), day: new.day.clone() };
    visit
        .ask(move |app, actor| {
            let amount = new.amount.map(|amount| amount.to_string()).unwrap_or_default();
            let fields = [
                ("pupil", &*new.pupil),
                ("day", &*new.day),
                ("status", &*new.status),
                ("unit", new.unit.as_deref().unwrap_or_default()),
                ("amount", &*amount),
            ];
            app.add(actor, Kind::Absences, &fields)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(recorded)).into_response())
}
