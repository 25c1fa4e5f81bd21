//! Every check by hand, and that it does not matter how schools are shared out.

use tridem_sdk::testing::{Case, Rows};
use tridem_sdk::{Result, day};

use super::{RecordCheck, saved};

fn case() -> Case {
    Case::new(day(2025, 8, 1), day(2026, 1, 31)).integer("long_minutes", 240)
}

fn contacts() -> Rows {
    // Two schools, by school and day. Keys tell what is wrong.
    Rows::of("contacts")
        .codes("school", ["a", "a", "a", "a", "a", "a", "b", "b"])
        .integers("day", [1, 2, 2, 2, 3, 4, 2, 2].map(|number| day(2025, 9, number)))
        .codes("kind", ["talk", "talk", "talk", "phone", "talk", "phone", "talk", "talk"])
        .flags("attempt", [false, false, false, true, false, true, false, false])
        .integers("minutes", [0, 30, 30, 61, 300, 60, 30, 30])
        .integers("persons", [2, 1, 1, 0, 0, 0, 1, 1])
        .keys("contact_key", [10, 11, 12, 13, 14, 15, 20, 21])
        .indexes("household", [Some(0), Some(1), Some(1), Some(1), Some(2), None, None, None])
}

fn terms() -> Rows {
    Rows::of("pupil_terms")
        .codes("school", ["a", "a", "b"])
        .codes("term", ["year", "first-half", "first-half"])
        .integers("possible_units", [10, 10, 10])
        .integers("missed_excused", [6, 6, 5])
        .integers("missed_unexcused", [3, 3, 3])
        .integers("missed_open", [2, 2, 2])
        .keys("pupil_key", [77, 77, 78])
}

#[test]
fn each_check_finds_its_records_and_no_other() -> Result<()> {
    let composed = case().rows(contacts()).rows(terms()).compose::<RecordCheck>()?;
    assert_eq!(composed.found("no-time"), [10]);
    assert_eq!(composed.found("long-attempt"), [13]);
    assert_eq!(composed.found("nobody-there"), [14], "an attempt has nobody there by its nature");
    assert_eq!(composed.found("very-long"), [14]);
    assert_eq!(composed.found("twice"), [12], "without a household nobody can tell");
    assert_eq!(composed.found("too-much-missed"), [77], "11 of 10; the year is not told again");
    Ok(())
}

#[test]
fn the_table_counts_what_was_looked_at_and_found() -> Result<()> {
    let composed = case().rows(contacts()).rows(terms()).compose::<RecordCheck>()?;
    let cell = |row, column| composed.cell("by-school", row, column);
    assert_eq!([cell("a", "contacts"), cell("a", "terms")], [Some(6.0), Some(1.0)]);
    assert_eq!([cell("a", "found"), cell("b", "found")], [Some(6.0), Some(0.0)]);
    assert_eq!(cell("all", "contacts"), Some(8.0));
    assert_eq!(cell("all", "found"), Some(6.0));
    Ok(())
}

#[test]
fn nothing_found_is_said_in_words() -> Result<()> {
    let composed = case().compose::<RecordCheck>()?;
    assert_eq!(composed.found("no-time"), []);
    // Title, passage, the table with its total, and the sentence.
    assert_eq!(composed.blocks(), 4);
    Ok(())
}

#[test]
fn schools_may_be_shared_out() -> Result<()> {
    let composed = case().rows(contacts()).rows(terms()).compose_in_parts::<RecordCheck>()?;
    assert_eq!(composed.found("twice"), [12]);
    Ok(())
}

#[test]
fn bytes_that_no_part_saved_are_refused() {
    for bytes in [
        &[][..],
        &[1],
        &[1, 0, 0, 0, 0, 0, 0, 0],
        &[0; 12],
        &[0, 0, 0, 0, 0, 0, 0, 0, 99, 0, 0, 0, 0, 0, 0, 0],
    ] {
        assert!(saved::read(bytes).is_err(), "{bytes:?}");
    }
}
