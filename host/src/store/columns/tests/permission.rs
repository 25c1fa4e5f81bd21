//! What a plugin must not see: fields it did not ask for, private text, schools out of scope.

use super::super::{Asked, Query};
use super::*;

/// One contact whose every fact is a number that no other fact has, and which has a note.
fn one_of_each() -> Connection {
    let connection = municipality();
    household(&connection, 11);
    pupil(&connection, 12, 2);
    connection.execute("UPDATE pupil SET grade = 9, birth_day = 14000", []).unwrap();
    let row = "UPDATE pupil SET accompanied_from = ?1, status = 4, household = 11";
    connection.execute(row, [day("2025-08-27").0]).unwrap();
    let facts = "kind = 13, result = 5, attempt = 1, roles = 7, topics = 16384, minutes = 1234,
        persons = 321, consultation = 1, language = 21, interpreter = 1, household = 11,
        shared_note = 'note'";
    let contact = contact(&connection, 2, day("2025-09-15"), facts);
    about(&connection, contact, 12);
    attendance(&connection, 2, "lesson", 11, ("2025-09-15", "2025-09-15"));
    absence(&connection, 12, "2025-09-15", ("school-caused", 8, "lesson"));
    absence(&connection, 12, "2025-09-15", ("late", 77, "minute"));
    connection.execute_batch("INSERT INTO participation VALUES (2, 0, NULL)").unwrap();
    connection
}

/// Asks for every field but one and looks for that one's value in what comes.
fn is_left_out(dataset: &str, left_out: &str) {
    let connection = one_of_each();
    let scope = Scope::municipality();
    let alone = read(&connection, &scope, &request(dataset, &[left_out]));
    let value = values(&alone, 0)[0];

    // The pseudonym and the number are two fields of the same column of the store.
    let twin = left_out.trim_end_matches("_key");
    let mut fields = readable(dataset);
    fields.retain(|field| *field != left_out);
    let batches = read(&connection, &scope, &request(dataset, &fields));
    assert_eq!(batches[0].columns.len(), fields.len());
    for (place, field) in fields.iter().enumerate() {
        assert_ne!(column(&batches, place)[0], Some(value), "{left_out} shows in {field}");
    }
    if twin == left_out && !["pupil_terms", "cases"].contains(&dataset) {
        let request = request(dataset, &fields);
        let sql = Query::new(&Asked::new(&request).unwrap()).unwrap().sql;
        assert!(!sql.contains(left_out), "{sql}");
    }
}

#[test]
fn an_open_field_that_was_not_asked_for_is_not_read() {
    is_left_out("contacts", "minutes");
    is_left_out("contact_pupils", "minutes");
    is_left_out("absences", "amount");
    is_left_out("pupil_terms", "late_minutes");
    is_left_out("cases", "accompanied_days");
}

#[test]
fn a_pseudonym_that_was_not_asked_for_is_not_read() {
    is_left_out("contacts", "household_key");
    is_left_out("contact_pupils", "pupil_key");
    is_left_out("absences", "pupil_key");
    is_left_out("cases", "pupil_key");
    is_left_out("contacts", "contact_key");
    is_left_out("absences", "absence_key");
    is_left_out("pupil_terms", "pupil_key");
}

#[test]
fn an_identifying_field_that_was_not_asked_for_is_not_read() {
    is_left_out("contacts", "language");
    is_left_out("contact_pupils", "birth_day");
}

#[test]
fn private_text_is_refused_and_in_no_query() {
    let connection = one_of_each();
    let scope = Scope::municipality();
    for fields in [&["shared_note"][..], &["day", "shared_note"]] {
        let request = request("contacts", fields);
        let refused = shape(&connection, &scope, &request).unwrap_err();
        assert!(matches!(refused, Error::PrivateText { .. }), "{refused}");
        let refused = read_on(&connection, &scope, &mut Numbering::default(), &request);
        assert!(matches!(refused, Err(Error::PrivateText { .. })));
    }
    for dataset in ["contacts", "contact_pupils", "absences"] {
        let fields = readable(dataset);
        let request = request(dataset, &fields);
        let sql = Query::new(&Asked::new(&request).unwrap()).unwrap().sql;
        for text in ["note", "next_step", "name"] {
            assert!(!sql.contains(text), "{sql}");
        }
    }
}

