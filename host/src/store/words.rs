//! The words that shared notes are looked through for, as a municipality has changed them.

use serde_json::json;

use super::{Error, Reader, Writer};
use crate::domain::{Action, WatchedWords};

impl Reader<'_> {
    /// The words of this municipality.
    ///
    /// # Errors
    ///
    /// As [`Store::read`](super::Store::read).
    pub fn watched_words(&self) -> Result<WatchedWords, Error> {
        let changes: Vec<(String, String, bool)> = self
            .rows("SELECT word, kind, watched FROM watched_word ORDER BY word", |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?;
        let borrowed = changes.iter().map(|(word, kind, is)| (&**word, &**kind, *is));
        Ok(WatchedWords::new(borrowed))
    }
}

impl Writer<'_> {
    /// Watches for a word from now on, or no longer. The word itself does not go into the audit.
    ///
    /// # Errors
    ///
    /// Those of the database.
    pub fn watch_word(&mut self, word: &str, kind: &str, is_watched: bool) -> Result<(), Error> {
        self.connection.execute(
            "INSERT INTO watched_word (word, kind, watched) VALUES (?1, ?2, ?3)
             ON CONFLICT (word) DO UPDATE SET kind = ?2, watched = ?3",
            (word, kind, is_watched),
        )?;
        let action = if is_watched { Action::WordAdd } else { Action::WordRemove };
        self.note(action, kind, &json!({}));
        Ok(())
    }
}
