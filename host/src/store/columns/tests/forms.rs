//! The datasets of forms: every field as it was stored, by school and by day, and nothing out of scope.

use rusqlite::types::Value;

use super::super::{RowsOf, columns_of};
use super::*;
use crate::domain::{Form, FormField, FormType, Layout, Schools, Visible};

/// A record of a form with `facts` and what it must have beyond them.
fn record(connection: &Connection, form: &Form, key: u8, facts: &[(&str, i64)]) {
    let mut names = vec!["key".to_owned(), "id".to_owned(), "recorded_at".to_owned()];
    let mut row = vec![i64::from(key).into(), Value::Blob(vec![key; 16]), 0.into()];
    for field in &form.fields {
        let given = facts.iter().find(|(name, _)| *name == field.name);
        let value: Value = match field.kind {
            FormType::Sign => format!("sign {key}").into(),
            FormType::Text if field.required => format!("words {key}").into(),
            FormType::Set => given.map_or(0, |(_, value)| *value).into(),
            _ => match given {
                Some((_, value)) => (*value).into(),
                None if !field.required => continue,
                None => required(field).into(),
            },
        };
        names.push(field.column().to_owned());
        row.push(value);
    }
    let places: Vec<String> = (1..=row.len()).map(|place| format!("?{place}")).collect();
    let (names, places) = (names.join(", "), places.join(", "));
    let sql = format!("INSERT INTO {} ({names}) VALUES ({places})", form.table);
    connection.execute(&sql, rusqlite::params_from_iter(row)).unwrap();
}

/// The smallest value of a field that must have one.
fn required(field: &FormField) -> i64 {
    match field.kind {
        FormType::Day => day(EARLY).0.into(),
        FormType::Number | FormType::Hundredths | FormType::Cents => field.least,
        FormType::Pupil => 12,
        FormType::Record if field.record == "support-cases" => 9,
        FormType::Record => 3,
        _ => 0,
    }
}

/// A value that differs from those of other fields wherever the type leaves room for it.
fn distinct(connection: &Connection, place: i64, field: &FormField) -> i64 {
    let codes = || -> i64 {
        let sql = "SELECT count(*) FROM code WHERE list = ?1";
        connection.query_row(sql, [&field.codes], |row| row.get(0)).unwrap()
    };
    match field.kind {
        FormType::Day => i64::from(day("2025-09-15").0) + place,
        FormType::Flag => 1,
        FormType::Code => codes() - 1,
        FormType::Set => 1 << (codes() - 1) | 1,
        FormType::Number | FormType::Hundredths => field.most,
        // More than 32 bits hold.
        FormType::Cents => field.most - place,
        FormType::School => 2,
        FormType::Pupil => 12,
        FormType::Household => 11,
        FormType::Record if field.record == "support-cases" => 5,
        FormType::Record => 7,
        FormType::Sign | FormType::Text | FormType::Practitioner => unreachable!("never read"),
    }
}

fn form(name: &str) -> &'static Form {
    Form::of_name(name).unwrap()
}

fn read_forms() -> impl Iterator<Item = &'static Form> {
    Form::all().iter().filter(|form| form.dataset)
}

fn dataset_of(form: &Form) -> String {
    form.name.replace('-', "_")
}

/// Pupil 12 of household 11 at the school with place 0, and records that others refer to: of lists
/// those with the keys 3 and 7; the support case 5 of the pupil, and 9 of the household alone.
fn with_people() -> Connection {
    let connection = municipality();
    // Records are taken out that others refer to.
    connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    household(&connection, 10);
    household(&connection, 11);
    pupil(&connection, 4, 1);
    pupil(&connection, 12, 2);
    connection.execute("UPDATE pupil SET grade = 9, household = 11 WHERE key = 12", []).unwrap();
    for name in ["providers", "teams", "sites", "fundings", "interpreter-budgets"] {
        for key in [3, 7] {
            record(&connection, form(name), key, &[]);
        }
    }
    record(&connection, form("support-cases"), 5, &[("pupil", 12)]);
    record(&connection, form("support-cases"), 9, &[("household", 11)]);
    record(&connection, form("goals"), 3, &[]);
    record(&connection, form("goals"), 7, &[]);
    connection
}

