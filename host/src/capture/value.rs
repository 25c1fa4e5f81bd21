//! The values that stand in fields: days, times, hours, whole numbers, yes and no.

use crate::domain::{Day, DayError};

/// A day as `2025-09-15` or `15.09.2025`.
///
/// # Errors
///
/// As for [`Day`]'s own parsing.
pub(super) fn day(text: &str) -> Result<Day, DayError> {
    match text.as_bytes() {
        [d1, d2, b'.', m1, m2, b'.', y1, y2, y3, y4] => {
            let turned = [*y1, *y2, *y3, *y4, b'-', *m1, *m2, b'-', *d1, *d2];
            // Bytes in another order may be no text any more; then they are no day either.
            str::from_utf8(&turned).unwrap_or("").parse()
        }
        _ => text.parse(),
    }
}

/// A time of day as `09:30`, in minutes after midnight.
pub(super) fn time(text: &str) -> Option<u16> {
    let [h1, h2, b':', m1, m2] = text.as_bytes() else { return None };
    let pair = |tens: &u8, ones: &u8| {
        let both = tens.is_ascii_digit() && ones.is_ascii_digit();
        both.then(|| u16::from(tens - b'0') * 10 + u16::from(ones - b'0'))
    };
    let (hour, minute) = (pair(h1, h2)?, pair(m1, m2)?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// Weekly hours as `12`, `12.5` or `12,5`, in minutes. Only what comes to whole minutes is taken:
/// at most two places after the point, and two of them only in steps of five.
pub(super) fn hours(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    if part.is_empty() || part.len() > 2 {
        return None;
    }
    let hundredths = whole_number(part)? * if part.len() == 1 { 10 } else { 1 };
    let minutes = hundredths * 60;
    let rest = (minutes % 100 == 0).then_some(minutes / 100)?;
    whole_number(whole)?.checked_mul(60)?.checked_add(rest)
}

/// A whole number in digits alone: no sign, no point, no space.
pub(super) fn whole_number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// A number with at most two digits after the point or comma, in hundredths: `12`, `12.5`, `12,50`.
/// Without groups of three, since `1.000` could be one or a thousand.
pub(super) fn hundredths(text: &str) -> Option<i64> {
    let (whole, part) = match text.split_once(['.', ',']) {
        Some((whole, part)) => (whole, Some(part)),
        None => (text, None),
    };
    let part = match part {
        None => 0,
        Some(part) if part.len() <= 2 => whole_number(part)? * if part.len() == 1 { 10 } else { 1 },
        Some(_) => return None,
    };
    i64::from(whole_number(whole)?).checked_mul(100)?.checked_add(part.into())
}

/// Yes or no, in capital or small letters.
pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    let is_one_of = |words: [&str; 4]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_one_of(["yes", "ja", "true", "1"]) {
        Some(true)
    } else if is_one_of(["no", "nein", "false", "0"]) {
        Some(false)
    } else {
        None
    }
}

/// Whether a text can be the short sign of a person or household: 1 to 32 letters and digits of
/// ASCII, `-`, `_` and `.`. Signs stand in lists separated by `|` and are typed on command lines.
pub(super) fn is_sign(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=32).contains(&text.len()) && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_day_is_refused() {
        let wrong = ["", "15.9.2025", "31.02.2025", "2025.09.15", "15.09.25", "15-09-2025"];
        for text in wrong.into_iter().chain(["2025-02-29", "üü.09.202", "1ü09.2025", "15.09.1825"])
        {
            assert!(day(text).is_err(), "{text}");
        }
        assert_eq!(day("15.09.2025"), day("2025-09-15"));
        assert_eq!(day("15.09.2025").ok(), Day::of(2025, 9, 15));
    }

    #[test]
    fn times_lie_within_a_day() {
        for wrong in ["", "9:30", "24:00", "12:60", "12.30", "1a:30", "12:30:00", "-1:30"] {
            assert_eq!(time(wrong), None, "{wrong}");
        }
        assert_eq!((time("00:00"), time("09:30"), time("23:59")), (Some(0), Some(570), Some(1439)));
    }

    #[test]
    fn hours_come_to_whole_minutes() {
        for wrong in ["", ".", "12.", ",5", "12.51", "12.333", "-1", "1e3", "12,5,5", "99999999999"]
        {
            assert_eq!(hours(wrong), None, "{wrong}");
        }
        for (text, minutes) in [("0", 0), ("12", 720), ("12.5", 750), ("12,5", 750)] {
            assert_eq!(hours(text), Some(minutes), "{text}");
        }
        assert_eq!((hours("19.25"), hours("0,1"), hours("0.05")), (Some(1155), Some(6), Some(3)));
    }

    #[test]
    fn hundredths_are_exact_and_nothing_is_guessed() {
        for wrong in ["", ".", "12.", ",5", "12.505", "1.000", "1.000,00", "-1", "+1", "1e2", "1 0"]
        {
            assert_eq!(hundredths(wrong), None, "{wrong}");
        }
        for (text, expected) in [("0", 0), ("12", 1_200), ("12.5", 1_250), ("12,50", 1_250)] {
            assert_eq!(hundredths(text), Some(expected), "{text}");
        }
        assert_eq!(hundredths("1000000000,00"), Some(100_000_000_000));
        assert_eq!((hundredths("0.05"), hundredths("0,65")), (Some(5), Some(65)));
    }

    #[test]
    fn signs_of_numbers_and_other_words_are_refused() {
        for wrong in ["", "+5", "-5", "5.0", " 5", "5 ", "٣", "4294967296"] {
            assert_eq!(whole_number(wrong), None, "{wrong}");
        }
        assert_eq!(whole_number("007"), Some(7));
        assert_eq!(yes_or_no(""), None);
        assert_eq!(yes_or_no("y"), None);
        assert_eq!((yes_or_no("Ja"), yes_or_no("FALSE")), (Some(true), Some(false)));
    }

    #[test]
    fn signs_fit_into_lists_and_commands() {
        let long = "a".repeat(33);
        for wrong in ["", "a|b", "a b", "a,b", "ä", "a\n", long.as_str()] {
            assert!(!is_sign(wrong), "{wrong}");
        }
        assert!(is_sign("p-17_b.2") && is_sign(&long[..32]));
    }
}
