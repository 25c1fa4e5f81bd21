//! The list of tasks: who sees what of it, and what people decide about it.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::capture::LONGEST_TEXT;
use crate::domain::{
    Day, Decision, Dictionary, Directory, FactValue, Field, Id, Lang, SchoolKey, Scope, SeenAs,
    TaskBucket, TaskEntry,
};
use crate::render::day as show_day;
use crate::store::{self, Reader, TaskView};

use super::authorization::permit_by;
use super::lookups::one_of;
use super::propose::is_day;
use super::seen::about_tasks;
use super::workspace::{App, today};
use super::{Actor, Error, TaskError, UseCase};

/// Which tasks to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct TaskFilter<'a> {
    /// Only those of pupils at this school.
    pub school: Option<&'a str>,
    /// Only those of this pupil.
    pub pupil: Option<&'a str>,
    /// Only those of this practitioner.
    pub owner: Option<&'a str>,
    /// Only those of this plugin.
    pub plugin: Option<&'a str>,
    /// Only those that stand here; without it, all that are on the list.
    pub bucket: Option<TaskBucket>,
}

/// A task with where it stands today.
#[derive(Debug, Clone)]
pub struct TaskFacts {
    /// The task.
    pub view: TaskView,
    /// Where it stands.
    pub bucket: TaskBucket,
}

/// A task with everything that is known about it.
#[derive(Debug, Clone)]
pub struct TaskDetails {
    /// The task.
    pub facts: TaskFacts,
    /// The facts behind the reason, each as its name and what it said, in words.
    pub because: Vec<(String, String)>,
    /// What happened to it, oldest first.
    pub history: Vec<TaskEntry>,
}

impl App {
    /// The tasks that an actor may see, what is urgent first, then by the day they are due; those
    /// that wait come last.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchSchool`] and [`Error::NoSuchPupil`], also for those out of sight;
    /// [`Error::NoSuchPractitioner`].
    pub fn tasks(&self, actor: &Actor, filter: &TaskFilter<'_>) -> Result<Vec<TaskFacts>, Error> {
        let scope = self.permit(actor, UseCase::TaskRead)?;
        let now = today();
        let reader = self.store.read(&scope)?;
        in_sight(&reader.directory()?, filter)?;
        let bucket = filter.bucket;
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let wanted = store::TaskFilter {
            school: owned(filter.school),
            pupil: owned(filter.pupil),
            owner: owned(filter.owner),
            plugin: owned(filter.plugin),
            open: bucket.is_none_or(TaskBucket::is_open),
        };
        let mut found: Vec<TaskFacts> =
            reader.tasks(&wanted)?.into_iter().map(|view| facts(view, now)).collect();
        found.retain(|facts| bucket.is_none_or(|bucket| facts.bucket == bucket));
        found.sort_by_key(order);
        let about = about_tasks(found.iter().map(|facts| &facts.view));
        self.saw(actor, UseCase::TaskRead, SeenAs::List, about)?;
        Ok(found)
    }

    /// One task with its reason, the facts behind it in `lang`, and its history. `id` may be cut
    /// short as long as it fits one task alone.
    ///
    /// # Errors
    ///
    /// [`TaskError::NoSuchTask`], also for one out of sight; [`Error::Ambiguous`].
    pub fn task(&self, actor: &Actor, id: &str, lang: Lang) -> Result<TaskDetails, Error> {
        let scope = self.permit(actor, UseCase::TaskRead)?;
        let now = today();
        let reader = self.store.read(&scope)?;
        let view = find(&reader, id)?;
        let words = |fact: &crate::domain::Fact| {
            let dataset = Dictionary::get().dataset("cases");
            let field = dataset.and_then(|dataset| dataset.field(&fact.field));
            let title = field.map_or(&*fact.field, |field| field.title.get(lang));
            (title.to_owned(), in_words(field, &fact.value, &reader, lang))
        };
        let because = view.task.said.because.iter().map(words).collect();
        let history = reader.task_history(view.task.id)?;
        self.saw(actor, UseCase::TaskRead, SeenAs::Detail, about_tasks([&view]))?;
        Ok(TaskDetails { facts: facts(view, now), because, history })
    }

    /// Notes that a task was done, by a contact where one is named, and gives its id.
    ///
    /// # Errors
    ///
    /// [`TaskError::NoSuchTask`], [`Error::NoSuchContact`], [`TaskError::OtherCase`], and
    /// [`Error::Store`] for a task that is closed.
    pub fn task_done(
        &mut self,
        actor: &Actor,
        id: &str,
        contact: Option<&str>,
    ) -> Result<Id, Error> {
        self.permit(actor, UseCase::TaskDecide)?;
        self.decide_task(actor, id, |reader, view| {
            let Some(text) = contact else { return Ok(Decision::Done { contact: None }) };
            let none = || Error::NoSuchContact(text.to_owned());
            let contact = text.parse().map_err(|_| none())?;
            let about = reader.contact(contact)?.ok_or_else(none)?.contact;
            let is_theirs = about.pupils.contains(&view.task.pupil)
                || (about.household.is_some() && about.household == view.household);
            if is_theirs {
                Ok(Decision::Done { contact: Some(contact) })
            } else {
                Err(TaskError::OtherCase(text.to_owned()).into())
            }
        })
    }

