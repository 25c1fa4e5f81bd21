//! A small invented city for the tests of this module.

use std::path::PathBuf;

use tempfile::TempDir;
use uuid::Uuid;

use super::{DatabaseKey, Reader, Store, Writer};
use crate::domain::{
    Absence, Assignment, Attendance, Author, Contact, Day, DayOff, Enrolment, Household,
    HouseholdKey, Id, Pairing, Participation, Practitioner, PractitionerKey, PrivateNote, Pupil,
    PupilKey, RestrictionReason, School, SchoolKey, SchoolYear, Scope, Span,
};

/// When everything is recorded.
pub(super) const NOW: i64 = 1_760_000_000;

/// Places in the seed's `role` list.
pub(super) const MEDIATION: u16 = 0;
pub(super) const TEACHER: u16 = 1;
pub(super) const SOCIAL_WORK: u16 = 2;

pub(super) fn key() -> DatabaseKey {
    DatabaseKey::from_hex(&"5a".repeat(32)).unwrap()
}

/// Who records everything.
pub(super) fn author() -> Author {
    Author::new("account:tester", NOW)
}

pub(super) fn new_id() -> Id {
    Id(Uuid::now_v7())
}

pub(super) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub(super) fn since(text: &str) -> Span {
    Span::new(day(text), None).unwrap()
}

/// Two schools; at each a mediator, a teacher, two pupils of one household and a day off.
pub(super) struct City {
    pub(super) folder: TempDir,
    pub(super) store: Store,
    pub(super) schools: [SchoolKey; 2],
    pub(super) mediators: [PractitionerKey; 2],
    pub(super) teachers: [PractitionerKey; 2],
    pub(super) social_worker: PractitionerKey,
    pub(super) households: [HouseholdKey; 2],
    pub(super) pupils: [[PupilKey; 2]; 2],
}

impl City {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("city.tridem");
        let mut store = Store::create(&path, &key(), "Musterstadt", &author()).unwrap();
        let mut writer = store.write(&author()).unwrap();
        let social_worker = writer.add_practitioner(&practitioner("sw", "social-work")).unwrap();
        let parts = [0, 1].map(|index| add_school(&mut writer, index, social_worker));
        writer.add_household(&household("h-none")).unwrap();
        writer.commit().unwrap();
        Self {
            folder,
            store,
            schools: [parts[0].0, parts[1].0],
            mediators: [parts[0].1, parts[1].1],
            teachers: [parts[0].2, parts[1].2],
            social_worker,
            households: [parts[0].3, parts[1].3],
            pupils: [parts[0].4, parts[1].4],
        }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("city.tridem")
    }

    /// A home visit of mediator and teacher of a school, with both pupils.
    pub(super) fn contact(&self, school: usize) -> Contact {
        Contact {
            id: new_id(),
            school: self.schools[school],
            day: day("2025-10-06"),
            time: Some(900),
            minutes: 45,
            kind: 0,
            result: 0,
            attempt: false,
            consultation: Some(1),
            language: Some(1),
            interpreter: true,
            topics: 0b101,
            persons: 4,
            household: Some(self.households[school]),
            pupils: self.pupils[school].to_vec(),
            participants: vec![
                (self.mediators[school], MEDIATION),
                (self.teachers[school], TEACHER),
            ],
            next_step: None,
            shared_note: None,
            private_notes: Vec::new(),
        }
    }

    /// The same visit with the social worker, who wrote `text` for their own profession.
    pub(super) fn contact_with_note(&self, school: usize, text: &str) -> Contact {
        let mut contact = self.contact(school);
        contact.participants.push((self.social_worker, SOCIAL_WORK));
        contact.participants.sort_unstable();
        contact.private_notes =
            vec![PrivateNote { profession: SOCIAL_WORK, text: text.to_owned() }];
        contact
    }

    pub(super) fn add(&mut self, contacts: &[Contact]) {
        let mut writer = self.store.write(&author()).unwrap();
        for contact in contacts {
            writer.add_contact(contact, NOW).unwrap();
        }
        writer.commit().unwrap();
    }

    pub(super) fn writer(&mut self) -> Writer<'_> {
        self.store.write(&author()).unwrap()
    }

    /// Restricts a child or a household by its code.
    pub(super) fn restrict(&mut self, code: &str) {
        let person = self.all().person(code).unwrap().unwrap();
        let mut writer = self.writer();
        writer.restrict(&person, RestrictionReason::Accuracy, new_id()).unwrap();
        writer.commit().unwrap();
    }

    /// Reads everything but private notes.
    pub(super) fn all(&self) -> Reader<'_> {
        self.store.read(&Scope::municipality()).unwrap()
    }

    /// Reads one school alone.
    pub(super) fn only(&self, school: usize) -> Reader<'_> {
        self.store.read(&Scope::of_schools([self.schools[school]])).unwrap()
    }
}

