//! Whatever the program is doing when it is killed, or the power goes, it is done whole or not at all,
//! and what it has acknowledged is there.
//!
//! Each action is run once to see every call that changes something on disk. Then it is run again
//! and killed at such a call: before it, after it, or in the middle of a write. And what it had
//! written until then is put on a disk that loses its power (`disk.rs`). Afterwards the records open,
//! every page, reference and entry of the audit is proved, and the action can be done again.
//! `TRIDEM_FAULT_RUNS` sets how many runs there are of both kinds together, and `TRIDEM_FAULT_SEED`
//! the first seed; without them a few show that the tests work, and `.ci/run` asks for more.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use tridem::app::{App, KeySource};
use tridem::domain::Scope;
use tridem::store::{ContactFilter, DatabaseKey, Store};

use crate::crash::{child, kept};
use crate::disk::{self, Chance, Disk, Files};
use crate::scenarios::{SCENARIOS, Scenario, command};
use crate::shim::{Call, Fault, boundaries, calls, meeting};
use crate::support::{Ran, Workspace};

/// Runs at the same time.
const AT_ONCE: usize = 2;

/// Runs of all actions together.
pub(crate) fn runs() -> usize {
    std::env::var("TRIDEM_FAULT_RUNS").map_or(56, |runs| runs.parse().unwrap())
}

fn first_seed() -> u64 {
    std::env::var("TRIDEM_FAULT_SEED").map_or(0, |seed| seed.parse().unwrap())
}

/// The rows of each table of records that were proved whole, without those of what can be worked out
/// again; `None` where there are no records.
pub(crate) type Holdings = Option<BTreeMap<String, u64>>;

/// Tables of what is only kept so that it need not be worked out again.
const WORKED_OUT: [&str; 4] = ["chunk", "chunk_column", "partial", "compiled"];

/// Opens the records, which takes in what was left in a log, and proves them.
pub(crate) fn proved(records: &Path, seed: &str) -> Holdings {
    let (database, own) = (records.join("tridem.db"), records.join("tridem.key"));
    if records.join("tridem.rotation").exists() {
        // Opening them as everybody does completes the change of their key first.
        let opened = App::open(records, &KeySource::File(own.clone()));
        drop(opened.unwrap_or_else(|error| panic!("{seed}: {error}")));
    }
    if !database.exists() {
        return None;
    }
    // In the folder, or beside it where a restore is given it.
    let key = if own.exists() { own } else { records.with_file_name("tridem.key") };
    let key = DatabaseKey::read_file(&key)
        .unwrap_or_else(|error| panic!("{seed}: records without their key: {error}"));
    let proof = Store::open(&database, &key).and_then(|store| store.prove());
    let mut tables = proof.unwrap_or_else(|error| panic!("{seed}: {error}")).holdings.tables;
    tables.retain(|table, _| !WORKED_OUT.contains(&table.as_str()));
    Some(tables)
}

/// An action, and what it does when nothing goes wrong.
pub(crate) struct Rehearsed {
    pub(crate) scenario: &'static Scenario,
    pub(crate) before: Files,
    pub(crate) line: Vec<String>,
    pub(crate) calls: Vec<Call>,
    /// What there is between its transactions, from before it to after it.
    states: Vec<Holdings>,
}

impl Rehearsed {
    fn of(scenario: &'static Scenario) -> Self {
        let (workspace, line) = (scenario.prepare)();
        let before = disk::read(&workspace.path(""));
        let workspace = put(&before);
        let mut command = command(&workspace, &line);
        let (ran, calls) = calls(&mut command, &workspace.path(""));
        assert_eq!(ran.code, 0, "{}: {}", scenario.name, ran.stderr);
        let (mut disk, mut states) = (Disk::with(&before), Vec::new());
        let mut see = |disk: &Disk| {
            let workspace = put(&disk.now());
            let found = proved(&workspace.path(scenario.records), scenario.name);
            if states.last() != Some(&found) {
                states.push(found);
            }
        };
        see(&disk);
        let mut ends = false;
        for call in &calls {
            disk.apply(call);
            if ends || matches!(call, Call::Flush(_) | Call::Rename(..)) {
                see(&disk);
            }
            ends = ends_transaction(call);
        }
        see(&disk);
        let told: Vec<_> = states.windows(2).map(|pair| difference(&pair[0], &pair[1])).collect();
        assert_eq!(states.len(), scenario.states, "{}: {told:#?}", scenario.name);
        Self { scenario, before, line, calls, states }
    }

