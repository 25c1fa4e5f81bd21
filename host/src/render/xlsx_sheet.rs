//! Sheets and lists as workbooks.

use crate::domain::{Lang, Number, Sheet, SheetCell, SheetColumn, SheetTable, Text};

use super::list::Value;
use super::words::Words;
use super::xlsx::contents;
use super::xlsx_book::{Book, Field, Grid, Line, Page, write};
use super::{Error, format};

/// A sheet as a workbook: a page with its title, what it is about and its remarks, and a page for
/// each table. Cells are as in [`xlsx`](super::xlsx()).
///
/// # Errors
///
/// [`Error::TooManyRows`] for a table that no worksheet holds, and [`Error::Workbook`].
pub fn sheet_xlsx(sheet: &Sheet, lang: Lang) -> Result<Vec<u8>, Error> {
    let words = Words::of(lang);
    let title = format::line(sheet.title.get(lang));
    let mut lines = vec![Line::Title(title.clone()), Line::Blank];
    let fact = |(word, cell): &(Text, SheetCell)| {
        Line::Fields(vec![Field::Text(format::line(word.get(lang))), shown(cell, lang)])
    };
    lines.extend(sheet.facts.iter().map(fact));
    if !sheet.remarks.is_empty() {
        lines.push(Line::Blank);
    }
    let remark = |text: &Text| Line::Sentence(format::line(text.get(lang)));
    lines.extend(sheet.remarks.iter().map(remark));
    if !sheet.tables.is_empty() {
        lines.push(Line::Blank);
        let titles = sheet.tables.iter().map(|table| format::line(table.title.get(lang)));
        lines.extend(contents(titles, words));
    }
    let name = lang.pick("Übersicht", "Overview").to_owned();
    let head = Page { name, above: lines, ..Page::default() };
    let tables = sheet.tables.iter().map(|each| table(each, &title, lang));
    let pages = std::iter::once(head).chain(tables).collect();
    write(&Book { title: title.clone(), day: None, lang, pages })
}

fn table(table: &SheetTable, of: &str, lang: Lang) -> Page {
    let title = format::line(table.title.get(lang));
    let mut above = vec![Line::Title(title.clone()), Line::Plain(of.to_owned()), Line::Blank];
    let heading = |column: &SheetColumn| {
        let title = format::line(column.title.get(lang));
        let unit = column.unit.as_ref().map(|unit| format::line(unit.get(lang)));
        match unit.filter(|unit| !unit.is_empty()) {
            Some(unit) => format!("{title} ({unit})"),
            None => title,
        }
    };
    if table.rows.is_empty() {
        above.push(Line::Plain(format::line(table.none.get(lang))));
    }
    let row = |row: &Vec<SheetCell>| row.iter().map(|cell| shown(cell, lang)).collect();
    let grid = Grid {
        headings: table.columns.iter().map(heading).collect(),
        rows: table.rows.iter().map(row).collect(),
        totals: Vec::new(),
        has_labels: false,
    };
    let grid = (!table.rows.is_empty()).then_some(grid);
    Page { name: title, above, grid, ..Page::default() }
}

fn shown(cell: &SheetCell, lang: Lang) -> Field {
    let words = Words::of(lang);
    match cell {
        SheetCell::Empty => Field::Empty,
        SheetCell::Text(text) => Field::Text(format::line(text)),
        SheetCell::Words(text) => Field::Text(format::line(text.get(lang))),
        SheetCell::Number(number) => Field::Number(*number),
        SheetCell::Day(day) => Field::Day(*day),
        SheetCell::Withheld => Field::Sign(words.withheld),
        SheetCell::NotCollected => Field::Sign(words.not_collected),
    }
}

/// A list as a workbook with one page: its headings, which stay in sight, and its rows.
///
/// Numbers and days are numbers and days, and what is not there is empty. The same list gives the same
/// bytes.
///
/// # Errors
///
/// [`Error::TooManyRows`] for more rows than a worksheet holds, and [`Error::Workbook`].
pub fn list_xlsx(
    headers: &[(&str, Text)],
    rows: &[Vec<Value>],
    lang: Lang,
) -> Result<Vec<u8>, Error> {
    let value = |value: &Value| match value {
        Value::Text(text) => Field::Text(format::line(text)),
        Value::Integer(units) => Field::Number(Number { units: *units, decimals: 0 }),
        Value::Number(number) => Field::Number(*number),
        Value::Day(day) => Field::Day(*day),
        Value::Code(code) => Field::Text(format::line(code.word(lang))),
        Value::List(texts) => Field::Text(format::line(&texts.join(", "))),
        Value::None => Field::Empty,
    };
    let grid = Grid {
        headings: headers.iter().map(|(_, title)| format::line(title.get(lang))).collect(),
        rows: rows.iter().map(|row| row.iter().map(value).collect()).collect(),
        totals: Vec::new(),
        has_labels: false,
    };
    let name = lang.pick("Liste", "List").to_owned();
    let page = Page { name: name.clone(), grid: Some(grid), ..Page::default() };
    write(&Book { title: name, day: None, lang, pages: vec![page] })
}
