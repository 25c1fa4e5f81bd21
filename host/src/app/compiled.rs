//! Compiled plugins: kept in files beside the records, and trusted only with the digest that the
//! encrypted store remembers.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::domain::{Author, Scope};
use crate::plugin::{Engine, LoadedPlugin};

use super::plugins::hex;
use super::workspace::now;
use super::{App, Error};

impl App {
    /// The compiled form of a component: from its file where that is beyond doubt, else compiled
    /// anew and kept.
    pub(super) fn compile(
        &mut self,
        engine: &Engine,
        component: &[u8],
    ) -> Result<LoadedPlugin, Error> {
        let digest: [u8; 32] = Sha256::digest(component).into();
        let build = format!("{} {}", engine.name(), engine.compatibility());
        let (dir, path) = (self.compiled_dir(), self.compiled_file(engine, &digest));
        let known = self.store.read(&Scope::municipality())?.compiled(&digest, &build)?;
        if let Some(artifact) = known
            && let Ok(loaded) = engine.load(&path, &artifact)
        {
            return Ok(loaded);
        }
        let compiled = engine.compile(component)?;
        let artifact: [u8; 32] = Sha256::digest(&compiled).into();
        keep(&dir, &path, &compiled)?;
        let mut writer = self.store.write(&Author::program(now()))?;
        writer.remember_compiled(&digest, &build, &artifact)?;
        writer.commit()?;
        Ok(engine.load(&path, &artifact)?)
    }

    /// Takes the compiled form of a component away: nothing is kept of a plugin that was refused or
    /// removed. Where another one has the same component, it is compiled anew when it runs.
    pub(super) fn forget_compiled(&self, engine: &Engine, component: &[u8]) {
        let path = self.compiled_file(engine, &Sha256::digest(component).into());
        // A file that cannot be deleted takes room and does nothing else.
        let _ = fs_err::remove_file(path);
    }

    fn compiled_file(&self, engine: &Engine, digest: &[u8; 32]) -> PathBuf {
        let name = format!("{}-{}.cwasm", hex(&digest[..16]), engine.compatibility());
        self.compiled_dir().join(name)
    }
}

/// Writes a compiled file under another name first, so that nobody ever sees half of one.
fn keep(dir: &Path, path: &Path, bytes: &[u8]) -> Result<(), Error> {
    fs_err::create_dir_all(dir).map_err(Error::File)?;
    let unfinished = path.with_extension(format!("{}.part", std::process::id()));
    let kept = fs_err::write(&unfinished, bytes).and_then(|()| fs_err::rename(&unfinished, path));
    kept.map_err(|error| {
        // Half of one would only take room.
        let _ = fs_err::remove_file(&unfinished);
        Error::File(error)
    })
}
