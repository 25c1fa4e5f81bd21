//! Backups by a schedule, changing the key, the sheet for the safe, and everything in open formats.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::Stdio;

use crate::support::Workspace;

fn count(workspace: &Workspace, folder: &str) -> usize {
    fs_err::read_dir(workspace.path(folder)).map_or(0, Iterator::count)
}

/// Runs the program with text on its standard input.
fn typing(workspace: &Workspace, line: &str, text: &str) -> (i32, String) {
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut command = workspace.command(&words);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_schedule_needs_a_folder_elsewhere_and_nothing_is_due_without_one() {
    let workspace = Workspace::example();
    workspace.say("backup due").refused().saying(&["no schedule", "tridem backup schedule set"]);
    workspace.say("backup schedule set --to nowhere").refused().saying(&["is not there"]);
    fs_err::create_dir(workspace.path("records/inside")).unwrap();
    workspace
        .say("backup schedule set --to records/inside")
        .refused()
        .saying(&["lies in the folder of the records"]);
    workspace.say("backup schedule set --to . --every week").refused().saying(&["no interval"]);
    workspace.say("--as gs1 backup schedule set --to .").refused();
}

#[test]
fn what_is_due_is_made_once_and_read_back_and_a_strange_file_is_left_alone() {
    let workspace = Workspace::example();
    fs_err::create_dir(workspace.path("safe")).unwrap();
    workspace.file("safe/tridem-20200101T000000Z.backup", "mine");
    workspace.say("backup schedule set --to safe --keep-daily 1 --keep-weekly 0 --keep-monthly 0");
    let first = workspace.say("backup due").success().stdout;
    assert!(first.starts_with("ok made=yes verified=yes file="), "{first}");
    assert!(first.ends_with("kept=1 removed=0 clock=ok\n"), "{first}");
    let again = workspace.say("backup due").success().stdout;
    assert!(again.starts_with("ok made=no ") && again.contains(" kept=1 "), "{again}");
    assert_eq!(count(&workspace, "safe"), 2);
    let list = workspace.list("backup list");
    assert_eq!(list.len(), 1);
    assert_eq!((&list[0]["state"], &list[0]["key"]), (&"there".into(), &"1".into()));

    // The disk is not connected: that is an error, and not a reason to write elsewhere.
    fs_err::rename(workspace.path("safe"), workspace.path("away")).unwrap();
    workspace.say("backup due").refused().saying(&["is not there", "connect the disk"]);
}

#[test]
fn a_backup_that_was_changed_is_found_and_told_in_the_list() {
    let workspace = Workspace::example();
    workspace.say("backup city.backup").success();
    let path = workspace.path("city.backup");
    workspace.say("backup verify city.backup").success();
    let mut bytes = fs_err::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs_err::write(&path, bytes).unwrap();
    workspace.say("backup verify city.backup").refused().saying(&["is damaged"]);
    workspace.say("backup verify records/tridem.db").refused().saying(&["no backup of Tridem"]);
}

#[test]
fn the_newest_backup_of_a_time_is_taken_and_a_damaged_one_is_passed_over() {
    let workspace = Workspace::example();
    fs_err::create_dir(workspace.path("safe")).unwrap();
    let key = "--key-file records/tridem.key";
    workspace
        .say(&format!("restore --from safe --dir new {key}"))
        .refused()
        .saying(&["no sound backup"]);
    workspace.say("backup safe/one.backup").success();
    workspace.run(&["restore", "--from", "safe", "--at", "soon", "--dir", "new"]).refused();
    workspace
        .say(&format!("restore --from safe --at 2020-01-01 --dir new {key}"))
        .refused()
        .saying(&["no sound backup"]);
    assert!(!workspace.path("new").exists());
    let mut bytes = fs_err::read(workspace.path("safe/one.backup")).unwrap();
    bytes[20_000] ^= 1;
    workspace.file("safe/damaged.backup", bytes);
    let ran = workspace.say(&format!("restore --from safe --dir new {key}")).success();
    assert!(ran.stderr.contains("Passed over: safe/damaged.backup"), "{}", ran.stderr);
    assert!(ran.stderr.contains("Taking safe/one.backup"), "{}", ran.stderr);
    let list = "contact list --format json";
    let again = workspace.say(&format!("{list} --dir new {key}"));
    assert_eq!(again.success().stdout, workspace.say(list).success().stdout);
}

#[test]
fn a_new_key_opens_the_records_and_the_old_one_only_what_was_backed_up_before() {
    let workspace = Workspace::example();
    let list = "contact list --format json";
    let before = workspace.say(list).success().stdout;
    workspace.say("backup first.backup").success();
    workspace.say("--as gs1 key rotate").refused();
    workspace.say("key rotate").success();
    assert_eq!(workspace.say(list).success().stdout, before);
    workspace.say("school list --key-file records/tridem.key.1").refused();
    workspace.say("restore first.backup --dir new").refused();
    workspace.say("restore first.backup --dir new --key-file records/tridem.key.1").success();
    workspace.say("key forget-old --confirm").refused().saying(&["no verified backup"]);
    workspace.say("backup second.backup").success();
    workspace.say("backup verify second.backup").success();
    workspace.say("key forget-old").refused().saying(&["first.backup", "--confirm"]);
    workspace.say("key forget-old --confirm").success();
    assert!(!workspace.path("records/tridem.key.1").exists());
    workspace.say("audit verify").success();
}

#[test]
fn a_file_key_becomes_a_passphrase() {
    let workspace = Workspace::example();
    let file = workspace.file("new.txt", "korrekt pferd batterie");
    std::process::Command::new("chmod").args(["600", &file]).status().unwrap();
    workspace.say("key rotate --to passphrase --new-passphrase-file new.txt").success();
    workspace.say("school list --passphrase-file new.txt").success();
    assert!(workspace.path("records/tridem.kdf").exists());
    assert!(!workspace.path("records/tridem.key").exists());
}

#[test]
fn the_sheet_is_typed_back_and_the_doctor_asks_for_it() {
    let workspace = Workspace::example();
    let doctor = || workspace.say("doctor").stdout;
    assert!(doctor().contains("nobody has ever checked"), "{}", doctor());
    let sheet = workspace.say("key print").success().stdout;
    let groups: Vec<&str> = sheet.lines().filter_map(|it| it.strip_prefix("    ")).collect();
    let groups = groups.join("\n");
    let wrong = groups.replacen(&groups[..4], "zzzz", 1);
    let (code, said) = typing(&workspace, "key check --typed", &wrong);
    assert_eq!(code, 1);
    assert!(said.contains("group 1 of the key") && !said.contains("zzzz"), "{said}");
    assert_eq!(typing(&workspace, "key check --typed", &groups).0, 0);
    assert!(!doctor().contains("nobody has ever checked"), "{}", doctor());
    assert_eq!(typing(&workspace, "key type --out again.key", &groups).0, 0);
    workspace.say("school list --key-file again.key").success();
    workspace.say("key check again.key").success();
}

#[test]
fn everything_goes_out_in_open_formats_and_comes_back_the_same() {
    let workspace = Workspace::example_with_comparison();
    workspace.say("--as gs1 export --all --out open").refused();
    assert!(!workspace.path("open").exists());
    workspace.say("export --all --out open").success();
    workspace.say("export --all --out open").refused().saying(&["is there already"]);
    workspace.say("import --all open").refused().saying(&["there are records in"]);
    workspace.say("import --all open --dir new").success();
    workspace.say("export --all --out again --dir new").success();
    let list = "contact list --format json";
    let again = workspace.say(&format!("{list} --dir new"));
    assert_eq!(again.success().stdout, workspace.say(list).success().stdout);
    workspace.say("audit verify --dir new").success();
    let read = |folder: &str, file: &str| {
        fs_err::read_to_string(workspace.path(folder).join(file)).unwrap()
    };
    let files = |folder: &str| -> serde_json::Value {
        serde_json::from_str(&read(folder, "manifest.json")).unwrap()
    };
    let (one, two) = (files("open"), files("again"));
    let both = one["files"].as_array().unwrap().iter().zip(two["files"].as_array().unwrap());
    let mut grown = Vec::new();
    for (before, after) in both.filter(|(before, after)| before != after) {
        let file = before["file"].as_str().unwrap();
        assert_eq!(after["file"], file);
        // Not a line is lost; what is new the acts have noted of themselves.
        let (before, after) = (read("open", file), read("again", file));
        let before: BTreeSet<&str> = before.lines().collect();
        let after: BTreeSet<&str> = after.lines().collect();
        assert!(before.is_subset(&after), "{file}");
        grown.push((file.to_owned(), after.len() - before.len()));
    }
    let grown: Vec<_> = grown.iter().map(|(file, more)| (file.as_str(), *more)).collect();
    // The import, and that the second export shows everybody.
    let expected = [("audit.jsonl", 2), ("seen_pupil.jsonl", 3), ("seen_household.jsonl", 2)];
    assert_eq!(grown, expected);
    assert_eq!(count(&workspace, "open/packages"), 1);
}
