//! Grants: how far they go, until when, what goes on for a new version, and what a plugin may read.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::audit::meddle;
use crate::guest::{SPY, Telling, component_of, files, manifest};
use crate::schemas::{complaints, validator};
use crate::support::{COMPARISON, Ran, Workspace};

/// The example with a second school, where a family was talked to for 34 and for 37 minutes.
fn two_schools() -> Workspace {
    let workspace = Workspace::example_with_comparison();
    for (kind, text) in [
        ("schools", "number,name,form\n990002,Zweite Schule,02\n"),
        ("participation", "school,from,until\n990002,2024-08-01,\n"),
    ] {
        let file = workspace.file(&format!("{kind}.csv"), text);
        workspace.run(&["import", kind, &file]).success();
    }
    workspace.say("household add h9").success();
    workspace
        .say(
            "pupil add p9 --given-name Kim --family-name Muster --school 990002 --grade 03 \
             --household h9 --enrolled-from 2024-08-01 --accompanied-from 2024-08-01",
        )
        .success();
    for (day, minutes) in [("2025-09-19", 34), ("2025-11-20", 37)] {
        let add = "contact add --school 990002 --kind parent-talk --with bm1 --pupil p9";
        workspace.say(&format!("{add} --day {day} --minutes {minutes}")).success();
    }
    workspace
}

fn grant(workspace: &Workspace, options: &str) -> Ran {
    workspace.say(&format!("plugin grant {COMPARISON} {options}"))
}

/// A working version as JSON, which fits its schema.
fn report(workspace: &Workspace) -> Value {
    let run = format!("report run {COMPARISON} --year 2025/26 --audience work --format json");
    let report = serde_json::from_str(&workspace.say(&run).success().stdout).unwrap();
    assert_eq!(complaints(&validator("report-1.1.json"), &report), [""; 0]);
    report
}

/// The cells of all rows with this id, by table and column.
fn cells(report: &Value, id: &str) -> BTreeMap<(String, String), Value> {
    let list = |value: &Value, name: &str| value[name].as_array().unwrap().clone();
    let name = |value: &Value| value["id"].as_str().unwrap().to_owned();
    let mut found = BTreeMap::new();
    for section in list(report, "sections") {
        for table in list(&section, "tables") {
            for row in list(&table, "rows").into_iter().filter(|row| row["id"] == id) {
                let cells = list(&table, "columns").into_iter().zip(list(&row, "cells"));
                found.extend(cells.map(|(column, cell)| ((name(&table), name(&column)), cell)));
            }
        }
    }
    found
}

/// The minutes of a school in the first table.
fn minutes(report: &Value, school: &str) -> i64 {
    cells(report, school)[&("overview-primary".into(), "minutes".into())]["units"].as_i64().unwrap()
}

#[test]
fn limits_that_make_no_sense_are_refused_and_nothing_is_granted() {
    let workspace = Workspace::example_with_comparison();
    workspace.say(&format!("plugin revoke {COMPARISON} --all")).success();
    for (options, parts) in [
        ("--all --school 123456", &["no school with the number `123456`"][..]),
        ("contacts.kind --coarse contacts.kind=fives", &["no coarser form `fives`", "as it is"]),
        ("contacts.day --coarse contacts.day=year", &["`contacts.day`", "`month`, `school-year`"]),
        ("contacts.day --coarse contacts.minutes=tens", &["`contacts.minutes` is to be coarser"]),
        ("--all --from 2026-01-01 --to 2025-12-31", &["before it begins"]),
        ("--all --until 2020-01-01", &["2020-01-01 would be over already", "today"]),
    ] {
        grant(&workspace, options).refused().saying(parts);
    }
    for options in ["--all --coarse contacts.day", "--all --coarse contacts.day=week"] {
        grant(&workspace, options).misused();
    }
    assert_eq!(workspace.list("plugin list")[0]["fields_granted"], 0);
    let as_practitioner = format!("--as bm1 plugin grant {COMPARISON} --all --school 990001");
    workspace.say(&as_practitioner).refused().saying(&["may not do this: grant fields to plugins"]);
    grant(&workspace.in_german(), "--all --coarse contacts.day=week")
        .misused()
        .saying(&["schreiben Sie FELD=ART"]);
}

