//! The private notes of a profession are in nothing that the program gives anybody else: each note
//! holds a word of its own, and every output of every command is searched for it, byte by byte.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::path::Path;

use rusqlite::types::ValueRef;

use crate::demo::open;
use crate::support::{COMPARISON, Workspace, comparison_package};

/// The practitioners with a note of their own, and the word in it.
const NOTES: [(&str, &str); 3] =
    [("sa1", "KanarieSozial7x"), ("lk1", "KanarieLehr7x"), ("bm1", "KanarieMedi7x")];

/// Everybody who looks: those three, the operator, and professions without a note.
const ACTORS: [&str; 6] = ["", "sa1", "lk1", "bm1", "sl1", "ko1"];

/// What goes on behind a word for every form of a list.
const LIST: [&str; 4] =
    ["--format table", "--format json", "--format csv", "--format xlsx --out {out}/list-{n}.xlsx"];

/// The same for sheets and reports.
const SHEET: [&str; 5] = [
    "--format text",
    "--format html",
    "--format csv",
    "--format json",
    "--format xlsx --out {out}/sheet-{n}.xlsx",
];

/// One line for every command, in an order that lets most of them succeed. `LIST` and `SHEET` stand
/// for every form. A line that begins with `?` need not succeed for anybody: it is there for what it
/// says when it refuses. `_` stands for a space inside an argument.
const LINES: &str = "
    school list LIST
    school show 990001
    school add 990077 Neu --form 02 --joined 2025-08-01
    school join 990077 --from 2024-08-01 --until 2024-12-31
    school enrol 990077 2025/26 100
    school day-off 990077 2026-02-16 --reason frei
    school attendance 990077 --unit day --per-day 1 --from 2025-08-01
    school half-year 990077 2025/26 2026-02-02
    school not-taken 990001 2026-02-03
    person list LIST
    person pairs LIST
    person add zz1 Neu --role teacher
    person assign zz1 990001 --hours 2 --from 2025-08-01
    person pair 990001 zz1 bm2 --from 2025-08-01
    household list LIST
    household add h77 Neu
    household language h77 tr
    pupil list LIST
    pupil show p1
    pupil add p77 --given-name A --family-name B --school 990001 --grade 03 --enrolled-from 2025-08-01
    pupil unknown p77 --from 2026-03-01
    pupil leave p77 --last 2026-05-01
    pupil return p77 --from 2026-06-01
    contact list LIST
    contact list --from 2025-08-01 --until 2026-12-31 --pupil p1 --with sa1 --school 990001
    contact list --with KanarieSozial7x
    contact show {sa1}
    contact show {lk1}
    contact show {bm1}
    contact show {file}
    --lang de contact show {sa1}
    contact history {sa1} LIST
    contact history {lk1} LIST
    contact history {bm1} LIST
    contact add --school 990001 --kind phone --pupil p1 --with bm1 --day 2026-02-05
    contact correct {sa1} --reason Dauer --minutes 33
    ? contact correct {sa1} --reason Dauer --minutes falsch
    absence list LIST
    absence totals LIST
    absence conflicts LIST
    ? absence add --pupil p1 --day 2026-02-03 --status open --amount 1
    ? absence settle --pupil p1 --day 2026-02-03 --status excused
    ? absence correct x --reason x --amount 1
    ? absence remove x --reason x
    calendar show LIST
    ? calendar check {note}
    calendar use NW
    calendar days 990001
    code list
    code list role
    code add topic neu --de Neu --en new
    import contacts {contacts} --dry-run
    import contacts {contacts}
    ? import contacts {long}
    ? import preview webuntis {note}
    ? import take webuntis {note}
    import list LIST
    ? import undo 1 --reason x
    import queue list LIST
    ? import queue show 1
    ? import queue decide 1 --skip --reason x
    import queue retry
    import mappings list LIST
    ? import mappings show x
    ? import mappings save x {note}
    ? import mappings remove x
    export contacts --out {out}/contacts.csv
    export pupils --out {out}/pupils.csv
    export households --out {out}/households.csv
    export absences --out {out}/absences.csv
    record kinds
    record fields consents
    record add consents code=e1 pupil=p1 purpose=case-conference recipient=Lehrkraft state=granted given=2025-09-01
    record list consents LIST
    record show consents e1
    record change consents e1 --reason x expires=2099-01-01
    record history consents e1
    lane list LIST
    ? lane close
    ? lane admit bm2
    ? lane dismiss bm2
    ? lane recover --recovery-file {note}
    lane release {sa1} --to head --ground necessity --reason KanarieGrund
    ? lane revoke 00000000-0000-7000-8000-000000000000
    plugin list LIST
    plugin inspect PLUGIN
    plugin access PLUGIN
    plugin dictionary
    plugin dictionary contacts --format json
    ? plugin install {package}
    plugin grant PLUGIN --all
    plugin runs LIST
    plugin diff PLUGIN PLUGIN --year 2025/26
    plugin verify {package}
    plugin check {package}
    plugin trust list LIST
    ? plugin trust add {note} --owner x --prefix x. --until 2099-01-01
    ? plugin trust remove x
    ? plugin trust revoke x --reason x
    plugin trust two-signatures on
    report run PLUGIN --year 2025/26 SHEET
    report list LIST
    report show {report}
    ? report replay {report}
    report proof {report}
    ? report verify {note}
    ? plugin enable PLUGIN
    plugin monitor PLUGIN
    ? plugin rollback PLUGIN
    plugin revoke PLUGIN --all
    plugin disable PLUGIN --reason x
    plugin remove PLUGIN
    ? task propose PLUGIN --year 2025/26
    task list LIST
    ? task show x
    ? task done x
    ? task dismiss x --reason x
    ? task snooze x --until 2027-01-01
    ? task assign bm1 x
    ? task undo x
    ? letter show x
    ? letter render x
    sheet my-day --day 2026-02-04 SHEET
    sheet family h1 SHEET
    --lang de sheet family h1 --format html
    sheet absences --school 990001 --year 2025/26 SHEET
    sheet gaps --year 2025/26 SHEET
    sheet posts SHEET
    sheet figures --year 2025/26 SHEET
    sheet data-protection SHEET
    word list LIST
    word find LIST
    word add neu --kind health
    word remove neu
    roles
    consent list LIST
    consent show e1
    consent check p1 --purpose case-conference --for Lehrkraft
    consent withdraw e1 --reason x
    ? subject show p1
    ? subject export p1 --out {out}/person
    subject restrict p2 --reason accuracy
    subject unrestrict p2
    ? subject hold p2 --reason x
    subject holds LIST
    ? subject release-hold p2
    ? subject erase p2
    subject receipts LIST
    ? subject receipt x
    report published LIST
    ? report withdraw {report} --reason x
    retention list
    retention classes
    ? retention set contact 10
    ? retention archive-term 90
    ? retention preview --until 2060-01-01
    ? retention offer --out {out}/archive
    retention offers
    ? retention offered --answer taken
    ? retention erase --until 2030-01-01
    audit anchor
    audit seen p1
    ? audit prune
    audit list LIST
    audit verify
    whoami
    ? login x
    ? logout
    account list LIST
    ? account show x
    ? account add x --role mediator
    ? account close x
    ? account role x teacher
    ? account password x
    ? account totp begin
    ? account totp confirm 123456
    ? account totp remove x
    ? account token add x --scope contact.read
    ? account token list LIST
    ? account token revoke x
    ? account unlock x
    ? account recover x
    emergency list LIST
    ? emergency open --school 990001 --reason x --hours 1
    ? emergency close x
    doctor
    doctor --format json
    backup {out}/copy.tridem-backup
    backup verify {out}/copy.tridem-backup
    backup schedule set --to {out}
    backup schedule show
    backup due
    backup schedule off
    backup list LIST
    export --all --out {out}/open
    ? import --all {out}/open --dir {out}/opened
    ? --dir {out}/back restore {out}/copy.tridem-backup
    completions bash
    man {out}/man
    key list LIST
    key check {key}
    key print
    ? key type --out {out}/typed.key
    key rotate
    key list LIST
    ? key forget-old
    ? key forget-old --confirm
    contact list LIST
