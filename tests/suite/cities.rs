//! The three invented municipalities, each made by one command: their reports are those of
//! `examples/cities`, and what their files add up to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::{Value, json};
use snapbox::{Data, assert_data_eq};
use tempfile::TempDir;

use crate::reference_field::composed;
use crate::support::{Workspace, root};

type Row = BTreeMap<String, String>;

/// A municipality of the default seed, made in German once for all tests that look at it.
struct Made {
    name: &'static str,
    dir: PathBuf,
    stdout: String,
    _keep: TempDir,
}

const NAMES: [&str; 3] = ["musterstadt", "wolkenrain", "laternenbrueck"];

fn made(name: &str) -> &'static Made {
    static ALL: [OnceLock<Made>; 3] = [const { OnceLock::new() }; 3];
    let place = NAMES.iter().position(|known| *known == name).unwrap();
    ALL[place].get_or_init(|| {
        let keep = tempfile::tempdir().unwrap();
        let dir = keep.path().join("place");
        let workspace = Workspace::empty().in_german();
        let ran = workspace
            .run(&["--dir", dir.to_str().unwrap(), "demo", "--city", NAMES[place]])
            .success();
        Made { name: NAMES[place], dir, stdout: ran.stdout, _keep: keep }
    })
}

impl Made {
    fn text(&self, file: &str) -> String {
        fs_err::read_to_string(self.dir.join(file)).unwrap()
    }

    fn json(&self, file: &str) -> Value {
        serde_json::from_str(&self.text(file)).unwrap()
    }

    /// The rows of an import file.
    fn rows(&self, kind: &str) -> Vec<Row> {
        let text = self.text(&format!("files/{kind}.csv"));
        csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
    }

    /// Every report and sheet as JSON, by its name.
    fn documents(&self) -> BTreeMap<String, Value> {
        let names = fs_err::read_dir(&self.dir).unwrap().map(|entry| entry.unwrap().file_name());
        let names = names.map(|name| name.into_string().unwrap());
        let names = names.filter(|name| name.ends_with(".json") && name != "tridem.json");
        names.map(|name| (name.clone(), self.json(&name))).collect()
    }
}

fn number(row: &Row, field: &str) -> i64 {
    row[field].parse().unwrap()
}

/// Euros or shares as written, in hundredths.
fn hundredths(row: &Row, field: &str) -> i64 {
    row[field].replace('.', "").parse().unwrap()
}

/// The rows of a field with a value.
fn of<'a>(rows: &'a [Row], field: &'a str, value: &'a str) -> impl Iterator<Item = &'a Row> {
    rows.iter().filter(move |row| row[field] == value)
}

/// What consultations add up to: how many, persons counted and persons estimated.
fn figures<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<Option<i64>> {
    let (mut all, mut counted, mut estimated) = (0, 0, 0);
    for row in rows {
        all += 1;
        let persons = number(row, "persons");
        if row["value_kind"] == "estimated" { estimated += persons } else { counted += persons }
    }
    [all, counted, estimated].map(Some).into()
}

/// The programme's figures, by heading, caption and row.
fn programme(place: &Made) -> impl Fn(&str, &str, &str) -> Vec<Option<i64>> + use<> {
    let tables = composed(&place.json("programme.json"));
    move |heading, caption, row| {
        let table = &tables[&(heading.to_owned(), caption.to_owned())];
        table.get(row).unwrap_or_else(|| panic!("no row {row} in {caption}")).clone()
    }
}

/// The text of a report without what differs from day to day and from release to release.
fn kept(text: &str) -> String {
    let end = text.find("Herkunft der Zahlen").unwrap_or(text.len());
    let lines = text[..end].lines().filter(|line| !line.starts_with("Stand  "));
    let lines: Vec<&str> = lines.map(str::trim_end).collect();
    lines.join("\n").trim_end().to_owned() + "\n"
}

