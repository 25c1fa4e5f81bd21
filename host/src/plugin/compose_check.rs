//! Checks the document that a reporting plugin composed, and takes it over.

use super::bindings::compose;
use super::rules::{check_line, place};
use crate::domain::{
    Composed, ComposedBlock, ComposedCell, ComposedColumn, ComposedDrawing, ComposedRow,
    ComposedTable, Composition, Dictionary, FoundRecord, Job, Layout, Numeral, Shape, ShapeField,
    Text, Words,
};

/// Limits of `schemas/wit/1.0/reporting.wit`.
const MOST_BLOCKS: usize = 1_000;
const MOST_ENTRIES: usize = 1_000;
const MOST_ROWS: usize = 10_000;
const MOST_COLUMNS: usize = 32;
const MOST_FINDINGS: usize = 10_000;
const MOST_DRAWN: usize = 6;
const MOST_SCALE: u8 = 6;
const MOST_LEVEL: u8 = 3;

/// What a document may point at.
#[derive(Debug)]
pub(super) struct Places {
    phrases: Vec<Text>,
    passages: usize,
    checks: usize,
    /// The fields of each dataset of the job.
    datasets: Vec<Vec<FieldFacts>>,
    months: usize,
}

/// What matters of a field here.
#[derive(Debug)]
struct FieldFacts {
    codes: usize,
    is_key: bool,
}

impl Places {
    /// Those of a run.
    pub(super) fn new(composition: &Composition, job: &Job) -> Self {
        let facts = |shape: &Shape, field: &ShapeField| FieldFacts {
            codes: field.codes.codes().len(),
            is_key: Dictionary::get()
                .dataset(&shape.dataset)
                .and_then(|dataset| dataset.field(&field.name))
                .is_some_and(|field| field.layout == Layout::Keys),
        };
        let fields = |shape: &Shape| shape.fields.iter().map(|field| facts(shape, field)).collect();
        Self {
            phrases: composition.phrases.clone(),
            passages: composition.passages.len(),
            checks: composition.checks.len(),
            datasets: job.datasets.iter().map(fields).collect(),
            months: job.period.months().count(),
        }
    }

    /// Whether the job has a dataset at a place.
    pub(super) fn has_dataset(&self, place: usize) -> bool {
        place < self.datasets.len()
    }
}

/// Checks a document and takes it over. Units become the phrases that they are.
///
/// # Errors
///
/// The end of a sentence that says what is wrong.
pub(super) fn composed(found: compose::Document, places: &Places) -> Result<Composed, String> {
    at_most("blocks", found.len(), MOST_BLOCKS)?;
    let mut reading = Reading { places, tables: Vec::new(), findings: 0 };
    let blocks = found.into_iter().enumerate().map(|(number, found)| {
        reading
            .block(found)
            .map_err(|mistake| format!("block {number}, counted from 0, has {mistake}"))
    });
    Ok(Composed { blocks: blocks.collect::<Result<_, _>>()? })
}

/// A document being read.
struct Reading<'a> {
    places: &'a Places,
    /// For each table so far, for each of its columns, whether it can be drawn.
    tables: Vec<Vec<bool>>,
    findings: usize,
}

