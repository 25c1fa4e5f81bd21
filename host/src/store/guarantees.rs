//! Tests of what the store promises as a whole: scopes, lanes, encryption, and what is not in it.

use rusqlite::Connection;

use super::fixture::{
    City, MEDIATION, NOW, SOCIAL_WORK, TEACHER, absence, attendance, author, day, key, new_id,
    practitioner, pupil,
};
use super::{AbsenceFilter, ContactFilter, PupilFilter, Reader, Store, TaskFilter};
use crate::domain::{
    AbsenceTotal, CodeLists, Dictionary, HalfYear, Holds, Id, Period, Priority, PupilKey, Said,
    SchoolYear, Schools, Scope, Suggestion, TaskChange, TaskRun, Text,
};

const CANARY: &str = "Kanarienvogel im Bergwerk 4711";

/// A question that a reader answers, and its answer as text.
type Question = (&'static str, fn(&Reader<'_>, &Known) -> String);

/// What somebody outside the scope might know, to ask for it by name.
struct Known {
    contact: Id,
    task: Id,
    school: crate::domain::SchoolKey,
}

/// Every question about records that belong to a school. The test below fails for one of them
/// whose answer does not speak of the school even where everything may be seen.
const QUESTIONS: &[Question] = &[
    ("directory", |reader, _| format!("{:?}", reader.directory().unwrap())),
    ("schools", |reader, _| format!("{:?}", reader.schools().unwrap())),
    ("enrolments", |reader, _| format!("{:?}", reader.enrolments().unwrap())),
    ("days_off", |reader, known| format!("{:?}", reader.days_off(known.school).unwrap())),
    ("assignments", |reader, _| format!("{:?}", reader.assignments().unwrap())),
    ("pairings", |reader, _| format!("{:?}", reader.pairings().unwrap())),
    ("pupils", |reader, _| format!("{:?}", reader.pupils(&PupilFilter::default()).unwrap())),
    ("pupils of the school", |reader, _| {
        let filter = PupilFilter { school: Some("100001".into()), ..PupilFilter::default() };
        format!("{:?}", reader.pupils(&filter).unwrap())
    }),
    ("households", |reader, _| format!("{:?}", reader.households().unwrap())),
    ("contacts", |reader, _| format!("{:?}", reader.contacts(&ContactFilter::default()).unwrap())),
    ("contacts of the school", |reader, _| {
        let filter = ContactFilter { school: Some("100001".into()), ..ContactFilter::default() };
        format!("{:?}", reader.contacts(&filter).unwrap())
    }),
    ("contacts of the mediator", |reader, _| {
        let filter = ContactFilter { practitioner: Some("m1".into()), ..ContactFilter::default() };
        format!("{:?}", reader.contacts(&filter).unwrap())
    }),
    ("contacts about the pupil", |reader, _| {
        let filter = ContactFilter { pupil: Some("p10".into()), ..ContactFilter::default() };
        format!("{:?}", reader.contacts(&filter).unwrap())
    }),
    ("contact", |reader, known| format!("{:?}", reader.contact(known.contact).unwrap())),
    ("absences", |reader, _| format!("{:?}", reader.absences(&AbsenceFilter::default()).unwrap())),
    ("absences at the school", |reader, _| {
        let filter = AbsenceFilter { school: Some("100001".into()), ..AbsenceFilter::default() };
        format!("{:?}", reader.absences(&filter).unwrap())
    }),
    ("absences of the pupil", |reader, _| {
        let filter = AbsenceFilter { pupil: Some("p10".into()), ..AbsenceFilter::default() };
        format!("{:?}", reader.absences(&filter).unwrap())
    }),
    ("absence_totals", |reader, _| format!("{:?}", reader.absence_totals(None, None).unwrap())),
    ("absence_totals of the pupil", |reader, _| {
        format!("{:?}", reader.absence_totals(None, Some("p10")).unwrap())
    }),
    ("absence_totals of the school", |reader, _| {
        format!("{:?}", reader.absence_totals(Some("100001"), None).unwrap())
    }),
    ("absence_conflicts", |reader, _| {
        format!("{:?}", reader.absence_conflicts(&AbsenceFilter::default()).unwrap())
    }),
    ("attendance", |reader, known| format!("{:?}", reader.attendance(known.school).unwrap())),
    ("half_years", |reader, known| format!("{:?}", reader.half_years(known.school).unwrap())),
    ("attendance_coverage", |reader, _| {
        let period = Period::new(day("2025-09-01"), day("2025-09-30")).unwrap();
        format!("{:?}", reader.attendance_coverage(period).unwrap())
    }),
    ("registers of the directory", |reader, _| {
        format!("{:?}", reader.directory().unwrap().registers)
    }),
    ("contact_history", |reader, known| {
        format!("{:?}", reader.contact_history(known.contact).unwrap())
    }),
    ("tasks", |reader, _| format!("{:?}", reader.tasks(&TaskFilter::default()).unwrap())),
    ("tasks of the pupil", |reader, _| {
        let filter = TaskFilter { pupil: Some("p10".into()), ..TaskFilter::default() };
        format!("{:?}", reader.tasks(&filter).unwrap())
    }),
    ("task", |reader, known| format!("{:?}", reader.task(known.task).unwrap())),
    ("task_history", |reader, known| {
        let history = reader.task_history(known.task).unwrap();
        // The history itself names no school: that there is one is what must not be seen.
        if history.is_empty() { String::new() } else { format!("Schule 1: {history:?}") }
    }),
];