/// After a change that is meant, `SNAPSHOTS=overwrite cargo test` writes them anew.
fn compare(name: &str, reports: &[&str]) {
    let place = made(name);
    for report in reports {
        let path = root().join("examples/cities").join(name).join(format!("{report}.txt"));
        let text = kept(&place.text(&format!("{report}.txt")));
        assert!(text.lines().count() > 5, "{name} {report}");
        assert_data_eq!(text, Data::read_from(&path, None).raw());
    }
}

#[test]
fn another_name_is_refused_and_the_three_are_told() {
    Workspace::empty().run(&["demo", "--city", "atlantis"]).misused().saying(&[
        "atlantis",
        "musterstadt",
        "wolkenrain",
        "laternenbrueck",
    ]);
}

#[test]
fn one_command_makes_all_reports_of_each() {
    for (name, first, kinds, reports) in [
        (
            "musterstadt",
            "Musterstadt an der Murmel: eine erfundene Stadt, Schuljahr 2025/26",
            33,
            &[
                "report",
                "attendance",
                "records",
                "half-year",
                "transition",
                "programme",
                "interpreting",
                "posts-2025",
                "posts-2026",
                "gaps",
                "figures",
            ][..],
        ),
        (
            "wolkenrain",
            "Kreis Wolkenrain: ein erfundener Kreis, Schuljahr 2025/26",
            8,
            &["programme", "posts", "gaps", "figures"],
        ),
        (
            "laternenbrueck",
            "Städteregion Laternenbrück: eine erfundene Städteregion, 01.03.2026 bis 15.08.2026",
            17,
            &["programme", "interpreting", "posts", "gaps", "figures"],
        ),
    ] {
        let place = made(name);
        assert_eq!(place.stdout.lines().next(), Some(first));
        let listed = place.stdout.lines().skip(1).take_while(|line| !line.is_empty());
        assert_eq!(listed.count(), kinds, "{name}");
        for report in reports {
            for end in ["de.html", "en.html", "txt", "csv", "xlsx", "json"] {
                let file = format!("{report}.{end}");
                assert!(place.stdout.contains(&file), "{file} in {}", place.stdout);
                let size = fs_err::metadata(place.dir.join(&file)).unwrap().len();
                assert!(size > 300, "{name} {file}: {size}");
            }
        }
        let found: Vec<String> = place.documents().into_keys().collect();
        assert_eq!(found.len(), reports.len(), "{found:?}");
    }
}

#[test]
fn the_reports_of_the_city_are_those_of_the_examples() {
    compare("musterstadt", &["programme", "posts-2025", "posts-2026", "figures"]);
}

#[test]
fn the_reports_of_the_district_are_those_of_the_examples() {
    compare("wolkenrain", &["programme", "posts", "figures"]);
}

#[test]
fn the_reports_of_the_city_region_are_those_of_the_examples() {
    compare("laternenbrueck", &["programme", "posts", "figures"]);
}

