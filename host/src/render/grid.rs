//! Tables for the terminal, set side by side or, where they are too wide, below each other.

use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ColumnConstraint, LineStyle, Row, Table, TableStyle,
    Width,
};

/// Blanks between two columns: one of padding, and one where a table with lines has its line.
const GAP: u16 = 2;
const PADDING: u16 = GAP - 1;

/// The label column may always be this wide, and wider where there is room.
const LEAST_LABEL: u16 = 16;

/// A text of a grid with the way it looks, which shows only where colour is asked for.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) is_bold: bool,
    pub(super) is_muted: bool,
}

impl Piece {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_bold: false, is_muted: false }
    }

    pub(super) fn bold(text: impl Into<String>) -> Self {
        Self { is_bold: true, ..Self::plain(text) }
    }
}

/// A table with a line under its headings and blanks between its columns.
pub(super) fn plain() -> Table {
    let mut table = Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')));
    table.force_no_tty();
    table
}

/// A text, wrapped at `width`.
pub(super) fn paragraph(text: String, width: Option<usize>) -> String {
    let mut table = plain();
    table.add_row([text]);
    set_widths(&mut table, width, &[]);
    table.trim_fmt()
}

/// Terms with what belongs to them, in two columns that wrap at `width`.
pub(super) fn pairs(pairs: Vec<[String; 2]>, width: Option<usize>) -> String {
    let mut table = plain();
    let widths: Vec<u16> = {
        for pair in pairs {
            table.add_row(pair);
        }
        table.column_max_content_widths()
    };
    let least = width.map_or(u16::MAX, limit) / 3;
    set_widths(&mut table, width, &[widths.first().map_or(0, |term| (*term).min(least))]);
    table.trim_fmt()
}

/// Gives the first columns these widths, and the next what remains of `width`.
fn set_widths(table: &mut Table, width: Option<usize>, first: &[u16]) {
    let natural = table.column_max_content_widths();
    let mut room = width.map_or(u16::MAX, limit);
    for (place, column) in table.column_iter_mut().enumerate() {
        let is_last = place == first.len();
        column.set_padding((0, if is_last { 0 } else { PADDING }));
        let content = if is_last { natural[place].min(room).max(1) } else { first[place] };
        room = room.saturating_sub(content + GAP);
        fix(column, content);
    }
}

fn limit(width: usize) -> u16 {
    u16::try_from(width).unwrap_or(u16::MAX)
}

/// A grid of a heading row and rows, of which the first column has labels and the others numbers.
///
/// Where `width` is too small for it, headings wrap; where that does not help, the columns are
/// divided into several tables, each with the labels. No number is ever broken.
pub(super) fn blocks(
    headings: &[Piece],
    rows: &[Vec<Piece>],
    width: Option<usize>,
    colour: bool,
) -> Vec<String> {
    let natural = widths(headings, rows, false);
    let width = width.map_or(u16::MAX, limit);
    if fits(&natural, width) {
        return vec![block(headings, rows, &natural, 1..natural.len(), colour)];
    }
    let mut least = widths(headings, rows, true);
    least[0] = natural[0].min(LEAST_LABEL.max(width / 3));
    divided(&least, width)
        .into_iter()
        .map(|columns| block(headings, rows, &least, columns, colour))
        .collect()
}

/// Whether a grid fits into `width` as one table, without wrapped headings.
pub(super) fn fits_whole(headings: &[Piece], rows: &[Vec<Piece>], width: Option<usize>) -> bool {
    fits(&widths(headings, rows, false), width.map_or(u16::MAX, limit))
}

/// How wide each column must be; with `wrapped`, where headings break at blanks.
fn widths(headings: &[Piece], rows: &[Vec<Piece>], wrapped: bool) -> Vec<u16> {
    let mut table = Table::new();
    table.add_row(
        headings
            .iter()
            .map(|piece| if wrapped { piece.text.replace(' ', "\n") } else { piece.text.clone() }),
    );
    for row in rows {
        table.add_row(row.iter().map(|piece| &piece.text));
    }
    table.column_max_content_widths()
}

/// Whether columns of these widths stand side by side.
fn fits(widths: &[u16], width: u16) -> bool {
    let gaps = usize::from(GAP) * widths.len().saturating_sub(1);
    widths.iter().map(|width| usize::from(*width)).sum::<usize>() + gaps <= usize::from(width)
}

/// Columns 1 and on in as few ranges as possible, each of which fits beside the labels, and of
/// about the same length.
fn divided(widths: &[u16], width: u16) -> Vec<std::ops::Range<usize>> {
    let fits = |range: &std::ops::Range<usize>| {
        let mut beside = vec![widths[0]];
        beside.extend(&widths[range.clone()]);
        range.len() == 1 || fits(&beside, width)
    };
    let in_steps = |most: usize| {
        let mut ranges = Vec::new();
        let mut first = 1;
        while first < widths.len() {
            let mut last = (first + most).min(widths.len());
            while !fits(&(first..last)) {
                last -= 1;
            }
            ranges.push(first..last);
            first = last;
        }
        ranges
    };
    if widths.len() < 2 {
        return std::iter::once(1..1).collect();
    }
    let greedy = in_steps(widths.len());
    let even = in_steps((widths.len() - 1).div_ceil(greedy.len()));
    if even.len() <= greedy.len() { even } else { greedy }
}

/// The label column and a range of the others as one table.
fn block(
    headings: &[Piece],
    rows: &[Vec<Piece>],
    widths: &[u16],
    columns: std::ops::Range<usize>,
    colour: bool,
) -> String {
    let places: Vec<usize> = std::iter::once(0).chain(columns).collect();
    let cells = |row: &[Piece]| -> Row {
        places.iter().filter_map(|place| row.get(*place)).map(cell).collect::<Vec<_>>().into()
    };
    let mut table = plain();
    table.set_header(cells(headings));
    for row in rows {
        table.add_row(cells(row));
    }
    if colour {
        table.enforce_styling();
        table.style_text_only();
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        let is_last = index + 1 == places.len();
        column.set_padding((0, if is_last { 0 } else { PADDING }));
        fix(column, widths[places[index]]);
        if index > 0 {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

fn cell(piece: &Piece) -> Cell {
    let mut cell = Cell::new(&piece.text);
    if piece.is_bold {
        cell = cell.add_attribute(Attribute::Bold);
    }
    if piece.is_muted {
        cell = cell.fg(Color::DarkYellow);
    }
    cell
}

/// Makes the content of a column exactly so wide.
fn fix(column: &mut comfy_table::Column, width: u16) {
    let width = Width::Fixed(width.saturating_add(column.padding_width()));
    column.set_constraint(ColumnConstraint::Absolute(width));
}
