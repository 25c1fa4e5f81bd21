//! The sentences that say what is wrong with a file, its header line, or a value by itself.
//!
//! Each says what is wrong and what would be right. Values are quoted short; notes never are.

use std::ops::RangeInclusive;

use super::kind::{Kind, PRIVATE_NOTE};
use super::nearest::nearest;
use crate::domain::{CodeList, LONGEST_NOTE, Lang, Number, Text};

/// The most codes that are listed in full.
const FEW: usize = 8;

/// A value as a message shows it: one line, at most 40 characters.
pub(super) fn shown(value: &str) -> String {
    one_line(value, 40)
}

/// The beginning of a text on one line, without anything that a terminal would obey.
pub(super) fn one_line(text: &str, longest: usize) -> String {
    let clean = |letter: char| if letter.is_control() { ' ' } else { letter };
    let mut line: String = text.chars().take(longest).map(clean).collect();
    if text.chars().nth(longest).is_some() {
        line.push('…');
    }
    line
}

/// Words in backticks, separated by commas.
fn quoted<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

// The file as a whole.

pub(super) fn no_header(kind: Kind) -> Text {
    let names = quoted(kind.columns().iter().map(|column| column.name));
    Text::new(
        format!("die Datei ist leer; in die erste Zeile gehören die Spaltennamen {names}"),
        format!("the file is empty; its first line must name the columns {names}"),
    )
}

pub(super) fn utf_16() -> Text {
    Text::new(
        "die Datei ist in UTF-16 gespeichert; bitte als CSV in UTF-8 speichern",
        "the file is stored as UTF-16; save it as CSV in UTF-8",
    )
}

pub(super) fn not_utf_8() -> Text {
    Text::new(
        "die Zeile ist nicht in UTF-8 geschrieben, andere sind es; bitte die Datei als CSV in UTF-8 \
         speichern",
        "the line is not written in UTF-8, and others are; save the file as CSV in UTF-8",
    )
}

pub(super) fn open_quote() -> Text {
    Text::new(
        "ein Anführungszeichen wird geöffnet und nie geschlossen; ab hier wurde nichts gelesen",
        "a quotation mark is opened and never closed; nothing was read from here on",
    )
}

pub(super) fn text_after_quote() -> Text {
    Text::new(
        "nach einem schließenden Anführungszeichen folgt Text; ein Anführungszeichen im Text wird \
         verdoppelt geschrieben",
        "text follows a closing quotation mark; a quotation mark within a text is written twice",
    )
}

pub(super) fn wrong_field_count(found: usize, expected: usize) -> Text {
    Text::new(
        format!("die Zeile hat {found} Felder, die Kopfzeile aber {expected}"),
        format!("the row has {found} fields, but the header line has {expected}"),
    )
}

// The header line.

pub(super) fn too_many_columns(found: usize, most: usize) -> Text {
    Text::new(
        format!("die Kopfzeile hat {found} Spalten, mehr als {most}; das ist keine solche Datei"),
        format!("the header line has {found} columns, more than {most}; this is no such file"),
    )
}

pub(super) fn unnamed_column(place: usize) -> Text {
    Text::new(
        format!("die {place}. Spalte hat keinen Namen; benennen oder entfernen"),
        format!("column {place} has no name; name it or remove it"),
    )
}

pub(super) fn unknown_column(name: &str, kind: Kind) -> Text {
    let known = || kind.columns().iter().map(|column| column.name);
    let (de, en) = if let Some(near) = nearest(name, known().map(|name| (name, name))) {
        (format!("gemeint ist wohl `{near}`"), format!("did you mean `{near}`?"))
    } else {
        let names = quoted(known());
        (format!("bekannt sind {names}"), format!("known columns are {names}"))
    };
    let name = shown(name);
    Text::new(
        format!("die Spalte `{name}` ist nicht bekannt; {de}"),
        format!("there is no column `{name}`; {en}"),
    )
}

pub(super) fn missing_column(name: &str) -> Text {
    Text::new(
        format!("die Spalte `{name}` fehlt; in der Kopfzeile ergänzen"),
        format!("the column `{name}` is missing; add it to the header line"),
    )
}

