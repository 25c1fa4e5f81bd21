//! Workbooks read back by another program's reader, and compared with the other forms.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};

use super::list::{ListFormat, Value, list};
use super::{csv, format, list_xlsx, sample, sample_blocks, sample_pictures, sheet_xlsx, xlsx};
use crate::domain::{
    Cell, Day, Lang, Number, Report, Sheet, SheetCell, SheetColumn, SheetTable, Text,
};

/// The worksheets in order, each as rows of texts: numbers with a point, days as the language writes
/// them.
fn read(bytes: &[u8], lang: Lang) -> Vec<(String, Vec<Vec<String>>)> {
    let mut workbook = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let cell = |data: &Data| match data {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::Float(number) => format!("n:{number}"),
        Data::Int(number) => format!("n:{number}"),
        Data::DateTime(day) => {
            #[expect(clippy::cast_possible_truncation, reason = "a whole number of days")]
            let day = Day(day.as_f64() as i32 - 25_569);
            format!("d:{}", format::day(day, lang))
        }
        other => panic!("no cell is {other:?}"),
    };
    let names = workbook.sheet_names();
    names
        .into_iter()
        .map(|name| {
            let range = workbook.worksheet_range(&name).unwrap();
            let (last_row, last_column) = range.end().unwrap_or_default();
            let row = |row: u32| {
                let value = |column| range.get_value((row, column)).unwrap_or(&Data::Empty);
                let mut cells: Vec<String> =
                    (0..=last_column).map(|column| cell(value(column))).collect();
                while cells.last().is_some_and(String::is_empty) {
                    cells.pop();
                }
                cells
            };
            (name, (0..=last_row).map(row).collect())
        })
        .collect()
}

