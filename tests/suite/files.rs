//! Files in: all of one or nothing, with every mistake told at once.

use snapbox::{assert_data_eq, str};

use crate::support::{Workspace, example_file};

const WRONG_SCHOOLS: &str = "\
number,name,form
990001,Grundschule Nord,02
99001,Zu kurz,02
990002,,02
990003,Realschule West,99
990001,Grundschule Süd,02
";

#[test]
fn every_mistake_is_told_at_once_with_its_line_field_and_reason() {
    let workspace = Workspace::new();
    let file = workspace.file("schools.csv", WRONG_SCHOOLS);
    let ran = workspace.run(&["import", "schools", &file]).refused();
    assert_data_eq!(
        ran.stderr,
        str![[r"
error: 4 things are wrong
  line 3, `number`: `99001` is not a school number; it has six digits
  line 4, `name`: a value is missing; fill it in
  line 5, `form`: `99` is not in the list `school-form`; allowed are `02`, `04`, `10`, `14`, `15`, `20`
  line 6, `number`: `990001` is already in line 2; remove one of the two rows

hint: nothing was saved

"]]
    );
}

#[test]
fn every_mistake_is_told_in_german_as_well() {
    let workspace = Workspace::new().in_german();
    let file = workspace.file("schulen.csv", WRONG_SCHOOLS);
    let ran = workspace.run(&["import", "schools", &file]).refused();
    assert_data_eq!(
        ran.stderr,
        str![[r"
Fehler: 4 Angaben sind falsch
  Zeile 3, `number`: `99001` ist keine Schulnummer; sie hat sechs Ziffern
  Zeile 4, `name`: der Wert fehlt; dieses Feld muss ausgefüllt sein
  Zeile 5, `form`: `99` steht nicht in der Liste `school-form`; erlaubt sind `02`, `04`, `10`, `14`, `15`, `20`
  Zeile 6, `number`: `990001` steht schon in Zeile 2; eine der beiden Zeilen entfernen

Hinweis: es wurde nichts gespeichert

"]]
    );
}

#[test]
fn a_file_with_one_mistake_leaves_nothing_behind() {
    let workspace = Workspace::example();
    let before = workspace.list("school list");
    let file = workspace.file("schools.csv", WRONG_SCHOOLS.replace("990001", "990009"));
    workspace.run(&["import", "schools", &file]).refused();
    assert_eq!(workspace.list("school list"), before);
    // Put right, the same file is taken in: the refusal was not noted as an import.
    let file = workspace.file("schools.csv", "number,name,form\n990009,Grundschule Nord,02\n");
    workspace.run(&["import", "schools", &file]).success();
    assert_eq!(workspace.list("school list").len(), before.len() + 1);
}

#[test]
fn a_long_file_whose_last_row_is_wrong_leaves_nothing_behind() {
    let workspace = Workspace::example();
    let before = workspace.list("contact list --limit 99999");
    let rows =
        (0..3_000).map(|row| format!("990001,2025-09-{:02},phone,reached,bm1,1", row % 28 + 1));
    let mut lines = vec!["school,day,kind,result,participants,persons".to_owned()];
    lines.extend(rows);
    lines.push("990001,2025-09-31,phone,reached,bm1,1".to_owned());
    let text = lines.join("\n");
    let file = workspace.file("contacts.csv", &text);
    workspace
        .run(&["import", "contacts", &file])
        .refused()
        .saying(&["line 3002, `day`: `2025-09-31`"]);
    assert_eq!(workspace.list("contact list --limit 99999"), before);
}

#[test]
fn what_is_there_already_is_refused_and_all_of_the_file_with_it() {
    let workspace = Workspace::example();
    let before = workspace.say("school show 990001").success().stdout;
    // The first row is new, the second is there already; this is found by the store alone.
    let file = workspace.file(
        "enrolments.csv",
        "school,school_year,pupils\n990001,2026/27,250\n990001,2024/25,198\n",
    );
    workspace
        .run(&["import", "enrolments", &file])
        .refused()
        .saying(&["there is already a number of pupils of this school for `2024/25`"]);
    assert_eq!(workspace.say("school show 990001").success().stdout, before);
}

#[test]
fn the_same_file_is_taken_in_once() {
    let workspace = Workspace::example();
    for kind in ["schools", "enrolments", "days-off", "contacts"] {
        let file = example_file(kind);
        workspace
            .run(&["import", kind, file.to_str().unwrap()])
            .refused()
            .saying(&["this very file was imported before, on 20", "--again"]);
    }
    assert_eq!(workspace.list("contact list").len(), 8);
}

#[test]
fn again_takes_in_what_may_be_there_twice_and_nothing_else() {
    let workspace = Workspace::example();
    let again = |kind: &str| {
        workspace.run(&["import", kind, example_file(kind).to_str().unwrap(), "--again"])
    };
    for (kind, reason) in [
        ("schools", "line 2, `number`: there already is a school with the number `990001`"),
        ("practitioners", "line 2, `code`: there already is a practitioner with the code `bm1`"),
        ("pupils", "line 2, `code`: there already is a pupil with the code `p1`"),
    ] {
        again(kind).refused().saying(&[reason]);
    }
    again("contacts").success();
    assert_eq!(workspace.list("contact list").len(), 16);
}

#[test]
fn a_dry_run_tells_what_is_wrong_and_saves_nothing() {
    let workspace = Workspace::new();
    let wrong = workspace.file("wrong.csv", WRONG_SCHOOLS);
    workspace
        .run(&["import", "schools", &wrong, "--dry-run"])
        .refused()
        .saying(&["4 things are wrong"]);
    let file = example_file("schools");
    let ran = workspace.run(&["import", "schools", file.to_str().unwrap(), "--dry-run"]).success();
    assert_data_eq!(
        ran.stdout,
        str![[r"
All right: 1 row (Schools). Nothing was saved.

"]]
    );
    assert_eq!(workspace.list("school list").len(), 0);
    workspace.run(&["import", "schools", file.to_str().unwrap()]).success();
}

#[test]
fn a_kind_that_does_not_exist_is_a_mistake_of_the_command_line() {
    let workspace = Workspace::new();
    let file = workspace.file("cats.csv", "name\nMinka\n");
    workspace.run(&["import", "cats", &file]).misused().saying(&[
        "`cats` is not a kind of file",
        "`schools`, `enrolments`",
        "`contacts`",
    ]);
}

#[test]
fn a_file_that_is_missing_empty_or_something_else_is_refused() {
    let workspace = Workspace::new();
    workspace.run(&["import", "schools", "nowhere.csv"]).refused().saying(&["`nowhere.csv`"]);
    let empty = workspace.file("empty.csv", "");
    workspace
        .run(&["import", "schools", &empty])
        .refused()
        .saying(&["line 1: the file is empty", "`number`, `name`, `form`"]);
    let other = workspace.file("other.csv", "number;name;forn\n990001;Nord;02\n");
    workspace.run(&["import", "schools", &other]).refused().saying(&["did you mean `form`?"]);
    let zip = workspace.file("zip.csv", b"PK\x03\x04\0\0\xff\xfe\0\x01\n\0\0");
    workspace.run(&["import", "schools", &zip]).refused();
    assert_eq!(workspace.list("school list").len(), 0);
}

#[test]
fn the_files_have_to_come_in_order() {
    let workspace = Workspace::new();
    let ran = workspace
        .run(&["import", "contacts", example_file("contacts").to_str().unwrap()])
        .refused();
    assert!(ran.stderr.contains("line 2, `school`: "), "{}", ran.stderr);
    assert!(ran.stderr.contains("990001"), "{}", ran.stderr);
}

#[test]
fn the_example_is_taken_in_whole() {
    let workspace = Workspace::example();
    let counts = [
        "school list",
        "person list",
        "person pairs",
        "household list",
        "pupil list",
        "absence list",
        "absence totals",
        "contact list",
    ]
    .map(|list| workspace.list(list).len());
    assert_eq!(counts, [1, 4, 2, 2, 3, 9, 3, 8]);
    // A contact with nobody named and no child is one like any other.
    let cafe = workspace.list("contact list --from 2025-11-12 --until 2025-11-12").remove(0);
    assert_eq!(cafe["pupils"], serde_json::json!([]));
    assert_eq!(cafe["persons"], 11);
}
