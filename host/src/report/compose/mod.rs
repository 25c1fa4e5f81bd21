//! From what a reporting plugin composed to the parts of a report, and whether these may leave the
//! team.
//!
//! The plugin counted, so the host cannot know what a number is about. A document may leave the team
//! only where all that it holds can be looked at: its words are words that the plugin named before it
//! saw any data, codes and months; every number says how many persons it rests on; it points at no
//! records. Then numbers are withheld as [`withhold`] says.
//!
//! # What this does not promise
//!
//! No host can prove what a plugin says. A plugin that wants to can give a wrong base, pick phrases
//! by what it has read, or hide a number in another. So all of this guards against mistakes of an
//! honest plugin, and whether a plugin is honest is decided when its package is signed and trusted.
//! That is the same for the administration and for the public: a plugin whose bases cannot be
//! trusted must not be run on real records at all. One lie is cheap to catch and caught: a plain
//! whole number is taken to rest on no more persons than it counts, whatever its base says.

mod beside;
mod error;
mod leave;
mod totals;
mod withhold;

pub use beside::ComposedNumber;
pub use error::{Bar, ComposeError};

use std::collections::{BTreeSet, HashMap, HashSet};

use super::assemble::titled;
use super::beside::{Before, Weighed};
use super::frame::month_text;
use super::rounding::to_five;
use crate::domain::{
    Audience, Block, BlockCell, BlockColumn, BlockRow, BlockTable, COMPOSED_RULE, Cell,
    CheckFindings, Code, Composed, ComposedBlock, ComposedCell, ComposedTable, Composition,
    FoundEntry, FoundRecord, Month, Number, Numeral, Passport, Period, Report, Rounding,
    SCHEMA_COMPOSED, Shape, Text, Words,
};
use leave::{Path, barred};
use withhold::{Place, withheld};

/// The records that a plugin found: by dataset, field and pseudonym, as in [`FoundRecord`].
pub type FoundRecords = HashMap<(usize, usize, u64), FoundEntry>;

/// What a document is made from.
#[derive(Debug, Clone, Copy)]
pub struct Composing<'a> {
    /// The plugin's id, for messages.
    pub plugin: &'a str,
    /// What the plugin said about itself.
    pub composition: &'a Composition,
    /// What it composed.
    pub composed: &'a Composed,
    /// The datasets of the job.
    pub shapes: &'a [Shape],
    /// The days looked at.
    pub period: Period,
    /// For whom the report is.
    pub audience: Audience,
    /// To what numbers are rounded.
    pub rounding: Rounding,
    /// The records that findings point at. One that is not among them was never given to the plugin.
    pub found: &'a FoundRecords,
}

/// The parts of a report.
///
/// Where numbers are rounded, these are plain whole numbers that rest on persons: without a unit and
/// without decimals. What has a unit can be a mean or a share as well as a sum, and the host cannot
/// tell.
///
/// # Errors
///
/// [`ComposeError::StaysInside`] for an audience outside the team, where the document may not leave
/// it; [`ComposeError::UnknownRecord`].
pub fn compose(composing: Composing<'_>) -> Result<Vec<Block>, ComposeError> {
    compose_beside(composing, &Before::Nothing).map(|made| made.blocks)
}

/// The parts of a report, with what is remembered of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComposedBeside {
    /// The parts.
    pub blocks: Vec<Block>,
    /// Their numbers.
    pub numbers: Vec<ComposedNumber>,
    /// What came of weighing them against earlier reports.
    pub weighed: Weighed,
}

