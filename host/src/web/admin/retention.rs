//! How long records are kept, the offer to the archive, and erasing after it.

use axum::http::header;
use axum::response::IntoResponse;

use crate::app::{Error, UseCase, today_here};
use crate::domain::{Day, Number, SheetCell};

use super::super::Failure;
use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::visit::{Answer, Visit};
use super::shown::{Cell, Form, Page, Table, day, moment, problem, typed_day};
use super::subjects::pack;

/// How many pupils a page shows, and the column with how much of theirs is past its time.
const ROWS: usize = 100;
const DUE: usize = 2;
const NOTHING_DUE: SheetCell = SheetCell::Number(Number { units: 0, decimals: 0 });

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/retention", Guard::May(UseCase::ErasureRead), classes)
        .get("/retention/pupils", Guard::May(UseCase::ErasureRead), pupils)
        .get("/retention/preview", Guard::May(UseCase::ErasureRead), preview)
        .post("/retention/years", Guard::May(UseCase::RetentionChange), set_years)
        .post("/retention/term", Guard::May(UseCase::RetentionChange), set_term)
        .post("/retention/offer", Guard::May(UseCase::Erase), offer)
        .post("/retention/answer", Guard::May(UseCase::Erase), answer)
        .post("/retention/erase", Guard::May(UseCase::Erase), erase)
}

async fn classes(visit: Visit) -> Answer {
    page(&visit, None).await?.show(&visit)
}

