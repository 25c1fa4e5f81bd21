//! Holds what a plugin proposes against the list, and says what has to change in it.

use std::collections::BTreeMap;

use super::{ChangedField, Said, Task, TaskState};
use crate::domain::day::Day;
use crate::domain::id::{Id, PractitionerKey, PupilKey};
use crate::domain::scope::Schools;

/// A proposal about a pupil.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Whose case it is.
    pub pupil: PupilKey,
    /// The permanent id of the step. A pupil has at most one suggestion for each.
    pub step: String,
    /// The first day of the period that the day of the run lies in, for this step and the school of
    /// this pupil. What was decided about the step on that day or later still holds.
    pub since: Day,
    /// Whose it becomes where it is new.
    pub owner: Option<PractitionerKey>,
    /// What the plugin says about it.
    pub said: Said,
}

/// The run that suggestions come from.
#[derive(Debug, Clone, Copy)]
pub struct TaskRun<'a> {
    /// The plugin's id. Another version of it is the same plugin.
    pub plugin: &'a str,
    /// The day that counted as today.
    pub as_of: Day,
    /// The schools whose cases the run looked at. Nothing is said about others.
    pub schools: &'a Schools,
}

/// What has to change in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskChange {
    /// A new task.
    Add(Suggestion),
    /// The plugin says something else about a task that is on the list. It stays where people have
    /// put it.
    Renew {
        /// The task.
        task: Id,
        /// What it says now.
        said: Said,
        /// What of it is worth an entry in the history; often nothing.
        fields: Vec<ChangedField>,
    },
    /// A task that had lapsed is proposed once more in the same period.
    Reopen {
        /// The task.
        task: Id,
        /// What the plugin says now.
        said: Said,
    },
    /// A task is not proposed any more.
    Lapse {
        /// The task.
        task: Id,
    },
}

/// What has to change in the list so that it says what a run says, by pupil and step.
///
/// `known` are tasks of any plugin and any state; those of other plugins and of pupils at other
/// schools are left alone. For each pupil and step: a decision of a person in this period or later
/// stands, and nothing is proposed against it; a task on the list is kept; one that lapsed in this
/// period comes back; else a new one is added. What is on the list and not proposed lapses. So a run
/// done twice changes nothing the second time, and the order of anything does not matter.
pub fn reconcile(known: &[Task], suggestions: &[Suggestion], run: &TaskRun<'_>) -> Vec<TaskChange> {
    let mut tasks: BTreeMap<(PupilKey, &str), Vec<&Task>> = BTreeMap::new();
    for task in known {
        if task.plugin == run.plugin && run.schools.contains(task.school) {
            tasks.entry((task.pupil, &task.step)).or_default().push(task);
        }
    }
    let mut wanted: BTreeMap<(PupilKey, &str), &Suggestion> = BTreeMap::new();
    for suggestion in suggestions {
        wanted.insert((suggestion.pupil, &suggestion.step), suggestion);
    }
    let mut changes = Vec::new();
    for (case, suggestion) in &wanted {
        let same = tasks.get(case).map_or(&[][..], Vec::as_slice);
        changes.extend(propose(same, suggestion));
    }
    for (case, same) in &tasks {
        let suggestion = wanted.get(case).filter(|suggestion| !is_decided(same, suggestion));
        if suggestion.is_none() {
            let open = same.iter().filter(|task| task.state.is_open());
            changes.extend(open.map(|task| TaskChange::Lapse { task: task.id }));
        }
    }
    changes
}

/// Whether a person has decided about the step, and the decision holds.
fn is_decided(same: &[&Task], suggestion: &Suggestion) -> bool {
    same.iter().any(|task| task.state.decided_on().is_some_and(|on| suggestion.since <= on))
}

