//! Reads a file, or a single typed row, of one kind.

use csv::StringRecord;

use super::contacts::Contacts;
use super::header::{Field, Header};
use super::kind::{Kind, Records};
use super::mistake::Mistakes;
use super::reason;
use super::row::{Reported, Row};
use super::table::{Table, decode};
use super::{absences, attendance, entries, people, schools};
use crate::domain::{Directory, Id};

/// Reads a CSV file of one kind.
///
/// Fields are separated by commas or by semicolons, as the header line is; the text is UTF-8 with
/// or without a byte order mark, or else in the code page of Windows. Columns may stand in any order, and those that are not required
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
    read_file(kind, bytes, directory, new_id, false, progress)
}

/// The same for absences as a school's own system tells them: those of one day that contradict each
/// other are no mistake. The store keeps and shows them.
///
/// # Errors
///
/// As [`read`].
pub fn read_with_conflicts(
    bytes: &[u8],
    directory: &Directory,
    new_id: &mut dyn FnMut() -> Id,
    progress: &mut dyn FnMut(usize),
) -> Result<Records, Mistakes> {
    read_file(Kind::Absences, bytes, directory, new_id, true, progress)
}

fn read_file(
    kind: Kind,
    bytes: &[u8],
    directory: &Directory,
    new_id: &mut dyn FnMut() -> Id,
    keeps_conflicts: bool,
    progress: &mut dyn FnMut(usize),
) -> Result<Records, Mistakes> {
    let mut mistakes = Mistakes::default();
    let Some(text) = decode(bytes, &mut mistakes) else { return Err(mistakes) };
    let was_read = mistakes.is_empty();
    let table = Table::file(&text, was_read, progress);
    let records = read_table(kind, table, directory, new_id, keeps_conflicts, &mut mistakes);
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
    let records = read_table(kind, Table::typed(&fields), directory, new_id, false, &mut mistakes);
    finish(records, mistakes)
}

/// A row that was refused: its place among those given, and what is wrong with it.
pub(super) type Refused = (usize, Mistakes);

/// Reads rows that something else has translated, with their lines: the records of those that are
/// right, and what is wrong with the others. `Err` where the columns are no use.
pub(super) fn translated(
    kind: Kind,
    names: &[&str],
    rows: Vec<(u64, StringRecord)>,
    directory: &Directory,
    new_id: &mut dyn FnMut() -> Id,
) -> Result<(Records, Vec<Refused>), Mistakes> {
    let mut mistakes = Mistakes::default();
    let mut refused = Vec::new();
    let table = Table::given(names.iter().collect(), rows);
    let records =
        read_rows(kind, table, directory, new_id, false, &mut mistakes, Some(&mut refused));
    match records {
        Some(records) if mistakes.is_empty() => Ok((records, refused)),
        _ => Err(mistakes),
    }
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
    table: Table<'_>,
    directory: &Directory,
    new_id: &mut dyn FnMut() -> Id,
    keeps_conflicts: bool,
    mistakes: &mut Mistakes,
) -> Option<Records> {
    read_rows(kind, table, directory, new_id, keeps_conflicts, mistakes, None)
}

