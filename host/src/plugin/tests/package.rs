//! Packages: what is refused, and that what is packed can be read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::plugin::engine::hex;
use crate::plugin::{Error, OperatorLimits, Package, pack};

pub(super) const AUTHOR: &str = r#"# The author's own words stay.
id = "org.example.visits"
version = "1.2.3"
api = "1.0"
title = { de = "Besuche", en = "Visits" }
description = { de = "Zählt Besuche.", en = "Counts visits." }
licence = "EUPL-1.2"
authors = ["Example"]

[[request]]
dataset = "contacts"
fields = ["kind"]
purpose = { de = "Zählen", en = "Counting" }"#;

pub(super) fn limits() -> OperatorLimits {
    OperatorLimits::default()
}

fn files(pairs: &[(&str, &[u8])]) -> BTreeMap<String, Vec<u8>> {
    pairs.iter().map(|(name, content)| ((*name).to_owned(), content.to_vec())).collect()
}

pub(super) fn good() -> BTreeMap<String, Vec<u8>> {
    files(&[
        ("plugin.wasm", b"component"),
        ("README.md", b"read me"),
        ("LICENSE", b"licence"),
        ("templates/letter.hbs", b"Hello"),
        ("tests/year/contacts.csv", b"a;b"),
    ])
}

/// An archive of these entries, as any program might write it.
fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    archive_with(options, entries)
}

pub(super) fn archive_with(options: SimpleFileOptions, entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        archive.start_file(*name, options).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// How the files of a package lie in its archive.
pub(super) fn stored() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644)
}

/// A manifest that lists these files.
pub(super) fn manifest_of(files: &[(&str, &[u8])]) -> String {
    let mut text = format!("{AUTHOR}\n[files]\n");
    for (name, content) in files {
        let digest = hex(&Sha256::digest(content));
        writeln!(text, "\"{name}\" = \"{digest}\"").unwrap();
    }
    text
}

/// An archive of a manifest and these files, all listed.
fn listed(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let manifest = manifest_of(entries);
    archive(&[&[("plugin.toml", manifest.as_bytes())], entries].concat())
}

fn refusal(bytes: &[u8]) -> Error {
    Package::read(bytes, &limits()).unwrap_err()
}

/// Replaces bytes that are there as often as in the list and in the headers of an archive.
fn replace(bytes: &mut [u8], from: &[u8], to: &[u8]) -> usize {
    assert_eq!(from.len(), to.len());
    let places: Vec<usize> =
        (0..=bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from)).collect();
    for at in &places {
        bytes[*at..*at + to.len()].copy_from_slice(to);
    }
    places.len()
}

#[test]
fn names_that_leave_the_package_are_refused() {
    for name in [
        "../plugin.wasm",
        "templates/../../evil.hbs",
        "/etc/passwd",
        "tests//twice",
        "tests/./here",
        "tests/.hidden",
        "tests\\..\\evil",
        "C:evil",
        "tests/C:",
        "tests/nul\0byte",
        "tests/\u{fc}mlaut",
        "tests/trailing.",
    ] {
        let bytes = listed(&[("plugin.wasm", b"component"), (name, b"x")]);
        assert!(matches!(refusal(&bytes), Error::FileName { .. }), "{name}");
    }
    let long = format!("tests/{}", "x".repeat(200));
    let bytes = listed(&[("plugin.wasm", b"component"), (&long, b"x")]);
    assert!(matches!(refusal(&bytes), Error::FileName { .. }));
}

#[test]
fn only_known_files_are_taken() {
    for name in [
        "evil.sh",
        "plugin.wasm.bak",
        "templates/a.exe",
        "templates/a/b.hbs",
        "src/lib.rs",
        "plugin.toml.minisig.minisig",
        "plugin.toml.3.minisig",
        "templates/plugin.toml.minisig",
        "plugin.wasm.minisig",
    ] {
        let bytes = listed(&[("plugin.wasm", b"component"), (name, b"x")]);
        assert!(matches!(refusal(&bytes), Error::FileName { .. }), "{name}");
    }
}