/// The lines of a CSV file.
fn lines(text: &str, lang: Lang) -> Vec<Vec<String>> {
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(lang.pick(b';', b','))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// Whether a cell, as [`read`] writes it, is what a field of a CSV file says.
fn is_same(cell: &str, field: &str, lang: Lang) -> bool {
    let plain = if lang == Lang::De { field.replace(',', ".") } else { field.to_owned() };
    // A school's number is a name, and the only text made of digits alone.
    let is_school = field.len() == 6 && field.starts_with("1000");
    match plain.parse::<f64>() {
        Ok(number) if !is_school => cell == format!("n:{number}"),
        _ if cell.starts_with("d:") => cell[2..] == *field,
        _ => cell == field.strip_prefix('\'').unwrap_or(field),
    }
}

fn are_same(row: &[String], line: &[String], lang: Lang) -> bool {
    let filled = line.iter().rposition(|field| !field.is_empty()).map_or(0, |place| place + 1);
    row.len() == filled && row.iter().zip(line).all(|(cell, field)| is_same(cell, field, lang))
}

/// Each line of a table of a CSV file is a row of the workbook, cell for cell. Gives how many cells
/// were compared.
fn assert_same(report: &Report, lang: Lang) -> usize {
    let text = String::from_utf8(csv(report, lang)).unwrap();
    let book = read(&xlsx(report, lang).unwrap(), lang);
    let rows: Vec<&Vec<String>> = book.iter().flat_map(|(_, rows)| rows).collect();
    let mut compared = 0;
    for mut line in lines(&text, lang) {
        // Only the workbook tells the limits in words.
        for field in &mut line {
            for (end, words) in ["_low", "_high"].into_iter().zip(super::xlsx::limits(lang)) {
                if let Some(heading) = field.strip_suffix(end) {
                    *field = format!("{heading}: {words}");
                }
            }
        }
        // Titles stand alone. How a number comes about has a page with a column for each term.
        let definition = format!("{}: ", super::words::Words::of(lang).definition);
        if line.len() < 2 || line.iter().any(|field| field.starts_with(&definition)) {
            continue;
        }
        let is_there = rows.iter().any(|row| are_same(row, &line, lang));
        assert!(is_there, "{line:?} in {rows:#?}");
        compared += line.len();
    }
    compared
}

#[test]
fn every_cell_is_that_of_the_csv_file_in_both_languages() {
    for report in [sample::small(), sample_pictures::pictured(), sample_blocks::composed()] {
        let compared = [Lang::De, Lang::En].map(|lang| assert_same(&report, lang));
        assert!(compared[0] > 40, "{compared:?}");
        assert_eq!(compared[0], compared[1]);
    }
}

#[test]
fn a_number_that_is_a_text_or_another_one_is_found() {
    for (cell, field, expected) in [
        ("n:3612.5", "3612,5", true),
        ("n:3612.6", "3612,5", false),
        ("3612,5", "3612,5", false),
        ("n:0", "unterdrückt", false),
        ("", "0", false),
        ("=x", "'=x", true),
        ("d:15.09.2025", "15.09.2025", true),
        ("d:16.09.2025", "15.09.2025", false),
    ] {
        assert_eq!(is_same(cell, field, Lang::De), expected, "{cell} {field}");
    }
}

/// Every number and day of a workbook by its place.
fn values(report: &Report, lang: Lang) -> BTreeMap<(usize, usize, usize), String> {
    let book = read(&xlsx(report, lang).unwrap(), Lang::En);
    let mut values = BTreeMap::new();
    for (page, (_, rows)) in book.iter().enumerate() {
        for (place, row) in rows.iter().enumerate() {
            for (column, value) in row.iter().enumerate() {
                if value.starts_with("n:") || value.starts_with("d:") {
                    values.insert((page, place, column), value.clone());
                }
            }
        }
    }
    values
}

#[test]
fn the_same_figure_is_the_same_in_both_languages_and_in_json() {
    for report in [sample::small(), sample_pictures::pictured(), sample_blocks::composed()] {
        let german = values(&report, Lang::De);
        assert!(german.len() > 3);
        assert_eq!(german, values(&report, Lang::En));
    }
    let report = sample::small();
    let json: serde_json::Value = serde_json::from_str(&super::json(&report).unwrap()).unwrap();
    let book = read(&xlsx(&report, Lang::De).unwrap(), Lang::De);
    let rows = json["sections"][0]["tables"][0]["rows"].as_array().unwrap();
    // The heading stands in the sixth line; contacts are in the fourth column.
    for (place, row) in rows.iter().enumerate() {
        let cell = &row["cells"][0];
        let written = &book[1].1[6 + place][3];
        match cell["state"].as_str().unwrap() {
            "shown" => assert_eq!(written, &format!("n:{}", cell["units"])),
            state => assert_eq!((state, written.as_str()), ("withheld", "unterdrückt")),
        }
    }
}

#[test]
fn a_page_of_a_report_in_german() {
    let book = read(&xlsx(&sample::small(), Lang::De).unwrap(), Lang::De);
    let names: Vec<&str> = book.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["Übersicht", "Kontakte nach Schule", "Wie die Zahlen entstehen", "Herkunft der Zahlen"]
    );
    let row = |place: usize| book[1].1[place].join(" | ");
    assert_eq!(row(0), "Kontakte nach Schule");
    assert_eq!(row(1), "Kontakte der Schulen · Primarstufe");
    assert_eq!(row(2), "Beispielstadt · 01.08.2025 bis 31.07.2026");
    assert_eq!(row(3), "Fassung zur Weitergabe");
    assert_eq!(
        row(5),
        "Schule | Schultage mit Einträgen | Schultage im Programm | Kontakte | Dauer (min) | \
         Erreicht (%) | Erreicht (%): untere 95-%-Grenze | Erreicht (%): obere 95-%-Grenze"
    );
    assert_eq!(
        row(6),
        "Schule am Anger | n:61 | n:78 | n:1200 | n:3612.5 | n:80.5 | n:78.1 | n:82.7"
    );
    assert_eq!(
        row(8),
        "=Waldschule |  |  | n:0 | nicht erhoben | nicht bestimmbar | \
         nicht bestimmbar | nicht bestimmbar"
    );
    assert_eq!(row(11), "Versuche zählen nicht.");
    let origin: Vec<String> = book[3].1.iter().map(|row| row.join(" | ")).collect();
    for line in ["Kennung | org.example.contacts", "Stichtag | d:01.08.2026", "Version | 1.2.0"] {
        assert!(origin.iter().any(|row| row == line), "{line} in {origin:#?}");
    }
}

