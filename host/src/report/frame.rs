//! The shape of the tables: which sections there are, and which rows and columns each table shows.

use std::sync::Arc;

use super::cube::Cube;
use super::plan::Plan;
use crate::domain::{Calendar, CodeLists, Figure, Labels, Level, Month, Period, Span, Text};

/// The name that the data dictionary gives the list of schools.
const SCHOOLS: &str = "school";

/// German abbreviations of the months.
const MONTHS_DE: [&str; 12] =
    ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"];
/// English abbreviations of the months.
const MONTHS_EN: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A school, as far as a report has to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchoolFacts {
    /// The official number, which is its code.
    pub number: String,
    /// Its name.
    pub name: String,
    /// Primary or secondary.
    pub level: Level,
    /// When it took part in the programme.
    pub spans: Vec<Span>,
    /// On how many school days it recorded a contact of any kind, and on how many school days of the
    /// period it was in the programme; `None` where that is not known.
    pub coverage: Option<(u32, u32)>,
    /// The same for the school days on which it recorded absences, which follows from its register
    /// and from nobody's absence.
    pub attendance: Option<(u32, u32)>,
}

/// What labels stand for.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The days looked at.
    pub period: Period,
    /// Every school, in the order of the labels of `codes("school")`.
    pub schools: Vec<SchoolFacts>,
    /// The words of the other code lists.
    pub lists: CodeLists,
    /// The calendar by which school days are counted.
    pub calendar: Arc<Calendar>,
}

/// A part of a report with its tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// Schools of one level.
    Level(Level),
    /// Everything that is not divided by school.
    All,
}

impl Part {
    /// Every part, in reading order.
    pub(super) const ORDER: [Self; 3] =
        [Self::Level(Level::Primary), Self::Level(Level::Secondary), Self::All];

    /// A short name.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Level(level) => level.code(),
            Self::All => "all",
        }
    }

    /// The heading.
    pub(super) fn title(self) -> Text {
        match self {
            Self::Level(Level::Primary) => Text::new("Grundschulen", "Primary schools"),
            Self::Level(Level::Secondary) => {
                Text::new("Weiterführende Schulen", "Secondary schools")
            }
            Self::All => Text::new("Gesamtüberblick", "Overview"),
        }
    }

    fn total(self) -> Text {
        match self {
            Self::Level(Level::Primary) => {
                Text::new("Grundschulen zusammen", "All primary schools")
            }
            Self::Level(Level::Secondary) => {
                Text::new("Weiterführende Schulen zusammen", "All secondary schools")
            }
            Self::All => Text::new("Gesamt", "Total"),
        }
    }
}

/// What rows have in common that stand in a row or column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Common {
    /// One label of a dimension.
    Label { dimension: usize, label: usize },
    /// The schools of a level.
    Level { dimension: usize, level: Level },
    /// Nothing.
    Nothing,
}

/// A row or a column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) id: String,
    pub(super) label: Text,
    pub(super) common: Common,
    /// The labels whose rows stand in it.
    pub(super) labels: Vec<usize>,
    pub(super) is_total: bool,
}

/// The rows and columns of one table in one part of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) part: Part,
    /// The table's place in the description.
    pub(super) table: usize,
    pub(super) rows: Vec<Line>,
    /// Without a dimension across, one column that stands for each measure.
    pub(super) columns: Vec<Line>,
}

/// The tables of each part, in reading order. A table that would have no row is left out.
pub(super) fn frames(cube: &Cube, facts: &Facts) -> Vec<Frame> {
    let tables = &cube.plan.description.tables;
    let mut frames = Vec::new();
    for part in Part::ORDER {
        for (place, table) in tables.iter().enumerate() {
            let is_by_school = [Some(table.rows), table.across]
                .into_iter()
                .flatten()
                .any(|dimension| is_school(&cube.plan, dimension));
            if is_by_school == matches!(part, Part::Level(_)) {
                let frame = frame(cube, facts, part, place);
                if frame.rows.iter().any(|row| !row.is_total) && !frame.columns.is_empty() {
                    frames.push(frame);
                }
            }
        }
    }
    frames
}

/// Whether the labels of a dimension are the schools.
pub(super) fn is_school(plan: &Plan, dimension: usize) -> bool {
    matches!(&plan.description.dimensions[dimension].labels, Labels::Codes(list) if list == SCHOOLS)
}

/// The month that a label of a dimension stands for.
pub(super) fn month(plan: &Plan, facts: &Facts, common: Common) -> Option<Month> {
    let Common::Label { dimension, label } = common else { return None };
    let is_month = plan.description.dimensions[dimension].labels == Labels::Months;
    is_month.then(|| facts.period.months().nth(label)).flatten()
}

/// The school that a label of a dimension stands for.
pub(super) fn school<'a>(plan: &Plan, facts: &'a Facts, common: Common) -> Option<&'a SchoolFacts> {
    facts.schools.get(school_place(plan, common)?)
}

/// Its place among the schools.
pub(super) fn school_place(plan: &Plan, common: Common) -> Option<usize> {
    let Common::Label { dimension, label } = common else { return None };
    is_school(plan, dimension).then_some(label)
}

