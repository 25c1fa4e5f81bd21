//! Finding somebody who asks what is kept about them, by name.

use crate::domain::{About, SeenAs};
use crate::store::FoundPerson;

use super::workspace::App;
use super::{Actor, Error, UseCase};

/// How many are shown; whoever finds more types more of the name.
const MOST: usize = 30;

impl App {
    /// Pupils and households in whose name every word of `text` begins a word.
    /// Nothing is found by less than two letters.
    ///
    /// # Errors
    ///
    /// [`Error::NotAllowed`].
    pub fn find_subjects(&self, actor: &Actor, text: &str) -> Result<Vec<FoundPerson>, Error> {
        let scope = self.permit(actor, UseCase::SubjectRead)?;
        let wanted: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        if wanted.iter().map(|word| word.chars().count()).sum::<usize>() < 2 {
            return Ok(Vec::new());
        }
        let fits = |name: &str| {
            let name = name.to_lowercase();
            let words: Vec<&str> = name.split([' ', '-']).collect();
            wanted.iter().all(|wanted| words.iter().any(|word| word.starts_with(wanted)))
        };
        let found = self.store.read(&scope)?.find_people(fits, MOST)?;
        let mut about = About::records(found.len());
        about.pupils.extend(found.iter().filter_map(|person| person.pupil));
        about.households.extend(found.iter().filter_map(|person| person.household));
        self.saw(actor, UseCase::SubjectRead, SeenAs::List, about)?;
        Ok(found)
    }
}
