//! Tasks: what a workflow plugin proposes about a case, and what people decide about it.

mod history;
#[cfg(test)]
mod properties;
mod reconcile;

use serde::{Deserialize, Serialize};

use super::day::{Day, SchoolYear};
use super::id::{Id, PractitionerKey, PupilKey, SchoolKey};
use super::proposal::{Holds, Priority};
use super::register::Register;
use super::words::Text;

pub use history::{ChangedField, Decision, TaskEntry, TaskEvent, TaskRefusal, Undo};
pub use reconcile::{Suggestion, TaskChange, TaskRun, reconcile};

/// Something to be done about a case.
///
/// A case is a pupil. What a plugin says of a task is replaced when a later run of it, of whatever
/// version, says something else; what people decided stays theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its permanent id.
    pub id: Id,
    /// The id of the plugin that proposed it.
    pub plugin: String,
    /// Whose case it is.
    pub pupil: PupilKey,
    /// The school that the pupil goes to now.
    pub school: SchoolKey,
    /// The permanent id of the step.
    pub step: String,
    /// What the plugin says about it.
    pub said: Said,
    /// The day on which it came onto the list, as the run counted days.
    pub proposed_on: Day,
    /// Where it stands.
    pub state: TaskState,
    /// Whose it is; `None` where it is nobody's yet.
    pub owner: Option<PractitionerKey>,
}

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskState {
    /// To be done.
    Open,
    /// Put off: nobody has to look at it before this day.
    Waiting {
        /// The first day on which it is to be done again.
        until: Day,
    },
    /// A person said that it was done.
    Done {
        /// On which day they said so.
        on: Day,
        /// The contact that did it, where they named one.
        contact: Option<Id>,
    },
    /// A person said that it is not to be done. Why is in the history.
    Dismissed {
        /// On which day they said so.
        on: Day,
    },
    /// The plugin did not propose it any more, and nobody had decided anything.
    Lapsed {
        /// On which day of a run.
        on: Day,
    },
}

impl TaskState {
    /// Whether it is on the list: to be done, now or later.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Waiting { .. })
    }

    /// The day of a person's decision that closed it; `None` where there was none.
    pub fn decided_on(self) -> Option<Day> {
        match self {
            Self::Done { on, .. } | Self::Dismissed { on } => Some(on),
            Self::Open | Self::Waiting { .. } | Self::Lapsed { .. } => None,
        }
    }
}

/// What a plugin says about a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The version of the plugin that said it.
    pub version: String,
    /// The SHA-256 of its package, which has the templates.
    pub package: [u8; 32],
    /// What is to be done.
    pub label: Text,
    /// How long it holds what is decided about it.
    pub holds: Holds,
    /// The templates of letters for the step.
    pub templates: Vec<String>,
    /// The one among them that the plugin chose.
    pub template: Option<String>,
    /// The day by which it should be done.
    pub due: Day,
    /// What comes first.
    pub priority: Priority,
    /// Why.
    pub reason: Text,
    /// The facts that a person can judge the reason by.
    pub because: Vec<Fact>,
}

impl Said {
    /// What is different in `now` and worth an entry in the history. Other facts behind the same
    /// reason are not: days since the last contact grow every day.
    pub fn changes(&self, now: &Self) -> Vec<ChangedField> {
        let mut changes = Vec::new();
        if self.due != now.due {
            changes.push(ChangedField::Due { before: self.due, after: now.due });
        }
        if self.priority != now.priority {
            changes.push(ChangedField::Priority { before: self.priority, after: now.priority });
        }
        if self.reason != now.reason {
            let (before, after) = (self.reason.clone(), now.reason.clone());
            changes.push(ChangedField::Reason { before, after });
        }
        if self.version != now.version {
            let (before, after) = (self.version.clone(), now.version.clone());
            changes.push(ChangedField::Version { before, after });
        }
        changes
    }
}

/// A field of the dataset `cases` with what it said of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The field's name in the dictionary.
    pub field: String,
    /// What it said.
    pub value: FactValue,
}

/// What a field said. Codes are kept as they are called, since their words may change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactValue {
    /// Nothing.
    Missing,
    /// Yes or no.
    Flag(bool),
    /// A whole number or a day, in the field's unit.
    Integer(i64),
    /// Another number, as it is written in English.
    Decimal(String),
    /// A code of the field's list.
    Code(String),
    /// Several codes of the field's list.
    Codes(Vec<String>),
}

/// The part of the list that a task stands in on some day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TaskBucket {
    /// It should have been done before.
    Overdue,
    /// It is due on the day.
    Today,
    /// It is due later in the week, up to Sunday.
    ThisWeek,
    /// It is due after that.
    Later,
    /// It was put off until a later day.
    Waiting,
    /// It was done.
    Done,
    /// It was dismissed.
    Dismissed,
    /// It lapsed.
    Lapsed,
}

