//! Erasure as a person asks for it: what stands in the way, what goes, what stays, and what comes back.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use crate::pages::{decrypted, key_of};
use crate::support::{COMPARISON, Workspace};

const GIVEN: &str = "Kanarienmia";
const FAMILY: &str = "Zeisigmann-4711";
const CODE: &str = "kanari-kind";
const HOME: &str = "kanari-haus";
const SHARED: &str = "Kanarienvogel im Hausflur";
const PRIVATE: &str = "Zeisig in der Kammer";
const STEP: &str = "Finkenschlag abwarten";
const OLD: &str = "Stieglitz, wie er war";
const TITLE: &str = "Dompfaff fliegt allein";

/// All that is the child's and must be nowhere afterwards.
const CANARIES: [&str; 9] = [GIVEN, FAMILY, CODE, HOME, SHARED, PRIVATE, STEP, OLD, TITLE];

/// The example with a child who is in everything that there is.
#[expect(clippy::too_many_lines, reason = "one line for each thing that a child can be in")]
fn with_child() -> Workspace {
    let workspace = Workspace::example();
    let run = |line: &[&str]| workspace.run(line).success().stdout;
    run(&["household", "add", HOME, FAMILY, "--language", "tr"]);
    run(&[
        "pupil",
        "add",
        CODE,
        "--given-name",
        GIVEN,
        "--family-name",
        FAMILY,
        "--household",
        HOME,
        "--school",
        "990001",
        "--grade",
        "03",
        "--class",
        "3k",
        "--birth-day",
        "2016-03-01",
        "--enrolled-from",
        "2024-08-01",
        "--accompanied-from",
        "2024-08-01",
    ]);
    let contact = run(&[
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
        "--pupil",
        CODE,
        "--day",
        "2025-10-06",
        "--minutes",
        "40",
        "--persons",
        "3",
        "--topic",
        "attendance",
        "--note",
        OLD,
        "--private-note",
        OLD,
        "--next-step",
        STEP,
        "--next-due",
        "2025-10-20",
    ]);
    let contact = contact.strip_prefix("Saved: ").unwrap().trim();
    run(&[
        "--as",
        "sa1",
        "contact",
        "correct",
        contact,
        "--note",
        SHARED,
        "--private-note",
        PRIVATE,
        "--reason",
        OLD,
    ]);
    run(&[
        "absence",
        "add",
        "--pupil",
        CODE,
        "--day",
        "2025-10-07",
        "--status",
        "open",
        "--amount",
        "2",
    ]);
    run(&[
        "record",
        "add",
        "support-cases",
        "code=kanari-fall",
        &format!("pupil={CODE}"),
        "opened=2025-09-15",
        "eligibility=newly-arrived",
        "topics=language",
    ]);
    run(&[
        "record",
        "add",
        "goals",
        "support_case=kanari-fall",
        &format!("title={TITLE}"),
        "topic=language",
        "baseline=1",
        "target=5",
        "state=open",
        "agreed=2025-09-15",
    ]);
    run(&[
        "record",
        "add",
        "consents",
        &format!("pupil={CODE}"),
        "purpose=support",
        &format!("recipient={TITLE}"),
        "state=granted",
        "given=2025-09-15",
    ]);
    run(&["record", "change", "support-cases", "kanari-fall", "topics=learning", "--reason", OLD]);
    workspace
}

#[track_caller]
fn assert_silent(place: &str, bytes: &[u8]) {
    for canary in CANARIES {
        let found = bytes.windows(canary.len()).any(|part| part == canary.as_bytes());
        assert!(!found, "`{canary}` sings in {place}");
    }
}

