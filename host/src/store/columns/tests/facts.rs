//! What is worked out and not simply read: the team form, and the facts about a school.

use super::*;
use crate::domain::TeamForm;

#[test]
fn the_team_form_follows_from_the_roles() {
    let connection = municipality();
    let bit = |role| 1 << place(&connection, "role", role);
    let (mediation, teacher, social_work) = (bit("mediation"), bit("teacher"), bit("social-work"));
    let teams = [
        (mediation, TeamForm::Solo),
        (mediation | teacher, TeamForm::Tandem),
        (mediation | teacher | social_work, TeamForm::Tridem),
        (mediation | social_work, TeamForm::Solo),
        (teacher | social_work, TeamForm::Solo),
        (mediation | teacher | bit("head"), TeamForm::Tandem),
    ];
    let mut expected = Vec::new();
    for (offset, (roles, form)) in (0..).zip(teams) {
        let day = day("2025-09-15").plus(offset);
        let contact = contact(&connection, 1, day, &format!("roles = {roles}"));
        pupil(&connection, u8::try_from(offset).unwrap(), 1);
        about(&connection, contact, u8::try_from(offset).unwrap());
        expected.push(i64::from(form.place()));
    }
    for dataset in ["contacts", "contact_pupils"] {
        let request = request(dataset, &["team_form"]);
        let scope = Scope::municipality();
        assert_eq!(values(&read(&connection, &scope, &request), 0), expected);
        let shape = shape(&connection, &scope, &request).unwrap();
        let codes = &shape.fields[0].codes;
        assert_eq!(codes.place("tridem"), Some(TeamForm::Tridem.place()));
    }
}

#[test]
fn a_contact_with_two_pupils_is_two_rows_and_one_without_is_none() {
    let connection = municipality();
    pupil(&connection, 5, 1);
    pupil(&connection, 6, 1);
    connection.execute("UPDATE pupil SET birth_day = 16000, grade = 3 WHERE key = 6", []).unwrap();
    let both = contact(&connection, 1, day("2025-09-15"), "minutes = 30");
    about(&connection, both, 6);
    about(&connection, both, 5);
    contact(&connection, 1, day("2025-09-16"), "minutes = 40");
    let fields = ["pupil", "minutes", "birth_day", "grade"];
    let batches = read(&connection, &Scope::municipality(), &request("contact_pupils", &fields));
    assert_eq!(values(&batches, 0), [0, 1]);
    assert_eq!(values(&batches, 1), [30, 30]);
    assert_eq!(column(&batches, 2), [None, Some(16_000)]);
    assert_eq!(values(&batches, 3), [0, 3]);
}

