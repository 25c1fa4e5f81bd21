//! Whatever bytes a file has, every source ends with rows or with mistakes, and takes in no more than
//! the file has.

use proptest::prelude::*;

use super::super::sample;
use super::{Known, Mapping, Source, SourceOptions, read_source};
use crate::domain::{Recorded, Roster};

fn options(mapping: &str) -> SourceOptions {
    SourceOptions {
        school: Some("990001".into()),
        mapping: Some(Mapping::parse(mapping).unwrap()),
        ..SourceOptions::default()
    }
}

const MAPPING: &str = "kind = \"absences\"\n[match]\nsystem = \"x\"\nexternal_id = \"Datum\"\n\
                       [columns]\nday = \"Datum\"";

/// Reads bytes as every source does; no row comes twice, and none out of nothing.
fn read_by_all(bytes: &[u8]) -> Result<(), TestCaseError> {
    let (directory, roster, recorded) =
        (sample::directory(), Roster::default(), Recorded::default());
    let known = Known { directory: &directory, roster: &roster, recorded: &recorded };
    for source in Source::ALL {
        let read = read_source(source, bytes, &options(MAPPING), known, &mut sample::ids());
        if let Ok(reading) = read {
            prop_assert!(reading.rows <= bytes.len());
            prop_assert!(reading.waiting.len() + reading.records() <= reading.rows * 6);
        }
    }
    Ok(())
}

/// Headers that let reading go on, so that arbitrary rows are read and not only refused.
fn headers() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "Schüler*innen\tDatum\tFehlstd.\tFehlmin.\tStatus\tENr\tFach",
        "Nachname|Vorname|Geburtsdatum|Jahr|Abschnitt|SummeFehlstd|SummeFehlstd_unentschuldigt",
        "Nachname|Vorname|Geburtsdatum|Status|Jahrgang|Klasse|Aufnahmedatum|Konfession",
        "Datum;Name",
    ])
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        read_by_all(&bytes)?;
    }

    #[test]
    fn arbitrary_rows_never_panic(
        header in headers(),
        rows in prop::collection::vec("[0-9a-zäü?|;\t,.\"\r\u{FFFD}]{0,60}", 0..30),
    ) {
        read_by_all(format!("{header}\n{}", rows.join("\n")).as_bytes())?;
    }

    #[test]
    fn arbitrary_packed_files_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        read_by_all(&[b"PK\x03\x04".as_slice(), &bytes].concat())?;
    }
}

/// A gigabyte of zeros packs to a megabyte; it is refused when the bound is passed, not when the
/// memory is full.
#[test]
fn a_file_that_unpacks_to_too_much_is_refused() {
    use std::io::Write as _;
    let mut packed = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let how = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    packed.start_file("xl/workbook.xml", how).unwrap();
    let block = vec![0; 1024 * 1024];
    for _ in 0..=64 {
        packed.write_all(&block).unwrap();
    }
    let bytes = packed.finish().unwrap().into_inner();
    let (directory, roster, recorded) =
        (sample::directory(), Roster::default(), Recorded::default());
    let known = Known { directory: &directory, roster: &roster, recorded: &recorded };
    let read = read_source(Source::Table, &bytes, &options(MAPPING), known, &mut sample::ids());
    assert!(read.unwrap_err().to_string().contains("more than 64 MiB"));
}
