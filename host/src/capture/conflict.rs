//! The sentences that say that a row does not fit what is known, another row, or itself.

use std::fmt::Display;
use std::ops::RangeInclusive;

use super::reason::shown;
use crate::domain::{Day, FormKind, Lang, Number, SchoolYear, Span, Text};

/// What a short sign can stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Noun {
    School,
    Practitioner,
    Household,
    Pupil,
    Record(FormKind),
}

impl Noun {
    /// With the indefinite article and what it is known by, then the negative, then the kind of file.
    fn words(self) -> ([&'static str; 3], [&'static str; 3]) {
        match self {
            Self::School => (
                ["eine Schule mit der Nummer", "keine Schule mit der Nummer", "die Schulen"],
                ["a school with the number", "no school with the number", "schools"],
            ),
            Self::Practitioner => (
                [
                    "eine Fachkraft mit dem Kürzel",
                    "keine Fachkraft mit dem Kürzel",
                    "die Fachkräfte",
                ],
                ["a practitioner with the code", "no practitioner with the code", "practitioners"],
            ),
            Self::Household => (
                [
                    "einen Haushalt mit dem Kürzel",
                    "keinen Haushalt mit dem Kürzel",
                    "die Haushalte",
                ],
                ["a household with the code", "no household with the code", "households"],
            ),
            Self::Pupil => (
                ["ein Kind mit dem Kürzel", "kein Kind mit dem Kürzel", "die Kinder"],
                ["a pupil with the code", "no pupil with the code", "pupils"],
            ),
            Self::Record(kind) => (
                [
                    "einen Eintrag mit dem Kürzel",
                    "keinen Eintrag mit dem Kürzel",
                    &kind.form().title.de,
                ],
                ["a record with the code", "no record with the code", &kind.form().name],
            ),
        }
    }
}

// What the row refers to.

pub(super) fn unknown(noun: Noun, sign: &str) -> Text {
    let ([_, de, files], [_, en, kind]) = noun.words();
    let sign = shown(sign);
    Text::new(
        format!("es gibt {de} `{sign}`; zuerst {files} importieren"),
        format!("there is {en} `{sign}`; import {kind} first"),
    )
}

pub(super) fn already_known(noun: Noun, sign: &str) -> Text {
    let ([de, ..], [en, ..]) = noun.words();
    let sign = shown(sign);
    Text::new(
        format!("es gibt schon {de} `{sign}`; die Zeile entfernen oder anders benennen"),
        format!("there already is {en} `{sign}`; remove the row or use another"),
    )
}

pub(super) fn already_in_line(value: impl Display, line: u64) -> Text {
    let value = shown(&value.to_string());
    Text::new(
        format!("`{value}` steht schon in Zeile {line}; eine der beiden Zeilen entfernen"),
        format!("`{value}` is already in line {line}; remove one of the two rows"),
    )
}

pub(super) fn overlaps(line: u64) -> Text {
    Text::new(
        format!(
            "der Zeitraum überschneidet sich mit dem in Zeile {line}; den früheren vorher enden lassen"
        ),
        format!("the time overlaps with that in line {line}; let the earlier one end before"),
    )
}

pub(super) fn recorded_already(Span { from, until }: Span) -> Text {
    let (de, en) = match until {
        Some(last) => (format!("bis {}", last.german()), format!("to {last}")),
        None => ("auf unbestimmte Zeit".to_owned(), "until further notice".to_owned()),
    };
    Text::new(
        format!("die Schule erfasst schon vom {} an {de} Fehlzeiten", from.german()),
        format!("the school already records absences from {from} {en}"),
    )
}

pub(super) fn there_already(Span { from, until }: Span) -> Text {
    let (de, en) = match until {
        Some(last) => (format!("bis {}", last.german()), format!("to {last}")),
        None => ("auf unbestimmte Zeit".to_owned(), "until further notice".to_owned()),
    };
    Text::new(
        format!(
            "das Kind ist schon vom {} an {de} an der Schule; zuerst den Abgang festhalten",
            from.german()
        ),
        format!("the pupil is at the school already from {from} {en}; let them leave first"),
    )
}

