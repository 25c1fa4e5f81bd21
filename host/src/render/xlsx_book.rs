//! Pages of texts and tables, and how they become a workbook that spreadsheet programs open.

use rust_xlsxwriter::{DocProperties, IgnoreError, Url, Workbook, Worksheet};

use crate::domain::{Day, Lang, Number};

use super::Error;
use super::xlsx_chart::{self, Chart};
use super::xlsx_look::{Look, Looks};
use super::xlsx_names::{names, shortened};
use super::xlsx_pack;

/// Most rows of a worksheet, by its format.
const MOST_ROWS: usize = 1_048_576;

/// Most letters of a cell, by its format.
const MOST_LETTERS: usize = 32_767;

/// Widths in letters. A text may be this wide before it wraps, and headings always wrap.
const LEAST_WIDTH: usize = 9;
const MOST_WIDTH: usize = 52;

/// Sentences run over columns that are about this wide together, which a page takes.
const SENTENCE_WIDTH: usize = 92;

/// The first day of these programs' calendar that none of them counts in another way.
const FIRST_DAY: Day = Day(-25_508);

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field {
    /// Nothing.
    Empty,
    /// Words, never taken for a formula or for a number.
    Text(String),
    /// The word in place of a number.
    Sign(&'static str),
    /// A number, shown with its decimals.
    Number(Number),
    /// A day.
    Day(Day),
    /// A text that leads to a page, by its place in the book.
    Link(String, usize),
}

/// A line above or below a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// An empty line.
    Blank,
    /// The title of the page.
    Title(String),
    /// A heading on the page.
    Heading(String),
    /// A short line.
    Plain(String),
    /// Sentences, over several columns.
    Sentence(String),
    /// A cell for each column.
    Fields(Vec<Field>),
}

/// A table: its headings stay in sight.
#[derive(Debug, Clone, Default)]
pub(super) struct Grid {
    pub(super) headings: Vec<String>,
    pub(super) rows: Vec<Vec<Field>>,
    /// The places of rows that add up the others.
    pub(super) totals: Vec<usize>,
    /// Whether the first column has the labels of the rows and stays in sight as well.
    pub(super) has_labels: bool,
}

/// A worksheet.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// What it should be called.
    pub(super) name: String,
    pub(super) above: Vec<Line>,
    pub(super) grid: Option<Grid>,
    pub(super) below: Vec<Line>,
    pub(super) charts: Vec<Chart>,
}

/// A workbook.
#[derive(Debug)]
pub(super) struct Book {
    pub(super) title: String,
    /// What stands in the file as the day on which it was made, so that the same report is always the
    /// same file; `None` leaves it out.
    pub(super) day: Option<Day>,
    pub(super) lang: Lang,
    pub(super) pages: Vec<Page>,
}

/// Writes a workbook. The same book gives the same bytes.
///
/// # Errors
///
/// [`Error::TooManyRows`] for a table that no worksheet holds, and [`Error::Workbook`].
pub(super) fn write(book: &Book) -> Result<Vec<u8>, Error> {
    let lang = book.lang;
    let wanted: Vec<String> = book.pages.iter().map(|page| page.name.clone()).collect();
    let names = names(&wanted, lang.pick("Blatt", "Sheet"));
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_title(shortened_to(&book.title, 255)));
    let mut writing = Writing { names: &names, looks: Looks::new(lang), lang };
    for (page, name) in book.pages.iter().zip(&names) {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name)?;
        writing.page(sheet, page, name)?;
    }
    let bytes = workbook.save_to_buffer()?;
    Ok(xlsx_pack::finished(bytes, book.day, lang))
}

struct Writing<'a> {
    names: &'a [String],
    looks: Looks,
    lang: Lang,
}

