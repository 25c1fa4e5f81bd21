//! The reference plugins about the whole field, over a small town: every figure a second time, added up
//! in plain Rust from the files that were imported.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::{Workspace, root};

/// The files of the town, in the order in which they have to be imported.
const FILES: [&str; 18] = [
    "schools",
    "participation",
    "attendance",
    "practitioners",
    "households",
    "pupils",
    "absences",
    "contacts",
    "providers",
    "teams",
    "sites",
    "posts",
    "support-cases",
    "goals",
    "transitions",
    "group-activities",
    "interpreter-budgets",
    "interpreting",
];

const FIRST: &str = "2025-08-01";
const LAST: &str = "2026-01-31";

type Row = BTreeMap<String, String>;

fn file(name: &str) -> String {
    let path = root().join("tests/suite/reference_field").join(format!("{name}.csv"));
    path.to_str().unwrap().to_owned()
}

fn rows(name: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(file(name)).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn town(plugin: &str) -> Workspace {
    let workspace = Workspace::new();
    for name in FILES.iter().chain(&["consultations"]) {
        workspace.run(&["import", name, &file(name)]).success();
    }
    let id = format!("org.tridem.{plugin}");
    let package = root().join(format!("plugins/dist/{plugin}-1.0.0.tridem"));
    workspace.run(&["plugin", "install", package.to_str().unwrap()]).success();
    workspace.run(&["plugin", "grant", &id, "--all"]).success();
    workspace.run(&["plugin", "enable", &id]).success();
    workspace
}

fn run(workspace: &Workspace, plugin: &str, format: &str, lang: &str) -> String {
    let id = format!("org.tridem.{plugin}");
    let words = ["--lang", lang, "report", "run", &id, "--from", FIRST, "--until", LAST];
    let words = [&words[..], &["--audience", "work", "--format", format]].concat();
    workspace.run(&words).success().stdout
}

/// The report of a plugin, which is the same in both languages: words in both, and the same numbers.
fn report(plugin: &str) -> Value {
    let workspace = town(plugin);
    let [german, english] = ["de", "en"]
        .map(|lang| serde_json::from_str::<Value>(&run(&workspace, plugin, "json", lang)).unwrap());
    for part in ["sections", "blocks"] {
        assert_eq!(german[part], english[part], "{plugin}");
    }
    // The table of figures for other programs has each of the numbers that the report shows.
    let tables = run(&workspace, plugin, "csv", "en");
    let mut numbers = BTreeSet::new();
    shown(&english, &mut numbers);
    for number in numbers {
        assert!(tables.contains(&number), "{plugin}: `{number}` in {tables}");
    }
    english
}

/// Every number that is shown, as it is written in a table for other programs.
fn shown(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| shown(value, found)),
        Value::Object(fields) if fields.get("state").is_some_and(|state| state == "shown") => {
            let (units, decimals) = (fields["units"].as_i64().unwrap(), &fields["decimals"]);
            let decimals = usize::try_from(decimals.as_u64().unwrap()).unwrap();
            let digits = format!("{units:0width$}", width = decimals + 1);
            let (whole, rest) = digits.split_at(digits.len() - decimals);
            found.insert(if rest.is_empty() { whole.into() } else { format!("{whole}.{rest}") });
        }
        Value::Object(fields) => fields.values().for_each(|value| shown(value, found)),
        _ => {}
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A cell as a whole number of its last digit; none where nothing is shown.
fn units(cell: &Value) -> Option<i64> {
    cell["units"].as_i64()
}

/// A cell of a table that the host counted, by the ids of table, row and column.
#[track_caller]
fn counted(report: &Value, table: &str, row: &str, column: &str) -> Option<i64> {
    let tables = list(&report["sections"]).iter().flat_map(|section| list(&section["tables"]));
    let table = tables.into_iter().find(|found| found["id"] == table).unwrap();
    let place = list(&table["columns"]).iter().position(|found| found["id"] == column);
    let row = list(&table["rows"]).iter().find(|found| found["id"] == row);
    // A code that nobody used has no row and no column.
    place.zip(row).map_or(Some(0), |(place, row)| units(&row["cells"][place]))
}

fn number(row: &Row, field: &str) -> i64 {
    row[field].parse().unwrap()
}

/// Euros or shares as written, in hundredths.
fn hundredths(row: &Row, field: &str) -> i64 {
    row[field].replace('.', "").parse().unwrap()
}

fn has(row: &Row, field: &str, code: &str) -> bool {
    row[field].split('|').any(|found| found == code)
}

/// A share or ratio in tenths of a per cent, rounded half away from zero.
fn tenths(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| (part * 2_000 + whole) / (2 * whole))
}

