//! The last touch to a workbook: what it says about itself, in its language.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::domain::{Day, Lang};

/// The part of a workbook that says who made it and when.
const ABOUT: &str = "docProps/core.xml";

/// A workbook that names its language, and neither a person nor the hour it was made.
///
/// The library that writes workbooks puts the current time into them, and English into every
/// picture; then the same report would be another file each time, and a screen reader would read
/// German titles as if they were English.
pub(super) fn finished(bytes: Vec<u8>, day: Option<Day>, lang: Lang) -> Vec<u8> {
    let mut read = ZipArchive::new(Cursor::new(bytes)).expect("it was written just now");
    let mut written = ZipWriter::new(Cursor::new(Vec::new()));
    // Without a time of their own.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for place in 0..read.len() {
        let mut part = read.by_index(place).expect("counted just now");
        let name = part.name().expect("names are plain").into_owned();
        if name != ABOUT && !name.starts_with("xl/charts/") {
            written.raw_copy_file(part).expect("memory takes every part");
            continue;
        }
        let mut text = String::new();
        part.read_to_string(&mut text).expect("XML in UTF-8");
        let text = if name == ABOUT {
            about(&text, day, lang)
        } else {
            text.replace("lang=\"en-US\"", &format!("lang=\"{}\"", tag(lang)))
        };
        written.start_file(name, options).expect("names come from a workbook");
        written.write_all(text.as_bytes()).expect("memory takes every part");
    }
    written.finish().expect("memory takes every part").into_inner()
}

fn tag(lang: Lang) -> &'static str {
    lang.pick("de-DE", "en-GB")
}

/// What a workbook says about itself: its title, its language, and a day where it is one of a report.
fn about(text: &str, day: Option<Day>, lang: Lang) -> String {
    let title = between(text, "<dc:title>", "</dc:title>").unwrap_or_default();
    let head = text.split("<dc:title>").next().unwrap_or_default();
    // Without a title the first element is that of the creator.
    let head = head.split("<dc:creator").next().unwrap_or_default();
    let made = day.map_or_else(String::new, |day| {
        let time = |name| {
            format!("<dcterms:{name} xsi:type=\"dcterms:W3CDTF\">{day}T00:00:00Z</dcterms:{name}>")
        };
        time("created") + &time("modified")
    });
    let language = tag(lang);
    format!(
        "{head}<dc:title>{title}</dc:title><dc:language>{language}</dc:language>{made}\
         </cp:coreProperties>"
    )
}

fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    text.split_once(begin)?.1.split_once(end).map(|(between, _)| between)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "<?xml?>\n<cp:coreProperties xmlns=\"x\"><dc:title>A &amp; B</dc:title>\
        <dc:creator></dc:creator><dcterms:created xsi:type=\"dcterms:W3CDTF\">2026-11-22T13:00:00Z\
        </dcterms:created></cp:coreProperties>";

    #[test]
    fn the_hour_is_left_out() {
        assert_eq!(
            about(BEFORE, None, Lang::De),
            "<?xml?>\n<cp:coreProperties xmlns=\"x\"><dc:title>A &amp; B</dc:title>\
             <dc:language>de-DE</dc:language></cp:coreProperties>"
        );
    }

    #[test]
    fn the_day_of_a_report_is_kept() {
        let text = about(BEFORE, Day::of(2026, 7, 31), Lang::En);
        assert!(text.contains(">2026-07-31T00:00:00Z</dcterms:created>"), "{text}");
        assert!(!text.contains("2026-11-22") && text.contains(">en-GB<"), "{text}");
    }
}
