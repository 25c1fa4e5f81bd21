//! A disk that is full, failing or protected at any call: it is told, nothing is acknowledged that is
//! not there, and afterwards everything works again.

use crate::boundaries::{proved, put, rehearsed, runs, sample};
use crate::scenarios::{SCENARIOS, command};
use crate::shim::{self, Call, Fault, boundaries, meeting};
use crate::support::{Ran, Workspace};

/// Sentences that name the disk or the rights, whichever call it was that failed.
const TOLD: [&str; 9] = [
    "there is no room left on the disk",
    "the disk did not take what was to be written",
    "the disk did not confirm what was written",
    "cannot be written to",
    "No space left on device",
    "Input/output error",
    "Read-only file system",
    "disk I/O error",
    "could not be noted in the folder",
];

/// How many calls of an action fail: so many where few runs are asked for, else all of them.
fn share(few: usize) -> usize {
    if runs() < 1_000 { few } else { usize::MAX }
}

/// Has an action meet that fault at some of its calls, at all of them where there are few.
fn each_call(name: &str, fault: Fault, most: usize) {
    let number = SCENARIOS.iter().position(|scenario| scenario.name == name).unwrap();
    let rehearsed = rehearsed(number);
    let all = boundaries(&rehearsed.calls);
    for at in sample(all, most) {
        let workspace = put(&rehearsed.before);
        let mut command = command(&workspace, &rehearsed.line);
        let ran = Ran::of(meeting(&mut command, &workspace.path(""), fault, at));
        let seed = format!("{name}, {fault:?} {at} of {all}");
        assert!(!ran.stderr.contains("panicked"), "{seed}: {}", ran.stderr);
        if ran.code != 0 {
            let is_told = TOLD.iter().any(|words| ran.stderr.contains(words));
            assert!(matches!(ran.code, 1 | 3) && is_told, "{seed}: {}: {}", ran.code, ran.stderr);
            assert_eq!(ran.stdout, "", "{seed}: acknowledged");
        }
        rehearsed.check(&workspace, ran.code == 0, &seed);
    }
}

#[test]
fn a_disk_that_is_full_at_any_write_changes_nothing_and_works_again_with_room() {
    for fault in [Fault::Full, Fault::FullOnce] {
        for name in ["a contact", "an import", "a restore", "new records", "another key"] {
            each_call(name, fault, share(5));
        }
        each_call("a backup", fault, share(6));
        each_call("a report", fault, share(6));
        each_call("records of an earlier version", fault, share(6));
    }
}

#[test]
fn a_disk_that_fails_acknowledges_nothing_that_is_not_there() {
    for fault in [Fault::Broken, Fault::BrokenOnce] {
        for name in ["a contact", "a restore", "new records", "a backup", "a report", "another key"]
        {
            each_call(name, fault, share(5));
        }
    }
}

/// Flushes are few, so each of them fails, alone and with all that follow.
#[test]
fn what_could_not_be_flushed_is_not_acknowledged() {
    for name in ["a contact", "an import", "a restore", "new records", "a backup"] {
        each_call(name, Fault::Unflushed, share(8));
    }
}

#[test]
fn a_write_that_takes_only_a_part_is_gone_on_with() {
    for name in ["a contact", "a backup", "a restore"] {
        for part in [1, 511, 16_000] {
            each_call(name, Fault::Short(part), share(3));
        }
    }
}

/// A folder on a disk that is protected is one that cannot be written to; the doctor and a backup to
/// another place are what is left.
#[test]
fn a_disk_that_is_protected_is_told_and_the_doctor_needs_no_more() {
    let workspace = Workspace::example();
    let before = proved(&workspace.path("records"), "before");
    let add = "contact add --school 990001 --kind phone --with bm1 --pupil p1";
    for line in [add, "school list", "init --municipality X --dir new", "backup b"] {
        let ran = shim::say(&workspace, line, Fault::ReadOnly, 0);
        assert!(matches!(ran.code, 1 | 3), "{line}: {} {}", ran.code, ran.stdout);
        assert_eq!(ran.stdout, "", "{line}");
        let is_told = TOLD.iter().any(|words| ran.stderr.contains(words));
        assert!(is_told, "{line}: {}", ran.stderr);
    }
    let ran = shim::say(&workspace, "doctor", Fault::ReadOnly, 0);
    assert!(
        ran.stdout.contains("every page is as it was written"),
        "{} {}",
        ran.stdout,
        ran.stderr
    );
    assert_eq!(proved(&workspace.path("records"), "after"), before);
    assert!(!workspace.path("new").exists() && !workspace.path("b").exists());
    workspace.say(add).success();
}

/// A report to a file that is there is in its place whole, or the old one is.
#[test]
fn a_list_that_finds_no_room_leaves_the_old_file_as_it_was() {
    let workspace = Workspace::example();
    let line = ["contact", "list", "--out", "list.xlsx", "--format", "xlsx"];
    workspace.run(&line).success();
    let file = workspace.path("list.xlsx");
    let before = fs_err::read(&file).unwrap();
    let mut full = 0;
    for at in 1..40 {
        let mut command = workspace.command(&line);
        let ran = Ran::of(meeting(&mut command, &workspace.path(""), Fault::FullOnce, at));
        let now = fs_err::read(&file).unwrap();
        if ran.code != 0 {
            full += 1;
            assert!(now == before, "call {at}: the old list is gone");
        }
        assert!(now.ends_with(&before[before.len() - 4..]), "call {at}: half a list");
    }
    assert!(full > 0, "the disk was never full");
    assert!(!workspace.path("list.xlsx.part").exists());
}

/// A page of the file that was being written when the program was killed is whole in the log, so the
/// doctor must not send anybody to their backups.
#[test]
fn the_doctor_takes_no_page_for_damaged_that_the_log_has() {
    let number = SCENARIOS.iter().position(|scenario| scenario.name == "a contact").unwrap();
    let contact = rehearsed(number);
    let is_page =
        |call: &Call| matches!(call, Call::Write(path, ..) if path.ends_with("tridem.db"));
    let place = contact.calls.iter().position(is_page).unwrap();
    let at = boundaries(&contact.calls[..=place]);
    let workspace = put(&contact.before);
    let mut command = command(&workspace, &contact.line);
    let torn = meeting(&mut command, &workspace.path(""), Fault::Torn(5_000), at);
    assert_eq!(Ran::of(torn).code, -1);
    let before = fs_err::read(workspace.path("records/tridem.db")).unwrap();
    let ran = workspace.say("doctor").success();
    assert!(ran.stdout.contains("every page is as it was written"), "{}", ran.stdout);
    assert_eq!(fs_err::read(workspace.path("records/tridem.db")).unwrap(), before);
    contact.check(&workspace, true, "after the doctor");
}