const MONTHS: [&str; 6] = ["2025-08", "2025-09", "2025-10", "2025-11", "2025-12", "2026-01"];

#[test]
fn the_half_year_is_what_the_files_add_up_to() {
    let report = report("half-year");
    let pupils = rows("pupils");
    let pupil = |code: &str| pupils.iter().find(|pupil| pupil["code"] == code);
    let all = rows("contacts");
    for (school, level) in [("990001", "primary"), ("990002", "secondary")] {
        let at = |table: &str, column: &str| {
            counted(&report, &format!("{table}-{level}"), school, column)
        };
        let here: Vec<&Row> = all.iter().filter(|row| row["school"] == school).collect();
        let contacts: Vec<&Row> =
            here.iter().copied().filter(|row| row["result"] == "reached").collect();
        let count = |test: &dyn Fn(&Row) -> bool| {
            Some(i64::try_from(contacts.iter().filter(|row| test(row)).count()).unwrap())
        };
        assert_eq!(at("overview", "contacts"), count(&|_| true));
        let attempts = i64::try_from(here.len() - contacts.len()).unwrap();
        assert_eq!(at("overview", "attempts"), Some(attempts));
        assert_eq!(at("overview", "home-visits"), count(&|row| row["kind"] == "home-visit"));
        let families: BTreeSet<String> = contacts
            .iter()
            .flat_map(|row| row["pupils"].split('|'))
            .filter_map(|code| Some(pupil(code)?["household"].clone()))
            .collect();
        assert_eq!(at("overview", "households"), Some(i64::try_from(families.len()).unwrap()));
        let sum = |field: &str| Some(contacts.iter().map(|row| number(row, field)).sum::<i64>());
        assert_eq!(at("overview", "person-contacts"), sum("persons"));
        assert_eq!(at("overview", "minutes"), sum("minutes"));
        for kind in ["home-visit", "parent-talk", "phone", "conference"] {
            assert_eq!(at("kinds", kind), count(&|row| row["kind"] == kind), "{kind}");
        }
        for month in MONTHS {
            assert_eq!(at("months", month), count(&|row| row["day"].starts_with(month)), "{month}");
        }
        for topic in ["attendance", "learning", "language", "enrolment", "health", "benefits"] {
            let column = format!("topic-{topic}");
            assert_eq!(at("topics", &column), count(&|row| has(row, "topics", topic)), "{topic}");
        }
        assert_eq!(at("topics", "topic-another"), count(&|row| has(row, "topics", "housing")));
        assert_eq!(at("topics", "topic-none"), count(&|row| row["topics"].is_empty()));
        let with = |row: &Row, role| has(row, "participants", role);
        let tandem = |row: &Row| with(row, "bm1") && with(row, "lk1");
        assert_eq!(at("forms", "tridem"), count(&|row| tandem(row) && with(row, "sa1")));
        assert_eq!(at("forms", "tandem"), count(&|row| tandem(row) && !with(row, "sa1")));
        assert_eq!(at("forms", "solo"), count(&|row| !tandem(row)));

        let here = |row: &Row| pupil(&row["pupil"]).is_some_and(|pupil| pupil["school"] == school);
        let cases: Vec<Row> = rows("support-cases").into_iter().filter(here).collect();
        let count = |test: &dyn Fn(&Row) -> bool| {
            Some(i64::try_from(cases.iter().filter(|row| test(row)).count()).unwrap())
        };
        let is_closed = |row: &Row| !row["closed"].is_empty() && row["closed"].as_str() <= LAST;
        assert_eq!(at("cases", "cases"), count(&|_| true));
        assert_eq!(at("cases", "cases-begun"), count(&|row| row["opened"].as_str() >= FIRST));
        assert_eq!(at("cases", "cases-closed"), count(&is_closed));
        assert_eq!(at("cases", "cases-running"), count(&|row| !is_closed(row)));
        let of_case = |row: &Row| cases.iter().any(|case| case["code"] == row["support_case"]);
        let goals: Vec<Row> = rows("goals").into_iter().filter(of_case).collect();
        if level == "primary" {
            for state in ["open", "reached"] {
                let found = goals.iter().filter(|row| row["state"] == state).count();
                assert_eq!(at("goals", state), Some(i64::try_from(found).unwrap()), "{state}");
            }
        }
        let activities: Vec<Row> =
            rows("group-activities").into_iter().filter(|row| row["school"] == school).collect();
        let persons = |test: &dyn Fn(&Row) -> bool| {
            let rows = activities.iter().filter(|row| test(row));
            Some(rows.map(|row| number(row, "persons")).sum::<i64>())
        };
        let is_estimated = |row: &Row| row["value_kind"] == "estimated";
        assert_eq!(at("activities", "activity-estimated"), persons(&is_estimated));
        assert_eq!(at("activities", "activity-counted"), persons(&|row| !is_estimated(row)));
    }
    for kind in ["home-visit", "parent-talk", "phone", "conference"] {
        for month in MONTHS {
            let is_it = |row: &&Row| {
                row["kind"] == kind && row["day"].starts_with(month) && row["result"] == "reached"
            };
            let found = i64::try_from(all.iter().filter(is_it).count()).unwrap();
            assert_eq!(
                counted(&report, "kinds-months", kind, month),
                Some(found),
                "{kind} {month}"
            );
        }
    }
    // One home visit with four people: one contact, four person-contacts, one household.
    let visit = all.iter().find(|row| row["kind"] == "home-visit" && row["persons"] == "4");
    assert_eq!(visit.map(|row| row["pupils"].as_str()), Some("p1|p2"));
    // Of seven half-days missed three are open and two unexcused; only pupils of 990001 have a register.
    let absences = rows("absences");
    let missed = |test: &dyn Fn(&Row) -> bool| -> i64 {
        absences.iter().filter(|row| test(row)).map(|row| number(row, "amount")).sum()
    };
    let open = missed(&|row| row["status"] == "open");
    let at = |table| counted(&report, table, "990001", "first-half");
    assert_eq!(at("open-primary"), tenths(open, missed(&|_| true)));
    assert_eq!(at("pupils-primary"), Some(3));
    assert_eq!(at("persistent-primary"), Some(0));
}

