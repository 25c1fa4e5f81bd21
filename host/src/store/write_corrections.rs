//! Corrects contacts, and keeps each as it was before.

use rusqlite::params;
use serde_json::json;

use super::lanes::LaneRefusal;
use super::notes::seal_note;
use super::write_contacts::{Sizes, check};
use super::writer::refusal;
use super::{Error, Writer};
use crate::domain::{Action, Contact, ContactField, Schools, Scope};

/// How messages name it.
const WHAT: &str = "the correction";

/// What a version keeps of a contact, apart from its people and notes. `?1` is the contact.
const KEEP: &str =
    "INSERT INTO contact_version (contact, version, replaced_at, replaced_by, reason, school, day,
       time, kind, result, attempt, roles, topics, minutes, persons, consultation, language,
       interpreter, household, next_due, next_step, shared_note, recorded_at)
     SELECT key, ?2, ?3, ?4, ?5, school, day, time, kind, result, attempt, roles, topics, minutes,
       persons, consultation, language, interpreter, household, next_due, next_step, shared_note,
       recorded_at
     FROM contact WHERE key = ?1";

/// What it keeps of them. Notes are copied as they are sealed: nobody has to read those of others.
const KEEP_PARTS: [&str; 3] = [
    "INSERT INTO contact_version_participant (contact, version, practitioner, role)
     SELECT contact, ?2, practitioner, role FROM contact_participant WHERE contact = ?1",
    "INSERT INTO contact_version_pupil (contact, version, pupil)
     SELECT contact, ?2, pupil FROM contact_pupil WHERE contact = ?1",
    "INSERT INTO private_note_version (contact, version, profession, since, sealed)
     SELECT contact, ?2, profession, since, sealed FROM private_note WHERE contact = ?1",
];

