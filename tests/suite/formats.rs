//! Tests of `tridem import preview`, `take`, `queue`, `mappings`, `list` and `undo`.

use std::path::PathBuf;

use crate::support::{Workspace, example_file, root};

fn sample(name: &str) -> String {
    let path: PathBuf = root().join("examples/import/formats").join(name);
    path.to_str().unwrap().to_owned()
}

/// The example with the WebUntis ids of its first two pupils. At that time the school records
/// lessons, five a day.
fn with_ids() -> Workspace {
    let workspace = Workspace::example();
    let (file, mapping) = (sample("webuntis-ids.csv"), sample("webuntis-ids.toml"));
    let ran = workspace.run(&["import", "take", "table", &file, "--mapping", &mapping]).success();
    assert!(ran.stdout.contains("2  ids saved"), "{}", ran.stdout);
    workspace
}

fn absences(workspace: &Workspace, pupil: &str) -> Vec<String> {
    let rows = workspace.list(&format!("absence list --pupil {pupil} --from 2026-03-01"));
    let show = |row: &serde_json::Value| {
        let text = |name: &str| match &row[name] {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        format!("{} {} {}", text("day"), text("status"), text("amount"))
    };
    let mut shown: Vec<String> = rows.iter().map(show).collect();
    shown.sort();
    shown
}

/// Without ids nobody is taken for somebody of the same name: all rows wait.
#[test]
fn a_name_alone_matches_nobody() {
    let workspace = Workspace::example();
    let file = sample("AbsencePerStudent.csv");
    let preview = workspace.run(&["import", "preview", "webuntis", &file]).success();
    assert!(preview.stdout.contains("6  rows in the file"), "{}", preview.stdout);
    assert!(preview.stdout.contains("5  wait for a decision"), "{}", preview.stdout);
    assert!(preview.stdout.contains("Nothing was saved."));
    assert!(workspace.list("import queue list").is_empty());
    let before = absences(&workspace, "p1");
    workspace.run(&["import", "take", "webuntis", &file]).success();
    assert_eq!(absences(&workspace, "p1"), before);
    assert_eq!(workspace.list("import queue list").len(), 3, "a line for each person");
}

/// A day has five lessons: 24 hours of illness are five, an excursion that does not count is none,
/// a late arrival is minutes, and a destroyed name waits.
#[test]
fn webuntis_days_are_taken_by_what_the_school_counts() {
    let workspace = with_ids();
    let file = sample("AbsencePerStudent.csv");
    let taken = workspace.run(&["import", "take", "webuntis", &file]).success();
    for said in ["4  new records", "1  left out: does not count", "1  wait for a decision"] {
        assert!(taken.stdout.contains(said), "{said}: {}", taken.stdout);
    }
    assert!(taken.stdout.contains("a letter of `Bü?ra` is destroyed"), "{}", taken.stdout);
    let alex = absences(&workspace, "p1");
    assert!(
        alex.iter().any(|row| row.starts_with("2026-03-02 ") && row.ends_with(" 5")),
        "{alex:?}"
    );
    let robin = absences(&workspace, "p2");
    assert!(
        robin.iter().any(|row| row.starts_with("2026-03-05 ") && row.ends_with(" 5")),
        "{robin:?}"
    );
    assert!(!alex.iter().any(|row| row.starts_with("2026-03-04")), "{alex:?}");

    let queue = workspace.list("import queue list");
    let row = queue[0]["row"].as_str().unwrap();
    let decided = workspace.say(&format!("import queue decide {row} --pupil p3")).success();
    assert!(decided.stdout.contains("1 new record; 1 id saved"), "{}", decided.stdout);
    assert!(workspace.list("import queue list").is_empty());

    workspace.run(&["import", "take", "webuntis", &file]).refused();
    let again = workspace.run(&["import", "take", "webuntis", &file, "--again"]).success();
    assert!(!again.stdout.contains("new records"), "{}", again.stdout);
    assert!(again.stdout.contains("5  left out: is recorded already"), "{}", again.stdout);
}

/// What was open in one file and is excused in the next is cleared up, and opened again when the
/// second file is taken back.
#[test]
fn an_open_absence_is_cleared_up_and_opened_again_by_taking_back() {
    let workspace = with_ids();
    let file = sample("AbsencePerStudent.csv");
    workspace.run(&["import", "take", "webuntis", &file]).success();
    let before = absences(&workspace, "p1");
    let text = fs_err::read_to_string(&file).unwrap().replace("\toffen\t", "\tentsch.\t");
    let later = workspace.file("later.csv", text);
    let taken = workspace.run(&["import", "take", "webuntis", &later]).success();
    assert!(taken.stdout.contains("1  open absences cleared up"), "{}", taken.stdout);
    assert_ne!(absences(&workspace, "p1"), before);
    let imports = workspace.list("import list");
    let (second, first) = (&imports[0]["import"], &imports[1]["import"]);
    let (second, first) = (second.as_str().unwrap(), first.as_str().unwrap());
    let undo = |import| workspace.run(&["import", "undo", import, "--reason", "wrong file"]);
    undo(first).refused().saying(&["changed since: Absences"]);
    undo(second).success();
    assert_eq!(absences(&workspace, "p1"), before);
    undo(second).refused().saying(&["was taken back already"]);
    undo(first).success();
    workspace.run(&["import", "take", "webuntis", &file]).success();
    workspace.say("audit verify").success();
}

/// Sums stay sums: an empty one is no zero, and a birthday that is not recorded matches nobody.
#[test]
fn sums_of_schild_are_taken_without_a_rate() {
    let workspace = Workspace::example();
    let file = sample("SchuelerLernabschnittsdaten.dat");
    let taken = workspace.run(&["import", "take", "schild-terms", &file]).success();
    for said in ["1  new records", "1  left out: no sum given", "1  wait for a decision"] {
        assert!(taken.stdout.contains(said), "{said}: {}", taken.stdout);
    }
    assert!(taken.stdout.contains("the day of birth is not recorded"), "{}", taken.stdout);
    let totals = workspace.list("absence totals --pupil p1");
    assert!(totals.iter().any(|row| row.to_string().contains("SchILD-NRW")), "{totals:?}");
}

/// Whatever stands in columns that are not allowed is nowhere: not on the screen, not in the queue.
#[test]
fn religion_and_nationality_are_never_read() {
    let workspace = Workspace::example();
    let text = fs_err::read(sample("SchuelerBasisdaten.dat")).unwrap();
    let text: Vec<u8> =
        encoding(&text).replace("|XX|", "|CANARY|").replace("XX|", "CANARY|").into();
    let file = workspace.file("SchuelerBasisdaten.dat", text);
    workspace.run(&["import", "take", "schild-pupils", &file]).refused().saying(&["--school"]);
    let ran =
        workspace.run(&["import", "take", "schild-pupils", &file, "--school", "990001"]).success();
    assert!(!ran.stdout.contains("CANARY"), "{}", ran.stdout);
    assert!(ran.stdout.contains("columns not read: Geschlecht"), "{}", ran.stdout);
    for said in ["1  new records", "1  left out: is recorded", "1  left out: status: not at"] {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
    }
    let pupils = workspace.say("pupil list --format json").success().stdout;
    assert!(pupils.contains("990001-0001") && !pupils.contains("CANARY"), "{pupils}");
}

fn encoding(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

#[test]
fn a_described_table_is_taken_in_and_a_wrong_one_is_refused_as_a_whole() {
    let workspace = Workspace::example();
    let file = sample("own-list.csv");
    let take =
        |file: &str| workspace.run(&["import", "take", "table", file, "--mapping", "own-list"]);
    take(&file).refused().saying(&["there is no mapping `own-list`"]);
    let mapping = sample("own-list.toml");
    workspace.run(&["import", "mappings", "save", "own-list", &mapping]).success();
    let wrong = fs_err::read_to_string(&file).unwrap().replace("10.3.26", "31.2.26");
    let wrong = workspace.file("wrong.csv", wrong);
    take(&wrong).refused().saying(&["line 4", "31.2.26"]);
    let taken = take(&file).success();
    assert!(taken.stdout.contains("2  new records"), "{}", taken.stdout);
    assert!(taken.stdout.contains("columns not read: Bemerkung"), "{}", taken.stdout);
    workspace.run(&["import", "mappings", "remove", "own-list"]).success();
    assert!(workspace.list("import mappings list").is_empty());
}

/// Every kind of the example can be taken back in the opposite order, and not before what refers to
/// it.
#[test]
fn every_kind_can_be_taken_back_after_what_refers_to_it() {
    let workspace = Workspace::example();
    let imports = workspace.list("import list");
    let number = |kind: &str| {
        let found = imports.iter().find(|row| row["kind"] == kind).unwrap();
        found["import"].as_str().unwrap().to_owned()
    };
    let undo =
        |kind: &str| workspace.run(&["import", "undo", &number(kind), "--reason", "practice"]);
    undo("pupils").refused().saying(&["referred to by: Absences", "Contacts"]);
    undo("attendance").refused().saying(&["absences are recorded in that time"]);
    for row in &imports {
        undo(row["kind"].as_str().unwrap()).success();
    }
    assert!(workspace.list("school list").is_empty());
    let schools = example_file("schools");
    workspace.run(&["import", "schools", schools.to_str().unwrap()]).success();
    workspace.say("audit verify").success();
}

/// A spreadsheet and a file with other separators give the records of the plain file.
#[test]
fn a_copy_as_a_table_gives_the_same_records_as_the_kind() {
    let plain = Workspace::example();
    let other = Workspace::example();
    let imports = other.list("import list");
    let contacts = imports.iter().find(|row| row["kind"] == "contacts").unwrap();
    let number = contacts["import"].as_str().unwrap();
    other.run(&["import", "undo", number, "--reason", "practice"]).success();
    let file = example_file("contacts");
    let mapping = other.file("contacts.toml", "kind = \"contacts\"\n");
    other
        .run(&["import", "take", "table", file.to_str().unwrap(), "--mapping", &mapping])
        .success();
    let of = |workspace: &Workspace| {
        let mut rows = workspace.list("contact list");
        for row in &mut rows {
            row.as_object_mut().unwrap().remove("id");
        }
        rows
    };
    assert_eq!(of(&plain), of(&other));
}
