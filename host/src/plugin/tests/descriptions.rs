//! Descriptions of reporting and workflow plugins: each rule of the interface, broken once.

use super::guest::{ID, manifest};
use crate::domain::{Holds, Severity};
use crate::plugin::Interface;
use crate::plugin::bindings::{arguments, compose, propose};
use crate::plugin::describe_composition::composition;
use crate::plugin::describe_workflow::workflow;
use crate::plugin::error::Error;

fn text(text: &str) -> arguments::Text {
    arguments::Text { de: text.into(), en: text.into() }
}

fn check(id: &str) -> compose::Check {
    compose::Check { id: id.into(), title: text("title"), severity: compose::Severity::Mistake }
}

fn passage(text: &str) -> compose::Passage {
    compose::Passage { de: text.into(), en: text.into() }
}

fn composing() -> compose::Description {
    compose::Description {
        id: ID.into(),
        version: "1.0.0".into(),
        phrases: vec![text("one"), text("<b>two</b>")],
        passages: vec![passage("- *a*\n- b")],
        checks: vec![check("first"), check("second")],
    }
}

fn step(id: &str, templates: &[&str]) -> propose::Step {
    propose::Step {
        id: id.into(),
        label: text("label"),
        holds: propose::Holds::HalfYear,
        templates: templates.iter().map(|name| (*name).to_owned()).collect(),
    }
}

fn proposing() -> propose::Description {
    propose::Description {
        id: ID.into(),
        version: "1.0.0".into(),
        steps: vec![step("call", &[]), step("invite", &["first", "second-2"])],
        reasons: vec![text("reason")],
    }
}

/// The one mistake of a description.
#[track_caller]
fn only<T>(found: Result<T, Error>, expected: Interface) -> String {
    let Err(error) = found else { panic!("nothing is wrong") };
    assert!(error.for_author().unwrap().contains(expected.file()), "{error}");
    let Error::Description { plugin, mistakes, interface } = error else { panic!("{error}") };
    assert_eq!((plugin.as_str(), interface), (ID, expected));
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    mistakes.into_iter().next().unwrap()
}

/// Checks that a composition has one mistake, with these words, once `spoil` was done to it.
#[track_caller]
fn one(words: &str, spoil: impl FnOnce(&mut compose::Description)) {
    let mut found = composing();
    spoil(&mut found);
    let mistake = only(composition(found, &manifest()), Interface::Compose);
    assert!(mistake.contains(words), "{mistake}");
}

/// The same of a workflow.
#[track_caller]
fn one_of_steps(words: &str, spoil: impl FnOnce(&mut propose::Description)) {
    let mut found = proposing();
    spoil(&mut found);
    let mistake = only(workflow(found, &manifest()), Interface::Propose);
    assert!(mistake.contains(words), "{mistake}");
}

#[test]
fn good_ones_are_taken_as_they_are() {
    let found = composition(composing(), &manifest()).unwrap();
    assert_eq!(found.phrases[1].de, "<b>two</b>");
    assert_eq!(found.passages[0].en, "- *a*\n- b");
    assert_eq!(
        (found.checks[1].id.as_str(), found.checks[1].severity),
        ("second", Severity::Mistake)
    );
    let found = workflow(proposing(), &manifest()).unwrap();
    assert_eq!(found.steps[1].templates, ["first", "second-2"]);
    assert_eq!(found.steps[0].holds, Holds::HalfYear);
    assert_eq!(found.reasons[0].en, "reason");
}

#[test]
fn they_are_of_the_plugin_that_the_manifest_says() {
    one("its id is `org.example.other`", |found| found.id = "org.example.other".into());
    one("its version is `1.0.1`", |found| found.version = "1.0.1".into());
    one_of_steps("its id is `x`", |found| found.id = "x".into());
    one_of_steps("its version is `[31m2`", |found| found.version = "\u{1b}[31m2".into());
}

#[test]
fn there_are_not_too_many_of_anything() {
    one("1001 phrases; at most 1000", |found| found.phrases = vec![text("x"); 1_001]);
    one("101 passages; at most 100", |found| found.passages = vec![passage("x"); 101]);
    one("65 checks; at most 64", |found| found.checks = vec![check("x"); 65]);
    one_of_steps("65 steps; at most 64", |found| found.steps = vec![step("x", &[]); 65]);
    one_of_steps("257 reasons; at most 256", |found| found.reasons = vec![text("x"); 257]);
    one_of_steps("17 templates of step `call`; at most 16", |found| {
        let names = (0..17).map(|number| format!("t{number}"));
        found.steps[0].templates = names.collect();
    });
    let full = compose::Description {
        phrases: vec![text("x"); 1_000],
        passages: vec![passage("x"); 100],
        ..composing()
    };
    assert!(composition(full, &manifest()).is_ok());
}

#[test]
fn ids_are_well_formed_and_unique() {
    for id in ["", "Upper", "under_score", "ä", "a\nb", &"x".repeat(41)] {
        one("lower-case letters", |found| found.checks[0].id = id.into());
        one_of_steps("lower-case letters", |found| found.steps[0].id = id.into());
    }
    one("two checks have the id `first`", |found| found.checks[1].id = "first".into());
    one_of_steps("two steps have the id `call`", |found| found.steps[1].id = "call".into());
}

#[test]
fn templates_are_names_without_folder_and_extension() {
    for name in ["", "first.hbs", "templates/first", "../first", "First", "a\u{0}"] {
        one_of_steps("without folder and extension", |found| {
            found.steps[0].templates = vec![name.into()];
        });
    }
    one_of_steps("step `invite` names the template `first` twice", |found| {
        found.steps[1].templates = vec!["first".into(), "first".into()];
    });
}

#[test]
fn texts_are_short_lines_in_both_languages() {
    one("phrase 1: its text in German has 201 bytes", |found| {
        found.phrases[1].de = "x".repeat(201);
    });
    one("check `first`: title in English is empty", |found| found.checks[0].title.en.clear());
    one("phrase 0: its text in English has a line break", |found| {
        found.phrases[0].en = "\u{2066}x".into();
    });
    one_of_steps("step `call`: label in English has", |found| {
        found.steps[0].label.en = "a\r\nb".into();
    });
    one_of_steps("reason 0: its text in German is empty", |found| found.reasons[0].de = " ".into());
}

#[test]
fn passages_are_in_the_small_part_of_markdown() {
    one("passage 0: its text in English has a link", |found| {
        found.passages[0].en = "[x](https://example.org)".into();
    });
    one("passage 0: its text in German has 4001 bytes", |found| {
        found.passages[0].de = "x".repeat(4_001);
    });
}
