//! Packages: what is refused, and that what is packed can be read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::plugin::engine::hex;
use crate::plugin::{Error, OperatorLimits, Package, pack};

const AUTHOR: &str = r#"# The author's own words stay.
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

fn limits() -> OperatorLimits {
    OperatorLimits::default()
}

fn files(pairs: &[(&str, &[u8])]) -> BTreeMap<String, Vec<u8>> {
    pairs.iter().map(|(name, content)| ((*name).to_owned(), content.to_vec())).collect()
}

fn good() -> BTreeMap<String, Vec<u8>> {
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
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        archive.start_file(*name, options).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A manifest that lists these files.
fn manifest_of(files: &[(&str, &[u8])]) -> String {
    let mut text = format!("{AUTHOR}\n[files]\n");
    for (name, content) in files {
        let digest = hex(&Sha256::digest(content).into());
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
    for name in ["evil.sh", "plugin.wasm.bak", "templates/a.exe", "templates/a/b.hbs", "src/lib.rs"]
    {
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
fn a_changed_byte_is_found() {
    let packed = pack(AUTHOR, &good()).unwrap();
    Package::read(&packed, &limits()).unwrap();
    let mut untouched = 0;
    for at in 0..packed.len() {
        let mut changed = packed.clone();
        changed[at] ^= 0x55;
        // A few bytes of an archive mean nothing, such as the time. The digest of the package
        // tells even those; its content is the same.
        if let Ok(package) = Package::read(&changed, &limits()) {
            untouched += 1;
            let original = Package::read(&packed, &limits()).unwrap();
            assert_eq!(package.manifest_text, original.manifest_text, "byte {at}");
            assert_eq!(package.component, original.component, "byte {at}");
            assert_eq!(package.files, original.files, "byte {at}");
            assert_ne!(package.sha256, original.sha256);
        }
    }
    assert!(untouched < packed.len() / 4, "{untouched} of {}", packed.len());
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
fn folders_that_other_zip_programs_write_do_not_matter() {
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
    for folder in ["src/", "templates/a/", "tests/../"] {
        assert!(matches!(refusal(&with_folder(folder)), Error::FileName { .. }), "{folder}");
    }
    for folder in ["tests/", "tests/a/", "templates/"] {
        Package::read(&with_folder(folder), &limits()).unwrap();
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
    for name in ["plugin.toml", "tests/YEAR/contacts.csv"] {
        let mut files = good();
        files.insert(name.into(), Vec::new());
        assert!(matches!(refused(AUTHOR, &files), Error::FileTwice { .. }), "{name}");
    }
}
