//! Private notes: who of a profession can open them, and to whom it shows one of them.

use zeroize::Zeroizing;

use crate::domain::{Code, Id, PractitionerKey, Scope};
use crate::store::{Error as StoreError, LaneRefusal, Reader, RecoveryKey, ReleaseBy, SealKey};

use super::workspace::{App, new_id, today};
use super::{Actor, Error, UseCase};

/// The lane of a profession, for a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneFacts {
    /// The profession.
    pub role: Code,
    /// When it was closed, in seconds since 1970-01-01 UTC; `None` while the key of the records
    /// opens it.
    pub closed_at: Option<i64>,
    /// The codes of those who can open it; empty while it is open.
    pub members: Vec<String>,
    /// How many contacts have a note in it.
    pub notes: u64,
    /// Whether the actor can read its notes now.
    pub is_readable: bool,
}

/// A profession, and what the actor brings to open its notes.
struct Own {
    scope: Scope,
    profession: u16,
}

impl App {
    /// The lanes of all professions.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`], and errors of the store.
    pub fn lanes(&self, actor: &Actor) -> Result<Vec<LaneFacts>, Error> {
        let scope = self.permit(actor, UseCase::LaneRead)?;
        let reader = self.store.read(&scope)?;
        let roles = reader.code_lists().list("role");
        let lanes = reader.lanes()?.into_iter().filter_map(|lane| {
            let is_theirs = scope.lanes.contains(&lane.profession);
            let is_open = lane.closed_at.is_none() || scope.opened.contains_key(&lane.profession);
            Some(LaneFacts {
                role: roles.at(lane.profession)?.clone(),
                closed_at: lane.closed_at,
                members: lane.members,
                notes: lane.notes,
                is_readable: is_theirs && is_open,
            })
        });
        Ok(lanes.collect())
    }

    /// Closes the lane of the actor's profession to all but those of the profession who have an
    /// account. Gives the key on paper, which is kept nowhere.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`Error::NobodysNote`] for who has no profession; and those of
    /// [`Writer::close_lane`](crate::store::Writer::close_lane).
    pub fn close_lane(&mut self, actor: &Actor) -> Result<Zeroizing<String>, Error> {
        let own = self.own_lane(actor, UseCase::LaneChange)?;
        let mut writer = self.store.write(&actor.author())?;
        let members = members(&writer.read(&Scope::municipality()), own.profession)?;
        let recovery = writer.close_lane(own.profession, &members)?;
        writer.commit()?;
        self.store.sweep();
        Ok(recovery.text())
    }

    /// Closes it where it is still open and the actor could open it afterwards: that is what happens
    /// when the first of a profession signs in. Gives the key on paper where it was closed now.
    ///
    /// # Errors
    ///
    /// As [`App::close_lane`].
    pub fn close_open_lane(&mut self, actor: &Actor) -> Result<Option<Zeroizing<String>>, Error> {
        if actor.secret_key().is_none() || actor.practitioner().is_none() {
            return Ok(None);
        }
        let own = match self.own_lane(actor, UseCase::LaneChange) {
            Err(Error::NotAllowed(_)) => return Ok(None),
            own => own?,
        };
        let lanes = self.store.read(&own.scope)?.lanes()?;
        let is_open =
            lanes.iter().any(|lane| lane.profession == own.profession && lane.closed_at.is_none());
        if is_open { self.close_lane(actor).map(Some) } else { Ok(None) }
    }

    /// Lets a colleague of the same profession open its notes.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`Error::NobodysNote`]; [`Error::NoSuchPractitioner`];
    /// [`LaneRefusal::NoKey`] where they have no account with a password of their own; and those of
    /// [`Writer::admit_to_lane`](crate::store::Writer::admit_to_lane).
    pub fn admit_to_lane(&mut self, actor: &Actor, code: &str) -> Result<(), Error> {
        let own = self.own_lane(actor, UseCase::LaneChange)?;
        let mut writer = self.store.write(&actor.author())?;
        let (member, public) = colleague(&writer.read(&Scope::municipality()), code)?;
        let public = public.ok_or_else(|| no_key(code))?;
        let secret = own.scope.opened.get(&own.profession);
        writer.admit_to_lane(own.profession, secret, member, &public)?;
        Ok(writer.commit()?)
    }

    /// Takes the notes of the actor's profession away from a colleague: they are sealed anew. Gives
    /// the number of texts.
    ///
    /// # Errors
    ///
    /// As [`App::admit_to_lane`], with those of
    /// [`Writer::dismiss_from_lane`](crate::store::Writer::dismiss_from_lane).
    pub fn dismiss_from_lane(&mut self, actor: &Actor, code: &str) -> Result<u64, Error> {
        let own = self.own_lane(actor, UseCase::LaneChange)?;
        let mut writer = self.store.write(&actor.author())?;
        let (member, _) = colleague(&writer.read(&Scope::municipality()), code)?;
        let secret = own.scope.opened.get(&own.profession);
        let texts = writer.dismiss_from_lane(own.profession, secret, member)?;
        writer.commit()?;
        self.store.sweep();
        Ok(texts)
    }

