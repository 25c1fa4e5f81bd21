//! Adds schools: how many pupils they have, when they take part, and which days they set free.

use rusqlite::OptionalExtension;

use super::ledger::Sign;
use super::reader::span;
use super::{Error, Writer};
use crate::domain::{Action, DayOff, Enrolment, Participation, School, SchoolKey, Span};

impl Writer<'_> {
    /// Adds a school.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownCode`] for its form; [`Error::Exists`] for its number;
    /// [`Error::Refused`] where the number is not six digits or the name is empty.
    pub fn add_school(&mut self, school: &School) -> Result<SchoolKey, Error> {
        let form = self.place("school-form", &school.form)?;
        let key = self.insert(
            "INSERT INTO school (id, number, name, form) VALUES (?1, ?2, ?3, ?4)",
            (school.id.bytes(), &school.number, &school.name, form),
            "the school",
            || ("a school with the number", school.number.clone()),
        )?;
        self.note_row(Action::SchoolAdd, Sign::Text(school.number.clone()));
        Ok(SchoolKey(key))
    }

    /// Sets how many pupils a school has in a school year.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] where that year has a number already; [`Error::Dangling`].
    pub fn set_enrolment(&mut self, enrolment: &Enrolment) -> Result<(), Error> {
        self.insert(
            "INSERT INTO enrolment (school, year, pupils) VALUES (?1, ?2, ?3)",
            (enrolment.school.0, enrolment.year.0, enrolment.pupils),
            "the enrolment",
            || ("a number of pupils of this school for", enrolment.year.to_string()),
        )?;
        let school = self.school_number(enrolment.school)?;
        self.note_row(Action::EnrolmentSet, Sign::Text(format!("{school} {}", enrolment.year)));
        Ok(())
    }

    /// Adds a time in the programme.
    ///
    /// # Errors
    ///
    /// [`Error::Overlap`] with another time of the same school; [`Error::Dangling`].
    pub fn add_participation(&mut self, participation: &Participation) -> Result<(), Error> {
        let Span { from, until } = participation.span;
        let last = until.map(|day| day.0);
        let other = self
            .connection
            .prepare_cached(
                "SELECT first_day, last_day FROM participation
                 WHERE school = ?1 AND (?3 IS NULL OR first_day <= ?3)
                   AND (last_day IS NULL OR last_day >= ?2)",
            )?
            .query_row((participation.school.0, from.0, last), |row| span(row, 0))
            .optional()?;
        if let Some(Span { from, until }) = other {
            return Err(Error::Overlap { from, until });
        }
        self.insert(
            "INSERT INTO participation (school, first_day, last_day) VALUES (?1, ?2, ?3)",
            (participation.school.0, from.0, last),
            "the participation",
            || ("a time in the programme of this school from", from.to_string()),
        )?;
        let school = self.school_number(participation.school)?;
        self.note_row(Action::ParticipationAdd, Sign::Text(format!("{school} {from}")));
        Ok(())
    }

    /// Adds a day that a school has set free.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`]; [`Error::Dangling`].
    pub fn add_day_off(&mut self, day: &DayOff) -> Result<(), Error> {
        self.insert(
            "INSERT INTO day_off (school, day, reason) VALUES (?1, ?2, ?3)",
            (day.school.0, day.day.0, &day.reason),
            "the day off",
            || ("a day off of this school on", day.day.to_string()),
        )?;
        self.registers = None;
        let school = self.school_number(day.school)?;
        self.note_row(Action::DayOffAdd, Sign::Text(format!("{school} {}", day.day)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SchoolYear;
    use crate::store::fixture::{City, author, day, new_id, since};

    #[test]
    fn a_school_number_has_six_digits() {
        let mut city = City::new();
        let mut writer = city.store.write(&author()).unwrap();
        for number in ["12345", "1234567", "12345a", ""] {
            let school = School {
                id: new_id(),
                number: number.into(),
                name: "Schule".into(),
                form: "02".into(),
            };
            let error = writer.add_school(&school).unwrap_err();
            assert!(matches!(error, Error::Refused { .. }), "{number}: {error}");
        }
    }

    #[test]
    fn a_school_year_has_one_number_of_pupils() {
        let mut city = City::new();
        let school = city.schools[0];
        let mut writer = city.store.write(&author()).unwrap();
        let again = Enrolment { school, year: SchoolYear(2025), pupils: 210 };
        let error = writer.set_enrolment(&again).unwrap_err();
        assert!(error.to_string().contains("`2025/26`"), "{error}");
        writer.set_enrolment(&Enrolment { year: SchoolYear(2026), ..again }).unwrap();
    }

    #[test]
    fn times_in_the_programme_do_not_overlap() {
        let mut city = City::new();
        let span = |from: &str, until: &str| Span::new(day(from), Some(day(until))).unwrap();
        let mut writer = city.store.write(&author()).unwrap();
        let school = writer
            .add_school(&School {
                id: new_id(),
                number: "200000".into(),
                name: "Neue".into(),
                form: "02".into(),
            })
            .unwrap();
        let mut add = |span| writer.add_participation(&Participation { school, span });
        add(span("2024-01-10", "2024-01-20")).unwrap();
        for wrong in [
            span("2024-01-01", "2024-01-10"),
            span("2024-01-20", "2024-01-30"),
            span("2024-01-12", "2024-01-13"),
            span("2024-01-01", "2024-02-01"),
            since("2024-01-20"),
            since("2023-01-01"),
        ] {
            assert!(matches!(add(wrong), Err(Error::Overlap { .. })), "{wrong:?}");
        }
        add(span("2024-01-01", "2024-01-09")).unwrap();
        add(since("2024-01-21")).unwrap();
        assert!(matches!(add(span("2030-01-01", "2030-01-02")), Err(Error::Overlap { .. })));
        writer.commit().unwrap();
        let schools = city.all().schools().unwrap();
        assert_eq!(schools[2].2.len(), 3);
        assert_eq!(schools[2].2[2], since("2024-01-21"));
    }
}