impl Writing<'_> {
    fn page(&mut self, sheet: &mut Worksheet, page: &Page, name: &str) -> Result<(), Error> {
        let rows = page.grid.as_ref().map_or(0, |grid| grid.rows.len());
        let lines = page.above.len() + page.below.len() + 1;
        if rows + lines > MOST_ROWS {
            return Err(Error::TooManyRows { rows });
        }
        let widths = widths(page, self.lang);
        for (column, width) in (0..).zip(&widths) {
            sheet.set_column_width(column, size(*width))?;
        }
        let mut row = 0;
        for line in &page.above {
            self.line(sheet, row, line, &widths)?;
            row += 1;
        }
        let first_row = row + 1;
        if let Some(grid) = &page.grid {
            self.grid(sheet, row, grid, &widths)?;
            row += 1 + u32::try_from(grid.rows.len()).expect("their number was checked");
        }
        for line in &page.below {
            self.line(sheet, row, line, &widths)?;
            row += 1;
        }
        for chart in &page.charts {
            row += 1;
            self.line(sheet, row, &Line::Sentence(chart.description.clone()), &widths)?;
            row += 1;
            let lines = chart.lines(self.lang);
            let block = row;
            for line in &lines {
                self.line(sheet, row, line, &widths)?;
                row += 1;
            }
            let first_row = if lines.is_empty() { first_row } else { block + 1 };
            row += xlsx_chart::insert(sheet, row, chart, name, first_row)?;
        }
        let columns = u16::try_from(widths.len()).unwrap_or(u16::MAX);
        let last = u32::try_from(MOST_ROWS - 1).expect("a small number");
        // Numbers of schools are texts, and no mistake.
        sheet.ignore_error_range(0, 0, last, columns, IgnoreError::NumberStoredAsText)?;
        set_up_print(sheet, widths.iter().sum());
        Ok(())
    }

    fn grid(
        &mut self,
        sheet: &mut Worksheet,
        top: u32,
        grid: &Grid,
        widths: &[usize],
    ) -> Result<(), Error> {
        let right = numeric(grid);
        for (column, heading) in (0..).zip(&grid.headings) {
            let is_right = right[usize::from(column)];
            let look = self.looks.of(Look::Heading { is_right });
            sheet.write_string_with_format(top, column, text(heading), look)?;
        }
        let headings = grid.headings.iter().zip(widths);
        // Bold letters are wider.
        let lines = headings.map(|(heading, width)| wrapped(heading, width - 2)).max();
        set_lines(sheet, top, lines.unwrap_or(1))?;
        for (place, (row, fields)) in (top + 1..).zip(&grid.rows).enumerate() {
            let is_total = grid.totals.contains(&place);
            for (column, field) in (0..).zip(fields) {
                self.field(sheet, (row, column), field, is_total, false)?;
            }
            set_lines(sheet, row, lines_of(fields, widths))?;
        }
        sheet.set_freeze_panes(top + 1, u16::from(grid.has_labels))?;
        sheet.set_repeat_rows(top, top)?;
        Ok(())
    }

    fn line(
        &mut self,
        sheet: &mut Worksheet,
        row: u32,
        line: &Line,
        widths: &[usize],
    ) -> Result<(), Error> {
        match line {
            Line::Blank => {}
            Line::Title(title) => {
                sheet.set_row_height(row, 24)?;
                let look = self.looks.of(Look::Title);
                sheet.write_string_with_format(row, 0, text(title), look)?;
            }
            Line::Heading(heading) => {
                sheet.set_row_height(row, 18)?;
                let look = self.looks.of(Look::Section);
                sheet.write_string_with_format(row, 0, text(heading), look)?;
            }
            Line::Plain(words) => {
                let look = self.looks.of(Look::Quiet);
                sheet.write_string_with_format(row, 0, text(words), look)?;
            }
            Line::Sentence(words) => {
                let (columns, width) = span(widths);
                let lines = wrapped(words, width);
                let look = self.looks.of(Look::Sentence);
                if columns > 1 {
                    sheet.merge_range(row, 0, row, columns - 1, &text(words), look)?;
                } else {
                    sheet.write_string_with_format(row, 0, text(words), look)?;
                }
                set_lines(sheet, row, lines)?;
            }
            Line::Fields(fields) => {
                for (column, field) in (0..).zip(fields) {
                    self.field(sheet, (row, column), field, false, true)?;
                }
                set_lines(sheet, row, lines_of(fields, widths))?;
            }
        }
        Ok(())
    }

    fn field(
        &mut self,
        sheet: &mut Worksheet,
        (row, column): (u32, u16),
        field: &Field,
        is_total: bool,
        is_left: bool,
    ) -> Result<(), Error> {
        match field {
            Field::Empty if !is_total => {}
            Field::Empty => {
                let look = self.looks.of(Look::Text { is_total });
                sheet.write_blank(row, column, look)?;
            }
            Field::Text(words) => {
                let look = self.looks.of(Look::Text { is_total });
                sheet.write_string_with_format(row, column, text(words), look)?;
            }
            Field::Sign(word) => {
                let look = self.looks.of(Look::Sign { is_total, is_left });
                sheet.write_string_with_format(row, column, *word, look)?;
            }
            Field::Number(number) => {
                let decimals = number.decimals;
                let look = self.looks.of(Look::Number { decimals, is_total, is_left });
                sheet.write_number_with_format(row, column, number.value(), look)?;
            }
            Field::Day(day) => {
                if let Some(serial) = serial(*day) {
                    let look = self.looks.of(Look::Day { is_total, is_left });
                    sheet.write_number_with_format(row, column, serial, look)?;
                } else {
                    let look = self.looks.of(Look::Text { is_total });
                    let words = super::format::day(*day, self.lang);
                    sheet.write_string_with_format(row, column, words, look)?;
                }
            }
            Field::Link(words, page) => {
                let name = self.names[*page].replace('\'', "''");
                let link = Url::new(format!("internal:'{name}'!A1")).set_text(text(words));
                sheet.write_url_with_format(row, column, link, self.looks.of(Look::Link))?;
            }
        }
        Ok(())
    }
}