/// What a suggestion changes, given the tasks of the same pupil and step.
fn propose(same: &[&Task], suggestion: &Suggestion) -> Option<TaskChange> {
    if is_decided(same, suggestion) {
        return None;
    }
    let said = suggestion.said.clone();
    if let Some(open) = same.iter().find(|task| task.state.is_open()) {
        let fields = open.said.changes(&said);
        return (open.said != said).then_some(TaskChange::Renew { task: open.id, said, fields });
    }
    let lapsed = same.iter().filter_map(|task| match task.state {
        TaskState::Lapsed { on } if suggestion.since <= on => Some((on, task.id)),
        _ => None,
    });
    Some(match lapsed.max() {
        Some((_, task)) => TaskChange::Reopen { task, said },
        None => TaskChange::Add(suggestion.clone()),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::super::sample::{day, said, task};
    use super::*;
    use crate::domain::id::SchoolKey;
    use crate::domain::proposal::{Holds, Priority};
    use crate::domain::register::Register;
    use crate::domain::task::Decision;

    const OURS: &str = "org.example.contact";

    /// Pupils 0 to 5; the school of each is its number modulo 3.
    fn school(pupil: i64) -> SchoolKey {
        SchoolKey(pupil % 3)
    }

    /// Does to a list what changes say, as the store does it.
    fn apply(tasks: &mut Vec<Task>, changes: &[TaskChange], run: &TaskRun<'_>) {
        let at = |tasks: &[Task], id: Id| tasks.iter().position(|task| task.id == id).unwrap();
        for change in changes {
            match change {
                TaskChange::Add(new) => tasks.push(Task {
                    id: Id(Uuid::from_u128(1_000 + tasks.len() as u128)),
                    plugin: run.plugin.into(),
                    pupil: new.pupil,
                    school: school(new.pupil.0),
                    step: new.step.clone(),
                    said: new.said.clone(),
                    proposed_on: run.as_of,
                    state: TaskState::Open,
                    owner: new.owner,
                }),
                TaskChange::Renew { task, said, .. } => {
                    let at = at(tasks, *task);
                    tasks[at].said = said.clone();
                }
                TaskChange::Reopen { task, said } => {
                    let at = at(tasks, *task);
                    (tasks[at].said, tasks[at].state) = (said.clone(), TaskState::Open);
                }
                TaskChange::Lapse { task } => {
                    let at = at(tasks, *task);
                    tasks[at].state = TaskState::Lapsed { on: run.as_of };
                }
            }
        }
    }

    /// A run on a day, with suggestions for (pupil, step) and how many days until due.
    #[derive(Debug, Clone)]
    struct Night {
        as_of: Day,
        rows: Vec<(i64, usize, i32)>,
        version: &'static str,
    }

    const STEPS: [(&str, Holds); 4] = [
        ("call", Holds::Month),
        ("visit", Holds::HalfYear),
        ("letter", Holds::SchoolYear),
        ("talk", Holds::Always),
    ];

    fn suggestions(night: &Night) -> Vec<Suggestion> {
        let register = Register::default();
        let mut seen = HashSet::new();
        let rows = night.rows.iter().filter(|(pupil, step, _)| seen.insert((*pupil, *step)));
        rows.map(|(pupil, step, days)| {
            let (step, holds) = STEPS[*step];
            let mut words = said("2026-01-01");
            (words.due, words.holds) = (night.as_of.plus(*days), holds);
            words.version = night.version.into();
            let since = holds.since(night.as_of, &register);
            let (pupil, owner) = (PupilKey(*pupil), None);
            Suggestion { pupil, step: step.into(), since, owner, said: words }
        })
        .collect()
    }

    fn nights() -> impl Strategy<Value = Vec<Night>> {
        let row = (0..6i64, 0..4usize, -3..10i32);
        let version = prop_oneof![Just("1.0.0"), Just("1.1.0")];
        let night = (0..500i32, prop::collection::vec(row, 0..12), version).prop_map(
            |(days, rows, version)| Night { as_of: day("2025-08-15").plus(days), rows, version },
        );
        prop::collection::vec(night, 1..6)
    }

    /// What people do after each run: a task by its place, a decision, and how many days later.
    fn decisions() -> impl Strategy<Value = Vec<(usize, u8, i32)>> {
        prop::collection::vec((0..40usize, 0..3u8, 0..40i32), 0..8)
    }

    /// A list as it came about by runs and decisions.
    fn lived(nights: &[Night], decisions: &[(usize, u8, i32)]) -> Vec<Task> {
        let mut tasks = Vec::new();
        for night in nights {
            let run = TaskRun { plugin: OURS, as_of: night.as_of, schools: &Schools::All };
            let changes = reconcile(&tasks, &suggestions(night), &run);
            apply(&mut tasks, &changes, &run);
            for (place, kind, later) in decisions {
                let count = tasks.len();
                let Some(task) = tasks.get_mut(place % count.max(1)) else { continue };
                let on = night.as_of.plus(*later);
                let decision = match kind {
                    0 => Decision::Done { contact: None },
                    1 => Decision::Dismiss { reason: "x".into() },
                    _ => Decision::Snooze { until: on.plus(3) },
                };
                if let Ok((state, _)) = task.decide(&decision, on, None) {
                    task.state = state;
                }
            }
        }
        tasks
    }

    proptest! {
        #[test]
        fn a_run_done_twice_changes_nothing_the_second_time(
            nights in nights(), decisions in decisions(), last in nights(),
        ) {
            let mut tasks = lived(&nights, &decisions);
            let wanted = suggestions(&last[0]);
            let run = TaskRun { plugin: OURS, as_of: last[0].as_of, schools: &Schools::All };
            let changes = reconcile(&tasks, &wanted, &run);
            apply(&mut tasks, &changes, &run);
            prop_assert_eq!(reconcile(&tasks, &wanted, &run), []);
        }

        #[test]
        fn the_order_of_anything_does_not_matter(
            nights in nights(), decisions in decisions(), last in nights(), turn in 0..12usize,
        ) {
            let mut tasks = lived(&nights, &decisions);
            let mut wanted = suggestions(&last[0]);
            let run = TaskRun { plugin: OURS, as_of: last[0].as_of, schools: &Schools::All };
            let changes = reconcile(&tasks, &wanted, &run);
            tasks.reverse();
            let count = wanted.len().max(1);
            wanted.rotate_left(turn % count);
            prop_assert_eq!(reconcile(&tasks, &wanted, &run), changes);
        }

        #[test]
        fn afterwards_just_what_is_proposed_and_not_decided_is_on_the_list(
            nights in nights(), decisions in decisions(), last in nights(),
        ) {
            let mut tasks = lived(&nights, &decisions);
            let before = tasks.clone();
            let wanted = suggestions(&last[0]);
            let run = TaskRun { plugin: OURS, as_of: last[0].as_of, schools: &Schools::All };
            let changes = reconcile(&tasks, &wanted, &run);
            apply(&mut tasks, &changes, &run);
            let open: Vec<(PupilKey, String)> = tasks.iter()
                .filter(|task| task.state.is_open())
                .map(|task| (task.pupil, task.step.clone()))
                .collect();
            let unique: BTreeSet<_> = open.iter().cloned().collect();
            prop_assert_eq!(unique.len(), open.len(), "one open task for each pupil and step");
            for suggestion in &wanted {
                let of = |task: &&Task| task.pupil == suggestion.pupil && task.step == suggestion.step;
                let holds = before.iter().filter(of)
                    .any(|task| task.state.decided_on().is_some_and(|on| on >= suggestion.since));
                let case = (suggestion.pupil, suggestion.step.clone());
                prop_assert_eq!(unique.contains(&case), !holds);
                let found = tasks.iter().filter(of).find(|task| task.state.is_open());
                prop_assert!(found.is_none_or(|task| task.said == suggestion.said));
            }
            for (pupil, step) in &open {
                prop_assert!(wanted.iter().any(|one| one.pupil == *pupil && one.step == *step));
            }
            // What people decided is as they left it.
            for task in &before {
                if task.state.decided_on().is_some() {
                    prop_assert!(tasks.contains(task));
                }
                let now = tasks.iter().find(|found| found.id == task.id).unwrap();
                if let (TaskState::Waiting { .. }, true) = (task.state, now.state.is_open()) {
                    prop_assert_eq!(now.state, task.state, "it stays put off");
                }
            }
        }

        #[test]
        fn other_plugins_and_other_schools_are_left_alone(
            nights in nights(), decisions in decisions(), last in nights(), of_other in 0..40usize,
        ) {
            let mut tasks = lived(&nights, &decisions);
            if let Some(task) = tasks.get_mut(of_other) {
                task.plugin = "org.example.other".into();
            }
            let schools = Schools::Only([SchoolKey(1)].into());
            let wanted: Vec<Suggestion> = suggestions(&last[0]).into_iter()
                .filter(|one| school(one.pupil.0) == SchoolKey(1))
                .collect();
            let run = TaskRun { plugin: OURS, as_of: last[0].as_of, schools: &schools };
            let before = tasks.clone();
            let changes = reconcile(&tasks, &wanted, &run);
            apply(&mut tasks, &changes, &run);
            for task in before {
                if task.plugin != OURS || task.school != SchoolKey(1) {
                    prop_assert!(tasks.contains(&task));
                }
            }
        }
    }

    fn suggestion(as_of: &str, due: &str, holds: Holds) -> Suggestion {
        let mut said = said(due);
        said.holds = holds;
        let since = holds.since(day(as_of), &Register::default());
        Suggestion { pupil: PupilKey(1), step: "call".into(), since, owner: None, said }
    }

    fn run(as_of: &str) -> TaskRun<'static> {
        TaskRun { plugin: OURS, as_of: day(as_of), schools: &Schools::All }
    }

    #[test]
    fn a_decision_holds_to_the_end_of_its_period_and_not_longer() {
        for (holds, last, next) in [
            (Holds::Month, "2026-11-30", "2026-12-01"),
            // The Land's second half-year of 2026/27 begins on 1 February.
            (Holds::HalfYear, "2027-01-31", "2027-02-01"),
            (Holds::SchoolYear, "2027-07-31", "2027-08-01"),
        ] {
            let on = day("2026-11-03");
            for state in [TaskState::Done { on, contact: None }, TaskState::Dismissed { on }] {
                let decided = [task(state, "2026-11-01")];
                let again =
                    |text| reconcile(&decided, &[suggestion(text, text, holds)], &run(text));
                assert_eq!(again("2026-11-03"), [], "{holds:?}");
                assert_eq!(again(last), [], "{holds:?}");
                assert_eq!(again("2026-10-01"), [], "{holds:?}: nor in a run for an earlier day");
                assert!(matches!(again(next)[..], [TaskChange::Add(_)]), "{holds:?}");
            }
        }
        let on = day("1990-01-01");
        let decided = [task(TaskState::Dismissed { on }, "1990-01-01")];
        let today = suggestion("2026-11-22", "2026-11-22", Holds::Always);
        assert_eq!(reconcile(&decided, &[today], &run("2026-11-22")), []);
    }

    #[test]
    fn what_lapsed_comes_back_as_itself_within_the_period_and_as_another_after_it() {
        let lapsed = [task(TaskState::Lapsed { on: day("2026-11-03") }, "2026-11-01")];
        let id = lapsed[0].id;
        let again = |text| {
            reconcile(&lapsed, &[suggestion(text, text, Holds::Month)], &run(text)).remove(0)
        };
        assert!(matches!(again("2026-11-30"), TaskChange::Reopen { task, .. } if task == id));
        assert!(matches!(again("2026-12-01"), TaskChange::Add(_)));
    }

    #[test]
    fn a_task_that_is_still_open_goes_on_into_the_next_period() {
        let waiting = TaskState::Waiting { until: day("2026-12-24") };
        for state in [TaskState::Open, waiting] {
            let known = [task(state, "2026-11-01")];
            let mut later = suggestion("2026-12-01", "2026-11-01", Holds::HalfYear);
            assert_eq!(reconcile(&known, &[later.clone()], &run("2026-12-01")), []);
            later.said.priority = Priority::High;
            let changes = reconcile(&known, &[later], &run("2026-12-01"));
            let expected =
                [ChangedField::Priority { before: Priority::Normal, after: Priority::High }];
            assert!(
                matches!(&changes[..], [TaskChange::Renew { fields, .. }] if *fields == expected),
                "{changes:?}"
            );
        }
    }

    #[test]
    fn what_nobody_proposes_any_more_lapses_wherever_it_stands() {
        let waiting = TaskState::Waiting { until: day("2026-12-24") };
        for state in [TaskState::Open, waiting] {
            let known = [task(state, "2026-11-01")];
            let id = known[0].id;
            assert_eq!(
                reconcile(&known, &[], &run("2026-11-22")),
                [TaskChange::Lapse { task: id }]
            );
        }
        let closed = [task(TaskState::Lapsed { on: day("2026-11-03") }, "2026-11-01")];
        assert_eq!(reconcile(&closed, &[], &run("2026-11-22")), []);
    }
}
