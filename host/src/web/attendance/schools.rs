//! Schools: what is known of each, and everything that is dated about it.

use axum::extract::Path;
use axum::http::StatusCode;
use serde::Serialize;

use crate::app::{Actor, App, Error, Kind, SchoolDays, SchoolDetails, SchoolFacts, UseCase};
use crate::domain::{Code, Day, SchoolYear, Span, Text};

use super::super::Failure;
use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::visit::{Answer, Visit};
use super::form::{Choice, Field, Form, Wrong, judged, of_codes};
use super::shown::{address, day, short, span, today};

pub(super) fn routes(routes: Routes) -> Routes {
    let (read, change) = (Guard::May(UseCase::SchoolRead), Guard::May(UseCase::SchoolChange));
    routes
        .get("/schools", read, list)
        .get("/schools/new", change, new)
        .post("/schools/new", change, add)
        .get("/schools/{number}", read, one)
        .post("/schools/{number}/{part}", change, change_part)
}

#[derive(Serialize)]
struct ListView {
    schools: Vec<Row>,
    changes: bool,
}

#[derive(Serialize)]
struct Row {
    number: String,
    name: String,
    address: String,
    form: String,
    level: String,
    participation: String,
    /// Whether it takes part today.
    is_in: bool,
}

async fn list(visit: Visit) -> Answer {
    let found = visit.ask(|app, actor| app.schools(actor)).await?;
    let lang = visit.lang();
    let row = |facts: SchoolFacts| Row {
        address: address(&["schools", &facts.school.number]),
        form: facts.form.word(lang).to_owned(),
        level: facts.level.word(lang).to_owned(),
        participation: spans(&facts.participation, &visit),
        is_in: facts.participation.iter().any(|span| span.contains(today())),
        number: facts.school.number,
        name: facts.school.name,
    };
    let schools = found.into_iter().map(row).collect();
    visit.page(
        "attendance-schools",
        &ListView { schools, changes: visit.may(UseCase::SchoolChange) },
    )
}

fn spans(found: &[Span], visit: &Visit) -> String {
    found.iter().map(|found| span(*found, visit)).collect::<Vec<_>>().join(", ")
}

/// A page with one form.
#[derive(Serialize)]
pub(super) struct FormView {
    pub(super) title: String,
    pub(super) back: String,
    pub(super) back_text: String,
    pub(super) form: Form,
}

async fn new_form(visit: &Visit) -> Result<FormView, Failure> {
    let forms = codes(visit, "school-form").await?;
    let lang = visit.lang();
    let with_key = |code: &Code| (code.code.clone(), format!("{} {}", code.code, code.word(lang)));
    let field = |name, kind, label| Field::new(visit, "school", name, kind, label);
    let fields = vec![
        field("number", "text", "attendance.school-number")
            .hint(visit.say("attendance.school-number-hint")),
        field("name", "text", "attendance.school-name"),
        field("form", "select", "attendance.school-form").choices(forms.iter().map(with_key)),
        field("joined", "date", "attendance.school-joined")
            .optional()
            .hint(visit.say("attendance.school-joined-hint")),
    ];
    Ok(FormView {
        title: visit.say("attendance.school-new"),
        back: "/schools".to_owned(),
        back_text: visit.say("attendance.schools"),
        form: Form::new("/schools/new", visit.say("attendance.save"), fields),
    })
}

/// The codes of a list.
pub(super) async fn codes(visit: &Visit, list: &'static str) -> Result<Vec<Code>, Failure> {
    let found = visit.ask(move |app, _| app.codes(Some(list))).await?;
    Ok(found.into_iter().map(|(_, code)| code).collect())
}

async fn new(visit: Visit) -> Answer {
    let mut view = new_form(&visit).await?;
    view.form = view.form.done();
    visit.page("attendance-new", &view)
}

async fn add(visit: Visit, typed: Fields) -> Answer {
    let (sent, lang) = (typed.clone(), visit.lang());
    let done = visit
        .ask(move |app, actor| {
            let one = |name: &'static str| (name, sent.one(name));
            let number = sent.one("number").to_owned();
            // A day that is none must not leave a school without its beginning.
            if let Some(joined) = sent.some("joined")
                && joined.parse::<Day>().is_err()
            {
                let what = lang.pick("Das ist kein Tag", "this is no day").to_owned();
                return Ok(Err(vec![Wrong { what, column: Some("joined".to_owned()) }]));
            }
            let fields = [one("number"), one("name"), one("form")];
            if let Err(wrong) = judged(app.add(actor, Kind::Schools, &fields), lang)? {
                return Ok(Err(wrong));
            }
            if let Some(from) = sent.some("joined") {
                let fields = [("school", number.as_str()), ("from", from)];
                app.add(actor, Kind::Participation, &fields)?;
            }
            Ok(Ok(number))
        })
        .await?;
    match done {
        Ok(number) => {
            visit.done(&address(&["schools", &number]), &visit.say("attendance.school-added"))
        }
        Err(wrong) => {
            let mut view = new_form(&visit).await?;
            view.form = view.form.typed(&typed, wrong).done();
            visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, "attendance-new", &view)
        }
    }
}

