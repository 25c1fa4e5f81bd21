//! What `schemas/wit/1.0` says, as Rust types.
//!
//! Arguments are borrowed, so that a batch goes from the host's columns straight into the guest's
//! memory, one copy for each column. A component may export any mix of the interfaces, so the world
//! here, which has all of them, is never asked for as a whole; see `exports.rs`.

wasmtime::component::bindgen!({
    path: "../schemas/wit/1.0",
    inline: "
        package tridem:host;

        world every-interface {
            export tridem:plugin/classify@1.0.0;
            export tridem:plugin/compose@1.0.0;
            export tridem:plugin/partial@1.0.0;
            export tridem:plugin/propose@1.0.0;
        }
    ",
    world: "tridem:host/every-interface",
    ownership: Borrowing { duplicate_if_necessary: true },
});

pub(super) use self::tridem::plugin::types as arguments;
pub(super) use exports::tridem::plugin::classify as answers;
pub(super) use exports::tridem::plugin::{compose, partial, propose};
