//! Letters for the open tasks of a pupil: which there are, in which languages, and drafts to print.

use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::app::{LetterChoice, LetterOrder, TaskFilter};
use crate::domain::{Day, Lang};

use super::super::fields::Fields;
use super::super::visit::{Answer, Visit};
use super::parts::{Choice, Mistake, day, name, refused, segment};

/// The languages that are written from right to left.
const RIGHT_TO_LEFT: [&str; 8] = ["ar", "arc", "ckb", "dv", "fa", "he", "ps", "ur"];

pub(super) async fn list(visit: Visit, Path(code): Path<String>) -> Answer {
    show(&visit, &code, Vec::new()).await
}

async fn show(visit: &Visit, code: &str, mistakes: Vec<Mistake>) -> Answer {
    let lang = visit.lang();
    let asked = code.to_owned();
    let (pupil, found, languages) = visit
        .ask(move |app, actor| {
            let pupil = app.pupil(actor, &asked, None)?.facts.pupil;
            let filter = TaskFilter { pupil: Some(&asked), ..TaskFilter::default() };
            let mut found = Vec::new();
            for task in app.tasks(actor, &filter)? {
                if task.view.task.said.templates.is_empty() {
                    continue;
                }
                // One whose package is gone has no letters any more, and the others still have theirs.
                let letters = app.letters(actor, &task.view.task.id.to_string());
                found.push((task, letters.map_err(|error| error.message(lang))));
            }
            Ok((pupil, found, app.codes(Some("language"))?))
        })
        .await?;
    let word = |code: &str| {
        let known = languages.iter().find(|(_, language)| language.code == code);
        known.map_or_else(|| code.to_owned(), |(_, language)| language.word(lang).to_owned())
    };
    let letter = |letter: &LetterChoice| {
        let choices: Vec<Choice> = letter
            .languages
            .iter()
            .map(|language| Choice::new(language, word(language), &letter.language))
            .collect();
        let lacks = letter.family.as_ref().filter(|family| !letter.languages.contains(*family));
        json!({
            "template": letter.template,
            "chosen": letter.chosen,
            "languages": choices,
            "family": letter.family.as_deref().map(word),
            "lacks": lacks.map(|family| word(family)),
            "by": letter.by.to_string(),
        })
    };
    let tasks: Vec<Value> = found
        .iter()
        .map(|(task, letters)| {
            let said = &task.view.task.said;
            json!({
                "id": task.view.task.id.to_string(),
                "label": said.label.get(lang),
                "due": day(said.due, lang),
                "letters": letters.as_ref().map_or_else(|_| Vec::new(), |all| all.iter().map(letter).collect()),
                "problem": letters.as_ref().err(),
            })
        })
        .collect();
    let status =
        if mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = json!({
        "mistakes": mistakes,
        "name": name(&pupil.given_name, &pupil.family_name),
        "code": code,
        "sign": segment(code),
        "tasks": tasks,
    });
    visit.page_with(status, "family-letters", &view)
}

/// Drafts a letter and shows it ready to print. Nothing is sent to anybody; the task's history notes the
/// draft.
pub(super) async fn draft(visit: Visit, Path(code): Path<String>, fields: Fields) -> Answer {
    let lang: Lang = visit.lang();
    let (asked, pupil) = (fields.clone(), code.clone());
    let by = fields.some("by").map(str::parse::<Day>).transpose();
    let Ok(by) = by else {
        let mistakes = vec![Mistake::new(visit.say("family.no-day"), None)];
        return show(&visit, &code, mistakes).await;
    };
    let drafted = visit
        .ask(move |app, actor| {
            // The task has to be this pupil's: the address says whom the letter is about.
            let task = app.task(actor, asked.one("task"), lang)?.facts.view;
            if task.pupil != pupil {
                return Err(crate::app::Error::NoSuchPupil(pupil));
            }
            let order = LetterOrder {
                task: asked.one("task"),
                template: asked.some("template"),
                language: asked.some("language"),
                by,
                as_page: false,
            };
            Ok(app.draft_letter(actor, &order, lang))
        })
        .await?;
    let drafted = match drafted {
        Ok(drafted) => drafted,
        Err(error) => return show(&visit, &code, refused(error, &visit, |_| None)?).await,
    };
    let first = drafted.language.split('-').next().unwrap_or_default();
    let paragraphs: Vec<&str> =
        drafted.text.split("\n\n").map(str::trim).filter(|part| !part.is_empty()).collect();
    let view = json!({
        "code": code,
        "sign": segment(&code),
        "language": drafted.language,
        "direction": if RIGHT_TO_LEFT.contains(&first) { "rtl" } else { "ltr" },
        "paragraphs": paragraphs,
        "remark": drafted.remark.map(|remark| remark.get(lang).to_owned()),
    });
    visit.page("family-letter", &view)
}
