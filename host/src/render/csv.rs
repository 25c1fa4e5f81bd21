//! A report as a file that a spreadsheet opens well, in German or in English settings.

use crate::domain::{Cell, Interval, Lang, Number, Report, Row, Source, Table};

use super::made_of::{self, made_of};
use super::passport;
use super::sign::{self, Sign};
use super::{block_lines, format, words};

/// A field of a file: texts are guarded, numbers never.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field {
    /// Words, some of them from plugins and from people.
    Text(String),
    /// A number or a day in the writing of the language.
    Value(String),
}

/// A report as a file for a spreadsheet: its title, each table under its section and caption as
/// it stands on the page, the signs, and the passport, with an empty line after each.
///
/// German files have `;` between fields and a decimal comma, English ones `,` and a point; that
/// is what spreadsheets set up for these languages expect. UTF-8 with a byte order mark, lines
/// end in CR LF, numbers have no groups of three. A cell without a number has the word for why:
/// `unterdrückt`, `nicht erhoben` or `nicht bestimmbar`; it is never empty and never 0. A column whose
/// numbers have 95 % intervals is followed by their limits, in columns that end in `_low` and `_high`;
/// where a table says on how many school days was recorded, its first two columns do, empty for rows
/// about no one school. Pictures are left out: their numbers are those of the tables. Text that
/// a spreadsheet would take for a formula gets a leading apostrophe. Programs that read the
/// figures are better served by [`json`](super::json()).
pub fn csv(report: &Report, lang: Lang) -> Vec<u8> {
    let text = |text: &str| Field::Text(format::line(text));
    let passport = &report.passport;
    let mut blocks = vec![vec![
        vec![text(report.title.get(lang))],
        vec![text(&report.municipality)],
        vec![Field::Text(format::period(passport.period, lang))],
        vec![text(words::meant_for(passport.audience, lang))],
    ]];
    for section in &report.sections {
        for table in &section.tables {
            blocks.push(block(section.title.get(lang), table, &passport.sources, lang));
        }
    }
    blocks.extend(block_lines::fields(&report.blocks, lang));
    let legend = sign::legend(report, lang)
        .into_iter()
        .map(|line| vec![Field::Text(line.sign.word.to_owned()), Field::Text(line.meaning)]);
    let words = words::Words::of(lang);
    if legend.len() > 0 {
        let heading = vec![Field::Text(words.signs.to_owned())];
        blocks.push(std::iter::once(heading).chain(legend).collect());
    }
    let mut origin = vec![vec![Field::Text(words.origin.to_owned())]];
    for entry in passport::entries(passport, lang) {
        let term = Field::Text(entry.term.to_owned());
        origin
            .push(std::iter::once(term).chain(entry.texts.into_iter().map(Field::Text)).collect());
    }
    blocks.push(origin);
    write(&blocks, lang).into_bytes()
}

/// The lines of one table with its headings, notes and passports.
fn block(section: &str, table: &Table, sources: &[Source], lang: Lang) -> Vec<Vec<Field>> {
    let words = words::Words::of(lang);
    let text = |text: &str| Field::Text(format::line(text));
    let has_coverage = table.rows.iter().any(|row| row.coverage.is_some());
    let has_interval: Vec<bool> = (0..table.columns.len())
        .map(|place| table.rows.iter().any(|row| interval(row, place).is_some()))
        .collect();
    let mut headings = vec![text(table.corner.get(lang))];
    if has_coverage {
        headings.extend([words.days_recorded, words.days_possible].map(text));
    }
    for (column, has_interval) in table.columns.iter().zip(&has_interval) {
        let heading = format::heading(column, lang);
        headings.push(Field::Text(heading.clone()));
        if *has_interval {
            headings.extend(["low", "high"].map(|end| Field::Text(format!("{heading}_{end}"))));
        }
    }
    let mut lines = vec![vec![text(section)], vec![text(table.caption.get(lang))], headings];
    for row in &table.rows {
        let mut line = vec![text(row.label.get(lang))];
        if has_coverage {
            line.extend(covered(row, lang));
        }
        for (place, cell) in row.cells.iter().enumerate() {
            let field = field(*cell, lang);
            if has_interval.get(place) == Some(&true) {
                let limit = |number: Number| Field::Value(format::bare_number(number, lang));
                let limits = match (cell, interval(row, place)) {
                    (_, Some(interval)) => [limit(interval.low), limit(interval.high)],
                    (Cell::Shown(_), None) => [text(words.undefined), text(words.undefined)],
                    (_, None) => [field.clone(), field.clone()],
                };
                line.push(field);
                line.extend(limits);
            } else {
                line.push(field);
            }
        }
        lines.push(line);
    }
    lines.extend(table.notes.iter().map(|note| vec![text(note.get(lang))]));
    for passport in made_of(table, sources, lang) {
        let entry = |entry: made_of::Entry| {
            Field::Text(format!("{}: {}", entry.term, entry.texts.join(", ")))
        };
        let entries = passport.entries.into_iter().map(entry);
        lines.push(std::iter::once(Field::Text(passport.label)).chain(entries).collect());
    }
    lines
}