pub(super) fn listed_twice(sign: &str) -> Text {
    let sign = shown(sign);
    Text::new(
        format!("`{sign}` ist zweimal aufgezählt; einmal genügt"),
        format!("`{sign}` is listed twice; list it once"),
    )
}

pub(super) fn empty_entry() -> Text {
    Text::new(
        "in der Aufzählung ist ein Eintrag leer; Einträge durch ein einzelnes `|` trennen",
        "the list has an empty entry; separate entries by a single `|`",
    )
}

// Values that do not fit together.

pub(super) fn backwards(from: Day, until: Day) -> Text {
    Text::new(
        format!("der Zeitraum endet am {}, vor seinem Beginn am {}", until.german(), from.german()),
        format!("the time ends on {until}, before it begins on {from}"),
    )
}

pub(super) fn end_without_beginning(begins: &str) -> Text {
    Text::new(
        format!("ein Ende ohne Beginn; auch `{begins}` ausfüllen"),
        format!("an end without a beginning; fill in `{begins}` too"),
    )
}

pub(super) fn minutes_are_no_unit() -> Text {
    Text::new(
        "in Minuten zählen nur Verspätungen; erlaubt sind `day`, `half-day` und `lesson`",
        "only late arrivals are counted in minutes; use `day`, `half-day` or `lesson`",
    )
}

pub(super) fn units_do_not_fit(unit: &str, range: &RangeInclusive<u16>) -> Text {
    let (first, last) = (range.start(), range.end());
    if first == last {
        Text::new(
            format!("in der Einheit `{unit}` hat ein Schultag immer {first}"),
            format!("counted in `{unit}`, a school day always has {first}"),
        )
    } else {
        Text::new(
            format!("in der Einheit `{unit}` hat ein Schultag {first} bis {last}"),
            format!("counted in `{unit}`, a school day has {first} to {last}"),
        )
    }
}

pub(super) fn half_outside_year(year: SchoolYear) -> Text {
    Text::new(
        format!("das zweite Halbjahr beginnt im Lauf des Schuljahres {year}"),
        format!("the second half-year begins in the course of the school year {year}"),
    )
}

pub(super) fn late_without_minutes() -> Text {
    Text::new(
        "eine Verspätung braucht ihre Minuten; hier eintragen",
        "a late arrival needs its minutes; fill them in",
    )
}

pub(super) fn more_unexcused_than_missed(missed: u32) -> Text {
    Text::new(
        format!("unentschuldigt kann nicht mehr sein als gefehlt: {missed}"),
        format!("no more can be unexcused than was missed: {missed}"),
    )
}

pub(super) fn unknown_before_enrolment(enrolled: Day) -> Text {
    Text::new(
        format!("der Verbleib kann nicht vor der Aufnahme am {} ungeklärt sein", enrolled.german()),
        format!("whereabouts cannot become unknown before the enrolment on {enrolled}"),
    )
}

pub(super) fn no_name() -> Text {
    Text::new(
        "Vorname und Familienname fehlen beide; mindestens einen angeben",
        "both given name and family name are missing; give at least one",
    )
}

pub(super) fn born_after_enrolment(enrolled: Day) -> Text {
    Text::new(
        format!("der Geburtstag liegt nicht vor der Aufnahme am {}", enrolled.german()),
        format!("the day of birth does not lie before the enrolment on {enrolled}"),
    )
}

pub(super) fn too_few_members() -> Text {
    Text::new(
        "ein Tandem oder Tridem hat mindestens zwei Mitglieder, getrennt durch `|`",
        "a tandem or tridem has at least two members, separated by `|`",
    )
}

pub(super) fn nobody_present() -> Text {
    Text::new(
        "wurde jemand erreicht, ist mindestens eine Person anwesend; die Zahl angeben (das Team \
         zählt nicht mit)",
        "where somebody was reached, at least one person is present; give the number, without the \
         team",
    )
}

pub(super) fn present_at_attempt() -> Text {
    Text::new(
        "bei einem Versuch ist niemand anwesend; leer lassen oder 0 eintragen",
        "nobody is present at an attempt; leave it empty or write 0",
    )
}

