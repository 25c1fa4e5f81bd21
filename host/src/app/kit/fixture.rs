//! A test of a plugin, as its author writes it down: `tests/NAME.toml`, the same in every language.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use serde::Deserialize;

use super::chance::fields;
use super::error::Error;
use super::sheet::{Filling, Sheet, Value};
use super::trial::{Subject, Task};
use crate::app;
use crate::app::runs::setting_values;
use crate::domain::{
    Code, CodeList, CodeLists, Dataset, Day, Dictionary, Field, Form, Layout, Level, Manifest,
    Period, Request,
};

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The day that counts as today; the last of the period where there is none.
    as_of: Option<toml::Value>,
    period: Days,
    /// Parameters that are not at their defaults.
    #[serde(default)]
    parameters: BTreeMap<String, toml::Value>,
    /// Code lists that are not those of a new municipality.
    #[serde(default)]
    codes: BTreeMap<String, Vec<String>>,
    /// Schools with their level.
    #[serde(default)]
    schools: BTreeMap<String, String>,
    /// For each dataset, for each field, its values.
    #[serde(default)]
    rows: BTreeMap<String, BTreeMap<String, Vec<toml::Value>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Days {
    first: toml::Value,
    last: toml::Value,
}

/// A test that can be run.
pub(super) struct Fixture {
    pub(super) task: Task,
    pub(super) lists: CodeLists,
    /// The secondary schools.
    secondary: BTreeSet<String>,
    /// For each field with persons or records, the words that stand for them, by their numbers.
    pub(super) persons: HashMap<String, Vec<String>>,
}

impl Fixture {
    /// Reads a test.
    ///
    /// # Errors
    ///
    /// [`Error::Fixture`] with every mistake in it.
    pub(super) fn read(path: &Path, subject: &Subject) -> Result<Self, app::Error> {
        let text = fs_err::read_to_string(path).map_err(app::Error::File)?;
        Self::parse(&text, &subject.project.manifest)
            .map_err(|mistakes| Error::Fixture { path: path.to_owned(), mistakes }.into())
    }

    fn parse(text: &str, manifest: &Manifest) -> Result<Self, Vec<String>> {
        let file: File =
            toml::from_str(text).map_err(|error| vec![error.to_string().trim_end().to_owned()])?;
        let mut reading = Reading { mistakes: Vec::new(), persons: HashMap::new() };
        let fixture = reading.fixture(&file, manifest);
        match fixture {
            Some(fixture) if reading.mistakes.is_empty() => Ok(fixture),
            _ => Err(reading.mistakes),
        }
    }

    /// Whether a school is a primary school.
    pub(super) fn level(&self, number: &str) -> Level {
        if self.secondary.contains(number) { Level::Secondary } else { Level::Primary }
    }
}

/// A test that is being read. What is wrong is noted, so that all of it is told at once.
pub(super) struct Reading {
    mistakes: Vec<String>,
    pub(super) persons: HashMap<String, Vec<String>>,
}

impl Reading {
    pub(super) fn wrong(&mut self, mistake: impl Into<String>) {
        self.mistakes.push(mistake.into());
    }

    fn fixture(&mut self, file: &File, manifest: &Manifest) -> Option<Fixture> {
        let first = self.day("period.first", &file.period.first);
        let last = self.day("period.last", &file.period.last);
        let as_of = match &file.as_of {
            Some(day) => self.day("as_of", day),
            None => last,
        };
        let period = Period::new(first?, last?).map_err(|error| self.wrong(error.to_string())).ok();
        let settings = self.settings(&file.parameters, manifest);
        for name in file.rows.keys().filter(|name| manifest.request(name).is_none()) {
            self.wrong(format!("rows.{name}: `plugin.toml` does not ask for dataset `{name}`"));
        }
        let secondary = self.secondary(&file.schools);
        let lists = lists(file);
        let mut sheets = Vec::new();
        for request in &manifest.requests {
            let dataset = Dictionary::get().dataset(&request.dataset)?;
            let columns = file.rows.get(&request.dataset);
            sheets.push(self.sheet(dataset, request, columns, &lists).sorted());
        }
        // Persons are numbered over all datasets, so how many there are is known at the end.
        for field in sheets.iter_mut().flat_map(|sheet| &mut sheet.fields) {
            if field.size > 0 {
                let known = self.persons.get(&field.name).map_or(0, Vec::len).max(1);
                field.size = u32::try_from(known).unwrap_or(u32::MAX);
            }
        }
        let task = Task { as_of: as_of?, period: period?, settings, sheets };
        Some(Fixture { task, lists, secondary, persons: std::mem::take(&mut self.persons) })
    }

