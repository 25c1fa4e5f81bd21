//! Files and typed rows to domain records: all mistakes at once, nothing kept when there is one.
//!
//! Reading is pure: the directory says what is known, the caller makes the ids, and no clock is
//! asked. A file and a single typed row go through the same code.

mod absences;
mod attendance;
mod conflict;
mod contacts;
mod entries;
mod entry_checks;
mod formats;
mod header;
mod kind;
mod mistake;
mod nearest;
mod once;
mod people;
mod print;
mod read;
mod reason;
mod row;
mod schools;
mod table;
mod value;

#[cfg(test)]
mod examples;
#[cfg(test)]
mod form_schema;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod schema;

pub use entries::value;
pub use formats::{
    Known, LeftOut, MOST_BYTES, Mapping, MappingError, NewId, Reading, Source, SourceOptions,
    UnknownSource, decide, read_source,
};
pub use kind::{Column, Kind, Records, UnknownKind};
pub use mistake::{MOST_MISTAKES, Mistake, Mistakes};
pub use print::print;
pub use read::{one, read, read_with_conflicts};
pub use row::LONGEST_TEXT;