#[test]
fn transitions_are_what_the_file_adds_up_to() {
    let report = report("transition");
    let rows = rows("transitions");
    let count = |field: &str, code: &str| {
        i64::try_from(rows.iter().filter(|row| row[field] == code).count()).unwrap()
    };
    let all = i64::try_from(rows.len()).unwrap();
    let at =
        |table: &str, column: &str| counted(&report, &format!("{table}-primary"), "990001", column);
    assert_eq!(at("places", "leaving"), Some(all));
    for state in ["confirmed", "applied", "open", "refused", "left-town"] {
        assert_eq!(at("places", state), Some(count("state", state)), "{state}");
    }
    assert_eq!(at("places", "confirmed-share"), tenths(count("state", "confirmed"), all));
    for (grade, field) in [("05", "after_05"), ("06", "after_06")] {
        let columns =
            [("there", "yes"), ("gone", "no"), ("unknown", "unknown"), ("not-recorded", "")];
        for (column, code) in columns {
            let found = at(&format!("after-{grade}"), &format!("{column}-{grade}"));
            assert_eq!(found, Some(count(field, code)), "{column} {grade}");
        }
        let known = count(field, "yes") + count(field, "no");
        let share = at(&format!("after-{grade}"), &format!("there-share-{grade}"));
        assert_eq!(share, tenths(count(field, "yes"), known));
    }
    // Own labels have their places for ids: what stands last is "not recorded".
    let recommendations =
        ["hauptschule", "realschule", "realschule-limited", "gymnasium", "none", "?", ""];
    let forms = ["04", "10", "14", "15", "20", "?", ""];
    for (row, recommendation) in recommendations.iter().enumerate() {
        for (column, form) in forms.iter().enumerate() {
            let is_it =
                |it: &&Row| it["recommendation"] == *recommendation && it["target_form"] == *form;
            let found = i64::try_from(rows.iter().filter(is_it).count()).unwrap();
            let (row, column) = (row.to_string(), column.to_string());
            let cell = counted(&report, "recommendations-forms", &row, &column);
            assert_eq!(cell, Some(found), "{recommendation} {form}");
        }
    }
}