pub(super) fn field(cell: Cell, lang: Lang) -> Field {
    match Sign::or_number(cell, lang) {
        Ok(number) => Field::Value(format::bare_number(number, lang)),
        Err(sign) => Field::Text(sign.word.to_owned()),
    }
}

/// The interval of a number that is shown.
fn interval(row: &Row, place: usize) -> Option<Interval> {
    let is_shown = matches!(row.cells.get(place), Some(Cell::Shown(_)));
    row.backing.get(place).copied().flatten().filter(|_| is_shown)?.interval
}

fn covered(row: &Row, lang: Lang) -> [Field; 2] {
    let days = |days: u32| Field::Value(days.to_string());
    match row.coverage {
        None => [Field::Text(String::new()), Field::Text(String::new())],
        Some(coverage) => {
            let withheld = || Field::Text(Sign::withheld(lang).word.to_owned());
            [coverage.recorded.map_or_else(withheld, days), days(coverage.possible)]
        }
    }
}

/// Writes blocks of lines with an empty line between them.
pub(super) fn write(blocks: &[Vec<Vec<Field>>], lang: Lang) -> String {
    let mut text = String::from("\u{feff}");
    for (place, lines) in blocks.iter().enumerate() {
        if place > 0 {
            text.push_str("\r\n");
        }
        let mut writer = ::csv::WriterBuilder::new()
            .delimiter(lang.pick(b';', b','))
            .terminator(::csv::Terminator::CRLF)
            .flexible(true)
            .from_writer(Vec::new());
        for line in lines {
            let fields = line.iter().map(|field| match field {
                Field::Text(text) => guarded(text),
                Field::Value(value) => value.clone(),
            });
            writer.write_record(fields).expect("memory takes every record");
        }
        let bytes = writer.into_inner().expect("memory takes every record");
        text.push_str(&String::from_utf8(bytes).expect("made of text"));
    }
    text
}

