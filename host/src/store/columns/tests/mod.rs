//! Tests of the columns, over a small municipality that is written with SQL.

mod absences;
mod batches;
mod cases;
mod facts;
mod forms;
mod parts;
mod permission;
mod persons;
mod terms;

use rusqlite::{Connection, params};

use super::{ColumnsRequest, Error, Numbering, columns, shape};
use crate::domain::{
    Batch, CodeLists, Day, Dictionary, Period, SchoolKey, SchoolYear, Scope, Sensitivity, Shape,
    Values,
};

const SCHEMA: [&str; 4] = [
    include_str!("../../../../../schemas/sql/0001_records.sql"),
    include_str!("../../../../../schemas/sql/0002_attendance.sql"),
    include_str!("../../../../../schemas/sql/0010_field.sql"),
    include_str!("../../../../../schemas/sql/0011_attendance.sql"),
];

/// A municipality with three schools, whose numbers are not in the order of their keys.
///
/// The keys 1, 2, 3 belong to the numbers 200002, 100001, 300003; so the places are 1, 0, 2.
fn municipality() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(&SCHEMA.concat()).unwrap();
    let sql = "INSERT INTO municipality VALUES (1, zeroblob(16), 'Example', ?1, 0)";
    connection.execute(sql, [[7; 32]]).unwrap();
    for (list, codes) in CodeLists::seed() {
        for (place, code) in (0..64).zip(codes.codes()) {
            let row = params![list, place, code.code, code.de, code.en];
            connection.execute("INSERT INTO code VALUES (?1, ?2, ?3, ?4, ?5)", row).unwrap();
        }
    }
    school(&connection, 1, "200002", "10");
    school(&connection, 2, "100001", "02");
    school(&connection, 3, "300003", "20");
    connection
}

fn school(connection: &Connection, key: u8, number: &str, form: &str) {
    let form = place(connection, "school-form", form);
    let row = params![key, [key; 16], number, format!("School {key}"), form];
    connection.execute("INSERT INTO school VALUES (?1, ?2, ?3, ?4, ?5)", row).unwrap();
}

fn household(connection: &Connection, key: u8) {
    let row = params![key, [key; 16], key.to_string()];
    connection.execute("INSERT INTO household VALUES (?1, ?2, ?3, '')", row).unwrap();
}

/// A pupil of a school, enrolled for ever and accompanied never.
fn pupil(connection: &Connection, key: u8, school: u8) {
    let sql = "INSERT INTO pupil (key, id, code, given_name, family_name, school, grade, class,
                   status, enrolled_from)
               VALUES (?1, ?2, ?3, 'G', 'F', ?4, 0, '', 0, 0)";
    let row = params![key, [key; 16], key.to_string(), school];
    connection.execute(sql, row).unwrap();
}

/// A contact with the given facts and, beyond them, as little as the schema allows. Its key.
fn contact(connection: &Connection, school: u8, day: Day, facts: &str) -> i64 {
    let sql = "INSERT INTO contact (id, school, day, kind, result, attempt, roles, topics, minutes,
                   persons, interpreter, recorded_at)
               VALUES (randomblob(16), ?1, ?2, 0, 0, 0, 1, 0, 0, 0, 0, 0)";
    connection.execute(sql, params![school, day.0]).unwrap();
    let key = connection.last_insert_rowid();
    if !facts.is_empty() {
        let sql = format!("UPDATE contact SET {facts} WHERE key = ?1");
        connection.execute(&sql, [key]).unwrap();
    }
    key
}

/// `count` contacts of one school on one day, with minutes from 0 up to 999 and again from 0.
fn many_contacts(connection: &Connection, school: u8, day: Day, count: usize) {
    let count = i64::try_from(count).unwrap();
    let sql = "WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number
                   LIMIT ?3)
               INSERT INTO contact (id, school, day, kind, result, attempt, roles, topics, minutes,
                   persons, interpreter, recorded_at)
               SELECT randomblob(16), ?1, ?2, 0, 0, 0, 1, 0, n % 1000, 0, 0, 0 FROM number";
    connection.execute(sql, params![school, day.0, count]).unwrap();
}

fn about(connection: &Connection, contact: i64, pupil: u8) {
    let row = params![contact, pupil];
    connection.execute("INSERT INTO contact_pupil VALUES (?1, ?2)", row).unwrap();
}

