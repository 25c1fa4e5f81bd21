//! The signs that stand in a table where there is no number, and what they mean.

use serde::Serialize;

use crate::domain::{Cell, Lang, Number, Report, Row};

use super::block;
use super::words::{Words, withheld_means};

/// A sign, its word and its meaning.
///
/// None of them can be read as a number, or as a zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Sign {
    /// The cell's state, as the JSON form writes it.
    pub(super) state: &'static str,
    /// What stands in the cell.
    pub(super) mark: &'static str,
    /// What a screen reader says in its place, and what stands in a spreadsheet.
    pub(super) word: &'static str,
}

impl Sign {
    /// What a cell shows: its number, or the sign in its place.
    pub(super) fn or_number(cell: Cell, lang: Lang) -> Result<Number, Self> {
        let words = Words::of(lang);
        let (state, mark, word) = match cell {
            Cell::Shown(number) => return Ok(number),
            Cell::RoundsToZero => ("rounds-to-zero", "~0", words.rounds_to_zero),
            Cell::Withheld => return Err(Self::withheld(lang)),
            Cell::NotCollected => ("not-collected", "–", words.not_collected),
            Cell::Undefined => ("undefined", "x", words.undefined),
        };
        Err(Self { state, mark, word })
    }

    /// The sign for a withheld number.
    pub(super) fn withheld(lang: Lang) -> Self {
        Self { state: "withheld", mark: "•", word: Words::of(lang).withheld }
    }
}

/// A line of the legend.
#[derive(Debug, Serialize)]
pub(super) struct Explained {
    #[serde(flatten)]
    pub(super) sign: Sign,
    pub(super) meaning: String,
}

/// The signs that occur in a report, each once, always in the same order.
pub(super) fn legend(report: &Report, lang: Lang) -> Vec<Explained> {
    let words = Words::of(lang);
    let occurs = |wanted: Cell| {
        let tables = report.sections.iter().flat_map(|section| &section.tables);
        let hides_days =
            |row: &Row| row.coverage.is_some_and(|coverage| coverage.recorded.is_none());
        tables
            .flat_map(|table| &table.rows)
            .any(|row| row.cells.contains(&wanted) || (wanted == Cell::Withheld && hides_days(row)))
            || block::cells(&report.blocks).any(|cell| cell == wanted)
    };
    [
        (Cell::RoundsToZero, words.rounds_to_zero_means.to_owned()),
        (Cell::Withheld, withheld_means(report.passport.smallest_shown, lang)),
        (Cell::NotCollected, words.not_collected_means.to_owned()),
        (Cell::Undefined, words.undefined_means.to_owned()),
    ]
    .into_iter()
    .filter(|(cell, _)| occurs(*cell))
    .filter_map(|(cell, meaning)| {
        Some(Explained { sign: Sign::or_number(cell, lang).err()?, meaning })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample;

    #[test]
    fn a_number_has_no_sign() {
        let zero = Number { units: 0, decimals: 0 };
        assert_eq!(Sign::or_number(Cell::Shown(zero), Lang::De), Ok(zero));
    }

    #[test]
    fn no_sign_looks_like_a_number_or_like_another() {
        let cells = [Cell::Withheld, Cell::NotCollected, Cell::Undefined];
        let marks = cells.map(|cell| Sign::or_number(cell, Lang::De).unwrap_err().mark);
        for (index, mark) in marks.iter().enumerate() {
            assert!(!mark.chars().any(|letter| letter.is_numeric() || "oO.,-".contains(letter)));
            assert!(!marks[index + 1..].contains(mark));
        }
    }

    #[test]
    fn the_legend_names_only_what_occurs() {
        let mut report = sample::small();
        let states = |report: &Report| -> Vec<&str> {
            legend(report, Lang::En).iter().map(|line| line.sign.state).collect()
        };
        assert_eq!(states(&report), ["withheld", "not-collected", "undefined"]);
        for row in &mut report.sections[0].tables[0].rows {
            row.cells.retain(|cell| *cell != Cell::Withheld);
        }
        assert_eq!(states(&report), ["not-collected", "undefined"]);
    }
}