";

/// Commands that are not run here, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("serve", "it runs until it is stopped; its pages are asked by tests of their own"),
    ("init", "makes records; there are some already"),
    ("demo", "makes records of its own"),
    ("plugin new", "writes a new plugin and opens no records"),
    ("plugin build", "compiles a plugin and opens no records"),
    ("plugin run", "runs over invented rows and opens no records"),
    ("plugin watch", "goes on until it is stopped, and opens no records"),
    ("plugin bench", "runs over invented rows and opens no records"),
    ("plugin test", "runs over the rows of the tests and opens no records"),
    ("plugin pack", "packs files and opens no records"),
    ("plugin keygen", "makes a key and opens no records"),
    ("plugin sign", "signs a file and opens no records"),
];

/// A folder in which each of three professions has a note that it has corrected, and social work one
/// from a file.
struct Scene {
    workspace: Workspace,
    /// The ids of the contacts by whose note is in it; `file` for the one from a file.
    names: BTreeMap<&'static str, String>,
}

fn scene() -> Scene {
    let workspace = Workspace::example().with_comparison();
    workspace.run(&["person", "add", "sl1", "Uli Leitung", "--role", "head"]).success();
    workspace
        .run(&["person", "add", "ko1", "Alex Koordination", "--role", "coordination"])
        .success();
    for code in ["lk1", "sl1", "ko1"] {
        workspace
            .say(&format!("person assign {code} 990001 --hours 1 --from 2025-08-01"))
            .success();
    }
    let mut names = BTreeMap::new();
    for (number, (code, word)) in NOTES.into_iter().enumerate() {
        let day = format!("2026-02-0{}", number + 2);
        let note = format!("\"{word}\" & <b>größer</b>, frueher");
        let line = format!(
            "--as {code} contact add --school 990001 --kind home-visit --with bm1 --with lk1 --with \
             sa1 --pupil p1 --persons 2 --day {day} --private-note"
        );
        let mut words: Vec<&str> = line.split_whitespace().collect();
        words.push(&note);
        let said = workspace.run(&words).success().stdout;
        let id = said.split_whitespace().find(|word| word.len() == 36).unwrap().to_owned();
        let now = format!("\"{word}\" & <b>größer</b>, heute");
        let corrected =
            ["--as", code, "contact", "correct", &id, "--reason", "x", "--private-note"];
        workspace.run(&[&corrected[..], &[&now]].concat()).success();
        names.insert(code, id);
    }
    let from_file = format!(
        "school,day,minutes,kind,result,participants,persons,private_note:social-work\n\
         990001,2026-02-09,10,phone,reached,sa1|bm1,1,aus der Datei {}\n",
        NOTES[0].1
    );
    let file = workspace.file("notes.csv", from_file);
    workspace.run(&["import", "contacts", &file]).success();
    fs_err::remove_file(file).unwrap();
    let list = workspace.list("contact list --from 2026-02-09 --until 2026-02-09");
    names.insert("file", list[0]["id"].as_str().unwrap().to_owned());
    workspace.say(&format!("report run {COMPARISON} --year 2025/26")).success();
    let report = workspace.list("report list")[0]["id"].as_str().unwrap().to_owned();
    names.insert("report", report);
    Scene { workspace, names }
}

