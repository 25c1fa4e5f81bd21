//! A report as text for the terminal.

use crate::domain::{Lang, Picture, Report, Row, RowKind, Table};

use super::grid::{self, Piece};
use super::made_of::{self, made_of};
use super::sign::{self, Sign};
use super::words::{self, Words};
use super::{block_lines, format, passport};

/// No terminal is taken to be narrower than this.
const LEAST_WIDTH: usize = 40;

/// A report as text, at most `width` columns wide where a width is given: texts wrap, and tables
/// that are too wide are divided into several below each other. Without a width nothing wraps,
/// which suits a file or a pipe.
///
/// With `colour`, headings and totals are bold and signs coloured; no meaning rests on that alone.
/// Nothing in the text can steer a terminal, whatever a plugin or a name holds.
pub fn text(report: &Report, lang: Lang, width: Option<usize>, colour: bool) -> String {
    let width = width.map(|width| width.max(LEAST_WIDTH));
    let words = Words::of(lang);
    let passport = &report.passport;
    let paragraph = |text: String| grid::paragraph(text, width);
    let mut parts = vec![
        title(report.title.get(lang), '═', width, colour),
        paragraph(format!(
            "{} · {} · {}",
            format::line(&report.municipality),
            format::period(passport.period, lang),
            words::meant_for(passport.audience, lang)
        )),
    ];
    if report.sections.is_empty() && report.blocks.is_empty() {
        parts.push(paragraph(words.no_tables.to_owned()));
    }
    for section in &report.sections {
        parts.push(title(section.title.get(lang), '─', width, colour));
        for each in &section.tables {
            parts.extend(table(each, lang, width, colour));
            let notes = each.notes.iter().map(|note| format::line(note.get(lang)));
            parts.extend(notes.map(paragraph));
            parts.extend(passports(made_of(each, &passport.sources, lang), width, lang));
            let pictures = section.pictures.iter().filter(|picture| picture.table == each.id);
            parts.extend(pictures.flat_map(|picture| said(picture, lang)).map(paragraph));
        }
    }
    parts.extend(block_lines::texts(&report.blocks, lang, width, colour));
    let legend = sign::legend(report, lang);
    if !legend.is_empty() {
        parts.push(title(words.signs, '─', width, colour));
        let line = |line: sign::Explained| {
            [line.sign.mark.to_owned(), format!("{}: {}", line.sign.word, line.meaning)]
        };
        parts.push(grid::pairs(legend.into_iter().map(line).collect(), width));
    }
    parts.push(title(words.origin, '─', width, colour));
    let entries = passport::entries(passport, lang).into_iter();
    let line = |entry: passport::Entry| [entry.term.to_owned(), entry.texts.join("\n")];
    parts.push(grid::pairs(entries.map(line).collect(), width));
    parts.join("\n\n") + "\n"
}

/// A heading with a line under it.
pub(super) fn title(text: &str, under: char, width: Option<usize>, colour: bool) -> String {
    let text = grid::paragraph(format::line(text), width);
    let longest = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
    let rule: String = std::iter::repeat_n(under, longest).collect();
    if colour { format!("\u{1b}[1m{text}\u{1b}[0m\n{rule}") } else { format!("{text}\n{rule}") }
}

/// A table with its caption, in as many parts as the width makes of it.
fn table(table: &Table, lang: Lang, width: Option<usize>, colour: bool) -> Vec<String> {
    let words = Words::of(lang);
    let caption = format::line(table.caption.get(lang));
    let wrapped = |text: String| grid::paragraph(text, width);
    if table.rows.is_empty() {
        return vec![format!("{}\n{}", wrapped(caption), words.no_rows)];
    }
    let has_coverage = table.rows.iter().any(|row| row.coverage.is_some());
    let columns = table.columns.iter().map(|column| Piece::bold(format::heading(column, lang)));
    let corner = Piece::bold(format::line(table.corner.get(lang)));
    let coverage = has_coverage.then(|| Piece::bold(words.recorded_on));
    let headings: Vec<Piece> = std::iter::once(corner).chain(coverage).chain(columns).collect();
    let rows = |has_intervals: bool| -> Vec<Vec<Piece>> {
        let line = |row: &Row| {
            let is_bold = row.kind == RowKind::Total;
            let label = Piece { is_bold, ..Piece::plain(format::line(row.label.get(lang))) };
            let coverage = has_coverage.then(|| covered(row, lang));
            let cells = (0..row.cells.len()).map(|place| piece(row, place, has_intervals, lang));
            std::iter::once(label).chain(coverage).chain(cells).collect()
        };
        table.rows.iter().map(line).collect()
    };
    // Intervals are left to the other forms where they would divide the table.
    let full = rows(true);
    let rows = if grid::fits_whole(&headings, &full, width) { full } else { rows(false) };
    let blocks = grid::blocks(&headings, &rows, width, colour).into_iter().enumerate();
    blocks
        .map(|(place, block)| {
            let caption = match place {
                0 => caption.clone(),
                _ => format!("{caption} ({})", words.continued),
            };
            format!("{}\n\n{block}", wrapped(caption))
        })
        .collect()
}

