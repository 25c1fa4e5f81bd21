//! Adds people: practitioners with their posts and teams, households and pupils.

use rusqlite::params;

use super::ledger::Sign;
use super::writer::refusal;
use super::{Error, Writer};
use crate::domain::{
    Action, Assignment, Day, Household, HouseholdKey, Pairing, Practitioner, PractitionerKey,
    Pupil, PupilKey, Span,
};

impl Writer<'_> {
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
        let key = self.insert(
            "INSERT INTO practitioner (id, code, name, role) VALUES (?1, ?2, ?3, ?4)",
            (practitioner.id.bytes(), &practitioner.code, &practitioner.name, role),
            "the practitioner",
            || ("a practitioner with the code", practitioner.code.clone()),
        )?;
        self.note_row(Action::PractitionerAdd, Sign::Id(practitioner.id));
        Ok(PractitionerKey(key))
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
        let practitioner = "SELECT id FROM practitioner WHERE key = ?1";
        let practitioner = self.id_of(practitioner, assignment.practitioner.0)?;
        let school = self.school_number(assignment.school)?;
        let sign = Sign::Text(format!("{practitioner} {school} {from}"));
        self.note_row(Action::AssignmentAdd, sign);
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
        self.note_row(Action::PairingAdd, Sign::Id(pairing.id));
        Ok(())
    }

    /// Adds a household.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] for the code; [`Error::UnknownCode`] for the language;
    /// [`Error::Refused`] where the code is empty.
    pub fn add_household(&mut self, household: &Household) -> Result<HouseholdKey, Error> {
        let language = household.language.as_deref();
        let language = language.map(|code| self.place("language", code)).transpose()?;
        let key = self.insert(
            "INSERT INTO household (id, code, name, language) VALUES (?1, ?2, ?3, ?4)",
            (household.id.bytes(), &household.code, &household.name, language),
            "the household",
            || ("a household with the code", household.code.clone()),
        )?;
        self.note_row(Action::HouseholdAdd, Sign::Id(household.id));
        Ok(HouseholdKey(key))
    }

    /// Sets the language in which letters to a household are written; `None` where nobody knows.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownCode`]; [`Error::Dangling`] where there is no such household.
    pub fn set_language(
        &mut self,
        household: HouseholdKey,
        language: Option<&str>,
    ) -> Result<(), Error> {
        let language = language.map(|code| self.place("language", code)).transpose()?;
        let sql = "UPDATE household SET language = ?2 WHERE key = ?1";
        let changed = self.connection.prepare_cached(sql)?.execute((household.0, language))?;
        if changed == 0 {
            return Err(Error::Dangling { what: "the household" });
        }
        let id = self.id_of("SELECT id FROM household WHERE key = ?1", household.0)?;
        self.note_row(Action::HouseholdLanguage, Sign::Id(id));
        Ok(())
    }

    /// Adds a pupil.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownCode`] for grade or status; [`Error::Exists`] for the code;
    /// [`Error::Dangling`]; [`Error::Refused`] where the code is empty, or the pupil's whereabouts
    /// became unknown before the enrolment.
    pub fn add_pupil(&mut self, pupil: &Pupil) -> Result<PupilKey, Error> {
        let grade = self.place("grade", &pupil.grade)?;
        let status = self.place("pupil-status", &pupil.status)?;
        let accompanied = pupil.accompanied;
        let key = self.insert(
            "INSERT INTO pupil (id, code, given_name, family_name, birth_day, household, school,
               grade, class, status, enrolled_from, enrolled_until, accompanied_from,
               accompanied_until, unknown_from)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
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
                pupil.unknown_from.map(|day| day.0),
            ],
            "the pupil",
            || ("a pupil with the code", pupil.code.clone()),
        )?;
        self.note_row(Action::PupilAdd, Sign::Id(pupil.id));
        Ok(PupilKey(key))
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
        let id = self.id_of("SELECT id FROM pupil WHERE key = ?1", pupil.0)?;
        self.note_row(Action::PupilAccompany, Sign::Id(id));
        Ok(())
    }

    /// Sets from when on nobody knows where a pupil is, with the status that says so; `None` where
    /// they are back, and active again.
    ///
    /// # Errors
    ///
    /// [`Error::Dangling`] where there is no such pupil; [`Error::Refused`] for a day before the
    /// enrolment.
    pub fn set_unknown(&mut self, pupil: PupilKey, from: Option<Day>) -> Result<(), Error> {
        let status = if from.is_some() { "whereabouts-unknown" } else { "active" };
        let status = self.place("pupil-status", status)?;
        let changed = self
            .connection
            .prepare_cached("UPDATE pupil SET unknown_from = ?2, status = ?3 WHERE key = ?1")?
            .execute((pupil.0, from.map(|day| day.0), status))
            .map_err(|error| refusal(error, "the pupil", || ("a pupil", String::new())))?;
        if changed == 0 {
            return Err(Error::Dangling { what: "the pupil" });
        }
        let id = self.id_of("SELECT id FROM pupil WHERE key = ?1", pupil.0)?;
        self.note_row(Action::PupilWhereabouts, Sign::Id(id));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::School;
    use crate::store::PupilFilter;
    use crate::store::fixture::{City, author, day, household, new_id, practitioner, pupil, since};

    #[test]
    fn a_sign_that_is_taken_is_refused_in_plain_words() {
        let mut city = City::new();
        let school = city.schools[0];
        let mut writer = city.store.write(&author()).unwrap();
        let taken = [
            writer.add_practitioner(&practitioner("m0", "head")).unwrap_err().to_string(),
            writer.add_household(&household("h0")).unwrap_err().to_string(),
            writer.add_pupil(&pupil("p00", school, None)).unwrap_err().to_string(),
            writer
                .add_school(&School {
                    id: new_id(),
                    number: "100000".into(),
                    name: "Andere".into(),
                    form: "02".into(),
                })
                .unwrap_err()
                .to_string(),
        ];
        assert_eq!(
            taken,
            [
                "there is already a practitioner with the code `m0`",
                "there is already a household with the code `h0`",
                "there is already a pupil with the code `p00`",
                "there is already a school with the number `100000`",
            ]
        );
    }

    #[test]
    fn codes_that_no_list_has_are_refused() {
        let mut city = City::new();
        let school = city.schools[0];
        let mut writer = city.store.write(&author()).unwrap();
        let error = writer.add_practitioner(&practitioner("x", "chief")).unwrap_err();
        assert_eq!(error.to_string(), "the code list `role` has no code `chief`");
        let mut wrong = pupil("x", school, None);
        wrong.grade = "3".into();
        let error = writer.add_pupil(&wrong).unwrap_err();
        assert_eq!(error.to_string(), "the code list `grade` has no code `3`");
    }

    #[test]
    fn a_pairing_is_of_two_or_more_who_exist() {
        let mut city = City::new();
        let (school, mediator) = (city.schools[0], city.mediators[0]);
        let pairing = |members: &[PractitionerKey]| Pairing {
            id: new_id(),
            school,
            members: members.to_vec(),
            span: since("2025-08-01"),
        };
        let mut writer = city.store.write(&author()).unwrap();
        let alone = writer.add_pairing(&pairing(&[mediator]));
        assert!(matches!(alone, Err(Error::Empty { .. })));
        let twice = writer.add_pairing(&pairing(&[mediator, mediator]));
        assert!(matches!(twice, Err(Error::Twice { .. })));
        let nobody = writer.add_pairing(&pairing(&[mediator, PractitionerKey(999)]));
        assert!(matches!(nobody, Err(Error::Dangling { .. })));
        assert!(matches!(writer.commit(), Err(Error::WrittenInPart)));
        assert_eq!(city.all().pairings().unwrap().len(), 2);
    }

    #[test]
    fn an_assignment_needs_its_people_and_begins_once() {
        let mut city = City::new();
        let assignment = Assignment {
            practitioner: city.mediators[0],
            school: city.schools[0],
            weekly_minutes: 600,
            span: since("2025-08-01"),
        };
        let mut writer = city.store.write(&author()).unwrap();
        assert!(matches!(writer.add_assignment(&assignment), Err(Error::Exists { .. })));
        let nobody = Assignment { practitioner: PractitionerKey(999), ..assignment };
        assert!(matches!(writer.add_assignment(&nobody), Err(Error::Dangling { .. })));
        let endless = Assignment { weekly_minutes: 3601, span: since("2026-01-01"), ..assignment };
        assert!(matches!(writer.add_assignment(&endless), Err(Error::Refused { .. })));
    }

    #[test]
    fn whereabouts_become_unknown_after_the_enrolment() {
        let mut city = City::new();
        let mut lost = pupil("lost", city.schools[0], None);
        let mut writer = city.store.write(&author()).unwrap();
        lost.unknown_from = Some(day("2022-07-31"));
        assert!(matches!(writer.add_pupil(&lost), Err(Error::Refused { .. })));
        lost.unknown_from = Some(day("2022-08-01"));
        writer.add_pupil(&lost).unwrap();
        writer.commit().unwrap();
        let found = city.all().pupils(&PupilFilter::default()).unwrap();
        let of = |code| found.iter().find(|view| view.pupil.code == code).unwrap();
        assert_eq!(of("lost").pupil, lost);
        assert_eq!(of("p00").pupil.unknown_from, None);
    }

    #[test]
    fn a_household_has_a_language_of_the_list_or_none() {
        let mut city = City::new();
        let mut home = household("h-new");
        let mut writer = city.store.write(&author()).unwrap();
        home.language = Some("klingon".into());
        assert!(matches!(writer.add_household(&home), Err(Error::UnknownCode { .. })));
        home.language = Some("tr".into());
        let key = writer.add_household(&home).unwrap();
        assert!(matches!(writer.set_language(key, Some("?")), Err(Error::UnknownCode { .. })));
        let nobody = writer.set_language(HouseholdKey(999), Some("tr"));
        assert!(matches!(nobody, Err(Error::Dangling { .. })));
        writer.commit().unwrap();
        let languages = |city: &City| -> Vec<Option<String>> {
            let found = city.all().households().unwrap().into_iter();
            found.filter(|home| home.code == "h-new").map(|home| home.language).collect()
        };
        assert_eq!(languages(&city), [Some("tr".to_owned())]);
        for language in [Some("ar"), None] {
            let mut writer = city.store.write(&author()).unwrap();
            writer.set_language(key, language).unwrap();
            writer.commit().unwrap();
            assert_eq!(languages(&city), [language.map(str::to_owned)]);
        }
    }

    #[test]
    fn accompaniment_begins_and_ends() {
        let mut city = City::new();
        let [pupil, _] = city.pupils[0];
        let span = Span::new(day("2025-09-01"), Some(day("2025-09-30"))).unwrap();
        let mut writer = city.store.write(&author()).unwrap();
        let nobody = writer.set_accompanied(PupilKey(999), None);
        assert!(matches!(nobody, Err(Error::Dangling { .. })));
        writer.set_accompanied(pupil, Some(span)).unwrap();
        writer.commit().unwrap();

        let on = |text: &str| {
            let accompanied_on = Some(day(text));
            let filter = PupilFilter { accompanied_on, ..PupilFilter::default() };
            let found = city.only(0).pupils(&filter).unwrap();
            found.into_iter().map(|view| view.pupil.code).collect::<Vec<_>>()
        };
        assert_eq!(on("2025-08-31"), ["p01"]);
        assert_eq!(on("2025-09-01"), ["p00", "p01"]);
        assert_eq!(on("2025-09-30"), ["p00", "p01"]);
        assert_eq!(on("2025-10-01"), ["p01"]);
        let mut writer = city.store.write(&author()).unwrap();
        writer.set_accompanied(pupil, None).unwrap();
        writer.commit().unwrap();
        let found = city.all().pupils(&PupilFilter::default()).unwrap();
        assert_eq!(found[0].pupil.accompanied, None);
    }
}
