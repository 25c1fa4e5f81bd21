//! Keeps plugins compiled between runs. The one place that trusts machine code, and why it may.
#![expect(unsafe_code, reason = "loading machine code that this program compiled itself")]

use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};
use wasmtime::component::Component;

use super::engine::Engine;
use super::error::{Error, Unusable};
use super::run::LoadedPlugin;

impl Engine {
    /// Checks a component as [`Engine::admit`] does and gives the machine code it compiles to.
    ///
    /// Write it where nobody else can write, under the component's digest and
    /// [`Engine::compatibility`], and keep its SHA-256 apart from it: the digest is what
    /// [`Engine::load`] trusts.
    ///
    /// # Errors
    ///
    /// Those of [`Engine::admit`].
    pub fn compile(&self, component: &[u8]) -> Result<Vec<u8>, Error> {
        self.admit(component)?.compiled()
    }

    /// Loads what [`Engine::compile`] gave, if it is that, bit for bit.
    ///
    /// `sha256` is the digest of the bytes as `compile` returned them. Loading takes some 0.1 ms
    /// for a Rust plugin.
    ///
    /// # Errors
    ///
    /// [`Error::Compiled`] on any doubt: the file is missing, has another digest, or was compiled
    /// for another engine. Compile the component again then.
    pub fn load(&self, path: &Path, sha256: &[u8; 32]) -> Result<LoadedPlugin, Error> {
        let doubt = |reason| Error::Compiled { path: path.to_owned(), reason };
        let bytes = fs_err::read(path).map_err(|error| {
            doubt(match error.kind() {
                io::ErrorKind::NotFound => Unusable::Missing,
                _ => Unusable::Unreadable(error.to_string()),
            })
        })?;
        let found: [u8; 32] = Sha256::digest(&bytes).into();
        if found != *sha256 {
            return Err(doubt(Unusable::Changed));
        }
        // SAFETY: `deserialize` must be given bytes that wasmtime wrote itself, unchanged. The
        // digest of `bytes`, taken two lines above, is the one kept for what `compile` returned,
        // and `bytes` is our own copy: whoever changes the file now changes nothing here. Bytes of
        // another version or machine are told by the header that `deserialize` checks.
        let component = unsafe { Component::deserialize(&self.inner, &bytes) }
            .map_err(|error| doubt(Unusable::OtherEngine(format!("{error:#}"))))?;
        self.link(&component).map(super::admission::Admitted::into_plugin)
    }

    /// Compiles a component and keeps it in memory alone.
    ///
    /// # Errors
    ///
    /// Those of [`Engine::admit`].
    pub fn load_component(&self, component: &[u8]) -> Result<LoadedPlugin, Error> {
        self.admit(component).map(super::admission::Admitted::into_plugin)
    }
}
