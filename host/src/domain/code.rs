//! Code lists: the words of the field, kept as data so that a municipality can add its own.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;

use super::words::{Lang, Text};

/// Most codes in one list, so that a set of them fits a 64-bit number.
pub const MOST_CODES: usize = 64;

/// The lists that every municipality starts with, from `schemas/codes.toml`.
const SEED: &str = include_str!("../../../schemas/codes.toml");

/// One code with its words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The permanent code, as files and plugins name it.
    pub code: String,
    /// The German word.
    pub de: String,
    /// The English word.
    pub en: String,
}

impl Code {
    /// The word in `lang`.
    pub fn word(&self, lang: Lang) -> &str {
        lang.pick(&self.de, &self.en)
    }

    /// Both words.
    pub fn text(&self) -> Text {
        Text::new(&self.de, &self.en)
    }
}

/// A list of codes. A code's place in it is permanent: new ones are added at the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeList {
    codes: Vec<Code>,
    places: HashMap<String, u16>,
}

impl CodeList {
    /// A list of codes in their permanent order.
    pub fn new(codes: Vec<Code>) -> Self {
        let places =
            codes.iter().zip(0..).map(|(code, place)| (code.code.clone(), place)).collect();
        Self { codes, places }
    }

    /// The place of a code, counted from 0; `None` where the list has no such code.
    pub fn place(&self, code: &str) -> Option<u16> {
        self.places.get(code).copied()
    }

    /// The code at a place.
    pub fn at(&self, place: u16) -> Option<&Code> {
        self.codes.get(usize::from(place))
    }

    /// All codes in order.
    pub fn codes(&self) -> &[Code] {
        &self.codes
    }

    /// The codes of a set, as text, in the list's order.
    pub fn of_set(&self, set: u64) -> Vec<&str> {
        let is_in = |place: &usize| *place < MOST_CODES && set >> place & 1 == 1;
        (0..self.codes.len()).filter(is_in).map(|place| self.codes[place].code.as_str()).collect()
    }
}

/// Every code list of a municipality, by name.
#[derive(Debug, Clone, Default)]
pub struct CodeLists(HashMap<String, Arc<CodeList>>);

impl CodeLists {
    /// The lists that a new municipality starts with.
    #[expect(clippy::missing_panics_doc, reason = "the lists are built in, and a test reads them")]
    pub fn seed() -> Vec<(String, CodeList)> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct List {
            name: String,
            codes: Vec<Code>,
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Seed {
            list: Vec<List>,
        }
        let seed: Seed = toml::from_str(SEED).expect("schemas/codes.toml is checked by a test");
        seed.list.into_iter().map(|list| (list.name, CodeList::new(list.codes))).collect()
    }

    /// The lists from their names and codes.
    pub fn new(lists: impl IntoIterator<Item = (String, CodeList)>) -> Self {
        Self(lists.into_iter().map(|(name, list)| (name, Arc::new(list))).collect())
    }

    /// The same with more lists.
    #[must_use]
    pub fn with(&self, more: impl IntoIterator<Item = (String, CodeList)>) -> Self {
        let mut all = self.clone();
        all.0.extend(more.into_iter().map(|(name, list)| (name, Arc::new(list))));
        all
    }

    /// The list of that name; an empty one where there is none.
    pub fn list(&self, name: &str) -> Arc<CodeList> {
        self.0.get(name).cloned().unwrap_or_default()
    }

    /// The names of all lists, sorted.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.0.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// The word for a code in `lang`; the code itself where the list does not have it.
    pub fn word(&self, list: &str, code: &str, lang: Lang) -> String {
        let list = self.list(list);
        list.place(code)
            .and_then(|place| list.at(place))
            .map_or_else(|| code.to_owned(), |code| code.word(lang).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_is_well_formed() {
        for (name, list) in CodeLists::seed() {
            assert!(list.codes().len() <= MOST_CODES, "{name}");
            assert_eq!(list.places.len(), list.codes.len(), "{name} has a code twice");
            for code in list.codes() {
                assert!(!code.de.is_empty() && !code.en.is_empty(), "{name}: {}", code.code);
            }
        }
    }

    #[test]
    fn sets_list_their_codes_in_order() {
        let code = |code: &str| Code { code: code.into(), de: "x".into(), en: "x".into() };
        let list = CodeList::new(vec![code("a"), code("b"), code("c")]);
        assert_eq!(list.of_set(0b101), ["a", "c"]);
        assert_eq!(list.place("c"), Some(2));
        assert_eq!(list.place("d"), None);
    }
}
