//! The document of a reporting plugin, put together by the ids of its phrases and checks.

use std::rc::Rc;

use super::composition::Composition;
use super::table::{Cell, Drawing, Number, Table};
use super::words::{Kind, Words};
use crate::bindings::reporting::exports::tridem::plugin::compose;
use crate::bindings::tridem::plugin::types;
use crate::error::{Error, Result};

/// A record that a check has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    check: String,
    dataset: String,
    field: String,
    key: u64,
}

impl Finding {
    /// What `check` has found: the record whose `field`, one with the layout `keys`, is `key`.
    pub fn new(check: &str, dataset: &str, field: &str, key: u64) -> Self {
        Self { check: check.to_owned(), dataset: dataset.to_owned(), field: field.to_owned(), key }
    }
}

/// The document, to which blocks are added in reading order.
///
/// An id that is not in the composition, a field that was not granted and a row of the wrong length
/// end the run with an error that names all of them; these methods themselves never fail.
#[derive(Debug)]
pub struct Document {
    composition: Rc<Composition>,
    datasets: Rc<[types::Dataset]>,
    blocks: Vec<compose::Block>,
    /// For each table so far, how many columns it has.
    tables: Vec<usize>,
    wrong: Vec<String>,
}

impl Document {
    pub(crate) fn new(composition: Rc<Composition>, datasets: Rc<[types::Dataset]>) -> Self {
        Self { composition, datasets, blocks: Vec::new(), tables: Vec::new(), wrong: Vec::new() }
    }

    /// Adds the heading of a section, at a level from 1 to 3.
    pub fn heading(&mut self, level: u8, words: impl Into<Words>) {
        let words = self.words(words.into());
        self.blocks.push(compose::Block::Heading(compose::Heading { level, words }));
    }

    /// Adds a sentence or two.
    pub fn paragraph(&mut self, words: impl Into<Words>) {
        let words = self.words(words.into());
        self.blocks.push(compose::Block::Paragraph(words));
    }

    /// Adds a passage of the composition, by its id.
    pub fn passage(&mut self, id: &str) {
        let place = self.composition.passages.iter().position(|(found, _)| found == id);
        let place = self.found(place, "passage", id);
        self.blocks.push(compose::Block::Passage(place));
    }

    /// Adds a list with a dot before each entry.
    pub fn entries<W: Into<Words>>(&mut self, entries: impl IntoIterator<Item = W>) {
        let entries = entries.into_iter().map(|entry| self.words(entry.into())).collect();
        self.blocks.push(compose::Block::Entries(entries));
    }

    /// Adds a table.
    pub fn table(&mut self, table: Table) {
        let caption = self.words(table.caption);
        let width = table.columns.len();
        let column = |(label, unit): (Words, Option<String>)| compose::Column {
            label: self.words(label),
            unit: unit.map(|unit| self.phrase(&unit)),
        };
        let columns = table.columns.into_iter().map(column).collect();
        let mut rows = Vec::with_capacity(table.rows.len());
        for (number, (label, cells)) in table.rows.into_iter().enumerate() {
            if cells.len() != width {
                let (number, cells, width) = (number + 1, cells.len(), width);
                self.wrong.push(format!("row {number} has {cells} cells for {width} columns"));
            }
            let label = self.words(label);
            let cells = cells.into_iter().map(|cell| self.cell(cell)).collect();
            rows.push(compose::Row { label, cells });
        }
        self.tables.push(width);
        self.blocks.push(compose::Block::Table(compose::Table { caption, columns, rows }));
    }

    /// Adds a picture of some columns of the last table, by their places from 0. At most 6, all
    /// of them numbers.
    pub fn picture(&mut self, drawing: Drawing, columns: impl IntoIterator<Item = usize>) {
        let Some(width) = self.tables.last().copied() else {
            self.wrong.push("a picture needs a table before it".to_owned());
            return;
        };
        let mut places = Vec::new();
        for column in columns {
            if column >= width {
                self.wrong.push(format!("a picture of column {column}, but there are {width}"));
            }
            places.push(place(column));
        }
        self.blocks.push(compose::Block::Picture(compose::Picture {
            table: place(self.tables.len() - 1),
            columns: places,
            drawing: match drawing {
                Drawing::Bars => compose::Drawing::Bars,
                Drawing::Line => compose::Drawing::Line,
            },
        }));
    }

    /// Adds one number that stands for itself.
    pub fn figure(&mut self, label: impl Into<Words>, number: Number) {
        self.add_figure(label.into(), number, None);
    }

