//! The list of contacts: filters that stand in the address, a finder, and one page after the other.

use axum::response::{IntoResponse, Redirect};
use serde::Serialize;
use serde_json::json;

use crate::app::{App, ContactSearch, Error, PersonKind, Words};
use crate::domain::{ContactView, Day, Lang, Period};

use super::choices::{self, Choice};
use super::dates::{Side, in_words, minute_in_words, now, parse_day};
use super::entry::parse_person;
use crate::app::UseCase;
use crate::web::fields::Fields;
use crate::web::visit::{Answer, Visit};

/// How many contacts a page shows.
const PAGE: usize = 50;

/// A contact in a list.
#[derive(Debug, Clone, Serialize)]
pub(in crate::web) struct Row {
    id: String,
    day: String,
    time: String,
    school: String,
    kind: String,
    result: String,
    is_attempt: bool,
    /// With whom, as far as one may see.
    who: Vec<String>,
    /// More than are named.
    more: usize,
    team: String,
    topics: String,
    minutes: u16,
    next: Option<String>,
    has_note: bool,
    has_private: bool,
}

/// How many people a row names.
const NAMED: usize = 4;

/// Contacts as rows of a list.
pub(in crate::web) fn rows(found: &[ContactView], words: &Words, lang: Lang) -> Vec<Row> {
    let row = |view: &ContactView| {
        let contact = &view.contact;
        let mut who: Vec<String> = view.pupils.iter().map(|(_, name)| name.clone()).collect();
        if who.is_empty() {
            who.extend(view.household.clone());
        }
        let more = who.len().saturating_sub(NAMED);
        who.truncate(NAMED);
        let team: Vec<&str> = view.participants.iter().map(|(code, _)| code.as_str()).collect();
        Row {
            id: contact.id.to_string(),
            day: in_words(contact.day, lang),
            time: contact.time.map(minute_in_words).unwrap_or_default(),
            school: view.school_name.clone(),
            kind: words.kind(contact).word(lang).to_owned(),
            result: words.result(contact).word(lang).to_owned(),
            is_attempt: contact.attempt,
            who,
            more,
            team: team.join(", "),
            topics: words.topics(contact),
            minutes: contact.minutes,
            next: contact.next_step.as_ref().map(|step| {
                let due = step.due.map(|due| in_words(due, lang)).unwrap_or_default();
                format!("{due} {}", step.text).trim().to_owned()
            }),
            has_note: contact.shared_note.is_some(),
            has_private: !contact.private_notes.is_empty() || !view.closed_lanes.is_empty(),
        }
    };
    found.iter().map(row).collect()
}

/// The filters as they stand in the address.
#[derive(Debug, Clone, Serialize)]
struct Filter {
    school: String,
    from: String,
    until: String,
    kind: String,
    result: String,
    topic: String,
    people: Vec<Chosen>,
    is_set: bool,
}

/// Somebody whom the list is filtered by.
#[derive(Debug, Clone, Serialize)]
struct Chosen {
    value: String,
    name: String,
    /// The list without them.
    without: String,
}

#[derive(Debug, Serialize)]
struct Schools {
    number: String,
    name: String,
}

#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each says of itself what the page shows")]
struct View {
    filter: Filter,
    rows: Vec<Row>,
    /// The address of the next page.
    older: Option<String>,
    is_later_page: bool,
    newest: String,
    schools: Vec<Schools>,
    kinds: Vec<Choice>,
    results: Vec<Choice>,
    topics: Vec<Choice>,
    mistakes: Vec<serde_json::Value>,
    may_add: bool,
    may_correct: bool,
    found_nobody: bool,
    find: String,
}

/// `GET /contacts`.
pub(super) async fn page(visit: Visit, fields: Fields) -> Answer {
    show(&visit, fields, "").await
}

/// `POST /contacts`: looks for people by words and goes on to their contacts. The words are names, so
/// they do not stand in an address, which browsers remember.
pub(super) async fn find(visit: Visit, fields: Fields) -> Answer {
    let words = fields.one("find").to_owned();
    let asked = words.clone();
    let may_find = visit.may(UseCase::ContactAdd);
    let found = visit
        .ask(
            move |app, actor| {
                if may_find { app.find_people(actor, None, &asked) } else { Ok(Vec::new()) }
            },
        )
        .await?;
    if found.is_empty() && !words.is_empty() {
        return show(&visit, fields, &words).await;
    }
    let people = found.iter().map(|person| format!("{}:{}", person.kind.code(), person.code));
    let address = address(&fields, &people.collect::<Vec<_>>(), None);
    Ok(Redirect::to(&address).into_response())
}

