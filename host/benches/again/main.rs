//! Runs after the first one: another job, one more contact, nothing new; and what memory a run takes.
//!
//! `cargo bench --bench again`, or `cargo bench --bench again -- memory 100000 1000000 10000000`.
//! See `benches/README.md`.

mod town;

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use tridem::app::{App, ReportRequest, ReportRun};
use tridem::domain::{Audience, Rounding, SchoolYear};

use town::{Town, actor, open};

pub(crate) const PLUGIN: &str = "org.tridem.school-comparison";
const CONTACTS: usize = 1_000_000;
const ROUNDS: usize = 5;

/// Names a folder to the process whose memory is measured.
const FOLDER: &str = "TRIDEM_BENCH_FOLDER";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Ok(dir) = std::env::var(FOLDER) {
        take_memory(Path::new(&dir));
        return;
    }
    if !arguments.iter().any(|argument| argument == "--bench") {
        // `cargo test --all-targets` starts it too, in a profile whose times say nothing.
        return;
    }
    let words: Vec<&String> =
        arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    match words.split_first() {
        Some((first, sizes)) if *first == "memory" => {
            let sizes = sizes.iter().map(|size| size.parse().expect("a number of contacts"));
            memory(sizes.collect());
        }
        _ => times(),
    }
}

/// Runs the plugin; `is_other` gives it another parameter, so that nothing that was counted for the
/// first job is of use.
fn run(app: &mut App, is_other: bool) -> (ReportRun, f64) {
    let settings = [format!("written_contacts={}", !is_other)];
    let (period, audience) = (SchoolYear(2025).period(), Audience::Administration);
    let request = ReportRequest {
        plugin: PLUGIN,
        period,
        settings: &settings,
        audience,
        rounding: Rounding::None,
        is_draft: false,
    };
    let begun = Instant::now();
    let found = app.rehearse(&actor(), &request).expect("the plugin takes the job");
    (found, begun.elapsed().as_secs_f64())
}

fn times() {
    say(&format!("again: {CONTACTS} contacts of nine schools in one year, an encrypted database"));
    let made = tempfile::tempdir().expect("there is room");
    let mut town = Town::build(made.path(), CONTACTS, false);
    let names =
        ["first", "other", "other, opened anew", "one more", "one more, opened anew", "same"];
    let mut all: [Vec<f64>; 6] = Default::default();
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir().expect("there is room");
        let dir = folder.path();
        copy(made.path(), dir);
        let mut app = open(dir);
        let (first, took) = run(&mut app, false);
        all[0].push(took);
        all[1].push(run(&mut app, true).1);
        // The partial results of the first job and the columns stay, those of the second go.
        forget(dir, "DELETE FROM partial WHERE key > (SELECT max(key) / 2 FROM partial)");
        drop(app);
        let mut app = open(dir);
        all[2].push(run(&mut app, true).1);
        town.add_one(dir);
        let (second, took) = run(&mut app, false);
        all[3].push(took);
        assert_ne!(second, first, "the new contact is in it");
        town.add_one(dir);
        drop(app);
        let mut app = open(dir);
        let (third, took) = run(&mut app, false);
        all[4].push(took);
        let (same, took) = run(&mut app, false);
        all[5].push(took);
        assert_eq!(same, third);
        forget(dir, "DELETE FROM partial; DELETE FROM chunk; DELETE FROM chunk_column");
        assert_eq!(run(&mut app, false).0, third, "whatever was kept");
    }
    let [first, other, other_anew, more, more_anew, same] = all.map(|mut times| {
        times.sort_by(f64::total_cmp);
        (times[ROUNDS / 2], times[0])
    });
    for (name, (middle, best)) in
        names.iter().zip([first, other, other_anew, more, more_anew, same])
    {
        say(&format!("  {name}: {:.1} ms, {:.1} ms at best", middle * 1e3, best * 1e3));
    }
    let times = |one: (f64, f64)| (first.0 / one.0, first.1 / one.1);
    for (name, one) in [("in the same process", other), ("opened anew", other_anew)] {
        let (middle, best) = times(one);
        say(&format!(
            "  => another job, {name}: {middle:.1} times as fast as the first run, {best:.1} at \
             best (target: 6)"
        ));
    }
    for (name, one) in [("in the same process", more), ("opened anew", more_anew)] {
        let (middle, best) = times(one);
        say(&format!(
            "  => one more contact, {name}: {:.1} % of the first run, {:.1} % at best (target: 5 %)",
            100.0 / middle,
            100.0 / best,
        ));
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs_err::read_dir(from).expect("a folder") {
        let entry = entry.expect("a file");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs_err::create_dir(&target).expect("there is room");
            copy(&entry.path(), &target);
        } else {
            fs_err::copy(entry.path(), target).expect("there is room");
        }
    }
}

/// Removes something that is kept, past the program, which never has to.
fn forget(dir: &Path, sql: &str) {
    let key = fs_err::read_to_string(dir.join("tridem.key")).expect("a key");
    let connection = rusqlite::Connection::open(dir.join("tridem.db")).expect("a database");
    connection.pragma_update(None, "key", format!("x'{}'", key.trim())).expect("a raw key");
    connection.pragma_update(None, "cipher_page_size", 16_384).expect("a page size");
    connection.execute_batch(sql).expect("tables of the schema");
}

/// What memory a first run and a later one take at their worst, in processes of their own.
fn memory(sizes: Vec<usize>) {
    let sizes = if sizes.is_empty() { vec![100_000, 1_000_000] } else { sizes };
    for contacts in sizes {
        let folder = tempfile::tempdir().expect("there is room");
        drop(Town::build(folder.path(), contacts, true));
        for name in ["first run", "another job"] {
            let this = std::env::current_exe().expect("this program");
            let output = Command::new(this).env(FOLDER, folder.path()).output();
            let output = output.expect("this program can be started");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let text = String::from_utf8_lossy(&output.stdout);
            say(&format!("  {contacts} contacts, {name}: {}", text.trim()));
            forget(folder.path(), "DELETE FROM partial");
        }
    }
}

/// Runs once and tells the most memory that this process has had.
fn take_memory(dir: &Path) {
    let mut app = open(dir);
    let (_, took) = run(&mut app, false);
    let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown");
    say(&format!("{} at most, {:.0} ms", peak.trim(), took * 1e3));
}

/// Prints a line.
#[expect(clippy::print_stdout, reason = "a benchmark prints what it has measured")]
fn say(text: &str) {
    println!("{text}");
}
