//! Different services are never added up: no number in any report of the invented municipalities is
//! what two or more services come to together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::cities::{Made, NAMES, Row, hundredths, made, number};

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
            assert!(!found.is_empty() || report == "gaps.json", "{name} {report}");
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
