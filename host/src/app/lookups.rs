//! Looking things up: lists of schools, people, pupils and contacts, with words in place of codes.

use std::collections::HashMap;

use crate::domain::{
    CodeLists, ContactView, Day, Household, Id, PractitionerKey, Period, Pupil, School, SchoolYear, Span,
    Text,
};
use crate::store;

use super::workspace::{App, today};
use super::{Actor, Error};

/// A school with its words.
#[derive(Debug, Clone)]
pub struct SchoolFacts {
    /// The school.
    pub school: School,
    /// The word for its form.
    pub form: Text,
    /// The word for its level.
    pub level: Text,
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
}

/// A practitioner with their posts.
#[derive(Debug, Clone)]
pub struct PractitionerFacts {
    /// The short sign.
    pub code: String,
    /// The name.
    pub name: String,
    /// The word for the role.
    pub role: Text,
    /// Each post as `990011 (12.5 h)`.
    pub posts: Vec<String>,
}

/// A tandem or tridem.
#[derive(Debug, Clone)]
pub struct PairingFacts {
    /// The school number.
    pub school: String,
    /// The word for what it is.
    pub form: Text,
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
    pub grade: Text,
    /// The word for the status.
    pub status: Text,
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
        let scope = actor.scope(&self.store, today())?;
        let reader = self.store.read(&scope)?;
        let codes = reader.code_lists()?;
        let facts = |(_, school, participation): (_, School, Vec<Span>)| SchoolFacts {
            form: text(&codes, "school-form", &school.form),
            level: text(&codes, "school-level", school.level().code()),
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
        let none = || Error::NoSuchSchool(number.to_owned());
        let facts = self.schools(actor)?;
        let facts = facts.into_iter().find(|found| found.school.number == number).ok_or_else(none)?;
        let scope = actor.scope(&self.store, today())?;
        let reader = self.store.read(&scope)?;
        let key = reader.directory()?.schools.get(number).ok_or_else(none)?.key;
        let enrolments = reader.enrolments()?.into_iter().filter(|found| found.school == key);
        Ok(SchoolDetails {
            facts,
            enrolments: enrolments.map(|found| (found.year, found.pupils)).collect(),
            days_off: reader.days_off(key)?.into_iter().map(|off| (off.day, off.reason)).collect(),
        })
    }

