//! Those whose data are kept, and what they may ask for: to be told, restriction, a hold.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::app::{Error, SeenOf, SubjectCopy, SubjectFacts, UseCase};
use crate::domain::{Lang, RestrictionReason};

use super::super::Failure;
use super::super::fields::Fields;
use super::super::routes::{Guard, Routes};
use super::super::visit::{Answer, Visit};
use super::shown::{Cell, Form, Page, Table, day, moment, part_of_address, problem};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get("/subjects", Guard::May(UseCase::SubjectRead), find)
        .get("/subjects/{code}", Guard::May(UseCase::SubjectRead), subject)
        .get("/subjects/{code}/seen", Guard::May(UseCase::AuditSeen), seen)
        .post("/subjects/{code}/restrict", Guard::May(UseCase::SubjectRestrict), restrict)
        .post("/subjects/{code}/unrestrict", Guard::May(UseCase::SubjectRestrict), unrestrict)
        .post("/subjects/{code}/export", Guard::May(UseCase::SubjectExport), export)
        .post("/subjects/{code}/hold", Guard::May(UseCase::HoldChange), hold)
        .post("/subjects/{code}/release-hold", Guard::May(UseCase::HoldChange), release)
}

pub(super) fn address(code: &str) -> String {
    format!("/subjects/{}", part_of_address(code))
}

async fn find(visit: Visit, fields: Fields) -> Answer {
    let text = fields.one("text").to_owned();
    let page = Page::new(visit.say("admin.subjects")).text(visit.say("admin.subjects-why")).form(
        Form::filter("find", "/subjects", visit.say("admin.search"))
            .field("text", "text", visit.say("admin.subject-find"))
            .hint(visit.say("admin.subject-find-hint"))
            .typed(&fields),
    );
    let page = if text.is_empty() {
        page
    } else {
        let found = visit.ask(move |app, actor| {
            let found = app.find_subjects(actor, &text)?;
            // A code is as good as a name, and leads on at once.
            let exact = if found.is_empty() { app.subject(actor, &text).ok() } else { None };
            Ok((found, exact))
        });
        let (found, exact) = found.await?;
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for person in found {
            let kind = if person.pupil.is_some() { "admin.pupil" } else { "admin.household" };
            rows.push(vec![
                Cell::link(person.code.clone(), address(&person.code)),
                Cell::text(person.name),
                Cell::text(visit.say(kind)),
                Cell::text(person.family.unwrap_or_default()),
            ]);
        }
        if let Some(facts) = exact {
            let person = facts.person;
            rows.push(vec![
                Cell::link(person.code.clone(), address(&person.code)),
                Cell::text(person.name),
                Cell::text(""),
                Cell::text(""),
            ]);
        }
        page.table(Table {
            caption: visit.say("admin.subjects-found"),
            heads: vec![
                visit.say("admin.code"),
                visit.say("admin.name"),
                visit.say("admin.kind"),
                visit.say("admin.household"),
            ],
            rows,
            none: visit.say("admin.subjects-none"),
        })
    };
    page.links(vec![
        ("/receipts".to_owned(), visit.say("admin.receipts")),
        ("/holds".to_owned(), visit.say("admin.holds")),
    ])
    .show(&visit)
}

async fn subject(visit: Visit, Path(code): Path<String>) -> Answer {
    subject_page(&visit, &code, &Fields::default(), None).await?.show(&visit)
}

/// What is kept about somebody; nothing is at the address of somebody whom nobody knows.
async fn known(visit: &Visit, code: &str) -> Result<SubjectFacts, Failure> {
    let asked = code.to_owned();
    let facts = visit.ask(move |app, actor| app.subject(actor, &asked)).await;
    facts.map_err(|failure| match failure.status().as_u16() {
        422 => Failure::not_found(),
        _ => failure,
    })
}