/// The same; with `refused`, rows that are wrong go there, and the others are kept.
fn read_rows(
    kind: Kind,
    mut table: Table<'_>,
    directory: &Directory,
    new_id: &mut dyn FnMut() -> Id,
    keeps_conflicts: bool,
    mistakes: &mut Mistakes,
    refused: Option<&mut Vec<Refused>>,
) -> Option<Records> {
    let Some((line, names)) = table.header(mistakes) else {
        mistakes.add(1, None, || reason::no_header(kind));
        return None;
    };
    let roles = directory.codes.list("role");
    let header = Header::new(kind, line, &names, &roles, mistakes)?;
    let mut rows = Rows { table, header: &header, mistakes, refused };
    let (header, known) = (&header, directory);
    Some(match kind {
        Kind::Schools => Records::Schools(rows.all(schools::school(header, known, new_id))),
        Kind::Enrolments => Records::Enrolments(rows.all(schools::enrolment(header, known))),
        Kind::Participation => {
            Records::Participation(rows.all(schools::participation(header, known)))
        }
        Kind::DaysOff => Records::DaysOff(rows.all(schools::day_off(header, known))),
        Kind::HalfYears => Records::HalfYears(rows.all(attendance::half_year(header, known))),
        Kind::Attendance => Records::Attendance(rows.all(attendance::attendance(header, known))),
        Kind::DaysNotTaken => {
            Records::DaysNotTaken(rows.all(attendance::day_not_taken(header, known)))
        }
        Kind::Stays => Records::Stays(rows.all(attendance::stay(header, known))),
        Kind::Practitioners => {
            Records::Practitioners(rows.all(people::practitioner(header, known, new_id)))
        }
        Kind::Assignments => Records::Assignments(rows.all(people::assignment(header, known))),
        Kind::Pairings => Records::Pairings(rows.all(people::pairing(header, known, new_id))),
        Kind::Households => Records::Households(rows.all(people::household(header, known, new_id))),
        Kind::Pupils => Records::Pupils(rows.all(people::pupil(header, known, new_id))),
        Kind::Absences => {
            Records::Absences(rows.all(absences::absence(header, known, new_id, keeps_conflicts)))
        }
        Kind::AbsenceTotals => Records::AbsenceTotals(rows.all(absences::total(header, known))),
        Kind::Contacts => {
            let mut contacts = Contacts::new(header, known, new_id);
            Records::Contacts(rows.all(|row| contacts.row(row)))
        }
        Kind::Form(form) => {
            Records::Entries(form, rows.all(entries::entry(form, header, known, new_id)))
        }
    })
}

/// The rows below a header line.
struct Rows<'a, 't> {
    table: Table<'t>,
    header: &'a Header,
    mistakes: &'a mut Mistakes,
    refused: Option<&'a mut Vec<Refused>>,
}

