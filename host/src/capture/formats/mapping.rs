//! Mappings: how a table that somebody made is to be read, written down as TOML.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::dates;

/// The longest mapping, in bytes.
const LONGEST: usize = 64 * 1024;

/// Which column of a table goes where.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What the rows are: a kind of import file, or `external-ids` to learn ids alone.
    pub kind: String,
    /// The sheet of a spreadsheet; without it the first one.
    pub sheet: Option<String>,
    /// The line of the header, from 1.
    #[serde(default = "first")]
    pub header: u32,
    /// What separates fields of a CSV file; without it tab, semicolon or comma, as the header has.
    pub separator: Option<char>,
    /// By field, the column it is read from. Without any, columns are called as the fields are.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// Values that are the same in each row, by field.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    /// By field, what stands in the table and what it means.
    #[serde(default)]
    pub codes: BTreeMap<String, BTreeMap<String, String>>,
    /// By field, how days are written.
    #[serde(default)]
    pub dates: BTreeMap<String, String>,
    /// How the pupil is known whom a row is about; without it a column holds the code.
    #[serde(rename = "match")]
    pub person: Option<Person>,
}

/// The columns by which a pupil is known.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The system whose ids the table has, such as `webuntis`.
    #[serde(default)]
    pub system: String,
    /// The column of the id in that system.
    pub external_id: Option<String>,
    /// The column of the family name, or of the whole name.
    pub family_name: Option<String>,
    /// The column of the given names.
    pub given_name: Option<String>,
    /// The column of the day of birth.
    pub birth_day: Option<String>,
    /// How days of birth are written.
    #[serde(default = "german")]
    pub birth_day_format: String,
    /// The column of the class, for the eye of the person who decides.
    pub class: Option<String>,
}

fn first() -> u32 {
    1
}

fn german() -> String {
    "dd.MM.yyyy".to_owned()
}

/// Why a text is no mapping.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// It is not TOML, or has other entries.
    #[error("{0}")]
    Form(String),
    /// It is too long.
    #[error("it is longer than {LONGEST} bytes")]
    TooLong,
    /// A format of days that nothing can be read by.
    #[error("`{0}` is not a format of days; write it like `dd.MM.yyyy`, `d.M.yy` or `yyyy-MM-dd`")]
    Format(String),
    /// The line of the header is none.
    #[error("`header` is the line of the header, from 1 to 100")]
    Header,
    /// The separator is no sign of one byte.
    #[error("`{0}` cannot separate fields")]
    Separator(char),
    /// Ids without a system they belong to, or the other way round.
    #[error("`external_id` and `system` of `[match]` are given together")]
    System,
    /// `external-ids` without the columns that it takes.
    #[error("`external-ids` needs `[match]` with `external_id`")]
    Ids,
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    ///
    /// [`MappingError`], the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        if text.len() > LONGEST {
            return Err(MappingError::TooLong);
        }
        let mapping: Self =
            toml::from_str(text).map_err(|error| MappingError::Form(error.message().to_owned()))?;
        let birth = mapping.person.as_ref().map(|person| &person.birth_day_format);
        if let Some(format) = mapping.dates.values().chain(birth).find(|it| !dates::is_format(it)) {
            return Err(MappingError::Format(format.clone()));
        }
        if !(1..=100).contains(&mapping.header) {
            return Err(MappingError::Header);
        }
        if let Some(sign) = mapping.separator
            && (!sign.is_ascii() || sign.is_alphanumeric() || matches!(sign, '"' | '\n' | '\r'))
        {
            return Err(MappingError::Separator(sign));
        }
        if let Some(person) = &mapping.person
            && person.external_id.is_some() == person.system.is_empty()
        {
            return Err(MappingError::System);
        }
        let has_ids = mapping.person.as_ref().is_some_and(|it| it.external_id.is_some());
        if mapping.kind == super::table::IDS && !has_ids {
            return Err(MappingError::Ids);
        }
        Ok(mapping)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_mapping_is_refused() {
        for text in [
            "",
            "kind = 1",
            "kind = \"absences\"\ncolour = \"red\"",
            "kind = \"absences\"\nheader = 0",
            "kind = \"absences\"\nseparator = \"x\"",
            "kind = \"absences\"\n[dates]\nday = \"DD.MM.YYYY\"",
            "kind = \"absences\"\n[match]\nexternal_id = \"Id\"",
            "kind = \"absences\"\n[match]\nsystem = \"webuntis\"",
            "kind = \"external-ids\"",
        ] {
            assert!(Mapping::parse(text).is_err(), "{text}");
        }
        let long = format!("kind = \"absences\"\n#{}", "x".repeat(LONGEST));
        assert_eq!(Mapping::parse(&long), Err(MappingError::TooLong));
        let least = Mapping::parse("kind = \"absences\"").unwrap();
        assert_eq!((least.header, least.person), (1, None));
    }
}
