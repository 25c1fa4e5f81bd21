//! How days, moments and addresses are shown in this part.

use chrono::{DateTime, Datelike, Local};

use crate::app::{ClassTaken, DayState};
use crate::domain::{Day, Lang, SchoolYear, Span};

use super::super::visit::Visit;

/// Today, where the server stands.
pub(super) fn today() -> Day {
    Day::from_date(Local::now().date_naive()).unwrap_or(Day(0))
}

/// A day as its language writes it: `20.11.2026`.
pub(super) fn day(day: Day, lang: Lang) -> String {
    match lang {
        Lang::De => day.german(),
        Lang::En => day.date().format("%-d %B %Y").to_string(),
    }
}

/// The short name of a weekday: `Fr`.
pub(super) fn weekday(day: Day, lang: Lang) -> &'static str {
    let place = day.date().weekday().num_days_from_monday() as usize;
    lang.pick(
        ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"],
        ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    )[place]
}

/// A day without its year: `Fr 20.11.`.
pub(super) fn short(day: Day, lang: Lang) -> String {
    let format = lang.pick("%d.%m.", "%-d %b");
    format!("{} {}", weekday(day, lang), day.date().format(format))
}

/// A day with its weekday: `Fr 20.11.2026`.
pub(super) fn long(found: Day, lang: Lang) -> String {
    format!("{} {}", weekday(found, lang), day(found, lang))
}

/// From when until when.
pub(super) fn span(found: Span, visit: &Visit) -> String {
    let lang = visit.lang();
    let from = day(found.from, lang);
    match found.until {
        Some(until) => format!("{from} – {}", day(until, lang)),
        None => visit.say_with("attendance.since", &[from]),
    }
}

/// A moment where the server stands: the time alone where it is on the day that it is about, which is
/// told too, else with its day.
pub(super) fn moment(at: i64, about: Option<Day>, lang: Lang) -> (String, bool) {
    let Some(moment) = DateTime::from_timestamp(at, 0).map(|it| it.with_timezone(&Local)) else {
        return (String::new(), false);
    };
    let time = moment.format("%H:%M");
    match Day::from_date(moment.date_naive()) {
        Ok(on) if Some(on) != about => (format!("{}, {time}", day(on, lang)), false),
        _ => (time.to_string(), true),
    }
}

/// How it stands with a class's day, as a sentence without a full stop.
pub(super) fn state(found: &DayState, about: Day, visit: &Visit) -> String {
    match found {
        DayState::Taken(ClassTaken { at, by, name }) => {
            let who = name.as_ref().map_or_else(|| by.clone(), |name| format!("{name} ({by})"));
            let (at, is_same_day) = moment(*at, Some(about), visit.lang());
            let key = if is_same_day { "attendance.taken-by" } else { "attendance.taken-on" };
            visit.say_with(key, &[at, who])
        }
        DayState::NotTaken => visit.say("attendance.not-taken"),
        DayState::Some => visit.say("attendance.some"),
        DayState::Unsaid => visit.say("attendance.unsaid"),
    }
}

/// A school year by the number of its first half, in an address.
pub(super) fn year_of(text: &str) -> Option<SchoolYear> {
    text.parse().ok()
}

/// An address made of parts, each with everything that would mean something in it written otherwise.
pub(super) fn address(parts: &[&str]) -> String {
    let written = |byte: u8| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    let parts = parts.iter().map(|part| part.bytes().map(written).collect::<String>());
    parts.flat_map(|part| ["/".to_owned(), part]).collect()
}

/// A sentence from a message of the program, which begins small and ends without a full stop.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_of_an_address_means_something_else() {
        assert_eq!(address(&["attendance", "990011", "3a"]), "/attendance/990011/3a");
        assert_eq!(address(&["a", "ä/?# b+"]), "/a/%C3%A4%2F%3F%23%20b%2B");
    }

    #[test]
    fn days_are_written_as_people_do() {
        let friday = Day::of(2026, 11, 20).unwrap();
        assert_eq!(short(friday, Lang::De), "Fr 20.11.");
        assert_eq!(long(friday, Lang::En), "Fri 20 November 2026");
        assert_eq!(sentence("der Tag"), "Der Tag");
    }
}
