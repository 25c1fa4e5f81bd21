//! What a plugin knows persons by: numbers for one run, and pseudonyms for all of its runs.

use std::collections::HashMap;

use hmac::{Hmac, KeyInit, Mac};
use rusqlite::Connection;
use sha2::Sha256;

use super::{Asked, Error};
use crate::domain::Layout;

/// Keys below this are looked up in a plain array, of at most 16 MiB; the store gives keys from 1
/// up, so that others come from a file somebody else has written.
const NEAR: i64 = 1 << 20;

/// Households or pupils; they are numbered apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Person {
    Household,
    Pupil,
}

impl Person {
    /// Whose numbers or pseudonyms a field holds; `None` for a field that tells no persons apart.
    pub(super) fn of(field: &str) -> Option<Self> {
        match field {
            "household" | "household_key" => Some(Self::Household),
            "pupil" | "pupil_key" => Some(Self::Pupil),
            _ => None,
        }
    }

    /// The word that goes into the pseudonym; it never changes, or all pseudonyms would.
    fn word(self) -> &'static str {
        match self {
            Self::Household => "household",
            Self::Pupil => "pupil",
        }
    }
}

/// How many households or pupils the store has.
pub(super) fn size(connection: &Connection, person: Person) -> Result<u32, Error> {
    let sql = match person {
        Person::Household => "SELECT count(*) FROM household",
        Person::Pupil => "SELECT count(*) FROM pupil",
    };
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

/// The persons that one run has met so far. One for each run, shared by all its datasets, so that a
/// household has the same number in each of them.
///
/// Numbers are dense and go by first appearance: the next run, over other rows, numbers anew.
#[derive(Debug, Default)]
pub struct Numbering {
    households: Persons,
    pupils: Persons,
}

#[derive(Debug, Default)]
struct Persons {
    /// How many there are in the store; no number reaches it.
    size: u32,
    numbered: u32,
    numbers: Table<u32>,
    /// The plugin that the pseudonyms are for; `None` before any was made.
    plugin: Option<String>,
    pseudonyms: Table<u64>,
}

impl Numbering {
    /// Reads what numbering the fields of a request takes: how many persons there are, and their
    /// pseudonyms, each of which is computed once a run.
    pub(super) fn prepare(
        &mut self,
        connection: &Connection,
        asked: &Asked<'_>,
    ) -> Result<(), Error> {
        for field in &asked.fields {
            let Some(person) = Person::of(&field.name) else { continue };
            let persons = self.persons(person);
            if field.layout == Layout::Indexes {
                persons.size = size(connection, person)?;
            } else if persons.plugin.as_deref() != Some(asked.plugin) {
                persons.pseudonyms = pseudonyms(connection, person, asked.plugin)?;
                persons.plugin = Some(asked.plugin.to_owned());
            }
        }
        Ok(())
    }

    fn persons(&mut self, person: Person) -> &mut Persons {
        match person {
            Person::Household => &mut self.households,
            Person::Pupil => &mut self.pupils,
        }
    }

    /// The number of each of `keys`; 0 where `is_missing`. `None` where a key is nobody's.
    pub(super) fn numbers(
        &mut self,
        person: Person,
        keys: &[i64],
        is_missing: impl Fn(i64) -> bool,
    ) -> Option<Vec<u32>> {
        let persons = self.persons(person);
        let mut number = |key: &i64| {
            if is_missing(*key) {
                return 0;
            }
            persons.numbers.get(*key).unwrap_or_else(|| {
                let number = persons.numbered;
                persons.numbers.insert(*key, number);
                persons.numbered += 1;
                number
            })
        };
        let numbers = keys.iter().map(&mut number).collect();
        // More numbers than persons: one of the keys was nobody's.
        (persons.numbered <= persons.size).then_some(numbers)
    }

    /// The pseudonym of each of `keys`; 0 where `is_missing`. `None` where a key is nobody's.
    pub(super) fn pseudonyms(
        &mut self,
        person: Person,
        keys: &[i64],
        is_missing: impl Fn(i64) -> bool,
    ) -> Option<Vec<u64>> {
        let persons = self.persons(person);
        keys.iter()
            .map(|key| if is_missing(*key) { Some(0) } else { persons.pseudonyms.get(*key) })
            .collect()
    }
}

/// The pseudonyms of all households or pupils for one plugin: the first eight bytes of a keyed
/// digest (HMAC-SHA-256) of the plugin's id and the person's, under a key that stays in the store.
/// Without that key nobody can work out the person, nor join what two plugins have seen.
fn pseudonyms(connection: &Connection, person: Person, plugin: &str) -> Result<Table<u64>, Error> {
    let sql = "SELECT pseudonym_key FROM municipality WHERE key = 1";
    let secret: [u8; 32] = connection.query_row(sql, [], |row| row.get(0))?;
    let mut keyed = Hmac::<Sha256>::new_from_slice(&secret).expect("HMAC takes keys of any length");
    for part in [plugin, "\0", person.word(), "\0"] {
        keyed.update(part.as_bytes());
    }

    let sql = match person {
        Person::Household => "SELECT key, id FROM household",
        Person::Pupil => "SELECT key, id FROM pupil",
    };
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut table = Table::default();
    while let Some(row) = rows.next()? {
        let id: [u8; 16] = row.get(1)?;
        let digest = keyed.clone().chain_update(id).finalize().into_bytes();
        let (first, _) = digest.split_first_chunk().expect("a digest has 32 bytes");
        table.insert(row.get(0)?, u64::from_be_bytes(*first));
    }
    Ok(table)
}

/// A map from the keys of rows: an array for the small ones, which are all there are in practice.
#[derive(Debug)]
struct Table<T> {
    near: Vec<Option<T>>,
    far: HashMap<i64, T>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { near: Vec::new(), far: HashMap::new() }
    }
}

impl<T: Copy> Table<T> {
    fn get(&self, key: i64) -> Option<T> {
        match Self::near(key) {
            Some(index) => self.near.get(index).copied().flatten(),
            None => self.far.get(&key).copied(),
        }
    }

    fn insert(&mut self, key: i64, value: T) {
        if let Some(index) = Self::near(key) {
            if self.near.len() <= index {
                self.near.resize(index + 1, None);
            }
            self.near[index] = Some(value);
        } else {
            self.far.insert(key, value);
        }
    }

    fn near(key: i64) -> Option<usize> {
        usize::try_from(key).ok().filter(|_| key < NEAR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_missing(_: i64) -> bool {
        false
    }

    #[test]
    fn a_key_that_is_nobodys_has_no_pseudonym_and_too_many_keys_have_no_numbers() {
        let mut numbering = Numbering::default();
        numbering.pupils.size = 2;
        assert_eq!(numbering.pseudonyms(Person::Pupil, &[7], is_missing), None);
        assert_eq!(numbering.numbers(Person::Pupil, &[7, 8, 9], is_missing), None);
    }

    #[test]
    fn numbers_go_by_first_appearance_whatever_the_keys_are() {
        let mut numbering = Numbering::default();
        numbering.pupils.size = 5;
        numbering.households.size = 5;
        let keys = [900, i64::MAX, 900, -4, NEAR, i64::MAX];
        let numbers = numbering.numbers(Person::Pupil, &keys, is_missing);
        assert_eq!(numbers.unwrap(), [0, 1, 0, 2, 3, 1]);
        let later = numbering.numbers(Person::Pupil, &[3, NEAR], is_missing);
        assert_eq!(later.unwrap(), [4, 3]);
        let households = numbering.numbers(Person::Household, &[3, NEAR], is_missing);
        assert_eq!(households.unwrap(), [0, 1]);
    }
}