    /// Proves what is left, that nothing acknowledged was lost, and that it can be done again.
    pub(crate) fn check(&self, workspace: &Workspace, acknowledged: bool, seed: &str) {
        let records = workspace.path(self.scenario.records);
        let found = proved(&records, seed);
        let last = self.states.len() - 1;
        let place = self.states.iter().position(|state| *state == found);
        let place = place.unwrap_or_else(|| {
            panic!("{seed}: in part: {:?}", difference(&self.states[last], &found));
        });
        assert!(!acknowledged || place == last, "{seed}: acknowledged and lost");
        (self.scenario.also)(workspace, acknowledged, seed);
        if place < last {
            let again = Ran::of(&mut command(workspace, &self.line));
            assert_eq!(again.code, 0, "{seed}: cannot be done again: {}", again.stderr);
            assert_eq!(proved(&records, seed), self.states[last], "{seed}: done again");
        }
    }

    /// Kills the program at a boundary.
    fn kill(&self, run: usize, seed: u64) {
        let mut chance = Chance(seed);
        let all = boundaries(&self.calls);
        let at = 1 + if run < all { run } else { chance.of(all) };
        // Odd sizes, whole sectors, and nearly all of it.
        let part = [chance.of(1 << 16), 512 * (1 + chance.of(32)) - 1, usize::MAX - 1];
        let fault = [Fault::Before, Fault::After, Fault::Torn(part[chance.of(3)])][chance.of(3)];
        let workspace = put(&self.before);
        let mut command = command(&workspace, &self.line);
        let ran = Ran::of(meeting(&mut command, &workspace.path(""), fault, at));
        let seed = format!("{}, seed {seed}, {fault:?} {at} of {all}", self.scenario.name);
        assert!(matches!(ran.code, -1 | 0), "{seed}: {}", ran.stderr);
        self.check(&workspace, ran.code == 0 || !ran.stdout.is_empty(), &seed);
    }

    /// Takes the power away after a call.
    fn lose_power(&self, run: usize, seed: u64) {
        let all = self.calls.len();
        let at = if run < all { run } else { Chance(seed).of(all) };
        let mut disk = Disk::with(&self.before);
        self.calls[..=at].iter().for_each(|call| disk.apply(call));
        let said = self.calls[..=at].iter().any(|call| matches!(call, Call::Said(_)));
        let seed =
            format!("{}, seed {seed}, no power after call {at} of {all}", self.scenario.name);
        self.check(&put(&disk.after_loss(Chance(!at as u64).next() ^ run as u64)), said, &seed);
    }
}

/// Whether a call writes the head of a log's frame that says that a transaction ends with its page,
/// which is written next.
fn ends_transaction(call: &Call) -> bool {
    let Call::Write(path, _, bytes) = call else { return false };
    path.to_str().unwrap().ends_with("-wal") && bytes.len() == 24 && bytes[4..8] != [0; 4]
}

/// Says on standard error how far it is, for who runs thousands.
fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// The tables with other numbers of rows.
fn difference(before: &Holdings, after: &Holdings) -> Vec<String> {
    let (Some(before), Some(after)) = (before, after) else { return vec!["made".into()] };
    let changed = after.iter().filter(|(table, rows)| before.get(*table) != Some(rows));
    changed.map(|(table, rows)| format!("{table}: {:?} {rows}", before.get(table))).collect()
}

/// A new folder with these files.
pub(crate) fn put(files: &Files) -> Workspace {
    let workspace = Workspace::quick();
    disk::write(files, &workspace.path(""));
    workspace
}

