//! Days of whole classes: that the register of a class was kept on a day, when and by whom.
//!
//! Who did what when is what the audit tells, so it is asked: a table of its own would say the same
//! once more. What the audit has pruned is too old to be asked about here.

use std::collections::HashMap;

use rusqlite::params;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Error, Reader, Writer};
use crate::domain::{Action, Day, DayNotTaken, SchoolKey, hex};

/// When and by whom the register of a class was kept for a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassDayTaken {
    /// In seconds since 1970-01-01 UTC.
    pub at: i64,
    /// The code of who did it, as in the audit.
    pub by: String,
}

/// Seconds by which a day may begin earlier somewhere than in UTC.
const EARLIEST_DAWN: i64 = 14 * 3600;

impl Writer<'_> {
    /// Notes that the register of a class was kept on a day. That it was not, if somebody said so of
    /// this class, is taken away.
    ///
    /// # Errors
    ///
    /// [`Error::Dangling`] where there is no such school.
    pub fn take_class_day(
        &mut self,
        school: SchoolKey,
        class: &str,
        day: Day,
    ) -> Result<(), Error> {
        let number = self.school_number(school)?;
        self.connection
            .prepare_cached(
                "DELETE FROM day_not_taken WHERE school = ?1 AND day = ?2 AND class = ?3",
            )?
            .execute(params![school.0, day.0, class.trim()])?;
        self.note(Action::AttendanceTake, sign(&number, class, day), &json!({}));
        self.registers = None;
        Ok(())
    }

    /// Says of several days that the register of a class was not kept, of none of them twice.
    ///
    /// # Errors
    ///
    /// As [`Writer::add_day_not_taken`].
    pub fn skip_class_days(
        &mut self,
        school: SchoolKey,
        class: &str,
        days: &[Day],
    ) -> Result<(), Error> {
        for day in days {
            let found = DayNotTaken { school, class: class.to_owned(), day: *day };
            match self.add_day_not_taken(&found) {
                Ok(()) | Err(Error::Exists { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Reader<'_> {
    /// The newest time at which each of these classes of a school was taken on each of these days.
    /// The caller has asked whether the school may be seen.
    ///
    /// The audit is read from its end to the first of the days, so asking about the last days stays
    /// quick however long it is.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn class_days_taken(
        &self,
        number: &str,
        classes: &[&str],
        days: &[Day],
    ) -> Result<HashMap<(String, Day), ClassDayTaken>, Error> {
        let mut wanted = HashMap::new();
        for class in classes {
            for day in days {
                wanted.insert(sign(number, class, *day), ((*class).to_owned(), *day));
            }
        }
        let mut found = HashMap::new();
        let Some(first) = days.iter().min() else { return Ok(found) };
        let dawn = i64::from(first.0) * 86_400 - EARLIEST_DAWN;
        let mut statement = self
            .connection
            .prepare_cached("SELECT at, action, actor, subject FROM audit ORDER BY seq DESC")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let at: i64 = row.get(0)?;
            if at < dawn {
                break;
            }
            if row.get_ref(1)?.as_str().ok() != Some(Action::AttendanceTake.code()) {
                continue;
            }
            let subject: String = row.get(3)?;
            if let Some(place) = wanted.remove(&subject) {
                found.insert(place, ClassDayTaken { at, by: row.get(2)? });
            }
            if wanted.is_empty() {
                break;
            }
        }
        Ok(found)
    }
}

/// What the audit knows a class's day by. People make up the names of classes, and may make them of
/// names of theirs, so a digest stands for it.
fn sign(number: &str, class: &str, day: Day) -> String {
    let digest = Sha256::digest(format!("{number}\n{}", class.trim()));
    format!("{number} {day} {}", hex(&digest[..8]))
}

#[cfg(test)]
mod tests {
    use crate::store::fixture::{City, attendance, author, day};

    #[test]
    fn a_class_is_taken_by_somebody_and_no_other_class_is() {
        let mut city = City::new();
        let school = city.schools[0];
        let monday = day("2025-10-06");
        let mut writer = city.store.write(&author()).unwrap();
        writer.add_attendance(&attendance(school, 1, 2, "2025-09-01")).unwrap();
        writer.skip_class_days(school, "3a", &[monday, monday]).unwrap();
        writer.skip_class_days(school, "3b", &[monday]).unwrap();
        writer.take_class_day(school, "3a", monday).unwrap();
        writer.commit().unwrap();
        let number = city.all().schools().unwrap().swap_remove(0).1.number;
        let days = [monday, monday.plus(1)];
        let found = city.all().class_days_taken(&number, &["3a", "3b"], &days).unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), [&("3a".to_owned(), monday)]);
        let directory = city.all().directory().unwrap();
        let register = &directory.registers[&school];
        assert!(register.is_taken(monday, "3a") && !register.is_taken(monday, "3b"));
    }
}
