//! The papers on data protection and security: nothing that they name is missing, nothing is made up.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The highest number of level 1 or 2 in each section of ASVS 5.0.0. In each section these are the first
/// ones.
const SECTIONS: [(u8, &[(u8, u8)]); 17] = [
    (1, &[(1, 2), (2, 9), (3, 11), (4, 3), (5, 2)]),
    (2, &[(1, 3), (2, 3), (3, 4), (4, 1)]),
    (3, &[(2, 2), (3, 4), (4, 6), (5, 5), (7, 2)]),
    (4, &[(1, 3), (2, 1), (3, 2), (4, 4)]),
    (5, &[(1, 1), (2, 3), (3, 2), (4, 3)]),
    (6, &[(1, 3), (2, 12), (3, 4), (4, 4), (5, 5), (6, 3), (8, 4)]),
    (7, &[(1, 3), (2, 4), (3, 2), (4, 5), (5, 2), (6, 2)]),
    (8, &[(1, 2), (2, 3), (3, 1), (4, 1)]),
    (9, &[(1, 3), (2, 4)]),
    (10, &[(1, 2), (2, 2), (3, 4), (4, 11), (5, 5), (6, 2), (7, 3)]),
    (11, &[(1, 2), (2, 3), (3, 3), (4, 4), (5, 1), (6, 1)]),
    (12, &[(1, 3), (2, 2), (3, 4)]),
    (13, &[(1, 1), (2, 5), (3, 2), (4, 5)]),
    (14, &[(1, 2), (2, 4), (3, 3)]),
    (15, &[(1, 3), (2, 3), (3, 7)]),
    (16, &[(1, 1), (2, 5), (3, 4), (4, 3), (5, 3)]),
    (17, &[(1, 1), (2, 4), (3, 2)]),
];

type Requirement = (u8, u8, u8);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs_err::read_to_string(root().join(path)).unwrap()
}

fn requirements() -> Vec<Requirement> {
    let chapter = |(chapter, sections): (u8, &'static [(u8, u8)])| {
        sections
            .iter()
            .flat_map(move |(section, last)| (1..=*last).map(move |it| (chapter, *section, it)))
    };
    SECTIONS.into_iter().flat_map(chapter).collect()
}

fn requirement(text: &str) -> Requirement {
    let parts: Vec<u8> = text.split('.').map(|part| part.parse().unwrap()).collect();
    let [chapter, section, number] = parts[..] else { panic!("{text}") };
    (chapter, section, number)
}

/// The cells of the rows of a Markdown table.
fn rows(text: &str) -> Vec<Vec<String>> {
    let cells =
        |line: &str| line.trim_matches('|').split('|').map(|it| it.trim().to_owned()).collect();
    text.lines().filter(|line| line.starts_with('|')).skip(2).map(cells).collect()
}

/// The names of all tests and functions of the repository's Rust sources.
fn functions() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![root().join("host/src"), root().join("tests/suite")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs_err::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|it| it == "rs") {
            for part in fs_err::read_to_string(&path).unwrap().split("fn ").skip(1) {
                let name: String =
                    part.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect();
                found.insert(name);
            }
        }
    }
    found
}

/// The words between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_requirement_of_the_standard_has_its_row_once() {
    let all = requirements();
    assert_eq!(all.len(), 253, "70 of level 1 and 183 of level 2");
    let mut told: BTreeMap<Requirement, usize> = BTreeMap::new();
    for row in rows(&read("examples/protection/asvs.md")) {
        let (first, last) = row[0].split_once('-').unwrap_or((&row[0], &row[0]));
        let span = requirement(first)..=requirement(last);
        for found in all.iter().filter(|it| span.contains(it)) {
            *told.entry(*found).or_default() += 1;
        }
        assert!(all.contains(span.start()) && all.contains(span.end()), "{row:?}");
        let states = ["tested", "built", "in part", "none"];
        assert!(states.contains(&&*row[1]), "{row:?}");
        assert!(!row[2].is_empty(), "{row:?}");
    }
    let wrong: Vec<_> = all.iter().filter(|it| told.get(it) != Some(&1)).collect();
    assert!(wrong.is_empty(), "missing, or told twice: {wrong:?}");
}

#[test]
fn every_test_and_file_that_the_papers_name_is_there() {
    let functions = functions();
    let mut names = 0;
    for entry in fs_err::read_dir(root().join("examples/protection")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs_err::read_to_string(&path).unwrap();
        for word in quoted(&text) {
            let is_test = word.len() > 24
                && word.contains('_')
                && word
                    .bytes()
                    .all(|it| it.is_ascii_lowercase() || it == b'_' || it.is_ascii_digit());
            if is_test {
                names += 1;
                assert!(functions.contains(word), "{}: no test `{word}`", path.display());
            }
            let is_file = word.contains('/') && !word.contains(' ') && word.contains('.');
            if is_file {
                assert!(root().join(word).exists(), "{}: no file `{word}`", path.display());
            }
        }
    }
    assert!(names > 60, "{names}");
}

/// The table of `tridem roles` as Markdown.
fn role_table(lang: &str) -> String {
    let workspace = crate::support::Workspace::new();
    let csv = workspace.say(&format!("--lang {lang} roles --format csv")).success().stdout;
    // The first column is the code, which only programs need; no word holds a semicolon.
    let cells = |line: &str| -> String {
        let cells: Vec<&str> = line.trim_end().split(';').skip(1).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let mut lines = csv.trim_start_matches('\u{feff}').lines();
    let head = cells(lines.next().unwrap());
    let columns = head.matches('|').count() - 1;
    let mut text = format!("{head}|{}\n", " --- |".repeat(columns));
    text.extend(lines.map(cells));
    text
}

#[test]
fn the_tables_of_roles_are_what_the_program_goes_by() {
    for (lang, head) in [
        (
            "de",
            "# Wer was darf\n\nAus `tridem roles`. Wer ein Konto hat, sieht seine Schulen und Teams, so lange \
             die Zuweisung gilt; Lehrkräfte sehen dort die Kontakte ihrer Tandems und Tridems. Vertrauliche Notizen \
             sieht nur die eigene Profession, was auch immer hier steht.\n\n",
        ),
        (
            "en",
            "# Who may do what\n\nFrom `tridem roles`. Who has an account sees their schools and teams, as long as \
             the assignment lasts; teachers see the contacts of their tandems and tridems there. Private notes \
             are for their own profession alone, whatever is said here.\n\n",
        ),
    ] {
        let path = root().join(format!("examples/protection/roles.{lang}.md"));
        let text = head.to_owned() + &role_table(lang);
        if std::env::var("SNAPSHOTS").is_ok_and(|it| it == "overwrite") {
            fs_err::write(&path, &text).unwrap();
        }
        assert_eq!(
            fs_err::read_to_string(&path).unwrap(),
            text,
            "SNAPSHOTS=overwrite writes it anew"
        );
    }
}
