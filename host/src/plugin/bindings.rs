//! What `schemas/wit/1.0` says, as Rust types.
//!
//! Arguments are borrowed, so that a batch goes from the host's columns straight into the guest's
//! memory, one copy for each column.

wasmtime::component::bindgen!({
    path: "../schemas/wit/1.0",
    world: "metrics-plugin",
    ownership: Borrowing { duplicate_if_necessary: true },
});

pub(super) use self::tridem::plugin::types as arguments;
pub(super) use exports::tridem::plugin::classify as answers;
