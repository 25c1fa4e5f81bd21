//! Text to rows of fields: separators, quotation marks, and the line where each row begins.

use std::borrow::Cow;

use csv::StringRecord;
use encoding_rs::WINDOWS_1252;

use super::mistake::Mistakes;
use super::reason;

/// The mark that some programs write at the beginning of a UTF-8 file.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The sign that stands where a conversion could not read a letter.
const DESTROYED: char = '\u{FFFD}';

/// Rows in between two reports of progress.
const PROGRESS_ROWS: usize = 2_048;

/// The text of a file: UTF-8 where it is that, else the old code page of Windows. A file that has
/// letters in UTF-8 and others that are not is damaged; so is one that says that it is UTF-8 and is
/// not. Then the lines are mistakes, and the rest is read on all the same, so that other mistakes
/// are found in the same go. `None` where there is nothing to go on with.
pub(super) fn decode<'a>(bytes: &'a [u8], mistakes: &mut Mistakes) -> Option<Cow<'a, str>> {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        mistakes.add(1, None, reason::utf_16);
        return None;
    }
    let is_marked = bytes.starts_with(BYTE_ORDER_MARK);
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    if let Ok(text) = str::from_utf8(bytes) {
        return Some(Cow::Borrowed(text));
    }
    if !is_marked && bytes.utf8_chunks().all(|chunk| chunk.valid().is_ascii()) {
        let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
        // The five bytes without a letter become control characters, which no file means.
        let destroyed = |letter: char| matches!(letter, '\u{80}'..='\u{9F}');
        return Some(Cow::Owned(text.replace(destroyed, "\u{FFFD}")));
    }
    let (mut lines, mut offset, mut reported) = (Lines::new(bytes), 0, 0);
    for chunk in bytes.utf8_chunks() {
        offset += chunk.valid().len();
        let line = lines.at(offset);
        if !chunk.invalid().is_empty() && line != reported {
            reported = line;
            mistakes.add(line, None, reason::not_utf_8);
        }
        offset += chunk.invalid().len();
    }
    Some(String::from_utf8_lossy(bytes))
}

/// The rows of a file, or the single row that somebody typed in.
pub(super) struct Table<'a> {
    rows: Rows<'a>,
    /// Whether there can be destroyed letters at all, so that most files are not searched for them
    /// field by field.
    has_destroyed: bool,
}

enum Rows<'a> {
    File(Box<File<'a>>),
    Typed {
        header: StringRecord,
        row: Option<StringRecord>,
    },
    /// Rows with their lines that something else has read.
    Given {
        header: StringRecord,
        rows: std::vec::IntoIter<(u64, StringRecord)>,
    },
}

struct File<'a> {
    text: &'a str,
    separator: u8,
    reader: csv::Reader<&'a [u8]>,
    lines: Lines<'a>,
    read: usize,
    progress: &'a mut dyn FnMut(usize),
}

impl<'a> Table<'a> {
    /// The rows of a file. `progress` is told how many bytes have been read, now and then.
    /// `was_read` says whether all bytes were letters: otherwise destroyed ones are known already.
    pub(super) fn file(text: &'a str, was_read: bool, progress: &'a mut dyn FnMut(usize)) -> Self {
        let separator = separator(text);
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(text.as_bytes());
        let lines = Lines::new(text.as_bytes());
        let file = File { text, separator, reader, lines, read: 0, progress };
        let has_destroyed = was_read && text.contains(DESTROYED);
        Self { rows: Rows::File(Box::new(file)), has_destroyed }
    }

    /// One typed row of named values. Its line is 0.
    pub(super) fn typed(fields: &[(&str, &str)]) -> Self {
        let header = fields.iter().map(|(name, _)| *name).collect();
        let row: StringRecord = fields.iter().map(|(_, value)| *value).collect();
        let has_destroyed = row.iter().any(|value| value.contains(DESTROYED));
        Self { rows: Rows::Typed { header, row: Some(row) }, has_destroyed }
    }

    /// Rows of those columns, with their lines, that something else has read.
    pub(super) fn given(header: StringRecord, rows: Vec<(u64, StringRecord)>) -> Self {
        let rows = rows.into_iter();
        Self { rows: Rows::Given { header, rows }, has_destroyed: false }
    }

    /// The header line with its number; `None` where there is none. To be called first, and once.
    pub(super) fn header(&mut self, mistakes: &mut Mistakes) -> Option<(u64, StringRecord)> {
        match &mut self.rows {
            Rows::Typed { header, .. } => Some((0, std::mem::take(header))),
            Rows::Given { header, .. } => Some((1, std::mem::take(header))),
            Rows::File(file) => {
                let mut record = StringRecord::new();
                let (line, is_sound) = file.next(&mut record, mistakes)?;
                Some((line, if is_sound { record } else { StringRecord::new() }))
            }
        }
    }

