//! Children and who else a contact can be with, for programs.

use axum::response::{IntoResponse, Json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::PupilFacts;

use super::super::visit::{Answer, Visit};
use super::read::{Asked, Sent, day, page_size, part};

/// What to look for. The words are names, so they stand in the body and in no address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PeopleSearch {
    /// Each word is the beginning of a name or a code, or a class; two letters in all at least.
    words: String,
    /// Only those at the school with this number.
    school: Option<String>,
}

/// Somebody whom a contact can be with.
#[derive(Serialize, ToSchema)]
struct FoundPerson {
    /// `pupil`, `household` or `staff`.
    kind: &'static str,
    /// The code by which requests name them.
    code: String,
    /// The name.
    name: String,
    /// The class of a child, the code of the profession of a colleague; empty for a household.
    detail: String,
}

/// Whom the words fit.
#[derive(Serialize, ToSchema)]
pub(super) struct FoundPeople {
    people: Vec<FoundPerson>,
}

/// Find people
///
/// Children, households and colleagues in sight. Scope: `contact.add`.
#[utoipa::path(post, path = "/api/v1/people/find", tag = "people", request_body = PeopleSearch,
    responses((status = 200, description = "Whom the words fit, at most a few", body = FoundPeople)))]
pub(super) async fn find_people(visit: Visit, Sent(search): Sent<PeopleSearch>) -> Answer {
    let found = visit
        .ask(move |app, actor| app.find_people(actor, search.school.as_deref(), &search.words));
    let person = |found: crate::app::Person| FoundPerson {
        kind: found.kind.code(),
        code: found.code,
        name: found.name,
        detail: found.detail.code,
    };
    let people = found.await?.into_iter().map(person).collect();
    Ok(Json(FoundPeople { people }).into_response())
}

/// Which children.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PupilQuery {
    /// Only those at the school with this number.
    school: Option<String>,
    /// Only those whom the programme accompanies on this day.
    #[param(format = Date)]
    accompanied_on: Option<String>,
    /// Only those that come after the child with this code in the list.
    #[param(min_length = 1)]
    after: Option<String>,
    /// At most so many; 50 without it.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
}

/// A child.
#[derive(Serialize, ToSchema)]
struct PupilData {
    /// The short sign by which requests name them.
    code: String,
    given_name: String,
    family_name: String,
    /// The day of birth, where it is known.
    #[schema(format = Date)]
    birth_day: Option<String>,
    /// The code of the household, where it is known.
    household: Option<String>,
    /// The school number.
    school: String,
    /// The class; may be empty.
    class: String,
    /// A code of the list `grade`.
    grade: String,
    /// A code of the list `pupil-status`.
    status: String,
    /// From when on they are accompanied; null for a child who is not in the programme.
    #[schema(format = Date)]
    accompanied_from: Option<String>,
    /// Up to when, included; null: until further notice.
    #[schema(format = Date)]
    accompanied_until: Option<String>,
}

/// Some children, by school and code.
#[derive(Serialize, ToSchema)]
pub(super) struct PupilPage {
    pupils: Vec<PupilData>,
    /// What to ask for as `after` to get those that come next; null where there are no more.
    next: Option<String>,
}

/// List children
///
/// By school and code. Scope: `pupil.read`.
#[utoipa::path(get, path = "/api/v1/pupils", tag = "people", params(PupilQuery),
    responses((status = 200, description = "Children in sight that fit", body = PupilPage)))]
pub(super) async fn list_pupils(visit: Visit, Asked(asked): Asked<PupilQuery>) -> Answer {
    let limit = page_size(asked.limit)?;
    let on = day("accompanied_on", asked.accompanied_on.as_deref())?;
    let school = asked.school;
    let found = visit.ask(move |app, actor| app.pupils(actor, school.as_deref(), on)).await?;
    let after = asked.after.as_deref();
    let (found, next) = part(found, after, limit, |facts| facts.pupil.code.clone())?;
    let pupil = |facts: PupilFacts| {
        let pupil = facts.pupil;
        PupilData {
            code: pupil.code,
            given_name: pupil.given_name,
            family_name: pupil.family_name,
            birth_day: pupil.birth_day.map(|day| day.to_string()),
            household: facts.household,
            school: facts.school,
            class: pupil.class,
            grade: facts.grade.code,
            status: facts.status.code,
            accompanied_from: pupil.accompanied.map(|span| span.from.to_string()),
            accompanied_until: pupil
                .accompanied
                .and_then(|span| span.until)
                .map(|day| day.to_string()),
        }
    };
    let pupils = found.into_iter().map(pupil).collect();
    Ok(Json(PupilPage { pupils, next }).into_response())
}
