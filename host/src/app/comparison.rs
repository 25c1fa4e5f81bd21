//! The schools beside each other: one measure of one report at a time, with the schools' own history.
//!
//! Nothing is counted here. Whoever looks chooses among the numbers that the report shows anyway, so no
//! choice can be held against another one to work out what is withheld.

use std::collections::{BTreeSet, HashMap};

use crate::domain::{
    Cell, Drawing, Id, Lang, Number, Picture, Report, Row, RowKind, SchoolYear, Scope, Section,
    Table, TableColumn, Text,
};
use crate::render::report_view;

use super::shelf::ShelfEntry;
use super::{Actor, App, Error, UseCase};

/// What somebody wants to see.
#[derive(Debug, Clone, Copy, Default)]
pub struct ComparisonWish<'a> {
    /// The id of a report; the newest that was published where none is named.
    pub report: Option<&'a str>,
    /// The id of a measure in it; a rate where none is named.
    pub measure: Option<&'a str>,
    /// The schools with the most pupils first, in place of the report's own order.
    pub is_by_size: bool,
}

/// What there is to see.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The reports that compare schools, newest first: of each plugin, period and audience the last.
    pub reports: Vec<ShelfEntry>,
    /// The one that is shown; `None` where there is none.
    pub shown: Option<Compared>,
}

/// A measure that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasureChoice {
    /// Its id: the table's, and the column's where one column is chosen.
    pub id: String,
    /// The title of its table.
    pub table: Text,
    /// Its own title.
    pub title: Text,
}

/// One measure of one report.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The report's line in the library.
    pub shelf: ShelfEntry,
    /// What can be chosen in it.
    pub measures: Vec<MeasureChoice>,
    /// What is.
    pub measure: MeasureChoice,
    /// The report with nothing in it but this measure: each section has the table of coverage, that of
    /// the measure, and that of the history where there is one.
    pub report: Report,
}

impl Compared {
    /// Its texts, tables and drawings for a page.
    pub fn view(&self, lang: Lang) -> serde_json::Value {
        report_view(&self.report, lang)
    }
}

impl App {
    /// Schools beside each other, from a report that was run.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchReport`] for one that is not among those that compare schools.
    pub fn comparison(&self, actor: &Actor, wish: ComparisonWish<'_>) -> Result<Comparison, Error> {
        self.permit(actor, UseCase::ReportRead)?;
        let mut seen = BTreeSet::new();
        let mut reports = self.shelf(actor)?;
        reports.retain(|found| {
            let entry = &found.entry;
            let is_asked = wish.report.is_some_and(|id| id == entry.id.to_string());
            let of = (entry.plugin.clone(), entry.period.first, entry.period.last);
            let key = (of, entry.audience.smallest_shown());
            let counts = found.compares_schools && found.withdrawn.is_none();
            counts && (seen.insert(key) || is_asked)
        });
        let found = match wish.report {
            Some(id) => {
                let named = reports.iter().find(|found| found.entry.id.to_string() == id);
                Some(named.ok_or_else(|| Error::NoSuchReport(id.to_owned()))?)
            }
            None => first(&reports),
        };
        let Some(entry) = found.cloned() else { return Ok(Comparison { reports, shown: None }) };
        let report = self.document(actor, &entry.entry.id.to_string())?;
        let sizes = self.sizes(SchoolYear::of(report.passport.period.last))?;
        let order = wish.is_by_size.then_some(&sizes);
        let numbers: BTreeSet<&str> = sizes.keys().map(String::as_str).collect();
        let shown = compared(report, entry, &numbers, wish.measure, order);
        Ok(Comparison { reports, shown })
    }

    /// How many pupils each school has, as far as that is known in a school year or before.
    fn sizes(&self, year: SchoolYear) -> Result<HashMap<String, u32>, Error> {
        let reader = self.store.read(&Scope::municipality())?;
        let enrolments = reader.enrolments()?;
        let size = |key| {
            let known = enrolments.iter().filter(|it| it.school == key && it.year <= year);
            known.max_by_key(|it| it.year).map_or(0, |it| it.pupils)
        };
        Ok(reader
            .schools()?
            .into_iter()
            .map(|(key, school, _)| (school.number, size(key)))
            .collect())
    }
}

/// What is shown where nobody names a report: what was published before what is for the team alone, and
/// the comparison that comes with the program before reports that compare schools as well.
fn first(reports: &[ShelfEntry]) -> Option<&ShelfEntry> {
    let rank = |found: &&ShelfEntry| {
        let is_work = found.entry.audience.smallest_shown() <= 1;
        (!found.entry.plugin.ends_with(".school-comparison"), is_work)
    };
    // Of several that are as good, the newest, which comes first.
    reports.iter().min_by_key(rank)
}

