//! A report as a workbook: a page for each table, and one for where the figures come from.

use crate::domain::{
    Cell, Dot, Drawing, Interval, Lang, Number, Picture, Report, Row, RowKind, Table,
};

use super::sign::{self, Sign};
use super::words::{self, Words};
use super::xlsx_book::{Book, Field, Grid, Line, Page, write};
use super::xlsx_chart::{Chart, ChartRow, Kind};
use super::{Error, format, made_of, passport};

/// A report as a workbook in Office Open XML, the form that spreadsheet programs write themselves.
///
/// The first page has the title, what was said in sentences, the contents and the signs; then each
/// table has a page, and the last two say how the numbers come about and where they come from. Numbers
/// and days are numbers and days, units stand in the headings, and a cell without a number has the
/// word for why, as in [`csv`](super::csv()). Intervals and days with records have columns of their
/// own. No text is ever a formula. Bars, lines and intervals are charts of the cells, with a text for
/// those who cannot see them; other pictures are told in words. Nothing is hidden, no person is named
/// as the author, and the same report gives the same bytes.
///
/// # Errors
///
/// [`Error::TooManyRows`] for a table that no worksheet holds, and [`Error::Workbook`].
pub fn xlsx(report: &Report, lang: Lang) -> Result<Vec<u8>, Error> {
    let made = Maker { report, lang, words: Words::of(lang) };
    write(&Book {
        title: format::line(report.title.get(lang)),
        day: Some(report.passport.as_of),
        lang,
        pages: made.pages(),
    })
}

pub(super) struct Maker<'a> {
    pub(super) report: &'a Report,
    pub(super) lang: Lang,
    pub(super) words: &'static Words,
}

/// A page with what the contents call it.
pub(super) struct Entry {
    pub(super) title: String,
    pub(super) page: Page,
}

