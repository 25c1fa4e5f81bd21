//! The life of plugins from outside: watched, enabled, failing, quarantined, compared, rolled back, and
//! their runs replayed.

use serde_json::Value;

use crate::guest::{SPY, counter};
use crate::support::{COMPARISON, Workspace};

const YEAR: &str = "--year 2025/26";

/// A period over which the counter crashes.
const CRASH: &str = "--from 2025-09-15 --until 2025-09-15";

/// Records with the counter in version 1.0.0, granted and in no service.
fn with_counter() -> Workspace {
    let workspace = Workspace::example();
    install(&workspace, "1.0.0", true);
    workspace.say(&format!("plugin grant {SPY} contacts.day")).success();
    workspace
}

fn install(workspace: &Workspace, version: &str, counts: bool) {
    let file = workspace.file(&format!("{version}.tridem"), counter(version, counts));
    workspace.run(&["plugin", "install", &file]).success();
}

fn enable(workspace: &Workspace, version: &str) {
    workspace.say(&format!("plugin enable {SPY}@{version}")).success();
}

fn state(workspace: &Workspace, version: &str) -> String {
    let plugins = workspace.list("plugin list");
    let found = plugins.iter().find(|row| row["id"] == SPY && row["version"] == version).unwrap();
    found["state"].as_str().unwrap().to_owned()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[test]
fn nothing_is_switched_on_without_its_grants_or_by_a_practitioner() {
    let workspace = Workspace::example();
    install(&workspace, "1.0.0", true);
    for command in ["enable", "monitor"] {
        workspace
            .say(&format!("plugin {command} {SPY}"))
            .refused()
            .saying(&["needs `contacts.day`, which nobody has granted", "plugin grant"]);
    }
    let idle = format!("plugin disable {SPY} --reason why");
    workspace.say(&idle).refused().saying(&["it is installed and does not run"]);
    workspace.say(&format!("plugin rollback {SPY}")).refused().saying(&["was in service before"]);
    workspace.say("plugin rollback org.example.none").refused().saying(&["there is no plugin"]);
    workspace.say("plugin runs org.example.none").refused().saying(&["there is no plugin"]);
    workspace.say("report replay 0000").refused().saying(&["no run and no report"]);
    assert_eq!(state(&workspace, "1.0.0"), "installed");
    for line in ["enable", "monitor", "rollback", "disable --reason x", "runs"] {
        workspace
            .say(&format!("--as bm1 plugin {line} {SPY}"))
            .refused()
            .saying(&["may not do this"]);
    }
    workspace.say("--as bm1 report replay 0").refused();
    workspace.say(&format!("--as bm1 plugin diff {SPY} {SPY} {YEAR}")).refused();
    assert_eq!(workspace.list("plugin runs"), [0; 0]);
}

#[test]
fn what_was_granted_waits_for_a_decision_and_the_hints_lead_to_it() {
    let workspace = Workspace::example();
    install(&workspace, "1.0.0", true);
    let granted = workspace.say(&format!("plugin grant {SPY} contacts.day")).success();
    assert!(granted.stderr.contains(&format!("Next: `tridem plugin enable {SPY}`")));
    assert_eq!(state(&workspace, "1.0.0"), "granted");
    workspace
        .say(&format!("report run {SPY} {YEAR}"))
        .refused()
        .saying(&["does not run: it is granted since", &format!("plugin enable {SPY}@1.0.0")]);
    let ran = workspace.say(&format!("plugin enable {SPY}")).success();
    assert!(ran.stderr.contains("Next: `tridem report run"), "{}", ran.stderr);
    workspace.say(&format!("plugin enable {SPY}")).refused().saying(&["it is enabled already"]);
    workspace.say(&format!("report run {SPY} {YEAR}")).success();
}

#[test]
fn a_plugin_in_monitor_runs_and_publishes_nothing() {
    let workspace = with_counter();
    workspace.say(&format!("plugin monitor {SPY}")).success();
    let ran = workspace.say(&format!("report run {SPY} {YEAR}")).success();
    assert!(ran.stdout.starts_with("In monitor: nothing was published"), "{}", ran.stdout);
    assert_eq!(workspace.list("report list"), [0; 0]);
    let run = workspace.list("plugin runs").remove(0);
    assert_eq!((&run["kind"], &run["outcome"]), (&"monitor".into(), &"ok".into()));
    for part in [&run["id"], &run["output"], &run["data"]] {
        assert!(ran.stdout.contains(&text(part)), "{part} in {}", ran.stdout);
    }
    // A service and a version to watch stand side by side.
    enable(&workspace, "1.0.0");
    workspace.say(&format!("report run {SPY} {YEAR}")).success();
    assert_eq!(workspace.list("report list").len(), 1);
    assert_eq!(workspace.list("plugin runs")[0]["output"], run["output"], "the same came out");
}

#[test]
fn a_version_that_is_not_enabled_does_not_run_beside_the_one_that_is() {
    let workspace = with_counter();
    enable(&workspace, "1.0.0");
    install(&workspace, "1.1.0", false);
    let second = format!("{SPY}@1.1.0");
    // It asks for the same field for the same purpose, so it has the grant of the first.
    workspace.say(&format!("report run {second} {YEAR}")).refused().saying(&["it is granted"]);
    workspace.say(&format!("report run {SPY} {YEAR}")).success();
    assert_eq!(workspace.list("report list")[0]["version"], "1.0.0");
    workspace.say(&format!("plugin monitor {second}")).success();
    workspace.say(&format!("report run {second} {YEAR}")).success();
    assert_eq!(workspace.list("report list").len(), 1);
    workspace.say(&format!("report run {SPY} {YEAR}")).success();
    assert_eq!(workspace.list("report list")[0]["version"], "1.0.0");
}

#[test]
fn versions_go_up_down_only_when_asked_and_back_by_rollback() {
    let workspace = with_counter();
    enable(&workspace, "1.0.0");
    let file = workspace.file("b.tridem", counter("1.0.0+build", true));
    workspace
        .run(&["plugin", "install", &file])
        .refused()
        .saying(&["is the same version as 1.0.0"]);
    let file = workspace.file("n.tridem", counter("1.1.0", true));
    let installed = workspace.run(&["plugin", "install", &file]).success();
    for hint in ["1.0.0 stays in service", "plugin diff", &format!("plugin enable {SPY}@1.1.0")] {
        assert!(installed.stderr.contains(hint), "{hint} in {}", installed.stderr);
    }
    install(&workspace, "1.1.0-rc.1", true);
    for version in ["1.1.0", "1.1.0-rc.1"] {
        workspace.say(&format!("plugin grant {SPY}@{version} contacts.day")).success();
    }
    workspace.say(&format!("plugin enable {SPY}")).refused().saying(&["several versions"]);
    enable(&workspace, "1.1.0");
    assert_eq!(
        (state(&workspace, "1.0.0"), state(&workspace, "1.1.0")),
        ("granted".into(), "enabled".into())
    );
    for lower in ["1.0.0", "1.1.0-rc.1"] {
        let line = format!("plugin enable {SPY}@{lower}");
        workspace.say(&line).refused().saying(&["is a lower version than 1.1.0", "--downgrade"]);
    }
    workspace.say(&format!("plugin rollback {SPY}")).success();
    assert_eq!(
        (state(&workspace, "1.0.0"), state(&workspace, "1.1.0")),
        ("enabled".into(), "granted".into())
    );
    workspace.say(&format!("report run {SPY} {YEAR}")).success();
    assert_eq!(workspace.list("report list")[0]["version"], "1.0.0");
    workspace.say(&format!("plugin rollback {SPY}")).refused().saying(&["was in service before"]);
    enable(&workspace, "1.1.0");
    workspace.say(&format!("plugin enable {SPY}@1.0.0 --downgrade")).success();
    // What the earlier version was granted has to be there still.
    workspace.say(&format!("plugin revoke {SPY}@1.1.0 --all")).success();
    workspace
        .say(&format!("plugin rollback {SPY}"))
        .refused()
        .saying(&["which nobody has granted"]);
    assert_eq!(state(&workspace, "1.0.0"), "enabled");
}

#[test]
fn three_failures_in_a_row_quarantine_a_plugin_and_its_last_report_stays() {
    let workspace = with_counter();
    enable(&workspace, "1.0.0");
    let run = |period: &str| workspace.say(&format!("report run {SPY} {period}"));
    let crash = || run(CRASH).refused();
    for _ in 0..2 {
        let ran = crash().saying(&["crashed in `begin`", "\nfor its author: a panic or failed"]);
        assert!(!ran.stderr.contains("quarantine"), "{}", ran.stderr);
    }
    // Good work resets the count; what is the operator's mistake neither counts nor resets.
    run(YEAR).success();
    crash();
    run(&format!("{YEAR} --set walk=1")).refused();
    workspace.say(&format!("plugin revoke {SPY} --all")).success();
    run(CRASH).refused().saying(&["nobody has granted"]);
    workspace.say(&format!("plugin grant {SPY} contacts.day")).success();
    crash();
    assert_eq!(state(&workspace, "1.0.0"), "enabled");
    crash().saying(&["crashed in `begin`", "for its author:", "number 3 in a row", "plugin runs"]);
    assert_eq!(state(&workspace, "1.0.0"), "quarantined");

    let last = text(&workspace.list("report list")[0]["run_at"]);
    let date = last.split(' ').next().unwrap().to_owned();
    run(YEAR).refused().saying(&[
        "it is quarantined since",
        "3 failures in a row",
        &date,
        "--again",
    ]);
    let id = text(&workspace.list("report list")[0]["id"]);
    workspace.say(&format!("report show {id}")).success();
    for command in ["enable", "monitor"] {
        workspace
            .say(&format!("plugin {command} {SPY}"))
            .refused()
            .saying(&["it is in quarantine", &format!("plugin {command} {SPY}@1.0.0 --again")]);
    }
    workspace.say(&format!("plugin enable {SPY} --again")).success();
    run(YEAR).success();

    // Every run is in the history, with the sentences of those that failed.
    let runs = workspace.list("plugin runs");
    let outcomes: Vec<String> = runs.iter().map(|run| text(&run["outcome"])).collect();
    assert_eq!(outcomes, ["ok", "failed", "failed", "failed", "ok", "failed", "failed"]);
    assert!(text(&runs[1]["message"]).contains("crashed in `begin`"), "{}", runs[1]);
    assert!(text(&runs[1]["for_author"]).contains("panic"), "{}", runs[1]);
    assert_eq!((&runs[1]["fuel"], &runs[1]["report"]), (&Value::Null, &Value::Null));
    let german = workspace.in_german().say(&format!("report run {SPY} {CRASH}")).refused();
    assert!(
        german.stderr.contains("für die Plugin-Autorin oder den -Autor: "),
        "{}",
        german.stderr
    );
}

#[test]
fn a_plugin_that_was_switched_off_says_since_when_and_why() {
    let workspace = with_counter();
    enable(&workspace, "1.0.0");
    let disable = |reason: &str| workspace.run(&["plugin", "disable", SPY, "--reason", reason]);
    for wrong in ["", "  ", "two\nlines", &"x".repeat(2_000)] {
        disable(wrong).refused().saying(&["one line"]);
    }
    disable("counts too much").success();
    let never = workspace.say(&format!("report run {SPY} {YEAR}")).refused();
    assert!(never.stderr.contains("it is disabled since"), "{}", never.stderr);
    assert!(never.stderr.contains("(counts too much)"), "{}", never.stderr);
    assert!(!never.stderr.contains("the last report"), "{}", never.stderr);
    disable("again").refused().saying(&["it is disabled already"]);
    let audit = workspace.say("audit list --format json").success().stdout;
    assert!(audit.contains("plugin.disable") && !audit.contains("counts too much"), "{audit}");
    workspace.say(&format!("plugin enable {SPY}")).success();
    workspace.say(&format!("report run {SPY} {YEAR}")).success();
}

#[test]
fn the_history_tells_what_a_run_took_and_was_made_from() {
    let workspace = Workspace::example_with_comparison();
    let line = format!("report run {COMPARISON} {YEAR} --audience work --format json");
    let report: Value = serde_json::from_str(&workspace.say(&line).success().stdout).unwrap();
    workspace.say(&line).success();
    let runs = workspace.list(&format!("plugin runs {COMPARISON}"));
    let [again, first] = runs.as_slice() else { panic!("{runs:?}") };
    let passport = &report["passport"];
    for (name, told) in [
        ("fuel", "fuel"),
        ("data", "data_digest"),
        ("grant", "grant_digest"),
        ("package", "package_sha256"),
        ("software", "software"),
        ("engine", "engine"),
    ] {
        assert_eq!(first[name], passport[told], "{name}");
        assert_eq!(first[name], again[name], "{name}");
    }
    let number = |name: &str| first[name].as_u64().unwrap();
    let (fuel, rows) = (number("fuel"), number("rows"));
    assert_eq!(number("fuel_allowed"), 5_000_000_000 + 10_000 * rows);
    assert_eq!(number("fuel_per_thousand_rows"), (fuel * 1_000).div_ceil(rows));
    let schools = workspace.list("school list").len() as u64;
    let contacts = workspace.list("contact list --limit 1000").len() as u64;
    assert_eq!(rows, schools + contacts, "the plugin reads schools and contacts of the year");
    let kept = workspace.list("report list");
    assert_eq!(first["report"], kept[1]["id"]);
    let proof = workspace.say(&format!("report proof {}", text(&kept[1]["id"]))).success().stdout;
    assert!(proof.contains(&text(&first["output"])), "{proof}");
    assert_eq!(workspace.list("plugin runs --limit 1").len(), 1);
    workspace.say(&format!("plugin remove {COMPARISON}")).success();
    assert_eq!(workspace.list("plugin runs").len(), 2, "the history stays");
}

#[test]
fn two_versions_are_compared_cell_by_cell_and_nothing_is_kept_but_the_runs() {
    let workspace = with_counter();
    enable(&workspace, "1.0.0");
    let file = workspace.file("n.tridem", counter("1.1.0", false));
    let other =
        workspace.file("o.tridem", fs_err::read(crate::support::comparison_package()).unwrap());
    workspace
        .say(&format!("plugin diff {SPY} {other} {YEAR}"))
        .refused()
        .saying(&["are not versions of one plugin"]);
    workspace.say(&format!("plugin diff {SPY} {file} {YEAR} --set walk=1")).refused();
    workspace.say(&format!("plugin diff {SPY} {SPY}@9.0.0 {YEAR}")).refused();
    assert_eq!(workspace.list("plugin runs"), [0; 0]);

    let same = workspace.say(&format!("plugin diff {SPY} {SPY} {YEAR}")).success().stdout;
    assert!(same.contains("\n0 of "), "{same}");
    let json = workspace.say(&format!("plugin diff {SPY} {file} {YEAR} --format json")).success();
    assert!(json.stderr.is_empty(), "{}", json.stderr);
    let found: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(
        (&found["old"]["version"], &found["new"]["version"]),
        (&"1.0.0".into(), &"1.1.0".into())
    );
    assert_eq!(found["missing_fields"], serde_json::json!(["contacts.kind"]));
    let changes = found["changes"].as_array().unwrap();
    let contacts = workspace.list("contact list --limit 1000").len();
    assert!(!changes.is_empty());
    for change in changes {
        assert_eq!(
            (&change["change"], &change["part"]),
            (&"changed".into(), &"cell".into()),
            "{change}"
        );
        assert_eq!(
            (text(&change["old"]["en"]), text(&change["new"]["en"])),
            (contacts.to_string(), "0".into())
        );
    }
    assert_eq!(found["cells_changed"], changes.len());
    assert_eq!(found["cells"], changes.len());
    let told = workspace.say(&format!("plugin diff {SPY} {file} {YEAR}")).success();
    assert!(
        told.stderr.contains("contacts.kind as well, which nobody has granted"),
        "{}",
        told.stderr
    );
    assert!(
        told.stdout.contains(&format!("{0} of {0} cells changed", changes.len())),
        "{}",
        told.stdout
    );
    let csv =
        workspace.say(&format!("plugin diff {SPY} {file} {YEAR} --format csv")).success().stdout;
    assert_eq!(csv.lines().count(), 1 + changes.len(), "{csv}");

    assert_eq!(workspace.list("report list"), [0; 0]);
    assert_eq!(workspace.list("plugin list").len(), 1, "the file was not installed");
    let runs = workspace.list("plugin runs");
    assert!(runs.iter().all(|run| run["kind"] == "diff" && run["report"].is_null()));
    assert_eq!(runs.len(), 8);
    // Of failures while comparing nobody is quarantined.
    for _ in 0..4 {
        workspace.say(&format!("plugin diff {SPY} {file} {CRASH}")).refused().saying(&["crashed"]);
    }
    assert_eq!(state(&workspace, "1.0.0"), "enabled");
}

#[test]
fn a_run_is_replayed_to_the_letter_until_something_has_changed() {
    let workspace = with_counter();
    enable(&workspace, "1.0.0");
    let ran = workspace.say(&format!("report run {SPY} {YEAR} --audience work --round")).success();
    assert!(ran.stderr.starts_with("report "));
    let report = text(&workspace.list("report list")[0]["id"]);
    let run = text(&workspace.list("plugin runs")[0]["id"]);
    let replay = |id: &str| workspace.say(&format!("report replay {id}"));
    for id in [&report, &run] {
        let same = replay(id).success().stdout;
        assert!(same.contains("Equal: the result is letter for letter"), "{same}");
        assert!(same.contains("records that were read are the same"), "{same}");
    }
    assert_eq!(workspace.list("report list").len(), 1, "no report is kept");
    assert_eq!(workspace.list("plugin runs")[0]["kind"], "replay");

    // More than was granted then makes no difference, and a quarantine or another version neither.
    workspace.say(&format!("plugin grant {SPY} --all")).success();
    workspace.say(&format!("plugin disable {SPY} --reason x")).success();
    replay(&run).success();

    let add = "contact add --school 990001 --kind parent-talk --with bm1 --pupil p1 \
               --day 2025-09-19 --minutes 5";
    for _ in 0..5 {
        workspace.say(add).success();
    }
    let other = replay(&report);
    assert_eq!(other.code, 1);
    assert!(other.stdout.contains("The records have changed"), "{}", other.stdout);
    assert!(other.stdout.contains("all / months / total"), "{}", other.stdout);
    assert!(other.stderr.contains("does not come out again"), "{}", other.stderr);

    workspace.say(&format!("plugin revoke {SPY} --all")).success();
    replay(&run).refused().saying(&["needs `contacts.day`, which nobody has granted"]);
    workspace.say(&format!("plugin remove {SPY}")).success();
    replay(&run).refused().saying(&["the package", "is not installed"]);
}

#[test]
fn a_run_that_failed_fails_again_in_the_same_words() {
    let workspace = with_counter();
    enable(&workspace, "1.0.0");
    workspace.say(&format!("report run {SPY} {CRASH}")).refused();
    let run = text(&workspace.list("plugin runs")[0]["id"]);
    for _ in 0..4 {
        let same = workspace.say(&format!("report replay {run}")).success().stdout;
        assert!(same.contains("fails in the same words"), "{same}");
    }
    assert_eq!(state(&workspace, "1.0.0"), "enabled", "replaying is no service");
}
