//! The register of a class: everybody present until somebody says otherwise, saved as a whole.

use std::collections::HashMap;

use axum::extract::Path;
use axum::http::StatusCode;
use serde::Serialize;

use crate::app::{
    BeforeDay, ClassDay, ClassLine, DayEntry, DayState, Mark, PupilDay, TakeOrder, TakeOutcome,
    UseCase,
};
use crate::domain::{Day, Lang};

use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::visit::{Answer, Visit};
use super::choose::{Link, chosen_day, class_address, class_in, class_name, class_part};
use super::form::{Choice, Mistake};
use super::shown::{address, long, sentence, short, state, weekday};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.get("/attendance/{school}/{class}", Guard::May(UseCase::AbsenceChange), show).post(
        "/attendance/{school}/{class}",
        Guard::May(UseCase::AbsenceChange),
        save,
    )
}

/// A mark of the register: the code of the status, and the keys of its word, of a shorter one, and of
/// the sign that stands for it on the days before.
struct Known {
    code: &'static str,
    word: &'static str,
    short: &'static str,
    sign: &'static str,
}

/// All of them, in the order in which they are offered.
const MARKS: [Known; 7] = [
    Known {
        code: "present",
        word: "attendance.mark-present",
        short: "attendance.short-present",
        sign: "attendance.sign-present",
    },
    Known {
        code: "open",
        word: "attendance.mark-open",
        short: "attendance.short-open",
        sign: "attendance.sign-open",
    },
    Known {
        code: "excused",
        word: "attendance.mark-excused",
        short: "attendance.short-excused",
        sign: "attendance.sign-excused",
    },
    Known {
        code: "unexcused",
        word: "attendance.mark-unexcused",
        short: "attendance.short-unexcused",
        sign: "attendance.sign-unexcused",
    },
    Known {
        code: "on-leave",
        word: "attendance.mark-on-leave",
        short: "attendance.short-on-leave",
        sign: "attendance.sign-on-leave",
    },
    Known {
        code: "school-caused",
        word: "attendance.mark-school-caused",
        short: "attendance.short-school-caused",
        sign: "attendance.sign-school-caused",
    },
    Known {
        code: "late",
        word: "attendance.mark-late",
        short: "attendance.short-late",
        sign: "attendance.sign-late",
    },
];

/// The longest reason of a correction that the form takes.
const LONGEST_REASON: usize = 200;

#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each says of itself what the page shows")]
struct View {
    school: String,
    school_name: String,
    class: String,
    class_part: String,
    day: String,
    day_text: String,
    closed: Option<String>,
    state: String,
    is_taken: bool,
    is_unsaid: bool,
    unit: String,
    most: u16,
    rows: Vec<Row>,
    all: Vec<Choice>,
    signs: Vec<(String, String)>,
    gaps: Vec<Choice>,
    reason: String,
    seen: String,
    action: String,
    not_taken: String,
    to_classes: String,
    open: String,
    before: Option<Link>,
    after: Option<Link>,
    mistakes: Vec<Mistake>,
    /// Whether somebody else was quicker.
    changed: bool,
    /// Whether all lines were set and are not saved yet.
    unsaved: bool,
}

#[derive(Serialize)]
struct Row {
    place: usize,
    code: String,
    name: String,
    pupil: String,
    is_unknown: bool,
    before: Vec<Before>,
    marks: Vec<MarkView>,
    amount: String,
    /// What is recorded, where it is more than one line can say or somebody else has recorded it.
    recorded: Option<String>,
    is_wrong: bool,
}

#[derive(Serialize)]
struct Before {
    weekday: &'static str,
    sign: String,
    spoken: String,
    kind: &'static str,
}

#[derive(Serialize)]
struct MarkView {
    value: &'static str,
    short: String,
    word: String,
    chosen: bool,
}

/// What somebody has typed for a pupil.
#[derive(Clone, Default)]
struct Typed {
    mark: String,
    amount: String,
}

