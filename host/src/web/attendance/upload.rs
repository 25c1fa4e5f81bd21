//! Taking in a file: it is sent, looked at, and confirmed once.

use std::path::Path as FilePath;
use std::sync::Arc;

use axum::extract::multipart::{Field, Multipart, MultipartRejection};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::app::{
    Actor, App, Error, ImportOptions, LARGEST_UPLOAD, SourceOrder, SourceOutcome, UseCase,
};
use crate::domain::{Lang, Text, is_unprintable};

use super::super::Failure;
use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::site::Site;
use super::super::visit::{Answer, Visit};
use super::form::{Mistake, Wrong, judged};
use super::imports;
use super::shown::{address, sentence};
use super::uploads::{Options, PATIENCE, Upload, What};

/// How much of a request is read at all. What is beyond the largest file is read and thrown away, so
/// that the browser gets to see why; what is beyond this is cut off.
const MOST_READ: usize = 100 * 1024 * 1024;

/// The longest value of a field besides the file.
const LONGEST_FIELD: usize = 2_000;

/// The longest name of a file that is kept.
const LONGEST_NAME: usize = 200;

/// The most mistakes that a page lists.
const SHOWN: usize = 50;

pub(super) fn routes(routes: Routes) -> Routes {
    let may = Guard::May(UseCase::ImportFile);
    routes
        .add("POST", "/imports/preview", may, post(receive).layer(DefaultBodyLimit::max(MOST_READ)))
        .get("/imports/preview/{sign}", may, preview)
        .post("/imports/preview/{sign}", may, confirm)
        .post("/imports/preview/{sign}/discard", may, discard)
}

/// What was sent.
#[derive(Default)]
struct Sent {
    fields: Vec<(String, String)>,
    file: Option<(String, Zeroizing<Vec<u8>>)>,
    is_too_large: bool,
}

impl Sent {
    fn one(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(found, _)| found == name);
        found.map_or("", |(_, value)| value.trim())
    }
}

/// Takes a file into memory and goes on to its preview.
async fn receive(
    visit: Visit,
    State(site): State<Arc<Site>>,
    sent: Result<Multipart, MultipartRejection>,
) -> Answer {
    let unknown = || {
        Failure::bad_request(
            "Die Datei kam in einer unbekannten Form an",
            "the file arrived in an unknown shape",
        )
    };
    let sent = read(sent.map_err(|_| unknown())?).await.map_err(|_| unknown())?;
    if sent.is_too_large {
        let most = (LARGEST_UPLOAD / (1024 * 1024)).to_string();
        let what = visit.say_with("attendance.import-too-large", &[most]);
        return refuse(&visit, StatusCode::PAYLOAD_TOO_LARGE, &what, "file").await;
    }
    let Some(what) = what_of(sent.one("what")) else {
        let what = visit.say("attendance.import-what-missing");
        return refuse(&visit, StatusCode::UNPROCESSABLE_ENTITY, &what, "what").await;
    };
    let number = |name: &str, usual: u16| match sent.one(name) {
        "" => usual,
        text => text.parse().unwrap_or(0),
    };
    let some = |name: &str| Some(sent.one(name).to_owned()).filter(|text| !text.is_empty());
    let options = Options {
        what,
        school: some("school"),
        mapping: some("mapping"),
        cap: number("cap", 8),
        lessons_per_day: number("lessons_per_day", 6),
        empty_is_zero: !sent.one("empty_is_zero").is_empty(),
        keep_conflicts: !sent.one("keep_conflicts").is_empty(),
    };
    let Some((name, bytes)) = sent.file.filter(|(_, bytes)| !bytes.is_empty()) else {
        let what = visit.say("attendance.import-file-missing");
        return refuse(&visit, StatusCode::UNPROCESSABLE_ENTITY, &what, "file").await;
    };
    let Some(sign) = site.uploads.keep(visit.actor.name(), name, bytes, options) else {
        let what = visit.say("attendance.import-no-room");
        return refuse(&visit, StatusCode::SERVICE_UNAVAILABLE, &what, "file").await;
    };
    // Nobody may come back, and then nothing else would wipe it.
    tokio::spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        site.uploads.tidy();
    });
    Ok(axum::response::IntoResponse::into_response(axum::response::Redirect::to(&address(&[
        "imports", "preview", &sign,
    ]))))
}

async fn refuse(visit: &Visit, status: StatusCode, what: &str, field: &str) -> Answer {
    let mistake = Mistake { what: what.to_owned(), field: Some(field.to_owned()) };
    imports::page(visit, status, vec![mistake], None).await
}

async fn read(mut sent: Multipart) -> Result<Sent, axum::extract::multipart::MultipartError> {
    let mut found = Sent::default();
    while let Some(field) = sent.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            let called = plain_name(field.file_name().unwrap_or_default());
            match bytes(field).await? {
                Some(bytes) => found.file = Some((called, bytes)),
                None => found.is_too_large = true,
            }
        } else {
            let text = field.text().await?;
            found.fields.push((name, text.chars().take(LONGEST_FIELD).collect()));
        }
    }
    Ok(found)
}

