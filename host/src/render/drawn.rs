//! What a picture of a composed table shows: its rows as numbers, a drawing for each column.

use crate::domain::{
    Block, BlockCell, BlockTable, Cell, ComposedDrawing, Lang, Number, Panel, Text,
};

use super::drawing::{self, MonthsFrame};
use super::format;
use super::svg::{Svg, SvgWords};
use super::words::Words;

/// Most bars or points of one drawing; the table has the others.
const MOST_DRAWN: usize = 100;

/// A column of a table, drawn.
pub(super) struct Drawn {
    /// As `Überblick: Kontakte (min)`.
    pub(super) title: String,
    /// What it shows, in words.
    pub(super) description: String,
    rows: Vec<(String, Option<Number>)>,
    unit: Option<String>,
    drawing: ComposedDrawing,
}

/// The table with an id among blocks.
pub(super) fn table<'a>(blocks: &'a [Block], id: &str) -> Option<&'a BlockTable> {
    blocks.iter().find_map(|block| match block {
        Block::Table(table) if table.id == id => Some(table),
        _ => None,
    })
}

/// The columns of a picture.
pub(super) fn drawn(
    table: &BlockTable,
    columns: &[usize],
    drawing: ComposedDrawing,
    lang: Lang,
) -> Vec<Drawn> {
    let caption = format::line(table.caption.get(lang));
    let column = |place: &usize| {
        let column = table.columns.get(*place)?;
        let unit = column.unit.as_ref().map(|unit| format::line(unit.get(lang)));
        let unit = unit.filter(|unit| !unit.is_empty());
        let label = format::line(column.label.get(lang));
        let rows: Vec<(String, Option<Number>)> = table
            .rows
            .iter()
            .map(|row| {
                let value = match row.cells.get(*place) {
                    Some(BlockCell::Number(Cell::Shown(number))) => Some(*number),
                    _ => None,
                };
                (format::line(row.label.get(lang)), value)
            })
            .collect();
        let title = match &unit {
            Some(unit) => format!("{caption}: {label} ({unit})"),
            None => format!("{caption}: {label}"),
        };
        Some(Drawn { description: described(&rows, lang), title, rows, unit, drawing })
    };
    columns.iter().filter_map(column).collect()
}

/// As `Ahorn 12; Buche nicht gezeigt.`
fn described(rows: &[(String, Option<Number>)], lang: Lang) -> String {
    let words = Words::of(lang);
    let value = |(label, number): &(String, Option<Number>)| {
        let number = number.map_or(words.not_shown.to_owned(), |number| number.text(lang));
        format!("{label} {number}")
    };
    let values: Vec<String> = rows.iter().take(MOST_DRAWN).map(value).collect();
    let more = match rows.len().saturating_sub(MOST_DRAWN) {
        0 => String::new(),
        more => lang.pick(
            format!(" Weitere {more} Zeilen stehen in der Tabelle."),
            format!(" The table has {more} more rows."),
        ),
    };
    format!("{}.{more}", values.join("; "))
}

impl Drawn {
    /// The drawing, with the id `id`.
    pub(super) fn svg(&self, id: String, lang: Lang) -> Svg {
        let rows = &self.rows[..self.rows.len().min(MOST_DRAWN)];
        match self.drawing {
            ComposedDrawing::Bars => {
                let (title, description) = (self.title.clone(), self.description.clone());
                let words = SvgWords { id, title, description };
                drawing::bars(rows, self.unit.as_deref(), lang, words)
            }
            ComposedDrawing::Line => {
                let labels: Vec<Text> = rows.iter().map(|(label, _)| Text::same(label)).collect();
                let values = rows.iter().map(|(_, value)| *value).collect();
                let panel = Panel { label: Text::same(&self.title), values, history: None };
                let panels = [panel];
                let frame = MonthsFrame::new(&panels, &labels, &[], lang);
                drawing::panel(&panels[0], &frame, id)
            }
        }
    }
}