/// The day of the record that has only what it must have.
const EARLY: &str = "2025-09-01";

/// What stands in a field of the record that has everything, or of the one that has only what it must.
fn stored(connection: &Connection, form: &Form, name: &str, is_whole: bool) -> Option<i64> {
    let place = form.place(name)?;
    let field = &form.fields[place];
    if is_whole {
        return Some(distinct(connection, i64::try_from(place).unwrap(), field));
    }
    match field.kind {
        FormType::Household => Some(11),
        FormType::Set => Some(0),
        _ => field.required.then(|| required(field)),
    }
}

/// What a dataset has in a field for that record; `None` for a missing value.
fn expected(connection: &Connection, form: &Form, name: &str, is_whole: bool) -> Option<i64> {
    let stored = |name: &str| stored(connection, form, name, is_whole);
    let has_pupil = stored("pupil") == Some(12) || stored("support_case") == Some(5);
    match name {
        // School 2 has the number 100001, the first.
        "school" if form.field("school").is_some() => stored("school").map(|_| 0),
        "school" => has_pupil.then_some(0),
        "form" if form.field("pupil").is_some() => has_pupil.then_some(0),
        "grade" => has_pupil.then_some(9),
        // The second of two.
        "pupil" | "household" => stored(name).map(|_| 1),
        "support_case" if form.name != "support-cases" => {
            stored(name).map(|key| i64::from(key == 9))
        }
        // The record itself, by its table or by the name that others refer to it with.
        name if name == form.table || form.field(name).is_none() => Some(i64::from(!is_whole)),
        name => {
            let value = stored(name)?;
            let is_listed = form.field(name).unwrap().kind == FormType::Record;
            Some(if is_listed { i64::from(value == 7) } else { value })
        }
    }
}

#[test]
fn every_field_of_every_form_is_read_back_as_it_was_stored() {
    for form in read_forms() {
        let connection = with_people();
        connection.execute(&format!("DELETE FROM {}", form.table), []).unwrap();
        for (key, is_whole) in [(20, true), (30, false)] {
            let fact = |field: &'static FormField| {
                let is_read =
                    !matches!(field.kind, FormType::Sign | FormType::Text | FormType::Practitioner);
                let name = field.name.as_str();
                is_read.then(|| stored(&connection, form, name, is_whole).map(|it| (name, it)))?
            };
            let facts: Vec<_> = form.fields.iter().filter_map(fact).collect();
            record(&connection, form, key, &facts);
        }
        let dataset = dataset_of(form);
        let fields = readable(&dataset);
        let batches = read(&connection, &Scope::municipality(), &request(&dataset, &fields));
        let when = fields.iter().position(|name| *name == form.when).unwrap();
        let days = values(&batches, when);
        assert_eq!(days.len(), 2, "{dataset}");
        let whole = days.iter().position(|it| *it != i64::from(day(EARLY).0)).unwrap();
        for (place, name) in fields.iter().enumerate() {
            let found = column(&batches, place);
            for (row, is_whole) in [(whole, true), (1 - whole, false)] {
                let known = |name: &str| expected(&connection, form, name, is_whole);
                match name.strip_suffix("_key") {
                    // Test of what pseudonyms are: `persons`.
                    Some(person) => {
                        assert_eq!(
                            found[row].is_some(),
                            known(person).is_some(),
                            "{dataset}.{name}"
                        );
                        assert_ne!(found[row], Some(0), "{dataset}.{name}");
                    }
                    None => assert_eq!(found[row], known(name), "{dataset}.{name}, {is_whole}"),
                }
            }
        }
        for (field, column) in fields.iter().zip(&batches[0].columns) {
            let known = Dictionary::get().dataset(&dataset).unwrap().field(field).unwrap();
            let layout = Values::with_capacity(known.layout, 0);
            let is_alike =
                std::mem::discriminant(&column.values) == std::mem::discriminant(&layout);
            assert!(is_alike, "{dataset}.{field}");
        }
        let shape =
            shape(&connection, &Scope::municipality(), &request(&dataset, &fields)).unwrap();
        for field in shape.fields {
            let known = Dictionary::get().dataset(&dataset).unwrap().field(&field.name).unwrap();
            assert_eq!(field.codes.codes().is_empty(), known.codes.is_none(), "{}", field.name);
            assert_eq!(field.size > 0, known.layout == Layout::Indexes, "{}", field.name);
        }
    }
}

