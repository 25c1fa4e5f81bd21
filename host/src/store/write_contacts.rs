//! Adds contacts, quickly enough that a hundred thousand of them can be imported at once.

use std::fmt;

use rusqlite::{CachedStatement, Connection, params};

use super::writer::refusal;
use super::{Error, Writer};
use crate::domain::{CodeLists, Contact, ContactKey};

/// What every contact needs and is looked up once: the statements and the sizes of the code lists.
pub(super) struct ContactStatements<'store> {
    contact: CachedStatement<'store>,
    participant: CachedStatement<'store>,
    pupil: CachedStatement<'store>,
    note: CachedStatement<'store>,
    sizes: Sizes,
}

impl fmt::Debug for ContactStatements<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContactStatements").finish_non_exhaustive()
    }
}

/// How many codes the lists have that a contact uses.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    kind: usize,
    result: usize,
    consultation: usize,
    language: usize,
    topic: usize,
    role: usize,
}

impl<'store> ContactStatements<'store> {
    fn new(connection: &'store Connection, codes: &CodeLists) -> Result<Self, Error> {
        let size = |list| codes.list(list).codes().len();
        Ok(Self {
            contact: connection.prepare_cached(
                "INSERT INTO contact (id, school, day, time, kind, result, attempt, roles, topics,
                   minutes, persons, consultation, language, interpreter, household, next_due,
                   next_step, shared_note, recorded_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,
                   ?17, ?18, ?19)",
            )?,
            participant: connection.prepare_cached(
                "INSERT INTO contact_participant (contact, practitioner, role) VALUES (?1, ?2, ?3)",
            )?,
            pupil: connection
                .prepare_cached("INSERT INTO contact_pupil (contact, pupil) VALUES (?1, ?2)")?,
            note: connection.prepare_cached(
                "INSERT INTO private_note (contact, profession, text) VALUES (?1, ?2, ?3)",
            )?,
            sizes: Sizes {
                kind: size("contact-kind"),
                result: size("result"),
                consultation: size("consultation"),
                language: size("language"),
                topic: size("topic"),
                role: size("role"),
            },
        })
    }
}

impl Writer<'_> {
    /// Adds a contact. `recorded_at` is in seconds since 1970-01-01 UTC.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] without participants; [`Error::Twice`] where a participant, a pupil or the
    /// profession of a note is named twice; [`Error::UnknownPlace`] where a code list does not have
    /// a code; [`Error::Exists`] where the id is taken; [`Error::Refused`] where a number is out of
    /// its bounds. [`Error::Dangling`] where it refers to what is not there: if that is a person,
    /// the contact was there in part, and this writer cannot be committed any more.
    pub fn add_contact(
        &mut self,
        contact: &Contact,
        recorded_at: i64,
    ) -> Result<ContactKey, Error> {
        let statements = match &mut self.contacts {
            Some(statements) => statements,
            empty => empty.insert(ContactStatements::new(self.connection, &self.codes)?),
        };
        check(contact, statements.sizes)?;
        let step = contact.next_step.as_ref();
        statements
            .contact
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
                recorded_at,
            ])
            .map_err(|error| {
                refusal(error, WHAT, || ("a contact with the id", contact.id.to_string()))
            })?;
        let key = self.connection.last_insert_rowid();
        if let Err(error) = statements.add_parts(key, contact) {
            self.written_in_part = true;
            return Err(error);
        }
        Ok(ContactKey(key))
    }
}

/// How messages name it.
const WHAT: &str = "the contact";

impl ContactStatements<'_> {
    fn add_parts(&mut self, key: i64, contact: &Contact) -> Result<(), Error> {
        // Nothing of it can be there already: the key is new, and doubles were refused.
        let refused = |error| refusal(error, WHAT, || ("a part of the contact", key.to_string()));
        for (practitioner, role) in &contact.participants {
            self.participant.execute((key, practitioner.0, role)).map_err(refused)?;
        }
        for pupil in &contact.pupils {
            self.pupil.execute((key, pupil.0)).map_err(refused)?;
        }
        for note in &contact.private_notes {
            self.note.execute((key, note.profession, &note.text)).map_err(refused)?;
        }
        Ok(())
    }
}

/// Checks what the schema cannot, before anything is written.
fn check(contact: &Contact, sizes: Sizes) -> Result<(), Error> {
    if contact.participants.is_empty() {
        return Err(Error::Empty { what: "the list of participants" });
    }
    let participants = contact.participants.iter().map(|(practitioner, _)| practitioner);
    if names_twice(participants) {
        return Err(Error::Twice { what: "a participant" });
    }
    if names_twice(contact.pupils.iter()) {
        return Err(Error::Twice { what: "a pupil" });
    }
    if names_twice(contact.private_notes.iter().map(|note| note.profession)) {
        return Err(Error::Twice { what: "the profession of a private note" });
    }
    has_place("contact-kind", sizes.kind, contact.kind)?;
    has_place("result", sizes.result, contact.result)?;
    if let Some(consultation) = contact.consultation {
        has_place("consultation", sizes.consultation, consultation)?;
    }
    if let Some(language) = contact.language {
        has_place("language", sizes.language, language)?;
    }
    if let Some(topic) = highest(contact.topics) {
        has_place("topic", sizes.topic, topic)?;
    }
    for (_, role) in &contact.participants {
        has_place("role", sizes.role, *role)?;
    }
    for note in &contact.private_notes {
        has_place("role", sizes.role, note.profession)?;
    }
    Ok(())
}

fn has_place(list: &'static str, size: usize, place: u16) -> Result<(), Error> {
    if usize::from(place) < size { Ok(()) } else { Err(Error::UnknownPlace { list, place }) }
}

/// The highest place in a set.
fn highest(set: u64) -> Option<u16> {
    u16::try_from(set.checked_ilog2()?).ok()
}

/// Compares each with each: there are two or three, at most a class of thirty.
fn names_twice<T: PartialEq>(items: impl Iterator<Item = T> + Clone) -> bool {
    let mut rest = items;
    while let Some(item) = rest.next() {
        if rest.clone().any(|other| other == item) {
            return true;
        }
    }
    false
}