async fn show(visit: &Visit, fields: Fields, find: &str) -> Answer {
    let (lang, find) = (visit.lang(), find.to_owned());
    let may = (visit.may(UseCase::ContactAdd), visit.may(UseCase::ContactCorrect));
    let wrong_day = visit.say("contact.not-a-day");
    let view = visit
        .ask(move |app, actor| {
            let (mut search, mistakes) = search(app, &fields, &wrong_day)?;
            search.limit = PAGE + 1;
            let mut found = app.contact_page(actor, &search)?;
            let has_more = found.len() > PAGE;
            found.truncate(PAGE);
            let people = fields.all("person");
            let older = found.last().filter(|_| has_more);
            let older =
                older.map(|last| address(&fields, &people, Some(&last.contact.id.to_string())));
            let words = app.words(lang)?;
            Ok(View {
                filter: filter(app, actor, &fields, &people, may.0)?,
                rows: rows(&found, &words, lang),
                older,
                is_later_page: search.after.is_some(),
                newest: address(&fields, &people, None),
                schools: app
                    .schools(actor)?
                    .into_iter()
                    .map(|facts| Schools { number: facts.school.number, name: facts.school.name })
                    .collect(),
                kinds: choices::list(app, "contact-kind", lang)?,
                results: choices::list(app, "result", lang)?,
                topics: choices::list(app, "topic", lang)?,
                mistakes,
                may_add: may.0,
                may_correct: may.1,
                found_nobody: !find.is_empty(),
                find,
            })
        })
        .await?;
    visit.page("contact-list", &view)
}

/// What is looked for. A day that is none is told, and not filtered by.
fn search(
    app: &App,
    fields: &Fields,
    wrong_day: &str,
) -> Result<(ContactSearch, Vec<serde_json::Value>), Error> {
    let today = now().0;
    let mut mistakes = Vec::new();
    let mut day = |name: &str| -> Option<Day> {
        let text = fields.some(name)?;
        let found = parse_day(text, today, Side::Past);
        if found.is_none() {
            mistakes.push(json!({ "what": wrong_day, "field": name }));
        }
        found
    };
    let (from, until) = (day("from"), day("until"));
    let period = match (from, until) {
        (None, None) => None,
        (from, until) => {
            Some(Period::new(from.unwrap_or(Day(i32::MIN / 2)), until.unwrap_or(Day(i32::MAX / 2))))
        }
    };
    let period = match period {
        Some(Err(error)) => {
            mistakes.push(json!({ "what": error.to_string(), "field": "from" }));
            None
        }
        Some(Ok(period)) => Some(period),
        None => None,
    };
    let place = |list: &str, name: &str| match fields.some(name) {
        Some(code) => choices::place(app, list, code),
        None => Ok(None),
    };
    let mut search = ContactSearch {
        period,
        school: fields.some("school").map(str::to_owned),
        kind: place("contact-kind", "kind")?,
        result: place("result", "result")?,
        topic: place("topic", "topic")?,
        after: fields.some("after").and_then(|id| id.parse().ok()),
        ..ContactSearch::default()
    };
    for (kind, code) in fields.all("person").iter().filter_map(|text| parse_person(text)) {
        match kind {
            PersonKind::Pupil => search.pupils.push(code),
            PersonKind::Household => search.households.push(code),
            PersonKind::Staff => search.practitioners.push(code),
        }
    }
    Ok((search, mistakes))
}

fn filter(
    app: &App,
    actor: &crate::app::Actor,
    fields: &Fields,
    people: &[String],
    may_find: bool,
) -> Result<Filter, Error> {
    let text = |name: &str| fields.one(name).to_owned();
    let asked: Vec<_> = people.iter().filter_map(|text| parse_person(text)).collect();
    // Whoever only reads contacts, as under an emergency access, has the codes.
    let named = if may_find { app.name_people(actor, &asked)? } else { Vec::new() };
    let people: Vec<Chosen> = asked
        .iter()
        .map(|(kind, code)| {
            let value = format!("{}:{code}", kind.code());
            let person = named.iter().find(|it| it.kind == *kind && it.code == *code);
            let others: Vec<String> =
                people.iter().filter(|other| **other != value).cloned().collect();
            Chosen {
                name: person.map_or_else(|| code.clone(), |person| person.name.clone()),
                without: address(fields, &others, None),
                value,
            }
        })
        .collect();
    let filters = ["school", "from", "until", "kind", "result", "topic"];
    let is_set = !people.is_empty() || filters.iter().any(|name| fields.some(name).is_some());
    Ok(Filter {
        school: text("school"),
        from: text("from"),
        until: text("until"),
        kind: text("kind"),
        result: text("result"),
        topic: text("topic"),
        people,
        is_set,
    })
}

/// The address of the list with its filters.
fn address(fields: &Fields, people: &[String], after: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in ["school", "from", "until", "kind", "result", "topic"] {
        if let Some(value) = fields.some(name) {
            query.append_pair(name, value);
        }
    }
    for person in people {
        query.append_pair("person", person);
    }
    if let Some(after) = after {
        query.append_pair("after", after);
    }
    match query.finish() {
        query if query.is_empty() => "/contacts".to_owned(),
        query => format!("/contacts?{query}"),
    }
}
