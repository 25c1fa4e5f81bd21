//! Reads datasets column by column, for plugins: the fields that were asked for and nothing else.

mod absences;
mod case_contacts;
mod case_support;
mod cases;
mod chunk;
mod contacts;
mod convert;
mod error;
mod filling;
mod forms;
mod frames;
mod lists;
mod missed;
mod numbering;
mod partitions;
mod pupil_terms;
mod query;
mod read;
mod request;
mod schools;
mod shape;
#[cfg(test)]
mod tests;

pub(super) use chunk::build;
pub use error::Error;
pub(super) use lists::records;
pub use numbering::Numbering;
pub(super) use numbering::{Pseudonyms, keys};
pub use partitions::{PARTITIONED, Partition, PartitionRows, columns_by_partition};
pub(super) use partitions::{partitions, recorded_days, stale};
pub(super) use pupil_terms::figures;
pub use read::columns;
pub(super) use read::columns_of;
pub use request::{ColumnsRequest, RowsOf};
pub use shape::shape;

use convert::{Converter, Rows};
use lists::ListedSchool;
use numbering::Person;
use query::Query;
use request::Asked;