/// The two weeks from Monday 2025-09-01 to Sunday 2025-09-14: ten school days, no holidays.
fn two_weeks<'a>(fields: &'a [&'a str]) -> ColumnsRequest<'a> {
    ColumnsRequest { period: period("2025-09-01", "2025-09-14"), ..request("schools", fields) }
}

/// Runs statements in which days stand as `{2025-09-01}`.
fn run(connection: &Connection, sql: &str) {
    let mut parts = sql.split(['{', '}']);
    let mut text = parts.next().unwrap().to_owned();
    while let (Some(written), Some(rest)) = (parts.next(), parts.next()) {
        text += &day(written).0.to_string();
        text += rest;
    }
    connection.execute_batch(&text).unwrap();
}

#[test]
fn a_school_that_does_not_take_part_in_the_period_has_no_row() {
    let connection = municipality();
    run(
        &connection,
        "INSERT INTO participation VALUES (1, {2024-08-01}, {2025-08-31});
         INSERT INTO participation VALUES (2, {2025-09-15}, NULL);
         INSERT INTO participation VALUES (3, {2025-09-06}, {2025-09-07})",
    );
    let batches = read(&connection, &Scope::municipality(), &two_weeks(&["school", "school_days"]));
    assert_eq!(values(&batches, 0), [2], "school 3 takes part, though only on a weekend");
    assert_eq!(values(&batches, 1), [0]);
}

#[test]
fn the_facts_of_a_school_are_those_worked_out_by_hand() {
    let connection = municipality();
    // School 2 (place 0) was always in the programme and is free on Wednesday the 3rd: 9 days.
    // School 1 (place 1) joins on Monday the 8th: 5 days.
    run(
        &connection,
        "INSERT INTO participation VALUES (2, {2024-08-01}, {2025-09-05});
         INSERT INTO participation VALUES (2, {2025-09-06}, NULL);
         INSERT INTO participation VALUES (1, {2025-09-08}, NULL);
         INSERT INTO day_off VALUES (2, {2025-09-03}, '');
         INSERT INTO day_off VALUES (1, {2025-09-02}, '');
         INSERT INTO enrolment VALUES (2, 2024, 199);
         INSERT INTO enrolment VALUES (2, 2025, 210);
         INSERT INTO enrolment VALUES (1, 2024, 600);
         INSERT INTO practitioner VALUES (1, zeroblob(16), 'A', 'A', 0);
         INSERT INTO practitioner VALUES (2, x'01010101010101010101010101010101', 'B', 'B', 0);
         INSERT INTO practitioner VALUES (3, x'02020202020202020202020202020202', 'C', 'C', 1);
         INSERT INTO assignment VALUES (1, 2, {2024-08-01}, NULL, 601);
         INSERT INTO assignment VALUES (2, 2, {2025-09-10}, NULL, 301);
         INSERT INTO assignment VALUES (2, 2, {2024-08-01}, {2025-08-31}, 900);
         INSERT INTO assignment VALUES (3, 2, {2024-08-01}, NULL, 1000);
         INSERT INTO assignment VALUES (1, 1, {2025-09-01}, NULL, 600)",
    );
    for (key, enrolled_from, enrolled_until, from, until) in [
        (1, "2024-08-01", None, Some("2025-01-01"), None),
        (2, "2024-08-01", None, Some("2025-01-01"), Some("2025-08-31")),
        (3, "2024-08-01", None, None, None),
        (4, "2024-08-01", None, Some("2025-09-14"), None),
        (5, "2024-08-01", Some("2025-08-31"), Some("2025-01-01"), None),
        (6, "2025-09-08", None, Some("2025-01-01"), Some("2025-09-05")),
        (7, "2024-08-01", None, Some("2025-09-15"), None),
    ] {
        pupil(&connection, key, 2);
        let sql = "UPDATE pupil SET enrolled_from = ?2, enrolled_until = ?3, accompanied_from = ?4,
                       accompanied_until = ?5
                   WHERE key = ?1";
        let number = |text: Option<&str>| text.map(|text| day(text).0);
        let row =
            params![key, day(enrolled_from).0, number(enrolled_until), number(from), number(until)];
        connection.execute(sql, row).unwrap();
    }

    let fields = readable("schools");
    let batches = read(&connection, &Scope::municipality(), &two_weeks(&fields));
    let of = |field| column(&batches, fields.iter().position(|found| *found == field).unwrap());
    assert_eq!(of("school"), [Some(0), Some(1)]);
    assert_eq!(of("school_days"), [Some(9), Some(5)]);
    // 601 * 9 / 5 = 1081.8 and 301 * 3 / 5 = 180.6, each rounded: 1082 + 181. Teachers don't count.
    assert_eq!(of("mediator_minutes"), [Some(1263), Some(600)]);
    // Pupils 1 and 4. Pupil 6 was accompanied before and enrolled after, on no day both.
    assert_eq!(of("accompanied"), [Some(2), Some(0)]);
    assert_eq!(of("enrolment"), [Some(210), None]);
    let code = |list, code| Some(i64::from(place(&connection, list, code)));
    assert_eq!(of("form"), [code("school-form", "02"), code("school-form", "10")]);
    assert_eq!(of("level"), [code("school-level", "primary"), code("school-level", "secondary")]);
}
