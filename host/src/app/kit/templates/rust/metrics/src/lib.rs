//! Home visits of each school, month by month, and how many households they reached.

use tridem_sdk::{
    Answer, Batch, Description, Job, Labels, Measure, Metrics, Months, Result, Table, fields,
};

fields! {
    /// What is read of each contact; `plugin.toml` asks for the same fields.
    struct Contacts for "contacts" {
        school: codes,
        day: integers,
        kind: codes,
        attempt: flags,
    }
}

/// The plugin: what it looks for in a run, by the indexes that the codes have there.
pub struct Plugin {
    months: Months,
    home_visit: Option<u16>,
    letter: Option<u16>,
}

impl Metrics for Plugin {
    fn describe() -> Description {
        Description::new("@ID@", env!("CARGO_PKG_VERSION"))
            .dimension("school", ("Schule", "School"), Labels::codes("school"))
            .dimension("month", ("Monat", "Month"), Labels::months())
            .measure("visits", ("Hausbesuche", "Home visits"), Measure::count("contacts"))
            .measure(
                "households",
                ("Erreichte Haushalte", "Households reached"),
                Measure::distinct("contacts", "household"),
            )
            .table(
                "schools",
                ("Hausbesuche nach Schule", "Home visits by school"),
                Table::of("school", ["visits", "households"]),
            )
            .table(
                "months",
                ("Hausbesuche nach Monat", "Home visits by month"),
                Table::across("school", "month", "visits"),
            )
    }

    fn begin(job: &Job) -> Result<Self> {
        // A municipality may not have a code, and has it at a place of its own.
        let kind = |code| job.code("contacts", "kind", code);
        let letters = job.flag("letters")?;
        Ok(Self {
            months: Months::of(job.period()),
            home_visit: kind("home-visit"),
            letter: if letters { kind("letter") } else { None },
        })
    }

    fn push(&mut self, batch: &Batch, answer: &mut Answer) -> Result<()> {
        if let Some(contacts) = Contacts::of(batch)? {
            answer.divide("school", contacts.school.labels());
            answer.divide("month", self.months.labels(contacts.day));
            let meant = contacts.kind.is(self.home_visit).or(&contacts.kind.is(self.letter));
            // An attempt is not a contact.
            let visits = meant.without(&contacts.attempt.yes());
            answer.count("visits", &visits);
            answer.count("households", &visits);
        }
        Ok(())
    }
}

tridem_sdk::export!(Plugin);
