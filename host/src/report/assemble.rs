//! Puts the finished report together: numbers that may be shown, in tables, with their notes.

use std::collections::BTreeSet;

use super::beside::{Before, TooManyWays, Weighed};
use super::cube::Cube;
use super::figure::Fraction;
use super::frame::{Facts, Frame, Line, Part, frames, month, school, school_place};
use super::pictures::pictures;
use super::plan::Base;
use super::provenance::is_rounded;
use super::publish::{Sheet, Woven, sheets};
use super::published::Published;
use super::rounding::to_five;
use crate::domain::{
    Audience, Cell, Coverage, Figure, Measure, Number, Passport, RULES, Report, Rounding, Row,
    RowKind, SCHEMA, Section, Table, TableColumn, Text,
};

/// The dataset whose records a school's coverage is about.
const CONTACTS: &str = "contacts";

/// The datasets that are covered where the school has a register.
const ABSENCES: [&str; 2] = ["pupil_terms", "absences"];

/// A report with what is remembered of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assembled {
    /// The report.
    pub report: Report,
    /// What a later report is weighed against.
    pub published: Published,
    /// What came of weighing it against earlier ones.
    pub weighed: Weighed,
}

/// Makes the report from what was counted, as the first that is published.
///
/// # Panics
///
/// Never: there is nothing to weigh it against.
pub fn assemble(
    cube: &Cube,
    facts: &Facts,
    passport: Passport,
    title: Text,
    municipality: String,
) -> Report {
    let first = assemble_beside(cube, facts, passport, title, municipality, &Before::Nothing);
    first.expect("there is nothing to weigh it against").report
}

/// Makes the report from what was counted.
///
/// Numbers that rest on fewer persons than the passport's audience may see are withheld, with as many
/// others as it takes that they cannot be worked out; those that are shown are rounded as the passport
/// says. The smallest number that is shown and the rules are added to the passport, and to the title
/// of a working version, in which nothing is withheld, that it is one.
///
/// # Errors
///
/// [`TooManyWays`] where too much was published before to weigh it against all of it.
pub fn assemble_beside(
    cube: &Cube,
    facts: &Facts,
    passport: Passport,
    title: Text,
    municipality: String,
    before: &Before,
) -> Result<Assembled, TooManyWays> {
    let smallest_shown = passport.audience.smallest_shown();
    let writer = Writer { cube, facts, smallest_shown, rounding: passport.rounding };
    let Woven { sheets, published, weighed } =
        sheets(cube, frames(cube, facts), facts, passport.audience, before)?;
    let mut tables: Vec<Table> = sheets.iter().map(|sheet| writer.table(sheet)).collect();
    writer.cover(&sheets, &mut tables);
    let mut sections: Vec<Section> = Vec::new();
    for (sheet, table) in sheets.iter().zip(tables) {
        let part = sheet.frame.part;
        match sections.last_mut() {
            Some(section) if section.id == part.id() => section.tables.push(table),
            _ => sections.push(Section {
                id: part.id().into(),
                title: part.title(),
                tables: vec![table],
                pictures: Vec::new(),
            }),
        }
    }
    for section in &mut sections {
        section.pictures = pictures(&section.tables, &cube.plan.description, facts);
    }
    let rules = RULES.map(str::to_owned).to_vec();
    let report = Report {
        schema: SCHEMA.into(),
        title: titled(title, passport.audience),
        municipality,
        sections,
        blocks: Vec::new(),
        passport: Passport { smallest_shown, rules, ..passport },
    };
    Ok(Assembled { report, published, weighed })
}

/// The title, which says of a working version that it is one, wherever it is printed.
pub(super) fn titled(title: Text, audience: Audience) -> Text {
    match audience {
        Audience::Work => Text::new(
            format!("{} (Arbeitsfassung)", title.de),
            format!("{} (working version)", title.en),
        ),
        Audience::Administration | Audience::Public => title,
    }
}

pub(super) struct Writer<'a> {
    pub(super) cube: &'a Cube,
    pub(super) facts: &'a Facts,
    pub(super) smallest_shown: u64,
    pub(super) rounding: Rounding,
}