#[test]
fn what_is_not_in_the_dictionary_is_refused() {
    let connection = municipality();
    let mut numbering = Numbering::default();
    let mut ask = |dataset, fields: &[&str]| {
        let request = request(dataset, fields);
        let shaped = shape(&connection, &Scope::municipality(), &request).unwrap_err();
        let read = read_on(&connection, &Scope::municipality(), &mut numbering, &request);
        assert_eq!(shaped.to_string(), read.unwrap_err().to_string());
        shaped.to_string()
    };
    assert_eq!(ask("contacts", &["day", "colour"]), "dataset `contacts` has no field `colour`");
    assert_eq!(
        ask("pupil; DROP TABLE pupil", &[]),
        "there is no dataset `pupil; DROP TABLE pupil` in the data dictionary"
    );
    assert_eq!(ask("schools", &["day"]), "dataset `schools` has no field `day`");
}

#[test]
fn schools_out_of_scope_have_no_rows_and_no_code() {
    let connection = municipality();
    for school in 1..=3 {
        let facts = format!("minutes = {school}");
        let contact = contact(&connection, school, day("2025-09-15"), &facts);
        pupil(&connection, school, school);
        about(&connection, contact, school);
        attendance(&connection, school, "day", 1, ("2025-09-15", "2025-09-15"));
        absence(&connection, school, "2025-09-15", ("open", 1, "day"));
        let sql = "INSERT INTO participation VALUES (?1, 0, NULL)";
        connection.execute(sql, [school]).unwrap();
        let sql = "UPDATE pupil SET accompanied_from = 0 WHERE key = ?1";
        connection.execute(sql, [school]).unwrap();
    }
    let numbers = |shape: &Shape| -> Vec<String> {
        shape.fields[0].codes.codes().iter().map(|code| code.code.clone()).collect()
    };
    let nobody = Scope::of_schools([]);
    let two = Scope::of_schools([SchoolKey(1), SchoolKey(3)]);
    for dataset in ["contacts", "contact_pupils", "absences", "pupil_terms", "schools", "cases"] {
        let request = request(dataset, &["school"]);
        assert!(numbers(&shape(&connection, &nobody, &request).unwrap()).is_empty());
        assert_eq!(read(&connection, &nobody, &request), []);

        let codes = numbers(&shape(&connection, &two, &request).unwrap());
        assert_eq!(codes, ["200002", "300003"]);
        let mut places = values(&read(&connection, &two, &request), 0);
        places.dedup();
        assert_eq!(places, [0, 1]);
    }
    let minutes = request("contacts", &["minutes"]);
    assert_eq!(values(&read(&connection, &two, &minutes), 0), [1, 3]);
}

#[test]
fn more_schools_than_places_are_refused() {
    let connection = municipality();
    let sql = "WITH RECURSIVE number (n) AS (SELECT 4 UNION ALL SELECT n + 1 FROM number
                   WHERE n < 65535)
               INSERT INTO school SELECT n, randomblob(16), CAST(100001 + n AS TEXT), 'S', 0
               FROM number";
    connection.execute(sql, []).unwrap();
    let schools: i64 =
        connection.query_row("SELECT count(*) FROM school", [], |row| row.get(0)).unwrap();
    assert_eq!(schools, 65_535);
    let request = request("contacts", &["school"]);
    let refused = shape(&connection, &Scope::municipality(), &request).unwrap_err();
    assert!(matches!(refused, Error::TooManySchools { count: 65_535 }), "{refused}");

    connection.execute("DELETE FROM school WHERE key = 3", []).unwrap();
    let shape = shape(&connection, &Scope::municipality(), &request).unwrap();
    assert_eq!(shape.fields[0].codes.codes().len(), 65_534);
}