/// What somebody gets.
struct Output {
    /// Where it is from.
    from: String,
    bytes: Vec<u8>,
}

impl Scene {
    /// Runs every line as somebody, and gives all that it printed and wrote. `done` is told the
    /// places of lines that succeeded.
    fn outputs(&self, actor: &str) -> (Vec<Output>, Vec<bool>) {
        let workspace = self.workspace.copy();
        for folder in ["out", "tmp"] {
            fs_err::create_dir(workspace.path(folder)).unwrap();
        }
        let path = |name: &str| workspace.path(name).to_str().unwrap().to_owned();
        workspace.file("note", "nothing");
        workspace.file(
            "contacts.csv",
            "school,day,minutes,kind,result,participants,persons\n990001,2026-02-10,10,phone,reached,bm1,1\n",
        );
        let long = "x".repeat(20_001);
        workspace.file(
            "long.csv",
            format!(
                "school,day,minutes,kind,result,participants,persons,private_note:social-work\n\
                 990001,2026-02-10,10,phone,reached,sa1,1,{long}\n"
            ),
        );
        let package = comparison_package();
        let mut outputs = Vec::new();
        let mut done = Vec::new();
        for line in lines() {
            let mut succeeded = false;
            for line in forms(line.trim_start_matches("? ")) {
                let mut line = line
                    .replace("PLUGIN", COMPARISON)
                    .replace("{out}", &path("out"))
                    .replace("{n}", &outputs.len().to_string())
                    .replace("{note}", &path("note"))
                    .replace("{contacts}", &path("contacts.csv"))
                    .replace("{long}", &path("long.csv"))
                    .replace("{key}", &path("records/tridem.key"))
                    .replace("{package}", package.to_str().unwrap());
                for (name, id) in &self.names {
                    line = line.replace(&format!("{{{name}}}"), id);
                }
                let mut words: Vec<&str> = line.split_whitespace().collect();
                if !actor.is_empty() {
                    words.splice(0..0, ["--as", actor]);
                }
                let output = workspace
                    .command(&words)
                    .env("TMPDIR", path("tmp"))
                    .env("XDG_RUNTIME_DIR", path("tmp"))
                    .env("TRIDEM_PASSPHRASE", "vier Worte die keiner kennt")
                    .output()
                    .unwrap();
                succeeded |= output.status.success();
                let code = output.status.code();
                assert!(
                    matches!(code, Some(0..=2)),
                    "{actor} {line}: {code:?} {}",
                    String::from_utf8_lossy(&output.stderr)
                );
                for (stream, bytes) in [("out", output.stdout), ("err", output.stderr)] {
                    outputs.push(Output { from: format!("{line} > {stream}"), bytes });
                }
            }
            done.push(succeeded);
        }
        for folder in ["records", "tmp", "out"] {
            files(&workspace.path(folder), &mut outputs, folder);
        }
        (outputs, done)
    }
}