impl TaskBucket {
    /// All of them, in the order of the list.
    pub const ALL: [Self; 8] = [
        Self::Overdue,
        Self::Today,
        Self::ThisWeek,
        Self::Later,
        Self::Waiting,
        Self::Done,
        Self::Dismissed,
        Self::Lapsed,
    ];

    /// Its permanent code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Today => "today",
            Self::ThisWeek => "this-week",
            Self::Later => "later",
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Dismissed => "dismissed",
            Self::Lapsed => "lapsed",
        }
    }

    /// Its words.
    pub fn text(self) -> Text {
        match self {
            Self::Overdue => Text::new("überfällig", "overdue"),
            Self::Today => Text::new("heute", "today"),
            Self::ThisWeek => Text::new("diese Woche", "this week"),
            Self::Later => Text::new("später", "later"),
            Self::Waiting => Text::new("wartet", "waiting"),
            Self::Done => Text::new("erledigt", "done"),
            Self::Dismissed => Text::new("verworfen", "dismissed"),
            Self::Lapsed => Text::new("entfallen", "lapsed"),
        }
    }

    /// Where something stands on `today` that is due on a day and not put off.
    pub fn of_due(due: Day, today: Day) -> Self {
        if due < today {
            return Self::Overdue;
        }
        // The first Monday after today ends the week; it is at most seven days ahead.
        let monday = (1..7).map(|days| today.plus(days)).find(|day| day.is_monday());
        match monday.unwrap_or(today.plus(7)) {
            _ if due == today => Self::Today,
            monday if due < monday => Self::ThisWeek,
            _ => Self::Later,
        }
    }

    /// Whether its tasks are on the list.
    pub fn is_open(self) -> bool {
        self <= Self::Waiting
    }
}

impl Task {
    /// Where it stands on `today`. Every task stands in exactly one place.
    pub fn bucket(&self, today: Day) -> TaskBucket {
        match self.state {
            TaskState::Done { .. } => TaskBucket::Done,
            TaskState::Dismissed { .. } => TaskBucket::Dismissed,
            TaskState::Lapsed { .. } => TaskBucket::Lapsed,
            TaskState::Waiting { until } if until > today => TaskBucket::Waiting,
            TaskState::Open | TaskState::Waiting { .. } => TaskBucket::of_due(self.said.due, today),
        }
    }
}

impl Priority {
    /// All of them, the least urgent first.
    pub const ALL: [Self; 3] = [Self::Low, Self::Normal, Self::High];

    /// Its permanent code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }

    /// Its words.
    pub fn text(self) -> Text {
        match self {
            Self::Low => Text::new("kann warten", "can wait"),
            Self::Normal => Text::new("normal", "as usual"),
            Self::High => Text::new("dringend", "urgent"),
        }
    }
}

impl Holds {
    /// All of them, the longest first.
    pub const ALL: [Self; 4] = [Self::Always, Self::SchoolYear, Self::HalfYear, Self::Month];

    /// Its permanent code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::SchoolYear => "school-year",
            Self::HalfYear => "half-year",
            Self::Month => "month",
        }
    }

    /// How long that is, in words.
    pub fn text(self) -> Text {
        match self {
            Self::Always => {
                Text::new("solange der Fall besteht", "for as long as there is the case")
            }
            Self::SchoolYear => {
                Text::new("bis zum Ende des Schuljahrs", "until the school year is over")
            }
            Self::HalfYear => {
                Text::new("bis zum Ende des Halbjahrs", "until the half-year is over")
            }
            Self::Month => Text::new("bis zum Ende des Monats", "until the month is over"),
        }
    }

    /// The first day of the period that `day` lies in: what was decided on it or later still holds on
    /// `day`. Half-years are those of the school whose `register` it is.
    pub fn since(self, day: Day, register: &Register) -> Day {
        match self {
            Self::Always => Day(i32::MIN),
            Self::SchoolYear => SchoolYear::of(day).period().first,
            Self::HalfYear => {
                let terms = register.terms(SchoolYear::of(day));
                if terms.second_begins <= day {
                    terms.second_begins
                } else {
                    terms.year.period().first
                }
            }
            Self::Month => day.month().period().first,
        }
    }
}

#[cfg(test)]
pub(crate) mod sample {
    //! Tasks for tests.

    use super::*;

