//! `/sheets`: sheets to print, each with its questions, as a page and as files.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::app::{
    AbsenceSheet, Actor, App, DaySheet, Error, FigureSheet, GapSheet, PostSheet, ReportFormat,
    Thresholds, UseCase, YearParts,
};
use crate::domain::{Audience, Day, Period, Sheet};
use crate::web::fields::Fields;
use crate::web::routes::{Guard, Routes};
use crate::web::visit::{Answer, Visit};

use super::{alone, told};

/// How wide a text file is.
const TEXT_WIDTH: usize = 100;

/// A sheet: its name in addresses, who may have it, and its words.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    use_case: UseCase,
    title: &'static str,
    what: &'static str,
    make: fn(&mut App, &Actor, &Asked) -> Result<Sheet, Error>,
}

const KINDS: [Kind; 7] = [
    Kind {
        name: "my-day",
        use_case: UseCase::SheetDay,
        title: "report.sheet-my-day",
        what: "report.sheet-my-day-what",
        make: my_day,
    },
    Kind {
        name: "family",
        use_case: UseCase::SheetFamily,
        title: "report.sheet-family",
        what: "report.sheet-family-what",
        make: family,
    },
    Kind {
        name: "absences",
        use_case: UseCase::SheetAbsences,
        title: "report.sheet-absences",
        what: "report.sheet-absences-what",
        make: absences,
    },
    Kind {
        name: "gaps",
        use_case: UseCase::SheetProgramme,
        title: "report.sheet-gaps",
        what: "report.sheet-gaps-what",
        make: gaps,
    },
    Kind {
        name: "figures",
        use_case: UseCase::SheetProgramme,
        title: "report.sheet-figures",
        what: "report.sheet-figures-what",
        make: figures,
    },
    Kind {
        name: "posts",
        use_case: UseCase::SheetPosts,
        title: "report.sheet-posts",
        what: "report.sheet-posts-what",
        make: posts,
    },
    Kind {
        name: "data-protection",
        use_case: UseCase::SheetProtection,
        title: "report.sheet-protection",
        what: "report.sheet-protection-what",
        make: protection,
    },
];

macro_rules! sheet {
    ($routes:expr, $name:literal, $kind:expr) => {{
        let kind: Kind = $kind;
        let may = Guard::May(kind.use_case);
        let mut routes = $routes
            .get(concat!("/sheets/", $name), may, async move |visit: Visit, fields: Fields| {
                form(&visit, kind, &fields, Value::Null, StatusCode::OK).await
            })
            .get(
                concat!("/sheets/", $name, "/view"),
                may,
                async move |visit: Visit, fields: Fields| given(visit, kind, fields, None).await,
            );
        for (path, format) in [
            (concat!("/sheets/", $name, "/file.html"), ReportFormat::Html),
            (concat!("/sheets/", $name, "/file.xlsx"), ReportFormat::Xlsx),
            (concat!("/sheets/", $name, "/file.csv"), ReportFormat::Csv),
            (concat!("/sheets/", $name, "/file.json"), ReportFormat::Json),
            (concat!("/sheets/", $name, "/file.txt"), ReportFormat::Text),
        ] {
            let file = async move |visit: Visit, fields: Fields| {
                given(visit, kind, fields, Some(format)).await
            };
            routes = routes.get(path, may, file);
        }
        routes
    }};
}

pub(super) fn routes(routes: Routes) -> Routes {
    let routes = routes.get("/sheets", Guard::SignedIn, all);
    let [my_day, family, absences, gaps, figures, posts, protection] = KINDS;
    let routes = sheet!(routes, "my-day", my_day);
    let routes = sheet!(routes, "family", family);
    let routes = sheet!(routes, "absences", absences);
    let routes = sheet!(routes, "gaps", gaps);
    let routes = sheet!(routes, "figures", figures);
    let routes = sheet!(routes, "posts", posts);
    sheet!(routes, "data-protection", protection)
}

async fn all(visit: Visit) -> Answer {
    let sheets: Vec<Value> = KINDS
        .iter()
        .filter(|kind| visit.may(kind.use_case))
        .map(|kind| {
            json!({
                "address": format!("/sheets/{}", kind.name),
                "title": visit.say(kind.title),
                "what": visit.say(kind.what),
            })
        })
        .collect();
    visit.page("report-sheets", &json!({ "sheets": sheets }))
}

/// What the form of a sheet holds, read once.
struct Asked {
    day: Option<Day>,
    since: Option<Day>,
    warn: Option<u16>,
    unseen: Option<u16>,
    period: Option<Period>,
    school: String,
    household: String,
    recipient: String,
    purpose: String,
    persistent: u8,
    severe: u8,
    least_days: u16,
    audience: Audience,
    persons: Option<(u16, u16)>,
}