/// Seven people on six posts, four posts passed on, two and a half for coordination, on the day on
/// which one funding ends and on the day on which the next begins.
#[test]
fn the_posts_of_the_city_outlast_a_change_of_funding() {
    let place = made("musterstadt");
    let posts = place.rows("posts");
    for (on, file) in [("2025-12-31", "posts-2025.txt"), ("2026-01-01", "posts-2026.txt")] {
        let held = |team: &str| {
            let rows: Vec<&Row> = of(&posts, "team", team)
                .filter(|row| row["from"].as_str() <= on)
                .filter(|row| row["until"].is_empty() || on <= row["until"].as_str())
                .collect();
            let shares: i64 = rows.iter().map(|row| hundredths(row, "fte")).sum();
            (shares, rows.iter().map(|row| number(row, "heads")).sum::<i64>())
        };
        assert_eq!(held("CM"), (600, 7));
        assert_eq!(held("CM1").0 + held("CM2").0 + held("CM3").0, 400);
        assert_eq!(held("KO"), (250, 3));
        let text = place.text(file);
        let line = |start: &str| {
            let line = text.lines().find(|line| line.starts_with(start)).unwrap();
            line.split_whitespace().rev().take(2).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(line("Case-Management der Stadt"), ["7", "6,00"], "{file}");
        assert_eq!(line("Koordination"), ["3", "2,50"], "{file}");
    }
}

#[test]
fn the_city_has_37_interviews_and_15_to_20_appointments_a_working_day() {
    let place = made("musterstadt");
    let cell = programme(place);
    assert_eq!(of(&place.rows("group-activities"), "kind", "interview").count(), 37);
    assert_eq!(cell("conflict mediation", "Group activities", "interview")[0], Some(37));

    let consultations = place.rows("consultations");
    let mut days: BTreeMap<&str, i64> = BTreeMap::new();
    for row in of(&consultations, "service", "culture-mediation") {
        *days.entry(&row["day"]).or_default() += 1;
    }
    assert!(days.values().all(|number| (15..=20).contains(number)));
    let all = figures(of(&consultations, "service", "culture-mediation"));
    let services = "Services side by side, never added up";
    assert_eq!(cell(services, services, "language and culture mediation"), all);
    assert_eq!(all[0], Some(days.values().sum()));
}

/// Two practitioners with one name have two codes, and two rows in every list.
#[test]
fn two_coordinators_of_one_name_stay_two() {
    let place = made("musterstadt");
    let text = place.text("files/practitioners-of-the-field.csv");
    let named: Vec<&str> = text.lines().filter(|line| line.starts_with("KO0")).collect();
    let name = |line: &str| line.split(',').nth(1).unwrap().to_owned();
    assert_eq!(name(named[0]), name(named[1]));
    let listed = Workspace::empty().run(&["--dir", place.dir.to_str().unwrap(), "person", "list"]);
    let listed = listed.success().stdout;
    let both = listed.lines().filter(|line| line.contains(&name(named[0])));
    assert_eq!(both.count(), 2, "{listed}");
}

#[test]
fn the_posts_of_nine_towns_are_exactly_seven() {
    let place = made("wolkenrain");
    let posts = place.rows("posts");
    let shares: Vec<i64> =
        of(&posts, "building_block", "2").map(|row| hundredths(row, "fte")).collect();
    assert_eq!(shares, [30, 75, 75, 100, 50, 65, 65, 65, 175]);
    let cell = programme(place);
    let blocks = |row| cell("Posts on the last day of the period", "Posts by building block", row);
    let block = blocks("building block II: case management");
    assert_eq!(block, [0, 0, 700, shares.iter().sum(), 10].map(Some));
    assert!(place.text("posts.txt").contains(" 7,00 "));
    let immigration = blocks("building block III: immigration and naturalisation authority");
    assert_eq!(immigration[2], Some(150));
}

#[test]
fn the_sources_of_the_district_contradict_each_other_on_the_page() {
    let place = made("wolkenrain");
    for file in ["figures.txt", "posts.txt"] {
        let text = place.text(file);
        let (_, after) = text.split_once("Quellen widersprechen sich").unwrap();
        for part in ["namentlich genannte", " 5 ", " 4 ", "Sachbericht 2025, Seite 2"] {
            assert!(after.contains(part), "{part} in {file}");
        }
    }
}

#[test]
fn towns_and_sites_have_the_consultations_of_their_rows() {
    for (name, services) in [
        ("wolkenrain", &[("case-management", "case management")][..]),
        (
            "laternenbrueck",
            &[
                ("case-management", "case management"),
                ("school-entry", "school entry consultation"),
            ],
        ),
    ] {
        let place = made(name);
        let (rows, sites) = (place.rows("consultations"), place.rows("sites"));
        let cell = programme(place);
        for (service, word) in services {
            let here: Vec<Row> = of(&rows, "service", service).cloned().collect();
            let all = cell(word, "Consultations by kind", "all consultations of the service");
            assert_eq!(all, figures(here.iter()), "{name} {service}");
            let mut seen = 0;
            for site in &sites {
                let expected = figures(of(&here, "site", &site["code"]));
                if expected[0] == Some(0) {
                    continue;
                }
                seen += 1;
                assert_eq!(cell(word, "Consultations by site", &site["name"]), expected);
            }
            assert!(seen >= 2, "{name} {service}");
        }
    }
}

/// 648 rows, told of as about 650; 1,300 to 3,250 person-contacts, which are never persons.
#[test]
fn about_650_consultations_are_an_estimate_of_person_contacts() {
    let place = made("laternenbrueck");
    let rows = place.rows("consultations");
    let exact = figures(of(&rows, "service", "case-management"));
    let entry = figures(of(&rows, "service", "school-entry"));
    assert_eq!((exact[0], exact[1], entry[0], entry[2]), (Some(648), Some(0), Some(503), Some(0)));
    assert!((1_300..=3_250).contains(&exact[2].unwrap()), "{exact:?}");
    let figures = place.text("figures.txt");
    for part in ["650", "1.300", "3.250", "Personenkontakte", "geschätzt"] {
        assert!(figures.contains(part), "{part}");
    }
    assert!(place.text("figures.en.html").contains("estimated"));
    assert!(place.text("programme.txt").contains("Personenkontakte, geschätzt"));
    for file in ["programme.txt", "figures.txt"] {
        let text = place.text(file);
        for wrong in ["650 Personen", "648 Personen", "650 Menschen"] {
            assert!(!text.contains(wrong), "{wrong} in {file}");
        }
    }
}

/// Nobody in a comparable situation came to one site: that is 0, and nothing is withheld there.
#[test]
fn a_true_zero_is_0_and_not_withheld() {
    let place = made("laternenbrueck");
    let (rows, cell) = (place.rows("consultations"), programme(place));
    let mut shares = BTreeSet::new();
    for site in place.rows("sites").iter().filter(|site| site["team"] == "CM") {
        let here: Vec<Row> = of(&rows, "site", &site["code"]).cloned().collect();
        let number = |code| Some(i64::try_from(of(&here, "eligibility", code).count()).unwrap());
        let told = cell("case management", "Consultations by site and eligibility", &site["name"]);
        assert_eq!(told, [number("newly-arrived"), number("comparable"), Some(0)], "{site:?}");
        shares.insert(told[1].unwrap() * 100 / i64::try_from(here.len()).unwrap());
        assert_eq!(site["code"] == "WR", told[1] == Some(0));
    }
    assert_eq!(shares.len(), 4, "every site has a share of its own");
}

#[test]
fn thirty_thousand_euros_are_not_exceeded() {
    let place = made("laternenbrueck");
    let spent: i64 = place.rows("interpreting").iter().map(|row| hundredths(row, "cost")).sum();
    let budget = hundredths(&place.rows("interpreter-budgets")[0], "amount");
    assert_eq!(budget, 3_000_000);
    assert!(spent < budget);
    let cell = programme(place);
    let told =
        cell("case management", "Interpreter budgets", "Dolmetschen im Case-Management 2026");
    assert_eq!(told[..2], [Some(budget), Some(spent)]);
    assert!(place.text("interpreting.txt").contains("30.000,00"));
}

#[test]
fn the_region_is_warned_of_six_posts_that_end_with_the_year() {
    let place = made("laternenbrueck");
    let text = place.text("posts.txt");
    let (_, after) = text.split_once("Befristete Stellen, die bald enden").unwrap();
    let (ending, _) = after.split_once("Weitergeleitete Stellen").unwrap();
    let lines = ending.lines().filter(|line| line.contains(" 1,00  31.12.2026 "));
    assert_eq!(lines.count(), 6, "{ending}");
    let team = text.lines().find(|line| line.starts_with("Case-Management ")).unwrap();
    assert!(team.contains(" 6,00 ") && team.trim_end().ends_with(" 7"), "{team}");
}

/// Every number that a document shows.
fn shown(value: &Value, found: &mut BTreeSet<(i64, i64)>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| shown(value, found)),
        Value::Object(fields) => {
            if let (Some(units), Some(decimals)) = (fields.get("units"), fields.get("decimals")) {
                found.extend(units.as_i64().zip(decimals.as_i64()));
            }
            fields.values().for_each(|value| shown(value, found));
        }
        _ => {}
    }
}

