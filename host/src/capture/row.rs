//! One row: each field to its value, each mistake to the list.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use csv::StringRecord;

use super::conflict::{self, Noun};
use super::header::Field;
use super::mistake::Mistakes;
use super::once::Once;
use super::print::unguarded;
use super::reason;
use super::value;
use crate::domain::{CodeList, Day, DayError, LONGEST_NOTE, SchoolYear, Span, Text};

/// The longest name, reason, class or next step, in characters.
pub const LONGEST_TEXT: usize = 200;

/// There is no value, and the list of mistakes says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reported;

/// One row of a file. Every method that gives [`Reported`] has added the mistake.
///
/// A required column that the file lacks was reported with the header, and not again in each row.
pub(super) struct Row<'r, 'm> {
    pub(super) record: &'r StringRecord,
    pub(super) line: u64,
    pub(super) mistakes: &'m mut Mistakes,
}

impl<'r> Row<'r, '_> {
    /// Adds a mistake in that field.
    pub(super) fn wrong(&mut self, field: Field<'_>, reason: impl FnOnce() -> Text) -> Reported {
        self.mistakes.add(self.line, Some(field.name), reason);
        Reported
    }

    /// The value without white space around it, and without the apostrophe that keeps a spreadsheet
    /// from reading a formula; empty where there is none.
    pub(super) fn value(&self, field: Field<'_>) -> &'r str {
        let value = field.place.and_then(|place| self.record.get(place)).unwrap_or("").trim();
        // Nobody has to guard what is typed.
        if self.line > 0 { unguarded(value) } else { value }
    }

    /// A value that must be there.
    pub(super) fn required(&mut self, field: Field<'_>) -> Result<&'r str, Reported> {
        match self.value(field) {
            _ if field.place.is_none() => Err(Reported),
            "" => Err(self.wrong(field, reason::empty)),
            value => Ok(value),
        }
    }

    /// One line of text; may be empty.
    pub(super) fn text(&mut self, field: Field<'_>) -> Result<String, Reported> {
        let value = self.value(field);
        if let Some(letter) = value.chars().find(|letter| letter.is_control()) {
            return Err(self.wrong(field, || reason::control_character(letter, false)));
        }
        // Bytes first: they are at least as many as characters, and known without counting.
        if value.len() > LONGEST_TEXT && value.chars().count() > LONGEST_TEXT {
            return Err(self.wrong(field, || reason::text_too_long(LONGEST_TEXT)));
        }
        Ok(value.to_owned())
    }

    /// One line of text that must be there.
    pub(super) fn required_text(&mut self, field: Field<'_>) -> Result<String, Reported> {
        self.required(field)?;
        self.text(field)
    }

    /// A note of several lines. Line ends become LF alone.
    pub(super) fn note(&mut self, field: Field<'_>) -> Result<Option<String>, Reported> {
        let value = self.value(field);
        if value.is_empty() {
            return Ok(None);
        }
        let note = value.replace("\r\n", "\n");
        let is_wrong = |letter: &char| letter.is_control() && !matches!(letter, '\n' | '\t');
        if let Some(letter) = note.chars().find(is_wrong) {
            return Err(self.wrong(field, || reason::control_character(letter, true)));
        }
        if note.len() > LONGEST_NOTE {
            return Err(self.wrong(field, || reason::note_too_long(note.len())));
        }
        Ok(Some(note))
    }

    /// A day that must be there.
    pub(super) fn day(&mut self, field: Field<'_>) -> Result<Day, Reported> {
        let value = self.required(field)?;
        value::day(value).map_err(|error| {
            self.wrong(field, || match error {
                DayError::OutOfRange(_) => reason::day_out_of_range(value),
                _ => reason::not_a_day(value),
            })
        })
    }

    /// A day, where there is one.
    pub(super) fn optional_day(&mut self, field: Field<'_>) -> Result<Option<Day>, Reported> {
        if self.value(field).is_empty() { Ok(None) } else { self.day(field).map(Some) }
    }

    /// A first day that must be there, and a last day or none.
    pub(super) fn span(&mut self, from: Field<'_>, until: Field<'_>) -> Result<Span, Reported> {
        let (first, last) = (self.day(from), self.optional_day(until));
        self.span_of(first?, last?, until)
    }

    /// A span of days that were read already.
    pub(super) fn span_of(
        &mut self,
        from: Day,
        until: Option<Day>,
        field: Field<'_>,
    ) -> Result<Span, Reported> {
        Span::new(from, until)
            .map_err(|_| self.wrong(field, || conflict::backwards(from, until.unwrap_or(from))))
    }

    /// A time of day in minutes after midnight, where there is one.
    pub(super) fn time(&mut self, field: Field<'_>) -> Result<Option<u16>, Reported> {
        match self.value(field) {
            "" => Ok(None),
            value => value::time(value)
                .map(Some)
                .ok_or_else(|| self.wrong(field, || reason::not_a_time(value))),
        }
    }

    /// Weekly hours in minutes, at most `most` hours.
    pub(super) fn hours(&mut self, field: Field<'_>, most: u32) -> Result<u32, Reported> {
        let value = self.required(field)?;
        value::hours(value)
            .filter(|minutes| *minutes <= most * 60)
            .ok_or_else(|| self.wrong(field, || reason::not_hours(value, most)))
    }

    /// A whole number that must be there.
    pub(super) fn number<T>(
        &mut self,
        field: Field<'_>,
        range: &RangeInclusive<u32>,
    ) -> Result<T, Reported>
    where
        T: TryFrom<u32>,
    {
        let value = self.required(field)?;
        value::whole_number(value)
            .filter(|number| range.contains(number))
            .and_then(|number| number.try_into().ok())
            .ok_or_else(|| self.wrong(field, || reason::not_a_number(value, range)))
    }

    /// A whole number, where there is one.
    pub(super) fn optional_number<T>(
        &mut self,
        field: Field<'_>,
        range: &RangeInclusive<u32>,
    ) -> Result<Option<T>, Reported>
    where
        T: TryFrom<u32>,
    {
        if self.value(field).is_empty() { Ok(None) } else { self.number(field, range).map(Some) }
    }

    /// A number with two digits after the point, in hundredths, that must be there.
    pub(super) fn hundredths(
        &mut self,
        field: Field<'_>,
        range: RangeInclusive<i64>,
    ) -> Result<i64, Reported> {
        let value = self.required(field)?;
        value::hundredths(value)
            .filter(|number| range.contains(number))
            .ok_or_else(|| self.wrong(field, || reason::not_hundredths(value, &range)))
    }

    /// Yes or no, where it is said.
    pub(super) fn yes_or_no(&mut self, field: Field<'_>) -> Result<Option<bool>, Reported> {
        match self.value(field) {
            "" => Ok(None),
            value => value::yes_or_no(value)
                .map(Some)
                .ok_or_else(|| self.wrong(field, || reason::not_yes_or_no(value))),
        }
    }

    /// A school year that must be there.
    pub(super) fn school_year(&mut self, field: Field<'_>) -> Result<SchoolYear, Reported> {
        let value = self.required(field)?;
        value.parse().map_err(|_| self.wrong(field, || reason::not_a_school_year(value)))
    }

    /// The place of a code that must be there, in the list called `name`.
    pub(super) fn code(
        &mut self,
        field: Field<'_>,
        name: &str,
        list: &CodeList,
    ) -> Result<u16, Reported> {
        let value = self.required(field)?;
        self.code_of(field, value, name, list)
    }

    /// The place of a code, where there is one.
    pub(super) fn optional_code(
        &mut self,
        field: Field<'_>,
        name: &str,
        list: &CodeList,
    ) -> Result<Option<u16>, Reported> {
        match self.value(field) {
            "" => Ok(None),
            value => self.code_of(field, value, name, list).map(Some),
        }
    }

    /// The place of the code `value`, which stands in that field alone or in a list.
    pub(super) fn code_of(
        &mut self,
        field: Field<'_>,
        value: &str,
        name: &str,
        list: &CodeList,
    ) -> Result<u16, Reported> {
        list.place(value)
            .ok_or_else(|| self.wrong(field, || reason::unknown_code(name, value, list)))
    }

    /// What the directory knows under the sign that must be there.
    pub(super) fn known<'d, T>(
        &mut self,
        field: Field<'_>,
        noun: Noun,
        among: &'d HashMap<String, T>,
    ) -> Result<&'d T, Reported> {
        let sign = self.required(field)?;
        self.known_as(field, sign, noun, among)
    }

    /// What the directory knows under `sign`.
    pub(super) fn known_as<'d, T>(
        &mut self,
        field: Field<'_>,
        sign: &str,
        noun: Noun,
        among: &'d HashMap<String, T>,
    ) -> Result<&'d T, Reported> {
        among.get(sign).ok_or_else(|| self.wrong(field, || conflict::unknown(noun, sign)))
    }

    /// A sign for something new: well formed, not in the directory, and once in the file.
    pub(super) fn new_sign<T>(
        &mut self,
        field: Field<'_>,
        noun: Noun,
        among: &HashMap<String, T>,
        once: &mut Once<String>,
    ) -> Result<String, Reported> {
        let sign = self.required(field)?;
        let (is_well_formed, ill_formed): (_, fn(&str) -> Text) = match noun {
            Noun::School => (crate::domain::School::is_number(sign), reason::not_a_school_number),
            _ => (value::is_sign(sign), reason::not_a_sign),
        };
        if !is_well_formed {
            return Err(self.wrong(field, || ill_formed(sign)));
        }
        if among.contains_key(sign) {
            return Err(self.wrong(field, || conflict::already_known(noun, sign)));
        }
        self.once(field, sign.to_owned(), sign, once)?;
        Ok(sign.to_owned())
    }

    /// Refuses a key that stood in an earlier line already.
    pub(super) fn once<K: Eq + std::hash::Hash>(
        &mut self,
        field: Field<'_>,
        key: K,
        value: &str,
        once: &mut Once<K>,
    ) -> Result<(), Reported> {
        match once.before(key, self.line) {
            Some(line) => Err(self.wrong(field, || conflict::already_in_line(value, line))),
            None => Ok(()),
        }
    }

    /// Hands each entry of a list separated by `|` to `each`, which turns it into a value. All
    /// entries are looked at, also after a wrong one; a value that comes twice is a mistake.
    pub(super) fn list<T: PartialEq>(
        &mut self,
        field: Field<'_>,
        mut each: impl FnMut(&mut Self, &'r str) -> Result<T, Reported>,
    ) -> Result<Vec<T>, Reported> {
        let value = self.value(field);
        if value.is_empty() {
            return Ok(Vec::new());
        }
        let mut values = Vec::new();
        let mut outcome = Ok(());
        for entry in value.split('|').map(str::trim) {
            let found = if entry.is_empty() {
                Err(self.wrong(field, conflict::empty_entry))
            } else {
                each(self, entry)
            };
            match found {
                Ok(found) if values.contains(&found) => {
                    outcome = Err(self.wrong(field, || conflict::listed_twice(entry)));
                }
                Ok(found) => values.push(found),
                Err(reported) => outcome = Err(reported),
            }
        }
        outcome.map(|()| values)
    }
}
