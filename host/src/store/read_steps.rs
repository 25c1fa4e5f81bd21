//! Reads the contacts after which something is still to be done.

use std::collections::HashMap;

use rusqlite::params;
use rusqlite::types::Value;
use serde_json::json;

use super::read_contacts::NEWEST_FIRST;
use super::{Error, Reader};
use crate::domain::{ContactView, Day};

/// When a contact was: its day, and within a day the order in which they were recorded.
type Moment = (i32, i64);

impl Reader<'_> {
    /// Contacts from `from` to `until` with a next step that nothing has followed yet, newest first.
    ///
    /// A later contact with one of the pupils or with the household has followed it, and so has a later
    /// attempt with a step of its own, also when that one is done since: what it replaced does not come
    /// back. Only contacts that the scope allows count for that:
    /// what one cannot see explains nothing.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn open_steps(&self, from: Day, until: Day) -> Result<Vec<ContactView>, Error> {
        // One pass over the contacts of the time: many have a step, and looking behind each of them would
        // read the contacts of its family again and again.
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT c.key, c.day, c.household, cp.pupil,
                    NOT c.attempt OR c.next_step IS NOT NULL OR EXISTS (
                      SELECT 1 FROM contact_version AS v
                      WHERE v.contact = c.key AND v.next_step IS NOT NULL),
                    c.next_step IS NOT NULL
             FROM contact AS c LEFT JOIN contact_pupil AS cp ON cp.contact = c.key
             WHERE {} AND c.day >= ?1 AND c.day <= ?2",
            self.contact_in_scope(["c.school", "c.key"])
        ))?;
        let mut met: HashMap<Whom, Moment> = HashMap::new();
        let mut steps: HashMap<i64, (Moment, Vec<Whom>)> = HashMap::new();
        let mut rows = statement.query(params![from.0, until.0])?;
        while let Some(row) = rows.next()? {
            let (key, day): (i64, i32) = (row.get(0)?, row.get(1)?);
            let household = row.get::<_, Option<i64>>(2)?.map(Whom::Household);
            let pupil = row.get::<_, Option<i64>>(3)?.map(Whom::Pupil);
            let (follows, has_step): (bool, bool) = (row.get(4)?, row.get(5)?);
            let at = (day, key);
            for whom in [household, pupil].into_iter().flatten() {
                if follows {
                    let last = met.entry(whom).or_insert(at);
                    *last = at.max(*last);
                }
                if has_step {
                    steps.entry(key).or_insert((at, Vec::new())).1.push(whom);
                }
            }
            if has_step {
                steps.entry(key).or_insert((at, Vec::new()));
            }
        }
        let is_open = |(at, whom): &(Moment, Vec<Whom>)| {
            whom.iter().all(|whom| met.get(whom).is_none_or(|last| last <= at))
        };
        let open = steps.iter().filter(|(_, step)| is_open(step));
        let keys: Vec<i64> = open.map(|(key, _)| *key).collect();
        let chosen = format!("WHERE c.key IN (SELECT value FROM json_each(?)) {NEWEST_FIRST}");
        self.views(&chosen, vec![Value::Text(json!(keys).to_string())])
    }
}

/// Whom a contact was with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Whom {
    Pupil(i64),
    Household(i64),
}

#[cfg(test)]
mod tests {
    use crate::domain::{Contact, NextStep};
    use crate::store::fixture::City;

    /// A contact so many days after the first of them, with a step or without one.
    fn met(city: &City, after: i32, step: &str, attempt: bool) -> Contact {
        let mut found = city.contact(0);
        found.day = found.day.plus(after);
        found.pupils = vec![city.pupils[0][0]];
        found.attempt = attempt;
        found.persons = u16::from(!attempt);
        found.next_step = (!step.is_empty()).then(|| NextStep { due: None, text: step.to_owned() });
        found
    }

    #[test]
    fn a_step_is_open_until_something_follows_it() {
        let mut city = City::new();
        let first = city.contact(0).day;
        let open = |city: &City| -> Vec<String> {
            let found = city.all().open_steps(first, first.plus(30)).unwrap();
            found.into_iter().filter_map(|view| Some(view.contact.next_step?.text)).collect()
        };
        let [step, attempt, again, talk] = [
            met(&city, 0, "first", false),
            met(&city, 1, "", true),
            met(&city, 2, "second", true),
            met(&city, 3, "", false),
        ];
        city.add(&[step, attempt]);
        assert_eq!(open(&city), ["first"], "an attempt has done nothing yet");
        city.add(&[again]);
        assert_eq!(open(&city), ["second"], "an attempt with a step of its own has replaced it");
        city.add(&[talk]);
        assert!(open(&city).is_empty());
    }
}
