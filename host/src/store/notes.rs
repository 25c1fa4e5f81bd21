//! Private notes: sealed to the lane of their profession, and opened for that profession alone.

use std::collections::BTreeMap;

use rusqlite::Connection;
use zeroize::Zeroizing;

use super::{Error, Reader, SealKey, SecretKey};
use crate::domain::{Id, Secret};

/// Texts are filled up to a multiple of so many bytes, so that the length of what is sealed tells
/// little of what was written. Longer steps would make an import of many short notes large.
const STEP: usize = 128;

/// The public halves of the lanes, by profession.
pub(super) type LaneKeys = BTreeMap<u16, SealKey>;

/// What a note is bound to. `since` is the version of the contact in which it was written.
pub(super) fn note_context(contact: Id, profession: u16, since: u32) -> Vec<u8> {
    [b"note\0", &contact.bytes()[..], &profession.to_be_bytes(), &since.to_be_bytes()].concat()
}

/// Seals the text of a note.
pub(super) fn seal_note(
    keys: &LaneKeys,
    contact: Id,
    profession: u16,
    since: u32,
    text: &str,
) -> Result<Vec<u8>, Error> {
    let key =
        keys.get(&profession).ok_or(Error::UnknownPlace { list: "role", place: profession })?;
    key.seal(&note_context(contact, profession, since), &filled_up(text))
}

/// Opens the text of a note.
pub(super) fn open_note(
    key: &SecretKey,
    contact: Id,
    profession: u16,
    since: u32,
    sealed: &[u8],
) -> Result<String, Error> {
    text_in(&key.open(&note_context(contact, profession, since), sealed)?)
}

/// The text, a byte that marks its end, and zeros (ISO/IEC 7816-4).
pub(super) fn filled_up(text: &str) -> Zeroizing<Vec<u8>> {
    let length = (text.len() + 1).next_multiple_of(STEP);
    let mut bytes = Zeroizing::new(Vec::with_capacity(length));
    bytes.extend_from_slice(text.as_bytes());
    bytes.push(0x80);
    bytes.resize(length, 0);
    bytes
}

/// The text without what fills it up.
pub(super) fn text_in(bytes: &[u8]) -> Result<String, Error> {
    let end = bytes.iter().rposition(|byte| *byte != 0).filter(|end| bytes[*end] == 0x80);
    let text = &bytes[..end.ok_or(Error::NotOpened)?];
    String::from_utf8(text.to_vec()).map_err(|_| Error::NotOpened)
}

/// The public halves of all lanes.
pub(super) fn lane_keys(connection: &Connection) -> Result<LaneKeys, Error> {
    let mut statement = connection.prepare_cached("SELECT profession, public FROM lane")?;
    let keys = statement
        .query_map([], |row| Ok((row.get(0)?, SealKey::from_bytes(row.get::<_, [u8; 32]>(1)?))))?;
    Ok(keys.collect::<Result<_, _>>()?)
}

/// Makes a lane for every profession that has none. The secret stays in the database until the lane
/// is closed.
pub(super) fn make_lanes(connection: &Connection) -> Result<(), Error> {
    let mut missing = connection.prepare_cached(
        "SELECT place FROM code WHERE list = 'role' AND place NOT IN (SELECT profession FROM lane)",
    )?;
    let missing: Vec<u16> = missing.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for profession in missing {
        let secret = SecretKey::generate()?;
        connection
            .prepare_cached(
                "INSERT INTO lane (profession, generation, public, secret) VALUES (?1, 1, ?2, ?3)",
            )?
            .execute((profession, secret.seal_key().bytes(), secret.secret().bytes()))?;
    }
    Ok(())
}

