//! Records around contacts and absences, from the command line: every kind in the same way.

use snapbox::{assert_data_eq, str};

use crate::support::{KINDS, Workspace, example_file};

/// The forms, in the order in which they have to be imported.
const FORMS: [&str; 19] = [
    "providers",
    "teams",
    "sites",
    "fundings",
    "posts",
    "support-cases",
    "goals",
    "actions",
    "referrals",
    "ladder-events",
    "transitions",
    "gaps",
    "group-activities",
    "interpreter-budgets",
    "interpreting",
    "consents",
    "consultations",
    "materials",
    "reported-figures",
];

/// The example with its records of every form.
fn example() -> Workspace {
    let workspace = Workspace::example();
    for form in FORMS {
        let file = example_file(form);
        workspace.run(&["import", form, file.to_str().unwrap()]).success();
    }
    workspace
}

/// A second school with a pupil, and a mediator there.
fn with_second_school() -> Workspace {
    let workspace = example();
    workspace.run(&["school", "add", "990002", "Realschule", "--form", "10"]).success();
    workspace.run(&["person", "add", "x1", "Alex Fremd", "--role", "mediation"]).success();
    workspace
        .say("person assign x1 990002 --hours 10 --from 2020-08-01 --until 2099-07-31")
        .success();
    let pupils = "code,given_name,school,grade,status,enrolled_from,birth_day\n\
                  x9,Kim,990002,08,active,2020-08-01,2012-01-12\n\
                  x8,Toni,990002,07,active,2020-08-01,2012-01-13\n";
    let file = workspace.file("more-pupils.csv", pupils);
    workspace.run(&["import", "pupils", &file]).success();
    workspace
}

#[test]
fn every_form_is_imported_listed_and_shown() {
    let workspace = example();
    let kinds: Vec<String> = workspace
        .list("record kinds")
        .iter()
        .map(|row| row["kind"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, FORMS);
    for form in FORMS {
        let rows = workspace.list(&format!("record list {form}"));
        assert!(!rows.is_empty(), "{form}");
        let code = rows[0]["code"].as_str().unwrap();
        let shown = workspace.say(&format!("record show {form} {code}")).success();
        assert!(shown.stdout.contains(code), "{form}: {}", shown.stdout);
        let fields = workspace.list(&format!("record fields {form}"));
        let names: Vec<&str> = fields.iter().map(|row| row["field"].as_str().unwrap()).collect();
        let keys: Vec<&String> = rows[0].as_object().unwrap().keys().collect();
        assert!(names.len() == keys.len() && keys.iter().all(|key| names.contains(&key.as_str())));
    }
    let posts = workspace.list("record list posts");
    let hundredths = |row: &serde_json::Value| {
        let (whole, part) = row["fte"].as_str().unwrap().split_once('.').unwrap();
        whole.parse::<i64>().unwrap() * 100 + part.parse::<i64>().unwrap()
    };
    assert_eq!(posts.iter().map(hundredths).sum::<i64>(), 700, "7.00 posts");
}

#[test]
fn a_record_about_another_school_is_not_there() {
    let workspace = with_second_school();
    workspace.say("record show support-cases fb-1 --as x1").refused().saying(&[
        "there is no record `fb-1` among `support-cases` that you may see",
        "tridem record list support-cases",
    ]);
    workspace.say("record change goals zi-1 state=reached --as x1").refused();
    workspace.say("record history goals zi-1 --as x1").refused();
    workspace
        .say(
            "record add goals support_case=fb-1 title=x topic=german baseline=1 target=2 \
              state=open agreed=2025-10-01 --as x1",
        )
        .refused()
        .saying(&["there is no record with the code `fb-1`"]);
    for form in ["support-cases", "goals", "ladder-events", "transitions", "interpreting"] {
        assert_eq!(workspace.list(&format!("record list {form} --as x1")).len(), 0, "{form}");
        assert!(!workspace.list(&format!("record list {form} --as bm1")).is_empty(), "{form}");
        let export = workspace.say(&format!("export {form} --as x1")).success().stdout;
        assert_eq!(export.lines().count(), 1, "{form}: {export}");
    }
    assert_eq!(workspace.list("record list teams --as x1").len(), 2);
}

#[test]
fn a_record_is_added_changed_and_remembered() {
    let workspace = example();
    let added = workspace
        .say(
            "record add support-cases pupil=p2 eligibility=newly-arrived opened=01.12.2025 \
              topics=language|german",
        )
        .success();
    assert_eq!(added.stdout, "Saved: fb-3\n");
    workspace.say("record change support-cases fb-3 code=fb-9").refused().saying(&["stays"]);
    workspace.say("record change support-cases fb-3 opened=2025-12-01").refused();
    workspace
        .say("record change support-cases fb-3 closed=2025-11-30")
        .refused()
        .saying(&["2025-11-30 lies before `opened` on 2025-12-01"]);
    workspace.say("record change support-cases fb-3 state").refused().saying(&["FIELD=VALUE"]);
    let reason = "am Telefon besprochen";
    workspace
        .run(&[
            "record",
            "change",
            "support-cases",
            "fb-3",
            "household=h1",
            "topics=",
            "--reason",
            reason,
        ])
        .success();
    let rows = workspace.list("record history support-cases fb-3");
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            let said = |key: &str| row[key].clone();
            (said("field"), said("before"), said("after"), said("reason"))
        })
        .collect();
    let json = |text: &str| serde_json::json!(text);
    let (none, reason) = (serde_json::Value::Null, json(reason));
    assert_eq!(
        told,
        [
            (json("household"), none.clone(), json("h1"), reason.clone()),
            (json("topics"), serde_json::json!(["language", "german"]), none, reason),
        ]
    );
    let found = workspace.list("record list support-cases --set pupil=p2 --set topics=");
    assert_eq!(found.len(), 1);
    let found = workspace.list("record list support-cases --from 2025-10-01");
    assert_eq!(found.len(), 1);
    workspace.say("record list support-cases --set nothing=1").refused();
    workspace.say("record list support-cases --set eligibility=nobody").refused();
    workspace.say("record list nothing").misused();
}