/// What of a school can be added to, each a form of its own.
const PARTS: [&str; 6] =
    ["participation", "enrolments", "days-off", "half-years", "attendance", "attendance-end"];

#[derive(Serialize)]
struct View {
    number: String,
    name: String,
    address: String,
    form: String,
    level: String,
    participation: Vec<String>,
    enrolments: Vec<(String, u32)>,
    half_years: Vec<(String, String)>,
    attendance: Vec<String>,
    days_off: Vec<(String, String)>,
    years: Vec<Choice>,
    year: String,
    days: usize,
    first_half: usize,
    second_half: usize,
    second_begins: String,
    is_own_half: bool,
    free: Vec<(String, String)>,
    unknown: Vec<String>,
    /// A form for each part, for whoever may change schools.
    forms: Option<Forms>,
}

#[derive(Serialize)]
struct Forms {
    participation: Form,
    enrolments: Form,
    days_off: Form,
    half_years: Form,
    attendance: Form,
    /// Only where a recording runs.
    attendance_end: Option<Form>,
}

async fn one(visit: Visit, Path(number): Path<String>, fields: Fields) -> Answer {
    show(&visit, &number, fields.some("year"), None, StatusCode::OK).await
}

/// A form with what somebody has typed and what is wrong with it.
type Refused = (String, Fields, Vec<Wrong>);

async fn show(
    visit: &Visit,
    number: &str,
    year: Option<&str>,
    refused: Option<Refused>,
    status: StatusCode,
) -> Answer {
    let year: Option<SchoolYear> = year.and_then(|year| year.parse().ok());
    let asked = number.to_owned();
    let (details, (year, days), years, units) = visit
        .ask(move |app, actor| {
            let details = app.school(actor, &asked)?;
            let days = app.school_days(actor, &asked, year)?;
            let years: Vec<SchoolYear> = app.calendar()?.0.years().map(|(year, _)| year).collect();
            let units = app.codes(Some("absence-unit"))?;
            Ok((details, days, years, units))
        })
        .await?;
    let units: Vec<Code> = units.into_iter().map(|(_, code)| code).collect();
    let forms = if visit.may(UseCase::SchoolChange) {
        Some(forms(visit, &details, year, &units, refused))
    } else {
        None
    };
    let view = view(visit, details, year, &days, &years, forms);
    visit.page_with(status, "attendance-school", &view)
}

fn view(
    visit: &Visit,
    details: SchoolDetails,
    year: SchoolYear,
    days: &SchoolDays,
    years: &[SchoolYear],
    forms: Option<Forms>,
) -> View {
    let lang = visit.lang();
    let SchoolFacts { school, form, level, participation } = details.facts;
    let attendance = details.attendance.iter().map(|time| {
        let units = [time.units_per_day.to_string(), time.unit.word(lang).to_owned()];
        format!("{}, {}", visit.say_with("attendance.per-day", &units), span(time.span, visit))
    });
    let unknown = days.unknown.iter().map(|found| {
        let ends = [day(found.first, lang), day(found.last, lang)];
        visit.say_with("attendance.calendar-unknown", &ends)
    });
    View {
        address: address(&["schools", &school.number]),
        number: school.number,
        name: school.name,
        form: form.word(lang).to_owned(),
        level: level.word(lang).to_owned(),
        participation: participation.iter().map(|found| span(*found, visit)).collect(),
        enrolments: details
            .enrolments
            .iter()
            .map(|(year, pupils)| (year.to_string(), *pupils))
            .collect(),
        half_years: details
            .half_years
            .iter()
            .map(|half| (half.year.to_string(), day(half.second_begins, lang)))
            .collect(),
        attendance: attendance.collect(),
        days_off: details
            .days_off
            .iter()
            .map(|(off, why)| (day(*off, lang), why.clone()))
            .collect(),
        years: years
            .iter()
            .map(|found| Choice {
                value: found.to_string(),
                text: found.to_string(),
                chosen: *found == year,
            })
            .collect(),
        year: year.to_string(),
        days: days.days,
        first_half: days.first_half,
        second_half: days.days - days.first_half,
        second_begins: day(days.second_half_begins, lang),
        is_own_half: days.is_own_half,
        free: stretches(&days.free, visit),
        unknown: unknown.collect(),
        forms,
    }
}