#[test]
fn a_withheld_number_is_in_no_workbook() {
    let mut report = sample::small();
    let all = |report: &Report| format!("{:?}", read(&xlsx(report, Lang::De).unwrap(), Lang::De));
    report.sections[0].tables[0].rows[0].cells[0] = sample::shown(73_519, 0);
    assert!(all(&report).contains("73519"));
    report.sections[0].tables[0].rows[0].cells[0] = Cell::Withheld;
    assert!(!all(&report).contains("73519"));
}

/// The parts of a workbook by name.
fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    names
        .into_iter()
        .map(|name| {
            let mut text = String::new();
            archive.by_name(&name).unwrap().read_to_string(&mut text).unwrap();
            (name, text)
        })
        .collect()
}

#[test]
fn a_workbook_names_nobody_hides_nothing_and_is_the_same_each_time() {
    for report in [sample::small(), sample_pictures::pictured(), sample_blocks::composed()] {
        for lang in [Lang::De, Lang::En] {
            let bytes = xlsx(&report, lang).unwrap();
            assert!(bytes == xlsx(&report, lang).unwrap());
            let parts = parts(&bytes);
            let about = &parts["docProps/core.xml"];
            assert!(!about.contains("creator") && !about.contains("lastModifiedBy"), "{about}");
            assert!(about.contains("2026-08-01T00:00:00Z"), "{about}");
            assert!(about.contains(lang.pick(">de-DE<", ">en-GB<")), "{about}");
            assert!(parts["docProps/app.xml"].contains("<Company></Company>"));
            assert!(!parts["xl/workbook.xml"].contains("state="));
            for (name, text) in parts {
                let is_sheet = name.starts_with("xl/worksheets/sheet");
                assert!(!is_sheet || !text.contains("hidden") && !text.contains("<f>"), "{name}");
            }
        }
    }
}

#[test]
fn every_chart_has_words_in_its_place() {
    for (report, count) in [(sample_pictures::pictured(), 1), (sample_blocks::composed(), 1)] {
        let parts = parts(&xlsx(&report, Lang::De).unwrap());
        let charts = parts.keys().filter(|name| name.starts_with("xl/charts/chart")).count();
        assert_eq!(charts, count);
        let drawings = parts.iter().filter(|(name, _)| name.starts_with("xl/drawings/drawing"));
        let described: usize = drawings
            .map(|(_, text)| {
                text.matches("<xdr:cNvPr ").count() - text.matches(" descr=\"").count()
            })
            .sum();
        assert_eq!(described, 0);
    }
}

#[test]
fn a_chart_shows_the_word_for_a_withheld_number_and_no_bar() {
    let book = read(&xlsx(&sample_blocks::composed(), Lang::De).unwrap(), Lang::De);
    let rows = &book.iter().find(|(name, _)| name == "Dauer nach Schule").unwrap().1;
    let at =
        rows.iter().position(|row| row[..].first().is_some_and(|it| it == "Gezeichnete Zahlen"));
    let drawn: Vec<String> =
        rows[at.unwrap() + 1..][..3].iter().map(|row| row.join(" | ")).collect();
    assert_eq!(
        drawn,
        ["Schule am Anger | n:1234.5", "Ufer; Nord: unterdrückt", "Waldschule: nicht erhoben"]
    );
}

