//! The form of a record: a control for each field by what stands in it, for new ones and corrections.

use axum::extract::Path;
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::json;

use crate::app::{Choice as Named, Recorded};
use crate::domain::{Code, FormField, FormKind, FormType, FoundWord};

use super::super::Failure;
use super::super::contact::warnings;
use super::super::fields::Fields;
use super::super::visit::{Answer, Visit};
use super::once::{once, token};
use super::parts::{Choice, Mistake, filled, refused, segment, today};
use super::records::{changing, kind};

/// One field as the template shows it. Exactly one of the `is_` is true.
#[derive(Debug, Serialize, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of the template")]
struct Control {
    name: String,
    id: String,
    title: String,
    meaning: String,
    value: String,
    required: bool,
    wrong: bool,
    is_text: bool,
    is_day: bool,
    is_number: bool,
    is_decimal: bool,
    is_select: bool,
    is_set: bool,
    is_datalist: bool,
    least: i64,
    most: i64,
    unit: String,
    choices: Vec<Choice>,
}

/// What keeps a form from being saved.
enum Held {
    No,
    Mistakes(Vec<Mistake>),
    /// Words in its texts that are watched for.
    Words(Vec<FoundWord>),
}

/// The words in the texts of a form that are watched for; none once somebody said that they are meant.
async fn watched(
    visit: &Visit,
    kind: FormKind,
    fields: &Fields,
) -> Result<Vec<FoundWord>, Failure> {
    if fields.has("anyway") {
        return Ok(Vec::new());
    }
    let texts = kind.form().fields.iter().filter(|field| field.kind == FormType::Text);
    let texts: Vec<&str> = texts.map(|field| fields.one(&field.name)).collect();
    let text = texts.join("\n");
    visit
        .ask(move |app, actor| {
            app.permit(actor, changing(kind))?;
            Ok(app.watched_words()?.find(&text))
        })
        .await
}

/// A record that is being changed: its sign.
type Changed<'a> = Option<&'a str>;

pub(super) async fn new(visit: Visit, Path(name): Path<String>, fields: Fields) -> Answer {
    let kind = kind(&name)?;
    // A new record is of today unless the address says otherwise.
    let mut all = fields.pairs().to_vec();
    if !fields.has(&kind.when) {
        all.push((kind.when.clone(), today().to_string()));
    }
    form(&visit, kind, None, &filled(all), Held::No).await
}

/// What the form sends, as it would stand in a file. Sets are sent box by box.
fn values(kind: FormKind, fields: &Fields) -> Vec<String> {
    let value = |field: &FormField| match field.kind {
        FormType::Set => fields.all(&field.name).join("|"),
        // Numbers with points between thousands, as they are read aloud, are no numbers in files.
        FormType::Cents | FormType::Hundredths => {
            fields.one(&field.name).trim_end_matches('€').trim().to_owned()
        }
        // Who picks from the list of suggestions may get sign and name.
        FormType::Pupil | FormType::Household | FormType::Record | FormType::Practitioner => {
            let typed = fields.one(&field.name);
            typed.split_once(" – ").map_or(typed, |(sign, _)| sign).trim().to_owned()
        }
        _ => fields.one(&field.name).to_owned(),
    };
    let is_sent = |field: &&FormField| field.kind != FormType::Sign;
    let all = kind.form().fields.iter().filter(is_sent);
    all.map(|field| format!("{}={}", field.name, value(field))).collect()
}

/// The words of a field.
fn title(kind: FormKind, visit: &Visit, name: &str) -> Option<String> {
    kind.field(name).map(|field| field.title.get(visit.lang()).to_owned())
}

pub(super) async fn add(visit: Visit, Path(name): Path<String>, fields: Fields) -> Answer {
    let kind = kind(&name)?;
    let said = visit.say("family.saved");
    let words = watched(&visit, kind, &fields).await?;
    if !words.is_empty() {
        return form(&visit, kind, None, &fields, Held::Words(words)).await;
    }
    let make = async {
        let (given, over_budget) = (values(kind, &fields), fields.has("over_budget"));
        let added = visit
            .ask(move |app, actor| Ok(app.add_entry(actor, kind, &given, over_budget)))
            .await?;
        match added {
            Ok(Recorded { code, .. }) => {
                Ok(Ok(format!("/records/{}/{}", kind.name, segment(&code))))
            }
            Err(error) => {
                let mistakes = refused(error, &visit, |field| title(kind, &visit, field))?;
                Ok(Err(form(&visit, kind, None, &fields, Held::Mistakes(mistakes)).await?))
            }
        }
    };
    once(&visit, fields.one("once"), &said, make).await
}

pub(super) async fn edit(visit: Visit, Path((name, code)): Path<(String, String)>) -> Answer {
    let kind = kind(&name)?;
    let asked = code.clone();
    let details = visit
        .ask(move |app, actor| {
            app.permit(actor, changing(kind))?;
            app.entry(actor, kind, &asked, crate::domain::KEPT_YEARS)
        })
        .await?;
    let mut all: Vec<(&str, String)> = Vec::new();
    for (field, (name, value)) in kind.form().fields.iter().zip(details.view.in_file()) {
        if field.kind == FormType::Set {
            all.extend(value.split('|').map(|code| (name, code.to_owned())));
        } else {
            all.push((name, value));
        }
    }
    form(&visit, kind, Some(&code), &filled(all), Held::No).await
}