/// Lets a school record absences from one day to another, or until further notice.
fn attendance(
    connection: &Connection,
    school: u8,
    unit: &str,
    units: u8,
    (from, until): (&str, &str),
) {
    let unit = place(connection, "absence-unit", unit);
    let until = (!until.is_empty()).then(|| day(until).0);
    let row = params![school, unit, units, day(from).0, until];
    connection.execute("INSERT INTO attendance VALUES (?1, ?2, ?3, ?4, ?5)", row).unwrap();
}

/// An absence, whether the writer would let it in or not.
fn absence(
    connection: &Connection,
    pupil: u8,
    text: &str,
    (status, amount, unit): (&str, u16, &str),
) {
    let status = place(connection, "absence-status", status);
    let unit = place(connection, "absence-unit", unit);
    let sql = "INSERT INTO absence (id, pupil, school, day, unit, amount, status, recorded_at)
               VALUES (randomblob(16), ?1, (SELECT school FROM pupil WHERE key = ?1), ?2, ?3, ?4,
                   ?5, 0)";
    connection.execute(sql, params![pupil, day(text).0, unit, amount, status]).unwrap();
}

fn place(connection: &Connection, list: &str, code: &str) -> u16 {
    let sql = "SELECT place FROM code WHERE list = ?1 AND code = ?2";
    connection.query_row(sql, [list, code], |row| row.get(0)).unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn period(first: &str, last: &str) -> Period {
    Period::new(day(first), day(last)).unwrap()
}

fn request<'a>(dataset: &'a str, fields: &'a [&'a str]) -> ColumnsRequest<'a> {
    ColumnsRequest { dataset, fields, period: SchoolYear(2025).period(), plugin: "org.example.one" }
}

/// All batches of a request in a run of its own.
fn read(connection: &Connection, scope: &Scope, request: &ColumnsRequest<'_>) -> Vec<Batch> {
    read_on(connection, scope, &mut Numbering::default(), request).unwrap()
}

/// All batches of a request in a run that may have read before.
fn read_on(
    connection: &Connection,
    scope: &Scope,
    numbering: &mut Numbering,
    request: &ColumnsRequest<'_>,
) -> Result<Vec<Batch>, Error> {
    let mut batches = Vec::new();
    let rows = columns(connection, scope, numbering, request, |batch| {
        batches.push(batch);
        Ok::<_, Error>(())
    })?;
    let in_batches: usize = batches.iter().map(|batch: &Batch| batch.rows).sum();
    assert_eq!(rows, in_batches as u64);
    Ok(batches)
}

/// One column over all batches as plain numbers, `None` where a value is missing.
fn column(batches: &[Batch], place: usize) -> Vec<Option<i64>> {
    let numbers = |values: &Values| -> Vec<i64> {
        match values {
            Values::Codes(values) => values.iter().copied().map(i64::from).collect(),
            Values::Flags(values) => values.iter().copied().map(i64::from).collect(),
            Values::Integers(values) => values.iter().copied().map(i64::from).collect(),
            Values::Longs(values) => values.clone(),
            Values::Indexes(values) => values.iter().copied().map(i64::from).collect(),
            Values::Sets(values) | Values::Keys(values) => {
                values.iter().map(|value| value.cast_signed()).collect()
            }
            other => panic!("no dataset has a column like {other:?}"),
        }
    };
    let mut found = Vec::new();
    for batch in batches {
        let column = &batch.columns[place];
        assert_eq!(column.values.len(), batch.rows);
        for (row, number) in numbers(&column.values).into_iter().enumerate() {
            assert!(column.is_present(row) || number == 0, "a missing value stands as 0");
            found.push(column.is_present(row).then_some(number));
        }
    }
    found
}

/// All values of one column, none of which may be missing.
fn values(batches: &[Batch], place: usize) -> Vec<i64> {
    column(batches, place).into_iter().map(Option::unwrap).collect()
}

/// The fields of a dataset that may be read.
fn readable(dataset: &str) -> Vec<&'static str> {
    let fields = Dictionary::get().dataset(dataset).unwrap().fields.iter();
    fields
        .filter(|field| field.sensitivity != Sensitivity::PrivateText)
        .map(|field| field.name.as_str())
        .collect()
}