/// What comes out where two or more of these are added up.
fn sums(parts: &[i64]) -> BTreeSet<i64> {
    (0..1_u32 << parts.len())
        .filter(|chosen| chosen.count_ones() > 1)
        .map(|chosen| {
            let of = |place: &usize| chosen >> place & 1 == 1;
            (0..parts.len()).filter(of).map(|place| parts[place]).sum()
        })
        .collect()
}

/// What services come to, each for itself, in one unit.
fn by_service(rows: &[Row], value: impl Fn(&Row) -> i64) -> Vec<i64> {
    let mut services: BTreeMap<&str, i64> = BTreeMap::new();
    for row in rows {
        *services.entry(&row["service"]).or_default() += value(row);
    }
    services.into_values().collect()
}

/// Consultations, persons and posts of different services, and the sums that no report may show.
fn forbidden(place: &Made) -> Vec<(i64, BTreeSet<i64>)> {
    let consultations = place.rows("consultations");
    let mut forbidden = vec![
        (0, sums(&by_service(&consultations, |_| 1))),
        (0, sums(&by_service(&consultations, |row| number(row, "persons")))),
    ];
    let teams: BTreeMap<String, String> = place
        .rows("teams")
        .into_iter()
        .map(|row| (row["code"].clone(), row["service"].clone()))
        .collect();
    let mut posts = place.rows("posts");
    posts.retain(|row| row["until"].is_empty() || row["until"].as_str() > "2026-07-30");
    let own: BTreeSet<i64> = {
        let mut own: BTreeMap<String, i64> = BTreeMap::new();
        for row in &mut posts {
            let service = teams[&row["team"]].clone();
            *own.entry(row["team"].clone()).or_default() += hundredths(row, "fte");
            row.insert("service".to_owned(), service);
            own.insert(row["code"].clone(), hundredths(row, "fte"));
        }
        own.into_values().chain(by_service(&posts, |row| hundredths(row, "fte"))).collect()
    };
    let all = sums(&by_service(&posts, |row| hundredths(row, "fte")));
    forbidden.push((2, all.difference(&own).copied().collect()));
    forbidden
}