/// The parts of a report, weighed against earlier ones.
///
/// # Errors
///
/// Those of [`compose`], and [`ComposeError::TooManyWays`].
pub fn compose_beside(
    composing: Composing<'_>,
    before: &Before,
) -> Result<ComposedBeside, ComposeError> {
    let Composing { plugin, composed, audience, .. } = composing;
    let mut hidden = HashSet::new();
    let mut numbers = Vec::new();
    let mut weighed = Weighed::default();
    if audience != Audience::Work {
        let bars = barred(composing);
        if !bars.is_empty() {
            return Err(ComposeError::StaysInside { plugin: plugin.to_owned(), audience, bars });
        }
        let smallest = audience.smallest_shown();
        hidden = withheld(composed, smallest, &HashSet::new());
        numbers = remembered(composing, &hidden);
        match before {
            Before::Nothing => {}
            Before::Weigh(earlier) => {
                let also = beside::beside(&numbers, composing.period, audience, earlier)
                    .map_err(|_| ComposeError::TooManyWays { plugin: plugin.to_owned() })?;
                let more = withheld(composed, smallest, &also);
                let place = |place: &Place| (place.block, place.row, place.column);
                weighed.reports = earlier.len();
                weighed.places = more.difference(&hidden).map(place).collect();
                hidden = more;
            }
            Before::Weighed(then) => {
                let place = |place: &(usize, usize, usize)| {
                    let (block, row, column) = *place;
                    Place { block, row, column }
                };
                hidden.extend(then.places.iter().map(place));
                weighed = then.clone();
            }
        }
        for (place, number) in &mut numbers {
            number.is_shown = !hidden.contains(place);
        }
    }
    let yielding: BTreeSet<usize> = weighed.places.iter().map(|(block, ..)| *block).collect();
    let writer = Writer { composing, hidden };
    let mut tables = Vec::new();
    let blocks = composed.blocks.iter().enumerate();
    let blocks = blocks.map(|(place, block)| writer.block(place, block, &mut tables));
    let mut blocks: Vec<Block> = blocks.collect::<Result<_, _>>()?;
    if !yielding.is_empty() {
        blocks.push(Block::Paragraph {
            text: Text::new(
                "Unterdrückt sind auch Zahlen, aus denen sich zusammen mit einem früher \
                 veröffentlichten Bericht eine kleine Zahl errechnen ließe.",
                "Numbers are withheld as well from which a small number could be worked out together \
                 with a report published earlier.",
            ),
        });
    }
    let numbers = numbers.into_iter().map(|(_, number)| number).collect();
    Ok(ComposedBeside { blocks, numbers, weighed })
}

/// Every number that rests on persons, by the words that it stands under.
fn remembered(composing: Composing<'_>, hidden: &HashSet<Place>) -> Vec<(Place, ComposedNumber)> {
    let mut numbers = Vec::new();
    let mut add = |place: Place, numeral: Numeral, has_unit: bool, words: &[&Words]| {
        let base = u64::from(numeral.base.unwrap_or(0));
        if base > 0 || numeral.units == 0 {
            let words: Vec<String> = words.iter().map(|words| text(composing, words).de).collect();
            numbers.push((
                place,
                ComposedNumber {
                    words: words.join("|"),
                    units: numeral.units,
                    decimals: numeral.decimals,
                    has_unit,
                    base,
                    is_shown: !hidden.contains(&place),
                },
            ));
        }
    };
    for (block, found) in composing.composed.blocks.iter().enumerate() {
        match found {
            ComposedBlock::Figure { label, number, unit } => {
                add(Place::figure(block), *number, unit.is_some(), &[label]);
            }
            ComposedBlock::Table(table) => {
                for (row, found) in table.rows.iter().enumerate() {
                    for (column, cell) in found.cells.iter().enumerate() {
                        let ComposedCell::Number(number) = cell else { continue };
                        let head = &table.columns[column];
                        let words = [&table.caption, &found.label, &head.label];
                        let place = Place { block, row, column };
                        add(place, *number, head.unit.is_some(), &words);
                    }
                }
            }
            _ => {}
        }
    }
    beside::told_apart(&mut numbers);
    numbers
}

/// A report that a plugin composed alone.
///
/// The smallest number that is shown and the rule are added to the passport, and to the title of a
/// working version that it is one.
pub fn composed_report(
    blocks: Vec<Block>,
    passport: Passport,
    title: Text,
    municipality: String,
) -> Report {
    let smallest_shown = passport.audience.smallest_shown();
    Report {
        schema: SCHEMA_COMPOSED.into(),
        title: titled(title, passport.audience),
        municipality,
        sections: Vec::new(),
        blocks,
        passport: Passport { smallest_shown, rules: vec![COMPOSED_RULE.into()], ..passport },
    }
}

/// A report of figures that the host counted, followed by what the same plugin composed.
pub fn with_blocks(mut report: Report, blocks: Vec<Block>) -> Report {
    report.schema = SCHEMA_COMPOSED.into();
    report.passport.rules.push(COMPOSED_RULE.into());
    report.blocks = blocks;
    report
}

struct Writer<'a> {
    composing: Composing<'a>,
    hidden: HashSet<Place>,
}