/// The bytes of a file; `None` for one that is too large, of which nothing is kept.
async fn bytes(
    mut field: Field<'_>,
) -> Result<Option<Zeroizing<Vec<u8>>>, axum::extract::multipart::MultipartError> {
    let mut bytes = Zeroizing::new(Vec::new());
    let mut is_too_large = false;
    while let Some(part) = field.chunk().await? {
        is_too_large |= (bytes.len() + part.len()) as u64 > LARGEST_UPLOAD;
        if is_too_large {
            *bytes = Vec::new();
        } else {
            bytes.extend_from_slice(&part);
        }
    }
    Ok((!is_too_large).then_some(bytes))
}

/// The name of a file as it is shown and kept: its last part, in one line, and not too long.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String =
        last.chars().filter(|sign| !is_unprintable(*sign)).take(LONGEST_NAME).collect();
    if name.trim().is_empty() { "?".to_owned() } else { name }
}

fn what_of(text: &str) -> Option<What> {
    match text.split_once(':')? {
        ("source", name) => name.parse().ok().map(What::Source),
        ("kind", name) => name.parse().ok().map(What::Own),
        _ => None,
    }
}

/// What a file would come to.
enum Preview {
    Source(Box<SourceOutcome>),
    Own(usize),
}

/// Looks at a file, or takes it in.
fn carry_out(
    app: &mut App,
    actor: &Actor,
    upload: &Upload,
    take: bool,
    again: bool,
) -> Result<Preview, Error> {
    let Upload { name, bytes, options, .. } = upload;
    match options.what {
        What::Source(source) => {
            let order = SourceOrder {
                source,
                path: FilePath::new(name),
                school: options.school.as_deref(),
                cap: options.cap,
                lessons_per_day: options.lessons_per_day,
                empty_is_zero: options.empty_is_zero,
                mapping: options.mapping.as_deref(),
                again,
            };
            let outcome = app.incoming_upload(actor, &order, bytes, take)?;
            Ok(Preview::Source(Box::new(outcome)))
        }
        What::Own(kind) => {
            let import = ImportOptions {
                dry_run: !take,
                again,
                over_budget: false,
                keep_conflicts: options.keep_conflicts,
            };
            let rows = app.import_upload(actor, kind, bytes, FilePath::new(name), import)?;
            Ok(Preview::Own(rows))
        }
    }
}

#[derive(Serialize)]
struct View {
    name: String,
    kind: String,
    size: String,
    action: String,
    discard: String,
    minutes: u64,
    mistakes: Vec<Mistake>,
    more: usize,
    rows: Option<usize>,
    /// Numbers with what they count.
    counts: Vec<(String, usize)>,
    left_out: Vec<(String, usize)>,
    examples: Vec<Example>,
    waiting: usize,
    ignored: Vec<String>,
    differing: Vec<(String, String)>,
    before: Option<String>,
    /// Whether there is anything to confirm.
    is_useful: bool,
}

#[derive(Serialize)]
struct Example {
    line: u64,
    who: String,
    why: String,
}

async fn preview(visit: Visit, State(site): State<Arc<Site>>, Path(sign): Path<String>) -> Answer {
    let upload = found(&visit, &site, &sign)?;
    let lang = visit.lang();
    let (looked, kept) = (upload.clone(), upload.clone());
    let preview = visit
        .ask_long(move |app, actor| {
            let first = carry_out(app, actor, &looked, false, false);
            // That the very same file was taken in before is told, and what it would come to as well.
            match first {
                Err(Error::ImportedBefore { day, rows }) => {
                    let again = judged(carry_out(app, actor, &looked, false, true), lang)?;
                    Ok((again, Some((day, rows))))
                }
                other => Ok((judged(other, lang)?, None)),
            }
        })
        .await?;
    show(&visit, &sign, &kept, preview.0, preview.1, StatusCode::OK)
}

/// The file of whoever asks.
fn found(visit: &Visit, site: &Site, sign: &str) -> Result<Upload, Failure> {
    site.uploads.find(visit.actor.name(), sign).ok_or_else(|| {
        let what = Text::new(
            "Diese Datei wartet nicht mehr: Sie wurde eingelesen, verworfen, oder es ist mehr als eine \
             halbe Stunde her",
            "this file is not waiting any more: it was imported, put aside, or half an hour has passed",
        );
        let hint = Text::new(
            "wählen Sie sie noch einmal aus; was eingelesen ist, steht unter „Dateien einlesen“",
            "choose it once more; what was imported stands under “Import files”",
        );
        Failure::new(StatusCode::NOT_FOUND, "not-found", what).with_hint(hint)
    })
}