#[test]
fn a_scope_without_a_school_sees_nothing_of_it() {
    let mut city = City::new();
    let contacts = [city.contact(0), city.contact_with_note(1, CANARY)];
    city.add(&contacts);
    let mut writer = city.store.write(&author()).unwrap();
    for (school, [pupil, _]) in city.schools.into_iter().zip(city.pupils) {
        writer.add_attendance(&attendance(school, 0, 1, "2025-09-01")).unwrap();
        writer.add_absence(&absence(pupil, "2025-10-06", 1, 0, 1), NOW).unwrap();
        writer.add_absence_as_told(&absence(pupil, "2025-10-06", 0, 0, 1), NOW).unwrap();
        let half = HalfYear { school, year: SchoolYear(2025), second_begins: day("2026-02-02") };
        writer.set_half_year(&half).unwrap();
        let (year, source) = (SchoolYear(2025), String::new());
        let (missed, unexcused, excused) = (2, 1, None);
        let total =
            AbsenceTotal { pupil, year, term: 1, unit: 2, missed, unexcused, excused, source };
        writer.add_absence_total(&total, NOW).unwrap();
    }
    let tasks = city.pupils.map(|[pupil, _]| task_of(pupil));
    let run = TaskRun { plugin: "org.example", as_of: day("2025-10-06"), schools: &Schools::All };
    let task = new_id();
    let mut ids = [new_id(), task].into_iter();
    let mut next = || ids.next().unwrap();
    writer.change_tasks(&run, ("1.0.0", &[0; 32]), &tasks, &mut next).unwrap();
    writer.commit().unwrap();
    let known = Known { contact: contacts[1].id, task, school: city.schools[1] };
    let mut traces: Vec<String> =
        ["100001", "Schule 1", "\"p10\"", "\"p11\"", "\"h1\"", "Kind p1"].map(Into::into).to_vec();
    traces.push(format!("{:?}", city.schools[1]));
    traces.push(format!("{:?}", city.households[1]));
    traces.extend(city.pupils[1].iter().map(|pupil| format!("{pupil:?}")));
    traces.push(contacts[1].id.to_string());
    let found = |answer: &str| traces.iter().find(|trace| answer.contains(*trace)).cloned();

    let nobody = city.store.read(&Scope::of_schools([])).unwrap();
    let other = Scope::of_schools([city.schools[0]]).with_lane(SOCIAL_WORK);
    let other = city.store.read(&other).unwrap();
    for (question, ask) in QUESTIONS {
        for reader in [&other, &nobody] {
            let answer = ask(reader, &known);
            assert_eq!(found(&answer), None, "{question}: {answer}");
        }
        for reader in [city.all(), city.only(1)] {
            assert_ne!(found(&ask(&reader, &known)), None, "{question} asks for nothing");
        }
    }
}