    /// Dismisses a task and gives its id.
    ///
    /// # Errors
    ///
    /// [`TaskError::NoSuchTask`], [`TaskError::BadReason`], and [`Error::Store`] for a task that is
    /// closed.
    pub fn dismiss_task(&mut self, actor: &Actor, id: &str, reason: &str) -> Result<Id, Error> {
        self.permit(actor, UseCase::TaskDecide)?;
        let reason = one_line(reason)?;
        self.decide_task(actor, id, |_, _| Ok(Decision::Dismiss { reason }))
    }

    /// Notes that somebody looked at a task and what has to be found out before it can be done, and
    /// gives its id. It stays where it stands on the list.
    ///
    /// # Errors
    ///
    /// As [`App::dismiss_task`].
    pub fn task_lacks(&mut self, actor: &Actor, id: &str, missing: &str) -> Result<Id, Error> {
        self.permit(actor, UseCase::TaskDecide)?;
        let missing = one_line(missing)?;
        self.decide_task(actor, id, |_, _| Ok(Decision::Lack { missing }))
    }

    /// Puts a task off until a school day and gives its id.
    ///
    /// # Errors
    ///
    /// [`TaskError::NoSuchTask`], [`TaskError::NotToCome`], [`TaskError::NoSchoolDay`], and
    /// [`Error::Store`] for a task that is closed.
    pub fn snooze_task(&mut self, actor: &Actor, id: &str, until: Day) -> Result<Id, Error> {
        self.permit(actor, UseCase::TaskDecide)?;
        if until <= today() {
            return Err(TaskError::NotToCome(until).into());
        }
        self.decide_task(actor, id, |reader, view| {
            let directory = reader.directory()?;
            let own = directory.registers.get(&view.task.school).cloned().unwrap_or_default();
            if own.is_school_day(until) {
                Ok(Decision::Snooze { until })
            } else {
                let school = view.school.clone();
                Err(TaskError::NoSchoolDay { day: until, school }.into())
            }
        })
    }

    /// Gives tasks to a practitioner, all of them or none: those named, and all open ones of `from`.
    /// Gives how many.
    ///
    /// # Errors
    ///
    /// [`TaskError::NoSuchTask`], [`Error::NoSuchPractitioner`], [`TaskError::NoPost`] where the new
    /// owner would not see one of them, and [`Error::Store`] for a task that is closed.
    pub fn assign_tasks(
        &mut self,
        actor: &Actor,
        to: &str,
        ids: &[String],
        from: Option<&str>,
    ) -> Result<usize, Error> {
        self.permit(actor, UseCase::TaskDecide)?;
        let now = today();
        let mut writer = self.store.write(&actor.author())?;
        let tasks = {
            let scope =
                permit_by(&writer.read(&Scope::municipality()), actor, UseCase::TaskDecide, now)?;
            let reader = writer.read(&scope);
            let directory = reader.directory()?;
            for code in [Some(to), from].into_iter().flatten() {
                if !directory.practitioners.contains_key(code) {
                    return Err(Error::NoSuchPractitioner(code.to_owned()));
                }
            }
            let named = ids.iter().map(|id| find(&reader, id)).collect::<Result<Vec<_>, _>>()?;
            let mut tasks = named;
            if let Some(from) = from {
                let owner = Some(from.to_owned());
                let filter =
                    store::TaskFilter { owner, open: true, ..store::TaskFilter::default() };
                tasks.extend(reader.tasks(&filter)?);
            }
            // One that was named and is also one of theirs.
            let mut seen = BTreeSet::new();
            tasks.retain(|view| seen.insert(view.task.id));
            // One who is given what they have already keeps it.
            tasks.retain(|view| view.owner.as_ref().is_none_or(|(code, _)| code != to));
            let posts = posts(&writer.read(&Scope::municipality()), to, now)?;
            if let Some(view) = tasks.iter().find(|view| !posts.contains(&view.task.school)) {
                let (code, school) = (to.to_owned(), view.school.clone());
                return Err(TaskError::NoPost { code, school }.into());
            }
            tasks
        };
        for view in &tasks {
            writer.decide_task(view.task.id, &Decision::Assign { to: to.to_owned() }, now)?;
        }
        writer.commit()?;
        Ok(tasks.len())
    }

