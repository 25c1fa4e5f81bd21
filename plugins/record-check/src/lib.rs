//! Finds records that cannot be right as they are, or that somebody should look at.

mod findings;
mod saved;

use std::collections::{BTreeMap, HashSet};

use tridem_sdk::reporting::{
    Composition, Document, Drawing, Number, Partial, Reporting, Table, Words,
};
use tridem_sdk::{Batch, Day, Job, Result, fields};

use findings::{Check, Findings};

fields! {
    /// What is read of each contact.
    struct Contacts for "contacts" {
        school: codes,
        day: integers,
        kind: codes,
        attempt: flags,
        minutes: integers,
        persons: integers,
        contact_key: keys,
        household: optional indexes,
    }
}

fields! {
    /// What is read of each pupil's term.
    struct Terms for "pupil_terms" {
        school: codes,
        term: codes,
        possible_units: integers,
        missed_excused: integers,
        missed_unexcused: integers,
        missed_open: integers,
        pupil_key: keys,
    }
}

/// An attempt that takes longer, in minutes, is more likely a contact: ringing at a door takes a while.
const LONG_ATTEMPT: i32 = 60;

/// What was seen of a school.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Seen {
    contacts: i64,
    terms: i64,
}

/// The plugin, and what it has found so far.
#[derive(Debug)]
pub struct RecordCheck {
    long: i32,
    /// The term that stands for the whole school year, which the half-years are part of.
    year: Option<u16>,
    seen: BTreeMap<u16, Seen>,
    findings: Findings,
    /// The contacts of the last school and day, to notice one that was recorded twice.
    last: Option<(u16, Day)>,
    alike: HashSet<(u16, Option<u32>, i32)>,
}

impl Reporting for RecordCheck {
    fn describe() -> Composition {
        let composition = Composition::new("org.tridem.record-check", env!("CARGO_PKG_VERSION"))
            .phrase("title", ("Prüfung der Einträge", "Check of records"))
            .phrase("by-school", ("Geprüft und gefunden, je Schule", "Looked at and found, by school"))
            .phrase("contacts", ("Kontakte", "Contacts"))
            .phrase("terms", ("Kinder und Halbjahre", "Pupils and half-years"))
            .phrase("found", ("Gefunden", "Found"))
            .phrase("all", ("Alles zusammen", "All together"))
            .phrase("nothing", ("Nichts gefunden.", "Nothing was found."))
            .phrase("records", ("Was anzusehen ist", "What to look at"))
            .passage(
                "about",
                (
                    "Ein Fund ist ein *Hinweis*, kein Urteil. Ein Eintrag kann ungewöhnlich sein und \
                     doch stimmen.\n\n\
                     - **Fehler** kann so nicht stimmen und sollte berichtigt werden.\n\
                     - **Warnung** sollte sich jemand ansehen.\n\
                     - **Hinweis** ist nur gut zu wissen.",
                    "A finding is a *hint*, not a verdict. A record can be unusual and right all the \
                     same.\n\n\
                     - A **mistake** cannot be right as it is and should be corrected.\n\
                     - A **warning** should be looked at by somebody.\n\
                     - A **note** is merely worth knowing.",
                ),
            );
        Check::ALL.into_iter().fold(composition, |composition, check| {
            let (title, severity) = check.words();
            composition.check(check.id(), title, severity)
        })
    }

    fn begin(job: &Job) -> Result<Self> {
        let long = job.integer("long_minutes")?;
        Ok(Self {
            long: i32::try_from(long).map_err(|_| "`long_minutes` is too large")?,
            year: job.code("pupil_terms", "term", "year"),
            seen: BTreeMap::new(),
            findings: Findings::default(),
            last: None,
            alike: HashSet::new(),
        })
    }

    fn push(&mut self, batch: &Batch) -> Result<()> {
        if let Some(contacts) = Contacts::of(batch)? {
            (0..batch.rows()).for_each(|row| self.contact(&contacts, row));
        }
        if let Some(terms) = Terms::of(batch)? {
            (0..batch.rows()).for_each(|row| self.term(&terms, row));
        }
        Ok(())
    }

    fn finish(&mut self, document: &mut Document) -> Result<()> {
        document.heading(1, "title");
        document.passage("about");
        let mut table = Table::new("by-school").column("contacts").column("terms").column("found");
        let (mut all, mut found_in_all) = (Seen::default(), 0);
        for (school, seen) in &self.seen {
            let found = self.findings.of_school(*school);
            let row = [seen.contacts, seen.terms, found].map(Number::of);
            table.push(Words::code("contacts", "school", *school), row);
            all = Seen { contacts: all.contacts + seen.contacts, terms: all.terms + seen.terms };
            found_in_all += found;
        }
        table.push("all", [all.contacts, all.terms, found_in_all].map(Number::of));
        document.table(table);
        if found_in_all == 0 {
            document.paragraph("nothing");
            return Ok(());
        }
        document.picture(Drawing::Bars, [2]);
        document.heading(2, "records");
        document.findings(self.findings.in_order());
        Ok(())
    }
}

impl Partial for RecordCheck {
    fn save(&mut self) -> Result<Vec<u8>> {
        Ok(saved::write(&self.seen, &self.findings))
    }

    fn merge(&mut self, bytes: &[u8]) -> Result<()> {
        let (seen, findings) = saved::read(bytes)?;
        for (school, more) in seen {
            let seen = self.seen.entry(school).or_default();
            seen.contacts += more.contacts;
            seen.terms += more.terms;
        }
        self.findings.extend(findings);
        Ok(())
    }
}

impl RecordCheck {
    fn contact(&mut self, contacts: &Contacts, row: usize) {
        let (school, day) = (contacts.school[row], contacts.day[row]);
        let (kind, minutes) = (contacts.kind[row], contacts.minutes[row]);
        let key = contacts.contact_key[row];
        let is_attempt = contacts.attempt[row] == 1;
        self.seen.entry(school).or_default().contacts += 1;
        let mut found = |check| self.findings.add(school, check, key);
        if is_attempt && minutes > LONG_ATTEMPT {
            found(Check::LongAttempt);
        }
        if !is_attempt && minutes == 0 {
            found(Check::NoTime);
        }
        if !is_attempt && contacts.persons[row] == 0 {
            found(Check::NobodyThere);
        }
        if minutes > self.long {
            found(Check::VeryLong);
        }
        if self.last != Some((school, day)) {
            self.last = Some((school, day));
            self.alike.clear();
        }
        // Two attempts on one day are two attempts; somebody tried again.
        let household = contacts.household.and_then(|household| household.get(row).copied());
        if !is_attempt && household.is_some() && !self.alike.insert((kind, household, minutes)) {
            self.findings.add(school, Check::Twice, key);
        }
    }

    fn term(&mut self, terms: &Terms, row: usize) {
        // The year is the sum of its halves: what is wrong in one would be told twice.
        if Some(terms.term[row]) == self.year {
            return;
        }
        let school = terms.school[row];
        self.seen.entry(school).or_default().terms += 1;
        let missed = [terms.missed_excused, terms.missed_unexcused, terms.missed_open];
        let missed: i64 = missed.iter().map(|column| i64::from(column[row])).sum();
        if missed > i64::from(terms.possible_units[row]) {
            self.findings.add(school, Check::TooMuchMissed, terms.pupil_key[row]);
        }
    }
}

tridem_sdk::export_reporting!(RecordCheck, in_parts);

#[cfg(test)]
mod tests;