impl Writer<'_> {
    fn table(&self, sheet: &Sheet) -> Table {
        let description = &self.cube.plan.description;
        let Frame { part, table, rows, .. } = &sheet.frame;
        let spec = &description.tables[*table];
        let rows: Vec<Row> =
            rows.iter().enumerate().map(|(place, line)| self.row(sheet, place, line)).collect();
        let id = match part {
            Part::Level(level) => format!("{}-{}", spec.id, level.code()),
            Part::All => spec.id.clone(),
        };
        Table {
            id,
            caption: spec.title.clone(),
            corner: description.dimensions[spec.rows].label.clone(),
            columns: self.columns(sheet),
            notes: self.notes(&spec.measures, &rows, sheet.yields()),
            rows,
        }
    }

    pub(super) fn measure(&self, place: usize) -> &Measure {
        &self.cube.plan.description.measures[place]
    }

    /// The measure and the place among the frame's columns of each column that is printed.
    fn printed(&self, sheet: &Sheet) -> Vec<(usize, usize)> {
        let spec = &self.cube.plan.description.tables[sheet.frame.table];
        if spec.across.is_some() {
            (0..sheet.frame.columns.len()).map(|column| (spec.measures[0], column)).collect()
        } else {
            spec.measures.iter().map(|measure| (*measure, 0)).collect()
        }
    }

    fn columns(&self, sheet: &Sheet) -> Vec<TableColumn> {
        let spec = &self.cube.plan.description.tables[sheet.frame.table];
        let column = |(place, column): (usize, usize)| {
            let measure = self.measure(place);
            let line = spec.across.map(|_| &sheet.frame.columns[column]);
            TableColumn {
                id: line.map_or(&measure.id, |line| &line.id).clone(),
                label: line.map_or(&measure.label, |line| &line.label).clone(),
                unit: match &measure.figure {
                    Figure::Share { .. } => Some(Text::same("%")),
                    _ => measure.unit.clone(),
                },
                total: line.is_some_and(|line| line.is_total),
                passport: Some(self.number_passport(sheet, place)),
            }
        };
        self.printed(sheet).into_iter().map(column).collect()
    }

    fn row(&self, sheet: &Sheet, row: usize, line: &Line) -> Row {
        let printed = self.printed(sheet);
        let cells: Vec<Cell> =
            printed.iter().map(|(place, column)| self.cell(sheet, *place, row, *column)).collect();
        let backing = printed.iter().zip(&cells);
        let mut backing: Vec<_> = backing
            .map(|((place, column), cell)| self.backing(sheet, *place, row, *column, *cell))
            .collect();
        if backing.iter().all(Option::is_none) {
            backing.clear();
        }
        Row {
            id: line.id.clone(),
            label: line.label.clone(),
            kind: if line.is_total { RowKind::Total } else { RowKind::Part },
            cells,
            backing,
            coverage: None,
        }
    }

    /// Says in each row about one school how completely it recorded its contacts.
    ///
    /// A school has at least one contact for each day with a record. So of a school with a withheld
    /// number anywhere in the report the days are withheld as well: they would bound that number from
    /// below, in a table by month also through the days that the other months have. And a number of
    /// days that is itself small bounds a number that the report need not even show.
    /// Test: `recorded_days_do_not_bound_a_withheld_number`. Days on which absences were recorded follow
    /// from the school's register and bound nothing.
    fn cover(&self, sheets: &[Sheet], tables: &mut [Table]) {
        let plan = &self.cube.plan;
        let mut withheld = BTreeSet::new();
        for (sheet, table) in sheets.iter().zip(&*tables) {
            for (row, line) in table.rows.iter().zip(&sheet.frame.rows) {
                let columns = self.printed(sheet);
                for (cell, (_, column)) in row.cells.iter().zip(columns) {
                    if *cell == Cell::Withheld {
                        let common = [line.common, sheet.frame.columns[column].common];
                        withheld.extend(common.iter().filter_map(|it| school_place(plan, *it)));
                    }
                }
            }
        }
        for (sheet, table) in sheets.iter().zip(tables) {
            let bases = plan.bases(sheet.frame.table);
            let is_over = |datasets: &[&str]| {
                let dataset =
                    |base: &Base| plan.description.measures[base.measure()].figure.dataset();
                bases.iter().filter_map(dataset).any(|name| datasets.contains(&name))
            };
            let (contacts, absences) = (is_over(&[CONTACTS]), is_over(&ABSENCES));
            for (row, line) in table.rows.iter_mut().zip(&sheet.frame.rows) {
                let place = school_place(plan, line.common);
                let Some(place) = place else { continue };
                let Some(school) = self.facts.schools.get(place) else { continue };
                if absences && !contacts {
                    let whole =
                        |(recorded, possible)| Coverage { recorded: Some(recorded), possible };
                    row.coverage = school.attendance.map(whole);
                }
                let known = school.coverage.filter(|_| contacts);
                row.coverage = row.coverage.or(known.map(|(recorded, possible)| {
                    let is_small = (1..self.smallest_shown).contains(&recorded.into());
                    let is_told = !is_small && !withheld.contains(&place);
                    Coverage { recorded: is_told.then_some(recorded), possible }
                }));
            }
        }
    }

    fn cell(&self, sheet: &Sheet, place: usize, row: usize, column: usize) -> Cell {
        let main = match self.measure(place).figure {
            Figure::Share { part: main, .. } | Figure::Ratio { numerator: main, .. } => main,
            _ => place,
        };
        let nothing = sheet.quantity(main, row, column).rows == 0;
        if nothing && self.was_absent(&sheet.frame, row, column) {
            return Cell::NotCollected;
        }
        let hides = |base: Base| sheet.is_withheld(base, row, column);
        match self.measure(place).figure {
            Figure::Share { part, whole } => {
                let whole_rows = sheet.quantity(whole, row, column).rows;
                let gives_away = hides(Base::Measure(part))
                    || hides(Base::Measure(whole))
                    || hides(Base::Rest { part, whole });
                if gives_away && whole_rows > 0 {
                    return Cell::Withheld;
                }
            }
            Figure::Ratio { numerator, denominator, .. } => {
                let gives_away =
                    hides(Base::Measure(numerator)) || hides(Base::Measure(denominator));
                if gives_away && sheet.quantity(denominator, row, column).rows > 0 {
                    return Cell::Withheld;
                }
            }
            _ if hides(Base::Measure(place)) => return Cell::Withheld,
            _ => {}
        }
        let Some(number) = self.number(sheet, place, row, column) else { return Cell::Undefined };
        match self.rounding {
            Rounding::Five if is_rounded(&self.measure(place).figure) => {
                to_five(number).unwrap_or(Cell::Undefined)
            }
            _ => Cell::Shown(number),
        }
    }

    /// The exact number of a cell, whether or not it may be shown; `None` where there is none.
    fn number(&self, sheet: &Sheet, place: usize, row: usize, column: usize) -> Option<Number> {
        let measure = self.measure(place);
        let fraction = match measure.figure {
            Figure::Share { part, whole } => {
                let (part, whole) = (self.value(sheet, part, row, column)?, whole);
                part.per(self.value(sheet, whole, row, column)?, 100)?
            }
            Figure::Ratio { numerator, denominator, per } => {
                let above = self.value(sheet, numerator, row, column)?;
                above.per(self.value(sheet, denominator, row, column)?, per.into())?
            }
            _ => self.value(sheet, place, row, column)?,
        };
        fraction.round(measure.decimals)
    }

    /// The exact value of a measure that is counted directly.
    fn value(&self, sheet: &Sheet, place: usize, row: usize, column: usize) -> Option<Fraction> {
        let measure = self.measure(place);
        let quantity = sheet.quantity(place, row, column);
        match measure.figure {
            Figure::Count { .. } => Fraction::scaled(quantity.rows.into(), 0),
            Figure::Distinct { .. } => Fraction::scaled(quantity.different.into(), 0),
            Figure::Sum { .. } => Fraction::scaled(quantity.sum, measure.scale),
            Figure::Mean { .. } => {
                let rows = Fraction::scaled(quantity.rows.into(), 0)?;
                Fraction::scaled(quantity.sum, measure.scale)?.per(rows, 1)
            }
            Figure::Median { .. } => {
                let (low, high) = quantity.middle?;
                let two = Fraction::scaled(2, 0)?;
                Fraction::scaled(low.checked_add(high)?, measure.scale)?.per(two, 1)
            }
            Figure::Share { .. } | Figure::Ratio { .. } => None,
        }
    }

    /// Whether a cell is about a school in a month in which it was not in the programme.
    fn was_absent(&self, frame: &Frame, row: usize, column: usize) -> bool {
        let common = [frame.rows[row].common, frame.columns[column].common];
        let plan = &self.cube.plan;
        let school = common.iter().find_map(|common| school(plan, self.facts, *common));
        let month = common.iter().find_map(|common| month(plan, self.facts, *common));
        school.zip(month).is_some_and(|(school, month)| {
            let days = month.period().overlap(self.facts.period);
            !school.spans.iter().any(|span| days.is_some_and(|days| span.within(days).is_some()))
        })
    }
}

#[cfg(test)]
mod tests;
