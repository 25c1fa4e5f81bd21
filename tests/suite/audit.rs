//! The audit as it is seen from outside: what is in it, what is not, who may read it.

use serde_json::Value;

use crate::support::{COMPARISON, Workspace};

/// The actions in the audit, oldest first.
fn actions(workspace: &Workspace) -> Vec<String> {
    let mut entries = workspace.list("audit list --limit 1000");
    entries.reverse();
    entries.iter().map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

/// What `audit verify` says, line by line.
fn verified(workspace: &Workspace) -> Vec<String> {
    let ran = workspace.say("audit verify").success();
    ran.stdout.lines().map(str::to_owned).collect()
}

/// Changes the records past the program.
pub(crate) fn meddle(workspace: &Workspace, sql: &str) {
    let key = fs_err::read_to_string(workspace.path("records/tridem.key")).unwrap();
    let connection = rusqlite::Connection::open(workspace.path("records/tridem.db")).unwrap();
    connection.execute_batch(&format!("PRAGMA key = \"x'{}'\"", key.trim())).unwrap();
    connection.execute_batch("PRAGMA cipher_page_size = 16384").unwrap();
    connection.execute_batch(sql).unwrap();
}

#[test]
fn the_audit_is_not_for_a_practitioner() {
    let workspace = Workspace::example();
    for line in ["audit list", "audit list --actor bm1", "audit verify"] {
        workspace.say(&format!("--as bm1 {line}")).refused().saying(&[
            "`bm1` (mediator) may not do this: look at the audit",
            "these may: administrator",
        ]);
    }
}

#[test]
fn a_chain_that_was_broken_is_told_with_exit_code_1_and_a_hash_that_was_kept_is_missed() {
    let workspace = Workspace::new();
    workspace.say("household add h1").success();
    let head = verified(&workspace).pop().unwrap();
    let head = head.strip_prefix("Head: ").unwrap().to_owned();
    assert_eq!(head.len(), 64);
    workspace.say("household add h2").success();
    let ran = workspace.say(&format!("audit verify --expect {head}")).success();
    assert!(ran.stdout.starts_with("3 entries, unbroken, "), "{}", ran.stdout);
    assert!(ran.stdout.contains("hash is that of entry 2; 1 came after it"), "{}", ran.stdout);
    let other = "0".repeat(64);
    workspace
        .say(&format!("audit verify --expect {other}"))
        .refused()
        .saying(&["no entry of the audit has the hash that was expected", "compare with a backup"]);
    workspace.say("audit verify --expect 12").misused();

    meddle(
        &workspace,
        "DROP TRIGGER audit_is_not_changed; UPDATE audit SET actor = 'account:other' WHERE seq = 2",
    );
    let said = "the audit breaks at entry 2: its content is not what was written";
    workspace.say("audit verify").refused().saying(&[said, "past this program"]);
    workspace
        .say("--lang de audit verify")
        .refused()
        .saying(&["das Protokoll ist bei Eintrag 2 gebrochen", "Hinweis:"]);
}

#[test]
fn every_way_to_change_something_leaves_its_entry() {
    let workspace = Workspace::new();
    let mut expected = vec!["store.create".to_owned()];
    let mut does = |line: &str, entries: &[&str]| {
        workspace.say(line).success();
        expected.extend(entries.iter().map(|entry| (*entry).to_owned()));
        assert_eq!(actions(&workspace), expected, "{line}");
    };
    let joined = "school add 990001 Eins --form 02 --joined 2025-08-01";
    does(joined, &["school.add", "participation.add"]);
    does("school enrol 990001 2025/26 200", &["enrolment.set"]);
    does("school day-off 990001 2026-02-16", &["day-off.add"]);
    does("person add bm1 Eins --role mediation", &["practitioner.add"]);
    does("person add lk1 Zwei --role teacher", &["practitioner.add"]);
    does("person assign bm1 990001 --hours 10 --from 2025-08-01", &["assignment.add"]);
    does("person pair 990001 bm1 lk1 --from 2025-08-01", &["pairing.add"]);
    does("household add h1", &["household.add"]);
    does(
        "pupil add p1 --given-name A --family-name B --school 990001 --grade 03 --household h1 \
         --enrolled-from 2025-08-01 --accompanied-from 2025-08-01",
        &["pupil.add"],
    );
    let contact = "--as bm1 contact add --school 990001 --kind phone --day 2025-10-06 --pupil p1";
    does(contact, &["contact.add"]);
    let id = workspace.list("contact list").remove(0)["id"].as_str().unwrap().to_owned();
    does(&format!("contact correct {id} --minutes 9 --reason typo"), &["contact.correct"]);
    does("code add topic garden --de Garten --en garden", &["code.add"]);
    let row = "code,name\nh2,\nh3,\n";
    let file = workspace.file("h.csv", row);
    does(&format!("import households {file} --dry-run"), &[]);
    does(&format!("import households {file}"), &["household.add", "import.file"]);
    let package = crate::support::comparison_package();
    // The compiled form is kept as well, which is a cache and no change.
    does(&format!("plugin install {}", package.display()), &["plugin.install"]);
    does("plugin list", &[]);
    let grant = format!("plugin grant {COMPARISON} contacts.day contacts.kind");
    does(&grant, &["plugin.grant", "plugin.grant"]);
    does(&grant, &[]);
    does(&format!("plugin revoke {COMPARISON} contacts.kind"), &["plugin.revoke"]);
    does(&format!("plugin revoke {COMPARISON} contacts.kind"), &[]);
    workspace.say(&format!("plugin grant {COMPARISON} --all")).success();
    let before = actions(&workspace).len();
    for line in ["monitor", "disable --reason because", "enable", "runs"] {
        workspace.say(&format!("plugin {line} {COMPARISON}")).success();
        workspace.say(&format!("report run {COMPARISON} --year 2025/26"));
    }
    let expected = [
        "plugin.monitor",
        "plugin.run",
        "plugin.disable",
        "plugin.enable",
        "report.run",
        "report.run",
    ];
    assert_eq!(actions(&workspace)[before..], expected);
    let before = actions(&workspace).len();
    workspace.say(&format!("report run {COMPARISON} --year 2025/26")).success();
    workspace.say(&format!("plugin remove {COMPARISON}")).success();
    assert_eq!(actions(&workspace)[before..], ["report.run", "plugin.remove"]);
    verified(&workspace);
}

#[test]
fn what_is_refused_leaves_no_entry() {
    let workspace = Workspace::example();
    let before = actions(&workspace);
    workspace.say("household add h1").refused();
    workspace.say("contact add --school 990001 --kind walk --with bm1").refused();
    workspace.say("report run org.example.none --year 2025/26").refused();
    assert_eq!(actions(&workspace), before);
}

#[test]
fn an_entry_says_who_did_what_to_what_in_codes() {
    let workspace = Workspace::example_with_comparison();
    workspace.say(&format!("report run {COMPARISON} --year 2025/26")).success();
    let report = workspace.list("report list").remove(0);
    let entry = workspace.list("audit list --limit 1").remove(0);
    assert_eq!(entry["actor"], "account:tester");
    assert_eq!(entry["action"], "report.run");
    assert_eq!(entry["subject"], report["id"]);
    let details: Value = serde_json::from_str(entry["details"].as_str().unwrap()).unwrap();
    assert_eq!(details["plugin"], COMPARISON);
    assert_eq!((&details["from"], &details["until"]), (&"2025-08-01".into(), &"2026-07-31".into()));

    let imports = workspace.list("audit list --action import.file");
    assert_eq!(imports.len(), 16);
    assert_eq!(imports[0]["subject"], "contacts");
    let mut command = workspace.command(&["household", "add", "hx"]);
    assert!(command.env("USER", "Mia Muster").output().unwrap().status.success());
    let entry = workspace.list("audit list --limit 1").remove(0);
    assert!(entry["actor"].as_str().unwrap().starts_with("account:#"), "{entry}");

    assert_eq!(workspace.list("audit list --actor nobody"), [0; 0]);
    assert_eq!(workspace.list("audit list --to 2020-01-01"), [0; 0]);
    assert_eq!(workspace.list("audit list --from 2020-01-01 --limit 3").len(), 3);
    workspace.say("audit list --action walk").misused().saying(&["is not an action"]);
}

/// The birds in the mine: whatever a person can type in as a name, a note or a reason.
#[test]
fn no_word_that_was_typed_in_gets_into_the_audit() {
    const BIRD: &str = "Zaunkoenig";
    let workspace = Workspace::example();
    workspace.run(&["school", "add", "990777", BIRD, "--form", "02"]).success();
    let free = ["school", "day-off", "990777", "2026-02-16", "--reason", BIRD];
    workspace.run(&free).success();
    workspace.run(&["person", "add", "zz1", BIRD, "--role", "teacher"]).success();
    let home = format!("h-{BIRD}");
    workspace.run(&["household", "add", &home, BIRD]).success();
    let child = format!("p-{BIRD}");
    workspace
        .say(&format!(
            "pupil add {child} --given-name {BIRD} --family-name {BIRD} --school 990001 \
             --grade 03 --class {BIRD} --household {home} --enrolled-from 2024-08-01"
        ))
        .success();
    workspace
        .say(&format!(
            "--as sa1 contact add --school 990001 --kind phone --pupil {child} --day 2025-10-06 \
             --note {BIRD} --private-note {BIRD} --next-step {BIRD}"
        ))
        .success();
    let id = workspace.list("contact list --pupil p-Zaunkoenig").remove(0);
    let id = id["id"].as_str().unwrap();
    workspace
        .say(&format!(
            "--as sa1 contact correct {id} --note {BIRD}-2 --private-note {BIRD}-2 \
             --next-step {BIRD}-2 --reason {BIRD}"
        ))
        .success();
    let words = ["code", "add", "topic", "own", "--de", BIRD, "--en", BIRD];
    workspace.run(&words).success();
    let rows = format!("code,name\n{BIRD}-1,{BIRD}\n{BIRD}-2,{BIRD}\n");
    let file = workspace.file(&format!("{BIRD}.csv"), rows);
    workspace.run(&["import", "households", &file]).success();

    for format in ["table", "json", "csv"] {
        let list = workspace.say(&format!("audit list --limit 1000 --format {format}")).success();
        assert!(list.stdout.len() > 2_000);
        assert!(!list.stdout.contains(BIRD), "{}", list.stdout);
    }
    // They would be found: the practitioner who acted is in it.
    assert_eq!(workspace.list("audit list --actor sa1").len(), 2);
    let last = workspace.list("audit list --action contact.correct").remove(0);
    let details =
        r#"{"fields":["next_step","shared_note","private_note:social-work"],"version":2}"#;
    assert_eq!(last["details"], details);
}