impl Writer<'_> {
    /// Makes the contact with the id of `corrected` what `corrected` says, and keeps what it was
    /// before with the `reason`. Gives the fields that changed.
    ///
    /// Private notes of lanes that `scope` cannot open stay as they are; those of the others become
    /// what `corrected` has of them, so none where it has none. The schools of the scope do not
    /// matter. The contact keeps its id and its key.
    ///
    /// # Errors
    ///
    /// [`Error::Lane`] for a note of a lane that is the scope's and closed to it;
    /// [`Error::NothingChanged`]; [`Error::Empty`] without a reason; [`Error::Dangling`] where there
    /// is no such contact; and those of [`Writer::add_contact`]. After an error that comes once the
    /// old version was kept, this writer cannot be committed any more.
    pub fn correct_contact(
        &mut self,
        corrected: &Contact,
        scope: &Scope,
        reason: &str,
    ) -> Result<Vec<ContactField>, Error> {
        if reason.trim().is_empty() {
            return Err(Error::Empty { what: "the reason of a correction" });
        }
        check(corrected, Sizes::new(&self.codes))?;
        let scope = Scope { schools: Schools::All, team: None, ..scope.clone() };
        let reader = self.read_all(&scope);
        let before = reader.contact(corrected.id)?;
        let Some(before) = before else { return Err(Error::Dangling { what: WHAT }) };
        let mut corrected = corrected.clone();
        let mut kept = Vec::new();
        for note in std::mem::take(&mut corrected.private_notes) {
            if reader.lane_opened(note.profession)?.is_some() {
                kept.push(note);
            } else if scope.lanes.contains(&note.profession) {
                return Err(LaneRefusal::Closed(self.role(note.profession)).into());
            }
        }
        corrected.private_notes = kept;
        drop(reader);
        let changed = before.contact.differences(&corrected);
        if changed.is_empty() {
            return Err(Error::NothingChanged);
        }
        self.written_in_part = true;
        let version = self.keep_version(before.key.0, reason)?;
        let mut notes = Vec::new();
        for field in &changed {
            if let ContactField::PrivateNote(profession) = field {
                let text = corrected.note_of(*profession);
                let sealed = text.map(|text| {
                    seal_note(&self.lanes, corrected.id, *profession, version + 1, text)
                });
                notes.push((*profession, sealed.transpose()?));
            }
        }
        self.replace(before.key.0, &corrected, &changed)
            .and_then(|()| self.replace_notes(before.key.0, version + 1, &notes))
            .map_err(|error| {
                refusal(error, WHAT, || ("a part of the contact", version.to_string()))
            })?;
        self.written_in_part = false;
        let fields: Vec<String> = changed.iter().map(|field| self.field_name(*field)).collect();
        let details = json!({ "version": version + 1, "fields": fields });
        self.note(Action::ContactCorrect, corrected.id.to_string(), &details);
        Ok(changed)
    }

    /// Keeps a contact as it is now and gives the number of that version.
    fn keep_version(&self, key: i64, reason: &str) -> Result<u32, Error> {
        let author = &self.ledger.author;
        let version: u32 = self
            .connection
            .prepare_cached("SELECT count(*) + 1 FROM contact_version WHERE contact = ?1")?
            .query_row([key], |row| row.get(0))?;
        self.connection.prepare_cached(KEEP)?.execute(params![
            key,
            version,
            author.at,
            author.code,
            reason.trim(),
        ])?;
        for sql in KEEP_PARTS {
            self.connection.prepare_cached(sql)?.execute((key, version))?;
        }
        Ok(version)
    }

    fn replace(
        &self,
        key: i64,
        contact: &Contact,
        changed: &[ContactField],
    ) -> rusqlite::Result<()> {
        let run = |sql: &str, parameters: &[&dyn rusqlite::ToSql]| {
            self.connection.prepare_cached(sql)?.execute(parameters)
        };
        let step = contact.next_step.as_ref();
        run(
            "UPDATE contact SET school = ?2, day = ?3, time = ?4, kind = ?5, result = ?6,
               attempt = ?7, roles = ?8, topics = ?9, minutes = ?10, persons = ?11,
               consultation = ?12, language = ?13, interpreter = ?14, household = ?15,
               next_due = ?16, next_step = ?17, shared_note = ?18
             WHERE key = ?1",
            params![
                key,
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
            ],
        )?;
        for field in changed {
            match field {
                ContactField::Participants => {
                    run("DELETE FROM contact_participant WHERE contact = ?1", params![key])?;
                    for (practitioner, role) in &contact.participants {
                        run(
                            "INSERT INTO contact_participant (contact, practitioner, role)
                             VALUES (?1, ?2, ?3)",
                            params![key, practitioner.0, role],
                        )?;
                    }
                }
                ContactField::Pupils => {
                    run("DELETE FROM contact_pupil WHERE contact = ?1", params![key])?;
                    for pupil in &contact.pupils {
                        run(
                            "INSERT INTO contact_pupil (contact, pupil) VALUES (?1, ?2)",
                            params![key, pupil.0],
                        )?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Puts other texts, or none, in place of the notes of these professions.
    fn replace_notes(
        &self,
        key: i64,
        since: u32,
        notes: &[(u16, Option<Vec<u8>>)],
    ) -> rusqlite::Result<()> {
        for (profession, sealed) in notes {
            self.connection
                .prepare_cached("DELETE FROM private_note WHERE contact = ?1 AND profession = ?2")?
                .execute((key, profession))?;
            if let Some(sealed) = sealed {
                self.connection
                    .prepare_cached(
                        "INSERT INTO private_note (contact, profession, since, sealed)
                         VALUES (?1, ?2, ?3, ?4)",
                    )?
                    .execute((key, profession, since, sealed))?;
            }
        }
        Ok(())
    }

    /// The name of a field for the audit: that of its column in a file.
    fn field_name(&self, field: ContactField) -> String {
        match field {
            ContactField::PrivateNote(profession) => {
                format!("{}:{}", field.name(), self.role(profession))
            }
            field => field.name().to_owned(),
        }
    }
}
