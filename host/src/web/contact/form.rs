//! The form for a new contact: what it begins with, and what it shows.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Json};
use serde::Serialize;
use serde_json::json;

use crate::app::{Actor, App, ContactDesk, Error, Person, PersonKind};
use crate::domain::{FoundWord, Lang};

use super::choices::{Choices, codes_of};
use super::dates::{clock, in_field, in_words, minute_in_words, now};
use super::entry::{Entry, new_submission, parse_person, place, usual_minutes};
use crate::web::fields::Fields;
use crate::web::visit::{Answer, Visit};

/// Durations that are chips, in minutes.
const DURATIONS: [&str; 4] = ["5", "15", "30", "60"];

/// Something that is wrong with what was typed.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Wrong {
    pub(super) what: String,
    /// The id of the element that it is about.
    pub(super) field: Option<String>,
}

/// What the page says besides the form.
#[derive(Debug, Clone, Default)]
pub(super) struct Remarks {
    pub(super) mistakes: Vec<Wrong>,
    /// Words of the notes that may not belong there.
    pub(super) words: Vec<FoundWord>,
    /// What the button was that the words held up.
    pub(super) anyway: &'static str,
    /// When the draft was last typed in that is shown.
    pub(super) restored: Option<i64>,
    /// Something was said about the form, and nothing is wrong.
    pub(super) remark: Option<String>,
}

/// Somebody who can be ticked.
#[derive(Debug, Clone, Serialize)]
struct Offered {
    value: String,
    name: String,
    detail: String,
    kind: &'static str,
    is_chosen: bool,
    id: String,
}

/// A colleague who can be ticked.
#[derive(Debug, Clone, Serialize)]
struct Mate {
    code: String,
    name: String,
    role: String,
    is_there: bool,
}

/// A draft that is kept elsewhere.
#[derive(Debug, Clone, Serialize)]
pub(in crate::web) struct KeptDraft {
    pub(in crate::web) address: String,
    pub(in crate::web) at: String,
}

/// Words of a kind that were found in a note.
#[derive(Debug, Clone, Serialize)]
pub(in crate::web) struct Warning {
    words: String,
    title: String,
    reason: String,
}