#[expect(clippy::too_many_lines, reason = "one line for each thing on the page")]
async fn page(visit: &Visit, wrong: Option<&str>) -> Result<Page, Failure> {
    let lang = visit.lang();
    let (classes, (offers, term)) = visit
        .ask_slow(|app, actor| {
            Ok((app.retention_classes(actor, None)?, app.archive_offers(actor)?))
        })
        .await?;
    let options: Vec<(String, String)> = classes
        .iter()
        .map(|facts| (facts.class.code().to_owned(), facts.class.text().get(lang).to_owned()))
        .collect();
    let rows = classes.iter().map(|facts| {
        let chosen = if facts.is_chosen { "admin.chosen-here" } else { "admin.chosen-law" };
        vec![
            Cell::text(facts.class.text().get(lang)),
            Cell::number(facts.years),
            Cell::text(visit.say(chosen)),
            Cell::text(facts.class.closing().get(lang)),
            Cell::number(facts.records),
            Cell::number(facts.due),
            Cell::number(facts.undecided),
            Cell::number(facts.held),
            Cell::text(facts.earliest.map(|at| day(at, lang)).unwrap_or_default()),
        ]
    });
    let table = Table {
        caption: visit.say("admin.retention-classes"),
        heads: vec![
            visit.say("admin.records"),
            visit.say("admin.years"),
            visit.say("admin.chosen"),
            visit.say("admin.closed-when"),
            visit.say("admin.entries"),
            visit.say("admin.due"),
            visit.say("admin.undecided"),
            visit.say("admin.held"),
            visit.say("admin.earliest"),
        ],
        rows: rows.collect(),
        none: visit.say("admin.none"),
    };
    let is_waiting = offers.iter().any(|offer| offer.answer.is_none());
    let rows = offers.into_iter().map(|offer| {
        let said = match &offer.answer {
            None => visit.say("admin.answer-none"),
            Some((answer, on)) if answer == "taken" => {
                visit.say_with("admin.answer-taken", &[day(*on, lang)])
            }
            Some((_, on)) => visit.say_with("admin.answer-declined", &[day(*on, lang)]),
        };
        vec![
            Cell::text(moment(offer.at, lang)),
            Cell::text(day(offer.until, lang)),
            Cell::number(offer.records),
            Cell::text(said),
        ]
    });
    let offers = Table {
        caption: visit.say("admin.offers"),
        heads: vec![
            visit.say("admin.offered"),
            visit.say("admin.due-on"),
            visit.say("admin.entries"),
            visit.say("admin.answer"),
        ],
        rows: rows.collect(),
        none: visit.say("admin.offers-none"),
    };
    let silence = match term {
        Some(days) => visit.say_with("admin.term-is", &[days.to_string()]),
        None => visit.say("admin.term-none"),
    };
    let (may_set, may_erase) = (visit.may(UseCase::RetentionChange), visit.may(UseCase::Erase));
    let today = || today_here().to_string();
    let answers = [("taken", "admin.taken"), ("declined", "admin.declined")]
        .map(|(code, key)| (code.to_owned(), visit.say(key)));
    Ok(Page::new(visit.say("admin.retention"))
        .refused(wrong)
        .text(visit.say("admin.retention-why"))
        .links(vec![
            ("/retention/preview".to_owned(), visit.say("admin.retention-preview")),
            ("/retention/pupils".to_owned(), visit.say("admin.retention-pupils")),
            ("/holds".to_owned(), visit.say("admin.holds")),
            ("/receipts".to_owned(), visit.say("admin.receipts")),
        ])
        .table(table)
        .table(offers)
        .text(silence)
        .form_if(may_erase, || {
            Form::post("offer", "/retention/offer", visit.say("admin.offer"))
                .heading(visit.say("admin.offer"))
                .note(visit.say("admin.offer-why"))
                .field("until", "date", visit.say("admin.due-on"))
                .value(today())
                .required()
                .quiet()
        })
        .form_if(may_erase && is_waiting, || {
            Form::post("answer", "/retention/answer", visit.say("admin.save"))
                .heading(visit.say("admin.answer-of-archive"))
                .select("answer", visit.say("admin.answer"), answers, "declined")
                .field("on", "date", visit.say("admin.answered-on"))
                .value(today())
                .quiet()
        })
        .form_if(may_set, || {
            Form::post("years", "/retention/years", visit.say("admin.save"))
                .heading(visit.say("admin.set-years"))
                .note(visit.say("admin.set-years-why"))
                .select("class", visit.say("admin.records"), options, "")
                .field("years", "number", visit.say("admin.years"))
                .required()
                .quiet()
        })
        .form_if(may_set, || {
            Form::post("term", "/retention/term", visit.say("admin.save"))
                .heading(visit.say("admin.set-term"))
                .field("days", "number", visit.say("admin.term-days"))
                .hint(visit.say("admin.term-hint"))
                .value(term.unwrap_or(0).to_string())
                .required()
                .quiet()
        }))
}

async fn settled(visit: &Visit, done: Result<(), Failure>, said: String) -> Answer {
    match done {
        Ok(()) => visit.done("/retention", &said),
        Err(failure) => {
            let what = problem(visit, failure)?;
            page(visit, Some(&what)).await?.show(visit)
        }
    }
}

async fn pupils(visit: Visit, fields: Fields) -> Answer {
    let mut sheet = visit.ask_long(|app, actor| app.retention_sheet(actor, None)).await?;
    let only_due = fields.has("due");
    let page = fields.one("page").parse().unwrap_or(1).max(1);
    let rows = sheet.tables.last_mut().map(|table| &mut table.rows);
    let (all, first) = rows.map_or((0, 0), |rows| cut(rows, only_due, page));
    let shown = sheet.tables.last().map_or(0, |table| table.rows.len());
    let address = |page: usize| {
        let due = if only_due { "&due=yes" } else { "" };
        format!("/retention/pupils?page={page}{due}")
    };
    let mut around = Vec::new();
    if page > 1 && all > 0 {
        around.push((address(page - 1), visit.say("admin.pupils-before")));
    }
    if first + shown < all {
        around.push((address(page + 1), visit.say("admin.pupils-after")));
    }
    let numbers = [first + usize::from(shown > 0), first + shown, all].map(|it| it.to_string());
    Page::new(sheet.title.get(visit.lang()))
        .links(vec![("/retention".to_owned(), visit.say("admin.retention"))])
        .form(
            Form::filter("pupils", "/retention/pupils", visit.say("admin.pupils-show"))
                .check("due", visit.say("admin.pupils-only-due"))
                .value(if only_due { "yes" } else { "" }),
        )
        .sheet(&sheet, visit.lang())
        .text(visit.say_with("admin.pupils-page", &numbers))
        .links(around)
        .show(&visit)
}

