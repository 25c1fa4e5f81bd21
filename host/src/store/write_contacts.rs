//! Adds contacts, quickly enough that a hundred thousand of them can be imported at once.

use std::fmt;

use rusqlite::{CachedStatement, Connection, params};

use super::ledger::Sign;
use super::notes::{LaneKeys, seal_note};
use super::writer::refusal;
use super::{Error, Writer};
use crate::domain::{Action, CodeLists, Contact, ContactKey};

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
pub(super) struct Sizes {
    kind: usize,
    result: usize,
    consultation: usize,
    language: usize,
    topic: usize,
    role: usize,
}

impl Sizes {
    pub(super) fn new(codes: &CodeLists) -> Self {
        let size = |list| codes.list(list).codes().len();
        Self {
            kind: size("contact-kind"),
            result: size("result"),
            consultation: size("consultation"),
            language: size("language"),
            topic: size("topic"),
            role: size("role"),
        }
    }
}

impl<'store> ContactStatements<'store> {
    fn new(connection: &'store Connection, codes: &CodeLists) -> Result<Self, Error> {
        Ok(Self {
            contact: connection.prepare_cached(
                "INSERT INTO contact (key, id, school, day, time, kind, result, attempt, roles,
                   topics, minutes, persons, consultation, language, interpreter, household,
                   next_due, next_step, shared_note, recorded_at)
                 VALUES (
                   (SELECT max(floor, coalesce((SELECT max(key) FROM contact), 0)) + 1
                    FROM key_floor WHERE name = 'contact'),
                   ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,
                   ?17, ?18, ?19)",
            )?,
            participant: connection.prepare_cached(
                "INSERT INTO contact_participant (contact, practitioner, role) VALUES (?1, ?2, ?3)",
            )?,
            pupil: connection
                .prepare_cached("INSERT INTO contact_pupil (contact, pupil) VALUES (?1, ?2)")?,
            note: connection.prepare_cached(
                "INSERT INTO private_note (contact, profession, since, sealed)
                 VALUES (?1, ?2, 1, ?3)",
            )?,
            sizes: Sizes::new(codes),
        })
    }
}

impl Writer<'_> {
    /// Adds a contact. `recorded_at` is in seconds since 1970-01-01 UTC.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] without participants or for a note without text; [`Error::Twice`] where a participant, a pupil or the
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
        if let Err(error) = statements.add_parts(key, contact, &self.lanes) {
            self.written_in_part = true;
            return Err(error);
        }
        self.note_row(Action::ContactAdd, Sign::Id(contact.id));
        self.touch(contact.school, contact.day);
        Ok(ContactKey(key))
    }
}

/// How messages name it.
const WHAT: &str = "the contact";

impl ContactStatements<'_> {
    fn add_parts(&mut self, key: i64, contact: &Contact, lanes: &LaneKeys) -> Result<(), Error> {
        // Nothing of it can be there already: the key is new, and doubles were refused.
        let refused = |error| refusal(error, WHAT, || ("a part of the contact", key.to_string()));
        for (practitioner, role) in &contact.participants {
            self.participant.execute((key, practitioner.0, role)).map_err(refused)?;
        }
        for pupil in &contact.pupils {
            self.pupil.execute((key, pupil.0)).map_err(refused)?;
        }
        for note in &contact.private_notes {
            let sealed = seal_note(lanes, contact.id, note.profession, 1, &note.text)?;
            self.note.execute((key, note.profession, sealed)).map_err(refused)?;
        }
        Ok(())
    }
}

