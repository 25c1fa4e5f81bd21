//! Days and times as people type them, and as pages say them.

use chrono::{DateTime, Datelike, Local, Timelike};

use crate::domain::{Day, Lang};

/// Where a weekday that is typed lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Today or the last one before: when something was.
    Past,
    /// The next one after today: when something is due.
    Future,
}

/// Two letters for each weekday from Monday on, in German and English.
const WEEKDAYS: [[&str; 2]; 7] = [
    ["mo", "mo"],
    ["di", "tu"],
    ["mi", "we"],
    ["do", "th"],
    ["fr", "fr"],
    ["sa", "sa"],
    ["so", "su"],
];

/// Today and now, in minutes after midnight, where the server stands.
pub(super) fn now() -> (Day, u16) {
    let now = Local::now();
    let day = Day::of(now.year(), now.month(), now.day()).unwrap_or(Day(0));
    let minute = u16::try_from(now.hour() * 60 + now.minute()).unwrap_or(0);
    (day, minute)
}

/// The day that a text means: `h` for today, `g` for yesterday, a weekday by its two letters, `+7` for
/// so many days from today, `5.10.`, `05.10.2026` or `2026-10-05`. `None` where it means none.
pub(super) fn parse_day(text: &str, today: Day, side: Side) -> Option<Day> {
    let text = text.trim().to_lowercase();
    match text.as_str() {
        "h" | "heute" | "t" | "today" => return Some(today),
        "g" | "gestern" | "y" | "yesterday" => return Some(today.plus(-1)),
        "v" | "vorgestern" => return Some(today.plus(-2)),
        "m" | "morgen" | "tomorrow" => return Some(today.plus(1)),
        _ => {}
    }
    if let Some(days) = text.strip_prefix(['+', '-']) {
        let days: i32 = days.parse().ok().filter(|days| (0..=730).contains(days))?;
        return Some(today.plus(if text.starts_with('-') { -days } else { days }));
    }
    if let Ok(day) = text.parse() {
        return Some(day);
    }
    if text.contains('.') {
        return german(&text, today, side);
    }
    let letters: String = text.chars().take(2).collect();
    let is_word = text.chars().all(char::is_alphabetic);
    let wanted = WEEKDAYS.iter().position(|names| is_word && names.contains(&letters.as_str()))?;
    let wanted = i32::try_from(wanted).ok()?;
    let here = i32::try_from(today.date().weekday().num_days_from_monday()).ok()?;
    let back = (here - wanted).rem_euclid(7);
    Some(match side {
        Side::Past => today.plus(-back),
        Side::Future => today.plus(7 - back),
    })
}

/// `5.10.` or `05.10.2026`. Without a year it is the one that lies on the right side of today.
fn german(text: &str, today: Day, side: Side) -> Option<Day> {
    let mut parts = text.trim_end_matches('.').split('.');
    let number = |part: Option<&str>| part.and_then(|part| part.trim().parse::<u32>().ok());
    let (day, month) = (number(parts.next())?, number(parts.next())?);
    let year = parts.next().map(|year| year.trim().parse::<i32>().ok());
    if let Some(year) = year {
        let year = year?;
        return Day::of(if (0..100).contains(&year) { 2000 + year } else { year }, month, day);
    }
    let this = today.date().year();
    let found = Day::of(this, month, day)?;
    match side {
        Side::Past if found > today => Day::of(this - 1, month, day),
        Side::Future if found < today => Day::of(this + 1, month, day),
        _ => Some(found),
    }
}

/// A time as `14:30`, from `14:30`, `14.30`, `1430`, `9:5` or `14`. What is none stays as it was, and is
/// refused later.
pub(super) fn parse_time(text: &str) -> String {
    let text = text.trim().trim_end_matches("uhr").trim_end_matches("Uhr").trim();
    let (hour, minute) = match text.split_once([':', '.']) {
        Some(parts) => parts,
        None if text.len() > 2 && text.is_ascii() => text.split_at(text.len() - 2),
        None => (text, "0"),
    };
    match (hour.parse::<u8>(), minute.parse::<u8>()) {
        (Ok(hour), Ok(minute)) if hour < 24 && minute < 60 => format!("{hour:02}:{minute:02}"),
        _ => text.to_owned(),
    }
}

/// A day as a page says it: with its weekday.
pub(in crate::web) fn in_words(day: Day, lang: Lang) -> String {
    let place = day.date().weekday().num_days_from_monday() as usize;
    let german = ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"];
    let english = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    lang.pick(format!("{}, {}", german[place], day.german()), format!("{} {day}", english[place]))
}

/// A day as a field has it: `05.10.2026` in German, `2026-10-05` in English.
pub(super) fn in_field(day: Day, lang: Lang) -> String {
    lang.pick(day.german(), day.to_string())
}

/// Minutes after midnight as `14:30`.
pub(super) fn minute_in_words(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// A moment in seconds since 1970-01-01 UTC, where the server stands: the time alone where it is of
/// today.
pub(in crate::web) fn clock(seconds: i64, lang: Lang) -> String {
    let Some(moment) = DateTime::from_timestamp(seconds, 0) else { return String::new() };
    let moment = moment.with_timezone(&Local);
    let time = minute_in_words(u16::try_from(moment.hour() * 60 + moment.minute()).unwrap_or(0));
    match Day::from_date(moment.date_naive()) {
        Ok(day) if day != now().0 => format!("{}, {time}", in_words(day, lang)),
        _ => time,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(text: &str) -> Option<String> {
        // A Wednesday.
        parse_day(text, Day::of(2026, 11, 25)?, Side::Past).map(|day| day.to_string())
    }

    fn future(text: &str) -> Option<String> {
        parse_day(text, Day::of(2026, 11, 25)?, Side::Future).map(|day| day.to_string())
    }

    #[test]
    fn days_are_typed_in_short() {
        for (text, day) in [
            ("h", "2026-11-25"),
            (" G ", "2026-11-24"),
            ("mo", "2026-11-23"),
            ("Mi", "2026-11-25"),
            ("do", "2026-11-19"),
            ("donnerstag", "2026-11-19"),
            ("-3", "2026-11-22"),
            ("5.10.", "2026-10-05"),
            ("24.12.", "2025-12-24"),
            ("24.12.26", "2026-12-24"),
            ("05.10.2025", "2025-10-05"),
            ("2026-10-05", "2026-10-05"),
        ] {
            assert_eq!(past(text).as_deref(), Some(day), "{text}");
        }
        for (text, day) in [
            ("+7", "2026-12-02"),
            ("mi", "2026-12-02"),
            ("th", "2026-11-26"),
            ("m", "2026-11-26"),
            ("5.10.", "2027-10-05"),
            ("24.12.", "2026-12-24"),
        ] {
            assert_eq!(future(text).as_deref(), Some(day), "{text}");
        }
        for wrong in ["", "x", "31.2.", "+", "+9999", "5", "5.", "m0", "+1x", "2026-13-01"] {
            assert_eq!(past(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn times_are_typed_in_short() {
        for (text, time) in [
            ("14:30", "14:30"),
            ("9.05", "09:05"),
            ("1430", "14:30"),
            ("930", "09:30"),
            ("8", "08:00"),
            ("8 Uhr", "08:00"),
            ("25:00", "25:00"),
            ("", ""),
        ] {
            assert_eq!(parse_time(text), time, "{text}");
        }
    }
}
