//! What keeps a composed document in the team, place by place.

use std::fmt;

use super::{Bar, Composing, text};
use crate::domain::{ComposedBlock, ComposedCell, ComposedTable, Numeral, Words};

/// Where something stands, for the plugin's author. Numbers count from 1.
#[derive(Debug, Clone)]
pub(super) struct Path(String);

impl Path {
    pub(super) fn block(place: usize) -> Self {
        Self(format!("block {}", place + 1))
    }

    fn with(&self, part: impl fmt::Display) -> Self {
        Self(format!("{}, {part}", self.0))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// All that keeps the document in the team, in reading order; empty where it may leave.
pub(super) fn barred(composing: Composing<'_>) -> Vec<Bar> {
    let mut search = Search { composing, bars: Vec::new() };
    for (place, block) in composing.composed.blocks.iter().enumerate() {
        search.block(&Path::block(place), block);
    }
    search.bars
}

struct Search<'a> {
    composing: Composing<'a>,
    bars: Vec<Bar>,
}

impl Search<'_> {
    fn block(&mut self, path: &Path, block: &ComposedBlock) {
        match block {
            ComposedBlock::Heading(_, words) => self.words(&path.with("heading"), words),
            ComposedBlock::Paragraph(words) => self.words(&path.with("paragraph"), words),
            ComposedBlock::Entries(entries) => {
                for (place, words) in entries.iter().enumerate() {
                    self.words(&path.with(format!("entry {}", place + 1)), words);
                }
            }
            ComposedBlock::Table(table) => self.table(path, table),
            ComposedBlock::Figure { label, number, .. } => {
                self.words(&path.with("label of the figure"), label);
                self.number(&path.with("figure"), *number);
            }
            ComposedBlock::Findings(_) => {
                self.bars.push(Bar::Findings { place: path.to_string() });
            }
            // Passages were written before any data; pictures have the numbers of their tables.
            ComposedBlock::Passage(_) | ComposedBlock::Picture { .. } => {}
        }
    }

    fn table(&mut self, path: &Path, table: &ComposedTable) {
        self.words(&path.with("caption of the table"), &table.caption);
        let path = match &table.caption {
            Words::Own(_) => path.with("table"),
            caption => path.with(format!("table \"{}\"", text(self.composing, caption).en)),
        };
        for (place, column) in table.columns.iter().enumerate() {
            self.words(&path.with(format!("label of column {}", place + 1)), &column.label);
        }
        for (row, found) in table.rows.iter().enumerate() {
            let path = path.with(format!("row {}", row + 1));
            self.words(&path.with("label"), &found.label);
            for (column, cell) in found.cells.iter().enumerate() {
                let path = path.with(format!("column {}", column + 1));
                match cell {
                    ComposedCell::Number(number) => self.number(&path, *number),
                    ComposedCell::Words(words) => self.words(&path, words),
                    ComposedCell::Missing => {}
                }
            }
        }
    }

    fn words(&mut self, path: &Path, words: &Words) {
        if matches!(words, Words::Own(_)) {
            self.bars.push(Bar::OwnWords { place: path.to_string() });
        }
    }

    /// A number that is about no person rests on 0 of them, and says so.
    fn number(&mut self, path: &Path, number: Numeral) {
        if number.base.is_none() {
            self.bars.push(Bar::NoBase { place: path.to_string() });
        }
    }
}
