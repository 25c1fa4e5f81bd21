//! What the program is doing when it is killed or the power goes: one example of each kind of action.

use std::process::Command;

use rusqlite::Connection;
use tridem::store::{DatabaseKey, Error, Store};

use crate::support::{COMPARISON, Ran, Workspace, comparison_package, root};

/// An action that is interrupted.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// The folder with the records, before or afterwards.
    pub(crate) records: &'static str,
    /// How many states of the records there are, with the one before and the one after it: one more
    /// than its transactions.
    pub(crate) states: usize,
    /// Makes a folder and the command line.
    pub(crate) prepare: fn() -> (Workspace, Vec<String>),
    /// What has to hold besides, whether or not it was acknowledged.
    pub(crate) also: fn(&Workspace, bool, &str),
}

const FIRST_ACCOUNT: &str = "account add chief --role administrator";

/// The command with such words, for somebody who has a folder and a password of their own.
pub(crate) fn command(workspace: &Workspace, line: &[String]) -> Command {
    let words: Vec<&str> = line.iter().map(String::as_str).collect();
    let mut command = workspace.command(&words);
    let which = if words[0] == "login" { "TRIDEM_PASSWORD" } else { "TRIDEM_NEW_PASSWORD" };
    command.env(which, "korrekt pferd batterie heftklammer");
    command.env("XDG_STATE_HOME", workspace.path("state"));
    command
}

/// A change of the example in one transaction.
const fn change(name: &'static str, prepare: fn() -> (Workspace, Vec<String>)) -> Scenario {
    Scenario { name, records: "records", states: 2, prepare, also: |_, _, _| {} }
}

pub(crate) const SCENARIOS: &[Scenario] = &[
    change("a contact", || {
        on_example(
            "--as bm1 contact add --school 990001 --kind home-visit --pupil p1 --day 2026-02-03 \
             --minutes 30 --topic attendance --private-note vertraulich",
        )
    }),
    change("a correction", || {
        let (workspace, _) = on_example("");
        let contact = workspace.list("contact list")[0]["id"].as_str().unwrap().to_owned();
        (workspace, words(&format!("contact correct {contact} --minutes 45 --reason typo")))
    }),
    change("an absence", || on_example("absence add --pupil p1 --day 2025-09-24 --status open")),
    change("a form", || {
        on_example("record add support-cases pupil=p1 eligibility=newly-arrived opened=2025-09-15")
    }),
    change("a person", || on_example("person add x1 X --role teacher")),
    change("an import", || {
        let (workspace, _) = on_example("");
        import_file(&workspace);
        (workspace, words("import contacts contacts.csv"))
    }),
    change("an import that is taken back", || {
        let (workspace, _) = on_example("");
        import_file(&workspace);
        workspace.say("import contacts contacts.csv").success();
        let import = workspace.list("import list")[0]["import"].as_str().unwrap().to_owned();
        (workspace, words(&format!("import undo {import} --reason wrong")))
    }),
    change("a plugin", || {
        on_example(&format!("plugin install {}", comparison_package().display()))
    }),
    change("a grant", || {
        let (workspace, line) = on_example(&format!("plugin grant {COMPARISON} --all"));
        let package = comparison_package();
        workspace.run(&["plugin", "install", package.to_str().unwrap()]).success();
        (workspace, line)
    }),
    Scenario {
        name: "a report",
        records: "records",
        states: 2,
        prepare: || {
            let workspace = Workspace::example_with_comparison();
            let _ = fs_err::remove_dir_all(workspace.path("records/compiled"));
            (workspace, words(&format!("report run {COMPARISON} --year 2025/26 --out report.txt")))
        },
        also: |workspace, acknowledged, seed| {
            let written = fs_err::read_to_string(workspace.path("report.txt"));
            assert!(!acknowledged || written.is_ok_and(|text| text.ends_with('\n')), "{seed}");
        },
    },
    Scenario {
        name: "a backup",
        records: "records",
        states: 2,
        prepare: || {
            let (workspace, line) = on_example("backup b --replace");
            workspace.say("backup b").success();
            (workspace, line)
        },
        // There is always one that can be restored, the one before or this.
        also: |workspace, _, seed| {
            let key = DatabaseKey::read_file(&workspace.path("records/tridem.key")).unwrap();
            let (backup, to) = (workspace.path("b"), Workspace::quick());
            let restored = Store::restore(
                &backup,
                &to.path("tridem.db"),
                &key,
                &mut |_, _| Ok::<_, Error>(()),
                &mut |_| {},
            );
            let (_, proof) = restored.unwrap_or_else(|error| panic!("{seed}: {error}"));
            assert_eq!(proof.holdings.tables["contact"], 8, "{seed}");
        },
    },
    Scenario {
        name: "a restore",
        records: "new",
        states: 2,
        prepare: || {
            let (workspace, line) =
                on_example("restore city.backup --dir new --key-file tridem.key");
            workspace.say("backup city.backup").success();
            fs_err::rename(workspace.path("records/tridem.key"), workspace.path("tridem.key"))
                .unwrap();
            fs_err::remove_dir_all(workspace.path("records")).unwrap();
            (workspace, line)
        },
        also: |_, _, _| {},
    },
    change("an erasure", || on_example("subject erase p2 --ground objection")),
    change("another key", || on_example("key rotate")),
    change("the first account", || on_example(FIRST_ACCOUNT)),
    // The try is counted before the password is looked at, so that no kill makes it undone.
    Scenario {
        name: "signing in",
        records: "records",
        states: 3,
        prepare: || {
            let (workspace, _) = on_example("");
            Ran::of(&mut command(&workspace, &words(FIRST_ACCOUNT))).success();
            (workspace, words("login chief"))
        },
        also: |_, _, _| {},
    },
    Scenario {
        name: "new records",
        records: "made/here",
        states: 2,
        prepare: || (Workspace::quick(), words("init --municipality Musterstadt --dir made/here")),
        also: |_, _, _| {},
    },
    // The checks open the records, and that alone brings them up to date.
    Scenario {
        name: "records of an earlier version",
        records: "records",
        states: 1,
        prepare: || (earlier(), words("school list")),
        also: |workspace, _, seed| {
            assert_eq!(workspace.list("school list").len(), 40, "{seed}");
        },
    },
];

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

