//! Contacts as they are typed in: who takes part, what is counted, and who may read the notes.

use std::collections::BTreeSet;

use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::support::{COMPARISON, Workspace};

/// A contact of the example's three professions with a note for all and one for social work.
const WITH_NOTES: [&str; 22] = [
    "--as",
    "sa1",
    "contact",
    "add",
    "--school",
    "990001",
    "--kind",
    "home-visit",
    "--with",
    "bm1",
    "--with",
    "lk1",
    "--pupil",
    "p1",
    "--day",
    "2026-02-03",
    "--persons",
    "4",
    "--note",
    "talked about the timetable",
    "--private-note",
    "a canary for social work alone",
];

/// Adds a contact and gives its id.
fn add(workspace: &Workspace, arguments: &[&str]) -> String {
    let ran = workspace.run(arguments).success();
    ran.stdout.strip_prefix("Saved: ").unwrap().trim().to_owned()
}

#[test]
fn every_mistake_of_a_contact_is_told_at_once() {
    let workspace = Workspace::example();
    let before = workspace.list("contact list");
    let line = "contact add --school 990001 --kind walk --with nobody --day 2026-13-01 --minutes abc --pupil zz";
    let ran = workspace.say(line).refused();
    assert_data_eq!(
        ran.stderr,
        str![[r"
error: 5 things are wrong
  `day`: `2026-13-01` is not a day; write it as 2025-09-15 or 15.09.2025
  `minutes`: `abc` is not a whole number from 0 to 1440
  `kind`: `walk` is not in the list `contact-kind`; allowed are `home-visit`, [..]
  `participants`: there is no practitioner with the code `nobody`; import practitioners first
  `pupils`: there is no pupil with the code `zz`; import pupils first

hint: nothing was saved

"]]
    );
    assert_eq!(workspace.list("contact list"), before);
}

#[test]
fn the_team_form_cannot_be_typed() {
    let workspace = Workspace::example();
    workspace
        .say("contact add --school 990001 --kind phone --with bm1 --team tridem")
        .misused()
        .saying(&["unexpected argument '--team'"]);
    let file = workspace.file(
        "contacts.csv",
        "school,day,kind,result,participants,team_form\n990001,2025-09-15,phone,reached,bm1,tridem\n",
    );
    workspace
        .run(&["import", "contacts", &file])
        .refused()
        .saying(&["line 1, `team_form`: there is no column `team_form`"]);
}

#[test]
fn the_team_form_follows_from_who_took_part() {
    let workspace = Workspace::example();
    let team = |with: &str| {
        let day = "2026-03-04";
        let line = format!("contact add --school 990001 --kind conference --day {day} {with}");
        let id = add(&workspace, &line.split_whitespace().collect::<Vec<_>>());
        let list = workspace.list(&format!("contact list --from {day} --until {day}"));
        list.iter().find(|contact| contact["id"] == id.as_str()).unwrap()["team"].clone()
    };
    assert_eq!(team("--with bm1"), "solo");
    assert_eq!(team("--with bm1 --with bm2"), "solo", "two mediators are no tandem");
    assert_eq!(team("--with lk1 --with sa1"), "solo", "without a mediator it is no tandem");
    assert_eq!(team("--with bm1 --with sa1"), "solo", "without a teacher it is no tandem");
    assert_eq!(team("--with bm1 --with lk1"), "tandem");
    assert_eq!(team("--with bm1 --with lk1 --with sa1"), "tridem");
}

#[test]
fn who_records_a_contact_took_part_in_it() {
    let workspace = Workspace::example();
    add(
        &workspace,
        &[
            "--as",
            "sa1",
            "contact",
            "add",
            "--school",
            "990001",
            "--kind",
            "phone",
            "--with",
            "bm1",
            "--day",
            "2026-03-05",
        ],
    );
    let contact = workspace.list("contact list --from 2026-03-05 --until 2026-03-05").remove(0);
    assert_eq!(contact["participants"], serde_json::json!(["bm1", "sa1"]));
}

#[test]
fn two_people_of_one_name_stay_two() {
    let workspace = Workspace::example();
    workspace
        .run(&["person", "add", "bm1", "Sam Beispiel", "--role", "mediation"])
        .refused()
        .saying(&["there already is a practitioner with the code `bm1`"]);
    let people = workspace.list("person list");
    let same: Vec<&Value> =
        people.iter().filter(|person| person["name"] == "Sam Beispiel").collect();
    assert_eq!(same.len(), 2);
    assert_eq!(same[0]["schools"], "990001 (12.5 h)");
    assert_eq!(same[1]["schools"], "990001 (10 h), 990001 (14.25 h)");
    let days = |code: &str| -> Vec<String> {
        let list = workspace.list(&format!("contact list --with {code}"));
        list.iter().map(|contact| contact["day"].as_str().unwrap().to_owned()).collect()
    };
    // Of the eight contacts two are of both.
    assert_eq!(days("bm1"), ["2025-12-03", "2025-11-12", "2025-09-18", "2025-09-04", "2025-09-02"]);
    assert_eq!(days("bm2"), ["2026-01-21", "2026-01-14", "2025-12-03", "2025-11-12", "2025-10-07"]);
}

#[test]
fn a_home_visit_with_four_people_is_one_contact_four_person_contacts_and_one_household() {
    let workspace = Workspace::example_with_comparison();
    // Figures are shown from five households on, so there are five visits of four people each.
    for place in 1..=5 {
        let pupil = format!("v{place}");
        let home = format!("vh{place}");
        workspace.say(&format!("household add {home}")).success();
        workspace
            .say(&format!(
                "pupil add {pupil} --given-name Eins --family-name Muster --school 990001 --grade 03 \
                 --household {home} --enrolled-from 2024-08-01 --accompanied-from 2024-08-01"
            ))
            .success();
        workspace
            .say(&format!(
                "contact add --school 990001 --kind home-visit --with bm1 --with lk1 --pupil {pupil} \
                 --day 2024-10-0{place} --minutes 60 --persons 4"
            ))
            .success();
    }
    let figure = |name: &str| {
        let ran = workspace
            .run(&["report", "run", COMPARISON, "--year", "2024/25", "--format", "json"])
            .success();
        let report: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(report["sections"][0]["tables"][0]["id"], "overview-primary");
        let table = &report["sections"][0]["tables"][0];
        let columns = table["columns"].as_array().unwrap();
        let place = columns.iter().position(|column| column["id"] == name).unwrap();
        let cell = &table["rows"][0]["cells"][place];
        assert_eq!(cell["state"], "shown", "{name}: {cell}");
        cell["units"].as_i64().unwrap()
    };
    let found =
        ["contacts", "person-contacts", "households", "home-visits", "attempts"].map(figure);
    assert_eq!(found, [5, 20, 5, 5, 0]);
}

#[test]
fn a_private_note_needs_somebody_whose_profession_it_belongs_to() {
    let workspace = Workspace::example();
    let before = workspace.list("contact list");
    let nobodys: Vec<&str> = WITH_NOTES[2..].to_vec();
    workspace
        .run(&nobodys)
        .refused()
        .saying(&["a private note belongs to a profession", "--as CODE"]);
    let mut unknown = WITH_NOTES.to_vec();
    unknown[1] = "xx9";
    workspace.run(&unknown).refused().saying(&["there is no practitioner with the code `xx9`"]);
    assert_eq!(workspace.list("contact list"), before);
}

#[test]
fn the_social_workers_private_note_is_closed_to_all_others_who_only_see_that_it_is_there() {
    let workspace = Workspace::example();
    // A teacher who is assigned to the school sees its contacts.
    workspace.say("person assign lk1 990001 --hours 1 --from 2025-08-01").success();
    let id = add(&workspace, &WITH_NOTES);
    let canary = "canary";
    for actor in [None, Some("lk1"), Some("bm1"), Some("bm2")] {
        let ask = |line: &str| {
            let mut words: Vec<&str> =
                actor.map(|code| ["--as", code]).into_iter().flatten().collect();
            words.extend(line.split_whitespace());
            workspace.run(&words).success().stdout
        };
        let shown = ask(&format!("contact show {id}"));
        assert!(!shown.contains(canary), "{actor:?}: {shown}");
        assert!(shown.contains("There is an entry by school social work"), "{actor:?}: {shown}");
        assert!(shown.contains("talked about the timetable"), "{actor:?}: {shown}");
        for format in ["table", "json", "csv"] {
            let list = ask(&format!("contact list --format {format}"));
            assert!(list.contains(&id) && !list.contains(canary), "{actor:?}: {list}");
        }
    }
    let own = workspace.say(&format!("--as sa1 contact show {id}")).success().stdout;
    assert!(own.contains("a canary for social work alone"), "{own}");
    assert!(!own.contains("There is an entry"), "{own}");
    // Lists hold no notes at all, not even for those who may read them.
    for format in ["table", "json", "csv"] {
        let list =
            workspace.say(&format!("--as sa1 contact list --format {format}")).success().stdout;
        assert!(list.contains(&id) && !list.contains(canary), "{list}");
    }
}

#[test]
fn a_mediators_private_note_is_closed_to_social_work() {
    let workspace = Workspace::example();
    let mut note = WITH_NOTES.to_vec();
    (note[1], note[9]) = ("bm1", "sa1");
    let id = add(&workspace, &note);
    let shown = workspace.say(&format!("--as sa1 contact show {id}")).success().stdout;
    assert!(!shown.contains("canary"), "{shown}");
    let shown = workspace.say(&format!("--as bm2 contact show {id}")).success().stdout;
    assert!(shown.contains("canary"), "those of one profession share their notes: {shown}");
}

#[test]
fn somebody_who_is_assigned_nowhere_sees_nothing() {
    let workspace = Workspace::example();
    let id = add(&workspace, &WITH_NOTES);
    workspace.say("person add lk9 Neu --role teacher").success();
    for list in ["contact list", "school list", "pupil list", "household list", "person pairs"] {
        assert_eq!(workspace.list(&format!("--as lk9 {list}")), [0; 0], "{list}");
    }
    workspace
        .say(&format!("--as lk9 contact show {id}"))
        .refused()
        .saying(&["there is no contact"]);
    workspace.say("--as lk9 school show 990001").refused().saying(&["there is no school"]);
    workspace
        .say("--as lk9 contact add --school 990001 --kind phone")
        .refused()
        .saying(&["990001", "nothing was saved"]);
    workspace.say("--as xx9 contact list").refused().saying(&["there is no practitioner"]);
}

#[test]
fn a_teacher_sees_the_contacts_of_their_own_tandem_as_long_as_it_lasts_and_no_others() {
    let workspace = Workspace::example();
    workspace.say("person add lk9 Neu --role teacher").success();
    let ids = |code: &str| {
        let list = workspace.list(&format!("--as {code} contact list --limit 1000"));
        list.into_iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    let at_school = ids("bm1");
    let alone = workspace.say(
        "contact add --school 990001 --kind phone --result reached --minutes 5 --with sa1 --household h1",
    );
    let alone = alone.success().stdout;
    assert_eq!(ids("bm1").len(), at_school.len() + 1, "a mediator sees all of the school: {alone}");
    assert_eq!(ids("lk9").len(), 0);
    // In a team that is over.
    workspace.say("person pair 990001 bm2 lk9 --from 2025-08-01 --until 2026-07-31").success();
    assert_eq!(ids("lk9").len(), 0);
    workspace.say("person pair 990001 bm2 lk9 --from 2026-08-01").success();
    let (of_team, all) = (ids("lk9"), workspace.list("contact list --limit 1000"));
    let is_theirs = |row: &serde_json::Value| row["participants"].to_string().contains("bm2");
    let expected: BTreeSet<_> = all
        .iter()
        .filter(|row| is_theirs(row))
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect();
    assert!(!expected.is_empty() && expected.len() < all.len());
    assert_eq!(of_team, expected);
    let other = at_school.difference(&expected).next().unwrap();
    for command in ["show", "history"] {
        let line = format!("--as lk9 contact {command} {other}");
        workspace.say(&line).refused().saying(&["there is no contact"]);
    }
}

#[test]
fn a_contact_is_shown_with_all_that_was_said() {
    let workspace = Workspace::example();
    let id = add(&workspace, &WITH_NOTES);
    let shown = workspace.say(&format!("--as sa1 contact show {id}")).success().stdout;
    assert_data_eq!(
        shown,
        str![[r"
Id:              [..]
Day:             2026-02-03
School:          990001 Grundschule Musterstadt
Kind:            home visit
Result:          reached
Team:            tridem: Sam Beispiel (bm1), Kim Vorlage (lk1), Toni Probe (sa1)
Pupils:          Alex Muster (p1)
Household:       h1
Duration:        0 min
Persons present: 4
Note:            talked about the timetable
Only school social work: a canary for social work alone

"]]
    );
    workspace.say(&format!("contact show {}", id.replace('0', "1"))).refused();
}

/// A report over some schools, held against the one over all, would give withheld numbers away.
#[test]
fn what_concerns_all_schools_is_not_for_a_practitioner() {
    let workspace = Workspace::example().with_comparison();
    let run = format!("report run {COMPARISON} --year 2025/26 --audience administration");
    for line in [
        format!("--as bm1 {run}"),
        format!("--as bm1 plugin grant {COMPARISON} --all"),
        format!("--as bm1 plugin revoke {COMPARISON} --all"),
        format!("--as bm1 plugin remove {COMPARISON}"),
        "--as bm1 code add topic garden --de Garten --en garden".to_owned(),
    ] {
        workspace.say(&line).refused().saying(&["`bm1` (mediator) may not do this", "--as"]);
    }
    let id = workspace.say(&run).success().stderr;
    let id = id.trim().strip_prefix("report ").unwrap().to_owned();
    assert_eq!(workspace.list("report list").len(), 1);
    assert_eq!(workspace.list("--as bm1 report list"), [0; 0], "one for the administration");
    workspace.say(&format!("--as bm1 report show {id}")).refused().saying(&["there is no report"]);
}

#[test]
fn who_sees_no_school_sees_no_family() {
    let workspace = Workspace::example();
    workspace.say("household add new Neumann").success();
    workspace.say("person add lk9 Neu --role teacher").success();
    assert_eq!(workspace.list("--as lk9 household list"), [0; 0]);
    assert!(workspace.list("--as bm1 household list").len() >= 2);
}
