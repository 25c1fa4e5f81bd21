//! The development kit: from an empty folder to a package, for an author who has never seen the program.

mod build;
mod error;
mod files;
mod new;
mod project;
mod templates;
mod toolchain;

pub use build::{Built, build};
pub use error::Error;
pub use new::{NewPlugin, Started, new};
pub use templates::{Kind, Language};
