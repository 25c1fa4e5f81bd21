//! Choosing a school, a class and a day, and noting that a register was not kept.

use axum::extract::Path;
use serde::Serialize;

use crate::app::{ClassOf, DayState, Kind, SchoolFacts, UseCase};
use crate::domain::Day;

use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::visit::{Answer, Visit};
use super::form::{Choice, judged};
use super::shown::{address, long, state, today};

/// Stands for the class of pupils without one in addresses, and before the name of a class that would
/// be taken for something else there.
const MARK: char = '_';

/// What stands where a class stands in addresses and is none.
const TAKEN: [&str; 5] = ["open", "totals", "not-taken", ".", ".."];

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/attendance", Guard::May(UseCase::AbsenceChange), choose).post(
        "/attendance/{school}/not-taken",
        Guard::May(UseCase::AbsenceChange),
        not_taken,
    )
}

#[derive(Serialize)]
struct View {
    schools: Vec<Choice>,
    school: String,
    school_name: String,
    day: String,
    day_text: String,
    is_today: bool,
    closed: Option<String>,
    classes: Vec<ClassView>,
    /// How many of them are taken.
    taken: usize,
    open: String,
    totals: String,
    not_taken: String,
    before: Option<Link>,
    after: Option<Link>,
}

#[derive(Serialize)]
struct ClassView {
    name: String,
    address: String,
    pupils: usize,
    state: String,
    is_taken: bool,
}

/// Somewhere to go, with its words.
#[derive(Serialize)]
pub(super) struct Link {
    pub(super) address: String,
    pub(super) text: String,
}

/// The name of a class for people.
pub(super) fn class_name(class: &str, visit: &Visit) -> String {
    if class.is_empty() { visit.say("attendance.no-class") } else { class.to_owned() }
}

/// A class as a part of addresses.
pub(super) fn class_part(class: &str) -> String {
    if class.is_empty() || class.starts_with(MARK) || TAKEN.contains(&class) {
        return format!("{MARK}{class}");
    }
    class.to_owned()
}

/// The class that a part of an address names.
pub(super) fn class_in(part: &str) -> String {
    part.strip_prefix(MARK).unwrap_or(part).to_owned()
}

/// The address of a class's day.
pub(super) fn class_address(school: &str, class: &str, day: Day) -> String {
    format!("{}?day={day}", address(&["attendance", school, &class_part(class)]))
}

/// The day that a form or an address names; today where it names none.
pub(super) fn chosen_day(fields: &Fields) -> Day {
    fields.one("day").parse().unwrap_or_else(|_| today())
}

async fn choose(visit: Visit, fields: Fields) -> Answer {
    let day = chosen_day(&fields);
    let wanted = fields.some("school").map(str::to_owned);
    let (schools, found) = visit
        .ask(move |app, actor| {
            let schools = app.schools(actor)?;
            let first = schools.first().map(|facts| facts.school.number.clone());
            let Some(school) = wanted.or(first) else { return Ok((schools, None)) };
            let list = app.classes(actor, &school, day)?;
            Ok((schools, Some((school, list))))
        })
        .await?;
    let Some((school, list)) = found else {
        return visit.page("attendance-none", &serde_json::json!({}));
    };
    let lang = visit.lang();
    let class = |found: &ClassOf| ClassView {
        name: class_name(&found.class, &visit),
        address: class_address(&school, &found.class, day),
        pupils: found.pupils,
        state: state(&found.state, day, &visit),
        is_taken: matches!(found.state, DayState::Taken(_)),
    };
    let classes: Vec<ClassView> = list.classes.iter().map(class).collect();
    let to_day = |to: Day| Link {
        address: format!("/attendance?school={school}&day={to}"),
        text: long(to, lang),
    };
    let choice = |facts: &SchoolFacts| Choice {
        value: facts.school.number.clone(),
        text: format!("{} ({})", facts.school.name, facts.school.number),
        chosen: facts.school.number == school,
    };
    let name = schools.iter().find(|facts| facts.school.number == school);
    let view = View {
        schools: schools.iter().map(choice).collect(),
        school_name: name.map(|facts| facts.school.name.clone()).unwrap_or_default(),
        day: day.to_string(),
        day_text: long(day, lang),
        is_today: day == today(),
        closed: list.closed.map(|why| why.get(lang).to_owned()),
        taken: classes.iter().filter(|class| class.is_taken).count(),
        classes,
        open: address(&["attendance", &school, "open"]),
        totals: address(&["attendance", &school, "totals"]),
        not_taken: address(&["attendance", &school, "not-taken"]),
        before: list.around.0.map(to_day),
        after: list.around.1.map(to_day),
        school,
    };
    visit.page("attendance-choose", &view)
}

/// Notes that the register of a class, or without one of the whole school, was not kept on a day. To
/// say so twice is to say it once.
async fn not_taken(visit: Visit, Path(school): Path<String>, fields: Fields) -> Answer {
    let day = chosen_day(&fields);
    let class = fields.some("class").map(class_in);
    let back = match &class {
        Some(class) => class_address(&school, class, day),
        None => format!("/attendance?school={school}&day={day}"),
    };
    let (number, lang) = (school, visit.lang());
    let noted = visit
        .ask(move |app, actor| {
            app.school(actor, &number)?;
            let day = day.to_string();
            let class = class.unwrap_or_default();
            let fields = [("school", number.as_str()), ("day", &day), ("class", &class)];
            judged(app.add(actor, Kind::DaysNotTaken, &fields), lang)
        })
        .await?;
    match noted {
        Ok(()) => visit.done(&back, &visit.say("attendance.not-taken-saved")),
        Err(wrong) => {
            let what: Vec<String> = wrong.into_iter().map(|wrong| wrong.what).collect();
            visit.done(&back, &visit.say_with("attendance.refused", &[what.join("; ")]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_class_is_taken_for_something_else_in_an_address() {
        for class in ["", "3a", "open", "totals", "not-taken", "_", "_open", "..", "E1/E2"] {
            let part = class_part(class);
            assert!(!TAKEN.contains(&part.as_str()) && !part.is_empty(), "{part}");
            assert_eq!(class_in(&part), class);
        }
        let day = Day::of(2026, 11, 20).unwrap();
        assert_eq!(class_address("990011", "", day), "/attendance/990011/_?day=2026-11-20");
        assert_eq!(class_address("990011", "open", day), "/attendance/990011/_open?day=2026-11-20");
    }
}
