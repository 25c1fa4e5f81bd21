//! `tridem report verify` and `report proof`: whether a report comes out again, and what it was made
//! from.

use serde_json::{Value, json};

use crate::demo::city;
use crate::support::{COMPARISON, Ran, Workspace};

/// Runs the program on the records of the demo.
fn on_the_demo(arguments: &[&str]) -> Ran {
    let dir = city().dir.to_str().unwrap();
    Workspace::empty().run(&[&["--dir", dir], arguments].concat())
}

fn verify(file: &str) -> Ran {
    on_the_demo(&["report", "verify", file])
}

/// A report of the demo, read back.
fn document(name: &str) -> Value {
    serde_json::from_slice(&fs_err::read(city().dir.join(name)).unwrap()).unwrap()
}

#[test]
fn what_is_no_report_is_refused() {
    let workspace = Workspace::empty();
    let text = workspace.file("a.json", "no JSON");
    verify(&text).refused().saying(&["is not a report in JSON", "--format json"]);
    let old = workspace.file("b.json", json!({ "schema": "tridem-report/1.0" }).to_string());
    verify(&old).refused().saying(&["tridem-report/1.1"]);
    let mut strange = document("report.json");
    strange["sections"][0]["tables"] = json!(7);
    let strange = workspace.file("c.json", strange.to_string());
    verify(&strange).refused().saying(&["is not a report in JSON"]);
    verify("nowhere.json").refused().saying(&["nowhere.json"]);
}

#[test]
fn a_practitioner_can_neither_verify_nor_see_what_a_report_was_made_from() {
    let workspace = Workspace::example_with_comparison();
    let run = format!("report run {COMPARISON} --year 2025/26 --format json --out r.json");
    workspace.say(&run).success();
    let id = workspace.list("report list").remove(0)["id"].as_str().unwrap().to_owned();
    workspace
        .say("--as bm1 report verify r.json")
        .refused()
        .saying(&["may not do this: check how reports came about"]);
    workspace.say(&format!("--as bm1 report proof {id}")).refused();
}

#[test]
fn a_report_from_another_package_cannot_be_made_again() {
    let mut document = document("report.json");
    document["passport"]["package_sha256"] = json!("0".repeat(64));
    let keep = Workspace::empty();
    let file = keep.file("r.json", document.to_string());
    verify(&file).refused().saying(&["is not installed", "that very package"]);
}

#[test]
fn both_reports_of_the_demo_come_out_again() {
    for name in ["report.json", "attendance.json"] {
        let file = city().dir.join(name);
        let ran = verify(file.to_str().unwrap()).success();
        assert!(ran.stdout.starts_with("Equal:"), "{}", ran.stdout);
        assert!(ran.stdout.contains("records that were read are the same"), "{}", ran.stdout);
    }
}

#[test]
fn a_figure_that_somebody_changed_is_found_with_its_place() {
    let mut document = document("report.json");
    let row = &mut document["sections"][0]["tables"][0]["rows"][1];
    let school = row["id"].as_str().unwrap().to_owned();
    let units = row["cells"][0]["units"].as_i64().unwrap();
    row["cells"][0]["units"] = json!(units + 1);
    let keep = Workspace::empty();
    let file = keep.file("r.json", document.to_string());
    let ran = verify(&file);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("the file was changed after it was"), "{}", ran.stdout);
    let place = format!("primary / overview-primary / {school} / contacts");
    assert!(ran.stdout.contains(&place), "{}", ran.stdout);
    assert!(ran.stderr.contains("1 thing differs"), "{}", ran.stderr);
}

#[test]
fn records_that_changed_are_told_apart_from_files_that_did() {
    let workspace = Workspace::example_with_comparison();
    let run = |more: &str| {
        let run = format!("report run {COMPARISON} --year 2025/26 --format json --out r.json");
        workspace.say(&format!("{run} {more}")).success();
    };
    let add = "contact add --school 990001 --kind parent-talk --with bm1 --pupil p1 \
               --day 2025-09-19 --minutes 5";
    // Of one family everything is withheld, before and after.
    run("");
    workspace.say(add).success();
    let ran = workspace.say("report verify r.json").success();
    assert!(ran.stdout.contains("nothing that the report shows"), "{}", ran.stdout);
    // The working version shows it.
    run("--audience work");
    workspace.say("report verify r.json").success();
    workspace.say(add).success();
    let ran = workspace.say("report verify r.json");
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("The records have changed since"), "{}", ran.stdout);
    assert!(ran.stdout.contains("990001 / contacts"), "{}", ran.stdout);
    assert!(ran.stdout.contains("passport / fuel"), "{}", ran.stdout);
    // What was granted is part of it too.
    workspace.say(&format!("plugin revoke {COMPARISON} --all")).success();
    workspace.say("report verify r.json").refused().saying(&["nobody has granted"]);
}

/// From a digest of the rows or from the fuel something withheld could be told.
#[test]
fn only_a_working_version_carries_what_it_was_made_from() {
    let workspace = Workspace::example_with_comparison();
    for (audience, is_told) in [("public", false), ("administration", false), ("work", true)] {
        let run = format!("report run {COMPARISON} --year 2025/26 --audience {audience}");
        let ran = workspace.say(&format!("{run} --format json")).success();
        let report: Value = serde_json::from_str(&ran.stdout).unwrap();
        for name in ["data_digest", "fuel"] {
            assert_eq!(report["passport"].get(name).is_some(), is_told, "{audience}: {name}");
        }
        let listed = workspace.list("report list").remove(0);
        let proof = workspace.say(&format!("report proof {}", listed["id"].as_str().unwrap()));
        let proof = proof.success().stdout;
        for line in ["SHA-256 of the document:", "Digest of the records:", "Work (fuel):"] {
            assert!(proof.contains(line), "{proof}");
        }
        if is_told {
            let digest = report["passport"]["data_digest"].as_str().unwrap();
            assert!(proof.contains(digest), "{proof}");
            assert!(proof.contains(&report["passport"]["fuel"].to_string()), "{proof}");
        }
    }
}