async fn show(
    visit: Visit,
    Path((school, class)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let day = chosen_day(&fields);
    let (name, found) = read(&visit, &school, class_in(&class), day).await?;
    let view = view(&visit, &school, &name, &found, None);
    visit.page("attendance-grid", &view)
}

async fn read(
    visit: &Visit,
    school: &str,
    class: String,
    day: Day,
) -> Result<(String, ClassDay), super::super::Failure> {
    let number = school.to_owned();
    visit
        .ask(move |app, actor| {
            let name = app.school(actor, &number)?.facts.school.name;
            Ok((name, app.class_day(actor, &number, &class, day)?))
        })
        .await
}

/// Saves the class, or only sets every line to the same where that was asked for.
async fn save(
    visit: Visit,
    Path((school, class)): Path<(String, String)>,
    fields: Fields,
) -> Answer {
    let (day, class) = (chosen_day(&fields), class_in(&class));
    let typed = typed(&fields);
    if fields.has("set_all") {
        let (name, found) = read(&visit, &school, class, day).await?;
        let all = fields.one("all");
        let set = |pupil: &PupilDay| {
            (pupil.code.clone(), Typed { mark: all.to_owned(), amount: String::new() })
        };
        let typed = found.pupils.iter().map(set).collect();
        let mut view = view(&visit, &school, &name, &found, Some(&typed));
        fields.one("seen").clone_into(&mut view.seen);
        view.unsaved = true;
        return visit.page("attendance-grid", &view);
    }
    let reason: String = fields.one("reason").chars().take(LONGEST_REASON).collect();
    let kept_reason = match reason.trim() {
        "" => visit.say("attendance.default-reason"),
        reason => reason.to_owned(),
    };
    let not_taken: Vec<Day> =
        fields.all("skip").iter().filter_map(|day| day.parse().ok()).collect();
    let (lines, bad) = lines(&typed, &visit);
    let outcome = if bad.is_empty() {
        let (school, class) = (school.clone(), class.clone());
        let seen = fields.one("seen").to_owned();
        let order = move |app: &mut crate::app::App, actor: &crate::app::Actor| {
            app.take_attendance(
                actor,
                &TakeOrder {
                    school: &school,
                    class: &class,
                    day,
                    lines: &lines,
                    not_taken: &not_taken,
                    reason: &kept_reason,
                    seen: &seen,
                },
            )
        };
        Some(visit.ask(order).await?)
    } else {
        None
    };
    if let Some(TakeOutcome::Saved { present, missing }) = &outcome {
        let values = [present.to_string(), missing.to_string()];
        let said = visit.say_with("attendance.saved", &values);
        return visit.done(&class_address(&school, &class, day), &said);
    }
    let (name, found) = read(&visit, &school, class, day).await?;
    let mut view = view(&visit, &school, &name, &found, Some(&typed));
    view.reason = reason;
    let lang = visit.lang();
    let mut wrong: HashMap<String, String> = bad;
    match outcome {
        Some(TakeOutcome::Changed) => {
            view.changed = true;
            return visit.page_with(StatusCode::CONFLICT, "attendance-grid", &view);
        }
        Some(TakeOutcome::Mistakes(mistakes)) => {
            for mistake in mistakes.list {
                let pupil = mistake.field.unwrap_or_default();
                wrong.insert(pupil, mistake.reason.get(lang).to_owned());
            }
        }
        Some(TakeOutcome::Closed(why)) => {
            let what = why.get(lang).to_owned();
            view.mistakes.push(Mistake { what, field: None });
        }
        Some(TakeOutcome::Saved { .. }) | None => {}
    }
    for row in &mut view.rows {
        if let Some(what) = wrong.get(&row.code) {
            row.is_wrong = true;
            let what = format!("{}: {what}", row.name);
            view.mistakes.push(Mistake { what, field: Some(format!("amount-{}", row.place)) });
        }
    }
    visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, "attendance-grid", &view)
}