/// A new task of a pupil.
fn task_of(pupil: PupilKey) -> TaskChange {
    let said = Said {
        version: "1.0.0".into(),
        package: [0; 32],
        label: Text::same("x"),
        holds: Holds::Always,
        templates: Vec::new(),
        template: None,
        due: day("2025-10-06"),
        priority: Priority::Normal,
        reason: Text::same("x"),
        because: Vec::new(),
    };
    let since = day("2025-08-01");
    TaskChange::Add(Suggestion { pupil, step: "call".into(), since, owner: None, said })
}

#[test]
fn a_pupil_who_goes_to_another_school_is_left_out_of_a_contact() {
    let mut city = City::new();
    let mut contact = city.contact(0);
    contact.pupils = vec![city.pupils[0][0], city.pupils[1][0]];
    contact.household = Some(city.households[1]);
    city.add(std::slice::from_ref(&contact));

    let seen = city.only(0).contact(contact.id).unwrap().unwrap();
    assert_eq!(seen.contact.pupils, [city.pupils[0][0]]);
    assert_eq!(seen.pupils.len(), 1);
    assert_eq!((seen.contact.household, seen.household), (None, None));
    let about = ContactFilter { pupil: Some("p10".into()), ..ContactFilter::default() };
    assert_eq!(city.only(0).contacts(&about).unwrap(), []);
    assert_eq!(city.all().contact(contact.id).unwrap().unwrap().contact, contact);
}

#[test]
fn a_household_without_pupils_belongs_to_every_scope() {
    let city = City::new();
    let codes = |reader: Reader<'_>| -> Vec<String> {
        reader.households().unwrap().into_iter().map(|household| household.code).collect()
    };
    assert_eq!(codes(city.only(0)), ["h-none", "h0"]);
    assert_eq!(codes(city.only(1)), ["h-none", "h1"]);
    assert_eq!(codes(city.all()), ["h-none", "h0", "h1"]);
}

#[test]
fn practitioners_plugins_and_code_lists_belong_to_the_municipality() {
    let city = City::new();
    let reader = city.store.read(&Scope::of_schools([])).unwrap();
    assert_eq!(reader.practitioners().unwrap().len(), 5);
    assert_eq!(reader.directory().unwrap().practitioners.len(), 5);
    assert_eq!(reader.code_lists().names().len(), CodeLists::seed().len());
    assert_eq!(reader.municipality_name().unwrap(), "Musterstadt");
}

/// Acceptance row 14.
#[test]
fn a_social_workers_note_is_for_social_workers_alone() {
    let mut city = City::new();
    let contact = city.contact_with_note(0, CANARY);
    city.add(std::slice::from_ref(&contact));
    let everyone = Scope::municipality;
    for scope in [
        everyone(),
        everyone().with_lane(TEACHER),
        everyone().with_lane(MEDIATION),
        everyone().with_lane(TEACHER).with_lane(MEDIATION),
    ] {
        let reader = city.store.read(&scope).unwrap();
        let mut seen = reader.contacts(&ContactFilter::default()).unwrap();
        seen.extend(reader.contact(contact.id).unwrap());
        assert_eq!(seen.len(), 2);
        for view in seen {
            assert_eq!(view.contact.private_notes, [], "{scope:?}");
            assert_eq!(view.closed_lanes, [SOCIAL_WORK], "they may know that it exists");
            assert!(!format!("{view:?}").contains(CANARY), "{scope:?}");
        }
    }
    let reader = city.store.read(&everyone().with_lane(SOCIAL_WORK)).unwrap();
    let view = reader.contact(contact.id).unwrap().unwrap();
    assert_eq!(view.contact.private_notes[0].text, CANARY);
    assert_eq!(view.closed_lanes, [] as [u16; 0]);
}

