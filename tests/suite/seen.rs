//! Who looks at whom is noted before anything is shown, and can be asked for afterwards.

use std::path::Path;

use serde_json::Value;
use tridem::domain::Author;
use tridem::store::{DatabaseKey, Store};

use crate::faults::shell;
use crate::sheets::rows;
use crate::support::{Workspace, root};

/// The reads in the audit, oldest first, each as `who use-case form pupils households`.
fn reads(workspace: &Workspace) -> Vec<String> {
    let mut entries = workspace.list("audit list --action read --limit 1000");
    entries.reverse();
    let read = |entry: &Value| {
        let details: Value = serde_json::from_str(entry["details"].as_str().unwrap()).unwrap();
        let number = |name: &str| details[name].as_u64().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (who, what) = (text(&entry["actor"]), text(&entry["subject"]));
        let (pupils, households) = (number("pupils"), number("households"));
        let digest = text(&details["sha256"]);
        assert_eq!(digest.len(), if pupils + households > 0 { 64 } else { 0 }, "{entry}");
        format!("{who} {what} {} {pupils} {households}", text(&details["as"]))
    };
    entries.iter().map(read).collect()
}

/// The looks at a pupil or a household, newest first.
fn looks(workspace: &Workspace, of: &str) -> Vec<Vec<String>> {
    let ran = workspace.say(&format!("audit seen {of} --format json")).success();
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    let schema = fs_err::read_to_string(root().join("schemas/json/sheet-1.0.json")).unwrap();
    let schema = jsonschema::draft202012::new(&serde_json::from_str(&schema).unwrap()).unwrap();
    assert!(schema.is_valid(&document), "{document:#}");
    rows(&document, "looks")
}

#[test]
fn who_has_seen_a_child_is_not_for_everybody_to_know() {
    let workspace = Workspace::example();
    for who in ["bm1", "lk1", "sa1"] {
        workspace
            .say(&format!("--as {who} audit seen p1"))
            .refused()
            .saying(&["may not do this", "coordinator, data protection officer"]);
    }
    workspace.say("audit seen p9").refused().saying(&["no pupil with the code `p9`"]);
    workspace.say("audit seen --household h9").refused().saying(&["no household"]);
    workspace.say("audit seen").misused();
    workspace.say("audit seen p1 --household h1").misused();
    assert_eq!(reads(&workspace), [""; 0], "who saw nothing has read nothing");
    workspace
        .run(&["person", "add", "ko1", "Kim Koordination", "--role", "coordination"])
        .success();
    workspace.say("--as ko1 audit seen p1").success();
    assert_eq!(reads(&workspace), ["ko1 audit.seen sheet 1 0"]);
}

/// p1 and p2 live in h1, p3 in h2.
#[test]
fn every_way_to_look_at_people_leaves_its_entry() {
    let workspace = Workspace::example();
    let mut expected: Vec<String> = Vec::new();
    let mut shows = |line: &str, read: &str| {
        workspace.say(line).success();
        expected.extend((!read.is_empty()).then(|| read.to_owned()));
        assert_eq!(reads(&workspace), expected, "{line}");
    };
    // Nobody's records are in these.
    for line in
        ["school list", "person list", "code list", "audit list", "sheet posts", "export schools"]
    {
        shows(line, "");
    }
    shows("pupil list", "account:tester pupil.read list 3 2");
    shows("pupil show p3 --as bm1", "bm1 pupil.read detail 1 1");
    shows("household list", "account:tester household.read list 0 2");
    shows("absence list --pupil p1", "account:tester absence.read list 1 0");
    shows("absence totals", "account:tester absence.read list 2 0");
    // p3 was once talked about together with p1, of whose household that contact says nothing.
    shows("contact list --pupil p3", "account:tester contact.read list 2 1");
    let id = workspace.list("contact list --limit 1").remove(0);
    let id = id["id"].as_str().unwrap();
    let newest = reads(&workspace).pop().unwrap();
    shows("school list", &newest);
    shows(&format!("contact show {id}"), &newest.replace("list", "detail"));
    shows(&format!("contact history {id}"), &newest.replace("list", "detail"));
    shows("sheet family h2", "account:tester sheet.family sheet 2 1");
    shows("export pupils", "account:tester export export 3 2");
    shows("export households", "account:tester export export 0 2");
    shows("audit seen p1", "account:tester audit.seen sheet 1 0");
    shows(
        "record add support-cases household=h2 eligibility=newly-arrived opened=2025-09-10 topics=learning",
        "",
    );
    shows("record list support-cases", "account:tester record.read list 0 1");
    let case = workspace.list("record list support-cases").remove(0);
    let case = case["code"].as_str().unwrap();
    shows("school list", "account:tester record.read list 0 1");
    let goal = format!(
        "record add goals support_case={case} title=Deutsch topic=german baseline=1 target=3 \
         agreed=2025-09-12 review=2026-01-12 state=open"
    );
    shows(&goal, "");
    shows("record list goals", "account:tester record.read list 0 1");
    workspace.say("audit verify").success();
    workspace.say("pupil show p9").refused();
    shows("school list", "");
}