#[test]
fn who_may_not_see_all_schools_sees_their_own_records_and_those_that_are_open_to_everybody() {
    for form in read_forms() {
        let connection = with_people();
        connection.execute(&format!("DELETE FROM {}", form.table), []).unwrap();
        // One at the school 2 wherever there can be one, and one at none wherever there can be one.
        let of_pupil: &[(&str, i64)] = match form.name.as_str() {
            "group-activities" => &[("school", 2)],
            _ if form.field("pupil").is_some() => &[("pupil", 12)],
            _ if form.field("support_case").is_some() => &[("support_case", 5)],
            _ => &[],
        };
        let has_school = !of_pupil.is_empty();
        if has_school {
            record(&connection, form, 20, of_pupil);
        }
        let is_always_a_pupils = form.field("pupil").is_some_and(|field| field.required);
        if !is_always_a_pupils {
            let household =
                if form.field("household").is_some() { &[("household", 11)][..] } else { &[] };
            record(&connection, form, 30, household);
        }
        let dataset = dataset_of(form);
        let rows = |scope: &Scope| -> usize {
            let request = request(&dataset, &[]);
            read(&connection, scope, &request).iter().map(|batch| batch.rows).sum()
        };
        let open = usize::from(form.visible == Visible::Open);
        let schoolless = usize::from(!is_always_a_pupils);
        let all = usize::from(has_school) + schoolless;
        assert_eq!(rows(&Scope::of_schools([])), open * schoolless, "{dataset}: nobody's");
        assert_eq!(rows(&Scope::of_schools([SchoolKey(1)])), open * schoolless, "{dataset}: other");
        let own = usize::from(has_school) + open * schoolless;
        assert_eq!(rows(&Scope::of_schools([SchoolKey(2)])), own, "{dataset}: own");
        assert_eq!(rows(&Scope::municipality()), all, "{dataset}: all");
        // However it is cut, every row is read once.
        for scope in [Scope::municipality(), Scope::of_schools([SchoolKey(2)])] {
            let part = |of: RowsOf| {
                let (mut numbering, request) = (Numbering::default(), request(&dataset, &[]));
                let each = |_| Ok::<_, Error>(());
                columns_of(&connection, &scope, &mut numbering, &request, of, each).unwrap()
            };
            let [whole, schools, none] = [RowsOf::All, RowsOf::Schools, RowsOf::NoSchool].map(part);
            assert_eq!((whole, schools), (schools + none, u64::from(has_school)), "{dataset}");
        }
    }
}

#[test]
fn rows_come_by_school_and_day_and_those_without_a_school_last() {
    let connection = municipality();
    let form = form("group-activities");
    let at = |key, school: Option<i64>, on: &str| {
        let mut facts = vec![("day", i64::from(day(on).0)), ("minutes", i64::from(key))];
        facts.extend(school.map(|school| ("school", school)));
        record(&connection, form, key, &facts);
    };
    // The places of the schools 1, 2, 3 are 1, 0, 2.
    at(1, None, "2025-09-01");
    at(2, Some(3), "2025-09-02");
    at(3, Some(1), "2025-09-03");
    at(4, Some(1), "2025-09-02");
    at(5, Some(2), "2025-09-09");
    at(6, None, "2025-08-31");
    at(7, Some(1), "2025-09-02");
    let fields = ["minutes", "school"];
    let read = |scope: &Scope| read(&connection, scope, &request("group_activities", &fields));
    let batches = read(&Scope::municipality());
    assert_eq!(values(&batches, 0), [5, 4, 7, 3, 2, 6, 1]);
    let schools = [Some(0), Some(1), Some(1), Some(1), Some(2), None, None];
    assert_eq!(column(&batches, 1), schools);
    // The places are those of the schools that may be seen.
    let batches =
        read(&Scope { schools: Schools::Only([SchoolKey(1)].into()), ..Scope::municipality() });
    assert_eq!(values(&batches, 0), [4, 7, 3, 6, 1]);
    assert_eq!(column(&batches, 1), [Some(0), Some(0), Some(0), None, None]);
}

