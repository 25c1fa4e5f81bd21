//! The document of a test run, to be asked by the ids of phrases and checks.

use crate::bindings::reporting::exports::tridem::plugin::compose::{self, Block, Cell, Words};
use crate::reporting::Composition;

/// The document that came out of a [`Case`](super::Case).
#[derive(Debug, Clone, PartialEq)]
pub struct Composed {
    phrases: Vec<String>,
    checks: Vec<String>,
    codes: Vec<String>,
    blocks: Vec<Block>,
}

impl Composed {
    pub(super) fn new(composition: &Composition, codes: &[String], blocks: Vec<Block>) -> Self {
        let (phrases, checks) = composition.ids();
        Self { phrases, checks, codes: codes.to_vec(), blocks }
    }

    /// How many blocks it has.
    pub fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// The keys of the records that a check has found, in their order.
    ///
    /// # Panics
    ///
    /// There is no such check in the composition.
    #[track_caller]
    pub fn found(&self, check: &str) -> Vec<u64> {
        let place = self.checks.iter().position(|id| id == check);
        let Some(place) = place else { panic!("there is no check `{check}`") };
        let findings = self.blocks.iter().filter_map(|block| match block {
            Block::Findings(findings) => Some(findings),
            _ => None,
        });
        let of_check = findings.flatten().filter(|finding| finding.check as usize == place);
        of_check.map(|finding| finding.key).collect()
    }

    /// The number of the first figure with this label; `None` where there is none.
    pub fn figure(&self, label: &str) -> Option<f64> {
        self.blocks.iter().find_map(|block| match block {
            Block::Figure(figure) if self.text(&figure.label) == label => {
                Some(value(figure.number))
            }
            _ => None,
        })
    }

    /// The number in a table, by the caption of the table and the labels of row and column; `None`
    /// where there are words, or nothing was collected.
    ///
    /// A label is the id of a phrase, a code, a month such as `month 0`, or the plugin's own words.
    ///
    /// # Panics
    ///
    /// There is no such table, row or column.
    #[track_caller]
    pub fn cell(&self, caption: &str, row: &str, column: &str) -> Option<f64> {
        let table = self.blocks.iter().find_map(|block| match block {
            Block::Table(table) if self.text(&table.caption) == caption => Some(table),
            _ => None,
        });
        let Some(table) = table else { panic!("there is no table `{caption}`") };
        let place = table.columns.iter().position(|found| self.text(&found.label) == column);
        let Some(place) = place else { panic!("table `{caption}` has no column `{column}`") };
        let row_found = table.rows.iter().find(|found| self.text(&found.label) == row);
        let Some(found) = row_found else { panic!("table `{caption}` has no row `{row}`") };
        match found.cells.get(place) {
            Some(Cell::Number(number)) => Some(value(*number)),
            _ => None,
        }
    }

    fn text(&self, words: &Words) -> String {
        match words {
            Words::Phrase(place) => self.phrases.get(*place as usize).cloned().unwrap_or_default(),
            Words::Code(coded) => {
                self.codes.get(usize::from(coded.code)).cloned().unwrap_or_default()
            }
            Words::Month(month) => format!("month {month}"),
            Words::Own(words) => words.clone(),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a test has small numbers")]
fn value(number: compose::Number) -> f64 {
    number.value as f64 / 10f64.powi(i32::from(number.scale))
}
