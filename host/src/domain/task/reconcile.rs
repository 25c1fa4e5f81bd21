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
    use super::super::sample::{day, said, task};
    use super::*;
    use crate::domain::proposal::{Holds, Priority};
    use crate::domain::register::Register;

    const OURS: &str = "org.example.contact";

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
