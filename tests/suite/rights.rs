//! What people may ask for, seen from outside: consent as a gate, restriction, and their own data.

use serde_json::Value;

use crate::schemas::{complaints, validator};
use crate::support::{KINDS, Workspace, example_file};

/// Kinds of records of forms with an example file, in an order in which each refers to earlier ones.
const FORMS: [&str; 13] = [
    "providers",
    "teams",
    "sites",
    "support-cases",
    "goals",
    "actions",
    "referrals",
    "ladder-events",
    "transitions",
    "interpreter-budgets",
    "interpreting",
    "consents",
    "consultations",
];

/// Words that only the data of one family have in them.
const CANARIES: [&str; 9] =
    ["Zilpzalp", "Rohrammer", "px", "hx", "Feldlerche", "fb-x", "zi-x", "Wiedehopf", "ew-x"];

/// The example with a family of its own words: a child with a contact alone and one together with
/// another child, absences, a case with a goal, and a consent.
#[expect(clippy::too_many_lines, reason = "one line for each record")]
fn with_family() -> Workspace {
    let workspace = Workspace::example();
    for form in FORMS {
        let file = example_file(form);
        workspace.run(&["import", form, file.to_str().unwrap()]).success();
    }
    let add = |line: &[&str]| drop(workspace.run(line).success());
    add(&["household", "add", "hx", "Familie Rohrammer"]);
    add(&[
        "pupil",
        "add",
        "px",
        "--given-name",
        "Zilpzalp",
        "--family-name",
        "Rohrammer",
        "--school",
        "990001",
        "--grade",
        "03",
        "--class",
        "3b",
        "--birth-day",
        "2016-05-05",
        "--household",
        "hx",
        "--enrolled-from",
        "2025-08-27",
        "--accompanied-from",
        "2025-09-01",
    ]);
    for pupils in [&["px"][..], &["px", "p1"]] {
        let mut line = vec![
            "contact",
            "add",
            "--school",
            "990001",
            "--kind",
            "home-visit",
            "--with",
            "bm1",
            "--day",
            "2025-10-06",
            "--minutes",
            "45",
            "--note",
            "Feldlerche",
            "--topic",
            "attendance",
            "--result",
            "reached",
            "--persons",
            "3",
        ];
        for pupil in pupils {
            line.extend(["--pupil", pupil]);
        }
        add(&line);
    }
    add(&["absence", "add", "--pupil", "px", "--day", "2025-10-07", "--status", "unexcused"]);
    let record = |form: &str, values: &[&str]| {
        let mut line = vec!["record", "add", form];
        line.extend(values);
        drop(workspace.run(&line).success());
    };
    record(
        "support-cases",
        &[
            "code=fb-x",
            "pupil=px",
            "household=hx",
            "eligibility=newly-arrived",
            "topics=attendance",
            "opened=2025-09-08",
        ],
    );
    record(
        "goals",
        &[
            "code=zi-x",
            "support_case=fb-x",
            "title=Wiedehopf",
            "topic=attendance",
            "baseline=1",
            "target=5",
            "state=open",
            "agreed=2025-09-10",
        ],
    );
    record(
        "consents",
        &[
            "code=ew-x",
            "pupil=px",
            "purpose=referral",
            "recipient=Jugendamt",
            "state=granted",
            "given=2025-09-10",
            "expires=2026-07-31",
        ],
    );
    workspace
}

/// Every command that lists or shows records, made of the kinds there are.
fn outputs() -> Vec<String> {
    let mut lines: Vec<String> = [
        "pupil list",
        "household list",
        "contact list",
        "absence list",
        "absence totals",
        "absence conflicts",
        "task list",
        "sheet family h1",
        "sheet absences --school 990001 --as bm1",
        "sheet my-day --as bm1 --day 2025-10-08",
        "sheet data-protection",
        "sheet gaps",
        "consent list",
        "school list",
    ]
    .map(Into::into)
    .to_vec();
    for kind in KINDS.iter().chain(&FORMS) {
        lines.push(format!("export {kind}"));
    }
    for form in FORMS {
        lines.push(format!("record list {form}"));
    }
    lines
}