    pub(super) fn day(&mut self, place: &str, value: &toml::Value) -> Option<Day> {
        let text = match value {
            toml::Value::Datetime(day) => day.to_string(),
            toml::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        match text.parse() {
            Ok(day) => Some(day),
            Err(error) => {
                self.wrong(format!("{place}: {error}"));
                None
            }
        }
    }

    fn settings(
        &mut self,
        given: &BTreeMap<String, toml::Value>,
        manifest: &Manifest,
    ) -> Vec<(String, crate::domain::SettingValue)> {
        let mut values = Vec::new();
        for name in given.keys().filter(|name| !manifest.parameters.contains_key(*name)) {
            self.wrong(format!("parameters.{name}: `plugin.toml` has no such parameter"));
        }
        for (name, parameter) in &manifest.parameters {
            let value = match given.get(name) {
                Some(value) => serde_json::to_value(value).unwrap_or_default(),
                None => parameter.default.clone(),
            };
            match parameter.accepts(&value) {
                Ok(()) => values.push((name.clone(), value)),
                Err(reason) => self.wrong(format!("parameters.{name} {}", reason.en)),
            }
        }
        setting_values(manifest, &values)
    }

    fn secondary(&mut self, schools: &BTreeMap<String, String>) -> BTreeSet<String> {
        for (number, level) in schools {
            if level != Level::Primary.code() && level != Level::Secondary.code() {
                self.wrong(format!("schools.{number}: `{level}` is neither primary nor secondary"));
            }
        }
        let is_secondary = |(_, level): &(&String, &String)| *level == Level::Secondary.code();
        schools.iter().filter(is_secondary).map(|(number, _)| number.clone()).collect()
    }

    fn sheet(
        &mut self,
        dataset: &'static Dataset,
        request: &Request,
        columns: Option<&BTreeMap<String, Vec<toml::Value>>>,
        lists: &CodeLists,
    ) -> Sheet {
        let empty = BTreeMap::new();
        let given = columns.unwrap_or(&empty);
        let name = &dataset.name;
        let rows = given.values().map(Vec::len).max().unwrap_or(0);
        for (field, values) in given {
            if values.len() != rows {
                let found = values.len();
                self.wrong(format!("rows.{name}.{field} has {found} values; others have {rows}"));
            }
            let is_asked = request.all().any(|asked| asked == field) || *field == dataset.subject;
            if !is_asked {
                self.wrong(format!("rows.{name}.{field}: `plugin.toml` does not ask for it"));
            }
        }
        // An optional field without a column was not granted. Without rows there are no columns.
        let (all, granted) = fields(dataset, request, lists, 1);
        let optional = |field: &str| request.optional.iter().any(|found| found == field);
        let mut sheet = Sheet::empty(dataset, all, granted);
        if columns.is_some() {
            let left_out: Vec<usize> = (0..granted)
                .filter(|place| {
                    let field = sheet.fields[*place].name.as_str();
                    optional(field) && !given.contains_key(field)
                })
                .collect();
            for place in left_out.into_iter().rev() {
                sheet = sheet.without(place);
            }
        }
        let mut filled = Vec::new();
        for (place, shape) in sheet.fields.iter().enumerate() {
            let Some(field) = dataset.field(&shape.name) else { continue };
            let column = match given.get(&shape.name) {
                Some(values) => self.column(dataset, field, shape, values),
                None if rows > 0 && place < sheet.granted => {
                    self.wrong(format!("rows.{name} has no column `{}`", shape.name));
                    continue;
                }
                None => self.nobodys(field, rows),
            };
            filled.push(column.finish());
        }
        if filled.len() == sheet.fields.len() {
            sheet.columns = filled;
        }
        sheet.rows =
            if sheet.columns.iter().all(|column| column.values.len() == rows) { rows } else { 0 };
        sheet.numbers = (0..sheet.rows).collect();
        sheet
    }

    /// A column that the test does not write down and the host needs: each row is a person.
    fn nobodys(&mut self, field: &Field, rows: usize) -> Filling {
        let mut column = Filling::new(field.layout);
        for row in 0..rows {
            column.push(Some(match field.layout {
                Layout::Indexes => {
                    Value::Index(self.person(&field.name, format!("row {}", row + 1)))
                }
                _ => Value::Integer(1),
            }));
        }
        column
    }
}

/// Whether the integers of a field are days.
pub(super) fn is_day(field: &Field) -> bool {
    field.unit.as_deref() == Some("days since 1970-01-01")
}

/// The pseudonym of the person or record of that number.
pub(super) fn key_of(number: u32) -> u64 {
    (u64::from(number) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The code lists of the test: those of a new municipality, or what the test says.
fn lists(file: &File) -> CodeLists {
    let plain = |code: &String| Code { code: code.clone(), de: code.clone(), en: code.clone() };
    let mut schools: BTreeSet<String> = file.schools.keys().cloned().collect();
    for columns in file.rows.values() {
        let codes = columns.get("school").into_iter().flatten().filter_map(toml::Value::as_str);
        schools.extend(codes.filter(|code| !code.is_empty()).map(str::to_owned));
    }
    let seed = CodeLists::seed();
    let words: HashMap<(String, String), Code> = seed
        .iter()
        .flat_map(|(name, list)| {
            list.codes().iter().map(move |code| ((name.clone(), code.code.clone()), code.clone()))
        })
        .collect();
    let schools = CodeList::new(schools.iter().map(plain).collect());
    let records = records(file).into_iter();
    let records =
        records.map(|(name, codes)| (name, CodeList::new(codes.iter().map(plain).collect())));
    let own = file.codes.iter().map(|(name, codes)| {
        let code = |code: &String| {
            words.get(&(name.clone(), code.clone())).cloned().unwrap_or_else(|| plain(code))
        };
        (name.clone(), CodeList::new(codes.iter().map(code).collect()))
    });
    let own: Vec<(String, CodeList)> = own.collect();
    CodeLists::new(
        seed.into_iter().chain([("school".to_owned(), schools)]).chain(records).chain(own),
    )
}

/// The records that codes of the rows are, such as teams: sorted, as schools are.
fn records(file: &File) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (dataset, columns) in &file.rows {
        let dataset = Dictionary::get().dataset(dataset);
        for (field, values) in columns {
            let field = dataset.and_then(|dataset| dataset.field(field));
            let list = field.and_then(|field| field.codes.as_deref());
            let Some(form) = list.and_then(Form::of_name) else { continue };
            let codes = values.iter().filter_map(toml::Value::as_str);
            let codes = codes.filter(|code| !code.is_empty()).map(str::to_owned);
            found.entry(form.name.clone()).or_default().extend(codes);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest::parse(
            r#"
            id = "org.example.visits"
            version = "1.0.0"
            api = "1.0"
            title = { de = "Besuche", en = "Visits" }
            description = { de = "Zählt.", en = "Counts." }
            licence = "Apache-2.0"
            authors = ["Example"]

            [[request]]
            dataset = "contacts"
            fields = ["school", "day", "kind", "topics"]
            optional = ["minutes", "household_key"]
            purpose = { de = "Z", en = "C" }

            [parameters.most]
            type = "integer"
            default = 5
            maximum = 9
            title = { de = "Höchstens", en = "At most" }
            "#,
        )
        .unwrap()
    }

    const GOOD: &str = r#"
        period = { first = 2025-09-01, last = "2025-09-30" }
        parameters = { most = 7 }
        codes = { contact-kind = ["phone", "dance"] }

        [rows.contacts]
        school = ["200002", "100001"]
        day = [2025-09-03, "2025-09-02"]
        kind = ["dance", "phone"]
        topics = [["learning", "attendance"], []]
        household_key = ["kim", ""]
    "#;

    #[test]
    fn every_mistake_of_a_test_is_told_at_once() {
        let text = GOOD
            .replace("most = 7", "most = 70, least = 1")
            .replace("2025-09-03", "2025-02-30")
            .replace(
                "\"dance\", \"phone\"]\n        topics",
                "\"dance\", \"walk\"]\n        topics",
            )
            .replace("[[\"learning\"", "[[\"larning\"")
            .replace("household_key", "persons = [1]\n        household_key");
        // A day that no calendar has is no TOML.
        assert_eq!(Fixture::parse(&text, &manifest()).err().unwrap().len(), 1);
        let text = text.replace("2025-02-30", "\"2025-02-30\"");
        let mistakes = Fixture::parse(&text, &manifest()).err().unwrap().join("\n");
        for part in [
            "parameters.least",
            "parameters.most must be at most 9",
            "rows.contacts.day, row 1",
            "has no `walk`",
            "has no `larning`",
            "rows.contacts.persons has 1 values",
            "rows.contacts.persons: `plugin.toml` does not ask for it",
        ] {
            assert!(mistakes.contains(part), "{part} in {mistakes}");
        }
        let text = GOOD.replace("rows.contacts", "rows.absences");
        let mistakes = Fixture::parse(&text, &manifest()).err().unwrap();
        assert!(mistakes[0].contains("does not ask for dataset `absences`"), "{mistakes:?}");
    }

    #[test]
    fn rows_are_read_by_word_and_come_by_school_and_day() {
        let fixture = Fixture::parse(GOOD, &manifest()).unwrap();
        let sheet = &fixture.task.sheets[0];
        assert_eq!((sheet.rows, sheet.numbers.as_slice()), (2, [1, 0].as_slice()));
        let names: Vec<&str> = sheet.fields.iter().map(|field| field.name.as_str()).collect();
        // Minutes have no column, so they were not granted; households are for the host alone.
        assert_eq!(names, ["school", "day", "kind", "topics", "household_key", "household"]);
        assert_eq!(sheet.granted, 5);
        assert_eq!(sheet.value(0, 0), Some(Value::Code(0)));
        assert_eq!(sheet.value(2, 1), Some(Value::Code(1)));
        assert_eq!(sheet.value(3, 1), Some(Value::Set(0b11)));
        assert_eq!(sheet.value(4, 1), Some(Value::Key(key_of(0))));
        assert_eq!(sheet.value(4, 0), None);
        assert_eq!(fixture.persons["household_key"], ["kim"]);
        assert_eq!(fixture.task.as_of, fixture.task.period.last);
        assert_eq!(fixture.task.settings[0].1, crate::domain::SettingValue::Integer(7));
    }
}