/// A day as the number by which these programs know it; none before March 1900.
fn serial(day: Day) -> Option<i32> {
    /// The number of 1970-01-01.
    const EPOCH: i32 = 25_569;
    (day >= FIRST_DAY).then(|| day.0 + EPOCH)
}

/// A text that a cell takes: not too long, and without what no XML has.
fn text(text: &str) -> String {
    let text = text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
    shortened_to(&text, MOST_LETTERS)
}

pub(super) fn shortened_to(text: &str, most: usize) -> String {
    let is_short = text.len() <= most || text.encode_utf16().count() <= most;
    if is_short { text.to_owned() } else { shortened(text, most) }
}

/// Which columns show numbers, and so have their headings to the right.
fn numeric(grid: &Grid) -> Vec<bool> {
    let is_number = |field: &Field| matches!(field, Field::Number(_) | Field::Sign(_));
    let column = |place: usize| {
        let mut fields = grid.rows.iter().filter_map(|row| row.get(place));
        fields.any(is_number)
    };
    (0..grid.headings.len()).map(column).collect()
}

/// How wide each column is, in letters.
fn widths(page: &Page, lang: Lang) -> Vec<usize> {
    let mut widths: Vec<usize> = Vec::new();
    let mut wider = |place: usize, width: usize, most: usize| {
        if widths.len() <= place {
            widths.resize(place + 1, LEAST_WIDTH);
        }
        widths[place] = widths[place].max(width.min(most) + 2);
    };
    if let Some(grid) = &page.grid {
        for (place, heading) in grid.headings.iter().enumerate() {
            let longest = heading.split_whitespace().map(|word| word.chars().count()).max();
            // A heading may take three lines or so.
            let third = heading.chars().count().div_ceil(3);
            wider(place, longest.unwrap_or(0).max(third), MOST_WIDTH);
        }
        for (place, field) in grid.rows.iter().flat_map(|row| row.iter().enumerate()) {
            wider(place, letters(field, lang), MOST_WIDTH);
        }
    }
    // Their first line has a long heading, which wraps.
    let drawn = page.charts.iter().flat_map(|chart| chart.lines(lang).into_iter().skip(1));
    let drawn: Vec<Line> = drawn.collect();
    for line in page.above.iter().chain(&page.below).chain(&drawn) {
        if let Line::Fields(fields) = line {
            for (place, field) in fields.iter().enumerate() {
                let is_last = page.grid.is_none() && place > 0;
                let most = if is_last { SENTENCE_WIDTH - 8 } else { MOST_WIDTH };
                wider(place, letters(field, lang), most);
            }
        }
    }
    widths
}

