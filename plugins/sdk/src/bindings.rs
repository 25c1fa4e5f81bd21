//! What `wit-bindgen` makes of `schemas/wit/1.0`; nothing in here is written by hand.
//!
//! It is the only place of this crate with unsafe code: it reads and writes the memory that is
//! shared with the host. Each world is generated for itself, so that a plugin carries nothing of
//! the worlds that it does not export.

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

/// Reports that a plugin composes itself.
pub mod reporting {
    wit_bindgen::generate!({
        path: "../../schemas/wit/1.0",
        world: "reporting-plugin",
        additional_derives: [Clone, PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_reporting",
        runtime_path: "tridem_sdk::__private::rt",
        with: { "tridem:plugin/types@1.0.0": crate::bindings::tridem::plugin::types },
    });
}

/// The interface beside `compose` for a plugin that can be run in parts.
pub mod partial {
    wit_bindgen::generate!({
        path: "../../schemas/wit/1.0",
        inline: "package tridem:sdk; world partial { export tridem:plugin/partial@1.0.0; }",
        world: "tridem:sdk/partial",
        pub_export_macro: true,
        export_macro_name: "export_partial",
        runtime_path: "tridem_sdk::__private::rt",
    });
}

/// Next steps that a plugin proposes.
pub mod workflow {
    wit_bindgen::generate!({
        path: "../../schemas/wit/1.0",
        world: "workflow-plugin",
        additional_derives: [Clone, PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_workflow",
        runtime_path: "tridem_sdk::__private::rt",
        with: { "tridem:plugin/types@1.0.0": crate::bindings::tridem::plugin::types },
    });
}
