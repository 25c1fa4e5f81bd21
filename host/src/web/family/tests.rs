//! Tests from outside: the counts of the overview, and texts of records that are looked through.

use axum::http::StatusCode;

use super::super::stage::{SCHOOL, Stage};
use super::pupils::unit_key;
use crate::app::today_here;
use crate::domain::{Lang, Role};

/// The number before the words of a bucket on a page.
fn count(page: &str, bucket: &str) -> usize {
    let link = format!("/inbox?bucket={bucket}\"><strong>");
    let found = page.split(&link).nth(1).and_then(|rest| rest.split('<').next());
    found.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no {bucket}: {page}"))
}

#[test]
fn the_overview_counts_what_the_inbox_lists() {
    let stage = Stage::new();
    let mediator = Some(Role::Mediator);
    assert_eq!(count(&stage.get(mediator, "/").text(), "overdue"), 0);
    let [met, due] = [-14, -7].map(|days| today_here().plus(days).to_string());
    let fields = [
        ("submission", "0198c5a0-0000-7000-8000-000000000001"),
        ("school", SCHOOL),
        ("school_before", SCHOOL),
        ("who", "pupil:kind-hier"),
        ("kind", "phone"),
        ("result", "reached"),
        ("day", &*met),
        ("next", "day"),
        ("next_day", &*due),
        ("next_step", "Mutter anrufen"),
        ("do", "save"),
    ];
    let saved = stage.post(mediator, "/contacts/new", &fields);
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let home = stage.get(mediator, "/").text();
    assert_eq!(count(&home, "overdue"), 1);
    let list = stage.get(mediator, "/inbox?bucket=overdue").text();
    assert!(list.contains("Mutter anrufen"), "{list}");
    assert_eq!(list.matches("class=\"todo-row").count(), 1);
}

#[test]
fn a_text_with_a_watched_word_is_asked_about_once_more_and_kept_as_it_was_typed() {
    let stage = Stage::new();
    let coordinator = Some(Role::Coordinator);
    let send = |title: &str, anyway: &str| {
        let fields = [
            ("once", "0198c5a000000000"),
            ("code", "l1"),
            ("title", title),
            ("area", "access"),
            ("raised", "2025-11-03"),
            ("evidence", "3"),
            ("status", "reported"),
            (anyway, "yes"),
        ];
        stage.post(coordinator, "/records/gaps/new", &fields)
    };
    let held = send("Diagnose fehlt", "nothing");
    assert_eq!(held.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = held.text();
    assert!(page.contains("id=\"words\"") && page.contains("value=\"Diagnose fehlt\""), "{page}");
    assert_eq!(send("Diagnose fehlt", "anyway").status, StatusCode::SEE_OTHER);
    // Who may not record it is not told which words are watched for.
    let fields = [("title", "Diagnose fehlt")];
    let refused = stage.post(Some(Role::Head), "/records/gaps/new", &fields);
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[test]
fn absences_are_told_in_whole_words() {
    use crate::web::words::say;
    let told = |key: &str, amount: u32| say(key, Lang::De, &[amount.to_string()]).unwrap();
    assert_eq!(told(unit_key("half-day", 30).unwrap(), 30), "30 halbe Tage");
    assert_eq!(told(unit_key("half-day", 1).unwrap(), 1), "1 halber Tag");
    assert_eq!(told(unit_key("lesson", 2).unwrap(), 2), "2 Unterrichtsstunden");
    assert_eq!(unit_key("week", 2), None, "a unit that a city added");
}