#[test]
fn money_for_interpreting_is_exact_and_its_end_is_said() {
    let workspace = example();
    let book = "record add interpreting budget=db-1 day=2026-03-02 language=ar mode=phone \
                outcome=took-place minutes=60";
    workspace
        .say(&format!("{book} cost=29917,50"))
        .refused()
        .saying(&["interpreting is always booked for a support case"]);
    workspace.say(&format!("{book} support_case=fb-1 cost=29917.51")).refused().saying(&[
        "29,917.51 EUR are more than the 29,917.50 EUR that are left of the budget `db-1`",
        "--over-budget",
    ]);
    workspace.say(&format!("{book} support_case=fb-1 cost=29917,50")).success();
    workspace.say(&format!("{book} support_case=fb-1 cost=0,01")).refused();
    workspace
        .say("record change interpreting do-1 cost=82,51")
        .refused()
        .saying(&["the budget `db-1` has 82.50 EUR left, and this would go 0.01 EUR beyond it"]);
    let head = "code,support_case,budget,day,language,mode,outcome,minutes,cost\n";
    let file = workspace
        .file("more.csv", format!("{head}do-9,fb-1,db-1,2026-03-03,ar,phone,took-place,30,0.50\n"));
    workspace.run(&["import", "interpreting", &file]).refused().saying(&["line 2, `cost`"]);
    workspace.run(&["import", "interpreting", &file, "--over-budget"]).success();
    workspace.say(&format!("{book} support_case=fb-1 cost=0,01 --over-budget")).success();
}

#[test]
fn measures_go_the_way_of_their_school_form_and_hearings_ask_who_was_heard() {
    let workspace = with_second_school();
    workspace
        .say("record add ladder-events pupil=x9 step=fine day=2026-01-12 authority=school-office")
        .refused()
        .saying(&["`district-government` is responsible"]);
    workspace.say("record add ladder-events pupil=x9 step=fine day=2026-01-12").success();
    let found = workspace.list("record list ladder-events --set pupil=x9");
    assert_eq!(found[0]["authority"], "district-government");
    let found = workspace.list("record list ladder-events --set pupil=p1");
    assert!(found.iter().all(|row| row["authority"] == "school-office"), "{found:?}");

    let hear = |pupil: &str, more: &str| {
        let line = format!("record add ladder-events pupil={pupil} step=hearing day=2026-01-12");
        workspace.say(&format!("{line} parents_heard=yes {more}")).success().stderr
    };
    assert!(hear("x9", "").contains("14 or older"), "14 on that very day");
    assert_eq!(hear("x9", "pupil_heard=yes"), "");
    assert_eq!(hear("x8", ""), "", "14 the day after");
}