#[test]
fn a_school_that_was_not_granted_is_left_out_and_the_others_are_as_they_were() {
    let workspace = two_schools();
    let whole = report(&workspace);
    let before = cells(&whole, "990002");
    assert!(!cells(&whole, "990001").is_empty() && before.len() > 20);
    grant(&workspace, "--all --school 990002").success().saying(&["about some schools beside one"]);
    let narrow = report(&workspace);
    assert_eq!(cells(&narrow, "990001"), BTreeMap::new());
    let after = cells(&narrow, "990002");
    assert!(after.len() > 20);
    for (place, cell) in &after {
        assert_eq!(*cell, before[place], "{place:?}");
    }
    // Kinds of contacts that no school has left are no column any more.
    for (place, cell) in before.iter().filter(|(place, _)| !after.contains_key(*place)) {
        assert_eq!((place.0.as_str(), &cell["units"]), ("kinds-primary", &0.into()));
    }
    assert_eq!(minutes(&narrow, "total"), 71);
    let said = narrow["passport"]["limits"][0]["en"].as_str().unwrap();
    assert!(said.starts_with("These schools alone: 990002."), "{said}");
    let notes = narrow["sections"][0]["tables"][0]["notes"].to_string();
    assert!(notes.contains("These schools alone"), "{notes}");
    assert_ne!(narrow["passport"]["grant_digest"], whole["passport"]["grant_digest"]);

    // One necessary field granted for another school leaves none.
    grant(&workspace, "contacts.minutes --school 990001").success();
    let run = format!("report run {COMPARISON} --year 2025/26");
    workspace.say(&run).refused().saying(&["there is no school", "plugin access"]);
    grant(&workspace, "--all").success().saying(&["Further than before: contacts.school"]);
    assert_eq!(report(&workspace), whole);
}

#[test]
fn values_are_as_coarse_as_the_grant_says_and_the_report_says_so() {
    let workspace = two_schools();
    assert_eq!(minutes(&report(&workspace), "990002"), 34 + 37);
    for (kind, expected) in [("tens", 30 + 30), ("fives", 30 + 35)] {
        grant(&workspace, &format!("contacts.minutes --coarse contacts.minutes={kind}")).success();
        let report = report(&workspace);
        assert_eq!(minutes(&report, "990002"), expected, "{kind}");
        let said = report["passport"]["limits"][0]["en"].as_str().unwrap();
        assert!(said.contains(&format!("Duration (Contacts): rounded down to {kind}")), "{said}");
    }
    // It can be verified, and told from one under another grant.
    let run = format!("report run {COMPARISON} --year 2025/26 --audience work --format json");
    workspace.say(&format!("{run} --out r.json")).success();
    workspace.say("report verify r.json").success();
    grant(&workspace, "contacts.minutes").success();
    let ran = workspace.say("report verify r.json");
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("in another exactness"), "{}", ran.stdout);
}

#[test]
fn a_run_beyond_the_granted_days_is_refused_and_the_hint_is_the_way() {
    let workspace = Workspace::example_with_comparison();
    grant(&workspace, "contacts.day --from 2025-09-01 --to 2025-12-31").success();
    let run = format!("report run {COMPARISON}");
    let ran = workspace.say(&format!("{run} --year 2025/26")).refused().saying(&[
        "may read `contacts.day` only from 2025-09-01 to 2025-12-31",
        "the run is over 2025-08-01 to 2026-07-31",
    ]);
    let days = ran.stderr.split("ask for `").nth(1).unwrap().split('`').next().unwrap();
    workspace.say(&format!("{run} {days}")).success();
    workspace.say(&format!("{run} --from 2025-09-01 --until 2026-01-01")).refused();
    workspace.say(&format!("{run} --from 2025-08-31 --until 2025-12-31")).refused();
}

#[test]
fn a_grant_that_is_over_is_none() {
    let workspace = Workspace::example_with_comparison();
    grant(&workspace, "contacts.day contacts.kind --school 990001 --until 2099-12-31").success();
    workspace.say(&format!("report run {COMPARISON} --year 2025/26")).success();
    meddle(&workspace, "UPDATE plugin_grant SET until_day = 20000 WHERE until_day IS NOT NULL");
    let ran =
        workspace.say(&format!("report run {COMPARISON} --year 2025/26")).refused().saying(&[
            "grants have expired: `contacts.day` on 2024-10-04, `contacts.kind` on 2024-10-04",
            "contacts.day contacts.kind --school 990001 --until DAY",
        ]);
    assert_eq!(workspace.list("plugin list")[0]["fields_granted"], 9);
    let access = workspace.say(&format!("plugin access {COMPARISON}")).success().stdout;
    assert!(access.contains("expired; its last day was 2024-10-04."), "{access}");
    let again = ran.stderr.split("run `tridem ").nth(1).unwrap().split('`').next().unwrap();
    workspace.say(&again.replace("DAY", "2099-12-31")).success();
    workspace.say(&format!("report run {COMPARISON} --year 2025/26")).success();
}

/// Installs a version of a plugin that asks for fields of contacts.
fn install(workspace: &Workspace, version: &str, fields: &[&str], change: (&str, &str)) -> Ran {
    let manifest = manifest("contacts", fields, &[], false)
        .replace("version = \"1.0.0\"", &format!("version = \"{version}\""))
        .replace(change.0, change.1);
    let component = component_of(version, "contacts", Telling::Fields);
    let package = tridem::plugin::pack(&manifest, &files(component)).unwrap();
    let path = workspace.file(&format!("{version}.tridem"), package);
    workspace.run(&["plugin", "install", &path]).success()
}

fn granted(workspace: &Workspace, version: &str) -> i64 {
    let plugins = workspace.list("plugin list");
    let found = plugins.iter().find(|plugin| plugin["version"] == version).unwrap();
    found["fields_granted"].as_i64().unwrap()
}

