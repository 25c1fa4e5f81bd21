//! The sources, their options and bounds, and the one door to reading a file of any of them.

use std::fmt;
use std::str::FromStr;

use super::super::mistake::Mistakes;
use super::draft::Reading;
use super::lines::wrong;
use super::mapping::Mapping;
use super::{schild, settle, table, webuntis, words};
use crate::domain::{Directory, Id, Recorded, Roster, SchoolKey, Text};

/// The most bytes of a file, and of all that a packed one holds.
pub const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// The most rows below the header.
pub(super) const MOST_ROWS: usize = 250_000;
/// The most columns.
pub(super) const MOST_COLUMNS: usize = 200;

/// A program that writes files, or the way to describe a file oneself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// `AbsencePerStudent.csv` of WebUntis.
    WebUntis,
    /// `SchuelerLernabschnittsdaten.dat` of SchILD-NRW.
    SchildTerms,
    /// `SchuelerBasisdaten.dat` of SchILD-NRW.
    SchildPupils,
    /// A CSV file or spreadsheet with a mapping.
    Table,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 4] = [Self::WebUntis, Self::SchildTerms, Self::SchildPupils, Self::Table];

    /// Its permanent name.
    pub fn name(self) -> &'static str {
        match self {
            Self::WebUntis => "webuntis",
            Self::SchildTerms => "schild-terms",
            Self::SchildPupils => "schild-pupils",
            Self::Table => "table",
        }
    }

    /// Its words.
    pub fn title(self) -> Text {
        match self {
            Self::WebUntis => Text::new("Fehlzeiten aus WebUntis", "absences of WebUntis"),
            Self::SchildTerms => {
                Text::new("Fehlstundensummen aus SchILD-NRW", "sums of absences of SchILD-NRW")
            }
            Self::SchildPupils => {
                Text::new("Schülerinnen und Schüler aus SchILD-NRW", "pupils of SchILD-NRW")
            }
            Self::Table => Text::new("eigene Tabelle", "own table"),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A text that is not the name of a source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a source; use one of {all}", all = Source::ALL.map(|source| format!("`{source}`")).join(", "))]
pub struct UnknownSource(pub String);

impl FromStr for Source {
    type Err = UnknownSource;

    fn from_str(text: &str) -> Result<Self, UnknownSource> {
        let found = Self::ALL.into_iter().find(|source| source.name() == text);
        found.ok_or_else(|| UnknownSource(text.to_owned()))
    }
}

/// What the person says about a file besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceOptions {
    /// The number of the school whose file it is; without it pupils of all schools can be meant.
    pub school: Option<String>,
    /// The most lessons of a day.
    pub cap: u16,
    /// How many lessons make a whole day at a school that counts days or half-days.
    pub lessons_per_day: u16,
    /// Whether an empty sum is 0.
    pub empty_is_zero: bool,
    /// How a table is to be read.
    pub mapping: Option<Mapping>,
}

impl Default for SourceOptions {
    fn default() -> Self {
        Self { school: None, cap: 8, lessons_per_day: 6, empty_is_zero: false, mapping: None }
    }
}

/// What the records know, as far as files are held against it.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// What rows refer to.
    pub directory: &'a Directory,
    /// Pupils and their ids elsewhere.
    pub roster: &'a Roster,
    /// What is recorded already.
    pub recorded: &'a Recorded,
}

impl Known<'_> {
    /// The school that the options name.
    pub(super) fn school(&self, options: &SourceOptions) -> Result<Option<SchoolKey>, Mistakes> {
        let Some(number) = &options.school else { return Ok(None) };
        match self.directory.schools.get(number) {
            Some(school) => Ok(Some(school.key)),
            None => Err(wrong(0, || words::unknown_school(number))),
        }
    }
}

/// Reads a file of a source. It takes all it can; what it cannot waits for a person.
///
/// # Errors
///
/// Where the file as a whole is no use, or, in a table, where rows are wrong in themselves.
pub fn read_source(
    source: Source,
    bytes: &[u8],
    options: &SourceOptions,
    known: Known<'_>,
    new_id: &mut dyn FnMut() -> Id,
) -> Result<Reading, Mistakes> {
    let school = known.school(options)?;
    let drafts = match source {
        Source::WebUntis => webuntis::read(bytes, options)?,
        Source::SchildTerms => schild::terms(bytes, options)?,
        Source::SchildPupils => {
            let number = options.school.as_deref().ok_or_else(|| wrong(0, words::no_school))?;
            schild::pupils(bytes, number)?
        }
        Source::Table => {
            let mapping = options.mapping.as_ref().ok_or_else(|| wrong(0, words::no_mapping))?;
            table::read(bytes, mapping)?
        }
    };
    settle::settle(source, drafts, school, known, new_id)
}
