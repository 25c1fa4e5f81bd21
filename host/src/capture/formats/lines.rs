//! Bytes to a header and rows of fields, for files of lines, with bounds and without surprises.

use std::borrow::Cow;

use csv::StringRecord;

use super::super::mistake::Mistakes;
use super::super::table::decode;
use super::source::{MOST_BYTES, MOST_COLUMNS, MOST_ROWS};
use super::words;

/// A file as columns and rows.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// The names of the columns.
    pub(super) names: Vec<String>,
    /// The columns that were passed over before anything of them was read.
    pub(super) unread: Vec<String>,
    /// The rows with their lines.
    pub(super) rows: Vec<(u64, StringRecord)>,
    /// How many fields a row must have.
    pub(super) width: usize,
    /// How many fields the rows had that did not, by line.
    pub(super) misfits: Vec<(u64, usize)>,
}

impl Lines {
    /// The place of a column.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|found| found == name)
    }

    /// The places of columns that a file must have.
    pub(super) fn places<const N: usize>(&self, names: [&str; N]) -> Result<[usize; N], Mistakes> {
        let missing: Vec<_> = names
            .iter()
            .filter(|name| self.place(name).is_none())
            .map(|name| format!("`{name}`"))
            .collect();
        if missing.is_empty() {
            Ok(names.map(|name| self.place(name).expect("none is missing")))
        } else {
            Err(wrong(1, || words::no_columns(&missing.join(", "))))
        }
    }

    /// Refuses a header in which a column comes twice.
    fn checked(self) -> Result<Self, Mistakes> {
        let is_twice = |place: &usize| {
            let name = &self.names[*place];
            !name.is_empty() && self.names[..*place].contains(name)
        };
        match (0..self.names.len()).find(is_twice) {
            Some(place) => Err(wrong(1, || words::twice(&self.names[place]))),
            None => Ok(self),
        }
    }
}

/// One mistake about a file as a whole.
pub(super) fn wrong(line: u64, text: impl FnOnce() -> crate::domain::Text) -> Mistakes {
    let mut mistakes = Mistakes::default();
    mistakes.add(line, None, text);
    mistakes
}

/// Reads lines of fields. Without a separator it is the tab, semicolon or comma that comes most
/// often in the header line.
pub(super) fn delimited(
    bytes: &[u8],
    separator: Option<u8>,
    header_line: u64,
) -> Result<Lines, Mistakes> {
    if bytes.len() as u64 > MOST_BYTES {
        return Err(wrong(0, words::too_large));
    }
    let text = text(bytes)?;
    let skipped = usize::try_from(header_line.saturating_sub(1)).unwrap_or(usize::MAX);
    let start: usize = text.split_inclusive('\n').take(skipped).map(str::len).sum();
    let text = &text[start..];
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let often = |sign: &u8| first.bytes().filter(|byte| byte == sign).count();
    let found = [b',', b';', b'\t'].into_iter().max_by_key(often).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator.unwrap_or(found))
        .from_reader(text.as_bytes());
    let mut lines = Lines::default();
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).expect("valid text in memory can always be read") {
        let line = record.position().map_or(0, csv::Position::line) + skipped as u64;
        lines.add(line, &record)?;
    }
    if lines.names.is_empty() {
        return Err(wrong(header_line, words::empty));
    }
    lines.checked()
}

impl Lines {
    /// Adds a row; the first one is the header. Rows without any value are passed over.
    pub(super) fn add(&mut self, line: u64, record: &StringRecord) -> Result<(), Mistakes> {
        if record.iter().all(|field| field.trim().is_empty()) {
            return Ok(());
        }
        if record.len() > MOST_COLUMNS {
            return Err(wrong(line, words::too_many_columns));
        }
        if self.names.is_empty() {
            self.names = record.iter().map(|name| name.trim().to_owned()).collect();
            self.width = self.names.len();
        } else if self.rows.len() + self.misfits.len() >= MOST_ROWS {
            return Err(wrong(line, words::too_many_rows));
        } else if record.len() == self.width {
            self.rows.push((line, record.clone()));
        } else {
            self.misfits.push((line, record.len()));
        }
        Ok(())
    }
}

fn text(bytes: &[u8]) -> Result<Cow<'_, str>, Mistakes> {
    let mut mistakes = Mistakes::default();
    match decode(bytes, &mut mistakes) {
        Some(text) if mistakes.is_empty() => Ok(text),
        _ => Err(mistakes),
    }
}

