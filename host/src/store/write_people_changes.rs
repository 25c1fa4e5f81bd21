//! Changes what is known of pupils and households.

use rusqlite::params;

use super::ledger::Sign;
use super::writer::refusal;
use super::{Error, Writer};
use crate::domain::{Action, Household, HouseholdKey, Pupil, PupilKey};

impl Writer<'_> {
    /// Sets what is known of a pupil: names, day of birth, household, grade, class, status, and when the
    /// programme accompanies them. Sign, school, enrolment and whereabouts stay: each has a function of
    /// its own, or is a new pupil at another school.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownCode`] for grade or status; [`Error::Dangling`] where there is no such pupil.
    pub fn change_pupil(&mut self, key: PupilKey, pupil: &Pupil) -> Result<(), Error> {
        let grade = self.place("grade", &pupil.grade)?;
        let status = self.place("pupil-status", &pupil.status)?;
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE pupil SET given_name = ?2, family_name = ?3, birth_day = ?4, household = ?5,
                   grade = ?6, class = ?7, status = ?8, accompanied_from = ?9,
                   accompanied_until = ?10
                 WHERE key = ?1",
            )?
            .execute(params![
                key.0,
                pupil.given_name,
                pupil.family_name,
                pupil.birth_day.map(|day| day.0),
                pupil.household.map(|household| household.0),
                grade,
                pupil.class,
                status,
                pupil.accompanied.map(|span| span.from.0),
                pupil.accompanied.and_then(|span| span.until).map(|day| day.0),
            ])
            .map_err(|error| refusal(error, "the pupil", || ("a pupil", String::new())))?;
        if changed == 0 {
            return Err(Error::Dangling { what: "the pupil" });
        }
        let id = self.id_of("SELECT id FROM pupil WHERE key = ?1", key.0)?;
        self.note_row(Action::PupilChange, Sign::Id(id));
        Ok(())
    }

    /// Sets what the team calls a household, and the language of its letters.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownCode`] for the language; [`Error::Dangling`] where there is no such household.
    pub fn change_household(
        &mut self,
        key: HouseholdKey,
        household: &Household,
    ) -> Result<(), Error> {
        let language = household.language.as_deref();
        let language = language.map(|code| self.place("language", code)).transpose()?;
        let sql = "UPDATE household SET name = ?2, language = ?3 WHERE key = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        if statement.execute((key.0, &household.name, language))? == 0 {
            return Err(Error::Dangling { what: "the household" });
        }
        drop(statement);
        let id = self.id_of("SELECT id FROM household WHERE key = ?1", key.0)?;
        self.note_row(Action::HouseholdChange, Sign::Id(id));
        Ok(())
    }
}
