//! Contacts for programs: listed, looked at, recorded once, corrected.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::{
    App, ContactForm, ContactSearch, CorrectionForm, Error, HistoryRow, Value, Words,
};
use crate::domain::{ContactView, Day, Id, Lang, Period};

use super::super::visit::{Answer, Visit};
use super::offline::Waited;
use super::read::{Asked, Named, Sent, day, id, page_size, place, unfit};

/// Somebody with a code.
#[derive(Serialize, ToSchema)]
pub(super) struct Somebody {
    /// The short sign by which files and requests name them.
    code: String,
    /// The name.
    name: String,
}

/// A contact, or an attempt at one. Private notes of professions are never part of it: they are opened
/// by people who are signed in, in a browser or on the command line.
#[derive(Serialize, ToSchema)]
#[schema(as = Contact)]
pub(super) struct ContactData {
    /// Its permanent id.
    #[schema(format = "uuid")]
    id: String,
    /// The day.
    #[schema(format = Date)]
    day: String,
    /// At what time, as `14:30`; null where nobody noted it.
    time: Option<String>,
    /// How long it took, in whole minutes, 0 to 1440.
    minutes: u16,
    /// The school number.
    school: String,
    /// A code of the list `contact-kind`.
    kind: String,
    /// A code of the list `result`.
    result: String,
    /// Nobody was reached: it counts as an attempt and not as a contact.
    is_attempt: bool,
    /// Who of the programme took part.
    participants: Vec<Somebody>,
    /// The children it was about.
    pupils: Vec<Somebody>,
    /// The code of the household it was about.
    household: Option<String>,
    /// How many people of the family or group were there, the team not counted.
    persons: u16,
    /// Codes of the list `topic`.
    topics: Vec<String>,
    /// A code of the list `consultation`; null where it was none.
    consultation: Option<String>,
    /// A code of the list `language`; null where nobody noted it.
    language: Option<String>,
    /// Whether an interpreter helped.
    interpreter: bool,
    /// What is to happen next.
    next_step: Option<String>,
    /// By when.
    #[schema(format = Date)]
    next_due: Option<String>,
    /// The note that the whole team may read.
    shared_note: Option<String>,
    /// Whether there are private notes that are not given here.
    has_private_notes: bool,
}

/// Some contacts, newest first.
#[derive(Serialize, ToSchema)]
pub(super) struct ContactPage {
    contacts: Vec<ContactData>,
    /// What to ask for as `after` to get those that come next; null where there are no more.
    #[schema(format = "uuid")]
    next: Option<String>,
}

/// One contact with its history.
#[derive(Serialize, ToSchema)]
pub(super) struct ContactWithHistory {
    contact: ContactData,
    /// What corrections changed, oldest first; empty where there were none.
    history: Vec<CorrectionRow>,
}

/// One field that a correction changed.
#[derive(Serialize, ToSchema)]
struct CorrectionRow {
    /// The number of the correction, from 1.
    number: u32,
    /// When, in seconds since 1970-01-01 UTC.
    at: i64,
    /// Who, by code.
    by: String,
    /// Why; null where one may not read it.
    reason: Option<String>,
    /// The field.
    field: String,
    /// What it said before: a text, a number, a list of texts, or null.
    before: serde_json::Value,
    /// What it says since.
    after: serde_json::Value,
}

/// Which contacts.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ContactQuery {
    /// Only those of the school with this number.
    school: Option<String>,
    /// Only those about this child, by code.
    pupil: Option<String>,
    /// Only those about this household, by code.
    household: Option<String>,
    /// Only those in which this practitioner took part, by code.
    practitioner: Option<String>,
    /// Only those of this kind: a code of the list `contact-kind`.
    kind: Option<String>,
    /// Only those that ended so: a code of the list `result`.
    result: Option<String>,
    /// Only those about this: a code of the list `topic`.
    topic: Option<String>,
    /// From this day on.
    #[param(format = Date)]
    from: Option<String>,
    /// Up to this day, included.
    #[param(format = Date)]
    until: Option<String>,
    /// Only those that come after the contact with this id in the list.
    #[param(format = "uuid")]
    after: Option<String>,
    /// At most so many; 50 without it.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
}

