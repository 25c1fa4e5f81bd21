//! Words that several pages of this part use: audiences, periods, moments, mistakes.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::app::{NextStep, RunWork, YearParts, local_moment};
use crate::domain::{Audience, Day, Lang, Number, Period, SchoolYear};
use crate::web::Failure;
use crate::web::fields::Fields;
use crate::web::visit::Visit;

/// The word for an audience.
pub(super) fn audience(visit: &Visit, audience: Audience) -> String {
    visit.say(match audience {
        Audience::Public => "report.audience-public",
        Audience::Administration => "report.audience-administration",
        Audience::Work => "report.audience-work",
    })
}

/// The code of an audience in an address or a form.
pub(super) fn audience_code(audience: Audience) -> &'static str {
    match audience {
        Audience::Public => "public",
        Audience::Administration => "administration",
        Audience::Work => "work",
    }
}

/// The audience with a code.
pub(super) fn audience_of(code: &str) -> Option<Audience> {
    Audience::ALL.into_iter().find(|it| audience_code(*it) == code)
}

/// A day as people of a language write it.
pub(super) fn day(day: Day, lang: Lang) -> String {
    lang.pick(day.german(), day.to_string())
}

/// A period: a school year by its name, anything else by its first and last day.
pub(super) fn period(visit: &Visit, period: Period) -> String {
    let year = SchoolYear::of(period.first);
    if year.period() == period {
        return visit.say_with("report.school-year", &[year.to_string()]);
    }
    let lang = visit.lang();
    visit.say_with("report.from-until", &[day(period.first, lang), day(period.last, lang)])
}

/// A moment, where the server stands.
pub(super) fn moment(visit: &Visit, seconds: i64) -> String {
    let (on, time) = local_moment(seconds);
    visit.say_with("report.moment", &[day(on, visit.lang()), time])
}

/// A whole number as people of a language write it.
pub(super) fn whole(number: u64, lang: Lang) -> String {
    let units = i64::try_from(number).unwrap_or(i64::MAX);
    Number { units, decimals: 0 }.text(lang)
}

/// The work that a run used of what it was allowed, for a page.
pub(super) fn work(work: Option<RunWork>, lang: Lang) -> Value {
    work.map_or(Value::Null, |work| {
        json!({
            "fuel": whole(work.fuel, lang),
            "allowed": whole(work.allowed, lang),
            // A bar needs numbers that a browser holds exactly.
            "used": work.fuel / 1000,
            "most": (work.allowed / 1000).max(1),
            "rows": whole(work.rows, lang),
            "ms": whole(work.ms, lang),
        })
    })
}

/// The code of what can be done next with a plugin, for a template.
pub(super) fn step(step: NextStep) -> &'static str {
    match step {
        NextStep::Grant => "grant",
        NextStep::Enable => "enable",
        NextStep::Run => "run",
    }
}

/// The mistakes of a form from what a use case refused; a failure of ours, or of somebody who may not,
/// is passed on.
pub(super) fn mistakes(visit: &Visit, failure: Failure) -> Result<Value, Failure> {
    if failure.status() != StatusCode::UNPROCESSABLE_ENTITY {
        return Err(failure);
    }
    Ok(said(visit, &failure))
}

/// What was refused, as a mistake of a form.
pub(super) fn said(visit: &Visit, failure: &Failure) -> Value {
    let told = failure.told();
    let lang = visit.lang();
    let hint = told.hint.as_ref().map(|hint| hint.get(lang).to_owned());
    let what = capital(told.what.get(lang));
    let what = match hint {
        Some(hint) => format!("{what}. {}.", capital(&hint)),
        None => format!("{what}."),
    };
    json!([{ "what": what, "field": null }])
}

/// One mistake at a field.
pub(super) fn mistake(visit: &Visit, key: &str, field: &str) -> Value {
    json!([{ "what": visit.say(key), "field": field }])
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The periods that can be chosen in a form: `year:2025`, `half:2025:1`.
pub(super) fn period_choices(visit: &Visit, years: &[YearParts]) -> Vec<Value> {
    let choice = |id: String, title: String| json!({ "id": id, "title": title });
    let mut choices = Vec::new();
    for parts in years {
        let (number, name) = (parts.year.0, parts.year.to_string());
        choices.push(choice(
            format!("year:{number}"),
            visit.say_with("report.school-year", std::slice::from_ref(&name)),
        ));
        choices.push(choice(
            format!("half:{number}:1"),
            visit.say_with("report.first-half", std::slice::from_ref(&name)),
        ));
        choices.push(choice(
            format!("half:{number}:2"),
            visit.say_with("report.second-half", std::slice::from_ref(&name)),
        ));
    }
    choices
}

/// The period that a form names, or what is wrong with it.
pub(super) fn chosen_period(
    visit: &Visit,
    fields: &Fields,
    years: &[YearParts],
) -> Result<Period, Value> {
    let chosen = fields.one("period");
    let mut parts = chosen.split(':');
    let (kind, number, half) = (parts.next(), parts.next(), parts.next());
    let year = || {
        let number: i32 = number?.parse().ok()?;
        years.iter().find(|parts| parts.year.0 == number)
    };
    match (kind, half) {
        (Some("year"), None) => year().map(|parts| parts.year.period()),
        (Some("half"), Some("1")) => year().map(|parts| parts.first_half),
        (Some("half"), Some("2")) => year().map(|parts| parts.second_half),
        (Some("between"), None) => {
            let from = fields.one("from").parse::<Day>();
            let from = from.map_err(|_| mistake(visit, "report.wrong-from", "from"))?;
            let until = fields.one("until").parse::<Day>();
            let until = until.map_err(|_| mistake(visit, "report.wrong-until", "until"))?;
            let period = Period::new(from, until);
            return period.map_err(|_| mistake(visit, "report.wrong-order", "until"));
        }
        _ => None,
    }
    .ok_or_else(|| mistake(visit, "report.wrong-period", "period"))
}