#[test]
fn a_list_has_the_rows_of_its_csv_and_no_formula() {
    let headers = [
        ("name", Text::new("Name", "Name")),
        ("count", Text::new("Zahl", "Count")),
        ("since", Text::new("Seit", "Since")),
    ];
    let texts = ["=1+1", "@x", "+1", "-1", "_x0041_", "007", "a\u{ffff}b", "Ä; \"x\""];
    let rows: Vec<Vec<Value>> = texts
        .iter()
        .zip(-3_i64..)
        .map(|(text, count)| {
            let day =
                if count == 0 { Value::None } else { Value::Day(Day::of(2025, 9, 15).unwrap()) };
            vec![Value::Text((*text).to_owned()), Value::Integer(count), day]
        })
        .collect();
    for lang in [Lang::De, Lang::En] {
        let bytes = list_xlsx(&headers, &rows, lang).unwrap();
        let book = read(&bytes, lang);
        let csv = lines(&list(&headers, &rows, ListFormat::Csv, lang, None), lang);
        assert_eq!(book.len(), 1);
        assert_eq!(book[0].1.len(), csv.len());
        for (row, line) in book[0].1.iter().zip(&csv).skip(1) {
            assert!(
                row[1..].iter().zip(&line[1..]).all(|(cell, field)| is_same(cell, field, lang))
            );
        }
        let names: Vec<&str> = book[0].1[1..].iter().map(|row| row[0].as_str()).collect();
        assert_eq!(names[..6], texts[..6]);
        assert_eq!(names[6..], ["a\u{fffd}b", "Ä; \"x\""]);
        let parts = parts(&bytes);
        let sheet = &parts["xl/worksheets/sheet1.xml"];
        assert!(!sheet.contains("<f>") && sheet.contains("state=\"frozen\""));
        assert!(!parts["docProps/core.xml"].contains("created"));
    }
}

#[test]
fn a_sheet_has_a_head_and_a_page_for_each_table() {
    let column = |name, de: &str, en: &str, unit: Option<Text>| SheetColumn {
        name,
        title: Text::new(de, en),
        unit,
    };
    let number = |units, decimals| SheetCell::Number(Number { units, decimals });
    let table = |id, rows| SheetTable {
        id,
        title: Text::new("Fehltage", "Days missed"),
        columns: vec![
            column("day", "Tag", "Day", None),
            column("share", "Anteil", "Share", Some(Text::same("%"))),
        ],
        rows,
        none: Text::new("Nichts versäumt.", "Nothing missed."),
    };
    let day = SheetCell::Day(Day::of(2025, 9, 15).unwrap());
    let sheet = Sheet {
        id: "absences",
        title: Text::new("Fehlliste", "Absence list"),
        facts: vec![(Text::new("Schule", "School"), SheetCell::Text("=A1".into()))],
        remarks: vec![Text::new("Nur im Team.", "Only for the team.")],
        tables: vec![
            table(
                "days",
                vec![
                    vec![day, number(125, 1)],
                    vec![SheetCell::Empty, SheetCell::Withheld],
                    vec![SheetCell::Words(Text::new("alle", "all")), SheetCell::NotCollected],
                ],
            ),
            table("none", Vec::new()),
        ],
    };
    let book = read(&sheet_xlsx(&sheet, Lang::De).unwrap(), Lang::De);
    let names: Vec<&str> = book.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Übersicht", "Fehltage", "Fehltage (2)"]);
    let joined =
        |page: usize| -> Vec<String> { book[page].1.iter().map(|row| row.join("|")).collect() };
    assert_eq!(joined(0)[..5], ["Fehlliste", "", "Schule|=A1", "", "Nur im Team."]);
    assert_eq!(
        joined(1)[3..],
        ["Tag|Anteil (%)", "d:15.09.2025|n:12.5", "|unterdrückt", "alle|nicht erhoben"]
    );
    assert_eq!(joined(2), ["Fehltage", "Fehlliste", "", "Nichts versäumt."]);
}
