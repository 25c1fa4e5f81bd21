//! Tasks for programs: listed and decided about.

use axum::response::{IntoResponse, Json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::{TaskFacts, TaskFilter};
use crate::domain::TaskBucket;

use super::super::visit::{Answer, Visit};
use super::read::{Asked, Named, Sent, id, page_size, part, unfit};

/// Which tasks.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TaskQuery {
    /// Only those that stand here: `overdue`, `today`, `this-week`, `later`, `waiting`, `done`,
    /// `dismissed` or `lapsed`; without it, all that are on the list.
    bucket: Option<String>,
    /// Only those of children at the school with this number.
    school: Option<String>,
    /// Only those of this child, by code.
    pupil: Option<String>,
    /// Only those of this practitioner, by code.
    owner: Option<String>,
    /// Only those that come after the task with this id in the list.
    #[param(format = "uuid")]
    after: Option<String>,
    /// At most so many; 50 without it.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
}

/// Words in both languages.
#[derive(Serialize, ToSchema)]
pub(super) struct Words {
    de: String,
    en: String,
}

impl From<crate::domain::Text> for Words {
    fn from(text: crate::domain::Text) -> Self {
        Self { de: text.de, en: text.en }
    }
}

/// A task.
#[derive(Serialize, ToSchema)]
struct TaskData {
    /// Its permanent id.
    #[schema(format = "uuid")]
    id: String,
    /// Where it stands today.
    bucket: &'static str,
    /// What is to be done.
    title: Words,
    /// Why.
    reason: Words,
    /// By when.
    #[schema(format = Date)]
    due: String,
    /// The child, by code.
    pupil: String,
    /// The school number.
    school: String,
    /// The plugin that proposed it.
    plugin: String,
    /// Whose it is, by code; null where it is nobody's yet.
    owner: Option<String>,
}

/// Some tasks, what is urgent first.
#[derive(Serialize, ToSchema)]
pub(super) struct TaskPage {
    tasks: Vec<TaskData>,
    /// What to ask for as `after` to get those that come next; null where there are no more.
    #[schema(format = "uuid")]
    next: Option<String>,
}

/// What is decided about a task.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "decision", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum TaskDecision {
    /// It was done.
    Done {
        /// The id of the contact that did it.
        #[schema(format = "uuid")]
        contact: Option<String>,
    },
    /// It is not to be done.
    Dismiss {
        /// Why, in one line.
        #[schema(min_length = 1)]
        reason: String,
    },
    /// Nobody has to look at it before a school day to come.
    Snooze {
        /// That day.
        #[schema(format = Date)]
        until: String,
    },
    /// It is somebody's.
    Assign {
        /// The practitioner, by code.
        to: String,
    },
    /// The last decision is taken back.
    Undo {},
}

/// It is decided.
#[derive(Serialize, ToSchema)]
pub(super) struct DecidedTask {
    /// The id of the task.
    #[schema(format = "uuid")]
    id: String,
}

/// List tasks
///
/// What is urgent first. Scope: `task.read`.
#[utoipa::path(get, path = "/api/v1/tasks", tag = "tasks", params(TaskQuery),
    responses((status = 200, description = "Tasks in sight that fit", body = TaskPage)))]
pub(super) async fn list_tasks(visit: Visit, Asked(asked): Asked<TaskQuery>) -> Answer {
    let limit = page_size(asked.limit)?;
    let after = id("after", asked.after.as_deref())?.map(|id| id.to_string());
    let bucket = asked.bucket.as_deref().map(|code| {
        let found = TaskBucket::ALL.into_iter().find(|bucket| bucket.code() == code);
        found.ok_or_else(|| unfit("bucket", code))
    });
    let bucket = bucket.transpose()?;
    let found = visit.ask(move |app, actor| {
        let filter = TaskFilter {
            school: asked.school.as_deref(),
            pupil: asked.pupil.as_deref(),
            owner: asked.owner.as_deref(),
            plugin: None,
            bucket,
        };
        app.tasks(actor, &filter)
    });
    let task = |TaskFacts { view, bucket, .. }: TaskFacts| TaskData {
        id: view.task.id.to_string(),
        bucket: bucket.code(),
        title: view.task.said.label.into(),
        reason: view.task.said.reason.into(),
        due: view.task.said.due.to_string(),
        pupil: view.pupil,
        school: view.school,
        plugin: view.task.plugin,
        owner: view.owner.map(|(code, _)| code),
    };
    let key = |facts: &TaskFacts| facts.view.task.id.to_string();
    let (found, next) = part(found.await?, after.as_deref(), limit, key)?;
    let tasks = found.into_iter().map(task).collect();
    Ok(Json(TaskPage { tasks, next }).into_response())
}

/// Decide about a task
///
/// Scope: `task.decide`.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/decisions", tag = "tasks",
    params(("id" = String, Path, format = "uuid", description = "Its id")),
    request_body = TaskDecision,
    responses((status = 200, description = "It is decided", body = DecidedTask)))]
pub(super) async fn decide_task(
    visit: Visit,
    named: Named,
    Sent(decision): Sent<TaskDecision>,
) -> Answer {
    let task = named.id()?;
    let id = task.to_string();
    let decided = visit.ask(move |app, actor| {
        Ok(Ok(match decision {
            TaskDecision::Done { contact } => app.task_done(actor, &id, contact.as_deref())?,
            TaskDecision::Dismiss { reason } => app.dismiss_task(actor, &id, &reason)?,
            TaskDecision::Snooze { until } => match until.parse() {
                Ok(until) => app.snooze_task(actor, &id, until)?,
                Err(_) => return Ok(Err(unfit("until", &until))),
            },
            TaskDecision::Assign { to } => {
                app.assign_tasks(actor, &to, &[id], None)?;
                task
            }
            TaskDecision::Undo {} => app.undo_task(actor, &id)?,
        }))
    });
    decided.await??;
    Ok(Json(DecidedTask { id: task.to_string() }).into_response())
}
