//! Words that may not belong in shared notes: told when they are written, and nothing more.

use crate::support::Workspace;

const CALL: &str =
    "contact add --school 990001 --kind phone --result reached --minutes 5 --with bm1";

fn call(workspace: &Workspace, note: &str) -> String {
    let words = CALL.split_whitespace().chain(["--note", note]).collect::<Vec<_>>();
    workspace.run(&words).success().stderr
}

#[test]
fn a_note_with_such_words_is_kept_and_the_reason_told() {
    let workspace = Workspace::example();
    assert_eq!(call(&workspace, "Termin bei der Ausländerbehörde, auf Arabisch"), "");
    let said = call(&workspace, "Roma-Familie, Vater psychisch krank, Diagnose offen");
    for part in ["`Roma`", "Art. 9 GDPR", "`psychisch`, `Diagnose`", "private note"] {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert_eq!(said.matches("Please look again").count(), 2, "one sentence for each kind: {said}");
    let found = workspace.list("word find");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["words"], serde_json::json!(["Roma", "psychisch", "Diagnose"]));
    let id = found[0]["id"].as_str().unwrap();
    let corrected =
        workspace.run(&["contact", "correct", id, "--note", "alles gut", "--reason", "x"]);
    assert_eq!(corrected.success().stderr, "");
    assert_eq!(workspace.list("word find"), [0; 0]);
    // The private note is the place for it.
    let words = format!("--as sa1 {CALL}");
    let words = words.split_whitespace().chain(["--private-note", "Diagnose"]).collect::<Vec<_>>();
    assert_eq!(workspace.run(&words).success().stderr, "");
}

const LINE: [&str; 9] = [
    "record",
    "add",
    "gaps",
    "title=Polizei kommt",
    "area=access",
    "status=reported",
    "raised=2026-01-15",
    "evidence=3",
    "team=",
];

#[test]
fn free_texts_of_records_are_looked_through_too() {
    let workspace = Workspace::example();
    let said = workspace.run(&LINE).success().stderr;
    assert!(said.contains("`Polizei`") && said.contains("Art. 10 GDPR"), "{said}");
}

#[test]
fn a_municipality_has_words_of_its_own_and_the_audit_does_not_say_which() {
    let workspace = Workspace::example();
    workspace.say("--as bm1 word add klinik* --kind health").refused().saying(&["may not do this"]);
    for (line, part) in [
        ("word add zwei-worte --kind health", "`zwei-worte` is no word"),
        ("word add klinik* --kind weather", "`weather` is no word and no kind"),
        ("word remove klinik*", "`klinik*` is no word"),
    ] {
        workspace.say(line).refused().saying(&[part, "tridem word list"]);
    }
    workspace.say("word add Klinik* --kind health").success();
    workspace.say("word remove polizei*").success();
    let said = call(&workspace, "Klinikschule; die Polizei war da");
    assert!(said.contains("`Klinikschule`") && !said.contains("Polizei"), "{said}");
    let audit = workspace.say("audit list --format json").success().stdout;
    assert!(audit.contains("word.add") && audit.contains("word.remove"));
    assert!(!audit.to_lowercase().contains("klinik") && !audit.contains("polizei"), "{audit}");
}
