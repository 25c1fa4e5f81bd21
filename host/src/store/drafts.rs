//! Keeps what somebody has begun to type, sealed to their account, and which contact came of what was
//! sent.

use rusqlite::{OptionalExtension, params};
use zeroize::Zeroizing;

use super::ledger::Exempt;
use super::notes::{filled_up, text_in};
use super::{Error, Reader, SealKey, SecretKey, Writer};
use crate::domain::{AccountKey, ContactKey, HouseholdKey, Id, PupilKey};

/// How long a draft is kept, in seconds: 14 days.
const DRAFT_LASTS: i64 = 14 * 86_400;

/// How long the mark of something that was sent is known, in seconds: 90 days. A tablet that was
/// without a network for longer than that is an exception that people have to look at.
const MARK_LASTS: i64 = 90 * 86_400;

/// Most drafts of one account.
const MOST_DRAFTS: u32 = 50;

/// A draft that somebody has opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptDraft {
    /// What was typed, as the form wrote it.
    pub text: String,
    /// When, in seconds since 1970-01-01 UTC.
    pub saved_at: i64,
}

/// What a draft is bound to: whose it is, and of which form.
fn draft_context(account: AccountKey, place: &str) -> Vec<u8> {
    [b"draft\0", &account.0.to_be_bytes()[..], place.as_bytes()].concat()
}

impl Reader<'_> {
    /// The draft of a form, for the account whose secret key is brought; `None` where there is none, it
    /// is older than 14 days, or it was sealed to a key that the account has no more.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn draft(
        &self,
        account: AccountKey,
        place: &str,
        key: &SecretKey,
        now: i64,
    ) -> Result<Option<KeptDraft>, Error> {
        // A restricted family's drafts are hidden with everything else of it.
        let sql = "SELECT saved_at, sealed FROM draft
                   WHERE account = ?1 AND place = ?2 AND saved_at > ?3";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found: Option<(i64, Vec<u8>)> = statement
            .query_row((account.0, place, now - DRAFT_LASTS), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((saved_at, sealed)) = found else { return Ok(None) };
        match key.open(&draft_context(account, place), &sealed) {
            Ok(bytes) => Ok(Some(KeptDraft { text: text_in(&bytes)?, saved_at })),
            // Whoever forgot their password has new keys, and the draft is lost with the old ones.
            Err(Error::NotOpened) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The forms that an account has drafts of, with the moments when they were last typed in, newest
    /// first.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn drafts(&self, account: AccountKey, now: i64) -> Result<Vec<(String, i64)>, Error> {
        let sql = "SELECT place, saved_at FROM draft WHERE account = ?1 AND saved_at > ?2
                   ORDER BY saved_at DESC, place";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement
            .query_map((account.0, now - DRAFT_LASTS), |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// The pupils with these codes, as far as the scope has them.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn pupil_keys(&self, codes: &[String]) -> Result<Vec<PupilKey>, Error> {
        let sql =
            format!("SELECT key FROM pupil WHERE code = ?1 AND {}", self.in_scope("pupil.school"));
        Ok(self.keys(&sql, codes)?.into_iter().map(PupilKey).collect())
    }

    /// The households with these codes, as far as the scope has them.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn household_keys(&self, codes: &[String]) -> Result<Vec<HouseholdKey>, Error> {
        let seen = self.household_in_scope("household.key");
        let sql = format!("SELECT key FROM household WHERE code = ?1 AND {seen}");
        Ok(self.keys(&sql, codes)?.into_iter().map(HouseholdKey).collect())
    }

    fn keys(&self, sql: &str, codes: &[String]) -> Result<Vec<i64>, Error> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let found =
            codes.iter().map(|code| statement.query_row([code], |row| row.get(0)).optional());
        Ok(found.filter_map(Result::transpose).collect::<Result<_, _>>()?)
    }

    /// The contact that came of what was sent under a mark by somebody; `None` where nothing was.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn submitted(&self, by: &str, mark: Id) -> Result<Option<Id>, Error> {
        // Whoever sent it is told what became of it, also where they could not see it any more.
        let sql =
            "SELECT c.id FROM main.submission AS s JOIN main.contact AS c ON c.key = s.contact
                   WHERE s.by = ?1 AND s.mark = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_row((by, mark.bytes()), |row| row.get(0).map(Id::from_bytes));
        Ok(found.optional()?)
    }
}

