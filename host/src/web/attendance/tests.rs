//! Tests from outside: the register, files that are sent, and what stays somebody else's.

use axum::body::Body;
use axum::http::{StatusCode, header};

use crate::app::{AbsenceFilter, Kind};
use crate::domain::{Day, Role};

use super::super::stage::{FOREIGN_SCHOOL, Got, SCHOOL, Stage};

/// A Thursday with school.
const DAY: &str = "2025-10-09";

/// The stage with a school that records days.
fn stage() -> Stage {
    let stage = Stage::new();
    for school in [SCHOOL, FOREIGN_SCHOOL] {
        let fields =
            [("unit", "day"), ("units_per_day", "1"), ("from", "2025-09-01"), ("until", "")];
        let path = format!("/schools/{school}/attendance");
        let got = stage.post(Some(Role::Coordinator), &path, &fields);
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text());
    }
    stage
}

fn class(day: &str) -> String {
    format!("/attendance/{SCHOOL}/3a?day={day}")
}

/// What the form of a page has for a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let found = page.split(&start).nth(1).and_then(|rest| rest.split('"').next());
    found.unwrap_or_default().to_owned()
}

fn save(stage: &Stage, seen: &str, mark: &str, amount: &str) -> Got {
    let fields =
        [("day", DAY), ("seen", seen), ("mark:kind-hier", mark), ("amount:kind-hier", amount)];
    stage.post(Some(Role::Teacher), &format!("/attendance/{SCHOOL}/3a"), &fields)
}

fn statuses(stage: &Stage) -> Vec<u16> {
    let mut app = stage.app();
    let coordinator = stage.actor(&mut app, Role::Coordinator);
    let filter = AbsenceFilter { limit: 10, ..AbsenceFilter::default() };
    let found = app.absences(&coordinator, &filter).unwrap();
    found.iter().map(|view| view.absence.status).collect()
}

#[test]
fn a_class_is_not_taken_until_somebody_saves_it() {
    let stage = stage();
    let page = stage.get(Some(Role::Teacher), &class(DAY)).text();
    assert!(page.contains("Noch nicht erfasst.") && page.contains("Ahornweg"));
    let seen = hidden(&page, "seen");
    let got = save(&stage, &seen, "present", "");
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text());
    let taken = stage.get(Some(Role::Mediator), &class(DAY)).text();
    assert!(taken.contains("Erfasst am ") && taken.contains("Jemand (teacher)"));
    // The day after has it beside the name, and its own day is still not taken.
    let after = stage.get(Some(Role::Teacher), &class("2025-10-10")).text();
    assert!(after.contains("Do 09.10.: anwesend") && after.contains("Mi 08.10.: noch nicht"));
    assert!(after.contains("Noch nicht erfasst."));
    // The same once more changes nothing and is no mistake.
    assert_eq!(save(&stage, &seen, "present", "").status, StatusCode::SEE_OTHER);
}

#[test]
fn who_saves_an_old_form_over_a_newer_entry_is_asked_again() {
    let stage = stage();
    let seen = hidden(&stage.get(Some(Role::Teacher), &class(DAY)).text(), "seen");
    assert_eq!(save(&stage, &seen, "excused", "").status, StatusCode::SEE_OTHER);
    let late = save(&stage, &seen, "late", "10");
    assert_eq!(late.status, StatusCode::CONFLICT);
    let page = late.text();
    assert!(page.contains("Jetzt eingetragen: entschuldigt"));
    let again = save(&stage, &hidden(&page, "seen"), "late", "10");
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    let wrong = save(&stage, &hidden(&page, "seen"), "late", "900");
    assert!(matches!(wrong.status, StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY));
}

#[test]
fn closed_days_are_refused_with_the_reason() {
    let stage = stage();
    for (day, why) in [("2025-10-11", "Wochenende"), ("2025-10-14", "Herbstferien")] {
        let page = stage.get(Some(Role::Teacher), &class(day)).text();
        assert!(page.contains(why) && !page.contains("Klasse speichern"), "{day}");
        let fields = [("day", day), ("mark:kind-hier", "open")];
        let got = stage.post(Some(Role::Teacher), &format!("/attendance/{SCHOOL}/3a"), &fields);
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{day}");
        assert!(got.text().contains(why));
    }
    let tomorrow = Day::from_date(chrono::Local::now().date_naive()).unwrap().plus(1).to_string();
    let page = stage.get(Some(Role::Teacher), &class(&tomorrow)).text();
    assert!(page.contains("kommt erst noch"));
    assert!(statuses(&stage).is_empty());
}