impl Maker<'_> {
    fn pages(&self) -> Vec<Page> {
        let lang = self.lang;
        let mut entries: Vec<Entry> = Vec::new();
        for section in &self.report.sections {
            let title = format::line(section.title.get(lang));
            for table in &section.tables {
                let pictures = section.pictures.iter().filter(|picture| picture.table == table.id);
                entries.push(self.table(&title, table, pictures));
            }
        }
        let (said, composed) = self.blocks(1 + entries.len());
        entries.extend(composed);
        entries.extend(self.made_of());
        entries.push(self.origin());
        let first = self.first(said, &entries);
        std::iter::once(first).chain(entries.into_iter().map(|entry| entry.page)).collect()
    }

    /// The page that tells what the others are.
    fn first(&self, said: Vec<Line>, entries: &[Entry]) -> Page {
        let (report, lang, words) = (self.report, self.lang, self.words);
        let mut lines = self.head(format::line(report.title.get(lang)));
        if report.sections.is_empty() && report.blocks.is_empty() {
            lines.push(Line::Plain(words.no_tables.to_owned()));
        }
        lines.push(Line::Blank);
        lines.extend(said);
        lines.extend(contents(entries.iter().map(|entry| entry.title.clone()), words));
        let legend = sign::legend(report, lang);
        if !legend.is_empty() {
            lines.extend([Line::Blank, Line::Heading(words.signs.to_owned())]);
        }
        let line = |line: sign::Explained| {
            Line::Fields(vec![Field::Text(line.sign.word.into()), Field::Text(line.meaning)])
        };
        lines.extend(legend.into_iter().map(line));
        let name = lang.pick("Übersicht", "Overview").to_owned();
        Page { name, above: lines, ..Page::default() }
    }

    /// A title, and below it what the page is of, since pages are passed on one by one.
    fn head(&self, title: String) -> Vec<Line> {
        let (report, lang) = (self.report, self.lang);
        let passport = &report.passport;
        let period = format::period(passport.period, lang);
        let municipality = format::line(&report.municipality);
        vec![
            Line::Title(title),
            Line::Plain(format!("{municipality} · {period}")),
            Line::Plain(words::meant_for(passport.audience, lang).to_owned()),
        ]
    }

    pub(super) fn table_head(&self, caption: &str, section: &str) -> Vec<Line> {
        let mut lines = self.head(caption.to_owned());
        let report = format::line(self.report.title.get(self.lang));
        let of = if section.is_empty() { report } else { format!("{report} · {section}") };
        lines.insert(1, Line::Plain(of));
        lines.push(Line::Blank);
        lines
    }

    fn table<'a>(
        &self,
        section: &str,
        table: &Table,
        pictures: impl Iterator<Item = &'a Picture>,
    ) -> Entry {
        let lang = self.lang;
        let caption = format::line(table.caption.get(lang));
        let notes = table.notes.iter().map(|note| Line::Sentence(format::line(note.get(lang))));
        let mut below: Vec<Line> = std::iter::once(Line::Blank).chain(notes).collect();
        let mut charts = Vec::new();
        for picture in pictures {
            if let Drawing::IntervalDots { dots, .. } = &picture.drawing {
                let row = |dot: &Dot| ChartRow {
                    label: format::line(dot.label.get(lang)),
                    value: dot.value.ok_or(self.words.not_shown),
                    interval: dot.low.zip(dot.high).map(|(low, high)| [low, high]),
                };
                let rows = dots.iter().map(row).collect();
                charts.push(self.chart(picture, rows));
            } else {
                below.push(Line::Sentence(self.told(picture)));
            }
            let notes = picture.notes.iter();
            below.extend(notes.map(|note| Line::Sentence(format::line(note.get(lang)))));
        }
        let mut above = self.table_head(&caption, section);
        let grid = (!table.rows.is_empty()).then(|| grid(table, lang));
        if grid.is_none() {
            above.push(Line::Plain(self.words.no_rows.to_owned()));
        }
        let page = Page { name: caption.clone(), above, grid, below, charts };
        let title = if section.is_empty() { caption } else { format!("{section}: {caption}") };
        Entry { title, page }
    }

    fn chart(&self, picture: &Picture, rows: Vec<ChartRow>) -> Chart {
        let lang = self.lang;
        let title = format::line(picture.title.get(lang));
        let unit = picture.unit.as_ref().map(|unit| format::line(unit.get(lang)));
        let title = match unit.filter(|unit| !unit.is_empty()) {
            Some(unit) => format!("{title} ({unit})"),
            None => title,
        };
        let description = format::line(picture.description.get(lang));
        Chart { kind: Kind::Bars, title, description, rows, column: 1 }
    }

    /// What stands in place of a picture that no spreadsheet draws.
    fn told(&self, picture: &Picture) -> String {
        let lang = self.lang;
        let title = format::line(picture.title.get(lang));
        let description = format::line(picture.description.get(lang));
        let where_to = lang.pick(
            "Gezeichnet ist es in der HTML-Fassung des Berichts.",
            "It is drawn in the report's HTML form.",
        );
        format!("{} {where_to}", words::pictured(&title, &description, lang))
    }

    /// How the numbers of each column come about.
    fn made_of(&self) -> Option<Entry> {
        let (lang, words) = (self.lang, self.words);
        let sources = &self.report.passport.sources;
        let tables = self.report.sections.iter().flat_map(|section| &section.tables);
        let terms = [
            words.counted,
            words.numerator,
            words.denominator,
            words.unit,
            words.source,
            words.exclusions,
            words.definition,
        ];
        let of = |table: &Table, made: made_of::MadeOf| {
            let mut fields =
                vec![Field::Text(format::line(table.caption.get(lang))), Field::Text(made.label)];
            fields.extend(terms.map(|term| {
                let entry = made.entries.iter().find(|entry| entry.term == term);
                entry.map_or(Field::Empty, |entry| Field::Text(entry.texts.join(", ")))
            }));
            fields
        };
        let rows: Vec<Vec<Field>> = tables
            .flat_map(|table| {
                let made = made_of::made_of(table, sources, lang).into_iter();
                made.map(move |made| of(table, made))
            })
            .collect();
        let corner = [lang.pick("Tabelle", "Table"), lang.pick("Zahl", "Number")];
        let headings = corner.into_iter().chain(terms).map(str::to_owned).collect();
        let grid = Grid { headings, rows, totals: Vec::new(), has_labels: true };
        let title = words.made_of.to_owned();
        let above = self.table_head(&title, "");
        let is_any = !grid.rows.is_empty();
        let page = Page { name: title.clone(), above, grid: Some(grid), ..Page::default() };
        is_any.then_some(Entry { title, page })
    }

    /// The passport.
    fn origin(&self) -> Entry {
        let (report, lang) = (self.report, self.lang);
        let title = self.words.origin.to_owned();
        let mut lines = vec![
            Line::Title(title.clone()),
            Line::Plain(format::line(report.title.get(lang))),
            Line::Plain(format::line(&report.municipality)),
            Line::Blank,
        ];
        for entry in passport::entries(&report.passport, lang) {
            let mut term = Field::Text(entry.term.to_owned());
            for text in entry.texts {
                let text = match entry.id {
                    "as-of" => Field::Day(report.passport.as_of),
                    _ => Field::Text(text),
                };
                lines.push(Line::Fields(vec![std::mem::replace(&mut term, Field::Empty), text]));
            }
        }
        Entry { page: Page { name: title.clone(), above: lines, ..Page::default() }, title }
    }
}