fn found_in(workspace: &Workspace, line: &str) -> Vec<&'static str> {
    let ran = workspace.say(line);
    let said = ran.stdout + &ran.stderr;
    let words: Vec<&str> = said.split(|c: char| !(c.is_alphanumeric() || c == '-')).collect();
    CANARIES.into_iter().filter(|canary| words.contains(canary)).collect()
}

#[test]
fn a_restricted_child_is_in_no_output_and_back_when_it_is_lifted() {
    let workspace = with_family();
    let before: Vec<Vec<_>> = outputs().iter().map(|line| found_in(&workspace, line)).collect();
    let seen: std::collections::BTreeSet<_> = before.iter().flatten().copied().collect();
    assert_eq!(seen.len(), CANARIES.len(), "each of them can be found at all: {seen:?}");
    workspace.say("subject restrict px --reason everything").misused();
    workspace.say("subject restrict nobody --reason accuracy").refused();
    workspace.say("subject restrict px --reason accuracy --as bm1").refused();
    workspace.say("subject restrict px --reason accuracy").success();
    workspace.say("subject restrict px --reason objection").refused();
    for line in outputs() {
        assert_eq!(found_in(&workspace, &line), [""; 0], "{line}");
    }
    for line in ["pupil show px", "record show goals zi-x", "sheet family hx"] {
        workspace.say(line).refused();
    }
    // The contact with another child goes on being there for that one.
    assert!(workspace.list("contact list --pupil p1").iter().any(|row| row["day"] == "2025-10-06"));
    // Nothing is changed, and nobody of that code is made a second time.
    workspace.say("absence add --pupil px --day 2025-10-08 --status unexcused").refused();
    workspace.say("record change goals zi-x state=reached").refused();
    workspace
        .say("pupil add px --given-name A --family-name B --school 990001 --grade 03 --enrolled-from 2025-08-27")
        .refused();
    let shown = workspace.say("subject show px").success().stdout;
    assert!(shown.contains("Restricted") && shown.contains("Zilpzalp"), "{shown}");
    workspace.say("subject show px --as bm1").refused();
    workspace.say("consent withdraw ew-x --on 2026-01-07").success();

    workspace.say("subject unrestrict px --as bm1").refused();
    workspace.say("subject unrestrict px").success();
    workspace.say("subject unrestrict px").refused();
    for (line, before) in outputs().iter().zip(before) {
        assert_eq!(found_in(&workspace, line), before, "{line}");
    }
}

/// What a report counts changes by exactly the contacts that are not used.
#[test]
fn reports_count_without_restricted_children_and_with_them_again() {
    let workspace = with_family();
    let rows = |workspace: &Workspace| workspace.list("contact list --limit 1000").len();
    let before = rows(&workspace);
    workspace.say("subject restrict hx --reason claims").success();
    assert_eq!(rows(&workspace), before - 1, "the contact with px alone");
    workspace.say("subject unrestrict hx").success();
    assert_eq!(rows(&workspace), before);
}