impl Writer<'_> {
    /// A block; `tables` are the ids of the tables before it.
    fn block(
        &self,
        place: usize,
        block: &ComposedBlock,
        tables: &mut Vec<String>,
    ) -> Result<Block, ComposeError> {
        let composition = self.composing.composition;
        Ok(match block {
            ComposedBlock::Heading(level, words) => {
                Block::Heading { level: *level, text: self.text(words) }
            }
            ComposedBlock::Paragraph(words) => Block::Paragraph { text: self.text(words) },
            ComposedBlock::Passage(passage) => {
                Block::Passage { markdown: composition.passages[*passage].clone() }
            }
            ComposedBlock::Entries(entries) => {
                Block::Entries { entries: entries.iter().map(|words| self.text(words)).collect() }
            }
            ComposedBlock::Table(table) => {
                let id = format!("table-{}", tables.len() + 1);
                tables.push(id.clone());
                Block::Table(self.table(place, id, table))
            }
            ComposedBlock::Figure { label, number, unit } => Block::Figure {
                label: self.text(label),
                cell: self.cell(*number, unit.as_ref(), Place::figure(place)),
                unit: unit.clone(),
            },
            ComposedBlock::Picture { table, columns, drawing } => Block::Picture {
                table: tables[*table].clone(),
                columns: columns.clone(),
                drawing: *drawing,
            },
            ComposedBlock::Findings(found) => {
                Block::Findings { checks: self.findings(place, found)? }
            }
        })
    }

    fn table(&self, block: usize, id: String, table: &ComposedTable) -> BlockTable {
        let columns = table.columns.iter().map(|column| BlockColumn {
            label: self.text(&column.label),
            unit: column.unit.clone(),
        });
        let rows = table.rows.iter().enumerate().map(|(row, found)| {
            let cells = found.cells.iter().enumerate().map(|(column, cell)| match cell {
                ComposedCell::Number(number) => {
                    let unit = table.columns[column].unit.as_ref();
                    BlockCell::Number(self.cell(*number, unit, Place { block, row, column }))
                }
                ComposedCell::Words(words) => BlockCell::Words { words: self.text(words) },
                ComposedCell::Missing => BlockCell::Number(Cell::NotCollected),
            });
            BlockRow { label: self.text(&found.label), cells: cells.collect() }
        });
        BlockTable {
            id,
            caption: self.text(&table.caption),
            columns: columns.collect(),
            rows: rows.collect(),
        }
    }

    fn cell(&self, numeral: Numeral, unit: Option<&Text>, place: Place) -> Cell {
        if self.hidden.contains(&place) {
            return Cell::Withheld;
        }
        let number = Number { units: numeral.units, decimals: numeral.decimals };
        let is_of_persons = numeral.base.is_some_and(|base| base > 0);
        let is_count = is_of_persons && unit.is_none() && numeral.decimals == 0;
        match self.composing.rounding {
            Rounding::Five if is_count => to_five(number).unwrap_or(Cell::Undefined),
            _ => Cell::Shown(number),
        }
    }

    /// What was found, check by check.
    fn findings(
        &self,
        block: usize,
        found: &[FoundRecord],
    ) -> Result<Vec<CheckFindings>, ComposeError> {
        let Composing { plugin, composition, found: known, .. } = self.composing;
        let mut records = vec![Vec::new(); composition.checks.len()];
        for (number, record) in found.iter().enumerate() {
            let entry = known.get(&(record.dataset, record.field, record.key));
            let entry = entry.ok_or_else(|| ComposeError::UnknownRecord {
                plugin: plugin.to_owned(),
                place: format!("{}, finding {}", Path::block(block), number + 1),
            })?;
            records[record.check].push(entry.clone());
        }
        let checks = composition.checks.iter().zip(records);
        let checks = checks.filter(|(_, records)| !records.is_empty());
        Ok(checks
            .map(|(check, records)| CheckFindings {
                id: check.id.clone(),
                title: check.title.clone(),
                severity: check.severity,
                records,
            })
            .collect())
    }

    fn text(&self, words: &Words) -> Text {
        text(self.composing, words)
    }
}

/// Words in both languages. The plugin's own are in one, and stand in both.
fn text(composing: Composing<'_>, words: &Words) -> Text {
    let Composing { composition, shapes, period, .. } = composing;
    match words {
        Words::Phrase(place) => composition.phrases[*place].clone(),
        Words::Code { dataset, field, code } => {
            let codes = &shapes[*dataset].fields[*field].codes;
            codes.at(*code).map_or_else(|| Text::same(code.to_string()), Code::text)
        }
        Words::Month(later) => month_text(Month(period.first.month().0 + i32::from(*later))),
        Words::Own(words) => Text::same(words),
    }
}

#[cfg(test)]
mod tests;
