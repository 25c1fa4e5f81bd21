//! The grant dialog: each field a plugin asks for is allowed or refused, with the purpose beside it.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::app::{GrantWish, PluginAccess, SchoolFacts, UseCase};
use crate::domain::{Coarsening, Day, Dictionary, Grant, GrantTerms, GrantedSchools};
use crate::web::fields::Fields;
use crate::web::routes::{Guard, Routes};
use crate::web::visit::{Answer, Visit};

use super::{plugin, told};

pub(super) fn routes(routes: Routes) -> Routes {
    let grant = Guard::May(UseCase::PluginGrant);
    routes.get("/plugins/{id}/{version}/grants", grant, dialog).post(
        "/plugins/{id}/{version}/grants",
        grant,
        decide,
    )
}

type Named = Path<(String, String)>;

async fn dialog(visit: Visit, Path((id, version)): Named) -> Answer {
    shown(&visit, &id, &version, None, Value::Null, StatusCode::OK).await
}

/// The names of all fields that are asked for, as `contacts.minutes`.
fn names(access: &PluginAccess) -> Vec<String> {
    let datasets = access.datasets.iter();
    datasets
        .flat_map(|dataset| {
            dataset.fields.iter().map(|field| format!("{}.{}", dataset.name, field.name))
        })
        .collect()
}

fn grants(access: &PluginAccess) -> impl Iterator<Item = &Grant> {
    let fields = access.datasets.iter().flat_map(|dataset| &dataset.fields);
    fields.filter(|field| field.is_allowed).filter_map(|field| field.grant.as_ref())
}

/// The limits that the dialog begins with: those that the plugin has.
fn limits(access: &PluginAccess) -> GrantTerms {
    grants(access).next().map(|grant| grant.terms.clone()).unwrap_or_default()
}

async fn shown(
    visit: &Visit,
    id: &str,
    version: &str,
    typed: Option<&Fields>,
    mistakes: Value,
    status: StatusCode,
) -> Answer {
    let name = format!("{id}@{version}");
    let (access, schools) = visit
        .ask_long(move |app, actor| Ok((app.plugin_access(&name)?, app.schools(actor)?)))
        .await?;
    let lang = visit.lang();
    let limits = limits(&access);
    let mut datasets = plugin::may_read(&access, visit);
    for field in datasets
        .as_array_mut()
        .into_iter()
        .flatten()
        .filter_map(|dataset| dataset.get_mut("fields")?.as_array_mut())
        .flatten()
    {
        decided(field, &access, typed, visit);
    }
    let day = |name: &str, known: Option<Day>| match typed {
        Some(fields) => fields.one(name).to_owned(),
        None => known.map_or_else(String::new, |day| day.to_string()),
    };
    let chosen = typed.map_or_else(
        || match &limits.schools {
            GrantedSchools::All => BTreeSet::new(),
            GrantedSchools::Only(numbers) => numbers.clone(),
        },
        |fields| fields.all("school").into_iter().collect(),
    );
    let school = |facts: &SchoolFacts| {
        json!({
            "number": facts.school.number,
            "name": facts.school.name,
            "is_chosen": chosen.contains(&facts.school.number),
        })
    };
    let view = json!({
        "id": id,
        "version": version,
        "title": access.title.get(lang),
        "datasets": datasets,
        "schools": schools.iter().map(school).collect::<Vec<_>>(),
        "first": day("first", limits.first),
        "last": day("last", limits.last),
        "until": day("until", limits.until),
        "has_limits": !chosen.is_empty() || limits != GrantTerms::default(),
        "may_manage": visit.may(UseCase::PluginManage),
        "mistakes": mistakes,
    });
    visit.page_with(status, "plugin-grants", &view)
}

