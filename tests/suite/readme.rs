//! The README's walk from an empty folder to a report, done literally.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{Ran, Workspace, root};

/// The commands of the fenced `sh` blocks under a heading of the README, line continuations joined.
fn commands(heading: &str) -> Vec<String> {
    let readme = fs_err::read_to_string(root().join("README.md")).unwrap();
    let section = readme.split("\n## ").find(|part| part.starts_with(heading)).unwrap();
    let blocks = section.split("\n```").skip(1).step_by(2);
    blocks
        .filter_map(|block| block.strip_prefix("sh\n"))
        .flat_map(|block| block.replace("\\\n", " ").lines().map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

/// A line split as a shell splits it, as far as double quotes and spaces go.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted) = (Vec::new(), None::<String>, false);
    for letter in line.chars() {
        match letter {
            '"' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            ' ' if !is_quoted => words.extend(word.take()),
            '\'' | '$' | '`' | '\\' | '|' | '>' | '<' | ';' | '&' | '*' | '#' => {
                panic!(
                    "`{letter}` in `{line}` means something to a shell that this test does not know"
                )
            }
            other => word.get_or_insert_default().push(other),
        }
    }
    assert!(!is_quoted, "a quote is open at the end of `{line}`");
    words.extend(word);
    words
}

/// Runs every command of the walk in a fresh folder.
fn walk() -> (Workspace, Vec<(String, Ran)>) {
    let workspace = Workspace::empty();
    // The walk begins in a copy of the repository; the packages and their key are all that it needs.
    let dist = workspace.path("plugins/dist");
    fs_err::create_dir_all(&dist).unwrap();
    for package in fs_err::read_dir(root().join("plugins/dist")).unwrap() {
        let package = package.unwrap();
        fs_err::copy(package.path(), dist.join(package.file_name())).unwrap();
    }
    fs_err::copy(root().join("plugins/demo.pub"), workspace.path("plugins/demo.pub")).unwrap();
    let run = |line: String| {
        let words = words(&line);
        assert_eq!(words[0], "tridem", "{line}");
        let arguments: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        let mut command = workspace.command(&arguments);
        let output = command.env_remove("TRIDEM_DIR").output().unwrap();
        let ran = Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        assert_eq!(ran.code, 0, "`{line}` failed: {}{}", ran.stdout, ran.stderr);
        (line, ran)
    };
    let runs = commands("From an empty folder to a report").into_iter().map(run).collect();
    (workspace, runs)
}

#[test]
fn the_splitter_knows_quotes() {
    assert_eq!(words(r#"a "b c"  d "" e"f g"h"#), ["a", "b c", "d", "", "ef gh"]);
}

#[test]
fn every_command_of_the_readme_works_in_its_order() {
    let (workspace, runs) = walk();
    assert!(runs.len() >= 28, "the walk has lost its commands: {}", runs.len());
    let page = fs_err::read_to_string(workspace.path("report.html")).unwrap();
    assert!(page.contains("Grundschule am Mühlbach"));
    let report =
        |(line, _): &&(String, Ran)| line.contains("report run") && !line.contains("--out");
    let (_, shown) = runs.iter().find(report).unwrap();
    // Every cell of the tables is a withheld one, a true zero, or a heading.
    let tables = shown.stdout.split("Signs in the tables").next().unwrap();
    let rows: Vec<&str> = tables
        .lines()
        .filter(|line| line.starts_with("Grundschule am") || line.starts_with("All primary"))
        .collect();
    assert_eq!(rows.len(), 8, "four tables with a school and its total: {tables}");
    for row in rows {
        let name =
            if row.starts_with("All") { "All primary schools" } else { "Grundschule am Mühlbach" };
        // The school days with records are withheld as well; those of the calendar are nobody's.
        let row = row.strip_prefix(name).unwrap().replace("of 195 school days", "");
        let cells: Vec<&str> = row.split_whitespace().collect();
        assert!(cells.contains(&"•"), "{row}");
        assert!(cells.iter().all(|cell| ["•", "0"].contains(cell)), "{row}");
    }
    assert!(shown.stdout.contains("•  withheld: The figure rests on fewer than 5 persons"));
}

#[test]
fn the_walk_says_what_the_readme_promises_of_absences_backups_and_proofs() {
    let (workspace, runs) = walk();
    let said = |start: &str| {
        let (_, ran) = runs.iter().find(|(line, _)| line.starts_with(start)).unwrap();
        &*ran.stdout
    };
    let pupil = said("tridem pupil show");
    for absence in ["unexcused: 1 × half-day", "open: 2 × half-day", "late: 25 × minute"] {
        assert!(pupil.contains(absence), "{pupil}");
    }
    assert!(said("tridem report verify").starts_with("Equal:"));
    let restored = said("tridem --dir probe");
    assert!(restored.contains("3  contacts") && restored.contains("unbroken"), "{restored}");
    let kept = ["--dir", "probe", "--key-file", "tridem-data/tridem.key", "contact", "list"];
    let there = workspace.run(&kept).success().stdout;
    assert_eq!(there, said("tridem contact list"), "the backup has what the records had");
    assert!(said("tridem audit verify").contains("unbroken"));
    let findings = said("tridem doctor");
    assert!(findings.contains("the key fits") && !findings.contains("error"), "{findings}");
}

/// The documents that name commands outside of the walk.
const DOCUMENTS: [&str; 16] = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "plugins/README.md",
    "examples/import/README.md",
    "examples/import/formats.md",
    "examples/cities/README.md",
    "examples/protection/README.md",
    "examples/protection/asvs.md",
    "examples/protection/deletion-concept.de.md",
    "examples/protection/deletion-concept.en.md",
    "examples/protection/impact-assessment.de.md",
    "examples/protection/impact-assessment.en.md",
    "examples/protection/processing-record.de.md",
    "examples/protection/processing-record.en.md",
];

/// What a document sets as code: lines of fenced blocks, and spans between backticks.
fn code(text: &str) -> Vec<&str> {
    let parts = text.split("```").enumerate();
    let is_block = |place: usize| place % 2 == 1;
    parts
        .flat_map(|(place, part)| {
            let lines = part.lines();
            let spans = part.split('`').skip(1).step_by(2);
            if is_block(place) { lines.collect::<Vec<_>>() } else { spans.collect() }
        })
        .collect()
}

#[test]
fn every_command_and_option_that_a_document_names_is_there() {
    let workspace = Workspace::empty();
    let mut named = 0;
    for document in DOCUMENTS {
        let text = fs_err::read_to_string(root().join(document)).unwrap();
        for span in code(&text) {
            let line: Vec<&str> = span.split_whitespace().collect();
            let ["tridem", words @ ..] = &*line else { continue };
            let is_letter = |letter: char| letter.is_ascii_lowercase() || letter == '-';
            let is_word = |word: &&&str| !word.starts_with('-') && word.chars().all(is_letter);
            let words = words.strip_prefix(&["help"]).unwrap_or(words);
            // What comes after `import` is a command or else a kind of file.
            let most = match words {
                ["import", "queue" | "mappings", ..]
                | ["plugin", "trust", ..]
                | ["backup", "schedule", ..] => 3,
                ["import", "preview" | "take" | "list" | "undo", ..] => 2,
                ["import", ..] => 1,
                _ => 2,
            };
            let command = words.iter().take_while(is_word).take(most).copied();
            let help = workspace.run(&command.chain(["--help"]).collect::<Vec<_>>());
            assert_eq!(help.code, 0, "{document} names `{span}`: {}", help.stderr);
            for option in words.iter().filter(|word| word.starts_with("--")) {
                assert!(help.stdout.contains(option), "{document} names `{span}`");
            }
            named += 1;
        }
    }
    assert!(named > 30, "{named}");
}

#[test]
fn the_reports_of_one_family_hold_no_number_of_it_in_any_form() {
    let (workspace, _) = walk();
    let dir = workspace.path("tridem-data").to_str().unwrap().to_owned();
    let say = |arguments: &[&str]| {
        workspace.run(&[&["--dir", &dir, "report"], arguments].concat()).success().stdout
    };
    let list: Vec<Value> = serde_json::from_str(&say(&["list", "--format", "json"])).unwrap();
    let plugins: BTreeSet<&str> = list.iter().map(|row| row["plugin"].as_str().unwrap()).collect();
    assert_eq!(plugins.len(), 3, "{plugins:?}");
    // What the team sees is exact.
    for row in list.iter().filter(|row| row["audience"] != "work") {
        let show = |format| say(&["show", row["id"].as_str().unwrap(), "--format", format]);
        holds_nothing(&serde_json::from_str(&show("json")).unwrap());
        for text in ["text", "html", "csv", "json"].map(show) {
            for secret in ["Kim Muster", "Muster,", "Beispiel", "Anders", "ring again", "\"p1\""] {
                assert!(!text.contains(secret), "{secret} stands in a report of {}", row["plugin"]);
            }
        }
    }
}

/// Asserts that a table of schools shows true zeros and nothing else.
fn holds_nothing(report: &Value) {
    let mut withheld = 0;
    for section in report["sections"].as_array().unwrap() {
        for table in section["tables"].as_array().unwrap() {
            for cell in table["rows"].as_array().unwrap().iter().flat_map(cells) {
                match cell["state"].as_str().unwrap() {
                    "shown" => assert_eq!(cell["units"], 0, "{cell}"),
                    "withheld" => withheld += 1,
                    other => panic!("{other}"),
                }
                assert!(cell["state"] == "shown" || cell.as_object().unwrap().len() == 1, "{cell}");
            }
        }
    }
    assert!(withheld > 20, "{withheld}");
}

fn cells(row: &Value) -> &Vec<Value> {
    row["cells"].as_array().unwrap()
}
