//! All records as open files, and back: JSON lines, one file for each table, by one description.

mod describe;
mod read;
mod write;

pub use read::OpenImport;
pub use write::{LeftOut, OpenFile, OpenManifest};