fn lines() -> impl Iterator<Item = &'static str> {
    LINES.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// A line in every form that its last word stands for.
fn forms(line: &str) -> Vec<String> {
    let all =
        |before: &str, forms: &[&str]| forms.iter().map(|form| format!("{before}{form}")).collect();
    match line.rsplit_once(' ') {
        Some((before, "LIST")) => all(&format!("{before} "), &LIST),
        Some((before, "SHEET")) => all(&format!("{before} "), &SHEET),
        _ => vec![line.to_owned()],
    }
}

/// Every file in a folder and its folders.
fn files(folder: &Path, outputs: &mut Vec<Output>, of: &str) {
    let Ok(entries) = fs_err::read_dir(folder) else { return };
    for entry in entries.map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            files(&path, outputs, of);
        } else if let Ok(bytes) = fs_err::read(&path) {
            outputs.push(Output { from: format!("{of}: {}", path.display()), bytes });
        }
    }
}

/// Whether `word` is in `bytes`, in any writing in which a program may put a text.
fn has(bytes: &[u8], word: &str) -> bool {
    // Every writing is made of ASCII, so whatever else is in the bytes does not matter.
    let exact = String::from_utf8_lossy(bytes);
    let small = exact.to_ascii_lowercase();
    let each = |write: &dyn Fn(u8) -> String| -> String { word.bytes().map(write).collect() };
    let small_writings = [
        word.to_owned(),
        each(&|byte| format!("{}\0", char::from(byte))),
        each(&|byte| format!("\0{}", char::from(byte))),
        each(&|byte| format!("{byte:02x}")),
        each(&|byte| format!("%{byte:02x}")),
        each(&|byte| format!("\\u{byte:04x}")),
        each(&|byte| format!("\\x{byte:02x}")),
        each(&|byte| format!("&#{byte};")),
        each(&|byte| format!("&#x{byte:x};")),
    ];
    if small_writings.iter().any(|writing| small.contains(&writing.to_ascii_lowercase())) {
        return true;
    }
    for (alphabet, shift) in [('+', 0), ('+', 1), ('+', 2), ('-', 0), ('-', 1), ('-', 2)] {
        if exact.contains(&base64_core(word.as_bytes(), shift, alphabet)) {
            return true;
        }
    }
    is_in_archive(bytes, word)
}

