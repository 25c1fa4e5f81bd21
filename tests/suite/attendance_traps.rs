//! One small city for each trap of attendance, worked out by hand in its file, run through the program.

use std::fmt::Write as _;

use serde::Deserialize;
use tridem::domain::{Day, Period};

use crate::support::{Workspace, root};

/// A city with one school, 990001, and what is expected of its pupils in 2025/26.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Trap {
    /// A calendar other than that of North Rhine-Westphalia.
    calendar: Option<String>,
    /// The unit that the school counts in, and how many of it a day has; none without a register.
    school: Option<String>,
    #[serde(default)]
    days_off: Vec<String>,
    /// Code, class, enrolled from, until, and where given unknown from.
    pupils: Vec<String>,
    #[serde(default)]
    stays: Vec<String>,
    #[serde(default)]
    keep_conflicts: bool,
    #[serde(default)]
    absent: Vec<Absent>,
    /// Commands after everything was imported.
    #[serde(default)]
    then: Vec<String>,
    expect: Vec<Expect>,
}

/// A status on every weekday of some stretches.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Absent {
    pupil: String,
    status: String,
    amount: Option<u16>,
    days: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    pupil: String,
    figures: Option<String>,
    rating: String,
    #[serde(default)]
    conflicts: Vec<String>,
}

fn weekdays(stretch: &str) -> impl Iterator<Item = Day> {
    let (first, last) = stretch.split_once("..").unwrap();
    let period = Period::new(first.parse().unwrap(), last.parse().unwrap()).unwrap();
    period.days().collect::<Vec<_>>().into_iter().filter(|day| day.is_weekday())
}

fn run(trap: &Trap) -> Workspace {
    let workspace = Workspace::new();
    if let Some(calendar) = &trap.calendar {
        workspace.run(&["calendar", "use", calendar]).success();
    }
    let import = |kind: &str, header: &str, rows: &[String], more: &[&str]| {
        if rows.is_empty() {
            return;
        }
        let text = format!("{header}\n{}\n", rows.join("\n"));
        let file = workspace.file(&format!("{kind}.csv"), text);
        workspace.run(&[&["import", kind, &file], more].concat()).success();
    };
    let one = |row: String| vec![row];
    import("schools", "number,name,form", &one("990001,Muster,02".into()), &[]);
    let off: Vec<String> = trap.days_off.iter().map(|day| format!("990001,{day}")).collect();
    import("days-off", "school,day", &off, &[]);
    let time = trap.school.iter().map(|unit| format!("990001,{unit},2025-08-01"));
    let time: Vec<String> = time.collect();
    import("attendance", "school,unit,units_per_day,from", &time, &[]);
    let pupil = |text: &String| {
        let mut fields: Vec<&str> = text.split(',').collect();
        fields.resize(5, "");
        let [code, class, from, until, unknown] = fields[..] else { unreachable!() };
        format!("{code},Kind,990001,03,{class},active,{from},{until},{unknown}")
    };
    let pupils: Vec<String> = trap.pupils.iter().map(pupil).collect();
    let header =
        "code,family_name,school,grade,class,status,enrolled_from,enrolled_until,unknown_from";
    import("pupils", header, &pupils, &[]);
    import("stays", "pupil,from,until", &trap.stays, &[]);
    let mut absences = Vec::new();
    for absent in &trap.absent {
        for day in absent.days.iter().flat_map(|stretch| weekdays(stretch)) {
            let mut row = format!("{},{day},{},", absent.pupil, absent.status);
            if let Some(amount) = absent.amount {
                write!(row, "{amount}").unwrap();
            }
            absences.push(row);
        }
    }
    let more: &[&str] = if trap.keep_conflicts { &["--keep-conflicts"] } else { &[] };
    import("absences", "pupil,day,status,amount", &absences, more);
    for line in &trap.then {
        workspace.say(line).success();
    }
    workspace
}

#[test]
fn every_trap_gives_what_was_worked_out_by_hand() {
    let folder = root().join("tests/suite/fixtures/attendance");
    let mut names: Vec<_> =
        fs_err::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert_eq!(names.len(), 15, "every file is read, and none was lost");
    for path in names {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs_err::read_to_string(&path).unwrap();
        assert!(text.starts_with("# "), "{name}: how it was worked out");
        let trap: Trap = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let workspace = run(&trap);
        for expect in &trap.expect {
            let shown = workspace.say(&format!("pupil show {} --year 2025/26", expect.pupil));
            let shown = shown.success().stdout;
            let line = match &expect.figures {
                Some(figures) => {
                    format!("rate 2025/26, whole school year: {figures}; {}\n", expect.rating)
                }
                None => format!("rate 2025/26: {}\n", expect.rating),
            };
            assert!(shown.contains(&line), "{name}, {}:\n{shown}\nlacks\n{line}", expect.pupil);
            let list = workspace.list(&format!("absence conflicts --pupil {}", expect.pupil));
            let days: Vec<_> = list.iter().map(|row| row["day"].as_str().unwrap()).collect();
            assert_eq!(days, expect.conflicts, "{name}, {}", expect.pupil);
        }
    }
}