#[test]
fn interpreting_is_what_the_files_add_up_to() {
    let report = report("interpreting");
    let rows_of = rows("interpreting");
    let budgets = rows("interpreter-budgets");
    for language in ["ar", "uk"] {
        let here: Vec<&Row> = rows_of.iter().filter(|row| row["language"] == language).collect();
        let at = |column: &str| counted(&report, "languages", language, column);
        let count = |outcome: &str| {
            i64::try_from(here.iter().filter(|row| row["outcome"] == outcome).count()).unwrap()
        };
        for outcome in ["took-place", "cancelled", "nobody-found"] {
            assert_eq!(at(outcome), Some(count(outcome)), "{language} {outcome}");
        }
        let all = i64::try_from(here.len()).unwrap();
        assert_eq!(at("nobody-found-share"), tenths(count("nobody-found"), all));
        let took_place = here.iter().filter(|row| row["outcome"] == "took-place");
        let minutes: i64 = took_place.map(|row| number(row, "minutes")).sum();
        assert_eq!(at("minutes"), Some(minutes));
        for month in MONTHS {
            let rows = here.iter().filter(|row| row["day"].starts_with(month));
            let cents: i64 = rows.map(|row| hundredths(row, "cost")).sum();
            assert_eq!(
                counted(&report, "cost", language, month),
                Some(cents),
                "{language} {month}"
            );
        }
    }
    for budget in &budgets {
        let code = &budget["code"];
        let here = rows_of.iter().filter(|row| row["budget"] == *code);
        let cents: i64 = here.map(|row| hundredths(row, "cost")).sum();
        let at = |column: &str| counted(&report, "budgets", code, column);
        assert_eq!(at("granted"), Some(hundredths(budget, "amount")));
        assert_eq!(at("cost"), Some(cents));
        assert_eq!(at("spent-share"), tenths(cents, hundredths(budget, "amount")));
    }
}

/// The tables of a composed report: the heading before each, its caption, and its rows by their words.
pub(crate) fn composed(
    report: &Value,
) -> BTreeMap<(String, String), BTreeMap<String, Vec<Option<i64>>>> {
    let word = |value: &Value| value["en"].as_str().unwrap().to_owned();
    let (mut heading, mut tables) = (String::new(), BTreeMap::new());
    for block in list(&report["blocks"]) {
        if block["kind"] == "heading" {
            heading = word(&block["text"]);
        }
        if block["kind"] == "table" {
            let row = |row: &Value| {
                (word(&row["label"]), list(&row["cells"]).iter().map(units).collect())
            };
            let rows = list(&block["rows"]).iter().map(row).collect();
            tables.insert((heading.clone(), word(&block["caption"])), rows);
        }
    }
    tables
}