/// Workbooks and packages are archives.
fn is_in_archive(bytes: &[u8], word: &str) -> bool {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return false };
    (0..archive.len()).any(|place| {
        let mut member = archive.by_index(place).unwrap();
        let mut inner = Vec::new();
        member.read_to_end(&mut inner).unwrap();
        has(member.name_raw(), word) || has(&inner, word)
    })
}

/// What is the same in base64 wherever the word stands, `shift` bytes after a group of three begins.
fn base64_core(word: &[u8], shift: usize, plus: char) -> String {
    let mut alphabet: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').collect();
    alphabet.extend([plus, if plus == '+' { '/' } else { '_' }]);
    let bits: Vec<u8> =
        word.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    // Only groups of six bits that lie within the word.
    let first = (6 - shift * 8 % 6) % 6;
    let groups = bits[first..].chunks_exact(6);
    groups
        .map(|group| alphabet[group.iter().fold(0, |value, bit| value << 1 | usize::from(*bit))])
        .collect()
}

/// Every command there is, from the help of the program itself.
fn commands(workspace: &Workspace, path: &str, found: &mut Vec<String>) {
    let mut words: Vec<&str> = path.split_whitespace().collect();
    words.push("--help");
    let help = workspace.run(&words).success().stdout;
    let Some((_, list)) = help.split_once("\nCommands:\n") else {
        found.push(path.to_owned());
        return;
    };
    for line in list.lines().take_while(|line| !line.is_empty()) {
        let Some(name) = line.strip_prefix("  ").filter(|name| !name.starts_with(' ')) else {
            continue;
        };
        let name = name.split_whitespace().next().unwrap();
        if name != "help" {
            commands(workspace, format!("{path} {name}").trim(), found);
        }
    }
}

/// A new command has to be added to the lines, or left out with a reason.
#[test]
fn every_command_is_searched_or_left_out_for_a_reason() {
    let mut found = Vec::new();
    commands(&Workspace::empty(), "", &mut found);
    assert!(found.len() > 100, "{found:?}");
    let begins = |line: &str, command: &str| {
        let line = line.trim_start_matches("? ").trim_start_matches("--lang de ");
        let line = line.strip_prefix("--dir {out}/back ").unwrap_or(line);
        line == command || line.starts_with(&format!("{command} "))
    };
    let missing: Vec<&String> = found
        .iter()
        .filter(|command| !LEFT_OUT.iter().any(|(left, _)| left == command))
        .filter(|command| !lines().any(|line| begins(line, command)))
        .collect();
    assert!(missing.is_empty(), "add them to `LINES`: {missing:?}");
    for (left, why) in LEFT_OUT {
        assert!(found.iter().any(|command| command == left), "there is no `{left}` ({why})");
    }
}

#[test]
fn nothing_that_others_get_has_a_private_note_in_it_in_any_writing() {
    let scene = scene();
    let results: Vec<_> = std::thread::scope(|threads| {
        let running: Vec<_> =
            ACTORS.iter().map(|actor| threads.spawn(|| scene.outputs(actor))).collect();
        running.into_iter().map(|running| running.join().unwrap()).collect()
    });
    let mut leaks = Vec::new();
    let mut searched = 0;
    for (actor, (outputs, _)) in ACTORS.iter().zip(&results) {
        for (owner, word) in NOTES {
            let own: Vec<&Output> =
                outputs.iter().filter(|output| has(&output.bytes, word)).collect();
            if *actor == owner {
                // The test would find a note where there is one: on the screen, on the sheet of the
                // family in all its forms, in the history.
                for part in
                    ["contact show", "sheet family h1 --format html", "sheet-", "contact history"]
                {
                    assert!(own.iter().any(|output| output.from.contains(part)), "{owner}: {part}");
                }
            } else {
                leaks.extend(
                    own.iter().map(|output| format!("{owner} to {actor}: {}", output.from)),
                );
            }
            searched += outputs.len();
        }
    }
    assert!(leaks.is_empty(), "{leaks:#?}");
    assert!(searched > 5_000, "{searched}");
    // A line that nobody gets anything from but a refusal tests little.
    let useless: Vec<&str> = lines()
        .enumerate()
        .filter(|(place, line)| {
            !line.starts_with('?') && !results.iter().any(|(_, done)| done[*place])
        })
        .map(|(_, line)| line)
        .collect();
    assert!(useless.is_empty(), "these succeed for nobody: {useless:#?}");
}

