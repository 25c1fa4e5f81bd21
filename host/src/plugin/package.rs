//! Reads a plugin package: a zip archive in which every file is listed with its digest, and nothing else
//! is.

use std::collections::{BTreeMap, HashSet};
use std::io::{Cursor, Read};

use sha2::{Digest, Sha256};
use zip::ZipArchive;
use zip::read::ZipFile;

use super::engine::hex;
use super::error::{Error, words};
use super::limits::OperatorLimits;
use super::pack::write;
use super::seal::SIGNATURES;
use crate::domain::Manifest;

/// The manifest, which comes first.
pub(super) const MANIFEST: &str = "plugin.toml";

/// The component.
pub(super) const COMPONENT: &str = "plugin.wasm";

/// Files at the top besides those two.
const TOP: [&str; 2] = ["LICENSE", "README.md"];

/// Most files of a package.
pub(super) const MOST_ENTRIES: usize = 200;

/// Longest name of a file, with its folders.
const LONGEST_NAME: usize = 200;

/// Most bytes of a manifest. Some 200 files with their digests take 30 KiB of it.
const MANIFEST_BYTES: usize = 256 * 1024;

/// What is wrong with a file that is not the one the manifest lists.
pub(super) const GONE: &str = "is listed in the manifest and missing";
pub(super) const UNLISTED: &str = "is not listed in the manifest";
pub(super) const DIFFERENT: &str = "is not the one that the manifest lists; its digest differs";

/// The bits of a Unix file mode that say what kind of file it is, and those of a plain file.
const KIND_BITS: u32 = 0o170_000;
const PLAIN: u32 = 0o100_000;

/// A package whose every file is what the manifest says.
///
/// That it is complete and undamaged says nothing about who made it.
#[derive(Debug, Clone, PartialEq)]
pub struct Package {
    /// Who made it and what it asks for.
    pub manifest: Manifest,
    /// The manifest as it was written.
    pub manifest_text: String,
    /// The plugin itself.
    pub component: Vec<u8>,
    /// Every other file, by its name: templates, tests, readme and licence.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The signature files, that of the first signer first; whose they are is not known yet.
    pub signatures: Vec<String>,
    /// The digest of the manifest, which stays the same whoever signs it.
    pub manifest_sha256: [u8; 32],
    /// The digest of the whole package, to which grants are bound.
    pub sha256: [u8; 32],
}

impl Package {
    /// Unpacks a package in memory and checks all of it. Nothing is written anywhere.
    ///
    /// # Errors
    ///
    /// What is wrong with it: not a zip archive, too large when unpacked, a name that is not
    /// allowed, a file that the manifest does not list or lists differently, the manifest's own
    /// mistakes, or bytes before, between or behind what [`pack`](super::pack()) would write.
    pub fn read(bytes: &[u8], limits: &OperatorLimits) -> Result<Self, Error> {
        if bytes.len() as u64 > limits.package_bytes {
            return Err(Error::TooLarge { what: "the package", limit: limits.package_bytes });
        }
        let mut files = unpack(bytes, limits.package_bytes)?;
        let missing = |name: &str| Error::File { name: name.into(), reason: "is missing" };
        let manifest = files.remove(MANIFEST).ok_or_else(|| missing(MANIFEST))?;
        let manifest_text = text(MANIFEST, manifest)?;
        let signatures = take_signatures(&mut files)?;
        let manifest = Manifest::parse(&manifest_text)?;
        check_digests(&manifest.files, &files)?;
        if !files.contains_key(COMPONENT) {
            return Err(missing(COMPONENT));
        }
        // One form for one content: no comment, no second list, no bytes that only some programs see.
        if write(&manifest_text, &signatures, &files) != bytes {
            return Err(Error::OtherForm);
        }
        let component = files.remove(COMPONENT).ok_or_else(|| missing(COMPONENT))?;
        let manifest_sha256 = Sha256::digest(&manifest_text).into();
        let sha256 = Sha256::digest(bytes).into();
        Ok(Self { manifest, manifest_text, component, files, signatures, manifest_sha256, sha256 })
    }
}

/// The signature files, which the manifest does not list: they sign it.
fn take_signatures(files: &mut BTreeMap<String, Vec<u8>>) -> Result<Vec<String>, Error> {
    let [first, second] = SIGNATURES.map(|name| files.remove(name));
    if first.is_none() && second.is_some() {
        return Err(Error::SecondFirst);
    }
    let present = SIGNATURES.into_iter().zip([first, second]);
    present.filter_map(|(name, bytes)| bytes.map(|bytes| text(name, bytes))).collect()
}