/// Adds to a field what was decided about it, and how much coarser it can be.
fn decided(field: &mut Value, access: &PluginAccess, typed: Option<&Fields>, visit: &Visit) {
    let name = field["name"].as_str().unwrap_or_default().to_owned();
    let lang = visit.lang();
    let grant = grants(access).find(|grant| grant.name() == name);
    let has_any = grants(access).next().is_some();
    let decision = match typed {
        Some(fields) => fields.one(&name).to_owned(),
        None if grant.is_some() => "yes".to_owned(),
        // Where somebody has decided before, what is not granted was refused.
        None if has_any => "no".to_owned(),
        None => String::new(),
    };
    let (dataset, short) = name.split_once('.').unwrap_or_default();
    let known = Dictionary::get().dataset(dataset).and_then(|dataset| dataset.field(short));
    let coarse = match typed {
        Some(fields) => fields.one(&format!("coarse.{name}")).to_owned(),
        None => grant
            .and_then(|grant| grant.terms.coarsening)
            .map_or_else(String::new, |kind| kind.code().to_owned()),
    };
    let option = |kind: &Coarsening| json!({ "code": kind.code(), "title": kind.text().get(lang) });
    let coarser: Vec<Value> = known
        .map_or_else(Vec::new, |known| Coarsening::fitting(known).iter().map(option).collect());
    if let Some(field) = field.as_object_mut() {
        field.insert("decision".into(), decision.into());
        field.insert("coarser".into(), coarser.into());
        field.insert("coarse".into(), coarse.into());
    }
}

/// What was decided in the dialog.
struct Decision {
    allowed: Vec<String>,
    refused: Vec<String>,
    wish: GrantWish,
}

fn read(visit: &Visit, fields: &Fields, names: &[String]) -> Result<Decision, Value> {
    let mut decision =
        Decision { allowed: Vec::new(), refused: Vec::new(), wish: GrantWish::default() };
    let mut coarse = BTreeMap::new();
    for name in names {
        match fields.one(name) {
            "yes" => {
                if let Some(code) = fields.some(&format!("coarse.{name}")) {
                    let kind: Result<Coarsening, _> = code.parse();
                    let wrong = |_| told::mistake(visit, "plugin.wrong-coarse", name);
                    coarse.insert(name.clone(), kind.map_err(wrong)?);
                }
                decision.allowed.push(name.clone());
            }
            "no" => decision.refused.push(name.clone()),
            // A field that nobody decided about is neither allowed nor refused by accident.
            _ => return Err(told::mistake(visit, "plugin.undecided", &format!("yes-{name}"))),
        }
    }
    let day = |name: &str| -> Result<Option<Day>, Value> {
        let given = fields.some(name).map(str::parse::<Day>).transpose();
        given.map_err(|_| told::mistake(visit, "report.wrong-day", name))
    };
    let (first, last, until) = (day("first")?, day("last")?, day("until")?);
    decision.wish = GrantWish { schools: fields.all("school"), first, last, until, coarse };
    Ok(decision)
}

async fn decide(visit: Visit, Path((id, version)): Named, fields: Fields) -> Answer {
    let name = format!("{id}@{version}");
    let asked = name.clone();
    let access = visit.ask_long(move |app, _| app.plugin_access(&asked)).await?;
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let decision = match read(&visit, &fields, &names(&access)) {
        Ok(decision) => decision,
        Err(mistakes) => {
            return shown(&visit, &id, &version, Some(&fields), mistakes, status).await;
        }
    };
    let allowed = decision.allowed.len();
    let done = visit
        .ask_long(move |app, actor| {
            let Decision { allowed, refused, wish } = decision;
            let granted = app.grant_within(actor, &name, Some(&allowed), &wish)?;
            app.revoke(actor, &name, Some(&refused))?;
            Ok((granted, app.next_step(&name)?))
        })
        .await;
    let (granted, next) = match done {
        Ok(done) => done,
        Err(failure) => {
            let mistakes = told::mistakes(&visit, failure)?;
            return shown(&visit, &id, &version, Some(&fields), mistakes, status).await;
        }
    };
    let mut said = vec![visit.say_with("plugin.granted-now", &[allowed.to_string()])];
    if !granted.wider.is_empty() {
        said.push(visit.say_with("plugin.wider", &[granted.wider.join(", ")]));
    }
    said.push(visit.say(match told::step(next) {
        "grant" => "plugin.next-grant",
        "enable" => "plugin.next-enable",
        _ => "plugin.next-run",
    }));
    visit.done(&format!("/plugins/{id}?version={version}"), &said.join(" "))
}
