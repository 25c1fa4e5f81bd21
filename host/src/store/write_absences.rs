//! Adds absences: how a school records them, the events, and sums that were taken over.

use rusqlite::{OptionalExtension, params};

use super::ledger::Sign;
use super::reader::span;
use super::registers::registers;
use super::stays::stays_of;
use super::{Error, Writer};
use crate::domain::{
    Absence, AbsenceCodes, AbsenceRefusal, AbsenceTotal, Action, Attendance, Day, HalfYear, Id,
    PupilKey, SchoolKey, Span, Terms,
};

impl Writer<'_> {
    /// Says when a school records absences, and in what.
    ///
    /// # Errors
    ///
    /// [`Error::AttendanceOverlap`] with another time of the same school; [`Error::Refused`] where
    /// a school day cannot have so many of that unit; [`Error::Dangling`].
    pub fn add_attendance(&mut self, attendance: &Attendance) -> Result<(), Error> {
        let allowed = AbsenceCodes::new(&self.codes).units_allowed(attendance.unit);
        if !allowed.is_some_and(|units| units.contains(&attendance.units_per_day)) {
            let reason = "`units_per_day` does not fit `unit`".to_owned();
            return Err(Error::Refused { what: "the recording of absences", reason });
        }
        let Span { from, until } = attendance.span;
        let last = until.map(|day| day.0);
        let other = self
            .connection
            .prepare_cached(
                "SELECT first_day, last_day FROM attendance
                 WHERE school = ?1 AND (?3 IS NULL OR first_day <= ?3)
                   AND (last_day IS NULL OR last_day >= ?2)",
            )?
            .query_row((attendance.school.0, from.0, last), |row| span(row, 0))
            .optional()?;
        if let Some(Span { from, until }) = other {
            return Err(Error::AttendanceOverlap { from, until });
        }
        self.insert(
            "INSERT INTO attendance (school, unit, units_per_day, first_day, last_day)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            (attendance.school.0, attendance.unit, attendance.units_per_day, from.0, last),
            "the recording of absences",
            || ("a recording of absences of this school from", from.to_string()),
        )?;
        let school = self.school_number(attendance.school)?;
        self.note_row(Action::AttendanceAdd, Sign::Text(format!("{school} {from}")));
        self.registers = None;
        Ok(())
    }

    /// Sets a school's own first day of the second half-year.
    ///
    /// # Errors
    ///
    /// [`Error::HalfYear`] for a day outside the school year; [`Error::Exists`];
    /// [`Error::Dangling`].
    pub fn set_half_year(&mut self, half: &HalfYear) -> Result<(), Error> {
        let HalfYear { school, year, second_begins } = *half;
        if !(Terms { year, second_begins }).is_possible() {
            return Err(Error::HalfYear { year, begins: second_begins });
        }
        self.insert(
            "INSERT INTO half_year (school, year, second_begins) VALUES (?1, ?2, ?3)",
            (school.0, year.0, second_begins.0),
            "the second half",
            || ("a second half of this school for", year.to_string()),
        )?;
        let number = self.school_number(school)?;
        self.note_row(Action::HalfYearSet, Sign::Text(format!("{number} {year}")));
        self.registers = None;
        Ok(())
    }

    /// Adds an absence or late arrival. `recorded_at` is in seconds since 1970-01-01 UTC.
    ///
    /// From the day on which the pupil's whereabouts became unknown it is stored, and never counts.
    ///
    /// # Errors
    ///
    /// [`Error::Absence`] where it does not fit the school's register or the rest of the day;
    /// [`Error::UnknownPlace`]; [`Error::Exists`] where the id is taken; [`Error::Dangling`] where
    /// there is no such pupil.
    pub fn add_absence(&mut self, absence: &Absence, recorded_at: i64) -> Result<(), Error> {
        let (school, conflict) = self.fit(absence)?;
        match conflict {
            Some(conflict) => Err(conflict.into()),
            None => self.insert_absence(absence, school, recorded_at),
        }
    }

    /// Adds an absence as a school's own system tells it: also one that contradicts what is recorded
    /// already, or that lies on a day on which the register was not kept. It is kept and shown as a
    /// conflict ([`Reader::absence_conflicts`](super::Reader::absence_conflicts)), and counted as
    /// [`DayUnits`](crate::domain::DayUnits) says. Gives what it contradicts.
    ///
    /// # Errors
    ///
    /// As [`Writer::add_absence`], but [`AbsenceRefusal::DayFull`] for one absence alone that has
    /// more than the day, and never [`AbsenceRefusal::NotTaken`].
    pub fn add_absence_as_told(
        &mut self,
        absence: &Absence,
        recorded_at: i64,
    ) -> Result<Option<AbsenceRefusal>, Error> {
        let (school, conflict) = self.fit(absence)?;
        self.insert_absence(absence, school, recorded_at)?;
        Ok(conflict)
    }

    /// The school of an absence that fits its day, and what on the day it contradicts. What an
    /// absence with the same id says already is left out of account: it is to be replaced.
    pub(super) fn fit(
        &mut self,
        absence: &Absence,
    ) -> Result<(SchoolKey, Option<AbsenceRefusal>), Error> {
        let Absence { id, pupil, day, status, .. } = *absence;
        if self.codes.list("absence-status").at(status).is_none() {
            return Err(Error::UnknownPlace { list: "absence-status", place: status });
        }
        let found = self
            .connection
            .prepare_cached("SELECT school, class FROM pupil WHERE key = ?1")?
            .query_row([pupil.0], |row| Ok((SchoolKey(row.get(0)?), row.get::<_, String>(1)?)))
            .optional()?;
        let (school, class) = found.ok_or(Error::Dangling { what: "the absence" })?;
        let late = AbsenceCodes::new(&self.codes).late;
        let before: u32 = self
            .connection
            .prepare_cached(
                "SELECT coalesce(sum(amount), 0) FROM absence
                 WHERE pupil = ?1 AND day = ?2 AND status <> ?3 AND id <> ?4",
            )?
            .query_row((pupil.0, day.0, late, id.bytes()), |row| row.get(0))?;
        if self.registers.is_none() {
            self.registers = Some(registers(self.connection)?);
        }
        let stays = stays_of(self.connection, pupil)?;
        let register = self.registers.as_ref().and_then(|all| all.get(&school));
        let register = register.ok_or(AbsenceRefusal::NotRecorded(day))?;
        let attendance = register.open_to(&stays, day)?;
        // By itself it must be possible; then it may still contradict the rest of the day.
        attendance.check(absence, 0, &self.codes)?;
        let conflict = if register.is_taken(day, &class) {
            attendance.check(absence, before, &self.codes).err()
        } else {
            Some(AbsenceRefusal::NotTaken(day))
        };
        Ok((school, conflict))
    }

    /// The key is above those of all absences that ever were, also of those that were removed: what
    /// is made from a key must never mean another absence.
    fn insert_absence(
        &mut self,
        absence: &Absence,
        school: SchoolKey,
        recorded_at: i64,
    ) -> Result<(), Error> {
        let Absence { id, pupil, day, status, unit, amount } = *absence;
        self.insert(
            "INSERT INTO absence (key, id, pupil, school, day, unit, amount, status, recorded_at)
             VALUES (
               (SELECT max(floor, coalesce((SELECT max(key) FROM absence), 0)) + 1
                FROM key_floor WHERE name = 'absence'),
               ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![id.bytes(), pupil.0, school.0, day.0, unit, amount, status, recorded_at],
            "the absence",
            || ("an absence with the id", id.to_string()),
        )?;
        self.note_row(Action::AbsenceAdd, Sign::Id(id));
        Ok(())
    }

    /// Clears up what a pupil has open on a day: it was excused, unexcused or otherwise. Gives how
    /// many open absences there were.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownPlace`] for the status, also for `late`, which is no absence, and for `open`.
    pub fn settle_absence(
        &mut self,
        pupil: PupilKey,
        day: Day,
        status: u16,
    ) -> Result<usize, Error> {
        let codes = AbsenceCodes::new(&self.codes);
        let open = self.place("absence-status", "open")?;
        let is_known = self.codes.list("absence-status").at(status).is_some();
        if !is_known || status == codes.late || status == open {
            return Err(Error::UnknownPlace { list: "absence-status", place: status });
        }
        let ids: Vec<Id> = self
            .connection
            .prepare_cached("SELECT id FROM absence WHERE pupil = ?1 AND day = ?2 AND status = ?3")?
            .query_map((pupil.0, day.0, open), |row| row.get(0).map(Id::from_bytes))?
            .collect::<Result<_, _>>()?;
        for id in &ids {
            self.connection
                .prepare_cached("UPDATE absence SET status = ?2 WHERE id = ?1")?
                .execute((id.bytes(), status))?;
            self.note_row(Action::AbsenceSettle, Sign::Id(*id));
        }
        Ok(ids.len())
    }

    /// Adds a sum that was taken over. `recorded_at` is in seconds since 1970-01-01 UTC.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] where the pupil has one for that year, term and unit;
    /// [`Error::UnknownPlace`] for term or unit, minutes among them; [`Error::Refused`] where more
    /// is unexcused than missed; [`Error::Dangling`].
    pub fn add_absence_total(
        &mut self,
        total: &AbsenceTotal,
        recorded_at: i64,
    ) -> Result<(), Error> {
        if self.codes.list("term").at(total.term).is_none() {
            return Err(Error::UnknownPlace { list: "term", place: total.term });
        }
        if AbsenceCodes::new(&self.codes).units_allowed(total.unit).is_none() {
            return Err(Error::UnknownPlace { list: "absence-unit", place: total.unit });
        }
        self.insert(
            "INSERT INTO absence_total (pupil, school_year, term, unit, missed, unexcused, source,
               recorded_at, excused)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                total.pupil.0,
                total.year.0,
                total.term,
                total.unit,
                total.missed,
                total.unexcused,
                total.source,
                recorded_at,
                total.excused,
            ],
            "the sum of absences",
            || ("a sum of absences of this pupil and term for", total.year.to_string()),
        )?;
        let pupil = self.id_of("SELECT id FROM pupil WHERE key = ?1", total.pupil.0)?;
        self.note_row(Action::AbsenceTotalAdd, Sign::Text(format!("{pupil} {}", total.year)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Day, DayNotTaken, DayOff, PupilKey, SchoolYear};
    use crate::store::fixture::{City, NOW, absence, attendance, author, day, new_id, since};
    use crate::store::{AbsenceFilter, Writer};

    const LATE: u16 = 5;
    const DAY: u16 = 0;
    const HALF_DAY: u16 = 1;
    const LESSON: u16 = 2;
    const MINUTE: u16 = 3;

    fn refusal(writer: &mut Writer<'_>, wrong: &Absence) -> AbsenceRefusal {
        match writer.add_absence(wrong, NOW) {
            Err(Error::Absence(refusal)) => refusal,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_absence_that_cannot_be_is_refused() {
        let mut city = City::new();
        let [pupil, other] = city.pupils[0];
        let mut writer = city.store.write(&author()).unwrap();
        let monday = absence(pupil, "2025-10-06", 0, HALF_DAY, 1);
        assert_eq!(
            refusal(&mut writer, &monday),
            AbsenceRefusal::NotRecorded(monday.day),
            "the school has said nothing"
        );
        writer.add_attendance(&attendance(city.schools[0], HALF_DAY, 2, "2025-09-01")).unwrap();
        let on = |text: &str| Absence { day: day(text), ..monday };
        for (wrong, expected) in [
            (on("2022-07-29"), AbsenceRefusal::NotEnrolled(day("2022-07-29"))),
            (on("2025-08-29"), AbsenceRefusal::NotRecorded(day("2025-08-29"))),
            (on("2025-10-04"), AbsenceRefusal::NoSchoolDay(day("2025-10-04"))),
            (on("2025-10-13"), AbsenceRefusal::NoSchoolDay(day("2025-10-13"))),
            (on("2026-02-16"), AbsenceRefusal::NoSchoolDay(day("2026-02-16"))),
            (
                Absence { amount: 3, ..monday },
                AbsenceRefusal::DayFull { day: monday.day, sum: 3, units: 2 },
            ),
            (Absence { amount: 0, ..monday }, AbsenceRefusal::Nothing),
            (Absence { status: LATE, unit: MINUTE, amount: 481, ..monday }, AbsenceRefusal::Late),
        ] {
            assert_eq!(refusal(&mut writer, &wrong), expected);
        }
        for wrong in [
            Absence { unit: LESSON, ..monday },
            Absence { unit: MINUTE, ..monday },
            Absence { status: LATE, ..monday },
        ] {
            let refused = refusal(&mut writer, &wrong);
            assert!(matches!(refused, AbsenceRefusal::Unit { .. }), "{refused:?}");
        }
        let nobody = Absence { pupil: PupilKey(999), ..monday };
        assert!(matches!(writer.add_absence(&nobody, NOW), Err(Error::Dangling { .. })));
        let status = writer.add_absence(&Absence { status: 6, ..monday }, NOW);
        assert!(matches!(status, Err(Error::UnknownPlace { list: "absence-status", place: 6 })));

        // The rest of the day: another half, but not two, and another pupil as he likes.
        writer.add_absence(&monday, NOW).unwrap();
        let again = Absence { id: new_id(), status: 2, amount: 2, ..monday };
        let expected = AbsenceRefusal::DayFull { day: monday.day, sum: 3, units: 2 };
        assert_eq!(refusal(&mut writer, &again), expected);
        writer.add_absence(&Absence { pupil: other, ..again }, NOW).unwrap();
        let late = Absence { id: new_id(), status: LATE, unit: MINUTE, amount: 480, ..monday };
        writer.add_absence(&late, NOW).unwrap();
        writer.add_absence(&Absence { id: new_id(), amount: 1, ..again }, NOW).unwrap();
        writer.commit().unwrap();
        let all = city.all().absences(&AbsenceFilter::default()).unwrap();
        assert_eq!(all.len(), 4);
    }

    /// A school's own system says both, and both are kept; what is impossible by itself is not.
    #[test]
    fn what_a_school_tells_is_kept_also_where_it_contradicts_itself() {
        let mut city = City::new();
        let [pupil, other] = city.pupils[0];
        let mut writer = city.store.write(&author()).unwrap();
        writer.add_attendance(&attendance(city.schools[0], HALF_DAY, 2, "2025-09-01")).unwrap();
        let monday = absence(pupil, "2025-10-06", 0, HALF_DAY, 2);
        assert_eq!(writer.add_absence_as_told(&monday, NOW).unwrap(), None);
        let full = Absence { id: new_id(), status: 1, ..monday };
        assert_eq!(
            writer.add_absence_as_told(&full, NOW).unwrap(),
            Some(AbsenceRefusal::DayFull { day: monday.day, sum: 4, units: 2 })
        );
        for wrong in [
            Absence { id: new_id(), pupil: other, amount: 3, ..monday },
            Absence { id: new_id(), day: day("2025-10-04"), ..monday },
            Absence { id: new_id(), unit: LESSON, ..monday },
        ] {
            let refused = writer.add_absence_as_told(&wrong, NOW);
            assert!(matches!(refused, Err(Error::Absence(_))), "{refused:?}");
        }
        let not_taken =
            DayNotTaken { school: city.schools[0], class: String::new(), day: day("2025-10-07") };
        writer.add_day_not_taken(&not_taken).unwrap();
        let tuesday = Absence { id: new_id(), day: not_taken.day, ..monday };
        assert_eq!(refusal(&mut writer, &tuesday), AbsenceRefusal::NotTaken(not_taken.day));
        let kept = writer.add_absence_as_told(&tuesday, NOW).unwrap();
        assert_eq!(kept, Some(AbsenceRefusal::NotTaken(not_taken.day)));
        writer.commit().unwrap();
        let conflicts = city.all().absence_conflicts(&AbsenceFilter::default()).unwrap();
        let told: Vec<_> = conflicts
            .iter()
            .map(|found| (found.day.to_string(), found.entries.len(), found.counted.sum()))
            .collect();
        let expected = [("2025-10-07".to_owned(), 1, 0), ("2025-10-06".to_owned(), 2, 2)];
        assert_eq!(told, expected);
        assert_eq!(conflicts[1].counted.excused, 2);
        assert_eq!(conflicts[1].pupil, "p00");
        assert_eq!(city.only(1).absence_conflicts(&AbsenceFilter::default()).unwrap(), []);
    }

    /// What the writer learnt of a school must not outlive a change by itself.
    #[test]
    fn a_day_off_and_a_new_time_are_seen_by_the_same_writer() {
        let mut city = City::new();
        let [pupil, _] = city.pupils[0];
        let school = city.schools[0];
        let mut writer = city.store.write(&author()).unwrap();
        let tuesday = absence(pupil, "2025-10-07", 1, DAY, 1);
        assert!(writer.add_absence(&tuesday, NOW).is_err());
        writer.add_attendance(&attendance(school, DAY, 1, "2025-09-01")).unwrap();
        writer.add_absence(&tuesday, NOW).unwrap();
        let off = DayOff { school, day: day("2025-10-08"), reason: String::new() };
        writer.add_day_off(&off).unwrap();
        let wednesday = absence(pupil, "2025-10-08", 1, DAY, 1);
        let refused = refusal(&mut writer, &wednesday);
        assert_eq!(refused, AbsenceRefusal::NoSchoolDay(day("2025-10-08")));
    }

    #[test]
    fn times_of_recording_do_not_overlap_and_units_fit() {
        let mut city = City::new();
        let school = city.schools[0];
        let mut writer = city.store.write(&author()).unwrap();
        let until = |from: &str, last: &str| Attendance {
            span: Span::new(day(from), Some(day(last))).unwrap(),
            ..attendance(school, LESSON, 5, from)
        };
        for (unit, units_per_day) in
            [(DAY, 2), (HALF_DAY, 1), (LESSON, 0), (LESSON, 13), (MINUTE, 1), (9, 1)]
        {
            let wrong = attendance(school, unit, units_per_day, "2025-08-01");
            let refused = writer.add_attendance(&wrong);
            assert!(matches!(refused, Err(Error::Refused { .. })), "{unit} {units_per_day}");
        }
        writer.add_attendance(&until("2025-09-01", "2025-09-30")).unwrap();
        for wrong in [until("2025-08-01", "2025-09-01"), until("2025-09-30", "2025-10-05")] {
            let refused = writer.add_attendance(&wrong).unwrap_err();
            assert_eq!(
                refused.to_string(),
                "the school already records absences from 2025-09-01 to 2025-09-30"
            );
        }
        let open = attendance(school, LESSON, 5, "2025-08-01");
        assert!(matches!(writer.add_attendance(&open), Err(Error::AttendanceOverlap { .. })));
        writer.add_attendance(&Attendance { span: since("2025-10-01"), ..open }).unwrap();
        let nowhere = attendance(SchoolKey(99), LESSON, 5, "2025-08-01");
        assert!(matches!(writer.add_attendance(&nowhere), Err(Error::Dangling { .. })));
    }

    #[test]
    fn a_second_half_year_begins_once_and_in_its_year() {
        let mut city = City::new();
        let half = |text: &str| HalfYear {
            school: city.schools[0],
            year: SchoolYear(2025),
            second_begins: day(text),
        };
        let (wrong, right) = (half("2026-08-03"), half("2026-02-02"));
        let mut writer = city.store.write(&author()).unwrap();
        let refused = writer.set_half_year(&wrong).unwrap_err();
        assert!(matches!(refused, Error::HalfYear { .. }), "{refused}");
        writer.set_half_year(&right).unwrap();
        assert!(matches!(writer.set_half_year(&right), Err(Error::Exists { .. })));
        writer.commit().unwrap();
        assert_eq!(city.all().half_years(city.schools[0]).unwrap(), [right]);
        assert_eq!(city.all().half_years(city.schools[1]).unwrap(), []);
    }

    #[test]
    fn a_pupil_has_one_sum_for_a_term_and_a_unit() {
        let mut city = City::new();
        let [pupil, _] = city.pupils[0];
        let total = AbsenceTotal {
            pupil,
            year: SchoolYear(2025),
            term: 1,
            unit: LESSON,
            missed: 24,
            unexcused: 6,
            source: "SchILD".into(),
            excused: None,
        };
        let mut writer = city.store.write(&author()).unwrap();
        let mut add = |total: &AbsenceTotal| writer.add_absence_total(total, NOW);
        let more = AbsenceTotal { unexcused: 25, ..total.clone() };
        assert!(matches!(add(&more), Err(Error::Refused { .. })));
        let minutes = AbsenceTotal { unit: MINUTE, ..total.clone() };
        assert!(matches!(add(&minutes), Err(Error::UnknownPlace { list: "absence-unit", .. })));
        let term = AbsenceTotal { term: 3, ..total.clone() };
        assert!(matches!(add(&term), Err(Error::UnknownPlace { list: "term", .. })));
        let nobody = AbsenceTotal { pupil: PupilKey(999), ..total.clone() };
        assert!(matches!(add(&nobody), Err(Error::Dangling { .. })));
        add(&total).unwrap();
        let refused = add(&AbsenceTotal { missed: 30, ..total.clone() }).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "there is already a sum of absences of this pupil and term for `2025/26`"
        );
        add(&AbsenceTotal { term: 2, ..total.clone() }).unwrap();
        writer.commit().unwrap();
        let found = city.all().absence_totals(None, Some("p00")).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!((&found[0].total, &*found[0].pupil), (&total, "p00"));
    }

    #[test]
    fn what_was_recorded_reads_back() {
        let mut city = City::new();
        let [pupil, _] = city.pupils[1];
        let mut writer = city.store.write(&author()).unwrap();
        let recorded = attendance(city.schools[1], LESSON, 6, "2025-09-01");
        writer.add_attendance(&recorded).unwrap();
        let one = absence(pupil, "2025-10-06", 1, LESSON, 4);
        writer.add_absence(&one, NOW).unwrap();
        writer.commit().unwrap();
        let reader = city.all();
        let found = reader.absences(&AbsenceFilter::default()).unwrap();
        assert_eq!(found[0].absence, one);
        assert_eq!((&*found[0].pupil, &*found[0].school), ("p10", "100001"));
        assert_eq!(found[0].pupil_name, "Kind p10");
        assert_eq!(reader.attendance(city.schools[1]).unwrap(), [recorded]);
        assert_eq!(reader.attendance(city.schools[0]).unwrap(), []);
        let register = &reader.directory().unwrap().registers[&city.schools[1]];
        assert_eq!(register.attendance_on(Day(i32::MAX)), Some(&recorded));
    }
}