/// What a file alone may not contradict may be kept as told; what is impossible by itself may not.
#[test]
fn contradictions_are_refused_until_somebody_says_to_keep_them() {
    let workspace = Workspace::example();
    let text = "pupil,day,status\np1,2025-10-06,excused\np1,2025-10-06,unexcused\n";
    let file = workspace.file("absences.csv", text);
    workspace.run(&["import", "absences", &file]).refused().saying(&["4 units missed"]);
    assert_eq!(workspace.list("absence conflicts").len(), 0);
    workspace.run(&["import", "absences", &file, "--keep-conflicts"]).success();
    let found = workspace.list("absence conflicts --school 990001");
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["excused"], &found[0]["unexcused"]), (&2.into(), &0.into()));
    let text = "pupil,day,status,amount\np1,2025-10-07,excused,3\n";
    let file = workspace.file("more.csv", text);
    let ran = workspace.run(&["import", "absences", &file, "--keep-conflicts"]);
    ran.refused().saying(&["3 units missed"]);
    workspace.say("--as bm9 absence conflicts").refused();
}

#[test]
fn an_absence_is_corrected_and_removed_with_a_reason() {
    let workspace = Workspace::example();
    let of = |day: &str| {
        let line = format!("absence list --pupil p1 --from {day} --until {day}");
        workspace.list(&line).into_iter().next()
    };
    let id = of("2025-09-16").unwrap()["id"].as_str().unwrap().to_owned();
    workspace.say(&format!("absence correct {id} --status open")).misused();
    workspace.say(&format!("absence correct {id} --amount 3 --reason x")).refused();
    workspace.say("absence correct 000 --amount 2 --reason x").refused().saying(&["no absence"]);
    workspace.say(&format!("absence correct {id} --amount 1 --reason x")).refused();
    workspace.say(&format!("absence correct {id} --amount 2 --reason attested")).success();
    assert_eq!(of("2025-09-16").unwrap()["amount"], 2);
    workspace.say(&format!("absence correct {id} --status late --amount 9 --reason x")).success();
    assert_eq!(of("2025-09-16").unwrap()["unit"], "minute");
    workspace.say(&format!("absence remove {id} --reason mistaken")).success();
    assert_eq!(of("2025-09-16"), None);
    workspace.say(&format!("absence remove {id} --reason mistaken")).refused();
    let entry = workspace.list("audit list --limit 1").remove(0);
    assert_eq!(entry["action"], "absence.remove");
    workspace.say("audit verify").success();
}

#[test]
fn a_sum_that_does_not_add_up_is_kept_and_said() {
    let workspace = Workspace::example();
    let text = "pupil,school_year,term,unit,missed,unexcused,excused\n\
                p3,2024/25,first-half,lesson,24,6,17\np3,2024/25,second-half,lesson,24,6,18\n";
    let file = workspace.file("totals.csv", text);
    workspace.run(&["import", "absence-totals", &file]).success();
    let list = workspace.list("absence totals --pupil p3");
    let told: Vec<_> = list.iter().rev().take(2).map(|row| row["adds_up"].clone()).collect();
    assert_eq!(told, ["yes", "no"]);
    let shown = workspace.say("pupil show p3").success().stdout;
    assert_eq!(shown.matches("does not add up").count(), 1, "{shown}");
}

#[test]
fn a_calendar_is_checked_before_it_is_used() {
    let workspace = Workspace::new();
    let sound = fs_err::read_to_string(root().join("schemas/calendars/lower-saxony.toml")).unwrap();
    let broken = workspace.file("broken.toml", sound.replace("2026-08-12", "2026-06-12"));
    for command in ["check", "use"] {
        workspace.run(&["calendar", command, &broken]).refused().saying(&["cannot be"]);
    }
    let show = || workspace.list("calendar show");
    assert_eq!((show().len(), &show()[3]["days"]), (5, &195.into()));
    let own = workspace.file("own.toml", &sound);
    workspace.run(&["calendar", "check", &own]).success().saying(&["to be compared"]);
    workspace.run(&["calendar", "use", &own]).success();
    assert_eq!(show()[0]["land"], "NI");
    workspace.say("calendar use NW").success();
    workspace.say("school add 990001 Muster --form 02").success();
    let days = workspace.say("calendar days 990001 --year 2025/26").success().stdout;
    assert!(
        days.starts_with("2025/26: 195 school days, 95 in the first and 100 in the second"),
        "{days}"
    );
    assert!(days.contains("2026-06-04 Corpus Christi\n"), "{days}");
    let shown = workspace.say("school show 990001").success().stdout;
    assert!(
        shown.contains("calendar: North Rhine-Westphalia, known until 2027-08-31\n"),
        "{shown}"
    );
    let elsewhere = Workspace::empty();
    elsewhere.say("init --municipality Muster --land XX").refused().saying(&["`XX`"]);
    assert!(!elsewhere.path("records").exists(), "nothing was made");
    elsewhere.say("init --municipality Muster --land NI").success();
    assert_eq!(elsewhere.list("calendar show")[0]["land"], "NI");
}
