//! The command line as a script meets it: exit codes, forms of output, keys, languages.

use std::io::Read;
use std::process::Stdio;

use snapbox::{assert_data_eq, str};

use crate::support::{COMPARISON, Workspace};

/// Every list of the program.
const LISTS: [&str; 10] = [
    "school list",
    "person list",
    "person pairs",
    "household list",
    "pupil list",
    "contact list",
    "code list",
    "plugin list",
    "report list",
    "audit list",
];

/// The example with a plugin and a report, so that no list is empty.
fn full() -> Workspace {
    let workspace = Workspace::example_with_comparison();
    workspace.say(&format!("report run {COMPARISON} --year 2025/26")).success();
    workspace
}

#[test]
fn a_wrong_command_line_is_refused_with_exit_code_2() {
    let workspace = Workspace::new();
    for line in [
        "",
        "frobnicate",
        "school",
        "school add",
        "school list --format pdf",
        "--lang fr school list",
        "contact add",
        "report run x",
        "report run x --year 2025/27",
        "report run x --from 2025-08-01",
        "report run x --year 2025/26 --from 2025-08-01 --until 2025-09-01",
        "plugin grant x",
        "plugin grant x a.b --all",
        "person pair 990001 bm1 --from 2025-08-01",
        "init",
        "audit",
        "audit list --action walk",
        "contact correct x --minutes 5",
    ] {
        workspace.say(line).misused();
    }
}

#[test]
fn what_a_person_can_put_right_is_refused_with_exit_code_1() {
    let workspace = Workspace::new();
    for line in [
        "school show 990001",
        "contact show 1",
        "report show abc",
        "code list colours",
        "plugin inspect org.a.b",
        "report run org.a.b --year 2025/26",
        "import schools nowhere.csv",
        "--as nobody school list",
    ] {
        let ran = workspace.say(line).refused();
        assert!(ran.stderr.starts_with("error: "), "`{line}`: {}", ran.stderr);
    }
}

