//! Reads the contacts after which something is still to be done.

use std::collections::{BTreeSet, HashMap};

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::read_contacts::NEWEST_FIRST;
use super::{Error, Reader};
use crate::domain::{ContactView, Day, SchoolKey, Schools};

/// When a contact was: its day, and within a day the order in which they were recorded.
type Moment = (i32, i64);

/// For which steps somebody asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepsAsked {
    /// Those agreed from this day on,
    pub from: Day,
    /// until this one.
    pub until: Day,
    /// Of those that are about no family, which nothing can follow: what is due from this day on,
    pub due_from: Day,
    /// and what has no day and was agreed from this one on.
    pub undated_from: Day,
}

/// Where it stands when somebody was met: each place has a school, a `whom`, a day and a contact, and
/// an index in that order. A contact with a household that is restricted does not show it.
const PUPILS: Met = Met {
    place: "(SELECT school, pupil AS whom, day, contact FROM main.pupil_met)",
    is_theirs: "EXISTS (SELECT 1 FROM contact_pupil AS cp
                        WHERE cp.contact = c.key AND cp.pupil = m.whom)",
    whom: Whom::Pupil,
};
const HOUSEHOLDS: Met = Met {
    place: "(SELECT school, household AS whom, day, key AS contact FROM main.contact
             WHERE household IS NOT NULL)",
    is_theirs: "c.household = m.whom",
    whom: Whom::Household,
};

/// A contact that does what a step before it had left to be done: one that was more than an attempt, or
/// an attempt with a step of its own.
const FOLLOWS: &str = "(NOT c.attempt OR c.next_step IS NOT NULL OR EXISTS (
    SELECT 1 FROM contact_version AS v WHERE v.contact = c.key AND v.next_step IS NOT NULL))";