/// Weekdays in a row that are free for the same reason, weekends between them, as one line each.
fn stretches(free: &[(Day, Text)], visit: &Visit) -> Vec<(String, String)> {
    let lang = visit.lang();
    let mut found: Vec<(Day, Day, &str)> = Vec::new();
    for (off, why) in free {
        let why = why.get(lang);
        match found.last_mut() {
            Some((_, last, name)) if *name == why && off.0 - last.0 <= 3 => *last = *off,
            _ => found.push((*off, *off, why)),
        }
    }
    let line = |(first, last, why): (Day, Day, &str)| {
        let days = if first == last {
            short(first, lang)
        } else {
            format!("{} – {}", short(first, lang), short(last, lang))
        };
        (days, why.to_owned())
    };
    found.into_iter().map(line).collect()
}

#[expect(clippy::needless_pass_by_value, reason = "it is made for this call")]
fn forms(
    visit: &Visit,
    details: &SchoolDetails,
    year: SchoolYear,
    units: &[Code],
    refused: Option<Refused>,
) -> Forms {
    let number = &details.facts.school.number;
    let running = details.attendance.iter().any(|time| time.span.until.is_none());
    let form = |part: &'static str, button: &str, fields: Vec<Field>| {
        let form = Form::new(address(&["schools", number, part]), visit.say(button), fields);
        match &refused {
            Some((of, typed, wrong)) if of == part => form.typed(typed, wrong.clone()).done(),
            _ => form.done(),
        }
    };
    let field = |part: &str, name, kind, label: &str| Field::new(visit, part, name, kind, label);
    let from = |part: &str| field(part, "from", "date", "attendance.from");
    let until = |part: &str| field(part, "until", "date", "attendance.until").optional();
    let year = year.to_string();
    Forms {
        participation: form(
            "participation",
            "attendance.add",
            vec![from("participation"), until("participation")],
        ),
        enrolments: form(
            "enrolments",
            "attendance.add",
            vec![
                field("enrolments", "school_year", "text", "attendance.school-year").value(&year),
                field("enrolments", "pupils", "number", "attendance.enrolment"),
            ],
        ),
        days_off: form(
            "days-off",
            "attendance.add",
            vec![
                field("days-off", "day", "date", "attendance.day"),
                field("days-off", "reason", "text", "attendance.reason").optional(),
            ],
        ),
        half_years: form(
            "half-years",
            "attendance.add",
            vec![
                field("half-years", "school_year", "text", "attendance.school-year").value(&year),
                field("half-years", "second_half_begins", "date", "attendance.second-half"),
            ],
        ),
        attendance: form(
            "attendance",
            "attendance.add",
            vec![
                field("attendance", "unit", "select", "attendance.unit").choices(
                    of_codes(units, visit.lang()).into_iter().filter(|(code, _)| code != "minute"),
                ),
                field("attendance", "units_per_day", "number", "attendance.units-per-day")
                    .hint(visit.say("attendance.units-per-day-hint")),
                from("attendance"),
                until("attendance"),
            ],
        ),
        attendance_end: running.then(|| {
            form(
                "attendance-end",
                "attendance.end",
                vec![field("attendance-end", "until", "date", "attendance.last-day")],
            )
        }),
    }
}

/// Adds to one part of a school.
async fn change_part(
    visit: Visit,
    Path((number, part)): Path<(String, String)>,
    typed: Fields,
) -> Answer {
    if !PARTS.contains(&part.as_str()) {
        return Err(Failure::not_found());
    }
    let (asked, chosen, sent, lang) = (number.clone(), part.clone(), typed.clone(), visit.lang());
    let done = visit
        .ask(move |app, actor| {
            app.school(actor, &asked)?;
            judged(change(app, actor, &asked, &chosen, &sent), lang)
        })
        .await?;
    match done {
        Ok(()) => visit.done(&address(&["schools", &number]), &visit.say("attendance.saved-plain")),
        Err(wrong) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            show(&visit, &number, None, Some((part, typed, wrong)), status).await
        }
    }
}

fn change(
    app: &mut App,
    actor: &Actor,
    number: &str,
    part: &str,
    sent: &Fields,
) -> Result<(), Error> {
    let (kind, names): (Kind, &[&'static str]) = match part {
        "participation" => (Kind::Participation, &["from", "until"]),
        "enrolments" => (Kind::Enrolments, &["school_year", "pupils"]),
        "days-off" => (Kind::DaysOff, &["day", "reason"]),
        "half-years" => (Kind::HalfYears, &["school_year", "second_half_begins"]),
        "attendance" => (Kind::Attendance, &["unit", "units_per_day", "from", "until"]),
        _ => {
            let last: Day = sent.one("until").parse()?;
            return app.end_attendance(actor, number, last);
        }
    };
    let mut fields = vec![("school", number)];
    fields.extend(names.iter().map(|name| (*name, sent.one(name))));
    app.add(actor, kind, &fields)
}
