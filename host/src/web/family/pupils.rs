//! Finding pupils, and the page of one.

use axum::extract::Path;
use axum::response::IntoResponse;
use serde_json::{Value, json};

use crate::app::{
    AbsenceSum, ConsentStanding, ContactFilter, PupilDetails, PupilSearch, TaskFacts, TaskFilter,
    UseCase,
};
use crate::domain::{ContactView, SchoolYear, Span};

use super::super::Failure;
use super::super::fields::Fields;
use super::super::visit::{Answer, Visit};
use super::about::{About, Records};
use super::parts::{Choice, Pager, ROWS, address, day, name, segment, today};
use super::timeline;

/// How many school years a page shows where nobody asks for more: this one and the one before.
const YEARS: i32 = 2;

/// How many contacts a page shows at most.
pub(super) const CONTACTS: usize = 300;

/// The list of pupils, with the finder.
pub(super) async fn list(visit: Visit, fields: Fields) -> Answer {
    let lang = visit.lang();
    let page = Pager::asked(fields.one("page"));
    let asked = fields.clone();
    let (found, schools) = visit
        .ask(move |app, actor| {
            let search = PupilSearch {
                text: asked.one("q"),
                school: asked.some("school"),
                class: asked.some("class"),
                accompanied_on: asked.has("programme").then(today),
            };
            let found = app.find_pupils(actor, &search, (page - 1) * ROWS, ROWS)?;
            Ok((found, app.schools(actor)?))
        })
        .await?;
    let school_name = |number: &str| {
        let known = schools.iter().find(|found| found.school.number == number);
        known.map_or_else(|| number.to_owned(), |found| found.school.name.clone())
    };
    let rows: Vec<Value> = found
        .rows
        .iter()
        .map(|facts| {
            let pupil = &facts.pupil;
            json!({
                "name": name(&pupil.given_name, &pupil.family_name),
                "code": pupil.code,
                "address": format!("/pupils/{}", segment(&pupil.code)),
                "school": school_name(&facts.school),
                "class": pupil.class,
                "grade": facts.grade.word(lang),
                "status": facts.status.word(lang),
                "household": facts.household,
                "family": facts.household.as_deref()
                    .filter(|_| visit.may(UseCase::HouseholdRead))
                    .map(|code| format!("/families/{}", segment(code))),
                "accompanied": pupil.accompanied.map(|span| period(span, &visit)),
            })
        })
        .collect();
    let (text, school, class) = (fields.one("q"), fields.one("school"), fields.one("class"));
    let programme = if fields.has("programme") { "yes" } else { "" };
    let pairs = [("q", text), ("school", school), ("class", class), ("programme", programme)];
    let choices: Vec<Choice> = schools
        .iter()
        .map(|found| Choice::new(&found.school.number, &*found.school.name, school))
        .collect();
    visit.page(
        "family-pupils",
        &json!({
            "rows": rows,
            "q": text,
            "class": class,
            "programme": fields.has("programme"),
            "schools": choices,
            "pager": Pager::new(page, found.total, "/pupils", &pairs),
            "may_add": visit.may(UseCase::PupilChange),
        }),
    )
}

/// From when until when, in words.
pub(super) fn period(span: Span, visit: &Visit) -> String {
    let lang = visit.lang();
    match span.until {
        Some(until) => format!("{} – {}", day(span.from, lang), day(until, lang)),
        None => visit.say_with("family.since", &[day(span.from, lang)]),
    }
}

/// All that is read for the page of a pupil.
struct Read {
    years: Vec<PupilDetails>,
    contacts: Vec<ContactView>,
    tasks: Vec<TaskFacts>,
    consents: Vec<ConsentStanding>,
    records: Records,
    holds: Vec<String>,
    school: String,
    words: crate::app::Words,
}

/// So many units: `30 halbe Tage`. The list is the city's own, so there may be units without words here.
fn amount(visit: &Visit, sum: &AbsenceSum) -> String {
    match unit_key(&sum.unit.code, sum.amount) {
        Some(key) => visit.say_with(key, &[sum.amount.to_string()]),
        None => format!("{} × {}", sum.amount, sum.unit.word(visit.lang())),
    }
}

