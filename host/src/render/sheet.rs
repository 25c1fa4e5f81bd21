//! A sheet as text, as a file for a spreadsheet and as JSON; what its cells say in each of them.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement};
use serde::Serialize;

use crate::domain::{Lang, Number, Sheet, SheetCell, SheetColumn, SheetTable, Text};

use super::csv::{self, Field};
use super::text::title;
use super::words::Words;
use super::{Error, format, grid};

/// The name of the form of document that [`sheet_json`] writes; `schemas/json/sheet-1.0.json`
/// describes it.
const SCHEMA: &str = "tridem-sheet/1.0";

/// A sheet as text, at most `width` columns wide where a width is given.
///
/// Nothing in the text can steer a terminal, whatever a name or a note holds.
pub fn sheet_text(sheet: &Sheet, lang: Lang, width: Option<usize>, colour: bool) -> String {
    let paragraph = |text: &Text| grid::paragraph(format::line(text.get(lang)), width);
    let mut parts = vec![title(sheet.title.get(lang), '═', width, colour)];
    let fact = |(word, cell): &(Text, SheetCell)| {
        [format::line(word.get(lang)), said(cell, lang).unwrap_or_default()]
    };
    if !sheet.facts.is_empty() {
        parts.push(grid::pairs(sheet.facts.iter().map(fact).collect(), width));
    }
    parts.extend(sheet.remarks.iter().map(paragraph));
    for table in &sheet.tables {
        parts.push(title(table.title.get(lang), '─', width, colour));
        parts.push(if table.rows.is_empty() {
            paragraph(&table.none)
        } else {
            rows(table, lang, width)
        });
    }
    let signs = signs(sheet, lang);
    if !signs.is_empty() {
        parts.push(title(Words::of(lang).signs, '─', width, colour));
        let line = |sign: SignView| [sign.word.to_owned(), sign.meaning.to_owned()];
        parts.push(grid::pairs(signs.into_iter().map(line).collect(), width));
    }
    parts.join("\n\n") + "\n"
}

