//! Runs a plugin natively over rows written down in a test, and counts as the host would.
//!
//! It withholds nothing and is in no hurry: it is for a handful of rows.

mod case;
mod outcome;
mod rows;

pub use case::Case;
pub use outcome::Outcome;
pub use rows::Rows;

#[cfg(test)]
mod tests;
