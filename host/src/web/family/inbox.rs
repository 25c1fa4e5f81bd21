//! The inbox: tasks and agreed next steps in the order in which they are due, one bucket at a time.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::Serialize;

use crate::app::{Actor, App, Error, StepFacts, TaskFacts, TaskFilter, UseCase};
use crate::domain::{Day, Priority, TaskBucket, TaskState};

use super::super::fields::Fields;
use super::super::visit::{Answer, Visit};
use super::parts::{self, Choice, Mistake, Pager, ROWS, address, initials, segment, today};

/// What stands in the address of the list, so that one comes back to it after a decision.
#[derive(Debug, Clone, Default)]
pub(super) struct At {
    pub(super) bucket: String,
    pub(super) school: String,
    /// `all`, a practitioner's code, or nothing for one's own and what is nobody's yet.
    pub(super) who: String,
    pub(super) page: String,
}

impl At {
    pub(super) fn of(fields: &Fields) -> Self {
        let one = |name| fields.one(name).to_owned();
        Self { bucket: one("bucket"), school: one("school"), who: one("who"), page: one("page") }
    }

    /// The same out of one hidden field.
    pub(super) fn read(text: &str) -> Self {
        Self::of(&Fields::parse(text.as_bytes()))
    }

    fn pairs(&self) -> [(&'static str, &str); 4] {
        [
            ("bucket", &self.bucket),
            ("school", &self.school),
            ("who", &self.who),
            ("page", &self.page),
        ]
    }

    /// The address of the list, which offers to take back what was decided about `undo`.
    pub(super) fn address(&self, undo: &str) -> String {
        let mut pairs = self.pairs().to_vec();
        pairs.push(("undo", undo));
        address("/inbox", &pairs)
    }

    /// What stands behind the `?` of it.
    fn query(&self) -> String {
        let address = address("/inbox", &self.pairs());
        address.split_once('?').map_or_else(String::new, |(_, query)| query.to_owned())
    }
}

/// A row of the list.
#[derive(Debug, Clone, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of the template")]
pub(super) struct Row {
    /// What is urgent comes first, then what is due.
    #[serde(skip)]
    order: (Reverse<Priority>, Option<Day>),
    /// `task-ID` or `step-ID`: the sign of the row on the page, and of what can be taken back.
    sign: String,
    id: String,
    is_task: bool,
    label: String,
    /// Initials and sign of whom it is about, with their address.
    about: Vec<About>,
    school: String,
    due: Option<String>,
    is_overdue: bool,
    /// Until when it waits.
    until: Option<String>,
    owner: Option<String>,
    reason: Option<String>,
    /// What is not known yet, where somebody looked at it.
    missing: Option<String>,
    /// What else is to be done about the same child, so that one talk can settle both.
    also: Vec<Also>,
    /// The codes of the children, by which `also` is found.
    #[serde(skip)]
    pupils: Vec<String>,
    source: String,
    /// Where all about it stands.
    details: String,
    /// Where decisions about it go, without the last word.
    decide: String,
    contact: String,
    letters: Option<String>,
    later: Vec<Choice>,
    is_open: bool,
    is_closed: bool,
}

#[derive(Debug, Clone, Serialize)]
struct About {
    shown: String,
    address: String,
}

#[derive(Debug, Clone, Serialize)]
struct Also {
    label: String,
    address: String,
}

/// How many other things about a child a row names.
const MOST_ALSO: usize = 3;

/// Names in each row what else the list has about the same child.
fn cross_refer(rows: &mut BTreeMap<&str, Vec<Row>>, at: &At) {
    let mut about: BTreeMap<String, Vec<(String, Also)>> = BTreeMap::new();
    for (bucket, rows) in &*rows {
        let at = At { bucket: (*bucket).to_owned(), page: String::new(), ..at.clone() };
        for row in rows.iter().filter(|row| row.is_open) {
            let also = Also {
                label: row.label.clone(),
                address: format!("{}#{}", at.address(""), row.sign),
            };
            for pupil in &row.pupils {
                about.entry(pupil.clone()).or_default().push((row.sign.clone(), also.clone()));
            }
        }
    }
    for row in rows.values_mut().flatten() {
        let others = row.pupils.iter().filter_map(|pupil| about.get(pupil)).flatten();
        let others = others.filter(|(sign, _)| *sign != row.sign).map(|(_, also)| also.clone());
        row.also = others.take(MOST_ALSO).collect();
    }
}

/// The buckets of the list, in its order.
const BUCKETS: [&str; 6] = ["overdue", "today", "this-week", "later", "waiting", "undated"];

/// The buckets of what is over, which are looked at now and then.
const CLOSED: [(&str, TaskBucket); 3] = [
    ("done", TaskBucket::Done),
    ("dismissed", TaskBucket::Dismissed),
    ("lapsed", TaskBucket::Lapsed),
];

/// Where everything stands that the list shows when it opens: what is one's own and what is nobody's yet.
///
/// # Errors
///
/// Those of reading tasks and contacts.
pub(in crate::web) fn waiting(app: &App, actor: &Actor) -> Result<Vec<TaskBucket>, Error> {
    let me = actor.practitioner().unwrap_or_default();
    let tasks = app.tasks(actor, &TaskFilter::default())?;
    let steps = app.open_steps(actor, None)?;
    let tasks =
        tasks.iter().filter(|facts| is_wanted_task("", me, facts)).map(|facts| facts.bucket);
    let steps = steps.iter().filter(|step| is_wanted_step("", me, step));
    Ok(tasks.chain(steps.filter_map(|step| step.bucket)).collect())
}

fn is_wanted_task(who: &str, me: &str, facts: &TaskFacts) -> bool {
    let owner = facts.view.owner.as_ref().map(|(code, _)| code.as_str());
    is_wanted(who, me, owner.is_none(), owner.into_iter())
}

fn is_wanted_step(who: &str, me: &str, step: &StepFacts) -> bool {
    is_wanted(who, me, false, step.view.participants.iter().map(|(code, _)| code.as_str()))
}

/// The words of a bucket.
fn title(visit: &Visit, bucket: &str) -> String {
    visit.say(match bucket {
        "overdue" => "family.overdue",
        "today" => "family.today",
        "this-week" => "family.this-week",
        "later" => "family.later",
        "waiting" => "family.waiting",
        "undated" => "family.undated",
        "done" => "family.done",
        "dismissed" => "family.dismissed",
        _ => "family.lapsed",
    })
}

/// The list as it is asked for in an address.
pub(super) async fn list(visit: Visit, fields: Fields) -> Answer {
    let at = At::of(&fields);
    show(&visit, &at, fields.one("undo"), Vec::new()).await
}

/// What is read for the list.
struct Read {
    tasks: Vec<TaskFacts>,
    steps: Vec<StepFacts>,
    days: [BTreeMap<String, Day>; 2],
    people: Vec<(String, String)>,
    schools: Vec<(String, String)>,
    undo: Option<String>,
}

/// The list, with what went wrong where something did.
pub(super) async fn show(visit: &Visit, at: &At, undo: &str, mistakes: Vec<Mistake>) -> Answer {
    let lang = visit.lang();
    let closed = CLOSED.iter().find(|(code, _)| *code == at.bucket).map(|(_, bucket)| *bucket);
    let read = read(visit, at, undo, closed).await?;
    let me = visit.actor.practitioner().unwrap_or_default().to_owned();
    let now = today();
    let mut rows: BTreeMap<&str, Vec<Row>> = BTreeMap::new();
    for facts in &read.tasks {
        if is_wanted_task(&at.who, &me, facts) {
            let bucket = facts.bucket.code();
            rows.entry(bucket).or_default().push(of_task(visit, facts, &read.days, now));
        }
    }
    for step in read.steps.iter().filter(|_| closed.is_none()) {
        if is_wanted_step(&at.who, &me, step) {
            let bucket = step.bucket.map_or("undated", TaskBucket::code);
            rows.entry(bucket).or_default().push(of_step(visit, step, &read.days));
        }
    }
    cross_refer(&mut rows, at);
    let count = |bucket: &str| rows.get(bucket).map_or(0, Vec::len);
    let first = BUCKETS.into_iter().find(|bucket| count(bucket) > 0).unwrap_or("today");
    let known = BUCKETS.contains(&at.bucket.as_str()) || closed.is_some();
    let chosen = if known { at.bucket.as_str() } else { first };
    let of_bucket = |bucket: &str| {
        let at = At { bucket: bucket.to_owned(), page: String::new(), ..at.clone() };
        at.address("")
    };
    let buckets: Vec<_> = BUCKETS
        .into_iter()
        .map(|bucket| {
            serde_json::json!({
                "title": title(visit, bucket),
                // Whoever looks at what is over has not read what is open.
                "count": if closed.is_some() { None } else { Some(count(bucket)) },
                "address": of_bucket(bucket),
                "is_here": bucket == chosen,
            })
        })
        .collect();
    let over: Vec<_> = CLOSED
        .into_iter()
        .map(|(bucket, _)| {
            serde_json::json!({
                "title": title(visit, bucket),
                "address": of_bucket(bucket),
                "is_here": bucket == chosen,
            })
        })
        .collect();
    let page = Pager::asked(&at.page);
    let total = count(chosen);
    let fields = [("bucket", chosen), ("school", &*at.school), ("who", &*at.who)];
    let pager = Pager::new(page, total, "/inbox", &fields);
    let mut shown = rows.remove(chosen).unwrap_or_default();
    shown.sort_by_key(|row| row.order);
    let shown: Vec<Row> = shown.into_iter().skip((page - 1) * ROWS).take(ROWS).collect();
    let status =
        if mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let may_decide = visit.may(UseCase::TaskDecide);
    let view = serde_json::json!({
        "mistakes": mistakes,
        "buckets": buckets,
        "over": over,
        "bucket": title(visit, chosen),
        "chosen": chosen,
        "rows": shown,
        "pager": pager,
        "at": At { bucket: chosen.to_owned(), ..at.clone() }.query(),
        "schools": choices(&read.schools, &at.school, true),
        "people": choices(&read.people, &at.who, false),
        "others": choices(&read.people, "", false),
        "is_mine": at.who.is_empty(),
        "is_all": at.who == "all",
        "has_me": !me.is_empty(),
        "is_narrowed": !(at.who.is_empty() && at.school.is_empty()),
        "undo": read.undo,
        "undo_address": undo_address(undo),
        "may_decide": may_decide,
        "may_assign": may_decide && closed.is_none(),
        "today": parts::day(now, lang),
    });
    visit.page_with(status, "family-inbox", &view)
}

async fn read(
    visit: &Visit,
    at: &At,
    undo: &str,
    closed: Option<TaskBucket>,
) -> Result<Read, super::super::Failure> {
    let lang = visit.lang();
    let (school, undo) = (at.school.clone(), undo.to_owned());
    let step_changed = visit.say("family.step-changed");
    let looked_at = visit.say("family.looked-at");
    visit
        .ask(move |app, actor| {
            let school = Some(school.as_str()).filter(|school| !school.is_empty());
            let filter = TaskFilter { school, bucket: closed, ..TaskFilter::default() };
            let tasks = app.tasks(actor, &filter)?;
            let steps = app.open_steps(actor, school)?;
            let now = today();
            let days = [
                app.next_school_days(actor, now.plus(1))?,
                app.next_school_days(actor, now.plus(7))?,
            ];
            let people = app.practitioners(actor)?.into_iter();
            let people = people.map(|person| (person.code, person.name)).collect();
            let schools = app.schools(actor)?.into_iter();
            let schools = schools.map(|found| (found.school.number, found.school.name)).collect();
            let undo = match undo.split_once('-') {
                Some(("task", id)) => {
                    let task = app.task(actor, id, lang)?.facts;
                    let words = task.bucket.text();
                    let words = match &task.view.missing {
                        Some(_) if task.bucket.is_open() => looked_at,
                        _ => words.get(lang).to_owned(),
                    };
                    Some(format!("{words}: {}", task.view.task.said.label.get(lang)))
                }
                Some(("step", id)) => {
                    app.contact(actor, id)?;
                    Some(step_changed)
                }
                _ => None,
            };
            Ok(Read { tasks, steps, days, people, schools, undo })
        })
        .await
}

/// Where what was decided about a row is taken back.
fn undo_address(sign: &str) -> String {
    match sign.split_once('-') {
        Some(("step", id)) => format!("/inbox/steps/{}/undo", segment(id)),
        Some((_, id)) => format!("/inbox/tasks/{}/undo", segment(id)),
        None => String::new(),
    }
}

/// Whether a row is for whom the list is.
fn is_wanted<'a>(
    who: &str,
    me: &str,
    is_nobodys: bool,
    mut people: impl Iterator<Item = &'a str>,
) -> bool {
    match who {
        "all" => true,
        // Who is no practitioner, such as a coordinator, has the whole list.
        "" if me.is_empty() => true,
        "" => is_nobodys || people.any(|code| code == me),
        who => people.any(|code| code == who),
    }
}

