//! A record as people read it: signs in place of keys, codes with their words.

use super::code::Code;
use super::day::Day;
use super::document::Number;
use super::form::{Entered, Entry};
use super::words::Lang;

/// What stands in a field, for reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// Nothing.
    Missing,
    /// A sign of the record itself, or a text.
    Text(String),
    /// A day.
    Day(Day),
    /// Yes or no.
    Flag(bool),
    /// A code with its words.
    Code(Code),
    /// Codes in the order of their list.
    Set(Vec<Code>),
    /// A whole number.
    Number(i64),
    /// A number in hundredths.
    Hundredths(i64),
    /// Euros in cents.
    Cents(i64),
    /// Somebody or something else: its sign, and its name where it has one.
    Sign { code: String, name: String },
}

impl Shown {
    /// As it stands in an import file, in neither language.
    pub fn in_file(&self) -> String {
        match self {
            Self::Missing => String::new(),
            Self::Text(text) => text.clone(),
            Self::Day(day) => day.to_string(),
            Self::Flag(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            Self::Code(code) => code.code.clone(),
            Self::Set(codes) => {
                codes.iter().map(|code| code.code.as_str()).collect::<Vec<_>>().join("|")
            }
            Self::Number(number) => number.to_string(),
            Self::Hundredths(units) | Self::Cents(units) => {
                Number { units: *units, decimals: 2 }.bare_text(Lang::En)
            }
            Self::Sign { code, .. } => code.clone(),
        }
    }

    /// For reading: codes as words, numbers and days as the language writes them, signs as signs.
    pub fn word(&self, lang: Lang) -> String {
        match self {
            Self::Day(day) => lang.pick(day.german(), day.to_string()),
            Self::Flag(true) => lang.pick("ja", "yes").to_owned(),
            Self::Flag(false) => lang.pick("nein", "no").to_owned(),
            Self::Code(code) => code.word(lang).to_owned(),
            Self::Set(codes) => {
                codes.iter().map(|code| code.word(lang)).collect::<Vec<_>>().join(", ")
            }
            Self::Number(number) => Number { units: *number, decimals: 0 }.text(lang),
            Self::Hundredths(units) => Number { units: *units, decimals: 2 }.text(lang),
            Self::Cents(units) => {
                format!("{} €", Number { units: *units, decimals: 2 }.text(lang))
            }
            Self::Missing | Self::Text(_) | Self::Sign { .. } => self.in_file(),
        }
    }
}

/// A record for reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryView {
    /// Its row in the table of its form.
    pub key: i64,
    /// The record itself.
    pub entry: Entry,
    /// What stands in its fields, in the form's order.
    pub said: Vec<Shown>,
    /// When it was recorded, in seconds since 1970-01-01 UTC.
    pub recorded_at: i64,
}

impl EntryView {
    /// Its sign.
    pub fn code(&self) -> &str {
        self.entry.code()
    }

    /// What stands in the field of that name; nothing where the form has no such field.
    pub fn said(&self, name: &str) -> &Shown {
        let place = self.entry.form.place(name);
        place.and_then(|place| self.said.get(place)).unwrap_or(&Shown::Missing)
    }

    /// The day of that field, where it is one.
    pub fn day(&self, name: &str) -> Option<Day> {
        match self.entry.value(name) {
            Entered::Day(day) => Some(*day),
            _ => None,
        }
    }

    /// The fields and what stands in them, as in an import file.
    pub fn in_file(&self) -> impl Iterator<Item = (&'static str, String)> + '_ {
        let fields = self.entry.form.fields.iter();
        fields.zip(&self.said).map(|(field, said)| (field.name.as_str(), said.in_file()))
    }
}

/// What a record was before it was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryVersion {
    /// The number of the change, from 1.
    pub number: u32,
    /// When it was changed, in seconds since 1970-01-01 UTC.
    pub at: i64,
    /// By whom, as in the audit.
    pub by: String,
    /// Why; empty where nobody said.
    pub reason: String,
    /// What stood in each field then, as in an import file, in the form's order.
    pub before: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_said_for_files_and_for_people() {
        let code = |code: &str, de: &str, en: &str| Code {
            code: code.into(),
            de: de.into(),
            en: en.into(),
        };
        let set = Shown::Set(vec![code("a", "eins", "one"), code("b", "zwei", "two")]);
        for (said, file, german, english) in [
            (Shown::Missing, "", "", ""),
            (Shown::Cents(3_000_000), "30000.00", "30.000,00 €", "30,000.00 €"),
            (Shown::Hundredths(65), "0.65", "0,65", "0.65"),
            (Shown::Number(1_300), "1300", "1.300", "1,300"),
            (Shown::Flag(false), "no", "nein", "no"),
            (Shown::Day(Day::of(2026, 2, 3).unwrap()), "2026-02-03", "03.02.2026", "2026-02-03"),
            (set, "a|b", "eins, zwei", "one, two"),
            (Shown::Sign { code: "p1".into(), name: "Alex".into() }, "p1", "p1", "p1"),
        ] {
            assert_eq!(said.in_file(), file);
            assert_eq!(
                (said.word(Lang::De).as_str(), said.word(Lang::En).as_str()),
                (german, english)
            );
        }
    }
}
