//! Backups, passphrases and the doctor, as a person meets them.

use std::path::Path;

use crate::support::Workspace;

const PASSPHRASE: &str = "korrekt pferd batterie";

/// Runs the program on another folder than the workspace's own, with variables.
fn run(workspace: &Workspace, line: &str, variables: &[(&str, &str)]) -> (i32, String, String) {
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut command = workspace.command(&words);
    command.envs(variables.iter().copied());
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

fn secret(text: &str) -> [(&'static str, &str); 1] {
    [("TRIDEM_PASSPHRASE", text)]
}

/// The names in a folder; none where it is not there.
fn names(path: &Path) -> Vec<String> {
    let Ok(entries) = fs_err::read_dir(path) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_restore_over_anything_is_refused_and_a_refusal_leaves_nothing_behind() {
    let workspace = Workspace::example();
    workspace.say("backup city.backup").success();
    let before = workspace.say("contact list --format json").success().stdout;
    let key = "--key-file records/tridem.key";
    workspace.say(&format!("restore city.backup {key}")).refused().saying(&[
        "is not empty",
        "never restored over anything",
        "--dir",
    ]);
    assert_eq!(workspace.say("contact list --format json").success().stdout, before);

    fs_err::create_dir(workspace.path("other")).unwrap();
    workspace.file("other/letter.txt", "mine");
    workspace.say(&format!("restore city.backup {key} --dir other")).refused();
    assert_eq!(names(&workspace.path("other")), ["letter.txt"]);

    workspace.say("restore nowhere --dir new").refused().saying(&["nowhere"]);
    workspace
        .say("restore records/tridem.db --dir new")
        .refused()
        .saying(&["is no backup of Tridem, or its end is missing"]);
    workspace.say("restore city.backup --dir new").refused().saying(&["new/tridem.key"]);
    let wrong = [("TRIDEM_KEY", "0f".repeat(32))];
    let wrong = wrong.each_ref().map(|(name, key)| (*name, key.as_str()));
    let (code, _, said) = run(&workspace, "restore city.backup --dir new/folder", &wrong);
    assert_eq!(code, 1);
    assert!(said.contains("`city.backup` was encrypted with another key"), "{said}");
    assert!(!workspace.path("new").exists());
}

#[test]
fn what_was_backed_up_comes_back_in_a_new_folder() {
    let workspace = Workspace::example();
    let ran = workspace.say("backup city.backup").success();
    for part in ["Backed up: city.backup", "8  contacts", "3  pupils", "SHA-256:", "Only the key"] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    workspace
        .say("backup city.backup")
        .refused()
        .saying(&["already a file at `city.backup`", "--replace"]);
    workspace.say("backup city.backup --replace").success();
    workspace
        .say("backup records/tridem.db --replace")
        .refused()
        .saying(&["is no backup of Tridem"]);
    workspace.say("--as gs1 backup other.backup").refused();

    let restored =
        workspace.say("restore city.backup --dir new --key-file records/tridem.key").success();
    for part in ["Restored: new", "8  contacts", "each as it was written", "--key-file"] {
        assert!(restored.stdout.contains(part), "{part}: {}", restored.stdout);
    }
    assert_eq!(names(&workspace.path("new")), ["tridem.db"]);
    let list = "contact list --format json";
    let again = workspace.say(&format!("{list} --dir new --key-file records/tridem.key"));
    assert_eq!(again.success().stdout, workspace.say(list).success().stdout);
}

/// With the key in the folder beforehand, nothing has to be named.
#[test]
fn a_key_may_wait_in_the_new_folder() {
    let workspace = Workspace::new().in_german();
    workspace.say("backup stadt.sicherung").success();
    fs_err::create_dir(workspace.path("new")).unwrap();
    fs_err::copy(workspace.path("records/tridem.key"), workspace.path("new/tridem.key")).unwrap();
    let ran = workspace.say("restore stadt.sicherung --dir new").success();
    assert!(ran.stdout.contains("Zurückgespielt: new"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("--key-file"), "{}", ran.stdout);
    workspace.say("school list --dir new").success();
}

#[test]
fn a_short_passphrase_and_one_beside_a_key_are_refused_and_nothing_is_made() {
    let workspace = Workspace::empty();
    let init = "init --municipality Musterstadt --passphrase";
    let (code, _, said) = run(&workspace, init, &secret("elf Zeichen"));
    assert_eq!(code, 1);
    assert!(said.contains("at least 12 characters, and this one has 11"), "{said}");
    let key = format!("{init} --key-file some.key");
    let (code, _, said) = run(&workspace, &key, &secret(PASSPHRASE));
    assert_eq!(code, 1);
    assert!(said.contains("a key and a passphrase were given"), "{said}");
    workspace.file("open.txt", PASSPHRASE);
    let (code, _, said) = run(&workspace, &format!("{init} --passphrase-file open.txt"), &[]);
    assert_eq!(code, 1);
    assert!(said.contains("can be read by others"), "{said}");
    assert!(!workspace.path("records").exists());
}

#[test]
fn a_wrong_passphrase_opens_nothing_and_changes_nothing() {
    let workspace = Workspace::empty();
    let init = "init --municipality Musterstadt --passphrase";
    let (code, out, said) = run(&workspace, init, &secret(PASSPHRASE));
    assert_eq!(code, 0, "{said}");
    assert!(out.contains("tridem.kdf"), "{out}");
    let records = workspace.path("records");
    assert_eq!(names(&records), ["tridem.db", "tridem.kdf"]);
    let before = fs_err::read(records.join("tridem.db")).unwrap();
    let (code, _, said) = run(&workspace, "school list", &secret("korrekt pferd batteriE"));
    assert_eq!(code, 1);
    assert!(said.contains("the passphrase does not open") && !said.contains("pferd"), "{said}");

    // Made weaker, or lost, the file stops the program before it makes a key.
    let kdf = records.join("tridem.kdf");
    let text = fs_err::read_to_string(&kdf).unwrap();
    fs_err::write(&kdf, text.replace("passes = 3", "passes = 1")).unwrap();
    let (code, _, said) = run(&workspace, "school list", &secret(PASSPHRASE));
    assert_eq!(code, 1);
    assert!(said.contains("asks for less work than a safe key takes"), "{said}");
    fs_err::remove_file(&kdf).unwrap();
    let file = workspace.file("pass.txt", PASSPHRASE);
    std::process::Command::new("chmod").args(["600", &file]).status().unwrap();
    let (code, _, said) = run(&workspace, "school list --passphrase-file pass.txt", &[]);
    assert_eq!(code, 1);
    assert!(said.contains("says how to make a key from a passphrase"), "{said}");

    fs_err::write(&kdf, text).unwrap();
    assert_eq!(fs_err::read(records.join("tridem.db")).unwrap(), before);
    let (code, _, said) = run(&workspace, "school list --passphrase-file pass.txt", &[]);
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_backup_and_the_passphrase_are_all_it_takes() {
    let workspace = Workspace::empty();
    let init = "init --municipality Musterstadt --passphrase";
    assert_eq!(run(&workspace, init, &secret(PASSPHRASE)).0, 0);
    let (code, out, _) = run(&workspace, "backup city.backup", &secret(PASSPHRASE));
    assert_eq!(code, 0);
    assert!(out.contains("The same passphrase opens it, and nothing else is needed."), "{out}");
    fs_err::remove_dir_all(workspace.path("records")).unwrap();

    let restore = "restore city.backup --dir new";
    let (code, _, said) = run(&workspace, restore, &secret("korrekt pferd batteriE"));
    assert_eq!(code, 1);
    assert!(said.contains("the passphrase does not open `city.backup`"), "{said}");
    assert!(!workspace.path("new").exists());
    let (code, _, said) = run(&workspace, restore, &secret(PASSPHRASE));
    assert_eq!(code, 0, "{said}");
    assert_eq!(names(&workspace.path("new")), ["tridem.db", "tridem.kdf"]);
    assert_eq!(run(&workspace, "school list --dir new", &secret(PASSPHRASE)).0, 0);
}

/// The findings of the doctor by topic, with their level, and its exit code.
fn findings(workspace: &Workspace, more: &str) -> (i32, Vec<(String, String)>) {
    let ran = workspace.say(&format!("doctor --format json {more}"));
    let rows: Vec<serde_json::Value> = serde_json::from_str(&ran.stdout).unwrap();
    let text = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap().to_owned();
    for row in rows.iter().filter(|row| row["level"] != "ok" && row["level"] != "note") {
        assert!(row["advice"].is_string(), "nothing to do about {row}");
    }
    (ran.code, rows.iter().map(|row| (text(row, "level"), text(row, "topic"))).collect())
}

fn has(found: &[(String, String)], level: &str, topic: &str) -> bool {
    found.iter().any(|(l, t)| l == level && t == topic)
}

#[test]
fn the_doctor_finds_what_keeps_the_records_from_being_opened() {
    let workspace = Workspace::new();
    let wrong = |prepare: &dyn Fn(&Path), topic: &str| {
        let workspace = Workspace::new();
        prepare(&workspace.path("records"));
        let (code, found) = findings(&workspace, "");
        assert_eq!(code, 1, "{topic}: {found:?}");
        assert!(has(&found, "error", topic), "{topic}: {found:?}");
    };
    let mode = |path: &Path, mode| {
        use std::os::unix::fs::PermissionsExt;
        fs_err::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    wrong(&|dir| fs_err::remove_file(dir.join("tridem.db")).unwrap(), "database");
    wrong(&|dir| fs_err::write(dir.join("tridem.db"), "").unwrap(), "database");
    wrong(&|dir| fs_err::remove_file(dir.join("tridem.key")).unwrap(), "key");
    wrong(&|dir| mode(&dir.join("tridem.key"), 0o644), "key");
    wrong(&|dir| fs_err::write(dir.join("tridem.key"), "a".repeat(64)).unwrap(), "database");
    wrong(&|dir| mode(dir, 0o777), "folder");
    wrong(
        &|dir| {
            let mut bytes = fs_err::read(dir.join("tridem.db")).unwrap();
            bytes[40_000] ^= 1;
            fs_err::write(dir.join("tridem.db"), bytes).unwrap();
        },
        "database",
    );
    let (code, found) = findings(&workspace, "--dir nowhere");
    assert!(code == 1 && has(&found, "error", "folder"), "{found:?}");
}

#[test]
fn the_doctor_finds_what_can_come_to_harm() {
    let workspace = Workspace::new();
    let records = workspace.path("records");
    let (code, found) = findings(&workspace, "");
    assert_eq!(code, 0, "{found:?}");
    assert!(has(&found, "warning", "backup") && has(&found, "ok", "database"), "{found:?}");

    fs_err::write(records.join("tridem.db.part"), "x").unwrap();
    fs_err::create_dir(records.join("compiled")).unwrap();
    fs_err::write(records.join("compiled/strange.cwasm"), "x").unwrap();
    let (code, found) = findings(&workspace, "");
    assert_eq!(code, 0, "{found:?}");
    assert!(has(&found, "warning", "leftover") && has(&found, "warning", "compiled"), "{found:?}");
    workspace.say("backup b").success();
    assert!(has(&findings(&workspace, "").1, "ok", "backup"));
    fs_err::remove_file(workspace.path("b")).unwrap();
    assert!(has(&findings(&workspace, "").1, "note", "backup"));
}

#[test]
fn the_doctor_is_content_with_what_is_sound_and_changes_nothing() {
    let workspace = Workspace::example_with_comparison();
    workspace.say("backup b").success();
    fs_err::copy(workspace.path("records/tridem.key"), workspace.path("copy.key")).unwrap();
    workspace.say("key check copy.key").success();
    let shot = |dir: &Path| {
        names(dir)
            .into_iter()
            .map(|name| {
                let path = dir.join(&name);
                (name, path.is_file().then(|| fs_err::read(&path).unwrap()))
            })
            .collect::<Vec<_>>()
    };
    // A copy made by the tests has the rights of whoever runs them.
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    fs_err::set_permissions(workspace.path("records"), mode).unwrap();
    let before = shot(&workspace.path("records"));
    let (code, found) = findings(&workspace, "");
    assert_eq!(code, 0);
    assert!(found.iter().all(|(level, topic)| level == "ok" || topic == "room"), "{found:?}");
    assert_eq!(shot(&workspace.path("records")), before);
    let german = workspace.say("--lang de doctor").success().stdout;
    assert!(german.contains("jede Seite ist unverändert"), "{german}");
}

#[test]
fn every_shell_has_completions_and_every_command_a_page_in_the_language_of_the_session() {
    let workspace = Workspace::empty();
    workspace.say("completions cmd").misused();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = workspace.say(&format!("completions {shell}")).success().stdout;
        assert!(script.contains("restore") && script.contains("municipality"), "{shell}");
    }
    workspace.say("man pages/en").success();
    workspace.say("--lang de man pages/de").success();
    let pages = names(&workspace.path("pages/en"));
    assert_eq!(pages, names(&workspace.path("pages/de")));
    for page in ["tridem.1", "tridem-backup.1", "tridem-contact-add.1"] {
        assert!(pages.iter().any(|name| name == page), "{pages:?}");
    }
    let read = |page: &str| fs_err::read_to_string(workspace.path(page)).unwrap();
    assert!(read("pages/en/tridem-backup.1").contains("while others go on working"));
    assert!(read("pages/en/tridem-backup.1").contains(".SH NAME"));
    let german = read("pages/de/tridem-backup.1");
    assert!(german.contains("während andere weiterarbeiten"), "{german}");
    for word in [".SH NAME", ".SH OPTIONS", "SYNOPSIS", "[OPTIONS]"] {
        assert!(!german.contains(word), "{word}: {german}");
    }
}
