//! What a plugin composed, as a page shows it.

use serde::Serialize;

use crate::domain::{
    Block, BlockCell, BlockRow, BlockTable, Cell, CheckFindings, FoundEntry, Lang,
};

use super::drawn;
use super::format;
use super::html::{CellView, ColumnView, LONG_ROWS, RowView, TableView, WIDE_COLUMNS};
use super::picture::PictureView;
use super::sign::Sign;
use super::words;

/// What `_block.hbs` gets: one of these, and `null` for the others.
#[derive(Debug, Default, Serialize)]
pub(super) struct BlockView {
    heading: Option<HeadingView>,
    paragraph: Option<String>,
    /// Markdown, for the helper `passage`.
    passage: Option<String>,
    entries: Option<Vec<String>>,
    table: Option<TableView>,
    figure: Option<FigureView>,
    picture: Option<PictureView>,
    findings: Option<FindingsView>,
}

/// A heading, also for the contents of the page.
#[derive(Debug, Clone, Serialize)]
pub(super) struct HeadingView {
    pub(super) anchor: String,
    pub(super) title: String,
    /// Which of the three levels below the title of the page it has.
    pub(super) first: bool,
    second: bool,
}

#[derive(Debug, Serialize)]
struct FigureView {
    label: String,
    /// The number; empty where there is a sign.
    text: String,
    unit: Option<String>,
    sign: Option<Sign>,
}

#[derive(Debug, Serialize)]
struct FindingsView {
    checks: Vec<CheckView>,
}

#[derive(Debug, Serialize)]
struct CheckView {
    anchor: String,
    /// `mistake`, `warning` or `note`.
    severity: &'static str,
    /// The word for it: nothing rests on the colour alone.
    word: String,
    title: String,
    count: String,
    has_pupils: bool,
    long: bool,
    records: Vec<RecordView>,
}

#[derive(Debug, Serialize)]
struct RecordView {
    kind: String,
    reference: String,
    day: String,
    schools: String,
    pupil: String,
}

/// The blocks of a report.
pub(super) fn views(blocks: &[Block], lang: Lang) -> Vec<BlockView> {
    let mut section = String::new();
    let view = |(place, block): (usize, &Block)| {
        let anchor = format!("block-{}", place + 1);
        if let Block::Heading { .. } = block {
            section.clone_from(&anchor);
        }
        BlockView::of(block, blocks, anchor, &section, lang)
    };
    blocks.iter().enumerate().map(view).collect()
}

/// The headings of the first level, for the contents of the page.
pub(super) fn contents(views: &[BlockView]) -> Vec<HeadingView> {
    views.iter().filter_map(|view| view.heading.clone()).filter(|it| it.first).collect()
}

impl BlockView {
    fn of(block: &Block, all: &[Block], anchor: String, section: &str, lang: Lang) -> Self {
        let none = Self::default();
        match block {
            Block::Heading { level, text } => {
                let title = format::line(text.get(lang));
                let (first, second) = (*level <= 1, *level == 2);
                Self { heading: Some(HeadingView { anchor, title, first, second }), ..none }
            }
            Block::Paragraph { text } => {
                Self { paragraph: Some(format::line(text.get(lang))), ..none }
            }
            Block::Passage { markdown } => {
                Self { passage: Some(markdown.get(lang).to_owned()), ..none }
            }
            Block::Entries { entries } => {
                let entries = entries.iter().map(|text| format::line(text.get(lang))).collect();
                Self { entries: Some(entries), ..none }
            }
            Block::Table(table) => {
                Self { table: Some(TableView::composed(table, section, lang)), ..none }
            }
            Block::Figure { label, cell, unit } => {
                let (text, sign) = match Sign::or_number(*cell, lang) {
                    Ok(number) => (format::number(number, lang), None),
                    Err(sign) => (String::new(), Some(sign)),
                };
                let unit = unit.as_ref().map(|unit| format::line(unit.get(lang)));
                let unit = unit.filter(|unit| !unit.is_empty());
                let label = format::line(label.get(lang));
                Self { figure: Some(FigureView { label, text, unit, sign }), ..none }
            }
            Block::Picture { table, columns, drawing } => {
                let Some(table) = drawn::table(all, table) else { return none };
                let drawn = drawn::drawn(table, columns, *drawing, lang);
                let place = (section, table.id.as_str());
                let picture =
                    PictureView::composed(&drawn, *drawing, anchor, place, &table.caption, lang);
                Self { picture: Some(picture), ..none }
            }
            Block::Findings { checks } => {
                let view = |(place, check): (usize, &CheckFindings)| {
                    CheckView::of(check, format!("{anchor}-check-{}", place + 1), lang)
                };
                let checks = checks.iter().enumerate().map(view).collect();
                Self { findings: Some(FindingsView { checks }), ..none }
            }
        }
    }
}

