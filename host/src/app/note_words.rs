//! Shared notes and what in them may not belong there: found on this machine, told, and nothing more.

use crate::domain::{
    About, ContactView, FoundWord, Scope, SeenAs, WatchedWords, is_watchable, watched_kinds,
};
use crate::store;

use super::workspace::App;
use super::{Actor, Error, UseCase};

/// A note that was written already, with the words found in it.
#[derive(Debug, Clone)]
pub struct FoundNote {
    /// The contact that it belongs to.
    pub contact: ContactView,
    /// The words.
    pub words: Vec<FoundWord>,
}

impl App {
    /// The words that notes of this municipality are looked through for.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn watched_words(&self) -> Result<WatchedWords, Error> {
        Ok(self.store.read(&Scope::municipality())?.watched_words()?)
    }

    /// Notes that are there already and have words in them that are watched for, newest first, as far
    /// as the actor may see them.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn notes_with_words(&self, actor: &Actor) -> Result<Vec<FoundNote>, Error> {
        let scope = self.permit(actor, UseCase::ContactRead)?;
        let reader = self.store.read(&scope)?;
        let words = reader.watched_words()?;
        let mut found = Vec::new();
        for view in reader.contacts(&store::ContactFilter::default())? {
            let step = view.contact.next_step.as_ref().map_or("", |step| &step.text);
            let note = view.contact.shared_note.as_deref().unwrap_or_default();
            let words = words.find(&format!("{note}\n{step}"));
            if !words.is_empty() {
                found.push(FoundNote { contact: view, words });
            }
        }
        let about = About::contacts(found.iter().map(|note| &note.contact));
        self.saw(actor, UseCase::ContactRead, SeenAs::List, about)?;
        Ok(found)
    }

    /// Looks notes through for a further word of a kind.
    ///
    /// # Errors
    ///
    /// [`Error::NotWatchable`] for what is no word, or a kind that there is none of.
    pub fn watch_word(&mut self, actor: &Actor, word: &str, kind: &str) -> Result<(), Error> {
        self.permit(actor, UseCase::WordChange)?;
        let word = word.trim().to_lowercase();
        let is_kind = watched_kinds().iter().any(|known| known.code == kind);
        if !is_kind || !is_watchable(&word) {
            let given = if is_kind { word } else { kind.to_owned() };
            return Err(Error::NotWatchable(given));
        }
        self.change_word(actor, &word, kind, true)
    }

    /// Does not look for a word any more.
    ///
    /// # Errors
    ///
    /// [`Error::NotWatchable`] for a word that nobody looks for.
    pub fn forget_word(&mut self, actor: &Actor, word: &str) -> Result<(), Error> {
        self.permit(actor, UseCase::WordChange)?;
        let word = word.trim().to_lowercase();
        let Some(kind) = self.watched_words()?.kind_of(&word) else {
            return Err(Error::NotWatchable(word));
        };
        self.change_word(actor, &word, &kind.code, false)
    }

    fn change_word(
        &mut self,
        actor: &Actor,
        word: &str,
        kind: &str,
        is_watched: bool,
    ) -> Result<(), Error> {
        let mut writer = self.store.write(&actor.author())?;
        writer.watch_word(word, kind, is_watched)?;
        Ok(writer.commit()?)
    }
}
