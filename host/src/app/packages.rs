//! Plugin packages as files: looking into one, and making one.

use std::collections::BTreeMap;
use std::path::Path;

use crate::domain::Manifest;
use crate::plugin::{Package, encode_component, is_component, pack as pack_files};

use super::letters::check_templates;
use super::plugins::{PluginFacts, facts_of, hex};
use super::{App, Error};

/// A package that was made.
#[derive(Debug, Clone)]
pub struct PackedFile {
    /// Its size.
    pub bytes: usize,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
}

/// Looks into a package file without installing it.
///
/// # Errors
///
/// [`Error::File`], and everything for which the package would be refused at installation.
pub fn inspect_package(path: &Path) -> Result<PluginFacts, Error> {
    let bytes = fs_err::read(path).map_err(Error::File)?;
    let engine = App::engine()?;
    let package = Package::read(&bytes, engine.limits())?;
    let loaded = engine.load_component(&package.component)?;
    let said = (loaded.kinds(), loaded.describe_all(&package.manifest)?);
    Ok(facts_of(package.manifest, hex(&package.sha256), said, &[]))
}

/// Makes a package of a plugin's folder and its compiled module.
///
/// The folder's `plugin.toml` comes first; `README.md`, `LICENSE`, and what lies in `templates` and
/// `tests` come along. The same files give the same bytes.
///
/// # Errors
///
/// [`Error::File`], a wrong manifest, a template of a letter that cannot be used, or a module that is neither a component nor carries the plugin
/// interface. Nothing is written then.
pub fn pack(folder: &Path, module: &Path, out: &Path) -> Result<PackedFile, Error> {
    let manifest = fs_err::read_to_string(folder.join("plugin.toml")).map_err(Error::File)?;
    Manifest::parse(&manifest).map_err(crate::plugin::Error::from)?;
    let code = fs_err::read(module).map_err(Error::File)?;
    let component = if is_component(&code) { code } else { encode_component(&code)? };
    let mut files = BTreeMap::from([("plugin.wasm".to_owned(), component)]);
    for name in ["README.md", "LICENSE"] {
        let path = folder.join(name);
        if path.is_file() {
            files.insert(name.to_owned(), fs_err::read(path).map_err(Error::File)?);
        }
    }
    for part in ["templates", "tests"] {
        let dir = folder.join(part);
        if !dir.is_dir() {
            continue;
        }
        for entry in fs_err::read_dir(dir).map_err(Error::File)? {
            let path = entry.map_err(Error::File)?.path();
            if let (true, Some(name)) = (path.is_file(), path.file_name()) {
                let name = format!("{part}/{}", name.to_string_lossy());
                files.insert(name, fs_err::read(&path).map_err(Error::File)?);
            }
        }
    }
    let bytes = pack_files(&manifest, &files)?;
    let package = Package::read(&bytes, App::engine()?.limits())?;
    check_templates(&package)?;
    fs_err::write(out, &bytes).map_err(Error::File)?;
    Ok(PackedFile { bytes: bytes.len(), sha256: hex(&package.sha256) })
}
