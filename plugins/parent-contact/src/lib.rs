//! Proposes which family should be called, visited or invited next.

use tridem_sdk::workflow::{Holds, Priority, Proposals, Step, Steps, Workflow};
use tridem_sdk::{Batch, Day, Job, Result, fields};

fields! {
    /// What is read of each case.
    struct Cases for "cases" {
        accompanied_days: integers,
        days_since_contact: integers,
        attempts: integers,
        next_due: integers,
        whereabouts_unknown: flags,
        possible_units: optional integers,
        missed_unexcused: optional integers,
        missed_open: optional integers,
    }
}

/// The plugin: from when on it proposes something.
#[derive(Debug)]
pub struct ParentContact {
    as_of: Day,
    days_without_contact: i32,
    attempts: i32,
    unexcused_percent: i64,
    open_units: i32,
}

impl Workflow for ParentContact {
    fn describe() -> Steps {
        let invitation = Step::new(
            ("Familie zum Gespräch einladen", "Invite the family to a talk"),
            Holds::HalfYear,
        );
        Steps::new("org.tridem.parent-contact", env!("CARGO_PKG_VERSION"))
            .step(
                "find",
                Step::new(
                    (
                        "Mit der Schule klären, wo das Kind ist",
                        "Find out with the school where the child is",
                    ),
                    Holds::SchoolYear,
                ),
            )
            .step(
                "agreed",
                Step::new(("Verabredetes nachholen", "Do what was agreed"), Holds::Month),
            )
            .step(
                "visit",
                Step::new(("Familie zu Hause besuchen", "Visit the family at home"), Holds::Month),
            )
            .step("call", Step::new(("Familie anrufen", "Call the family"), Holds::Month))
            .step("talk", invitation.letter("invitation"))
            .step(
                "clear-up",
                Step::new(
                    (
                        "Schule nach ungeklärten Fehlzeiten fragen",
                        "Ask the school about open absences",
                    ),
                    Holds::Month,
                ),
            )
            .reason(
                "unknown",
                ("Niemand weiß, wo das Kind ist.", "Nobody knows where the child is."),
            )
            .reason(
                "overdue",
                (
                    "Der verabredete Tag ist vorbei, und es gab keinen Kontakt.",
                    "The agreed day has passed, and there was no contact.",
                ),
            )
            .reason(
                "not-reached",
                ("Mehrere Versuche haben niemanden erreicht.", "Several attempts reached nobody."),
            )
            .reason(
                "long-ago",
                ("Der letzte Kontakt ist lange her.", "The last contact was long ago."),
            )
            .reason(
                "never",
                (
                    "Seit Beginn der Begleitung gab es keinen Kontakt.",
                    "There was no contact since the family is accompanied.",
                ),
            )
            .reason(
                "unexcused",
                (
                    "Das Kind hat im Halbjahr viel unentschuldigt gefehlt.",
                    "The child missed much of the half-year unexcused.",
                ),
            )
            .reason(
                "open",
                (
                    "Fehlzeiten sind noch nicht geklärt. Offen heißt nicht unentschuldigt.",
                    "Absences are not cleared up yet. Open does not mean unexcused.",
                ),
            )
    }

    fn begin(job: &Job) -> Result<Self> {
        let integer = |name: &str| -> Result<i32> {
            i32::try_from(job.integer(name)?).map_err(|_| format!("`{name}` is too large").into())
        };
        Ok(Self {
            as_of: job.as_of(),
            days_without_contact: integer("days_without_contact")?,
            attempts: integer("attempts")?,
            unexcused_percent: job.integer("unexcused_percent")?,
            open_units: integer("open_units")?,
        })
    }

    fn push(&mut self, batch: &Batch, list: &mut Proposals) -> Result<()> {
        if let Some(cases) = Cases::of(batch)? {
            (0..batch.rows()).for_each(|row| self.case(&cases, row, list));
        }
        Ok(())
    }
}

impl ParentContact {
    fn case(&self, cases: &Cases, row: usize, list: &mut Proposals) {
        if cases.whereabouts_unknown[row] == 1 {
            // Nobody can be called or invited who is not there.
            list.propose(row, "find").because("unknown").priority(Priority::High);
            return;
        }
        self.contact(cases, row, list);
        self.absences(cases, row, list);
    }

    /// One way to the family at a time: what was agreed, else a visit, else a call.
    fn contact(&self, cases: &Cases, row: usize, list: &mut Proposals) {
        if let Some(due) = cases.next_due.get(row).filter(|due| **due < self.as_of) {
            list.propose(row, "agreed").because("overdue").due(*due).showing(["next_due"]);
            return;
        }
        if cases.attempts[row] >= self.attempts {
            list.propose(row, "visit").because("not-reached").showing(["attempts"]);
            return;
        }
        let (days, reason, field) = match cases.days_since_contact.get(row) {
            Some(days) => (*days, "long-ago", "days_since_contact"),
            None => (cases.accompanied_days[row], "never", "accompanied_days"),
        };
        if days >= self.days_without_contact {
            list.propose(row, "call").because(reason).showing([field]);
        }
    }

    fn absences(&self, cases: &Cases, row: usize, list: &mut Proposals) {
        let value = |column: Option<tridem_sdk::Column<'_, tridem_sdk::Integers>>| {
            column.and_then(|column| column.get(row).copied())
        };
        if let (Some(missed), Some(possible @ 1..)) =
            (value(cases.missed_unexcused), value(cases.possible_units))
            && i64::from(missed) * 100 >= i64::from(possible) * self.unexcused_percent
            && missed > 0
        {
            list.propose(row, "talk")
                .because("unexcused")
                .showing(["missed_unexcused", "possible_units"])
                .with_letter("invitation");
        }
        if value(cases.missed_open).is_some_and(|open| open >= self.open_units) {
            list.propose(row, "clear-up")
                .because("open")
                .showing(["missed_open"])
                .priority(Priority::Low);
        }
    }
}

tridem_sdk::export_workflow!(ParentContact);

#[cfg(test)]
mod tests;
