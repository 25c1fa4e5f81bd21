//! Writes records of forms as the files that a person would import.

use std::fmt::Display;

use super::city::CityFile;
use super::sheet::Sheet;
use crate::domain::Form;

/// The file of a form, growing record by record. It has every column of the form, in its order.
#[derive(Debug)]
pub(super) struct Records {
    form: &'static Form,
    sheet: Sheet,
}

impl Records {
    /// No records yet.
    pub(super) fn of(form: &str) -> Self {
        let form = Form::of_name(form).expect("test: files_name_forms_and_their_columns");
        let header: Vec<&str> = form.fields.iter().map(|field| field.name.as_str()).collect();
        Self { form, sheet: Sheet::new(&header) }
    }

    /// Adds a record. Fields that are not given stay empty.
    pub(super) fn add(&mut self, cells: &[(&str, &dyn Display)]) {
        debug_assert!(
            cells.iter().all(|(name, _)| self.form.field(name).is_some()),
            "every cell is a field of `{}`",
            self.form.name
        );
        for field in &self.form.fields {
            let given = cells.iter().find(|(name, _)| *name == field.name);
            self.sheet.cell(&given.map_or_else(String::new, |(_, value)| value.to_string()));
        }
        self.sheet.end();
    }

    /// The file.
    pub(super) fn file(self) -> CityFile {
        CityFile {
            kind: &self.form.name,
            name: format!("{}.csv", self.form.name),
            text: self.sheet.into_text(),
        }
    }
}

/// A file that is the same for every seed.
pub(super) fn fixed(kind: &'static str, text: &str) -> CityFile {
    CityFile { kind, name: format!("{kind}.csv"), text: text.to_owned() }
}

/// What prints as nothing where there is none.
pub(super) fn or_empty(value: Option<impl Display>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// Cents as euros, such as `81.50`.
pub(super) fn euros(cents: u32) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// Several codes in one cell.
pub(super) fn list(codes: &[&str]) -> String {
    codes.join("|")
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::OnceLock;

    use super::*;
    use crate::demo::Place;
    use crate::demo::reading::hundredths;
    use crate::domain::{CodeLists, Day, FormField, FormType, Rule};

    /// What an importer would find wrong with a value, read anew from the description of the forms.
    fn fits(field: &FormField, text: &str, signs: &BTreeMap<String, BTreeSet<String>>) -> bool {
        static CODES: OnceLock<CodeLists> = OnceLock::new();
        let codes = CODES.get_or_init(|| CodeLists::new(CodeLists::seed()));
        let is_code = |code: &str| codes.list(&field.codes).place(code).is_some();
        let known = |kind: &str| signs.get(kind).is_some_and(|signs| signs.contains(text));
        let between = |number: i64| (field.least..=field.most).contains(&number);
        match field.kind {
            _ if text.is_empty() => !field.required,
            FormType::Sign => text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'),
            FormType::Text => text.trim() == text,
            FormType::Day => text.parse::<Day>().is_ok(),
            FormType::Flag => ["yes", "no"].contains(&text),
            FormType::Code => is_code(text),
            FormType::Set => text.split('|').all(is_code),
            FormType::Number => text.parse().is_ok_and(between),
            FormType::Hundredths | FormType::Cents => between(hundredths(text)),
            FormType::School => known("schools"),
            FormType::Practitioner => known("practitioners"),
            FormType::Pupil => known("pupils"),
            FormType::Household => known("households"),
            FormType::Record => known(&field.record),
        }
    }

    #[test]
    fn files_name_forms_and_their_columns() {
        for place in Place::ALL {
            let mut signs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            let mut forms = 0;
            for file in place.generate(1).files {
                let mut reader = csv::Reader::from_reader(file.text.as_bytes());
                let header: Vec<String> =
                    reader.headers().unwrap().iter().map(str::to_owned).collect();
                let form = Form::of_name(file.kind);
                forms += usize::from(form.is_some());
                let fields: Vec<&FormField> = form.map_or_else(Vec::new, |form| {
                    header.iter().map(|name| form.field(name).expect(name)).collect()
                });
                for row in reader.records().map(Result::unwrap) {
                    let told = format!("{place}, {}: {row:?}", file.name);
                    for (field, text) in fields.iter().zip(&row) {
                        assert!(fits(field, text, &signs), "{}: {told}", field.name);
                    }
                    for check in form.iter().flat_map(|form| &form.checks) {
                        let parts: Vec<&str> = check
                            .fields
                            .iter()
                            .map(|name| header.iter().position(|column| column == name))
                            .map(|place| place.map_or("", |place| &row[place]))
                            .collect();
                        let filled = parts.iter().filter(|part| !part.is_empty()).count();
                        let number = |text: &str| text.parse::<i64>().unwrap();
                        assert!(
                            match check.rule {
                                Rule::OneOf => filled > 0,
                                Rule::Order => filled < 2 || parts[0] <= parts[1],
                                Rule::OrderNumbers =>
                                    filled < 2 || number(parts[0]) <= number(parts[1]),
                            },
                            "{told}"
                        );
                    }
                    let sign = signs.entry(file.kind.to_owned()).or_default();
                    assert!(sign.insert(row[0].to_owned()) || form.is_none(), "twice: {told}");
                }
            }
            assert!(forms >= 8, "{place}");
        }
    }
}
