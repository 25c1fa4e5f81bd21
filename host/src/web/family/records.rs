//! The kinds of records, and the list of each: one set of pages for all of them.

use axum::extract::Path;
use serde_json::{Value, json};

use crate::app::{EntryQuery, UseCase};
use crate::domain::{Day, FormField, FormKind, FormType, Visible};

use super::super::Failure;
use super::super::fields::Fields;
use super::super::visit::{Answer, Visit};
use super::parts::{Choice, Pager, ROWS, address, segment};

/// The kinds that people who work at schools write down again and again; they come first.
const OFTEN: [&str; 2] = ["group-activities", "gaps"];

/// How many columns a list has: the sign, the day, and what tells records apart.
const COLUMNS: usize = 6;

/// The kind of that name.
pub(super) fn kind(name: &str) -> Result<FormKind, Failure> {
    FormKind::of_name(name).ok_or_else(Failure::not_found)
}

/// What looking at records of a kind is.
pub(super) fn reading(kind: FormKind) -> UseCase {
    match kind.visible {
        Visible::Open => UseCase::ProgrammeRecordRead,
        Visible::Programme => UseCase::FamilyRecordRead,
    }
}

/// What adding and changing records of a kind is.
pub(super) fn changing(kind: FormKind) -> UseCase {
    match kind.visible {
        Visible::Open => UseCase::ProgrammeRecordChange,
        Visible::Programme => UseCase::FamilyRecordChange,
    }
}

/// All kinds, those that are written often first.
pub(super) async fn kinds(visit: Visit) -> Answer {
    let lang = visit.lang();
    let row = |kind: FormKind| {
        json!({
            "title": kind.title.get(lang),
            "meaning": kind.meaning.get(lang),
            "address": format!("/records/{}", kind.name),
            "add": visit.may(changing(kind)).then(|| format!("/records/{}/new", kind.name)),
        })
    };
    let seen = || FormKind::all().filter(|kind| visit.may(reading(*kind)));
    let is_often = |kind: &FormKind| OFTEN.contains(&kind.name.as_str());
    let of = |visible: Visible| -> Vec<Value> {
        seen().filter(|kind| kind.visible == visible && !is_often(kind)).map(row).collect()
    };
    let often: Vec<Value> =
        OFTEN.iter().filter_map(|name| seen().find(|kind| kind.name == *name)).map(row).collect();
    let view = json!({
        "often": often,
        "families": of(Visible::Programme),
        "programme": of(Visible::Open),
    });
    visit.page("family-kinds", &view)
}

/// The columns of a list: the sign and the day, then what is required, then what is left.
fn columns(kind: FormKind) -> Vec<(usize, &'static FormField)> {
    let all = || kind.form().fields.iter().enumerate();
    let is_sign = |field: &FormField| field.kind == FormType::Sign;
    let mut chosen: Vec<(usize, &'static FormField)> = all().filter(|it| is_sign(it.1)).collect();
    chosen.extend(all().filter(|(_, field)| field.name == kind.when));
    let of_people = [FormType::Pupil, FormType::Household, FormType::School];
    let orders: [&dyn Fn(&FormField) -> bool; 3] =
        [&|field| of_people.contains(&field.kind), &|field| field.required, &|_| true];
    for is_next in orders {
        for (place, field) in all() {
            let is_there = chosen.iter().any(|(other, _)| *other == place);
            if chosen.len() < COLUMNS && !is_there && is_next(field) {
                chosen.push((place, field));
            }
        }
    }
    chosen
}

/// The fields by which a list can be narrowed: the state and the kind, whatever they are called.
fn narrowing(kind: FormKind) -> impl Iterator<Item = &'static FormField> {
    let names = ["state", "status", "kind", "area", "service", "purpose", "step"];
    let fields = kind.form().fields.iter();
    fields
        .filter(move |field| field.kind == FormType::Code && names.contains(&field.name.as_str()))
        .take(2)
}

/// The list of one kind.
pub(super) async fn list(visit: Visit, Path(name): Path<String>, fields: Fields) -> Answer {
    let kind = kind(&name)?;
    let lang = visit.lang();
    let page = Pager::asked(fields.one("page"));
    let day = |name: &str| fields.one(name).parse::<Day>().ok();
    let (from, until) = (day("from"), day("until"));
    let filters: Vec<&'static FormField> = narrowing(kind)
        .chain(kind.form().fields.iter().filter(|field| field.kind == FormType::Pupil))
        .collect();
    let equal: Vec<String> = filters
        .iter()
        .filter_map(|field| Some(format!("{}={}", field.name, fields.some(&field.name)?)))
        .collect();
    let (found, lists) = visit
        .ask(move |app, actor| {
            app.permit(actor, reading(kind))?;
            // One more than is shown says whether there is another page.
            let limit = Some(page * ROWS + 1);
            let query = EntryQuery { from, until, equal: &equal, limit };
            let found = match app.entries(actor, kind, &query) {
                // A sign that names nobody in sight has no records.
                Err(crate::app::Error::Mistakes(_)) => Vec::new(),
                found => found?,
            };
            let mut lists = Vec::new();
            for field in narrowing(kind) {
                lists.push(app.codes(Some(&field.codes))?);
            }
            Ok((found, lists))
        })
        .await?;
    let columns = columns(kind);
    let rows: Vec<Value> = found
        .iter()
        .skip((page - 1) * ROWS)
        .take(ROWS)
        .map(|view| {
            let cells: Vec<String> = columns
                .iter()
                .skip(1)
                .map(|(place, _)| {
                    view.said.get(*place).map_or_else(String::new, |said| said.word(lang))
                })
                .collect();
            json!({
                "code": view.code(),
                "address": format!("/records/{}/{}", kind.name, segment(view.code())),
                "cells": cells,
            })
        })
        .collect();
    let selects: Vec<Value> = narrowing(kind)
        .zip(&lists)
        .map(|(field, list)| {
            let chosen = fields.one(&field.name);
            let codes: Vec<Choice> = list
                .iter()
                .map(|(_, code)| Choice::new(&code.code, code.word(lang), chosen))
                .collect();
            json!({ "name": field.name, "title": field.title.get(lang), "codes": codes })
        })
        .collect();
    let pupil = kind.form().fields.iter().find(|field| field.kind == FormType::Pupil);
    let mut pairs: Vec<(&str, &str)> =
        vec![("from", fields.one("from")), ("until", fields.one("until"))];
    pairs.extend(filters.iter().map(|field| (field.name.as_str(), fields.one(&field.name))));
    let path = format!("/records/{}", kind.name);
    let at = |page: usize| {
        let number = page.to_string();
        let mut all = pairs.clone();
        if page > 1 {
            all.push(("page", &number));
        }
        address(&path, &all)
    };
    let view = json!({
        "kind": kind.name,
        "kind_title": kind.title.get(lang),
        "meaning": kind.meaning.get(lang),
        "columns": columns.iter().map(|(_, field)| field.title.get(lang)).collect::<Vec<_>>(),
        "rows": rows,
        "from": fields.one("from"),
        "until": fields.one("until"),
        "selects": selects,
        "pupil": pupil.map(|field| json!({
            "name": field.name, "title": field.title.get(lang), "value": fields.one(&field.name),
        })),
        "previous": (page > 1).then(|| at(page - 1)),
        "next": (found.len() > page * ROWS).then(|| at(page + 1)),
        "add": visit.may(changing(kind)).then(|| format!("{path}/new")),
        "is_consents": kind.name == "consents",
    });
    visit.page("family-records", &view)
}
