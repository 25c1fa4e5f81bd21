//! The files under `examples/import` can be imported, in the order that their README gives.

use std::path::Path;

use jsonschema::Validator;
use serde_json::{Map, Value};

use super::kind::{Kind, Records};
use super::read::read;
use super::sample::ids;
use crate::domain::{
    CodeLists, Contact, Directory, Entered, HouseholdKey, KnownPractitioner, KnownPupil,
    KnownSchool, PractitionerKey, PupilKey, SchoolKey, TeamForm, TeamRoles,
};

const README: &str = include_str!("../../../examples/import/README.md");

fn file(kind: Kind) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/import");
    fs_err::read_to_string(folder.join(format!("{kind}.csv"))).unwrap()
}

/// Adds records to what is known, as the store does: each gets the next key.
fn learn(known: &mut Directory, records: &Records) {
    match records {
        Records::Schools(schools) => {
            for (school, key) in schools.iter().zip(1..) {
                let (key, name, form) = (SchoolKey(key), school.name.clone(), school.form.clone());
                known.schools.insert(school.number.clone(), KnownSchool { key, name, form });
            }
        }
        Records::Practitioners(people) => {
            for (person, key) in people.iter().zip(1..) {
                let role = known.codes.list("role").place(&person.role).unwrap();
                let (key, name) = (PractitionerKey(key), person.name.clone());
                let person_known = KnownPractitioner { key, name, role };
                known.practitioners.insert(person.code.clone(), person_known);
            }
        }
        Records::Households(households) => {
            for (household, key) in households.iter().zip(1..) {
                known.households.insert(household.code.clone(), HouseholdKey(key));
            }
        }
        Records::Pupils(pupils) => {
            for (pupil, key) in pupils.iter().zip(1..) {
                let (key, household, school) = (PupilKey(key), pupil.household, pupil.school);
                let (enrolled, class) = (pupil.enrolled, pupil.class.clone());
                let further = Vec::new();
                let pupil_known = KnownPupil { key, household, school, enrolled, further, class };
                known.pupils.insert(pupil.code.clone(), pupil_known);
            }
        }
        Records::DaysOff(days) => {
            for off in days {
                let register = known.registers.entry(off.school).or_default();
                register.days_off.insert(off.day);
            }
        }
        Records::Stays(stays) => {
            for stay in stays {
                let mut pupils = known.pupils.values_mut();
                pupils.find(|found| found.key == stay.pupil).unwrap().further.push(stay.span);
            }
        }
        Records::Attendance(times) => {
            for time in times {
                known.registers.entry(time.school).or_default().attendance.push(*time);
            }
        }
        Records::Entries(kind, entries) => {
            let signs = known.entries.entry(&kind.form().name).or_default();
            for (entry, key) in entries.iter().zip(1..) {
                signs.insert(entry.code().to_owned(), key);
                if let ("interpreter-budgets", Entered::Number(amount)) =
                    (kind.name.as_str(), entry.value("amount"))
                {
                    known.budgets_left.insert(key, *amount);
                }
            }
        }
        _ => {}
    }
}

/// Every file read in order, each with what the ones before it made known.
fn import_all() -> (Directory, Vec<Records>) {
    let mut known = Directory { codes: CodeLists::new(CodeLists::seed()), ..Directory::default() };
    let mut all = Vec::new();
    for kind in Kind::all() {
        let records = read(kind, file(kind).as_bytes(), &known, &mut ids(), &mut |_| ());
        let records = records.unwrap_or_else(|mistakes| panic!("{kind}: {:#?}", mistakes.list));
        learn(&mut known, &records);
        all.push(records);
    }
    (known, all)
}

fn contacts(all: &[Records]) -> &[Contact] {
    let contacts = all.iter().find_map(|records| match records {
        Records::Contacts(contacts) => Some(contacts),
        _ => None,
    });
    contacts.expect("contacts are among them")
}

