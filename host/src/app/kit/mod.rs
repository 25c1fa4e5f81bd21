//! The development kit: from an empty folder to a package, for an author who has never seen the program.

mod build;
mod chance;
mod error;
mod files;
mod fixture;
mod golden;
mod new;
mod project;
mod sheet;
mod templates;
mod testing;
mod toolchain;
mod trial;

pub use build::{Built, build};
pub use error::Error;
pub use new::{NewPlugin, Started, new};
pub(super) use project::{BUILT, manifest_text, packed_files};
pub use templates::{Kind, Language};
pub use testing::{TestRun, Tested, Verdict, test};
