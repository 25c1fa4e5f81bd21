//! Sheets from outside: who is refused one, and each figure of them, counted by hand.

use std::fmt::Write as _;

use serde_json::Value;

use crate::support::{Workspace, root};

/// A sheet as JSON, checked against its schema.
fn sheet(workspace: &Workspace, line: &str) -> Value {
    let ran = workspace.say(&format!("sheet {line} --format json")).success();
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    let schema = fs_err::read_to_string(root().join("schemas/json/sheet-1.0.json")).unwrap();
    let schema = jsonschema::draft202012::new(&serde_json::from_str(&schema).unwrap()).unwrap();
    let errors: Vec<String> = schema.iter_errors(&document).map(|it| it.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    document
}

/// The rows of a table, each cell as a word of English.
pub(crate) fn rows(sheet: &Value, table: &str) -> Vec<Vec<String>> {
    let tables = sheet["tables"].as_array().unwrap();
    let table = tables.iter().find(|it| it["id"] == table).unwrap_or_else(|| panic!("{sheet:#}"));
    let rows = table["rows"].as_array().unwrap();
    let width = table["columns"].as_array().unwrap().len();
    let row = |row: &Value| {
        let cells: Vec<String> = row.as_array().unwrap().iter().map(cell).collect();
        assert_eq!(cells.len(), width, "{row}");
        cells
    };
    rows.iter().map(row).collect()
}

fn cell(cell: &Value) -> String {
    match cell["kind"].as_str().unwrap() {
        "empty" => String::new(),
        "text" => cell["text"].as_str().unwrap().to_owned(),
        "words" => cell["words"]["en"].as_str().unwrap().to_owned(),
        "day" => cell["day"].as_str().unwrap().to_owned(),
        "number" => {
            let (units, decimals) = (cell["units"].as_i64().unwrap(), &cell["decimals"]);
            match decimals.as_u64().unwrap() {
                0 => units.to_string(),
                1 => format!("{}.{}", units / 10, units % 10),
                2 => format!("{}.{:02}", units / 100, units % 100),
                other => panic!("{other} digits"),
            }
        }
        sign => format!("<{sign}>"),
    }
}

/// Some columns of rows.
fn columns<const N: usize>(rows: &[Vec<String>], places: [usize; N]) -> Vec<[&str; N]> {
    rows.iter().map(|row| places.map(|place| row[place].as_str())).collect()
}

/// Imports a file of a kind.
fn import(workspace: &Workspace, kind: &str, text: &str) {
    let file = workspace.file(&format!("{kind}.csv"), text);
    workspace.run(&["import", kind, &file]).success();
}

/// The example with a second school, at which only `bm9` works.
fn with_a_stranger() -> Workspace {
    let workspace = Workspace::example();
    workspace.say("school add 990002 Nord --form 02 --joined 2025-08-01").success();
    workspace.run(&["person", "add", "bm9", "Kim Fremd", "--role", "mediation"]).success();
    workspace.say("person assign bm9 990002 --hours 10 --from 2025-08-01").success();
    workspace
}

#[test]
fn whoever_may_not_see_a_sheet_gets_none() {
    let workspace = with_a_stranger();
    let refused = |line: &str| workspace.say(&format!("sheet {line}")).refused();
    refused("my-day").saying(&["nobody was named", "`--as CODE`"]);
    refused("my-day --as nobody").saying(&["no practitioner with the code `nobody`"]);
    refused("family h9").saying(&["no household with the code `h9`"]);
    refused("family h1 --as bm9").saying(&["no household with the code `h1` that you may see"]);
    refused("absences --school 990001").saying(&["for those who work at that school"]);
    refused("absences --school 990002 --as bm1").saying(&["no school with the number `990002`"]);
    refused("absences --school 990001 --as bm9").saying(&["no school with the number `990001`"]);
    refused("data-protection --as bm1").saying(&["`bm1` (mediator) may not do this"]);
}

#[test]
fn a_private_note_stands_on_the_sheet_of_its_own_profession_alone() {
    let workspace = Workspace::example();
    let secret = "erfundene, vertrauliche Notiz";
    for lang in ["de", "en"] {
        for format in ["text", "html", "csv", "json"] {
            let show = |who: &str| {
                let line = format!("sheet family h1 --format {format} --lang {lang}{who}");
                workspace.say(&line).success().stdout
            };
            for who in ["", " --as bm1"] {
                let shown = show(who);
                assert!(!shown.contains(secret), "{format}{who}: {shown}");
                let told = if lang == "de" { "Eintrag der Profession" } else { "entry by" };
                assert!(shown.contains(told), "{format}{who}: {shown}");
            }
            assert!(show(" --as sa1").contains(secret), "{format}");
        }
    }
}

const CASES: &str = "\
code,pupil,household,team,lead,eligibility,topics,opened,closed,ending
f1,p1,h1,,bm1,newly-arrived,attendance|learning,2025-09-08,,
f3,p3,,,bm2,comparable,transition,2025-10-06,2026-02-02,completed
";

const GOALS: &str = "\
code,support_case,title,topic,baseline,target,reached,state,agreed,review
g1,f1,jeden Tag da sein,attendance,3,8,5,partly-reached,2025-09-15,2026-01-15
g2,f1,Hausaufgaben,learning,2,6,,open,2025-09-15,2026-06-01
g3,f3,Platz an der Realschule,transition,1,9,9,reached,2025-10-07,2026-01-15
";

const ACTIONS: &str = "\
code,support_case,goal,title,responsible,state,agreed,due,done
a1,f1,g1,Weg zur Schule üben,bm1,open,2025-09-15,2026-01-12,
a2,f1,,Antrag stellen,sa1,open,2025-09-15,2026-01-14,
a3,f3,g3,Anmeldung begleiten,bm2,done,2025-10-07,2026-01-21,2026-01-21
";

const CONSENTS: &str = "\
code,pupil,household,purpose,recipient,state,explained_in,given,expires,withdrawn
e1,,h1,case-conference,Schule und Jugendamt,granted,ar,2025-09-04,2026-01-31,
e2,p3,,transition,Realschule,withdrawn,de,2025-10-06,2026-07-31,2026-01-09
";

fn with_cases() -> Workspace {
    let workspace = with_a_stranger();
    import(&workspace, "support-cases", CASES);
    import(&workspace, "goals", GOALS);
    import(&workspace, "actions", ACTIONS);
    import(&workspace, "consents", CONSENTS);
    workspace
}

#[test]
fn a_family_sheet_tells_of_one_family_alone() {
    let workspace = with_cases();
    let found = sheet(&workspace, "family h1 --as bm1");
    let children = rows(&found, "children");
    assert_eq!(
        columns(&children, [0, 1, 4, 5]),
        [["p1", "Alex Muster", "3b", "active"], ["p2", "Robin Muster", "1a", "active"]]
    );
    // Of eight contacts four are about p1 or p2; the newest comes first.
    let contacts = rows(&found, "contacts");
    assert_eq!(
        columns(&contacts, [0, 1, 2, 4]),
        [
            ["2025-12-03", "case conference", "p1, p3", "reached"],
            ["2025-09-18", "parent talk", "p1", "reached"],
            ["2025-09-04", "home visit", "p1, p2", "reached"],
            ["2025-09-02", "phone call", "p1", "not reached"],
        ]
    );
    let everything = found.to_string();
    for name in ["bm1\"", "Sam Beispiel", "Kim Vorlage", "Toni Probe"] {
        assert!(!everything.contains(name), "who took part stands by role: {name}");
    }
    assert_eq!(columns(&rows(&found, "support-cases"), [0, 5]), [["f1", "open"]]);
    assert_eq!(
        columns(&rows(&found, "goals"), [0, 2, 3, 4]),
        [["jeden Tag da sein", "3", "5", "8"], ["Hausaufgaben", "2", "<not-collected>", "6"]]
    );
    assert_eq!(
        columns(&rows(&found, "actions"), [0, 2, 4]),
        [["Weg zur Schule üben", "open", "2026-01-12"], ["Antrag stellen", "open", "2026-01-14"]]
    );
    assert_eq!(columns(&rows(&found, "consents"), [1, 3, 6]), [["h1", "granted", "2026-01-31"]]);
    let other = sheet(&workspace, "family h2");
    assert_eq!(columns(&rows(&other, "goals"), [0]), [["Platz an der Realschule"]]);
    assert_eq!(
        rows(&other, "contacts").len(),
        4,
        "p3 is in four contacts, one of them a conference"
    );
}

#[test]
fn my_day_holds_what_is_due_in_the_week_and_no_one_elses() {
    let workspace = with_cases();
    let day = |who: &str, day: &str| sheet(&workspace, &format!("my-day --day {day} --as {who}"));
    let steps = |who: &str, on: &str| {
        let found = rows(&day(who, on), "next-steps");
        found.iter().map(|row| format!("{} {} {}", row[0], row[2], row[3])).collect::<Vec<_>>()
    };
    // The attempt of 14 January is no contact, so what the conference agreed on stays due.
    assert_eq!(steps("bm1", "2026-01-14"), ["Gespräch mit beiden Familien 2026-01-14 today"]);
    assert_eq!(
        steps("bm2", "2026-01-20"),
        [
            "Gespräch mit beiden Familien 2026-01-14 overdue",
            "neuen Termin finden 2026-01-21 this week",
        ]
    );
    // On 21 January the family was met.
    assert_eq!(steps("bm2", "2026-01-21"), Vec::<String>::new().as_slice());
    assert_eq!(steps("sa1", "2025-09-18"), Vec::<String>::new().as_slice());

    let found = day("bm1", "2026-01-14");
    assert_eq!(columns(&rows(&found, "goals"), [0, 3]), [["jeden Tag da sein", "this week"]]);
    assert_eq!(columns(&rows(&found, "actions"), [0, 3]), [["Weg zur Schule üben", "overdue"]]);
    assert_eq!(columns(&rows(&found, "consents"), [0, 3, 4]), [["h1", "2026-01-31", "17"]]);
    assert_eq!(rows(&found, "contacts").len(), 0, "on that day bm2 was there, not bm1");
    assert_eq!(
        columns(&rows(&day("bm2", "2026-01-14"), "contacts"), [0, 1, 4]),
        [["15:00", "home visit", "interpreter missing"]]
    );
    assert_eq!(rows(&day("sa1", "2026-01-14"), "goals").len(), 0);
    assert_eq!(columns(&rows(&day("sa1", "2026-01-14"), "actions"), [0]), [["Antrag stellen"]]);
    let stranger = day("bm9", "2026-01-14");
    for table in ["tasks", "next-steps", "contacts", "goals", "actions", "consents", "unseen"] {
        assert_eq!(rows(&stranger, table).len(), 0, "{table}");
    }
}

/// School days counted in the calendar: after 18 September, when the family of p2 was talked to, 93,
/// after 3 December 50, after 21 January
/// 27, all up to 2 March 2026, without the movable day of 16 February.
#[test]
fn pupils_without_a_contact_for_long_are_counted_in_school_days() {
    let workspace = Workspace::example();
    let unseen = |least: u32| {
        let line = format!("my-day --day 2026-03-02 --unseen {least} --as bm1");
        rows(&sheet(&workspace, &line), "unseen")
    };
    assert_eq!(
        columns(&unseen(27), [0, 5, 6]),
        [["p2", "2025-09-18", "93"], ["p1", "2025-12-03", "50"], ["p3", "2026-01-21", "27"]]
    );
    assert_eq!(columns(&unseen(28), [0]), [["p2"], ["p1"]]);
    assert_eq!(unseen(94).len(), 0);
}

/// The first twenty school days of 2025/26.
const DAYS: [&str; 20] = [
    "2025-08-27",
    "2025-08-28",
    "2025-08-29",
    "2025-09-01",
    "2025-09-02",
    "2025-09-03",
    "2025-09-04",
    "2025-09-05",
    "2025-09-08",
    "2025-09-09",
    "2025-09-10",
    "2025-09-11",
    "2025-09-12",
    "2025-09-15",
    "2025-09-16",
    "2025-09-17",
    "2025-09-18",
    "2025-09-19",
    "2025-09-22",
    "2025-09-23",
];

/// A school with 192 days in 2025/26, and pupils at the edges of the rule.
fn with_absences() -> Workspace {
    let workspace = Workspace::new();
    workspace.say("school add 990004 Rand --form 02 --joined 2025-08-01").success();
    workspace.say("school attendance 990004 --unit day --per-day 1 --from 2025-08-27").success();
    for day in ["2026-02-16", "2026-05-15", "2026-06-05"] {
        workspace.say(&format!("school day-off 990004 {day} --reason frei")).success();
    }
    workspace.run(&["person", "add", "bm1", "Sam Beispiel", "--role", "mediation"]).success();
    workspace.say("person assign bm1 990004 --hours 10 --from 2025-08-01").success();
    let pupils = "\
code,given_name,family_name,school,grade,class,status,enrolled_from,enrolled_until,unknown_from
a1,Neunzehn,A,990004,03,3a,active,2025-08-27,,
a2,Zwanzig,B,990004,03,3a,active,2025-08-27,,
a3,Halb,C,990004,03,3a,active,2026-07-06,,
a4,Kurz,D,990004,03,3a,active,2026-07-08,,
a5,Fort,E,990004,03,3b,whereabouts-unknown,2025-08-27,,2026-01-12
a6,Knapp,F,990004,03,3b,active,2026-07-06,,
";
    import(&workspace, "pupils", pupils);
    let mut text = String::from("pupil,day,status,amount\n");
    let mut miss = |pupil: &str, days: &[&str], status: &str| {
        for day in days {
            writeln!(text, "{pupil},{day},{status},1").unwrap();
        }
    };
    miss("a1", &DAYS[..10], "excused");
    miss("a1", &DAYS[10..15], "unexcused");
    miss("a1", &DAYS[15..19], "open");
    miss("a2", &DAYS, "excused");
    miss("a3", &["2026-07-06", "2026-07-07", "2026-07-08", "2026-07-09", "2026-07-10"], "open");
    let last = ["2026-07-08", "2026-07-09", "2026-07-10", "2026-07-13", "2026-07-14", "2026-07-15"];
    miss("a4", &[&last[..], &["2026-07-16", "2026-07-17"]].concat(), "unexcused");
    miss("a5", &["2026-01-08", "2026-01-09", "2026-01-13"], "unexcused");
    miss("a6", &["2026-07-06", "2026-07-07", "2026-07-08", "2026-07-09"], "open");
    text.push_str("a1,2025-09-24,late,15\n");
    import(&workspace, "absences", &text);
    workspace
}

#[test]
fn the_absence_list_of_a_school_is_right_cell_by_cell() {
    let workspace = with_absences();
    let found = sheet(&workspace, "absences --school 990004 --year 2025/26 --as bm1");
    assert_eq!(
        columns(&rows(&found, "absences"), [0, 2, 7, 8, 9, 10, 11, 12, 3, 4]),
        [
            ["a1", "3a", "192", "19", "10", "5", "4", "15", "9.8", ""],
            ["a2", "3a", "192", "20", "20", "0", "0", "0", "10.4", "persistent"],
            ["a3", "3a", "10", "5", "0", "0", "5", "0", "50.0", "severe"],
            ["a4", "3a", "8", "8", "0", "8", "0", "0", "", "there too short"],
            ["a6", "3b", "10", "4", "0", "0", "4", "0", "40.0", "persistent"],
        ]
    );
    // What was recorded after 12 January does not count, and nobody is rated there.
    assert_eq!(
        columns(&rows(&found, "whereabouts-unknown"), [0, 4, 7, 8, 9, 10, 11]),
        [["a5", "2026-01-12", "75", "2", "0", "2", "0"]]
    );
    assert_eq!(rows(&found, "not-recorded").len(), 0);
    let harder = "absences --school 990004 --year 2025/26 --persistent 9 --severe 40 \
                  --least-days 8 --as bm1";
    let harder = rows(&sheet(&workspace, harder), "absences");
    assert_eq!(
        columns(&harder, [0, 4]),
        [
            ["a1", "persistent"],
            ["a2", "persistent"],
            ["a3", "severe"],
            ["a4", "severe"],
            ["a6", "severe"]
        ]
    );
    let week = "absences --school 990004 --from 2025-09-01 --until 2025-09-05 --as bm1";
    let week = sheet(&workspace, week);
    assert_eq!(
        columns(&rows(&week, "absences"), [0, 7, 8, 4])[0],
        ["a1", "5", "5", "there too short"]
    );
    let before = "absences --school 990004 --from 2025-08-01 --until 2025-08-26 --as bm1";
    assert_eq!(rows(&sheet(&workspace, before), "absences").len(), 0);
}

/// In the example the unit changes with the half-year, so no row adds the two up. The first half has
/// 90 school days of two half-days, the second 102 of five lessons.
#[test]
fn half_years_with_different_units_stand_apart() {
    let workspace = Workspace::example();
    let found = sheet(&workspace, "absences --school 990001 --year 2025/26 --as bm1");
    let found = rows(&found, "absences");
    let of_p1: Vec<_> = found.iter().filter(|row| row[0] == "p1").cloned().collect();
    assert_eq!(
        columns(&of_p1, [5, 6, 7, 8, 9, 10, 11, 12]),
        [
            ["first half-year 2025/26", "half-day", "180", "5", "3", "0", "2", "0"],
            ["second half-year 2025/26", "lesson", "510", "2", "0", "2", "0", "15"],
        ]
    );
}

const PROVIDERS: &str = "\
code,name,kind,from,until
stadt,Stadt Musterstadt,municipality,2020-01-01,
verband,Beispielverband,welfare,2020-01-01,
";

const TEAMS: &str = "\
code,name,provider,service,place,from,until
cm,Case-Management Kreis,stadt,case-management,Kreis,2020-01-01,
bm,Bildungsmediation,stadt,school-mediation,Musterstadt,2020-01-01,
ko,Koordination,stadt,coordination,Musterstadt,2020-01-01,
";

const FUNDINGS: &str = "\
code,name,funder,amount,from,until
land,Integrationsprogramm,Land,123456.78,2023-01-01,2026-06-30
haus,Haushalt,Stadt,,2020-01-01,
";

/// Nine posts of case management in nine towns, which are 7.00 together, and 2.50 of mediation.
const POSTS: &str = "\
code,team,building_block,role,fte,state,heads,funding,passed_on_to,from,until
p1,cm,2,case-management,0.30,filled,1,land,,2023-01-01,
p2,cm,2,case-management,0.75,filled,1,land,,2023-01-01,2026-05-31
p3,cm,2,case-management,0.75,filled,1,land,,2023-01-01,
p4,cm,2,case-management,1.00,filled,1,land,verband,2023-01-01,
p5,cm,2,case-management,0.50,filled,1,land,,2023-01-01,
p6,cm,2,case-management,0.65,filled,1,land,,2023-01-01,
p7,cm,2,case-management,0.65,filled,1,land,,2023-01-01,
p8,cm,2,case-management,0.65,filled,1,land,,2023-01-01,
p9,cm,2,case-management,1.75,filled,2,land,,2023-01-01,
p10,cm,2,case-management,1.00,vacant,0,land,,2023-01-01,
p11,bm,,mediation,2.00,filled,3,haus,,2020-01-01,
p12,bm,,mediation,0.50,planned,0,haus,,2020-01-01,
p13,ko,1,coordination,2.50,filled,3,land,,2023-01-01,
p14,ko,1,coordination,1.00,filled,1,land,,2023-01-01,2025-12-31
";

const FIGURES: &str = "\
code,title,service,unit,low,high,value_kind,source,contradicts,from,until
z1,Beratungen im Nordkreis,case-management,consultations,650,,estimated,Jahresbericht,,2025-01-01,2025-06-15
z2,Beratungen laut Tabelle,case-management,consultations,612,,counted,Tabelle des Teams,z1,2025-01-01,2025-06-15
z3,Termine am Tag,culture-mediation,appointments-a-day,15,20,estimated,Gespräch,,2025-01-01,
z4,Interviews,neighbourhood,interviews,0,,not-collected,Rückmeldung,,2025-01-01,2025-12-31
z5,Abgelehnte Stellen,coordination,posts,3,,withheld,Kreis,,2025-01-01,2025-12-31
";

fn with_posts() -> Workspace {
    let workspace = Workspace::new();
    for (kind, text) in [
        ("providers", PROVIDERS),
        ("teams", TEAMS),
        ("fundings", FUNDINGS),
        ("posts", POSTS),
        ("reported-figures", FIGURES),
    ] {
        import(&workspace, kind, text);
    }
    workspace
}

#[test]
fn posts_are_summed_within_a_service_and_never_over_services() {
    let workspace = with_posts();
    let found = sheet(&workspace, "posts --day 2026-03-01 --warn 92");
    assert_eq!(
        columns(&rows(&found, "teams"), [0, 1, 3, 4, 5, 6]),
        [
            ["Bildungsmediation", "none", "0.50", "0.00", "2.00", "3"],
            ["Koordination", "building block I: coordination", "0.00", "0.00", "2.50", "3"],
            [
                "Case-Management Kreis",
                "building block II: case management",
                "0.00",
                "1.00",
                "7.00",
                "10"
            ],
        ]
    );
    assert_eq!(
        columns(&rows(&found, "services"), [0, 1, 2, 3, 4]),
        [
            ["education mediation at schools", "0.50", "0.00", "2.00", "3"],
            ["case management", "0.00", "1.00", "7.00", "10"],
            ["coordination", "0.00", "0.00", "2.50", "3"],
        ]
    );
    // 7.00 + 2.00 + 2.50 filled, with vacant and planned ones 12.50 and 13.00; 16 heads.
    let text = workspace.say("sheet posts --day 2026-03-01 --format csv").success().stdout;
    for total in ["11.50", "12.50", "13.00", "9.00", "9.50", ",16\r", ",13\r"] {
        assert!(!text.contains(total), "{total} adds different services: {text}");
    }
    assert_eq!(
        columns(&rows(&found, "ending"), [0, 2, 3, 4, 6]),
        [["p2", "0.75", "2026-05-31", "91", "2026-06-30"]]
    );
    let earlier = sheet(&workspace, "posts --day 2026-03-01 --warn 90");
    assert_eq!(rows(&earlier, "ending").len(), 0, "91 days are more than 90");
    assert_eq!(columns(&rows(&found, "passed-on"), [0, 2, 4]), [["p4", "1.00", "Beispielverband"]]);
    assert_eq!(
        columns(&rows(&found, "fundings"), [0, 3, 5, 6]),
        [["land", "123456.78", "2026-06-30", "121"], ["haus", "<not-collected>", "no end", ""]]
    );
    assert_eq!(
        columns(&rows(&found, "contradictions"), [0, 2, 4, 5, 6, 8]),
        [[
            "Beratungen laut Tabelle",
            "612",
            "Tabelle des Teams",
            "Beratungen im Nordkreis",
            "650",
            "Jahresbericht"
        ]]
    );
}

/// 650 consultations with two to five people are 1,300 to 3,250 person-contacts, and never persons.
#[test]
fn person_contacts_are_estimated_from_consultations_and_never_called_persons() {
    let workspace = with_posts();
    let plain = sheet(&workspace, "figures");
    assert_eq!(
        columns(&rows(&plain, "reported"), [0, 2, 3, 5]),
        [
            ["Beratungen im Nordkreis", "650", "650", "estimated"],
            ["Beratungen laut Tabelle", "612", "612", "counted"],
            ["Termine am Tag", "15", "20", "estimated"],
            ["Interviews", "<not-collected>", "<not-collected>", "not collected"],
            ["Abgelehnte Stellen", "<withheld>", "<withheld>", "withheld"],
        ]
    );
    assert!(plain["tables"].as_array().unwrap().iter().all(|table| table["id"] != "estimated"));
    let found = sheet(&workspace, "figures --least 2 --most 5");
    assert_eq!(
        columns(&rows(&found, "estimated"), [0, 2, 3, 4, 5]),
        [
            ["Beratungen im Nordkreis", "1300", "3250", "person-contacts", "estimated"],
            ["Beratungen laut Tabelle", "1224", "3060", "person-contacts", "estimated"],
        ]
    );
    let german = workspace.say("sheet figures --least 2 --most 5 --lang de").success().stdout;
    assert!(german.contains("1.300") && german.contains("3.250") && german.contains("geschätzt"));
    for wrong in ["650 Personen", "1.300 Personen ", "3.250 Personen "] {
        assert!(!german.contains(wrong), "{german}");
    }
    let later = sheet(&workspace, "figures --from 2025-07-01 --until 2025-12-31");
    assert_eq!(rows(&later, "reported").len(), 3);
}

const GAPS: &str = "\
code,title,area,raised,team,evidence,status,steering_day,decision,responsible
l1,Kein Platz im Sprachkurs,missing-offer,2025-09-10,cm,12,in-steering-group,2025-11-20,,Koordination
l2,Zwei Ämter verweisen aufeinander,competence,2025-06-02,cm,4,reported,,,
l3,Formular nur auf Deutsch,language,2025-12-01,cm,2,reported,,,
l4,Kein Datenabgleich,data,2025-10-01,,0,decided,2025-11-20,Abgleich einmal im Halbjahr,Verwaltung
l5,Warteliste,missing-offer,2025-05-05,cm,7,fixed,2025-09-18,Zweite Gruppe,Träger
";

#[test]
fn cases_behind_gaps_are_withheld_as_the_audience_demands() {
    let workspace = with_posts();
    import(&workspace, "gaps", GAPS);
    let cases = |audience: &str| {
        let found = sheet(&workspace, &format!("gaps --audience {audience}"));
        let open = rows(&found, "open");
        open.iter().map(|row| format!("{} {}", row[0], row[6])).collect::<Vec<_>>()
    };
    assert_eq!(cases("public"), ["l2 <withheld>", "l1 12", "l4 0", "l3 <withheld>"]);
    assert_eq!(cases("administration"), ["l2 4", "l1 12", "l4 0", "l3 <withheld>"]);
    assert_eq!(cases("work"), ["l2 4", "l1 12", "l4 0", "l3 2"]);
    let found = sheet(&workspace, "gaps");
    assert_eq!(columns(&rows(&found, "new"), [0]), [["l3"]], "the last meeting was on 20 November");
    assert_eq!(columns(&rows(&found, "closed"), [0, 8, 9]), [["l5", "Zweite Gruppe", "Träger"]]);
    assert_eq!(
        columns(&rows(&found, "overview"), [0, 1, 2]),
        [
            ["competence", "reported", "1"],
            ["missing offer", "in steering group", "1"],
            ["missing offer", "fixed", "1"],
            ["language", "reported", "1"],
            ["data", "decided", "1"],
        ]
    );
    let since = sheet(&workspace, "gaps --since 2025-09-10");
    assert_eq!(columns(&rows(&since, "new"), [0]), [["l4"], ["l3"]]);
    let autumn = sheet(&workspace, "gaps --from 2025-09-01 --until 2025-10-31");
    assert_eq!(columns(&rows(&autumn, "open"), [0]), [["l1"], ["l4"]]);
    // A withheld number is in no form of the sheet: neither as a digit of its own nor as a cell.
    let csv = workspace.say("sheet gaps --format csv").success().stdout;
    assert!(csv.contains("withheld") && !csv.contains(",4,reported"), "{csv}");
}

#[test]
fn data_protection_counts_what_the_lists_count() {
    let workspace = with_cases();
    for _ in 0..2 {
        workspace.say("export goals").success();
    }
    let found = sheet(&workspace, "data-protection");
    // The clock of the machine says in which month that was.
    assert_eq!(columns(&rows(&found, "left"), [1, 2]), [["records exported", "2"]]);
    let kept = rows(&found, "kept");
    let of = |class: &str| -> Vec<&str> {
        let row = kept.iter().find(|row| row[0] == class).unwrap();
        row[1..].iter().map(String::as_str).collect()
    };
    assert_eq!(of("Schools"), ["2", "", ""]);
    assert_eq!(of("Pupils")[0], workspace.list("pupil list").len().to_string());
    assert_eq!(of("Contacts"), ["8", "2025-09-02", "2026-01-21"]);
    assert_eq!(of("Private notes"), ["1", "2025-09-18", "2025-09-18"]);
    assert_eq!(
        of("Absences and late arrivals")[0],
        workspace.list("absence list").len().to_string()
    );
    assert_eq!(of("Goals"), ["3", "2025-09-15", "2025-10-07"]);
    assert_eq!(
        columns(&rows(&found, "consents"), [0, 1, 2]),
        [["granted", "1", "1"], ["withdrawn", "1", "0"]],
        "one ended on 31 January 2026, and nobody noted it"
    );
    // The closed case is about p3, whose day of birth nobody knows.
    let retention = rows(&found, "retention");
    assert_eq!(columns(&retention, [1, 3]), [["1", "5"]]);
    assert!(retention[0][0].contains("day of birth is missing"), "{retention:?}");
    assert_eq!(rows(&found, "grants").len(), 0);
    let granted = Workspace::example_with_comparison();
    let granted = rows(&sheet(&granted, "data-protection"), "grants");
    assert!(
        granted.iter().any(|row| row[1] == "Contacts" && row[2].contains("School")),
        "{granted:?}"
    );
    for name in ["Muster", "Beispiel", "Platzhalter"] {
        assert!(!found["tables"].to_string().contains(&format!("{name}\"")), "{name}");
    }
}

#[test]
fn the_same_figure_stands_in_every_form_and_language() {
    let workspace = with_posts();
    let show = |format: &str, lang: &str| {
        let line = format!("sheet posts --day 2026-03-01 --format {format} --lang {lang}");
        workspace.say(&line).success().stdout
    };
    assert_eq!(show("json", "de"), show("json", "en"), "JSON has both languages");
    for (format, lang, amount, posts) in [
        ("text", "de", "123.456,78", "7,00"),
        ("text", "en", "123,456.78", "7.00"),
        ("html", "de", "<td class=\"number\">123.456,78</td>", "<td class=\"number\">7,00</td>"),
        ("html", "en", "<td class=\"number\">123,456.78</td>", "<td class=\"number\">7.00</td>"),
        ("csv", "de", ";123456,78;", ";7,00;10"),
        ("csv", "en", ",123456.78,", ",7.00,10"),
    ] {
        let shown = show(format, lang);
        assert!(shown.contains(amount), "{format} {lang}: {shown}");
        assert!(shown.contains(posts), "{format} {lang}: {shown}");
    }
    let out = workspace.path("posts.html");
    workspace
        .run(&["sheet", "posts", "--format", "html", "--out", out.to_str().unwrap()])
        .success()
        .saying(&["Written: "]);
    assert!(fs_err::read_to_string(out).unwrap().starts_with("<!DOCTYPE html>"));
}