/// As `28,6 (21,3–37,2)`.
fn piece(row: &Row, place: usize, has_interval: bool, lang: Lang) -> Piece {
    let is_bold = row.kind == RowKind::Total;
    match Sign::or_number(row.cells[place], lang) {
        Ok(number) => {
            let backing = row.backing.get(place).copied().flatten();
            let interval = backing.and_then(|backing| backing.interval).filter(|_| has_interval);
            let interval = interval.map(|interval| {
                format!(" ({}–{})", interval.low.text(lang), interval.high.text(lang))
            });
            let number = format::number(number, lang) + &interval.unwrap_or_default();
            Piece { is_bold, ..Piece::plain(number) }
        }
        Err(sign) => Piece { is_bold, is_muted: true, ..Piece::plain(sign.mark) },
    }
}

fn covered(row: &Row, lang: Lang) -> Piece {
    let Some(coverage) = row.coverage else { return Piece::plain("") };
    let text = words::coverage(
        coverage.recorded.map(|days| days.to_string()).as_deref(),
        &coverage.possible.to_string(),
        lang,
    );
    match coverage.recorded {
        Some(_) => Piece::plain(text),
        None => Piece::plain(format!("{} {text}", Sign::withheld(lang).mark)),
    }
}

/// How the numbers of a table come about, a line for each column.
fn passports(passports: Vec<made_of::MadeOf>, width: Option<usize>, lang: Lang) -> Option<String> {
    let line = |passport: made_of::MadeOf| {
        let entries = passport.entries.into_iter();
        let entry = |entry: made_of::Entry| format!("{}: {}", entry.term, entry.texts.join(", "));
        [passport.label, entries.map(entry).collect::<Vec<_>>().join("; ")]
    };
    let lines: Vec<[String; 2]> = passports.into_iter().map(line).collect();
    let heading = grid::paragraph(format!("{}:", Words::of(lang).made_of), width);
    (!lines.is_empty()).then(|| format!("{heading}\n{}", grid::pairs(lines, width)))
}

