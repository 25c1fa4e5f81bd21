//! What was done for accompanied pupils: their last contact, the attempts since, and what is due.
//!
//! The store has no index from a pupil or a household to its contacts, because every contact would
//! pay for it when it is written. So the contacts of a period are gone through once, along the index
//! that all reports are read along, and those before it only for pupils without a contact in it.

use std::collections::HashMap;

use rusqlite::{CachedStatement, Connection, params};

use super::{Asked, Error, ListedSchool};
use crate::domain::{Day, Period};
use crate::store::restricted::along;

/// Contacts whose details are asked for in one query.
const AT_ONCE: usize = 10_000;

/// What was done for one pupil up to the last day of a period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Done {
    /// Contacts in the period.
    pub(super) contacts: i64,
    /// The day of the last contact.
    pub(super) last_contact: Option<Day>,
    /// Attempts after the last contact, or all where there was none.
    pub(super) attempts: i64,
    /// The earliest day of a step that is still open.
    pub(super) next_due: Option<Day>,
}

/// Whom to look for: the key of a pupil, and that of their household.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sought {
    pub(super) pupil: i64,
    pub(super) household: Option<i64>,
}

/// What was done for each of `sought`, in their order: by contacts at `schools` which were about the
/// pupil or with the household. Left at nothing where no field of the request says anything of it.
///
/// # Errors
///
/// [`Error::Sqlite`].
pub(super) fn done(
    connection: &Connection,
    schools: &[ListedSchool],
    sought: &[Sought],
    asked: &Asked<'_>,
) -> Result<Vec<Done>, Error> {
    let looks_back = asked.has("days_since_contact") || asked.has("attempts");
    let counts = asked.has("contacts") || asked.has("supportive_steps");
    let is_asked = looks_back || counts || asked.has("next_due");
    if sought.is_empty() || !is_asked {
        return Ok(vec![Done::default(); sought.len()]);
    }
    let mut trails = Trails::new(sought);
    let period = asked.period;
    trails.follow(connection, schools, period, true)?;
    if looks_back && trails.all.iter().any(|trail| trail.last_contact.is_none()) {
        let before = Period { first: Day(i32::MIN), last: period.first.plus(-1) };
        trails.follow(connection, schools, before, false)?;
    }
    let details = if asked.has("attempts") || asked.has("next_due") {
        trails.details(connection)?
    } else {
        HashMap::new()
    };
    Ok(trails.all.iter().map(|trail| trail.done(period, &details)).collect())
}

/// A contact or an attempt at one.
#[derive(Debug, Clone, Copy)]
struct Seen {
    key: i64,
    day: Day,
    is_attempt: bool,
}

/// What decides between contacts of one day, and what was agreed.
#[derive(Debug, Clone, Copy)]
struct Detail {
    time: Option<u16>,
    next_due: Option<Day>,
}

/// The contacts of one pupil as far as they matter.
#[derive(Debug, Clone, Default)]
struct Trail {
    contacts: i64,
    last_contact: Option<Day>,
    /// All contacts and attempts from the day of the last contact on, in no order.
    latest: Vec<Seen>,
}

impl Trail {
    fn add(&mut self, seen: Seen, is_in_period: bool) {
        self.contacts += i64::from(is_in_period && !seen.is_attempt);
        if self.last_contact.is_some_and(|last| seen.day < last) {
            return;
        }
        if !seen.is_attempt && self.last_contact != Some(seen.day) {
            self.last_contact = Some(seen.day);
            self.latest.retain(|other| other.day >= seen.day);
        }
        self.latest.push(seen);
    }

    /// What it comes to. Contacts of one day stand as lists of contacts have them: those without a
    /// time first, then by time, then as they were recorded.
    fn done(&self, period: Period, details: &HashMap<i64, Detail>) -> Done {
        let detail = |seen: &Seen| details.get(&seen.key).copied();
        let time = |seen: &Seen| detail(seen).and_then(|detail| detail.time);
        let mut latest = self.latest.clone();
        latest.sort_unstable_by_key(|seen| (seen.day, time(seen), seen.key));
        let contact = latest.iter().rposition(|seen| !seen.is_attempt);
        let after = contact.map_or(0, |place| place + 1);
        let attempts = &latest[after..];
        // A step is open until the next contact; one noted at an attempt until the next attempt too.
        let open = contact.map(|place| &latest[place]).into_iter().chain(attempts.last());
        let due = open
            .filter(|seen| period.contains(seen.day))
            .filter_map(|seen| detail(seen).and_then(|detail| detail.next_due));
        Done {
            contacts: self.contacts,
            last_contact: self.last_contact,
            attempts: i64::try_from(attempts.len()).unwrap_or(i64::MAX),
            next_due: due.min(),
        }
    }
}

/// The trails of all who are sought, and the ways to them.
struct Trails {
    all: Vec<Trail>,
    of_pupil: HashMap<i64, usize>,
    of_household: HashMap<i64, Vec<usize>>,
}

impl Trails {
    fn new(sought: &[Sought]) -> Self {
        let mut of_household: HashMap<i64, Vec<usize>> = HashMap::new();
        for (place, Sought { household, .. }) in sought.iter().enumerate() {
            if let Some(household) = household {
                of_household.entry(*household).or_default().push(place);
            }
        }
        let of_pupil = sought.iter().enumerate().map(|(place, found)| (found.pupil, place));
        let all = vec![Trail::default(); sought.len()];
        Self { all, of_pupil: of_pupil.collect(), of_household }
    }

