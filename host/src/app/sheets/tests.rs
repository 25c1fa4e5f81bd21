//! What sheets say the same everywhere.

use super::protection_words::OPEN_POINTS;
use crate::domain::Form;

#[test]
fn every_form_that_sheets_read_is_there() {
    for name in [
        "providers",
        "teams",
        "fundings",
        "posts",
        "support-cases",
        "goals",
        "actions",
        "referrals",
        "interpreting",
        "consents",
        "gaps",
        "reported-figures",
    ] {
        assert!(Form::of_name(name).is_some(), "{name}");
    }
}

/// The document says it at length; the sheet must not go on saying what is mended there, nor less.
#[test]
fn the_open_points_are_those_of_the_security_document() {
    let document = include_str!("../../../../SECURITY.md");
    let document = document.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = [
        "can read everything but the private notes of closed professions",
        "are reports of different plugins",
        "Reports that are written to a file are not encrypted",
        "is kept for one year",
        "can cut off the end",
        "is the plugin's word",
    ];
    assert_eq!(said.len(), OPEN_POINTS.len());
    for phrase in said {
        assert!(document.contains(phrase), "{phrase}");
    }
}