/// What a picture shows, in its own sentences, and how it is made.
fn said(picture: &Picture, lang: Lang) -> Vec<String> {
    let title = format::line(picture.title.get(lang));
    let text = format::line(picture.description.get(lang));
    let notes = picture.notes.iter().map(|note| format::line(note.get(lang)));
    std::iter::once(words::pictured(&title, &text, lang)).chain(notes).collect()
}

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, str};

    use super::*;
    use crate::domain::Text;
    use crate::render::sample;

    #[test]
    fn a_report_in_german() {
        assert_data_eq!(
            text(&sample::small(), Lang::De, Some(72), false),
            str![[r"
Kontakte der Schulen
════════════════════

Beispielstadt · 01.08.2025 bis 31.07.2026 · Fassung zur Weitergabe

Primarstufe
───────────

Kontakte nach Schule

Schule                     Erfasst an  Kontakte    Dauer  Erreicht
                                                   (min)       (%)
──────────────────────────────────────────────────────────────────
Schule am Anger  61 von 78 Schultagen     1.200  3.612,5      80,5
Ufer; Nord                                    •        •         •
=Waldschule                                   0        –         x
Gesamt                                    1.234     -1,5         •

Versuche zählen nicht.

Wie die Zahlen entstehen:
Kontakte  Gezählt: Kontakte; Quelle: Kontakte; Festgelegt in:
          org.example.contacts@1.2.0#contacts
Dauer     Gezählt: Dauer; Einheit: min; Quelle: Kontakte; Festgelegt in:
          org.example.contacts@1.2.0#minutes
Erreicht  Gezählt: Erreicht; Einheit: %; Quelle: Kontakte; Festgelegt
          in: org.example.contacts@1.2.0#reached

Zeichen in den Tabellen
───────────────────────

•  unterdrückt: Die Zahl beruht auf weniger als 5 Personen oder würde
   eine solche Zahl verraten.
–  nicht erhoben: Für diese Stelle wurde nichts erfasst. Das ist keine
   Null.
x  nicht bestimmbar: Diese Zahl gibt es nicht, zum Beispiel der Anteil
   an nichts.

Herkunft der Zahlen
───────────────────

Zeitraum            01.08.2025 bis 31.07.2026
Stichtag            01.08.2026
Auswertung          Kontakte zählen
Kennung             org.example.contacts
Version             1.2.0
Paket (SHA-256)     0123456789abcdef0123456789abcdef0123456789abcdef0123
                    456789abcdef
Gelesene Daten      Kontakte: Schule, Art
Einstellungen       Mindestdauer: 10
Bestimmt für        die Öffentlichkeit
Kleine Zahlen       Zahlen, die auf weniger als 5 Personen beruhen, sind
                    unterdrückt, ebenso Zahlen, aus denen sie sich
                    errechnen ließen. Eine echte Null wird gezeigt.
Version von Tridem  0.1.0
Ausgeführt mit      wasmtime 48.0.8

"]]
        );
    }

    #[test]
    fn a_report_in_english() {
        assert_data_eq!(
            text(&sample::small(), Lang::En, None, false),
            str![[r"
Contacts of the schools
═══════════════════════

Beispielstadt · 2025-08-01 to 2026-07-31 · Version to be passed on

Primary
───────

Contacts by school

School                    Recorded on  Contacts  Time (min)       Reached (%)
─────────────────────────────────────────────────────────────────────────────
Schule am Anger  61 of 78 school days     1,200     3,612.5  80.5 (78.1–82.7)
Ufer; Nord                                    •           •                 •
=Waldschule                                   0           –                 x
Total                                     1,234        -1.5                 •

Attempts do not count.

How the numbers come about:
Contacts  Counted: Contacts; Source: Contacts; Defined in: org.example.contacts@1.2.0#contacts
Time      Counted: Time; Unit: min; Source: Contacts; Defined in: org.example.contacts@1.2.0#minutes
Reached   Counted: Reached; Unit: %; Source: Contacts; Defined in: org.example.contacts@1.2.0#reached

Signs in the tables
───────────────────

•  withheld: The figure rests on fewer than 5 persons, or would give such a figure away.
–  not collected: Nothing was recorded here. It is not a zero.
x  undefined: There is no such number, for example a share of nothing.

Where the figures come from
───────────────────────────

Period             2025-08-01 to 2026-07-31
As of              2026-08-01
Plugin             Count contacts
Plugin id          org.example.contacts
Plugin version     1.2.0
Package (SHA-256)  0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
Data read          Contacts: School, Kind
Parameters         Shortest time: 10
Audience           the public
Small numbers      Figures that rest on fewer than 5 persons are withheld, and so are figures from which they could be worked out. A true zero is shown.
Tridem version     0.1.0
Run by             wasmtime 48.0.8

"]]
        );
    }

    /// Four schools and 14 months, with numbers of five figures.
    fn months() -> Report {
        let mut report = sample::small();
        let table = &mut report.sections[0].tables[0];
        table.columns = (1..=14)
            .map(|month| sample::column("m", Text::same(format!("Monat {month:02}")), None))
            .collect();
        for (place, row) in table.rows.iter_mut().enumerate() {
            row.coverage = None;
            row.cells = (0..14)
                .map(|month| sample::shown(10_000 + month + 100 * i64::try_from(place).unwrap(), 0))
                .collect();
        }
        report
    }

    #[test]
    fn no_line_is_wider_than_asked_and_no_number_is_lost() {
        for width in [40, 60, 80, 100, 200] {
            let text = text(&months(), Lang::De, Some(width), false);
            let widest = text.lines().map(|line| line.chars().count()).max();
            assert!(widest <= Some(width), "{width}:\n{text}");
            for place in 0..4 {
                for month in 0..14 {
                    let number = format!("10.{place}{month:02}");
                    assert_eq!(text.matches(&number).count(), 1, "{number} at {width}:\n{text}");
                }
            }
        }
    }

    #[test]
    fn wide_tables_are_divided_with_their_labels() {
        let divided = text(&months(), Lang::De, Some(80), false);
        assert_eq!(divided.matches("Schule am Anger").count(), 2);
        assert_eq!(divided.matches("Kontakte nach Schule (Fortsetzung)").count(), 1);
        let whole = text(&months(), Lang::De, None, false);
        assert_eq!(whole.matches("Schule am Anger").count(), 1);
        assert!(!whole.contains("Fortsetzung"));
    }

    #[test]
    fn colour_comes_only_when_asked_for_and_changes_no_word() {
        let plain = text(&sample::small(), Lang::De, Some(80), false);
        assert!(!plain.contains('\u{1b}'));
        let coloured = text(&sample::small(), Lang::De, Some(80), true);
        assert!(coloured.contains("\u{1b}["));
        let mut bare = String::new();
        let mut parts = coloured.split('\u{1b}');
        bare.push_str(parts.next().unwrap());
        for part in parts {
            bare.push_str(part.split_once('m').unwrap().1);
        }
        assert_eq!(bare, plain);
    }

    #[test]
    fn a_plugin_cannot_steer_the_terminal() {
        let mut report = sample::small();
        let evil = Text::same("a\u{1b}]0;x\u{7}\u{9b}2J\u{202e}b");
        report.title = evil.clone();
        report.sections[0].tables[0].caption = evil.clone();
        report.sections[0].tables[0].columns[0].label = evil.clone();
        report.sections[0].tables[0].rows[0].label = evil.clone();
        report.sections[0].tables[0].notes[0] = evil.clone();
        report.passport.plugin_title = evil;
        let text = text(&report, Lang::De, Some(80), false);
        assert!(text.chars().all(|letter| letter == '\n' || !letter.is_control()));
        assert!(!text.contains('\u{202e}'));
    }

    #[test]
    fn a_report_without_tables_or_rows_says_so() {
        let mut report = sample::small();
        report.sections[0].tables[0].rows.clear();
        assert!(text(&report, Lang::En, None, false).contains("There is nothing for this period."));
        report.sections.clear();
        assert!(text(&report, Lang::En, None, false).contains("This report has no tables."));
    }

    #[test]
    fn pictures_intervals_and_passports_are_told_in_words() {
        let mut report = crate::render::sample_pictures::pictured();
        report.sections.remove(0);
        let all = text(&report, Lang::De, Some(80), false);
        let part = all.split("Zeichen in den Tabellen").next().unwrap();
        assert_data_eq!(
            part,
            str![[r"
Kontakte der Schulen
════════════════════

Beispielstadt · 01.08.2025 bis 31.07.2026 · Fassung zur Weitergabe

Weiterführende Schulen
──────────────────────

Verhältniszahlen

Schule                         Erfasst an  Kontakte  Anteil Tandem (%)
──────────────────────────────────────────────────────────────────────
Gesamtschule Nord    70 von 78 Schultagen        80   25,0 (20,3–29,7)
Realschule am Markt  70 von 78 Schultagen         •                  •
Sekundarschule Süd   70 von 78 Schultagen        64   46,8 (41,9–51,7)

Wie die Zahlen entstehen:
Kontakte       Gezählt: Kontakte; Quelle: Kontakte; Festgelegt in:
               org.example.contacts@1.2.0#contacts
Anteil Tandem  Zähler: Tandem-Kontakte; Nenner: Kontakte; Einheit: %; Quelle:
               Kontakte; Ohne: Versuche; Festgelegt in:
               org.example.contacts@1.2.0#tandem-share

Bild „Verhältniszahlen: Anteil Tandem“: Was man sieht, in Sätzen.

Wie es entsteht.


"]]
        );
        let narrow = text(&report, Lang::De, Some(60), false);
        assert!(narrow.contains("46,8") && !narrow.contains("41,9"), "{narrow}");
    }
}
