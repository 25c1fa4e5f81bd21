//! What goes wrong with disks, files and keys: each ends in clear words, with everything as it was,
//! and can be opened again afterwards.

use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};

use tridem::domain::Author;
use tridem::store::{DatabaseKey, Store};

use crate::support::{Ran, Workspace, example_file};

/// Every file of the records with its bytes. What SQLite keeps of its locks is not among them.
fn files(workspace: &Workspace) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![workspace.path("records")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs_err::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if !path.to_str().unwrap().ends_with("-shm") {
            let bytes = fs_err::read(&path).unwrap();
            found.insert(path, bytes);
        }
    }
    found
}

/// Runs it and expects words, that exit code, and that nothing changed.
#[track_caller]
fn fails(workspace: &Workspace, line: &str, code: i32, words: &[&str]) {
    let before = files(workspace);
    let ran = workspace.say(line).saying(words);
    assert_eq!((ran.code, ran.stdout.as_str()), (code, ""), "{line}: {}", ran.stderr);
    assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    assert!(files(workspace) == before, "`{line}` changed something");
}

fn database(workspace: &Workspace) -> PathBuf {
    workspace.path("records/tridem.db")
}

fn mode(path: &Path, mode: u32) {
    fs_err::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_database_that_was_cut_off_is_told_from_a_whole_one() {
    let workspace = Workspace::example();
    let path = database(&workspace);
    let whole = fs_err::read(&path).unwrap();
    for (length, code) in [
        (0, 1),
        (1, 1),
        (15, 1),
        (4_096, 1),
        (16_383, 1),
        // The first page is whole and says how many there must be.
        (16_384, 3),
        (20_000, 3),
        (whole.len() / 2, 3),
        (whole.len() - 16_384, 3),
    ] {
        fs_err::write(&path, &whole[..length]).unwrap();
        fails(&workspace, "contact list", code, &["damaged", "backup"]);
    }
    fs_err::write(&path, &whole).unwrap();
    workspace.say("contact list").success();
}

/// One byte in each page, read by the checks of the doctor; and by a command that meets it.
#[test]
fn a_changed_byte_anywhere_is_found() {
    let workspace = Workspace::example();
    let path = database(&workspace);
    let whole = fs_err::read(&path).unwrap();
    let pages = whole.len() / 16_384;
    let mut met = 0;
    // Each page at another place, so that all of a page is tried.
    for page in 0..pages {
        let place = page * 16_384 + (page * 977 + 11) % 16_384;
        let mut bytes = whole.clone();
        bytes[place] ^= 0x40;
        fs_err::write(&path, &bytes).unwrap();
        let key = DatabaseKey::read_file(&workspace.path("records/tridem.key")).unwrap();
        let found = Store::examine(&path, &key).and_then(|found| found.proof);
        let error = found.expect_err("a changed byte was not found").to_string();
        assert!(error.contains("damaged"), "byte {place}: {error}");
        if page % 8 == 0 {
            let before = files(&workspace);
            let ran = workspace.say("contact list");
            let is_told = matches!(ran.code, 1 | 3) && ran.stderr.contains("damaged");
            assert!(ran.code == 0 || is_told, "byte {place}: {}", ran.stderr);
            met += usize::from(is_told);
            // Who was shown something has read it, and that is noted.
            let is_same = ran.code == 0 || files(&workspace) == before;
            assert!(is_same, "byte {place}: something was changed");
        }
    }
    assert!(met > 0, "no command met a damaged page");
    fs_err::write(&path, &whole).unwrap();
    workspace.say("contact list").success();
}

#[test]
fn a_wrong_key_and_a_missing_one_change_nothing() {
    let workspace = Workspace::example();
    let (key, kept) = (workspace.path("records/tridem.key"), workspace.path("kept.key"));
    fs_err::rename(&key, &kept).unwrap();
    fails(&workspace, "contact list", 1, &["there is no database key at"]);
    fails(&workspace, "backup b", 1, &["there is no database key at"]);
    workspace.file("records/tridem.key", "0f".repeat(32));
    mode(&key, 0o600);
    fails(&workspace, "contact list", 1, &["encrypted with another key"]);
    assert!(!workspace.path("b").exists());
    fs_err::rename(&kept, &key).unwrap();
    workspace.say("contact list").success();
}

/// Another connection holds the lock for longer than the program waits.
#[test]
fn a_second_process_that_writes_is_waited_for_and_then_told() {
    let workspace = Workspace::new();
    let key = DatabaseKey::read_file(&workspace.path("records/tridem.key")).unwrap();
    let mut other = Store::open(&database(&workspace), &key).unwrap();
    let writer = other.write(&Author::new("other", 0)).unwrap();
    let file = example_file("schools");
    let ran = workspace.run(&["import", "schools", file.to_str().unwrap()]).refused();
    let ran = ran.saying(&["another program is writing to the database", "try again"]);
    drop(ran);
    assert_eq!(workspace.list("school list").len(), 0, "what shows no people is still read");
    // That there is one is noted in the records, so that an erasure can name it.
    workspace.say("backup b").refused().saying(&["another program is writing to the database"]);
    assert!(!workspace.path("b").exists(), "a backup that nobody knows of");
    drop(writer);
    workspace.run(&["import", "schools", file.to_str().unwrap()]).success();
    workspace.say("backup b").success();
}

/// Runs the program as a user without rights where the tests run as one with all of them.
fn as_somebody(workspace: &Workspace, line: &str) -> Ran {
    const NOBODY: u32 = 65_534;
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut command = workspace.command(&words);
    let records = workspace.path("records");
    if fs_err::metadata(records.parent().unwrap()).unwrap().uid() == 0 {
        // The folder of the tests, and a copy of the program that everybody may run.
        let program = workspace.path("program");
        if !program.exists() {
            fs_err::copy(command.get_program(), &program).unwrap();
            mode(&program, 0o755);
            mode(records.parent().unwrap(), 0o777);
            for path in files(workspace).keys().chain([&records]) {
                chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
            }
        }
        let variables: Vec<_> = command
            .get_envs()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
            .collect();
        let mut other = std::process::Command::new(program);
        other.env_clear().envs(variables).args(&words).current_dir(records.parent().unwrap());
        other.uid(NOBODY).gid(NOBODY);
        command = other;
    }
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn a_folder_that_cannot_be_written_to_is_told() {
    let workspace = Workspace::example();
    let records = workspace.path("records");
    as_somebody(&workspace, "school list").success();
    let before = files(&workspace);
    mode(&records, 0o500);
    for line in ["person add x1 X --role teacher", "school list"] {
        let ran = as_somebody(&workspace, line);
        assert!(ran.code != 0, "{line}: {}", ran.stdout);
        ran.saying(&["cannot be written to", "tridem doctor"]);
    }
    // The doctor needs no right to write.
    let ran = as_somebody(&workspace, "doctor");
    assert!(ran.stdout.contains("every page is as it was written"), "{}", ran.stdout);
    mode(&records, 0o700);
    assert!(files(&workspace) == before, "something was changed");
    as_somebody(&workspace, "person add x1 X --role teacher").success();
}

/// Contacts that take several MiB, as a file to import.
fn many_contacts(workspace: &Workspace) -> String {
    let rows =
        (0..60_000).map(|row| format!("990001,2025-09-{:02},phone,reached,bm1,1,10", row % 28 + 1));
    let mut lines = vec!["school,day,kind,result,participants,persons,minutes".to_owned()];
    lines.extend(rows);
    workspace.file("contacts.csv", lines.join("\n"))
}

/// Runs lines of shell with `$TRIDEM` for the program, and gives exit code and both outputs.
pub(crate) fn shell(workspace: &Workspace, program: &[&str], script: &str) -> Ran {
    let inner = workspace.command(&[]);
    let mut command = std::process::Command::new(program[0]);
    command
        .args(&program[1..])
        .args(["sh", "-c", script])
        .current_dir(workspace.path(""))
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("TRIDEM", inner.get_program())
        .envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The limit on the size of a file (`ulimit -f`), with its signal ignored, makes a write fail in the
/// middle, after some of it was written, as a quota or a failing disk does.
#[test]
fn a_disk_that_takes_no_more_undoes_an_import_and_a_backup() {
    let workspace = Workspace::example();
    let before = workspace.list("contact list --limit 99999");
    let file = many_contacts(&workspace);
    // 512 bytes a block in POSIX shells, 1024 in some: either way less than is to be written.
    let limited = |line: &str| {
        shell(&workspace, &["env"], &format!("trap '' XFSZ; ulimit -f 600; exec $TRIDEM {line}"))
    };
    let ran = limited(&format!("import contacts {file}"));
    assert_eq!((ran.code, ran.stdout.as_str()), (3, ""), "{}", ran.stderr);
    ran.saying(&["the disk did not take what was to be written", "nothing was changed"]);
    assert_eq!(workspace.list("contact list --limit 99999"), before);

    workspace.run(&["import", "contacts", &file]).success();
    let ran = limited("backup b");
    assert_eq!((ran.code, ran.stdout.as_str()), (3, ""), "{}", ran.stderr);
    ran.saying(&["the disk did not take what was to be written"]);
    assert!(!workspace.path("b").exists() && !workspace.path("b.part").exists());
    workspace.say("backup b").success();
}

/// A disk of 9 MiB, for records and one backup, in a namespace of its own. Where the system lets nobody make one, the test above
/// is what is left, and this one says so.
#[test]
fn a_disk_that_is_full_undoes_an_import_and_a_backup() {
    let workspace = Workspace::example();
    let file = many_contacts(&workspace);
    fs_err::create_dir(workspace.path("small")).unwrap();
    let own = ["unshare", "--map-root-user", "--mount"];
    let mount = "mount -t tmpfs -o size=9m none small";
    if !Path::new("/usr/bin/unshare").exists() || shell(&workspace, &own, mount).code != 0 {
        eprintln!("not tried: this system lets nobody make a small disk");
        return;
    }
    let script = format!(
        "{mount} && cp -a records/. small && export TRIDEM_DIR=small || exit 77
         $TRIDEM contact list --format json > before
         $TRIDEM import contacts {file}; echo import $? >&2
         $TRIDEM contact list --format json > after
         cmp before after && dd if=/dev/zero of=small/filler bs=1k 2> dd
         $TRIDEM backup small/b; echo backup $? >&2
         ls small >&2; rm small/filler; $TRIDEM backup small/b --replace && $TRIDEM contact list"
    );
    let ran = shell(&workspace, &own, &script).success();
    ran.saying(&["there is no room left on the disk", "import 3", "backup 3", "filler"]);
}

/// The clock cannot be set back for a test, but the last change can lie ahead of it.
#[test]
fn a_clock_before_the_last_change_is_noticed() {
    let workspace = Workspace::new();
    let key = DatabaseKey::read_file(&workspace.path("records/tridem.key")).unwrap();
    let doctor = || workspace.say("doctor").success().stdout;
    assert!(!doctor().contains("set this machine's clock"));
    let mut store = Store::open(&database(&workspace), &key).unwrap();
    let mut writer = store.write(&Author::new("other", 4_102_444_800)).unwrap();
    writer.record_import("schools", &[1; 32], "schools.csv", 1, 4_102_444_800).unwrap();
    writer.commit().unwrap();
    // An earlier time is taken as it comes: the order of records does not hang on it.
    let mut writer = store.write(&Author::new("other", 1_000_000_000)).unwrap();
    writer.record_import("schools", &[2; 32], "more.csv", 1, 1_000_000_000).unwrap();
    writer.commit().unwrap();
    drop(store);
    let said = doctor();
    assert!(said.contains("2100-01-01") && said.contains("set this machine's clock"), "{said}");
    workspace.say("school list").success();
}