/// Reads the form, or says what is wrong with it.
fn read(visit: &Visit, fields: &Fields, years: &[YearParts]) -> Result<Asked, Value> {
    let day = |name: &str| -> Result<Option<Day>, Value> {
        let given = fields.some(name).map(str::parse::<Day>).transpose();
        given.map_err(|_| told::mistake(visit, "report.wrong-day", name))
    };
    let whole = |name: &str| -> Result<Option<u16>, Value> {
        let given = fields.some(name).map(str::parse::<u16>).transpose();
        given.map_err(|_| told::mistake(visit, "report.wrong-number", name))
    };
    let per_cent = |name: &str, default: u8| -> Result<u8, Value> {
        let given = fields.some(name).map_or(Ok(default), str::parse::<u8>);
        let given = given.ok().filter(|it| (1..=100).contains(it));
        given.ok_or_else(|| told::mistake(visit, "report.wrong-percent", name))
    };
    let period = match fields.one("period") {
        "" => None,
        _ => Some(told::chosen_period(visit, fields, years)?),
    };
    let (least, most) = (whole("least")?, whole("most")?);
    if least.is_some() != most.is_some() {
        return Err(told::mistake(visit, "report.wrong-range", "least"));
    }
    let (recipient, purpose) = (fields.one("recipient"), fields.one("purpose"));
    if recipient.is_empty() != purpose.is_empty() {
        return Err(told::mistake(visit, "report.wrong-recipient", "recipient"));
    }
    Ok(Asked {
        day: day("day")?,
        since: day("since")?,
        warn: whole("warn")?,
        unseen: whole("unseen")?,
        period,
        school: fields.one("school").to_owned(),
        household: fields.one("household").to_owned(),
        recipient: recipient.to_owned(),
        purpose: purpose.to_owned(),
        persistent: per_cent("persistent", 10)?,
        severe: per_cent("severe", 50)?,
        least_days: whole("least_days")?.unwrap_or(10),
        audience: told::audience_of(fields.one("audience")).unwrap_or_default(),
        persons: least.zip(most).map(|(one, other)| (one.min(other), one.max(other))),
    })
}

fn my_day(app: &mut App, actor: &Actor, asked: &Asked) -> Result<Sheet, Error> {
    let (unseen, warn) = (asked.unseen.unwrap_or(20), asked.warn.unwrap_or(30));
    app.my_day(actor, DaySheet { day: asked.day, unseen, warn })
}

fn family(app: &mut App, actor: &Actor, asked: &Asked) -> Result<Sheet, Error> {
    if asked.recipient.is_empty() {
        return app.family_sheet(actor, &asked.household);
    }
    app.family_sheet_for(actor, &asked.household, &asked.recipient, &asked.purpose)
}

fn absences(app: &mut App, actor: &Actor, asked: &Asked) -> Result<Sheet, Error> {
    let Asked { persistent, severe, least_days, .. } = *asked;
    let thresholds = Thresholds { persistent, severe, least_days };
    let sheet = AbsenceSheet { school: &asked.school, period: asked.period, thresholds };
    app.absence_sheet(actor, &sheet)
}

fn gaps(app: &mut App, actor: &Actor, asked: &Asked) -> Result<Sheet, Error> {
    let Asked { period, since, audience, .. } = *asked;
    app.gap_sheet(actor, GapSheet { period, since, audience })
}

fn figures(app: &mut App, actor: &Actor, asked: &Asked) -> Result<Sheet, Error> {
    app.figure_sheet(actor, FigureSheet { period: asked.period, persons: asked.persons })
}

fn posts(app: &mut App, actor: &Actor, asked: &Asked) -> Result<Sheet, Error> {
    app.post_sheet(actor, PostSheet { day: asked.day, warn: asked.warn.unwrap_or(90) })
}

fn protection(app: &mut App, actor: &Actor, _: &Asked) -> Result<Sheet, Error> {
    app.protection_sheet(actor)
}

