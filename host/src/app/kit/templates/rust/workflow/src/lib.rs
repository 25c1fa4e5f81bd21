//! Proposes a call where the last contact with a family was long ago, and an invitation where calls
//! came to nothing.

use tridem_sdk::workflow::{Holds, Priority, Proposals, Step, Steps, Workflow};
use tridem_sdk::{Batch, Day, Job, Result, fields};

fields! {
    /// What is read of each case; `plugin.toml` asks for the same fields.
    struct Cases for "cases" {
        days_since_contact: integers,
        attempts: integers,
    }
}

/// From how many attempts on a letter is the better way.
const MANY: i32 = 3;

/// The plugin.
pub struct Plugin {
    as_of: Day,
    days: i32,
}

impl Workflow for Plugin {
    /// Every word on the list stands here, before any row is seen.
    fn describe() -> Steps {
        Steps::new("@ID@", env!("CARGO_PKG_VERSION"))
            .step("call", Step::new(("Familie anrufen", "Call the family"), Holds::Month))
            .step(
                "invite",
                Step::new(("Familie einladen", "Invite the family"), Holds::HalfYear)
                    .letter("invitation"),
            )
            .reason(
                "long-ago",
                ("Der letzte Kontakt ist lange her", "The last contact was long ago"),
            )
            .reason("in-vain", ("Niemand war zu erreichen", "Nobody could be reached"))
    }

    fn begin(job: &Job) -> Result<Self> {
        let days = i32::try_from(job.integer("days")?).map_err(|_| "`days` is too large")?;
        Ok(Self { as_of: job.as_of(), days })
    }

    /// Looks at the state of each case; run again, it says the same.
    fn push(&mut self, batch: &Batch, list: &mut Proposals) -> Result<()> {
        if let Some(cases) = Cases::of(batch)? {
            let in_vain = cases.attempts.mask(|attempts| *attempts >= MANY);
            for row in in_vain.iter() {
                list.propose(row, "invite")
                    .because("in-vain")
                    .showing(["attempts"])
                    .with_letter("invitation")
                    .due(self.as_of.saturating_add(7))
                    .priority(Priority::High);
            }
            let long_ago = cases.days_since_contact.mask(|days| *days >= self.days);
            for row in long_ago.without(&in_vain).iter() {
                list.propose(row, "call").because("long-ago").showing(["days_since_contact"]);
            }
        }
        Ok(())
    }
}

tridem_sdk::export_workflow!(Plugin);