/// Checks what the schema cannot, before anything is written.
pub(super) fn check(contact: &Contact, sizes: Sizes) -> Result<(), Error> {
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
    if contact.private_notes.iter().any(|note| note.text.is_empty()) {
        return Err(Error::Empty { what: "a private note" });
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        ContactKey, HouseholdKey, NextStep, PractitionerKey, PrivateNote, PupilKey, SchoolKey,
    };
    use crate::store::ContactFilter;
    use crate::store::fixture::{City, MEDIATION, NOW, SOCIAL_WORK, TEACHER, author, day};

    type Change = fn(&mut Contact);

    /// Adds a changed contact, which has to be refused, and returns what was said.
    fn refused(city: &mut City, change: impl FnOnce(&mut Contact)) -> Error {
        let mut contact = city.contact(0);
        change(&mut contact);
        city.store.write(&author()).unwrap().add_contact(&contact, NOW).unwrap_err()
    }

    #[test]
    fn places_outside_their_lists_are_refused() {
        let mut city = City::new();
        let cases: [(&str, Change); 7] = [
            ("contact-kind", |contact| contact.kind = 14),
            ("result", |contact| contact.result = 6),
            ("consultation", |contact| contact.consultation = Some(3)),
            ("language", |contact| contact.language = Some(22)),
            ("topic", |contact| contact.topics = 1 << 18 | 1),
            ("role", |contact| contact.participants[1].1 = 200),
            ("role", |contact| {
                contact.private_notes = vec![PrivateNote { profession: 8, text: "x".into() }];
            }),
        ];
        for (list, change) in cases {
            let error = refused(&mut city, change);
            assert!(matches!(error, Error::UnknownPlace { list: found, .. } if found == list));
        }
    }

    #[test]
    fn nobody_and_nothing_is_named_twice() {
        let mut city = City::new();
        let error = refused(&mut city, |contact| {
            contact.participants.push((contact.participants[0].0, SOCIAL_WORK));
        });
        assert_eq!(error.to_string(), "a participant is named twice in one record");
        let error = refused(&mut city, |contact| contact.pupils.push(contact.pupils[0]));
        assert!(matches!(error, Error::Twice { what: "a pupil" }), "{error}");
        let error = refused(&mut city, |contact| {
            contact.private_notes =
                ["a", "b"].map(|text| PrivateNote { profession: 2, text: text.into() }).into();
        });
        assert!(matches!(error, Error::Twice { .. }), "{error}");
    }

    #[test]
    fn what_must_not_be_empty_is_not() {
        let mut city = City::new();
        let error = refused(&mut city, |contact| contact.participants.clear());
        assert!(matches!(error, Error::Empty { .. }), "{error}");
        let error = refused(&mut city, |contact| {
            contact.private_notes = vec![PrivateNote { profession: 2, text: String::new() }];
        });
        assert!(matches!(error, Error::Empty { .. }), "{error}");
    }

    #[test]
    fn numbers_out_of_bounds_are_refused_by_the_schema() {
        let mut city = City::new();
        let cases: [Change; 3] = [
            |contact| contact.minutes = 1441,
            |contact| contact.persons = 501,
            |contact| contact.time = Some(1440),
        ];
        for change in cases {
            let error = refused(&mut city, change);
            assert!(matches!(error, Error::Refused { .. }), "{error}");
        }
    }

    #[test]
    fn a_contact_that_was_written_in_part_keeps_the_writer_from_committing() {
        let mut city = City::new();
        for change in
            [(|contact: &mut Contact| contact.pupils = vec![PupilKey(999)]) as Change, |contact| {
                contact.participants.push((PractitionerKey(999), MEDIATION));
            }]
        {
            let mut contact = city.contact(0);
            change(&mut contact);
            let good = city.contact(0);
            let mut writer = city.store.write(&author()).unwrap();
            writer.add_contact(&good, NOW).unwrap();
            let error = writer.add_contact(&contact, NOW).unwrap_err();
            assert!(matches!(error, Error::Dangling { what: "the contact" }), "{error}");
            assert!(matches!(writer.commit(), Err(Error::WrittenInPart)));
            assert_eq!(city.all().contacts(&ContactFilter::default()).unwrap(), []);
        }
    }

    #[test]
    fn a_school_or_household_that_is_not_there_is_refused_before_anything_is_written() {
        let mut city = City::new();
        for change in
            [(|contact: &mut Contact| contact.school = SchoolKey(999)) as Change, |contact| {
                contact.household = Some(HouseholdKey(999));
            }]
        {
            let mut contact = city.contact(0);
            change(&mut contact);
            let mut writer = city.store.write(&author()).unwrap();
            let error = writer.add_contact(&contact, NOW).unwrap_err();
            assert!(matches!(error, Error::Dangling { .. }), "{error}");
            writer.commit().unwrap();
        }
        assert_eq!(city.all().contacts(&ContactFilter::default()).unwrap(), []);
    }

    #[test]
    fn an_id_names_one_contact() {
        let mut city = City::new();
        let contact = city.contact(0);
        city.add(std::slice::from_ref(&contact));
        let error = city.store.write(&author()).unwrap().add_contact(&contact, NOW).unwrap_err();
        assert!(matches!(error, Error::Exists { what: "a contact with the id", .. }), "{error}");
    }

    #[test]
    fn a_contact_comes_back_as_it_was_written() {
        let mut city = City::new();
        let mut full = city.contact_with_note(1, "vertraulich");
        full.next_step = Some(NextStep { due: Some(day("2025-11-01")), text: "Antrag".into() });
        full.shared_note = Some("gemeinsam".into());
        let mut bare = city.contact(0);
        bare.day = day("2025-10-07");
        bare.time = None;
        bare.attempt = true;
        bare.persons = 0;
        bare.result = 1;
        bare.consultation = None;
        bare.language = None;
        bare.household = None;
        bare.pupils = Vec::new();
        bare.topics = 0;
        bare.next_step = Some(NextStep { due: None, text: String::new() });
        city.add(&[full.clone(), bare.clone()]);

        let scope = crate::domain::Scope::municipality().with_lane(SOCIAL_WORK);
        let found = city.store.read(&scope).unwrap().contacts(&ContactFilter::default()).unwrap();
        assert_eq!(found[0].contact, bare);
        assert_eq!(found[1].contact, full);
        assert_eq!(found[1].key, ContactKey(1));
        assert_eq!(found[1].household.as_deref(), Some("h1"));
        let expected = [("p10", "Kind p10"), ("p11", "Kind p11")];
        assert_eq!(found[1].pupils, expected.map(|(code, name)| (code.into(), name.into())));
    }

    #[test]
    fn the_roles_column_is_the_set_of_those_who_took_part() {
        let mut city = City::new();
        let mut contact = city.contact(0);
        contact.participants = vec![(city.mediators[0], MEDIATION), (city.mediators[1], TEACHER)];
        city.add(&[contact]);
        let roles: i64 = city
            .store
            .connection
            .query_row("SELECT roles FROM contact", [], |row| row.get(0))
            .unwrap();
        assert_eq!(roles, 1 << MEDIATION | 1 << TEACHER);
    }

    #[test]
    fn the_last_of_64_topics_fits() {
        let mut city = City::new();
        let mut contact = city.contact(0);
        contact.topics = 1 << 63 | 1;
        let mut writer = city.store.write(&author()).unwrap();
        assert!(writer.add_contact(&contact, NOW).is_err());
        for place in 18..64 {
            let code = format!("own-{place}");
            let code = crate::domain::Code { de: code.clone(), en: code.clone(), code };
            writer.add_code("topic", &code).unwrap();
        }
        writer.add_contact(&contact, NOW).unwrap();
        writer.commit().unwrap();
        let found = city.all().contact(contact.id).unwrap().unwrap();
        assert_eq!(found.contact.topics, 1 << 63 | 1);
    }
}