#[derive(Debug, Clone, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each says of itself what the page shows")]
pub(super) struct View {
    entry: Entry,
    choices: Choices,
    schools: Vec<Choosable>,
    has_schools: bool,
    people: Vec<Offered>,
    found_nobody: bool,
    durations: [&'static str; 4],
    usual: u16,
    mates: Vec<Mate>,
    team: String,
    me: Option<String>,
    profession: Option<String>,
    tomorrow: String,
    week: String,
    next_school_day: Option<String>,
    next_school_field: Option<String>,
    moment: String,
    mistakes: Vec<Wrong>,
    is_wrong: serde_json::Value,
    warnings: Vec<Warning>,
    anyway: &'static str,
    restored: Option<String>,
    drafts: Vec<KeptDraft>,
    remark: Option<String>,
    opens_people: bool,
    opens_more: bool,
}

#[derive(Debug, Clone, Serialize)]
struct Choosable {
    number: String,
    name: String,
}

/// `GET /contacts/new`: empty with its defaults, or as the draft says, or like another contact.
pub(super) async fn page(visit: Visit, fields: Fields) -> Answer {
    let lang = visit.lang();
    let view = visit.ask(move |app, actor| begin(app, actor, &fields, lang)).await?;
    visit.page("contact-form", &view)
}

fn begin(app: &App, actor: &Actor, fields: &Fields, lang: Lang) -> Result<View, Error> {
    if let Some(mark) = fields.some("draft") {
        if let Some((entry, at)) = restored(app, actor, &place(mark))? {
            let remarks = Remarks { restored: Some(at), ..Remarks::default() };
            return view(app, actor, entry, remarks, lang);
        }
    } else if fields.pairs().is_empty() {
        let drafts = app.kept_drafts(actor)?;
        let newest = drafts.iter().find(|(place, _)| place.starts_with("contact:"));
        if let Some((newest, _)) = newest
            && let Some((entry, at)) = restored(app, actor, newest)?
        {
            let remarks = Remarks { restored: Some(at), ..Remarks::default() };
            return view(app, actor, entry, remarks, lang);
        }
    }
    let mut entry = match fields.some("again") {
        Some(id) => {
            let before = app.contact(actor, id)?;
            let mut entry = Entry::again(&before, &codes_of(app, &before)?);
            entry.with.retain(|code| Some(code.as_str()) != actor.practitioner());
            entry
        }
        None => Entry {
            school: fields.one("school").to_owned(),
            kind: fields.one("kind").to_owned(),
            topics: fields.all("topic"),
            with: fields.all("with"),
            task: fields.one("task").to_owned(),
            ..Entry::default()
        },
    };
    for kind in [PersonKind::Pupil, PersonKind::Household] {
        let named = fields.all(kind.code()).into_iter();
        entry.who.extend(named.map(|code| format!("{}:{code}", kind.code())));
    }
    entry.submission = new_submission();
    let desk = app
        .contact_desk(actor, Some(&entry.school).filter(|it| !it.is_empty()).map(String::as_str))?;
    if fields.one("again").is_empty() && !fields.has("team") {
        entry.with = own_team(&desk);
    }
    if entry.kind.is_empty() {
        entry.kind = desk.last_kind.clone().unwrap_or_default();
    }
    let (today, minute) = now();
    entry.day = in_field(today, lang);
    entry.time = minute_in_words(minute);
    with_desk(app, actor, entry, Remarks::default(), desk, lang)
}

/// A draft that can be read.
fn restored(app: &App, actor: &Actor, place: &str) -> Result<Option<(Entry, i64)>, Error> {
    let Some(draft) = app.kept_draft(actor, place)? else { return Ok(None) };
    // A draft of a later version of the program, after somebody went back to this one.
    Ok(serde_json::from_str(&draft.text).ok().map(|entry| (entry, draft.saved_at)))
}

/// Those with whom the actor is in a team at a school.
pub(super) fn own_team(desk: &ContactDesk) -> Vec<String> {
    let team = desk.colleagues.iter().filter(|mate| mate.is_of_my_team);
    team.map(|mate| mate.code.clone()).collect()
}

/// The form as it was typed.
pub(super) fn view(
    app: &App,
    actor: &Actor,
    entry: Entry,
    remarks: Remarks,
    lang: Lang,
) -> Result<View, Error> {
    let asked = Some(entry.school.as_str()).filter(|school| !school.is_empty());
    let desk = app.contact_desk(actor, asked)?;
    with_desk(app, actor, entry, remarks, desk, lang)
}

#[expect(clippy::needless_pass_by_value, reason = "what is asked for is used up here")]
fn with_desk(
    app: &App,
    actor: &Actor,
    mut entry: Entry,
    remarks: Remarks,
    desk: ContactDesk,
    lang: Lang,
) -> Result<View, Error> {
    entry.school = desk.school.clone().unwrap_or_default();
    entry.school_before.clone_from(&entry.school);
    let found = app.find_people(actor, desk.school.as_deref(), &entry.find)?;
    let people = offered(app, actor, &entry, &desk, &found, lang)?;
    let found_nobody = !entry.find.is_empty() && found.is_empty();
    // What was found can be ticked now, and the next word can be typed.
    if !found.is_empty() {
        entry.find.clear();
    }
    let mates = mates(&entry, &desk, lang);
    let names: Vec<&str> =
        mates.iter().filter(|mate| mate.is_there).map(|mate| mate.name.as_str()).collect();
    let has_more =
        ["consultation", "language", "persons", "private_note", "shared_note", "day", "time"];
    let opens_more = remarks.mistakes.iter().any(|wrong| {
        wrong.field.as_deref().is_some_and(|field| has_more.contains(&field) || field == "team")
    }) || !remarks.words.is_empty()
        || [&entry.shared_note, &entry.private_note, &entry.persons]
            .iter()
            .any(|text| !text.is_empty());
    let other = app.kept_drafts(actor)?;
    let own = place(&entry.submission);
    let drafts = other
        .into_iter()
        .filter(|(place, _)| *place != own)
        .filter_map(|(place, at)| draft_link(&place, at, lang))
        .collect();
    let is_wrong = remarks.mistakes.iter().filter_map(|wrong| wrong.field.clone());
    let is_wrong: Vec<String> = is_wrong.collect();
    Ok(View {
        choices: Choices::read(app, lang)?,
        has_schools: desk.schools.len() > 1,
        schools: desk
            .schools
            .iter()
            .map(|(number, name)| Choosable { number: number.clone(), name: name.clone() })
            .collect(),
        people,
        found_nobody,
        durations: DURATIONS,
        usual: usual_minutes(&entry.kind),
        team: names.join(", "),
        mates,
        me: desk.me.as_ref().map(|me| me.name.clone()),
        profession: desk.me.as_ref().map(|me| me.role.word(lang).to_owned()),
        tomorrow: in_words(desk.today.plus(1), lang),
        week: in_words(desk.today.plus(7), lang),
        next_school_day: desk.next_school_day.map(|day| in_words(day, lang)),
        next_school_field: desk.next_school_day.map(|day| in_field(day, lang)),
        moment: format!("{} {}", entry.day, entry.time),
        is_wrong: json!(is_wrong),
        warnings: warnings(&remarks.words, lang),
        mistakes: remarks.mistakes,
        anyway: remarks.anyway,
        restored: remarks.restored.map(|at| clock(at, lang)),
        drafts,
        remark: remarks.remark,
        opens_people: entry.task.is_empty(),
        opens_more,
        entry,
    })
}

/// The way back to a draft of a contact.
pub(in crate::web) fn draft_link(place: &str, at: i64, lang: Lang) -> Option<KeptDraft> {
    let mark = place.strip_prefix("contact:")?;
    Some(KeptDraft { address: format!("/contacts/new?draft={mark}"), at: clock(at, lang) })
}

/// Those who can be ticked: the chosen ones first, then those who were found, the usual ones, and those
/// who were shown before.
fn offered(
    app: &App,
    actor: &Actor,
    entry: &Entry,
    desk: &ContactDesk,
    found: &[Person],
    lang: Lang,
) -> Result<Vec<Offered>, Error> {
    let values = entry.who.iter().chain(&entry.shown);
    let named: Vec<_> = values.filter_map(|value| parse_person(value)).collect();
    let named = app.name_people(actor, &named)?;
    let chosen = |person: &Person| {
        entry.who.iter().any(|who| parse_person(who) == Some((person.kind, person.code.clone())))
    };
    let first = named.iter().filter(|person| chosen(person));
    let rest = named.iter().filter(|person| !chosen(person));
    let mut people: Vec<Offered> = Vec::new();
    for person in first.chain(found).chain(&desk.usual).chain(rest) {
        let value = format!("{}:{}", person.kind.code(), person.code);
        if people.iter().all(|known| known.value != value) {
            people.push(Offered {
                id: format!("who-{}", people.len()),
                name: if person.name.is_empty() {
                    person.code.clone()
                } else {
                    person.name.clone()
                },
                detail: person.detail.word(lang).to_owned(),
                kind: person.kind.code(),
                is_chosen: chosen(person),
                value,
            });
        }
    }
    Ok(people)
}

/// The colleagues of the school, and those from elsewhere who were there.
fn mates(entry: &Entry, desk: &ContactDesk, lang: Lang) -> Vec<Mate> {
    let of_school = desk.colleagues.iter().map(|mate| Mate {
        code: mate.code.clone(),
        name: mate.name.clone(),
        role: mate.role.word(lang).to_owned(),
        is_there: entry.with.contains(&mate.code),
    });
    let is_known = |code: &String| desk.colleagues.iter().any(|mate| mate.code == *code);
    let others = entry.with.iter().filter(|code| !is_known(code)).map(|code| Mate {
        code: code.clone(),
        name: code.clone(),
        role: String::new(),
        is_there: true,
    });
    of_school.chain(others).collect()
}

/// What was found in notes, kind by kind.
pub(in crate::web) fn warnings(found: &[FoundWord], lang: Lang) -> Vec<Warning> {
    let mut warnings: Vec<(&str, Warning)> = Vec::new();
    for FoundWord { word, kind } in found {
        let quoted = lang.pick(format!("„{word}“"), format!("“{word}”"));
        match warnings.iter_mut().find(|(code, _)| *code == kind.code) {
            Some((_, known)) => known.words = format!("{}, {quoted}", known.words),
            None => warnings.push((
                &kind.code,
                Warning {
                    words: quoted,
                    title: kind.title.get(lang).to_owned(),
                    reason: kind.reason.get(lang).to_owned(),
                },
            )),
        }
    }
    warnings.into_iter().map(|(_, warning)| warning).collect()
}

/// `GET /contacts/people?q=..&school=..`: for the script that searches while somebody types.
pub(super) async fn people(visit: Visit, fields: Fields) -> Answer {
    let lang = visit.lang();
    let found = visit
        .ask(move |app, actor| app.find_people(actor, fields.some("school"), fields.one("q")))
        .await?;
    let people: Vec<_> = found
        .into_iter()
        .map(|person| {
            json!({
                "value": format!("{}:{}", person.kind.code(), person.code),
                "name": person.name,
                "detail": person.detail.word(lang),
                "kind": person.kind.code(),
            })
        })
        .collect();
    Ok(Json(json!({ "people": people })).into_response())
}

/// The form again, with what is to be said about it.
pub(super) async fn again(visit: &Visit, entry: Entry, remarks: Remarks, is_wrong: bool) -> Answer {
    let lang = visit.lang();
    let view = visit.ask(move |app, actor| view(app, actor, entry, remarks, lang)).await?;
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    visit.page_with(status, "contact-form", &view)
}
