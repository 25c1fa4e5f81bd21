//! What a plugin composed, as lines of the first page of a workbook and as pages of its own.

use crate::domain::{
    Block, BlockCell, BlockColumn, BlockTable, Cell, CheckFindings, ComposedDrawing, FoundEntry,
};

use super::sign::Sign;
use super::xlsx::{Entry, Maker, field};
use super::xlsx_book::{Field, Grid, Line, Page};
use super::xlsx_chart::{Chart, ChartRow, Kind};
use super::{drawn, format, markdown, words};

/// Most bars or points of one chart; the table has the others.
const MOST_DRAWN: usize = 100;

impl Maker<'_> {
    /// The sentences and single numbers in reading order, and a page for each table and each check.
    /// The first of these will be at the place `next` in the book.
    pub(super) fn blocks(&self, next: usize) -> (Vec<Line>, Vec<Entry>) {
        let (lang, words) = (self.lang, self.words);
        let (mut lines, mut entries) = (Vec::new(), Vec::<Entry>::new());
        let mut section = String::new();
        for block in &self.report.blocks {
            match block {
                Block::Heading { level, text } => {
                    let heading = format::line(text.get(lang));
                    if *level <= 1 {
                        section.clone_from(&heading);
                    }
                    lines.extend([Line::Blank, Line::Heading(heading)]);
                }
                Block::Paragraph { text } => {
                    lines.push(Line::Sentence(format::line(text.get(lang))));
                }
                Block::Passage { markdown } => {
                    let said = markdown::lines(markdown.get(lang)).into_iter();
                    lines.extend(said.filter(|line| !line.is_empty()).map(Line::Sentence));
                }
                Block::Entries { entries } => lines.extend(
                    entries
                        .iter()
                        .map(|text| Line::Sentence(format!("– {}", format::line(text.get(lang))))),
                ),
                Block::Figure { label, cell, unit } => {
                    let unit = unit.as_ref().map(|unit| Field::Text(format::line(unit.get(lang))));
                    let figure = [Field::Text(format::line(label.get(lang))), field(*cell, lang)];
                    lines.push(Line::Fields(figure.into_iter().chain(unit).collect()));
                }
                Block::Table(table) => {
                    let entry = self.composed(table, &section);
                    lines.push(leads_to(&entry, next + entries.len()));
                    entries.push(entry);
                }
                // It stands on the page of its table.
                Block::Picture { .. } => {}
                Block::Findings { checks } if checks.is_empty() => {
                    lines.push(Line::Plain(words.no_findings.to_owned()));
                }
                Block::Findings { checks } => {
                    for check in checks {
                        let entry = self.check(check, &section);
                        lines.push(leads_to(&entry, next + entries.len()));
                        entries.push(entry);
                    }
                }
            }
        }
        if !lines.is_empty() {
            lines.push(Line::Blank);
        }
        (lines, entries)
    }

    /// The page of a table with its pictures.
    fn composed(&self, table: &BlockTable, section: &str) -> Entry {
        let lang = self.lang;
        let caption = format::line(table.caption.get(lang));
        let heading = |column: &BlockColumn| {
            let label = format::line(column.label.get(lang));
            let unit = column.unit.as_ref().map(|unit| format::line(unit.get(lang)));
            match unit.filter(|unit| !unit.is_empty()) {
                Some(unit) => format!("{label} ({unit})"),
                None => label,
            }
        };
        let shown = |cell: &BlockCell| match cell {
            BlockCell::Words { words } => Field::Text(format::line(words.get(lang))),
            BlockCell::Number(cell) => field(*cell, lang),
        };
        let rows = table.rows.iter().map(|row| {
            let label = Field::Text(format::line(row.label.get(lang)));
            std::iter::once(label).chain(row.cells.iter().map(shown)).collect()
        });
        let headings = std::iter::once(String::new()).chain(table.columns.iter().map(heading));
        let grid = Grid {
            headings: headings.collect(),
            rows: rows.collect(),
            totals: Vec::new(),
            has_labels: true,
        };
        let mut above = self.table_head(&caption, section);
        if grid.rows.is_empty() {
            above.push(Line::Plain(self.words.no_rows.to_owned()));
        }
        let charts = self.report.blocks.iter().filter_map(|block| match block {
            Block::Picture { table: of, columns, drawing } if *of == table.id => {
                Some(self.charts(table, columns, *drawing))
            }
            _ => None,
        });
        let page = Page {
            name: caption.clone(),
            above,
            charts: charts.flatten().collect(),
            grid: (!grid.rows.is_empty()).then_some(grid),
            ..Page::default()
        };
        Entry { title: caption, page }
    }

    /// The charts of some columns of a table.
    fn charts(
        &self,
        table: &BlockTable,
        columns: &[usize],
        drawing: ComposedDrawing,
    ) -> Vec<Chart> {
        let lang = self.lang;
        let kind = match drawing {
            ComposedDrawing::Bars => Kind::Bars,
            ComposedDrawing::Line => Kind::Line,
        };
        let known = columns.iter().filter(|place| **place < table.columns.len());
        let drawn = drawn::drawn(table, columns, drawing, lang);
        let chart = |(place, drawn): (&usize, drawn::Drawn)| {
            let rows = table.rows.iter().take(MOST_DRAWN).map(|row| ChartRow {
                label: format::line(row.label.get(lang)),
                value: match row.cells.get(*place) {
                    Some(BlockCell::Number(Cell::Shown(number))) => Ok(*number),
                    Some(BlockCell::Number(cell)) => {
                        Err(Sign::or_number(*cell, lang).map_or_else(|sign| sign.word, |_| ""))
                    }
                    _ => Err(self.words.not_shown),
                },
                interval: None,
            });
            Chart {
                kind,
                title: drawn.title,
                description: drawn.description,
                rows: rows.collect(),
                column: u16::try_from(place + 1).unwrap_or(u16::MAX),
            }
        };
        known.zip(drawn).map(chart).collect()
    }

    /// The page of what a check has found.
    fn check(&self, check: &CheckFindings, section: &str) -> Entry {
        let (lang, words) = (self.lang, self.words);
        let has_pupils = check.records.iter().any(|record| record.pupil.is_some());
        let name = format::line(check.title.get(lang));
        let title = words::check(check.severity, &name, check.records.len(), lang);
        let headings = [words.record, words.reference, words.day, words.schools];
        let headings = headings.into_iter().chain(has_pupils.then_some(words.pupil));
        let row = |record: &FoundEntry| {
            let mut fields = vec![
                Field::Text(words::record(record.record, lang).to_owned()),
                Field::Text(format::line(&record.reference)),
                record.day.map_or(Field::Empty, Field::Day),
                Field::Text(format::line(&record.schools.join(", "))),
            ];
            if has_pupils {
                let pupil = record.pupil.as_deref().map(format::line);
                fields.push(pupil.map_or(Field::Empty, Field::Text));
            }
            fields
        };
        let grid = Grid {
            headings: headings.map(str::to_owned).collect(),
            rows: check.records.iter().map(row).collect(),
            totals: Vec::new(),
            has_labels: false,
        };
        let above = self.table_head(&title, section);
        Entry { title, page: Page { name, above, grid: Some(grid), ..Page::default() } }
    }
}

/// A line on the first page that leads to another one.
fn leads_to(entry: &Entry, page: usize) -> Line {
    Line::Fields(vec![Field::Link(entry.title.clone(), page)])
}
