//! Reads what a contact was before it was corrected, as far as the scope and the lanes allow.

use rusqlite::Row;

use super::notes::open_note;
use super::read_contacts::view;
use super::{Error, Reader};
use crate::domain::{
    ContactField, ContactHistory, ContactVersion, ContactView, Id, PractitionerKey, PrivateNote,
    PupilKey,
};

impl Reader<'_> {
    /// The contact with this id and what it was before, oldest first; `None` where the contact lies
    /// outside the scope.
    ///
    /// A version that belonged to a school outside the scope is not shown. Neither is the reason of
    /// a correction of which nothing may be seen: what somebody wrote of a private note is as
    /// private as the note.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn contact_history(&self, id: Id) -> Result<Option<ContactHistory>, Error> {
        let Some(now) = self.contact(id)? else { return Ok(None) };
        let key = now.key.0;
        let mut versions = self.versions(key)?;
        for version in &mut versions {
            version.closed_changes = self.closed_changes(key, version.version)?;
        }
        for place in 0..versions.len() {
            let (earlier, later) = versions.split_at_mut(place + 1);
            let version = &mut earlier[place];
            let after = later.first().map_or(Some(&now), |later| later.view.as_ref());
            version.changed = match (&version.view, after) {
                (Some(before), Some(after)) => before.contact.differences(&after.contact),
                (None, None) => Vec::new(),
                // It came from a school that may not be seen, or went there and came back.
                _ => vec![ContactField::School],
            };
            let is_seen = version.view.is_some() && after.is_some() && !version.changed.is_empty();
            version.reason = version.reason.take().filter(|_| is_seen);
        }
        Ok(Some(ContactHistory { now, versions }))
    }

    /// The versions of a contact without what changed after each.
    fn versions(&self, key: i64) -> Result<Vec<ContactVersion>, Error> {
        // The columns of a contact stand where `read_contacts` has them.
        let sql = format!(
            "SELECT c.key, c.id, v.school, v.day, v.time, v.minutes, v.kind, v.result, v.attempt,
                    v.consultation, v.language, v.interpreter, v.topics, v.persons, h.key, h.code,
                    v.next_due, v.next_step, v.shared_note, s.number, s.name,
                    v.version, v.replaced_at, v.replaced_by, v.reason, {}
             FROM contact_version AS v
             JOIN contact AS c ON c.key = v.contact
             JOIN school AS s ON s.key = v.school
             LEFT JOIN household AS h ON h.key = v.household AND {}
             WHERE v.contact = ?1
             ORDER BY v.version",
            self.in_scope("v.school"),
            self.household_in_scope("h.key")
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let found = statement.query_map([key], version)?;
        let mut versions = found.collect::<Result<Vec<_>, _>>()?;
        for ContactVersion { version, view, .. } in &mut versions {
            if let Some(view) = view {
                self.add_people_of(key, *version, view)?;
                self.add_notes_of(key, *version, view)?;
            }
        }
        Ok(versions)
    }

    fn add_people_of(&self, key: i64, version: u32, view: &mut ContactView) -> Result<(), Error> {
        let mut participants = self.connection.prepare_cached(
            "SELECT cp.practitioner, cp.role, p.code, p.name
             FROM contact_version_participant AS cp
             JOIN practitioner AS p ON p.key = cp.practitioner
             WHERE cp.contact = ?1 AND cp.version = ?2
             ORDER BY cp.practitioner",
        )?;
        let mut rows = participants.query((key, version))?;
        while let Some(row) = rows.next()? {
            view.contact.participants.push((PractitionerKey(row.get(0)?), row.get(1)?));
            view.participants.push((row.get(2)?, row.get(3)?));
        }
        let mut pupils = self.connection.prepare_cached(&format!(
            "SELECT cp.pupil, p.code, p.given_name, p.family_name
             FROM contact_version_pupil AS cp JOIN pupil AS p ON p.key = cp.pupil
             WHERE cp.contact = ?1 AND cp.version = ?2 AND {}
             ORDER BY cp.pupil",
            self.in_scope("p.school")
        ))?;
        let mut rows = pupils.query((key, version))?;
        while let Some(row) = rows.next()? {
            view.contact.pupils.push(PupilKey(row.get(0)?));
            let (given, family): (String, String) = (row.get(2)?, row.get(3)?);
            view.pupils.push((row.get(1)?, format!("{given} {family}").trim().to_owned()));
        }
        Ok(())
    }

    /// Adds the notes of the scope's lanes. The text of a closed lane is asked for by nobody.
    fn add_notes_of(&self, key: i64, version: u32, view: &mut ContactView) -> Result<(), Error> {
        let mut lanes = self.connection.prepare_cached(
            "SELECT profession FROM private_note_version WHERE contact = ?1 AND version = ?2
             ORDER BY 1",
        )?;
        let mut note = self.connection.prepare_cached(
            "SELECT since, sealed FROM private_note_version
             WHERE contact = ?1 AND version = ?2 AND profession = ?3",
        )?;
        let mut rows = lanes.query((key, version))?;
        while let Some(row) = rows.next()? {
            let profession: u16 = row.get(0)?;
            if let Some(opened) = self.lane_opened(profession)? {
                let (since, sealed): (u32, Vec<u8>) = note
                    .query_row((key, version, profession), |row| Ok((row.get(0)?, row.get(1)?)))?;
                let text = open_note(opened, view.contact.id, profession, since, &sealed)?;
                view.contact.private_notes.push(PrivateNote { profession, text });
            } else {
                view.closed_lanes.push(profession);
            }
        }
        Ok(())
    }

    /// The professions whose note the reader cannot open and that changed after a version. Only when
    /// a text was written is compared; nobody has to open it.
    fn closed_changes(&self, key: i64, version: u32) -> Result<Vec<u16>, Error> {
        let mut statement = self.connection.prepare_cached(
            "WITH last AS (SELECT max(version) AS version FROM contact_version WHERE contact = ?1),
               after AS (
                 SELECT profession, since FROM private_note_version
                 WHERE contact = ?1 AND version = ?2 + 1
                 UNION ALL
                 SELECT profession, since FROM private_note, last
                 WHERE contact = ?1 AND ?2 = last.version),
               before AS (
                 SELECT profession, since FROM private_note_version
                 WHERE contact = ?1 AND version = ?2)
             SELECT profession FROM (SELECT profession FROM before UNION SELECT profession FROM after)
               AS either
             WHERE (SELECT since FROM before WHERE before.profession = either.profession)
               IS NOT (SELECT since FROM after WHERE after.profession = either.profession)
             ORDER BY 1",
        )?;
        let found = statement.query_map((key, version), |row| row.get(0))?;
        let mut closed = Vec::new();
        for profession in found.collect::<Result<Vec<u16>, _>>()? {
            if self.lane_opened(profession)?.is_none() {
                closed.push(profession);
            }
        }
        Ok(closed)
    }
}