/// The words for so many of a unit.
pub(super) fn unit_key(code: &str, amount: u32) -> Option<&'static str> {
    let [one, many] = match code {
        "day" => ["family.day", "family.days"],
        "half-day" => ["family.half-day", "family.half-days"],
        "lesson" => ["family.lesson", "family.lessons"],
        "minute" => ["family.minute", "family.minutes"],
        _ => return None,
    };
    Some(if amount == 1 { one } else { many })
}

/// The page of one pupil: what is agreed and to be done, then what was, newest first.
pub(super) async fn page(visit: Visit, Path(code): Path<String>, fields: Fields) -> Answer {
    let shown: i32 = fields.one("years").parse().unwrap_or(YEARS).clamp(YEARS, 30);
    let read = match read(&visit, &code, shown).await {
        Err(failure) if failure.status() == axum::http::StatusCode::NOT_FOUND => {
            return restricted(&visit, &code, failure).await;
        }
        read => read?,
    };
    let lang = visit.lang();
    let Some(newest) = read.years.first() else { return Err(Failure::not_found()) };
    let (facts, pupil) = (&newest.facts, &newest.facts.pupil);
    let sums = |sum: &AbsenceSum| {
        json!({
            "status": sum.status.word(lang),
            "amount": amount(&visit, sum),
        })
    };
    let absences: Vec<Value> = read
        .years
        .iter()
        .map(|details| {
            json!({
                "year": details.year.to_string(),
                "is_recorded": details.is_recorded,
                "sums": details.absences.iter().map(sums).collect::<Vec<_>>(),
            })
        })
        .collect();
    let contact = [("pupil", &*pupil.code), ("school", &*facts.school)];
    let mut items = timeline::of_contacts(&visit, &read.contacts, &read.words);
    items.extend(timeline::of_records(&visit, &read.records));
    let (name, birth) = (
        name(&pupil.given_name, &pupil.family_name),
        pupil.birth_day.map(|birth| day(birth, lang)),
    );
    let sign = segment(&pupil.code);
    let view = json!({
        "name": name,
        "code": pupil.code,
        "sign": sign,
        "school": read.school,
        "class": pupil.class,
        "grade": facts.grade.word(lang),
        "status": facts.status.word(lang),
        "birth": birth,
        "household": facts.household,
        "family": facts.household.as_deref()
            .filter(|_| visit.may(UseCase::HouseholdRead))
            .map(|code| format!("/families/{}", segment(code))),
        "stays": newest.stays.iter().map(|stay| period(*stay, &visit)).collect::<Vec<_>>(),
        "unknown": pupil.unknown_from.map(|from| day(from, lang)),
        "accompanied": pupil.accompanied.map(|span| period(span, &visit)),
        "absences": absences,
        "tasks": read.tasks.iter().map(|task| task_row(&visit, task)).collect::<Vec<_>>(),
        "consents": consents(&visit, &read.consents, &read.words),
        "goals": read.records.goals(lang),
        "cases": read.records.cases(lang),
        "timeline": timeline::sorted(items),
        "is_full": read.contacts.len() >= CONTACTS,
        "years": years(shown),
        "more": address(&format!("/pupils/{sign}"), &[("years", &(shown + 1).to_string())]),
        "holds": read.holds,
        "contact": address("/contacts/new", &contact),
        "may_contact": visit.may(UseCase::ContactAdd),
        "may_change": visit.may(UseCase::PupilChange),
        "may_letters": visit.may(UseCase::LetterDraft),
        "may_records": visit.may(UseCase::FamilyRecordChange),
        "sees_records": visit.may(UseCase::FamilyRecordRead),
        "sees_tasks": visit.may(UseCase::TaskRead),
        "sees_consents": visit.may(UseCase::ConsentRead),
        "sees_contacts": visit.may(UseCase::ContactRead),
        "case_new": address("/records/support-cases/new", &[("pupil", &pupil.code)]),
        "consent_new": address("/records/consents/new", &[("pupil", &pupil.code)]),
        "ladder_new": address("/records/ladder-events/new", &[("pupil", &pupil.code)]),
        "transition_new": address("/records/transitions/new", &[("pupil", &pupil.code)]),
    });
    visit.page("family-pupil", &view)
}

/// The school years that are shown, as a sentence says them.
pub(super) fn years(shown: i32) -> String {
    let now = SchoolYear::of(today());
    let first = SchoolYear(now.0 - shown + 1);
    format!("{first} – {now}")
}

