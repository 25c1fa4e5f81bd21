//! What holds of the list of tasks whatever was proposed and decided before.

use std::collections::{BTreeSet, HashSet};

use proptest::prelude::*;
use uuid::Uuid;

use super::reconcile::{Suggestion, TaskChange, TaskRun, reconcile};
use super::sample::{day, said};
use super::{Decision, Task, TaskState};
use crate::domain::day::Day;
use crate::domain::id::{Id, PupilKey, SchoolKey};
use crate::domain::proposal::Holds;
use crate::domain::register::Register;
use crate::domain::scope::Schools;

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