    /// Goes through the contacts of some days at each school.
    fn follow(
        &mut self,
        connection: &Connection,
        schools: &[ListedSchool],
        days: Period,
        is_in_period: bool,
    ) -> Result<(), Error> {
        let mut statement = connection.prepare_cached(&along(connection, CONTACTS)?)?;
        for school in schools {
            self.follow_school(&mut statement, school, days, is_in_period)?;
        }
        Ok(())
    }

    fn follow_school(
        &mut self,
        statement: &mut CachedStatement<'_>,
        school: &ListedSchool,
        days: Period,
        is_in_period: bool,
    ) -> Result<(), Error> {
        let mut rows = statement.query(params![school.key.0, days.first.0, days.last.0])?;
        // The rows of a contact stand together: one for each of its pupils, or one alone.
        let mut current: Option<Seen> = None;
        let mut whose: Vec<usize> = Vec::new();
        while let Some(row) = rows.next()? {
            let key: i64 = row.get(0)?;
            if current.is_none_or(|seen| seen.key != key) {
                self.end(current, &mut whose, is_in_period);
                let (day, is_attempt) = (Day(row.get(1)?), row.get(2)?);
                current = Some(Seen { key, day, is_attempt });
                let household: Option<i64> = row.get(3)?;
                let of_household = household.and_then(|own| self.of_household.get(&own));
                whose.extend(of_household.into_iter().flatten());
            }
            let pupil: Option<i64> = row.get(4)?;
            whose.extend(pupil.and_then(|pupil| self.of_pupil.get(&pupil)));
        }
        self.end(current, &mut whose, is_in_period);
        Ok(())
    }

    /// Adds a contact to the trails of those it was about, once to each.
    fn end(&mut self, seen: Option<Seen>, whose: &mut Vec<usize>, is_in_period: bool) {
        whose.sort_unstable();
        whose.dedup();
        for place in whose.drain(..) {
            if let Some(seen) = seen {
                self.all[place].add(seen, is_in_period);
            }
        }
    }

    /// The details of the contacts that matter.
    fn details(&self, connection: &Connection) -> Result<HashMap<i64, Detail>, Error> {
        let mut keys: Vec<i64> =
            self.all.iter().flat_map(|trail| &trail.latest).map(|seen| seen.key).collect();
        keys.sort_unstable();
        keys.dedup();
        let mut statement = connection.prepare_cached(DETAILS)?;
        let mut details = HashMap::with_capacity(keys.len());
        for part in keys.chunks(AT_ONCE) {
            let list = serde_json::to_string(part).expect("numbers are JSON");
            let mut rows = statement.query([list])?;
            while let Some(row) = rows.next()? {
                let next_due = row.get::<_, Option<i32>>(2)?.map(Day);
                details.insert(row.get(0)?, Detail { time: row.get(1)?, next_due });
            }
        }
        Ok(details)
    }
}

/// `LEFT JOIN` leaves the contacts outside, in the order of their index.
const CONTACTS: &str = "SELECT contact.key, contact.day, contact.attempt, contact.household,
        contact_pupil.pupil
    FROM contact INDEXED BY contact_columns
    LEFT JOIN contact_pupil ON contact_pupil.contact = contact.key
    WHERE contact.school = ?1 AND contact.day BETWEEN ?2 AND ?3";

/// `CROSS JOIN` makes it look for the wanted keys, and not for each contact among the wanted.
const DETAILS: &str = "SELECT contact.key, contact.time, contact.next_due
    FROM json_each(?1) AS wanted CROSS JOIN contact ON contact.key = wanted.value";

#[cfg(test)]
mod tests {
    use super::*;

    fn trail(seen: &[(i64, i32, bool)]) -> Trail {
        let mut trail = Trail::default();
        for (key, day, is_attempt) in seen {
            trail.add(Seen { key: *key, day: Day(*day), is_attempt: *is_attempt }, true);
        }
        trail
    }

    #[test]
    fn what_lies_before_the_last_contact_is_forgotten_in_whatever_order_it_comes() {
        let seen = [(1, 10, true), (2, 20, false), (3, 20, true), (4, 30, true), (5, 15, false)];
        let period = Period { first: Day(0), last: Day(99) };
        let mut expected = None;
        for turn in 0..seen.len() {
            let mut seen = seen;
            seen.rotate_left(turn);
            let trail = trail(&seen);
            assert_eq!(trail.latest.len(), 3, "{turn}");
            let done = trail.done(period, &HashMap::new());
            assert_eq!(done, *expected.get_or_insert(done), "{turn}");
        }
        let done = Done { contacts: 2, last_contact: Some(Day(20)), attempts: 2, next_due: None };
        assert_eq!(expected, Some(done));
    }

    #[test]
    fn on_one_day_the_time_decides_and_then_the_order_of_recording() {
        let period = Period { first: Day(0), last: Day(99) };
        let attempts = |contact: Option<u16>, attempt: Option<u16>, keys: (i64, i64)| {
            let trail = trail(&[(keys.0, 20, false), (keys.1, 20, true)]);
            let detail = |time| Detail { time, next_due: None };
            let details = [(keys.0, detail(contact)), (keys.1, detail(attempt))].into();
            trail.done(period, &details).attempts
        };
        assert_eq!(attempts(Some(600), Some(540), (1, 2)), 0);
        assert_eq!(attempts(Some(540), Some(600), (2, 1)), 1);
        assert_eq!(attempts(Some(600), None, (1, 2)), 0, "without a time it stands first");
        assert_eq!(attempts(None, Some(0), (2, 1)), 1);
        assert_eq!(attempts(None, None, (1, 2)), 1);
        assert_eq!(attempts(Some(600), Some(600), (2, 1)), 0);
    }
}