/// Runs each action its share of `all` times, some at the same time, and says how many there were.
/// Every run that finds something is told before the test fails.
fn each_run(all: usize, what: &str, run: impl Fn(&Rehearsed, usize, u64) + Sync) {
    let share = all.div_ceil(SCENARIOS.len());
    let (next, done, wrong) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let started = std::time::Instant::now();
    let act = |number: usize| {
        let rehearsed = rehearsed(number);
        let calls = rehearsed.calls.len();
        for one in 0..share {
            // Few runs are spread over all of its calls.
            let place = if share < calls { one * calls / share } else { one };
            let seed = first_seed() + one as u64;
            let ran = catch_unwind(AssertUnwindSafe(|| run(rehearsed, place, seed)));
            wrong.fetch_add(usize::from(ran.is_err()), Ordering::Relaxed);
            done.fetch_add(1, Ordering::Relaxed);
        }
        let (name, at) = (rehearsed.scenario.name, boundaries(&rehearsed.calls));
        tell(&format!("{what}: {name}: {share} runs over {at} boundaries"));
    };
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= SCENARIOS.len() {
                        break;
                    }
                    let ran = catch_unwind(AssertUnwindSafe(|| act(number)));
                    wrong.fetch_add(usize::from(ran.is_err()), Ordering::Relaxed);
                }
            });
        }
    });
    let (done, seconds) = (done.into_inner(), started.elapsed().as_secs());
    tell(&format!("{what}: {done} runs from seed {} in {seconds} s", first_seed()));
    assert_eq!(wrong.into_inner(), 0, "of {done} runs these found something");
    assert!(done >= all);
}

pub(crate) fn rehearsed(number: usize) -> &'static Rehearsed {
    static ALL: [OnceLock<Rehearsed>; SCENARIOS.len()] = [const { OnceLock::new() }; _];
    ALL[number].get_or_init(|| Rehearsed::of(&SCENARIOS[number]))
}

#[test]
fn killed_at_any_call_an_action_is_done_or_not_and_never_in_part() {
    each_run(runs() / 2, "killed", Rehearsed::kill);
}

#[test]
fn without_power_after_any_call_an_action_is_done_or_not_and_never_in_part() {
    each_run(runs() / 2, "without power", Rehearsed::lose_power);
}

/// Numbers from 1 to `all`, at most so many of them, with the first and the last.
pub(crate) fn sample(all: usize, most: usize) -> Vec<usize> {
    let most = most.min(all);
    (0..most).map(|one| 1 + one * (all - 1) / (most - 1).max(1)).collect()
}

/// The contacts in records that were proved.
pub(crate) fn contacts(workspace: &Workspace, seed: &str) -> BTreeSet<String> {
    let records = workspace.path("records");
    proved(&records, seed);
    let key = DatabaseKey::read_file(&records.join("tridem.key")).unwrap();
    let store = Store::open(&records.join("tridem.db"), &key).unwrap();
    let reader = store.read(&Scope::municipality()).unwrap();
    let contacts = reader.contacts(&ContactFilter::default()).unwrap();
    contacts.iter().map(|view| view.contact.id.to_string()).collect()
}

/// A process that acknowledges one contact after another, so that much of what it has promised is
/// only in the log when it ends.
#[test]
fn whatever_a_writer_has_acknowledged_is_there_after_a_kill_or_without_power() {
    const WRITES: u64 = 24;
    let before = disk::read(&Workspace::example().path(""));
    let workspace = put(&before);
    let first = contacts(&workspace, "before");
    let (ran, calls) = calls(&mut child(&workspace, WRITES), &workspace.path(""));
    ran.success();
    let holds = |workspace: &Workspace, said: &str, seed: &str| {
        let acknowledged: BTreeSet<String> = said.lines().filter_map(kept).collect();
        let found = contacts(workspace, seed);
        let new: BTreeSet<String> = found.difference(&first).cloned().collect();
        assert!(new.is_superset(&acknowledged), "{seed}: acknowledged and lost");
        assert!(new.len() <= acknowledged.len() + 1, "{seed}: never acknowledged");
    };
    let share = runs().div_ceil(6);
    for one in 0..share {
        let seed = first_seed() + one as u64;
        let at = Chance(seed).of(calls.len());
        let mut disk = Disk::with(&before);
        let mut said = Vec::new();
        for call in &calls[..=at] {
            disk.apply(call);
            if let Call::Said(text) = call {
                said.extend(text);
            }
        }
        let said = String::from_utf8_lossy(&said).into_owned();
        let name = format!("a writer, seed {seed}, no power after call {at}");
        holds(&put(&disk.after_loss(Chance(seed).next())), &said, &name);

        let workspace = put(&before);
        let fault = [Fault::Before, Fault::After, Fault::Torn(at * 977)][one % 3];
        let at = 1 + at * boundaries(&calls) / calls.len();
        let mut child = child(&workspace, WRITES);
        let ran = Ran::of(meeting(&mut child, &workspace.path(""), fault, at));
        holds(&workspace, &ran.stdout, &format!("a writer, seed {seed}, {fault:?} {at}"));
    }
    tell(&format!("a writer: {share} runs without power and {share} killed"));
}
