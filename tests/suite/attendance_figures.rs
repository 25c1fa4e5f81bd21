//! Every figure of the demo's attendance report, computed a second time from the imported files: no
//! database, no dataset, no calendar of the program, other arithmetic.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use tridem::domain::{Cell, Day, Report};

use crate::demo::city;

/// Days on which no school is open, first and last included, written out by hand from the published
/// holidays and a printed calendar of the year.
const CLOSED: [(&str, &str); 12] = [
    ("2025-08-01", "2025-08-26"),
    ("2025-10-03", "2025-10-03"),
    ("2025-10-13", "2025-10-25"),
    ("2025-11-01", "2025-11-01"),
    ("2025-12-22", "2026-01-06"),
    ("2026-03-30", "2026-04-11"),
    ("2026-05-01", "2026-05-01"),
    ("2026-05-14", "2026-05-14"),
    ("2026-05-25", "2026-05-25"),
    ("2026-05-26", "2026-05-26"),
    ("2026-06-04", "2026-06-04"),
    ("2026-07-20", "2026-07-31"),
];

/// The first day of the second half-year where a school has not said otherwise.
const SECOND_HALF: &str = "2026-02-09";

/// The rule for anything that leaves the administration.
const SMALLEST: usize = 5;

fn day(text: &str) -> i32 {
    text.parse::<Day>().unwrap().0
}

