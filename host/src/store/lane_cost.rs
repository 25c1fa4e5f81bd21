//! What sealing costs, to be measured by hand: `cargo test -p tridem --lib lane_cost -- --ignored`.

use std::time::Instant;

use super::ContactFilter;
use super::fixture::{City, NOW, SOCIAL_WORK, author};
use crate::domain::{Contact, Scope};

const CONTACTS: usize = 10_000;

fn write(city: &mut City, contacts: &[Contact]) -> f64 {
    let start = Instant::now();
    let mut writer = city.store.write(&author()).unwrap();
    for contact in contacts {
        writer.add_contact(contact, NOW).unwrap();
    }
    writer.commit().unwrap();
    start.elapsed().as_secs_f64()
}

#[test]
#[ignore = "it measures, and asserts nothing that a slow machine could break"]
fn sealing_costs_so_much() {
    let mut city = City::new();
    let note = "Ein Gespräch unter vier Augen, wie es im Alltag vorkommt. ".repeat(4);
    let sealed: Vec<Contact> = (0..CONTACTS).map(|_| city.contact_with_note(0, &note)).collect();
    let mut plain: Vec<Contact> = (0..CONTACTS).map(|_| city.contact_with_note(1, &note)).collect();
    for contact in &mut plain {
        contact.private_notes.clear();
    }
    let without = write(&mut city, &plain);
    let with = write(&mut city, &sealed);
    let read = |scope: &Scope| {
        let start = Instant::now();
        let reader = city.store.read(scope).unwrap();
        let filter = ContactFilter { school: Some("100000".into()), ..Default::default() };
        let found = reader.contacts(&filter).unwrap();
        assert_eq!(found.len(), CONTACTS);
        start.elapsed().as_secs_f64()
    };
    let closed = read(&Scope::municipality());
    let open = read(&Scope::municipality().with_lane(SOCIAL_WORK));
    let scope = Scope::municipality().with_lane(SOCIAL_WORK);
    let start = Instant::now();
    assert!(city.store.read(&scope).unwrap().contact(sealed[7].id).unwrap().is_some());
    let one = start.elapsed().as_secs_f64();
    eprintln!(
        "writing {CONTACTS} contacts: {without:.2} s without notes, {with:.2} s with;\n\
         reading them: {closed:.2} s with closed notes, {open:.2} s with opened ones;\n\
         reading one with its note: {:.2} ms",
        one * 1_000.0
    );
}