#[test]
fn many_rows_without_a_school_are_missing_one_in_every_batch() {
    let connection = municipality();
    for key in 0..100 {
        let school = [("school", 2)];
        record(&connection, form("group-activities"), key, if key < 66 { &school } else { &[] });
    }
    let batches =
        read(&connection, &Scope::municipality(), &request("group_activities", &["school"]));
    let present = &batches[0].columns[0].present;
    assert_eq!(*present, [u64::MAX, 0b11]);
}

#[test]
fn what_lasts_is_read_in_every_period_that_it_touches() {
    let connection = municipality();
    for name in ["providers", "teams"] {
        record(&connection, form(name), 3, &[]);
    }
    let lasts = |key, from: &str, until: Option<&str>| {
        let mut facts = vec![("heads", i64::from(key)), ("from", day(from).0.into())];
        facts.extend(until.map(|until| ("until", day(until).0.into())));
        record(&connection, form("posts"), key, &facts);
    };
    lasts(1, "2024-01-01", None);
    lasts(2, "2024-01-01", Some("2025-09-09"));
    lasts(3, "2024-01-01", Some("2025-09-10"));
    lasts(4, "2025-09-20", Some("2025-12-31"));
    lasts(5, "2025-09-21", None);
    let posts = |first, last| {
        let all = request("posts", &["heads"]);
        let request = ColumnsRequest { period: period(first, last), ..all };
        values(&read(&connection, &Scope::municipality(), &request), 0)
    };
    assert_eq!(posts("2025-09-10", "2025-09-20"), [1, 3, 4]);
    assert_eq!(posts("2023-01-01", "2023-12-31"), [0; 0]);

    // A support case lasts until it is closed; what happened on a day does not.
    household(&connection, 11);
    let case = [("household", 11), ("opened", i64::from(day("2025-03-01").0))];
    record(&connection, form("support-cases"), 9, &case);
    record(&connection, form("referrals"), 1, &[("day", i64::from(day("2025-09-09").0))]);
    let rows = |dataset, first, last| -> usize {
        let request = ColumnsRequest { period: period(first, last), ..request(dataset, &[]) };
        read(&connection, &Scope::municipality(), &request).iter().map(|batch| batch.rows).sum()
    };
    assert_eq!(rows("support_cases", "2025-09-10", "2025-09-20"), 1);
    assert_eq!(rows("support_cases", "2025-02-01", "2025-02-28"), 0);
    assert_eq!(rows("referrals", "2025-09-10", "2025-09-20"), 0);
    assert_eq!(rows("referrals", "2025-09-09", "2025-09-09"), 1);
}

#[test]
fn consents_are_counted_by_whom_they_are_about() {
    let connection = with_people();
    let consent = form("consents");
    record(&connection, consent, 1, &[("pupil", 12)]);
    record(&connection, consent, 2, &[("household", 11)]);
    record(&connection, consent, 3, &[("pupil", 12), ("household", 11)]);
    record(&connection, consent, 4, &[("pupil", 4)]);
    record(&connection, consent, 5, &[("household", 11)]);
    let request = request("consents", &["consent", "pupil"]);
    let batches = read(&connection, &Scope::municipality(), &request);
    let mut found: Vec<_> = values(&batches, 0).into_iter().zip(column(&batches, 1)).collect();
    found.sort_unstable();
    let (kim, lee) = (Some(1), Some(0));
    assert_eq!(found, [(0, kim), (0, kim), (1, None), (1, None), (3, lee)]);
}

