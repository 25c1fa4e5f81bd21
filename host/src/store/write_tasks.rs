//! Brings the list of tasks to what a run says, and keeps what people decide.

use rusqlite::{OptionalExtension, params};
use serde::Serialize;
use serde_json::json;

use super::ledger::{Sign, hex};
use super::{Error, Writer};
use crate::domain::{
    Action, Day, Decision, Id, Said, Scope, Suggestion, Task, TaskChange, TaskEntry, TaskEvent,
    TaskRun, TaskState, Undo,
};

/// How messages name it.
const WHAT: &str = "the task";

/// What a run changed in the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TaskTally {
    /// Tasks that are new.
    pub added: usize,
    /// Tasks of which the plugin says something else now.
    pub changed: usize,
    /// Tasks that had lapsed and are back.
    pub reopened: usize,
    /// Tasks that are not proposed any more.
    pub lapsed: usize,
}

impl Writer<'_> {
    /// Changes the list as `changes` say, which come from [`reconcile`](crate::domain::reconcile)
    /// over what this writer reads. The run itself is noted in the audit also where nothing changes.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] where a task of a step would be on the list twice; [`Error::Dangling`];
    /// after an error this writer cannot be committed any more.
    pub fn change_tasks(
        &mut self,
        run: &TaskRun<'_>,
        said_by: (&str, &[u8; 32]),
        changes: &[TaskChange],
        new_id: &mut dyn FnMut() -> Id,
    ) -> Result<TaskTally, Error> {
        let mut tally = TaskTally::default();
        self.written_in_part = true;
        // Kind by kind, so that those of one kind share their entries in the audit. What lapses goes
        // first: the place on the list is free then.
        let of = |wanted: fn(&TaskChange) -> bool| changes.iter().filter(move |one| wanted(one));
        for change in of(|one| matches!(one, TaskChange::Lapse { .. })) {
            self.apply(run, change, new_id)?;
            tally.lapsed += 1;
        }
        for change in of(|one| matches!(one, TaskChange::Renew { .. })) {
            self.apply(run, change, new_id)?;
            tally.changed += 1;
        }
        for change in of(|one| matches!(one, TaskChange::Reopen { .. })) {
            self.apply(run, change, new_id)?;
            tally.reopened += 1;
        }
        for change in of(|one| matches!(one, TaskChange::Add(_))) {
            self.apply(run, change, new_id)?;
            tally.added += 1;
        }
        self.written_in_part = false;
        let (version, package) = said_by;
        let details = json!({
            "version": version,
            "sha256": hex(package),
            "as_of": run.as_of.to_string(),
            "added": tally.added,
            "changed": tally.changed,
            "reopened": tally.reopened,
            "lapsed": tally.lapsed,
        });
        self.note(Action::TaskPropose, run.plugin, &details);
        Ok(tally)
    }

    fn apply(
        &mut self,
        run: &TaskRun<'_>,
        change: &TaskChange,
        new_id: &mut dyn FnMut() -> Id,
    ) -> Result<(), Error> {
        let on = run.as_of;
        match change {
            TaskChange::Add(suggestion) => {
                let id = new_id();
                self.add_task(id, run, suggestion)?;
                self.note_row(Action::TaskAdd, Sign::Id(id));
            }
            TaskChange::Renew { task, said, fields } => {
                self.set_said(*task, said)?;
                if !fields.is_empty() {
                    let fields = fields.clone();
                    self.add_event(*task, &TaskEvent::Changed { on, fields })?;
                }
                self.note_row(Action::TaskChange, Sign::Id(*task));
            }
            TaskChange::Reopen { task, said } => {
                self.set_said(*task, said)?;
                self.set_state(*task, TaskState::Open)?;
                let version = said.version.clone();
                self.add_event(*task, &TaskEvent::Reopened { on, version })?;
                self.note_row(Action::TaskReopen, Sign::Id(*task));
            }
            TaskChange::Lapse { task } => {
                self.set_state(*task, TaskState::Lapsed { on })?;
                self.add_event(*task, &TaskEvent::Lapsed { on })?;
                self.note_row(Action::TaskLapse, Sign::Id(*task));
            }
        }
        Ok(())
    }

    /// Keeps what a person decides about a task on the day `on`.
    ///
    /// # Errors
    ///
    /// [`Error::Task`] for a task that is closed; [`Error::Dangling`] where there is no such task,
    /// contact or practitioner.
    pub fn decide_task(&mut self, task: Id, decision: &Decision, on: Day) -> Result<(), Error> {
        let (found, owner, _) = self.task_now(task)?;
        let (state, event) = found.decide(decision, on, owner.as_deref())?;
        let action = match decision {
            Decision::Done { .. } => Action::TaskDone,
            Decision::Dismiss { .. } => Action::TaskDismiss,
            Decision::Snooze { .. } => Action::TaskSnooze,
            Decision::Lack { .. } => Action::TaskLack,
            Decision::Assign { .. } => Action::TaskAssign,
        };
        self.written_in_part = true;
        if let Decision::Assign { to } = decision {
            self.set_owner(task, Some(to))?;
        } else {
            self.set_state(task, state)?;
        }
        self.add_event(task, &event)?;
        self.written_in_part = false;
        self.note_row(action, Sign::Id(task));
        Ok(())
    }

    /// Takes the last decision about a task back.
    ///
    /// # Errors
    ///
    /// [`Error::Task`] where there is none; [`Error::Exists`] where the step is on the list once more
    /// already; [`Error::Dangling`] where there is no such task.
    pub fn undo_task(&mut self, task: Id) -> Result<(), Error> {
        let (found, _, history) = self.task_now(task)?;
        let undo = found.undo(&history)?;
        self.written_in_part = true;
        match undo {
            Undo::State(state) => self.set_state(task, state)?,
            Undo::Owner(code) => self.set_owner(task, code.as_deref())?,
        }
        self.add_event(task, &TaskEvent::Undone)?;
        self.written_in_part = false;
        self.note_row(Action::TaskUndo, Sign::Id(task));
        Ok(())
    }

    /// Notes that a letter was drafted for a task.
    ///
    /// # Errors
    ///
    /// [`Error::Dangling`] where there is no such task.
    pub fn note_letter(
        &mut self,
        task: Id,
        template: &str,
        language: &str,
        sha256: &[u8; 32],
    ) -> Result<(), Error> {
        let letter = TaskEvent::Letter {
            template: template.to_owned(),
            language: language.to_owned(),
            sha256: hex(sha256),
        };
        self.add_event(task, &letter)?;
        let details = json!({ "template": template, "language": language, "sha256": hex(sha256) });
        self.note(Action::LetterRender, task.to_string(), &details);
        Ok(())
    }

    /// A task as it is now, with its owner's code and its history.
    fn task_now(&self, task: Id) -> Result<(Task, Option<String>, Vec<TaskEntry>), Error> {
        let reader = self.read_all(&Scope::municipality());
        let view = reader.task(task)?.ok_or(Error::Dangling { what: WHAT })?;
        Ok((view.task, view.owner.map(|(code, _)| code), reader.task_history(task)?))
    }

    fn add_task(
        &mut self,
        id: Id,
        run: &TaskRun<'_>,
        suggestion: &Suggestion,
    ) -> Result<(), Error> {
        let said = &suggestion.said;
        self.insert(
            "INSERT INTO task (id, plugin, pupil, step, proposed_on, state, owner, version, package,
               label_de, label_en, holds, templates, template, due, priority, reason_de, reason_en,
               because)
             VALUES (?1, ?2, ?3, ?4, ?5, 'open', ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,
               ?17, ?18)",
            params![
                id.bytes(),
                run.plugin,
                suggestion.pupil.0,
                suggestion.step,
                run.as_of.0,
                suggestion.owner.map(|owner| owner.0),
                said.version,
                said.package,
                said.label.de,
                said.label.en,
                said.holds.code(),
                text(&said.templates),
                said.template,
                said.due.0,
                said.priority as u8,
                said.reason.de,
                said.reason.en,
                text(&said.because),
            ],
            WHAT,
            || ("an open task for the step", suggestion.step.clone()),
        )?;
        let version = said.version.clone();
        self.add_event(id, &TaskEvent::Proposed { on: run.as_of, version })
    }

    fn set_said(&mut self, task: Id, said: &Said) -> Result<(), Error> {
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE task SET version = ?2, package = ?3, label_de = ?4, label_en = ?5, holds = ?6,
                   templates = ?7, template = ?8, due = ?9, priority = ?10, reason_de = ?11,
                   reason_en = ?12, because = ?13
                 WHERE id = ?1",
            )?
            .execute(params![
                task.bytes(),
                said.version,
                said.package,
                said.label.de,
                said.label.en,
                said.holds.code(),
                text(&said.templates),
                said.template,
                said.due.0,
                said.priority as u8,
                said.reason.de,
                said.reason.en,
                text(&said.because),
            ])?;
        is_there(changed)
    }

    fn set_state(&mut self, task: Id, state: TaskState) -> Result<(), Error> {
        let (name, day, contact) = match state {
            TaskState::Open => ("open", None, None),
            TaskState::Waiting { until } => ("waiting", Some(until), None),
            TaskState::Done { on, contact } => ("done", Some(on), contact),
            TaskState::Dismissed { on } => ("dismissed", Some(on), None),
            TaskState::Lapsed { on } => ("lapsed", Some(on), None),
        };
        let contact = contact.map(|id| self.key_of("SELECT key FROM contact WHERE id = ?1", id));
        let contact = contact.transpose()?;
        let step = "SELECT step FROM task WHERE id = ?1";
        let step: Option<String> = self
            .connection
            .prepare_cached(step)?
            .query_row([task.bytes()], |row| row.get(0))
            .optional()?;
        let step = step.ok_or(Error::Dangling { what: WHAT })?;
        self.insert(
            "UPDATE task SET state = ?2, state_day = ?3, contact = ?4 WHERE id = ?1",
            params![task.bytes(), name, day.map(|day| day.0), contact],
            WHAT,
            || ("an open task for the step", step),
        )?;
        Ok(())
    }

    fn set_owner(&mut self, task: Id, code: Option<&str>) -> Result<(), Error> {
        let owner = match code {
            Some(code) => {
                let sql = "SELECT key FROM practitioner WHERE code = ?1";
                let key: Option<i64> = self
                    .connection
                    .prepare_cached(sql)?
                    .query_row([code], |row| row.get(0))
                    .optional()?;
                Some(key.ok_or(Error::Dangling { what: WHAT })?)
            }
            None => None,
        };
        let sql = "UPDATE task SET owner = ?2 WHERE id = ?1";
        is_there(self.connection.prepare_cached(sql)?.execute((task.bytes(), owner))?)
    }

    fn add_event(&mut self, task: Id, event: &TaskEvent) -> Result<(), Error> {
        let key = self.key_of("SELECT key FROM task WHERE id = ?1", task)?;
        let (at, by) = (self.ledger.author.at, self.ledger.author.code.clone());
        self.connection
            .prepare_cached(
                "INSERT INTO task_event (task, number, at, by, event)
                 SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4
                 FROM task_event WHERE task = ?1",
            )?
            .execute(params![key, at, by, text(event)])?;
        Ok(())
    }

    /// The key that a statement finds by an id.
    fn key_of(&self, sql: &'static str, id: Id) -> Result<i64, Error> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let key = statement.query_row([id.bytes()], |row| row.get(0)).optional()?;
        key.ok_or(Error::Dangling { what: WHAT })
    }
}

