//! Reads tasks with the words of whose case they are, and what happened to them.

use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Row, params};
use serde::de::DeserializeOwned;

use super::reader::{code_at, id};
use super::{Error, Reader};
use crate::domain::{
    CodeList, Day, Holds, HouseholdKey, Id, PractitionerKey, Priority, PupilKey, Said, SchoolKey,
    Task, TaskEntry, TaskState, Text,
};

/// A task in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskView {
    /// The task.
    pub task: Task,
    /// The pupil's code.
    pub pupil: String,
    /// The pupil's given names.
    pub given_name: String,
    /// The pupil's family name.
    pub family_name: String,
    /// The pupil's class; may be empty.
    pub class: String,
    /// The school's number.
    pub school: String,
    /// The school's name.
    pub school_name: String,
    /// The household that the pupil lives in.
    pub household: Option<HouseholdKey>,
    /// What the team calls it; empty without one.
    pub household_name: String,
    /// The language that the family wants letters in: a code of the list `language`.
    pub language: Option<String>,
    /// Code and name of the one whose task it is.
    pub owner: Option<(String, String)>,
    /// What is missing to do it, where the last who looked at it said so.
    pub missing: Option<String>,
}

/// Which tasks to read; the default is all that the scope allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskFilter {
    /// Only those of pupils at the school with this number.
    pub school: Option<String>,
    /// Only those of the pupil with this code.
    pub pupil: Option<String>,
    /// Only those of the practitioner with this code.
    pub owner: Option<String>,
    /// Only those of the plugin with this id.
    pub plugin: Option<String>,
    /// Only those that are on the list.
    pub open: bool,
}

/// What is read of a task, in the order that [`view`] takes it.
const COLUMNS: &str = "t.id, t.plugin, t.pupil, p.school, t.step, t.proposed_on, t.state,
    t.state_day, c.id, t.owner, t.version, t.package, t.label_de, t.label_en, t.holds, t.templates,
    t.template, t.due, t.priority, t.reason_de, t.reason_en, t.because, p.code, p.given_name,
    p.family_name, p.class, s.number, s.name, p.household, h.name, h.language, o.code, o.name,
    (SELECT json_extract(e.event, '$.missing') FROM task_event AS e
     WHERE e.task = t.key AND json_extract(e.event, '$.what')
       IN ('lacking', 'done', 'dismissed', 'snoozed', 'lapsed', 'reopened', 'undone')
     ORDER BY e.number DESC LIMIT 1)";

const TABLES: &str = "task AS t
    JOIN pupil AS p ON p.key = t.pupil
    JOIN school AS s ON s.key = p.school
    LEFT JOIN household AS h ON h.key = p.household
    LEFT JOIN contact AS c ON c.key = t.contact
    LEFT JOIN practitioner AS o ON o.key = t.owner";

