//! Corrects and removes absences, and keeps each as it was before.

use rusqlite::{OptionalExtension, params};
use serde_json::json;

use super::{Error, Writer};
use crate::domain::{Absence, Action, Id};

/// How messages name it.
const WHAT: &str = "the correction";

impl Writer<'_> {
    /// Makes the absence with the id of `corrected` what `corrected` says of day, status, unit and
    /// amount, and keeps what it was with the `reason`. It stays the same pupil's.
    ///
    /// # Errors
    ///
    /// [`Error::NothingChanged`]; [`Error::Empty`] without a reason; [`Error::Dangling`] where the
    /// pupil has no such absence; and those of [`Writer::add_absence`].
    pub fn correct_absence(&mut self, corrected: &Absence, reason: &str) -> Result<(), Error> {
        let Absence { id, pupil, day, status, unit, amount } = *corrected;
        let before = self
            .connection
            .prepare_cached(
                "SELECT day, status, unit, amount FROM absence WHERE id = ?1 AND pupil = ?2",
            )?
            .query_row((id.bytes(), pupil.0), |row| {
                Ok((row.get::<_, i32>(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .optional()?;
        match before {
            None => return Err(Error::Dangling { what: WHAT }),
            Some(before) if before == (day.0, status, unit, amount) => {
                return Err(Error::NothingChanged);
            }
            Some(_) => {}
        }
        if let (_, Some(conflict)) = self.fit(corrected)? {
            return Err(conflict.into());
        }
        let version = self.keep_absence(id, reason, false)?;
        self.connection
            .prepare_cached(
                "UPDATE absence SET day = ?2, status = ?3, unit = ?4, amount = ?5 WHERE id = ?1",
            )?
            .execute((id.bytes(), day.0, status, unit, amount))?;
        let details = json!({ "version": version + 1 });
        self.note(Action::AbsenceCorrect, id.to_string(), &details);
        Ok(())
    }

    /// Removes an absence that never was, and keeps what it said with the `reason`.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] without a reason; [`Error::Dangling`] where there is no such absence.
    pub fn remove_absence(&mut self, id: Id, reason: &str) -> Result<(), Error> {
        let version = self.keep_absence(id, reason, true)?;
        self.connection
            .prepare_cached("DELETE FROM absence WHERE id = ?1")?
            .execute([id.bytes()])?;
        self.note(Action::AbsenceRemove, id.to_string(), &json!({ "version": version }));
        Ok(())
    }

    /// Keeps an absence as it is now and gives the number of that version.
    fn keep_absence(&self, id: Id, reason: &str, removed: bool) -> Result<u32, Error> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Error::Empty { what: "the reason of a correction" });
        }
        let version: u32 = self
            .connection
            .prepare_cached("SELECT count(*) + 1 FROM absence_version WHERE id = ?1")?
            .query_row([id.bytes()], |row| row.get(0))?;
        let author = &self.ledger.author;
        let kept = self
            .connection
            .prepare_cached(
                "INSERT INTO absence_version (absence, version, replaced_at, replaced_by, reason,
                   removed, id, pupil, school, day, unit, amount, status, recorded_at)
                 SELECT key, ?2, ?3, ?4, ?5, ?6, id, pupil, school, day, unit, amount, status,
                   recorded_at
                 FROM absence WHERE id = ?1",
            )?
            .execute(params![id.bytes(), version, author.at, author.code, reason, removed])?;
        if kept == 0 { Err(Error::Dangling { what: WHAT }) } else { Ok(version) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::AbsenceRefusal;
    use crate::store::AbsenceFilter;
    use crate::store::fixture::{City, NOW, absence, attendance, author, day, new_id};

    fn keys(city: &City) -> Vec<i64> {
        city.all().rows("SELECT key FROM absence ORDER BY key", |row| row.get(0)).unwrap()
    }

    #[test]
    fn an_absence_is_corrected_with_a_reason_and_within_its_day() {
        let mut city = City::new();
        let [pupil, other] = city.pupils[0];
        let mut writer = city.store.write(&author()).unwrap();
        writer.add_attendance(&attendance(city.schools[0], 1, 2, "2025-09-01")).unwrap();
        let monday = absence(pupil, "2025-10-06", 1, 1, 2);
        writer.add_absence(&monday, NOW).unwrap();
        for (wrong, reason) in [
            (Absence { status: 0, ..monday }, " "),
            (Absence { id: new_id(), ..monday }, "typed wrong"),
            (Absence { pupil: other, ..monday }, "typed wrong"),
            (monday, "typed wrong"),
        ] {
            assert!(writer.correct_absence(&wrong, reason).is_err(), "{wrong:?}");
        }
        let more = writer.correct_absence(&Absence { amount: 3, ..monday }, "more");
        let expected = AbsenceRefusal::DayFull { day: monday.day, sum: 3, units: 2 };
        assert!(matches!(more, Err(Error::Absence(found)) if found == expected));
        let free = writer.correct_absence(&Absence { day: day("2025-10-04"), ..monday }, "day");
        assert!(matches!(free, Err(Error::Absence(AbsenceRefusal::NoSchoolDay(_)))));
        let right = Absence { status: 0, amount: 1, ..monday };
        writer.correct_absence(&right, " a note came ").unwrap();
        writer.commit().unwrap();
        let found = city.all().absences(&AbsenceFilter::default()).unwrap();
        assert_eq!(found.iter().map(|view| view.absence).collect::<Vec<_>>(), [right]);
        let sql = "SELECT version, reason, amount, status, removed FROM absence_version";
        let kept = city
            .all()
            .rows(sql, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)));
        let kept: Vec<(u32, String, u16, u16, bool)> = kept.unwrap();
        assert_eq!(kept, [(1, "a note came".into(), 2, 1, false)]);
    }

    /// The last of all: SQLite would give its key to the next one.
    #[test]
    fn the_key_of_a_removed_absence_is_never_given_again() {
        let mut city = City::new();
        let [pupil, _] = city.pupils[0];
        let mut writer = city.store.write(&author()).unwrap();
        writer.add_attendance(&attendance(city.schools[0], 1, 2, "2025-09-01")).unwrap();
        let gone = writer.remove_absence(new_id(), "never was");
        assert!(matches!(gone, Err(Error::Dangling { .. })), "{gone:?}");
        let days = ["2025-10-06", "2025-10-07", "2025-10-08"];
        let [one, two, three] = days.map(|text| absence(pupil, text, 1, 1, 2));
        writer.add_absence(&one, NOW).unwrap();
        writer.add_absence(&two, NOW).unwrap();
        assert!(matches!(writer.remove_absence(two.id, ""), Err(Error::Empty { .. })));
        writer.correct_absence(&Absence { amount: 1, ..two }, "half of it").unwrap();
        writer.remove_absence(two.id, "never was").unwrap();
        writer.add_absence(&three, NOW).unwrap();
        writer.commit().unwrap();
        assert_eq!(keys(&city), [1, 3]);
        let again = city.store.connection.execute(
            "INSERT INTO absence SELECT 2, randomblob(16), pupil, school, day, unit, amount, status,
               recorded_at FROM absence LIMIT 1",
            [],
        );
        assert!(again.unwrap_err().to_string().contains("cannot be given again"));
        assert_eq!(keys(&city), [1, 3]);
    }
}