/// What the form says of each pupil: `mark:CODE` and `amount:CODE`.
fn typed(fields: &Fields) -> HashMap<String, Typed> {
    let mut typed: HashMap<String, Typed> = HashMap::new();
    for (name, value) in fields.pairs() {
        if let Some(code) = name.strip_prefix("mark:") {
            value.trim().clone_into(&mut typed.entry(code.to_owned()).or_default().mark);
        } else if let Some(code) = name.strip_prefix("amount:") {
            value.trim().clone_into(&mut typed.entry(code.to_owned()).or_default().amount);
        }
    }
    typed
}

/// The lines of the register, and what is wrong with amounts by pupil.
fn lines(
    typed: &HashMap<String, Typed>,
    visit: &Visit,
) -> (Vec<ClassLine>, HashMap<String, String>) {
    let (mut lines, mut wrong) = (Vec::new(), HashMap::new());
    for (code, Typed { mark, amount }) in typed {
        let number = amount.parse::<u16>().ok().filter(|number| *number > 0);
        let mark = match mark.as_str() {
            // A field for an amount without a mark is no line.
            "" => continue,
            "present" if amount.is_empty() => Mark::Present,
            "present" => {
                wrong.insert(code.clone(), visit.say("attendance.amount-present"));
                continue;
            }
            "keep" => Mark::Keep,
            _ if number.is_none() && !amount.is_empty() => {
                wrong.insert(code.clone(), visit.say("attendance.amount-wrong"));
                continue;
            }
            status => Mark::Missed(status.to_owned(), number),
        };
        lines.push(ClassLine { pupil: code.clone(), mark });
    }
    (lines, wrong)
}

fn view(
    visit: &Visit,
    school: &str,
    school_name: &str,
    found: &ClassDay,
    typed: Option<&HashMap<String, Typed>>,
) -> View {
    let lang = visit.lang();
    let day = found.day;
    let link =
        |to: Day| Link { address: class_address(school, &found.class, to), text: long(to, lang) };
    let (unit, most) = found
        .unit
        .as_ref()
        .map_or((String::new(), 1), |(unit, most)| (unit.word(lang).to_owned(), *most));
    let own = class_address(school, &found.class, day);
    let rows = found.pupils.iter().enumerate().map(|(place, pupil)| {
        row(visit, found, place + 1, pupil, typed.map(|typed| typed.get(&pupil.code)))
    });
    let signs = MARKS.iter().map(|mark| (visit.say(mark.sign), visit.say(mark.word)));
    let none = (visit.say("attendance.sign-none"), visit.say("attendance.unsaid"));
    View {
        school: school.to_owned(),
        school_name: school_name.to_owned(),
        class: class_name(&found.class, visit),
        class_part: class_part(&found.class),
        day: day.to_string(),
        day_text: long(day, lang),
        closed: found.closed.as_ref().map(|why| why.get(lang).to_owned()),
        state: sentence(&state(&found.state, day, visit)),
        is_taken: matches!(found.state, DayState::Taken(_)),
        is_unsaid: matches!(found.state, DayState::Unsaid | DayState::Some),
        unit,
        most,
        rows: rows.collect(),
        all: MARKS
            .iter()
            .filter(|mark| mark.code != "late")
            .map(|mark| Choice {
                value: mark.code.to_owned(),
                text: visit.say(mark.word),
                chosen: false,
            })
            .collect(),
        signs: signs.chain([none]).collect(),
        gaps: found
            .gaps
            .iter()
            .map(|day| Choice { value: day.to_string(), text: short(*day, lang), chosen: true })
            .collect(),
        reason: String::new(),
        seen: found.seen.clone(),
        action: own.split('?').next().unwrap_or_default().to_owned(),
        not_taken: address(&["attendance", school, "not-taken"]),
        to_classes: format!("/attendance?school={school}&day={day}"),
        open: address(&["attendance", school, "open"]),
        before: found.around.0.map(link),
        after: found.around.1.map(link),
        mistakes: Vec::new(),
        changed: false,
        unsaved: false,
    }
}

