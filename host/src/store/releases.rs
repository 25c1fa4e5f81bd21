//! Releases: a private note that its profession shows to another one, with consent or by law.

use rusqlite::{OptionalExtension, params};
use serde_json::json;
use zeroize::Zeroizing;

use super::lanes::{ConsentFlaw, LaneRefusal};
use super::notes::{filled_up, text_in};
use super::reader::code_at;
use super::{Error, Reader, Writer};
use crate::domain::{
    Action, CodeLists, ContactView, Day, Id, Release, ReleaseGround, Schools, Scope,
};

/// What allows a release when it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseBy<'text> {
    /// A consent of the family, by its code.
    Consent(&'text str),
    /// The law: a code of the list `release-ground`.
    Law(&'text str),
}

/// What the reason is bound to that the profession itself keeps.
pub(super) fn reason_context(release: Id, profession: u16) -> Vec<u8> {
    [b"release reason\0", &release.bytes()[..], &profession.to_be_bytes()].concat()
}

/// What reason and text are bound to that the recipient gets.
pub(super) fn text_context(release: Id, recipient: u16) -> Vec<u8> {
    [b"release text\0", &release.bytes()[..], &recipient.to_be_bytes()].concat()
}

/// Whether a release holds: nobody has ended it, and its consent has not run out. The clock is that
/// of `SQLite`, because readers have none.
const HOLDS: &str = "r.ended_at IS NULL AND (r.consent IS NULL OR EXISTS (
    SELECT 1 FROM consent AS c WHERE c.id = r.consent AND c.withdrawn IS NULL
      AND c.state = (SELECT place FROM code WHERE list = 'consent' AND code = 'granted')
      AND coalesce(c.expires, 1000000) >= unixepoch() / 86400))";

impl Reader<'_> {
    /// Adds the releases that one of the scope's lanes gave or got. What a recipient got is shown
    /// while the release holds.
    pub(super) fn add_releases(&self, views: &mut [ContactView]) -> Result<(), Error> {
        if self.scope.lanes.is_empty() {
            return Ok(());
        }
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT r.id, r.profession, r.recipient, r.ground,
               (SELECT c.code FROM consent AS c WHERE c.id = r.consent), r.reason, r.sealed,
               r.released_at, r.released_by, r.ended_at, r.ended_by, {HOLDS}
             FROM note_release AS r WHERE r.contact = ?1 ORDER BY r.key"
        ))?;
        for view in views {
            let mut rows = statement.query([view.key.0])?;
            while let Some(row) = rows.next()? {
                let id = Id::from_bytes(row.get(0)?);
                let (profession, recipient): (u16, u16) = (row.get(1)?, row.get(2)?);
                let is_active: bool = row.get(11)?;
                let (reason, text) = if let Some(key) = self.lane_opened(profession)? {
                    let sealed: Vec<u8> = row.get(5)?;
                    (text_in(&key.open(&reason_context(id, profession), &sealed)?)?, None)
                } else if let Some(key) = self.lane_opened(recipient)?
                    && is_active
                    && let Some(sealed) = row.get::<_, Option<Vec<u8>>>(6)?
                {
                    let both = text_in(&key.open(&text_context(id, recipient), &sealed)?)?;
                    let (reason, text) = both.split_once('\0').ok_or(Error::NotOpened)?;
                    (reason.to_owned(), Some(text.to_owned()))
                } else {
                    continue;
                };
                let ground = match row.get::<_, Option<u16>>(3)? {
                    Some(place) => ReleaseGround::Law(place),
                    None => {
                        ReleaseGround::Consent(row.get::<_, Option<String>>(4)?.unwrap_or_default())
                    }
                };
                let ended_at: Option<i64> = row.get(9)?;
                view.releases.push(Release {
                    id,
                    profession,
                    recipient,
                    ground,
                    reason,
                    text,
                    released_at: row.get(7)?,
                    released_by: row.get(8)?,
                    ended: ended_at.zip(row.get::<_, Option<String>>(10)?),
                    is_active,
                });
            }
        }
        Ok(())
    }
}