    pub(crate) fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    /// What a plugin says, due on a day.
    pub(crate) fn said(due: &str) -> Said {
        Said {
            version: "1.0.0".into(),
            package: [7; 32],
            label: Text::new("Eltern anrufen", "Call the parents"),
            holds: Holds::HalfYear,
            templates: vec!["invitation".into()],
            template: Some("invitation".into()),
            due: day(due),
            priority: Priority::Normal,
            reason: Text::new("Lange kein Kontakt", "No contact for long"),
            because: vec![Fact { field: "contacts".into(), value: FactValue::Integer(0) }],
        }
    }

    /// A task of pupil 1, due on a day.
    pub(crate) fn task(state: TaskState, due: &str) -> Task {
        Task {
            id: Id(uuid::Uuid::from_u128(1)),
            plugin: "org.example.contact".into(),
            pupil: PupilKey(1),
            school: SchoolKey(1),
            step: "call".into(),
            said: said(due),
            proposed_on: day("2026-11-02"),
            state,
            owner: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sample::{day, said, task};
    use super::*;

    /// 22 November 2026 is a Sunday, 25 November a Wednesday.
    #[test]
    fn a_task_stands_where_its_day_and_its_state_put_it() {
        let at = |state, due, today| task(state, due).bucket(day(today));
        let open = |due| at(TaskState::Open, due, "2026-11-25");
        assert_eq!(open("2026-11-24"), TaskBucket::Overdue);
        assert_eq!(open("2020-01-01"), TaskBucket::Overdue);
        assert_eq!(open("2026-11-25"), TaskBucket::Today);
        assert_eq!(open("2026-11-29"), TaskBucket::ThisWeek);
        assert_eq!(open("2026-11-30"), TaskBucket::Later);
        assert_eq!(open("2199-12-31"), TaskBucket::Later);
        assert_eq!(at(TaskState::Open, "2026-11-23", "2026-11-22"), TaskBucket::Later, "Monday");
        assert_eq!(at(TaskState::Open, "2026-11-29", "2026-11-23"), TaskBucket::ThisWeek);
        let waiting = TaskState::Waiting { until: day("2026-11-26") };
        assert_eq!(at(waiting, "2026-11-20", "2026-11-25"), TaskBucket::Waiting);
        assert_eq!(
            at(waiting, "2026-11-20", "2026-11-26"),
            TaskBucket::Overdue,
            "its day has come"
        );
        let on = day("2026-11-01");
        let done = TaskState::Done { on, contact: None };
        assert_eq!(at(done, "2026-11-25", "2026-11-25"), TaskBucket::Done);
        assert_eq!(
            at(TaskState::Dismissed { on }, "2026-11-25", "2026-11-25"),
            TaskBucket::Dismissed
        );
        assert_eq!(at(TaskState::Lapsed { on }, "2026-11-25", "2026-11-25"), TaskBucket::Lapsed);
    }

    #[test]
    fn periods_begin_where_the_calendar_and_the_school_say() {
        let mut register = Register::default();
        register.second_halves.insert(SchoolYear(2025), day("2026-02-02"));
        let since = |holds: Holds, text| holds.since(day(text), &register);
        assert_eq!(since(Holds::Month, "2026-02-28"), day("2026-02-01"));
        assert_eq!(since(Holds::SchoolYear, "2026-07-31"), day("2025-08-01"));
        assert_eq!(since(Holds::SchoolYear, "2026-08-01"), day("2026-08-01"));
        assert_eq!(since(Holds::HalfYear, "2026-02-01"), day("2025-08-01"));
        assert_eq!(since(Holds::HalfYear, "2026-02-02"), day("2026-02-02"), "the school's own");
        let land = Holds::HalfYear.since(day("2026-02-08"), &Register::default());
        assert_eq!(land, day("2025-08-01"), "the Land's begins on 9 February");
        assert!(since(Holds::Always, "1900-01-01") < day("1900-01-01"));
    }

    #[test]
    fn other_facts_behind_the_same_reason_are_no_change_worth_telling() {
        let before = said("2026-11-25");
        let mut now = before.clone();
        now.because[0].value = FactValue::Integer(9);
        now.template = None;
        assert_eq!(before.changes(&now), []);
        now.due = day("2026-11-26");
        now.priority = Priority::High;
        now.reason.en = "Other".into();
        now.version = "1.1.0".into();
        assert_eq!(before.changes(&now).len(), 4);
    }

    #[test]
    fn codes_and_words_tell_everything_apart() {
        let mut codes: Vec<&str> = TaskBucket::ALL.iter().map(|bucket| bucket.code()).collect();
        codes.extend(Priority::ALL.iter().map(|priority| priority.code()));
        codes.extend(Holds::ALL.iter().map(|holds| holds.code()));
        let mut unique = codes.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), codes.len());
        let open: Vec<bool> = TaskBucket::ALL.iter().map(|bucket| bucket.is_open()).collect();
        assert_eq!(open, [true, true, true, true, true, false, false, false]);
    }
}
