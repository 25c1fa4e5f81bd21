//! Every figure of the demo's report, computed a second time in SQL straight from the tables.

use std::collections::HashMap;

use rusqlite::Connection;
use tridem::domain::{Cell, Day, Level, Number, Report, RowKind};

use crate::demo::{city, open};

/// What a figure is, by the second method.
struct Truth {
    value: i128,
    /// Rows behind it.
    rows: i64,
    /// Households behind it, or pupils where it counts them.
    persons: i64,
}

/// The schools of a level that a row of a table is about, as a condition.
fn schools(row: &str, level: Level) -> String {
    if row == "total" {
        let form = if level == Level::Primary { "=" } else { "<>" };
        format!(
            "c.school IN (SELECT key FROM school WHERE form {form}
               (SELECT place FROM code WHERE list = 'school-form' AND code = '02'))"
        )
    } else {
        format!("c.school = (SELECT key FROM school WHERE number = '{row}')")
    }
}

fn contacts(db: &Connection, figure: &str, condition: &str) -> Truth {
    let kind = "(SELECT place FROM code WHERE list = 'contact-kind' AND code = 'home-visit')";
    // Who took part, straight from the participants and not from the set kept with the contact.
    let role = |code: &str| {
        format!(
            "EXISTS (SELECT 1 FROM contact_participant p JOIN code r ON r.list = 'role'
               AND r.place = p.role AND r.code = '{code}' WHERE p.contact = c.key)"
        )
    };
    let team = format!("{} AND {}", role("mediation"), role("teacher"));
    let social = role("social-work");
    let (value, rows) = match figure {
        "contacts" => ("count(*)", "attempt = 0".to_owned()),
        "attempts" => ("count(*)", "attempt = 1".to_owned()),
        "person-contacts" => ("sum(persons)", "attempt = 0".to_owned()),
        "minutes" => ("sum(minutes)", "attempt = 0".to_owned()),
        "households" => {
            ("count(DISTINCT household)", "attempt = 0 AND household IS NOT NULL".to_owned())
        }
        "home-visits" => ("count(*)", format!("attempt = 0 AND kind = {kind}")),
        "tandem" => ("count(*)", format!("attempt = 0 AND {team} AND NOT {social}")),
        "tridem" => ("count(*)", format!("attempt = 0 AND {team} AND {social}")),
        other => panic!("no second method for `{other}`"),
    };
    let sql = format!(
        "SELECT coalesce({value}, 0), count(*), count(DISTINCT household) FROM contact c
         WHERE day BETWEEN {} AND {} AND {rows} AND {condition}",
        day("2025-08-01"),
        day("2026-07-31"),
    );
    db.query_row(&sql, [], |row| {
        Ok(Truth {
            value: i128::from(row.get::<_, i64>(0)?),
            rows: row.get(1)?,
            persons: row.get(2)?,
        })
    })
    .unwrap()
}

fn accompanied(db: &Connection, condition: &str) -> i64 {
    let sql = format!(
        "SELECT count(*) FROM pupil c
         WHERE accompanied_from <= {last} AND coalesce(accompanied_until, {last}) >= {first}
           AND enrolled_from <= {last} AND coalesce(enrolled_until, {last}) >= {first}
           AND {condition}",
        first = day("2025-08-01"),
        last = day("2026-07-31"),
    );
    db.query_row(&sql, [], |row| row.get(0)).unwrap()
}

/// Assigned time of mediators on school days. The days without school are written out here by hand,
/// from the published holidays of the year and a printed calendar.
fn mediator_minutes(db: &Connection, condition: &str) -> i64 {
    let sql = format!(
        "WITH RECURSIVE d(day) AS (SELECT {first} UNION ALL SELECT day + 1 FROM d WHERE day < {last}),
         off(first, last) AS (VALUES
           ('2025-07-14','2025-08-26'), ('2025-10-13','2025-10-25'), ('2025-12-22','2026-01-06'),
           ('2026-03-30','2026-04-11'), ('2026-05-26','2026-05-26'), ('2026-07-20','2026-09-01'),
           ('2025-10-03','2025-10-03'), ('2025-11-01','2025-11-01'), ('2026-05-01','2026-05-01'),
           ('2026-05-14','2026-05-14'), ('2026-05-25','2026-05-25'), ('2026-06-04','2026-06-04')),
         open(day) AS (SELECT day FROM d
           WHERE strftime('%w', date('1970-01-01', day || ' days')) NOT IN ('0','6')
             AND NOT EXISTS (SELECT 1 FROM off
               WHERE date('1970-01-01', day || ' days') BETWEEN first AND last))
         SELECT coalesce(sum(minutes), 0) FROM (
           SELECT (c.weekly_minutes * count(*) * 2 + 5) / 10 AS minutes
           FROM assignment c JOIN practitioner p ON p.key = c.practitioner
           JOIN open ON open.day >= c.first_day AND open.day <= coalesce(c.last_day, {last})
           WHERE p.role = (SELECT place FROM code WHERE list = 'role' AND code = 'mediation')
             AND NOT EXISTS (SELECT 1 FROM day_off o WHERE o.school = c.school AND o.day = open.day)
             AND EXISTS (SELECT 1 FROM participation t WHERE t.school = c.school
               AND t.first_day <= open.day AND coalesce(t.last_day, open.day) >= open.day)
             AND {condition}
           GROUP BY c.practitioner, c.school, c.first_day)",
        first = day("2025-08-01"),
        last = day("2026-07-31"),
    );
    db.query_row(&sql, [], |row| row.get(0)).unwrap()
}