async fn subject_page(
    visit: &Visit,
    code: &str,
    fields: &Fields,
    problem: Option<&str>,
) -> Result<Page, Failure> {
    let lang = visit.lang();
    let facts = known(visit, code).await?;
    let heading = format!("{} ({})", facts.person.name, facts.person.code);
    let mut page = Page::new(heading).refused(problem);
    if facts.is_restricted {
        page = page.warning(visit.say("admin.restricted"));
    }
    let to = |end: &str| format!("{}/{end}", address(code));
    let mut links = Vec::new();
    if visit.may(UseCase::AuditSeen) {
        links.push((to("seen"), visit.say("admin.seen")));
    }
    if visit.may(UseCase::ErasureRead) {
        links.push((to("erase"), visit.say("admin.erase")));
    }
    let is_restricted = facts.restrictions.iter().any(|it| it.lifted_at.is_none());
    let reasons = RestrictionReason::ALL
        .map(|reason| (reason.code().to_owned(), reason.text().get(lang).to_owned()));
    Ok(page
        .facts(told(visit, &facts))
        .links(links)
        .table(kept(visit, &facts))
        .table(consents(visit, &facts))
        .table(shared(visit, &facts))
        .form_if(visit.may(UseCase::SubjectExport), || {
            Form::post("export", to("export"), visit.say("admin.subject-export"))
                .heading(visit.say("admin.subject-export"))
                .note(visit.say("admin.subject-export-why"))
        })
        .form_if(visit.may(UseCase::SubjectRestrict) && !is_restricted, || {
            Form::post("restrict", to("restrict"), visit.say("admin.restrict"))
                .heading(visit.say("admin.restrict"))
                .note(visit.say("admin.restrict-why"))
                .select("reason", visit.say("admin.reason"), reasons, fields.one("reason"))
                .quiet()
        })
        .form_if(visit.may(UseCase::SubjectRestrict) && is_restricted, || {
            Form::post("unrestrict", to("unrestrict"), visit.say("admin.unrestrict"))
                .heading(visit.say("admin.unrestrict"))
                .note(visit.say("admin.unrestrict-why"))
                .quiet()
        })
        .form_if(visit.may(UseCase::HoldChange), || {
            Form::post("hold", to("hold"), visit.say("admin.hold"))
                .heading(visit.say("admin.hold"))
                .note(visit.say("admin.hold-why"))
                .field("reason", "text", visit.say("admin.reason"))
                .required()
                .typed(fields)
                .quiet()
        })
        .form_if(visit.may(UseCase::HoldChange), || {
            Form::post("release", to("release-hold"), visit.say("admin.release-hold"))
                .heading(visit.say("admin.release-hold"))
                .note(visit.say("admin.release-hold-why"))
                .quiet()
        }))
}

fn told(visit: &Visit, facts: &SubjectFacts) -> Vec<(String, String)> {
    let lang = visit.lang();
    let until = facts.kept_until;
    let until = until.map_or_else(|| visit.say("admin.kept-open"), |until| day(until, lang));
    let mut told = vec![(visit.say("admin.kept-until"), until)];
    for restriction in &facts.restrictions {
        let since = moment(restriction.since, lang);
        let why = restriction.reason.text().get(lang).to_owned();
        let said = match restriction.lifted_at {
            None => visit.say_with("admin.restricted-since", &[since, why]),
            Some(at) => visit.say_with("admin.restricted-until", &[since, moment(at, lang), why]),
        };
        told.push((visit.say("admin.restriction"), said));
    }
    told
}

fn kept(visit: &Visit, facts: &SubjectFacts) -> Table {
    let lang = visit.lang();
    let rows = facts.kept.iter().map(|(_, words, rows, since)| {
        vec![
            Cell::text(words.get(lang)),
            Cell::number(rows),
            Cell::text(since.map(|since| day(since, lang)).unwrap_or_default()),
        ]
    });
    Table {
        caption: visit.say("admin.kept"),
        heads: vec![visit.say("admin.what"), visit.say("admin.entries"), visit.say("admin.since")],
        rows: rows.collect(),
        none: visit.say("admin.kept-none"),
    }
}

fn consents(visit: &Visit, facts: &SubjectFacts) -> Table {
    let lang = visit.lang();
    let rows = facts.consents.iter().map(|(consent, rests)| {
        let holds = match rests {
            None => visit.say("admin.consent-holds"),
            Some(why) => visit.say_with("admin.consent-not", &[why.word(lang)]),
        };
        vec![
            Cell::text(consent.code.clone()),
            Cell::text(consent.recipient.clone()),
            Cell::text(holds),
        ]
    });
    Table {
        caption: visit.say("admin.consents"),
        heads: vec![
            visit.say("admin.code"),
            visit.say("admin.recipient"),
            visit.say("admin.state"),
        ],
        rows: rows.collect(),
        none: visit.say("admin.consents-none"),
    }
}

fn shared(visit: &Visit, facts: &SubjectFacts) -> Table {
    let lang = visit.lang();
    let rows = facts.shared.iter().map(|sharing| {
        vec![
            Cell::text(moment(sharing.at, lang)),
            Cell::text(sharing.recipient.clone()),
            Cell::text(sharing.what.clone()),
            Cell::text(sharing.consent.1.clone()),
        ]
    });
    Table {
        caption: visit.say("admin.shared"),
        heads: vec![
            visit.say("admin.time"),
            visit.say("admin.recipient"),
            visit.say("admin.what"),
            visit.say("admin.consent"),
        ],
        rows: rows.collect(),
        none: visit.say("admin.shared-none"),
    }
}

/// Who has seen entries about a child or a family.
async fn seen(visit: Visit, Path(code): Path<String>) -> Answer {
    let asked = code.clone();
    let sheet = visit.ask(move |app, actor| match app.seen_sheet(actor, SeenOf::Pupil(&asked)) {
        Err(Error::NoSuchPupil(_)) => app.seen_sheet(actor, SeenOf::Household(&asked)),
        sheet => sheet,
    });
    let sheet = sheet.await?;
    let mut links = Vec::new();
    if visit.may(UseCase::SubjectRead) {
        links.push((address(&code), visit.say("admin.back-to-person")));
    }
    Page::new(sheet.title.get(visit.lang())).sheet(&sheet, visit.lang()).links(links).show(&visit)
}