#[test]
fn what_was_done_ends_with_exit_code_0_and_help_is_a_result() {
    let workspace = Workspace::new();
    for line in ["--help", "help contact add", "--version", "school list", "contact add --help"] {
        let ran = workspace.say(line).success();
        assert!(!ran.stdout.is_empty() || line == "school list", "{line}");
    }
    assert_data_eq!(
        workspace.say("--version").stdout,
        str![[r"
tridem 0.1.0

"]]
    );
}

#[test]
fn an_empty_list_is_a_remark_in_a_table_and_empty_json_and_headings_alone_in_csv() {
    let workspace = Workspace::new();
    let table = workspace.say("school list").success();
    assert_eq!((table.stdout.as_str(), table.stderr.as_str()), ("", "No entries.\n"));
    assert_eq!(workspace.say("school list --format json").success().stdout, "[]\n");
    let csv = workspace.say("school list --format csv").success().stdout;
    assert_eq!(csv.lines().count(), 1, "{csv}");
}

#[test]
fn every_list_comes_as_table_json_and_csv_of_the_same_rows() {
    let workspace = full();
    for list in LISTS {
        let rows = workspace.list(list);
        assert!(!rows.is_empty(), "{list}");
        let keys: Vec<&String> = rows[0].as_object().unwrap().keys().collect();
        let is_key = |key: &&String| {
            key.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
        };
        assert!(keys.iter().all(is_key), "{list}: {keys:?}");

        let csv = workspace.say(&format!("{list} --format csv")).success().stdout;
        let text = csv.strip_prefix('\u{feff}').unwrap();
        let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
        assert_eq!(reader.headers().unwrap().len(), keys.len(), "{list}");
        assert_eq!(reader.records().map(Result::unwrap).count(), rows.len(), "{list}");

        let table = workspace.say(list).success().stdout;
        // A code may stand there as its word.
        let mut texts = rows[0].as_object().unwrap().values().filter_map(|value| value.as_str());
        assert!(texts.any(|text| !text.is_empty() && table.contains(text)), "{list}: {table}");
        // Cells of a table may be broken over lines, so there are at least as many lines as rows.
        assert!(table.lines().count() >= rows.len() + 2, "{list}: {table}");
    }
}

#[test]
fn csv_opens_in_a_german_spreadsheet_as_it_is() {
    let workspace = Workspace::example();
    let german = workspace.say("--lang de contact list --limit 1 --format csv").success().stdout;
    assert!(german.starts_with("\u{feff}Id;Tag;Schule;Art;Ergebnis;Team;"), "{german}");
    assert!(german.contains(";21.01.2026;990001;Begleitung;erreicht;allein;"), "{german}");
    let english = workspace.say("--lang en contact list --limit 1 --format csv").success().stdout;
    assert!(english.starts_with("\u{feff}id,day,school,kind,result,team,"), "{english}");
    assert!(english.contains(",2026-01-21,990001,accompaniment,reached,solo,"), "{english}");
    assert!(english.lines().count() == 2 && german.matches("\r\n").count() == 2);
}

#[test]
fn a_cell_that_a_spreadsheet_would_compute_stays_text() {
    let workspace = Workspace::new();
    workspace.run(&["person", "add", "x1", "=1+1", "--role", "teacher"]).success();
    let csv = workspace.say("person list --format csv").success().stdout;
    assert!(!csv.contains(",=1+1"), "{csv}");
    assert_eq!(workspace.list("person list")[0]["name"], "=1+1", "JSON is for programs");
}

#[test]
fn the_language_is_chosen_by_option_before_variable() {
    let workspace = Workspace::new().in_german();
    workspace.say("school list").success().saying(&["Keine Einträge."]);
    workspace.say("--lang en school list").success().saying(&["No entries."]);
    workspace.say("school show 1").refused().saying(&["Fehler: ", "Hinweis: "]);
    let system = |locale: &str| {
        let mut command = workspace.command(&["school", "list"]);
        command.env_remove("TRIDEM_LANG").env("LC_ALL", locale);
        String::from_utf8(command.output().unwrap().stderr).unwrap()
    };
    assert_eq!(system("en_GB.UTF-8"), "No entries.\n");
    assert_eq!(system("de_DE.UTF-8"), "Keine Einträge.\n");
    assert_eq!(system("fr_FR.UTF-8"), "Keine Einträge.\n");
}

#[test]
fn nothing_is_coloured_where_there_is_no_terminal() {
    let workspace = full();
    let run = |line: &str, name: &str, value: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let output = workspace.command(&words).env(name, value).output().unwrap();
        [output.stdout, output.stderr].concat()
    };
    for line in ["contact list", "school show 1", "report list", "--help", "frobnicate"] {
        for (name, value) in [("TERM", "xterm-256color"), ("NO_COLOR", "1")] {
            assert!(!run(line, name, value).contains(&0x1b), "{line} with {name}");
        }
    }
}

#[test]
fn records_are_made_once_and_with_a_name() {
    let workspace = Workspace::empty();
    workspace.run(&["init", "--municipality", " "]).refused().saying(&["the name is empty"]);
    assert!(!workspace.path("records").exists());
    workspace
        .say("school list")
        .refused()
        .saying(&["there are no records in", "init --municipality"]);
    workspace.say("init --municipality Musterstadt").success();
    let key = fs_err::read(workspace.path("records/tridem.key")).unwrap();
    workspace.say("init --municipality Anderswo").refused().saying(&[
        "there are records in",
        "already",
        "--dir",
    ]);
    assert_eq!(fs_err::read(workspace.path("records/tridem.key")).unwrap(), key);
    workspace.say("school list").success();
}

#[test]
fn a_missing_key_a_wrong_key_and_one_that_others_can_read_are_refused() {
    let workspace = Workspace::new();
    let key = workspace.path("records/tridem.key");
    let kept = workspace.path("kept.key");

    fs_err::rename(&key, &kept).unwrap();
    workspace.say("school list").refused().saying(&["there is no database key at", "tridem.key"]);

    workspace.file("records/tridem.key", "a".repeat(64));
    let mode = |mode| {
        use std::os::unix::fs::PermissionsExt;
        fs_err::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(0o600);
    workspace
        .say("school list")
        .refused()
        .saying(&["encrypted with another key, or it is damaged"]);

    fs_err::copy(&kept, &key).unwrap();
    for open in [0o644, 0o640, 0o604] {
        mode(open);
        workspace.say("school list").refused().saying(&["can be read by others", "chmod 600"]);
    }
    mode(0o600);
    workspace.say("school list").success();
    workspace.run(&["--key-file", kept.to_str().unwrap(), "school", "list"]).success();
}

#[test]
fn the_key_may_come_from_the_environment() {
    let workspace = Workspace::empty();
    let run = |key: &str, line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let output = workspace.command(&words).env("TRIDEM_KEY", key).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (right, wrong) = ("0123456789abcdef".repeat(4), "f".repeat(64));
    let (code, said) = run("too short", "init --municipality Musterstadt");
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("64 hexadecimal digits") && !said.contains("too short"), "{said}");
    assert_eq!(run(&right, "init --municipality Musterstadt").0, 0);
    assert!(!workspace.path("records/tridem.key").exists(), "nobody asked for a file");
    let (code, said) = run(&wrong, "school list");
    assert_eq!(code, 1);
    assert!(said.contains("another key") && !said.contains(&wrong), "{said}");
    assert_eq!(run(&right, "school list").0, 0);
    workspace.say("school list").refused().saying(&["there is no database key"]);
}

#[test]
fn a_plain_database_in_place_of_the_records_is_refused_and_left_alone() {
    let workspace = Workspace::new();
    let path = workspace.path("records/tridem.db");
    fs_err::remove_file(&path).unwrap();
    let plain = rusqlite::Connection::open(&path).unwrap();
    plain.execute_batch("CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')").unwrap();
    drop(plain);
    let before = fs_err::read(&path).unwrap();
    workspace
        .say("school list")
        .refused()
        .saying(&["a plain SQLite file, not an encrypted database"]);
    assert_eq!(fs_err::read(&path).unwrap(), before);
}

#[test]
fn a_damaged_database_is_told_from_a_sound_one() {
    let workspace = Workspace::new();
    let path = workspace.path("records/tridem.db");
    let whole = fs_err::read(&path).unwrap();
    // A changed bit in the first page looks like a wrong key; in the others it cannot be one.
    for (is_first, code) in [(true, 1), (false, 3)] {
        let mut bytes = whole.clone();
        let pages = bytes.chunks_mut(16_384).enumerate();
        for (_, page) in pages.filter(|(place, _)| (*place == 0) == is_first) {
            page[10_000] ^= 1;
        }
        fs_err::write(&path, &bytes).unwrap();
        let ran = workspace.say("code list").saying(&["damaged", "backup"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (code, ""));
    }
    fs_err::write(&path, &whole).unwrap();
    workspace.say("code list").success();
}

#[test]
fn a_reader_who_has_seen_enough_ends_the_program_quietly() {
    let workspace = Workspace::example();
    for line in ["code list", "code list --format json", "contact list --format csv", "--help"] {
        let words: Vec<&str> = line.split_whitespace().collect();
        let mut child = workspace
            .command(&words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        let code = child.wait().unwrap().code();
        assert_eq!((code, said.as_str()), (Some(0), ""), "{line}");
    }
}

#[test]
fn a_report_that_cannot_be_written_is_refused_and_names_the_file() {
    let workspace = full();
    let line = format!("report run {COMPARISON} --year 2025/26 --out no/such/folder/report.txt");
    workspace.say(&line).refused().saying(&["no/such/folder/report.txt"]);
}
