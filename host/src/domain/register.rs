//! A school's register: on which days it records absences, and which absences fit there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::absence::{Absence, AbsenceCodes, AbsenceRefusal, Attendance, MOST_LATE_MINUTES};
use super::calendar::Calendar;
use super::code::{Code, CodeLists};
use super::day::{Day, Period, SchoolYear, Span};
use super::term::Terms;

/// What the absences of one school are judged by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register {
    /// When it records absences and in what; the times do not overlap.
    pub attendance: Vec<Attendance>,
    /// The days that it has set free itself.
    pub days_off: BTreeSet<Day>,
    /// Its own first days of second half-years.
    pub second_halves: BTreeMap<SchoolYear, Day>,
    /// School days on which its register was not kept: for the whole school, or for the classes
    /// named. Not taken is not present.
    pub not_taken: BTreeMap<Day, NotTaken>,
    /// The key of its school form.
    pub form: String,
    /// The calendar of the municipality.
    pub calendar: Arc<Calendar>,
}

/// For whom the register of a school day was not kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotTaken {
    /// For the whole school.
    pub school: bool,
    /// For these classes.
    pub classes: BTreeSet<String>,
}

impl Default for Register {
    /// That of a school that has said nothing, in a municipality that has chosen no calendar.
    fn default() -> Self {
        Self::new("02", Arc::clone(Calendar::nrw()))
    }
}

impl Register {
    /// That of a school of a form that has said nothing yet.
    pub fn new(form: &str, calendar: Arc<Calendar>) -> Self {
        Self {
            attendance: Vec::new(),
            days_off: BTreeSet::new(),
            second_halves: BTreeMap::new(),
            not_taken: BTreeMap::new(),
            form: form.to_owned(),
            calendar,
        }
    }

    /// How it records absences on a day; `None` where it does not.
    pub fn attendance_on(&self, day: Day) -> Option<&Attendance> {
        self.attendance.iter().find(|attendance| attendance.span.contains(day))
    }

    /// Whether the school is open on a day.
    pub fn is_school_day(&self, day: Day) -> bool {
        self.calendar.is_open(day) && !self.days_off.contains(&day)
    }

    /// Whether the register was kept on a day for the pupils of a class, as far as anybody said.
    pub fn is_taken(&self, day: Day, class: &str) -> bool {
        let found = self.not_taken.get(&day);
        !found.is_some_and(|found| found.school || found.classes.contains(class))
    }

    /// The terms of a school year: its own half-years, or those of the Land for its form.
    pub fn terms(&self, year: SchoolYear) -> Terms {
        let own = self.second_halves.get(&year).copied();
        let of_land = || self.calendar.second_half_begins(year, &self.form);
        Terms { year, second_begins: own.unwrap_or_else(of_land) }
    }

    /// The school days of `period` on which it records absences and its register was kept for some
    /// class at least, oldest first.
    pub fn recorded_days(&self, period: Period) -> impl Iterator<Item = (Day, &Attendance)> {
        let recorded = |day: Day| self.attendance_on(day).map(|attendance| (day, attendance));
        let is_taken = |day: &Day| !self.not_taken.get(day).is_some_and(|found| found.school);
        let days = self.calendar.school_days(period, &self.days_off);
        days.filter(is_taken).filter_map(recorded)
    }

    /// How absences of a pupil are recorded on a day. `stays` are the times at the school.
    ///
    /// # Errors
    ///
    /// [`AbsenceRefusal::NotEnrolled`], [`AbsenceRefusal::NoSchoolDay`] and
    /// [`AbsenceRefusal::NotRecorded`], the first of them that holds. A pupil whose whereabouts are
    /// unknown is none of these: schools' systems go on with such rows, and they never count. Nor is
    /// a day on which the register was not kept: see [`is_taken`](Self::is_taken).
    pub fn open_to(&self, stays: &[Span], day: Day) -> Result<Attendance, AbsenceRefusal> {
        if !stays.iter().any(|stay| stay.contains(day)) {
            return Err(AbsenceRefusal::NotEnrolled(day));
        }
        if !self.is_school_day(day) {
            return Err(AbsenceRefusal::NoSchoolDay(day));
        }
        self.attendance_on(day).copied().ok_or(AbsenceRefusal::NotRecorded(day))
    }
}