impl Rows<'_, '_> {
    /// Turns every row into a record. After the first mistake rows are still checked, but their
    /// records are not kept.
    fn all<T>(&mut self, mut each: impl FnMut(&mut Row<'_, '_>) -> Result<T, Reported>) -> Vec<T> {
        let mut kept = Vec::new();
        let mut record = StringRecord::new();
        if let Some(refused) = self.refused.take() {
            let mut place = 0;
            while let Some(line) = self.table.next(&mut record, self.header.width(), self.mistakes)
            {
                let mut own = Mistakes::default();
                let read = each(&mut Row { record: &record, line, mistakes: &mut own });
                match read {
                    Ok(read) if own.is_empty() => kept.push(read),
                    _ => refused.push((place, own)),
                }
                place += 1;
            }
            return kept;
        }
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

#[cfg(test)]
mod tests {
    use super::super::sample::{directory, ids, mistakes, places, records};
    use super::*;
    use crate::domain::{Lang, School};

    #[test]
    fn every_kind_reads_a_file_of_all_its_columns() {
        for kind in Kind::all() {
            let names: Vec<_> = kind.columns().iter().map(|column| column.name).collect();
            let read = records(kind, &names.join(";")).unwrap();
            assert_eq!((read.kind(), read.len()), (kind, 0));
            assert!(read.is_empty());
        }
    }

    #[test]
    fn a_file_without_a_header_says_what_belongs_there() {
        for text in ["", "\n\r\n", "\u{FEFF}"] {
            let said = mistakes(Kind::Schools, text);
            assert_eq!(said.len(), 1, "{text:?}");
            assert!(said[0].2.contains("must name the columns `number`, `name`, `form`"));
        }
        let said = places(Kind::Schools, "990001,A,02\n990002,B,02\n");
        assert!(said.iter().all(|(line, _)| *line == 1), "no use to read on: {said:?}");
    }

    #[test]
    fn a_column_that_is_missing_is_reported_once_and_the_rest_is_read() {
        let said = places(Kind::Schools, "number,form\n990010,02\n99,02\n990011,xx\n");
        let expected = [(1, "name"), (3, "number"), (4, "form")];
        assert_eq!(said, expected.map(|(line, field)| (line, field.to_owned())));
    }

    /// 9,999 good rows do not outweigh a bad one.
    #[test]
    fn one_bad_row_among_many_leaves_no_records() {
        let row = |place: usize| {
            let minutes = if place == 7_000 { "1441" } else { "45" };
            format!("990001,2025-09-15,{minutes},phone,not-reached,m1\r\n")
        };
        let rows: String = (0..10_000).map(row).collect();
        let text = format!("school,day,minutes,kind,result,participants\r\n{rows}");
        let mut made = 0;
        let mut new_id = || {
            made += 1;
            ids()()
        };
        let mut progress = Vec::new();
        let found =
            read(Kind::Contacts, text.as_bytes(), &directory(), &mut new_id, &mut |bytes| {
                progress.push(bytes);
            });
        let found = found.unwrap_err();
        assert_eq!(found.total(), 1);
        assert_eq!(
            found.list[0].say(Lang::De),
            "Zeile 7002, `minutes`: `1441` ist keine ganze Zahl von 0 bis 1440"
        );
        assert!(progress.len() > 2 && progress.is_sorted(), "{progress:?}");
        assert_eq!(progress.last(), Some(&text.len()));
    }

    #[test]
    fn lines_are_right_after_quoted_notes_and_blank_rows() {
        let head = "school,day,minutes,kind,result,participants,shared_note";
        let row = "990001,2025-09-15,45,phone,not-reached,m1";
        let text = format!(
            "\u{FEFF}{head}\r\n{row},\"one\r\ntwo\r\n\r\nthree\"\r\n\r\n,,,,,,\r\n{row},{{\r\n\
             9,2025-09-15,45,phone,not-reached,m1,\r\n"
        );
        assert_eq!(places(Kind::Contacts, &text), [(9, "school".to_owned())]);
    }

    #[test]
    fn mistakes_of_every_sort_come_together_and_in_order() {
        let mut bytes =
            b"\xEF\xBB\xBFnumber,name,form,colour\n990010,Caf\xE9,02,\n9900,B,02,\n".to_vec();
        bytes.extend(b"990011,\"C\"x,02,\n990012,D,02\n990013,,02,\n990014,\"E,02,\n990015");
        let found = read(Kind::Schools, &bytes, &directory(), &mut ids(), &mut |_| ()).unwrap_err();
        let lines: Vec<_> = found.list.iter().map(|mistake| mistake.line).collect();
        assert_eq!(lines, [1, 2, 3, 4, 5, 6, 7]);
        assert!(found.to_string().starts_with("7 mistakes, nothing was kept; the first: line 1, "));
    }

    #[test]
    fn destroyed_letters_are_reported_and_not_guessed() {
        let said = mistakes(Kind::Schools, "number,name,form\n990010,B\u{FFFD}ra,02\n");
        assert_eq!((said[0].0, &*said[0].1), (2, "name"));
        assert_eq!(said.len(), 1);
    }

    #[test]
    fn more_than_a_thousand_mistakes_are_counted() {
        let rows = "1,A,02\n".repeat(1_500);
        let found = records(Kind::Schools, &format!("number,name,form\n{rows}")).unwrap_err();
        assert_eq!((found.list.len(), found.more, found.total()), (1_000, 500, 1_500));
    }

    #[test]
    fn a_typed_row_is_read_by_the_same_rules() {
        let one = |kind, fields: &[(&str, &str)]| one(kind, fields, &directory(), &mut ids());
        let found = one(Kind::Schools, &[("number", "990001"), ("frm", "02"), ("name", "A;\"B")]);
        let said: Vec<_> =
            found.unwrap_err().list.iter().map(|mistake| mistake.say(Lang::En)).collect();
        assert_eq!(
            said,
            [
                "`frm`: there is no column `frm`; did you mean `form`?",
                "`number`: there already is a school with the number `990001`; remove the row or use another",
                "`form`: a value is missing; fill it in",
            ]
        );
        assert_eq!(one(Kind::Schools, &[]).unwrap_err().total(), 3, "an empty row is no row");
        let fields = [("form", "02"), ("number", "990010"), ("name", "A;\"B\" ")];
        let id = ids()();
        let school =
            School { id, number: "990010".into(), name: "A;\"B\"".into(), form: "02".into() };
        assert_eq!(one(Kind::Schools, &fields), Ok(Records::Schools(vec![school])));
    }
}