fn show(
    visit: &Visit,
    sign: &str,
    upload: &Upload,
    preview: Result<Preview, Vec<Wrong>>,
    before: Option<(String, u64)>,
    status: StatusCode,
) -> Answer {
    let lang: Lang = visit.lang();
    let kind = match upload.options.what {
        What::Source(source) => sentence(source.title().get(lang)),
        What::Own(kind) => kind.title().get(lang).to_owned(),
    };
    let mut view = View {
        name: upload.name.clone(),
        kind,
        size: visit
            .say_with("attendance.import-size", &[upload.bytes.len().div_ceil(1024).to_string()]),
        action: address(&["imports", "preview", sign]),
        discard: address(&["imports", "preview", sign, "discard"]),
        minutes: PATIENCE.as_secs() / 60,
        mistakes: Vec::new(),
        more: 0,
        rows: None,
        counts: Vec::new(),
        left_out: Vec::new(),
        examples: Vec::new(),
        waiting: 0,
        ignored: Vec::new(),
        differing: Vec::new(),
        before: None,
        is_useful: false,
    };
    let mut told_before = before;
    match preview {
        Err(wrong) => {
            view.more = wrong.len().saturating_sub(SHOWN);
            let mistake = |wrong: Wrong| {
                let column = wrong.column.map_or_else(String::new, |column| format!(" ({column})"));
                Mistake { what: format!("{}{column}", sentence(&wrong.what)), field: None }
            };
            view.mistakes = wrong.into_iter().take(SHOWN).map(mistake).collect();
        }
        Ok(Preview::Own(rows)) => {
            view.rows = Some(rows);
            view.counts.push((visit.say("attendance.import-records"), rows));
            view.is_useful = rows > 0;
        }
        Ok(Preview::Source(outcome)) => {
            let outcome = *outcome;
            view.rows = Some(outcome.rows);
            let counts = [
                ("attendance.import-matched", outcome.matched),
                ("attendance.import-records", outcome.records),
                ("attendance.import-settled", outcome.settled),
                ("attendance.import-ids", outcome.ids),
            ];
            view.counts =
                counts.into_iter().map(|(key, number)| (visit.say(key), number)).collect();
            let left_out = outcome.left_out.into_iter();
            view.left_out = left_out.map(|(why, rows)| (why.get(lang).to_owned(), rows)).collect();
            let example = |(line, who, why): (u64, String, Text)| Example {
                line,
                who,
                why: why.get(lang).to_owned(),
            };
            view.examples = outcome.examples.into_iter().map(example).collect();
            view.waiting = outcome.waiting;
            view.ignored = outcome.ignored;
            let differing = outcome.differing.into_iter();
            view.differing =
                differing.map(|(code, what)| (code, what.get(lang).to_owned())).collect();
            told_before = told_before.or(outcome.before);
            view.is_useful = outcome.records + outcome.settled + outcome.ids + outcome.waiting > 0;
        }
    }
    view.before = told_before.map(|(day, rows)| {
        let day = day.parse().map_or(day, |day| super::shown::day(day, lang));
        visit.say_with("attendance.import-before", &[day, rows.to_string()])
    });
    visit.page_with(status, "attendance-preview", &view)
}

/// Takes the file in. A second confirmation finds nothing to take in any more.
async fn confirm(
    visit: Visit,
    State(site): State<Arc<Site>>,
    Path(sign): Path<String>,
    fields: Fields,
) -> Answer {
    let upload = found(&visit, &site, &sign)?;
    let again = fields.has("again");
    let (taken, lang) = (upload.clone(), visit.lang());
    let done = visit
        .ask_long(move |app, actor| judged(carry_out(app, actor, &taken, true, again), lang))
        .await?;
    match done {
        Ok(preview) => {
            site.uploads.forget(visit.actor.name(), &sign);
            let (records, waiting) = match preview {
                Preview::Own(rows) => (rows, 0),
                Preview::Source(outcome) => (outcome.records + outcome.settled, outcome.waiting),
            };
            let values = [records.to_string(), waiting.to_string()];
            visit.done("/imports", &visit.say_with("attendance.import-done", &values))
        }
        Err(wrong) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            show(&visit, &sign, &upload, Err(wrong), None, status)
        }
    }
}

/// Puts a file aside.
async fn discard(visit: Visit, State(site): State<Arc<Site>>, Path(sign): Path<String>) -> Answer {
    site.uploads.forget(visit.actor.name(), &sign);
    visit.done("/imports", &visit.say("attendance.import-discarded"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_name_and_never_a_path() {
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
        assert_eq!(plain_name("C:\\Users\\x\\fehlzeiten.csv"), "fehlzeiten.csv");
        assert_eq!(plain_name("a\u{0}b\n.csv"), "ab.csv");
        assert_eq!(plain_name("<script>alert(1)</script>.csv"), "script>.csv");
        assert_eq!((plain_name("").as_str(), plain_name(&"x".repeat(999)).len()), ("?", 200));
    }
}