/// Acceptance row 10.
#[test]
fn two_people_of_one_name_stay_two() {
    let mut city = City::new();
    let mut writer = city.store.write(&author()).unwrap();
    let twins = ["a1", "a2"].map(|code| {
        let mut twin = practitioner(code, "coordination");
        twin.name = "Alex Beispiel".into();
        writer.add_practitioner(&twin).unwrap()
    });
    writer.commit().unwrap();
    let mut contact = city.contact(0);
    contact.participants = twins.map(|twin| (twin, 4)).into();
    city.add(&[contact.clone()]);

    let reader = city.all();
    let directory = reader.directory().unwrap();
    assert_eq!(["a1", "a2"].map(|code| directory.practitioners[code].key), twins);
    let view = reader.contact(contact.id).unwrap().unwrap();
    let expected = ["a1", "a2"].map(|code| (code.to_owned(), "Alex Beispiel".to_owned()));
    assert_eq!(view.participants, expected);
    let first = ContactFilter { practitioner: Some("a1".into()), ..ContactFilter::default() };
    assert_eq!(reader.contacts(&first).unwrap().len(), 1);
}

#[test]
fn filters_hold_together_and_the_newest_come_first() {
    let mut city = City::new();
    let mut contacts: Vec<_> = [0, 0, 1, 0].map(|school| city.contact(school)).into();
    for (contact, text) in contacts.iter_mut().zip(["09-01", "09-02", "09-02", "09-03"]) {
        contact.day = day(&format!("2025-{text}"));
    }
    contacts[2].time = None;
    contacts[3].pupils.pop();
    city.add(&contacts);
    let reader = city.all();
    let found = |filter: ContactFilter| -> Vec<usize> {
        let place = |id| contacts.iter().position(|contact| contact.id == id).unwrap();
        reader.contacts(&filter).unwrap().iter().map(|view| place(view.contact.id)).collect()
    };
    let all = ContactFilter::default;
    assert_eq!(found(all()), [3, 1, 2, 0]);
    assert_eq!(found(ContactFilter { limit: Some(2), ..all() }), [3, 1]);
    let period = Some(Period::new(day("2025-09-02"), day("2025-09-02")).unwrap());
    assert_eq!(found(ContactFilter { period, ..all() }), [1, 2]);
    let school = Some("100000".to_owned());
    assert_eq!(found(ContactFilter { period, school, ..all() }), [1]);
    assert_eq!(found(ContactFilter { pupil: Some("p01".into()), ..all() }), [1, 0]);
    assert_eq!(found(ContactFilter { practitioner: Some("m1".into()), ..all() }), [2]);
    assert_eq!(found(ContactFilter { practitioner: Some("nobody".into()), ..all() }), [0; 0]);
}

#[test]
fn a_reader_keeps_its_snapshot() {
    let mut city = City::new();
    let mut other = Store::open(&city.path(), &key()).unwrap();
    let reader = city.all();
    let mut writer = other.write(&author()).unwrap();
    writer.add_practitioner(&practitioner("late", "head")).unwrap();
    writer.commit().unwrap();
    assert_eq!(reader.practitioners().unwrap().len(), 5);
    // A second one beside it looks at the same records, and outlives it.
    let beside = city.only(0);
    drop(reader);
    assert_eq!(beside.practitioners().unwrap().len(), 5);
    drop(beside);
    assert_eq!(city.all().practitioners().unwrap().len(), 6);
    city.store.write(&author()).unwrap().commit().unwrap();
}

/// Whether the database or one of the files beside it holds the canary in clear.
fn is_in_clear(folder: &std::path::Path) -> bool {
    let mut seen = 0;
    let mut found = false;
    for entry in fs_err::read_dir(folder).unwrap() {
        let bytes = fs_err::read(entry.unwrap().path()).unwrap();
        seen += bytes.len();
        found |= bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes());
    }
    assert!(seen > 16_384, "there was something to look at");
    found
}

