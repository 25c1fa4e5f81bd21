//! The importer and the schemas under `schemas/json/import` say the same.

use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Map, Value};

use super::form_schema;
use super::kind::Kind;
use super::read::one;
use super::sample::{directory, ids};

/// Where the schema of a kind of file is.
pub(super) fn path(kind: Kind) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/json/import");
    folder.join(format!("{kind}.json"))
}

pub(super) fn source(kind: Kind) -> String {
    fs_err::read_to_string(path(kind)).unwrap()
}

fn schema(kind: Kind) -> Value {
    serde_json::from_str(&source(kind)).unwrap()
}

fn validator(kind: Kind) -> Validator {
    let schema = schema(kind);
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

/// A value for each column that is right, and values whose very form is wrong.
type Samples = &'static [(&'static str, &'static str, &'static [&'static str])];

pub(super) const DAYS: &[&str] = &["2025-9-1", "1.9.2025", "today", "2025/09/01"];
const YEARS: &[&str] = &["2025", "25/26", "2025/2026", ""];
pub(super) const SCHOOLS: &[&str] = &["99001", "9900011", "99000x", ""];
pub(super) const SIGNS: &[&str] = &["m 1", "m/1", "ü"];
pub(super) const LINES: &[&str] = &["two\nlines", "bell\u{7}", "lost \u{FFFD}"];
pub(super) const CODES: &[&str] = &["two words", "a|b"];
const NOTES: &[&str] = &["bell\u{7}", "lost \u{FFFD}", "escape \u{1b}[31m"];
pub(super) const FLAGS: &[&str] = &["y", "2", "vielleicht"];

const PUPILS: Samples = &[
    ("code", "p9", SIGNS),
    ("given_name", "Alex", LINES),
    ("family_name", "Muster", LINES),
    ("birth_day", "24.12.2016", DAYS),
    ("household", "h1", SIGNS),
    ("school", "990001", SCHOOLS),
    ("grade", "03", CODES),
    ("class", "3b", LINES),
    ("status", "active", CODES),
    ("enrolled_from", "2023-08-01", DAYS),
    ("enrolled_until", "", DAYS),
    ("unknown_from", "12.01.2026", DAYS),
    ("accompanied_from", "2025-09-01", DAYS),
    ("accompanied_until", "2026-07-31", DAYS),
];

fn samples(kind: Kind) -> Vec<(&'static str, String, Vec<&'static str>)> {
    if let Kind::Form(form) = kind {
        return form_schema::samples(form);
    }
    let own = |(name, value, wrong): &(&'static str, &str, &'static [&'static str])| {
        (*name, (*value).to_owned(), wrong.to_vec())
    };
    plain_samples(kind).iter().map(own).collect()
}

fn plain_samples(kind: Kind) -> Samples {
    match kind {
        Kind::Schools => {
            &[("number", "990010", SCHOOLS), ("name", "Musterschule", LINES), ("form", "02", CODES)]
        }
        Kind::Enrolments => &[
            ("school", "990001", SCHOOLS),
            ("school_year", "2025/26", YEARS),
            ("pupils", "10000", &["10001", "-1", "2.5", "many", ""]),
        ],
        Kind::Participation => {
            &[("school", "990001", SCHOOLS), ("from", "2025-08-01", DAYS), ("until", "", DAYS)]
        }
        Kind::DaysOff => &[
            ("school", "990001", SCHOOLS),
            ("day", "16.02.2026", DAYS),
            ("reason", "beweglicher Tag", LINES),
        ],
        Kind::HalfYears => &[
            ("school", "990001", SCHOOLS),
            ("school_year", "2025/26", YEARS),
            ("second_half_begins", "02.02.2026", DAYS),
        ],
        Kind::Attendance => &[
            ("school", "990002", SCHOOLS),
            ("unit", "lesson", CODES),
            ("units_per_day", "12", &["13", "0", "-1", "1.5", "six", ""]),
            ("from", "2025-08-27", DAYS),
            ("until", "31.01.2026", DAYS),
        ],
        Kind::DaysNotTaken => {
            &[("school", "990001", SCHOOLS), ("day", "15.09.2025", DAYS), ("class", "3b", LINES)]
        }
        Kind::Stays => &[
            // The sample's pupils are there since August 2024.
            ("pupil", "p1", SIGNS),
            ("from", "2023-08-07", DAYS),
            ("until", "31.01.2024", DAYS),
        ],
        Kind::Practitioners => &[
            ("code", "m_9.a-b", SIGNS),
            ("name", "Sam Beispiel", LINES),
            ("role", "mediation", CODES),
        ],
        Kind::Assignments => &[
            ("practitioner", "m1", SIGNS),
            ("school", "990001", SCHOOLS),
            ("weekly_hours", "12,5", &["12,555", "-1", ".5", "twelve", ""]),
            ("from", "2025-08-01", DAYS),
            ("until", "31.07.2026", DAYS),
        ],
        Kind::Pairings => &[
            ("school", "990001", SCHOOLS),
            ("members", "m1| t1 |s1", &["m1", "m1|", "|m1", "m1||t1", "m1,t1", ""]),
            ("from", "2025-08-01", DAYS),
            ("until", "", DAYS),
        ],
        Kind::Households => {
            &[("code", "h9", SIGNS), ("name", "", LINES), ("language", "tr", CODES)]
        }
        Kind::Pupils => PUPILS,
        Kind::Absences => &[
            ("pupil", "p1", SIGNS),
            ("day", "2025-09-15", DAYS),
            ("status", "open", CODES),
            ("unit", "lesson", CODES),
            ("amount", "6", &["0", "481", "-1", "1.5", "all"]),
        ],
        Kind::AbsenceTotals => &[
            ("pupil", "p1", SIGNS),
            ("school_year", "2025/26", YEARS),
            ("term", "first-half", CODES),
            ("unit", "lesson", CODES),
            ("missed", "5000", &["5001", "-1", "2.5", "many", ""]),
            ("unexcused", "6", &["5001", "-1", "2.5", "many", ""]),
            ("excused", "4994", &["5001", "-1", "2.5", "many"]),
            ("source", "SchILD", LINES),
        ],
        Kind::Contacts => &[
            ("school", "990001", SCHOOLS),
            ("day", "2025-09-15", DAYS),
            ("time", "09:30", &["9:30", "24:00", "09:60", "09.30"]),
            ("minutes", "1440", &["1441", "-5", "1.5", "an hour", ""]),
            ("kind", "home-visit", CODES),
            ("result", "reached", CODES),
            ("attempt", "Nein", FLAGS),
            ("participants", "m1|t1|s1", &["m1|", "m1,t1", "m1 t1", ""]),
            ("pupils", "p1 | p2", &["p1|", "p1,p2", "|"]),
            ("household", "h1", SIGNS),
            ("persons", "500", &["501", "-1", "some"]),
            ("topics", "learning|language", &["learning|", "learning language", "|"]),
            ("consultation", "first", CODES),
            ("language", "ar", CODES),
            ("interpreter", "1", FLAGS),
            ("next_due", "22.09.2025", DAYS),
            ("next_step", "anrufen", LINES),
            ("shared_note", "zwei\nZeilen\tText", NOTES),
            ("private_note:social-work", "", NOTES),
        ],
        Kind::Form(_) => &[],
    }
}

/// Whether the importer takes the row, and whether the schema does.
fn verdicts(kind: Kind, row: &[(&str, &str)], validator: &Validator) -> (bool, bool) {
    let imported = one(kind, row, &directory(), &mut ids()).is_ok();
    let object: Map<String, Value> =
        row.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
    (imported, validator.is_valid(&Value::from(object)))
}

#[test]
fn schemas_and_importer_have_the_same_columns() {
    for kind in Kind::all() {
        let schema = schema(kind);
        let columns = || kind.columns().iter();
        let mut names: Vec<&str> = columns().map(|column| column.name).collect();
        let properties = schema["properties"].as_object().unwrap();
        let mut described: Vec<&str> = properties.keys().map(String::as_str).collect();
        names.sort_unstable();
        described.sort_unstable();
        assert_eq!(names, described, "{kind}");
        let required: Vec<&str> =
            columns().filter(|column| column.required).map(|column| column.name).collect();
        let listed = schema["required"].as_array().unwrap();
        let listed: Vec<&str> = listed.iter().map(|name| name.as_str().unwrap()).collect();
        assert_eq!(required, listed, "{kind}");
        assert_eq!(schema["additionalProperties"], Value::from(false), "{kind}");
        let id = schema["$id"].as_str().unwrap();
        assert!(id.ends_with(&format!("/import/{kind}.json")), "{id}");
        for (name, property) in properties {
            let description = property["description"].as_str().unwrap();
            let (de, en) = description.split_once(" en: ").unwrap();
            assert!(de.starts_with("de: ") && de.len() > 8 && en.len() > 4, "{kind}.{name}");
        }
    }
}

#[test]
fn what_is_wrong_in_form_is_refused_by_both_and_what_is_right_by_none() {
    for kind in Kind::all() {
        let validator = validator(kind);
        let samples = samples(kind);
        let right: Vec<(&str, &str)> =
            samples.iter().map(|(name, value, _)| (*name, value.as_str())).collect();
        assert_eq!(verdicts(kind, &right, &validator), (true, true), "{kind}");
        for (place, (name, _, wrong_values)) in samples.iter().enumerate() {
            assert!(!wrong_values.is_empty());
            for wrong in wrong_values {
                let mut row = right.clone();
                row[place].1 = wrong;
                assert_eq!(
                    verdicts(kind, &row, &validator),
                    (false, false),
                    "{kind}.{name}: {wrong:?}"
                );
            }
        }
    }
}

#[test]
fn columns_that_are_not_required_may_be_left_out_and_others_may_not() {
    for kind in Kind::all() {
        let validator = validator(kind);
        let samples = samples(kind);
        let right: Vec<(&str, &str)> =
            samples.iter().map(|(name, value, _)| (*name, value.as_str())).collect();
        for column in kind.columns() {
            let left_out = |row: &(&str, &str)| row.0 != column.name;
            let row: Vec<_> = right.iter().copied().filter(left_out).collect();
            // A contact with somebody needs the number of persons, and a last day needs a first.
            let depends = matches!(column.name, "persons" | "accompanied_from")
                // A stay before the enrolment needs an end.
                || (kind == Kind::Stays && column.name == "until");
            let expected = (!column.required && !depends, !column.required);
            assert_eq!(
                verdicts(kind, &row, &validator),
                expected,
                "{kind} without {}",
                column.name
            );
        }
        let mut row = right.clone();
        row.push(("nationality", ""));
        assert_eq!(verdicts(kind, &row, &validator), (false, false), "{kind}");
    }
}
