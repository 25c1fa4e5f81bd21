//! Makes a plugin package, the same bytes from the same files.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use super::engine::hex;
use super::error::{Error, words};
use super::package::{COMPONENT, MANIFEST, MOST_ENTRIES, check_name};
use super::seal::SIGNATURES;
use crate::domain::{Manifest, ManifestError};

/// Makes a package from the author's manifest and files, `plugin.wasm` among them.
///
/// The manifest is kept as it was written, comments and all; the list of files with their digests
/// is put at its end. The same manifest and files give the same bytes, at any time and anywhere.
///
/// # Errors
///
/// The manifest's own mistakes, a list of files that is there already, a missing `plugin.wasm`,
/// too many files, and names that a package may not have.
pub fn pack(manifest_text: &str, files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, Error> {
    let author: toml::Table = toml::from_str(manifest_text)
        .map_err(|error| Error::Manifest(ManifestError::Toml(error.to_string())))?;
    if author.contains_key("files") {
        let mistake = "[files] is written when the package is made; leave it out".to_owned();
        return Err(Error::Manifest(ManifestError::Wrong(vec![mistake])));
    }
    check_files(files)?;
    let text = with_files(manifest_text, files);
    Manifest::parse(&text)?;
    Ok(write(&text, &[], files))
}

/// Refuses what [`Package::read`](super::Package::read) would refuse.
fn check_files(files: &BTreeMap<String, Vec<u8>>) -> Result<(), Error> {
    // Room for the manifest and the signatures to come.
    let most = MOST_ENTRIES - 1 - SIGNATURES.len();
    if files.len() > most {
        return Err(Error::TooManyFiles { found: files.len(), most });
    }
    if !files.contains_key(COMPONENT) {
        return Err(Error::File { name: COMPONENT.into(), reason: "is missing" });
    }
    let mut seen = HashSet::new();
    for name in files.keys() {
        check_name(name).map_err(|reason| Error::FileName { name: words(name), reason })?;
        if SIGNATURES.contains(&name.as_str()) {
            return Err(Error::File { name: name.clone(), reason: "comes in when it is signed" });
        }
        if name == MANIFEST || !seen.insert(name.to_ascii_lowercase()) {
            return Err(Error::FileTwice { name: Some(name.clone()) });
        }
    }
    Ok(())
}

/// The manifest with a table of all files at its end.
fn with_files(manifest_text: &str, files: &BTreeMap<String, Vec<u8>>) -> String {
    let mut text = manifest_text.to_owned();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str("\n[files]\n");
    for (name, content) in files {
        let digest = hex(&Sha256::digest(content));
        // Names that may be here need no escaping.
        writeln!(text, "\"{name}\" = \"{digest}\"").expect("writing to a string cannot fail");
    }
    text
}

/// A package of a manifest, its signatures and files, in the one form that a package may have.
///
/// Nothing is compressed: another version of a compressor writes other bytes, and whether a package
/// has bytes of no file could then not be told by writing it anew.
pub(super) fn write(
    manifest: &str,
    signatures: &[String],
    files: &BTreeMap<String, Vec<u8>>,
) -> Vec<u8> {
    let first = [(MANIFEST, manifest.as_bytes())];
    let signatures =
        SIGNATURES.into_iter().zip(signatures).map(|(name, text)| (name, text.as_bytes()));
    let files = files.iter().map(|(name, content)| (name.as_str(), content.as_slice()));
    archive(first.into_iter().chain(signatures).chain(files))
        .expect("memory takes whatever is written, and names and sizes were checked")
}

fn archive<'a>(
    entries: impl Iterator<Item = (&'a str, &'a [u8])>,
) -> zip::result::ZipResult<Vec<u8>> {
    // Everything that could differ from one day or machine to the next is fixed.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
        .system(System::Unix);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        archive.start_file(name, options)?;
        archive.write_all(content)?;
    }
    Ok(archive.finish()?.into_inner())
}