pub(super) fn practitioner(code: &str, role: &str) -> Practitioner {
    Practitioner {
        id: new_id(),
        code: code.to_owned(),
        name: format!("Person {code}"),
        role: role.to_owned(),
    }
}

pub(super) fn household(code: &str) -> Household {
    Household { id: new_id(), code: code.to_owned(), name: String::new(), language: None }
}

pub(super) fn pupil(code: &str, school: SchoolKey, household: Option<HouseholdKey>) -> Pupil {
    Pupil {
        id: new_id(),
        code: code.to_owned(),
        given_name: "Kind".to_owned(),
        family_name: code.to_owned(),
        birth_day: Some(day("2016-03-01")),
        household,
        school,
        grade: "03".to_owned(),
        class: "3b".to_owned(),
        status: "active".to_owned(),
        enrolled: since("2022-08-01"),
        unknown_from: None,
        accompanied: Some(since("2025-08-27")),
    }
}

/// How a school records absences from a day on.
pub(super) fn attendance(school: SchoolKey, unit: u16, units: u16, from: &str) -> Attendance {
    Attendance { school, unit, units_per_day: units, span: since(from) }
}

pub(super) fn absence(pupil: PupilKey, on: &str, status: u16, unit: u16, amount: u16) -> Absence {
    Absence { id: new_id(), pupil, day: day(on), status, unit, amount }
}

type Parts = (SchoolKey, PractitionerKey, PractitionerKey, HouseholdKey, [PupilKey; 2]);

/// School `index` has the number `10000` + index, and its people end in the index.
fn add_school(writer: &mut Writer<'_>, index: usize, social_worker: PractitionerKey) -> Parts {
    let school = writer
        .add_school(&School {
            id: new_id(),
            number: format!("10000{index}"),
            name: format!("Schule {index}"),
            form: ["02", "10"][index].to_owned(),
        })
        .unwrap();
    let mediator =
        writer.add_practitioner(&practitioner(&format!("m{index}"), "mediation")).unwrap();
    let teacher = writer.add_practitioner(&practitioner(&format!("t{index}"), "teacher")).unwrap();
    let span = since("2025-08-01");
    writer.add_participation(&Participation { school, span }).unwrap();
    writer.set_enrolment(&Enrolment { school, year: SchoolYear(2025), pupils: 200 }).unwrap();
    let reason = "beweglich".to_owned();
    writer.add_day_off(&DayOff { school, day: day("2026-02-16"), reason }).unwrap();
    writer
        .add_assignment(&Assignment { practitioner: mediator, school, weekly_minutes: 750, span })
        .unwrap();
    let members = vec![mediator, teacher, social_worker];
    writer.add_pairing(&Pairing { id: new_id(), school, members, span }).unwrap();
    let home = writer.add_household(&household(&format!("h{index}"))).unwrap();
    let pupils = [0, 1].map(|child| {
        writer.add_pupil(&pupil(&format!("p{index}{child}"), school, Some(home))).unwrap()
    });
    (school, mediator, teacher, home, pupils)
}
