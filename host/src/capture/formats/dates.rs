//! Days as a file writes them, by a format that is named and never guessed.

use crate::domain::Day;

/// Reads a day. The format is made of `d`, `dd`, `M`, `MM`, `yy` and `yyyy` with other signs between
/// them; `yy` is a year from 2000 on. `None` where the text is not of that form, or no day.
pub(super) fn day(format: &str, text: &str) -> Option<Day> {
    let (mut rest, mut letters) = (text, format);
    let (mut year, mut month, mut number) = (None, None, None);
    while let Some(letter) = letters.chars().next() {
        let run = letters.chars().take_while(|other| *other == letter).count();
        letters = &letters[run * letter.len_utf8()..];
        let (least, most) = match (letter, run) {
            ('d' | 'M', 1) => (1, 2),
            ('d' | 'M' | 'y', 2) => (2, 2),
            ('y', 4) => (4, 4),
            ('d' | 'M' | 'y', _) => return None,
            _ => {
                for _ in 0..run {
                    rest = rest.strip_prefix(letter)?;
                }
                continue;
            }
        };
        let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        if digits < least {
            return None;
        }
        let value: u32 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let place = match letter {
            'd' => &mut number,
            'M' => &mut month,
            _ => &mut year,
        };
        *place = Some(if letter == 'y' && run == 2 { 2000 + value } else { value });
    }
    let year = i32::try_from(year?).ok()?;
    if rest.is_empty() { Day::of(year, month?, number?) } else { None }
}

/// Whether a format has a day, a month and a year, each once.
pub(super) fn is_format(format: &str) -> bool {
    let tried = format
        .replace("yyyy", "2024")
        .replace("yy", "24")
        .replace("MM", "02")
        .replace('M', "2")
        .replace("dd", "29")
        .replace('d', "29");
    format.len() <= 20 && day(format, &tried) == Day::of(2024, 2, 29)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_by_their_format_alone() {
        for (format, text) in [
            ("dd.MM.yy", "1.09.25"),
            ("dd.MM.yy", "01.09.2025"),
            ("dd.MM.yy", "31.02.25"),
            ("dd.MM.yy", "٠١.09.25"),
            ("dd.MM.yyyy", "01.09.25"),
            ("d.M.yyyy", "ü.9.2025"),
            ("ddd", "001"),
            ("", ""),
        ] {
            assert_eq!(day(format, text), None, "{format} {text}");
        }
        let expected = Day::of(2025, 9, 1);
        for (format, text) in [
            ("dd.MM.yy", "01.09.25"),
            ("d.M.yyyy", "1.9.2025"),
            ("d.M.yyyy", "01.09.2025"),
            ("yyyy-MM-dd", "2025-09-01"),
            ("MM/dd/yyyy", "09/01/2025"),
        ] {
            assert_eq!(day(format, text), expected, "{format} {text}");
        }
        assert!(is_format("dd.MM.yy") && is_format("d/M/yyyy"));
        assert!(!is_format("dd.MM") && !is_format("DD.MM.YYYY") && !is_format("dd.dd.yyyy"));
    }
}