async fn read(visit: &Visit, code: &str, shown: i32) -> Result<Read, Failure> {
    let lang = visit.lang();
    let code = code.to_owned();
    let may = |use_case| visit.may(use_case);
    let (sees_contacts, sees_tasks) = (may(UseCase::ContactRead), may(UseCase::TaskRead));
    let (sees_consents, sees_records) = (may(UseCase::ConsentRead), may(UseCase::FamilyRecordRead));
    let sees_holds = may(UseCase::ErasureRead);
    visit
        .ask(move |app, actor| {
            let now = SchoolYear::of(today());
            let mut years = Vec::new();
            for back in 0..shown {
                let year = SchoolYear(now.0 - back);
                years.push(app.pupil(actor, &code, Some(year))?);
            }
            let from = SchoolYear(now.0 - shown + 1).period().first;
            let filter = ContactFilter {
                pupil: Some(&code),
                from: Some(from),
                limit: CONTACTS,
                ..ContactFilter::default()
            };
            let contacts = if sees_contacts { app.contacts(actor, &filter)? } else { Vec::new() };
            let filter = TaskFilter { pupil: Some(&code), ..TaskFilter::default() };
            let tasks = if sees_tasks { app.tasks(actor, &filter)? } else { Vec::new() };
            let consents =
                if sees_consents { app.consents(actor, Some(&code))? } else { Vec::new() };
            let household = years[0].facts.household.clone();
            let about = About { pupils: vec![code.clone()], household };
            let records = if sees_records {
                Records::read(app, actor, &about, from)?
            } else {
                Records::default()
            };
            let mut holds = Vec::new();
            if sees_holds {
                let theirs = [Some(&code), years[0].facts.household.as_ref()];
                let all = app.holds(actor)?;
                let all = all.into_iter().filter(|hold| theirs.contains(&Some(&hold.code)));
                holds.extend(all.map(|hold| hold.reason));
            }
            let number = &years[0].facts.school;
            let school = app.school(actor, number)?.facts.school.name;
            let words = app.words(lang)?;
            Ok(Read { years, contacts, tasks, consents, records, holds, school, words })
        })
        .await
}

/// A sign that nobody sees: of somebody whose data may only be kept, whoever answers for that is told
/// so; everybody else finds nobody.
pub(super) async fn restricted(visit: &Visit, code: &str, failure: Failure) -> Answer {
    if !visit.may(UseCase::SubjectRead) {
        return Err(failure);
    }
    let asked = code.to_owned();
    let found = visit.ask(move |app, actor| Ok(app.subject(actor, &asked))).await?;
    let Some(facts) = found.ok().filter(|facts| facts.is_restricted) else { return Err(failure) };
    let lang = visit.lang();
    let reasons: Vec<String> = facts
        .restrictions
        .iter()
        .filter(|restriction| restriction.lifted_at.is_none())
        .map(|restriction| restriction.reason.text().get(lang).to_owned())
        .collect();
    let view = json!({
        "code": code,
        "reasons": reasons,
        "subject": format!("/subjects/{}", segment(code)),
    });
    Ok(visit.page("family-restricted", &view)?.into_response())
}

/// An open task as a line.
pub(super) fn task_row(visit: &Visit, facts: &TaskFacts) -> Value {
    let lang = visit.lang();
    let said = &facts.view.task.said;
    json!({
        "label": said.label.get(lang),
        "pupil": facts.view.pupil,
        "address": format!("/inbox/tasks/{}", facts.view.task.id),
        "due": day(said.due, lang),
        "state": facts.bucket.text().get(lang),
        "owner": facts.view.owner.as_ref().map(|(code, _)| code),
    })
}

/// Consents with whether they hold today.
pub(super) fn consents(
    visit: &Visit,
    all: &[ConsentStanding],
    words: &crate::app::Words,
) -> Vec<Value> {
    let lang = visit.lang();
    let row = |standing: &ConsentStanding| {
        let consent = &standing.consent;
        json!({
            "code": consent.code,
            "address": format!("/consents/{}", segment(&consent.code)),
            "purpose": words.code_of("consent-purpose", &consent.purpose).word(lang),
            "recipient": consent.recipient,
            "given": day(consent.given, lang),
            "expires": consent.expires.map(|expires| day(expires, lang)),
            "holds": standing.rests.is_none(),
            "why_not": standing.rests.as_ref().map(|why| why.word(lang)),
            "shared": standing.shared.len(),
        })
    };
    all.iter().map(row).collect()
}
