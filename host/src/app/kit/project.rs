//! A plugin that is looked at: a folder with its source, or a package.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::error::Error;
use crate::app;
use crate::domain::Manifest;
use crate::plugin::{Engine, LoadedPlugin, Package};

/// Where a build puts the component.
pub(in crate::app) const BUILT: &str = "build/plugin.wasm";

/// A plugin with all that its package would hold.
pub(super) struct Project {
    /// The folder or file, as the person named it.
    pub(super) path: PathBuf,
    /// Whether it is a folder.
    pub(super) is_folder: bool,
    pub(super) manifest: Manifest,
    pub(super) manifest_text: String,
    pub(super) component: Vec<u8>,
    /// Every other file of the package, by its name.
    pub(super) files: BTreeMap<String, Vec<u8>>,
}

impl Project {
    /// Reads a folder with a built plugin, or a package.
    ///
    /// # Errors
    ///
    /// [`Error::NotAPlugin`], [`Error::NotBuilt`], a wrong manifest, and what is wrong with a package.
    pub(super) fn open(path: &Path, engine: &Engine) -> Result<Self, app::Error> {
        if path.is_file() {
            let bytes = fs_err::read(path).map_err(app::Error::File)?;
            let Package { manifest, manifest_text, component, files, .. } =
                Package::read(&bytes, engine.limits())?;
            let path = path.to_owned();
            return Ok(Self { path, is_folder: false, manifest, manifest_text, component, files });
        }
        let manifest_text = manifest_text(path)?;
        let manifest = Manifest::parse(&manifest_text).map_err(crate::plugin::Error::from)?;
        let built = path.join(BUILT);
        if !built.is_file() {
            return Err(Error::NotBuilt(path.to_owned()).into());
        }
        let component = fs_err::read(built).map_err(app::Error::File)?;
        let files = packed_files(path)?;
        let path = path.to_owned();
        Ok(Self { path, is_folder: true, manifest, manifest_text, component, files })
    }

    /// The plugin, compiled and admitted.
    pub(super) fn load(&self, engine: &Engine) -> Result<LoadedPlugin, app::Error> {
        Ok(engine.load_component(&self.component)?)
    }

    /// The names of its letters, each a file `templates/NAME.LANGUAGE.hbs`.
    pub(super) fn templates(&self) -> BTreeSet<String> {
        let name = |path: &'_ String| -> Option<String> {
            let file = path.strip_prefix("templates/")?.strip_suffix(".hbs")?;
            Some(file.rsplit_once('.').map_or(file, |(name, _)| name).to_owned())
        };
        self.files.keys().filter_map(name).collect()
    }

    /// The first source file that was changed after the plugin was built.
    pub(super) fn changed_since_build(&self) -> Option<PathBuf> {
        if !self.is_folder {
            return None;
        }
        let changed = |path: &Path| fs_err::metadata(path).and_then(|found| found.modified()).ok();
        let built = changed(&self.path.join(BUILT))?;
        newer(&self.path, built)
    }
}

/// The text of a folder's manifest.
pub(in crate::app) fn manifest_text(folder: &Path) -> Result<String, app::Error> {
    let path = folder.join("plugin.toml");
    if !path.is_file() {
        return Err(Error::NotAPlugin(folder.to_owned()).into());
    }
    fs_err::read_to_string(path).map_err(app::Error::File)
}

/// The files of a folder that a package of it holds, besides manifest and component.
pub(in crate::app) fn packed_files(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>, app::Error> {
    let mut files = BTreeMap::new();
    for name in ["README.md", "LICENSE"] {
        let path = folder.join(name);
        if path.is_file() {
            files.insert(name.to_owned(), fs_err::read(path).map_err(app::Error::File)?);
        }
    }
    for part in ["templates", "tests"] {
        let dir = folder.join(part);
        if !dir.is_dir() {
            continue;
        }
        for entry in fs_err::read_dir(dir).map_err(app::Error::File)? {
            let path = entry.map_err(app::Error::File)?.path();
            if let (true, Some(name)) = (path.is_file(), path.file_name()) {
                let name = format!("{part}/{}", name.to_string_lossy());
                files.insert(name, fs_err::read(&path).map_err(app::Error::File)?);
            }
        }
    }
    Ok(files)
}

/// Whether a file or folder of that name holds what a plugin is built from.
pub(super) fn is_source(name: &str) -> bool {
    !name.starts_with('.')
        && !["build", "target", "node_modules", "tests", "README.md", "LICENSE", "__pycache__"]
            .contains(&name)
        && !["Cargo.lock", "package-lock.json", "uv.lock"].contains(&name)
}

fn newer(folder: &Path, than: SystemTime) -> Option<PathBuf> {
    for entry in fs_err::read_dir(folder).ok()?.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if !is_source(&name.to_string_lossy()) {
            continue;
        }
        if path.is_dir() {
            if let Some(found) = newer(&path, than) {
                return Some(found);
            }
        } else if entry.metadata().and_then(|found| found.modified()).is_ok_and(|time| time > than)
        {
            return Some(path);
        }
    }
    None
}