#[test]
fn a_code_that_no_list_has_is_damage_and_is_told() {
    let connection = with_people();
    record(&connection, form("posts"), 20, &[("team", 99)]);
    let request = request("posts", &["team"]);
    let refused = read_on(&connection, &Scope::municipality(), &mut Numbering::default(), &request);
    assert!(refused.unwrap_err().to_string().contains("field `posts.team`"));
}

#[test]
fn steps_of_the_school_support_and_a_transition_stand_with_the_case() {
    let connection = with_people();
    let sql = "UPDATE pupil SET accompanied_from = ?1";
    connection.execute(sql, [day("2025-08-27").0]).unwrap();
    let on = |text: &str| i64::from(day(text).0);
    // 30 September 2025 is a Tuesday. Of the two steps of the 22nd, a Monday, the later record counts.
    let step = |key, step, on_day, review: Option<&str>| {
        let mut facts = vec![("pupil", 12), ("step", step), ("day", on(on_day))];
        facts.extend(review.map(|review| ("review", on(review))));
        record(&connection, form("ladder-events"), key, &facts);
    };
    step(1, 0, "2024-03-01", Some("2024-04-01"));
    step(2, 4, "2025-09-22", None);
    step(3, 3, "2025-09-22", Some("2025-10-20"));
    step(4, 6, "2025-10-01", None);
    // Done in the period, before it, on no day, dropped, and for another family.
    let done = place(&connection, "action-state", "done").into();
    let action = |key, case, state, done: Option<&str>| {
        let mut facts =
            vec![("support_case", case), ("state", state), ("agreed", on("2025-08-01"))];
        facts.extend(done.map(|day| ("done", on(day))));
        record(&connection, form("actions"), key, &facts);
    };
    action(1, 5, done, Some("2025-09-01"));
    action(2, 5, done, Some("2025-08-31"));
    action(3, 5, done, None);
    action(4, 5, done + 1, Some("2025-09-02"));
    action(5, 9, done, Some("2025-09-02"));
    for (key, case, text) in [(1, 5, "2025-09-30"), (2, 5, "2025-10-01"), (3, 9, "2025-09-30")] {
        record(&connection, form("referrals"), key, &[("support_case", case), ("day", on(text))]);
    }
    for (text, facts) in [("2025-09-03", ""), ("2025-09-04", "attempt = 1"), ("2025-08-29", "")] {
        let contact = contact(&connection, 2, day(text), facts);
        about(&connection, contact, 12);
    }
    record(&connection, form("transitions"), 1, &[("pupil", 12), ("leaving", on("2025-09-30"))]);
    record(&connection, form("transitions"), 2, &[("pupil", 4), ("leaving", on("2025-10-01"))]);
    let fields = [
        "pupil",
        "ladder_step",
        "days_since_ladder_step",
        "ladder_review",
        "supportive_steps",
        "in_transition",
    ];
    let september = period("2025-09-01", "2025-09-30");
    let asked = ColumnsRequest { period: september, ..request("cases", &fields) };
    let batches = read(&connection, &Scope::municipality(), &asked);
    let row = |row: usize| {
        (0..fields.len()).map(|field| column(&batches, field)[row]).collect::<Vec<_>>()
    };
    // 23 to 26, 29 and 30 September; one contact, one action and one referral.
    let review = on("2025-10-20");
    assert_eq!(row(0), [Some(1), Some(3), Some(6), Some(review), Some(3), Some(1)]);
    assert_eq!(row(1), [Some(0), None, None, None, Some(0), Some(0)]);
    for (place, field) in (0..).zip(fields) {
        let alone = ColumnsRequest { fields: &[field], ..asked };
        let alone = read(&connection, &Scope::municipality(), &alone);
        assert_eq!(column(&alone, 0), column(&batches, place), "{field} alone");
    }
}
