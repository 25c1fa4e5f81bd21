//! Every step by hand: from when on it is proposed, for whom, and when it is not.

use tridem_sdk::testing::{Case, ProposedSteps, Rows};
use tridem_sdk::{Day, day};

use super::AttendanceLadder;

const TODAY: Day = day(2025, 11, 14);

/// A pupil of 100 possible units at a primary school, aged 9, with one supportive step and nothing else.
struct Pupil {
    form: &'static str,
    age: Option<i32>,
    is_unknown: bool,
    possible: Option<i32>,
    unexcused: i32,
    supportive: i32,
    step: Option<&'static str>,
    days_since: Option<i32>,
    review: Option<Day>,
    disciplinary: bool,
}

impl Pupil {
    fn who_missed(unexcused: i32) -> Self {
        Self {
            form: "02",
            age: Some(9),
            is_unknown: false,
            possible: Some(100),
            unexcused,
            supportive: 1,
            step: None,
            days_since: None,
            review: None,
            disciplinary: true,
        }
    }

    /// With a step of the school so many school days ago.
    fn after(self, step: &'static str, days: i32) -> Self {
        Self { step: Some(step), days_since: Some(days), ..self }
    }

    /// The steps that are proposed, sorted.
    fn steps(&self) -> Vec<&'static str> {
        let proposed = self.propose();
        let all = [
            "authority",
            "birthday",
            "disciplinary-measure",
            "educational-measure",
            "hearing-parents",
            "hearing-parents-and-pupil",
            "report-district-government",
            "report-school-office",
            "review",
            "support",
            "written-demand",
        ];
        let found: Vec<_> =
            all.into_iter().filter(|step| !proposed.rows_with(step).is_empty()).collect();
        assert_eq!(found.len(), proposed.len(), "every step is in the list above");
        found
    }

    fn propose(&self) -> ProposedSteps {
        let cases = Rows::of("cases")
            .codes("form", [self.form])
            .integers("age", [self.age])
            .flags("whereabouts_unknown", [self.is_unknown])
            .integers("possible_units", [self.possible])
            .integers("missed_unexcused", [self.possible.map(|_| self.unexcused)])
            .integers("supportive_steps", [self.supportive])
            .codes("ladder_step", [self.step])
            .integers("days_since_ladder_step", [self.days_since])
            .integers("ladder_review", [self.review]);
        Case::new(day(2025, 8, 1), TODAY)
            .integer("least_units", 20)
            .integer("support_percent", 5)
            .integer("measure_percent", 10)
            .integer("demand_percent", 15)
            .integer("report_percent", 25)
            .integer("supportive_steps", 1)
            .flag("disciplinary", self.disciplinary)
            .integer("pause_days", 10)
            .integer("review_days", 60)
            .rows(cases)
            .propose::<AttendanceLadder>()
            .unwrap()
    }
}

#[test]
fn no_demand_and_no_sanction_while_no_support_is_on_record() {
    for step in
        ["information", "educational-measure", "disciplinary-measure", "written-demand", "hearing"]
    {
        let pupil = Pupil { supportive: 0, ..Pupil::who_missed(90).after(step, 30) };
        let steps = pupil.steps();
        let allowed = if step == "information" {
            vec!["educational-measure", "support"]
        } else {
            vec!["support"]
        };
        assert_eq!(steps, allowed, "after {step}");
        assert_eq!(pupil.propose().reason(0, "support"), Some("no-support"));
    }
}

#[test]
fn nothing_is_proposed_below_the_thresholds() {
    assert_eq!(Pupil::who_missed(0).steps(), [""; 0]);
    assert_eq!(Pupil { supportive: 0, ..Pupil::who_missed(4) }.steps(), [""; 0]);
    assert_eq!(Pupil { supportive: 0, ..Pupil::who_missed(5) }.steps(), ["support"]);
    assert_eq!(Pupil::who_missed(9).steps(), [""; 0]);
    assert_eq!(Pupil::who_missed(10).steps(), ["educational-measure"]);
    assert_eq!(Pupil::who_missed(14).after("disciplinary-measure", 10).steps(), [""; 0]);
    assert_eq!(Pupil::who_missed(15).after("disciplinary-measure", 10).steps(), ["written-demand"]);
    assert_eq!(Pupil::who_missed(24).after("hearing", 10).steps(), [""; 0]);
    assert_eq!(Pupil::who_missed(25).after("hearing", 10).steps(), ["report-school-office"]);
}

#[test]
fn steps_follow_each_other_in_the_order_of_the_law() {
    let next = |step| Pupil::who_missed(90).after(step, 10).steps();
    assert_eq!(next("information"), ["educational-measure"]);
    assert_eq!(next("educational-measure"), ["disciplinary-measure"]);
    assert_eq!(next("disciplinary-measure"), ["written-demand"]);
    assert_eq!(next("written-demand"), ["hearing-parents"]);
    assert_eq!(next("hearing"), ["report-school-office"]);
    for step in ["absence-report", "fine", "enforcement"] {
        assert_eq!(next(step), [""; 0], "from now on the authority acts");
    }
    let without = Pupil { disciplinary: false, ..Pupil::who_missed(90) };
    assert_eq!(without.after("educational-measure", 10).steps(), ["written-demand"]);
}

#[test]
fn each_step_is_given_time() {
    assert_eq!(Pupil::who_missed(90).after("educational-measure", 9).steps(), [""; 0]);
}

#[test]
fn the_report_goes_to_the_authority_of_the_school_form() {
    let report = |form| Pupil { form, ..Pupil::who_missed(30).after("hearing", 10) }.steps();
    for form in ["02", "04"] {
        assert_eq!(report(form), ["report-school-office"], "{form}");
    }
    for form in ["10", "14", "15", "20"] {
        assert_eq!(report(form), ["report-district-government"], "{form}");
    }
    assert_eq!(report("99"), ["authority"]);
}

#[test]
fn the_pupil_is_heard_from_fourteen_on() {
    let hearing = |age| Pupil { age, ..Pupil::who_missed(30).after("written-demand", 10) }.steps();
    assert_eq!(hearing(Some(13)), ["hearing-parents"]);
    assert_eq!(hearing(Some(14)), ["hearing-parents-and-pupil"]);
    assert_eq!(hearing(None), ["birthday"]);
}

#[test]
fn a_step_is_reviewed_on_its_day_or_after_three_months() {
    let reviewed = |days, review| {
        Pupil { review, ..Pupil::who_missed(0).after("absence-report", days) }.steps()
    };
    assert_eq!(reviewed(59, None), [""; 0]);
    assert_eq!(reviewed(60, None), ["review"]);
    assert_eq!(reviewed(60, Some(TODAY + 1)), [""; 0], "the school has set another day");
    assert_eq!(reviewed(5, Some(TODAY)), ["review"]);
}

#[test]
fn nothing_is_proposed_for_a_child_that_nobody_can_find() {
    let pupil = Pupil { is_unknown: true, ..Pupil::who_missed(90).after("hearing", 90) };
    assert_eq!(pupil.steps(), [""; 0]);
}

#[test]
fn too_few_units_and_schools_without_a_register_are_not_judged() {
    assert_eq!(Pupil { possible: Some(19), ..Pupil::who_missed(19) }.steps(), [""; 0]);
    assert_eq!(Pupil { possible: None, ..Pupil::who_missed(0) }.steps(), [""; 0]);
}