    /// Takes the last decision about a task back and gives its id.
    ///
    /// # Errors
    ///
    /// [`TaskError::NoSuchTask`], and [`Error::Store`] where there is nothing to take back.
    pub fn undo_task(&mut self, actor: &Actor, id: &str) -> Result<Id, Error> {
        self.permit(actor, UseCase::TaskDecide)?;
        let mut writer = self.store.write(&actor.author())?;
        let scope =
            permit_by(&writer.read(&Scope::municipality()), actor, UseCase::TaskDecide, today())?;
        let task = find(&writer.read(&scope), id)?.task.id;
        writer.undo_task(task)?;
        writer.commit()?;
        Ok(task)
    }

    /// Decides about a task that an actor may see, in one transaction.
    fn decide_task(
        &mut self,
        actor: &Actor,
        id: &str,
        decision: impl FnOnce(&Reader<'_>, &TaskView) -> Result<Decision, Error>,
    ) -> Result<Id, Error> {
        let now = today();
        let mut writer = self.store.write(&actor.author())?;
        let scope =
            permit_by(&writer.read(&Scope::municipality()), actor, UseCase::TaskDecide, now)?;
        let (task, decision) = {
            let reader = writer.read(&scope);
            let view = find(&reader, id)?;
            let decision = decision(&reader, &view)?;
            (view.task.id, decision)
        };
        writer.decide_task(task, &decision, now)?;
        writer.commit()?;
        Ok(task)
    }
}

fn one_line(text: &str) -> Result<String, Error> {
    let text = text.trim();
    let is_one_line = !text.chars().any(char::is_control);
    if text.is_empty() || text.chars().count() > LONGEST_TEXT || !is_one_line {
        return Err(TaskError::BadReason.into());
    }
    Ok(text.to_owned())
}

/// The one task in sight whose id begins so.
pub(super) fn find(reader: &Reader<'_>, id: &str) -> Result<TaskView, Error> {
    let none = || TaskError::NoSuchTask(id.to_owned());
    let id = if let Ok(id) = id.parse() {
        id
    } else {
        let tasks = reader.tasks(&store::TaskFilter::default())?;
        one_of(tasks.into_iter().map(|view| view.task.id), id)?.ok_or_else(none)?
    };
    Ok(reader.task(id)?.ok_or_else(none)?)
}

fn facts(view: TaskView, now: Day) -> TaskFacts {
    TaskFacts { bucket: view.task.bucket(now), view }
}

/// What comes first in the list.
fn order(facts: &TaskFacts) -> impl Ord + use<> {
    let TaskFacts { view, bucket } = facts;
    let said = &view.task.said;
    let later = (*bucket).max(TaskBucket::Later);
    (later, Reverse(said.priority), said.due, view.pupil.clone(), view.task.step.clone())
}

/// Refuses a filter by what is not there, or not for this reader to see.
fn in_sight(directory: &Directory, filter: &TaskFilter<'_>) -> Result<(), Error> {
    if let Some(number) = filter.school.filter(|number| !directory.schools.contains_key(*number)) {
        return Err(Error::NoSuchSchool(number.to_owned()));
    }
    if let Some(code) = filter.pupil.filter(|code| !directory.pupils.contains_key(*code)) {
        return Err(Error::NoSuchPupil(code.to_owned()));
    }
    match filter.owner.filter(|code| !directory.practitioners.contains_key(*code)) {
        Some(code) => Err(Error::NoSuchPractitioner(code.to_owned())),
        None => Ok(()),
    }
}

/// The schools where a practitioner has a post on a day.
fn posts(reader: &Reader<'_>, code: &str, day: Day) -> Result<BTreeSet<SchoolKey>, Error> {
    let posts = reader.assignments()?.into_iter();
    let theirs =
        posts.filter(|view| view.practitioner == code && view.assignment.span.contains(day));
    Ok(theirs.map(|view| view.assignment.school).collect())
}

/// What a fact says, in words.
fn in_words(field: Option<&Field>, value: &FactValue, reader: &Reader<'_>, lang: Lang) -> String {
    let list = field.and_then(|field| field.codes.as_deref()).unwrap_or_default();
    let word = |code: &String| reader.code_lists().word(list, code, lang);
    match value {
        FactValue::Missing => lang.pick("keine Angabe", "not known").to_owned(),
        FactValue::Flag(true) => lang.pick("ja", "yes").to_owned(),
        FactValue::Flag(false) => lang.pick("nein", "no").to_owned(),
        FactValue::Integer(number) => match i32::try_from(*number) {
            Ok(number) if field.is_some_and(|field| is_day(&field.name)) => {
                show_day(Day(number), lang)
            }
            _ => number.to_string(),
        },
        FactValue::Decimal(number) => lang.pick(number.replace('.', ","), number.clone()),
        FactValue::Code(code) => word(code),
        FactValue::Codes(codes) => codes.iter().map(word).collect::<Vec<_>>().join(", "),
    }
}