fn frame(cube: &Cube, facts: &Facts, part: Part, table: usize) -> Frame {
    let description = &cube.plan.description;
    let spec = &description.tables[table];
    let grid = cube.plan.grid(table);
    let mut rows = lines(&cube.plan, facts, part, spec.rows);
    let nothing = || Line {
        id: String::new(),
        label: Text::default(),
        common: Common::Nothing,
        labels: vec![0],
        is_total: false,
    };
    let mut columns = spec
        .across
        .map_or_else(|| vec![nothing()], |across| lines(&cube.plan, facts, part, across));

    // Which codes occur is asked of what the table shows, before the totals are added.
    let is_open_list = |dimension: usize| {
        let is_codes = matches!(description.dimensions[dimension].labels, Labels::Codes(_));
        is_codes && !is_school(&cube.plan, dimension)
    };
    let labels = |lines: &[Line]| -> Vec<usize> {
        lines.iter().flat_map(|line| line.labels.iter().copied()).collect()
    };
    let (down, over) = (labels(&rows), labels(&columns));
    if is_open_list(spec.rows) {
        rows.retain(|row| cube.has_rows(table, &row.labels, &over));
    }
    if spec.across.is_some_and(is_open_list) {
        columns.retain(|column| cube.has_rows(table, &down, &column.labels));
    }

    let total = |dimension: usize, labels: Vec<usize>, count: usize| {
        let (common, labels) = match part {
            Part::Level(level) if is_school(&cube.plan, dimension) => {
                (Common::Level { dimension, level }, labels)
            }
            _ => (Common::Nothing, (0..count).collect()),
        };
        Line { id: "total".into(), label: part.total(), common, labels, is_total: true }
    };
    let has_parts = !rows.is_empty();
    rows.extend(has_parts.then(|| total(spec.rows, down, grid.height)));
    if let Some(across) = spec.across {
        let figure = &description.measures[spec.measures[0]].figure;
        let adds_up =
            matches!(figure, Figure::Count { .. } | Figure::Distinct { .. } | Figure::Sum { .. });
        if adds_up && !columns.is_empty() {
            let label = Text::new("Gesamt", "Total");
            columns.push(Line { label, ..total(across, over, grid.width) });
        }
    }
    Frame { part, table, rows, columns }
}

/// One line for each label of a dimension.
fn lines(plan: &Plan, facts: &Facts, part: Part, dimension: usize) -> Vec<Line> {
    let count = plan.labels[dimension];
    let line = |label: usize, id: String, text: Text| Line {
        id,
        label: text,
        common: Common::Label { dimension, label },
        labels: vec![label],
        is_total: false,
    };
    match &plan.description.dimensions[dimension].labels {
        Labels::Own(texts) => texts
            .iter()
            .take(count)
            .enumerate()
            .map(|(place, text)| line(place, place.to_string(), text.clone()))
            .collect(),
        Labels::Months => facts
            .period
            .months()
            .take(count)
            .enumerate()
            .map(|(place, month)| line(place, month.to_string(), month_text(month)))
            .collect(),
        Labels::Codes(list) if list == SCHOOLS => {
            let takes_part = |school: &SchoolFacts| {
                let is_in_part = part == Part::All || part == Part::Level(school.level);
                is_in_part && school.spans.iter().any(|span| span.within(facts.period).is_some())
            };
            let mut schools: Vec<(usize, &SchoolFacts)> = facts
                .schools
                .iter()
                .take(count)
                .enumerate()
                .filter(|(_, school)| takes_part(school))
                .collect();
            schools.sort_by_cached_key(|(_, school)| {
                (collation_key(&school.name), school.number.clone())
            });
            let text = |school: &SchoolFacts| Text::same(&school.name);
            schools
                .into_iter()
                .map(|(place, school)| line(place, school.number.clone(), text(school)))
                .collect()
        }
        Labels::Codes(list) => {
            let list = facts.lists.list(list);
            let code = |place: usize| u16::try_from(place).ok().and_then(|place| list.at(place));
            (0..count)
                .map(|place| {
                    code(place).map_or_else(
                        || line(place, place.to_string(), Text::same(place.to_string())),
                        |code| line(place, code.code.clone(), code.text()),
                    )
                })
                .collect()
        }
    }
}

/// A month as a heading: `Sep 2025`.
pub(super) fn month_text(month: Month) -> Text {
    let place = month.number() as usize - 1;
    let year = month.year();
    Text::new(format!("{} {year}", MONTHS_DE[place]), format!("{} {year}", MONTHS_EN[place]))
}

/// The text by which German words are put in order: umlauts as their vowels, capitals as small
/// letters (DIN 5007-1).
fn collation_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'ä' | 'á' | 'à' | 'â' => key.push('a'),
            'ö' | 'ó' | 'ò' | 'ô' => key.push('o'),
            'ü' | 'ú' | 'ù' | 'û' => key.push('u'),
            'é' | 'è' | 'ê' | 'ë' => key.push('e'),
            'ç' => key.push('c'),
            'ß' => key.push_str("ss"),
            other => key.push(other),
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Day;

    #[test]
    fn german_names_are_put_in_order_as_a_dictionary_does() {
        let mut names = ["Zur Mühle", "Übergang", "Ufer", "Ähre", "Adler", "äußere", "Ahorn"];
        names.sort_by_cached_key(|name| collation_key(name));
        assert_eq!(names, ["Adler", "Ahorn", "Ähre", "äußere", "Übergang", "Ufer", "Zur Mühle"]);
    }

    #[test]
    fn months_have_their_german_abbreviation() {
        let month = Day::of(2026, 3, 9).unwrap().month();
        assert_eq!(month_text(month), Text::new("Mär 2026", "Mar 2026"));
    }
}