fn is_there(changed: usize) -> Result<(), Error> {
    if changed == 0 { Err(Error::Dangling { what: WHAT }) } else { Ok(()) }
}

/// A value as JSON.
fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("keys are texts and values plain")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        ChangedField, Fact, FactValue, Holds, Priority, PupilKey, Schools, TaskRefusal, Text,
        reconcile,
    };
    use crate::store::fixture::{City, author, day, new_id};
    use crate::store::{AuditFilter, TaskFilter, TaskView};

    const PLUGIN: &str = "org.example.contact";

    fn said() -> Said {
        Said {
            version: "1.0.0".into(),
            package: [7; 32],
            label: Text::new("Eltern anrufen", "Call the parents"),
            holds: Holds::HalfYear,
            templates: vec!["invitation".into(), "reminder".into()],
            template: Some("invitation".into()),
            due: day("2026-11-25"),
            priority: Priority::High,
            reason: Text::new("Lange kein Kontakt", "No contact for long"),
            because: vec![
                Fact { field: "attempts".into(), value: FactValue::Integer(3) },
                Fact { field: "form".into(), value: FactValue::Code("02".into()) },
                Fact { field: "age".into(), value: FactValue::Missing },
            ],
        }
    }

    fn suggestion(pupil: PupilKey) -> Suggestion {
        let since = day("2026-08-01");
        Suggestion { pupil, step: "call".into(), since, owner: None, said: said() }
    }

    /// Runs with suggestions over everything and gives what changed.
    fn propose(city: &mut City, suggestions: &[Suggestion], on: &str) -> TaskTally {
        let run = TaskRun { plugin: PLUGIN, as_of: day(on), schools: &Schools::All };
        let mut writer = city.store.write(&author()).unwrap();
        let known = writer.read(&Scope::municipality()).tasks(&TaskFilter::default()).unwrap();
        let known: Vec<Task> = known.into_iter().map(|view| view.task).collect();
        let changes = reconcile(&known, suggestions, &run);
        let by = ("1.0.0", &[7; 32]);
        let tally = writer.change_tasks(&run, by, &changes, &mut new_id).unwrap();
        writer.commit().unwrap();
        tally
    }

    fn tasks(city: &City) -> Vec<TaskView> {
        city.all().tasks(&TaskFilter::default()).unwrap()
    }

    fn decide(city: &mut City, task: Id, decision: &Decision) -> Result<(), Error> {
        let mut writer = city.store.write(&author()).unwrap();
        writer.decide_task(task, decision, day("2026-11-22"))?;
        writer.commit()
    }

    #[test]
    fn tasks_are_read_as_they_were_written() {
        let mut city = City::new();
        let mut new = suggestion(city.pupils[0][1]);
        new.owner = Some(city.mediators[0]);
        assert_eq!(propose(&mut city, &[new], "2026-11-20"), TaskTally { added: 1, ..tally() });
        let found = tasks(&city).remove(0);
        assert_eq!(found.task.said, said());
        assert_eq!(
            (found.task.state, found.task.proposed_on),
            (TaskState::Open, day("2026-11-20"))
        );
        assert_eq!((found.pupil.as_str(), found.school.as_str()), ("p01", "100000"));
        assert_eq!(found.owner, Some(("m0".into(), "Person m0".into())));
        assert_eq!((found.household, found.language), (Some(city.households[0]), None));
    }

    fn tally() -> TaskTally {
        TaskTally::default()
    }

    #[test]
    fn what_is_missing_is_told_until_something_else_is_decided() {
        let mut city = City::new();
        let new = suggestion(city.pupils[0][0]);
        propose(&mut city, &[new], "2026-11-20");
        let task = tasks(&city)[0].task.id;
        assert_eq!(tasks(&city)[0].missing, None);
        let lack = Decision::Lack { missing: "welche Nummer gilt".into() };
        decide(&mut city, task, &lack).unwrap();
        decide(&mut city, task, &Decision::Assign { to: "m0".into() }).unwrap();
        let found = tasks(&city).remove(0);
        assert_eq!(found.missing.as_deref(), Some("welche Nummer gilt"));
        assert_eq!(found.task.state, TaskState::Open, "it stays as urgent as it is");
        decide(&mut city, task, &Decision::Snooze { until: day("2026-12-01") }).unwrap();
        assert_eq!(tasks(&city)[0].missing, None);
        decide(&mut city, task, &lack).unwrap();
        let mut writer = city.store.write(&author()).unwrap();
        writer.undo_task(task).unwrap();
        writer.commit().unwrap();
        let found = tasks(&city).remove(0);
        assert_eq!(found.missing, None);
        assert_eq!(found.task.state, TaskState::Waiting { until: day("2026-12-01") });
    }

    #[test]
    fn a_run_adds_changes_takes_off_and_brings_back_and_the_history_tells_it() {
        let mut city = City::new();
        let mut new = suggestion(city.pupils[0][0]);
        assert_eq!(propose(&mut city, &[new.clone()], "2026-11-20").added, 1);
        let before = tasks(&city);
        assert_eq!(propose(&mut city, &[new.clone()], "2026-11-20"), tally());
        assert_eq!(tasks(&city), before, "a second time changes nothing");
        new.said.because.clear();
        assert_eq!(propose(&mut city, &[new.clone()], "2026-11-21").changed, 1);
        new.said.due = day("2026-11-30");
        assert_eq!(propose(&mut city, &[new.clone()], "2026-11-22").changed, 1);
        assert_eq!(propose(&mut city, &[], "2026-11-23").lapsed, 1);
        assert_eq!(propose(&mut city, &[new.clone()], "2026-11-24").reopened, 1);
        let found = tasks(&city);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].task.state, &found[0].task.said), (TaskState::Open, &new.said));
        let version = || "1.0.0".to_owned();
        let due = ChangedField::Due { before: day("2026-11-25"), after: day("2026-11-30") };
        let history = city.all().task_history(found[0].task.id).unwrap();
        let events: Vec<TaskEvent> = history.iter().map(|entry| entry.event.clone()).collect();
        assert_eq!(
            events,
            [
                TaskEvent::Proposed { on: day("2026-11-20"), version: version() },
                TaskEvent::Changed { on: day("2026-11-22"), fields: vec![due] },
                TaskEvent::Lapsed { on: day("2026-11-23") },
                TaskEvent::Reopened { on: day("2026-11-24"), version: version() },
            ]
        );
        assert_eq!((history[3].number, history[3].by.as_str()), (4, "account:tester"));
    }

    #[test]
    fn decisions_are_kept_and_taken_back() {
        let mut city = City::new();
        let contact = city.contact(0);
        city.add(std::slice::from_ref(&contact));
        let new = suggestion(city.pupils[0][0]);
        propose(&mut city, &[new], "2026-11-20");
        let id = tasks(&city)[0].task.id;
        let unknown = Decision::Assign { to: "nobody".into() };
        assert!(matches!(decide(&mut city, id, &unknown), Err(Error::Dangling { .. })));
        let unknown = Decision::Done { contact: Some(new_id()) };
        assert!(matches!(decide(&mut city, id, &unknown), Err(Error::Dangling { .. })));
        let nothing = decide(&mut city, new_id(), &Decision::Done { contact: None });
        assert!(matches!(nothing, Err(Error::Dangling { .. })));

        decide(&mut city, id, &Decision::Assign { to: "m0".into() }).unwrap();
        decide(&mut city, id, &Decision::Snooze { until: day("2026-12-01") }).unwrap();
        decide(&mut city, id, &Decision::Done { contact: Some(contact.id) }).unwrap();
        let done = TaskState::Done { on: day("2026-11-22"), contact: Some(contact.id) };
        assert_eq!(tasks(&city)[0].task.state, done);
        let closed = decide(&mut city, id, &Decision::Dismiss { reason: "x".into() });
        assert!(matches!(closed, Err(Error::Task(TaskRefusal::Closed))));

        let undo = |city: &mut City| {
            let mut writer = city.store.write(&author()).unwrap();
            writer.undo_task(id).map(|()| writer.commit().unwrap())
        };
        undo(&mut city).unwrap();
        let found = tasks(&city).remove(0);
        assert_eq!(found.task.state, TaskState::Waiting { until: day("2026-12-01") });
        assert_eq!(found.owner.unwrap().0, "m0");
        assert!(matches!(undo(&mut city), Err(Error::Task(TaskRefusal::NothingToUndo))));
        decide(&mut city, id, &Decision::Assign { to: "t0".into() }).unwrap();
        undo(&mut city).unwrap();
        assert_eq!(tasks(&city)[0].owner.as_ref().unwrap().0, "m0");
    }

    #[test]
    fn a_decision_is_not_taken_back_beside_a_newer_task_of_the_step() {
        let mut city = City::new();
        let mut new = suggestion(city.pupils[0][0]);
        propose(&mut city, &[new.clone()], "2026-11-20");
        let id = tasks(&city)[0].task.id;
        decide(&mut city, id, &Decision::Done { contact: None }).unwrap();
        assert_eq!(propose(&mut city, &[new.clone()], "2026-11-23"), tally(), "it holds");
        new.since = day("2027-02-01");
        assert_eq!(propose(&mut city, &[new], "2027-02-01").added, 1);
        let mut writer = city.store.write(&author()).unwrap();
        let error = writer.undo_task(id).unwrap_err();
        assert_eq!(error.to_string(), "there is already an open task for the step `call`");
    }

    #[test]
    fn filters_find_tasks_by_school_pupil_owner_plugin_and_state() {
        let mut city = City::new();
        let mut new = [suggestion(city.pupils[0][0]), suggestion(city.pupils[1][0])];
        new[1].owner = Some(city.mediators[1]);
        propose(&mut city, &new, "2026-11-20");
        let count = |city: &City, filter: TaskFilter| city.all().tasks(&filter).unwrap().len();
        let all = TaskFilter::default;
        assert_eq!(count(&city, all()), 2);
        assert_eq!(count(&city, TaskFilter { school: Some("100001".into()), ..all() }), 1);
        assert_eq!(count(&city, TaskFilter { pupil: Some("p00".into()), ..all() }), 1);
        assert_eq!(count(&city, TaskFilter { owner: Some("m1".into()), ..all() }), 1);
        assert_eq!(count(&city, TaskFilter { plugin: Some("org.other".into()), ..all() }), 0);
        let id = tasks(&city)[0].task.id;
        decide(&mut city, id, &Decision::Done { contact: None }).unwrap();
        assert_eq!(count(&city, TaskFilter { open: true, ..all() }), 1);
    }

    #[test]
    fn the_audit_tells_of_tasks_and_of_no_facts_or_reasons() {
        let mut city = City::new();
        let pupils = [city.pupils[0][0], city.pupils[1][0]];
        propose(&mut city, &pupils.map(suggestion), "2026-11-20");
        let id = tasks(&city)[0].task.id;
        decide(&mut city, id, &Decision::Dismiss { reason: "Kanarienvogel".into() }).unwrap();
        let mut writer = city.store.write(&author()).unwrap();
        writer.note_letter(id, "invitation", "tr", &[1; 32]).unwrap();
        writer.commit().unwrap();
        let entries = city.all().audit(&AuditFilter::default()).unwrap();
        let actions: Vec<&str> = entries[..4].iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["letter.render", "task.dismiss", "task.propose", "task.add"]);
        assert_eq!(entries[0].subject, id.to_string());
        assert!(entries[0].details.contains(&"01".repeat(32)), "{}", entries[0].details);
        assert_eq!(
            (entries[1].subject.as_str(), entries[1].details.as_str()),
            (&*id.to_string(), "{}")
        );
        assert!(entries[2].details.contains(r#""added":2"#), "{}", entries[2].details);
        let said = format!("{:?}", &entries[..4]);
        for word in ["Kanarienvogel", "Lange kein", "attempts", "Kind"] {
            assert!(!said.contains(word), "{word}");
        }
    }
}
