//! Adds schools, people and what ties them together.

use rusqlite::{OptionalExtension, params};

use super::reader::span;
use super::{Error, Writer};
use crate::domain::{
    Assignment, DayOff, Enrolment, Household, HouseholdKey, Pairing, Participation, Practitioner,
    PractitionerKey, Pupil, PupilKey, School, SchoolKey, Span,
};

impl Writer<'_> {
    /// Adds a school.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownCode`] for its form; [`Error::Exists`] for its number;
    /// [`Error::Refused`] where the number is not six digits or the name is empty.
    pub fn add_school(&mut self, school: &School) -> Result<SchoolKey, Error> {
        let form = self.place("school-form", &school.form)?;
        self.insert(
            "INSERT INTO school (id, number, name, form) VALUES (?1, ?2, ?3, ?4)",
            (school.id.bytes(), &school.number, &school.name, form),
            "the school",
            || ("a school with the number", school.number.clone()),
        )
        .map(SchoolKey)
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
        Ok(())
    }

    /// Adds a practitioner. Another one of the same name stays another one.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownCode`] for the role; [`Error::Exists`] for the code;
    /// [`Error::Refused`] where the code or the name is empty.
    pub fn add_practitioner(
        &mut self,
        practitioner: &Practitioner,
    ) -> Result<PractitionerKey, Error> {
        let role = self.place("role", &practitioner.role)?;
        self.insert(
            "INSERT INTO practitioner (id, code, name, role) VALUES (?1, ?2, ?3, ?4)",
            (practitioner.id.bytes(), &practitioner.code, &practitioner.name, role),
            "the practitioner",
            || ("a practitioner with the code", practitioner.code.clone()),
        )
        .map(PractitionerKey)
    }

    /// Adds a post of a practitioner at a school.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] where one begins on the same day; [`Error::Dangling`];
    /// [`Error::Refused`] for more than 60 hours a week.
    pub fn add_assignment(&mut self, assignment: &Assignment) -> Result<(), Error> {
        let Span { from, until } = assignment.span;
        self.insert(
            "INSERT INTO assignment (practitioner, school, first_day, last_day, weekly_minutes)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                assignment.practitioner.0,
                assignment.school.0,
                from.0,
                until.map(|day| day.0),
                assignment.weekly_minutes,
            ],
            "the assignment",
            || ("an assignment of this practitioner to this school from", from.to_string()),
        )?;
        Ok(())
    }

    /// Adds people who work together.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] without a second member; [`Error::Twice`]; [`Error::Dangling`]: if it is a
    /// member who is not there, this writer cannot be committed any more.
    pub fn add_pairing(&mut self, pairing: &Pairing) -> Result<(), Error> {
        if pairing.members.len() < 2 {
            return Err(Error::Empty { what: "the second member of a pairing" });
        }
        let mut members = pairing.members.clone();
        members.sort_unstable();
        if members.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Error::Twice { what: "a member" });
        }
        let Span { from, until } = pairing.span;
        let sign = || ("a pairing with the id", pairing.id.to_string());
        let key = self.insert(
            "INSERT INTO pairing (id, school, first_day, last_day) VALUES (?1, ?2, ?3, ?4)",
            (pairing.id.bytes(), pairing.school.0, from.0, until.map(|day| day.0)),
            "the pairing",
            sign,
        )?;
        for member in members {
            let added = self.insert(
                "INSERT INTO pairing_member (pairing, practitioner) VALUES (?1, ?2)",
                (key, member.0),
                "the pairing",
                sign,
            );
            if let Err(error) = added {
                self.written_in_part = true;
                return Err(error);
            }
        }
        Ok(())
    }

    /// Adds a household.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] for the code; [`Error::Refused`] where the code is empty.
    pub fn add_household(&mut self, household: &Household) -> Result<HouseholdKey, Error> {
        self.insert(
            "INSERT INTO household (id, code, name) VALUES (?1, ?2, ?3)",
            (household.id.bytes(), &household.code, &household.name),
            "the household",
            || ("a household with the code", household.code.clone()),
        )
        .map(HouseholdKey)
    }

    /// Adds a pupil.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownCode`] for grade or status; [`Error::Exists`] for the code;
    /// [`Error::Dangling`]; [`Error::Refused`] where the code is empty.
    pub fn add_pupil(&mut self, pupil: &Pupil) -> Result<PupilKey, Error> {
        let grade = self.place("grade", &pupil.grade)?;
        let status = self.place("pupil-status", &pupil.status)?;
        let accompanied = pupil.accompanied;
        self.insert(
            "INSERT INTO pupil (id, code, given_name, family_name, birth_day, household, school,
               grade, class, status, enrolled_from, enrolled_until, accompanied_from,
               accompanied_until)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            params![
                pupil.id.bytes(),
                pupil.code,
                pupil.given_name,
                pupil.family_name,
                pupil.birth_day.map(|day| day.0),
                pupil.household.map(|household| household.0),
                pupil.school.0,
                grade,
                pupil.class,
                status,
                pupil.enrolled.from.0,
                pupil.enrolled.until.map(|day| day.0),
                accompanied.map(|span| span.from.0),
                accompanied.and_then(|span| span.until).map(|day| day.0),
            ],
            "the pupil",
            || ("a pupil with the code", pupil.code.clone()),
        )
        .map(PupilKey)
    }

    /// Sets when the programme accompanies a pupil; `None` for never.
    ///
    /// # Errors
    ///
    /// [`Error::Dangling`] where there is no such pupil.
    pub fn set_accompanied(&mut self, pupil: PupilKey, span: Option<Span>) -> Result<(), Error> {
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE pupil SET accompanied_from = ?2, accompanied_until = ?3 WHERE key = ?1",
            )?
            .execute((
                pupil.0,
                span.map(|span| span.from.0),
                span.and_then(|span| span.until).map(|day| day.0),
            ))?;
        if changed == 0 {
            return Err(Error::Dangling { what: "the accompaniment" });
        }
        Ok(())
    }
}