#[test]
fn the_classes_of_other_schools_are_not_there() {
    let stage = stage();
    for path in ["3a", "open", "totals"] {
        let path = format!("/attendance/{FOREIGN_SCHOOL}/{path}?day={DAY}");
        assert_eq!(stage.get(Some(Role::Teacher), &path).status, StatusCode::NOT_FOUND, "{path}");
    }
    let fields = [("day", DAY), ("mark:kind-dort", "open")];
    let foreign = format!("/attendance/{FOREIGN_SCHOOL}/3a");
    let got = stage.post(Some(Role::Teacher), &foreign, &fields);
    assert_eq!(got.status, StatusCode::NOT_FOUND);
    let mine = format!("/attendance/{SCHOOL}/3a");
    let got = stage.post(Some(Role::Teacher), &mine, &fields);
    assert_eq!(got.status, StatusCode::NOT_FOUND, "a pupil of another school");
    let name = format!("open:{DAY}:kind-dort");
    let got = stage.post(
        Some(Role::Teacher),
        &format!("/attendance/{SCHOOL}/open"),
        &[(name.as_str(), "excused")],
    );
    assert_eq!(got.status, StatusCode::NOT_FOUND);
}

fn send(stage: &Stage, role: Role, name: &str, bytes: &[u8]) -> Got {
    let mut body = Vec::new();
    let part = "--grenze\r\nContent-Disposition: form-data; name=";
    body.extend(format!("{part}\"what\"\r\n\r\nkind:absences\r\n").bytes());
    body.extend(format!("{part}\"file\"; filename=\"{name}\"\r\n\r\n").bytes());
    body.extend(bytes);
    body.extend(b"\r\n--grenze--\r\n");
    let kind = "multipart/form-data; boundary=grenze";
    let request = stage.request(Some(role), "POST", "/imports/preview");
    stage.send(request.header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap())
}

#[test]
fn a_file_is_looked_at_by_whoever_sent_it_and_taken_in_once() {
    let stage = stage();
    let file = format!("pupil,day,status,unit,amount\nkind-hier,{DAY},open,,\n");
    let sent = send(&stage, Role::Coordinator, "../<b>x</b>.csv", file.as_bytes());
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let preview = sent.header("location").to_owned();
    let page = stage.get(Some(Role::Coordinator), &preview).text();
    assert!(!page.contains("<b>x") && page.contains("b&gt;.csv"), "{page}");
    assert_eq!(stage.get(Some(Role::Teacher), &preview).status, StatusCode::NOT_FOUND);
    assert!(statuses(&stage).is_empty(), "a look changes nothing");
    let confirm = |role| stage.post(Some(role), &preview, &[]);
    assert_eq!(confirm(Role::Teacher).status, StatusCode::NOT_FOUND);
    assert_eq!(confirm(Role::Coordinator).status, StatusCode::SEE_OTHER);
    assert_eq!(confirm(Role::Coordinator).status, StatusCode::NOT_FOUND);
    assert_eq!(statuses(&stage).len(), 1);
    let undo = [("reason", "falsche Datei")];
    let undone = stage.post(Some(Role::Coordinator), "/imports/1/undo", &undo);
    assert_eq!(undone.status, StatusCode::SEE_OTHER, "{}", undone.text());
    assert!(statuses(&stage).is_empty());
}

#[test]
fn a_file_that_is_too_large_or_no_use_is_refused_with_words() {
    let stage = stage();
    let large = vec![b'a'; 21 * 1024 * 1024];
    let got = send(&stage, Role::Coordinator, "gross.csv", &large);
    assert_eq!(got.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(got.text().contains("größer als 20 MiB"));
    let sent = send(&stage, Role::Coordinator, "falsch.csv", b"pupil,day,status\nx,y,z\n");
    let page = stage.get(Some(Role::Coordinator), sent.header("location")).text();
    assert!(page.contains("Zeile 2") && !page.contains("Jetzt einlesen"), "{page}");
    let empty = send(&stage, Role::Coordinator, "leer.csv", b"");
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let kind = Kind::Absences.use_case();
    assert_eq!(kind.code(), "absence.change");
}
