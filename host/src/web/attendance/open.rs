//! Absences that nobody has cleared up, and what pupils have missed in all.

use std::collections::BTreeMap;

use axum::extract::Path;
use serde::Serialize;

use crate::app::{AbsenceFilter, UseCase};
use crate::domain::{AbsenceView, Day, SchoolYear};

use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::visit::{Answer, Visit};
use super::form::Choice;
use super::shown::{address, long, short, today, year_of};

/// How many open absences a page shows: a form of this size stays quick on a tablet.
const SHOWN: usize = 60;

/// More absences than a school has in a year.
const ALL: usize = 1_000_000;

/// What an open absence can turn out to be: its code and the key of its word.
const ANSWERS: [(&str, &str); 4] = [
    ("excused", "attendance.mark-excused"),
    ("unexcused", "attendance.mark-unexcused"),
    ("on-leave", "attendance.mark-on-leave"),
    ("school-caused", "attendance.mark-school-caused"),
];

/// The statuses in the order of the columns.
const COLUMNS: [&str; 6] = ["excused", "unexcused", "open", "on-leave", "school-caused", "late"];

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/attendance/{school}/open", Guard::May(UseCase::AbsenceRead), open)
        .post("/attendance/{school}/open", Guard::May(UseCase::AbsenceChange), settle)
        .get("/attendance/{school}/totals", Guard::May(UseCase::AbsenceRead), totals)
}

#[derive(Serialize)]
struct OpenView {
    school: String,
    school_name: String,
    action: String,
    back: String,
    rows: Vec<OpenRow>,
    all: usize,
    is_cut: bool,
}

#[derive(Serialize)]
struct OpenRow {
    place: usize,
    name: String,
    pupil: String,
    day: String,
    amount: String,
    field: String,
    answers: Vec<Choice>,
}

async fn open(visit: Visit, Path(school): Path<String>) -> Answer {
    let (number, lang) = (school.clone(), visit.lang());
    let (name, found, words) = visit
        .ask(move |app, actor| {
            let name = app.school(actor, &number)?.facts.school.name;
            Ok((name, app.open_absences(actor, &number)?, app.words(lang)?))
        })
        .await?;
    let row = |(place, view): (usize, &AbsenceView)| OpenRow {
        place,
        name: view.pupil_name.clone(),
        pupil: address(&["pupils", &view.pupil]),
        day: long(view.absence.day, lang),
        amount: format!(
            "{} × {}",
            view.absence.amount,
            words.code("absence-unit", view.absence.unit).word(lang)
        ),
        field: format!("open:{}:{}", view.absence.day, view.pupil),
        answers: ANSWERS
            .iter()
            .map(|(code, word)| Choice {
                value: (*code).to_owned(),
                text: visit.say(word),
                chosen: false,
            })
            .collect(),
    };
    let view = OpenView {
        action: address(&["attendance", &school, "open"]),
        back: format!("/attendance?school={school}"),
        school_name: name,
        school,
        rows: found.iter().take(SHOWN).enumerate().map(row).collect(),
        all: found.len(),
        is_cut: found.len() > SHOWN,
    };
    visit.page("attendance-open", &view)
}

/// Clears up what was answered: fields `open:DAY:PUPIL`. What stays open has no answer.
async fn settle(visit: Visit, Path(school): Path<String>, fields: Fields) -> Answer {
    let answers = fields.pairs().iter().filter_map(|(name, status)| {
        let (day, pupil) = name.strip_prefix("open:")?.split_once(':')?;
        let day: Day = day.parse().ok()?;
        let is_answer = ANSWERS.iter().any(|(code, _)| code == status);
        is_answer.then(|| (pupil.to_owned(), day, status.clone()))
    });
    let answers: Vec<(String, Day, String)> = answers.collect();
    let back = address(&["attendance", &school, "open"]);
    let done = visit
        .ask(move |app, actor| {
            app.school(actor, &school)?;
            app.settle_absences(actor, &answers)
        })
        .await?;
    visit.done(&back, &visit.say_with("attendance.settled", &[done.to_string()]))
}

#[derive(Serialize)]
struct TotalsView {
    school: String,
    school_name: String,
    years: Vec<Choice>,
    year: String,
    first: String,
    last: String,
    rows: Vec<TotalRow>,
    taken_over: Vec<TakenOver>,
    back: String,
}

