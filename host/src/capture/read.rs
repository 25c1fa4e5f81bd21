//! Reads a file, or a single typed row, of one kind.

use std::borrow::Cow;

use csv::StringRecord;

use super::contacts::Contacts;
use super::header::{Field, Header};
use super::kind::{Kind, Records};
use super::mistake::Mistakes;
use super::reason;
use super::row::{Reported, Row};
use super::table::{Table, decode};
use super::{people, schools};
use crate::domain::{Directory, Id};

/// Reads a CSV file of one kind.
///
/// Fields are separated by commas or by semicolons, as the header line is; the text is UTF-8 with
/// or without a byte order mark. Columns may stand in any order, and those that are not required
/// may be left out. Fields are read without the white space around them, and rows without any
/// value are passed over. [`Kind::columns`] and `schemas/json/import` say what belongs in which.
///
/// Everything that records refer to must be in `directory`. `new_id` is called once for each record
/// that has an id. `progress` is told now and then how many bytes have been read, and all of them
/// at the end.
///
/// # Errors
///
/// All mistakes at once, in the order of lines. Then no record is handed out, also none of the
/// rows that are right.
pub fn read(
    kind: Kind,
    bytes: &[u8],
    directory: &Directory,
    new_id: &mut dyn FnMut() -> Id,
    progress: &mut dyn FnMut(usize),
) -> Result<Records, Mistakes> {
    let mut mistakes = Mistakes::default();
    let Some(text) = decode(bytes, &mut mistakes) else { return Err(mistakes) };
    let was_utf_8 = matches!(text, Cow::Borrowed(_));
    let table = Table::file(&text, was_utf_8, progress);
    let records = read_table(kind, table, directory, new_id, &mut mistakes);
    progress(bytes.len());
    finish(records, mistakes)
}

/// Reads one row that somebody typed: pairs of a column's name and a value, as they would stand in
/// a file. Required columns that are not among them count as empty. The line of mistakes is 0.
///
/// # Errors
///
/// All mistakes at once.
pub fn one(
    kind: Kind,
    fields: &[(&str, &str)],
    directory: &Directory,
    new_id: &mut dyn FnMut() -> Id,
) -> Result<Records, Mistakes> {
    let mut mistakes = Mistakes::default();
    let mut fields = fields.to_vec();
    for column in kind.columns().iter().filter(|column| column.required) {
        if !fields.iter().any(|(name, _)| name.trim() == column.name) {
            fields.push((column.name, ""));
        }
    }
    let records = read_table(kind, Table::typed(&fields), directory, new_id, &mut mistakes);
    finish(records, mistakes)
}

/// The records, if nothing at all is wrong.
fn finish(records: Option<Records>, mut mistakes: Mistakes) -> Result<Records, Mistakes> {
    match records {
        Some(records) if mistakes.is_empty() => Ok(records),
        _ => {
            mistakes.list.sort_by_key(|mistake| mistake.line);
            Err(mistakes)
        }
    }
}

/// Reads every row. `None` where the header line is no use, which is a mistake then.
fn read_table(
    kind: Kind,
    mut table: Table<'_>,
    directory: &Directory,
    new_id: &mut dyn FnMut() -> Id,
    mistakes: &mut Mistakes,
) -> Option<Records> {
    let Some((line, names)) = table.header(mistakes) else {
        mistakes.add(1, None, || reason::no_header(kind));
        return None;
    };
    let roles = directory.codes.list("role");
    let header = Header::new(kind, line, &names, &roles, mistakes)?;
    let mut rows = Rows { table, header: &header, mistakes };
    let (header, known) = (&header, directory);
    Some(match kind {
        Kind::Schools => Records::Schools(rows.all(schools::school(header, known, new_id))),
        Kind::Enrolments => Records::Enrolments(rows.all(schools::enrolment(header, known))),
        Kind::Participation => {
            Records::Participation(rows.all(schools::participation(header, known)))
        }
        Kind::DaysOff => Records::DaysOff(rows.all(schools::day_off(header, known))),
        Kind::Practitioners => {
            Records::Practitioners(rows.all(people::practitioner(header, known, new_id)))
        }
        Kind::Assignments => Records::Assignments(rows.all(people::assignment(header, known))),
        Kind::Pairings => Records::Pairings(rows.all(people::pairing(header, known, new_id))),
        Kind::Households => Records::Households(rows.all(people::household(header, known, new_id))),
        Kind::Pupils => Records::Pupils(rows.all(people::pupil(header, known, new_id))),
        Kind::Contacts => {
            let mut contacts = Contacts::new(header, known, new_id);
            Records::Contacts(rows.all(|row| contacts.row(row)))
        }
    })
}

/// The rows below a header line.
struct Rows<'a, 't> {
    table: Table<'t>,
    header: &'a Header,
    mistakes: &'a mut Mistakes,
}

impl Rows<'_, '_> {
    /// Turns every row into a record. After the first mistake rows are still checked, but their
    /// records are not kept.
    fn all<T>(&mut self, mut each: impl FnMut(&mut Row<'_, '_>) -> Result<T, Reported>) -> Vec<T> {
        let mut kept = Vec::new();
        let mut record = StringRecord::new();
        while let Some(line) = self.table.next(&mut record, self.header.width(), self.mistakes) {
            let mut row = Row { record: &record, line, mistakes: self.mistakes };
            for place in self.table.destroyed(&record) {
                let field = Field { name: self.header.name(place), place: Some(place) };
                row.wrong(field, reason::destroyed);
            }
            let read = each(&mut row);
            match read {
                Ok(read) if self.mistakes.is_empty() => kept.push(read),
                _ => kept.clear(),
            }
        }
        kept
    }
}