    /// Lets the actor open the notes of their profession again, with the key on paper.
    ///
    /// # Errors
    ///
    /// As [`App::admit_to_lane`], with those of
    /// [`Writer::recover_lane`](crate::store::Writer::recover_lane).
    pub fn recover_lane(&mut self, actor: &Actor, recovery: &str) -> Result<(), Error> {
        let own = self.own_lane(actor, UseCase::LaneChange)?;
        let recovery = RecoveryKey::from_text(recovery)?;
        let code = actor.practitioner().ok_or(Error::NobodysNote)?;
        let mut writer = self.store.write(&actor.author())?;
        let (member, public) = colleague(&writer.read(&Scope::municipality()), code)?;
        let public = public.ok_or_else(|| no_key(code))?;
        writer.recover_lane(own.profession, &recovery, member, &public)?;
        Ok(writer.commit()?)
    }

    /// Shows the private note that the actor's profession has about a contact to another profession.
    /// Gives the id of the release.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`Error::NobodysNote`]; [`Error::NoSuchContact`];
    /// [`Error::BadReason`]; and those of
    /// [`Writer::release_note`](crate::store::Writer::release_note).
    pub fn release_note(
        &mut self,
        actor: &Actor,
        contact: &str,
        to: &str,
        by: ReleaseBy<'_>,
        reason: &str,
    ) -> Result<Id, Error> {
        let own = self.own_lane(actor, UseCase::NoteRelease)?;
        let none = || Error::NoSuchContact(contact.to_owned());
        let contact: Id = contact.parse().map_err(|_| none())?;
        let reason = reason.trim();
        if reason.chars().count() > LONGEST_REASON || reason.chars().any(char::is_control) {
            return Err(Error::BadReason);
        }
        let id = new_id();
        let mut writer = self.store.write(&actor.author())?;
        let reader = writer.read(&own.scope);
        if reader.contact(contact)?.is_none() {
            return Err(none());
        }
        let recipient = reader.code_lists().list("role").place(to);
        let recipient = recipient
            .ok_or_else(|| StoreError::UnknownCode { list: "role".into(), code: to.to_owned() })?;
        drop(reader);
        writer.release_note(
            &own.scope,
            id,
            contact,
            own.profession,
            recipient,
            by,
            reason,
            today(),
        )?;
        writer.commit()?;
        Ok(id)
    }

    /// Takes a release back.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`Error::NobodysNote`]; and those of
    /// [`Writer::revoke_release`](crate::store::Writer::revoke_release).
    pub fn revoke_release(&mut self, actor: &Actor, release: &str) -> Result<(), Error> {
        let own = self.own_lane(actor, UseCase::NoteRelease)?;
        let id: Id = release.parse().map_err(|_| StoreError::NoSuch {
            what: "release with the id",
            code: release.to_owned(),
        })?;
        let mut writer = self.store.write(&actor.author())?;
        writer.revoke_release(&own.scope, id)?;
        writer.commit()?;
        self.store.sweep();
        Ok(())
    }

    fn own_lane(&self, actor: &Actor, use_case: UseCase) -> Result<Own, Error> {
        let scope = self.permit(actor, use_case)?;
        let profession = scope.lanes.first().copied().ok_or(Error::NobodysNote)?;
        Ok(Own { scope, profession })
    }
}

/// The longest reason, in characters.
const LONGEST_REASON: usize = 300;

fn no_key(code: &str) -> Error {
    Error::Store(LaneRefusal::NoKey(code.to_owned()).into())
}

/// A practitioner, and the public half of the key pair of their account.
fn colleague(reader: &Reader<'_>, code: &str) -> Result<(PractitionerKey, Option<SealKey>), Error> {
    let directory = reader.directory()?;
    let known = directory.practitioners.get(code);
    let key = known.ok_or_else(|| Error::NoSuchPractitioner(code.to_owned()))?.key;
    Ok((key, reader.seal_key_of(key)?))
}

/// Everybody of a profession who has an account with a password of their own.
fn members(reader: &Reader<'_>, profession: u16) -> Result<Vec<(PractitionerKey, SealKey)>, Error> {
    let directory = reader.directory()?;
    let mut members = Vec::new();
    for known in directory.practitioners.values().filter(|known| known.role == profession) {
        if let Some(public) = reader.seal_key_of(known.key)? {
            members.push((known.key, public));
        }
    }
    members.sort_unstable_by_key(|(key, _)| *key);
    Ok(members)
}