/// The rows of a file of the demo, by column name.
fn rows(dir: &Path, name: &str) -> Vec<HashMap<String, String>> {
    let text = fs_err::read_to_string(dir.join("files").join(name)).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

/// Days since 1970-01-01 on which schools in general are open. That day was a Thursday.
fn open_days() -> Vec<i32> {
    (day("2025-08-01")..=day("2026-07-31"))
        .filter(|found| (found + 3).rem_euclid(7) < 5)
        .filter(|found| {
            !CLOSED.iter().any(|(first, last)| (day(first)..=day(last)).contains(found))
        })
        .collect()
}

/// What a pupil missed in a term.
#[derive(Debug, Clone, Default)]
struct Term {
    days: i64,
    possible: i64,
    excused: i64,
    unexcused: i64,
    open: i64,
}

impl Term {
    fn missed(&self) -> i64 {
        self.excused + self.unexcused + self.open
    }

    /// At least ten days of school.
    fn is_rated(&self) -> bool {
        self.days >= 10
    }

    fn is_short(&self) -> bool {
        (1..10).contains(&self.days)
    }

    /// A tenth of what was possible, compared as a fraction with nothing rounded.
    fn is_persistent(&self) -> bool {
        self.is_rated() && self.missed() * 10 >= self.possible
    }

    fn is_severe(&self) -> bool {
        self.is_rated() && self.missed() + self.missed() >= self.possible
    }
}

#[derive(Debug)]
struct Child {
    code: String,
    school: String,
    grade: String,
    unit: String,
    year: Term,
    halves: [Term; 2],
}

/// Every child of the city, with what the files say about it.
fn children(dir: &Path) -> Vec<Child> {
    let open = open_days();
    let mut off: BTreeSet<(String, i32)> = BTreeSet::new();
    for row in rows(dir, "days-off.csv") {
        off.insert((row["school"].clone(), day(&row["day"])));
    }
    let halves: HashMap<String, i32> = rows(dir, "half-years.csv")
        .into_iter()
        .filter(|row| row["school_year"].starts_with("2025"))
        .map(|row| (row["school"].clone(), day(&row["second_half_begins"])))
        .collect();
    let recording: HashMap<String, HashMap<String, String>> =
        rows(dir, "attendance.csv").into_iter().map(|row| (row["school"].clone(), row)).collect();
    let mut absences: HashMap<String, Vec<HashMap<String, String>>> = HashMap::new();
    for row in rows(dir, "absences.csv") {
        absences.entry(row["pupil"].clone()).or_default().push(row);
    }
    let end = |text: &str| if text.is_empty() { i32::MAX } else { day(text) };
    let mut children = Vec::new();
    for pupil in rows(dir, "pupils.csv") {
        let school = &pupil["school"];
        let recorded = &recording[school];
        let per_day: i64 = recorded["units_per_day"].parse().unwrap();
        let unknown_from = pupil.get("unknown_from").map_or(i32::MAX, |text| end(text));
        let counts = |found: i32| {
            found >= day(&pupil["enrolled_from"])
                && found <= end(&pupil["enrolled_until"])
                && found < unknown_from
                && found >= day(&recorded["from"])
                && found <= end(&recorded["until"])
                && !off.contains(&(school.clone(), found))
        };
        let second = halves.get(school).copied().unwrap_or_else(|| day(SECOND_HALF));
        let mut child = Child {
            code: pupil["code"].clone(),
            school: school.clone(),
            grade: pupil["grade"].clone(),
            unit: recorded["unit"].clone(),
            year: Term::default(),
            halves: Default::default(),
        };
        for found in open.iter().copied().filter(|found| counts(*found)) {
            for term in [&mut child.year, &mut child.halves[usize::from(found >= second)]] {
                term.days += 1;
                term.possible += per_day;
            }
        }
        for absence in absences.get(&child.code).into_iter().flatten() {
            let found = day(&absence["day"]);
            if !open.contains(&found) || !counts(found) {
                continue;
            }
            let amount = match absence["amount"].as_str() {
                "" => per_day,
                amount => amount.parse().unwrap(),
            };
            for term in [&mut child.year, &mut child.halves[usize::from(found >= second)]] {
                match absence["status"].as_str() {
                    "excused" => term.excused += amount,
                    "unexcused" => term.unexcused += amount,
                    "open" => term.open += amount,
                    "on-leave" | "school-caused" | "late" => {}
                    other => panic!("no second method for `{other}`"),
                }
            }
        }
        children.push(child);
    }
    children
}

/// What a figure has to be, and the numbers of children that stand behind its parts.
struct Truth {
    /// In tenths where it is a rate; `None` where it is a rate of nothing.
    units: Option<i64>,
    behind: Vec<usize>,
}

/// `above` for every hundred `below`, in tenths, rounded half away from zero.
fn tenths(above: i64, below: i64) -> Option<i64> {
    (below > 0).then(|| (above * 100 * 10 * 2 + below) / (2 * below))
}

fn truth(figure: &str, terms: &[(&Term, &str)]) -> Truth {
    let number =
        |is_it: &dyn Fn(&Term) -> bool| terms.iter().filter(|(term, _)| is_it(term)).count();
    let rated = number(&Term::is_rated);
    // Only half-days: other units are never added to them.
    let of_unit = || terms.iter().filter(|(term, unit)| *unit == "half-day" && term.is_rated());
    let sum = |what: &dyn Fn(&Term) -> i64| of_unit().map(|(term, _)| what(term)).sum::<i64>();
    let some = |what: &dyn Fn(&Term) -> i64| of_unit().filter(|(term, _)| what(term) > 0).count();
    let rate = |above: &dyn Fn(&Term) -> i64, below: &dyn Fn(&Term) -> i64| Truth {
        units: tenths(sum(above), sum(below)),
        behind: vec![some(above), some(below)],
    };
    let share = |is_it: &dyn Fn(&Term) -> bool| {
        let part = number(is_it);
        Truth {
            units: tenths(part.try_into().unwrap(), rated.try_into().unwrap()),
            behind: vec![part, rated, rated - part],
        }
    };
    let count =
        |number: usize| Truth { units: Some(number.try_into().unwrap()), behind: vec![number] };
    match figure {
        "pupils" => count(rated),
        "too-short" => count(number(&Term::is_short)),
        "absence-rate" => rate(&Term::missed, &|term| term.possible),
        "unexcused-rate" => rate(&|term| term.unexcused, &|term| term.possible),
        "open-share" => rate(&|term| term.open, &Term::missed),
        "persistent-share" => share(&Term::is_persistent),
        "severe-share" => share(&Term::is_severe),
        other => panic!("no second method for `{other}`"),
    }
}

fn is_primary(child: &Child) -> bool {
    ["E1", "E2", "E3", "03", "04"].contains(&child.grade.as_str())
}

#[test]
fn every_figure_of_the_attendance_report_agrees_with_the_files() {
    let city = city();
    let children = children(&city.dir);
    let text = fs_err::read(city.dir.join("attendance.json")).unwrap();
    let report: Report = serde_json::from_slice(&text).unwrap();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut tables = BTreeSet::new();
    for (section, table) in
        report.sections.iter().flat_map(|part| part.tables.iter().map(move |table| (part, table)))
    {
        tables.insert(table.id.as_str());
        for row in &table.rows {
            for (cell, column) in row.cells.iter().zip(&table.columns) {
                let place = format!("{} / {} / {}", table.id, row.id, column.id);
                let is_meant = |child: &&Child| match table.id.as_str() {
                    "grades-primary" | "grades-secondary" => {
                        is_primary(child) == (table.id == "grades-primary")
                            && (row.id == "total" || row.id == child.grade)
                    }
                    _ => {
                        is_primary(child) == (section.id == "primary")
                            && (row.id == "total" || row.id == child.school)
                    }
                };
                let meant: Vec<&Child> = children.iter().filter(is_meant).collect();
                assert!(!meant.is_empty(), "{place} is about nobody");
                let (figure, terms): (&str, Vec<(&Term, &str)>) =
                    if table.id.starts_with("half-years") {
                        let terms = meant.iter().flat_map(|child| {
                            let halves = match column.id.as_str() {
                                "first-half" => &child.halves[..1],
                                "second-half" => &child.halves[1..],
                                "total" => &child.halves[..],
                                other => panic!("{place}: {other}"),
                            };
                            halves.iter().map(|term| (term, child.unit.as_str()))
                        });
                        ("persistent-share", terms.collect())
                    } else {
                        let year = meant.iter().map(|child| (&child.year, child.unit.as_str()));
                        (&column.id, year.collect())
                    };
                let truth = truth(figure, &terms);
                let is_small = truth.behind.iter().any(|number| (1..SMALLEST).contains(number));
                let state = match cell {
                    Cell::Shown(number) => {
                        assert_eq!(Some(number.units), truth.units, "{place}");
                        assert!(!is_small, "{place} rests on too few: {:?}", truth.behind);
                        "shown"
                    }
                    Cell::Withheld if is_small => "withheld",
                    Cell::Withheld => "withheld besides",
                    Cell::RoundsToZero => panic!("{place}: nothing was to be rounded"),
                    Cell::NotCollected => {
                        assert!(truth.behind.iter().all(|number| *number == 0), "{place}");
                        "not collected"
                    }
                    Cell::Undefined => {
                        assert_eq!(truth.units, None, "{place}");
                        "undefined"
                    }
                };
                *seen.entry(state).or_default() += 1;
            }
        }
    }
    let expected = [
        "grades-primary",
        "grades-secondary",
        "half-years-primary",
        "half-years-secondary",
        "schools-primary",
        "schools-secondary",
    ];
    assert_eq!(tables.into_iter().collect::<Vec<_>>(), expected);
    let number = |state| seen.get(state).copied().unwrap_or_default();
    assert!(number("shown") > 60, "most figures can be shown: {seen:?}");
    assert!(number("withheld") > 0, "some rest on few: {seen:?}");
    assert!(number("undefined") > 0, "schools that count in other units have no rate: {seen:?}");
}