fn letters(field: &Field, lang: Lang) -> usize {
    match field {
        Field::Empty => 0,
        Field::Text(text) | Field::Link(text, _) => text.chars().count(),
        Field::Sign(word) => word.chars().count(),
        Field::Number(number) => number.text(lang).chars().count(),
        Field::Day(_) => 10,
    }
}

/// How many columns a sentence takes, and how wide they are together.
fn span(widths: &[usize]) -> (u16, usize) {
    let (mut columns, mut width) = (0, 0);
    while width < SENTENCE_WIDTH {
        width += widths.get(usize::from(columns)).copied().unwrap_or(LEAST_WIDTH);
        columns += 1;
    }
    (columns, width)
}

/// How many lines a text takes.
fn wrapped(text: &str, width: usize) -> usize {
    let (mut lines, mut used) = (1, 0);
    for word in text.split_whitespace() {
        let letters = word.chars().count();
        if used > 0 && used + 1 + letters > width {
            lines += 1;
            used = 0;
        }
        lines += letters / (width + 1);
        used += letters % (width + 1) + usize::from(used > 0);
    }
    lines
}

/// How many lines the texts of a row take.
fn lines_of(fields: &[Field], widths: &[usize]) -> usize {
    let lines = |(field, width): (&Field, &usize)| match field {
        Field::Text(text) | Field::Link(text, _) => wrapped(text, width - 1),
        _ => 1,
    };
    fields.iter().zip(widths).map(lines).max().unwrap_or(1)
}

/// Makes a row high enough, since not every program finds out by itself.
fn set_lines(sheet: &mut Worksheet, row: u32, lines: usize) -> Result<(), Error> {
    if lines > 1 {
        sheet.set_row_height(row, size(lines * 15))?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "widths and heights are small")]
fn size(size: usize) -> f64 {
    // No row is higher than this.
    size.min(409) as f64
}

/// On paper a table is as wide as the sheet, with its headings on each.
fn set_up_print(sheet: &mut Worksheet, width: usize) {
    const A4: u8 = 9;
    sheet.set_paper_size(A4);
    if width > SENTENCE_WIDTH + 8 {
        sheet.set_landscape();
    }
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_footer("&L&A&R&P / &N");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_spreadsheets_count_in_two_ways_are_none() {
        let serial = |year, month, day| serial(Day::of(year, month, day).unwrap());
        assert_eq!(serial(1900, 2, 28), None);
        assert_eq!(serial(1900, 3, 1), Some(61));
        assert_eq!(serial(2025, 9, 15), Some(45_915));
    }

    #[test]
    fn a_text_wraps_between_words() {
        assert_eq!(wrapped("", 10), 1);
        assert_eq!(wrapped("one two", 7), 1);
        assert_eq!(wrapped("one two three", 7), 2);
        assert_eq!(wrapped("abcdefghijklmnopqrst", 10), 2);
    }

    #[test]
    fn a_table_that_no_worksheet_holds_is_refused() {
        let grid = Grid { rows: vec![Vec::new(); MOST_ROWS], ..Grid::default() };
        let page = Page { grid: Some(grid), ..Page::default() };
        let book = Book { title: String::new(), day: None, lang: Lang::En, pages: vec![page] };
        assert!(matches!(write(&book), Err(Error::TooManyRows { rows: MOST_ROWS })));
    }
}
