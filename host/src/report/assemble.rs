//! Puts the finished report together: numbers that may be shown, in tables, with their notes.

use super::cube::Cube;
use super::figure::Fraction;
use super::frame::{Facts, Frame, Part, frames, month, school};
use super::plan::Base;
use super::publish::{Sheet, sheets};
use crate::domain::{
    Audience, Cell, Figure, Measure, Number, Passport, Report, Row, RowKind, SCHEMA, Section,
    Table, TableColumn, Text,
};

/// Makes the report from what was counted.
///
/// Numbers that rest on fewer persons than the audience may see are withheld, with as many others
/// as it takes that they cannot be worked out. The passport's audience is set to `audience`.
pub fn assemble(
    cube: &Cube,
    facts: &Facts,
    audience: Audience,
    passport: Passport,
    title: Text,
    municipality: String,
) -> Report {
    let smallest_shown = audience.smallest_shown();
    let writer = Writer { cube, facts, smallest_shown };
    let sheets = sheets(cube, frames(cube, facts), smallest_shown);
    let section = |part: Part| {
        let tables: Vec<Table> = sheets
            .iter()
            .filter(|sheet| sheet.frame.part == part)
            .map(|sheet| writer.table(sheet))
            .collect();
        let is_there = !tables.is_empty();
        is_there.then(|| Section { id: part.id().into(), title: part.title(), tables })
    };
    Report {
        schema: SCHEMA.into(),
        title,
        municipality,
        sections: Part::ORDER.into_iter().filter_map(section).collect(),
        passport: Passport { audience, smallest_shown, ..passport },
    }
}

struct Writer<'a> {
    cube: &'a Cube,
    facts: &'a Facts,
    smallest_shown: u64,
}

impl Writer<'_> {
    fn table(&self, sheet: &Sheet) -> Table {
        let description = &self.cube.plan.description;
        let Frame { part, table, rows, .. } = &sheet.frame;
        let spec = &description.tables[*table];
        let rows: Vec<Row> = rows
            .iter()
            .enumerate()
            .map(|(place, line)| Row {
                id: line.id.clone(),
                label: line.label.clone(),
                kind: if line.is_total { RowKind::Total } else { RowKind::Part },
                cells: self.cells(sheet, place),
            })
            .collect();
        let id = match part {
            Part::Level(level) => format!("{}-{}", spec.id, level.code()),
            Part::All => spec.id.clone(),
        };
        Table {
            id,
            caption: spec.title.clone(),
            corner: description.dimensions[spec.rows].label.clone(),
            columns: self.columns(sheet),
            notes: self.notes(&spec.measures, &rows),
            rows,
        }
    }

    fn measure(&self, place: usize) -> &Measure {
        &self.cube.plan.description.measures[place]
    }

    fn columns(&self, sheet: &Sheet) -> Vec<TableColumn> {
        let spec = &self.cube.plan.description.tables[sheet.frame.table];
        let unit = |place: usize| match &self.measure(place).figure {
            Figure::Share { .. } => Some(Text::same("%")),
            _ => self.measure(place).unit.clone(),
        };
        if spec.across.is_some() {
            let column = |line: &super::frame::Line| TableColumn {
                id: line.id.clone(),
                label: line.label.clone(),
                unit: unit(spec.measures[0]),
                total: line.is_total,
            };
            return sheet.frame.columns.iter().map(column).collect();
        }
        let column = |place: &usize| TableColumn {
            id: self.measure(*place).id.clone(),
            label: self.measure(*place).label.clone(),
            unit: unit(*place),
            total: false,
        };
        spec.measures.iter().map(column).collect()
    }

    fn cells(&self, sheet: &Sheet, row: usize) -> Vec<Cell> {
        let spec = &self.cube.plan.description.tables[sheet.frame.table];
        if spec.across.is_some() {
            let columns = 0..sheet.frame.columns.len();
            columns.map(|column| self.cell(sheet, spec.measures[0], row, column)).collect()
        } else {
            spec.measures.iter().map(|measure| self.cell(sheet, *measure, row, 0)).collect()
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
        self.number(sheet, place, row, column).map_or(Cell::Undefined, Cell::Shown)
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

    fn notes(&self, measures: &[usize], rows: &[Row]) -> Vec<Text> {
        let has = |wanted: Cell| rows.iter().any(|row| row.cells.contains(&wanted));
        let measures_any = |is_it: fn(&Figure) -> bool| {
            measures.iter().any(|place| is_it(&self.measure(*place).figure))
        };
        let mut notes = Vec::new();
        if has(Cell::Withheld) {
            let smallest = self.smallest_shown;
            notes.push(Text::new(
                format!(
                    "Unterdrückt: Die Zahl beruht auf weniger als {smallest} Personen oder \
                     Einträgen, oder aus ihr ließe sich eine solche Zahl errechnen."
                ),
                format!(
                    "Withheld: the number rests on fewer than {smallest} persons or records, or \
                     such a number could be worked out from it."
                ),
            ));
        }
        if has(Cell::NotCollected) {
            notes.push(Text::new(
                "Nicht erhoben: Die Schule nahm in diesem Monat nicht am Programm teil. Das ist \
                 keine Null.",
                "Not collected: the school was not in the programme in that month. This is not a \
                 zero.",
            ));
        }
        if measures_any(|figure| matches!(figure, Figure::Share { .. } | Figure::Ratio { .. })) {
            notes.push(Text::new(
                "Anteile und Raten werden aus ungerundeten Zahlen berechnet.",
                "Shares and rates are calculated from unrounded numbers.",
            ));
        }
        if measures_any(|figure| matches!(figure, Figure::Distinct { .. })) {
            notes.push(Text::new(
                "Wer in mehreren Zeilen oder Spalten vorkommt, zählt in der Gesamtzahl nur einmal.",
                "Whoever is in several rows or columns counts only once in the total.",
            ));
        }
        notes
    }
}
