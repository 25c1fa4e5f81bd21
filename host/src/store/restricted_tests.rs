//! Tests of data that may only be kept.

use rusqlite::Connection;

use super::fixture::{City, NOW, absence, attendance, author, new_id};
use super::personal::of_families;
use super::restricted::{SEEN, along};
use super::rights::Person;
use super::{AbsenceFilter, ColumnsRequest, ContactFilter, Error, Numbering, PupilFilter, Store};
use crate::domain::{Contact, NextStep, Period, SchoolYear, Scope};

/// A city with a contact of each child alone, one of both, and an absence of each.
fn city() -> (City, [Contact; 3]) {
    let mut city = City::new();
    let [first, second] = city.pupils[0];
    let mut both = city.contact_with_note(0, "vertraulich beide");
    both.shared_note = Some("Notiz zu beiden".into());
    both.next_step = Some(NextStep { text: "Schritt zu beiden".into(), due: None });
    let mut one = city.contact_with_note(0, "vertraulich eins");
    (one.pupils, one.shared_note) = (vec![first], Some("Notiz zum ersten".into()));
    let mut other = city.contact_with_note(0, "vertraulich zwei");
    (other.pupils, other.shared_note) = (vec![second], Some("Notiz zum zweiten".into()));
    let contacts = [one, other, both];
    city.add(&contacts);
    let mut writer = city.store.write(&author()).unwrap();
    writer.add_attendance(&attendance(city.schools[0], 0, 1, "2025-09-01")).unwrap();
    for pupil in [first, second] {
        writer.add_absence(&absence(pupil, "2025-10-07", 0, 0, 1), NOW).unwrap();
    }
    writer.commit().unwrap();
    (city, contacts)
}

fn person(store: &Store, code: &str) -> Person {
    store.read(&Scope::municipality()).unwrap().person(code).unwrap().unwrap()
}

fn lift(city: &mut City, code: &str) {
    let person = person(&city.store, code);
    let mut writer = city.store.write(&author()).unwrap();
    writer.lift_restriction(&person).unwrap();
    writer.commit().unwrap();
}

/// How many rows a plugin gets of a dataset.
fn rows(city: &City, dataset: &str, fields: &[&str]) -> u64 {
    let year = SchoolYear(2025).period();
    let request = ColumnsRequest {
        dataset,
        fields,
        period: Period { first: year.first, last: year.last },
        plugin: "org.example",
    };
    let reader = city.store.read(&Scope::municipality()).unwrap();
    reader.columns::<super::ColumnsError>(&mut Numbering::default(), &request, |_| Ok(())).unwrap()
}

#[test]
fn a_restricted_child_is_nowhere_and_its_brother_is_as_before() {
    let (mut city, contacts) = city();
    let before = city.all().contacts(&ContactFilter::default()).unwrap();
    assert_eq!(rows(&city, "contacts", &["day"]), 3);
    let terms = rows(&city, "pupil_terms", &["grade"]);
    city.restrict("p00");
    let reader = city.all();
    let pupils = reader.pupils(&PupilFilter::default()).unwrap();
    assert!(pupils.iter().all(|view| view.pupil.code != "p00"));
    assert_eq!(reader.directory().unwrap().pupils.get("p00"), None);
    assert_eq!(reader.absences(&AbsenceFilter::default()).unwrap().len(), 1);
    assert_eq!(reader.contact(contacts[0].id).unwrap(), None, "its own contact is hidden");
    let found = reader.contact(contacts[1].id).unwrap().unwrap();
    assert_eq!(found.contact.shared_note.as_deref(), Some("Notiz zum zweiten"));
    // The contact of both is there for the brother: counted, without the child and without texts.
    let found = reader.contact(contacts[2].id).unwrap().unwrap();
    assert_eq!(found.contact.pupils, [city.pupils[0][1]]);
    assert_eq!((&found.contact.shared_note, &found.contact.next_step), (&None, &None));
    assert!(found.contact.private_notes.is_empty() && found.closed_lanes.is_empty());
    assert_eq!(found.contact.participants, contacts[2].participants);
    drop(reader);
    assert_eq!(rows(&city, "contacts", &["day"]), 2);
    assert_eq!(rows(&city, "contact_pupils", &["day", "grade"]), 2);
    assert_eq!(rows(&city, "absences", &["day", "grade"]), 1);
    assert!(rows(&city, "pupil_terms", &["grade"]) < terms);
    lift(&mut city, "p00");
    assert_eq!(city.all().contacts(&ContactFilter::default()).unwrap(), before);
    assert_eq!(rows(&city, "contacts", &["day"]), 3);
}