impl Reader<'_> {
    /// Tasks of pupils who are at a school in the scope now, in the order in which they came.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read); so are those of every function below.
    pub fn tasks(&self, filter: &TaskFilter) -> Result<Vec<TaskView>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM {TABLES}
             WHERE {}
               AND (?1 IS NULL OR s.number = ?1)
               AND (?2 IS NULL OR p.code = ?2)
               AND (?3 IS NULL OR o.code = ?3)
               AND (?4 IS NULL OR t.plugin = ?4)
               AND (NOT ?5 OR t.state IN ('open', 'waiting'))
             ORDER BY t.key",
            self.in_scope("p.school")
        );
        let languages = self.code_lists().list("language");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let TaskFilter { school, pupil, owner, plugin, open } = filter;
        let rows = statement
            .query_map(params![school, pupil, owner, plugin, open], |row| view(row, &languages))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One task; `None` where the scope does not allow it.
    ///
    /// # Errors
    ///
    /// As [`Reader::tasks`].
    pub fn task(&self, task: Id) -> Result<Option<TaskView>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM {TABLES} WHERE t.id = ?1 AND {}",
            self.in_scope("p.school")
        );
        let languages = self.code_lists().list("language");
        let mut statement = self.connection.prepare_cached(&sql)?;
        Ok(statement.query_row([task.bytes()], |row| view(row, &languages)).optional()?)
    }

    /// What happened to a task, oldest first; nothing for one that the scope does not allow.
    ///
    /// # Errors
    ///
    /// As [`Reader::tasks`].
    pub fn task_history(&self, task: Id) -> Result<Vec<TaskEntry>, Error> {
        let sql = format!(
            "SELECT e.number, e.at, e.by, e.event
             FROM task_event AS e
             JOIN task AS t ON t.key = e.task
             JOIN pupil AS p ON p.key = t.pupil
             WHERE t.id = ?1 AND {}
             ORDER BY e.number",
            self.in_scope("p.school")
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let entries = statement.query_map([task.bytes()], |row| {
            Ok(TaskEntry {
                number: row.get(0)?,
                at: row.get(1)?,
                by: row.get(2)?,
                event: json(row, 3)?,
            })
        })?;
        Ok(entries.collect::<Result<_, _>>()?)
    }

    /// The pupils in the order in which a run numbers them: the place of each is its number.
    ///
    /// # Errors
    ///
    /// As [`Reader::tasks`].
    pub fn numbered_pupils(&self) -> Result<Vec<PupilKey>, Error> {
        self.rows("SELECT key FROM pupil ORDER BY key", |row| row.get(0).map(PupilKey))
    }
}

fn view(row: &Row<'_>, languages: &CodeList) -> rusqlite::Result<TaskView> {
    let language = row.get::<_, Option<u16>>(30)?;
    let owner = match row.get::<_, Option<String>>(31)? {
        Some(code) => Some((code, row.get(32)?)),
        None => None,
    };
    Ok(TaskView {
        task: Task {
            id: id(row, 0)?,
            plugin: row.get(1)?,
            pupil: PupilKey(row.get(2)?),
            school: SchoolKey(row.get(3)?),
            step: row.get(4)?,
            proposed_on: Day(row.get(5)?),
            state: state(row)?,
            owner: row.get::<_, Option<i64>>(9)?.map(PractitionerKey),
            said: said(row)?,
        },
        pupil: row.get(22)?,
        given_name: row.get(23)?,
        family_name: row.get(24)?,
        class: row.get(25)?,
        school: row.get(26)?,
        school_name: row.get(27)?,
        household: row.get::<_, Option<i64>>(28)?.map(HouseholdKey),
        household_name: row.get::<_, Option<String>>(29)?.unwrap_or_default(),
        language: language.map(|place| code_at(languages, place)),
        owner,
        missing: row.get(33)?,
    })
}

fn state(row: &Row<'_>) -> rusqlite::Result<TaskState> {
    let name: String = row.get(6)?;
    if name == "open" {
        return Ok(TaskState::Open);
    }
    let day = Day(row.get(7)?);
    Ok(match name.as_str() {
        "waiting" => TaskState::Waiting { until: day },
        "done" => {
            let contact = row.get::<_, Option<[u8; 16]>>(8)?.map(Id::from_bytes);
            TaskState::Done { on: day, contact }
        }
        "dismissed" => TaskState::Dismissed { on: day },
        // The schema allows no other.
        _ => TaskState::Lapsed { on: day },
    })
}

fn said(row: &Row<'_>) -> rusqlite::Result<Said> {
    let (holds, priority): (String, u16) = (row.get(14)?, row.get(18)?);
    let holds = Holds::ALL.into_iter().find(|known| known.code() == holds);
    Ok(Said {
        version: row.get(10)?,
        package: row.get(11)?,
        label: Text { de: row.get(12)?, en: row.get(13)? },
        // The schema allows no others.
        holds: holds.unwrap_or(Holds::Always),
        templates: json(row, 15)?,
        template: row.get(16)?,
        due: Day(row.get(17)?),
        priority: Priority::ALL.get(usize::from(priority)).copied().unwrap_or(Priority::Normal),
        reason: Text { de: row.get(19)?, en: row.get(20)? },
        because: json(row, 21)?,
    })
}

/// What this program wrote into a column as JSON.
fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
    })
}