#[derive(Serialize)]
struct TotalRow {
    name: String,
    class: String,
    pupil: String,
    unit: String,
    amounts: Vec<u32>,
}

#[derive(Serialize)]
struct TakenOver {
    name: String,
    pupil: String,
    year: String,
    term: String,
    missed: u32,
    unexcused: u32,
    unit: String,
    source: String,
    adds_up: bool,
}

/// What the pupils of a school missed in a school year, each unit for itself, and beside it the sums
/// that were taken over. The two are never added.
async fn totals(visit: Visit, Path(school): Path<String>, fields: Fields) -> Answer {
    let now = SchoolYear::of(today());
    let year = year_of(fields.one("year")).unwrap_or(now);
    let (number, lang) = (school.clone(), visit.lang());
    let (name, found, pupils, sums, words) = visit
        .ask(move |app, actor| {
            let name = app.school(actor, &number)?.facts.school.name;
            let period = year.period();
            let filter = AbsenceFilter {
                school: Some(&number),
                from: Some(period.first),
                until: Some(period.last),
                limit: ALL,
                ..AbsenceFilter::default()
            };
            let found = app.absences(actor, &filter)?;
            let pupils = app.pupils(actor, Some(&number), None)?;
            let sums = app.absence_totals(actor, Some(&number), None)?;
            Ok((name, found, pupils, sums, app.words(lang)?))
        })
        .await?;
    let classes: BTreeMap<&str, &str> =
        pupils.iter().map(|facts| (&*facts.pupil.code, &*facts.pupil.class)).collect();
    let mut rows: BTreeMap<(String, String, u16), TotalRow> = BTreeMap::new();
    // Late arrivals come last: their minutes stand beside what else the pupil missed.
    let late = COLUMNS.len() - 1;
    let column = |view: &AbsenceView| {
        let status = words.code("absence-status", view.absence.status).code;
        COLUMNS.iter().position(|code| *code == status)
    };
    let (minutes, others): (Vec<&AbsenceView>, Vec<_>) =
        found.iter().partition(|view| column(view) == Some(late));
    for view in others.into_iter().chain(minutes) {
        let absence = view.absence;
        let Some(column) = column(view) else { continue };
        let class = classes.get(view.pupil.as_str()).copied().unwrap_or_default().to_owned();
        let mut key = (class.clone(), view.pupil.clone(), absence.unit);
        let first = (class.clone(), view.pupil.clone(), 0);
        let beside = rows.range(first..).next().map(|(found, _)| found.clone());
        if column == late
            && let Some(found) = beside.filter(|found| (&found.0, &found.1) == (&key.0, &key.1))
        {
            key = found;
        }
        let row = rows.entry(key).or_insert_with(|| TotalRow {
            name: view.pupil_name.clone(),
            class,
            pupil: address(&["pupils", &view.pupil]),
            unit: words.code("absence-unit", absence.unit).word(lang).to_owned(),
            amounts: vec![0; COLUMNS.len()],
        });
        row.amounts[column] += u32::from(absence.amount);
    }
    let years = (0..3).map(|back| SchoolYear(now.0 - back)).map(|found| Choice {
        value: found.to_string(),
        text: found.to_string(),
        chosen: found == year,
    });
    let view = TotalsView {
        years: years.collect(),
        year: year.to_string(),
        first: short(year.period().first, lang),
        last: long(year.period().last.min(today()), lang),
        rows: rows.into_values().collect(),
        taken_over: sums
            .into_iter()
            .map(|view| TakenOver {
                adds_up: view.total.adds_up(),
                name: view.pupil_name,
                pupil: address(&["pupils", &view.pupil]),
                year: view.total.year.to_string(),
                term: words.code("term", view.total.term).word(lang).to_owned(),
                missed: view.total.missed,
                unexcused: view.total.unexcused,
                unit: words.code("absence-unit", view.total.unit).word(lang).to_owned(),
                source: view.total.source,
            })
            .collect(),
        back: format!("/attendance?school={school}"),
        school_name: name,
        school,
    };
    visit.page("attendance-totals", &view)
}
