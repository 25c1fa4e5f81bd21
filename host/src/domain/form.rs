//! Forms: the kinds of records around contacts and absences, described as data, and one record.

use std::sync::OnceLock;

use serde::Deserialize;

use super::day::Day;
use super::id::Id;
use super::words::Text;

/// The one description, as it is documented.
const SOURCE: &str = include_str!("../../../schemas/records.toml");

/// What stands in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FormType {
    /// A short sign, given once for each form.
    Sign,
    /// A line of text. No plugin gets it.
    Text,
    /// A calendar day.
    Day,
    /// Yes or no.
    Flag,
    /// A code of the list [`FormField::codes`].
    Code,
    /// Several codes of the list [`FormField::codes`].
    Set,
    /// A whole number from [`FormField::least`] to [`FormField::most`].
    Number,
    /// A number with two digits after the decimal point, kept in hundredths.
    Hundredths,
    /// Euros, kept in cents.
    Cents,
    /// A school.
    School,
    /// A practitioner.
    Practitioner,
    /// A pupil.
    Pupil,
    /// A household.
    Household,
    /// A record of the form [`FormField::record`].
    Record,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// Its permanent name: the column of an import file.
    pub name: String,
    /// The column of the form's table, where it has another name.
    column: Option<String>,
    /// What stands in it.
    #[serde(rename = "type")]
    pub kind: FormType,
    /// The code list, for codes and sets.
    #[serde(default)]
    pub codes: String,
    /// The form that a record is of.
    #[serde(default)]
    pub record: String,
    /// The smallest number, in the unit it is kept in.
    #[serde(default)]
    pub least: i64,
    /// The largest number, in the unit it is kept in.
    #[serde(default)]
    pub most: i64,
    /// Whether every record has a value. A set may be empty all the same.
    #[serde(default)]
    pub required: bool,
    /// Its word in the interface.
    pub title: Text,
    /// What it means.
    pub meaning: Text,
}

impl FormField {
    /// The column of the form's table.
    pub fn column(&self) -> &str {
        self.column.as_deref().unwrap_or(&self.name)
    }
}

/// A rule that binds several fields of a record. Its fields are in [`Check::fields`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// The second day is not before the first, where both are there.
    Order,
    /// The second number is not below the first, where both are there.
    OrderNumbers,
    /// At least one of them is there.
    OneOf,
}

/// A rule with the fields that it binds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Which rule.
    pub rule: Rule,
    /// The names of the fields.
    pub fields: Vec<String>,
}

/// Who may see a record that belongs to no pupil, household, school or support case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visible {
    /// Whoever works in the programme.
    Open,
    /// Only who sees all schools.
    Programme,
}

/// A kind of records.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Its permanent name in commands and files: words in the plural, with hyphens.
    pub name: String,
    /// Its table.
    pub table: String,
    /// Who may see a record that belongs to nobody in particular.
    pub visible: Visible,
    /// The field whose day says when a record was; with a field `until` the days in between count.
    pub when: String,
    /// Whether plugins can be granted its fields.
    #[serde(default)]
    pub dataset: bool,
    /// What the persons behind a figure are counted by: its own table for the records themselves, a
    /// pupil or a support case, or a field with a number of persons. Empty where a record is about
    /// no family.
    #[serde(default)]
    pub subject: String,
    /// Its word in the interface.
    pub title: Text,
    /// What one record is.
    pub meaning: Text,
    /// What binds several fields.
    #[serde(default, rename = "check")]
    pub checks: Vec<Check>,
    /// Its fields, in the order of the columns of a file.
    #[serde(rename = "field")]
    pub fields: Vec<FormField>,
}

impl Form {
    /// Every form, in an order in which each refers to earlier ones only.
    #[expect(clippy::missing_panics_doc, reason = "the forms are built in, and a test reads them")]
    pub fn all() -> &'static [Self] {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            #[serde(rename = "version")]
            _version: String,
            form: Vec<Form>,
        }
        static FORMS: OnceLock<Vec<Form>> = OnceLock::new();
        FORMS.get_or_init(|| {
            let file: File = toml::from_str(SOURCE).expect("test: the_forms_are_well_formed");
            file.form
        })
    }

    /// The form of that name.
    pub fn of_name(name: &str) -> Option<&'static Self> {
        Self::all().iter().find(|form| form.name == name)
    }

    /// The field with the last of the days that count, where a record is of more than one day: empty
    /// while there is none. A support case lasts from the day it was opened.
    pub fn last_day(&self) -> Option<&FormField> {
        self.field("until").or_else(|| self.field("closed"))
    }

    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&FormField> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The place of the field of that name.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }
}

/// What stands in a field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entered {
    /// Nothing.
    Missing,
    /// A sign or a text; never empty.
    Text(String),
    /// A day.
    Day(Day),
    /// Yes or no.
    Flag(bool),
    /// A place in the field's code list.
    Code(u16),
    /// Places in the field's code list, one bit each.
    Set(u64),
    /// A number, in the unit it is kept in.
    Number(i64),
    /// The row of a school, a practitioner, a pupil, a household or a record.
    Key(i64),
    /// The record of the same form with this id, which is written before and has no row yet. Nothing
    /// that is read from the store is this.
    Earlier(Id),
}

/// One record of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its permanent id.
    pub id: Id,
    /// What it is.
    pub form: &'static Form,
    /// What stands in its fields, in the form's order.
    pub values: Vec<Entered>,
}

impl Entry {
    /// Its sign.
    pub fn code(&self) -> &str {
        match self.values.first() {
            Some(Entered::Text(code)) => code,
            _ => "",
        }
    }

    /// What stands in the field of that name; nothing where the form has no such field.
    pub fn value(&self, name: &str) -> &Entered {
        self.form.place(name).and_then(|place| self.values.get(place)).unwrap_or(&Entered::Missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CodeLists;

    #[test]
    fn the_forms_are_well_formed() {
        let seed = CodeLists::seed();
        let mut earlier: Vec<&str> = Vec::new();
        for form in Form::all() {
            let name = &form.name;
            assert!(!earlier.contains(&name.as_str()), "{name} twice");
            assert_eq!(form.fields[0].kind, FormType::Sign, "{name} begins with its sign");
            assert_eq!(form.field(&form.when).unwrap().kind, FormType::Day, "{name}");
            for field in &form.fields {
                let place = format!("{name}.{}", field.name);
                let coded = matches!(field.kind, FormType::Code | FormType::Set);
                assert_eq!(coded, !field.codes.is_empty(), "{place}");
                assert!(!coded || seed.iter().any(|(list, _)| *list == field.codes), "{place}");
                assert_eq!(field.kind == FormType::Record, !field.record.is_empty(), "{place}");
                let itself = field.record == *name;
                let known = itself || earlier.contains(&field.record.as_str());
                assert!(field.record.is_empty() || known, "{place} refers to a later form");
                let numeric =
                    matches!(field.kind, FormType::Number | FormType::Hundredths | FormType::Cents);
                assert_eq!(numeric, field.least < field.most, "{place}");
            }
            for check in &form.checks {
                for field in &check.fields {
                    assert!(form.field(field).is_some(), "{name}: no field {field}");
                }
            }
            earlier.push(name);
        }
    }

    #[test]
    fn no_field_tells_ethnicity_religion_or_nationality() {
        for field in Form::all().iter().flat_map(|form| &form.fields) {
            for word in ["ethnic", "religion", "national", "origin", "citizen"] {
                assert!(!field.name.contains(word), "{}", field.name);
            }
        }
    }
}
