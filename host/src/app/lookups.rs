//! Looking things up: lists of schools, people, pupils and contacts, with words in place of codes.

use std::collections::HashMap;

use crate::domain::{
    About, Attendance, Code, CodeLists, ContactView, Day, HalfYear, Household, Id, Period,
    Practitioner, Pupil, School, SchoolYear, SeenAs, Span, TeamRoles,
};
use crate::store;

use super::seen::about_pupils;
use super::workspace::App;
use super::{Actor, Error, UseCase};

/// A school with its words.
#[derive(Debug, Clone)]
pub struct SchoolFacts {
    /// The school.
    pub school: School,
    /// The word for its form.
    pub form: Code,
    /// The word for its level.
    pub level: Code,
    /// When it takes part, oldest first.
    pub participation: Vec<Span>,
}

/// A school with everything that is known about it.
#[derive(Debug, Clone)]
pub struct SchoolDetails {
    /// The school.
    pub facts: SchoolFacts,
    /// How many pupils it has, by school year.
    pub enrolments: Vec<(SchoolYear, u32)>,
    /// Its own days without lessons, with the reason.
    pub days_off: Vec<(Day, String)>,
    /// When it records absences, and in what, oldest first.
    pub attendance: Vec<AttendanceFacts>,
    /// Its own first days of second half-years.
    pub half_years: Vec<HalfYear>,
}

/// A time in which a school records absences.
#[derive(Debug, Clone)]
pub struct AttendanceFacts {
    /// The word for the unit it counts in.
    pub unit: Code,
    /// How many of them a school day has.
    pub units_per_day: u16,
    /// From when until when.
    pub span: Span,
}

/// A practitioner with their posts.
#[derive(Debug, Clone)]
pub struct PractitionerFacts {
    /// The short sign.
    pub code: String,
    /// The name.
    pub name: String,
    /// The word for the role.
    pub role: Code,
    /// Each post as `990011 (12.5 h)`.
    pub posts: Vec<String>,
}

/// A tandem or tridem.
#[derive(Debug, Clone)]
pub struct PairingFacts {
    /// The school number.
    pub school: String,
    /// The word for what it is.
    pub form: Code,
    /// The members' codes.
    pub members: Vec<String>,
    /// From when until when.
    pub span: Span,
}

/// A pupil with words.
#[derive(Debug, Clone)]
pub struct PupilFacts {
    /// The pupil.
    pub pupil: Pupil,
    /// The school number.
    pub school: String,
    /// The household's code.
    pub household: Option<String>,
    /// The word for the grade.
    pub grade: Code,
    /// The word for the status.
    pub status: Code,
}

/// Which contacts to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct ContactFilter<'a> {
    /// Only those of this school.
    pub school: Option<&'a str>,
    /// Only those about this pupil.
    pub pupil: Option<&'a str>,
    /// Only those in which this practitioner took part.
    pub practitioner: Option<&'a str>,
    /// From this day on.
    pub from: Option<Day>,
    /// Up to this day, included.
    pub until: Option<Day>,
    /// At most so many, newest first.
    pub limit: usize,
}