#[test]
fn nothing_goes_to_another_office_without_a_consent() {
    let workspace = with_family();
    let check = |line: &str| workspace.say(&format!("consent check {line}"));
    check("px --purpose transition --for Jugendamt --on 2026-01-07")
        .refused()
        .saying(&["another purpose", "ew-x"]);
    check("px --purpose referral --for Jobcenter --on 2026-01-07")
        .refused()
        .saying(&["another recipient", "Jugendamt"]);
    check("px --purpose referral --for Jugendamt --on 2026-08-01")
        .refused()
        .saying(&["until 2026-07-31"]);
    check("px --purpose referral --for Jugendamt --on 2025-09-09").refused();
    check("px --purpose tourism --for Jugendamt").refused().saying(&["no purpose"]);
    check("p2 --purpose referral --for Jugendamt").refused().saying(&["no consent is recorded"]);
    let said = check("px --purpose referral --for youth-office --on 2026-07-31").success();
    assert!(said.stdout.contains("ew-x"), "{}", said.stdout);

    // A referral is offered without a consent; that data went there is not recorded without one.
    let referral = ["code=vw-x", "support_case=fb-x", "target=job-centre", "day=2025-10-13"];
    let record = |state: &str, target: &str| {
        let mut line = vec!["record", "add", "referrals"];
        line.extend(referral.iter().filter(|value| !value.starts_with("target")));
        line.extend([state, target]);
        workspace.run(&line)
    };
    record("state=arrived", "target=job-centre").refused().saying(&["another recipient"]);
    record("state=offered", "target=youth-office").success();
    workspace.say("record change referrals vw-x state=accepted target=job-centre").refused();
    workspace.say("record change referrals vw-x state=accepted").success();
    // Another word about the same referral is no new sharing.
    workspace.say("record change referrals vw-x state=arrived").success();
    let shared = workspace.list("consent show ew-x");
    assert_eq!(shared.len(), 1, "{shared:?}");
    assert_eq!((&shared[0]["record"], &shared[0]["what"]), (&"vw-x".into(), &"referral".into()));

    // Withdrawal stops it at once, and tells what went before.
    let told = workspace.list("consent withdraw ew-x --on 2025-11-03");
    assert_eq!(told.len(), 1);
    workspace.say("consent withdraw ew-x --on 2025-11-03").refused();
    check("px --purpose referral --for Jugendamt --on 2025-11-03").refused().saying(&["withdrawn"]);
    check("px --purpose referral --for Jugendamt --on 2025-11-02").success();
    workspace.say("consent withdraw nobody").refused();
}

#[test]
fn a_family_sheet_for_somebody_else_rests_on_a_consent_and_leaves_out_what_is_the_teams() {
    let workspace = with_family();
    let sheet = "sheet family h1 --for Beratungsstelle --purpose referral";
    workspace.say(sheet).refused().saying(&["no consent is recorded"]);
    workspace
        .run(&[
            "record",
            "add",
            "consents",
            "code=ew-s",
            "household=h1",
            "purpose=referral",
            "recipient=Beratungsstelle",
            "state=granted",
            "given=2025-09-10",
        ])
        .success();
    let inside = workspace.say("sheet family h1 --as sa1").success().stdout;
    let ran = workspace.say(&format!("{sheet} --as sa1")).success().stdout;
    assert!(ran.contains("Beratungsstelle") && ran.contains("ew-s"), "{ran}");
    for team_only in ["Open tasks", "Consents", "p3", "px", "Gespräch mit beiden Familien"] {
        assert!(inside.contains(team_only) && !ran.contains(team_only), "{team_only}: {ran}");
    }
    let columns = |line: &str| workspace.say(&format!("{line} --format json")).success().stdout;
    assert!(columns("sheet family h1").contains("\"private\""));
    assert!(!columns(sheet).contains("\"private\""));
    assert_eq!(workspace.list("consent show ew-s").len(), 2);
    // A restricted family goes to nobody.
    workspace.say("subject restrict h1 --reason objection").success();
    workspace.say(sheet).refused();
}

/// The person's copy, and the list of texts to read.
fn export(workspace: &Workspace, code: &str) -> (String, Value, String) {
    let folder = workspace.path(&format!("copy-{code}"));
    let ran = workspace.run(&["subject", "export", code, "--out", folder.to_str().unwrap()]);
    let said = ran.success();
    let page = fs_err::read_to_string(folder.join("person.html")).unwrap();
    let data = fs_err::read_to_string(folder.join("person.json")).unwrap();
    (page, serde_json::from_str(&data).unwrap(), said.stdout + &said.stderr)
}