/// The line of a pupil. `typed` is what somebody has typed for them, where they come from the form.
#[expect(clippy::option_option, reason = "a form may come back without anything for a pupil")]
fn row(
    visit: &Visit,
    found: &ClassDay,
    place: usize,
    pupil: &PupilDay,
    typed: Option<Option<&Typed>>,
) -> Row {
    let recorded = recorded(visit, &pupil.entries);
    let whole = found.unit.as_ref().map_or(1, |(_, most)| *most);
    let (mark, amount) = match (typed.flatten(), pupil.entries.as_slice()) {
        (Some(typed), _) => (typed.mark.clone(), typed.amount.clone()),
        (None, []) => ("present".to_owned(), String::new()),
        (None, [only]) => {
            let is_whole = only.status.code != "late" && only.amount == whole;
            let amount = if is_whole { String::new() } else { only.amount.to_string() };
            (only.status.code.clone(), amount)
        }
        (None, _) => ("keep".to_owned(), String::new()),
    };
    let mut marks: Vec<MarkView> = MARKS
        .iter()
        .map(|known| MarkView {
            value: known.code,
            short: visit.say(known.short),
            word: visit.say(known.word),
            chosen: mark == known.code,
        })
        .collect();
    let has_several = pupil.entries.len() > 1;
    if has_several {
        let chosen = mark == "keep";
        let word = visit.say("attendance.mark-keep");
        marks.push(MarkView { value: "keep", short: word.clone(), word, chosen });
    }
    let days = found.before.iter().zip(&pupil.before);
    Row {
        place,
        code: pupil.code.clone(),
        name: pupil.name.clone(),
        pupil: address(&["pupils", &pupil.code]),
        is_unknown: pupil.is_unknown,
        before: days.map(|(day, entries)| before(visit, day, entries.as_deref())).collect(),
        marks,
        amount,
        recorded: (has_several || (typed.is_some() && !pupil.entries.is_empty()))
            .then_some(recorded),
        is_wrong: false,
    }
}

/// Entries of a day as one line: `entschuldigt 2 × Stunde, verspätet 10 × Minute`.
fn recorded(visit: &Visit, entries: &[DayEntry]) -> String {
    let lang = visit.lang();
    let entry = |entry: &DayEntry| {
        format!("{} {} × {}", entry.status.word(lang), entry.amount, entry.unit.word(lang))
    };
    entries.iter().map(entry).collect::<Vec<_>>().join(", ")
}

/// One of the days before beside a name. Nothing recorded means present only where somebody took the
/// register.
fn before(visit: &Visit, at: &BeforeDay, entries: Option<&[DayEntry]>) -> Before {
    let lang: Lang = visit.lang();
    let (sign, what, kind) = match (entries, &at.state) {
        (None, _) => (String::new(), visit.say("attendance.not-here"), "none"),
        (Some([]), DayState::Taken(_)) => {
            (visit.say("attendance.sign-present"), visit.say("attendance.mark-present"), "present")
        }
        (Some([]), state) => {
            let key = match state {
                DayState::NotTaken => "attendance.not-taken",
                _ => "attendance.unsaid",
            };
            (visit.say("attendance.sign-none"), visit.say(key), "none")
        }
        (Some(entries), _) => {
            let signs = entries.iter().map(|entry| {
                let known = MARKS.iter().find(|mark| mark.code == entry.status.code);
                known.map_or_else(|| entry.status.code.clone(), |mark| visit.say(mark.sign))
            });
            (signs.collect(), recorded(visit, entries), "missed")
        }
    };
    let spoken = format!("{}: {what}", short(at.day, lang));
    Before { weekday: weekday(at.day, lang), sign, spoken, kind }
}
