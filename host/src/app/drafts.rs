//! What somebody has begun to type and not sent yet, and contacts that are sent more than once.

use zeroize::Zeroizing;

use crate::capture::Records;
use crate::domain::Id;
use crate::store::KeptDraft;

use super::records::ContactForm;
use super::workspace::{App, now};
use super::{Actor, Error, UseCase};

/// The longest draft, in bytes: far more than the notes of a form may hold.
const LONGEST_DRAFT: usize = 64 * 1024;

/// Whom a draft is about, as far as they were chosen in it, by their codes. One that is nobody's, or
/// that the actor does not see, is left out.
#[derive(Debug, Clone, Copy, Default)]
pub struct DraftAbout<'a> {
    /// Pupils.
    pub pupils: &'a [String],
    /// Households.
    pub households: &'a [String],
}

impl App {
    /// Records one contact that was sent under a mark, and gives its id. What the same actor sends
    /// under the same mark once more changes nothing: the id of the first time comes back, with
    /// `false`.
    ///
    /// # Errors
    ///
    /// Those of [`App::add_contact`]; nothing is saved then, and the mark is free.
    pub fn add_contact_once(
        &mut self,
        actor: &Actor,
        submission: Id,
        form: &ContactForm<'_>,
    ) -> Result<(Id, bool), Error> {
        let scope = self.permit(actor, UseCase::ContactAdd)?;
        let author = actor.author();
        // Before the form is looked at: the same form may not be right any more, when a family has
        // moved on since, and was sent all the same.
        if let Some(first) = self.store.read(&scope)?.submitted(&author.code, submission)? {
            return Ok((first, false));
        }
        let records = self.contact_in(actor, form)?;
        let Records::Contacts(contacts) = &records else {
            unreachable!("contacts were asked for");
        };
        let contact = &contacts[0];
        let mut writer = self.store.write(&author)?;
        // Somebody's other window may have been faster.
        if let Some(first) = writer.submitted(submission)? {
            return Ok((first, false));
        }
        let key = writer.add_contact(contact, now())?;
        writer.note_submission(submission, key)?;
        writer.commit()?;
        Ok((contact.id, true))
    }

    /// Keeps what the actor has typed into a form, so that it is there when they come back. It is
    /// sealed to their account.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`]; [`Error::Mistakes`] never: a draft may be as wrong as it likes, and one
    /// that is too long is kept as it was before.
    pub fn keep_draft(
        &mut self,
        actor: &Actor,
        place: &str,
        text: &Zeroizing<String>,
        about: DraftAbout<'_>,
    ) -> Result<(), Error> {
        let scope = self.permit(actor, UseCase::ContactAdd)?;
        let present = actor.present()?;
        if text.len() > LONGEST_DRAFT {
            return Ok(());
        }
        let (pupils, households) = {
            let reader = self.store.read(&scope)?;
            let pupils = reader.pupil_keys(about.pupils)?;
            (pupils, reader.household_keys(about.households)?)
        };
        let mut writer = self.store.write(&actor.author())?;
        let about = (&pupils[..], &households[..]);
        writer.keep_draft(present.key, place, &present.secret()?.seal_key(), text, about)?;
        Ok(writer.commit()?)
    }

    /// What the actor has typed into a form and not sent; `None` where there is nothing.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`].
    pub fn kept_draft(&self, actor: &Actor, place: &str) -> Result<Option<KeptDraft>, Error> {
        let scope = self.permit(actor, UseCase::ContactAdd)?;
        let present = actor.present()?;
        Ok(self.store.read(&scope)?.draft(present.key, place, present.secret()?, now())?)
    }

    /// The forms into which the actor has typed something that is not sent, each with the moment of the
    /// last time, newest first.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`].
    pub fn kept_drafts(&self, actor: &Actor) -> Result<Vec<(String, i64)>, Error> {
        let scope = self.permit(actor, UseCase::ContactAdd)?;
        Ok(self.store.read(&scope)?.drafts(actor.present()?.key, now())?)
    }

    /// Forgets what the actor has typed into a form.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`].
    pub fn end_draft(&mut self, actor: &Actor, place: &str) -> Result<(), Error> {
        self.permit(actor, UseCase::ContactAdd)?;
        let account = actor.present()?.key;
        let mut writer = self.store.write(&actor.author())?;
        writer.end_draft(account, place)?;
        Ok(writer.commit()?)
    }
}