/// The text of a manifest or a signature.
fn text(name: &str, bytes: Vec<u8>) -> Result<String, Error> {
    let wrong = |reason| Error::File { name: name.into(), reason };
    if bytes.len() > MANIFEST_BYTES {
        return Err(wrong("is larger than 256 KiB"));
    }
    String::from_utf8(bytes).map_err(|_| wrong("is not UTF-8 text"))
}

/// Takes a zip archive apart, at most `limit` bytes of it.
fn unpack(bytes: &[u8], limit: u64) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let unreadable = |error: zip::result::ZipError| Error::NotAPackage(words(&error.to_string()));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    if archive.len() > MOST_ENTRIES {
        return Err(Error::TooManyFiles { found: archive.len(), most: MOST_ENTRIES });
    }
    if archive.has_duplicate_names() {
        return Err(Error::FileTwice { name: None });
    }
    // The list at the end of the archive and the headers before each file must tell the same, or
    // two programs could see two different packages.
    archive.validate_header_consistency().map_err(unreadable)?;

    let mut files = BTreeMap::new();
    let mut seen = HashSet::new();
    let mut left = limit;
    for place in 0..archive.len() {
        let file = archive.by_index(place).map_err(unreadable)?;
        let name = check_entry(&file)?;
        if place == 0 && name != MANIFEST {
            return Err(Error::File { name: MANIFEST.into(), reason: "must come first" });
        }
        if !seen.insert(name.to_ascii_lowercase()) {
            return Err(Error::FileTwice { name: Some(name) });
        }
        // What the archive says of sizes is not believed: the bytes that come out are counted.
        let mut content = Vec::new();
        file.take(left + 1)
            .read_to_end(&mut content)
            .map_err(|error| Error::NotAPackage(words(&format!("`{name}`: {error}"))))?;
        let Some(rest) = left.checked_sub(content.len() as u64) else {
            return Err(Error::TooLarge { what: "the package, unpacked,", limit });
        };
        left = rest;
        files.insert(name, content);
    }
    Ok(files)
}

/// The name of a file that a package may have.
fn check_entry<R: Read>(file: &ZipFile<'_, R>) -> Result<String, Error> {
    let raw = String::from_utf8_lossy(file.name_raw());
    let refuse = |reason| Error::FileName { name: words(&raw), reason };
    let kind = file.unix_mode().unwrap_or(PLAIN) & KIND_BITS;
    if kind != PLAIN && kind != 0 {
        return Err(refuse("which is a link, a folder or another special file"));
    }
    check_name(&raw).map_err(refuse)?;
    Ok(raw.into_owned())
}

/// Whether a package may have a file of that name. Also said of a package to be made.
pub(super) fn check_name(name: &str) -> Result<(), &'static str> {
    check_parts(name)?;
    let is_known = match name.split_once('/') {
        None => {
            let signed = [MANIFEST, COMPONENT].contains(&name) || SIGNATURES.contains(&name);
            signed || TOP.contains(&name)
        }
        Some(("templates", file)) => file.strip_suffix(".hbs").is_some_and(|n| !n.contains('/')),
        Some((folder, _)) => folder == "tests",
    };
    if is_known { Ok(()) } else { Err("which is not a file that a package may have") }
}

/// Whether a name stays within the package, whatever system it is read on.
fn check_parts(name: &str) -> Result<(), &'static str> {
    if name.len() > LONGEST_NAME {
        return Err("whose name is too long");
    }
    if name.starts_with('/') {
        return Err("whose name does not begin in the package");
    }
    if name.split('/').any(|part| part == "..") {
        return Err("whose name climbs out of the package");
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let is_part = |part: &str| {
        part.bytes().all(is_plain)
            && !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with('.')
    };
    if name.split('/').all(is_part) {
        Ok(())
    } else {
        Err("whose name has other than letters, digits, `.`, `_` and `-`")
    }
}

/// Checks that the manifest lists exactly these files, each with its digest.
fn check_digests(
    listed: &BTreeMap<String, String>,
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<(), Error> {
    let wrong = |name: &str, reason| Err(Error::File { name: words(name), reason });
    if let Some(name) = listed.keys().find(|name| !files.contains_key(*name)) {
        return wrong(name, GONE);
    }
    for (name, content) in files {
        let Some(digest) = listed.get(name) else {
            return wrong(name, UNLISTED);
        };
        if *digest != hex(&Sha256::digest(content)) {
            return wrong(name, DIFFERENT);
        }
    }
    Ok(())
}
