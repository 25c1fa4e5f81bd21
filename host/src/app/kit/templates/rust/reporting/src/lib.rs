//! Finds contacts of unusual duration, and counts what was looked at in each school.

use std::collections::BTreeMap;

use tridem_sdk::reporting::{
    Composition, Document, Finding, Number, Reporting, Severity, Table, Words,
};
use tridem_sdk::{Batch, Job, Result, fields};

fields! {
    /// What is read of each contact; `plugin.toml` asks for the same fields.
    struct Contacts for "contacts" {
        school: codes,
        attempt: flags,
        minutes: integers,
        contact_key: keys,
    }
}

/// The plugin, and what it has seen so far.
pub struct Plugin {
    longest: i32,
    /// For each school, how many contacts it has.
    seen: BTreeMap<u16, i64>,
    /// Contacts without any time, and contacts that took very long.
    none: Vec<u64>,
    long: Vec<u64>,
}

impl Reporting for Plugin {
    /// Every word of the document stands here, before any row is seen.
    fn describe() -> Composition {
        Composition::new("@ID@", env!("CARGO_PKG_VERSION"))
            .phrase("title", ("Dauer der Kontakte", "Duration of contacts"))
            .phrase("seen", ("Geprüfte Kontakte je Schule", "Contacts looked at, by school"))
            .phrase("contacts", ("Kontakte", "Contacts"))
            .phrase("nothing", ("Nichts Auffälliges.", "Nothing unusual."))
            .check("none", ("Ein Kontakt hat keine Dauer", "A contact took no time"), Severity::Mistake)
            .check("long", ("Ein Kontakt dauerte sehr lange", "A contact took very long"), Severity::Note)
    }

    fn begin(job: &Job) -> Result<Self> {
        let longest = i32::try_from(job.integer("longest")?).map_err(|_| "`longest` is too large")?;
        Ok(Self { longest, seen: BTreeMap::new(), none: Vec::new(), long: Vec::new() })
    }

    fn push(&mut self, batch: &Batch) -> Result<()> {
        if let Some(contacts) = Contacts::of(batch)? {
            for row in 0..batch.rows() {
                *self.seen.entry(contacts.school[row]).or_default() += 1;
            }
            // Nobody was reached at an attempt, so it may take no time.
            let none = contacts.minutes.mask(|minutes| *minutes <= 0);
            let none = none.without(&contacts.attempt.yes());
            let long = contacts.minutes.mask(|minutes| *minutes >= self.longest);
            self.none.extend(none.iter().map(|row| contacts.contact_key[row]));
            self.long.extend(long.iter().map(|row| contacts.contact_key[row]));
        }
        Ok(())
    }

    fn finish(&mut self, document: &mut Document) -> Result<()> {
        document.heading(1, "title");
        let mut table = Table::new("seen").column("contacts");
        for (school, contacts) in &self.seen {
            table.push(Words::code("contacts", "school", *school), [Number::of(*contacts)]);
        }
        document.table(table);
        if self.none.is_empty() && self.long.is_empty() {
            document.paragraph("nothing");
        }
        for (check, keys) in [("none", &self.none), ("long", &self.long)] {
            let finding = |key: &u64| Finding::new(check, "contacts", "contact_key", *key);
            document.findings(keys.iter().map(finding));
        }
        Ok(())
    }
}

tridem_sdk::export_reporting!(Plugin);