#[test]
fn a_version_that_wants_more_is_not_given_it() {
    let workspace = Workspace::example();
    install(&workspace, "1.0.0", &["day"], ("", ""));
    workspace.say(&format!("plugin grant {SPY} --all")).success();
    install(&workspace, "1.1.0", &["day"], ("en = \"Counting\"", "en = \"Counting pupils\""));
    assert_eq!(granted(&workspace, "1.1.0"), 0, "another purpose");
    install(&workspace, "1.2.0", &["day"], ("identity = false", "identity = true"));
    assert_eq!(granted(&workspace, "1.2.0"), 0, "newly for identities");
    // What was taken back from the version before is not given again because an older one has it.
    install(&workspace, "1.3.0", &["day"], ("", ""));
    assert_eq!(granted(&workspace, "1.3.0"), 1);
    workspace.say(&format!("plugin revoke {SPY}@1.3.0 --all")).success();
    install(&workspace, "1.4.0", &["day"], ("", ""));
    assert_eq!(granted(&workspace, "1.4.0"), 0, "taken back");
    assert_eq!(granted(&workspace, "1.0.0"), 1);
}

#[test]
fn what_a_version_needs_as_before_goes_on_as_it_was_granted_and_the_rest_is_asked_for() {
    let workspace = Workspace::example();
    install(&workspace, "1.0.0", &["day", "kind"], ("", "")).saying(&["It may read nothing yet"]);
    let limits = "--school 990001 --coarse contacts.day=month --until 2099-12-31";
    workspace.say(&format!("plugin grant {SPY} contacts.day {limits}")).success();
    let ran = install(&workspace, "1.1.0", &["day", "kind", "minutes"], ("", "")).saying(&[
        "Carried over from 1.0.0: 1 grant",
        &format!("plugin grant {SPY}@1.1.0 contacts.kind contacts.minutes"),
    ]);
    assert_eq!(ran.code, 0);
    assert_eq!(granted(&workspace, "1.1.0"), 1);
    let access = workspace.say(&format!("plugin access {SPY}@1.1.0 --format json")).success();
    let access: Value = serde_json::from_str(&access.stdout).unwrap();
    let day = &access["datasets"][0]["fields"][0];
    assert_eq!((&day["name"], &day["allowed"]), (&"day".into(), &true.into()));
    let grant = &day["grant"];
    for (key, value) in [
        ("granted_by", "tester"),
        ("carried_from", "1.0.0"),
        ("coarsening", "month"),
        ("until", "2099-12-31"),
    ] {
        assert_eq!(grant[key], value, "{grant}");
    }
    assert_eq!(grant["schools"], serde_json::json!(["990001"]));
    assert_eq!(grant["purpose"]["en"], "Counting");
    let newest = workspace.list("audit list --limit 1").remove(0);
    assert_eq!(newest["action"], "plugin.grant-carry");
    assert!(newest["details"].as_str().unwrap().contains("\"carried_from\":\"1.0.0\""), "{newest}");
}

#[test]
fn access_says_what_may_be_read_why_and_what_can_never_be() {
    let workspace = Workspace::example_with_comparison();
    workspace.say(&format!("plugin revoke {COMPARISON} schools.accompanied")).success();
    grant(&workspace, "contacts.day --school 990001 --to 2026-07-31 --coarse contacts.day=month")
        .success();
    workspace.say("plugin access org.example.other").refused().saying(&["there is no plugin"]);
    let text = workspace.say(&format!("plugin access {COMPARISON}")).success().stdout;
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "Contacts (contacts)",
        "What for: To count contacts, attempts,",
        "Day (contacts.day): open",
        "Schools: only 990001. Days: up to 2026-07-31. Values: the month alone.",
        "Schools: all. Days: any. Values: exact.",
        "Granted by tester, ",
        "until it is taken back.",
        "A run reads those schools alone of which every field above is granted: 990001.",
        "Accompanied pupils (schools.accompanied): open",
        "Nobody has granted it.",
        "no network, no files, no clock, no random numbers",
        "Imports: none",
        "linked with nothing",
    ] {
        assert!(flat.contains(part), "`{part}` in:\n{text}");
    }
    let (may, asked) = text.split_once("What it asked for and may not read").unwrap();
    assert!(!may.contains("schools.accompanied") && asked.contains("schools.accompanied"));
    assert!(!asked.contains("contacts.day"), "{asked}");
    let long = text.lines().find(|line| line.chars().count() > 80);
    assert_eq!(long, None);

    let json = workspace.say(&format!("plugin access {COMPARISON} --format json")).success();
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["imports"], serde_json::json!([]));
    assert!(text.contains(json["component_sha256"].as_str().unwrap()));
    assert!(text.contains(json["package_sha256"].as_str().unwrap()));

    let german = workspace.in_german().say(&format!("plugin access {COMPARISON}")).success().stdout;
    for part in ["Was es niemals kann", "Importe: keine", "Niemand hat es erlaubt."] {
        assert!(german.contains(part), "`{part}` in:\n{german}");
    }
    assert_eq!(german.lines().find(|line| line.chars().count() > 80), None);
}
