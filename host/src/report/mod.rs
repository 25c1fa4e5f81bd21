//! From classified rows to a finished report: counting, withholding small numbers, laying out tables.

mod assemble;
mod attack;
mod cube;
mod disclose;
mod figure;
mod frame;
mod plan;
mod publish;
mod reduce;
mod set;
mod tally;

pub use assemble::assemble;
pub use cube::Cube;
pub use frame::{Facts, SchoolFacts};
pub use plan::{Error, MOST_CELLS, Plan, PlannedDataset, Subject};
pub use reduce::Reducer;
