//! The sentences that say why a row of a school's file waits, and why a file is no use.

use super::super::reason::shown;
use super::source::{MOST_BYTES, MOST_COLUMNS, MOST_ROWS};
use crate::domain::Text;

pub(super) fn destroyed(text: &str) -> Text {
    let text = shown(text);
    Text::new(
        format!("in `{text}` ist ein Buchstabe zerstört; er wird nicht erraten"),
        format!("a letter of `{text}` is destroyed, and is not guessed"),
    )
}

pub(super) fn width(found: usize, expected: usize) -> Text {
    Text::new(
        format!("die Zeile hat {found} Felder, die Kopfzeile aber {expected}"),
        format!("the row has {found} fields, but the header line has {expected}"),
    )
}

pub(super) fn not_a_day(text: &str, format: &str) -> Text {
    let text = shown(text);
    Text::new(
        format!("`{text}` ist kein Tag der Form {format}"),
        format!("`{text}` is not a day of the form {format}"),
    )
}

pub(super) fn not_a_number(text: &str) -> Text {
    let text = shown(text);
    Text::new(format!("`{text}` ist keine Anzahl"), format!("`{text}` is not a number"))
}

pub(super) fn status(text: &str) -> Text {
    let text = shown(text);
    Text::new(
        format!("der Status `{text}` ist nicht bekannt"),
        format!("the status `{text}` is not known"),
    )
}

pub(super) fn counts(text: &str) -> Text {
    let text = shown(text);
    Text::new(
        format!("`{text}` sagt nicht, ob die Abwesenheit zählt"),
        format!("`{text}` does not say whether the absence counts"),
    )
}

pub(super) fn half_year(text: &str) -> Text {
    let text = shown(text);
    Text::new(
        format!("der Abschnitt `{text}` ist kein Halbjahr (1 oder 2)"),
        format!("the term `{text}` is no half-year (1 or 2)"),
    )
}

pub(super) fn no_unexcused() -> Text {
    Text::new(
        "die Summe ohne Entschuldigung ist leer; ob das 0 heißt, sagt `--empty-is-zero`",
        "the unexcused sum is empty; `--empty-is-zero` says whether that means 0",
    )
}

pub(super) fn conflict() -> Text {
    Text::new(
        "für diesen Tag ist schon etwas anderes erfasst",
        "something else is recorded for this day already",
    )
}

pub(super) fn other_sum() -> Text {
    Text::new(
        "für dieses Halbjahr ist schon eine andere Summe erfasst",
        "another sum is recorded for this half-year already",
    )
}

pub(super) fn not_recorded() -> Text {
    Text::new(
        "die Schule erfasst an diesem Tag keine Fehlzeiten; zuerst die Erfassung (`attendance`) \
         festhalten",
        "the school records no absences on this day; import `attendance` first",
    )
}

pub(super) fn no_columns(names: &str) -> Text {
    Text::new(
        format!("in der Kopfzeile fehlen Spalten: {names}"),
        format!("the header line lacks columns: {names}"),
    )
}

pub(super) fn twice(name: &str) -> Text {
    let name = shown(name);
    Text::new(
        format!("die Spalte `{name}` kommt zweimal vor; eine davon entfernen"),
        format!("the column `{name}` is there twice; remove one of them"),
    )
}

pub(super) fn empty() -> Text {
    Text::new("die Datei ist leer", "the file is empty")
}

pub(super) fn too_large() -> Text {
    let most = MOST_BYTES / (1024 * 1024);
    Text::new(
        format!("die Datei hat, auch ausgepackt, mehr als {most} MiB"),
        format!("the file has more than {most} MiB, unpacked or not"),
    )
}

pub(super) fn too_many_rows() -> Text {
    Text::new(
        format!("die Datei hat mehr als {MOST_ROWS} Zeilen; bitte teilen"),
        format!("the file has more than {MOST_ROWS} rows; split it"),
    )
}

pub(super) fn too_many_columns() -> Text {
    Text::new(
        format!("die Datei hat mehr als {MOST_COLUMNS} Spalten"),
        format!("the file has more than {MOST_COLUMNS} columns"),
    )
}

pub(super) fn no_spreadsheet() -> Text {
    Text::new(
        "die Datei ist keine lesbare Tabelle im Format XLSX; bitte als CSV in UTF-8 speichern",
        "the file is no readable XLSX spreadsheet; save it as CSV in UTF-8",
    )
}

pub(super) fn no_sheet(wanted: &str, there: &[String]) -> Text {
    let there = there.join("`, `");
    Text::new(
        format!("ein Blatt `{wanted}` gibt es nicht; da sind `{there}`"),
        format!("there is no sheet `{wanted}`; there are `{there}`"),
    )
}

pub(super) fn no_mapping() -> Text {
    Text::new(
        "für eine Tabelle braucht es eine Zuordnung (`--mapping`)",
        "a table needs a mapping (`--mapping`)",
    )
}

pub(super) fn no_school() -> Text {
    Text::new(
        "wer an welcher Schule ist, steht nicht in der Datei; bitte `--school` angeben",
        "the file does not say whose school it is; name it with `--school`",
    )
}

pub(super) fn unknown_school(number: &str) -> Text {
    let number = shown(number);
    Text::new(
        format!(
            "eine Schule mit der Nummer `{number}` gibt es nicht oder Sie dürfen sie nicht sehen"
        ),
        format!("there is no school with the number `{number}` that you may see"),
    )
}