impl App {
    /// The schools, by number.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn schools(&self, actor: &Actor) -> Result<Vec<SchoolFacts>, Error> {
        let scope = self.permit(actor, UseCase::SchoolRead)?;
        let reader = self.store.read(&scope)?;
        let codes = reader.code_lists();
        let facts = |(_, school, participation): (_, School, Vec<Span>)| SchoolFacts {
            form: coded(codes, "school-form", &school.form),
            level: coded(codes, "school-level", school.level().code()),
            school,
            participation,
        };
        Ok(reader.schools()?.into_iter().map(facts).collect())
    }

    /// One school.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchSchool`].
    pub fn school(&self, actor: &Actor, number: &str) -> Result<SchoolDetails, Error> {
        let scope = self.permit(actor, UseCase::SchoolRead)?;
        let none = || Error::NoSuchSchool(number.to_owned());
        let facts = self.schools(actor)?;
        let facts =
            facts.into_iter().find(|found| found.school.number == number).ok_or_else(none)?;
        let reader = self.store.read(&scope)?;
        let key = reader.directory()?.schools.get(number).ok_or_else(none)?.key;
        let attendance = |found: Attendance| AttendanceFacts {
            unit: coded_at(reader.code_lists(), "absence-unit", found.unit),
            units_per_day: found.units_per_day,
            span: found.span,
        };
        let enrolments = reader.enrolments()?.into_iter().filter(|found| found.school == key);
        Ok(SchoolDetails {
            facts,
            enrolments: enrolments.map(|found| (found.year, found.pupils)).collect(),
            days_off: reader.days_off(key)?.into_iter().map(|off| (off.day, off.reason)).collect(),
            attendance: reader.attendance(key)?.into_iter().map(attendance).collect(),
            half_years: reader.half_years(key)?,
        })
    }

    /// The practitioners, by code.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn practitioners(&self, actor: &Actor) -> Result<Vec<PractitionerFacts>, Error> {
        let scope = self.permit(actor, UseCase::StaffRead)?;
        let reader = self.store.read(&scope)?;
        let codes = reader.code_lists();
        let mut posts: HashMap<String, Vec<String>> = HashMap::new();
        for view in reader.assignments()? {
            let hours = f64::from(view.assignment.weekly_minutes) / 60.0;
            posts
                .entry(view.practitioner)
                .or_default()
                .push(format!("{} ({hours} h)", view.school));
        }
        let facts = |person: Practitioner| PractitionerFacts {
            role: coded(codes, "role", &person.role),
            posts: posts.remove(&person.code).unwrap_or_default(),
            code: person.code,
            name: person.name,
        };
        Ok(reader.practitioners()?.into_iter().map(facts).collect())
    }

    /// The tandems and tridems.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn pairings(&self, actor: &Actor) -> Result<Vec<PairingFacts>, Error> {
        let scope = self.permit(actor, UseCase::StaffRead)?;
        let reader = self.store.read(&scope)?;
        let codes = reader.code_lists();
        let team = TeamRoles::new(&codes.list("role"));
        let facts = |view: store::PairingView| PairingFacts {
            form: coded(codes, "team-form", team.form(view.roles).code()),
            school: view.school,
            members: view.members.into_iter().map(|(code, _)| code).collect(),
            span: view.pairing.span,
        };
        Ok(reader.pairings()?.into_iter().map(facts).collect())
    }

    /// Pupils, by school and code.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchSchool`].
    pub fn pupils(
        &self,
        actor: &Actor,
        school: Option<&str>,
        accompanied_on: Option<Day>,
    ) -> Result<Vec<PupilFacts>, Error> {
        let scope = self.permit(actor, UseCase::PupilRead)?;
        let reader = self.store.read(&scope)?;
        let codes = reader.code_lists();
        if let Some(number) = school
            && !reader.schools()?.iter().any(|(_, school, _)| school.number == number)
        {
            return Err(Error::NoSuchSchool(number.to_owned()));
        }
        let filter =
            store::PupilFilter { school: school.map(str::to_owned), accompanied_on, limit: None };
        let found = reader.pupils(&filter)?;
        self.saw(actor, UseCase::PupilRead, SeenAs::List, about_pupils(&found))?;
        Ok(found.into_iter().map(|view| pupil_facts(view, codes)).collect())
    }

    /// The households, by code.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn households(&self, actor: &Actor) -> Result<Vec<Household>, Error> {
        let scope = self.permit(actor, UseCase::HouseholdRead)?;
        let reader = self.store.read(&scope)?;
        let about = About::households(reader.directory()?.households.into_values());
        self.saw(actor, UseCase::HouseholdRead, SeenAs::List, about)?;
        Ok(reader.households()?)
    }

    /// Sets the language in which letters to a household are written: a code of the list `language`,
    /// empty where nobody knows.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchHousehold`], also for one out of sight; [`Error::Store`] for a code that the
    /// list does not have.
    pub fn set_household_language(
        &mut self,
        actor: &Actor,
        household: &str,
        language: &str,
    ) -> Result<(), Error> {
        let scope = self.permit(actor, UseCase::HouseholdChange)?;
        let known = self.store.read(&scope)?.directory()?.households.get(household).copied();
        let known = known.ok_or_else(|| Error::NoSuchHousehold(household.to_owned()))?;
        let language = Some(language.trim()).filter(|language| !language.is_empty());
        let mut writer = self.store.write(&actor.author())?;
        writer.set_language(known, language)?;
        Ok(writer.commit()?)
    }

    /// Contacts, newest first.
    ///
    /// # Errors
    ///
    /// [`Error::Day`] for a period the wrong way round.
    pub fn contacts(
        &self,
        actor: &Actor,
        filter: &ContactFilter<'_>,
    ) -> Result<Vec<ContactView>, Error> {
        let scope = self.permit(actor, UseCase::ContactRead)?;
        let reader = self.store.read(&scope)?;
        let period = between(filter.from, filter.until)?;
        let filter = store::ContactFilter {
            period,
            school: filter.school.map(str::to_owned),
            practitioner: filter.practitioner.map(str::to_owned),
            pupil: filter.pupil.map(str::to_owned),
            family: None,
            limit: Some(filter.limit),
        };
        let found = reader.contacts(&filter)?;
        self.saw(actor, UseCase::ContactRead, SeenAs::List, About::contacts(&found))?;
        Ok(found)
    }

    /// One contact.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchContact`].
    pub fn contact(&self, actor: &Actor, id: &str) -> Result<ContactView, Error> {
        let scope = self.permit(actor, UseCase::ContactRead)?;
        let none = || Error::NoSuchContact(id.to_owned());
        let full = id.parse().map_err(|_| none())?;
        // One snapshot for the contact and for who looks at it.
        let reader = self.store.read(&scope)?;
        let found = reader.contact(full)?.ok_or_else(none)?;
        self.saw(actor, UseCase::ContactRead, SeenAs::Detail, About::contacts([&found]))?;
        Ok(found)
    }

    /// The codes of one list or of all, each with the list's name.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchList`].
    pub fn codes(&self, list: Option<&str>) -> Result<Vec<(String, Code)>, Error> {
        let lists = self.code_lists()?;
        let names = match list {
            Some(name) if lists.names().contains(&name) => vec![name],
            Some(name) => return Err(Error::NoSuchList(name.to_owned())),
            None => lists.names(),
        };
        let mut codes = Vec::new();
        for name in names {
            codes.extend(
                lists.list(name).codes().iter().map(|code| (name.to_owned(), code.clone())),
            );
        }
        Ok(codes)
    }
}