/// Leaves the rows of one page; gives how many there are, and how many come before.
fn cut(rows: &mut Vec<Vec<SheetCell>>, only_due: bool, page: usize) -> (usize, usize) {
    if only_due {
        let is_due = |row: &Vec<SheetCell>| row.get(DUE).is_some_and(|due| *due != NOTHING_DUE);
        rows.retain(is_due);
    }
    let all = rows.len();
    let first = page.saturating_sub(1).saturating_mul(ROWS).min(all);
    rows.drain(..first);
    rows.truncate(ROWS);
    (all, first)
}

async fn preview(visit: Visit, fields: Fields) -> Answer {
    preview_page(&visit, &fields, None).await?.show(&visit)
}

async fn preview_page(
    visit: &Visit,
    fields: &Fields,
    wrong: Option<(&str, Option<&str>)>,
) -> Result<Page, Failure> {
    let mut page = Page::new(visit.say("admin.retention-preview"));
    if let Some((what, field)) = wrong {
        page = page.mistake(what, field);
    }
    let (until, typed) = match typed_day(fields, "until") {
        Ok(until) => (until.unwrap_or_else(today_here), None),
        Err(failure) => (today_here(), Some(problem(visit, failure)?)),
    };
    if let Some(what) = typed {
        page = page.mistake(&what, Some("on-until"));
    }
    page = page.links(vec![("/retention".to_owned(), visit.say("admin.retention"))]).form(
        Form::filter("on", "/retention/preview", visit.say("admin.preview-again"))
            .field("until", "date", visit.say("admin.due-on"))
            .value(until.to_string()),
    );
    let seen = visit.ask_long(move |app, actor| app.erase_due(actor, until, None, true)).await;
    let done = match seen {
        Ok(done) => done,
        Err(failure) => {
            let what = problem(visit, failure)?;
            // That nothing is due is no mistake.
            return Ok(page.warning(super::shown::sentence(&what)));
        }
    };
    page = page.warning(visit.say("admin.preview-only")).sheet(&done.sheet(), visit.lang());
    let is_over = until <= today_here();
    Ok(page.form_if(visit.may(UseCase::Erase) && is_over, || {
        Form::post("erase", "/retention/erase", visit.say("admin.erase-now"))
            .heading(visit.say("admin.erase-due"))
            .note(visit.say("admin.erase-due-why"))
            .hidden("until", until.to_string())
            .field("again", "text", visit.say("admin.erase-count"))
            .hint(visit.say("admin.erase-count-hint"))
            .required()
            .hidden("pupils", done.receipt.pupils.to_string())
            .field("confirmed_by", "text", visit.say("admin.confirmed-by"))
            .hint(visit.say("admin.confirmed-by-hint"))
            .typed(fields)
            .danger()
    }))
}

async fn erase(visit: Visit, fields: Fields) -> Answer {
    if fields.one("again") != fields.one("pupils") {
        let what = visit.say("admin.erase-not-same");
        let wrong = Some((what.as_str(), Some("erase-again")));
        return preview_page(&visit, &fields, wrong).await?.show(&visit);
    }
    let until = typed_day(&fields, "until")?.ok_or_else(Failure::not_found)?;
    let confirmed_by = fields.some("confirmed_by").map(str::to_owned);
    let done = visit
        .ask_long(move |app, actor| app.erase_due(actor, until, confirmed_by.as_deref(), false));
    match done.await {
        Ok(done) => {
            let to = format!("/receipts/{}", done.receipt.id);
            visit.done(&to, &visit.say("admin.erased"))
        }
        Err(failure) => {
            let what = problem(&visit, failure)?;
            preview_page(&visit, &fields, Some((&what, None))).await?.show(&visit)
        }
    }
}