#[test]
fn no_file_holds_a_note_or_a_name_in_clear() {
    let mut city = City::new();
    let mut contact = city.contact_with_note(0, CANARY);
    contact.shared_note = Some(CANARY.into());
    let mut child = pupil(CANARY, city.schools[0], None);
    child.family_name = CANARY.into();
    let mut writer = city.store.write(&author()).unwrap();
    writer.add_contact(&contact, NOW).unwrap();
    writer.add_pupil(&child).unwrap();
    assert!(!is_in_clear(city.folder.path()), "before the commit");
    writer.commit().unwrap();
    assert!(city.folder.path().join("city.tridem-wal").exists());
    assert!(!is_in_clear(city.folder.path()), "in the log");
    let City { folder, store, .. } = city;
    drop(store);
    assert!(!is_in_clear(folder.path()), "in the database");

    // The same words where nothing is encrypted, to show that they would be found.
    let plain = Connection::open(folder.path().join("plain.sqlite")).unwrap();
    plain.execute_batch("PRAGMA page_size = 32768; CREATE TABLE note (text)").unwrap();
    plain.execute("INSERT INTO note VALUES (?1)", [CANARY]).unwrap();
    assert!(is_in_clear(folder.path()));
}

fn texts(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn every_table_is_strict() {
    let city = City::new();
    let loose = "SELECT name FROM pragma_table_list
                 WHERE schema = 'main' AND type = 'table' AND strict = 0
                   AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    assert_eq!(texts(&city.store.connection, loose), [""; 0]);
    let wrong = "INSERT INTO enrolment (school, year, pupils) VALUES (1, 2030, 'many')";
    assert!(city.store.connection.execute(wrong, []).is_err());
    let dangling = "INSERT INTO enrolment (school, year, pupils) VALUES (99, 2030, 1)";
    assert!(city.store.connection.execute(dangling, []).is_err());
}

/// Beginnings of words, German and English, that no field and no list may have in its name.
const FORBIDDEN: &[&str] = &[
    "abstammung",
    "ancestr",
    "citizen",
    "confession",
    "country",
    "denomination",
    "descent",
    "ethni",
    "faith",
    "geburtsland",
    "glaube",
    "herkunft",
    "heimat",
    "immigra",
    "konfession",
    "migra",
    "mother",
    "mutterspr",
    "nation",
    "origin",
    "race",
    "racial",
    "rasse",
    "relig",
    "roma",
    "sinti",
    "staatsang",
    "staatsb",
    "tribe",
    "volk",
];

/// The first forbidden beginning of a word of `name`.
fn forbidden(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    let mut words = name.split(|letter: char| !letter.is_alphanumeric());
    words.find_map(|word| FORBIDDEN.iter().copied().find(|begin| word.starts_with(begin)))
}

#[test]
fn no_field_tells_ethnicity_religion_or_nationality() {
    for name in ["mother_tongue", "country-of-birth", "Religionszugehörigkeit", "pupil.nationality"]
    {
        assert!(forbidden(name).is_some(), "{name} has to be found");
    }
    let city = City::new();
    let columns = "SELECT t.name || '.' || c.name
                   FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
                   WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let mut names = texts(&city.store.connection, columns);
    assert!(names.len() > 100, "all tables: {}", names.len());
    names.extend(texts(&city.store.connection, "SELECT DISTINCT list FROM code"));
    for dataset in &Dictionary::get().datasets {
        names.extend([&dataset.name, &dataset.title.de, &dataset.title.en].map(Clone::clone));
        for field in &dataset.fields {
            names.extend([&field.name, &field.title.de, &field.title.en].map(Clone::clone));
        }
    }
    for name in names {
        assert_eq!(forbidden(&name), None, "{name}");
    }
}
