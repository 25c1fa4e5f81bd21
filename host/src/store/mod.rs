//! The only home of SQL.

mod columns;
mod sink;

pub use columns::{ColumnsRequest, Error as ColumnsError, Numbering, columns, shape};