fn day(text: &str) -> i32 {
    text.parse::<Day>().unwrap().0
}

/// `numerator * per / denominator` with so many decimals, rounded half away from zero.
fn ratio(numerator: i128, per: i128, denominator: i128, decimals: u32) -> Option<i128> {
    let tens = 10_i128.pow(decimals);
    (denominator > 0).then(|| (numerator * per * tens * 2 + denominator) / (2 * denominator))
}

/// What a cell has to show by the second method, whether it may be shown, and whether it is empty.
struct Expected {
    units: Option<i128>,
    must_be_withheld: bool,
    is_empty: bool,
}

fn is_small(truth: &Truth) -> bool {
    (1..5).contains(&truth.rows) || (1..5).contains(&truth.persons)
}

fn expected(db: &Connection, figure: &str, condition: &str) -> Expected {
    let base = |figure: &str| contacts(db, figure, condition);
    let derived = |top: Truth, below: i128, small: bool, per: i128, decimals: u32| Expected {
        units: ratio(top.value, per, below, decimals),
        must_be_withheld: small || is_small(&top),
        is_empty: top.value == 0,
    };
    match figure {
        "accompanied" => {
            let number = accompanied(db, condition);
            Expected {
                units: Some(number.into()),
                must_be_withheld: (1..5).contains(&number),
                is_empty: number == 0,
            }
        }
        "contacts-per-100" | "home-visits-per-100" => {
            let below = accompanied(db, condition);
            let top = base(if figure == "contacts-per-100" { "contacts" } else { "home-visits" });
            derived(top, below.into(), (1..5).contains(&below), 100, 1)
        }
        "contacts-per-hour" => {
            let below = mediator_minutes(db, condition);
            let small = (1..5).contains(&accompanied(db, condition));
            derived(base("contacts"), below.into(), small, 60, 2)
        }
        "tandem-share" | "tridem-share" => {
            let whole = base("contacts");
            let part = base(figure.trim_end_matches("-share"));
            let small = is_small(&whole);
            derived(part, whole.value, small, 100, 1)
        }
        _ => {
            let truth = base(figure);
            Expected {
                units: Some(truth.value),
                must_be_withheld: is_small(&truth),
                is_empty: truth.rows == 0,
            }
        }
    }
}

/// The condition for a column of a table divided by month or kind; none where it adds them up.
fn across(table: &str, column: &str) -> String {
    if column == "total" {
        return String::new();
    }
    match table {
        "months" => {
            format!(" AND strftime('%Y-%m', date('1970-01-01', c.day || ' days')) = '{column}'")
        }
        "kinds" => format!(
            " AND c.kind = (SELECT place FROM code WHERE list = 'contact-kind' AND code = '{column}')"
        ),
        other => panic!("no table `{other}` is expected"),
    }
}

#[test]
fn every_figure_of_the_demo_agrees_with_sql() {
    let city = city();
    let db = open(&city.dir);
    let report: Report =
        serde_json::from_slice(&fs_err::read(city.dir.join("report.json")).unwrap()).unwrap();
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let sections: Vec<&str> = report.sections.iter().map(|section| section.id.as_str()).collect();
    assert_eq!(sections, ["primary", "secondary"]);
    for section in &report.sections {
        let level = if section.id == "primary" { Level::Primary } else { Level::Secondary };
        assert_eq!(section.tables.len(), 4);
        for table in &section.tables {
            let id = table.id.split('.').next().unwrap().trim_end_matches("-primary");
            let id = id.trim_end_matches("-secondary");
            let rows = if level == Level::Primary { 6 } else { 3 };
            assert_eq!(table.rows.len(), rows + 1, "{}", table.id);
            assert_eq!(table.rows.last().map(|row| row.kind), Some(RowKind::Total));
            for row in &table.rows {
                for (cell, column) in row.cells.iter().zip(&table.columns) {
                    let place = format!("{} / {} / {}", table.id, row.id, column.id);
                    let mut condition = schools(&row.id, level);
                    let figure = if matches!(id, "months" | "kinds") {
                        condition += &across(id, &column.id);
                        "contacts"
                    } else {
                        &column.id
                    };
                    let truth = expected(&db, figure, &condition);
                    let state = match cell {
                        Cell::Shown(Number { units, .. }) => {
                            assert_eq!(Some(i128::from(*units)), truth.units, "{place}");
                            assert!(
                                !truth.must_be_withheld,
                                "{place} rests on too few and is shown"
                            );
                            "shown"
                        }
                        Cell::RoundsToZero => panic!("{place} was rounded"),
                        Cell::Withheld => {
                            assert!(!truth.is_empty, "{place} is a true zero and was withheld");
                            if truth.must_be_withheld { "withheld" } else { "withheld besides" }
                        }
                        Cell::NotCollected => {
                            assert!(truth.is_empty, "{place}");
                            assert!(column.id.as_str() < "2026-02", "{place}");
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
    }
    let number = |state| seen.get(state).copied().unwrap_or_default();
    assert!(number("shown") > 200, "most figures can be shown: {seen:?}");
    assert!(number("withheld") > 0, "the demo has small cells: {seen:?}");
    assert!(number("withheld besides") > 0, "a small cell needs a second one: {seen:?}");
    assert_eq!(
        number("not collected"),
        6,
        "August to January of the school that joined in February"
    );
}
