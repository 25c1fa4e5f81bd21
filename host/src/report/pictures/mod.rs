//! Pictures of finished tables: made from what they show, after small numbers were withheld.
//!
//! Nothing here sees a count: the input is the tables as they are published, so a picture can hold
//! nothing that they do not show.

mod months;
mod rates;
mod words;

#[cfg(test)]
mod sample;

use super::frame::Facts;
use crate::domain::{
    Backing, Cell, Description, Figure, Measure, Number, Picture, Row, RowKind, Table,
};

/// A section must stay readable: so many columns of one table get a picture, from the left.
const MOST_OF_TABLE: usize = 6;

/// The pictures of the tables of a section, in the order of the tables and their columns.
///
/// A table whose rows are schools and whose columns are months gets a history of each school; a
/// share or rate in any other table with a row for each school gets a funnel or dots with intervals.
/// Rows keep their order: nothing is sorted by value.
pub(super) fn pictures(tables: &[Table], description: &Description, facts: &Facts) -> Vec<Picture> {
    let mut pictures = Vec::new();
    for table in tables.iter().filter(|table| is_by_school(table, facts)) {
        if months::is_by_month(table, facts) {
            pictures.extend(months::picture(table, facts));
            continue;
        }
        let measured = table.columns.iter().enumerate().filter_map(|(place, column)| {
            let measure = description.measures.iter().find(|measure| measure.id == column.id)?;
            let base = base(measure, description)?;
            rates::picture(table, place, &base, facts)
        });
        pictures.extend(measured.take(MOST_OF_TABLE));
    }
    pictures
}

/// What stands below the line of a share or rate.
struct Base<'a> {
    /// The measure.
    measure: &'a Measure,
    /// For how many of it the number is given.
    per: u32,
}

fn base<'a>(measure: &Measure, description: &'a Description) -> Option<Base<'a>> {
    let (place, per) = match measure.figure {
        Figure::Share { whole, .. } => (whole, 100),
        Figure::Ratio { denominator, per, .. } => (denominator, per),
        _ => return None,
    };
    Some(Base { measure: description.measures.get(place)?, per })
}

/// Whether each row but the total is a school.
fn is_by_school(table: &Table, facts: &Facts) -> bool {
    let mut rows = parts(table).peekable();
    let is_school = |row: &Row| {
        let mut schools = facts.schools.iter();
        schools.any(|school| school.number == row.id && school.name == row.label.de)
    };
    rows.peek().is_some() && rows.all(is_school)
}

/// The rows that are one school each.
fn parts(table: &Table) -> impl Iterator<Item = &Row> {
    table.rows.iter().filter(|row| row.kind == RowKind::Part)
}

/// The number of a cell, where it is shown.
fn shown(row: &Row, column: usize) -> Option<Number> {
    match row.cells.get(column)? {
        Cell::Shown(number) => Some(*number),
        Cell::RoundsToZero => Some(Number { units: 0, decimals: 0 }),
        Cell::Withheld | Cell::NotCollected | Cell::Undefined => None,
    }
}

/// What a shown number was made from. Where the number is not shown this is not looked at.
fn backing(row: &Row, column: usize) -> Option<Backing> {
    shown(row, column)?;
    row.backing.get(column).copied().flatten()
}

/// How many schools took part: so many chances there are to lie outside of limits.
fn schools(facts: &Facts) -> u32 {
    let takes_part = |school: &&super::SchoolFacts| {
        school.spans.iter().any(|span| span.within(facts.period).is_some())
    };
    facts.schools.iter().filter(takes_part).fold(0, |many, _| many + 1)
}
