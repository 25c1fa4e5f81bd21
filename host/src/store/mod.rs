//! The records in one encrypted file: the only home of SQL.

mod columns;
mod datasets;
mod error;
mod error_words;
mod keep;
mod key;
mod migrate;
mod open;
mod partials;
mod plugins;
mod read_contacts;
mod read_people;
mod reader;
mod reports;
mod sink;
mod write_contacts;
mod write_people;
mod write_schools;
mod writer;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod guarantees;

pub use columns::{
    ColumnsRequest, Error as ColumnsError, Numbering, PARTITIONED, Partition, PartitionRows,
    columns, columns_by_partition, shape,
};
pub use error::Error;
pub use key::DatabaseKey;
pub use open::Store;
pub use partials::{KeptPartial, MOST_BYTES};
pub use plugins::{Grant, InstalledPlugin};
pub use read_contacts::ContactFilter;
pub use read_people::{AssignmentView, PairingView, PupilFilter, PupilView};
pub use reader::Reader;
pub use reports::{Import, ReportEntry, StoredReport};
pub use writer::Writer;