impl TableView {
    /// A table that a plugin composed, in the section under the anchor `section`.
    fn composed(table: &BlockTable, section: &str, lang: Lang) -> Self {
        let columns = table.columns.iter().enumerate().map(|(place, column)| ColumnView {
            label: format::line(column.label.get(lang)),
            unit: column.unit.as_ref().map(|unit| format::line(unit.get(lang))),
            total: false,
            words: is_of_words(table, place),
        });
        Self {
            anchor: table.id.clone(),
            section: section.to_owned(),
            caption: format::line(table.caption.get(lang)),
            corner: String::new(),
            columns: columns.collect(),
            width: table.columns.len() + 1,
            dense: table.columns.len() >= WIDE_COLUMNS,
            long: table.rows.len() >= LONG_ROWS,
            has_coverage: false,
            rows: table.rows.iter().map(|row| RowView::composed(row, lang)).collect(),
            notes: Vec::new(),
            passports: Vec::new(),
            pictures: Vec::new(),
        }
    }
}

impl RowView {
    fn composed(row: &BlockRow, lang: Lang) -> Self {
        let cell = |cell: &BlockCell| {
            let (text, sign, words) = match cell {
                BlockCell::Words { words } => (format::line(words.get(lang)), None, true),
                BlockCell::Number(cell) => match Sign::or_number(*cell, lang) {
                    Ok(number) => (format::number(number, lang), None, false),
                    Err(sign) => (String::new(), Some(sign), false),
                },
            };
            CellView { text, sign, interval: None, total: false, words }
        };
        Self {
            label: format::line(row.label.get(lang)),
            total: false,
            coverage: None,
            cells: row.cells.iter().map(cell).collect(),
        }
    }
}

impl CheckView {
    fn of(check: &CheckFindings, anchor: String, lang: Lang) -> Self {
        Self {
            anchor,
            severity: words::severity_class(check.severity),
            word: check.severity.text().get(lang).to_owned(),
            title: format::line(check.title.get(lang)),
            count: words::count(check.records.len(), lang),
            has_pupils: check.records.iter().any(|record| record.pupil.is_some()),
            long: check.records.len() >= LONG_ROWS,
            records: check.records.iter().map(|record| RecordView::of(record, lang)).collect(),
        }
    }
}

impl RecordView {
    fn of(record: &FoundEntry, lang: Lang) -> Self {
        Self {
            kind: words::record(record.record, lang).to_owned(),
            reference: format::line(&record.reference),
            day: record.day.map(|day| format::day(day, lang)).unwrap_or_default(),
            schools: format::line(&record.schools.join(", ")),
            pupil: record.pupil.as_deref().map(format::line).unwrap_or_default(),
        }
    }
}

/// Whether a column of a table shows words alone.
fn is_of_words(table: &BlockTable, place: usize) -> bool {
    let is_words = |row: &BlockRow| matches!(row.cells.get(place), Some(BlockCell::Words { .. }));
    !table.rows.is_empty() && table.rows.iter().all(is_words)
}

/// How many columns each composed table has.
pub(super) fn widths(blocks: &[Block]) -> impl Iterator<Item = usize> + '_ {
    blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table.columns.len()),
        _ => None,
    })
}

/// All cells of composed tables and figures, for the signs that occur.
pub(super) fn cells(blocks: &[Block]) -> impl Iterator<Item = Cell> + '_ {
    blocks.iter().flat_map(|block| match block {
        Block::Table(table) => table
            .rows
            .iter()
            .flat_map(|row| &row.cells)
            .filter_map(|cell| match cell {
                BlockCell::Number(cell) => Some(*cell),
                BlockCell::Words { .. } => None,
            })
            .collect(),
        Block::Figure { cell, .. } => vec![*cell],
        _ => Vec::new(),
    })
}
