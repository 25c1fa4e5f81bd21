//! Proposals: each rule of the interface, broken once.

use crate::domain::{Day, Priority, Proposal};
use crate::plugin::bindings::propose::{Priority as Urgency, Proposal as Found};
use crate::plugin::propose_check::{Expected, proposals};

fn good() -> Found {
    Found {
        row: 2,
        step: 1,
        template: Some(1),
        due: 20_000,
        reason: 3,
        because: vec![4, 0],
        priority: Urgency::High,
    }
}

/// Two steps, the second with two templates; four reasons, three rows, five fields.
fn check(found: Vec<Found>, is_of_cases: bool) -> Result<Vec<Proposal>, String> {
    let expected = Expected { steps: &[0, 2], reasons: 4, rows: 3, fields: 5, is_of_cases };
    proposals(found, &expected)
}

/// Checks that a proposal is refused with these words once `spoil` was done to it.
#[track_caller]
fn one(words: &str, spoil: impl FnOnce(&mut Found)) {
    let mut found = good();
    spoil(&mut found);
    let mistake = check(vec![Found { row: 0, ..good() }, found], true).unwrap_err();
    assert!(mistake.contains(words), "{mistake}");
}

#[test]
fn a_good_one_is_taken_as_it_is() {
    let expected = Proposal {
        row: 2,
        step: 1,
        template: Some(1),
        due: Day(20_000),
        reason: 3,
        because: vec![4, 0],
        priority: Priority::High,
    };
    assert_eq!(check(vec![good()], true), Ok(vec![expected]));
    let plain = Found { template: None, because: Vec::new(), step: 0, ..good() };
    assert!(check(vec![plain], true).is_ok());
    assert_eq!(check(Vec::new(), false), Ok(Vec::new()));
}

#[test]
fn places_are_within_their_lists() {
    one("proposal 1, counted from 0, has row 3 of 3, counted from 0", |found| found.row = 3);
    one("step 2 of 2", |found| found.step = 2);
    one("template 2 of 2", |found| found.template = Some(2));
    one("template 0 of 0", |found| (found.step, found.template) = (0, Some(0)));
    one("reason 4 of 4", |found| found.reason = 4);
    one("reason 4294967295 of 4", |found| found.reason = u32::MAX);
    one("field 5 of 5", |found| found.because = vec![0, 5]);
}

#[test]
fn the_fields_shown_are_few_and_different() {
    one("9 fields in `because`; at most 8", |found| found.because = vec![0; 9]);
    one("field 1 twice", |found| found.because = vec![1, 2, 1]);
}

#[test]
fn the_due_day_is_one_that_records_may_carry() {
    for (due, is_right) in [
        (i32::MIN, false),
        (-25_568, false),
        (-25_567, true), // 1900-01-01
        (84_005, true),  // 2199-12-31
        (84_006, false),
        (i32::MAX, false),
    ] {
        let found = check(vec![Found { due, ..good() }], true);
        assert_eq!(found.is_ok(), is_right, "{due}");
    }
    one("the due day 84006, outside the years 1900 to 2199", |found| found.due = 84_006);
}

#[test]
fn a_case_has_one_proposal_for_each_step() {
    let other = Found { reason: 0, priority: Urgency::Low, ..good() };
    assert_eq!(
        check(vec![good(), other], true).unwrap_err(),
        "two proposals for row 2 with step 1, counted from 0"
    );
    let (row, step) = (Found { row: 1, ..good() }, Found { step: 0, template: None, ..good() });
    assert!(check(vec![good(), row, step], true).is_ok());
}

#[test]
fn only_rows_that_are_cases_have_proposals() {
    assert!(check(vec![good()], false).unwrap_err().contains("not `cases`"));
}
