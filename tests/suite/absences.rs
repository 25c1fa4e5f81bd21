//! Absences from outside: what is refused, what is listed, what stays apart, and who sees it.

use std::fmt::Write as _;

use serde_json::json;
use snapbox::{assert_data_eq, str};

use crate::support::Workspace;

/// The example with a second school, at which nobody of the example works: its pupil `q1` missed a
/// day and has a sum.
fn with_a_second_school() -> Workspace {
    let workspace = Workspace::example();
    let school = "school add 990002 Nord --form 02 --joined 2025-08-01";
    workspace.say(school).success();
    let recording = "school attendance 990002 --unit day --per-day 1 --from 2025-08-27";
    workspace.say(recording).success();
    let pupil = "pupil add q1 --given-name Kind --family-name Geheim --school 990002 --grade 03 \
                 --enrolled-from 2025-08-27";
    workspace.say(pupil).success();
    workspace.say("absence add --pupil q1 --day 2025-09-15 --status open").success();
    let totals = "pupil,school_year,term,unit,missed,unexcused\nq1,2024/25,year,day,12,3\n";
    let file = workspace.file("totals.csv", totals);
    workspace.run(&["import", "absence-totals", &file]).success();
    workspace
}

#[test]
fn every_mistake_of_absences_is_told_at_once_and_nothing_is_kept() {
    let workspace = Workspace::example();
    let before = workspace.list("absence list");
    let text = "\
pupil,day,status,unit,amount
p1,2025-10-06,excused,,
p1,2025-10-04,excused,,
p2,2025-10-13,open,,
p9,2025-10-06,open,,
p3,2026-02-16,open,,
p1,2025-10-07,excused,lesson,1
p1,2025-10-08,late,,
p1,2026-03-02,open,,4
p1,2026-03-02,unexcused,,2
p2,2025-08-26,open,,
";
    let file = workspace.file("absences.csv", text);
    let ran = workspace.run(&["import", "absences", &file]).refused();
    assert_data_eq!(
        ran.stderr,
        str![[r"
error: 8 things are wrong
  line 3, `day`: 2025-10-04 is no school day at this school
  line 4, `day`: 2025-10-13 is no school day at this school
  line 5, `pupil`: there is no pupil with the code `p9`; import pupils first
  line 6, `day`: 2026-02-16 is no school day at this school
  line 7, `unit`: the unit to count in is `half-day` (half-day) here
  line 8, `amount`: a late arrival needs its minutes; fill them in
  line 10, `amount`: that makes 6 units missed on 2026-03-02, and the school day has 5
  line 11, `day`: the pupil is not enrolled at the school on 2025-08-26

hint: nothing was saved

"]]
    );
    assert_eq!(workspace.list("absence list"), before);
}

/// What is stored already is known to the store alone, which refuses the whole file.
#[test]
fn a_day_that_is_full_already_takes_nothing_more() {
    let workspace = Workspace::example().in_german();
    let before = workspace.list("absence list");
    // On 16 September p1 has missed one half-day of two.
    let text = "pupil,day,status,amount\np1,2025-10-06,excused,1\np1,2025-09-16,open,2\n";
    let file = workspace.file("absences.csv", text);
    workspace
        .run(&["import", "absences", &file])
        .refused()
        .saying(&["am 16.09.2025 wären damit 3 Einheiten gefehlt, und der Schultag hat 2"]);
    assert_eq!(workspace.list("absence list"), before);
    workspace.say("absence add --pupil p1 --day 2025-09-16 --status open --amount 1").success();
    workspace.say("absence add --pupil p1 --day 2025-09-16 --status open --amount 1").refused();
    workspace.say("absence add --pupil p1 --day 2025-09-16 --status late --amount 5").success();
    assert_eq!(workspace.list("absence list").len(), before.len() + 2);
}

#[test]
fn a_school_that_records_nothing_has_no_absences() {
    let workspace = Workspace::example();
    workspace.say("school add 990002 Nord --form 02").success();
    let pupil = "pupil add q1 --given-name A --family-name B --school 990002 --grade 03 \
                 --enrolled-from 2025-08-27";
    workspace.say(pupil).success();
    workspace.say("absence add --pupil q1 --day 2025-09-15 --status open").refused().saying(&[
        "`day`: the school records no absences on 2025-09-15; import `attendance` first",
    ]);
}

#[test]
fn times_of_recording_do_not_overlap_and_half_years_stay_in_their_year() {
    let workspace = Workspace::example();
    let before = workspace.say("school show 990001").success().stdout;
    workspace
        .say("school attendance 990001 --unit day --per-day 1 --from 2026-03-01")
        .refused()
        .saying(&["the school already records absences from 2026-02-02 until further notice"]);
    workspace
        .say("school attendance 990001 --unit half-day --per-day 3 --from 2024-09-01")
        .refused()
        .saying(&["counted in `half-day`, a school day always has 2"]);
    workspace.say("school half-year 990001 2026/27 2026-02-01").refused();
    workspace.say("school half-year 990001 2025/26 2026-02-09").refused();
    assert_eq!(workspace.say("school show 990001").success().stdout, before);
    assert!(
        before.contains(
            "absences recorded: 2 × half-day a day, 2025-08-27 – 2026-02-01\n\
             absences recorded: 5 × lesson a day, since 2026-02-02\n\
             2025/26: second half-year from 2026-02-02\n"
        ),
        "{before}"
    );
}

#[test]
fn absences_are_listed_with_their_unit_the_newest_first() {
    let workspace = Workspace::example();
    let list = workspace.list("absence list --pupil p1 --from 2025-09-16 --until 2026-02-10");
    let told: Vec<_> = list
        .iter()
        .map(|row| (&row["day"], &row["status"], &row["amount"], &row["unit"]))
        .collect();
    let expected = json!([
        ["2026-02-10", "unexcused", 2, "lesson"],
        ["2025-11-03", "open", 2, "half-day"],
        ["2025-09-16", "excused", 1, "half-day"],
    ]);
    assert_eq!(json!(told), expected);
    assert_eq!(workspace.list("absence list --limit 2").len(), 2);
    assert_eq!(workspace.list("absence list --school 990001").len(), 9);
    workspace.say("absence list --pupil nobody").refused().saying(&["no pupil", "`nobody`"]);
}

#[test]
fn a_pupil_is_shown_with_absences_by_status_and_sums_apart() {
    let workspace = Workspace::example();
    let shown = workspace.say("pupil show p1 --year 2025/26").success().stdout;
    assert_data_eq!(
        shown,
        str![[r"
p1 Alex Muster
school: 990001
grade: grade 3
class: 3b
household: h1
status: active
at the school: since 2024-02-01
accompanied: since 2024-09-02
absences 2025/26, excused: 3 × half-day
absences 2025/26, unexcused: 2 × lesson
absences 2025/26, open: 2 × half-day
absences 2025/26, late: 15 × minute
rate 2025/26, first half-year: possible 180 × half-day on 90 school days; missed 5, of it excused 3, unexcused 0, open 2; absence rate 2.8 %; unexcused rate 0.0 %; open share 40.0 %
rate 2025/26, second half-year: possible 510 × lesson on 102 school days; missed 2, of it excused 0, unexcused 2, open 0; absence rate 0.4 %; unexcused rate 0.4 %; open share 0.0 %
sum taken over 2024/25, first half-year: 24 × lesson, of it unexcused 6 (Schulverwaltung)
sum taken over 2024/25, second half-year: 31 × lesson, of it unexcused 0 (Schulverwaltung)

"]]
    );
    let before = workspace.say("pupil show p1 --year 2024/25").success().stdout;
    assert!(before.contains("absences 2024/25: none recorded\n"), "{before}");
    let german = workspace.in_german().say("pupil show p1 --year 2025/26").success().stdout;
    assert!(german.contains("Fehlzeiten 2025/26, unentschuldigt: 2 × Unterrichtsstunde\n"));
}

/// Acceptance row 11, as far as it can be seen without a plugin.
#[test]
fn nothing_counts_after_the_whereabouts_became_unknown() {
    let workspace = Workspace::example();
    let pupil = "pupil add lost --given-name A --family-name B --school 990001 --grade 03 \
                 --status whereabouts-unknown --enrolled-from 2025-08-27";
    workspace
        .say(&format!("{pupil} --unknown-from 2025-08-26"))
        .refused()
        .saying(&["`unknown_from`: whereabouts cannot become unknown before the enrolment"]);
    workspace.say(&format!("{pupil} --unknown-from 2026-01-12")).success();
    for (day, status) in
        [("2026-01-09", "excused"), ("2026-01-12", "unexcused"), ("2026-01-13", "unexcused")]
    {
        workspace.say(&format!("absence add --pupil lost --day {day} --status {status}")).success();
    }
    assert_eq!(workspace.list("absence list --pupil lost").len(), 3, "they are kept");
    let shown = workspace.say("pupil show lost --year 2025/26").success().stdout;
    assert!(shown.contains("whereabouts unknown since: 2026-01-12\n"), "{shown}");
    assert!(shown.contains("absences 2025/26, excused: 2 × half-day\n"), "{shown}");
    assert!(!shown.contains("2025/26, unexcused"), "{shown}");
    assert!(shown.contains("missed 2, of it excused 2, unexcused 0, open 0;"), "{shown}");
}

#[test]
fn a_practitioner_sees_and_records_absences_of_their_own_schools_alone() {
    let workspace = with_a_second_school();
    for line in [
        "--as bm1 absence list --pupil q1",
        "--as bm1 absence list --school 990002",
        "--as bm1 absence totals --pupil q1",
        "--as bm1 absence totals --school 990002",
        "--as bm1 pupil show q1",
        "--as bm1 absence add --pupil q1 --day 2025-09-16 --status open",
    ] {
        let ran = workspace.say(line).refused();
        assert!(!ran.stderr.contains("Geheim"), "{line}");
    }
    let file = workspace.file("absences.csv", "pupil,day,status\nq1,2025-09-16,open\n");
    workspace.run(&["--as", "bm1", "import", "absences", &file]).refused();
    for (list, own, all) in [("absence list", 9, 10), ("absence totals", 3, 4)] {
        let seen = workspace.list(&format!("--as bm1 {list}"));
        assert_eq!(seen.len(), own);
        assert!(seen.iter().all(|row| row["school"] == "990001"), "{seen:?}");
        assert_eq!(workspace.list(list).len(), all);
    }
    let add = "absence add --pupil p1 --day 2025-10-06 --status excused";
    workspace.say(&format!("--as bm1 {add}")).success();
}

/// Open is not a verdict: somebody finds out later what it was.
/// The action of the last entry of the audit that is no read.
fn last_change(workspace: &Workspace) -> String {
    let entries = workspace.list("audit list --limit 9");
    let actions = entries.iter().map(|entry| entry["action"].as_str().unwrap());
    actions.into_iter().find(|action| *action != "read").unwrap().to_owned()
}

#[test]
fn an_open_absence_is_cleared_up_once() {
    let workspace = Workspace::example();
    let settle = "absence settle --pupil p1 --day 2025-10-06 --status";
    workspace.say(&format!("{settle} excused")).refused().saying(&["no open absence"]);
    workspace.say("absence add --pupil p1 --day 2025-10-06 --status open").success();
    for (status, said) in [("late", "late"), ("open", "absence-status"), ("gone", "gone")] {
        let ran = workspace.say(&format!("{settle} {status}")).refused();
        assert!(
            ran.stderr.contains(said) || ran.stderr.contains("absence-status"),
            "{}",
            ran.stderr
        );
    }
    let elsewhere = format!("--as bm9 {settle} excused");
    workspace.say(&elsewhere).refused();
    workspace.say(&format!("{settle} unexcused")).success();
    workspace.say(&format!("{settle} excused")).refused().saying(&["no open absence"]);
    let found = workspace.list("absence list --pupil p1 --from 2025-10-06 --until 2025-10-06");
    assert_eq!(found[0]["status"], "unexcused");
    assert_eq!(last_change(&workspace), "absence.settle");
    workspace.say("audit verify").success();
}

/// Nobody is truant who is not there any more, also when it turns out only later.
#[test]
fn a_pupil_whose_whereabouts_are_unknown_can_be_noted_and_found_again() {
    let workspace = Workspace::example();
    workspace.say("pupil unknown p1").misused();
    workspace.say("pupil unknown nobody --from 2026-01-12").refused().saying(&["nobody"]);
    workspace.say("pupil unknown p1 --from 2001-01-12").refused().saying(&["not enrolled"]);
    workspace.say("pupil unknown p1 --from 2026-01-12").success();
    let status = || workspace.list("pupil list").remove(0)["status"].clone();
    assert_eq!(status(), "whereabouts-unknown");
    let shown = workspace.say("pupil show p1").success().stdout;
    assert!(shown.contains("2026-01-12"), "{shown}");
    workspace.say("pupil unknown p1 --found").success();
    assert_eq!(status(), "active");
    assert_eq!(last_change(&workspace), "pupil.whereabouts");
}

#[test]
fn codes_that_the_program_counts_by_are_fixed() {
    let workspace = Workspace::new();
    for list in ["absence-status", "absence-unit", "term"] {
        let add = ["code", "add", list, "own", "--de", "Wort", "--en", "word"];
        workspace.run(&add).refused().saying(&["is fixed"]);
    }
}

#[test]
fn many_absences_are_taken_in_at_once() {
    let workspace = Workspace::example();
    let mut text = String::from("pupil,day,status,amount\n");
    for row in 0..2_000 {
        let (pupil, day) = (row % 3 + 1, row % 5 + 15);
        writeln!(text, "p{pupil},2025-12-{day},late,{}", row % 480 + 1).unwrap();
    }
    let file = workspace.file("absences.csv", text);
    let ran = workspace.run(&["import", "absences", &file]).success();
    assert_data_eq!(ran.stdout, "Saved: 2000 rows (Absences).\n");
    assert_eq!(workspace.list("absence list --limit 99999").len(), 2_009);
}