/// The report with one measure alone.
fn compared(
    report: Report,
    shelf: ShelfEntry,
    schools: &BTreeSet<&str>,
    wished: Option<&str>,
    order: Option<&HashMap<String, u32>>,
) -> Option<Compared> {
    let measures = measures(&report, schools);
    let named = wished.and_then(|id| measures.iter().find(|it| it.id == id));
    // A rate is what schools of different sizes can be compared by; it is what is drawn as dots.
    let drawn = || {
        let pictures: Vec<String> = report
            .sections
            .iter()
            .flat_map(|section| section.pictures.iter().map(|it| plain(&it.id, section)))
            .collect();
        measures.iter().find(|it| pictures.contains(&it.id))
    };
    let measure = named.or_else(drawn).or(measures.first())?.clone();
    let section = |section: &Section| narrowed(section, &measure, schools, order);
    let sections = report.sections.iter().filter_map(section).collect();
    let report = Report { sections, blocks: Vec::new(), ..report };
    Some(Compared { shelf, measures, measure, report })
}

/// The id of a table or picture without the level of its section: `rates-primary` is `rates`.
fn plain(id: &str, section: &Section) -> String {
    id.replacen(&format!("-{}", section.id), "", 1)
}

fn has_schools(table: &Table, schools: &BTreeSet<&str>) -> bool {
    table.rows.iter().any(|row| schools.contains(row.id.as_str()))
}

/// Whether the columns are months, each with the same number: a history.
fn is_history(table: &Table) -> bool {
    let is_month = |column: &TableColumn| {
        let (year, month) = column.id.split_once('-').unwrap_or_default();
        year.len() == 4 && month.len() == 2 && column.id.bytes().all(|it| it != b'_')
    };
    let mut columns = table.columns.iter().filter(|column| !column.total).peekable();
    columns.peek().is_some() && columns.all(is_month)
}

/// Whether the columns divide one number: kinds or languages of contacts, say.
fn is_divided(table: &Table) -> bool {
    let mut passports = table.columns.iter().filter_map(|column| column.passport.as_ref());
    let Some(first) = passports.next() else { return false };
    table.columns.len() > 1 && passports.all(|other| other == first)
}

fn measures(report: &Report, schools: &BTreeSet<&str>) -> Vec<MeasureChoice> {
    let mut found: Vec<MeasureChoice> = Vec::new();
    for section in &report.sections {
        let tables = section.tables.iter().filter(|it| has_schools(it, schools) && !is_history(it));
        for table in tables {
            let id = plain(&table.id, section);
            let mut add = |id: String, title: &Text| {
                if !found.iter().any(|known| known.id == id) {
                    let table = table.caption.clone();
                    found.push(MeasureChoice { id, table, title: title.clone() });
                }
            };
            if is_divided(table) {
                add(id, &table.caption);
            } else {
                for column in &table.columns {
                    add(format!("{id}.{}", column.id), &column.label);
                }
            }
        }
    }
    found
}

/// A section with the coverage of its schools, one measure, and the history.
fn narrowed(
    section: &Section,
    measure: &MeasureChoice,
    schools: &BTreeSet<&str>,
    order: Option<&HashMap<String, u32>>,
) -> Option<Section> {
    let (wanted, column) = match measure.id.split_once('.') {
        Some((table, column)) => (table, Some(column)),
        None => (measure.id.as_str(), None),
    };
    let table = section.tables.iter().find(|table| plain(&table.id, section) == wanted)?;
    let numbers = match column {
        None => table.clone(),
        Some(column) => one_column(table, column)?,
    };
    let history = section.tables.iter().find(|it| has_schools(it, schools) && is_history(it));
    let mut pictures: Vec<Picture> = section.pictures.clone();
    pictures.retain(|picture| {
        let of_measure = plain(&picture.id, section) == measure.id && picture.table == table.id;
        of_measure || history.is_some_and(|history| picture.table == history.id)
    });
    let covered = |table: &&Table| table.rows.iter().any(|row| row.coverage.is_some());
    let covered = section.tables.iter().find(covered).unwrap_or(table);
    let mut tables = vec![coverage(covered), numbers];
    tables.extend(history.cloned());
    for table in &mut tables {
        for picture in pictures.iter_mut().filter(|picture| picture.table == table.id) {
            arrange_picture(picture, &table.rows, order);
        }
        arrange(&mut table.rows, order);
    }
    // Coverage stands in a table of its own, before everything else.
    for row in tables[1..].iter_mut().flat_map(|table| &mut table.rows) {
        row.coverage = None;
    }
    Some(Section { tables, pictures, ..section.clone() })
}

