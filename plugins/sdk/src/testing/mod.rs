//! Runs a plugin natively over rows written down in a test, and counts as the host would.
//!
//! It withholds nothing and is in no hurry: it is for a handful of rows.

mod case;
mod composed;
mod outcome;
mod proposed;
mod rows;

pub use case::Case;
pub use composed::Composed;
pub use outcome::Outcome;
pub use proposed::ProposedSteps;
pub use rows::Rows;

#[cfg(test)]
mod tests;
