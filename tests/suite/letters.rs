//! Tests of `tridem letter`: drafts in the family's language, of nothing but what a letter may say.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::support::Workspace;
use crate::workflow_guest::{CALLER, LETTER, component, install, manifest, package};

const PROPOSE: &str = "task propose org.example.caller --year 2025/26";

/// Records with a task for p1, of the household h1, and its id.
fn with_task() -> (Workspace, String) {
    let workspace = Workspace::example();
    install(&workspace);
    workspace.say(PROPOSE).success();
    let id = workspace.list("task list --pupil p1")[0]["id"].as_str().unwrap().to_owned();
    (workspace, id)
}

#[test]
fn a_letter_comes_in_the_familys_language_or_in_german_with_a_remark() {
    let (workspace, task) = with_task();
    let render = |more: &str| workspace.say(&format!("letter render {task} {more}")).success();
    let german = render("");
    assert!(german.stdout.contains("Gespräch über Alex\n\nLiebe Familie Muster,\n"));
    assert!(german.stdout.contains("Kontakte. Wenige Kontakte.\n"), "{}", german.stdout);
    assert!(german.stderr.contains("Nobody noted in which language"), "{}", german.stderr);

    workspace.say("household language h1 tr").success();
    let fallback = render("");
    assert!(fallback.stdout.contains("Liebe Familie Muster"));
    assert!(fallback.stderr.contains("wants letters in Turkish"), "{}", fallback.stderr);

    workspace.say("household language h1 ar").success();
    let arabic = render("");
    assert!(arabic.stdout.ends_with("مرحبا \u{2068}Alex\u{2069}\n"), "{}", arabic.stdout);
    assert_eq!(arabic.stderr, "");
    assert!(render("--language de").stdout.contains("Liebe Familie Muster"));
    workspace
        .say(&format!("letter render {task} --language tr"))
        .refused()
        .saying(&["the letter `invitation` is not there in `tr`, but in `ar`, `de`"]);
    workspace
        .say(&format!("letter render {task} --template other"))
        .refused()
        .saying(&["the step has no letter `other`; it has `invitation`"]);
}

#[test]
fn a_letter_asks_for_an_answer_by_a_day_to_come() {
    let (workspace, task) = with_task();
    let render = format!("letter render {task} --by");
    workspace.say(&format!("{render} 2020-01-01")).refused().saying(&[
        "cannot ask for an answer by 2020-01-01, which is over",
        "name today or a day after",
    ]);
    workspace.say(&format!("{render} 2099-01-02")).success();
}

#[test]
fn the_list_of_letters_says_which_languages_there_are() {
    let (workspace, task) = with_task();
    workspace.say("household language h1 ar").success();
    let found = workspace.list(&format!("letter show {task}"));
    let expected = serde_json::json!([{
        "template": "invitation", "chosen": "yes", "languages": ["ar", "de"], "family": "ar",
        "language": "ar",
    }]);
    assert_eq!(serde_json::Value::from(found), expected);
}

#[test]
fn a_page_to_print_has_the_right_language_and_direction_and_loads_nothing() {
    let (workspace, task) = with_task();
    let file = workspace.path("brief.html");
    let file = file.to_str().unwrap();
    let line = format!("letter render {task} --language ar --format html --out {file}");
    let written = workspace.say(&line).success();
    assert_eq!(written.stdout, "");
    let page = fs_err::read_to_string(file).unwrap();
    assert!(page.contains("<html lang=\"ar\" dir=\"rtl\">"));
    for tag in ["<script", "<link", "<img", "src=", "href=", "url("] {
        assert!(!page.contains(tag), "{tag}");
    }
    // The audit has the digest of just this page.
    let entry = workspace.list("audit list --action letter.render").remove(0);
    let digest = Sha256::digest(&page).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    });
    assert!(entry.to_string().contains(&digest), "{entry}");
    let shown = workspace.say(&format!("task show {task}")).success().stdout;
    assert!(shown.contains("letter invitation (ar) drafted"), "{shown}");
}

#[test]
fn a_package_with_a_letter_that_says_too_much_is_not_installed() {
    let workspace = Workspace::new();
    let refused = |templates: &[(&str, &str)]| {
        let file = workspace.file("p.tridem", package("1.0.0", templates));
        workspace.run(&["plugin", "install", &file]).refused()
    };
    let birth_day = ("invitation.tr", "a\n{{#if class}}{{else}}\n{{birth_day}}{{/if}}");
    refused(&[("invitation.de", LETTER), birth_day]).saying(&[
        "letter template `templates/invitation.tr.hbs`, line 3: a letter has no value `birth_day`",
        "hint: the author of the plugin has to mend it",
    ]);
    refused(&[("invitation.de", LETTER), ("invitation", "x")])
        .saying(&["`templates/invitation.hbs` of the package is not called as a letter is"]);
    refused(&[("invitation.tr", "x")])
        .saying(&["the package has no `templates/invitation.de.hbs`"]);
    assert_eq!(workspace.list("plugin list").len(), 0);
}

#[test]
fn an_author_hears_of_a_wrong_letter_when_the_package_is_made() {
    let workspace = Workspace::empty();
    let folder = workspace.path("caller");
    fs_err::create_dir_all(folder.join("templates")).unwrap();
    fs_err::write(folder.join("plugin.toml"), manifest("1.0.0")).unwrap();
    let module = workspace.path("caller.wasm");
    fs_err::write(&module, component("1.0.0")).unwrap();
    let (folder, module) = (folder.to_str().unwrap(), module.to_str().unwrap());
    let letter = |text: &str| {
        let file = workspace.path("caller/templates/invitation.de.hbs");
        fs_err::write(file, text).unwrap();
        workspace.run(&["plugin", "pack", folder, "--module", module, "--out", "caller.tridem"])
    };
    letter("{{note}}").refused().saying(&["line 1: a letter has no value `note`"]);
    assert!(!workspace.path("caller.tridem").exists());
    letter(LETTER).success();
    assert!(workspace.path("caller.tridem").exists());
}

#[test]
fn there_is_no_letter_when_its_package_is_gone() {
    let (workspace, task) = with_task();
    workspace.say(&format!("plugin remove {CALLER}")).success();
    for line in ["letter show", "letter render"] {
        workspace
            .say(&format!("{line} {task}"))
            .refused()
            .saying(&["`org.example.caller@1.0.0` with the SHA-256", "is not installed"]);
    }
    // The list can still be read, and decided about.
    workspace.say(&format!("task done {task}")).success();
}