#[test]
fn the_programme_is_what_the_files_add_up_to_and_services_are_never_added_up() {
    let tables = composed(&report("programme-figures"));
    let table = |heading: &str, caption: &str| &tables[&(heading.to_owned(), caption.to_owned())];
    let consultations = rows("consultations");
    let figures = |rows: &[&Row]| {
        let sum = |test: &dyn Fn(&str) -> bool| -> i64 {
            let rows = rows.iter().filter(|row| test(&row["value_kind"]));
            rows.map(|row| number(row, "persons")).sum()
        };
        let is_known = rows.iter().any(|row| row["value_kind"] != "not-collected");
        let known = |persons| is_known.then_some(persons);
        vec![
            Some(i64::try_from(rows.len()).unwrap()),
            known(sum(&|kind| kind.is_empty() || kind == "counted")),
            known(sum(&|kind| kind == "estimated")),
        ]
    };
    let side_by_side = "Services side by side, never added up";
    let services = [
        ("case-management", "case management"),
        ("culture-mediation", "language and culture mediation"),
    ];
    assert_eq!(table(side_by_side, side_by_side).len(), services.len(), "no row adds them up");
    for (service, word) in services {
        let here: Vec<&Row> =
            consultations.iter().filter(|row| row["service"] == service).collect();
        assert_eq!(table(side_by_side, side_by_side)[word], figures(&here), "{service}");
        let divided = |caption: &str, field: &str, words: &[(&str, &str)]| {
            let found = table(word, caption);
            for (code, label) in words {
                let rows: Vec<&Row> =
                    here.iter().copied().filter(|row| has(row, field, code)).collect();
                let expected = (!rows.is_empty()).then(|| figures(&rows));
                assert_eq!(found.get(*label), expected.as_ref(), "{service} {caption} {label}");
            }
        };
        let kinds = [
            ("first", "first consultation"),
            ("follow-up", "follow-up consultation"),
            ("referral", "referral consultation"),
            ("", "appointment"),
        ];
        divided("Consultations by kind", "kind", &kinds);
        let sites = [("nord", "Beratung Nord"), ("sued", "Beratung Süd"), ("", "no site")];
        divided("Consultations by site", "site", &sites);
        let topics = [("housing", "housing"), ("work", "work"), ("", "no topic")];
        divided("Consultations by topic; several are possible", "topics", &topics);
        let all = &table(word, "Consultations by kind")["all consultations of the service"];
        assert_eq!(*all, figures(&here));
    }
    let targets = table("case management", "Referrals by target");
    for (target, word) in [("job-centre", "job centre"), ("language-course", "language course")] {
        let rows: Vec<&Row> =
            consultations.iter().filter(|row| row["referred_to"] == target).collect();
        assert_eq!(targets[word], figures(&rows), "{target}");
    }

    let blocks = table("Posts on the last day of the period", "Posts by building block");
    let words =
        [("1", "building block I: coordination"), ("2", "building block II: case management")];
    // Those of no building block are of different services: they stand with their teams alone.
    assert_eq!(blocks.len(), words.len());
    for (block, word) in words {
        let posts: Vec<Row> = rows("posts")
            .into_iter()
            .filter(|row| row["building_block"] == block)
            .filter(|row| row["until"].is_empty() || row["until"].as_str() >= LAST)
            .collect();
        let of = |state: &str| {
            let rows = posts.iter().filter(|row| state.is_empty() || row["state"] == state);
            Some(rows.map(|row| hundredths(row, "fte")).sum::<i64>())
        };
        let heads = Some(posts.iter().map(|row| number(row, "heads")).sum::<i64>());
        let expected = [of("planned"), of("vacant"), of("filled"), of(""), heads];
        assert_eq!(blocks[word], expected, "{block}");
    }

    let spent: i64 = rows("interpreting")
        .iter()
        .filter(|row| row["budget"] == "b1")
        .map(|row| hundredths(row, "cost"))
        .sum();
    let budget = &table("case management", "Interpreter budgets")["Dolmetschen Fallarbeit"];
    assert_eq!(*budget, [Some(3_000_000), Some(spent), Some(3_000_000 - spent)]);
    // This one began before the period, so nobody can tell from the rows what is left of it.
    let older =
        &table("education mediation at schools", "Interpreter budgets")["Dolmetschen Schulen"];
    assert_eq!(*older, [Some(50_000), Some(0), None]);
}