    /// Reads the next row into `record` and gives its line; `None` after the last. Rows without any
    /// value are passed over; rows that do not have `width` fields are mistakes and passed over too.
    pub(super) fn next(
        &mut self,
        record: &mut StringRecord,
        width: usize,
        mistakes: &mut Mistakes,
    ) -> Option<u64> {
        let file = match &mut self.rows {
            Rows::Typed { row, .. } => {
                *record = row.take()?;
                return Some(0);
            }
            Rows::Given { rows, .. } => {
                let (line, row) = rows.next()?;
                *record = row;
                return Some(line);
            }
            Rows::File(file) => file,
        };
        loop {
            let (line, is_sound) = file.next(record, mistakes)?;
            let is_blank = record.iter().all(|field| field.trim().is_empty());
            if !is_sound || is_blank {
                continue;
            }
            if record.len() == width {
                return Some(line);
            }
            let found = record.len();
            mistakes.add(line, None, || reason::wrong_field_count(found, width));
        }
    }

    /// The places in a row whose text has a destroyed letter.
    pub(super) fn destroyed(&self, record: &StringRecord) -> Vec<usize> {
        if !self.has_destroyed {
            return Vec::new();
        }
        let is_destroyed = |place: &usize| record[*place].contains(DESTROYED);
        (0..record.len()).filter(is_destroyed).collect()
    }
}

impl File<'_> {
    /// The next row, its line, and whether its quotation marks are sound.
    fn next(&mut self, record: &mut StringRecord, mistakes: &mut Mistakes) -> Option<(u64, bool)> {
        let begin = self.offset();
        let found = self.reader.read_record(record);
        if !found.expect("valid text in memory can always be read") {
            return None;
        }
        let end = self.offset();
        self.read += 1;
        if self.read.is_multiple_of(PROGRESS_ROWS) {
            (self.progress)(end);
        }
        // The reader begins a row right after the last one; line ends that are left over from it
        // and blank lines belong to no row.
        let raw = &self.text[begin..end];
        let row = raw.trim_start_matches(['\r', '\n']);
        let begin = begin + (raw.len() - row.len());
        let line = self.lines.at(begin);
        if let Err((offset, reason)) = check_quotes(row, self.separator) {
            mistakes.add(self.lines.at(begin + offset), None, reason);
            return Some((line, false));
        }
        Some((line, true))
    }

    fn offset(&self) -> usize {
        usize::try_from(self.reader.position().byte()).expect("the file is in memory")
    }
}

/// Comma or semicolon, whichever the header line has more of outside of quotation marks.
fn separator(text: &str) -> u8 {
    let (mut commas, mut semicolons, mut is_quoted) = (0, 0, false);
    for byte in text.trim_start_matches(['\r', '\n']).bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' | b'\r' if !is_quoted => break,
            b',' if !is_quoted => commas += 1,
            b';' if !is_quoted => semicolons += 1,
            _ => {}
        }
    }
    if semicolons > commas { b';' } else { b',' }
}

/// Where quotation marks go wrong, and how.
type WrongQuote = (usize, fn() -> crate::domain::Text);

/// Checks the quotation marks of one row. The reader takes any text, and would hand on the rest of
/// a file as one field where a mark is not closed.
fn check_quotes(row: &str, separator: u8) -> Result<(), WrongQuote> {
    #[derive(Clone, Copy)]
    enum In {
        Start,
        Plain,
        Quoted { since: usize },
        AfterQuote { since: usize },
    }
    if !row.contains('"') {
        return Ok(());
    }
    let mut state = In::Start;
    for (offset, byte) in row.bytes().enumerate() {
        state = match (state, byte) {
            (In::Start, b'"') => In::Quoted { since: offset },
            (In::Quoted { since }, b'"') => In::AfterQuote { since },
            (In::AfterQuote { since }, b'"') => In::Quoted { since },
            (inside @ In::Quoted { .. }, _) => inside,
            (In::AfterQuote { .. } | In::Start | In::Plain, b'\r' | b'\n') => break,
            (_, byte) if byte == separator => In::Start,
            (In::AfterQuote { .. }, _) => return Err((offset, reason::text_after_quote)),
            (In::Start | In::Plain, _) => In::Plain,
        };
    }
    match state {
        In::Quoted { since } => Err((since, reason::open_quote)),
        _ => Ok(()),
    }
}