#[test]
fn links_are_refused() {
    let content: &[(&str, &[u8])] = &[("plugin.wasm", b"component")];
    let manifest = manifest_of(&[content[0], ("README.md", b"/etc/passwd")]);
    let options = SimpleFileOptions::default();
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("plugin.toml", manifest.as_bytes()), content[0]] {
        archive.start_file(name, options).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.add_symlink("README.md", "/etc/passwd", options).unwrap();
    let bytes = archive.finish().unwrap().into_inner();
    let Error::FileName { reason, .. } = refusal(&bytes) else { panic!() };
    assert!(reason.contains("link"));
}

#[test]
fn a_second_file_of_the_same_name_is_refused() {
    // No zip program writes it, so a name of the same length is changed afterwards.
    let mut bytes = listed(&[("plugin.wasm", b"component"), ("plugin.wasn", b"another")]);
    replace(&mut bytes, b"plugin.wasn", b"plugin.wasm");
    assert!(matches!(refusal(&bytes), Error::FileTwice { name: None }));
    let bytes =
        listed(&[("plugin.wasm", b"component"), ("tests/a.csv", b"one"), ("tests/A.csv", b"two")]);
    assert!(
        matches!(refusal(&bytes), Error::FileTwice { name: Some(name) } if name == "tests/A.csv")
    );
}

#[test]
fn the_list_and_the_headers_of_an_archive_must_agree() {
    let mut bytes = listed(&[("plugin.wasm", b"component"), ("README.md", b"read me")]);
    // The last place is in the list at the end; the first is the header before the file.
    let at = bytes.windows(9).position(|part| part == b"README.md").unwrap();
    bytes[at..at + 9].copy_from_slice(b"README.mf");
    assert!(matches!(refusal(&bytes), Error::NotAPackage(_)));
}

#[test]
fn a_bomb_is_put_out_whatever_its_headers_say() {
    let limits = OperatorLimits { package_bytes: 1 << 20, ..limits() };
    let refusal = |bytes: &[u8]| Package::read(bytes, &limits).unwrap_err();
    let bomb = vec![0; 3 << 20];
    let mut bytes = listed(&[("plugin.wasm", &bomb)]);
    assert!(bytes.len() < 10_000, "{} bytes would be no bomb", bytes.len());
    assert!(matches!(refusal(&bytes), Error::TooLarge { limit: 1_048_576, .. }));
    // Now it claims to be of 9 bytes, in its header and in the list.
    assert_eq!(replace(&mut bytes, &(3u32 << 20).to_le_bytes(), &9u32.to_le_bytes()), 2);
    let error = refusal(&bytes);
    assert!(matches!(error, Error::NotAPackage(_)), "{error}");
    assert!(error.to_string().contains("larger than its declared"), "{error}");
    // Many files, each within the limit, and together beyond it.
    let half = vec![0; 600 << 10];
    let bytes = listed(&[("plugin.wasm", &half), ("tests/a", &half)]);
    assert!(matches!(refusal(&bytes), Error::TooLarge { .. }));
}

#[test]
fn too_many_entries_are_refused() {
    let names: Vec<String> = (0..200).map(|number| format!("tests/{number}")).collect();
    let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (&**name, &b""[..])).collect();
    assert!(matches!(refusal(&listed(&entries)), Error::TooManyFiles { found: 201, most: 200 }));
    let mut files: BTreeMap<_, _> = names.into_iter().map(|name| (name, Vec::new())).collect();
    files.insert("plugin.wasm".into(), Vec::new());
    assert!(matches!(pack(AUTHOR, &files), Err(Error::TooManyFiles { .. })));
}

#[test]
fn every_changed_byte_is_found() {
    let packed = pack(AUTHOR, &good()).unwrap();
    Package::read(&packed, &limits()).unwrap();
    for at in 0..packed.len() {
        for flip in [0x01, 0x55, 0x80] {
            let mut changed = packed.clone();
            changed[at] ^= flip;
            assert!(Package::read(&changed, &limits()).is_err(), "byte {at}");
        }
    }
}