fn pages(workspace: &Workspace) -> Vec<u8> {
    let records = workspace.path("records");
    decrypted(&records.join("tridem.db"), key_of(&records.join("tridem.key")))
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

fn erase(workspace: &Workspace) -> Value {
    let line = format!("subject erase {CODE} --ground consent-withdrawn --format json");
    serde_json::from_str(&workspace.say(&line).success().stdout).unwrap()
}

fn pupils(workspace: &Workspace) -> Vec<String> {
    let list = workspace.list("pupil list");
    list.iter().map(|row| row["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn nobody_erases_what_is_held_restricted_unknown_or_not_theirs_to_erase() {
    let workspace = with_child();
    let erase = format!("subject erase {CODE} --ground objection");
    for role in ["bm1", "sa1", "lk1"] {
        let line = format!("--as {role} {erase}");
        workspace.say(&line).refused().saying(&["may not do this"]);
    }
    workspace
        .say("subject erase nobody --ground objection")
        .refused()
        .saying(&["nobody has the code"]);
    workspace
        .say(&format!("subject erase {CODE} --ground x"))
        .refused()
        .saying(&["erasure-ground"]);
    workspace.say(&format!("subject erase {CODE}")).misused();
    workspace.say(&format!("subject erase {CODE} --again x --ground x")).misused();
    workspace.say(&format!("{erase} --confirmed-by tester")).refused().saying(&["cannot confirm"]);
    workspace.say(&format!("{erase} --confirmed-by nobody")).refused();
    workspace
        .say("subject erase kanari-fall --ground objection")
        .refused()
        .saying(&["is a support case"]);

    workspace.say(&format!("subject hold {CODE} --reason=")).refused().saying(&["one line"]);
    // Each of the three holds the child, who is also the only one of the household.
    for held in [CODE, HOME, "kanari-fall"] {
        workspace.say(&format!("subject hold {held} --reason Verfahren")).success();
        workspace.say(&format!("subject hold {held} --reason Verfahren")).refused();
        for line in [&erase, &format!("{erase} --preview")] {
            workspace.say(line).refused().saying(&["1 hold stands in the way", "subject holds"]);
        }
        let holds = workspace.list("subject holds");
        assert_eq!((holds.len(), &holds[0]["code"]), (1, &Value::from(held)));
        workspace.say(&format!("subject release-hold {held}")).success();
        workspace.say(&format!("subject release-hold {held}")).refused().saying(&["no hold"]);
    }
    workspace.say(&format!("subject restrict {CODE} --reason claims")).success();
    workspace.say(&erase).refused().saying(&["restricted"]);
    workspace.say(&format!("subject unrestrict {CODE}")).success();
    assert!(pupils(&workspace).contains(&CODE.to_owned()));
    workspace.say("audit verify").success();
}

#[test]
fn a_preview_changes_nothing() {
    let workspace = with_child();
    let (before, contacts) = (pages(&workspace).len(), workspace.list("contact list"));
    let ran =
        workspace.say(&format!("subject erase {CODE} --ground objection --preview")).success();
    for part in ["nothing is erased", "Contacts", "Archive law", "still open: 1"] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    assert!(pupils(&workspace).contains(&CODE.to_owned()));
    assert_eq!(workspace.list("subject receipts"), [] as [Value; 0]);
    assert_eq!(workspace.list("contact list"), contacts);
    assert!(pages(&workspace).len() >= before, "nothing was built anew");
}

#[test]
fn nothing_of_an_erased_child_is_left_in_pages_lists_exports_or_the_audit() {
    let workspace = with_child();
    let before = pages(&workspace);
    for canary in [GIVEN, FAMILY, SHARED, STEP, OLD, TITLE] {
        assert!(holds(&before, canary), "the test has to be able to find `{canary}`");
    }
    let receipt = erase(&workspace);
    assert_silent("the receipt", receipt.to_string().as_bytes());

    let after = pages(&workspace);
    assert!(holds(&after, "CREATE TABLE pupil"), "the pages are decrypted");
    assert_silent("the pages of the database and its log", &after);

    for line in [
        "pupil list",
        "household list",
        "contact list --limit 1000",
        "absence list",
        "record list support-cases",
        "record list goals",
        "record list consents",
        "audit list --limit 10000",
        "subject receipts",
    ] {
        for format in ["table", "json"] {
            let ran = workspace.say(&format!("{line} --format {format}")).success();
            assert_silent(line, ran.stdout.as_bytes());
        }
    }
    for kind in ["pupils", "households", "contacts", "absences", "support-cases", "consents"] {
        let ran = workspace.say(&format!("export {kind}")).success();
        assert_silent(kind, ran.stdout.as_bytes());
    }
    workspace.say("audit verify").success();
    workspace.say("doctor").success();
}

#[test]
fn figures_survive_the_erasure_of_a_child() {
    let workspace = with_child().with_comparison();
    let rows = |workspace: &Workspace| -> Vec<Value> {
        let fields = ["day", "minutes", "kind", "result", "topics", "team", "school", "persons"];
        let mut rows: Vec<Value> = workspace
            .list("contact list --limit 1000")
            .iter()
            .map(|row| fields.iter().map(|field| row[*field].clone()).collect())
            .collect();
        rows.sort_by_key(ToString::to_string);
        rows
    };
    // Of the tables with this school: overview, ratios, contacts by month, contacts by kind.
    let figures = |workspace: &Workspace| -> Vec<Vec<String>> {
        let line = format!("report run {COMPARISON} --year 2025/26 --audience work --format csv");
        let report = workspace.say(&line).success().stdout;
        let own = report.lines().filter(|line| line.starts_with("Grundschule Musterstadt"));
        own.map(|line| line.split([';', ',']).skip(1).map(str::to_owned).collect()).collect()
    };
    let (contacts, before) = (rows(&workspace), figures(&workspace));
    let published = workspace.list("report list");
    let cases = workspace.list("record list support-cases").len();
    // Days with entries and of the programme, contacts, attempts, person-contacts, households reached,
    // minutes, home visits.
    assert_eq!(before[0], ["9", "192", "7", "2", "26", "3", "375", "2"]);
    erase(&workspace);
    assert_eq!(rows(&workspace), contacts, "each contact is there, with day, kind and minutes");
    assert_eq!(workspace.list("record list support-cases").len(), cases);
    let after = figures(&workspace);
    // One household less can be told apart; nothing else of the contacts has changed.
    assert_eq!(after[0], ["9", "192", "7", "2", "26", "2", "375", "2"]);
    assert_eq!(after[2..], before[2..], "contacts by month and by kind");
    assert_eq!(after.len(), 4);
    let id = published[0]["id"].as_str().unwrap();
    workspace.say(&format!("report show {id}")).success();
}

#[test]
fn a_contact_with_another_child_stays_theirs_without_the_name() {
    let workspace = with_child();
    let note = format!("{GIVEN}s Mutter war da, das andere Kind auch; {FAMILY} kommt wieder");
    let added = workspace
        .run(&[
            "contact",
            "add",
            "--school",
            "990001",
            "--kind",
            "phone",
            "--with",
            "bm1",
            "--pupil",
            CODE,
            "--pupil",
            "p1",
            "--day",
            "2025-11-03",
            "--note",
            &note,
        ])
        .success();
    let id = added.stdout.strip_prefix("Saved: ").unwrap().trim().to_owned();
    let receipt = erase(&workspace);
    let shown = workspace.say(&format!("contact show {id}")).success().stdout;
    assert!(shown.contains("p1") && shown.contains("das andere Kind auch"), "{shown}");
    assert_silent("a shared contact", shown.as_bytes());
    assert!(receipt.to_string().contains(&id), "somebody has to read it: {receipt}");
    assert_silent("pages", &pages(&workspace));
}

#[test]
fn a_household_goes_with_all_its_children_and_a_sibling_keeps_it() {
    let workspace = with_child();
    workspace
        .run(&[
            "pupil",
            "add",
            "kanari-zwei",
            "--given-name",
            "Zweites",
            "--family-name",
            "Kind",
            "--household",
            HOME,
            "--school",
            "990001",
            "--grade",
            "05",
            "--enrolled-from",
            "2024-08-01",
        ])
        .success();
    let homes = |workspace: &Workspace| workspace.list("household list").len();
    let before = homes(&workspace);
    erase(&workspace);
    assert_eq!(homes(&workspace), before, "the sibling is still of it");
    workspace.say(&format!("subject erase {HOME} --ground objection")).success();
    assert_eq!(homes(&workspace), before - 1);
    assert!(!pupils(&workspace).iter().any(|code| code.starts_with("kanari")));
    let receipts = workspace.list("subject receipts");
    let counted: Vec<&Value> = receipts.iter().map(|row| &row["pupils"]).collect();
    assert_eq!(counted, [&Value::from(1), &Value::from(1)]);
}

#[test]
fn an_old_backup_does_not_bring_the_erased_back() {
    let workspace = with_child();
    workspace.say("backup before.backup").success();
    let ran = workspace.say(&format!("subject erase {CODE} --ground objection")).success();
    assert!(ran.stdout.contains("Backup of "), "the receipt lists it: {}", ran.stdout);
    assert!(ran.stderr.contains("tridem-erasures"), "{}", ran.stderr);
    let restored =
        workspace.say("restore before.backup --dir back --key-file records/tridem.key").success();
    assert!(restored.stdout.contains("Erased again"), "{}", restored.stdout);
    let there = |dir: &str| {
        let line = format!("pupil list --format json --dir {dir} --key-file records/tridem.key");
        workspace.say(&line).success().stdout
    };
    assert!(!there("back").contains(CODE));
    let key = key_of(&workspace.path("records/tridem.key"));
    assert_silent("a restored backup", &decrypted(&workspace.path("back/tridem.db"), key));

    // Without the receipts beside it, they come back, and a folder of receipts takes them away again.
    fs_err::create_dir(workspace.path("away")).unwrap();
    fs_err::rename(workspace.path("before.backup"), workspace.path("away/b")).unwrap();
    workspace.say("restore away/b --dir again --key-file records/tridem.key").success();
    assert!(there("again").contains(CODE));
    workspace.say("subject receipts --into proofs").success();
    let line = "subject erase --again proofs --dir again --key-file records/tridem.key";
    workspace.say(line).success();
    assert!(!there("again").contains(CODE));
    let nothing = workspace.say(line).success();
    assert_eq!(nothing.stdout, "Nothing of it is back.\n");
    workspace.file("proofs/other.json", "{}");
    workspace.say(line).refused().saying(&["other.json", "is no receipt"]);
}

#[test]
fn a_killed_erasure_leaves_everything_or_nothing() {
    let whole = with_child();
    let started = std::time::Instant::now();
    erase(&whole);
    let usual = started.elapsed();
    let (mut all, mut none) = (0, 0);
    for seed in 0..4u32 {
        let workspace = with_child();
        let before = workspace.list("contact list --limit 1000");
        let line = ["subject", "erase", CODE, "--ground", "objection"];
        let mut child =
            workspace.command(&line).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(usual * seed / 4 + Duration::from_millis(1));
        child.kill().unwrap();
        child.wait().unwrap();
        let is_there = pupils(&workspace).contains(&CODE.to_owned());
        let receipts = workspace.list("subject receipts").len();
        if is_there {
            none += 1;
            assert_eq!(receipts, 0);
            assert_eq!(workspace.list("contact list --limit 1000"), before);
            erase(&workspace);
        } else {
            all += 1;
            assert_eq!(receipts, 1);
        }
        // Whoever opened the records after it has finished what was left to be overwritten.
        assert_silent("pages after a kill", &pages(&workspace));
        workspace.say("audit verify").success();
        workspace.say("doctor").success();
    }
    assert_eq!(all + none, 4);
}

/// A child whose school was over in 2018: born in 2000, so everything was due in 2024.
fn with_somebody_of_old() -> Workspace {
    let workspace = Workspace::example();
    let run = |line: &[&str]| workspace.run(line).success();
    run(&[
        "pupil",
        "add",
        "alt-1",
        "--given-name",
        GIVEN,
        "--family-name",
        FAMILY,
        "--school",
        "990001",
        "--grade",
        "10",
        "--birth-day",
        "2000-03-01",
        "--enrolled-from",
        "2010-08-01",
        "--enrolled-until",
        "2016-07-31",
    ]);
    run(&[
        "contact",
        "add",
        "--school",
        "990001",
        "--kind",
        "phone",
        "--with",
        "bm1",
        "--pupil",
        "alt-1",
        "--day",
        "2015-10-06",
        "--note",
        SHARED,
    ]);
    run(&[
        "record",
        "add",
        "support-cases",
        "code=alt-fall",
        "pupil=alt-1",
        "opened=2015-09-15",
        "eligibility=comparable",
    ]);
    workspace
}

#[test]
fn what_is_open_undecided_or_not_offered_is_never_erased_by_time() {
    let workspace = with_somebody_of_old();
    let erase = "retention erase --until 2026-01-01";
    let nothing = ["nothing is past its time on 2026-01-01"];
    workspace.say(erase).refused().saying(&nothing);
    workspace.say("retention erase --until 2199-01-01").refused().saying(&["still to come"]);
    let close = "record change support-cases alt-fall closed=2016-07-01 ending=completed";
    workspace
        .run(&[&close.split(' ').collect::<Vec<_>>()[..], &["--reason", "x"]].concat())
        .success();

    workspace
        .say(erase)
        .refused()
        .saying(&["the archive has not been done with", "retention offer"]);
    workspace.say(&format!("--as bm1 {erase}")).refused().saying(&["may not do this"]);
    workspace.say("retention offered --answer declined").refused().saying(&["no offer"]);
    workspace.say("subject hold alt-1 --reason Verfahren").success();
    workspace.say(erase).refused().saying(&nothing);
    workspace.say("subject release-hold alt-1").success();
    workspace.say("retention set case 20").success();
    // School was over in 2018: with 20 years the case is kept to the end of 2038, and so is the child.
    let until = |workspace: &Workspace| {
        let ran = workspace.say("retention list --on 2026-01-01 --format json").success();
        let sheet: Value = serde_json::from_str(&ran.stdout).unwrap();
        sheet.to_string()
    };
    assert!(until(&workspace).contains("2038-12-31"), "{}", until(&workspace));
    workspace.say("retention set case 5").success();
    assert!(until(&workspace).contains("2023-12-31"), "{}", until(&workspace));
    workspace.say("retention set wizard 5").refused().saying(&["not a class of records"]);
    workspace.say("retention set case 101").refused();
}

#[test]
fn what_is_due_goes_to_the_archive_first_and_then_away() {
    let workspace = with_somebody_of_old();
    workspace
        .say("record change support-cases alt-fall closed=2016-07-01 ending=completed --reason x")
        .success();
    let preview = workspace.say("retention preview --until 2026-01-01").success().stdout;
    assert!(preview.contains("nothing is erased"), "{preview}");
    workspace.say("retention offer --out archive --until 2026-01-01").success();
    workspace.say("retention offer --out archive --until 2026-01-01").refused();
    let offered = fs_err::read_to_string(workspace.path("archive/records.jsonl")).unwrap();
    for part in [GIVEN, SHARED, "alt-fall"] {
        assert!(offered.contains(part), "{part}");
    }
    for line in offered.lines() {
        assert!(serde_json::from_str::<Value>(line).unwrap().is_object());
    }
    let erase = "retention erase --until 2026-01-01";
    workspace.say(erase).refused().saying(&["the archive has not been done with"]);
    workspace
        .say("retention offered --answer perhaps")
        .refused()
        .saying(&["no answer of the archive"]);
    workspace.say("retention offered --answer declined --date 2026-01-15").success();
    let contacts = workspace.list("contact list --limit 1000").len();
    workspace.say(erase).success();
    assert!(!pupils(&workspace).contains(&"alt-1".to_owned()));
    assert_eq!(workspace.list("contact list --limit 1000").len(), contacts);
    assert_silent("pages", &pages(&workspace));
    workspace.say(erase).refused().saying(&["nothing is past its time"]);
    workspace.say("audit verify").success();
    let german = workspace.say("--lang de retention classes").success().stdout;
    assert!(german.contains("Fallbegleitungen") && german.contains("Kinder und Haushalte"));
}

/// Acceptance row 6, as the sheet tells it.
#[test]
fn a_case_closed_in_2026_of_a_child_whose_school_ends_in_2031_is_kept_until_the_end_of_2036() {
    let workspace = Workspace::example();
    workspace
        .run(&[
            "pupil",
            "add",
            "kind-2013",
            "--given-name",
            "A",
            "--family-name",
            "B",
            "--school",
            "990001",
            "--grade",
            "08",
            "--birth-day",
            "2013-07-31",
            "--enrolled-from",
            "2019-08-01",
            "--enrolled-until",
            "2026-07-31",
        ])
        .success();
    workspace
        .say(
            "record add support-cases code=f36 pupil=kind-2013 opened=2025-09-15 closed=2026-05-04 \
             ending=completed eligibility=comparable",
        )
        .success();
    let ran = workspace.say("retention list --format json").success();
    assert!(ran.stdout.contains("2036-12-31"), "{}", ran.stdout);
}