impl Attendance {
    /// The unit of an absence of that status: minutes for a late arrival, else the school's.
    pub fn unit_of(&self, status: u16, codes: AbsenceCodes) -> u16 {
        if status == codes.late { codes.minute } else { self.unit }
    }

    /// Checks an absence against the school day: the right unit, and not more than there is.
    /// `before` is what the pupil has missed on that day besides, in the school's unit; a late
    /// arrival is no absence and is not in it.
    ///
    /// # Errors
    ///
    /// [`AbsenceRefusal::Unit`], [`AbsenceRefusal::Late`], [`AbsenceRefusal::Nothing`] and
    /// [`AbsenceRefusal::DayFull`].
    pub fn check(
        &self,
        absence: &Absence,
        before: u32,
        lists: &CodeLists,
    ) -> Result<(), AbsenceRefusal> {
        let Absence { day, status, unit, amount, .. } = *absence;
        let codes = AbsenceCodes::new(lists);
        let expected = self.unit_of(status, codes);
        if unit != expected {
            let list = lists.list("absence-unit");
            let code = list.at(expected).cloned();
            let code = code.unwrap_or_else(|| Code {
                code: expected.to_string(),
                de: "?".into(),
                en: "?".into(),
            });
            return Err(AbsenceRefusal::Unit { expected: Box::new(code) });
        }
        if status == codes.late {
            let is_possible = (1..=MOST_LATE_MINUTES).contains(&amount);
            return if is_possible { Ok(()) } else { Err(AbsenceRefusal::Late) };
        }
        if amount == 0 {
            return Err(AbsenceRefusal::Nothing);
        }
        let (sum, units) = (before + u32::from(amount), self.units_per_day);
        if sum > u32::from(units) {
            return Err(AbsenceRefusal::DayFull { day, sum, units });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Id, PupilKey, SchoolKey};

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn span(from: &str, until: Option<&str>) -> Span {
        Span::new(day(from), until.map(day)).unwrap()
    }

    fn lists() -> CodeLists {
        CodeLists::new(CodeLists::seed())
    }

    /// Records half-days in September 2025 and six lessons from 6 October on; free on 8 September.
    fn register() -> Register {
        let codes = AbsenceCodes::new(&lists());
        let of = |unit, units_per_day, span| Attendance {
            school: SchoolKey(1),
            unit,
            units_per_day,
            span,
        };
        Register {
            attendance: vec![
                of(codes.half_day, 2, span("2025-09-01", Some("2025-09-30"))),
                of(codes.lesson, 6, span("2025-10-06", None)),
            ],
            days_off: [day("2025-09-08")].into(),
            second_halves: [(SchoolYear(2025), day("2026-02-02"))].into(),
            ..Register::default()
        }
    }

    #[test]
    fn an_absence_needs_an_enrolled_pupil_a_school_day_and_a_school_that_records() {
        let register = register();
        let open = |text| register.open_to(&[span("2025-09-03", Some("2025-12-19"))], day(text));
        let refused = |text| open(text).unwrap_err();
        assert_eq!(refused("2025-09-02"), AbsenceRefusal::NotEnrolled(day("2025-09-02")));
        assert_eq!(refused("2025-12-20"), AbsenceRefusal::NotEnrolled(day("2025-12-20")));
        for free in ["2025-09-06", "2025-09-08", "2025-10-03", "2025-10-13"] {
            assert_eq!(refused(free), AbsenceRefusal::NoSchoolDay(day(free)));
        }
        assert_eq!(refused("2025-10-01"), AbsenceRefusal::NotRecorded(day("2025-10-01")));
        assert_eq!(open("2025-09-30").unwrap().units_per_day, 2);
        assert_eq!(open("2025-10-06").unwrap().units_per_day, 6);
    }

    #[test]
    fn a_day_takes_no_more_than_it_has_and_no_other_unit() {
        let (register, lists) = (register(), lists());
        let codes = AbsenceCodes::new(&lists);
        let monday = day("2025-10-06");
        let lessons = register.attendance_on(monday).unwrap();
        let check = |(status, unit, amount), before| {
            let (id, pupil) = (Id::from_bytes([0; 16]), PupilKey(1));
            let absence = Absence { id, pupil, day: monday, status, unit, amount };
            lessons.check(&absence, before, &lists)
        };
        let other = check((codes.excused, codes.day, 1), 0).unwrap_err();
        assert_eq!(other.to_string(), "the unit to count in is `lesson` (lesson) here");
        assert!(check((codes.excused, codes.minute, 1), 0).is_err());
        assert!(check((codes.late, codes.lesson, 1), 0).is_err());
        let full = check((codes.open, codes.lesson, 3), 4).unwrap_err();
        assert_eq!(
            full.text().de,
            "am 06.10.2025 wären damit 7 Einheiten gefehlt, und der Schultag hat 6"
        );
        assert_eq!(check((codes.excused, codes.lesson, 0), 0), Err(AbsenceRefusal::Nothing));
        assert_eq!(check((codes.late, codes.minute, 481), 0), Err(AbsenceRefusal::Late));
        assert_eq!(check((codes.late, codes.minute, 0), 0), Err(AbsenceRefusal::Late));
        assert_eq!(check((codes.open, codes.lesson, 2), 4), Ok(()));
        assert_eq!(check((codes.late, codes.minute, 480), 6), Ok(()), "late is no absence");
    }

    /// September 2025 has 22 weekdays, one of them set free; October has 3 school days of a week
    /// in which recording begins on Monday the 6th, less the holidays from the 13th.
    #[test]
    fn only_school_days_with_a_record_count() {
        let register = register();
        let count = |from, until| {
            let period = Period::new(day(from), day(until)).unwrap();
            register.recorded_days(period).count()
        };
        assert_eq!(count("2025-08-01", "2025-09-30"), 21);
        assert_eq!(count("2025-10-01", "2025-10-05"), 0);
        assert_eq!(count("2025-10-01", "2025-10-26"), 5);
    }

    #[test]
    fn own_half_years_come_before_those_of_the_land() {
        let register = register();
        assert_eq!(register.terms(SchoolYear(2025)).second_begins, day("2026-02-02"));
        assert_eq!(register.terms(SchoolYear(2026)).second_begins, day("2027-02-01"));
        let land = Register::default().terms(SchoolYear(2025));
        assert_eq!(land.second_begins, day("2026-02-09"));
    }

    /// Who came back is enrolled in both stays and not between them.
    #[test]
    fn who_came_back_is_enrolled_in_each_stay() {
        let register = register();
        let stays =
            [span("2025-09-01", Some("2025-09-05")), span("2025-09-22", Some("2025-09-26"))];
        let open = |text| register.open_to(&stays, day(text)).is_ok();
        assert!(!open("2025-09-09") && !open("2025-09-29"));
        assert!(open("2025-09-05") && open("2025-09-22"));
    }

    /// Of the 21 school days of September one was not taken at all, and one in class 3b alone.
    #[test]
    fn a_day_that_was_not_taken_is_no_recorded_day() {
        let mut register = register();
        let classes = ["3b".to_owned()].into();
        register
            .not_taken
            .insert(day("2025-09-02"), NotTaken { school: true, ..NotTaken::default() });
        register.not_taken.insert(day("2025-09-03"), NotTaken { school: false, classes });
        let taken = |text, class| register.is_taken(day(text), class);
        assert!(!taken("2025-09-02", "3a") && !taken("2025-09-03", "3b"));
        assert!(taken("2025-09-03", "3a") && taken("2025-09-04", "3b"));
        let september = Period::new(day("2025-09-01"), day("2025-09-30")).unwrap();
        assert_eq!(register.recorded_days(september).count(), 20);
    }
}
