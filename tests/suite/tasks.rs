//! Tests of `tridem task`: what a workflow proposes, and what people decide.

use serde_json::Value;

use crate::support::Workspace;
use crate::workflow_guest::{CALLER, LETTER, install, package};

/// The day that the example's school year ends on counts as today.
const PROPOSE: &str = "task propose org.example.caller --year 2025/26";

/// A school day far ahead, whenever this test is run: a Tuesday.
const FAR_AHEAD: &str = "2198-03-06";

fn with_workflow() -> Workspace {
    let workspace = Workspace::example();
    install(&workspace);
    workspace
}

/// The pupils of the tasks in a list.
fn pupils(list: &[Value]) -> Vec<&str> {
    list.iter().map(|task| task["pupil"].as_str().unwrap()).collect()
}

/// The id of the task of a pupil, wherever it stands.
fn task_of(workspace: &Workspace, pupil: &str) -> String {
    let states = ["", " --state done", " --state dismissed", " --state lapsed"];
    let found = states.iter().find_map(|state| {
        let found = workspace.list(&format!("task list --pupil {pupil}{state}"));
        found.first().map(|task| task["id"].as_str().unwrap().to_owned())
    });
    found.unwrap()
}

#[test]
fn nothing_is_proposed_without_a_grant_or_by_another_kind_of_plugin() {
    let workspace = Workspace::example_with_comparison();
    let file = workspace.file("caller.tridem", package("1.0.0", &[("invitation.de", LETTER)]));
    workspace.run(&["plugin", "install", &file]).success();
    workspace.say(PROPOSE).refused().saying(&["cases.contacts"]);
    workspace
        .say("task propose org.tridem.school-comparison --year 2025/26")
        .refused()
        .saying(&["plugin `org.tridem.school-comparison` proposes no tasks"]);
    workspace.say("task propose org.example.nobody").refused();
    assert_eq!(workspace.list("task list"), [] as [Value; 0]);
}

