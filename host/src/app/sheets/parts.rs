//! The parts that sheets are put together from: tables, cells, and records of forms by name.

use std::collections::HashMap;

use crate::domain::{
    Code, CodeLists, Day, Entered, Entry, FormKind, Number, SheetCell, SheetColumn, SheetTable,
    Text,
};
use crate::store::{EntryFilter, Reader};

use super::super::Error;
use super::super::lookups::coded_at;

/// A column: its permanent name, its German and its English title.
pub(in crate::app) type Titled = (&'static str, &'static str, &'static str);

/// A table without rows: its id, its titles, and what is said where it has no rows.
pub(in crate::app) fn table(
    id: &'static str,
    (de, en): (&str, &str),
    (none_de, none_en): (&str, &str),
    columns: &[Titled],
) -> SheetTable {
    let column =
        |(name, de, en): &Titled| SheetColumn { name, title: Text::new(*de, *en), unit: None };
    SheetTable {
        id,
        title: Text::new(de, en),
        columns: columns.iter().map(column).collect(),
        rows: Vec::new(),
        none: Text::new(none_de, none_en),
    }
}

/// The table with a unit for the columns of those names.
pub(super) fn with_unit(mut table: SheetTable, names: &[&str], de: &str, en: &str) -> SheetTable {
    for column in table.columns.iter_mut().filter(|column| names.contains(&column.name)) {
        column.unit = Some(Text::new(de, en));
    }
    table
}

/// A line at the head of a sheet.
pub(in crate::app) fn fact(de: &str, en: &str, cell: SheetCell) -> (Text, SheetCell) {
    (Text::new(de, en), cell)
}

/// What somebody wrote; an empty cell for nothing.
pub(in crate::app) fn text(text: impl Into<String>) -> SheetCell {
    let text = text.into();
    if text.is_empty() { SheetCell::Empty } else { SheetCell::Text(text) }
}

/// Words of the program.
pub(in crate::app) fn words(de: impl Into<String>, en: impl Into<String>) -> SheetCell {
    SheetCell::Words(Text::new(de, en))
}

/// A whole number.
pub(in crate::app) fn whole(units: impl Into<i64>) -> SheetCell {
    SheetCell::Number(Number { units: units.into(), decimals: 0 })
}

/// A number that is kept in hundredths.
pub(super) fn hundredths(units: i64) -> SheetCell {
    SheetCell::Number(Number { units, decimals: 2 })
}

/// A day, or an empty cell.
pub(in crate::app) fn day(day: Option<Day>) -> SheetCell {
    day.map_or(SheetCell::Empty, SheetCell::Day)
}

/// How many days from one day to another; an empty cell where there is no other.
pub(super) fn days_until(from: Day, until: Option<Day>) -> SheetCell {
    until.map_or(SheetCell::Empty, |until| whole(until.0 - from.0))
}

/// The word for a place of a code list.
pub(super) fn code(codes: &CodeLists, list: &str, place: Option<u16>) -> SheetCell {
    place.map_or(SheetCell::Empty, |place| SheetCell::Words(coded_at(codes, list, place).text()))
}

/// The words for a set over a code list.
pub(super) fn set(codes: &CodeLists, list: &str, set: u64) -> SheetCell {
    let found = codes.list(list);
    let known: Vec<Text> = (0..64)
        .filter(|place| set >> place & 1 == 1)
        .filter_map(|place| found.at(place).map(Code::text))
        .collect();
    joined(known)
}

/// Words side by side.
pub(super) fn joined(texts: Vec<Text>) -> SheetCell {
    if texts.is_empty() {
        return SheetCell::Empty;
    }
    let (de, en): (Vec<_>, Vec<_>) = texts.into_iter().map(|text| (text.de, text.en)).unzip();
    words(de.join(", "), en.join(", "))
}

/// A record of a form, read by the names of its fields.
#[derive(Debug, Clone)]
pub(super) struct Record {
    key: i64,
    entry: Entry,
}

impl Record {
    /// Its row, which others refer to.
    pub(super) fn key(&self) -> i64 {
        self.key
    }

    /// The text of a field; empty where there is none.
    pub(super) fn text(&self, field: &str) -> &str {
        match self.entry.value(field) {
            Entered::Text(text) => text,
            _ => "",
        }
    }

    /// The day of a field.
    pub(super) fn day(&self, field: &str) -> Option<Day> {
        match self.entry.value(field) {
            Entered::Day(day) => Some(*day),
            _ => None,
        }
    }

    /// The number of a field, in the unit it is kept in.
    pub(super) fn number(&self, field: &str) -> Option<i64> {
        match self.entry.value(field) {
            Entered::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The place of a field's code in its list.
    pub(super) fn place(&self, field: &str) -> Option<u16> {
        match self.entry.value(field) {
            Entered::Code(place) => Some(*place),
            _ => None,
        }
    }

    /// The row that a field refers to.
    pub(super) fn link(&self, field: &str) -> Option<i64> {
        match self.entry.value(field) {
            Entered::Key(key) => Some(*key),
            _ => None,
        }
    }

    /// Whether the code of a field is this one.
    pub(super) fn is(&self, field: &str, wanted: &str, codes: &CodeLists) -> bool {
        self.code_of(field, codes) == wanted
    }

    /// The code of a field; empty where there is none.
    pub(super) fn code_of(&self, field: &str, codes: &CodeLists) -> String {
        let list = self.entry.form.field(field).map_or("", |field| &field.codes);
        let place = self.place(field);
        place.map(|place| coded_at(codes, list, place).code).unwrap_or_default()
    }

    /// The word for the code of a field, or the words for its set.
    pub(super) fn word(&self, field: &str, codes: &CodeLists) -> SheetCell {
        let list = self.entry.form.field(field).map_or("", |field| &field.codes);
        match self.entry.value(field) {
            Entered::Set(places) => set(codes, list, *places),
            _ => code(codes, list, self.place(field)),
        }
    }

    /// The cell for a field that is a text.
    pub(super) fn written(&self, field: &str) -> SheetCell {
        text(self.text(field))
    }

    /// The cell for a field that is a day.
    pub(super) fn dated(&self, field: &str) -> SheetCell {
        day(self.day(field))
    }

    /// The cell for a field that is a whole number.
    pub(super) fn counted(&self, field: &str) -> SheetCell {
        self.number(field).map_or(SheetCell::Empty, whole)
    }

    /// The cell for a field that is kept in hundredths or in cents.
    pub(super) fn in_hundredths(&self, field: &str) -> SheetCell {
        self.number(field).map_or(SheetCell::Empty, hundredths)
    }

    /// Whether it holds on a day: from its field `from` to its field `until`, which may be open.
    pub(super) fn holds_on(&self, on: Day) -> bool {
        self.day("from").is_some_and(|from| from <= on)
            && self.day("until").is_none_or(|until| on <= until)
    }
}

/// The records of the form of that name that a reader may see, in the order they were recorded.
pub(super) fn records(reader: &Reader<'_>, form: &str) -> Result<Vec<Record>, Error> {
    let kind = FormKind::of_name(form).expect("test: every_form_that_sheets_read_is_there");
    let found = reader.entries(kind, &EntryFilter::default())?;
    let mut found: Vec<Record> =
        found.into_iter().map(|view| Record { key: view.key, entry: view.entry }).collect();
    found.sort_by_key(|record| record.key);
    Ok(found)
}

/// Records by their row.
pub(super) fn by_key(records: Vec<Record>) -> HashMap<i64, Record> {
    records.into_iter().map(|record| (record.key(), record)).collect()
}

/// The text of a field of the record that another refers to.
pub(super) fn linked(records: &HashMap<i64, Record>, key: Option<i64>, field: &str) -> SheetCell {
    let found = key.and_then(|key| records.get(&key));
    found.map_or(SheetCell::Empty, |record| record.written(field))
}
