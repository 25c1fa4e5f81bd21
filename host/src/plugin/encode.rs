//! Makes a component from the core module that a compiler wrote.

use wit_component::ComponentEncoder;

use super::error::{Error, words};

/// How every WebAssembly binary begins.
const MAGIC: &[u8] = b"\0asm";

/// Version and layer of a core module, and of a component.
const MODULE: &[u8] = &[1, 0, 0, 0];
const COMPONENT: &[u8] = &[13, 0, 1, 0];

/// Whether these are the bytes of a core module.
pub fn is_core_module(bytes: &[u8]) -> bool {
    bytes.strip_prefix(MAGIC).is_some_and(|rest| rest.starts_with(MODULE))
}

/// Whether these are the bytes of a component.
pub fn is_component(bytes: &[u8]) -> bool {
    bytes.strip_prefix(MAGIC).is_some_and(|rest| rest.starts_with(COMPONENT))
}

/// Makes a component from a core module that `wit-bindgen` prepared.
///
/// # Errors
///
/// [`Error::NoWorld`] where the module does not say which interface it was built for;
/// [`Error::Encode`] where it lacks functions of it or imports others.
pub fn encode_component(core_module: &[u8]) -> Result<Vec<u8>, Error> {
    // Errors of this crate print their causes with `#`.
    let failed = |text: String| Error::Encode(words(&text));
    if !is_core_module(core_module) {
        return Err(Error::Encode("it is no core WebAssembly module".into()));
    }
    let (described, _) =
        wit_component::metadata::decode(core_module).map_err(|e| failed(format!("{e:#}")))?;
    if described.is_none() {
        return Err(Error::NoWorld);
    }
    ComponentEncoder::default()
        .validate(true)
        .module(core_module)
        .and_then(|mut encoder| encoder.encode())
        .map_err(|error| failed(format!("{error:#}")))
}