#[test]
fn a_run_brings_tasks_once_and_takes_them_off_when_they_are_not_proposed_any_more() {
    let workspace = with_workflow();
    let said = |line: &str| workspace.say(line).success().stdout;
    assert_eq!(said(PROPOSE), "3 cases, 3 proposals: 3 new, 0 changed, 0 back, 0 lapsed.\n");
    let tasks = workspace.list("task list");
    assert_eq!(pupils(&tasks), ["p1", "p2", "p3"]);
    assert_eq!((&tasks[0]["due"], &tasks[0]["priority"]), (&"2026-08-03".into(), &"high".into()));
    assert_eq!((&tasks[0]["task"], &tasks[0]["state"]), (&"call".into(), &"overdue".into()));
    assert_eq!(said(PROPOSE), "3 cases, 3 proposals: 0 new, 0 changed, 0 back, 0 lapsed.\n");
    assert_eq!(workspace.list("task list"), tasks);

    let none = format!("{PROPOSE} --set most=-1");
    assert_eq!(said(&none), "3 cases, 0 proposals: 0 new, 0 changed, 0 back, 3 lapsed.\n");
    assert_eq!(workspace.list("task list"), [] as [Value; 0]);
    assert_eq!(workspace.list("task list --state lapsed").len(), 3);
    assert_eq!(said(PROPOSE), "3 cases, 3 proposals: 0 new, 0 changed, 3 back, 0 lapsed.\n");
    let ids = |list: &[Value]| list.iter().map(|task| task["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&workspace.list("task list")), ids(&tasks), "the very same tasks");
}

#[test]
fn an_error_leaves_the_list_as_it_was() {
    let workspace = with_workflow();
    workspace.say(PROPOSE).success();
    let before = workspace.list("task list");
    workspace.say(&format!("{PROPOSE} --set most=many")).refused();
    workspace.say(&format!("{PROPOSE} --set least=1")).refused();
    workspace.say("task propose org.example.caller --from 2198-01-01 --until 2198-12-31").refused();
    workspace.say("task propose org.example.caller --from 2026-07-31").misused();
    workspace.say(&format!("plugin revoke {CALLER} --all")).success();
    workspace.say(PROPOSE).refused();
    assert_eq!(workspace.list("task list"), before);
}

#[test]
fn another_version_has_the_same_tasks() {
    let workspace = with_workflow();
    workspace.say(PROPOSE).success();
    let before = workspace.list("task list");
    let file = workspace.file("new.tridem", package("1.1.0", &[("invitation.de", LETTER)]));
    workspace.run(&["plugin", "install", &file]).success();
    workspace.say("plugin grant org.example.caller@1.1.0 --all").success();
    workspace.say("plugin enable org.example.caller@1.1.0").success();
    let newer = workspace.say(PROPOSE).success();
    assert_eq!(newer.stdout, "3 cases, 3 proposals: 0 new, 3 changed, 0 back, 0 lapsed.\n");
    assert_eq!(workspace.list("task list"), before);
    let shown = workspace.say(&format!("task show {}", task_of(&workspace, "p1"))).success().stdout;
    assert!(shown.contains("Proposed by org.example.caller@1.1.0"), "{shown}");
    assert!(shown.contains("version 1.1.0, was 1.0.0"), "{shown}");
}

#[test]
fn a_plugin_that_is_watched_or_switched_off_leaves_the_list_alone() {
    let workspace = with_workflow();
    workspace.say(PROPOSE).success();
    let before = workspace.list("task list");
    workspace.run(&["plugin", "disable", CALLER, "--reason", "Pause"]).success();
    workspace.say(&format!("{PROPOSE} --set most=-1")).refused();
    workspace.say(&format!("plugin monitor {CALLER}")).success();
    let watched = workspace.say(&format!("{PROPOSE} --set most=-1")).success().stdout;
    assert_eq!(
        watched,
        "3 cases, 0 proposals. The plugin is being watched; the list stays as it was.\n"
    );
    assert_eq!(workspace.list("task list"), before);
    workspace.say(&format!("plugin enable {CALLER}")).success();
    workspace.say(&format!("{PROPOSE} --set most=-1")).success();
    assert_eq!(workspace.list("task list"), [] as [Value; 0]);
    let runs = workspace.list("plugin runs");
    let kinds: Vec<&str> = runs.iter().map(|run| run["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["proposal", "monitor", "proposal"]);
}

/// Tasks of schools that the run was not allowed to look at are not said to be done with.
#[test]
fn a_run_says_nothing_about_schools_that_it_was_not_granted() {
    let workspace = with_workflow();
    for line in [
        "school add 990002 Andere --form 10 --joined 2025-08-01",
        "pupil add p9 --given-name Toni --family-name Muster --school 990002 --grade 05 \
         --enrolled-from 2025-08-01 --accompanied-from 2025-09-01",
        PROPOSE,
    ] {
        workspace.say(line).success();
    }
    assert_eq!(workspace.list("task list").len(), 4);
    workspace.say(&format!("plugin revoke {CALLER} --all")).success();
    workspace.say(&format!("plugin grant {CALLER} --all --school 990002")).success();
    let said = workspace.say(&format!("{PROPOSE} --set most=-1")).success().stdout;
    assert_eq!(said, "1 case, 0 proposals: 0 new, 0 changed, 0 back, 1 lapsed.\n");
    assert_eq!(pupils(&workspace.list("task list")), ["p1", "p2", "p3"]);
}

#[test]
fn what_a_person_decided_is_not_proposed_again_and_can_be_taken_back() {
    let workspace = with_workflow();
    workspace.say(PROPOSE).success();
    let (one, two) = (task_of(&workspace, "p1"), task_of(&workspace, "p2"));
    workspace.say(&format!("task dismiss {two}")).misused();
    workspace.run(&["task", "dismiss", &two, "--reason", " "]).refused().saying(&["one line"]);
    workspace.say("task done 00000000").refused().saying(&["no task `00000000`"]);
    workspace.say(&format!("task undo {one}")).refused().saying(&["no decision"]);

    workspace.say(&format!("task done {one}")).success();
    workspace.run(&["task", "dismiss", &two, "--reason", "Ist längst geklärt"]).success();
    assert_eq!(pupils(&workspace.list("task list")), ["p3"]);
    workspace.say(&format!("task done {two}")).refused().saying(&["not open any more"]);
    let again = workspace.say(PROPOSE).success().stdout;
    assert_eq!(again, "3 cases, 3 proposals: 0 new, 0 changed, 0 back, 0 lapsed.\n");

    let shown = workspace.say(&format!("task show {two}")).success().stdout;
    assert!(shown.contains("dismissed: Ist längst geklärt"), "{shown}");
    assert!(shown.contains("the decision holds: until the half-year is over"), "{shown}");
    workspace.say(&format!("task undo {two}")).success();
    assert_eq!(pupils(&workspace.list("task list")), ["p2", "p3"]);
    workspace.say(&format!("task undo {two}")).refused().saying(&["no decision"]);
}

#[test]
fn a_task_is_done_by_a_contact_about_the_same_case_alone() {
    let workspace = with_workflow();
    workspace.say(PROPOSE).success();
    let task = task_of(&workspace, "p1");
    let contact = |about: &str| {
        let line =
            format!("contact add --school 990001 --kind phone --with bm1 --day 2026-06-01 {about}");
        workspace.say(&line).success();
        let found = workspace.list("contact list --from 2026-06-01 --until 2026-06-01");
        found[0]["id"].as_str().unwrap().to_owned()
    };
    let other = contact("--pupil p3 --time 09:00");
    workspace
        .say(&format!("task done {task} --contact {other}"))
        .refused()
        .saying(&["was not about this pupil or the household"]);
    workspace.say(&format!("task done {task} --contact {task}")).refused().saying(&["no contact"]);
    // A contact with the family counts for each of its children.
    let theirs = contact("--household h1 --time 10:00");
    workspace.say(&format!("task done {task} --contact {theirs}")).success();
    let shown = workspace.say(&format!("task show {task}")).success().stdout;
    assert!(shown.contains(&format!("done by contact {theirs}")), "{shown}");
}

#[test]
fn tasks_are_put_off_until_a_school_day_to_come() {
    let workspace = with_workflow();
    workspace.say(PROPOSE).success();
    let task = task_of(&workspace, "p1");
    let snooze = |day: &str| workspace.say(&format!("task snooze {task} --until {day}"));
    snooze("2020-01-07").refused().saying(&["which is not to come"]);
    // A Saturday.
    snooze("2198-03-10").refused().saying(&["no school day at school `990001`"]);
    snooze(FAR_AHEAD).success();
    let waiting = workspace.list("task list --state waiting");
    assert_eq!(pupils(&waiting), ["p1"]);
    assert_eq!(pupils(&workspace.list("task list")), ["p2", "p3", "p1"], "it comes last");
    workspace.say(PROPOSE).success();
    assert_eq!(workspace.list("task list --state waiting"), waiting, "a run does not wake it");
    workspace.say(&format!("task undo {task}")).success();
    assert_eq!(workspace.list("task list --state waiting"), [] as [Value; 0]);
}

#[test]
fn practitioners_see_and_decide_about_tasks_of_their_schools_alone() {
    let workspace = with_workflow();
    for line in [
        "school add 990002 Andere --form 10 --joined 2025-08-01",
        "person add bm3 Chris --role mediation",
        "person assign bm3 990002 --hours 10 --from 2025-08-01",
        "pupil add p9 --given-name Toni --family-name Muster --school 990002 --grade 05 \
         --enrolled-from 2025-08-01 --accompanied-from 2025-09-01",
    ] {
        workspace.say(line).success();
    }
    workspace
        .say(&format!("--as bm3 {PROPOSE}"))
        .refused()
        .saying(&["may not do this: have tasks proposed"]);
    workspace.say(PROPOSE).success();
    let theirs = workspace.list("--as bm3 task list");
    assert_eq!(pupils(&theirs), ["p9"]);
    assert_eq!(theirs[0]["owner"], "bm3", "the school has one mediator");
    assert_eq!(pupils(&workspace.list("--as bm1 task list")), ["p1", "p2", "p3"]);
    let hidden = task_of(&workspace, "p1");
    for line in [
        format!("task show {hidden}"),
        format!("task done {hidden}"),
        format!("task dismiss {hidden} --reason x"),
        format!("task snooze {hidden} --until {FAR_AHEAD}"),
        format!("task assign bm3 {hidden}"),
        format!("task undo {hidden}"),
        format!("letter show {hidden}"),
        format!("letter render {hidden}"),
        format!("task show {}", &hidden[..30]),
    ] {
        workspace.say(&format!("--as bm3 {line}")).refused().saying(&["no task"]);
    }
    workspace.say("--as bm3 task list --school 990001").refused();
    workspace.say("--as bm3 task list --pupil p1").refused();
    let own = task_of(&workspace, "p9");
    workspace.say(&format!("--as bm3 task done {own}")).success();
    let shown = workspace.say(&format!("task show {own}")).success().stdout;
    assert!(shown.contains(" bm3: done"), "{shown}");
}

#[test]
fn tasks_go_from_one_to_another_and_never_to_who_would_not_see_them() {
    let workspace = with_workflow();
    workspace.say(PROPOSE).success();
    workspace.say("person add bm3 Chris --role mediation").success();
    let (one, two) = (task_of(&workspace, "p1"), task_of(&workspace, "p2"));
    workspace.say("task assign bm1").misused();
    workspace.say(&format!("task assign nobody {one}")).refused().saying(&["no practitioner"]);
    workspace
        .say(&format!("task assign bm3 {one} {two}"))
        .refused()
        .saying(&["`bm3` has no post at school `990001` today"]);
    let said = |line: String| workspace.say(&line).success().stdout;
    assert_eq!(said(format!("task assign bm1 {one} {two} {one}")), "2 tasks given to bm1.\n");
    assert_eq!(workspace.list("task list --owner bm1").len(), 2);
    assert_eq!(said("task assign bm2 --from bm1".into()), "2 tasks given to bm2.\n");
    assert_eq!(said("task assign bm2 --from bm1".into()), "0 tasks given to bm2.\n");
    assert_eq!(pupils(&workspace.list("task list --owner bm2")), ["p1", "p2"]);
    workspace.say(&format!("task undo {one}")).success();
    assert_eq!(pupils(&workspace.list("task list --owner bm1")), ["p1"]);
}

#[test]
fn a_task_says_why_it_is_there_in_the_readers_language() {
    let workspace = with_workflow().in_german();
    workspace.say(PROPOSE).success();
    let shown = workspace.say(&format!("task show {}", task_of(&workspace, "p3"))).success().stdout;
    for part in [
        "Eltern anrufen\n",
        "Kind: p3 Luca Platzhalter\n",
        "fällig: 03.08.2026\n",
        "Dringlichkeit: dringend\n",
        "Warum sehe ich das?\n  Wenige Kontakte.\n  - Kontakte: ",
        "  Vorgeschlagen von org.example.caller@1.0.0, zuerst am 31.07.2026\n",
        "account:tester: vorgeschlagen zum 31.07.2026, Version 1.0.0\n",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
}

#[test]
fn the_audit_tells_of_every_decision_and_of_no_child() {
    let workspace = with_workflow();
    workspace.say(PROPOSE).success();
    let task = task_of(&workspace, "p1");
    workspace.say(&format!("task snooze {task} --until {FAR_AHEAD}")).success();
    workspace.run(&["task", "dismiss", &task, "--reason", "Kanarienvogel"]).success();
    workspace.say(&format!("task undo {task}")).success();
    workspace.say(&format!("task assign bm1 {task}")).success();
    workspace.say(&format!("letter render {task}")).success();
    workspace.say(&format!("task done {task}")).success();
    let entries = workspace.list("audit list --without-reads --limit 9");
    let actions: Vec<&str> =
        entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(
        actions,
        [
            "task.done",
            "letter.render",
            "task.assign",
            "task.undo",
            "task.dismiss",
            "task.snooze",
            "plugin.run",
            "task.propose",
            "task.add",
        ]
    );
    let said = format!("{entries:?}");
    for word in ["Kanarienvogel", "Muster", "Alex", "p1", "Wenige", "Few"] {
        assert!(!said.contains(word), "{word} in {said}");
    }
    workspace.say("audit verify").success();
}
