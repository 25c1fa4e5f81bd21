//! The demo: one command from nothing to a report.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rusqlite::Connection;
use tempfile::TempDir;

use crate::support::Workspace;

/// The demo city, made once for all tests that look at it.
pub(crate) struct DemoCity {
    pub(crate) dir: PathBuf,
    stdout: String,
    _keep: TempDir,
}

pub(crate) fn city() -> &'static DemoCity {
    static CITY: OnceLock<DemoCity> = OnceLock::new();
    CITY.get_or_init(|| {
        let keep = tempfile::tempdir().unwrap();
        let dir = keep.path().join("city");
        let workspace = Workspace::empty();
        let ran = workspace.run(&["--dir", dir.to_str().unwrap(), "demo", "--seed", "7"]).success();
        DemoCity { dir, stdout: ran.stdout, _keep: keep }
    })
}

/// Opens the database of a folder of records past the program, with the key beside it.
pub(crate) fn open(dir: &Path) -> Connection {
    let db = Connection::open(dir.join("tridem.db")).unwrap();
    let key = fs_err::read_to_string(dir.join("tridem.key")).unwrap();
    db.execute_batch(&format!(
        "PRAGMA key = \"x'{}'\"; PRAGMA cipher_page_size = 16384;",
        key.trim()
    ))
    .unwrap();
    db
}

#[test]
fn it_says_what_it_made_and_where() {
    let city = city();
    for part in ["school year 2025/26", "9  Schools", "Contacts", "report.de.html", "report.csv"] {
        assert!(city.stdout.contains(part), "{part} in {}", city.stdout);
    }
    for file in [
        "report.de.html",
        "report.en.html",
        "report.txt",
        "report.csv",
        "report.json",
        "report.xlsx",
    ] {
        assert!(fs_err::metadata(city.dir.join(file)).unwrap().len() > 1_000, "{file}");
    }
}

#[test]
fn a_folder_that_is_not_a_demo_is_left_alone() {
    let workspace = Workspace::empty();
    let kept = workspace.file("precious.txt", "keep me");
    let dir = workspace.path("");
    workspace
        .run(&["--dir", dir.to_str().unwrap(), "demo"])
        .refused()
        .saying(&["was not made by the demo", "--dir"]);
    assert_eq!(fs_err::read_to_string(kept).unwrap(), "keep me");
}

/// Running the report again over the same records gives the same bytes.
#[test]
fn the_same_records_give_the_same_bytes() {
    let city = city();
    let workspace = Workspace::empty();
    let dir = city.dir.to_str().unwrap();
    let again = workspace
        .run(&[
            "--dir",
            dir,
            "report",
            "run",
            crate::support::COMPARISON,
            "--year",
            "2025/26",
            "--format",
            "json",
        ])
        .success();
    let first = fs_err::read_to_string(city.dir.join("report.json")).unwrap();
    assert_eq!(again.stdout, first);
}

/// The database is encrypted: nothing that was imported can be found in its bytes.
#[test]
fn the_files_of_the_store_hold_no_plain_text() {
    let city = city();
    let pupils = fs_err::read_to_string(city.dir.join("files/pupils.csv")).unwrap();
    let family_name = pupils.lines().nth(1).unwrap().split(',').nth(2).unwrap().to_owned();
    assert!(family_name.len() > 3);
    for name in ["tridem.db", "tridem.db-wal"] {
        if let Ok(bytes) = fs_err::read(city.dir.join(name)) {
            for canary in [family_name.as_str(), "SQLite format", "CREATE TABLE"] {
                let found = bytes.windows(canary.len()).any(|part| part == canary.as_bytes());
                assert!(!found, "{canary} stands in {name}");
            }
        }
    }
}

/// Who else works on this machine has no business in it.
#[cfg(unix)]
#[test]
fn the_folder_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs_err::metadata(&city().dir).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}
