//! The calendar of school days, and choosing that of another Land.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde::Serialize;

use crate::app::{CalendarChoice, UseCase};
use crate::domain::Calendar;

use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::visit::{Answer, Visit};
use super::form::{Choice, judged};
use super::shown::{day, sentence};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/schools/calendar", Guard::May(UseCase::SchoolRead), show).post(
        "/schools/calendar",
        Guard::May(UseCase::CalendarUse),
        choose,
    )
}

#[derive(Serialize)]
struct View {
    name: String,
    is_own: bool,
    first: String,
    last: String,
    years: Vec<Year>,
    lands: Vec<Choice>,
    chooses: bool,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the page calls it so")]
struct Year {
    year: String,
    days: usize,
    second_begins: String,
    to_compare: bool,
    holidays: Vec<(String, String)>,
}

async fn show(visit: Visit) -> Answer {
    let (calendar, is_own) = visit.ask(|app, _| app.calendar()).await?;
    let lang = visit.lang();
    let year = |(year, facts): (crate::domain::SchoolYear, &crate::domain::CalendarYear)| Year {
        year: year.to_string(),
        days: calendar.school_days(year.period(), &BTreeSet::new()).count(),
        second_begins: day(facts.second_half_begins, lang),
        to_compare: facts.to_compare,
        holidays: calendar
            .holidays_in(year.period())
            .map(|found| {
                let (first, last) = (found.period.first, found.period.last);
                let days = if first == last {
                    day(first, lang)
                } else {
                    format!("{} – {}", day(first, lang), day(last, lang))
                };
                (days, found.name.get(lang).to_owned())
            })
            .collect(),
    };
    let lands = Calendar::lands().into_iter().filter_map(|land| {
        let name = Calendar::built_in(land)?.name().get(lang).to_owned();
        let chosen = !is_own && land == calendar.land();
        Some(Choice { value: land.to_owned(), text: name, chosen })
    });
    let known = calendar.known();
    let view = View {
        name: calendar.name().get(lang).to_owned(),
        is_own,
        first: day(known.first, lang),
        last: day(known.last, lang),
        years: calendar.years().map(year).collect(),
        lands: lands.collect(),
        chooses: visit.may(UseCase::CalendarUse),
    };
    visit.page_with(StatusCode::OK, "attendance-calendar", &view)
}

async fn choose(visit: Visit, fields: Fields) -> Answer {
    let (state, lang) = (fields.one("land").to_owned(), visit.lang());
    let done = visit
        .ask(move |app, actor| {
            let used =
                CalendarChoice::of_land(&state).and_then(|choice| app.use_calendar(actor, &choice));
            judged(used, lang)
        })
        .await?;
    let said = match done {
        Ok(()) => visit.say("attendance.calendar-chosen"),
        Err(wrong) => {
            let what = wrong.into_iter().map(|wrong| sentence(&wrong.what));
            visit.say_with("attendance.refused", &[what.collect::<Vec<_>>().join("; ")])
        }
    };
    visit.done("/schools/calendar", &said)
}