/// A text that no spreadsheet takes for a formula. The wide forms of the signs count too: some
/// spreadsheets make the usual ones of them.
fn guarded(text: &str) -> String {
    let is_formula = text.starts_with(['\t', '\r', '\n'])
        || text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, str};

    use super::*;
    use crate::render::sample;

    #[test]
    fn formulas_are_guarded() {
        for text in ["=1+1", "+49", "-1", "-", "@SUM(A1)", "\tx", "\rx", "\nx", " =1", "＝1", "－1"]
        {
            assert_eq!(guarded(text), format!("'{text}"), "{text}");
        }
        for text in ["", "a=b", "1-2", "'=1", "– 3", "#N/A", "Ä"] {
            assert_eq!(guarded(text), text);
        }
    }

    #[test]
    fn negative_numbers_are_not_guarded() {
        let fields = [Field::Value("-1,5".into()), Field::Text("-1,5".into())];
        assert_eq!(write(&[vec![fields.to_vec()]], Lang::De), "\u{feff}-1,5;'-1,5\r\n");
    }

    #[test]
    fn what_holds_the_separator_is_quoted() {
        let fields = vec![Field::Text("a;b \"c\"".into()), Field::Text("d,e".into())];
        assert_eq!(write(&[vec![fields.clone()]], Lang::De), "\u{feff}\"a;b \"\"c\"\"\";d,e\r\n");
        assert_eq!(write(&[vec![fields]], Lang::En), "\u{feff}\"a;b \"\"c\"\"\",\"d,e\"\r\n");
    }

    #[test]
    fn lines_end_as_windows_expects() {
        let bytes = csv(&sample::small(), Lang::De);
        assert!(bytes.starts_with(b"\xef\xbb\xbf"));
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains("sep="));
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    }

    #[test]
    fn a_report_in_german() {
        let text = String::from_utf8(csv(&sample::small(), Lang::De)).unwrap();
        assert_data_eq!(
            text.replace("\r\n", "\n").replace('\u{feff}', ""),
            str![[r#"
Kontakte der Schulen
Beispielstadt
01.08.2025 bis 31.07.2026
Fassung zur Weitergabe

Primarstufe
Kontakte nach Schule
Schule;Schultage mit Einträgen;Schultage im Programm;Kontakte;Dauer (min);Erreicht (%);Erreicht (%)_low;Erreicht (%)_high
Schule am Anger;61;78;1200;3612,5;80,5;78,1;82,7
"Ufer; Nord";;;unterdrückt;unterdrückt;unterdrückt;unterdrückt;unterdrückt
'=Waldschule;;;0;nicht erhoben;nicht bestimmbar;nicht bestimmbar;nicht bestimmbar
Gesamt;;;1234;-1,5;unterdrückt;unterdrückt;unterdrückt
Versuche zählen nicht.
Kontakte;Gezählt: Kontakte;Quelle: Kontakte;Festgelegt in: org.example.contacts@1.2.0#contacts
Dauer;Gezählt: Dauer;Einheit: min;Quelle: Kontakte;Festgelegt in: org.example.contacts@1.2.0#minutes
Erreicht;Gezählt: Erreicht;Einheit: %;Quelle: Kontakte;Festgelegt in: org.example.contacts@1.2.0#reached

Zeichen in den Tabellen
unterdrückt;Die Zahl beruht auf weniger als 5 Personen oder würde eine solche Zahl verraten.
nicht erhoben;Für diese Stelle wurde nichts erfasst. Das ist keine Null.
nicht bestimmbar;Diese Zahl gibt es nicht, zum Beispiel der Anteil an nichts.

Herkunft der Zahlen
Zeitraum;01.08.2025 bis 31.07.2026
Stichtag;01.08.2026
Auswertung;Kontakte zählen
Kennung;org.example.contacts
Version;1.2.0
Paket (SHA-256);0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
Gelesene Daten;Kontakte: Schule, Art
Einstellungen;Mindestdauer: 10
Bestimmt für;die Öffentlichkeit
Kleine Zahlen;Zahlen, die auf weniger als 5 Personen beruhen, sind unterdrückt, ebenso Zahlen, aus denen sie sich errechnen ließen. Eine echte Null wird gezeigt.
Version von Tridem;0.1.0
Ausgeführt mit;wasmtime 48.0.8

"#]]
        );
    }

    #[test]
    fn a_report_in_english() {
        let text = String::from_utf8(csv(&sample::small(), Lang::En)).unwrap();
        assert_data_eq!(
            text.replace("\r\n", "\n").replace('\u{feff}', ""),
            str![[r#"
Contacts of the schools
Beispielstadt
2025-08-01 to 2026-07-31
Version to be passed on

Primary
Contacts by school
School,School days with records,School days in the programme,Contacts,Time (min),Reached (%),Reached (%)_low,Reached (%)_high
Schule am Anger,61,78,1200,3612.5,80.5,78.1,82.7
Ufer; Nord,,,withheld,withheld,withheld,withheld,withheld
'=Waldschule,,,0,not collected,undefined,undefined,undefined
Total,,,1234,-1.5,withheld,withheld,withheld
Attempts do not count.
Contacts,Counted: Contacts,Source: Contacts,Defined in: org.example.contacts@1.2.0#contacts
Time,Counted: Time,Unit: min,Source: Contacts,Defined in: org.example.contacts@1.2.0#minutes
Reached,Counted: Reached,Unit: %,Source: Contacts,Defined in: org.example.contacts@1.2.0#reached

Signs in the tables
withheld,"The figure rests on fewer than 5 persons, or would give such a figure away."
not collected,Nothing was recorded here. It is not a zero.
undefined,"There is no such number, for example a share of nothing."

Where the figures come from
Period,2025-08-01 to 2026-07-31
As of,2026-08-01
Plugin,Count contacts
Plugin id,org.example.contacts
Plugin version,1.2.0
Package (SHA-256),0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
Data read,"Contacts: School, Kind"
Parameters,Shortest time: 10
Audience,the public
Small numbers,"Figures that rest on fewer than 5 persons are withheld, and so are figures from which they could be worked out. A true zero is shown."
Tridem version,0.1.0
Run by,wasmtime 48.0.8

"#]]
        );
    }

    #[test]
    fn intervals_and_coverage_have_columns_of_their_own() {
        let report = crate::render::sample_pictures::pictured();
        let sources = &report.passport.sources;
        let lines = block("Grundschulen", &report.sections[0].tables[0], sources, Lang::De);
        let kept = [&lines[2..5], &lines[6..7], &lines[9..]].concat();
        assert_data_eq!(
            write(&[kept], Lang::De).replace("\r\n", "\n").replace('\u{feff}', ""),
            str![[r"
Schule;Schultage mit Einträgen;Schultage im Programm;Kontakte;Anteil Tandem (%);Anteil Tandem (%)_low;Anteil Tandem (%)_high
Gemeinschaftsgrundschule am Anger;61;78;180;33,8;29,5;38,1
GGS Birkenweg;61;78;400;42,7;38,6;46,8
Lindenschule;unterdrückt;78;330;29,0;24,9;33,1
Grundschulen zusammen;;;1527;34,4;30,4;38,4
Kontakte;Gezählt: Kontakte;Quelle: Kontakte;Festgelegt in: org.example.contacts@1.2.0#contacts
Anteil Tandem;Zähler: Tandem-Kontakte;Nenner: Kontakte;Einheit: %;Quelle: Kontakte;Ohne: Versuche;Festgelegt in: org.example.contacts@1.2.0#tandem-share

"]]
        );
        let others = block("", &report.sections[1].tables[0], sources, Lang::En);
        assert_data_eq!(
            write(&[others[4..5].to_vec()], Lang::En).replace("\r\n", "\n").replace('\u{feff}', ""),
            str![[r"
Realschule am Markt,70,78,withheld,withheld,withheld,withheld

"]]
        );
    }
}
