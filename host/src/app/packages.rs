//! Plugin packages as files: looking into one, and making one.

use std::path::{Path, PathBuf};

use crate::domain::Manifest;
use crate::plugin::{Package, encode_component, is_component, pack as pack_files};
use crate::store::replace_file;

use super::kit;
use super::letters::check_templates;
use super::plugins::{PluginFacts, facts_of, hex};
use super::{App, Error};

/// A package that was made.
#[derive(Debug, Clone)]
pub struct PackedFile {
    /// Where it was written.
    pub path: PathBuf,
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
    inspect_bytes(&fs_err::read(path).map_err(Error::File)?)
}

/// The same for the bytes of a package file.
pub(super) fn inspect_bytes(bytes: &[u8]) -> Result<PluginFacts, Error> {
    let engine = App::engine()?;
    let package = Package::read(bytes, engine.limits())?;
    let loaded = engine.load_component(&package.component)?;
    let said = (loaded.kinds(), loaded.describe_all(&package.manifest)?);
    Ok(facts_of(package.manifest, hex(&package.sha256), said, &[]))
}

/// Makes a package of a plugin's folder and its compiled module, by default what `plugin build` made,
/// and writes it, by default into the folder's `build` under the plugin's id and version.
///
/// The folder's `plugin.toml` comes first; `README.md`, `LICENSE`, and what lies in `templates` and
/// `tests` come along. The same files give the same bytes.
///
/// # Errors
///
/// [`Error::File`], a wrong manifest, a plugin that was not built, a template of a letter that cannot
/// be used, or a module that is neither a component nor carries the plugin interface. Nothing is
/// written then.
pub fn pack_folder(
    folder: &Path,
    module: Option<&Path>,
    out: Option<&Path>,
) -> Result<PackedFile, Error> {
    let manifest_text = kit::manifest_text(folder)?;
    let manifest = Manifest::parse(&manifest_text).map_err(crate::plugin::Error::from)?;
    let built = folder.join(kit::BUILT);
    if module.is_none() && !built.is_file() {
        return Err(kit::Error::NotBuilt(folder.to_owned()).into());
    }
    let code = fs_err::read(module.unwrap_or(&built)).map_err(Error::File)?;
    let component = if is_component(&code) { code } else { encode_component(&code)? };
    let mut files = kit::packed_files(folder)?;
    files.insert("plugin.wasm".to_owned(), component);
    let bytes = pack_files(&manifest_text, &files)?;
    let package = Package::read(&bytes, App::engine()?.limits())?;
    check_templates(&package)?;
    let path = out.map_or_else(
        || folder.join("build").join(format!("{}-{}.tridem", manifest.id, manifest.version)),
        Path::to_owned,
    );
    replace_file(&path, &bytes)?;
    Ok(PackedFile { path, bytes: bytes.len(), sha256: hex(&package.sha256) })
}
