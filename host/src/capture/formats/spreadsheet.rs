//! Spreadsheets to rows of texts, cell by cell and within bounds.

use std::io::{Cursor, Read as _};

use calamine::{DataRef, Reader as _, Xlsx};
use csv::StringRecord;

use super::super::mistake::Mistakes;
use super::lines::{Lines, wrong};
use super::source::{MOST_BYTES, MOST_COLUMNS, MOST_ROWS};
use super::words;

/// The most files inside a spreadsheet; one has a dozen and one for each sheet.
const MOST_PARTS: usize = 1_000;

/// Whether bytes begin as a packed file does.
pub(super) fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Reads one sheet. Rows before the header are passed over.
pub(super) fn read(bytes: &[u8], sheet: Option<&str>, header: u64) -> Result<Lines, Mistakes> {
    check_size(bytes)?;
    let unreadable = || wrong(0, words::no_spreadsheet);
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    let names = book.sheet_names();
    let name = match sheet {
        Some(wanted) if !names.iter().any(|name| name == wanted) => {
            return Err(wrong(0, || words::no_sheet(wanted, &names)));
        }
        Some(wanted) => wanted.to_owned(),
        None => names.first().cloned().ok_or_else(unreadable)?,
    };
    let mut cells = book.worksheet_cells_reader(&name).map_err(|_| unreadable())?;
    let mut lines = Lines::default();
    let mut current: (u64, Vec<String>) = (0, Vec::new());
    while let Some(cell) = cells.next_cell().map_err(|_| unreadable())? {
        let (row, column) = cell.get_position();
        let line = u64::from(row) + 1;
        if column as usize >= MOST_COLUMNS {
            return Err(wrong(line, words::too_many_columns));
        }
        if line < header {
            continue;
        }
        if line > header + MOST_ROWS as u64 {
            return Err(wrong(line, words::too_many_rows));
        }
        if line < current.0 {
            return Err(unreadable());
        }
        if line > current.0 {
            add(&mut lines, &mut current)?;
            current.0 = line;
        }
        let column = column as usize;
        if current.1.len() <= column {
            current.1.resize(column + 1, String::new());
        }
        current.1[column] = text(cell.get_value());
    }
    add(&mut lines, &mut current)?;
    if lines.names.is_empty() {
        return Err(wrong(header, words::empty));
    }
    Ok(lines)
}

/// Ends a row: empty cells at its end are not in the file, so it is brought to the header's width.
fn add(lines: &mut Lines, current: &mut (u64, Vec<String>)) -> Result<(), Mistakes> {
    let (line, mut fields) = std::mem::take(current);
    if fields.is_empty() {
        return Ok(());
    }
    while lines.width > fields.len() {
        fields.push(String::new());
    }
    while fields.len() > lines.width.max(1) && fields.last().is_some_and(String::is_empty) {
        fields.pop();
    }
    lines.add(line, &StringRecord::from(fields))
}

/// Unpacks everything once, keeping nothing, so that what is opened afterwards is known to fit: what
/// a packed file says about its own size is not to be trusted.
fn check_size(bytes: &[u8]) -> Result<(), Mistakes> {
    let unreadable = |_| wrong(0, words::no_spreadsheet);
    let too_large = || wrong(0, words::too_large);
    if bytes.len() as u64 > MOST_BYTES {
        return Err(too_large());
    }
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    if archive.len() > MOST_PARTS {
        return Err(too_large());
    }
    let mut left = MOST_BYTES;
    for place in 0..archive.len() {
        let part = archive.by_index(place).map_err(unreadable)?;
        let mut part = part.take(left + 1);
        let found = std::io::copy(&mut part, &mut std::io::sink());
        let found = found.map_err(|_| wrong(0, words::no_spreadsheet))?;
        left = left.checked_sub(found).ok_or_else(too_large)?;
    }
    Ok(())
}

