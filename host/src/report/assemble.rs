//! Puts the finished report together: numbers that may be shown, in tables, with their notes.

use super::cube::Cube;
use super::figure::Fraction;
use super::frame::{Facts, Frame, Part, frames, month, school};
use super::pictures::pictures;
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
        is_there.then(|| Section {
            id: part.id().into(),
            title: part.title(),
            pictures: pictures(&tables, &cube.plan.description, facts),
            tables,
        })
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
                backing: Vec::new(),
                coverage: None,
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
                passport: None,
            };
            return sheet.frame.columns.iter().map(column).collect();
        }
        let column = |place: &usize| TableColumn {
            id: self.measure(*place).id.clone(),
            label: self.measure(*place).label.clone(),
            unit: unit(*place),
            total: false,
            passport: None,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Level, Month, RowKind, Span};
    use crate::report::fixture::{
        Contact, contact, contacts, cube, facts, many_tables, passport, period, plan,
    };
    use crate::report::{Plan, SchoolFacts};

    const P: Level = Level::Primary;
    const S: Level = Level::Secondary;

    fn report_of(
        plan: Plan,
        facts: &Facts,
        accompanied: &[i32],
        rows: &[Contact],
        audience: Audience,
    ) -> Report {
        let cube = cube(plan, accompanied, rows);
        assemble(&cube, facts, audience, passport(), Text::same("Test"), "Musterstadt".into())
    }

    /// The table as a reader sees it: row id, then its cells.
    fn printed(report: &Report, id: &str) -> Vec<String> {
        let table = report
            .sections
            .iter()
            .flat_map(|section| &section.tables)
            .find(|table| table.id == id)
            .unwrap_or_else(|| panic!("no table {id}"));
        let cell = |cell: &Cell| match cell {
            Cell::Shown(Number { units, decimals: 0 }) => units.to_string(),
            Cell::Shown(Number { units, decimals: 1 }) => format!("{}.{}", units / 10, units % 10),
            Cell::Shown(number) => format!("{number:?}"),
            Cell::Withheld => "x".into(),
            Cell::NotCollected => "-".into(),
            Cell::Undefined => "?".into(),
        };
        let row = |row: &Row| {
            let cells: Vec<String> = row.cells.iter().map(cell).collect();
            format!("{} {}", row.label.de, cells.join(" "))
        };
        table.rows.iter().map(row).collect()
    }

    #[test]
    fn three_schools_with_two_nine_and_fourteen_contacts_hide_two_of_them() {
        let facts = facts(&[("Ahorn", S), ("Birken", S), ("Zeder", S)]);
        let rows = [contacts(0, 2), contacts(1, 9), contacts(2, 14)].concat();
        let mut plan = plan(3);
        plan.description.tables[0].measures = vec![0];
        let report = report_of(plan, &facts, &[40; 3], &rows, Audience::Administration);
        assert_eq!(
            printed(&report, "overview-secondary"),
            ["Ahorn x", "Birken x", "Zeder 14", "Weiterführende Schulen zusammen 25"]
        );
        assert_eq!(report.passport.smallest_shown, 3);
        assert_eq!(report.passport.audience, Audience::Administration);
    }

    /// Ten contacts with ten households and guests: visits 0 to 5, minutes 10, 20, ... 100.
    fn ten(school: u16) -> Vec<Contact> {
        let row = |place: u32| Contact {
            is_visit: place < 6,
            minutes: i64::from(place + 1) * 10,
            guest: place,
            ..contact(school, u32::from(school) * 1_000 + place)
        };
        (0..10).map(row).collect()
    }

    #[test]
    fn each_figure_is_worked_out_exactly() {
        let facts = facts(&[("Birken", P), ("Ahorn", P)]);
        let rows = [ten(0), contacts(1, 11)].concat();
        let mut plan = plan(2);
        // Without the visits themselves, which the second school has none of.
        plan.description.tables[0].measures = vec![0, 1, 2, 3, 4, 5, 6, 7, 8];
        let report = report_of(plan, &facts, &[30, 90], &rows, Audience::Administration);
        // Ahorn: 11 contacts of 30 minutes; no visit; 11 for every 100 of 90 is 12.2.
        // Birken: 6 visits of 10 contacts; 550 minutes, mean and median 55; 10 for every 100 of 30.
        // Both: 880 minutes in 21 contacts are 41.9; the eleventh value of 21 is 30; 6 of 21 is
        // 28.6 %; 21 for every 100 of 120 is 17.5.
        assert_eq!(
            printed(&report, "overview-primary"),
            [
                "Ahorn 11 0 11 330 30.0 30.0 0.0 90 12.2",
                "Birken 10 6 10 550 55.0 55.0 60.0 30 33.3",
                "Grundschulen zusammen 21 6 21 880 41.9 30.0 28.6 120 17.5",
            ]
        );
        let table = &report.sections[0].tables[0];
        assert_eq!(table.columns[6].unit, Some(Text::same("%")));
        assert_eq!(table.rows.last().map(|row| row.kind), Some(RowKind::Total));
    }

    #[test]
    fn a_share_is_withheld_with_its_part_and_with_its_rest() {
        let facts = facts(&[("Ahorn", P), ("Birken", P), ("Zeder", P)]);
        let visits = |school: u16, of: u32, many: u32| -> Vec<Contact> {
            let rows = contacts(school, of).into_iter().zip(0..);
            rows.map(|(row, place)| Contact { is_visit: place < many, ..row }).collect()
        };
        let rows = [visits(0, 20, 2), visits(1, 20, 18), visits(2, 20, 10)].concat();
        let mut plan = plan(3);
        plan.description.tables[0].measures = vec![0, 6];
        let report = report_of(plan, &facts, &[40; 3], &rows, Audience::Public);
        assert_eq!(
            printed(&report, "overview-primary"),
            ["Ahorn 20 x", "Birken 20 x", "Zeder 20 50.0", "Grundschulen zusammen 60 50.0"]
        );
    }

    #[test]
    fn nothing_divided_by_nothing_is_undefined_and_a_zero_is_a_zero() {
        let facts = facts(&[("Ahorn", P), ("Birken", P)]);
        let report = report_of(plan(2), &facts, &[0, 50], &contacts(1, 10), Audience::Public);
        assert_eq!(
            printed(&report, "overview-primary")[..2],
            ["Ahorn 0 0 0 0 ? ? ? 0 ? 0", "Birken 10 0 10 300 30.0 30.0 0.0 50 20.0 10"]
        );
    }

    #[test]
    fn few_households_withhold_many_contacts() {
        let facts = facts(&[("Ahorn", P), ("Birken", P), ("Zeder", P)]);
        let mut rows: Vec<Contact> = (0..40).map(|place| contact(0, place % 4)).collect();
        rows.extend([contacts(1, 50), contacts(2, 60)].concat());
        let mut plan = plan(3);
        plan.description.tables[0].measures = vec![0, 2, 4];
        let report = |audience| report_of(plan.clone(), &facts, &[40; 3], &rows, audience);
        assert_eq!(
            printed(&report(Audience::Public), "overview-primary"),
            [
                "Ahorn x x x",
                "Birken x x x",
                "Zeder 60 60 30.0",
                "Grundschulen zusammen 150 114 30.0"
            ]
        );
        assert_eq!(
            printed(&report(Audience::Administration), "overview-primary")[0],
            "Ahorn 40 4 30.0"
        );
    }

    #[test]
    fn levels_stand_apart_in_the_order_of_names_and_absent_schools_do_not_appear() {
        let mut facts = facts(&[("Zeder", P), ("Ähre", P), ("Ufer", S), ("Ahorn", P), ("Ähre", P)]);
        facts.schools[3].spans = vec![Span::new(period().last.plus(1), None).unwrap()];
        facts.schools[4].number = "100000".into();
        let rows: Vec<Contact> = (0..5).flat_map(|school| contacts(school, 9)).collect();
        let report = report_of(many_tables(5), &facts, &[40; 5], &rows, Audience::Public);
        let sections: Vec<&str> =
            report.sections.iter().map(|section| section.title.de.as_str()).collect();
        assert_eq!(sections, ["Grundschulen", "Weiterführende Schulen", "Gesamtüberblick"]);
        let ids = |table: &Table| {
            table.rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(ids(&report.sections[0].tables[0]), "100000 100002 100001 total");
        assert_eq!(ids(&report.sections[1].tables[0]), "100003 total");
        assert_eq!(report.sections[2].tables[0].id, "by-kind");
        assert_eq!(printed(&report, "by-kind"), ["Hausbesuch 45 45", "Gesamt 45 45"]);
        assert_eq!(
            printed(&report, "kinds-primary"),
            ["Ähre 9 9", "Ähre 9 9", "Zeder 9 9", "Grundschulen zusammen 27 27"]
        );
    }

    #[test]
    fn months_before_a_school_joined_are_not_collected() {
        let mut facts = facts(&[("Ahorn", P), ("Birken", P)]);
        let november = Month(period().first.month().0 + 2);
        facts.schools[0].spans = vec![Span::new(november.period().first, None).unwrap()];
        let mut rows = contacts(1, 20);
        rows.extend(contacts(0, 8).into_iter().map(|row| Contact { month: 2, ..row }));
        let report = report_of(many_tables(2), &facts, &[50, 50], &rows, Audience::Public);
        assert_eq!(
            printed(&report, "months-primary"),
            ["Ahorn - - 8 0 8", "Birken 20 0 0 0 20", "Grundschulen zusammen 20 0 8 0 28"]
        );
        assert_eq!(
            printed(&report, "rates-primary"),
            [
                "Ahorn - - 16.0 0.0",
                "Birken 40.0 0.0 0.0 0.0",
                "Grundschulen zusammen 20.0 0.0 8.0 0.0"
            ],
            "the pupils of a school stand in each month, and a rate has no total column"
        );
        let table = report.sections[0].tables.iter().find(|table| table.id == "months-primary");
        let table = table.unwrap();
        assert_eq!(table.columns[0].id, "2025-09");
        assert_eq!(table.columns[3].label, Text::new("Dez 2025", "Dec 2025"));
        assert!(table.columns[4].total);
        let notes: Vec<&str> = table.notes.iter().map(|note| note.de.as_str()).collect();
        assert_eq!(
            notes,
            ["Nicht erhoben: Die Schule nahm in diesem Monat nicht am Programm teil. Das ist \
              keine Null."]
        );
    }

    #[test]
    fn a_number_withheld_in_one_table_is_withheld_in_every_other() {
        let facts = facts(&[("Ahorn", P), ("Birken", P), ("Zeder", P)]);
        let rows = [contacts(0, 3), contacts(1, 20), contacts(2, 30)].concat();
        let report = report_of(many_tables(3), &facts, &[40; 3], &rows, Audience::Public);
        let cells = |id: &str, column: usize| -> Vec<String> {
            let cell = |row: &String| row.split(' ').nth(column + 1).map(str::to_owned);
            printed(&report, id).iter().take(3).filter_map(cell).collect()
        };
        assert_eq!(cells("overview-primary", 0), ["x", "x", "30"]);
        // All contacts lie in the first month and are of one kind: the totals and the only column.
        assert_eq!(cells("months-primary", 0), ["x", "x", "30"]);
        assert_eq!(cells("months-primary", 4), ["x", "x", "30"]);
        assert_eq!(cells("kinds-primary", 0), ["x", "x", "30"]);
        assert_eq!(cells("rates-primary", 0), ["x", "x", "75.0"]);
    }

    #[test]
    fn a_school_without_facts_is_not_shown() {
        let facts = Facts { schools: Vec::<SchoolFacts>::new(), ..facts(&[]) };
        let report = report_of(plan(2), &facts, &[1, 2], &contacts(0, 9), Audience::Public);
        assert!(report.sections.is_empty());
    }
}