impl Reading<'_> {
    fn block(&mut self, found: compose::Block) -> Result<ComposedBlock, String> {
        Ok(match found {
            compose::Block::Heading(heading) => {
                if !(1..=MOST_LEVEL).contains(&heading.level) {
                    return Err(format!("the level {}; 1 to {MOST_LEVEL}", heading.level));
                }
                ComposedBlock::Heading(heading.level, self.words(heading.words)?)
            }
            compose::Block::Paragraph(found) => ComposedBlock::Paragraph(self.words(found)?),
            compose::Block::Passage(at) => {
                ComposedBlock::Passage(place("the passage", at, self.places.passages)?)
            }
            compose::Block::Entries(entries) => {
                at_most("entries", entries.len(), MOST_ENTRIES)?;
                let entries = entries.into_iter().map(|found| self.words(found));
                ComposedBlock::Entries(entries.collect::<Result<_, _>>()?)
            }
            compose::Block::Table(table) => ComposedBlock::Table(self.table(table)?),
            compose::Block::Figure(figure) => ComposedBlock::Figure {
                label: self.words(figure.label)?,
                number: number(figure.number)?,
                unit: self.unit(figure.unit)?,
            },
            compose::Block::Picture(picture) => self.picture(picture)?,
            compose::Block::Findings(findings) => {
                self.findings = self.findings.saturating_add(findings.len());
                at_most("findings, with those before it,", self.findings, MOST_FINDINGS)?;
                let findings = findings.into_iter().map(|found| self.finding(&found));
                ComposedBlock::Findings(findings.collect::<Result<_, _>>()?)
            }
        })
    }

    fn words(&self, found: compose::Words) -> Result<Words, String> {
        Ok(match found {
            compose::Words::Phrase(at) => Words::Phrase(self.phrase(at)?),
            compose::Words::Code(coded) => {
                let (dataset, field, facts) = self.field(coded.dataset, coded.field)?;
                place("the code", coded.code.into(), facts.codes)?;
                Words::Code { dataset, field, code: coded.code }
            }
            compose::Words::Month(month) => {
                place("the month", month.into(), self.places.months)?;
                Words::Month(month)
            }
            compose::Words::Own(text) => {
                check_line(&text).map_err(|mistake| format!("a text that {mistake}"))?;
                Words::Own(text)
            }
        })
    }

    fn phrase(&self, at: u32) -> Result<usize, String> {
        place("the phrase", at, self.places.phrases.len())
    }

    fn unit(&self, found: Option<u32>) -> Result<Option<Text>, String> {
        found.map(|at| Ok(self.places.phrases[self.phrase(at)?].clone())).transpose()
    }

    fn field(&self, dataset: u32, field: u32) -> Result<(usize, usize, &FieldFacts), String> {
        let dataset = place("the dataset", dataset, self.places.datasets.len())?;
        let fields = &self.places.datasets[dataset];
        let field = place("the field", field, fields.len())?;
        Ok((dataset, field, &fields[field]))
    }

    fn table(&mut self, found: compose::Table) -> Result<ComposedTable, String> {
        at_most("columns", found.columns.len(), MOST_COLUMNS)?;
        at_most("rows", found.rows.len(), MOST_ROWS)?;
        if found.columns.is_empty() {
            return Err("a table without a column".into());
        }
        let caption = self.words(found.caption)?;
        let columns = found.columns.into_iter().map(|column| {
            Ok(ComposedColumn { label: self.words(column.label)?, unit: self.unit(column.unit)? })
        });
        let columns: Vec<ComposedColumn> = columns.collect::<Result<_, String>>()?;
        let mut can_be_drawn = vec![true; columns.len()];
        let mut rows = Vec::with_capacity(found.rows.len());
        for (number, row) in found.rows.into_iter().enumerate() {
            let row = self
                .row(row, &mut can_be_drawn)
                .map_err(|mistake| format!("in row {number}, counted from 0, {mistake}"))?;
            rows.push(row);
        }
        self.tables.push(can_be_drawn);
        Ok(ComposedTable { caption, columns, rows })
    }

    fn row(&self, found: compose::Row, can_be_drawn: &mut [bool]) -> Result<ComposedRow, String> {
        let columns = can_be_drawn.len();
        if found.cells.len() != columns {
            return Err(format!("{} cells for {columns} columns", found.cells.len()));
        }
        let label = self.words(found.label)?;
        let mut cells = Vec::with_capacity(columns);
        for (cell, can_be_drawn) in found.cells.into_iter().zip(can_be_drawn) {
            cells.push(match cell {
                compose::Cell::Number(found) => ComposedCell::Number(number(found)?),
                compose::Cell::Missing => ComposedCell::Missing,
                compose::Cell::Words(found) => {
                    *can_be_drawn = false;
                    ComposedCell::Words(self.words(found)?)
                }
            });
        }
        Ok(ComposedRow { label, cells })
    }

    fn picture(&self, found: compose::Picture) -> Result<ComposedBlock, String> {
        let table = place("the table", found.table, self.tables.len())
            .map_err(|mistake| format!("{mistake} before it"))?;
        let can_be_drawn = &self.tables[table];
        if found.columns.is_empty() {
            return Err("a picture of no column".into());
        }
        at_most("columns in a picture", found.columns.len(), MOST_DRAWN)?;
        let mut columns = Vec::with_capacity(found.columns.len());
        for at in found.columns {
            let column = place("the column", at, can_be_drawn.len())?;
            if columns.contains(&column) {
                return Err(format!("the column {column} twice in a picture"));
            }
            if !can_be_drawn[column] {
                return Err(format!("a picture of column {column}, which has words in it"));
            }
            columns.push(column);
        }
        let drawing = match found.drawing {
            compose::Drawing::Bars => ComposedDrawing::Bars,
            compose::Drawing::Line => ComposedDrawing::Line,
        };
        Ok(ComposedBlock::Picture { table, columns, drawing })
    }

    fn finding(&self, found: &compose::Finding) -> Result<FoundRecord, String> {
        let check = place("the check", found.check, self.places.checks)?;
        let (dataset, field, facts) = self.field(found.dataset, found.field)?;
        if !facts.is_key {
            return Err(format!("a finding by field {field}, whose values are not `keys`"));
        }
        Ok(FoundRecord { check, dataset, field, key: found.key })
    }
}

fn number(found: compose::Number) -> Result<Numeral, String> {
    if found.scale > MOST_SCALE {
        return Err(format!("a number with the scale {}; at most {MOST_SCALE}", found.scale));
    }
    Ok(Numeral { units: found.value, decimals: found.scale, base: found.base })
}

fn at_most(what: &str, found: usize, most: usize) -> Result<(), String> {
    if found > most { Err(format!("{found} {what}; at most {most} are allowed")) } else { Ok(()) }
}