/// On how many school days each school recorded anything, as the report says it.
fn coverage(of: &Table) -> Table {
    let column = |id: &str, label: Text| TableColumn {
        id: id.to_owned(),
        label,
        unit: None,
        total: false,
        passport: None,
    };
    let whole = |number: u32| Cell::Shown(Number { units: number.into(), decimals: 0 });
    let row = |row: &Row| {
        let coverage = row.coverage?;
        let recorded = coverage.recorded.map_or(Cell::Withheld, whole);
        Some(Row {
            cells: vec![recorded, whole(coverage.possible)],
            backing: Vec::new(),
            coverage: None,
            ..row.clone()
        })
    };
    Table {
        id: "coverage".to_owned(),
        caption: Text::new("Wie vollständig erfasst ist", "How completely was recorded"),
        corner: of.corner.clone(),
        columns: vec![
            column("recorded", Text::new("Tage mit Einträgen", "Days with records")),
            column("possible", Text::new("Schultage im Programm", "School days in the programme")),
        ],
        rows: of.rows.iter().filter_map(row).collect(),
        notes: Vec::new(),
    }
}

/// A table with one of its columns, and beside it what a rate or share was made from.
fn one_column(table: &Table, column: &str) -> Option<Table> {
    let place = table.columns.iter().position(|found| found.id == column)?;
    let chosen = &table.columns[place];
    let made_of =
        chosen.passport.as_ref().and_then(|it| Some((&it.numerator, it.denominator.as_ref()?)));
    let mut columns = vec![chosen.clone()];
    if let Some((numerator, denominator)) = made_of {
        for (id, label) in [("numerator", numerator), ("denominator", denominator)] {
            let (id, label) = (id.to_owned(), label.clone());
            columns.push(TableColumn { id, label, unit: None, total: false, passport: None });
        }
    }
    let row = |row: &Row| {
        let cell = *row.cells.get(place)?;
        let backing = row.backing.get(place).copied().flatten();
        let mut cells = vec![cell];
        if made_of.is_some() {
            // Where the rate is not shown, neither is what it was made from.
            let [part, whole] = match backing {
                Some(backing) => [backing.numerator, backing.denominator].map(Cell::Shown),
                None => [cell, cell],
            };
            cells.extend([part, whole]);
        }
        let mut behind = vec![None; cells.len()];
        behind[0] = backing;
        Some(Row { cells, backing: behind, ..row.clone() })
    };
    let rows = table.rows.iter().filter_map(row).collect();
    Some(Table { columns, rows, ..table.clone() })
}

/// The places of the schools in the order wished for; the total stays last.
fn places(rows: &[Row], order: Option<&HashMap<String, u32>>) -> Vec<usize> {
    let mut places: Vec<usize> = (0..rows.len()).collect();
    if let Some(sizes) = order {
        let size = |row: &Row| sizes.get(&row.id).copied().unwrap_or(0);
        places.sort_by_key(|place| {
            let row = &rows[*place];
            (row.kind == RowKind::Total, std::cmp::Reverse(size(row)))
        });
    }
    places
}

fn arrange(rows: &mut Vec<Row>, order: Option<&HashMap<String, u32>>) {
    *rows = places(rows, order).into_iter().map(|place| rows[place].clone()).collect();
}

fn ordered<T: Clone>(list: &mut Vec<T>, places: &[usize]) {
    if list.len() == places.len() {
        *list = places.iter().map(|place| list[*place].clone()).collect();
    }
}

/// Puts what is drawn of each school into the order of the rows.
fn arrange_picture(picture: &mut Picture, rows: &[Row], order: Option<&HashMap<String, u32>>) {
    let parts: Vec<Row> = rows.iter().filter(|row| row.kind == RowKind::Part).cloned().collect();
    let places = places(&parts, order);
    match &mut picture.drawing {
        Drawing::SmallMultiples { panels, .. } => ordered(panels, &places),
        Drawing::IntervalDots { dots, .. } | Drawing::Funnel { dots, .. } => {
            ordered(dots, &places);
        }
    }
}

impl Comparison {
    /// The id of the report that is shown.
    pub fn shown_id(&self) -> Option<Id> {
        self.shown.as_ref().map(|shown| shown.shelf.entry.id)
    }
}
