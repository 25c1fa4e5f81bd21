//! Write Tridem plugins in Rust.
//!
//! A plugin sees columns of numbers and codes that a person granted it, says where each row
//! belongs, and leaves the counting to the host. It imports no code: no clock, no file, no
//! network. Here is a whole one.
//!
//! ```
//! use tridem_sdk::{
//!     Answer, Batch, Description, Job, Labels, Measure, Metrics, Months, Result, Table, fields,
//! };
//!
//! fields! {
//!     struct Contacts for "contacts" {
//!         school: codes,
//!         day: integers,
//!         kind: codes,
//!         attempt: flags,
//!     }
//! }
//!
//! /// Home visits of each school, month by month.
//! struct Visits {
//!     months: Months,
//!     home_visit: Option<u16>,
//! }
//!
//! impl Metrics for Visits {
//!     fn describe() -> Description {
//!         Description::new("org.example.visits", "1.0.0")
//!             .dimension("school", ("Schule", "School"), Labels::codes("school"))
//!             .dimension("month", ("Monat", "Month"), Labels::months())
//!             .measure("visits", ("Hausbesuche", "Home visits"), Measure::count("contacts"))
//!             .table("visits", ("Hausbesuche", "Home visits"), Table::across("school", "month", "visits"))
//!     }
//!
//!     fn begin(job: &Job) -> Result<Self> {
//!         Ok(Self {
//!             months: Months::of(job.period()),
//!             home_visit: job.code("contacts", "kind", "home-visit"),
//!         })
//!     }
//!
//!     fn push(&mut self, batch: &Batch, answer: &mut Answer) -> Result<()> {
//!         if let Some(contacts) = Contacts::of(batch)? {
//!             answer.divide("school", contacts.school.labels());
//!             answer.divide("month", self.months.labels(contacts.day));
//!             let visits = contacts.kind.is(self.home_visit);
//!             answer.count("visits", &visits.without(&contacts.attempt.yes()));
//!         }
//!         Ok(())
//!     }
//! }
//!
//! tridem_sdk::export!(Visits);
//!
//! // In a test:
//! use tridem_sdk::{day, testing::{Case, Rows}};
//!
//! let contacts = Rows::of("contacts")
//!     .codes("school", ["100001", "100001", "100002"])
//!     .integers("day", [day(2025, 9, 3), day(2025, 9, 4), day(2025, 10, 1)])
//!     .codes("kind", ["home-visit", "home-visit", "phone"])
//!     .flags("attempt", [false, true, false]);
//! let outcome = Case::new(day(2025, 9, 1), day(2025, 10, 31)).rows(contacts).run::<Visits>()?;
//! assert_eq!(outcome.figure("visits", &[("school", "100001"), ("month", "2025-09")]), Some(1.0));
//! # Ok::<_, tridem_sdk::Error>(())
//! ```
//!
//! Build it for `wasm32-unknown-unknown` as a `cdylib`, then let `tridem plugin pack` make a
//! package of it and its manifest `plugin.toml`. Which datasets and fields there are, and what
//! they mean, is written in `schemas/dictionary.toml`.

#![warn(missing_docs)]

// The generated export macro and `fields!` name this crate; so do its own tests.
extern crate self as tridem_sdk;

mod answer;
mod batch;
#[doc(hidden)]
pub mod bindings;
mod description;
mod error;
mod fields;
mod mask;
mod metrics;
mod months;
mod problems;
pub mod reporting;
pub mod testing;
pub mod workflow;

mod job;

pub use answer::Answer;
pub use batch::{
    Batch, Codes, Column, Decimals, Flags, Indexes, Integers, Keys, Layout, Longs, Sets, Texts,
};
pub use description::{Description, Labels, Measure, Table, Text};
pub use error::{Error, Result};
pub use job::{Job, Period};
pub use mask::Mask;
pub use metrics::Metrics;
pub use months::{Months, day};

/// A day: days since 1970-01-01 in the school's own calendar, negative before it.
pub type Day = i32;

/// The label index that keeps a row out of every table that uses the dimension.
pub const LEFT_OUT: u16 = u16::MAX;

/// What the macros of this crate need; no part of its promise.
#[doc(hidden)]
pub mod __private {
    pub use crate::bindings;
    pub use crate::metrics::Component;
    pub use crate::reporting::{
        Component as ReportingComponent, PartialComponent as PartialReportingComponent,
    };
    pub use crate::workflow::Component as WorkflowComponent;
    pub use wit_bindgen::rt;
}

/// Makes a type that implements [`Metrics`] the plugin of this crate.
///
/// It does so for WebAssembly only; elsewhere it does nothing, so that tests run natively.
#[macro_export]
macro_rules! export {
    ($plugin:ty) => {
        #[cfg(target_family = "wasm")]
        const _: () = {
            type Component = $crate::__private::Component<$plugin>;
            $crate::__private::bindings::export_metrics!(
                Component with_types_in $crate::__private::bindings
            );
        };
    };
}

/// Makes a type that implements [`reporting::Reporting`] the plugin of this crate, as
/// [`export!`](crate::export) does. For one that also implements [`reporting::Partial`] write
/// `export_reporting!(Name, in_parts)`.
#[macro_export]
macro_rules! export_reporting {
    ($plugin:ty) => {
        #[cfg(target_family = "wasm")]
        const _: () = {
            type Component = $crate::__private::ReportingComponent<$plugin>;
            $crate::__private::bindings::reporting::export_reporting!(
                Component with_types_in $crate::__private::bindings::reporting
            );
        };
    };
    ($plugin:ty, in_parts) => {
        #[cfg(target_family = "wasm")]
        const _: () = {
            type Component = $crate::__private::PartialReportingComponent<$plugin>;
            $crate::__private::bindings::reporting::export_reporting!(
                Component with_types_in $crate::__private::bindings::reporting
            );
            $crate::__private::bindings::partial::export_partial!(
                Component with_types_in $crate::__private::bindings::partial
            );
        };
    };
}

/// Makes a type that implements [`workflow::Workflow`] the plugin of this crate, as
/// [`export!`](crate::export) does.
#[macro_export]
macro_rules! export_workflow {
    ($plugin:ty) => {
        #[cfg(target_family = "wasm")]
        const _: () = {
            type Component = $crate::__private::WorkflowComponent<$plugin>;
            $crate::__private::bindings::workflow::export_workflow!(
                Component with_types_in $crate::__private::bindings::workflow
            );
        };
    };
}
