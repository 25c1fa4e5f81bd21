//! The development kit: from an empty folder to a package, for an author who has never seen the program.

mod bench;
mod build;
mod chance;
mod check;
mod error;
mod files;
mod fixture;
mod fixture_values;
mod golden;
mod hostile;
mod lines;
mod new;
mod plain;
mod probe;
mod project;
mod rehearse;
mod said;
mod sheet;
mod templates;
mod testing;
mod toolchain;
mod trial;
mod watch;

pub use bench::{Measured, bench};
pub use build::{Built, build};
pub use check::{Checked, Found, check, verdict};
pub use error::Error;
pub use new::{NewPlugin, Started, new};
pub(super) use project::{BUILT, manifest_text, packed_files};
pub use rehearse::{Rehearsal, Rows, run};
pub use templates::{Kind, Language};
pub use testing::{TestRun, Tested, Verdict, test};
pub use watch::watch;
