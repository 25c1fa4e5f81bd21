//! How much of a period was recorded: school days with a record, of all school days in the programme.

use std::collections::{BTreeMap, BTreeSet};

use super::registers::registers;
use super::{Error, Reader, columns};
use crate::domain::{Day, Period, Register, SchoolKey};

impl Reader<'_> {
    /// How much of a period has contacts: of each school that takes part on at least one day of it,
    /// by number, the school days with at least one contact, and all its school days in the
    /// programme. A contact on a day without school is none of them.
    ///
    /// # Errors
    ///
    /// As [`Reader::absences`], and [`Error::Columns`].
    pub fn contact_coverage(&self, period: Period) -> Result<Vec<(SchoolKey, u32, u32)>, Error> {
        let days = columns::recorded_days(self.connection, &self.scope, period)?;
        let days: BTreeMap<SchoolKey, BTreeSet<Day>> = days.into_iter().collect();
        self.coverage(period, |school, _, day| {
            days.get(&school).is_some_and(|days| days.contains(&day))
        })
    }

    /// How much of a period the schools recorded: of each school that takes part on at least one
    /// day of it, by number, the school days on which it did record absences, and all its school
    /// days in the programme.
    ///
    /// # Errors
    ///
    /// As [`Reader::absences`].
    pub fn attendance_coverage(&self, period: Period) -> Result<Vec<(SchoolKey, u32, u32)>, Error> {
        self.coverage(period, |_, register, day| {
            let is_taken = !register.not_taken.get(&day).is_some_and(|found| found.school);
            is_taken && register.attendance_on(day).is_some()
        })
    }

    fn coverage(
        &self,
        period: Period,
        is_recorded: impl Fn(SchoolKey, &Register, Day) -> bool,
    ) -> Result<Vec<(SchoolKey, u32, u32)>, Error> {
        let registers = registers(self.connection)?;
        let unknown = Register::new("", self.calendar()?);
        let mut coverage = Vec::new();
        for (school, _, participation) in self.schools()? {
            let times: Vec<Period> =
                participation.iter().filter_map(|span| span.within(period)).collect();
            if times.is_empty() {
                continue;
            }
            let register = registers.get(&school).unwrap_or(&unknown);
            let (mut recorded, mut possible) = (0, 0);
            for time in times {
                for day in register.calendar.school_days(time, &register.days_off) {
                    possible += 1;
                    recorded += u32::from(is_recorded(school, register, day));
                }
            }
            coverage.push((school, recorded, possible));
        }
        Ok(coverage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Participation, School, Span};
    use crate::store::fixture::{City, attendance, author, day, new_id};

    /// September 2025: 22 weekdays. School 0 records from the 15th (12 days), school 1 never. A third
    /// joins on the 22nd, is free on the 23rd and leaves on the 26th: 4 days, recorded all along.
    #[test]
    fn coverage_tells_recorded_days_from_school_days() {
        let mut city = City::new();
        let mut writer = city.store.write(&author()).unwrap();
        writer.add_attendance(&attendance(city.schools[0], 2, 5, "2025-09-15")).unwrap();
        let school = School {
            id: new_id(),
            number: "099999".into(),
            name: "Neue".into(),
            form: "02".into(),
        };
        let third = writer.add_school(&school).unwrap();
        let span = Span::new(day("2025-09-22"), Some(day("2025-09-26"))).unwrap();
        writer.add_participation(&Participation { school: third, span }).unwrap();
        let reason = String::new();
        let off = crate::domain::DayOff { school: third, day: day("2025-09-23"), reason };
        writer.add_day_off(&off).unwrap();
        writer.add_attendance(&attendance(third, 0, 1, "2025-08-01")).unwrap();
        writer.commit().unwrap();
        let september = Period::new(day("2025-09-01"), day("2025-09-30")).unwrap();
        let [zero, one] = city.schools;
        let expected = [(third, 4, 4), (zero, 12, 22), (one, 0, 22)];
        assert_eq!(city.all().attendance_coverage(september).unwrap(), expected);
        assert_eq!(city.only(1).attendance_coverage(september).unwrap(), [(one, 0, 22)]);
        let before = Period::new(day("2025-07-01"), day("2025-07-02")).unwrap();
        assert_eq!(city.all().attendance_coverage(before).unwrap(), []);
    }

    /// Of the contacts in September, two fall on one school day, one on a Saturday.
    #[test]
    fn contacts_cover_school_days_and_no_others() {
        let mut city = City::new();
        let contacts = ["2025-09-01", "2025-09-01", "2025-09-03", "2025-09-06", "2025-10-01"];
        let contacts = contacts.map(|text| {
            let mut contact = city.contact(0);
            contact.day = day(text);
            contact
        });
        city.add(&contacts);
        let period = Period::new(day("2025-09-01"), day("2025-09-30")).unwrap();
        let found = city.all().contact_coverage(period).unwrap();
        assert_eq!(found, [(city.schools[0], 2, 22), (city.schools[1], 0, 22)]);
        // The same from columns that are kept.
        city.store.keep_columns(&crate::domain::Scope::municipality(), period).unwrap();
        assert_eq!(city.all().contact_coverage(period).unwrap(), found);
    }
}
