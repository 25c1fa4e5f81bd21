//! Corrections of contacts: who may make them, what is kept, and who may read it.

use crate::support::Workspace;

/// A visit of mediator, teacher and social worker, recorded by the social worker.
fn visit(workspace: &Workspace) -> String {
    let line = "--as sa1 contact add --school 990001 --kind home-visit --with bm1 --with lk1 \
                --pupil p1 --day 2026-02-03 --minutes 30 --persons 4 --note gemeinsam \
                --private-note vertraulich-alt";
    let ran = workspace.say(line).success();
    ran.stdout.strip_prefix("Saved: ").unwrap().trim().to_owned()
}

fn fields(workspace: &Workspace, line: &str) -> Vec<[String; 3]> {
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    let rows = workspace.list(line);
    rows.iter().map(|row| ["field", "before", "after"].map(|key| text(&row[key]))).collect()
}

#[test]
fn the_old_private_note_is_closed_to_other_professions() {
    let workspace = Workspace::example();
    let id = visit(&workspace);
    workspace
        .say(&format!("--as sa1 contact correct {id} --private-note vertraulich-neu --reason vertraulich-warum"))
        .success();
    for actor in ["", "--as bm1 "] {
        for format in ["table", "json", "csv"] {
            let line = format!("{actor}contact history {id} --format {format}");
            let ran = workspace.say(&line).success();
            assert!(!ran.stdout.contains("vertraulich"), "{line}: {}", ran.stdout);
            assert!(ran.stdout.contains("sa1"), "they may know that there was one: {}", ran.stdout);
        }
    }
    let own = workspace.say(&format!("--as sa1 contact history {id}")).success().stdout;
    for text in ["vertraulich-alt", "vertraulich-neu", "vertraulich-warum"] {
        assert!(own.contains(text), "{text} in {own}");
    }
}

#[test]
fn only_who_sees_a_contact_may_correct_it_and_only_the_profession_its_note() {
    let workspace = Workspace::example();
    let id = visit(&workspace);
    let before = workspace.say(&format!("--as sa1 contact show {id}")).success().stdout;
    // A teacher who is assigned to no school and in no team.
    workspace.say("person add lk9 Neu --role teacher").success();
    for command in ["history", "correct --minutes 5 --reason x"] {
        let line = format!("--as lk9 contact {command} {id}");
        workspace.say(&line).refused().saying(&["there is no contact"]);
    }
    workspace
        .say(&format!("contact correct {id} --private-note neu --reason x"))
        .refused()
        .saying(&["a private note belongs to a profession", "--as CODE"]);
    workspace
        .say(&format!("--as bm1 contact correct {id} --with bm1 --with lk1 --reason x"))
        .refused()
        .saying(&["there is a private note of `social-work`"]);
    assert_eq!(workspace.say(&format!("--as sa1 contact show {id}")).success().stdout, before);

    // A mediator's note stands beside that of the social worker.
    workspace
        .say(&format!("--as bm1 contact correct {id} --private-note mediation-alone --reason x"))
        .success();
    let shown = workspace.say(&format!("--as sa1 contact show {id}")).success().stdout;
    assert!(shown.contains("vertraulich-alt") && !shown.contains("mediation-alone"), "{shown}");
}

#[test]
fn an_empty_correction_and_one_without_a_reason_are_refused() {
    let workspace = Workspace::example();
    let id = visit(&workspace);
    let before = workspace.list("audit list --limit 1");
    let nothing =
        ["the correction changes nothing", "give a value that is not what is recorded already"];
    workspace.say(&format!("contact correct {id} --reason x")).refused().saying(&nothing);
    let same = "--minutes 30 --with sa1 --with lk1 --with bm1 --pupil p1 --note gemeinsam";
    workspace.say(&format!("contact correct {id} {same} --reason x")).refused().saying(&nothing);
    workspace.say(&format!("contact correct {id} --minutes 5")).misused();
    for reason in ["", "  ", "two\nlines", &"x".repeat(201)] {
        workspace
            .run(&["contact", "correct", &id, "--minutes", "5", "--reason", reason])
            .refused()
            .saying(&["the reason of a correction is one line of 1 to 200 characters"]);
    }
    workspace
        .say(&format!("contact correct {id} --minutes abc --kind walk --with nobody --reason x"))
        .refused()
        .saying(&["3 things are wrong", "`minutes`", "`kind`", "`participants`"]);
    workspace.say("contact correct 1 --minutes 5 --reason x").refused();
    assert_eq!(workspace.list("audit list --limit 1"), before);
    workspace.say(&format!("contact history {id}")).success().saying(&["No entries."]);
}

