//! Next steps that were agreed in contacts, as they stand on the list of what is to be done.

use std::collections::BTreeMap;

use crate::domain::{About, Code, ContactView, Day, SeenAs, TaskBucket};
use crate::store::StepsAsked;

use super::lookups::coded_at;
use super::workspace::{App, today};
use super::{Actor, Error, UseCase};

/// How long a next step is looked for that was agreed: a school year and the holidays after it.
const STEPS_BACK: i32 = 400;

/// How long a step stays that is about no family: nothing shows whether it was done. It counts from the
/// day it is due, or from the contact where it has no day.
const STEPS_OF_NOBODY: i32 = 7;
const UNDATED_STEPS_OF_NOBODY: i32 = 28;

/// A next step that was agreed and that nothing has followed yet.
#[derive(Debug, Clone)]
pub struct StepFacts {
    /// The contact in which it was agreed.
    pub view: ContactView,
    /// What kind of contact that was.
    pub kind: Code,
    /// What is to be done; may be empty.
    pub text: String,
    /// By when; `None` where nobody said.
    pub due: Option<Day>,
    /// Where it stands among the tasks; `None` without a day.
    pub bucket: Option<TaskBucket>,
}

impl App {
    /// The next steps that are still open, those of one school or of all in sight: what is due comes
    /// first, what has no day last.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchSchool`], also for one out of sight.
    pub fn open_steps(&self, actor: &Actor, school: Option<&str>) -> Result<Vec<StepFacts>, Error> {
        let scope = self.permit(actor, UseCase::ContactRead)?;
        let reader = self.store.read(&scope)?;
        if let Some(number) = school
            && !reader.schools()?.iter().any(|(_, found, _)| found.number == number)
        {
            return Err(Error::NoSuchSchool(number.to_owned()));
        }
        let now = today();
        let mut found = reader.open_steps(StepsAsked {
            from: now.plus(-STEPS_BACK),
            until: now,
            due_from: now.plus(-STEPS_OF_NOBODY),
            undated_from: now.plus(-UNDATED_STEPS_OF_NOBODY),
        })?;
        found.retain(|view| school.is_none_or(|number| view.school == number) && stays(view, now));
        self.saw(actor, UseCase::ContactRead, SeenAs::List, About::contacts(&found))?;
        let codes = reader.code_lists();
        let mut steps: Vec<StepFacts> = found
            .into_iter()
            .filter_map(|view| {
                let step = view.contact.next_step.clone()?;
                let kind = coded_at(codes, "contact-kind", view.contact.kind);
                let bucket = step.due.map(|due| TaskBucket::of_due(due, now));
                Some(StepFacts { view, kind, text: step.text, due: step.due, bucket })
            })
            .collect();
        steps.sort_by_key(|step| (step.due.is_none(), step.due, step.view.contact.day));
        Ok(steps)
    }

    /// For each school in sight the first school day from a day on, by school number. A school without
    /// one in the next hundred days is not in it.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn next_school_days(
        &self,
        actor: &Actor,
        from: Day,
    ) -> Result<BTreeMap<String, Day>, Error> {
        let scope = self.permit(actor, UseCase::SchoolRead)?;
        let directory = self.store.read(&scope)?.directory()?;
        let first = |number: &String| {
            let known = directory.schools.get(number)?;
            let register = directory.registers.get(&known.key).cloned().unwrap_or_default();
            (0..100).map(|days| from.plus(days)).find(|day| register.is_school_day(*day))
        };
        let schools = directory.schools.keys();
        Ok(schools.filter_map(|number| Some((number.clone(), first(number)?))).collect())
    }
}

/// Whether a step is still on the list: one whose pupils are all out of sight is about nobody, too.
fn stays(view: &ContactView, now: Day) -> bool {
    let contact = &view.contact;
    if !contact.pupils.is_empty() || contact.household.is_some() {
        return true;
    }
    match contact.next_step.as_ref().and_then(|step| step.due) {
        Some(due) => due >= now.plus(-STEPS_OF_NOBODY),
        None => contact.day >= now.plus(-UNDATED_STEPS_OF_NOBODY),
    }
}
