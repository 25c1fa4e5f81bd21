//! From classified rows to a finished report: counting, withholding small numbers, laying out tables.

mod assemble;
mod attack;
#[cfg(test)]
mod attacks;
mod backing;
mod beside;
#[cfg(test)]
mod between;
mod compose;
mod count;
mod cube;
mod disclose;
mod dominance;
mod error_words;
mod figure;
#[cfg(test)]
mod fixture;
mod frame;
mod kin;
#[cfg(test)]
mod nobodys;
mod part;
mod part_bytes;
mod pictures;
mod plan;
#[cfg(test)]
mod properties;
mod provenance;
mod publish;
mod published;
#[cfg(test)]
mod reader;
#[cfg(test)]
mod reasoning;
mod reduce;
mod rounding;
mod rows;
mod set;
mod spread;
#[cfg(test)]
mod successive;
mod tally;

pub use assemble::{Assembled, assemble, assemble_beside};
pub use beside::{Before, MOST_WAYS, TooManyWays, Weighed, sees};
pub use compose::{
    Bar, ComposeError, ComposedBeside, ComposedNumber, Composing, FoundRecords, compose,
    compose_beside, composed_report, with_blocks,
};
pub use cube::Cube;
pub use frame::{Facts, SchoolFacts};
pub use part::Part;
pub use part_bytes::LAYOUT as PART_LAYOUT;
pub use plan::{Error, MOST_CELLS, Plan, PlannedDataset, Subject};
pub use published::Published;
pub use reduce::Reducer;
pub use spread::share_of;
