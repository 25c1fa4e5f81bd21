//! Finding families, the page of one, and what is known of it.

use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::app::{ConsentStanding, HouseholdFacts, Kind, TaskFacts, TaskFilter, UseCase, Words};
use crate::domain::{ContactView, SchoolYear};

use super::super::Failure;
use super::super::fields::Fields;
use super::super::visit::{Answer, Visit};
use super::about::{About, Records};
use super::once::{once, token};
use super::parts::{Choice, Mistake, Pager, ROWS, address, filled, name, refused, segment, today};
use super::pupils::{CONTACTS, consents, restricted, task_row, years};
use super::timeline;

/// This school year and the one before.
const YEARS: i32 = 2;

/// The list of families, with the finder.
pub(super) async fn list(visit: Visit, fields: Fields) -> Answer {
    let lang = visit.lang();
    let page = Pager::asked(fields.one("page"));
    let text = fields.one("q").to_owned();
    let asked = text.clone();
    let found = visit
        .ask(move |app, actor| app.find_households(actor, &asked, (page - 1) * ROWS, ROWS))
        .await?;
    let row = |facts: &HouseholdFacts| {
        let household = &facts.household;
        json!({
            "code": household.code,
            "name": household.name,
            "address": format!("/families/{}", segment(&household.code)),
            "language": facts.language.as_ref().map(|language| language.word(lang)),
            "children": children(facts),
        })
    };
    let rows: Vec<Value> = found.rows.iter().map(row).collect();
    visit.page(
        "family-families",
        &json!({
            "rows": rows,
            "q": text,
            "pager": Pager::new(page, found.total, "/families", &[("q", &text)]),
            "may_add": visit.may(UseCase::HouseholdChange),
        }),
    )
}

fn children(facts: &HouseholdFacts) -> Vec<Value> {
    let row = |child: &crate::app::PupilFacts| {
        let pupil = &child.pupil;
        json!({
            "name": name(&pupil.given_name, &pupil.family_name),
            "code": pupil.code,
            "class": pupil.class,
            "address": format!("/pupils/{}", segment(&pupil.code)),
        })
    };
    facts.pupils.iter().map(row).collect()
}

/// All that is read for the page of a family.
struct Read {
    facts: HouseholdFacts,
    contacts: Vec<ContactView>,
    tasks: Vec<TaskFacts>,
    consents: Vec<ConsentStanding>,
    records: Records,
    holds: Vec<String>,
    words: Words,
}

/// The page of one family.
pub(super) async fn page(visit: Visit, Path(code): Path<String>, fields: Fields) -> Answer {
    let shown: i32 = fields.one("years").parse().unwrap_or(YEARS).clamp(YEARS, 30);
    let read = match read(&visit, &code, shown).await {
        Err(failure) if failure.status() == StatusCode::NOT_FOUND => {
            return restricted(&visit, &code, failure).await;
        }
        read => read?,
    };
    let lang = visit.lang();
    let household = &read.facts.household;
    let sign = segment(&household.code);
    let mut items = timeline::of_contacts(&visit, &read.contacts, &read.words);
    items.extend(timeline::of_records(&visit, &read.records));
    let sees_consents = visit.may(UseCase::ConsentRead);
    let view = json!({
        "name": household.name,
        "code": household.code,
        "sign": sign,
        "language": read.facts.language.as_ref().map(|language| language.word(lang)),
        "children": children(&read.facts),
        "tasks": read.tasks.iter().map(|task| task_row(&visit, task)).collect::<Vec<_>>(),
        "consents": consents(&visit, &read.consents, &read.words),
        "goals": read.records.goals(lang),
        "cases": read.records.cases(lang),
        "timeline": timeline::sorted(items),
        "is_full": read.contacts.len() >= CONTACTS,
        "years": years(shown),
        "more": address(&format!("/families/{sign}"), &[("years", &(shown + 1).to_string())]),
        "holds": read.holds,
        "contact": address("/contacts/new", &[("household", &household.code)]),
        "may_change": visit.may(UseCase::HouseholdChange),
        "may_add_pupil": visit.may(UseCase::PupilChange),
        "pupil_new": address("/pupils/new", &[("household", &household.code)]),
        "case_new": address("/records/support-cases/new", &[("household", &household.code)]),
        "consent_new": address("/records/consents/new", &[("household", &household.code)]),
        "may_sheet": visit.may(UseCase::SheetFamily),
        "sheet": address("/sheets/family", &[("household", &household.code)]),
        "may_contact": visit.may(UseCase::ContactAdd),
        "may_records": visit.may(UseCase::FamilyRecordChange),
        "sees_consents": sees_consents,
    });
    visit.page("family-family", &view)
}