/// No number in any table of any report is what different services come to together.
#[test]
fn different_services_are_never_added_up() {
    for name in NAMES {
        let place = made(name);
        let forbidden = forbidden(place);
        let several = forbidden.iter().filter(|(_, sums)| !sums.is_empty()).count();
        assert_eq!(several, if name == "wolkenrain" { 1 } else { 3 }, "{name}");
        for (report, document) in place.documents() {
            let mut found = BTreeSet::new();
            shown(&document, &mut found);
            assert!(!found.is_empty() || report == "gaps.json", "{} {report}", place.name);
            // Shares of posts are small numbers, which rates elsewhere may well equal.
            let tells_of_posts = report.starts_with("posts") || report.starts_with("programme");
            for (decimals, sums) in &forbidden {
                if *decimals == 2 && !tells_of_posts {
                    continue;
                }
                for sum in sums {
                    assert!(
                        !found.contains(&(*sum, *decimals)),
                        "{name} {report}: {sum} adds up different services"
                    );
                }
            }
        }
    }
}

/// The test above would see a row that adds services up.
#[test]
fn a_planted_sum_over_services_is_found() {
    let planted = json!({ "rows": [{ "cells": [{ "units": 1_151, "decimals": 0 }] }] });
    let mut found = BTreeSet::new();
    shown(&planted, &mut found);
    let forbidden = forbidden(made("laternenbrueck"));
    assert!(forbidden[0].1.contains(&(648 + 503)) && found.contains(&(1_151, 0)));
    assert!(forbidden[2].1.contains(&(600 + 180)));
}
