//! What happened to a task: decisions of people, what runs changed, and letters.

use serde::{Deserialize, Serialize};

use super::{Task, TaskState};
use crate::domain::day::Day;
use crate::domain::id::Id;
use crate::domain::proposal::Priority;
use crate::domain::words::Text;

/// What a person decides about a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It was done.
    Done {
        /// The contact that did it.
        contact: Option<Id>,
    },
    /// It is not to be done.
    Dismiss {
        /// Why, in one line.
        reason: String,
    },
    /// Nobody has to look at it before a day.
    Snooze {
        /// That day.
        until: Day,
    },
    /// Somebody looked at it and cannot do it yet, because they have to find something out first.
    Lack {
        /// What, in one line.
        missing: String,
    },
    /// It is somebody's.
    Assign {
        /// The code of the practitioner.
        to: String,
    },
}

/// A field of what a plugin said, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "field", rename_all = "kebab-case")]
pub enum ChangedField {
    /// The day by which it should be done.
    Due {
        /// Before.
        before: Day,
        /// Since.
        after: Day,
    },
    /// What comes first.
    Priority {
        /// Before.
        before: Priority,
        /// Since.
        after: Priority,
    },
    /// Why.
    Reason {
        /// Before.
        before: Text,
        /// Since.
        after: Text,
    },
    /// The version of the plugin.
    Version {
        /// Before.
        before: String,
        /// Since.
        after: String,
    },
}

/// Something that happened to a task. `before` of a decision is the day until which the task was
/// waiting, so that it can be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum TaskEvent {
    /// It came onto the list.
    Proposed {
        /// The day of the run.
        on: Day,
        /// The version of the plugin.
        version: String,
    },
    /// The plugin said something else about it.
    Changed {
        /// The day of the run.
        on: Day,
        /// What.
        fields: Vec<ChangedField>,
    },
    /// The plugin did not propose it any more.
    Lapsed {
        /// The day of the run.
        on: Day,
    },
    /// It had lapsed, and the plugin proposed it once more.
    Reopened {
        /// The day of the run.
        on: Day,
        /// The version of the plugin.
        version: String,
    },
    /// It was done.
    Done {
        /// Until when it had been waiting.
        before: Option<Day>,
        /// The contact that did it.
        contact: Option<Id>,
    },
    /// It was dismissed.
    Dismissed {
        /// Until when it had been waiting.
        before: Option<Day>,
        /// Why.
        reason: String,
    },
    /// It was put off.
    Snoozed {
        /// Until when it had been waiting.
        before: Option<Day>,
        /// Until when it waits.
        until: Day,
    },
    /// Somebody looked at it and found that something is not known.
    Lacking {
        /// Until when it had been waiting.
        before: Option<Day>,
        /// What is not known.
        missing: String,
    },
    /// It went from one to another.
    Assigned {
        /// The code of the one whose it was.
        before: Option<String>,
        /// The code of the one whose it is.
        after: Option<String>,
    },
    /// The decision before was taken back.
    Undone,
    /// A letter was drafted.
    Letter {
        /// The template.
        template: String,
        /// The language.
        language: String,
        /// The SHA-256 of the letter, in hexadecimal.
        sha256: String,
    },
}

/// An entry of a task's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskEntry {
    /// Its number, from 1.
    pub number: u32,
    /// When, in seconds since 1970-01-01 UTC.
    pub at: i64,
    /// By whom, as in the audit.
    pub by: String,
    /// What.
    pub event: TaskEvent,
}

/// Why something cannot be decided about a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TaskRefusal {
    /// It is not on the list any more.
    #[error("the task is not open any more")]
    Closed,
    /// Nobody decided anything that could be taken back.
    #[error("there is no decision that could be undone")]
    NothingToUndo,
}

impl TaskRefusal {
    /// The same in both languages.
    pub fn text(self) -> Text {
        let de = match self {
            Self::Closed => "die Aufgabe ist nicht mehr offen",
            Self::NothingToUndo => "es gibt keine Entscheidung, die sich zurücknehmen ließe",
        };
        Text::new(de, self.to_string())
    }
}

/// What taking back a decision makes of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undo {
    /// It stands where it stood.
    State(TaskState),
    /// It is whose it was: a code.
    Owner(Option<String>),
}

impl Task {
    /// What a decision on the day `on` makes of it, and what goes into its history. `owner` is the
    /// code of the one whose it is.
    ///
    /// # Errors
    ///
    /// [`TaskRefusal::Closed`] where it is not on the list.
    pub fn decide(
        &self,
        decision: &Decision,
        on: Day,
        owner: Option<&str>,
    ) -> Result<(TaskState, TaskEvent), TaskRefusal> {
        let before = match self.state {
            TaskState::Open => None,
            TaskState::Waiting { until } => Some(until),
            _ => return Err(TaskRefusal::Closed),
        };
        Ok(match decision {
            Decision::Done { contact } => {
                let contact = *contact;
                (TaskState::Done { on, contact }, TaskEvent::Done { before, contact })
            }
            Decision::Dismiss { reason } => {
                let reason = reason.clone();
                (TaskState::Dismissed { on }, TaskEvent::Dismissed { before, reason })
            }
            Decision::Snooze { until } => {
                let until = *until;
                (TaskState::Waiting { until }, TaskEvent::Snoozed { before, until })
            }
            Decision::Lack { missing } => {
                // It stays where it stands: what is missing does not make it less urgent.
                (self.state, TaskEvent::Lacking { before, missing: missing.clone() })
            }
            Decision::Assign { to } => {
                let before = owner.map(str::to_owned);
                (self.state, TaskEvent::Assigned { before, after: Some(to.clone()) })
            }
        })
    }

