//! Several processes at once, one that stops in the middle, and clocks that are wrong.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::boundaries::{contacts, proved, put, rehearsed};
use crate::crash::{child, kept};
use crate::scenarios::SCENARIOS;
use crate::shim::{Call, Fault, boundaries, meeting, misled};
use crate::support::{Ran, Workspace};

const YEAR: i64 = 365 * 86_400;

fn start(command: &mut Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn finish(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Starts a command that stops at a boundary, and waits until it has.
fn start_and_stop(workspace: &Workspace, line: &str, at: usize) -> Child {
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut command = workspace.command(&words);
    let child = start(meeting(&mut command, &workspace.path(""), Fault::Stop, at));
    let stat = format!("/proc/{}/stat", child.id());
    let begun = Instant::now();
    while !fs_err::read_to_string(&stat).unwrap().contains(") T ") {
        assert!(begun.elapsed() < Duration::from_secs(30), "it did not stop");
        std::thread::sleep(Duration::from_millis(5));
    }
    child
}

fn go_on(child: &Child) {
    let told = Command::new("sh").args(["-c", &format!("kill -CONT {}", child.id())]).status();
    assert!(told.unwrap().success());
}

/// A writer in the middle of its transaction: `an import` stops when some of its pages are in the log.
fn stopped_import() -> (Workspace, Child) {
    let number = SCENARIOS.iter().position(|scenario| scenario.name == "an import").unwrap();
    let import = rehearsed(number);
    let is_log =
        |call: &&Call| matches!(call, Call::Write(path, ..) if path.ends_with("tridem.db-wal"));
    let fifth = import.calls.iter().filter(is_log).nth(5).unwrap();
    let place = import.calls.iter().position(|call| call == fifth).unwrap();
    let workspace = put(&import.before);
    let child =
        start_and_stop(&workspace, &import.line.join(" "), boundaries(&import.calls[..=place]));
    (workspace, child)
}

#[test]
fn while_a_writer_is_stopped_others_read_what_shows_no_people_and_are_told_why_they_must_wait() {
    let (workspace, stopped) = stopped_import();
    for line in ["school list", "sheet figures --year 2025/26", "code list", "audit verify"] {
        workspace.say(line).success();
    }
    // Who looks at people is noted, and that is writing.
    for line in ["contact list", "sheet family h1", "household add h9", "backup b"] {
        let ran = workspace.say(line).refused();
        ran.saying(&["another program is writing to the database", "try again"]);
    }
    assert!(!workspace.path("b").exists());
    // Whoever looks meanwhile sees nothing of what is being written, as soon as they may look.
    let waiting = start(&mut workspace.command(&["contact", "list", "--limit", "9999"]));
    std::thread::sleep(Duration::from_millis(300));
    go_on(&stopped);
    finish(stopped).success();
    let seen = finish(waiting).success().stdout;
    assert!(!seen.is_empty());
    assert_eq!(workspace.list("contact list --limit 9999").len(), 608);
    workspace.say("household add h9").success();
    proved(&workspace.path("records"), "stopped").unwrap();
}

#[test]
fn when_a_writer_is_killed_whoever_waits_for_it_goes_on() {
    let (workspace, mut stopped) = stopped_import();
    let waiting = start(&mut workspace.command(&["household", "add", "h9"]));
    std::thread::sleep(Duration::from_millis(300));
    stopped.kill().unwrap();
    stopped.wait().unwrap();
    finish(waiting).success();
    assert_eq!(workspace.list("contact list --limit 9999").len(), 8, "nothing of it is there");
    proved(&workspace.path("records"), "killed").unwrap();
    workspace.say("import contacts contacts.csv").success();
}

#[test]
fn two_writers_and_a_reader_do_not_lose_anything_of_each_other() {
    let workspace = put(&crate::disk::read(&Workspace::example().path("")));
    let before = contacts(&workspace, "before");
    let writers = [(); 2].map(|()| start(&mut child(&workspace, 60)));
    let mut seen = 0;
    while seen < before.len() + 20 {
        let now = workspace.list("contact list --limit 9999").len();
        assert!(now >= seen, "what was seen once is seen again");
        seen = now;
    }
    let mut acknowledged = before.clone();
    for writer in writers {
        let ran = finish(writer).success();
        acknowledged.extend(ran.stdout.lines().filter_map(kept));
    }
    assert_eq!(acknowledged.len(), before.len() + 120);
    assert_eq!(contacts(&workspace, "after"), acknowledged);
}

#[test]
fn two_that_make_new_records_at_once_do_not_mix_them() {
    let workspace = Workspace::quick();
    let line = "init --municipality Musterstadt --dir made";
    // The key has its name by then, and the database has not.
    let stopped = start_and_stop(&workspace, line, 100);
    let ran = workspace.say("init --municipality Anderstadt --dir made").refused();
    ran.saying(&["another program is writing", "wait until it has finished"]);
    go_on(&stopped);
    finish(stopped).success();
    assert!(proved(&workspace.path("made"), "two").is_some());
    workspace.say("init --municipality Anderstadt --dir made").refused();
}

/// Runs the program with a clock that is wrong, from a boundary on.
fn at_another_time(workspace: &Workspace, line: &str, seconds: i64, from: usize) -> Ran {
    let words: Vec<&str> = line.split_whitespace().collect();
    Ran::of(misled(&mut workspace.command(&words), &workspace.path(""), seconds, from))
}

#[test]
fn a_clock_that_jumps_loses_nothing_and_the_audit_tells_it() {
    let add = "contact add --school 990001 --kind phone --with bm1 --pupil p1 --day 2026-02-03";
    for (jump, is_told_at_once) in [(-YEAR, true), (10 * YEAR, false)] {
        let workspace = Workspace::example();
        let head = |text: &str| text.contains("the clock was set back by");
        assert!(!head(&workspace.say("audit verify").success().stdout));
        at_another_time(&workspace, add, jump, 0).success();
        let verified = workspace.say("audit verify").success().stdout;
        assert_eq!(head(&verified), is_told_at_once, "{verified}");
        workspace.say(add).success();
        let verified = workspace.say("audit verify").success().stdout;
        assert!(head(&verified), "{verified}");
        assert_eq!(workspace.list("contact list").len(), 10);
        proved(&workspace.path("records"), "clock").unwrap();
    }
}

/// The clock jumps when half of the file is on disk.
#[test]
fn a_clock_that_jumps_in_the_middle_of_an_import_or_a_backup_harms_neither() {
    let number = |name| SCENARIOS.iter().position(|scenario| scenario.name == name).unwrap();
    for name in ["an import", "a backup", "new records"] {
        let scene = rehearsed(number(name));
        for jump in [-YEAR, 10 * YEAR] {
            let workspace = put(&scene.before);
            let half = boundaries(&scene.calls) / 2;
            at_another_time(&workspace, &scene.line.join(" "), jump, half).success();
            scene.check(&workspace, true, name);
        }
    }
}

/// A backup that carries a moment in the future would keep the doctor quiet for as long.
#[test]
fn a_backup_from_the_future_does_not_count_as_a_new_one() {
    let workspace = Workspace::example();
    let topic = |workspace: &Workspace| {
        let found = workspace.say("doctor --format json");
        let rows: Vec<serde_json::Value> = serde_json::from_str(&found.stdout).unwrap();
        let row = rows.into_iter().find(|row| row["topic"] == "backup").unwrap();
        row["level"].as_str().unwrap().to_owned()
    };
    at_another_time(&workspace, "backup b", 10 * YEAR, 0).success();
    assert_eq!(topic(&workspace), "warning");
    workspace.say("backup b --replace").success();
    assert_eq!(topic(&workspace), "ok");
}