pub(super) async fn change(
    visit: Visit,
    Path((name, code)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let kind = kind(&name)?;
    let words = watched(&visit, kind, &fields).await?;
    if !words.is_empty() {
        return form(&visit, kind, Some(&code), &fields, Held::Words(words)).await;
    }
    let (given, over_budget) = (values(kind, &fields), fields.has("over_budget"));
    let (sign, reason) = (code.clone(), fields.one("reason").to_owned());
    let changed = visit
        .ask(move |app, actor| {
            Ok(app.change_entry(actor, kind, &sign, &given, &reason, over_budget))
        })
        .await?;
    match changed {
        Ok(Recorded { changed, .. }) => {
            let titles: Vec<&str> = changed.iter().map(|title| title.get(visit.lang())).collect();
            let said = visit.say_with("family.changed", &[titles.join(", ")]);
            visit.done(&format!("/records/{}/{}", kind.name, segment(&code)), &said)
        }
        Err(error) => {
            let mistakes = refused(error, &visit, |field| title(kind, &visit, field))?;
            form(&visit, kind, Some(&code), &fields, Held::Mistakes(mistakes)).await
        }
    }
}

async fn form(
    visit: &Visit,
    kind: FormKind,
    code: Changed<'_>,
    typed: &Fields,
    held: Held,
) -> Answer {
    let (mistakes, words) = match held {
        Held::No => (Vec::new(), Vec::new()),
        Held::Mistakes(mistakes) => (mistakes, Vec::new()),
        Held::Words(words) => (Vec::new(), words),
    };
    let (named, lists) = visit
        .ask(move |app, actor| {
            let named = app.choices(actor, kind)?;
            let mut lists = Vec::new();
            for field in kind.form().fields.iter().filter(|field| !field.codes.is_empty()) {
                let codes = app.codes(Some(&field.codes))?.into_iter().map(|(_, code)| code);
                lists.push((field.name.as_str(), codes.collect::<Vec<Code>>()));
            }
            Ok((named, lists))
        })
        .await?;
    let controls: Vec<Control> = kind
        .form()
        .fields
        .iter()
        .filter(|field| field.kind != FormType::Sign)
        .map(|field| {
            let codes = lists.iter().find(|(name, _)| *name == field.name);
            let named = named.get(field.name.as_str()).and_then(Option::as_deref);
            let wrong = mistakes.iter().any(|mistake| mistake.is_about(&field.name));
            control(visit, field, typed, codes.map_or(&[], |(_, codes)| codes), named, wrong)
        })
        .collect();
    let lang = visit.lang();
    let path = format!("/records/{}", kind.name);
    let (action, back) = match code {
        Some(code) => {
            let path = format!("{path}/{}", segment(code));
            (format!("{path}/change"), path)
        }
        None => (format!("{path}/new"), path),
    };
    let is_held = !(mistakes.is_empty() && words.is_empty());
    let status = if is_held { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let first_text = kind.form().fields.iter().find(|field| field.kind == FormType::Text);
    let view = json!({
        "mistakes": mistakes,
        "warnings": warnings(&words, lang),
        "first_text": first_text.map(|field| format!("f-{}", field.name)),
        "kind_title": kind.title.get(lang),
        "meaning": kind.meaning.get(lang),
        "code": code,
        "controls": controls,
        "action": action,
        "back": back,
        "reason": typed.one("reason"),
        "once": typed.some("once").map_or_else(token, str::to_owned),
        "asks_budget": kind.name == "interpreting",
        "over_budget": typed.has("over_budget"),
    });
    visit.page_with(status, "family-record-form", &view)
}

fn control(
    visit: &Visit,
    field: &FormField,
    typed: &Fields,
    codes: &[Code],
    named: Option<&[Named]>,
    wrong: bool,
) -> Control {
    let lang = visit.lang();
    let value = typed.one(&field.name).to_owned();
    let mut control = Control {
        name: field.name.clone(),
        id: format!("f-{}", field.name),
        title: field.title.get(lang).to_owned(),
        meaning: field.meaning.get(lang).to_owned(),
        required: field.required,
        wrong,
        least: field.least,
        most: field.most,
        ..Control::default()
    };
    let of_codes = |chosen: &[String]| -> Vec<Choice> {
        let choice = |code: &Code| Choice {
            code: code.code.clone(),
            name: code.word(lang).to_owned(),
            is_chosen: chosen.contains(&code.code),
        };
        codes.iter().map(choice).collect()
    };
    match field.kind {
        FormType::Sign | FormType::Text => control.is_text = true,
        FormType::Day => control.is_day = true,
        FormType::Number => control.is_number = true,
        FormType::Hundredths | FormType::Cents => {
            control.is_decimal = true;
            if field.kind == FormType::Cents {
                "€".clone_into(&mut control.unit);
            }
        }
        FormType::Flag => {
            control.is_select = true;
            control.choices = vec![
                Choice::new("yes", visit.say("family.yes"), &value),
                Choice::new("no", visit.say("family.no"), &value),
            ];
        }
        FormType::Code => {
            control.is_select = true;
            control.choices = of_codes(std::slice::from_ref(&value));
        }
        FormType::Set => {
            control.is_set = true;
            control.choices = of_codes(&typed.all(&field.name));
        }
        FormType::School | FormType::Practitioner => {
            control.is_select = true;
            let all = named.unwrap_or_default();
            let only = (all.len() == 1 && field.required).then(|| all[0].code.clone());
            let chosen = only.unwrap_or_else(|| value.clone());
            let choice = |one: &Named| {
                Choice::new(&one.code, format!("{} ({})", one.name, one.code), &chosen)
            };
            control.choices = all.iter().map(choice).collect();
        }
        FormType::Pupil | FormType::Household | FormType::Record => {
            control.is_datalist = true;
            let choice = |one: &Named| Choice::new(&one.code, one.name.clone(), &value);
            control.choices = named.unwrap_or_default().iter().map(choice).collect();
        }
    }
    control.value = value;
    control
}