pub(super) fn repeated_column(name: &str) -> Text {
    let name = shown(name);
    Text::new(
        format!("die Spalte `{name}` kommt zweimal vor; eine davon entfernen"),
        format!("the column `{name}` is there twice; remove one of them"),
    )
}

pub(super) fn unknown_lane(role: &str, roles: &CodeList) -> Text {
    let reason = unknown_code("role", role, roles);
    Text::new(
        format!("nach `{PRIVATE_NOTE}` steht der Code einer Rolle; {}", reason.de),
        format!("the code of a role follows `{PRIVATE_NOTE}`; {}", reason.en),
    )
}

// Single values.

pub(super) fn empty() -> Text {
    Text::new("der Wert fehlt; dieses Feld muss ausgefüllt sein", "a value is missing; fill it in")
}

pub(super) fn destroyed() -> Text {
    Text::new(
        "der Text enthält das Zeichen „\u{FFFD}“ anstelle eines verlorenen Buchstabens; bitte in der \
         Quelle berichtigen",
        "the text has the sign `\u{FFFD}` in place of a letter that was lost; correct it in the source",
    )
}

pub(super) fn control_character(letter: char, in_note: bool) -> Text {
    let code = u32::from(letter);
    let (de, en) = if in_note {
        ("erlaubt sind nur Zeilenumbruch und Tabulator", "only line breaks and tabs may stand here")
    } else {
        ("hier darf nur eine Zeile Text stehen", "only one line of text may stand here")
    };
    Text::new(
        format!("der Text enthält das Steuerzeichen U+{code:04X}; {de}"),
        format!("the text has the control character U+{code:04X}; {en}"),
    )
}

pub(super) fn text_too_long(longest: usize) -> Text {
    Text::new(
        format!("der Text ist zu lang; höchstens {longest} Zeichen"),
        format!("the text is too long; at most {longest} characters"),
    )
}

pub(super) fn note_too_long(bytes: usize) -> Text {
    Text::new(
        format!("die Notiz ist mit {bytes} Byte zu lang; höchstens {LONGEST_NOTE} Byte"),
        format!("the note is too long with {bytes} bytes; at most {LONGEST_NOTE} bytes"),
    )
}

pub(super) fn not_a_day(value: &str) -> Text {
    let value = shown(value);
    Text::new(
        format!("`{value}` ist kein Tag; als 2025-09-15 oder 15.09.2025 schreiben"),
        format!("`{value}` is not a day; write it as 2025-09-15 or 15.09.2025"),
    )
}

pub(super) fn day_out_of_range(value: &str) -> Text {
    let value = shown(value);
    Text::new(
        format!("der Tag `{value}` liegt nicht in den Jahren 1900 bis 2199"),
        format!("the day `{value}` lies outside the years 1900 to 2199"),
    )
}

pub(super) fn not_a_time(value: &str) -> Text {
    let value = shown(value);
    Text::new(
        format!("`{value}` ist keine Uhrzeit; als 09:30 schreiben, 00:00 bis 23:59"),
        format!("`{value}` is not a time; write it as 09:30, from 00:00 to 23:59"),
    )
}

pub(super) fn not_hours(value: &str, most: u32) -> Text {
    let value = shown(value);
    Text::new(
        format!(
            "`{value}` sind keine Wochenstunden, die ganze Minuten ergeben; etwa 12,5, höchstens {most}"
        ),
        format!(
            "`{value}` is no number of weekly hours in whole minutes; for example 12.5, at most {most}"
        ),
    )
}

pub(super) fn not_a_number(value: &str, range: &RangeInclusive<u32>) -> Text {
    let (value, first, last) = (shown(value), range.start(), range.end());
    Text::new(
        format!("`{value}` ist keine ganze Zahl von {first} bis {last}"),
        format!("`{value}` is not a whole number from {first} to {last}"),
    )
}

