//! Reads datasets column by column, for plugins: the fields that were asked for and nothing else.

mod contacts;
mod convert;
mod error;
mod lists;
mod numbering;
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

use contacts::Query;
use convert::Converter;
use lists::ListedSchool;
use numbering::Person;
use request::Asked;
