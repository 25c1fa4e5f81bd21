//! Who looks at whom: every use case that shows records about people says so here.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use crate::domain::{
    About, Day, Directory, FormKind, HouseholdKey, PupilKey, Scope, Seen, SeenAs, Sheet, SheetCell,
    Sighting,
};
use crate::store::{EntryFilter, Person, PupilView, Reader, TaskView};

use super::workspace::{App, day_of};
use super::{Actor, Error, UseCase};

impl App {
    /// Notes that `actor` sees records. Every use case that shows records about people calls it; what
    /// it shows must not be shown before [`App::settle_reads`].
    ///
    /// # Errors
    ///
    /// Those of the store, where it cannot be told in which role they look.
    pub(super) fn saw(
        &self,
        actor: &Actor,
        use_case: UseCase,
        kind: SeenAs,
        about: About,
    ) -> Result<(), Error> {
        if !about.is_nothing() {
            self.store.note_read(self.sighting(actor, use_case, kind, about)?);
        }
        Ok(())
    }

    /// The same for what is noted by a writer.
    pub(super) fn sighting(
        &self,
        actor: &Actor,
        use_case: UseCase,
        kind: SeenAs,
        about: About,
    ) -> Result<Sighting, Error> {
        let role = match actor.account() {
            Some(account) => Some(account.role),
            None if actor.practitioner().is_none() => None,
            None => actor.role(&self.store.read(&Scope::municipality())?)?,
        };
        Ok(Sighting {
            author: actor.author(),
            role: role.map_or_else(String::new, |role| role.code().to_owned()),
            use_case: use_case.code(),
            kind,
            emergency: actor.emergency().is_some(),
            about,
        })
    }

    /// Writes what was read to the audit. It comes before anything that was read is shown: nobody
    /// reads unseen.
    ///
    /// # Errors
    ///
    /// [`Error::Store`] where the audit cannot be written to; then nothing may be shown.
    pub fn settle_reads(&self) -> Result<(), Error> {
        Ok(self.store.settle_reads()?)
    }

    /// How many reads the audit does not have yet, for whoever shows what was read.
    pub fn waiting_reads(&self) -> Arc<AtomicUsize> {
        self.store.waiting_reads()
    }
}

/// A look at entries about somebody for that somebody's own eyes: by day and role, and without codes
/// or names of those who work here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenByRole {
    /// The day, where the person sits.
    pub day: Day,
    /// The code of the role; empty for the operator of the machine.
    pub role: String,
    /// The code of the use case.
    pub use_case: String,
    /// In what form.
    pub kind: Option<SeenAs>,
}

/// Looks for the eyes of the person they were at, newest first, the same of one day once.
pub fn seen_by_role(seen: Vec<Seen>) -> Vec<SeenByRole> {
    let mut found: Vec<SeenByRole> = Vec::new();
    for look in seen {
        let look = SeenByRole {
            day: day_of(look.at),
            role: look.role,
            use_case: look.use_case,
            kind: look.kind,
        };
        if !found.contains(&look) {
            found.push(look);
        }
    }
    found
}

/// Whom pupils that are shown are: themselves and their households.
pub(super) fn about_pupils<'a>(views: impl IntoIterator<Item = &'a PupilView>) -> About {
    About::pupils(views.into_iter().map(|view| (view.key, view.pupil.household)))
}

/// Somebody who is asked about by code.
pub(super) fn about_person(person: &Person) -> About {
    let mut about = About::records(1);
    about.pupils.extend(&person.pupils);
    about.households.extend(person.household);
    about
}

/// Whom the consents with these codes are about.
pub(super) fn about_consents(reader: &Reader<'_>, codes: &[&str]) -> Result<About, Error> {
    let kind = FormKind::of_name("consents").expect("test: every_form_that_sheets_read_is_there");
    let mut found = reader.entries(kind, &EntryFilter::default())?;
    found.retain(|view| codes.contains(&view.code()));
    Ok(reader.about_entries(&found)?)
}

/// Whom tasks are about.
pub(super) fn about_tasks<'a>(views: impl IntoIterator<Item = &'a TaskView>) -> About {
    About::pupils(views.into_iter().map(|view| (view.task.pupil, view.household)))
}

/// Pupils by their codes.
pub(super) fn about_codes<'a>(
    directory: &Directory,
    codes: impl IntoIterator<Item = &'a str>,
) -> About {
    let known = codes.into_iter().filter_map(|code| directory.pupils.get(code));
    About::pupils(known.map(|known| (known.key, None)))
}

/// Whom a sheet shows: everybody whose code stands in a cell, alone, in a list, or behind a name as
/// in `Name (code)`. A support case stands for whom it is about.
pub(super) fn about_sheet(sheet: &Sheet, directory: &Directory, cases: &Cases) -> About {
    let mut about = About::default();
    let rows = sheet.tables.iter().flat_map(|table| &table.rows);
    about.records = rows.clone().count() as u64;
    // At the head of a sheet stands whom it is about.
    let head = sheet.facts.iter().map(|(_, cell)| cell);
    for cell in head.chain(rows.flatten()) {
        let SheetCell::Text(text) = cell else { continue };
        for part in std::iter::once(text.as_str()).chain(text.split(", ")) {
            let code = match part.rsplit_once('(') {
                Some((_, code)) => code.trim_end_matches(')'),
                None => part,
            };
            about.pupils.extend(directory.pupils.get(code).map(|known| known.key));
            about.households.extend(directory.households.get(code));
            if let Some((pupil, household)) = cases.get(code) {
                about.pupils.extend(pupil);
                about.households.extend(household);
            }
        }
    }
    about
}

/// Whom support cases are about, by their codes.
pub(super) type Cases = std::collections::HashMap<String, (Option<PupilKey>, Option<HouseholdKey>)>;