fn choices(all: &[(String, String)], chosen: &str, names_only: bool) -> Vec<Choice> {
    let choice = |(code, name): &(String, String)| {
        let shown = if names_only { name.clone() } else { format!("{name} ({code})") };
        Choice::new(code, shown, chosen)
    };
    all.iter().map(choice).collect()
}

/// The days until which a row of a school can be put off at once: the next school day, and the first in
/// a week.
fn later(visit: &Visit, days: &[BTreeMap<String, Day>; 2], school: &str) -> Vec<Choice> {
    let keys = ["family.next-school-day", "family.in-a-week"];
    let lang = visit.lang();
    let choice = |(days, key): (&BTreeMap<String, Day>, &str)| {
        let until = *days.get(school)?;
        let shown = visit.say_with(key, &[parts::day(until, lang)]);
        Some(Choice::new(&until.to_string(), shown, ""))
    };
    days.iter().zip(keys).filter_map(choice).collect()
}

fn of_task(visit: &Visit, facts: &TaskFacts, days: &[BTreeMap<String, Day>; 2], now: Day) -> Row {
    let lang = visit.lang();
    let (view, task) = (&facts.view, &facts.view.task);
    let id = task.id.to_string();
    let plugin = format!("{}@{}", task.plugin, task.said.version);
    let until = match task.state {
        TaskState::Waiting { until } if until > now => Some(parts::day(until, lang)),
        _ => None,
    };
    let letters = !task.said.templates.is_empty() && visit.may(UseCase::LetterDraft);
    let contact = [("task", &*id), ("pupil", &*view.pupil), ("school", &*view.school)];
    Row {
        order: (Reverse(task.said.priority), Some(task.said.due)),
        sign: format!("task-{id}"),
        is_task: true,
        label: task.said.label.get(lang).to_owned(),
        about: vec![About {
            shown: format!("{} · {}", initials(&view.given_name, &view.family_name), view.pupil),
            address: format!("/pupils/{}", segment(&view.pupil)),
        }],
        school: view.school_name.clone(),
        due: Some(parts::day(task.said.due, lang)),
        is_overdue: facts.bucket == TaskBucket::Overdue,
        until,
        owner: view.owner.as_ref().map(|(code, _)| code.clone()),
        reason: Some(task.said.reason.get(lang).to_owned()),
        missing: view.missing.clone().filter(|_| facts.bucket.is_open()),
        also: Vec::new(),
        pupils: vec![view.pupil.clone()],
        source: visit.say_with("family.from-plugin", &[plugin]),
        details: format!("/inbox/tasks/{id}"),
        decide: format!("/inbox/tasks/{id}"),
        contact: address("/contacts/new", &contact),
        letters: letters.then(|| format!("/pupils/{}/letters", segment(&view.pupil))),
        later: later(visit, days, &view.school),
        is_open: facts.bucket.is_open(),
        is_closed: matches!(facts.bucket, TaskBucket::Done | TaskBucket::Dismissed),
        id,
    }
}

