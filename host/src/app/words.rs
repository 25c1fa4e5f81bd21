//! The words for the codes of a record, in one language.

use std::sync::Arc;

use crate::domain::{Code, CodeList, CodeLists, Contact, Lang, Scope, TeamRoles};

use super::lookups::coded_at;
use super::{App, Error};

/// The municipality's words in one language.
pub struct Words {
    lists: CodeLists,
    lang: Lang,
    team: TeamRoles,
}

impl App {
    /// The municipality's words in `lang`.
    ///
    /// # Errors
    ///
    /// Those of the store.
    pub fn words(&self, lang: Lang) -> Result<Words, Error> {
        let lists = self.code_lists()?;
        let team = TeamRoles::new(&lists.list("role"));
        Ok(Words { lists, lang, team })
    }

    /// The municipality's code lists.
    pub(super) fn code_lists(&self) -> Result<CodeLists, Error> {
        Ok(self.store.read(&Scope::municipality())?.code_lists().clone())
    }
}

impl Words {
    fn list(&self, name: &str) -> Arc<CodeList> {
        self.lists.list(name)
    }

    /// The code at a place of a list, with its words.
    pub fn code(&self, list: &str, place: u16) -> Code {
        coded_at(&self.lists, list, place)
    }

    /// A code of a list, with its words.
    pub fn code_of(&self, list: &str, code: &str) -> Code {
        let place = self.list(list).place(code);
        self.code(list, place.unwrap_or(u16::MAX))
    }

    fn at(&self, list: &str, place: u16) -> String {
        self.code(list, place).word(self.lang).to_owned()
    }

    /// The kind of a contact.
    pub fn kind(&self, contact: &Contact) -> Code {
        self.code("contact-kind", contact.kind)
    }

    /// How a contact ended.
    pub fn result(&self, contact: &Contact) -> Code {
        self.code("result", contact.result)
    }

    /// Tandem, tridem or solo.
    pub fn team_form(&self, contact: &Contact) -> Code {
        self.code("team-form", self.team.form(contact.roles()).place())
    }

    /// What a contact was about.
    pub fn topics(&self, contact: &Contact) -> String {
        let list = self.list("topic");
        let words: Vec<String> = list
            .of_set(contact.topics)
            .into_iter()
            .map(|code| self.lists.word("topic", code, self.lang))
            .collect();
        words.join(", ")
    }

    /// What kind of consultation a contact was; empty where it was none.
    pub fn consultation(&self, contact: &Contact) -> String {
        contact.consultation.map(|place| self.at("consultation", place)).unwrap_or_default()
    }

    /// The language of a contact; empty where nobody noted it.
    pub fn language(&self, contact: &Contact) -> String {
        contact.language.map(|place| self.at("language", place)).unwrap_or_default()
    }

    /// A role with its words.
    pub(super) fn role_code(&self, place: u16) -> Code {
        self.code("role", place)
    }

    /// What stands for a private note of another profession.
    pub fn closed(&self) -> String {
        self.lang.pick("(vertraulich)", "(private)").to_owned()
    }

    /// What stands for a school that one may not see.
    pub(super) fn another_school(&self) -> String {
        self.lang.pick("(eine andere Schule)", "(another school)").to_owned()
    }

    /// The word for a role.
    pub fn role(&self, place: u16) -> String {
        self.at("role", place)
    }
}