#[test]
fn a_household_is_restricted_with_its_children_and_once_all_of_them_are() {
    let (mut city, _) = city();
    city.restrict("p00");
    assert_eq!(city.all().households().unwrap().len(), 3);
    city.restrict("p01");
    let left: Vec<String> =
        city.all().households().unwrap().into_iter().map(|home| home.code).collect();
    assert!(!left.contains(&"h0".to_owned()), "{left:?}");
    lift(&mut city, "p00");
    lift(&mut city, "p01");
    city.restrict("h0");
    assert_eq!(city.all().absences(&AbsenceFilter::default()).unwrap().len(), 0);
    assert_eq!(rows(&city, "contacts", &["day"]), 0);
    let person = person(&city.store, "p00");
    assert!(city.all().is_restricted(&person).unwrap(), "the children with it");
}

#[test]
fn what_was_counted_with_the_child_is_not_used_again() {
    let (mut city, _) = city();
    let versions = |city: &City| -> i64 {
        let sql = "SELECT sum(version) + (SELECT epoch FROM numbering) FROM partition";
        city.store.connection.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let year = SchoolYear(2025).period();
    city.store.keep_columns(&Scope::municipality(), year).unwrap();
    let before = versions(&city);
    city.restrict("p00");
    let during = versions(&city);
    assert!(during > before + 1, "{before} {during}");
    // Columns that are kept while it lasts have nothing of the child in them, and are not used after.
    city.store.keep_columns(&Scope::municipality(), year).unwrap();
    let kept: i64 = city
        .store
        .connection
        .query_row("SELECT sum(rows) FROM chunk", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept, 2);
    lift(&mut city, "p00");
    assert!(versions(&city) > during + 1);
    city.store.keep_columns(&Scope::municipality(), year).unwrap();
    let kept: i64 = city
        .store
        .connection
        .query_row("SELECT sum(rows) FROM chunk", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept, 3);
}

#[test]
fn nobody_changes_what_may_only_be_kept() {
    let (mut city, contacts) = city();
    city.restrict("p00");
    let [first, second] = city.pupils[0];
    let mut writer = city.store.write(&author()).unwrap();
    let refused = |error: Error| assert!(matches!(error, Error::Restricted), "{error}");
    refused(writer.add_absence(&absence(first, "2025-10-08", 0, 0, 1), NOW).unwrap_err());
    refused(writer.add_contact(&city_contact(&contacts[0]), NOW).unwrap_err());
    drop(writer);
    let mut writer = city.store.write(&author()).unwrap();
    // The contact of both cannot be changed either: its note would be lost.
    let mut changed = contacts[2].clone();
    changed.minutes += 1;
    refused(writer.correct_contact(&changed, &Scope::municipality(), "länger").unwrap_err());
    drop(writer);
    let mut writer = city.store.write(&author()).unwrap();
    writer.add_absence(&absence(second, "2025-10-08", 0, 0, 1), NOW).unwrap();
    writer.commit().unwrap();
    let execute = |city: &City, sql: &str| city.store.connection.execute_batch(sql);
    // Whoever wrote last left the triggers behind, so SQL that nobody thought of is refused too.
    for table in ["pupil", "absence", "contact_pupil", "contact", "private_note"] {
        let error = execute(&city, &format!("DELETE FROM {table}")).unwrap_err();
        assert!(error.to_string().contains("restricted"), "{table}: {error}");
    }
    lift(&mut city, "p00");
    let mut writer = city.store.write(&author()).unwrap();
    writer.add_absence(&absence(first, "2025-10-08", 0, 0, 1), NOW).unwrap();
    writer.commit().unwrap();
}

/// The same contact as a new one.
fn city_contact(contact: &Contact) -> Contact {
    Contact { id: new_id(), ..contact.clone() }
}

#[test]
fn who_reads_while_writing_sees_nothing_of_it_and_can_write_on() {
    let (mut city, contacts) = city();
    city.restrict("p00");
    let everything = Scope::municipality();
    let mut writer = city.store.write(&author()).unwrap();
    {
        let (one, two) = (writer.read(&everything), writer.read(&everything));
        assert_eq!(one.contact(contacts[0].id).unwrap(), None);
        drop(one);
        assert_eq!(two.contacts(&ContactFilter::default()).unwrap().len(), 2);
    }
    let contact = Contact { pupils: vec![city.pupils[0][1]], ..city_contact(&contacts[1]) };
    writer.add_contact(&contact, NOW).unwrap();
    assert_eq!(writer.read(&everything).contacts(&ContactFilter::default()).unwrap().len(), 3);
    writer.commit().unwrap();
    assert_eq!(city.all().contacts(&ContactFilter::default()).unwrap().len(), 3);
}

#[test]
fn giving_people_their_data_goes_on_and_is_theirs_alone() {
    let (mut city, _) = city();
    let all = |city: &City, code: &str| {
        let reader = city.store.read(&Scope::municipality()).unwrap();
        let person = reader.person(code).unwrap().unwrap();
        let tables = reader.kept_of(&person).unwrap();
        let count = |name: &str| {
            tables.iter().find(|table| table.table == name).map_or(0, |table| table.rows.len())
        };
        ["pupil", "household", "contact", "contact_pupil", "absence", "private_note"].map(count)
    };
    let before = all(&city, "p00");
    assert_eq!(before, [1, 1, 2, 2, 1, 2]);
    city.restrict("p00");
    assert_eq!(all(&city, "p00"), before);
    assert_eq!(all(&city, "p01"), before, "the brother's");
    assert_eq!(all(&city, "h0"), [2, 1, 3, 4, 2, 3]);
    let reader = city.all();
    let person = reader.person("p00").unwrap().unwrap();
    let shown = format!("{:?}", reader.kept_of(&person).unwrap());
    assert!(shown.contains("Notiz zum ersten") && !shown.contains("Notiz zum zweiten"), "{shown}");
    assert!(!shown.contains("vertraulich"), "private notes are for their profession");
}

#[test]
fn that_somebody_looked_at_it_can_be_noted_and_is_not_lost() {
    let (mut city, _) = city();
    city.restrict("p00");
    let pupil = city.pupils[0][0].0;
    let home = city.households[0].0;
    let writer = city.store.write(&author()).unwrap();
    let look = "INSERT INTO seen_pupil VALUES (?1, 1)";
    writer.connection.execute(look, [pupil]).unwrap();
    let look = "INSERT INTO seen_household VALUES (?1, 1)";
    writer.connection.execute(look, [home]).unwrap();
    let reader = writer.read(&Scope::municipality());
    let sql = "SELECT count(*) FROM seen_pupil";
    let seen: i64 = reader.connection.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(seen, 1);
}

#[test]
fn a_scope_without_the_school_finds_nobody() {
    let (city, _) = city();
    let other = city.only(1);
    assert_eq!(other.person("p00").unwrap(), None);
    assert_eq!(other.person("h0").unwrap(), None);
    assert!(city.only(0).person("p00").unwrap().is_some());
}

/// Each view has the columns of its table, in order, and each table can be read behind it.
#[test]
fn every_table_of_families_has_a_view_in_front_of_it_while_something_is_restricted() {
    let (mut city, _) = city();
    city.restrict("p00");
    let reader = city.all();
    let columns = |schema: &str, table: &str| -> Vec<String> {
        let sql = format!("SELECT name FROM pragma_table_info('{table}', '{schema}')");
        let mut statement = reader.connection.prepare(&sql).unwrap();
        let names = statement.query_map([], |row| row.get(0)).unwrap();
        names.map(Result::unwrap).collect()
    };
    for personal in of_families().filter(|personal| !SEEN.contains(&personal.table)) {
        let table = personal.table;
        assert_eq!(columns("temp", table), columns("main", table), "{table}");
        assert!(!columns("temp", table).is_empty(), "{table}");
        let sql = format!("SELECT count(*) FROM {table}");
        reader.connection.query_row(&sql, [], |row| row.get::<_, i64>(0)).unwrap();
    }
}

#[test]
fn where_nothing_is_restricted_a_query_is_asked_as_it_is_written() {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch("CREATE TABLE pupil (key); CREATE INDEX i ON pupil (key)").unwrap();
    let sql = "SELECT key FROM pupil INDEXED BY i WHERE key = 1";
    assert_eq!(along(&connection, sql).unwrap(), sql);
    connection.execute_batch("CREATE TEMP VIEW pupil AS SELECT * FROM main.pupil").unwrap();
    let plain = along(&connection, sql).unwrap();
    assert_eq!(plain, "SELECT key FROM pupil WHERE key = 1");
    connection.prepare(&plain).unwrap();
    assert!(connection.prepare(sql).is_err(), "a view has no index");
}
