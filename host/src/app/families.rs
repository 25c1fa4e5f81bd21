//! Finding pupils and families, page by page: only those who are shown are noted as seen.

use crate::domain::{About, Code, ContactView, Day, Household, HouseholdKey, SeenAs};
use crate::store::{self, Reader};

use super::lookups::{between, coded, pupil_facts};
use super::seen::about_pupils;
use super::workspace::App;
use super::{Actor, Error, PupilFacts, UseCase};

/// Which pupils to find; the default is all in sight.
#[derive(Debug, Clone, Copy, Default)]
pub struct PupilSearch<'a> {
    /// Each word of it begins a name, the code, the class or the household's code.
    pub text: &'a str,
    /// Only those at this school.
    pub school: Option<&'a str>,
    /// Only those of this class.
    pub class: Option<&'a str>,
    /// Only those whom the programme accompanies on this day.
    pub accompanied_on: Option<Day>,
}

/// Some of what was found.
#[derive(Debug, Clone)]
pub struct PageOf<T> {
    /// How many there are in all.
    pub total: usize,
    /// Those that are shown.
    pub rows: Vec<T>,
}

/// A household with the children of it that are in sight.
#[derive(Debug, Clone)]
pub struct HouseholdFacts {
    /// The household.
    pub household: Household,
    /// The word for the language of its letters.
    pub language: Option<Code>,
    /// The children.
    pub pupils: Vec<PupilFacts>,
}

impl App {
    /// Pupils by school and code: of those found, `limit` after the first `skip`.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchSchool`], also for one out of sight.
    pub fn find_pupils(
        &self,
        actor: &Actor,
        search: &PupilSearch<'_>,
        skip: usize,
        limit: usize,
    ) -> Result<PageOf<PupilFacts>, Error> {
        let scope = self.permit(actor, UseCase::PupilRead)?;
        let reader = self.store.read(&scope)?;
        super::absences::in_sight(&reader, search.school, None)?;
        let filter = store::PupilFilter {
            school: search.school.map(str::to_owned),
            accompanied_on: search.accompanied_on,
            limit: None,
        };
        let mut found = reader.pupils(&filter)?;
        let words = words(search.text);
        found.retain(|view| {
            let pupil = &view.pupil;
            let household = view.household.as_deref().unwrap_or_default();
            let texts =
                [&pupil.given_name, &pupil.family_name, &pupil.code, &pupil.class, household];
            search.class.is_none_or(|class| class == pupil.class) && fits(&words, &texts)
        });
        let total = found.len();
        let shown: Vec<_> = found.into_iter().skip(skip).take(limit).collect();
        self.saw(actor, UseCase::PupilRead, SeenAs::List, about_pupils(&shown))?;
        let codes = reader.code_lists();
        let rows = shown.into_iter().map(|view| pupil_facts(view, codes)).collect();
        Ok(PageOf { total, rows })
    }

    /// Households by code, each with its children: of those found, `limit` after the first `skip`. Each
    /// word of `text` begins the name, the code, or a name or the code of a child.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn find_households(
        &self,
        actor: &Actor,
        text: &str,
        skip: usize,
        limit: usize,
    ) -> Result<PageOf<HouseholdFacts>, Error> {
        let scope = self.permit(actor, UseCase::HouseholdRead)?;
        let reader = self.store.read(&scope)?;
        let mut found = households(&reader)?;
        let words = words(text);
        found.retain(|(_, facts)| {
            let mut texts = vec![facts.household.name.as_str(), facts.household.code.as_str()];
            for child in &facts.pupils {
                let pupil = &child.pupil;
                texts.extend([&*pupil.given_name, &*pupil.family_name, &*pupil.code]);
            }
            fits(&words, &texts)
        });
        let total = found.len();
        let shown: Vec<_> = found.into_iter().skip(skip).take(limit).collect();
        let about = About::households(shown.iter().map(|(key, _)| *key));
        self.saw(actor, UseCase::HouseholdRead, SeenAs::List, about)?;
        Ok(PageOf { total, rows: shown.into_iter().map(|(_, facts)| facts).collect() })
    }

    /// One household with its children.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchHousehold`], also for one out of sight.
    pub fn family(&self, actor: &Actor, code: &str) -> Result<HouseholdFacts, Error> {
        let scope = self.permit(actor, UseCase::HouseholdRead)?;
        let reader = self.store.read(&scope)?;
        let found = households(&reader)?.into_iter().find(|it| it.1.household.code == code);
        let (key, facts) = found.ok_or_else(|| Error::NoSuchHousehold(code.to_owned()))?;
        self.saw(actor, UseCase::HouseholdRead, SeenAs::Detail, About::households([key]))?;
        Ok(facts)
    }

    /// Contacts with a household or with one of its children, newest first.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchHousehold`], also for one out of sight.
    pub fn family_contacts(
        &self,
        actor: &Actor,
        code: &str,
        from: Option<Day>,
        limit: usize,
    ) -> Result<Vec<ContactView>, Error> {
        let scope = self.permit(actor, UseCase::ContactRead)?;
        let reader = self.store.read(&scope)?;
        let known = reader.directory()?.households.get(code).copied();
        let key = known.ok_or_else(|| Error::NoSuchHousehold(code.to_owned()))?;
        let filter = store::ContactFilter {
            period: between(from, None)?,
            family: Some(key),
            limit: Some(limit),
            ..store::ContactFilter::default()
        };
        let found = reader.contacts(&filter)?;
        self.saw(actor, UseCase::ContactRead, SeenAs::List, About::contacts(&found))?;
        Ok(found)
    }
}

/// The households in sight with their children, by code.
fn households(reader: &Reader<'_>) -> Result<Vec<(HouseholdKey, HouseholdFacts)>, Error> {
    let keys = reader.directory()?.households;
    let codes = reader.code_lists();
    let mut children: std::collections::HashMap<HouseholdKey, Vec<PupilFacts>> =
        std::collections::HashMap::new();
    for view in reader.pupils(&store::PupilFilter::default())? {
        if let Some(key) = view.pupil.household {
            children.entry(key).or_default().push(pupil_facts(view, codes));
        }
    }
    let found = reader.households()?.into_iter().filter_map(|household| {
        let key = *keys.get(&household.code)?;
        let language = household.language.as_deref();
        let language = language.map(|language| coded(codes, "language", language));
        let pupils = children.remove(&key).unwrap_or_default();
        Some((key, HouseholdFacts { household, language, pupils }))
    });
    Ok(found.collect())
}

/// The words of what somebody looks for, in small letters.
fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_lowercase).collect()
}

/// Whether each word begins one of the words of the texts.
fn fits(words: &[String], texts: &[&str]) -> bool {
    let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
    words.iter().all(|word| {
        texts.iter().any(|text| {
            let mut parts = text.split([' ', '-']);
            text.starts_with(word.as_str()) || parts.any(|part| part.starts_with(word.as_str()))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_names_signs_or_classes() {
        let texts = ["Anna-Lena", "Özgün Beispiel", "p12", "3b", ""];
        for found in ["ann", "lena", "özg bei", "P12", "3b anna", ""] {
            assert!(fits(&words(found), &texts), "{found}");
        }
        for missed in ["nna", "12", "3c", "anna 4a"] {
            assert!(!fits(&words(missed), &texts), "{missed}");
        }
    }
}
