//! Files as other programs write them: WebUntis, SchILD-NRW, and tables that somebody describes.
//!
//! A source turns rows into those of a kind of file and says who they are about; everything that a
//! kind checks is checked by that kind. A row that cannot be taken in waits for a person.

mod dates;
mod draft;
mod lines;
mod mapping;
mod schild;
mod settle;
mod source;
mod spreadsheet;
mod table;
mod webuntis;
mod words;

#[cfg(test)]
mod fuzz;

pub use draft::{LeftOut, NewId, Reading};
pub use mapping::{Mapping, MappingError};
pub use settle::decide;
pub use source::{Known, MOST_BYTES, Source, SourceOptions, UnknownSource, read_source};