#[test]
fn a_history_tells_field_by_field_what_was_said_before() {
    let workspace = Workspace::example();
    let id = visit(&workspace);
    let ran = workspace.run(&[
        "--as",
        "bm1",
        "contact",
        "correct",
        &id,
        "--minutes",
        "45",
        "--time",
        "14:30",
        "--topic",
        "attendance",
        "--topic",
        "language",
        "--note",
        "",
        "--interpreter",
        "yes",
        "--reason",
        "misread the clock",
    ]);
    let ran = ran.success();
    assert_eq!(ran.stdout, "Corrected: Time, Minutes, Topics, Interpreter, Note\n");
    workspace
        .say(&format!(
            "contact correct {id} --result not-reached --day 2026-02-04 --reason nobody-home"
        ))
        .success();
    let expected = [
        ["time", "null", "14:30"],
        ["minutes", "30", "45"],
        ["topics", "null", "attendance, language"],
        ["interpreter", "no", "yes"],
        ["shared_note", "gemeinsam", "null"],
        ["day", "2026-02-03", "2026-02-04"],
        ["result", "reached", "not-reached"],
        ["attempt", "no", "yes"],
        ["persons", "4", "0"],
    ];
    let found = fields(&workspace, &format!("contact history {id}"));
    assert_eq!(found, expected.map(|row| row.map(str::to_owned)));
    let german = workspace.say(&format!("--lang de contact history {id}")).success().stdout;
    for word in ["berichtigt am", "vorher", "Dolmetschung", "nicht erreicht", "misread the clock"] {
        assert!(german.contains(word), "{word} in {german}");
    }
    let shown = workspace.say(&format!("contact show {id}")).success().stdout;
    assert!(shown.contains("2026-02-04 14:30") && shown.contains("not reached"), "{shown}");
    workspace.say("audit verify").success();
}

#[test]
fn the_team_form_follows_a_corrected_team_and_the_household_corrected_pupils() {
    let workspace = Workspace::example();
    let line = "contact add --school 990001 --kind phone --with bm1 --pupil p1 --day 2026-02-05";
    let ran = workspace.say(line).success();
    let id = ran.stdout.strip_prefix("Saved: ").unwrap().trim().to_owned();
    let contact = || workspace.list("contact list --from 2026-02-05 --until 2026-02-05").remove(0);
    assert_eq!(contact()["team"], "solo");
    workspace
        .say(&format!("contact correct {id} --with bm1 --with lk1 --pupil= --reason x"))
        .success();
    assert_eq!(contact()["team"], "tandem");
    assert_eq!(contact()["pupils"], serde_json::json!([]));
    let found = fields(&workspace, &format!("contact history {id}"));
    let names: Vec<&str> = found.iter().map(|[field, ..]| field.as_str()).collect();
    assert_eq!(names, ["participants", "pupils", "household"]);
    assert_eq!(contact()["id"], id.as_str(), "it is the same contact");
}

#[test]
fn a_pupil_whom_one_does_not_see_stays_in_a_contact() {
    let workspace = Workspace::example();
    workspace.say("school add 990777 Andere --form 10 --joined 2025-08-01").success();
    let pupil = "pupil add p9 --given-name Neun --family-name Muster --school 990777 --grade 05 \
                 --enrolled-from 2025-08-01";
    workspace.say(pupil).success();
    let line = "contact add --school 990001 --kind phone --with bm1 --pupil p1 --pupil p9 \
                --day 2026-02-05";
    let ran = workspace.say(line).success();
    let id = ran.stdout.strip_prefix("Saved: ").unwrap().trim().to_owned();
    workspace.say(&format!("--as bm1 contact correct {id} --pupil p2 --reason x")).success();
    let contact = workspace.list("contact list --from 2026-02-05").remove(0);
    assert_eq!(contact["pupils"], serde_json::json!(["p2", "p9"]));
    let seen = workspace.say(&format!("--as bm1 contact history {id} --format json")).success();
    assert!(!seen.stdout.contains("p9"), "{}", seen.stdout);
    let line = format!("--as bm1 contact correct {id} --school 990777 --reason x");
    workspace.say(&line).refused().saying(&["990777"]);
}

#[test]
fn corrections_at_the_same_time_lose_nothing() {
    let workspace = Workspace::example();
    let id = visit(&workspace);
    let start = |minutes: u32| {
        let minutes = minutes.to_string();
        let line = ["contact", "correct", &id, "--minutes", &minutes, "--reason", "x"];
        workspace.command(&line).stdout(std::process::Stdio::null()).spawn().unwrap()
    };
    let running: Vec<_> = (1..=6).map(start).collect();
    for mut child in running {
        assert!(child.wait().unwrap().success());
    }
    let found = fields(&workspace, &format!("contact history {id}"));
    assert_eq!(found.len(), 6);
    assert!(found.windows(2).all(|pair| pair[0][2] == pair[1][1]), "a chain: {found:?}");
    workspace.say("audit verify").success();
}