/// The questions of a sheet.
#[expect(
    clippy::too_many_lines,
    reason = "each sheet asks for something else, and here they stand together"
)]
async fn form(
    visit: &Visit,
    kind: Kind,
    fields: &Fields,
    mistakes: Value,
    status: StatusCode,
) -> Answer {
    let needs_schools = kind.name == "absences";
    let (years, schools, purposes) = visit
        .ask(move |app, actor| {
            let schools = if needs_schools { app.schools(actor)? } else { Vec::new() };
            let purposes = app.codes(Some("consent-purpose"))?;
            Ok((app.school_years()?, schools, purposes))
        })
        .await?;
    let lang = visit.lang();
    let question = |kind: &str, name: &str, key: &str, default: &str| {
        let unasked = if fields.has(name) { "" } else { default };
        json!({
            "is_number": kind == "number",
            "is_date": kind == "date",
            "is_select": kind == "select",
            "is_needed": kind == "needed",
            "id": name,
            "label": visit.say(key),
            "value": fields.some(name).unwrap_or(unasked),
            "options": [],
        })
    };
    let number = |name: &str, default: &str, key: &str| question("number", name, key, default);
    let date = |name: &str, key: &str| question("date", name, key, "");
    let select = |name: &str, key: &str, default: &str, options: Vec<(String, String)>| {
        let option = |(id, title): (String, String)| json!({ "id": id, "title": title });
        let mut asked = question("select", name, key, default);
        asked["options"] = options.into_iter().map(option).collect();
        asked
    };
    let none = |key: &str| (String::new(), visit.say(key));
    let (questions, has_period) = match kind.name {
        "my-day" => (
            vec![
                date("day", "report.ask-day"),
                number("unseen", "20", "report.ask-unseen"),
                number("warn", "30", "report.ask-warn-consents"),
            ],
            false,
        ),
        "family" => {
            let purposes = purposes.into_iter().map(|(_, code)| {
                let word = code.word(lang).to_owned();
                (code.code, word)
            });
            let purposes = std::iter::once(none("report.ask-no-purpose")).chain(purposes);
            (
                vec![
                    question("needed", "household", "report.ask-household", ""),
                    question("text", "recipient", "report.ask-recipient", ""),
                    select("purpose", "report.ask-purpose", "", purposes.collect()),
                ],
                false,
            )
        }
        "absences" => {
            let schools = schools.into_iter().map(|it| (it.school.number, it.school.name));
            (
                vec![
                    select("school", "report.ask-school", "", schools.collect()),
                    number("persistent", "10", "report.ask-persistent"),
                    number("severe", "50", "report.ask-severe"),
                    number("least_days", "10", "report.ask-least-days"),
                ],
                true,
            )
        }
        "gaps" => {
            let audiences = [Audience::Administration, Audience::Public, Audience::Work];
            let audiences =
                audiences.map(|it| (told::audience_code(it).to_owned(), told::audience(visit, it)));
            (
                vec![
                    date("since", "report.ask-since"),
                    select("audience", "report.ask-audience", "administration", audiences.into()),
                ],
                true,
            )
        }
        "figures" => (
            vec![number("least", "", "report.ask-least"), number("most", "", "report.ask-most")],
            true,
        ),
        "posts" => (
            vec![date("day", "report.ask-day"), number("warn", "90", "report.ask-warn-posts")],
            false,
        ),
        _ => (Vec::new(), false),
    };
    let periods = has_period.then(|| {
        let mut choices = vec![json!({ "id": "", "title": visit.say("report.any-period") })];
        choices.extend(told::period_choices(visit, &years));
        choices
    });
    let view = json!({
        "name": kind.name,
        "title": visit.say(kind.title),
        "what": visit.say(kind.what),
        "questions": questions,
        "periods": periods,
        "period": fields.one("period"),
        "from": fields.one("from"),
        "until": fields.one("until"),
        "files": alone::FORMATS.map(|(_, ending)| ending),
        "mistakes": mistakes,
    });
    visit.page_with(status, "report-sheet", &view)
}

/// The sheet as a page, or as a file to keep.
async fn given(visit: Visit, kind: Kind, fields: Fields, format: Option<ReportFormat>) -> Answer {
    let years = visit.ask(|app, _| app.school_years()).await?;
    let asked = match read(&visit, &fields, &years) {
        Ok(asked) => asked,
        Err(mistakes) => {
            return form(&visit, kind, &fields, mistakes, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    let (lang, as_file) = (visit.lang(), format.unwrap_or(ReportFormat::Html));
    let made = visit.ask_long(move |app, actor| {
        let sheet = (kind.make)(app, actor, &asked)?;
        app.write_sheet(&sheet, as_file, lang, Some(TEXT_WIDTH))
    });
    match made.await {
        Ok(bytes) if format.is_some() => Ok(alone::file(bytes, as_file, kind.name)),
        Ok(html) => Ok(alone::page(html)),
        // The code of a family is typed: who mistypes it finds the form as it was.
        Err(failure) if failure.status() == StatusCode::NOT_FOUND => {
            let mistakes = told::said(&visit, &failure);
            form(&visit, kind, &fields, mistakes, StatusCode::NOT_FOUND).await
        }
        Err(failure) => {
            let mistakes = told::mistakes(&visit, failure)?;
            form(&visit, kind, &fields, mistakes, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}
