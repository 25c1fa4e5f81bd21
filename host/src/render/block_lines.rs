//! What a plugin composed, as text for the terminal and as lines of a file for a spreadsheet.

use crate::domain::{Block, BlockCell, BlockColumn, BlockTable, CheckFindings, Lang};

use super::csv::Field;
use super::grid::{self, Piece};
use super::sign::Sign;
use super::words::{self, Words};
use super::{drawn, format, markdown, text};

/// The parts of a text, at most `width` columns wide.
pub(super) fn texts(
    blocks: &[Block],
    lang: Lang,
    width: Option<usize>,
    colour: bool,
) -> Vec<String> {
    let paragraph = |text: String| grid::paragraph(text, width);
    let mut parts = Vec::new();
    for block in blocks {
        match block {
            Block::Heading { level, text: heading } => {
                let under = if *level <= 1 { '─' } else { '╌' };
                parts.push(text::title(heading.get(lang), under, width, colour));
            }
            Block::Paragraph { text } => parts.push(paragraph(format::line(text.get(lang)))),
            Block::Passage { markdown } => {
                let lines = markdown::lines(markdown.get(lang)).into_iter().map(paragraph);
                parts.push(lines.collect::<Vec<_>>().join("\n"));
            }
            Block::Entries { entries } => {
                let entry =
                    |text: &crate::domain::Text| ["-".to_owned(), format::line(text.get(lang))];
                parts.push(grid::pairs(entries.iter().map(entry).collect(), width));
            }
            Block::Table(table) => parts.extend(table_text(table, lang, width, colour)),
            Block::Figure { label, cell, unit } => {
                let number = match (Sign::or_number(*cell, lang), unit) {
                    (Ok(number), Some(unit)) => {
                        format!("{} {}", format::number(number, lang), format::line(unit.get(lang)))
                    }
                    (Ok(number), None) => format::number(number, lang),
                    (Err(sign), _) => sign.mark.to_owned(),
                };
                parts.push(paragraph(format!("{}: {number}", format::line(label.get(lang)))));
            }
            Block::Picture { table, columns, drawing } => {
                let Some(table) = drawn::table(blocks, table) else { continue };
                let drawn = drawn::drawn(table, columns, *drawing, lang);
                let said = drawn
                    .into_iter()
                    .map(|column| words::pictured(&column.title, &column.description, lang));
                parts.extend(said.map(paragraph));
            }
            Block::Findings { checks } if checks.is_empty() => {
                parts.push(paragraph(Words::of(lang).no_findings.to_owned()));
            }
            Block::Findings { checks } => {
                parts.extend(checks.iter().flat_map(|check| check_text(check, lang, width)));
            }
        }
    }
    parts
}

fn table_text(table: &BlockTable, lang: Lang, width: Option<usize>, colour: bool) -> Vec<String> {
    let words = Words::of(lang);
    let caption = format::line(table.caption.get(lang));
    let wrapped = |text: String| grid::paragraph(text, width);
    if table.rows.is_empty() {
        return vec![format!("{}\n{}", wrapped(caption), words.no_rows)];
    }
    let columns = table.columns.iter().map(|column| Piece::bold(heading(column, lang)));
    let headings: Vec<Piece> = std::iter::once(Piece::bold("")).chain(columns).collect();
    let piece = |cell: &BlockCell| match cell {
        BlockCell::Words { words } => Piece::plain(format::line(words.get(lang))),
        BlockCell::Number(cell) => match Sign::or_number(*cell, lang) {
            Ok(number) => Piece::plain(format::number(number, lang)),
            Err(sign) => Piece { is_muted: true, ..Piece::plain(sign.mark) },
        },
    };
    let rows: Vec<Vec<Piece>> = table
        .rows
        .iter()
        .map(|row| {
            let label = Piece::plain(format::line(row.label.get(lang)));
            std::iter::once(label).chain(row.cells.iter().map(piece)).collect()
        })
        .collect();
    let blocks = grid::blocks(&headings, &rows, width, colour).into_iter().enumerate();
    blocks
        .map(|(place, block)| {
            let caption = match place {
                0 => caption.clone(),
                _ => format!("{caption} ({})", words.continued),
            };
            format!("{}\n\n{block}", wrapped(caption))
        })
        .collect()
}

