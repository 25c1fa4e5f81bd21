//! How persons and records are told apart: numbers for a run, pseudonyms for a plugin.

use super::*;

/// Households 21, 22, 23 with one contact each, on three days after one another; pupil 21 at the
/// first and the third of them.
fn three_households() -> Connection {
    let connection = municipality();
    pupil(&connection, 21, 1);
    for (key, text) in [(23, "2025-09-15"), (21, "2025-09-16"), (22, "2025-09-17")] {
        household(&connection, key);
        let contact = contact(&connection, 1, day(text), &format!("household = {key}"));
        if key != 21 {
            about(&connection, contact, 21);
        }
    }
    connection
}

#[test]
fn numbers_are_dense_shared_by_a_run_and_apart_for_pupils() {
    let connection = three_households();
    let scope = Scope::municipality();
    let mut run = Numbering::default();
    let late = period("2025-09-17", "2025-09-30");
    let late = ColumnsRequest { period: late, ..request("contacts", &["household"]) };
    let all = request("contacts", &["household", "household"]);
    let pupils = request("contact_pupils", &["pupil"]);

    assert_eq!(values(&read_on(&connection, &scope, &mut run, &late).unwrap(), 0), [1]);
    let batches = read_on(&connection, &scope, &mut run, &all).unwrap();
    assert_eq!(values(&batches, 0), [2, 0, 1], "in the order of the keys 21, 22, 23");
    assert_eq!(values(&batches, 1), [2, 0, 1]);
    assert_eq!(values(&read_on(&connection, &scope, &mut run, &pupils).unwrap(), 0), [0, 0]);
    household(&connection, 24);
    assert_eq!(values(&read(&connection, &scope, &all), 0), [2, 0, 1], "whoever is new comes last");
    connection.execute("DELETE FROM household WHERE key = 24", []).unwrap();

    let size = |request| shape(&connection, &scope, &request).unwrap().fields[0].size;
    assert_eq!(size(all), 3);
    assert_eq!(size(pupils), 1);
    assert_eq!(size(request("contacts", &["household_key"])), 0);
}

#[test]
fn a_household_that_nobody_knows_has_no_number_and_no_pseudonym() {
    let connection = three_households();
    connection.execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM household").unwrap();
    for field in ["household", "household_key"] {
        let fields = [field];
        let request = request("contacts", &fields);
        let read =
            read_on(&connection, &Scope::municipality(), &mut Numbering::default(), &request);
        assert!(matches!(read, Err(Error::BadValue { .. })), "{field}");
    }
}

#[test]
fn a_pseudonym_is_the_keyed_digest_of_plugin_and_person() {
    let connection = municipality();
    household(&connection, 11);
    pupil(&connection, 11, 1);
    let contact = contact(&connection, 1, day("2025-09-15"), "household = 11");
    about(&connection, contact, 11);
    let key = |dataset, field, plugin| {
        let fields = [field];
        let request = ColumnsRequest { plugin, ..request(dataset, &fields) };
        values(&read(&connection, &Scope::municipality(), &request), 0)[0].cast_unsigned()
    };
    // Worked out with another program: HMAC-SHA-256 under 32 bytes of 7 over the plugin, a zero
    // byte, the word, a zero byte and 16 bytes of 11.
    assert_eq!(key("contacts", "household_key", "org.example.one"), 0xc8ba_158c_e832_170c);
    assert_eq!(key("contacts", "household_key", "org.example.two"), 0x35ea_e927_738c_3216);
    assert_eq!(key("contact_pupils", "pupil_key", "org.example.one"), 0xad9d_f47c_92d0_d9ac);
}

#[test]
fn a_record_has_a_pseudonym_of_its_own_kind_for_each_plugin() {
    let connection = municipality();
    pupil(&connection, 11, 1);
    let contact = contact(&connection, 1, day("2025-09-15"), "");
    absence(&connection, 11, "2025-09-15", ("open", 1, "day"));
    assert_eq!((contact, connection.last_insert_rowid()), (1, 1), "both have the key 1");
    let mut run = Numbering::default();
    let mut key = |dataset, field, plugin| {
        let fields = [field];
        let request = ColumnsRequest { plugin, ..request(dataset, &fields) };
        let batches = read_on(&connection, &Scope::municipality(), &mut run, &request).unwrap();
        assert_eq!(batches, read(&connection, &Scope::municipality(), &request), "in another run");
        values(&batches, 0)[0].cast_unsigned()
    };
    // Worked out with another program: as above, over the key 1 as eight bytes, the first one first.
    assert_eq!(key("contacts", "contact_key", "org.example.one"), 0x56d6_1545_267d_8732);
    assert_eq!(key("contacts", "contact_key", "org.example.two"), 0xb4cc_124c_26b7_038a);
    assert_eq!(key("absences", "absence_key", "org.example.one"), 0xc885_5401_dc5b_22d7);
    // Whatever is corrected about it, it stays the same contact.
    connection.execute("UPDATE contact SET day = day + 1, school = 2, minutes = 9", []).unwrap();
    assert_eq!(key("contacts", "contact_key", "org.example.one"), 0x56d6_1545_267d_8732);
}

#[test]
fn pseudonyms_outlast_a_run_and_differ_between_plugins() {
    let connection = three_households();
    let mut run = Numbering::default();
    let mut keys = |plugin| {
        let request = ColumnsRequest { plugin, ..request("contacts", &["household_key"]) };
        let again = values(&read(&connection, &Scope::municipality(), &request), 0);
        let batches = read_on(&connection, &Scope::municipality(), &mut run, &request).unwrap();
        assert_eq!(values(&batches, 0), again);
        again
    };
    let one = keys("org.example.one");
    let two = keys("org.example.two");
    assert_eq!(one, keys("org.example.one"));
    for key in &one {
        assert!(!two.contains(key));
    }
    let mut all = [one, two].concat();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 6, "no two households have the same pseudonym");
}