impl Reader<'_> {
    /// The key of a lane, where the scope has the lane and it is open, or the scope brings its key.
    /// A key that the lane had earlier opens nothing.
    pub(super) fn lane_opened(&self, profession: u16) -> Result<Option<&SecretKey>, Error> {
        if !self.scope.lanes.contains(&profession) {
            return Ok(None);
        }
        if self.opened.get().is_none() {
            let keys = self.opened_lanes()?;
            // A reader is never shared between threads, so nobody was faster.
            let _ = self.opened.set(keys);
        }
        Ok(self.opened.get().and_then(|keys| keys.get(&profession)))
    }

    fn opened_lanes(&self) -> Result<BTreeMap<u16, SecretKey>, Error> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT public, secret FROM lane WHERE profession = ?1")?;
        let mut keys = BTreeMap::new();
        for profession in &self.scope.lanes {
            let mut rows = statement.query([profession])?;
            let Some(row) = rows.next()? else { continue };
            let public = SealKey::from_bytes(row.get(0)?);
            let kept = row.get::<_, Option<[u8; 32]>>(1)?.map(Secret::new);
            let secret = kept.as_ref().or(self.scope.opened.get(profession));
            let Some(key) = secret.cloned().map(SecretKey::from_secret) else { continue };
            if key.seal_key() == public {
                keys.insert(*profession, key);
            }
        }
        Ok(keys)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::Scope;
    use crate::store::fixture::{City, SOCIAL_WORK, TEACHER, new_id};

    const CANARY: &str = "Kanarienvogel";

    fn scope() -> Scope {
        Scope::municipality().with_lane(SOCIAL_WORK)
    }

    proptest! {
        #[test]
        fn what_is_filled_up_comes_back_and_says_little_of_its_length(text in "\\PC{0,300}\0{0,3}") {
            let filled = filled_up(&text);
            prop_assert_eq!(filled.len() % STEP, 0);
            prop_assert!(filled.len() - text.len() <= STEP);
            prop_assert_eq!(text_in(&filled).unwrap(), text);
        }

        #[test]
        fn what_was_not_filled_up_is_refused_and_no_panic(bytes in proptest::collection::vec(0..=255_u8, 0..40)) {
            if let Ok(text) = text_in(&bytes) {
                prop_assert!(bytes.starts_with(text.as_bytes()));
                prop_assert_eq!(bytes[text.len()], 0x80);
            }
        }
    }

    #[test]
    fn a_note_in_the_database_is_sealed_and_its_length_filled_up() {
        let mut city = City::new();
        let contact = city.contact_with_note(0, CANARY);
        city.add(std::slice::from_ref(&contact));
        let sealed: Vec<u8> = city
            .store
            .connection
            .query_row("SELECT sealed FROM private_note", [], |row| row.get(0))
            .unwrap();
        assert!(!sealed.windows(4).any(|part| part == &CANARY.as_bytes()[..4]));
        assert_eq!(sealed.len(), 1 + 32 + STEP + 16);
        let found = city.store.read(&scope()).unwrap().contact(contact.id).unwrap().unwrap();
        assert_eq!(found.contact.note_of(SOCIAL_WORK), Some(CANARY));
    }

    /// Somebody with the key of the database puts the note of one contact, or of another profession,
    /// where it does not belong.
    #[test]
    fn a_note_that_was_moved_is_not_opened() {
        for swap in [
            "UPDATE private_note SET sealed = (SELECT sealed FROM private_note AS other
               WHERE other.contact <> private_note.contact)",
            "UPDATE private_note SET since = 2",
            "UPDATE private_note SET profession = 1",
        ] {
            let mut city = City::new();
            let contacts =
                [city.contact_with_note(0, CANARY), city.contact_with_note(1, "Zaunkönig")];
            city.add(&contacts);
            city.store.connection.execute(swap, []).unwrap();
            let reader = city.store.read(&scope().with_lane(TEACHER)).unwrap();
            let error = reader.contact(contacts[0].id).unwrap_err();
            assert!(matches!(error, Error::NotOpened), "{swap}: {error}");
        }
    }

    #[test]
    fn every_profession_has_a_lane_also_one_that_the_municipality_adds() {
        let mut city = City::new();
        let count = |city: &City| lane_keys(&city.store.connection).unwrap().len();
        assert_eq!(count(&city), 8);
        let mut writer = city.store.write(&crate::store::fixture::author()).unwrap();
        let code =
            |text: &str| crate::domain::Code { code: text.into(), de: "W".into(), en: "w".into() };
        writer.add_code("topic", &code("own")).unwrap();
        writer.add_code("role", &code("nurse")).unwrap();
        writer.commit().unwrap();
        assert_eq!(count(&city), 9);
        let id = new_id();
        let keys = lane_keys(&city.store.connection).unwrap();
        assert!(seal_note(&keys, id, 8, 1, "x").is_ok());
        assert!(matches!(seal_note(&keys, id, 9, 1, "x"), Err(Error::UnknownPlace { .. })));
    }
}