#[test]
fn contacts_cannot_be_imported_before_what_they_refer_to() {
    let known = Directory { codes: CodeLists::new(CodeLists::seed()), ..Directory::default() };
    let text = file(Kind::Contacts);
    let mistakes =
        read(Kind::Contacts, text.as_bytes(), &known, &mut ids(), &mut |_| ()).unwrap_err();
    let first = &mistakes.list[0].reason.en;
    assert_eq!(first, "there is no school with the number `990001`; import schools first");
}

#[test]
fn the_examples_import_in_the_order_of_their_readme() {
    let commands: Vec<&str> =
        README.lines().filter(|line| line.starts_with("tridem import ")).collect();
    let expected = Kind::all().map(|kind| format!("tridem import {kind} {kind}.csv"));
    assert_eq!(commands, expected.collect::<Vec<_>>());
    let (_, all) = import_all();
    let counts: Vec<usize> = all.iter().map(Records::len).collect();
    let (plain, forms) = counts.split_at(16);
    assert_eq!(plain, [1, 2, 1, 3, 1, 2, 1, 4, 4, 2, 2, 3, 1, 9, 3, 8]);
    assert_eq!(forms, [2, 2, 1, 1, 9, 2, 2, 2, 2, 2, 1, 2, 2, 1, 2, 2, 3, 1, 3]);
}

#[test]
fn two_mediators_of_one_name_stay_two() {
    let (known, all) = import_all();
    let (one, two) = (&known.practitioners["bm1"], &known.practitioners["bm2"]);
    assert_eq!(one.name, two.name);
    assert_ne!(one.key, two.key);
    let took_part = |person: PractitionerKey| {
        let is_theirs =
            |contact: &&Contact| contact.participants.iter().any(|(key, _)| *key == person);
        contacts(&all).iter().filter(is_theirs).count()
    };
    assert_eq!((took_part(one.key), took_part(two.key)), (5, 5));
}

#[test]
fn the_examples_say_what_they_are_meant_to_say() {
    let (known, all) = import_all();
    let contacts = contacts(&all);
    let roles = TeamRoles::new(&known.codes.list("role"));
    let forms: Vec<_> = contacts.iter().map(|contact| roles.form(contact.roles())).collect();
    let (solo, tandem, tridem) = (TeamForm::Solo, TeamForm::Tandem, TeamForm::Tridem);
    assert_eq!(forms, [solo, tandem, tridem, solo, solo, tridem, tandem, solo]);
    let attempts: Vec<_> = contacts.iter().map(|contact| contact.attempt).collect();
    assert_eq!(attempts, [true, false, false, false, false, false, true, false]);
    let households: Vec<_> =
        contacts.iter().map(|contact| contact.household.map(|key| key.0)).collect();
    let (h1, h2) = (Some(1), Some(2));
    assert_eq!(households, [h1, h1, h1, h2, None, None, h2, h2]);
    let note = contacts[1].shared_note.as_deref().unwrap();
    assert_eq!(note.lines().count(), 4);
    assert!(note.ends_with("den \"Elternbrief\" der Klasse."));
    assert_eq!(contacts[2].private_notes.len(), 1);
}

/// The values in the files, as they stand there, fit the schemas too.
#[test]
fn the_examples_fit_the_schemas() {
    for kind in Kind::all() {
        let schema = serde_json::from_str(&super::schema::source(kind)).unwrap();
        let validator: Validator = jsonschema::draft202012::new(&schema).unwrap();
        let separator = if kind == Kind::Assignments { b';' } else { b',' };
        let text = file(kind);
        let mut reader =
            csv::ReaderBuilder::new().delimiter(separator).from_reader(text.as_bytes());
        let names = reader.headers().unwrap().clone();
        for row in reader.records() {
            let row = row.unwrap();
            let cells = names.iter().zip(&row);
            let object: Map<String, Value> =
                cells.map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
            let verdict =
                validator.validate(&Value::from(object)).map_err(|error| error.to_string());
            assert_eq!(verdict, Ok(()), "{kind}");
        }
    }
}