/// A check with a line for each record.
fn check_text(check: &CheckFindings, lang: Lang, width: Option<usize>) -> [String; 2] {
    let title = format::line(check.title.get(lang));
    let title = words::check(check.severity, &title, check.records.len(), lang);
    let lines = check.records.iter().map(|record| {
        let kind = words::record(record.record, lang);
        let day = record.day.map(|day| format::day(day, lang));
        let schools = format::line(&record.schools.join(", "));
        let pupil = record
            .pupil
            .as_deref()
            .map(|pupil| format!("{} {}", Words::of(lang).pupil, format::line(pupil)));
        let first = format!("{kind} {}", format::line(&record.reference));
        let all: Vec<String> =
            std::iter::once(first).chain(day).chain([schools]).chain(pupil).collect();
        ["-".to_owned(), all.join(", ")]
    });
    [grid::paragraph(title, width), grid::pairs(lines.collect(), width)]
}

/// The lines of a file, a list of them for each part between empty lines.
pub(super) fn fields(blocks: &[Block], lang: Lang) -> Vec<Vec<Vec<Field>>> {
    let words = Words::of(lang);
    let text = |text: &str| Field::Text(format::line(text));
    let mut parts: Vec<Vec<Vec<Field>>> = Vec::new();
    for block in blocks {
        let lines = match block {
            Block::Heading { text: words, .. } | Block::Paragraph { text: words } => {
                vec![vec![text(words.get(lang))]]
            }
            Block::Passage { markdown } => {
                let lines = markdown::lines(markdown.get(lang));
                lines.into_iter().map(|line| vec![Field::Text(line)]).collect()
            }
            Block::Entries { entries } => {
                entries.iter().map(|words| vec![text(words.get(lang))]).collect()
            }
            Block::Table(table) => table_fields(table, lang),
            Block::Figure { label, cell, unit } => {
                let unit = unit.as_ref().map(|unit| text(unit.get(lang)));
                let line = [text(label.get(lang)), super::csv::field(*cell, lang)];
                vec![line.into_iter().chain(unit).collect()]
            }
            // Its numbers are those of its table.
            Block::Picture { .. } => continue,
            Block::Findings { checks } if checks.is_empty() => {
                vec![vec![text(words.no_findings)]]
            }
            Block::Findings { checks } => {
                parts.extend(checks.iter().map(|check| check_fields(check, lang)));
                continue;
            }
        };
        parts.push(lines);
    }
    parts
}

fn table_fields(table: &BlockTable, lang: Lang) -> Vec<Vec<Field>> {
    let text = |text: &str| Field::Text(format::line(text));
    let columns = table.columns.iter().map(|column| Field::Text(heading(column, lang)));
    let mut lines = vec![
        vec![text(table.caption.get(lang))],
        std::iter::once(Field::Text(String::new())).chain(columns).collect(),
    ];
    for row in &table.rows {
        let cells = row.cells.iter().map(|cell| match cell {
            BlockCell::Words { words } => text(words.get(lang)),
            BlockCell::Number(cell) => super::csv::field(*cell, lang),
        });
        lines.push(std::iter::once(text(row.label.get(lang))).chain(cells).collect());
    }
    lines
}

fn check_fields(check: &CheckFindings, lang: Lang) -> Vec<Vec<Field>> {
    let words = Words::of(lang);
    let text = |text: &str| Field::Text(format::line(text));
    let has_pupils = check.records.iter().any(|record| record.pupil.is_some());
    let title = format::line(check.title.get(lang));
    let title = words::check(check.severity, &title, check.records.len(), lang);
    let mut headings = [words.record, words.reference, words.day, words.schools].map(text).to_vec();
    headings.extend(has_pupils.then(|| text(words.pupil)));
    let mut lines = vec![vec![Field::Text(title)], headings];
    for record in &check.records {
        let day = record.day.map(|day| format::day(day, lang)).unwrap_or_default();
        let mut line = vec![
            text(words::record(record.record, lang)),
            text(&record.reference),
            Field::Value(day),
            text(&record.schools.join(", ")),
        ];
        line.extend(has_pupils.then(|| text(record.pupil.as_deref().unwrap_or_default())));
        lines.push(line);
    }
    lines
}

/// As `Dauer (min)`.
fn heading(column: &BlockColumn, lang: Lang) -> String {
    let label = format::line(column.label.get(lang));
    match column.unit.as_ref().map(|unit| format::line(unit.get(lang))) {
        Some(unit) if !unit.is_empty() => format!("{label} ({unit})"),
        _ => label,
    }
}

#[cfg(test)]
mod tests;
