//! The audit as it is seen from outside: what is in it, what is not, who may read it.

use serde_json::Value;
use tridem::domain::{Anchor, AuditEntry, Cover, commitment};

use crate::support::{COMPARISON, Workspace};

/// The actions in the audit, oldest first.
fn actions(workspace: &Workspace) -> Vec<String> {
    let mut entries = workspace.list("audit list --without-reads --limit 1000");
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
        "report.publish",
        "report.run",
        "report.publish",
    ];
    assert_eq!(actions(&workspace)[before..], expected);
    let before = actions(&workspace).len();
    workspace.say(&format!("report run {COMPARISON} --year 2025/26")).success();
    workspace.say(&format!("plugin remove {COMPARISON}")).success();
    assert_eq!(actions(&workspace)[before..], ["report.run", "report.publish", "plugin.remove"]);
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
    let entry = workspace.list("audit list --action report.run --limit 1").remove(0);
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
    // Reads, of everything that has the word in it.
    for line in [
        "contact list".to_owned(),
        format!("contact show {id} --as sa1"),
        format!("contact history {id}"),
        "pupil list".to_owned(),
        format!("pupil show {child}"),
        "household list".to_owned(),
        format!("sheet family {home}"),
        "export pupils".to_owned(),
        format!("audit seen {child}"),
        format!("audit seen --household {home}"),
    ] {
        workspace.say(&line).success();
    }
    let reads = workspace.list("audit list --action read --limit 1000").len();
    assert!(reads >= 10, "{reads}");
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
    assert_eq!(workspace.list("audit list --actor sa1 --without-reads").len(), 2);
    let last = workspace.list("audit list --action contact.correct").remove(0);
    let details =
        r#"{"fields":["next_step","shared_note","private_note:social-work"],"version":2}"#;
    assert_eq!(last["details"], details);
}

/// The records past the program, with their key.
fn database(workspace: &Workspace) -> rusqlite::Connection {
    let key = fs_err::read_to_string(workspace.path("records/tridem.key")).unwrap();
    let connection = rusqlite::Connection::open(workspace.path("records/tridem.db")).unwrap();
    connection.execute_batch(&format!("PRAGMA key = \"x'{}'\"", key.trim())).unwrap();
    connection.execute_batch("PRAGMA cipher_page_size = 16384").unwrap();
    connection
}

/// Writes the whole chain anew from one entry on, in which somebody else is named, with all hashes as
/// they must be: what somebody with the key can do, and what the chain alone cannot show.
fn write_anew(workspace: &Workspace, from: u64) {
    let connection = database(workspace);
    let triggers = "DROP TRIGGER audit_is_not_changed";
    connection.execute_batch(triggers).unwrap();
    let mut statement = connection
        .prepare(
            "SELECT seq, at, actor, action, subject, details, salt, previous, hash FROM audit
             ORDER BY seq",
        )
        .unwrap();
    let entries = statement.query_map([], |row| {
        let (subject, details): (String, String) = (row.get(4)?, row.get(5)?);
        let salt = row.get(6)?;
        let commitment = commitment(&salt, &subject, &details);
        Ok(AuditEntry {
            seq: row.get::<_, i64>(0)?.unsigned_abs(),
            at: row.get(1)?,
            actor: row.get(2)?,
            action: row.get(3)?,
            subject,
            details,
            cover: Cover::Sealed { salt, commitment },
            previous: row.get(7)?,
            hash: row.get(8)?,
        })
    });
    let mut previous = None;
    for mut entry in entries.unwrap().map(Result::unwrap) {
        entry.previous = previous.unwrap_or(entry.previous);
        if entry.seq == from {
            entry.actor = "account:other".into();
        }
        entry.hash = entry.digest();
        previous = Some(entry.hash);
        let sql = "UPDATE audit SET actor = ?2, previous = ?3, hash = ?4 WHERE seq = ?1";
        let values = (entry.seq.cast_signed(), &entry.actor, entry.previous, entry.hash);
        connection.execute(sql, values).unwrap();
    }
}

#[test]
fn an_anchor_outside_the_records_finds_a_chain_that_was_written_anew_and_a_cut_end() {
    let workspace = Workspace::new();
    let file = workspace.file("anchors.txt", "# kept in the safe\n\n");
    workspace
        .say("audit anchor --out records/anchors.txt")
        .refused()
        .saying(&["among the records"]);
    let mut lines = Vec::new();
    for code in ["h1", "h2", "h3"] {
        workspace.say(&format!("household add {code}")).success();
        lines.push(workspace.say(&format!("audit anchor --out {file}")).success().stdout);
    }
    workspace.say("household add h4").success();
    let written = fs_err::read_to_string(&file).unwrap();
    assert_eq!(written, format!("# kept in the safe\n\n{}", lines.concat()));
    // Two entries between anchors: the household, and that there was an anchor.
    let numbers: Vec<u64> = lines.iter().map(|line| line.parse::<Anchor>().unwrap().seq).collect();
    assert_eq!(numbers, [2, 4, 6]);
    let verify = format!("audit verify --anchors {file}");
    let ran = workspace.say(&verify).success();
    assert!(ran.stdout.contains("3 anchors are in order"), "{}", ran.stdout);
    assert!(ran.stdout.contains("entry 6; 2 came after it"), "{}", ran.stdout);
    let german = workspace.say(&format!("--lang de {verify}")).success().stdout;
    assert!(german.contains("3 Anker stimmen.") && german.contains("danach kamen 2"), "{german}");

    // What was typed again with a mistake, of other records, or no anchor at all.
    let typed = workspace.file("typed.txt", lines[0].to_uppercase().replace(' ', "  "));
    workspace.say(&format!("audit verify --anchors {typed}")).success();
    let wrong = workspace.file("wrong.txt", lines[0].replacen(" 2 ", " 3 ", 1));
    workspace
        .say(&format!("audit verify --anchors {wrong}"))
        .refused()
        .saying(&["line 1: a letter of it is wrong"]);
    let none = workspace.file("none.txt", "# nothing\n");
    workspace.say(&format!("audit verify --anchors {none}")).refused().saying(&["no anchor in"]);
    let other = Workspace::new();
    let foreign = workspace.file("other.txt", other.say("audit anchor").success().stdout);
    workspace
        .say(&format!("audit verify --anchors {foreign}"))
        .refused()
        .saying(&["another municipality's records"]);

    // The end cut off: the last two anchors are missed, the first missing one is told.
    let kept = fs_err::read(workspace.path("records/tridem.db")).unwrap();
    meddle(&workspace, "DROP TRIGGER audit_is_not_shortened; DELETE FROM audit WHERE seq > 3");
    workspace.say("audit verify").success();
    workspace
        .say(&verify)
        .refused()
        .saying(&["line 4: the end of the audit was cut off: entry 4 ", "the last one is 3"]);
    fs_err::write(workspace.path("records/tridem.db"), kept).unwrap();

    // All of it written anew from the third entry on: the chain holds, the second anchor does not.
    write_anew(&workspace, 3);
    workspace.say("audit verify").success();
    workspace
        .say(&verify)
        .refused()
        .saying(&["line 4: the audit was rewritten: entry 4 ", "up to entry 2 it is as it was"]);
    workspace
        .say(&format!("--lang de {verify}"))
        .refused()
        .saying(&["Zeile 4: das Protokoll wurde umgeschrieben", "Hinweis:"]);
}