/// The names of the other pages, which lead there.
pub(super) fn contents(titles: impl Iterator<Item = String>, words: &Words) -> Vec<Line> {
    let link = |(title, page)| Line::Fields(vec![Field::Link(title, page)]);
    let heading = Line::Heading(words.contents.to_owned());
    std::iter::once(heading).chain(titles.zip(1..).map(link)).collect()
}

/// What a cell shows: its number, or the word in its place.
pub(super) fn field(cell: Cell, lang: Lang) -> Field {
    match Sign::or_number(cell, lang) {
        Ok(number) => Field::Number(number),
        Err(sign) => Field::Sign(sign.word),
    }
}

/// A table with intervals and days with records in columns of their own.
fn grid(table: &Table, lang: Lang) -> Grid {
    let words = Words::of(lang);
    let has_coverage = table.rows.iter().any(|row| row.coverage.is_some());
    let has_interval: Vec<bool> = (0..table.columns.len())
        .map(|place| table.rows.iter().any(|row| interval(row, place).is_some()))
        .collect();
    let mut headings = vec![format::line(table.corner.get(lang))];
    if has_coverage {
        headings.extend([words.days_recorded, words.days_possible].map(str::to_owned));
    }
    for (column, has_interval) in table.columns.iter().zip(&has_interval) {
        let heading = format::heading(column, lang);
        if *has_interval {
            let limits = limits(lang).map(|limit| format!("{heading}: {limit}"));
            headings.extend([heading].into_iter().chain(limits));
        } else {
            headings.push(heading);
        }
    }
    let row = |row: &Row| {
        let mut fields = vec![Field::Text(format::line(row.label.get(lang)))];
        if has_coverage {
            fields.extend(covered(row, lang));
        }
        for (place, cell) in row.cells.iter().enumerate() {
            let field = field(*cell, lang);
            fields.push(field.clone());
            if has_interval.get(place) == Some(&true) {
                fields.extend(match (cell, interval(row, place)) {
                    (_, Some(found)) => [Field::Number(found.low), Field::Number(found.high)],
                    (Cell::Shown(_), None) => [words.undefined; 2].map(Field::Sign),
                    (_, None) => [field.clone(), field],
                });
            }
        }
        fields
    };
    let is_total = |(place, row): (usize, &Row)| (row.kind == RowKind::Total).then_some(place);
    Grid {
        headings,
        rows: table.rows.iter().map(row).collect(),
        totals: table.rows.iter().enumerate().filter_map(is_total).collect(),
        has_labels: true,
    }
}

/// What the columns with the limits of an interval are called, after the heading of its number.
pub(super) fn limits(lang: Lang) -> [&'static str; 2] {
    lang.pick(["untere 95-%-Grenze", "obere 95-%-Grenze"], ["lower 95 % limit", "upper 95 % limit"])
}

/// The interval of a number that is shown.
fn interval(row: &Row, place: usize) -> Option<Interval> {
    let is_shown = matches!(row.cells.get(place), Some(Cell::Shown(_)));
    row.backing.get(place).copied().flatten().filter(|_| is_shown)?.interval
}

fn covered(row: &Row, lang: Lang) -> [Field; 2] {
    let days = |days: u32| Field::Number(Number { units: days.into(), decimals: 0 });
    let Some(coverage) = row.coverage else { return [Field::Empty, Field::Empty] };
    let withheld = || Field::Sign(Sign::withheld(lang).word);
    [coverage.recorded.map_or_else(withheld, days), days(coverage.possible)]
}
