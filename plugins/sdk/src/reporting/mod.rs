//! Reports that a plugin composes itself: checks on records, its own tables and its own words.
//!
//! Where figures alone are wanted, [`Metrics`](crate::Metrics) is the better choice: the host then
//! counts, and figures can be compared. Here the plugin counts, so a document stays inside the team,
//! unless all its words are phrases of the description, every number carries its base, and it has
//! no findings.
//!
//! Here is a whole one. It finds contacts that took no time.
//!
//! ```
//! use tridem_sdk::reporting::{Composition, Document, Finding, Number, Reporting, Severity};
//! use tridem_sdk::{Batch, Job, Result, fields};
//!
//! fields! {
//!     struct Contacts for "contacts" {
//!         attempt: flags,
//!         minutes: integers,
//!         contact_key: keys,
//!     }
//! }
//!
//! /// Contacts without any time.
//! #[derive(Default)]
//! struct NoTime {
//!     contacts: i64,
//!     found: Vec<u64>,
//! }
//!
//! impl Reporting for NoTime {
//!     fn describe() -> Composition {
//!         Composition::new("org.example.no-time", "1.0.0")
//!             .phrase("title", ("Kontakte ohne Dauer", "Contacts without time"))
//!             .phrase("seen", ("Geprüfte Kontakte", "Contacts looked at"))
//!             .check(
//!                 "no-time",
//!                 ("Ein Kontakt hat keine Dauer", "A contact took no time"),
//!                 Severity::Mistake,
//!             )
//!     }
//!
//!     fn begin(_: &Job) -> Result<Self> {
//!         Ok(Self::default())
//!     }
//!
//!     fn push(&mut self, batch: &Batch) -> Result<()> {
//!         if let Some(contacts) = Contacts::of(batch)? {
//!             let mistakes = contacts.minutes.mask(|minutes| *minutes == 0);
//!             let mistakes = mistakes.without(&contacts.attempt.yes());
//!             self.contacts += batch.rows() as i64;
//!             self.found.extend(mistakes.iter().map(|row| contacts.contact_key[row]));
//!         }
//!         Ok(())
//!     }
//!
//!     fn finish(&mut self, document: &mut Document) -> Result<()> {
//!         document.heading(1, "title");
//!         document.figure("seen", Number::of(self.contacts));
//!         let finding = |key| Finding::new("no-time", "contacts", "contact_key", key);
//!         document.findings(self.found.iter().copied().map(finding));
//!         Ok(())
//!     }
//! }
//!
//! tridem_sdk::export_reporting!(NoTime);
//!
//! // In a test:
//! use tridem_sdk::testing::{Case, Rows};
//!
//! let contacts = Rows::of("contacts")
//!     .flags("attempt", [false, true, false])
//!     .integers("minutes", [0, 0, 20])
//!     .keys("contact_key", [71, 72, 73]);
//! let composed = Case::new(0, 30).rows(contacts).compose::<NoTime>()?;
//! assert_eq!(composed.found("no-time"), [71]);
//! assert_eq!(composed.figure("seen"), Some(3.0));
//! # Ok::<_, tridem_sdk::Error>(())
//! ```

mod composition;
mod document;
mod problems;
mod run;
mod table;
mod words;

pub use composition::{Composition, Severity};
pub use document::{Document, Finding};
pub(crate) use run::{Compose, Parts, Running};
pub use run::{Partial, Reporting};
pub use table::{Cell, Drawing, Number, Table};
pub use words::Words;

#[doc(hidden)]
pub use run::{Component, PartialComponent};