fn table<'d>(data: &'d Value, id: &str) -> &'d [Value] {
    let tables = data["tables"].as_array().unwrap();
    tables
        .iter()
        .find(|table| table["id"] == id)
        .map_or(&[][..], |table| table["rows"].as_array().unwrap().as_slice())
}

#[test]
fn a_person_gets_all_that_is_theirs_and_nothing_of_anybody_else() {
    let workspace = with_family();
    workspace.say("subject export px --out x --as bm1").refused();
    let (page, data, said) = export(&workspace, "px");
    assert_eq!(complaints(&validator("person-1.0.json"), &data), [""; 0]);
    for word in ["Zilpzalp", "Rohrammer", "Feldlerche", "Wiedehopf", "Jugendamt", "Art. 15"] {
        assert!(page.contains(word), "{word}");
    }
    // Counted by hand: what `with_family` records.
    for (id, rows) in [
        ("pupil", 1),
        ("household", 1),
        ("contact", 2),
        ("contact_pupil", 2),
        ("contact_participant", 2),
        ("absence", 1),
        ("support_case", 1),
        ("goal", 1),
        ("consent", 1),
        ("absence_total", 0),
        ("transition", 0),
    ] {
        assert_eq!(table(&data, id).len(), rows, "{id}");
    }
    let others: Vec<_> = table(&data, "contact").iter().map(|row| &row["others"]).collect();
    assert_eq!(others, [0, 1], "the other child is a number");
    // Two notes and the title of a goal, and the consent's recipient are free texts.
    assert!(said.contains("(4)"), "{said}");
    // Nobody else is in it: no other child, no staff by name or code, nothing of a second family.
    let whole = format!("{page}{data}");
    for stranger in
        ["Muster,", "Alex", "Robin", "Platzhalter", "fb-1", "zi-1", "bm1", "\"p1\"", "h1"]
    {
        let is_in = if stranger == "h1" {
            whole.contains("\"h1\"") || whole.contains(">h1<")
        } else {
            whole.contains(stranger)
        };
        assert!(!is_in, "{stranger}");
    }
    let (_, other, _) = export(&workspace, "p1");
    let other = other.to_string();
    for canary in ["Zilpzalp", "Rohrammer", "Wiedehopf", "px", "hx"] {
        assert!(!other.contains(canary), "{canary}");
    }
    // It is noted, and no folder is written over.
    assert!(workspace.list("audit list --action subject.export").len() == 2);
    let folder = workspace.path("copy-px");
    workspace.run(&["subject", "export", "px", "--out", folder.to_str().unwrap()]).refused();
    // Restricted or not, people get their data.
    workspace.say("subject restrict hx --reason unlawful").success();
    let (_, household, _) = export(&workspace, "hx");
    assert_eq!(household["restricted"], true);
    assert_eq!(table(&household, "contact").len(), 2);
}

/// The same child's rows in the demo, counted a second way: in the files that anybody can export.
#[test]
fn the_copy_of_a_child_of_the_example_is_what_the_lists_have_of_it() {
    let workspace = with_family();
    let (_, data, _) = export(&workspace, "p3");
    let lines = |kind: &str, column: &str| {
        let text = workspace.say(&format!("export {kind}")).success().stdout;
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        let separator = |c: char| c == ',' || c == ';';
        let place = lines.next().unwrap().split(separator).position(|it| it == column).unwrap();
        let is_theirs = |line: &&str| {
            line.split(separator)
                .nth(place)
                .is_some_and(|cell| cell.split('|').any(|it| it == "p3"))
        };
        lines.filter(is_theirs).count()
    };
    for (kind, column, id) in [
        ("absences", "pupil", "absence"),
        ("absence-totals", "pupil", "absence_total"),
        ("support-cases", "pupil", "support_case"),
        ("transitions", "pupil", "transition"),
        ("consents", "pupil", "consent"),
        ("stays", "pupil", "stay"),
    ] {
        assert_eq!(table(&data, id).len(), lines(kind, column), "{kind}");
    }
}