/// A version without its people and notes; without anything of it where its school is out of scope.
fn version(row: &Row<'_>) -> rusqlite::Result<ContactVersion> {
    let is_in_scope: bool = row.get(25)?;
    Ok(ContactVersion {
        version: row.get(21)?,
        replaced_at: row.get(22)?,
        replaced_by: row.get(23)?,
        reason: row.get(24)?,
        view: if is_in_scope { Some(view(row)?) } else { None },
        changed: Vec::new(),
        closed_changes: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Author, Contact, ContactHistory, PractitionerKey, Scope};
    use crate::store::fixture::{City, MEDIATION, NOW, SOCIAL_WORK, TEACHER, author, day};
    use crate::store::{AuditFilter, Error};

    const OLD: &str = "Kanarienvogel, wie er war";
    const NEW: &str = "Kanarienvogel, wie er ist";

    /// Corrects a contact for somebody of these professions, half an hour after it was recorded.
    fn correct(
        city: &mut City,
        contact: &Contact,
        lanes: &[u16],
        reason: &str,
    ) -> Result<Vec<ContactField>, Error> {
        let mut writer = city.store.write(&Author::new("bm1", NOW + 1_800)).unwrap();
        let scope = lanes.iter().fold(Scope::municipality(), |scope, lane| scope.with_lane(*lane));
        let changed = writer.correct_contact(contact, &scope, reason)?;
        writer.commit()?;
        Ok(changed)
    }

    fn history(city: &City, scope: &Scope, contact: &Contact) -> ContactHistory {
        city.store.read(scope).unwrap().contact_history(contact.id).unwrap().unwrap()
    }

    #[test]
    fn the_social_workers_old_note_is_closed_to_all_others() {
        let mut city = City::new();
        let mut contact = city.contact_with_note(0, OLD);
        city.add(std::slice::from_ref(&contact));
        contact.private_notes[0].text = NEW.into();
        correct(&mut city, &contact, &[SOCIAL_WORK], "Kanarienvogel im Grund").unwrap();
        contact.minutes = 50;
        correct(&mut city, &contact, &[], "Dauer verlesen").unwrap();

        let all = Scope::municipality;
        for scope in [all(), all().with_lane(TEACHER), all().with_lane(MEDIATION)] {
            let history = history(&city, &scope, &contact);
            assert!(!format!("{history:?}").contains("Kanarienvogel"), "{history:?}");
            let [first, second] = &history.versions[..] else { panic!("{history:?}") };
            assert_eq!(
                (&first.changed[..], &first.closed_changes[..]),
                (&[][..], &[SOCIAL_WORK][..])
            );
            assert_eq!(first.reason, None, "what was written of the note is as private");
            assert_eq!(first.view.as_ref().unwrap().closed_lanes, [SOCIAL_WORK]);
            assert_eq!(second.changed, [ContactField::Minutes]);
            assert_eq!(second.closed_changes, [0; 0]);
            assert_eq!(second.reason.as_deref(), Some("Dauer verlesen"));
        }
        let history = history(&city, &all().with_lane(SOCIAL_WORK), &contact);
        let texts: Vec<Option<&str>> = history
            .versions
            .iter()
            .map(|version| version.view.as_ref().unwrap().contact.note_of(SOCIAL_WORK))
            .collect();
        assert_eq!(texts, [Some(OLD), Some(NEW)]);
        assert_eq!(history.now.contact.note_of(SOCIAL_WORK), Some(NEW));
        assert_eq!(history.versions[0].changed, [ContactField::PrivateNote(SOCIAL_WORK)]);
        assert_eq!(history.versions[0].reason.as_deref(), Some("Kanarienvogel im Grund"));
    }

    #[test]
    fn a_note_of_another_profession_is_neither_changed_nor_removed() {
        let mut city = City::new();
        let mut contact = city.contact_with_note(0, OLD);
        city.add(std::slice::from_ref(&contact));
        contact.private_notes[0].text = NEW.into();
        let error = correct(&mut city, &contact, &[TEACHER, MEDIATION], "x").unwrap_err();
        assert!(matches!(error, Error::NothingChanged), "{error}");
        contact.private_notes.clear();
        contact.minutes += 1;
        correct(&mut city, &contact, &[TEACHER, MEDIATION], "x").unwrap();
        let scope = Scope::municipality().with_lane(SOCIAL_WORK);
        assert_eq!(history(&city, &scope, &contact).now.contact.note_of(SOCIAL_WORK), Some(OLD));
    }

    #[test]
    fn a_correction_without_a_change_or_a_reason_or_a_contact_is_refused() {
        let mut city = City::new();
        let mut contact = city.contact(0);
        let stranger = city.contact(0);
        city.add(std::slice::from_ref(&contact));
        contact.pupils.reverse();
        assert!(matches!(correct(&mut city, &contact, &[], "x"), Err(Error::NothingChanged)));
        contact.minutes = 1;
        assert!(matches!(correct(&mut city, &contact, &[], " "), Err(Error::Empty { .. })));
        assert!(matches!(correct(&mut city, &stranger, &[], "x"), Err(Error::Dangling { .. })));
        contact.kind = 60;
        assert!(matches!(correct(&mut city, &contact, &[], "x"), Err(Error::UnknownPlace { .. })));
        contact.kind = 0;
        contact.pupils = vec![PupilKey(999)];
        let before = city.all().contact(contact.id).unwrap();
        let mut writer = city.store.write(&author()).unwrap();
        let error = writer.correct_contact(&contact, &Scope::municipality(), "x").unwrap_err();
        assert!(matches!(error, Error::Dangling { .. }), "{error}");
        assert!(matches!(writer.commit(), Err(Error::WrittenInPart)));
        assert_eq!(city.all().contact(contact.id).unwrap(), before);
        assert_eq!(history(&city, &Scope::municipality(), &contact).versions, []);
    }

    #[test]
    fn everything_can_be_corrected_and_each_version_is_what_it_was() {
        let mut city = City::new();
        let first = city.contact(0);
        city.add(std::slice::from_ref(&first));
        let key = city.all().contact(first.id).unwrap().unwrap().key;
        let mut second = city.contact_with_note(1, NEW);
        second.id = first.id;
        second.day = day("2025-10-07");
        let changed = correct(&mut city, &second, &[SOCIAL_WORK], "falsche Schule").unwrap();
        assert_eq!(changed.len(), 6, "{changed:?}");
        let mut third = second.clone();
        third.participants = vec![(PractitionerKey(1), SOCIAL_WORK)];
        third.shared_note = Some("neu".into());
        correct(&mut city, &third, &[SOCIAL_WORK], "wer dabei war").unwrap();

        let scope = Scope::municipality().with_lane(SOCIAL_WORK);
        let found = history(&city, &scope, &first);
        assert_eq!(found.now.contact, third);
        assert_eq!(found.now.key, key);
        let versions: Vec<&Contact> =
            found.versions.iter().map(|version| &version.view.as_ref().unwrap().contact).collect();
        assert_eq!(versions, [&first, &second]);
        assert_eq!(found.versions[1].version, 2);
        assert_eq!(found.versions[0].replaced_at, NOW + 1_800);
        assert_eq!(found.versions[0].replaced_by, "bm1");
        let roles: i64 = city
            .store
            .connection
            .query_row("SELECT roles FROM contact", [], |row| row.get(0))
            .unwrap();
        assert_eq!(roles, 1 << SOCIAL_WORK);
        city.all().check_audit(None).unwrap();
        let entries = city.all().audit(&AuditFilter { limit: Some(1), ..Default::default() });
        let entry = entries.unwrap().remove(0);
        assert_eq!((&*entry.action, &entry.subject), ("contact.correct", &first.id.to_string()));
        assert_eq!(entry.details, r#"{"fields":["participants","shared_note"],"version":3}"#);
    }

    #[test]
    fn a_version_of_a_school_outside_the_scope_is_not_shown() {
        let mut city = City::new();
        let mut contact = city.contact(1);
        city.add(std::slice::from_ref(&contact));
        contact.school = city.schools[0];
        contact.shared_note = Some("x".into());
        correct(&mut city, &contact, &[], "verrutscht").unwrap();
        assert_eq!(city.only(1).contact_history(contact.id).unwrap(), None);
        let found = city.only(0).contact_history(contact.id).unwrap().unwrap();
        let [version] = &found.versions[..] else { panic!("{found:?}") };
        assert_eq!((&version.view, &version.reason), (&None, &None));
        assert_eq!(version.changed, [ContactField::School]);
    }
}
