//! One record with what it said before.

use axum::extract::Path;
use serde_json::{Value, json};

use crate::app::{HistoryRow, Kept, Value as Said, moment};
use crate::domain::{FormField, FormType, KEPT_YEARS, Lang, Shown};

use super::super::visit::{Answer, Visit};
use super::parts::{day, segment};
use super::records::{changing, kind, reading};

pub(super) async fn page(visit: Visit, Path((name, code)): Path<(String, String)>) -> Answer {
    let kind = kind(&name)?;
    let lang = visit.lang();
    let (details, history) = visit
        .ask(move |app, actor| {
            app.permit(actor, reading(kind))?;
            let details = app.entry(actor, kind, &code, KEPT_YEARS)?;
            let words = app.words(lang)?;
            Ok((details, app.entry_history(actor, kind, &code, &words)?))
        })
        .await?;
    let view = &details.view;
    let fields: Vec<Value> = kind
        .form()
        .fields
        .iter()
        .zip(&view.said)
        .map(|(field, said)| {
            json!({
                "title": field.title.get(lang),
                "said": shown(said, lang),
                "address": leads_to(field, said),
            })
        })
        .collect();
    let path = format!("/records/{}/{}", kind.name, segment(view.code()));
    let consent = format!("/consents/{}", segment(view.code()));
    let page = json!({
        "kind": kind.name,
        "kind_title": kind.title.get(lang),
        "code": view.code(),
        "fields": fields,
        "recorded": moment(view.recorded_at),
        "remarks": details.remarks.iter().map(|remark| remark.get(lang)).collect::<Vec<_>>(),
        "kept": details.kept.map(|kept| keeping(&visit, kept)),
        "history": history.iter().map(|row| history_row(row, lang)).collect::<Vec<_>>(),
        "change": visit.may(changing(kind)).then(|| format!("{path}/change")),
        "consent": (kind.name == "consents").then_some(consent),
    });
    visit.page("family-record", &page)
}

/// What stands in a field, with the name of whom or what it names.
fn shown(said: &Shown, lang: Lang) -> String {
    match said {
        Shown::Sign { code, name } if !name.is_empty() => format!("{name} ({code})"),
        said => said.word(lang),
    }
}

/// Where what a field names has a page.
fn leads_to(field: &FormField, said: &Shown) -> Option<String> {
    let Shown::Sign { code, .. } = said else { return None };
    let code = segment(code);
    match field.kind {
        FormType::Pupil => Some(format!("/pupils/{code}")),
        FormType::Household => Some(format!("/families/{code}")),
        FormType::Record => Some(format!("/records/{}/{code}", field.record)),
        _ => None,
    }
}

fn keeping(visit: &Visit, kept: Kept) -> String {
    match kept {
        Kept::BirthUnknown => visit.say("family.kept-birth-unknown"),
        Kept::Until { day: Some(until), .. } => {
            visit.say_with("family.kept-until", &[day(until, visit.lang())])
        }
        Kept::WhileOpen | Kept::Until { day: None, .. } => visit.say("family.kept-while-open"),
    }
}

fn history_row(row: &HistoryRow, lang: Lang) -> Value {
    json!({
        "number": row.number,
        "at": moment(row.at),
        "by": row.by,
        "reason": row.reason,
        "field": row.field.word(lang),
        "before": in_words(&row.before, lang),
        "after": in_words(&row.after, lang),
    })
}

/// A value for reading.
fn in_words(value: &Said, lang: Lang) -> String {
    match value {
        Said::Text(text) => text.clone(),
        Said::Integer(number) => number.to_string(),
        Said::Number(number) => number.text(lang),
        Said::Day(found) => day(*found, lang),
        Said::Code(code) => code.word(lang).to_owned(),
        Said::List(list) => list.join(", "),
        Said::None => "–".to_owned(),
    }
}
