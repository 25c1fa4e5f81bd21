//! Reads the contacts after which something is still to be done.

use rusqlite::types::Value;

use super::read_contacts::NEWEST_FIRST;
use super::{Error, Reader};
use crate::domain::{ContactView, Day};

impl Reader<'_> {
    /// Contacts from `from` to `until` with a next step that nothing has followed yet, newest first.
    ///
    /// A later contact with one of the pupils or with the household has followed it, and so has a later
    /// attempt that agreed on a step of its own. Only contacts that the scope allows count for that:
    /// what one cannot see explains nothing.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn open_steps(&self, from: Day, until: Day) -> Result<Vec<ContactView>, Error> {
        let later = format!(
            "(NOT later.attempt OR later.next_step IS NOT NULL) AND later.day <= ?2
             AND (later.day > c.day OR (later.day = c.day AND later.key > c.key)) AND {}",
            self.contact_in_scope(["later.school", "later.key"])
        );
        let chosen = format!(
            "WHERE {} AND c.day >= ?1 AND c.day <= ?2 AND c.next_step IS NOT NULL
               AND NOT EXISTS (
                 SELECT 1 FROM contact_pupil AS mine
                 JOIN contact_pupil AS theirs ON theirs.pupil = mine.pupil
                 JOIN contact AS later ON later.key = theirs.contact
                 WHERE mine.contact = c.key AND {later})
               AND NOT EXISTS (
                 SELECT 1 FROM contact AS later WHERE later.household = c.household AND {later})
             {NEWEST_FIRST}",
            self.contact_in_scope(["c.school", "c.key"])
        );
        let days = [from, until].map(|day| Value::from(i64::from(day.0)));
        self.views(&chosen, days.to_vec())
    }
}