async fn read(visit: &Visit, code: &str, shown: i32) -> Result<Read, Failure> {
    let lang = visit.lang();
    let code = code.to_owned();
    let sees_holds = visit.may(UseCase::ErasureRead);
    let sees_consents = visit.may(UseCase::ConsentRead);
    visit
        .ask(move |app, actor| {
            // Whoever sees families sees what the team writes about them: the roles are the same. Only
            // consents are not shown under an emergency access.
            let facts = app.family(actor, &code)?;
            let from = SchoolYear(SchoolYear::of(today()).0 - shown + 1).period().first;
            let contacts = app.family_contacts(actor, &code, Some(from), CONTACTS)?;
            let pupils: Vec<String> =
                facts.pupils.iter().map(|child| child.pupil.code.clone()).collect();
            let mut tasks = Vec::new();
            let mut standing =
                if sees_consents { app.consents(actor, Some(&code))? } else { Vec::new() };
            for pupil in &pupils {
                let filter = TaskFilter { pupil: Some(pupil), ..TaskFilter::default() };
                tasks.extend(app.tasks(actor, &filter)?);
                let theirs =
                    if sees_consents { app.consents(actor, Some(pupil))? } else { Vec::new() };
                for further in theirs {
                    if !standing.iter().any(|it| it.consent.code == further.consent.code) {
                        standing.push(further);
                    }
                }
            }
            let about = About { pupils, household: Some(code.clone()) };
            let records = Records::read(app, actor, &about, from)?;
            let mut holds = Vec::new();
            if sees_holds {
                let all = app.holds(actor)?.into_iter();
                let theirs =
                    all.filter(|hold| hold.code == code || about.pupils.contains(&hold.code));
                holds.extend(theirs.map(|hold| hold.reason));
            }
            let words = app.words(lang)?;
            Ok(Read { facts, contacts, tasks, consents: standing, records, holds, words })
        })
        .await
}

/// The form for a new family.
pub(super) async fn new(visit: Visit) -> Answer {
    form(&visit, None, &Fields::default(), Vec::new()).await
}

/// Takes a family in.
pub(super) async fn add(visit: Visit, fields: Fields) -> Answer {
    let said = visit.say("family.saved");
    let make = async {
        let asked = fields.clone();
        let added = visit
            .ask(move |app, actor| {
                let values = ["code", "name", "language"].map(|name| (name, asked.one(name)));
                Ok(app.add(actor, Kind::Households, &values))
            })
            .await?;
        match added {
            Ok(()) => Ok(Ok(format!("/families/{}", segment(fields.one("code"))))),
            Err(error) => {
                let mistakes = refused(error, &visit, |field| title(&visit, field))?;
                Ok(Err(form(&visit, None, &fields, mistakes).await?))
            }
        }
    };
    once(&visit, fields.one("once"), &said, make).await
}

/// The form with what is known of a family.
pub(super) async fn edit(visit: Visit, Path(code): Path<String>) -> Answer {
    let asked = code.clone();
    let found = visit.ask(move |app, actor| app.family(actor, &asked)).await?;
    let household = found.household;
    let language = household.language.unwrap_or_default();
    let fields = filled([("name", household.name), ("language", language)]);
    form(&visit, Some(&code), &fields, Vec::new()).await
}

/// Changes what is known of a family.
pub(super) async fn change(visit: Visit, Path(code): Path<String>, fields: Fields) -> Answer {
    let (asked, sign) = (fields.clone(), code.clone());
    let changed = visit
        .ask(move |app, actor| {
            let values = ["name", "language"].map(|name| (name, asked.one(name)));
            Ok(app.change_household(actor, &sign, &values))
        })
        .await?;
    match changed {
        Ok(()) => visit.done(&format!("/families/{}", segment(&code)), &visit.say("family.saved")),
        Err(error) => {
            let mistakes = refused(error, &visit, |field| title(&visit, field))?;
            form(&visit, Some(&code), &fields, mistakes).await
        }
    }
}

fn title(visit: &Visit, field: &str) -> Option<String> {
    Some(visit.say(match field {
        "code" => "family.code",
        "name" => "family.household-name",
        "language" => "family.letters-in",
        _ => return None,
    }))
}

async fn form(visit: &Visit, code: Option<&str>, typed: &Fields, mistakes: Vec<Mistake>) -> Answer {
    let lang = visit.lang();
    let languages = visit.ask(|app, _| app.codes(Some("language"))).await?;
    let chosen = typed.one("language");
    let languages: Vec<Choice> = languages
        .iter()
        .map(|(_, language)| Choice::new(&language.code, language.word(lang), chosen))
        .collect();
    let token = typed.some("once").map_or_else(token, str::to_owned);
    let action = code.map_or_else(
        || "/families/new".to_owned(),
        |code| format!("/families/{}/change", segment(code)),
    );
    let status =
        if mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = json!({
        "mistakes": mistakes,
        "is_new": code.is_none(),
        "code": code.unwrap_or(typed.one("code")),
        "name": typed.one("name"),
        "languages": languages,
        "action": action,
        "back": code.map_or("/families".to_owned(), |code| format!("/families/{}", segment(code))),
        "once": token,
    });
    visit.page_with(status, "family-family-form", &view)
}