#[test]
fn what_is_younger_than_three_years_is_not_pruned() {
    let workspace = Workspace::example();
    workspace.say("--as bm1 audit prune").refused();
    workspace
        .say("audit prune --before 2199-01-01")
        .refused()
        .saying(&["the audit is kept for three years"]);
    let before = verified(&workspace);
    for line in ["audit prune --preview", "audit prune", "audit prune --before 2020-01-01"] {
        let ran = workspace.say(line).success();
        assert!(ran.stdout.starts_with("Nothing is older"), "{}", ran.stdout);
    }
    assert_eq!(verified(&workspace), before);
}

/// Entries of 2001, written past the clock of the machine.
#[test]
fn what_is_past_its_time_is_pruned_after_a_preview_and_the_chain_goes_on() {
    let workspace = Workspace::empty();
    workspace.run(&["init", "--municipality", "Musterstadt", "--development"]).success();
    let key = tridem::store::DatabaseKey::read_file(&workspace.path("records/tridem.key")).unwrap();
    let path = workspace.path("records/tridem.db");
    fs_err::remove_file(&path).unwrap();
    let old = tridem::domain::Author::new("bm1", 1_000_000_000);
    drop(tridem::store::Store::create(&path, &key, "Musterstadt", &old).unwrap());
    let first = workspace.say("audit anchor").success().stdout;
    let doctor = workspace.say("doctor").success().stdout;
    assert!(!doctor.contains("anchored"), "{doctor}");
    let ran = workspace.say("audit prune --preview").success();
    assert!(ran.stdout.starts_with("To prune: entries from before"), "{}", ran.stdout);
    assert!(verified(&workspace)[0].starts_with("2 entries, unbroken"));
    workspace.say("audit prune").success();
    let said = verified(&workspace);
    assert!(said[0].starts_with("2 entries, unbroken"), "{said:?}");
    assert_eq!(said[1], "Entries 1 to 1 were pruned, their time being over.");
    assert_eq!(actions(&workspace), ["audit.anchor", "audit.prune"]);
    // The last entry that is gone is still known by its hash.
    let file = workspace.file("anchors.txt", &first);
    workspace.say(&format!("audit verify --anchors {file}")).success();
    workspace
        .say(&format!("audit verify --expect {}", "0".repeat(64)))
        .refused()
        .saying(&["entries 1 to 1 were pruned"]);
}

#[test]
fn the_doctor_asks_for_an_anchor_when_the_last_one_is_a_month_old() {
    let workspace = Workspace::new();
    let doctor = |lang: &str| workspace.say(&format!("--lang {lang} doctor")).success().stdout;
    assert!(!doctor("en").contains("anchored"));
    let key = tridem::store::DatabaseKey::read_file(&workspace.path("records/tridem.key")).unwrap();
    let path = workspace.path("records/tridem.db");
    fs_err::remove_file(&path).unwrap();
    let old = tridem::domain::Author::new("bm1", 1_600_000_000);
    let mut store = tridem::store::Store::create(&path, &key, "Musterstadt", &old).unwrap();
    assert!(doctor("en").contains("the audit was never anchored"));
    let mut writer = store.write(&old).unwrap();
    writer.note_anchor(1);
    writer.commit().unwrap();
    drop(store);
    let said = doctor("en");
    assert!(said.contains("the audit was last anchored on 2020-09-13"), "{said}");
    assert!(doctor("de").contains("zuletzt am 2020-09-13"));
    workspace.say("audit anchor").success();
    assert!(!doctor("en").contains("anchored"));
}

#[test]
fn who_is_refused_something_stands_in_the_audit() {
    let workspace = Workspace::example();
    workspace.say("--as bm1 audit list").refused();
    workspace.say("--as bm1 code add topic garden --de Garten --en garden").refused();
    let entries = workspace.list("audit list --action access.refuse");
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (entry["actor"].as_str().unwrap(), entry["subject"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("bm1", "code.add"), ("bm1", "audit.read")]);
    assert!(entries[0]["details"].as_str().unwrap().contains("mediator"), "{}", entries[0]);
    workspace.say("audit verify").success();
}
