//! A sheet as one HTML page that needs nothing else, in the look of the reports.

use handlebars::{Context, Handlebars, Helper, HelperResult, Output, RenderContext};
use serde::Serialize;

use crate::domain::{Lang, Sheet, SheetCell, SheetTable};

use super::format;
use super::html::{LONG_ROWS, WIDE_COLUMNS};
use super::sheet::{NOT_COLLECTED, SignView, WITHHELD, is_of_numbers, said, signs};
use super::words::Words;

/// The template and the helper that writes what sheets add to the style sheet.
pub(super) fn register(handlebars: &mut Handlebars<'_>) {
    handlebars
        .register_template_string("sheet", include_str!("templates/sheet.hbs"))
        .expect("it is built in, and the tests read it");
    // Not escaped: it is ours.
    let write_style = |_: &Helper<'_>,
                       _: &Handlebars<'_>,
                       _: &Context,
                       _: &mut RenderContext<'_, '_>,
                       out: &mut dyn Output|
     -> HelperResult { Ok(out.write(include_str!("templates/sheet.css"))?) };
    handlebars.register_helper("sheet_style", Box::new(write_style));
}

/// What `sheet.hbs` gets.
#[derive(Debug, Serialize)]
pub(super) struct SheetPage {
    lang: &'static str,
    title: String,
    facts: Vec<FactView>,
    remarks: Vec<String>,
    wide: bool,
    has_contents: bool,
    signs: Vec<SignView>,
    tables: Vec<SheetTableView>,
    words: &'static Words,
}

#[derive(Debug, Serialize)]
struct FactView {
    word: String,
    text: String,
}

#[derive(Debug, Serialize)]
struct SheetTableView {
    anchor: String,
    title: String,
    none: String,
    dense: bool,
    long: bool,
    columns: Vec<SheetColumnView>,
    rows: Vec<Vec<SheetCellView>>,
}

#[derive(Debug, Serialize)]
struct SheetColumnView {
    label: String,
    unit: Option<String>,
    number: bool,
}

#[derive(Debug, Serialize)]
struct SheetCellView {
    text: String,
    /// Whether it heads its row.
    head: bool,
    /// `number`; `day`, which in two lines would be read as something else; `words` for a text of some
    /// length, which needs room; or empty.
    class: &'static str,
    /// `withheld` or `not-collected`, where a word stands in place of a number.
    sign: Option<&'static str>,
    /// What is drawn in place of the word.
    mark: &'static str,
}

/// From this many characters on a text is given room.
const LONG_TEXT: usize = 24;

impl SheetPage {
    pub(super) fn of(sheet: &Sheet, lang: Lang) -> Self {
        let fact = |(word, cell): &(crate::domain::Text, SheetCell)| FactView {
            word: format::line(word.get(lang)),
            text: said(cell, lang).unwrap_or_default(),
        };
        let table = |(place, table): (usize, &SheetTable)| SheetTableView::of(table, place, lang);
        let widths = sheet.tables.iter().filter(|table| !table.rows.is_empty());
        Self {
            lang: lang.tag(),
            title: format::line(sheet.title.get(lang)),
            facts: sheet.facts.iter().map(fact).collect(),
            remarks: sheet.remarks.iter().map(|it| format::line(it.get(lang))).collect(),
            wide: widths.map(|table| table.columns.len()).max() >= Some(WIDE_COLUMNS),
            has_contents: sheet.tables.len() > 2,
            signs: signs(sheet, lang),
            tables: sheet.tables.iter().enumerate().map(table).collect(),
            words: Words::of(lang),
        }
    }
}

impl SheetTableView {
    fn of(table: &SheetTable, place: usize, lang: Lang) -> Self {
        let numbers: Vec<bool> =
            (0..table.columns.len()).map(|place| is_of_numbers(table, place)).collect();
        let columns = table.columns.iter().zip(&numbers).map(|(column, number)| SheetColumnView {
            label: format::line(column.title.get(lang)),
            unit: column.unit.as_ref().map(|unit| format::line(unit.get(lang))),
            number: *number,
        });
        let cells = |row: &Vec<SheetCell>| {
            let cells = row.iter().zip(&numbers).enumerate();
            let cell = |(place, (cell, number)): (usize, (&SheetCell, &bool))| {
                SheetCellView::of(cell, place == 0, *number, lang)
            };
            cells.map(cell).collect()
        };
        Self {
            anchor: format!("table-{}", place + 1),
            title: format::line(table.title.get(lang)),
            none: format::line(table.none.get(lang)),
            dense: table.columns.len() >= WIDE_COLUMNS,
            long: table.rows.len() >= LONG_ROWS,
            columns: columns.collect(),
            rows: table.rows.iter().map(cells).collect(),
        }
    }
}

impl SheetCellView {
    fn of(cell: &SheetCell, head: bool, number: bool, lang: Lang) -> Self {
        let (sign, mark) = match cell {
            SheetCell::Withheld => (Some("withheld"), WITHHELD),
            SheetCell::NotCollected => (Some("not-collected"), NOT_COLLECTED),
            _ => (None, ""),
        };
        let text = said(cell, lang).unwrap_or_default();
        let is_text = matches!(cell, SheetCell::Text(_) | SheetCell::Words(_));
        let has_room = is_text && text.chars().count() >= LONG_TEXT;
        let class = match cell {
            SheetCell::Day(_) => "day",
            _ if number && !head => "number",
            _ if has_room => "words",
            _ => "",
        };
        Self { text, head, class, sign, mark }
    }
}