async fn set_years(visit: Visit, fields: Fields) -> Answer {
    let class = fields.one("class").to_owned();
    let Ok(years) = fields.one("years").parse() else {
        let what = visit.say("admin.no-number");
        return page(&visit, Some(&what)).await?.show(&visit);
    };
    let done = visit.ask(move |app, actor| app.set_retention(actor, &class, years)).await;
    settled(&visit, done, visit.say("admin.saved")).await
}

async fn set_term(visit: Visit, fields: Fields) -> Answer {
    let Ok(days) = fields.one("days").parse() else {
        let what = visit.say("admin.no-number");
        return page(&visit, Some(&what)).await?.show(&visit);
    };
    let done = visit.ask(move |app, actor| app.set_archive_term(actor, days)).await;
    settled(&visit, done, visit.say("admin.saved")).await
}

/// What is due as one file to load, for the archive. Nothing of it stays on the server.
async fn offer(visit: Visit, fields: Fields) -> Answer {
    let folder = visit.guest.site.pool.dir().join(format!("offer-{}", uuid::Uuid::now_v7()));
    let until = match typed_day(&fields, "until") {
        Ok(until) => until,
        Err(failure) => return settled(&visit, Err(failure), String::new()).await,
    };
    let packed = visit.ask_long(move |app, actor| {
        let offered = app.offer_to_archive(actor, until, &folder);
        let packed = offered.and_then(|_| {
            let mut parts = Vec::new();
            for name in ["list.csv", "records.jsonl", "codes.json", "about.txt"] {
                parts.push((name, fs_err::read(folder.join(name)).map_err(Error::File)?));
            }
            pack(&parts)
        });
        let _ = fs_err::remove_dir_all(&folder);
        packed
    });
    match packed.await {
        Ok(bytes) => {
            let name = format!("attachment; filename=\"archive-{}.zip\"", today_here());
            let headers = [
                (header::CONTENT_TYPE, "application/zip".to_owned()),
                (header::CONTENT_DISPOSITION, name),
            ];
            Ok((headers, bytes).into_response())
        }
        Err(failure) => settled(&visit, Err(failure), String::new()).await,
    }
}

async fn answer(visit: Visit, fields: Fields) -> Answer {
    let on: Option<Day> = match typed_day(&fields, "on") {
        Ok(on) => on,
        Err(failure) => return settled(&visit, Err(failure), String::new()).await,
    };
    let answer = fields.one("answer").to_owned();
    let done =
        visit.ask(move |app, actor| app.archive_answered(actor, &answer, on).map(drop)).await;
    settled(&visit, done, visit.say("admin.saved")).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_so_many_pupils_and_together_they_have_all() {
        let row = |number: i64| {
            let due = SheetCell::Number(Number { units: number % 2, decimals: 0 });
            vec![SheetCell::Text(number.to_string()), SheetCell::Empty, due]
        };
        let all = || (0..250).map(row).collect::<Vec<_>>();
        let mut seen = Vec::new();
        for (page, before) in [(1, 0), (2, 100), (3, 200)] {
            let mut rows = all();
            assert_eq!(cut(&mut rows, false, page), (250, before));
            seen.append(&mut rows);
        }
        assert_eq!(seen, all());
        let mut beyond = all();
        assert_eq!(cut(&mut beyond, false, usize::MAX), (250, 250));
        assert!(beyond.is_empty());
        let mut due = all();
        assert_eq!(cut(&mut due, true, 2), (125, 100));
        assert_eq!(due.len(), 25);
    }
}