pub(super) fn reached_and_attempt() -> Text {
    Text::new(
        "das Ergebnis `reached` und ein Versuch schließen einander aus; `attempt` leer lassen",
        "the result `reached` and an attempt exclude each other; leave `attempt` empty",
    )
}

pub(super) fn not_reached_and_no_attempt() -> Text {
    Text::new(
        "mit dem Ergebnis `not-reached` ist es immer ein Versuch; `attempt` leer lassen",
        "with the result `not-reached` it is always an attempt; leave `attempt` empty",
    )
}

pub(super) fn household_of_no_pupil(sign: &str) -> Text {
    let sign = shown(sign);
    Text::new(
        format!(
            "keines der Kinder gehört zum Haushalt `{sign}`; den Haushalt leer lassen oder berichtigen"
        ),
        format!(
            "none of the pupils belongs to the household `{sign}`; leave it empty or correct it"
        ),
    )
}

pub(super) fn due_before(day: Day) -> Text {
    Text::new(
        format!("der nächste Schritt kann nicht vor dem Kontakt am {} fällig sein", day.german()),
        format!("the next step cannot be due before the contact on {day}"),
    )
}

// Records of a form.

/// What to say where a field of a form is empty, for forms with a sentence of their own.
pub(super) fn missing_in(form: &str, field: &str) -> Option<Text> {
    (form == "interpreting" && field == "support_case").then(|| {
        Text::new(
            "Dolmetschen wird immer für eine Fallbegleitung gebucht; deren Kürzel angeben oder sie \
             vorher anlegen",
            "interpreting is always booked for a support case; give its code, or open the case first",
        )
    })
}

pub(super) fn none_of(names: &[&str]) -> Text {
    let list = |and: &str| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        names.join(and)
    };
    Text::new(
        format!("mindestens eines von {} ist anzugeben", list(" und ")),
        format!("at least one of {} is needed", list(" and ")),
    )
}

pub(super) fn day_before(day: Day, other: &str, first: Day) -> Text {
    Text::new(
        format!("der {} liegt vor `{other}` am {}", day.german(), first.german()),
        format!("{day} lies before `{other}` on {first}"),
    )
}

pub(super) fn number_below(number: i64, other: &str, first: i64) -> Text {
    Text::new(
        format!("{number} ist kleiner als `{other}` mit {first}"),
        format!("{number} is below `{other}`, which is {first}"),
    )
}

pub(super) fn wrong_authority(form: &str, authority: &str) -> Text {
    Text::new(
        format!(
            "für eine Schule der Schulform `{form}` ist `{authority}` zuständig; leer lassen oder \
             berichtigen"
        ),
        format!(
            "for a school of the form `{form}`, `{authority}` is responsible; leave it empty or \
             correct it"
        ),
    )
}

pub(super) fn beyond_budget(budget: &str, cost: i64, left: i64) -> Text {
    let budget = shown(budget);
    let euros = |units: i64, lang| Number { units, decimals: 2 }.text(lang);
    let (de, en) = (Lang::De, Lang::En);
    Text::new(
        format!(
            "{} Euro sind mehr als die {} Euro, die im Budget `{budget}` noch da sind; berichtigen \
             oder mit `--over-budget` bestätigen",
            euros(cost, de),
            euros(left, de)
        ),
        format!(
            "{} EUR are more than the {} EUR that are left of the budget `{budget}`; correct it, or \
             confirm it with `--over-budget`",
            euros(cost, en),
            euros(left, en)
        ),
    )
}

pub(super) fn nobody_of_role(role: &str) -> Text {
    Text::new(
        format!("eine vertrauliche Notiz braucht eine beteiligte Person mit der Rolle `{role}`"),
        format!("a private note needs a participant with the role `{role}`"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_sign_says_what_to_import_first() {
        let reason = unknown(Noun::Pupil, "p17");
        assert_eq!(reason.en, "there is no pupil with the code `p17`; import pupils first");
        assert_eq!(
            reason.de,
            "es gibt kein Kind mit dem Kürzel `p17`; zuerst die Kinder importieren"
        );
    }
}
