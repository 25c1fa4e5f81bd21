//! The parts of a report that a plugin composed itself, as they may be shown.

use serde::{Deserialize, Serialize};

use super::composed::{ComposedDrawing, Severity};
use super::day::Day;
use super::document::Cell;
use super::record::{Found, RecordKind};
use super::words::Text;

/// A part of a composed report, in reading order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Block {
    /// The heading of what follows.
    Heading {
        /// 1 to 3; 1 is right below the report's title.
        level: u8,
        /// The heading.
        text: Text,
    },
    /// A sentence or several.
    Paragraph {
        /// The sentences.
        text: Text,
    },
    /// A longer text.
    Passage {
        /// In the small part of Markdown that plugins may write. It is kept as it was written, and
        /// becomes markup only where it is shown.
        markdown: Text,
    },
    /// A list with a dot before each entry.
    Entries {
        /// The entries.
        entries: Vec<Text>,
    },
    /// A table.
    Table(BlockTable),
    /// One number that stands for itself.
    Figure {
        /// What it is.
        label: Text,
        /// The number, or why there is none.
        cell: Cell,
        /// What it is in.
        unit: Option<Text>,
    },
    /// A picture of a table before it. It has no numbers of its own.
    Picture {
        /// The id of the table.
        table: String,
        /// The places of the columns that are drawn, each with its own axis.
        columns: Vec<usize>,
        /// How they are drawn.
        drawing: ComposedDrawing,
    },
    /// Records that checks have found.
    Findings {
        /// The checks that found something, in the order of the plugin's description.
        checks: Vec<CheckFindings>,
    },
}

/// A table that a plugin composed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockTable {
    /// Unique in the report: `table-1`, `table-2` and so on.
    pub id: String,
    /// What it shows.
    pub caption: Text,
    /// Its columns, past the one with the row labels.
    pub columns: Vec<BlockColumn>,
    /// Its rows.
    pub rows: Vec<BlockRow>,
}

/// A column of a composed table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockColumn {
    /// Its heading.
    pub label: Text,
    /// What its numbers are in.
    pub unit: Option<Text>,
}

/// A row of a composed table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockRow {
    /// Its heading.
    pub label: Text,
    /// One for each column.
    pub cells: Vec<BlockCell>,
}

/// What stands in a composed table where a row meets a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum BlockCell {
    /// A number, or why there is none.
    Number(Cell),
    /// Words.
    Words {
        /// The words.
        words: Text,
    },
}

/// What one check has found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckFindings {
    /// The check's id in the plugin's description.
    pub id: String,
    /// What is wrong with a record that is found.
    pub title: Text,
    /// How grave that is.
    pub severity: Severity,
    /// The records, in the order in which the plugin gave them.
    pub records: Vec<FoundEntry>,
}

/// A record that was found, by what a person can look it up with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundEntry {
    /// The dataset in which the plugin saw it.
    pub dataset: String,
    /// What kind of record it is.
    pub record: RecordKind,
    /// The id of a contact or an absence; the short sign of a pupil or a household.
    pub reference: String,
    /// The numbers of its schools, sorted; often one.
    pub schools: Vec<String>,
    /// The day of a contact or an absence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Day>,
    /// The short sign of the pupil who was absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pupil: Option<String>,
}

impl FoundEntry {
    /// What a document says about a record that a plugin saw in `dataset`.
    pub fn of(dataset: &str, found: &Found) -> Self {
        let (reference, schools, day, pupil) = match found {
            Found::Household { code, schools } => (code.clone(), schools.clone(), None, None),
            Found::Pupil { code, school } => (code.clone(), vec![school.clone()], None, None),
            Found::Contact { id, day, school } => {
                (id.to_string(), vec![school.clone()], Some(*day), None)
            }
            Found::Absence { id, day, pupil, school } => {
                (id.to_string(), vec![school.clone()], Some(*day), Some(pupil.clone()))
            }
        };
        let record = found.kind();
        Self { dataset: dataset.to_owned(), record, reference, schools, day, pupil }
    }
}

impl Severity {
    /// Every severity, the gravest first.
    pub const ALL: [Self; 3] = [Self::Mistake, Self::Warning, Self::Note];

    /// Its word.
    pub fn text(self) -> Text {
        match self {
            Self::Note => Text::new("Hinweis", "note"),
            Self::Warning => Text::new("Warnung", "warning"),
            Self::Mistake => Text::new("Fehler", "mistake"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::Number;

    #[test]
    fn a_cell_is_read_back_as_what_it_was() {
        let words = BlockCell::Words { words: Text::new("ja", "yes") };
        let number = BlockCell::Number(Cell::Shown(Number { units: 5, decimals: 1 }));
        let withheld = BlockCell::Number(Cell::Withheld);
        for (cell, written) in [
            (words, json!({ "words": { "de": "ja", "en": "yes" } })),
            (number, json!({ "state": "shown", "units": 5, "decimals": 1 })),
            (withheld, json!({ "state": "withheld" })),
        ] {
            assert_eq!(serde_json::to_value(&cell).unwrap(), written);
            assert_eq!(serde_json::from_value::<BlockCell>(written).unwrap(), cell);
        }
        assert!(serde_json::from_value::<BlockCell>(json!({ "state": "hidden" })).is_err());
    }

    #[test]
    fn a_block_names_its_kind_beside_what_it_holds() {
        let heading = Block::Heading { level: 1, text: Text::same("A") };
        let table = Block::Table(BlockTable {
            id: "table-1".into(),
            caption: Text::same("B"),
            columns: Vec::new(),
            rows: Vec::new(),
        });
        let same = |text| json!({ "de": text, "en": text });
        for (block, written) in [
            (heading, json!({ "kind": "heading", "level": 1, "text": same("A") })),
            (
                table,
                json!({
                    "kind": "table", "id": "table-1", "caption": same("B"), "columns": [], "rows": []
                }),
            ),
        ] {
            assert_eq!(serde_json::to_value(&block).unwrap(), written);
            assert_eq!(serde_json::from_value::<Block>(written).unwrap(), block);
        }
    }
}