/// A contact to be recorded.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewContact {
    /// An id that the sender makes up at random, once for each contact. Sending the same again, because
    /// no answer came, records nothing twice: the id of the first time comes back.
    #[schema(format = "uuid")]
    submission: String,
    /// The school number.
    #[schema(min_length = 1)]
    school: String,
    /// A code of the list `contact-kind`.
    #[schema(min_length = 1)]
    kind: String,
    /// A code of the list `result`.
    #[serde(default = "reached")]
    #[schema(default = "reached")]
    result: String,
    /// The day; today without it.
    #[schema(format = Date)]
    day: Option<String>,
    /// At what time, as `14:30`.
    time: Option<String>,
    /// How long it took, in whole minutes; 0 without it.
    #[schema(minimum = 0, maximum = 1440)]
    minutes: Option<u16>,
    /// Codes of who took part, besides whoever records it.
    #[serde(default)]
    participants: Vec<String>,
    /// Codes of the children it was about.
    #[serde(default)]
    pupils: Vec<String>,
    /// The code of the household; without it, the one that the children share.
    household: Option<String>,
    /// How many people of the family or group were there; 1 without it, and 0 at an attempt.
    #[schema(maximum = 65535)]
    persons: Option<u16>,
    /// Codes of the list `topic`.
    #[serde(default)]
    topics: Vec<String>,
    /// A code of the list `consultation`.
    consultation: Option<String>,
    /// A code of the list `language`.
    language: Option<String>,
    /// Whether an interpreter helped.
    #[serde(default)]
    interpreter: bool,
    /// What is to happen next, in one line.
    next_step: Option<String>,
    /// By when.
    #[schema(format = Date)]
    next_due: Option<String>,
    /// A note that the whole team may read.
    shared_note: Option<String>,
}

fn reached() -> String {
    "reached".to_owned()
}

/// A contact is recorded.
#[derive(Serialize, ToSchema)]
pub(super) struct RecordedContact {
    /// The permanent id of the contact.
    #[schema(format = "uuid")]
    id: String,
    /// Whether it was recorded now, and not by an earlier request with the same `submission`.
    is_new: bool,
}

/// What is to be different in a contact: what is left out or null stays; an empty text empties a field,
/// and a list replaces the whole list.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Correction {
    /// Why, in one line.
    #[schema(min_length = 1)]
    reason: String,
    /// The school number.
    school: Option<String>,
    /// The day.
    #[schema(format = Date)]
    day: Option<String>,
    /// At what time, as `14:30`.
    time: Option<String>,
    /// Whole minutes.
    #[schema(minimum = 0, maximum = 1440)]
    minutes: Option<u16>,
    /// A code of the list `contact-kind`.
    kind: Option<String>,
    /// A code of the list `result`.
    result: Option<String>,
    /// Codes of all who took part.
    participants: Option<Vec<String>>,
    /// Codes of children.
    pupils: Option<Vec<String>>,
    /// A code of a household.
    household: Option<String>,
    #[schema(maximum = 65535)]
    persons: Option<u16>,
    /// Codes of the list `topic`.
    topics: Option<Vec<String>>,
    /// A code of the list `consultation`.
    consultation: Option<String>,
    /// A code of the list `language`.
    language: Option<String>,
    interpreter: Option<bool>,
    next_step: Option<String>,
    /// A day, or empty.
    next_due: Option<String>,
    shared_note: Option<String>,
}

/// What a correction changed.
#[derive(Serialize, ToSchema)]
pub(super) struct Corrected {
    /// The names of the fields.
    changed: Vec<String>,
}

/// List contacts
///
/// Newest first. Scope: `contact.read`. What was read stands in the audit.
#[utoipa::path(get, path = "/api/v1/contacts", tag = "contacts", params(ContactQuery),
    responses((status = 200, description = "Contacts in sight that fit", body = ContactPage)))]