/// Counts lines as editors do, forward only: a line ends at LF, CR LF, or CR alone.
struct Lines<'a> {
    bytes: &'a [u8],
    offset: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0, line: 1 }
    }

    /// The line that the byte at `offset` lies in. An offset before an earlier one counts as that.
    fn at(&mut self, offset: usize) -> u64 {
        let passed = &self.bytes[self.offset.min(offset)..offset];
        let count = |wanted| passed.iter().map(|byte| usize::from(*byte == wanted)).sum::<usize>();
        let (feeds, returns) = (count(b'\n'), count(b'\r'));
        // Mostly there are none alone, and the pairs need not be looked for.
        let pairs = if returns == 0 {
            0
        } else {
            let rest = &self.bytes[self.offset.min(offset)..];
            rest.windows(2).take(passed.len()).filter(|pair| *pair == b"\r\n").count()
        };
        self.line += (feeds + returns - pairs) as u64;
        self.offset = self.offset.max(offset);
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows with their lines, and the lines of mistakes.
    fn read(text: &str) -> (Vec<(u64, Vec<String>)>, Vec<u64>) {
        let mut mistakes = Mistakes::default();
        let mut progress = |_| ();
        let mut table = Table::file(text, true, &mut progress);
        let mut rows = Vec::new();
        let (line, header) = table.header(&mut mistakes).unwrap();
        let width = header.len();
        let mut push = |line, record: &StringRecord| {
            rows.push((line, record.iter().map(str::to_owned).collect()));
        };
        push(line, &header);
        let mut record = StringRecord::new();
        while let Some(line) = table.next(&mut record, width, &mut mistakes) {
            push(line, &record);
        }
        (rows, mistakes.list.iter().map(|mistake| mistake.line).collect())
    }

    fn lines(text: &str) -> Vec<u64> {
        let (rows, mistakes) = read(text);
        assert_eq!(mistakes, [0; 0], "{text:?}");
        rows.into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn lines_are_those_of_an_editor() {
        assert_eq!(lines("a,b\n1,2\n3,4"), [1, 2, 3]);
        assert_eq!(lines("a,b\r\n1,2\r\n3,4\r\n"), [1, 2, 3]);
        assert_eq!(lines("a,b\r1,2\r3,4\r"), [1, 2, 3]);
        assert_eq!(lines("\n\na,b\n\n1,2\n \n,\n3,4"), [3, 5, 8]);
        assert_eq!(lines("a,b\n1,\"x\ny\n\nz\"\n3,4\n"), [1, 2, 6]);
        assert_eq!(lines("a,b\r\n1,\"x\r\ny\"\r\n\r\n3,4\r\n"), [1, 2, 5]);
    }

    #[test]
    fn the_separator_is_found_in_the_header_line() {
        let fields = |text| read(text).0.into_iter().map(|(_, fields)| fields.len()).max();
        assert_eq!(fields("a;b;c\n1,5;2;3\n"), Some(3));
        assert_eq!(fields("a,b\n1;2;3;4,5\n"), Some(2));
        assert_eq!(fields("\"a,x,y\";b\n1;2\n"), Some(2));
        assert_eq!((separator("a"), separator("a,b,c;d")), (b',', b','));
    }

    #[test]
    fn rows_of_the_wrong_width_are_mistakes() {
        let (rows, mistakes) = read("a,b\n1\n1,2,3\n1,2\n");
        assert_eq!(mistakes, [2, 3]);
        assert_eq!(rows.len(), 2);
    }

    #[test]
    fn an_open_quotation_mark_is_found_where_it_opens() {
        let (rows, mistakes) = read("a,b\n1,2\n\"x\ny\",\"open\n3,4\n5,6\n");
        assert_eq!(mistakes, [4]);
        assert_eq!(rows.len(), 2);
        let (rows, mistakes) = read("a,b\n1,\"x\"y\n3,\"say \"\"hello\"\"\"\n");
        assert_eq!(mistakes, [2]);
        assert_eq!(rows[1].1, ["3", "say \"hello\""]);
        assert_eq!(read("a,b\n1,5\" wide\n").1, [0; 0], "a mark within a plain text is a sign");
    }

    #[test]
    fn what_is_not_utf_8_is_the_code_page_of_windows() {
        let mut mistakes = Mistakes::default();
        let mut read = |bytes: &[u8]| decode(bytes, &mut mistakes).map(Cow::into_owned);
        assert_eq!(read(b"B\xFCr\xFC, Andr\xE9, 5 \x80").as_deref(), Some("Bürü, André, 5 €"));
        assert_eq!(read(b"B\x81ra").as_deref(), Some("B\u{FFFD}ra"), "a byte without a letter");
        assert!(mistakes.is_empty());
    }

    #[test]
    fn lines_that_are_not_utf_8_are_named_once_each() {
        let mut mistakes = Mistakes::default();
        let text = decode(b"\xEF\xBB\xBFa\nB\xFCr\xFC\nb\nM\xFCll\r\n", &mut mistakes);
        assert!(text.unwrap().starts_with("a\nB"));
        assert_eq!(mistakes.list.iter().map(|mistake| mistake.line).collect::<Vec<_>>(), [2, 4]);

        let mut mistakes = Mistakes::default();
        let mixed = decode("B\u{FC}r\u{FC}\nb\n".as_bytes(), &mut mistakes);
        assert!(mixed.is_some() && mistakes.is_empty());
        decode(b"B\xC3\xBCr\nM\xFCll\n", &mut mistakes);
        assert_eq!(mistakes.list.iter().map(|mistake| mistake.line).collect::<Vec<_>>(), [2]);

        let mut mistakes = Mistakes::default();
        assert_eq!(decode(b"\xFF\xFEa\0", &mut mistakes), None);
        assert!(mistakes.list[0].reason.en.contains("UTF-16"));

        let mut mistakes = Mistakes::default();
        assert_eq!(decode("Bürü".as_bytes(), &mut mistakes).as_deref(), Some("Bürü"));
        assert!(mistakes.is_empty());
    }
}