async fn settled(
    visit: &Visit,
    code: &str,
    fields: &Fields,
    done: Result<(), Failure>,
    said: String,
) -> Answer {
    match done {
        Ok(()) => visit.done(&address(code), &said),
        Err(failure) => {
            let what = problem(visit, failure)?;
            subject_page(visit, code, fields, Some(&what)).await?.show(visit)
        }
    }
}

async fn restrict(visit: Visit, Path(code): Path<String>, fields: Fields) -> Answer {
    let reason: RestrictionReason =
        fields.one("reason").parse().map_err(|_| Failure::not_found())?;
    let asked = code.clone();
    let done = visit.ask(move |app, actor| app.restrict(actor, &asked, reason)).await;
    settled(&visit, &code, &fields, done, visit.say("admin.restricted-now")).await
}

async fn unrestrict(visit: Visit, Path(code): Path<String>, fields: Fields) -> Answer {
    let asked = code.clone();
    let done = visit.ask(move |app, actor| app.unrestrict(actor, &asked)).await;
    settled(&visit, &code, &fields, done, visit.say("admin.unrestricted-now")).await
}

async fn hold(visit: Visit, Path(code): Path<String>, fields: Fields) -> Answer {
    let (asked, reason) = (code.clone(), fields.one("reason").to_owned());
    let done = visit.ask(move |app, actor| app.hold(actor, &asked, &reason)).await;
    settled(&visit, &code, &fields, done, visit.say("admin.held-now")).await
}

async fn release(visit: Visit, Path(code): Path<String>, fields: Fields) -> Answer {
    let asked = code.clone();
    let done = visit.ask(move |app, actor| app.release_hold(actor, &asked)).await;
    settled(&visit, &code, &fields, done, visit.say("admin.released-now")).await
}

/// All that is kept about somebody as one file to load: a page, JSON, and which texts a person has to
/// read before it is handed over. Nothing of it stays on the server.
async fn export(visit: Visit, Path(code): Path<String>) -> Answer {
    let lang = visit.lang();
    let folder = visit.guest.site.pool.dir().join(format!("export-{}", uuid::Uuid::now_v7()));
    let asked = code.clone();
    let packed = visit.ask_long(move |app, actor| {
        let copy = app.export_subject(actor, &asked, &folder, lang);
        let packed = copy.and_then(|copy| packed(&copy, lang));
        let _ = fs_err::remove_dir_all(&folder);
        packed
    });
    match packed.await {
        Ok(bytes) => {
            let headers = [
                (header::CONTENT_TYPE, "application/zip"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"person.zip\""),
            ];
            Ok((headers, bytes).into_response())
        }
        Err(failure) => {
            settled(&visit, &code, &Fields::default(), Err(failure), String::new()).await
        }
    }
}

fn packed(copy: &SubjectCopy, lang: Lang) -> Result<Vec<u8>, Error> {
    let mut text = String::new();
    for to_read in &copy.texts {
        let (table, column) = (to_read.table.get(lang), to_read.column.get(lang));
        let _ = write!(text, "{table}, {}: {column}\r\n", to_read.row);
    }
    let head = lang.pick(
        "Lesen Sie vor der Herausgabe diese Texte: In ihnen können andere Menschen genannt sein.\r\n\
         Nehmen Sie diese Datei heraus, bevor Sie die anderen weitergeben.\r\n\r\n",
        "Before you hand it over, read these texts: they may name other people.\r\nTake this file out \
         before you pass the others on.\r\n\r\n",
    );
    let private = lang.pick(
        format!("Vertrauliche Notizen, die nicht dabei sind: {}\r\n\r\n", copy.private_notes),
        format!("Private notes that are not in it: {}\r\n\r\n", copy.private_notes),
    );
    let page = fs_err::read(&copy.page).map_err(Error::File)?;
    let data = fs_err::read(&copy.data).map_err(Error::File)?;
    let parts = [
        (
            lang.pick("zuerst-lesen.txt", "read-first.txt"),
            format!("{head}{private}{text}").into_bytes(),
        ),
        ("person.html", page),
        ("person.json", data),
    ];
    pack(&parts)
}

/// Files as one.
///
/// # Errors
///
/// [`Error::File`].
pub(super) fn pack(parts: &[(&str, Vec<u8>)]) -> Result<Vec<u8>, Error> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let broken = |error: zip::result::ZipError| Error::File(std::io::Error::other(error));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).map_err(broken)?;
        zip.write_all(bytes).map_err(Error::File)?;
    }
    Ok(zip.finish().map_err(broken)?.into_inner())
}
