//! Tests of what is published: `report published`, `report withdraw`, `report run --draft`.

use crate::support::{COMPARISON, Workspace};

const YEAR: [&str; 5] = ["report", "run", COMPARISON, "--year", "2025/26"];

#[test]
fn a_working_version_and_a_draft_are_not_published() {
    let workspace = Workspace::example_with_comparison();
    workspace.run(&[&YEAR[..], &["--audience", "work"]].concat()).success();
    let draft = workspace.run(&[&YEAR[..], &["--draft"]].concat()).success();
    assert!(draft.stdout.contains("(draft)"), "{}", draft.stdout);
    assert_eq!(workspace.list("report published"), [0; 0]);
    assert_eq!(workspace.list("report list").len(), 1, "the draft is not kept");
    let id = workspace.list("report list")[0]["id"].as_str().unwrap().to_owned();
    workspace
        .run(&["report", "withdraw", &id, "--reason", "nur probiert"])
        .refused()
        .saying(&["was not published"]);
}

#[test]
fn what_was_published_is_listed_and_what_nobody_got_is_taken_back() {
    let workspace = Workspace::example_with_comparison();
    workspace.run(&YEAR).success();
    workspace.run(&YEAR).success();
    let published = workspace.list("report published --audience public");
    assert_eq!(published.len(), 2);
    assert_eq!(published[0]["fresh"], 0, "the same once more tells nothing new");
    assert_eq!(published[1]["fresh"], published[1]["numbers"], "before it nothing was known");
    assert_eq!(workspace.list("report published --audience administration"), [0; 0]);
    let id = published[0]["id"].as_str().unwrap().to_owned();
    workspace.run(&["report", "withdraw", &id, "--reason", " "]).refused().saying(&["one line"]);
    workspace.run(&["report", "withdraw", &id, "--reason", "nur probiert"]).success();
    workspace.say(&format!("report show {id}")).refused().saying(&["was withdrawn"]);
    workspace
        .run(&["report", "withdraw", &id, "--reason", "noch einmal"])
        .refused()
        .saying(&["was withdrawn"]);
    let kept = workspace.list("report published").remove(1);
    workspace.say(&format!("report show {}", kept["id"].as_str().unwrap())).success();
}

#[test]
fn a_report_that_yields_to_an_earlier_one_comes_out_again() {
    let workspace = Workspace::example_with_comparison();
    let half = ["report", "run", COMPARISON, "--from", "2025-08-01", "--until", "2025-12-31"];
    workspace.run(&half).success();
    let file = workspace.path("year.json").to_str().unwrap().to_owned();
    workspace.run(&[&YEAR[..], &["--format", "json", "--out", &file]].concat()).success();
    let verified = workspace.run(&["report", "verify", &file]).success();
    assert!(verified.stdout.contains("Equal"), "{}", verified.stdout);
    let id = workspace.list("report list")[0]["id"].as_str().unwrap().to_owned();
    let again = workspace.say(&format!("report replay {id}")).success();
    assert!(again.stdout.contains("Equal"), "{}", again.stdout);
}