/// A cell as it would stand in a CSV file: days as `2025-09-15`, numbers without an end of zeros.
fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => if *value { "yes" } else { "no" }.to_owned(),
        DataRef::DateTime(moment) => {
            let (year, month, day, hour, minute, ..) = moment.to_ymd_hms_milli();
            let number = moment.as_f64();
            match (number < 1.0, number.fract() == 0.0) {
                (true, _) => format!("{hour:02}:{minute:02}"),
                (false, true) => format!("{year:04}-{month:02}-{day:02}"),
                (false, false) => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}"),
            }
        }
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        // A formula that failed: the value is not there, and is not guessed.
        DataRef::Error(_) => '\u{FFFD}'.to_string(),
        DataRef::Empty => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

    use super::super::super::sample::{directory, ids};
    use super::super::super::{Kind, Records, read as read_kind};
    use super::super::{Known, Mapping, Source, SourceOptions, read_source};
    use crate::domain::{Recorded, Roster};

    /// What a table comes to whose columns are called as the fields of the kind.
    fn table(kind: Kind, bytes: &[u8]) -> Option<Records> {
        let (directory, roster, recorded) = (directory(), Roster::default(), Recorded::default());
        let known = Known { directory: &directory, roster: &roster, recorded: &recorded };
        let mapping = Mapping::parse(&format!("kind = \"{kind}\"")).unwrap();
        let options = SourceOptions { mapping: Some(mapping), ..SourceOptions::default() };
        read_source(Source::Table, bytes, &options, known, &mut ids()).unwrap().records
    }

    fn workbook(rows: &[Vec<String>]) -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (row, fields) in (0..).zip(rows) {
            for (column, field) in (0..).zip(fields) {
                sheet.write_string(row, column, field).unwrap();
            }
        }
        book.save_to_buffer().unwrap()
    }

    #[test]
    fn days_and_numbers_of_a_spreadsheet_are_read_as_they_are_meant() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (column, name) in (0..).zip(["pupil", "day", "status", "amount"]) {
            sheet.write_string(0, column, name).unwrap();
        }
        sheet.write_string(1, 0, "p1").unwrap();
        let day = ExcelDateTime::from_ymd(2025, 9, 15).unwrap();
        let format = Format::new().set_num_format("dd.mm.yyyy");
        sheet.write_datetime_with_format(1, 1, &day, &format).unwrap();
        sheet.write_string(1, 2, "open").unwrap();
        sheet.write_number(1, 3, 4.0).unwrap();
        let Some(Records::Absences(found)) = table(Kind::Absences, &book.save_to_buffer().unwrap())
        else {
            panic!("a sound file")
        };
        assert_eq!((found[0].day, found[0].amount), ("2025-09-15".parse().unwrap(), 4));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// A plain file, a copy of it as a table, and one as a spreadsheet give the same records.
        #[test]
        fn a_copy_gives_the_same_records(
            rows in prop::collection::vec((1..=4u8, 15..=19u8, 1..=480u16), 0..40)
        ) {
            let mut fields = vec![["pupil", "day", "status", "unit", "amount"].map(str::to_owned).to_vec()];
            for (pupil, day, minutes) in rows {
                let cells = [format!("p{pupil}"), format!("2025-09-{day}"), "late".into()];
                let rest = ["minute".into(), minutes.to_string()];
                fields.push(cells.into_iter().chain(rest).collect());
            }
            let join = |separator: &str| {
                let lines: Vec<_> = fields.iter().map(|row| row.join(separator)).collect();
                lines.join("\n")
            };
            let plain = read_kind(
                Kind::Absences, join(",").as_bytes(), &directory(), &mut ids(), &mut |_| (),
            ).unwrap();
            let expected = (!plain.is_empty()).then_some(plain);
            prop_assert_eq!(&table(Kind::Absences, join("\t").as_bytes()), &expected);
            prop_assert_eq!(&table(Kind::Absences, &workbook(&fields)), &expected);
        }
    }
}