#[test]
fn it_is_told_who_has_seen_a_child_when_and_in_what_form() {
    let workspace = Workspace::example();
    workspace.say("--as bm1 contact list --pupil p1").success();
    workspace.say("--as sa1 pupil show p2").success();
    workspace.say("sheet family h2").success();
    let found = looks(&workspace, "p1");
    let told: Vec<[&str; 7]> = found
        .iter()
        .map(|row| {
            let [at, rest @ ..] = &row[..] else { panic!("{row:?}") };
            assert!(at.ends_with(" UTC") && at.len() == 20, "{at}");
            let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
            rest.try_into().unwrap()
        })
        .collect();
    let [sheet, sa1, bm1] = told[..] else { panic!("{told:?}") };
    // p1 was talked about together with the child of that family.
    assert_eq!(
        [sheet[1], sheet[3], sheet[4]],
        ["account:tester", "the sheet about a family", "on a sheet"]
    );
    let expected = ["school social worker", "sa1", "look at pupils", "in detail"];
    assert_eq!([sa1[0], sa1[1], sa1[3], sa1[4]], expected);
    assert_eq!([sa1[5], sa1[6]], ["their household", "no"], "p2 lives in the same household");
    assert_eq!([bm1[0], bm1[1], bm1[3]], ["mediator", "bm1", "look at contacts"]);
    assert_eq!([bm1[4], bm1[5], bm1[6]], ["in a list", "the pupil", "no"]);
    assert!(!bm1[2].is_empty(), "who may see who works here sees the name");
    // Asking is looking, too.
    assert_eq!(looks(&workspace, "p1").len(), 4);
    let of_home = looks(&workspace, "--household h2");
    assert_eq!(of_home.len(), 2, "{of_home:?}");
    // The list about p1 had the talk about both children in it.
    assert_eq!((&*of_home[1][2], &*of_home[1][6]), ("bm1", "a pupil in it"));
    assert_eq!(of_home[0][1], "operator of the machine");
    assert_eq!(of_home[0][6], "the household", "and not a pupil in it alone");

    let german = workspace.say("--lang de audit seen p1").success().stdout;
    assert!(
        german.contains("Wer hat Einträge gesehen?") && german.contains("Schulsozialarbeit"),
        "{german}"
    );
    for (format, part) in
        [("html", "<table"), ("csv", "Schulsozialarbeit"), ("text", "zu seinem Haushalt")]
    {
        let ran = workspace.say(&format!("--lang de audit seen p1 --format {format}")).success();
        assert!(ran.stdout.contains(part), "{format}: {}", ran.stdout);
    }
    workspace.say("audit seen p1 --format xlsx --out seen.xlsx").success();
    assert!(workspace.path("seen.xlsx").exists());
}

/// Another connection holds the lock for longer than the program waits.
#[test]
fn what_the_audit_cannot_take_is_not_shown() {
    let workspace = Workspace::example();
    let key = DatabaseKey::read_file(&workspace.path("records/tridem.key")).unwrap();
    let mut other = Store::open(&workspace.path("records/tridem.db"), &key).unwrap();
    let writer = other.write(&Author::new("other", 0)).unwrap();
    workspace.say("school list").success();
    workspace.say("contact list").refused().saying(&[
        "is not shown, because the audit could not note it",
        "another program is writing",
    ]);
    let ran = workspace.say("--lang de pupil list --format csv --out pupils.csv").refused();
    ran.saying(&["wird nicht angezeigt", "ins Protokoll"]);
    assert!(!workspace.path("pupils.csv").exists());
    drop(writer);
    workspace.say("contact list").success();
    assert_eq!(reads(&workspace).len(), 1, "what was refused was not seen");
}