#[test]
fn a_closed_case_says_until_when_it_is_kept() {
    let workspace = with_second_school();
    let pupils = "code,given_name,school,grade,status,enrolled_from,birth_day\n\
                  x7,Kim,990002,07,active,2020-08-01,2013-05-02\n";
    let file = workspace.file("pupils.csv", pupils);
    workspace.run(&["import", "pupils", &file]).success();
    workspace
        .say("record add support-cases pupil=x7 eligibility=comparable opened=2025-10-01")
        .success();
    let show = |more: &str| {
        workspace.say(&format!("record show support-cases fb-3 {more}")).success().stdout
    };
    assert!(show("").contains("still open"));
    workspace.say("record change support-cases fb-3 closed=2026-05-04 ending=completed").success();
    assert_data_eq!(
        show(""),
        str![[r"
Code:                    fb-3
Pupil:                   Kim (x7)
Eligibility:             in a comparable situation
Opened:                  2025-10-01
Closed:                  2026-05-04
Ending:                  completed
Kept until:              2036-12-31 (closed 2026, compulsory schooling to 2031, then 5 years)

"]]
    );
    assert!(show("--keep 10").contains("2041-12-31"));
    let case = workspace.say("record show support-cases fb-2").success().stdout;
    assert!(case.contains("the day of birth of a pupil is missing"), "{case}");
}

#[test]
fn two_leads_of_one_name_stay_two() {
    let workspace = example();
    let show =
        |code: &str| workspace.say(&format!("record show support-cases {code}")).success().stdout;
    assert!(show("fb-1").contains("Sam Beispiel (bm1)"));
    assert!(show("fb-2").contains("Sam Beispiel (bm2)"));
    assert_eq!(workspace.list("record list support-cases --set lead=bm1").len(), 1);
}

/// Every kind that can be imported, out of one folder and into another, twice: the second file is the
/// first, letter for letter.
#[test]
fn what_is_exported_imports_into_an_empty_folder_and_is_the_same() {
    let workspace = example();
    let gap = "record add gaps raised=2026-01-12 area=law evidence=1 status=reported";
    let mut line: Vec<&str> = gap.split_whitespace().collect();
    line.extend(["title==SUMME(A1);\"x\"", "decision='=1", "responsible=-"]);
    workspace.run(&line).success();
    let second = Workspace::new();
    for kind in KINDS.into_iter().chain(FORMS) {
        let file = second.path(&format!("{kind}.csv"));
        let file = file.to_str().unwrap();
        workspace.run(&["export", kind, "--out", file]).success();
        workspace.run(&["export", kind, "--out", file]).refused();
        let first = fs_err::read_to_string(file).unwrap();
        assert!(first.lines().count() > 1, "{kind}");
        for guarded in ["=SUMME", "=1"] {
            assert!(!first.contains(&format!(";{guarded}")), "{kind}");
        }
        second.run(&["import", kind, file]).success();
        let again = second.say(&format!("export {kind}")).success().stdout;
        assert_eq!(again, first, "{kind}");
        assert!(!first.contains("private_note"), "{kind}");
    }
    let gaps = second.list("record list gaps --set area=law");
    assert_eq!(gaps[0]["title"], "=SUMME(A1);\"x\"");
    assert_eq!(gaps[0]["decision"], "'=1");
    let audit = workspace.say("audit list --action export.make --format json").success().stdout;
    assert!(audit.contains("export.make") && !audit.contains("Muster"), "{audit}");
}

#[test]
fn german_words_are_german() {
    let workspace = example().in_german();
    let shown = workspace.say("record show interpreting do-1").success().stdout;
    assert!(shown.contains("82,50 €") && shown.contains("12.01.2026"), "{shown}");
    workspace.say("record show interpreting nichts").refused().saying(&["Eintrag `nichts`"]);
    workspace
        .say(
            "record add interpreting budget=db-1 support_case=fb-1 day=2026-03-02 language=ar \
              mode=phone outcome=took-place minutes=1 cost=40000",
        )
        .refused()
        .saying(&["40.000,00 Euro sind mehr als die 29.917,50 Euro"]);
}