impl Writer<'_> {
    /// Keeps what was typed into a form, in place of what was kept of it before, and forgets drafts
    /// that are too old. `about` are those whom it names.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`]; [`Error::Random`].
    pub fn keep_draft(
        &mut self,
        account: AccountKey,
        place: &str,
        key: &SealKey,
        text: &Zeroizing<String>,
        about: (&[PupilKey], &[HouseholdKey]),
    ) -> Result<(), Error> {
        let now = self.ledger.author.at;
        self.forget_old_drafts(now)?;
        let sealed = key.seal(&draft_context(account, place), &filled_up(text))?;
        self.connection
            .prepare_cached(
                "INSERT INTO draft (account, place, saved_at, sealed) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (account, place) DO UPDATE SET saved_at = ?3, sealed = ?4",
            )?
            .execute(params![account.0, place, now, sealed])?;
        self.connection
            .prepare_cached("DELETE FROM draft_about WHERE account = ?1 AND place = ?2")?
            .execute((account.0, place))?;
        // Whoever begins more forms than that does not come back to the first of them.
        self.connection
            .prepare_cached(
                "DELETE FROM draft WHERE account = ?1 AND place NOT IN (
                   SELECT place FROM draft WHERE account = ?1 ORDER BY saved_at DESC LIMIT ?2)",
            )?
            .execute((account.0, MOST_DRAFTS))?;
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO draft_about (account, place, pupil, household) VALUES (?1, ?2, ?3, ?4)",
        )?;
        let none: Option<i64> = None;
        for pupil in about.0 {
            insert.execute(params![account.0, place, pupil.0, none])?;
        }
        for household in about.1 {
            insert.execute(params![account.0, place, none, household.0])?;
        }
        drop(insert);
        self.exempt(Exempt::Draft);
        Ok(())
    }

    /// Forgets the draft of a form.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn end_draft(&mut self, account: AccountKey, place: &str) -> Result<(), Error> {
        self.connection
            .prepare_cached("DELETE FROM draft WHERE account = ?1 AND place = ?2")?
            .execute((account.0, place))?;
        self.exempt(Exempt::Draft);
        Ok(())
    }

    /// Forgets all drafts of an account that is closed.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub(super) fn end_drafts_of(&mut self, account: AccountKey) -> Result<(), Error> {
        self.connection.execute("DELETE FROM draft WHERE account = ?1", [account.0])?;
        self.exempt(Exempt::Draft);
        Ok(())
    }

    /// Forgets drafts older than 14 days.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub(super) fn forget_old_drafts(&mut self, now: i64) -> Result<(), Error> {
        self.connection
            .prepare_cached("DELETE FROM draft WHERE saved_at <= ?1")?
            .execute([now - DRAFT_LASTS])?;
        self.exempt(Exempt::Draft);
        Ok(())
    }

    /// The contact that came of what this writer's author sent under a mark; `None` where nothing was.
    ///
    /// # Errors
    ///
    /// [`Error::Sqlite`].
    pub fn submitted(&self, mark: Id) -> Result<Option<Id>, Error> {
        let everything = crate::domain::Scope::municipality();
        self.read_all(&everything).submitted(&self.ledger.author.code, mark)
    }

    /// Notes that a contact came of what was sent under a mark, in the same transaction as the contact.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] where something else was sent under it.
    pub fn note_submission(&mut self, mark: Id, contact: ContactKey) -> Result<(), Error> {
        let (by, at) = (self.ledger.author.code.clone(), self.ledger.author.at);
        self.connection
            .prepare_cached("DELETE FROM submission WHERE at <= ?1")?
            .execute([at - MARK_LASTS])?;
        self.insert(
            "INSERT INTO submission (by, mark, at, contact) VALUES (?1, ?2, ?3, ?4)",
            params![by, mark.bytes(), at, contact.0],
            "the submission",
            || ("a submission", mark.to_string()),
        )?;
        self.exempt(Exempt::Draft);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixture::{City, NOW, author};

    const CANARY: &str = "Kanarienvogel";

    /// An account that is no practitioner's, by SQL: what it can do does not matter here.
    fn account(city: &City, code: &str) -> AccountKey {
        city.store
            .connection
            .execute(
                "INSERT INTO account (id, code, role, first_day, added_at, provisional, password,
                   password_salt, key_salt, memory_kib, passes, lanes)
                 VALUES (randomblob(16), ?1, 'mediator', 0, 0, 0, zeroblob(32), zeroblob(16),
                   zeroblob(16), 1, 1, 1)",
                [code],
            )
            .unwrap();
        AccountKey(city.store.connection.last_insert_rowid())
    }

    fn keep(city: &mut City, of: AccountKey, key: &SecretKey, pupils: &[PupilKey]) {
        let mut writer = city.store.write(&author()).unwrap();
        let text = Zeroizing::new(CANARY.to_owned());
        writer.keep_draft(of, "contact", &key.seal_key(), &text, (pupils, &[])).unwrap();
        writer.commit().unwrap();
    }

    fn kept(city: &City, of: AccountKey, key: &SecretKey, now: i64) -> Option<String> {
        let found = city.all().draft(of, "contact", key, now).unwrap();
        found.map(|draft| draft.text)
    }

    #[test]
    fn a_draft_is_opened_by_its_writer_alone_and_only_for_14_days() {
        let mut city = City::new();
        let (mine, other) = (account(&city, "a"), account(&city, "b"));
        let (key, strange) = (SecretKey::generate().unwrap(), SecretKey::generate().unwrap());
        keep(&mut city, mine, &key, &[]);
        assert_eq!(kept(&city, mine, &key, NOW).as_deref(), Some(CANARY));
        assert_eq!(kept(&city, mine, &strange, NOW), None);
        assert_eq!(kept(&city, other, &key, NOW), None);
        assert_eq!(kept(&city, mine, &key, NOW + DRAFT_LASTS), None);
        let sealed: Vec<u8> = city
            .store
            .connection
            .query_row("SELECT sealed FROM draft", [], |row| row.get(0))
            .unwrap();
        assert!(!sealed.windows(4).any(|part| part == &CANARY.as_bytes()[..4]));
        // Moved to another account, it is not opened either.
        city.store.connection.execute("UPDATE draft SET account = ?1", [other.0]).unwrap();
        assert_eq!(kept(&city, other, &key, NOW), None);
    }

    #[test]
    fn a_draft_goes_with_the_child_it_is_about_and_when_it_is_sent() {
        let mut city = City::new();
        let mine = account(&city, "a");
        let key = SecretKey::generate().unwrap();
        let [[first, second], _] = city.pupils;
        keep(&mut city, mine, &key, &[first, second]);
        let mut writer = city.store.write(&author()).unwrap();
        let doomed = crate::store::Doomed { pupils: vec![first], ..Default::default() };
        let erased = writer.erase(&doomed).unwrap();
        assert_eq!(erased.removed.get("draft"), Some(&1));
        let left = "SELECT (SELECT count(*) FROM draft) + (SELECT count(*) FROM draft_about)";
        assert_eq!(writer.connection.query_row(left, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
        drop(writer);
        let mut writer = city.store.write(&author()).unwrap();
        writer.end_draft(mine, "contact").unwrap();
        writer.commit().unwrap();
        assert_eq!(kept(&city, mine, &key, NOW), None);
    }

    #[test]
    fn what_is_sent_twice_is_there_once() {
        let mut city = City::new();
        let contact = city.contact(0);
        let mark = crate::store::fixture::new_id();
        let mut writer = city.store.write(&author()).unwrap();
        assert_eq!(writer.submitted(mark).unwrap(), None);
        let key = writer.add_contact(&contact, NOW).unwrap();
        writer.note_submission(mark, key).unwrap();
        assert!(matches!(writer.note_submission(mark, key), Err(Error::Exists { .. })));
        writer.commit().unwrap();
        let writer = city.store.write(&author()).unwrap();
        assert_eq!(writer.submitted(mark).unwrap(), Some(contact.id));
        drop(writer);
        assert_eq!(city.all().submitted("somebody-else", mark).unwrap(), None);
    }

    #[test]
    fn an_account_that_is_closed_leaves_no_draft() {
        let mut city = City::new();
        let mine = account(&city, "a");
        let key = SecretKey::generate().unwrap();
        keep(&mut city, mine, &key, &[]);
        let mut writer = city.store.write(&author()).unwrap();
        writer.end_drafts_of(mine).unwrap();
        writer.commit().unwrap();
        assert_eq!(kept(&city, mine, &key, NOW), None);
    }
}