fn of_step(visit: &Visit, step: &StepFacts, days: &[BTreeMap<String, Day>; 2]) -> Row {
    let lang = visit.lang();
    let view = &step.view;
    let id = view.contact.id.to_string();
    let kind = step.kind.word(lang).to_owned();
    let mut about: Vec<About> = view
        .pupils
        .iter()
        .map(|(code, name)| {
            let (given, family) = name.rsplit_once(' ').unwrap_or((name, ""));
            About {
                shown: format!("{} · {code}", initials(given, family)),
                address: format!("/pupils/{}", segment(code)),
            }
        })
        .collect();
    if let Some(code) = view.household.as_ref().filter(|_| about.is_empty()) {
        let shown = visit.say_with("family.family-of", std::slice::from_ref(code));
        about.push(About { shown, address: format!("/families/{}", segment(code)) });
    }
    let mut contact: Vec<(&str, &str)> =
        view.pupils.iter().map(|(code, _)| ("pupil", code.as_str())).collect();
    contact.push(("household", view.household.as_deref().unwrap_or_default()));
    contact.push(("school", &view.school));
    let people: Vec<&str> = view.participants.iter().map(|(code, _)| code.as_str()).collect();
    let contact_day = parts::day(view.contact.day, lang);
    Row {
        order: (Reverse(Priority::Normal), step.due),
        sign: format!("step-{id}"),
        is_task: false,
        label: if step.text.is_empty() {
            visit.say_with("family.step-without-text", std::slice::from_ref(&kind))
        } else {
            step.text.clone()
        },
        about,
        school: view.school_name.clone(),
        due: step.due.map(|due| parts::day(due, lang)),
        is_overdue: step.bucket == Some(TaskBucket::Overdue),
        until: None,
        owner: Some(people.join(", ")),
        reason: None,
        missing: None,
        also: Vec::new(),
        pupils: view.pupils.iter().map(|(code, _)| code.clone()).collect(),
        source: visit.say_with("family.from-contact", &[kind, contact_day]),
        details: format!("/contacts/{id}"),
        decide: format!("/inbox/steps/{id}"),
        contact: address("/contacts/new", &contact),
        letters: None,
        later: later(visit, days, &view.school),
        is_open: true,
        is_closed: false,
        id,
    }
}
