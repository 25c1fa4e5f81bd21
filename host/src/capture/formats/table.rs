//! Tables that somebody describes by a mapping: CSV files and spreadsheets.

use std::collections::BTreeSet;

use super::super::mistake::Mistakes;
use super::draft::{Draft, Drafts};
use super::lines::{Lines, delimited, is_destroyed, wrong};
use super::mapping::{Mapping, Person};
use super::{dates, spreadsheet, words};
use crate::domain::Who;

/// The kind of a table that teaches ids and holds nothing else.
pub(super) const IDS: &str = "external-ids";

/// The fields in which a question mark inside a word is no question.
const NAMES: [&str; 3] = ["name", "family_name", "given_name"];

/// Reads a table.
pub(super) fn read(bytes: &[u8], mapping: &Mapping) -> Result<Drafts, Mistakes> {
    let header = u64::from(mapping.header);
    let lines = if spreadsheet::is_packed(bytes) {
        spreadsheet::read(bytes, mapping.sheet.as_deref(), header)?
    } else {
        let separator = mapping.separator.and_then(|sign| u8::try_from(sign).ok());
        delimited(bytes, separator, header)?
    };
    let fields = places(&lines, mapping)?;
    let person = mapping.person.as_ref().map(|person| Columns::new(&lines, person)).transpose()?;
    let mut used: BTreeSet<usize> = fields.iter().map(|(_, place)| *place).collect();
    used.extend(person.iter().flat_map(|columns| columns.places.into_iter().flatten()));
    let ignored = (0..lines.names.len()).filter(|place| !used.contains(place));
    let mut drafts = Drafts {
        kind: mapping.kind.clone(),
        system: mapping.person.as_ref().map_or_else(String::new, |it| it.system.clone()),
        rows: lines.rows.len() + lines.misfits.len(),
        ignored: ignored.map(|place| lines.names[place].clone()).collect(),
        ..Drafts::default()
    };
    for (line, found) in &lines.misfits {
        let problem = Some((words::width(*found, lines.width), false));
        drafts.list.push(Draft { line: *line, problem, ..Draft::default() });
    }
    for (line, record) in &lines.rows {
        let mut draft = Draft { line: *line, ..Draft::default() };
        let mut destroyed = None;
        for (name, place) in &fields {
            let value = record[*place].trim();
            let is_name = NAMES.contains(&name.as_str());
            if value.contains('\u{FFFD}') || (is_name && is_destroyed(value)) {
                destroyed = Some((words::destroyed(value), false));
            }
            draft.fields.push((name.clone(), translated(name, value, mapping)));
        }
        for (name, value) in &mapping.constants {
            draft.fields.push((name.clone(), value.clone()));
        }
        if let Some(columns) = &person {
            let who = columns.who(record);
            if let Some(name) = [&who.family, &who.given].into_iter().find(|it| is_destroyed(it)) {
                destroyed = Some((words::destroyed(name), true));
            }
            draft.who = Some(who);
        }
        draft.problem = destroyed;
        drafts.list.push(draft);
    }
    drafts.list.sort_by_key(|draft| draft.line);
    Ok(drafts)
}

/// The fields with the places they are read from.
fn places(lines: &Lines, mapping: &Mapping) -> Result<Vec<(String, usize)>, Mistakes> {
    if mapping.columns.is_empty() {
        let own = mapping.person.iter().flat_map(Person::columns).collect::<Vec<_>>();
        let is_field = |name: &&String| {
            !name.is_empty()
                && !mapping.constants.contains_key(*name)
                && !own.contains(&name.as_str())
                && mapping.kind != IDS
        };
        let fields = lines.names.iter().enumerate().filter(|(_, name)| is_field(name));
        return Ok(fields.map(|(place, name)| (name.clone(), place)).collect());
    }
    let mut fields = Vec::new();
    let mut missing = Vec::new();
    for (field, column) in &mapping.columns {
        match lines.place(column) {
            Some(place) => fields.push((field.clone(), place)),
            None => missing.push(format!("`{column}`")),
        }
    }
    if missing.is_empty() {
        Ok(fields)
    } else {
        Err(wrong(u64::from(mapping.header), || words::no_columns(&missing.join(", "))))
    }
}

/// A value as the kind of file would have it. What no translation and no format fits stays as it is,
/// and the kind says what is wrong with it.
fn translated(field: &str, value: &str, mapping: &Mapping) -> String {
    let value =
        mapping.codes.get(field).and_then(|codes| codes.get(value)).map_or(value, String::as_str);
    let day = mapping.dates.get(field).and_then(|format| dates::day(format, value));
    day.map_or_else(|| value.to_owned(), |day| day.to_string())
}

impl Person {
    fn columns(&self) -> impl Iterator<Item = &str> {
        let all = [&self.external_id, &self.family_name, &self.given_name];
        let all = all.into_iter().chain([&self.birth_day, &self.class]);
        all.filter_map(|column| column.as_deref())
    }
}

/// Where the columns stand by which a pupil is known: id, family name, given name, birth, class.
struct Columns<'m> {
    places: [Option<usize>; 5],
    format: &'m str,
}

impl<'m> Columns<'m> {
    fn new(lines: &Lines, person: &'m Person) -> Result<Self, Mistakes> {
        let missing: Vec<_> = person
            .columns()
            .filter(|column| lines.place(column).is_none())
            .map(|column| format!("`{column}`"))
            .collect();
        if !missing.is_empty() {
            return Err(wrong(1, || words::no_columns(&missing.join(", "))));
        }
        let place = |column: &Option<String>| column.as_deref().and_then(|it| lines.place(it));
        let Person { external_id, family_name, given_name, birth_day, class, .. } = person;
        let places = [external_id, family_name, given_name, birth_day, class].map(place);
        Ok(Self { places, format: &person.birth_day_format })
    }

    fn who(&self, record: &csv::StringRecord) -> Who {
        let value = |place: usize| self.places[place].map_or("", |it| record[it].trim());
        let birth = value(3);
        Who {
            external: value(0).to_owned(),
            family: value(1).to_owned(),
            given: value(2).to_owned(),
            birth: dates::day(self.format, birth).or_else(|| dates::day("yyyy-MM-dd", birth)),
            class: value(4).to_owned(),
        }
    }
}