pub(super) async fn list_contacts(visit: Visit, Asked(asked): Asked<ContactQuery>) -> Answer {
    let limit = page_size(asked.limit)?;
    let (from, until) =
        (day("from", asked.from.as_deref())?, day("until", asked.until.as_deref())?);
    let after = id("after", asked.after.as_deref())?;
    let found = visit.ask(move |app, actor| {
        let mut places = [None; 3];
        let wanted = [
            ("contact-kind", "kind", &asked.kind),
            ("result", "result", &asked.result),
            ("topic", "topic", &asked.topic),
        ];
        for (slot, (list, field, code)) in places.iter_mut().zip(wanted) {
            let Some(code) = code else { continue };
            *slot = place(app, list, code)?;
            if slot.is_none() {
                return Ok(Err(unfit(field, code)));
            }
        }
        let search = ContactSearch {
            period: period(from, until)?,
            school: asked.school,
            kind: places[0],
            result: places[1],
            topic: places[2],
            pupils: asked.pupil.into_iter().collect(),
            households: asked.household.into_iter().collect(),
            practitioners: asked.practitioner.into_iter().collect(),
            after,
            limit: limit + 1,
        };
        let mut found = app.contact_page(actor, &search)?;
        if let Some(after) = after.filter(|_| found.is_empty()) {
            return Ok(Err(unfit("after", &after.to_string())));
        }
        let has_more = found.len() > limit;
        found.truncate(limit);
        let writer = Writer::new(app)?;
        let contacts: Vec<ContactData> = found.iter().map(|view| writer.contact(view)).collect();
        let last = contacts.last().map(|contact| contact.id.clone());
        Ok(Ok(ContactPage { next: last.filter(|_| has_more), contacts }))
    });
    Ok(Json(found.await??).into_response())
}

/// Look at a contact
///
/// With what it said before corrections. Scope: `contact.read`.
#[utoipa::path(get, path = "/api/v1/contacts/{id}", tag = "contacts",
    params(("id" = String, Path, format = "uuid", description = "Its id")),
    responses((status = 200, description = "The contact", body = ContactWithHistory)))]
pub(super) async fn get_contact(visit: Visit, named: Named) -> Answer {
    let id = named.id()?.to_string();
    let found = visit.ask(move |app, actor| {
        let view = app.contact(actor, &id)?;
        let words = app.words(Lang::En)?;
        let history = app.contact_history(actor, &id, &words)?;
        let contact = Writer::new(app)?.contact(&view);
        Ok(ContactWithHistory { contact, history: history.into_iter().map(row).collect() })
    });
    Ok(Json(found.await?).into_response())
}

/// Record a contact
///
/// Once for each `submission`, however often it is sent. Scope: `contact.add`.
#[utoipa::path(post, path = "/api/v1/contacts", tag = "contacts", request_body = NewContact,
    responses(
        (status = 201, description = "It is recorded now", body = RecordedContact,
            headers(("Location" = String, description = "The address of the contact"))),
        (status = 200, description = "It was recorded before", body = RecordedContact)))]
pub(super) async fn add_contact(
    visit: Visit,
    waited: Waited,
    Sent(new): Sent<NewContact>,
) -> Answer {
    let submission: Id =
        new.submission.parse().map_err(|_| unfit("submission", &new.submission))?;
    let recorded = visit
        .ask(move |app, actor| {
            if let Err(failure) = waited.check(app, actor)? {
                return Ok(Err(failure));
            }
            let number = |number: Option<u16>| number.map(|number| number.to_string());
            let (minutes, persons) = (number(new.minutes), number(new.persons));
            let text = |text: &'_ Option<String>| text.clone().unwrap_or_default();
            let form = ContactForm {
                school: &new.school,
                day: new.day.as_deref(),
                time: &text(&new.time),
                minutes: minutes.as_deref().unwrap_or("0"),
                kind: &new.kind,
                result: &new.result,
                participants: &new.participants,
                pupils: &new.pupils,
                household: &text(&new.household),
                persons: persons.as_deref(),
                topics: &new.topics,
                consultation: &text(&new.consultation),
                language: &text(&new.language),
                interpreter: new.interpreter,
                next_due: &text(&new.next_due),
                next_step: &text(&new.next_step),
                shared_note: &text(&new.shared_note),
                private_note: "",
            };
            app.add_contact_once(actor, submission, &form).map(Ok)
        })
        .await?;
    let (id, is_new) = recorded?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    let place = [(header::LOCATION, format!("/api/v1/contacts/{id}"))];
    Ok((status, place, Json(RecordedContact { id: id.to_string(), is_new })).into_response())
}

/// Correct a contact
///
/// What it said before is kept, with the reason. Scope: `contact.correct`.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/corrections", tag = "contacts",
    params(("id" = String, Path, format = "uuid", description = "Its id")),
    request_body = Correction,
    responses((status = 200, description = "It is corrected", body = Corrected)))]
