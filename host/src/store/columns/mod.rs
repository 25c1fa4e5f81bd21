//! Reads datasets column by column, for plugins: the fields that were asked for and nothing else.

mod absences;
mod contacts;
mod convert;
mod error;
mod lists;
mod numbering;
mod pupil_terms;
mod query;
mod read;
mod request;
mod schools;
mod shape;
#[cfg(test)]
mod tests;

pub use error::Error;
pub use numbering::Numbering;
pub use read::columns;
pub use request::ColumnsRequest;
pub use shape::shape;

use convert::Converter;
use lists::ListedSchool;
use numbering::Person;
use query::Query;
use request::Asked;