    /// Adds one number in a unit: the id of a phrase such as `min` or `%`.
    pub fn figure_in(&mut self, label: impl Into<Words>, number: Number, unit: &str) {
        self.add_figure(label.into(), number, Some(unit));
    }

    /// Adds records that checks have found.
    pub fn findings(&mut self, findings: impl IntoIterator<Item = Finding>) {
        let findings = findings.into_iter().map(|finding| self.finding(&finding)).collect();
        self.blocks.push(compose::Block::Findings(findings));
    }

    /// The document as the host reads it.
    pub(crate) fn finish(mut self) -> Result<Vec<compose::Block>> {
        if self.wrong.is_empty() {
            return Ok(self.blocks);
        }
        self.wrong.dedup();
        Err(Error::new(["the document is wrong: ", &self.wrong.join("; ")].concat()))
    }

    fn add_figure(&mut self, label: Words, number: Number, unit: Option<&str>) {
        let label = self.words(label);
        let (number, unit) = (convert(number), unit.map(|unit| self.phrase(unit)));
        self.blocks.push(compose::Block::Figure(compose::Figure { label, number, unit }));
    }

    fn cell(&mut self, cell: Cell) -> compose::Cell {
        match cell {
            Cell::Number(number) => compose::Cell::Number(convert(number)),
            Cell::Words(words) => compose::Cell::Words(self.words(words)),
            Cell::Missing => compose::Cell::Missing,
        }
    }

    fn finding(&mut self, finding: &Finding) -> compose::Finding {
        let Finding { check, dataset, field, key } = finding;
        let found = self.composition.checks.iter().position(|(id, ..)| id == check);
        let check = self.found(found, "check", check);
        let (dataset, field) = self.field(dataset, field);
        compose::Finding { check, dataset, field, key: *key }
    }

    fn words(&mut self, words: Words) -> compose::Words {
        match words.0 {
            Kind::Phrase(id) => compose::Words::Phrase(self.phrase(&id)),
            Kind::Code { dataset, field, code } => {
                let (dataset, field) = self.field(&dataset, &field);
                compose::Words::Code(compose::Coded { dataset, field, code })
            }
            Kind::Month(month) => compose::Words::Month(month),
            Kind::Own(words) => compose::Words::Own(words),
        }
    }

    /// The place of a phrase.
    fn phrase(&mut self, id: &str) -> u32 {
        let found = self.composition.phrases.iter().position(|(found, _)| found == id);
        self.found(found, "phrase", id)
    }

    /// The places of a dataset and of its field.
    fn field(&mut self, dataset: &str, field: &str) -> (u32, u32) {
        let about = self.datasets.iter().position(|found| found.name == dataset);
        let fields = about.map_or(&[][..], |place| &self.datasets[place].fields);
        let column = fields.iter().position(|found| found.name == field);
        if let (Some(about), Some(column)) = (about, column) {
            return (place(about), place(column));
        }
        self.wrong.push(format!("field `{dataset}.{field}` was not granted"));
        (0, 0)
    }

    fn found(&mut self, found: Option<usize>, what: &str, id: &str) -> u32 {
        if found.is_none() {
            self.wrong.push(format!("there is no {what} `{id}`"));
        }
        place(found.unwrap_or(0))
    }
}

/// A place as the host counts; nothing of a plugin has more than it.
fn place(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn convert(number: Number) -> compose::Number {
    compose::Number { value: number.value, scale: number.scale, base: number.base }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_the_place_of_a_phrase_and_one_that_is_not_there_is_told() {
        let composition = Composition::new("org.example.units", "1.0.0")
            .phrase("time", ("Zeit", "Time"))
            .phrase("min", ("Min.", "min"));
        let empty: Rc<[types::Dataset]> = Rc::from(Vec::new());
        let composition = Rc::new(composition);
        let mut document = Document::new(Rc::clone(&composition), Rc::clone(&empty));
        document.table(Table::new("time").column_in("time", "min"));
        document.figure_in("time", Number::of(3), "min");
        document.figure("time", Number::of(3));
        let units: Vec<Option<u32>> = document
            .finish()
            .unwrap()
            .into_iter()
            .map(|block| match block {
                compose::Block::Table(table) => table.columns[0].unit,
                compose::Block::Figure(figure) => figure.unit,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(units, [Some(1), Some(1), None]);

        let mut document = Document::new(composition, empty);
        document.figure_in("time", Number::of(3), "hours");
        let wrong = document.finish().unwrap_err().to_string();
        assert!(wrong.contains("there is no phrase `hours`"), "{wrong}");
    }
}