/// Reads lines whose fields are separated by `|` and never quoted, and of them the columns that are
/// allowed. What stands in any other column is passed over byte by byte: it is copied nowhere and
/// never becomes a text.
pub(super) fn allowed(bytes: &[u8], columns: &[&str]) -> Result<Lines, Mistakes> {
    if bytes.len() as u64 > MOST_BYTES {
        return Err(wrong(0, words::too_large));
    }
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        text(bytes)?;
    }
    let mut rest = bytes.split(|byte| *byte == b'\n');
    let header = rest.next().unwrap_or_default();
    let header = text(header.strip_suffix(b"\r").unwrap_or(header))?;
    let all: Vec<&str> = header.split('|').map(str::trim).collect();
    if all.len() > MOST_COLUMNS {
        return Err(wrong(1, words::too_many_columns));
    }
    let places: Vec<usize> =
        (0..all.len()).filter(|place| columns.contains(&all[*place])).collect();
    let unread = all
        .iter()
        .filter(|name| !name.is_empty() && !columns.contains(name))
        .map(|name| (*name).to_owned());
    let mut lines = Lines {
        names: places.iter().map(|place| all[*place].to_owned()).collect(),
        unread: unread.collect(),
        width: all.len(),
        ..Lines::default()
    };
    let mut picked = Vec::new();
    let mut numbers = Vec::new();
    for (number, line) in (2..).zip(rest) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.iter().all(|byte| matches!(byte, b'|' | b' ')) {
            continue;
        }
        if numbers.len() + lines.misfits.len() >= MOST_ROWS {
            return Err(wrong(number, words::too_many_rows));
        }
        let found = line.split(|byte| *byte == b'|').count();
        if found != lines.width {
            lines.misfits.push((number, found));
            continue;
        }
        let mut fields = line.split(|byte| *byte == b'|');
        let mut passed = 0;
        for place in &places {
            // `nth` counts from where the last one ended.
            picked.extend_from_slice(fields.nth(place - passed).unwrap_or_default());
            picked.push(b'|');
            passed = place + 1;
        }
        picked.push(b'\n');
        numbers.push(number);
    }
    let picked = text(&picked)?;
    for (number, line) in numbers.into_iter().zip(picked.lines()) {
        lines.rows.push((number, line.split('|').take(places.len()).collect()));
    }
    lines.checked()
}

/// Whether a text that is no sentence has a letter that some conversion has destroyed: the sign that
/// stands for one, or a question mark inside a word.
pub(super) fn is_destroyed(text: &str) -> bool {
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_inside =
            before.is_alphabetic() && letters.peek().is_some_and(|next| next.is_alphabetic());
        if letter == '\u{FFFD}' || (letter == '?' && is_inside) {
            return true;
        }
        before = letter;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_are_not_allowed_are_not_even_read() {
        let canary = "CANARY";
        let file =
            format!("Nachname|Konfession|Vorname|Geheim\r\nMuster|{canary}|Ada|{canary}\r\n");
        let lines = allowed(file.as_bytes(), &["Nachname", "Vorname"]).unwrap();
        assert!(!format!("{lines:?}").contains(canary), "{lines:?}");
        assert_eq!(lines.unread, ["Konfession", "Geheim"]);
        assert_eq!(lines.rows[0], (2, StringRecord::from(vec!["Muster", "Ada"])));
    }

    #[test]
    fn rows_of_another_width_are_named_and_read_no_further() {
        let lines = allowed(b"A|B\n1|2\n1|2|CANARY\n\n|\n3|4", &["A"]).unwrap();
        assert_eq!(lines.misfits, [(3, 3)]);
        assert!(!format!("{lines:?}").contains("CANARY"));
        let numbers: Vec<_> = lines.rows.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [2, 6]);
        assert!(allowed(b"A|A\n1|2\n", &["A"]).is_err(), "a column that comes twice");
        assert!(allowed(b"\xFF\xFEA\0", &["A"]).is_err());
    }

    #[test]
    fn a_destroyed_letter_is_seen_and_a_question_is_not() {
        for text in ["Bü?ra", "B\u{FFFD}ra", "\u{FFFD}"] {
            assert!(is_destroyed(text), "{text}");
        }
        for text in ["", "?", "Bura?", "? Bura", "Bura ? Muster", "Bü-ra"] {
            assert!(!is_destroyed(text), "{text}");
        }
    }

    #[test]
    fn the_code_page_is_that_of_the_allowed_columns() {
        let lines = allowed(b"A|B\nM\xFCller|\x81\n", &["A"]).unwrap();
        assert_eq!(&lines.rows[0].1[0], "Müller");
        let tabs = delimited(b"A\tB;C\nM\xFCller\t2\n", None, 1).unwrap();
        assert_eq!((tabs.names.len(), &tabs.rows[0].1[0]), (2, "Müller"));
    }
}
