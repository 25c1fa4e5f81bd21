//! What `wit-bindgen` makes of `schemas/wit/1.0`; nothing in here is written by hand.
//!
//! It is the only place of this crate with unsafe code: it reads and writes the memory that is
//! shared with the host.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    reason = "generated code; the words are in the WIT files"
)]

wit_bindgen::generate!({
    path: "../../schemas/wit/1.0",
    world: "metrics-plugin",
    additional_derives: [Clone, PartialEq],
    pub_export_macro: true,
    export_macro_name: "export_metrics",
    runtime_path: "tridem_sdk::__private::rt",
});
