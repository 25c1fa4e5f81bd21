//! Adds what tells which school days count: returns, leavings, days not taken, the end of a register.

use rusqlite::params;
use serde_json::json;

use super::ledger::Sign;
use super::reader::span;
use super::stays::stays_of;
use super::{Error, Writer};
use crate::domain::{Action, Day, DayNotTaken, PupilKey, SchoolKey, Span, Stay};

impl Writer<'_> {
    /// Adds a further time of a pupil at their school, who had left it and came back.
    ///
    /// # Errors
    ///
    /// [`Error::Overlap`] with another time of the same pupil; [`Error::Dangling`] where there is no
    /// such pupil.
    pub fn add_stay(&mut self, stay: &Stay) -> Result<(), Error> {
        let Stay { pupil, span: Span { from, until } } = *stay;
        let known = stays_of(self.connection, pupil)?;
        if known.is_empty() {
            return Err(Error::Dangling { what: "the stay" });
        }
        let is_before = |one: Option<Day>, other: Day| one.is_some_and(|last| last < other);
        let other = known
            .iter()
            .find(|other| !is_before(other.until, from) && !is_before(until, other.from));
        if let Some(Span { from, until }) = other {
            return Err(Error::StayOverlap { from: *from, until: *until });
        }
        self.insert(
            "INSERT INTO stay (pupil, first_day, last_day) VALUES (?1, ?2, ?3)",
            (pupil.0, from.0, until.map(|day| day.0)),
            "the stay",
            || ("a stay of this pupil from", from.to_string()),
        )?;
        let id = self.id_of("SELECT id FROM pupil WHERE key = ?1", pupil.0)?;
        self.note_row(Action::PupilStay, Sign::Text(format!("{id} {from}")));
        Ok(())
    }

    /// Ends the last time of a pupil at their school with `last`, its last day.
    ///
    /// # Errors
    ///
    /// [`Error::StayEnded`] where it has ended before that day; [`Error::Refused`] where it begins
    /// after it; [`Error::Dangling`] where there is no such pupil.
    pub fn end_stay(&mut self, pupil: PupilKey, last: Day) -> Result<(), Error> {
        let known = stays_of(self.connection, pupil)?;
        let newest = known.iter().max_by_key(|stay| stay.from);
        let Span { from, until } = *newest.ok_or(Error::Dangling { what: "the stay" })?;
        if let Some(ended) = until.filter(|ended| *ended <= last) {
            return Err(Error::StayEnded { on: ended });
        }
        if last < from {
            let reason = format!("it begins on {from}");
            return Err(Error::Refused { what: "the end of the stay", reason });
        }
        // The times of one pupil share no day, so only one of them can begin then.
        let mut changed = self
            .connection
            .prepare_cached("UPDATE stay SET last_day = ?3 WHERE pupil = ?1 AND first_day = ?2")?
            .execute((pupil.0, from.0, last.0))?;
        if changed == 0 {
            changed = self
                .connection
                .prepare_cached("UPDATE pupil SET enrolled_until = ?2 WHERE key = ?1")?
                .execute((pupil.0, last.0))?;
        }
        debug_assert_eq!(changed, 1, "one stay has ended");
        let id = self.id_of("SELECT id FROM pupil WHERE key = ?1", pupil.0)?;
        self.note(Action::PupilLeave, id.to_string(), &json!({ "last": last.to_string() }));
        Ok(())
    }

    /// Says that a register was not kept on a school day.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`]; [`Error::Dangling`].
    pub fn add_day_not_taken(&mut self, found: &DayNotTaken) -> Result<(), Error> {
        let DayNotTaken { school, class, day } = found;
        self.insert(
            "INSERT INTO day_not_taken (school, day, class) VALUES (?1, ?2, ?3)",
            (school.0, day.0, class.trim()),
            "the day not taken",
            || ("a day not taken at this school on", day.to_string()),
        )?;
        let number = self.school_number(*school)?;
        self.note_row(Action::DayNotTaken, Sign::Text(format!("{number} {day}")));
        self.registers = None;
        Ok(())
    }

    /// Ends the time in which a school records absences: `last` is its last day. Absences that were
    /// recorded after it stay, and do not count any more.
    ///
    /// # Errors
    ///
    /// [`Error::NotRecording`] where the school does not record on that day.
    pub fn end_attendance(&mut self, school: SchoolKey, last: Day) -> Result<(), Error> {
        let mut statement = self.connection.prepare_cached(
            "SELECT first_day, last_day FROM attendance
             WHERE school = ?1 AND first_day <= ?2 AND (last_day IS NULL OR last_day > ?2)",
        )?;
        let mut found = statement.query_map((school.0, last.0), |row| span(row, 0))?;
        let Some(running) = found.next().transpose()? else {
            return Err(Error::NotRecording { day: last });
        };
        drop(found);
        self.connection
            .prepare_cached(
                "UPDATE attendance SET last_day = ?3 WHERE school = ?1 AND first_day = ?2",
            )?
            .execute(params![school.0, running.from.0, last.0])?;
        let number = self.school_number(school)?;
        let details = json!({ "from": running.from.to_string(), "last": last.to_string() });
        self.note(Action::AttendanceEnd, number, &details);
        self.registers = None;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AbsenceRefusal, PupilKey};
    use crate::store::fixture::{City, NOW, absence, attendance, author, day};

    fn stay(pupil: PupilKey, from: &str, until: Option<&str>) -> Stay {
        Stay { pupil, span: Span::new(day(from), until.map(day)).unwrap() }
    }

    #[test]
    fn nobody_is_at_a_school_twice_at_a_time() {
        let mut city = City::new();
        let [pupil, _] = city.pupils[0];
        let mut writer = city.store.write(&author()).unwrap();
        let back = stay(pupil, "2025-10-01", None);
        assert!(matches!(writer.add_stay(&back), Err(Error::StayOverlap { until: None, .. })));
        let early = writer.end_stay(pupil, day("1999-01-01"));
        assert!(matches!(early, Err(Error::Refused { .. })), "{early:?}");
        writer.end_stay(pupil, day("2025-09-12")).unwrap();
        assert!(matches!(writer.end_stay(pupil, day("2025-09-12")), Err(Error::StayEnded { .. })));
        let touching = stay(pupil, "2025-09-12", Some("2025-09-20"));
        assert!(matches!(writer.add_stay(&touching), Err(Error::StayOverlap { .. })));
        writer.add_stay(&back).unwrap();
        let before = stay(pupil, "2025-09-15", Some("2025-10-01"));
        assert!(matches!(writer.add_stay(&before), Err(Error::StayOverlap { .. })));
        writer.add_stay(&stay(pupil, "2025-09-15", Some("2025-09-30"))).unwrap();
        writer.end_stay(pupil, day("2025-12-19")).unwrap();
        let nobody = stay(PupilKey(999), "2025-10-01", None);
        assert!(matches!(writer.add_stay(&nobody), Err(Error::Dangling { .. })));
        assert!(matches!(
            writer.end_stay(PupilKey(999), day("2025-10-01")),
            Err(Error::Dangling { .. })
        ));
        writer.commit().unwrap();
        let stays = city.all().stays(pupil).unwrap();
        let ends: Vec<_> = stays.iter().map(|stay| stay.until.map(|day| day.to_string())).collect();
        assert_eq!(
            ends.iter().flatten().collect::<Vec<_>>(),
            ["2025-09-12", "2025-09-30", "2025-12-19"]
        );
        assert_eq!(city.only(1).stays(pupil).unwrap(), []);
    }

    #[test]
    fn after_the_end_of_a_register_nothing_is_recorded() {
        let mut city = City::new();
        let [pupil, _] = city.pupils[0];
        let school = city.schools[0];
        let mut writer = city.store.write(&author()).unwrap();
        let none = writer.end_attendance(school, day("2025-10-10"));
        assert!(matches!(none, Err(Error::NotRecording { .. })), "{none:?}");
        writer.add_attendance(&attendance(school, 0, 1, "2025-09-01")).unwrap();
        writer.end_attendance(school, day("2025-10-10")).unwrap();
        let again = writer.end_attendance(school, day("2025-10-10"));
        assert!(matches!(again, Err(Error::NotRecording { .. })), "{again:?}");
        let late = writer.add_absence(&absence(pupil, "2025-10-27", 0, 0, 1), NOW);
        let expected = AbsenceRefusal::NotRecorded(day("2025-10-27"));
        assert!(matches!(late, Err(Error::Absence(found)) if found == expected));
        writer.add_absence(&absence(pupil, "2025-10-10", 0, 0, 1), NOW).unwrap();
        writer.commit().unwrap();
    }

    #[test]
    fn a_day_is_not_taken_once() {
        let mut city = City::new();
        let mut writer = city.store.write(&author()).unwrap();
        let found = |class: &str| DayNotTaken {
            school: city.schools[0],
            class: class.into(),
            day: day("2025-10-06"),
        };
        writer.add_day_not_taken(&found("")).unwrap();
        writer.add_day_not_taken(&found("3b")).unwrap();
        assert!(matches!(writer.add_day_not_taken(&found(" ")), Err(Error::Exists { .. })));
        let nowhere = DayNotTaken { school: SchoolKey(99), ..found("") };
        assert!(matches!(writer.add_day_not_taken(&nowhere), Err(Error::Dangling { .. })));
    }
}