    /// What taking back the last decision makes of it. A decision can be taken back once, and not
    /// after a run has closed the task or brought it back.
    ///
    /// # Errors
    ///
    /// [`TaskRefusal::NothingToUndo`].
    pub fn undo(&self, history: &[TaskEntry]) -> Result<Undo, TaskRefusal> {
        let last =
            history.iter().rev().map(|entry| &entry.event).find(|event| {
                !matches!(event, TaskEvent::Changed { .. } | TaskEvent::Letter { .. })
            });
        let state = |before: &Option<Day>| {
            Undo::State(before.map_or(TaskState::Open, |until| TaskState::Waiting { until }))
        };
        match last {
            Some(
                TaskEvent::Done { before, .. }
                | TaskEvent::Dismissed { before, .. }
                | TaskEvent::Snoozed { before, .. }
                | TaskEvent::Lacking { before, .. },
            ) => Ok(state(before)),
            Some(TaskEvent::Assigned { before, .. }) => Ok(Undo::Owner(before.clone())),
            _ => Err(TaskRefusal::NothingToUndo),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{day, task};
    use super::*;

    fn entries(events: Vec<TaskEvent>) -> Vec<TaskEntry> {
        let entry = |(number, event)| TaskEntry { number, at: 0, by: "bm1".into(), event };
        (1..).zip(events).map(entry).collect()
    }

    fn decisions() -> [Decision; 5] {
        [
            Decision::Done { contact: None },
            Decision::Dismiss { reason: "geklärt".into() },
            Decision::Snooze { until: day("2026-12-01") },
            Decision::Lack { missing: "welche Nummer gilt".into() },
            Decision::Assign { to: "bm2".into() },
        ]
    }

    #[test]
    fn nothing_is_decided_about_a_closed_task() {
        let on = day("2026-11-20");
        for state in [
            TaskState::Done { on, contact: None },
            TaskState::Dismissed { on },
            TaskState::Lapsed { on },
        ] {
            for decision in decisions() {
                let refused = task(state, "2026-11-25").decide(&decision, on, None);
                assert_eq!(refused, Err(TaskRefusal::Closed), "{state:?} {decision:?}");
            }
        }
    }

    #[test]
    fn every_decision_can_be_taken_back_once() {
        let on = day("2026-11-20");
        for state in [TaskState::Open, TaskState::Waiting { until: day("2026-11-24") }] {
            for decision in decisions() {
                let before = task(state, "2026-11-25");
                let (state, event) = before.decide(&decision, on, Some("bm1")).unwrap();
                let mut after = before.clone();
                after.state = state;
                let letter = TaskEvent::Letter {
                    template: "invitation".into(),
                    language: "de".into(),
                    sha256: String::new(),
                };
                let mut history = vec![event, letter];
                let undo = after.undo(&entries(history.clone())).unwrap();
                match decision {
                    Decision::Assign { .. } => {
                        assert_eq!(undo, Undo::Owner(Some("bm1".into())));
                    }
                    _ => assert_eq!(undo, Undo::State(before.state), "{decision:?}"),
                }
                history.push(TaskEvent::Undone);
                let twice = before.undo(&entries(history));
                assert_eq!(twice, Err(TaskRefusal::NothingToUndo));
            }
        }
    }

    #[test]
    fn what_a_run_did_is_not_undone_by_a_person() {
        let on = day("2026-11-20");
        let snoozed = TaskEvent::Snoozed { before: None, until: day("2026-12-01") };
        let version = || "1.0.0".to_owned();
        for last in [
            TaskEvent::Proposed { on, version: version() },
            TaskEvent::Lapsed { on },
            TaskEvent::Reopened { on, version: version() },
        ] {
            let found =
                task(TaskState::Open, "2026-11-25").undo(&entries(vec![snoozed.clone(), last]));
            assert_eq!(found, Err(TaskRefusal::NothingToUndo));
        }
        let none = task(TaskState::Open, "2026-11-25").undo(&[]);
        assert_eq!(none, Err(TaskRefusal::NothingToUndo));
    }

    #[test]
    fn events_are_read_as_they_are_written() {
        let on = day("2026-11-20");
        let fields = vec![
            ChangedField::Due { before: on, after: on.plus(1) },
            ChangedField::Priority { before: Priority::Low, after: Priority::High },
            ChangedField::Reason { before: Text::new("a", "b"), after: Text::new("c", "d") },
        ];
        let event = TaskEvent::Changed { on, fields };
        let text = serde_json::to_string(&event).unwrap();
        assert!(text.starts_with(r#"{"what":"changed","on":"2026-11-20","#), "{text}");
        assert_eq!(serde_json::from_str::<TaskEvent>(&text).unwrap(), event);
    }
}
