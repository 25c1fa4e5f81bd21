//! How numbers, days and texts are written in each language.

use crate::domain::{Day, Lang, Number, Period, TableColumn};

use super::words::Words;

/// A number for reading: `-1.234,5` in German, `-1,234.5` in English.
pub fn number(number: Number, lang: Lang) -> String {
    number.text(lang)
}

/// A number for a spreadsheet: `-1234,5` in German, `-1234.5` in English.
pub(super) fn bare_number(number: Number, lang: Lang) -> String {
    number.bare_text(lang)
}

/// A day: `15.09.2025` in German, `2025-09-15` in English, where neither 9/15 nor 15/9 is
/// understood by everybody.
pub fn day(day: Day, lang: Lang) -> String {
    lang.pick(day.german(), day.to_string())
}

/// A period, from its first day to its last.
pub(super) fn period(period: Period, lang: Lang) -> String {
    format!("{} {} {}", day(period.first, lang), Words::of(lang).to, day(period.last, lang))
}

/// The heading of a column with its unit, where the two are one text.
pub(super) fn heading(column: &TableColumn, lang: Lang) -> String {
    let label = line(column.label.get(lang));
    match unit(column, lang) {
        Some(unit) => format!("{label} ({unit})"),
        None => label,
    }
}

/// The unit of a column, where it has one to show.
pub(super) fn unit(column: &TableColumn, lang: Lang) -> Option<String> {
    column.unit.as_ref().map(|unit| line(unit.get(lang))).filter(|unit| !unit.is_empty())
}

/// A text as one line that can do nothing to a terminal or to the direction of the text around
/// it: control characters become spaces, marks of direction go, blanks at either end go.
pub fn line(text: &str) -> String {
    let is_direction = |letter: char| {
        matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}')
    };
    let is_break = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    let kept = text.chars().filter(|letter| !is_direction(*letter));
    let text: String = kept.map(|letter| if is_break(letter) { ' ' } else { letter }).collect();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_follow_the_language() {
        let first = Day::of(2025, 9, 1).unwrap();
        let period = Period::new(first, first.plus(29)).unwrap();
        assert_eq!(super::period(period, Lang::De), "01.09.2025 bis 30.09.2025");
        assert_eq!(super::period(period, Lang::En), "2025-09-01 to 2025-09-30");
    }

    #[test]
    fn a_line_cannot_steer_a_terminal() {
        assert_eq!(line(" a\u{1b}[2Jb\r\nc\u{9b}d\u{202e}e\t"), "a [2Jb  c de");
        assert_eq!(line("Łódź – naïve"), "Łódź – naïve");
    }
}