impl Writer<'_> {
    /// Shows the note that `profession` has about a contact to another profession, as it is today.
    ///
    /// The scope has to open the note. `today` is the day on which the consent has to hold.
    ///
    /// # Errors
    ///
    /// [`LaneRefusal::Own`]; [`LaneRefusal::NoNote`], also where the contact lies outside the scope;
    /// [`LaneRefusal::Closed`]; [`LaneRefusal::Released`]; [`LaneRefusal::Consent`];
    /// [`Error::UnknownCode`] for a ground that the list does not have; [`Error::NoSuch`] for a
    /// consent that is not there; [`Error::Empty`] without a reason.
    #[expect(clippy::too_many_arguments, reason = "each is one thing that a release has to say")]
    pub fn release_note(
        &mut self,
        scope: &Scope,
        id: Id,
        contact: Id,
        profession: u16,
        recipient: u16,
        by: ReleaseBy<'_>,
        reason: &str,
        today: Day,
    ) -> Result<(), Error> {
        let role = self.role(profession);
        let other = self.role(recipient);
        if profession == recipient {
            return Err(LaneRefusal::Own(other).into());
        }
        let reason = reason.trim();
        if reason.is_empty() || reason.contains(char::is_control) {
            return Err(Error::Empty { what: "the reason of a release" });
        }
        let view = self.read(scope).contact(contact)?;
        let view = view.ok_or_else(|| LaneRefusal::NoNote(role.clone()))?;
        let Some(text) = view.contact.note_of(profession) else {
            let refusal = if view.closed_lanes.contains(&profession) {
                LaneRefusal::Closed(role)
            } else {
                LaneRefusal::NoNote(role)
            };
            return Err(refusal.into());
        };
        let is_there =
            |r: &Release| r.recipient == recipient && r.profession == profession && r.is_active;
        if view.releases.iter().any(is_there) {
            return Err(LaneRefusal::Released(other).into());
        }
        let (ground, consent) = match by {
            ReleaseBy::Law(code) => (Some(self.place("release-ground", code)?), None),
            ReleaseBy::Consent(code) => {
                (None, Some(self.fitting_consent(code, &view, recipient, today)?))
            }
        };
        let own = self.lanes.get(&profession).ok_or(Error::NotSealed)?;
        let theirs = self
            .lanes
            .get(&recipient)
            .ok_or(Error::UnknownPlace { list: "role", place: recipient })?;
        let both = Zeroizing::new(format!("{reason}\0{text}"));
        self.connection.execute(
            "INSERT INTO note_release (id, contact, profession, recipient, since, ground, consent,
               reason, sealed, released_at, released_by)
             VALUES (?1, ?2, ?3, ?4,
               (SELECT since FROM private_note WHERE contact = ?2 AND profession = ?3),
               ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                id.bytes(),
                view.key.0,
                profession,
                recipient,
                ground,
                consent.as_ref().map(Id::bytes),
                own.seal(&reason_context(id, profession), &filled_up(reason))?,
                theirs.seal(&text_context(id, recipient), &filled_up(&both))?,
                self.ledger.author.at,
                self.ledger.author.code,
            ],
        )?;
        let mut details = json!({ "from": role, "to": other, "release": id.to_string() });
        match by {
            ReleaseBy::Law(code) => details["ground"] = json!(code),
            ReleaseBy::Consent(_) => {
                details["consent"] = json!(consent.map(|id| id.to_string()));
            }
        }
        self.note(Action::NoteRelease, contact.to_string(), &details);
        Ok(())
    }

    /// Takes a release back: the recipients cannot read the note any more.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuch`] where the scope's own lanes gave no such release; [`LaneRefusal::Ended`].
    pub fn revoke_release(&mut self, scope: &Scope, release: Id) -> Result<(), Error> {
        let none = || Error::NoSuch { what: "release with the id", code: release.to_string() };
        let found: Option<(i64, Id, u16, Option<i64>)> = self
            .connection
            .query_row(
                "SELECT r.key, c.id, r.profession, r.ended_at FROM note_release AS r
                 JOIN contact AS c ON c.key = r.contact WHERE r.id = ?1",
                [release.bytes()],
                |row| Ok((row.get(0)?, Id::from_bytes(row.get(1)?), row.get(2)?, row.get(3)?)),
            )
            .optional()?;
        let (key, contact, profession, ended) = found.ok_or_else(none)?;
        let is_theirs = scope.lanes.contains(&profession);
        if !is_theirs || self.read(scope).contact(contact)?.is_none() {
            return Err(none());
        }
        if ended.is_some() {
            return Err(LaneRefusal::Ended.into());
        }
        self.connection.execute(
            "UPDATE note_release SET sealed = NULL, ended_at = ?2, ended_by = ?3 WHERE key = ?1",
            params![key, self.ledger.author.at, self.ledger.author.code],
        )?;
        let details = json!({ "release": release.to_string() });
        self.note(Action::NoteReleaseEnd, contact.to_string(), &details);
        Ok(())
    }

    /// The consent with this code, where it carries the release.
    fn fitting_consent(
        &self,
        code: &str,
        view: &ContactView,
        recipient: u16,
        today: Day,
    ) -> Result<Id, Error> {
        let found = self
            .connection
            .query_row(
                "SELECT id, state, given, expires, withdrawn, recipient, purpose,
                   pupil, coalesce(household, (SELECT p.household FROM pupil AS p
                                               WHERE p.key = consent.pupil))
                 FROM consent WHERE code = ?1",
                [code],
                |row| {
                    Ok(Found {
                        id: Id::from_bytes(row.get(0)?),
                        state: row.get(1)?,
                        given: Day(row.get(2)?),
                        expires: row.get::<_, Option<i32>>(3)?.map(Day),
                        is_withdrawn: row.get::<_, Option<i32>>(4)?.is_some(),
                        recipient: row.get(5)?,
                        purpose: row.get(6)?,
                        pupil: row.get(7)?,
                        household: row.get(8)?,
                    })
                },
            )
            .optional()?;
        let found =
            found.ok_or_else(|| Error::NoSuch { what: "consent", code: code.to_owned() })?;
        // Of a contact, the whole: who may see only some of its pupils still has to name a consent
        // of one of them.
        let everything = Scope { schools: Schools::All, ..Scope::municipality() };
        let whole = self.read(&everything).contact(view.contact.id)?;
        let contact = whole.as_ref().map_or(&view.contact, |whole| &whole.contact);
        let is_of_family = match found.pupil {
            Some(pupil) => contact.pupils.iter().any(|key| key.0 == pupil),
            None => false,
        } || (found.household.is_some()
            && contact.household.map(|key| key.0) == found.household)
            || (found.pupil.is_none() && self.is_home_of(found.household, contact)?);
        match found.flaw(&self.codes, recipient, is_of_family, today) {
            None => Ok(found.id),
            Some(flaw) => Err(LaneRefusal::Consent { code: code.to_owned(), flaw }.into()),
        }
    }

    /// Whether a pupil of the contact lives in the household.
    fn is_home_of(
        &self,
        household: Option<i64>,
        contact: &crate::domain::Contact,
    ) -> Result<bool, Error> {
        let mut statement =
            self.connection.prepare_cached("SELECT household FROM pupil WHERE key = ?1")?;
        for pupil in &contact.pupils {
            let home: Option<i64> = statement.query_row([pupil.0], |row| row.get(0))?;
            if home.is_some() && home == household {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// What a consent says.
struct Found {
    id: Id,
    state: u16,
    given: Day,
    expires: Option<Day>,
    is_withdrawn: bool,
    recipient: String,
    purpose: u16,
    pupil: Option<i64>,
    household: Option<i64>,
}

impl Found {
    /// What it lacks, the first thing that a person would ask about.
    fn flaw(
        &self,
        codes: &CodeLists,
        recipient: u16,
        is_of_family: bool,
        today: Day,
    ) -> Option<ConsentFlaw> {
        let roles = codes.list("role");
        let names = roles.at(recipient).map(|role| [&role.code, &role.de, &role.en]);
        // Who receives it is free text: "Klassenlehrkraft der 3b" names the teachers.
        let written = self.recipient.to_lowercase();
        let is_named = names
            .is_some_and(|names| names.iter().any(|name| written.contains(&name.to_lowercase())));
        let state = code_at(&codes.list("consent"), self.state);
        if self.is_withdrawn || state == "withdrawn" {
            Some(ConsentFlaw::Withdrawn)
        } else if state == "expired" || self.expires.is_some_and(|last| last < today) {
            Some(ConsentFlaw::Expired)
        } else if state != "granted" {
            Some(ConsentFlaw::NotGranted)
        } else if self.given > today {
            Some(ConsentFlaw::NotYet)
        } else if !is_of_family {
            Some(ConsentFlaw::OtherFamily)
        } else if !is_named {
            Some(ConsentFlaw::OtherRecipient)
        } else if code_at(&codes.list("consent-purpose"), self.purpose) == "interpreting" {
            Some(ConsentFlaw::OtherPurpose)
        } else {
            None
        }
    }
}