/// With the key of the database, past the program: every value of every table.
#[test]
fn the_database_itself_holds_no_private_note_that_its_key_alone_opens() {
    let scene = scene();
    let db = open(&scene.workspace.path("records"));
    let tables: Vec<String> = db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut values = 0;
    for table in tables {
        let mut statement = db.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
        let width = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..width {
                if let ValueRef::Text(bytes) | ValueRef::Blob(bytes) = row.get_ref(column).unwrap()
                {
                    values += 1;
                    for (_, word) in NOTES {
                        assert!(!has(bytes, word), "{word} in `{table}`, column {column}");
                    }
                }
            }
        }
    }
    assert!(values > 1_000, "{values}");
}

/// What somebody types wrong stands in no message: it may be read over their shoulder, or mailed to
/// whoever is asked for help.
#[test]
fn no_message_repeats_a_note_that_is_refused() {
    let scene = scene();
    let word = NOTES[0].1;
    let long = format!("{word}{}", "x".repeat(20_000));
    let broken = format!("{word}\u{7}");
    for note in [&long, &broken] {
        for line in [
            "--as sa1 contact add --school 990001 --kind phone --private-note",
            "--as sa1 contact add --school 990009 --kind niemals --private-note",
            "contact add --school 990001 --kind phone --private-note",
            &format!("--as sa1 contact correct {} --reason x --private-note", scene.names["sa1"]),
        ] {
            let mut words: Vec<&str> = line.split_whitespace().collect();
            words.push(note);
            let ran = scene.workspace.run(&words);
            let said = format!("{}{}", ran.stdout, ran.stderr);
            assert!(!has(said.as_bytes(), word), "{line}: {said}");
        }
        let file = scene.workspace.file(
            "bad.csv",
            format!(
                "school,day,minutes,kind,result,participants,persons,private_note:social-work\n\
                 990001,2026-02-10,10,phone,reached,bm1,1,{note}\n"
            ),
        );
        let ran = scene.workspace.run(&["import", "contacts", &file]).refused();
        assert!(!has(ran.stderr.as_bytes(), word), "{}", ran.stderr);
    }
}

/// The test of the test: what it has to find, it finds.
#[test]
fn a_planted_leak_is_found_in_every_writing() {
    let word = NOTES[0].1;
    assert!(!has(b"nothing at all", word));
    let text = format!("..{word}..");
    let utf16 =
        |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let write =
        |each: &dyn Fn(u8) -> String| text.bytes().map(each).collect::<String>().into_bytes();
    let mut planted = vec![
        text.clone().into_bytes(),
        text.to_uppercase().into_bytes(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
        write(&|byte| format!("{byte:02X}")),
        write(&|byte| format!("%{byte:02X}")),
        write(&|byte| format!("\\u{byte:04X}")),
        write(&|byte| format!("&#{byte};")),
    ];
    for before in ["", ".", "..", "..."] {
        planted.push(base64(format!("{before}{word}~~").as_bytes()).into_bytes());
    }
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let deflated = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    archive.start_file("xl/sharedStrings.xml", deflated).unwrap();
    std::io::Write::write_all(&mut archive, text.repeat(20).as_bytes()).unwrap();
    planted.push(archive.finish().unwrap().into_inner());
    for (number, bytes) in planted.iter().enumerate() {
        assert!(has(bytes, word), "writing {number}");
    }
}

/// Base64 as a program writes it.
fn base64(bytes: &[u8]) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let value = (0..3).fold(0_u32, |value, place| {
            value << 8 | u32::from(group.get(place).copied().unwrap_or(0))
        });
        for place in 0..=group.len() {
            let index = (value >> (18 - 6 * place)) & 63;
            text.push(char::from(alphabet[index as usize]));
        }
    }
    text
}