/// A pupil with words.
pub(super) fn pupil_facts(view: store::PupilView, codes: &CodeLists) -> PupilFacts {
    PupilFacts {
        school: view.school,
        household: view.household,
        grade: coded(codes, "grade", &view.pupil.grade),
        status: coded(codes, "pupil-status", &view.pupil.status),
        pupil: view.pupil,
    }
}

/// The one id that begins with `start`; `None` where none does.
pub(super) fn one_of(ids: impl IntoIterator<Item = Id>, start: &str) -> Result<Option<Id>, Error> {
    let start = start.to_ascii_lowercase();
    let mut fitting = ids.into_iter().filter(|id| id.to_string().starts_with(&start));
    match (fitting.next(), fitting.next()) {
        (Some(_), Some(_)) => Err(Error::Ambiguous(start)),
        (found, _) => Ok(found),
    }
}

/// The days between two, both included, either of them open; `None` where both are.
pub(super) fn between(from: Option<Day>, until: Option<Day>) -> Result<Option<Period>, Error> {
    if from.is_none() && until.is_none() {
        return Ok(None);
    }
    let (first, last) = (from.unwrap_or(Day(i32::MIN / 2)), until.unwrap_or(Day(i32::MAX / 2)));
    Ok(Some(Period::new(first, last)?))
}

/// The code at a place of a list, with its words; with the place where the list does not have it.
pub(super) fn coded_at(codes: &CodeLists, list: &str, place: u16) -> Code {
    let unknown = || Code { code: place.to_string(), de: "?".into(), en: "?".into() };
    codes.list(list).at(place).cloned().unwrap_or_else(unknown)
}

/// A code with its words; with itself for a word where the list does not have it.
pub(super) fn coded(codes: &CodeLists, list: &str, code: &str) -> Code {
    let list = codes.list(list);
    let known = list.place(code).and_then(|place| list.at(place)).cloned();
    known.unwrap_or_else(|| Code { code: code.into(), de: code.into(), en: code.into() })
}