pub(super) fn not_hundredths(value: &str, range: &RangeInclusive<i64>) -> Text {
    let value = shown(value);
    let bound = |units: i64, lang| Number { units, decimals: 2 }.text(lang);
    let (first, last) = (*range.start(), *range.end());
    Text::new(
        format!(
            "`{value}` ist keine Zahl von {} bis {} mit höchstens zwei Stellen nach dem Komma, etwa \
             12,50 oder 12.50",
            bound(first, Lang::De),
            bound(last, Lang::De)
        ),
        format!(
            "`{value}` is not a number from {} to {} with at most two digits after the point, such as \
             12.50 or 12,50",
            bound(first, Lang::En),
            bound(last, Lang::En)
        ),
    )
}

pub(super) fn not_yes_or_no(value: &str) -> Text {
    let value = shown(value);
    Text::new(
        format!(
            "`{value}` ist weder ja noch nein; erlaubt sind `ja`, `nein`, `yes`, `no`, `true`, `false`, `1`, `0`"
        ),
        format!(
            "`{value}` is neither yes nor no; use `yes`, `no`, `ja`, `nein`, `true`, `false`, `1` or `0`"
        ),
    )
}

pub(super) fn not_a_sign(value: &str) -> Text {
    let value = shown(value);
    Text::new(
        format!(
            "`{value}` kann kein Kürzel sein; erlaubt sind 1 bis 32 Buchstaben (ohne Umlaute), \
             Ziffern, `-`, `_` und `.`"
        ),
        format!(
            "`{value}` cannot be a code; use 1 to 32 letters without accents, digits, `-`, `_` and `.`"
        ),
    )
}

pub(super) fn not_a_school_number(value: &str) -> Text {
    let value = shown(value);
    Text::new(
        format!("`{value}` ist keine Schulnummer; sie hat sechs Ziffern"),
        format!("`{value}` is not a school number; it has six digits"),
    )
}

pub(super) fn not_a_school_year(value: &str) -> Text {
    let value = shown(value);
    Text::new(
        format!("`{value}` ist kein Schuljahr; als 2025/26 schreiben"),
        format!("`{value}` is not a school year; write it as 2025/26"),
    )
}

/// An unknown code, with the allowed ones where they are few, else with the one that was meant.
/// A code may also have been meant by its German or English word.
pub(super) fn unknown_code(name: &str, value: &str, list: &CodeList) -> Text {
    let codes = list.codes();
    let all = || quoted(codes.iter().map(|code| code.code.as_str()));
    let spelled = codes.iter().flat_map(|code| {
        [&code.code, &code.de, &code.en].map(|word| (code.code.as_str(), word.as_str()))
    });
    let (de, en) = if codes.is_empty() {
        ("die Liste ist leer".to_owned(), "the list is empty".to_owned())
    } else if let (true, Some(near)) = (codes.len() > FEW, nearest(value, spelled)) {
        (format!("gemeint ist wohl `{near}`"), format!("did you mean `{near}`?"))
    } else {
        (format!("erlaubt sind {}", all()), format!("allowed are {}", all()))
    };
    let value = shown(value);
    Text::new(
        format!("`{value}` steht nicht in der Liste `{name}`; {de}"),
        format!("`{value}` is not in the list `{name}`; {en}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CodeLists;

    fn list(name: &str) -> CodeList {
        CodeLists::seed().into_iter().find(|(found, _)| found == name).unwrap().1
    }

    #[test]
    fn few_codes_are_listed_and_of_many_the_nearest_is_named() {
        let few = unknown_code("consultation", "frist", &list("consultation"));
        assert_eq!(
            few.en,
            "`frist` is not in the list `consultation`; allowed are `first`, `follow-up`, `referral`"
        );
        let many = unknown_code("contact-kind", "Hausbesuch", &list("contact-kind"));
        assert_eq!(
            many.de,
            "`Hausbesuch` steht nicht in der Liste `contact-kind`; gemeint ist wohl `home-visit`"
        );
        let none = unknown_code("contact-kind", "quidditch", &list("contact-kind"));
        assert!(none.en.contains("allowed are `home-visit`, `parent-talk`"), "{}", none.en);
    }

    #[test]
    fn values_are_shown_short_and_on_one_line() {
        assert_eq!(shown("a\nb\u{1b}[31m"), "a b [31m");
        assert_eq!(shown(&"x".repeat(41)), format!("{}…", "x".repeat(40)));
        assert_eq!(shown(&"x".repeat(40)), "x".repeat(40));
    }
}