fn on_example(line: &str) -> (Workspace, Vec<String>) {
    (Workspace::example(), words(line))
}

fn import_file(workspace: &Workspace) {
    let rows =
        (0..600).map(|row| format!("990001,2025-09-{:02},phone,reached,bm1,1,10", row % 28 + 1));
    let mut lines = vec!["school,day,kind,result,participants,persons,minutes".to_owned()];
    lines.extend(rows);
    workspace.file("contacts.csv", lines.join("\n"));
}

/// Records as version 8 made them, with 40 schools.
fn earlier() -> Workspace {
    const VERSION: usize = 8;
    let workspace = Workspace::quick();
    let records = workspace.path("records");
    fs_err::create_dir(&records).unwrap();
    let digits = "5a".repeat(32);
    DatabaseKey::from_hex(&digits).unwrap().write_file(&records.join("tridem.key")).unwrap();
    let database = Connection::open(records.join("tridem.db")).unwrap();
    database
        .execute_batch(&format!(
            "PRAGMA cipher_log_level = NONE; PRAGMA key = \"x'{digits}'\";
             PRAGMA cipher_page_size = 16384; PRAGMA application_id = {};
             PRAGMA user_version = {VERSION};",
            i32::from_be_bytes(*b"TRDM")
        ))
        .unwrap();
    let mut steps: Vec<_> = fs_err::read_dir(root().join("schemas/sql"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .collect();
    steps.sort();
    for step in &steps[..VERSION] {
        database.execute_batch(&fs_err::read_to_string(step).unwrap()).unwrap();
    }
    database
        .execute_batch(
            "INSERT INTO municipality VALUES (1, zeroblob(16), 'Musterstadt', zeroblob(32), 0);
             WITH RECURSIVE n (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM n WHERE n < 40)
             INSERT INTO school (id, number, name, form)
             SELECT randomblob(16), 990000 + n, 'Schule ' || n, 0 FROM n;",
        )
        .unwrap();
    workspace
}