/// The rows of a table under its headings. Words wrap; a number or a day in two parts would be read
/// as something else.
fn rows(table: &SheetTable, lang: Lang, width: Option<usize>) -> String {
    let mut drawn = grid::plain();
    if let Some(width) = width {
        drawn.set_content_arrangement(ContentArrangement::Dynamic);
        drawn.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
    drawn.set_header(table.columns.iter().map(|column| heading(column, lang)));
    for row in &table.rows {
        drawn.add_row(row.iter().map(|cell| said(cell, lang).unwrap_or_default()));
    }
    for (place, column) in drawn.column_iter_mut().enumerate() {
        column.set_padding((0, 1));
        if is_of_numbers(table, place) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let cells = || table.rows.iter().filter_map(|row| row.get(place));
        if !cells().any(|cell| matches!(cell, SheetCell::Text(_) | SheetCell::Words(_))) {
            let longest = cells().filter_map(|cell| said(cell, lang)).map(|it| it.chars().count());
            let heading = table.columns.get(place).map(|column| heading(column, lang));
            let word = heading.iter().flat_map(|it| it.split(' ')).map(|it| it.chars().count());
            let least = longest.chain(word).max().and_then(|it| u16::try_from(it + 1).ok());
            if let Some(least) = least {
                let fixed = comfy_table::Width::Fixed(least);
                column.set_constraint(ColumnConstraint::Absolute(fixed));
            }
        }
    }
    drawn.trim_fmt()
}

/// A sheet as a file for a spreadsheet: its title, its facts, and each table with its headings, with
/// an empty line after each. It is written as [`csv`](super::csv()) writes reports, and guarded
/// against formulas in the same way.
pub fn sheet_csv(sheet: &Sheet, lang: Lang) -> Vec<u8> {
    let text = |text: &Text| Field::Text(format::line(text.get(lang)));
    let mut head = vec![vec![text(&sheet.title)]];
    head.extend(sheet.facts.iter().map(|(word, cell)| vec![text(word), field(cell, lang)]));
    head.extend(sheet.remarks.iter().map(|remark| vec![text(remark)]));
    let mut blocks = vec![head];
    for table in &sheet.tables {
        let mut lines = vec![vec![text(&table.title)]];
        if table.rows.is_empty() {
            lines.push(vec![text(&table.none)]);
        } else {
            let headings = table.columns.iter().map(|column| Field::Text(heading(column, lang)));
            lines.push(headings.collect());
            let line = |row: &Vec<SheetCell>| row.iter().map(|cell| field(cell, lang)).collect();
            lines.extend(table.rows.iter().map(line));
        }
        blocks.push(lines);
    }
    let signs = signs(sheet, lang).into_iter();
    let signs: Vec<_> = signs
        .map(|sign| vec![Field::Text(sign.word.to_owned()), Field::Text(sign.meaning.to_owned())])
        .collect();
    if !signs.is_empty() {
        let heading = vec![Field::Text(Words::of(lang).signs.to_owned())];
        blocks.push(std::iter::once(heading).chain(signs).collect());
    }
    csv::write(&blocks, lang).into_bytes()
}

/// A sheet as JSON with both languages, as `schemas/json/sheet-1.0.json` describes it. Ends in a line
/// feed.
///
/// # Errors
///
/// [`Error::Json`].
pub fn sheet_json(sheet: &Sheet) -> Result<String, Error> {
    let table = |table: &SheetTable| TableDocument {
        id: table.id,
        title: table.title.clone(),
        columns: table.columns.iter().map(column_document).collect(),
        rows: table.rows.iter().map(|row| row.iter().map(cell_document).collect()).collect(),
        none: table.none.clone(),
    };
    let fact = |(title, cell): &(Text, SheetCell)| FactDocument {
        title: title.clone(),
        cell: cell_document(cell),
    };
    let document = Document {
        schema: SCHEMA,
        id: sheet.id,
        title: sheet.title.clone(),
        facts: sheet.facts.iter().map(fact).collect(),
        remarks: sheet.remarks.clone(),
        tables: sheet.tables.iter().map(table).collect(),
    };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    id: &'static str,
    title: Text,
    facts: Vec<FactDocument>,
    remarks: Vec<Text>,
    tables: Vec<TableDocument>,
}

#[derive(Serialize)]
struct FactDocument {
    title: Text,
    cell: CellDocument,
}

#[derive(Serialize)]
struct TableDocument {
    id: &'static str,
    title: Text,
    columns: Vec<ColumnDocument>,
    rows: Vec<Vec<CellDocument>>,
    none: Text,
}

#[derive(Serialize)]
struct ColumnDocument {
    name: &'static str,
    title: Text,
    unit: Option<Text>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum CellDocument {
    Empty,
    Text { text: String },
    Words { words: Text },
    Number { units: i64, decimals: u8 },
    Day { day: String },
    Withheld,
    NotCollected,
}

fn column_document(column: &SheetColumn) -> ColumnDocument {
    ColumnDocument { name: column.name, title: column.title.clone(), unit: column.unit.clone() }
}

fn cell_document(cell: &SheetCell) -> CellDocument {
    match cell {
        SheetCell::Empty => CellDocument::Empty,
        SheetCell::Text(text) => CellDocument::Text { text: text.clone() },
        SheetCell::Words(words) => CellDocument::Words { words: words.clone() },
        SheetCell::Number(Number { units, decimals }) => {
            CellDocument::Number { units: *units, decimals: *decimals }
        }
        SheetCell::Day(day) => CellDocument::Day { day: day.to_string() },
        SheetCell::Withheld => CellDocument::Withheld,
        SheetCell::NotCollected => CellDocument::NotCollected,
    }
}

/// The marks that stand on a page in place of the words, as in reports.
pub(super) const WITHHELD: &str = "•";
pub(super) const NOT_COLLECTED: &str = "–";

/// What a cell says on paper and on a page, a number with its groups of three; `None` for an empty one.
pub fn said(cell: &SheetCell, lang: Lang) -> Option<String> {
    let words = Words::of(lang);
    Some(match cell {
        SheetCell::Empty => return None,
        SheetCell::Text(text) => format::line(text),
        SheetCell::Words(text) => format::line(text.get(lang)),
        SheetCell::Number(number) => format::number(*number, lang),
        SheetCell::Day(day) => format::day(*day, lang),
        SheetCell::Withheld => words.withheld.to_owned(),
        SheetCell::NotCollected => words.not_collected.to_owned(),
    })
}

fn field(cell: &SheetCell, lang: Lang) -> Field {
    match cell {
        SheetCell::Number(number) => Field::Value(format::bare_number(*number, lang)),
        SheetCell::Day(day) => Field::Value(format::day(*day, lang)),
        SheetCell::Empty => Field::Value(String::new()),
        other => Field::Text(said(other, lang).unwrap_or_default()),
    }
}

/// The heading of a column with its unit.
pub(super) fn heading(column: &SheetColumn, lang: Lang) -> String {
    let title = format::line(column.title.get(lang));
    match &column.unit {
        Some(unit) => format!("{title} ({})", format::line(unit.get(lang))),
        None => title,
    }
}

/// Whether a column holds numbers, or what stands in their place.
pub(super) fn is_of_numbers(table: &SheetTable, place: usize) -> bool {
    let mut cells = table.rows.iter().filter_map(|row| row.get(place));
    cells.any(|cell| matches!(cell, SheetCell::Number(_)))
}

/// A word that stands in place of a number, and what it means.
#[derive(Debug, Serialize)]
pub(super) struct SignView {
    /// What is drawn in place of the word on a page.
    pub(super) mark: &'static str,
    pub(super) word: &'static str,
    pub(super) meaning: &'static str,
}

/// The words that stand in a sheet in place of numbers.
pub(super) fn signs(sheet: &Sheet, lang: Lang) -> Vec<SignView> {
    let words = Words::of(lang);
    let occurs = |wanted: &SheetCell| {
        let mut rows = sheet.tables.iter().flat_map(|table| &table.rows);
        rows.any(|row| row.contains(wanted))
    };
    let withheld_means = lang.pick(
        "Die Zahl beruht auf so wenigen Menschen, dass sie hier nicht stehen darf. Sie ist keine Null.",
        "The figure rests on so few persons that it must not stand here. It is not a zero.",
    );
    [
        (SheetCell::Withheld, WITHHELD, words.withheld, withheld_means),
        (SheetCell::NotCollected, NOT_COLLECTED, words.not_collected, words.not_collected_means),
    ]
    .into_iter()
    .filter(|(cell, ..)| occurs(cell))
    .map(|(_, mark, word, meaning)| SignView { mark, word, meaning })
    .collect()
}