#[test]
fn a_package_has_one_form_and_no_bytes_besides() {
    let packed = pack(AUTHOR, &good()).unwrap();
    let package = Package::read(&packed, &limits()).unwrap();
    let other = |bytes: &[u8]| match Package::read(bytes, &limits()) {
        Err(Error::OtherForm | Error::NotAPackage(_)) => {}
        found => panic!("{found:?}"),
    };
    let end = packed.windows(4).rposition(|part| part == b"PK\x05\x06").unwrap();
    let list = packed.windows(4).position(|part| part == b"PK\x01\x02").unwrap();
    // Behind it, before it, as a comment, and between its parts.
    other(&[&packed[..], b"more"].concat());
    other(&[b"#!/bin/sh\nexit\n", &packed[..]].concat());
    let mut commented = [&packed[..], b"more"].concat();
    commented[end + 20] = 4;
    other(&commented);
    let mut between = [&packed[..list], b"more", &packed[list..]].concat();
    between[end + 4 + 16] += 4;
    other(&between);
    let mut before_end = [&packed[..end], b"more", &packed[end..]].concat();
    other(&before_end);
    before_end[end + 4 + 12] += 4;
    other(&before_end);
    // A second list, of which some programs would take the first.
    other(&[&packed[..end], &packed[list..]].concat());
    other(&[&packed[..], &packed[list..]].concat());
    // Two packages in one.
    other(&[&packed[..], &packed[..]].concat());

    // What other programs would make of the very same files.
    let mut files: Vec<(&str, &[u8])> = vec![("plugin.toml", package.manifest_text.as_bytes())];
    let all = good();
    files.extend(all.iter().map(|(name, content)| (name.as_str(), content.as_slice())));
    let stored = stored();
    assert_eq!(archive_with(stored, &files), packed);
    other(&archive(&files));
    other(&archive_with(stored.unix_permissions(0o755), &files));
    let noon = zip::DateTime::from_date_and_time(2026, 1, 2, 12, 0, 0).unwrap();
    other(&archive_with(stored.last_modified_time(noon), &files));
    files.swap(1, 2);
    other(&archive_with(stored, &files));
}

/// A new version of a library may not change what it writes: every package there is would be refused.
#[test]
fn the_form_of_a_package_stays_the_same_for_ever() {
    let packed = pack(AUTHOR, &good()).unwrap();
    assert_eq!(
        hex(&Sha256::digest(&packed)),
        "595706eb95cf1e66615d9c8998dfc7bc5141295901fefef7cec328e35cc913c9"
    );
}

#[test]
fn files_and_their_list_must_be_the_same() {
    let wasm: (&str, &[u8]) = ("plugin.wasm", b"component");
    let reason = |manifest: &str, entries: &[(&str, &[u8])]| {
        let bytes = archive(&[&[("plugin.toml", manifest.as_bytes())], entries].concat());
        let Error::File { name, reason } = refusal(&bytes) else { panic!() };
        format!("{name} {reason}")
    };
    let list = manifest_of(&[wasm]);
    assert_eq!(
        reason(&list, &[wasm, ("README.md", b"new")]),
        "README.md is not listed in the manifest"
    );
    assert!(reason(&list, &[("plugin.wasm", b"Component")]).contains("its digest differs"));
    let more = manifest_of(&[wasm, ("README.md", b"gone")]);
    assert_eq!(reason(&more, &[wasm]), "README.md is listed in the manifest and missing");
    assert_eq!(reason(&manifest_of(&[]), &[]), "plugin.wasm is missing");
}

