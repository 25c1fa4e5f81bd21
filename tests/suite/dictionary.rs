//! The data dictionary as a plugin's author meets it, and the cases that it speaks of.

use crate::guest::{Telling, spy};
use crate::support::Workspace;

#[test]
fn a_dataset_that_there_is_not_is_refused_with_what_to_do() {
    let workspace = Workspace::empty();
    let ran = workspace.say("plugin dictionary pupils").refused();
    assert_eq!(
        ran.stderr,
        "error: there is no dataset `pupils`\n\n\
         hint: `tridem plugin dictionary` shows all datasets\n"
    );
    let german = Workspace::empty().in_german();
    german.say("plugin dictionary pupils").refused().saying(&["einen Datensatz `pupils`"]);
    workspace.say("plugin dictionary --format table").misused();
}

#[test]
fn the_dictionary_is_shown_without_any_records() {
    let workspace = Workspace::empty();
    let all = workspace.say("plugin dictionary").success().stdout;
    for part in ["Data dictionary, version 1.3", "contacts – Contacts", "cases – Cases"] {
        assert!(all.contains(part), "`{part}` in\n{all}");
    }
    let one = workspace.say("plugin dictionary cases").success().stdout;
    assert!(one.contains("cases – Cases") && !one.contains("contacts – Contacts"));
    let german = Workspace::empty().in_german().say("plugin dictionary cases").success().stdout;
    assert!(german.contains("cases – Fälle") && german.contains("Tage seit Kontakt"), "{german}");

    let csv = workspace.say("plugin dictionary cases --format csv").success().stdout;
    let json = workspace.say("plugin dictionary cases --format json").success().stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let fields = json["datasets"][0]["fields"].as_array().unwrap().len();
    assert_eq!(csv.lines().count(), fields + 1, "a heading and a row for each field");

    let written = workspace.say("plugin dictionary --format html --out dictionary.html").success();
    assert_eq!(
        (written.stdout.as_str(), written.stderr.as_str()),
        ("", "Written: dictionary.html\n")
    );
    let page = fs_err::read_to_string(workspace.path("dictionary.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("id=\"dataset-cases\""));
}

#[test]
fn a_plugin_gets_the_fields_of_cases_that_were_granted_and_no_others() {
    let workspace = Workspace::example();
    let fields = ["school", "days_since_contact", "attempts", "whereabouts_unknown"];
    let told =
        |telling| spy(&workspace, "cases", &fields[..2], &fields[2..], &fields[..3], telling);
    assert_eq!(told(Telling::Fields), "school days_since_contact attempts");
    assert_eq!(told(Telling::Columns), "3");
}
