//! Contacts in great number: a file of them to take in, and their bare rows.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use tridem::app::{Actor, App, ImportOptions, KeySource};
use tridem::demo::City;
use tridem::domain::Contact;

/// Contacts in the file.
pub(crate) const ROWS: usize = 100_000;

/// A folder of records with everything that contacts refer to, and a file of contacts.
pub(crate) struct Prepared {
    pub(crate) dir: PathBuf,
    pub(crate) contacts: PathBuf,
    actor: Actor,
}

impl Prepared {
    pub(crate) fn new(folder: &Path) -> Self {
        let dir = folder.join("records");
        let actor = Actor::new("bench".into(), None);
        let key = KeySource::File(dir.join("tridem.key"));
        let city = City::generate(1);
        App::init(&actor, &dir, &key, &city.name).expect("a new folder");
        let mut app = App::open(&dir, &key).expect("the folder just made");
        let contacts = folder.join("contacts.csv");
        for file in &city.files {
            if file.kind == "contacts" {
                fs_err::write(&contacts, many(&file.text)).expect("there is room");
                continue;
            }
            let path = folder.join(&file.name);
            fs_err::write(&path, &file.text).expect("there is room");
            let kind = file.kind.parse().expect("a kind");
            app.import(&actor, kind, &path, ImportOptions::default(), &mut |_| {})
                .expect("the demo's files are right");
        }
        Self { dir, contacts, actor }
    }

    /// Imports the contacts into a copy of the records.
    pub(crate) fn run(&self) -> Duration {
        let copy = tempfile::tempdir().expect("there is room");
        for name in ["tridem.db", "tridem.key"] {
            fs_err::copy(self.dir.join(name), copy.path().join(name)).expect("there is room");
        }
        self.fill(copy.path())
    }

    /// Imports the contacts into the records of a folder.
    pub(crate) fn fill(&self, dir: &Path) -> Duration {
        let key = KeySource::File(dir.join("tridem.key"));
        let mut app = App::open(dir, &key).expect("a folder of records");
        let begun = Instant::now();
        let rows = app
            .import(
                &self.actor,
                "contacts".parse().expect("a kind"),
                &self.contacts,
                ImportOptions::default(),
                &mut |_| {},
            )
            .expect("the demo's contacts are right");
        let took = begun.elapsed();
        assert_eq!(rows, ROWS);
        took
    }
}

/// The demo's contacts over and over, below one header.
fn many(text: &str) -> Vec<u8> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut writer = csv::Writer::from_writer(Vec::new());
    let rows: Vec<csv::ByteRecord> =
        reader.byte_records().collect::<Result<_, _>>().expect("the demo's files are right");
    writer.write_record(reader.byte_headers().expect("a header")).expect("memory takes it");
    for row in rows.iter().cycle().take(ROWS) {
        writer.write_record(row).expect("memory takes it");
    }
    writer.into_inner().expect("memory takes it")
}

/// The rows of the contact and nothing else: nothing is checked, no audit, no version.
pub(crate) fn insert(connection: &Connection, contact: &Contact) -> rusqlite::Result<()> {
    let step = contact.next_step.as_ref();
    connection
        .prepare_cached(
            "INSERT INTO contact (id, school, day, time, kind, result, attempt, roles, topics,
               minutes, persons, consultation, language, interpreter, household, next_due,
               next_step, shared_note, recorded_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
               ?18, ?19)",
        )?
        .execute(params![
            contact.id.bytes(),
            contact.school.0,
            contact.day.0,
            contact.time,
            contact.kind,
            contact.result,
            contact.attempt,
            contact.roles().cast_signed(),
            contact.topics.cast_signed(),
            contact.minutes,
            contact.persons,
            contact.consultation,
            contact.language,
            contact.interpreter,
            contact.household.map(|household| household.0),
            step.and_then(|step| step.due).map(|day| day.0),
            step.map(|step| &step.text),
            contact.shared_note,
            0,
        ])?;
    let key = connection.last_insert_rowid();
    let mut insert =
        connection.prepare_cached("INSERT INTO contact_participant VALUES (?1, ?2, ?3)")?;
    for (practitioner, role) in &contact.participants {
        insert.execute((key, practitioner.0, role))?;
    }
    let mut insert = connection.prepare_cached("INSERT INTO contact_pupil VALUES (?1, ?2)")?;
    for pupil in &contact.pupils {
        insert.execute((key, pupil.0))?;
    }
    // As many bytes as a sealed note has, and no sealing.
    let mut insert =
        connection.prepare_cached("INSERT INTO private_note VALUES (?1, ?2, 1, zeroblob(?3))")?;
    for note in &contact.private_notes {
        let length = (note.text.len() + 1).next_multiple_of(128) + 49;
        let length = i64::try_from(length).expect("a note is short");
        insert.execute((key, note.profession, length))?;
    }
    Ok(())
}
