//! Next steps that a plugin proposes for cases, such as a talk with parents.
//!
//! The plugin looks at the state of each case and says what should now be on the list. It is a
//! function of facts, not of events: run twice, it says the same. People decide, and only the host
//! acts.
//!
//! Here is a whole one.
//!
//! ```
//! use tridem_sdk::workflow::{Holds, Proposals, Step, Steps, Workflow};
//! use tridem_sdk::{Batch, Job, Result, fields};
//!
//! fields! {
//!     struct Cases for "cases" {
//!         days_since_contact: integers,
//!     }
//! }
//!
//! /// Nobody is forgotten for long.
//! struct Forgotten {
//!     days: i32,
//! }
//!
//! impl Workflow for Forgotten {
//!     fn describe() -> Steps {
//!         Steps::new("org.example.forgotten", "1.0.0")
//!             .step("call", Step::new(("Familie anrufen", "Call the family"), Holds::Month))
//!             .reason("long-ago", ("Der letzte Kontakt ist lange her", "The last contact was long ago"))
//!     }
//!
//!     fn begin(job: &Job) -> Result<Self> {
//!         let days = i32::try_from(job.integer("days")?).map_err(|_| "`days` is too large")?;
//!         Ok(Self { days })
//!     }
//!
//!     fn push(&mut self, batch: &Batch, list: &mut Proposals) -> Result<()> {
//!         if let Some(cases) = Cases::of(batch)? {
//!             let forgotten = cases.days_since_contact.mask(|days| *days >= self.days);
//!             for row in forgotten.iter() {
//!                 list.propose(row, "call").because("long-ago").showing(["days_since_contact"]);
//!             }
//!         }
//!         Ok(())
//!     }
//! }
//!
//! tridem_sdk::export_workflow!(Forgotten);
//!
//! // In a test:
//! use tridem_sdk::testing::{Case, Rows};
//!
//! let cases = Rows::of("cases").integers("days_since_contact", [Some(3), Some(25), None]);
//! let proposed = Case::new(0, 90).integer("days", 20).rows(cases).propose::<Forgotten>()?;
//! assert_eq!(proposed.rows_with("call"), [1]);
//! # Ok::<_, tridem_sdk::Error>(())
//! ```

mod proposals;
mod run;
mod steps;

pub use proposals::{Priority, Proposals, Proposed};
pub use run::Workflow;
pub(crate) use run::{Propose, Running};
pub use steps::{Holds, Step, Steps};

#[doc(hidden)]
pub use run::Component;
