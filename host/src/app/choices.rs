//! What the fields of a form that name somebody or something may name.

use std::collections::BTreeMap;

use crate::domain::{About, EntryView, FormKind, FormType, SeenAs};
use crate::store::{self, EntryFilter, Reader};

use super::workspace::App;
use super::{Actor, Error, UseCase};

/// More than so many are not offered: nobody finds theirs in such a list, and the sign can be typed.
const MOST_CHOICES: usize = 400;

/// Something that a field may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its sign.
    pub code: String,
    /// What it is called, without the sign.
    pub name: String,
}

impl App {
    /// For each field of a form that names a school, a person, a family or a record: what it may name,
    /// as far as the actor sees it. `None` where there is too much to choose from.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn choices(
        &self,
        actor: &Actor,
        kind: FormKind,
    ) -> Result<BTreeMap<&'static str, Option<Vec<Choice>>>, Error> {
        let scope = self.permit(actor, UseCase::changing(kind))?;
        let reader = self.store.read(&scope)?;
        let mut all = BTreeMap::new();
        let mut about = About::default();
        for field in &kind.form().fields {
            let found = match field.kind {
                FormType::School => schools(&reader)?,
                FormType::Practitioner => practitioners(&reader)?,
                FormType::Pupil => pupils(&reader, &mut about)?,
                FormType::Household => households(&reader, &mut about)?,
                FormType::Record => match FormKind::of_name(&field.record) {
                    Some(other) => records(&reader, other, &mut about)?,
                    None => continue,
                },
                _ => continue,
            };
            all.insert(field.name.as_str(), found);
        }
        if !(about.pupils.is_empty() && about.households.is_empty()) {
            self.saw(actor, UseCase::changing(kind), SeenAs::List, about)?;
        }
        Ok(all)
    }
}

type Found = Result<Option<Vec<Choice>>, Error>;

fn schools(reader: &Reader<'_>) -> Found {
    let choice = |school: crate::domain::School| Choice { code: school.number, name: school.name };
    Ok(Some(reader.schools()?.into_iter().map(|(_, school, _)| choice(school)).collect()))
}

fn practitioners(reader: &Reader<'_>) -> Found {
    let all = reader.practitioners()?.into_iter();
    Ok(Some(all.map(|person| Choice { code: person.code, name: person.name }).collect()))
}

fn pupils(reader: &Reader<'_>, about: &mut About) -> Found {
    let all = reader.pupils(&store::PupilFilter::default())?;
    if all.len() > MOST_CHOICES {
        return Ok(None);
    }
    about.records += all.len() as u64;
    about.pupils.extend(all.iter().map(|view| view.key));
    let choice = |view: store::PupilView| {
        let pupil = view.pupil;
        let name = format!("{} {} {}", pupil.given_name, pupil.family_name, pupil.class);
        Choice { code: pupil.code, name: name.trim().to_owned() }
    };
    Ok(Some(all.into_iter().map(choice).collect()))
}

fn households(reader: &Reader<'_>, about: &mut About) -> Found {
    let all = reader.households()?;
    if all.len() > MOST_CHOICES {
        return Ok(None);
    }
    about.records += all.len() as u64;
    about.households.extend(reader.directory()?.households.into_values());
    let choice = |found: crate::domain::Household| Choice { code: found.code, name: found.name };
    Ok(Some(all.into_iter().map(choice).collect()))
}

fn records(reader: &Reader<'_>, kind: FormKind, about: &mut About) -> Found {
    let filter = EntryFilter { limit: Some(MOST_CHOICES + 1), ..EntryFilter::default() };
    let all = reader.entries(kind, &filter)?;
    if all.len() > MOST_CHOICES {
        return Ok(None);
    }
    let seen = reader.about_entries(&all)?;
    about.records += seen.records;
    about.pupils.extend(seen.pupils);
    about.households.extend(seen.households);
    Ok(Some(all.iter().map(|view| Choice { code: view.code().into(), name: name(view) }).collect()))
}

/// What a record is called: its name or title, or whom it is about.
fn name(view: &EntryView) -> String {
    let written = ["name", "title"].iter().map(|field| view.said(field).in_file());
    let of = ["pupil", "household"].iter().map(|field| match view.said(field) {
        crate::domain::Shown::Sign { code, name } => format!("{name} ({code})"),
        other => other.in_file(),
    });
    written.chain(of).find(|text| !text.is_empty()).unwrap_or_default()
}