pub(super) async fn correct_contact(
    visit: Visit,
    named: Named,
    Sent(wanted): Sent<Correction>,
) -> Answer {
    let id = named.id()?.to_string();
    let changed = visit.ask(move |app, actor| {
        let number = |number: Option<u16>| number.map(|number| number.to_string());
        let (minutes, persons) = (number(wanted.minutes), number(wanted.persons));
        let form = CorrectionForm {
            school: wanted.school.as_deref(),
            day: wanted.day.as_deref(),
            time: wanted.time.as_deref(),
            minutes: minutes.as_deref(),
            kind: wanted.kind.as_deref(),
            result: wanted.result.as_deref(),
            participants: wanted.participants.as_deref(),
            pupils: wanted.pupils.as_deref(),
            household: wanted.household.as_deref(),
            persons: persons.as_deref(),
            topics: wanted.topics.as_deref(),
            consultation: wanted.consultation.as_deref(),
            language: wanted.language.as_deref(),
            interpreter: wanted.interpreter.map(|yes| if yes { "yes" } else { "no" }),
            next_due: wanted.next_due.as_deref(),
            next_step: wanted.next_step.as_deref(),
            shared_note: wanted.shared_note.as_deref(),
            private_note: None,
        };
        app.correct_contact(actor, &id, &form, &wanted.reason)
    });
    let changed = changed.await?.into_iter().map(|field| field.name().to_owned()).collect();
    Ok(Json(Corrected { changed }).into_response())
}

/// The days between two, both included; all where neither is named.
pub(super) fn period(from: Option<Day>, until: Option<Day>) -> Result<Option<Period>, Error> {
    if from.is_none() && until.is_none() {
        return Ok(None);
    }
    let (first, last) = (from.unwrap_or(Day(i32::MIN / 2)), until.unwrap_or(Day(i32::MAX / 2)));
    Ok(Some(Period::new(first, last)?))
}

/// Writes contacts with codes in place of places in lists.
struct Writer {
    words: Words,
    topics: Vec<String>,
}

impl Writer {
    fn new(app: &App) -> Result<Self, Error> {
        let topics = app.codes(Some("topic"))?.into_iter().map(|(_, code)| code.code).collect();
        Ok(Self { words: app.words(Lang::En)?, topics })
    }

    fn contact(&self, view: &ContactView) -> ContactData {
        let contact = &view.contact;
        let code =
            |list: &str, place: Option<u16>| place.map(|place| self.words.code(list, place).code);
        let people = |people: &[(String, String)]| {
            let somebody = |(code, name): &(String, String)| Somebody {
                code: code.clone(),
                name: name.clone(),
            };
            people.iter().map(somebody).collect()
        };
        let step = contact.next_step.as_ref();
        let topics = self.topics.iter().zip(0..64);
        ContactData {
            id: contact.id.to_string(),
            day: contact.day.to_string(),
            time: contact.time.map(|time| format!("{:02}:{:02}", time / 60, time % 60)),
            minutes: contact.minutes,
            school: view.school.clone(),
            kind: self.words.kind(contact).code,
            result: self.words.result(contact).code,
            is_attempt: contact.attempt,
            participants: people(&view.participants),
            pupils: people(&view.pupils),
            household: view.household.clone(),
            persons: contact.persons,
            topics: topics
                .filter(|(_, place)| contact.topics >> place & 1 == 1)
                .map(|(code, _)| code.clone())
                .collect(),
            consultation: code("consultation", contact.consultation),
            language: code("language", contact.language),
            interpreter: contact.interpreter,
            next_step: step.map(|step| step.text.clone()).filter(|text| !text.is_empty()),
            next_due: step.and_then(|step| step.due).map(|day| day.to_string()),
            shared_note: contact.shared_note.clone(),
            has_private_notes: !contact.private_notes.is_empty() || !view.closed_lanes.is_empty(),
        }
    }
}

/// A field of the history. Private notes are told by name alone.
fn row(found: HistoryRow) -> CorrectionRow {
    let is_private = found.field.code.starts_with("private_note");
    // Values are plain, so this always succeeds.
    let plain = |value: Value| serde_json::to_value(value).unwrap_or_default();
    let said = |value: Value| if is_private { serde_json::Value::Null } else { plain(value) };
    CorrectionRow {
        number: found.number,
        at: found.at,
        by: found.by,
        reason: found.reason,
        field: found.field.code,
        before: said(found.before),
        after: said(found.after),
    }
}
