//! Every step by hand: from when on it is proposed, and when it is not.

use tridem_sdk::testing::{Case, ProposedSteps, Rows};
use tridem_sdk::{Result, day};

use super::ParentContact;

fn case() -> Case {
    Case::new(day(2025, 8, 1), day(2025, 11, 14))
        .integer("days_without_contact", 20)
        .integer("attempts", 3)
        .integer("unexcused_percent", 5)
        .integer("open_units", 4)
}

/// One case each; whatever is not said is as it should be.
fn propose(
    days: Option<i32>,
    attempts: i32,
    due: Option<i32>,
    is_unknown: bool,
) -> Result<ProposedSteps> {
    let cases = Rows::of("cases")
        .integers("accompanied_days", [30])
        .integers("days_since_contact", [days])
        .integers("attempts", [attempts])
        .integers("next_due", [due])
        .flags("whereabouts_unknown", [is_unknown]);
    case().rows(cases).propose::<ParentContact>()
}

#[test]
fn nothing_is_proposed_for_a_family_that_was_just_met() -> Result<()> {
    assert!(propose(Some(0), 0, None, false)?.is_empty());
    assert!(
        propose(Some(19), 2, Some(day(2025, 11, 14)), false)?.is_empty(),
        "due today is not late"
    );
    Ok(())
}

#[test]
fn there_is_one_way_to_the_family_at_a_time() -> Result<()> {
    let forgotten = propose(Some(20), 2, None, false)?;
    assert_eq!((forgotten.len(), forgotten.reason(0, "call")), (1, Some("long-ago")));
    let tried = propose(Some(40), 3, None, false)?;
    assert_eq!((tried.len(), tried.reason(0, "visit")), (1, Some("not-reached")));
    let late = propose(Some(40), 3, Some(day(2025, 11, 13)), false)?;
    assert_eq!((late.len(), late.due(0, "agreed")), (1, Some(day(2025, 11, 13))));
    Ok(())
}

#[test]
fn a_family_that_was_never_met_is_called_after_as_many_days_accompanied() -> Result<()> {
    let never = propose(None, 0, None, false)?;
    assert_eq!((never.len(), never.reason(0, "call")), (1, Some("never")));
    Ok(())
}

#[test]
fn a_child_that_nobody_can_find_is_looked_for_and_nothing_else() -> Result<()> {
    let lost = propose(Some(90), 9, Some(0), true)?;
    assert_eq!((lost.len(), lost.reason(0, "find")), (1, Some("unknown")));
    Ok(())
}

fn absent(
    possible: Option<i32>,
    unexcused: Option<i32>,
    open: Option<i32>,
) -> Result<ProposedSteps> {
    let cases = Rows::of("cases")
        .integers("accompanied_days", [30])
        .integers("days_since_contact", [1])
        .integers("attempts", [0])
        .integers("next_due", [None::<i32>])
        .flags("whereabouts_unknown", [false])
        .integers("possible_units", [possible])
        .integers("missed_unexcused", [unexcused])
        .integers("missed_open", [open]);
    case().rows(cases).propose::<ParentContact>()
}

#[test]
fn open_absences_are_not_taken_for_unexcused_ones() -> Result<()> {
    let open = absent(Some(100), Some(4), Some(50))?;
    assert_eq!(open.rows_with("talk"), []);
    assert_eq!(open.reason(0, "clear-up"), Some("open"));
    let unexcused = absent(Some(100), Some(5), Some(3))?;
    assert_eq!(unexcused.rows_with("talk"), [0], "5 of 100 is five per cent");
    assert_eq!(unexcused.rows_with("clear-up"), []);
    Ok(())
}

#[test]
fn a_school_that_records_no_absences_leads_to_no_proposal() -> Result<()> {
    assert!(absent(None, None, None)?.is_empty());
    assert!(absent(Some(0), Some(0), Some(0))?.is_empty());
    Ok(())
}