#[test]
fn the_manifest_comes_first_and_is_checked() {
    let wasm: (&str, &[u8]) = ("plugin.wasm", b"component");
    let manifest = manifest_of(&[wasm]);
    let bytes = archive(&[wasm, ("plugin.toml", manifest.as_bytes())]);
    assert!(matches!(refusal(&bytes), Error::File { reason: "must come first", .. }));
    assert!(matches!(refusal(&archive(&[])), Error::File { reason: "is missing", .. }));
    let unknown = manifest.replace("licence", "colour");
    let bytes = archive(&[("plugin.toml", unknown.as_bytes()), wasm]);
    assert!(matches!(refusal(&bytes), Error::Manifest(_)));
    let bytes = archive(&[("plugin.toml", b"\xff"), wasm]);
    assert!(matches!(refusal(&bytes), Error::File { reason: "is not UTF-8 text", .. }));
    assert!(matches!(refusal(b"not a zip"), Error::NotAPackage(_)));
}

#[test]
fn what_is_packed_can_be_read_and_is_always_the_same() {
    let packed = pack(AUTHOR, &good()).unwrap();
    assert_eq!(packed, pack(AUTHOR, &good()).unwrap());
    let package = Package::read(&packed, &limits()).unwrap();
    assert!(package.manifest_text.starts_with("# The author's own words stay.\n"));
    assert_eq!(package.manifest.id, "org.example.visits");
    assert_eq!(package.component, b"component");
    let mut rest = good();
    rest.remove("plugin.wasm");
    assert_eq!(package.files, rest);
    assert_eq!(package.manifest.files.len(), 5);
    let sha256: [u8; 32] = Sha256::digest(&packed).into();
    assert_eq!(package.sha256, sha256);
    // 1980-01-01 and no extra fields: the first header is known to the byte.
    assert_eq!(packed[..4], *b"PK\x03\x04");
    assert_eq!(packed[10..14], [0, 0, 0x21, 0]);
    assert_eq!(packed[28..30], [0, 0]);
    assert_eq!(packed[30..41], *b"plugin.toml");
}

#[test]
fn folders_are_no_part_of_a_package() {
    let with_folder = |folder: &str| {
        let content: [(&str, &[u8]); 2] = [("plugin.wasm", b"component"), ("tests/a/b", b"x")];
        let manifest = manifest_of(&content);
        let options = SimpleFileOptions::default();
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("plugin.toml", options).unwrap();
        archive.write_all(manifest.as_bytes()).unwrap();
        archive.add_directory(folder, options).unwrap();
        for (name, content) in content {
            archive.start_file(name, options).unwrap();
            archive.write_all(content).unwrap();
        }
        archive.finish().unwrap().into_inner()
    };
    for folder in ["src/", "templates/a/", "tests/../", "tests/", "tests/a/", "templates/"] {
        assert!(matches!(refusal(&with_folder(folder)), Error::FileName { .. }), "{folder}");
    }
}

#[test]
fn what_cannot_be_read_is_not_packed() {
    let refused = |text: &str, files: &BTreeMap<_, _>| pack(text, files).unwrap_err();
    let listed = format!("{AUTHOR}\n[files]\n");
    assert!(refused(&listed, &good()).to_string().contains("leave it out"));
    assert!(matches!(refused("id = 1", &good()), Error::Manifest(_)));
    assert!(matches!(refused(AUTHOR, &files(&[])), Error::File { .. }));
    for name in ["../evil", "src/lib.rs", "tests/\"quoted\""] {
        let mut files = good();
        files.insert(name.into(), Vec::new());
        assert!(matches!(refused(AUTHOR, &files), Error::FileName { .. }), "{name}");
    }
    for name in ["plugin.toml.minisig", "plugin.toml.2.minisig"] {
        let mut files = good();
        files.insert(name.into(), Vec::new());
        assert!(matches!(refused(AUTHOR, &files), Error::File { .. }), "{name}");
    }
    for name in ["plugin.toml", "tests/YEAR/contacts.csv"] {
        let mut files = good();
        files.insert(name.into(), Vec::new());
        assert!(matches!(refused(AUTHOR, &files), Error::FileTwice { .. }), "{name}");
    }
}