    /// The practitioners, by code.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn practitioners(&self, actor: &Actor) -> Result<Vec<PractitionerFacts>, Error> {
        let scope = actor.scope(&self.store, today())?;
        let reader = self.store.read(&scope)?;
        let codes = reader.code_lists()?;
        let directory = reader.directory()?;
        let schools: HashMap<_, &str> =
            directory.schools.iter().map(|(number, school)| (school.key, number.as_str())).collect();
        let mut posts: HashMap<PractitionerKey, Vec<String>> = HashMap::new();
        for post in reader.assignments()? {
            if let Some(number) = schools.get(&post.school) {
                let hours = f64::from(post.weekly_minutes) / 60.0;
                posts.entry(post.practitioner).or_default().push(format!("{number} ({hours} h)"));
            }
        }
        let facts = |person: crate::domain::Practitioner| {
            let key = directory.practitioners.get(&person.code).map(|known| known.key);
            PractitionerFacts {
                role: text(&codes, "role", &person.role),
                posts: key.and_then(|key| posts.remove(&key)).unwrap_or_default(),
                code: person.code,
                name: person.name,
            }
        };
        Ok(reader.practitioners()?.into_iter().map(facts).collect())
    }

    /// The tandems and tridems.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn pairings(&self, actor: &Actor) -> Result<Vec<PairingFacts>, Error> {
        let scope = actor.scope(&self.store, today())?;
        let reader = self.store.read(&scope)?;
        let codes = reader.code_lists()?;
        let directory = reader.directory()?;
        let team = crate::domain::TeamRoles::new(&codes.list("role"));
        let mut found = Vec::new();
        for pairing in reader.pairings()? {
            let mut members: Vec<_> = directory
                .practitioners
                .iter()
                .filter(|(_, known)| pairing.members.contains(&known.key))
                .collect();
            members.sort();
            let roles = members.iter().fold(0, |set, (_, known)| set | 1 << known.role);
            let form = codes.list("team-form").at(team.form(roles).place()).map(crate::domain::Code::text);
            let school = directory.schools.iter().find(|(_, school)| school.key == pairing.school);
            found.push(PairingFacts {
                school: school.map(|(number, _)| number.clone()).unwrap_or_default(),
                form: form.unwrap_or_default(),
                members: members.into_iter().map(|(code, _)| code.clone()).collect(),
                span: pairing.span,
            });
        }
        Ok(found)
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
        accompanied: bool,
    ) -> Result<Vec<PupilFacts>, Error> {
        let scope = actor.scope(&self.store, today())?;
        let reader = self.store.read(&scope)?;
        let codes = reader.code_lists()?;
        let directory = reader.directory()?;
        let key = match school {
            None => None,
            Some(number) => {
                let known = directory.schools.get(number);
                Some(known.ok_or_else(|| Error::NoSuchSchool(number.to_owned()))?.key)
            }
        };
        let schools: HashMap<_, &str> =
            directory.schools.iter().map(|(number, school)| (school.key, number.as_str())).collect();
        let households: HashMap<_, &str> =
            directory.households.iter().map(|(code, key)| (*key, code.as_str())).collect();
        let filter = store::PupilFilter { school: key, accompanied, limit: None };
        let facts = |pupil: Pupil| PupilFacts {
            school: schools.get(&pupil.school).copied().unwrap_or_default().to_owned(),
            household: pupil.household.and_then(|key| households.get(&key)).map(|code| (*code).to_owned()),
            grade: text(&codes, "grade", &pupil.grade),
            status: text(&codes, "pupil-status", &pupil.status),
            pupil,
        };
        Ok(reader.pupils(&filter)?.into_iter().map(facts).collect())
    }

    /// The households, by code.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn households(&self, actor: &Actor) -> Result<Vec<Household>, Error> {
        let scope = actor.scope(&self.store, today())?;
        Ok(self.store.read(&scope)?.households()?)
    }

    /// Contacts, newest first.
    ///
    /// # Errors
    ///
    /// [`Error::Day`] for a period the wrong way round.
    pub fn contacts(&self, actor: &Actor, filter: &ContactFilter<'_>) -> Result<Vec<ContactView>, Error> {
        let scope = actor.scope(&self.store, today())?;
        let reader = self.store.read(&scope)?;
        let period = match (filter.from, filter.until) {
            (None, None) => None,
            (from, until) => Some(Period::new(
                from.unwrap_or(Day(i32::MIN / 2)),
                until.unwrap_or(Day(i32::MAX / 2)),
            )?),
        };
        let filter = store::ContactFilter {
            period,
            school: filter.school.map(str::to_owned),
            practitioner: filter.practitioner.map(str::to_owned),
            pupil: filter.pupil.map(str::to_owned),
            limit: Some(filter.limit),
        };
        Ok(reader.contacts(&filter)?)
    }

    /// One contact. `id` may be cut short as long as it fits one contact alone.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchContact`], [`Error::Ambiguous`].
    pub fn contact(&self, actor: &Actor, id: &str) -> Result<ContactView, Error> {
        let scope = actor.scope(&self.store, today())?;
        let reader = self.store.read(&scope)?;
        let none = || Error::NoSuchContact(id.to_owned());
        let full = match id.parse() {
            Ok(full) => full,
            Err(_) => one_of(reader.contact_ids(id)?, id)?.ok_or_else(none)?,
        };
        reader.contact(full)?.ok_or_else(none)
    }

    /// The codes of one list or of all, each with the list's name.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchList`].
    pub fn codes(&self, list: Option<&str>) -> Result<Vec<(String, crate::domain::Code)>, Error> {
        let lists = self.code_lists()?;
        let names = match list {
            Some(name) if lists.names().contains(&name) => vec![name],
            Some(name) => return Err(Error::NoSuchList(name.to_owned())),
            None => lists.names(),
        };
        let mut codes = Vec::new();
        for name in names {
            codes.extend(lists.list(name).codes().iter().map(|code| (name.to_owned(), code.clone())));
        }
        Ok(codes)
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

fn text(codes: &CodeLists, list: &str, code: &str) -> Text {
    use crate::domain::Lang;
    Text::new(codes.word(list, code, Lang::De), codes.word(list, code, Lang::En))
}