impl Reader<'_> {
    /// Contacts with a next step that nothing has followed yet, newest first.
    ///
    /// A later contact with one of the pupils or with the household has followed it, and so has a later
    /// attempt with a step of its own, also when that one is done since: what it replaced does not come
    /// back. Only contacts that the scope allows, in the time asked for, count for that:
    /// what one cannot see explains nothing.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn open_steps(&self, asked: StepsAsked) -> Result<Vec<ContactView>, Error> {
        // A step is open when it is the last of everybody it is about. So the last contact of everybody
        // is looked at, and not each that has a step: a school year has a hundred times as many.
        let mut last = HashMap::new();
        let mut steps = self.steps_of_nobody(asked)?;
        for school in self.seen_schools()? {
            for met in [PUPILS, HOUSEHOLDS] {
                self.last_met(met, school, asked, &mut last, &mut steps)?;
            }
        }
        let whom = self.whom(&steps)?;
        steps.retain(|(at, key)| {
            let everybody = whom.get(key).map_or(&[][..], Vec::as_slice);
            everybody.iter().all(|whom| last.get(whom).is_none_or(|last| *last <= (*at, *key)))
        });
        self.views(
            &format!("WHERE c.key IN (SELECT value FROM json_each(?)) {NEWEST_FIRST}"),
            vec![keys(&steps)],
        )
    }

    fn seen_schools(&self) -> Result<Vec<SchoolKey>, Error> {
        match &self.scope.schools {
            Schools::Only(schools) => Ok(schools.iter().copied().collect()),
            Schools::All => self.rows("SELECT key FROM school", |row| row.get(0).map(SchoolKey)),
        }
    }

    /// Finds when everybody was last met at a school, and which of those contacts have a step.
    fn last_met(
        &self,
        met: Met,
        school: SchoolKey,
        asked: StepsAsked,
        last: &mut HashMap<Whom, Moment>,
        steps: &mut BTreeSet<Moment>,
    ) -> Result<(), Error> {
        let mut next = self.connection.prepare_cached(&met.next())?;
        let scope = self.contact_in_scope(["c.school", "c.key"]);
        let mut newest = self.connection.prepare_cached(&met.newest(&scope))?;
        let mut before = i64::MAX;
        while let Some((whom, day)) = next
            .query_row(params![school.0, before], |row| Ok((row.get(0)?, row.get::<_, i32>(1)?)))
            .optional()?
        {
            before = whom;
            if day < asked.from.0 {
                continue;
            }
            let found = newest
                .query_row(params![school.0, whom, asked.from.0, asked.until.0], |row| {
                    Ok(((row.get(0)?, row.get(1)?), row.get(2)?))
                });
            if let Some((at, has_step)) = found.optional()? {
                let latest = last.entry((met.whom)(whom)).or_insert(at);
                *latest = at.max(*latest);
                if has_step {
                    steps.insert(at);
                }
            }
        }
        Ok(())
    }

    /// Steps that were agreed in contacts with no family.
    fn steps_of_nobody(&self, asked: StepsAsked) -> Result<BTreeSet<Moment>, Error> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT c.day, c.key
             FROM (SELECT key, day FROM main.contact INDEXED BY contact_step
                   WHERE next_step IS NOT NULL AND household IS NULL AND next_due >= ?1
                   UNION ALL
                   SELECT key, day FROM main.contact INDEXED BY contact_step
                   WHERE next_step IS NOT NULL AND household IS NULL AND next_due IS NULL
                     AND day >= ?2) AS m
               CROSS JOIN contact AS c ON c.key = m.key
             WHERE m.day >= ?3 AND m.day <= ?4 AND c.next_step IS NOT NULL AND {}
               AND NOT EXISTS (SELECT 1 FROM contact_pupil AS cp WHERE cp.contact = c.key)",
            self.contact_in_scope(["c.school", "c.key"])
        ))?;
        let days = [asked.due_from, asked.undated_from, asked.from, asked.until].map(|day| day.0);
        let found = statement.query_map(days, |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Everybody whom these contacts were with.
    fn whom(&self, contacts: &BTreeSet<Moment>) -> Result<HashMap<i64, Vec<Whom>>, Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT c.key, c.household, cp.pupil
             FROM contact AS c LEFT JOIN contact_pupil AS cp ON cp.contact = c.key
             WHERE c.key IN (SELECT value FROM json_each(?))",
        )?;
        let mut whom: HashMap<i64, Vec<Whom>> = HashMap::new();
        let mut rows = statement.query([keys(contacts)])?;
        while let Some(row) = rows.next()? {
            let household = row.get::<_, Option<i64>>(1)?.map(Whom::Household);
            let pupil = row.get::<_, Option<i64>>(2)?.map(Whom::Pupil);
            whom.entry(row.get(0)?).or_default().extend([household, pupil].into_iter().flatten());
        }
        Ok(whom)
    }
}

/// The keys of contacts, as a statement takes them.
fn keys(contacts: &BTreeSet<Moment>) -> Value {
    let keys: Vec<i64> = contacts.iter().map(|(_, key)| *key).collect();
    Value::Text(json!(keys).to_string())
}

/// How the contacts of one sort of people are found.
#[derive(Debug, Clone, Copy)]
struct Met {
    place: &'static str,
    is_theirs: &'static str,
    whom: fn(i64) -> Whom,
}

impl Met {
    /// The next one below a key at a school, and when they were met last.
    fn next(&self) -> String {
        format!(
            "SELECT m.whom, m.day FROM {} AS m WHERE m.school = ?1 AND m.whom < ?2
             ORDER BY m.whom DESC, m.day DESC LIMIT 1",
            self.place
        )
    }

    /// Their newest contact in the scope that follows those before it.
    fn newest(&self, scope: &str) -> String {
        format!(
            "SELECT m.day, m.contact, c.next_step IS NOT NULL
             FROM {} AS m CROSS JOIN contact AS c ON c.key = m.contact
             WHERE m.school = ?1 AND m.whom = ?2 AND m.day >= ?3 AND m.day <= ?4
               AND {} AND {scope} AND {FOLLOWS}
             ORDER BY m.day DESC, m.contact DESC LIMIT 1",
            self.place, self.is_theirs,
        )
    }
}

/// Whom a contact was with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Whom {
    Pupil(i64),
    Household(i64),
}

#[cfg(test)]
#[path = "read_steps_tests.rs"]
mod tests;
