//! Tests that the list of whose rows are whose misses nothing.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;
use rusqlite::types::Value;

use super::fixture::{City, NOW, absence, attendance, author, pupil};
use super::personal::{
    Belongs, Subject, TABLES, VERSIONS, WITH_ID, belonging, of_families, rows_of,
};
use crate::domain::{FormKind, PupilKey};

/// Ties that are there in the schema and are left aside on purpose, with the reason.
const ASIDE: &[(&str, &str, &str)] = &[
    ("pupil", "household", "a household's rows include those of its children"),
    ("contact_pupil", "contact", "a contact with two children belongs to both, its rows to each"),
    ("contact_version_pupil", "contact_version", "the same for earlier versions"),
    ("task", "contact", "the contact that did a task is the same child's"),
    ("case_action", "goal", "the goal is of the same case"),
    ("draft_about", "draft", "a draft about two children belongs to both, its rows to each"),
];

fn strings(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn no_table_is_missing() {
    let city = City::new();
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let there: BTreeSet<String> = strings(&city.store.connection, sql).into_iter().collect();
    let listed: BTreeSet<String> =
        TABLES.iter().map(|personal| personal.table.to_owned()).collect();
    assert_eq!(listed.len(), TABLES.len(), "a table is in the list twice");
    assert_eq!(
        there, listed,
        "say in the list of `store/personal.rs` to whom the rows of a new table belong"
    );
}

/// A tie is a chain of columns that are there; one that the schema knows as a reference and that
/// leads to people is not forgotten.
#[test]
fn each_path_is_a_chain_of_columns_and_none_is_left_out() {
    let city = City::new();
    let connection = &city.store.connection;
    let columns = |table: &str| {
        strings(connection, &format!("SELECT name FROM pragma_table_info('{table}')"))
    };
    for personal in TABLES {
        let own = columns(personal.table);
        for column in personal.texts.iter().chain(personal.staff) {
            assert!(own.iter().any(|name| name == column), "{}.{column}", personal.table);
        }
        if let Belongs::Through(ties) = personal.belongs {
            for tie in ties {
                assert_eq!(tie.own.len(), tie.other.len());
                for column in tie.own {
                    let plain = column.strip_prefix("json_extract(").unwrap_or(column);
                    let plain = plain.split(',').next().unwrap();
                    assert!(own.iter().any(|name| name == plain), "{}.{plain}", personal.table);
                }
                let other = columns(tie.table);
                for column in tie.other {
                    assert!(other.iter().any(|name| name == column), "{}.{column}", tie.table);
                }
                assert!(of_families().any(|personal| personal.table == tie.table));
            }
        }
        // A condition that does not read as SQL, or never ends, fails here.
        let sql = format!(
            "SELECT count(*) FROM main.{} AS t WHERE {}",
            personal.table,
            belonging(personal.table, "t", &Subject::pupil(PupilKey(1)).sets())
        );
        connection.query_row(&sql, [], |row| row.get::<_, i64>(0)).unwrap();

        let references = strings(
            connection,
            &format!(
                "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list('{}')",
                personal.table
            ),
        );
        for target in references {
            let reaches = of_families().any(|other| other.table == target);
            let is_aside =
                ASIDE.iter().any(|(from, to, _)| (*from, *to) == (personal.table, &*target));
            let is_tied = matches!(personal.belongs, Belongs::Through(ties)
                if ties.iter().any(|tie| tie.table == target));
            assert!(
                !reaches || is_aside || is_tied,
                "{} refers to {target}, and the list does not know",
                personal.table
            );
            if target == "practitioner" {
                assert!(!personal.staff.is_empty(), "{} names staff", personal.table);
            }
        }
    }
}

/// Columns of text that hold no free text: signs, names of our own, and what a program wrote.
const SIGNS: &[&str] = &[
    "code",
    "ground",
    "lifted_by",
    "what",
    "record",
    "given_name",
    "family_name",
    "class",
    "name",
    "system",
    "value",
    "replaced_by",
    "released_by",
    "ended_by",
    "source",
    "form",
    "place",
    "by",
    "plugin",
    "step",
    "state",
    "version",
    "label_de",
    "label_en",
    "holds",
    "templates",
    "template",
    "reason_de",
    "reason_en",
    "kind",
    "external",
    "family",
    "given",
    "decided_by",
    "actor",
    "action",
    "subject",
    "details",
];

#[test]
fn a_text_that_people_wrote_about_families_is_known_as_one() {
    let city = City::new();
    for personal in of_families() {
        let sql =
            format!("SELECT name FROM pragma_table_info('{}') WHERE type = 'TEXT'", personal.table);
        for column in strings(&city.store.connection, &sql) {
            let is_text = personal.texts.contains(&column.as_str());
            assert_ne!(is_text, SIGNS.contains(&&*column), "{}.{column}", personal.table);
        }
    }
}

/// Every form with a family in it has its earlier versions tied to it by its right name.
#[test]
fn versions_of_all_forms_are_tied() {
    let tied: BTreeMap<&str, &str> =
        VERSIONS.iter().filter_map(|tie| tie.when.map(|(_, form)| (form, tie.table))).collect();
    let expected: BTreeMap<&str, &str> = FormKind::all()
        .map(|kind| (kind.form().name.as_str(), kind.form().table.as_str()))
        .filter(|(_, table)| of_families().any(|personal| personal.table == *table))
        .collect();
    assert_eq!(tied, expected);
}

#[test]
fn the_ids_that_the_audit_uses_are_all_looked_through() {
    let city = City::new();
    for personal in of_families() {
        let sql =
            format!("SELECT name FROM pragma_table_info('{}') WHERE name = 'id'", personal.table);
        let has_id = !strings(&city.store.connection, &sql).is_empty();
        assert_eq!(has_id, WITH_ID.contains(&personal.table), "{}", personal.table);
    }
}

fn count(city: &City, table: &str, subject: &Subject) -> usize {
    rows_of(&city.store.connection, table, subject).unwrap().len()
}

#[test]
fn a_family_has_its_own_rows_and_no_others() {
    let mut city = City::new();
    let contacts = [city.contact_with_note(0, "eins"), city.contact_with_note(1, "zwei")];
    city.add(&contacts);
    let [[first, second], [other, _]] = city.pupils;
    let mut writer = city.store.write(&author()).unwrap();
    writer.add_attendance(&attendance(city.schools[0], 0, 1, "2025-09-01")).unwrap();
    writer.add_absence(&absence(first, "2025-10-07", 0, 0, 1), NOW).unwrap();
    writer.commit().unwrap();

    let child = Subject::pupil(first);
    assert_eq!(count(&city, "contact", &child), 1);
    assert_eq!(count(&city, "contact_pupil", &child), 1);
    assert_eq!(count(&city, "private_note", &child), 1);
    assert_eq!(count(&city, "contact_participant", &child), 3);
    assert_eq!(count(&city, "absence", &child), 1);
    assert_eq!(count(&city, "household", &child), 0);
    assert_eq!(count(&city, "absence", &Subject::pupil(second)), 0);
    assert_eq!(count(&city, "absence", &Subject::pupil(other)), 0);

    let home = Subject::household(&city.store.connection, city.households[0]).unwrap();
    assert_eq!(home.pupils, [first, second]);
    let of = |table| count(&city, table, &home);
    assert_eq!((of("pupil"), of("household"), of("contact")), (2, 1, 1));
    assert_eq!((of("contact_pupil"), of("absence"), of("school")), (2, 1, 0));
    // The household, its two children, the contact and the absence were noted one by one, or
    // with others in one entry that is named by its first row.
    assert!(of("audit") >= 1);
    assert_eq!(count(&city, "audit", &Subject::default()), 0);
}

#[test]
fn a_row_that_waits_belongs_to_whoever_bears_the_name() {
    let mut city = City::new();
    let mut writer = city.store.write(&author()).unwrap();
    let mut namesake = pupil("p-wait", city.schools[0], None);
    (namesake.given_name, namesake.family_name) = ("Kim".into(), "Wartend".into());
    let key = writer.add_pupil(&namesake).unwrap();
    writer.commit().unwrap();
    let connection = &city.store.connection;
    connection
        .execute_batch(
            "INSERT INTO import (key, kind, sha256, name, rows, imported_at)
               VALUES (1, 'x', zeroblob(32), 'x', 1, 0);
             INSERT INTO import_waiting (import, line, system, kind, external, family, given,
               birth, class, fields, reason_de, reason_en, about_who, state)
             VALUES (1, 1, 's', 'k', '7', 'Wartend', 'Kim', NULL, '5a', '[]', '', '', 1, 'open'),
                    (1, 2, 's', 'k', '8', 'Wartend', 'Tom', NULL, '5a', '[]', '', '', 1, 'open'),
                    (1, 3, 's', 'k', '9', '', '', NULL, '5a', '[]', '', '', 1, 'open');
             INSERT INTO external_id SELECT 's', '9', key, 1 FROM pupil WHERE code = 'p-wait';",
        )
        .unwrap();
    let found = rows_of(connection, "import_waiting", &Subject::pupil(key)).unwrap();
    assert_eq!(found, [[Value::Integer(1)], [Value::Integer(3)]]);
    let other = Subject::pupil(city.pupils[0][0]);
    assert!(rows_of(connection, "import_waiting", &other).unwrap().is_empty());
}
