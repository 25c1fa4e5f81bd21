//! Runs plugins: packages, admission, limits, and the border between host and guest.

mod admission;
mod bindings;
mod compiled;
mod compose;
mod compose_check;
mod convert;
mod describe;
mod describe_composition;
mod describe_workflow;
mod encode;
mod engine;
mod error;
mod error_words;
mod exports;
mod interface;
mod limits;
mod pack;
mod package;
mod passage;
mod propose;
mod propose_check;
mod rules;
mod run;
mod sandbox;
mod seal;
mod sign;
#[cfg(test)]
mod tests;
mod unfold;

pub use admission::Admitted;
pub use compose::{BYTES_OF_A_ROW, ComposeRun};
pub use convert::label_counts;
pub use encode::{encode_component, is_component, is_core_module};
pub use engine::Engine;
pub use error::{Call, Error, Unusable};
pub use exports::Interface;
pub use interface::interface_digest;
pub use limits::OperatorLimits;
pub use pack::pack;
pub use package::Package;
pub use propose::ProposeRun;
pub use run::{Descriptions, Kinds, LoadedPlugin, Run};
pub use seal::Signer;
pub use sign::{
    NewKeys, SecretKey, check_signature, generate_keys, needs_password, read_public_key,
    read_secret_key, read_signature,
};
#[cfg(test)]
pub(crate) use tests::{IN_ORDER, counts_in_order, points_at_nothing};