/// A limit on the size of files in bytes: the log of the database has no room for one more entry.
#[test]
fn a_disk_that_takes_no_more_shows_nothing_either() {
    let workspace = Workspace::example();
    if !Path::new("/usr/bin/prlimit").exists() {
        eprintln!("not tried: this system has no prlimit");
        return;
    }
    let limited = ["prlimit", "--fsize=36000"];
    let ran = shell(&workspace, &limited, "trap '' XFSZ; exec $TRIDEM contact list");
    assert_eq!((ran.code, ran.stdout.as_str()), (3, ""), "{}", ran.stderr);
    ran.saying(&["is not shown, because the audit could not note it", "the disk did not take"]);
    shell(&workspace, &limited, "trap '' XFSZ; exec $TRIDEM school list").success();
    assert_eq!(reads(&workspace), [""; 0]);
    workspace.say("contact list").success();
}

/// Use cases in which nothing about a family is shown, with why.
const SHOWS_NOBODY: &[(&str, &str)] = &[
    ("SchoolRead", "schools and their calendars"),
    ("StaffRead", "people who work in the programme"),
    ("ReportRun", "figures, of which small ones are withheld"),
    ("ReportRead", "the same"),
    ("ReportProve", "the same"),
    ("SheetProgramme", "figures"),
    ("SheetPosts", "posts"),
    ("SheetProtection", "counts"),
    ("PluginRuns", "how plugins did"),
    ("PluginCompare", "figures"),
    ("AuditRead", "codes and digests"),
    ("AuditPrune", "numbers of entries"),
    ("AuditAnchor", "one hash"),
    ("AccountOwn", "oneself"),
    ("AccountList", "people who work here"),
    ("EmergencyOpen", "that an access was opened; what is read under it is noted as everywhere"),
    ("EmergencyRead", "who opened one, and why"),
    ("LaneRead", "keys of professions"),
    ("ReportPublished", "figures"),
    ("BackupList", "files"),
];

/// The same of single functions.
const SHOWS_NOBODY_BY_NAME: &[(&str, &str)] = &[
    ("retention_classes", "numbers of records by class"),
    ("archive_offers", "numbers and digests"),
    ("receipts", "receipts are about nobody who is there"),
    ("receipt", "the same: numbers, and ids of contacts to look through"),
    ("export_receipts", "the same, as files"),
    ("erase_due", "it only changes; the preview is a receipt of what would go, in numbers"),
    ("erase_again", "it only changes"),
    ("family_sheet_for", "it notes what the family sheet within it shows"),
    ("archive_answered", "it only changes"),
    ("classes", "names of classes, and how many children are in them"),
];

/// Functions that change something and show nothing but that they did.
fn only_changes(use_case: &str) -> bool {
    let ends = [
        "Change", "Add", "Use", "Correct", "Decide", "Propose", "Manage", "Grant", "Make",
        "Withdraw", "Restrict", "Plan",
    ];
    ends.iter().any(|end| use_case.ends_with(end))
        || ["ImportFile", "ImportSource"].contains(&use_case)
}

/// Every function of the program's use cases that asks for permission to see something about people
/// says whom it shows. A new use case is named above, with the reason, or notes what it shows.
#[test]
fn no_use_case_shows_people_without_noting_it() {
    let mut wrong = Vec::new();
    let mut noted = 0;
    let mut open = vec![root().join("host/src/app")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs_err::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = fs_err::read_to_string(&path).unwrap();
        let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        for function in text.split("\n    pub fn ").skip(1) {
            // Up to the end of the function, which stands at the margin of its `impl`.
            let function = function.split("\n    }\n").next().unwrap();
            let name = function.split(['(', '<']).next().unwrap();
            for asked in function.split("self.permit(actor, UseCase::").skip(1) {
                let letters = |letter: char| !letter.is_alphanumeric();
                let use_case = asked.split(letters).next().unwrap();
                let is_noted = ["self.saw", "note_read("].iter().any(|it| function.contains(it));
                noted += usize::from(is_noted);
                // `reading(kind)` and `changing(kind)` follow from the kind of records.
                let is_change =
                    only_changes(use_case) || ["adding", "changing"].contains(&use_case);
                let is_nobody = SHOWS_NOBODY.iter().any(|(known, _)| *known == use_case)
                    || SHOWS_NOBODY_BY_NAME.iter().any(|(known, _)| *known == name);
                if !is_noted && !is_nobody && !is_change {
                    wrong.push(format!("{}: `{name}` ({use_case})", path.display()));
                }
            }
        }
    }
    assert!(noted >= 20, "the search finds what it looks for: {noted}");
    assert!(wrong.is_empty(), "show people and do not say whom:\n{}", wrong.join("\n"));
}
